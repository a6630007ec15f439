/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-rows.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The best bid and ask of the ticket's symbol, and how old they are; a click takes the price. */

#define DESK_TYPE_TICKET_TOUCH (desk_ticket_touch_get_type ())
G_DECLARE_FINAL_TYPE (DeskTicketTouch, desk_ticket_touch, DESK, TICKET_TOUCH, GtkWidget)

/* NULL: nothing is known of the symbol. */
void       desk_ticket_touch_set_quote (DeskTicketTouch *self,
                                        DeskQuote       *quote);
DeskQuote *desk_ticket_touch_get_quote (DeskTicketTouch *self); /* (transfer none) (nullable) */
/* Without a link nothing confirms the prices. */
void       desk_ticket_touch_set_live  (DeskTicketTouch *self,
                                        gboolean         live);
/* Marks what has grown old: to be called about once a second. */
void       desk_ticket_touch_age       (DeskTicketTouch *self);
/* What a market order to @side would pay or get now, display; NAN: not known, or too old to go by. */
double     desk_ticket_touch_market    (DeskTicketTouch *self,
                                        DeskSide         side);

/* Signals: "changed" (), once a frame at most, when the quote or its definition has; "taken" (const DeskPrice *). */

G_END_DECLS
