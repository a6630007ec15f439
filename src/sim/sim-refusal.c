/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-refusal.h"

#include "sim-fields.h"

static const struct
{
  guint16 request;
  guint16 reject;
} rejects[] = {
  { DTC_MSG_MARKET_DATA_REQUEST, DTC_MSG_MARKET_DATA_REJECT },
  { DTC_MSG_MARKET_DEPTH_REQUEST, DTC_MSG_MARKET_DEPTH_REJECT },
  { DTC_MSG_MARKET_ORDERS_REQUEST, DTC_MSG_MARKET_ORDERS_REJECT },
  { DTC_MSG_OPEN_ORDERS_REQUEST, DTC_MSG_OPEN_ORDERS_REJECT },
  { DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT },
  { DTC_MSG_CURRENT_POSITIONS_REQUEST, DTC_MSG_CURRENT_POSITIONS_REJECT },
  { DTC_MSG_SYMBOLS_FOR_EXCHANGE_REQUEST, DTC_MSG_SECURITY_DEFINITION_REJECT },
  { DTC_MSG_UNDERLYING_SYMBOLS_FOR_EXCHANGE_REQUEST, DTC_MSG_SECURITY_DEFINITION_REJECT },
  { DTC_MSG_SYMBOLS_FOR_UNDERLYING_REQUEST, DTC_MSG_SECURITY_DEFINITION_REJECT },
  { DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST, DTC_MSG_SECURITY_DEFINITION_REJECT },
  { DTC_MSG_SYMBOL_SEARCH_REQUEST, DTC_MSG_SECURITY_DEFINITION_REJECT },
  { DTC_MSG_ACCOUNT_BALANCE_REQUEST, DTC_MSG_ACCOUNT_BALANCE_REJECT },
  { DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REJECT },
  { DTC_MSG_HISTORICAL_PRICE_DATA_REQUEST, DTC_MSG_HISTORICAL_PRICE_DATA_REJECT },
  { DTC_MSG_HISTORICAL_MARKET_DEPTH_DATA_REQUEST, DTC_MSG_HISTORICAL_MARKET_DEPTH_DATA_REJECT },
};

/* Where @desc says which request or symbol it is about. */
static guint
find_id (const DtcMessageDesc *desc)
{
  int index = sim_field_find (desc, "RequestID");

  return (guint) (index >= 0 ? index : sim_field_find (desc, "SymbolID"));
}

gboolean
sim_refuse (SimClient        *client,
            const DtcMessage *message,
            const char       *text)
{
  const DtcMessageDesc *request = dtc_message_desc (message->type);
  const DtcMessageDesc *reject;
  g_auto (DtcMessage)   answer = DTC_MESSAGE_INIT;
  int                   reason;
  guint                 i;

  for (i = 0; i < G_N_ELEMENTS (rejects); i++)
    if (rejects[i].request == message->type)
      break;
  if (i == G_N_ELEMENTS (rejects))
    return FALSE;
  reject = dtc_message_desc (rejects[i].reject);
  dtc_message_init (&answer, rejects[i].reject);
  dtc_message_set_int (&answer, find_id (reject), dtc_message_get_int (message, find_id (request)));
  dtc_message_set_string (&answer, (guint) sim_field_find (reject, "RejectText"), text);
  reason = sim_field_find (reject, "RejectReasonCode");
  if (reason >= 0)
    dtc_message_set_int (&answer, (guint) reason, 2); /* do not retry */
  sim_client_send (client, &answer);
  return TRUE;
}
