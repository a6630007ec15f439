/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "sim-fixture.h"

/* Phases, the opening auction, kinds of orders, icebergs, the self-trade rule. */

static void
set_phase (Fixture *f,
           int      phase)
{
  g_assert_null (sim_exchange_set_phase (f->exchange, "ESZ6", phase, f->now));
  sim_exchange_finish (f->exchange, f->now);
}

static SimMarket *
es (Fixture *f)
{
  return sim_exchange_find_market (f->exchange, "ESZ6");
}

static SimOrder *
submit (Fixture    *f,
        const char *account,
        int         type,
        int         side,
        double      quantity,
        double      price1,
        double      price2)
{
  return fixture_order (f, fixture_submit (f, "ESZ6", account, type, side, quantity, price1, price2,
                                           DTC_TIF_GOOD_TILL_CANCELED, 0));
}

static void
test_phases (Fixture      *f,
             gconstpointer data)
{
  SimOrder *rests, *crosses, *market;

  set_phase (f, DTC_TRADING_STATUS_PRE_OPEN);
  rests = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 3, 4990, 0);
  crosses = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 3, 5001, 0);
  market = submit (f, "SIM2", DTC_ORDER_TYPE_MARKET, DTC_SELL, 2, 0, 0);
  g_assert_cmpint (crosses->filled + market->filled, ==, 0);
  sim_exchange_step (f->exchange, f->now);
  g_assert_cmpuint (es (f)->n_trades, ==, 0);
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990, 0, DTC_TIF_FILL_OR_KILL, 0);
  g_assert_cmpint (fixture_update (f, 0)->order_status, ==, DTC_ORDER_STATUS_REJECTED);
  /* Opening trades both at one price. */
  set_phase (f, DTC_TRADING_STATUS_OPEN);
  g_assert_cmpint (crosses->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpint (market->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpint (crosses->value * 2, ==, market->value * 3);
  g_assert_cmpint (rests->status, ==, DTC_ORDER_STATUS_OPEN);
  /* A halt lets orders go and takes none. */
  set_phase (f, DTC_TRADING_STATUS_TRADING_HALT);
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990, 0, DTC_TIF_DAY, 0);
  g_assert_cmpint (fixture_update (f, 0)->order_status, ==, DTC_ORDER_STATUS_REJECTED);
  fixture_replace (f, rests->server_id, 4991, 0, 0);
  g_assert_cmpint (rests->price1, ==, 4990 * 4);
  fixture_flatten (f, "ESZ6", "SIM1");
  g_assert_cmpint (fixture_update (f, 2)->order_status, ==, DTC_ORDER_STATUS_REJECTED);
  fixture_cancel (f, rests->server_id, "", "");
  g_assert_cmpint (rests->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_nonnull (sim_exchange_set_phase (f->exchange, "ESZ6", 9, f->now));
  g_assert_nonnull (sim_exchange_set_phase (f->exchange, "NOPE", DTC_TRADING_STATUS_OPEN, f->now));
}

/* What would trade at @price, by the definition. */
static gint64
volume_at (GArray *orders,
           gint64  price,
           gint64 *surplus)
{
  gint64 sums[3] = { 0 };
  guint  i;

  for (i = 0; i < orders->len; i++)
    {
      const SimBookEntry *order = &g_array_index (orders, SimBookEntry, i);

      if (order->side == DTC_BUY ? order->price >= price : order->price <= price)
        sums[order->side] += order->quantity;
    }
  *surplus = ABS (sums[DTC_BUY] - sums[DTC_SELL]);
  return MIN (sums[DTC_BUY], sums[DTC_SELL]);
}

static void
note_entry (gpointer data,
            gpointer user_data)
{
  SimBookEntry entry = *(const SimBookEntry *) data;

  entry.quantity += entry.hidden;
  g_array_append_val ((GArray *) user_data, entry);
}

/* No other price would have traded more, nor as much with less left over; everything trades at it. */
static void
test_auction (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  guint             round, i, traded = 0;

  for (round = 0; round < 60; round++)
    {
      g_autoptr (GArray) orders = g_array_new (FALSE, FALSE, sizeof (SimBookEntry));
      gint64             volume, surplus, price, best_volume, best_surplus, other_surplus, bid, ask;
      gint64             reference = es (f)->last;
      guint              n_fills;

      set_phase (f, DTC_TRADING_STATUS_PRE_OPEN);
      for (i = 0; i < 12; i++)
        {
          gboolean no_price = g_rand_int_range (rand, 0, 6) == 0;
          int      side = g_rand_int_range (rand, 1, 3);

          fixture_submit_special (f, "ESZ6", side == DTC_BUY ? "SIM1" : "SIM2",
                                  no_price ? DTC_ORDER_TYPE_MARKET_LIMIT : DTC_ORDER_TYPE_LIMIT, side,
                                  g_rand_int_range (rand, 1, 90),
                                  (double) (es (f)->fair + g_rand_int_range (rand, -9, 10)) / 4,
                                  g_rand_int_range (rand, 0, 5), FALSE);
        }
      for (i = 0; i < es (f)->opening->len; i++)
        {
          const SimOrder *order = g_ptr_array_index (es (f)->opening, i);
          SimBookEntry    entry = { .side = order->side, .quantity = order->quantity,
                                    .price = order->side == DTC_BUY ? G_MAXINT64 : G_MININT64 };

          g_array_append_val (orders, entry);
        }
      sim_book_foreach (es (f)->book, DTC_BUY, note_entry, orders);
      sim_book_foreach (es (f)->book, DTC_SELL, note_entry, orders);
      n_fills = f->exchange->fills->len;
      volume = es (f)->volume;
      fixture_forget (f);
      set_phase (f, DTC_TRADING_STATUS_OPEN);
      volume = es (f)->volume - volume;
      price = es (f)->last;
      if (volume == 0)
        best_volume = volume_at (orders, reference, &best_surplus);
      else
        best_volume = volume_at (orders, price, &best_surplus);
      for (i = 0; i < orders->len; i++)
        {
          gint64 other = g_array_index (orders, SimBookEntry, i).price;
          gint64 would = ABS (other) < G_MAXINT32 ? volume_at (orders, other, &other_surplus) : 0;

          g_assert_cmpint (would, <=, best_volume);
          if (would == best_volume && would > 0)
            g_assert_cmpint (best_surplus, <=, other_surplus);
          if (would == best_volume && would > 0 && other_surplus == best_surplus)
            {
              g_assert_cmpint (ABS (price - reference), <=, ABS (other - reference));
              if (ABS (price - reference) == ABS (other - reference))
                g_assert_cmpint (price, <=, other);
            }
        }
      g_assert_cmpint (volume, >=, best_volume);
      traded += volume > 0;
      surplus = 0;
      for (i = n_fills; i < f->exchange->fills->len && surplus < best_volume; i++)
        {
          const SimFill *fill = g_ptr_array_index (f->exchange->fills, i);

          g_assert_cmpint (fill->price, ==, price);
          surplus += fill->quantity;
        }
      if (sim_book_best (es (f)->book, DTC_BUY, &bid) && sim_book_best (es (f)->book, DTC_SELL, &ask))
        g_assert_cmpint (bid, <, ask);
      g_assert_cmpuint (es (f)->opening->len, ==, 0);
      while (f->exchange->working->len > 0)
        {
          const SimOrder *order = g_ptr_array_index (f->exchange->working, 0);

          fixture_cancel (f, order->server_id, "", "");
        }
      sim_exchange_step (f->exchange, f->now);
    }
  g_assert_cmpuint (traded, >, 20);
}

/* Two orders of one account that would meet at the opening do not. */
static void
test_auction_self (Fixture      *f,
                   gconstpointer data)
{
  SimOrder *buy, *sell;

  set_phase (f, DTC_TRADING_STATUS_PRE_OPEN);
  buy = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 3, 5001, 0);
  sell = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 3, 4999, 0);
  set_phase (f, DTC_TRADING_STATUS_OPEN);
  g_assert_cmpint (buy->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (sell->status, ==, DTC_ORDER_STATUS_FILLED);
}

static void
test_if_touched (Fixture      *f,
                 gconstpointer data)
{
  SimOrder *market_if = submit (f, "SIM1", DTC_ORDER_TYPE_MARKET_IF_TOUCHED, DTC_BUY, 1, 4999, 0);
  SimOrder *limit_if = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT_IF_TOUCHED, DTC_BUY, 1, 4999, 4998.5);
  SimOrder *above = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT_IF_TOUCHED, DTC_SELL, 1, 5003, 0);

  g_assert_false (market_if->triggered);
  fixture_submit (f, "ESZ6", "SIM2", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 900, 4999, 0, DTC_TIF_IMMEDIATE_OR_CANCEL, 0);
  g_assert_cmpint (market_if->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_true (limit_if->triggered);
  g_assert_cmpint (limit_if->entry->price, ==, 19994);
  g_assert_false (above->triggered);
  g_assert_null (sim_exchange_move (f->exchange, "ESZ6", 30, f->now));
  g_assert_true (above->triggered);
  g_assert_cmpint (above->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpint (above->value, >=, 5003 * 4);
}

static void
test_market_limit (Fixture      *f,
                   gconstpointer data)
{
  SimLevel  ask;
  SimOrder *order;

  sim_book_depth (es (f)->book, DTC_SELL, &ask, 1);
  order = submit (f, "SIM1", DTC_ORDER_TYPE_MARKET_LIMIT, DTC_BUY, (double) ask.quantity + 4, 0, 0);
  g_assert_cmpint (order->filled, ==, ask.quantity);
  g_assert_cmpint (order->entry->price, ==, ask.price);
  g_assert_cmpint (order->entry->quantity, ==, 4);
}

static void
test_all_or_none (Fixture      *f,
                  gconstpointer data)
{
  SimLevel  ask;
  SimOrder *order;

  sim_book_depth (es (f)->book, DTC_SELL, &ask, 1);
  order = fixture_order (f, fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, (double) ask.quantity + 3,
                                            5000.25, 0, DTC_TIF_ALL_OR_NONE, 0));
  g_assert_cmpint (order->filled, ==, 0);
  g_assert_null (order->entry);
  fixture_submit (f, "ESZ6", "SIM2", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 2, 5000.25, 0, DTC_TIF_DAY, 0);
  g_assert_cmpint (order->filled, ==, 0);
  fixture_submit (f, "ESZ6", "SIM2", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 1, 5000.25, 0, DTC_TIF_DAY, 0);
  g_assert_cmpint (order->status, ==, DTC_ORDER_STATUS_FILLED);
}

static void
test_iceberg (Fixture      *f,
              gconstpointer data)
{
  SimOrder *iceberg, *other;
  SimLevel  bids[SIM_DEPTH + 2];
  guint     n;

  iceberg = fixture_order (f, fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 20, 4980, 5,
                                                      FALSE));
  other = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 4, 4980, 0);
  n = sim_book_depth (es (f)->book, DTC_BUY, bids, SIM_DEPTH + 2);
  g_assert_cmpint (bids[n - 1].quantity, ==, 9);
  /* The shown five, then the four behind them, then the iceberg again. */
  fixture_submit (f, "ESZ6", "SIM2", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 900, 4982, 0, DTC_TIF_IMMEDIATE_OR_CANCEL, 0);
  f->options->speed = 1; /* the makers do not come back in between */
  g_assert_null (sim_exchange_move (f->exchange, "ESZ6", -1, f->now));
  while (sim_book_front (es (f)->book, DTC_BUY)->owner == NULL)
    sim_market_take (es (f), NULL, DTC_SELL, 1, sim_book_front (es (f)->book, DTC_BUY)->quantity, f->now);
  sim_market_take (es (f), NULL, DTC_SELL, 4980 * 4, 6, f->now);
  g_assert_cmpint (iceberg->filled, ==, 5);
  g_assert_cmpint (other->filled, ==, 1);
  sim_market_take (es (f), NULL, DTC_SELL, 4980 * 4, 4, f->now);
  g_assert_cmpint (other->filled, ==, 4);
  g_assert_cmpint (iceberg->filled, ==, 6);
  g_assert_cmpint (iceberg->entry->quantity, ==, 4);
  g_assert_cmpint (iceberg->entry->hidden, ==, 10);
  /* Less wanted comes off what is hidden first. */
  fixture_replace (f, iceberg->server_id, 0, 0, 12);
  g_assert_cmpint (iceberg->entry->quantity, ==, 4);
  g_assert_cmpint (iceberg->entry->hidden, ==, 2);
}

static void
test_self_trade (Fixture      *f,
                 gconstpointer data)
{
  SimOrder *rests = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 3, 5000.25, 0);
  SimOrder *comes = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 900, 5000.25, 0);

  g_assert_cmpint (rests->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (comes->status, ==, DTC_ORDER_STATUS_PARTIALLY_FILLED);
  fixture_cancel (f, comes->server_id, "", "");
  f->options->refuse_self_trade = TRUE;
  rests = submit (f, "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 3, 5000.25, 0);
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 900, 5000.25, 0, DTC_TIF_DAY, 0);
  g_assert_cmpint (fixture_update (f, 0)->order_status, ==, DTC_ORDER_STATUS_REJECTED);
  g_assert_cmpint (rests->status, ==, DTC_ORDER_STATUS_OPEN);
  /* What stands behind enough others is not reached. */
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 5000.25, 0, DTC_TIF_DAY, 0);
  g_assert_cmpint (rests->status, ==, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpint (fixture_update (f, 2)->order_status, ==, DTC_ORDER_STATUS_FILLED);
}

/* One stop's trade touches the next one; a gap fills them beyond their triggers. */
static void
test_cascade (Fixture      *f,
              gconstpointer data)
{
  SimOrder *stops[4];
  guint     i;

  for (i = 0; i < 4; i++)
    stops[i] = submit (f, i % 2 ? "SIM1" : "SIM2", DTC_ORDER_TYPE_STOP, DTC_SELL, 100, 4999.5 - i * 0.5, 0);
  fixture_submit (f, "ESZ6", "SIM2", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 900, 4999.5, 0, DTC_TIF_IMMEDIATE_OR_CANCEL, 0);
  for (i = 0; i < 4; i++)
    {
      g_assert_true (stops[i]->triggered);
      g_assert_cmpint (stops[i]->list == NULL, ==, TRUE);
    }
  g_assert_cmpint (stops[0]->filled, >, 0);
  stops[0] = submit (f, "SIM1", DTC_ORDER_TYPE_STOP, DTC_SELL, 1, (double) (es (f)->last - 10) / 4, 0);
  g_assert_false (stops[0]->triggered);
  g_assert_null (sim_exchange_move (f->exchange, "ESZ6", -60, f->now));
  g_assert_cmpint (stops[0]->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpint (stops[0]->value, <, stops[0]->price1 - 20);
}

static void
test_session (Fixture      *f,
              gconstpointer data)
{
  gint64 last, date = es (f)->session_date;

  f->options->session_break = 60;
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 3, 0, 0, DTC_TIF_DAY, 0);
  last = es (f)->last;
  f->now = sim_exchange_session_end (f->exchange, f->now);
  sim_exchange_expire (f->exchange, f->now);
  g_assert_cmpint (es (f)->settlement, ==, last);
  g_assert_cmpint (es (f)->volume, ==, 0);
  g_assert_cmpint (es (f)->session_date, ==, date + 24 * 3600);
  g_assert_cmpint (es (f)->phase, ==, DTC_TRADING_STATUS_CLOSE);
  f->now += 30 * 60 * (gint64) G_USEC_PER_SEC;
  sim_exchange_expire (f->exchange, f->now);
  g_assert_cmpint (es (f)->phase, ==, DTC_TRADING_STATUS_PRE_OPEN);
  f->now += 30 * 60 * (gint64) G_USEC_PER_SEC;
  sim_exchange_expire (f->exchange, f->now);
  g_assert_cmpint (es (f)->phase, ==, DTC_TRADING_STATUS_OPEN);
  g_assert_cmpuint (sim_exchange_find_account (f->exchange, "SIM1")->history->len, ==, 2);
}

/* Every symbol of a large catalogue moves, and its prices come back from the wire as they went. */
static void
test_catalogue (void)
{
  g_autoptr (SimOptions)   options = sim_options_new ();
  g_autoptr (SimCatalogue) catalogue = sim_catalogue_new (options->symbols, 500);
  g_autoptr (GHashTable)   symbols = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable)   formats = g_hash_table_new (NULL, NULL);
  gboolean                 hundredths = FALSE, stocks = FALSE;
  guint                    i;

  g_assert_cmpuint (catalogue->instruments->len, ==, 500);
  for (i = 0; i < 500; i++)
    {
      const SimInstrument *instrument = g_ptr_array_index (catalogue->instruments, i);
      gint64               ticks, back;

      g_assert_cmpuint (instrument->index, ==, i);
      g_assert_true (g_hash_table_add (symbols, (gpointer) instrument->symbol));
      g_hash_table_add (formats, GINT_TO_POINTER (instrument->price_format));
      hundredths = hundredths || instrument->multiplier != 1;
      stocks = stocks || instrument->type == DTC_SECURITY_TYPE_STOCK;
      g_assert_cmpint (instrument->start, >, 200);
      for (ticks = instrument->start - 150; ticks < instrument->start + 150; ticks++)
        {
          double wire = sim_instrument_to_wire (instrument, (double) ticks);

          g_assert_true (sim_instrument_to_ticks (instrument, wire, &back));
          g_assert_cmpint (back, ==, ticks);
          g_assert_cmpfloat_with_epsilon (wire * instrument->multiplier, (double) ticks * instrument->tick,
                                          instrument->tick * 1e-4);
        }
    }
  g_assert_true (hundredths && stocks);
  g_assert_cmpuint (g_hash_table_size (formats), >=, 16);
}

int
main (int    argc,
      char **argv)
{
  guint seed;

  g_test_init (&argc, &argv, NULL);
  fixture_add ("/sim/market/phases", test_phases);
  fixture_add ("/sim/market/auction-self", test_auction_self);
  fixture_add ("/sim/market/if-touched", test_if_touched);
  fixture_add ("/sim/market/market-limit", test_market_limit);
  fixture_add ("/sim/market/all-or-none", test_all_or_none);
  fixture_add ("/sim/market/iceberg", test_iceberg);
  fixture_add ("/sim/market/self-trade", test_self_trade);
  fixture_add ("/sim/market/cascade", test_cascade);
  fixture_add ("/sim/market/session", test_session);
  g_test_add_func ("/sim/market/catalogue", test_catalogue);
  for (seed = 1; seed <= 6; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/sim/market/auction/%u", seed);

      g_test_add (path, Fixture, GUINT_TO_POINTER (seed), fixture_set_up, test_auction, fixture_tear_down);
    }
  return g_test_run ();
}
