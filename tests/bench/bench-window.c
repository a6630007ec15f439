/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "frames.h"
#include "ui-fixture.h"

#include "desk-order-columns.h"
#include "desk-orders.h"


/* The orders panel as the window shows it, over 10 000 orders: 200 updates every 16 ms, all of them to the first 100
 * rows in sight. Beside it, in the same run: the panel with nothing to do, and a plain table of labels that writes a
 * row's cells whenever the row changes. */

#define N_ORDERS  10000
#define N_HOT     100
#define N_UPDATES 200
#define PERIOD_MS 16
#define RUN_MS    6000
#define SETTLE_MS 1500

typedef struct
{
  DeskSession    *session;
  DeskKeyedStore *orders;
  GRand          *random;
  gint64          now;          /* of the updates, UTC */
  gint64          turn_cpu;     /* spent in making updates and telling of them */
  guint           turns;
} Bench;

static void
fill_order (DeskOrderState *state,
            guint64         key)
{
  *state = ui_order (key, key % 10 == 0 ? DESK_STATUS_WORKING : DESK_STATUS_FILLED, DESK_CERTAINTY_FRESH);
  g_snprintf (state->server_order_id, sizeof state->server_order_id, "S%" G_GUINT64_FORMAT, key);
  state->side = key % 2 == 0 ? DESK_SIDE_BUY : DESK_SIDE_SELL;
  state->quantity = 100;
  state->created = state->sent = state->changed = G_GINT64_CONSTANT (1793210400000000) + (gint64) key * 1000;
  state->ack_usec = 900;
}

/* One update as the session brings it: the row takes it over, says so once, and the event is told. */
static gboolean
update_cb (gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_event_free);
  g_autoptr (GHashTable) changed = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer row;
  gint64 begin = frames_thread_cpu ();

  bench->now += PERIOD_MS * 1000;
  for (guint i = 0; i < N_UPDATES; i++)
    {
      guint64 key = N_ORDERS - (guint64) g_rand_int_range (bench->random, 0, N_HOT);
      DeskOrder *order = desk_keyed_store_lookup (bench->orders, &key);
      DeskEvent *event = desk_event_new (DESK_EVENT_ORDER);

      desk_order_state_copy (&event->order, desk_order_get_state (order));
      event->order.status = DESK_STATUS_PART_FILLED;
      event->order.filled = g_rand_int_range (bench->random, 1, 100);
      event->order.remaining = event->order.quantity - event->order.filled;
      event->order.average_price = 5000 + g_rand_double (bench->random) * 10;
      event->order.ack_usec = g_rand_int_range (bench->random, 100, 99000);
      event->order.changed = bench->now + i;
      if (desk_order_set_state (order, &event->order))
        g_hash_table_add (changed, order);
      g_ptr_array_add (events, event);
    }
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    desk_row_changed (row);
  for (guint i = 0; i < events->len; i++)
    g_signal_emit_by_name (bench->session, "event", g_ptr_array_index (events, i));
  bench->turn_cpu += frames_thread_cpu () - begin;
  bench->turns++;
  return G_SOURCE_CONTINUE;
}

/* Returns the share of a core. */
static double
run (Bench      *bench,
     GtkWidget  *window,
     gboolean    update,
     const char *name)
{
  Frames *frames = frames_new (window);
  guint timer = 0;
  double cpu, share;
  gint64 begin;
  guint n;

  if (update)
    timer = g_timeout_add (PERIOD_MS, update_cb, bench);
  ui_spin (SETTLE_MS);
  frames_reset (frames);
  bench->turn_cpu = 0;
  bench->turns = 0;
  begin = g_get_monotonic_time ();
  cpu = frames_cpu_seconds ();
  ui_spin (RUN_MS);
  share = (frames_cpu_seconds () - cpu) / ((double) (g_get_monotonic_time () - begin) / 1e6);
  g_clear_handle_id (&timer, g_source_remove);

  n = frames_get_n (frames);
  g_print ("%-34s %5.1f %% of a core", name, share * 100);
  if (n > 0)
    g_print (", %4.1f frames/s", n * 1000.0 / RUN_MS);
  frames_print (frames);
  frames_free (frames);
  if (bench->turns > 0)
    g_print (", %.2f ms CPU to take %d updates", (double) bench->turn_cpu / bench->turns / 1e3, N_UPDATES);
  g_print ("\n");
  return share;
}

/* The reference: a column view of labels. */

static void
label_write (GtkLabel         *label,
             const DeskColumn *column,
             gpointer          item)
{
  g_autoptr (GString) text = g_string_new (NULL);
  DeskCell cell = { .text = text };

  column->write (item, &cell);
  gtk_label_set_text (label, text->str);
}

static void
label_changed_cb (GObject  *item,
                  GtkLabel *label)
{
  label_write (label, g_object_get_data (G_OBJECT (label), "column"), item);
}

static void
label_setup_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *list_item,
                const DeskColumn         *column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), column->kind == DESK_CELL_NUMBER ? 1.0f : 0.0f);
  gtk_widget_add_css_class (label, "desk-cell");
  g_object_set_data (G_OBJECT (label), "column", (gpointer) column);
  gtk_list_item_set_child (list_item, label);
}

static void
label_bind_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *list_item,
               const DeskColumn         *column)
{
  GtkWidget *label = gtk_list_item_get_child (list_item);

  label_write (GTK_LABEL (label), column, gtk_list_item_get_item (list_item));
  g_signal_connect (gtk_list_item_get_item (list_item), "changed", G_CALLBACK (label_changed_cb), label);
}

static void
label_unbind_cb (GtkSignalListItemFactory *factory,
                 GtkListItem              *list_item,
                 const DeskColumn         *column)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (list_item), label_changed_cb,
                                        gtk_list_item_get_child (list_item));
}

static int
newest_first (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  guint64 left = desk_order_get_state ((gpointer) a)->key, right = desk_order_get_state ((gpointer) b)->key;

  return DESK_COMPARE (right, left);
}

static GtkWidget *
make_label_table (GListModel *orders)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_column_view_new (NULL);
  guint n_columns;
  const DeskColumn *columns = desk_order_columns (&n_columns);
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (newest_first, NULL, NULL));
  GtkSortListModel *sorted = gtk_sort_list_model_new (g_object_ref (orders), sorter);
  g_autoptr (GtkSelectionModel) selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (sorted)));

  gtk_widget_add_css_class (view, "desk-table");
  for (guint i = 0; i < n_columns; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = NULL;

      if (columns[i].hidden)
        continue;
      g_signal_connect (factory, "setup", G_CALLBACK (label_setup_cb), (gpointer) &columns[i]);
      g_signal_connect (factory, "bind", G_CALLBACK (label_bind_cb), (gpointer) &columns[i]);
      g_signal_connect (factory, "unbind", G_CALLBACK (label_unbind_cb), (gpointer) &columns[i]);
      column = gtk_column_view_column_new (columns[i].title, factory);
      gtk_column_view_column_set_fixed_width (column, MAX (40, columns[i].chars * 8 + 13));
      gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
    }
  gtk_column_view_set_model (GTK_COLUMN_VIEW (view), selection);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  return scroller;
}

static GtkWidget *
show (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 680);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (500);
  return window;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (DeskSession) session = NULL;
  g_autoptr (GtkCssProvider) style = NULL;
  Bench bench = { .now = G_GINT64_CONSTANT (1793210500000000) };
  double ours, labels;
  GtkWidget *window;

  gtk_init ();
  adw_init ();
  style = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (style, "/org/dtcdesk/DtcDesk/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  session = ui_session_new ();
  bench.session = session;
  bench.orders = DESK_KEYED_STORE (desk_session_get_orders (session));
  bench.random = g_rand_new_with_seed (1);
  for (guint64 key = 1; key <= N_ORDERS; key++)
    {
      DeskOrderState state;

      fill_order (&state, key);
      desk_keyed_store_add (bench.orders, desk_order_new (&state));
    }
  desk_keyed_store_flush (bench.orders);

  window = show (desk_orders_new (session));
  run (&bench, window, FALSE, "orders panel, nothing happens");
  ours = run (&bench, window, TRUE, "orders panel, 200 updates a frame");
  gtk_window_destroy (GTK_WINDOW (window));
  window = show (make_label_table (desk_session_get_orders (session)));
  labels = run (&bench, window, TRUE, "reference: table of labels");
  gtk_window_destroy (GTK_WINDOW (window));
  g_print ("%-34s %5.2f times the reference's share (expected: at most 30 %% of a core, p99 at most 8 ms)\n", "",
           ours / labels);
  g_rand_free (bench.random);
  return 0;
}
