/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-words-market.h"

#include "desk-cells.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

const char *
desk_words_trading (DeskTradingStatus status)
{
  switch (status)
    {
    case DESK_TRADING_PRE_OPEN:
      return C_("trading status", "Pre-open");
    case DESK_TRADING_OPEN:
      return C_("trading status", "Open");
    case DESK_TRADING_CLOSE:
      return C_("trading status", "Closed");
    case DESK_TRADING_HALT:
      return C_("trading status", "Halted");
    case DESK_TRADING_UNKNOWN:
    default:
      return "";
    }
}

const char *
desk_words_security_type (DeskSecurityType type)
{
  switch (type)
    {
    case DESK_SECURITY_FUTURE:
      return C_("security", "Future");
    case DESK_SECURITY_STOCK:
      return C_("security", "Stock");
    case DESK_SECURITY_FOREX:
      return C_("security", "Currency pair");
    case DESK_SECURITY_INDEX:
      return C_("security", "Index");
    case DESK_SECURITY_FUTURES_STRATEGY:
      return C_("security", "Futures spread");
    case DESK_SECURITY_STOCK_OPTION:
      return C_("security", "Stock option");
    case DESK_SECURITY_FUTURES_OPTION:
      return C_("security", "Futures option");
    case DESK_SECURITY_INDEX_OPTION:
      return C_("security", "Index option");
    case DESK_SECURITY_BOND:
      return C_("security", "Bond");
    case DESK_SECURITY_FUND:
      return C_("security", "Fund");
    case DESK_SECURITY_UNKNOWN:
    default:
      return "";
    }
}

/* PriceDisplayFormatEnum, by its published numbers. */
static const char *
format_name (int format)
{
  switch (format)
    {
    case 102:
      return _("halves");
    case 104:
      return _("quarters");
    case 108:
      return _("eighths");
    case 116:
      return _("16ths");
    case 132:
      return _("32nds");
    case 134:
      return _("32nds and halves");
    case 136:
      return _("32nds and quarters");
    case 140:
      return _("32nds and eighths");
    case 164:
      return _("64ths");
    case 228:
      return _("128ths");
    case 356:
      return _("256ths");
    default:
      return _("decimals");
    }
}

char *
desk_words_price_format (const DeskGrid *grid)
{
  /* A price that uses the fraction to its last part: 110'16.5. */
  double sample = grid->format >= 100 ? 110.5 : 5000.0;
  g_autofree char *text = NULL;
  DeskPrice price;

  if (grid->tick <= 0.0)
    return g_strdup ("");
  if (grid->tick < 0.5)
    sample += grid->tick;
  price = desk_price_from_display (grid, sample);
  text = desk_price_format (grid, &price);
  /* Translators: how prices are written, and one of them: "32nds and halves, e.g. 110'16.5". */
  return g_strdup_printf (_("%s, e.g. %s"), format_name (grid->format), text);
}

static gboolean
change_of (const DeskQuoteState *quote,
           double               *change)
{
  if (quote->last.kind == DESK_PRICE_UNSET || quote->settlement.kind == DESK_PRICE_UNSET)
    return FALSE;
  *change = quote->last.display - quote->settlement.display;
  return TRUE;
}

char *
desk_words_change (const DeskQuoteState *quote)
{
  g_autofree char *text = NULL;
  DeskPrice price;
  double change;

  if (!change_of (quote, &change))
    return g_strdup ("");
  price = desk_price_from_display (&quote->grid, change);
  text = price.kind == DESK_PRICE_TICKS ? desk_price_format (&quote->grid, &price)
                                        : desk_price_format_double (&quote->grid, change);
  return change > 0.0 ? g_strconcat ("+", text, NULL) : g_steal_pointer (&text);
}

const char *
desk_words_change_mark (const DeskQuoteState *quote)
{
  double change;

  if (!change_of (quote, &change))
    return "";
  return change > 0.0 ? "▲" : change < 0.0 ? "▼" : "";
}

/* The core puts words of its own where the server has none: those are not to be shown as the server's. */
static gboolean
gives_reason (const char *text)
{
  static const char *const ours[] = {
    "the server gives no reason",
    "it offers no market data on this connection",
    "it offers no market depth on this connection",
    NULL,
  };

  return text != NULL && *text != '\0' && !g_strv_contains (ours, text);
}

char *
desk_words_no_data (const char *text)
{
  if (!gives_reason (text))
    return g_strdup (_("No market data here; orders work without quotes."));
  /* Translators: %s is what the server says. */
  return g_strdup_printf (_("No market data here: the server says “%s”; orders work without quotes."), text);
}

char *
desk_words_no_depth (const char *text)
{
  if (!gives_reason (text))
    return g_strdup (_("No depth here; orders work without it."));
  /* Translators: %s is what the server says. */
  return g_strdup_printf (_("No depth here: the server says “%s”; orders work without it."), text);
}

static char *
as_of_text (gint64   received,
            gboolean whole)
{
  g_autoptr(GString) text = g_string_new (NULL);
  DeskCell cell = { .text = text };

  desk_cell_as_of (&cell, g_get_real_time () - (g_get_monotonic_time () - received), whole);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
desk_words_no_queue (const char *text)
{
  if (!gives_reason (text))
    return g_strdup (_("The book is not shown order by order here."));
  /* Translators: %s is what the server says. */
  return g_strdup_printf (_("The book is not shown order by order here: the server says “%s”."), text);
}

char *
desk_words_as_of (gint64 received)
{
  return as_of_text (received, TRUE);
}

char *
desk_words_as_of_short (gint64 received)
{
  g_autofree char *time = as_of_text (received, FALSE);

  /* Translators: %s is a time of day; what the row says is as old as that. Short. */
  return g_strdup_printf (_("as of %s"), time);
}

char *
desk_words_doubt (gint64   received,
                  gboolean cut)
{
  gint64 age = g_get_monotonic_time () - received;
  g_autofree char *text = NULL;

  if (received <= 0 || (!cut && age <= DESK_STALE_USEC))
    return NULL;
  if (cut)
    return desk_words_as_of (received);
  text = desk_words_age (age);
  /* Translators: %s is an age: data that has not changed for so long may be old. */
  return g_strdup_printf (_("STALE %s"), text);
}

char *
desk_words_expiry (gint64 expires)
{
  g_autoptr(GDateTime) when = expires > 0 ? g_date_time_new_from_unix_utc (expires) : NULL;

  if (when == NULL)
    return g_strdup ("");
  return g_date_time_format (when, "%Y-%m-%d");
}

char *
desk_words_tick (const DeskInstrumentState *instrument)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!instrument->known || instrument->grid.tick <= 0.0)
    return g_strdup ("");
  return g_strdup (g_ascii_formatd (text, sizeof text, "%.9g", instrument->grid.tick));
}

char *
desk_words_tick_value (const DeskInstrumentState *instrument)
{
  g_autoptr(GString) text = g_string_new (NULL);
  DeskCell cell = { .text = text };

  if (!instrument->known || instrument->grid.tick_value <= 0.0)
    return g_strdup ("");
  desk_cell_tick_value (&cell, instrument->grid.tick_value);
  g_string_append_printf (text, "%s%s", *instrument->currency != '\0' ? " " : "", instrument->currency);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
