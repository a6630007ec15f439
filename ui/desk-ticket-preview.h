/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-event.h"
#include "desk-ticket.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What would be sent, and what it risks: the lines above the buttons of the ticket. */

#define DESK_TYPE_TICKET_PREVIEW (desk_ticket_preview_get_type ())
G_DECLARE_FINAL_TYPE (DeskTicketPreview, desk_ticket_preview, DESK, TICKET_PREVIEW, GtkWidget)

void  desk_ticket_preview_show  (DeskTicketPreview *self,
                                 const DeskTicket  *ticket,
                                 const DeskGrid    *grid,
                                 double             market,   /* a market entry's price, NAN: not known */
                                 const char        *currency,
                                 const DeskPreview *preview,
                                 const char        *denial_text); /* (nullable) */
/* Nothing to preview: @why says what is missing. */
void  desk_ticket_preview_clear (DeskTicketPreview *self,
                                 const char        *why);

/* The disk of the journal does not answer, whatever the checks said before or say then; or it answers again. */
void  desk_ticket_preview_set_blind (DeskTicketPreview *self,
                                 gboolean           blind);

/* "now +2, worst case +4 / -1" (transfer full) */
char *desk_ticket_preview_worst_case (const DeskPreview *preview);
/* "risk 21 ticks = 262.50 USD", the reward below it; NULL when there is no bracket or it cannot be told.
 * (transfer full) (nullable) */
char *desk_ticket_preview_bracket    (const DeskTicket  *ticket,
                                      const DeskGrid    *grid,
                                      double             market,
                                      const char        *currency);
/* What to mind before sending, or NULL. (transfer full) (nullable) */
char *desk_ticket_preview_warnings   (const DeskPreview *preview,
                                      const DeskTicket  *ticket);

G_END_DECLS
