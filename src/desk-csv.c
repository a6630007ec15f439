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

void
desk_csv_text (GString    *line,
               const char *text)
{
  separate (line);
  g_string_append_c (line, '"');
  if (text != NULL && *text != '\0' && strchr ("=+-@\t\r", *text) != NULL)
    g_string_append_c (line, '\'');
  for (const char *p = text != NULL ? text : ""; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *p == '\n' || *p == '\r' ? ' ' : *p);
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
