/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-world.h"

/* The small server of the world, with its own truth. */

void
server_say (World      *world,
            DtcMessage *message)
{
  g_queue_push_tail (&world->inbox, message);
}

DtcMessage *
server_update (World           *world,
               const FakeOrder *order,
               int              reason,
               const char      *text)
{
  DtcMessage *message = dtc_message_new (DTC_MSG_ORDER_UPDATE);

  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, 0);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
  if (order->symbol[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SYMBOL, order->symbol);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
  if (order->server_id[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, order->server_id);
  if (order->client_id[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, order->client_id);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, order->status);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, reason);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_TYPE, order->type);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_BUY_SELL, order->side);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TIME_IN_FORCE, order->tif);
  if (order->type != DTC_ORDER_TYPE_MARKET)
    dtc_message_set_double (message, DTC_ORDER_UPDATE_F_PRICE1, order->price1);
  if (order->type == DTC_ORDER_TYPE_STOP_LIMIT)
    dtc_message_set_double (message, DTC_ORDER_UPDATE_F_PRICE2, order->price2);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY, (double) order->quantity);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, (double) order->filled);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_REMAINING_QUANTITY, (double) (order->quantity - order->filled));
  if (order->filled > 0)
    dtc_message_set_double (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, order->value / (double) order->filled);
  if (order->received > 0)
    dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_RECEIVED_DATE_TIME, order->received);
  if (order->text[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_FREE_FORM_TEXT, order->text);
  if (order->parent[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_PARENT_SERVER_ORDER_ID, order->parent);
  if (order->sibling[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_OCO_LINKED_ORDER_SERVER_ORDER_ID, order->sibling);
  if (text != NULL)
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_INFO_TEXT, text);
  return message;
}

FakeOrder *
server_add_order (World      *world,
                  const char *server_id,
                  const char *symbol,
                  int         side,
                  gint64      quantity,
                  double      price)
{
  FakeOrder *order = g_new0 (FakeOrder, 1);

  g_strlcpy (order->server_id, server_id, sizeof order->server_id);
  g_strlcpy (order->symbol, symbol, sizeof order->symbol);
  order->side = side;
  order->type = DTC_ORDER_TYPE_LIMIT;
  order->tif = DTC_TIF_DAY;
  order->price1 = price;
  order->quantity = quantity;
  order->status = DTC_ORDER_STATUS_OPEN;
  g_ptr_array_add (world->orders, order);
  return order;
}

FakeFill *
server_add_fill (World      *world,
                 const char *execution_id,
                 int         side,
                 gint64      quantity,
                 double      price)
{
  FakeFill *fill = g_new0 (FakeFill, 1);

  g_strlcpy (fill->execution_id, execution_id, sizeof fill->execution_id);
  g_strlcpy (fill->symbol, WORLD_SYMBOL, sizeof fill->symbol);
  fill->side = side;
  fill->price = price;
  fill->quantity = quantity;
  fill->when = (WORLD_UTC + world->now) / G_USEC_PER_SEC;
  g_ptr_array_add (world->fills, fill);
  return fill;
}

FakeOrder *
server_find (World      *world,
             const char *id)
{
  guint i;

  for (i = 0; i < world->orders->len; i++)
    {
      FakeOrder *order = g_ptr_array_index (world->orders, i);

      if (strcmp (order->server_id, id) == 0 || strcmp (order->client_id, id) == 0)
        return order;
    }
  return NULL;
}

gboolean
server_is_open (const FakeOrder *order)
{
  return order->status == DTC_ORDER_STATUS_OPEN || order->status == DTC_ORDER_STATUS_PARTIALLY_FILLED
         || order->status == DTC_ORDER_STATUS_PENDING_CHILD;
}

/* What a fill of @order does to those that hang together with it. */
static void
server_follow_fill (World     *world,
                    FakeOrder *order,
                    gint64     quantity)
{
  guint i;

  for (i = 0; !world->careless && i < world->orders->len; i++)
    {
      FakeOrder *other = g_ptr_array_index (world->orders, i);

      if (other == order || !server_is_open (other))
        continue;
      if (strcmp (other->parent, order->server_id) == 0)
        {
          other->quantity = order->filled;
          other->status = DTC_ORDER_STATUS_OPEN;
          server_say (world, server_update (world, other, DTC_GENERAL_ORDER_UPDATE, NULL));
        }
      else if (strcmp (other->sibling, order->server_id) == 0 && order->status == DTC_ORDER_STATUS_FILLED)
        server_cancel (world, other);
      else if (strcmp (other->sibling, order->server_id) == 0)
        {
          other->quantity -= quantity;
          if (other->quantity <= other->filled)
            {
              server_cancel (world, other);
              continue;
            }
          server_say (world, server_update (world, other, DTC_GENERAL_ORDER_UPDATE, NULL));
        }
    }
}

void
server_accept (World     *world,
               FakeOrder *order)
{
  order->status = DTC_ORDER_STATUS_OPEN;
  server_say (world, server_update (world, order, DTC_NEW_ORDER_ACCEPTED, NULL));
}

void
server_fill (World     *world,
             FakeOrder *order,
             gint64     quantity,
             double     price)
{
  char id[DESK_ID_SIZE];
  FakeFill *fill;
  DtcMessage *message;

  order->filled += quantity;
  order->value += price * (double) quantity;
  order->status = order->filled >= order->quantity ? DTC_ORDER_STATUS_FILLED : DTC_ORDER_STATUS_PARTIALLY_FILLED;
  g_snprintf (id, sizeof id, "E%u", ++world->next_execution);
  fill = server_add_fill (world, id, order->side, quantity, price);
  g_strlcpy (fill->server_id, order->server_id, sizeof fill->server_id);
  g_strlcpy (fill->symbol, order->symbol, sizeof fill->symbol);
  message = server_update (world, order, order->status == DTC_ORDER_STATUS_FILLED ? DTC_ORDER_FILLED : DTC_ORDER_FILLED_PARTIALLY, NULL);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE, price);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, (double) quantity);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_LAST_FILL_EXECUTION_ID, fill->execution_id);
  server_say (world, message);
  message = dtc_message_new (DTC_MSG_POSITION_UPDATE);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_UNSOLICITED, 1);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER, 1);
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, order->symbol);
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
  dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, (double) world_position (world, order->symbol));
  dtc_message_set_double (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, price);
  if (world->no_pushes)
    dtc_message_free (message);
  else
    server_say (world, message);
  server_follow_fill (world, order, quantity);
}

void
server_cancel (World     *world,
               FakeOrder *order)
{
  guint i;

  order->status = DTC_ORDER_STATUS_CANCELED;
  server_say (world, server_update (world, order, DTC_ORDER_CANCELED, NULL));
  for (i = 0; !world->careless && i < world->orders->len; i++)
    {
      FakeOrder *other = g_ptr_array_index (world->orders, i);

      if (server_is_open (other)
          && ((strcmp (other->parent, order->server_id) == 0 && order->filled == 0)
              || (strcmp (other->sibling, order->server_id) == 0 && other->parent[0] == '\0')))
        server_cancel (world, other);
    }
}

void
server_reject (World      *world,
               FakeOrder  *order,
               const char *text)
{
  order->status = DTC_ORDER_STATUS_REJECTED;
  server_say (world, server_update (world, order, DTC_NEW_ORDER_REJECTED, text));
}

void
server_restate (World *world,
                gint32 request)
{
  gint32 total = 0, number = 0;
  guint hidden = world->n_lists < 32 ? (world->hide_lists >> world->n_lists) & 1u : 0;
  guint n_orders = world->orders->len - MIN (hidden, world->orders->len), i;

  world->n_lists++;
  for (i = 0; i < n_orders; i++)
    total += server_is_open (g_ptr_array_index (world->orders, i));
  if (total == 0)
    {
      DtcMessage *message = dtc_message_new (DTC_MSG_ORDER_UPDATE);

      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, request);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_NO_ORDERS, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, DTC_OPEN_ORDERS_REQUEST_RESPONSE);
      server_say (world, message);
    }
  for (i = 0; i < n_orders; i++)
    {
      const FakeOrder *order = g_ptr_array_index (world->orders, i);
      DtcMessage *message;

      if (!server_is_open (order))
        continue;
      message = server_update (world, order, DTC_OPEN_ORDERS_REQUEST_RESPONSE, NULL);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, request);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, world->uncounted ? 0 : total);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, world->uncounted ? 0 : ++number);
      server_say (world, message);
    }
}

static void
server_refuse (World   *world,
               guint16  type,
               gint32   request,
               const char *text)
{
  DtcMessage *message = dtc_message_new (type);

  dtc_message_set_int (message, DTC_OPEN_ORDERS_REJECT_F_REQUEST_ID, request);
  dtc_message_set_string (message, DTC_OPEN_ORDERS_REJECT_F_REJECT_TEXT, text);
  server_say (world, message);
}

static void
server_list_fills (World *world,
                   gint32 request)
{
  guint i;

  world->n_fill_lists++;
  if (world->no_fills)
    {
      server_refuse (world, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT, request, "no history here");
      return;
    }
  for (i = 0; i == 0 || i < world->fills->len; i++)
    {
      DtcMessage *message = dtc_message_new (DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);

      dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_REQUEST_ID, request);
      dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TOTAL_NUMBER_MESSAGES, MAX (world->fills->len, 1));
      dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_MESSAGE_NUMBER, i + 1);
      dtc_message_set_string (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
      if (world->fills->len == 0)
        dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_NO_ORDER_FILLS, 1);
      else
        {
          const FakeFill *fill = g_ptr_array_index (world->fills, i);

          dtc_message_set_string (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SYMBOL, fill->symbol);
          dtc_message_set_string (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SERVER_ORDER_ID, fill->server_id);
          dtc_message_set_string (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_UNIQUE_EXECUTION_ID, fill->execution_id);
          dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_BUY_SELL, fill->side);
          dtc_message_set_double (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_PRICE, fill->price);
          dtc_message_set_double (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_QUANTITY, (double) fill->quantity);
          dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_DATE_TIME, fill->when);
        }
      server_say (world, message);
    }
}

static void
server_list_positions (World *world,
                       gint32 request)
{
  static const char *const symbols[] = { WORLD_SYMBOL, WORLD_OTHER, WORLD_THIRD };
  gint32 total = 0, number = 0;
  guint i;

  world->n_position_lists++;
  if (world->no_positions)
    {
      server_refuse (world, DTC_MSG_CURRENT_POSITIONS_REJECT, request, "no positions here");
      return;
    }
  for (i = 0; i < G_N_ELEMENTS (symbols); i++)
    total += world_position (world, symbols[i]) != 0;
  for (i = 0; i < G_N_ELEMENTS (symbols); i++)
    {
      gint64 position = world_position (world, symbols[i]);
      DtcMessage *message;

      if (position == 0 && (total > 0 || i > 0))
        continue;
      message = dtc_message_new (DTC_MSG_POSITION_UPDATE);
      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_REQUEST_ID, request);
      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, MAX (total, 1));
      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER, ++number);
      if (position == 0)
        dtc_message_set_int (message, DTC_POSITION_UPDATE_F_NO_POSITIONS, 1);
      else
        {
          dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, symbols[i]);
          dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
          dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, (double) position);
          dtc_message_set_double (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, 5000.25 / world->multiplier);
        }
      server_say (world, message);
    }
}

static void
server_submit (World            *world,
               const DtcMessage *message)
{
  const DtcSubmitNewSingleOrder *submit = &message->submit_new_single_order;
  FakeOrder *order = g_new0 (FakeOrder, 1);

  g_snprintf (order->server_id, sizeof order->server_id, "S%u", ++world->next_id);
  g_strlcpy (order->client_id, submit->client_order_id, sizeof order->client_id);
  g_strlcpy (order->symbol, submit->symbol, sizeof order->symbol);
  order->side = submit->buy_sell;
  order->type = submit->order_type;
  order->tif = submit->time_in_force;
  order->price1 = submit->price1;
  order->price2 = submit->price2;
  order->quantity = (gint64) submit->quantity;
  order->status = DTC_ORDER_STATUS_PENDING_OPEN;
  order->is_parent = submit->is_parent_order != 0;
  g_ptr_array_add (world->orders, order);
  g_hash_table_insert (world->seen, g_strdup (order->client_id),
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (world->seen, order->client_id)) + 1));
  if (order->is_parent)
    return; /* held until its exits come */
  if (world->silent)
    order->status = DTC_ORDER_STATUS_OPEN;
  else if (world->refuse_market && order->type == DTC_ORDER_TYPE_MARKET)
    server_reject (world, order, "no market orders");
  else if (world->auto_accept)
    server_accept (world, order);
}

static FakeOrder *
server_add_leg (World                      *world,
                const DtcSubmitNewOcoOrder *oco,
                gboolean                    second)
{
  FakeOrder *order = g_new0 (FakeOrder, 1);

  g_snprintf (order->server_id, sizeof order->server_id, "S%u", ++world->next_id);
  g_strlcpy (order->client_id, second ? oco->client_order_id_2 : oco->client_order_id_1, sizeof order->client_id);
  g_strlcpy (order->symbol, oco->symbol, sizeof order->symbol);
  order->side = second ? oco->buy_sell_2 : oco->buy_sell_1;
  order->type = second ? oco->order_type_2 : oco->order_type_1;
  order->tif = oco->time_in_force;
  order->price1 = second ? oco->price1_2 : oco->price1_1;
  order->price2 = second ? oco->price2_2 : oco->price2_1;
  order->quantity = (gint64) (second ? oco->quantity_2 : oco->quantity_1);
  g_ptr_array_add (world->orders, order);
  g_hash_table_insert (world->seen, g_strdup (order->client_id),
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (world->seen, order->client_id)) + 1));
  return order;
}

static void
server_oco (World            *world,
            const DtcMessage *message)
{
  const DtcSubmitNewOcoOrder *oco = &message->submit_new_oco_order;
  FakeOrder *parent = *oco->parent_trigger_client_order_id != '\0' ? server_find (world, oco->parent_trigger_client_order_id) : NULL;
  FakeOrder *legs[2];
  guint i;

  if (world->drop_oco)
    return;
  for (i = 0; i < 2; i++)
    legs[i] = server_add_leg (world, oco, i == 1);
  for (i = 0; i < 2; i++)
    {
      g_strlcpy (legs[i]->sibling, legs[1 - i]->server_id, sizeof legs[i]->sibling);
      if (parent != NULL && parent->is_parent)
        {
          double offset = i == 0 ? oco->offset_from_parent1 : oco->offset_from_parent2;

          g_strlcpy (legs[i]->parent, parent->server_id, sizeof legs[i]->parent);
          if (oco->use_offsets)
            legs[i]->price1 = parent->price1 + ((parent->side == DTC_BUY) == (i == 0) ? offset : -offset);
        }
    }
  if (parent != NULL && parent->is_parent)
    {
      parent->status = DTC_ORDER_STATUS_OPEN;
      if (!world->silent && world->auto_accept)
        server_accept (world, parent);
    }
  for (i = 0; i < 2; i++)
    {
      legs[i]->status = parent != NULL && parent->is_parent ? DTC_ORDER_STATUS_PENDING_CHILD : DTC_ORDER_STATUS_OPEN;
      if (!world->silent && world->auto_accept)
        server_say (world, server_update (world, legs[i], DTC_NEW_ORDER_ACCEPTED, NULL));
    }
}

/* One order for each position: the first bears the ClientOrderID, the others that with a number behind it. */
static void
server_flatten_all (World            *world,
                    const DtcMessage *message)
{
  static const char *const symbols[] = { WORLD_SYMBOL, WORLD_OTHER, WORLD_THIRD };
  const DtcFlattenPositionsForTradeAccount *flatten = &message->flatten_positions_for_trade_account;
  guint n = 0, i;

  if (world->refuse_all)
    {
      FakeOrder nothing = { .status = DTC_ORDER_STATUS_REJECTED };

      g_strlcpy (nothing.client_id, flatten->client_order_id, sizeof nothing.client_id);
      server_say (world, server_update (world, &nothing, DTC_NEW_ORDER_REJECTED, "not here"));
      return;
    }
  for (i = 0; !world->silent && i < G_N_ELEMENTS (symbols); i++)
    {
      gint64 position = world_position (world, symbols[i]);
      FakeOrder *order;

      if (position == 0)
        continue;
      order = g_new0 (FakeOrder, 1);
      g_snprintf (order->server_id, sizeof order->server_id, "S%u", ++world->next_id);
      if (n++ == 0)
        g_strlcpy (order->client_id, flatten->client_order_id, sizeof order->client_id);
      else
        g_snprintf (order->client_id, sizeof order->client_id, "%.26s-%u", flatten->client_order_id, n);
      g_strlcpy (order->text, flatten->free_form_text, sizeof order->text);
      g_strlcpy (order->symbol, symbols[i], sizeof order->symbol);
      order->side = position > 0 ? DTC_SELL : DTC_BUY;
      order->type = DTC_ORDER_TYPE_MARKET;
      order->tif = DTC_TIF_DAY;
      order->quantity = ABS (position);
      g_ptr_array_add (world->orders, order);
      server_accept (world, order);
      server_fill (world, order, order->quantity, 5001.0 / world->multiplier);
    }
}

/* One order by its id: as it is, or that there is none. */
static void
server_tell_one (World      *world,
                 gint32      request,
                 const char *server_id)
{
  const FakeOrder *order = server_find (world, server_id);
  DtcMessage *message;

  if (order != NULL && !world->lists_only && (world->tells_ends || server_is_open (order)))
    message = server_update (world, order, DTC_OPEN_ORDERS_REQUEST_RESPONSE, NULL);
  else
    {
      message = dtc_message_new (DTC_MSG_ORDER_UPDATE);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_NO_ORDERS, 1);
    }
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, request);
  server_say (world, message);
}

void
server_take (World            *world,
             const DtcMessage *message)
{
  FakeOrder *order;

  switch (message->type)
    {
    case DTC_MSG_TRADE_ACCOUNTS_REQUEST:
      {
        DtcMessage *answer = dtc_message_new (DTC_MSG_TRADE_ACCOUNT_RESPONSE);

        dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_REQUEST_ID, message->trade_accounts_request.request_id);
        dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TOTAL_NUMBER_MESSAGES, world->second_account != NULL ? 2 : 1);
        dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_MESSAGE_NUMBER, 1);
        dtc_message_set_string (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
        server_say (world, answer);
        if (world->second_account != NULL)
          {
            answer = dtc_message_copy (answer);
            dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_MESSAGE_NUMBER, 2);
            dtc_message_set_string (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT, world->second_account);
            server_say (world, answer);
          }
        break;
      }
    case DTC_MSG_OPEN_ORDERS_REQUEST:
      if (!world->no_orders_answer && !message->open_orders_request.request_all_orders)
        server_tell_one (world, message->open_orders_request.request_id, message->open_orders_request.server_order_id);
      else if (!world->no_orders_answer)
        server_restate (world, message->open_orders_request.request_id);
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST:
      server_list_fills (world, message->historical_order_fills_request.request_id);
      break;
    case DTC_MSG_CURRENT_POSITIONS_REQUEST:
      server_list_positions (world, message->current_positions_request.request_id);
      break;
    case DTC_MSG_ACCOUNT_BALANCE_REQUEST:
      {
        DtcMessage *answer = dtc_message_new (DTC_MSG_ACCOUNT_BALANCE_UPDATE);

        dtc_message_set_int (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_REQUEST_ID, message->account_balance_request.request_id);
        dtc_message_set_int (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1);
        dtc_message_set_int (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_MESSAGE_NUMBER, 1);
        dtc_message_set_string (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
        dtc_message_set_double (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_CASH_BALANCE, 50000);
        server_say (world, answer);
        break;
      }
    case DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST:
      g_ptr_array_add (world->asked, dtc_message_copy (message));
      if (!world->no_definitions)
        {
          DtcMessage *answer = dtc_message_new (DTC_MSG_SECURITY_DEFINITION_RESPONSE);
          gboolean bond = strcmp (message->security_definition_for_symbol_request.symbol, WORLD_BOND) == 0;

          dtc_message_set_int (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_REQUEST_ID,
                               message->security_definition_for_symbol_request.request_id);
          dtc_message_set_string (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_SYMBOL, message->security_definition_for_symbol_request.symbol);
          dtc_message_set_double (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_MIN_PRICE_INCREMENT, bond ? 1 / 64.0 : 0.25);
          dtc_message_set_double (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_DISPLAY_PRICE_MULTIPLIER, world->multiplier);
          dtc_message_set_int (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_PRICE_DISPLAY_FORMAT, bond ? 134 : 2);
          dtc_message_set_double (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_CURRENCY_VALUE_PER_INCREMENT, 12.5);
          dtc_message_set_int (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_IS_FINAL_MESSAGE, 1);
          server_say (world, answer);
        }
      break;
    case DTC_MSG_SUBMIT_NEW_SINGLE_ORDER:
      server_submit (world, message);
      break;
    case DTC_MSG_SUBMIT_NEW_OCO_ORDER:
      server_oco (world, message);
      break;
    case DTC_MSG_CANCEL_ORDER:
      order = server_find (world, message->cancel_order.server_order_id);
      if (order != NULL && server_is_open (order) && !world->silent)
        server_cancel (world, order);
      else if (order != NULL && server_is_open (order))
        order->status = DTC_ORDER_STATUS_CANCELED;
      else if (order != NULL && !world->silent)
        server_say (world, server_update (world, order, DTC_ORDER_CANCEL_REJECTED, "not open"));
      break;
    case DTC_MSG_CANCEL_REPLACE_ORDER:
      order = server_find (world, message->cancel_replace_order.server_order_id);
      if (order == NULL)
        break;
      if (!server_is_open (order)
          || (message->cancel_replace_order.quantity > 0 && message->cancel_replace_order.quantity <= (double) order->filled))
        {
          if (!world->silent)
            server_say (world, server_update (world, order, DTC_ORDER_CANCEL_REPLACE_REJECTED, "cannot be changed so"));
          break;
        }
      if (dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1))
        order->price1 = message->cancel_replace_order.price1;
      if (dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY) && message->cancel_replace_order.quantity > 0)
        order->quantity = (gint64) message->cancel_replace_order.quantity;
      if (!world->silent)
        server_say (world, server_update (world, order, DTC_ORDER_CANCEL_REPLACE_COMPLETE, NULL));
      break;
    case DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT:
      server_flatten_all (world, message);
      break;
    case DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER:
      {
        gint64 position = world_position (world, message->submit_flatten_position_order.symbol);

        order = g_new0 (FakeOrder, 1);
        g_snprintf (order->server_id, sizeof order->server_id, "S%u", ++world->next_id);
        g_strlcpy (order->client_id, message->submit_flatten_position_order.client_order_id, sizeof order->client_id);
        g_strlcpy (order->symbol, message->submit_flatten_position_order.symbol, sizeof order->symbol);
        order->side = position > 0 ? DTC_SELL : DTC_BUY;
        order->type = DTC_ORDER_TYPE_MARKET;
        order->tif = DTC_TIF_DAY;
        order->quantity = ABS (position);
        g_ptr_array_add (world->orders, order);
        if (world->refuse_flatten || position == 0)
          server_reject (world, order, position == 0 ? "no position" : "flatten is not supported");
        else
          {
            server_accept (world, order);
            server_fill (world, order, order->quantity, 5001.0 / world->multiplier);
          }
        break;
      }
    default:
      g_ptr_array_add (world->asked, dtc_message_copy (message));
      break;
    }
}
