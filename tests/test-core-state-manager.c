/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-emergency.h"
#include "desk-journal-row.h"
#include "desk-state-files.h"
#include "desk-state-manager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

/* --- A folder for each test, and the completion context driven by hand --- */

typedef struct
{
  char         *folder;
  char         *path;
  GMainContext *context;
  guint64       durable;
  GError       *failure;
  guint         n_failures;
  GPtrArray    *restored;
  gboolean      ended;
  GError       *damage;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("desk-state-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "new folder", "state.sqlite", NULL);
  fixture->context = g_main_context_new ();
  fixture->restored = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  remove_tree (fixture->folder);
  g_main_context_unref (fixture->context);
  g_ptr_array_unref (fixture->restored);
  g_clear_error (&fixture->failure);
  g_clear_error (&fixture->damage);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
on_committed (guint64       seq,
              gint64        commit_usec,
              const GError *error,
              gpointer      user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (seq, >=, fixture->durable);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  fixture->durable = seq;
  if (error == NULL)
    return;
  fixture->n_failures++;
  fixture->failure = g_error_copy (error);
}

static void
on_restored (const DeskRecord *record,
             const GError     *error,
             gpointer          user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->ended);
  if (record != NULL)
    {
      g_assert_null (error);
      g_ptr_array_add (fixture->restored, desk_record_copy (record));
      return;
    }
  fixture->ended = TRUE;
  fixture->damage = error != NULL ? g_error_copy (error) : NULL;
}

static DeskStateManager *
open_file (Fixture       *fixture,
           DeskStateMode  mode)
{
  g_autoptr (GError) error = NULL;
  DeskStateManager *manager = desk_state_manager_open (fixture->path, mode, &error);

  g_assert_no_error (error);
  fixture->durable = 0;
  desk_state_manager_set_completion (manager, fixture->context, on_committed, fixture);
  return manager;
}

static void
refuse_file (Fixture       *fixture,
             DeskStateMode  mode,
             DeskError      code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (desk_state_manager_open (fixture->path, mode, &error));
  g_assert_error (error, DESK_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_assert_null (strchr (error->message, '\n'));
}

static void
wait_durable (Fixture *fixture,
              guint64  seq)
{
  while (fixture->durable < seq && fixture->failure == NULL)
    g_main_context_iteration (fixture->context, TRUE);
}

static void
restore (Fixture          *fixture,
         DeskStateManager *manager)
{
  g_ptr_array_set_size (fixture->restored, 0);
  g_clear_error (&fixture->damage);
  fixture->ended = FALSE;
  desk_state_manager_restore (manager, on_restored, fixture);
  while (!fixture->ended)
    g_main_context_iteration (fixture->context, TRUE);
}

static DeskRecord *
make_record (guint number)
{
  DeskRecord *record = desk_record_new (number % 3 == 0 ? DESK_RECORD_INTENT : DESK_RECORD_EVENT);
  g_autofree char *wire = g_strdup_printf ("{\"Type\":301,\"N\":%u}", number);

  record->epoch = 1;
  record->utc = 1793210400000000 + number;
  record->client_order_id = g_strdup_printf ("TAAAAAA-0001-%08u-AA", number / 4);
  record->server_order_id = number % 4 != 0 ? g_strdup_printf ("%u", 8000 + number / 4) : NULL;
  record->account = g_strdup ("SIM1");
  record->symbol = g_strdup ("ESZ6");
  record->tick = 0.25;
  record->multiplier = 1;
  record->wire = g_bytes_new (wire, strlen (wire) + 1);
  record->encoding = DTC_ENCODING_JSON;
  record->direction = DTC_TO_CLIENT;
  record->payload = g_strdup_printf ("{\"n\":%u}", number);
  return record;
}

static guint64
append_one (DeskStateManager *manager,
            guint             number,
            DeskAppend        how)
{
  DeskRecord *record = make_record (number);

  return desk_state_manager_append (manager, &record, 1, how);
}

/* Checks what was restored: an INSTANCE record for each opening and closing, and @n of ours in order. */
static void
assert_restored (Fixture *fixture,
                 guint    n)
{
  guint i, ours = 0;

  for (i = 0; i < fixture->restored->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (fixture->restored, i);
      g_autoptr (DeskRecord) expected = NULL;

      g_assert_cmpuint (record->seq, ==, i + 1);
      if (record->kind == DESK_RECORD_INSTANCE)
        continue;
      expected = make_record (ours++);
      g_assert_cmpint (record->kind, ==, expected->kind);
      g_assert_cmpint (record->utc, ==, expected->utc);
      g_assert_cmpstr (record->client_order_id, ==, expected->client_order_id);
      g_assert_cmpstr (record->server_order_id, ==, expected->server_order_id);
      g_assert_cmpstr (record->payload, ==, expected->payload);
      g_assert_true (g_bytes_equal (record->wire, expected->wire));
    }
  g_assert_cmpuint (ours, ==, n);
}

static void
write_history (Fixture *fixture,
               guint    from,
               guint    n)
{
  DeskStateManager *manager = open_file (fixture, DESK_STATE_WRITER);
  guint64 seq = 0;
  guint i;

  restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  for (i = 0; i < n; i++)
    seq = append_one (manager, from + i, DESK_APPEND_GROUP);
  wait_durable (fixture, seq);
  g_assert_no_error (fixture->failure);
  desk_state_manager_close (manager);
}

static void
assert_check (Fixture    *fixture,
              gboolean    ok,
              const char *says)
{
  g_autoptr (GError) error = NULL;
  DeskJournalCheck check;

  desk_journal_check (fixture->path, &check, &error);
  g_assert_no_error (error);
  if (ok)
    g_assert_cmpstr (check.text, ==, NULL);
  else
    g_assert_true (check.text != NULL && strstr (check.text, says) != NULL);
  g_assert_cmpint (check.ok, ==, ok);
  g_free (check.text);
}

/* --- Keeping --- */

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  DeskStateManager *manager = open_file (fixture, DESK_STATE_WRITER);
  guint64 seq = 0;
  guint i;

  g_assert_false (desk_state_manager_was_unclean (manager));
  restore (fixture, manager);
  g_assert_cmpuint (fixture->restored->len, ==, 0);
  for (i = 0; i < 1000; i++)
    seq = append_one (manager, i, i % 10 == 0 ? DESK_APPEND_NOW : DESK_APPEND_GROUP);
  g_assert_cmpuint (seq, ==, 1001);
  wait_durable (fixture, seq);
  desk_state_manager_close (manager);

  manager = open_file (fixture, DESK_STATE_WRITER);
  g_assert_false (desk_state_manager_was_unclean (manager));
  restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  assert_restored (fixture, 1000);
  g_assert_cmpuint (fixture->restored->len, ==, 1002);
  desk_state_manager_close (manager);
  assert_check (fixture, TRUE, NULL);
}

/* Several batches, over and over: the last one arrives however the reading and the delivering run against each other. */
static void
test_restore_again (Fixture       *fixture,
                    gconstpointer  data)
{
  DeskStateManager *manager;
  guint i;

  write_history (fixture, 0, 1500);
  manager = open_file (fixture, DESK_STATE_READER);
  for (i = 0; i < 150; i++)
    {
      restore (fixture, manager);
      g_assert_cmpuint (fixture->restored->len, ==, 1502);
      if (i % 3 == 0)
        g_usleep (i * 10);
    }
  desk_state_manager_close (manager);
}

/* Closing commits what was never waited for. */
static void
test_close_commits (Fixture       *fixture,
                    gconstpointer  data)
{
  DeskStateManager *manager = open_file (fixture, DESK_STATE_WRITER);
  guint i;

  for (i = 0; i < 300; i++)
    append_one (manager, i, DESK_APPEND_GROUP);
  desk_state_manager_close (manager);
  manager = open_file (fixture, DESK_STATE_READER);
  restore (fixture, manager);
  assert_restored (fixture, 300);
  desk_state_manager_close (manager);
}

/* Records of one call stand or fall together and keep their order. */
static void
test_transaction (Fixture       *fixture,
                  gconstpointer  data)
{
  DeskStateManager *manager = open_file (fixture, DESK_STATE_WRITER);
  DeskRecord *records[5];
  guint64 seq;
  guint i;

  for (i = 0; i < 5; i++)
    records[i] = make_record (i);
  seq = desk_state_manager_append (manager, records, 5, DESK_APPEND_NOW);
  wait_durable (fixture, seq);
  g_assert_cmpuint (fixture->durable, ==, seq);
  desk_state_manager_close (manager);
  manager = open_file (fixture, DESK_STATE_READER);
  restore (fixture, manager);
  assert_restored (fixture, 5);
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
      guint64 seq = append_one (appender->manager, i, i % 50 == 0 ? DESK_APPEND_NOW : DESK_APPEND_GROUP);

      g_assert_cmpuint (seq, >, appender->last);
      appender->last = seq;
    }
  return NULL;
}

static void
test_threads (Fixture       *fixture,
              gconstpointer  data)
{
  DeskStateManager *manager = open_file (fixture, DESK_STATE_WRITER);
  Appender appenders[3] = { { manager, 0 }, { manager, 0 }, { manager, 0 } };
  GThread *threads[3];
  guint i;

  for (i = 0; i < 3; i++)
    threads[i] = g_thread_new ("appender", append_many, &appenders[i]);
  for (i = 0; i < 3; i++)
    g_thread_join (threads[i]);
  wait_durable (fixture, 1501);
  g_assert_cmpuint (fixture->durable, ==, 1501);
  desk_state_manager_close (manager);
  assert_check (fixture, TRUE, NULL);
}

/* --- Reading beside --- */

static gboolean
count_record (const DeskRecord *record,
              gpointer          user_data)
{
  guint *n = user_data;

  (*n)++;
  return TRUE;
}

static gboolean
stop_at_first (const DeskRecord *record,
               gpointer          user_data)
{
  guint *n = user_data;

  (*n)++;
  return FALSE;
}

static void
test_reader_beside_writer (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  DeskStateManager *writer, *reader;
  DeskRecord *record;
  guint64 seq = 0;
  guint i, n = 0;

  g_assert_true (desk_journal_foreach (fixture->path, NULL, count_record, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 0);
  reader = open_file (fixture, DESK_STATE_READER);
  restore (fixture, reader);
  g_assert_cmpuint (fixture->restored->len, ==, 0);
  record = make_record (0);
  g_assert_cmpuint (desk_state_manager_append (reader, &record, 1, DESK_APPEND_NOW), ==, 1);
  wait_durable (fixture, 1);
  desk_state_manager_close (reader);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));

  writer = open_file (fixture, DESK_STATE_WRITER);
  for (i = 0; i < 100; i++)
    seq = append_one (writer, i, DESK_APPEND_GROUP);
  wait_durable (fixture, seq);

  reader = open_file (fixture, DESK_STATE_READER);
  restore (fixture, reader);
  assert_restored (fixture, 100);
  desk_state_manager_close (reader);

  desk_journal_foreach (fixture->path, NULL, count_record, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 101);
  n = 0;
  desk_journal_foreach (fixture->path, "TAAAAAA-0001-00000003-AA", count_record, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 4);
  n = 0;
  desk_journal_foreach (fixture->path, "8003", count_record, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 4);
  n = 0;
  desk_journal_foreach (fixture->path, "nobody", count_record, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 0);
  desk_journal_foreach (fixture->path, NULL, stop_at_first, &n, &error);
  g_assert_cmpuint (n, ==, 1);
  assert_check (fixture, TRUE, NULL);

  /* The readers have not taken the writer's locks away. */
  seq = append_one (writer, 100, DESK_APPEND_NOW);
  wait_durable (fixture, seq);
  g_assert_no_error (fixture->failure);
  desk_state_manager_close (writer);
}

/* --- One writer --- */

static void
test_second_writer (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pid = g_strdup_printf ("process %ld", (long) getpid ());
  DeskStateManager *writer = open_file (fixture, DESK_STATE_WRITER);
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
  writer = open_file (fixture, DESK_STATE_WRITER);
  desk_state_manager_close (writer);
}

/* A writer in a child that ends without a word: nothing to clean up for the next one, and the next one knows. */
static void
test_killed_writer (Fixture       *fixture,
                    gconstpointer  data)
{
  DeskStateManager *manager;
  int pipe_fds[2], status = 0;
  char byte;
  pid_t child;

  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      DeskStateManager *writer = open_file (fixture, DESK_STATE_WRITER);
      guint64 seq = 0;
      guint i;

      for (i = 0; i < 50; i++)
        seq = append_one (writer, i, DESK_APPEND_NOW);
      wait_durable (fixture, seq);
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

  manager = open_file (fixture, DESK_STATE_WRITER);
  g_assert_true (desk_state_manager_was_unclean (manager));
  restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  assert_restored (fixture, 50);
  desk_state_manager_close (manager);
  manager = open_file (fixture, DESK_STATE_WRITER);
  g_assert_false (desk_state_manager_was_unclean (manager));
  desk_state_manager_close (manager);
  assert_check (fixture, TRUE, NULL);
}

/* --- Identity --- */

static void
get_identity (Fixture *fixture,
              char     install[7],
              guint   *generation,
              guint64 *counter,
              gboolean write)
{
  DeskStateManager *manager = open_file (fixture, DESK_STATE_WRITER);

  desk_state_manager_get_identity (manager, install, generation, counter);
  restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  if (write)
    {
      DeskRecord *record = desk_record_new (DESK_RECORD_INSTANCE);
      DeskStateId id = { { 0 } };

      g_strlcpy (id.install, install, sizeof id.install);
      id.generation = *generation;
      id.high_water = *counter + 100;
      record->payload = desk_state_id_format (&id, "reserve", "");
      wait_durable (fixture, desk_state_manager_append (manager, &record, 1, DESK_APPEND_NOW));
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
test_identity (Fixture       *fixture,
               gconstpointer  data)
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
test_orphaned_log (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  g_autofree char *aside = g_strconcat (log, ".old", NULL);
  g_autofree char *kept = g_build_filename (fixture->folder, "kept-wal", NULL);
  DeskStateManager *manager = open_file (fixture, DESK_STATE_WRITER);
  guint generation;
  guint64 counter;
  char install[7];
  guint i;

  for (i = 0; i < 20; i++)
    wait_durable (fixture, append_one (manager, i, DESK_APPEND_NOW));
  copy_file (log, kept);
  desk_state_manager_close (manager);
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  copy_file (kept, log);

  manager = open_file (fixture, DESK_STATE_WRITER);
  restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  g_assert_cmpuint (fixture->restored->len, ==, 0);
  desk_state_manager_get_identity (manager, install, &generation, &counter);
  g_assert_cmpuint (generation, ==, 2);
  desk_state_manager_close (manager);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  assert_check (fixture, TRUE, NULL);
}

/* --- What is refused stays as it is --- */

static void
test_permissions (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", ".lock", ".id", ".emergency" };
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  mode_t old = umask (0);
  DeskStateManager *manager;
  struct stat st;
  guint i, round;

  for (round = 0; round < 2; round++)
    {
      manager = open_file (fixture, DESK_STATE_WRITER);
      wait_durable (fixture, append_one (manager, round, DESK_APPEND_NOW));
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
        assert_check (fixture, FALSE, "chmod 600");
    }
  umask (old);
}

static void
test_links (Fixture       *fixture,
            gconstpointer  data)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal", ".lock" };
  g_autofree char *target = g_build_filename (fixture->folder, "target", NULL);
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  guint i;

  write_history (fixture, 0, 3);
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
    manager = open_file (fixture, DESK_STATE_WRITER);
    restore (fixture, manager);
    assert_restored (fixture, 3);
    desk_state_manager_close (manager);
  }

  g_free (fixture->path);
  fixture->path = g_strdup (folder);
  refuse_file (fixture, DESK_STATE_WRITER, DESK_ERROR_STORAGE);
}

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
test_refused_untouched (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *good = NULL;
  gsize len;
  guint i;

  write_history (fixture, 0, 20);
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
      refuse_file (fixture, DESK_STATE_WRITER, code);
      refuse_file (fixture, DESK_STATE_READER, code);
      after = slurp (fixture->path, &after_len);
      g_assert_cmpmem (after, after_len, bad, bad_len);
    }

  /* Whole again, it works again. */
  spill (fixture->path, good, len);
  write_history (fixture, 20, 1);
  assert_check (fixture, TRUE, NULL);
}

static void
test_read_only_folder (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  int status = 0;
  pid_t child;

  write_history (fixture, 0, 5);
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
      if (!desk_journal_foreach (fixture->path, NULL, count_record, &n, &error) || n != 7)
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
test_full_disk (Fixture       *fixture,
                gconstpointer  data)
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
      DeskStateManager *writer = open_file (fixture, DESK_STATE_WRITER);
      guint64 seq = 0, failed_at;
      guint i;

      signal (SIGXFSZ, SIG_IGN);
      if (setrlimit (RLIMIT_FSIZE, &limit) != 0)
        _exit (10);
      for (i = 0; i < 5000 && fixture->failure == NULL; i++)
        {
          seq = append_one (writer, i, DESK_APPEND_NOW);
          wait_durable (fixture, seq);
        }
      if (fixture->failure == NULL || !g_error_matches (fixture->failure, DESK_ERROR, DESK_ERROR_STORAGE))
        _exit (11);
      if (fixture->durable >= seq)
        _exit (12);
      /* Room again: the latch stays, and says it once. */
      failed_at = fixture->durable;
      limit.rlim_cur = limit.rlim_max;
      append_one (writer, i, DESK_APPEND_NOW);
      append_one (writer, i + 1, DESK_APPEND_GROUP);
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

  manager = open_file (fixture, DESK_STATE_WRITER);
  g_assert_true (desk_state_manager_was_unclean (manager));
  restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  /* The one that failed and the two after it come from the emergency file, and are taken in once. */
  assert_restored (fixture, (guint) told + 2);
  desk_state_manager_close (manager);
  manager = open_file (fixture, DESK_STATE_WRITER);
  restore (fixture, manager);
  assert_restored (fixture, (guint) told + 2);
  desk_state_manager_close (manager);
  assert_check (fixture, TRUE, NULL);
}

static DeskEmergency *
open_emergency (Fixture *fixture,
                guint    expected)
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
      g_autoptr (DeskRecord) record = make_record (i);

      g_assert_cmpstr (((DeskRecord *) g_ptr_array_index (records, i))->payload, ==, record->payload);
    }
  return emergency;
}

/* Entries come back whole; one that is cut or changed ends the list; a cleared file stays empty whatever stood in it. */
static void
test_emergency (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *name = g_strconcat (fixture->folder, ".emergency", NULL);
  g_autofree char *good = NULL;
  DeskEmergency *emergency = open_emergency (fixture, 0);
  gsize len;
  guint i, fitted = 0;

  for (i = 0; i < 6; i++)
    {
      g_autoptr (DeskRecord) record = make_record (i);

      g_assert_true (desk_emergency_append (emergency, &record, 1, i == 5));
    }
  desk_emergency_close (emergency);
  good = slurp (name, &len);
  g_assert_cmpuint (len, ==, 1024 * 1024);

  emergency = open_emergency (fixture, 6);
  desk_emergency_clear (emergency);
  {
    g_autoptr (DeskRecord) record = make_record (0);

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
      g_autoptr (DeskRecord) record = make_record (i);

      if (!desk_emergency_append (emergency, &record, 1, FALSE))
        break;
      fitted++;
    }
  g_assert_cmpuint (fitted, >, 1000);
  g_assert_cmpuint (fitted, <, 5000);
  for (i = 0; i < 1000; i++)
    {
      g_autoptr (DeskRecord) record = make_record (0);

      g_assert_true (desk_emergency_append (emergency, &record, 1, FALSE));
    }
  desk_emergency_close (emergency);
  g_unlink (name);
}

/* Killed after the journal had it and before the file was cleared: it is not taken in twice. */
static void
test_emergency_once (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *name = g_strconcat (fixture->path, ".emergency", NULL);
  g_autofree char *content = NULL;
  DeskEmergency *emergency;
  DeskStateManager *manager;
  gsize len;
  guint i;

  write_history (fixture, 0, 5);
  emergency = desk_emergency_open (fixture->path);
  for (i = 5; i < 8; i++)
    {
      g_autoptr (DeskRecord) record = make_record (i);

      g_assert_true (desk_emergency_append (emergency, &record, 1, TRUE));
    }
  desk_emergency_close (emergency);
  content = slurp (name, &len);

  manager = open_file (fixture, DESK_STATE_WRITER);
  restore (fixture, manager);
  assert_restored (fixture, 8);
  wait_durable (fixture, 1);
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
  manager = open_file (fixture, DESK_STATE_WRITER);
  restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  assert_restored (fixture, 8);
  desk_state_manager_close (manager);
}

/* --- Damage --- */

/* After a damaged history nothing can be appended, and the file is not touched further. */
static void
test_tampered (Fixture       *fixture,
               gconstpointer  data)
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

  write_history (fixture, 0, 20);
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

      assert_check (fixture, FALSE, "record 10 ");
      before = slurp (fixture->path, &before_len);
      manager = open_file (fixture, DESK_STATE_WRITER);
      restore (fixture, manager);
      g_assert_error (fixture->damage, DESK_ERROR, DESK_ERROR_CORRUPT);
      g_assert_nonnull (strstr (fixture->damage->message, "record 10 "));
      g_assert_cmpuint (fixture->restored->len, ==, 9);
      append_one (manager, 99, DESK_APPEND_NOW);
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
test_check_tail (Fixture       *fixture,
                 gconstpointer  data)
{
  sqlite3 *db = NULL;

  write_history (fixture, 0, 20);
  assert_check (fixture, TRUE, NULL);
  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "DROP TRIGGER journal_no_delete; DELETE FROM journal WHERE seq > 15;"
                                 "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT 1; END;"
                                 "CREATE TABLE more (x INTEGER);", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  assert_check (fixture, FALSE, "does not belong to this file");
  assert_check (fixture, FALSE, "that are not ours");
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
test_check_bookings (Fixture       *fixture,
                     gconstpointer  data)
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
      DeskStateManager *manager = open_file (fixture, DESK_STATE_WRITER);
      DeskRecord *records[3] = { make_filled (), NULL, NULL };
      guint n = 1;

      if (cases[i].fill != NULL)
        records[n++] = make_fill (cases[i].fill);
      if (cases[i].second != NULL)
        records[n++] = make_fill (cases[i].second);
      wait_durable (fixture, desk_state_manager_append (manager, records, n, DESK_APPEND_NOW));
      desk_state_manager_close (manager);
      assert_check (fixture, cases[i].says == NULL, cases[i].says);
      g_unlink (fixture->path);
      g_unlink (beside);
    }
}

/* Whatever bit flips and wherever the file ends: either somebody says so, or the records are the same as before. */
static void
test_bit_flips (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261121);
  g_autofree char *good = NULL;
  guint i, detected = 0;
  gsize len;

  write_history (fixture, 0, 60);
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
      desk_state_manager_set_completion (manager, fixture->context, on_committed, fixture);
      restore (fixture, manager);
      desk_state_manager_close (manager);
      if (fixture->damage != NULL)
        detected++;
      else
        assert_restored (fixture, 60);
    }
  g_assert_cmpuint (detected, >, 100);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/core/state-manager/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
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
  ADD ("refused-untouched", test_refused_untouched);
  ADD ("read-only-folder", test_read_only_folder);
  ADD ("full-disk", test_full_disk);
  ADD ("emergency", test_emergency);
  ADD ("emergency-once", test_emergency_once);
  ADD ("tampered", test_tampered);
  ADD ("check-tail", test_check_tail);
  ADD ("check-bookings", test_check_bookings);
  ADD ("bit-flips", test_bit_flips);
#undef ADD
  return g_test_run ();
}
