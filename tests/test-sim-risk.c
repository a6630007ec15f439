/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "sim-fixture.h"

/* Margin, limits, the daily loss limit; the broker's desk, the other trader, and what a drill does. */

static SimAccount *
account (Fixture *f)
{
  return sim_exchange_find_account (f->exchange, "SIM1");
}

/* NULL, or why the order was refused. */
static const char *
try_order (Fixture *f,
           int      type,
           int      side,
           double   quantity,
           double   price)
{
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", type, side, quantity, price, 0, DTC_TIF_GOOD_TILL_CANCELED, 0);
  return fixture_update (f, 0)->order_status == DTC_ORDER_STATUS_REJECTED ? fixture_update (f, 0)->info_text : NULL;
}

#define LIMIT  DTC_ORDER_TYPE_LIMIT
#define MARKET DTC_ORDER_TYPE_MARKET

/* The last message of @type. */
static const DtcMessage *
find_told (Fixture *f,
           guint16  type)
{
  guint i;

  for (i = f->told->len; i > 0; i--)
    if (((const DtcMessage *) g_ptr_array_index (f->told, i - 1))->type == type)
      return g_ptr_array_index (f->told, i - 1);
  return NULL;
}

static void
test_margin (Fixture      *f,
             gconstpointer data)
{
  /* 100 000 carry six contracts at 15 000, working ones counted. */
  f->options->check_margin = TRUE;
  g_assert_nonnull (try_order (f, LIMIT, DTC_BUY, 7, 4990));
  g_assert_nonnull (strstr (fixture_update (f, 0)->info_text, "margin"));
  g_assert_null (try_order (f, LIMIT, DTC_BUY, 4, 4990));
  g_assert_nonnull (try_order (f, LIMIT, DTC_BUY, 3, 4990));
  g_assert_null (try_order (f, LIMIT, DTC_BUY, 2, 4990));
  /* The other side is another risk, not more of it. */
  g_assert_null (try_order (f, LIMIT, DTC_SELL, 6, 5010));
  g_assert_nonnull (try_order (f, LIMIT, DTC_SELL, 1, 5010));
  while (f->exchange->working->len > 0)
    fixture_cancel (f, ((SimOrder *) g_ptr_array_index (f->exchange->working, 0))->server_id, "", "");
  g_assert_null (try_order (f, MARKET, DTC_BUY, 6, 0));
  g_assert_nonnull (try_order (f, MARKET, DTC_BUY, 1, 0));
  g_assert_null (try_order (f, LIMIT, DTC_SELL, 6, 5010));
  /* Six contracts keep 81 000: a call comes below that, and ends above. */
  fixture_forget (f);
  account (f)->cash = 81000 - sim_exchange_open_profit (f->exchange, account (f)) - 1;
  account (f)->changed = TRUE;
  sim_exchange_finish (f->exchange, f->now);
  g_assert_nonnull (find_told (f, DTC_MSG_ALERT_MESSAGE));
  g_assert_cmpint (find_told (f, DTC_MSG_ACCOUNT_BALANCE_UPDATE)->account_balance_update.is_under_required_margin, ==,
                   1);
  g_assert_true (account (f)->margin_call);
  g_assert_nonnull (try_order (f, LIMIT, DTC_BUY, 1, 4990));
  g_assert_nonnull (strstr (fixture_update (f, 0)->info_text, "margin call"));
  fixture_forget (f);
  fixture_flatten (f, "ESZ6", "SIM1");
  g_assert_cmpint (fixture_update (f, 1)->order_status, ==, DTC_ORDER_STATUS_FILLED);
  sim_exchange_finish (f->exchange, f->now);
  g_assert_false (account (f)->margin_call);
}

static void
test_limits (Fixture      *f,
             gconstpointer data)
{
  g_assert_null (sim_exchange_set_limits (f->exchange, "SIM1", 5, 8, 0));
  g_assert_nonnull (sim_exchange_set_limits (f->exchange, "NOPE", 5, 8, 0));
  g_assert_nonnull (sim_exchange_set_limits (f->exchange, "SIM1", -5, 8, 0));
  g_assert_nonnull (try_order (f, LIMIT, DTC_BUY, 6, 4990));
  g_assert_null (try_order (f, LIMIT, DTC_BUY, 5, 4990));
  g_assert_nonnull (try_order (f, LIMIT, DTC_BUY, 4, 4990));
  g_assert_nonnull (strstr (fixture_update (f, 0)->info_text, "9 contracts"));
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", MARKET, DTC_BUY, 3, 0, 0, DTC_TIF_DAY, 0);
  g_assert_cmpfloat (find_told (f, DTC_MSG_POSITION_UPDATE)->position_update.quantity_limit, ==, 8);
  /* More by a change is more all the same; the other account has its own limits. */
  fixture_replace (f, fixture_order (f, "T-2")->server_id, 0, 0, 6);
  g_assert_cmpint (fixture_order (f, "T-2")->quantity, ==, 5);
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM2", LIMIT, DTC_BUY, 500, 4990, 0, DTC_TIF_DAY, 0);
  g_assert_cmpint (fixture_update (f, 0)->order_status, ==, DTC_ORDER_STATUS_OPEN);
  /* Disabled: the way out stays open. */
  g_assert_null (sim_exchange_set_trading (f->exchange, "SIM1", FALSE));
  fixture_cancel (f, fixture_order (f, "T-2")->server_id, "", "");
  g_assert_nonnull (try_order (f, LIMIT, DTC_BUY, 1, 4990));
  g_assert_null (try_order (f, LIMIT, DTC_SELL, 3, 5010));
}

static void
lose (Fixture *f)
{
  g_assert_null (try_order (f, MARKET, DTC_BUY, 2, 0));
  g_assert_null (sim_exchange_move (f->exchange, "ESZ6", -80, f->now)); /* 20 points, 2000 */
  f->now += 2 * G_USEC_PER_SEC;
  fixture_forget (f);
  sim_exchange_expire (f->exchange, f->now);
  sim_exchange_finish (f->exchange, f->now);
}

static void
test_daily_loss (Fixture      *f,
                 gconstpointer data)
{
  const DtcAccountBalanceUpdate *balance;

  g_assert_null (sim_exchange_set_limits (f->exchange, "SIM1", 0, 0, 1500));
  g_assert_null (try_order (f, LIMIT, DTC_BUY, 1, 4900));
  lose (f);
  balance = &find_told (f, DTC_MSG_ACCOUNT_BALANCE_UPDATE)->account_balance_update;
  g_assert_cmpfloat (balance->daily_net_loss_limit, ==, 1500);
  g_assert_cmpint (balance->daily_net_loss_limit_reached, ==, 1);
  g_assert_nonnull (find_told (f, DTC_MSG_ALERT_MESSAGE));
  g_assert_nonnull (try_order (f, LIMIT, DTC_BUY, 1, 4900));
  g_assert_null (try_order (f, LIMIT, DTC_SELL, 2, 5050));
  g_assert_cmpint (sim_account_get_position (account (f), sim_exchange_find_market (f->exchange, "ESZ6")->instrument)
                     ->quantity, ==, 2);
  /* It stays so when the market comes back, until the session ends. */
  g_assert_null (sim_exchange_move (f->exchange, "ESZ6", 80, f->now));
  g_assert_nonnull (try_order (f, LIMIT, DTC_BUY, 1, 4900));
  f->now = sim_exchange_session_end (f->exchange, f->now);
  sim_exchange_expire (f->exchange, f->now);
  g_assert_null (try_order (f, LIMIT, DTC_BUY, 1, 4900));
}

static void
test_liquidation (Fixture      *f,
                  gconstpointer data)
{
  f->options->liquidate = TRUE;
  g_assert_null (sim_exchange_set_limits (f->exchange, "SIM1", 0, 0, 1500));
  g_assert_null (try_order (f, LIMIT, DTC_BUY, 1, 4900));
  lose (f);
  g_assert_cmpuint (f->exchange->working->len, ==, 0);
  g_assert_cmpint (account (f)->positions[0].quantity, ==, 0);
}

/* 309 and 607: what the broker's desk does to an account. */
static void
test_desk (Fixture      *f,
           gconstpointer data)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;
  const DtcMessage   *told;

  dtc_message_init (&m, DTC_MSG_ACCOUNT_BALANCE_ADJUSTMENT);
  dtc_message_set_int (&m, DTC_ACCOUNT_BALANCE_ADJUSTMENT_F_REQUEST_ID, 7);
  dtc_message_set_string (&m, DTC_ACCOUNT_BALANCE_ADJUSTMENT_F_TRADE_ACCOUNT, "SIM1");
  dtc_message_set_double (&m, DTC_ACCOUNT_BALANCE_ADJUSTMENT_F_DEBIT_AMOUNT, 250);
  dtc_message_set_string (&m, DTC_ACCOUNT_BALANCE_ADJUSTMENT_F_REASON, "Data fee");
  g_assert_true (sim_exchange_perform (f->exchange, NULL, &m, "", f->now));
  sim_exchange_finish (f->exchange, f->now);
  told = find_told (f, DTC_MSG_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE);
  g_assert_cmpint (told->body.account_balance_adjustment_complete.request_id, ==, 7);
  g_assert_cmpfloat (told->body.account_balance_adjustment_complete.new_balance, ==, 99750);
  g_assert_cmpfloat (find_told (f, DTC_MSG_ACCOUNT_BALANCE_UPDATE)->account_balance_update.cash_balance, ==, 99750);
  g_assert_cmpuint (account (f)->history->len, ==, 2);
  dtc_message_set_double (&m, DTC_ACCOUNT_BALANCE_ADJUSTMENT_F_DEBIT_AMOUNT, 1e6);
  sim_exchange_perform (f->exchange, NULL, &m, "", f->now);
  g_assert_nonnull (find_told (f, DTC_MSG_ACCOUNT_BALANCE_ADJUSTMENT_REJECT));
  g_assert_cmpfloat (account (f)->cash, ==, 99750);

  dtc_message_init (&m, DTC_MSG_ADD_CORRECTING_ORDER_FILL);
  dtc_message_set_string (&m, DTC_ADD_CORRECTING_ORDER_FILL_F_SYMBOL, "ESZ6");
  dtc_message_set_string (&m, DTC_ADD_CORRECTING_ORDER_FILL_F_TRADE_ACCOUNT, "SIM1");
  dtc_message_set_string (&m, DTC_ADD_CORRECTING_ORDER_FILL_F_CLIENT_ORDER_ID, "FIX");
  dtc_message_set_int (&m, DTC_ADD_CORRECTING_ORDER_FILL_F_BUY_SELL, DTC_SELL);
  dtc_message_set_double (&m, DTC_ADD_CORRECTING_ORDER_FILL_F_FILL_PRICE, 5000);
  dtc_message_set_double (&m, DTC_ADD_CORRECTING_ORDER_FILL_F_FILL_QUANTITY, 2);
  sim_exchange_perform (f->exchange, NULL, &m, "", f->now);
  sim_exchange_finish (f->exchange, f->now);
  g_assert_cmpint (find_told (f, DTC_MSG_CORRECTING_ORDER_FILL_RESPONSE)->body.correcting_order_fill_response.is_error,
                   ==, 0);
  g_assert_cmpfloat (find_told (f, DTC_MSG_POSITION_UPDATE)->position_update.quantity, ==, -2);
  dtc_message_set_double (&m, DTC_ADD_CORRECTING_ORDER_FILL_F_FILL_PRICE, 5000.1);
  sim_exchange_perform (f->exchange, NULL, &m, "", f->now);
  g_assert_cmpint (find_told (f, DTC_MSG_CORRECTING_ORDER_FILL_RESPONSE)->body.correcting_order_fill_response.is_error,
                   ==, 1);
  g_assert_cmpint (account (f)->positions[0].quantity, ==, -2);
}

static void
test_flatten_account (Fixture      *f,
                      gconstpointer data)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;
  guint               i;

  fixture_submit (f, "ESZ6", "SIM1", MARKET, DTC_BUY, 2, 0, 0, DTC_TIF_DAY, 0);
  fixture_submit (f, "CLZ6", "SIM1", MARKET, DTC_SELL, 3, 0, 0, DTC_TIF_DAY, 0);
  fixture_submit (f, "ESZ6", "SIM2", MARKET, DTC_SELL, 3, 0, 0, DTC_TIF_DAY, 0);
  fixture_submit (f, "ESZ6", "SIM1", LIMIT, DTC_BUY, 1, 4990, 0, DTC_TIF_DAY, 0);
  dtc_message_init (&m, DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT);
  dtc_message_set_string (&m, DTC_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT_F_TRADE_ACCOUNT, "SIM1");
  dtc_message_set_string (&m, DTC_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT_F_CLIENT_ORDER_ID, "OUT");
  fixture_forget (f);
  g_assert_true (sim_exchange_perform (f->exchange, NULL, &m, "tester", f->now));
  for (i = 0; i < account (f)->n_positions; i++)
    g_assert_cmpint (account (f)->positions[i].quantity, ==, 0);
  g_assert_cmpuint (fixture_n_updates (f), ==, 4);
  g_assert_cmpint (fixture_order (f, "OUT")->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpuint (f->exchange->working->len, ==, 1);
  g_assert_cmpint (sim_exchange_find_account (f->exchange, "SIM2")->positions[0].quantity, ==, -3);
  fixture_forget (f);
  dtc_message_set_string (&m, DTC_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT_F_CLIENT_ORDER_ID, "AGAIN");
  sim_exchange_perform (f->exchange, NULL, &m, "tester", f->now);
  g_assert_cmpint (fixture_update (f, 0)->order_status, ==, DTC_ORDER_STATUS_REJECTED);
}

static void
test_other_trader (Fixture      *f,
                   gconstpointer data)
{
  guint i, most = 0;

  g_assert_null (sim_exchange_external_order (f->exchange, "SIM1", "ESZ6", LIMIT, DTC_BUY, 2, 4990, 0, f->now));
  g_assert_cmpstr (fixture_update (f, 0)->username, ==, "other desk");
  g_assert_cmpstr (fixture_update (f, 0)->trade_account, ==, "SIM1");
  g_assert_nonnull (sim_exchange_external_order (f->exchange, "SIM1", "NOPE", LIMIT, DTC_BUY, 2, 4990, 0, f->now));
  for (i = 0; i < 400; i++)
    {
      sim_exchange_external_act (f->exchange, f->now++);
      sim_exchange_finish (f->exchange, f->now);
      most = MAX (most, f->exchange->working->len);
    }
  g_assert_cmpuint (most, >, 2);
  g_assert_cmpuint (most, <=, 9);
  g_assert_cmpuint (f->exchange->fills->len, >, 10);
}

static void
test_drills (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *id = NULL;
  SimOrder        *order;

  g_assert_null (try_order (f, LIMIT, DTC_BUY, 4, 4990));
  order = fixture_order (f, "T-1");
  id = g_strdup (order->server_id);
  g_assert_nonnull (sim_exchange_fill (f->exchange, id, 5, f->now));
  g_assert_null (sim_exchange_fill (f->exchange, id, 1, f->now));
  g_assert_cmpint (order->entry->quantity, ==, 3);
  /* Two live orders after a change. */
  fixture_forget (f);
  sim_exchange_twin (f->exchange);
  fixture_replace (f, id, 4991, 0, 0);
  g_assert_cmpuint (f->exchange->working->len, ==, 2);
  g_assert_cmpstr (fixture_update (f, 0)->previous_server_order_id, ==, id);
  g_assert_cmpstr (fixture_update (f, 0)->server_order_id, !=, id);
  g_assert_cmpint (order->price1, ==, 4990 * 4);
  g_assert_cmpint (fixture_order (f, "T-1")->quantity, ==, 3);
  /* Gone without a word. */
  fixture_forget (f);
  g_assert_null (sim_exchange_lose_order (f->exchange, id, f->now));
  sim_exchange_finish (f->exchange, f->now);
  g_assert_cmpuint (f->told->len, ==, 0);
  g_assert_cmpuint (f->exchange->working->len, ==, 1);
  /* What is finished is forgotten and its ids are given out again, but never two at a time. */
  sim_exchange_restart_ids (f->exchange);
  g_assert_null (g_hash_table_lookup (f->exchange->orders, id));
  g_assert_null (try_order (f, LIMIT, DTC_BUY, 1, 4980));
  g_assert_cmpstr (fixture_update (f, 0)->server_order_id, ==, id);
  g_assert_null (try_order (f, LIMIT, DTC_BUY, 1, 4980));
  g_assert_cmpuint (g_hash_table_size (f->exchange->orders), ==, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_add ("/sim/risk/margin", test_margin);
  fixture_add ("/sim/risk/limits", test_limits);
  fixture_add ("/sim/risk/daily-loss", test_daily_loss);
  fixture_add ("/sim/risk/liquidation", test_liquidation);
  fixture_add ("/sim/risk/desk", test_desk);
  fixture_add ("/sim/risk/flatten-account", test_flatten_account);
  fixture_add ("/sim/risk/other-trader", test_other_trader);
  fixture_add ("/sim/risk/drills", test_drills);
  return g_test_run ();
}
