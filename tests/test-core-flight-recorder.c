/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "desk-flight-recorder.h"

typedef struct
{
  GPtrArray *copy; /* numbers, kept by following "items-changed" alone */
  guint      n_signals;
} Observer;

static guint64
number_at (GListModel *model,
           guint       position)
{
  g_autoptr (DeskFlightRow) row = g_list_model_get_item (model, position);

  return desk_flight_row_get_entry (row)->number;
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
    g_ptr_array_remove_range (observer->copy, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (observer->copy, position + i, GSIZE_TO_POINTER (number_at (model, position + i)));
  g_assert_cmpuint (observer->copy->len, ==, g_list_model_get_n_items (model));
}

static void
wire (DeskFlightRecorder *recorder,
      guint16             type,
      const char         *raw)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, type);
  desk_flight_recorder_wire (recorder, DTC_WIRE_RECEIVED, &message, (const guint8 *) raw, strlen (raw), 1, 1000);
}

static gboolean
too_late_cb (gpointer user_data)
{
  g_assert_not_reached ();
  return G_SOURCE_REMOVE;
}

static void
wait_for_number (DeskFlightRecorder *recorder,
                 guint64             number)
{
  GListModel *model = G_LIST_MODEL (recorder);
  guint limit = g_timeout_add_seconds (60, too_late_cb, NULL);

  while (g_list_model_get_n_items (model) == 0
         || number_at (model, g_list_model_get_n_items (model) - 1) < number)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
}

static void
test_rows (void)
{
  g_autoptr (DeskFlightRecorder) recorder = desk_flight_recorder_new ();
  g_autoptr (DeskFlightRow) row = NULL;
  g_autoptr (DeskFlightRow) again = NULL;
  g_autoptr (DeskFlightRow) note = NULL;
  const DeskFlightEntry *entry;

  wire (recorder, DTC_MSG_ORDER_UPDATE, "{\"Type\":301}");
  desk_flight_recorder_note (recorder, "the link is down", 1, 2000);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (recorder)), ==, 0);
  wait_for_number (recorder, 2);

  row = g_list_model_get_item (G_LIST_MODEL (recorder), 0);
  again = g_list_model_get_item (G_LIST_MODEL (recorder), 0);
  g_assert_true (row == again);
  entry = desk_flight_row_get_entry (row);
  g_assert_cmpuint (entry->number, ==, 1);
  g_assert_cmpuint (entry->type, ==, 301);
  g_assert_cmpstr (entry->name, ==, "OrderUpdate");
  g_assert_cmpstr (entry->raw, ==, "{\"Type\":301}");
  g_assert_cmpuint (entry->size, ==, 12);
  note = g_list_model_get_item (G_LIST_MODEL (recorder), 1);
  g_assert_cmpuint (desk_flight_row_get_entry (note)->type, ==, 0);
  g_assert_cmpstr (desk_flight_row_get_entry (note)->text, ==, "the link is down");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (recorder), 2));

  /* A row outlives the list it came from. */
  g_clear_object (&recorder);
  g_assert_cmpstr (desk_flight_row_get_entry (row)->name, ==, "OrderUpdate");
}

static void
test_any_bytes (void)
{
  static const guint8 binary[] = { 16, 0, 6, 0, 8, 0, 0, 0, 0xff };
  g_autoptr (DeskFlightRecorder) recorder = desk_flight_recorder_new ();
  g_autoptr (DeskFlightRow) text = NULL;
  g_autoptr (DeskFlightRow) bytes = NULL;
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  wire (recorder, 301, "{\"InfoText\":\"caf\xe9\"}");
  dtc_message_init (&message, DTC_MSG_ENCODING_REQUEST);
  desk_flight_recorder_wire (recorder, DTC_WIRE_SENT, &message, binary, sizeof (binary), 1, 0);
  wait_for_number (recorder, 2);
  text = g_list_model_get_item (G_LIST_MODEL (recorder), 0);
  g_assert_true (g_utf8_validate (desk_flight_row_get_entry (text)->raw, -1, NULL));
  bytes = g_list_model_get_item (G_LIST_MODEL (recorder), 1);
  g_assert_cmpstr (desk_flight_row_get_entry (bytes)->raw, ==, "10 00 06 00 08 00 00 00 ff");
}

/* Market data goes before any trading message does; trading messages go one by one, oldest first. */
static void
test_limits (void)
{
  g_autoptr (DeskFlightRecorder) recorder = desk_flight_recorder_new ();
  GListModel *model = G_LIST_MODEL (recorder);
  Observer observer = { g_ptr_array_new (), 0 };
  guint64 number = 0, trading = 0;

  g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), &observer);
  for (guint i = 0; i < DESK_FLIGHT_RECORDER_MAX + 100; i++)
    {
      wire (recorder, DTC_MSG_ORDER_UPDATE, "x");
      number++;
      for (guint k = 0; k < 2; k++, number++)
        wire (recorder, k == 0 ? DTC_MSG_MARKET_DATA_UPDATE_BID_ASK : DTC_MSG_HEARTBEAT, "y");
      if (i % 3000 == 2999)
        wait_for_number (recorder, number);
    }
  wire (recorder, DTC_MSG_ORDER_UPDATE, "x");
  wait_for_number (recorder, number + 1);

  g_assert_cmpuint (observer.n_signals, <, 500);
  g_assert_cmpuint (observer.copy->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < observer.copy->len; i++)
    {
      guint64 at = number_at (model, i);

      g_assert_cmpuint (GPOINTER_TO_SIZE (g_ptr_array_index (observer.copy, i)), ==, at);
      if (i > 0)
        g_assert_cmpuint (at, >, number_at (model, i - 1));
      if (at % 3 == 1)
        trading++;
    }
  g_assert_cmpuint (trading, ==, DESK_FLIGHT_RECORDER_MAX);
  g_assert_cmpuint (observer.copy->len - trading, <=, 10000);
  g_ptr_array_unref (observer.copy);
}

int
main (int   argc,
      char *argv[])
{
  g_unsetenv ("DEBUG_DTC");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/flight-recorder/rows", test_rows);
  g_test_add_func ("/core/flight-recorder/any-bytes", test_any_bytes);
  g_test_add_func ("/core/flight-recorder/limits", test_limits);
  return g_test_run ();
}
