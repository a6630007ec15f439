/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-decode-private.h"

#include <string.h>

#define HEX_ROW 16

static void
part_free (gpointer data)
{
  DeskLogPart *part = data;

  g_free (part->name);
  g_free (part->value);
  g_free (part->meaning);
  g_free (part);
}

void
desk_log_anatomy_free (DeskLogAnatomy *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->parts);
  g_free (self->refused);
  g_free (self);
}

DeskLogPart *
anatomy_add_part (DeskLogAnatomy     *self,
                  const DtcFieldDesc *field,
                  const char         *name)
{
  DeskLogPart *part = g_new0 (DeskLogPart, 1);

  part->field = field;
  part->name = g_strdup (name);
  part->value = g_strdup ("");
  part->state = DESK_LOG_PART_ABSENT;
  g_ptr_array_add (self->parts, part);
  return part;
}

void
part_set_value (DeskLogPart *part,
                char        *value)
{
  g_free (part->value);
  part->value = value;
}

/* ---- meanings ---- */

char *
desk_log_time_text (const DtcFieldDesc *field,
                    double              value)
{
  static const double units[] = { [DTC_TIME_SECONDS] = 1.0, [DTC_TIME_MILLISECONDS] = 1e3,
                                  [DTC_TIME_MICROSECONDS] = 1e6, [DTC_TIME_SECONDS_FRACTION] = 1.0 };
  g_autoptr (GDateTime) time = NULL;
  double seconds;

  if (field->time == DTC_TIME_NONE || !(value > 0.0))
    return NULL;
  seconds = value / units[field->time];
  if (seconds > 1e11)
    return NULL;
  time = g_date_time_new_from_unix_utc ((gint64) seconds);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S UTC") : NULL;
}

void
part_explain (DeskLogPart      *part,
              const DtcMessage *message,
              guint             index)
{
  const DtcFieldDesc *field = part->field;

  if (field->type == DTC_FIELD_STRING)
    return;
  if (field->type == DTC_FIELD_FLOAT || field->type == DTC_FIELD_DOUBLE)
    {
      part->meaning = desk_log_time_text (field, dtc_message_get_double (message, index));
      return;
    }
  if (message->type == DTC_MSG_ORDER_UPDATE && index == DTC_ORDER_UPDATE_F_ORDER_STATUS
      && (message->flags & DTC_MESSAGE_BAD_STATUS))
    {
      part->problems |= DESK_LOG_ILLEGAL_VALUE;
      return;
    }
  part->meaning = desk_log_time_text (field, (double) dtc_message_get_int (message, index));
  if (field->enumeration != NULL)
    {
      gint64 value = dtc_message_get_int (message, index);
      const char *name = value >= G_MININT32 && value <= G_MAXINT32 ? dtc_enum_name (field->enumeration, (gint32) value) : NULL;

      if (name != NULL)
        part->meaning = g_strdup (name);
      else
        part->problems |= DESK_LOG_ILLEGAL_VALUE;
    }
}

static char *
value_text (const DtcMessage   *message,
            const DtcFieldDesc *field,
            guint               index)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  switch ((DtcFieldType) field->type)
    {
    case DTC_FIELD_STRING:
      return g_strdup (dtc_message_get_string (message, index));
    case DTC_FIELD_FLOAT:
      return g_strdup (g_ascii_formatd (number, sizeof number, "%.9g", dtc_message_get_double (message, index)));
    case DTC_FIELD_DOUBLE:
      return g_strdup (g_ascii_formatd (number, sizeof number, "%.15g", dtc_message_get_double (message, index)));
    case DTC_FIELD_UINT64:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) dtc_message_get_int (message, index));
    default:
      return g_strdup_printf ("%" G_GINT64_FORMAT, dtc_message_get_int (message, index));
    }
}

/* ---- what must be there ---- */

/* By DTC's documentation of the messages; "a|b": one of them. An answer that says there is nothing needs none. */
static const struct
{
  guint16     type;
  const char *fields[6];
} needed[] = {
  { DTC_MSG_LOGON_REQUEST, { "ProtocolVersion" } },
  { DTC_MSG_LOGON_RESPONSE, { "Result" } },
  { DTC_MSG_ENCODING_REQUEST, { "ProtocolVersion", "Encoding" } },
  { DTC_MSG_ENCODING_RESPONSE, { "ProtocolVersion", "Encoding" } },
  { DTC_MSG_MARKET_DATA_REQUEST, { "RequestAction", "SymbolID" } },
  { DTC_MSG_SUBMIT_NEW_SINGLE_ORDER, { "Symbol", "ClientOrderID", "OrderType", "BuySell", "Quantity" } },
  { DTC_MSG_SUBMIT_NEW_OCO_ORDER, { "Symbol", "ClientOrderID_1", "ClientOrderID_2" } },
  { DTC_MSG_CANCEL_ORDER, { "ServerOrderID|ClientOrderID" } },
  { DTC_MSG_CANCEL_REPLACE_ORDER, { "ServerOrderID|ClientOrderID" } },
  { DTC_MSG_ORDER_UPDATE, { "OrderStatus", "ServerOrderID|ClientOrderID" } },
  { DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE, { "Symbol", "Quantity", "Price" } },
  { DTC_MSG_POSITION_UPDATE, { "Symbol", "Quantity" } },
  { DTC_MSG_TRADE_ACCOUNT_RESPONSE, { "TradeAccount" } },
};

static gboolean
says_nothing (const DeskLogAnatomy *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      const DeskLogPart *part = self->parts->pdata[i];

      if ((g_str_has_prefix (part->name, "No") && g_ascii_isupper (part->name[2])) && part->state == DESK_LOG_PART_SET
          && !g_str_equal (part->value, "0") && !g_str_equal (part->value, "false"))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_set (const DeskLogAnatomy *self,
        const char           *name,
        DeskLogPart         **first)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      DeskLogPart *part = self->parts->pdata[i];

      if (!g_str_equal (part->name, name))
        continue;
      if (*first == NULL)
        *first = part;
      if (part->state == DESK_LOG_PART_SET && (*part->value != '\0' || part->problems != 0))
        return TRUE;
    }
  return FALSE;
}

static void
check_needed (DeskLogAnatomy *self)
{
  if (self->desc == NULL || says_nothing (self))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    for (guint k = 0; needed[i].type == self->desc->type && k < G_N_ELEMENTS (needed[i].fields)
                      && needed[i].fields[k] != NULL; k++)
      {
        g_auto (GStrv) either = g_strsplit (needed[i].fields[k], "|", -1);
        DeskLogPart *first = NULL;
        gboolean there = FALSE;

        for (guint n = 0; either[n] != NULL; n++)
          there = is_set (self, either[n], &first) || there;
        if (!there && first != NULL)
          first->problems |= DESK_LOG_MISSING;
      }
}

/* ---- lines of a debug log ---- */

static void
read_line (DeskLogAnatomy   *self,
           const DeskLogRow *row)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  desk_log_row_decode (row, &message, NULL);
  self->wire_type = row->wire_type;
  self->desc = dtc_message_desc (message.type);
  for (guint i = 0; self->desc != NULL && i < self->desc->n_fields; i++)
    {
      const DtcFieldDesc *field = &self->desc->fields[i];
      DeskLogPart *part = anatomy_add_part (self, field, field->name);
      g_autofree char *key = g_strconcat (" ", field->name, "=", NULL);
      const guint8 *place = memmem (row->raw, row->size, key, strlen (key));

      if (!dtc_message_has (&message, i))
        continue;
      part->state = DESK_LOG_PART_SET;
      part_set_value (part, field->type == DTC_FIELD_STRING || i != DTC_ORDER_UPDATE_F_ORDER_STATUS
                                || message.type != DTC_MSG_ORDER_UPDATE
                              ? value_text (&message, field, i) : g_strdup_printf ("%d", message.wire_status));
      part_explain (part, &message, i);
      if (place != NULL)
        {
          part->at = (gsize) (place - row->raw) + 1;
          part->len = strlen (key) - 1;
        }
    }
}

DeskLogAnatomy *
desk_log_anatomy_new (const DeskLogRow *row)
{
  DeskLogAnatomy *self = g_new0 (DeskLogAnatomy, 1);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  DtcDirection direction = row->direction == DTC_WIRE_SENT ? DTC_TO_SERVER : DTC_TO_CLIENT;

  self->parts = g_ptr_array_new_with_free_func (part_free);
  if (row->kind == DESK_LOG_NOTE)
    return self;
  if (row->kind == DESK_LOG_LINE)
    read_line (self, row);
  else if (desk_log_row_is_text (row))
    anatomy_read_json (self, row);
  else
    anatomy_read_binary (self, row);
  if (!desk_log_row_decode (row, &message, &error))
    self->refused = g_strdup (error->message);
  if (self->desc == NULL && self->wire_type != 0)
    self->problems |= DESK_LOG_UNKNOWN_TYPE;
  if (self->desc != NULL && !(self->desc->direction & direction))
    self->problems |= DESK_LOG_WRONG_WAY;
  check_needed (self);
  for (guint i = 0; i < self->parts->len; i++)
    self->n_bad += ((DeskLogPart *) self->parts->pdata[i])->problems & ~(guint) DESK_LOG_HARMLESS ? 1 : 0;
  return self;
}

void
desk_log_add_hex (GString      *out,
                  const char   *before,
                  const guint8 *raw,
                  gsize         size)
{
  for (gsize at = 0; at < size; at += HEX_ROW)
    {
      g_string_append_printf (out, "%s%04" G_GSIZE_MODIFIER "x ", before, at);
      for (gsize i = at; i < at + HEX_ROW; i++)
        if (i < size)
          g_string_append_printf (out, " %02x", raw[i]);
        else
          g_string_append (out, "   ");
      g_string_append (out, "  ");
      for (gsize i = at; i < MIN (at + HEX_ROW, size); i++)
        g_string_append_c (out, g_ascii_isprint (raw[i]) ? (char) raw[i] : '.');
      g_string_append_c (out, '\n');
    }
}
