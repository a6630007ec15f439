/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-view.h"

#include "desk-log-list.h"
#include "desk-table.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  CHIP_ALL,
  CHIP_ORDERS,
  CHIP_FILLS,
  CHIP_POSITIONS,
  CHIP_ACCOUNT,
  CHIP_MARKET,
  CHIP_SESSION,
  N_CHIPS
} Chip;

static const char *const chip_names[N_CHIPS] = {
  N_("All"), N_("Orders"), N_("Fills"), N_("Positions"), N_("Account"), N_("Market data"), N_("Session"),
};

struct _DeskLogView
{
  GtkWidget        parent_instance;

  GtkWidget       *box;
  DeskTable       *table;
  GtkCustomFilter *filter;
  GtkWidget       *search;
  GtkWidget       *heartbeats;
  GtkTextBuffer   *detail;
  Chip             chip;
  char            *needle; /* case-folded, or NULL */
};

G_DEFINE_FINAL_TYPE (DeskLogView, desk_log_view, GTK_TYPE_WIDGET)

static const DeskLogRow nothing;

static const DeskLogRow *
row_of (gconstpointer item)
{
  const DeskLogRow *row = desk_log_item_get_row (DESK_LOG_ITEM ((gpointer) item));

  return row != NULL ? row : &nothing;
}

#define ENTRY(item) row_of (item)

static char *
describe (const DeskLogRow *row)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GString) text = g_string_new (NULL);

  if (row->kind == DESK_LOG_NOTE)
    return g_strndup ((const char *) row->raw, row->size);
  desk_log_row_decode (row, &message, NULL);
  dtc_message_describe (&message, text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Which chip a message number belongs to, by the protocol's own hundreds. */
static Chip
chip_of (const DeskLogRow *entry)
{
  switch (entry->type)
    {
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST:
    case DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE:
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT:
      return CHIP_FILLS;
    case DTC_MSG_CURRENT_POSITIONS_REQUEST:
    case DTC_MSG_CURRENT_POSITIONS_REJECT:
    case DTC_MSG_POSITION_UPDATE:
      return CHIP_POSITIONS;
    default:
      break;
    }
  if (entry->type < 100)
    return CHIP_SESSION;
  if (entry->type < 200)
    return CHIP_MARKET;
  if (entry->type < 400)
    return CHIP_ORDERS;
  if (entry->type < 500 || (entry->type >= 600 && entry->type < 700))
    return CHIP_ACCOUNT;
  if (entry->type < 600 || (entry->type >= 800 && entry->type < 1000))
    return CHIP_MARKET;
  return CHIP_SESSION;
}

static gboolean
contains_folded (const char *text,
                 const char *needle)
{
  g_autofree char *folded = NULL;

  if (text == NULL)
    return FALSE;
  folded = g_utf8_casefold (text, -1);
  return strstr (folded, needle) != NULL;
}

static gboolean
match_cb (gpointer item,
          gpointer user_data)
{
  DeskLogView *self = user_data;
  const DeskLogRow *entry = ENTRY (item);
  g_autofree char *text = NULL;

  if (entry->type == DTC_MSG_HEARTBEAT && gtk_check_button_get_active (GTK_CHECK_BUTTON (self->heartbeats)))
    return FALSE;
  if (self->chip != CHIP_ALL && chip_of (entry) != self->chip)
    return FALSE;
  /* A fill arrives inside an order update too. */
  if (self->needle == NULL)
    return TRUE;
  text = describe (entry);
  return contains_folded (desk_log_row_name (entry), self->needle) || contains_folded (text, self->needle);
}

static void
write_number (gpointer  item,
              DeskCell *cell)
{
  desk_cell_integer (cell, (gint64) ENTRY (item)->number);
}

static int
compare_number (gconstpointer a,
                gconstpointer b)
{
  return DESK_COMPARE (ENTRY (a)->number, ENTRY (b)->number);
}

static void
write_time (gpointer  item,
            DeskCell *cell)
{
  desk_cell_time (cell, ENTRY (item)->utc);
}

static void
write_direction (gpointer  item,
                 DeskCell *cell)
{
  const DeskLogRow *entry = ENTRY (item);

  if (entry->type == 0)
    return;
  g_string_append (cell->text, entry->direction == DTC_WIRE_SENT ? C_("log", "→ sent") : C_("log", "← received"));
}

static void
write_type (gpointer  item,
            DeskCell *cell)
{
  if (ENTRY (item)->type != 0)
    desk_cell_integer (cell, ENTRY (item)->type);
}

static int
compare_type (gconstpointer a,
              gconstpointer b)
{
  return DESK_COMPARE (ENTRY (a)->type, ENTRY (b)->type);
}

static void
write_name (gpointer  item,
            DeskCell *cell)
{
  g_string_append (cell->text, desk_log_row_name (ENTRY (item)));
}

static void
write_text (gpointer  item,
            DeskCell *cell)
{
  g_autofree char *text = describe (ENTRY (item));

  g_string_append (cell->text, text);
}

static void
write_size (gpointer  item,
            DeskCell *cell)
{
  if (ENTRY (item)->size != 0)
    desk_cell_integer (cell, ENTRY (item)->size);
}

static void
write_epoch (gpointer  item,
             DeskCell *cell)
{
  desk_cell_integer (cell, ENTRY (item)->link);
}

static const DeskColumn columns[] = {
  { .id = "number", .title = N_("#"), .kind = DESK_CELL_NUMBER, .chars = 7, .write = write_number,
    .compare = compare_number },
  { .id = "time", .title = N_("Time"), .kind = DESK_CELL_NUMBER, .chars = 12, .write = write_time,
    .compare = compare_number },
  { .id = "direction", .title = N_("Direction"), .kind = DESK_CELL_TEXT, .chars = 10, .write = write_direction },
  { .id = "type", .title = N_("Type"), .kind = DESK_CELL_NUMBER, .chars = 5, .write = write_type,
    .compare = compare_type },
  { .id = "name", .title = N_("Message"), .kind = DESK_CELL_TEXT, .chars = 22, .write = write_name },
  { .id = "text", .title = N_("Contents"), .kind = DESK_CELL_TEXT, .chars = 40, .expand = TRUE, .write = write_text },
  { .id = "size", .title = N_("Bytes"), .kind = DESK_CELL_NUMBER, .chars = 6, .write = write_size },
  { .id = "link", .title = N_("Link"), .tooltip = N_("Number of the connection"), .kind = DESK_CELL_NUMBER, .chars = 4,
    .hidden = TRUE, .write = write_epoch },
};

static void
selection_cb (DeskLogView *self)
{
  gpointer item = desk_table_get_selected (self->table);
  g_autoptr(GString) text = g_string_new (NULL);

  if (item != NULL)
    {
      g_autofree char *words = describe (ENTRY (item));
      g_autofree char *raw = desk_log_row_dup_raw (ENTRY (item));

      g_string_append_printf (text, "%s\n\n%s", words, raw);
    }
  gtk_text_buffer_set_text (self->detail, text->str, (int) text->len);
}

static void
search_cb (DeskLogView *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  g_free (self->needle);
  self->needle = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
heartbeats_cb (DeskLogView *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
chip_cb (GtkToggleButton *button,
         DeskLogView     *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  self->chip = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "desk-chip"));
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static GtkWidget *
make_bar (DeskLogView *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *chips = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *first = NULL;

  gtk_widget_add_css_class (bar, "panel-bar");
  gtk_widget_add_css_class (chips, "linked");
  for (guint i = 0; i < N_CHIPS; i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (_(chip_names[i]));

      gtk_widget_add_css_class (button, "chip");
      g_object_set_data (G_OBJECT (button), "desk-chip", GUINT_TO_POINTER (i));
      if (first == NULL)
        first = button;
      else
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
      gtk_box_append (GTK_BOX (chips), button);
    }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (first), TRUE);
  for (GtkWidget *child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
    g_signal_connect_object (child, "toggled", G_CALLBACK (chip_cb), self, 0);

  self->heartbeats = gtk_check_button_new_with_mnemonic (_("_Hide heartbeats"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->heartbeats), TRUE);
  g_signal_connect_object (self->heartbeats, "toggled", G_CALLBACK (heartbeats_cb), self, G_CONNECT_SWAPPED);
  self->search = gtk_search_entry_new ();
  gtk_widget_set_hexpand (self->search, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search the log"), -1);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (search_cb), self, G_CONNECT_SWAPPED);

  gtk_box_append (GTK_BOX (bar), chips);
  gtk_box_append (GTK_BOX (bar), self->heartbeats);
  gtk_box_append (GTK_BOX (bar), self->search);
  return bar;
}

static GtkWidget *
make_detail (DeskLogView *self)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_text_view_new ();

  self->detail = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("The selected message"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), view);
  gtk_widget_set_size_request (scroll, 260, -1);
  return scroll;
}

static void
desk_log_view_dispose (GObject *object)
{
  DeskLogView *self = DESK_LOG_VIEW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->filter);
  G_OBJECT_CLASS (desk_log_view_parent_class)->dispose (object);
}

static void
desk_log_view_finalize (GObject *object)
{
  g_free (DESK_LOG_VIEW (object)->needle);
  G_OBJECT_CLASS (desk_log_view_parent_class)->finalize (object);
}

static void
desk_log_view_class_init (DeskLogViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_log_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_log_view_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
desk_log_view_init (DeskLogView *self)
{
  self->filter = gtk_custom_filter_new (match_cb, self, NULL);
}

GtkWidget *
desk_log_view_new (DeskSession *session)
{
  DeskLogView *self = g_object_new (DESK_TYPE_LOG_VIEW, NULL);
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  g_autoptr(GtkFilterListModel) model = NULL;

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), make_bar (self));
  model = gtk_filter_list_model_new (G_LIST_MODEL (desk_log_list_new (desk_flight_recorder_get_store (desk_session_get_recorder (session)))),
                                     GTK_FILTER (g_object_ref (self->filter)));
  self->table = DESK_TABLE (desk_table_new (_("DTC log"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (model), "log"));
  desk_table_sort_by (self->table, "number", GTK_SORT_DESCENDING);
  desk_table_set_empty (self->table, _("No message fits."));
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (selection_cb), self, G_CONNECT_SWAPPED);
  gtk_paned_set_start_child (GTK_PANED (paned), GTK_WIDGET (self->table));
  gtk_paned_set_end_child (GTK_PANED (paned), make_detail (self));
  gtk_paned_set_resize_end_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_shrink_start_child (GTK_PANED (paned), FALSE);
  gtk_widget_set_vexpand (paned, TRUE);
  gtk_box_append (GTK_BOX (self->box), paned);
  return GTK_WIDGET (self);
}
