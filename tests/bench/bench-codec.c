/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "codec-samples.h"
#include "dtc-codec.h"
#ifdef HAVE_SIMDJSON
#include "simdjson-reference.h"
#endif

/* Every encoding beside JSON, and our JSON reader, all strictness on and into a struct, beside simdjson's DOM parser,
 * which only parses the same bytes. */

static const struct { const char *what, *text; } samples[] = {
  { "order update", SAMPLE_ORDER_UPDATE },
  { "quote", SAMPLE_QUOTE },
  { "trade", SAMPLE_TRADE },
  { "depth update", SAMPLE_DEPTH },
};

typedef struct
{
  DtcCodec     codec;
  const guint8 *frame;
  gsize        len;
  DtcMessage   message;
  GByteArray  *out;
} Job;

static void
read_message (gpointer data)
{
  Job *job = data;

  if (!dtc_codec_decode (&job->codec, DTC_TO_CLIENT, job->frame, job->len, &job->message, NULL))
    g_error ("not decoded");
}

static void
write_message (gpointer data)
{
  Job *job = data;

  g_byte_array_set_size (job->out, 0);
  if (!dtc_codec_encode (&job->codec, DTC_TO_CLIENT, &job->message, job->out, NULL))
    g_error ("not encoded");
}

static void
compare_encodings (const char *what,
                   const char *text)
{
  static const DtcEncodingKind encodings[] = {
    DTC_ENCODING_JSON, DTC_ENCODING_JSON_COMPACT, DTC_ENCODING_BINARY, DTC_ENCODING_BINARY_VLS,
  };
  double read_json = 0, write_json = 0;

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      Job json = { { DTC_ENCODING_JSON, DTC_NUMBERING_DTC }, (const guint8 *) text, strlen (text), DTC_MESSAGE_INIT, NULL };
      Job job = { { encodings[i], DTC_NUMBERING_DTC }, NULL, 0, DTC_MESSAGE_INIT, g_byte_array_new () };
      GByteArray *bytes = g_byte_array_new ();
      double read, write;

      read_message (&json);
      if (!dtc_codec_encode (&job.codec, DTC_TO_CLIENT, &json.message, bytes, NULL))
        g_error ("not encoded");
      job.frame = bytes->data;
      job.len = bytes->len - (encodings[i] == DTC_ENCODING_JSON || encodings[i] == DTC_ENCODING_JSON_COMPACT ? 1 : 0);
      read = sample_measure (read_message, &job);
      write = sample_measure (write_message, &job);
      if (i == 0)
        {
          read_json = read;
          write_json = write;
        }
      g_print ("%-14s %-13s %6" G_GSIZE_FORMAT " %8.0f %7.2fx %8.0f %7.2fx\n", what, dtc_encoding_to_string (encodings[i]), job.len,
               read, read / read_json, write, write / write_json);
      g_byte_array_unref (bytes);
      g_byte_array_unref (job.out);
      dtc_message_clear (&json.message);
      dtc_message_clear (&job.message);
    }
}

#ifdef HAVE_SIMDJSON

static void
parse_reference (gpointer data)
{
  if (simdjson_reference_parse (data) != 0)
    g_error ("simdjson does not parse it");
}

/* What a day looks like: no message has the numbers, the texts or even the fields of the one before it. */
#define N_MIXED 500

typedef struct
{
  Job                job;
  char              *texts[N_MIXED];
  gsize              lens[N_MIXED];
  SimdjsonReference *references[N_MIXED];
  guint              at;
} Mixed;

static void
read_mixed (gpointer data)
{
  Mixed *mixed = data;

  mixed->job.frame = (const guint8 *) mixed->texts[mixed->at];
  mixed->job.len = mixed->lens[mixed->at];
  read_message (&mixed->job);
  mixed->at = (mixed->at + 1) % N_MIXED;
}

static void
parse_mixed (gpointer data)
{
  Mixed *mixed = data;

  parse_reference (mixed->references[mixed->at]);
  mixed->at = (mixed->at + 1) % N_MIXED;
}

static void
make_mixed (Mixed *mixed)
{
  static const guint16 types[] = { DTC_MSG_ORDER_UPDATE, DTC_MSG_MARKET_DATA_UPDATE_BID_ASK, DTC_MSG_MARKET_DATA_UPDATE_TRADE };
  DtcCodec codec = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };
  GRand *rand = g_rand_new_with_seed (1);
  DtcMessage message = DTC_MESSAGE_INIT;

  memset (mixed, 0, sizeof *mixed);
  mixed->job.codec = codec;
  for (guint i = 0; i < N_MIXED; i++)
    {
      guint16 type = types[g_rand_int_range (rand, 0, 3)];
      const DtcMessageDesc *desc = dtc_message_desc (type);
      GByteArray *bytes = g_byte_array_new ();

      dtc_message_init (&message, type);
      for (guint f = 0; f < desc->n_fields; f++)
        if (desc->fields[f].type == DTC_FIELD_STRING)
          {
            char text[32];

            g_snprintf (text, sizeof text, "%.*s", g_rand_int_range (rand, 0, MIN (desc->fields[f].len, 25)), "T7K2QX4A-0001-00000012-5B");
            if (*text != '\0')
              dtc_message_set_string (&message, f, text);
          }
        else if (type == DTC_MSG_ORDER_UPDATE && g_rand_int_range (rand, 0, 8) == 0)
          continue;
        else if (desc->fields[f].time != DTC_TIME_NONE)
          dtc_message_set_double (&message, f, 1793210400 + (desc->fields[f].type >= DTC_FIELD_FLOAT ? g_rand_int_range (rand, 0, 1000) / 1000.0 : 0));
        else if (desc->fields[f].type >= DTC_FIELD_FLOAT)
          dtc_message_set_double (&message, f, 5000 + g_rand_int_range (rand, -4000, 4000) * 0.25);
        else
          dtc_message_set_int (&message, f, g_rand_int_range (rand, 0, 11));
      if (!dtc_codec_encode (&codec, DTC_TO_CLIENT, &message, bytes, NULL))
        g_error ("not encoded");
      mixed->lens[i] = bytes->len - 1;
      mixed->texts[i] = (char *) g_byte_array_free (bytes, FALSE);
      mixed->references[i] = simdjson_reference_new (mixed->texts[i], mixed->lens[i]);
    }
  dtc_message_clear (&message);
  g_rand_free (rand);
}

static void
compare_mixed (void)
{
  Mixed *mixed = g_new (Mixed, 1);
  double ours, theirs;
  gsize len = 0;

  make_mixed (mixed);
  sample_compare (read_mixed, mixed, parse_mixed, mixed, &ours, &theirs);
  for (guint i = 0; i < N_MIXED; i++)
    {
      len += mixed->lens[i];
      g_free (mixed->texts[i]);
      simdjson_reference_free (mixed->references[i]);
    }
  g_print ("%-28s %6" G_GSIZE_FORMAT " %8.0f %8.0f %7.2fx\n", "all three, no two alike", len / N_MIXED, ours, theirs, ours / theirs);
  dtc_message_clear (&mixed->job.message);
  g_free (mixed);
}

static void
compare_simdjson (void)
{
  static const struct { const char *what, *text; } texts[] = {
    { "order update", SAMPLE_ORDER_UPDATE },
    { "order update, sorted keys", SAMPLE_ORDER_UPDATE_SORTED },
    { "quote", SAMPLE_QUOTE },
    { "trade", SAMPLE_TRADE },
    { "quote, array form", SAMPLE_QUOTE_COMPACT },
    { "trade, array form", SAMPLE_TRADE_COMPACT },
    { "depth update", SAMPLE_DEPTH },
  };

  g_print ("\n%-28s %6s %8s %8s %8s   (%s, DOM parse alone)\n", "ns a message read", "bytes", "ours", "simdjson", "ratio",
           simdjson_reference_name ());
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      Job job = { { DTC_ENCODING_JSON, DTC_NUMBERING_DTC }, (const guint8 *) texts[i].text, strlen (texts[i].text),
                  DTC_MESSAGE_INIT, NULL };
      SimdjsonReference *reference = simdjson_reference_new (texts[i].text, job.len);
      double ours, theirs;

      sample_compare (read_message, &job, parse_reference, reference, &ours, &theirs);
      g_print ("%-28s %6" G_GSIZE_FORMAT " %8.0f %8.0f %7.2fx\n", texts[i].what, job.len, ours, theirs, ours / theirs);
      simdjson_reference_free (reference);
      dtc_message_clear (&job.message);
    }
  compare_mixed ();
}

#else

static void
compare_simdjson (void)
{
  g_print ("\nsimdjson is not there: with Debian's libsimdjson-dev and g++ this compares our JSON reader with it.\n");
}

#endif

int
main (void)
{
  g_print ("%-14s %-13s %6s %8s %8s %8s %8s\n", "ns a message", "", "bytes", "read", "of JSON", "write", "of JSON");
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    compare_encodings (samples[i].what, samples[i].text);
  compare_simdjson ();
  return 0;
}
