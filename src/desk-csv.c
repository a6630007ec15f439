/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-csv.h"

#include "desk-json-line.h"

#include <math.h>
#include <string.h>

static void
separate (GString *line)
{
  if (line->len > 0)
    g_string_append_c (line, ',');
}

static gboolean
is_plain_number (const char *text)
{
  gsize digits;

  if (*text == '-')
    text++;
  digits = strspn (text, "0123456789");
  text += digits;
  if (digits > 0 && *text == '.')
    text += 1 + strspn (text + 1, "0123456789");
  return digits > 0 && *text == '\0';
}

/* Whether a spreadsheet may take it for something to work out; some skip the space before it, and some read the wide forms
 * of the signs. */
static gboolean
is_formula (const char *text)
{
  gunichar c = g_utf8_get_char (text);

  if (is_plain_number (text))
    return FALSE;
  while (g_unichar_isspace (c) || g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
    {
      if (c == 0)
        return FALSE;
      text = g_utf8_next_char (text);
      c = g_utf8_get_char (text);
    }
  return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff1d || c == 0xff0b || c == 0xff0d || c == 0xff20;
}

void
desk_csv_text (GString    *line,
               const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  separate (line);
  g_string_append_c (line, '"');
  if (valid != NULL && is_formula (valid))
    g_string_append_c (line, '\'');
  for (const char *p = valid; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '"')
        g_string_append_c (line, '"');
      if (c == '\n' || c == '\r' || c == '\t')
        g_string_append_c (line, ' ');
      else
        g_string_append_unichar (line, g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT ? '?' : c);
    }
  g_string_append_c (line, '"');
}

void
desk_csv_number (GString *line,
                 double   value)
{
  g_autofree char *text = desk_price_format_double (NULL, value);

  separate (line);
  g_string_append (line, text);
}

void
desk_csv_price (GString         *line,
                const DeskPrice *price)
{
  desk_csv_number (line, price->kind == DESK_PRICE_UNSET ? NAN : price->display);
}

void
desk_csv_signed (GString *line,
                 gint64   number)
{
  separate (line);
  g_string_append_printf (line, "%" G_GINT64_FORMAT, number);
}

void
desk_csv_count (GString *line,
                gint64   count)
{
  if (count >= 0)
    desk_csv_signed (line, count);
  else
    separate (line);
}

void
desk_csv_time (GString *line,
               gint64   utc)
{
  g_autofree char *time = utc != 0 ? desk_json_line_time (utc) : NULL;

  desk_csv_text (line, time);
}
