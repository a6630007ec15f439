/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Which orders the table shows: by state, by account, by group; each choice with its count, none of them hidden. */

#define DESK_TYPE_ORDER_CHIPS (desk_order_chips_get_type ())
G_DECLARE_FINAL_TYPE (DeskOrderChips, desk_order_chips, DESK, ORDER_CHIPS, GtkWidget)

typedef enum
{
  DESK_ORDER_GROUP_WORKING,
  DESK_ORDER_GROUP_DONE,
  DESK_ORDER_GROUP_REJECTED, /* by the server or by us, and never sent */
  DESK_ORDER_GROUP_UNKNOWN,
  DESK_ORDER_GROUP_EXTERNAL, /* not placed here; each is in one of those above as well */
  DESK_ORDER_GROUP_ALL,
} DeskOrderGroup;

/* By its state, whoever placed it. */
DeskOrderGroup  desk_order_chips_group      (const DeskOrderState *order);

GtkWidget      *desk_order_chips_new        (DeskSession          *session);
/* What lets the chosen rows through. (transfer none) */
GtkFilter      *desk_order_chips_get_filter (DeskOrderChips       *self);
/* A new row, or one that has changed. */
void            desk_order_chips_place      (DeskOrderChips       *self,
                                             const DeskOrderState *order);
/* The selected account has changed. */
void            desk_order_chips_set_account (DeskOrderChips      *self,
                                             const char           *account);
/* Only the orders of one group of linked orders; "" is all. */
void            desk_order_chips_show_group (DeskOrderChips       *self,
                                             const char           *id);
/* Whatever was chosen, every order of @kind, of every account. */
void            desk_order_chips_show       (DeskOrderChips       *self,
                                             DeskOrderGroup        kind);
/* What an empty table says. */
const char     *desk_order_chips_empty_text (DeskOrderChips       *self);

/* Signal "chosen" (): another choice. */

G_END_DECLS
