/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The orders panel: the day's figures, filter chips, the live table, cancel and modify in place. */

#define DESK_TYPE_ORDERS (desk_orders_get_type ())
G_DECLARE_FINAL_TYPE (DeskOrders, desk_orders, DESK, ORDERS, GtkWidget)

GtkWidget      *desk_orders_new          (DeskSession          *session);
/* Cancels our working orders of one side; DESK_SIDE_NONE: of both. */
void            desk_orders_cancel_side  (DeskOrders           *self,
                                          DeskSide              side);
/* Working orders of the account that were not placed here; symbol "" is all. */
guint           desk_orders_n_external   (DeskSession          *session,
                                          const char           *account,
                                          const char           *symbol);
/* Orders of any account that may still fill. */
guint           desk_orders_n_open       (DeskSession          *session);
/* Selects the order with a client or server order id, whatever the chips had hidden. FALSE when there is none. */
gboolean        desk_orders_show         (DeskOrders           *self,
                                          const char           *id);
/* Shows those whose fate nobody knows, and nothing else. */
void            desk_orders_show_unknown (DeskOrders           *self);
/* A client or server id of the selected order, "": none. */
const char     *desk_orders_get_selected_id (DeskOrders         *self);

/* Signal: "selected" (). */

G_END_DECLS
