/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-price-entry.h"

#include "desk-figure.h"

#include <glib/gi18n.h>
#include <math.h>

struct _DeskPriceEntry
{
  GtkWidget  parent_instance;

  GtkWidget *box;
  GtkWidget *entry;
  DeskGrid   grid;
  double     hint;
};

G_DEFINE_FINAL_TYPE (DeskPriceEntry, desk_price_entry, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  ACTIVATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const DeskGrid *
grid_or_null (DeskPriceEntry *self)
{
  return self->grid.tick > 0.0 ? &self->grid : NULL;
}

static DeskPriceEntryState
parse (DeskPriceEntry *self,
       DeskPrice      *price)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));

  if (*text == '\0')
    return DESK_PRICE_ENTRY_EMPTY;
  if (!desk_price_parse (grid_or_null (self), text, price))
    return DESK_PRICE_ENTRY_INVALID;
  return grid_or_null (self) != NULL && price->kind != DESK_PRICE_TICKS ? DESK_PRICE_ENTRY_OFF_TICK
                                                                         : DESK_PRICE_ENTRY_VALID;
}

static void
show_state (DeskPriceEntry *self)
{
  DeskPrice price = DESK_PRICE_INIT;
  DeskPriceEntryState state = parse (self, &price);

  if (state == DESK_PRICE_ENTRY_INVALID || state == DESK_PRICE_ENTRY_OFF_TICK)
    gtk_widget_add_css_class (self->entry, "error");
  else
    gtk_widget_remove_css_class (self->entry, "error");
  desk_set_tooltip (self->entry, state == DESK_PRICE_ENTRY_INVALID    ? _("This is not a price")
                                 : state == DESK_PRICE_ENTRY_OFF_TICK ? _("Not on the symbol's tick")
                                                                      : NULL);
}

static void
changed_cb (DeskPriceEntry *self)
{
  show_state (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
activate_cb (DeskPriceEntry *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0);
}

static void
step (DeskPriceEntry *self,
      int             ticks)
{
  DeskPrice price = DESK_PRICE_INIT;
  DeskPriceEntryState state = parse (self, &price);
  gint64 count;

  if (grid_or_null (self) == NULL || !gtk_widget_is_sensitive (GTK_WIDGET (self)))
    return;
  if (state == DESK_PRICE_ENTRY_EMPTY && isfinite (self->hint))
    {
      desk_price_entry_set (self, self->hint);
      return;
    }
  if (state == DESK_PRICE_ENTRY_EMPTY || state == DESK_PRICE_ENTRY_INVALID)
    return;
  /* From between two ticks a step goes to the nearer one in its direction. */
  if (state == DESK_PRICE_ENTRY_OFF_TICK)
    count = (gint64) (ticks > 0 ? ceil (price.display / self->grid.tick) : floor (price.display / self->grid.tick));
  else
    count = price.ticks + ticks;
  price = desk_price_from_ticks (&self->grid, count);
  desk_price_entry_set (self, price.display);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                DeskPriceEntry        *self)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      step (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      step (self, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
      step (self, 10);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down:
      step (self, -10);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller,
           double                    dx,
           double                    dy,
           DeskPriceEntry           *self)
{
  /* A wheel that passes over the field by chance must not move a price. */
  if (!gtk_widget_has_focus (self->entry) && gtk_widget_get_focus_child (self->entry) == NULL)
    return GDK_EVENT_PROPAGATE;
  if (dy != 0.0)
    step (self, dy < 0.0 ? 1 : -1);
  return GDK_EVENT_STOP;
}

static void
down_cb (DeskPriceEntry *self)
{
  step (self, -1);
}

static void
up_cb (DeskPriceEntry *self)
{
  step (self, 1);
}

static gboolean
desk_price_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (DESK_PRICE_ENTRY (widget)->entry);
}

static void
desk_price_entry_dispose (GObject *object)
{
  g_clear_pointer (&DESK_PRICE_ENTRY (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_price_entry_parent_class)->dispose (object);
}

static void
desk_price_entry_class_init (DeskPriceEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_price_entry_dispose;
  widget_class->grab_focus = desk_price_entry_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[ACTIVATE] = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
}

static GtkWidget *
step_button (DeskPriceEntry *self,
             const char     *icon,
             const char     *label,
             GCallback       clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_focusable (button, FALSE);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static void
desk_price_entry_init (DeskPriceEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL
                                                                | GTK_EVENT_CONTROLLER_SCROLL_DISCRETE);

  self->hint = NAN;
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->box, "linked");
  gtk_widget_add_css_class (self->box, "price-entry");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->entry = gtk_entry_new ();
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 8);
  gtk_entry_set_alignment (GTK_ENTRY (self->entry), 1.0f);
  gtk_widget_add_css_class (self->entry, "numeric");
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (activate_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->entry);
  gtk_box_append (GTK_BOX (self->box), step_button (self, "list-remove-symbolic", _("One tick down"),
                                                    G_CALLBACK (down_cb)));
  gtk_box_append (GTK_BOX (self->box), step_button (self, "list-add-symbolic", _("One tick up"), G_CALLBACK (up_cb)));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (self->entry, keys);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (self->entry, scroll);
}

GtkWidget *
desk_price_entry_new (const char *label)
{
  DeskPriceEntry *self = g_object_new (DESK_TYPE_PRICE_ENTRY, NULL);

  desk_price_entry_set_label (self, label);
  return GTK_WIDGET (self);
}

void
desk_price_entry_set_label (DeskPriceEntry *self,
                            const char     *label)
{
  g_return_if_fail (DESK_IS_PRICE_ENTRY (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
desk_price_entry_set_grid (DeskPriceEntry *self,
                           const DeskGrid *grid)
{
  g_return_if_fail (DESK_IS_PRICE_ENTRY (self));

  if (grid != NULL)
    self->grid = *grid;
  else
    self->grid = (DeskGrid) { 0 };
  show_state (self);
}

DeskPriceEntryState
desk_price_entry_get (DeskPriceEntry *self,
                      double         *display)
{
  DeskPrice price = DESK_PRICE_INIT;
  DeskPriceEntryState state;

  g_return_val_if_fail (DESK_IS_PRICE_ENTRY (self), DESK_PRICE_ENTRY_EMPTY);

  state = parse (self, &price);
  *display = state == DESK_PRICE_ENTRY_EMPTY || state == DESK_PRICE_ENTRY_INVALID ? NAN : price.display;
  return state;
}

void
desk_price_entry_set (DeskPriceEntry *self,
                      double          display)
{
  g_autofree char *text = NULL;

  g_return_if_fail (DESK_IS_PRICE_ENTRY (self));

  text = desk_price_format_double (grid_or_null (self), display);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

void
desk_price_entry_clear (DeskPriceEntry *self)
{
  g_return_if_fail (DESK_IS_PRICE_ENTRY (self));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

void
desk_price_entry_set_hint (DeskPriceEntry *self,
                           double          display)
{
  g_return_if_fail (DESK_IS_PRICE_ENTRY (self));
  self->hint = display;
}

gboolean
desk_price_entry_is_empty (DeskPriceEntry *self)
{
  g_return_val_if_fail (DESK_IS_PRICE_ENTRY (self), TRUE);
  return *gtk_editable_get_text (GTK_EDITABLE (self->entry)) == '\0';
}
