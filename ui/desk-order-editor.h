/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Prices, quantity and time in force of one working order, edited in place: Enter sends the change, Escape leaves it.
 * It stays open until the server has answered, and then only if that is not what was asked for. */

#define DESK_TYPE_ORDER_EDITOR (desk_order_editor_get_type ())
G_DECLARE_FINAL_TYPE (DeskOrderEditor, desk_order_editor, DESK, ORDER_EDITOR, GtkPopover)

/* Opens beside @area of its parent. */
void desk_order_editor_open (DeskOrderEditor    *self,
                             DeskSession        *session,
                             DeskOrder          *order,
                             const GdkRectangle *area);
/* The id by which an order is named in commands: ours, or the server's. */
const char *desk_order_editor_id (const DeskOrderState *order);
/* Why the core would refuse any change of it; NULL: it would not. */
const char *desk_order_editor_why_not (const DeskOrderState *order);

G_END_DECLS
