/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdio.h>

#include "sim-exchange.h"

/* What a move of the simulated exchange costs, with 500 symbols and with orders working in them; beside it the random
 * numbers and allocations that such a move makes, and nothing else. */

#define N_SYMBOLS 500
#define N_ROUNDS  200
#define N_ORDERS  5000

static guint64 n_told, n_trades;

static void
emit (gpointer          origin,
      const DtcMessage *message,
      gpointer          user_data)
{
  n_told++;
}

static void
trade (const SimMarket *market,
       gpointer         user_data)
{
  n_trades++;
}

static double
run (SimExchange *exchange,
     gint64      *now)
{
  gint64 start = g_get_monotonic_time ();
  guint  i;

  for (i = 0; i < N_ROUNDS; i++)
    {
      *now += 10000;
      sim_exchange_step (exchange, *now);
      sim_exchange_finish (exchange, *now);
      sim_exchange_clear_dirty (exchange);
    }
  return (double) (g_get_monotonic_time () - start) * 1000 / N_ROUNDS / N_SYMBOLS;
}

static double
run_reference (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gint64            start = g_get_monotonic_time ();
  guint             i, j, sum = 0;

  for (i = 0; i < N_ROUNDS * N_SYMBOLS; i++)
    for (j = 0; j < 12; j++)
      {
        g_autofree SimBookEntry *entry = g_new0 (SimBookEntry, 1);

        entry->price = g_rand_int_range (rand, 0, 100);
        sum += (guint) entry->price;
      }
  return sum ? (double) (g_get_monotonic_time () - start) * 1000 / N_ROUNDS / N_SYMBOLS : 0;
}

/* Far from the market and near it, stops among them. */
static void
place (SimExchange *exchange,
       guint        number,
       gint64       now)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;
  const SimMarket    *market = g_ptr_array_index (exchange->markets, number % exchange->markets->len);
  g_autofree char    *id = g_strdup_printf ("B-%u", number);
  int                 side = number / N_SYMBOLS % 2 ? DTC_BUY : DTC_SELL;
  gint64              away = 5 + number % 40;
  gboolean            stop = number % 3 == 0;
  gint64              price = (side == DTC_BUY) == stop ? market->fair + away : market->fair - away;

  dtc_message_init (&m, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  dtc_message_set_string (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, market->instrument->symbol);
  dtc_message_set_string (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TRADE_ACCOUNT, side == DTC_BUY ? "SIM1" : "SIM2");
  dtc_message_set_string (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, id);
  dtc_message_set_int (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE, stop ? DTC_ORDER_TYPE_STOP : DTC_ORDER_TYPE_LIMIT);
  dtc_message_set_int (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL, side);
  dtc_message_set_double (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY, 1);
  dtc_message_set_double (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1,
                          sim_instrument_to_wire (market->instrument, (double) price));
  dtc_message_set_int (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TIME_IN_FORCE, DTC_TIF_GOOD_TILL_CANCELED);
  sim_exchange_perform (exchange, NULL, &m, "", now);
}

int
main (void)
{
  const SimSink          sink = { .emit = emit, .trade = trade };
  g_autoptr (SimOptions) options = sim_options_new ();
  gint64                 now = G_GINT64_CONSTANT (1793210400000000);
  SimExchange           *exchange;
  double                 reference, empty, loaded, submit;
  gint64                 start;
  guint                  i;

  options->n_symbols = N_SYMBOLS;
  exchange = sim_exchange_new (options, &sink, NULL, now);
  sim_exchange_open (exchange, now);
  run (exchange, &now);
  reference = run_reference ();
  n_trades = 0;
  empty = run (exchange, &now);
  printf ("a move of one of %d markets            %7.0f ns, %.1f trades; its numbers and allocations %.0f ns: %.1f x\n",
          N_SYMBOLS, empty, (double) n_trades / N_ROUNDS / N_SYMBOLS, reference, empty / reference);
  start = g_get_monotonic_time ();
  for (i = 0; i < N_ORDERS; i++)
    place (exchange, i, now);
  sim_exchange_finish (exchange, now);
  sim_exchange_clear_dirty (exchange);
  submit = (double) (g_get_monotonic_time () - start) * 1000 / N_ORDERS;
  n_told = 0;
  i = exchange->working->len;
  loaded = run (exchange, &now);
  printf ("... with %u orders working in them    %7.0f ns, %.2f messages to clients: %.1f x\n", i, loaded,
          (double) n_told / N_ROUNDS / N_SYMBOLS, loaded / reference);
  printf ("an order accepted                        %7.0f ns\n", submit);
  printf ("moves a second on one core               %7.0f\n", 1e9 / loaded);
  sim_exchange_free (exchange);
  return 0;
}
