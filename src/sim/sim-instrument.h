/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimInstrument:
 * @index: its place in its catalogue
 * @type: DTC_SECURITY_TYPE_…
 * @tick: price increment as people read it, after DisplayPriceMultiplier
 * @multiplier: DisplayPriceMultiplier: what a wire price is multiplied by for display
 * @wire_tick: the increment on the wire, exact in binary
 * @tick_value: money that one contract gains in one tick
 * @margin: money that a new contract needs
 * @maintenance: money that a contract held needs
 * @expires: Unix seconds; 0 for a stock
 * @start: where the market begins, in ticks
 *
 * A futures contract or a stock that the simulator trades. Inside the simulator every price is a whole number of ticks.
 */
typedef struct
{
  guint       index;
  int         type;
  const char *symbol;
  const char *exchange;
  const char *description;
  const char *underlying;
  double      tick;
  double      multiplier;
  double      wire_tick;
  double      tick_value;
  double      margin;
  double      maintenance;
  double      contract_size;
  int         price_format;
  guint32     expires;
  gint64      start;
} SimInstrument;

#define SIM_CURRENCY   "USD"
#define SIM_COMMISSION 2.05 /* a contract and side */

/* The three that are there by default. Ends with an entry whose symbol is NULL. */
extern const SimInstrument sim_instruments[];

/* The contract spelled exactly so, or NULL. */
const SimInstrument *sim_instrument_find     (const char          *symbol);
double               sim_instrument_to_wire  (const SimInstrument *instrument,
                                              double               ticks);
/* FALSE when @wire does not lie on the grid. */
gboolean             sim_instrument_to_ticks (const SimInstrument *instrument,
                                              double               wire,
                                              gint64              *ticks);

G_END_DECLS
