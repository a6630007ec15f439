/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-ticket-part.h"
#include "desk-ticket.h"

G_BEGIN_DECLS

/* The two orders of a pair, one cancels the other: each with its side, type and prices. */

#define DESK_TYPE_TICKET_PAIR (desk_ticket_pair_get_type ())
G_DECLARE_FINAL_TYPE (DeskTicketPair, desk_ticket_pair, DESK, TICKET_PAIR, DeskTicketPart)

/* NULL: not known yet. */
void       desk_ticket_pair_set_grid (DeskTicketPair *self,
                                      const DeskGrid *grid);
void       desk_ticket_pair_clear    (DeskTicketPair *self);
/* Fills the legs of the ticket, each with its quantity; FALSE with a sentence. (transfer full) @why */
gboolean   desk_ticket_pair_read     (DeskTicketPair *self,
                                      DeskTicket     *ticket,
                                      char          **why);

G_END_DECLS
