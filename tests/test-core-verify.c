/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-order-id.h"
#include "verify-many.h"
#include "verify-world.h"

/* The checks V1 to V15 over the four books: each made to match, to mismatch and to be not provable by a server that errs
 * in one way. What the findings are called, by whom they are accepted, and that all of it is still so after a restart. */

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

/* A fill that was listed to an earlier life of the program is listed to this one under the same number of a question. */
static void
test_v13_listed_again (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  World *next, *third;
  guint i;

  world_cut (world);
  server_fill (world, order, 2, 5000);
  lose (world);
  next = world_start_again (world, world->records->len);
  next->hold = FALSE;
  world_run (next);
  world_connect (next);
  world_pass (next, 10 * G_USEC_PER_SEC);
  for (i = 0; i < world->records->len; i++)
    g_ptr_array_insert (next->records, (int) i, desk_record_copy (g_ptr_array_index (world->records, i)));
  third = world_start_again (next, next->records->len);
  third->hold = FALSE;
  world_run (third);
  world_connect (third);
  world_pass (third, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (last_run (third)->verdict, !=, DESK_VERDICT_MISMATCH);
  g_assert_cmpint (verify (third)->verdict, !=, DESK_VERDICT_MISMATCH);
  world_free (third);
  world_free (next);
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

int
main (int   argc,
      char *argv[])
{
  guint i;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (world_forms); i++)
    {
      g_autofree char *path = g_strconcat ("/core/verify/match/", world_forms[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_match);
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
  g_test_add_func ("/core/verify/v2/linked", test_v2_linked);
  g_test_add_func ("/core/verify/v4", test_v4);
  g_test_add_func ("/core/verify/v10/gone", test_v10_gone);
  g_test_add_func ("/core/verify/v10/resurrected", test_v10_resurrected);
  g_test_add_func ("/core/verify/v10/unasked", test_v10_unasked);
  g_test_add_func ("/core/verify/v10/young", test_v10_young);
  g_test_add_func ("/core/verify/v10/brief-at-link", test_v10_brief_at_link);
  g_test_add_func ("/core/verify/v11/transitions", test_v11);
  g_test_add_func ("/core/verify/v11/late-fill", test_v11_late_fill);
  g_test_add_func ("/core/verify/v11/counts", test_v11_counts);
  g_test_add_func ("/core/verify/v11/not-said", test_v11_not_said);
  g_test_add_func ("/core/verify/v11/refusal", test_v11_refusal);
  g_test_add_func ("/core/verify/v13/twice", test_v13_twice);
  g_test_add_func ("/core/verify/v13/listed-twice", test_v13_listed_twice);
  g_test_add_func ("/core/verify/v13/listed-again", test_v13_listed_again);
  g_test_add_func ("/core/verify/v13/id-reused", test_v13_id_reused);
  g_test_add_func ("/core/verify/v14/external", test_v14_external);
  g_test_add_func ("/core/verify/v14/copy", test_v14_copy);
  g_test_add_func ("/core/verify/v14/two", test_v14_two);
  add_fill_tests ();
  add_position_tests ();
  add_finding_tests ();
  add_course_tests ();
  return g_test_run ();
}
