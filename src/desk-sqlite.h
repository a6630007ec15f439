/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sqlite3.h>

#include "desk-types.h"

G_BEGIN_DECLS

/* SQLite with GError. Every message names the file and says what to do. */

typedef enum
{
  DESK_SQLITE_WRITE,     /* the file is there */
  DESK_SQLITE_READ,
  DESK_SQLITE_IMMUTABLE, /* read, and nobody writes it meanwhile */
} DeskSqliteMode;

/* What the first hundred bytes of a file say. */
typedef struct
{
  guint32 application_id;
  int     user_version;
} DeskSqliteHeader;

typedef struct
{
  int         version; /* user_version once it has run; ascending, from 1 */
  const char *sql;
} DeskMigration;

/* Reads the header without SQLite, so that a file we refuse is never touched. DESK_ERROR_CORRUPT when it is none. */
gboolean      desk_sqlite_read_header (const char           *path,
                                       DeskSqliteHeader     *header,
                                       GError              **error);
/* Serialised by its owner: one thread at a time. Foreign keys on, trusted schema off, synchronous EXTRA, busy timeout
 * one second. */
sqlite3      *desk_sqlite_open        (const char           *path, /* absolute, no link in it */
                                       DeskSqliteMode        mode,
                                       GError              **error);
void          desk_sqlite_close       (sqlite3              *db);
gboolean      desk_sqlite_exec        (sqlite3              *db,
                                       const char           *sql,
                                       GError              **error);
sqlite3_stmt *desk_sqlite_prepare     (sqlite3              *db,
                                       const char           *sql,
                                       GError              **error);
/* The first column of the first row as a number; @fallback when there is no row. */
gboolean      desk_sqlite_get_int64   (sqlite3              *db,
                                       const char           *sql,
                                       gint64                fallback,
                                       gint64               *value,
                                       GError              **error);
/* Brings user_version up, one transaction for each step; an interrupted one leaves the version before. DESK_ERROR_NEWER
 * when the file is ahead of the last migration. */
gboolean      desk_sqlite_migrate     (sqlite3              *db,
                                       const DeskMigration  *migrations,
                                       guint                 n_migrations,
                                       GError              **error);
/* Turns the handle's last error into a GError; always FALSE. */
gboolean      desk_sqlite_set_error   (sqlite3              *db,
                                       const char           *doing,
                                       GError              **error);
void          desk_sqlite_set_damaged (GError              **error,
                                       const char           *path,
                                       const char           *format,
                                       ...) G_GNUC_PRINTF (3, 4);
void          desk_sqlite_set_newer   (GError              **error,
                                       const char           *path,
                                       int                   found,
                                       int                   known);

G_END_DECLS
