/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-timeline.h"

#include "desk-price.h"
#include "desk-state-manager.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#define CLOCKS_APART (5 * 60 * G_USEC_PER_SEC) /* by more than this, it was another boot */

typedef struct
{
  GPtrArray        *marks;
  const DeskRecord *record;
  JsonObject       *payload;  /* or NULL */
  const DtcMessage *message;  /* or NULL */
} Reading;

static void
mark_free (gpointer data)
{
  DeskTimelineMark *mark = data;

  g_free (mark->text);
  g_free (mark->raw);
  g_free (mark);
}

static const char *
text_member (const Reading *reading,
             const char    *name)
{
  JsonNode *node = reading->payload != NULL ? json_object_get_member (reading->payload, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";
}

static gint64
int_member (const Reading *reading,
            const char    *name,
            gint64         otherwise)
{
  JsonNode *node = reading->payload != NULL ? json_object_get_member (reading->payload, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : otherwise;
}

static char *
raw_of (const DeskRecord *record)
{
  GString *raw = g_string_new (NULL);

  if (record->wire != NULL)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (record->wire, &len);

      if (record->encoding == DTC_ENCODING_BINARY || record->encoding == DTC_ENCODING_BINARY_VLS)
        for (gsize i = 0; i < len; i++)
          g_string_append_printf (raw, "%s%02x", i > 0 ? " " : "", data[i]);
      else
        {
          g_autofree char *text = NULL;

          while (len > 0 && data[len - 1] == '\0')
            len--;
          text = g_utf8_make_valid ((const char *) data, (gssize) len);
          g_string_append (raw, text);
        }
    }
  else if (record->payload != NULL)
    g_string_append (raw, record->payload);
  return g_string_free (raw, FALSE);
}

static DeskTimelineMark *
add (const Reading   *reading,
     DeskTimelineKind kind,
     char            *text)
{
  DeskTimelineMark *mark = g_new0 (DeskTimelineMark, 1);
  const DeskRecord *record = reading->record;

  mark->kind = kind;
  mark->utc = record->utc;
  mark->mono = record->mono;
  mark->boot = record->boot;
  mark->record = record->seq;
  mark->text = text;
  mark->raw = raw_of (record);
  mark->since_previous_usec = -1;
  g_ptr_array_add (reading->marks, mark);
  return mark;
}

static void
move (DeskTimelineMark *mark,
      gint64            by)
{
  mark->utc += by;
  mark->mono += by;
  mark->boot += by;
}

/* ---- our side ---- */

static char
command_of (const char *intent)
{
  return strcmp (intent, "cancel") == 0 ? 'c' : strcmp (intent, "change") == 0 ? 'm' : 's';
}

static const char *
command_word (const char *intent)
{
  return strcmp (intent, "cancel") == 0    ? "Cancel"
         : strcmp (intent, "change") == 0  ? "Change"
         : strcmp (intent, "flatten") == 0 ? "Flatten"
                                           : "Submit";
}

static void
read_intent (const Reading *reading)
{
  const char *intent = text_member (reading, "intent");
  const char *source = text_member (reading, "source");
  gint64 clicked = int_member (reading, "clicked", 0);
  DeskTimelineMark *mark;

  if (clicked > 0 && clicked <= reading->record->mono)
    {
      mark = add (reading, DESK_TIMELINE_CLICK, g_strdup_printf ("%s by %s", command_word (intent), *source != '\0' ? source : "us"));
      mark->command = command_of (intent);
      move (mark, clicked - reading->record->mono);
    }
  mark = add (reading, DESK_TIMELINE_JOURNAL, g_strdup_printf ("%s recorded", command_word (intent)));
  mark->command = command_of (intent);
}

static DeskTimelineMark *
last_of (const Reading   *reading,
         DeskTimelineKind kind,
         char             command)
{
  for (guint i = reading->marks->len; i > 0; i--)
    {
      DeskTimelineMark *mark = g_ptr_array_index (reading->marks, i - 1);

      if (mark->kind == kind && mark->command == command)
        return mark;
    }
  return NULL;
}

static void
read_outcome (const Reading *reading)
{
  const char *intent = text_member (reading, "intent");
  gint64 accepted = int_member (reading, "accepted", 0);
  gint64 total = int_member (reading, "total", 0);
  gint64 journal = int_member (reading, "journal_usec", -1);
  DeskTimelineMark *recorded = last_of (reading, DESK_TIMELINE_JOURNAL, command_of (intent));
  DeskTimelineMark *clicked = last_of (reading, DESK_TIMELINE_CLICK, command_of (intent));
  DeskTimelineMark *mark;

  /* The record of the command says when it was given to the journal; this one, how long that took. */
  if (recorded != NULL && clicked != NULL && journal >= 0 && clicked->record == recorded->record
      && clicked->mono + journal <= reading->record->mono)
    move (recorded, clicked->mono + journal - recorded->mono);
  if (accepted == 0)
    mark = add (reading, DESK_TIMELINE_FINAL, g_strdup ("Not sent: the link was lost before the first byte"));
  else if (accepted < total)
    mark = add (reading, DESK_TIMELINE_SOCKET,
                g_strdup_printf ("%s cut off: the kernel took %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " bytes", command_word (intent), accepted,
                                 total));
  else
    mark = add (reading, DESK_TIMELINE_SOCKET, g_strdup_printf ("%s sent: %" G_GINT64_FORMAT " bytes", command_word (intent), total));
  mark->command = command_of (intent);
}

static void
read_transition (const Reading *reading)
{
  const char *what = text_member (reading, "transition");
  const char *intent = text_member (reading, "intent");
  const char *text = text_member (reading, "text");

  if (strcmp (what, "not-sent") == 0)
    add (reading, command_of (intent) == 's' ? DESK_TIMELINE_FINAL : DESK_TIMELINE_LINK, g_strdup (*text != '\0' ? text : "Not sent"));
  else if (strcmp (what, "no-answer") == 0)
    add (reading, DESK_TIMELINE_LINK, g_strdup_printf ("%s not answered within 5 s", command_word (intent)));
  else if (strcmp (what, "cancel-intended") == 0)
    add (reading, DESK_TIMELINE_HUMAN, g_strdup ("Cancel waits for the server's id"));
}

static void
read_link (const Reading *reading)
{
  const char *what = text_member (reading, "link");

  if (strcmp (what, "live") == 0)
    add (reading, DESK_TIMELINE_LINK, g_strdup ("The connection was live"));
  else if (strcmp (what, "begin") == 0)
    add (reading, DESK_TIMELINE_LINK, g_strdup ("A connection began"));
  else if (strcmp (what, "start") == 0)
    add (reading, DESK_TIMELINE_LINK, g_strdup ("The program was started again"));
  else
    add (reading, DESK_TIMELINE_LINK, g_strdup ("The link was lost"));
}

static void
read_human (const Reading *reading)
{
  const char *action = text_member (reading, "action");
  const char *detail = text_member (reading, "decision");
  const char *words = text_member (reading, "words");

  add (reading, DESK_TIMELINE_HUMAN,
       g_strconcat (action, *detail != '\0' ? " " : "", detail, *words != '\0' ? ": " : "", words, NULL));
}

/* ---- the server's side ---- */

static const char *
reason_words (int reason)
{
  switch (reason)
    {
    case DTC_OPEN_ORDERS_REQUEST_RESPONSE:
      return "Listed as open";
    case DTC_NEW_ORDER_ACCEPTED:
      return "Accepted";
    case DTC_ORDER_FILLED:
      return "Filled";
    case DTC_ORDER_FILLED_PARTIALLY:
      return "Part filled";
    case DTC_ORDER_CANCELED:
      return "Cancelled";
    case DTC_ORDER_CANCEL_REPLACE_COMPLETE:
      return "Changed";
    case DTC_NEW_ORDER_REJECTED:
      return "Rejected";
    case DTC_ORDER_CANCEL_REJECTED:
      return "Cancel rejected";
    case DTC_ORDER_CANCEL_REPLACE_REJECTED:
      return "Change rejected";
    default:
      return "Update";
    }
}

static const char *
end_words (int status)
{
  return status == DTC_ORDER_STATUS_FILLED     ? "Filled"
         : status == DTC_ORDER_STATUS_CANCELED ? "Cancelled"
         : status == DTC_ORDER_STATUS_REJECTED ? "Rejected"
                                               : NULL;
}

static char *
display (const Reading *reading,
         double         wire)
{
  DeskGrid grid = { reading->record->tick, reading->record->multiplier,
                    (int) int_member (reading, "format", DTC_PRICE_DISPLAY_FORMAT_UNSET), 0 };

  return desk_price_format_double (&grid, desk_price_wire_to_display (&grid, wire));
}

static gboolean
has_ended (const GPtrArray *marks)
{
  return marks->len > 0 && ((const DeskTimelineMark *) g_ptr_array_index (marks, marks->len - 1))->kind == DESK_TIMELINE_FINAL;
}

static void
read_update (const Reading *reading)
{
  const DtcOrderUpdate *update = &reading->message->order_update;
  int reason = update->order_update_reason;
  gboolean refused = reason == DTC_ORDER_CANCEL_REJECTED || reason == DTC_ORDER_CANCEL_REPLACE_REJECTED;
  const char *end = refused ? NULL : end_words (update->order_status);
  GString *text = g_string_new (NULL);
  gboolean fill = reason == DTC_ORDER_FILLED || reason == DTC_ORDER_FILLED_PARTIALLY;

  if (fill && update->last_fill_quantity > 0 && dtc_message_has (reading->message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY))
    {
      g_autofree char *price = display (reading, update->last_fill_price);

      g_string_append_printf (text, "Filled %.0f", update->last_fill_quantity);
      if (dtc_message_has (reading->message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE))
        g_string_append_printf (text, " at %s", price);
      if (*update->last_fill_execution_id != '\0')
        g_string_append_printf (text, " (%s)", update->last_fill_execution_id);
    }
  else
    g_string_append (text, end != NULL && !fill ? end : reason_words (reason));
  if (dtc_message_has (reading->message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY)
      && dtc_message_has (reading->message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY))
    g_string_append_printf (text, ", %.0f of %.0f filled", update->filled_quantity, update->order_quantity);
  if (*update->info_text != '\0')
    g_string_append_printf (text, ": %s", update->info_text);
  if (!fill)
    {
      add (reading, end != NULL ? DESK_TIMELINE_FINAL : DESK_TIMELINE_UPDATE, g_string_free (text, FALSE));
      return;
    }
  add (reading, DESK_TIMELINE_FILL, g_string_free (text, FALSE));
  if (end != NULL)
    add (reading, DESK_TIMELINE_FINAL, g_strdup (end));
}

static void
read_listed_fill (const Reading *reading)
{
  const DtcHistoricalOrderFillResponse *row = &reading->message->historical_order_fill_response;
  g_autofree char *price = display (reading, row->price);

  if (row->no_order_fills)
    return;
  add (reading, DESK_TIMELINE_FILL,
       g_strdup_printf ("Filled %.0f at %s, as the server's list of fills says%s%s%s", row->quantity, price,
                        *row->unique_execution_id != '\0' ? " (" : "", row->unique_execution_id, *row->unique_execution_id != '\0' ? ")" : ""));
}

static void
read_event (const Reading *reading)
{
  if (reading->message == NULL)
    add (reading, DESK_TIMELINE_UPDATE, g_strdup ("A message that could not be read"));
  else if (reading->message->type == DTC_MSG_ORDER_UPDATE)
    read_update (reading);
  else if (reading->message->type == DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE)
    read_listed_fill (reading);
}

/* ---- everything ---- */

static void
read_record (Reading *reading)
{
  switch (reading->record->kind)
    {
    case DESK_RECORD_INTENT:
      read_intent (reading);
      break;
    case DESK_RECORD_OUTCOME:
      read_outcome (reading);
      break;
    case DESK_RECORD_EVENT:
      read_event (reading);
      break;
    case DESK_RECORD_TRANSITION:
      read_transition (reading);
      break;
    case DESK_RECORD_LINK:
      read_link (reading);
      break;
    case DESK_RECORD_HUMAN:
      read_human (reading);
      break;
    case DESK_RECORD_FILL: /* says what its event says */
    case DESK_RECORD_SNAPSHOT:
    case DESK_RECORD_INSTANCE:
    default:
      break;
    }
}

/* The clock that runs on in sleep tells how long it was; of two boots it tells nothing. */
static void
measure (GPtrArray *marks)
{
  for (guint i = 1; i < marks->len; i++)
    {
      const DeskTimelineMark *before = g_ptr_array_index (marks, i - 1);
      DeskTimelineMark *mark = g_ptr_array_index (marks, i);
      gint64 took = mark->boot > 0 && before->boot > 0 ? mark->boot - before->boot : mark->mono - before->mono;

      mark->since_previous_usec = took >= 0 && ABS (took - (mark->utc - before->utc)) < CLOCKS_APART ? took : -1;
    }
}

GPtrArray *
desk_timeline_from_records (const GPtrArray *records)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  Reading reading = { .marks = g_ptr_array_new_with_free_func (mark_free) };

  for (guint i = 0; i < records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (records, i);
      DtcCodec codec = { (DtcEncodingKind) record->encoding, (DtcNumbering) record->numbering };
      g_autoptr (JsonParser) parser = NULL;

      reading.record = record;
      reading.payload = NULL;
      reading.message = NULL;
      if (record->payload != NULL)
        {
          parser = json_parser_new_immutable ();
          if (json_parser_load_from_data (parser, record->payload, -1, NULL) && JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
            reading.payload = json_node_get_object (json_parser_get_root (parser));
        }
      if (record->wire != NULL && record->direction == DTC_TO_CLIENT)
        {
          gsize len;
          const guint8 *data = g_bytes_get_data (record->wire, &len);

          if (dtc_codec_decode (&codec, DTC_TO_CLIENT, data, len, &message, NULL))
            reading.message = &message;
        }
      /* A link that comes and goes when all is over is nothing of the order's. */
      if (record->kind == DESK_RECORD_LINK && (reading.marks->len == 0 || has_ended (reading.marks)))
        continue;
      read_record (&reading);
    }
  measure (reading.marks);
  return reading.marks;
}

static gboolean
keep (const DeskRecord *record,
      gpointer          user_data)
{
  g_ptr_array_add (user_data, desk_record_copy (record));
  return TRUE;
}

static int
by_seq (gconstpointer a,
        gconstpointer b)
{
  guint64 x = (*(const DeskRecord *const *) a)->seq, y = (*(const DeskRecord *const *) b)->seq;

  return x < y ? -1 : x > y;
}

GPtrArray *
desk_timeline_read (const char *state_path,
                    const char *id,
                    GError    **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free);

  if (!desk_journal_foreach (state_path, id, keep, records, error))
    return NULL;
  if (records->len > 1
      && !desk_journal_foreach_link (state_path, ((const DeskRecord *) g_ptr_array_index (records, 0))->seq,
                                     ((const DeskRecord *) g_ptr_array_index (records, records->len - 1))->seq, keep, records, error))
    return NULL;
  g_ptr_array_sort (records, by_seq);
  return desk_timeline_from_records (records);
}

/* ---- latencies ---- */

char *
desk_timeline_duration (gint64 usec)
{
  if (usec < 0)
    return g_strdup ("?");
  if (usec < 1000)
    return g_strdup_printf ("%d µs", (int) usec);
  if (usec < 10 * 1000)
    return g_strdup_printf ("%d.%d ms", (int) (usec / 1000), (int) (usec % 1000 / 100));
  if (usec < G_USEC_PER_SEC)
    return g_strdup_printf ("%d ms", (int) (usec / 1000));
  if (usec < 60 * G_USEC_PER_SEC)
    return g_strdup_printf ("%d.%d s", (int) (usec / G_USEC_PER_SEC), (int) (usec % G_USEC_PER_SEC / 100000));
  return g_strdup_printf ("%d min %02d s", (int) (usec / (60 * G_USEC_PER_SEC)), (int) (usec / G_USEC_PER_SEC % 60));
}

static const DeskTimelineMark *
first_of (const GPtrArray *marks,
          guint            mask,
          char             command,
          guint           *from)
{
  for (guint i = *from; i < marks->len; i++)
    {
      const DeskTimelineMark *mark = g_ptr_array_index (marks, i);

      if ((mask & (1u << mark->kind)) == 0 || (command != 0 && mark->command != command))
        continue;
      *from = i + 1;
      return mark;
    }
  return NULL;
}

static void
append (GString                *out,
        const char             *words,
        const DeskTimelineMark *from,
        const DeskTimelineMark *to)
{
  g_autofree char *took = NULL;

  if (from == NULL || to == NULL || to->mono < from->mono || ABS (to->mono - from->mono - (to->utc - from->utc)) >= CLOCKS_APART)
    return;
  took = desk_timeline_duration (to->mono - from->mono);
  g_string_append_printf (out, "%s%s %s", out->len > 0 ? ", " : "", words, took);
}

char *
desk_timeline_summary (const GPtrArray *marks)
{
  const guint server = 1u << DESK_TIMELINE_UPDATE | 1u << DESK_TIMELINE_FILL | 1u << DESK_TIMELINE_FINAL;
  GString *out = g_string_new (NULL);
  guint at = 0, cancel = 0;
  const DeskTimelineMark *click = first_of (marks, 1u << DESK_TIMELINE_CLICK, 's', &at);
  const DeskTimelineMark *journal = first_of (marks, 1u << DESK_TIMELINE_JOURNAL, 's', &at);
  const DeskTimelineMark *socket = first_of (marks, 1u << DESK_TIMELINE_SOCKET, 's', &at);
  guint answered = at, filled = at;
  const DeskTimelineMark *answer = socket != NULL ? first_of (marks, server, 0, &answered) : NULL;
  const DeskTimelineMark *fill = answer != NULL ? first_of (marks, 1u << DESK_TIMELINE_FILL, 0, &filled) : NULL;
  const DeskTimelineMark *cancelled = first_of (marks, 1u << DESK_TIMELINE_SOCKET, 'c', &cancel);
  const DeskTimelineMark *end = cancelled != NULL ? first_of (marks, 1u << DESK_TIMELINE_FINAL, 0, &cancel) : NULL;

  append (out, "click→journal", click, journal);
  append (out, "journal→socket", journal, socket);
  append (out, "socket→answer", socket, answer);
  append (out, "answer→first fill", answer, fill);
  append (out, "cancel→confirmed", cancelled, end);
  return g_string_free (out, FALSE);
}
