/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-orders.h"

#include "desk-figure.h"
#include "desk-keyed-store.h"
#include "desk-metrics.h"
#include "desk-order-chips.h"
#include "desk-order-columns.h"
#include "desk-order-editor.h"
#include "desk-order-links.h"
#include "desk-table.h"
#include "desk-timeline-reader.h"
#include "desk-timeline-words.h"
#include "desk-words-outage.h"
#include "desk-words.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _DeskOrders
{
  GtkWidget         parent_instance;

  GtkWidget        *box;
  DeskOrderChips   *chips;
  DeskTable        *table;
  DeskOrderEditor  *editor;
  GtkWidget        *cancel;
  GtkWidget        *modify;

  DeskSession      *session;
  DeskOrderLinks   *links;
  gboolean          delete_down;
  gboolean          delete_pair;
};

G_DEFINE_FINAL_TYPE (DeskOrders, desk_orders, GTK_TYPE_WIDGET)

static guint selected_signal;

static void
place (DeskOrders *self,
       DeskOrder  *order)
{
  if (desk_order_links_place (self->links, order) && self->table != NULL)
    desk_table_queue_resort (self->table);
  desk_order_chips_place (self->chips, desk_order_get_state (order));
}

static DeskOrder *
selected_live (DeskOrders *self)
{
  DeskOrder *order = desk_table_get_selected (self->table);

  return order != NULL && !desk_status_is_final (desk_order_get_state (order)->status) ? order : NULL;
}

/* The selected row when its fate is not stated. */
static DeskOrder *
selected_in_doubt (DeskOrders *self)
{
  DeskOrder *order = desk_table_get_selected (self->table);
  const DeskOrderState *state = order != NULL ? desk_order_get_state (order) : NULL;

  return state != NULL && desk_words_in_doubt (state) ? order : NULL;
}

/* The group of the selected row; NULL when it has none. */
static const char *
selected_group (DeskOrders *self)
{
  DeskOrder *order = desk_table_get_selected (self->table);
  const char *group = order != NULL ? desk_order_group_id (desk_order_get_state (order)) : "";

  return *group != '\0' ? group : NULL;
}

/* The sign alone may be on the button. */
static void
say_tooltip (GtkWidget  *button,
             const char *what,
             const char *how)
{
  g_autofree char *text = desk_words_named (what, how);

  desk_set_tooltip (button, text);
}

static void
update_buttons (DeskOrders *self)
{
  DeskLink link = desk_session_get_link (self->session)->state;
  gboolean linked = link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC;
  DeskOrder *order = selected_live (self);
  const char *why = !linked ? desk_words_denial (DESK_DENY_LINK_DOWN)
                    : order == NULL ? _("Choose a working order in the table first.") : NULL;
  const char *no_change = why != NULL ? why : desk_order_editor_why_not (desk_order_get_state (order));

  /* The table tells of its last selection while it goes; the buttons may have gone before it. */
  if (self->box == NULL)
    return;
  gtk_widget_set_sensitive (self->cancel, why == NULL);
  gtk_widget_set_sensitive (self->modify, no_change == NULL);
  say_tooltip (self->cancel, _("Cancel order"), why != NULL ? why : _("Delete"));
  say_tooltip (self->modify, _("Modify order"), no_change != NULL ? no_change : _("F2 or Enter"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.cancel", why == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.modify", no_change == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.cancel-pair",
                                 linked && order != NULL && *desk_order_get_state (order)->sibling != '\0');
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.resolve", linked && selected_in_doubt (self) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.show-group", selected_group (self) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.timeline", desk_table_get_selected (self->table) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.messages", desk_table_get_selected (self->table) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.copy-client-id",
                                 desk_table_get_selected (self->table) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "orders.copy-server-id",
                                 desk_table_get_selected (self->table) != NULL);
}

static void
selection_cb (DeskOrders *self)
{
  update_buttons (self);
  if (self->box != NULL)
    g_signal_emit (self, selected_signal, 0);
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

/* Of a free pair the server cancels the other one by itself; the exits of a bracket are cancelled one by one. */
static void
cancel_pair (DeskOrders *self,
             DeskOrder  *order,
             DeskSource  source)
{
  const DeskOrderState *state = desk_order_get_state (order);
  g_autoptr(DeskOrder) sibling = NULL;

  if (*state->parent != '\0')
    sibling = desk_order_links_find (desk_session_get_orders (self->session), state->account, state->sibling);
  cancel_order (self, state, source);
  if (sibling != NULL && !desk_status_is_final (desk_order_get_state (sibling)->status))
    cancel_order (self, desk_order_get_state (sibling), source);
}

static void
cancel_pair_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  DeskOrders *self = DESK_ORDERS (widget);
  DeskOrder *order = selected_live (self);

  if (order != NULL)
    cancel_pair (self, order, DESK_SOURCE_CLICK);
}

static void
resolve_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  DeskOrder *order = selected_in_doubt (DESK_ORDERS (widget));

  if (order != NULL)
    gtk_widget_activate_action (widget, "win.resolve", "s", desk_order_editor_id (desk_order_get_state (order)));
}

/* To the panel that knows more of the order. */
static void
show_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  const char *id = desk_orders_get_selected_id (DESK_ORDERS (widget));

  if (*id != '\0')
    gtk_widget_activate_action (widget, g_str_equal (name, "orders.timeline") ? "win.show-timeline" : "win.show-messages", "s",
                                id);
}

static void
show_group_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  DeskOrders *self = DESK_ORDERS (widget);

  if (selected_group (self) != NULL)
    desk_order_chips_show_group (self->chips, selected_group (self));
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
      DeskOrder *order = desk_keyed_store_lookup (DESK_KEYED_STORE (desk_session_get_orders (session)), &event->order.key);

      if (order != NULL)
        place (self, order);
      if (selected != NULL && selected == order)
        update_buttons (self);
    }
  else if (event->kind == DESK_EVENT_LINK)
    update_buttons (self);
  else if (event->kind == DESK_EVENT_ARM)
    desk_order_chips_set_account (self->chips, event->arm.account);
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

      place (self, order);
    }
}

static void
chosen_cb (DeskOrders *self)
{
  desk_table_set_empty (self->table, desk_order_chips_empty_text (self->chips));
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
  if ((keyval == GDK_KEY_g || keyval == GDK_KEY_G) && (state & GDK_CONTROL_MASK) != 0)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "orders.show-group", NULL);
      return GDK_EVENT_STOP;
    }
  if (keyval != GDK_KEY_Delete && keyval != GDK_KEY_KP_Delete)
    return GDK_EVENT_PROPAGATE;
  self->delete_down = TRUE;
  self->delete_pair = (state & GDK_SHIFT_MASK) != 0;
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
  if (order == NULL || !gtk_widget_get_sensitive (self->cancel))
    return;
  if (self->delete_pair && *desk_order_get_state (order)->sibling != '\0')
    cancel_pair (self, order, DESK_SOURCE_KEY);
  else
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

  if (self->editor != NULL)
    {
      gtk_widget_unparent (GTK_WIDGET (self->editor));
      self->editor = NULL;
    }
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_orders_parent_class)->dispose (object);
}

static void
desk_orders_finalize (GObject *object)
{
  desk_order_links_free (DESK_ORDERS (object)->links);
  G_OBJECT_CLASS (desk_orders_parent_class)->finalize (object);
}

static void
desk_orders_class_init (DeskOrdersClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_orders_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_orders_finalize;
  widget_class->grab_focus = desk_orders_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "orders.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "orders.cancel-pair", NULL, cancel_pair_action);
  gtk_widget_class_install_action (widget_class, "orders.resolve", NULL, resolve_action);
  gtk_widget_class_install_action (widget_class, "orders.show-group", NULL, show_group_action);
  gtk_widget_class_install_action (widget_class, "orders.timeline", NULL, show_action);
  gtk_widget_class_install_action (widget_class, "orders.messages", NULL, show_action);
  gtk_widget_class_install_action (widget_class, "orders.modify", NULL, modify_action);
  gtk_widget_class_install_action (widget_class, "orders.copy-client-id", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "orders.copy-server-id", NULL, copy_action);
  selected_signal = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
desk_orders_init (DeskOrders *self)
{
  self->links = desk_order_links_new ();
}

static GtkWidget *
add_action_button (GtkWidget  *bar,
                   const char *word,
                   const char *name,
                   const char *icon,
                   const char *action)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);
  GtkWidget *narrow = adw_squeezer_new ();

  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (content), gtk_label_new (word));
  /* In a narrow panel the sign must do; the tooltip and the screen reader have the words. */
  adw_squeezer_add (ADW_SQUEEZER (narrow), content);
  adw_squeezer_add (ADW_SQUEEZER (narrow), gtk_image_new_from_icon_name (icon));
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (narrow), FALSE);
  gtk_button_set_child (GTK_BUTTON (button), narrow);
  gtk_widget_add_css_class (button, "chip");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (GTK_BOX (bar), button);
  return button;
}

/* The day's figures, and what is done with the selected order. */
static GtkWidget *
make_head (DeskOrders *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *metrics = desk_metrics_new (self->session);

  gtk_widget_add_css_class (head, "orders-head");
  gtk_widget_set_hexpand (metrics, TRUE);
  gtk_box_append (GTK_BOX (head), metrics);
  /* Translators: buttons beside the day's figures: one word, where there is no room for two. */
  self->modify = add_action_button (head, C_("order button", "Modify"), _("Modify order"), "document-edit-symbolic",
                                    "orders.modify");
  self->cancel = add_action_button (head, C_("order button", "Cancel"), _("Cancel order"), "edit-delete-symbolic",
                                    "orders.cancel");
  return head;
}

static GtkWidget *
make_bar (DeskOrders *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *chips = GTK_WIDGET (self->chips);

  gtk_widget_add_css_class (bar, "panel-bar");
  gtk_widget_set_hexpand (chips, TRUE);
  gtk_widget_set_valign (chips, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (bar), chips);
  gtk_box_append (GTK_BOX (bar), desk_table_column_button (self->table));
  return bar;
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr(GMenu) trade = g_menu_new ();
  g_autoptr(GMenu) show = g_menu_new ();
  g_autoptr(GMenu) copy = g_menu_new ();

  g_menu_append (trade, _("Modify order"), "orders.modify");
  g_menu_append (trade, _("Cancel order"), "orders.cancel");
  g_menu_append (trade, _("Cancel the pair"), "orders.cancel-pair");
  g_menu_append (trade, _("Settle the unknown order…"), "orders.resolve");
  g_menu_append (show, _("Show the group only"), "orders.show-group");
  g_menu_append (show, _("Timeline"), "orders.timeline");
  g_menu_append (show, _("Show messages"), "orders.messages");
  g_menu_append (copy, _("Copy client ID"), "orders.copy-client-id");
  g_menu_append (copy, _("Copy server ID"), "orders.copy-server-id");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (trade));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (show));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copy));
  return G_MENU_MODEL (menu);
}

static char *
row_tooltip (gpointer item,
             gpointer user_data)
{
  DeskOrders *self = user_data;
  const DeskOrderState *order = desk_order_get_state (item);
  const char *id = desk_order_editor_id (order);
  GPtrArray *marks = *id != '\0' ? desk_timeline_reader_peek (desk_timeline_reader_get (self->session), id) : NULL;

  return desk_timeline_words_tooltip (order, marks);
}

static void
make_table (DeskOrders *self)
{
  guint n_columns;
  const DeskColumn *columns = desk_order_columns (&n_columns);
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autoptr(GtkFilterListModel) filtered = NULL;
  g_autoptr(GMenuModel) menu = make_menu ();

  filtered = gtk_filter_list_model_new (g_object_ref (desk_session_get_orders (self->session)),
                                        g_object_ref (desk_order_chips_get_filter (self->chips)));
  self->table = DESK_TABLE (desk_table_new (_("Orders"), columns, n_columns, G_LIST_MODEL (filtered), "orders"));
  desk_table_set_row_style (self->table, desk_order_row_style);
  desk_table_set_leader (self->table, desk_order_links_leader, desk_order_compare_in_group, self->links);
  desk_table_sort_by (self->table, "sent", GTK_SORT_DESCENDING);
  desk_table_set_empty (self->table, _("No orders yet."));
  desk_table_set_menu (self->table, menu);
  gtk_widget_set_vexpand (GTK_WIDGET (self->table), TRUE);
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (selection_cb), self, G_CONNECT_SWAPPED);
  desk_table_set_row_tooltip (self->table, row_tooltip, self);
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
  self->chips = DESK_ORDER_CHIPS (desk_order_chips_new (session));
  /* Before the table sorts them it must be known which belong together. */
  g_signal_connect_object (orders, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  items_changed_cb (orders, 0, 0, g_list_model_get_n_items (orders), self);
  make_table (self);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), make_head (self));
  gtk_box_append (GTK_BOX (self->box), make_bar (self));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->table));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->editor = g_object_new (DESK_TYPE_ORDER_EDITOR, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->editor), GTK_WIDGET (self));
  /* Left alone the focus goes to the ticket, where the next key typed would be an order. */
  g_signal_connect_object (self->editor, "closed", G_CALLBACK (gtk_widget_grab_focus), self->table, G_CONNECT_SWAPPED);

  update_buttons (self);
  /* A tooltip that is open says what has been read since. */
  g_signal_connect_object (desk_timeline_reader_get (session), "read", G_CALLBACK (gtk_widget_trigger_tooltip_query),
                           self->table, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chips, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, 0);
  return GTK_WIDGET (self);
}

gboolean
desk_orders_show (DeskOrders *self,
                  const char *id)
{
  g_autoptr(DeskOrder) order = NULL;

  g_return_val_if_fail (DESK_IS_ORDERS (self), FALSE);

  order = desk_order_links_find (desk_session_get_orders (self->session), NULL, id);
  if (order == NULL)
    return FALSE;
  desk_order_chips_show (self->chips, DESK_ORDER_GROUP_ALL);
  desk_table_select (self->table, order);
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
  return TRUE;
}

void
desk_orders_show_unknown (DeskOrders *self)
{
  g_return_if_fail (DESK_IS_ORDERS (self));

  desk_order_chips_show (self->chips, DESK_ORDER_GROUP_UNKNOWN);
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
}

const char *
desk_orders_get_selected_id (DeskOrders *self)
{
  DeskOrder *order;

  g_return_val_if_fail (DESK_IS_ORDERS (self), "");

  order = desk_table_get_selected (self->table);
  return order != NULL ? desk_order_editor_id (desk_order_get_state (order)) : "";
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
