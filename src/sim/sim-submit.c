/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

#include <math.h>
#include <string.h>

#define MAX_QUANTITY 1000000
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

/* Refusing. */

#define SET_INT(field, value) dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_##field, value)
#define SET_STRING(field, value) dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_##field, value)

void
sim_exchange_refuse_ticket (SimExchange     *exchange,
                            gpointer         origin,
                            const SimTicket *ticket,
                            const char      *info,
                            gint64           now)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  SET_INT (REQUEST_ID, 0);
  SET_INT (TOTAL_NUM_MESSAGES, 1);
  SET_INT (MESSAGE_NUMBER, 1);
  SET_STRING (SYMBOL, ticket->symbol);
  SET_STRING (CLIENT_ORDER_ID, ticket->client_id);
  SET_INT (ORDER_STATUS, DTC_ORDER_STATUS_REJECTED);
  SET_INT (ORDER_UPDATE_REASON, DTC_NEW_ORDER_REJECTED);
  /* A number without a meaning is not echoed: it might have no counterpart in the client's numbering. */
  if (ticket->type >= DTC_ORDER_TYPE_MARKET && ticket->type <= DTC_ORDER_TYPE_MARKET_LIMIT)
    SET_INT (ORDER_TYPE, ticket->type);
  if (ticket->side == DTC_BUY || ticket->side == DTC_SELL)
    SET_INT (BUY_SELL, ticket->side);
  if (ticket->tif >= DTC_TIF_DAY && ticket->tif <= DTC_TIF_FILL_OR_KILL)
    SET_INT (TIME_IN_FORCE, ticket->tif);
  SET_DOUBLE (ORDER_QUANTITY, ticket->quantity);
  SET_DOUBLE (FILLED_QUANTITY, 0);
  SET_DOUBLE (REMAINING_QUANTITY, 0);
  SET_STRING (TRADE_ACCOUNT, ticket->account);
  SET_STRING (INFO_TEXT, info);
  if (*ticket->text)
    SET_STRING (FREE_FORM_TEXT, ticket->text);
  SET_DOUBLE (LATEST_TRANSACTION_DATE_TIME, (double) now / G_USEC_PER_SEC);
  exchange->sink.emit (origin, &message, exchange->sink_data);
}

#undef SET_INT
#undef SET_DOUBLE
#undef SET_STRING

SimTicket
sim_ticket_of_submit (const DtcMessage *message)
{
  const DtcSubmitNewSingleOrder *submit = &message->submit_new_single_order;

  return (SimTicket) {
    .symbol = submit->symbol, .account = submit->trade_account, .client_id = submit->client_order_id,
    .text = submit->free_form_text, .type = submit->order_type, .side = submit->buy_sell,
    .tif = submit->time_in_force, .good_till = submit->good_till_date_time, .quantity = submit->quantity,
    .price1 = submit->price1, .price2 = submit->price2, .show = submit->max_show_quantity,
    .open_or_close = submit->open_or_close,
  };
}

void
sim_exchange_refuse (SimExchange      *exchange,
                     gpointer          origin,
                     const DtcMessage *message,
                     const char       *info,
                     gint64            now)
{
  SimTicket ticket = sim_ticket_of_submit (message);

  if (message->submit_new_single_order.is_parent_order)
    sim_exchange_spurn (exchange, ticket.client_id);
  sim_exchange_refuse_ticket (exchange, origin, &ticket, info, now);
}

/* Reading. */

const char *
sim_exchange_take_id (SimExchange *exchange,
                      const char  *client_id,
                      gint64       now)
{
  const gint64   *session = g_hash_table_lookup (exchange->used_ids, client_id);
  const SimOrder *order = g_hash_table_lookup (exchange->by_client, client_id);

  if (!*client_id)
    return "ClientOrderID is missing";
  if (strlen (client_id) > MAX_ID)
    return "ClientOrderID is longer than 31 bytes";
  if (session && *session > now)
    return "ClientOrderID was already used in this session";
  if (order && sim_order_is_working (order))
    return "ClientOrderID is that of a working order";
  sim_exchange_use_id (exchange, client_id, sim_exchange_session_end (exchange, now));
  g_ptr_array_add (exchange->dirty_ids, g_strdup (client_id));
  return NULL;
}

gboolean
sim_exchange_read_price (const SimInstrument *instrument,
                         double               wire,
                         gint64              *ticks)
{
  return wire > 0 && sim_instrument_to_ticks (instrument, wire, ticks) && *ticks > 0;
}

const char *
sim_exchange_read_quantity (SimExchange      *exchange,
                            const SimAccount *account,
                            double            wire,
                            gint64           *quantity)
{
  if (!(wire >= 1 && wire <= MAX_QUANTITY) || wire != floor (wire))
    return "Quantity must be a whole number from 1 on";
  *quantity = (gint64) wire;
  if (account->max_quantity > 0 && *quantity > account->max_quantity)
    return sim_exchange_explain (exchange, "Quantity is more than this account's limit of %" G_GINT64_FORMAT
                                 " for one order", account->max_quantity);
  return NULL;
}

const char *
sim_exchange_read_time (SimExchange *exchange,
                        int          tif,
                        gint64       good_till,
                        SimOrder    *order,
                        gint64       now)
{
  gint64 expires = 0;

  switch (tif)
    {
    case DTC_TIF_UNSET:
    case DTC_TIF_DAY:
    case DTC_TIF_ALL_OR_NONE:
      tif = tif == DTC_TIF_UNSET ? DTC_TIF_DAY : tif;
      expires = sim_exchange_session_end (exchange, now);
      expires = expires == G_MAXINT64 ? 0 : expires;
      good_till = 0;
      break;
    case DTC_TIF_GOOD_TILL_DATE_TIME:
      good_till = to_seconds (good_till);
      if (good_till <= now / G_USEC_PER_SEC)
        return "GoodTillDateTime is missing or has passed";
      expires = good_till * (gint64) G_USEC_PER_SEC;
      break;
    case DTC_TIF_GOOD_TILL_CANCELED:
    case DTC_TIF_IMMEDIATE_OR_CANCEL:
    case DTC_TIF_FILL_OR_KILL:
      good_till = 0;
      break;
    default:
      return "TimeInForce has no meaning";
    }
  order->tif = tif;
  order->good_till = good_till;
  order->expires = expires;
  return NULL;
}

static const char *
read_prices (const SimTicket *ticket,
             SimOrder        *order)
{
  gboolean has_price2 = ticket->type == DTC_ORDER_TYPE_STOP_LIMIT
                        || (ticket->type == DTC_ORDER_TYPE_LIMIT_IF_TOUCHED && ticket->price2 != 0);

  order->type = ticket->type;
  if (ticket->type < DTC_ORDER_TYPE_MARKET || ticket->type > DTC_ORDER_TYPE_MARKET_LIMIT)
    return "OrderType is missing or has no meaning";
  if (ticket->type == DTC_ORDER_TYPE_MARKET || ticket->type == DTC_ORDER_TYPE_MARKET_LIMIT)
    return NULL;
  if (ticket->offset > 0)
    {
      if (!sim_exchange_read_price (order->instrument, ticket->offset, &order->offset))
        return "The offset is not a multiple of the tick";
    }
  else if (!sim_exchange_read_price (order->instrument, ticket->price1, &order->price1))
    return "Price1 is missing or not a multiple of the tick";
  if (has_price2 && !sim_exchange_read_price (order->instrument, ticket->price2, &order->price2))
    return "Price2 is missing or not a multiple of the tick";
  return NULL;
}

static const char *
read_phase (const SimMarket *market,
            const SimOrder  *order)
{
  switch (market->phase)
    {
    case DTC_TRADING_STATUS_TRADING_HALT:
      return "Trading in this symbol is halted";
    case DTC_TRADING_STATUS_CLOSE:
      return "The market is closed";
    case DTC_TRADING_STATUS_PRE_OPEN:
      if (order->tif == DTC_TIF_IMMEDIATE_OR_CANCEL || order->tif == DTC_TIF_FILL_OR_KILL)
        return "An order for this moment needs an open market";
      return NULL;
    default:
      return NULL;
    }
}

const char *
sim_exchange_read_ticket (SimExchange     *exchange,
                          const SimTicket *ticket,
                          const char      *username,
                          SimOrder        *order,
                          gint64           now)
{
  SimMarket  *market = sim_exchange_find_market (exchange, ticket->symbol);
  SimAccount *account = sim_exchange_find_account (exchange, ticket->account);
  const char *wrong;

  if (exchange->options->trading_off)
    return "Trading is not allowed on this server";
  if (!*ticket->symbol)
    return "Symbol is missing";
  if (!market)
    return "Unknown symbol";
  if (!*ticket->account)
    return "TradeAccount is missing";
  if (!account)
    return "Unknown trade account";
  if (ticket->side != DTC_BUY && ticket->side != DTC_SELL)
    return "BuySell is missing or has no meaning";
  if (strlen (ticket->text) > MAX_TEXT)
    return "FreeFormText is longer than 47 bytes";
  order->instrument = market->instrument;
  order->holder = account;
  order->side = ticket->side;
  order->open_or_close = ticket->open_or_close;
  if ((wrong = sim_exchange_read_quantity (exchange, account, ticket->quantity, &order->quantity)) != NULL
      || (wrong = read_prices (ticket, order)) != NULL
      || (wrong = sim_exchange_read_time (exchange, ticket->tif, ticket->good_till, order, now)) != NULL
      || (wrong = read_phase (market, order)) != NULL)
    return wrong;
  if (ticket->show != 0
      && (!(ticket->show >= 1 && ticket->show <= MAX_QUANTITY) || ticket->show != floor (ticket->show)))
    return "MaxShowQuantity must be a whole number from 1 on";
  order->show = ticket->show >= ticket->quantity ? 0 : (gint64) ticket->show;
  if (!ticket->exit && (wrong = sim_exchange_check_risk (exchange, account, order->instrument, order->side,
                                                         order->quantity)) != NULL)
    return wrong;
  if (exchange->options->refuse_self_trade && !ticket->exit && sim_exchange_find_self (exchange, order))
    return "The order would trade with another order of this account";
  order->client_id = g_strdup (ticket->client_id);
  order->account = g_strdup (ticket->account);
  order->text = g_strdup (ticket->text);
  order->username = g_strdup (username);
  return NULL;
}

/* Accepting. */

void
sim_exchange_admit (SimExchange *exchange,
                    SimOrder    *order,
                    gint64       now)
{
  order->number = order->place = exchange->next_order++;
  order->server_id = sim_exchange_new_id (exchange);
  if (order->status != DTC_ORDER_STATUS_PENDING_CHILD)
    order->status = DTC_ORDER_STATUS_OPEN;
  order->received = now;
  sim_exchange_adopt (exchange, order);
  sim_exchange_touch (exchange, order, now);
}

void
sim_exchange_start (SimExchange *exchange,
                    SimOrder    *order,
                    gint64       now)
{
  SimMarket *market = sim_exchange_market_of (exchange, order->instrument);

  sim_exchange_look (market);
  if (sim_order_is_working (order))
    sim_exchange_work (exchange, order, now);
  sim_exchange_run (exchange, market, now);
}

static void
accept (SimExchange *exchange,
        SimOrder    *order,
        gint64       now)
{
  sim_exchange_admit (exchange, order, now);
  sim_exchange_tell (exchange, NULL, order, DTC_NEW_ORDER_ACCEPTED, NULL);
  sim_exchange_start (exchange, order, now);
}

const char *
sim_exchange_place (SimExchange     *exchange,
                    const SimTicket *ticket,
                    const char      *username,
                    gint64           now)
{
  g_autoptr (SimOrder) order = sim_order_new ();
  const char          *wrong = sim_exchange_take_id (exchange, ticket->client_id, now);

  if (!wrong)
    wrong = sim_exchange_read_ticket (exchange, ticket, username, order, now);
  if (!wrong)
    accept (exchange, g_steal_pointer (&order), now);
  return wrong;
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
  SimTicket                      ticket = sim_ticket_of_submit (message);
  const char                    *wrong = sim_exchange_take_id (exchange, ticket.client_id, now);

  if (!wrong && submit->intended_position_quantity != 0)
    wrong = "IntendedPositionQuantity is not supported";
  if (!wrong)
    wrong = sim_exchange_read_ticket (exchange, &ticket, username, order, now);
  if (!wrong && exchange->options->reject_rate > 0
      && g_rand_double (exchange->rand) < exchange->options->reject_rate)
    wrong = exchange->options->reject_text;
  if (wrong)
    sim_exchange_refuse (exchange, origin, message, wrong, now);
  else if (submit->is_parent_order)
    sim_exchange_hold (exchange, origin, message, username, now);
  else
    accept (exchange, g_steal_pointer (&order), now);
}

/* Flattening. */

void
sim_exchange_exit (SimExchange         *exchange,
                   SimAccount          *account,
                   const SimInstrument *instrument,
                   const char          *client_id,
                   const char          *text,
                   const char          *username,
                   gint64               now)
{
  gint64    held = sim_account_get_position (account, instrument)->quantity;
  SimOrder *order = sim_order_new ();

  order->client_id = g_strdup (client_id);
  order->account = g_strdup (account->name);
  order->holder = account;
  order->text = g_strdup (text);
  order->username = g_strdup (username);
  order->instrument = instrument;
  order->type = DTC_ORDER_TYPE_MARKET;
  order->side = held > 0 ? DTC_SELL : DTC_BUY;
  order->tif = DTC_TIF_DAY;
  order->quantity = ABS (held);
  accept (exchange, order, now);
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
  SimTicket                            ticket = { .symbol = flatten->symbol, .account = flatten->trade_account,
                                                  .client_id = flatten->client_order_id,
                                                  .text = flatten->free_form_text, .type = DTC_ORDER_TYPE_MARKET,
                                                  .tif = DTC_TIF_DAY };
  const char                          *wrong = sim_exchange_take_id (exchange, flatten->client_order_id, now);

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
  if (!wrong)
    wrong = read_phase (market, &(SimOrder) { .tif = DTC_TIF_DAY });
  if (wrong)
    sim_exchange_refuse_ticket (exchange, origin, &ticket, wrong, now);
  else
    sim_exchange_exit (exchange, account, market->instrument, flatten->client_order_id, flatten->free_form_text,
                       username, now);
}

/* One market order for each position: the first bears the ClientOrderID, the others that with a number behind it. */
void
sim_exchange_flatten_account (SimExchange      *exchange,
                              gpointer          origin,
                              const DtcMessage *message,
                              const char       *username,
                              gint64            now)
{
  const DtcFlattenPositionsForTradeAccount *flatten = &message->body.flatten_positions_for_trade_account;
  SimAccount                               *account = sim_exchange_find_account (exchange, flatten->trade_account);
  SimTicket                                 ticket = { .symbol = "", .account = flatten->trade_account,
                                                       .client_id = flatten->client_order_id,
                                                       .text = flatten->free_form_text,
                                                       .type = DTC_ORDER_TYPE_MARKET, .tif = DTC_TIF_DAY };
  const char                               *wrong = sim_exchange_take_id (exchange, flatten->client_order_id, now);
  guint                                     i, n = 0;

  if (!wrong && exchange->options->trading_off)
    wrong = "Trading is not allowed on this server";
  if (!wrong && !account)
    wrong = "Unknown trade account";
  if (!wrong && strlen (flatten->free_form_text) > MAX_TEXT)
    wrong = "FreeFormText is longer than 47 bytes";
  for (i = 0; !wrong && i < account->n_positions; i++)
    {
      const SimInstrument *instrument = account->positions[i].instrument;
      g_autofree char     *id = g_strdup (flatten->client_order_id);
      const char          *closed;

      if (account->positions[i].quantity == 0)
        continue;
      if (n++ > 0)
        {
          g_free (id);
          id = g_strdup_printf ("%.*s-%u", MAX_ID - 6, flatten->client_order_id, n);
        }
      ticket.symbol = instrument->symbol;
      ticket.client_id = id;
      closed = read_phase (sim_exchange_market_of (exchange, instrument), &(SimOrder) { .tif = DTC_TIF_DAY });
      if (!closed && n > 1)
        closed = sim_exchange_take_id (exchange, id, now);
      if (closed)
        sim_exchange_refuse_ticket (exchange, origin, &ticket, closed, now);
      else
        sim_exchange_exit (exchange, account, instrument, id, flatten->free_form_text, username, now);
    }
  if (!wrong && n == 0)
    wrong = "There is no position to flatten";
  if (wrong)
    sim_exchange_refuse_ticket (exchange, origin, &ticket, wrong, now);
}

gboolean
sim_exchange_perform (SimExchange      *exchange,
                      gpointer          origin,
                      const DtcMessage *message,
                      const char       *username,
                      gint64            now)
{
  sim_exchange_end_holds (exchange, origin, message, now);
  switch (message->type)
    {
    case DTC_MSG_SUBMIT_NEW_SINGLE_ORDER:
      sim_exchange_submit (exchange, origin, message, username, now);
      return TRUE;
    case DTC_MSG_SUBMIT_NEW_OCO_ORDER:
      sim_exchange_submit_oco (exchange, origin, message, username, now);
      return TRUE;
    case DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER:
      sim_exchange_flatten (exchange, origin, message, username, now);
      return TRUE;
    case DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT:
      sim_exchange_flatten_account (exchange, origin, message, username, now);
      return TRUE;
    case DTC_MSG_CANCEL_ORDER:
      sim_exchange_cancel (exchange, origin, message, now);
      return TRUE;
    case DTC_MSG_CANCEL_REPLACE_ORDER:
      sim_exchange_replace (exchange, origin, message, now);
      return TRUE;
    case DTC_MSG_ADD_CORRECTING_ORDER_FILL:
      sim_exchange_correct (exchange, origin, message, now);
      return TRUE;
    case DTC_MSG_ACCOUNT_BALANCE_ADJUSTMENT:
      sim_exchange_adjust (exchange, origin, message, now);
      return TRUE;
    case DTC_MSG_JOURNAL_ENTRY_ADD:
      if (*message->body.journal_entry_add.journal_entry)
        sim_exchange_add_journal (exchange, message->body.journal_entry_add.journal_entry, now);
      return TRUE;
    default:
      return FALSE;
    }
}
