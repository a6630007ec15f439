/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-sqlite.h"

#include "desk-failpoint.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER_SIZE 100

static guint32
read_be32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

void
desk_sqlite_set_damaged (GError     **error,
                         const char  *path,
                         const char  *format,
                         ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (error, DESK_ERROR, DESK_ERROR_CORRUPT,
               "The state file %s is damaged (%s): keep a copy of it, run dtcctl --state %s journal check, "
               "and start with a new state file.", path, what, path);
}

void
desk_sqlite_set_newer (GError     **error,
                       const char  *path,
                       int          found,
                       int          known)
{
  g_set_error (error, DESK_ERROR, DESK_ERROR_NEWER,
               "The state file %s was written by a newer version (schema %d, this one knows %d): update the program "
               "or use another --state.", path, found, known);
}

gboolean
desk_sqlite_set_error (sqlite3     *db,
                       const char  *doing,
                       GError     **error)
{
  const char *path = db != NULL ? sqlite3_db_filename (db, "main") : NULL;
  int code = db != NULL ? sqlite3_extended_errcode (db) : SQLITE_NOMEM;
  int system_error = db != NULL ? sqlite3_system_errno (db) : ENOMEM;

  if (path == NULL || *path == '\0')
    path = "(memory)";

  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      desk_sqlite_set_damaged (error, path, "%s: %s", doing, sqlite3_errmsg (db));
      break;
    case SQLITE_FULL:
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The disk with the state file %s is full: make room and start again.", path);
      break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The state file %s cannot be written (%s): check its permissions and those of its folder, "
                   "or use another --state.", path, code == SQLITE_CANTOPEN && system_error != 0
                                                      ? g_strerror (system_error) : sqlite3_errmsg (db));
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "Another program keeps the state file %s busy: close it and start again.", path);
      break;
    default:
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The state file %s does not work (%s: %s, code %d): check the disk and start again.",
                   path, doing, sqlite3_errmsg (db), code);
      break;
    }
  return FALSE;
}

/* Through SQLite's own file layer: it knows which descriptors of this process may be closed without dropping locks. */
static int
read_start (const char    *path,
            guint8        *bytes,
            int            n,
            sqlite3_int64 *size)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (NULL);
  const char *name = sqlite3_create_filename (path, "", "", 0, NULL);
  sqlite3_file *file = g_malloc0 (vfs->szOsFile);
  int flags = 0;
  int rc = vfs->xOpen (vfs, name, file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_NOFOLLOW, &flags);

  if (rc == SQLITE_OK)
    rc = file->pMethods->xRead (file, bytes, n, 0);
  if (rc == SQLITE_OK)
    rc = file->pMethods->xFileSize (file, size);
  if (file->pMethods != NULL)
    file->pMethods->xClose (file);
  g_free (file);
  sqlite3_free_filename (name);
  return rc;
}

/* How long a file with this header must be. SQLite takes one that is shorter than a page for an empty database, and
 * would write over it. While there is a log to recover, a checkpoint may have stopped before the last page. */
static sqlite3_int64
whole_size (const char   *path,
            const guint8 *bytes)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  sqlite3_int64 page_size = (guint32) bytes[16] << 8 | bytes[17];
  struct stat st;

  if (page_size == 1)
    page_size = 65536;
  if ((lstat (wal, &st) == 0 && st.st_size > 0) || read_be32 (bytes + 24) != read_be32 (bytes + 92))
    return page_size;
  return page_size * MAX (read_be32 (bytes + 28), 1);
}

gboolean
desk_sqlite_read_header (const char        *path,
                         DeskSqliteHeader  *header,
                         GError           **error)
{
  guint8 bytes[HEADER_SIZE] = { 0 };
  sqlite3_int64 size = 0;
  int rc = read_start (path, bytes, HEADER_SIZE, &size);

  if (rc == SQLITE_IOERR_SHORT_READ)
    {
      desk_sqlite_set_damaged (error, path, "it is cut off");
      return FALSE;
    }
  if (rc != SQLITE_OK)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The state file %s cannot be read (%s): check its permissions or use another --state.",
                   path, sqlite3_errstr (rc));
      return FALSE;
    }
  if (memcmp (bytes, "SQLite format 3", 16) != 0)
    {
      desk_sqlite_set_damaged (error, path, "it is no SQLite database");
      return FALSE;
    }
  if (size < whole_size (path, bytes))
    {
      desk_sqlite_set_damaged (error, path, "it is cut off");
      return FALSE;
    }

  header->user_version = (int) read_be32 (bytes + 60);
  header->application_id = read_be32 (bytes + 68);
  return TRUE;
}

sqlite3 *
desk_sqlite_open (const char      *path,
                  DeskSqliteMode   mode,
                  GError         **error)
{
  static const char *const pragmas =
    "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;";
  sqlite3 *db = NULL;
  g_autofree char *uri = NULL;
  const char *name = path;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;

  flags |= mode == DESK_SQLITE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  if (mode == DESK_SQLITE_IMMUTABLE)
    {
      g_autofree char *escaped = g_filename_to_uri (path, NULL, error);

      if (escaped == NULL)
        return NULL;
      uri = g_strconcat (escaped, "?immutable=1", NULL);
      name = uri;
      flags |= SQLITE_OPEN_URI;
    }

  if (sqlite3_open_v2 (name, &db, flags, NULL) != SQLITE_OK)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The state file %s cannot be opened (%s): check its permissions and those of its folder, or use "
                   "another --state.", path, db != NULL ? sqlite3_errmsg (db) : "out of memory");
      sqlite3_close (db);
      return NULL;
    }

  sqlite3_busy_timeout (db, 1000);
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  if (!desk_sqlite_exec (db, pragmas, error)
      /* With its rollback journals EXTRA makes sure of their end, too: one that came back would undo what was committed. */
      || (mode == DESK_SQLITE_WRITE && !desk_sqlite_exec (db, "PRAGMA synchronous = EXTRA", error)))
    {
      sqlite3_close (db);
      return NULL;
    }
  return db;
}

void
desk_sqlite_close (sqlite3 *db)
{
  if (db != NULL)
    sqlite3_close (db);
}

gboolean
desk_sqlite_exec (sqlite3     *db,
                  const char  *sql,
                  GError     **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    return desk_sqlite_set_error (db, "statement", error);
  return TRUE;
}

sqlite3_stmt *
desk_sqlite_prepare (sqlite3     *db,
                     const char  *sql,
                     GError     **error)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
    {
      desk_sqlite_set_error (db, "prepare", error);
      return NULL;
    }
  return stmt;
}

gboolean
desk_sqlite_get_int64 (sqlite3     *db,
                       const char  *sql,
                       gint64       fallback,
                       gint64      *value,
                       GError     **error)
{
  sqlite3_stmt *stmt = desk_sqlite_prepare (db, sql, error);
  gboolean ok = TRUE;
  int rc;

  if (stmt == NULL)
    return FALSE;

  rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    *value = sqlite3_column_int64 (stmt, 0);
  else if (rc == SQLITE_DONE)
    *value = fallback;
  else
    ok = desk_sqlite_set_error (db, "query", error);
  sqlite3_finalize (stmt);
  return ok;
}

gboolean
desk_sqlite_migrate (sqlite3              *db,
                     const DeskMigration  *migrations,
                     guint                 n_migrations,
                     GError              **error)
{
  gint64 version;
  guint i;

  if (!desk_sqlite_get_int64 (db, "PRAGMA user_version", 0, &version, error))
    return FALSE;
  if (n_migrations > 0 && version > migrations[n_migrations - 1].version)
    {
      desk_sqlite_set_newer (error, sqlite3_db_filename (db, "main"), (int) version,
                             migrations[n_migrations - 1].version);
      return FALSE;
    }

  for (i = 0; i < n_migrations; i++)
    {
      g_autofree char *sql = NULL;

      if (migrations[i].version <= version)
        continue;
      DESK_FAILPOINT ("migrate.step");
      sql = g_strdup_printf ("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT;",
                             migrations[i].sql, migrations[i].version);
      if (!desk_sqlite_exec (db, sql, error))
        {
          if (!sqlite3_get_autocommit (db))
            sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
          return FALSE;
        }
      version = migrations[i].version;
    }
  return TRUE;
}
