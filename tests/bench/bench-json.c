/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "codec-samples.h"
#include "dtc-codec.h"

/* What reading and writing a message costs, beside json-glib and Python's json on the same bytes in the same run. */

typedef struct
{
  const char *text;
  gsize       len;
  DtcMessage  message;
  JsonParser *parser;
  GByteArray *out;
  double      sum;
} Job;

static void
read_ours (gpointer data)
{
  static const DtcCodec codec = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };
  Job *job = data;

  if (!dtc_codec_decode (&codec, DTC_TO_CLIENT, (const guint8 *) job->text, job->len, &job->message, NULL))
    g_error ("not decoded: %s", job->text);
  job->sum += job->message.order_update.price1;
}

static void
read_json_glib (gpointer data)
{
  Job *job = data;
  JsonObject *object;
  const DtcMessageDesc *desc;

  if (!json_parser_load_from_data (job->parser, job->text, (gssize) job->len, NULL))
    g_error ("not parsed: %s", job->text);
  object = json_node_get_object (json_parser_get_root (job->parser));
  desc = dtc_message_desc ((guint16) json_object_get_int_member (object, "Type"));
  for (guint i = 0; i < desc->n_fields; i++)
    {
      JsonNode *node = json_object_get_member (object, desc->fields[i].name);

      if (node == NULL)
        continue;
      if (desc->fields[i].type == DTC_FIELD_STRING)
        job->sum += json_node_get_string (node)[0];
      else if (desc->fields[i].type >= DTC_FIELD_FLOAT)
        job->sum += json_node_get_double (node);
      else
        job->sum += (double) json_node_get_int (node);
    }
}

static void
write_ours (gpointer data)
{
  static const DtcCodec codec = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };
  Job *job = data;

  g_byte_array_set_size (job->out, 0);
  if (!dtc_codec_encode (&codec, DTC_TO_SERVER, &job->message, job->out, NULL))
    g_error ("not encoded");
}

static void
write_ours_brief (gpointer data)
{
  static const DtcCodec codec = { DTC_ENCODING_JSON, DTC_NUMBERING_BRIEF };
  Job *job = data;

  g_byte_array_set_size (job->out, 0);
  if (!dtc_codec_encode (&codec, DTC_TO_SERVER, &job->message, job->out, NULL))
    g_error ("not encoded");
}

static void
write_json_glib (gpointer data)
{
  Job *job = data;
  JsonBuilder *builder = json_builder_new ();
  JsonGenerator *generator = json_generator_new ();
  const DtcMessageDesc *desc = dtc_message_desc (job->message.type);
  JsonNode *root;
  gsize len;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "Type");
  json_builder_add_int_value (builder, desc->type);
  for (guint i = 0; i < desc->n_fields; i++)
    {
      if (!dtc_message_has (&job->message, i))
        continue;
      json_builder_set_member_name (builder, desc->fields[i].name);
      if (desc->fields[i].type == DTC_FIELD_STRING)
        json_builder_add_string_value (builder, dtc_message_get_string (&job->message, i));
      else if (desc->fields[i].type >= DTC_FIELD_FLOAT)
        json_builder_add_double_value (builder, dtc_message_get_double (&job->message, i));
      else
        json_builder_add_int_value (builder, dtc_message_get_int (&job->message, i));
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  g_free (json_generator_to_data (generator, &len));
  job->sum += (double) len;
  json_node_unref (root);
  g_object_unref (generator);
  g_object_unref (builder);
}

/* 0 when there is no Python. */
static double
measure_python (const char *text)
{
  static const char program[] =
    "import json,sys,timeit\n"
    "t=sys.stdin.read()\n"
    "n=20000\n"
    "print(min(timeit.repeat(lambda: json.loads(t),number=n,repeat=5))/n*1e9)\n";
  GSubprocess *python = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL,
                                          "python3", "-c", program, NULL);
  char *out = NULL;
  double ns = 0;

  if (python != NULL && g_subprocess_communicate_utf8 (python, text, NULL, &out, NULL, NULL) && out != NULL)
    ns = g_ascii_strtod (out, NULL);
  g_free (out);
  g_clear_object (&python);
  return ns;
}

static void
print_row (const char *what,
           gsize       len,
           double      ours,
           double      json_glib,
           double      python)
{
  char python_text[32] = "-", python_ratio[32] = "-";

  if (python > 0)
    {
      g_snprintf (python_text, sizeof python_text, "%.0f", python);
      g_snprintf (python_ratio, sizeof python_ratio, "%.1fx", python / ours);
    }
  g_print ("%-28s %5" G_GSIZE_FORMAT " %9.0f %11.0f %8.1fx %9s %8s\n", what, len, ours, json_glib, json_glib / ours, python_text,
           python_ratio);
}

static void
compare_read (const char *what,
              const char *text,
              gboolean    members)
{
  Job job = { text, strlen (text), DTC_MESSAGE_INIT, json_parser_new (), NULL, 0 };
  double ours = sample_measure (read_ours, &job);

  if (members)
    print_row (what, job.len, ours, sample_measure (read_json_glib, &job), measure_python (text));
  else
    g_print ("%-28s %5" G_GSIZE_FORMAT " %9.0f\n", what, job.len, ours);
  g_object_unref (job.parser);
  dtc_message_clear (&job.message);
}

int
main (void)
{
  Job job = { NULL, 0, DTC_MESSAGE_INIT, NULL, g_byte_array_new (), 0 };
  double ours;

  g_print ("%-28s %5s %9s %11s %9s %9s %9s\n", "ns a message", "bytes", "ours", "json-glib", "ratio", "python", "ratio");
  compare_read ("read order update", SAMPLE_ORDER_UPDATE, TRUE);
  compare_read ("read quote", SAMPLE_QUOTE, TRUE);
  compare_read ("read quote, array form", SAMPLE_QUOTE_COMPACT, FALSE);
  compare_read ("read order update, sorted", SAMPLE_ORDER_UPDATE_SORTED, TRUE);

  dtc_message_init (&job.message, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  dtc_message_set_string (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, "ESZ6-CME");
  dtc_message_set_string (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TRADE_ACCOUNT, "SIM1");
  dtc_message_set_string (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, "T7K2QX4A-0001-00000012-5B");
  dtc_message_set_int (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE, DTC_ORDER_TYPE_LIMIT);
  dtc_message_set_int (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL, DTC_BUY);
  dtc_message_set_double (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, 5000.25);
  dtc_message_set_double (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY, 2);
  dtc_message_set_int (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TIME_IN_FORCE, DTC_TIF_DAY);
  dtc_message_set_int (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_AUTOMATED_ORDER, 0);
  dtc_message_set_string (&job.message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_FREE_FORM_TEXT, "first target");
  ours = sample_measure (write_ours, &job);
  print_row ("write submit", job.out->len, ours, sample_measure (write_json_glib, &job), 0);
  ours = sample_measure (write_ours_brief, &job);
  g_print ("%-28s %5u %9.0f\n", "write submit, brief", job.out->len, ours);
  dtc_message_clear (&job.message);
  g_byte_array_unref (job.out);
  return 0;
}
