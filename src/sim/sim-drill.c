/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

#include <string.h>

/* What a drill does to the exchange's own truth. Faults on the wire are the server's affair. */

static SimOrder *
find_working (SimExchange *exchange,
              const char  *server_id,
              const char **wrong)
{
  SimOrder *order = g_hash_table_lookup (exchange->orders, server_id);

  *wrong = NULL;
  if (!order)
    *wrong = "There is no order with this ServerOrderID";
  else if (!sim_order_is_working (order))
    *wrong = "The order does not work any more";
  return *wrong ? NULL : order;
}

const char *
sim_exchange_set_feed (SimExchange *exchange,
                       const char  *symbol,
                       gboolean     available)
{
  SimMarket *market = symbol ? sim_exchange_find_market (exchange, symbol) : NULL;

  if (symbol && !market)
    return "Unknown symbol";
  if (market)
    market->feed_down = !available;
  else
    exchange->feed_down = !available;
  if (exchange->sink.status)
    exchange->sink.status (market, exchange->sink_data);
  return NULL;
}

const char *
sim_exchange_move (SimExchange *exchange,
                   const char  *symbol,
                   gint64       ticks,
                   gint64       now)
{
  SimMarket *market = sim_exchange_find_market (exchange, symbol);
  int        side = ticks > 0 ? DTC_BUY : DTC_SELL;

  if (!market)
    return "Unknown symbol";
  if (market->phase != DTC_TRADING_STATUS_OPEN)
    return "The market is not open";
  if (ABS (ticks) > market->fair / 2)
    return "The market cannot move so far at once";
  sim_market_shift (market, ticks);
  sim_market_refill (market, TRUE, now);
  /* Someone trades there, so that the stops on the way know it. */
  sim_market_take (market, NULL, side, SIM_ANY_PRICE (side), 1, now);
  sim_market_refill (market, TRUE, now);
  sim_exchange_activate (exchange, market);
  sim_exchange_run (exchange, market, now);
  return NULL;
}

const char *
sim_exchange_fill (SimExchange *exchange,
                   const char  *server_id,
                   gint64       quantity,
                   gint64       now)
{
  const char *wrong;
  SimOrder   *order = find_working (exchange, server_id, &wrong);
  SimMarket  *market;
  gint64      price;

  if (!order)
    return wrong;
  if (order->status == DTC_ORDER_STATUS_PENDING_CHILD)
    return "The order waits for its parent";
  if (quantity < 1 || quantity > order->quantity - order->filled)
    return "The order does not want so much";
  market = sim_exchange_market_of (exchange, order->instrument);
  price = sim_order_limit (order);
  if (price == SIM_ANY_PRICE (order->side))
    price = market->last;
  if (quantity == order->quantity - order->filled)
    sim_exchange_lift (exchange, order);
  market->taker_side = order->side == DTC_BUY ? DTC_SELL : DTC_BUY;
  sim_market_note (market, price, quantity, now);
  sim_exchange_book (exchange, order, price, quantity, now);
  sim_exchange_shrink (order);
  exchange->sink.trade (market, exchange->sink_data);
  sim_exchange_activate (exchange, market);
  sim_exchange_run (exchange, market, now);
  return NULL;
}

const char *
sim_exchange_kill_order (SimExchange *exchange,
                         const char  *server_id,
                         const char  *info,
                         gint64       now)
{
  const char *wrong;
  SimOrder   *order = find_working (exchange, server_id, &wrong);

  if (order)
    sim_exchange_kill (exchange, order, info, now);
  return wrong;
}

const char *
sim_exchange_lose_order (SimExchange *exchange,
                         const char  *server_id,
                         gint64       now)
{
  const char *wrong;
  SimOrder   *order = find_working (exchange, server_id, &wrong);

  if (!order)
    return wrong;
  sim_exchange_lift (exchange, order);
  sim_exchange_retire (exchange, order, DTC_ORDER_STATUS_CANCELED, now);
  return NULL;
}

void
sim_exchange_restart_ids (SimExchange *exchange)
{
  sim_exchange_forget (exchange, TRUE);
  exchange->next_id = 1;
  exchange->rewrite = TRUE;
}

void
sim_exchange_twin (SimExchange *exchange)
{
  exchange->twin = TRUE;
}

const char *
sim_exchange_set_trading (SimExchange *exchange,
                          const char  *name,
                          gboolean     allowed)
{
  SimAccount *account = sim_exchange_find_account (exchange, name);

  if (!account)
    return "Unknown trade account";
  account->disabled = !allowed;
  account->changed = TRUE;
  return NULL;
}

const char *
sim_exchange_set_limits (SimExchange *exchange,
                         const char  *name,
                         gint64       max_quantity,
                         gint64       max_position,
                         double       daily_loss)
{
  SimAccount *account = sim_exchange_find_account (exchange, name);
  guint       i;

  if (!account)
    return "Unknown trade account";
  if (max_quantity < 0 || max_position < 0 || !(daily_loss >= 0))
    return "A limit is a number from 0 (none) on";
  account->max_quantity = max_quantity;
  account->max_position = max_position;
  account->loss_limit = daily_loss;
  account->changed = TRUE;
  for (i = 0; i < account->n_positions; i++)
    account->positions[i].changed = account->positions[i].changed || account->positions[i].quantity != 0;
  return NULL;
}
