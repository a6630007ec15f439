/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A GListModel of GObjects with a hash by key. New items are gathered and join the list as one splice; an item that
 * changes says so itself and is never taken out for it. Main thread. */

#define DESK_TYPE_KEYED_STORE (desk_keyed_store_get_type ())
G_DECLARE_FINAL_TYPE (DeskKeyedStore, desk_keyed_store, DESK, KEYED_STORE, GObject)

/* The key of an item; must lie inside the item and never change. */
typedef gconstpointer (*DeskKeyFunc) (gpointer item);

DeskKeyedStore *desk_keyed_store_new    (GType           item_type,
                                         DeskKeyFunc     key,
                                         GHashFunc       hash,
                                         GEqualFunc      equal);
/* (transfer none) (nullable): gathered items are found, too. */
gpointer        desk_keyed_store_lookup (DeskKeyedStore *self,
                                         gconstpointer   key);
/* (transfer full) for @item, whose key must be new. It is in the list after the next flush. */
void            desk_keyed_store_add    (DeskKeyedStore *self,
                                         gpointer        item);
/* FALSE when there is none. */
gboolean        desk_keyed_store_remove (DeskKeyedStore *self,
                                         gconstpointer   key);
/* Appends what was gathered; one "items-changed", none when nothing was. */
void            desk_keyed_store_flush  (DeskKeyedStore *self);

G_END_DECLS
