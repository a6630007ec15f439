/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "live.h"

#include "desk-clock.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>

/* From the click (desk_session_send) to the order's bytes at the other end of a loopback connection, with its intent
 * durable before the first byte; beside it one bare single-row commit with synchronous=FULL on the same disk. The
 * server is a dtc-sim; the relay between us and it looks at the clock. */

#define N_ORDERS LIVE_SUBMITS

static int
compare (const void *a,
         const void *b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static gint64
report (const char *name,
        gint64     *samples)
{
  qsort (samples, N_ORDERS, sizeof samples[0], compare);
  g_print ("%-44s p50 %6" G_GINT64_FORMAT " us   p99 %6" G_GINT64_FORMAT " us\n", name, samples[N_ORDERS / 2],
           samples[N_ORDERS * 99 / 100]);
  return samples[N_ORDERS / 2];
}

static sqlite3 *
bare_open (const char *path)
{
  sqlite3 *db = NULL;

  if (sqlite3_open (path, &db) != SQLITE_OK
      || sqlite3_exec (db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(a INTEGER PRIMARY KEY, "
                           "b TEXT);", NULL, NULL, NULL) != SQLITE_OK)
    g_error ("bare database: %s", sqlite3_errmsg (db));
  return db;
}

static gint64
bare_commit (sqlite3 *db)
{
  gint64 begin = desk_clock_mono ();

  if (sqlite3_exec (db, "INSERT INTO t(b) VALUES('one row of about the size that an intent has, and no more than that');",
                    NULL, NULL, NULL) != SQLITE_OK)
    g_error ("bare commit: %s", sqlite3_errmsg (db));
  return desk_clock_mono () - begin;
}

typedef struct
{
  DeskSession *session;
  guint        position;
} Wanted;

static gboolean
is_working (gpointer data)
{
  Wanted *wanted = data;
  g_autoptr (DeskOrder) row = g_list_model_get_item (desk_session_get_orders (wanted->session), wanted->position);

  return row != NULL && desk_order_get_state (row)->status == DESK_STATUS_WORKING;
}

int
main (int   argc,
      char *argv[])
{
  static const char *const sim[] = { "--speed", "0", NULL };
  static const char *const watch[] = { "ESZ6", NULL };
  const LiveOptions options = { sim, watch, 0 };
  g_autofree char *folder = g_dir_make_tmp ("desk-click-XXXXXX", NULL);
  g_autofree char *bare_path = g_build_filename (folder, "bare.sqlite", NULL);
  gint64 clicked[N_ORDERS], took[N_ORDERS], bare[N_ORDERS], p50, bare_p50;
  sqlite3 *db = bare_open (bare_path);
  Live *live = live_new (argv[0], &options);

  live_start (live);
  for (guint i = 0; i < N_ORDERS; i++)
    {
      Wanted wanted = { live_get_session (live), i };

      clicked[i] = desk_clock_mono ();
      live_send (live, "buy 1 ESZ6 limit 4000");
      live_until ("the order", is_working, &wanted);
      bare[i] = bare_commit (db);
    }
  for (guint i = 0; i < N_ORDERS; i++)
    took[i] = live_submitted (live, i) - clicked[i];
  p50 = report ("click to durable to the other end", took);
  bare_p50 = report ("reference: one bare FULL commit", bare);
  g_print ("%-44s     %6.2f times the reference's p50 (expected: at most 2)\n", "", (double) p50 / (double) bare_p50);

  live_stop (live);
  live_free (live);
  sqlite3_close (db);
  g_unlink (bare_path);
  g_rmdir (folder);
  return 0;
}
