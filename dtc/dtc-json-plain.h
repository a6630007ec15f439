/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-json-reader.h"
#include "dtc-message-private.h"

G_BEGIN_DECLS

/* The values of nearly all messages, read without a detour. What is not as simple as these is left to
 * dtc_json_read_field(), which knows all of it: both must read the same. */

/* A string without escapes and high bytes, no longer than its field. */
static inline guint8 *
dtc_json_read_plain_string (DtcJsonReader    *reader,
                            guint8           *p,
                            const DtcWireKey *key)
{
  guint8 *end = dtc_json_plain_end (p + 1);

  if (*end != '"' || end - (p + 1) > key->limit || key->type != DTC_FIELD_STRING)
    return NULL;
  *end = '\0';
  *(const char **) ((char *) &reader->message->body + key->offset) = (const char *) p + 1;
  return end + 1;
}

/* A double of at most fifteen digits, nine of them decimals: both operands are exact, so there is one rounding only
 * (Clinger). */
static inline guint8 *
dtc_json_read_plain_double (gpointer  slot,
                            guint8   *p,
                            gboolean  single)
{
  static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
  guint8 *first = p + (*p == '-'), *point;
  guint64 mantissa = 0;
  guint decimals = 0;
  double value;

  p = point = dtc_json_scan_digits (first, &mantissa);
  if (*p == '.')
    {
      p = dtc_json_scan_digits (point + 1, &mantissa);
      decimals = (guint) (p - (point + 1));
      if (decimals == 0 || decimals > 9)
        return NULL;
    }
  if (p - first > 15 || point == first || (*first == '0' && point > first + 1) || (*p | 0x20) == 'e')
    return NULL;
  value = (double) mantissa;
  if (decimals > 0)
    value /= powers[decimals];
  if (first[-1] == '-' && mantissa != 0)
    value = -value;
  if (single)
    *(float *) slot = (float) value;
  else
    *(double *) slot = value;
  return p;
}

/* A whole number of at most eighteen digits that fits its field. */
static inline guint8 *
dtc_json_read_plain_integer (gpointer          slot,
                             guint8           *p,
                             const DtcWireKey *key)
{
  static const guint64 most[] = { G_MAXINT8, G_MAXUINT8, G_MAXINT16, G_MAXUINT16, G_MAXINT32, G_MAXUINT32, G_MAXINT64, G_MAXUINT64 };
  guint8 *first = p;
  guint64 value = 0;

  p = dtc_json_scan_digits (first, &value);
  if (p == first || p - first > 18 || (*first == '0' && p > first + 1) || *p == '.' || (*p | 0x20) == 'e' ||
      value >= most[key->type])
    return NULL; /* the greatest uint32 may be "unset" */
  switch (key->type / 2)
    {
    case DTC_FIELD_UINT8 / 2: *(guint8 *) slot = (guint8) value; break;
    case DTC_FIELD_UINT16 / 2: *(guint16 *) slot = (guint16) value; break;
    case DTC_FIELD_UINT32 / 2: *(guint32 *) slot = (guint32) value; break;
    default: *(guint64 *) slot = value; break;
    }
  return p;
}

/* The byte behind the value, or what dtc_json_read_field() returns for it. */
static inline __attribute__ ((always_inline)) guint8 *
dtc_json_read_value (DtcJsonReader    *reader,
                     guint8           *p,
                     guint             depth,
                     const DtcWireKey *key)
{
  guint64 bit = DTC_FIELD_BIT (key->field);
  gpointer slot = (char *) &reader->message->body + key->offset;
  guint8 *end = NULL;

  if (G_LIKELY (!(reader->seen & bit)))
    {
      if (*p == '"')
        end = dtc_json_read_plain_string (reader, p, key);
      else if (key->type < DTC_FIELD_FLOAT)
        end = dtc_json_read_plain_integer (slot, p, key);
      else if (key->type < DTC_FIELD_STRING)
        end = dtc_json_read_plain_double (slot, p, key->type == DTC_FIELD_FLOAT);
    }
  if (G_UNLIKELY (end == NULL))
    return dtc_json_read_field (reader, p, depth, key);
  reader->seen |= bit;
  reader->message->present |= bit;
  return end;
}

G_END_DECLS
