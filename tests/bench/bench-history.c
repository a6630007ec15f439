/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "history.h"

#include "desk-clock.h"
#include "desk-engine.h"
#include "desk-journal-row.h"
#include "desk-state-manager.h"

#include <glib/gstdio.h>
#include <time.h>

/* What a session does with 100 000 orders of history before it connects: open the state file, verify and fold every
 * record. Then "journal check" on it. Beside them: SQLite stepping through the same rows and columns.
 *
 *   bench-history [STATE-FILE]    a file that is there is taken as it is; one that is not is made, and kept */

#define N_ORDERS 100000

static gboolean ended;
static guint64 n_records;
static guint n_orders;
static DeskEngine *engine;

static guint64
append (gpointer     world,
        DeskRecord **records,
        guint        n,
        gboolean     now)
{
  for (guint i = 0; i < n; i++)
    desk_record_free (records[i]);
  return ++n_records;
}

static void
publish (gpointer   world,
         DeskEvent *event)
{
  if (event->kind == DESK_EVENT_ORDER)
    n_orders++;
  desk_event_free (event);
}

static gint64
utc (gpointer world)
{
  return desk_clock_utc ();
}

static gint64
boot (gpointer world)
{
  return desk_clock_boot ();
}

static void
committed_cb (guint64       seq,
              gint64        commit_usec,
              const GError *error,
              gpointer      user_data)
{
}

static void
restored_cb (const DeskRecord *record,
             const GError     *error,
             gpointer          user_data)
{
  if (error != NULL)
    g_error ("%s", error->message);
  if (record != NULL)
    {
      n_records++;
      desk_engine_restore (engine, record);
    }
  else
    ended = TRUE;
}

/* Milliseconds of a watch and of the processor, all threads: the second hardly knows what else the machine does. */
typedef struct
{
  double wall, processor;
} Cost;

static Cost
cost_now (void)
{
  struct timespec used;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used);
  return (Cost) { (double) desk_clock_mono () / 1e3, (double) used.tv_sec * 1e3 + (double) used.tv_nsec / 1e6 };
}

static Cost
cost_since (Cost begin)
{
  Cost now = cost_now ();

  return (Cost) { now.wall - begin.wall, now.processor - begin.processor };
}

static Cost
bare_scan (const char *path)
{
  Cost begin = cost_now ();
  sqlite3_stmt *stmt = NULL;
  sqlite3 *db = NULL;
  gint64 sum = 0;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK
      || sqlite3_prepare_v2 (db, "SELECT " DESK_JOURNAL_COLUMNS " FROM journal ORDER BY seq", -1, &stmt, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  while (sqlite3_step (stmt) == SQLITE_ROW)
    for (int i = 0; i < sqlite3_column_count (stmt); i++)
      sum += sqlite3_column_bytes (stmt, i);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  g_assert (sum > 0);
  return cost_since (begin);
}

int
main (int   argc,
      char *argv[])
{
  DeskWorld world = { .append = append, .publish = publish, .utc = utc, .boot = boot };
  DeskEngineConfig config = { .numbering = DTC_NUMBERING_DTC };
  g_autofree char *folder = g_dir_make_tmp ("bench-history-XXXXXX", NULL);
  g_autofree char *path = argc > 1 ? g_strdup (argv[1]) : g_build_filename (folder, "state.sqlite", NULL);
  g_autoptr (DeskLimits) limits = desk_limits_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  GMainContext *context = g_main_context_new ();
  DeskStateManager *manager;
  DeskJournalCheck check = { 0 };
  Cost begin, bare, fold, checked;
  const char *name;
  GStatBuf info;

  begin = cost_now ();
  if (argc <= 1 || !g_file_test (path, G_FILE_TEST_EXISTS))
    history_write (path, N_ORDERS);
  g_stat (path, &info);
  g_print ("%-44s %8.0f ms (%.0f MB)\n", "100 000 orders through engine and journal",
           cost_since (begin).wall, (double) info.st_size / 1e6);
  bare_scan (path); /* into the cache of the kernel, for everyone */
  bare = bare_scan (path);

  config.limits = limits;
  engine = desk_engine_new (&config, &world, NULL);
  begin = cost_now ();
  manager = desk_state_manager_open (path, DESK_STATE_WRITER, &error);
  if (manager == NULL)
    g_error ("%s", error->message);
  desk_state_manager_set_completion (manager, context, committed_cb, NULL);
  desk_state_manager_restore (manager, restored_cb, NULL);
  while (!ended)
    g_main_context_iteration (context, TRUE);
  desk_engine_restored (engine, desk_clock_mono ());
  fold = cost_since (begin);
  g_print ("%-44s %8.0f ms, %6.0f ms of processor (%" G_GUINT64_FORMAT " records, %u orders shown)\n", "open, verify and fold them",
           fold.wall, fold.processor, n_records, n_orders);
  desk_engine_free (engine);
  desk_state_manager_close (manager);

  begin = cost_now ();
  if (!desk_journal_check (path, &check, &error))
    g_error ("%s", error->message);
  checked = cost_since (begin);
  g_print ("%-44s %8.0f ms, %6.0f ms of processor (%s)\n", "journal check", checked.wall, checked.processor,
           check.ok ? "clean" : check.text);
  g_print ("%-44s %8.0f ms, %6.0f ms of processor\n", "reference: SQLite steps through the same rows", bare.wall, bare.processor);
  g_print ("%-44s fold %.1f times, check %.1f times the reference; of processor %.1f and %.1f\n", "", fold.wall / bare.wall,
           checked.wall / bare.wall, fold.processor / bare.processor, checked.processor / bare.processor);
  g_free (check.text);
  g_main_context_unref (context);

  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);

      g_unlink (file);
    }
  g_rmdir (folder);
  return check.ok && n_orders > 0 ? 0 : 1;
}
