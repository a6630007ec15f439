/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-table.h"

#include "desk-empty.h"
#include "desk-table-row.h"

#include <glib/gi18n.h>

struct _DeskTable
{
  GtkWidget          parent_instance;

  DeskTableColumns  *columns;
  DeskTableScene     scene;        /* of the rows */
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
  GtkWidget         *list;         /* the view's own, with the rows; it is never replaced */
  GtkWidget         *empty;
  GtkSingleSelection *selection;
  GtkSortListModel  *sorted;
  GtkWidget         *menu;
  GPtrArray         *dirty;        /* DeskTableRow, not owned */
  guint              tick_id;
  guint              top_id;
  guint              resort_id;
  guint              late_id;      /* rows out of sight wait for it to be written */
  gboolean           moved;        /* what was out of sight may have come into it */
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

static DeskTableRow *
row_of (GtkWidget *list_row)
{
  GtkWidget *child = gtk_widget_get_first_child (list_row);

  return child != NULL && DESK_IS_TABLE_ROW (child) ? DESK_TABLE_ROW (child) : NULL;
}

static void
each_row (DeskTable *self,
          void     (*func) (DeskTableRow *row))
{
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (row_of (child) != NULL)
      func (row_of (child));
}

void
desk_table_flush (DeskTable *self)
{
  g_return_if_fail (DESK_IS_TABLE (self));

  for (guint i = 0; i < self->dirty->len; i++)
    desk_table_row_write (g_ptr_array_index (self->dirty, i));
  g_ptr_array_set_size (self->dirty, 0);
  self->moved = FALSE;
  g_clear_handle_id (&self->late_id, g_source_remove);
}

/* A list unmaps the rows that it keeps beside those in sight. */
static void
refresh_row (DeskTableRow *row)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (row)) && desk_table_row_get_item (row) != NULL && !desk_table_row_is_dirty (row))
    desk_table_row_write (row);
}

void
desk_table_refresh (DeskTable *self)
{
  g_return_if_fail (DESK_IS_TABLE (self));
  each_row (self, refresh_row);
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
      DeskTableRow *row = g_ptr_array_index (self->dirty, i);

      if (gtk_widget_get_mapped (GTK_WIDGET (row)))
        desk_table_row_write (row);
      else
        g_ptr_array_index (self->dirty, n_late++) = row;
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
row_changed (DeskTableRow *row,
             gpointer      user_data)
{
  DeskTable *self = user_data;

  g_ptr_array_add (self->dirty, row);
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), flush_tick_cb, NULL, NULL);
  if (gtk_sorter_get_order (gtk_column_view_get_sorter (self->view)) != GTK_SORTER_ORDER_NONE)
    desk_table_queue_resort (self);
}

static void
row_setup_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *list_item,
              DeskTable                *self)
{
  gtk_list_item_set_child (list_item, desk_table_row_new (&self->scene));
}

static void
row_bind_cb (GtkSignalListItemFactory *factory,
             GtkListItem              *list_item,
             DeskTable                *self)
{
  desk_table_row_bind (DESK_TABLE_ROW (gtk_list_item_get_child (list_item)), gtk_list_item_get_item (list_item));
}

static void
row_unbind_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *list_item,
               DeskTable                *self)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);

  if (row != NULL && desk_table_row_unbind (DESK_TABLE_ROW (row)))
    g_ptr_array_remove_fast (self->dirty, row);
}

static void
update_row (DeskTableRow *row)
{
  GtkWidget *cell;

  /* When a column is shown again GTK puts a cell of its own into each row: without a factory it has nothing to show. */
  while ((cell = gtk_widget_get_next_sibling (GTK_WIDGET (row))) != NULL)
    gtk_widget_unparent (cell);
  desk_table_row_update_columns (row);
  gtk_widget_queue_allocate (GTK_WIDGET (row));
}

static void
columns_changed_cb (DeskTable *self)
{
  each_row (self, update_row);
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
    gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", 0);
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

static DeskTableRow *
row_at (DeskTable  *self,
        double      x,
        double      y,
        GtkWidget **picked)
{
  GtkWidget *row;

  *picked = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);
  row = *picked != NULL ? gtk_widget_get_ancestor (*picked, DESK_TYPE_TABLE_ROW) : NULL;
  return row != NULL && desk_table_row_get_item (DESK_TABLE_ROW (row)) != NULL ? DESK_TABLE_ROW (row) : NULL;
}

static void
secondary_pressed_cb (GtkGestureClick *gesture,
                      int              n_press,
                      double           x,
                      double           y,
                      DeskTable       *self)
{
  GtkWidget *picked;
  DeskTableRow *row = row_at (self, x, y, &picked);

  if (row == NULL)
    return;
  desk_table_select (self, desk_table_row_get_item (row));
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  popup_menu (self, x, y);
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
  GtkWidget *picked;
  DeskTableRow *row = keyboard ? NULL : row_at (self, x, y, &picked);
  g_autoptr(GString) text = NULL;
  g_autofree char *more = NULL;

  if (row == NULL)
    return FALSE;
  text = g_string_new (desk_table_row_get_cut_text (row, picked));
  if (self->row_tooltip != NULL)
    more = self->row_tooltip (desk_table_row_get_item (row), self->row_tooltip_data);
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
  desk_table_columns_measure (DESK_TABLE (widget)->columns);
}

/* A table behind another tab makes no rows until it is looked at. */
static void
desk_table_map (GtkWidget *widget)
{
  DeskTable *self = DESK_TABLE (widget);

  if (gtk_column_view_get_model (self->view) == NULL)
    gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  GTK_WIDGET_CLASS (desk_table_parent_class)->map (widget);
}

static void
desk_table_dispose (GObject *object)
{
  DeskTable *self = DESK_TABLE (object);

  desk_table_columns_save (self->columns);
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
      /* The rows go first: their unbinding looks at what is dirty. */
      gtk_column_view_set_model (self->view, NULL);
      g_clear_pointer (&self->stack, gtk_widget_unparent);
    }
  g_clear_object (&self->selection);
  g_clear_object (&self->sorted);
  G_OBJECT_CLASS (desk_table_parent_class)->dispose (object);
}

static void
desk_table_finalize (GObject *object)
{
  DeskTable *self = DESK_TABLE (object);

  desk_table_columns_free (self->columns);
  g_ptr_array_unref (self->dirty);
  g_string_free (self->scene.scratch, TRUE);
  G_OBJECT_CLASS (desk_table_parent_class)->finalize (object);
}

/* The row that had the focus, else the first one: GtkColumnView itself refuses. */
static gboolean
desk_table_grab_focus (GtkWidget *widget)
{
  DeskTable *self = DESK_TABLE (widget);

  return gtk_widget_grab_focus (self->list) || gtk_widget_child_focus (self->list, GTK_DIR_TAB_FORWARD);
}

static void
desk_table_class_init (DeskTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = desk_table_dispose;
  object_class->finalize = desk_table_finalize;
  widget_class->realize = desk_table_realize;
  widget_class->map = desk_table_map;
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

  self->dirty = g_ptr_array_new ();
  self->scene.scratch = g_string_new (NULL);
  self->scene.changed = row_changed;
  self->scene.user_data = self;

  self->scroller = gtk_scrolled_window_new ();
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  self->list = gtk_widget_get_last_child (GTK_WIDGET (self->view));
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
  g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->columns = desk_table_columns_new (self->view, columns, n_columns, layout_key);
  self->scene.columns = self->columns;
  for (guint i = 0; i < n_columns; i++)
    {
      GtkColumnViewColumn *column = desk_table_columns_get_view (self->columns, i);

      g_signal_connect_object (column, "notify::visible", G_CALLBACK (columns_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (column, "notify::fixed-width", G_CALLBACK (columns_changed_cb), self, G_CONNECT_SWAPPED);
    }
  g_signal_connect (factory, "setup", G_CALLBACK (row_setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (row_bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (row_unbind_cb), self);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);

  self->sorted = gtk_sort_list_model_new (g_object_ref (model), g_object_ref (gtk_column_view_get_sorter (self->view)));
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selection_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET (self);
}

void
desk_table_set_row_style (DeskTable   *self,
                          const char *(*row_style) (gpointer item))
{
  g_return_if_fail (DESK_IS_TABLE (self));
  self->scene.row_style = row_style;
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

void
desk_table_sort_by (DeskTable   *self,
                    const char  *column_id,
                    GtkSortType  order)
{
  int column = desk_table_columns_find (self->columns, column_id);

  g_return_if_fail (column >= 0);
  gtk_column_view_sort_by_column (self->view, desk_table_columns_get_view (self->columns, (guint) column), order);
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
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      DeskTableRow *row = row_of (child);
      graphene_rect_t bounds;

      if (row != NULL && desk_table_row_get_item (row) == item && gtk_widget_get_mapped (GTK_WIDGET (row))
          && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self), &bounds))
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
  g_return_val_if_fail (DESK_IS_TABLE (self), NULL);
  return desk_table_columns_make_button (self->columns);
}

void
desk_table_set_empty (DeskTable  *self,
                      const char *text)
{
  g_return_if_fail (DESK_IS_TABLE (self));

  if (self->empty == NULL)
    {
      self->empty = desk_empty_new ();
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
  int column = desk_table_columns_find (self->columns, column_id);
  DeskCell cell = { .text = g_string_new (NULL) };

  if (item != NULL && column >= 0)
    desk_table_columns_get (self->columns, (guint) column)->write (item, &cell);
  return g_string_free (cell.text, FALSE);
}

guint
desk_table_get_n_rows (DeskTable *self)
{
  g_return_val_if_fail (DESK_IS_TABLE (self), 0);
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}
