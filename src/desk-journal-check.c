/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-state-manager.h"

#include "desk-journal-row.h"
#include "desk-payload.h"
#include "desk-state-files.h"
#include "desk-state-head.h"
#include "desk-truth.h"

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
  if (size == 0)
    {
      desk_state_files_check_empty (*resolved, error);
      return NULL;
    }
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

/* Every row of @stmt, which is finalised; NULL with @error set already. */
static void
each_row (sqlite3        *db,
          sqlite3_stmt   *stmt,
          const char     *resolved,
          DeskRecordFunc  func,
          gpointer        user_data,
          GError        **error)
{
  gboolean more = TRUE;
  int rc = SQLITE_DONE;

  while (stmt != NULL && more && (rc = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      guint8 hash[DESK_HASH_SIZE];
      g_autoptr (DeskRecord) record = desk_journal_row_read (stmt, hash);

      if (record == NULL)
        {
          desk_sqlite_set_damaged (error, resolved, "record %" G_GINT64_FORMAT " has no hash", (gint64) sqlite3_column_int64 (stmt, 0));
          break;
        }
      more = func (record, user_data);
    }
  if (rc != SQLITE_DONE && rc != SQLITE_ROW)
    desk_sqlite_set_error (db, "reading the journal", error);
  sqlite3_finalize (stmt);
}

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

      if (stmt != NULL)
        sqlite3_bind_text (stmt, 1, id, -1, SQLITE_STATIC);
      each_row (db, stmt, resolved, func, user_data, &local_error);
    }

  desk_sqlite_close (db);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  return TRUE;
}

gboolean
desk_journal_hash_at (const char  *path,
                      guint64      seq,
                      guint8       hash[32],
                      gboolean    *found,
                      GError     **error)
{
  g_autofree char *resolved = NULL;
  GError *local_error = NULL;
  sqlite3 *db = open_reader (path, &resolved, &local_error);
  sqlite3_stmt *stmt;
  int rc;

  *found = FALSE;
  if (db != NULL)
    {
      stmt = desk_sqlite_prepare (db, "SELECT " DESK_JOURNAL_COLUMNS " FROM journal WHERE seq = ?1", &local_error);
      if (stmt != NULL)
        sqlite3_bind_int64 (stmt, 1, (gint64) seq);
      rc = stmt != NULL ? sqlite3_step (stmt) : SQLITE_DONE;
      if (rc == SQLITE_ROW)
        {
          g_autoptr (DeskRecord) record = desk_journal_row_read (stmt, hash);

          *found = record != NULL;
          if (record == NULL)
            desk_sqlite_set_damaged (&local_error, resolved, "a record has no hash");
        }
      else if (rc != SQLITE_DONE)
        {
          desk_sqlite_set_error (db, "reading the journal", &local_error);
        }
      sqlite3_finalize (stmt);
      desk_sqlite_close (db);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

gboolean
desk_journal_foreach_link (const char     *path,
                           guint64         first,
                           guint64         last,
                           DeskRecordFunc  func,
                           gpointer        user_data,
                           GError        **error)
{
  g_autofree char *resolved = NULL;
  GError *local_error = NULL;
  sqlite3 *db = open_reader (path, &resolved, &local_error);
  sqlite3_stmt *stmt;

  if (db != NULL)
    {
      stmt = desk_sqlite_prepare (db, "SELECT " DESK_JOURNAL_COLUMNS " FROM journal WHERE seq > ?1 AND seq < ?2 AND kind = ?3 ORDER BY seq",
                                  &local_error);
      if (stmt != NULL)
        {
          sqlite3_bind_int64 (stmt, 1, (gint64) first);
          sqlite3_bind_int64 (stmt, 2, (gint64) last);
          sqlite3_bind_int (stmt, 3, DESK_RECORD_LINK);
        }
      each_row (db, stmt, resolved, func, user_data, &local_error);
      desk_sqlite_close (db);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
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
  static const char *const suffixes[] = { "", "-wal", "-shm", ".lock", ".id", ".head", ".emergency" };
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
  guint64     head;        /* the record that was the last one by FILE.head, 0: not said */
  guint8      head_hash[DESK_HASH_SIZE];
  gboolean    head_found;
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
  if (record->seq == identity->head)
    identity->head_found = memcmp (hash, identity->head_hash, sizeof hash) == 0;
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
                guint64         n_records,
                Findings       *findings)
{
  if (identity->head > n_records)
    find (findings, "The last %" G_GUINT64_FORMAT " records are gone (%s.head says that there were %" G_GUINT64_FORMAT
          "): the file is an older copy, or its log is damaged.", identity->head - n_records, path, identity->head);
  else if (identity->head > 0 && !identity->head_found)
    find (findings, "Record %" G_GUINT64_FORMAT " is not the one that %s.head names: the file is another one, or an older "
          "copy that was written on.", identity->head, path);
  if (!identity->have_last)
    return;
  if (!identity->have_beside)
    find (findings, "%s.id is missing or does not read: the next start counts this file as a copy.", path);
  else if (strcmp (identity->beside.install, identity->last.install) != 0 || !identity->named
           || identity->beside.generation > identity->last.generation
           || identity->beside.high_water > identity->last.high_water)
    find (findings, "%s.id does not belong to this file: it is a copy or a restored backup.", path);
}

/* The fold of the records beside the fills that were booked with them. */
typedef struct
{
  DeskTruth        *truth;
  DeskTruthChanges  changes;
  GQueue            expected; /* ExpectedFill: the records folded so far book it; its FILL record is still to come */
} Bookings;

typedef struct
{
  char    execution_id[DESK_EXEC_ID_SIZE];
  gint64  quantity; /* signed */
  guint64 seq;
} ExpectedFill;

static void
bookings_init (Bookings *bookings)
{
  bookings->truth = desk_truth_new ();
  desk_truth_changes_init (&bookings->changes);
  g_queue_init (&bookings->expected);
}

static void
bookings_clear (Bookings *bookings)
{
  g_queue_clear_full (&bookings->expected, g_free);
  desk_truth_changes_clear (&bookings->changes);
  desk_truth_free (bookings->truth);
}

static void
check_fill (Bookings         *bookings,
            const DeskRecord *record,
            Findings         *findings)
{
  g_autofree ExpectedFill *expected = g_queue_pop_head (&bookings->expected);
  g_auto (DeskPayload) payload = { 0 };
  const char *id;
  gint64 quantity;

  desk_payload_init (&payload, record->payload);
  id = desk_payload_text (&payload, "execution_id");
  quantity = desk_payload_int (&payload, "quantity", 0);
  if (strcmp (desk_payload_text (&payload, "side"), "sell") == 0)
    quantity = -quantity;
  if (expected == NULL)
    find (findings, "Record %" G_GUINT64_FORMAT " books the fill %s, which no message before it explains.", record->seq, id);
  else if (strcmp (id, expected->execution_id) != 0 || quantity != expected->quantity)
    find (findings, "Record %" G_GUINT64_FORMAT " books the fill %s of %+" G_GINT64_FORMAT "; the messages say %s of %+"
          G_GINT64_FORMAT ".", record->seq, id, quantity, expected->execution_id, expected->quantity);
}

static void
check_all_booked (Bookings *bookings,
                  Findings *findings)
{
  const ExpectedFill *first = g_queue_peek_head (&bookings->expected);

  if (first != NULL)
    find (findings, "Record %" G_GUINT64_FORMAT " fills an order (%s), and the fill was not booked.", first->seq,
          first->execution_id);
  g_queue_clear_full (&bookings->expected, g_free);
}

static void
check_bookings (Bookings         *bookings,
                const DeskRecord *record,
                Findings         *findings)
{
  guint i;

  if (record->kind == DESK_RECORD_FILL)
    {
      check_fill (bookings, record, findings);
    }
  else
    {
      check_all_booked (bookings, findings);
    }

  desk_truth_changes_reset (&bookings->changes);
  desk_truth_replay (bookings->truth, record, &bookings->changes);
  for (i = 0; i < bookings->changes.fills->len; i++)
    {
      const DeskTruthFill *fill = g_ptr_array_index (bookings->changes.fills, i);
      ExpectedFill *expected = g_new0 (ExpectedFill, 1);

      g_strlcpy (expected->execution_id, fill->state.execution_id, sizeof expected->execution_id);
      expected->quantity = fill->signed_quantity;
      expected->seq = record->seq;
      g_queue_push_tail (&bookings->expected, expected);
    }
}

gboolean
desk_journal_check (const char        *path,
                    DeskJournalCheck  *check,
                    GError           **error)
{
  g_autofree char *resolved = NULL;
  Findings findings = { g_string_new (NULL), 0 };
  Identity identity = { 0 };
  Bookings bookings;
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

  bookings_init (&bookings);
  identity.have_beside = desk_state_files_read_id (resolved, &identity.beside);
  /* Before the records: a session that writes goes on. */
  desk_state_head_read (resolved, &identity.head, identity.head_hash);
  /* One snapshot for everything: a session may be writing. */
  if (desk_sqlite_exec (db, "BEGIN", &local_error) && desk_journal_walk_init (&walk, db, &local_error))
    while (TRUE)
      {
        g_autoptr (DeskRecord) record = desk_journal_walk_next (&walk, &local_error);

        if (record == NULL)
          break;
        check->records++;
        check_instance (&identity, record, walk.chain, &findings);
        check_bookings (&bookings, record, &findings);
      }
  desk_journal_walk_clear (&walk);
  check_all_booked (&bookings, &findings);
  bookings_clear (&bookings);

  if (local_error != NULL)
    find (&findings, "%s", local_error->message);
  else
    check_identity (&identity, resolved, check->records, &findings);
  g_clear_error (&local_error);
  check_schema (db, &findings);
  check_integrity (db, &findings);
  check_permissions (resolved, &findings);
  desk_sqlite_close (db);

  check->ok = findings.n == 0;
  check->text = g_string_free (findings.text, check->ok);
  return TRUE;
}
