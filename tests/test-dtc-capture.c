/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session-rig.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* Recordings: what is written is read back, whatever is cut off or damaged; and no secret is in it. */

static char *folder;

static char *
new_path (void)
{
  static guint n;
  g_autofree char *name = g_strdup_printf ("recording-%u", n++);

  return g_build_filename (folder, name, NULL);
}

static const DtcCaptureRecord *
nth (const DtcCapture *capture, guint i)
{
  g_assert_cmpuint (i, <, capture->records->len);

  return g_ptr_array_index (capture->records, i);
}

static DtcCaptureWriter *
make_writer (const char *path, gint64 max)
{
  g_autoptr (GError) error = NULL;
  DtcCaptureWriter  *writer = dtc_capture_writer_new (path, max, &error);

  g_assert_no_error (error);

  return writer;
}

static void
finish (DtcCaptureWriter *writer)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (dtc_capture_writer_close (writer, &error));
  g_assert_no_error (error);
}

static DtcCapture *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  DtcCapture        *capture = dtc_capture_load (path, DTC_NUMBERING_DTC, &error);

  g_assert_no_error (error);

  return capture;
}

static void
test_round_trip (void)
{
  static const DtcEncodingKind encodings[] = { DTC_ENCODING_BINARY, DTC_ENCODING_BINARY_VLS, DTC_ENCODING_JSON,
                                               DTC_ENCODING_JSON_COMPACT };
  g_autofree char       *path = new_path ();
  DtcCaptureWriter      *writer = make_writer (path, DTC_CAPTURE_MAX_BYTES);
  g_autoptr (GRand)      rand = g_rand_new_with_seed (7);
  g_autoptr (GPtrArray)  frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (DtcCapture) capture = NULL;
  DtcLinkChange          change = { .state = DTC_LINK_CONNECTING, .reason = DTC_REASON_STARTED,
                                    .text = "Connecting\nto \\x \x01 \xc3\xa9" };
  gint64                 began = g_get_monotonic_time ();
  GStatBuf               info;

  dtc_capture_writer_link (writer, &change, began);
  for (guint i = 0; i < 500; i++)
    {
      guint       len = (guint) g_rand_int_range (rand, 0, i % 10 == 0 ? 3000 : 60);
      guint8     *data = g_malloc (len + 1);
      DtcCodec    codec = { encodings[i % 4], i % 3 == 0 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC };

      for (guint k = 0; k < len; k++)
        data[k] = (guint8) g_rand_int (rand);
      dtc_capture_writer_wire (writer, i % 2 ? DTC_WIRE_SENT : DTC_WIRE_RECEIVED, codec, data, len, began + i * 1000);
      g_ptr_array_add (frames, g_bytes_new_take (data, len));
    }
  g_assert_cmpuint (dtc_capture_writer_count (writer), ==, 500);
  finish (writer);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);

  capture = load (path);
  g_assert_false (capture->torn);
  g_assert_cmpuint (capture->damaged, ==, 0);
  g_assert_cmpuint (capture->records->len, ==, 501);
  g_assert_true (g_str_has_suffix (capture->started, "Z"));
  g_assert_cmpint (nth (capture, 0)->kind, ==, DTC_CAPTURE_LINK);
  g_assert_cmpstr (nth (capture, 0)->text, ==, "connecting started Connecting\nto \\x \x01 \xc3\xa9");
  for (guint i = 0; i < 500; i++)
    {
      const DtcCaptureRecord *record = nth (capture, i + 1);

      g_assert_cmpint (record->kind, ==, DTC_CAPTURE_FRAME);
      g_assert_cmpuint (record->connection, ==, 1);
      g_assert_cmpint (record->direction, ==, i % 2 ? DTC_TO_SERVER : DTC_TO_CLIENT);
      g_assert_cmpint (record->codec.encoding, ==, encodings[i % 4]);
      g_assert_cmpint (record->codec.numbering, ==, i % 3 == 0 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC);
      g_assert_cmpint (ABS (record->time - nth (capture, 1)->time - (gint64) i * 1000), <=, 1);
      g_assert_true (g_bytes_equal (record->frame, g_ptr_array_index (frames, i)));
    }
}

/* A new file each time: nothing is written over, no link is followed. */
static void
test_new_only (void)
{
  g_autofree char   *path = new_path ();
  g_autofree char   *link = new_path ();
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "precious", -1, NULL));
  g_assert_null (dtc_capture_writer_new (path, DTC_CAPTURE_MAX_BYTES, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST);
  g_assert_nonnull (strstr (error->message, "exists already"));
  g_clear_error (&error);
  g_assert_cmpint (symlink (path, link), ==, 0);
  g_assert_null (dtc_capture_writer_new (link, DTC_CAPTURE_MAX_BYTES, &error));
  g_clear_error (&error);
  g_assert_null (dtc_capture_writer_new ("/nowhere/at/all", DTC_CAPTURE_MAX_BYTES, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_bounded (void)
{
  g_autofree char       *path = new_path ();
  DtcCaptureWriter      *writer = make_writer (path, 10000);
  DtcCodec               codec = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };
  g_autoptr (DtcCapture) capture = NULL;
  GStatBuf               info;

  for (guint i = 0; i < 10000; i++)
    dtc_capture_writer_wire (writer, DTC_WIRE_SENT, codec, (const guint8 *) "{\"Type\":3}", 10, g_get_monotonic_time ());
  finish (writer);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_size, <=, 10200);
  capture = load (path);
  g_assert_cmpint (nth (capture, capture->records->len - 1)->kind, ==, DTC_CAPTURE_NOTE);
  g_assert_nonnull (strstr (nth (capture, capture->records->len - 1)->text, "reached its size"));
}

/* Without the care for the disk that g_file_set_contents() takes. */
static void
put (const char *path, const char *data, gsize len)
{
  FILE *file = g_fopen (path, "w");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (data, 1, len, file), ==, len);
  fclose (file);
}

/* Cut at every byte, the records before the cut are there. Damaged at every byte, nothing crashes and the other
 * lines are there. */
static void
test_torn (void)
{
  g_autofree char  *path = new_path ();
  g_autofree char  *cut_path = new_path ();
  DtcCaptureWriter *writer = make_writer (path, DTC_CAPTURE_MAX_BYTES);
  DtcCodec          codec = { DTC_ENCODING_BINARY, DTC_NUMBERING_DTC };
  g_autofree char  *text = NULL;
  gsize             len;

  for (guint i = 0; i < 4; i++)
    dtc_capture_writer_wire (writer, DTC_WIRE_RECEIVED, codec, json_answer, sizeof json_answer, g_get_monotonic_time ());
  finish (writer);
  g_assert_true (g_file_get_contents (path, &text, &len, NULL));

  for (gsize at = 0; at <= len; at++)
    {
      g_autoptr (GError)     error = NULL;
      g_autoptr (DtcCapture) capture = NULL;
      guint                  lines = 0;

      for (gsize i = 0; i < at; i++)
        lines += text[i] == '\n';
      put (cut_path, text, at);
      capture = dtc_capture_load (cut_path, DTC_NUMBERING_DTC, &error);
      if (at < strlen ("dtc-capture 1 "))
        {
          g_assert_error (error, DTC_ERROR, DTC_ERROR_SYNTAX);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpuint (capture->records->len, ==, lines > 0 ? lines - 1 : 0);
      g_assert_true (capture->torn == (text[at - 1] != '\n'));
      g_assert_cmpuint (capture->damaged, ==, 0);
    }

  for (gsize at = strlen ("dtc-capture 1 "); at < len; at++)
    for (guint k = 0; k < 4; k++)
      {
        static const char bad[] = { '\n', '\\', ' ', (char) 0xff };
        g_autofree char       *copy = g_memdup2 (text, len);
        g_autoptr (DtcCapture) capture = NULL;

        copy[at] = bad[k];
        put (cut_path, copy, len);
        capture = load (cut_path);
        g_assert_cmpuint (capture->records->len, >=, 2);
        g_assert_cmpuint (capture->records->len, <=, 4);
      }
}

static DtcCaptureWriter *secret_writer;
static DtcSession       *secret_session;
static gsize             secret_wire_len;

static void
record_wire (gpointer data, DtcWireDirection direction, const DtcMessage *message, const guint8 *raw, gsize len, gsize wire_len, gint64 now)
{
  if (message->type == DTC_MSG_LOGON_REQUEST)
    secret_wire_len = wire_len;
  else
    g_assert_cmpuint (wire_len, ==, len);
  dtc_capture_writer_wire (secret_writer, direction, dtc_session_get_codec (secret_session), raw, len, now);
}

/* A session that logs on in each encoding: name and password are nowhere in the file. */
static void
test_secrets (void)
{
  static const DtcEncodingKind encodings[] = { DTC_ENCODING_BINARY, DTC_ENCODING_BINARY_VLS, DTC_ENCODING_JSON,
                                               DTC_ENCODING_JSON_COMPACT };
  static const DtcSessionWorld world = { world_open, world_close, world_write, world_random };
  static const DtcSink         sink = { .wire = record_wire };

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      g_autofree char       *path = new_path ();
      g_autofree char       *text = NULL;
      g_autoptr (Rig)        rig = rig_new ();
      g_autoptr (DtcCapture) capture = NULL;
      guint8                 answer[16];

      rig->config->encoding_auto = FALSE;
      rig->config->encoding = encodings[i];
      rig->config->username = g_strdup ("TraderJoe");
      rig->config->password = g_strdup ("s3cretW0rd");
      rig->session = secret_session = dtc_session_new (rig->config, &world, rig, &sink, rig);
      secret_writer = make_writer (path, DTC_CAPTURE_MAX_BYTES);
      dtc_session_start (rig->session, rig->now);
      rig_opened (rig);
      memcpy (answer, json_answer, sizeof answer);
      answer[8] = (guint8) encodings[i];
      rig_feed (rig, answer, sizeof answer);
      g_assert_nonnull (memmem (rig->sent->data, rig->sent->len, "s3cretW0rd", 10));
      /* Masked, and yet as long as it was. */
      g_assert_cmpuint (secret_wire_len, ==, rig->sent->len - DTC_HANDSHAKE_SIZE - (i < 2 ? 0 : 1));
      finish (secret_writer);

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_null (strstr (text, "TraderJoe"));
      g_assert_null (strstr (text, "s3cretW0rd"));
      capture = load (path);
      g_assert_cmpuint (capture->records->len, ==, 3);
      g_assert_cmpint (nth (capture, 0)->codec.encoding, ==, DTC_ENCODING_BINARY);
      g_assert_cmpint (nth (capture, 1)->codec.encoding, ==, DTC_ENCODING_BINARY);
      g_assert_cmpint (nth (capture, 2)->codec.encoding, ==, encodings[i]);
    }
}

/* Every recording of others: all their bytes are in the records, in the order of the log. */
static void
test_pairs (void)
{
  static const struct { const char *name; guint frames; } pairs[] = {
    { "appv4_client__kate_legacy_json_server", 2 },
    { "johnyan_async_client__trackdco_server", 7 },
    { "kate_client__kate_binary_server", 17 },
    { "trackdco_client__trackdco_server_fill", 24 },
    { "trackdco_client__trackdco_server_partial", 24 },
  };
  static const char *const names[] = { "", ".log", ".c2s.bin", ".s2c.bin" };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    for (guint k = 0; k < G_N_ELEMENTS (names); k++)
      {
        g_autofree char       *file = g_strconcat (pairs[i].name, names[k], NULL);
        g_autofree char       *path = g_test_build_filename (G_TEST_DIST, "fixtures", "transcripts", file, NULL);
        g_autoptr (DtcCapture) capture = load (path);
        gint64                 last = 0;

        g_assert_cmpuint (capture->records->len, >=, pairs[i].frames);
        for (guint r = 0; r < capture->records->len; r++)
          {
            g_assert_cmpint (nth (capture, r)->kind, ==, DTC_CAPTURE_FRAME);
            g_assert_cmpint (nth (capture, r)->time, >=, last);
            last = nth (capture, r)->time;
          }
      }
}

/* Whatever somebody made of a recording: its records have what they must have, and no byte is read beside it. */
static void
test_garbage (void)
{
  static const char good[] =
    "dtc-capture 1 2026-11-05T12:00:00.000000Z\n"
    "link 0.000000 1 \n"
    "note 0.000001 1 \n"
    "note 0.000001 1\n"
    "link 0.000002 1 connecting started \\xc3\\xa9\n"
    "frame 0.000003 1 > binary dtc 0 \n"
    "frame 0.000003 1 < json brief 0 \n"
    "frame 0.000004 1 > binary dtc 16 \\x10\\x00\\x06\\x00\\x08\\x00\\x00\\x00\\x02\\x00\\x00\\x00DTC\\x00\n"
    "frame 0.000005 1 < json dtc 25 {\"Type\":301,\"Symbol\":\"E\"}\n"
    "frame 0.000006 2 < vls dtc 8 \\x08\\x00\\x03\\x00\\x00\\x00\\x00\\x00\n";
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char       *path = new_path ();
      g_autofree char       *text = g_memdup2 (good, sizeof good);
      g_autoptr (GError)     error = NULL;
      g_autoptr (DtcCapture) capture = NULL;

      for (guint k = 0; k < i % 5; k++)
        {
          gsize at = (gsize) g_rand_int_range (rand, k == 4 ? 0 : 14, sizeof good - 1);

          text[at] = g_rand_boolean (rand) ? good[g_rand_int_range (rand, 0, sizeof good - 1)] : (char) g_rand_int (rand);
        }
      g_assert_true (g_file_set_contents (path, text, sizeof good - 1, NULL));
      capture = dtc_capture_load (path, DTC_NUMBERING_DTC, &error);
      g_unlink (path);
      g_assert_true (capture != NULL || error != NULL);
      for (guint r = 0; capture != NULL && r < capture->records->len; r++)
        {
          const DtcCaptureRecord *record = nth (capture, r);
          g_auto (DtcMessage)     message = DTC_MESSAGE_INIT;
          g_autoptr (GError)      why = NULL;
          gsize                   len;
          const guint8           *data;

          if (record->kind != DTC_CAPTURE_FRAME)
            {
              g_assert_nonnull (record->text);
              g_assert_true (g_utf8_validate (record->text, -1, NULL));
              continue;
            }
          g_assert_nonnull (record->frame);
          data = g_bytes_get_data (record->frame, &len);
          dtc_codec_decode (&record->codec, record->direction, data, len, &message, &why);
        }
      if (i % 5 == 0)
        {
          g_assert_cmpuint (capture->damaged, ==, 0);
          g_assert_cmpuint (capture->records->len, ==, 9);
        }
    }
}

/* What is not played to a server elsewhere. */
static void
test_may_trade (void)
{
  static const struct { const char *frame; gsize len; DtcNumbering numbering; gboolean may; } frames[] = {
#define FRAME(text) text, sizeof text - 1
    { FRAME ("{\"Type\":3}"), DTC_NUMBERING_DTC, FALSE },
    { FRAME ("{\"Type\":300,\"RequestID\":1,\"RequestAllOrders\":1}"), DTC_NUMBERING_DTC, FALSE },
    { FRAME ("{\"Type\":101,\"RequestAction\":1,\"SymbolID\":1,\"Symbol\":\"ESZ6\"}"), DTC_NUMBERING_BRIEF, FALSE },
    { FRAME ("{\"Type\":208,\"Symbol\":\"ESZ6\",\"BuySell\":1,\"Quantity\":1}"), DTC_NUMBERING_DTC, TRUE },
    { FRAME ("{\"Type\":203,\"ServerOrderID\":\"1\"}"), DTC_NUMBERING_DTC, TRUE },
    { FRAME ("{\"Type\":209,\"Symbol\":\"ESZ6\"}"), DTC_NUMBERING_DTC, TRUE },
    { FRAME ("{\"Type\":302,\"ServerOrderID\":\"1\"}"), DTC_NUMBERING_BRIEF, TRUE },
    /* An order of the other numbering; two messages in one; no message; nothing. */
    { FRAME ("{\"Type\":300,\"Symbol\":\"ESZ6\",\"BuySell\":\"BUY\",\"Quantity\":1,\"TradeAccount\":\"SIM1\"}"), DTC_NUMBERING_DTC, TRUE },
    { FRAME ("{\"Type\":3}\0{\"Type\":208,\"Symbol\":\"ESZ6\",\"BuySell\":1,\"Quantity\":1}"), DTC_NUMBERING_DTC, TRUE },
    { FRAME ("{\"Type\":3} {\"Type\":208,\"Symbol\":\"ESZ6\"}"), DTC_NUMBERING_DTC, TRUE },
    { FRAME ("{\"Type\":4711}"), DTC_NUMBERING_DTC, TRUE },
    { FRAME ("buy"), DTC_NUMBERING_DTC, TRUE },
    { FRAME (""), DTC_NUMBERING_DTC, TRUE },
#undef FRAME
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (frames[i].frame, frames[i].len);
      DtcCaptureRecord   record = { .direction = DTC_TO_SERVER, .frame = bytes,
                                    .codec = { DTC_ENCODING_JSON, frames[i].numbering } };

      g_test_message ("%s", frames[i].frame);
      g_assert_cmpint (dtc_capture_may_trade (&record), ==, frames[i].may);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) dir = NULL;
  const char      *name;
  int              status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("dtc-capture-XXXXXX", NULL);
  g_test_add_func ("/dtc/capture/round-trip", test_round_trip);
  g_test_add_func ("/dtc/capture/new-only", test_new_only);
  g_test_add_func ("/dtc/capture/bounded", test_bounded);
  g_test_add_func ("/dtc/capture/torn", test_torn);
  g_test_add_func ("/dtc/capture/secrets", test_secrets);
  g_test_add_func ("/dtc/capture/pairs", test_pairs);
  g_test_add_func ("/dtc/capture/garbage", test_garbage);
  g_test_add_func ("/dtc/capture/may-trade", test_may_trade);
  status = g_test_run ();
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);

  return status;
}
