/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-words.h"

#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* ---- times ---- */

void
desk_log_words_time (const DeskLogRow *row,
                     GString          *out)
{
  gint64 seconds = row->utc / G_USEC_PER_SEC;

  if (row->utc > 0)
    g_string_append_printf (out, "%02d:%02d:%02d.%06d", (int) (seconds / 3600 % 24), (int) (seconds / 60 % 60),
                            (int) (seconds % 60), (int) (row->utc % G_USEC_PER_SEC));
  else if (row->mono > 0)
    g_string_append_printf (out, "+%.6f", (double) row->mono / G_USEC_PER_SEC);
}

void
desk_log_words_span (gint64   usec,
                     GString *out)
{
  const char *sign = usec < 0 ? "-" : "";

  usec = ABS (usec);
  if (usec < 10000)
    g_string_append_printf (out, "%s%.3f ms", sign, (double) usec / 1000.0);
  else if (usec < G_USEC_PER_SEC)
    g_string_append_printf (out, "%s%.0f ms", sign, (double) usec / 1000.0);
  else if (usec < 60 * G_USEC_PER_SEC)
    g_string_append_printf (out, "%s%.3g s", sign, (double) usec / G_USEC_PER_SEC);
  else if (usec < 3600 * (gint64) G_USEC_PER_SEC)
    g_string_append_printf (out, "%s%d min %d s", sign, (int) (usec / G_USEC_PER_SEC / 60), (int) (usec / G_USEC_PER_SEC % 60));
  else
    g_string_append_printf (out, "%s%d h %d min", sign, (int) (usec / G_USEC_PER_SEC / 3600),
                            (int) (usec / G_USEC_PER_SEC / 60 % 60));
}

/* ---- summaries ---- */

static void
append_number (GString *out,
               double   value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, g_ascii_formatd (text, sizeof text, "%.10g", value));
}

/* What somebody wrote, between the quotes of the language and on one line. */
static void
append_quoted (GString    *out,
               const char *text)
{
  g_autofree char *line = NULL;

  if (text == NULL || *text == '\0')
    return;
  line = g_strdelimit (g_strdup (text), "\r\n\t", ' ');
  /* Translators: what the server wrote. */
  g_string_append_printf (out, C_("log", " “%s”"), line);
}

static const char *
status_word (gint32 status)
{
  switch (status)
    {
    case DTC_ORDER_STATUS_ORDER_SENT:
      return C_("log", "Sent on");
    case DTC_ORDER_STATUS_PENDING_OPEN:
      return C_("log", "Pending");
    case DTC_ORDER_STATUS_PENDING_CHILD:
      return C_("log", "Held by its parent");
    case DTC_ORDER_STATUS_OPEN:
      return C_("log", "Open");
    case DTC_ORDER_STATUS_PENDING_CANCEL_REPLACE:
      return C_("log", "Change pending");
    case DTC_ORDER_STATUS_PENDING_CANCEL:
      return C_("log", "Cancel pending");
    case DTC_ORDER_STATUS_FILLED:
      return C_("log", "Filled");
    case DTC_ORDER_STATUS_CANCELED:
      return C_("log", "Cancelled");
    case DTC_ORDER_STATUS_REJECTED:
      return C_("log", "Rejected");
    case DTC_ORDER_STATUS_PARTIALLY_FILLED:
      return C_("log", "Part filled");
    default:
      return C_("log", "Status not said");
    }
}

static const char *
side_word (gint32 side)
{
  return side == DTC_BUY || side == DTC_SELL ? desk_words_side ((DeskSide) side) : "";
}

static const char *
type_word (gint32 type)
{
  return type > DTC_ORDER_TYPE_UNSET && type <= DTC_ORDER_TYPE_MARKET_LIMIT ? desk_words_type ((DeskOrderType) type) : "";
}

static void
append_order (GString    *out,
              gint32      side,
              gboolean    has_quantity,
              double      quantity,
              const char *symbol,
              gint32      type,
              gboolean    has_price,
              double      price,
              gboolean    has_second,
              double      second)
{
  if (*side_word (side) != '\0')
    g_string_append_printf (out, "%s ", side_word (side));
  if (has_quantity)
    {
      append_number (out, quantity);
      g_string_append_c (out, ' ');
    }
  g_string_append (out, symbol);
  if (*type_word (type) != '\0')
    g_string_append_printf (out, " %s", type_word (type));
  if (has_price)
    {
      g_string_append_c (out, ' ');
      append_number (out, price);
    }
  if (has_second)
    {
      g_string_append (out, " / ");
      append_number (out, second);
    }
}

static void
order_update (GString          *out,
              const DtcMessage *message)
{
  const DtcOrderUpdate *update = &message->order_update;
  g_autoptr (GString) order = g_string_new (NULL);

  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_NO_ORDERS) && update->no_orders != 0)
    {
      g_string_append (out, _("No open orders"));
      return;
    }
  if (message->flags & DTC_MESSAGE_BAD_STATUS)
    g_string_append_printf (out, _("Status %d, which has no meaning"), message->wire_status);
  else
    g_string_append (out, status_word (update->order_status));
  append_order (order, update->buy_sell, dtc_message_has (message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY),
                update->order_quantity, update->symbol, update->order_type,
                dtc_message_has (message, DTC_ORDER_UPDATE_F_PRICE1), update->price1,
                dtc_message_has (message, DTC_ORDER_UPDATE_F_PRICE2) && update->price2 != 0, update->price2);
  if (order->len > 0)
    {
      g_autofree char *whole = desk_words_named (out->str, g_strstrip (order->str));

      g_string_assign (out, whole);
    }
  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY) && update->filled_quantity > 0)
    {
      g_autofree char *filled = NULL;
      char quantity[G_ASCII_DTOSTR_BUF_SIZE], price[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (quantity, sizeof quantity, "%.10g", update->filled_quantity);
      g_ascii_formatd (price, sizeof price, "%.10g", update->average_fill_price);
      filled = g_strdup_printf (_("%s filled at %s"), quantity, price);
      g_string_append_printf (out, ", %s", filled);
    }
  append_quoted (out, update->info_text);
}

static void
position (GString          *out,
          const DtcMessage *message)
{
  const DtcPositionUpdate *update = &message->position_update;
  char quantity[G_ASCII_DTOSTR_BUF_SIZE], price[G_ASCII_DTOSTR_BUF_SIZE];

  if (dtc_message_has (message, DTC_POSITION_UPDATE_F_NO_POSITIONS) && update->no_positions != 0)
    {
      g_string_append (out, _("No positions"));
      return;
    }
  g_ascii_formatd (quantity, sizeof quantity, update->quantity > 0 ? "%+.10g" : "%.10g", update->quantity);
  g_ascii_formatd (price, sizeof price, "%.10g", update->average_price);
  g_string_append_printf (out, _("Position %s %s at %s"), quantity, update->symbol, price);
}

static void
fill (GString          *out,
      const DtcMessage *message)
{
  const DtcHistoricalOrderFillResponse *response = &message->historical_order_fill_response;

  if (dtc_message_has (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_NO_ORDER_FILLS) && response->no_order_fills != 0)
    {
      g_string_append (out, _("No fills"));
      return;
    }
  g_string_append_printf (out, "%s: ", _("Fill"));
  append_order (out, response->buy_sell, TRUE, response->quantity, response->symbol, 0, TRUE, response->price, FALSE, 0);
}

static void
logon_response (GString          *out,
                const DtcMessage *message)
{
  const DtcLogonResponse *response = &message->logon_response;

  g_string_append (out, response->result == DTC_LOGON_SUCCESS ? _("Logon accepted") : _("Logon refused"));
  if (*response->server_name != '\0')
    g_string_append_printf (out, " · %s", response->server_name);
  append_quoted (out, response->result_text);
}

/* A request in its own words, or what every rejection says. */
static gboolean
other_message (GString          *out,
               const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  switch (message->type)
    {
    case DTC_MSG_HEARTBEAT:
      g_string_append (out, _("Heartbeat"));
      if (message->heartbeat.num_dropped_messages > 0)
        g_string_append_printf (out, ", %s", _("messages were dropped"));
      return TRUE;
    case DTC_MSG_LOGON_REQUEST:
      g_string_append (out, _("Log on"));
      return TRUE;
    case DTC_MSG_LOGOFF:
      g_string_append (out, _("Log off"));
      append_quoted (out, message->logoff.reason);
      return TRUE;
    case DTC_MSG_ENCODING_REQUEST:
    case DTC_MSG_ENCODING_RESPONSE:
      g_string_append (out, message->type == DTC_MSG_ENCODING_REQUEST ? _("Ask for the encoding") : _("The encoding is"));
      g_string_append_printf (out, " %s", dtc_encoding_to_string ((DtcEncodingKind) CLAMP (message->encoding_request.encoding, 0, 4)));
      return TRUE;
    case DTC_MSG_OPEN_ORDERS_REQUEST:
      g_string_append (out, _("Ask for the open orders"));
      return TRUE;
    case DTC_MSG_CURRENT_POSITIONS_REQUEST:
      g_string_append (out, _("Ask for the positions"));
      return TRUE;
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST:
      g_string_append (out, _("Ask for the fills"));
      return TRUE;
    case DTC_MSG_TRADE_ACCOUNTS_REQUEST:
      g_string_append (out, _("Ask for the accounts"));
      return TRUE;
    case DTC_MSG_ACCOUNT_BALANCE_REQUEST:
      g_string_append (out, _("Ask for the balance"));
      return TRUE;
    case DTC_MSG_TRADE_ACCOUNT_RESPONSE:
      g_string_append_printf (out, _("Account %s"), message->trade_account_response.trade_account);
      return TRUE;
    case DTC_MSG_ACCOUNT_BALANCE_UPDATE:
      g_string_append (out, _("Balance"));
      g_string_append_c (out, ' ');
      append_number (out, message->account_balance_update.cash_balance);
      return TRUE;
    default:
      break;
    }
  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if (g_str_equal (desc->fields[i].name, "RejectText"))
      {
        g_string_append (out, _("Refused"));
        append_quoted (out, dtc_message_get_string (message, i));
        return TRUE;
      }
  return FALSE;
}

static void
append_summary (GString          *out,
                const DtcMessage *message)
{
  const DtcSubmitNewSingleOrder *single = &message->submit_new_single_order;
  const DtcCancelReplaceOrder *change = &message->cancel_replace_order;
  const DtcSubmitNewOcoOrder *oco = &message->submit_new_oco_order;

  switch (message->type)
    {
    case DTC_MSG_SUBMIT_NEW_SINGLE_ORDER:
      append_order (out, single->buy_sell, TRUE, single->quantity, single->symbol, single->order_type,
                    dtc_message_has (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1), single->price1,
                    dtc_message_has (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2) && single->price2 != 0, single->price2);
      break;
    case DTC_MSG_SUBMIT_NEW_OCO_ORDER:
      g_string_append_printf (out, "%s ", _("Pair:"));
      append_order (out, oco->buy_sell_1, TRUE, oco->quantity_1, oco->symbol, oco->order_type_1,
                    dtc_message_has (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_1), oco->price1_1, FALSE, 0);
      g_string_append (out, " | ");
      append_order (out, oco->buy_sell_2, TRUE, oco->quantity_2, "", oco->order_type_2,
                    dtc_message_has (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_2), oco->price1_2, FALSE, 0);
      break;
    case DTC_MSG_CANCEL_ORDER:
      g_string_append (out, _("Cancel the order"));
      break;
    case DTC_MSG_CANCEL_REPLACE_ORDER:
      g_string_append_printf (out, "%s ", _("Change the order:"));
      append_order (out, 0, dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY), change->quantity, "", 0,
                    dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1), change->price1,
                    dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2) && change->price2 != 0, change->price2);
      break;
    case DTC_MSG_ORDER_UPDATE:
      order_update (out, message);
      break;
    case DTC_MSG_POSITION_UPDATE:
      position (out, message);
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE:
      fill (out, message);
      break;
    case DTC_MSG_LOGON_RESPONSE:
      logon_response (out, message);
      break;
    default:
      /* What has no words of its own is shown as it is. */
      if (!other_message (out, message))
        dtc_message_describe (message, out);
      break;
    }
}

char *
desk_log_words_note (const DeskLogRow *row)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) row->raw, row->size);

  return desk_words_core (text);
}

char *
desk_log_words_summary (const DeskLogRow *row)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  GString *out;

  if (row->kind == DESK_LOG_NOTE)
    return desk_log_words_note (row);
  if (!desk_log_row_decode (row, &message, &error))
    return desk_words_named (_("Refused by the decoder"), error->message);
  out = g_string_new (NULL);
  if (message.flags & DTC_MESSAGE_UNKNOWN_TYPE)
    g_string_append (out, _("DTC has no such message"));
  else
    append_summary (out, &message);
  return g_string_free (out, FALSE);
}

/* ---- verdicts ---- */

const char *
desk_log_words_problem (DeskLogProblem problem)
{
  switch (problem)
    {
    case DESK_LOG_WRONG_TYPE:
      return _("wrong type");
    case DESK_LOG_OUT_OF_RANGE:
      return _("out of range");
    case DESK_LOG_ILLEGAL_VALUE:
      return _("no such value");
    case DESK_LOG_TOO_LONG:
      return _("too long, or without end");
    case DESK_LOG_BAD_TEXT:
      return _("broken text");
    case DESK_LOG_TWICE:
      return _("stands there twice");
    case DESK_LOG_UNKNOWN_FIELD:
      return _("unknown field");
    case DESK_LOG_MISSING:
      return _("missing");
    case DESK_LOG_OUTSIDE:
      return _("lies outside the message");
    case DESK_LOG_MALFORMED:
      return _("malformed");
    case DESK_LOG_BAD_SIZE:
      return _("wrong size");
    case DESK_LOG_UNKNOWN_TYPE:
      return _("DTC has no such message");
    case DESK_LOG_NO_TYPE:
      return _("no type");
    case DESK_LOG_WRONG_WAY:
      return _("only the other side sends such a message");
    case DESK_LOG_TYPE_MISMATCH:
      return _("the fields are those of another message");
    case DESK_LOG_LONGER:
      return _("longer than known: a newer server");
    case DESK_LOG_SHORTER:
      return _("shorter than known: an older server");
    default:
      return "";
    }
}

char *
desk_log_words_verdict (const DeskLogAnatomy *anatomy)
{
  GString *out = g_string_new (NULL);

  for (guint bit = 0; bit < 32; bit++)
    {
      guint problem = 1u << bit;

      if (!(anatomy->problems & problem))
        continue;
      if (out->len > 0)
        g_string_append_c (out, '\n');
      if (problem == DESK_LOG_TYPE_MISMATCH && anatomy->other != NULL)
        g_string_append_printf (out, _("The fields are those of %s (%u)"), anatomy->other->camel_name, anatomy->other->type);
      else if (problem == DESK_LOG_BAD_SIZE && anatomy->said != 0)
        g_string_append_printf (out, _("It says that it has %u bytes"), (guint) anatomy->said);
      else
        g_string_append (out, desk_log_words_problem ((DeskLogProblem) problem));
    }
  if (anatomy->refused != NULL)
    g_string_append_printf (out, "%s%s: %s", out->len > 0 ? "\n" : "", _("Refused by the decoder"), anatomy->refused);
  return g_string_free (out, FALSE);
}

const char *
desk_log_words_chip (DeskLogChip chip)
{
  switch (chip)
    {
    case DESK_LOG_CHIP_ORDERS:
      return _("Orders");
    case DESK_LOG_CHIP_FILLS:
      return _("Fills");
    case DESK_LOG_CHIP_POSITIONS:
      return _("Positions");
    case DESK_LOG_CHIP_ACCOUNT:
      return _("Account");
    case DESK_LOG_CHIP_MARKET:
      return _("Market data");
    case DESK_LOG_CHIP_SESSION:
      return _("Session");
    case DESK_LOG_CHIP_ERRORS:
      return C_("log", "Errors");
    default:
      return "";
    }
}

char *
desk_log_words_complaint (const char *text)
{
  return desk_words_core (text);
}
