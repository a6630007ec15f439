/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange.h"

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

static SimMarket *
market_of (SimExchange    *exchange,
           const SimOrder *order)
{
  return sim_exchange_find_market (exchange, order->instrument->symbol);
}

/* The order works no longer: it moves from one list to the other. */
static void
retire (SimExchange *exchange,
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
  SimMarket *market = market_of (exchange, order);

  if (order->entry)
    {
      sim_book_remove (market->book, order->entry);
      order->entry = NULL;
    }
  else
    g_ptr_array_remove (market->stops, order);
}

void
sim_exchange_rest (SimExchange *exchange,
                   SimOrder    *order)
{
  SimMarket *market = market_of (exchange, order);

  if (sim_order_is_waiting (order))
    g_ptr_array_add (market->stops, order);
  else
    order->entry = sim_book_add (market->book, order, order->side, sim_order_limit (order),
                                 order->quantity - order->filled);
}

void
sim_exchange_kill (SimExchange *exchange,
                   SimOrder    *order,
                   const char  *info,
                   gint64       now)
{
  sim_exchange_lift (exchange, order);
  retire (exchange, order, DTC_ORDER_STATUS_CANCELED, now);
  sim_exchange_tell (exchange, NULL, order, DTC_ORDER_CANCELED, info);
}

static void
fill (SimExchange *exchange,
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
    retire (exchange, order, DTC_ORDER_STATUS_FILLED, now);
  else
    {
      order->status = DTC_ORDER_STATUS_PARTIALLY_FILLED;
      sim_exchange_touch (exchange, order, now);
    }
  sim_account_book (sim_exchange_find_account (exchange, order->account), order->instrument, order->side, price,
                    quantity, now);

  sim_order_describe (order, whole ? DTC_ORDER_FILLED : DTC_ORDER_FILLED_PARTIALLY, NULL, &message);
  sim_fill_describe (execution, &message);
  exchange->sink.emit (NULL, &message, exchange->sink_data);
}

void
sim_exchange_on_trade (SimMarket          *market,
                       const SimBookEntry *resting,
                       gint64              price,
                       gint64              quantity,
                       gpointer            user_data)
{
  SimExchange *exchange = user_data;
  SimOrder    *rested = resting->owner;

  if (market->taker)
    fill (exchange, market->taker, price, quantity, market->now);
  if (rested)
    {
      if (resting->quantity == 0)
        rested->entry = NULL; /* the book frees it */
      fill (exchange, rested, price, quantity, market->now);
    }
  exchange->sink.trade (market, exchange->sink_data);
}

void
sim_exchange_work (SimExchange *exchange,
                   SimOrder    *order,
                   gint64       now)
{
  SimMarket *market = market_of (exchange, order);
  gint64     limit = sim_order_limit (order);
  gint64     wanted = order->quantity - order->filled;
  gboolean   market_order = limit == SIM_ANY_PRICE (order->side);

  if (sim_order_is_waiting (order))
    {
      sim_exchange_rest (exchange, order);
      return;
    }
  if (order->tif == DTC_TIF_FILL_OR_KILL
      && sim_book_available (market->book, order->side, limit, wanted) < wanted)
    {
      retire (exchange, order, DTC_ORDER_STATUS_CANCELED, now);
      sim_exchange_tell (exchange, NULL, order, DTC_ORDER_CANCELED, "Fill or kill: the book cannot fill it whole");
      return;
    }
  sim_market_take (market, order, order->side, limit, wanted, now);
  if (!sim_order_is_working (order))
    return;
  if (market_order || order->tif == DTC_TIF_IMMEDIATE_OR_CANCEL)
    {
      retire (exchange, order, DTC_ORDER_STATUS_CANCELED, now);
      sim_exchange_tell (exchange, NULL, order, DTC_ORDER_CANCELED,
                         market_order ? "The book is empty: the rest is cancelled"
                                      : "Immediate or cancel: the rest is cancelled");
      return;
    }
  sim_exchange_rest (exchange, order);
}

static gboolean
is_touched (const SimMarket *market,
            const SimOrder  *order)
{
  if (order->side == DTC_BUY)
    return market->touched_high >= order->price1;
  return market->touched_low <= order->price1;
}

/* The oldest stop that was touched, or NULL. */
static SimOrder *
next_stop (SimMarket *market)
{
  guint i;

  for (i = 0; i < market->stops->len; i++)
    if (is_touched (market, g_ptr_array_index (market->stops, i)))
      return g_ptr_array_index (market->stops, i);
  return NULL;
}

void
sim_exchange_run_stops (SimExchange *exchange,
                        SimMarket   *market,
                        gint64       now)
{
  SimOrder *order;

  while ((order = next_stop (market)) != NULL)
    {
      sim_exchange_lift (exchange, order);
      order->triggered = TRUE;
      sim_exchange_touch (exchange, order, now);
      sim_exchange_tell (exchange, NULL, order, DTC_GENERAL_ORDER_UPDATE, "The stop was triggered");
      sim_exchange_work (exchange, order, now);
    }
  sim_market_settle (market);
}
