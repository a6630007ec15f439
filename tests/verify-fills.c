/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-json-line-private.h"
#include "verify-world.h"

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

/* When the one fill of two happened, and whether its report came. */
typedef struct
{
  const char *name;
  gboolean    before, told, listed; /* before the cut; a list of that connection had it */
  gboolean    after;                /* after the new connection's first list; neither: while there was none */
  DeskVerdict verdict;
} Moment;

static const DeskVerifyRun *
run_skewed (const Moment *moment,
            gint64        skew,
            gint64        step)
{
  World *world = world_new (DTC_NUMBERING_DTC);
  const DeskVerifyRun *run;
  FakeOrder *order;

  world->utc_extra = skew;
  world_up (world);
  order = buy (world, 3, 5000);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, 300 * G_USEC_PER_SEC);
  if (moment->before)
    {
      server_fill (world, order, 1, 5000);
      if (!moment->told)
        lose (world);
      world_run (world);
      if (moment->listed)
        world_pass (world, 100 * G_USEC_PER_SEC);
    }
  world_cut (world);
  world->utc_extra += step;
  world_pass (world, G_USEC_PER_SEC);
  if (!moment->before && !moment->after)
    {
      server_fill (world, order, 1, 5000);
      lose (world);
    }
  world_pass (world, 20 * G_USEC_PER_SEC);
  world_connect (world);
  world_pass (world, 120 * G_USEC_PER_SEC);
  if (moment->after)
    {
      server_fill (world, order, 1, 5000);
      if (!moment->told)
        lose (world);
      world_run (world);
    }
  world_pass (world, 100 * G_USEC_PER_SEC);
  run = desk_verify_run_ref ((DeskVerifyRun *) verify (world));
  if (moment->verdict == DESK_VERDICT_MATCH)
    g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "MISMATCH"), ==, 0);
  world_free (world);
  return run;
}

/* Our clock may be an hour behind the server's or before it, and be set while there is no link: what was not told on a
 * connection that stood is found, and what may have happened without one is never called untold. */
static void
test_v6_clocks (void)
{
  static const Moment moments[] = {
    { "told before the cut", TRUE, TRUE, TRUE, FALSE, DESK_VERDICT_MATCH },
    { "not told before the cut", TRUE, FALSE, TRUE, FALSE, DESK_VERDICT_MISMATCH },
    { "in the second of the cut", TRUE, FALSE, FALSE, FALSE, DESK_VERDICT_MATCH },
    { "while away", FALSE, FALSE, FALSE, FALSE, DESK_VERDICT_MATCH },
    { "told after it", FALSE, TRUE, TRUE, TRUE, DESK_VERDICT_MATCH },
    { "not told after it", FALSE, FALSE, TRUE, TRUE, DESK_VERDICT_MISMATCH },
  };
  static const int skews[] = { -3600, -1800, -600, -90, -61, -20, 0, 20, 61, 90, 600, 1800, 3600 };
  guint i, k, n;

  for (i = 0; i < G_N_ELEMENTS (moments); i++)
    for (k = 0; k < G_N_ELEMENTS (skews); k++)
      for (n = 0; n < 3; n++)
        {
          g_autoptr (DeskVerifyRun) run = (DeskVerifyRun *) run_skewed (&moments[i], (gint64) skews[k] * G_USEC_PER_SEC,
                                                                       ((gint64) n - 1) * 1200 * G_USEC_PER_SEC);
          gboolean wrong = moments[i].verdict == DESK_VERDICT_MISMATCH;

          g_test_message ("%s, %d s", moments[i].name, skews[k]);
          g_assert_cmpuint (run->n_mismatch[6], ==, wrong);
          g_assert_cmpuint (run->n_not_provable[6], ==, 0);
          g_assert_cmpuint (run->n_match[6], ==, wrong ? 1 : 2);
        }
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

/* People read a price as its symbol writes it, in every sentence; programs read a number. */
static void
test_bond (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  const DeskFinding *finding;
  DeskEvent event = { .kind = DESK_EVENT_VERIFY };
  g_autofree char *line = NULL;
  FakeOrder *order;
  FakeFill *fill;

  world_line (world, "buy 2 " WORLD_BOND " limit 110'20.5");
  world_run (world);
  order = world_last_at_server (world);
  g_assert_cmpfloat (order->price1, ==, 110 + 20.5 / 32);
  server_fill (world, order, 1, 110 + 20.0 / 32);
  world_run (world);
  fill = g_ptr_array_index (world->fills, 0);
  fill->price = 110 + 19.5 / 32;
  order->price1 = 110 + 21.0 / 32;
  order->value += 0.25;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  finding = expect (last_run (world), 2, DESK_VERDICT_MISMATCH, "110.640625", "110.65625");
  g_assert_cmpstr (desk_finding_expected (finding), ==, "110'20.5");
  g_assert_cmpstr (desk_finding_seen (finding), ==, "110'21.0");
  g_assert_nonnull (strstr (finding->text, "110'21.0 instead of 110'20.5"));
  finding = expect (last_run (world), 5, DESK_VERDICT_MISMATCH, "110.625", "110.875");
  g_assert_nonnull (strstr (finding->text, "average is 110'28.0, its fills make 110'20.0"));
  finding = expect (last_run (world), 7, DESK_VERDICT_MISMATCH, "110.625", "110.609375");
  g_assert_nonnull (strstr (finding->text, "reported as 110'20.0 and is listed as 110'19.5"));
  event.verify = (DeskVerifyRun *) last_run (world);
  line = desk_json_line_verify (&event);
  g_assert_nonnull (strstr (line, "\"expected\":110.640625,\"seen\":110.65625"));
  world_free (world);
}

/* What a price is worth may be another on each connection, and is told after the orders are. */
static void
test_scale (gconstpointer data)
{
  World *world = world_new_form (data);
  FakeOrder *order;
  guint i;

  world_up (world);
  order = buy (world, 3, 5000);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, 20 * G_USEC_PER_SEC);
  for (i = 0; i < 3; i++)
    {
      FakeFill *fill = g_ptr_array_index (world->fills, 0);

      world_cut (world);
      world_pass (world, G_USEC_PER_SEC);
      if (i > 0)
        {
          double scale = i == 1 ? 100 : 0.1;

          world->multiplier /= scale;
          order->price1 *= scale;
          order->value *= scale;
          fill->price *= scale;
        }
      world_connect (world);
      world_run (world);
      g_assert_true (world->live);
      g_assert_cmpstr (last_run (world)->trigger, ==, "link");
      g_assert_cmpuint (last_run (world)->n_mismatch[2] + last_run (world)->n_mismatch[5] + last_run (world)->n_mismatch[7], ==, 0);
      if (i == 0)
        g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_MATCH);
      world_pass (world, 20 * G_USEC_PER_SEC);
      check_only (verify (world), world->numbering == DTC_NUMBERING_BRIEF ? 10 : 0, DESK_VERDICT_NOT_PROVABLE);
      g_assert_cmpint (g_array_index (last_run (world)->rows, DeskLedgerRow, 0).verdict, ==, DESK_VERDICT_MATCH);
    }
  world_free (world);
}

/* A server that counts its executions from one again, each day or for each side of a trade: the order tells them apart. */
static void
test_same_execution_id (gconstpointer data)
{
  World *world = world_new_form (data);
  gboolean brief = world->numbering == DTC_NUMBERING_BRIEF;
  FakeOrder *order;
  guint i;

  world_up (world);
  for (i = 0; i < 3; i++)
    {
      /* The second stands on the other side of the same trade, the third is of the next day and has the first one's id. */
      if (i == 2)
        {
          world_pass (world, 2 * G_USEC_PER_SEC);
          world_cut (world);
          world->now += G_TIME_SPAN_DAY;
          world->next_id = 0;
          world_connect (world);
          world_run (world);
        }
      world_submit (world, i == 1 ? DESK_SIDE_SELL : DESK_SIDE_BUY, 1, 5000);
      world_run (world);
      order = world_last_at_server (world);
      world->next_execution = 0;
      server_fill (world, order, 1, 5000);
      world_run (world);
      world_pass (world, 6 * G_USEC_PER_SEC);
      check_only (verify (world), brief ? 10 : 0, DESK_VERDICT_NOT_PROVABLE);
      /* What is over and a day old is not looked at. */
      g_assert_cmpuint (last_run (world)->n_match[3], ==, i == 1 ? 2 : 1);
      g_assert_cmpuint (last_run (world)->n_match[6], ==, i == 1 ? 2 : 1);
      g_assert_cmpint (g_array_index (last_run (world)->feet, DeskLedgerFoot, 0).computed, ==, i == 1 ? 0 : 1);
    }
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

void
add_fill_tests (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (world_forms); i++)
    {
      g_autofree char *path = g_strconcat ("/core/verify/scale/", world_forms[i].name, NULL);
      g_autofree char *ids = g_strconcat ("/core/verify/same-execution-id/", world_forms[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_scale);
      g_test_add_data_func (ids, GUINT_TO_POINTER (i), test_same_execution_id);
    }
  g_test_add_func ("/core/verify/v3/more", test_v3_more);
  g_test_add_func ("/core/verify/v3/no-history", test_v3_no_history);
  g_test_add_func ("/core/verify/v3/count-unread", test_v3_count_unread);
  g_test_add_func ("/core/verify/v3/reordered", test_v3_reordered);
  g_test_add_func ("/core/verify/v5", test_v5);
  g_test_add_func ("/core/verify/v6/missing", test_v6_missing);
  g_test_add_func ("/core/verify/v6/untold", test_v6_untold);
  g_test_add_func ("/core/verify/v6/listed-first", test_v6_listed_first);
  g_test_add_func ("/core/verify/v6/while-away", test_v6_while_away);
  g_test_add_func ("/core/verify/v6/clocks", test_v6_clocks);
  g_test_add_func ("/core/verify/v3/filled-away", test_v3_filled_away);
  g_test_add_func ("/core/verify/v6/refused", test_v6_refused);
  g_test_add_func ("/core/verify/v6/look-back", test_v6_look_back);
  g_test_add_func ("/core/verify/v3/older-fill", test_v3_older_fill);
  g_test_add_func ("/core/verify/v7/differs", test_v7);
  g_test_add_func ("/core/verify/v7/no-price", test_v7_no_price);
  g_test_add_func ("/core/verify/v7/no-listed-price", test_v7_no_listed_price);
  g_test_add_func ("/core/verify/v6/nameless", test_v6_nameless);
  g_test_add_func ("/core/verify/bond", test_bond);
}
