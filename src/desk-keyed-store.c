/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-keyed-store.h"

struct _DeskKeyedStore
{
  GObject     parent_instance;

  GType       item_type;
  DeskKeyFunc key;
  GPtrArray  *items;    /* the list, then what is gathered */
  guint       n_listed; /* how many of them observers know */
  GHashTable *by_key;   /* key inside the item -> the item */
};

static GType
desk_keyed_store_get_item_type (GListModel *model)
{
  return DESK_KEYED_STORE (model)->item_type;
}

static guint
desk_keyed_store_get_n_items (GListModel *model)
{
  return DESK_KEYED_STORE (model)->n_listed;
}

static gpointer
desk_keyed_store_get_item (GListModel *model,
                           guint       position)
{
  DeskKeyedStore *self = DESK_KEYED_STORE (model);

  if (position >= self->n_listed)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->items, position));
}

static void
desk_keyed_store_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = desk_keyed_store_get_item_type;
  iface->get_n_items = desk_keyed_store_get_n_items;
  iface->get_item = desk_keyed_store_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DeskKeyedStore, desk_keyed_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, desk_keyed_store_list_model_init))

static void
desk_keyed_store_finalize (GObject *object)
{
  DeskKeyedStore *self = DESK_KEYED_STORE (object);

  g_clear_pointer (&self->by_key, g_hash_table_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);

  G_OBJECT_CLASS (desk_keyed_store_parent_class)->finalize (object);
}

static void
desk_keyed_store_class_init (DeskKeyedStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_keyed_store_finalize;
}

static void
desk_keyed_store_init (DeskKeyedStore *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

DeskKeyedStore *
desk_keyed_store_new (GType       item_type,
                      DeskKeyFunc key,
                      GHashFunc   hash,
                      GEqualFunc  equal)
{
  DeskKeyedStore *self = g_object_new (DESK_TYPE_KEYED_STORE, NULL);

  self->item_type = item_type;
  self->key = key;
  self->by_key = g_hash_table_new (hash, equal);
  return self;
}

gpointer
desk_keyed_store_lookup (DeskKeyedStore *self,
                         gconstpointer   key)
{
  g_return_val_if_fail (DESK_IS_KEYED_STORE (self), NULL);

  return g_hash_table_lookup (self->by_key, key);
}

void
desk_keyed_store_add (DeskKeyedStore *self,
                      gpointer        item)
{
  g_return_if_fail (DESK_IS_KEYED_STORE (self));
  g_return_if_fail (!g_hash_table_contains (self->by_key, self->key (item)));

  g_hash_table_insert (self->by_key, (gpointer) self->key (item), item);
  g_ptr_array_add (self->items, item);
}

gboolean
desk_keyed_store_remove (DeskKeyedStore *self,
                         gconstpointer   key)
{
  gpointer item;
  guint position;

  g_return_val_if_fail (DESK_IS_KEYED_STORE (self), FALSE);

  item = g_hash_table_lookup (self->by_key, key);
  if (item == NULL || !g_ptr_array_find (self->items, item, &position))
    return FALSE;
  g_hash_table_remove (self->by_key, key);
  if (position < self->n_listed)
    {
      g_autoptr (GObject) kept G_GNUC_UNUSED = g_object_ref (item);

      g_ptr_array_remove_index (self->items, position);
      self->n_listed--;
      g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
    }
  else
    g_ptr_array_remove_index (self->items, position);
  return TRUE;
}

void
desk_keyed_store_flush (DeskKeyedStore *self)
{
  guint before;

  g_return_if_fail (DESK_IS_KEYED_STORE (self));

  if (self->items->len == self->n_listed)
    return;
  before = self->n_listed;
  self->n_listed = self->items->len;
  g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->n_listed - before);
}
