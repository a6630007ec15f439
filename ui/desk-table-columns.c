/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-table-columns.h"

#include "desk-settings.h"

#include <glib/gi18n.h>

struct _DeskTableColumns
{
  GtkColumnView    *view;         /* not owned: it is there for as long as this */
  const DeskColumn *columns;
  guint             n_columns;
  char             *layout_key;
  GPtrArray        *view_columns; /* GtkColumnViewColumn, in the order of columns */
  GtkWidget       **titles;       /* not owned, in that order */
  int              *widths;       /* as measured: what differs from it was chosen by the trader */
  gboolean          measured;
};

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

/* A double click on its edge asks GTK for the width of the contents, of which it does not know. */
static void
width_changed_cb (GtkColumnViewColumn *view_column,
                  GParamSpec          *pspec,
                  DeskTableColumns    *self)
{
  guint i;

  if (self->measured && gtk_column_view_column_get_fixed_width (view_column) < 0
      && g_ptr_array_find (self->view_columns, view_column, &i))
    gtk_column_view_column_set_fixed_width (view_column, self->widths[i]);
}

static void
add_column (DeskTableColumns *self,
            const DeskColumn *column)
{
  g_autoptr(GtkColumnViewColumn) view_column = gtk_column_view_column_new (column_title (column), NULL);
  g_autoptr(GtkSorter) sorter = NULL;

  sorter = GTK_SORTER (gtk_custom_sorter_new (column->compare != NULL ? compare_by_column : compare_text,
                                              (gpointer) column, NULL));
  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_column_set_resizable (view_column, column->kind != DESK_CELL_MARK);
  gtk_column_view_column_set_expand (view_column, column->expand);
  gtk_column_view_column_set_visible (view_column, !column->hidden);
  g_signal_connect (view_column, "notify::fixed-width", G_CALLBACK (width_changed_cb), self);
  gtk_column_view_append_column (self->view, view_column);
  g_ptr_array_add (self->view_columns, g_object_ref (view_column));
}

/* The titles: GTK 4.8 has no way to align them with their numbers, nor to ask where they stand, but through their widgets. */
static void
take_titles (DeskTableColumns *self)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->view));
  GtkWidget *title = header != NULL ? gtk_widget_get_first_child (header) : NULL;

  for (guint i = 0; i < self->n_columns && title != NULL; i++, title = gtk_widget_get_next_sibling (title))
    {
      GtkWidget *box = gtk_widget_get_first_child (title);
      GtkWidget *label = box != NULL ? gtk_widget_get_first_child (box) : NULL;

      self->titles[i] = title;
      if (self->columns[i].kind == DESK_CELL_NUMBER && GTK_IS_LABEL (label))
        {
          gtk_widget_set_hexpand (label, TRUE);
          gtk_label_set_xalign (GTK_LABEL (label), 1.0f);
        }
      if (self->columns[i].tooltip != NULL)
        gtk_widget_set_tooltip_text (title, _(self->columns[i].tooltip));
    }
}

DeskTableColumns *
desk_table_columns_new (GtkColumnView    *view,
                        const DeskColumn *columns,
                        guint             n_columns,
                        const char       *layout_key)
{
  DeskTableColumns *self = g_new0 (DeskTableColumns, 1);

  self->view = view;
  self->columns = columns;
  self->n_columns = n_columns;
  self->layout_key = g_strdup (layout_key);
  self->view_columns = g_ptr_array_new_with_free_func (g_object_unref);
  self->titles = g_new0 (GtkWidget *, n_columns);
  self->widths = g_new0 (int, n_columns);
  for (guint i = 0; i < n_columns; i++)
    add_column (self, &columns[i]);
  take_titles (self);
  return self;
}

void
desk_table_columns_free (DeskTableColumns *self)
{
  for (guint i = 0; i < self->n_columns; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->view_columns, i), self);
  g_free (self->layout_key);
  g_ptr_array_unref (self->view_columns);
  g_free (self->titles);
  g_free (self->widths);
  g_free (self);
}

guint
desk_table_columns_get_n (DeskTableColumns *self)
{
  return self->n_columns;
}

const DeskColumn *
desk_table_columns_get (DeskTableColumns *self,
                        guint             column)
{
  return &self->columns[column];
}

GtkColumnViewColumn *
desk_table_columns_get_view (DeskTableColumns *self,
                             guint             column)
{
  return g_ptr_array_index (self->view_columns, column);
}

int
desk_table_columns_find (DeskTableColumns *self,
                         const char       *id)
{
  for (guint i = 0; i < self->n_columns; i++)
    if (g_str_equal (self->columns[i].id, id))
      return (int) i;
  return -1;
}

gboolean
desk_table_columns_is_shown (DeskTableColumns *self,
                             guint             column)
{
  return gtk_column_view_column_get_visible (g_ptr_array_index (self->view_columns, column));
}

void
desk_table_columns_get_place (DeskTableColumns *self,
                              guint             column,
                              int              *x,
                              int              *width)
{
  GtkAllocation place = { 0 };

  if (self->titles[column] != NULL)
    gtk_widget_get_allocation (self->titles[column], &place);
  *x = place.x;
  *width = place.width;
}

/* Widths are fixed from the font, so that rows scrolling by do not move the columns. */
void
desk_table_columns_measure (DeskTableColumns *self)
{
  g_autoptr(PangoLayout) layout = NULL;
  int ten_digits;

  if (self->measured)
    return;
  self->measured = TRUE;
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), "0000000000");
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
          /* Some of these words are bold. */
          text = MAX (text, width * 112 / 100);
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
}

void
desk_table_columns_save (DeskTableColumns *self)
{
  for (guint i = 0; self->measured && i < self->n_columns; i++)
    {
      GtkColumnViewColumn *view_column = g_ptr_array_index (self->view_columns, i);
      int width = gtk_column_view_column_get_fixed_width (view_column);

      desk_settings_set_column (self->layout_key, self->columns[i].id, width == self->widths[i] ? 0 : width,
                                !gtk_column_view_column_get_visible (view_column));
    }
}

GtkWidget *
desk_table_columns_make_button (DeskTableColumns *self)
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
