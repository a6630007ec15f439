/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-framer.h"
#include "dtc-test-message.h"

/* Recordings of other people's clients and servers, see fixtures/transcripts/README.md: every byte of them goes
 * through framer and codec, and what comes out is the committed DECODED.txt. */

typedef struct
{
  DtcDirection  direction;
  DtcFramer    *framer;
  DtcCodec      codec;
  gsize         at;       /* of the first byte that no frame had yet */
  guint         frames;
  guint         refused;
  GString      *out;
} Stream;

static const char *const recordings[] = {
  "appv4_client__kate_legacy_json_server",
  "johnyan_async_client__trackdco_server",
  "kate_client__kate_binary_server",
  "trackdco_client__trackdco_server_fill",
  "trackdco_client__trackdco_server_partial",
};

static char *
read_fixture (const char *name,
              const char *suffix,
              gsize      *len)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "transcripts", file, NULL);
  g_autoptr (GError) error = NULL;
  char *bytes;

  g_file_get_contents (path, &bytes, len, &error);
  g_assert_no_error (error);
  return bytes;
}

static gboolean
is_json (DtcEncodingKind encoding)
{
  return encoding == DTC_ENCODING_JSON || encoding == DTC_ENCODING_JSON_COMPACT;
}

static void
stream_init (Stream       *stream,
             DtcDirection  direction,
             guint8        first)
{
  *stream = (Stream) { .direction = direction, .out = g_string_new (NULL) };
  stream->codec.encoding = first == '{' ? DTC_ENCODING_JSON : DTC_ENCODING_BINARY;
  stream->framer = dtc_framer_new (stream->codec.encoding, DTC_MAX_FRAME);
}

static void
stream_clear (Stream *stream)
{
  dtc_framer_free (stream->framer);
  g_string_free (stream->out, TRUE);
}

/* One frame into one line. */
static void
take_frame (Stream       *stream,
            const guint8 *frame,
            gsize         len)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  gboolean ok = dtc_codec_decode (&stream->codec, stream->direction, frame, len, &message, &error);
  const DtcMessageDesc *desc = dtc_message_desc (message.type);

  g_assert_true (ok == (error == NULL));
  g_string_append_printf (stream->out, "%s %5" G_GSIZE_FORMAT " +%-4" G_GSIZE_FORMAT " %s %u %s",
                          stream->direction == DTC_TO_SERVER ? "C>S" : "S>C", stream->at, len,
                          dtc_encoding_to_string (stream->codec.encoding), message.wire_type,
                          desc != NULL ? desc->camel_name : "?");
  if (!ok)
    g_string_append_printf (stream->out, " REFUSED: %s", error->message);
  if (message.present != 0 || message.nulls != 0 || message.unknown != NULL)
    g_string_append (stream->out, " ");
  dtc_message_describe (&message, stream->out);
  g_string_append_c (stream->out, '\n');
  stream->frames++;
  stream->refused += ok ? 0 : 1;
  stream->at += len + (is_json (stream->codec.encoding) ? 1 : 0);
  if (message.type == DTC_MSG_ENCODING_REQUEST || message.type == DTC_MSG_ENCODING_RESPONSE)
    {
      stream->codec.encoding = (DtcEncodingKind) message.encoding_request.encoding;
      dtc_framer_set_encoding (stream->framer, stream->codec.encoding);
    }
}

static void
feed (Stream     *stream,
      const char *bytes,
      gsize       len,
      gsize       step)
{
  for (gsize at = 0; at < len; at += step)
    {
      const guint8 *frame;
      gsize frame_len;
      DtcFramerStatus status;

      dtc_framer_feed (stream->framer, bytes + at, MIN (step, len - at));
      while ((status = dtc_framer_pull (stream->framer, &frame, &frame_len, NULL)) == DTC_FRAMER_FRAME)
        take_frame (stream, frame, frame_len);
      g_assert_cmpint (status, ==, DTC_FRAMER_NEED_MORE);
    }
}

/* In one piece and in others: the same lines, and no byte that belongs to none. */
static void
decode_stream (const char   *name,
               const char   *suffix,
               DtcDirection  direction,
               GString      *out,
               guint        *refused)
{
  static const gsize steps[] = { G_MAXSIZE / 2, 1, 2, 3, 7, 16, 100 };
  gsize len, rest;
  g_autofree char *bytes = read_fixture (name, suffix, &len);
  g_autofree char *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      Stream stream;

      stream_init (&stream, direction, (guint8) bytes[0]);
      feed (&stream, bytes, len, steps[i]);
      g_assert_null (dtc_framer_peek (stream.framer, &rest));
      g_assert_cmpuint (rest, ==, 0);
      g_assert_cmpuint (stream.at, ==, len);
      *refused = stream.refused;
      if (first == NULL)
        first = g_strdup (stream.out->str);
      g_assert_cmpstr (first, ==, stream.out->str);
      stream_clear (&stream);
    }
  g_string_append (out, first);
}

/* What a README of 2020 shows of Sierra Chart: {"dir": "C>S", "name": …, "msg": {…}}. */
static void
decode_lines (const char *name,
              GString    *out)
{
  gsize len;
  g_autofree char *bytes = read_fixture (name, ".ndjson", &len);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (bytes), "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *message = strstr (lines[i], "\"msg\": ");
      Stream stream;

      g_assert_nonnull (message);
      g_assert_true (g_str_has_suffix (lines[i], "}}"));
      message += strlen ("\"msg\": ");
      message[strlen (message) - 1] = '\0'; /* the brace of the line becomes the end of the message */
      stream_init (&stream, strstr (lines[i], "\"C>S\"") != NULL ? DTC_TO_SERVER : DTC_TO_CLIENT, (guint8) *message);
      feed (&stream, message, strlen (message) + 1, G_MAXSIZE / 2);
      g_assert_cmpuint (stream.frames, ==, 1);
      g_assert_cmpuint (stream.refused, ==, 0);
      g_string_append (out, stream.out->str);
      stream_clear (&stream);
    }
}

static void
test_all (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *written = g_test_build_filename (G_TEST_BUILT, "DECODED.txt", NULL);
  g_autofree char *committed = NULL;
  gsize len;
  guint refused;

  for (guint i = 0; i < G_N_ELEMENTS (recordings); i++)
    {
      g_string_append_printf (out, "%s\n", recordings[i]);
      decode_stream (recordings[i], ".c2s.bin", DTC_TO_SERVER, out, &refused);
      decode_stream (recordings[i], ".s2c.bin", DTC_TO_CLIENT, out, &refused);
      g_string_append_c (out, '\n');
    }
  g_string_append (out, "real_sierra_json_2020_from_jseparovic_readme\n");
  decode_lines ("real_sierra_json_2020_from_jseparovic_readme", out);
  g_assert_true (g_file_set_contents (written, out->str, -1, NULL));
  committed = read_fixture ("DECODED", ".txt", &len);
  if (strcmp (committed, out->str) != 0)
    g_error ("fixtures/transcripts/DECODED.txt is not what this test writes: compare it with %s", written);
}

/* Messages that are laid out in another way: refused whole, so that nothing in them can be acted upon. The order
 * updates have the right size, and only their numbers show it. */
static void
test_strange_layouts (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint refused;

  decode_stream ("kate_client__kate_binary_server", ".c2s.bin", DTC_TO_SERVER, out, &refused);
  g_assert_cmpuint (refused, ==, 1);
  g_assert_nonnull (strstr (out->str, "+246  binary 208 SubmitNewSingleOrder REFUSED: SUBMIT_NEW_SINGLE_ORDER: a struct of 246 bytes "
                                      "ends inside FreeFormText\n"));
  g_string_truncate (out, 0);
  decode_stream ("kate_client__kate_binary_server", ".s2c.bin", DTC_TO_CLIENT, out, &refused);
  g_assert_cmpuint (refused, ==, 3);
  g_assert_nonnull (strstr (out->str, "S>C   252 +720  binary 301 OrderUpdate REFUSED: ORDER_UPDATE: the number in OrderQuantity shows "
                                      "that the struct is laid out in another way\n"));
  g_assert_nonnull (strstr (out->str, "S>C  1628 +720  binary 301 OrderUpdate REFUSED: ORDER_UPDATE: the number in OrderQuantity shows "
                                      "that the struct is laid out in another way\n"));
  g_assert_nonnull (strstr (out->str, "+112  binary 104 MarketDataSnapshot REFUSED: MARKET_DATA_SNAPSHOT: a struct of 112 bytes is "
                                      "too short\n"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/transcripts/all", test_all);
  g_test_add_func ("/dtc/transcripts/strange-layouts", test_strange_layouts);
  return g_test_run ();
}
