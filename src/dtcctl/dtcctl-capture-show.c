/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include "desk-json-line.h"
#include "desk-log-decode.h"

static const char *
type_name (const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  return desc != NULL ? desc->camel_name : "?";
}

static gboolean
is_text (const DtcCaptureRecord *record)
{
  return record->codec.encoding == DTC_ENCODING_JSON || record->codec.encoding == DTC_ENCODING_JSON_COMPACT;
}

/* A logon carries a password: what was recorded by others may hold one. */
static gboolean
is_secret (const DtcMessageDesc *desc,
           guint                 field)
{
  return desc->type == DTC_MSG_LOGON_REQUEST
         && (field == DTC_LOGON_REQUEST_F_USERNAME || field == DTC_LOGON_REQUEST_F_PASSWORD);
}

static void
append_value (GString            *out,
              const DtcMessage   *message,
              const DtcFieldDesc *field,
              guint               index)
{
  g_autofree char *time = NULL;
  const char *name;

  switch (field->type)
    {
    case DTC_FIELD_STRING:
      {
        g_autofree char *text = g_strescape (dtc_message_get_string (message, index), NULL);

        g_string_append_printf (out, "\"%s\"", text);
        return;
      }
    case DTC_FIELD_FLOAT:
    case DTC_FIELD_DOUBLE:
      {
        char number[G_ASCII_DTOSTR_BUF_SIZE];

        g_string_append (out, g_ascii_formatd (number, sizeof number, "%.10g", dtc_message_get_double (message, index)));
        time = desk_log_time_text (field, dtc_message_get_double (message, index));
        break;
      }
    default:
      g_string_append_printf (out, "%" G_GINT64_FORMAT, dtc_message_get_int (message, index));
      time = desk_log_time_text (field, (double) dtc_message_get_int (message, index));
      name = field->enumeration != NULL ? dtc_enum_name (field->enumeration, (gint32) dtc_message_get_int (message, index)) : NULL;
      if (name != NULL)
        g_string_append_printf (out, "  %s", name);
      break;
    }
  if (time != NULL)
    g_string_append_printf (out, "  %s", time);
}

static void
append_fields (GString          *out,
               const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    {
      g_string_append_printf (out, "    %-40s ", desc->fields[i].name);
      if (!dtc_message_has (message, i))
        g_string_append (out, dtc_message_is_null (message, i) ? "null" : "not set");
      else if (is_secret (desc, i))
        g_string_append (out, "****");
      else
        append_value (out, message, &desc->fields[i], i);
      g_string_append_c (out, '\n');
    }
  if (message->unknown != NULL)
    {
      g_autofree char *unknown = g_strescape (message->unknown, "\"");

      g_string_append_printf (out, "    what the table does not know: %s\n", unknown);
    }
}

/* What a record is, decoded. */
typedef struct
{
  guint                   number;
  gint64                  delta;
  const DtcCaptureRecord *record;
  DtcMessage              message;
  GError                 *error;
} Shown;

static void
decode (Shown *shown)
{
  const DtcCaptureRecord *record = shown->record;
  gsize len;
  const guint8 *data = g_bytes_get_data (record->frame, &len);

  dtc_codec_decode (&record->codec, record->direction, data, len, &shown->message, &shown->error);
}

static void
print_line (const Shown *shown)
{
  const DtcCaptureRecord *record = shown->record;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) fields = g_string_new (NULL);

  g_string_append_printf (out, "%5u %11.6f %+10.6f c%u ", shown->number, (double) record->time / G_USEC_PER_SEC,
                          (double) shown->delta / G_USEC_PER_SEC, record->connection);
  if (record->kind != DTC_CAPTURE_FRAME)
    {
      g_autofree char *text = g_strescape (record->text, NULL);

      g_string_append_printf (out, "-- %s", text);
      dtcctl_output_line (out->str);
      return;
    }
  g_string_append_printf (out, "%s %-12s %6" G_GSIZE_FORMAT " %3u %s", record->direction == DTC_TO_SERVER ? "->" : "<-",
                          dtc_encoding_to_string (record->codec.encoding), g_bytes_get_size (record->frame),
                          shown->message.wire_type, type_name (&shown->message));
  if (shown->error != NULL)
    g_string_append_printf (out, "  REFUSED: %s", shown->error->message);
  dtc_message_describe (&shown->message, fields);
  if (fields->len > 0)
    g_string_append_printf (out, "  %s", fields->str);
  dtcctl_output_line (out->str);
}

static void
print_tree (const Shown *shown)
{
  const DtcCaptureRecord *record = shown->record;
  g_autoptr (GString) out = g_string_new (NULL);
  gsize len;
  const guint8 *data = g_bytes_get_data (record->frame, &len);

  g_string_append_printf (out, "Message %u: %.6f s, %+.6f s after the one before, connection %u, %s, %s, numbering %s, "
                          "%" G_GSIZE_FORMAT " bytes\n", shown->number, (double) record->time / G_USEC_PER_SEC,
                          (double) shown->delta / G_USEC_PER_SEC, record->connection,
                          record->direction == DTC_TO_SERVER ? "client to server" : "server to client",
                          dtc_encoding_to_string (record->codec.encoding), dtc_numbering_to_string (record->codec.numbering),
                          len);
  g_string_append_printf (out, "  Type %u %s", shown->message.wire_type, type_name (&shown->message));
  if (shown->message.wire_type != shown->message.type)
    g_string_append_printf (out, " (published number %u)", shown->message.type);
  g_string_append_c (out, '\n');
  if (shown->error != NULL)
    g_string_append_printf (out, "  REFUSED, what follows is what was certain: %s\n", shown->error->message);
  append_fields (out, &shown->message);
  if (shown->message.type == DTC_MSG_LOGON_REQUEST)
    g_string_append (out, "  The bytes of a logon are not shown: they can hold a password.\n");
  else
    {
      g_string_append_printf (out, "  Bytes%s\n", is_text (record) ? ", without the zero byte at their end" : "");
      desk_log_add_hex (out, "    ", data, len);
    }
  dtcctl_output_line (out->str);
}

static char *
fields_object (const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  GString *object = g_string_new ("{");

  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    {
      const DtcFieldDesc *field = &desc->fields[i];

      if (!dtc_message_has (message, i))
        continue;
      if (is_secret (desc, i))
        desk_json_line_string (object, field->name, "****");
      else if (field->type == DTC_FIELD_STRING)
        desk_json_line_string (object, field->name, dtc_message_get_string (message, i));
      else if (field->type != DTC_FIELD_FLOAT && field->type != DTC_FIELD_DOUBLE)
        desk_json_line_int (object, field->name, dtc_message_get_int (message, i));
      else
        desk_json_line_double (object, field->name, dtc_message_get_double (message, i));
    }
  desk_json_line_end (object);
  return g_string_free (object, FALSE);
}

/* When it was, if the recording says when it began. */
static char *
utc_of (const DtcCapture *capture,
        gint64            time)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GDateTime) began = capture->started != NULL ? g_date_time_new_from_iso8601 (capture->started, zone) : NULL;
  g_autoptr (GDateTime) then = began != NULL ? g_date_time_add (began, time) : NULL;
  g_autofree char *seconds = then != NULL ? g_date_time_format (then, "%Y-%m-%dT%H:%M:%S") : NULL;

  return seconds != NULL ? g_strdup_printf ("%s.%06dZ", seconds, g_date_time_get_microsecond (then)) : NULL;
}

static void
print_json (const DtcCapture *capture,
            const Shown      *shown)
{
  const DtcCaptureRecord *record = shown->record;
  g_autoptr (GString) line = g_string_new ("{");
  g_autofree char *utc = utc_of (capture, record->time);

  desk_json_line_string (line, "event", "record");
  desk_json_line_string (line, "time", utc);
  desk_json_line_int (line, "epoch", record->connection);
  desk_json_line_int (line, "number", shown->number);
  desk_json_line_int (line, "offset_usec", record->time);
  desk_json_line_string (line, "kind", record->kind == DTC_CAPTURE_FRAME ? "frame" : record->kind == DTC_CAPTURE_LINK ? "link" : "note");
  if (record->kind != DTC_CAPTURE_FRAME)
    desk_json_line_string (line, "text", record->text);
  else
    {
      g_autofree char *fields = fields_object (&shown->message);

      desk_json_line_string (line, "direction", record->direction == DTC_TO_SERVER ? "to-server" : "to-client");
      desk_json_line_string (line, "encoding", dtc_encoding_to_string (record->codec.encoding));
      desk_json_line_string (line, "numbering", dtc_numbering_to_string (record->codec.numbering));
      desk_json_line_int (line, "size", (gint64) g_bytes_get_size (record->frame));
      desk_json_line_int (line, "type", shown->message.wire_type);
      desk_json_line_string (line, "name", type_name (&shown->message));
      desk_json_line_string (line, "refused", shown->error != NULL ? shown->error->message : NULL);
      desk_json_line_raw (line, "fields", fields);
    }
  desk_json_line_end (line);
  dtcctl_output_line (line->str);
}

void
dtcctl_capture_print (const DtcctlOptions *options,
                      const DtcCapture    *capture,
                      const GArray        *numbers,
                      guint                only)
{
  gint64 last = 0;
  guint next = 0; /* of the numbers */

  for (guint i = 0; i < capture->records->len && dtcctl_output_open (); i++)
    {
      Shown shown = { .number = i + 1, .record = g_ptr_array_index (capture->records, i) };

      shown.delta = shown.record->time - last;
      last = shown.record->time;
      if (only != 0 && only != shown.number)
        continue;
      if (numbers != NULL && (next == numbers->len || g_array_index (numbers, guint64, next) != shown.number))
        continue;
      next++;
      if (shown.record->kind == DTC_CAPTURE_FRAME)
        decode (&shown);
      if (options->json)
        print_json (capture, &shown);
      else if (shown.record->kind == DTC_CAPTURE_FRAME && (only != 0 || options->decode))
        print_tree (&shown);
      else
        print_line (&shown);
      dtc_message_clear (&shown.message);
      g_clear_error (&shown.error);
    }
}
