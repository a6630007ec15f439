/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-requests.h"

#include <string.h>

#include "sim-fields.h"
#include "sim-symbols.h"


static void
reject (SimClient  *client,
        guint16     type,
        int         request_id,
        const char *text)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  /* 302, 307, 308, 509, 602, 604 and 705 all consist of RequestID and RejectText. */
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
  if (fill->info)
    SET_STRING (INFO_TEXT, fill->info);
  sim_client_send (client, &answer);
}

/* One batch: the fills of one account. */
static void
send_fills (SimExchange      *exchange,
            SimClient        *client,
            const DtcMessage *message,
            const char       *account,
            gint64            start)
{
  const DtcHistoricalOrderFillsRequest *request = &message->historical_order_fills_request;
  g_autoptr (GPtrArray)                 chosen = g_ptr_array_new ();
  guint                                 i;

  for (i = 0; i < exchange->fills->len; i++)
    {
      const SimFill *fill = g_ptr_array_index (exchange->fills, i);

      if (fill->time >= start && strcmp (fill->account, account) == 0
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
      SET_STRING (TRADE_ACCOUNT, account);
      SET_INT (NO_ORDER_FILLS, 1);
      sim_client_send (client, &answer);
    }
}

static void
answer_fills (SimExchange      *exchange,
              SimClient        *client,
              const DtcMessage *message,
              gint64            now)
{
  const DtcHistoricalOrderFillsRequest *request = &message->historical_order_fills_request;
  gint64                                start = sim_field_time (request->start_date_time);
  guint                                 i;

  if (start <= 0)
    start = sim_days_before (now, request->number_of_days);
  if (!*request->trade_account && !exchange->options->fills_any_account)
    reject (client, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT, request->request_id, "TradeAccount is not set");
  else if (*request->trade_account && !sim_exchange_find_account (exchange, request->trade_account))
    reject (client, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT, request->request_id, "Unknown trade account");
  else if (request->number_of_days <= 0 && request->start_date_time <= 0)
    reject (client, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT, request->request_id,
            "NumberOfDays or StartDateTime must be set");
  else if (*request->trade_account)
    send_fills (exchange, client, message, request->trade_account, start);
  else
    for (i = 0; i < exchange->accounts->len; i++)
      send_fills (exchange, client, message, ((SimAccount *) g_ptr_array_index (exchange->accounts, i))->name, start);
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
      const SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      dtc_message_init (&answer, DTC_MSG_TRADE_ACCOUNT_RESPONSE);
      dtc_message_set_int (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TOTAL_NUMBER_MESSAGES, exchange->accounts->len);
      dtc_message_set_int (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_MESSAGE_NUMBER, i + 1);
      dtc_message_set_string (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT,
                              account->name);
      dtc_message_set_int (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_REQUEST_ID,
                           message->trade_accounts_request.request_id);
      dtc_message_set_int (&answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADING_IS_DISABLED, account->disabled);
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

/* Historical balances: what was left after each movement of money other than a trade, and of each session. */

#undef SET_INT
#undef SET_DOUBLE
#undef SET_STRING
#define SET_INT(field, value) dtc_message_set_int (&answer, DTC_HISTORICAL_ACCOUNT_BALANCE_RESPONSE_F_##field, value)
#define SET_DOUBLE(field, value) \
  dtc_message_set_double (&answer, DTC_HISTORICAL_ACCOUNT_BALANCE_RESPONSE_F_##field, value)
#define SET_STRING(field, value) \
  dtc_message_set_string (&answer, DTC_HISTORICAL_ACCOUNT_BALANCE_RESPONSE_F_##field, value)

static void
send_balance (SimClient        *client,
              const SimAccount *account,
              const SimBalance *balance,
              int               request_id,
              gboolean          last)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_HISTORICAL_ACCOUNT_BALANCE_RESPONSE);
  SET_INT (REQUEST_ID, request_id);
  SET_STRING (ACCOUNT_CURRENCY, SIM_CURRENCY);
  SET_STRING (TRADE_ACCOUNT, account->name);
  SET_INT (IS_FINAL_RESPONSE, last);
  SET_INT (NO_ACCOUNT_BALANCES, balance == NULL);
  if (balance)
    {
      SET_DOUBLE (DATE_TIME, (double) balance->time / G_USEC_PER_SEC);
      SET_DOUBLE (CASH_BALANCE, balance->cash);
      SET_STRING (INFO_TEXT, balance->info);
      SET_STRING (TRANSACTION_ID, balance->transaction);
    }
  sim_client_send (client, &answer);
}

static void
answer_historical_balances (SimExchange      *exchange,
                            SimClient        *client,
                            const DtcMessage *message)
{
  const DtcHistoricalAccountBalancesRequest *request = &message->body.historical_account_balances_request;
  SimAccount                                *account = sim_exchange_find_account (exchange, request->trade_account);
  gint64                                     start = sim_field_time (request->start_date_time);
  guint                                      first;

  if (!account)
    {
      reject (client, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REJECT, request->request_id,
              *request->trade_account ? "Unknown trade account" : "TradeAccount is not set");
      return;
    }
  for (first = 0; first < account->history->len; first++)
    if (((const SimBalance *) g_ptr_array_index (account->history, first))->time >= start)
      break;
  if (first == account->history->len)
    send_balance (client, account, NULL, request->request_id, TRUE);
  for (; first < account->history->len; first++)
    send_balance (client, account, g_ptr_array_index (account->history, first), request->request_id,
                  first + 1 == account->history->len);
}

/* The journal. */

static void
send_entry (SimClient             *client,
            const SimJournalEntry *entry,
            gboolean               last)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_JOURNAL_ENTRY_RESPONSE);
  dtc_message_set_string (&answer, DTC_JOURNAL_ENTRY_RESPONSE_F_JOURNAL_ENTRY, entry ? entry->text : "");
  dtc_message_set_int (&answer, DTC_JOURNAL_ENTRY_RESPONSE_F_DATE_TIME, entry ? entry->time / G_USEC_PER_SEC : 0);
  dtc_message_set_int (&answer, DTC_JOURNAL_ENTRY_RESPONSE_F_IS_FINAL_RESPONSE, last);
  sim_client_send (client, &answer);
}

static void
answer_journal (SimExchange      *exchange,
                SimClient        *client,
                const DtcMessage *message)
{
  gint64 start = sim_field_time (message->body.journal_entries_request.start_date_time);
  guint  first;

  for (first = 0; first < exchange->journal->len; first++)
    if (((const SimJournalEntry *) g_ptr_array_index (exchange->journal, first))->time >= start)
      break;
  if (first == exchange->journal->len)
    send_entry (client, NULL, TRUE);
  for (; first < exchange->journal->len; first++)
    send_entry (client, g_ptr_array_index (exchange->journal, first), first + 1 == exchange->journal->len);
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
    case DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST:
      answer_historical_balances (exchange, client, message);
      return TRUE;
    case DTC_MSG_JOURNAL_ENTRIES_REQUEST:
      answer_journal (exchange, client, message);
      return TRUE;
    default:
      return sim_symbols_answer (exchange, client, message);
    }
}
