/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-order-editor.h"

#include "desk-price-entry.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

struct _DeskOrderEditor
{
  GtkPopover      parent_instance;

  GtkWidget      *title;
  GtkWidget      *price_label;
  DeskPriceEntry *price;
  GtkWidget      *stop_label;
  DeskPriceEntry *stop;
  GtkWidget      *quantity;
  GtkWidget      *hint;

  DeskSession    *session;
  DeskOrder      *order;
};

G_DEFINE_FINAL_TYPE (DeskOrderEditor, desk_order_editor, GTK_TYPE_POPOVER)

const char *
desk_order_editor_id (const DeskOrderState *order)
{
  return *order->client_order_id != '\0' ? order->client_order_id : order->server_order_id;
}

static void
set_hint (DeskOrderEditor *self,
          const char      *text)
{
  gtk_label_set_text (GTK_LABEL (self->hint), text != NULL ? text : "");
  gtk_widget_set_visible (self->hint, text != NULL);
}

/* TRUE when the field holds a price that differs from @now; FALSE with *bad set when it holds none. */
static gboolean
read_change (DeskPriceEntry  *entry,
             const DeskPrice *now,
             double          *price,
             gboolean        *bad)
{
  if (now == NULL)
    return FALSE;
  if (desk_price_entry_get (entry, price) != DESK_PRICE_ENTRY_VALID)
    {
      *bad = TRUE;
      return FALSE;
    }
  return fabs (*price - now->display) > 1e-9;
}

static void
apply (DeskOrderEditor *self)
{
  const DeskOrderState *order;
  g_autoptr(DeskCommand) command = NULL;
  double limit = NAN;
  double stop = NAN;
  gboolean bad = FALSE;
  gboolean new_limit;
  gboolean new_stop;
  gint64 quantity;

  if (self->order == NULL)
    return;
  order = desk_order_get_state (self->order);
  gtk_spin_button_update (GTK_SPIN_BUTTON (self->quantity));
  new_limit = read_change (self->price, desk_words_limit_price (order), &limit, &bad);
  new_stop = read_change (self->stop, desk_words_stop_price (order), &stop, &bad);
  if (bad)
    {
      set_hint (self, desk_words_denial (DESK_DENY_PRICE_TICK));
      return;
    }
  quantity = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->quantity));
  if (!new_limit && !new_stop && quantity == order->quantity)
    {
      set_hint (self, _("Nothing is changed yet."));
      return;
    }

  command = desk_command_new (DESK_COMMAND_MODIFY);
  command->clicked = g_get_monotonic_time ();
  g_strlcpy (command->id, desk_order_editor_id (order), sizeof command->id);
  g_strlcpy (command->ticket.account, order->account, sizeof command->ticket.account);
  g_strlcpy (command->ticket.symbol, order->symbol, sizeof command->ticket.symbol);
  command->ticket.source = DESK_SOURCE_CLICK;
  command->ticket.live = desk_session_get_profile (self->session)->live;
  if (quantity != order->quantity)
    command->quantity = quantity;
  if (order->type == DESK_ORDER_TYPE_STOP_LIMIT)
    {
      command->has_price = new_stop;
      command->price = stop;
      command->has_price2 = new_limit;
      command->price2 = limit;
    }
  else
    {
      command->has_price = new_limit || new_stop;
      command->price = new_limit ? limit : stop;
    }
  desk_session_send (self->session, g_steal_pointer (&command));
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
closed_cb (DeskOrderEditor *self)
{
  g_clear_object (&self->order);
}

static void
desk_order_editor_dispose (GObject *object)
{
  DeskOrderEditor *self = DESK_ORDER_EDITOR (object);

  g_clear_object (&self->order);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_order_editor_parent_class)->dispose (object);
}

static void
desk_order_editor_class_init (DeskOrderEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_order_editor_dispose;
}

static GtkWidget *
attach (GtkWidget  *grid,
        int         row,
        const char *label,
        GtkWidget  *field)
{
  GtkWidget *name = gtk_label_new (label);

  gtk_label_set_xalign (GTK_LABEL (name), 0.0f);
  gtk_widget_set_hexpand (field, TRUE);
  gtk_grid_attach (GTK_GRID (grid), name, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), field, 1, row, 1, 1);
  return name;
}

static void
desk_order_editor_init (DeskOrderEditor *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *apply_button = gtk_button_new_with_label (_("Send the change"));
  GtkEditable *quantity_text;

  gtk_widget_add_css_class (box, "order-editor");
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 10);
  self->title = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->title, "heading");
  gtk_label_set_xalign (GTK_LABEL (self->title), 0.0f);
  gtk_box_append (GTK_BOX (box), self->title);

  self->price = DESK_PRICE_ENTRY (desk_price_entry_new (_("New price")));
  self->stop = DESK_PRICE_ENTRY (desk_price_entry_new (_("New stop price")));
  self->quantity = gtk_spin_button_new_with_range (1, 1000000, 1);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (self->quantity), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->quantity), GTK_ACCESSIBLE_PROPERTY_LABEL, _("New quantity"), -1);
  self->price_label = attach (grid, 0, _("New price"), GTK_WIDGET (self->price));
  self->stop_label = attach (grid, 1, _("New stop price"), GTK_WIDGET (self->stop));
  attach (grid, 2, _("New quantity"), self->quantity);
  gtk_box_append (GTK_BOX (box), grid);

  self->hint = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->hint), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->hint), 0.0f);
  gtk_widget_add_css_class (self->hint, "error");
  gtk_widget_set_visible (self->hint, FALSE);
  gtk_box_append (GTK_BOX (box), self->hint);
  gtk_widget_add_css_class (apply_button, "suggested-action");
  gtk_box_append (GTK_BOX (box), apply_button);
  gtk_popover_set_child (GTK_POPOVER (self), box);

  quantity_text = gtk_editable_get_delegate (GTK_EDITABLE (self->quantity));
  g_signal_connect_swapped (quantity_text, "activate", G_CALLBACK (apply), self);
  g_signal_connect_swapped (self->price, "activate", G_CALLBACK (apply), self);
  g_signal_connect_swapped (self->stop, "activate", G_CALLBACK (apply), self);
  g_signal_connect_swapped (apply_button, "clicked", G_CALLBACK (apply), self);
  g_signal_connect (self, "closed", G_CALLBACK (closed_cb), NULL);
}

void
desk_order_editor_open (DeskOrderEditor    *self,
                        DeskSession        *session,
                        DeskOrder          *order,
                        const GdkRectangle *area)
{
  const DeskOrderState *state = desk_order_get_state (order);
  const DeskPrice *limit = desk_words_limit_price (state);
  const DeskPrice *stop = desk_words_stop_price (state);
  g_autofree char *title = NULL;

  g_return_if_fail (DESK_IS_ORDER_EDITOR (self));

  g_set_object (&self->session, session);
  g_set_object (&self->order, order);
  title = g_strdup_printf ("%s %s %s", desk_words_side (state->side), state->symbol, desk_words_type (state->type));
  gtk_label_set_text (GTK_LABEL (self->title), title);
  set_hint (self, NULL);
  desk_price_entry_set_grid (self->price, state->grid.tick > 0.0 ? &state->grid : NULL);
  desk_price_entry_set_grid (self->stop, state->grid.tick > 0.0 ? &state->grid : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->price), limit != NULL);
  gtk_widget_set_visible (self->price_label, limit != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->stop), stop != NULL);
  gtk_widget_set_visible (self->stop_label, stop != NULL);
  if (limit != NULL)
    desk_price_entry_set (self->price, limit->display);
  if (stop != NULL)
    desk_price_entry_set (self->stop, stop->display);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->quantity), (double) MAX (state->quantity, 1));
  gtk_popover_set_pointing_to (GTK_POPOVER (self), area);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (limit != NULL ? GTK_WIDGET (self->price) : stop != NULL ? GTK_WIDGET (self->stop)
                                                                                 : self->quantity);
}
