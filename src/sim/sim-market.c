/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-market.h"

#include "dtc.h"

#define MIN_SIZE     5
#define MAX_SIZE     40
#define MAX_TAKE     12
#define TAKE_PERCENT 60
#define MOVE_PERCENT 45
#define MIN_FAIR     100 /* ticks; the market never falls below */

SimMarket *
sim_market_new (const SimInstrument *instrument,
                guint32              seed,
                SimMarketFunc        func,
                gpointer             user_data)
{
  SimMarket *market = g_new0 (SimMarket, 1);
  int        side, i;

  market->instrument = instrument;
  market->book = sim_book_new ();
  /* A market's moves depend on its own symbol and the seed, not on which other symbols there are. */
  market->rand = g_rand_new_with_seed (seed ^ g_str_hash (instrument->symbol));
  market->fair = instrument->start;
  market->last = market->fair;
  market->last_quantity = 1;
  market->phase = DTC_TRADING_STATUS_OPEN;
  market->open = market->high = market->low = market->last;
  market->stops = g_ptr_array_new ();
  market->func = func;
  market->user_data = user_data;
  for (side = 0; side < 2; side++)
    for (i = 0; i < SIM_DEPTH; i++)
      market->sizes[side][i] = g_rand_int_range (market->rand, MIN_SIZE, MAX_SIZE + 1);
  sim_market_settle (market);
  return market;
}

void
sim_market_free (SimMarket *market)
{
  if (!market)
    return;
  sim_book_free (market->book);
  g_rand_free (market->rand);
  g_ptr_array_unref (market->stops);
  g_free (market);
}

static void
on_trade (const SimBookEntry *resting,
          gint64              price,
          gint64              quantity,
          gpointer            user_data)
{
  SimMarket *market = user_data;

  market->last = price;
  market->last_quantity = quantity;
  market->last_time = market->now;
  market->high = MAX (market->high, price);
  market->low = MIN (market->low, price);
  market->touched_high = MAX (market->touched_high, price);
  market->touched_low = MIN (market->touched_low, price);
  market->volume += quantity;
  market->n_trades++;
  market->func (market, resting, price, quantity, market->user_data);
}

gint64
sim_market_take (SimMarket *market,
                 gpointer   taker,
                 int        side,
                 gint64     limit,
                 gint64     quantity,
                 gint64     now)
{
  gint64 taken;

  market->taker = taker;
  market->taker_side = side;
  market->now = now;
  taken = sim_book_match (market->book, side, limit, quantity, on_trade, market);
  market->taker = NULL;
  return taken;
}

/* Where a price stands among the makers' levels, or -1. */
static int
level_of (const SimMarket *market,
          int              side,
          gint64           price)
{
  gint64 level = side == DTC_BUY ? market->fair - price : price - market->fair - 1;

  return level >= 0 && level < SIM_DEPTH ? (int) level : -1;
}

static void
collect_maker (gpointer data,
               gpointer user_data)
{
  SimBookEntry *entry = data;

  if (!entry->owner)
    g_ptr_array_add (user_data, entry);
}

/* Takes back what the makers no longer want to show; counts in @have what stays. */
static void
withdraw (SimMarket *market,
          int        side,
          gint64    *have)
{
  g_autoptr (GPtrArray) makers = g_ptr_array_new ();
  const gint64         *want = market->sizes[side == DTC_BUY ? 0 : 1];
  guint                 i;

  sim_book_foreach (market->book, side, collect_maker, makers);
  for (i = 0; i < makers->len; i++)
    {
      SimBookEntry *entry = g_ptr_array_index (makers, i);
      int           level = level_of (market, side, entry->price);
      gint64        room = level < 0 ? 0 : want[level] - have[level];

      if (room <= 0)
        {
          sim_book_remove (market->book, entry);
          continue;
        }
      entry->quantity = MIN (entry->quantity, room);
      have[level] += entry->quantity;
    }
}

static void
quote (SimMarket    *market,
       int           side,
       gboolean      may_cross,
       const gint64 *have,
       gint64        now)
{
  const gint64 *want = market->sizes[side == DTC_BUY ? 0 : 1];
  int           level;

  for (level = 0; level < SIM_DEPTH; level++)
    {
      gint64 price = side == DTC_BUY ? market->fair - level : market->fair + 1 + level;
      gint64 quantity = want[level] - have[level];

      if (quantity <= 0)
        continue;
      if (may_cross)
        quantity -= sim_market_take (market, NULL, side, price, quantity, now);
      else if (sim_book_available (market->book, side, price, 1) > 0)
        continue;
      if (quantity > 0)
        sim_book_add (market->book, NULL, side, price, quantity);
    }
}

void
sim_market_refill (SimMarket *market,
                   gboolean   may_cross,
                   gint64     now)
{
  gint64 bids[SIM_DEPTH] = { 0 };
  gint64 asks[SIM_DEPTH] = { 0 };

  withdraw (market, DTC_BUY, bids);
  withdraw (market, DTC_SELL, asks);
  quote (market, DTC_BUY, may_cross, bids, now);
  quote (market, DTC_SELL, may_cross, asks, now);
}

void
sim_market_step (SimMarket *market,
                 gint64     now)
{
  int side, i;

  if (g_rand_int_range (market->rand, 0, 100) < TAKE_PERCENT)
    {
      int    taker_side = g_rand_boolean (market->rand) ? DTC_BUY : DTC_SELL;
      gint64 size = g_rand_int_range (market->rand, 1, MAX_TAKE + 1);

      sim_market_take (market, NULL, taker_side, SIM_ANY_PRICE (taker_side), size, now);
    }
  if (g_rand_int_range (market->rand, 0, 100) < MOVE_PERCENT)
    market->fair = MAX (MIN_FAIR, market->fair + (g_rand_boolean (market->rand) ? 1 : -1));
  for (side = 0; side < 2; side++)
    for (i = 0; i < 3; i++)
      market->sizes[side][g_rand_int_range (market->rand, 0, SIM_DEPTH)] =
        g_rand_int_range (market->rand, MIN_SIZE, MAX_SIZE + 1);
  sim_market_refill (market, TRUE, now);
}

void
sim_market_settle (SimMarket *market)
{
  market->touched_low = G_MAXINT64;
  market->touched_high = G_MININT64;
}
