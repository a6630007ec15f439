/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "first-frame.h"
#include "history.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>

/* From the start of dtc-desk to its first frame and to a live link, with an empty state file and with 100 000 orders
 * in it, the built-in simulator at the other end; beside it the least Adwaita window. All are seen from outside: the
 * X server says what was drawn, the journal when the link was live, the kernel what memory is held.
 *
 *   bench-start DTC-DESK HELLO-WINDOW [RUNS [STATE-FILE]]    a file with the orders that is there is taken, and grows by
 *                                                           what the starts write; one that is not is made, and kept */

#define N_ORDERS 100000
#define LIVE_MS  60000
#define REST_MS  30000
#define REST_KIB 512   /* what is at rest does not grow by more in a second */
#define RUNS_MAX 25

typedef struct
{
  gint64 values[RUNS_MAX];
  guint  n;
} Samples;

typedef struct
{
  const char *name;
  Samples     frame, folded, live, stall, memory;
} Subject;

static gint64
median (Samples *samples)
{
  for (guint i = 1; i < samples->n; i++)
    for (guint j = i; j > 0 && samples->values[j] < samples->values[j - 1]; j--)
      {
        gint64 value = samples->values[j];

        samples->values[j] = samples->values[j - 1];
        samples->values[j - 1] = value;
      }
  return samples->n > 0 ? samples->values[samples->n / 2] : 0;
}

static void
add (Samples *samples,
     gint64   value)
{
  samples->values[samples->n++] = value;
}

static gint64
resident_kib (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (line = strstr (text, "VmRSS:")) == NULL)
    return 0;
  return g_ascii_strtoll (line + strlen ("VmRSS:"), NULL, 10);
}

/* Once the desk is at rest: a busy machine only takes longer to get there. */
static gint64
resident_at_rest (FirstFrame *display,
                  const char *pid)
{
  gint64 end = g_get_monotonic_time () + REST_MS * 1000;
  gint64 before = 0, now = resident_kib (pid);

  while (ABS (now - before) > REST_KIB && g_get_monotonic_time () < end)
    {
      before = now;
      first_frame_ping (display, 1000);
      now = resident_kib (pid);
    }
  return now;
}

/* The first number of @sql's answer, or 0. A file that is not there yet, or is being written, answers later. */
static gint64
ask_journal (const char *path,
             const char *sql,
             gint64      after)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  gint64 answer = 0;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
      && sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) == SQLITE_OK)
    {
      sqlite3_bind_int64 (stmt, 1, after);
      if (sqlite3_step (stmt) == SQLITE_ROW)
        answer = sqlite3_column_int64 (stmt, 0);
    }
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return answer;
}

static GSubprocess *
start (const char *const *argv,
       const char         *folder)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_setenv (launcher, "XDG_STATE_HOME", folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", folder, TRUE);
  /* No bus: a second program of the same name would be the same program. */
  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  if (process == NULL)
    g_error ("%s", error->message);
  return process;
}

static void
measure (FirstFrame         *display,
         Subject            *subject,
         const char *const  *argv,
         const char         *folder,
         const char         *state)
{
  gint64 last = state != NULL ? ask_journal (state, "SELECT max(seq) + ?1 FROM journal", 0) : 0;
  g_autoptr (GSubprocess) process = NULL;
  gint64 began, frame, live = 0, stall = 0, end;

  first_frame_reset (display);
  began = g_get_monotonic_time ();
  process = start (argv, folder);
  frame = first_frame_wait (display, 30000);
  if (frame == 0)
    g_error ("%s: no frame within 30 s", subject->name);
  add (&subject->frame, frame - began);

  end = began + LIVE_MS * 1000;
  while (state != NULL && live == 0 && g_get_monotonic_time () < end)
    {
      first_frame_ping (display, 50);
      live = ask_journal (state, "SELECT mono FROM journal WHERE seq > ?1 AND kind = 2 AND payload LIKE '%\"live\"%'", last);
    }
  if (state != NULL && live == 0)
    g_error ("%s: the link was not live within %d s", subject->name, LIVE_MS / 1000);
  stall = first_frame_ping (display, 1000);
  if (state != NULL)
    {
      add (&subject->folded, ask_journal (state, "SELECT mono FROM journal WHERE seq > ?1 AND kind = 2", last) - began);
      add (&subject->live, live - began);
    }
  add (&subject->stall, stall);
  add (&subject->memory, resident_at_rest (display, g_subprocess_get_identifier (process)));
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
}

static void
report (Subject *subject)
{
  g_print ("%-36s first frame %4" G_GINT64_FORMAT " ms", subject->name, median (&subject->frame) / 1000);
  if (subject->live.n > 0)
    g_print (", history folded %5" G_GINT64_FORMAT " ms, link live %5" G_GINT64_FORMAT " ms",
             median (&subject->folded) / 1000, median (&subject->live) / 1000);
  g_print (", longest stall of the window %3" G_GINT64_FORMAT " ms, resident %" G_GINT64_FORMAT " MB\n",
           median (&subject->stall) / 1000, median (&subject->memory) / 1024);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("bench-start-XXXXXX", NULL);
  g_autofree char *history = NULL;
  Subject hello = { .name = "reference: least Adwaita window" };
  Subject empty = { .name = "dtc-desk, empty state file" };
  Subject full = { .name = "dtc-desk, 100 000 orders" };
  FirstFrame *display;
  guint runs;

  if (argc < 3)
    g_error ("usage: bench-start DTC-DESK HELLO-WINDOW [RUNS [STATE-FILE]]");
  runs = argc > 3 ? (guint) CLAMP (atoi (argv[3]), 1, RUNS_MAX) : 5;
  history = argc > 4 ? g_strdup (argv[4]) : g_build_filename (folder, "history.sqlite", NULL);
  if (!g_file_test (history, G_FILE_TEST_EXISTS))
    history_write (history, N_ORDERS);
  display = first_frame_new ();
  for (guint i = 0; i < runs; i++)
    {
      g_autofree char *name = g_strdup_printf ("empty-%u.sqlite", i);
      g_autofree char *fresh = g_build_filename (folder, name, NULL);
      const char *const start_hello[] = { argv[2], NULL };
      const char *const start_empty[] = { argv[1], "--state", fresh, NULL };
      const char *const start_full[] = { argv[1], "--state", history, NULL };

      measure (display, &hello, start_hello, folder, NULL);
      measure (display, &empty, start_empty, folder, fresh);
      measure (display, &full, start_full, folder, history);
    }
  report (&hello);
  report (&empty);
  report (&full);
  g_print ("%-36s %.1f times the reference's first frame (expected: at most 400 ms)\n", "",
           (double) median (&full.frame) / (double) median (&hello.frame));
  first_frame_free (display);
  remove_tree (folder);
  return 0;
}
