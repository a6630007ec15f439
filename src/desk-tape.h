/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "desk-trades.h"

G_BEGIN_DECLS

/* Time and sales of one symbol: the newest DESK_TRADES_MAX prints. Main thread. Signal "changed" (no arguments) at
 * most once for each batch of events. */

#define DESK_TYPE_TAPE (desk_tape_get_type ())
G_DECLARE_FINAL_TYPE (DeskTape, desk_tape, DESK, TAPE, GObject)

DeskTape        *desk_tape_new         (const char       *symbol);
/* How its prices are written; the newest definition that was known. */
const DeskGrid  *desk_tape_get_grid    (DeskTape         *self);
guint            desk_tape_get_n       (DeskTape         *self);
/* (transfer none): 0 is the newest; valid until the next event. */
const DeskPrint *desk_tape_get         (DeskTape         *self,
                                        guint             i);
/* All prints there ever were: those that scrolled off and those that were dropped, too. */
guint64          desk_tape_get_total   (DeskTape         *self);
/* Prints that never came here, because nobody read while DESK_TRADES_MAX others came. */
guint64          desk_tape_get_dropped (DeskTape         *self);
/* For the router; it owes the tape a desk_row_changed(). */
void             desk_tape_take        (DeskTape         *self,
                                        const DeskTrades *trades);
void             desk_tape_clear       (DeskTape         *self);

G_END_DECLS
