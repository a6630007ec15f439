/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-table-row.h"

typedef struct
{
  GtkInscription *label; /* NULL: the column was never shown */
  const char     *style;
  guint           lines;
} Cell;

struct _DeskTableRow
{
  GtkWidget       parent_instance;

  DeskTableScene *scene;
  Cell           *cells;   /* one a column */
  GObject        *item;    /* while bound */
  gulong          changed;
  const char     *style;
  gboolean        dirty;
};

G_DEFINE_FINAL_TYPE (DeskTableRow, desk_table_row, GTK_TYPE_WIDGET)

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
write_cell (DeskTableRow *self,
            guint         column)
{
  Cell *cell = &self->cells[column];
  GString *text = self->scene->scratch;
  DeskCell out = { .text = text };

  g_string_truncate (text, 0);
  desk_table_columns_get (self->scene->columns, column)->write (self->item, &out);
  if (g_strcmp0 (gtk_inscription_get_text (cell->label), text->str) != 0)
    gtk_inscription_set_text (cell->label, text->str);
  set_lines (cell, MAX (out.lines, 1));
  set_style (GTK_WIDGET (cell->label), &cell->style, out.style);
}

void
desk_table_row_write (DeskTableRow *self)
{
  g_return_if_fail (DESK_IS_TABLE_ROW (self));
  g_return_if_fail (self->item != NULL);

  self->dirty = FALSE;
  for (guint i = 0; i < desk_table_columns_get_n (self->scene->columns); i++)
    if (self->cells[i].label != NULL && desk_table_columns_is_shown (self->scene->columns, i))
      write_cell (self, i);
  set_style (GTK_WIDGET (self), &self->style,
             self->scene->row_style != NULL ? self->scene->row_style (self->item) : NULL);
}

static void
make_cell (DeskTableRow *self,
           guint         column)
{
  DeskCellKind kind = desk_table_columns_get (self->scene->columns, column)->kind;
  Cell *cell = &self->cells[column];
  GtkWidget *before = NULL;

  /* A column's width is its title's affair: no cell asks for any. */
  cell->label = g_object_new (GTK_TYPE_INSCRIPTION, "accessible-role", GTK_ACCESSIBLE_ROLE_GRID_CELL, "min-chars", 0,
                              "xalign", kind == DESK_CELL_NUMBER ? 1.0 : kind == DESK_CELL_MARK ? 0.5 : 0.0,
                              "text-overflow", GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END, NULL);
  set_lines (cell, 1);
  gtk_widget_add_css_class (GTK_WIDGET (cell->label), "desk-cell");
  if (kind == DESK_CELL_NUMBER)
    gtk_widget_add_css_class (GTK_WIDGET (cell->label), "numeric");
  for (guint i = 0; i < column; i++)
    if (self->cells[i].label != NULL)
      before = GTK_WIDGET (self->cells[i].label);
  gtk_widget_insert_after (GTK_WIDGET (cell->label), GTK_WIDGET (self), before);
}

void
desk_table_row_update_columns (DeskTableRow *self)
{
  g_return_if_fail (DESK_IS_TABLE_ROW (self));

  for (guint i = 0; i < desk_table_columns_get_n (self->scene->columns); i++)
    {
      gboolean shown = desk_table_columns_is_shown (self->scene->columns, i);

      if (shown && self->cells[i].label == NULL)
        make_cell (self, i);
      if (self->cells[i].label == NULL)
        continue;
      gtk_widget_set_visible (GTK_WIDGET (self->cells[i].label), shown);
      if (shown && self->item != NULL)
        write_cell (self, i);
    }
}

static void
item_changed_cb (GObject      *item,
                 DeskTableRow *self)
{
  if (self->dirty)
    return;
  self->dirty = TRUE;
  self->scene->changed (self, self->scene->user_data);
}

void
desk_table_row_bind (DeskTableRow *self,
                     GObject      *item)
{
  g_return_if_fail (DESK_IS_TABLE_ROW (self));
  g_return_if_fail (self->item == NULL);

  self->item = g_object_ref (item);
  if (g_signal_lookup ("changed", G_OBJECT_TYPE (item)) != 0)
    self->changed = g_signal_connect (item, "changed", G_CALLBACK (item_changed_cb), self);
  desk_table_row_write (self);
}

gboolean
desk_table_row_unbind (DeskTableRow *self)
{
  gboolean dirty;

  g_return_val_if_fail (DESK_IS_TABLE_ROW (self), FALSE);

  dirty = self->dirty;
  self->dirty = FALSE;
  if (self->item != NULL)
    g_clear_signal_handler (&self->changed, self->item);
  g_clear_object (&self->item);
  return dirty;
}

gpointer
desk_table_row_get_item (DeskTableRow *self)
{
  g_return_val_if_fail (DESK_IS_TABLE_ROW (self), NULL);
  return self->item;
}

gboolean
desk_table_row_is_dirty (DeskTableRow *self)
{
  g_return_val_if_fail (DESK_IS_TABLE_ROW (self), FALSE);
  return self->dirty;
}

const char *
desk_table_row_get_cut_text (DeskTableRow *self,
                             GtkWidget    *picked)
{
  g_autoptr(PangoLayout) layout = NULL;
  const char *text;
  int width;

  g_return_val_if_fail (DESK_IS_TABLE_ROW (self), NULL);

  if (!GTK_IS_INSCRIPTION (picked) || gtk_widget_get_parent (picked) != GTK_WIDGET (self))
    return NULL;
  text = gtk_inscription_get_text (GTK_INSCRIPTION (picked));
  if (text == NULL || *text == '\0')
    return NULL;
  layout = gtk_widget_create_pango_layout (picked, text);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width > gtk_widget_get_width (picked) ? text : NULL;
}

/* GTK hands what is new about a row on to all those that stand after it, and has their cells styled again for it: some
 * thousand, as the newest row stands first. What is out of sight is not handed on: so the style is worked out there. */
static void
desk_table_row_root (GtkWidget *widget)
{
  GtkWidget *list_row = gtk_widget_get_parent (widget);
  GdkRGBA color;

  GTK_WIDGET_CLASS (desk_table_row_parent_class)->root (widget);
  gtk_widget_set_visible (list_row, FALSE);
  gtk_style_context_get_color (gtk_widget_get_style_context (list_row), &color);
  gtk_widget_set_visible (list_row, TRUE);
}

static GtkSizeRequestMode
desk_table_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
desk_table_row_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  for (GtkWidget *cell = gtk_widget_get_first_child (widget); cell != NULL; cell = gtk_widget_get_next_sibling (cell))
    {
      int least, wanted;

      if (!gtk_widget_should_layout (cell))
        continue;
      gtk_widget_measure (cell, orientation, -1, &least, &wanted, NULL, NULL);
      *minimum = MAX (*minimum, least);
      *natural = MAX (*natural, wanted);
    }
}

static void
desk_table_row_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  DeskTableRow *self = DESK_TABLE_ROW (widget);

  for (guint i = 0; i < desk_table_columns_get_n (self->scene->columns); i++)
    {
      Cell *cell = &self->cells[i];
      GtkAllocation place = { .height = height };
      int least;

      if (cell->label == NULL || !gtk_widget_should_layout (GTK_WIDGET (cell->label)))
        continue;
      desk_table_columns_get_place (self->scene->columns, i, &place.x, &place.width);
      gtk_widget_measure (GTK_WIDGET (cell->label), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      place.width = MAX (place.width, least);
      gtk_widget_size_allocate (GTK_WIDGET (cell->label), &place, -1);
    }
}

static void
desk_table_row_dispose (GObject *object)
{
  DeskTableRow *self = DESK_TABLE_ROW (object);

  desk_table_row_unbind (self);
  for (guint i = 0; self->cells != NULL && i < desk_table_columns_get_n (self->scene->columns); i++)
    if (self->cells[i].label != NULL)
      gtk_widget_unparent (GTK_WIDGET (self->cells[i].label));
  g_clear_pointer (&self->cells, g_free);
  G_OBJECT_CLASS (desk_table_row_parent_class)->dispose (object);
}

static void
desk_table_row_class_init (DeskTableRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_table_row_dispose;
  widget_class->root = desk_table_row_root;
  widget_class->get_request_mode = desk_table_row_get_request_mode;
  widget_class->measure = desk_table_row_measure;
  widget_class->size_allocate = desk_table_row_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "deskrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
desk_table_row_init (DeskTableRow *self)
{
}

GtkWidget *
desk_table_row_new (DeskTableScene *scene)
{
  DeskTableRow *self = g_object_new (DESK_TYPE_TABLE_ROW, NULL);

  self->scene = scene;
  self->cells = g_new0 (Cell, desk_table_columns_get_n (scene->columns));
  desk_table_row_update_columns (self);
  return GTK_WIDGET (self);
}
