/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

#define DAY    (24 * 3600 * (gint64) G_USEC_PER_SEC)
#define MINUTE (60 * (gint64) G_USEC_PER_SEC)

/* Opening auction: one price, at which most can trade; among several such prices the one that leaves least unmatched,
 * then the one nearest to the last price, then the lowest. */

/* A price and what would trade there. */
typedef struct
{
  gint64 price;
  gint64 volume;
  gint64 surplus;
} Candidate;

typedef struct
{
  GArray *bids; /* SimLevel: price and quantity, hidden ones included */
  GArray *asks;
  gint64  buys; /* at any price */
  gint64  sells;
} Sides;

static void
add_entry (gpointer data,
           gpointer user_data)
{
  const SimBookEntry *entry = data;
  GArray             *levels = user_data;
  SimLevel            level = { entry->price, entry->quantity + entry->hidden, 1 };

  g_array_append_val (levels, level);
}

static gint64
left_of (const SimOrder *order)
{
  return order->quantity - order->filled;
}

static void
collect (SimMarket *market,
         Sides     *sides)
{
  guint i;

  g_array_set_size (sides->bids, 0);
  g_array_set_size (sides->asks, 0);
  sides->buys = sides->sells = 0;
  sim_book_foreach (market->book, DTC_BUY, add_entry, sides->bids);
  sim_book_foreach (market->book, DTC_SELL, add_entry, sides->asks);
  for (i = 0; i < market->opening->len; i++)
    {
      const SimOrder *order = g_ptr_array_index (market->opening, i);

      if (order->side == DTC_BUY)
        sides->buys += left_of (order);
      else
        sides->sells += left_of (order);
    }
}

static Candidate
look_at (const Sides *sides,
         gint64       price)
{
  gint64 buys = sides->buys, sells = sides->sells;
  guint  i;

  for (i = 0; i < sides->bids->len && g_array_index (sides->bids, SimLevel, i).price >= price; i++)
    buys += g_array_index (sides->bids, SimLevel, i).quantity;
  for (i = 0; i < sides->asks->len && g_array_index (sides->asks, SimLevel, i).price <= price; i++)
    sells += g_array_index (sides->asks, SimLevel, i).quantity;
  return (Candidate) { price, MIN (buys, sells), ABS (buys - sells) };
}

static gboolean
is_better (const Candidate *a,
           const Candidate *b,
           gint64           reference)
{
  if (a->volume != b->volume)
    return a->volume > b->volume;
  if (a->surplus != b->surplus)
    return a->surplus < b->surplus;
  if (ABS (a->price - reference) != ABS (b->price - reference))
    return ABS (a->price - reference) < ABS (b->price - reference);
  return a->price < b->price;
}

static Candidate
find_price (SimMarket   *market,
            const Sides *sides)
{
  Candidate best = look_at (sides, market->last);
  guint     side, i;

  for (side = 0; side < 2; side++)
    {
      GArray *levels = side == 0 ? sides->bids : sides->asks;

      for (i = 0; i < levels->len; i++)
        {
          gint64    price = g_array_index (levels, SimLevel, i).price;
          Candidate candidate;

          if (i > 0 && g_array_index (levels, SimLevel, i - 1).price == price)
            continue;
          candidate = look_at (sides, price);
          if (is_better (&candidate, &best, market->last))
            best = candidate;
        }
    }
  return best;
}

/* Who is next on @side: those without a price first, then as in the book. */
static void
next_of (SimMarket      *market,
         int             side,
         gint64          price,
         SimOrder      **order,
         SimBookEntry  **entry)
{
  guint i;

  *order = NULL;
  *entry = NULL;
  for (i = 0; i < market->opening->len; i++)
    {
      SimOrder *waiting = g_ptr_array_index (market->opening, i);

      if (waiting->side == side)
        {
          *order = waiting;
          return;
        }
    }
  *entry = sim_book_front (market->book, side);
  if (*entry && (side == DTC_BUY ? (*entry)->price < price : (*entry)->price > price))
    *entry = NULL;
  if (*entry)
    *order = sim_market_owner (market, *entry);
}

static gint64
size_of (const SimOrder     *order,
         const SimBookEntry *entry)
{
  return entry ? entry->quantity : left_of (order);
}

/* Takes @quantity from who was next, before anyone is told of it. */
static void
take_from (SimExchange  *exchange,
           SimMarket    *market,
           SimOrder     *order,
           SimBookEntry *entry,
           gint64        price,
           gint64        quantity)
{
  if (entry)
    {
      g_autofree SimBookEntry *gone = sim_book_take (market->book, entry, quantity);

      if (gone)
        sim_market_leave (market, gone);
      if (gone && order)
        order->entry = NULL;
    }
  else if (left_of (order) == quantity)
    sim_exchange_lift (exchange, order);
  if (order && order->type == DTC_ORDER_TYPE_MARKET_LIMIT && order->price1 == 0)
    order->price1 = price;
}

/* One trade of the auction; FALSE when nothing more trades at @price. */
static gboolean
trade_one (SimExchange *exchange,
           SimMarket   *market,
           gint64       price,
           gint64      *volume,
           gint64       now)
{
  SimOrder     *buyer, *seller;
  SimBookEntry *bid, *ask;
  gint64        quantity;

  next_of (market, DTC_BUY, price, &buyer, &bid);
  next_of (market, DTC_SELL, price, &seller, &ask);
  if (*volume <= 0 || (!buyer && !bid) || (!seller && !ask))
    return FALSE;
  quantity = MIN (*volume, MIN (size_of (buyer, bid), size_of (seller, ask)));
  *volume -= quantity;
  take_from (exchange, market, buyer, bid, price, quantity);
  take_from (exchange, market, seller, ask, price, quantity);
  market->taker_side = DTC_BUY;
  sim_market_note (market, price, quantity, now);
  if (buyer)
    sim_exchange_book (exchange, buyer, price, quantity, now);
  /* The buyer's fill may have ended what the seller hung on, but they are not of one account. */
  if (seller)
    sim_exchange_book (exchange, seller, price, quantity, now);
  exchange->sink.trade (market, exchange->sink_data);
  return TRUE;
}

static gboolean
would_trade (const SimOrder *order,
             gint64          price)
{
  gint64 limit = sim_order_limit (order);

  return order->side == DTC_BUY ? limit >= price : limit <= price;
}

/* The older of two orders of one account that could both trade at @price on the two sides, or NULL. */
static SimOrder *
find_own_pair (SimExchange *exchange,
               SimMarket   *market,
               gint64       price)
{
  g_autoptr (GPtrArray) able = g_ptr_array_new ();
  guint                 i, j;

  for (i = 0; i < exchange->working->len; i++)
    {
      SimOrder *order = g_ptr_array_index (exchange->working, i);

      if (order->instrument == market->instrument && (order->entry || order->list == market->opening)
          && would_trade (order, price))
        g_ptr_array_add (able, order);
    }
  for (i = 0; i < able->len; i++)
    for (j = i + 1; j < able->len; j++)
      {
        SimOrder *a = g_ptr_array_index (able, i);
        SimOrder *b = g_ptr_array_index (able, j);

        if (a->holder == b->holder && a->side != b->side)
          return a->place < b->place ? a : b;
      }
  return NULL;
}

void
sim_exchange_uncross (SimExchange *exchange,
                      SimMarket   *market,
                      gint64       now)
{
  Sides                 sides = { g_array_new (FALSE, FALSE, sizeof (SimLevel)),
                                  g_array_new (FALSE, FALSE, sizeof (SimLevel)), 0, 0 };
  g_autoptr (GPtrArray) left = NULL;
  Candidate             best;
  SimOrder             *own;
  guint                 i;

  sim_exchange_activate (exchange, market);
  for (;;)
    {
      collect (market, &sides);
      best = find_price (market, &sides);
      if (best.volume == 0 || (own = find_own_pair (exchange, market, best.price)) == NULL)
        break;
      sim_exchange_kill (exchange, own, "A newer order of this account would have traded with it", now);
    }
  while (best.volume > 0 && trade_one (exchange, market, best.price, &best.volume, now))
    ;
  g_array_unref (sides.bids);
  g_array_unref (sides.asks);
  /* What had no price and is left takes what the open market has. */
  left = g_ptr_array_copy (market->opening, NULL, NULL);
  for (i = 0; i < left->len; i++)
    {
      SimOrder *order = g_ptr_array_index (left, i);

      if (!sim_order_is_working (order) || order->list != market->opening)
        continue;
      sim_exchange_lift (exchange, order);
      sim_exchange_work (exchange, order, now);
    }
  sim_exchange_look (market);
  sim_exchange_run (exchange, market, now);
}

/* Phases. */

static void
change_phase (SimExchange *exchange,
              SimMarket   *market,
              int          phase,
              gint64       now)
{
  gboolean opens = phase == DTC_TRADING_STATUS_OPEN && market->phase != DTC_TRADING_STATUS_OPEN;

  if (market->phase == phase)
    return;
  market->phase = phase;
  sim_exchange_activate (exchange, market);
  if (exchange->sink.status)
    exchange->sink.status (market, exchange->sink_data);
  if (opens)
    sim_exchange_uncross (exchange, market, now);
}

const char *
sim_exchange_set_phase (SimExchange *exchange,
                        const char  *symbol,
                        int          phase,
                        gint64       now)
{
  SimMarket *market = symbol ? sim_exchange_find_market (exchange, symbol) : NULL;
  guint      i;

  if (phase < DTC_TRADING_STATUS_PRE_OPEN || phase > DTC_TRADING_STATUS_TRADING_HALT)
    return "There is no such phase";
  if (symbol && !market)
    return "Unknown symbol";
  for (i = 0; i < exchange->markets->len; i++)
    if (!market || market == g_ptr_array_index (exchange->markets, i))
      change_phase (exchange, g_ptr_array_index (exchange->markets, i), phase, now);
  return NULL;
}

/* Timetable. */

/* After the session's end the market is closed for one half of the break, and before the opening in the other. */
static int
scheduled_phase (SimExchange *exchange,
                 gint64       now)
{
  gint64 end = sim_exchange_session_end (exchange, now);
  gint64 since = end == G_MAXINT64 ? G_MAXINT64 : now - (end - DAY);
  gint64 pause = exchange->options->session_break * MINUTE;

  if (since < pause / 2)
    return DTC_TRADING_STATUS_CLOSE;
  return since < pause ? DTC_TRADING_STATUS_PRE_OPEN : DTC_TRADING_STATUS_OPEN;
}

static gboolean
is_over (gpointer key,
         gpointer value,
         gpointer user_data)
{
  return *(gint64 *) value <= *(gint64 *) user_data;
}

static void
roll_markets (SimExchange *exchange,
              gint64       session,
              gint64       now)
{
  SimHeld *held;
  guint    i;

  exchange->session = session;
  for (i = 0; i < exchange->markets->len; i++)
    {
      SimMarket *market = g_ptr_array_index (exchange->markets, i);

      sim_market_roll (market, (session - 1) / DAY * DAY / G_USEC_PER_SEC, now);
      sim_exchange_activate (exchange, market);
    }
  while ((held = g_queue_pop_head (&exchange->held)) != NULL)
    sim_held_free (held);
  g_hash_table_remove_all (exchange->refused_parents);
  g_hash_table_foreach_remove (exchange->used_ids, is_over, &now);
}

static void
roll_accounts (SimExchange *exchange,
               gint64       session,
               gint64       now)
{
  guint i;

  for (i = 0; i < exchange->accounts->len; i++)
    {
      SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      if (account->session == session)
        continue;
      account->session = session;
      account->realized = 0;
      account->loss_reached = FALSE;
      account->changed = TRUE;
      sim_account_remember (account, "End of the session", "", now);
    }
}

void
sim_exchange_keep_hours (SimExchange *exchange,
                         gint64       now)
{
  gint64 session = sim_exchange_session_end (exchange, now);
  int    phase = scheduled_phase (exchange, now);

  if (session != exchange->session)
    roll_markets (exchange, session, now);
  roll_accounts (exchange, session, now);
  /* Only a change of the timetable counts: what someone set by hand stays till then. */
  if (phase != exchange->phase)
    {
      exchange->phase = phase;
      sim_exchange_set_phase (exchange, NULL, phase, now);
    }
}
