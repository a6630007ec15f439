/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "dtc-types.h"

G_BEGIN_DECLS

/* The grammar of JSON (RFC 8259), strictly. All functions read a buffer that ends with DTC_JSON_PADDING zero
 * bytes: a zero byte is no part of any token, so none of them can run past the end. */
#define DTC_JSON_PADDING 64

/* What was met inside a string; the last three make it unusable, not the message malformed. */
typedef enum
{
  DTC_JSON_ESCAPES   = 1 << 0,
  DTC_JSON_HIGH      = 1 << 1, /* bytes above 127 */
  DTC_JSON_NUL       = 1 << 2, /* U+0000 */
  DTC_JSON_SURROGATE = 1 << 3, /* half of a surrogate pair */
} DtcJsonString;

typedef struct
{
  const guint8 *start;
  guint         len;
  guint64       mantissa; /* all digits, when exact */
  int           exponent; /* power of ten that goes with mantissa */
  gboolean      negative;
  gboolean      exact;    /* mantissa did not overflow */
} DtcJsonNumber;

static inline guint8 *
dtc_json_skip_space (guint8 *p)
{
  while (*p <= ' ' && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    p++;
  return p;
}

static inline guint64
dtc_json_load (const guint8 *p)
{
  guint64 word;

  memcpy (&word, p, sizeof word);
  return word;
}

#define DTC_JSON_EACH(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

/* From just behind the opening quote to the first byte that is not plain: quote, backslash, control, high. */
static inline guint8 *
dtc_json_plain_end (guint8 *p)
{
#ifdef __SSE2__
  for (;; p += 16)
    {
      __m128i bytes = _mm_loadu_si128 ((const __m128i *) p);
      /* Below a space are, with a sign, the high bytes too. */
      __m128i hits = _mm_or_si128 (_mm_or_si128 (_mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('"')),
                                                 _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('\\'))),
                                   _mm_cmplt_epi8 (bytes, _mm_set1_epi8 (0x20)));
      guint mask = (guint) _mm_movemask_epi8 (hits);

      if (mask != 0)
        return p + __builtin_ctz (mask);
    }
#else
  for (;;)
    {
      guint64 word = GUINT64_FROM_LE (dtc_json_load (p));
      guint64 quote = word ^ DTC_JSON_EACH ('"');
      guint64 slash = word ^ DTC_JSON_EACH ('\\');
      /* A borrow can only spoil bytes above the first hit. */
      guint64 hits = (((quote - DTC_JSON_EACH (1)) & ~quote) | ((slash - DTC_JSON_EACH (1)) & ~slash) |
                      ((word - DTC_JSON_EACH (0x20)) & ~word) | word) & DTC_JSON_EACH (0x80);

      if (hits != 0)
        return p + (guint) __builtin_ctzll (hits) / 8;
      p += 8;
    }
#endif
}

/* All return the byte behind what they read, or NULL when it is malformed. */

/* @p stands behind the opening quote; the closing quote is the byte before the one returned. */
guint8 *dtc_json_scan_string  (guint8         *p,
                               guint          *flags);
/* Never NULL for the first byte of a number unless it is malformed. */
guint8 *dtc_json_scan_number  (guint8         *p,
                               DtcJsonNumber  *number);
/* Any value, nested @depth deep; @code says what was wrong. @flags collects what its strings contained. */
guint8 *dtc_json_skip_value   (guint8         *p,
                               guint           depth,
                               guint          *flags,
                               DtcError       *code);
guint8 *dtc_json_scan_literal (guint8         *p);

/* The text of a string without DTC_JSON_NUL or DTC_JSON_SURROGATE, between its quotes. @to may be @from; with
 * @windows_1252 it needs three bytes for each byte. Returns the length; there is no terminator. */
gsize    dtc_json_unescape    (const guint8   *from,
                               gsize           len,
                               gboolean        windows_1252,
                               char           *to);

/* Exactly, rounded once; FALSE when the number is too large. */
gboolean dtc_json_to_double   (const DtcJsonNumber *number,
                               double              *value);
/* FALSE when it has a fraction or is too large. */
gboolean dtc_json_to_integer  (const DtcJsonNumber *number,
                               guint64             *magnitude);

/* Digits from @p on, added to *mantissa, which wraps after nineteen of them; eight at a time, without a loop for each. */
static inline guint8 *
dtc_json_scan_digits (guint8  *p,
                      guint64 *mantissa)
{
  static const guint64 powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000 };
  guint n;

  do
    {
      guint64 word = GUINT64_FROM_LE (dtc_json_load (p)) ^ DTC_JSON_EACH ('0');
      guint64 others = ((word + DTC_JSON_EACH (0x76)) | word) & DTC_JSON_EACH (0x80); /* a carry can only spoil bytes above the first */

      n = others != 0 ? (guint) __builtin_ctzll (others) / 8 : 8;
      if (n == 0)
        break;
      word <<= 64 - 8 * n; /* leading zeros */
      word = word * 10 + (word >> 8);
      word = (((word & G_GUINT64_CONSTANT (0x000000ff000000ff)) * G_GUINT64_CONSTANT (0x000f424000000064)) +
              (((word >> 16) & G_GUINT64_CONSTANT (0x000000ff000000ff)) * G_GUINT64_CONSTANT (0x0000271000000001))) >> 32;
      *mantissa = *mantissa * powers[n] + word;
      p += n;
    }
  while (n == 8);
  return p;
}

G_END_DECLS
