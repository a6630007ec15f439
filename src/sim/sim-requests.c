/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-requests.h"

#include <string.h>

#define SECONDS_A_DAY (24 * 3600)

static void
reject (SimClient  *client,
        guint16     type,
        int         request_id,
        const char *text)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  /* 302, 307, 308, 509 and 602 all consist of RequestID and RejectText. */
  dtc_message_init (&answer, type);
  dtc_message_set_int (&answer, 0, request_id);
  dtc_message_set_string (&answer, 1, text);
  sim_client_send (client, &answer);
}

/* Open orders. */

void
sim_requests_restate (SimExchange *exchange,
                      SimClient   *client,
                      int          request_id,
                      const char  *server_id,
                      const char  *account)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  g_auto (DtcMessage)   answer = DTC_MESSAGE_INIT;
  guint                 i;

  for (i = 0; i < exchange->working->len; i++)
    {
      const SimOrder *order = g_ptr_array_index (exchange->working, i);

      if ((!*account || strcmp (account, order->account) == 0)
          && (!*server_id || strcmp (server_id, order->server_id) == 0))
        g_ptr_array_add (chosen, (gpointer) order);
    }
  for (i = 0; i < chosen->len; i++)
    {
      sim_order_describe (g_ptr_array_index (chosen, i), DTC_OPEN_ORDERS_REQUEST_RESPONSE, NULL, &answer);
      dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_REQUEST_ID, request_id);
      dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, chosen->len);
      dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, i + 1);
      sim_client_send (client, &answer);
    }
  if (chosen->len == 0)
    {
      dtc_message_init (&answer, DTC_MSG_ORDER_UPDATE);
      dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_REQUEST_ID, request_id);
      dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
      dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
      dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, DTC_OPEN_ORDERS_REQUEST_RESPONSE);
      dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_NO_ORDERS, 1);
      if (*account)
        dtc_message_set_string (&answer, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT, account);
      sim_client_send (client, &answer);
    }
}

static void
answer_open_orders (SimExchange      *exchange,
                    SimClient        *client,
                    const DtcMessage *message)
{
  const DtcOpenOrdersRequest *request = &message->open_orders_request;

  if (*request->trade_account && !sim_exchange_find_account (exchange, request->trade_account))
    reject (client, DTC_MSG_OPEN_ORDERS_REJECT, request->request_id, "Unknown trade account");
  else if (!request->request_all_orders && !*request->server_order_id)
    reject (client, DTC_MSG_OPEN_ORDERS_REJECT, request->request_id, "ServerOrderID is missing");
  else
    sim_requests_restate (exchange, client, request->request_id,
                          request->request_all_orders ? "" : request->server_order_id, request->trade_account);
}

/* Fills. */

#define SET_INT(field, value) dtc_message_set_int (&answer, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (&answer, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_##field, value)
#define SET_STRING(field, value) dtc_message_set_string (&answer, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_##field, value)

static void
send_fill (SimClient     *client,
           const SimFill *fill,
           int            request_id,
           guint          total,
           guint          number)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);
  SET_INT (REQUEST_ID, request_id);
  SET_INT (TOTAL_NUMBER_MESSAGES, total);
  SET_INT (MESSAGE_NUMBER, number);
  SET_STRING (SYMBOL, fill->instrument->symbol);
  SET_STRING (EXCHANGE, fill->instrument->exchange);
  SET_STRING (SERVER_ORDER_ID, fill->server_id);
  SET_INT (BUY_SELL, fill->side);
  SET_DOUBLE (PRICE, sim_instrument_to_wire (fill->instrument, (double) fill->price));
  SET_INT (DATE_TIME, fill->time / G_USEC_PER_SEC);
  SET_DOUBLE (QUANTITY, (double) fill->quantity);
  SET_STRING (UNIQUE_EXECUTION_ID, fill->execution_id);
  SET_STRING (TRADE_ACCOUNT, fill->account);
  SET_INT (NO_ORDER_FILLS, 0);
  sim_client_send (client, &answer);
}

/* Microseconds of a start that may be given in seconds, milli- or microseconds. */
static gint64
start_of (const DtcHistoricalOrderFillsRequest *request,
          gint64                                now)
{
  gint64 start = request->start_date_time;

  if (start <= 0)
    return now - (gint64) request->number_of_days * SECONDS_A_DAY * G_USEC_PER_SEC;
  if (start > G_GINT64_CONSTANT (100000000000000))
    return start;
  if (start > G_GINT64_CONSTANT (100000000000))
    return start * 1000;
  return start * G_USEC_PER_SEC;
}

static void
answer_fills (SimExchange      *exchange,
              SimClient        *client,
              const DtcMessage *message,
              gint64            now)
{
  const DtcHistoricalOrderFillsRequest *request = &message->historical_order_fills_request;
  g_autoptr (GPtrArray)                 chosen = g_ptr_array_new ();
  gint64                                start = start_of (request, now);
  guint                                 i;

  if (!*request->trade_account)
    reject (client, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT, request->request_id, "TradeAccount is not set");
  else if (!sim_exchange_find_account (exchange, request->trade_account))
    reject (client, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT, request->request_id, "Unknown trade account");
  else if (request->number_of_days <= 0 && request->start_date_time <= 0)
    reject (client, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT, request->request_id,
            "NumberOfDays or StartDateTime must be set");
  else
    {
      for (i = 0; i < exchange->fills->len; i++)
        {
          const SimFill *fill = g_ptr_array_index (exchange->fills, i);

          if (fill->time >= start && strcmp (fill->account, request->trade_account) == 0
              && (!*request->server_order_id || strcmp (fill->server_id, request->server_order_id) == 0))
            g_ptr_array_add (chosen, (gpointer) fill);
        }
      for (i = 0; i < chosen->len; i++)
        send_fill (client, g_ptr_array_index (chosen, i), request->request_id, chosen->len, i + 1);
      if (chosen->len == 0)
        {
          g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

          dtc_message_init (&answer, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);
          SET_INT (REQUEST_ID, request->request_id);
          SET_INT (TOTAL_NUMBER_MESSAGES, 1);
          SET_INT (MESSAGE_NUMBER, 1);
          SET_STRING (TRADE_ACCOUNT, request->trade_account);
          SET_INT (NO_ORDER_FILLS, 1);
          sim_client_send (client, &answer);
        }
    }
}

/* Positions. */

static void
answer_positions (SimExchange      *exchange,
                  SimClient        *client,
                  const DtcMessage *message)
{
  const DtcCurrentPositionsRequest *request = &message->current_positions_request;
  g_auto (DtcMessage)               answer = DTC_MESSAGE_INIT;
  guint                             total = 0, number = 0;
  guint                             pass, i, j;

  if (*request->trade_account && !sim_exchange_find_account (exchange, request->trade_account))
    {
      reject (client, DTC_MSG_CURRENT_POSITIONS_REJECT, request->request_id, "Unknown trade account");
      return;
    }
  /* Once to count, once to tell. */
  for (pass = 0; pass < 2; pass++)
    for (i = 0; i < exchange->accounts->len; i++)
      {
        const SimAccount *account = g_ptr_array_index (exchange->accounts, i);

        if (*request->trade_account && strcmp (request->trade_account, account->name) != 0)
          continue;
        for (j = 0; j < account->n_positions; j++)
          {
            const SimPosition *position = &account->positions[j];

            if (position->quantity == 0)
              continue;
            if (pass == 0)
              {
                total++;
                continue;
              }
            sim_position_describe (account, position,
                                   sim_exchange_find_market (exchange, position->instrument->symbol)->last, &answer);
            dtc_message_set_int (&answer, DTC_POSITION_UPDATE_F_REQUEST_ID, request->request_id);
            dtc_message_set_int (&answer, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, total);
            dtc_message_set_int (&answer, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER, ++number);
            dtc_message_set_int (&answer, DTC_POSITION_UPDATE_F_UNSOLICITED, 0);
            sim_client_send (client, &answer);
          }
      }
  if (total == 0)
    {
      dtc_message_init (&answer, DTC_MSG_POSITION_UPDATE);
      dtc_message_set_int (&answer, DTC_POSITION_UPDATE_F_REQUEST_ID, request->request_id);
      dtc_message_set_int (&answer, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1);
      dtc_message_set_int (&answer, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER, 1);
      dtc_message_set_int (&answer, DTC_POSITION_UPDATE_F_NO_POSITIONS, 1);
      dtc_message_set_int (&answer, DTC_POSITION_UPDATE_F_UNSOLICITED, 0);
      if (*request->trade_account)
        dtc_message_set_string (&answer, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, request->trade_account);
      sim_client_send (client, &answer);
    }
}

/* Accounts and balances. */

static void
answer_accounts (SimExchange      *exchange,
                 SimClient        *client,
                 const DtcMessage *message)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;
  guint               i;

  for (i = 0; i < exchange->accounts->len; i++)
    {
      dtc_message_init (&answer, DTC_MSG_TRADE_ACCOUNT_RESPONSE);
      dtc_message_set_int (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TOTAL_NUMBER_MESSAGES, exchange->accounts->len);
      dtc_message_set_int (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_MESSAGE_NUMBER, i + 1);
      dtc_message_set_string (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT,
                              ((SimAccount *) g_ptr_array_index (exchange->accounts, i))->name);
      dtc_message_set_int (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_REQUEST_ID,
                           message->trade_accounts_request.request_id);
      dtc_message_set_int (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADING_IS_DISABLED, exchange->options->trading_off);
      sim_client_send (client, &answer);
    }
}

static void
answer_balances (SimExchange      *exchange,
                 SimClient        *client,
                 const DtcMessage *message,
                 gint64            now)
{
  const DtcAccountBalanceRequest *request = &message->account_balance_request;
  g_auto (DtcMessage)             answer = DTC_MESSAGE_INIT;
  guint                           total = *request->trade_account ? 1 : exchange->accounts->len;
  guint                           number = 0;
  guint                           i;

  if (*request->trade_account && !sim_exchange_find_account (exchange, request->trade_account))
    {
      reject (client, DTC_MSG_ACCOUNT_BALANCE_REJECT, request->request_id, "Unknown trade account");
      return;
    }
  for (i = 0; i < exchange->accounts->len; i++)
    {
      const SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      if (*request->trade_account && strcmp (request->trade_account, account->name) != 0)
        continue;
      sim_account_describe (account, sim_exchange_open_profit (exchange, account), now, &answer);
      dtc_message_set_int (&answer, DTC_ACCOUNT_BALANCE_UPDATE_F_REQUEST_ID, request->request_id);
      dtc_message_set_int (&answer, DTC_ACCOUNT_BALANCE_UPDATE_F_TOTAL_NUMBER_MESSAGES, total);
      dtc_message_set_int (&answer, DTC_ACCOUNT_BALANCE_UPDATE_F_MESSAGE_NUMBER, ++number);
      dtc_message_set_int (&answer, DTC_ACCOUNT_BALANCE_UPDATE_F_UNSOLICITED, 0);
      sim_client_send (client, &answer);
    }
}

/* Symbols. */

#undef SET_INT
#undef SET_DOUBLE
#undef SET_STRING
#define SET_INT(field, value) dtc_message_set_int (&answer, DTC_SECURITY_DEFINITION_RESPONSE_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (&answer, DTC_SECURITY_DEFINITION_RESPONSE_F_##field, value)
#define SET_STRING(field, value) dtc_message_set_string (&answer, DTC_SECURITY_DEFINITION_RESPONSE_F_##field, value)

static void
send_definition (SimClient           *client,
                 const SimInstrument *instrument,
                 int                  request_id,
                 gboolean             last)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_SECURITY_DEFINITION_RESPONSE);
  SET_INT (REQUEST_ID, request_id);
  SET_INT (IS_FINAL_MESSAGE, last);
  if (instrument)
    {
      SET_STRING (SYMBOL, instrument->symbol);
      SET_STRING (EXCHANGE, instrument->exchange);
      SET_INT (SECURITY_TYPE, DTC_SECURITY_TYPE_FUTURES);
      SET_STRING (DESCRIPTION, instrument->description);
      SET_DOUBLE (MIN_PRICE_INCREMENT, instrument->tick);
      SET_INT (PRICE_DISPLAY_FORMAT, instrument->price_format);
      SET_DOUBLE (CURRENCY_VALUE_PER_INCREMENT, instrument->tick_value);
      SET_STRING (UNDERLYING_SYMBOL, instrument->underlying);
      SET_INT (SECURITY_EXPIRATION_DATE, instrument->expires);
      SET_INT (HAS_MARKET_DEPTH_DATA, 1);
      SET_DOUBLE (DISPLAY_PRICE_MULTIPLIER, instrument->multiplier);
      SET_STRING (EXCHANGE_SYMBOL, instrument->symbol);
      SET_DOUBLE (INITIAL_MARGIN_REQUIREMENT, instrument->margin);
      SET_DOUBLE (MAINTENANCE_MARGIN_REQUIREMENT, instrument->margin);
      SET_STRING (CURRENCY, SIM_CURRENCY);
      SET_DOUBLE (CONTRACT_SIZE, instrument->contract_size);
    }
  sim_client_send (client, &answer);
}

static void
answer_definition (SimExchange      *exchange,
                   SimClient        *client,
                   const DtcMessage *message)
{
  const DtcSecurityDefinitionForSymbolRequest *request = &message->security_definition_for_symbol_request;
  const SimMarket                             *market = sim_exchange_find_market (exchange, request->symbol);

  if (market)
    send_definition (client, market->instrument, request->request_id, TRUE);
  else
    reject (client, DTC_MSG_SECURITY_DEFINITION_REJECT, request->request_id, "Unknown symbol");
}

/* Tells all symbols in which @text (nothing: every text) is part of the symbol or, if wanted, the description. */
static void
search (SimExchange *exchange,
        SimClient   *client,
        int          request_id,
        const char  *text,
        gboolean     description)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autofree char      *folded = g_ascii_strup (text, -1);
  guint                 i;

  for (i = 0; i < exchange->markets->len; i++)
    {
      const SimInstrument *instrument = ((SimMarket *) g_ptr_array_index (exchange->markets, i))->instrument;
      g_autofree char     *in = g_ascii_strup (description ? instrument->description : instrument->symbol, -1);

      if (strstr (in, folded))
        g_ptr_array_add (found, (gpointer) instrument);
    }
  for (i = 0; i < found->len; i++)
    send_definition (client, g_ptr_array_index (found, i), request_id, i + 1 == found->len);
  if (found->len == 0)
    send_definition (client, NULL, request_id, TRUE);
}

static void
answer_exchanges (SimExchange      *exchange,
                  SimClient        *client,
                  const DtcMessage *message)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;
  guint               i;

  for (i = 0; i < exchange->markets->len; i++)
    {
      dtc_message_init (&answer, DTC_MSG_EXCHANGE_LIST_RESPONSE);
      dtc_message_set_int (&answer, DTC_EXCHANGE_LIST_RESPONSE_F_REQUEST_ID,
                           message->body.exchange_list_request.request_id);
      dtc_message_set_string (&answer, DTC_EXCHANGE_LIST_RESPONSE_F_EXCHANGE,
                              ((SimMarket *) g_ptr_array_index (exchange->markets, i))->instrument->exchange);
      dtc_message_set_int (&answer, DTC_EXCHANGE_LIST_RESPONSE_F_IS_FINAL_MESSAGE, i + 1 == exchange->markets->len);
      sim_client_send (client, &answer);
    }
}

gboolean
sim_requests_answer (SimExchange      *exchange,
                     SimClient        *client,
                     const DtcMessage *message,
                     gint64            now)
{
  switch (message->type)
    {
    case DTC_MSG_OPEN_ORDERS_REQUEST:
      answer_open_orders (exchange, client, message);
      return TRUE;
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST:
      answer_fills (exchange, client, message, now);
      return TRUE;
    case DTC_MSG_CURRENT_POSITIONS_REQUEST:
      answer_positions (exchange, client, message);
      return TRUE;
    case DTC_MSG_TRADE_ACCOUNTS_REQUEST:
      answer_accounts (exchange, client, message);
      return TRUE;
    case DTC_MSG_ACCOUNT_BALANCE_REQUEST:
      answer_balances (exchange, client, message, now);
      return TRUE;
    case DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST:
      answer_definition (exchange, client, message);
      return TRUE;
    case DTC_MSG_EXCHANGE_LIST_REQUEST:
      answer_exchanges (exchange, client, message);
      return TRUE;
    case DTC_MSG_SYMBOLS_FOR_EXCHANGE_REQUEST:
      search (exchange, client, message->body.symbols_for_exchange_request.request_id, "", FALSE);
      return TRUE;
    case DTC_MSG_SYMBOL_SEARCH_REQUEST:
      search (exchange, client, message->body.symbol_search_request.request_id,
              message->body.symbol_search_request.search_text,
              message->body.symbol_search_request.search_type == DTC_SEARCH_TYPE_BY_DESCRIPTION);
      return TRUE;
    default:
      return FALSE;
    }
}
