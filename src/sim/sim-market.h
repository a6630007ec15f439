/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-book.h"
#include "sim-instrument.h"

G_BEGIN_DECLS

#define SIM_DEPTH 10 /* price levels that the simulated makers quote on each side */

typedef struct _SimMarket SimMarket;

/* Which figures of the session have changed. */
typedef enum
{
  SIM_SESSION_OPEN          = 1 << 0,
  SIM_SESSION_HIGH          = 1 << 1,
  SIM_SESSION_LOW           = 1 << 2,
  SIM_SESSION_VOLUME        = 1 << 3, /* and the number of trades */
  SIM_SESSION_SETTLEMENT    = 1 << 4,
  SIM_SESSION_OPEN_INTEREST = 1 << 5,
  SIM_SESSION_DATE          = 1 << 6,
} SimSessionBits;

/* A trade in @market: market->taker came, @resting was hit; see SimTradeFunc. */
typedef void (*SimMarketFunc) (SimMarket          *market,
                               const SimBookEntry *resting,
                               gint64              price,
                               gint64              quantity,
                               gpointer            user_data);

/**
 * SimMarket:
 * @fair: the makers' best bid, in ticks; their best ask is one tick above it
 * @sizes: what the makers want to show, by side (bids first) and level
 * @phase: DTC_TRADING_STATUS_…
 * @feed_down: its market data is not to be had; trading goes on
 * @volume: contracts traded in this session
 * @settlement: the last session's settlement price, in ticks; 0 before the first
 * @settlement_time: when that was, microseconds
 * @open_interest: contracts, as published at the end of the last session
 * @session_date: Unix seconds of the trading day's midnight
 * @changed: SimSessionBits that have not been told
 * @touched_low: the lowest trade since the stops were last looked at; above @touched_high when there was none
 * @stops: orders that wait for their trigger, oldest first; they belong to someone else
 * @all_or_none: orders that wait for a book that fills them whole, oldest first
 * @opening: orders without a price that wait for the opening, oldest first
 * @crowd: (element-type SimBookEntry): orders of patient participants, some of them icebergs; their owner is @market
 * @trend: which way the fair price has gone of late; momentum takers follow it
 * @replayed: a recording moves it: its makers and its crowd do nothing of their own
 * @active: something happened since sim_exchange_finish() last looked
 * @dirty: to be written to the state
 * @taker: (nullable): who is trading, while @func is called
 *
 * One instrument's market: a book; makers who quote around a random walk that sometimes jumps; patient participants
 * who rest in it for a while, openly or as icebergs; takers who come at random, and takers who follow the trend.
 */
struct _SimMarket
{
  const SimInstrument *instrument;
  SimBook             *book;
  GRand               *rand;
  gint64               fair;
  gint64               sizes[2][SIM_DEPTH];
  gint64               last;
  gint64               last_quantity;
  gint64               last_time;
  gint64               open;
  gint64               high;
  gint64               low;
  int                  phase;
  gboolean             feed_down;
  gint64               volume;
  guint32              n_trades;
  gint64               settlement;
  gint64               settlement_time;
  guint32              open_interest;
  gint64               session_date;
  guint                changed;
  gint64               touched_low;
  gint64               touched_high;
  GPtrArray           *stops;
  GPtrArray           *all_or_none;
  GPtrArray           *opening;
  GPtrArray           *crowd;
  GPtrArray           *makers; /* of no meaning between two calls */
  int                  trend;
  gboolean             replayed;
  gboolean             active;
  gboolean             dirty;

  gpointer             taker;
  int                  taker_side;
  gint64               now;
  SimMarketFunc        func;
  gpointer             user_data;
};

/* Empty until sim_market_refill() or sim_market_step(). */
SimMarket *sim_market_new     (const SimInstrument *instrument,
                               guint32              seed,
                               SimMarketFunc        func,
                               gpointer             user_data);
void       sim_market_free    (SimMarket           *market);
/* @taker (or the simulated crowd, when NULL) takes from the book of an open market; returns how much it got. */
gint64     sim_market_take    (SimMarket           *market,
                               gpointer             taker,
                               int                  side,
                               gint64               limit,
                               gint64               quantity,
                               gint64               now);
/**
 * sim_market_refill:
 * @may_cross: the makers trade with orders that stand in their way; else they leave such a level empty
 *
 * Brings the makers' quotes to what they want to show; what already rests keeps its place.
 */
void       sim_market_refill  (SimMarket           *market,
                               gboolean             may_cross,
                               gint64               now);
/* Notes a trade that was not made by sim_market_take(). */
void       sim_market_note    (SimMarket           *market,
                               gint64               price,
                               gint64               quantity,
                               gint64               now);
/* The owner of what rests, or NULL when it is one of the simulated participants. */
gpointer   sim_market_owner   (SimMarket           *market,
                               const SimBookEntry  *entry);
/* Forgets an entry of the crowd's that has left the book. */
void       sim_market_leave   (SimMarket           *market,
                               const SimBookEntry  *entry);
/* The session is over: its settlement is the last price, and the next one, of @date, begins. */
void       sim_market_roll    (SimMarket           *market,
                               gint64               date,
                               gint64               now);
/* The fair price jumps by @ticks. */
void       sim_market_shift   (SimMarket           *market,
                               gint64               ticks);
/* One move of the market: nothing moves in a halt or a closed market, and nothing trades before the opening. */
void       sim_market_step    (SimMarket           *market,
                               gint64               now);
/* Forgets which prices were touched. */
void       sim_market_settle  (SimMarket           *market);

G_END_DECLS
