/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-report-private.h"

#include "desk-clock.h"
#include "desk-journal-row.h"
#include "desk-json-line.h"
#include "desk-signature.h"
#include "desk-state-manager.h"
#include "desk-types.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

/* All that stands before it is signed, byte for byte. */
#define SIGNATURE  ",\n  \"signature\": \""
#define REPORT_MAX (256 * 1024 * 1024)
#define MAX_DEPTH  8

/* ---- writing ---- */

static void
member (GString    *out,
        const char *name,
        const char *json)
{
  g_string_append_printf (out, "%s\n  \"%s\": %s", out->len > 1 ? "," : "", name, json);
}

static void
text_member (GString    *out,
             const char *name,
             const char *text)
{
  g_autoptr (GString) line = g_string_new ("{");

  desk_json_line_string (line, name, text);
  g_string_append_printf (out, "%s\n  %s", out->len > 1 ? "," : "", line->str + 1);
}

static void
int_member (GString    *out,
            const char *name,
            guint64     number)
{
  g_string_append_printf (out, "%s\n  \"%s\": %" G_GUINT64_FORMAT, out->len > 1 ? "," : "", name, number);
}

static void
append_item (GString *list,
             GString *item)
{
  desk_json_line_end (item);
  g_string_append_printf (list, "%s\n    %s", list->len > 1 ? "," : "", item->str);
}

static void
add_text (GString    *item,
          const char *name,
          const char *text)
{
  desk_json_line_string (item, name, text != NULL && *text != '\0' ? text : NULL);
}

static char *
findings_list (const GArray *findings)
{
  GString *list = g_string_new ("[");

  for (guint i = 0; i < findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (findings, DeskFinding, i);
      g_autoptr (GString) item = g_string_new ("{");
      g_autoptr (GString) records = g_string_new ("[");
      g_autofree char *check = g_strdup_printf ("V%u", finding->check);
      g_autofree char *first = desk_json_line_time (finding->first_utc);
      g_autofree char *last = desk_json_line_time (finding->utc);

      if (finding->number > 0)
        desk_json_line_int (item, "finding", (gint64) finding->number);
      desk_json_line_string (item, "check", check);
      desk_json_line_string (item, "verdict", desk_verdict_nick (finding->verdict));
      if (finding->information)
        desk_json_line_bool (item, "information", TRUE);
      add_text (item, "account", finding->account);
      add_text (item, "symbol", finding->symbol);
      add_text (item, "client_order_id", finding->client_order_id);
      add_text (item, "server_order_id", finding->server_order_id);
      add_text (item, "execution_id", finding->execution_id);
      add_text (item, "expected", finding->expected);
      add_text (item, "seen", finding->seen);
      add_text (item, "text", finding->text);
      desk_json_line_bool (item, "accepted", finding->accepted);
      add_text (item, "note", finding->note);
      desk_json_line_string (item, "first", first);
      desk_json_line_string (item, "last", last);
      for (guint k = 0; k < G_N_ELEMENTS (finding->records) && finding->records[k] != 0; k++)
        g_string_append_printf (records, "%s%" G_GUINT64_FORMAT, k > 0 ? "," : "", finding->records[k]);
      g_string_append_c (records, ']');
      desk_json_line_raw (item, "records", records->str);
      append_item (list, item);
    }
  g_string_append (list, list->len > 1 ? "\n  ]" : "]");
  return g_string_free (list, FALSE);
}

static void
add_price (GString         *item,
           const char      *name,
           const DeskPrice *price)
{
  if (price->kind == DESK_PRICE_UNSET)
    desk_json_line_null (item, name);
  else
    desk_json_line_double (item, name, price->display);
}

static void
add_count (GString    *item,
           const char *name,
           gint64      count)
{
  if (count < 0)
    desk_json_line_null (item, name);
  else
    desk_json_line_int (item, name, count);
}

static char *
orders_list (const GArray *rows)
{
  GString *list = g_string_new ("[");

  for (guint i = 0; i < rows->len; i++)
    {
      const DeskLedgerRow *row = &g_array_index (rows, DeskLedgerRow, i);
      g_autoptr (GString) item = g_string_new ("{");

      add_text (item, "client_order_id", row->client_order_id);
      add_text (item, "server_order_id", row->server_order_id);
      add_text (item, "account", row->account);
      add_text (item, "symbol", row->symbol);
      desk_json_line_bool (item, "external", row->external);
      if (row->sent)
        {
          add_text (item, "side", desk_side_nick (row->sent_side));
          add_text (item, "type", desk_order_type_nick (row->sent_type));
          add_count (item, "sent_quantity", row->sent_quantity);
          add_price (item, "sent_price", &row->sent_price);
          add_price (item, "sent_price2", &row->sent_price2);
          desk_json_line_int (item, "sent_record", (gint64) row->sent_record);
        }
      if (row->echoed)
        {
          add_text (item, "echo_side", desk_side_nick (row->echo_side));
          add_count (item, "echo_quantity", row->echo_quantity);
          add_price (item, "echo_price", &row->echo_price);
          add_price (item, "echo_price2", &row->echo_price2);
          add_text (item, "echo_status", desk_status_nick (row->echo_status));
          add_count (item, "filled", row->echo_filled);
          desk_json_line_int (item, "echo_record", (gint64) row->echo_record);
        }
      add_count (item, "live_quantity", row->live_quantity);
      desk_json_line_double (item, "live_average", row->live_average);
      add_count (item, "history_quantity", row->history_known ? row->history_quantity : -1);
      desk_json_line_double (item, "history_average", row->history_average);
      desk_json_line_string (item, "verdict", desk_verdict_nick (row->verdict));
      append_item (list, item);
    }
  g_string_append (list, list->len > 1 ? "\n  ]" : "]");
  return g_string_free (list, FALSE);
}

static char *
positions_list (const GArray *feet)
{
  GString *list = g_string_new ("[");

  for (guint i = 0; i < feet->len; i++)
    {
      const DeskLedgerFoot *foot = &g_array_index (feet, DeskLedgerFoot, i);
      g_autoptr (GString) item = g_string_new ("{");
      const struct { const char *name; gint64 number; gboolean known; } members[] = {
        { "baseline", foot->baseline, foot->based }, { "fills", foot->fills, foot->based }, { "computed", foot->computed, foot->based },
        { "server", foot->server, foot->stated },
      };

      add_text (item, "account", foot->account);
      add_text (item, "symbol", foot->symbol);
      for (guint k = 0; k < G_N_ELEMENTS (members); k++)
        {
          if (members[k].known)
            desk_json_line_int (item, members[k].name, members[k].number);
          else
            desk_json_line_null (item, members[k].name);
        }
      desk_json_line_string (item, "verdict", desk_verdict_nick (foot->verdict));
      append_item (list, item);
    }
  g_string_append (list, list->len > 1 ? "\n  ]" : "]");
  return g_string_free (list, FALSE);
}

static char *
checks_list (const DeskVerifyRun *run)
{
  GString *list = g_string_new ("[");

  for (guint i = 1; i <= DESK_N_CHECKS; i++)
    {
      g_autoptr (GString) item = g_string_new ("{");
      g_autofree char *check = g_strdup_printf ("V%u", i);

      desk_json_line_string (item, "check", check);
      desk_json_line_string (item, "title", desk_check_title (i));
      desk_json_line_int (item, "match", run->n_match[i]);
      desk_json_line_int (item, "mismatch", run->n_mismatch[i]);
      desk_json_line_int (item, "not_provable", run->n_not_provable[i]);
      append_item (list, item);
    }
  g_string_append (list, "\n  ]");
  return g_string_free (list, FALSE);
}

static char *
files_object (const char *base,
              const char *csv,
              const char *text)
{
  g_autofree char *csv_name = g_strconcat (base, ".csv", NULL);
  g_autofree char *text_name = g_strconcat (base, ".txt", NULL);
  g_autofree char *csv_hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, csv, -1);
  g_autofree char *text_hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autoptr (GString) object = g_string_new ("{");

  desk_json_line_string (object, csv_name, csv_hash);
  desk_json_line_string (object, text_name, text_hash);
  desk_json_line_end (object);
  return g_strdup (object->str);
}

static char *
compose (const DeskReportFacts *facts,
         const char            *base,
         const char            *csv,
         const char            *text)
{
  const DeskVerifyRun *run = facts->run;
  GString *out = g_string_new ("{");
  g_autofree char *made = desk_json_line_time (facts->utc);
  g_autofree char *verified = desk_json_line_time (run->utc);
  g_autofree char *checks = checks_list (run);
  g_autofree char *findings = findings_list (run->findings);
  g_autofree char *past = findings_list (run->past);
  g_autofree char *orders = orders_list (run->rows);
  g_autofree char *positions = positions_list (run->feet);
  g_autofree char *files = files_object (base, csv, text);

  int_member (out, "schema", DESK_REPORT_SCHEMA);
  text_member (out, "report", "dtc-desk session");
  text_member (out, "made", made);
  text_member (out, "verified", verified);
  int_member (out, "connection", run->epoch);
  text_member (out, "profile", facts->profile->name);
  text_member (out, "host", facts->profile->host);
  int_member (out, "port", facts->profile->port);
  text_member (out, "mode", facts->profile->live ? "live" : "simulated");
  text_member (out, "verdict", desk_verdict_nick (run->verdict));
  int_member (out, "accepted", run->n_accepted);
  member (out, "checks", checks);
  member (out, "findings", findings);
  member (out, "past", past);
  member (out, "orders", orders);
  member (out, "positions", positions);
  int_member (out, "journal_records", facts->records);
  text_member (out, "journal_head", facts->head);
  member (out, "files", files);
  text_member (out, "key_type", "Ed25519");
  text_member (out, "key", facts->key);
  return g_string_free (out, FALSE);
}

static gboolean
write_file (const char  *path,
            const char  *text,
            GError     **error)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gsize len = strlen (text), done = 0;
  gboolean ok = fd >= 0;

  while (ok && done < len)
    {
      gssize n = write (fd, text + done, len - done);

      if (n > 0)
        done += (gsize) n;
      else if (n == 0 || errno != EINTR)
        ok = FALSE;
    }
  ok = ok && fsync (fd) == 0;
  if (!ok)
    g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The report could not be written to %s: %s", path, g_strerror (errno));
  if (fd >= 0)
    {
      close (fd);
      if (!ok)
        g_unlink (path); /* half a report is none */
    }
  return ok;
}

static void
hex (const guint8 hash[DESK_HASH_SIZE],
     char         out[2 * DESK_HASH_SIZE + 1])
{
  for (guint i = 0; i < DESK_HASH_SIZE; i++)
    g_snprintf (out + 2 * i, 3, "%02x", hash[i]);
}

static gboolean
write_all (DeskReportFacts *facts,
           DeskSigner      *signer,
           const char      *folder,
           const char      *base,
           GError         **error)
{
  const char *const endings[] = { ".csv", ".txt", ".json" };
  g_autofree char *csv = desk_report_csv (facts);
  g_autofree char *text = desk_report_text (facts);
  g_autofree char *json = compose (facts, base, csv, text);
  g_autofree char *signature = desk_signer_sign (signer, json, strlen (json), error);
  g_autofree char *whole = NULL;
  const char *texts[3];

  if (signature == NULL)
    return FALSE;
  whole = g_strconcat (json, SIGNATURE, signature, "\"\n}\n", NULL);
  texts[0] = csv;
  texts[1] = text;
  texts[2] = whole;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *name = g_strconcat (base, endings[i], NULL);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (write_file (path, texts[i], error))
        continue;
      while (i-- > 0)
        {
          g_autofree char *written = g_strconcat (folder, G_DIR_SEPARATOR_S, base, endings[i], NULL);

          g_unlink (written);
        }
      return FALSE;
    }
  return TRUE;
}

char *
desk_report_write (const DeskVerifyRun *run,
                   const DeskProfile   *profile,
                   const char          *state_path,
                   const char          *folder,
                   GError             **error)
{
  DeskReportFacts facts = { .run = run, .profile = profile, .utc = desk_clock_utc () };
  g_autofree char *home = g_path_get_dirname (state_path);
  g_autoptr (DeskSigner) signer = NULL;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (facts.utc / G_USEC_PER_SEC);
  g_autofree char *stamp = g_date_time_format (time, "report-%Y%m%d-%H%M%S");
  guint8 hash[DESK_HASH_SIZE];
  gboolean found = FALSE;

  /* Not the journal's last record: a session that writes may have gone on meanwhile. */
  facts.records = run->records;
  if (facts.records > 0 && !desk_journal_hash_at (state_path, facts.records, hash, &found, error))
    return NULL;
  if (facts.records > 0 && !found)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "There is no report: the state file %s does not have the record %" G_GUINT64_FORMAT " that was verified last. Look at it "
                   "with \"dtcctl journal check\".", state_path, facts.records);
      return NULL;
    }
  if (found)
    hex (hash, facts.head);
  signer = desk_signer_open (home, TRUE, error);
  if (signer == NULL)
    return NULL;
  facts.key = desk_signer_get_public (signer);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The folder %s could not be made: %s", folder, g_strerror (errno));
      return NULL;
    }
  for (guint i = 1;; i++)
    {
      g_autofree char *base = i == 1 ? g_strdup (stamp) : g_strdup_printf ("%s-%u", stamp, i);
      g_autofree char *name = g_strconcat (base, ".json", NULL);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (i < 1000 && g_file_test (path, G_FILE_TEST_EXISTS))
        continue; /* another one of the same second */
      return write_all (&facts, signer, folder, base, error) ? g_steal_pointer (&path) : NULL;
    }
}

/* ---- checking ---- */

void
desk_report_check_clear (DeskReportCheck *check)
{
  g_clear_pointer (&check->text, g_free);
  g_clear_pointer (&check->key, g_free);
  g_clear_pointer (&check->time, g_free);
  g_clear_pointer (&check->verdict, g_free);
  g_clear_pointer (&check->head, g_free);
}

static char *
read_file (const char  *path,
           gsize       *len,
           GError     **error)
{
  g_autofree char *text = NULL;
  GStatBuf info;

  if (g_stat (path, &info) == 0 && info.st_size > REPORT_MAX)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "%s is too large for a report", path);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, len, error))
    return NULL;
  return g_steal_pointer (&text);
}

static char *
dup_member (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return g_strdup (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                                                                    : "");
}

static gint64
int_of (JsonObject *object,
        const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
}

/* json-glib 1.6 crashes on deep nesting. */
static gboolean
is_nested_deeply (const char *text)
{
  guint depth = 0;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        {
          for (p++; *p != '\0' && *p != '"'; p++)
            if (*p == '\\' && p[1] != '\0')
              p++;
          if (*p == '\0')
            return FALSE; /* no JSON either */
        }
      else if ((*p == '[' || *p == '{') && ++depth > MAX_DEPTH)
        return TRUE;
      else if ((*p == ']' || *p == '}') && depth > 0)
        depth--;
    }
  return FALSE;
}

/* The files that it names, beside it. @asked: the one that is asked about. */
static gboolean
check_files (JsonObject      *object,
             const char      *path,
             const char      *asked,
             DeskReportCheck *check)
{
  g_autofree char *asked_name = g_path_get_basename (asked);
  g_autofree char *folder = g_path_get_dirname (path);
  JsonNode *node = json_object_get_member (object, "files");
  g_autoptr (GList) names = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_members (json_node_get_object (node)) : NULL;

  /* A report that was renamed speaks of files of other names, and they may be there. */
  if (strcmp (asked, path) != 0 && g_list_find_custom (names, asked_name, (GCompareFunc) strcmp) == NULL)
    {
      check->text = g_strdup_printf ("%s is signed, and does not name %s: nothing says what that was", path, asked_name);
      return FALSE;
    }
  for (GList *l = names; l != NULL; l = l->next)
    {
      const char *name = l->data;
      g_autofree char *expected = dup_member (json_node_get_object (node), name);
      g_autofree char *plain = g_path_get_basename (name);
      g_autofree char *file = g_build_filename (folder, plain, NULL);
      g_autofree char *text = NULL;
      g_autofree char *seen = NULL;
      gsize len = 0;

      text = read_file (file, &len, NULL);
      if (text == NULL)
        {
          check->text = g_strdup_printf ("%s is signed, and %s is missing beside it", path, plain);
          return FALSE;
        }
      seen = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, len);
      if (g_strcmp0 (seen, expected) != 0)
        {
          check->text = g_strdup_printf ("%s is not what was signed: it has been changed", file);
          return FALSE;
        }
    }
  return TRUE;
}

static void
check_journal (const char      *state_path,
               DeskReportCheck *check)
{
  guint8 hash[DESK_HASH_SIZE];
  char text[2 * DESK_HASH_SIZE + 1] = "";
  g_autoptr (GError) error = NULL;
  gboolean found = FALSE;

  if (state_path == NULL || !g_file_test (state_path, G_FILE_TEST_EXISTS))
    return;
  if (check->records == 0)
    {
      check->journal = DESK_JOURNAL_SAME; /* before its first record, every journal is the same */
      return;
    }
  if (!desk_journal_hash_at (state_path, check->records, hash, &found, &error))
    return;
  if (found)
    hex (hash, text);
  check->journal = found && strcmp (text, check->head) == 0 ? DESK_JOURNAL_SAME : DESK_JOURNAL_OTHER;
}

gboolean
desk_report_check (const char       *path,
                   const char       *state_path,
                   DeskReportCheck  *check,
                   GError          **error)
{
  g_autofree char *json_path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *signature = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autofree char *tail = NULL;
  const char *end;
  JsonObject *object;
  gsize len = 0;

  memset (check, 0, sizeof *check);
  if (g_str_has_suffix (path, ".csv") || g_str_has_suffix (path, ".txt"))
    json_path = g_strdup_printf ("%.*s.json", (int) strlen (path) - 4, path);
  else
    json_path = g_strdup (path);
  text = read_file (json_path, &len, error);
  if (text == NULL)
    return FALSE;
  end = g_strrstr_len (text, (gssize) len, SIGNATURE);
  if (strlen (text) != len || end == NULL || is_nested_deeply (text) || !json_parser_load_from_data (parser, text, (gssize) len, NULL)
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_CORRUPT, "%s is no report of this program, or its end is missing", json_path);
      return FALSE;
    }
  object = json_node_get_object (json_parser_get_root (parser));
  check->key = dup_member (object, "key");
  check->time = dup_member (object, "made");
  check->verdict = dup_member (object, "verdict");
  check->head = dup_member (object, "journal_head");
  check->records = (guint64) int_of (object, "journal_records");
  check->n_accepted = int_of (object, "accepted");
  signature = dup_member (object, "signature");
  /* Nothing may stand behind it: of two members of one name the later one would be read. */
  tail = g_strconcat (SIGNATURE, signature, "\"\n}\n", NULL);
  if (strcmp (end, tail) != 0 || !desk_signature_check (check->key, signature, text, (gsize) (end - text)))
    check->text = g_strdup_printf ("%s is not what was signed: it has been changed, or the key in it is not the one that signed it", json_path);
  else
    check->ok = check_files (object, json_path, path, check);
  if (check->ok && state_path != NULL)
    {
      g_autofree char *home = g_path_get_dirname (state_path);
      g_autoptr (DeskSigner) signer = desk_signer_open (home, FALSE, NULL);

      if (signer != NULL)
        check->signer = strcmp (desk_signer_get_public (signer), check->key) == 0 ? DESK_SIGNER_OWN : DESK_SIGNER_OTHER;
      check_journal (state_path, check);
    }
  return TRUE;
}
