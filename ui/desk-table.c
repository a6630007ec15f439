/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-table.h"

#include "desk-settings.h"

#include <glib/gi18n.h>

/* One row that has cells on screen, whatever their number: one signal connection, one dirty mark. */
typedef struct
{
  DeskTable *table;
  GObject   *item;    /* (transfer full) */
  gulong     changed;
  GPtrArray *cells;   /* (element Cell), not owned */
  gboolean   dirty;
} Watch;

typedef struct
{
  DeskTable        *table;
  GtkInscription   *label;
  const DeskColumn *column;
  gpointer          item;   /* while bound */
  const char       *style;
  const char       *row_style;
  guint             lines;
} Cell;

struct _DeskTable
{
  GtkWidget          parent_instance;

  char              *layout_key;
  const DeskColumn  *columns;
  guint              n_columns;
  const char      *(*row_style) (gpointer item);
  char            *(*row_tooltip) (gpointer item,
                                   gpointer user_data);
  gpointer           row_tooltip_data;
  gpointer         (*leader) (gpointer item,
                              gpointer user_data);
  gpointer           leader_data;
  GCompareFunc       within;

  GtkWidget         *stack;
  GtkWidget         *scroller;
  GtkColumnView     *view;
  GtkWidget         *empty;
  GtkSingleSelection *selection;
  GtkSortListModel  *sorted;
  GtkWidget         *menu;
  GPtrArray         *view_columns; /* GtkColumnViewColumn, in the order of columns */
  int               *widths;       /* as measured: what differs from it was chosen by the trader */

  GHashTable        *watches;      /* item -> Watch */
  GPtrArray         *dirty;        /* Watch, not owned */
  GString           *scratch;
  guint              tick_id;
  guint              top_id;
  guint              resort_id;
  guint              late_id;      /* rows out of sight wait for it to be written */
  gboolean           moved;        /* what was out of sight may have come into it */
  gboolean           measured;
};

G_DEFINE_FINAL_TYPE (DeskTable, desk_table, GTK_TYPE_WIDGET)

enum
{
  SELECTION_CHANGED,
  ROW_ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

#define RESORT_MS 400
#define LATE_MS   150

static void
set_style (GtkWidget   *widget,
           const char **current,
           const char  *wanted)
{
  if (g_strcmp0 (*current, wanted) == 0)
    return;
  if (*current != NULL)
    gtk_widget_remove_css_class (widget, *current);
  if (wanted != NULL)
    gtk_widget_add_css_class (widget, wanted);
  *current = wanted;
}

static void
set_lines (Cell  *cell,
           guint  lines)
{
  if (cell->lines == lines)
    return;
  cell->lines = lines;
  gtk_inscription_set_min_lines (cell->label, lines);
  gtk_inscription_set_nat_lines (cell->label, lines);
}

static void
cell_write (Cell *cell)
{
  DeskTable *self = cell->table;
  GtkWidget *widget = GTK_WIDGET (cell->label);
  DeskCell out = { .text = self->scratch };

  g_string_truncate (self->scratch, 0);
  cell->column->write (cell->item, &out);
  if (g_strcmp0 (gtk_inscription_get_text (cell->label), self->scratch->str) != 0)
    gtk_inscription_set_text (cell->label, self->scratch->str);
  set_lines (cell, MAX (out.lines, 1));
  set_style (widget, &cell->style, out.style);
  set_style (widget, &cell->row_style, self->row_style != NULL ? self->row_style (cell->item) : NULL);
}

static void
watch_write (Watch *watch)
{
  watch->dirty = FALSE;
  for (guint i = 0; i < watch->cells->len; i++)
    cell_write (g_ptr_array_index (watch->cells, i));
}

void
desk_table_flush (DeskTable *self)
{
  g_return_if_fail (DESK_IS_TABLE (self));

  for (guint i = 0; i < self->dirty->len; i++)
    watch_write (g_ptr_array_index (self->dirty, i));
  g_ptr_array_set_size (self->dirty, 0);
  self->moved = FALSE;
  g_clear_handle_id (&self->late_id, g_source_remove);
}

/* A list unmaps the rows that it keeps beside those in sight. */
static gboolean
in_sight (Watch *watch)
{
  return watch->cells->len > 0
         && gtk_widget_get_mapped (GTK_WIDGET (((Cell *) g_ptr_array_index (watch->cells, 0))->label));
}

void
desk_table_refresh (DeskTable *self)
{
  GHashTableIter iter;
  gpointer watch;

  g_return_if_fail (DESK_IS_TABLE (self));

  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, NULL, &watch))
    if (in_sight (watch) && !((Watch *) watch)->dirty)
      watch_write (watch);
}

static gboolean
late_cb (gpointer user_data)
{
  DeskTable *self = user_data;

  self->late_id = 0;
  desk_table_flush (self);
  return G_SOURCE_REMOVE;
}

/* Those may be some hundred; they are written a few times a second, and at once when the list moves. */
static void
flush_in_sight (DeskTable *self)
{
  guint n_late = 0;

  if (self->moved)
    {
      desk_table_flush (self);
      return;
    }
  for (guint i = 0; i < self->dirty->len; i++)
    {
      Watch *watch = g_ptr_array_index (self->dirty, i);

      if (in_sight (watch))
        watch_write (watch);
      else
        g_ptr_array_index (self->dirty, n_late++) = watch;
    }
  g_ptr_array_set_size (self->dirty, (int) n_late);
  if (n_late > 0 && self->late_id == 0)
    self->late_id = g_timeout_add (LATE_MS, late_cb, self);
}

static gboolean
flush_tick_cb (GtkWidget     *widget,
               GdkFrameClock *clock,
               gpointer       user_data)
{
  DeskTable *self = DESK_TABLE (widget);

  flush_in_sight (self);
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

static void
moved_cb (DeskTable *self)
{
  self->moved = TRUE;
  if (self->dirty->len > 0 && self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), flush_tick_cb, NULL, NULL);
}

static gboolean
resort_cb (gpointer user_data)
{
  DeskTable *self = user_data;

  self->resort_id = 0;
  gtk_sorter_changed (gtk_column_view_get_sorter (self->view), GTK_SORTER_CHANGE_DIFFERENT);
  return G_SOURCE_REMOVE;
}

/* The order of rows may lag a little behind their contents: sorting at every change would cost a frame each. */
void
desk_table_queue_resort (DeskTable *self)
{
  g_return_if_fail (DESK_IS_TABLE (self));

  if (self->resort_id == 0)
    self->resort_id = g_timeout_add (RESORT_MS, resort_cb, self);
}

static void
item_changed_cb (GObject *item,
                 Watch   *watch)
{
  DeskTable *self = watch->table;

  if (watch->dirty)
    return;
  watch->dirty = TRUE;
  g_ptr_array_add (self->dirty, watch);
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), flush_tick_cb, NULL, NULL);
  if (gtk_sorter_get_order (gtk_column_view_get_sorter (self->view)) != GTK_SORTER_ORDER_NONE)
    desk_table_queue_resort (self);
}

static void
watch_free (Watch *watch)
{
  if (watch->changed != 0)
    g_signal_handler_disconnect (watch->item, watch->changed);
  if (watch->dirty)
    g_ptr_array_remove_fast (watch->table->dirty, watch);
  g_ptr_array_unref (watch->cells);
  g_object_unref (watch->item);
  g_free (watch);
}

static Watch *
watch_item (DeskTable *self,
            GObject   *item)
{
  Watch *watch = g_hash_table_lookup (self->watches, item);

  if (watch != NULL)
    return watch;
  watch = g_new0 (Watch, 1);
  watch->table = self;
  watch->item = g_object_ref (item);
  watch->cells = g_ptr_array_sized_new (self->n_columns);
  if (g_signal_lookup ("changed", G_OBJECT_TYPE (item)) != 0)
    watch->changed = g_signal_connect (item, "changed", G_CALLBACK (item_changed_cb), watch);
  g_hash_table_insert (self->watches, item, watch);
  return watch;
}

static void
cell_setup_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *list_item,
               const DeskColumn         *column)
{
  DeskTable *self = g_object_get_data (G_OBJECT (factory), "desk-table");
  GtkWidget *label = gtk_inscription_new (NULL);
  Cell *cell = g_new0 (Cell, 1);

  cell->table = self;
  cell->label = GTK_INSCRIPTION (label);
  cell->column = column;
  gtk_inscription_set_xalign (cell->label, column->kind == DESK_CELL_NUMBER ? 1.0f
                                           : column->kind == DESK_CELL_MARK ? 0.5f : 0.0f);
  gtk_inscription_set_text_overflow (cell->label, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  set_lines (cell, 1);
  gtk_widget_add_css_class (label, "desk-cell");
  if (column->kind == DESK_CELL_NUMBER)
    gtk_widget_add_css_class (label, "numeric");
  g_object_set_data_full (G_OBJECT (label), "desk-cell", cell, g_free);
  gtk_list_item_set_child (list_item, label);
}

static void
cell_bind_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *list_item,
              const DeskColumn         *column)
{
  Cell *cell = g_object_get_data (G_OBJECT (gtk_list_item_get_child (list_item)), "desk-cell");
  Watch *watch;

  cell->item = gtk_list_item_get_item (list_item);
  watch = watch_item (cell->table, cell->item);
  g_ptr_array_add (watch->cells, cell);
  cell_write (cell);
}

static void
cell_unbind_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *list_item,
                const DeskColumn         *column)
{
  GtkWidget *child = gtk_list_item_get_child (list_item);
  Cell *cell = child != NULL ? g_object_get_data (G_OBJECT (child), "desk-cell") : NULL;
  Watch *watch;

  if (cell == NULL || cell->item == NULL)
    return;
  watch = cell->table->watches != NULL ? g_hash_table_lookup (cell->table->watches, cell->item) : NULL;
  cell->item = NULL;
  if (watch == NULL)
    return;
  g_ptr_array_remove_fast (watch->cells, cell);
  if (watch->cells->len == 0)
    g_hash_table_remove (cell->table->watches, watch->item);
}

static int
compare_text (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  const DeskColumn *column = user_data;
  g_autoptr(GString) left = g_string_new (NULL);
  g_autoptr(GString) right = g_string_new (NULL);
  DeskCell cell_a = { .text = left };
  DeskCell cell_b = { .text = right };

  column->write ((gpointer) a, &cell_a);
  column->write ((gpointer) b, &cell_b);
  return g_strcmp0 (left->str, right->str);
}

static int
compare_by_column (gconstpointer a,
                   gconstpointer b,
                   gpointer      user_data)
{
  const DeskColumn *column = user_data;

  return column->compare (a, b);
}

static const char *
column_title (const DeskColumn *column)
{
  return *column->title != '\0' ? _(column->title) : "";
}

static void
add_column (DeskTable        *self,
            const DeskColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr(GtkColumnViewColumn) view_column = NULL;
  g_autoptr(GtkSorter) sorter = NULL;

  g_object_set_data (G_OBJECT (factory), "desk-table", self);
  g_signal_connect (factory, "setup", G_CALLBACK (cell_setup_cb), (gpointer) column);
  g_signal_connect (factory, "bind", G_CALLBACK (cell_bind_cb), (gpointer) column);
  g_signal_connect (factory, "unbind", G_CALLBACK (cell_unbind_cb), (gpointer) column);

  view_column = gtk_column_view_column_new (column_title (column), factory);
  sorter = GTK_SORTER (gtk_custom_sorter_new (column->compare != NULL ? compare_by_column : compare_text,
                                              (gpointer) column, NULL));
  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_column_set_resizable (view_column, column->kind != DESK_CELL_MARK);
  gtk_column_view_column_set_expand (view_column, column->expand);
  gtk_column_view_column_set_visible (view_column, !column->hidden);
  gtk_column_view_append_column (self->view, view_column);
  g_ptr_array_add (self->view_columns, g_object_ref (view_column));
}

/* The titles: GTK 4.8 has no way to align them with their numbers but through their widgets. */
static void
align_titles (DeskTable *self)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->view));
  GtkWidget *title = header != NULL ? gtk_widget_get_first_child (header) : NULL;

  for (guint i = 0; i < self->n_columns && title != NULL; i++, title = gtk_widget_get_next_sibling (title))
    {
      GtkWidget *box = gtk_widget_get_first_child (title);
      GtkWidget *label = box != NULL ? gtk_widget_get_first_child (box) : NULL;

      if (self->columns[i].kind == DESK_CELL_NUMBER && GTK_IS_LABEL (label))
        {
          gtk_widget_set_hexpand (label, TRUE);
          gtk_label_set_xalign (GTK_LABEL (label), 1.0f);
        }
      if (self->columns[i].tooltip != NULL)
        gtk_widget_set_tooltip_text (title, _(self->columns[i].tooltip));
    }
}

/* Widths are fixed from the font, so that rows scrolling by do not move the columns. */
static void
measure_columns (DeskTable *self)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), "0000000000");
  int ten_digits;

  if (self->measured)
    return;
  self->measured = TRUE;
  pango_layout_get_pixel_size (layout, &ten_digits, NULL);
  for (guint i = 0; i < self->n_columns; i++)
    {
      GtkColumnViewColumn *view_column = g_ptr_array_index (self->view_columns, i);
      int saved = desk_settings_get_column_width (self->layout_key, self->columns[i].id);
      int title;
      int text = self->columns[i].chars * ten_digits / 10;

      for (guint n = 0; self->columns[i].widest != NULL && self->columns[i].widest (n) != NULL; n++)
        {
          int width;

          pango_layout_set_text (layout, self->columns[i].widest (n), -1);
          pango_layout_get_pixel_size (layout, &width, NULL);
          text = MAX (text, width);
        }
      pango_layout_set_text (layout, column_title (&self->columns[i]), -1);
      pango_layout_get_pixel_size (layout, &title, NULL);
      /* Titles are bolder than what was measured, and share their place with the sort arrow. */
      self->widths[i] = MAX (title * 108 / 100 + (title > 0 ? 26 : 12), text + 13);
      gtk_column_view_column_set_fixed_width (view_column, saved > 0 ? saved : self->widths[i]);
      if (!self->columns[i].always
          && desk_settings_get_column_hidden (self->layout_key, self->columns[i].id, self->columns[i].hidden)
             != self->columns[i].hidden)
        gtk_column_view_column_set_visible (view_column, self->columns[i].hidden);
    }
  align_titles (self);
}

static void
save_layout (DeskTable *self)
{
  for (guint i = 0; self->measured && i < self->view_columns->len; i++)
    {
      GtkColumnViewColumn *view_column = g_ptr_array_index (self->view_columns, i);

      int width = gtk_column_view_column_get_fixed_width (view_column);

      desk_settings_set_column (self->layout_key, self->columns[i].id, width == self->widths[i] ? 0 : width,
                                !gtk_column_view_column_get_visible (view_column));
    }
}

static void
update_empty (DeskTable *self)
{
  gboolean empty = self->empty != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;

  if (self->empty != NULL)
    gtk_widget_set_visible (self->empty, empty);
}

static gboolean
stick_to_top_cb (GtkWidget     *widget,
                 GdkFrameClock *clock,
                 gpointer       user_data)
{
  DeskTable *self = DESK_TABLE (widget);

  self->top_id = 0;
  /* The action belongs to the list inside the column view: GTK 4.8 offers nothing else. */
  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->view)), "list.scroll-to-item", "u", 0);
  return G_SOURCE_REMOVE;
}

static void
items_changed_cb (DeskTable *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));

  update_empty (self);
  moved_cb (self);
  /* Who looks at the newest rows sees the next one, too; who has scrolled away stays where he is. */
  if (self->top_id == 0 && gtk_adjustment_get_value (adjustment) <= gtk_adjustment_get_lower (adjustment) + 1.0)
    self->top_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), stick_to_top_cb, NULL, NULL);
}

static void
selection_changed_cb (DeskTable *self)
{
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
activate_cb (DeskTable *self,
             guint      position)
{
  g_autoptr(GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    g_signal_emit (self, signals[ROW_ACTIVATED], 0, item);
}

static void
popup_menu (DeskTable *self,
            double     x,
            double     y)
{
  if (self->menu == NULL || desk_table_get_selected (self) == NULL)
    return;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static Cell *
cell_of_widget (GtkWidget *widget)
{
  /* The pointer may be on the padding of the cell, outside the inscription. */
  while (widget != NULL && !DESK_IS_TABLE (widget))
    {
      Cell *cell = g_object_get_data (G_OBJECT (widget), "desk-cell");
      GtkWidget *child = gtk_widget_get_first_child (widget);

      if (cell == NULL && child != NULL)
        cell = g_object_get_data (G_OBJECT (child), "desk-cell");
      if (cell != NULL)
        return cell;
      widget = gtk_widget_get_parent (widget);
    }
  return NULL;
}

static void
secondary_pressed_cb (GtkGestureClick *gesture,
                      int              n_press,
                      double           x,
                      double           y,
                      DeskTable       *self)
{
  Cell *cell = cell_of_widget (gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT));

  if (cell == NULL || cell->item == NULL)
    return;
  desk_table_select (self, cell->item);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  popup_menu (self, x, y);
}

static gboolean
fits (Cell *cell)
{
  const char *text = gtk_inscription_get_text (cell->label);
  g_autoptr(PangoLayout) layout = NULL;
  int width;

  if (text == NULL || *text == '\0')
    return TRUE;
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (cell->label), text);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width <= gtk_widget_get_width (GTK_WIDGET (cell->label));
}

/* What does not fit into its cell is read in a tooltip, and what there is to say about the row. */
static gboolean
query_tooltip_cb (GtkWidget  *widget,
                  int         x,
                  int         y,
                  gboolean    keyboard,
                  GtkTooltip *tooltip,
                  gpointer    user_data)
{
  DeskTable *self = DESK_TABLE (widget);
  Cell *cell = keyboard ? NULL : cell_of_widget (gtk_widget_pick (widget, x, y, GTK_PICK_DEFAULT));
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *more = NULL;

  if (cell == NULL || cell->item == NULL)
    return FALSE;
  if (!fits (cell))
    g_string_append (text, gtk_inscription_get_text (cell->label));
  if (self->row_tooltip != NULL)
    more = self->row_tooltip (cell->item, self->row_tooltip_data);
  if (more != NULL && *more != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n\n" : "", more);
  if (text->len == 0)
    return FALSE;
  gtk_tooltip_set_text (tooltip, text->str);
  return TRUE;
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  DeskTable *self = DESK_TABLE (widget);
  GdkRectangle area;
  gpointer item = desk_table_get_selected (self);

  if (item == NULL || self->menu == NULL)
    return FALSE;
  if (!desk_table_get_row_area (self, item, &area))
    area = (GdkRectangle) { 20, 40, 1, 1 };
  popup_menu (self, area.x + 20, area.y + area.height);
  return TRUE;
}

static void
desk_table_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (desk_table_parent_class)->realize (widget);
  measure_columns (DESK_TABLE (widget));
}

static void
desk_table_dispose (GObject *object)
{
  DeskTable *self = DESK_TABLE (object);

  save_layout (self);
  g_clear_handle_id (&self->resort_id, g_source_remove);
  g_clear_handle_id (&self->late_id, g_source_remove);
  if (self->tick_id != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
      self->tick_id = 0;
    }
  if (self->top_id != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->top_id);
      self->top_id = 0;
    }
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  if (self->stack != NULL)
    {
      /* The rows go first: their unbinding looks at the watches. */
      gtk_column_view_set_model (self->view, NULL);
      g_clear_pointer (&self->stack, gtk_widget_unparent);
    }
  g_clear_pointer (&self->watches, g_hash_table_unref);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorted);
  G_OBJECT_CLASS (desk_table_parent_class)->dispose (object);
}

static void
desk_table_finalize (GObject *object)
{
  DeskTable *self = DESK_TABLE (object);

  g_free (self->layout_key);
  g_free (self->widths);
  g_ptr_array_unref (self->view_columns);
  g_ptr_array_unref (self->dirty);
  g_string_free (self->scratch, TRUE);
  G_OBJECT_CLASS (desk_table_parent_class)->finalize (object);
}

/* The row that had the focus, else the first one: GtkColumnView itself refuses. */
static gboolean
desk_table_grab_focus (GtkWidget *widget)
{
  DeskTable *self = DESK_TABLE (widget);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->view));

  while (child != NULL && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);
  if (child == NULL)
    return FALSE;
  return gtk_widget_grab_focus (child) || gtk_widget_child_focus (child, GTK_DIR_TAB_FORWARD);
}

static void
desk_table_class_init (DeskTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = desk_table_dispose;
  object_class->finalize = desk_table_finalize;
  widget_class->realize = desk_table_realize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "desktable");
  widget_class->grab_focus = desk_table_grab_focus;
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);

  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                             NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ROW_ACTIVATED] = g_signal_new ("row-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
}

static void
desk_table_init (DeskTable *self)
{
  GtkGesture *secondary = gtk_gesture_click_new ();
  GtkAdjustment *adjustment;

  self->watches = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) watch_free);
  self->dirty = g_ptr_array_new ();
  self->scratch = g_string_new (NULL);
  self->view_columns = g_ptr_array_new_with_free_func (g_object_unref);

  self->scroller = gtk_scrolled_window_new ();
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "desk-table");
  gtk_column_view_set_reorderable (self->view, FALSE);
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  gtk_widget_set_hexpand (self->scroller, TRUE);

  self->stack = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->stack), self->scroller);
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));

  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (secondary), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (secondary), GTK_PHASE_CAPTURE);
  g_signal_connect (secondary, "pressed", G_CALLBACK (secondary_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (secondary));
}

GtkWidget *
desk_table_new (const char       *name,
                const DeskColumn *columns,
                guint             n_columns,
                GListModel       *model,
                const char       *layout_key)
{
  DeskTable *self = g_object_new (DESK_TYPE_TABLE, NULL);

  self->columns = columns;
  self->n_columns = n_columns;
  self->widths = g_new0 (int, n_columns);
  self->layout_key = g_strdup (layout_key);
  for (guint i = 0; i < n_columns; i++)
    add_column (self, &columns[i]);

  self->sorted = gtk_sort_list_model_new (g_object_ref (model), g_object_ref (gtk_column_view_get_sorter (self->view)));
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selection_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET (self);
}

void
desk_table_set_row_style (DeskTable   *self,
                          const char *(*row_style) (gpointer item))
{
  g_return_if_fail (DESK_IS_TABLE (self));
  self->row_style = row_style;
}

void
desk_table_set_row_tooltip (DeskTable  *self,
                            char      *(*tooltip) (gpointer item,
                                                   gpointer user_data),
                            gpointer    user_data)
{
  g_return_if_fail (DESK_IS_TABLE (self));
  self->row_tooltip = tooltip;
  self->row_tooltip_data = user_data;
}

static int
compare_grouped (gconstpointer a,
                 gconstpointer b,
                 gpointer      user_data)
{
  DeskTable *self = user_data;
  gpointer leader_a = self->leader ((gpointer) a, self->leader_data);
  gpointer leader_b = self->leader ((gpointer) b, self->leader_data);
  GtkOrdering order;

  if (leader_a == leader_b)
    return self->within (a, b);
  order = gtk_sorter_compare (gtk_column_view_get_sorter (self->view), leader_a, leader_b);
  /* Two groups whose heads are equal must not mix. */
  return order != GTK_ORDERING_EQUAL ? (int) order : self->within (leader_a, leader_b);
}

static void
resort_grouped (DeskTable *self)
{
  gtk_sorter_changed (gtk_sort_list_model_get_sorter (self->sorted), GTK_SORTER_CHANGE_DIFFERENT);
}

void
desk_table_set_leader (DeskTable    *self,
                       gpointer    (*leader) (gpointer item,
                                              gpointer user_data),
                       GCompareFunc  within,
                       gpointer      user_data)
{
  g_autoptr(GtkSorter) sorter = NULL;

  g_return_if_fail (DESK_IS_TABLE (self));

  self->leader = leader;
  self->leader_data = user_data;
  self->within = within;
  sorter = GTK_SORTER (gtk_custom_sorter_new (compare_grouped, self, NULL));
  gtk_sort_list_model_set_sorter (self->sorted, sorter);
  g_signal_connect_object (gtk_column_view_get_sorter (self->view), "changed", G_CALLBACK (resort_grouped), self,
                           G_CONNECT_SWAPPED);
}

static int
find_column (DeskTable  *self,
             const char *id)
{
  for (guint i = 0; i < self->n_columns; i++)
    if (g_str_equal (self->columns[i].id, id))
      return (int) i;
  return -1;
}

void
desk_table_sort_by (DeskTable   *self,
                    const char  *column_id,
                    GtkSortType  order)
{
  int column = find_column (self, column_id);

  g_return_if_fail (column >= 0);
  gtk_column_view_sort_by_column (self->view, g_ptr_array_index (self->view_columns, column), order);
}

gpointer
desk_table_get_selected (DeskTable *self)
{
  g_return_val_if_fail (DESK_IS_TABLE (self), NULL);
  return gtk_single_selection_get_selected_item (self->selection);
}

void
desk_table_select (DeskTable *self,
                   gpointer   item)
{
  GListModel *model = G_LIST_MODEL (self->selection);
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(GObject) candidate = g_list_model_get_item (model, i);

      if ((gpointer) candidate == item)
        {
          gtk_single_selection_set_selected (self->selection, i);
          return;
        }
    }
}

GtkColumnView *
desk_table_get_view (DeskTable *self)
{
  g_return_val_if_fail (DESK_IS_TABLE (self), NULL);
  return self->view;
}

void
desk_table_set_menu (DeskTable  *self,
                     GMenuModel *menu)
{
  g_return_if_fail (DESK_IS_TABLE (self));

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
}

gboolean
desk_table_get_row_area (DeskTable    *self,
                         gpointer      item,
                         GdkRectangle *area)
{
  Watch *watch = g_hash_table_lookup (self->watches, item);

  for (guint i = 0; watch != NULL && i < watch->cells->len; i++)
    {
      Cell *cell = g_ptr_array_index (watch->cells, i);
      graphene_rect_t bounds;

      if (gtk_widget_get_mapped (GTK_WIDGET (cell->label))
          && gtk_widget_compute_bounds (GTK_WIDGET (cell->label), GTK_WIDGET (self), &bounds))
        {
          *area = (GdkRectangle) { 0, (int) bounds.origin.y, gtk_widget_get_width (GTK_WIDGET (self)),
                                   (int) bounds.size.height };
          return bounds.origin.y >= 0 && bounds.origin.y < gtk_widget_get_height (GTK_WIDGET (self));
        }
    }
  return FALSE;
}

GtkWidget *
desk_table_column_button (DeskTable *self)
{
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr(GMenu) menu = g_menu_new ();
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();

  for (guint i = 0; i < self->n_columns; i++)
    {
      GtkColumnViewColumn *view_column = g_ptr_array_index (self->view_columns, i);
      g_autoptr(GPropertyAction) action = g_property_action_new (self->columns[i].id, view_column, "visible");
      g_autofree char *name = g_strconcat ("columns.", self->columns[i].id, NULL);

      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
      if (self->columns[i].kind != DESK_CELL_MARK && !self->columns[i].always)
        g_menu_append (menu, column_title (&self->columns[i]), name);
    }
  gtk_widget_insert_action_group (button, "columns", G_ACTION_GROUP (group));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (button, _("Choose the columns"));
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Choose the columns"), -1);
  return button;
}

void
desk_table_set_empty (DeskTable  *self,
                      const char *text)
{
  g_return_if_fail (DESK_IS_TABLE (self));

  if (self->empty == NULL)
    {
      self->empty = gtk_label_new (NULL);
      gtk_widget_add_css_class (self->empty, "dim-label");
      gtk_widget_set_can_target (self->empty, FALSE);
      gtk_label_set_wrap (GTK_LABEL (self->empty), TRUE);
      gtk_label_set_justify (GTK_LABEL (self->empty), GTK_JUSTIFY_CENTER);
      gtk_widget_set_halign (self->empty, GTK_ALIGN_CENTER);
      gtk_widget_set_valign (self->empty, GTK_ALIGN_CENTER);
      gtk_overlay_add_overlay (GTK_OVERLAY (self->stack), self->empty);
    }
  gtk_label_set_text (GTK_LABEL (self->empty), text);
  update_empty (self);
}

char *
desk_table_dup_text (DeskTable  *self,
                     guint       position,
                     const char *column_id)
{
  g_autoptr(GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  int column = find_column (self, column_id);
  DeskCell cell = { .text = g_string_new (NULL) };

  if (item != NULL && column >= 0)
    self->columns[column].write (item, &cell);
  return g_string_free (cell.text, FALSE);
}

guint
desk_table_get_n_rows (DeskTable *self)
{
  g_return_val_if_fail (DESK_IS_TABLE (self), 0);
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}
