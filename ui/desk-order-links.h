/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-rows.h"

G_BEGIN_DECLS

/* Which orders belong together: a bracket's under their entry, a pair's side by side. */

/* What names the group of an order, the ServerOrderID of its first one; "" for an order of its own, and while the
 * server has not said. Points into @order. */
const char     *desk_order_group_id       (const DeskOrderState *order);
/* TRUE for an order that stands below another one of its group. */
gboolean        desk_order_is_below       (const DeskOrderState *order);

typedef struct _DeskOrderLinks DeskOrderLinks;

DeskOrderLinks *desk_order_links_new      (void);
void            desk_order_links_free     (DeskOrderLinks       *self);
/* A new or changed row: TRUE when rows have to be sorted anew. The links hold no reference, the rows of a session live
 * as long as it does. */
gboolean        desk_order_links_place    (DeskOrderLinks       *self,
                                           DeskOrder            *order);
/* The first order of the group of @item, @item itself when it has none. A DeskTable's leader. */
gpointer        desk_order_links_leader   (gpointer              item,
                                           gpointer              self);
/* The row with a client or server order id; NULL when there is none in @orders. (transfer full) */
DeskOrder      *desk_order_links_find     (GListModel           *orders,
                                           const char           *account,
                                           const char           *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskOrderLinks, desk_order_links_free)

G_END_DECLS
