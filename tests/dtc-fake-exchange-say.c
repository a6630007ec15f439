/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-fake-exchange-private.h"

#include <string.h>

DtcMessage *
dtc_fake_exchange_begin (DtcFakeExchange *exchange, guint16 type)
{
  dtc_message_init (&exchange->out, type);

  return &exchange->out;
}

void
dtc_fake_exchange_send (DtcFakeExchange *exchange, GByteArray *out)
{
  g_autoptr (GError) error = NULL;

  dtc_codec_encode (&exchange->codec, DTC_TO_CLIENT, &exchange->out, out, &error);
  g_assert_no_error (error);
}

void
dtc_fake_exchange_flush (DtcFakeExchange *exchange, GByteArray *out)
{
  if (exchange->logged_on)
    g_byte_array_append (out, exchange->held->data, exchange->held->len);
  g_byte_array_set_size (exchange->held, 0);
}

/* One statement about an order that nobody asked for, with the manners of the moment. */
static void
send_statement (DtcFakeExchange *exchange, GByteArray *out)
{
  DtcFakeManners *manners = &exchange->manners;
  guint           n = 1;

  if (!exchange->logged_on || manners->silent)
    return;
  if (manners->drop > 0)
    {
      manners->drop--;
      return;
    }
  if (manners->repeat > 0)
    {
      manners->repeat--;
      n = 2;
    }
  if (manners->swap > 0 && exchange->held->len == 0)
    {
      manners->swap--;
      dtc_fake_exchange_send (exchange, exchange->held);
      return;
    }
  while (n-- > 0)
    dtc_fake_exchange_send (exchange, out);
  dtc_fake_exchange_flush (exchange, out);
}

void
dtc_fake_exchange_set_batch (DtcMessage *m, guint total, guint total_field, guint number, guint number_field)
{
  dtc_message_set_int (m, total_field, total);
  dtc_message_set_int (m, number_field, number);
}

DtcFakeOrder *
dtc_fake_exchange_order_at (DtcFakeExchange *exchange, guint index)
{
  return &g_array_index (exchange->orders, DtcFakeOrder, index);
}

gboolean
dtc_fake_order_is_live (const DtcFakeOrder *order)
{
  return !order->forgotten
         && (order->status == DTC_ORDER_STATUS_OPEN || order->status == DTC_ORDER_STATUS_PARTIALLY_FILLED
             || order->status == DTC_ORDER_STATUS_PENDING_CHILD);
}

void
dtc_fake_exchange_say_order (DtcFakeExchange *exchange, guint index, gint32 reason, gint32 request_id, guint total, guint number,
           const char *text, GByteArray *out)
{
  DtcMessage         *m = dtc_fake_exchange_begin (exchange, DTC_MSG_ORDER_UPDATE);
  const DtcFakeOrder *order = dtc_fake_exchange_order_at (exchange, index);
  const DtcFakeFill  *fill = NULL;
  guint               i;

  for (i = exchange->n_forgotten_fills; i < exchange->fills->len; i++)
    if (g_array_index (exchange->fills, DtcFakeFill, i).order == index)
      fill = &g_array_index (exchange->fills, DtcFakeFill, i);

  dtc_message_set_int (m, DTC_ORDER_UPDATE_F_REQUEST_ID, request_id);
  dtc_fake_exchange_set_batch (m, total, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, number, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER);
  dtc_message_set_string (m, DTC_ORDER_UPDATE_F_SYMBOL, DTC_FAKE_SYMBOL);
  dtc_message_set_string (m, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT, DTC_FAKE_ACCOUNT);
  dtc_message_set_string (m, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, order->server_order_id);
  if (!exchange->manners.anonymous || reason != DTC_OPEN_ORDERS_REQUEST_RESPONSE)
    dtc_message_set_string (m, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, order->client_order_id);
  dtc_message_set_int (m, DTC_ORDER_UPDATE_F_ORDER_STATUS, order->status);
  dtc_message_set_int (m, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, reason);
  dtc_message_set_int (m, DTC_ORDER_UPDATE_F_ORDER_TYPE, order->type);
  dtc_message_set_int (m, DTC_ORDER_UPDATE_F_BUY_SELL, order->side);
  if (order->type != DTC_ORDER_TYPE_MARKET)
    dtc_message_set_double (m, DTC_ORDER_UPDATE_F_PRICE1, order->price);
  dtc_message_set_int (m, DTC_ORDER_UPDATE_F_TIME_IN_FORCE, DTC_TIF_DAY);
  dtc_message_set_double (m, DTC_ORDER_UPDATE_F_ORDER_QUANTITY, order->quantity);
  dtc_message_set_double (m, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, order->filled);
  dtc_message_set_double (m, DTC_ORDER_UPDATE_F_REMAINING_QUANTITY,
                          dtc_fake_order_is_live (order) ? order->quantity - order->filled : 0);
  dtc_message_set_int (m, DTC_ORDER_UPDATE_F_ORDER_RECEIVED_DATE_TIME, order->received);
  if (fill != NULL)
    {
      dtc_message_set_double (m, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, fill->price);
      dtc_message_set_double (m, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE, fill->price);
      dtc_message_set_double (m, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, fill->quantity);
      dtc_message_set_int (m, DTC_ORDER_UPDATE_F_LAST_FILL_DATE_TIME, fill->seconds * 1000);
      dtc_message_set_string (m, DTC_ORDER_UPDATE_F_LAST_FILL_EXECUTION_ID, fill->execution_id);
    }
  if (order->parent[0] != '\0')
    dtc_message_set_string (m, DTC_ORDER_UPDATE_F_PARENT_SERVER_ORDER_ID, order->parent);
  if (order->sibling[0] != '\0')
    dtc_message_set_string (m, DTC_ORDER_UPDATE_F_OCO_LINKED_ORDER_SERVER_ORDER_ID, order->sibling);
  if (text != NULL)
    dtc_message_set_string (m, DTC_ORDER_UPDATE_F_INFO_TEXT, text);
  if (request_id == 0 && reason != DTC_OPEN_ORDERS_REQUEST_RESPONSE)
    send_statement (exchange, out);
  else
    dtc_fake_exchange_send (exchange, out);
}

void
dtc_fake_exchange_say_open_orders (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out)
{
  guint total = 0;
  guint number = 0;
  guint i;

  for (i = 0; i < exchange->orders->len; i++)
    total += dtc_fake_order_is_live (dtc_fake_exchange_order_at (exchange, i));
  for (i = 0; i < exchange->orders->len; i++)
    if (dtc_fake_order_is_live (dtc_fake_exchange_order_at (exchange, i)))
      dtc_fake_exchange_say_order (exchange, i, DTC_OPEN_ORDERS_REQUEST_RESPONSE, request_id, total, ++number, NULL, out);
  if (total == 0)
    {
      DtcMessage *m = dtc_fake_exchange_begin (exchange, DTC_MSG_ORDER_UPDATE);

      dtc_message_set_int (m, DTC_ORDER_UPDATE_F_REQUEST_ID, request_id);
      dtc_fake_exchange_set_batch (m, 1, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER);
      dtc_message_set_int (m, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, DTC_OPEN_ORDERS_REQUEST_RESPONSE);
      dtc_message_set_int (m, DTC_ORDER_UPDATE_F_NO_ORDERS, 1);
      dtc_fake_exchange_send (exchange, out);
    }
}

double
dtc_fake_exchange_position (DtcFakeExchange *exchange)
{
  double position = 0;
  guint  i;

  for (i = 0; i < exchange->orders->len; i++)
    position += dtc_fake_exchange_order_at (exchange, i)->filled * (dtc_fake_exchange_order_at (exchange, i)->side == DTC_BUY ? 1 : -1);

  return position;
}

void
dtc_fake_exchange_say_position (DtcFakeExchange *exchange, gint32 request_id, gboolean unsolicited, GByteArray *out)
{
  DtcMessage *m = dtc_fake_exchange_begin (exchange, DTC_MSG_POSITION_UPDATE);
  double      position = dtc_fake_exchange_position (exchange);

  dtc_message_set_int (m, DTC_POSITION_UPDATE_F_REQUEST_ID, request_id);
  dtc_fake_exchange_set_batch (m, 1, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER);
  if (position != 0 || unsolicited)
    {
      dtc_message_set_string (m, DTC_POSITION_UPDATE_F_SYMBOL, DTC_FAKE_SYMBOL);
      dtc_message_set_string (m, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, DTC_FAKE_ACCOUNT);
      dtc_message_set_double (m, DTC_POSITION_UPDATE_F_QUANTITY, position);
      dtc_message_set_double (m, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, DTC_FAKE_PRICE);
      dtc_message_set_int (m, DTC_POSITION_UPDATE_F_UNSOLICITED, unsolicited);
    }
  else
    dtc_message_set_int (m, DTC_POSITION_UPDATE_F_NO_POSITIONS, 1);
  dtc_fake_exchange_send (exchange, out);
}

void
dtc_fake_exchange_say_fills (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out)
{
  guint first = exchange->n_forgotten_fills;
  guint i;

  for (i = first; i < exchange->fills->len; i++)
    {
      const DtcFakeFill  *fill = &g_array_index (exchange->fills, DtcFakeFill, i);
      const DtcFakeOrder *order = dtc_fake_exchange_order_at (exchange, fill->order);
      DtcMessage         *m = dtc_fake_exchange_begin (exchange, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);

      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_REQUEST_ID, request_id);
      dtc_fake_exchange_set_batch (m, exchange->fills->len - first, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TOTAL_NUMBER_MESSAGES,
                 i - first + 1, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_MESSAGE_NUMBER);
      dtc_message_set_string (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SYMBOL, DTC_FAKE_SYMBOL);
      dtc_message_set_string (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TRADE_ACCOUNT, DTC_FAKE_ACCOUNT);
      dtc_message_set_string (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SERVER_ORDER_ID, fill->server_order_id);
      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_BUY_SELL, order->side);
      dtc_message_set_double (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_PRICE, fill->price);
      dtc_message_set_double (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_QUANTITY, fill->quantity);
      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_DATE_TIME, fill->seconds);
      dtc_message_set_string (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_UNIQUE_EXECUTION_ID, fill->execution_id);
      dtc_fake_exchange_send (exchange, out);
    }
  if (exchange->fills->len == first)
    {
      DtcMessage *m = dtc_fake_exchange_begin (exchange, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);

      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_REQUEST_ID, request_id);
      dtc_fake_exchange_set_batch (m, 1, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TOTAL_NUMBER_MESSAGES, 1,
                 DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_MESSAGE_NUMBER);
      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_NO_ORDER_FILLS, 1);
      dtc_fake_exchange_send (exchange, out);
    }
}

void
dtc_fake_exchange_say_balance (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out)
{
  DtcMessage *m = dtc_fake_exchange_begin (exchange, DTC_MSG_ACCOUNT_BALANCE_UPDATE);

  dtc_message_set_int (m, DTC_ACCOUNT_BALANCE_UPDATE_F_REQUEST_ID, request_id);
  dtc_fake_exchange_set_batch (m, 1, DTC_ACCOUNT_BALANCE_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1, DTC_ACCOUNT_BALANCE_UPDATE_F_MESSAGE_NUMBER);
  dtc_message_set_string (m, DTC_ACCOUNT_BALANCE_UPDATE_F_TRADE_ACCOUNT, DTC_FAKE_ACCOUNT);
  dtc_message_set_string (m, DTC_ACCOUNT_BALANCE_UPDATE_F_ACCOUNT_CURRENCY, "USD");
  dtc_message_set_double (m, DTC_ACCOUNT_BALANCE_UPDATE_F_CASH_BALANCE, 100000);
  dtc_fake_exchange_send (exchange, out);
}

void
dtc_fake_exchange_say_definition (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out)
{
  DtcMessage *m = dtc_fake_exchange_begin (exchange, DTC_MSG_SECURITY_DEFINITION_RESPONSE);

  dtc_message_set_int (m, DTC_SECURITY_DEFINITION_RESPONSE_F_REQUEST_ID, request_id);
  dtc_message_set_string (m, DTC_SECURITY_DEFINITION_RESPONSE_F_SYMBOL, DTC_FAKE_SYMBOL);
  dtc_message_set_double (m, DTC_SECURITY_DEFINITION_RESPONSE_F_MIN_PRICE_INCREMENT, 0.25);
  dtc_message_set_int (m, DTC_SECURITY_DEFINITION_RESPONSE_F_PRICE_DISPLAY_FORMAT, 2);
  dtc_message_set_double (m, DTC_SECURITY_DEFINITION_RESPONSE_F_CURRENCY_VALUE_PER_INCREMENT, 12.5);
  dtc_message_set_double (m, DTC_SECURITY_DEFINITION_RESPONSE_F_DISPLAY_PRICE_MULTIPLIER, 1);
  dtc_message_set_string (m, DTC_SECURITY_DEFINITION_RESPONSE_F_CURRENCY, "USD");
  dtc_message_set_int (m, DTC_SECURITY_DEFINITION_RESPONSE_F_IS_FINAL_MESSAGE, 1);
  dtc_fake_exchange_send (exchange, out);
}

void
dtc_fake_exchange_say_reject (DtcFakeExchange *exchange, guint16 type, gint32 request_id, GByteArray *out)
{
  DtcMessage *m = dtc_fake_exchange_begin (exchange, type);

  dtc_message_set_int (m, DTC_OPEN_ORDERS_REJECT_F_REQUEST_ID, request_id);
  dtc_message_set_string (m, DTC_OPEN_ORDERS_REJECT_F_REJECT_TEXT, "not here");
  dtc_fake_exchange_send (exchange, out);
}
