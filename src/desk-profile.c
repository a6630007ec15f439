/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-profile.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#define SLUG_MAX 48

/* "Built-in simulator" -> "built-in-simulator": safe in a file name whatever the trader calls it. */
static char *
make_slug (const char *name)
{
  GString *slug = g_string_new (NULL);
  const char *at;

  for (at = name; *at != '\0' && slug->len < SLUG_MAX; at++)
    if (g_ascii_isalnum (*at))
      g_string_append_c (slug, g_ascii_tolower (*at));
    else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
      g_string_append_c (slug, '-');
  while (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  /* A name without a Latin letter still names a file of its own. */
  if (slug->len == 0)
    g_string_append_printf (slug, "profile-%08x", g_str_hash (name));
  return g_string_free (slug, FALSE);
}

/**
 * desk_profile_new:
 * @name: what the trader calls it
 *
 * Returns: (transfer full): a simulated connection to nowhere, without limits, which refuses new risk
 */
DeskProfile *
desk_profile_new (const char *name)
{
  DeskProfile *profile = g_new0 (DeskProfile, 1);

  profile->name = g_strdup (name);
  profile->slug = make_slug (name);
  profile->host = g_strdup ("");
  profile->port = 11099;
  profile->history_port = 11098;
  profile->allowed_addresses = g_new0 (char *, 1);
  profile->numbering = DTC_NUMBERING_DTC;
  profile->encoding_auto = TRUE;
  profile->encoding = DTC_ENCODING_JSON;
  profile->handshake = DTC_HANDSHAKE_AUTO;
  profile->heartbeat_seconds = 10;
  profile->tls_pin = g_strdup ("");
  profile->account = g_strdup ("");
  profile->username = g_strdup ("");
  profile->symbols = g_new0 (char *, 1);
  profile->limits = desk_limits_new ();
  return profile;
}

DeskProfile *
desk_profile_copy (const DeskProfile *profile)
{
  DeskProfile *copy;

  if (profile == NULL)
    return NULL;

  copy = g_memdup2 (profile, sizeof *profile);
  copy->name = g_strdup (profile->name);
  copy->slug = g_strdup (profile->slug);
  copy->host = g_strdup (profile->host);
  copy->allowed_addresses = g_strdupv (profile->allowed_addresses);
  copy->tls_pin = g_strdup (profile->tls_pin);
  copy->account = g_strdup (profile->account);
  copy->username = g_strdup (profile->username);
  copy->symbols = g_strdupv (profile->symbols);
  copy->limits = profile->limits != NULL ? desk_limits_copy (profile->limits) : NULL;
  return copy;
}

void
desk_profile_free (DeskProfile *profile)
{
  if (profile == NULL)
    return;

  g_free (profile->name);
  g_free (profile->slug);
  g_free (profile->host);
  g_strfreev (profile->allowed_addresses);
  g_free (profile->tls_pin);
  g_free (profile->account);
  g_free (profile->username);
  g_strfreev (profile->symbols);
  desk_limits_free (profile->limits);
  g_free (profile);
}

/* Generous enough to play, small enough to feel a slip of the finger. */
static const char simulator_limits[] =
  "{ \"schema\": 1, \"symbols\": [\"*\"], \"max_order_quantity\": 100, \"max_position\": 500, "
  "\"max_order_value\": 50000000, \"price_collar_percent\": 5, \"max_open_orders_symbol\": 100, "
  "\"max_open_orders_account\": 200, \"orders_per_second\": 20, \"orders_burst\": 40, "
  "\"orders_per_second_symbol\": 10, \"duplicate_window_ms\": 2000 }";

static DeskProfile *
new_simulator (void)
{
  static const char *const symbols[] = { "ESZ6", "ZNZ6", "CLZ6", NULL };
  DeskProfile *profile = desk_profile_new ("Built-in simulator");

  profile->builtin_simulator = TRUE;
  g_free (profile->host);
  profile->host = g_strdup ("127.0.0.1");
  profile->port = 0;
  profile->numbering = DTC_NUMBERING_BRIEF;
  /* It has two; one is chosen, so that it trades at once. */
  g_free (profile->account);
  profile->account = g_strdup ("SIM1");
  g_strfreev (profile->symbols);
  profile->symbols = g_strdupv ((char **) symbols);
  desk_limits_free (profile->limits);
  profile->limits = desk_limits_parse (simulator_limits, -1, profile->name, NULL);
  return profile;
}

GPtrArray *
desk_profile_shipped (void)
{
  GPtrArray *profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_profile_free);
  DeskProfile *profile;

  g_ptr_array_add (profiles, new_simulator ());

  /* Sierra Chart may be connected to a broker: LIVE until the trader says that it is not. */
  profile = desk_profile_new ("Sierra Chart on this computer");
  profile->live = TRUE;
  g_free (profile->host);
  profile->host = g_strdup ("127.0.0.1");
  g_ptr_array_add (profiles, profile);

  profile = desk_profile_new ("Sierra Chart elsewhere");
  profile->live = TRUE;
  profile->use_tls = TRUE;
  g_ptr_array_add (profiles, profile);
  return profiles;
}

static char *
profiles_folder (void)
{
  return g_build_filename (g_get_user_config_dir (), "dtc-desk", "profiles", NULL);
}

char *
desk_profile_path (const char *slug)
{
  g_autofree char *folder = profiles_folder ();
  g_autofree char *name = g_strconcat (slug, ".json", NULL);

  return g_build_filename (folder, name, NULL);
}

char *
desk_profile_state_path (const DeskProfile *profile)
{
  g_autofree char *name = g_strconcat (profile->slug, ".sqlite", NULL);

  return g_build_filename (g_get_user_data_dir (), "dtc-desk", name, NULL);
}

static DeskProfile *
load (const char  *path,
      const char  *slug,
      GError     **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  DeskProfile *profile;
  gsize len;

  if (!g_file_get_contents (path, &text, &len, &local_error))
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_CONFIG, "The profile cannot be read: %s", local_error->message);
      return NULL;
    }
  profile = desk_profile_parse (text, (gssize) len, path, error);
  if (profile == NULL)
    return NULL;

  /* The file's name is what tells profiles apart, and what their state files are named after. */
  g_free (profile->slug);
  profile->slug = g_strdup (slug);
  return profile;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The slugs of the trader's own files, sorted. */
static GPtrArray *
own_slugs (void)
{
  GPtrArray *slugs = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = profiles_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (*name != '.' && g_str_has_suffix (name, ".json") && g_utf8_validate (name, -1, NULL))
      g_ptr_array_add (slugs, g_strndup (name, strlen (name) - strlen (".json")));
  g_ptr_array_sort (slugs, compare_names);
  return slugs;
}

static int
find_slug (GPtrArray  *profiles,
           const char *slug)
{
  guint i;

  for (i = 0; i < profiles->len; i++)
    if (strcmp (((DeskProfile *) g_ptr_array_index (profiles, i))->slug, slug) == 0)
      return (int) i;
  return -1;
}

GPtrArray *
desk_profile_list (GPtrArray **broken)
{
  GPtrArray *profiles = desk_profile_shipped ();
  g_autoptr (GPtrArray) slugs = own_slugs ();
  guint i;

  if (broken != NULL)
    *broken = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
  for (i = 0; i < slugs->len; i++)
    {
      const char *slug = g_ptr_array_index (slugs, i);
      g_autofree char *path = desk_profile_path (slug);
      GError *error = NULL;
      DeskProfile *profile = load (path, slug, &error);
      int at = find_slug (profiles, slug);

      if (profile == NULL)
        {
          /* The shipped one does not stand in for a broken one: the trader meant something else. */
          if (at >= 0)
            g_ptr_array_remove_index (profiles, (guint) at);
          if (broken != NULL)
            g_ptr_array_add (*broken, error);
          else
            g_error_free (error);
        }
      else if (at >= 0)
        {
          desk_profile_free (g_ptr_array_index (profiles, at));
          g_ptr_array_index (profiles, at) = profile;
        }
      else
        {
          g_ptr_array_add (profiles, profile);
        }
    }
  return profiles;
}

static gboolean
same_name (const char *a,
           const char *b)
{
  g_autofree char *folded_a = g_utf8_casefold (a, -1), *folded_b = g_utf8_casefold (b, -1);

  return strcmp (folded_a, folded_b) == 0;
}

DeskProfile *
desk_profile_find (const char  *name,
                   GError     **error)
{
  g_autoptr (GPtrArray) broken = NULL;
  g_autoptr (GPtrArray) profiles = NULL;
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *slug = make_slug (name);
  g_autofree char *path = desk_profile_path (slug);
  guint i;

  if (!g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, DESK_ERROR, DESK_ERROR_CONFIG, "The profile's name is not UTF-8 text: write it again.");
      return NULL;
    }

  profiles = desk_profile_list (&broken);
  for (i = 0; i < profiles->len; i++)
    {
      const DeskProfile *profile = g_ptr_array_index (profiles, i);

      if (same_name (profile->name, name) || same_name (profile->slug, name))
        {
          g_autofree char *where = desk_profile_path (profile->slug);

          return desk_profile_validate (profile, where, error) ? desk_profile_copy (profile) : NULL;
        }
      g_string_append_printf (names, "%s\"%s\"", i > 0 ? ", " : "", profile->name);
    }

  /* The one that was asked for may be the one that does not parse. */
  for (i = 0; i < broken->len; i++)
    {
      const GError *why = g_ptr_array_index (broken, i);

      if (strstr (why->message, path) != NULL)
        {
          g_propagate_error (error, g_error_copy (why));
          return NULL;
        }
    }
  g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "There is no profile \"%s\": choose one of %s.", name, names->str);
  return NULL;
}

gboolean
desk_profile_save (const DeskProfile  *profile,
                   GError            **error)
{
  g_autofree char *folder = profiles_folder ();
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *path = desk_profile_path (profile->slug);
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!desk_profile_validate (profile, NULL, error))
    return FALSE;
  if (g_mkdir_with_parents (folder, 0700) != 0 || g_chmod (parent, 0700) != 0 || g_chmod (folder, 0700) != 0)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The folder %s for profiles cannot be made (%s): check its permissions.", folder,
                   g_strerror (errno));
      return FALSE;
    }

  text = desk_profile_to_text (profile);
  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &local_error))
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The profile was not saved: %s", local_error->message);
      return FALSE;
    }
  return TRUE;
}

gboolean
desk_profile_delete (const char  *slug,
                     GError     **error)
{
  g_autofree char *path = desk_profile_path (slug);

  if (strchr (slug, '/') == NULL && g_unlink (path) == 0)
    return TRUE;
  if (errno == ENOENT || strchr (slug, '/') != NULL)
    g_set_error (error, DESK_ERROR, DESK_ERROR_CONFIG,
                 "The profile \"%s\" has no file of its own: one that ships with the program cannot be deleted.", slug);
  else
    g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The profile %s was not deleted (%s): check its permissions.",
                 path, g_strerror (errno));
  return FALSE;
}
