/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-line.h"

#include <math.h>
#include <string.h>

#define SENT "[debug] dtc.send type="
#define RECEIVED "[debug] dtc.recv type="

static const DtcMessageDesc *
find_desc (const char *name,
           gsize       len)
{
  for (guint i = 0; i < DTC_N_MESSAGES; i++)
    if (strlen (dtc_message_descs[i].camel_name) == len && memcmp (dtc_message_descs[i].camel_name, name, len) == 0)
      return &dtc_message_descs[i];
  return NULL;
}

/* Behind "type=": the number, and the word behind it. NULL when that is no number. */
static const char *
read_head (const char  *at,
           const char  *end,
           guint       *type,
           const char **word)
{
  *type = 0;
  if (at == end || !g_ascii_isdigit (*at))
    return NULL;
  while (at < end && g_ascii_isdigit (*at) && *type <= G_MAXUINT16)
    *type = *type * 10 + (guint) (*at++ - '0');
  if (*type > G_MAXUINT16 || (at < end && *at != ' '))
    return NULL;
  while (at < end && *at == ' ')
    at++;
  *word = at;
  while (at < end && *at != ' ')
    at++;
  return at;
}

static gboolean
starts (const char *line,
        gsize       len,
        const char *with)
{
  return len >= strlen (with) && memcmp (line, with, strlen (with)) == 0;
}

gboolean
desk_log_line_is_wire (const char       *line,
                       gsize             len,
                       DtcWireDirection *direction,
                       gboolean         *renumbered)
{
  const DtcMessageDesc *desc;
  const char *word;
  const char *behind;
  guint type;

  if (!starts (line, len, SENT) && !starts (line, len, RECEIVED))
    return FALSE;
  behind = read_head (line + strlen (SENT), line + len, &type, &word);
  if (behind == NULL)
    return FALSE;
  if (direction != NULL)
    *direction = starts (line, len, SENT) ? DTC_WIRE_SENT : DTC_WIRE_RECEIVED;
  desc = find_desc (word, (gsize) (behind - word));
  if (renumbered != NULL)
    *renumbered = desc != NULL && desc->type != type;
  return TRUE;
}

gboolean
desk_log_line_is_debug (const char *line,
                        gsize       len)
{
  const char *close = len > 2 && line[0] == '[' ? memchr (line, ']', MIN (len, 40)) : NULL;

  if (close == NULL || close == line + 1 || (gsize) (close - line) + 1 >= len || close[1] != ' ')
    return FALSE;
  for (const char *p = line + 1; p < close; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_')
      return FALSE;
  return TRUE;
}

static void
append_unescaped (GString     *out,
                  const char **at,
                  const char  *end)
{
  const char *p = *at + 1;
  gunichar c = 0;
  guint digits = 0;

  if (p >= end)
    {
      g_string_append_c (out, '\\');
      *at = end;
      return;
    }
  switch (*p)
    {
    case 'n':
      g_string_append_c (out, '\n');
      break;
    case 'r':
      g_string_append_c (out, '\r');
      break;
    case 't':
      g_string_append_c (out, '\t');
      break;
    case 'x':
    case 'u':
      digits = *p == 'x' ? 2 : 4;
      for (guint i = 0; i < digits; i++)
        {
          if (p + 1 >= end || !g_ascii_isxdigit (p[1]))
            break;
          c = c * 16 + (gunichar) g_ascii_xdigit_value (*++p);
        }
      if (c != 0 && g_unichar_validate (c))
        g_string_append_unichar (out, c);
      break;
    default:
      g_string_append_c (out, *p);
      break;
    }
  *at = p + 1;
}

/* A value: one word, or a text in quotes. */
static const char *
read_value (const char *at,
            const char *end,
            GString    *out)
{
  gboolean quoted = at < end && *at == '"';

  g_string_truncate (out, 0);
  if (quoted)
    at++;
  while (at < end && (quoted ? *at != '"' : *at != ' '))
    if (*at == '\\')
      append_unescaped (out, &at, end);
    else
      g_string_append_c (out, *at++);
  if (quoted)
    return at < end ? at + 1 : NULL;
  return at;
}

static void
complain (GError    **error,
          const char *text)
{
  if (error != NULL && *error == NULL)
    g_set_error (error, DTC_ERROR, DTC_ERROR_SYNTAX, "The line %s", text);
}

static gboolean
set_field (DtcMessage         *message,
           const DtcFieldDesc *field,
           guint               index,
           GString            *value)
{
  char *end = NULL;
  double number;

  if (field->type == DTC_FIELD_STRING)
    {
      g_autofree char *valid = g_utf8_make_valid (value->str, (gssize) value->len);

      dtc_message_set_string (message, index, valid);
      return TRUE;
    }
  if (value->len == 0)
    return FALSE;
  if (field->type == DTC_FIELD_FLOAT || field->type == DTC_FIELD_DOUBLE)
    {
      number = g_ascii_strtod (value->str, &end);
      if (*end != '\0' || !isfinite (number))
        return FALSE;
      dtc_message_set_double (message, index, number);
      return TRUE;
    }
  if (field->type == DTC_FIELD_UINT64)
    {
      guint64 whole;

      if (!g_ascii_string_to_unsigned (value->str[0] == '-' ? "" : value->str, 10, 0, G_MAXUINT64, &whole, NULL))
        return FALSE;
      dtc_message_set_int (message, index, (gint64) whole);
      return TRUE;
    }
  else
    {
      gint64 whole;

      if (!g_ascii_string_to_signed (value->str, 10, G_MININT64, G_MAXINT64, &whole, NULL))
        return FALSE;
      dtc_message_set_int (message, index, whole);
      return TRUE;
    }
}

/* The line has the wire's own number; what it means the codec knows. */
static void
translate_status (DtcMessage   *message,
                  DtcNumbering  numbering)
{
  DtcCodec codec = { DTC_ENCODING_JSON, numbering };
  g_auto (DtcMessage) status = DTC_MESSAGE_INIT;
  g_autofree char *json = NULL;

  if (message->type != DTC_MSG_ORDER_UPDATE || !dtc_message_has (message, DTC_ORDER_UPDATE_F_ORDER_STATUS))
    return;
  message->wire_status = message->order_update.order_status;
  json = g_strdup_printf ("{\"Type\":301,\"OrderStatus\":%d}", message->wire_status);
  dtc_codec_decode (&codec, DTC_TO_CLIENT, (const guint8 *) json, strlen (json), &status, NULL);
  message->order_update.order_status = status.order_update.order_status;
  message->flags |= status.flags & DTC_MESSAGE_BAD_STATUS;
}

gboolean
desk_log_line_decode (const char    *line,
                      gsize          len,
                      DtcNumbering   numbering,
                      DtcMessage    *message,
                      GError       **error)
{
  const char *end = line + len;
  g_autoptr (GString) value = NULL;
  const DtcMessageDesc *desc;
  const char *word = NULL;
  const char *at = NULL;
  guint type = 0;
  gboolean good = TRUE;

  dtc_message_init (message, 0);
  if (starts (line, len, SENT) || starts (line, len, RECEIVED))
    at = read_head (line + strlen (SENT), end, &type, &word);
  if (at == NULL)
    {
      complain (error, "is none of a message");
      return FALSE;
    }
  desc = find_desc (word, (gsize) (at - word));
  if (desc == NULL)
    {
      gboolean unreadable = starts (word, (gsize) (end - word), "unreadable");

      dtc_message_init (message, unreadable ? 0 : (guint16) type);
      message->wire_type = (guint16) type;
      if (unreadable)
        {
          complain (error, "says that the message could not be read");
          return FALSE;
        }
      message->flags |= DTC_MESSAGE_UNKNOWN_TYPE;
      return TRUE;
    }
  dtc_message_init (message, desc->type);
  message->wire_type = (guint16) type;
  value = g_string_new (NULL);
  while (at < end)
    {
      const char *equals;
      guint field = 0;

      while (at < end && *at == ' ')
        at++;
      if (at == end)
        break;
      equals = memchr (at, '=', (gsize) (end - at));
      if (equals == NULL)
        {
          complain (error, "was cut off");
          good = FALSE;
          break;
        }
      while (field < desc->n_fields
             && (strlen (desc->fields[field].name) != (gsize) (equals - at)
                 || memcmp (desc->fields[field].name, at, (gsize) (equals - at)) != 0))
        field++;
      at = read_value (equals + 1, end, value);
      if (at == NULL)
        {
          complain (error, "was cut off");
          good = FALSE;
          break;
        }
      if (field == desc->n_fields)
        message->flags |= DTC_MESSAGE_UNKNOWN_KEYS;
      else if (!set_field (message, &desc->fields[field], field, value))
        {
          complain (error, "has a value that does not fit its field");
          good = FALSE;
        }
    }
  translate_status (message, numbering);
  return good;
}

char *
desk_log_line_mask (const char *line,
                    gsize       len)
{
  static const char *const names[] = { " Username=", " Password=" };
  GString *out = g_string_new_len (line, (gssize) len);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize at = 0;
      char *found;

      /* Each of them: the first may stand in a text before the field. */
      while ((found = strstr (out->str + at, names[i])) != NULL)
        {
          g_autoptr (GString) value = g_string_new (NULL);
          const char *behind;
          gsize to;

          at = (gsize) (found - out->str) + strlen (names[i]);
          behind = read_value (out->str + at, out->str + out->len, value);
          to = behind != NULL ? (gsize) (behind - out->str) : out->len;
          g_string_erase (out, (gssize) at, (gssize) (to - at));
          g_string_insert (out, (gssize) at, "****");
        }
    }
  return g_string_free (out, FALSE);
}
