/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A disk that hangs under the state file, and what is kept in memory meanwhile: it is in the journal once, whether the
 * commit that hung arrives, fails, or the program ends before anybody knows. */

#include "state-disk.h"
#include "state-fixture.h"

#include "desk-emergency.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <linux/magic.h>

#define SHM  "/dev/shm"
#define MANY 1000 /* and half of its room is enough for them */

static const char *const hangs[] = { "write", "sync" };

/* The runtime directory in memory, the state file on a disk. FALSE: there is no such memory here, and no test. */
static gboolean
have_memory (StateFixture *fixture,
             char        **runtime)
{
  struct statfs system;

  *runtime = NULL;
  if (statfs (SHM, &system) != 0 || system.f_type != TMPFS_MAGIC || g_access (SHM, W_OK) != 0)
    {
      g_test_skip ("no memory to keep anything in");
      return FALSE;
    }
  *runtime = g_mkdtemp (g_strdup (SHM "/desk-aside-XXXXXX"));
  g_assert_nonnull (*runtime);
  g_setenv ("XDG_RUNTIME_DIR", *runtime, TRUE);
  return TRUE;
}

/* The files in it: how many, and the name of the one that ends so. */
static guint
count_files (const char *runtime,
             const char *end,
             char      **found)
{
  g_autofree char *folder = g_build_filename (runtime, "dtc-desk", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_suffix (name, end))
        continue;
      n++;
      if (found != NULL)
        *found = g_build_filename (folder, name, NULL);
    }
  return n;
}

static void
forget (char *runtime)
{
  g_autofree char *folder = g_build_filename (runtime, "dtc-desk", NULL);
  char *name = NULL;

  g_unsetenv ("XDG_RUNTIME_DIR");
  while (count_files (runtime, "", &name) > 0)
    {
      g_unlink (name);
      g_clear_pointer (&name, g_free);
    }
  g_rmdir (folder);
  g_assert_cmpint (g_rmdir (runtime), ==, 0);
  g_free (runtime);
}

/* Records 0 to 6, of which the disk has taken 0, hangs with 1 to 3, and has not been given 4 to 6. 6 is an intent. */
static DeskStateManager *
hang (StateFixture *fixture,
      DiskFault     fault)
{
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
  guint i;

  state_restore (fixture, manager);
  state_wait_durable (fixture, state_append_one (manager, 0, DESK_APPEND_NOW));
  g_assert_cmpint (desk_state_manager_keep_aside (manager, 0), ==, DESK_KEPT_ASIDE);
  disk.fault = fault;
  for (i = 1; i < 4; i++)
    state_append_one (manager, i, i == 3 ? DESK_APPEND_NOW : DESK_APPEND_GROUP);
  disk_wait_hung ();
  return manager;
}

static guint64
go_on (DeskStateManager *manager,
       guint             from,
       guint             n)
{
  guint64 seq = 0;
  guint i;

  for (i = from; i < from + n; i++)
    seq = state_append_one (manager, i, i % 3 == 0 ? DESK_APPEND_NOW : DESK_APPEND_GROUP);
  return seq;
}

/* What is there is there once, in order, and nothing is left to be taken in. */
static void
look (StateFixture *fixture,
      guint         n)
{
  guint round;

  for (round = 0; round < 2; round++)
    {
      DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);

      state_restore (fixture, manager);
      g_assert_no_error (fixture->damage);
      state_assert_restored (fixture, n);
      desk_state_manager_close (manager);
    }
  state_assert_check (fixture, TRUE, NULL);
}

/* The disk comes to itself, or fails after all. */
static void
test_released (StateFixture *fixture,
               gconstpointer data)
{
  guint variant = GPOINTER_TO_UINT (data);
  gboolean fails = variant >= 2;
  g_autofree char *name = NULL;
  DeskStateManager *manager;
  char *runtime;
  guint64 seq;
  GStatBuf st;

  if (!have_memory (fixture, &runtime))
    return;
  manager = hang (fixture, variant % 2 == 0 ? DISK_HANG_WRITE : DISK_HANG_SYNC);
  seq = go_on (manager, 4, 3);
  g_assert_cmpint (desk_state_manager_keep_aside (manager, seq), ==, DESK_KEPT_ASIDE);
  g_assert_cmpuint (count_files (runtime, ".emergency", &name), ==, 1);
  g_assert_cmpint (g_stat (name, &st), ==, 0);
  g_assert_cmpint (st.st_size, >, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  /* The same again adds nothing. */
  g_assert_cmpint (desk_state_manager_keep_aside (manager, seq), ==, DESK_KEPT_ASIDE);
  {
    gint64 size = st.st_size;

    g_assert_cmpint (g_stat (name, &st), ==, 0);
    g_assert_cmpint (st.st_size, ==, size);
  }
  disk_release (fails ? DISK_SYNC : DISK_NONE);
  seq = go_on (manager, 7, 2);
  state_wait_durable (fixture, seq);
  g_assert_cmpuint (fixture->n_failures, ==, fails);
  if (!fails)
    {
      /* All of it is on the disk: it is not kept twice. */
      g_assert_cmpint (g_stat (name, &st), ==, 0);
      g_assert_cmpint (st.st_size, ==, 0);
    }
  else
    {
      g_clear_error (&fixture->failure);
      fixture->n_failures = 0;
    }
  desk_state_manager_close (manager);
  disk.fault = DISK_NONE;
  g_assert_cmpuint (count_files (runtime, "", NULL), ==, fails);
  look (fixture, 9);
  g_assert_cmpuint (count_files (runtime, "", NULL), ==, 0);
  forget (runtime);
}

/* What the child of a crash has seen when it dies. */
typedef enum
{
  DIE_ONCE,
  DIE_KEPT_TWICE, /* in one hang */
  DIE_HUNG_TWICE,
  DIE_FAILED, /* after the hang, and what followed is in the file of the emergency */
} Death;

/* The child of a crash: dies while the disk hangs. */
static void
die (DiskFault fault,
     Death     death)
{
  StateFixture fixture = { .path = (char *) g_getenv ("STATE_ASIDE_PATH"), .context = g_main_context_new (),
                           .restored = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free) };
  DeskStateManager *manager = hang (&fixture, fault);
  guint64 seq = go_on (manager, 4, 3);

  g_assert_cmpint (desk_state_manager_keep_aside (manager, seq), ==, DESK_KEPT_ASIDE);
  if (death == DIE_HUNG_TWICE)
    {
      disk_release (DISK_NONE);
      state_wait_durable (&fixture, seq);
      disk.fault = fault;
    }
  if (death == DIE_FAILED)
    {
      disk_release (DISK_SYNC);
      state_wait_durable (&fixture, seq);
      go_on (manager, 7, 3);
      kill (getpid (), SIGKILL);
    }
  if (death != DIE_ONCE)
    {
      seq = go_on (manager, 7, 3);
      if (death == DIE_HUNG_TWICE)
        disk_wait_hung ();
      g_assert_cmpint (desk_state_manager_keep_aside (manager, seq), ==, DESK_KEPT_ASIDE);
    }
  /* Nobody has kept this one. */
  go_on (manager, 20, 1);
  kill (getpid (), SIGKILL);
}

static void
die_in_child (StateFixture *fixture,
              const char   *runtime)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_mkdir_with_parents (folder, 0700);
  g_setenv ("STATE_ASIDE_PATH", fixture->path, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_assert_false (g_test_trap_has_passed ());
  g_assert_cmpuint (count_files (runtime, ".emergency", NULL), ==, 1);
}

static void
test_crash (StateFixture *fixture,
            gconstpointer data)
{
  guint variant = GPOINTER_TO_UINT (data);
  char *runtime;

  if (g_test_subprocess ())
    {
      die (variant % 2 == 0 ? DISK_HANG_WRITE : DISK_HANG_SYNC, (Death) (variant / 2));
      return;
    }
  if (!have_memory (fixture, &runtime))
    return;
  die_in_child (fixture, runtime);
  look (fixture, variant >= 2 ? 10 : 7);
  g_assert_cmpuint (count_files (runtime, "", NULL), ==, 0);
  forget (runtime);
}

typedef struct
{
  const char *point; /* a failpoint of the next start */
  Death       death; /* of the life before */
} Again;

/* The next start takes it in and dies at one of its steps. */
static void
test_crash_again (StateFixture *fixture,
                  gconstpointer data)
{
  const Again *again = data;
  g_autofree char *point = g_strconcat (again->point, "=kill", NULL);
  DeskStateManager *manager;
  char *runtime;

  if (g_test_subprocess ())
    {
      /* A build without such places ends a little later. */
      if (g_getenv ("DESK_FAILPOINT") == NULL)
        die (DISK_HANG_WRITE, again->death);
      fixture->path = (char *) g_getenv ("STATE_ASIDE_PATH");
      manager = state_open (fixture, DESK_STATE_WRITER);
      state_restore (fixture, manager);
      desk_state_manager_close (manager);
      kill (getpid (), SIGKILL);
    }
  if (!have_memory (fixture, &runtime))
    return;
  die_in_child (fixture, runtime);
  g_setenv ("DESK_FAILPOINT", point, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_assert_false (g_test_trap_has_passed ());
  g_unsetenv ("DESK_FAILPOINT");
  look (fixture, again->death == DIE_FAILED ? 10 : 7);
  g_assert_cmpuint (count_files (runtime, "", NULL), ==, 0);
  forget (runtime);
}

/* A life between that knew nothing of it has gone another way: what was kept is not its continuation, and is put by. */
static void
test_another_life (StateFixture *fixture,
                   gconstpointer data)
{
  g_autofree char *hidden = NULL;
  char *runtime;

  if (g_test_subprocess ())
    die (DISK_HANG_WRITE, DIE_ONCE);
  if (!have_memory (fixture, &runtime))
    return;
  die_in_child (fixture, runtime);
  hidden = g_strdup (runtime);
  g_unsetenv ("XDG_RUNTIME_DIR");
  state_write_history (fixture, 1, 2);
  g_setenv ("XDG_RUNTIME_DIR", hidden, TRUE);
  desk_state_manager_close (state_open (fixture, DESK_STATE_WRITER));
  g_assert_cmpuint (count_files (runtime, ".old", NULL), ==, 1);
  g_assert_cmpuint (count_files (runtime, "", NULL), ==, 1);
  look (fixture, 3);
  forget (runtime);
}

/* A disk that hangs and then fails leaves much to be kept: all of it is, before anybody hears of the failure. */
static void
test_kept_before_told (StateFixture *fixture,
                       gconstpointer data)
{
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
  DeskEmergency *emergency;
  char mark[65];
  guint i;

  state_restore (fixture, manager);
  state_wait_durable (fixture, state_append_one (manager, 0, DESK_APPEND_NOW));
  disk.fault = DISK_HANG_SYNC;
  state_append_one (manager, 1, DESK_APPEND_NOW);
  disk_wait_hung ();
  go_on (manager, 2, MANY);
  disk_release (DISK_SYNC);
  state_wait_durable (fixture, G_MAXUINT64);
  emergency = desk_emergency_open (fixture->path);
  {
    g_autoptr (GPtrArray) kept = desk_emergency_read (emergency, mark);

    i = kept->len;
  }
  desk_emergency_close (emergency);
  g_assert_cmpuint (i, ==, 1 + MANY);
  g_clear_error (&fixture->failure);
  fixture->n_failures = 0;
  desk_state_manager_close (manager);
  disk.fault = DISK_NONE;
  look (fixture, 2 + MANY);
}

/* As a disk fails that has hung, two threads write what they have to the file of the emergency, and not in turn. */
static void
test_out_of_order (StateFixture *fixture,
                   gconstpointer data)
{
  static const guint numbers[] = { 3, 1, 2 };
  g_autoptr (GPtrArray) none = NULL;
  DeskEmergency *emergency;
  char mark[65];
  guint i;

  state_write_history (fixture, 0, 1);
  emergency = desk_emergency_open (fixture->path);
  none = desk_emergency_read (emergency, mark);
  g_assert_cmpuint (none->len, ==, 0);
  for (i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      DeskRecord *record = state_make_record (numbers[i]);

      record->seq = 100 + numbers[i];
      g_assert_true (desk_emergency_append (emergency, &record, 1, FALSE));
      desk_record_free (record);
    }
  desk_emergency_close (emergency);
  look (fixture, 4);
}

/* There is no such place where writing might wait for the very disk that hangs, or for another one. */
static void
test_no_place (StateFixture *fixture,
               gconstpointer data)
{
  g_autofree char *same = NULL;
  DeskStateManager *manager;
  struct statfs system;
  char *runtime;

  if (!have_memory (fixture, &runtime))
    return;
  /* In the same memory. */
  g_free (fixture->path);
  fixture->path = g_build_filename (runtime, "state.sqlite", NULL);
  manager = state_open (fixture, DESK_STATE_WRITER);
  state_wait_durable (fixture, state_append_one (manager, 0, DESK_APPEND_NOW));
  g_assert_cmpint (desk_state_manager_keep_aside (manager, 0), ==, DESK_KEPT_NOWHERE);
  g_assert_cmpuint (count_files (runtime, "", NULL), ==, 0);
  /* On a disk. */
  same = g_build_filename (fixture->folder, "run", NULL);
  g_assert_cmpint (g_mkdir (same, 0700), ==, 0);
  if (statfs (same, &system) == 0 && system.f_type != TMPFS_MAGIC)
    {
      desk_state_manager_close (manager);
      g_setenv ("XDG_RUNTIME_DIR", same, TRUE);
      manager = state_open (fixture, DESK_STATE_WRITER);
      state_wait_durable (fixture, state_append_one (manager, 1, DESK_APPEND_NOW));
      g_assert_cmpint (desk_state_manager_keep_aside (manager, 0), ==, DESK_KEPT_NOWHERE);
      g_assert_cmpuint (count_files (same, "", NULL), ==, 0);
    }
  /* None. */
  desk_state_manager_close (manager);
  g_unsetenv ("XDG_RUNTIME_DIR");
  manager = state_open (fixture, DESK_STATE_WRITER);
  state_wait_durable (fixture, state_append_one (manager, 2, DESK_APPEND_NOW));
  g_assert_cmpint (desk_state_manager_keep_aside (manager, 0), ==, DESK_KEPT_NOWHERE);
  desk_state_manager_close (manager);
  {
    static const char *const suffixes[] = { "", "-wal", "-shm", ".id", ".head", ".lock", ".emergency" };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
      {
        g_autofree char *name = g_strconcat (fixture->path, suffixes[i], NULL);

        g_unlink (name);
      }
  }
  forget (runtime);
}

/* What is kept is joined to the opening of this life, and that is not there yet. */
static void
test_not_open (StateFixture *fixture,
               gconstpointer data)
{
  DeskStateManager *manager;
  char *runtime;
  guint64 seq;

  if (!have_memory (fixture, &runtime))
    return;
  manager = state_open (fixture, DESK_STATE_WRITER);
  disk.fault = DISK_HANG_SYNC;
  seq = state_append_one (manager, 0, DESK_APPEND_NOW);
  disk_wait_hung ();
  g_assert_cmpint (desk_state_manager_keep_aside (manager, 0), ==, DESK_KEPT_NOWHERE);
  g_assert_cmpint (desk_state_manager_keep_aside (manager, seq), ==, DESK_KEPT_NOWHERE);
  disk_release (DISK_NONE);
  state_wait_durable (fixture, seq);
  g_assert_cmpint (desk_state_manager_keep_aside (manager, seq), ==, DESK_KEPT_ASIDE);
  desk_state_manager_close (manager);
  look (fixture, 1);
  forget (runtime);
}

/* It has its bounds: what does not go in whole is not called kept. */
static void
test_full (StateFixture *fixture,
           gconstpointer data)
{
  DeskStateManager *manager;
  DeskRecord *record;
  char *runtime;
  guint64 seq = 0;
  guint i;

  if (!have_memory (fixture, &runtime))
    return;
  manager = hang (fixture, DISK_HANG_WRITE);
  for (i = 0; i < 17; i++)
    {
      record = state_make_record (4 + i);
      g_free (record->payload);
      record->payload = g_strnfill (1024 * 1024, 'x');
      seq = desk_state_manager_append (manager, &record, 1, DESK_APPEND_GROUP);
    }
  g_assert_cmpint (desk_state_manager_keep_aside (manager, seq), ==, DESK_KEPT_FAILED);
  g_assert_cmpint (desk_state_manager_keep_aside (manager, seq - 16), ==, DESK_KEPT_ASIDE);
  disk_release (DISK_NONE);
  state_wait_durable (fixture, seq);
  desk_state_manager_close (manager);
  forget (runtime);
}

void
state_add_aside_tests (void)
{
  static const char *const ends[] = { "arrives", "fails" };
  static const char *const deaths[] = { "once", "kept-twice", "hung-twice" };
  static const char *const steps[] = {
    "emergency.read", "journal.before-commit", "journal.after-commit", "emergency.before-clear", "emergency.cleared", "id.after-write",
  };
  guint i;

  for (i = 0; i < 4; i++)
    {
      g_autofree char *released = g_strdup_printf ("/core/state-aside/%s/%s", hangs[i % 2], ends[i / 2]);

      g_test_add (released, StateFixture, GUINT_TO_POINTER (i), state_fixture_set_up, test_released, state_fixture_tear_down);
    }
  for (i = 0; i < 6; i++)
    {
      g_autofree char *crash = g_strdup_printf ("/core/state-aside/%s/crash/%s", hangs[i % 2], deaths[i / 2]);

      g_test_add (crash, StateFixture, GUINT_TO_POINTER (i), state_fixture_set_up, test_crash, state_fixture_tear_down);
    }
  for (i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      static Again again[G_N_ELEMENTS (steps)][2];
      guint k;

      for (k = 0; k < 2; k++)
        {
          g_autofree char *path = g_strdup_printf ("/core/state-aside/crash-again/%s/%s", k == 0 ? "hung" : "hung-and-failed", steps[i]);

          again[i][k] = (Again) { steps[i], k == 0 ? DIE_ONCE : DIE_FAILED };
          g_test_add (path, StateFixture, &again[i][k], state_fixture_set_up, test_crash_again, state_fixture_tear_down);
        }
    }
  g_test_add ("/core/state-aside/another-life", StateFixture, NULL, state_fixture_set_up, test_another_life, state_fixture_tear_down);
  g_test_add ("/core/state-aside/kept-before-told", StateFixture, NULL, state_fixture_set_up, test_kept_before_told, state_fixture_tear_down);
  g_test_add ("/core/state-aside/out-of-order", StateFixture, NULL, state_fixture_set_up, test_out_of_order, state_fixture_tear_down);
  g_test_add ("/core/state-aside/no-place", StateFixture, NULL, state_fixture_set_up, test_no_place, state_fixture_tear_down);
  g_test_add ("/core/state-aside/not-open", StateFixture, NULL, state_fixture_set_up, test_not_open, state_fixture_tear_down);
  g_test_add ("/core/state-aside/full", StateFixture, NULL, state_fixture_set_up, test_full, state_fixture_tear_down);
}
