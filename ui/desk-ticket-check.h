/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-ticket.h"

G_BEGIN_DECLS

/* What can be said about a ticket while it is typed: no clock, no session. The gate has the last word. */

/* What a bracket may lose and win, from its entry to its exits. */
typedef struct
{
  gint64 risk_ticks, reward_ticks;
  double risk, reward;       /* money for the whole quantity; NAN: the value of a tick is not known */
} DeskBracketRisk;

/**
 * desk_ticket_check:
 * @market: the price a market entry would fill at now, display; NAN: not known
 *
 * Returns: (nullable): why what is typed makes no sense, one translated static sentence; NULL when it does
 */
const char *desk_ticket_check        (const DeskTicket *ticket,
                                      double            market);
/* The price at which the ticket enters: its own, else @market; NAN: not known. */
double      desk_ticket_entry        (const DeskTicket *ticket,
                                      double            market);
/* FALSE when the ticket is no bracket, or a tick or a price is not known. */
gboolean    desk_ticket_bracket_risk (const DeskTicket *ticket,
                                      const DeskGrid   *grid,
                                      double            market,
                                      DeskBracketRisk  *risk);

G_END_DECLS
