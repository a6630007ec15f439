/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-order-editor.h"

#include "desk-date-entry.h"
#include "desk-names.h"
#include "desk-price-entry.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

/* What the fields were filled with. */
typedef struct
{
  double  limit, stop; /* NAN: none */
  gint64  quantity;
  DeskTif tif;
  gint64  good_till;
} Terms;

struct _DeskOrderEditor
{
  GtkPopover      parent_instance;

  GtkWidget      *title;
  GtkWidget      *price_label;
  DeskPriceEntry *price;
  GtkWidget      *stop_label;
  DeskPriceEntry *stop;
  GtkWidget      *quantity;
  GtkWidget      *tif;
  DeskDateEntry  *good_till;
  GtkWidget      *good_till_label;
  GtkWidget      *keep;        /* an exit moves with its entry */
  GtkWidget      *hint;
  GtkWidget      *apply;

  DeskSession    *session;
  gulong          event_id;
  DeskOrder      *order;
  gulong          changed_id;
  guint64         tag;         /* of the change that waits for the server, 0: none */
  gboolean        on_its_way;  /* the order has said that the change was sent */
  double          asked_limit, asked_stop; /* NAN: not asked for */
  gint64          asked_quantity;          /* 0: not asked for */
  Terms           shown;
};

/* What a working order can be made to last. */
static const DeskTif tifs[] = { DESK_TIF_DAY, DESK_TIF_GTC, DESK_TIF_GTD };

G_DEFINE_FINAL_TYPE (DeskOrderEditor, desk_order_editor, GTK_TYPE_POPOVER)

const char *
desk_order_editor_id (const DeskOrderState *order)
{
  return *order->client_order_id != '\0' ? order->client_order_id : order->server_order_id;
}

const char *
desk_order_editor_why_not (const DeskOrderState *order)
{
  if (*order->server_order_id == '\0')
    return _("The server has named no ID for this order: it cannot be changed.");
  if (order->change == DESK_OVERLAY_SENT || order->change == DESK_OVERLAY_UNKNOWN)
    return desk_words_denial (DESK_DENY_IN_FLIGHT);
  return NULL;
}

static void
set_hint (DeskOrderEditor *self,
          const char      *text,
          gboolean         bad)
{
  gtk_label_set_text (GTK_LABEL (self->hint), text != NULL ? text : "");
  gtk_widget_set_visible (self->hint, text != NULL);
  if (bad)
    gtk_label_set_max_width_chars (GTK_LABEL (self->hint), 36);
  else
    gtk_widget_remove_css_class (self->hint, "error");
}

static DeskTif
chosen_tif (DeskOrderEditor *self)
{
  guint n = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->tif));

  return n < G_N_ELEMENTS (tifs) ? tifs[n] : DESK_TIF_UNSET;
}

static void
tif_changed_cb (DeskOrderEditor *self)
{
  gboolean date = chosen_tif (self) == DESK_TIF_GTD;

  gtk_widget_set_visible (GTK_WIDGET (self->good_till), date);
  gtk_widget_set_visible (self->good_till_label, date);
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

/* The new time in force; unset when it stays. FALSE with *bad set when the date is missing. */
static gboolean
read_tif (DeskOrderEditor      *self,
          const DeskOrderState *order,
          DeskTif              *tif,
          gint64               *good_till,
          gboolean             *bad)
{
  *tif = gtk_widget_get_sensitive (self->tif) ? chosen_tif (self) : DESK_TIF_UNSET;
  *good_till = *tif == DESK_TIF_GTD ? desk_date_entry_get (self->good_till) : 0;
  if (*good_till < 0)
    *bad = TRUE;
  if (*tif == order->tif && (*tif != DESK_TIF_GTD || *good_till == order->good_till))
    *tif = DESK_TIF_UNSET;
  return *tif != DESK_TIF_UNSET;
}

static gboolean
is_asked (double           asked,
          const DeskPrice *now)
{
  return isnan (asked) || (now != NULL && fabs (asked - now->display) < 1e-9);
}

static void
append_difference (GString         *text,
                   const DeskGrid  *grid,
                   double           asked,
                   const DeskPrice *now)
{
  g_autofree char *wanted = NULL;
  g_autofree char *have = NULL;

  if (is_asked (asked, now))
    return;
  wanted = desk_price_format_double (grid, asked);
  have = now != NULL ? desk_price_format (grid, now) : g_strdup ("–");
  g_string_append_printf (text, _("%sprice %s, asked was %s"), text->len > 0 ? "; " : "", have, wanted);
}

/* How long it works, and for an exit of a bracket whether it moves with its entry: where the numbering has a field. */
static void
show_terms (DeskOrderEditor      *self,
            const DeskOrderState *state)
{
  gboolean brief = desk_session_get_profile (self->session)->numbering == DTC_NUMBERING_BRIEF;
  guint selected = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < G_N_ELEMENTS (tifs); i++)
    if (tifs[i] == state->tif)
      selected = i;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->tif), selected);
  if (state->tif == DESK_TIF_GTD && state->good_till > 0)
    desk_date_entry_set (self->good_till, state->good_till);
  gtk_widget_set_sensitive (self->tif, !brief && selected != GTK_INVALID_LIST_POSITION);
  gtk_widget_set_tooltip_text (self->tif, brief ? _("The numbering of this profile changes prices and the quantity only.")
                                                : NULL);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->keep), FALSE);
  gtk_widget_set_visible (self->keep, !brief && *state->parent != '\0');
  tif_changed_cb (self);
}

static Terms
terms_of (const DeskOrderState *order)
{
  const DeskPrice *limit = desk_words_limit_price (order);
  const DeskPrice *stop = desk_words_stop_price (order);

  return (Terms) { limit != NULL ? limit->display : NAN, stop != NULL ? stop->display : NAN, order->quantity, order->tif,
                   order->good_till };
}

static gboolean
is_same (double a,
         double b)
{
  return (isnan (a) && isnan (b)) || fabs (a - b) < 1e-9;
}

/* The fields show what the order is now: what is sent is what differs from that. */
static void
fill (DeskOrderEditor      *self,
      const DeskOrderState *order)
{
  self->shown = terms_of (order);
  show_terms (self, order);
  if (isfinite (self->shown.limit))
    desk_price_entry_set (self->price, self->shown.limit);
  if (isfinite (self->shown.stop))
    desk_price_entry_set (self->stop, self->shown.stop);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->quantity), (double) MAX (order->quantity, 1));
}

/* Another client, or the server, has changed it under our hands: old values must not go out as if they were chosen. */
static void
follow (DeskOrderEditor      *self,
        const DeskOrderState *order)
{
  const Terms *was = &self->shown;
  Terms now = terms_of (order);

  if (is_same (was->limit, now.limit) && is_same (was->stop, now.stop) && was->quantity == now.quantity
      && was->tif == now.tif && was->good_till == now.good_till)
    return;
  fill (self, order);
  set_hint (self, _("The order has changed meanwhile; the fields show it as it is now."), TRUE);
}

/* What the server made of it: it closes when that is what was asked for, else it says so. */
static void
order_changed_cb (DeskOrderEditor *self)
{
  const DeskOrderState *order = desk_order_get_state (self->order);
  g_autoptr(GString) text = NULL;

  if (desk_status_is_final (order->status))
    {
      /* Translators: the state of an order. */
      g_autofree char *over = g_strdup_printf (_("The order is over: %s. Nothing is left to change."),
                                               desk_words_order_state (order));

      self->tag = 0;
      gtk_widget_set_sensitive (self->apply, FALSE);
      set_hint (self, over, TRUE);
      return;
    }
  if (self->tag == 0)
    {
      follow (self, order);
      return;
    }
  if (order->change == DESK_OVERLAY_INTENDED || order->change == DESK_OVERLAY_SENT)
    {
      self->on_its_way = TRUE;
      return;
    }
  if (!self->on_its_way && order->reason != DESK_REASON_CHANGE_DONE && order->reason != DESK_REASON_CHANGE_REJECTED)
    return;
  self->tag = 0;
  if (order->change == DESK_OVERLAY_UNKNOWN)
    {
      set_hint (self, _("change without an answer"), TRUE);
      return;
    }
  if (order->reason == DESK_REASON_CHANGE_REJECTED || order->change == DESK_OVERLAY_REFUSED)
    {
      set_hint (self, order->text != NULL && *order->text != '\0' ? order->text
                                                                  : desk_words_reason (DESK_REASON_CHANGE_REJECTED), TRUE);
      return;
    }
  self->shown = terms_of (order);
  text = g_string_new (NULL);
  append_difference (text, &order->grid, self->asked_limit, desk_words_limit_price (order));
  append_difference (text, &order->grid, self->asked_stop, desk_words_stop_price (order));
  if (self->asked_quantity > 0 && self->asked_quantity != order->quantity)
    g_string_append_printf (text, _("%squantity %d, asked was %d"), text->len > 0 ? "; " : "", (int) order->quantity,
                            (int) self->asked_quantity);
  if (text->len == 0)
    {
      gtk_popover_popdown (GTK_POPOVER (self));
      return;
    }
  /* Translators: followed by what differs. */
  g_string_prepend (text, _("The server confirmed: "));
  set_hint (self, text->str, TRUE);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskOrderEditor *self)
{
  if (event->kind == DESK_EVENT_DENIED && event->tag != 0 && event->tag == self->tag)
    {
      g_autofree char *why = desk_words_denial_text (event->denial, event->text);

      self->tag = 0;
      set_hint (self, why, TRUE);
    }
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
  gboolean new_tif;
  DeskTif tif;
  gint64 good_till;
  gint64 quantity;

  /* One press, one change: the one before is not answered yet. */
  if (self->order == NULL || self->tag != 0 || !gtk_widget_get_sensitive (self->apply))
    return;
  order = desk_order_get_state (self->order);
  gtk_spin_button_update (GTK_SPIN_BUTTON (self->quantity));
  new_limit = read_change (self->price, desk_words_limit_price (order), &limit, &bad);
  new_stop = read_change (self->stop, desk_words_stop_price (order), &stop, &bad);
  if (bad)
    {
      set_hint (self, desk_words_denial (DESK_DENY_PRICE_TICK), TRUE);
      return;
    }
  new_tif = read_tif (self, order, &tif, &good_till, &bad);
  if (bad)
    {
      set_hint (self, _("Give the day until which it is good: 2026-12-01 21:00."), TRUE);
      return;
    }
  quantity = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->quantity));
  if (!new_limit && !new_stop && !new_tif && quantity == order->quantity)
    {
      set_hint (self, _("Nothing is changed yet."), TRUE);
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
  if (new_tif)
    {
      command->ticket.tif = tif;
      command->ticket.good_till = good_till;
    }
  command->ticket.offsets = (new_limit || new_stop) && gtk_widget_get_visible (self->keep)
                            && gtk_check_button_get_active (GTK_CHECK_BUTTON (self->keep));
  if (desk_words_has_trigger (order->type) && desk_words_has_limit (order->type))
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
  self->asked_limit = new_limit ? limit : NAN;
  self->asked_stop = new_stop ? stop : NAN;
  self->asked_quantity = command->quantity;
  self->on_its_way = FALSE;
  set_hint (self, _("Sent; waiting for the server."), FALSE);
  self->tag = desk_session_send (self->session, g_steal_pointer (&command));
}

static void
let_go (DeskOrderEditor *self)
{
  if (self->order != NULL)
    g_clear_signal_handler (&self->changed_id, self->order);
  if (self->session != NULL)
    g_clear_signal_handler (&self->event_id, self->session);
  g_clear_object (&self->order);
  g_clear_object (&self->session);
  self->tag = 0;
}

static void
desk_order_editor_dispose (GObject *object)
{
  let_go (DESK_ORDER_EDITOR (object));
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
  g_autoptr(GtkStringList) tif_words = gtk_string_list_new (NULL);
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
  for (guint i = 0; i < G_N_ELEMENTS (tifs); i++)
    gtk_string_list_append (tif_words, desk_words_tif_long (tifs[i]));
  self->tif = gtk_drop_down_new (g_object_ref (G_LIST_MODEL (tif_words)), NULL);
  self->good_till = g_object_new (DESK_TYPE_DATE_ENTRY, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->tif), GTK_ACCESSIBLE_PROPERTY_LABEL, _("New time in force"), -1);
  desk_name_drop_down (self->tif, _("New time in force"));
  desk_date_entry_set_label (self->good_till, _("Good till (UTC)"));
  attach (grid, 3, _("New time in force"), self->tif);
  self->good_till_label = attach (grid, 4, _("Good till (UTC)"), GTK_WIDGET (self->good_till));
  self->keep = gtk_check_button_new_with_label (_("Keeps this distance when its entry moves"));
  gtk_box_append (GTK_BOX (box), grid);
  gtk_box_append (GTK_BOX (box), self->keep);

  self->hint = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->hint), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->hint), 0.0f);
  gtk_widget_add_css_class (self->hint, "error");
  gtk_widget_set_visible (self->hint, FALSE);
  gtk_box_append (GTK_BOX (box), self->hint);
  self->apply = gtk_button_new_with_label (_("Send the change"));
  gtk_widget_add_css_class (self->apply, "suggested-action");
  gtk_box_append (GTK_BOX (box), self->apply);
  gtk_popover_set_child (GTK_POPOVER (self), box);

  quantity_text = gtk_editable_get_delegate (GTK_EDITABLE (self->quantity));
  g_signal_connect_swapped (quantity_text, "activate", G_CALLBACK (apply), self);
  g_signal_connect_swapped (self->price, "activate", G_CALLBACK (apply), self);
  g_signal_connect_swapped (self->stop, "activate", G_CALLBACK (apply), self);
  g_signal_connect_swapped (self->apply, "clicked", G_CALLBACK (apply), self);
  g_signal_connect_swapped (self->good_till, "activate", G_CALLBACK (apply), self);
  g_signal_connect_swapped (self->tif, "notify::selected", G_CALLBACK (tif_changed_cb), self);
  g_signal_connect (self, "closed", G_CALLBACK (let_go), NULL);
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

  let_go (self);
  self->session = g_object_ref (session);
  self->order = g_object_ref (order);
  self->event_id = g_signal_connect (session, "event", G_CALLBACK (event_cb), self);
  self->changed_id = g_signal_connect_swapped (order, "changed", G_CALLBACK (order_changed_cb), self);
  title = g_strdup_printf ("%s %s %s", desk_words_side (state->side), state->symbol, desk_words_type (state->type));
  gtk_label_set_text (GTK_LABEL (self->title), title);
  set_hint (self, NULL, FALSE);
  gtk_widget_set_sensitive (self->apply, TRUE);
  desk_price_entry_set_grid (self->price, state->grid.tick > 0.0 ? &state->grid : NULL);
  desk_price_entry_set_grid (self->stop, state->grid.tick > 0.0 ? &state->grid : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->price), limit != NULL);
  gtk_widget_set_visible (self->price_label, limit != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->stop), stop != NULL);
  gtk_widget_set_visible (self->stop_label, stop != NULL);
  fill (self, state);
  gtk_popover_set_pointing_to (GTK_POPOVER (self), area);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (limit != NULL ? GTK_WIDGET (self->price) : stop != NULL ? GTK_WIDGET (self->stop)
                                                                                 : self->quantity);
}
