/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-price-entry.h"

G_BEGIN_DECLS

/* A group of fields of the ticket, each with its name. It says "changed" when one of them does, and "activate" when
 * Enter was pressed in one. */

#define DESK_TYPE_TICKET_PART (desk_ticket_part_get_type ())
G_DECLARE_DERIVABLE_TYPE (DeskTicketPart, desk_ticket_part, DESK, TICKET_PART, GtkGrid)

struct _DeskTicketPartClass
{
  GtkGridClass parent_class;
};

/* The names of several parts are as wide as the widest in @labels. (nullable) */
void            desk_ticket_part_align     (DeskTicketPart *self,
                                            GtkSizeGroup   *labels);
/* (transfer none): the label beside @field. */
GtkWidget      *desk_ticket_part_add       (DeskTicketPart *self,
                                            int             row,
                                            const char     *name,
                                            GtkWidget      *field);
/* A price whose @accessible name differs from the one beside it, NULL: the same. (transfer none) */
DeskPriceEntry *desk_ticket_part_add_price (DeskTicketPart *self,
                                            int             row,
                                            const char     *name,
                                            const char     *accessible,
                                            GtkWidget     **label);
/* Passes "changed" (or "notify::…") and "activate" of a field on as those of the part. */
void            desk_ticket_part_watch     (DeskTicketPart *self,
                                            gpointer        field,
                                            const char     *changed,
                                            gpointer        activates);
void            desk_ticket_part_changed   (DeskTicketPart *self);
/* Shows or hides a field with its label. */
void            desk_ticket_part_show      (GtkWidget      *label,
                                            gpointer        field,
                                            gboolean        visible);
/* FALSE with a sentence when there is no price; @missing is that for an empty field. (transfer full) @why */
gboolean        desk_ticket_part_price     (DeskPriceEntry *entry,
                                            double         *price,
                                            const char     *missing,
                                            char          **why);

G_END_DECLS
