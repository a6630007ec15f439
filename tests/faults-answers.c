/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "faults-fixture.h"

/* Answers to our questions that are none, that lack something or that say something else. */

/* ---- 63: an answer with a hole, a repeat, a changing total ---- */

static gint32
question_of (World      *world,
             EngineStep  step)
{
  guint i;

  for (i = 0; i < world->engine->questions->len; i++)
    {
      const EngineQuestion *question = g_ptr_array_index (world->engine->questions, i);

      if (question->step == step)
        return question->request;
    }
  g_assert_not_reached ();
}

static void
test_63 (gconstpointer form)
{
  static const gint32 rows[][2][2] = { { { 2, 1 }, { 2, 1 } }, { { 2, 1 }, { 3, 2 } }, { { 2, 2 }, { 0, 0 } }, { { 2, 3 }, { 0, 0 } }, { { 0, 0 }, { 0, 0 } } };
  World *world = up (form);
  FakeOrder *listed = working (world, DESK_SIDE_BUY, 1);
  FakeOrder *missing = working (world, DESK_SIDE_BUY, 2);
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      world_cut (world);
      world_pass (world, SECOND);
      world->no_orders_answer = TRUE;
      world_connect (world);
      world_run (world);
      for (k = 0; k < 2; k++)
        {
          DtcMessage *message = server_update (world, listed, DTC_OPEN_ORDERS_REQUEST_RESPONSE, NULL);

          dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, question_of (world, STEP_ORDERS));
          dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, rows[i][k][0]);
          dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, rows[i][k][1]);
          feed (world, message);
        }
      world_pass (world, 2 * SECOND);
      /* Not an answer: it does not make us live, and who is not in it is not gone. */
      g_assert_false (world->live);
      g_assert_cmpint (shown (world, missing)->certainty, ==, DESK_CERTAINTY_STALE);
      world->no_orders_answer = FALSE;
      reconnect (world);
      g_assert_cmpint (shown (world, missing)->certainty, ==, DESK_CERTAINTY_FRESH);
      g_assert_cmpint (shown (world, listed)->certainty, ==, DESK_CERTAINTY_FRESH);
    }
  world_free (world);
}

/* ---- 64: fills of several accounts, and the same rows for each question ---- */

static void
test_64 (gconstpointer form)
{
  World *world = world_new_form (form);
  FakeOrder *order;

  world->second_account = "SIM2";
  g_strlcpy (world->config.account, WORLD_ACCOUNT, sizeof world->config.account);
  desk_engine_free (world->engine);
  world->engine = desk_engine_new (&world->config, fake_world (), world);
  world_up (world);
  order = working (world, DESK_SIDE_BUY, 3);
  world_cut (world);
  world_pass (world, SECOND);
  server_fill (world, order, 1, 4990);
  server_fill (world, order, 2, 4990);
  reconnect (world);
  world_pass (world, 15 * SECOND);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (booked (world, order), ==, 3);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 3);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->computed, ==, 3);
  world_free (world);
}

/* ---- 65: refused, or no answer: nothing is concluded ---- */

static void
test_65 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  guint n_writes = world->n_writes;

  world_cut (world);
  world_pass (world, SECOND);
  order->status = DTC_ORDER_STATUS_CANCELED;
  world->no_fills = TRUE;
  world->no_orders_answer = TRUE;
  world_connect (world);
  world_pass (world, 60 * SECOND);
  /* Not live, and nothing new leaves. */
  g_assert_false (world->live);
  world_place (world, DESK_SIDE_BUY, 1, 4990);
  g_assert_cmpuint (world->n_writes, ==, n_writes);
  g_assert_nonnull (world_last_denied (world));
  g_assert_cmpstr (world_last_denied (world)->code, ==, "RESYNC_RUNNING");
  g_assert_false (desk_status_is_final (shown (world, order)->status));
  g_assert_cmpint (shown (world, order)->certainty, !=, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (shown (world, order)->certainty, !=, DESK_CERTAINTY_GONE);
  g_assert_cmpint (shown (world, order)->certainty, !=, DESK_CERTAINTY_NO_TRACE);
  world_free (world);
}

/* ---- 67: the position is not the sum of the fills ---- */

static void
test_67 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  DtcMessage *message;
  guint n_writes;

  server_fill (world, order, 2, 4990);
  world_run (world);
  n_writes = world->n_writes;
  message = dtc_message_new (DTC_MSG_POSITION_UPDATE);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_UNSOLICITED, 1);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER, 1);
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, WORLD_SYMBOL);
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
  dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, 5);
  dtc_message_set_double (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, 4990);
  feed (world, message);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 5);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->computed, ==, 2);
  /* Somebody else's three: at the next answer they are a mismatch, or explained. */
  world->no_fills = TRUE;
  server_add_fill (world, "X1", DTC_BUY, 3, 4990);
  world_pass (world, 12 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "POSITION_MISMATCH"), >=, 1);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 5);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->computed, ==, 2);
  g_assert_cmpint (booked (world, order), ==, 2);
  g_assert_cmpuint (world->n_writes, ==, n_writes);
  world_free (world);
}

/* ---- 69: what a price is worth on the wire changes, or is not said ---- */

static void
test_69 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 1);

  g_assert_cmpfloat (order->price1, ==, 4990);
  world_cut (world);
  world_pass (world, SECOND);
  world->multiplier = 0.01;
  order->price1 = 499000;
  world_connect (world);
  world_run (world);
  world_pass (world, SECOND);
  g_assert_cmpfloat (shown (world, order)->price.display, ==, 4990);
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  g_assert_cmpfloat (world_last_at_server (world)->price1, ==, 498000);

  world_cut (world);
  world_pass (world, SECOND);
  world->no_definitions = TRUE;
  world_connect (world);
  world_run (world);
  world_submit (world, DESK_SIDE_BUY, 1, 4970);
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (n_submits (world), ==, 2);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "NO_DEFINITION");
  world_free (world);
}

/* ---- 73: no trading at the reconnect ---- */

static void
test_73 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);

  world->no_trading = TRUE;
  reconnect (world);
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  g_assert_cmpuint (n_submits (world), ==, 1);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "TRADING_OFF");
  /* The way out is tried all the same. */
  world_command (world, DESK_COMMAND_CANCEL, order->client_id);
  world_run (world);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_CANCELLED);
  world_free (world);
}

/* ---- 66: none, and yet something ---- */

static void
test_66 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  DtcMessage *message = server_update (world, order, DTC_OPEN_ORDERS_REQUEST_RESPONSE, NULL);

  /* With the fields of an order that nobody has. */
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_NO_ORDERS, 1);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, "S99");
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, "");
  feed (world, message);
  g_assert_cmpuint (desk_truth_n_orders (world->engine->truth), ==, 1);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_WORKING);
  world_free (world);
}

/* ---- 68: positions of nobody, twice, and not a number ---- */

static void
test_68 (gconstpointer form)
{
  static const struct { const char *symbol, *account; double quantity, average; } rows[] = {
    { "NOSUCH", WORLD_ACCOUNT, 2, 1 }, { WORLD_SYMBOL, "NOBODY", 2, 1 }, { WORLD_SYMBOL, WORLD_ACCOUNT, 0.5, 1 }, { "", "", 1, 1 },
    { WORLD_SYMBOL, WORLD_ACCOUNT, 1e300, 1 }, { WORLD_SYMBOL, WORLD_ACCOUNT, 2, 1e300 },
  };
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  guint i;

  server_fill (world, order, 2, 4990);
  world_run (world);
  for (i = 0; i < G_N_ELEMENTS (rows) * 2; i++)
    {
      DtcMessage *message = dtc_message_new (DTC_MSG_POSITION_UPDATE);
      guint row = i / 2;

      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_UNSOLICITED, 1);
      dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, rows[row].symbol);
      dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, rows[row].account);
      dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, rows[row].quantity);
      dtc_message_set_double (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, rows[row].average);
      feed (world, message);
    }
  g_assert_cmpint (engine_position (world->engine, WORLD_ACCOUNT, WORLD_SYMBOL, &(gboolean) { FALSE }), ==, 2);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_FILLED);
  world_pass (world, 12 * SECOND);
  world_free (world);
}

/* ---- 71: accounts come and go ---- */

static void
test_71 (gconstpointer form)
{
  World *world = world_new_form (form);
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_SUBMIT);

  world_up (world);
  working (world, DESK_SIDE_BUY, 1);
  command->ticket.side = DESK_SIDE_BUY;
  command->ticket.type = DESK_ORDER_TYPE_LIMIT;
  command->ticket.tif = DESK_TIF_DAY;
  command->ticket.quantity = 1;
  command->ticket.has_price = TRUE;
  command->ticket.price = 4980;
  g_strlcpy (command->ticket.symbol, WORLD_SYMBOL, sizeof command->ticket.symbol);
  g_strlcpy (command->ticket.account, "GONE", sizeof command->ticket.account);
  desk_engine_command (world->engine, command, world->now);
  world_run (world);
  g_assert_cmpuint (n_submits (world), ==, 1);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "ACCOUNT");
  world_free (world);
}

void
add_answers_tests (void)
{
  static const FaultTest tests[] = {
    { "63", test_63 }, { "64", test_64 }, { "65", test_65 }, { "66", test_66 }, { "67", test_67 }, { "68", test_68 },
    { "69", test_69 }, { "71", test_71 }, { "73", test_73 },
  };

  add_fault_tests (tests, G_N_ELEMENTS (tests));
}
