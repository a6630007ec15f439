/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"
#include "engine-tests.h"

static void
test_fill (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  const DeskOrderState *order;
  FakeOrder *at_server;

  world_place (world, DESK_SIDE_BUY, 3, 5000.25);
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
  World *world = world_new_live (NUMBERING (data));
  const DeskOrderState *order;
  g_autofree char *id = NULL;

  world_place (world, DESK_SIDE_SELL, 1, 5010);
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
  World *world = world_new_live (NUMBERING (data));
  const DeskOrderState *order;
  g_autofree char *id = NULL;
  g_autofree char *wire = NULL;

  world_place (world, DESK_SIDE_BUY, 2, 4990);
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
  World *world = world_new_live (NUMBERING (data));
  const DeskOrderState *order;
  g_autofree char *id = NULL;

  world_place (world, DESK_SIDE_BUY, 2, 4990);
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

/* ---- durable before sent ---- */

static void
submit_slowly (World *world)
{
  /* The definition first, so that the order itself is what waits. */
  world_place (world, DESK_SIDE_BUY, 1, 4000);
  world_command (world, DESK_COMMAND_CANCEL, only_id (world));
  world_run (world);
  world->hold = TRUE;
  world_submit (world, DESK_SIDE_BUY, 2, 4990);
}

static void
test_slow_journal (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint n_events;

  submit_slowly (world);
  n_events = world_count (world, DESK_EVENT_ORDER, NULL);
  world_pass (world, 500000);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpuint (world_count (world, DESK_EVENT_ORDER, NULL), ==, n_events);
  g_assert_null (world_shown (world, only_id (world)));
  world->hold = FALSE;
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 3);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpuint (world->n_early, ==, 0);
  world_free (world);
}

static void
test_cut_while_committing (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  submit_slowly (world);
  world_cut (world);
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_run (world);
  /* The next connection is live before the intent of the last one is durable. */
  g_assert_cmpint (world->engine->link, ==, DESK_LINK_LIVE);
  world->hold = FALSE;
  world_run (world);
  g_assert_true (world->live);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpint (state_of (world, only_id (world))->status, ==, DESK_STATUS_NOT_SENT);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "LINK_DOWN"), ==, 1);
  world_free (world);
}

static void
test_disarm_while_committing (gconstpointer data)
{
  static const DeskCommandKind kinds[] = { DESK_COMMAND_DISARM, DESK_COMMAND_HALT };
  static const char *const codes[] = { "DISARMED", "HALTED" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      World *world = world_new_live (NUMBERING (data));

      submit_slowly (world);
      world_command (world, kinds[i], NULL);
      world->hold = FALSE;
      world_run (world);
      g_assert_cmpint (state_of (world, only_id (world))->status, ==, DESK_STATUS_NOT_SENT);
      g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, codes[i]), ==, 1);
      g_assert_cmpuint (world->written->len, ==, 2);
      world_free (world);
    }
}

/* The journal dies at its n-th record: what was not durable is not sent, exits still are, and it is said. */
static void
test_storage (gconstpointer data)
{
  guint n;

  for (n = 0; n < 16; n++)
    {
      World *world = world_new_live (NUMBERING (data));
      g_autoptr (GError) error = g_error_new_literal (DESK_ERROR, DESK_ERROR_STORAGE, "no space left");
      g_autofree char *id = NULL;
      guint n_written;
      guint64 limit;

      world_place (world, DESK_SIDE_BUY, 2, 4990);
      id = g_strdup (only_id (world));
      limit = world->appended + n / 4;
      world->hold = TRUE;
      if (n % 4 > 0)
        world_submit (world, DESK_SIDE_BUY, 1, 4980);
      if (n % 4 > 1)
        server_fill (world, world_last_at_server (world), 1, 4990);
      if (n % 4 > 2)
        world_modify (world, id, TRUE, 4995, 0);
      world_run (world);
      world_commit (world, MIN (limit, world->appended));
      n_written = world->written->len;
      world->broken = TRUE;
      desk_engine_storage_failed (world->engine, error, world->now);
      world_run (world);
      g_assert_cmpuint (world->written->len, ==, n_written);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE"), ==, 1);
      world_submit (world, DESK_SIDE_BUY, 1, 4970);
      g_assert_cmpuint (world->written->len, ==, n_written);
      world_command (world, DESK_COMMAND_CANCEL, id);
      world_run (world);
      g_assert_cmpuint (world->written->len, ==, n_written + 1);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NOT_RECORDED"), ==, 1);
      g_assert_cmpint (world_shown (world, id)->status, ==, DESK_STATUS_CANCELLED);
      world_free (world);
    }
}

/* A cancel overtakes the commands of other orders, never an earlier one of its own. */
static void
test_overtaking (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  const char *bytes[4];
  guint i;

  world_place (world, DESK_SIDE_BUY, 2, 4990);
  first = g_strdup (only_id (world));
  world_place (world, DESK_SIDE_BUY, 2, 4980);
  second = g_strdup (only_id (world));
  world->hold = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 4970);
  world_modify (world, first, TRUE, 4985, 0);
  world_command (world, DESK_COMMAND_CANCEL, first);
  world_command (world, DESK_COMMAND_CANCEL, second);
  world->hold = FALSE;
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 6);
  for (i = 0; i < 4; i++)
    bytes[i] = g_bytes_get_data (g_ptr_array_index (world->written, 2 + i), NULL);
  g_assert_nonnull (strstr (bytes[0], second));
  g_assert_null (strstr (bytes[1], first));
  g_assert_nonnull (strstr (bytes[2], first));
  g_assert_nonnull (strstr (bytes[2], "Price1"));
  g_assert_nonnull (strstr (bytes[3], first));
  g_assert_null (strstr (bytes[3], "Price1"));
  world_free (world);
}

/* That a second cancel has not left says nothing about the first, which has. */
static void
test_second_cancel_not_sent (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  g_autofree char *id = NULL;
  guint i;

  for (i = 0; i < 2; i++)
    {
      world_free (world);
      world = world_new (NUMBERING (data));
      world_up (world);
      world_submit (world, DESK_SIDE_BUY, 2, 4990);
      world_run (world);
      g_free (id);
      id = g_strdup (only_id (world));
      world->silent = TRUE;
      world_command (world, DESK_COMMAND_CANCEL, id);
      world_pass (world, 1500000);
      g_assert_cmpuint (world->written->len, ==, 2);
      world->hold = TRUE;
      world_command (world, DESK_COMMAND_CANCEL, id);
      world_run (world);
      if (i == 0)
        world_cut (world);
      else
        world->write_fails = TRUE;
      world->hold = FALSE;
      world_run (world);
      g_assert_cmpuint (world->written->len, ==, 2);
      g_assert_cmpint (world_shown (world, id)->cancel, ==, DESK_OVERLAY_UNKNOWN);
    }
  world_free (world);
}

/* Who leaves first hears the answers, and before that what was asked for must have left. */
static void
test_leaving_waits (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  g_autofree char *id = NULL;

  world_up (world);
  world_submit (world, DESK_SIDE_BUY, 2, 4990);
  world_run (world);
  id = g_strdup (only_id (world));
  g_assert_cmpuint (desk_engine_count_unanswered (world->engine), ==, 0);
  world->hold = TRUE;
  world_command (world, DESK_COMMAND_CANCEL, id);
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 1);
  g_assert_cmpuint (desk_engine_count_unanswered (world->engine), ==, 1);
  world->hold = FALSE;
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpuint (desk_engine_count_unanswered (world->engine), ==, 0);
  world_free (world);
}

/* ---- silence ---- */

static void
test_no_answer (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  world->silent = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  world_pass (world, 1900000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SLOW_ANSWER"), ==, 0);
  world_pass (world, 200000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SLOW_ANSWER"), ==, 1);
  g_assert_cmpuint (desk_engine_count_unanswered (world->engine), ==, 1);
  world_pass (world, 3100000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_ANSWER"), ==, 1);
  g_assert_cmpuint (desk_engine_count_unanswered (world->engine), ==, 0);
  if (NUMBERING (data) == DTC_NUMBERING_DTC)
    g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
  else
    {
      /* No question for open orders exists: unknown until the next connection. */
      world_pass (world, 60 * G_USEC_PER_SEC);
      g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_UNKNOWN);
      g_assert_cmpint (world_shown (world, only_id (world))->certainty, ==, DESK_CERTAINTY_UNKNOWN);
      world_cut (world);
      world_connect (world);
      world_run (world);
      g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
    }
  g_assert_cmpuint (world->written->len, ==, 1);
  world_free (world);
}

/* The link goes at every point of an order's way out; nothing is sent again, and nothing is claimed. */
static void
test_cut_at_every_byte (gconstpointer data)
{
  gsize size = 400, n;

  for (n = 0; n <= size; n++)
    {
      World *world = world_new_live (NUMBERING (data));
      const DeskOrderState *order;

      submit_slowly (world);
      world->hold = FALSE;
      world->hold_kernel = TRUE;
      world->cut_after = n;
      world->auto_accept = TRUE;
      world_settle (world);
      size = g_bytes_get_size (g_ptr_array_index (world->written, 2));
      world_cut (world);
      world_settle (world);
      order = world_shown (world, only_id (world));
      if (n == 0)
        g_assert_cmpint (order->status, ==, DESK_STATUS_NOT_SENT);
      else
        {
          g_assert_cmpint (order->status, ==, DESK_STATUS_UNKNOWN);
          g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_UNKNOWN);
          g_assert_cmpint (order->reason, ==, DESK_REASON_LINK_LOST);
        }
      world->hold_kernel = FALSE;
      world_connect (world);
      world_run (world);
      order = world_shown (world, only_id (world));
      if (n >= size)
        g_assert_cmpint (order->status, ==, DESK_STATUS_WORKING);
      else if (n > 0)
        {
          g_assert_cmpint (order->status, ==, DESK_STATUS_UNKNOWN);
          world_pass (world, 60 * G_USEC_PER_SEC);
          order = world_shown (world, only_id (world));
          /* Twice not listed, no fill, and the position agrees: presumed, never called rejected. */
          g_assert_cmpint (order->status, ==, NUMBERING (data) == DTC_NUMBERING_DTC ? DESK_STATUS_NOT_AT_SERVER : DESK_STATUS_UNKNOWN);
        }
      g_assert_cmpuint (world->written->len, ==, 3);
      world_free (world);
    }
}

static void
test_cancel_without_id (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  FakeOrder *order;

  world->auto_accept = FALSE;
  world_place (world, DESK_SIDE_BUY, 1, 4990);
  world_command (world, DESK_COMMAND_CANCEL, only_id (world));
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "CANCEL_WAITS"), ==, 1);
  server_accept (world, world_last_at_server (world));
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_CANCELLED);

  /* Dropped, and said so, when the link is lost before. */
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  world_command (world, DESK_COMMAND_CANCEL, only_id (world));
  world_run (world);
  order = world_last_at_server (world);
  order->status = DTC_ORDER_STATUS_OPEN;
  world_cut (world);
  world_connect (world);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "CANCEL_DROPPED"), ==, 1);
  g_assert_cmpuint (world->written->len, ==, 3);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
  world_free (world);
}

static void
test_in_flight (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  world_place (world, DESK_SIDE_BUY, 1, 4990);
  world->silent = TRUE;
  world_modify (world, only_id (world), TRUE, 4991, 0);
  world_settle (world);
  world_modify (world, only_id (world), TRUE, 4992, 0);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "IN_FLIGHT"), ==, 1);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_CHANGING);
  g_assert_cmpuint (world->written->len, ==, 2);
  world_free (world);
}

/* ---- what the server says wrongly ---- */

static void
test_bad_messages (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;

  world_place (world, DESK_SIDE_BUY, 1, 4990);
  id = g_strdup (only_id (world));
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  text = g_strdup_printf ("{\"Type\":301,\"ClientOrderID\":\"%s\",\"OrderStatus\":\"open\"}", id);
  world_feed_text (world, text);
  world_settle (world);
  g_assert_cmpint (world_shown (world, id)->status, ==, DESK_STATUS_UNKNOWN);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
  world_run (world);
  if (NUMBERING (data) == DTC_NUMBERING_DTC)
    g_assert_cmpint (world_shown (world, id)->status, ==, DESK_STATUS_WORKING);
  /* Whom it names cannot be read: every live order is in doubt. */
  world_feed_text (world, "{\"Type\":301,\"ClientOrderID\":7,\"OrderStatus\":4}");
  world_settle (world);
  g_assert_cmpint (world_shown (world, id)->status, ==, DESK_STATUS_UNKNOWN);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_UNKNOWN);
  world_run (world);
  /* Not even a type: the certainty stays, the questions are asked. */
  world_cut (world);
  world_connect (world);
  world_run (world);
  world_feed_text (world, "{\"Ty");
  world_settle (world);
  g_assert_cmpint (world_shown (world, id)->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "BAD_MESSAGE"), ==, 3);
  world_free (world);
}

static void
test_numbering (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;
  guint i;
  gboolean said = FALSE;

  world_place (world, DESK_SIDE_BUY, 1, 4990);
  id = g_strdup (only_id (world));
  text = g_strdup_printf ("{\"Type\":301,\"ClientOrderID\":\"%s\",\"ServerOrderID\":\"S1\",\"OrderStatus\":%d,\"OrderUpdateReason\":3}", id,
                          NUMBERING (data) == DTC_NUMBERING_DTC ? 11 : 9);
  world_feed_text (world, text);
  world_settle (world);
  g_assert_cmpint (world_shown (world, id)->status, ==, DESK_STATUS_UNKNOWN);
  world_command (world, DESK_COMMAND_CANCEL, id);
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_command (world, DESK_COMMAND_CANCEL_ALL, NULL);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "NUMBERING"), ==, 4);
  g_assert_cmpuint (world->written->len, ==, 1);
  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      said |= event->kind == DESK_EVENT_NOTICE && strstr (event->text, "numbering") != NULL && event->level == DESK_LEVEL_ALARM;
    }
  g_assert_true (said);
  /* Updates still apply. */
  server_fill (world, world_last_at_server (world), 1, 4990);
  world_run (world);
  g_assert_cmpint (world_shown (world, id)->status, ==, DESK_STATUS_FILLED);
  world_free (world);
}

/* ---- links ---- */

static void
test_resync_steps (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  g_autoptr (DeskCommand) waive = desk_command_new (DESK_COMMAND_WAIVE);

  /* No positions: live all the same. */
  world->no_positions = TRUE;
  world_up (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_POSITIONS"), ==, 1);

  /* No fills: not live, asked again, until they come. */
  world_cut (world);
  world->no_fills = TRUE;
  world_connect (world);
  world_pass (world, 20 * G_USEC_PER_SEC);
  g_assert_false (world->live);
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "RESYNC_RUNNING"), ==, 1);
  world->no_fills = FALSE;
  world_pass (world, 31 * G_USEC_PER_SEC);
  g_assert_true (world->live);

  /* Or until a person goes on without them. */
  world_cut (world);
  world->no_fills = TRUE;
  world->no_orders_answer = TRUE;
  world_connect (world);
  world_pass (world, 7 * G_USEC_PER_SEC);
  g_assert_false (world->live);
  g_strlcpy (waive->step, "fills", sizeof waive->step);
  desk_engine_command (world->engine, waive, world->now);
  world_pass (world, G_USEC_PER_SEC);
  g_assert_false (world->live);
  g_strlcpy (waive->step, "open-orders", sizeof waive->step);
  desk_engine_command (world->engine, waive, world->now);
  world_run (world);
  g_assert_true (world->live);
  world_free (world);
}

static void
test_batches (gconstpointer data)
{
  static const struct { gint32 rows[4][2]; guint n; DeskBatchResult end; } cases[] = {
    { { { 3, 1 }, { 3, 3 }, { 3, 2 } }, 3, DESK_BATCH_COMPLETE },
    { { { 3, 1 }, { 3, 1 } }, 2, DESK_BATCH_BAD },
    { { { 3, 1 }, { 2, 2 } }, 2, DESK_BATCH_BAD },
    { { { 0, 0 } }, 1, DESK_BATCH_BAD },
    { { { 2, 3 } }, 1, DESK_BATCH_BAD },
    { { { 3, 1 }, { 3, 3 } }, 2, DESK_BATCH_MORE },
  };
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      DeskBatch batch;
      DeskBatchResult result = DESK_BATCH_MORE;

      desk_batch_init (&batch);
      for (k = 0; k < cases[i].n; k++)
        result = desk_batch_add (&batch, cases[i].rows[k][0], cases[i].rows[k][1], FALSE);
      g_assert_cmpint (result, ==, cases[i].end);
      if (result == DESK_BATCH_COMPLETE)
        g_assert_cmpint (desk_batch_add (&batch, 3, 1, FALSE), ==, DESK_BATCH_BAD);
      desk_batch_clear (&batch);
    }
}

static void
test_resume (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint32 epoch;

  epoch = desk_truth_get_epoch (world->engine->truth);
  world_pass (world, 3 * G_USEC_PER_SEC);
  g_assert_true (world->linked);
  world->boot_extra = 3600 * (gint64) G_USEC_PER_SEC;
  desk_engine_tick (world->engine, world->now);
  g_assert_false (world->linked);
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
  g_assert_cmpuint (desk_truth_get_epoch (world->engine->truth), ==, epoch + 1);
  world_free (world);
}

static void
test_dropped (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  desk_engine_heartbeat (world->engine, 0, world->now);
  g_assert_cmpint (world->engine->round, ==, ROUND_NONE);
  desk_engine_heartbeat (world->engine, 3, world->now);
  g_assert_cmpint (world->engine->round, ==, ROUND_DOUBT);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "DROPPED_MESSAGES"), ==, 1);
  world_run (world);
  g_assert_cmpint (world->engine->round, ==, ROUND_NONE);
  world_free (world);
}

/* ---- arming, halting, restart ---- */

static void
restart (World *world)
{
  guint i;

  world_cut (world);
  world_settle (world);
  desk_engine_free (world->engine);
  world->engine = desk_engine_new (&world->config, fake_world (), world);
  g_ptr_array_set_size (world->events, 0);
  for (i = 0; i < world->records->len; i++)
    desk_engine_restore (world->engine, g_ptr_array_index (world->records, i));
  desk_engine_restored (world->engine, world->now);
  world_settle (world);
}

static void
test_restart (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *id = NULL;
  guint i, n_orders = 0, n_fills = 0;

  world_place (world, DESK_SIDE_BUY, 2, 4990);
  id = g_strdup (only_id (world));
  server_fill (world, world_last_at_server (world), 1, 4990);
  world_run (world);
  restart (world);
  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == DESK_EVENT_ORDER || event->kind == DESK_EVENT_FILL)
        g_assert_true (event->restored);
      n_orders += event->kind == DESK_EVENT_ORDER;
      n_fills += event->kind == DESK_EVENT_FILL;
    }
  g_assert_cmpuint (n_orders, ==, 1);
  g_assert_cmpuint (n_fills, ==, 1);
  g_assert_cmpint (world_shown (world, id)->certainty, ==, DESK_CERTAINTY_STALE);
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
  g_assert_cmpint (world_shown (world, id)->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpuint (world_count (world, DESK_EVENT_FILL, NULL), ==, 0);
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  g_assert_cmpstr (only_id (world), !=, id);
  g_assert_cmpuint (g_hash_table_size (world->seen), ==, 2);
  world_free (world);
}

static void
test_halt (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *id = NULL;

  world_place (world, DESK_SIDE_BUY, 2, 4990);
  id = g_strdup (only_id (world));
  world_command (world, DESK_COMMAND_HALT, NULL);
  world_run (world);
  g_assert_cmpint (world_shown (world, id)->status, ==, DESK_STATUS_CANCELLED);
  world_submit (world, DESK_SIDE_BUY, 2, 4990);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "HALTED"), ==, 1);
  restart (world);
  world_connect (world);
  world_run (world);
  world_place (world, DESK_SIDE_BUY, 2, 4990);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "HALTED"), ==, 1);
  world_command (world, DESK_COMMAND_UNHALT, NULL);
  world_command (world, DESK_COMMAND_ARM, NULL);
  world_place (world, DESK_SIDE_BUY, 2, 4990);
  g_assert_cmpuint (world->written->len, ==, 3);
  world_free (world);
}

/* Wire prices a hundred times the display: both ways, and only with a definition. */
static void
test_multiplier (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  const char *wire;

  world->multiplier = 0.01;
  world_up (world);
  world_place (world, DESK_SIDE_BUY, 1, 4990.25);
  wire = g_bytes_get_data (g_ptr_array_index (world->written, 0), NULL);
  g_assert_nonnull (strstr (wire, "\"Price1\":499025"));
  g_assert_cmpfloat (world_shown (world, only_id (world))->price.display, ==, 4990.25);
  world_submit (world, DESK_SIDE_BUY, 1, 4990.10);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "PRICE_TICK"), ==, 1);
  world_cut (world);
  world_connect (world);
  world_run (world);
  g_assert_cmpfloat (world_shown (world, only_id (world))->price.display, ==, 4990.25);
  g_assert_cmpint (world_shown (world, only_id (world))->price.kind, ==, DESK_PRICE_TICKS);
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
  add ("slow-journal", test_slow_journal);
  add ("cut-while-committing", test_cut_while_committing);
  add ("disarm-while-committing", test_disarm_while_committing);
  add ("storage", test_storage);
  add ("overtaking", test_overtaking);
  add ("leaving-waits", test_leaving_waits);
  add ("second-cancel-not-sent", test_second_cancel_not_sent);
  add ("no-answer", test_no_answer);
  add ("cut-at-every-byte", test_cut_at_every_byte);
  add ("cancel-without-id", test_cancel_without_id);
  add ("in-flight", test_in_flight);
  add ("bad-messages", test_bad_messages);
  add ("numbering", test_numbering);
  add ("resync-steps", test_resync_steps);
  add ("batches", test_batches);
  add ("resume", test_resume);
  add ("dropped", test_dropped);
  add ("restart", test_restart);
  add ("halt", test_halt);
  add ("multiplier", test_multiplier);
  add_doubt_tests (add);
  add_flatten_tests (add);
  add_answer_tests (add);
  add_journal_tests (add);
  add_exit_tests (add);
  return g_test_run ();
}
