/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The state file on a disk whose Nth operation fails, for every N: what was called durable is there afterwards, nothing
 * is there in half, and a failure is told once and never taken back. */

#include "desk-journal-row.h"
#include "desk-state-manager.h"

#include "state-disk.h"
#include "state-fixture.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define N_BATCHES 4
#define N_EACH    3
#define FOR_GOOD  0x100 /* every later one fails, too */

/* --- One life of a state file on that disk --- */

typedef struct
{
  guint64 durable;
  guint   n_failures;
  gboolean ended;
  GError *damage;
  GArray *numbers; /* guint, of our records as they were restored */
} Life;

static void
on_committed (guint64       seq,
              gint64        commit_usec,
              const GError *error,
              gpointer      user_data)
{
  Life *life = user_data;

  g_assert_cmpuint (life->n_failures, ==, 0);
  g_assert_cmpuint (seq, >=, life->durable);
  life->durable = seq;
  if (error != NULL)
    {
      g_assert_true (error->domain == DESK_ERROR);
      life->n_failures++;
    }
}

static void
on_restored (const DeskRecord *record,
             const GError     *error,
             gpointer          user_data)
{
  Life *life = user_data;
  guint number;

  if (record == NULL)
    {
      life->ended = TRUE;
      life->damage = error != NULL ? g_error_copy (error) : NULL;
      return;
    }
  if (record->kind == DESK_RECORD_INSTANCE)
    return;
  number = (guint) record->utc;
  g_array_append_val (life->numbers, number);
}

static void
life_clear (Life *life)
{
  g_clear_error (&life->damage);
  g_clear_pointer (&life->numbers, g_array_unref);
  memset (life, 0, sizeof *life);
}

static void
restore (Life             *life,
         DeskStateManager *manager,
         GMainContext     *context)
{
  life->numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  desk_state_manager_set_completion (manager, context, on_committed, life);
  desk_state_manager_restore (manager, on_restored, life);
  while (!life->ended)
    g_main_context_iteration (context, TRUE);
}

static void
copy_files (const char *from,
            const char *to)
{
  static const char *const suffixes[] = { "", "-wal", ".id", ".head", ".emergency" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *source = g_strconcat (from, suffixes[i], NULL), *target = g_strconcat (to, suffixes[i], NULL);
      g_autofree char *content = NULL;
      gsize len;

      g_unlink (target);
      if (g_file_get_contents (source, &content, &len, NULL))
        {
          /* Without the sync that GLib would add. */
          FILE *file = g_fopen (target, "w");

          g_assert_cmpuint (fwrite (content, 1, len, file), ==, len);
          fclose (file);
        }
    }
}

/* Opens, restores, appends batches of N_EACH, closes. Returns how many of the records of @from on were called durable.
 * @killed: where to put what a process would have left that was killed at the end. */
static guint
live (const char   *path,
      GMainContext *context,
      guint         from,
      const char   *killed,
      gboolean     *opened)
{
  g_autoptr (GError) error = NULL;
  DeskStateManager *manager = desk_state_manager_open (path, DESK_STATE_WRITER, &error);
  Life life = { 0 };
  guint batch, i, durable = 0;

  *opened = manager != NULL;
  if (manager == NULL)
    {
      g_assert_true (error->domain == DESK_ERROR);
      return 0;
    }
  restore (&life, manager, context);
  for (batch = 0; batch < N_BATCHES && life.damage == NULL && life.n_failures == 0; batch++)
    {
      DeskRecord *records[N_EACH];
      guint64 seq;

      for (i = 0; i < N_EACH; i++)
        {
          records[i] = desk_record_new (DESK_RECORD_INTENT);
          records[i]->utc = from + batch * N_EACH + i;
          records[i]->client_order_id = g_strdup_printf ("T-%u", from + batch * N_EACH + i);
          records[i]->payload = g_strnfill (700, 'x');
        }
      seq = desk_state_manager_append (manager, records, N_EACH, DESK_APPEND_NOW);
      while (life.durable < seq && life.n_failures == 0)
        g_main_context_iteration (context, TRUE);
      if (life.durable >= seq)
        durable += N_EACH;
    }
  if (killed != NULL)
    copy_files (path, killed);
  desk_state_manager_close (manager);
  life_clear (&life);
  return durable;
}

static void
remove_files (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal", ".id", ".head", ".lock" };
  guint i;

  /* The emergency file stays: it is empty again, and slow to make. */
  for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, suffixes[i], NULL);

      g_unlink (name);
    }
}

/* Whole batches in order, each record once: all that were durable, and of the rest what the emergency file or a failed
 * commit that had reached the disk brings. */
static void
look (const char   *path,
      GMainContext *context,
      guint         durable)
{
  g_autoptr (GError) error = NULL;
  DeskStateManager *manager = desk_state_manager_open (path, DESK_STATE_WRITER, &error);
  Life life = { 0 };
  guint i;

  g_assert_no_error (error);
  restore (&life, manager, context);
  g_assert_no_error (life.damage);
  g_assert_cmpuint (life.numbers->len, >=, durable);
  for (i = 0; i < life.numbers->len; i++)
    g_assert_cmpuint (g_array_index (life.numbers, guint, i), ==, i);
  g_assert_cmpuint (life.numbers->len % N_EACH, ==, 0);
  desk_state_manager_close (manager);
  life_clear (&life);
}

static void
test_every_operation (gconstpointer data)
{
  DiskFault fault = (DiskFault) (GPOINTER_TO_INT (data) & ~FOR_GOOD);
  /* In memory where there is such a folder: it is the failures that count here, and thousands of syncs are slow. */
  const char *parent = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  g_autofree char *folder = g_mkdtemp (g_build_filename (parent, "desk-faults-XXXXXX", NULL));
  g_autofree char *path = g_build_filename (folder, "state.sqlite", NULL);
  g_autofree char *killed = g_build_filename (folder, "killed.sqlite", NULL);
  g_autofree char *emergency = g_strconcat (path, ".emergency", NULL);
  g_autofree char *killed_emergency = g_strconcat (killed, ".emergency", NULL);
  GMainContext *context = g_main_context_new ();
  g_autofree char *base = g_build_filename (folder, "base.sqlite", NULL);
  g_autofree char *base_emergency = g_strconcat (base, ".emergency", NULL);
  gboolean opened, more = TRUE;
  guint first = 0, refused = 0, ran = 0;
  gboolean fresh = fault >= DISK_OWN_WRITE;
  /* SQLite asks for memory thousands of times: each by itself in the long form (-m slow). */
  int step = fault == DISK_MEMORY && !g_test_slow () ? 41 : 1;
  int skip = step > 1 ? g_test_rand_int_range (0, step) : 0;
  int n;

  /* A good life first, unless it is about files that the first life makes; then, again and again, one more on the bad
   * disk, and a look. */
  disk.fault = DISK_NONE;
  if (!fresh)
    {
      first = live (base, context, 0, NULL, &opened);
      g_assert_cmpuint (first, ==, N_BATCHES * N_EACH);
    }
  for (n = 1; more; n++)
    {
      g_autoptr (GError) error = NULL;
      DeskJournalCheck check;
      guint second;

      if (fresh)
        g_unlink (emergency);
      else
        copy_files (base, path);
      disk.fault = fault;
      disk.at = n * step - skip;
      disk.hit = 0;
      disk.after = (GPOINTER_TO_INT (data) & FOR_GOOD) != 0;
      second = live (path, context, first, killed, &opened);
      disk.fault = DISK_NONE;
      more = disk.hit > 0;
      refused += !opened;
      ran++;

      look (path, context, first + second);
      if (opened)
        look (killed, context, first + second);

      desk_journal_check (path, &check, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (check.text, ==, NULL);
      g_free (check.text);
      remove_files (path);
      remove_files (killed);
    }
  g_test_message ("%u operations failed in turn, %u of them refused the opening", ran - 1, refused);
  g_assert_cmpuint (ran, >, 1);

  g_main_context_unref (context);
  remove_files (base);
  g_unlink (base_emergency);
  g_unlink (emergency);
  g_unlink (killed_emergency);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    int         fault;
  } cases[] = {
    { "/core/state-faults/write", DISK_WRITE },
    { "/core/state-faults/torn", DISK_TORN },
    { "/core/state-faults/full", DISK_FULL },
    { "/core/state-faults/full-for-good", DISK_FULL | FOR_GOOD },
    { "/core/state-faults/sync", DISK_SYNC },
    { "/core/state-faults/sync-for-good", DISK_SYNC | FOR_GOOD },
    { "/core/state-faults/read", DISK_READ },
    { "/core/state-faults/truncate", DISK_TRUNCATE },
    { "/core/state-faults/open", DISK_OPEN },
    { "/core/state-faults/lock", DISK_LOCK },
    { "/core/state-faults/index-map", DISK_SHM_MAP },
    { "/core/state-faults/index-lock", DISK_SHM_LOCK },
    { "/core/state-faults/size", DISK_SIZE },
    { "/core/state-faults/delete", DISK_DELETE },
    { "/core/state-faults/access", DISK_ACCESS },
    { "/core/state-faults/memory", DISK_MEMORY },
    { "/core/state-faults/memory-for-good", DISK_MEMORY | FOR_GOOD },
    { "/core/state-faults/own-write", DISK_OWN_WRITE },
    { "/core/state-faults/own-full", DISK_OWN_FULL },
    { "/core/state-faults/own-sync", DISK_OWN_SYNC },
    { "/core/state-faults/own-rename", DISK_OWN_RENAME },
    { "/core/state-faults/own-replace", DISK_OWN_REPLACE },
  };
  guint i;

  g_test_init (&argc, &argv, NULL);
  disk_install ();
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, GINT_TO_POINTER (cases[i].fault), test_every_operation);
  state_add_aside_tests ();
  return g_test_run ();
}
