/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The journal against its reference: one bare single-row FULL commit of SQLite, in the same run and on the same disk.
 * Usage: bench-journal [FOLDER] */

#include "desk-journal-row.h"
#include "desk-state-manager.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#define N_SINGLE  2000
#define N_GROUPED 100000
#define N_RESTORE 300000

static guint64 durable;
static guint   restored;
static gboolean ended;

static void
on_committed (guint64       seq,
              gint64        commit_usec,
              const GError *error,
              gpointer      user_data)
{
  if (error != NULL)
    g_error ("%s", error->message);
  durable = seq;
}

static void
on_restored (const DeskRecord *record,
             const GError     *error,
             gpointer          user_data)
{
  if (error != NULL)
    g_error ("%s", error->message);
  if (record != NULL)
    restored++;
  else
    ended = TRUE;
}

static DeskRecord *
make_record (guint          number,
             DeskRecordKind kind)
{
  static const char wire[] =
    "{\"Type\":301,\"RequestID\":0,\"TotalNumMessages\":1,\"MessageNumber\":1,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\","
    "\"OrderStatus\":1,\"OrderUpdateReason\":2,\"OrderType\":2,\"BuySell\":\"BUY\",\"Quantity\":2,\"FilledQuantity\":0,"
    "\"RemainingQuantity\":2,\"AverageFillPrice\":0,\"Price1\":5000.25,\"TimeInForce\":\"DAY\",\"DateTime\":1793210400,"
    "\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"T7K2QX4A-0001-00000012-5B\"}";
  DeskRecord *record = desk_record_new (kind);

  record->epoch = 1;
  record->utc = 1793210400000000 + number;
  record->client_order_id = g_strdup_printf ("T7K2QX4-0001-%08u-5B", number / 4);
  record->server_order_id = g_strdup_printf ("%u", 8000 + number / 4);
  record->account = g_strdup ("SIM1");
  record->symbol = g_strdup ("ESZ6");
  record->tick = 0.25;
  record->multiplier = 1;
  record->wire = g_bytes_new (wire, sizeof wire);
  record->encoding = DTC_ENCODING_JSON;
  record->direction = DTC_TO_CLIENT;
  record->payload = g_strdup ("{\"status\":\"working\",\"reason\":\"accepted\"}");
  return record;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static void
report (const char *what,
        gint64     *times,
        guint       n,
        gint64     *p50)
{
  qsort (times, n, sizeof *times, compare_times);
  *p50 = times[n / 2];
  g_print ("%-46s p50 %6.1f us   p99 %7.1f us\n", what, (double) times[n / 2], (double) times[n * 99 / 100]);
}

static gint64
now_usec (void)
{
  return g_get_monotonic_time ();
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = argc > 1 ? g_build_filename (argv[1], "bench-journal-XXXXXX", NULL)
                                     : g_strdup ("bench-journal-XXXXXX");
  g_autofree char *bare_path = NULL, *path = NULL;
  g_autofree gint64 *bare = g_new (gint64, N_SINGLE), *ours = g_new (gint64, N_SINGLE);
  GMainContext *context = g_main_context_new ();
  DeskStateManager *manager;
  sqlite3 *db = NULL;
  sqlite3_stmt *insert = NULL;
  gint64 bare_p50, ours_p50, started, took;
  guint i;

  if (g_mkdtemp (folder) == NULL)
    g_error ("%s: no folder for the benchmark", folder);
  bare_path = g_build_filename (folder, "bare.sqlite", NULL);
  path = g_build_filename (folder, "state.sqlite", NULL);

  /* The reference and ours in turn, so that both see the same noise. */
  if (sqlite3_open (bare_path, &db) != SQLITE_OK
      || sqlite3_exec (db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                       "CREATE TABLE bare (seq INTEGER PRIMARY KEY, wire BLOB)", NULL, NULL, NULL) != SQLITE_OK
      || sqlite3_prepare_v2 (db, "INSERT INTO bare (wire) VALUES (zeroblob (420))", -1, &insert, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  manager = desk_state_manager_open (path, DESK_STATE_WRITER, &error);
  if (manager == NULL)
    g_error ("%s", error->message);
  desk_state_manager_set_completion (manager, context, on_committed, NULL);

  for (i = 0; i < N_SINGLE; i++)
    {
      DeskRecord *record = make_record (i, DESK_RECORD_INTENT);
      guint64 seq;

      started = now_usec ();
      sqlite3_step (insert);
      sqlite3_reset (insert);
      bare[i] = now_usec () - started;

      started = now_usec ();
      seq = desk_state_manager_append (manager, &record, 1, DESK_APPEND_NOW);
      while (durable < seq)
        g_main_context_iteration (context, TRUE);
      ours[i] = now_usec () - started;
    }
  report ("reference: bare single-row FULL commit", bare, N_SINGLE, &bare_p50);
  report ("append NOW until the completion has come", ours, N_SINGLE, &ours_p50);
  g_print ("%-46s %.2f x\n", "ratio of the p50", (double) ours_p50 / (double) bare_p50);
  sqlite3_finalize (insert);
  sqlite3_close (db);

  started = now_usec ();
  for (i = 0; i < N_GROUPED; i++)
    {
      DeskRecord *record = make_record (i, DESK_RECORD_EVENT);
      guint64 seq = desk_state_manager_append (manager, &record, 1, DESK_APPEND_GROUP);

      /* A server does not send more than a few hundred ahead of what it has seen taken. */
      while (seq > durable + 512)
        g_main_context_iteration (context, TRUE);
    }
  while (durable < N_SINGLE + N_GROUPED + 1)
    g_main_context_iteration (context, TRUE);
  took = now_usec () - started;
  g_print ("%-46s %.0f a second\n", "events in groups, 512 under way", N_GROUPED * 1e6 / (double) took);

  for (; i < N_RESTORE - N_SINGLE; i++)
    {
      DeskRecord *record = make_record (i, DESK_RECORD_EVENT);

      desk_state_manager_append (manager, &record, 1, DESK_APPEND_GROUP);
    }
  desk_state_manager_close (manager);

  started = now_usec ();
  manager = desk_state_manager_open (path, DESK_STATE_WRITER, &error);
  if (manager == NULL)
    g_error ("%s", error->message);
  desk_state_manager_set_completion (manager, context, on_committed, NULL);
  desk_state_manager_restore (manager, on_restored, NULL);
  while (!ended)
    g_main_context_iteration (context, TRUE);
  took = now_usec () - started;
  g_print ("%-46s %.0f ms (%.0f a second)\n", "open and restore 300 000 records, all hashes", (double) took / 1000,
           restored * 1e6 / (double) took);
  desk_state_manager_close (manager);
  g_main_context_unref (context);

  {
    static const char *const names[] = { "bare.sqlite", "bare.sqlite-wal", "bare.sqlite-shm", "state.sqlite",
                                         "state.sqlite-wal", "state.sqlite-shm", "state.sqlite.id", "state.sqlite.lock",
                                         "state.sqlite.emergency" };

    for (i = 0; i < G_N_ELEMENTS (names); i++)
      {
        g_autofree char *name = g_build_filename (folder, names[i], NULL);

        g_unlink (name);
      }
    g_rmdir (folder);
  }
  return 0;
}
