/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-ticket-part.h"
#include "desk-ticket.h"

G_BEGIN_DECLS

/* The two exits of a bracket: as prices, or in ticks from the entry. */

#define DESK_TYPE_TICKET_EXITS (desk_ticket_exits_get_type ())
G_DECLARE_FINAL_TYPE (DeskTicketExits, desk_ticket_exits, DESK, TICKET_EXITS, DeskTicketPart)

/* NULL: not known yet. */
void       desk_ticket_exits_set_grid (DeskTicketExits *self,
                                       const DeskGrid  *grid);
/* Prices of one symbol mean nothing for another. */
void       desk_ticket_exits_clear    (DeskTicketExits *self);
/* The seldom needed: a limit for the stop. */
void       desk_ticket_exits_set_more (DeskTicketExits *self,
                                       gboolean         more);
/* Fills the legs of the ticket; FALSE with a sentence. (transfer full) @why */
gboolean   desk_ticket_exits_read     (DeskTicketExits *self,
                                       DeskTicket      *ticket,
                                       char           **why);

G_END_DECLS
