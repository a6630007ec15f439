/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "dtc-json-scan.h"
#include "dtc-text.h"

#define MAX_NUMBER_LEN 512 /* DBL_MAX written without an exponent has 309 digits */

static int
hex_quad (const guint8 *p)
{
  int value = 0;

  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value ((char) p[i]);

      if (digit < 0)
        return -1;
      value = value << 4 | digit;
    }
  return value;
}

guint8 *
dtc_json_scan_string (guint8 *p,
                      guint  *flags)
{
  for (;;)
    {
      int code;

      p = dtc_json_plain_end (p);
      if (*p == '"')
        return p + 1;
      if (*p >= 0x80)
        {
          *flags |= DTC_JSON_HIGH;
          p++;
          continue;
        }
      if (*p != '\\')
        return NULL; /* a control character, or the end */
      *flags |= DTC_JSON_ESCAPES;
      switch (p[1])
        {
        case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
          p += 2;
          break;
        case 'u':
          code = hex_quad (p + 2);
          if (code < 0)
            return NULL;
          p += 6;
          if (code == 0)
            *flags |= DTC_JSON_NUL;
          else if (code >= 0xdc00 && code < 0xe000)
            *flags |= DTC_JSON_SURROGATE;
          else if (code >= 0xd800 && code < 0xdc00)
            {
              code = p[0] == '\\' && p[1] == 'u' ? hex_quad (p + 2) : -1;
              if (code >= 0xdc00 && code < 0xe000)
                p += 6;
              else
                *flags |= DTC_JSON_SURROGATE;
            }
          break;
        default:
          return NULL;
        }
    }
}

guint8 *
dtc_json_scan_number (guint8        *p,
                      DtcJsonNumber *number)
{
  guint64 mantissa = 0;
  int exponent = 0;
  gboolean exact = TRUE;

#define ADD_DIGIT() \
  if (G_LIKELY (mantissa < G_MAXUINT64 / 10) || (mantissa == G_MAXUINT64 / 10 && *p <= '5')) \
    mantissa = mantissa * 10 + (guint64) (*p - '0'); \
  else \
    exact = FALSE

  number->start = p;
  number->negative = *p == '-';
  if (*p == '-')
    p++;
  if (!g_ascii_isdigit (*p))
    return NULL;
  if (*p == '0')
    p++;
  else
    for (; *p >= '0' && *p <= '9'; p++)
      {
        ADD_DIGIT ();
      }
  if (*p == '.')
    {
      guint8 *first = ++p;

      for (; *p >= '0' && *p <= '9'; p++)
        {
          ADD_DIGIT ();
        }
      if (p == first)
        return NULL;
      exponent = -(int) MIN (p - first, 100000);
    }
  if (*p == 'e' || *p == 'E')
    {
      gboolean down = p[1] == '-';
      int power = 0;

      p += p[1] == '-' || p[1] == '+' ? 2 : 1;
      if (!g_ascii_isdigit (*p))
        return NULL;
      for (; *p >= '0' && *p <= '9'; p++)
        power = MIN (power * 10 + (*p - '0'), 100000);
      exponent += down ? -power : power;
    }
#undef ADD_DIGIT
  if (*p >= '0' && *p <= '9') /* 010 */
    return NULL;
  number->mantissa = mantissa;
  number->exponent = exponent;
  number->exact = exact;
  number->len = (guint) MIN (p - number->start, MAX_NUMBER_LEN + 1);
  return p;
}

gboolean
dtc_json_to_double (const DtcJsonNumber *number,
                    double              *value)
{
  static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
  double result;

  /* Both operands are exact, so there is one rounding only (Clinger). */
  if (G_LIKELY (number->exact && number->mantissa <= G_GUINT64_CONSTANT (1) << 53 && number->exponent >= -22 &&
                number->exponent <= 22))
    {
      result = (double) number->mantissa;
      if (number->exponent < 0)
        result /= powers[-number->exponent];
      else
        result *= powers[number->exponent];
      *value = number->negative && result != 0 ? -result : result;
      return TRUE;
    }
  if (number->len > MAX_NUMBER_LEN)
    return FALSE;
  result = g_ascii_strtod ((const char *) number->start, NULL);
  if (!isfinite (result))
    return FALSE;
  *value = result + 0.0; /* -0 is 0 */
  return TRUE;
}

gboolean
dtc_json_to_integer (const DtcJsonNumber *number,
                     guint64             *magnitude)
{
  guint64 value = number->mantissa;
  int exponent = number->exponent;

  if (!number->exact)
    return FALSE;
  if (value == 0)
    exponent = 0;
  for (; exponent < 0; exponent++)
    {
      if (value % 10 != 0)
        return FALSE;
      value /= 10;
    }
  for (; exponent > 0; exponent--)
    {
      if (value > G_MAXUINT64 / 10)
        return FALSE;
      value *= 10;
    }
  *magnitude = value;
  return TRUE;
}

guint8 *
dtc_json_scan_literal (guint8 *p)
{
  if (memcmp (p, "null", 4) == 0 || memcmp (p, "true", 4) == 0)
    return p + 4;
  return memcmp (p, "false", 5) == 0 ? p + 5 : NULL;
}

static guint8 *
skip_name (guint8 *p,
           guint  *flags)
{
  if (*p != '"')
    return NULL;
  p = dtc_json_scan_string (p + 1, flags);
  if (p == NULL)
    return NULL;
  p = dtc_json_skip_space (p);
  return *p == ':' ? dtc_json_skip_space (p + 1) : NULL;
}

static guint8 *
skip_scalar (guint8 *p,
             guint  *flags)
{
  DtcJsonNumber number;

  if (*p == '"')
    return dtc_json_scan_string (p + 1, flags);
  if (*p == '-' || g_ascii_isdigit (*p))
    return dtc_json_scan_number (p, &number);
  return dtc_json_scan_literal (p);
}

guint8 *
dtc_json_skip_value (guint8   *p,
                     guint     depth,
                     guint    *flags,
                     DtcError *code)
{
  guint outside = depth;
  guint objects = 0; /* bit d: what is open at depth d is an object */

  *code = DTC_ERROR_SYNTAX;
  for (;;)
    {
      if (*p == '{' || *p == '[')
        {
          gboolean object = *p == '{';

          if (depth >= DTC_MAX_DEPTH)
            {
              *code = DTC_ERROR_DEPTH;
              return NULL;
            }
          depth++;
          objects = object ? objects | 1u << depth : objects & ~(1u << depth);
          p = dtc_json_skip_space (p + 1);
          if (*p != (object ? '}' : ']'))
            {
              if (object && (p = skip_name (p, flags)) == NULL)
                return NULL;
              continue;
            }
          p++;
          depth--;
        }
      else if ((p = skip_scalar (p, flags)) == NULL)
        return NULL;
      for (;;)
        {
          gboolean object = (objects >> depth) & 1;

          if (depth == outside)
            return p;
          p = dtc_json_skip_space (p);
          if (*p == ',')
            {
              p = dtc_json_skip_space (p + 1);
              if (object && (p = skip_name (p, flags)) == NULL)
                return NULL;
              break;
            }
          if (*p != (object ? '}' : ']'))
            return NULL;
          p++;
          depth--;
        }
    }
}

gsize
dtc_json_unescape (const guint8 *from,
                   gsize         len,
                   gboolean      windows_1252,
                   char         *to)
{
  const guint8 *end = from + len;
  char *start = to;

  while (from < end)
    {
      gunichar c;

      if (*from >= 0x80 && windows_1252)
        {
          to += dtc_text_from_windows_1252 (*from++, to);
          continue;
        }
      if (*from != '\\')
        {
          *to++ = (char) *from++;
          continue;
        }
      switch (from[1])
        {
        case 'b': *to++ = '\b'; break;
        case 'f': *to++ = '\f'; break;
        case 'n': *to++ = '\n'; break;
        case 'r': *to++ = '\r'; break;
        case 't': *to++ = '\t'; break;
        case 'u':
          c = (gunichar) hex_quad (from + 2);
          if (c >= 0xd800 && c < 0xdc00)
            {
              c = 0x10000 + ((c - 0xd800) << 10) + ((gunichar) hex_quad (from + 8) - 0xdc00);
              from += 6;
            }
          to += g_unichar_to_utf8 (c, to); /* never longer than its escape */
          from += 4;
          break;
        default: *to++ = (char) from[1]; break;
        }
      from += 2;
    }
  return (gsize) (to - start);
}
