/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session-rig.h"

#include <math.h>

/* One request for historical prices on the pure session: every form of the answer, plain and compressed, cut anywhere,
 * damaged and cut off. */

#define N_RECORDS 40
#define FIRST     1790000000 /* Unix seconds of the first record */

typedef struct
{
  Rig              *rig;
  DtcHistory       *history;
  DtcHistoryResult *result;
  GError           *error;
  guint             n_done;
  DtcCodec          codec;
} World;

static void
done (DtcHistoryResult *result, const GError *error, gpointer data)
{
  World *world = data;

  g_assert_true ((result != NULL) != (error != NULL));
  world->n_done++;
  world->result = result;
  world->error = error != NULL ? g_error_copy (error) : NULL;
}

/* Logged on, and the request is out. */
static void
world_init (World *world, DtcEncodingKind encoding, gint32 interval, gboolean zlib)
{
  static const DtcSessionWorld functions = { world_open, world_close, world_write, world_random };
  DtcHistoryRequest            request = { "ESZ6", interval, FIRST, FIRST + 86400, 3, zlib };
  g_auto (DtcMessage)          welcome = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray)       bytes = g_byte_array_new ();
  Rig                         *rig = rig_new ();

  *world = (World) { .rig = rig, .codec = { encoding, DTC_NUMBERING_DTC } };
  rig->config->encoding_auto = FALSE;
  rig->config->encoding = encoding;
  rig->config->handshake = DTC_HANDSHAKE_NO;
  rig->config->heartbeat_seconds = 60;
  world->history = dtc_history_new (&request, done, world);
  rig->session = dtc_session_new (rig->config, &functions, rig, dtc_history_sink (), world->history);
  dtc_history_attach (world->history, rig->session);
  dtc_session_start (rig->session, rig->now);
  rig_opened (rig);
  dtc_message_init (&welcome, DTC_MSG_LOGON_RESPONSE);
  dtc_message_set_int (&welcome, DTC_LOGON_RESPONSE_F_RESULT, DTC_LOGON_SUCCESS);
  g_assert_true (dtc_codec_encode (&world->codec, DTC_TO_CLIENT, &welcome, bytes, NULL));
  g_byte_array_set_size (rig->sent, 0);
  rig_feed (rig, bytes->data, bytes->len);
  g_assert_cmpuint (world->n_done, ==, 0);
}

static void
world_clear (World *world)
{
  rig_free (world->rig);
  dtc_history_free (world->history);
  dtc_history_result_free (world->result);
  g_clear_error (&world->error);
}

static void
put (World *world, GByteArray *out, const DtcMessage *message)
{
  g_autoptr (GError) error = NULL;

  dtc_codec_encode (&world->codec, DTC_TO_CLIENT, message, out, &error);
  g_assert_no_error (error);
}

static void
put_header (World *world, GByteArray *out, gboolean zlib, gboolean empty)
{
  g_auto (DtcMessage) header = DTC_MESSAGE_INIT;

  dtc_message_init (&header, DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_HEADER);
  dtc_message_set_int (&header, DTC_HISTORICAL_PRICE_DATA_RESPONSE_HEADER_F_REQUEST_ID, 1);
  dtc_message_set_int (&header, DTC_HISTORICAL_PRICE_DATA_RESPONSE_HEADER_F_USE_Z_LIB_COMPRESSION, zlib);
  dtc_message_set_int (&header, DTC_HISTORICAL_PRICE_DATA_RESPONSE_HEADER_F_NO_RECORDS_TO_RETURN, empty);
  put (world, out, &header);
}

/* How a server may send its records and its end. */
typedef enum { AS_BARS, AS_TICKS, AS_TICK_BARS } Form;
typedef enum { END_FLAG, END_EMPTY, END_TRAILER, END_NONE } End;

static void
put_records (World *world, GByteArray *out, Form form, End end, gint64 unit)
{
  g_auto (DtcMessage) row = DTC_MESSAGE_INIT;

  for (guint i = 0; i < N_RECORDS + (end == END_EMPTY ? 1 : 0); i++)
    {
      gboolean last = (end == END_FLAG && i + 1 == N_RECORDS) || i == N_RECORDS;
      gint64   time = i == N_RECORDS ? 0 : (FIRST + 60 * (gint64) i) * unit;

      if (form == AS_TICKS)
        {
          dtc_message_init (&row, DTC_MSG_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE);
          dtc_message_set_double (&row, DTC_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE_F_DATE_TIME, (double) time);
          dtc_message_set_int (&row, DTC_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE_F_AT_BID_OR_ASK, DTC_AT_ASK);
          dtc_message_set_double (&row, DTC_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE_F_PRICE, 5000 + i);
          dtc_message_set_double (&row, DTC_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE_F_VOLUME, i + 1);
          dtc_message_set_int (&row, DTC_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE_F_IS_FINAL_RECORD, last);
        }
      else
        {
          dtc_message_init (&row, DTC_MSG_HISTORICAL_PRICE_DATA_RECORD_RESPONSE);
          dtc_message_set_int (&row, DTC_HISTORICAL_PRICE_DATA_RECORD_RESPONSE_F_START_DATE_TIME, time);
          dtc_message_set_double (&row, DTC_HISTORICAL_PRICE_DATA_RECORD_RESPONSE_F_OPEN_PRICE,
                                  form == AS_TICK_BARS ? 0.0 : 4999.5 + i);
          dtc_message_set_double (&row, DTC_HISTORICAL_PRICE_DATA_RECORD_RESPONSE_F_HIGH_PRICE, 5000.25 + i);
          dtc_message_set_double (&row, DTC_HISTORICAL_PRICE_DATA_RECORD_RESPONSE_F_LOW_PRICE, 4999.25 + i);
          dtc_message_set_double (&row, DTC_HISTORICAL_PRICE_DATA_RECORD_RESPONSE_F_LAST_PRICE, 5000 + i);
          dtc_message_set_double (&row, DTC_HISTORICAL_PRICE_DATA_RECORD_RESPONSE_F_VOLUME, i + 1);
          dtc_message_set_int (&row, DTC_HISTORICAL_PRICE_DATA_RECORD_RESPONSE_F_OPEN_INTEREST, 7);
          dtc_message_set_int (&row, DTC_HISTORICAL_PRICE_DATA_RECORD_RESPONSE_F_IS_FINAL_RECORD, last);
        }
      put (world, out, &row);
    }
  if (end == END_TRAILER)
    {
      dtc_message_init (&row, DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_TRAILER);
      dtc_message_set_int (&row, DTC_HISTORICAL_PRICE_DATA_RESPONSE_TRAILER_F_REQUEST_ID, 1);
      put (world, out, &row);
    }
}

static void
deflate (GByteArray *plain, GByteArray *out)
{
  g_autoptr (GConverter) deflater = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, -1));
  gsize                  at = 0;
  GConverterResult       result;

  do
    {
      guint8 chunk[512];
      gsize  n_read, n_written;

      result = g_converter_convert (deflater, plain->data + at, plain->len - at, chunk, sizeof chunk,
                                    G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL);
      g_assert_cmpint (result, !=, G_CONVERTER_ERROR);
      g_byte_array_append (out, chunk, (guint) n_written);
      at += n_read;
    }
  while (result != G_CONVERTER_FINISHED);
}

static void
check (World *world, Form form)
{
  g_assert_cmpuint (world->n_done, ==, 1);
  g_assert_no_error (world->error);
  g_assert_cmpuint (world->result->unsorted, ==, 0);
  if (form == AS_BARS)
    {
      g_assert_cmpuint (world->result->bars->len, ==, N_RECORDS);
      for (guint i = 0; i < N_RECORDS; i++)
        {
          const DtcBar *bar = &g_array_index (world->result->bars, DtcBar, i);

          g_assert_cmpint (bar->time, ==, (FIRST + 60 * (gint64) i) * G_USEC_PER_SEC);
          g_assert_cmpfloat (bar->open, ==, 4999.5 + i);
          g_assert_cmpfloat (bar->last, ==, 5000.0 + i);
          g_assert_cmpuint (bar->num_trades, ==, 7);
        }
      return;
    }
  g_assert_cmpuint (world->result->ticks->len, ==, N_RECORDS);
  for (guint i = 0; i < N_RECORDS; i++)
    {
      const DtcTick *tick = &g_array_index (world->result->ticks, DtcTick, i);

      g_assert_cmpint (tick->time, ==, (FIRST + 60 * (gint64) i) * G_USEC_PER_SEC);
      g_assert_cmpfloat (tick->price, ==, 5000.0 + i);
      if (form == AS_TICKS)
        g_assert_true (isnan (tick->bid) && isnan (tick->ask) && tick->at == DTC_AT_ASK);
      else
        g_assert_true (tick->bid == 4999.25 + i && tick->ask == 5000.25 + i);
    }
}

/* encoding x form x end x unit of time x plain or compressed x every size of cut. */
static void
test_answers (void)
{
  static const DtcEncodingKind encodings[] = { DTC_ENCODING_BINARY, DTC_ENCODING_BINARY_VLS, DTC_ENCODING_JSON,
                                               DTC_ENCODING_JSON_COMPACT };
  static const gint64 units[] = { 1, 1000, 1000000 };
  static const gsize  cuts[] = { 1, 2, 3, 7, 16, 100, 1000, 100000 };

  for (guint e = 0; e < G_N_ELEMENTS (encodings); e++)
    for (Form form = AS_BARS; form <= AS_TICK_BARS; form++)
      for (End end = END_FLAG; end <= END_TRAILER; end++)
        for (guint u = 0; u < G_N_ELEMENTS (units); u++)
          for (guint zlib = 0; zlib < 2; zlib++)
            for (guint c = 0; c < G_N_ELEMENTS (cuts); c++)
              {
                World                  world;
                g_autoptr (GByteArray) plain = g_byte_array_new ();
                g_autoptr (GByteArray) stream = g_byte_array_new ();

                world_init (&world, encodings[e], form == AS_BARS ? 60 : 0, zlib == 1);
                put_header (&world, stream, zlib == 1, FALSE);
                put_records (&world, plain, form, end, units[u]);
                if (zlib == 1)
                  deflate (plain, stream);
                else
                  g_byte_array_append (stream, plain->data, plain->len);
                for (gsize at = 0; at < stream->len; at += cuts[c])
                  rig_feed (world.rig, stream->data + at, MIN (cuts[c], stream->len - at));
                check (&world, form);
                world_clear (&world);
              }
}

/* Cut off at every byte: no part of an answer passes for an answer. */
static void
test_cut_off (void)
{
  for (guint zlib = 0; zlib < 2; zlib++)
    {
      gsize len = 1;

      for (gsize at = 0; at < len; at++)
        {
          World                  world;
          g_autoptr (GByteArray) plain = g_byte_array_new ();
          g_autoptr (GByteArray) stream = g_byte_array_new ();

          world_init (&world, DTC_ENCODING_BINARY, 60, zlib == 1);
          put_header (&world, stream, zlib == 1, FALSE);
          put_records (&world, plain, AS_BARS, END_FLAG, 1);
          if (zlib == 1)
            deflate (plain, stream);
          else
            g_byte_array_append (stream, plain->data, plain->len);
          len = stream->len;
          rig_feed (world.rig, stream->data, at);
          if (world.n_done == 0)
            {
              rig_closed (world.rig);
              g_assert_error (world.error, DTC_ERROR, DTC_ERROR_CLOSED);
              g_assert_nonnull (strstr (world.error->message, "incomplete"));
            }
          else
            g_assert_cmpint (at, >, len - 16); /* the checksum at the end of zlib adds nothing */
          g_assert_cmpuint (world.n_done, ==, 1);
          world_clear (&world);
        }
    }
}

/* Damaged at every byte of the compressed stream: an end, and never a crash or a second one. */
static void
test_damaged (void)
{
  gsize len = 1;

  for (gsize at = 0; at < len; at++)
    {
      World                  world;
      g_autoptr (GByteArray) plain = g_byte_array_new ();
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      guint                  header;

      world_init (&world, DTC_ENCODING_JSON, 60, TRUE);
      put_header (&world, stream, TRUE, FALSE);
      header = stream->len;
      put_records (&world, plain, AS_BARS, END_FLAG, 1);
      deflate (plain, stream);
      len = stream->len - header;
      stream->data[header + at] ^= 0x5a;
      rig_feed (world.rig, stream->data, stream->len);
      if (world.n_done == 0)
        rig_closed (world.rig);
      g_assert_cmpuint (world.n_done, ==, 1);
      world_clear (&world);
    }
}

static void
test_ends (void)
{
  World                  world;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (DtcMessage)    reject = DTC_MESSAGE_INIT;

  world_init (&world, DTC_ENCODING_JSON, 60, TRUE);
  g_assert_cmpuint (count_sent (world.rig, "\"Type\":800,"), ==, 1);
  g_assert_cmpuint (count_sent (world.rig, "\"UseZLibCompression\":1"), ==, 1);
  g_assert_cmpuint (count_sent (world.rig, "\"RecordInterval\":60"), ==, 1);
  put_header (&world, bytes, FALSE, TRUE);
  rig_feed (world.rig, bytes->data, bytes->len);
  g_assert_cmpuint (world.n_done, ==, 1);
  g_assert_cmpuint (world.result->bars->len, ==, 0);
  world_clear (&world);

  world_init (&world, DTC_ENCODING_JSON, 60, FALSE);
  dtc_message_init (&reject, DTC_MSG_HISTORICAL_PRICE_DATA_REJECT);
  dtc_message_set_string (&reject, DTC_HISTORICAL_PRICE_DATA_REJECT_F_REJECT_TEXT, "Not <b>yet</b> %s");
  dtc_message_set_int (&reject, DTC_HISTORICAL_PRICE_DATA_REJECT_F_REJECT_REASON_CODE,
                       DTC_HPDR_UNABLE_TO_SERVE_DATA_RETRY_IN_SPECIFIED_SECONDS);
  dtc_message_set_int (&reject, DTC_HISTORICAL_PRICE_DATA_REJECT_F_RETRY_TIME_IN_SECONDS, 30);
  g_byte_array_set_size (bytes, 0);
  put (&world, bytes, &reject);
  rig_feed (world.rig, bytes->data, bytes->len);
  g_assert_error (world.error, DTC_ERROR, DTC_ERROR_REFUSED);
  g_assert_cmpstr (world.error->message, ==,
                   "The server refuses the historical prices of ESZ6: Not <b>yet</b> %s Try again in 30 s.");
  world_clear (&world);

  /* A server that says nothing more, with heartbeats for a sign of life. */
  world_init (&world, DTC_ENCODING_JSON, 60, FALSE);
  for (guint i = 0; i < 20 && world.n_done == 0; i++)
    {
      rig_wait (world.rig, 10 * SECOND);
      g_assert_cmpuint (world.n_done, ==, i >= 5 ? 1 : 0);
    }
  g_assert_error (world.error, DTC_ERROR, DTC_ERROR_TIMEOUT);
  world_clear (&world);

  /* One record that cannot be read is no hole in the answer: there is none. */
  world_init (&world, DTC_ENCODING_JSON, 60, FALSE);
  rig_say (world.rig, "{\"Type\":801,\"RequestID\":1}");
  rig_say (world.rig, "{\"Type\":803,\"RequestID\":1,\"OpenPrice\":\"much\"}");
  g_assert_error (world.error, DTC_ERROR, DTC_ERROR_SYNTAX);
  rig_say (world.rig, "{\"Type\":803,\"RequestID\":1,\"IsFinalRecord\":1}");
  g_assert_cmpuint (world.n_done, ==, 1);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/history/answers", test_answers);
  g_test_add_func ("/dtc/history/cut-off", test_cut_off);
  g_test_add_func ("/dtc/history/damaged", test_damaged);
  g_test_add_func ("/dtc/history/ends", test_ends);

  return g_test_run ();
}
