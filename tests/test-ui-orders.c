/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui-fixture.h"

#include "desk-order-chips.h"
#include "desk-order-columns.h"
#include "desk-order-editor.h"
#include "desk-orders.h"
#include "desk-session-private.h"
#include "desk-table-row.h"
#include "desk-table.h"

static void
test_groups (void)
{
  static const struct { DeskStatus status; DeskOrderGroup group; } cases[] = {
    { DESK_STATUS_DRAFT, DESK_ORDER_GROUP_WORKING },
    { DESK_STATUS_SENT, DESK_ORDER_GROUP_WORKING },
    { DESK_STATUS_WORKING, DESK_ORDER_GROUP_WORKING },
    { DESK_STATUS_HELD_BY_PARENT, DESK_ORDER_GROUP_WORKING },
    { DESK_STATUS_CHANGING, DESK_ORDER_GROUP_WORKING },
    { DESK_STATUS_CANCELLING, DESK_ORDER_GROUP_WORKING },
    { DESK_STATUS_PART_FILLED, DESK_ORDER_GROUP_WORKING },
    { DESK_STATUS_FILLED, DESK_ORDER_GROUP_DONE },
    { DESK_STATUS_CANCELLED, DESK_ORDER_GROUP_DONE },
    { DESK_STATUS_EXPIRED, DESK_ORDER_GROUP_DONE },
    { DESK_STATUS_REJECTED, DESK_ORDER_GROUP_REJECTED },
    { DESK_STATUS_BLOCKED, DESK_ORDER_GROUP_REJECTED },
    { DESK_STATUS_NOT_SENT, DESK_ORDER_GROUP_REJECTED },
    { DESK_STATUS_UNKNOWN, DESK_ORDER_GROUP_UNKNOWN },
    { DESK_STATUS_NOT_AT_SERVER, DESK_ORDER_GROUP_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      DeskOrderState order = ui_order (1, cases[i].status, DESK_CERTAINTY_FRESH);

      g_assert_cmpint (desk_order_chips_group (&order), ==, cases[i].group);
      /* Certainty stands above the state: nobody knows is nobody knows. */
      order.certainty = DESK_CERTAINTY_UNKNOWN;
      g_assert_cmpint (desk_order_chips_group (&order), ==, DESK_ORDER_GROUP_UNKNOWN);
    }
}

static void
test_counts_and_filter (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *orders = desk_orders_new (session);
  DeskTable *table = DESK_TABLE (ui_find (orders, DESK_TYPE_TABLE));
  DeskOrderState state = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  g_autofree char *newest = NULL;
  g_autofree char *external = NULL;
  DeskOrder *first;
  GtkWidget *chip;

  gtk_window_set_child (GTK_WINDOW (window), orders);
  first = ui_add_order (session, &state);
  for (guint i = 2; i <= 5; i++)
    {
      DeskOrderState other = ui_order (i, i == 5 ? DESK_STATUS_REJECTED : DESK_STATUS_FILLED, DESK_CERTAINTY_FRESH);

      other.source = i == 4 ? DESK_SOURCE_EXTERNAL : DESK_SOURCE_CLICK;
      ui_add_order (session, &other);
    }
  ui_spin (400);
  g_assert_true (ui_shows (orders, "All 5"));
  g_assert_true (ui_shows (orders, "Working 1"));
  g_assert_true (ui_shows (orders, "Done 3"));
  g_assert_true (ui_shows (orders, "Rejected 1"));
  g_assert_true (ui_shows (orders, "Unknown 0"));
  g_assert_true (ui_shows (orders, "External 1"));
  g_assert_cmpuint (desk_table_get_n_rows (table), ==, 5);
  /* Newest first. */
  newest = desk_table_dup_text (table, 0, "client-id");
  g_assert_cmpstr (newest, ==, "C-5");

  /* The second chip shows the working ones. */
  chip = gtk_widget_get_next_sibling (ui_find (orders, GTK_TYPE_TOGGLE_BUTTON));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (chip), TRUE);
  g_assert_cmpuint (desk_table_get_n_rows (table), ==, 1);

  /* Filled: it leaves the chip, the counts follow, and it is still among all. */
  state.status = DESK_STATUS_FILLED;
  state.filled = 3;
  g_assert_true (desk_order_set_state (first, &state));
  desk_row_changed (first);
  ui_emit_order (session, &state);
  ui_spin (400);
  g_assert_cmpuint (desk_table_get_n_rows (table), ==, 0);
  g_assert_true (ui_shows (orders, "Working 0"));
  g_assert_true (ui_shows (orders, "Done 4"));
  g_assert_true (ui_shows (orders, "All 5"));

  /* What was not placed here is done, too, and has a chip of its own. */
  while (!g_str_equal (gtk_button_get_label (GTK_BUTTON (chip)), "External 1"))
    chip = gtk_widget_get_next_sibling (chip);
  g_assert_true (gtk_widget_get_visible (chip));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (chip), TRUE);
  g_assert_cmpuint (desk_table_get_n_rows (table), ==, 1);
  external = desk_table_dup_text (table, 0, "client-id");
  g_assert_cmpstr (external, ==, "C-4");
  gtk_window_destroy (GTK_WINDOW (window));
}

static char *
cell (DeskTable  *table,
      const char *column)
{
  return desk_table_dup_text (table, 0, column);
}

static void
test_cells (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *orders = g_object_ref_sink (desk_orders_new (session));
  DeskTable *table = DESK_TABLE (ui_find (orders, DESK_TYPE_TABLE));
  DeskOrderState state = ui_order (7, DESK_STATUS_REJECTED, DESK_CERTAINTY_FRESH);
  DeskOrder *order;

  state.filled = 0;
  state.reason = DESK_REASON_REJECTED;
  state.text = g_ref_string_new ("<b>Over</b> the limit of 50 %s");
  order = ui_add_order (session, &state);
#define ASSERT_CELL(column, text) \
  G_STMT_START { g_autofree char *have = cell (table, column); g_assert_cmpstr (have, ==, text); } G_STMT_END
  ASSERT_CELL ("state", "Rejected");
  /* The server's words as they came: no markup, no format. */
  ASSERT_CELL ("reason", "<b>Over</b> the limit of 50 %s");
  ASSERT_CELL ("price", "5000.25");
  ASSERT_CELL ("stop", "");
  ASSERT_CELL ("filled", "0/3");
  ASSERT_CELL ("side", "Buy");

  /* A stop-limit: Price1 is the stop, Price2 the limit. */
  g_clear_pointer (&state.text, g_ref_string_release);
  state.type = DESK_ORDER_TYPE_STOP_LIMIT;
  state.status = DESK_STATUS_WORKING;
  state.reason = DESK_REASON_CHANGE_REJECTED;
  state.price = desk_price_from_display (&ui_es, 5010.0);
  state.price2 = desk_price_from_display (&ui_es, 5010.5);
  desk_order_set_state (order, &state);
  ASSERT_CELL ("stop", "5010.00");
  ASSERT_CELL ("price", "5010.50");
  ASSERT_CELL ("state", "Working");
  ASSERT_CELL ("reason", "change rejected, the order is unchanged");

  /* A lost link: the state stays, greyed, with the time it rests on. */
  state.reason = DESK_REASON_LINK_LOST;
  state.certainty = DESK_CERTAINTY_STALE;
  state.as_of = G_GINT64_CONSTANT (37865) * G_USEC_PER_SEC;
  desk_order_set_state (order, &state);
  ASSERT_CELL ("state", "Working · as of 10:31:05, not confirmed");
  ASSERT_CELL ("reason", "");
  g_assert_cmpstr (desk_order_row_style (order), ==, "stale");

  /* The disk hangs: the row of an order that may change says so, at once and until it is over. */
  state.certainty = DESK_CERTAINTY_FRESH;
  for (guint i = 0; i < 6; i++)
    {
      static const char *const said[] = { "Working · as of 10:31:05, not shown since", "Sent · answers are not shown", "Filled" };
      DeskEvent *event = desk_event_new (DESK_EVENT_HEALTH);

      state.status = i < 2 ? DESK_STATUS_WORKING : i < 4 ? DESK_STATUS_SENT : DESK_STATUS_FILLED;
      state.as_of = i < 2 ? G_GINT64_CONSTANT (37865) * G_USEC_PER_SEC : 0;
      desk_order_set_state (order, &state);
      event->health.journal_waits = i % 2 == 0;
      desk_session_take (session, event);
      if (i % 2 == 0)
        ASSERT_CELL ("state", said[i / 2]);
      else
        ASSERT_CELL ("state", i < 2 ? "Working" : i < 4 ? "Sent" : "Filled");
      g_assert_cmpstr (desk_order_row_style (order), ==, i == 0 || i == 2 ? "stale" : i < 4 ? NULL : "done");
      if (i == 0)
        ASSERT_CELL ("as-of", "as of 10:31:05, not shown since");
    }

  state.status = DESK_STATUS_UNKNOWN;
  state.certainty = DESK_CERTAINTY_UNKNOWN;
  desk_order_set_state (order, &state);
  ASSERT_CELL ("state", "Unknown ?");
  ASSERT_CELL ("mark", "?");
  g_assert_cmpstr (desk_order_row_style (order), ==, "unknown");
  g_object_unref (orders);
}

static void
assert_rows (DeskTable  *table,
             const char *wanted)
{
  g_autoptr(GString) have = g_string_new (NULL);

  for (guint i = 0; i < desk_table_get_n_rows (table); i++)
    {
      g_autofree char *id = desk_table_dup_text (table, i, "client-id");
      g_autofree char *role = desk_table_dup_text (table, i, "role");
      g_autofree char *mark = desk_table_dup_text (table, i, "mark");

      g_string_append_printf (have, "%s%s%s%s%s", i > 0 ? ", " : "", id, *role != '\0' ? " " : "",
                              g_str_has_prefix (mark, "└") ? "└ " : "", role);
    }
  g_assert_cmpstr (have->str, ==, wanted);
}

static void
add_linked (DeskSession *session,
            guint64      key,
            const char  *id,
            const char  *parent,
            const char  *sibling,
            DeskRole     role)
{
  DeskOrderState state = ui_order (key, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);

  state.role = role;
  g_strlcpy (state.server_order_id, id, sizeof state.server_order_id);
  g_strlcpy (state.parent, parent, sizeof state.parent);
  g_strlcpy (state.sibling, sibling, sizeof state.sibling);
  if (role == DESK_ROLE_STOP)
    state.price = desk_price_from_display (&ui_es, 4000.0);
  ui_add_order (session, &state);
}

/* A bracket stands together under its entry, a pair side by side, whatever the table is sorted by and whatever order
 * the server told them in. */
static void
test_groups_stand_together (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *orders = g_object_ref_sink (desk_orders_new (session));
  DeskTable *table = DESK_TABLE (ui_find (orders, DESK_TYPE_TABLE));

  add_linked (session, 1, "11", "10", "12", DESK_ROLE_TARGET);
  add_linked (session, 2, "20", "", "", DESK_ROLE_NONE);
  add_linked (session, 3, "10", "", "", DESK_ROLE_ENTRY);
  add_linked (session, 4, "32", "", "31", DESK_ROLE_OCO);
  add_linked (session, 5, "12", "10", "11", DESK_ROLE_STOP);
  add_linked (session, 6, "40", "", "", DESK_ROLE_NONE);
  add_linked (session, 7, "31", "", "32", DESK_ROLE_OCO);
  ui_spin (700); /* sorting waits for more */
  assert_rows (table, "C-7 OCO, C-4 └ OCO, C-6, C-3 Entry, C-1 └ Target, C-5 └ Stop, C-2");
  desk_table_sort_by (table, "sent", GTK_SORT_ASCENDING);
  assert_rows (table, "C-2, C-3 Entry, C-1 └ Target, C-5 └ Stop, C-6, C-7 OCO, C-4 └ OCO");
  /* The stop's price alone would send it to the front. */
  desk_table_sort_by (table, "price", GTK_SORT_ASCENDING);
  assert_rows (table, "C-2, C-3 Entry, C-1 └ Target, C-5 └ Stop, C-6, C-7 OCO, C-4 └ OCO");

  /* One group alone, and back. */
  desk_table_sort_by (table, "sent", GTK_SORT_DESCENDING);
  desk_orders_show (DESK_ORDERS (orders), "12");
  gtk_widget_activate_action (orders, "orders.show-group", NULL);
  assert_rows (table, "C-3 Entry, C-1 └ Target, C-5 └ Stop");
  g_assert_true (ui_shows (orders, "Group 10 ×"));
  g_assert_true (desk_orders_show (DESK_ORDERS (orders), "40"));
  g_assert_cmpuint (desk_table_get_n_rows (table), ==, 7);
  g_assert_false (desk_orders_show (DESK_ORDERS (orders), "41"));
  g_object_unref (orders);
}

static void
emit_account (DeskSession *session,
              const char  *account)
{
  g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_ARM);

  g_strlcpy (event->arm.account, account, sizeof event->arm.account);
  g_signal_emit_by_name (session, "event", event);
}

/* Another account's orders are not listed, and the chip that brings them says how many of them live. */
static void
test_accounts (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *orders = g_object_ref_sink (desk_orders_new (session));
  DeskTable *table = DESK_TABLE (ui_find (orders, DESK_TYPE_TABLE));
  GtkWidget *chips = ui_find (orders, DESK_TYPE_ORDER_CHIPS);
  GtkWidget *others = gtk_widget_get_prev_sibling (gtk_widget_get_last_child (chips));
  DeskOrderState state;
  DeskOrder *far;

  state = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  ui_add_order (session, &state);
  state = ui_order (2, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  g_strlcpy (state.account, "SIM2", sizeof state.account);
  far = ui_add_order (session, &state);
  state = ui_order (3, DESK_STATUS_FILLED, DESK_CERTAINTY_FRESH);
  g_strlcpy (state.account, "SIM2", sizeof state.account);
  ui_add_order (session, &state);
  state = ui_order (4, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  *state.account = '\0';
  ui_add_order (session, &state);
  ui_spin (300);
  /* No account is chosen: everything is shown. */
  g_assert_cmpuint (desk_table_get_n_rows (table), ==, 4);
  g_assert_false (gtk_widget_get_visible (others));

  emit_account (session, "SIM1");
  assert_rows (table, "C-4, C-1");
  g_assert_true (gtk_widget_get_visible (others));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (others)), ==, "Other accounts 1");
  g_assert_true (gtk_widget_has_css_class (others, "attention"));
  g_assert_true (ui_shows (orders, "All 2"));

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (others), TRUE);
  assert_rows (table, "C-4, C-3, C-2, C-1");
  g_assert_false (gtk_widget_has_css_class (others, "attention"));
  g_assert_true (ui_shows (orders, "All 4"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (others), FALSE);

  /* Its last live order ends while it is hidden. */
  state = ui_order (2, DESK_STATUS_CANCELLED, DESK_CERTAINTY_FRESH);
  g_strlcpy (state.account, "SIM2", sizeof state.account);
  g_assert_true (desk_order_set_state (far, &state));
  desk_row_changed (far);
  ui_emit_order (session, &state);
  ui_spin (300);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (others)), ==, "Other accounts 0");
  g_assert_false (gtk_widget_has_css_class (others, "attention"));

  emit_account (session, "SIM2");
  assert_rows (table, "C-4, C-3, C-2");
  g_object_unref (orders);
}

static GtkInscription *
find_words (GtkWidget  *root,
            const char *part)
{
  if (GTK_IS_INSCRIPTION (root) && strstr (gtk_inscription_get_text (GTK_INSCRIPTION (root)), part) != NULL)
    return GTK_INSCRIPTION (root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkInscription *found = find_words (child, part);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* A state that nobody confirms takes two lines, and these hold the whole sentence. */
static void
test_stale_fits (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *orders = desk_orders_new (session);
  DeskTable *table = DESK_TABLE (ui_find (orders, DESK_TYPE_TABLE));
  DeskOrderState state = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  DeskOrder *order = ui_add_order (session, &state);

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 400);
  gtk_window_set_child (GTK_WINDOW (window), orders);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (300);
  state.as_of = G_GINT64_CONSTANT (80488) * G_USEC_PER_SEC;
  state.filled = 0;
  for (guint n = 0; n <= 2 * DESK_STATUS_NOT_SENT + 1; n++)
    {
      DeskStatus status = (DeskStatus) (n / 2);
      g_autoptr(PangoLayout) layout = NULL;
      GtkInscription *words;

      state.unshown = n % 2;
      state.certainty = state.unshown ? DESK_CERTAINTY_FRESH : DESK_CERTAINTY_STALE;

      if (desk_status_is_final (status))
        continue;
      state.status = status;
      desk_order_set_state (order, &state);
      desk_row_changed (order);
      desk_table_flush (table);
      ui_spin (50);
      words = find_words (GTK_WIDGET (table), state.unshown ? "as of 22:21:28, not shown since" : "as of 22:21:28, not confirmed");
      g_assert_nonnull (words);
      g_assert_cmpuint (gtk_inscription_get_min_lines (words), ==, 2);
      layout = gtk_widget_create_pango_layout (GTK_WIDGET (words), gtk_inscription_get_text (words));
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_width (layout, gtk_widget_get_width (GTK_WIDGET (words)) * PANGO_SCALE);
      g_test_message ("%s: %d lines", gtk_inscription_get_text (words), pango_layout_get_line_count (layout));
      g_assert_cmpint (pango_layout_get_line_count (layout), <=, 2);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* A row on screen is written once a frame, and only after it said "changed". */
static void
test_row_update (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *orders = desk_orders_new (session);
  DeskTable *table = DESK_TABLE (ui_find (orders, DESK_TYPE_TABLE));
  DeskOrderState state = ui_order (1, DESK_STATUS_SENT, DESK_CERTAINTY_FRESH);
  DeskOrder *order = ui_add_order (session, &state);

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 400);
  gtk_window_set_child (GTK_WINDOW (window), orders);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (300);
  g_assert_true (ui_shows (GTK_WIDGET (table), "Sent"));
  g_assert_true (ui_shows (GTK_WIDGET (table), "□"));

  state.status = DESK_STATUS_EXPIRED;
  desk_order_set_state (order, &state);
  desk_row_changed (order);
  desk_row_changed (order);
  g_assert_false (ui_shows (GTK_WIDGET (table), "Expired"));
  desk_table_flush (table);
  g_assert_true (ui_shows (GTK_WIDGET (table), "Expired"));
  g_assert_false (ui_shows (GTK_WIDGET (table), "□"));

  /* And by the frame clock alone. */
  state.status = DESK_STATUS_CANCELLED;
  desk_order_set_state (order, &state);
  desk_row_changed (order);
  ui_spin (500);
  g_assert_true (ui_shows (GTK_WIDGET (table), "Cancelled"));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* Rows beside those in sight are written later, but they are written, and at once when they come into sight. */
static void
test_out_of_sight (void)
{
  static const char *const words[] = { "Rejected", "Cancelled" };
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *orders = desk_orders_new (session);
  GtkWidget *table = ui_find (orders, DESK_TYPE_TABLE);
  DeskOrderState state;
  DeskOrder *far = NULL;
  GtkWidget *scroller;

  for (guint i = 1; i <= 120; i++)
    {
      DeskOrderState order = ui_order (i, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
      DeskOrder *row = ui_add_order (session, &order);

      /* Below the last one in sight, and near enough to have cells. */
      if (i == 50)
        far = row;
    }
  /* Sorting would bind the rows anew some time. */
  gtk_column_view_sort_by_column (desk_table_get_view (DESK_TABLE (table)), NULL, GTK_SORT_ASCENDING);
  gtk_window_set_child (GTK_WINDOW (window), orders);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 400);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (300);
  state = *desk_order_get_state (far);
  /* The first is written in any case: the rows have just come. */
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      state.status = i == 0 ? DESK_STATUS_REJECTED : DESK_STATUS_CANCELLED;
      desk_order_set_state (far, &state);
      desk_row_changed (far);
      while (!ui_shows (table, words[i]))
        g_main_context_iteration (NULL, TRUE);
    }

  state.status = DESK_STATUS_EXPIRED;
  desk_order_set_state (far, &state);
  desk_row_changed (far);
  scroller = ui_find (table, GTK_TYPE_SCROLLED_WINDOW);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)), 900);
  while (!ui_shows (table, "Expired"))
    g_main_context_iteration (NULL, TRUE);
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

static GHashTable *measured; /* rows, since the table was cleared */
static void (*measure_row) (GtkWidget *, GtkOrientation, int, int *, int *, int *, int *);

static void
count_measure (GtkWidget      *row,
               GtkOrientation  orientation,
               int             for_size,
               int            *minimum,
               int            *natural,
               int            *minimum_baseline,
               int            *natural_baseline)
{
  g_hash_table_add (measured, row);
  measure_row (row, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

/* The rows that have a widget: item -> DeskTableRow. */
static void
collect_rows (GtkWidget  *root,
              GHashTable *rows)
{
  if (DESK_IS_TABLE_ROW (root))
    {
      if (desk_table_row_get_item (DESK_TABLE_ROW (root)) != NULL)
        g_hash_table_insert (rows, desk_table_row_get_item (DESK_TABLE_ROW (root)), root);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect_rows (child, rows);
}

static void
test_new_rows_on_top (void)
{
  GtkWidgetClass *klass = g_type_class_ref (DESK_TYPE_TABLE_ROW);
  g_autoptr(GHashTable) before = g_hash_table_new (NULL, NULL);
  g_autoptr(GHashTable) after = g_hash_table_new (NULL, NULL);
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *orders = desk_orders_new (session);
  DeskTable *table = DESK_TABLE (ui_find (orders, DESK_TYPE_TABLE));
  GtkScrolledWindow *scroller = GTK_SCROLLED_WINDOW (ui_find (GTK_WIDGET (table), GTK_TYPE_SCROLLED_WINDOW));
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (scroller);
  DeskOrder *chosen = NULL;
  DeskOrder *newest = NULL;
  GdkRectangle area, place;
  GHashTableIter iter;
  gpointer item, row;
  guint moved = 0;
  guint key;

  measured = g_hash_table_new (NULL, NULL);
  measure_row = klass->measure;
  klass->measure = count_measure;
  for (key = 1; key <= 300; key++)
    {
      DeskOrderState state = ui_order (key, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
      DeskOrder *order = ui_add_order (session, &state);

      if (key == 298)
        chosen = order;
    }
  gtk_window_set_child (GTK_WINDOW (window), orders);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 400);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (300);
  desk_table_select (table, chosen);
  collect_rows (GTK_WIDGET (table), before);
  g_assert_cmpuint (g_hash_table_size (before), >, 100);

  /* Who looks at the newest sees the next one. The others keep their widgets, are not measured again, and the chosen one
   * stays chosen. */
  g_hash_table_remove_all (measured);
  for (guint i = 0; i < 3; i++, key++)
    {
      DeskOrderState state = ui_order (key, DESK_STATUS_SENT, DESK_CERTAINTY_FRESH);

      newest = ui_add_order (session, &state);
      ui_spin (100);
      g_assert_true (desk_table_get_row_area (table, newest, &area));
      g_assert_true (desk_table_get_selected (table) == chosen);
    }
  g_assert_cmpuint (g_hash_table_size (measured), <, 10);
  collect_rows (GTK_WIDGET (table), after);
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &item, &row))
    moved += g_hash_table_contains (after, item) && g_hash_table_lookup (after, item) != row;
  g_assert_cmpuint (moved, ==, 0);

  /* Who has scrolled away stays where he is. */
  gtk_adjustment_set_value (adjustment, 1500);
  ui_spin (100);
  g_hash_table_remove_all (after);
  collect_rows (GTK_WIDGET (table), after);
  chosen = NULL;
  g_hash_table_iter_init (&iter, after);
  while (chosen == NULL && g_hash_table_iter_next (&iter, &item, NULL))
    if (desk_table_get_row_area (table, item, &place) && place.y > 100)
      chosen = item;
  g_assert_nonnull (chosen);
  for (guint i = 0; i < 3; i++, key++)
    {
      DeskOrderState state = ui_order (key, DESK_STATUS_SENT, DESK_CERTAINTY_FRESH);

      newest = ui_add_order (session, &state);
      ui_spin (100);
      g_assert_false (desk_table_get_row_area (table, newest, &area));
      g_assert_true (desk_table_get_row_area (table, chosen, &area));
      g_assert_cmpint (area.y, ==, place.y);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
  klass->measure = measure_row;
  g_hash_table_unref (measured);
  g_type_class_unref (klass);
}

/* The cells stand below their titles, whatever the trader does with the columns. */
static void
test_columns (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *orders = desk_orders_new (session);
  DeskTable *table = DESK_TABLE (ui_find (orders, DESK_TYPE_TABLE));
  GListModel *columns = gtk_column_view_get_columns (desk_table_get_view (table));
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (desk_table_get_view (table)));
  DeskOrderState state = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  guint n_shown[2] = { 0, 0 };

  ui_add_order (session, &state);
  gtk_window_set_child (GTK_WINDOW (window), orders);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 400);
  gtk_window_present (GTK_WINDOW (window));
  for (guint turn = 0; turn < 5; turn++)
    {
      g_autoptr(GtkColumnViewColumn) symbol = g_list_model_get_item (columns, 5);
      GtkWidget *title = gtk_widget_get_first_child (header);
      GtkWidget *row;
      GtkWidget *cell;
      guint n = 0;

      if (turn == 1)
        gtk_column_view_column_set_visible (symbol, FALSE);
      else if (turn == 2)
        gtk_column_view_column_set_visible (symbol, TRUE);
      else if (turn == 3)
        gtk_column_view_column_set_fixed_width (symbol, 200);
      else if (turn == 4)
        /* As by a double click on its edge. */
        gtk_column_view_column_set_fixed_width (symbol, -1);
      ui_spin (300);
      row = ui_find (GTK_WIDGET (table), DESK_TYPE_TABLE_ROW);
      cell = gtk_widget_get_first_child (row);
      for (; title != NULL; title = gtk_widget_get_next_sibling (title))
        {
          graphene_rect_t above, below;

          if (!gtk_widget_get_visible (title))
            continue;
          while (!gtk_widget_get_visible (cell))
            cell = gtk_widget_get_next_sibling (cell);
          g_assert_true (gtk_widget_compute_bounds (title, header, &above));
          g_assert_true (gtk_widget_compute_bounds (cell, row, &below));
          g_assert_cmpfloat_with_epsilon (above.origin.x, below.origin.x, 0.5);
          g_assert_cmpfloat_with_epsilon (above.size.width, below.size.width, 0.5);
          cell = gtk_widget_get_next_sibling (cell);
          n++;
        }
      g_assert_true (gtk_widget_get_last_child (gtk_widget_get_parent (row)) == row);
      g_assert_cmpuint (n, >, 15);
      if (turn < G_N_ELEMENTS (n_shown))
        n_shown[turn] = n;
      g_assert_true (ui_shows (row, "5000.25"));
      g_assert_true ((gtk_column_view_column_get_fixed_width (symbol) == 200) == (turn == 3));
      g_assert_cmpint (gtk_column_view_column_get_fixed_width (symbol), >, 20);
    }
  g_assert_cmpuint (n_shown[0], ==, n_shown[1] + 1);
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* An average between two ticks fits its column; what is on the grid is written as a price is. */
static void
test_averages (void)
{
  static const struct { DeskGrid grid; double average; const char *text; } cases[] = {
    { { 0.25, 1, 2, 12.5 }, 5000 + 1.0 / 12, "5000.083" },
    { { 0.25, 1, 2, 12.5 }, 5000.25, "5000.25" },
    { { 0.01, 1, 2, 10 }, 70 + 2.0 / 3, "70.6667" },
    { { 1.0 / 64, 1, 136, 15.625 }, 110.640625, "110'20.50" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      DeskCell cell = { .text = text };

      desk_cell_average (&cell, &cases[i].grid, cases[i].average);
      g_assert_cmpstr (text->str, ==, cases[i].text);
    }
}

/* The order changes while its editor is open: what goes out is what the trader changes in what is so now. */
static void
test_editor_follows (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskOrderState state = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  DeskOrder *order = ui_add_order (session, &state);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *place = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *editor = g_object_new (DESK_TYPE_ORDER_EDITOR, NULL);
  GtkWidget *quantity = ui_find (editor, GTK_TYPE_SPIN_BUTTON);
  static const char changed[] = "The order has changed meanwhile; the fields show it as it is now.";

  gtk_window_set_child (GTK_WINDOW (window), place);
  gtk_widget_set_parent (editor, place);
  gtk_window_present (GTK_WINDOW (window));
  desk_order_editor_open (DESK_ORDER_EDITOR (editor), session, order, &(GdkRectangle) { 0, 0, 1, 1 });
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (quantity)), ==, 3.0);
  /* A fill is no change of what was asked for. */
  state.filled = 2;
  state.remaining = 1;
  desk_order_set_state (order, &state);
  desk_row_changed (order);
  g_assert_false (ui_shows (editor, changed));
  state.quantity = 2;
  desk_order_set_state (order, &state);
  desk_row_changed (order);
  g_assert_true (ui_shows (editor, changed));
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (quantity)), ==, 2.0);
  state.status = DESK_STATUS_FILLED;
  desk_order_set_state (order, &state);
  desk_row_changed (order);
  g_assert_true (ui_shows (editor, "The order is over: Filled. Nothing is left to change."));
  gtk_widget_unparent (editor);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What the core refuses is not offered, and the reason is said. */
static void
test_nothing_to_change_by (void)
{
  DeskOrderState state = ui_order (1, DESK_STATUS_UNKNOWN, DESK_CERTAINTY_UNKNOWN);

  g_assert_cmpstr (desk_order_editor_why_not (&state), ==,
                   "The server has named no ID for this order: it cannot be changed.");
  g_strlcpy (state.server_order_id, "8841", sizeof state.server_order_id);
  g_assert_null (desk_order_editor_why_not (&state));
  state.change = DESK_OVERLAY_REFUSED;
  g_assert_null (desk_order_editor_why_not (&state));
  state.change = DESK_OVERLAY_UNKNOWN;
  g_assert_cmpstr (desk_order_editor_why_not (&state), ==, "The change before is not answered yet.");
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/orders/groups-stand-together", test_groups_stand_together);
  g_test_add_func ("/ui/orders/accounts", test_accounts);
  g_test_add_func ("/ui/orders/groups", test_groups);
  g_test_add_func ("/ui/orders/counts-and-filter", test_counts_and_filter);
  g_test_add_func ("/ui/orders/cells", test_cells);
  g_test_add_func ("/ui/orders/averages", test_averages);
  g_test_add_func ("/ui/orders/stale-fits", test_stale_fits);
  g_test_add_func ("/ui/orders/row-update", test_row_update);
  g_test_add_func ("/ui/orders/out-of-sight", test_out_of_sight);
  g_test_add_func ("/ui/orders/new-rows-on-top", test_new_rows_on_top);
  g_test_add_func ("/ui/orders/columns", test_columns);
  g_test_add_func ("/ui/orders/editor-follows", test_editor_follows);
  g_test_add_func ("/ui/orders/nothing-to-change-by", test_nothing_to_change_by);
  return g_test_run ();
}
