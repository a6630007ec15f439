/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-order-id.h"
#include "desk-timeline.h"
#include "engine-world.h"
#include "verify-many.h"

/* The checks V1 to V15 over the four books: each made to match, to mismatch and to be not provable by a server that errs
 * in one way. What the findings are called, by whom they are accepted, and that all of it is still so after a restart. */

static World *
up (DtcNumbering numbering)
{
  World *world = world_new (numbering);

  world_up (world);
  return world;
}

static const DeskVerifyRun *
last_run (World *world)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_VERIFY)
        return event->verify;
    }
  return NULL;
}

static guint
count_runs (World *world)
{
  return world_count (world, DESK_EVENT_VERIFY, NULL);
}

static const DeskVerifyRun *
verify (World *world)
{
  guint before = count_runs (world);
  guint i;

  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  for (i = 0; i < 40 && count_runs (world) == before; i++)
    world_pass (world, G_USEC_PER_SEC / 2);
  g_assert_cmpuint (count_runs (world), >, before);
  return last_run (world);
}

static const DeskFinding *
find (const DeskVerifyRun *run,
      guint                check,
      DeskVerdict          verdict)
{
  guint i;

  for (i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);

      if (finding->check == check && finding->verdict == verdict)
        return finding;
    }
  return NULL;
}

/* Nothing else is wrong than what the test has made wrong. */
static void
check_only (const DeskVerifyRun *run,
            guint                check,
            DeskVerdict          verdict)
{
  guint i;

  for (i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);

      if (finding->verdict == DESK_VERDICT_MATCH || finding->information)
        continue;
      g_assert_nonnull (finding->text);
      g_assert_cmpuint (finding->number, >, 0);
      if (finding->check != check || finding->verdict != verdict)
        g_error ("V%u is %s: %s", finding->check, desk_verdict_nick (finding->verdict), finding->text);
    }
  g_assert_cmpint (run->verdict, ==, check == 0 ? DESK_VERDICT_MATCH : verdict);
}

static const DeskFinding *
expect (const DeskVerifyRun *run,
        guint                check,
        DeskVerdict          verdict,
        const char          *expected,
        const char          *seen)
{
  const DeskFinding *finding = find (run, check, verdict);

  if (finding == NULL)
    {
      guint i;

      for (i = 0; i < run->findings->len; i++)
        {
          const DeskFinding *other = &g_array_index (run->findings, DeskFinding, i);

          if (other->verdict != DESK_VERDICT_MATCH)
            g_test_message ("V%u is %s: %s", other->check, desk_verdict_nick (other->verdict), other->text);
        }
      g_error ("V%u is not %s", check, desk_verdict_nick (verdict));
    }
  if (verdict != DESK_VERDICT_MATCH)
    {
      g_assert_cmpstr (finding->expected, ==, expected);
      g_assert_cmpstr (finding->seen, ==, seen);
    }
  return finding;
}

static const DeskRecord *
record_of (World  *world,
           guint64 seq)
{
  guint i;

  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      if (record->seq == seq)
        return record;
    }
  return NULL;
}

/* The first record that a finding points at says what it is about. */
static void
check_record (World             *world,
              const DeskFinding *finding,
              guint              which,
              DeskRecordKind     kind)
{
  const DeskRecord *record = record_of (world, finding->records[which]);

  g_assert_nonnull (record);
  g_assert_cmpint (record->kind, ==, kind);
}

static FakeOrder *
buy (World *world,
     gint64 quantity,
     double price)
{
  world_submit (world, DESK_SIDE_BUY, quantity, price);
  world_run (world);
  return world_last_at_server (world);
}

/* What the server says into a link that is down. */
static void
lose (World *world)
{
  g_queue_clear_full (&world->inbox, message_free);
}

static void
send (World      *world,
      DtcMessage *message)
{
  server_say (world, message);
  world_run (world);
}

/* ---- everything is right ---- */

static void
test_match (gconstpointer data)
{
  World *world = world_new_form (data);
  const DeskVerifyRun *run;
  const DeskLedgerRow *row;
  const DeskLedgerFoot *foot;
  FakeOrder *order;
  gboolean brief = world->numbering == DTC_NUMBERING_BRIEF;

  world_up (world);
  order = buy (world, 3, 5000.25);
  server_fill (world, order, 1, 5000.25);
  server_fill (world, order, 2, 5000);
  world_run (world);
  buy (world, 1, 4990);
  world_pass (world, 6 * G_USEC_PER_SEC);
  run = verify (world);
  /* The brief's numbering lists the open orders once a connection. */
  check_only (run, brief ? 10 : 0, DESK_VERDICT_NOT_PROVABLE);
  g_assert_cmpuint (run->n_match[1], ==, 2);
  g_assert_cmpuint (run->n_match[2], ==, 2);
  g_assert_cmpuint (run->n_match[3], ==, 1);
  g_assert_cmpuint (run->n_match[4], ==, 1);
  g_assert_cmpuint (run->n_match[5], ==, 1);
  g_assert_cmpuint (run->n_match[6], ==, 2);
  g_assert_cmpuint (run->n_match[7], ==, 2);
  g_assert_cmpuint (run->n_match[8], ==, 1);
  g_assert_cmpuint (run->n_match[10], ==, brief ? 0 : 1);
  g_assert_cmpuint (run->n_match[11], ==, 2);
  g_assert_cmpuint (run->n_match[13], ==, 4);
  g_assert_cmpuint (run->n_match[14], ==, 1);

  g_assert_cmpuint (run->rows->len, ==, 2);
  row = &g_array_index (run->rows, DeskLedgerRow, 0);
  g_assert_cmpint (row->verdict, ==, DESK_VERDICT_MATCH);
  g_assert_cmpuint (row->key, ==, 1);
  g_assert_cmpint (row->sent_quantity, ==, 3);
  g_assert_cmpint (row->echo_quantity, ==, 3);
  g_assert_cmpint (row->echo_filled, ==, 3);
  g_assert_cmpint (row->live_quantity, ==, 3);
  g_assert_cmpint (row->history_quantity, ==, 3);
  g_assert_true (row->history_known);
  g_assert_cmpfloat_with_epsilon (row->live_average, 15000.25 / 3, 1e-9);
  g_assert_cmpfloat (row->sent_price.display, ==, 5000.25);
  g_assert_cmpint (row->echo_status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (record_of (world, row->sent_record)->kind, ==, DESK_RECORD_INTENT);
  g_assert_cmpint (record_of (world, row->echo_record)->kind, ==, DESK_RECORD_EVENT);
  g_assert_cmpuint (run->feet->len, ==, 1);
  foot = &g_array_index (run->feet, DeskLedgerFoot, 0);
  g_assert_true (foot->based && foot->stated);
  g_assert_cmpint (foot->baseline, ==, 0);
  g_assert_cmpint (foot->fills, ==, 3);
  g_assert_cmpint (foot->server, ==, 3);
  world_free (world);
}

static void
test_empty (void)
{
  World *world = up (DTC_NUMBERING_DTC);

  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  g_assert_cmpuint (last_run (world)->n_match[10], ==, 1);
  world_free (world);
}

/* ---- V1 ---- */

static void
test_v1_late (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  const DeskFinding *finding;

  world->auto_accept = FALSE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_pass (world, 6 * G_USEC_PER_SEC);
  server_accept (world, world_last_at_server (world));
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  finding = expect (verify (world), 1, DESK_VERDICT_MISMATCH, "5", "6.000");
  check_record (world, finding, 0, DESK_RECORD_INTENT);
  check_record (world, finding, 1, DESK_RECORD_EVENT);
  world_free (world);
}

static void
test_v1_silent (void)
{
  World *world = up (DTC_NUMBERING_DTC);

  world->auto_accept = FALSE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_run (world);
  g_assert_cmpuint (verify (world)->n_mismatch[1], ==, 0); /* its time is not up */
  ((FakeOrder *) world_last_at_server (world))->status = DTC_ORDER_STATUS_REJECTED;
  world_pass (world, 6 * G_USEC_PER_SEC);
  expect (verify (world), 1, DESK_VERDICT_MISMATCH, "5", NULL);
  world_free (world);
}

static void
test_v1_cut (void)
{
  World *world = up (DTC_NUMBERING_DTC);

  world->silent = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_run (world);
  world_cut (world);
  world->silent = FALSE;
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 1, DESK_VERDICT_NOT_PROVABLE);
  world_free (world);
}

/* ---- V2 ---- */

static void
test_v2_price (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  const DeskFinding *finding;
  FakeOrder *order;

  order = buy (world, 2, 5000);
  order->price1 = 5001;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 2, DESK_VERDICT_MISMATCH);
  finding = expect (last_run (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  check_record (world, finding, 0, DESK_RECORD_INTENT);
  check_record (world, finding, 1, DESK_RECORD_EVENT);
  g_assert_cmpuint (finding->key, ==, 1);
  g_assert_cmpint (g_array_index (last_run (world)->rows, DeskLedgerRow, 0).verdict, ==, DESK_VERDICT_MISMATCH);
  g_assert_cmpuint (g_array_index (last_run (world)->rows, DeskLedgerRow, 0).finding, ==, finding->number);
  world_free (world);
}

static void
test_v2_changed (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);

  world_modify (world, order->client_id, TRUE, 5001, 3);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  order->quantity = 2;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  expect (verify (world), 2, DESK_VERDICT_MISMATCH, "3", "2");
  world_free (world);
}

static void
test_v2_side (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order;

  world->auto_accept = FALSE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_run (world);
  order = world_last_at_server (world);
  order->status = DTC_ORDER_STATUS_OPEN;
  order->tif = DTC_TIF_GOOD_TILL_CANCELED;
  order->type = DTC_ORDER_TYPE_STOP;
  send (world, server_update (world, order, DTC_NEW_ORDER_ACCEPTED, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  expect (verify (world), 2, DESK_VERDICT_MISMATCH, "limit, day", "stop, gtc");
  world_free (world);
}

static void
test_v2_not_said (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  DtcMessage *message = dtc_message_new (DTC_MSG_ORDER_UPDATE);
  FakeOrder *order;

  world->auto_accept = FALSE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_run (world);
  order = world_last_at_server (world);
  order->status = DTC_ORDER_STATUS_CANCELED;
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, order->server_id);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, order->client_id);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, DTC_ORDER_CANCELED);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_CANCELED);
  send (world, message);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 2, DESK_VERDICT_NOT_PROVABLE);
  world_free (world);
}

/* What the server leaves out is no echo, and what it does not say cannot be right. */
static void
test_v2_silent (void)
{
  static const struct { guint field; const char *name; } silences[] = {
    { DTC_ORDER_UPDATE_F_BUY_SELL, "side" }, { DTC_ORDER_UPDATE_F_ORDER_TYPE, "type" }, { DTC_ORDER_UPDATE_F_PRICE1, "price" },
    { DTC_ORDER_UPDATE_F_TIME_IN_FORCE, "time in force" }, { DTC_ORDER_UPDATE_F_ORDER_QUANTITY, "quantity" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (silences); i++)
    {
      World *world = up (DTC_NUMBERING_DTC);
      const DeskFinding *finding;
      DtcMessage *message;
      FakeOrder *order;

      world->auto_accept = FALSE;
      world_submit (world, DESK_SIDE_BUY, 1, 5000);
      world_run (world);
      order = world_last_at_server (world);
      order->status = DTC_ORDER_STATUS_CANCELED;
      message = server_update (world, order, DTC_ORDER_CANCELED, NULL);
      dtc_message_unset (message, silences[i].field);
      send (world, message);
      world_pass (world, 6 * G_USEC_PER_SEC);
      verify (world);
      finding = expect (last_run (world), 2, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
      g_assert_nonnull (strstr (finding->text, silences[i].name));
      g_assert_cmpuint (last_run (world)->n_match[2], ==, 0);
      world_free (world);
    }
}

/* ---- V3 and V5 ---- */

static void
test_v3_more (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 4, 5000);
  const DeskFinding *finding;
  DtcMessage *message;

  server_fill (world, order, 1, 5000);
  world_run (world);
  order->filled = 3; /* it counts two that were in no fill */
  message = server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, 5000);
  send (world, message);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  finding = expect (last_run (world), 3, DESK_VERDICT_MISMATCH, "3", "1");
  check_record (world, finding, 0, DESK_RECORD_EVENT);
  expect (last_run (world), 5, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  expect (last_run (world), 8, DESK_VERDICT_MISMATCH, "3", "1");
  world_free (world);
}

static void
test_v3_no_history (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 4, 5000);

  world_cut (world);
  server_fill (world, order, 2, 5000);
  lose (world);
  world_pass (world, G_USEC_PER_SEC);
  world->no_fills = TRUE;
  world_connect (world);
  world_pass (world, 3 * G_USEC_PER_SEC);
  g_assert_false (world->live); /* the fills are needed */
  verify (world);
  expect (last_run (world), 3, DESK_VERDICT_NOT_PROVABLE, "2", "0");
  g_assert_nonnull (strstr (find (last_run (world), 3, DESK_VERDICT_NOT_PROVABLE)->text, "no history here"));
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_NOT_PROVABLE);
  world->no_fills = FALSE;
  world_pass (world, 40 * G_USEC_PER_SEC);
  g_assert_true (world->live);
  verify (world);
  check_only (last_run (world), 0, DESK_VERDICT_MATCH);
  world_free (world);
}

/* The word that had the count was lost or could not be read: the fills are younger than the last count. */
static void
test_v3_count_unread (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);

  world_pass (world, G_USEC_PER_SEC);
  server_fill (world, order, 2, 5000);
  lose (world);
  world_feed_text (world, "{\"Type\":301,\"ServerOrderID\":\"S1\",\"FilledQuantity\":\"two\"}");
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  expect (last_run (world), 3, DESK_VERDICT_NOT_PROVABLE, "0", "2");
  /* Said and counted less all the same it is none of that. */
  send (world, server_update (world, order, DTC_ORDER_FILLED, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_cmpuint (verify (world)->n_not_provable[3], ==, 0);
  order->filled = 1;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  expect (last_run (world), 3, DESK_VERDICT_MISMATCH, "1", "2");
  world_free (world);
}

/* The older word came last: the server has counted all of them before, and has not counted since. */
static void
test_v3_reordered (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  DtcMessage *first;

  server_fill (world, order, 1, 5000);
  first = g_queue_pop_head (&world->inbox);
  server_fill (world, order, 1, 5000);
  world_read_one (world); /* a position */
  world_read_one (world);
  send (world, first);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  expect (last_run (world), 3, DESK_VERDICT_NOT_PROVABLE, "1", "2");
  g_assert_cmpuint (last_run (world)->n_mismatch[11], >, 0); /* that it took back what it had said is said there */
  world_free (world);
}

static void
test_v5 (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 3, 5000.25);
  DtcMessage *message;

  server_fill (world, order, 1, 5000.25);
  server_fill (world, order, 1, 5000);
  world_run (world);
  message = server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, 5000.125 + 0.1249);
  send (world, message);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH); /* half a tick */
  message = server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, 5000.125 + 0.1251);
  send (world, message);
  world_pass (world, 6 * G_USEC_PER_SEC);
  world->no_orders_answer = TRUE; /* the list would set it right */
  expect (verify (world), 5, DESK_VERDICT_MISMATCH, "5000.125", "5000.2501");
  order->value = 0;
  order->filled = 0;
  message = server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, 2);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_REMAINING_QUANTITY, 1);
  send (world, message);
  order->filled = 2;
  world_pass (world, 6 * G_USEC_PER_SEC);
  expect (verify (world), 5, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  world_free (world);
}

/* ---- V4 ---- */

static void
test_v4 (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 3, 5000);
  DtcMessage *message = server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL);

  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_REMAINING_QUANTITY, 2);
  send (world, message);
  world_pass (world, 3 * G_USEC_PER_SEC);
  /* The question would set it right: what the live word said is judged before. */
  world->no_orders_answer = TRUE;
  expect (verify (world), 4, DESK_VERDICT_MISMATCH, "3", "2");
  world_free (world);

  world = up (DTC_NUMBERING_DTC);
  world->auto_accept = FALSE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_run (world);
  order = world_last_at_server (world);
  message = dtc_message_new (DTC_MSG_ORDER_UPDATE);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, order->server_id);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, order->client_id);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY, 1);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, DTC_NEW_ORDER_ACCEPTED);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_OPEN);
  send (world, message);
  world->no_orders_answer = TRUE;
  expect (verify (world), 4, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  world_free (world);
}

/* ---- what a mismatch does ---- */

/* Nothing new is risked on what does not agree with the server. Exits work, a person may arm again, and what was looked
 * at once does not disarm twice. */
static void
test_disarm (gconstpointer data)
{
  World *world = world_new_form (data);
  FakeOrder *order;
  FakeFill *lost;

  world_up (world);
  order = buy (world, 2, 5000);
  server_fill (world, order, 2, 5000);
  world_run (world);
  lost = g_ptr_array_steal_index (world->fills, 0);
  g_assert_true (world->engine->armed);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  g_assert_cmpuint (last_run (world)->n_mismatch[6], ==, 1);
  g_assert_false (world->engine->armed);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "MISMATCH"), ==, 1);
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "DISARMED"), ==, 1);

  world_command (world, DESK_COMMAND_ARM, NULL);
  world_pass (world, 60 * G_USEC_PER_SEC);
  verify (world);
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_MISMATCH);
  g_assert_true (world->engine->armed);
  buy (world, 1, 4990);
  /* It was over, and is there again. */
  g_ptr_array_add (world->fills, lost);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  g_assert_cmpuint (last_run (world)->n_mismatch[6], ==, 0);
  g_assert_true (world->engine->armed);
  g_ptr_array_steal_index (world->fills, 0);
  verify (world);
  g_assert_false (world->engine->armed);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "MISMATCH"), ==, 2);
  /* The way out is open. */
  world_command (world, DESK_COMMAND_CANCEL, world_last_order (world)->client_order_id);
  world_run (world);
  g_assert_cmpint (world_last_at_server (world)->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_free (lost);
  world_free (world);
}

/* A late answer, or a price that is counted otherwise, puts nothing at risk that is not known. */
static void
test_disarm_not (void)
{
  World *world = up (DTC_NUMBERING_DTC);

  world->auto_accept = FALSE;
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  world_pass (world, 6 * G_USEC_PER_SEC);
  server_accept (world, world_last_at_server (world));
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  g_assert_cmpuint (last_run (world)->n_mismatch[1], ==, 1);
  g_assert_true (world->engine->armed);
  world_free (world);
}

/* What a person has taken is no news however the fills go on. */
static void
test_disarm_accepted (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  const DeskFinding *finding;
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_ACCEPT);

  verify (world);
  server_fill (world, buy (world, 1, 5000), 1, 5000);
  world_run (world);
  /* A position of three more that no fill makes. */
  world->position_extra = 3;
  world_pass (world, 40 * G_USEC_PER_SEC);
  /* The alarm of the half minute is followed by the proof, and that disarms. */
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "POSITION_MISMATCH"), ==, 1);
  g_assert_cmpuint (last_run (world)->n_mismatch[8], ==, 1);
  g_assert_false (world->engine->armed);
  finding = expect (last_run (world), 8, DESK_VERDICT_MISMATCH, "1", "4");
  command->quantity = (gint64) finding->number;
  desk_engine_command (world->engine, command, world->now);
  world_command (world, DESK_COMMAND_ARM, NULL);
  server_fill (world, buy (world, 1, 5000), 1, 5000);
  world_pass (world, 40 * G_USEC_PER_SEC);
  verify (world);
  g_assert_true (world->engine->armed);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "MISMATCH"), ==, 1);
  world_free (world);
}

/* ---- V6 and V7 ---- */

static void
test_v6_missing (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  const DeskFinding *finding;
  FakeFill *lost;

  server_fill (world, order, 1, 5000);
  server_fill (world, order, 1, 5000);
  world_run (world);
  lost = g_ptr_array_steal_index (world->fills, 1);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  finding = expect (last_run (world), 6, DESK_VERDICT_MISMATCH, "E2", "absent");
  g_assert_cmpstr (finding->execution_id, ==, "E2");
  g_assert_nonnull (strstr (finding->text, "E2"));
  check_record (world, finding, 0, DESK_RECORD_EVENT);
  g_ptr_array_add (world->fills, lost);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  g_assert_cmpuint (last_run (world)->past->len, >, 0);
  world_free (world);
}

static void
test_v6_untold (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  const DeskFinding *finding;

  server_fill (world, order, 1, 5000);
  dtc_message_free (g_queue_pop_head (&world->inbox)); /* the update; the position comes */
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  finding = expect (last_run (world), 6, DESK_VERDICT_MISMATCH, "reported", "not reported");
  g_assert_cmpstr (finding->execution_id, ==, "E1");
  world_free (world);
}

/* The list was quicker than the report: one fill all the same. */
static void
test_v6_listed_first (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  DtcMessage *late;

  server_fill (world, order, 1, 5000);
  late = g_queue_pop_head (&world->inbox);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_cmpuint (verify (world)->n_mismatch[6], ==, 1);
  send (world, late);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  g_assert_cmpint (g_array_index (last_run (world)->rows, DeskLedgerRow, 0).live_quantity, ==, 1);
  g_assert_cmpint (g_array_index (last_run (world)->feet, DeskLedgerFoot, 0).computed, ==, 1);
  world_free (world);
}

/* The server makes the exits as large as what the entry has filled so far. */
static void
test_v2_linked (void)
{
  World *world = up (DTC_NUMBERING_DTC);

  world_line (world, "buy 2 ESZ6 limit 5000 target 5010 stop 4990");
  world_run (world);
  server_fill (world, g_ptr_array_index (world->orders, 0), 1, 5000);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  g_assert_cmpint (g_array_index (last_run (world)->rows, DeskLedgerRow, 1).echo_quantity, ==, 1);
  g_assert_cmpint (g_array_index (last_run (world)->rows, DeskLedgerRow, 1).sent_quantity, ==, 2);
  world_free (world);
}

static void
test_v6_while_away (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);

  world_pass (world, 6 * G_USEC_PER_SEC);
  world_cut (world);
  server_fill (world, order, 1, 5000);
  lose (world);
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  world_free (world);
}

/* Filled to the end while nobody could tell: the last count was right in its time, and is no mismatch now. */
static void
test_v3_filled_away (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  const DeskFinding *finding;

  world_pass (world, 6 * G_USEC_PER_SEC);
  world_cut (world);
  server_fill (world, order, 2, 5000);
  lose (world);
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  finding = expect (last_run (world), 3, DESK_VERDICT_NOT_PROVABLE, "0", "2");
  g_assert_nonnull (strstr (finding->text, "is older than they are"));
  expect (last_run (world), 5, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  g_assert_cmpuint (last_run (world)->n_match[6], ==, 1);
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_NOT_PROVABLE);
  /* A count on this connection that leaves them out contradicts them. */
  order->filled = 0;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  expect (last_run (world), 3, DESK_VERDICT_MISMATCH, "0", "2");
  world_free (world);
}

static void
test_v6_refused (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 1, 5000);
  const DeskFinding *finding;

  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  world->no_fills = TRUE;
  verify (world);
  finding = expect (last_run (world), 6, DESK_VERDICT_NOT_PROVABLE, "1", NULL);
  g_assert_nonnull (strstr (finding->text, "no history here"));
  expect (last_run (world), 7, DESK_VERDICT_NOT_PROVABLE, "1", NULL);
  expect (last_run (world), 14, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_NOT_PROVABLE);
  g_assert_false (g_array_index (last_run (world)->rows, DeskLedgerRow, 0).history_known);
  world_free (world);
}

static void
test_v6_look_back (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  DtcMessage *message;

  /* The first happened two days ago, says the server, and the list does not reach so far back. */
  server_fill (world, order, 1, 5000);
  message = g_queue_peek_head (&world->inbox);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_LAST_FILL_DATE_TIME, (WORLD_UTC + world->now) / 1000 - 48 * 3600 * 1000);
  world_run (world);
  server_fill (world, order, 1, 5000);
  world_run (world);
  g_ptr_array_remove_index (world->fills, 0);
  world_pass (world, 6 * G_USEC_PER_SEC);
  expect (verify (world), 6, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  g_assert_cmpuint (last_run (world)->n_mismatch[6], ==, 0);
  world_free (world);
}

/* A fill that was listed before the order was sent is of an earlier one, which had the id before. */
static void
test_v3_older_fill (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeFill *fill = g_new0 (FakeFill, 1);
  FakeOrder *order;

  g_strlcpy (fill->execution_id, "OLD", sizeof fill->execution_id);
  g_strlcpy (fill->server_id, "S1", sizeof fill->server_id);
  g_strlcpy (fill->symbol, WORLD_SYMBOL, sizeof fill->symbol);
  fill->side = DTC_BUY;
  fill->price = 4990;
  fill->quantity = 2;
  fill->when = (WORLD_UTC + world->now) / G_USEC_PER_SEC;
  g_ptr_array_add (world->fills, fill);
  verify (world);
  order = buy (world, 2, 4990);
  g_assert_cmpstr (order->server_id, ==, "S1");
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_cmpint (desk_ledger_find (world->engine->ledger, order->client_id, "")->executed, ==, 0);
  g_assert_null (find (verify (world), 3, DESK_VERDICT_MISMATCH));
  g_assert_cmpint (world_shown (world, order->client_id)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (world_shown (world, order->client_id)->filled, ==, 0);
  world_free (world);
}

static void
test_v7 (void)
{
  static const struct { double price; gint64 quantity; gint64 later; const char *expected, *seen; } wrong[] = {
    { 5001, 1, 0, "5000", "5001" },
    { 5000, 2, 0, "1", "2" },
    { 5000, 1, 60, NULL, NULL },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      World *world = up (DTC_NUMBERING_DTC);
      FakeOrder *order = buy (world, 2, 5000);
      const DeskFinding *finding;
      DtcMessage *message;
      FakeFill *fill;

      server_fill (world, order, 1, 5000);
      message = g_queue_peek_head (&world->inbox);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_LAST_FILL_DATE_TIME, (WORLD_UTC + world->now) / 1000);
      world_run (world);
      fill = g_ptr_array_index (world->fills, 0);
      fill->price = wrong[i].price;
      fill->quantity = wrong[i].quantity;
      fill->when += wrong[i].later;
      world_pass (world, 6 * G_USEC_PER_SEC);
      verify (world);
      finding = find (last_run (world), 7, DESK_VERDICT_MISMATCH);
      g_assert_nonnull (finding);
      if (wrong[i].expected != NULL)
        expect (last_run (world), 7, DESK_VERDICT_MISMATCH, wrong[i].expected, wrong[i].seen);
      g_assert_cmpstr (finding->execution_id, ==, "E1");
      world_free (world);
    }
}

static void
test_v7_no_price (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  DtcMessage *message;

  server_fill (world, order, 1, 5000);
  dtc_message_free (g_queue_pop_head (&world->inbox));
  message = server_update (world, order, DTC_ORDER_FILLED_PARTIALLY, NULL);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, 1);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_LAST_FILL_EXECUTION_ID, "E1");
  g_queue_push_head (&world->inbox, message);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 7, DESK_VERDICT_NOT_PROVABLE);
  world_free (world);
}

/* Nor is a price that is not listed. */
static void
test_v7_no_listed_price (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  FakeFill *fill;
  guint n = 0;

  server_fill (world, order, 1, 5000);
  world_run (world);
  fill = g_ptr_array_index (world->fills, 0);
  fill->price = DBL_MAX;
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  expect (last_run (world), 7, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  g_assert_cmpuint (last_run (world)->n_match[7], ==, 0);
  world_free (world);

  /* Of one that was never reported it is not 0. */
  world = up (DTC_NUMBERING_DTC);
  order = buy (world, 2, 5000);
  server_fill (world, order, 1, 5000);
  lose (world);
  fill = g_ptr_array_index (world->fills, 0);
  fill->price = DBL_MAX;
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  for (guint i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == DESK_EVENT_FILL && strcmp (event->fill.execution_id, "E1") == 0)
        {
          g_assert_cmpint (event->fill.price.kind, ==, DESK_PRICE_UNSET);
          n++;
        }
    }
  g_assert_cmpuint (n, ==, 1);
  world_free (world);
}

/* A server that names no executions live is still compared, row by row. */
static void
test_v6_nameless (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  DtcMessage *message;
  guint i;

  for (i = 0; i < 2; i++)
    {
      server_fill (world, order, 1, 5000);
      dtc_message_free (g_queue_pop_head (&world->inbox));
      message = server_update (world, order, i == 0 ? DTC_ORDER_FILLED_PARTIALLY : DTC_ORDER_FILLED, NULL);
      dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, 1);
      dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE, 5000);
      g_queue_push_head (&world->inbox, message);
      world_run (world);
    }
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  check_only (verify (world), 0, DESK_VERDICT_MATCH); /* and not counted twice by being asked twice */
  g_ptr_array_set_size (world->fills, 1);
  verify (world);
  g_assert_cmpuint (last_run (world)->n_mismatch[6] + last_run (world)->n_not_provable[6], >, 0);
  world_free (world);
}

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

/* ---- V10 ---- */

static void
test_v10_gone (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 1, 5000);
  const DeskFinding *finding;

  world_pass (world, 6 * G_USEC_PER_SEC);
  order->status = DTC_ORDER_STATUS_CANCELED; /* and not a word about it */
  verify (world);
  finding = expect (last_run (world), 10, DESK_VERDICT_MISMATCH, "working", "absent");
  g_assert_cmpuint (finding->key, ==, 1);
  world_free (world);
}

static void
test_v10_resurrected (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 1, 5000);

  world_pass (world, 6 * G_USEC_PER_SEC);
  world_command (world, DESK_COMMAND_CANCEL, order->client_id);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  order->status = DTC_ORDER_STATUS_OPEN;
  verify (world);
  expect (last_run (world), 11, DESK_VERDICT_MISMATCH, "canceled", "open");
  world_free (world);
}

static void
test_v10_unasked (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  const DeskFinding *finding;

  buy (world, 1, 5000);
  world->no_orders_answer = TRUE;
  verify (world);
  finding = expect (last_run (world), 10, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  g_assert_nonnull (strstr (finding->text, "no answer within 5 s"));
  world_free (world);

  world = up (DTC_NUMBERING_BRIEF);
  verify (world);
  finding = expect (last_run (world), 10, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  g_assert_nonnull (strstr (finding->text, "numbering"));
  world_free (world);
}

/* An order that was sent when the list was on its way is in neither count, and none is no match. */
static void
test_v10_young (void)
{
  World *world = up (DTC_NUMBERING_DTC);

  world_pass (world, 6 * G_USEC_PER_SEC);
  world->auto_accept = FALSE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_run (world);
  send (world, server_update (world, world_last_at_server (world), DTC_NEW_ORDER_ACCEPTED, NULL));
  world_last_at_server (world)->status = DTC_ORDER_STATUS_CANCELED;
  verify (world);
  g_assert_null (find (last_run (world), 10, DESK_VERDICT_MATCH));
  g_assert_null (find (last_run (world), 10, DESK_VERDICT_MISMATCH));
  g_assert_cmpuint (last_run (world)->n_match[10], ==, 0);
  world_free (world);
}

/* The restatement of a new connection proves it in the brief's numbering too. */
static void
test_v10_brief_at_link (void)
{
  World *world = up (DTC_NUMBERING_BRIEF);

  buy (world, 1, 5000);
  buy (world, 1, 4999);
  buy (world, 1, 4998);
  world_pass (world, 6 * G_USEC_PER_SEC);
  world_cut (world);
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  g_assert_cmpstr (last_run (world)->trigger, ==, "verify");
  check_only (last_run (world), 0, DESK_VERDICT_MATCH);
  g_assert_cmpuint (last_run (world)->n_match[10], ==, 3);
  world_free (world);
}

/* ---- V11 ---- */

static void
test_v11 (void)
{
  static const struct
  {
    int         before, after;
    gint64      filled;
    gboolean    legal;
  } steps[] = {
    { DTC_ORDER_STATUS_OPEN, DTC_ORDER_STATUS_PENDING_CANCEL, 0, TRUE },
    { DTC_ORDER_STATUS_PENDING_CANCEL, DTC_ORDER_STATUS_OPEN, 0, TRUE },
    { DTC_ORDER_STATUS_OPEN, DTC_ORDER_STATUS_PENDING_CANCEL_REPLACE, 0, TRUE },
    { DTC_ORDER_STATUS_OPEN, DTC_ORDER_STATUS_CANCELED, 0, TRUE },
    { DTC_ORDER_STATUS_OPEN, DTC_ORDER_STATUS_REJECTED, 0, TRUE },
    { DTC_ORDER_STATUS_OPEN, DTC_ORDER_STATUS_PENDING_CHILD, 0, FALSE },
    { DTC_ORDER_STATUS_OPEN, DTC_ORDER_STATUS_ORDER_SENT, 0, FALSE },
    { DTC_ORDER_STATUS_OPEN, DTC_ORDER_STATUS_PENDING_OPEN, 0, FALSE },
    { DTC_ORDER_STATUS_PARTIALLY_FILLED, DTC_ORDER_STATUS_REJECTED, 1, FALSE },
    { DTC_ORDER_STATUS_CANCELED, DTC_ORDER_STATUS_OPEN, 0, FALSE },
    { DTC_ORDER_STATUS_CANCELED, DTC_ORDER_STATUS_CANCELED, 0, TRUE },
    { DTC_ORDER_STATUS_CANCELED, DTC_ORDER_STATUS_REJECTED, 0, FALSE },
    { DTC_ORDER_STATUS_REJECTED, DTC_ORDER_STATUS_CANCELED, 0, FALSE },
    { DTC_ORDER_STATUS_FILLED, DTC_ORDER_STATUS_CANCELED, 2, FALSE },
    { DTC_ORDER_STATUS_FILLED, DTC_ORDER_STATUS_PARTIALLY_FILLED, 2, FALSE },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      World *world = up (DTC_NUMBERING_DTC);
      FakeOrder *order = buy (world, 2, 5000);
      const DeskFinding *finding;

      if (steps[i].filled > 0)
        server_fill (world, order, steps[i].filled, 5000);
      order->status = steps[i].before;
      send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
      order->status = steps[i].after;
      send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
      world_pass (world, 3 * G_USEC_PER_SEC);
      world->no_orders_answer = TRUE;
      verify (world);
      finding = find (last_run (world), 11, DESK_VERDICT_MISMATCH);
      if ((finding == NULL) != steps[i].legal)
        g_error ("%d to %d", steps[i].before, steps[i].after);
      if (finding != NULL)
        {
          check_record (world, finding, 0, DESK_RECORD_EVENT);
          check_record (world, finding, 1, DESK_RECORD_EVENT);
          g_assert_cmpuint (finding->records[0], <, finding->records[1]);
        }
      world_free (world);
    }
}

static void
test_v11_late_fill (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);

  server_cancel (world, order);
  world_run (world);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  world->no_orders_answer = TRUE;
  verify (world);
  expect (last_run (world), 11, DESK_VERDICT_MISMATCH, "0", "1");
  world_free (world);
}

static void
test_v11_counts (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 3, 5000);

  server_fill (world, order, 2, 5000);
  world_run (world);
  order->filled = 1;
  order->value = 5000;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  expect (last_run (world), 11, DESK_VERDICT_MISMATCH, "2", "1");
  world_free (world);

  world = up (DTC_NUMBERING_DTC);
  order = buy (world, 3, 5000);
  server_fill (world, order, 1, 5000);
  world_run (world);
  order->status = DTC_ORDER_STATUS_FILLED;
  send (world, server_update (world, order, DTC_ORDER_FILLED, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  expect (last_run (world), 11, DESK_VERDICT_MISMATCH, "3", "1");
  world_free (world);
}

static void
test_v11_not_said (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order;

  world->auto_accept = FALSE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_run (world);
  order = world_last_at_server (world);
  order->status = DTC_ORDER_STATUS_UNSPECIFIED;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  g_assert_nonnull (find (last_run (world), 11, DESK_VERDICT_NOT_PROVABLE));
  world_free (world);
}

/* A refused cancel with "rejected" is no rejection of the order. */
static void
test_v11_refusal (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 1, 5000);
  DtcMessage *message = server_update (world, order, DTC_ORDER_CANCEL_REJECTED, "no such id");

  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_REJECTED);
  send (world, message);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  world_free (world);
}

/* ---- V13 and V14 ---- */

static void
test_v13_twice (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  DtcMessage *again;
  const DeskFinding *finding;

  server_fill (world, order, 1, 5000);
  again = dtc_message_copy (g_queue_peek_head (&world->inbox));
  world_run (world);
  send (world, again);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 13, DESK_VERDICT_MISMATCH);
  finding = expect (last_run (world), 13, DESK_VERDICT_MISMATCH, "1", "2");
  g_assert_cmpstr (finding->execution_id, ==, "E1");
  check_record (world, finding, 0, DESK_RECORD_EVENT);
  check_record (world, finding, 1, DESK_RECORD_EVENT);
  g_assert_cmpuint (finding->records[0], <, finding->records[1]);
  g_assert_cmpint (g_array_index (last_run (world)->rows, DeskLedgerRow, 0).live_quantity, ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_FILL, NULL), ==, 1);
  world_free (world);
}

static void
test_v13_listed_twice (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);

  server_fill (world, order, 1, 5000);
  world_run (world);
  g_ptr_array_add (world->fills, g_memdup2 (g_ptr_array_index (world->fills, 0), sizeof (FakeFill)));
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  expect (last_run (world), 13, DESK_VERDICT_MISMATCH, "1", "2");
  world_free (world);
}

static void
test_v13_id_reused (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  FakeOrder other = *order;

  g_strlcpy (other.server_id, "S77", sizeof other.server_id);
  send (world, server_update (world, &other, DTC_NEW_ORDER_ACCEPTED, NULL));
  verify (world);
  expect (last_run (world), 13, DESK_VERDICT_MISMATCH, "1", "2");
  world_free (world);
}

static FakeOrder *
add_stranger (World      *world,
              const char *client_id)
{
  FakeOrder *order = g_new0 (FakeOrder, 1);

  g_snprintf (order->server_id, sizeof order->server_id, "X%u", ++world->next_id);
  g_strlcpy (order->client_id, client_id, sizeof order->client_id);
  g_strlcpy (order->symbol, WORLD_SYMBOL, sizeof order->symbol);
  order->side = DTC_SELL;
  order->type = DTC_ORDER_TYPE_LIMIT;
  order->tif = DTC_TIF_DAY;
  order->price1 = 5010;
  order->quantity = 1;
  order->status = DTC_ORDER_STATUS_OPEN;
  g_ptr_array_add (world->orders, order);
  return order;
}

static void
test_v14_external (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = add_stranger (world, "SOMEBODY-1");
  const DeskLedgerRow *row;

  server_accept (world, order);
  server_fill (world, order, 1, 5010);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  g_assert_cmpuint (last_run (world)->n_match[14], >=, 1);
  row = &g_array_index (last_run (world)->rows, DeskLedgerRow, 0);
  g_assert_true (row->external);
  g_assert_false (row->sent);
  g_assert_cmpint (row->live_quantity, ==, 1);
  world_free (world);
}

static void
test_v14_copy (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  char id[DESK_ID_SIZE];
  const DeskFinding *finding;

  desk_order_id_format ("ABCDEF", 1, 4711, id);
  server_accept (world, add_stranger (world, id));
  world_run (world);
  verify (world);
  finding = find (last_run (world), 14, DESK_VERDICT_MISMATCH);
  g_assert_nonnull (finding);
  g_assert_cmpstr (finding->seen, ==, id);
  world_free (world);
}

static void
test_v14_two (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *one = buy (world, 1, 5000);
  FakeOrder *two = buy (world, 1, 5000);
  FakeOrder both = *one;

  g_strlcpy (both.server_id, two->server_id, sizeof both.server_id);
  both.client_id[0] = '\0';
  g_strlcpy (both.client_id, one->client_id, sizeof both.client_id);
  send (world, server_update (world, &both, DTC_GENERAL_ORDER_UPDATE, NULL));
  verify (world);
  g_assert_nonnull (find (last_run (world), 14, DESK_VERDICT_MISMATCH));
  world_free (world);
}

/* ---- numbers, acceptance, restart ---- */

static void
decide (World          *world,
        DeskCommandKind kind,
        guint64         number,
        const char     *words)
{
  g_autoptr (DeskCommand) command = desk_command_new (kind);

  command->quantity = (gint64) number;
  command->search = g_strdup (words);
  desk_engine_command (world->engine, command, world->now);
  world_run (world);
}

/* A second engine that reads the journal of the first; a reader writes none. */
static World *
read_again (World   *world,
            gboolean reader)
{
  World *again = world_new (world->numbering);
  guint i;

  again->engine->config.read_only = reader;
  again->borrowed = TRUE;
  again->now = world->now;
  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      desk_engine_restore (again->engine, record);
      again->appended = record->seq;
      g_ptr_array_add (again->records, desk_record_copy (record));
    }
  again->committed = again->appended;
  again->engine->next_counter = 1000;
  for (i = 0; i < world->orders->len; i++)
    g_ptr_array_add (again->orders, g_memdup2 (g_ptr_array_index (world->orders, i), sizeof (FakeOrder)));
  for (i = 0; i < world->fills->len; i++)
    g_ptr_array_add (again->fills, g_memdup2 (g_ptr_array_index (world->fills, i), sizeof (FakeFill)));
  world_up (again);
  return again;
}

static World *
restart (World *world)
{
  return read_again (world, FALSE);
}

/* Beside a session: what it finds has a number only where the journal gives one, and it speaks of what it has read. */
static void
test_reader (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  World *reader;
  guint64 number;

  order->price1 = 5001;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  reader = read_again (world, TRUE);
  g_assert_cmpuint (expect (verify (reader), 2, DESK_VERDICT_MISMATCH, "5000", "5001")->number, ==, 0);
  g_assert_cmpint (last_run (reader)->verdict, ==, DESK_VERDICT_MISMATCH);
  g_assert_cmpuint (last_run (reader)->records, ==, world->records->len);
  g_assert_cmpuint (reader->records->len, >, world->records->len);
  world_free (reader);

  number = expect (verify (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001")->number;
  g_assert_cmpuint (number, >, 0);
  /* It speaks of the record that has its findings, whatever they lead to. */
  g_assert_nonnull (strstr (record_of (world, last_run (world)->records)->payload, "\"verify\":"));
  reader = read_again (world, TRUE);
  g_assert_cmpuint (expect (verify (reader), 2, DESK_VERDICT_MISMATCH, "5000", "5001")->number, ==, number);
  g_assert_cmpuint (last_run (reader)->records, ==, world->records->len);
  world_free (reader);
  world_free (world);
}

/* It takes no position as a start: nobody would know of it the next time. */
static void
test_reader_baseline (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);
  FakeFill *fill = g_new0 (FakeFill, 1);
  guint i;

  g_strlcpy (fill->execution_id, "OLD", sizeof fill->execution_id);
  g_strlcpy (fill->server_id, "S900", sizeof fill->server_id);
  g_strlcpy (fill->symbol, WORLD_SYMBOL, sizeof fill->symbol);
  fill->side = DTC_BUY;
  fill->price = 4000;
  fill->quantity = 2;
  fill->when = WORLD_UTC / G_USEC_PER_SEC;
  g_ptr_array_add (world->fills, fill);
  world->engine->config.read_only = TRUE;
  world->engine->verify_when = 0;
  world_up (world);
  for (i = 0; i < 2; i++)
    {
      const DeskFinding *finding = expect (verify (world), 8, DESK_VERDICT_NOT_PROVABLE, NULL, "2");

      g_assert_null (strstr (finding->text, "is taken"));
      g_assert_nonnull (strstr (finding->text, "session"));
    }
  world_free (world);
}

static void
test_numbers (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  World *again;
  const DeskFinding *finding;
  guint64 number;
  gint64 first;

  order->price1 = 5001;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  finding = expect (verify (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  number = finding->number;
  first = finding->first_utc;
  world_pass (world, G_USEC_PER_SEC);
  finding = expect (verify (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  g_assert_cmpuint (finding->number, ==, number);
  g_assert_cmpint (finding->first_utc, ==, first);
  g_assert_cmpint (finding->utc, >, first);

  decide (world, DESK_COMMAND_NOTE, number, "asked the broker \"why\"");
  finding = expect (last_run (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  g_assert_cmpstr (finding->note, ==, "asked the broker \"why\"");
  g_assert_false (finding->accepted);
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_MISMATCH);

  decide (world, DESK_COMMAND_ACCEPT, number, "the broker moved it");
  finding = expect (last_run (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  g_assert_true (finding->accepted);
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_MATCH);
  g_assert_cmpuint (last_run (world)->n_accepted, ==, 1);
  g_assert_cmpuint (last_run (world)->n_mismatch[2], ==, 1);
  decide (world, DESK_COMMAND_ACCEPT, 99, NULL);
  g_assert_nonnull (strstr (world_last_denied (world)->text, "#99"));

  again = restart (world);
  world_pass (again, 6 * G_USEC_PER_SEC);
  finding = expect (verify (again), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  g_assert_cmpuint (finding->number, ==, number);
  g_assert_cmpint (finding->first_utc, ==, first);
  g_assert_true (finding->accepted);
  g_assert_cmpstr (finding->note, ==, "the broker moved it");
  g_assert_cmpint (last_run (again)->verdict, ==, DESK_VERDICT_MATCH);

  /* Another value is another matter: it has the number, and nobody has taken it. */
  order = g_ptr_array_index (again->orders, 0);
  order->price1 = 5002;
  send (again, server_update (again, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (again, 6 * G_USEC_PER_SEC);
  finding = expect (verify (again), 2, DESK_VERDICT_MISMATCH, "5000", "5002");
  g_assert_cmpuint (finding->number, ==, number);
  g_assert_false (finding->accepted);
  g_assert_cmpint (last_run (again)->verdict, ==, DESK_VERDICT_MISMATCH);

  /* Over, and listed among the past ones. */
  order->price1 = 5000;
  send (again, server_update (again, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (again, 6 * G_USEC_PER_SEC);
  check_only (verify (again), 0, DESK_VERDICT_MATCH);
  g_assert_cmpuint (last_run (again)->past->len, ==, 1);
  g_assert_cmpuint (g_array_index (last_run (again)->past, DeskFinding, 0).number, ==, number);
  world_free (again);
  world_free (world);
}

/* What is verified after a restart is what was verified before it. */
static void
test_restart (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order;
  World *again;
  guint i;

  for (i = 0; i < 5; i++)
    {
      order = buy (world, 2, 5000 - i);
      server_fill (world, order, 1, 5000 - i);
      world_run (world);
      if (i % 2 == 0)
        server_fill (world, order, 1, 5000 - i);
      world_run (world);
    }
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  again = restart (world);
  world_pass (again, 6 * G_USEC_PER_SEC);
  check_only (verify (again), 0, DESK_VERDICT_MATCH);
  for (i = 1; i <= DESK_N_CHECKS; i++)
    g_assert_cmpuint (last_run (again)->n_match[i], ==, last_run (world)->n_match[i]);
  g_assert_cmpuint (last_run (again)->rows->len, ==, 5);
  g_assert_cmpuint (g_array_index (last_run (again)->rows, DeskLedgerRow, 0).sent_record, ==,
                    g_array_index (last_run (world)->rows, DeskLedgerRow, 0).sent_record);
  world_free (again);
  world_free (world);
}

static void
test_when (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_VERIFY_WHEN);
  FakeOrder *order;
  guint before = count_runs (world);

  g_assert_cmpuint (before, ==, 1);
  g_assert_cmpstr (last_run (world)->trigger, ==, "link");
  g_assert_null (find (last_run (world), 10, DESK_VERDICT_MATCH)); /* only a person is told what matches */
  order = buy (world, 3, 5000);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before);

  command->quantity = DESK_VERIFY_ON_FILL;
  desk_engine_command (world->engine, command, world->now);
  world_pass (world, 20 * G_USEC_PER_SEC);
  before = count_runs (world);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, G_USEC_PER_SEC);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before);
  world_pass (world, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before + 1);
  g_assert_cmpstr (last_run (world)->trigger, ==, "fill");
  world_pass (world, 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before + 1);
  world_cut (world);
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before + 1); /* not at the link any more */
  world_free (world);
}

static void
test_down (void)
{
  World *world = up (DTC_NUMBERING_DTC);

  world_cut (world);
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  g_assert_cmpint (world_last_denied (world)->denial, ==, DESK_DENY_LINK_DOWN);
  world_free (world);
}

/* ---- the course of one order ---- */

static GPtrArray *
course_of (World      *world,
           const char *client_id,
           const char *server_id)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  guint i;

  for (i = 0; i < world->records->len; i++)
    {
      DeskRecord *record = g_ptr_array_index (world->records, i);

      if (g_strcmp0 (record->client_order_id, client_id) == 0 || g_strcmp0 (record->server_order_id, server_id) == 0
          || record->kind == DESK_RECORD_LINK)
        g_ptr_array_add (records, record);
    }
  return desk_timeline_from_records (records);
}

static void
check_marks (const GPtrArray        *marks,
             const DeskTimelineKind *kinds,
             guint                   n)
{
  guint i;

  for (i = 0; i < marks->len; i++)
    {
      const DeskTimelineMark *mark = g_ptr_array_index (marks, i);

      g_test_message ("%d #%" G_GUINT64_FORMAT " %s", mark->kind, mark->record, mark->text);
      g_assert_nonnull (mark->text);
      g_assert_true (g_utf8_validate (mark->text, -1, NULL));
    }
  g_assert_cmpuint (marks->len, ==, n);
  for (i = 0; i < n; i++)
    g_assert_cmpint (((const DeskTimelineMark *) g_ptr_array_index (marks, i))->kind, ==, kinds[i]);
}

static void
test_timeline (gconstpointer data)
{
  static const DeskTimelineKind kinds[] = { DESK_TIMELINE_CLICK, DESK_TIMELINE_JOURNAL, DESK_TIMELINE_SOCKET, DESK_TIMELINE_UPDATE,
                                            DESK_TIMELINE_FILL, DESK_TIMELINE_CLICK, DESK_TIMELINE_JOURNAL, DESK_TIMELINE_SOCKET,
                                            DESK_TIMELINE_FINAL };
  World *world = world_new_form (data);
  g_autoptr (GPtrArray) marks = NULL;
  g_autofree char *summary = NULL;
  const DeskTimelineMark *mark;
  FakeOrder *order;
  gint64 clicked;

  world_up (world);
  world->hold = world->hold_kernel = TRUE;
  world->auto_accept = FALSE;
  clicked = world->now;
  world_submit (world, DESK_SIDE_BUY, 2, 5000.25);
  world_run (world);
  world_commit (world, world->appended);
  world->now += 400;
  world_commit (world, world->appended);
  world->now += 100;
  world_kernel (world, G_MAXSIZE);
  world->hold = world->hold_kernel = FALSE;
  order = world_last_at_server (world);
  world->now += 12000;
  server_accept (world, order);
  world_run (world);
  world_pass (world, 3 * G_USEC_PER_SEC);
  server_fill (world, order, 1, 5000.25);
  world_run (world);
  world_pass (world, G_USEC_PER_SEC);
  world_command (world, DESK_COMMAND_CANCEL, order->client_id);
  world_run (world);
  marks = course_of (world, order->client_id, order->server_id);
  check_marks (marks, kinds, G_N_ELEMENTS (kinds));
  mark = g_ptr_array_index (marks, 0);
  g_assert_cmpint (mark->mono, ==, clicked);
  g_assert_cmpint (mark->since_previous_usec, ==, -1);
  mark = g_ptr_array_index (marks, 2);
  g_assert_cmpint (mark->mono, ==, clicked + 500);
  g_assert_cmpint (record_of (world, mark->record)->kind, ==, DESK_RECORD_OUTCOME);
  mark = g_ptr_array_index (marks, 3);
  g_assert_cmpint (mark->since_previous_usec, ==, 12000);
  g_assert_cmpint (record_of (world, mark->record)->kind, ==, DESK_RECORD_EVENT);
  g_assert_true (mark->raw != NULL && *mark->raw != '\0');
  mark = g_ptr_array_index (marks, 4);
  g_assert_cmpint (mark->since_previous_usec, ==, 3 * G_USEC_PER_SEC);
  g_assert_nonnull (strstr (mark->text, "5000.25"));
  g_assert_nonnull (strstr (mark->text, "E1"));
  summary = desk_timeline_summary (marks);
  g_assert_nonnull (strstr (summary, "socket→answer 12 ms"));
  g_assert_nonnull (strstr (summary, "answer→first fill 3.0 s"));
  g_assert_nonnull (strstr (summary, "click→journal"));
  g_assert_nonnull (strstr (summary, "cancel→confirmed"));
  world_free (world);
}

/* The link goes before the answer; nothing is said that nobody said. */
static void
test_timeline_cut (void)
{
  static const DeskTimelineKind kinds[] = { DESK_TIMELINE_CLICK, DESK_TIMELINE_JOURNAL, DESK_TIMELINE_SOCKET, DESK_TIMELINE_LINK,
                                            DESK_TIMELINE_LINK, DESK_TIMELINE_UPDATE, DESK_TIMELINE_LINK };
  World *world = up (DTC_NUMBERING_DTC);
  g_autoptr (GPtrArray) marks = NULL;
  FakeOrder *order;

  world->silent = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_run (world);
  world_cut (world);
  world->silent = FALSE;
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_run (world);
  order = world_last_at_server (world);
  marks = course_of (world, order->client_id, order->server_id);
  check_marks (marks, kinds, G_N_ELEMENTS (kinds));
  g_assert_cmpstr (((const DeskTimelineMark *) g_ptr_array_index (marks, 3))->text, ==, "The link was lost");
  world_free (world);
}

/* What lies between two boots, nobody has measured. */
static void
test_timeline_reboot (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  g_autoptr (GPtrArray) marks = NULL;
  FakeOrder *order = buy (world, 1, 5000);
  guint i;

  server_fill (world, order, 1, 5000);
  world_run (world);
  for (i = 0; i < world->records->len; i++)
    {
      DeskRecord *record = g_ptr_array_index (world->records, i);

      if (record->kind == DESK_RECORD_EVENT && strcmp (record->payload != NULL ? record->payload : "", "") != 0
          && g_strcmp0 (record->client_order_id, order->client_id) == 0)
        record->boot = record->mono = 5 * G_USEC_PER_SEC;
    }
  marks = course_of (world, order->client_id, order->server_id);
  g_assert_cmpint (((const DeskTimelineMark *) g_ptr_array_index (marks, 3))->since_previous_usec, ==, -1);
  world->borrowed = TRUE; /* its journal is not what it was */
  world_free (world);
}

static void
test_timeline_duration (void)
{
  static const struct { gint64 usec; const char *text; } spans[] = {
    { -1, "?" }, { 0, "0 µs" }, { 240, "240 µs" }, { 1300, "1.3 ms" }, { 12000, "12 ms" }, { 3200000, "3.2 s" }, { 482000000, "8 min 02 s" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autofree char *text = desk_timeline_duration (spans[i].usec);

      g_assert_cmpstr (text, ==, spans[i].text);
    }
}

int
main (int   argc,
      char *argv[])
{
  guint i;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (world_forms); i++)
    {
      g_autofree char *path = g_strconcat ("/core/verify/match/", world_forms[i].name, NULL);
      g_autofree char *course = g_strconcat ("/core/timeline/course/", world_forms[i].name, NULL);
      g_autofree char *disarm = g_strconcat ("/core/verify/disarm/", world_forms[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_match);
      g_test_add_data_func (disarm, GUINT_TO_POINTER (i), test_disarm);
      g_test_add_data_func (course, GUINT_TO_POINTER (i), test_timeline);
    }
  verify_many_tests ();
  g_test_add_func ("/core/verify/empty", test_empty);
  g_test_add_func ("/core/verify/v1/late", test_v1_late);
  g_test_add_func ("/core/verify/v1/silent", test_v1_silent);
  g_test_add_func ("/core/verify/v1/cut", test_v1_cut);
  g_test_add_func ("/core/verify/v2/price", test_v2_price);
  g_test_add_func ("/core/verify/v2/changed", test_v2_changed);
  g_test_add_func ("/core/verify/v2/type", test_v2_side);
  g_test_add_func ("/core/verify/v2/not-said", test_v2_not_said);
  g_test_add_func ("/core/verify/v2/silent", test_v2_silent);
  g_test_add_func ("/core/verify/v7/no-listed-price", test_v7_no_listed_price);
  g_test_add_func ("/core/verify/v10/young", test_v10_young);
  g_test_add_func ("/core/verify/v3/more", test_v3_more);
  g_test_add_func ("/core/verify/v3/no-history", test_v3_no_history);
  g_test_add_func ("/core/verify/v3/count-unread", test_v3_count_unread);
  g_test_add_func ("/core/verify/disarm/not", test_disarm_not);
  g_test_add_func ("/core/verify/disarm/accepted", test_disarm_accepted);
  g_test_add_func ("/core/verify/v3/reordered", test_v3_reordered);
  g_test_add_func ("/core/verify/v4", test_v4);
  g_test_add_func ("/core/verify/v5", test_v5);
  g_test_add_func ("/core/verify/v6/missing", test_v6_missing);
  g_test_add_func ("/core/verify/v6/untold", test_v6_untold);
  g_test_add_func ("/core/verify/v6/while-away", test_v6_while_away);
  g_test_add_func ("/core/verify/v3/filled-away", test_v3_filled_away);
  g_test_add_func ("/core/verify/v3/older-fill", test_v3_older_fill);
  g_test_add_func ("/core/verify/v6/listed-first", test_v6_listed_first);
  g_test_add_func ("/core/verify/v2/linked", test_v2_linked);
  g_test_add_func ("/core/verify/v6/refused", test_v6_refused);
  g_test_add_func ("/core/verify/v6/look-back", test_v6_look_back);
  g_test_add_func ("/core/verify/v6/nameless", test_v6_nameless);
  g_test_add_func ("/core/verify/v7/differs", test_v7);
  g_test_add_func ("/core/verify/v7/no-price", test_v7_no_price);
  g_test_add_func ("/core/verify/v8/mismatch", test_v8_mismatch);
  g_test_add_func ("/core/verify/v8/hidden", test_v8_hidden);
  g_test_add_func ("/core/verify/v8/baseline", test_v8_baseline);
  g_test_add_func ("/core/verify/v8/moving", test_v8_moving);
  g_test_add_func ("/core/verify/quiet", test_quiet);
  g_test_add_func ("/core/verify/information", test_v9_v12_v15);
  g_test_add_func ("/core/verify/v10/gone", test_v10_gone);
  g_test_add_func ("/core/verify/v10/resurrected", test_v10_resurrected);
  g_test_add_func ("/core/verify/v10/unasked", test_v10_unasked);
  g_test_add_func ("/core/verify/v10/brief-at-link", test_v10_brief_at_link);
  g_test_add_func ("/core/verify/v11/transitions", test_v11);
  g_test_add_func ("/core/verify/v11/late-fill", test_v11_late_fill);
  g_test_add_func ("/core/verify/v11/counts", test_v11_counts);
  g_test_add_func ("/core/verify/v11/not-said", test_v11_not_said);
  g_test_add_func ("/core/verify/v11/refusal", test_v11_refusal);
  g_test_add_func ("/core/verify/v13/twice", test_v13_twice);
  g_test_add_func ("/core/verify/v13/listed-twice", test_v13_listed_twice);
  g_test_add_func ("/core/verify/v13/id-reused", test_v13_id_reused);
  g_test_add_func ("/core/verify/v14/external", test_v14_external);
  g_test_add_func ("/core/verify/v14/copy", test_v14_copy);
  g_test_add_func ("/core/verify/v14/two", test_v14_two);
  g_test_add_func ("/core/verify/numbers", test_numbers);
  g_test_add_func ("/core/verify/reader", test_reader);
  g_test_add_func ("/core/verify/reader-baseline", test_reader_baseline);
  g_test_add_func ("/core/verify/restart", test_restart);
  g_test_add_func ("/core/verify/when", test_when);
  g_test_add_func ("/core/verify/down", test_down);
  g_test_add_func ("/core/timeline/cut", test_timeline_cut);
  g_test_add_func ("/core/timeline/reboot", test_timeline_reboot);
  g_test_add_func ("/core/timeline/duration", test_timeline_duration);
  return g_test_run ();
}
