/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The state file on a disk whose Nth operation fails, for every N: what was called durable is there afterwards, nothing
 * is there in half, and a failure is told once and never taken back. */

#include "desk-journal-row.h"
#include "desk-state-manager.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define N_BATCHES 4
#define N_EACH    3

/* --- A file layer between SQLite and the disk --- */

typedef enum
{
  FAULT_NONE,
  FAULT_WRITE,    /* nothing is written */
  FAULT_TORN,     /* half of it is written */
  FAULT_FULL,
  FAULT_SYNC,     /* fails once; the next one says that all is well */
  FAULT_READ,
  FAULT_TRUNCATE,
} Fault;

static struct
{
  Fault fault;
  int   at;      /* counts down; the operation that reaches 0 fails */
  int   seen;    /* operations of this kind so far */
  int   hit;
} disk;

typedef struct
{
  sqlite3_file  base;
  sqlite3_file *real;
} FaultyFile;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs  faulty_vfs;
static sqlite3_io_methods faulty_methods;

static gboolean
fails (Fault fault)
{
  if (disk.fault != fault)
    return FALSE;
  disk.seen++;
  if (disk.at == 0 || --disk.at != 0)
    return FALSE;
  disk.hit++;
  return TRUE;
}

#define REAL(file) (((FaultyFile *) (file))->real)

static int
faulty_close (sqlite3_file *file)
{
  int rc = REAL (file)->pMethods->xClose (REAL (file));

  g_free (REAL (file));
  return rc;
}

static int
faulty_read (sqlite3_file *file,
             void         *data,
             int           n,
             sqlite3_int64 at)
{
  return fails (FAULT_READ) ? SQLITE_IOERR_READ : REAL (file)->pMethods->xRead (REAL (file), data, n, at);
}

static int
faulty_write (sqlite3_file *file,
              const void   *data,
              int           n,
              sqlite3_int64 at)
{
  if (fails (FAULT_WRITE))
    return SQLITE_IOERR_WRITE;
  if (fails (FAULT_FULL))
    return SQLITE_FULL;
  if (fails (FAULT_TORN))
    {
      REAL (file)->pMethods->xWrite (REAL (file), data, n / 2, at);
      return SQLITE_IOERR_WRITE;
    }
  return REAL (file)->pMethods->xWrite (REAL (file), data, n, at);
}

static int
faulty_truncate (sqlite3_file *file,
                 sqlite3_int64 size)
{
  return fails (FAULT_TRUNCATE) ? SQLITE_IOERR_TRUNCATE : REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
faulty_sync (sqlite3_file *file,
             int           flags)
{
  return fails (FAULT_SYNC) ? SQLITE_IOERR_FSYNC : REAL (file)->pMethods->xSync (REAL (file), flags);
}

static int faulty_size (sqlite3_file *file, sqlite3_int64 *size) { return REAL (file)->pMethods->xFileSize (REAL (file), size); }
static int faulty_lock (sqlite3_file *file, int level) { return REAL (file)->pMethods->xLock (REAL (file), level); }
static int faulty_unlock (sqlite3_file *file, int level) { return REAL (file)->pMethods->xUnlock (REAL (file), level); }
static int faulty_reserved (sqlite3_file *file, int *out) { return REAL (file)->pMethods->xCheckReservedLock (REAL (file), out); }
static int faulty_control (sqlite3_file *file, int op, void *arg) { return REAL (file)->pMethods->xFileControl (REAL (file), op, arg); }
static int faulty_sector (sqlite3_file *file) { return REAL (file)->pMethods->xSectorSize (REAL (file)); }
static int faulty_device (sqlite3_file *file) { return REAL (file)->pMethods->xDeviceCharacteristics (REAL (file)); }

static int
faulty_shm_map (sqlite3_file   *file,
                int             page,
                int             size,
                int             extend,
                void volatile **out)
{
  return REAL (file)->pMethods->xShmMap (REAL (file), page, size, extend, out);
}

static int
faulty_shm_lock (sqlite3_file *file,
                 int           offset,
                 int           n,
                 int           flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void faulty_shm_barrier (sqlite3_file *file) { REAL (file)->pMethods->xShmBarrier (REAL (file)); }
static int faulty_shm_unmap (sqlite3_file *file, int drop) { return REAL (file)->pMethods->xShmUnmap (REAL (file), drop); }

static int
faulty_open (sqlite3_vfs  *vfs,
             const char   *name,
             sqlite3_file *file,
             int           flags,
             int          *out_flags)
{
  FaultyFile *faulty = (FaultyFile *) file;
  int rc;

  faulty->base.pMethods = NULL;
  faulty->real = g_malloc0 (real_vfs->szOsFile);
  rc = real_vfs->xOpen (real_vfs, name, faulty->real, flags, out_flags);
  if (rc != SQLITE_OK)
    {
      g_free (faulty->real);
      return rc;
    }
  faulty->base.pMethods = &faulty_methods;
  return SQLITE_OK;
}

static void
install_faulty_disk (void)
{
  real_vfs = sqlite3_vfs_find (NULL);
  faulty_methods = (sqlite3_io_methods) {
    2, faulty_close, faulty_read, faulty_write, faulty_truncate, faulty_sync, faulty_size, faulty_lock, faulty_unlock,
    faulty_reserved, faulty_control, faulty_sector, faulty_device, faulty_shm_map, faulty_shm_lock, faulty_shm_barrier,
    faulty_shm_unmap, NULL, NULL,
  };
  faulty_vfs = *real_vfs;
  faulty_vfs.szOsFile = sizeof (FaultyFile);
  faulty_vfs.zName = "faulty";
  faulty_vfs.pNext = NULL;
  faulty_vfs.xOpen = faulty_open;
  g_assert_cmpint (sqlite3_vfs_register (&faulty_vfs, 1), ==, SQLITE_OK);
}

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
  static const char *const suffixes[] = { "", "-wal", ".id", ".emergency" };
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
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal", ".id", ".lock" };
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
  Fault fault = (Fault) GPOINTER_TO_INT (data);
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
  guint first, refused = 0, ran = 0;
  int n;

  /* A good life first; then, again and again, one more on the bad disk, and a look. */
  disk.fault = FAULT_NONE;
  first = live (base, context, 0, NULL, &opened);
  g_assert_cmpuint (first, ==, N_BATCHES * N_EACH);
  for (n = 1; more; n++)
    {
      g_autoptr (GError) error = NULL;
      DeskJournalCheck check;
      guint second;

      copy_files (base, path);
      disk.fault = fault;
      disk.at = n;
      disk.hit = 0;
      second = live (path, context, first, killed, &opened);
      disk.fault = FAULT_NONE;
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
    Fault       fault;
  } cases[] = {
    { "/core/state-faults/write", FAULT_WRITE },
    { "/core/state-faults/torn", FAULT_TORN },
    { "/core/state-faults/full", FAULT_FULL },
    { "/core/state-faults/sync", FAULT_SYNC },
    { "/core/state-faults/read", FAULT_READ },
    { "/core/state-faults/truncate", FAULT_TRUNCATE },
  };
  guint i;

  g_test_init (&argc, &argv, NULL);
  install_faulty_disk ();
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, GINT_TO_POINTER (cases[i].fault), test_every_operation);
  return g_test_run ();
}
