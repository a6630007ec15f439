/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-application.h"
#include "desk-secrets.h"
#include "desk-standard-fds.h"
#include "desk-settings.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

/* The folder of the build when the program runs from there, else NULL. */
static char *
find_build_root (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *root = g_path_get_dirname (BUILD_LOCALEDIR);

  if (program != NULL && g_str_has_prefix (program, root) && program[strlen (root)] == G_DIR_SEPARATOR)
    return g_steal_pointer (&root);
  return NULL;
}

static void
set_up_language (const char *build_root)
{
  g_autofree char *language = NULL;
  const char *locale;

  if (build_root != NULL)
    {
      g_autofree char *schemas = g_build_filename (build_root, "data", NULL);
      g_autofree char *compiled = g_build_filename (schemas, "gschemas.compiled", NULL);

      if (g_file_test (compiled, G_FILE_TEST_EXISTS))
        g_setenv ("GSETTINGS_SCHEMA_DIR", schemas, FALSE);
    }

  language = desk_settings_dup_string ("language");
  if (*language != '\0')
    g_setenv ("LANGUAGE", language, TRUE);
  locale = setlocale (LC_ALL, "");
  /* Without a locale gettext translates nothing; a chosen language needs one, whichever is there. */
  if (*language != '\0' && (locale == NULL || g_str_equal (locale, "C")))
    setlocale (LC_ALL, "C.UTF-8");

  bindtextdomain (GETTEXT_PACKAGE, build_root != NULL ? BUILD_LOCALEDIR : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *profile = NULL;
  g_autofree char *state = NULL;
  g_autofree char *capture = NULL;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "profile", 'p', 0, G_OPTION_ARG_STRING, &profile, N_("Connection profile to open"), N_("NAME") },
    { "state", 's', 0, G_OPTION_ARG_FILENAME, &state, N_("State file to use instead of the profile's own"), N_("FILE") },
    { "capture", 0, 0, G_OPTION_ARG_FILENAME, &capture, N_("New file that records what goes over the wire"), N_("FILE") },
    { "version", 'v', 0, G_OPTION_ARG_NONE, &version, N_("Print the version and exit"), NULL },
    { NULL }
  };
  g_autofree char *build_root = find_build_root ();
  g_autoptr(GOptionContext) context = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(DeskApplication) application = NULL;

  desk_standard_fds_hold ();
  signal (SIGPIPE, SIG_IGN); /* the reader of the log may go away */
  desk_secrets_keep_from_cores ();
  signal (SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk, not our end */
  /* A foreign theme lacks the colours that the marks of an order rest on: an unknown order must not turn invisible. */
  g_unsetenv ("GTK_THEME");
  set_up_language (build_root);

  context = g_option_context_new (NULL);
  g_option_context_set_summary (context, _("An order desk for Sierra Chart's DTC server."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("dtc-desk: %s\n", error->message);
      return 2;
    }
  if (argc > 1)
    {
      g_printerr (_("dtc-desk: “%s” is not an option; dtc-desk --help lists them.\n"), argv[1]);
      return 2;
    }
  if (version)
    {
      g_print ("dtc-desk %s\n", APP_VERSION);
      return 0;
    }
  if (!gtk_init_check ())
    {
      g_printerr ("%s\n", _("dtc-desk: there is no display here: start it inside a desktop session, or use dtcctl, "
                            "which needs none."));
      return 1;
    }

  g_set_prgname ("dtc-desk");
  g_set_application_name (_("DTC Desk"));
  gtk_window_set_default_icon_name (APP_ID);
  application = desk_application_new (profile, state, capture);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
