/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <math.h>
#include <string.h>

#include "desk-clock.h"
#include "desk-csv.h"
#include "desk-engine.h"
#include "desk-json-line.h"
#include "desk-state-manager.h"
#include "desk-timeline.h"

static DtcctlExit
exit_of (const GError *error)
{
  return g_error_matches (error, DESK_ERROR, DESK_ERROR_LOCKED) ? DTCCTL_EXIT_LOCKED : DTCCTL_EXIT_FAILED;
}

/* Reading never creates what it reads. */
static char *
find_state_file (const DtcctlOptions *options)
{
  g_autofree char *path = dtcctl_options_state_path (options);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  dtcctl_complain ("There is no state file %s; name it with --state", path);
  return NULL;
}

static char *
wire_text (GBytes *wire)
{
  gsize len;
  const char *data;

  if (wire == NULL)
    return NULL;
  data = g_bytes_get_data (wire, &len);
  while (len > 0 && data[len - 1] == '\0')
    len--;
  return g_utf8_make_valid (data, (gssize) len);
}

/* An empty text is one that was never set. */
static void
add_text (GString    *line,
          const char *name,
          const char *text)
{
  desk_json_line_string (line, name, text != NULL && *text != '\0' ? text : NULL);
}

static gboolean
print_record (const DeskRecord *record,
              gpointer          user_data)
{
  const DtcctlOptions *options = user_data;
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *wire = wire_text (record->wire);

  if (options->json)
    {
      desk_json_line_begin (line, "record", record->utc, record->epoch);
      desk_json_line_int (line, "seq", (gint64) record->seq);
      desk_json_line_string (line, "kind", desk_record_kind_nick (record->kind));
      add_text (line, "client_order_id", record->client_order_id);
      add_text (line, "server_order_id", record->server_order_id);
      add_text (line, "account", record->account);
      add_text (line, "symbol", record->symbol);
      desk_json_line_string (line, "direction",
                             record->direction == 0 ? NULL : record->direction == DTC_TO_SERVER ? "sent" : "received");
      desk_json_line_string (line, "wire", wire);
      desk_json_line_raw (line, "payload", record->payload);
      desk_json_line_end (line);
      dtcctl_output_line (line->str);
    }
  else
    {
      const char *const words[] = { record->client_order_id, record->server_order_id, record->account, record->symbol,
                                    wire, record->payload };
      g_autofree char *time = desk_json_line_time (record->utc);
      g_autofree char *clean = NULL;

      g_string_append_printf (line, "%" G_GUINT64_FORMAT " %s %s", record->seq, time, desk_record_kind_nick (record->kind));
      for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (words[i] != NULL && *words[i] != '\0')
          g_string_append_printf (line, " %s", words[i]);
      clean = desk_json_line_clean (line->str);
      dtcctl_output_line (clean);
    }
  return dtcctl_output_open ();
}

/* One order for people: its course, each mark with how long after the one before, and the latencies. */
static gboolean
print_timeline (const char *path,
                const char *id,
                GError    **error)
{
  g_autoptr (GPtrArray) marks = desk_timeline_read (path, id, error);
  g_autofree char *summary = NULL;

  if (marks == NULL)
    return FALSE;
  for (guint i = 0; i < marks->len && dtcctl_output_open (); i++)
    {
      static const char *const words[] = { "click", "journal", "socket", "server", "fill", "end", "link", "hand" };
      const DeskTimelineMark *mark = g_ptr_array_index (marks, i);
      g_autofree char *time = desk_json_line_time (mark->utc);
      g_autofree char *took = i > 0 ? desk_timeline_duration (mark->since_previous_usec) : g_strdup ("");
      /* A width counts bytes, and "µs" has one more than letters. */
      int width = 11 + (int) (strlen (took) - (gsize) g_utf8_strlen (took, -1));
      g_autofree char *line = g_strdup_printf ("%s %*s  %-8s #%-6" G_GUINT64_FORMAT " %s", time, width, took, words[mark->kind],
                                               mark->record, mark->text);
      g_autofree char *clean = desk_json_line_clean (line);

      dtcctl_output_line (clean);
    }
  summary = desk_timeline_summary (marks);
  if (*summary != '\0')
    dtcctl_output_line (summary);
  return TRUE;
}

DtcctlExit
dtcctl_history_run (const DtcctlOptions *options)
{
  g_autofree char *path = find_state_file (options);
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return DTCCTL_EXIT_FAILED;
  if (options->words[1] != NULL && !options->json ? !print_timeline (path, options->words[1], &error)
                                                  : !desk_journal_foreach (path, options->words[1], print_record, (gpointer) options, &error))
    {
      dtcctl_complain ("%s", error->message);
      return exit_of (error);
    }
  return dtcctl_output_open () ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED;
}

DtcctlExit
dtcctl_journal_run (const DtcctlOptions *options)
{
  g_autofree char *path = NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  DeskJournalCheck check = { 0 };

  if (!g_str_equal (options->words[1], "check"))
    {
      dtcctl_complain ("After journal stands check");
      return DTCCTL_EXIT_USAGE;
    }
  path = find_state_file (options);
  if (path == NULL)
    return DTCCTL_EXIT_FAILED;
  if (!desk_journal_check (path, &check, &error))
    {
      if (!g_error_matches (error, DESK_ERROR, DESK_ERROR_CORRUPT))
        {
          dtcctl_complain ("%s", error->message);
          return exit_of (error);
        }
      check.ok = FALSE; /* damaged so much that nothing of it can be read is a finding too */
      check.text = g_strdup (error->message);
    }

  if (options->json)
    {
      desk_json_line_begin (line, "journal", desk_clock_utc (), 0);
      desk_json_line_bool (line, "ok", check.ok);
      desk_json_line_int (line, "records", (gint64) check.records);
      desk_json_line_string (line, "text", check.text);
      desk_json_line_end (line);
    }
  else
    g_string_append_printf (line, "%" G_GUINT64_FORMAT " records: %s", check.records,
                            check.ok ? "whole and unchanged" : check.text != NULL ? check.text : "damaged");
  dtcctl_output_line (line->str);
  g_free (check.text);
  return check.ok ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED;
}

/* A world in which nothing happens: the engine only folds the journal. */
static guint64
idle_append (gpointer     world,
             DeskRecord **records,
             guint        n_records,
             gboolean     now)
{
  for (guint i = 0; i < n_records; i++)
    desk_record_free (records[i]);
  return 0;
}

static gboolean
idle_encode (gpointer          world,
             const DtcMessage *message,
             GByteArray       *out,
             GError          **error)
{
  g_set_error_literal (error, DTC_ERROR, DTC_ERROR_NOT_CONNECTED, "nothing is sent");
  return FALSE;
}

static gboolean
idle_write (gpointer      world,
            const guint8 *data,
            gsize         len,
            DtcLane       lane,
            guint64       cookie,
            GError      **error)
{
  g_set_error_literal (error, DTC_ERROR, DTC_ERROR_NOT_CONNECTED, "nothing is sent");
  return FALSE;
}

static void
idle_publish (gpointer   world,
              DeskEvent *event)
{
  desk_event_free (event);
}

static gint64
idle_time (gpointer world)
{
  return 0;
}

static void
idle_drop (gpointer      world,
           DtcLinkReason reason,
           const char   *text,
           gboolean      immediately)
{
}

static const DeskWorld idle_world = {
  idle_append, idle_encode, idle_write, idle_publish, idle_time, idle_time, idle_drop,
};

static gboolean
fold_record (const DeskRecord *record,
             gpointer          user_data)
{
  desk_engine_restore (user_data, record);
  return TRUE;
}

static DeskEngine *
fold_journal (const DtcctlOptions *options,
              const char          *path,
              GError             **error)
{
  DeskEngineConfig config = { .numbering = options->profile->numbering, .read_only = TRUE, .next_counter = 1 };
  g_autoptr (DeskLimits) limits = desk_limits_new ();
  g_autoptr (DeskEngine) engine = NULL;

  config.limits = limits;
  engine = desk_engine_new (&config, &idle_world, NULL);
  if (!desk_journal_foreach (path, NULL, fold_record, engine, error))
    return NULL;
  return g_steal_pointer (&engine);
}

static void
csv_order (const DeskOrderState *order,
           gpointer              user_data)
{
  g_autoptr (GString) line = g_string_new (NULL);

  desk_csv_time (line, order->created);
  desk_csv_time (line, order->changed);
  desk_csv_text (line, order->client_order_id);
  desk_csv_text (line, order->server_order_id);
  desk_csv_text (line, order->account);
  desk_csv_text (line, order->symbol);
  desk_csv_text (line, desk_side_nick (order->side));
  desk_csv_text (line, desk_order_type_nick (order->type));
  desk_csv_price (line, &order->price);
  desk_csv_price (line, &order->price2);
  desk_csv_count (line, order->quantity);
  desk_csv_count (line, order->filled);
  desk_csv_number (line, order->average_price);
  desk_csv_text (line, desk_status_nick (order->status));
  desk_csv_text (line, desk_certainty_nick (order->certainty));
  desk_csv_text (line, order->text);
  dtcctl_output_line (line->str);
}

static void
csv_fill (const DeskFillState *fill,
          gpointer             user_data)
{
  g_autoptr (GString) line = g_string_new (NULL);

  desk_csv_time (line, fill->server_time != 0 ? fill->server_time : fill->received);
  desk_csv_text (line, fill->execution_id);
  desk_csv_text (line, fill->client_order_id);
  desk_csv_text (line, fill->server_order_id);
  desk_csv_text (line, fill->account);
  desk_csv_text (line, fill->symbol);
  desk_csv_text (line, desk_side_nick (fill->side));
  desk_csv_price (line, &fill->price);
  desk_csv_count (line, fill->quantity);
  desk_csv_text (line, fill->historical ? "history" : "live");
  dtcctl_output_line (line->str);
}

/* The same objects as the event lines, one a line inside of the list. */
typedef struct
{
  gboolean more;
} JsonList;

static void
json_item (JsonList        *list,
           const DeskEvent *event)
{
  g_autofree char *line = desk_json_line_event (event);
  g_autofree char *item = g_strconcat (list->more ? "," : "", line, NULL);

  list->more = TRUE;
  dtcctl_output_line (item);
}

static void
json_order (const DeskOrderState *order,
            gpointer              user_data)
{
  g_autoptr (DeskEvent) event = desk_event_new (DESK_EVENT_ORDER);

  event->utc = order->changed;
  event->epoch = order->epoch;
  desk_order_state_copy (&event->order, order);
  json_item (user_data, event);
}

static void
json_fill (const DeskFillState *fill,
           gpointer             user_data)
{
  g_autoptr (DeskEvent) event = desk_event_new (DESK_EVENT_FILL);

  event->utc = fill->server_time != 0 ? fill->server_time : fill->received;
  event->epoch = fill->epoch;
  desk_fill_state_copy (&event->fill, fill);
  json_item (user_data, event);
}

DtcctlExit
dtcctl_export_run (const DtcctlOptions *options)
{
  const char *format = options->words[1];
  const char *what = options->words[2];
  g_autofree char *path = NULL;
  g_autoptr (DeskEngine) engine = NULL;
  g_autoptr (GError) error = NULL;
  JsonList orders = { FALSE };
  JsonList fills = { FALSE };

  if ((!g_str_equal (format, "csv") && !g_str_equal (format, "json"))
      || (what != NULL
          && (g_str_equal (format, "json") || (!g_str_equal (what, "orders") && !g_str_equal (what, "fills")))))
    {
      dtcctl_complain ("After export stands csv, csv fills, csv orders or json");
      return DTCCTL_EXIT_USAGE;
    }
  path = find_state_file (options);
  if (path == NULL)
    return DTCCTL_EXIT_FAILED;
  engine = fold_journal (options, path, &error);
  if (engine == NULL)
    {
      dtcctl_complain ("%s", error->message);
      return exit_of (error);
    }

  if (g_str_equal (format, "json"))
    {
      dtcctl_output_line ("{\"schema\":1,\"orders\":[");
      desk_engine_foreach_order (engine, json_order, &orders);
      dtcctl_output_line ("],\"fills\":[");
      desk_engine_foreach_fill (engine, json_fill, &fills);
      dtcctl_output_line ("]}");
    }
  else if (what != NULL && g_str_equal (what, "orders"))
    {
      dtcctl_output_line ("created,changed,client_order_id,server_order_id,account,symbol,side,type,price,price2,quantity,"
                          "filled,average_price,status,certainty,text");
      desk_engine_foreach_order (engine, csv_order, NULL);
    }
  else
    {
      dtcctl_output_line ("time,execution_id,client_order_id,server_order_id,account,symbol,side,price,quantity,source");
      desk_engine_foreach_fill (engine, csv_fill, NULL);
    }
  return dtcctl_output_open () ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED;
}
