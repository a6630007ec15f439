/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-price-private.h"

#include <math.h>
#include <string.h>

/* Beyond this a price is a sentinel (DBL_MAX) or a mistake. */
#define PRICE_LIMIT 1e9

/* 2^53: above it a double no longer counts in ones. */
#define EXACT_LIMIT 9007199254740992.0

static const double powers_of_ten[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };

static gboolean
price_is_usable (double price)
{
  return isfinite (price) && fabs (price) <= PRICE_LIMIT;
}

/* The tick as a fraction, so that ticks x tick is one correctly rounded division: 0.01 is 1/100, 1/32 is 1/32. */
static gboolean
tick_fraction (double  tick,
               gint64 *numerator,
               gint64 *denominator)
{
  gint64 power = 1;

  if (!isfinite (tick) || tick <= 0 || tick > 1e6)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (powers_of_ten); i++)
    {
      double scaled = round (tick * powers_of_ten[i]);

      if (scaled >= 1 && scaled < EXACT_LIMIT && scaled / powers_of_ten[i] == tick)
        {
          *numerator = (gint64) scaled;
          *denominator = (gint64) powers_of_ten[i];
          return TRUE;
        }
    }

  for (guint i = 0; i < 40; i++, power *= 2)
    {
      double scaled = tick * (double) power;

      if (scaled == floor (scaled) && scaled >= 1 && scaled < EXACT_LIMIT)
        {
          *numerator = (gint64) scaled;
          *denominator = power;
          return TRUE;
        }
    }

  /* Thirds and sevenths: PriceDisplayFormat has every denominator to 256. */
  for (gint64 parts = 3; parts <= 256; parts++)
    {
      double scaled = round (tick * (double) parts);

      if (scaled >= 1 && scaled < EXACT_LIMIT && scaled / (double) parts == tick)
        {
          *numerator = (gint64) scaled;
          *denominator = parts;
          return TRUE;
        }
    }

  return FALSE;
}

/* A multiplier below one divides by a whole number n: 0.01 is 1/100. 0: multiply by m itself. */
static gint64
multiplier_divisor (double multiplier)
{
  double inverse;
  double whole;

  if (!(multiplier > 0 && multiplier < 1))
    return 0;
  inverse = 1.0 / multiplier;
  whole = round (inverse);
  if (whole < 2 || whole > PRICE_LIMIT || fabs (inverse - whole) > whole * 1e-4)
    return 0;
  return (gint64) whole;
}

static double
grid_multiplier (const DeskGrid *grid)
{
  return isfinite (grid->multiplier) && grid->multiplier > 0 ? grid->multiplier : 1.0;
}

/**
 * desk_scale_init:
 * @scale: memory, whatever it holds
 * @grid: (nullable): the grid it is for
 */
void
desk_scale_init (DeskScale      *scale,
                 const DeskGrid *grid)
{
  memset (scale, 0, sizeof *scale);
  scale->grid.format = -1; /* PRICE_DISPLAY_FORMAT_UNSET */
  if (grid == NULL)
    return;
  scale->grid = *grid;
  scale->divisor = multiplier_divisor (grid_multiplier (grid));
  if (!tick_fraction (grid->tick, &scale->numerator, &scale->denominator))
    scale->numerator = scale->denominator = 0;
}

static inline gboolean
scale_is_known (const DeskScale *scale)
{
  return scale->denominator != 0;
}

/* ticks x tick, correctly rounded where the numbers are small enough to be exact. */
static gboolean
ticks_to_display (const DeskScale *scale,
                  gint64           ticks,
                  double          *display)
{
  gint64 product;
  double value;

  if (!scale_is_known (scale) || __builtin_mul_overflow (ticks, scale->numerator, &product))
    return FALSE;

  value = (double) product / (double) scale->denominator;
  if (!price_is_usable (value))
    return FALSE;
  *display = value == 0 ? 0.0 : value; /* no negative zero */
  return TRUE;
}

static gboolean
ticks_to_wire (const DeskScale *scale,
               gint64           ticks,
               double          *wire)
{
  gint64 product;
  double value;

  if (!scale_is_known (scale) || __builtin_mul_overflow (ticks, scale->numerator, &product))
    return FALSE;

  if (scale->divisor != 0)
    {
      gint64 scaled;

      if (__builtin_mul_overflow (product, scale->divisor, &scaled))
        return FALSE;
      value = (double) scaled / (double) scale->denominator;
    }
  else
    value = (double) product / (double) scale->denominator / grid_multiplier (&scale->grid);

  if (!isfinite (value))
    return FALSE;
  *wire = value == 0 ? 0.0 : value;
  return TRUE;
}

/* The tick nearest to @display, when it lies within @tolerance of it. */
static gboolean
nearest_tick (const DeskScale *scale,
              double           display,
              double           tolerance,
              gint64          *ticks,
              double          *exact)
{
  double count = display / scale->grid.tick;

  if (!(fabs (count) < EXACT_LIMIT))
    return FALSE;
  *ticks = (gint64) (count < 0 ? count - 0.5 : count + 0.5);
  return ticks_to_display (scale, *ticks, exact) && fabs (*exact - display) <= tolerance;
}

/* A few units in the last place, and never near half a tick. */
static double
double_tolerance (const DeskGrid *grid,
                  double          value)
{
  return fmin (fabs (value) * 0x1p-49, grid->tick * 1e-3);
}

/* Compact messages carry prices as floats. One that only looks like a float gets as many units of theirs, and never
 * near half a tick; one that is said to be one means the nearest tick (of US bonds some say so with three decimals),
 * unless it lies so far from all of them that it cannot be that. */
static double
wire_tolerance (const DeskGrid *grid,
                double          wire,
                double          display,
                gboolean        single)
{
  double units = fabs (display) * 0x1p-23;

  if (single)
    return fmin (fmax (units, grid->tick * 0.25), grid->tick * 0.5);
  if ((double) (float) wire == wire)
    return fmin (units, grid->tick * 0.2);
  return double_tolerance (grid, display);
}

static DeskPrice
raw_price (double display)
{
  DeskPrice price = DESK_PRICE_INIT;

  if (price_is_usable (display))
    {
      price.display = display == 0 ? 0.0 : display;
      price.kind = DESK_PRICE_RAW;
    }
  return price;
}

/* The denominator of a fraction format and how many parts of it are written, or FALSE for decimals. */
gboolean
desk_price_format_fraction (int  format,
                            int *denominator,
                            int *parts)
{
  *parts = 1;
  switch (format)
    {
    case 134:
    case 136:
    case 140:
      *denominator = 32;
      *parts = format == 134 ? 2 : format == 136 ? 4 : 8;
      return TRUE;
    default:
      *denominator = format - 100;
      return format >= 102 && format <= 356;
    }
}

/**
 * desk_grid_snap_tick:
 * @increment: MinPriceIncrement as it arrived, a float: 0.0099999998
 * @format: the symbol's PriceDisplayFormat
 *
 * Finds the number that was meant: a whole number of the last shown decimal or of the shown fraction where the float
 * says no more than that, else the shortest decimal that is the same float.
 *
 * Returns: the tick, or 0 when it is none
 */
double
desk_grid_snap_tick (double increment,
                     int    format)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  double snapped;
  int denominator;
  int parts;

  if (!isfinite (increment) || increment < 5e-10 || increment > 1e6)
    return 0;

  if (format >= 0 && format <= 9)
    {
      snapped = round (increment * powers_of_ten[format]) / powers_of_ten[format];
      if (snapped > 0 && (float) snapped == (float) increment)
        return snapped;
    }
  else if (desk_price_format_fraction (format, &denominator, &parts))
    {
      snapped = round (increment * denominator * parts) / ((double) denominator * parts);
      if (snapped > 0 && fabs (snapped - increment) <= snapped * 1e-6)
        return snapped;
    }

  if (increment * 65536 == floor (increment * 65536))
    return increment; /* a fraction of the binary kind: exact as it is */

  for (int digits = 1; digits <= 9; digits++)
    {
      char how[8];

      g_snprintf (how, sizeof how, "%%.%dg", digits);
      g_ascii_formatd (text, sizeof text, how, increment);
      snapped = g_ascii_strtod (text, NULL);
      if ((float) snapped == (float) increment)
        break;
    }

  snapped = round (snapped * 1e9) / 1e9;
  return snapped > 0 ? snapped : 0;
}

/**
 * desk_grid_snap_multiplier:
 * @multiplier: DisplayPriceMultiplier as it arrived, a float: 0.00999999977
 *
 * Returns: the number that was meant; 1 when it is absent, 0, negative or not finite
 */
double
desk_grid_snap_multiplier (double multiplier)
{
  gint64 divisor;

  if (!isfinite (multiplier) || multiplier <= 0)
    return 1.0;
  divisor = multiplier_divisor (multiplier);
  if (divisor != 0)
    return 1.0 / (double) divisor;
  if (fabs (multiplier - round (multiplier)) <= multiplier * 1e-6)
    return round (multiplier);
  return multiplier;
}

static double
wire_to_display (const DeskScale *scale,
                 double           wire)
{
  double display;

  if (!isfinite (wire) || fabs (wire) > PRICE_LIMIT * PRICE_LIMIT)
    return NAN;
  display = scale->divisor != 0 ? wire / (double) scale->divisor : wire * grid_multiplier (&scale->grid);
  return price_is_usable (display) ? display : NAN;
}

/**
 * desk_price_wire_to_display:
 * @grid: (nullable): the symbol's grid
 * @wire: a price as the server sent it
 *
 * Applies DisplayPriceMultiplier and nothing else: for averages, which need not lie on the grid.
 *
 * Returns: the display price; NAN when @wire is no price
 */
double
desk_price_wire_to_display (const DeskGrid *grid,
                            double          wire)
{
  DeskScale scale;

  desk_scale_init (&scale, grid);
  return wire_to_display (&scale, wire);
}

static DeskPrice
snap (const DeskScale *scale,
      double           display,
      double           tolerance)
{
  DeskPrice price = DESK_PRICE_INIT;

  if (!scale_is_known (scale) || !nearest_tick (scale, display, tolerance, &price.ticks, &price.display))
    return raw_price (display);
  price.kind = DESK_PRICE_TICKS;
  return price;
}

/**
 * desk_scale_price:
 * @scale: the symbol's grid, made ready
 * @wire: a price as the server sent it
 * @single: it came as a single-precision float
 *
 * DTC wants US bond prices of float messages rounded to MinPriceIncrement.
 *
 * Returns: the price in ticks; raw when it is off the grid or there is none; unset when it is no number a price can be
 */
DeskPrice
desk_scale_price (const DeskScale *scale,
                  double           wire,
                  gboolean         single)
{
  DeskPrice none = DESK_PRICE_INIT;
  double display = wire_to_display (scale, wire);

  return isnan (display) ? none : snap (scale, display, wire_tolerance (&scale->grid, wire, display, single));
}

/**
 * desk_price_from_wire:
 * @grid: (nullable): the symbol's grid
 * @wire: a price as the server sent it
 *
 * Returns: the price in ticks; raw when it is off the grid or there is none; unset when it is no number a price can be
 */
DeskPrice
desk_price_from_wire (const DeskGrid *grid,
                      double          wire)
{
  DeskScale scale;

  desk_scale_init (&scale, grid);
  return desk_scale_price (&scale, wire, FALSE);
}

/**
 * desk_price_from_display:
 * @grid: (nullable): the symbol's grid
 * @display: a price as people write it
 *
 * Returns: the price in ticks; raw when it is off the grid or there is none; unset when it is no number a price can be
 */
DeskPrice
desk_price_from_display (const DeskGrid *grid,
                         double          display)
{
  DeskPrice none = DESK_PRICE_INIT;
  DeskScale scale;

  if (!price_is_usable (display))
    return none;
  desk_scale_init (&scale, grid);
  return snap (&scale, display, double_tolerance (&scale.grid, display));
}

/**
 * desk_price_from_ticks:
 * @grid: the symbol's grid
 * @ticks: how many
 *
 * Returns: the price; unset without a grid or when it is beyond what a price can be
 */
DeskPrice
desk_price_from_ticks (const DeskGrid *grid,
                       gint64          ticks)
{
  DeskPrice price = DESK_PRICE_INIT;
  DeskScale scale;

  desk_scale_init (&scale, grid);
  if (ticks_to_display (&scale, ticks, &price.display))
    {
      price.ticks = ticks;
      price.kind = DESK_PRICE_TICKS;
    }
  return price;
}

/**
 * desk_price_to_wire:
 * @grid: the symbol's grid
 * @price: a price on it
 * @wire: (out): the price as it must be sent: display / DisplayPriceMultiplier
 *
 * Returns: %FALSE when the price is off the grid or does not come back the same through the multiplier
 */
gboolean
desk_price_to_wire (const DeskGrid  *grid,
                    const DeskPrice *price,
                    double          *wire)
{
  DeskScale scale;
  DeskPrice back;
  double value;

  desk_scale_init (&scale, grid);
  if (price->kind != DESK_PRICE_TICKS || !ticks_to_wire (&scale, price->ticks, &value))
    return FALSE;
  back = desk_scale_price (&scale, value, FALSE);
  if (back.kind != DESK_PRICE_TICKS || back.ticks != price->ticks || back.display != price->display)
    return FALSE;
  *wire = value;
  return TRUE;
}

/**
 * desk_price_equal:
 * @a: a price
 * @b: another one of the same symbol
 */
gboolean
desk_price_equal (const DeskPrice *a,
                  const DeskPrice *b)
{
  if (a->kind != b->kind)
    return FALSE;
  switch (a->kind)
    {
    case DESK_PRICE_TICKS:
      return a->ticks == b->ticks;
    case DESK_PRICE_RAW:
      return a->display == b->display;
    case DESK_PRICE_UNSET:
    default:
      return TRUE;
    }
}
