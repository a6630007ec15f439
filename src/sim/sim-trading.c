/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange.h"

#include <math.h>
#include <string.h>

#define MAX_QUANTITY 1000
#define MAX_ID       31 /* bytes of ClientOrderID without its NUL */
#define MAX_TEXT     47 /* bytes of FreeFormText without its NUL */

/* Seconds, also when the client counted in milli- or microseconds. */
static gint64
to_seconds (gint64 time)
{
  if (time > G_GINT64_CONSTANT (100000000000000))
    return time / 1000000;
  if (time > G_GINT64_CONSTANT (100000000000))
    return time / 1000;
  return time;
}

#define SET_INT(field, value) dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_##field, value)
#define SET_STRING(field, value) dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_##field, value)

/* What a refusal says about an order that never was. */
typedef struct
{
  const char *symbol;
  const char *account;
  const char *client_id;
  const char *text;
  int         type;
  int         side;
  int         tif;
  double      quantity;
} Refused;

static void
refuse_new (SimExchange   *exchange,
            gpointer       origin,
            const Refused *refused,
            const char    *info,
            gint64         now)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  SET_INT (REQUEST_ID, 0);
  SET_INT (TOTAL_NUM_MESSAGES, 1);
  SET_INT (MESSAGE_NUMBER, 1);
  SET_STRING (SYMBOL, refused->symbol);
  SET_STRING (CLIENT_ORDER_ID, refused->client_id);
  SET_INT (ORDER_STATUS, DTC_ORDER_STATUS_REJECTED);
  SET_INT (ORDER_UPDATE_REASON, DTC_NEW_ORDER_REJECTED);
  /* A number without a meaning is not echoed: it might have no counterpart in the client's numbering. */
  if (refused->type >= DTC_ORDER_TYPE_MARKET && refused->type <= DTC_ORDER_TYPE_MARKET_LIMIT)
    SET_INT (ORDER_TYPE, refused->type);
  if (refused->side == DTC_BUY || refused->side == DTC_SELL)
    SET_INT (BUY_SELL, refused->side);
  if (refused->tif >= DTC_TIF_DAY && refused->tif <= DTC_TIF_FILL_OR_KILL)
    SET_INT (TIME_IN_FORCE, refused->tif);
  SET_DOUBLE (ORDER_QUANTITY, refused->quantity);
  SET_DOUBLE (FILLED_QUANTITY, 0);
  SET_DOUBLE (REMAINING_QUANTITY, 0);
  SET_STRING (TRADE_ACCOUNT, refused->account);
  SET_STRING (INFO_TEXT, info);
  if (refused->text && *refused->text)
    SET_STRING (FREE_FORM_TEXT, refused->text);
  SET_DOUBLE (LATEST_TRANSACTION_DATE_TIME, (double) now / G_USEC_PER_SEC);
  exchange->sink.emit (origin, &message, exchange->sink_data);
}

static gboolean
is_working_id (SimExchange *exchange,
               const char  *client_id)
{
  guint i;

  for (i = 0; i < exchange->working->len; i++)
    if (strcmp (((SimOrder *) g_ptr_array_index (exchange->working, i))->client_id, client_id) == 0)
      return TRUE;
  return FALSE;
}

/* Why @client_id cannot name a new order, or NULL; then it is used up. */
static const char *
take_id (SimExchange *exchange,
         const char  *client_id,
         gint64       now)
{
  const gint64 *session = g_hash_table_lookup (exchange->used_ids, client_id);

  if (!*client_id)
    return "ClientOrderID is missing";
  if (strlen (client_id) > MAX_ID)
    return "ClientOrderID is longer than 31 bytes";
  if (session && *session > now)
    return "ClientOrderID was already used in this session";
  if (is_working_id (exchange, client_id))
    return "ClientOrderID is that of a working order";
  sim_exchange_use_id (exchange, client_id, sim_exchange_session_end (exchange, now));
  g_ptr_array_add (exchange->dirty_ids, g_strdup (client_id));
  return NULL;
}

/* The price of a field in ticks; FALSE when there is none that can be traded. */
static gboolean
read_price (const SimInstrument *instrument,
            double               wire,
            gint64              *ticks)
{
  return wire > 0 && sim_instrument_to_ticks (instrument, wire, ticks) && *ticks > 0;
}

static const char *
read_quantity (double  wire,
               gint64 *quantity)
{
  if (!(wire >= 1 && wire <= MAX_QUANTITY) || wire != floor (wire))
    return "Quantity must be a whole number from 1 to 1000";
  *quantity = (gint64) wire;
  return NULL;
}

static const char *
read_time_in_force (SimExchange *exchange,
                    int          tif,
                    gint64       good_till,
                    SimOrder    *order,
                    gint64       now)
{
  switch (tif)
    {
    case DTC_TIF_UNSET:
    case DTC_TIF_DAY:
      order->tif = DTC_TIF_DAY;
      order->expires = sim_exchange_session_end (exchange, now);
      if (order->expires == G_MAXINT64)
        order->expires = 0;
      return NULL;
    case DTC_TIF_GOOD_TILL_DATE_TIME:
      order->good_till = to_seconds (good_till);
      if (order->good_till <= now / G_USEC_PER_SEC)
        return "GoodTillDateTime is missing or has passed";
      order->expires = order->good_till * (gint64) G_USEC_PER_SEC;
      break;
    case DTC_TIF_GOOD_TILL_CANCELED:
    case DTC_TIF_IMMEDIATE_OR_CANCEL:
    case DTC_TIF_FILL_OR_KILL:
      break;
    case DTC_TIF_ALL_OR_NONE:
      return "All or none is not supported";
    default:
      return "TimeInForce has no meaning";
    }
  order->tif = tif;
  return NULL;
}

static const char *
read_prices (const DtcSubmitNewSingleOrder *submit,
             SimOrder                      *order)
{
  switch (submit->order_type)
    {
    case DTC_ORDER_TYPE_MARKET:
      break;
    case DTC_ORDER_TYPE_LIMIT:
    case DTC_ORDER_TYPE_STOP:
      if (!read_price (order->instrument, submit->price1, &order->price1))
        return "Price1 is missing or not a multiple of the tick";
      break;
    case DTC_ORDER_TYPE_STOP_LIMIT:
      if (!read_price (order->instrument, submit->price1, &order->price1))
        return "Price1 is missing or not a multiple of the tick";
      if (!read_price (order->instrument, submit->price2, &order->price2))
        return "Price2 is missing or not a multiple of the tick";
      break;
    case DTC_ORDER_TYPE_MARKET_IF_TOUCHED:
    case DTC_ORDER_TYPE_LIMIT_IF_TOUCHED:
    case DTC_ORDER_TYPE_MARKET_LIMIT:
      return "This OrderType is not supported";
    default:
      return "OrderType is missing or has no meaning";
    }
  order->type = submit->order_type;
  return NULL;
}

/* Fills @order from the message; returns why it cannot be, or NULL. */
static const char *
read_submit (SimExchange                   *exchange,
             const DtcSubmitNewSingleOrder *submit,
             SimOrder                      *order,
             gint64                         now)
{
  SimMarket  *market = sim_exchange_find_market (exchange, submit->symbol);
  const char *wrong;

  if (exchange->options->trading_off)
    return "Trading is not allowed on this server";
  if (!*submit->symbol)
    return "Symbol is missing";
  if (!market)
    return "Unknown symbol";
  if (!*submit->trade_account)
    return "TradeAccount is missing";
  if (!sim_exchange_find_account (exchange, submit->trade_account))
    return "Unknown trade account";
  if (submit->buy_sell != DTC_BUY && submit->buy_sell != DTC_SELL)
    return "BuySell is missing or has no meaning";
  if (submit->is_parent_order)
    return "Bracket orders are not supported";
  if (submit->max_show_quantity > 0 || submit->intended_position_quantity != 0)
    return "MaxShowQuantity and IntendedPositionQuantity are not supported";
  if (strlen (submit->free_form_text) > MAX_TEXT)
    return "FreeFormText is longer than 47 bytes";
  order->instrument = market->instrument;
  order->side = submit->buy_sell;
  order->open_or_close = submit->open_or_close;
  if ((wrong = read_quantity (submit->quantity, &order->quantity)) != NULL
      || (wrong = read_prices (submit, order)) != NULL)
    return wrong;
  return read_time_in_force (exchange, submit->time_in_force, submit->good_till_date_time, order, now);
}

/* Acknowledges @order, which is complete but for its ids, and lets it work. */
static void
accept (SimExchange *exchange,
        SimOrder    *order,
        gint64       now)
{
  SimMarket *market = sim_exchange_find_market (exchange, order->instrument->symbol);

  order->number = order->place = exchange->next_order++;
  order->server_id = g_strdup_printf ("%s-%" G_GUINT64_FORMAT, exchange->tag, order->number);
  order->status = DTC_ORDER_STATUS_OPEN;
  order->received = now;
  sim_exchange_adopt (exchange, order);
  sim_exchange_touch (exchange, order, now);
  sim_exchange_tell (exchange, NULL, order, DTC_NEW_ORDER_ACCEPTED, NULL);
  /* A stop that the market has already passed starts at once. */
  market->touched_low = MIN (market->touched_low, market->last);
  market->touched_high = MAX (market->touched_high, market->last);
  sim_exchange_work (exchange, order, now);
  sim_exchange_run_stops (exchange, market, now);
}

static Refused
refused_submit (const DtcMessage *message)
{
  const DtcSubmitNewSingleOrder *submit = &message->submit_new_single_order;

  return (Refused) { submit->symbol, submit->trade_account, submit->client_order_id, submit->free_form_text,
                     submit->order_type, submit->buy_sell, submit->time_in_force, submit->quantity };
}

void
sim_exchange_refuse (SimExchange      *exchange,
                     gpointer          origin,
                     const DtcMessage *message,
                     const char       *info,
                     gint64            now)
{
  Refused refused = refused_submit (message);

  refuse_new (exchange, origin, &refused, info, now);
}

void
sim_exchange_submit (SimExchange      *exchange,
                     gpointer          origin,
                     const DtcMessage *message,
                     const char       *username,
                     gint64            now)
{
  const DtcSubmitNewSingleOrder *submit = &message->submit_new_single_order;
  g_autoptr (SimOrder)           order = sim_order_new ();
  const char                    *wrong;

  wrong = take_id (exchange, submit->client_order_id, now);
  if (!wrong)
    wrong = read_submit (exchange, submit, order, now);
  if (!wrong && exchange->options->reject_rate > 0
      && g_rand_double (exchange->rand) < exchange->options->reject_rate)
    wrong = exchange->options->reject_text;
  if (wrong)
    {
      sim_exchange_refuse (exchange, origin, message, wrong, now);
      return;
    }
  order->client_id = g_strdup (submit->client_order_id);
  order->account = g_strdup (submit->trade_account);
  order->text = g_strdup (submit->free_form_text);
  order->username = g_strdup (username);
  accept (exchange, g_steal_pointer (&order), now);
}

void
sim_exchange_submit_oco (SimExchange      *exchange,
                         gpointer          origin,
                         const DtcMessage *message,
                         gint64            now)
{
  const DtcSubmitNewOcoOrder *submit = &message->submit_new_oco_order;
  Refused                     first = { submit->symbol, submit->trade_account, submit->client_order_id_1,
                                        submit->free_form_text, submit->order_type_1, submit->buy_sell_1,
                                        submit->time_in_force, submit->quantity_1 };
  Refused                     second = { submit->symbol, submit->trade_account, submit->client_order_id_2,
                                         submit->free_form_text, submit->order_type_2, submit->buy_sell_2,
                                         submit->time_in_force, submit->quantity_2 };

  refuse_new (exchange, origin, &first, "OCO orders are not supported", now);
  refuse_new (exchange, origin, &second, "OCO orders are not supported", now);
}

void
sim_exchange_flatten (SimExchange      *exchange,
                      gpointer          origin,
                      const DtcMessage *message,
                      const char       *username,
                      gint64            now)
{
  const DtcSubmitFlattenPositionOrder *flatten = &message->submit_flatten_position_order;
  SimMarket                           *market = sim_exchange_find_market (exchange, flatten->symbol);
  SimAccount                          *account = sim_exchange_find_account (exchange, flatten->trade_account);
  Refused                              refused = { flatten->symbol, flatten->trade_account, flatten->client_order_id,
                                                   flatten->free_form_text, DTC_ORDER_TYPE_MARKET, 0, DTC_TIF_DAY, 0 };
  const char                          *wrong = take_id (exchange, flatten->client_order_id, now);
  SimOrder                            *order;
  gint64                               held;

  if (!wrong && exchange->options->trading_off)
    wrong = "Trading is not allowed on this server";
  if (!wrong && !market)
    wrong = "Unknown symbol";
  if (!wrong && !account)
    wrong = "Unknown trade account";
  if (!wrong && sim_account_get_position (account, market->instrument)->quantity == 0)
    wrong = "There is no position to flatten";
  if (!wrong && strlen (flatten->free_form_text) > MAX_TEXT)
    wrong = "FreeFormText is longer than 47 bytes";
  if (wrong)
    {
      refuse_new (exchange, origin, &refused, wrong, now);
      return;
    }
  held = sim_account_get_position (account, market->instrument)->quantity;
  order = sim_order_new ();
  order->client_id = g_strdup (flatten->client_order_id);
  order->account = g_strdup (flatten->trade_account);
  order->text = g_strdup (flatten->free_form_text);
  order->username = g_strdup (username);
  order->instrument = market->instrument;
  order->type = DTC_ORDER_TYPE_MARKET;
  order->side = held > 0 ? DTC_SELL : DTC_BUY;
  order->tif = DTC_TIF_DAY;
  order->quantity = ABS (held);
  accept (exchange, order, now);
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
    {
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

      dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
      SET_INT (REQUEST_ID, 0);
      SET_INT (TOTAL_NUM_MESSAGES, 1);
      SET_INT (MESSAGE_NUMBER, 1);
      SET_STRING (CLIENT_ORDER_ID, client_id);
      SET_INT (ORDER_STATUS, DTC_ORDER_STATUS_REJECTED);
      SET_INT (ORDER_UPDATE_REASON, reason);
      if (*account)
        SET_STRING (TRADE_ACCOUNT, account);
      SET_STRING (INFO_TEXT, *server_id ? "There is no order with this ServerOrderID" : "ServerOrderID is missing");
      SET_DOUBLE (LATEST_TRANSACTION_DATE_TIME, (double) now / G_USEC_PER_SEC);
      exchange->sink.emit (origin, &message, exchange->sink_data);
      return NULL;
    }
  if (*client_id && strcmp (client_id, order->client_id) != 0)
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
  SimOrder             *order = find_named (exchange, origin, DTC_ORDER_CANCEL_REJECTED, cancel->server_order_id,
                                            cancel->client_order_id, cancel->trade_account, now);

  if (order)
    sim_exchange_kill (exchange, order, NULL, now);
}

/* What a change asks for, in ticks. */
typedef struct
{
  gint64 price1;
  gint64 price2;
  gint64 quantity;
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
read_change (SimExchange      *exchange,
             const DtcMessage *message,
             const SimOrder   *order,
             Change           *change)
{
  const DtcCancelReplaceOrder *replace = &message->cancel_replace_order;
  const char                  *wrong;

  *change = (Change) { order->price1, order->price2, order->quantity };
  if (exchange->options->trading_off)
    return "Trading is not allowed on this server";
  /* A price that the order type lacks is passed over: the flags are 1 by default. */
  if (sim_order_has_price1 (order)
      && price_is_set (exchange, message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, DTC_CANCEL_REPLACE_ORDER_F_PRICE1)
      && !read_price (order->instrument, replace->price1, &change->price1))
    return "Price1 is set but missing, or not a multiple of the tick";
  if (sim_order_has_price2 (order)
      && price_is_set (exchange, message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, DTC_CANCEL_REPLACE_ORDER_F_PRICE2)
      && !read_price (order->instrument, replace->price2, &change->price2))
    return "Price2 is set but missing, or not a multiple of the tick";
  if (replace->quantity != 0 && (wrong = read_quantity (replace->quantity, &change->quantity)) != NULL)
    return wrong;
  if (change->quantity <= order->filled)
    return "As much as the new quantity is already filled";
  if (replace->time_in_force != 0 && replace->time_in_force != order->tif)
    return "TimeInForce cannot be changed";
  return NULL;
}

void
sim_exchange_replace (SimExchange      *exchange,
                      gpointer          origin,
                      const DtcMessage *message,
                      gint64            now)
{
  const DtcCancelReplaceOrder *replace = &message->cancel_replace_order;
  SimOrder                    *order;
  SimMarket                   *market;
  Change                       change;
  const char                  *wrong;
  gboolean                     keeps_place;

  order = find_named (exchange, origin, DTC_ORDER_CANCEL_REPLACE_REJECTED, replace->server_order_id,
                      replace->client_order_id, replace->trade_account, now);
  if (!order)
    return;
  wrong = read_change (exchange, message, order, &change);
  if (wrong)
    {
      sim_exchange_tell (exchange, origin, order, DTC_ORDER_CANCEL_REPLACE_REJECTED, wrong);
      return;
    }

  keeps_place = change.price1 == order->price1 && change.price2 == order->price2
                && change.quantity <= order->quantity;
  if (!keeps_place)
    {
      sim_exchange_lift (exchange, order);
      order->place = exchange->next_order++;
    }
  order->price1 = change.price1;
  order->price2 = change.price2;
  order->quantity = change.quantity;
  if (exchange->options->new_id_on_replace)
    {
      g_hash_table_steal (exchange->orders, order->server_id);
      order->previous_id = g_steal_pointer (&order->server_id);
      order->server_id = g_strdup_printf ("%s-%" G_GUINT64_FORMAT, exchange->tag, exchange->next_order++);
      g_hash_table_insert (exchange->orders, order->server_id, order);
    }
  sim_exchange_touch (exchange, order, now);
  sim_exchange_tell (exchange, NULL, order, DTC_ORDER_CANCEL_REPLACE_COMPLETE, NULL);
  g_clear_pointer (&order->previous_id, g_free);

  if (keeps_place)
    {
      if (order->entry)
        order->entry->quantity = order->quantity - order->filled;
      return;
    }
  market = sim_exchange_find_market (exchange, order->instrument->symbol);
  market->touched_low = MIN (market->touched_low, market->last);
  market->touched_high = MAX (market->touched_high, market->last);
  sim_exchange_work (exchange, order, now);
  sim_exchange_run_stops (exchange, market, now);
}

gboolean
sim_exchange_perform (SimExchange      *exchange,
                      gpointer          origin,
                      const DtcMessage *message,
                      const char       *username,
                      gint64            now)
{
  switch (message->type)
    {
    case DTC_MSG_SUBMIT_NEW_SINGLE_ORDER:
      sim_exchange_submit (exchange, origin, message, username, now);
      return TRUE;
    case DTC_MSG_SUBMIT_NEW_OCO_ORDER:
      sim_exchange_submit_oco (exchange, origin, message, now);
      return TRUE;
    case DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER:
      sim_exchange_flatten (exchange, origin, message, username, now);
      return TRUE;
    case DTC_MSG_CANCEL_ORDER:
      sim_exchange_cancel (exchange, origin, message, now);
      return TRUE;
    case DTC_MSG_CANCEL_REPLACE_ORDER:
      sim_exchange_replace (exchange, origin, message, now);
      return TRUE;
    default:
      return FALSE;
    }
}

void
sim_exchange_forget_origin (SimExchange *exchange,
                            gpointer     origin)
{
}
