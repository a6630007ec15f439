/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-order-links.h"

#include <string.h>

struct _DeskOrderLinks
{
  GHashTable *leaders; /* "account group" -> DeskOrder, not owned */
};

const char *
desk_order_group_id (const DeskOrderState *order)
{
  if (*order->parent != '\0')
    return order->parent;
  if (order->role == DESK_ROLE_ENTRY)
    return order->server_order_id;
  if (*order->sibling != '\0')
    return strcmp (order->sibling, order->server_order_id) < 0 ? order->sibling : order->server_order_id;
  return "";
}

gboolean
desk_order_is_below (const DeskOrderState *order)
{
  const char *group = desk_order_group_id (order);

  return *group != '\0' && !g_str_equal (group, order->server_order_id);
}

static char *
key_of (const DeskOrderState *order)
{
  return g_strconcat (order->account, " ", desk_order_group_id (order), NULL);
}

DeskOrderLinks *
desk_order_links_new (void)
{
  DeskOrderLinks *self = g_new0 (DeskOrderLinks, 1);

  self->leaders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
desk_order_links_free (DeskOrderLinks *self)
{
  g_hash_table_unref (self->leaders);
  g_free (self);
}

gboolean
desk_order_links_place (DeskOrderLinks *self,
                        DeskOrder      *order)
{
  const DeskOrderState *state = desk_order_get_state (order);
  g_autofree char *key = NULL;
  gpointer leader;

  if (*desk_order_group_id (state) == '\0')
    return FALSE;
  key = key_of (state);
  /* Until the first one is known, which may be another client's, any of them leads. */
  leader = g_hash_table_lookup (self->leaders, key);
  if (leader == order || (leader != NULL && desk_order_is_below (state)))
    return FALSE;
  g_hash_table_insert (self->leaders, g_steal_pointer (&key), order);
  return TRUE;
}

gpointer
desk_order_links_leader (gpointer item,
                         gpointer self)
{
  const DeskOrderState *state = desk_order_get_state (item);
  g_autofree char *key = NULL;
  gpointer leader;

  if (*desk_order_group_id (state) == '\0')
    return item;
  key = key_of (state);
  leader = g_hash_table_lookup (((DeskOrderLinks *) self)->leaders, key);
  return leader != NULL ? leader : item;
}

DeskOrder *
desk_order_links_find (GListModel *orders,
                       const char *account,
                       const char *id)
{
  guint n = g_list_model_get_n_items (orders);

  /* The newest first: a server may use an id again. */
  for (guint i = n; *id != '\0' && i > 0; i--)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i - 1);
      const DeskOrderState *state = desk_order_get_state (order);

      if ((account == NULL || g_str_equal (state->account, account))
          && (g_str_equal (state->server_order_id, id) || g_str_equal (state->client_order_id, id)))
        return g_steal_pointer (&order);
    }
  return NULL;
}
