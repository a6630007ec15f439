/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "kill-witness.h"

#include "desk-record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-glib/json-glib.h>
#include <sqlite3.h>

void
fail (Witness    *witness,
      const char *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  printf ("not ok: %s\nkept: %s\n", text, witness->folder);
  exit (1);
}

static const char *
status_word (Witness *witness,
             gint64   status)
{
  /* The wire's number -> our word, written down a second time on purpose. */
  static const char *const published[] = { NULL, "sent", "working", "held-by-parent", "working", "changing", "cancelling",
                                           "filled", "cancelled", "rejected", "part-filled" };

  if (witness->numbering == DTC_NUMBERING_DTC)
    return status >= 0 && status < (gint64) G_N_ELEMENTS (published) ? published[status] : NULL;
  switch (status)
    {
    case 1: case 100: return "working";
    case 3: return "filled";
    case 7: return "cancelled";
    case 101: return "held-by-parent";
    case 102: return "changing";
    case 103: return "cancelling";
    case 104: return "rejected";
    case 105: return "part-filled";
    default: return NULL;
    }
}

static void
note_said (Witness    *witness,
           const char *id,
           const char *status,
           gint64      filled)
{
  if (id == NULL || *id == '\0')
    return;
  g_hash_table_add (witness->said, g_strdup_printf ("%s\t%s\t%" G_GINT64_FORMAT, id, status, filled));
  g_hash_table_add (witness->said, g_strdup_printf ("%s\t%s", id, status));
  g_hash_table_add (witness->said, g_strdup_printf ("%s", id));
}

static const char *
member_text (JsonObject *object,
             const char *name)
{
  return json_object_has_member (object, name) ? json_object_get_string_member (object, name) : NULL;
}

/* What was begun and has no end yet; as many as there are when a start finds live orders and says so, behind all that it
 * has read and taken in, that start has to tell. */
static void
read_exits (Witness      *witness,
            sqlite3_stmt *stmt)
{
  int kind = sqlite3_column_int (stmt, 1);
  const char *payload = (const char *) sqlite3_column_text (stmt, 5);
  const char *account = (const char *) sqlite3_column_text (stmt, 6);
  const char *symbol = (const char *) sqlite3_column_text (stmt, 7);
  static const char *const names[] = { "flatten", "cancel-all" };
  guint i;

  if (kind == DESK_RECORD_LINK && payload != NULL && strstr (payload, "\"link\":\"start\"") != NULL)
    witness->must_tell = (int) g_hash_table_size (witness->begun);
  for (i = 0; payload != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *begins = g_strdup_printf ("\"action\":\"%s\"", names[i]);
      g_autofree char *ends = g_strdup_printf ("\"exit\":\"%s\"", names[i]);
      g_autofree char *key = g_strdup_printf ("%s\t%s\t%s", names[i], account, symbol);

      if (kind == DESK_RECORD_HUMAN && strstr (payload, begins) != NULL)
        g_hash_table_add (witness->begun, g_steal_pointer (&key));
      else if (kind == DESK_RECORD_TRANSITION && strstr (payload, ends) != NULL)
        g_hash_table_remove (witness->begun, key);
    }
}

static void
read_row (Witness      *witness,
          sqlite3_stmt *stmt)
{
  int kind = sqlite3_column_int (stmt, 1);
  const char *client = (const char *) sqlite3_column_text (stmt, 2);
  const char *server = (const char *) sqlite3_column_text (stmt, 3);
  const char *wire = (const char *) sqlite3_column_blob (stmt, 4);
  int n_wire = sqlite3_column_bytes (stmt, 4);
  const char *payload = (const char *) sqlite3_column_text (stmt, 5);
  g_autoptr (JsonParser) parser = NULL;
  JsonObject *message;

  if (kind == DESK_RECORD_INTENT)
    {
      if (client != NULL)
        g_hash_table_add (witness->intended, g_strdup (client));
      /* A bracket is one intent of several messages. */
      while (n_wire > 0)
        {
          gsize len = strnlen (wire, (gsize) n_wire);

          if (len > 0)
            g_hash_table_add (witness->intents, g_strndup (wire, len));
          wire += len + 1;
          n_wire -= (int) len + 1;
        }
      return;
    }
  if (kind == DESK_RECORD_FILL && payload != NULL)
    {
      parser = json_parser_new ();
      if (json_parser_load_from_data (parser, payload, -1, NULL))
        g_hash_table_add (witness->executions,
                          g_strdup (member_text (json_node_get_object (json_parser_get_root (parser)), "execution_id")));
      return;
    }
  if (kind != DESK_RECORD_EVENT || n_wire == 0)
    return;
  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, wire, (gssize) strnlen (wire, (gsize) n_wire), NULL))
    return;
  message = json_node_get_object (json_parser_get_root (parser));
  if (json_object_get_int_member (message, "Type") == 301)
    {
      const char *status = status_word (witness, json_object_get_int_member_with_default (message, "OrderStatus", -1));
      gint64 filled = (gint64) json_object_get_double_member_with_default (message, "FilledQuantity", 0);

      if (status == NULL)
        return;
      note_said (witness, member_text (message, "ClientOrderID"), status, filled);
      note_said (witness, member_text (message, "ServerOrderID"), status, filled);
      note_said (witness, client, status, filled);
      note_said (witness, server, status, filled);
    }
  else if (json_object_get_int_member (message, "Type") == 304)
    {
      /* Orders of one fill each: history says that it is filled. */
      const char *id = member_text (message, "ServerOrderID");
      gint64 filled = (gint64) json_object_get_double_member_with_default (message, "Quantity", 0);

      note_said (witness, id, "filled", filled);
      note_said (witness, id, "part-filled", filled);
      note_said (witness, client, "filled", filled);
      note_said (witness, client, "part-filled", filled);
    }
}

void
read_journal (Witness *witness)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  int rc;

  if (!g_file_test (witness->path, G_FILE_TEST_EXISTS))
    return;
  if (sqlite3_open_v2 (witness->path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
    fail (witness, "the state file does not open: %s", sqlite3_errmsg (db));
  sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (sqlite3_prepare_v2 (db, "SELECT seq, kind, client_order_id, server_order_id, wire, payload, account, symbol FROM journal"
                              " WHERE seq > ?1 ORDER BY seq", -1, &stmt, NULL) != SQLITE_OK)
    fail (witness, "the state file does not read: %s", sqlite3_errmsg (db));
  witness->must_tell = -1;
  sqlite3_bind_int64 (stmt, 1, witness->last_seq);
  while ((rc = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      if (sqlite3_column_int64 (stmt, 0) != witness->last_seq + 1)
        fail (witness, "record %" G_GINT64_FORMAT " is missing", witness->last_seq + 1);
      witness->last_seq++;
      witness->n_rows++;
      read_exits (witness, stmt);
      read_row (witness, stmt);
    }
  if (rc != SQLITE_DONE)
    fail (witness, "the state file does not read: %s", sqlite3_errmsg (db));
  sqlite3_finalize (stmt);
  sqlite3_close (db);
}

static gboolean
is_explained (Witness    *witness,
              const char *claim)
{
  g_auto (GStrv) parts = NULL;
  guint i;

  if (g_str_has_prefix (claim, "frame "))
    return g_hash_table_contains (witness->intents, claim + strlen ("frame "));
  if (g_str_has_prefix (claim, "part "))
    {
      GHashTableIter iter;
      gpointer key;

      g_hash_table_iter_init (&iter, witness->intents);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        if (g_str_has_prefix (key, claim + strlen ("part ")))
          return TRUE;
      return FALSE;
    }

  parts = g_strsplit (claim, "\t", -1);
  if (strcmp (parts[0], "fill") == 0)
    return g_hash_table_contains (witness->executions, parts[1]);
  /* order, ClientOrderID, ServerOrderID, status, filled */
  if (strcmp (parts[3], "sent") == 0)
    return g_hash_table_contains (witness->intended, parts[1]);
  for (i = 1; i <= 2; i++)
    {
      g_autofree char *whole = g_strjoin ("\t", parts[i], parts[3], parts[4], NULL);

      if (*parts[i] == '\0')
        continue;
      if (g_hash_table_contains (witness->said, whole))
        return TRUE;
      /* What has no server's word of its own is ours to say, once the server or we have spoken of the order at all. */
      if (strcmp (parts[3], "filled") != 0 && strcmp (parts[3], "part-filled") != 0 && strcmp (parts[3], "cancelled") != 0
          && strcmp (parts[3], "rejected") != 0
          && (g_hash_table_contains (witness->said, parts[i]) || g_hash_table_contains (witness->intended, parts[i])))
        return TRUE;
    }
  return FALSE;
}

void
claim (Witness *witness,
       char    *text)
{
  g_ptr_array_add (witness->unexplained, text);
}

void
check_claims (Witness    *witness,
              gboolean    all,
              const char *when)
{
  guint i, kept = 0;

  for (i = 0; i < witness->unexplained->len; i++)
    {
      char *text = g_ptr_array_index (witness->unexplained, i);

      if (is_explained (witness, text))
        {
          g_free (text);
          continue;
        }
      if (all)
        fail (witness, "not in the journal %s: %s", when, text);
      witness->unexplained->pdata[kept++] = text;
    }
  g_ptr_array_set_size (witness->unexplained, (int) kept);
}

gboolean
is_command (Witness    *witness,
            const char *frame)
{
  static const char *const brief[] = { "300", "302", "201", "209", NULL }, *const dtc[] = { "208", "201", "203", "204", "209", NULL };
  const char *const *types = witness->numbering == DTC_NUMBERING_DTC ? dtc : brief;

  for (; *types != NULL; types++)
    {
      g_autofree char *start = g_strdup_printf ("{\"Type\":%s,", *types);

      if (g_str_has_prefix (frame, start))
        return TRUE;
    }
  return FALSE;
}
