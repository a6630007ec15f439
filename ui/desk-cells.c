/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-cells.h"

#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

void
desk_cell_price (DeskCell        *cell,
                 const DeskGrid  *grid,
                 const DeskPrice *price)
{
  g_autofree char *text = NULL;

  if (price == NULL || price->kind == DESK_PRICE_UNSET)
    return;
  text = desk_price_format (grid, price);
  g_string_append (cell->text, text);
  if (price->kind == DESK_PRICE_RAW)
    cell->style = "warning";
}

void
desk_cell_average (DeskCell       *cell,
                   const DeskGrid *grid,
                   double          display)
{
  g_autofree char *text = NULL;

  if (!isfinite (display))
    return;
  /* Between two ticks a hundredth of one is more than anybody reads, and 5000.0833333333 is wider than a column. */
  if (grid != NULL && grid->tick > 0 && fabs (display / grid->tick - round (display / grid->tick)) > 1e-6)
    {
      double scale = pow (10.0, 2.0 - floor (log10 (grid->tick)));

      display = round (display * scale) / scale;
    }
  text = desk_price_format_double (grid, display);
  g_string_append (cell->text, text);
}

void
desk_cell_integer (DeskCell *cell,
                   gint64    value)
{
  g_string_append_printf (cell->text, "%" G_GINT64_FORMAT, value);
}

void
desk_cell_signed (DeskCell *cell,
                  gint64    value)
{
  g_string_append_printf (cell->text, value > 0 ? "+%" G_GINT64_FORMAT : "%" G_GINT64_FORMAT, value);
}

void
desk_cell_money (DeskCell *cell,
                 double    value,
                 gboolean  sign)
{
  if (!isfinite (value))
    return;
  /* Rounding must not leave "-0.00". */
  if (fabs (value) < 0.005)
    value = 0.0;
  g_string_append_printf (cell->text, sign && value > 0.0 ? "+%'.2f" : "%'.2f", value);
}

void
desk_cell_tick_value (DeskCell *cell,
                      double    value)
{
  int decimals = 2;

  if (!isfinite (value))
    return;
  while (decimals < 6 && fabs (value * pow (10, decimals) - round (value * pow (10, decimals))) > 1e-6)
    decimals++;
  g_string_append_printf (cell->text, "%'.*f", decimals, value);
}

void
desk_cell_time (DeskCell *cell,
                gint64    utc_usec)
{
  desk_words_time (cell->text, utc_usec, TRUE);
}

void
desk_cell_as_of (DeskCell *cell,
                 gint64    utc_usec,
                 gboolean  stale)
{
  g_autoptr(GString) when = g_string_new (NULL);

  if (utc_usec <= 0)
    return;
  desk_words_time (when, utc_usec, FALSE);
  if (stale)
    /* Translators: %s is a time of day; what the row says is as old as that. */
    g_string_append_printf (cell->text, _("as of %s, not confirmed"), when->str);
  else
    g_string_append (cell->text, when->str);
}

void
desk_cell_unshown (DeskCell *cell,
                   gint64    utc_usec)
{
  g_autofree char *text = desk_words_unshown (utc_usec);

  g_string_append (cell->text, text);
}

void
desk_cell_millis (DeskCell *cell,
                  gint64    usec)
{
  if (usec < 0)
    return;
  if (usec < 100000)
    g_string_append_printf (cell->text, "%.1f", (double) usec / 1000.0);
  else
    g_string_append_printf (cell->text, "%.0f", (double) usec / 1000.0);
}
