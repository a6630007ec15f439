/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "verify-world.h"

/* ---- V8, V9, V12, V15 ---- */

static void
test_v8_mismatch (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  DtcMessage *message = dtc_message_new (DTC_MSG_POSITION_UPDATE);
  const DeskFinding *finding;

  world_hold_two (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  /* One more contract at the server, of which no fill is known. */
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, WORLD_SYMBOL);
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
  dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, 3);
  send (world, message);
  world->no_positions = TRUE; /* its list would say two again */
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  finding = expect (last_run (world), 8, DESK_VERDICT_MISMATCH, "2", "3");
  g_assert_cmpstr (finding->symbol, ==, WORLD_SYMBOL);
  check_record (world, finding, 1, DESK_RECORD_EVENT);
  g_assert_cmpuint (g_array_index (last_run (world)->feet, DeskLedgerFoot, 0).finding, ==, finding->number);
  world_free (world);
}

static void
test_v8_hidden (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  const DeskFinding *finding;

  buy (world, 1, 5000);
  world_pass (world, 6 * G_USEC_PER_SEC);
  world->no_positions = TRUE;
  verify (world);
  finding = expect (last_run (world), 8, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  g_assert_nonnull (strstr (finding->text, "no positions here"));
  world_free (world);
}

static void
test_v8_baseline (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);
  FakeFill *fill = g_new0 (FakeFill, 1);
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_BASELINE);
  const DeskLedgerFoot *foot;

  /* Somebody held two before we came. */
  g_strlcpy (fill->execution_id, "OLD", sizeof fill->execution_id);
  g_strlcpy (fill->server_id, "S900", sizeof fill->server_id);
  g_strlcpy (fill->symbol, WORLD_SYMBOL, sizeof fill->symbol);
  fill->side = DTC_BUY;
  fill->price = 4000;
  fill->quantity = 2;
  fill->when = WORLD_UTC / G_USEC_PER_SEC;
  g_ptr_array_add (world->fills, fill);
  world_up (world);
  g_assert_cmpstr (last_run (world)->trigger, ==, "link");
  expect (last_run (world), 8, DESK_VERDICT_NOT_PROVABLE, NULL, "2");
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  foot = &g_array_index (last_run (world)->feet, DeskLedgerFoot, 0);
  g_assert_cmpint (foot->baseline, ==, 2);
  g_assert_cmpint (foot->computed, ==, 2);

  /* The server says three, and is right: a person takes it as the new start. */
  fill->quantity = 3;
  world_cut (world);
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  expect (verify (world), 8, DESK_VERDICT_MISMATCH, "2", "3");
  g_strlcpy (command->ticket.symbol, WORLD_SYMBOL, sizeof command->ticket.symbol);
  g_strlcpy (command->ticket.account, WORLD_ACCOUNT, sizeof command->ticket.account);
  desk_engine_command (world->engine, command, world->now);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (last_run (world), 0, DESK_VERDICT_MATCH);
  g_assert_cmpint (g_array_index (last_run (world)->feet, DeskLedgerFoot, 0).baseline, ==, 3);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "BASELINE"), ==, 1);
  world_free (world);
}

static void
test_v8_moving (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 20, 5000);
  guint i, before;

  /* Fills every second: after ten seconds it is judged all the same, and what moves is not provable. */
  world_pass (world, 6 * G_USEC_PER_SEC);
  before = count_runs (world);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  for (i = 0; i < 15 && count_runs (world) == before; i++)
    {
      server_fill (world, order, 1, 5000);
      world_run (world);
      world_pass (world, G_USEC_PER_SEC);
    }
  g_assert_cmpuint (i, >=, 9);
  expect (last_run (world), 8, DESK_VERDICT_NOT_PROVABLE, find (last_run (world), 8, DESK_VERDICT_NOT_PROVABLE)->expected,
          find (last_run (world), 8, DESK_VERDICT_NOT_PROVABLE)->seen);
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_NOT_PROVABLE);
  world_free (world);
}

static void
test_quiet (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  DtcMessage *position;
  guint before;

  world_pass (world, 6 * G_USEC_PER_SEC);
  server_fill (world, order, 1, 5000);
  position = g_queue_pop_tail (&world->inbox); /* it comes a second later */
  world_run (world);
  before = count_runs (world);
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  g_assert_cmpuint (count_runs (world), ==, before);
  world_pass (world, G_USEC_PER_SEC);
  send (world, position);
  world_pass (world, 4 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before + 1);
  check_only (last_run (world), 0, DESK_VERDICT_MATCH);
  world_free (world);
}

static void
test_v9_v12_v15 (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  const DeskFinding *finding;
  FakeOrder *order;

  world_hold_two (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  check_only (last_run (world), 0, DESK_VERDICT_MATCH);
  finding = find (last_run (world), 9, DESK_VERDICT_MISMATCH);
  g_assert_nonnull (finding); /* this server says 5000.25, the fills say 5000 */
  g_assert_true (finding->information);
  g_assert_cmpuint (finding->number, ==, 0);
  g_assert_cmpstr (finding->expected, ==, "5000");
  finding = find (last_run (world), 15, DESK_VERDICT_NOT_PROVABLE);
  g_assert_true (finding != NULL && finding->information);

  /* An exit that stays when the position has gone. */
  world->careless = TRUE;
  world_line (world, "buy 1 ESZ6 limit 5000 target 5010 stop 4990");
  world_run (world);
  order = g_ptr_array_index (world->orders, 1);
  server_fill (world, order, 1, 5000);
  world_run (world);
  order = g_ptr_array_index (world->orders, 2);
  order->status = DTC_ORDER_STATUS_OPEN;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_submit (world, DESK_SIDE_SELL, 3, 4999);
  world_run (world);
  server_fill (world, world_last_at_server (world), 3, 4999);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  finding = find (last_run (world), 12, DESK_VERDICT_MISMATCH);
  g_assert_nonnull (finding);
  g_assert_true (finding->information);
  g_assert_cmpstr (finding->seen, ==, "1");
  world_free (world);
}

void
add_position_tests (void)
{
  g_test_add_func ("/core/verify/v8/mismatch", test_v8_mismatch);
  g_test_add_func ("/core/verify/v8/hidden", test_v8_hidden);
  g_test_add_func ("/core/verify/v8/baseline", test_v8_baseline);
  g_test_add_func ("/core/verify/v8/moving", test_v8_moving);
  g_test_add_func ("/core/verify/quiet", test_quiet);
  g_test_add_func ("/core/verify/information", test_v9_v12_v15);
}
