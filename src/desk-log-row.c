/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-store.h"

#include <string.h>

#include "desk-log-line.h"
#include "desk-log-row-private.h"

/* Where the fields stand that the log sorts by: index + 1 in the message's table, 0: it has none. */
typedef struct
{
  guint8 symbol, account, client, server, other, older, symbol_id, status, reason;
} Places;

static guint8
find_place (const DtcMessageDesc *desc,
            const char           *name)
{
  for (guint i = 0; i < desc->n_fields; i++)
    if (strcmp (desc->fields[i].name, name) == 0)
      return (guint8) (i + 1);
  return 0;
}

static guint8
find_either (const DtcMessageDesc *desc,
             const char           *name,
             const char           *second)
{
  guint8 place = find_place (desc, name);

  return place != 0 ? place : find_place (desc, second);
}

static const Places *
places_of (guint16 type)
{
  static Places places[DTC_N_MESSAGES];
  static gsize done;
  guint row;

  if (g_once_init_enter (&done))
    {
      for (guint i = 0; i < DTC_N_MESSAGES; i++)
        {
          const DtcMessageDesc *desc = &dtc_message_descs[i];

          places[i].symbol = find_place (desc, "Symbol");
          places[i].account = find_place (desc, "TradeAccount");
          places[i].client = find_either (desc, "ClientOrderID", "ClientOrderID_1");
          places[i].server = find_place (desc, "ServerOrderID");
          places[i].other = find_either (desc, "PreviousServerOrderID", "ClientOrderID_2");
          places[i].older = find_either (desc, "PreviousClientOrderID", "ParentTriggerClientOrderID");
          places[i].symbol_id = find_either (desc, "SymbolID", "MarketDataSymbolID");
          places[i].status = find_place (desc, "OrderStatus");
          places[i].reason = find_place (desc, "OrderUpdateReason");
        }
      g_once_init_leave (&done, 1);
    }
  row = type <= DTC_MAX_MESSAGE_TYPE ? dtc_message_index[type] : 0;
  return row != 0 ? &places[row - 1] : NULL;
}

static const char *
text_at (const DtcMessage *message,
         guint8            place)
{
  return place != 0 && dtc_message_has (message, place - 1) ? dtc_message_get_string (message, place - 1) : "";
}

static gint64
number_at (const DtcMessage *message,
           guint8            place,
           gint64            otherwise)
{
  return place != 0 && dtc_message_has (message, place - 1) ? dtc_message_get_int (message, place - 1) : otherwise;
}

static gboolean
says_no (const DtcMessage *message,
         guint8            reason)
{
  switch (message->type)
    {
    case DTC_MSG_LOGON_RESPONSE:
      return message->logon_response.result != DTC_LOGON_SUCCESS;
    case DTC_MSG_MARKET_DATA_REJECT:
    case DTC_MSG_MARKET_DEPTH_REJECT:
    case DTC_MSG_MARKET_ORDERS_REJECT:
    case DTC_MSG_OPEN_ORDERS_REJECT:
    case DTC_MSG_CURRENT_POSITIONS_REJECT:
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT:
    case DTC_MSG_SECURITY_DEFINITION_REJECT:
    case DTC_MSG_ACCOUNT_BALANCE_REJECT:
    case DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REJECT:
    case DTC_MSG_ACCOUNT_BALANCE_ADJUSTMENT_REJECT:
    case DTC_MSG_JOURNAL_ENTRIES_REJECT:
    case DTC_MSG_HISTORICAL_PRICE_DATA_REJECT:
    case DTC_MSG_HISTORICAL_MARKET_DEPTH_DATA_REJECT:
      return TRUE;
    case DTC_MSG_ORDER_UPDATE:
      return message->order_update.order_status == DTC_ORDER_STATUS_REJECTED || reason == DTC_NEW_ORDER_REJECTED
             || reason == DTC_ORDER_CANCEL_REJECTED || reason == DTC_ORDER_CANCEL_REPLACE_REJECTED;
    default:
      return FALSE;
    }
}

void
desk_log_keys_read (const DtcMessage *message,
                    DeskLogKeys      *keys)
{
  const Places *places = places_of (message->type);
  static const Places nowhere;

  if (places == NULL)
    places = &nowhere;
  keys->symbol = text_at (message, places->symbol);
  keys->account = text_at (message, places->account);
  keys->client = text_at (message, places->client);
  keys->server = text_at (message, places->server);
  keys->other = text_at (message, places->other);
  keys->older = text_at (message, places->older);
  keys->symbol_id = (guint32) number_at (message, places->symbol_id, 0);
  keys->status = (guint8) CLAMP (number_at (message, places->status, DESK_LOG_NO_STATUS), 0, DESK_LOG_NO_STATUS);
  if (message->flags & DTC_MESSAGE_BAD_STATUS)
    keys->status = DESK_LOG_NO_STATUS;
  keys->reason = (guint8) CLAMP (number_at (message, places->reason, DESK_LOG_NO_STATUS), 0, DESK_LOG_NO_STATUS);
  keys->reject = says_no (message, keys->reason);
}

gboolean
desk_log_row_decode (const DeskLogRow  *row,
                     DtcMessage        *message,
                     GError           **error)
{
  DtcCodec codec = { (DtcEncodingKind) row->encoding, (DtcNumbering) row->numbering };

  if (row->kind == DESK_LOG_FRAME)
    return dtc_codec_decode (&codec, row->direction == DTC_WIRE_SENT ? DTC_TO_SERVER : DTC_TO_CLIENT, row->raw, row->size,
                             message, error);
  if (row->kind == DESK_LOG_LINE)
    return desk_log_line_decode ((const char *) row->raw, row->size, codec.numbering, message, error);
  dtc_message_init (message, 0);
  return TRUE;
}

gboolean
desk_log_row_is_text (const DeskLogRow *row)
{
  return row->kind != DESK_LOG_FRAME || row->encoding == DTC_ENCODING_JSON || row->encoding == DTC_ENCODING_JSON_COMPACT;
}

const char *
desk_log_row_name (const DeskLogRow *row)
{
  const DtcMessageDesc *desc;

  if (row->kind == DESK_LOG_NOTE)
    return "";
  desc = dtc_message_desc (row->type);
  return desc != NULL ? desc->camel_name : "?";
}

gboolean
desk_log_is_chatter (guint16 type)
{
  return type == DTC_MSG_HEARTBEAT || (type >= 100 && type < 200);
}

/* ---- secrets ---- */

static const char *const secrets[] = { "Username", "Password" };

static gsize
first_secret (const guint8 *raw,
              gsize         size)
{
  gsize at = size;

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      const guint8 *found = memmem (raw, size, secrets[i], strlen (secrets[i]));

      if (found != NULL)
        at = MIN (at, (gsize) (found - raw));
    }
  return at;
}

gboolean
desk_log_needs_mask (const DtcCodec   *codec,
                     DtcWireDirection  direction,
                     const guint8     *raw,
                     gsize             size)
{
  if (codec->encoding != DTC_ENCODING_JSON && codec->encoding != DTC_ENCODING_JSON_COMPACT)
    return size >= 4 && (raw[2] | raw[3] << 8) == DTC_MSG_LOGON_REQUEST;
  /* Only who logs on says who they are; a server's text about it is no secret, an array has no names. */
  return direction == DTC_WIRE_SENT
         && (first_secret (raw, size) < size || memmem (raw, size, "\"F\"", 3) != NULL || memmem (raw, size, "\\u", 2) != NULL);
}

GBytes *
desk_log_mask (const DtcCodec *codec,
               const guint8   *raw,
               gsize           size)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gboolean text = codec->encoding == DTC_ENCODING_JSON || codec->encoding == DTC_ENCODING_JSON_COMPACT;
  gboolean good = dtc_codec_decode (codec, DTC_TO_SERVER, raw, size, &message, NULL);
  GByteArray *out;
  gsize from;

  if (good && message.type != DTC_MSG_LOGON_REQUEST)
    return g_bytes_new (raw, size);
  out = g_byte_array_new ();
  if (good)
    {
      if (dtc_message_has (&message, DTC_LOGON_REQUEST_F_USERNAME))
        dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_USERNAME, "****");
      if (dtc_message_has (&message, DTC_LOGON_REQUEST_F_PASSWORD))
        dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_PASSWORD, "****");
      if (dtc_codec_encode (codec, DTC_TO_SERVER, &message, out, NULL))
        {
          if (text && out->len > 0 && out->data[out->len - 1] == 0)
            g_byte_array_set_size (out, out->len - 1);
          return g_byte_array_free_to_bytes (out);
        }
    }
  /* It cannot be read: everything from the name on might be the secret. */
  g_byte_array_set_size (out, 0);
  g_byte_array_append (out, raw, (guint) size);
  from = text ? first_secret (raw, size) : MIN (size, 4);
  if (text && from == size)
    from = MIN (size, 1);
  memset (out->data + from, text ? '*' : 0, size - from);
  return g_byte_array_free_to_bytes (out);
}
