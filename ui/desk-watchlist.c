/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-watchlist.h"

#include "desk-settings.h"

#define KEY "watchlists"

static void
send (DeskSession     *session,
      DeskCommandKind  kind,
      const char      *symbol)
{
  DeskCommand *command = desk_command_new (kind);

  command->clicked = g_get_monotonic_time ();
  g_strlcpy (command->ticket.symbol, symbol, sizeof command->ticket.symbol);
  desk_session_send (session, command);
}

/* NULL: the profile's own. (transfer full) */
static GStrv
saved (DeskSession *session)
{
  g_autoptr(GVariant) lists = NULL;
  GStrv symbols = NULL;

  if (desk_settings_get () == NULL)
    return NULL;
  lists = g_settings_get_value (desk_settings_get (), KEY);
  g_variant_lookup (lists, desk_session_get_profile (session)->slug, "^as", &symbols);
  return symbols;
}

static void
save (DeskSession       *session,
      const char *const *symbols)
{
  g_autoptr(GVariant) lists = NULL;
  GVariantDict dict;

  if (desk_settings_get () == NULL)
    return;
  lists = g_settings_get_value (desk_settings_get (), KEY);
  g_variant_dict_init (&dict, lists);
  g_variant_dict_insert_value (&dict, desk_session_get_profile (session)->slug, g_variant_new_strv (symbols, -1));
  g_settings_set_value (desk_settings_get (), KEY, g_variant_dict_end (&dict));
}

/* The list with one symbol more or less. */
static void
change (DeskSession *session,
        const char  *symbol,
        gboolean     add)
{
  g_auto(GStrv) before = saved (session);
  char **profile = desk_session_get_profile (session)->symbols;
  char **symbols = before != NULL ? before : profile;
  g_autoptr(GPtrArray) after = g_ptr_array_new ();

  for (guint i = 0; symbols != NULL && symbols[i] != NULL; i++)
    if (!g_str_equal (symbols[i], symbol))
      g_ptr_array_add (after, symbols[i]);
  if (add)
    g_ptr_array_add (after, (gpointer) symbol);
  g_ptr_array_add (after, NULL);
  save (session, (const char *const *) after->pdata);
}

void
desk_watchlist_restore (DeskSession *session)
{
  g_auto(GStrv) symbols = saved (session);
  char **profile = desk_session_get_profile (session)->symbols;

  if (symbols == NULL)
    return;
  for (guint i = 0; symbols[i] != NULL; i++)
    if (profile == NULL || !g_strv_contains ((const char *const *) profile, symbols[i]))
      send (session, DESK_COMMAND_WATCH_SYMBOL, symbols[i]);
  for (guint i = 0; profile != NULL && profile[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) symbols, profile[i]))
      send (session, DESK_COMMAND_UNWATCH_SYMBOL, profile[i]);
}

void
desk_watchlist_add (DeskSession *session,
                    const char  *symbol)
{
  change (session, symbol, TRUE);
  send (session, DESK_COMMAND_WATCH_SYMBOL, symbol);
}

void
desk_watchlist_remove (DeskSession *session,
                       const char  *symbol)
{
  change (session, symbol, FALSE);
  send (session, DESK_COMMAND_UNWATCH_SYMBOL, symbol);
}
