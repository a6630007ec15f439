/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <float.h>
#include <math.h>
#include <string.h>

#include "dtc-codec.h"

/* Random legal messages and short ways through the codec, for the protocol's tests. */

static inline gboolean
test_decode (DtcNumbering   numbering,
             DtcDirection   direction,
             const char    *text,
             gssize         len,
             DtcMessage    *message,
             GError       **error)
{
  DtcCodec codec = { DTC_ENCODING_JSON, numbering };
  gsize size = len < 0 ? strlen (text) : (gsize) len;
  guint8 *exact = g_memdup2 (text, size); /* so that a sanitizer sees a read past the frame */
  gboolean ok = dtc_codec_decode (&codec, direction, exact, size, message, error);

  g_free (exact);
  return ok;
}

/* The encoded text, or NULL. */
static inline char *
test_encode (DtcEncodingKind    encoding,
             DtcNumbering       numbering,
             DtcDirection       direction,
             const DtcMessage  *message,
             GError           **error)
{
  DtcCodec codec = { encoding, numbering };
  GByteArray *out = g_byte_array_new ();

  if (!dtc_codec_encode (&codec, direction, message, out, error))
    {
      g_assert_cmpuint (out->len, ==, 0);
      g_byte_array_unref (out);
      return NULL;
    }
  g_assert_cmpuint (out->len, ==, strlen ((char *) out->data) + 1);
  return (char *) g_byte_array_free (out, FALSE);
}

static inline DtcDirection
test_direction (const DtcMessageDesc *desc)
{
  return desc->direction & DTC_TO_CLIENT ? DTC_TO_CLIENT : DTC_TO_SERVER;
}

static inline gint64
test_random_integer (GRand *rand,
                     gint64 min,
                     gint64 max)
{
  guint64 bits = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);

  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0: return min;
    case 1: return max;
    case 2: return 0;
    case 3: return (gint64) (bits % 20);
    default:
      return (guint64) max - (guint64) min == G_MAXUINT64
               ? (gint64) bits
               : (gint64) ((guint64) min + bits % ((guint64) max - (guint64) min + 1));
    }
}

static inline double
test_random_double (GRand   *rand,
                    gboolean single)
{
  for (;;)
    {
      union { guint64 bits; double value; } wide = { (guint64) g_rand_int (rand) << 32 | g_rand_int (rand) };
      union { guint32 bits; float value; } narrow = { g_rand_int (rand) };
      double value;

      switch (g_rand_int_range (rand, 0, 6))
        {
        case 0: value = g_rand_int_range (rand, -1000000, 1000000) * 0.25; break;
        case 1: value = g_rand_int_range (rand, -1000, 1000000); break;
        case 2: value = g_rand_int_range (rand, 0, 1000000) / 1000.0; break;
        case 3: value = g_rand_double (rand); break;
        case 4: value = 1456736458.0 + g_rand_double (rand); break;
        default: value = single ? (double) narrow.value : wide.value; break;
        }
      if (single)
        value = (double) (float) value;
      /* What is no normal number is only ever read by mistake, see dtc-binary-reader.c. */
      if (isfinite (value) && (value == 0 || fabs (value) >= (single ? (double) FLT_MIN : DBL_MIN)) && fabs (value) < (single ? 3.4e38 : 1.79e308) && value != (double) FLT_MAX)
        return value;
    }
}

static inline char *
test_random_text (GRand *rand,
                  guint  max)
{
  GString *text = g_string_new (NULL);
  guint wanted = (guint) g_rand_int_range (rand, 0, (gint32) max + 1);

  for (;;)
    {
      gunichar c;
      char utf8[6];

      switch (g_rand_int_range (rand, 0, 12))
        {
        case 0: c = (gunichar) g_rand_int_range (rand, 1, 0x20); break;
        case 1: c = (gunichar) g_rand_int_range (rand, 0x80, 0xd800); break;
        case 2: c = (gunichar) g_rand_int_range (rand, 0x10000, 0x110000); break;
        case 3: c = (gunichar) "\"\\/'{}[],:"[g_rand_int_range (rand, 0, 10)]; break;
        default: c = (gunichar) g_rand_int_range (rand, 0x20, 0x7f); break;
        }
      if (text->len + (gsize) g_unichar_to_utf8 (c, utf8) > wanted)
        return g_string_free (text, FALSE);
      g_string_append_unichar (text, c);
    }
}

static inline void
test_random_field (GRand      *rand,
                   DtcMessage *message,
                   guint       i)
{
  static const gint64 min[] = { G_MININT8, 0, G_MININT16, 0, G_MININT32, 0, G_MININT64, 0 };
  static const gint64 max[] = { G_MAXINT8, G_MAXUINT8, G_MAXINT16, G_MAXUINT16, G_MAXINT32, G_MAXUINT32, G_MAXINT64, -1 };
  const DtcFieldDesc *field = &dtc_message_desc (message->type)->fields[i];

  if (field->type == DTC_FIELD_STRING)
    {
      char *text = test_random_text (rand, field->len > 0 ? field->len - 1u : 31);

      dtc_message_set_string (message, i, text);
      g_free (text);
    }
  else if (field->type >= DTC_FIELD_FLOAT)
    dtc_message_set_double (message, i, test_random_double (rand, field->type == DTC_FIELD_FLOAT));
  else if (field->enumeration != NULL && field->enumeration->n_values > 1)
    dtc_message_set_int (message, i,
                         field->enumeration->values[g_rand_int_range (rand, 1, (gint32) field->enumeration->n_values)].value);
  else if (field->unset == DTC_UNSET_UINT32_MAX)
    dtc_message_set_int (message, i, test_random_integer (rand, 0, (gint64) G_MAXUINT32 - 1));
  else if (field->type == DTC_FIELD_UINT64)
    dtc_message_set_int (message, i, (gint64) ((guint64) g_rand_int (rand) << 32 | g_rand_int (rand)));
  else
    dtc_message_set_int (message, i, test_random_integer (rand, min[field->type], max[field->type]));
}

/* A legal message of @type in which each field is there with a probability of 1 in @sparse. */
static inline void
test_random_message (GRand      *rand,
                     DtcMessage *message,
                     guint16     type,
                     int         sparse)
{
  const DtcMessageDesc *desc = dtc_message_desc (type);

  dtc_message_init (message, type);
  for (guint i = 0; i < desc->n_fields; i++)
    if (g_rand_int_range (rand, 0, sparse) == 0)
      test_random_field (rand, message, i);
}
