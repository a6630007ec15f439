/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-finding-book.h"

#include "desk-json-line.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define PAST_MAX 1000

typedef struct
{
  DeskFinding finding;
  gboolean    open;            /* the last run has it */
  char       *taken;           /* what was accepted, see value_of(); or NULL */
} Entry;

struct _DeskFindingBook
{
  GPtrArray  *entries;         /* owned, by number - 1 */
  GHashTable *by_subject;      /* what it is about -> entry */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  desk_finding_clear (&entry->finding);
  g_free (entry->taken);
  g_free (entry);
}

DeskFindingBook *
desk_finding_book_new (void)
{
  DeskFindingBook *self = g_new0 (DeskFindingBook, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_subject = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
desk_finding_book_free (DeskFindingBook *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_subject);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

static const char *
words (const char *text)
{
  return text != NULL ? text : "";
}

/* Of the finding that counts what is not listed, where there is one. */
static char *
rest_subject (const DeskFinding *finding)
{
  return g_strdup_printf ("%u\x1f%s\x1frest\x1f%s", finding->check, finding->account, desk_verdict_nick (finding->verdict));
}

/* Equal for the same finding of two runs. What the server said of an order's state may be wrong more than once. */
static char *
subject_of (const DeskFinding *finding)
{
  gboolean by_value = finding->check == 11 || finding->check == 14;
  const char *order = finding->client_order_id[0] != '\0' ? finding->client_order_id : finding->server_order_id;

  if (finding->rest > 0)
    return rest_subject (finding);
  return g_strdup_printf ("%u\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s", finding->check, finding->account, finding->symbol, order,
                          finding->execution_id, by_value ? words (finding->expected) : "", by_value ? words (finding->seen) : "");
}

/* What a person takes when accepting: of a position the difference, which every later fill leaves as it is. */
static char *
value_of (const DeskFinding *finding)
{
  if (finding->verdict != DESK_VERDICT_MISMATCH)
    return g_strdup (desk_verdict_nick (finding->verdict));
  if (finding->check == 8)
    return g_strdup_printf ("%" G_GINT64_FORMAT, g_ascii_strtoll (words (finding->seen), NULL, 10)
                                                     - g_ascii_strtoll (words (finding->expected), NULL, 10));
  return g_strdup_printf ("%s\x1f%s", words (finding->expected), words (finding->seen));
}

/* Only these are kept: a match is none, and an information changes with every fill. */
static gboolean
is_kept (const DeskFinding *finding)
{
  return finding->verdict != DESK_VERDICT_MATCH && !finding->information;
}

static Entry *
entry_of (DeskFindingBook *self,
          guint64          number)
{
  return number > 0 && number <= self->entries->len ? g_ptr_array_index (self->entries, number - 1) : NULL;
}

const DeskFinding *
desk_finding_book_find (DeskFindingBook *self,
                        guint64          number)
{
  const Entry *entry = entry_of (self, number);

  return entry != NULL ? &entry->finding : NULL;
}

/* ---- records ---- */

static const char *
text_member (JsonObject *object,
             const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gint64
int_member (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
}

static JsonArray *
array_member (JsonObject *object,
              const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static void
copy_member (JsonObject *object,
             const char *name,
             char       *to,
             gsize       size)
{
  g_strlcpy (to, words (text_member (object, name)), size);
}

static GRefString *
ref_member (JsonObject *object,
            const char *name)
{
  const char *text = text_member (object, name);

  return text != NULL ? g_ref_string_new (text) : NULL;
}

static DeskVerdict
verdict_member (JsonObject *object)
{
  return g_strcmp0 (text_member (object, "verdict"), desk_verdict_nick (DESK_VERDICT_MISMATCH)) == 0 ? DESK_VERDICT_MISMATCH
                                                                                                     : DESK_VERDICT_NOT_PROVABLE;
}

static void
fold_found (DeskFindingBook  *self,
            JsonObject       *object,
            const DeskRecord *record)
{
  guint64 number = (guint64) int_member (object, "n");
  Entry *entry = entry_of (self, number);
  JsonArray *records = array_member (object, "records");
  DeskFinding finding = { .number = number, .check = (guint) int_member (object, "check"), .verdict = verdict_member (object) };
  g_autofree char *value = NULL;
  guint i;

  /* Numbers are given in order; a record that says otherwise is not one of ours. */
  if ((entry == NULL && number != self->entries->len + 1) || finding.check == 0 || finding.check > DESK_N_CHECKS)
    return;
  copy_member (object, "account", finding.account, sizeof finding.account);
  copy_member (object, "symbol", finding.symbol, sizeof finding.symbol);
  copy_member (object, "client_order_id", finding.client_order_id, sizeof finding.client_order_id);
  copy_member (object, "server_order_id", finding.server_order_id, sizeof finding.server_order_id);
  copy_member (object, "execution_id", finding.execution_id, sizeof finding.execution_id);
  finding.rest = (guint) CLAMP (int_member (object, "rest"), 0, G_MAXUINT);
  finding.expected = ref_member (object, "expected");
  finding.seen = ref_member (object, "seen");
  finding.expected_text = ref_member (object, "expected_text");
  finding.seen_text = ref_member (object, "seen_text");
  finding.text = ref_member (object, "text");
  for (i = 0; records != NULL && i < MIN (json_array_get_length (records), G_N_ELEMENTS (finding.records)); i++)
    finding.records[i] = (guint64) json_array_get_int_element (records, i);
  finding.first_utc = entry != NULL ? entry->finding.first_utc : record->utc;
  finding.utc = record->utc;
  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      g_ptr_array_add (self->entries, entry);
      g_hash_table_replace (self->by_subject, subject_of (&finding), entry);
    }
  else
    {
      finding.note = entry->finding.note;
      entry->finding.note = NULL;
      desk_finding_clear (&entry->finding);
    }
  entry->finding = finding;
  entry->open = TRUE;
  value = value_of (&finding);
  entry->finding.accepted = g_strcmp0 (entry->taken, value) == 0;
}

static void
fold_snapshot (DeskFindingBook  *self,
               JsonObject       *object,
               const DeskRecord *record)
{
  JsonArray *found = array_member (object, "found");
  JsonArray *gone = array_member (object, "gone");
  guint i;

  for (i = 0; found != NULL && i < json_array_get_length (found); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (found, i)))
      fold_found (self, json_array_get_object_element (found, i), record);
  for (i = 0; gone != NULL && i < json_array_get_length (gone); i++)
    {
      Entry *entry = entry_of (self, (guint64) json_array_get_int_element (gone, i));

      if (entry != NULL)
        entry->open = FALSE;
    }
}

static void
fold_human (DeskFindingBook *self,
            JsonObject      *object)
{
  Entry *entry = entry_of (self, (guint64) int_member (object, "finding"));
  const char *action = text_member (object, "action");
  const char *said = text_member (object, "words");

  if (entry == NULL)
    return;
  if (g_strcmp0 (action, "accept") == 0)
    {
      g_free (entry->taken);
      entry->taken = value_of (&entry->finding);
      entry->finding.accepted = TRUE;
    }
  else if (g_strcmp0 (action, "note") != 0)
    return;
  if (said != NULL && *said != '\0')
    {
      g_clear_pointer (&entry->finding.note, g_ref_string_release);
      entry->finding.note = g_ref_string_new (said);
    }
}

void
desk_finding_book_fold (DeskFindingBook  *self,
                        const DeskRecord *record)
{
  g_autoptr (JsonParser) parser = NULL;
  gboolean human = record->kind == DESK_RECORD_HUMAN;

  if (record->payload == NULL || (!human && record->kind != DESK_RECORD_SNAPSHOT)
      || strstr (record->payload, human ? "\"finding\":" : "\"verify\":") == NULL)
    return;
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, record->payload, -1, NULL) || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return;
  if (human)
    fold_human (self, json_node_get_object (json_parser_get_root (parser)));
  else
    fold_snapshot (self, json_node_get_object (json_parser_get_root (parser)), record);
}

/* ---- a run ---- */

static void
add_text (GString    *line,
          const char *name,
          const char *text)
{
  if (text != NULL && *text != '\0')
    desk_json_line_string (line, name, text);
}

static void
append_found (GString           *out,
              const DeskFinding *finding,
              guint64            number)
{
  g_autoptr (GString) line = g_string_new ("{");
  g_autoptr (GString) records = g_string_new ("[");
  guint i;

  desk_json_line_int (line, "n", (gint64) number);
  desk_json_line_int (line, "check", finding->check);
  desk_json_line_string (line, "verdict", desk_verdict_nick (finding->verdict));
  add_text (line, "account", finding->account);
  add_text (line, "symbol", finding->symbol);
  add_text (line, "client_order_id", finding->client_order_id);
  add_text (line, "server_order_id", finding->server_order_id);
  add_text (line, "execution_id", finding->execution_id);
  add_text (line, "expected", finding->expected);
  add_text (line, "seen", finding->seen);
  add_text (line, "expected_text", finding->expected_text);
  add_text (line, "seen_text", finding->seen_text);
  add_text (line, "text", finding->text);
  if (finding->rest > 0)
    desk_json_line_int (line, "rest", finding->rest);
  for (i = 0; i < G_N_ELEMENTS (finding->records); i++)
    {
      if (finding->records[i] != 0)
        g_string_append_printf (records, "%s%" G_GUINT64_FORMAT, records->len > 1 ? "," : "", finding->records[i]);
    }
  g_string_append_c (records, ']');
  desk_json_line_raw (line, "records", records->str);
  desk_json_line_end (line);
  if (out->len > 1)
    g_string_append_c (out, ',');
  g_string_append (out, line->str);
}

static void
append_bases (GString      *line,
              const GArray *bases)
{
  g_autoptr (GString) rows = g_string_new ("[");
  g_autoptr (GString) flat = g_string_new ("[");
  guint i;

  for (i = 0; i < bases->len; i++)
    {
      const DeskVerifyBase *base = &g_array_index (bases, DeskVerifyBase, i);
      g_autoptr (GString) row = g_string_new ("{");
      gboolean rest = base->symbol[0] == '\0';

      desk_json_line_string (row, "account", base->account);
      if (!rest)
        {
          desk_json_line_string (row, "symbol", base->symbol);
          desk_json_line_int (row, "quantity", base->quantity);
        }
      desk_json_line_end (row);
      if (rest)
        {
          /* The bare name, quoted as JSON has it. */
          const char *name = row->str + strlen ("{\"account\":");

          g_string_append_printf (flat, "%s%.*s", flat->len > 1 ? "," : "", (int) (strlen (name) - 1), name);
        }
      else
        g_string_append_printf (rows, "%s%s", rows->len > 1 ? "," : "", row->str);
    }
  g_string_append_c (rows, ']');
  g_string_append_c (flat, ']');
  if (rows->len > 2)
    desk_json_line_raw (line, "bases", rows->str);
  if (flat->len > 2)
    desk_json_line_raw (line, "flat", flat->str);
}

static gboolean
has_changed (const Entry       *entry,
             const DeskFinding *finding)
{
  return !entry->open || entry->finding.verdict != finding->verdict || entry->finding.rest != finding->rest
         || (finding->verdict == DESK_VERDICT_MISMATCH
             && (g_strcmp0 (entry->finding.expected, finding->expected) != 0 || g_strcmp0 (entry->finding.seen, finding->seen) != 0));
}

char *
desk_finding_book_plan (DeskFindingBook     *self,
                        const DeskVerifyRun *run,
                        const GArray        *bases)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) found = g_string_new ("[");
  g_autoptr (GString) gone = g_string_new ("[");
  GString *line;
  guint64 next = self->entries->len + 1;
  guint i;

  for (i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);
      g_autofree char *subject = NULL;
      const Entry *entry;

      if (!is_kept (finding))
        continue;
      subject = subject_of (finding);
      entry = g_hash_table_lookup (self->by_subject, subject);
      if (!g_hash_table_add (seen, g_steal_pointer (&subject)))
        continue;
      if (entry == NULL)
        append_found (found, finding, next++);
      else if (has_changed (entry, finding))
        append_found (found, finding, entry->finding.number);
    }
  for (i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);
      g_autofree char *subject = entry->open ? subject_of (&entry->finding) : NULL;
      g_autofree char *rest = entry->open ? rest_subject (&entry->finding) : NULL;

      /* An entry is kept under the subject it was first found with. Where not all are listed, what is not listed may be
       * among the others. */
      if (entry->open && !g_hash_table_contains (seen, subject) && !g_hash_table_contains (seen, rest))
        g_string_append_printf (gone, "%s%" G_GUINT64_FORMAT, gone->len > 1 ? "," : "", entry->finding.number);
    }
  g_string_append_c (found, ']');
  g_string_append_c (gone, ']');
  if (found->len == 2 && gone->len == 2 && bases->len == 0)
    return NULL;
  line = g_string_new ("{");
  desk_json_line_string (line, "verify", run->trigger);
  append_bases (line, bases);
  desk_json_line_raw (line, "found", found->str);
  desk_json_line_raw (line, "gone", gone->str);
  desk_json_line_end (line);
  return g_string_free (line, FALSE);
}

gboolean
desk_finding_book_is_news (DeskFindingBook   *self,
                           const DeskFinding *finding)
{
  g_autofree char *subject = subject_of (finding);
  g_autofree char *value = value_of (finding);
  g_autofree char *before = NULL;
  const Entry *entry = g_hash_table_lookup (self->by_subject, subject);

  if (!is_kept (finding))
    return FALSE;
  if (entry == NULL)
    return TRUE;
  if (finding->rest > 0 && entry->open && finding->rest <= entry->finding.rest)
    return FALSE;
  before = value_of (&entry->finding);
  return g_strcmp0 (entry->taken, value) != 0 && (!entry->open || strcmp (before, value) != 0);
}

static void
number_rows (DeskVerifyRun *run)
{
  g_autoptr (GHashTable) first = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) rest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint i;

  for (i = run->findings->len; i > 0; i--)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i - 1);

      if (finding->number == 0)
        continue;
      if (finding->client_order_id[0] != '\0' || finding->server_order_id[0] != '\0')
        g_hash_table_replace (first, g_strconcat (finding->client_order_id, "\x1f", finding->server_order_id, NULL), (gpointer) finding);
      else if (finding->rest > 0)
        g_hash_table_replace (rest, g_strconcat (finding->account, "\x1f", desk_verdict_nick (finding->verdict), NULL), (gpointer) finding);
      else if (finding->check == 8)
        g_hash_table_replace (first, g_strconcat (finding->account, "\x1e", finding->symbol, NULL), (gpointer) finding);
    }
  for (i = 0; i < run->rows->len; i++)
    {
      DeskLedgerRow *row = &g_array_index (run->rows, DeskLedgerRow, i);
      g_autofree char *key = g_strconcat (row->client_order_id, "\x1f", row->server_order_id, NULL);
      g_autofree char *of_rest = g_strconcat (row->account, "\x1f", desk_verdict_nick (row->verdict), NULL);
      const DeskFinding *finding = g_hash_table_lookup (first, key);

      if (finding == NULL)
        finding = g_hash_table_lookup (rest, of_rest);
      row->finding = finding != NULL ? finding->number : 0;
    }
  for (i = 0; i < run->feet->len; i++)
    {
      DeskLedgerFoot *foot = &g_array_index (run->feet, DeskLedgerFoot, i);
      g_autofree char *key = g_strconcat (foot->account, "\x1e", foot->symbol, NULL);
      const DeskFinding *finding = g_hash_table_lookup (first, key);

      foot->finding = finding != NULL ? finding->number : 0;
    }
}

static void
list_past (DeskFindingBook *self,
           DeskVerifyRun   *run)
{
  guint i;

  g_array_set_size (run->past, 0);
  for (i = self->entries->len; i > 0 && run->past->len < PAST_MAX; i--)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i - 1);
      DeskFinding finding;

      if (entry->open)
        continue;
      desk_finding_copy (&finding, &entry->finding);
      g_array_append_val (run->past, finding);
    }
}

static DeskVerdict
verdict_of_both (DeskVerdict whole,
                 DeskVerdict finding)
{
  return whole == DESK_VERDICT_MISMATCH ? whole : finding;
}

void
desk_finding_book_label (DeskFindingBook *self,
                         DeskVerifyRun   *run)
{
  guint i;

  run->verdict = DESK_VERDICT_MATCH;
  run->rest_unaskable = TRUE;
  run->n_accepted = 0;
  for (i = 0; i < run->findings->len; i++)
    {
      DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);
      g_autofree char *subject = NULL;
      Entry *entry;

      if (!is_kept (finding))
        continue;
      subject = subject_of (finding);
      entry = g_hash_table_lookup (self->by_subject, subject);
      if (entry != NULL)
        {
          entry->finding.utc = MAX (entry->finding.utc, run->utc);
          finding->number = entry->finding.number;
          finding->first_utc = entry->finding.first_utc;
          finding->accepted = entry->finding.accepted;
          g_clear_pointer (&finding->note, g_ref_string_release);
          finding->note = entry->finding.note != NULL ? g_ref_string_acquire (entry->finding.note) : NULL;
        }
      run->n_accepted += finding->accepted ? desk_finding_count (finding) : 0;
      run->rest_unaskable = run->rest_unaskable && (finding->accepted || finding->unaskable);
      if (finding->accepted)
        run->verdict = run->verdict == DESK_VERDICT_MATCH ? DESK_VERDICT_ACCEPTED : run->verdict;
      else
        run->verdict = verdict_of_both (run->verdict, finding->verdict);
    }
  run->rest_unaskable = run->rest_unaskable && run->verdict == DESK_VERDICT_NOT_PROVABLE;
  number_rows (run);
  list_past (self, run);
}

char *
desk_finding_book_human (const DeskFinding *finding,
                         const char        *action,
                         const char        *said)
{
  GString *line = g_string_new ("{");
  g_autofree char *check = g_strdup_printf ("V%u", finding->check);

  desk_json_line_string (line, "action", action);
  desk_json_line_int (line, "finding", (gint64) finding->number);
  desk_json_line_string (line, "check", check);
  desk_json_line_string (line, "verdict", desk_verdict_nick (finding->verdict));
  add_text (line, "expected", finding->expected);
  add_text (line, "seen", finding->seen);
  add_text (line, "text", finding->text);
  add_text (line, "words", said);
  desk_json_line_end (line);
  return g_string_free (line, FALSE);
}
