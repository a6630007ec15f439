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

/* --- Keeping --- */

static void
test_round_trip (StateFixture *fixture,
                 gconstpointer data)
{
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
  guint64 seq = 0;
  guint i;

  g_assert_false (desk_state_manager_was_unclean (manager));
  state_restore (fixture, manager);
  g_assert_cmpuint (fixture->restored->len, ==, 0);
  for (i = 0; i < 1000; i++)
    seq = state_append_one (manager, i, i % 10 == 0 ? DESK_APPEND_NOW : DESK_APPEND_GROUP);
  g_assert_cmpuint (seq, ==, 1001);
  state_wait_durable (fixture, seq);
  desk_state_manager_close (manager);

  manager = state_open (fixture, DESK_STATE_WRITER);
  g_assert_false (desk_state_manager_was_unclean (manager));
  state_restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  state_assert_restored (fixture, 1000);
  g_assert_cmpuint (fixture->restored->len, ==, 1002);
  desk_state_manager_close (manager);
  state_assert_check (fixture, TRUE, NULL);
}

/* Any other SHA-256 finds the same chain. */
static void
test_chain (StateFixture *fixture,
            gconstpointer data)
{
  g_autoptr (DeskHashChain) chain = desk_hash_chain_new ();
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 hash[DESK_HASH_SIZE], last[DESK_HASH_SIZE] = { 0 };
  guint i;

  for (i = 0; i < 100; i++)
    {
      g_autoptr (DeskRecord) record = state_make_record (i);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      gsize len = sizeof last;

      desk_record_serialise (record, bytes);
      g_checksum_reset (checksum);
      g_checksum_update (checksum, last, sizeof last);
      g_checksum_update (checksum, bytes->data, bytes->len);
      g_checksum_get_digest (checksum, last, &len);
      desk_hash_chain_next (chain, record, hash);
      g_assert_cmpmem (hash, sizeof hash, last, sizeof last);
    }
}

/* Several batches, over and over: the last one arrives however the reading and the delivering run against each other. */
static void
test_restore_again (StateFixture *fixture,
                    gconstpointer data)
{
  DeskStateManager *manager;
  guint i;

  state_write_history (fixture, 0, 1500);
  manager = state_open (fixture, DESK_STATE_READER);
  for (i = 0; i < 150; i++)
    {
      state_restore (fixture, manager);
      g_assert_cmpuint (fixture->restored->len, ==, 1502);
      if (i % 3 == 0)
        g_usleep (i * 10);
    }
  desk_state_manager_close (manager);
}

/* Closing commits what was never waited for. */
static void
test_close_commits (StateFixture *fixture,
                    gconstpointer data)
{
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
  guint i;

  for (i = 0; i < 300; i++)
    state_append_one (manager, i, DESK_APPEND_GROUP);
  desk_state_manager_close (manager);
  manager = state_open (fixture, DESK_STATE_READER);
  state_restore (fixture, manager);
  state_assert_restored (fixture, 300);
  desk_state_manager_close (manager);
}

/* Records of one call stand or fall together and keep their order. */
static void
test_transaction (StateFixture *fixture,
                  gconstpointer data)
{
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
  DeskRecord *records[5];
  guint64 seq;
  guint i;

  for (i = 0; i < 5; i++)
    records[i] = state_make_record (i);
  seq = desk_state_manager_append (manager, records, 5, DESK_APPEND_NOW);
  state_wait_durable (fixture, seq);
  g_assert_cmpuint (fixture->durable, ==, seq);
  desk_state_manager_close (manager);
  manager = state_open (fixture, DESK_STATE_READER);
  state_restore (fixture, manager);
  state_assert_restored (fixture, 5);
  desk_state_manager_close (manager);
}

typedef struct
{
  DeskStateManager *manager;
  guint64           last;
} Appender;

static gpointer
append_many (gpointer data)
{
  Appender *appender = data;
  guint i;

  for (i = 0; i < 500; i++)
    {
      guint64 seq = state_append_one (appender->manager, i, i % 50 == 0 ? DESK_APPEND_NOW : DESK_APPEND_GROUP);

      g_assert_cmpuint (seq, >, appender->last);
      appender->last = seq;
    }
  return NULL;
}

static void
test_threads (StateFixture *fixture,
              gconstpointer data)
{
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
  Appender appenders[3] = { { manager, 0 }, { manager, 0 }, { manager, 0 } };
  GThread *threads[3];
  guint i;

  for (i = 0; i < 3; i++)
    threads[i] = g_thread_new ("appender", append_many, &appenders[i]);
  for (i = 0; i < 3; i++)
    g_thread_join (threads[i]);
  state_wait_durable (fixture, 1501);
  g_assert_cmpuint (fixture->durable, ==, 1501);
  desk_state_manager_close (manager);
  state_assert_check (fixture, TRUE, NULL);
}

/* --- Reading beside --- */

static gboolean
stop_at_first (const DeskRecord *record,
               gpointer          user_data)
{
  guint *n = user_data;

  (*n)++;
  return FALSE;
}

static void
test_reader_beside_writer (StateFixture *fixture,
                           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  DeskStateManager *writer, *reader;
  DeskRecord *record;
  guint64 seq = 0;
  guint i, n = 0;

  g_assert_true (desk_journal_foreach (fixture->path, NULL, state_count_record, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 0);
  reader = state_open (fixture, DESK_STATE_READER);
  state_restore (fixture, reader);
  g_assert_cmpuint (fixture->restored->len, ==, 0);
  record = state_make_record (0);
  g_assert_cmpuint (desk_state_manager_append (reader, &record, 1, DESK_APPEND_NOW), ==, 1);
  state_wait_durable (fixture, 1);
  desk_state_manager_close (reader);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));

  writer = state_open (fixture, DESK_STATE_WRITER);
  for (i = 0; i < 100; i++)
    seq = state_append_one (writer, i, DESK_APPEND_GROUP);
  state_wait_durable (fixture, seq);

  reader = state_open (fixture, DESK_STATE_READER);
  state_restore (fixture, reader);
  state_assert_restored (fixture, 100);
  desk_state_manager_close (reader);

  desk_journal_foreach (fixture->path, NULL, state_count_record, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 101);
  n = 0;
  desk_journal_foreach (fixture->path, "TAAAAAA-0001-00000003-AA", state_count_record, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 4);
  n = 0;
  desk_journal_foreach (fixture->path, "8003", state_count_record, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 4);
  n = 0;
  desk_journal_foreach (fixture->path, "nobody", state_count_record, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 0);
  desk_journal_foreach (fixture->path, NULL, stop_at_first, &n, &error);
  g_assert_cmpuint (n, ==, 1);
  state_assert_check (fixture, TRUE, NULL);

  /* The readers have not taken the writer's locks away. */
  seq = state_append_one (writer, 100, DESK_APPEND_NOW);
  state_wait_durable (fixture, seq);
  g_assert_no_error (fixture->failure);
  desk_state_manager_close (writer);
}

/* --- One writer --- */

static void
test_second_writer (StateFixture *fixture,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pid = g_strdup_printf ("process %ld", (long) getpid ());
  DeskStateManager *writer = state_open (fixture, DESK_STATE_WRITER);
  int status = 0;
  pid_t child;

  g_assert_null (desk_state_manager_open (fixture->path, DESK_STATE_WRITER, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, pid));

  child = fork ();
  if (child == 0)
    {
      GError *child_error = NULL;

      desk_state_manager_open (fixture->path, DESK_STATE_WRITER, &child_error);
      _exit (g_error_matches (child_error, DESK_ERROR, DESK_ERROR_LOCKED)
             && strstr (child_error->message, pid) != NULL ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);

  desk_state_manager_close (writer);
  writer = state_open (fixture, DESK_STATE_WRITER);
  desk_state_manager_close (writer);
}

/* A writer in a child that ends without a word: nothing to clean up for the next one, and the next one knows. */
static void
test_killed_writer (StateFixture *fixture,
                    gconstpointer data)
{
  DeskStateManager *manager;
  int pipe_fds[2], status = 0;
  char byte;
  pid_t child;

  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      DeskStateManager *writer = state_open (fixture, DESK_STATE_WRITER);
      guint64 seq = 0;
      guint i;

      for (i = 0; i < 50; i++)
        seq = state_append_one (writer, i, DESK_APPEND_NOW);
      state_wait_durable (fixture, seq);
      if (write (pipe_fds[1], "x", 1) != 1)
        _exit (1);
      pause ();
      _exit (1);
    }
  g_assert_cmpint (read (pipe_fds[0], &byte, 1), ==, 1);
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  close (pipe_fds[0]);
  close (pipe_fds[1]);

  manager = state_open (fixture, DESK_STATE_WRITER);
  g_assert_true (desk_state_manager_was_unclean (manager));
  state_restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  state_assert_restored (fixture, 50);
  desk_state_manager_close (manager);
  manager = state_open (fixture, DESK_STATE_WRITER);
  g_assert_false (desk_state_manager_was_unclean (manager));
  desk_state_manager_close (manager);
  state_assert_check (fixture, TRUE, NULL);
}

/* --- Identity --- */

static void
get_identity (StateFixture *fixture,
              char          install[7],
              guint        *generation,
              guint64      *counter,
              gboolean      write)
{
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);

  desk_state_manager_get_identity (manager, install, generation, counter);
  state_restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  if (write)
    {
      DeskRecord *record = desk_record_new (DESK_RECORD_INSTANCE);
      DeskStateId id = { { 0 } };

      g_strlcpy (id.install, install, sizeof id.install);
      id.generation = *generation;
      id.high_water = *counter + 100;
      record->payload = desk_state_id_format (&id, "reserve", "");
      state_wait_durable (fixture, desk_state_manager_append (manager, &record, 1, DESK_APPEND_NOW));
    }
  desk_state_manager_close (manager);
}

static void
copy_file (const char *from,
           const char *to)
{
  g_autoptr (GFile) source = g_file_new_for_path (from), target = g_file_new_for_path (to);
  g_autoptr (GError) error = NULL;

  g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_identity (StateFixture *fixture,
               gconstpointer data)
{
  g_autofree char *backup = g_build_filename (fixture->folder, "backup", NULL);
  g_autofree char *backup_id = g_build_filename (fixture->folder, "backup.id", NULL);
  g_autofree char *beside = g_strconcat (fixture->path, ".id", NULL);
  g_autofree char *kept = g_build_filename (fixture->folder, "kept", NULL);
  char install[7], again[7];
  guint generation, first;
  guint64 counter;

  get_identity (fixture, install, &first, &counter, TRUE);
  g_assert_cmpuint (strlen (install), ==, 6);
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (counter, ==, 0);
  get_identity (fixture, again, &generation, &counter, TRUE);
  g_assert_cmpstr (again, ==, install);
  g_assert_cmpuint (generation, ==, 1);
  g_assert_cmpuint (counter, ==, 100);

  /* A backup put back over the file: the sidecar is ahead of it. */
  copy_file (fixture->path, backup);
  copy_file (beside, backup_id);
  get_identity (fixture, again, &generation, &counter, TRUE);
  g_assert_cmpuint (counter, ==, 200);
  copy_file (backup, fixture->path);
  get_identity (fixture, again, &generation, &counter, TRUE);
  g_assert_cmpstr (again, ==, install);
  g_assert_cmpuint (generation, ==, 2);
  g_assert_cmpuint (counter, ==, 300);

  /* The sidecar lost. */
  g_assert_cmpint (g_unlink (beside), ==, 0);
  get_identity (fixture, again, &generation, &counter, FALSE);
  g_assert_cmpuint (generation, ==, 3);
  get_identity (fixture, again, &generation, &counter, FALSE);
  g_assert_cmpuint (generation, ==, 3);

  /* Both restored together: another file. The old one stays, so that its inode is not given out again. */
  g_assert_cmpint (g_rename (fixture->path, kept), ==, 0);
  copy_file (backup, fixture->path);
  copy_file (backup_id, beside);
  get_identity (fixture, again, &generation, &counter, FALSE);
  g_assert_cmpuint (generation, ==, 2);

  /* The database deleted, the sidecar left: ids go on after it. */
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  get_identity (fixture, again, &generation, &counter, FALSE);
  g_assert_cmpstr (again, ==, install);
  g_assert_cmpuint (generation, ==, 3);
}

/* The database deleted under a log that was never moved into it: a new start, with nothing of the old in it. */
static void
test_orphaned_log (StateFixture *fixture,
                   gconstpointer data)
{
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  g_autofree char *aside = g_strconcat (log, ".old", NULL);
  g_autofree char *kept = g_build_filename (fixture->folder, "kept-wal", NULL);
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
  guint generation;
  guint64 counter;
  char install[7];
  guint i;

  for (i = 0; i < 20; i++)
    state_wait_durable (fixture, state_append_one (manager, i, DESK_APPEND_NOW));
  copy_file (log, kept);
  desk_state_manager_close (manager);
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  copy_file (kept, log);

  manager = state_open (fixture, DESK_STATE_WRITER);
  state_restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  g_assert_cmpuint (fixture->restored->len, ==, 0);
  desk_state_manager_get_identity (manager, install, &generation, &counter);
  g_assert_cmpuint (generation, ==, 2);
  desk_state_manager_close (manager);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  state_assert_check (fixture, TRUE, NULL);
}

/* --- What is refused stays as it is --- */

static void
test_permissions (StateFixture *fixture,
                  gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", ".lock", ".id", ".emergency" };
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  mode_t old = umask (0);
  DeskStateManager *manager;
  struct stat st;
  guint i, round;

  for (round = 0; round < 2; round++)
    {
      manager = state_open (fixture, DESK_STATE_WRITER);
      state_wait_durable (fixture, state_append_one (manager, round, DESK_APPEND_NOW));
      for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
        {
          g_autofree char *name = g_strconcat (fixture->path, suffixes[i], NULL);

          g_assert_cmpint (lstat (name, &st), ==, 0);
          g_assert_cmpint (st.st_mode & 07777, ==, 0600);
        }
      g_assert_cmpint (lstat (folder, &st), ==, 0);
      g_assert_cmpint (st.st_mode & 07777, ==, 0700);
      desk_state_manager_close (manager);
      /* Once more with rights that somebody widened. */
      g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
      if (round == 0)
        state_assert_check (fixture, FALSE, "chmod 600");
    }
  umask (old);
}

static void
test_links (StateFixture *fixture,
            gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal", ".lock" };
  g_autofree char *target = g_build_filename (fixture->folder, "target", NULL);
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  guint i;

  state_write_history (fixture, 0, 3);
  for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = g_strconcat (fixture->path, suffixes[i], NULL);

      if (g_file_test (name, G_FILE_TEST_EXISTS))
        g_assert_cmpint (g_rename (name, target), ==, 0);
      else
        g_file_set_contents (target, "", 0, NULL);
      g_assert_cmpint (symlink (target, name), ==, 0);
      g_assert_null (desk_state_manager_open (fixture->path, DESK_STATE_WRITER, &error));
      g_assert_error (error, DESK_ERROR, DESK_ERROR_STORAGE);
      g_assert_nonnull (strstr (error->message, name));
      g_assert_cmpint (g_unlink (name), ==, 0);
      if (i == 0)
        g_assert_cmpint (g_rename (target, name), ==, 0);
    }

  /* A folder that is a link is the user's own affair. */
  {
    g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);
    DeskStateManager *manager;

    g_assert_cmpint (symlink (folder, link), ==, 0);
    g_free (fixture->path);
    fixture->path = g_build_filename (link, "state.sqlite", NULL);
    manager = state_open (fixture, DESK_STATE_WRITER);
    state_restore (fixture, manager);
    state_assert_restored (fixture, 3);
    desk_state_manager_close (manager);
  }

  g_free (fixture->path);
  fixture->path = g_strdup (folder);
  state_refuse (fixture, DESK_STATE_WRITER, DESK_ERROR_STORAGE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/core/state-manager/" path, StateFixture, NULL, state_fixture_set_up, func, state_fixture_tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("restore-again", test_restore_again);
  ADD ("close-commits", test_close_commits);
  ADD ("transaction", test_transaction);
  ADD ("threads", test_threads);
  ADD ("reader-beside-writer", test_reader_beside_writer);
  ADD ("second-writer", test_second_writer);
  ADD ("killed-writer", test_killed_writer);
  ADD ("identity", test_identity);
  ADD ("orphaned-log", test_orphaned_log);
  ADD ("permissions", test_permissions);
  ADD ("links", test_links);
  ADD ("chain", test_chain);
#undef ADD
  state_add_report_tests ();
  return g_test_run ();
}
