/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-book.h"

#include "dtc.h"
#include "sim-market.h"

/* A book done the slow way: one list in the order of arrival, searched for the best price each time. */
typedef struct
{
  guint  id;
  int    side;
  gint64 price;
  gint64 quantity;
} Slow;

typedef struct
{
  guint  id;
  gint64 price;
  gint64 quantity;
} Trade;

static gboolean
better (int    side,
        gint64 a,
        gint64 b)
{
  return side == DTC_BUY ? a > b : a < b;
}

static Slow *
slow_best (GPtrArray *slow,
           int        side)
{
  Slow *best = NULL;
  guint i;

  for (i = 0; i < slow->len; i++)
    {
      Slow *one = g_ptr_array_index (slow, i);

      if (one->side == side && (!best || better (side, one->price, best->price)))
        best = one;
    }
  return best;
}

static void
slow_match (GPtrArray *slow,
            int        side,
            gint64     limit,
            gint64     quantity,
            GArray    *trades)
{
  while (quantity > 0)
    {
      Slow *best = slow_best (slow, side == DTC_BUY ? DTC_SELL : DTC_BUY);
      Trade trade;

      if (!best || better (side, best->price, limit))
        break;
      trade = (Trade) { best->id, best->price, MIN (quantity, best->quantity) };
      g_array_append_val (trades, trade);
      quantity -= trade.quantity;
      best->quantity -= trade.quantity;
      if (best->quantity == 0)
        g_ptr_array_remove (slow, best);
    }
}

static void
note_trade (const SimBookEntry *resting,
            gint64              price,
            gint64              quantity,
            gpointer            user_data)
{
  Trade trade = { GPOINTER_TO_UINT (resting->owner), price, quantity };

  g_array_append_val ((GArray *) user_data, trade);
}

static void
test_price_time (void)
{
  g_autoptr (GRand)     rand = g_rand_new_with_seed (7);
  g_autoptr (SimBook)   book = sim_book_new ();
  g_autoptr (GPtrArray) slow = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray)    got = g_array_new (FALSE, FALSE, sizeof (Trade));
  g_autoptr (GArray)    expected = g_array_new (FALSE, FALSE, sizeof (Trade));
  GHashTable           *entries = g_hash_table_new (NULL, NULL);
  guint                 id;

  for (id = 1; id <= 20000; id++)
    {
      int    side = g_rand_boolean (rand) ? DTC_BUY : DTC_SELL;
      gint64 price = g_rand_int_range (rand, 95, 106);
      gint64 quantity = g_rand_int_range (rand, 1, 20);
      gint64 available, traded, bid, ask, sum = 0;
      guint  i;

      if (g_rand_int_range (rand, 0, 4) == 0 && slow->len > 0)
        {
          guint at = (guint) g_rand_int_range (rand, 0, (int) slow->len);
          Slow *victim = g_ptr_array_index (slow, at);

          sim_book_remove (book, g_hash_table_lookup (entries, GUINT_TO_POINTER (victim->id)));
          g_hash_table_remove (entries, GUINT_TO_POINTER (victim->id));
          g_ptr_array_remove_index (slow, at);
          continue;
        }
      g_array_set_size (got, 0);
      g_array_set_size (expected, 0);
      available = sim_book_available (book, side, price, quantity);
      traded = sim_book_match (book, side, price, quantity, note_trade, got);
      slow_match (slow, side, price, quantity, expected);
      g_assert_cmpint (available, ==, traded);
      g_assert_cmpuint (got->len, ==, expected->len);
      for (i = 0; i < got->len; i++)
        {
          const Trade *a = &g_array_index (got, Trade, i);
          const Trade *b = &g_array_index (expected, Trade, i);

          g_assert_cmpuint (a->id, ==, b->id);
          g_assert_cmpint (a->price, ==, b->price);
          g_assert_cmpint (a->quantity, ==, b->quantity);
          g_assert_false (better (side, a->price, price));
          sum += a->quantity;
        }
      g_assert_cmpint (sum, ==, traded);
      if (traded < quantity)
        {
          Slow *rest = g_new0 (Slow, 1);

          *rest = (Slow) { id, side, price, quantity - traded };
          g_ptr_array_add (slow, rest);
          g_hash_table_insert (entries, GUINT_TO_POINTER (id),
                               sim_book_add (book, GUINT_TO_POINTER (id), side, price, quantity - traded));
        }
      if (sim_book_best (book, DTC_BUY, &bid) && sim_book_best (book, DTC_SELL, &ask))
        g_assert_cmpint (bid, <, ask);
    }
  g_hash_table_unref (entries);
}

static void
test_depth (void)
{
  g_autoptr (SimBook) book = sim_book_new ();
  SimLevel            levels[3];

  sim_book_add (book, NULL, DTC_SELL, 102, 5);
  sim_book_add (book, NULL, DTC_SELL, 101, 1);
  sim_book_add (book, NULL, DTC_SELL, 102, 6);
  sim_book_add (book, NULL, DTC_SELL, 105, 9);
  sim_book_add (book, NULL, DTC_SELL, 103, 4);
  g_assert_cmpuint (sim_book_depth (book, DTC_SELL, levels, 3), ==, 3);
  g_assert_cmpint (levels[0].price, ==, 101);
  g_assert_cmpint (levels[1].price, ==, 102);
  g_assert_cmpint (levels[1].quantity, ==, 11);
  g_assert_cmpuint (levels[1].orders, ==, 2);
  g_assert_cmpint (levels[2].price, ==, 103);
  g_assert_cmpuint (sim_book_depth (book, DTC_BUY, levels, 3), ==, 0);
  g_assert_cmpint (sim_book_available (book, DTC_BUY, 102, 1000), ==, 12);
  g_assert_cmpint (sim_book_available (book, DTC_BUY, SIM_ANY_PRICE (DTC_BUY), 1000), ==, 25);
  g_assert_cmpint (sim_book_available (book, DTC_BUY, 100, 1000), ==, 0);
}

static void
ignore_trade (SimMarket          *market,
              const SimBookEntry *resting,
              gint64              price,
              gint64              quantity,
              gpointer            user_data)
{
}

static void
test_market_repeats (void)
{
  SimMarket *a = sim_market_new (&sim_instruments[0], 42, ignore_trade, NULL);
  SimMarket *b = sim_market_new (&sim_instruments[0], 42, ignore_trade, NULL);
  SimMarket *other = sim_market_new (&sim_instruments[0], 43, ignore_trade, NULL);
  gboolean   moved = FALSE, differs = FALSE;
  int        i;

  for (i = 0; i < 2000; i++)
    {
      SimLevel x[2][SIM_DEPTH], y[2][SIM_DEPTH];
      guint    side, n, k;

      sim_market_step (a, i);
      sim_market_step (b, i);
      sim_market_step (other, i);
      for (side = 0; side < 2; side++)
        {
          n = sim_book_depth (a->book, side == 0 ? DTC_BUY : DTC_SELL, x[side], SIM_DEPTH);
          /* A patient participant in the way can empty a maker's level for a moment. */
          g_assert_cmpuint (n, >=, SIM_DEPTH / 2);
          g_assert_cmpuint (sim_book_depth (b->book, side == 0 ? DTC_BUY : DTC_SELL, y[side], SIM_DEPTH), ==, n);
          for (k = 0; k < n; k++)
            {
              g_assert_cmpint (x[side][k].price, ==, y[side][k].price);
              g_assert_cmpint (x[side][k].quantity, ==, y[side][k].quantity);
              g_assert_cmpint (x[side][k].quantity, >=, 1);
              g_assert_cmpint (x[side][k].quantity, <=, 40 + 12 * 15); /* makers and the crowd */
            }
        }
      g_assert_cmpint (x[0][0].price, <, x[1][0].price);
      g_assert_cmpint (x[1][0].price - x[0][0].price, <=, SIM_DEPTH);
      g_assert_cmpint (a->last, ==, b->last);
      g_assert_cmpint (a->volume, ==, b->volume);
      moved = moved || a->fair != sim_instruments[0].start;
      differs = differs || a->fair != other->fair;
    }
  g_assert_true (moved);
  g_assert_true (differs);
  sim_market_free (a);
  sim_market_free (b);
  sim_market_free (other);
}

static void
test_prices (void)
{
  const SimInstrument *instrument;
  gint64               ticks, back;

  for (instrument = sim_instruments; instrument->symbol; instrument++)
    {
      g_assert_true (sim_instrument_find (instrument->symbol) == instrument);
      for (ticks = 1; ticks < 30000; ticks += 7)
        {
          double wire = sim_instrument_to_wire (instrument, (double) ticks);

          g_assert_true (sim_instrument_to_ticks (instrument, wire, &back));
          g_assert_cmpint (back, ==, ticks);
          g_assert_false (sim_instrument_to_ticks (instrument, wire + instrument->wire_tick / 2, &back));
          g_assert_cmpfloat_with_epsilon (wire * instrument->multiplier, (double) ticks * instrument->tick, 1e-9);
        }
      g_assert_false (sim_instrument_to_ticks (instrument, 1e300, &back));
      g_assert_false (sim_instrument_to_ticks (instrument, G_MAXDOUBLE, &back));
    }
  g_assert_null (sim_instrument_find ("esz6"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/book/price-time", test_price_time);
  g_test_add_func ("/sim/book/depth", test_depth);
  g_test_add_func ("/sim/market/repeats", test_market_repeats);
  g_test_add_func ("/sim/instrument/prices", test_prices);
  return g_test_run ();
}
