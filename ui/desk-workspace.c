/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-workspace.h"

#include "desk-log-view.h"
#include "desk-market-view.h"
#include "desk-orders.h"
#include "desk-panels.h"
#include "desk-reconcile-view.h"
#include "desk-settings.h"
#include "desk-ticket-view.h"
#include "desk-timeline-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <libpanel.h>

/* A panel is one line here: id, title, icon or none where its tab is one of many, where it starts, and its constructor. */
static const struct
{
  const char *id;
  const char *title;
  const char *icon;
  PanelArea   area;
  GtkWidget *(*create) (DeskSession *session);
} panels[] = {
  { "ticket", N_("Order ticket"), "document-edit-symbolic", PANEL_AREA_START, desk_ticket_view_new },
  { "orders", N_("Orders"), NULL, PANEL_AREA_CENTER, desk_orders_new },
  { "reconcile", N_("Reconcile"), NULL, PANEL_AREA_CENTER, desk_reconcile_view_new },
  { "fills", N_("Fills"), NULL, PANEL_AREA_BOTTOM, desk_fills_new },
  { "positions", N_("Positions"), NULL, PANEL_AREA_BOTTOM, desk_positions_new },
  { "accounts", N_("Accounts"), NULL, PANEL_AREA_CENTER, desk_accounts_new },
  { "quotes", N_("Watchlist"), NULL, PANEL_AREA_BOTTOM, desk_quotes_new },
  { "timeline", N_("Timeline"), NULL, PANEL_AREA_BOTTOM, desk_timeline_view_new },
  { "log", N_("DTC log"), NULL, PANEL_AREA_BOTTOM, desk_log_view_new },
  { "market", N_("Market"), "view-dual-symbolic", PANEL_AREA_END, desk_market_view_new },
};

/* One column of the market, and what the orders need at least. */
#define MARKET_WIDTH 300
#define CENTER_WIDTH 480

struct _DeskWorkspace
{
  GtkWidget   parent_instance;

  GtkWidget  *dock;
  GtkWidget  *center;
  GtkWidget  *start;
  GtkWidget  *end;
  GtkWidget  *bottom;
  GHashTable *widgets; /* id -> PanelWidget, not owned */
  int         height;  /* of the bottom before it was enlarged, 0: it is not */
};

G_DEFINE_FINAL_TYPE (DeskWorkspace, desk_workspace, GTK_TYPE_WIDGET)

static AdwTabView *
find_tabs (GtkWidget *root)
{
  if (ADW_IS_TAB_VIEW (root))
    return ADW_TAB_VIEW (root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (find_tabs (child) != NULL)
      return find_tabs (child);
  return NULL;
}

/* Alt and a digit is a panel wherever the focus is, not the n-th tab around it. */
static void
dress_frame (PanelFrame *frame)
{
  AdwTabView *tabs = find_tabs (GTK_WIDGET (frame));

  panel_frame_set_header (frame, PANEL_FRAME_HEADER (panel_frame_tab_bar_new ()));
  if (tabs != NULL)
    adw_tab_view_remove_shortcuts (tabs, ADW_TAB_VIEW_SHORTCUT_ALT_DIGITS | ADW_TAB_VIEW_SHORTCUT_ALT_ZERO);
}

static PanelFrame *
create_frame_cb (PanelGrid *grid,
                 gpointer   user_data)
{
  PanelFrame *frame = PANEL_FRAME (panel_frame_new ());

  dress_frame (frame);
  return frame;
}

static GtkWidget *
make_panel (DeskSession *session,
            guint        index)
{
  GtkWidget *widget = panel_widget_new ();
  GtkWidget *child = panels[index].create (session);

  gtk_widget_set_vexpand (child, TRUE);
  panel_widget_set_title (PANEL_WIDGET (widget), _(panels[index].title));
  if (panels[index].icon != NULL)
    panel_widget_set_icon_name (PANEL_WIDGET (widget), panels[index].icon);
  panel_widget_set_reorderable (PANEL_WIDGET (widget), TRUE);
  panel_widget_set_child (PANEL_WIDGET (widget), child);
  /* A closed panel would be lost: they move, and stay. */
  panel_widget_action_set_enabled (PANEL_WIDGET (widget), "close", FALSE);
  g_object_set_data (G_OBJECT (widget), "desk-content", child);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _(panels[index].title), -1);
  return widget;
}

static PanelArea
saved_area (const char *id,
            PanelArea   fallback)
{
  g_autoptr(GVariant) dock = NULL;
  guint area = fallback;

  if (desk_settings_get () == NULL)
    return fallback;
  dock = g_settings_get_value (desk_settings_get (), "dock");
  if (!g_variant_lookup (dock, id, "u", &area) || area > PANEL_AREA_CENTER)
    return fallback;
  return area;
}

static void
add_panel (DeskWorkspace *self,
           GtkWidget     *widget,
           PanelArea      area)
{
  switch (area)
    {
    case PANEL_AREA_START:
      panel_frame_add (PANEL_FRAME (self->start), PANEL_WIDGET (widget));
      break;
    case PANEL_AREA_BOTTOM:
      panel_frame_add (PANEL_FRAME (self->bottom), PANEL_WIDGET (widget));
      break;
    case PANEL_AREA_END:
      panel_frame_add (PANEL_FRAME (self->end), PANEL_WIDGET (widget));
      break;
    case PANEL_AREA_CENTER:
    case PANEL_AREA_TOP:
    default:
      panel_grid_add (PANEL_GRID (self->center), PANEL_WIDGET (widget));
      break;
    }
}

static void
desk_workspace_dispose (GObject *object)
{
  DeskWorkspace *self = DESK_WORKSPACE (object);

  g_clear_pointer (&self->dock, gtk_widget_unparent);
  g_clear_pointer (&self->widgets, g_hash_table_unref);
  G_OBJECT_CLASS (desk_workspace_parent_class)->dispose (object);
}

static void
desk_workspace_class_init (DeskWorkspaceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_workspace_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-workspace.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskWorkspace, dock);
  gtk_widget_class_bind_template_child (widget_class, DeskWorkspace, center);
  gtk_widget_class_bind_template_child (widget_class, DeskWorkspace, start);
  gtk_widget_class_bind_template_child (widget_class, DeskWorkspace, end);
  gtk_widget_class_bind_template_child (widget_class, DeskWorkspace, bottom);
  gtk_widget_class_bind_template_callback (widget_class, create_frame_cb);
}

static void
desk_workspace_init (DeskWorkspace *self)
{
  self->widgets = g_hash_table_new (g_str_hash, g_str_equal);
  gtk_widget_init_template (GTK_WIDGET (self));
  dress_frame (PANEL_FRAME (self->start));
  dress_frame (PANEL_FRAME (self->end));
  dress_frame (PANEL_FRAME (self->bottom));
}

/* The market follows the ticket. */
static void
ticket_symbol_cb (DeskTicketView *ticket,
                  DeskWorkspace  *self)
{
  desk_market_view_set_ticket_symbol (DESK_MARKET_VIEW (desk_workspace_get (self, "market")),
                                      desk_ticket_view_get_symbol (ticket));
}

/* The timeline follows the row that is chosen. */
static void
order_selected_cb (DeskOrders    *orders,
                   DeskWorkspace *self)
{
  const char *id = desk_orders_get_selected_id (orders);

  if (*id != '\0')
    desk_timeline_view_show (DESK_TIMELINE_VIEW (desk_workspace_get (self, "timeline")), id);
}

static gboolean
market_is_at_side (DeskWorkspace *self)
{
  return gtk_widget_is_ancestor (g_hash_table_lookup (self->widgets, "market"), self->end);
}

void
desk_workspace_move_market (DeskWorkspace *self)
{
  GtkWidget *market;
  GtkWidget *frame;
  gboolean at_side;

  g_return_if_fail (DESK_IS_WORKSPACE (self));

  market = g_hash_table_lookup (self->widgets, "market");
  at_side = market_is_at_side (self);
  frame = gtk_widget_get_ancestor (market, PANEL_TYPE_FRAME);
  g_object_ref (market);
  if (frame != NULL)
    panel_frame_remove (PANEL_FRAME (frame), PANEL_WIDGET (market));
  add_panel (self, market, at_side ? PANEL_AREA_CENTER : PANEL_AREA_END);
  g_object_unref (market);
  panel_dock_set_reveal_end (PANEL_DOCK (self->dock), !panel_frame_get_empty (PANEL_FRAME (self->end)));
  /* What it leaves behind it is the orders, not whatever lay beside it. */
  if (!at_side)
    panel_widget_raise (g_hash_table_lookup (self->widgets, "orders"));
  desk_workspace_raise (self, "market");
  desk_workspace_fit_market (self);
}

void
desk_workspace_fit_market (DeskWorkspace *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int wanted;

  g_return_if_fail (DESK_IS_WORKSPACE (self));

  if (!market_is_at_side (self))
    return;
  wanted = (int) desk_market_view_get_n_columns (DESK_MARKET_VIEW (desk_workspace_get (self, "market"))) * MARKET_WIDTH;
  /* Where three markets leave no room for the orders, the middle takes them. */
  if (width > 0 && wanted > MARKET_WIDTH && width - gtk_widget_get_width (self->start) - wanted < CENTER_WIDTH)
    desk_workspace_move_market (self);
  else
    panel_dock_set_end_width (PANEL_DOCK (self->dock), wanted);
}

void
desk_workspace_enlarge_bottom (DeskWorkspace *self)
{
  gboolean enlarge;

  g_return_if_fail (DESK_IS_WORKSPACE (self));

  enlarge = self->height == 0;
  if (enlarge)
    {
      self->height = MAX (gtk_widget_get_height (self->bottom), 1);
      panel_dock_set_bottom_height (PANEL_DOCK (self->dock), gtk_widget_get_height (GTK_WIDGET (self)) * 7 / 10);
    }
  else
    {
      panel_dock_set_bottom_height (PANEL_DOCK (self->dock), self->height);
      self->height = 0;
    }
  panel_dock_set_reveal_start (PANEL_DOCK (self->dock), !enlarge);
  panel_dock_set_reveal_end (PANEL_DOCK (self->dock), !enlarge && !panel_frame_get_empty (PANEL_FRAME (self->end)));
}

GtkWidget *
desk_workspace_new (DeskSession *session)
{
  DeskWorkspace *self = g_object_new (DESK_TYPE_WORKSPACE, NULL);
  GtkWidget *first = NULL;
  GtkWidget *ticket;

  for (guint i = 0; i < G_N_ELEMENTS (panels); i++)
    {
      GtkWidget *widget = make_panel (session, i);
      PanelArea area = saved_area (panels[i].id, panels[i].area);

      g_hash_table_insert (self->widgets, (gpointer) panels[i].id, widget);
      add_panel (self, widget, area);
      if (first == NULL && area == PANEL_AREA_BOTTOM)
        first = widget;
    }
  if (first != NULL)
    panel_widget_raise (PANEL_WIDGET (first));
  panel_dock_set_bottom_height (PANEL_DOCK (self->dock), desk_settings_get_int ("dock-bottom", 206));
  panel_dock_set_start_width (PANEL_DOCK (self->dock), desk_settings_get_int ("dock-start", 300));
  panel_dock_set_end_width (PANEL_DOCK (self->dock), desk_settings_get_int ("dock-end", MARKET_WIDTH));
  panel_dock_set_reveal_end (PANEL_DOCK (self->dock), !panel_frame_get_empty (PANEL_FRAME (self->end)));
  ticket = desk_workspace_get (self, "ticket");
  g_signal_connect_object (ticket, "symbol-changed", G_CALLBACK (ticket_symbol_cb), self, 0);
  ticket_symbol_cb (DESK_TICKET_VIEW (ticket), self);
  g_signal_connect_object (desk_workspace_get (self, "orders"), "selected", G_CALLBACK (order_selected_cb), self, 0);
  return GTK_WIDGET (self);
}

GtkWidget *
desk_workspace_get (DeskWorkspace *self,
                    const char    *id)
{
  GtkWidget *widget;

  g_return_val_if_fail (DESK_IS_WORKSPACE (self), NULL);
  widget = g_hash_table_lookup (self->widgets, id);
  return widget != NULL ? g_object_get_data (G_OBJECT (widget), "desk-content") : NULL;
}

void
desk_workspace_raise (DeskWorkspace *self,
                      const char    *id)
{
  GtkWidget *widget;
  GtkWidget *content;

  g_return_if_fail (DESK_IS_WORKSPACE (self));
  widget = g_hash_table_lookup (self->widgets, id);
  if (widget == NULL)
    return;
  panel_widget_raise (PANEL_WIDGET (widget));
  content = g_object_get_data (G_OBJECT (widget), "desk-content");
  if (!gtk_widget_grab_focus (content))
    gtk_widget_child_focus (content, GTK_DIR_TAB_FORWARD);
}

void
desk_workspace_save (DeskWorkspace *self)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer id;
  gpointer widget;

  g_return_if_fail (DESK_IS_WORKSPACE (self));
  if (desk_settings_get () == NULL)
    return;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{su}"));
  g_hash_table_iter_init (&iter, self->widgets);
  while (g_hash_table_iter_next (&iter, &id, &widget))
    {
      g_autoptr(PanelPosition) position = panel_widget_get_position (widget);

      if (position != NULL && panel_position_get_area_set (position))
        g_variant_builder_add (&builder, "{su}", (const char *) id, (guint) panel_position_get_area (position));
    }
  g_settings_set_value (desk_settings_get (), "dock", g_variant_builder_end (&builder));
  if (self->height == 0)
    desk_settings_set_int ("dock-start", gtk_widget_get_width (self->start));
  if (gtk_widget_get_width (self->end) > 0)
    desk_settings_set_int ("dock-end", gtk_widget_get_width (self->end));
  desk_settings_set_int ("dock-bottom", self->height != 0 ? self->height : gtk_widget_get_height (self->bottom));
}
