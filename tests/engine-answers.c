/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-tests.h"

/* Answers that are not what they seem: rows that cannot be read, lists that begin twice, positions that nobody told. */

static const DeskEvent *
last_notice (World *world)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_NOTICE && strcmp (event->code, "BAD_MESSAGE") == 0)
        return event;
    }
  g_assert_not_reached ();
}

/* The next message of the kind that the server is about to say. */
static DtcMessage *
next_of (World  *world,
         guint16 type)
{
  GList *link;

  for (link = world->inbox.head; link != NULL; link = link->next)
    {
      if (((DtcMessage *) link->data)->type == type)
        return link->data;
    }
  return NULL;
}

/* Reads until the server is about to say a message of the kind. */
static DtcMessage *
read_up_to (World  *world,
            guint16 type)
{
  DtcMessage *found;

  do
    {
      world_settle (world);
      found = next_of (world, type);
    }
  while (found == NULL && world_read_one (world));
  g_assert_nonnull (found);
  return found;
}

/* A row that says no position is no answer: what was known before is not what the server says now. */
static void
test_position_row_without_sense (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  world_hold_two (world);
  g_assert_true (world_last_position (world, WORLD_SYMBOL)->provable);
  world_cut (world);
  world_connect (world);
  dtc_message_set_double (read_up_to (world, DTC_MSG_POSITION_UPDATE), DTC_POSITION_UPDATE_F_QUANTITY, 1.5);
  world_run (world);
  g_assert_true (world->live);
  g_assert_false (world_last_position (world, WORLD_SYMBOL)->provable);
  g_assert_true (world_last_position (world, WORLD_SYMBOL)->stale);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_POSITIONS"), ==, 1);
  /* By itself it is no more worth, and is asked about. */
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  g_assert_true (world_last_position (world, WORLD_SYMBOL)->provable);
  world_free (world);
}

/* A fill that cannot be read is not "no fill": the list is not whole, and the connection not live. */
static void
test_fill_row_without_sense (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  world_place (world, DESK_SIDE_BUY, 2, 5000);
  world_cut (world);
  server_fill (world, world_last_at_server (world), 2, 5000);
  world_connect (world);
  dtc_message_set_double (read_up_to (world, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE), DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_QUANTITY, 0.5);
  world_run (world);
  g_assert_false (world->live);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "RESYNC_STEP"), ==, 1);
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_true (world->live);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->computed, ==, 2);
  world_free (world);
}

/* What a list named that was not whole, the whole list after it has to name again. */
static void
test_list_begun_twice (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  g_autofree char *id = NULL;
  FakeOrder *gone;

  if (NUMBERING (data) == DTC_NUMBERING_BRIEF)
    {
      world_free (world);
      return; /* there it is listed once a connection */
    }
  world_up (world);
  world_place (world, DESK_SIDE_BUY, 2, 4990);
  id = g_strdup (only_id (world));
  gone = world_last_at_server (world);
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  world_cut (world);
  world_connect (world);
  read_up_to (world, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_int (world->inbox.tail->data, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 7);
  gone->status = DTC_ORDER_STATUS_CANCELED;
  world_run (world);
  g_assert_false (world->live);
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_true (world->live);
  g_assert_cmpint (state_of (world, id)->certainty, ==, DESK_CERTAINTY_UNKNOWN);
  world_free (world);
}

/* A list whose rows are not counted is never whole; what it says of an order that it does not name is not kept back for
 * that. */
static void
test_list_uncounted (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autoptr (DeskCommand) waive = desk_command_new (DESK_COMMAND_WAIVE);
  guint n_orders = desk_truth_n_orders (world->engine->truth), i;

  for (i = 0; i < 3; i++)
    {
      world_place (world, DESK_SIDE_BUY, 2, 4990 - i);
      world_last_at_server (world)->client_id[0] = '\0';
    }
  world_cut (world);
  world->uncounted = TRUE;
  world_connect (world);
  world_run (world);
  g_assert_false (world->live);
  for (i = 0; i < 3; i++)
    g_assert_cmpint (desk_truth_get_order (world->engine->truth, n_orders + i)->state.certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_false (desk_truth_waits_for_list (world->engine->truth, NULL));
  g_strlcpy (waive->step, "open-orders", sizeof waive->step);
  desk_engine_command (world->engine, waive, world->now);
  world_run (world);
  g_assert_true (world->live);
  for (i = 0; i < 3; i++)
    g_assert_cmpint (desk_truth_get_order (world->engine->truth, n_orders + i)->state.certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (world);
}

/* ---- what is called verified ---- */

static const DeskResyncState *
link_report (World *world)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_RESYNC && event->resync->ended && strcmp (event->resync->trigger, "link") == 0)
        return event->resync;
    }
  return NULL;
}

/* A server that names no account is asked for no fills: nothing is verified then. */
static void
test_no_account (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));

  desk_engine_restored (world->engine, world->now);
  world_connect (world);
  dtc_message_set_string (read_up_to (world, DTC_MSG_TRADE_ACCOUNT_RESPONSE), DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT, "");
  world_run (world);
  g_assert_nonnull (link_report (world));
  g_assert_false (link_report (world)->verified);
  g_assert_cmpint (link_report (world)->lines[DESK_RESYNC_FILLS].mark, ==, DESK_RESYNC_UNAVAILABLE);
  g_assert_nonnull (strstr (link_report (world)->text, "fills unavailable"));
  world_free (world);
}

/* Nor where there are more accounts than are asked for their fills. */
static void
test_many_accounts (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  DtcMessage *answer;
  gint32 request;
  gint i;

  desk_engine_restored (world->engine, world->now);
  world_connect (world);
  answer = read_up_to (world, DTC_MSG_TRADE_ACCOUNT_RESPONSE);
  request = answer->trade_account_response.request_id;
  g_queue_remove (&world->inbox, answer);
  dtc_message_free (answer);
  for (i = 0; i < 70; i++)
    {
      g_autofree char *name = g_strdup_printf ("A%d", i);

      answer = dtc_message_new (DTC_MSG_TRADE_ACCOUNT_RESPONSE);
      dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_REQUEST_ID, request);
      dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TOTAL_NUMBER_MESSAGES, 70);
      dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_MESSAGE_NUMBER, i + 1);
      dtc_message_set_string (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT, name);
      server_say (world, answer);
    }
  world_run (world);
  g_assert_true (world->live);
  g_assert_false (link_report (world)->verified);
  g_assert_cmpint (link_report (world)->lines[DESK_RESYNC_FILLS].mark, ==, DESK_RESYNC_UNAVAILABLE);
  world_free (world);
}

/* Nor where the list has an order that nobody can make out, be it somebody else's. */
static void
test_new_order_in_doubt (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));

  server_add_order (world, "X1", WORLD_SYMBOL, DTC_BUY, 1, 4990);
  desk_engine_restored (world->engine, world->now);
  world_connect (world);
  dtc_message_set_int (read_up_to (world, DTC_MSG_ORDER_UPDATE), DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_UNSPECIFIED);
  world_run (world);
  g_assert_false (link_report (world)->verified);
  g_assert_cmpuint (link_report (world)->counts.unknown, ==, 1);
  world_free (world);
}

/* ---- exits ---- */

/* A step that the server never answers holds back new orders, not the way out. */
static void
test_flatten_while_stuck (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  world_hold_two (world);
  world_cut (world);
  world->no_fills = TRUE;
  world_connect (world);
  /* As long as there is an answer to wait for, it waits. */
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "RESYNC_RUNNING"), ==, 1);
  world_run (world);
  g_assert_false (world->live);
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "RESYNC_RUNNING"), ==, 1);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 1);
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "RESYNC_RUNNING"), ==, 2);
  world_free (world);
}

/* Where the server does not tell the position nothing says which order protects it: none is cancelled before that. */
static void
test_flatten_in_the_dark (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  guint written;

  world->no_positions = TRUE;
  world_up (world);
  world_line (world, "sell 2 ESZ6 stop 4980");
  world_run (world);
  written = world->written->len;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_pass (world, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 1);
  g_assert_cmpint (world_last_at_server (world)->status, ==, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpuint (world->written->len, ==, written);
  world_free (world);
}

/* And where it tells it late, what turns out to protect it stays until the exit is accepted. */
static void
test_flatten_from_the_dark (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  FakeOrder *entry, *stop;

  world->no_positions = TRUE;
  world_up (world);
  world_line (world, "buy 2 ESZ6 limit 4990");
  world_run (world);
  entry = world_last_at_server (world);
  world_line (world, "sell 2 ESZ6 stop 4980");
  world_run (world);
  stop = world_last_at_server (world);
  {
    /* A position that we know nothing of. */
    FakeFill *fill = g_new0 (FakeFill, 1);

    g_strlcpy (fill->symbol, WORLD_SYMBOL, sizeof fill->symbol);
    fill->side = DTC_BUY;
    fill->quantity = 2;
    g_ptr_array_add (world->fills, fill);
  }
  world->no_positions = FALSE;
  world->refuse_flatten = world->refuse_market = TRUE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_pass (world, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 1);
  g_assert_cmpint (entry->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (stop->status, ==, DTC_ORDER_STATUS_OPEN);
  world_free (world);
}

/* An order whose cancel is on its way is not "no order". */
static void
test_cancel_all_twice (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  world_place (world, DESK_SIDE_BUY, 2, 4990);
  world->silent = TRUE;
  world_command (world, DESK_COMMAND_CANCEL_ALL, NULL);
  world_settle (world);
  world_command (world, DESK_COMMAND_CANCEL_ALL, NULL);
  world_settle (world);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NOTHING_TO_CANCEL"), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "CANCELS_UNDER_WAY"), ==, 1);
  world_free (world);
}

/* ---- what nobody has asked for ---- */

static guint
count_balances (World *world,
                double cash)
{
  guint n = 0, i;

  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      n += event->kind == DESK_EVENT_BALANCE && event->account.cash == cash;
    }
  return n;
}

/* Somebody has corrected a fill: what we know of positions may be over. A refusal changes nothing. */
static void
test_corrected_fill (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  DtcMessage *message;

  world_hold_two (world);
  message = dtc_message_new (DTC_MSG_CORRECTING_ORDER_FILL_RESPONSE);
  dtc_message_set_string (message, DTC_CORRECTING_ORDER_FILL_RESPONSE_F_RESULT_TEXT, "not allowed");
  dtc_message_set_int (message, DTC_CORRECTING_ORDER_FILL_RESPONSE_F_IS_ERROR, 1);
  server_say (world, message);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FILL_CORRECTED"), ==, 0);
  g_assert_cmpint (world->engine->round, ==, ROUND_NONE);
  world->position_extra = -1;
  message = dtc_message_new (DTC_MSG_CORRECTING_ORDER_FILL_RESPONSE);
  dtc_message_set_string (message, DTC_CORRECTING_ORDER_FILL_RESPONSE_F_RESULT_TEXT, "one contract less");
  server_say (world, message);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FILL_CORRECTED"), ==, 1);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "POSITION_MISMATCH"), ==, 1);
  world_free (world);
}

/* A balance that was adjusted is the balance. */
static void
test_adjusted_balance (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  DtcMessage *message;

  message = dtc_message_new (DTC_MSG_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE);
  dtc_message_set_string (message, DTC_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
  dtc_message_set_double (message, DTC_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE_F_NEW_BALANCE, 1234);
  server_say (world, message);
  world_run (world);
  g_assert_cmpuint (count_balances (world, 1234), ==, 1);
  world_free (world);
}

/* ---- very many orders ---- */

#define MANY (ENGINE_ROWS_AT_ONCE + 100)

static guint
count_rows (World *world)
{
  guint n = 0, i;

  for (i = 0; i < world->events->len; i++)
    n += ((const DeskEvent *) g_ptr_array_index (world->events, i))->kind == DESK_EVENT_POSITION;
  return n;
}

/* What works in a position is counted through the whole book: of a long one not with every order. What it comes to in
 * the end is the same. */
static void
test_long_book (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  guint before, i;

  for (i = 0; i < MANY; i++)
    {
      char id[DESK_ID_SIZE];

      g_snprintf (id, sizeof id, "X%u", i);
      server_add_order (world, id, WORLD_SYMBOL, DTC_BUY, 2, 4990);
    }
  world_up (world);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->working_buys, ==, 2 * MANY);
  before = count_rows (world);
  for (i = 0; i < 90; i++)
    server_cancel (world, g_ptr_array_index (world->orders, i));
  while (world_read_one (world))
    world_settle (world);
  g_assert_cmpuint (count_rows (world), ==, before);
  world_pass (world, 2 * ENGINE_ROWS_APART);
  g_assert_cmpuint (count_rows (world), ==, before + 1);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->working_buys, ==, 2 * (MANY - 90));
  /* The server's word about it waits for nothing. */
  server_fill (world, g_ptr_array_index (world->orders, MANY - 1), 1, 4990);
  while (world_read_one (world))
    world_settle (world);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 1);
  world_pass (world, 2 * ENGINE_ROWS_APART);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->working_buys, ==, 2 * (MANY - 90) - 1);
  world_free (world);
}

/* A message that nobody can read makes every order unknown, and the next ones no more so. */
static void
test_unread_again (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint before;

  world_place (world, DESK_SIDE_BUY, 1, 4990);
  world_feed_text (world, "{\"Type\":301,\"OrderQuantity\":\"x\"}");
  world_settle (world);
  g_assert_cmpint (state_of (world, only_id (world))->status, ==, DESK_STATUS_UNKNOWN);
  before = world_count (world, DESK_EVENT_ORDER, NULL);
  world_feed_text (world, "{\"Type\":301,\"OrderQuantity\":\"x\"}");
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_ORDER, NULL), ==, before);
  world_free (world);
}

/* ---- what the server counts ---- */

/* Whether it counts since the logon or since the last beat nobody says: every other number is news. */
static void
test_dropped_less (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  desk_engine_heartbeat (world->engine, 5, world->now);
  world_pass (world, 5 * G_USEC_PER_SEC);
  desk_engine_heartbeat (world->engine, 3, world->now);
  world_pass (world, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "DROPPED_MESSAGES"), ==, 2);
  desk_engine_heartbeat (world->engine, 3, world->now);
  desk_engine_heartbeat (world->engine, 0, world->now);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "DROPPED_MESSAGES"), ==, 2);
  world_free (world);
}

/* A time that lies in the future, or outside of all time, does not decide from when on fills are asked for. */
static void
test_fill_of_the_future (gconstpointer data)
{
  static const gint64 times[] = { G_MAXINT64, G_MAXINT64 / 1000, G_GINT64_CONSTANT (4102444800000), -1 };
  World *world = world_new_live (NUMBERING (data));
  guint i;

  world_place (world, DESK_SIDE_BUY, 8, 5000);
  for (i = 0; i < G_N_ELEMENTS (times); i++)
    {
      server_fill (world, world_last_at_server (world), 2, 5000);
      dtc_message_set_int (read_up_to (world, DTC_MSG_ORDER_UPDATE), DTC_ORDER_UPDATE_F_LAST_FILL_DATE_TIME, times[i]);
      world_run (world);
      g_assert_cmpint (desk_truth_get_last_fill (world->engine->truth), <=, WORLD_UTC + world->now);
    }
  for (i = 0; i < world->fills->len; i++)
    ((FakeFill *) g_ptr_array_index (world->fills, i))->when = i % 2 == 0 ? G_MININT64 : G_MAXINT64;
  world_cut (world);
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
  g_assert_cmpint (desk_truth_get_last_fill (world->engine->truth), <=, WORLD_UTC + world->now);
  world_free (world);
}

/* ---- trying to connect ---- */

static guint n_rests;

static void
count_rest (gpointer world)
{
  n_rests++;
}

/* Trying ends by a wish; a connection that stands is not ended by it. */
static void
test_stop_trying (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));

  n_rests = 0;
  world->engine->world.rest = count_rest;
  world_up (world);
  world_command (world, DESK_COMMAND_STOP_TRYING, NULL);
  g_assert_cmpuint (n_rests, ==, 0);
  g_assert_true (world->live);
  world_cut (world);
  world_command (world, DESK_COMMAND_STOP_TRYING, NULL);
  g_assert_cmpuint (n_rests, ==, 1);
  world->linked = TRUE;
  world_link (world, DTC_LINK_CONNECTING, DTC_REASON_STARTED);
  world_command (world, DESK_COMMAND_STOP_TRYING, NULL);
  world_link (world, DTC_LINK_LOGON, DTC_REASON_NONE);
  world_command (world, DESK_COMMAND_STOP_TRYING, NULL);
  g_assert_cmpuint (n_rests, ==, 3);
  /* While everything is asked the server would still tell of orders. */
  world_link (world, DTC_LINK_READY, DTC_REASON_NONE);
  world_command (world, DESK_COMMAND_STOP_TRYING, NULL);
  g_assert_cmpuint (n_rests, ==, 3);
  /* A world that cannot rest is none to complain of. */
  world_cut (world);
  world->engine->world.rest = NULL;
  world_command (world, DESK_COMMAND_STOP_TRYING, NULL);
  g_assert_cmpuint (n_rests, ==, 3);
  world_free (world);
}

/* A position that cannot be read is not the one before it: nothing is said of it until the server says it readably. */
static void
test_bad_position (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  const char *const rows[] = {
    "{\"Type\":306,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"Quantity\":\"7\"}",
    "{\"Type\":306,\"Symbol\":7,\"TradeAccount\":\"SIM1\",\"Quantity\":7}",
  };
  guint i;

  world_up (world);
  world_hold_two (world);
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_true (world_last_position (world, WORLD_SYMBOL)->provable);
      g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 2);
      world_feed_text (world, rows[i]);
      world_settle (world);
      g_assert_false (world_last_position (world, WORLD_SYMBOL)->provable);
      if (i == 0)
        world_feed_text (world, "{\"Type\":306,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"Quantity\":2,\"AveragePrice\":5000,\"Unsolicited\":1}");
      world_pass (world, 6 * G_USEC_PER_SEC);
      g_assert_true (world_last_position (world, WORLD_SYMBOL)->provable);
      g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 2);
    }
  world_free (world);
}

/* Nonsense in any amount is told in a bounded one, and all of it is counted. */
static void
test_bad_flood (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint i;

  for (i = 0; i < 1000; i++)
    world_feed_text (world, "{\"Type\":107,\"SymbolID\":\"x\"}");
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "BAD_MESSAGE"), ==, 10);
  world_pass (world, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "BAD_MESSAGE"), ==, 11);
  g_assert_nonnull (strstr (last_notice (world)->text, "990 more"));
  world_feed_text (world, "{\"Type\":107,\"SymbolID\":\"x\"}");
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "BAD_MESSAGE"), ==, 12);
  world_free (world);
}

/* What can never be read is asked for again, and ever more rarely; one answer that can be read, and it is as before. */
static void
test_unread_answers (gconstpointer data)
{
  static const guint16 types[] = { DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE, DTC_MSG_POSITION_UPDATE };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (types); i++)
    {
      World *world = world_new (NUMBERING (data));
      guint before;

      world_up (world);
      world_hold_two (world);
      before = world->n_position_lists;
      world_pass (world, 10 * 60 * G_USEC_PER_SEC);
      g_assert_cmpuint (world->n_position_lists - before, <=, 3);
      world->garbled = types[i];
      world_command (world, DESK_COMMAND_VERIFY, NULL);
      before = world->n_position_lists;
      world_pass (world, 10 * G_USEC_PER_SEC);
      /* After 1, 2 and 4 s, and the world is a second late. */
      g_assert_cmpuint (world->n_position_lists - before, ==, 3);
      world_pass (world, 10 * 60 * G_USEC_PER_SEC);
      g_assert_cmpuint (world->n_position_lists - before, >=, 20);
      g_assert_cmpuint (world->n_position_lists - before, <=, 25);
      g_assert_cmpuint (world->n_fill_lists, <=, world->n_position_lists);
      world->garbled = 0;
      world_pass (world, 31 * G_USEC_PER_SEC);
      g_assert_true (world_last_position (world, WORLD_SYMBOL)->provable);
      before = world->n_position_lists;
      world_pass (world, 10 * 60 * G_USEC_PER_SEC);
      g_assert_cmpuint (world->n_position_lists - before, <=, 3);
      /* And soon again, should it happen again. */
      world->garbled = types[i];
      world_command (world, DESK_COMMAND_VERIFY, NULL);
      before = world->n_position_lists;
      world_pass (world, 10 * G_USEC_PER_SEC);
      g_assert_cmpuint (world->n_position_lists - before, ==, 3);
      world_free (world);
    }
}

/* ---- a server that names whatever comes to its mind ---- */

#define NAMES 100000

/* Of what it names only so much is kept, and that is said once; of what is left out nothing is claimed. Its orders are
 * all kept. */
static void
test_names_without_end (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  guint n = g_test_slow () || NUMBERING (data) == DTC_NUMBERING_DTC ? NAMES : NAMES / 10;
  guint n_orders, i;

  world_up (world);
  world_hold_two (world);
  world->no_definitions = TRUE;
  for (i = 0; i < n; i++)
    {
      g_autofree char *account = g_strdup_printf ("{\"Type\":401,\"TradeAccount\":\"A%u\"}", i);
      g_autofree char *balance = g_strdup_printf ("{\"Type\":600,\"TradeAccount\":\"B%u\",\"CashBalance\":1}", i);
      g_autofree char *position = g_strdup_printf ("{\"Type\":306,\"Symbol\":\"P%u\",\"TradeAccount\":\"SIM1\",\"Quantity\":1,\"Unsolicited\":1}", i);

      world_feed_text (world, account);
      world_feed_text (world, balance);
      world_feed_text (world, position);
      if (i % 1000 == 0)
        world_settle (world);
    }
  world_settle (world);
  g_assert_cmpuint (world->engine->accounts->len, ==, ENGINE_NAMED_MAX);
  g_assert_cmpuint (world->engine->symbol_ids->len, ==, ENGINE_NAMED_MAX);
  g_assert_cmpuint (desk_truth_positions (world->engine->truth)->len, ==, ENGINE_NAMED_MAX);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "TOO_MANY_NAMES"), ==, 1);
  g_assert_false (world_last_position (world, WORLD_SYMBOL)->provable);
  /* An order in a symbol and an account that nobody keeps is an order. */
  n_orders = desk_truth_n_orders (world->engine->truth);
  for (i = 0; i < 10; i++)
    {
      g_autofree char *symbol = g_strdup_printf ("Q%u", i);
      g_autofree char *id = g_strdup_printf ("X%u", i);

      server_say (world, server_update (world, server_add_order (world, id, symbol, DTC_BUY, 1, 4990), DTC_GENERAL_ORDER_UPDATE, NULL));
    }
  while (world_read_one (world))
    world_settle (world);
  g_assert_cmpuint (desk_truth_n_orders (world->engine->truth), ==, n_orders + 10);
  g_assert_cmpuint (world->engine->symbol_ids->len, ==, ENGINE_NAMED_MAX);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "TOO_MANY_NAMES"), ==, 1);
  /* The next connection has room for new ones, however long the history is. */
  world_cut (world);
  world_connect (world);
  world_run (world);
  world_feed_text (world, "{\"Type\":306,\"Symbol\":\"NEW\",\"TradeAccount\":\"SIM1\",\"Quantity\":3,\"Unsolicited\":1}");
  world_settle (world);
  g_assert_true (world_last_position (world, "NEW")->provable);
  g_assert_cmpint (world_last_position (world, "NEW")->quantity, ==, 3);
  world_free (world);
}

void
add_answer_tests (AddTest add)
{
  add ("answers/position-row-without-sense", test_position_row_without_sense);
  add ("answers/fill-row-without-sense", test_fill_row_without_sense);
  add ("answers/list-begun-twice", test_list_begun_twice);
  add ("answers/list-uncounted", test_list_uncounted);
  add ("answers/no-account", test_no_account);
  add ("answers/new-order-in-doubt", test_new_order_in_doubt);
  add ("answers/flatten-while-stuck", test_flatten_while_stuck);
  add ("answers/flatten-in-the-dark", test_flatten_in_the_dark);
  add ("answers/flatten-from-the-dark", test_flatten_from_the_dark);
  add ("answers/cancel-all-twice", test_cancel_all_twice);
  add ("answers/many-accounts", test_many_accounts);
  add ("answers/long-book", test_long_book);
  add ("answers/unread-again", test_unread_again);
  add ("answers/corrected-fill", test_corrected_fill);
  add ("answers/adjusted-balance", test_adjusted_balance);
  add ("answers/dropped-less", test_dropped_less);
  add ("answers/fill-of-the-future", test_fill_of_the_future);
  add ("answers/stop-trying", test_stop_trying);
  add ("answers/bad-position", test_bad_position);
  add ("answers/bad-flood", test_bad_flood);
  add ("answers/unread-answers", test_unread_answers);
  add ("answers/names-without-end", test_names_without_end);
}
