/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-state-manager-private.h"

#include "desk-failpoint.h"
#include "desk-order-id.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define UNCLEAN_IDS (10 * DESK_ORDER_ID_BLOCK)

static DeskRecord *
read_one (sqlite3     *db,
          const char  *where,
          guint8       hash[DESK_HASH_SIZE],
          GError     **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT " DESK_JOURNAL_COLUMNS " FROM journal %s", where);
  sqlite3_stmt *stmt = desk_sqlite_prepare (db, sql, error);
  DeskRecord *record = NULL;
  int rc;

  if (stmt == NULL)
    return NULL;
  rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    {
      record = desk_journal_row_read (stmt, hash);
      if (record == NULL)
        desk_sqlite_set_damaged (error, sqlite3_db_filename (db, "main"), "record %" G_GINT64_FORMAT " has no hash",
                                 (gint64) sqlite3_column_int64 (stmt, 0));
    }
  else if (rc != SQLITE_DONE)
    {
      desk_sqlite_set_error (db, "reading the journal", error);
    }
  sqlite3_finalize (stmt);
  return record;
}

static gboolean
is_same (const DeskRecord *record,
         const DeskRecord *other)
{
  g_autoptr (GByteArray) ours = g_byte_array_new (), theirs = g_byte_array_new ();

  desk_record_serialise (record, ours);
  desk_record_serialise (other, theirs);
  return ours->len == theirs->len && memcmp (ours->data, theirs->data, ours->len) == 0;
}

/* A commit that failed at its last sync may have reached the disk all the same, and one that hung, too. */
static gboolean
is_in_journal (DeskStateManager *self,
               const DeskRecord *record)
{
  g_autofree char *where = g_strdup_printf ("WHERE seq = %" G_GUINT64_FORMAT, record->seq);
  guint8 hash[DESK_HASH_SIZE];
  g_autoptr (DeskRecord) row = read_one (self->db, where, hash, NULL);

  return row != NULL && is_same (record, row);
}

/* What was kept in @file, unless the last opening has taken it in already and was killed before it could say so. */
static GPtrArray *
read_kept (DeskEmergency    *file,
           const DeskRecord *last_opening,
           char              mark[65])
{
  GPtrArray *records = desk_emergency_read (file, mark);
  guint i;

  if (*mark != '\0' && last_opening != NULL && last_opening->payload != NULL && strstr (last_opening->payload, mark) != NULL)
    {
      g_ptr_array_set_size (records, 0);
      desk_emergency_clear (file);
      *mark = '\0';
    }
  for (i = 0; i < records->len; i++)
    desk_journal_row_normalise (g_ptr_array_index (records, i));
  return records;
}

static int
compare_seq (gconstpointer a,
             gconstpointer b)
{
  const DeskRecord *x = *(const DeskRecord *const *) a, *y = *(const DeskRecord *const *) b;

  return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The disk hung, and then it failed: both files have the end of one and the same life, each perhaps more of it, and not
 * all in turn. @more: NULL: there is no second one. */
static void
merge_kept (GPtrArray       *records,
            const GPtrArray *more)
{
  g_autoptr (GHashTable) by_seq = g_hash_table_new (g_int64_hash, g_int64_equal);
  gboolean same_life = TRUE;
  guint i;

  for (i = 0; i < records->len; i++)
    {
      DeskRecord *record = g_ptr_array_index (records, i);

      same_life = g_hash_table_replace (by_seq, &record->seq, record) && same_life;
    }
  for (i = 0; more != NULL && i < more->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (more, i);
      const DeskRecord *other = g_hash_table_lookup (by_seq, &record->seq);

      if (other != NULL && is_same (record, other))
        continue;
      same_life = same_life && other == NULL;
      g_ptr_array_add (records, desk_record_copy (record));
    }
  if (same_life)
    g_ptr_array_sort (records, compare_seq);
}

/* What was kept while the database took no more, or did not say whether it took it. */
static void
take_kept (DeskStateManager *self,
           const DeskRecord *last_opening,
           GString          *marks)
{
  g_autoptr (GPtrArray) aside = NULL;
  char mark[65];
  guint i;

  self->salvaged = self->emergency != NULL ? read_kept (self->emergency, last_opening, mark)
                                           : g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free);
  if (self->salvaged->len > 0)
    g_string_append (marks, mark);
  if (self->aside != NULL)
    {
      aside = read_kept (self->aside, last_opening, mark);
      /* It begins with the opening whose end it is. */
      if (aside->len > 0 && (last_opening == NULL || !is_same (g_ptr_array_index (aside, 0), last_opening)))
        {
          desk_state_manager_aside_set_by (self);
          g_ptr_array_set_size (aside, 0);
        }
      else if (aside->len > 0)
        g_string_append_printf (marks, "%s%s", marks->len > 0 ? " " : "", mark);
    }
  merge_kept (self->salvaged, aside);

  for (i = self->salvaged->len; i > 0; i--)
    {
      const DeskRecord *record = g_ptr_array_index (self->salvaged, i - 1);
      DeskStateId id;

      if (record->kind != DESK_RECORD_INSTANCE && !is_in_journal (self, record))
        continue;
      /* Ids that were given out; the opening speaks for the rest. */
      if (record->kind == DESK_RECORD_INSTANCE && desk_state_id_parse (record->payload, &id))
        self->id.high_water = MAX (self->id.high_water, id.high_water);
      g_ptr_array_remove_index (self->salvaged, i - 1);
    }
}

/* What FILE.head says was durable and is not there, in records. */
static gboolean
count_lost (DeskStateManager  *self,
            guint64            last_seq,
            GError           **error)
{
  guint8 said[DESK_HASH_SIZE], hash[DESK_HASH_SIZE] = { 0 };
  g_autoptr (GError) local_error = NULL;
  g_autoptr (DeskRecord) record = NULL;
  g_autofree char *where = NULL;
  guint64 seq;

  if (self->mode != DESK_STATE_WRITER || !desk_state_head_read (self->path, &seq, said))
    return TRUE;
  if (seq > last_seq)
    {
      self->lost = seq - last_seq;
      return TRUE;
    }
  where = g_strdup_printf ("WHERE seq = %" G_GUINT64_FORMAT, seq);
  record = read_one (self->db, where, hash, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* Another history from some record on. */
  if (record == NULL || memcmp (hash, said, sizeof hash) != 0)
    self->lost = 1;
  return TRUE;
}

/* The identity: a database that is not the one its FILE.id speaks of is a copy or a restored backup, and gets a new
 * generation, so that no ClientOrderID comes twice. */
static gboolean
settle_identity (DeskStateManager  *self,
                 GError           **error)
{
  g_autoptr (DeskRecord) last = NULL;
  g_autoptr (DeskRecord) instance = NULL;
  g_autoptr (DeskRecord) opening = NULL;
  g_autoptr (DeskRecord) named = NULL;
  GError *local_error = NULL;
  DeskStateId beside;
  DeskStateId file;
  guint8 hash[DESK_HASH_SIZE], last_hash[DESK_HASH_SIZE] = { 0 };
  gboolean have_beside = desk_state_files_read_id (self->path, &beside);
  guint64 last_seq = 0;
  const char *event = "open";

  desk_state_files_stamp (self->path, &file);
  last = read_one (self->db, "ORDER BY seq DESC LIMIT 1", last_hash, &local_error);
  if (local_error == NULL && last != NULL)
    instance = read_one (self->db, "WHERE kind = 1 ORDER BY seq DESC LIMIT 1", hash, &local_error);
  if (local_error == NULL && last != NULL)
    opening = read_one (self->db,
                        "WHERE kind = 1 AND (payload LIKE '{\"event\":\"open\"%' OR payload LIKE '{\"event\":\"create\"%') "
                        "ORDER BY seq DESC LIMIT 1",
                        hash, &local_error);
  if (local_error == NULL && last != NULL && have_beside)
    {
      g_autofree char *where = g_strdup_printf ("WHERE seq = %" G_GUINT64_FORMAT, beside.seq);

      named = read_one (self->db, where, hash, &local_error);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }

  if (last != NULL)
    last_seq = last->seq;
  if (!count_lost (self, last_seq, error))
    return FALSE;
  if (last == NULL)
    {
      event = "create";
      if (have_beside)
        {
          self->id = beside;
          self->id.generation++;
        }
      else
        {
          desk_state_id_random (self->id.install);
          self->id.generation = 1;
        }
    }
  else
    {
      if (instance == NULL || !desk_state_id_parse (instance->payload, &self->id))
        {
          desk_sqlite_set_damaged (error, self->path, "it says nowhere which installation wrote it");
          return FALSE;
        }
      self->unclean = last->kind != DESK_RECORD_INSTANCE || last->payload == NULL
                      || strstr (last->payload, "\"event\":\"close\"") == NULL;
      if (self->mode == DESK_STATE_WRITER
          && (self->lost > 0 || !have_beside || named == NULL || memcmp (hash, beside.hash, sizeof hash) != 0
              || strcmp (beside.install, self->id.install) != 0 || beside.generation > self->id.generation
              || beside.high_water > self->id.high_water || beside.inode != file.inode || beside.born != file.born))
        {
          if (have_beside && strcmp (beside.install, self->id.install) == 0)
            {
              self->id.generation = MAX (self->id.generation, beside.generation);
              self->id.high_water = MAX (self->id.high_water, beside.high_water);
            }
          self->id.generation++;
        }
    }
  self->id.inode = file.inode;
  self->id.born = file.born;
  desk_hash_chain_set (self->chain, last_hash);
  self->expected = last_seq + 1;

  if (self->mode == DESK_STATE_WRITER)
    {
      g_autoptr (GString) marks = g_string_new (NULL);
      struct timespec boot;
      guint i;

      take_kept (self, opening, marks);
      /* The ids of exits whose records were kept in memory, and went with it, must not come again. */
      if (self->unclean)
        self->id.high_water += UNCLEAN_IDS;
      clock_gettime (CLOCK_BOOTTIME, &boot);
      self->opening = desk_record_new (DESK_RECORD_INSTANCE);
      self->opening->seq = self->expected++;
      self->opening->utc = g_get_real_time ();
      self->opening->mono = g_get_monotonic_time ();
      self->opening->boot = (gint64) boot.tv_sec * G_USEC_PER_SEC + boot.tv_nsec / 1000;
      self->opening->payload = desk_state_id_format (&self->id, event, marks->str);
      desk_journal_row_normalise (self->opening);
      self->anchor = desk_record_copy (self->opening);
      for (i = 0; i < self->salvaged->len; i++)
        ((DeskRecord *) g_ptr_array_index (self->salvaged, i))->seq = self->expected++;
    }
  return TRUE;
}

/* A log whose database is gone would be read into the new one; and nobody misses its records in that. */
static void
set_aside_log (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL), *aside = g_strconcat (path, "-wal.old", NULL);
  g_autofree char *index = g_strconcat (path, "-shm", NULL), *rollback = g_strconcat (path, "-journal", NULL);
  g_autofree char *head = g_strconcat (path, ".head", NULL);

  if (rename (log, aside) == 0)
    g_message ("The state file %s was gone; what was left of its log is kept as %s", path, aside);
  unlink (index);
  unlink (rollback);
  unlink (head);
}

/* Made beside its place and moved there whole: a process killed meanwhile leaves no half of a database. */
static gboolean
create_database (const char  *path,
                 GError     **error)
{
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);
  g_autofree char *rollback = g_strconcat (fresh, "-journal", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  const DeskMigration *migrations;
  sqlite3 *db;
  gint64 size;
  guint n;
  gboolean ok;
  int fd;

  unlink (fresh);
  unlink (rollback);
  if (!desk_state_files_secure (fresh, TRUE, TRUE, &size, error))
    return FALSE;
  db = desk_sqlite_open (fresh, DESK_SQLITE_WRITE, error);
  if (db == NULL)
    return FALSE;
  migrations = desk_journal_migrations (&n);
  ok = desk_sqlite_migrate (db, migrations, n, error);
  desk_sqlite_close (db);
  DESK_FAILPOINT ("create.made");
  if (ok)
    set_aside_log (path);
  DESK_FAILPOINT ("create.log-aside");
  if (ok && rename (fresh, path) != 0)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The state file %s cannot be made (%s): check the permissions of its folder, or use another --state.",
                   path, g_strerror (errno));
      ok = FALSE;
    }
  if (!ok)
    {
      unlink (fresh);
      return FALSE;
    }

  DESK_FAILPOINT ("create.renamed");
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    {
      /* A file system that cannot do this for a folder says EINVAL. */
      ok = fsync (fd) == 0 || errno == EINVAL;
      if (!ok)
        g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                     "The folder %s does not keep the new state file (%s): check the disk and start again.", folder,
                     g_strerror (errno));
      close (fd);
    }
  return ok;
}

static gboolean
open_writer (DeskStateManager  *self,
             GError           **error)
{
  const DeskMigration *migrations;
  gint64 size;
  guint n;

  if (!desk_state_files_secure (self->path, FALSE, TRUE, &size, error))
    return FALSE;
  self->lock_fd = desk_state_files_lock (self->path, error);
  if (self->lock_fd < 0)
    return FALSE;
  DESK_FAILPOINT ("open.locked");

  if (size == 0 && !desk_state_files_check_empty (self->path, error))
    return FALSE;
  if (size > 0 && !desk_journal_check_header (self->path, error))
    return FALSE;
  if (size <= 0 && !create_database (self->path, error))
    return FALSE;

  self->db = desk_sqlite_open (self->path, DESK_SQLITE_WRITE, error);
  if (self->db == NULL)
    return FALSE;
  migrations = desk_journal_migrations (&n);
  if (!desk_sqlite_migrate (self->db, migrations, n, error)
      || !desk_sqlite_exec (self->db, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;", error))
    return FALSE;
  DESK_FAILPOINT ("open.migrated");

  self->insert = desk_journal_row_prepare_insert (self->db, error);
  self->begin = self->insert != NULL ? desk_sqlite_prepare (self->db, "BEGIN IMMEDIATE", error) : NULL;
  self->commit = self->begin != NULL ? desk_sqlite_prepare (self->db, "COMMIT", error) : NULL;
  if (self->commit == NULL)
    return FALSE;
  self->emergency = desk_emergency_open (self->path);
  self->head = desk_state_head_open (self->path);
  desk_state_manager_aside_open (self);
  DESK_FAILPOINT ("open.emergency");
  return settle_identity (self, error);
}

static gboolean
open_reader (DeskStateManager  *self,
             GError           **error)
{
  gint64 size;

  if (!desk_state_files_secure (self->path, FALSE, FALSE, &size, error))
    return FALSE;
  g_strlcpy (self->id.install, "AAAAAA", sizeof self->id.install);
  if (size <= 0)
    return size < 0 || desk_state_files_check_empty (self->path, error);

  self->db = desk_journal_open_reader (self->path, error);
  return self->db != NULL && settle_identity (self, error);
}

/* Opens the database of self->path and settles the identity; on an error the caller frees what there is. */
gboolean
desk_state_manager_prepare (DeskStateManager  *self,
                            GError           **error)
{
  return self->mode == DESK_STATE_WRITER ? open_writer (self, error) : open_reader (self, error);
}
