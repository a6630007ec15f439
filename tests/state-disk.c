/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "state-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#define SECTOR 512

Disk disk;

static GMutex     lock;
static GCond      changed;
static guint      n_hung;
static GPtrArray *trace;

/* --- Failing --- */

static gboolean
fails (DiskFault fault)
{
  gboolean now = FALSE;

  g_mutex_lock (&lock);
  if (disk.fault == fault && (disk.at > 0 || disk.after))
    {
      now = disk.at <= 1;
      disk.at -= disk.at > 0;
      disk.hit += now;
    }
  g_mutex_unlock (&lock);
  return now;
}

static void
hang (DiskFault fault)
{
  g_mutex_lock (&lock);
  if (disk.fault == fault)
    {
      n_hung++;
      g_cond_broadcast (&changed);
      while (disk.fault == fault)
        g_cond_wait (&changed, &lock);
      n_hung--;
    }
  g_mutex_unlock (&lock);
}

void
disk_wait_hung (void)
{
  g_mutex_lock (&lock);
  while (n_hung == 0)
    g_cond_wait (&changed, &lock);
  g_mutex_unlock (&lock);
}

void
disk_release (DiskFault fault)
{
  g_mutex_lock (&lock);
  disk.fault = fault;
  disk.at = 1;
  disk.after = FALSE;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

/* --- Writing down --- */

static void
op_free (gpointer data)
{
  DiskOp *op = data;

  g_free (op->file);
  g_free (op->name);
  g_free (op->data);
  g_free (op);
}

static void
note (DiskOpKind    kind,
      const char   *path,
      const char   *name,
      gint64        at,
      gconstpointer data,
      gsize         len)
{
  g_mutex_lock (&lock);
  if (trace != NULL)
    {
      DiskOp *op = g_new0 (DiskOp, 1);

      op->kind = kind;
      op->file = path != NULL ? g_path_get_basename (path) : NULL;
      op->name = name != NULL ? g_path_get_basename (name) : NULL;
      op->at = at;
      op->data = g_memdup2 (data, len);
      op->len = len;
      g_ptr_array_add (trace, op);
    }
  g_mutex_unlock (&lock);
}

void
disk_trace_start (void)
{
  g_mutex_lock (&lock);
  trace = g_ptr_array_new_with_free_func (op_free);
  g_mutex_unlock (&lock);
}

void
disk_trace_claim (gint64 value,
                  gint64 second)
{
  note (DISK_OP_CLAIM, NULL, NULL, value, NULL, (gsize) second);
}

GPtrArray *
disk_trace_stop (void)
{
  GPtrArray *ops;

  g_mutex_lock (&lock);
  ops = g_steal_pointer (&trace);
  g_mutex_unlock (&lock);
  return ops;
}

/* --- Between SQLite and the disk --- */

typedef struct
{
  sqlite3_file  base;
  sqlite3_file *real;
  char         *path;  /* NULL: a temporary file */
  gboolean      shared_memory;
} DiskFile;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs  disk_vfs;
static sqlite3_io_methods disk_methods;

#define REAL(file) (((DiskFile *) (file))->real)
#define PATH(file) (((DiskFile *) (file))->path)

static int
disk_close (sqlite3_file *file)
{
  int rc = REAL (file)->pMethods->xClose (REAL (file));

  g_free (REAL (file));
  g_free (PATH (file));
  return rc;
}

static int
disk_read (sqlite3_file *file,
           void         *data,
           int           n,
           sqlite3_int64 at)
{
  return fails (DISK_READ) ? SQLITE_IOERR_READ : REAL (file)->pMethods->xRead (REAL (file), data, n, at);
}

static int
disk_write (sqlite3_file *file,
            const void   *data,
            int           n,
            sqlite3_int64 at)
{
  hang (DISK_HANG_WRITE);
  if (fails (DISK_WRITE))
    return SQLITE_IOERR_WRITE;
  if (fails (DISK_FULL))
    return SQLITE_FULL;
  if (fails (DISK_TORN))
    {
      REAL (file)->pMethods->xWrite (REAL (file), data, n / 2, at);
      return SQLITE_IOERR_WRITE;
    }
  if (PATH (file) != NULL)
    note (DISK_OP_WRITE, PATH (file), NULL, at, data, (gsize) n);
  return REAL (file)->pMethods->xWrite (REAL (file), data, n, at);
}

static int
disk_truncate (sqlite3_file *file,
               sqlite3_int64 size)
{
  if (fails (DISK_TRUNCATE))
    return SQLITE_IOERR_TRUNCATE;
  if (PATH (file) != NULL)
    note (DISK_OP_TRUNCATE, PATH (file), NULL, size, NULL, 0);
  return REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
disk_sync (sqlite3_file *file,
           int           flags)
{
  int rc;

  hang (DISK_HANG_SYNC);
  rc = fails (DISK_SYNC) ? SQLITE_IOERR_FSYNC : REAL (file)->pMethods->xSync (REAL (file), flags);

  /* What is written down after it has happened only: until then it has not. */
  if (rc == SQLITE_OK && PATH (file) != NULL)
    note (DISK_OP_SYNC, PATH (file), NULL, 0, NULL, 0);
  return rc;
}

static int
disk_size (sqlite3_file  *file,
           sqlite3_int64 *size)
{
  return fails (DISK_SIZE) ? SQLITE_IOERR_FSTAT : REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
disk_lock (sqlite3_file *file,
           int           level)
{
  return fails (DISK_LOCK) ? SQLITE_IOERR_LOCK : REAL (file)->pMethods->xLock (REAL (file), level);
}

static int disk_unlock (sqlite3_file *file, int level) { return REAL (file)->pMethods->xUnlock (REAL (file), level); }
static int disk_reserved (sqlite3_file *file, int *out) { return REAL (file)->pMethods->xCheckReservedLock (REAL (file), out); }
static int disk_control (sqlite3_file *file, int op, void *arg) { return REAL (file)->pMethods->xFileControl (REAL (file), op, arg); }
static int disk_sector (sqlite3_file *file) { return REAL (file)->pMethods->xSectorSize (REAL (file)); }
static int disk_device (sqlite3_file *file) { return REAL (file)->pMethods->xDeviceCharacteristics (REAL (file)); }

static int
disk_shm_map (sqlite3_file   *file,
              int             page,
              int             size,
              int             extend,
              void volatile **out)
{
  if (fails (DISK_SHM_MAP))
    return SQLITE_IOERR_SHMMAP;
  return REAL (file)->pMethods->xShmMap (REAL (file), page, size, extend, out);
}

static int
disk_shm_lock (sqlite3_file *file,
               int           offset,
               int           n,
               int           flags)
{
  /* Giving one back does not fail: SQLite does not even look. */
  if ((flags & SQLITE_SHM_LOCK) != 0 && fails (DISK_SHM_LOCK))
    return SQLITE_IOERR_SHMLOCK;
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void disk_shm_barrier (sqlite3_file *file) { REAL (file)->pMethods->xShmBarrier (REAL (file)); }
static int disk_shm_unmap (sqlite3_file *file, int drop) { return REAL (file)->pMethods->xShmUnmap (REAL (file), drop); }

static int
disk_open (sqlite3_vfs  *vfs,
           const char   *name,
           sqlite3_file *file,
           int           flags,
           int          *out_flags)
{
  DiskFile *mine = (DiskFile *) file;
  int rc;

  mine->base.pMethods = NULL;
  if (fails (DISK_OPEN))
    return SQLITE_CANTOPEN;
  mine->real = g_malloc0 (real_vfs->szOsFile);
  rc = real_vfs->xOpen (real_vfs, name, mine->real, flags, out_flags);
  if (rc != SQLITE_OK)
    {
      g_free (mine->real);
      return rc;
    }
  mine->path = g_strdup (name);
  mine->base.pMethods = &disk_methods;
  return SQLITE_OK;
}

static int
disk_delete (sqlite3_vfs *vfs,
             const char  *name,
             int          sync_folder)
{
  int rc = fails (DISK_DELETE) ? SQLITE_IOERR_DELETE : real_vfs->xDelete (real_vfs, name, sync_folder);

  if (rc == SQLITE_OK)
    {
      note (DISK_OP_DELETE, name, NULL, 0, NULL, 0);
      if (sync_folder)
        note (DISK_OP_SYNC_FOLDER, NULL, NULL, 0, NULL, 0);
    }
  return rc;
}

static int
disk_access (sqlite3_vfs *vfs,
             const char  *name,
             int          flags,
             int         *out)
{
  return fails (DISK_ACCESS) ? SQLITE_IOERR_ACCESS : real_vfs->xAccess (real_vfs, name, flags, out);
}

/* --- Between SQLite and its memory --- */

static sqlite3_mem_methods real_memory;

static void *
memory_new (int size)
{
  return fails (DISK_MEMORY) ? NULL : real_memory.xMalloc (size);
}

static void *
memory_grow (void *block,
             int   size)
{
  return fails (DISK_MEMORY) ? NULL : real_memory.xRealloc (block, size);
}

void
disk_install (void)
{
  sqlite3_mem_methods memory;

  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_GETMALLOC, &real_memory), ==, SQLITE_OK);
  memory = real_memory;
  memory.xMalloc = memory_new;
  memory.xRealloc = memory_grow;
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_MALLOC, &memory), ==, SQLITE_OK);
  real_vfs = sqlite3_vfs_find (NULL);
  disk_methods = (sqlite3_io_methods) {
    2, disk_close, disk_read, disk_write, disk_truncate, disk_sync, disk_size, disk_lock, disk_unlock, disk_reserved,
    disk_control, disk_sector, disk_device, disk_shm_map, disk_shm_lock, disk_shm_barrier, disk_shm_unmap, NULL, NULL,
  };
  disk_vfs = *real_vfs;
  disk_vfs.szOsFile = sizeof (DiskFile);
  disk_vfs.zName = "disk";
  disk_vfs.pNext = NULL;
  disk_vfs.xOpen = disk_open;
  disk_vfs.xDelete = disk_delete;
  disk_vfs.xAccess = disk_access;
  g_assert_cmpint (sqlite3_vfs_register (&disk_vfs, 1), ==, SQLITE_OK);
}

/* --- Between our own files and the disk: the linker sends these calls here --- */

ssize_t  __real_pwrite64 (int fd, const void *data, size_t len, off_t at);
int      __real_fsync (int fd);
int      __real_fdatasync (int fd);
int      __real_rename (const char *from, const char *to);
int      __real_unlink (const char *path);
gboolean __real_g_file_set_contents_full (const char *path, const char *text, gssize len, GFileSetContentsFlags flags,
                                          int mode, GError **error);
ssize_t  __wrap_pwrite64 (int fd, const void *data, size_t len, off_t at);
int      __wrap_fsync (int fd);
int      __wrap_fdatasync (int fd);
int      __wrap_rename (const char *from, const char *to);
int      __wrap_unlink (const char *path);
gboolean __wrap_g_file_set_contents_full (const char *path, const char *text, gssize len, GFileSetContentsFlags flags,
                                          int mode, GError **error);

static char *
path_of (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);

  return g_file_read_link (link, NULL);
}

ssize_t
__wrap_pwrite64 (int         fd,
                 const void *data,
                 size_t      len,
                 off_t       at)
{
  g_autofree char *path = path_of (fd);

  if (fails (DISK_OWN_WRITE))
    {
      errno = EIO;
      return -1;
    }
  if (fails (DISK_OWN_FULL))
    {
      errno = ENOSPC;
      return -1;
    }
  if (path != NULL)
    note (DISK_OP_WRITE, path, NULL, at, data, len);
  return __real_pwrite64 (fd, data, len, at);
}

static int
sync_own (int   fd,
          int (*real) (int fd))
{
  g_autofree char *path = path_of (fd);
  int rc;

  if (fails (DISK_OWN_SYNC))
    {
      errno = EIO;
      return -1;
    }
  rc = real (fd);
  if (rc == 0 && path != NULL)
    note (g_file_test (path, G_FILE_TEST_IS_DIR) ? DISK_OP_SYNC_FOLDER : DISK_OP_SYNC, path, NULL, 0, NULL, 0);
  return rc;
}

int
__wrap_fsync (int fd)
{
  return sync_own (fd, __real_fsync);
}

int
__wrap_fdatasync (int fd)
{
  return sync_own (fd, __real_fdatasync);
}

int
__wrap_rename (const char *from,
               const char *to)
{
  int rc;

  if (fails (DISK_OWN_RENAME))
    {
      errno = EIO;
      return -1;
    }
  rc = __real_rename (from, to);
  if (rc == 0)
    note (DISK_OP_RENAME, from, to, 0, NULL, 0);
  return rc;
}

int
__wrap_unlink (const char *path)
{
  int rc = __real_unlink (path);

  if (rc == 0)
    note (DISK_OP_DELETE, path, NULL, 0, NULL, 0);
  return rc;
}

/* A file of its own, synced, and moved to its place: there whole, or not. */
gboolean
__wrap_g_file_set_contents_full (const char             *path,
                                 const char             *text,
                                 gssize                  len,
                                 GFileSetContentsFlags   flags,
                                 int                     mode,
                                 GError                **error)
{
  if (fails (DISK_OWN_REPLACE))
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_IO, "the disk fails");
      return FALSE;
    }
  if (!__real_g_file_set_contents_full (path, text, len, flags, mode, error))
    return FALSE;
  note (DISK_OP_REPLACE, path, NULL, 0, text, len < 0 ? strlen (text) : (gsize) len);
  return TRUE;
}

/* --- A power loss --- */

typedef struct
{
  GByteArray *synced;
  GPtrArray  *pending;  /* (element-type DiskOp): WRITE and TRUNCATE since the last sync; borrowed */
} ImageFile;

/* A change of names that no sync of the folder has made sure of yet. */
typedef struct
{
  ImageFile *file;      /* NULL: @name goes */
  char      *name;
} Naming;

struct _DiskImage
{
  GPtrArray  *files;    /* (element-type ImageFile) that have, had or will have a name */
  GHashTable *now;      /* name -> ImageFile, as the programs see it */
  GHashTable *durable;  /* name -> ImageFile, as the disk has it */
  GQueue      namings;  /* of Naming, in order */
};

static void
image_file_free (gpointer data)
{
  ImageFile *file = data;

  g_byte_array_unref (file->synced);
  g_ptr_array_unref (file->pending);
  g_free (file);
}

DiskImage *
disk_image_new (void)
{
  DiskImage *image = g_new0 (DiskImage, 1);

  image->files = g_ptr_array_new_with_free_func (image_file_free);
  image->now = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  image->durable = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return image;
}

static void
naming_free (Naming *naming)
{
  g_free (naming->name);
  g_free (naming);
}

void
disk_image_free (DiskImage *image)
{
  g_queue_clear_full (&image->namings, (GDestroyNotify) naming_free);
  g_hash_table_unref (image->now);
  g_hash_table_unref (image->durable);
  g_ptr_array_unref (image->files);
  g_free (image);
}

static void
set_name (GHashTable *names,
          const char *name,
          ImageFile  *file)
{
  if (file != NULL)
    g_hash_table_replace (names, g_strdup (name), file);
  else
    g_hash_table_remove (names, name);
}

static void
name_it (DiskImage  *image,
         const char *name,
         ImageFile  *file)
{
  Naming *naming = g_new (Naming, 1);

  naming->name = g_strdup (name);
  naming->file = file;
  g_queue_push_tail (&image->namings, naming);
  set_name (image->now, name, file);
}

/* Every change of names has reached the disk. */
static void
settle_names (DiskImage *image)
{
  Naming *naming;

  while ((naming = g_queue_pop_head (&image->namings)) != NULL)
    {
      set_name (image->durable, naming->name, naming->file);
      naming_free (naming);
    }
}

static ImageFile *
get_file (DiskImage  *image,
          const char *name)
{
  ImageFile *file = g_hash_table_lookup (image->now, name);

  if (file == NULL)
    {
      file = g_new0 (ImageFile, 1);
      file->synced = g_byte_array_new ();
      file->pending = g_ptr_array_new ();
      g_ptr_array_add (image->files, file);
      name_it (image, name, file);
    }
  return file;
}

static void
set_size (GByteArray *content,
          gsize       size)
{
  gsize before = content->len;

  g_byte_array_set_size (content, (guint) size);
  if (size > before)
    memset (content->data + before, 0, size - before);
}

static void
write_at (GByteArray   *content,
          gint64        at,
          const guint8 *data,
          gsize         len)
{
  if (content->len < (gsize) at + len)
    set_size (content, (gsize) at + len);
  if (len > 0)
    memcpy (content->data + at, data, len);
}

void
disk_image_apply (DiskImage    *image,
                  const DiskOp *op)
{
  ImageFile *file;
  GList *link, *next;
  guint i;

  switch (op->kind)
    {
    case DISK_OP_WRITE:
    case DISK_OP_TRUNCATE:
      g_ptr_array_add (get_file (image, op->file)->pending, (gpointer) op);
      break;
    case DISK_OP_SYNC:
      file = get_file (image, op->file);
      for (i = 0; i < file->pending->len; i++)
        {
          const DiskOp *each = g_ptr_array_index (file->pending, i);

          if (each->kind == DISK_OP_WRITE)
            write_at (file->synced, each->at, each->data, each->len);
          else
            set_size (file->synced, (gsize) each->at);
        }
      g_ptr_array_set_size (file->pending, 0);
      /* A new file that is synced is there, under the name it has now. */
      for (link = image->namings.head; link != NULL; link = next)
        {
          Naming *naming = link->data;

          next = link->next;
          if (strcmp (naming->name, op->file) != 0)
            continue;
          set_name (image->durable, naming->name, naming->file);
          naming_free (naming);
          g_queue_delete_link (&image->namings, link);
        }
      break;
    case DISK_OP_RENAME:
      file = g_hash_table_lookup (image->now, op->file);
      if (file == NULL)
        break;
      name_it (image, op->name, file);
      name_it (image, op->file, NULL);
      break;
    case DISK_OP_REPLACE:
      file = g_new0 (ImageFile, 1);
      file->synced = g_byte_array_new ();
      file->pending = g_ptr_array_new ();
      g_byte_array_append (file->synced, op->data, (guint) op->len);
      g_ptr_array_add (image->files, file);
      /* Its content was synced; that it has this name now, was not. */
      name_it (image, op->file, file);
      break;
    case DISK_OP_DELETE:
      if (g_hash_table_contains (image->now, op->file))
        name_it (image, op->file, NULL);
      break;
    case DISK_OP_SYNC_FOLDER:
      settle_names (image);
      break;
    case DISK_OP_CLAIM:
      break;
    }
}

/* What is left of a file: each sector in any version it had since the last sync. */
static void
cut_file (const ImageFile *file,
          GRand           *rand,
          const char      *path)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  double keep = (double[]) { 0, 0.1, 0.5, 0.9, 1 }[g_rand_int_range (rand, 0, 5)];
  gboolean grown = g_rand_boolean (rand);
  gsize size = file->synced->len;
  FILE *out;
  guint i;

  g_byte_array_append (content, file->synced->data, file->synced->len);
  for (i = 0; i < file->pending->len; i++)
    {
      const DiskOp *op = g_ptr_array_index (file->pending, i);
      gsize done = 0;

      if (op->kind == DISK_OP_TRUNCATE)
        {
          size = (gsize) op->at;
          if (g_rand_double (rand) < keep)
            set_size (content, (gsize) op->at);
          continue;
        }
      size = MAX (size, (gsize) op->at + op->len);
      while (done < op->len)
        {
          gsize at = (gsize) op->at + done;
          gsize part = MIN (SECTOR - at % SECTOR, op->len - done);

          if (g_rand_double (rand) < keep)
            write_at (content, (gint64) at, op->data + done, part);
          done += part;
        }
    }
  /* The new size without what was to stand there. */
  if (grown && size > content->len)
    set_size (content, size);

  out = g_fopen (path, "w");
  g_assert_nonnull (out);
  if (content->len > 0)
    g_assert_cmpuint (fwrite (content->data, 1, content->len, out), ==, content->len);
  fclose (out);
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
}

void
disk_image_cut (DiskImage  *image,
                GRand      *rand,
                const char *folder)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GHashTableIter iter;
  gpointer key, value;
  const char *old;
  guint n = (guint) g_rand_int_range (rand, 0, (gint32) g_queue_get_length (&image->namings) + 1);
  GList *link;

  while (dir != NULL && (old = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, old, NULL);

      __real_unlink (path);
    }
  g_hash_table_iter_init (&iter, image->durable);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (names, key, value);
  for (link = image->namings.head; n > 0; link = link->next, n--)
    {
      Naming *naming = link->data;

      if (naming->file != NULL)
        g_hash_table_replace (names, naming->name, naming->file);
      else
        g_hash_table_remove (names, naming->name);
    }

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_autofree char *path = g_build_filename (folder, key, NULL);

      cut_file (value, rand, path);
    }
  /* The index of a log is never synced: anything may stand there. */
  if (g_rand_int_range (rand, 0, 3) == 0)
    {
      g_autofree char *path = g_build_filename (folder, "state.sqlite-shm", NULL);
      FILE *out = g_fopen (path, "w");
      guint i;

      for (i = 0; i < 8192; i++)
        {
          guint32 word = g_rand_int (rand);

          fwrite (&word, sizeof word, 1, out);
        }
      fclose (out);
      g_chmod (path, 0600);
    }
}
