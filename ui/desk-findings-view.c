/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-findings-view.h"

#include "desk-empty.h"
#include "desk-finding-row.h"

#include <glib/gi18n.h>

struct _DeskFindingsView
{
  GtkWidget           parent_instance;

  GtkWidget          *overlay;
  GtkWidget          *view;
  GtkWidget          *empty;
  GtkSingleSelection *selection;
  gboolean            choosing;   /* it is not the trader who chooses */
  gboolean            own_choice; /* of the trader's: it stays */
};

G_DEFINE_FINAL_TYPE (DeskFindingsView, desk_findings_view, GTK_TYPE_WIDGET)

static void
selected_cb (GtkListItem *list_item)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);

  if (row != NULL)
    desk_finding_row_set_chosen (DESK_FINDING_ROW (row), gtk_list_item_get_selected (list_item));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          gpointer                  user_data)
{
  gtk_list_item_set_child (list_item, desk_finding_row_new ());
  g_signal_connect (list_item, "notify::selected", G_CALLBACK (selected_cb), NULL);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         gpointer                  user_data)
{
  DeskFindingRow *row = DESK_FINDING_ROW (gtk_list_item_get_child (list_item));

  desk_finding_row_set_item (row, gtk_list_item_get_item (list_item));
  desk_finding_row_set_chosen (row, gtk_list_item_get_selected (list_item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           gpointer                  user_data)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);

  if (row != NULL)
    desk_finding_row_set_item (DESK_FINDING_ROW (row), NULL);
}

static void
chosen_cb (DeskFindingsView *self)
{
  if (!self->choosing && gtk_single_selection_get_selected_item (self->selection) != NULL)
    self->own_choice = TRUE;
}

static void
update_empty (DeskFindingsView *self)
{
  gtk_widget_set_visible (self->empty, g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0);
}

static void
begin_change (DeskFindingsView *self)
{
  self->choosing = TRUE;
}

static void
end_change (DeskFindingsView *self)
{
  self->choosing = FALSE;
  update_empty (self);
}

static void
activate_cb (DeskFindingsView *self,
             guint             position)
{
  g_autoptr(DeskFindingItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL && *desk_finding_item_get_order (item) != '\0')
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-messages", "s", desk_finding_item_get_order (item));
}

static gboolean
desk_findings_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_child_focus (DESK_FINDINGS_VIEW (widget)->view, GTK_DIR_TAB_FORWARD);
}

/* Findings behind another tab are kept, but have no rows: a comparison may bring some hundred. */
static void
desk_findings_view_map (GtkWidget *widget)
{
  DeskFindingsView *self = DESK_FINDINGS_VIEW (widget);
  guint chosen = gtk_single_selection_get_selected (self->selection);

  gtk_list_view_set_model (GTK_LIST_VIEW (self->view), GTK_SELECTION_MODEL (self->selection));
  if (chosen != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", chosen);
  GTK_WIDGET_CLASS (desk_findings_view_parent_class)->map (widget);
}

static void
desk_findings_view_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (desk_findings_view_parent_class)->unmap (widget);
  gtk_list_view_set_model (GTK_LIST_VIEW (DESK_FINDINGS_VIEW (widget)->view), NULL);
}

static void
desk_findings_view_dispose (GObject *object)
{
  DeskFindingsView *self = DESK_FINDINGS_VIEW (object);

  if (self->overlay != NULL)
    gtk_list_view_set_model (GTK_LIST_VIEW (self->view), NULL);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (desk_findings_view_parent_class)->dispose (object);
}

static void
desk_findings_view_class_init (DeskFindingsViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_findings_view_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = desk_findings_view_grab_focus;
  GTK_WIDGET_CLASS (klass)->map = desk_findings_view_map;
  GTK_WIDGET_CLASS (klass)->unmap = desk_findings_view_unmap;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
desk_findings_view_init (DeskFindingsView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  self->view = gtk_list_view_new (NULL, factory);
  gtk_widget_add_css_class (self->view, "findings");
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (activate_cb), self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Findings"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->view);
  self->empty = desk_empty_new ();
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), scroller);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->empty);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
}

GtkWidget *
desk_findings_view_new (DeskFindingList *list)
{
  DeskFindingsView *self = g_object_new (DESK_TYPE_FINDINGS_VIEW, NULL);

  /* Around what the selection makes of it. */
  g_signal_connect_object (list, "items-changed", G_CALLBACK (begin_change), self, G_CONNECT_SWAPPED);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (list)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (end_change), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  update_empty (self);
  return GTK_WIDGET (self);
}

gboolean
desk_findings_view_show (DeskFindingsView *self,
                         guint64           number)
{
  GListModel *model;
  guint n;

  g_return_val_if_fail (DESK_IS_FINDINGS_VIEW (self), FALSE);

  model = G_LIST_MODEL (self->selection);
  n = g_list_model_get_n_items (model);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskFindingItem) item = g_list_model_get_item (model, i);

      if (desk_finding_item_get (item)->number != number)
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", i);
      return TRUE;
    }
  return FALSE;
}

void
desk_findings_view_choose_first (DeskFindingsView *self)
{
  g_return_if_fail (DESK_IS_FINDINGS_VIEW (self));

  if (gtk_single_selection_get_selected_item (self->selection) == NULL)
    self->own_choice = FALSE;
  if (self->own_choice || g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    return;
  self->choosing = TRUE;
  gtk_single_selection_set_selected (self->selection, 0);
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", 0);
  self->choosing = FALSE;
}

void
desk_findings_view_set_empty (DeskFindingsView *self,
                              const char       *text)
{
  g_return_if_fail (DESK_IS_FINDINGS_VIEW (self));
  gtk_label_set_text (GTK_LABEL (self->empty), text);
}
