/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_SETTINGS_ENABLE_BACKEND
#include "config.h"

#include "desk-settings.h"

#include <gio/gsettingsbackend.h>

/* Without a session bus dconf keeps nothing and says so at every change: a file of our own does. */
static GSettingsBackend *
make_backend (void)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *bus = runtime != NULL ? g_build_filename (runtime, "bus", NULL) : NULL;
  g_autofree char *file = NULL;

  if (g_getenv ("GSETTINGS_BACKEND") != NULL || g_getenv ("DBUS_SESSION_BUS_ADDRESS") != NULL
      || (bus != NULL && g_file_test (bus, G_FILE_TEST_EXISTS)))
    return NULL;
  file = g_build_filename (g_get_user_config_dir (), "dtc-desk", "window.ini", NULL);
  return g_keyfile_settings_backend_new (file, "/", NULL);
}

GSettings *
desk_settings_get (void)
{
  static GSettings *settings;
  static gboolean looked;

  if (!looked)
    {
      GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
      g_autoptr(GSettingsSchema) schema = NULL;

      looked = TRUE;
      if (source != NULL)
        schema = g_settings_schema_source_lookup (source, APP_ID, TRUE);
      if (schema != NULL)
        {
          g_autoptr(GSettingsBackend) backend = make_backend ();

          settings = g_settings_new_full (schema, backend, NULL);
        }
    }
  return settings;
}

char *
desk_settings_dup_string (const char *key)
{
  return desk_settings_get () != NULL ? g_settings_get_string (desk_settings_get (), key) : g_strdup ("");
}

void
desk_settings_set_string (const char *key,
                          const char *value)
{
  if (desk_settings_get () != NULL)
    g_settings_set_string (desk_settings_get (), key, value);
}

int
desk_settings_get_int (const char *key,
                       int         fallback)
{
  return desk_settings_get () != NULL ? g_settings_get_int (desk_settings_get (), key) : fallback;
}

void
desk_settings_set_int (const char *key,
                       int         value)
{
  if (desk_settings_get () != NULL)
    g_settings_set_int (desk_settings_get (), key, value);
}

gboolean
desk_settings_get_boolean (const char *key,
                           gboolean    fallback)
{
  return desk_settings_get () != NULL ? g_settings_get_boolean (desk_settings_get (), key) : fallback;
}

void
desk_settings_set_boolean (const char *key,
                           gboolean    value)
{
  if (desk_settings_get () != NULL)
    g_settings_set_boolean (desk_settings_get (), key, value);
}

static gboolean
find_column (const char *table,
             const char *column,
             int        *width,
             gboolean   *hidden)
{
  g_autoptr(GVariant) columns = NULL;
  g_autofree char *name = g_strconcat (table, "/", column, NULL);

  if (desk_settings_get () == NULL)
    return FALSE;
  columns = g_settings_get_value (desk_settings_get (), "columns");
  return g_variant_lookup (columns, name, "(ib)", width, hidden);
}

int
desk_settings_get_column_width (const char *table,
                                const char *column)
{
  int width = 0;
  gboolean hidden = FALSE;

  return find_column (table, column, &width, &hidden) ? width : 0;
}

gboolean
desk_settings_get_column_hidden (const char *table,
                                 const char *column,
                                 gboolean    fallback)
{
  int width = 0;
  gboolean hidden = fallback;

  return find_column (table, column, &width, &hidden) ? hidden : fallback;
}

void
desk_settings_set_column (const char *table,
                          const char *column,
                          int         width,
                          gboolean    hidden)
{
  g_autoptr(GVariant) columns = NULL;
  g_autofree char *name = g_strconcat (table, "/", column, NULL);
  GVariantDict dict;
  int old_width = 0;
  gboolean old_hidden = FALSE;

  if (desk_settings_get () == NULL)
    return;
  if (find_column (table, column, &old_width, &old_hidden) && old_width == width && old_hidden == hidden)
    return;
  columns = g_settings_get_value (desk_settings_get (), "columns");
  g_variant_dict_init (&dict, columns);
  g_variant_dict_insert (&dict, name, "(ib)", width, hidden);
  g_settings_set_value (desk_settings_get (), "columns", g_variant_dict_end (&dict));
}
