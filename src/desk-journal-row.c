/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-journal-row.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gnutls/crypto.h>

struct _DeskHashChain
{
  gnutls_hash_hd_t hash;     /* NULL: there is none for us */
  GChecksum       *checksum; /* then this one */
  GByteArray      *buffer;
  guint8           last[DESK_HASH_SIZE];
};

/* Append-only: a row that is there cannot be changed by mistake, by us or at a sqlite3 prompt. */
static const DeskMigration migrations[] = {
  { 1,
    "CREATE TABLE journal ("
    "  seq INTEGER PRIMARY KEY,"
    "  kind INTEGER NOT NULL,"
    "  epoch INTEGER NOT NULL,"
    "  utc INTEGER NOT NULL,"
    "  mono INTEGER NOT NULL,"
    "  boot INTEGER NOT NULL,"
    "  client_order_id TEXT,"
    "  server_order_id TEXT,"
    "  account TEXT,"
    "  symbol TEXT,"
    "  tick REAL NOT NULL,"
    "  multiplier REAL NOT NULL,"
    "  wire BLOB,"
    "  encoding INTEGER NOT NULL,"
    "  numbering INTEGER NOT NULL,"
    "  direction INTEGER NOT NULL,"
    "  payload TEXT,"
    "  hash BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX journal_client ON journal (client_order_id) WHERE client_order_id IS NOT NULL;"
    "CREATE INDEX journal_server ON journal (server_order_id) WHERE server_order_id IS NOT NULL;"
    "CREATE INDEX journal_instance ON journal (seq) WHERE kind = 1;"
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE (ABORT, 'append-only'); END;"
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE (ABORT, 'append-only'); END;"
    "PRAGMA application_id = 1146372932" },
};

G_STATIC_ASSERT (DESK_JOURNAL_APPLICATION_ID == 1146372932);

const DeskMigration *
desk_journal_migrations (guint *n)
{
  *n = G_N_ELEMENTS (migrations);
  return migrations;
}

gboolean
desk_journal_check_header (const char  *path,
                           GError     **error)
{
  DeskSqliteHeader header;

  if (!desk_sqlite_read_header (path, &header, error))
    return FALSE;
  if (header.application_id != DESK_JOURNAL_APPLICATION_ID)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_CORRUPT,
                   "The file %s is a database of another program: use another --state.", path);
      return FALSE;
    }
  if (header.user_version > DESK_JOURNAL_SCHEMA)
    {
      desk_sqlite_set_newer (error, path, header.user_version, DESK_JOURNAL_SCHEMA);
      return FALSE;
    }
  return TRUE;
}

sqlite3 *
desk_journal_open_reader (const char  *path,
                          GError     **error)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autoptr (GError) local_error = NULL;
  gint64 version;
  sqlite3 *db;

  if (!desk_journal_check_header (path, error))
    return NULL;
  db = desk_sqlite_open (path, DESK_SQLITE_READ, error);
  if (db == NULL)
    return NULL;
  if (desk_sqlite_get_int64 (db, "PRAGMA schema_version", 0, &version, &local_error))
    return db;

  desk_sqlite_close (db);
  /* A folder that cannot be written: nobody else writes there either, and all of it is in the one file. */
  if (g_error_matches (local_error, DESK_ERROR, DESK_ERROR_STORAGE) && g_access (wal, F_OK) != 0)
    return desk_sqlite_open (path, DESK_SQLITE_IMMUTABLE, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

DeskHashChain *
desk_hash_chain_new (void)
{
  DeskHashChain *chain = g_new0 (DeskHashChain, 1);

  /* Five times as fast as GLib's where the processor can do it; a journal of a year is hashed at each start. */
  if (gnutls_hash_init (&chain->hash, GNUTLS_DIG_SHA256) < 0)
    chain->hash = NULL;
  chain->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  chain->buffer = g_byte_array_new ();
  return chain;
}

void
desk_hash_chain_free (DeskHashChain *chain)
{
  if (chain == NULL)
    return;
  if (chain->hash != NULL)
    gnutls_hash_deinit (chain->hash, NULL);
  g_checksum_free (chain->checksum);
  g_byte_array_unref (chain->buffer);
  g_free (chain);
}

void
desk_hash_chain_set (DeskHashChain *chain,
                     const guint8   hash[DESK_HASH_SIZE])
{
  memcpy (chain->last, hash, DESK_HASH_SIZE);
}

void
desk_hash_chain_get (DeskHashChain *chain,
                     guint8         hash[DESK_HASH_SIZE])
{
  memcpy (hash, chain->last, DESK_HASH_SIZE);
}

void
desk_hash_chain_next (DeskHashChain    *chain,
                      const DeskRecord *record,
                      guint8            hash[DESK_HASH_SIZE])
{
  gsize len = DESK_HASH_SIZE;

  g_byte_array_set_size (chain->buffer, 0);
  g_byte_array_append (chain->buffer, chain->last, DESK_HASH_SIZE);
  desk_record_serialise (record, chain->buffer);
  if (chain->hash != NULL && gnutls_hash (chain->hash, chain->buffer->data, chain->buffer->len) >= 0)
    {
      gnutls_hash_output (chain->hash, chain->last); /* and begins anew */
    }
  else
    {
      g_checksum_reset (chain->checksum);
      g_checksum_update (chain->checksum, chain->buffer->data, chain->buffer->len);
      g_checksum_get_digest (chain->checksum, chain->last, &len);
    }
  memcpy (hash, chain->last, DESK_HASH_SIZE);
}

void
desk_journal_row_normalise (DeskRecord *record)
{
  if (!isfinite (record->tick) || record->tick == 0)
    record->tick = 0;
  if (!isfinite (record->multiplier) || record->multiplier == 0)
    record->multiplier = 0;
}

sqlite3_stmt *
desk_journal_row_prepare_insert (sqlite3  *db,
                                 GError  **error)
{
  return desk_sqlite_prepare (db,
                              "INSERT INTO journal (" DESK_JOURNAL_COLUMNS ") "
                              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
                              error);
}

static void
bind_text (sqlite3_stmt *stmt,
           int           column,
           const char   *text)
{
  if (text != NULL)
    sqlite3_bind_text (stmt, column, text, -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (stmt, column);
}

gboolean
desk_journal_row_insert (sqlite3           *db,
                         sqlite3_stmt      *insert,
                         const DeskRecord  *record,
                         const guint8       hash[DESK_HASH_SIZE],
                         GError           **error)
{
  gboolean ok = TRUE;

  sqlite3_bind_int64 (insert, 1, (gint64) record->seq);
  sqlite3_bind_int64 (insert, 2, record->kind);
  sqlite3_bind_int64 (insert, 3, record->epoch);
  sqlite3_bind_int64 (insert, 4, record->utc);
  sqlite3_bind_int64 (insert, 5, record->mono);
  sqlite3_bind_int64 (insert, 6, record->boot);
  bind_text (insert, 7, record->client_order_id);
  bind_text (insert, 8, record->server_order_id);
  bind_text (insert, 9, record->account);
  bind_text (insert, 10, record->symbol);
  sqlite3_bind_double (insert, 11, record->tick);
  sqlite3_bind_double (insert, 12, record->multiplier);
  if (record->wire != NULL)
    {
      gsize len;
      gconstpointer data = g_bytes_get_data (record->wire, &len);

      sqlite3_bind_blob64 (insert, 13, data != NULL ? data : "", len, SQLITE_STATIC);
    }
  else
    {
      sqlite3_bind_null (insert, 13);
    }
  sqlite3_bind_int64 (insert, 14, record->encoding);
  sqlite3_bind_int64 (insert, 15, record->numbering);
  sqlite3_bind_int64 (insert, 16, record->direction);
  bind_text (insert, 17, record->payload);
  sqlite3_bind_blob (insert, 18, hash, DESK_HASH_SIZE, SQLITE_STATIC);

  if (sqlite3_step (insert) != SQLITE_DONE)
    ok = desk_sqlite_set_error (db, "write", error);
  sqlite3_reset (insert);
  return ok;
}

static char *
column_text (sqlite3_stmt *stmt,
             int           column)
{
  return g_strdup ((const char *) sqlite3_column_text (stmt, column));
}

DeskRecord *
desk_journal_row_read (sqlite3_stmt *stmt,
                       guint8        hash[DESK_HASH_SIZE])
{
  DeskRecord *record;

  if (sqlite3_column_type (stmt, 17) != SQLITE_BLOB || sqlite3_column_bytes (stmt, 17) != DESK_HASH_SIZE)
    return NULL;

  record = desk_record_new ((DeskRecordKind) sqlite3_column_int64 (stmt, 1));
  record->seq = (guint64) sqlite3_column_int64 (stmt, 0);
  record->epoch = (guint32) sqlite3_column_int64 (stmt, 2);
  record->utc = sqlite3_column_int64 (stmt, 3);
  record->mono = sqlite3_column_int64 (stmt, 4);
  record->boot = sqlite3_column_int64 (stmt, 5);
  record->client_order_id = column_text (stmt, 6);
  record->server_order_id = column_text (stmt, 7);
  record->account = column_text (stmt, 8);
  record->symbol = column_text (stmt, 9);
  record->tick = sqlite3_column_double (stmt, 10);
  record->multiplier = sqlite3_column_double (stmt, 11);
  if (sqlite3_column_type (stmt, 12) == SQLITE_BLOB)
    {
      gconstpointer data = sqlite3_column_blob (stmt, 12);

      record->wire = g_bytes_new (data, sqlite3_column_bytes (stmt, 12));
    }
  record->encoding = sqlite3_column_int (stmt, 13);
  record->numbering = sqlite3_column_int (stmt, 14);
  record->direction = sqlite3_column_int (stmt, 15);
  record->payload = column_text (stmt, 16);
  memcpy (hash, sqlite3_column_blob (stmt, 17), DESK_HASH_SIZE);
  return record;
}

gboolean
desk_journal_walk_init (DeskJournalWalk  *walk,
                        sqlite3          *db,
                        GError          **error)
{
  walk->chain = NULL;
  walk->seq = 0;
  walk->stmt = desk_sqlite_prepare (db, "SELECT " DESK_JOURNAL_COLUMNS " FROM journal ORDER BY seq", error);
  if (walk->stmt == NULL)
    return FALSE;
  walk->chain = desk_hash_chain_new ();
  return TRUE;
}

void
desk_journal_walk_clear (DeskJournalWalk *walk)
{
  g_clear_pointer (&walk->stmt, sqlite3_finalize);
  g_clear_pointer (&walk->chain, desk_hash_chain_free);
}

DeskRecord *
desk_journal_walk_next (DeskJournalWalk  *walk,
                        GError          **error)
{
  g_autoptr (DeskRecord) record = NULL;
  sqlite3 *db = sqlite3_db_handle (walk->stmt);
  const char *path = sqlite3_db_filename (db, "main");
  guint8 stored[DESK_HASH_SIZE], computed[DESK_HASH_SIZE];
  gint64 seq;
  int rc = sqlite3_step (walk->stmt);

  if (rc == SQLITE_DONE)
    return NULL;
  if (rc != SQLITE_ROW)
    {
      desk_sqlite_set_error (db, "reading the journal", error);
      g_prefix_error (error, "After record %" G_GUINT64_FORMAT ": ", walk->seq);
      return NULL;
    }

  seq = sqlite3_column_int64 (walk->stmt, 0);
  if (seq != (gint64) walk->seq + 1)
    {
      desk_sqlite_set_damaged (error, path, "record %" G_GUINT64_FORMAT " is missing", walk->seq + 1);
      return NULL;
    }
  record = desk_journal_row_read (walk->stmt, stored);
  if (record == NULL)
    {
      desk_sqlite_set_damaged (error, path, "record %" G_GINT64_FORMAT " has no hash", seq);
      return NULL;
    }
  desk_hash_chain_next (walk->chain, record, computed);
  if (memcmp (stored, computed, DESK_HASH_SIZE) != 0)
    {
      desk_sqlite_set_damaged (error, path, "record %" G_GINT64_FORMAT " was changed", seq);
      return NULL;
    }
  walk->seq = (guint64) seq;
  return g_steal_pointer (&record);
}
