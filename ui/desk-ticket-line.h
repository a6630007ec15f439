/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One order in words, read as it is typed, with its grammar behind a button. */

#define DESK_TYPE_TICKET_LINE (desk_ticket_line_get_type ())
G_DECLARE_FINAL_TYPE (DeskTicketLine, desk_ticket_line, DESK, TICKET_LINE, GtkWidget)

void desk_ticket_line_set_session (DeskTicketLine *self,
                                   DeskSession    *session);
void desk_ticket_line_clear       (DeskTicketLine *self);
/* What was entered last; NULL when it was taken before. (transfer full) (nullable) */
DeskCommand *desk_ticket_line_take (DeskTicketLine *self);

/* Signals: "hint" (const char * text or NULL, gboolean bad) while it is typed and when it cannot be read;
 * "entered" () on Enter: take the command. */

G_END_DECLS
