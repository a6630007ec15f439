/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-learned.h"

#include <string.h>

#include <glib/gstdio.h>

#define GROUP "servers"

/* "handshake binary", "plain json" */
static const char *const ways[] = { "plain", "handshake" };

static char *
learned_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "dtc-desk", "learned-encodings.ini", NULL);
}

/* '=' and '[' have a meaning in a key file; a host may be typed with anything. */
static char *
key_for (const char *host,
         guint16     port)
{
  g_autofree char *name = g_strdup_printf ("%s:%u", host, port);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);

  return g_strdup_printf ("host-%.16s", digest);
}

static GKeyFile *
load (void)
{
  g_autofree char *path = learned_path ();
  GKeyFile *file = g_key_file_new ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  return file;
}

static char *
to_text (const DtcLearned *learned)
{
  return learned->known ? g_strdup_printf ("%s %s", ways[learned->handshake != FALSE],
                                           dtc_encoding_to_string (learned->encoding))
                        : NULL;
}

DtcLearned
desk_learned_get (const char *host,
                  guint16     port)
{
  g_autoptr (GKeyFile) file = load ();
  g_autofree char *key = key_for (host, port);
  g_autofree char *text = g_key_file_get_string (file, GROUP, key, NULL);
  DtcLearned learned = { 0 };

  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (ways); i++)
    {
      gsize len = strlen (ways[i]);

      if (strncmp (text, ways[i], len) == 0 && text[len] == ' ' && dtc_encoding_from_string (text + len + 1, &learned.encoding))
        {
          learned.known = TRUE;
          learned.handshake = i == 1;
        }
    }
  return learned;
}

void
desk_learned_set (const char       *host,
                  guint16           port,
                  const DtcLearned *learned)
{
  g_autoptr (GKeyFile) file = load ();
  g_autofree char *key = key_for (host, port);
  g_autofree char *path = learned_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *value = to_text (learned);
  g_autofree char *before = g_key_file_get_string (file, GROUP, key, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (before, value) == 0)
    return;
  if (value != NULL)
    g_key_file_set_string (file, GROUP, key, value);
  else
    g_key_file_remove_key (file, GROUP, key, NULL);
  text = g_key_file_to_data (file, NULL, NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0
      || !g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_debug ("what was learned about %s is not kept: %s", host, error != NULL ? error->message : "no folder");
}
