/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "log-fixture.h"

#include <glib/gstdio.h>

/* Recordings opened again, and the reports made of a log. */

/* ---- files ---- */

static char *
write_file (const char *text,
            gssize      len)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("log-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, len, NULL));
  return path;
}

static void
test_debug_log (void)
{
  static const char text[] =
    "[debug] router.order payload_preview={}\n"
    "12:00:01 [debug] dtc.send type=300 SubmitNewSingleOrder Symbol=ESZ6 ClientOrderID=c1 Quantity=2 Price1=5000.25\r\n"
    "[debug] dtc.recv type=301 OrderUpdate Symbol=ESZ6 ClientOrderID=c1 ServerOrderID=s1 OrderStatus=7 InfoText=\"it \\\"is\\\" a = b\\n\"\n"
    "[debug] dtc.send type=1 LogonRequest Username=joe Password=\"a b\" ClientName=x\n"
    "[debug] dtc.recv type=999 unknown bytes=12\n"
    "[debug] dtc.recv type=301 OrderUpdate Symbol=\"cut of\n"
    "something else\n"
    "[panel3] Order filled: c1\n";
  g_autofree char *path = write_file (text, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskLogFile) file = desk_log_file_load (path, DTC_NUMBERING_DTC, &error);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  g_assert_no_error (error);
  g_assert_false (file->timed);
  g_assert_cmpstr (file->remark, ==, "1 lines of the file are none of a log and are left out");
  g_assert_cmpuint (desk_log_store_get_n (file->store), ==, 7);
  /* Message 300 is an order here, so 7 means canceled. */
  assert_found (file->store, "OrderStatus=CANCELED", "3");
  assert_found (file->store, "type=208", "2");
  assert_found (file->store, "type=300", "2");
  assert_found (file->store, "id=c1", "2 3");
  assert_found (file->store, "Price1>5000", "2");
  assert_found (file->store, "name=\"?\"", "5");
  assert_found (file->store, "filled", "7");
  assert_found (file->store, "joe", "");
  assert_found (file->store, "/a b/", "");
  {
    const char *twice = "[debug] dtc.send type=1 LogonRequest GeneralTextData=\"no Password=1\" Password=secret";
    g_autofree char *masked = desk_log_line_mask (twice, strlen (twice));

    g_assert_null (strstr (masked, "secret"));
  }
  assert_filtered (file->store, "5 6", .chips = DESK_LOG_CHIP_ERRORS);
  snapshot = desk_log_store_snapshot (file->store);
  g_assert_true (desk_log_row_decode (desk_log_snapshot_get (snapshot, 2), &message, &error));
  g_assert_cmpstr (message.order_update.info_text, ==, "it \"is\" a = b\n");
  g_assert_false (desk_log_row_decode (desk_log_snapshot_get (snapshot, 5), &message, &error));
  g_assert_cmpstr (error->message, ==, "The line was cut off");
  g_unlink (path);
}

/* What dtc_debug_wire() would write is read back the same. */
static void
test_capture_file (void)
{
  static const char text[] =
    "dtc-capture 1 2026-11-30T10:00:00Z\n"
    "link 0.000001 1 connecting\n"
    "frame 0.5 1 > json dtc 29 {\"Type\":3,\"ServerOrderID\":\"\"}\n"
    "nonsense\n"
    "frame 1.25 1 < json dtc 12 {\"Type\":301}\n"
    "frame 2 1 < json dtc 12 {\"Type\":3";
  g_autofree char *path = write_file (text, -1);
  g_autofree char *foreign = write_file ("hello\nworld\n", -1);
  g_autofree char *empty = write_file ("", 0);
  g_autofree char *zeros = write_file ("\0\0\0\0\0\0\0\0", 8);
  g_autofree char *lines = write_file ("{\"Type\":208,\"ClientOrderID\":\"c1\"}\n{\"Type\":301,\"ClientOrderID\":\"c1\"}\n", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskLogFile) file = desk_log_file_load (path, DTC_NUMBERING_DTC, &error);
  g_autoptr (DeskLogFile) objects = NULL;
  g_autoptr (DeskLogSnapshot) snapshot = NULL;

  g_assert_no_error (error);
  g_assert_true (file->timed);
  g_assert_cmpstr (file->remark, ==, "1 lines of the file are no records and are left out");
  snapshot = desk_log_store_snapshot (file->store);
  g_assert_cmpuint (desk_log_snapshot_get_n (snapshot), ==, 3);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 0)->kind, ==, DESK_LOG_NOTE);
  g_assert_cmpint (desk_log_snapshot_get (snapshot, 2)->utc, ==, G_GINT64_CONSTANT (1796032801250000));
  g_assert_cmpint (desk_log_snapshot_get (snapshot, 2)->mono, ==, 1250000);

  g_assert_null (desk_log_file_load (foreign, DTC_NUMBERING_DTC, &error));
  g_assert_true (g_str_has_suffix (error->message, "is neither a recording nor a DEBUG_DTC log"));
  g_clear_error (&error);
  g_assert_null (desk_log_file_load (empty, DTC_NUMBERING_DTC, &error));
  g_clear_error (&error);
  g_assert_null (desk_log_file_load (zeros, DTC_NUMBERING_DTC, &error));
  g_clear_error (&error);
  g_assert_null (desk_log_file_load ("/nowhere/at all", DTC_NUMBERING_DTC, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (desk_log_file_load (g_get_tmp_dir (), DTC_NUMBERING_DTC, &error));
  g_assert_true (g_str_has_suffix (error->message, "is a folder"));
  g_clear_error (&error);
  objects = desk_log_file_load (lines, DTC_NUMBERING_DTC, &error);
  g_assert_no_error (error);
  assert_found (objects->store, "direction=sent", "1");
  assert_found (objects->store, "id=c1", "1 2");
  g_unlink (path);
  g_unlink (foreign);
  g_unlink (empty);
  g_unlink (zeros);
  g_unlink (lines);
}

/* Any bytes are a log or a sentence. */
static void
test_damaged_file (void)
{
  static const char good[] =
    "dtc-capture 1 2026-11-30T10:00:00Z\n"
    "frame 0.5 1 > json dtc 12 {\"Type\":301}\n"
    "frame 0.6 1 < binary dtc 8 \\x08\\x00\\x03\\x00\\x00\\x00\\x00\\x00\n"
    "note 0.7 1 nothing\n"
    "[debug] dtc.recv type=301 OrderUpdate Symbol=\"E S\" OrderStatus=7 Price1=1e5\n";

  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *text = g_strndup (good, sizeof good - 1);
      g_autofree char *path = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (DeskLogFile) file = NULL;
      gsize len = (gsize) g_test_rand_int_range (0, sizeof good);
      gsize from = i % 2 == 0 ? 0 : (gsize) (strstr (good, "[debug]") - good);

      len = MAX (len, from);
      for (guint k = 0; k < i % 5; k++)
        text[g_test_rand_int_range (0, sizeof good - 1)] = (char) g_test_rand_int_range (0, 256);
      path = write_file (text + from, (gssize) (len - from));
      file = desk_log_file_load (path, DTC_NUMBERING_DTC, &error);
      g_assert_true ((file == NULL) == (error != NULL));
      if (file != NULL)
        {
          g_autofree char *some = found (file->store, "OrderStatus=7 | /E/ | 301");

          g_assert_nonnull (some);
        }
      g_unlink (path);
    }
}

/* ---- reports ---- */

static DeskLogSnapshot *
session_log (gboolean filled)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);

  append (store, DTC_WIRE_SENT, 0, "{\"Type\":208,\"ClientOrderID\":\"c1\",\"Symbol\":\"ESZ6\"}");
  append (store, DTC_WIRE_RECEIVED, 20000, "{\"Type\":301,\"ClientOrderID\":\"c1\",\"ServerOrderID\":\"s1\",\"OrderStatus\":4}");
  append (store, DTC_WIRE_SENT, 30000, "{\"Type\":208,\"ClientOrderID\":\"c2\",\"Symbol\":\"NQZ6\"}");
  append (store, DTC_WIRE_RECEIVED, 70000, "{\"Type\":301,\"ClientOrderID\":\"c2\",\"ServerOrderID\":\"s2\",\"OrderStatus\":4}");
  if (filled)
    append (store, DTC_WIRE_RECEIVED, 100000, "{\"Type\":301,\"ClientOrderID\":\"c1\",\"ServerOrderID\":\"s1\",\"OrderStatus\":7,\"OrderUpdateReason\":4}");
  append (store, DTC_WIRE_SENT, 110000, "{\"Type\":203,\"ClientOrderID\":\"c2\"}");
  append (store, DTC_WIRE_RECEIVED, 115000, "{\"Type\":301,\"ServerOrderID\":\"s2\",\"ClientOrderID\":\"c2\",\"OrderStatus\":8}");
  append (store, DTC_WIRE_SENT, 120000, "{\"Type\":208,\"ClientOrderID\":\"c3\",\"Symbol\":\"ESZ6\"}");
  return desk_log_store_snapshot (store);
}

static void
test_latency (void)
{
  g_autoptr (DeskLogSnapshot) snapshot = session_log (TRUE);
  g_autoptr (DeskLogLatency) latency = desk_log_latency_new (snapshot);
  const DeskLogAnswers *submits = &g_array_index (latency->answers, DeskLogAnswers, 1);
  const DeskLogOrderTimes *order = latency->orders->pdata[0];

  g_assert_cmpuint (latency->answers->len, ==, 2);
  g_assert_cmpuint (submits->type, ==, 208);
  g_assert_cmpuint (submits->n, ==, 2);
  g_assert_cmpuint (submits->unanswered, ==, 1);
  g_assert_cmpint (submits->least, ==, 20000);
  g_assert_cmpint (submits->p50, ==, 20000);
  g_assert_cmpint (submits->p99, ==, 40000);
  g_assert_cmpint (submits->most, ==, 40000);
  g_assert_cmpuint (latency->orders->len, ==, 3);
  g_assert_cmpstr (order->id, ==, "c1");
  g_assert_cmpint (order->ack, ==, 20000);
  g_assert_cmpint (order->fill, ==, 100000);
  g_assert_cmpint (order->cancel, ==, -1);
  order = latency->orders->pdata[1];
  g_assert_cmpint (order->fill, ==, -1);
  g_assert_cmpint (order->cancel, ==, 5000);
  order = latency->orders->pdata[2];
  g_assert_cmpint (order->ack, ==, -1);
}

static void
test_compare (void)
{
  g_autoptr (DeskLogSnapshot) left = session_log (TRUE);
  g_autoptr (DeskLogSnapshot) right = session_log (FALSE);
  g_autoptr (GPtrArray) pairs = desk_log_compare (left, right);
  g_autoptr (GPtrArray) same = desk_log_compare (left, left);
  const DeskLogOrderPair *pair = pairs->pdata[0];
  const DeskLogStep *step = pair->steps->pdata[2];

  g_assert_cmpuint (pairs->len, ==, 3);
  g_assert_cmpstr (pair->id, ==, "c1");
  g_assert_cmpuint (pair->n_same, ==, 2);
  g_assert_cmpuint (pair->n_left, ==, 1);
  g_assert_cmpuint (pair->n_right, ==, 0);
  g_assert_cmpint (step->kind, ==, DESK_LOG_STEP_LEFT);
  g_assert_cmpstr (step->words, ==, "← OrderUpdate FILLED");
  g_assert_cmpuint (step->left, ==, 5);
  g_assert_cmpuint (step->right, ==, 0);
  g_assert_cmpint (step->left_after, ==, 100000);
  for (guint i = 0; i < same->len; i++)
    g_assert_cmpuint (((DeskLogOrderPair *) same->pdata[i])->n_left + ((DeskLogOrderPair *) same->pdata[i])->n_right, ==, 0);
}

static void
test_export (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  g_autoptr (GString) csv = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  append (store, DTC_WIRE_RECEIVED, 5, "{\"Type\":301,\"ClientOrderID\":\"=1+1\",\"InfoText\":\"a, \\\"b\\\"\"}");
  snapshot = desk_log_store_snapshot (store);
  desk_log_export_row (snapshot, desk_log_snapshot_get (snapshot, 0), DESK_LOG_EXPORT_CSV, csv);
  g_assert_cmpstr (csv->str, ==, "1,\"1970-01-01T00:16:40.000005Z\",1,\"received\",301,\"OrderUpdate\",\"\",\"\",\"'=1+1\",\"\",57,"
                                 "\"ClientOrderID=\"\"=1+1\"\" InfoText=\"\"a, \\\"\"b\\\"\"\"\"\"\r\n");
  desk_log_export_row (snapshot, desk_log_snapshot_get (snapshot, 0), DESK_LOG_EXPORT_TEXT, text);
  g_assert_true (g_str_has_suffix (text->str, "<-    57 301 OrderUpdate ClientOrderID=\"=1+1\" InfoText=\"a, \\\"b\\\"\"\n"));
}

void
add_files_tests (void)
{
  g_test_add_func ("/core/log/debug-log", test_debug_log);
  g_test_add_func ("/core/log/capture-file", test_capture_file);
  g_test_add_func ("/core/log/damaged-file", test_damaged_file);
  g_test_add_func ("/core/log/latency", test_latency);
  g_test_add_func ("/core/log/compare", test_compare);
  g_test_add_func ("/core/log/export", test_export);
}
