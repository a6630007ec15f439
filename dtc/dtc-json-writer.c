/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-json.h"

#include <math.h>
#include <string.h>

#include "dtc-message-private.h"
#include "dtc-text.h"

#define MAX_NUMBER     32 /* bytes of one number */
#define MAX_CHARACTER  6  /* bytes of one escaped byte; a pair of surrogates has 12 for 4 */

static char *
write_unsigned (char    *to,
                guint64  value)
{
  char digits[20];
  guint n = 0;

  do
    digits[n++] = (char) ('0' + value % 10);
  while ((value /= 10) != 0);
  while (n > 0)
    *to++ = digits[--n];
  return to;
}

static char *
write_signed (char   *to,
              gint64  value)
{
  if (value < 0)
    *to++ = '-';
  return write_unsigned (to, value < 0 ? 0 - (guint64) value : (guint64) value);
}

/* The fewest decimals that read back as the same number; NULL when nine are not enough. A quotient of two exact
 * numbers is rounded once, which is also how a decimal is read. */
static char *
write_decimals (char     *to,
                double    value,
                gboolean  single)
{
  static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
  double magnitude = fabs (value);

  for (guint decimals = 1; decimals < G_N_ELEMENTS (powers); decimals++)
    {
      double scaled = rint (magnitude * powers[decimals]);
      guint64 digits;
      char *end;

      if (scaled > 9007199254740992.0)
        return NULL;
      if (single ? (float) (scaled / powers[decimals]) != (float) magnitude : scaled / powers[decimals] != magnitude)
        continue;
      if (value < 0)
        *to++ = '-';
      digits = (guint64) scaled;
      to = write_unsigned (to, digits / (guint64) powers[decimals]);
      *to++ = '.';
      digits %= (guint64) powers[decimals];
      end = to + decimals;
      for (char *p = end; p > to; digits /= 10)
        *--p = (char) ('0' + digits % 10);
      return end;
    }
  return NULL;
}

static char *
write_double (char     *to,
              double    value,
              gboolean  single)
{
  static const char *const formats[] = { "%.7g", "%.9g", "%.15g", "%.16g", "%.17g" };
  char *end;

  if (fabs (value) < 1e15 && value == rint (value))
    return write_signed (to, (gint64) value);
  end = write_decimals (to, value, single);
  if (end != NULL)
    return end;
  for (guint i = single ? 0 : 2; i < (single ? 2 : G_N_ELEMENTS (formats)); i++)
    {
      double back;

      g_ascii_formatd (to, MAX_NUMBER, formats[i], value);
      back = g_ascii_strtod (to, NULL);
      if (single ? (float) back == (float) value : back == value)
        break;
    }
  return to + strlen (to);
}

static char *
write_hex (char  *to,
           guint  code)
{
  static const char digits[] = "0123456789abcdef";

  *to++ = '\\';
  *to++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4)
    *to++ = digits[(code >> shift) & 0xf];
  return to;
}

static gboolean
is_plain (guchar c)
{
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* ASCII only: the protocol knows no Unicode, an escape passes everywhere. NULL when @text is not UTF-8. */
static char *
write_string (char       *to,
              const char *text)
{
  *to++ = '"';
  for (;;)
    {
      gunichar c;

      while (is_plain ((guchar) *text))
        *to++ = *text++;
      if (*text == '\0')
        break;
      if (*text == '"' || *text == '\\')
        {
          *to++ = '\\';
          *to++ = *text++;
          continue;
        }
      c = g_utf8_get_char_validated (text, -1);
      if (c >= (gunichar) -2)
        return NULL;
      if (c >= 0x10000)
        {
          to = write_hex (to, 0xd800 + ((c - 0x10000) >> 10));
          to = write_hex (to, 0xdc00 + ((c - 0x10000) & 0x3ff));
        }
      else
        to = write_hex (to, c);
      text = g_utf8_next_char (text);
    }
  *to++ = '"';
  return to;
}

static gboolean
fail (GError           **error,
      DtcError           code,
      const DtcWireKey  *key,
      const char        *why)
{
  g_set_error (error, DTC_ERROR, (int) code, "%s: %s", key->name, why);
  return FALSE;
}

static gboolean
write_value (const DtcMessage  *message,
             const DtcWireKey  *key,
             DtcNumbering       numbering,
             char             **to,
             GError           **error)
{
  gconstpointer slot = dtc_message_const_slot (message, key->desc);
  gint64 number;
  double real;
  gint32 status;

  switch ((DtcFieldType) key->desc->type)
    {
    case DTC_FIELD_STRING:
      *to = write_string (*to, *(const char *const *) slot);
      return *to != NULL || fail (error, DTC_ERROR_UNSUPPORTED, key, "is not UTF-8");
    case DTC_FIELD_FLOAT:
    case DTC_FIELD_DOUBLE:
      real = key->desc->type == DTC_FIELD_FLOAT ? *(const float *) slot : *(const double *) slot;
      if (!isfinite (real))
        return fail (error, DTC_ERROR_RANGE, key, "is no number");
      *to = write_double (*to, key->whole ? floor (real) : real, key->desc->type == DTC_FIELD_FLOAT);
      return TRUE;
    case DTC_FIELD_UINT64:
      *to = write_unsigned (*to, *(const guint64 *) slot);
      return TRUE;
    case DTC_FIELD_INT8: number = *(const gint8 *) slot; break;
    case DTC_FIELD_UINT8: number = *(const guint8 *) slot; break;
    case DTC_FIELD_INT16: number = *(const gint16 *) slot; break;
    case DTC_FIELD_UINT16: number = *(const guint16 *) slot; break;
    case DTC_FIELD_INT32: number = *(const gint32 *) slot; break;
    case DTC_FIELD_UINT32: number = *(const guint32 *) slot; break;
    default: number = *(const gint64 *) slot; break;
    }
  if (key->write_words)
    {
      const char *word = dtc_enum_name (key->words, (gint32) number);

      if (word == NULL)
        return fail (error, DTC_ERROR_UNSUPPORTED, key, "has no word for this value");
      *to = write_string (*to, word);
      return TRUE;
    }
  if (message->type == DTC_MSG_ORDER_UPDATE && key->field == DTC_ORDER_UPDATE_F_ORDER_STATUS)
    {
      if (!dtc_numbering_status_to_wire (numbering, (gint32) number, &status))
        return fail (error, DTC_ERROR_UNSUPPORTED, key, "has no number for this status in this numbering");
      number = status;
    }
  *to = write_signed (*to, number);
  return TRUE;
}

/* Room for the whole message at its longest; FALSE when a string is longer than its field. */
static gboolean
measure (const DtcWireShape  *shape,
         const DtcMessage    *message,
         gsize               *size,
         GError             **error)
{
  *size = 64;
  for (guint i = 0; i < shape->n_keys; i++)
    {
      const DtcWireKey *key = &shape->keys[i];

      *size += key->len + MAX_NUMBER + 4u;
      if (key->desc->type == DTC_FIELD_STRING && dtc_message_has (message, key->field))
        {
          gsize len;

          if (!dtc_text_check_write (message, key, &len, error))
            return FALSE;
          *size += len * MAX_CHARACTER;
        }
    }
  return TRUE;
}

static char *
write_key (char             *to,
           const DtcWireKey *key)
{
  guint len = key->len;

  *to++ = ',';
  *to++ = '"';
  /* Eight bytes at a time, the last eight overlapping: compilers make a slow string instruction of memcpy here. */
  if (len < 8)
    for (guint i = 0; i < len; i++)
      to[i] = key->name[i];
  else
    for (guint i = 0; i < len; i += 8)
      {
        guint at = MIN (i, len - 8);

        memcpy (to + at, key->name + at, 8);
      }
  to += len;
  *to++ = '"';
  *to++ = ':';
  return to;
}

static gboolean
write_body (DtcNumbering         numbering,
            gboolean             array,
            const DtcWireShape  *shape,
            const DtcMessage    *message,
            guint64              omit,
            char               **to,
            GError             **error)
{
  char *p = *to;

  memcpy (p, "{\"Type\":", 8);
  p = write_unsigned (p + 8, shape->wire_type);
  if (array)
    {
      memcpy (p, ",\"F\":[", 6);
      p += 6;
    }
  for (guint i = 0; i < shape->n_keys; i++)
    {
      const DtcWireKey *key = &shape->keys[i];
      gboolean has = dtc_message_has (message, key->field) && !(omit & DTC_FIELD_BIT (key->field)) &&
                     /* left out all the same when it lies there as "unset" */
                     !dtc_message_slot_is_unset (message, key->desc);

      /* A 0 that the brief's numbering has no word for is the unset side or time in force. */
      if (has && key->write_words && *(const gint32 *) dtc_message_const_slot (message, key->desc) == 0)
        continue;
      if (array && i > 0)
        *p++ = ',';
      else if (!array)
        {
          if (!has && !dtc_message_is_null (message, key->field))
            continue;
          p = write_key (p, key);
        }
      if (!has)
        {
          memcpy (p, "null", 4);
          p += 4;
        }
      else if (!write_value (message, key, numbering, &p, error))
        return FALSE;
    }
  if (array)
    *p++ = ']';
  *p++ = '}';
  *p++ = '\0';
  *to = p;
  return TRUE;
}

gboolean
dtc_json_write (DtcNumbering       numbering,
                DtcDirection       direction,
                gboolean           compact,
                const DtcMessage  *message,
                GByteArray        *out,
                GError           **error)
{
  const DtcWireShape *shape = dtc_numbering_write_shape (numbering, direction, message->type);
  guint begin = out->len;
  guint64 omit;
  gsize size;
  char *to;

  if (shape == NULL)
    {
      g_set_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED, "Message %u cannot be said in the numbering \"%s\"",
                   message->type, dtc_numbering_to_string (numbering));
      return FALSE;
    }
  if (!dtc_numbering_check_write (numbering, shape, message, &omit, error) || !measure (shape, message, &size, error))
    return FALSE;
  g_byte_array_set_size (out, begin + (guint) size);
  to = (char *) out->data + begin;
  if (!write_body (numbering, compact && shape->desc->compact == 1, shape, message, omit, &to, error))
    {
      g_byte_array_set_size (out, begin);
      return FALSE;
    }
  g_byte_array_set_size (out, (guint) (to - (char *) out->data));
  return TRUE;
}
