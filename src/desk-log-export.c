/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-export.h"

#include "desk-csv.h"
#include "desk-json-line.h"

#define PIECE (64 * 1024)

typedef struct
{
  DeskLogSnapshot   *snapshot;
  GArray            *numbers;
  DeskLogExportForm  form;
  GFile             *file;
} Wish;

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
  g_autoptr (GString) line = NULL;
  const char *direction = row->kind == DESK_LOG_NOTE ? "" : row->direction == DTC_WIRE_SENT ? "sent" : "received";

  if (form == DESK_LOG_EXPORT_TEXT)
    {
      g_autofree char *clean = desk_json_line_clean (text);
      g_autofree char *time = row->utc > 0 ? desk_json_line_time (row->utc) : g_strdup ("");

      g_string_append_printf (out, "%8" G_GUINT64_FORMAT " %s", row->number, time);
      if (row->kind == DESK_LOG_NOTE)
        g_string_append_printf (out, " #%u -- %s\n", row->link, clean);
      else
        g_string_append_printf (out, " #%u %s %5u %u %s %s\n", row->link, row->direction == DTC_WIRE_SENT ? "->" : "<-", row->wire_size,
                                row->wire_type, desk_log_row_name (row), clean);
      return;
    }
  line = g_string_new (NULL);
  desk_csv_signed (line, (gint64) row->number);
  desk_csv_time (line, MAX (row->utc, 0));
  desk_csv_signed (line, row->link);
  desk_csv_text (line, direction);
  desk_csv_count (line, row->kind != DESK_LOG_NOTE ? row->wire_type : -1);
  desk_csv_text (line, desk_log_row_name (row));
  desk_csv_text (line, desk_log_snapshot_string (snapshot, row->account));
  desk_csv_text (line, desk_log_snapshot_string (snapshot, row->symbol));
  desk_csv_text (line, desk_log_snapshot_string (snapshot, row->client));
  desk_csv_text (line, desk_log_snapshot_string (snapshot, row->server));
  desk_csv_count (line, row->kind != DESK_LOG_NOTE ? row->wire_size : 0);
  desk_csv_text (line, text);
  g_string_append_printf (out, "%s\r\n", line->str);
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
