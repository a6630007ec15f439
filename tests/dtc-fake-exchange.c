/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-fake-exchange-private.h"

#include <string.h>

#define START_OF_TIME 1793210400 /* Unix seconds */
#define FIRST_ID      8841

DtcFakeExchange *
dtc_fake_exchange_new (DtcNumbering numbering)
{
  DtcFakeExchange *exchange = g_new0 (DtcFakeExchange, 1);

  exchange->codec.encoding = DTC_ENCODING_JSON;
  exchange->codec.numbering = numbering;
  exchange->framer = dtc_framer_new (DTC_ENCODING_JSON, DTC_MAX_FRAME);
  exchange->head = g_byte_array_new ();
  exchange->orders = g_array_new (FALSE, TRUE, sizeof (DtcFakeOrder));
  exchange->fills = g_array_new (FALSE, TRUE, sizeof (DtcFakeFill));
  exchange->held = g_byte_array_new ();
  exchange->next_id = FIRST_ID;
  exchange->seconds = START_OF_TIME;

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
  g_byte_array_unref (exchange->held);
  g_free (exchange);
}

void
dtc_fake_exchange_set_encoding (DtcFakeExchange *exchange, DtcEncodingKind encoding)
{
  exchange->codec.encoding = encoding;
}

void
dtc_fake_exchange_set_time (DtcFakeExchange *exchange, gint64 seconds)
{
  exchange->seconds = seconds;
}

DtcFakeManners *
dtc_fake_exchange_manners (DtcFakeExchange *exchange)
{
  return &exchange->manners;
}

void
dtc_fake_exchange_connected (DtcFakeExchange *exchange)
{
  dtc_framer_reset (exchange->framer, exchange->codec.encoding);
  g_byte_array_set_size (exchange->held, 0);
  g_byte_array_set_size (exchange->head, 0);
  exchange->greeted = FALSE;
  exchange->logged_on = FALSE;
}

/* The newest: after a restart an id may mean another order than before. */
static DtcFakeOrder *
find_order (DtcFakeExchange *exchange, const char *server_id, const char *client_id, guint *index)
{
  guint i;

  for (i = exchange->orders->len; i > 0; i--)
    {
      DtcFakeOrder *order = dtc_fake_exchange_order_at (exchange, i - 1);

      if (*server_id != '\0' ? strcmp (order->server_order_id, server_id) == 0
                             : *client_id != '\0' && strcmp (order->client_order_id, client_id) == 0)
        {
          *index = i - 1;
          return order;
        }
    }

  return NULL;
}

static void
give_id (DtcFakeExchange *exchange, DtcFakeOrder *order)
{
  if (order->received == 0)
    order->received = exchange->seconds;
  g_snprintf (order->server_order_id, sizeof order->server_order_id, "%u", exchange->next_id++);
  g_assert_cmpuint (g_strlcat (order->ids, order->server_order_id, sizeof order->ids), <, sizeof order->ids);
  g_assert_cmpuint (g_strlcat (order->ids, " ", sizeof order->ids), <, sizeof order->ids);
}

gboolean
dtc_fake_order_had_id (const DtcFakeOrder *order, const char *server_order_id)
{
  g_auto (GStrv) ids = g_strsplit (order->ids, " ", -1);

  return *server_order_id != '\0' && g_strv_contains ((const char *const *) ids, server_order_id);
}

/* What an order's end or fill means for its pair and its exits. */
static void
follow (DtcFakeExchange *exchange, guint index, double filled, GByteArray *out)
{
  guint i;

  if (exchange->manners.no_follow)
    return;
  for (i = 0; i < exchange->orders->len; i++)
    {
      DtcFakeOrder *other = dtc_fake_exchange_order_at (exchange, i);
      DtcFakeOrder *order = dtc_fake_exchange_order_at (exchange, index);
      gboolean      ended = !dtc_fake_order_is_live (order);

      if (i == index || !dtc_fake_order_is_live (other))
        continue;
      if (strcmp (other->parent, order->server_order_id) == 0)
        {
          if (ended && order->filled == 0)
            dtc_fake_exchange_cancel (exchange, i, out);
          else if (filled > 0)
            {
              /* Made larger and filled before, it is not opened again. */
              other->quantity = MAX (order->filled, other->filled);
              other->status = other->filled < other->quantity ? DTC_ORDER_STATUS_OPEN : DTC_ORDER_STATUS_FILLED;
              dtc_fake_exchange_say_order (exchange, i, DTC_GENERAL_ORDER_UPDATE, 0, 1, 1, NULL, out);
            }
        }
      else if (strcmp (other->sibling, order->server_order_id) == 0)
        {
          if (order->status == DTC_ORDER_STATUS_FILLED || (filled == 0 && ended && other->parent[0] == '\0')
              || (filled > 0 && other->quantity - filled <= other->filled))
            dtc_fake_exchange_cancel (exchange, i, out);
          else if (filled > 0)
            {
              other->quantity -= filled;
              dtc_fake_exchange_say_order (exchange, i, DTC_GENERAL_ORDER_UPDATE, 0, 1, 1, NULL, out);
            }
        }
    }
}

void
dtc_fake_exchange_fill (DtcFakeExchange *exchange, guint index, double quantity, GByteArray *out)
{
  DtcFakeOrder *order = dtc_fake_exchange_order_at (exchange, index);
  DtcFakeFill   fill = { .order = index, .price = order->type == DTC_ORDER_TYPE_MARKET ? DTC_FAKE_PRICE : order->price,
                         .quantity = quantity };

  g_assert_cmpfloat (quantity, <=, order->quantity - order->filled);
  g_snprintf (fill.execution_id, sizeof fill.execution_id, "EX-%u", ++exchange->next_execution);
  g_strlcpy (fill.server_order_id, order->server_order_id, sizeof fill.server_order_id);
  fill.seconds = exchange->seconds;
  g_array_append_val (exchange->fills, fill);
  order->filled += quantity;
  order->status = order->filled >= order->quantity ? DTC_ORDER_STATUS_FILLED : DTC_ORDER_STATUS_PARTIALLY_FILLED;
  dtc_fake_exchange_say_order (exchange, index, order->status == DTC_ORDER_STATUS_FILLED ? DTC_ORDER_FILLED : DTC_ORDER_FILLED_PARTIALLY,
             0, 1, 1, NULL, out);
  if (exchange->logged_on && !exchange->manners.silent)
    dtc_fake_exchange_say_position (exchange, 0, TRUE, out);
  follow (exchange, index, quantity, out);
}

void
dtc_fake_exchange_cancel (DtcFakeExchange *exchange, guint index, GByteArray *out)
{
  dtc_fake_exchange_order_at (exchange, index)->status = DTC_ORDER_STATUS_CANCELED;
  dtc_fake_exchange_say_order (exchange, index, DTC_ORDER_CANCELED, 0, 1, 1, NULL, out);
  follow (exchange, index, 0, out);
}

void
dtc_fake_exchange_change (DtcFakeExchange *exchange, guint index, double price, double quantity, GByteArray *out)
{
  DtcFakeOrder *order = dtc_fake_exchange_order_at (exchange, index);

  if (price != 0)
    order->price = price;
  if (quantity != 0)
    {
      order->quantity = quantity;
      order->requantified = TRUE;
    }
  dtc_fake_exchange_say_order (exchange, index, DTC_GENERAL_ORDER_UPDATE, 0, 1, 1, NULL, out);
}

void
dtc_fake_exchange_foreign (DtcFakeExchange *exchange, gint32 side, double quantity, GByteArray *out)
{
  DtcFakeOrder order = { .type = DTC_ORDER_TYPE_LIMIT, .side = side, .price = side == DTC_BUY ? 4900 : 5100,
                         .quantity = quantity, .status = DTC_ORDER_STATUS_OPEN, .foreign = TRUE };

  give_id (exchange, &order);
  g_array_append_val (exchange->orders, order);
  dtc_fake_exchange_say_order (exchange, exchange->orders->len - 1, DTC_NEW_ORDER_ACCEPTED, 0, 1, 1, NULL, out);
}

void
dtc_fake_exchange_restart (DtcFakeExchange *exchange, DtcFakeRestart kind)
{
  guint i, k;

  dtc_fake_exchange_connected (exchange);
  if (kind == DTC_FAKE_RESTART_KEEPS)
    return;
  exchange->next_id = FIRST_ID;
  if (kind == DTC_FAKE_RESTART_FORGETS)
    exchange->n_forgotten_fills = exchange->fills->len;
  for (i = 0; i < exchange->orders->len; i++)
    {
      DtcFakeOrder *order = dtc_fake_exchange_order_at (exchange, i);
      char          old[32];

      if (!dtc_fake_order_is_live (order) || kind == DTC_FAKE_RESTART_FORGETS)
        {
          order->forgotten = TRUE;
          continue;
        }
      memcpy (old, order->server_order_id, sizeof old);
      give_id (exchange, order);
      for (k = 0; k < exchange->orders->len; k++)
        {
          DtcFakeOrder *other = dtc_fake_exchange_order_at (exchange, k);

          if (other->forgotten || k == i)
            continue;
          if (strcmp (other->parent, old) == 0)
            memcpy (other->parent, order->server_order_id, sizeof old);
          if (strcmp (other->sibling, old) == 0)
            memcpy (other->sibling, order->server_order_id, sizeof old);
        }
    }
}

static void
reject_order (DtcFakeExchange *exchange, guint index, const char *text, GByteArray *out)
{
  dtc_fake_exchange_order_at (exchange, index)->status = DTC_ORDER_STATUS_REJECTED;
  dtc_fake_exchange_say_order (exchange, index, DTC_NEW_ORDER_REJECTED, 0, 1, 1, text, out);
}

/* Takes a new order on the books; NULL when its ClientOrderID was used before. */
static DtcFakeOrder *
take_order (DtcFakeExchange *exchange, const DtcFakeOrder *order, const char *client_order_id)
{
  DtcFakeOrder *known;
  guint         index;

  known = find_order (exchange, "", client_order_id, &index);
  if (known != NULL)
    {
      known->n_submits++;
      return NULL;
    }
  g_array_append_vals (exchange->orders, order, 1);
  known = dtc_fake_exchange_order_at (exchange, exchange->orders->len - 1);
  known->n_submits = 1;
  g_strlcpy (known->client_order_id, client_order_id, sizeof known->client_order_id);
  give_id (exchange, known);

  return known;
}

static void
on_submit (DtcFakeExchange *exchange, GByteArray *out)
{
  const DtcSubmitNewSingleOrder *submit = &exchange->in.submit_new_single_order;
  const DtcFakeOrder             asked = { .type = submit->order_type, .side = submit->buy_sell, .price = submit->price1,
                                           .quantity = submit->quantity, .status = DTC_ORDER_STATUS_OPEN };
  DtcFakeOrder                  *order = take_order (exchange, &asked, submit->client_order_id);
  guint                          index = exchange->orders->len - 1;

  if (order == NULL)
    return;
  if (submit->is_parent_order)
    {
      order->is_parent = TRUE;
      order->status = DTC_ORDER_STATUS_PENDING_OPEN;
      return;
    }
  if (exchange->manners.refuse_orders)
    {
      reject_order (exchange, index, "not today", out);
      return;
    }
  dtc_fake_exchange_say_order (exchange, index, DTC_NEW_ORDER_ACCEPTED, 0, 1, 1, NULL, out);
  if (order->type == DTC_ORDER_TYPE_MARKET)
    dtc_fake_exchange_fill (exchange, index, order->quantity, out);
}

/* Two that cancel each other, or the exits of a held entry. */
static void
on_oco (DtcFakeExchange *exchange, GByteArray *out)
{
  const DtcSubmitNewOcoOrder *oco = &exchange->in.submit_new_oco_order;
  gboolean                    exits = *oco->parent_trigger_client_order_id != '\0';
  guint                       parent = G_MAXUINT;
  guint                       first = exchange->orders->len;
  guint                       i;

  if (exits && (find_order (exchange, "", oco->parent_trigger_client_order_id, &parent) == NULL
                || dtc_fake_exchange_order_at (exchange, parent)->status != DTC_ORDER_STATUS_PENDING_OPEN))
    parent = G_MAXUINT; /* its entry was forgotten: they are refused */
  for (i = 0; i < 2; i++)
    {
      const DtcFakeOrder asked = { .type = i ? oco->order_type_2 : oco->order_type_1, .side = i ? oco->buy_sell_2 : oco->buy_sell_1,
                                   .price = i ? oco->price1_2 : oco->price1_1, .quantity = i ? oco->quantity_2 : oco->quantity_1,
                                   .status = exits ? DTC_ORDER_STATUS_PENDING_CHILD : DTC_ORDER_STATUS_OPEN };
      DtcFakeOrder      *order = take_order (exchange, &asked, i ? oco->client_order_id_2 : oco->client_order_id_1);

      if (order == NULL)
        return;
      if (parent != G_MAXUINT)
        {
          const DtcFakeOrder *entry = dtc_fake_exchange_order_at (exchange, parent);
          double              offset = i ? oco->offset_from_parent2 : oco->offset_from_parent1;

          g_strlcpy (order->parent, entry->server_order_id, sizeof order->parent);
          if (oco->use_offsets)
            order->price = entry->price + ((entry->side == DTC_BUY) == (i == 0) ? offset : -offset);
        }
    }
  for (i = 0; i < 2; i++)
    g_strlcpy (dtc_fake_exchange_order_at (exchange, first + i)->sibling, dtc_fake_exchange_order_at (exchange, first + 1 - i)->server_order_id,
               sizeof dtc_fake_exchange_order_at (exchange, 0)->sibling);
  if (exchange->manners.refuse_orders || (exits && parent == G_MAXUINT))
    {
      if (parent != G_MAXUINT)
        reject_order (exchange, parent, "not today", out);
      for (i = 0; i < 2; i++)
        reject_order (exchange, first + i, "not today", out);
      return;
    }
  if (parent != G_MAXUINT)
    {
      dtc_fake_exchange_order_at (exchange, parent)->status = DTC_ORDER_STATUS_OPEN;
      dtc_fake_exchange_say_order (exchange, parent, DTC_NEW_ORDER_ACCEPTED, 0, 1, 1, NULL, out);
    }
  for (i = 0; i < 2; i++)
    dtc_fake_exchange_say_order (exchange, first + i, DTC_NEW_ORDER_ACCEPTED, 0, 1, 1, NULL, out);
  if (parent != G_MAXUINT && dtc_fake_exchange_order_at (exchange, parent)->type == DTC_ORDER_TYPE_MARKET)
    dtc_fake_exchange_fill (exchange, parent, dtc_fake_exchange_order_at (exchange, parent)->quantity, out);
}

/* 209, and 210 where there is but one symbol: an order of the server's own making under the id that it was given. */
static void
on_flatten (DtcFakeExchange *exchange, const char *client_order_id, GByteArray *out)
{
  double             position = dtc_fake_exchange_position (exchange);
  const DtcFakeOrder asked = { .type = DTC_ORDER_TYPE_MARKET, .side = position > 0 ? DTC_SELL : DTC_BUY,
                               .quantity = ABS (position), .status = DTC_ORDER_STATUS_OPEN };
  guint              index = exchange->orders->len;

  if (take_order (exchange, &asked, client_order_id) == NULL)
    return;
  if (exchange->manners.refuse_exits || position == 0)
    reject_order (exchange, index, position == 0 ? "no position" : "not supported", out);
  else
    {
      dtc_fake_exchange_say_order (exchange, index, DTC_NEW_ORDER_ACCEPTED, 0, 1, 1, NULL, out);
      dtc_fake_exchange_fill (exchange, index, asked.quantity, out);
    }
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
  if (dtc_fake_order_is_live (order))
    dtc_fake_exchange_cancel (exchange, index, out);
  else
    dtc_fake_exchange_say_order (exchange, index, DTC_ORDER_CANCEL_REJECTED, 0, 1, 1, "not working", out);
}

static void
on_replace (DtcFakeExchange *exchange, GByteArray *out)
{
  const DtcCancelReplaceOrder *replace = &exchange->in.cancel_replace_order;
  gboolean                     has_quantity = dtc_message_has (&exchange->in, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY)
                                              && replace->quantity != 0;
  DtcFakeOrder                *order;
  guint                        index;

  order = find_order (exchange, replace->server_order_id, replace->client_order_id, &index);
  if (order == NULL)
    return;
  if (!dtc_fake_order_is_live (order) || (has_quantity && replace->quantity <= order->filled))
    {
      dtc_fake_exchange_say_order (exchange, index, DTC_ORDER_CANCEL_REPLACE_REJECTED, 0, 1, 1, "not working", out);
      return;
    }
  if (exchange->manners.leaves_old)
    {
      DtcFakeOrder second = *order;

      second.client_order_id[0] = '\0';
      second.foreign = TRUE;
      second.filled = 0;
      second.ids[0] = '\0';
      give_id (exchange, &second);
      g_array_append_val (exchange->orders, second);
      order = dtc_fake_exchange_order_at (exchange, exchange->orders->len - 1);
    }
  else if (exchange->manners.new_ids)
    give_id (exchange, order);
  if (dtc_message_has (&exchange->in, DTC_CANCEL_REPLACE_ORDER_F_PRICE1) && replace->price1 != 0)
    order->price = replace->price1;
  if (has_quantity)
    order->quantity = replace->quantity;
  if (!exchange->manners.leaves_old)
    dtc_fake_exchange_say_order (exchange, index, DTC_ORDER_CANCEL_REPLACE_COMPLETE, 0, 1, 1, NULL, out);
}

static void
on_message (DtcFakeExchange *exchange, GByteArray *out)
{
  DtcMessage *m;

  exchange->counts[exchange->in.type]++;
  if (exchange->in.type != DTC_MSG_LOGON_REQUEST && !exchange->logged_on)
    return;
  if (exchange->manners.deaf
      && (exchange->in.type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER || exchange->in.type == DTC_MSG_SUBMIT_NEW_OCO_ORDER
          || exchange->in.type == DTC_MSG_CANCEL_ORDER || exchange->in.type == DTC_MSG_CANCEL_REPLACE_ORDER
          || exchange->in.type == DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER
          || exchange->in.type == DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT))
    return;

  switch (exchange->in.type)
    {
    case DTC_MSG_LOGON_REQUEST:
      exchange->logged_on = TRUE;
      m = dtc_fake_exchange_begin (exchange, DTC_MSG_LOGON_RESPONSE);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_RESULT, DTC_LOGON_SUCCESS);
      dtc_message_set_string (m, DTC_LOGON_RESPONSE_F_SERVER_NAME, "Fake exchange");
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_TRADING_IS_SUPPORTED, 1);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_ORDER_CANCEL_REPLACE_SUPPORTED, 1);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_OCO_ORDERS_SUPPORTED, 1);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_BRACKET_ORDERS_SUPPORTED, 1);
      dtc_message_set_int (m, DTC_LOGON_RESPONSE_F_SECURITY_DEFINITIONS_SUPPORTED, 1);
      dtc_fake_exchange_send (exchange, out);
      /* The brief's numbering has no request for it. */
      if (exchange->codec.numbering == DTC_NUMBERING_BRIEF && !exchange->manners.mute_open_orders)
        dtc_fake_exchange_say_open_orders (exchange, 0, out);
      break;
    case DTC_MSG_TRADE_ACCOUNTS_REQUEST:
      m = dtc_fake_exchange_begin (exchange, DTC_MSG_TRADE_ACCOUNT_RESPONSE);
      dtc_message_set_int (m, DTC_TRADE_ACCOUNT_RESPONSE_F_REQUEST_ID, exchange->in.trade_accounts_request.request_id);
      dtc_fake_exchange_set_batch (m, 1, DTC_TRADE_ACCOUNT_RESPONSE_F_TOTAL_NUMBER_MESSAGES, 1,
                 DTC_TRADE_ACCOUNT_RESPONSE_F_MESSAGE_NUMBER);
      dtc_message_set_string (m, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT, DTC_FAKE_ACCOUNT);
      dtc_fake_exchange_send (exchange, out);
      break;
    case DTC_MSG_LOGOFF:
      exchange->logged_on = FALSE;
      break;
    case DTC_MSG_OPEN_ORDERS_REQUEST:
      if (exchange->manners.reject_open_orders)
        dtc_fake_exchange_say_reject (exchange, DTC_MSG_OPEN_ORDERS_REJECT, exchange->in.open_orders_request.request_id, out);
      else if (!exchange->manners.mute_open_orders)
        dtc_fake_exchange_say_open_orders (exchange, exchange->in.open_orders_request.request_id, out);
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST:
      if (exchange->manners.reject_fills)
        dtc_fake_exchange_say_reject (exchange, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT, exchange->in.historical_order_fills_request.request_id, out);
      else if (!exchange->manners.mute_fills)
        dtc_fake_exchange_say_fills (exchange, exchange->in.historical_order_fills_request.request_id, out);
      break;
    case DTC_MSG_CURRENT_POSITIONS_REQUEST:
      if (exchange->manners.reject_positions)
        dtc_fake_exchange_say_reject (exchange, DTC_MSG_CURRENT_POSITIONS_REJECT, exchange->in.current_positions_request.request_id, out);
      else if (!exchange->manners.mute_positions)
        dtc_fake_exchange_say_position (exchange, exchange->in.current_positions_request.request_id, FALSE, out);
      break;
    case DTC_MSG_ACCOUNT_BALANCE_REQUEST:
      dtc_fake_exchange_say_balance (exchange, exchange->in.account_balance_request.request_id, out);
      break;
    case DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST:
      dtc_fake_exchange_say_definition (exchange, exchange->in.security_definition_for_symbol_request.request_id, out);
      break;
    case DTC_MSG_MARKET_DATA_REQUEST:
      m = dtc_fake_exchange_begin (exchange, DTC_MSG_MARKET_DATA_REJECT);
      dtc_message_set_int (m, DTC_MARKET_DATA_REJECT_F_SYMBOL_ID, exchange->in.market_data_request.symbol_id);
      dtc_message_set_string (m, DTC_MARKET_DATA_REJECT_F_REJECT_TEXT, "no data");
      dtc_fake_exchange_send (exchange, out);
      break;
    case DTC_MSG_SUBMIT_NEW_SINGLE_ORDER:
      on_submit (exchange, out);
      break;
    case DTC_MSG_SUBMIT_NEW_OCO_ORDER:
      on_oco (exchange, out);
      break;
    case DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER:
      on_flatten (exchange, exchange->in.submit_flatten_position_order.client_order_id, out);
      break;
    case DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT:
      on_flatten (exchange, exchange->in.flatten_positions_for_trade_account.client_order_id, out);
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
  const guint8  answer[16] = { 16, 0, 7, 0, 8, 0, 0, 0, (guint8) exchange->codec.encoding, 0, 0, 0, 'D', 'T', 'C', 0 };
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
  dtc_fake_exchange_say_dropped (exchange, 0, out);
}

void
dtc_fake_exchange_say_dropped (DtcFakeExchange *exchange,
                               guint            n_dropped,
                               GByteArray      *out)
{
  if (!exchange->logged_on)
    return;
  dtc_message_set_int (dtc_fake_exchange_begin (exchange, DTC_MSG_HEARTBEAT), DTC_HEARTBEAT_F_NUM_DROPPED_MESSAGES, n_dropped);
  dtc_fake_exchange_send (exchange, out);
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
  return dtc_fake_exchange_order_at (exchange, index);
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

const DtcFakeFill *
dtc_fake_exchange_get_fill (DtcFakeExchange *exchange,
                            guint            index)
{
  return &g_array_index (exchange->fills, DtcFakeFill, index);
}
