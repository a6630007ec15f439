/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-payload-preview.h"

#include <math.h>
#include <string.h>

/* What an eye looks for, in this order. */
static const guint preview_fields[] = {
  DTC_ORDER_UPDATE_F_SYMBOL,
  DTC_ORDER_UPDATE_F_ORDER_STATUS,
  DTC_ORDER_UPDATE_F_FILLED_QUANTITY,
  DTC_ORDER_UPDATE_F_ORDER_QUANTITY,
  DTC_ORDER_UPDATE_F_REMAINING_QUANTITY,
  DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE,
  DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON,
  DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID,
  DTC_ORDER_UPDATE_F_SERVER_ORDER_ID,
  DTC_ORDER_UPDATE_F_TRADE_ACCOUNT,
  DTC_ORDER_UPDATE_F_NO_ORDERS,
  DTC_ORDER_UPDATE_F_INFO_TEXT,
};

static void
append_text (GString    *out,
             const char *text)
{
  g_string_append_c (out, '\'');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '\'' || *p == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '\'');
}

static void
append_number (GString *out,
               double   value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (fabs (value) < 1e15 && !(value < floor (value)) && !(value > floor (value)))
    g_string_append_printf (out, "%" G_GINT64_FORMAT, (gint64) value);
  else
    g_string_append (out, g_ascii_dtostr (text, sizeof (text), value));
}

char *
desk_payload_preview (const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  GString *out = g_string_new ("{");

  for (guint i = 0; i < G_N_ELEMENTS (preview_fields); i++)
    {
      guint field = preview_fields[i];
      gboolean status = field == DTC_ORDER_UPDATE_F_ORDER_STATUS;

      if (!dtc_message_has (message, field) && !(status && (message->flags & DTC_MESSAGE_BAD_STATUS) != 0))
        continue;
      if (out->len > 1)
        g_string_append (out, ", ");
      g_string_append_printf (out, "'%s': ", desc->fields[field].name);
      if (status)
        append_number (out, message->wire_status);
      else if (desc->fields[field].type == DTC_FIELD_STRING)
        append_text (out, dtc_message_get_string (message, field));
      else
        append_number (out, dtc_message_get_double (message, field));
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}
