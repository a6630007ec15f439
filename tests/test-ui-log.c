/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui-fixture.h"

#include "desk-log-detail.h"
#include "desk-log-query-bar.h"
#include "desk-log-table.h"
#include "desk-log-view.h"
#include "desk-log-words.h"

#include <glib/gstdio.h>
#include <string.h>

/* Some label says it, among other words. */
static gboolean
says (GtkWidget  *root,
      const char *text)
{
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
}

static const DtcCodec json = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };

typedef struct
{
  DeskSession     *session;
  GtkWidget       *window;
  GtkWidget       *view;
  DeskLogTable    *table;
  DeskLogDetail   *detail;
  DeskLogQueryBar *bar;
  gint64           mono;
} Rig;

static void
wire (Rig              *rig,
      DtcWireDirection  direction,
      gint64            after_ms,
      guint32           link,
      const char       *text)
{
  rig->mono += after_ms * 1000;
  desk_flight_recorder_wire (desk_session_get_recorder (rig->session), direction, &json, (const guint8 *) text, strlen (text),
                             strlen (text), link, 1800000000000000 + rig->mono, rig->mono);
}

static guint
n_rows (Rig *rig)
{
  return g_list_model_get_n_items (G_LIST_MODEL (desk_log_table_get_scene (rig->table)->list));
}

static void
wait_rows_ (Rig   *rig,
            guint  n)
{
  DeskLogList *list = desk_log_table_get_scene (rig->table)->list;

  for (guint i = 0; i < 600 && (n_rows (rig) != n || desk_log_list_is_busy (list)); i++)
    ui_spin (50);
  g_assert_cmpuint (n_rows (rig), ==, n);
}

static char *
cell (Rig           *rig,
      guint          position,
      DeskLogColumn  column)
{
  const DeskLogScene *scene = desk_log_table_get_scene (rig->table);
  GString *out = g_string_new (NULL);

  desk_log_column_write (scene, column, desk_log_list_get_row (scene->list, position),
                         position > 0 ? desk_log_list_get_row (scene->list, position - 1) : NULL, out);
  return g_string_free (out, FALSE);
}

#define wait_rows(rig, n) G_STMT_START { g_test_message ("line %d", __LINE__); wait_rows_ (rig, n); } G_STMT_END
#define assert_cell(rig, position, column, expected) \
  G_STMT_START { \
    g_autofree char *cell_ = cell (rig, position, column); \
    g_assert_cmpstr (cell_, ==, expected); \
  } G_STMT_END

static void
type (Rig        *rig,
      const char *query)
{
  GtkWidget *entry = ui_find (GTK_WIDGET (rig->bar), GTK_TYPE_SEARCH_ENTRY);

  gtk_editable_set_text (GTK_EDITABLE (entry), query);
  g_signal_emit_by_name (entry, "activate");
}

static void
rig_init (Rig *rig)
{
  rig->session = ui_session_new ();
  rig->mono = 1000000;
  rig->view = desk_log_view_new (rig->session);
  rig->table = DESK_LOG_TABLE (ui_find (rig->view, DESK_TYPE_LOG_TABLE));
  rig->detail = DESK_LOG_DETAIL (ui_find (rig->view, DESK_TYPE_LOG_DETAIL));
  rig->bar = DESK_LOG_QUERY_BAR (ui_find (rig->view, DESK_TYPE_LOG_QUERY_BAR));
  rig->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (rig->window), 1200, 400);
  gtk_window_set_child (GTK_WINDOW (rig->window), rig->view);
  gtk_window_present (GTK_WINDOW (rig->window));
}

static void
rig_clear (Rig *rig)
{
  gtk_window_destroy (GTK_WINDOW (rig->window));
  ui_spin (20);
  g_object_unref (rig->session);
}

static void
some_messages (Rig *rig)
{
  /* 1 */ wire (rig, DTC_WIRE_SENT, 0, 1, "{\"Type\":208,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ClientOrderID\":\"c1\",\"BuySell\":1,\"OrderType\":2,\"Price1\":5000.25,\"Quantity\":2}");
  /* 2 */ wire (rig, DTC_WIRE_RECEIVED, 34, 1, "{\"Type\":301,\"Symbol\":\"ESZ6\",\"ClientOrderID\":\"c1\",\"ServerOrderID\":\"s1\",\"OrderStatus\":4,\"OrderUpdateReason\":2,\"BuySell\":1,\"OrderType\":2,\"OrderQuantity\":2,\"Price1\":5000.25}");
  /* 3 */ wire (rig, DTC_WIRE_RECEIVED, 5, 1, "{\"Type\":3}");
  /* 4 */ wire (rig, DTC_WIRE_RECEIVED, 21000, 1, "{\"Type\":301,\"ServerOrderID\":\"s9\",\"OrderStatus\":9,\"InfoText\":\"no <b>margin\"}");
  /* 5 */ wire (rig, DTC_WIRE_RECEIVED, 1, 2, "{\"Type\":301,\"ServerOrderID\":\"s1\",\"OrderStatus\":\"x\"}");
}

static void
test_rows (void)
{
  Rig rig = { 0 };
  g_autoptr (GString) bar = g_string_new (NULL);

  rig_init (&rig);
  some_messages (&rig);
  wait_rows (&rig, 4); /* heartbeats are hidden */
  assert_cell (&rig, 0, DESK_LOG_COLUMN_NUMBER, "1");
  assert_cell (&rig, 0, DESK_LOG_COLUMN_DIRECTION, "→");
  assert_cell (&rig, 0, DESK_LOG_COLUMN_TYPE, "208 SubmitNewSingleOrder");
  assert_cell (&rig, 0, DESK_LOG_COLUMN_ACCOUNT, "SIM1");
  assert_cell (&rig, 0, DESK_LOG_COLUMN_CLIENT, "c1");
  assert_cell (&rig, 0, DESK_LOG_COLUMN_SUMMARY, "Buy 2 ESZ6 Limit 5000.25");
  assert_cell (&rig, 1, DESK_LOG_COLUMN_DELTA, "+34 ms");
  assert_cell (&rig, 1, DESK_LOG_COLUMN_TIME, "08:00:01.034000");
  assert_cell (&rig, 1, DESK_LOG_COLUMN_SUMMARY, "Open: Buy 2 ESZ6 Limit 5000.25");
  /* What a server wrote is text. */
  assert_cell (&rig, 2, DESK_LOG_COLUMN_SUMMARY, "Rejected “no <b>margin”");
  desk_log_bar_write (desk_log_table_get_scene (rig.table), 2, bar);
  g_assert_cmpstr (bar->str, ==, "no message for 21 s");
  g_string_truncate (bar, 0);
  desk_log_bar_write (desk_log_table_get_scene (rig.table), 3, bar);
  g_assert_cmpstr (bar->str, ==, "link #2 from here");
  g_string_truncate (bar, 0);
  desk_log_bar_write (desk_log_table_get_scene (rig.table), 1, bar);
  g_assert_cmpstr (bar->str, ==, "");
  g_object_set (rig.view, "hide-heartbeats", FALSE, NULL);
  wait_rows (&rig, 5);
  assert_cell (&rig, 2, DESK_LOG_COLUMN_SUMMARY, "Heartbeat");
  rig_clear (&rig);
}

static void
test_filters (void)
{
  Rig rig = { 0 };

  rig_init (&rig);
  some_messages (&rig);
  wait_rows (&rig, 4);
  type (&rig, "type=301 & OrderStatus=REJECTED");
  wait_rows (&rig, 1);
  /* A complaint leaves what was found. */
  type (&rig, "type=301 & OrderStatis=9");
  g_assert_true (says (rig.view, "DTC has no field \"OrderStatis\"; did you mean OrderStatus?"));
  wait_rows (&rig, 1);
  type (&rig, "");
  wait_rows (&rig, 4);
  desk_log_view_show_order (DESK_LOG_VIEW (rig.view), "c1");
  wait_rows (&rig, 3);
  g_assert_true (says (rig.view, "Order c1 only"));
  /* What comes for the order comes into sight, under the server's id too. */
  wire (&rig, DTC_WIRE_RECEIVED, 10, 2, "{\"Type\":301,\"ServerOrderID\":\"s1\",\"OrderStatus\":7,\"FilledQuantity\":2,\"AverageFillPrice\":5000.25}");
  wire (&rig, DTC_WIRE_RECEIVED, 10, 2, "{\"Type\":301,\"ServerOrderID\":\"s8\",\"OrderStatus\":7}");
  wait_rows (&rig, 4);
  assert_cell (&rig, 3, DESK_LOG_COLUMN_SUMMARY, "Filled, 2 filled at 5000.25");
  gtk_widget_activate_action (rig.view, "log.all-orders", NULL);
  wait_rows (&rig, 6);
  rig_clear (&rig);
}

static void
test_detail (void)
{
  Rig rig = { 0 };
  g_autofree char *tree = NULL;
  g_autofree char *bad = NULL;

  rig_init (&rig);
  some_messages (&rig);
  wait_rows (&rig, 4);
  g_assert_true (desk_log_table_select (rig.table, 2));
  ui_spin (50);
  tree = desk_log_detail_dup_tree (rig.detail);
  g_assert_nonnull (strstr (tree, "ORDER_STATUS_OPEN"));
  g_assert_nonnull (strstr (tree, "\"s1\""));
  g_assert_nonnull (strstr (tree, "PreviousServerOrderID"));
  g_assert_cmpuint (desk_log_table_get_scene (rig.table)->partner, ==, 1); /* what it answers */
  g_assert_true (desk_log_table_select (rig.table, 5));
  ui_spin (50);
  bad = desk_log_detail_dup_tree (rig.detail);
  g_assert_nonnull (strstr (bad, "[wrong type]"));
  g_assert_true (says (GTK_WIDGET (rig.detail), "Refused by the decoder"));
  g_assert_false (desk_log_table_select (rig.table, 3)); /* hidden */
  rig_clear (&rig);
}

static void
test_following (void)
{
  Rig rig = { 0 };

  rig_init (&rig);
  for (guint i = 0; i < 300; i++)
    wire (&rig, DTC_WIRE_RECEIVED, 1, 1, "{\"Type\":301,\"ServerOrderID\":\"s1\",\"OrderStatus\":4}");
  wait_rows (&rig, 300);
  g_assert_true (desk_log_table_get_following (rig.table));
  /* Who reads a message is not carried away from it, and hears how many have come. */
  g_assert_true (desk_log_table_select (rig.table, 20));
  g_assert_false (desk_log_table_get_following (rig.table));
  for (guint i = 0; i < 7; i++)
    wire (&rig, DTC_WIRE_RECEIVED, 1, 1, "{\"Type\":301,\"ServerOrderID\":\"s1\",\"OrderStatus\":4}");
  wait_rows (&rig, 307);
  g_assert_cmpuint (desk_log_table_get_n_new (rig.table), ==, 7);
  g_assert_true (says (rig.view, "7 new ↓"));
  g_assert_cmpuint (desk_log_table_get_selected (rig.table), ==, 20);
  desk_log_table_set_following (rig.table, TRUE);
  g_assert_cmpuint (desk_log_table_get_n_new (rig.table), ==, 0);
  /* The selected row is still the same one behind a filter. */
  type (&rig, "type=301");
  wait_rows (&rig, 307);
  g_assert_cmpuint (desk_log_table_get_selected (rig.table), ==, 20);
  rig_clear (&rig);
}

static void
test_file (void)
{
  Rig rig = { 0 };
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "desk-ui-log-test.log", NULL);
  DeskLogList *list;

  rig_init (&rig);
  some_messages (&rig);
  wait_rows (&rig, 4);
  g_assert_true (g_file_set_contents (path, "[debug] dtc.recv type=301 OrderUpdate Symbol=NQZ6 OrderStatus=7\nsome noise\n", -1, NULL));
  desk_log_view_open (DESK_LOG_VIEW (rig.view), path);
  list = desk_log_table_get_scene (rig.table)->list;
  wait_rows (&rig, 1);
  g_assert_cmpuint (desk_log_snapshot_get_n (desk_log_list_get_snapshot (list)), ==, 1);
  g_assert_true (says (rig.view, "desk-ui-log-test.log · 1 message · without times · 1 lines of the file are none of a log"));
  /* A foreign file changes nothing. */
  g_assert_true (g_file_set_contents (path, "hello", -1, NULL));
  desk_log_view_open (DESK_LOG_VIEW (rig.view), path);
  ui_spin (300);
  wait_rows (&rig, 1);
  gtk_widget_activate_action (rig.view, "log.live", NULL);
  wait_rows (&rig, 4);
  g_unlink (path);
  rig_clear (&rig);
}

static void
test_words (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  static const struct
  {
    gint64      usec;
    const char *words;
  } spans[] = { { 412, "0.412 ms" }, { 34000, "34 ms" }, { 21 * G_USEC_PER_SEC, "21 s" }, { 192 * G_USEC_PER_SEC, "3 min 12 s" },
                { 7500 * (gint64) G_USEC_PER_SEC, "2 h 5 min" } };

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_string_truncate (out, 0);
      desk_log_words_span (spans[i].usec, out);
      g_assert_cmpstr (out->str, ==, spans[i].words);
    }
  for (guint bit = 0; bit <= 16; bit++)
    g_assert_cmpstr (desk_log_words_problem ((DeskLogProblem) (1u << bit)), !=, "");
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/log/rows", test_rows);
  g_test_add_func ("/ui/log/filters", test_filters);
  g_test_add_func ("/ui/log/detail", test_detail);
  g_test_add_func ("/ui/log/following", test_following);
  g_test_add_func ("/ui/log/file", test_file);
  g_test_add_func ("/ui/log/words", test_words);
  return g_test_run ();
}
