/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-command.h"

G_BEGIN_DECLS

/**
 * desk_order_line_parse:
 * @line: "buy 2 ESZ6 limit 5000.25 day", "buy 1 ESZ6 limit 5000 target 5010 stop 4995", "oco sell 1 ESZ6 limit 5010 stop 4990",
 *   "cancel ID", "modify ID price 5001 qty 3", …; case-insensitive
 * @error: DESK_ERROR_USAGE with the word that does not fit and what may stand there
 *
 * The grammar shared by the window's command entry and dtcctl. Symbols keep their case.
 *
 * Returns: (transfer full): the command, with its input set
 */
DeskCommand *desk_order_line_parse  (const char        *line,
                                     GError           **error);
/* The grid of a symbol, or of the order with that id; NULL when it is not known; owned by whom is asked. */
typedef const DeskGrid *(*DeskOrderLineLookup) (const char *name,
                                                gpointer    user_data);

/**
 * desk_order_line_parse_full:
 * @lookup: (nullable): asked for the symbol of an order, so that its prices may be written as the market writes them:
 *   110'16.5 for 32nds
 *
 * desk_order_line_parse() for who knows the symbols. A price that only a grid can read, met without one, is no
 * mistake: the command says prices_open, and whoever learns the grid reads the line again.
 *
 * Returns: (transfer full): the command, with its input set
 */
DeskCommand *desk_order_line_parse_full
                                    (const char           *line,
                                     DeskOrderLineLookup   lookup,
                                     gpointer              lookup_data,
                                     GError              **error);

G_END_DECLS
