/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-market.h"

#include "dtc.h"

#define MIN_SIZE     5
#define MAX_SIZE     40
#define MAX_TAKE     12
#define TAKE_PERCENT 60
#define MOVE_PERCENT 45
#define MIN_FAIR     100 /* ticks; the market never falls below */
#define MIN_OPEN_INTEREST 1000 /* contracts */
#define JUMP_ONE_IN  400 /* moves, of which one is a jump */
#define MAX_JUMP     8   /* ticks */
#define MAX_CROWD    12  /* resting orders of patient participants */
#define JOIN_PERCENT 20
#define QUIT_PERCENT 15
#define ICEBERG_ONE_IN 6
#define MAX_TREND    8
#define FOLLOW_TREND 4   /* from here on takers follow it */
#define FOLLOW_PERCENT 30
#define MAX_FOLLOW   40
#define CROSS_TICKS  3   /* how far a patient participant may bid through the fair price before the opening */

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
  market->open_interest = MIN_OPEN_INTEREST + (guint32) (g_str_hash (instrument->symbol) % 400000);
  market->stops = g_ptr_array_new ();
  market->all_or_none = g_ptr_array_new ();
  market->opening = g_ptr_array_new ();
  market->crowd = g_ptr_array_new ();
  market->makers = g_ptr_array_new ();
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
  g_ptr_array_unref (market->all_or_none);
  g_ptr_array_unref (market->opening);
  g_ptr_array_unref (market->crowd);
  g_ptr_array_unref (market->makers);
  g_free (market);
}

void
sim_market_note (SimMarket *market,
                 gint64     price,
                 gint64     quantity,
                 gint64     now)
{
  if (market->volume == 0)
    {
      market->open = market->high = market->low = price;
      market->changed |= SIM_SESSION_OPEN | SIM_SESSION_HIGH | SIM_SESSION_LOW;
    }
  if (price > market->high)
    market->changed |= SIM_SESSION_HIGH;
  if (price < market->low)
    market->changed |= SIM_SESSION_LOW;
  market->changed |= SIM_SESSION_VOLUME;
  market->last = price;
  market->last_quantity = quantity;
  market->last_time = now;
  market->high = MAX (market->high, price);
  market->low = MIN (market->low, price);
  market->touched_high = MAX (market->touched_high, price);
  market->touched_low = MIN (market->touched_low, price);
  market->volume += quantity;
  market->n_trades++;
}

gpointer
sim_market_owner (SimMarket          *market,
                  const SimBookEntry *entry)
{
  return entry->owner == market ? NULL : entry->owner;
}

void
sim_market_leave (SimMarket          *market,
                  const SimBookEntry *entry)
{
  if (entry->owner == market)
    g_ptr_array_remove_fast (market->crowd, (gpointer) entry);
}

static void
on_trade (const SimBookEntry *resting,
          gint64              price,
          gint64              quantity,
          gpointer            user_data)
{
  SimMarket *market = user_data;

  sim_market_note (market, price, quantity, market->now);
  if (resting->quantity == 0)
    sim_market_leave (market, resting);
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

  if (market->phase != DTC_TRADING_STATUS_OPEN)
    return 0;
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

/* Takes back what the makers no longer want to show; counts in @have what stays. */
static void
withdraw (SimMarket *market,
          int        side,
          gint64    *have)
{
  GPtrArray    *makers = market->makers;
  const gint64 *want = market->sizes[side == DTC_BUY ? 0 : 1];
  guint         i;

  g_ptr_array_set_size (makers, 0);
  sim_book_makers (market->book, side, makers);
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

/* Behind all that rests at @price: where a maker is the last already, it asks for more. */
static void
add_quote (SimMarket *market,
           int        side,
           gint64     price,
           gint64     quantity)
{
  SimBookEntry *entry = sim_book_newest (market->book, side, price);

  if (entry && !entry->owner)
    entry->quantity += quantity;
  else
    sim_book_add (market->book, NULL, side, price, quantity);
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
        add_quote (market, side, price, quantity);
    }
}

void
sim_market_roll (SimMarket *market,
                 gint64     date,
                 gint64     now)
{
  market->settlement = market->last;
  market->settlement_time = now;
  /* Some of what was traded stays open overnight, some of it closed older positions. */
  market->open_interest = (guint32) CLAMP ((gint64) market->open_interest + market->volume / 5 - market->volume / 7,
                                           MIN_OPEN_INTEREST, G_MAXINT32);
  market->open = market->high = market->low = market->last;
  market->volume = 0;
  market->n_trades = 0;
  market->session_date = date;
  market->changed |= SIM_SESSION_OPEN | SIM_SESSION_HIGH | SIM_SESSION_LOW | SIM_SESSION_VOLUME
                     | SIM_SESSION_SETTLEMENT | SIM_SESSION_OPEN_INTEREST | SIM_SESSION_DATE;
  market->dirty = TRUE;
}

void
sim_market_refill (SimMarket *market,
                   gboolean   may_cross,
                   gint64     now)
{
  gint64 bids[SIM_DEPTH] = { 0 };
  gint64 asks[SIM_DEPTH] = { 0 };

  if (market->replayed)
    return;
  withdraw (market, DTC_BUY, bids);
  withdraw (market, DTC_SELL, asks);
  quote (market, DTC_BUY, may_cross, bids, now);
  quote (market, DTC_SELL, may_cross, asks, now);
}

static gboolean
chance (SimMarket *market,
        int        percent)
{
  return g_rand_int_range (market->rand, 0, 100) < percent;
}

void
sim_market_shift (SimMarket *market,
                  gint64     ticks)
{
  market->fair = MAX (MIN_FAIR, market->fair + ticks);
}

static void
walk (SimMarket *market)
{
  int move = 0;

  if (chance (market, MOVE_PERCENT))
    move = g_rand_boolean (market->rand) ? 1 : -1;
  if (g_rand_int_range (market->rand, 0, JUMP_ONE_IN) == 0)
    move += g_rand_int_range (market->rand, -MAX_JUMP, MAX_JUMP + 1);
  sim_market_shift (market, move);
  if (move != 0)
    market->trend = CLAMP ((market->trend > 0) == (move > 0) ? market->trend + move : market->trend / 2 + move,
                           -MAX_TREND, MAX_TREND);
}

static void
resize_quotes (SimMarket *market)
{
  int side, i;

  for (side = 0; side < 2; side++)
    for (i = 0; i < 3; i++)
      market->sizes[side][g_rand_int_range (market->rand, 0, SIM_DEPTH)] =
        g_rand_int_range (market->rand, MIN_SIZE, MAX_SIZE + 1);
}

/* A patient participant comes, or one leaves. */
static void
move_crowd (SimMarket *market,
            gint64     now)
{
  if (market->crowd->len > 0 && chance (market, QUIT_PERCENT))
    {
      SimBookEntry *entry = g_ptr_array_remove_index_fast (
        market->crowd, (guint) g_rand_int_range (market->rand, 0, (int) market->crowd->len));

      sim_book_remove (market->book, entry);
    }
  if (market->crowd->len < MAX_CROWD && chance (market, JOIN_PERCENT))
    {
      int      side = g_rand_boolean (market->rand) ? DTC_BUY : DTC_SELL;
      gboolean iceberg = g_rand_int_range (market->rand, 0, ICEBERG_ONE_IN) == 0;
      int      nearest = market->phase == DTC_TRADING_STATUS_PRE_OPEN ? -CROSS_TICKS : 0;
      gint64   level = g_rand_int_range (market->rand, nearest, SIM_DEPTH);
      gint64   price = side == DTC_BUY ? market->fair - level : market->fair + 1 + level;
      gint64   quantity = iceberg ? g_rand_int_range (market->rand, 40, 121) : g_rand_int_range (market->rand, 1, 16);
      gint64   show = iceberg ? g_rand_int_range (market->rand, 5, 11) : 0;

      quantity -= sim_market_take (market, NULL, side, price, quantity, now);
      if (quantity > 0)
        g_ptr_array_add (market->crowd, sim_book_add_iceberg (market->book, market, side, price, quantity, show));
    }
}

static void
take_at_random (SimMarket *market,
                gint64     now)
{
  if (chance (market, TAKE_PERCENT))
    {
      int    side = g_rand_boolean (market->rand) ? DTC_BUY : DTC_SELL;
      gint64 size = g_rand_int_range (market->rand, 1, MAX_TAKE + 1);

      sim_market_take (market, NULL, side, SIM_ANY_PRICE (side), size, now);
    }
  if (ABS (market->trend) >= FOLLOW_TREND && chance (market, FOLLOW_PERCENT))
    {
      int side = market->trend > 0 ? DTC_BUY : DTC_SELL;

      market->trend /= 2;
      sim_market_take (market, NULL, side, SIM_ANY_PRICE (side), g_rand_int_range (market->rand, MAX_TAKE, MAX_FOLLOW),
                       now);
    }
}

void
sim_market_step (SimMarket *market,
                 gint64     now)
{
  if (market->replayed || market->phase == DTC_TRADING_STATUS_TRADING_HALT
      || market->phase == DTC_TRADING_STATUS_CLOSE)
    return;
  take_at_random (market, now);
  walk (market);
  resize_quotes (market);
  move_crowd (market, now);
  sim_market_refill (market, market->phase == DTC_TRADING_STATUS_OPEN, now);
}

void
sim_market_settle (SimMarket *market)
{
  market->touched_low = G_MAXINT64;
  market->touched_high = G_MININT64;
}
