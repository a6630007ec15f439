/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-emergency.h"
#include "desk-journal-row.h"
#include "desk-state-files.h"
#include "state-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

static char *
slurp (const char *path,
       gsize      *len)
{
  g_autoptr (GError) error = NULL;
  char *content = NULL;

  g_file_get_contents (path, &content, len, &error);
  g_assert_no_error (error);
  return content;
}

static void
spill (const char *path,
       const char *content,
       gsize       len)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, content, (gssize) len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static void
put_be32 (char    *at,
          guint32  value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, sizeof value);
}

static void
test_refused_untouched (StateFixture *fixture,
                        gconstpointer data)
{
  g_autofree char *good = NULL;
  gsize len;
  guint i;

  state_write_history (fixture, 0, 20);
  good = slurp (fixture->path, &len);

  for (i = 0; i < 7; i++)
    {
      g_autofree char *bad = g_memdup2 (good, len);
      g_autofree char *after = NULL;
      gsize bad_len = len, after_len;
      DeskError code = DESK_ERROR_CORRUPT;

      switch (i)
        {
        case 0: put_be32 (bad + 60, DESK_JOURNAL_SCHEMA + 1); code = DESK_ERROR_NEWER; break;
        case 1: put_be32 (bad + 68, 0x12345678); break;
        case 2: memcpy (bad, "GIF89a", 6); break;
        case 3: bad_len = 99; break;
        case 4: bad_len = 0; break;
        case 5: bad_len = 100; break;
        default: memset (bad + 100, 0, len - 100); break;
        }
      spill (fixture->path, bad, bad_len);
      state_refuse (fixture, DESK_STATE_WRITER, code);
      state_refuse (fixture, DESK_STATE_READER, code);
      after = slurp (fixture->path, &after_len);
      g_assert_cmpmem (after, after_len, bad, bad_len);
    }

  /* Whole again, it works again. */
  spill (fixture->path, good, len);
  state_write_history (fixture, 20, 1);
  state_assert_check (fixture, TRUE, NULL);
}

static void
test_read_only_folder (StateFixture *fixture,
                       gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  int status = 0;
  pid_t child;

  state_write_history (fixture, 0, 5);
  child = fork ();
  if (child == 0)
    {
      GError *error = NULL;
      guint n = 0;

      /* Root ignores permissions. */
      if (geteuid () == 0
          && (chown (fixture->folder, 12345, 12345) != 0 || chown (folder, 12345, 12345) != 0
              || chown (fixture->path, 12345, 12345) != 0 || setgid (12345) != 0 || setuid (12345) != 0))
        _exit (10);
      if (g_chmod (fixture->path, 0400) != 0 || g_chmod (folder, 0500) != 0)
        _exit (11);
      if (desk_state_manager_open (fixture->path, DESK_STATE_WRITER, &error) != NULL
          || !g_error_matches (error, DESK_ERROR, DESK_ERROR_STORAGE))
        _exit (12);
      g_clear_error (&error);
      if (!desk_journal_foreach (fixture->path, NULL, state_count_record, &n, &error) || n != 7)
        {
          g_printerr ("%s\n", error != NULL ? error->message : "wrong number");
          _exit (13);
        }
      if (g_chmod (folder, 0700) != 0)
        _exit (14);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

/* A database file that may grow no further: what a full disk does. */
static void
test_full_disk (StateFixture *fixture,
                gconstpointer data)
{
  DeskStateManager *manager;
  int status = 0, pipe_fds[2];
  guint64 told = 0;
  pid_t child;

  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      struct rlimit limit = { 200 * 1024, 200 * 1024 };
      DeskStateManager *writer = state_open (fixture, DESK_STATE_WRITER);
      guint64 seq = 0, failed_at;
      guint i;

      signal (SIGXFSZ, SIG_IGN);
      if (setrlimit (RLIMIT_FSIZE, &limit) != 0)
        _exit (10);
      for (i = 0; i < 5000 && fixture->failure == NULL; i++)
        {
          seq = state_append_one (writer, i, DESK_APPEND_NOW);
          state_wait_durable (fixture, seq);
        }
      if (fixture->failure == NULL || !g_error_matches (fixture->failure, DESK_ERROR, DESK_ERROR_STORAGE))
        _exit (11);
      if (fixture->durable >= seq)
        _exit (12);
      /* Room again: the latch stays, and says it once. */
      failed_at = fixture->durable;
      limit.rlim_cur = limit.rlim_max;
      state_append_one (writer, i, DESK_APPEND_NOW);
      state_append_one (writer, i + 1, DESK_APPEND_GROUP);
      for (i = 0; i < 50; i++)
        {
          g_main_context_iteration (fixture->context, FALSE);
          g_usleep (1000);
        }
      if (fixture->n_failures != 1 || fixture->durable != failed_at)
        _exit (13);
      if (!g_file_test (fixture->path, G_FILE_TEST_EXISTS))
        _exit (15);
      desk_state_manager_close (writer);
      if (write (pipe_fds[1], &failed_at, sizeof failed_at) != sizeof failed_at)
        _exit (14);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  g_assert_cmpint (read (pipe_fds[0], &told, sizeof told), ==, sizeof told);
  close (pipe_fds[0]);
  close (pipe_fds[1]);
  g_assert_cmpuint (told, >, 10);

  manager = state_open (fixture, DESK_STATE_WRITER);
  g_assert_true (desk_state_manager_was_unclean (manager));
  state_restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  /* The one that failed and the two after it come from the emergency file, and are taken in once. */
  state_assert_restored (fixture, (guint) told + 2);
  desk_state_manager_close (manager);
  manager = state_open (fixture, DESK_STATE_WRITER);
  state_restore (fixture, manager);
  state_assert_restored (fixture, (guint) told + 2);
  desk_state_manager_close (manager);
  state_assert_check (fixture, TRUE, NULL);
}

static DeskEmergency *
open_emergency (StateFixture *fixture,
                guint         expected)
{
  DeskEmergency *emergency = desk_emergency_open (fixture->folder);
  g_autoptr (GPtrArray) records = NULL;
  char mark[65];
  guint i;

  g_assert_nonnull (emergency);
  records = desk_emergency_read (emergency, mark);
  g_assert_cmpuint (records->len, ==, expected);
  g_assert_cmpuint (strlen (mark), ==, expected > 0 ? 64 : 0);
  for (i = 0; i < expected; i++)
    {
      g_autoptr (DeskRecord) record = state_make_record (i);

      g_assert_cmpstr (((DeskRecord *) g_ptr_array_index (records, i))->payload, ==, record->payload);
    }
  return emergency;
}

/* Entries come back whole; one that is cut or changed ends the list; a cleared file stays empty whatever stood in it. */
static void
test_emergency (StateFixture *fixture,
                gconstpointer data)
{
  g_autofree char *name = g_strconcat (fixture->folder, ".emergency", NULL);
  g_autofree char *good = NULL;
  DeskEmergency *emergency = open_emergency (fixture, 0);
  gsize len;
  guint i, fitted = 0;

  for (i = 0; i < 6; i++)
    {
      g_autoptr (DeskRecord) record = state_make_record (i);

      g_assert_true (desk_emergency_append (emergency, &record, 1, i == 5));
    }
  desk_emergency_close (emergency);
  good = slurp (name, &len);
  g_assert_cmpuint (len, ==, 1024 * 1024);

  emergency = open_emergency (fixture, 6);
  desk_emergency_clear (emergency);
  {
    g_autoptr (DeskRecord) record = state_make_record (0);

    g_assert_true (desk_emergency_append (emergency, &record, 1, TRUE));
  }
  desk_emergency_close (emergency);
  desk_emergency_close (open_emergency (fixture, 1));

  /* Each byte of the third entry changed: two are left. */
  for (i = 0; i < 250; i += 7)
    {
      g_autofree char *bad = g_memdup2 (good, len);
      const char *third = memmem (bad + 8, len - 8, "DTCDESK", 7);

      third = memmem (third + 8, 1000, "DTCDESK", 7);
      bad[third - bad + i] ^= 0x20;
      spill (name, bad, len);
      desk_emergency_close (open_emergency (fixture, 2));
      desk_emergency_close (open_emergency (fixture, 2));
    }

  /* When events have used their half, intents still fit. */
  spill (name, good, len);
  emergency = open_emergency (fixture, 6);
  for (i = 1; i < 100000; i += 3)
    {
      g_autoptr (DeskRecord) record = state_make_record (i);

      if (!desk_emergency_append (emergency, &record, 1, FALSE))
        break;
      fitted++;
    }
  g_assert_cmpuint (fitted, >, 1000);
  g_assert_cmpuint (fitted, <, 5000);
  for (i = 0; i < 1000; i++)
    {
      g_autoptr (DeskRecord) record = state_make_record (0);

      g_assert_true (desk_emergency_append (emergency, &record, 1, FALSE));
    }
  desk_emergency_close (emergency);
  g_unlink (name);
}

/* Killed after the journal had it and before the file was cleared: it is not taken in twice. */
static void
test_emergency_once (StateFixture *fixture,
                     gconstpointer data)
{
  g_autofree char *name = g_strconcat (fixture->path, ".emergency", NULL);
  g_autofree char *content = NULL;
  DeskEmergency *emergency;
  DeskStateManager *manager;
  gsize len;
  guint i;

  state_write_history (fixture, 0, 5);
  emergency = desk_emergency_open (fixture->path);
  for (i = 5; i < 8; i++)
    {
      g_autoptr (DeskRecord) record = state_make_record (i);

      g_assert_true (desk_emergency_append (emergency, &record, 1, TRUE));
    }
  desk_emergency_close (emergency);
  content = slurp (name, &len);

  manager = state_open (fixture, DESK_STATE_WRITER);
  state_restore (fixture, manager);
  state_assert_restored (fixture, 8);
  state_wait_durable (fixture, 1);
  desk_state_manager_close (manager);
  /* The closing record would tell; a killed process has written none. */
  {
    sqlite3 *db = NULL;

    g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (db, "DROP TRIGGER journal_no_delete; DELETE FROM journal WHERE seq = "
                                   "(SELECT max (seq) FROM journal);", NULL, NULL, NULL), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  }
  spill (name, content, len);
  manager = state_open (fixture, DESK_STATE_WRITER);
  state_restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  state_assert_restored (fixture, 8);
  desk_state_manager_close (manager);
}

/* --- Damage --- */

/* After a damaged history nothing can be appended, and the file is not touched further. */
static void
test_tampered (StateFixture *fixture,
               gconstpointer data)
{
  static const char *const crimes[] = {
    "UPDATE journal SET symbol = 'NQZ6' WHERE seq = 10",
    "UPDATE journal SET wire = x'00' WHERE seq = 10",
    "UPDATE journal SET client_order_id = NULL WHERE seq = 10",
    "UPDATE journal SET hash = zeroblob (32) WHERE seq = 10",
    "UPDATE journal SET hash = x'00' WHERE seq = 10",
    "DELETE FROM journal WHERE seq = 10",
    "UPDATE journal SET tick = 0.5 WHERE seq = 10",
  };
  g_autofree char *good = NULL;
  gsize len;
  guint i;

  state_write_history (fixture, 0, 20);
  good = slurp (fixture->path, &len);
  for (i = 0; i < G_N_ELEMENTS (crimes); i++)
    {
      g_autofree char *before = NULL, *after = NULL;
      gsize before_len, after_len;
      DeskStateManager *manager;
      sqlite3 *db = NULL;

      spill (fixture->path, good, len);
      g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
      g_assert_cmpint (sqlite3_exec (db, "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;", NULL, NULL,
                                     NULL), ==, SQLITE_OK);
      g_assert_cmpint (sqlite3_exec (db, crimes[i], NULL, NULL, NULL), ==, SQLITE_OK);
      g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);

      state_assert_check (fixture, FALSE, "record 10 ");
      before = slurp (fixture->path, &before_len);
      manager = state_open (fixture, DESK_STATE_WRITER);
      state_restore (fixture, manager);
      g_assert_error (fixture->damage, DESK_ERROR, DESK_ERROR_CORRUPT);
      g_assert_nonnull (strstr (fixture->damage->message, "record 10 "));
      g_assert_cmpuint (fixture->restored->len, ==, 9);
      state_append_one (manager, 99, DESK_APPEND_NOW);
      while (fixture->failure == NULL)
        g_main_context_iteration (fixture->context, TRUE);
      g_assert_error (fixture->failure, DESK_ERROR, DESK_ERROR_CORRUPT);
      desk_state_manager_close (manager);
      g_clear_error (&fixture->failure);
      fixture->n_failures = 0;
      after = slurp (fixture->path, &after_len);
      g_assert_cmpmem (after, after_len, before, before_len);
    }
}

/* A tail cut off is seen by FILE.id: the instance record that it names is gone. */
static void
test_check_tail (StateFixture *fixture,
                 gconstpointer data)
{
  sqlite3 *db = NULL;

  state_write_history (fixture, 0, 20);
  state_assert_check (fixture, TRUE, NULL);
  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "DROP TRIGGER journal_no_delete; DELETE FROM journal WHERE seq > 15;"
                                 "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT 1; END;"
                                 "CREATE TABLE more (x INTEGER);", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  state_assert_check (fixture, FALSE, "does not belong to this file");
  state_assert_check (fixture, FALSE, "that are not ours");
}

static DeskRecord *
make_filled (void)
{
  static const char wire[] =
    "{\"Type\":301,\"RequestID\":0,\"TotalNumMessages\":1,\"MessageNumber\":1,\"Symbol\":\"ESZ6\",\"ServerOrderID\":\"8841\","
    "\"TradeAccount\":\"SIM1\",\"OrderStatus\":7,\"OrderUpdateReason\":4,\"OrderType\":1,\"BuySell\":2,\"OrderQuantity\":2,"
    "\"FilledQuantity\":2,\"RemainingQuantity\":0,\"AverageFillPrice\":5000.25,\"LastFillPrice\":5000.25,"
    "\"LastFillQuantity\":2,\"LastFillExecutionID\":\"X1\"}";
  DeskRecord *record = desk_record_new (DESK_RECORD_EVENT);

  record->epoch = 1;
  record->server_order_id = g_strdup ("8841");
  record->account = g_strdup ("SIM1");
  record->symbol = g_strdup ("ESZ6");
  record->tick = 0.25;
  record->multiplier = 1;
  record->wire = g_bytes_new (wire, sizeof wire - 1);
  record->encoding = DTC_ENCODING_JSON;
  record->numbering = DTC_NUMBERING_DTC;
  record->direction = DTC_TO_CLIENT;
  return record;
}

static DeskRecord *
make_fill (const char *payload)
{
  DeskRecord *record = desk_record_new (DESK_RECORD_FILL);

  record->epoch = 1;
  record->payload = g_strdup (payload);
  return record;
}

/* A booked fill that no message explains, and a message whose fill was not booked, are both found. */
static void
test_check_bookings (StateFixture *fixture,
                     gconstpointer data)
{
  static const char good[] = "{\"execution_id\":\"X1\",\"side\":\"sell\",\"quantity\":2}";
  static const struct
  {
    const char *fill, *second, *says;
  } cases[] = {
    { good, NULL, NULL },
    { NULL, NULL, "was not booked" },
    { good, good, "no message before it explains" },
    { "{\"execution_id\":\"X2\",\"side\":\"sell\",\"quantity\":2}", NULL, "the messages say X1 of -2" },
    { "{\"execution_id\":\"X1\",\"side\":\"buy\",\"quantity\":2}", NULL, "the messages say X1 of -2" },
    { "{\"execution_id\":\"X1\",\"side\":\"sell\",\"quantity\":1}", NULL, "the messages say X1 of -2" },
    { "no json", NULL, "the messages say X1 of -2" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *beside = g_strconcat (fixture->path, ".id", NULL);
      DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
      DeskRecord *records[3] = { make_filled (), NULL, NULL };
      guint n = 1;

      if (cases[i].fill != NULL)
        records[n++] = make_fill (cases[i].fill);
      if (cases[i].second != NULL)
        records[n++] = make_fill (cases[i].second);
      state_wait_durable (fixture, desk_state_manager_append (manager, records, n, DESK_APPEND_NOW));
      desk_state_manager_close (manager);
      state_assert_check (fixture, cases[i].says == NULL, cases[i].says);
      g_unlink (fixture->path);
      g_unlink (beside);
    }
}

/* Whatever bit flips and wherever the file ends: either somebody says so, or the records are the same as before. */
static void
test_bit_flips (StateFixture *fixture,
                gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261121);
  g_autofree char *good = NULL;
  guint i, detected = 0;
  gsize len;

  state_write_history (fixture, 0, 60);
  good = slurp (fixture->path, &len);

  for (i = 0; i < 400; i++)
    {
      g_autofree char *bad = g_memdup2 (good, len);
      g_autoptr (GError) error = NULL;
      DeskStateManager *manager;
      gsize bad_len = len;
      gsize at = i < 150 ? i : (gsize) g_rand_int_range (rand, 0, (gint32) len);

      if (i < 300)
        bad[at] = (char) (bad[at] ^ 1 << g_rand_int_range (rand, 0, 8));
      else if (i < 350)
        bad_len = at;
      else
        memset (bad + at, 0, MIN (4096, len - at));
      if (memcmp (bad, good, bad_len) == 0 && bad_len == len)
        continue;
      spill (fixture->path, bad, bad_len);

      manager = desk_state_manager_open (fixture->path, DESK_STATE_READER, &error);
      if (manager == NULL)
        {
          g_assert_true (error->domain == DESK_ERROR);
          detected++;
          continue;
        }
      desk_state_manager_set_completion (manager, fixture->context, state_on_committed, fixture);
      state_restore (fixture, manager);
      desk_state_manager_close (manager);
      if (fixture->damage != NULL)
        detected++;
      else
        state_assert_restored (fixture, 60);
    }
  g_assert_cmpuint (detected, >, 100);
}

/* What a crash leaves is mostly in the log, whose frames SQLite reads up to the first that does not fit: a bit flipped
 * there, an end that is missing, a log that is gone or an old one take durable records away, and that is said. */
static void
test_hot_log (StateFixture *fixture,
              gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal", ".id", ".head" };
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
  g_autofree char *copy = g_strconcat (fixture->path, ".copy", NULL), *old_log = NULL;
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL), *copy_log = g_strconcat (copy, "-wal", NULL);
  g_autofree char *index = g_strconcat (copy, "-shm", NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261130);
  char *whole[G_N_ELEMENTS (suffixes)];
  gsize lens[G_N_ELEMENTS (suffixes)], old_len;
  guint i, k, told = 0;
  guint64 seq = 0;

  state_restore (fixture, manager);
  for (i = 0; i < 60; i++)
    {
      seq = state_append_one (manager, i, DESK_APPEND_NOW);
      state_wait_durable (fixture, seq);
      if (i == 30)
        old_log = slurp (log, &old_len);
    }
  g_assert_no_error (fixture->failure);
  for (k = 0; k < G_N_ELEMENTS (suffixes); k++)
    {
      g_autofree char *name = g_strconcat (fixture->path, suffixes[k], NULL);

      whole[k] = slurp (name, &lens[k]);
    }
  desk_state_manager_close (manager);

  for (i = 0; i < 60; i++)
    {
      g_autofree char *bad = g_memdup2 (whole[1], lens[1]);
      g_autoptr (GError) error = NULL;
      DeskJournalCheck check = { 0 };
      guint64 lost;

      for (k = 0; k < G_N_ELEMENTS (suffixes); k++)
        {
          g_autofree char *name = g_strconcat (copy, suffixes[k], NULL);

          if (k != 1)
            spill (name, whole[k], lens[k]);
        }
      g_unlink (index);
      if (i == 0)
        spill (copy_log, bad, lens[1]); /* nothing is wrong */
      else if (i == 1)
        g_unlink (copy_log);
      else if (i == 2)
        spill (copy_log, old_log, old_len);
      else if (i < 20)
        spill (copy_log, bad, (gsize) g_rand_int_range (rand, 0, (gint32) lens[1] - 4096));
      else
        {
          bad[g_rand_int_range (rand, 0, (gint32) lens[1])] ^= (char) (1 << g_rand_int_range (rand, 0, 8));
          spill (copy_log, bad, lens[1]);
        }

      desk_journal_check (copy, &check, &error);
      if (check.ok)
        {
          /* A bit that nobody reads. */
          g_assert_cmpuint (check.records, ==, seq);
          g_assert_cmpuint (i == 0 || i >= 20, ==, TRUE);
          continue;
        }
      told++;
      g_assert_true (error != NULL || check.text != NULL);
      g_free (check.text);
      g_clear_error (&error);
      if (i % 8 != 1 && i != 2)
        continue;

      /* The next writer knows it, too, goes on with ids that were never given out, and is whole from then on. */
      manager = desk_state_manager_open (copy, DESK_STATE_WRITER, &error);
      if (manager == NULL)
        {
          g_assert_error (error, DESK_ERROR, DESK_ERROR_CORRUPT);
          continue;
        }
      lost = desk_state_manager_get_lost (manager);
      g_assert_cmpuint (lost, >, 0);
      desk_state_manager_set_completion (manager, fixture->context, state_on_committed, fixture);
      fixture->durable = 0;
      state_restore (fixture, manager);
      g_assert_no_error (fixture->damage);
      g_assert_cmpuint (fixture->restored->len + lost, ==, seq);
      desk_state_manager_close (manager);
      g_assert_true (desk_journal_check (copy, &check, NULL));
      g_assert_cmpstr (check.text, ==, NULL);
    }
  g_assert_cmpuint (told, >, 40);
  for (k = 0; k < G_N_ELEMENTS (suffixes); k++)
    g_free (whole[k]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/core/state-damage/" path, StateFixture, NULL, state_fixture_set_up, func, state_fixture_tear_down)
  ADD ("refused-untouched", test_refused_untouched);
  ADD ("read-only-folder", test_read_only_folder);
  ADD ("full-disk", test_full_disk);
  ADD ("emergency", test_emergency);
  ADD ("emergency-once", test_emergency_once);
  ADD ("tampered", test_tampered);
  ADD ("check-tail", test_check_tail);
  ADD ("check-bookings", test_check_bookings);
  ADD ("hot-log", test_hot_log);
  ADD ("bit-flips", test_bit_flips);
#undef ADD
  return g_test_run ();
}
