/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "frames.h"
#include "ui-fixture.h"

#include "desk-log-list.h"
#include "desk-log-table.h"

#include <string.h>

/* A log of a million messages: what a row takes, how long each kind of query needs, how long the main loop stands still
 * meanwhile, and what a frame costs while all of it scrolls. Beside it, in the same run: every message decoded one by one,
 * and a list of as many empty rows. */

#define N_ROWS  1000000
#define RUN_MS  4000
#define PERIOD_MS 8
#define REPEATS 5

static DeskLogStore *
make_log (DtcEncodingKind encoding)
{
  DeskLogStore *store = desk_log_store_new (0, 0, 0);
  DtcCodec codec = { encoding, DTC_NUMBERING_DTC };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  static const char *const symbols[] = { "ESZ6", "NQZ6", "CLF7", "GCG7" };

  for (guint i = 0; i < N_ROWS; i++)
    {
      DeskLogEntry entry = { DESK_LOG_FRAME, 1700000000000000 + (gint64) i * 100, (gint64) i * 100 + 1, 1, DTC_WIRE_RECEIVED, codec };
      char id[32];
      gsize len;

      g_byte_array_set_size (frame, 0);
      g_snprintf (id, sizeof id, "DESK1-%06u", i / 10);
      switch (i % 10)
        {
        case 0:
          dtc_message_init (&message, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
          dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, symbols[i / 10 % 4]);
          dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TRADE_ACCOUNT, "SIM1");
          dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, id);
          dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE, 2);
          dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL, 1);
          dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, 5000 + g_rand_int_range (random, -100, 100) * 0.25);
          dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY, 2);
          entry.direction = DTC_WIRE_SENT;
          break;
        case 1:
        case 2:
          dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
          dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_SYMBOL, symbols[i / 10 % 4]);
          dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT, "SIM1");
          dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, id);
          dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, id + 4);
          dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_STATUS, i % 10 == 1 ? 4 : i % 1000 == 2 ? 9 : 7);
          dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, i % 10 == 1 ? 2 : 4);
          dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_BUY_SELL, 1);
          dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_PRICE1, 5000 + g_rand_int_range (random, -100, 100) * 0.25);
          dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY, 2);
          dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_INFO_TEXT, i % 1000 == 2 ? "insufficient margin" : "ok");
          break;
        case 3:
          dtc_message_init (&message, DTC_MSG_HEARTBEAT);
          dtc_message_set_int (&message, DTC_HEARTBEAT_F_CURRENT_DATE_TIME, 1700000000);
          break;
        default:
          dtc_message_init (&message, DTC_MSG_MARKET_DATA_UPDATE_TRADE);
          dtc_message_set_int (&message, DTC_MARKET_DATA_UPDATE_TRADE_F_SYMBOL_ID, 1 + i % 4);
          dtc_message_set_double (&message, DTC_MARKET_DATA_UPDATE_TRADE_F_PRICE, 5000 + g_rand_int_range (random, -100, 100) * 0.25);
          dtc_message_set_double (&message, DTC_MARKET_DATA_UPDATE_TRADE_F_VOLUME, g_rand_int_range (random, 1, 50));
          dtc_message_set_double (&message, DTC_MARKET_DATA_UPDATE_TRADE_F_DATE_TIME, 1700000000.5 + i * 0.0001);
          break;
        }
      if (!dtc_codec_encode (&codec, entry.direction == DTC_WIRE_SENT ? DTC_TO_SERVER : DTC_TO_CLIENT, &message, frame, NULL))
        g_error ("message %u cannot be written", i);
      len = encoding == DTC_ENCODING_JSON ? frame->len - 1 : frame->len;
      entry.raw = frame->data;
      entry.size = len;
      desk_log_store_append (store, &entry);
    }
  desk_log_store_flush (store);
  return store;
}

typedef struct
{
  gint64 last, longest;
} Turn;

/* How long it is from one turn of the main loop to the next. */
static gboolean
turn_cb (gpointer user_data)
{
  Turn *turn = user_data;
  gint64 now = g_get_monotonic_time ();

  if (turn->last != 0)
    turn->longest = MAX (turn->longest, now - turn->last);
  turn->last = now;
  return G_SOURCE_CONTINUE;
}

static double
one_by_one (DeskLogStore *store)
{
  g_autoptr (DeskLogSnapshot) snapshot = desk_log_store_snapshot (store);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gint64 begin = g_get_monotonic_time ();
  guint n = desk_log_snapshot_get_n (snapshot), hits = 0;

  for (guint at = 0; at < n;)
    {
      guint run;
      const DeskLogRow *rows = desk_log_snapshot_get_run (snapshot, at, &run);

      for (guint i = 0; i < run; i++)
        {
          desk_log_row_decode (&rows[i], &message, NULL);
          hits += message.type == DTC_MSG_ORDER_UPDATE && message.order_update.order_status == 9 ? 1 : 0;
        }
      at += run;
    }
  g_assert_cmpuint (hits, >, 0);
  return (double) (g_get_monotonic_time () - begin) / 1000.0;
}

static void
filters (DeskLogStore *store,
         double        reference)
{
  static const struct
  {
    const char *kind;
    const char *query;
    const char *order;
    guint       chips;
  } cases[] = {
    { "a chip", "", NULL, DESK_LOG_CHIP_FILLS },
    { "type", "type=301", NULL, 0 },
    { "indexed fields", "type=301 & OrderStatus=9 & Symbol~ES", NULL, 0 },
    { "one order", "", "DESK1-050000", 0 },
    { "any id", "id~050000", NULL, 0 },
    { "a number in the message", "Price1>5000", NULL, 0 },
    { "a number in most messages", "Price>5010 | Price1>5010", NULL, 0 },
    { "a text in the message", "InfoText~margin", NULL, 0 },
    { "words anywhere", "margin", NULL, 0 },
    { "words that are nowhere", "nowhere at all", NULL, 0 },
    { "a regular expression", "/insuff.*margin/", NULL, 0 },
    { "the same in any case", "/INSUFF.*MARGIN/i", NULL, 0 },
    { "unset", "Price2=unset", NULL, 0 },
    { "not, or", "!(type=107 | type=3) & (OrderStatus=7 | Symbol~NQ)", NULL, 0 },
  };
  g_autoptr (DeskLogList) list = desk_log_list_new (store);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 best = G_MAXINT64, worst = 0, longest = 0;

      for (guint r = 0; r < REPEATS; r++)
        {
          DeskLogFilter filter = { .chips = cases[i].chips, .order = (char *) cases[i].order };
          Turn turn = { 0 };
          guint id = g_idle_add_full (G_PRIORITY_LOW, turn_cb, &turn, NULL);
          gint64 begin;

          filter.query = desk_log_query_parse (cases[i].query, NULL, NULL);
          begin = g_get_monotonic_time ();
          turn.last = begin;
          desk_log_list_set_filter (list, &filter);
          while (desk_log_list_is_busy (list))
            g_main_context_iteration (NULL, TRUE);
          turn_cb (&turn);
          g_source_remove (id);
          begin = g_get_monotonic_time () - begin;
          best = MIN (best, begin);
          worst = MAX (worst, begin);
          longest = MAX (longest, turn.longest);
          desk_log_query_unref (filter.query);
        }
      g_print ("  %-28s %7.1f ms (worst %6.1f), %4.2f x one by one, main loop %5.1f ms, %u rows\n", cases[i].kind,
               (double) best / 1000.0, (double) worst / 1000.0, (double) best / 1000.0 / reference, (double) longest / 1000.0,
               g_list_model_get_n_items (G_LIST_MODEL (list)));
    }
}

/* ---- scrolling ---- */

static GtkAdjustment *adjustment;
static double         step;

static gboolean
scroll_cb (gpointer user_data)
{
  double value = gtk_adjustment_get_value (adjustment) + step;

  if (value > gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment))
    value = 0;
  gtk_adjustment_set_value (adjustment, value);
  return G_SOURCE_CONTINUE;
}

static void
scroll (GtkWidget  *child,
        GtkWidget  *scrolled,
        double      pixels,
        const char *name)
{
  GtkWidget *window = gtk_window_new ();
  Frames *frames;
  guint timer;

  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 420);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (1000);
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (scrolled));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) / 2);
  ui_spin (500);
  step = pixels;
  frames = frames_new (window);
  timer = g_timeout_add (PERIOD_MS, scroll_cb, NULL);
  ui_spin (500);
  frames_reset (frames);
  ui_spin (RUN_MS);
  g_source_remove (timer);
  g_print ("  %-44s %4.1f frames/s", name, frames_get_n (frames) * 1000.0 / RUN_MS);
  frames_print (frames);
  g_print ("\n");
  frames_free (frames);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_widget_set_size_request (label, -1, 20);
  gtk_list_item_set_child (item, label);
}

static GtkWidget *
empty_list (DeskLogStore *store,
            GtkWidget   **view)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  *view = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (desk_log_list_new (store)))), factory);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), *view);
  return scrolled;
}

static void
scrolling (DeskLogStore *store)
{
  static const struct
  {
    double      pixels;
    const char *words;
  } speeds[] = { { 7, "slowly" }, { 100, "five rows a step" }, { 20000, "a thousand rows a step" } };

  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++)
    {
      g_autofree char *log = g_strdup_printf ("the log, %s", speeds[i].words);
      g_autofree char *reference = g_strdup_printf ("reference: empty rows, %s", speeds[i].words);
      g_autoptr (DeskLogList) list = desk_log_list_new (store);
      GtkWidget *table = desk_log_table_new (list);
      GtkWidget *view;
      GtkWidget *empty;

      desk_log_table_set_following (DESK_LOG_TABLE (table), FALSE);
      scroll (table, desk_log_table_get_view (DESK_LOG_TABLE (table)), speeds[i].pixels, log);
      empty = empty_list (store, &view);
      scroll (empty, view, speeds[i].pixels, reference);
    }
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    DtcEncodingKind encoding;
    const char     *name;
  } kinds[] = { { DTC_ENCODING_JSON, "JSON" }, { DTC_ENCODING_BINARY, "binary" } };

  gtk_init ();
  adw_init ();
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gint64 begin = g_get_monotonic_time ();
      g_autoptr (DeskLogStore) store = make_log (kinds[i].encoding);
      double reference;

      begin = g_get_monotonic_time () - begin;
      reference = one_by_one (store);
      g_print ("%s: %d rows written and taken in %.2f s, %.0f bytes a row with its message; every message decoded one by one "
               "%.0f ms\n", kinds[i].name, N_ROWS, (double) begin / 1e6, (double) desk_log_store_get_memory (store) / N_ROWS,
               reference);
      filters (store, reference);
      if (i == 0)
        scrolling (store);
    }
  return 0;
}
