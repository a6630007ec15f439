/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-ticket-part.h"
#include "desk-ticket.h"

G_BEGIN_DECLS

/* What an order seldom needs: how much of it the book shows, and a note. */

#define DESK_TYPE_TICKET_EXTRAS (desk_ticket_extras_get_type ())
G_DECLARE_FINAL_TYPE (DeskTicketExtras, desk_ticket_extras, DESK, TICKET_EXTRAS, DeskTicketPart)

/* A pair has no iceberg. */
void       desk_ticket_extras_set_kind  (DeskTicketExtras *self,
                                         DeskTicketKind    kind);
/* TRUE while something is chosen that a closed section would hide. */
gboolean   desk_ticket_extras_are_set   (DeskTicketExtras *self);
/* A note is meant for one order: gone after it was sent. */
void       desk_ticket_extras_sent      (DeskTicketExtras *self);
/* FALSE with a sentence. (transfer full) @why */
gboolean   desk_ticket_extras_read      (DeskTicketExtras *self,
                                         DeskTicket       *ticket,
                                         char            **why);

G_END_DECLS
