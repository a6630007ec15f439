/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-instrument.h"

G_BEGIN_DECLS

/**
 * SimCatalogue:
 * @instruments: (element-type SimInstrument): each at its index
 *
 * Everything that one exchange trades: instruments made by hand and, when many are wanted, futures of several exchanges
 * with their expiries, and stocks. The same call makes the same catalogue.
 */
typedef struct
{
  GPtrArray    *instruments;
  GStringChunk *words;
} SimCatalogue;

/**
 * sim_catalogue_new:
 * @symbols: NULL-terminated, of sim_instruments
 * @count: how many instruments there shall be at least
 *
 * Returns: (transfer full): @symbols first, then as many others as @count asks for
 */
SimCatalogue *sim_catalogue_new  (char        **symbols,
                                  guint         count);
void          sim_catalogue_free (SimCatalogue *catalogue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimCatalogue, sim_catalogue_free)

G_END_DECLS
