/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-fake-exchange.h"

#include <string.h>

#define START_OF_TIME 1793210400 /* Unix seconds */

typedef struct
{
  char   execution_id[32];
  guint  order;
  double price;
  double quantity;
  gint64 seconds;
} Fill;

struct _DtcFakeExchange
{
  DtcCodec    codec;
  DtcFramer  *framer;
  GByteArray *head;
  gboolean    greeted;
  gboolean    logged_on;
  GArray     *orders;
  GArray     *fills;
  guint       counts[G_MAXUINT16];
  DtcMessage  in;
  DtcMessage  out;
  guint       next_id;
};

DtcFakeExchange *
dtc_fake_exchange_new (DtcNumbering numbering)
{
  DtcFakeExchange *exchange = g_new0 (DtcFakeExchange, 1);

  exchange->codec.encoding = DTC_ENCODING_JSON;
  exchange->codec.numbering = numbering;
  exchange->framer = dtc_framer_new (DTC_ENCODING_JSON, DTC_MAX_FRAME);
  exchange->head = g_byte_array_new ();
  exchange->orders = g_array_new (FALSE, TRUE, sizeof (DtcFakeOrder));
  exchange->fills = g_array_new (FALSE, TRUE, sizeof (Fill));
  exchange->next_id = 8841;

  return exchange;
}

void
dtc_fake_exchange_free (DtcFakeExchange *exchange)
{
  dtc_message_clear (&exchange->in);
  dtc_message_clear (&exchange->out);
  dtc_framer_free (exchange->framer);
  g_byte_array_unref (exchange->head);
  g_array_unref (exchange->orders);
  g_array_unref (exchange->fills);
  g_free (exchange);
}

void
dtc_fake_exchange_connected (DtcFakeExchange *exchange)
{
  dtc_framer_reset (exchange->framer, DTC_ENCODING_JSON);
  g_byte_array_set_size (exchange->head, 0);
  exchange->greeted = FALSE;
  exchange->logged_on = FALSE;
}

static DtcMessage *
begin (DtcFakeExchange *exchange, guint16 type)
{
  dtc_message_init (&exchange->out, type);

  return &exchange->out;
}

static void
send_out (DtcFakeExchange *exchange, GByteArray *out)
{
  g_autoptr (GError) error = NULL;

  dtc_codec_encode (&exchange->codec, DTC_TO_CLIENT, &exchange->out, out, &error);
  g_assert_no_error (error);
}

static void
set_batch (DtcMessage *m, guint total, guint total_field, guint number, guint number_field)
{
  dtc_message_set_int (m, total_field, total);
  dtc_message_set_int (m, number_field, number);
}

static DtcFakeOrder *
order_at (DtcFakeExchange *exchange, guint index)
{
  return &g_array_index (exchange->orders, DtcFakeOrder, index);
}

static gboolean
is_live (const DtcFakeOrder *order)
{
  return order->status == DTC_ORDER_STATUS_OPEN || order->status == DTC_ORDER_STATUS_PENDING_CHILD;
}

static void
say_order (DtcFakeExchange *exchange, guint index, gint32 reason, gint32 request_id, guint total, guint number,
           const char *text, GByteArray *out)
{
  DtcMessage         *m = begin (exchange, DTC_MSG_ORDER_UPDATE);
  const DtcFakeOrder *order = order_at (exchange, index);
  const Fill         *fill = NULL;
  guint               i;

  for (i = 0; i < exchange->fills->len; i++)
    if (g_array_index (exchange->fills, Fill, i).order == index)
      fill = &g_array_index (exchange->fills, Fill, i);

  dtc_message_set_int (m, DTC_ORDER_UPDATE_F_REQUEST_ID, request_id);
  set_batch (m, total, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, number, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER);
  dtc_message_set_string (m, DTC_ORDER_UPDATE_F_SYMBOL, DTC_FAKE_SYMBOL);
  dtc_message_set_string (m, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT, DTC_FAKE_ACCOUNT);
  dtc_message_set_string (m, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, order->server_order_id);
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
                          is_live (order) ? order->quantity - order->filled : 0);
  dtc_message_set_int (m, DTC_ORDER_UPDATE_F_ORDER_RECEIVED_DATE_TIME, START_OF_TIME);
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
  send_out (exchange, out);
}

static void
say_open_orders (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out)
{
  guint total = 0;
  guint number = 0;
  guint i;

  for (i = 0; i < exchange->orders->len; i++)
    total += is_live (order_at (exchange, i));
  for (i = 0; i < exchange->orders->len; i++)
    if (is_live (order_at (exchange, i)))
      say_order (exchange, i, DTC_OPEN_ORDERS_REQUEST_RESPONSE, request_id, total, ++number, NULL, out);
  if (total == 0)
    {
      DtcMessage *m = begin (exchange, DTC_MSG_ORDER_UPDATE);

      dtc_message_set_int (m, DTC_ORDER_UPDATE_F_REQUEST_ID, request_id);
      set_batch (m, 1, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER);
      dtc_message_set_int (m, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, DTC_OPEN_ORDERS_REQUEST_RESPONSE);
      dtc_message_set_int (m, DTC_ORDER_UPDATE_F_NO_ORDERS, 1);
      send_out (exchange, out);
    }
}

double
dtc_fake_exchange_position (DtcFakeExchange *exchange)
{
  double position = 0;
  guint  i;

  for (i = 0; i < exchange->orders->len; i++)
    position += order_at (exchange, i)->filled * (order_at (exchange, i)->side == DTC_BUY ? 1 : -1);

  return position;
}

static void
say_position (DtcFakeExchange *exchange, gint32 request_id, gboolean unsolicited, GByteArray *out)
{
  DtcMessage *m = begin (exchange, DTC_MSG_POSITION_UPDATE);
  double      position = dtc_fake_exchange_position (exchange);

  dtc_message_set_int (m, DTC_POSITION_UPDATE_F_REQUEST_ID, request_id);
  set_batch (m, 1, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER);
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
  send_out (exchange, out);
}

static void
say_fills (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out)
{
  guint i;

  for (i = 0; i < exchange->fills->len; i++)
    {
      const Fill         *fill = &g_array_index (exchange->fills, Fill, i);
      const DtcFakeOrder *order = order_at (exchange, fill->order);
      DtcMessage         *m = begin (exchange, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);

      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_REQUEST_ID, request_id);
      set_batch (m, exchange->fills->len, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TOTAL_NUMBER_MESSAGES, i + 1,
                 DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_MESSAGE_NUMBER);
      dtc_message_set_string (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SYMBOL, DTC_FAKE_SYMBOL);
      dtc_message_set_string (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TRADE_ACCOUNT, DTC_FAKE_ACCOUNT);
      dtc_message_set_string (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SERVER_ORDER_ID, order->server_order_id);
      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_BUY_SELL, order->side);
      dtc_message_set_double (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_PRICE, fill->price);
      dtc_message_set_double (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_QUANTITY, fill->quantity);
      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_DATE_TIME, fill->seconds);
      dtc_message_set_string (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_UNIQUE_EXECUTION_ID, fill->execution_id);
      send_out (exchange, out);
    }
  if (exchange->fills->len == 0)
    {
      DtcMessage *m = begin (exchange, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);

      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_REQUEST_ID, request_id);
      set_batch (m, 1, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TOTAL_NUMBER_MESSAGES, 1,
                 DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_MESSAGE_NUMBER);
      dtc_message_set_int (m, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_NO_ORDER_FILLS, 1);
      send_out (exchange, out);
    }
}

static void
say_balance (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out)
{
  DtcMessage *m = begin (exchange, DTC_MSG_ACCOUNT_BALANCE_UPDATE);

  dtc_message_set_int (m, DTC_ACCOUNT_BALANCE_UPDATE_F_REQUEST_ID, request_id);
  set_batch (m, 1, DTC_ACCOUNT_BALANCE_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1, DTC_ACCOUNT_BALANCE_UPDATE_F_MESSAGE_NUMBER);
  dtc_message_set_string (m, DTC_ACCOUNT_BALANCE_UPDATE_F_TRADE_ACCOUNT, DTC_FAKE_ACCOUNT);
  dtc_message_set_string (m, DTC_ACCOUNT_BALANCE_UPDATE_F_ACCOUNT_CURRENCY, "USD");
  dtc_message_set_double (m, DTC_ACCOUNT_BALANCE_UPDATE_F_CASH_BALANCE, 100000);
  send_out (exchange, out);
}

static void
say_definition (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out)
{
  DtcMessage *m = begin (exchange, DTC_MSG_SECURITY_DEFINITION_RESPONSE);

  dtc_message_set_int (m, DTC_SECURITY_DEFINITION_RESPONSE_F_REQUEST_ID, request_id);
  dtc_message_set_string (m, DTC_SECURITY_DEFINITION_RESPONSE_F_SYMBOL, DTC_FAKE_SYMBOL);
  dtc_message_set_double (m, DTC_SECURITY_DEFINITION_RESPONSE_F_MIN_PRICE_INCREMENT, 0.25);
  dtc_message_set_int (m, DTC_SECURITY_DEFINITION_RESPONSE_F_PRICE_DISPLAY_FORMAT, 2);
  dtc_message_set_double (m, DTC_SECURITY_DEFINITION_RESPONSE_F_CURRENCY_VALUE_PER_INCREMENT, 12.5);
  dtc_message_set_double (m, DTC_SECURITY_DEFINITION_RESPONSE_F_DISPLAY_PRICE_MULTIPLIER, 1);
  dtc_message_set_string (m, DTC_SECURITY_DEFINITION_RESPONSE_F_CURRENCY, "USD");
  dtc_message_set_int (m, DTC_SECURITY_DEFINITION_RESPONSE_F_IS_FINAL_MESSAGE, 1);
  send_out (exchange, out);
}

static DtcFakeOrder *
find_order (DtcFakeExchange *exchange, const char *server_id, const char *client_id, guint *index)
{
  guint i;

  for (i = 0; i < exchange->orders->len; i++)
    if ((*server_id != '\0' && strcmp (order_at (exchange, i)->server_order_id, server_id) == 0)
        || (*server_id == '\0' && strcmp (order_at (exchange, i)->client_order_id, client_id) == 0))
      {
        *index = i;
        return order_at (exchange, i);
      }

  return NULL;
}

static void
fill_order (DtcFakeExchange *exchange, guint index, GByteArray *out)
{
  DtcFakeOrder *order = order_at (exchange, index);
  Fill          fill = { .order = index, .price = DTC_FAKE_PRICE, .quantity = order->quantity - order->filled };

  g_snprintf (fill.execution_id, sizeof fill.execution_id, "EX-%u", exchange->fills->len + 1);
  fill.seconds = START_OF_TIME + exchange->fills->len;
  g_array_append_val (exchange->fills, fill);
  order->filled = order->quantity;
  order->status = DTC_ORDER_STATUS_FILLED;
  say_order (exchange, index, DTC_ORDER_FILLED, 0, 1, 1, NULL, out);
  say_position (exchange, 0, TRUE, out);
}

static void
on_submit (DtcFakeExchange *exchange, GByteArray *out)
{
  const DtcSubmitNewSingleOrder *submit = &exchange->in.submit_new_single_order;
  DtcFakeOrder                   order = { .type = submit->order_type, .side = submit->buy_sell,
                                           .price = submit->price1, .quantity = submit->quantity,
                                           .status = DTC_ORDER_STATUS_OPEN, .n_submits = 1 };
  DtcFakeOrder                  *known;
  guint                          index;

  known = find_order (exchange, "", submit->client_order_id, &index);
  if (known != NULL)
    {
      known->n_submits++;
      return;
    }

  g_strlcpy (order.client_order_id, submit->client_order_id, sizeof order.client_order_id);
  g_snprintf (order.server_order_id, sizeof order.server_order_id, "%u", exchange->next_id++);
  g_array_append_val (exchange->orders, order);
  index = exchange->orders->len - 1;
  if (submit->is_parent_order)
    {
      order_at (exchange, index)->is_parent = TRUE;
      order_at (exchange, index)->status = DTC_ORDER_STATUS_PENDING_OPEN;
      return;
    }
  say_order (exchange, index, DTC_NEW_ORDER_ACCEPTED, 0, 1, 1, NULL, out);
  if (order.type == DTC_ORDER_TYPE_MARKET)
    fill_order (exchange, index, out);
}

/* The exits of a held entry; a pair without one is not part of the day. */
static void
on_oco (DtcFakeExchange *exchange, GByteArray *out)
{
  const DtcSubmitNewOcoOrder *oco = &exchange->in.submit_new_oco_order;
  const char                 *ids[] = { oco->client_order_id_1, oco->client_order_id_2 };
  guint                       parent;
  guint                       first = exchange->orders->len;
  guint                       i;

  g_assert_nonnull (find_order (exchange, "", oco->parent_trigger_client_order_id, &parent));
  for (i = 0; i < 2; i++)
    {
      DtcFakeOrder  order = { .type = i ? oco->order_type_2 : oco->order_type_1, .side = i ? oco->buy_sell_2 : oco->buy_sell_1,
                              .price = i ? oco->price1_2 : oco->price1_1, .quantity = i ? oco->quantity_2 : oco->quantity_1,
                              .status = DTC_ORDER_STATUS_PENDING_CHILD, .n_submits = 1 };
      DtcFakeOrder *known;
      guint         index;

      known = find_order (exchange, "", ids[i], &index);
      if (known != NULL)
        {
          known->n_submits++;
          return;
        }
      g_strlcpy (order.client_order_id, ids[i], sizeof order.client_order_id);
      g_snprintf (order.server_order_id, sizeof order.server_order_id, "%u", exchange->next_id++);
      g_strlcpy (order.parent, order_at (exchange, parent)->server_order_id, sizeof order.parent);
      g_array_append_val (exchange->orders, order);
    }
  for (i = 0; i < 2; i++)
    g_strlcpy (order_at (exchange, first + i)->sibling, order_at (exchange, first + 1 - i)->server_order_id,
               sizeof order_at (exchange, 0)->sibling);
  order_at (exchange, parent)->status = DTC_ORDER_STATUS_OPEN;
  say_order (exchange, parent, DTC_NEW_ORDER_ACCEPTED, 0, 1, 1, NULL, out);
  for (i = 0; i < 2; i++)
    say_order (exchange, first + i, DTC_NEW_ORDER_ACCEPTED, 0, 1, 1, NULL, out);
}

static void
on_cancel (DtcFakeExchange *exchange, GByteArray *out)
{
  const DtcCancelOrder *cancel = &exchange->in.cancel_order;
  DtcFakeOrder         *order;
  guint                 index;

  order = find_order (exchange, cancel->server_order_id, cancel->client_order_id, &index);
  if (order == NULL)
    return;
  if (is_live (order))
    {
      order->status = DTC_ORDER_STATUS_CANCELED;
      say_order (exchange, index, DTC_ORDER_CANCELED, 0, 1, 1, NULL, out);
    }
  else
    say_order (exchange, index, DTC_ORDER_CANCEL_REJECTED, 0, 1, 1, "not working", out);
}

static void
on_replace (DtcFakeExchange *exchange, GByteArray *out)
{
  const DtcCancelReplaceOrder *replace = &exchange->in.cancel_replace_order;
  DtcFakeOrder                *order;
  guint                        index;

  order = find_order (exchange, replace->server_order_id, replace->client_order_id, &index);
  if (order == NULL)
    return;
  if (!is_live (order))
    {
      say_order (exchange, index, DTC_ORDER_CANCEL_REPLACE_REJECTED, 0, 1, 1, "not working", out);
      return;
    }
  if (dtc_message_has (&exchange->in, DTC_CANCEL_REPLACE_ORDER_F_PRICE1) && replace->price1 != 0)
    order->price = replace->price1;
  if (dtc_message_has (&exchange->in, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY) && replace->quantity != 0)
    order->quantity = replace->quantity;
  say_order (exchange, index, DTC_ORDER_CANCEL_REPLACE_COMPLETE, 0, 1, 1, NULL, out);
}

static void
on_message (DtcFakeExchange *exchange, GByteArray *out)
{
  DtcMessage *m;

  exchange->counts[exchange->in.type]++;
  if (exchange->in.type != DTC_MSG_LOGON_REQUEST && !exchange->logged_on)
    return;

  switch (exchange->in.type)
    {
    case DTC_MSG_LOGON_REQUEST:
      exchange->logged_on = TRUE;
      m = begin (exchange, DTC_MSG_LOGON_RESPONSE);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_RESULT, DTC_LOGON_SUCCESS);
      dtc_message_set_string (m, DTC_LOGON_RESPONSE_F_SERVER_NAME, "Fake exchange");
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_TRADING_IS_SUPPORTED, 1);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_ORDER_CANCEL_REPLACE_SUPPORTED, 1);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_OCO_ORDERS_SUPPORTED, 1);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_BRACKET_ORDERS_SUPPORTED, 1);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_SECURITY_DEFINITIONS_SUPPORTED, 1);
      send_out (exchange, out);
      /* The brief's numbering has no request for it. */
      if (exchange->codec.numbering == DTC_NUMBERING_BRIEF)
        say_open_orders (exchange, 0, out);
      break;
    case DTC_MSG_TRADE_ACCOUNTS_REQUEST:
      m = begin (exchange, DTC_MSG_TRADE_ACCOUNT_RESPONSE);
      dtc_message_set_int (m, DTC_TRADE_ACCOUNT_RESPONSE_F_REQUEST_ID, exchange->in.trade_accounts_request.request_id);
      set_batch (m, 1, DTC_TRADE_ACCOUNT_RESPONSE_F_TOTAL_NUMBER_MESSAGES, 1,
                 DTC_TRADE_ACCOUNT_RESPONSE_F_MESSAGE_NUMBER);
      dtc_message_set_string (m, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT, DTC_FAKE_ACCOUNT);
      send_out (exchange, out);
      break;
    case DTC_MSG_OPEN_ORDERS_REQUEST:
      say_open_orders (exchange, exchange->in.open_orders_request.request_id, out);
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST:
      say_fills (exchange, exchange->in.historical_order_fills_request.request_id, out);
      break;
    case DTC_MSG_CURRENT_POSITIONS_REQUEST:
      say_position (exchange, exchange->in.current_positions_request.request_id, FALSE, out);
      break;
    case DTC_MSG_ACCOUNT_BALANCE_REQUEST:
      say_balance (exchange, exchange->in.account_balance_request.request_id, out);
      break;
    case DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST:
      say_definition (exchange, exchange->in.security_definition_for_symbol_request.request_id, out);
      break;
    case DTC_MSG_MARKET_DATA_REQUEST:
      m = begin (exchange, DTC_MSG_MARKET_DATA_REJECT);
      dtc_message_set_int (m, DTC_MARKET_DATA_REJECT_F_SYMBOL_ID, exchange->in.market_data_request.symbol_id);
      dtc_message_set_string (m, DTC_MARKET_DATA_REJECT_F_REJECT_TEXT, "no data");
      send_out (exchange, out);
      break;
    case DTC_MSG_SUBMIT_NEW_SINGLE_ORDER:
      on_submit (exchange, out);
      break;
    case DTC_MSG_SUBMIT_NEW_OCO_ORDER:
      on_oco (exchange, out);
      break;
    case DTC_MSG_CANCEL_ORDER:
      on_cancel (exchange, out);
      break;
    case DTC_MSG_CANCEL_REPLACE_ORDER:
      on_replace (exchange, out);
      break;
    default:
      break;
    }
}

void
dtc_fake_exchange_feed (DtcFakeExchange *exchange,
                        const guint8    *data,
                        gsize            len,
                        GByteArray      *out)
{
  static const guint8 answer[16] = { 16, 0, 7, 0, 8, 0, 0, 0, 2, 0, 0, 0, 'D', 'T', 'C', 0 };
  const guint8       *frame;
  gsize               frame_len;

  if (!exchange->greeted)
    {
      g_byte_array_append (exchange->head, data, len);
      if (exchange->head->len < 16)
        return;
      g_assert_cmpuint (exchange->head->data[2], ==, DTC_MSG_ENCODING_REQUEST);
      exchange->greeted = TRUE;
      g_byte_array_append (out, answer, sizeof answer);
      dtc_framer_feed (exchange->framer, exchange->head->data + 16, exchange->head->len - 16);
    }
  else
    dtc_framer_feed (exchange->framer, data, len);

  while (dtc_framer_pull (exchange->framer, &frame, &frame_len, NULL) == DTC_FRAMER_FRAME)
    {
      g_autoptr (GError) error = NULL;

      /* What we send must be good DTC, to the letter. */
      dtc_codec_decode (&exchange->codec, DTC_TO_SERVER, frame, frame_len, &exchange->in, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (exchange->in.flags, ==, 0);
      on_message (exchange, out);
    }
}

void
dtc_fake_exchange_beat (DtcFakeExchange *exchange,
                        GByteArray      *out)
{
  if (!exchange->logged_on)
    return;
  dtc_message_set_int (begin (exchange, DTC_MSG_HEARTBEAT), DTC_HEARTBEAT_F_NUM_DROPPED_MESSAGES, 0);
  send_out (exchange, out);
}

guint
dtc_fake_exchange_n_orders (DtcFakeExchange *exchange)
{
  return exchange->orders->len;
}

const DtcFakeOrder *
dtc_fake_exchange_get_order (DtcFakeExchange *exchange,
                             guint            index)
{
  return order_at (exchange, index);
}

const DtcFakeOrder *
dtc_fake_exchange_find (DtcFakeExchange *exchange,
                        const char      *client_order_id)
{
  guint index;

  return find_order (exchange, "", client_order_id, &index);
}

guint
dtc_fake_exchange_count (DtcFakeExchange *exchange,
                         guint16          type)
{
  return exchange->counts[type];
}

guint
dtc_fake_exchange_n_fills (DtcFakeExchange *exchange)
{
  return exchange->fills->len;
}
