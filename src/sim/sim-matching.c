/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

#include <string.h>

void
sim_exchange_tell (SimExchange    *exchange,
                   gpointer        origin,
                   const SimOrder *order,
                   int             reason,
                   const char     *info)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  sim_order_describe (order, reason, info, &message);
  exchange->sink.emit (origin, &message, exchange->sink_data);
}

void
sim_exchange_retire (SimExchange *exchange,
                     SimOrder    *order,
                     int          status,
                     gint64       now)
{
  order->status = status;
  g_ptr_array_remove (exchange->working, order);
  g_queue_push_tail (&exchange->done, order);
  sim_exchange_touch (exchange, order, now);
}

void
sim_exchange_lift (SimExchange *exchange,
                   SimOrder    *order)
{
  SimMarket *market = sim_exchange_market_of (exchange, order->instrument);

  if (order->entry)
    sim_book_remove (market->book, order->entry);
  if (order->list)
    g_ptr_array_remove (order->list, order);
  order->entry = NULL;
  order->list = NULL;
  sim_exchange_activate (exchange, market);
}

static void
wait_in (SimOrder  *order,
         GPtrArray *list)
{
  order->list = list;
  g_ptr_array_add (list, order);
}

void
sim_exchange_rest (SimExchange *exchange,
                   SimOrder    *order)
{
  SimMarket *market = sim_exchange_market_of (exchange, order->instrument);
  gint64     limit = sim_order_limit (order);

  if (order->status == DTC_ORDER_STATUS_PENDING_CHILD)
    return;
  if (sim_order_is_waiting (order))
    wait_in (order, market->stops);
  else if (order->tif == DTC_TIF_ALL_OR_NONE)
    wait_in (order, market->all_or_none);
  else if (limit == SIM_ANY_PRICE (order->side))
    wait_in (order, market->opening);
  else
    order->entry = sim_book_add_iceberg (market->book, order, order->side, limit, order->quantity - order->filled,
                                         order->show);
  sim_exchange_activate (exchange, market);
}

void
sim_exchange_shrink (SimOrder *order)
{
  if (order->entry)
    sim_book_resize (order->entry, order->quantity - order->filled);
}

void
sim_exchange_drop (SimExchange *exchange,
                   SimOrder    *order,
                   const char  *info,
                   gint64       now)
{
  sim_exchange_lift (exchange, order);
  sim_exchange_retire (exchange, order, DTC_ORDER_STATUS_CANCELED, now);
  sim_exchange_tell (exchange, NULL, order, DTC_ORDER_CANCELED, info);
}

void
sim_exchange_kill (SimExchange *exchange,
                   SimOrder    *order,
                   const char  *info,
                   gint64       now)
{
  sim_exchange_drop (exchange, order, info, now);
  sim_exchange_after_kill (exchange, order, now);
}

void
sim_exchange_book (SimExchange *exchange,
                   SimOrder    *order,
                   gint64       price,
                   gint64       quantity,
                   gint64       now)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  SimFill            *execution = g_new0 (SimFill, 1);
  gboolean            whole;

  execution->execution_id = g_strdup_printf ("%s-E%" G_GUINT64_FORMAT, exchange->tag, exchange->next_fill++);
  execution->server_id = g_strdup (order->server_id);
  execution->account = g_strdup (order->account);
  execution->instrument = order->instrument;
  execution->side = order->side;
  execution->price = price;
  execution->quantity = quantity;
  execution->time = now;
  g_ptr_array_add (exchange->fills, execution);
  exchange->new_fills++;

  order->filled += quantity;
  order->value += price * quantity;
  whole = order->filled == order->quantity;
  if (whole)
    sim_exchange_retire (exchange, order, DTC_ORDER_STATUS_FILLED, now);
  else
    {
      order->status = DTC_ORDER_STATUS_PARTIALLY_FILLED;
      sim_exchange_touch (exchange, order, now);
    }
  sim_account_book (order->holder, order->instrument, order->side, price, quantity,
                    sim_exchange_commission (exchange, order->instrument), now);

  sim_order_describe (order, whole ? DTC_ORDER_FILLED : DTC_ORDER_FILLED_PARTIALLY, NULL, &message);
  sim_fill_describe (execution, &message);
  exchange->sink.emit (NULL, &message, exchange->sink_data);
  sim_exchange_after_fill (exchange, order, quantity, now);
}

void
sim_exchange_on_trade (SimMarket          *market,
                       const SimBookEntry *resting,
                       gint64              price,
                       gint64              quantity,
                       gpointer            user_data)
{
  SimExchange *exchange = user_data;
  SimOrder    *rested = sim_market_owner (market, resting);

  sim_exchange_activate (exchange, market);
  if (rested && resting->quantity == 0)
    rested->entry = NULL; /* the book frees it */
  if (market->taker)
    sim_exchange_book (exchange, market->taker, price, quantity, market->now);
  if (rested)
    sim_exchange_book (exchange, rested, price, quantity, market->now);
  exchange->sink.trade (market, exchange->sink_data);
}

/* Self-trade. */

typedef struct
{
  SimMarket      *market;
  const SimOrder *order;
} Own;

static gboolean
is_own (const SimBookEntry *entry,
        gpointer            user_data)
{
  const Own      *own = user_data;
  const SimOrder *other = sim_market_owner (own->market, entry);

  return other && other != own->order && other->holder == own->order->holder;
}

SimOrder *
sim_exchange_find_self (SimExchange    *exchange,
                        const SimOrder *order)
{
  Own                 own = { sim_exchange_market_of (exchange, order->instrument), order };
  const SimBookEntry *entry;

  if (own.market->phase != DTC_TRADING_STATUS_OPEN || sim_order_is_waiting (order))
    return NULL;
  entry = sim_book_find_reached (own.market->book, order->side, sim_order_limit (order),
                                 order->quantity - order->filled, is_own, &own);
  return entry ? entry->owner : NULL;
}

/* FALSE when @order ended instead of trading with its own account. */
static gboolean
avoid_self (SimExchange *exchange,
            SimOrder    *order,
            gint64       now)
{
  SimOrder *other;

  while (sim_order_is_working (order) && (other = sim_exchange_find_self (exchange, order)) != NULL)
    if (exchange->options->refuse_self_trade)
      sim_exchange_kill (exchange, order, "It would have traded with another order of this account", now);
    else
      sim_exchange_kill (exchange, other, "A newer order of this account would have traded with it", now);
  return sim_order_is_working (order);
}

/* Working. */

static int
other_side (int side)
{
  return side == DTC_BUY ? DTC_SELL : DTC_BUY;
}

void
sim_exchange_work (SimExchange *exchange,
                   SimOrder    *order,
                   gint64       now)
{
  SimMarket *market = sim_exchange_market_of (exchange, order->instrument);
  gint64     limit, wanted, available;

  if (order->status == DTC_ORDER_STATUS_PENDING_CHILD)
    return;
  if (market->phase != DTC_TRADING_STATUS_OPEN || sim_order_is_waiting (order))
    {
      sim_exchange_rest (exchange, order);
      return;
    }
  if (!avoid_self (exchange, order, now))
    return;
  if (order->type == DTC_ORDER_TYPE_MARKET_LIMIT && order->price1 == 0
      && !sim_book_best (market->book, other_side (order->side), &order->price1))
    {
      sim_exchange_kill (exchange, order, "The book is empty: the rest is cancelled", now);
      return;
    }
  limit = sim_order_limit (order);
  wanted = order->quantity - order->filled;
  available = order->tif == DTC_TIF_FILL_OR_KILL || order->tif == DTC_TIF_ALL_OR_NONE
                ? sim_book_available (market->book, order->side, limit, wanted) : wanted;
  if (available < wanted && order->tif == DTC_TIF_FILL_OR_KILL)
    {
      sim_exchange_kill (exchange, order, "Fill or kill: the book cannot fill it whole", now);
      return;
    }
  if (available == wanted)
    {
      sim_exchange_activate (exchange, market);
      sim_market_take (market, order, order->side, limit, wanted, now);
    }
  if (!sim_order_is_working (order))
    return;
  if (order->tif == DTC_TIF_IMMEDIATE_OR_CANCEL)
    sim_exchange_kill (exchange, order, "Immediate or cancel: the rest is cancelled", now);
  else if (order->tif == DTC_TIF_FILL_OR_KILL)
    /* It traded with one order of a pair, and the other one was then no longer there. */
    sim_exchange_kill (exchange, order, "Fill or kill: the book changed while it was filled", now);
  else if (limit == SIM_ANY_PRICE (order->side) && order->tif != DTC_TIF_ALL_OR_NONE)
    sim_exchange_kill (exchange, order, "The book is empty: the rest is cancelled", now);
  else
    sim_exchange_rest (exchange, order);
}

static gboolean
is_touched (const SimMarket *market,
            const SimOrder  *order)
{
  gboolean from_below = order->side == DTC_BUY;

  /* A stop goes with the market, an if-touched order against it. */
  if (order->type == DTC_ORDER_TYPE_MARKET_IF_TOUCHED || order->type == DTC_ORDER_TYPE_LIMIT_IF_TOUCHED)
    from_below = !from_below;
  return from_below ? market->touched_high >= order->price1 : market->touched_low <= order->price1;
}

/* The oldest stop that was touched, or NULL. */
static SimOrder *
next_stop (SimMarket *market)
{
  guint i;

  for (i = 0; market->touched_low <= market->touched_high && i < market->stops->len; i++)
    if (is_touched (market, g_ptr_array_index (market->stops, i)))
      return g_ptr_array_index (market->stops, i);
  return NULL;
}

/* The oldest all-or-none order that the book can fill whole now, or NULL. */
static SimOrder *
next_whole (SimMarket *market)
{
  guint i;

  for (i = 0; i < market->all_or_none->len; i++)
    {
      SimOrder *order = g_ptr_array_index (market->all_or_none, i);
      gint64    wanted = order->quantity - order->filled;

      if (sim_book_available (market->book, order->side, sim_order_limit (order), wanted) == wanted)
        return order;
    }
  return NULL;
}

void
sim_exchange_look (SimMarket *market)
{
  market->touched_low = MIN (market->touched_low, market->last);
  market->touched_high = MAX (market->touched_high, market->last);
}

static void
trigger (SimExchange *exchange,
         SimOrder    *order,
         gint64       now)
{
  gboolean stop = order->type == DTC_ORDER_TYPE_STOP || order->type == DTC_ORDER_TYPE_STOP_LIMIT;

  sim_exchange_lift (exchange, order);
  order->triggered = TRUE;
  sim_exchange_touch (exchange, order, now);
  sim_exchange_tell (exchange, NULL, order, DTC_GENERAL_ORDER_UPDATE,
                     stop ? "The stop was triggered" : "The price was touched");
  sim_exchange_work (exchange, order, now);
}

void
sim_exchange_run (SimExchange *exchange,
                  SimMarket   *market,
                  gint64       now)
{
  SimOrder *order;

  for (;;)
    {
      if (sim_exchange_grow (exchange, now))
        continue;
      if (market->phase != DTC_TRADING_STATUS_OPEN)
        break;
      if ((order = next_stop (market)) != NULL)
        trigger (exchange, order, now);
      else if ((order = next_whole (market)) != NULL)
        {
          sim_exchange_lift (exchange, order);
          sim_exchange_work (exchange, order, now);
        }
      else
        break;
    }
  sim_market_settle (market);
}
