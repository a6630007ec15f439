/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-symbols.h"

#include <string.h>

#define UNASKED 110000000 /* the RequestID of a definition that nobody asked for */

/* The two forms of a definition have the same fields in another order. */
typedef struct
{
  guint16 type;
  guint   request_id, is_final, symbol, exchange, security_type, description, min_price_increment;
  guint   price_display_format, currency_value_per_increment, underlying_symbol, security_expiration_date;
  guint   has_market_depth_data, display_price_multiplier, exchange_symbol, initial_margin, maintenance_margin;
  guint   currency, contract_size, open_interest;
} Form;

#define FORM(TYPE) { \
  DTC_MSG_##TYPE, DTC_##TYPE##_F_REQUEST_ID, DTC_##TYPE##_F_IS_FINAL_MESSAGE, DTC_##TYPE##_F_SYMBOL, \
  DTC_##TYPE##_F_EXCHANGE, DTC_##TYPE##_F_SECURITY_TYPE, DTC_##TYPE##_F_DESCRIPTION, \
  DTC_##TYPE##_F_MIN_PRICE_INCREMENT, DTC_##TYPE##_F_PRICE_DISPLAY_FORMAT, \
  DTC_##TYPE##_F_CURRENCY_VALUE_PER_INCREMENT, DTC_##TYPE##_F_UNDERLYING_SYMBOL, \
  DTC_##TYPE##_F_SECURITY_EXPIRATION_DATE, DTC_##TYPE##_F_HAS_MARKET_DEPTH_DATA, \
  DTC_##TYPE##_F_DISPLAY_PRICE_MULTIPLIER, DTC_##TYPE##_F_EXCHANGE_SYMBOL, \
  DTC_##TYPE##_F_INITIAL_MARGIN_REQUIREMENT, DTC_##TYPE##_F_MAINTENANCE_MARGIN_REQUIREMENT, \
  DTC_##TYPE##_F_CURRENCY, DTC_##TYPE##_F_CONTRACT_SIZE, DTC_##TYPE##_F_OPEN_INTEREST }

static const Form first_form = FORM (SECURITY_DEFINITION_RESPONSE);
static const Form second_form = FORM (SECURITY_DEFINITION_RESPONSE_V2);

/* Nothing but the request's number when there is no @instrument. */
static void
send_definition (SimExchange         *exchange,
                 SimClient           *client,
                 const SimInstrument *instrument,
                 int                  request_id,
                 gboolean             last)
{
  const Form         *form = exchange->options->definitions_v2 ? &second_form : &first_form;
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, form->type);
  dtc_message_set_int (&answer, form->request_id, request_id);
  dtc_message_set_int (&answer, form->is_final, last);
  if (instrument)
    {
      const SimMarket *market = g_ptr_array_index (exchange->markets, instrument->index);

      dtc_message_set_string (&answer, form->symbol, instrument->symbol);
      dtc_message_set_string (&answer, form->exchange, instrument->exchange);
      dtc_message_set_int (&answer, form->security_type, instrument->type);
      dtc_message_set_string (&answer, form->description, instrument->description);
      dtc_message_set_double (&answer, form->min_price_increment, instrument->tick);
      dtc_message_set_int (&answer, form->price_display_format, instrument->price_format);
      dtc_message_set_double (&answer, form->currency_value_per_increment, instrument->tick_value);
      dtc_message_set_string (&answer, form->underlying_symbol, instrument->underlying);
      if (instrument->expires)
        dtc_message_set_int (&answer, form->security_expiration_date, instrument->expires);
      dtc_message_set_int (&answer, form->has_market_depth_data, 1);
      dtc_message_set_double (&answer, form->display_price_multiplier, instrument->multiplier);
      dtc_message_set_string (&answer, form->exchange_symbol, instrument->symbol);
      dtc_message_set_double (&answer, form->initial_margin, instrument->margin);
      dtc_message_set_double (&answer, form->maintenance_margin, instrument->maintenance);
      dtc_message_set_string (&answer, form->currency, SIM_CURRENCY);
      dtc_message_set_double (&answer, form->contract_size, instrument->contract_size);
      dtc_message_set_int (&answer, form->open_interest, market->open_interest);
    }
  sim_client_send (client, &answer);
}

static void
send_all (SimExchange *exchange,
          SimClient   *client,
          GPtrArray   *found,
          int          request_id)
{
  guint i;

  for (i = 0; i < found->len; i++)
    send_definition (exchange, client, g_ptr_array_index (found, i), request_id, i + 1 == found->len);
  if (found->len == 0)
    send_definition (exchange, client, NULL, request_id, TRUE);
}

void
sim_symbols_offer (SimExchange *exchange,
                   SimClient   *client,
                   const char  *symbol)
{
  const SimMarket *market = sim_exchange_find_market (exchange, symbol);

  if (market && exchange->options->auto_definitions)
    send_definition (exchange, client, market->instrument, UNASKED, TRUE);
}

static void
reject (SimClient  *client,
        int         request_id,
        const char *text)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_SECURITY_DEFINITION_REJECT);
  dtc_message_set_int (&answer, DTC_SECURITY_DEFINITION_REJECT_F_REQUEST_ID, request_id);
  dtc_message_set_string (&answer, DTC_SECURITY_DEFINITION_REJECT_F_REJECT_TEXT, text);
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
    send_definition (exchange, client, market->instrument, request->request_id, TRUE);
  else
    reject (client, request->request_id, *request->symbol ? "Unknown symbol" : "Symbol is missing");
}

static gboolean
has_exchange (SimExchange *exchange,
              const char  *name)
{
  guint i;

  for (i = 0; i < exchange->catalogue->instruments->len; i++)
    if (strcmp (((SimInstrument *) g_ptr_array_index (exchange->catalogue->instruments, i))->exchange, name) == 0)
      return TRUE;
  return FALSE;
}

/* What is asked for; an empty text or 0 asks for all. */
typedef struct
{
  const char *exchange;
  int         type;
  const char *underlying;
  const char *text;        /* in upper case */
  gboolean    description; /* look for it there, not in the symbol */
} Query;

static gboolean
is_asked_for (const SimInstrument *instrument,
              const Query         *query)
{
  g_autofree char *in = NULL;

  if ((*query->exchange && strcmp (instrument->exchange, query->exchange) != 0)
      || (query->type && instrument->type != query->type)
      || (*query->underlying && strcmp (instrument->underlying, query->underlying) != 0))
    return FALSE;
  if (!*query->text)
    return TRUE;
  in = g_ascii_strup (query->description ? instrument->description : instrument->symbol, -1);
  return strstr (in, query->text) != NULL;
}

static void
answer_query (SimExchange *exchange,
              SimClient   *client,
              int          request_id,
              const Query *query)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  guint                 i;

  if (*query->exchange && !has_exchange (exchange, query->exchange))
    {
      reject (client, request_id, "Unknown exchange");
      return;
    }
  for (i = 0; i < exchange->catalogue->instruments->len; i++)
    if (is_asked_for (g_ptr_array_index (exchange->catalogue->instruments, i), query))
      g_ptr_array_add (found, g_ptr_array_index (exchange->catalogue->instruments, i));
  send_all (exchange, client, found, request_id);
}

static void
answer_search (SimExchange      *exchange,
               SimClient        *client,
               const DtcMessage *message)
{
  const DtcSymbolSearchRequest *request = &message->body.symbol_search_request;
  g_autofree char              *text = g_ascii_strup (request->search_text, -1);
  Query                         query = { request->exchange, request->security_type, "", text,
                                          request->search_type == DTC_SEARCH_TYPE_BY_DESCRIPTION };

  answer_query (exchange, client, request->request_id, &query);
}

/* One definition for each underlying: that of its first contract, with the underlying in the symbol's place. */
static void
answer_underlyings (SimExchange      *exchange,
                    SimClient        *client,
                    const DtcMessage *message)
{
  const DtcUnderlyingSymbolsForExchangeRequest *request = &message->body.underlying_symbols_for_exchange_request;
  Query                                         query = { request->exchange, request->security_type, "", "", FALSE };
  g_autoptr (GHashTable)                        seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray)                         found = g_ptr_array_new ();
  guint                                         i;

  if (*request->exchange && !has_exchange (exchange, request->exchange))
    {
      reject (client, request->request_id, "Unknown exchange");
      return;
    }
  for (i = 0; i < exchange->catalogue->instruments->len; i++)
    {
      const SimInstrument *instrument = g_ptr_array_index (exchange->catalogue->instruments, i);

      if (is_asked_for (instrument, &query) && g_hash_table_add (seen, (gpointer) instrument->underlying))
        g_ptr_array_add (found, (gpointer) instrument);
    }
  if (found->len == 0)
    send_definition (exchange, client, NULL, request->request_id, TRUE);
  for (i = 0; i < found->len; i++)
    {
      SimInstrument underlying = *(const SimInstrument *) g_ptr_array_index (found, i);

      underlying.symbol = underlying.underlying;
      underlying.expires = 0;
      send_definition (exchange, client, &underlying, request->request_id, i + 1 == found->len);
    }
}

static const char *
describe_exchange (const char *name)
{
  static const struct
  {
    const char *name;
    const char *description;
  } known[] = {
    { "CME", "Chicago Mercantile Exchange" }, { "CBOT", "Chicago Board of Trade" },
    { "NYMEX", "New York Mercantile Exchange" }, { "COMEX", "Commodity Exchange" },
    { "EUREX", "Eurex" }, { "ICEUS", "ICE Futures U.S." }, { "NASDAQ", "Nasdaq Stock Market" },
    { "NYSE", "New York Stock Exchange" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].name, name) == 0)
      return known[i].description;
  return name;
}

static void
answer_exchanges (SimExchange      *exchange,
                  SimClient        *client,
                  const DtcMessage *message)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_auto (DtcMessage)   answer = DTC_MESSAGE_INIT;
  guint                 i;

  for (i = 0; i < exchange->catalogue->instruments->len; i++)
    {
      const char *name = ((SimInstrument *) g_ptr_array_index (exchange->catalogue->instruments, i))->exchange;

      if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, (gpointer) name);
    }
  for (i = 0; i < names->len; i++)
    {
      dtc_message_init (&answer, DTC_MSG_EXCHANGE_LIST_RESPONSE);
      dtc_message_set_int (&answer, DTC_EXCHANGE_LIST_RESPONSE_F_REQUEST_ID,
                           message->body.exchange_list_request.request_id);
      dtc_message_set_string (&answer, DTC_EXCHANGE_LIST_RESPONSE_F_EXCHANGE, g_ptr_array_index (names, i));
      dtc_message_set_int (&answer, DTC_EXCHANGE_LIST_RESPONSE_F_IS_FINAL_MESSAGE, i + 1 == names->len);
      dtc_message_set_string (&answer, DTC_EXCHANGE_LIST_RESPONSE_F_DESCRIPTION,
                              describe_exchange (g_ptr_array_index (names, i)));
      sim_client_send (client, &answer);
    }
}

gboolean
sim_symbols_answer (SimExchange      *exchange,
                    SimClient        *client,
                    const DtcMessage *message)
{
  const DtcMessageBody *body = &message->body;

  switch (message->type)
    {
    case DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST:
      answer_definition (exchange, client, message);
      return TRUE;
    case DTC_MSG_EXCHANGE_LIST_REQUEST:
      answer_exchanges (exchange, client, message);
      return TRUE;
    case DTC_MSG_SYMBOLS_FOR_EXCHANGE_REQUEST:
      answer_query (exchange, client, body->symbols_for_exchange_request.request_id,
                    &(Query) { body->symbols_for_exchange_request.exchange,
                               body->symbols_for_exchange_request.security_type, "", "", FALSE });
      return TRUE;
    case DTC_MSG_UNDERLYING_SYMBOLS_FOR_EXCHANGE_REQUEST:
      answer_underlyings (exchange, client, message);
      return TRUE;
    case DTC_MSG_SYMBOLS_FOR_UNDERLYING_REQUEST:
      answer_query (exchange, client, body->symbols_for_underlying_request.request_id,
                    &(Query) { body->symbols_for_underlying_request.exchange,
                               body->symbols_for_underlying_request.security_type,
                               body->symbols_for_underlying_request.underlying_symbol, "", FALSE });
      return TRUE;
    case DTC_MSG_SYMBOL_SEARCH_REQUEST:
      answer_search (exchange, client, message);
      return TRUE;
    default:
      return FALSE;
    }
}
