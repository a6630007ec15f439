/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-placed.h"

#include "desk-words.h"

#include <glib/gi18n.h>

struct _DeskPlaced
{
  GHashTable *by_client; /* id -> TRUE: placed here */
  GHashTable *by_server;
};

DeskPlaced *
desk_placed_new (void)
{
  DeskPlaced *self = g_new0 (DeskPlaced, 1);

  self->by_client = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->by_server = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
desk_placed_free (DeskPlaced *self)
{
  g_hash_table_unref (self->by_client);
  g_hash_table_unref (self->by_server);
  g_free (self);
}

static void
note (GHashTable *ids,
      const char *id,
      gboolean    here)
{
  gpointer was;

  if (*id == '\0' || (g_hash_table_lookup_extended (ids, id, NULL, &was) && GPOINTER_TO_INT (was) == here))
    return;
  g_hash_table_insert (ids, g_strdup (id), GINT_TO_POINTER (here));
}

void
desk_placed_note (DeskPlaced           *self,
                  const DeskOrderState *order)
{
  gboolean here = order->source != DESK_SOURCE_EXTERNAL;

  note (self->by_client, order->client_order_id, here);
  note (self->by_server, order->server_order_id, here);
}

const char *
desk_placed_say (DeskPlaced          *self,
                 const DeskFillState *fill)
{
  gpointer here;

  if (g_hash_table_lookup_extended (self->by_client, fill->client_order_id, NULL, &here)
      || g_hash_table_lookup_extended (self->by_server, fill->server_order_id, NULL, &here))
    return GPOINTER_TO_INT (here) ? NULL : desk_words_certainty (DESK_CERTAINTY_EXTERNAL);
  /* Whoever names an order that nobody knows here has placed it. */
  return *fill->client_order_id != '\0' ? desk_words_certainty (DESK_CERTAINTY_EXTERNAL) : _("not attributed");
}
