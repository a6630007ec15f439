/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-types.h"

G_BEGIN_DECLS

/**
 * DeskGrid:
 * @tick: MinPriceIncrement in display prices, snapped from the float it arrived as; 0: no definition
 * @multiplier: DisplayPriceMultiplier m: wire = display / m; 0 or absent arrives as 1
 * @format: PriceDisplayFormat: 0-9 decimals, 100 + d fractions with denominator d
 * @tick_value: currency value of one tick, 0: unknown
 *
 * How prices of one symbol are counted, sent and written.
 */
typedef struct
{
  double tick;
  double multiplier;
  int    format;
  double tick_value;
} DeskGrid;

typedef enum
{
  DESK_PRICE_UNSET,
  DESK_PRICE_TICKS, /* on the grid: ticks counts, display = ticks x tick */
  DESK_PRICE_RAW,   /* off the grid (display is what the wire said, by the multiplier) or without a definition (as the
                     * wire said it); marked in the window */
} DeskPriceKind;

typedef struct
{
  gint64        ticks;
  double        display;
  DeskPriceKind kind;
} DeskPrice;

#define DESK_PRICE_INIT { 0, 0.0, DESK_PRICE_UNSET }

/* MinPriceIncrement comes as a float (0.009999999776): the decimal the server meant. 0 when it is no tick. */
double    desk_grid_snap_tick       (double           increment,
                                     int              format);
/* 0.00999999977 is 0.01; 0 or less is 1. */
double    desk_grid_snap_multiplier (double           multiplier);

/* Averages and differences: the multiplier only, no grid. NAN when it is no price. */
double    desk_price_wire_to_display (const DeskGrid *grid,
                                     double           wire);
DeskPrice desk_price_from_wire      (const DeskGrid  *grid,
                                     double           wire);
DeskPrice desk_price_from_display   (const DeskGrid  *grid,
                                     double           display);
DeskPrice desk_price_from_ticks     (const DeskGrid  *grid,
                                     gint64           ticks);
/**
 * DeskScale:
 *
 * A grid made ready for many prices: market data comes by tens of thousands a second.
 */
typedef struct
{
  DeskGrid grid;
  /*< private >*/
  gint64   numerator, denominator; /* the tick as a fraction; 0/0: no definition */
  gint64   divisor;                /* 1/m, 0: m is no 1/n */
} DeskScale;

void      desk_scale_init           (DeskScale       *scale,
                                     const DeskGrid  *grid);
/* As desk_price_from_wire(); @single: it came as a single-precision float, which only comes near the tick it means. */
DeskPrice desk_scale_price          (const DeskScale *scale,
                                     double           wire,
                                     gboolean         single);
/* FALSE when it is off the grid, not finite, or does not come back the same through the multiplier. */
gboolean  desk_price_to_wire        (const DeskGrid  *grid,
                                     const DeskPrice *price,
                                     double          *wire);
gboolean  desk_price_equal          (const DeskPrice *a,
                                     const DeskPrice *b);
/**
 * desk_price_parse:
 * @grid: (nullable): the symbol's grid
 * @text: what a person typed: "5000.25", "5000,25", "110'16.5", "110'165", "110-16+"
 * @price: (out): the price; raw when it is off the grid or there is none
 *
 * Reads the same in every language. No thousands separators, nor what looks like one, and no exponents.
 */
gboolean  desk_price_parse          (const DeskGrid  *grid,
                                     const char      *text,
                                     DeskPrice       *price);
/* What a price means that is written so depends on the symbol: "110'16.5", "110-16+", "1.085", "5,000". */
gboolean  desk_price_needs_grid     (const char      *text);
/* As the symbol's PriceDisplayFormat writes it, with '.'; a raw price gets a trailing "?". (transfer full) */
char     *desk_price_format         (const DeskGrid  *grid,
                                     const DeskPrice *price);
/* The same for an average or a difference that need not be on the grid. (transfer full) */
char     *desk_price_format_double  (const DeskGrid  *grid,
                                     double           display);

G_END_DECLS
