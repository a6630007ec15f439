/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-depth-watch.h"

static void
send (DeskSession     *session,
      DeskCommandKind  kind,
      const char      *symbol)
{
  DeskCommand *command = desk_command_new (kind);

  g_strlcpy (command->ticket.symbol, symbol, sizeof command->ticket.symbol);
  desk_session_send (session, command);
}

/* How many show each symbol. */
static GHashTable *
counts (DeskSession   *session,
        DeskWatchKind  kind)
{
  const char *name = kind == DESK_WATCH_ORDERS ? "desk-watched-orders" : "desk-watched-levels";
  GHashTable *table = g_object_get_data (G_OBJECT (session), name);

  if (table == NULL)
    {
      table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_object_set_data_full (G_OBJECT (session), name, table, (GDestroyNotify) g_hash_table_unref);
    }
  return table;
}

void
desk_depth_watch_add (DeskSession   *session,
                      DeskWatchKind  kind,
                      const char    *symbol)
{
  GHashTable *table = counts (session, kind);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (table, symbol));

  g_hash_table_replace (table, g_strdup (symbol), GUINT_TO_POINTER (count + 1));
  if (count == 0)
    send (session, kind == DESK_WATCH_ORDERS ? DESK_COMMAND_WATCH_ORDERS : DESK_COMMAND_WATCH_DEPTH, symbol);
}

void
desk_depth_watch_drop (DeskSession   *session,
                       DeskWatchKind  kind,
                       const char    *symbol)
{
  GHashTable *table = counts (session, kind);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (table, symbol));

  g_return_if_fail (count > 0);

  if (count > 1)
    {
      g_hash_table_replace (table, g_strdup (symbol), GUINT_TO_POINTER (count - 1));
      return;
    }
  g_hash_table_remove (table, symbol);
  send (session, kind == DESK_WATCH_ORDERS ? DESK_COMMAND_UNWATCH_ORDERS : DESK_COMMAND_UNWATCH_DEPTH, symbol);
}
