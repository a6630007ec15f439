/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-table.h"

#include "desk-empty.h"
#include "desk-settings.h"

#include <glib/gi18n.h>

#define TABLE "log"
/* Pixels from the end that still are the end. */
#define NEAR 4.0
#define SUMMARY_LEAST 180.0

struct _DeskLogTable
{
  GtkWidget           parent_instance;

  GtkWidget          *box;
  GtkWidget          *head;
  GtkWidget          *scroll;
  GtkWidget          *view;
  GtkWidget          *pill;
  GtkWidget          *empty;
  GtkWidget          *menu;
  GtkSingleSelection *selection;
  GtkAdjustment      *adjustment;
  DeskLogScene        scene;
  gboolean            shown[DESK_LOG_N_COLUMNS];
  gboolean            following;
  gboolean            moving;      /* the adjustment, by us */
  double              last_value;
  double              last_page;
  guint               n_new;
  guint               n_rows;
  int                 laid_out;    /* for this width */
  guint               end_id;
};

G_DEFINE_FINAL_TYPE (DeskLogTable, desk_log_table, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_SELECTION_CHANGED,
  SIGNAL_FOLLOWING_CHANGED,
  SIGNAL_ROW_ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Width in digits, and which one goes first where there is no room; 0: stays. */
static const struct
{
  int   chars;
  guint goes;
} widths[DESK_LOG_N_COLUMNS] = {
  [DESK_LOG_COLUMN_NUMBER] = { 8, 0 },
  [DESK_LOG_COLUMN_TIME] = { 15, 8 },
  [DESK_LOG_COLUMN_DELTA] = { 10, 5 },
  [DESK_LOG_COLUMN_DIRECTION] = { 2, 0 },
  [DESK_LOG_COLUMN_TYPE] = { 22, 0 },
  [DESK_LOG_COLUMN_LINK] = { 4, 2 },
  [DESK_LOG_COLUMN_ACCOUNT] = { 8, 3 },
  [DESK_LOG_COLUMN_SYMBOL] = { 8, 7 },
  [DESK_LOG_COLUMN_CLIENT] = { 12, 6 },
  [DESK_LOG_COLUMN_SERVER] = { 10, 4 },
  [DESK_LOG_COLUMN_SUMMARY] = { 0, 0 },
  [DESK_LOG_COLUMN_SIZE] = { 6, 1 },
};

/* ---- the rows ---- */

static void
each_row (DeskLogTable *self,
          void        (*func) (DeskLogTable   *self,
                               DeskLogRowView *row))
{
  for (GtkWidget *item = gtk_widget_get_first_child (self->view); item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *child = gtk_widget_get_first_child (item);

      if (child != NULL && DESK_IS_LOG_ROW_VIEW (child))
        func (self, DESK_LOG_ROW_VIEW (child));
    }
}

static void
draw_row (DeskLogTable   *self,
          DeskLogRowView *row)
{
  gtk_widget_queue_draw (GTK_WIDGET (row));
}

static void
draw_waiting_row (DeskLogTable   *self,
                  DeskLogRowView *row)
{
  if (desk_log_row_view_waits (row))
    gtk_widget_queue_draw (GTK_WIDGET (row));
}

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            GtkListItem     *item)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  DeskLogTable *self = DESK_LOG_TABLE (gtk_widget_get_ancestor (row, DESK_TYPE_LOG_TABLE));
  double at_x, at_y;

  if (self->menu == NULL)
    return;
  gtk_single_selection_set_selected (self->selection, gtk_list_item_get_position (item));
  gtk_widget_translate_coordinates (row, GTK_WIDGET (self), x, y, &at_x, &at_y);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) at_x, (int) at_y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          DeskLogTable             *self)
{
  GtkWidget *row = desk_log_row_view_new (&self->scene);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), item, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         DeskLogTable             *self)
{
  desk_log_row_view_bind (DESK_LOG_ROW_VIEW (gtk_list_item_get_child (item)), gtk_list_item_get_position (item),
                          desk_log_item_get_number (gtk_list_item_get_item (item)));
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *item,
           DeskLogTable             *self)
{
  desk_log_row_view_unbind (DESK_LOG_ROW_VIEW (gtk_list_item_get_child (item)));
}

/* ---- the columns ---- */

static double
digit_width (DeskLogTable *self)
{
  PangoContext *context = gtk_widget_get_pango_context (self->view);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  double width = (double) pango_font_metrics_get_approximate_digit_width (metrics) / PANGO_SCALE;

  pango_font_metrics_unref (metrics);
  return width;
}

static void
lay_out (DeskLogTable *self,
         int           width)
{
  DeskLogLayout *layout = &self->scene.layout;
  double digit = digit_width (self);
  double used = 0, x = 0;

  for (guint i = 0; i < DESK_LOG_N_COLUMNS; i++)
    {
      layout->width[i] = self->shown[i] && widths[i].chars > 0 ? widths[i].chars * digit + 10 : 0;
      used += layout->width[i];
    }
  for (guint next = 1; width - used < SUMMARY_LEAST && next < DESK_LOG_N_COLUMNS; next++)
    for (guint i = 0; i < DESK_LOG_N_COLUMNS; i++)
      if (widths[i].goes == next && layout->width[i] > 0)
        {
          used -= layout->width[i];
          layout->width[i] = 0;
        }
  layout->width[DESK_LOG_COLUMN_SUMMARY] = MAX (width - used, SUMMARY_LEAST / 2);
  for (guint i = 0; i < DESK_LOG_N_COLUMNS; i++)
    {
      layout->x[i] = x;
      x += layout->width[i];
    }
  self->laid_out = width;
  gtk_widget_queue_draw (self->head);
  each_row (self, draw_row);
}

gboolean
desk_log_table_get_column (DeskLogTable *self,
                           DeskLogColumn column)
{
  g_return_val_if_fail (DESK_IS_LOG_TABLE (self), FALSE);

  return self->shown[column];
}

void
desk_log_table_set_column (DeskLogTable *self,
                           DeskLogColumn column,
                           gboolean      shown)
{
  g_return_if_fail (DESK_IS_LOG_TABLE (self));

  self->shown[column] = shown || column == DESK_LOG_COLUMN_SUMMARY;
  desk_settings_set_column (TABLE, desk_log_column_id (column), 0, !self->shown[column]);
  lay_out (self, MAX (self->laid_out, 1));
}

/* The titles, drawn as the rows are. */
#define DESK_TYPE_LOG_HEAD (desk_log_head_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogHead, desk_log_head, DESK, LOG_HEAD, GtkWidget)

struct _DeskLogHead
{
  GtkWidget           parent_instance;
  const DeskLogScene *scene;
};

G_DEFINE_FINAL_TYPE (DeskLogHead, desk_log_head, GTK_TYPE_WIDGET)

static void
desk_log_head_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  DeskLogHead *self = DESK_LOG_HEAD (widget);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, NULL);
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  for (guint i = 0; i < DESK_LOG_N_COLUMNS; i++)
    {
      double width = self->scene->layout.width[i] - 10;
      gboolean right = i == DESK_LOG_COLUMN_NUMBER || i == DESK_LOG_COLUMN_DELTA || i == DESK_LOG_COLUMN_LINK
                       || i == DESK_LOG_COLUMN_SIZE;

      if (width <= 0)
        continue;
      pango_layout_set_text (layout, desk_log_column_title ((DeskLogColumn) i), -1);
      pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
      pango_layout_set_alignment (layout, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->scene->layout.x[i] + 5, 3));
      gtk_snapshot_append_layout (snapshot, layout, &color);
      gtk_snapshot_restore (snapshot);
    }
}

static void
desk_log_head_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, "Ág");
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 100 : height + 6;
}

static void
desk_log_head_class_init (DeskLogHeadClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = desk_log_head_snapshot;
  GTK_WIDGET_CLASS (klass)->measure = desk_log_head_measure;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "loghead");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
desk_log_head_init (DeskLogHead *self)
{
}

/* ---- the end ---- */

static void
update_pill (DeskLogTable *self)
{
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->pill, !self->following && self->n_new > 0);
  if (self->n_new == 0)
    return;
  text = g_strdup_printf (ngettext ("%u new ↓", "%u new ↓", self->n_new), self->n_new);
  gtk_button_set_label (GTK_BUTTON (self->pill), text);
}

static void
scroll_to (DeskLogTable *self,
           guint         position)
{
  self->moving = TRUE;
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", position);
  self->moving = FALSE;
}

static gboolean
to_end_cb (gpointer user_data)
{
  DeskLogTable *self = user_data;

  self->end_id = 0;
  if (self->following && self->n_rows > 0)
    scroll_to (self, self->n_rows - 1);
  return G_SOURCE_REMOVE;
}

/* Once for all rows that come until the next frame. */
static void
queue_end (DeskLogTable *self)
{
  if (self->end_id == 0)
    self->end_id = g_idle_add_full (GTK_PRIORITY_RESIZE - 1, to_end_cb, self, NULL);
}

/* A list out of sight that follows the end would have the window laid out anew at every message. */
static void
update_model (DeskLogTable *self,
              gboolean      mapped)
{
  gboolean wanted = mapped || !self->following;

  if ((gtk_list_view_get_model (GTK_LIST_VIEW (self->view)) != NULL) != wanted)
    gtk_list_view_set_model (GTK_LIST_VIEW (self->view), wanted ? GTK_SELECTION_MODEL (self->selection) : NULL);
}

gboolean
desk_log_table_get_following (DeskLogTable *self)
{
  g_return_val_if_fail (DESK_IS_LOG_TABLE (self), FALSE);

  return self->following;
}

guint
desk_log_table_get_n_new (DeskLogTable *self)
{
  g_return_val_if_fail (DESK_IS_LOG_TABLE (self), 0);

  return self->n_new;
}

void
desk_log_table_set_following (DeskLogTable *self,
                              gboolean      following)
{
  g_return_if_fail (DESK_IS_LOG_TABLE (self));

  if (following)
    queue_end (self);
  if (self->following == following)
    return;
  self->following = following;
  self->n_new = 0;
  update_model (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
  update_pill (self);
  g_signal_emit (self, signals[SIGNAL_FOLLOWING_CHANGED], 0);
}

static gboolean
is_at_end (DeskLogTable *self)
{
  GtkAdjustment *adjustment = self->adjustment;

  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) + NEAR
         >= gtk_adjustment_get_upper (adjustment);
}

/* Up is away from the end; the end is where it goes on. More room or less is neither. */
static void
value_changed_cb (DeskLogTable *self)
{
  double value = gtk_adjustment_get_value (self->adjustment);
  double page = gtk_adjustment_get_page_size (self->adjustment);
  double before = self->last_value;
  double page_before = self->last_page;

  self->last_value = value;
  self->last_page = page;
  if (self->moving || self->end_id != 0)
    return;
  if (self->following && page != page_before)
    {
      queue_end (self);
      return;
    }
  if (self->following && value < before - 1 && !is_at_end (self))
    desk_log_table_set_following (self, FALSE);
  else if (!self->following && value > before && is_at_end (self))
    desk_log_table_set_following (self, TRUE);
}

static void
pill_cb (DeskLogTable *self)
{
  desk_log_table_set_following (self, TRUE);
}

/* ---- the selection ---- */

guint64
desk_log_table_get_selected (DeskLogTable *self)
{
  g_return_val_if_fail (DESK_IS_LOG_TABLE (self), 0);

  return self->scene.selected;
}

static void
find_partner (DeskLogTable *self)
{
  const DeskLogRow *row = self->scene.selected != 0 ? desk_log_list_find_row (self->scene.list, self->scene.selected) : NULL;

  self->scene.partner = row != NULL && desk_log_row_pair (row) != 0 ? row->number + (guint64) (gint64) desk_log_row_pair (row) : 0;
}

static void
selected_cb (DeskLogTable *self)
{
  DeskLogItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item == NULL)
    return;
  /* Whoever reads a message does not want it to go away. */
  if (gtk_single_selection_get_selected (self->selection) + 1 < self->n_rows)
    desk_log_table_set_following (self, FALSE);
  self->scene.selected = desk_log_item_get_number (item);
  find_partner (self);
  each_row (self, draw_row);
  g_signal_emit (self, signals[SIGNAL_SELECTION_CHANGED], 0);
}

gboolean
desk_log_table_select (DeskLogTable *self,
                       guint64       number)
{
  guint position;

  g_return_val_if_fail (DESK_IS_LOG_TABLE (self), FALSE);

  if (!desk_log_list_find (self->scene.list, number, &position))
    return FALSE;
  desk_log_table_set_following (self, FALSE);
  gtk_single_selection_set_selected (self->selection, position);
  scroll_to (self, position);
  return TRUE;
}

static void
activate_cb (DeskLogTable *self)
{
  g_signal_emit (self, signals[SIGNAL_ROW_ACTIVATED], 0);
}

/* ---- news ---- */

static void
items_changed_cb (DeskLogTable *self,
                  guint         position,
                  guint         removed,
                  guint         added)
{
  gboolean appended = removed == 0 && position == self->n_rows;

  self->n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->scene.list));
  gtk_widget_set_visible (self->empty, self->n_rows == 0);
  if (appended && !self->following)
    self->n_new += added;
  else if (!appended)
    {
      guint found;

      self->n_new = 0;
      /* The row that was selected is selected still where it is still there. */
      if (self->scene.selected != 0 && desk_log_list_find (self->scene.list, self->scene.selected, &found)
          && gtk_single_selection_get_selected (self->selection) != found)
        gtk_single_selection_set_selected (self->selection, found);
    }
  update_pill (self);
  find_partner (self);
  each_row (self, draw_waiting_row);
  if (self->following)
    queue_end (self);
}

void
desk_log_table_refresh (DeskLogTable *self,
                        gboolean      live)
{
  DeskLogSnapshot *snapshot;
  guint n;

  g_return_if_fail (DESK_IS_LOG_TABLE (self));

  snapshot = desk_log_list_get_snapshot (self->scene.list);
  n = desk_log_snapshot_get_n (snapshot);
  self->scene.now = live ? g_get_monotonic_time () : n > 0 ? desk_log_snapshot_get (snapshot, n - 1)->mono : 0;
  each_row (self, live ? draw_waiting_row : draw_row);
}

GHashTable *
desk_log_table_get_marks (DeskLogTable *self)
{
  g_return_val_if_fail (DESK_IS_LOG_TABLE (self), NULL);

  return self->scene.marks;
}

const DeskLogScene *
desk_log_table_get_scene (DeskLogTable *self)
{
  g_return_val_if_fail (DESK_IS_LOG_TABLE (self), NULL);

  return &self->scene;
}

GtkWidget *
desk_log_table_get_view (DeskLogTable *self)
{
  g_return_val_if_fail (DESK_IS_LOG_TABLE (self), NULL);

  return self->view;
}

void
desk_log_table_set_menu (DeskLogTable *self,
                         GMenuModel   *menu)
{
  g_return_if_fail (DESK_IS_LOG_TABLE (self));

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  DeskLogTable *self = DESK_LOG_TABLE (widget);

  if (self->menu == NULL || self->scene.selected == 0)
    return FALSE;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { 40, 40, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
  return TRUE;
}

/* ---- the widget ---- */

static void
desk_log_table_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  gtk_widget_measure (DESK_LOG_TABLE (widget)->box, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
desk_log_table_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  DeskLogTable *self = DESK_LOG_TABLE (widget);

  if (width != self->laid_out)
    lay_out (self, width);
  gtk_widget_allocate (self->box, width, height, baseline, NULL);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
desk_log_table_css_changed (GtkWidget         *widget,
                            GtkCssStyleChange *change)
{
  DeskLogTable *self = DESK_LOG_TABLE (widget);

  GTK_WIDGET_CLASS (desk_log_table_parent_class)->css_changed (widget, change);
  self->laid_out = 0;
}

static void
desk_log_table_map (GtkWidget *widget)
{
  DeskLogTable *self = DESK_LOG_TABLE (widget);

  update_model (self, TRUE);
  if (self->following)
    queue_end (self);
  GTK_WIDGET_CLASS (desk_log_table_parent_class)->map (widget);
}

static void
desk_log_table_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (desk_log_table_parent_class)->unmap (widget);
  update_model (DESK_LOG_TABLE (widget), FALSE);
}

static gboolean
desk_log_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (DESK_LOG_TABLE (widget)->view);
}

static void
desk_log_table_dispose (GObject *object)
{
  DeskLogTable *self = DESK_LOG_TABLE (object);

  g_clear_handle_id (&self->end_id, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (desk_log_table_parent_class)->dispose (object);
}

static void
desk_log_table_finalize (GObject *object)
{
  DeskLogTable *self = DESK_LOG_TABLE (object);

  g_clear_object (&self->scene.list);
  g_hash_table_unref (self->scene.marks);
  G_OBJECT_CLASS (desk_log_table_parent_class)->finalize (object);
}

static void
desk_log_table_class_init (DeskLogTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_log_table_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_log_table_finalize;
  widget_class->measure = desk_log_table_measure;
  widget_class->size_allocate = desk_log_table_size_allocate;
  widget_class->css_changed = desk_log_table_css_changed;
  widget_class->map = desk_log_table_map;
  widget_class->unmap = desk_log_table_unmap;
  widget_class->grab_focus = desk_log_table_grab_focus;
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);

  signals[SIGNAL_SELECTION_CHANGED] = g_signal_new ("selection-changed", DESK_TYPE_LOG_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                    NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FOLLOWING_CHANGED] = g_signal_new ("following-changed", DESK_TYPE_LOG_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                    NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ROW_ACTIVATED] = g_signal_new ("row-activated", DESK_TYPE_LOG_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                NULL, G_TYPE_NONE, 0);
}

static void
desk_log_table_init (DeskLogTable *self)
{
  self->scene.marks = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->following = TRUE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  for (guint i = 0; i < DESK_LOG_N_COLUMNS; i++)
    self->shown[i] = i == DESK_LOG_COLUMN_SUMMARY
                     || !desk_settings_get_column_hidden (TABLE, desk_log_column_id ((DeskLogColumn) i), FALSE);
}

GtkWidget *
desk_log_table_new (DeskLogList *list)
{
  DeskLogTable *self = g_object_new (DESK_TYPE_LOG_TABLE, NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *overlay = gtk_overlay_new ();

  self->scene.list = g_object_ref (list);
  self->n_rows = g_list_model_get_n_items (G_LIST_MODEL (list));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (list));
  /* After the selection has taken the news. */
  g_signal_connect_object (list, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  self->view = gtk_list_view_new (NULL, factory);
  gtk_widget_add_css_class (self->view, "desk-log");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("DTC log"), -1);
  g_signal_connect_object (self->view, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->head = g_object_new (DESK_TYPE_LOG_HEAD, NULL);
  DESK_LOG_HEAD (self->head)->scene = &self->scene;
  gtk_box_append (GTK_BOX (self->box), self->head);
  self->scroll = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroll), self->view);
  gtk_widget_set_vexpand (self->scroll, TRUE);
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroll));
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self, G_CONNECT_SWAPPED);

  self->pill = gtk_button_new ();
  gtk_widget_add_css_class (self->pill, "pill");
  gtk_widget_add_css_class (self->pill, "suggested-action");
  gtk_widget_add_css_class (self->pill, "log-new");
  gtk_widget_set_halign (self->pill, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->pill, GTK_ALIGN_END);
  gtk_widget_set_tooltip_text (self->pill, _("Go to the end and follow it"));
  g_signal_connect_object (self->pill, "clicked", G_CALLBACK (pill_cb), self, G_CONNECT_SWAPPED);
  self->empty = desk_empty_new ();
  gtk_label_set_text (GTK_LABEL (self->empty), _("No message fits."));
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->scroll);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->empty);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->pill);
  gtk_box_append (GTK_BOX (self->box), overlay);
  gtk_widget_set_visible (self->empty, self->n_rows == 0);
  update_pill (self);
  queue_end (self);
  return GTK_WIDGET (self);
}
