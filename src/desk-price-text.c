/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-price-private.h"

#include <math.h>
#include <string.h>

/* "123", "123.45", "123,45", ".5", "-1": nothing else. Returns the rest of the text after it, or NULL. */
static const char *
parse_decimal (const char *text,
               double     *value)
{
  char plain[40];
  guint n = 0;
  guint digits = 0;
  gboolean point = FALSE;
  const char *p = text;

  for (; *p != '\0'; p++)
    {
      if (n + 1 >= sizeof plain)
        return NULL;
      if (g_ascii_isdigit (*p))
        {
          plain[n++] = *p;
          digits++;
        }
      else if ((*p == '.' || *p == ',') && !point)
        {
          plain[n++] = '.';
          point = TRUE;
        }
      else if ((*p == '-' || *p == '+') && n == 0)
        plain[n++] = *p;
      else
        break;
    }
  if (digits == 0)
    return NULL;
  plain[n] = '\0';
  *value = g_ascii_strtod (plain, NULL);
  return p;
}

/* Decimals that show every tick in full. */
static int
tick_decimals (double tick)
{
  double power = 1;

  for (int i = 0; i < 9; i++, power *= 10)
    if (round (tick * power) / power == tick)
      return i;
  return 9;
}

/* "5,000" and "5.000" are five thousand to some and five to others. */
static gboolean
may_be_thousands (const char *text,
                  gsize       len)
{
  gsize sign = *text == '-' || *text == '+' ? 1 : 0;
  gsize whole = strspn (text + sign, "0123456789");

  return whole >= 1 && whole <= 3 && text[sign] != '0' && len == sign + whole + 4
         && (text[sign + whole] == '.' || text[sign + whole] == ',');
}

/* Where no price has three decimals it is not guessed which of the two was meant. */
static gboolean
has_three_decimals (const DeskGrid *grid)
{
  return grid != NULL && ((grid->format >= 3 && grid->format <= 9) || (grid->tick > 0 && tick_decimals (grid->tick) >= 3));
}

/* "16", "16.5", "165", "16+": the part after the apostrophe, in display units. */
static gboolean
parse_fraction (const char *words,
                int         denominator,
                int         parts,
                double     *value)
{
  g_autofree char *text = g_strdup (words);
  gsize len = strlen (text);
  gboolean plus = len > 1 && text[len - 1] == '+' && denominator == 32;
  double count;
  const char *rest;

  if (plus)
    text[--len] = '\0'; /* half a 32nd more than a whole number of them */

  if (!g_ascii_isdigit (text[0]))
    return FALSE;

  if (parts > 1 && len == 3 && !plus && g_ascii_isdigit (text[1]) && g_ascii_isdigit (text[2]))
    {
      /* "165": two digits of 32nds, then the first digit of the eighths: .125 is 1, .25 is 2, … */
      static const int eighths[] = { 0, 1, 2, 3, -1, 4, 5, 6, 7, -1 };
      int last = eighths[text[2] - '0'];

      if (last < 0)
        return FALSE;
      count = (text[0] - '0') * 10 + (text[1] - '0') + last / 8.0;
    }
  else
    {
      rest = parse_decimal (text, &count);
      if (rest == NULL || *rest != '\0' || (parts == 1 && count != floor (count)))
        return FALSE;
    }

  if (count >= denominator || (plus && count != floor (count)))
    return FALSE;
  *value = (plus ? count + 0.5 : count) / denominator;
  return TRUE;
}

/* What follows the mark between the whole and its parts, or NULL. Keyboards put in a curly one, too. */
static const char *
skip_separator (const char *text)
{
  static const char *const marks[] = { "'", "-", "\342\200\231", "\342\200\262" };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_str_has_prefix (text, marks[i]))
      return text + strlen (marks[i]);
  return NULL;
}

/**
 * desk_price_parse:
 * @grid: (nullable): the symbol's grid; without one there are no fractions, and the price is raw
 * @text: what a person typed: "5000.25", "5000,25", "110'16.5", "110'165", "110-16+"
 * @price: (out): the price; raw when it is off the grid
 *
 * Reads the same in every language. No thousands separators, nor what looks like one, and no exponents. Where prices are fractions an apostrophe or a
 * hyphen stands between the whole and its parts; of 32nds a third digit is the exchange's (.125 is 1, .25 is 2, .5 is 5,
 * .75 is 7), and a plus is half of one.
 *
 * Returns: %FALSE when @text is no price
 */
gboolean
desk_price_parse (const DeskGrid *grid,
                  const char     *text,
                  DeskPrice      *price)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  const char *rest;
  const char *separator;
  double value;
  double part;
  int denominator;
  int parts;

  rest = parse_decimal (trimmed, &value);
  if (rest == NULL || (may_be_thousands (trimmed, (gsize) (rest - trimmed)) && !has_three_decimals (grid)))
    return FALSE;

  separator = skip_separator (rest);
  if (separator != NULL)
    {
      if (grid == NULL || !desk_price_format_fraction (grid->format, &denominator, &parts) || value != floor (value)
          || !parse_fraction (separator, denominator, parts, &part))
        return FALSE;
      value = trimmed[0] == '-' ? value - part : value + part;
    }
  else if (*rest != '\0')
    return FALSE;

  *price = desk_price_from_display (grid, value);
  return price->kind != DESK_PRICE_UNSET;
}

/**
 * desk_price_needs_grid:
 * @text: what a person typed
 *
 * Returns: %TRUE for what means a price only, or different prices, by the symbol: fractions, and three decimals, which
 * may be thousands
 */
gboolean
desk_price_needs_grid (const char *text)
{
  const char *after = text + (*text == '-' ? 1 : 0);
  const char *part;

  after += strspn (after, "0123456789");
  part = g_ascii_isdigit (after > text ? after[-1] : '\0') ? skip_separator (after) : NULL;
  return (part != NULL && g_ascii_isdigit (*part))
         || (may_be_thousands (text, strlen (text)) && strspn (after + 1, "0123456789") == 3);
}

static char *
format_decimals (double value,
                 int    decimals)
{
  char how[8];
  char text[400];

  g_snprintf (how, sizeof how, "%%.%df", decimals);
  g_ascii_formatd (text, sizeof text, how, value);
  return g_strdup (text);
}

/* A tick of a third has no end: as many decimals as it takes to read the same price back. */
static char *
format_exact (double value,
              int    decimals)
{
  char *text = format_decimals (value, decimals);

  while (decimals < 20 && g_ascii_strtod (text, NULL) != value)
    {
      g_free (text);
      text = format_decimals (value, ++decimals);
    }
  return text;
}

/* All decimals there are, at most nine, at least @decimals. */
static char *
format_trimmed (double value,
                int    decimals)
{
  char *text = format_decimals (value, 9);
  gsize len = strlen (text);
  gsize least = len - 9 + (gsize) decimals;

  while (len > least && text[len - 1] == '0')
    len--;
  if (text[len - 1] == '.')
    len--;
  text[len] = '\0';
  return text;
}

static char *
format_fractions (double value,
                  int    denominator,
                  int    parts)
{
  double whole = floor (fabs (value));
  double counted = (fabs (value) - whole) * denominator * parts;
  double count = round (counted);
  const char *sign = value < 0 ? "-" : "";
  int digits = denominator > 100 ? 3 : denominator > 10 ? 2 : 1;
  int decimals = parts == 1 ? 0 : parts == 2 ? 1 : parts == 4 ? 2 : 3;
  int units;
  int rest;

  if (fabs (counted - count) > 1e-6 || count >= (double) denominator * parts)
    return NULL;
  units = (int) count / parts;
  rest = (int) count % parts * (1000 / parts);
  if (decimals == 0)
    return g_strdup_printf ("%s%.0f'%0*d", sign, whole, digits, units);
  for (int i = decimals; i < 3; i++)
    rest /= 10;
  return g_strdup_printf ("%s%.0f'%0*d.%0*d", sign, whole, digits, units, decimals, rest);
}

static char *
format_value (const DeskGrid *grid,
              double          display,
              gboolean        on_grid)
{
  int denominator;
  int parts;
  int decimals = 2;

  if (grid == NULL)
    return format_trimmed (display, 0);

  if (desk_price_format_fraction (grid->format, &denominator, &parts))
    {
      char *text = format_fractions (display, denominator, parts);

      return text != NULL ? text : on_grid ? format_exact (display, 0) : format_trimmed (display, 0);
    }

  if (grid->format >= 0 && grid->format <= 9)
    decimals = grid->format;
  if (!on_grid)
    return format_trimmed (display, decimals);
  if (grid->tick > 0)
    decimals = grid->format >= 0 && grid->format <= 9 ? MAX (decimals, tick_decimals (grid->tick))
                                                      : tick_decimals (grid->tick);
  return format_exact (display, decimals);
}

/**
 * desk_price_format:
 * @grid: (nullable): the symbol's grid
 * @price: a price
 *
 * Writes a price as the symbol's PriceDisplayFormat says, with '.' in every language; a raw price gets a trailing
 * "?", an unset one is empty.
 *
 * Returns: (transfer full): the text
 */
char *
desk_price_format (const DeskGrid  *grid,
                   const DeskPrice *price)
{
  g_autofree char *text = NULL;

  switch (price->kind)
    {
    case DESK_PRICE_TICKS:
      return format_value (grid, price->display, TRUE);
    case DESK_PRICE_RAW:
      text = format_value (grid, price->display, FALSE);
      return g_strconcat (text, "?", NULL);
    case DESK_PRICE_UNSET:
    default:
      return g_strdup ("");
    }
}

/**
 * desk_price_format_double:
 * @grid: (nullable): the symbol's grid
 * @display: an average or a difference, in display units; NAN: none
 *
 * Returns: (transfer full): the text; empty when it is no number
 */
char *
desk_price_format_double (const DeskGrid *grid,
                          double          display)
{
  g_autofree char *text = NULL;

  if (!isfinite (display))
    return g_strdup ("");
  text = format_value (grid, display, FALSE);
  if (strlen (text) > 32)
    return g_strdup ("");
  return g_steal_pointer (&text);
}
