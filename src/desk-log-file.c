/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-file.h"

#include <stdio.h>
#include <string.h>

#include "desk-log-line.h"
#include "desk-record.h"
#include "desk-state-manager.h"
#include "desk-types.h"

#define PREFIX 64 /* bytes that another program may have put before a line, such as a time */

typedef struct
{
  char         *path;
  DtcNumbering  numbering;
} Wish;

void
desk_log_file_free (DeskLogFile *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->store);
  g_free (self->path);
  g_free (self->remark);
  g_free (self);
}

/* ---- recordings ---- */

static gint64
began_at (const DtcCapture *capture)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GDateTime) began = capture->started != NULL ? g_date_time_new_from_iso8601 (capture->started, zone) : NULL;

  return began != NULL ? g_date_time_to_unix (began) * G_USEC_PER_SEC + g_date_time_get_microsecond (began) : 0;
}

DeskLogStore *
desk_log_store_new_from_capture (const DtcCapture *capture)
{
  DeskLogStore *store = desk_log_store_new (0, 0, 0);
  gint64 began = began_at (capture);

  for (guint i = 0; i < capture->records->len; i++)
    {
      const DtcCaptureRecord *record = g_ptr_array_index (capture->records, i);
      DeskLogEntry entry = { 0 };

      entry.kind = record->kind == DTC_CAPTURE_FRAME ? DESK_LOG_FRAME : DESK_LOG_NOTE;
      entry.utc = began != 0 ? began + record->time : 0;
      entry.mono = record->time;
      entry.link = record->connection;
      if (record->kind == DTC_CAPTURE_FRAME)
        {
          entry.direction = record->direction == DTC_TO_SERVER ? DTC_WIRE_SENT : DTC_WIRE_RECEIVED;
          entry.codec = record->codec;
          entry.raw = g_bytes_get_data (record->frame, &entry.size);
        }
      else
        {
          entry.raw = (const guint8 *) record->text;
          entry.size = strlen (record->text);
        }
      desk_log_store_append (store, &entry);
    }
  desk_log_store_flush (store);
  return store;
}

static gboolean
load_capture (DeskLogFile   *self,
              DtcNumbering   numbering,
              GError       **error)
{
  g_autoptr (DtcCapture) capture = dtc_capture_load (self->path, numbering, error);

  if (capture == NULL)
    return FALSE;
  if (capture->damaged > 0)
    self->remark = g_strdup_printf ("%u lines of the file are no records and are left out", capture->damaged);
  else if (capture->torn)
    self->remark = g_strdup ("The last line of the file has no end and is left out");
  self->store = desk_log_store_new_from_capture (capture);
  self->timed = TRUE;
  return TRUE;
}

/* ---- journals ---- */

typedef struct
{
  DeskLogStore *store;
  guint64       next;
} Journal;

/* A record is the row of its own number. */
static gboolean
take_record (const DeskRecord *record,
             gpointer          data)
{
  Journal *journal = data;
  DeskLogEntry entry = { .kind = DESK_LOG_NOTE, .utc = record->utc, .mono = record->mono, .link = record->epoch };
  g_autofree char *words = NULL;

  for (; journal->next < record->seq; journal->next++)
    desk_log_store_skip (journal->store, &entry);
  entry.direction = record->direction == DTC_TO_SERVER ? DTC_WIRE_SENT : DTC_WIRE_RECEIVED;
  if (record->wire != NULL && g_bytes_get_size (record->wire) > 0)
    {
      entry.kind = DESK_LOG_FRAME;
      entry.codec = (DtcCodec) { (DtcEncodingKind) record->encoding, (DtcNumbering) record->numbering };
      entry.raw = g_bytes_get_data (record->wire, &entry.size);
      /* A command may be more than one message: the first says what it is. */
      if (entry.codec.encoding == DTC_ENCODING_JSON || entry.codec.encoding == DTC_ENCODING_JSON_COMPACT)
        entry.size = strnlen ((const char *) entry.raw, entry.size);
      else if (entry.size >= 2)
        entry.size = MIN (entry.size, (gsize) (entry.raw[0] | entry.raw[1] << 8));
    }
  else
    {
      words = g_strdup_printf ("%s %s", desk_record_kind_nick (record->kind), record->payload != NULL ? record->payload : "");
      entry.raw = (const guint8 *) words;
      entry.size = strlen (words);
    }
  desk_log_store_append (journal->store, &entry);
  journal->next = record->seq + 1;
  return TRUE;
}

static gboolean
load_journal (DeskLogFile  *self,
              GError      **error)
{
  Journal journal = { desk_log_store_new (0, 0, 0), 1 };

  self->store = journal.store;
  self->timed = TRUE;
  if (!desk_journal_foreach (self->path, NULL, take_record, &journal, error))
    return FALSE;
  desk_log_store_flush (self->store);
  return TRUE;
}

/* ---- lines ---- */

/* Where the line itself begins, behind what another program wrote before it. NULL: it is none of such a log. */
static const char *
find_line (const char *line,
           gsize       len)
{
  for (gsize at = 0; at < MIN (len, PREFIX); at++)
    if (line[at] == '[' && desk_log_line_is_debug (line + at, len - at))
      return line + at;
  return NULL;
}

typedef gboolean (*LineFunc) (DeskLogFile *self,
                              const char  *line,
                              gsize        len,
                              gpointer     data);

/* FALSE from @func ends it. */
static void
each_line (DeskLogFile *self,
           const char  *text,
           gsize        len,
           LineFunc     func,
           gpointer     data)
{
  const char *end = text + len;

  for (const char *at = text; at < end;)
    {
      const char *stop = memchr (at, '\n', (gsize) (end - at));
      gsize n;

      if (stop == NULL)
        stop = end;
      n = (gsize) (stop - at);
      if (n > 0 && at[n - 1] == '\r')
        n--;
      if (n > 0 && n <= DTC_MAX_FRAME && !func (self, at, n, data))
        return;
      at = stop + 1;
    }
}

typedef struct
{
  DtcNumbering numbering;
  guint        debug;     /* lines of a DEBUG_DTC log */
  guint        objects;   /* lines that are a JSON object */
  guint        other;
  gboolean     json;
} Lines;

static gboolean
count_cb (DeskLogFile *self,
          const char  *line,
          gsize        len,
          gpointer     data)
{
  Lines *lines = data;
  const char *at = find_line (line, len);
  gboolean renumbered = FALSE;

  if (at != NULL)
    {
      lines->debug++;
      /* One message under the brief's number: all of them are. */
      if (desk_log_line_is_wire (at, len - (gsize) (at - line), NULL, &renumbered) && renumbered)
        lines->numbering = DTC_NUMBERING_BRIEF;
    }
  else if (line[0] == '{' && line[len - 1] == '}')
    lines->objects++;
  else
    lines->other++;
  return TRUE;
}

static gboolean
take_debug_line (DeskLogFile *self,
                 const Lines *lines,
                 const char  *line,
                 gsize        len)
{
  const char *at = find_line (line, len);
  DeskLogEntry entry = { .kind = DESK_LOG_NOTE, .link = 1 };
  g_autofree char *valid = NULL;
  g_autofree char *masked = NULL;

  if (at == NULL)
    return FALSE;
  valid = g_utf8_make_valid (at, (gssize) (len - (gsize) (at - line)));
  masked = desk_log_line_mask (valid, strlen (valid));
  entry.raw = (const guint8 *) masked;
  entry.size = strlen (masked);
  entry.codec.numbering = lines->numbering;
  if (desk_log_line_is_wire (masked, entry.size, &entry.direction, NULL))
    entry.kind = DESK_LOG_LINE;
  desk_log_store_append (self->store, &entry);
  return TRUE;
}

/* Who wrote it the line does not say; for most messages only one of the two can. */
static gboolean
take_object (DeskLogFile *self,
             const Lines *lines,
             const char  *line,
             gsize        len)
{
  DeskLogEntry entry = { .kind = DESK_LOG_FRAME, .link = 1, .raw = (const guint8 *) line, .size = len };
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  const DtcMessageDesc *desc;

  if (line[0] != '{')
    return FALSE;
  entry.codec = (DtcCodec) { DTC_ENCODING_JSON, lines->numbering };
  dtc_codec_decode (&entry.codec, DTC_TO_CLIENT, entry.raw, len, &message, NULL);
  desc = dtc_message_desc (message.type);
  entry.direction = desc != NULL && desc->direction == DTC_TO_SERVER ? DTC_WIRE_SENT : DTC_WIRE_RECEIVED;
  desk_log_store_append (self->store, &entry);
  return TRUE;
}

static gboolean
take_cb (DeskLogFile *self,
         const char  *line,
         gsize        len,
         gpointer     data)
{
  Lines *lines = data;

  if (!(lines->json ? take_object (self, lines, line, len) : take_debug_line (self, lines, line, len)))
    lines->other++;
  return TRUE;
}

static gboolean
load_lines (DeskLogFile   *self,
            DtcNumbering   numbering,
            GError       **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (self->path, FALSE, error);
  Lines lines = { .numbering = DTC_NUMBERING_DTC };
  const char *text;
  gsize len;

  if (file == NULL)
    return FALSE;
  text = g_mapped_file_get_contents (file);
  len = g_mapped_file_get_length (file);
  if (len > DTC_CAPTURE_MAX_BYTES)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "%s is larger than a log may be", self->path);
      return FALSE;
    }
  if (text != NULL)
    each_line (self, text, len, count_cb, &lines);
  if (lines.debug == 0 && lines.objects == 0)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "%s is neither a recording nor a DEBUG_DTC log", self->path);
      return FALSE;
    }
  lines.json = lines.objects > lines.debug;
  if (lines.json)
    lines.numbering = numbering;
  lines.other = 0;
  self->store = desk_log_store_new (0, 0, 0);
  each_line (self, text, len, take_cb, &lines);
  desk_log_store_flush (self->store);
  if (lines.other > 0)
    self->remark = g_strdup_printf ("%u lines of the file are none of a log and are left out", lines.other);
  return TRUE;
}

/* ---- any of them ---- */

static gboolean
begins_with (const char *path,
             const char *magic)
{
  char begin[32];
  gsize n = 0;
  FILE *file = fopen (path, "rbe");

  if (file != NULL)
    {
      n = fread (begin, 1, strlen (magic), file);
      fclose (file);
    }
  return n == strlen (magic) && memcmp (begin, magic, n) == 0;
}

static gboolean
is_capture (const char *path)
{
  static const char *const suffixes[] = { ".c2s.bin", ".s2c.bin", ".log" };
  g_autofree char *pair = g_strconcat (path, ".c2s.bin", NULL);

  for (guint i = 0; i < 2; i++)
    if (g_str_has_suffix (path, suffixes[i]))
      return TRUE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS) && g_file_test (pair, G_FILE_TEST_EXISTS))
    return TRUE;
  if (g_str_has_suffix (path, suffixes[2]))
    {
      g_autofree char *name = g_strndup (path, strlen (path) - strlen (suffixes[2]));
      g_autofree char *beside = g_strconcat (name, suffixes[0], NULL);

      if (g_file_test (beside, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return begins_with (path, "dtc-capture ");
}

DeskLogFile *
desk_log_file_load (const char    *path,
                    DtcNumbering   numbering,
                    GError       **error)
{
  g_autoptr (DeskLogFile) self = g_new0 (DeskLogFile, 1);

  self->path = g_strdup (path);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "%s is a folder", path);
      return NULL;
    }
  if (!(is_capture (path)                            ? load_capture (self, numbering, error)
        : begins_with (path, "SQLite format 3")      ? load_journal (self, error)
                                                     : load_lines (self, numbering, error)))
    return NULL;
  return g_steal_pointer (&self);
}

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->path);
  g_free (wish);
}

static void
file_free (gpointer data)
{
  desk_log_file_free (data);
}

static void
load_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  const Wish *wish = task_data;
  g_autoptr (GError) error = NULL;
  DeskLogFile *file = desk_log_file_load (wish->path, wish->numbering, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, file_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
desk_log_file_load_async (const char          *path,
                          DtcNumbering         numbering,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Wish *wish = g_new0 (Wish, 1);

  g_task_set_source_tag (task, desk_log_file_load_async);
  wish->path = g_strdup (path);
  wish->numbering = numbering;
  g_task_set_task_data (task, wish, wish_free);
  g_task_run_in_thread (task, load_thread);
}

DeskLogFile *
desk_log_file_load_finish (GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
