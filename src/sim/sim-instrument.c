/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-instrument.h"

#include <math.h>

#include "dtc.h"

#define MAX_TICKS 1e9

/* CLZ6 is quoted in cents on the wire, as some services do; ZNZ6 moves by half a 32nd. */
const SimInstrument sim_instruments[] = {
  { .type = DTC_SECURITY_TYPE_FUTURES, .symbol = "ESZ6", .exchange = "CME", .underlying = "ES",
    .description = "E-mini S&P 500 December 2026",
    .tick = 0.25, .multiplier = 1, .wire_tick = 0.25, .tick_value = 12.5, .margin = 15000, .maintenance = 13500,
    .contract_size = 50, .price_format = DTC_PRICE_DISPLAY_FORMAT_DECIMAL_2, .expires = 1797604200, .start = 20000 },
  { .type = DTC_SECURITY_TYPE_FUTURES, .symbol = "CLZ6", .exchange = "NYMEX", .underlying = "CL",
    .description = "Crude Oil December 2026",
    .tick = 0.01, .multiplier = 0.01, .wire_tick = 1, .tick_value = 10, .margin = 6500, .maintenance = 5900,
    .contract_size = 1000, .price_format = DTC_PRICE_DISPLAY_FORMAT_DECIMAL_2, .expires = 1797604200, .start = 7000 },
  { .type = DTC_SECURITY_TYPE_FUTURES, .symbol = "ZNZ6", .exchange = "CBOT", .underlying = "ZN",
    .description = "10-Year T-Note December 2026",
    .tick = 0.015625, .multiplier = 1, .wire_tick = 0.015625, .tick_value = 15.625, .margin = 2200,
    .maintenance = 2000, .contract_size = 1000, .price_format = DTC_PRICE_DISPLAY_FORMAT_DENOMINATOR_32_HALVES,
    .expires = 1797604200, .start = 7072 },
  { .symbol = NULL },
};

const SimInstrument *
sim_instrument_find (const char *symbol)
{
  const SimInstrument *instrument;

  for (instrument = sim_instruments; instrument->symbol; instrument++)
    if (g_strcmp0 (instrument->symbol, symbol) == 0)
      return instrument;
  return NULL;
}

double
sim_instrument_to_wire (const SimInstrument *instrument,
                        double               ticks)
{
  double per_unit = round (1 / instrument->wire_tick);

  /* Three tenths is 3 / 10; 3 * 0.1 is not. */
  if (fabs (per_unit * instrument->wire_tick - 1) < 1e-9)
    return ticks / per_unit;
  return ticks * instrument->wire_tick;
}

gboolean
sim_instrument_to_ticks (const SimInstrument *instrument,
                         double               wire,
                         gint64              *ticks)
{
  double exact = wire / instrument->wire_tick;
  double whole = round (exact);

  if (!(fabs (exact) <= MAX_TICKS) || fabs (exact - whole) > 1e-6)
    return FALSE;
  *ticks = (gint64) whole;
  return TRUE;
}
