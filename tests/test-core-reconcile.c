/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "reconcile-fixture.h"

/* What answers after an outage prove, row by row. */

/* R10 */
static void
test_same (void)
{
  Fixture f;

  fixture_init (&f);
  away (&f);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_STALE);
  g_assert_cmpint (back (&f)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (f.world);
}

/* R11 */
static void
test_changed_elsewhere (void)
{
  Fixture f;
  const DeskOrderState *order;

  fixture_init (&f);
  away (&f);
  f.at_server->price1 = 4985;
  order = back (&f);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpfloat (order->price.display, ==, 4985);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_NOTICE, "CHANGED_ELSEWHERE"), ==, 1);
  world_free (f.world);
}

/* R12, R13 */
static void
test_filled_while_away (void)
{
  Fixture f;
  const DeskOrderState *order;

  fixture_init (&f);
  away (&f);
  server_fill (f.world, f.at_server, 1, 4990);
  order = back (&f);
  g_assert_cmpint (order->status, ==, DESK_STATUS_PART_FILLED);
  g_assert_cmpint (order->filled, ==, 1);
  away (&f);
  server_fill (f.world, f.at_server, 1, 4990);
  server_fill (f.world, f.at_server, 2, 4989.75);
  order = back (&f);
  g_assert_cmpint (order->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpuint (desk_truth_n_fills (f.world->engine->truth), >=, 3);
  world_free (f.world);
}

/* R14, R15: never called cancelled, called gone after the second look. */
static void
test_gone (void)
{
  guint filled;

  for (filled = 0; filled < 3; filled++)
    {
      Fixture f;
      const DeskOrderState *order;

      fixture_init (&f);
      away (&f);
      if (filled > 0)
        server_fill (f.world, f.at_server, filled, 4990);
      f.at_server->status = DTC_ORDER_STATUS_CANCELED;
      order = back (&f);
      g_assert_cmpint (order->status, ==, DESK_STATUS_UNKNOWN);
      g_assert_cmpint (MAX (order->filled, 0), ==, filled);
      order = later (&f);
      g_assert_cmpint (order->status, ==, DESK_STATUS_NOT_AT_SERVER);
      g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_GONE);
      g_assert_nonnull (order->text);
      /* A presumption: a late fill still counts, and the server's own word ends it. */
      server_say (f.world, server_update (f.world, f.at_server, DTC_ORDER_CANCELED, NULL));
      world_run (f.world);
      g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_CANCELLED);
      world_free (f.world);
    }
}

/* R7, R16: the position has changed and nothing explains it. */
static void
test_position_broken (void)
{
  Fixture f;

  fixture_init (&f);
  away (&f);
  f.at_server->status = DTC_ORDER_STATUS_CANCELED;
  /* Somebody traded, and the history does not show it. */
  server_add_fill (f.world, "X", DTC_BUY, 1, 4990);
  f.world->no_fills = TRUE;
  g_queue_clear_full (&f.world->inbox, message_free);
  world_connect (f.world);
  world_pass (f.world, 3 * G_USEC_PER_SEC);
  {
    g_autoptr (DeskCommand) waive = desk_command_new (DESK_COMMAND_WAIVE);

    g_strlcpy (waive->step, "fills", sizeof waive->step);
    desk_engine_command (f.world->engine, waive, f.world->now);
  }
  world_run (f.world);
  g_assert_true (f.world->live);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, !=, DESK_CERTAINTY_FRESH);
  g_assert_false (desk_status_is_final (world_shown (f.world, f.id)->status));
  later (&f);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, !=, DESK_CERTAINTY_GONE);
  world_free (f.world);
}

/* R17 */
static void
test_cancel_not_effective (void)
{
  Fixture f;
  const DeskOrderState *order;

  fixture_init (&f);
  f.world->deaf = TRUE;
  world_command (f.world, DESK_COMMAND_CANCEL, f.id);
  world_settle (f.world);
  g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_CANCELLING);
  away (&f);
  g_assert_cmpint (world_shown (f.world, f.id)->cancel, ==, DESK_OVERLAY_UNKNOWN);
  f.world->deaf = FALSE;
  order = back (&f);
  g_assert_cmpint (order->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (order->cancel, ==, DESK_OVERLAY_REFUSED);
  g_assert_nonnull (strstr (order->text, "no effect"));
  g_assert_cmpuint (f.world->written->len, ==, 2);
  world_free (f.world);
}

/* R18, R19 */
static void
test_cancel_effective (void)
{
  guint full;

  for (full = 0; full < 2; full++)
    {
      Fixture f;
      const DeskOrderState *order;

      fixture_init (&f);
      f.world->silent = TRUE;
      if (full)
        f.world->deaf = TRUE;
      world_command (f.world, DESK_COMMAND_CANCEL, f.id);
      world_settle (f.world);
      away (&f);
      f.world->deaf = FALSE;
      if (full)
        server_fill (f.world, f.at_server, 4, 4990);
      back (&f);
      order = later (&f);
      if (full)
        g_assert_cmpint (order->status, ==, DESK_STATUS_FILLED);
      else
        {
          g_assert_cmpint (order->status, ==, DESK_STATUS_NOT_AT_SERVER);
          g_assert_nonnull (strstr (order->text, "on our request"));
        }
      world_free (f.world);
    }
}

/* R20, R21 */
static void
test_change (void)
{
  guint applied;

  for (applied = 0; applied < 2; applied++)
    {
      Fixture f;
      const DeskOrderState *order;

      fixture_init (&f);
      f.world->silent = TRUE;
      f.world->deaf = !applied;
      world_modify (f.world, f.id, TRUE, 4992, 0);
      world_settle (f.world);
      away (&f);
      f.world->deaf = FALSE;
      g_assert_cmpint (world_shown (f.world, f.id)->change, ==, DESK_OVERLAY_UNKNOWN);
      order = back (&f);
      g_assert_cmpint (order->status, ==, DESK_STATUS_WORKING);
      if (applied)
        {
          g_assert_cmpint (order->change, ==, DESK_OVERLAY_NONE);
          g_assert_cmpfloat (order->price.display, ==, 4992);
        }
      else
        {
          g_assert_cmpint (order->change, ==, DESK_OVERLAY_UNKNOWN);
          order = later (&f);
          g_assert_cmpint (order->change, ==, DESK_OVERLAY_REFUSED);
          g_assert_cmpfloat (order->price.display, ==, 4990);
        }
      g_assert_cmpuint (f.world->written->len, ==, 2);
      world_free (f.world);
    }
}

/* The change was applied under a new id while we were away. */
static void
test_change_new_id (void)
{
  Fixture f;
  const DeskOrderState *order;

  fixture_init (&f);
  f.world->silent = TRUE;
  world_modify (f.world, f.id, TRUE, 4992, 0);
  world_settle (f.world);
  away (&f);
  g_strlcpy (f.at_server->server_id, "S99", sizeof f.at_server->server_id);
  order = back (&f);
  g_assert_cmpstr (order->server_order_id, ==, "S99");
  g_assert_cmpint (order->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (order->change, ==, DESK_OVERLAY_NONE);
  g_assert_cmpuint (desk_truth_n_orders (f.world->engine->truth), ==, 1);
  world_free (f.world);
}

/* R22: both the old order and a new one without our id. */
static void
test_two_live (gconstpointer named)
{
  Fixture f;
  FakeOrder *second;
  const DeskTruthOrder *other;

  fixture_init (&f);
  f.world->silent = TRUE;
  f.world->deaf = TRUE;
  world_modify (f.world, f.id, TRUE, 4992, 0);
  world_settle (f.world);
  away (&f);
  f.world->deaf = FALSE;
  second = g_memdup2 (f.at_server, sizeof *second);
  g_strlcpy (second->server_id, "S99", sizeof second->server_id);
  if (named == NULL)
    second->client_id[0] = '\0';
  second->price1 = 4992;
  g_ptr_array_add (f.world->orders, second);
  g_assert_cmpint (back (&f)->certainty, ==, DESK_CERTAINTY_CONFLICT);
  other = desk_truth_find_server (f.world->engine->truth, "S99");
  g_assert_cmpint (other->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  /* Either can be cancelled, and the other is an ordinary order then. */
  world_command (f.world, DESK_COMMAND_CANCEL, "S99");
  world_run (f.world);
  g_assert_cmpint (other->state.status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (f.world);
}

/* A change of our buy of 4 that nobody answers, and then a nameless order S99 of @quantity at the price it asked for.
 * Returns: (transfer full): our order's name */
static char *
change_beside_nameless (World  *world,
                        gint64  quantity)
{
  FakeOrder *ours = world_place (world, DESK_SIDE_BUY, 4, 4990), *nameless;
  char *id = g_strdup (ours->client_id);

  world->deaf = TRUE;
  world_modify (world, id, TRUE, 4992, 0);
  world_settle (world);
  nameless = g_memdup2 (ours, sizeof *nameless);
  g_strlcpy (nameless->server_id, "S99", sizeof nameless->server_id);
  nameless->client_id[0] = '\0';
  nameless->price1 = 4992;
  nameless->quantity = quantity;
  g_ptr_array_add (world->orders, nameless);
  server_say (world, server_update (world, nameless, DTC_NEW_ORDER_ACCEPTED, NULL));
  world_pass (world, 2 * G_USEC_PER_SEC);
  world->deaf = FALSE;
  return id;
}

/* R22 on a link that lives: the second order comes unasked, before anybody has answered the change. */
static void
test_two_live_unasked (gconstpointer data)
{
  World *world = world_new_live ((DtcNumbering) GPOINTER_TO_INT (data));
  g_autofree char *id = change_beside_nameless (world, 4);

  world_pass (world, 3 * G_USEC_PER_SEC + 100000);
  g_assert_cmpint (world_shown (world, id)->certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_cmpint (desk_truth_find_server (world->engine->truth, "S99")->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "TWO_LIVE_ORDERS"), ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "TWO_LIVE_SECOND"), ==, 1);
  world_command (world, DESK_COMMAND_CANCEL, id);
  world_run (world);
  g_assert_cmpint (world_shown (world, id)->status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (desk_truth_find_server (world->engine->truth, "S99")->state.certainty, ==, DESK_CERTAINTY_EXTERNAL);
  world_free (world);
}

/* R25, R26 */
static void
test_resurrected_and_external (void)
{
  Fixture f;
  gboolean shown = FALSE;
  guint i;

  fixture_init (&f);
  world_command (f.world, DESK_COMMAND_CANCEL, f.id);
  world_run (f.world);
  away (&f);
  f.at_server->status = DTC_ORDER_STATUS_OPEN;
  server_add_order (f.world, "X1", WORLD_OTHER, DTC_SELL, 1, 18000);
  back (&f);
  for (i = 0; i < f.world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (f.world->events, i);

      shown |= event->kind == DESK_EVENT_ORDER && event->order.certainty == DESK_CERTAINTY_CONFLICT;
    }
  /* An alarm and a conflict first; the list that follows it confirms that it works. */
  g_assert_true (shown);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_NOTICE, "RESURRECTED"), ==, 1);
  g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (desk_truth_find_server (f.world->engine->truth, "X1")->state.certainty, ==, DESK_CERTAINTY_EXTERNAL);
  world_free (f.world);
}

/* The stream lives and one fill is never told: the half-minute questions find it. */
static void
test_timer (void)
{
  Fixture f;

  fixture_init (&f);
  server_fill (f.world, f.at_server, 4, 4990);
  g_queue_clear_full (&f.world->inbox, message_free);
  world_pass (f.world, 35 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_FILL, NULL), ==, 1);
  world_free (f.world);
}

/* What is known already is not written again every half minute. */
static void
test_timer_is_quiet (void)
{
  Fixture f;
  guint n_before, n_events = 0, i;

  fixture_init (&f);
  server_fill (f.world, f.at_server, 1, 4990);
  world_pass (f.world, 40 * (gint64) G_USEC_PER_SEC);
  n_before = f.world->records->len;
  world_pass (f.world, 300 * (gint64) G_USEC_PER_SEC);
  for (i = n_before; i < f.world->records->len; i++)
    n_events += ((DeskRecord *) g_ptr_array_index (f.world->records, i))->kind == DESK_RECORD_EVENT;
  g_assert_cmpuint (n_events, ==, 0);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (f.world);
}

/* An order younger than the question is not called absent by its answer. */
static void
test_young (void)
{
  Fixture f;

  fixture_init (&f);
  f.world->auto_accept = FALSE;
  world_command (f.world, DESK_COMMAND_VERIFY, NULL);
  world_place (f.world, DESK_SIDE_BUY, 1, 4970);
  g_strlcpy (f.id, world_last_at_server (f.world)->client_id, sizeof f.id);
  g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_SENT);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (f.world);
}

/* On a link that lives: a stranger's order comes to rest at the price that our unanswered change asks for. */
static void
test_stranger_at_asked_price (gconstpointer data)
{
  World *world = world_new_live ((DtcNumbering) GPOINTER_TO_INT (data));
  g_autofree char *id = change_beside_nameless (world, 3);

  world_pass (world, 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "TWO_LIVE_ORDERS"), ==, 0);
  g_assert_cmpint (desk_truth_find_server (world->engine->truth, "S99")->state.certainty, ==, DESK_CERTAINTY_EXTERNAL);
  g_assert_cmpint (world_shown (world, id)->certainty, !=, DESK_CERTAINTY_CONFLICT);
  world_free (world);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/reconcile/same", test_same);
  g_test_add_func ("/core/reconcile/changed-elsewhere", test_changed_elsewhere);
  g_test_add_func ("/core/reconcile/filled-while-away", test_filled_while_away);
  g_test_add_func ("/core/reconcile/gone", test_gone);
  g_test_add_func ("/core/reconcile/position-broken", test_position_broken);
  g_test_add_func ("/core/reconcile/cancel-not-effective", test_cancel_not_effective);
  g_test_add_func ("/core/reconcile/cancel-effective", test_cancel_effective);
  g_test_add_func ("/core/reconcile/change", test_change);
  g_test_add_func ("/core/reconcile/change-new-id", test_change_new_id);
  g_test_add_data_func ("/core/reconcile/two-live", NULL, test_two_live);
  g_test_add_data_func ("/core/reconcile/two-live-one-name", "named", test_two_live);
  g_test_add_data_func ("/core/reconcile/two-live-unasked/dtc", GINT_TO_POINTER (DTC_NUMBERING_DTC), test_two_live_unasked);
  g_test_add_data_func ("/core/reconcile/two-live-unasked/brief", GINT_TO_POINTER (DTC_NUMBERING_BRIEF), test_two_live_unasked);
  g_test_add_data_func ("/core/reconcile/stranger-at-asked-price/dtc", GINT_TO_POINTER (DTC_NUMBERING_DTC), test_stranger_at_asked_price);
  g_test_add_data_func ("/core/reconcile/stranger-at-asked-price/brief", GINT_TO_POINTER (DTC_NUMBERING_BRIEF), test_stranger_at_asked_price);
  g_test_add_func ("/core/reconcile/resurrected-and-external", test_resurrected_and_external);
  g_test_add_func ("/core/reconcile/timer", test_timer);
  g_test_add_func ("/core/reconcile/timer-is-quiet", test_timer_is_quiet);
  g_test_add_func ("/core/reconcile/young", test_young);
  add_case_tests ();
  add_checklist_tests ();
  add_identity_tests ();
  add_look_tests ();
  return g_test_run ();
}
