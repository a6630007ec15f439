/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "log-fixture.h"
#include "wait-until.h"

/* The log of a session: what is shown of it, what is kept of it and how it is recorded. */

/* ---- chips, chain, pairs ---- */

static void
test_chips (void)
{
  g_autoptr (DeskLogStore) store = small_log ();

  append (store, DTC_WIRE_RECEIVED, 90000, "{\"Type\":301,\"ServerOrderID\":\"s9\",\"OrderStatus\":7,\"OrderUpdateReason\":5}"); /* 8 */
  append (store, DTC_WIRE_RECEIVED, 91000, "{\"Type\":107,\"SymbolID\":1}");                                                 /* 9 */
  append (store, DTC_WIRE_RECEIVED, 92000, "{\"Type\":600}");                                                                /* 10 */
  append_as (store, &json, DTC_WIRE_RECEIVED, 2, 93000, (const guint8 *) "{\"Type\":54321}", 14);                            /* 11 */
  assert_filtered (store, "1 2 4 5 8", .chips = DESK_LOG_CHIP_ORDERS);
  assert_filtered (store, "8", .chips = DESK_LOG_CHIP_FILLS);
  assert_filtered (store, "7", .chips = DESK_LOG_CHIP_POSITIONS);
  assert_filtered (store, "10", .chips = DESK_LOG_CHIP_ACCOUNT);
  assert_filtered (store, "9", .chips = DESK_LOG_CHIP_MARKET);
  assert_filtered (store, "3 6 11", .chips = DESK_LOG_CHIP_SESSION);
  assert_filtered (store, "6 11", .chips = DESK_LOG_CHIP_SESSION, .hide_heartbeats = TRUE);
  assert_filtered (store, "4 5 7 11", .chips = DESK_LOG_CHIP_ERRORS);
  assert_filtered (store, "7 8 10", .chips = DESK_LOG_CHIP_POSITIONS | DESK_LOG_CHIP_FILLS | DESK_LOG_CHIP_ACCOUNT);
  assert_filtered (store, "11", .link = 2);
}

static void
test_chain (void)
{
  g_autoptr (DeskLogStore) store = small_log ();

  /* c1 became s1, was replaced by s2 and that by s3; a pair stands in one message and is two orders. */
  append (store, DTC_WIRE_RECEIVED, 90000, "{\"Type\":301,\"ServerOrderID\":\"s3\",\"PreviousServerOrderID\":\"s2\",\"OrderStatus\":4}"); /* 8 */
  append (store, DTC_WIRE_SENT, 91000, "{\"Type\":203,\"ServerOrderID\":\"s3\"}");                                                     /* 9 */
  append (store, DTC_WIRE_SENT, 92000, "{\"Type\":201,\"Symbol\":\"ESZ6\",\"ClientOrderID_1\":\"a\",\"ClientOrderID_2\":\"b\"}");       /* 10 */
  append (store, DTC_WIRE_RECEIVED, 93000, "{\"Type\":301,\"ClientOrderID\":\"a\",\"ServerOrderID\":\"sa\",\"OrderStatus\":4}");         /* 11 */
  append (store, DTC_WIRE_RECEIVED, 94000, "{\"Type\":301,\"ClientOrderID\":\"b\",\"ServerOrderID\":\"sb\",\"OrderStatus\":4}");         /* 12 */
  assert_filtered (store, "1 2 5 8 9", .order = (char *) "c1");
  assert_filtered (store, "1 2 5 8 9", .order = (char *) "s3");
  assert_filtered (store, "4", .order = (char *) "s9");
  assert_filtered (store, "10 11", .order = (char *) "a");
  assert_filtered (store, "10 12", .order = (char *) "sb");
  assert_filtered (store, "", .order = (char *) "s");
}

static int
pair_of (DeskLogStore *store,
         guint64       number)
{
  g_autoptr (DeskLogSnapshot) snapshot = desk_log_store_snapshot (store);
  guint position;

  g_assert_true (desk_log_snapshot_find (snapshot, number, &position));
  return desk_log_row_pair (desk_log_snapshot_get (snapshot, position));
}

static void
test_pairs (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;

  /* 1 */ append (store, DTC_WIRE_SENT, 0, "{\"Type\":1,\"ProtocolVersion\":8}");
  /* 2 */ append (store, DTC_WIRE_RECEIVED, 1, "{\"Type\":2,\"Result\":1}");
  /* 3 */ append (store, DTC_WIRE_SENT, 2, "{\"Type\":300,\"RequestID\":7,\"RequestAllOrders\":1}");
  /* 4 */ append (store, DTC_WIRE_SENT, 3, "{\"Type\":305,\"RequestID\":8}");
  /* 5 */ append (store, DTC_WIRE_RECEIVED, 4, "{\"Type\":306,\"RequestID\":8,\"Symbol\":\"A\",\"Quantity\":1}");
  /* 6 */ append (store, DTC_WIRE_RECEIVED, 5, "{\"Type\":301,\"RequestID\":7,\"ServerOrderID\":\"s1\",\"ClientOrderID\":\"c1\"}");
  /* 7 */ append (store, DTC_WIRE_RECEIVED, 6, "{\"Type\":301,\"RequestID\":7,\"ServerOrderID\":\"s2\"}");
  /* 8 */ append (store, DTC_WIRE_SENT, 7, "{\"Type\":208,\"ClientOrderID\":\"c3\",\"Symbol\":\"A\"}");
  /* 9 */ append (store, DTC_WIRE_SENT, 8, "{\"Type\":203,\"ClientOrderID\":\"c3\"}");
  /* 10 */ append (store, DTC_WIRE_RECEIVED, 9, "{\"Type\":301,\"ClientOrderID\":\"c3\",\"ServerOrderID\":\"s3\",\"OrderStatus\":4}");
  /* 11 */ append (store, DTC_WIRE_RECEIVED, 10, "{\"Type\":301,\"ClientOrderID\":\"c3\",\"ServerOrderID\":\"s3\",\"OrderStatus\":8}");
  /* 12 */ append (store, DTC_WIRE_RECEIVED, 11, "{\"Type\":301,\"ClientOrderID\":\"c3\",\"ServerOrderID\":\"s3\",\"OrderStatus\":8}");
  /* 13 */ append (store, DTC_WIRE_SENT, 12, "{\"Type\":601,\"RequestID\":9}");
  /* 14 */ append_as (store, &json, DTC_WIRE_RECEIVED, 2, 13, (const guint8 *) "{\"Type\":600,\"RequestID\":9}", 26);
  /* 15 */ append (store, DTC_WIRE_SENT, 14, "{\"Type\":101,\"RequestAction\":1,\"SymbolID\":4,\"Symbol\":\"ESZ6\"}");
  /* 16 */ append (store, DTC_WIRE_RECEIVED, 15, "{\"Type\":104,\"SymbolID\":4}");
  /* 17 */ append (store, DTC_WIRE_SENT, 16, "{\"Type\":101,\"RequestAction\":2,\"SymbolID\":4,\"Symbol\":\"ESZ6\"}");

  g_assert_cmpint (pair_of (store, 1), ==, 1);
  g_assert_cmpint (pair_of (store, 2), ==, -1);
  g_assert_cmpint (pair_of (store, 3), ==, 3); /* the first of two */
  g_assert_cmpint (pair_of (store, 4), ==, 1);
  g_assert_cmpint (pair_of (store, 6), ==, -3);
  g_assert_cmpint (pair_of (store, 7), ==, -4);
  g_assert_cmpint (pair_of (store, 8), ==, 2);
  g_assert_cmpint (pair_of (store, 9), ==, 2);
  g_assert_cmpint (pair_of (store, 10), ==, -2);
  g_assert_cmpint (pair_of (store, 11), ==, -2);
  g_assert_cmpint (pair_of (store, 12), ==, 0); /* news */
  g_assert_cmpint (pair_of (store, 13), ==, 0); /* another link has other numbers */
  g_assert_cmpint (pair_of (store, 14), ==, 0);
  g_assert_cmpint (pair_of (store, 16), ==, -1);

  snapshot = desk_log_store_snapshot (store);
  for (guint i = 0; i < desk_log_snapshot_get_n (snapshot); i++)
    {
      const DeskLogRow *row = desk_log_snapshot_get (snapshot, i);
      gboolean asks = row->number == 1 || row->number == 3 || row->number == 4 || row->number == 8 || row->number == 9
                      || row->number == 13 || row->number == 15;

      g_assert_cmpint ((row->flags & DESK_LOG_ASKS) != 0, ==, asks);
    }
  /* A trade has no symbol of its own: the subscription said it. */
  append (store, DTC_WIRE_RECEIVED, 17, "{\"Type\":107,\"SymbolID\":4,\"Price\":5000}");
  assert_found (store, "Symbol=ESZ6 & type=107", "18");
}

static void
test_quiet (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  DeskLogEntry unkept = { DESK_LOG_FRAME, 0, 20 * G_USEC_PER_SEC, 1, DTC_WIRE_RECEIVED, json, NULL, 0 };

  append (store, DTC_WIRE_RECEIVED, 0, "{\"Type\":3}");
  append_as (store, &json, DTC_WIRE_RECEIVED, 2, 10 * G_USEC_PER_SEC, (const guint8 *) "{\"Type\":3}", 10);
  desk_log_store_skip (store, &unkept);
  append (store, DTC_WIRE_RECEIVED, 21 * G_USEC_PER_SEC, "{\"Type\":3}");
  append (store, DTC_WIRE_RECEIVED, 19 * G_USEC_PER_SEC, "{\"Type\":3}");
  snapshot = desk_log_store_snapshot (store);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 0)->quiet, ==, 0);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 1)->quiet, ==, 0);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 2)->quiet, ==, 1000); /* what was not kept was heard */
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 2)->number, ==, 4);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 3)->quiet, ==, 0);
}

/* ---- secrets ---- */

static void
test_secrets (void)
{
  static const char *const logons[] = {
    "{\"Type\":1,\"ProtocolVersion\":8,\"Username\":\"joe-secret\",\"Password\":\"pw-secret\",\"TradeAccount\":\"A\"}",
    "{\"Password\":\"pw-secret\",\"Type\":1}",
    "{\"Type\":1,\"Pass\\u0077ord\":\"pw-secret\"}",
    "{\"Type\":1,\"F\":[8,\"joe-secret\",\"pw-secret\"]}",
    "{\"Type\":1,\"Username\":\"joe-secret\",\"Password\":\"pw-secr",
    "{\"Type\":\"1\",\"Username\":\"joe-secret\"}",
  };
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  DtcCodec binary = { DTC_ENCODING_BINARY, DTC_NUMBERING_DTC };
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (logons); i++)
    append (store, DTC_WIRE_SENT, i, logons[i]);
  dtc_message_init (&message, DTC_MSG_LOGON_REQUEST);
  dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_PASSWORD, "pw-secret");
  g_assert_true (dtc_codec_encode (&binary, DTC_TO_SERVER, &message, frame, NULL));
  append_as (store, &binary, DTC_WIRE_SENT, 1, 10, frame->data, frame->len);
  frame->data[0]++; /* its size is wrong */
  append_as (store, &binary, DTC_WIRE_SENT, 1, 11, frame->data, frame->len);

  snapshot = desk_log_store_snapshot (store);
  g_assert_cmpuint (desk_log_snapshot_get_n (snapshot), ==, G_N_ELEMENTS (logons) + 2);
  for (guint i = 0; i < desk_log_snapshot_get_n (snapshot); i++)
    {
      const DeskLogRow *row = desk_log_snapshot_get (snapshot, i);

      g_assert_null (memmem (row->raw, row->size, "secr", 4));
      g_assert_cmpuint (row->wire_size, ==, i < G_N_ELEMENTS (logons) ? strlen (logons[i]) : frame->len);
    }
  /* The account is no secret, and what could be read can still be read. */
  assert_found (store, "TradeAccount=A", "1");
  assert_found (store, "type=1 & Password=****", "1 2 3 4 7");
}

/* ---- limits ---- */

typedef struct
{
  GArray *copy; /* numbers, kept by following "items-changed" alone */
  guint   n_signals;
} Observer;

static guint64
number_at (GListModel *model,
           guint       position)
{
  g_autoptr (DeskLogItem) item = g_list_model_get_item (model, position);

  return desk_log_item_get_number (item);
}

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Observer   *observer)
{
  observer->n_signals++;
  if (removed > 0)
    g_array_remove_range (observer->copy, position, removed);
  for (guint i = 0; i < added; i++)
    {
      guint64 number = number_at (model, position + i);

      g_array_insert_val (observer->copy, position + i, number);
    }
  g_assert_cmpuint (observer->copy->len, ==, g_list_model_get_n_items (model));
}

static void
assert_same (Observer   *observer,
             GListModel *model)
{
  g_assert_cmpuint (observer->copy->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < observer->copy->len; i++)
    {
      g_assert_cmpuint (g_array_index (observer->copy, guint64, i), ==, number_at (model, i));
      if (i > 0)
        g_assert_cmpuint (number_at (model, i), >, number_at (model, i - 1));
    }
}

static void
wait_settled (DeskLogList *list)
{
  wait_until (!desk_log_list_is_busy (list));
}

/* Market data goes before any trading message does; trading messages go one by one, oldest first. Every list that
 * follows "items-changed" has what the model has, filtered or not. */
static void
test_limits (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (500, 300, 0);
  g_autoptr (DeskLogList) all = desk_log_list_new (store);
  g_autoptr (DeskLogList) orders = desk_log_list_new (store);
  DeskLogFilter filter = { .chips = DESK_LOG_CHIP_ORDERS };
  Observer observers[2] = { { g_array_new (FALSE, FALSE, sizeof (guint64)), 0 },
                            { g_array_new (FALSE, FALSE, sizeof (guint64)), 0 } };
  guint trading = 0;

  g_signal_connect (all, "items-changed", G_CALLBACK (items_changed_cb), &observers[0]);
  g_signal_connect (orders, "items-changed", G_CALLBACK (items_changed_cb), &observers[1]);
  desk_log_list_set_filter (orders, &filter);
  for (guint i = 0; i < 4000; i++)
    {
      append (store, DTC_WIRE_RECEIVED, i, g_test_rand_int_range (0, 3) == 0 ? "{\"Type\":301,\"ServerOrderID\":\"s\"}"
                                           : i % 2 == 0 ? "{\"Type\":3}" : "{\"Type\":107,\"SymbolID\":1}");
      if (g_test_rand_int_range (0, 20) == 0)
        desk_log_store_flush (store);
      if (i == 1500)
        wait_settled (orders);
    }
  desk_log_store_flush (store);
  wait_settled (orders);
  assert_same (&observers[0], G_LIST_MODEL (all));
  assert_same (&observers[1], G_LIST_MODEL (orders));
  for (guint i = 0; i < observers[0].copy->len; i++)
    trading += desk_log_list_get_row (all, i)->type == 301 ? 1 : 0;
  g_assert_cmpuint (trading, ==, 500);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (orders)), ==, 500);
  g_assert_cmpuint (observers[0].copy->len - trading, <=, 300);
  /* Back to all, and to a filter that finds nothing. */
  filter.chips = 0;
  desk_log_list_set_filter (orders, &filter);
  assert_same (&observers[1], G_LIST_MODEL (orders));
  g_assert_cmpuint (observers[1].copy->len, ==, observers[0].copy->len);
  filter.order = (char *) "nobody";
  desk_log_list_set_filter (orders, &filter);
  wait_settled (orders);
  g_assert_cmpuint (observers[1].copy->len, ==, 0);
  /* The order it asks for comes later. */
  append (store, DTC_WIRE_SENT, 5000, "{\"Type\":208,\"ClientOrderID\":\"nobody\"}");
  append (store, DTC_WIRE_RECEIVED, 5001, "{\"Type\":301,\"ClientOrderID\":\"nobody\",\"ServerOrderID\":\"s77\"}");
  desk_log_store_flush (store);
  wait_settled (orders);
  append (store, DTC_WIRE_RECEIVED, 5002, "{\"Type\":301,\"ServerOrderID\":\"s77\"}");
  desk_log_store_flush (store);
  wait_settled (orders);
  assert_same (&observers[1], G_LIST_MODEL (orders));
  g_assert_cmpuint (observers[1].copy->len, ==, 3);
  g_array_unref (observers[0].copy);
  g_array_unref (observers[1].copy);
}

static void
test_bytes (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 100000);
  g_autofree char *fill = g_strnfill (1000, 'x');
  g_autofree char *text = g_strdup_printf ("{\"Type\":301,\"InfoText\":\"%s\"}", fill);

  for (guint i = 0; i < 1000; i++)
    {
      append (store, DTC_WIRE_RECEIVED, i, i % 2 == 0 ? text : "{\"Type\":3}");
      desk_log_store_flush (store);
    }
  g_assert_cmpuint (desk_log_store_get_n (store), >, 50);
  g_assert_cmpuint (desk_log_store_get_n (store), <, 200);
}

/* A picture stays what it was. */
static void
test_snapshot (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (10, 10, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  guint position;

  for (guint i = 0; i < 10; i++)
    append (store, DTC_WIRE_RECEIVED, i, "{\"Type\":301,\"ServerOrderID\":\"old\"}");
  desk_log_store_flush (store);
  snapshot = desk_log_store_snapshot (store);
  for (guint i = 0; i < 10000; i++)
    {
      append (store, DTC_WIRE_RECEIVED, i, i % 2 ? "{\"Type\":3}" : "{\"Type\":301,\"ServerOrderID\":\"new\"}");
      if (i % 100 == 0)
        desk_log_store_flush (store);
    }
  desk_log_store_flush (store);
  g_assert_cmpuint (desk_log_snapshot_get_n (snapshot), ==, 10);
  for (guint i = 0; i < 10; i++)
    {
      const DeskLogRow *row = desk_log_snapshot_get (snapshot, i);

      g_assert_cmpuint (row->number, ==, i + 1);
      g_assert_cmpstr (desk_log_snapshot_string (snapshot, row->server), ==, "old");
      g_assert_nonnull (memmem (row->raw, row->size, "old", 3));
      g_assert_true (desk_log_snapshot_find (snapshot, i + 1, &position));
      g_assert_cmpuint (position, ==, i);
    }
  g_assert_false (desk_log_snapshot_find (snapshot, 11, &position));
  g_assert_cmpuint (position, ==, 10);
}

/* ---- the recorder ---- */

static void
wait_for_number (DeskLogList *list,
                 guint64      number)
{
  GListModel *model = G_LIST_MODEL (list);

  wait_until (g_list_model_get_n_items (model) > 0 && number_at (model, g_list_model_get_n_items (model) - 1) >= number);
}

static void
test_recorder (void)
{
  static const guint8 handshake[] = { 16, 0, 6, 0, 8, 0, 0, 0, 2, 0, 0, 0, 'D', 'T', 'C', 0 };
  g_autoptr (DeskFlightRecorder) recorder = desk_flight_recorder_new ();
  g_autoptr (DeskLogList) list = desk_log_list_new (desk_flight_recorder_get_store (recorder));
  g_autoptr (DeskLogItem) item = NULL;
  g_autoptr (DeskLogItem) again = NULL;
  const char *bad = "{\"Type\":301,\"InfoText\":\"caf\xe9\"}";

  g_assert_false (desk_flight_recorder_get_everything (recorder));
  /* Binary although JSON is agreed. */
  desk_flight_recorder_wire (recorder, DTC_WIRE_SENT, &json, handshake, sizeof handshake, sizeof handshake, 1, 1000, 1);
  desk_flight_recorder_wire (recorder, DTC_WIRE_RECEIVED, &json, (const guint8 *) bad, strlen (bad), 321, 1, 1001, 2);
  desk_flight_recorder_note (recorder, "the link is down", 1, 2000, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  wait_for_number (list, 3);

  item = g_list_model_get_item (G_LIST_MODEL (list), 0);
  again = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_true (item == again);
  g_assert_cmpuint (desk_log_list_get_row (list, 0)->type, ==, DTC_MSG_ENCODING_REQUEST);
  g_assert_cmpint (desk_log_list_get_row (list, 0)->flags & DESK_LOG_REFUSED, ==, 0);
  /* What was masked before it came here is as long as it was on the wire. */
  g_assert_cmpuint (desk_log_list_get_row (list, 0)->wire_size, ==, sizeof handshake);
  g_assert_cmpuint (desk_log_list_get_row (list, 1)->wire_size, ==, 321);
  assert_found (desk_flight_recorder_get_store (recorder), "size=321", "2");
  g_assert_cmpmem (desk_log_list_get_row (list, 0)->raw, desk_log_list_get_row (list, 0)->size, handshake, sizeof handshake);
  g_assert_cmpmem (desk_log_list_get_row (list, 1)->raw, desk_log_list_get_row (list, 1)->size, bad, strlen (bad));
  g_assert_cmpstr (desk_log_row_name (desk_log_list_get_row (list, 1)), ==, "OrderUpdate");
  g_assert_cmpuint (desk_log_list_get_row (list, 2)->kind, ==, DESK_LOG_NOTE);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 3));
  /* An item outlives its list. */
  g_clear_object (&list);
  g_assert_cmpuint (desk_log_item_get_number (item), ==, 1);
  g_assert_null (desk_log_item_get_row (item));
}

static void
test_recorder_limits (void)
{
  g_autoptr (DeskFlightRecorder) recorder = desk_flight_recorder_new ();
  g_autoptr (DeskLogList) list = desk_log_list_new (desk_flight_recorder_get_store (recorder));
  static const char *const texts[] = { "{\"Type\":301}", "{\"Type\":108}", "{\"Type\":3}" };
  guint64 number = 0;
  guint trading = 0, n;

  for (guint i = 0; i < DESK_FLIGHT_RECORDER_MAX + 100; i++)
    for (guint k = 0; k < 3; k++)
      {
        number++;
        desk_flight_recorder_wire (recorder, DTC_WIRE_RECEIVED, &json, (const guint8 *) texts[k], strlen (texts[k]), strlen (texts[k]), 1, 0, 0);
        if (number % 9000 == 0)
          wait_for_number (list, number);
      }
  wait_for_number (list, number);
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  for (guint i = 0; i < n; i++)
    trading += desk_log_list_get_row (list, i)->type == 301 ? 1 : 0;
  g_assert_cmpuint (trading, ==, DESK_FLIGHT_RECORDER_MAX);
  g_assert_cmpuint (n - trading, <=, DESK_FLIGHT_RECORDER_CHATTER);
  /* A main thread that stands still loses market data, and numbers tell. */
  for (guint i = 0; i < 60000; i++)
    desk_flight_recorder_wire (recorder, DTC_WIRE_RECEIVED, &json, (const guint8 *) texts[1], strlen (texts[1]), strlen (texts[1]), 1, 0, 0);
  desk_flight_recorder_wire (recorder, DTC_WIRE_RECEIVED, &json, (const guint8 *) texts[0], strlen (texts[0]), strlen (texts[0]), 1, 0, 0);
  wait_for_number (list, number + 60001);
  g_assert_cmpuint (number_at (G_LIST_MODEL (list), g_list_model_get_n_items (G_LIST_MODEL (list)) - 2), <, number + 60000);
}

int
main (int   argc,
      char *argv[])
{
  g_unsetenv ("DEBUG_DTC");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/log/chips", test_chips);
  g_test_add_func ("/core/log/chain", test_chain);
  g_test_add_func ("/core/log/pairs", test_pairs);
  g_test_add_func ("/core/log/quiet", test_quiet);
  g_test_add_func ("/core/log/secrets", test_secrets);
  g_test_add_func ("/core/log/limits", test_limits);
  g_test_add_func ("/core/log/bytes", test_bytes);
  g_test_add_func ("/core/log/snapshot", test_snapshot);
  g_test_add_func ("/core/log/recorder", test_recorder);
  g_test_add_func ("/core/log/recorder-limits", test_recorder_limits);
  add_query_tests ();
  add_files_tests ();
  add_anatomy_tests ();
  return g_test_run ();
}
