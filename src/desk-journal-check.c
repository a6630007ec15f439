/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-state-manager.h"

#include "desk-journal-row.h"
#include "desk-state-files.h"

#include <string.h>
#include <sys/stat.h>

#define MAX_FINDINGS 20

/* Resolves and opens for reading; NULL without @error when there is no file. */
static sqlite3 *
open_reader (const char  *path,
             char       **resolved,
             GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  gint64 size;

  *resolved = NULL;
  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    return NULL;
  *resolved = desk_state_files_resolve (path, FALSE, error);
  if (*resolved == NULL || !desk_state_files_secure (*resolved, FALSE, FALSE, &size, error) || size < 0)
    return NULL;
  return desk_journal_open_reader (*resolved, error);
}

/* Every record of an order: those that carry the id, and those that carry only the other id that it was seen with. A
 * server may give its own ids again, so a ServerOrderID never reaches the records of another ClientOrderID. */
static const char *const by_id =
  "WITH client (id) AS ("
  "  SELECT ?1 UNION SELECT client_order_id FROM journal"
  "   WHERE server_order_id = ?1 AND client_order_id IS NOT NULL),"
  " server (id) AS ("
  "  SELECT ?1 UNION SELECT server_order_id FROM journal"
  "   WHERE client_order_id IN (SELECT id FROM client) AND server_order_id IS NOT NULL)"
  " SELECT " DESK_JOURNAL_COLUMNS " FROM journal"
  "  WHERE seq IN (SELECT seq FROM journal WHERE client_order_id IN (SELECT id FROM client)"
  "               UNION SELECT seq FROM journal WHERE client_order_id IS NULL"
  "                      AND server_order_id IN (SELECT id FROM server))"
  "  ORDER BY seq";

gboolean
desk_journal_foreach (const char      *path,
                      const char      *id,
                      DeskRecordFunc   func,
                      gpointer         user_data,
                      GError         **error)
{
  g_autofree char *resolved = NULL;
  GError *local_error = NULL;
  sqlite3 *db = open_reader (path, &resolved, &local_error);
  gboolean more = TRUE;

  if (db == NULL)
    {
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, local_error);
      return FALSE;
    }

  if (id == NULL)
    {
      DeskJournalWalk walk = { NULL };

      if (desk_journal_walk_init (&walk, db, &local_error))
        while (more)
          {
            g_autoptr (DeskRecord) record = desk_journal_walk_next (&walk, &local_error);

            if (record == NULL)
              break;
            more = func (record, user_data);
          }
      desk_journal_walk_clear (&walk);
    }
  else
    {
      sqlite3_stmt *stmt = desk_sqlite_prepare (db, by_id, &local_error);
      int rc = SQLITE_DONE;

      if (stmt != NULL)
        sqlite3_bind_text (stmt, 1, id, -1, SQLITE_STATIC);
      while (stmt != NULL && more && (rc = sqlite3_step (stmt)) == SQLITE_ROW)
        {
          guint8 hash[DESK_HASH_SIZE];
          g_autoptr (DeskRecord) record = desk_journal_row_read (stmt, hash);

          if (record == NULL)
            {
              desk_sqlite_set_damaged (&local_error, resolved, "record %" G_GINT64_FORMAT " has no hash",
                                       (gint64) sqlite3_column_int64 (stmt, 0));
              break;
            }
          more = func (record, user_data);
        }
      if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        desk_sqlite_set_error (db, "reading the journal", &local_error);
      sqlite3_finalize (stmt);
    }

  desk_sqlite_close (db);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  return TRUE;
}

typedef struct
{
  GString *text;
  guint    n;
} Findings;

static void G_GNUC_PRINTF (2, 3)
find (Findings   *findings,
      const char *format,
      ...)
{
  va_list args;

  if (findings->n++ >= MAX_FINDINGS)
    return;
  if (findings->text->len > 0)
    g_string_append_c (findings->text, '\n');
  va_start (args, format);
  g_string_append_vprintf (findings->text, format, args);
  va_end (args);
}

static void
check_permissions (const char *path,
                   Findings   *findings)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", ".lock", ".id", ".emergency" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, suffixes[i], NULL);
      struct stat st;

      if (lstat (name, &st) == 0 && (st.st_mode & 0077) != 0)
        find (findings, "%s may be read by others (mode %04o): chmod 600 it.", name, (guint) st.st_mode & 07777);
    }
}

static void
check_integrity (sqlite3  *db,
                 Findings *findings)
{
  GError *error = NULL;
  sqlite3_stmt *stmt = desk_sqlite_prepare (db, "PRAGMA integrity_check (20)", &error);
  int rc = SQLITE_DONE;

  while (stmt != NULL && (rc = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      const char *said = (const char *) sqlite3_column_text (stmt, 0);

      if (said == NULL || strcmp (said, "ok") != 0)
        find (findings, "SQLite: %s", said != NULL ? said : "no answer");
    }
  if (stmt != NULL && rc != SQLITE_DONE)
    desk_sqlite_set_error (db, "integrity_check", &error);
  sqlite3_finalize (stmt);
  if (error != NULL)
    find (findings, "%s", error->message);
  g_clear_error (&error);
}

/* The schema holds the journal and nothing else: no other table that the chain would not cover, no trigger that
 * would change what is written. */
static void
check_schema (sqlite3  *db,
              Findings *findings)
{
  GError *error = NULL;
  gint64 others = 0;

  if (!desk_sqlite_get_int64 (db,
                              "SELECT count(*) FROM sqlite_schema WHERE name NOT IN ('journal', 'journal_client', "
                              "'journal_server', 'journal_instance', 'journal_no_update', 'journal_no_delete')",
                              0, &others, &error))
    find (findings, "%s", error->message);
  else if (others > 0)
    find (findings, "The file holds %" G_GINT64_FORMAT " tables, indices or triggers that are not ours.", others);
  g_clear_error (&error);
}

/* What the walk collects for the comparison with FILE.id. */
typedef struct
{
  DeskStateId beside, last;
  gboolean    have_beside, have_last, named;
} Identity;

static void
check_instance (Identity         *identity,
                const DeskRecord *record,
                DeskHashChain    *chain,
                Findings         *findings)
{
  DeskStateId id = { { 0 } };
  guint8 hash[DESK_HASH_SIZE];

  desk_hash_chain_get (chain, hash);
  if (identity->have_beside && record->seq == identity->beside.seq)
    identity->named = memcmp (hash, identity->beside.hash, sizeof hash) == 0;
  if (record->kind != DESK_RECORD_INSTANCE)
    return;

  if (!desk_state_id_parse (record->payload, &id))
    find (findings, "Record %" G_GUINT64_FORMAT " does not name its installation.", record->seq);
  else if (identity->have_last && strcmp (id.install, identity->last.install) != 0)
    find (findings, "Record %" G_GUINT64_FORMAT " names another installation (%s, before %s).", record->seq, id.install,
          identity->last.install);
  else if (identity->have_last
           && (id.generation < identity->last.generation || id.high_water < identity->last.high_water))
    find (findings, "Record %" G_GUINT64_FORMAT " goes back to ids that were given out before.", record->seq);
  identity->last = id;
  identity->have_last = TRUE;
}

static void
check_identity (const Identity *identity,
                const char     *path,
                Findings       *findings)
{
  if (!identity->have_last)
    return;
  if (!identity->have_beside)
    find (findings, "%s.id is missing or does not read: the next start counts this file as a copy.", path);
  else if (strcmp (identity->beside.install, identity->last.install) != 0 || !identity->named
           || identity->beside.generation > identity->last.generation
           || identity->beside.high_water > identity->last.high_water)
    find (findings, "%s.id does not belong to this file: it is a copy or a restored backup.", path);
}

gboolean
desk_journal_check (const char        *path,
                    DeskJournalCheck  *check,
                    GError           **error)
{
  g_autofree char *resolved = NULL;
  Findings findings = { g_string_new (NULL), 0 };
  Identity identity = { 0 };
  GError *local_error = NULL;
  DeskJournalWalk walk = { NULL };
  sqlite3 *db = open_reader (path, &resolved, &local_error);

  memset (check, 0, sizeof *check);
  if (db == NULL)
    {
      g_string_free (findings.text, TRUE);
      if (local_error == NULL)
        g_set_error (&local_error, DESK_ERROR, DESK_ERROR_STORAGE,
                     "There is no state file %s: name it with --state.", path);
      g_propagate_error (error, local_error);
      return FALSE;
    }

  identity.have_beside = desk_state_files_read_id (resolved, &identity.beside);
  /* One snapshot for everything: a session may be writing. */
  if (desk_sqlite_exec (db, "BEGIN", &local_error) && desk_journal_walk_init (&walk, db, &local_error))
    while (TRUE)
      {
        g_autoptr (DeskRecord) record = desk_journal_walk_next (&walk, &local_error);

        if (record == NULL)
          break;
        check->records++;
        check_instance (&identity, record, walk.chain, &findings);
      }
  desk_journal_walk_clear (&walk);

  if (local_error != NULL)
    find (&findings, "%s", local_error->message);
  else
    check_identity (&identity, resolved, &findings);
  g_clear_error (&local_error);
  check_schema (db, &findings);
  check_integrity (db, &findings);
  check_permissions (resolved, &findings);
  desk_sqlite_close (db);

  check->ok = findings.n == 0;
  check->text = g_string_free (findings.text, check->ok);
  return TRUE;
}
