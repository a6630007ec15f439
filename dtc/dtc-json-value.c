/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-json-reader.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "dtc-message-private.h"
#include "dtc-text.h"

/* Values into fields. */

/* The first thing that is wrong is the one reported. */
void
dtc_json_report (DtcJsonReader *reader,
                 DtcError       code,
                 const char    *format,
                 ...)
{
  va_list args;

  if (!reader->failed && reader->error != NULL)
    {
      va_start (args, format);
      *reader->error = g_error_new_valist (DTC_ERROR, (int) code, format, args);
      va_end (args);
      if (reader->shape != NULL)
        g_prefix_error (reader->error, "%s: ", reader->shape->desc->name);
    }
  reader->failed = TRUE;
}

guint8 *
dtc_json_malformed (DtcJsonReader *reader,
                    DtcError       code,
                    const char    *where)
{
  if (code == DTC_ERROR_DEPTH)
    dtc_json_report (reader, code, "nested deeper than %d at %s", DTC_MAX_DEPTH, where);
  else
    dtc_json_report (reader, code, "not well-formed JSON at %s", where);
  return NULL;
}

gboolean
dtc_json_check_string (DtcJsonReader *reader,
                       guint          flags,
                       const char    *where)
{
  if (flags & DTC_JSON_NUL)
    dtc_json_report (reader, DTC_ERROR_NUL, "a zero character in %s", where);
  else if (flags & DTC_JSON_SURROGATE)
    dtc_json_report (reader, DTC_ERROR_SYNTAX, "half a surrogate pair in %s", where);
  return (flags & (DTC_JSON_NUL | DTC_JSON_SURROGATE)) == 0;
}

/* Reads a value that is only checked, not kept. */
guint8 *
dtc_json_pass_value (DtcJsonReader *reader,
                     guint8        *p,
                     guint          depth,
                     const char    *where)
{
  guint flags = 0;
  DtcError code;

  p = dtc_json_skip_value (p, depth, &flags, &code);
  if (p == NULL)
    return dtc_json_malformed (reader, code, where);
  dtc_json_check_string (reader, flags, where);
  return p;
}

/* @p stands behind the opening quote. *text is NULL when the string cannot be used; that has been reported.
 * *raw_len counts what the peer's encoding needed, where that was one byte a character. */
static guint8 *
read_string (DtcJsonReader  *reader,
             guint8         *p,
             const char     *where,
             const char    **text,
             gsize          *len,
             gsize          *raw_len)
{
  guint8 *end = dtc_json_plain_end (p);
  guint flags = 0;

  if (G_LIKELY (*end == '"'))
    {
      *end = '\0';
      *text = (const char *) p;
      *len = *raw_len = (gsize) (end - p);
      return end + 1;
    }
  end = dtc_json_scan_string (p, &flags);
  *text = NULL;
  if (end == NULL)
    return dtc_json_malformed (reader, DTC_ERROR_SYNTAX, where);
  if (!dtc_json_check_string (reader, flags, where))
    return end;
  *raw_len = (gsize) (end - 1 - p);
  if (!(flags & DTC_JSON_HIGH) || g_utf8_validate_len ((const char *) p, *raw_len, NULL))
    {
      *len = dtc_json_unescape (p, *raw_len, FALSE, (char *) p);
      *raw_len = *len;
      *text = (const char *) p;
      p[*len] = '\0';
    }
  else
    {
      char *copy = dtc_message_text_reserve (reader->message, *raw_len * 3 + 1);

      *len = dtc_json_unescape (p, *raw_len, TRUE, copy);
      copy[*len] = '\0';
      dtc_message_text_take (reader->message, *len + 1);
      *text = copy;
      *raw_len = MIN (*raw_len, *len);
      reader->message->flags |= DTC_MESSAGE_TRANSCODED;
    }
  return end;
}

static void
wrong_type (DtcJsonReader    *reader,
            const DtcWireKey *key)
{
  dtc_json_report (reader, DTC_ERROR_WRONG_TYPE, "%s is no %s", key->name,
                   key->desc->type == DTC_FIELD_STRING ? "text" : "number");
}

static guint8 *
read_text_value (DtcJsonReader    *reader,
                 guint8           *p,
                 const DtcWireKey *key)
{
  DtcMessage *message = reader->message;
  const char *text;
  gsize len, raw_len;

  p = read_string (reader, p, key->name, &text, &len, &raw_len);
  if (p == NULL || text == NULL)
    return p;
  if (key->desc->type != DTC_FIELD_STRING)
    {
      for (guint i = 0; key->words != NULL && i < key->words->n_values; i++)
        if (strcmp (key->words->values[i].name, text) == 0)
          {
            *(gint32 *) dtc_message_slot (message, key->desc) = key->words->values[i].value;
            message->present |= DTC_FIELD_BIT (key->field);
            return p;
          }
      wrong_type (reader, key);
      return p;
    }
  if (!dtc_text_fit (message, key, (char *) text, len, raw_len))
    {
      dtc_json_report (reader, DTC_ERROR_TOO_LONG, "%s has %" G_GSIZE_FORMAT " bytes, %u are possible",
                       key->name, raw_len, key->limit);
      return p;
    }
  *(const char **) dtc_message_slot (message, key->desc) = text;
  message->present |= DTC_FIELD_BIT (key->field);
  return p;
}

static void
out_of_range (DtcJsonReader    *reader,
              const DtcWireKey *key)
{
  dtc_json_report (reader, DTC_ERROR_RANGE, "the number in %s does not fit it", key->name);
}

static void
store_floating (DtcJsonReader       *reader,
                const DtcWireKey    *key,
                const DtcJsonNumber *number)
{
  gboolean single = key->desc->type == DTC_FIELD_FLOAT;
  gpointer slot = dtc_message_slot (reader->message, key->desc);
  double value;

  if (!dtc_json_to_double (number, &value))
    {
      out_of_range (reader, key);
      return;
    }
  if (G_UNLIKELY (value >= 3.4028e38) && dtc_is_unset_number (value, single))
    return;
  if (!single)
    *(double *) slot = value;
  else if (fabs (value) > (double) FLT_MAX)
    {
      out_of_range (reader, key);
      return;
    }
  else
    *(float *) slot = (float) value;
  reader->message->present |= DTC_FIELD_BIT (key->field);
}

/* Programs put the fraction of a second where the protocol has whole ones; a time may lose it, a quantity not. */
static gboolean
whole_time (const DtcWireKey    *key,
            const DtcJsonNumber *number,
            guint64             *magnitude)
{
  double value;

  if (key->desc->time == DTC_TIME_NONE || number->negative || !dtc_json_to_double (number, &value) || value >= 9.2e18)
    return FALSE;
  *magnitude = (guint64) value;
  return TRUE;
}

static void
store_integer (DtcJsonReader       *reader,
               const DtcWireKey    *key,
               const DtcJsonNumber *number)
{
  static const struct
  {
    guint64 max;
    guint64 min; /* how far below 0 */
  } ranges[] = {
    [DTC_FIELD_INT8] = { G_MAXINT8, 1 + (guint64) G_MAXINT8 },
    [DTC_FIELD_UINT8] = { G_MAXUINT8, 0 },
    [DTC_FIELD_INT16] = { G_MAXINT16, 1 + (guint64) G_MAXINT16 },
    [DTC_FIELD_UINT16] = { G_MAXUINT16, 0 },
    [DTC_FIELD_INT32] = { G_MAXINT32, 1 + (guint64) G_MAXINT32 },
    [DTC_FIELD_UINT32] = { G_MAXUINT32, 0 },
    [DTC_FIELD_INT64] = { G_MAXINT64, 1 + (guint64) G_MAXINT64 },
    [DTC_FIELD_UINT64] = { G_MAXUINT64, 0 },
  };
  gpointer slot = dtc_message_slot (reader->message, key->desc);
  guint64 magnitude = number->mantissa;
  guint64 value;

  if ((number->exponent != 0 || !number->exact) && !dtc_json_to_integer (number, &magnitude) &&
      !whole_time (key, number, &magnitude))
    {
      out_of_range (reader, key);
      return;
    }
  if (magnitude > (number->negative ? ranges[key->desc->type].min : ranges[key->desc->type].max))
    {
      out_of_range (reader, key);
      return;
    }
  if (key->desc->unset == DTC_UNSET_UINT32_MAX && magnitude == G_MAXUINT32)
    return;
  value = number->negative ? 0 - magnitude : magnitude;
  switch ((DtcFieldType) key->desc->type)
    {
    case DTC_FIELD_INT8:
    case DTC_FIELD_UINT8: *(guint8 *) slot = (guint8) value; break;
    case DTC_FIELD_INT16:
    case DTC_FIELD_UINT16: *(guint16 *) slot = (guint16) value; break;
    case DTC_FIELD_INT32:
    case DTC_FIELD_UINT32: *(guint32 *) slot = (guint32) value; break;
    default: *(guint64 *) slot = value; break;
    }
  reader->message->present |= DTC_FIELD_BIT (key->field);
}

guint8 *
dtc_json_read_field (DtcJsonReader    *reader,
                     guint8           *p,
                     guint             depth,
                     const DtcWireKey *key)
{
  gboolean again = (reader->seen & DTC_FIELD_BIT (key->field)) != 0;
  guint first = *p;

  reader->seen |= DTC_FIELD_BIT (key->field);
  if (G_UNLIKELY (again))
    {
      /* Neither of two values is certain. */
      dtc_json_report (reader, DTC_ERROR_DUPLICATE_KEY, "%s stands there twice", key->name);
      dtc_message_unset (reader->message, key->field);
      return dtc_json_pass_value (reader, p, depth, key->name);
    }
  if (first == '"')
    return read_text_value (reader, p + 1, key);
  if (key->desc->type != DTC_FIELD_STRING && (first == '-' || g_ascii_isdigit (first)))
    {
      DtcJsonNumber number;

      p = dtc_json_scan_number (p, &number);
      if (p == NULL)
        return dtc_json_malformed (reader, DTC_ERROR_SYNTAX, key->name);
      if (key->desc->type >= DTC_FIELD_FLOAT)
        store_floating (reader, key, &number);
      else
        store_integer (reader, key, &number);
      return p;
    }
  if (first == 'n' && memcmp (p, "null", 4) == 0)
    {
      reader->message->nulls |= DTC_FIELD_BIT (key->field);
      return p + 4;
    }
  p = dtc_json_pass_value (reader, p, depth, key->name);
  if (p != NULL)
    wrong_type (reader, key);
  return p;
}
