/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-orders.h"

#include "desk-metrics.h"
#include "desk-order-columns.h"
#include "desk-order-editor.h"
#include "desk-table.h"
#include "desk-words.h"

#include <glib/gi18n.h>

#define REFILTER_MS 200

struct _DeskOrders
{
  GtkWidget         parent_instance;

  GtkWidget        *box;
  DeskTable        *table;
  DeskOrderEditor  *editor;
  GtkWidget        *chips[DESK_ORDER_GROUP_ALL + 1];
  GtkWidget        *cancel;
  GtkWidget        *modify;
  GtkFilter        *filter;

  DeskSession      *session;
  DeskOrderGroup    shown;
  GHashTable       *groups;      /* key of the row -> group + 1 */
  guint             counts[DESK_ORDER_GROUP_ALL + 1];
  guint             refilter_id;
  gboolean          moved;       /* a row changed its group since the last refilter */
  gboolean          delete_down;
};

G_DEFINE_FINAL_TYPE (DeskOrders, desk_orders, GTK_TYPE_WIDGET)

static const char *
chip_title (DeskOrderGroup group)
{
  switch (group)
    {
    case DESK_ORDER_GROUP_WORKING:
      return C_("orders", "Working");
    case DESK_ORDER_GROUP_DONE:
      return C_("orders", "Done");
    case DESK_ORDER_GROUP_REJECTED:
      return C_("orders", "Rejected");
    case DESK_ORDER_GROUP_UNKNOWN:
      return C_("orders", "Unknown");
    case DESK_ORDER_GROUP_ALL:
    default:
      return C_("orders", "All");
    }
}

DeskOrderGroup
desk_orders_group (const DeskOrderState *order)
{
  if (order->certainty == DESK_CERTAINTY_UNKNOWN)
    return DESK_ORDER_GROUP_UNKNOWN;
  switch (order->status)
    {
    case DESK_STATUS_UNKNOWN:
    case DESK_STATUS_NOT_AT_SERVER:
      return DESK_ORDER_GROUP_UNKNOWN;
    case DESK_STATUS_REJECTED:
    case DESK_STATUS_BLOCKED:
    case DESK_STATUS_NOT_SENT:
      return DESK_ORDER_GROUP_REJECTED;
    case DESK_STATUS_FILLED:
    case DESK_STATUS_CANCELLED:
    case DESK_STATUS_EXPIRED:
      return DESK_ORDER_GROUP_DONE;
    case DESK_STATUS_DRAFT:
    case DESK_STATUS_SENT:
    case DESK_STATUS_WORKING:
    case DESK_STATUS_HELD_BY_PARENT:
    case DESK_STATUS_CHANGING:
    case DESK_STATUS_CANCELLING:
    case DESK_STATUS_PART_FILLED:
    default:
      return DESK_ORDER_GROUP_WORKING;
    }
}

static void
show_counts (DeskOrders *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->chips); i++)
    {
      g_autofree char *label = g_strdup_printf ("%s %u", chip_title (i), self->counts[i]);

      if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->chips[i])), label) != 0)
        gtk_button_set_label (GTK_BUTTON (self->chips[i]), label);
    }
  if (self->counts[DESK_ORDER_GROUP_UNKNOWN] > 0)
    gtk_widget_add_css_class (self->chips[DESK_ORDER_GROUP_UNKNOWN], "attention");
  else
    gtk_widget_remove_css_class (self->chips[DESK_ORDER_GROUP_UNKNOWN], "attention");
}

static gboolean
refilter_cb (gpointer user_data)
{
  DeskOrders *self = user_data;

  self->refilter_id = 0;
  show_counts (self);
  if (self->moved && self->shown != DESK_ORDER_GROUP_ALL)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  self->moved = FALSE;
  return G_SOURCE_REMOVE;
}

/* Counts follow each row by its key: nothing walks ten thousand rows for one that changed. */
static void
place (DeskOrders           *self,
       const DeskOrderState *order)
{
  DeskOrderGroup group = desk_orders_group (order);
  gpointer known = g_hash_table_lookup (self->groups, &order->key);

  if (known != NULL && GPOINTER_TO_UINT (known) == group + 1)
    return;
  if (known != NULL)
    {
      self->counts[GPOINTER_TO_UINT (known) - 1]--;
      self->moved = TRUE;
    }
  else
    self->counts[DESK_ORDER_GROUP_ALL]++;
  self->counts[group]++;
  g_hash_table_insert (self->groups, g_memdup2 (&order->key, sizeof order->key), GUINT_TO_POINTER (group + 1));
  if (self->refilter_id == 0)
    self->refilter_id = g_timeout_add (REFILTER_MS, refilter_cb, self);
}

static gboolean
filter_cb (gpointer item,
           gpointer user_data)
{
  DeskOrders *self = user_data;

  return self->shown == DESK_ORDER_GROUP_ALL
         || desk_orders_group (desk_order_get_state (DESK_ORDER (item))) == self->shown;
}

static DeskOrder *
selected_live (DeskOrders *self)
{
  DeskOrder *order = desk_table_get_selected (self->table);

  return order != NULL && !desk_status_is_final (desk_order_get_state (order)->status) ? order : NULL;
}

static void
update_buttons (DeskOrders *self)
{
  DeskLink link = desk_session_get_link (self->session)->state;
  gboolean linked = link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC;
  DeskOrder *order = selected_live (self);
  const char *why = !linked ? desk_words_denial (DESK_DENY_LINK_DOWN)
                    : order == NULL ? _("Choose a working order in the table first.") : NULL;

  /* The table tells of its last selection while it goes; the buttons may have gone before it. */
  if (self->box == NULL)
    return;
  gtk_widget_set_sensitive (self->cancel, linked && order != NULL);
  gtk_widget_set_sensitive (self->modify, linked && order != NULL);
  gtk_widget_set_tooltip_text (self->cancel, why != NULL ? why : _("Delete"));
  gtk_widget_set_tooltip_text (self->modify, why != NULL ? why : _("F2 or Enter"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.cancel", linked && order != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.modify", linked && order != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.copy-client-id",
                                 desk_table_get_selected (self->table) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.copy-server-id",
                                 desk_table_get_selected (self->table) != NULL);
}

static void
cancel_order (DeskOrders           *self,
              const DeskOrderState *order,
              DeskSource            source)
{
  DeskCommand *command = desk_command_new (DESK_COMMAND_CANCEL);

  command->clicked = g_get_monotonic_time ();
  g_strlcpy (command->id, desk_order_editor_id (order), sizeof command->id);
  g_strlcpy (command->ticket.account, order->account, sizeof command->ticket.account);
  g_strlcpy (command->ticket.symbol, order->symbol, sizeof command->ticket.symbol);
  command->ticket.source = source;
  desk_session_send (self->session, command);
}

static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  DeskOrders *self = DESK_ORDERS (widget);
  DeskOrder *order = selected_live (self);

  if (order != NULL)
    cancel_order (self, desk_order_get_state (order), DESK_SOURCE_CLICK);
}

static void
modify_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  DeskOrders *self = DESK_ORDERS (widget);
  DeskOrder *order = selected_live (self);
  GdkRectangle area;
  graphene_point_t origin;

  if (order == NULL || !gtk_widget_get_sensitive (self->modify))
    return;
  if (!desk_table_get_row_area (self->table, order, &area))
    area = (GdkRectangle) { 0, 0, gtk_widget_get_width (GTK_WIDGET (self->table)), 40 };
  if (gtk_widget_compute_point (GTK_WIDGET (self->table), widget, &GRAPHENE_POINT_INIT (0, 0), &origin))
    {
      area.x += (int) origin.x + 200;
      area.y += (int) origin.y;
      area.width = 1;
    }
  desk_order_editor_open (self->editor, self->session, order, &area);
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  DeskOrder *order = desk_table_get_selected (DESK_ORDERS (widget)->table);

  if (order != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), g_str_equal (name, "orders.copy-client-id")
                                                               ? desk_order_get_state (order)->client_order_id
                                                               : desk_order_get_state (order)->server_order_id);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskOrders      *self)
{
  if (event->kind == DESK_EVENT_ORDER)
    {
      DeskOrder *selected = desk_table_get_selected (self->table);

      place (self, &event->order);
      if (selected != NULL && desk_order_get_state (selected)->key == event->order.key)
        update_buttons (self);
    }
  else if (event->kind == DESK_EVENT_LINK)
    update_buttons (self);
}

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  DeskOrders *self)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (model, position + i);

      place (self, desk_order_get_state (order));
    }
}

static void
chip_toggled_cb (GtkToggleButton *chip,
                 DeskOrders      *self)
{
  if (!gtk_toggle_button_get_active (chip))
    return;
  self->shown = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (chip), "desk-group"));
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  desk_table_set_empty (self->table, self->shown == DESK_ORDER_GROUP_ALL ? _("No orders yet.")
                                                                         : _("No orders of this kind."));
}

static void
row_activated_cb (DeskOrders *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "orders.modify", NULL);
}

/* Delete acts when it is let go, once for each press however long it is held. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                DeskOrders            *self)
{
  if (keyval == GDK_KEY_F2)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "orders.modify", NULL);
      return GDK_EVENT_STOP;
    }
  if (keyval != GDK_KEY_Delete && keyval != GDK_KEY_KP_Delete)
    return GDK_EVENT_PROPAGATE;
  self->delete_down = TRUE;
  return GDK_EVENT_STOP;
}

static void
key_released_cb (GtkEventControllerKey *controller,
                 guint                  keyval,
                 guint                  keycode,
                 GdkModifierType        state,
                 DeskOrders            *self)
{
  DeskOrder *order = selected_live (self);

  if ((keyval != GDK_KEY_Delete && keyval != GDK_KEY_KP_Delete) || !self->delete_down)
    return;
  self->delete_down = FALSE;
  if (order != NULL && gtk_widget_get_sensitive (self->cancel))
    cancel_order (self, desk_order_get_state (order), DESK_SOURCE_KEY);
}

static gboolean
desk_orders_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (DESK_ORDERS (widget)->table));
}

static void
desk_orders_dispose (GObject *object)
{
  DeskOrders *self = DESK_ORDERS (object);

  g_clear_handle_id (&self->refilter_id, g_source_remove);
  if (self->editor != NULL)
    {
      gtk_widget_unparent (GTK_WIDGET (self->editor));
      self->editor = NULL;
    }
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->filter);
  g_clear_object (&self->session);
  g_clear_pointer (&self->groups, g_hash_table_unref);
  G_OBJECT_CLASS (desk_orders_parent_class)->dispose (object);
}

static void
desk_orders_class_init (DeskOrdersClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_orders_dispose;
  widget_class->grab_focus = desk_orders_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "orders.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "orders.modify", NULL, modify_action);
  gtk_widget_class_install_action (widget_class, "orders.copy-client-id", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "orders.copy-server-id", NULL, copy_action);
}

static void
desk_orders_init (DeskOrders *self)
{
  self->shown = DESK_ORDER_GROUP_ALL;
  self->groups = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static GtkWidget *
make_chips (DeskOrders *self)
{
  static const DeskOrderGroup order[] = { DESK_ORDER_GROUP_ALL, DESK_ORDER_GROUP_WORKING, DESK_ORDER_GROUP_DONE,
                                          DESK_ORDER_GROUP_REJECTED, DESK_ORDER_GROUP_UNKNOWN };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "linked");
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      GtkWidget *chip = gtk_toggle_button_new_with_label (chip_title (order[i]));

      gtk_widget_add_css_class (chip, "chip");
      gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, chip_title (order[i]), -1);
      g_object_set_data (G_OBJECT (chip), "desk-group", GUINT_TO_POINTER (order[i]));
      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (chip), GTK_TOGGLE_BUTTON (self->chips[order[0]]));
      self->chips[order[i]] = chip;
      gtk_box_append (GTK_BOX (box), chip);
    }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->chips[DESK_ORDER_GROUP_ALL]), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    g_signal_connect (self->chips[order[i]], "toggled", G_CALLBACK (chip_toggled_cb), self);
  return box;
}

static GtkWidget *
add_action_button (GtkWidget  *bar,
                   const char *label,
                   const char *icon,
                   const char *action)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);

  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (content), gtk_label_new (label));
  gtk_button_set_child (GTK_BUTTON (button), content);
  gtk_widget_add_css_class (button, "chip");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_box_append (GTK_BOX (bar), button);
  return button;
}

static GtkWidget *
make_bar (DeskOrders *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *chips = make_chips (self);
  GtkWidget *columns = gtk_menu_button_new ();
  g_autoptr(GMenuModel) menu = desk_table_column_menu (self->table);

  gtk_widget_add_css_class (bar, "panel-bar");
  gtk_widget_set_hexpand (chips, TRUE);
  gtk_widget_set_halign (chips, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (bar), chips);
  self->modify = add_action_button (bar, _("Modify order"), "document-edit-symbolic", "orders.modify");
  self->cancel = add_action_button (bar, _("Cancel order"), "edit-delete-symbolic", "orders.cancel");
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (columns), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (columns), menu);
  gtk_widget_set_tooltip_text (columns, _("Choose the columns"));
  gtk_widget_add_css_class (columns, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (columns), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Choose the columns"), -1);
  gtk_box_append (GTK_BOX (bar), columns);
  return bar;
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr(GMenu) trade = g_menu_new ();
  g_autoptr(GMenu) copy = g_menu_new ();

  g_menu_append (trade, _("Modify order"), "orders.modify");
  g_menu_append (trade, _("Cancel order"), "orders.cancel");
  g_menu_append (copy, _("Copy client ID"), "orders.copy-client-id");
  g_menu_append (copy, _("Copy server ID"), "orders.copy-server-id");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (trade));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copy));
  return G_MENU_MODEL (menu);
}

static void
make_table (DeskOrders *self)
{
  guint n_columns;
  const DeskColumn *columns = desk_order_columns (&n_columns);
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autoptr(GtkFilterListModel) filtered = NULL;
  g_autoptr(GMenuModel) menu = make_menu ();

  self->filter = GTK_FILTER (gtk_custom_filter_new (filter_cb, self, NULL));
  filtered = gtk_filter_list_model_new (g_object_ref (desk_session_get_orders (self->session)),
                                        g_object_ref (self->filter));
  self->table = DESK_TABLE (desk_table_new (_("Orders"), columns, n_columns, G_LIST_MODEL (filtered), "orders"));
  desk_table_set_row_style (self->table, desk_order_row_style);
  desk_table_sort_by (self->table, "sent", GTK_SORT_DESCENDING);
  desk_table_set_empty (self->table, _("No orders yet."));
  desk_table_set_menu (self->table, menu);
  gtk_widget_set_vexpand (GTK_WIDGET (self->table), TRUE);
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (update_buttons), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "row-activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect (keys, "key-released", G_CALLBACK (key_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->table), keys);
}

GtkWidget *
desk_orders_new (DeskSession *session)
{
  DeskOrders *self = g_object_new (DESK_TYPE_ORDERS, NULL);
  GListModel *orders = desk_session_get_orders (session);

  self->session = g_object_ref (session);
  make_table (self);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), desk_metrics_new (session));
  gtk_box_append (GTK_BOX (self->box), make_bar (self));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->table));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->editor = g_object_new (DESK_TYPE_ORDER_EDITOR, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->editor), GTK_WIDGET (self));
  /* Left alone the focus goes to the ticket, where the next key typed would be an order. */
  g_signal_connect_object (self->editor, "closed", G_CALLBACK (gtk_widget_grab_focus), self->table, G_CONNECT_SWAPPED);

  items_changed_cb (orders, 0, 0, g_list_model_get_n_items (orders), self);
  show_counts (self);
  update_buttons (self);
  g_signal_connect_object (orders, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, 0);
  return GTK_WIDGET (self);
}

void
desk_orders_cancel_side (DeskOrders *self,
                         DeskSide    side)
{
  GListModel *orders;
  guint n;

  g_return_if_fail (DESK_IS_ORDERS (self));

  orders = desk_session_get_orders (self->session);
  n = g_list_model_get_n_items (orders);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i);
      const DeskOrderState *state = desk_order_get_state (order);

      if (!desk_status_is_final (state->status) && state->source != DESK_SOURCE_EXTERNAL
          && (side == DESK_SIDE_NONE || state->side == side)
          && g_str_equal (state->account, desk_session_get_arm (self->session)->account))
        cancel_order (self, state, DESK_SOURCE_KEY);
    }
}

guint
desk_orders_n_external (DeskSession *session,
                        const char  *account,
                        const char  *symbol)
{
  GListModel *orders = desk_session_get_orders (session);
  guint n = g_list_model_get_n_items (orders);
  guint external = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i);
      const DeskOrderState *state = desk_order_get_state (order);

      external += state->source == DESK_SOURCE_EXTERNAL && !desk_status_is_final (state->status)
                  && g_str_equal (state->account, account)
                  && (*symbol == '\0' || g_str_equal (state->symbol, symbol));
    }
  return external;
}

guint
desk_orders_n_open (DeskSession *session)
{
  GListModel *orders = desk_session_get_orders (session);
  guint n = g_list_model_get_n_items (orders);
  guint open = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i);
      const DeskOrderState *state = desk_order_get_state (order);

      open += state->source != DESK_SOURCE_EXTERNAL && !desk_status_is_final (state->status)
              && state->status != DESK_STATUS_NOT_AT_SERVER;
    }
  return open;
}
