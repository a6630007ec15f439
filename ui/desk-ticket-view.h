/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The order ticket: fields, the order line, preview, Buy and Sell, the confirm strip. */

#define DESK_TYPE_TICKET_VIEW (desk_ticket_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskTicketView, desk_ticket_view, DESK, TICKET_VIEW, GtkWidget)

GtkWidget *desk_ticket_view_new        (DeskSession    *session);
void       desk_ticket_view_set_symbol (DeskTicketView *self,
                                        const char     *symbol);
const char *desk_ticket_view_get_symbol (DeskTicketView *self);
void       desk_ticket_view_focus_line (DeskTicketView *self);
/* Drops an open question. TRUE if there was one. */
gboolean   desk_ticket_view_drop       (DeskTicketView *self);
/* TRUE for the answer to a command of the ticket: it shows that itself. */
gboolean   desk_ticket_view_owns       (DeskTicketView *self,
                                        guint64         tag);
/* What the fields say; FALSE with a sentence when they do not make an order. (transfer full) @why */
gboolean   desk_ticket_view_read       (DeskTicketView *self,
                                        DeskTicket     *ticket,
                                        char          **why);

/* Signal "symbol-changed" (): another symbol stands in the field; it may still be typed. */

G_END_DECLS
