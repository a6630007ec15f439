/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-world.h"

#define NUMBERING(data) ((DtcNumbering) GPOINTER_TO_INT (data))

static void
test_fill (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  const DeskOrderState *order;
  FakeOrder *at_server;

  world_up (world);
  world_submit (world, DESK_SIDE_BUY, 3, 5000.25);
  world_run (world);
  order = world_last_order (world);
  g_assert_nonnull (order);
  g_assert_cmpint (order->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (order->reason, ==, DESK_REASON_ACCEPTED);
  g_assert_cmpstr (order->server_order_id, ==, "S1");
  g_assert_cmpint (order->price.kind, ==, DESK_PRICE_TICKS);
  g_assert_cmpint (order->price.ticks, ==, 20001);
  at_server = world_last_at_server (world);
  server_fill (world, at_server, 1, 5000.25);
  world_run (world);
  order = world_last_order (world);
  g_assert_cmpint (order->status, ==, DESK_STATUS_PART_FILLED);
  g_assert_cmpint (order->filled, ==, 1);
  g_assert_cmpint (order->remaining, ==, 2);
  server_fill (world, at_server, 2, 5000.0);
  world_run (world);
  order = world_last_order (world);
  g_assert_cmpint (order->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (order->filled, ==, 3);
  g_assert_cmpint (order->remaining, ==, 0);
  g_assert_cmpfloat_with_epsilon (order->average_price, (5000.25 + 2 * 5000.0) / 3, 1e-6);
  g_assert_cmpuint (world_count (world, DESK_EVENT_FILL, NULL), ==, 2);
  g_assert_cmpuint (world->written->len, ==, 1);
  g_assert_cmpuint (world->n_early, ==, 0);
  world_free (world);
}

static void
test_cancel (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  const DeskOrderState *order;
  g_autofree char *id = NULL;

  world_up (world);
  world_submit (world, DESK_SIDE_SELL, 1, 5010);
  world_run (world);
  id = g_strdup (world_last_order (world)->client_order_id);
  world_command (world, DESK_COMMAND_CANCEL, id);
  world_run (world);
  order = world_last_order (world);
  g_assert_cmpint (order->status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (order->reason, ==, DESK_REASON_CANCELLED);
  g_assert_cmpint (order->cancel, ==, DESK_OVERLAY_NONE);
  world_command (world, DESK_COMMAND_CANCEL, id);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "NO_SUCH_ORDER"), ==, 1);
  g_assert_cmpuint (world->written->len, ==, 2);
  world_free (world);
}

static void
test_modify (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  const DeskOrderState *order;
  g_autofree char *id = NULL;
  g_autofree char *wire = NULL;

  world_up (world);
  world_submit (world, DESK_SIDE_BUY, 2, 4990);
  world_run (world);
  id = g_strdup (world_last_order (world)->client_order_id);
  world_modify (world, id, TRUE, 4991.25, 0);
  world_run (world);
  order = world_last_order (world);
  g_assert_cmpint (order->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (order->reason, ==, DESK_REASON_CHANGE_DONE);
  g_assert_cmpfloat (order->price.display, ==, 4991.25);
  g_assert_cmpint (order->quantity, ==, 2);
  world_modify (world, id, FALSE, 0, 5);
  world_run (world);
  order = world_last_order (world);
  g_assert_cmpint (order->quantity, ==, 5);
  g_assert_cmpfloat (order->price.display, ==, 4991.25);
  g_assert_cmpuint (world->written->len, ==, 3);
  wire = g_strdup (g_bytes_get_data (g_ptr_array_index (world->written, 2), NULL));
  if (NUMBERING (data) == DTC_NUMBERING_DTC)
    {
      g_assert_nonnull (strstr (wire, "\"Price1IsSet\":0"));
      g_assert_nonnull (strstr (wire, "\"Price2IsSet\":0"));
    }
  g_assert_null (strstr (wire, "\"Price1\":"));
  world_free (world);
}

static void
test_reconnect (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  const DeskOrderState *order;
  g_autofree char *id = NULL;

  world_up (world);
  world_submit (world, DESK_SIDE_BUY, 2, 4990);
  world_run (world);
  id = g_strdup (world_last_order (world)->client_order_id);
  world_cut (world);
  world_settle (world);
  order = world_shown (world, id);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_STALE);
  g_assert_cmpint (order->status, ==, DESK_STATUS_WORKING);
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "LINK_DOWN"), ==, 1);
  server_fill (world, server_find (world, id), 1, 4990);
  world->now += 3 * G_USEC_PER_SEC;
  g_queue_clear_full (&world->inbox, message_free);
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
  order = world_shown (world, id);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (order->status, ==, DESK_STATUS_PART_FILLED);
  g_assert_cmpint (order->filled, ==, 1);
  world_cut (world);
  world_settle (world);
  server_fill (world, server_find (world, id), 1, 4990);
  g_queue_clear_full (&world->inbox, message_free);
  world_connect (world);
  world_run (world);
  order = world_shown (world, id);
  g_assert_cmpint (order->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (order->filled, ==, 2);
  g_assert_cmpuint (world->written->len, ==, 1);
  world_free (world);
}

static void
add (const char    *path,
     GTestDataFunc  func)
{
  g_autofree char *dtc = g_strconcat ("/core/engine/dtc/", path, NULL);
  g_autofree char *brief = g_strconcat ("/core/engine/brief/", path, NULL);

  g_test_add_data_func (dtc, GINT_TO_POINTER (DTC_NUMBERING_DTC), func);
  g_test_add_data_func (brief, GINT_TO_POINTER (DTC_NUMBERING_BRIEF), func);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("fill", test_fill);
  add ("cancel", test_cancel);
  add ("modify", test_modify);
  add ("reconnect", test_reconnect);
  return g_test_run ();
}
