/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

#include <string.h>

/* CANCEL_ORDER (203) and CANCEL_REPLACE_ORDER (204). */

/* As a server that does not know the ServerOrderID. */
static void
tell_unknown (SimExchange *exchange,
              gpointer     origin,
              int          reason,
              const char  *client_id,
              const char  *account,
              const char  *info,
              gint64       now)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_REQUEST_ID, 0);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, client_id);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_REJECTED);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, reason);
  if (*account)
    dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT, account);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_INFO_TEXT, info);
  dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_LATEST_TRANSACTION_DATE_TIME, (double) now / G_USEC_PER_SEC);
  exchange->sink.emit (origin, &message, exchange->sink_data);
}

/* The working order that a cancel or change names; NULL when the client has been told why there is none. */
static SimOrder *
find_named (SimExchange *exchange,
            gpointer     origin,
            int          reason,
            const char  *server_id,
            const char  *client_id,
            const char  *account,
            gint64       now)
{
  SimOrder *order = *server_id ? g_hash_table_lookup (exchange->orders, server_id) : NULL;

  if (!order)
    tell_unknown (exchange, origin, reason, client_id, account,
                  *server_id ? "There is no order with this ServerOrderID" : "ServerOrderID is missing", now);
  else if (*client_id && strcmp (client_id, order->client_id) != 0)
    sim_exchange_tell (exchange, origin, order, reason, "ClientOrderID is not that of this order");
  else if (*account && strcmp (account, order->account) != 0)
    sim_exchange_tell (exchange, origin, order, reason, "TradeAccount is not that of this order");
  else if (order->status == DTC_ORDER_STATUS_FILLED)
    sim_exchange_tell (exchange, origin, order, reason, "The order is already filled");
  else if (!sim_order_is_working (order))
    sim_exchange_tell (exchange, origin, order, reason, "The order is already cancelled");
  else
    return order;
  return NULL;
}

void
sim_exchange_cancel (SimExchange      *exchange,
                     gpointer          origin,
                     const DtcMessage *message,
                     gint64            now)
{
  const DtcCancelOrder *cancel = &message->cancel_order;
  SimOrder             *order;

  order = find_named (exchange, origin, DTC_ORDER_CANCEL_REJECTED, cancel->server_order_id, cancel->client_order_id,
                      cancel->trade_account, now);
  if (order)
    sim_exchange_kill (exchange, order, NULL, now);
}

/* What a change asks for: the order as it would be. */
typedef struct
{
  SimOrder to;
  gboolean new_time;
} Change;

/* In the published numbering an absent Price1IsSet counts as 1; in the other a price is set by being there. */
static gboolean
price_is_set (SimExchange      *exchange,
              const DtcMessage *message,
              guint             flag,
              guint             price)
{
  if (exchange->options->numbering == DTC_NUMBERING_BRIEF && !dtc_message_has (message, flag))
    return dtc_message_has (message, price);
  return dtc_message_get_int (message, flag) != 0;
}

static const char *
read_prices (SimExchange      *exchange,
             const DtcMessage *message,
             SimOrder         *to)
{
  const DtcCancelReplaceOrder *replace = &message->cancel_replace_order;
  gint64                       before = to->price1;
  gboolean                     keeps_distance = exchange->options->keep_stop_limit_distance
                                                && to->type == DTC_ORDER_TYPE_STOP_LIMIT;

  /* A price that the order type lacks is passed over: the flags are 1 by default. */
  if (sim_order_has_price1 (to)
      && price_is_set (exchange, message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, DTC_CANCEL_REPLACE_ORDER_F_PRICE1)
      && !sim_exchange_read_price (to->instrument, replace->price1, &to->price1))
    return "Price1 is set but missing, or not a multiple of the tick";
  if (keeps_distance)
    to->price2 = MAX (1, to->price2 + to->price1 - before);
  else if (sim_order_has_price2 (to)
           && price_is_set (exchange, message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET,
                            DTC_CANCEL_REPLACE_ORDER_F_PRICE2)
           && !sim_exchange_read_price (to->instrument, replace->price2, &to->price2))
    return "Price2 is set but missing, or not a multiple of the tick";
  return NULL;
}

/* An exit never covers more than its parent got and its partner has not closed already. */
static const char *
check_exit (const SimOrder *order,
            gint64          quantity)
{
  const SimOrder *parent = order->parent;
  gint64          closed = order->linked ? order->linked->filled : 0;

  if (!parent || quantity <= order->quantity)
    return order->status == DTC_ORDER_STATUS_PENDING_CHILD && quantity != order->quantity
             ? "The quantity of an exit follows its parent order" : NULL;
  if (order->status == DTC_ORDER_STATUS_PENDING_CHILD)
    return "The quantity of an exit follows its parent order";
  return quantity > parent->filled - closed ? "An exit cannot be larger than what its parent order got" : NULL;
}

static const char *
read_change (SimExchange      *exchange,
             const DtcMessage *message,
             const SimOrder   *order,
             Change           *change,
             gint64            now)
{
  const DtcCancelReplaceOrder *replace = &message->cancel_replace_order;
  SimMarket                   *market = sim_exchange_market_of (exchange, order->instrument);
  SimOrder                    *to = &change->to;
  const char                  *wrong;

  *to = *order;
  change->new_time = replace->time_in_force != 0 && replace->time_in_force != order->tif;
  if (exchange->options->trading_off)
    return "Trading is not allowed on this server";
  if (market->phase == DTC_TRADING_STATUS_TRADING_HALT)
    return "Trading in this symbol is halted: orders can be cancelled only";
  if (market->phase == DTC_TRADING_STATUS_CLOSE)
    return "The market is closed: orders can be cancelled only";
  if ((wrong = read_prices (exchange, message, to)) != NULL)
    return wrong;
  if (replace->quantity != 0
      && (wrong = sim_exchange_read_quantity (exchange, order->holder, replace->quantity, &to->quantity)) != NULL)
    return wrong;
  if (to->quantity <= order->filled)
    return "As much as the new quantity is already filled";
  if ((wrong = check_exit (order, to->quantity)) != NULL)
    return wrong;
  if (change->new_time && !exchange->options->allow_time_change)
    return "TimeInForce cannot be changed";
  if (change->new_time
      && (replace->time_in_force == DTC_TIF_IMMEDIATE_OR_CANCEL || replace->time_in_force == DTC_TIF_FILL_OR_KILL))
    return "A working order cannot become one for this moment";
  if ((change->new_time || (exchange->options->allow_time_change && replace->good_till_date_time != 0
                            && order->tif == DTC_TIF_GOOD_TILL_DATE_TIME))
      && (wrong = sim_exchange_read_time (exchange, replace->time_in_force ? replace->time_in_force : order->tif,
                                          replace->good_till_date_time, to, now)) != NULL)
    return wrong;
  if (!order->parent && to->quantity > order->quantity
      && (wrong = sim_exchange_check_risk (exchange, order->holder, order->instrument, order->side,
                                           to->quantity - order->quantity)) != NULL)
    return wrong;
  if (exchange->options->refuse_self_trade && order->status != DTC_ORDER_STATUS_PENDING_CHILD
      && sim_exchange_find_self (exchange, to))
    return "The order would trade with another order of this account";
  return NULL;
}

/* The server that is out of order: the old one works on, and a new one beside it. */
static SimOrder *
make_twin (SimExchange *exchange,
           SimOrder    *order)
{
  SimOrder *twin = sim_order_new ();

  *twin = *order;
  twin->number = exchange->next_order++;
  twin->server_id = sim_exchange_new_id (exchange);
  twin->previous_id = g_strdup (order->server_id);
  twin->client_id = g_strdup (order->client_id);
  twin->account = g_strdup (order->account);
  twin->text = g_strdup (order->text);
  twin->username = g_strdup (order->username);
  twin->quantity -= order->filled;
  twin->filled = twin->value = 0;
  twin->status = DTC_ORDER_STATUS_OPEN;
  twin->linked = twin->parent = twin->exits[0] = twin->exits[1] = NULL;
  twin->is_parent = FALSE;
  twin->entry = NULL;
  twin->list = NULL;
  twin->dirty = FALSE;
  sim_exchange_adopt (exchange, twin);
  return twin;
}

static void
take_new_id (SimExchange *exchange,
             SimOrder    *order)
{
  g_hash_table_steal (exchange->orders, order->server_id);
  order->previous_id = g_steal_pointer (&order->server_id);
  order->server_id = sim_exchange_new_id (exchange);
  g_hash_table_insert (exchange->orders, order->server_id, order);
}

/* A parent that has got nothing yet takes its exits along. */
static void
change_exits (SimExchange *exchange,
              SimOrder    *parent,
              gint64       price_before,
              gint64       quantity_before,
              gint64       now)
{
  gint64 moved = exchange->options->move_exits && sim_order_has_price1 (parent) ? parent->price1 - price_before : 0;
  guint  i;

  for (i = 0; i < 2; i++)
    {
      SimOrder *exit = parent->exits[i];

      if (!exit || exit->status != DTC_ORDER_STATUS_PENDING_CHILD
          || (moved == 0 && parent->quantity == quantity_before))
        continue;
      exit->quantity = parent->quantity;
      if (moved != 0 && sim_order_has_price1 (exit))
        sim_exchange_move_exit (exit, exit->price1 + moved);
      sim_exchange_touch (exchange, exit, now);
      sim_exchange_tell (exchange, NULL, exit, DTC_GENERAL_ORDER_UPDATE, "Changed with its parent order");
    }
}

static void
apply (SimOrder     *order,
       const Change *change,
       gboolean      new_offset)
{
  gboolean moved = change->to.price1 != order->price1;

  order->price1 = change->to.price1;
  order->price2 = change->to.price2;
  order->quantity = change->to.quantity;
  order->tif = change->to.tif;
  order->good_till = change->to.good_till;
  order->expires = change->to.expires;
  if (!order->parent || !moved)
    return;
  /* A price set by hand stands; with the flag it becomes the distance that the parent's fill is measured from. */
  order->offset = new_offset && order->parent->price1 != 0 ? ABS (order->price1 - order->parent->price1) : 0;
}

void
sim_exchange_replace (SimExchange      *exchange,
                      gpointer          origin,
                      const DtcMessage *message,
                      gint64            now)
{
  const DtcCancelReplaceOrder *replace = &message->cancel_replace_order;
  SimOrder                    *order;
  gint64                       price_before, quantity_before;
  Change                       change;
  const char                  *wrong;
  gboolean                     keeps_place;

  order = find_named (exchange, origin, DTC_ORDER_CANCEL_REPLACE_REJECTED, replace->server_order_id,
                      replace->client_order_id, replace->trade_account, now);
  if (!order)
    return;
  wrong = read_change (exchange, message, order, &change, now);
  if (wrong)
    {
      sim_exchange_tell (exchange, origin, order, DTC_ORDER_CANCEL_REPLACE_REJECTED, wrong);
      return;
    }
  if (exchange->twin && order->status != DTC_ORDER_STATUS_PENDING_CHILD)
    {
      change.to.quantity -= order->filled;
      order = make_twin (exchange, order);
      keeps_place = FALSE;
      exchange->twin = FALSE;
    }
  else
    {
      keeps_place = change.to.price1 == order->price1 && change.to.price2 == order->price2
                    && change.to.tif == order->tif && change.to.quantity <= order->quantity;
      if (!keeps_place)
        sim_exchange_lift (exchange, order);
      if (exchange->options->new_id_on_replace)
        take_new_id (exchange, order);
    }
  if (!keeps_place)
    order->place = exchange->next_order++;
  price_before = order->price1;
  quantity_before = order->quantity;
  apply (order, &change, replace->update_price1_offset_to_parent != 0);
  sim_exchange_touch (exchange, order, now);
  sim_exchange_tell (exchange, NULL, order, DTC_ORDER_CANCEL_REPLACE_COMPLETE, NULL);
  g_clear_pointer (&order->previous_id, g_free);
  change_exits (exchange, order, price_before, quantity_before, now);
  if (keeps_place)
    sim_exchange_shrink (order);
  else
    sim_exchange_start (exchange, order, now);
}
