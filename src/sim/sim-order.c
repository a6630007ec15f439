/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-order.h"

SimOrder *
sim_order_new (void)
{
  return g_new0 (SimOrder, 1);
}

void
sim_order_free (SimOrder *order)
{
  if (!order)
    return;
  g_free (order->server_id);
  g_free (order->previous_id);
  g_free (order->client_id);
  g_free (order->account);
  g_free (order->text);
  g_free (order->username);
  g_free (order);
}

void
sim_fill_free (SimFill *fill)
{
  if (!fill)
    return;
  g_free (fill->execution_id);
  g_free (fill->server_id);
  g_free (fill->account);
  g_free (fill->info);
  g_free (fill);
}

gboolean
sim_order_is_working (const SimOrder *order)
{
  return order->status == DTC_ORDER_STATUS_OPEN || order->status == DTC_ORDER_STATUS_PARTIALLY_FILLED
         || order->status == DTC_ORDER_STATUS_PENDING_CHILD;
}

gboolean
sim_order_is_waiting (const SimOrder *order)
{
  return !order->triggered && order->type >= DTC_ORDER_TYPE_STOP && order->type <= DTC_ORDER_TYPE_LIMIT_IF_TOUCHED;
}

gboolean
sim_order_has_price1 (const SimOrder *order)
{
  return order->type != DTC_ORDER_TYPE_MARKET && (order->type != DTC_ORDER_TYPE_MARKET_LIMIT || order->price1 != 0);
}

gboolean
sim_order_has_price2 (const SimOrder *order)
{
  return order->type == DTC_ORDER_TYPE_STOP_LIMIT
         || (order->type == DTC_ORDER_TYPE_LIMIT_IF_TOUCHED && order->price2 != 0);
}

gint64
sim_order_limit (const SimOrder *order)
{
  switch (order->type)
    {
    case DTC_ORDER_TYPE_LIMIT:
      return order->price1;
    case DTC_ORDER_TYPE_STOP_LIMIT:
      return order->price2;
    case DTC_ORDER_TYPE_LIMIT_IF_TOUCHED:
      return order->price2 != 0 ? order->price2 : order->price1;
    case DTC_ORDER_TYPE_MARKET_LIMIT:
      return order->price1 != 0 ? order->price1 : SIM_ANY_PRICE (order->side);
    default:
      return SIM_ANY_PRICE (order->side);
    }
}

#define SET_INT(field, value) dtc_message_set_int (message, DTC_ORDER_UPDATE_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (message, DTC_ORDER_UPDATE_F_##field, value)
#define SET_STRING(field, value) dtc_message_set_string (message, DTC_ORDER_UPDATE_F_##field, value)

void
sim_order_describe (const SimOrder *order,
                    int             reason,
                    const char     *info,
                    DtcMessage     *message)
{
  const SimInstrument *instrument = order->instrument;
  double               average = 0;

  if (order->filled > 0)
    average = sim_instrument_to_wire (instrument, (double) order->value / (double) order->filled);
  dtc_message_init (message, DTC_MSG_ORDER_UPDATE);
  SET_INT (REQUEST_ID, 0);
  SET_INT (TOTAL_NUM_MESSAGES, 1);
  SET_INT (MESSAGE_NUMBER, 1);
  SET_STRING (SYMBOL, instrument->symbol);
  SET_STRING (EXCHANGE, instrument->exchange);
  if (order->previous_id)
    SET_STRING (PREVIOUS_SERVER_ORDER_ID, order->previous_id);
  SET_STRING (SERVER_ORDER_ID, order->server_id);
  SET_STRING (CLIENT_ORDER_ID, order->client_id);
  SET_INT (ORDER_STATUS, order->status);
  SET_INT (ORDER_UPDATE_REASON, reason);
  SET_INT (ORDER_TYPE, order->type);
  SET_INT (BUY_SELL, order->side);
  if (sim_order_has_price1 (order))
    SET_DOUBLE (PRICE1, sim_instrument_to_wire (instrument, (double) order->price1));
  if (sim_order_has_price2 (order))
    SET_DOUBLE (PRICE2, sim_instrument_to_wire (instrument, (double) order->price2));
  SET_INT (TIME_IN_FORCE, order->tif);
  if (order->good_till)
    SET_INT (GOOD_TILL_DATE_TIME, order->good_till);
  SET_DOUBLE (ORDER_QUANTITY, (double) order->quantity);
  SET_DOUBLE (FILLED_QUANTITY, (double) order->filled);
  SET_DOUBLE (REMAINING_QUANTITY, sim_order_is_working (order) ? (double) (order->quantity - order->filled) : 0);
  SET_DOUBLE (AVERAGE_FILL_PRICE, average);
  SET_STRING (TRADE_ACCOUNT, order->account);
  if (info)
    SET_STRING (INFO_TEXT, info);
  if (order->parent)
    SET_STRING (PARENT_SERVER_ORDER_ID, order->parent->server_id);
  if (order->linked)
    SET_STRING (OCO_LINKED_ORDER_SERVER_ORDER_ID, order->linked->server_id);
  if (order->open_or_close)
    SET_INT (OPEN_OR_CLOSE, order->open_or_close);
  if (order->text && *order->text)
    SET_STRING (FREE_FORM_TEXT, order->text);
  SET_INT (ORDER_RECEIVED_DATE_TIME, order->received / G_USEC_PER_SEC);
  SET_DOUBLE (LATEST_TRANSACTION_DATE_TIME, (double) order->changed / G_USEC_PER_SEC);
  if (order->username && *order->username)
    SET_STRING (USERNAME, order->username);
}

void
sim_fill_describe (const SimFill *fill,
                   DtcMessage    *message)
{
  SET_DOUBLE (LAST_FILL_PRICE, sim_instrument_to_wire (fill->instrument, (double) fill->price));
  SET_INT (LAST_FILL_DATE_TIME, fill->time / 1000);
  SET_DOUBLE (LAST_FILL_QUANTITY, (double) fill->quantity);
  SET_STRING (LAST_FILL_EXECUTION_ID, fill->execution_id);
}
