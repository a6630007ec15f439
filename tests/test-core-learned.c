/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "desk-clock.h"
#include "desk-learned.h"
#include "desk-simulator.h"
#include "desk-types.h"

static char *home;

static gboolean
is_known (const char *host,
          guint16     port)
{
  return desk_learned_get (host, port).known;
}

static void
test_remember (void)
{
  static const DtcLearned nothing = { 0 };
  static const DtcEncodingKind encodings[] = { DTC_ENCODING_BINARY, DTC_ENCODING_BINARY_VLS, DTC_ENCODING_JSON,
                                               DTC_ENCODING_JSON_COMPACT };
  DtcLearned plain = { TRUE, FALSE, DTC_ENCODING_JSON };
  g_autofree char *path = g_build_filename (home, "dtc-desk", "learned-encodings.ini", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  GStatBuf info;

  g_assert_false (is_known ("host.example", 11099));
  desk_learned_set ("host.example", 11099, &nothing);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  for (guint i = 0; i < 2 * G_N_ELEMENTS (encodings); i++)
    {
      DtcLearned lesson = { TRUE, (int) (i % 2), encodings[i / 2] };
      DtcLearned kept;

      desk_learned_set ("host.example", 11099, &lesson);
      kept = desk_learned_get ("host.example", 11099);
      g_assert_true (kept.known);
      g_assert_cmpint (kept.handshake, ==, lesson.handshake);
      g_assert_cmpint (kept.encoding, ==, lesson.encoding);
    }
  g_assert_false (is_known ("host.example", 11098));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0700);

  /* A host may be typed with anything. */
  desk_learned_set ("[::1]=#\n[x]", 1, &plain);
  g_assert_true (is_known ("[::1]=#\n[x]", 1));
  desk_learned_set ("host.example", 11099, &nothing);
  g_assert_false (is_known ("host.example", 11099));
  g_assert_true (is_known ("[::1]=#\n[x]", 1));

  /* A hint that does not parse is none. */
  g_assert_true (g_file_set_contents (path, "\x01 no key file", -1, NULL));
  g_assert_false (is_known ("[::1]=#\n[x]", 1));
  desk_learned_set ("host.example", 11099, &plain);
  g_assert_true (is_known ("host.example", 11099));
  for (guint i = 0; i < 6; i++)
    {
      static const char *const bad[] = { "plain", "plain ", "plain gibberish", "handshakejson", "perhaps json", " json" };
      g_autoptr (GKeyFile) file = g_key_file_new ();
      g_auto (GStrv) keys = NULL;

      g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
      keys = g_key_file_get_keys (file, "servers", NULL, NULL);
      g_key_file_set_string (file, "servers", keys[0], bad[i]);
      g_assert_true (g_key_file_save_to_file (file, path, NULL));
      g_assert_false (is_known ("host.example", 11099));
    }
}

static void
test_find (void)
{
  g_autofree char *path = desk_simulator_port_path ("some-profile");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *ours = g_strdup_printf ("40123\n%d\n", (int) getpid ());
  static const char *const bad[] = { "", "0\n1\n", "70000\n1\n", "40123\n", "40123\n0\n", "x\ny\n", "40123\n4194303999\n" };

  g_mkdir_with_parents (folder, 0700);
  for (guint i = 0; i <= G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      if (i > 0)
        g_assert_true (g_file_set_contents (path, bad[i - 1], -1, NULL));
      g_assert_cmpuint (desk_simulator_find ("some-profile", &error), ==, 0);
      g_assert_error (error, DESK_ERROR, DESK_ERROR_SIMULATOR);
      g_assert_nonnull (strstr (error->message, "start dtc-desk or use --start-simulator"));
    }
  g_assert_true (g_file_set_contents (path, ours, -1, NULL));
  g_assert_cmpuint (desk_simulator_find ("some-profile", NULL), ==, 40123);
}

/* TZ is UTC in the tests. */
static void
test_midnight (void)
{
  const gint64 day = 24 * 3600 * (gint64) G_USEC_PER_SEC;

  g_assert_cmpint (desk_clock_local_midnight (0), ==, 0);
  g_assert_cmpint (desk_clock_local_midnight (1), ==, 0);
  g_assert_cmpint (desk_clock_local_midnight (day - 1), ==, 0);
  g_assert_cmpint (desk_clock_local_midnight (day), ==, day);
  g_assert_cmpint (desk_clock_local_midnight (20000 * day + 12345), ==, 20000 * day);
  g_assert_cmpint (desk_clock_mono (), <=, desk_clock_mono ());
  g_assert_cmpint (desk_clock_boot (), <=, desk_clock_boot ());
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *file = NULL;
  g_autofree char *folder = NULL;
  int status;

  home = g_dir_make_tmp ("desk-learned-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", home, TRUE);
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_setenv ("TZ", "UTC", TRUE);
  tzset ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/learned/remember", test_remember);
  g_test_add_func ("/core/learned/find", test_find);
  g_test_add_func ("/core/learned/midnight", test_midnight);
  status = g_test_run ();
  folder = g_build_filename (home, "dtc-desk", NULL);
  file = g_build_filename (folder, "learned-encodings.ini", NULL);
  g_unlink (file);
  g_clear_pointer (&file, g_free);
  file = desk_simulator_port_path ("some-profile");
  g_unlink (file);
  g_rmdir (folder);
  g_rmdir (home);
  g_free (home);
  return status;
}
