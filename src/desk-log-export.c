/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-export.h"

#include <string.h>

#define PIECE (64 * 1024)

typedef struct
{
  DeskLogSnapshot   *snapshot;
  GArray            *numbers;
  DeskLogExportForm  form;
  GFile             *file;
} Wish;

static void
append_time (GString *out,
             gint64   utc)
{
  g_autoptr (GDateTime) time = utc > 0 ? g_date_time_new_from_unix_utc (utc / G_USEC_PER_SEC) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S") : NULL;

  if (text != NULL)
    g_string_append_printf (out, "%s.%06dZ", text, (int) (utc % G_USEC_PER_SEC));
}

static void
append_cell (GString    *out,
             const char *text)
{
  gboolean formula = *text != '\0' && strchr ("=+-@\t\r", *text) != NULL;

  g_string_append_c (out, ',');
  if (!formula && strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (out, text);
      return;
    }
  g_string_append_c (out, '"');
  if (formula)
    g_string_append_c (out, '\'');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static char *
contents (const DeskLogRow *row)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);

  if (row->kind == DESK_LOG_NOTE)
    {
      g_string_free (out, TRUE);
      return g_utf8_make_valid ((const char *) row->raw, row->size);
    }
  if (!desk_log_row_decode (row, &message, &error))
    g_string_append_printf (out, "REFUSED: %s ", error->message);
  dtc_message_describe (&message, out);
  return g_string_free (out, FALSE);
}

void
desk_log_export_row (DeskLogSnapshot   *snapshot,
                     const DeskLogRow  *row,
                     DeskLogExportForm  form,
                     GString           *out)
{
  g_autofree char *text = contents (row);
  const char *direction = row->kind == DESK_LOG_NOTE ? "" : row->direction == DTC_WIRE_SENT ? "sent" : "received";

  if (form == DESK_LOG_EXPORT_TEXT)
    {
      g_autofree char *line = g_strdelimit (g_strdup (text), "\r\n", ' ');

      g_string_append_printf (out, "%8" G_GUINT64_FORMAT " ", row->number);
      append_time (out, row->utc);
      if (row->kind == DESK_LOG_NOTE)
        g_string_append_printf (out, " #%u -- %s\n", row->link, line);
      else
        g_string_append_printf (out, " #%u %s %5u %u %s %s\n", row->link, row->direction == DTC_WIRE_SENT ? "->" : "<-", row->size,
                                row->wire_type, desk_log_row_name (row), line);
      return;
    }
  g_string_append_printf (out, "%" G_GUINT64_FORMAT ",", row->number);
  append_time (out, row->utc);
  g_string_append_printf (out, ",%u,%s,", row->link, direction);
  if (row->kind != DESK_LOG_NOTE)
    g_string_append_printf (out, "%u", row->wire_type);
  append_cell (out, desk_log_row_name (row));
  append_cell (out, desk_log_snapshot_string (snapshot, row->account));
  append_cell (out, desk_log_snapshot_string (snapshot, row->symbol));
  append_cell (out, desk_log_snapshot_string (snapshot, row->client));
  append_cell (out, desk_log_snapshot_string (snapshot, row->server));
  g_string_append_printf (out, ",%u", row->kind != DESK_LOG_NOTE ? row->size : 0);
  append_cell (out, text);
  g_string_append (out, "\r\n");
}

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  desk_log_snapshot_unref (wish->snapshot);
  g_clear_pointer (&wish->numbers, g_array_unref);
  g_object_unref (wish->file);
  g_free (wish);
}

static gboolean
write_out (GOutputStream  *stream,
           GString        *out,
           GCancellable   *cancellable,
           GError        **error)
{
  gboolean good = g_output_stream_write_all (stream, out->str, out->len, NULL, cancellable, error);

  g_string_truncate (out, 0);
  return good;
}

static gboolean
export (const Wish    *wish,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GFileOutputStream) stream = g_file_replace (wish->file, NULL, FALSE, G_FILE_CREATE_PRIVATE, cancellable, error);
  g_autoptr (GString) out = g_string_new (NULL);
  guint n = wish->numbers != NULL ? wish->numbers->len : desk_log_snapshot_get_n (wish->snapshot);

  if (stream == NULL)
    return FALSE;
  if (wish->form == DESK_LOG_EXPORT_CSV)
    g_string_append (out, "number,time,link,direction,type,name,account,symbol,client_order_id,server_order_id,bytes,contents\r\n");
  for (guint i = 0; i < n; i++)
    {
      guint position = i;

      if (wish->numbers != NULL
          && !desk_log_snapshot_find (wish->snapshot, g_array_index (wish->numbers, guint64, i), &position))
        continue;
      desk_log_export_row (wish->snapshot, desk_log_snapshot_get (wish->snapshot, position), wish->form, out);
      if (out->len >= PIECE && !write_out (G_OUTPUT_STREAM (stream), out, cancellable, error))
        return FALSE;
    }
  return write_out (G_OUTPUT_STREAM (stream), out, cancellable, error)
         && g_output_stream_close (G_OUTPUT_STREAM (stream), cancellable, error);
}

static void
export_thread (GTask        *task,
               gpointer      source,
               gpointer      task_data,
               GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (export (task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
desk_log_export_async (DeskLogSnapshot     *snapshot,
                       GArray              *numbers,
                       DeskLogExportForm    form,
                       GFile               *file,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Wish *wish = g_new0 (Wish, 1);

  g_task_set_source_tag (task, desk_log_export_async);
  wish->snapshot = desk_log_snapshot_ref (snapshot);
  wish->numbers = numbers != NULL ? g_array_ref (numbers) : NULL;
  wish->form = form;
  wish->file = g_object_ref (file);
  g_task_set_task_data (task, wish, wish_free);
  g_task_run_in_thread (task, export_thread);
}

gboolean
desk_log_export_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
