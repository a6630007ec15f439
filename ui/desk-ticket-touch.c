/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-touch.h"

#include "desk-figure.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define OLD_USEC (5 * G_USEC_PER_SEC) /* from then on the checks take no price from it either */

struct _DeskTicketTouch
{
  GtkWidget  parent_instance;

  GtkWidget *box;
  GtkWidget *sides;
  GtkWidget *bid;
  GtkWidget *ask;
  GtkWidget *age;

  DeskQuote *quote;
  gulong     quote_id;
  guint      tick_id;
  gboolean   live;
};

G_DEFINE_FINAL_TYPE (DeskTicketTouch, desk_ticket_touch, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  TAKEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const DeskQuoteState *
state_of (DeskTicketTouch *self)
{
  return self->quote != NULL ? desk_quote_get_state (self->quote) : NULL;
}

static gint64
age_of (DeskTicketTouch *self)
{
  const DeskQuoteState *quote = state_of (self);

  return quote != NULL && quote->received > 0 ? g_get_monotonic_time () - quote->received : -1;
}

static gboolean
is_old (DeskTicketTouch *self)
{
  gint64 age = age_of (self);

  return age >= 0 && (!self->live || age > OLD_USEC);
}

/* A price that nothing has confirmed for a while must not look like the market. */
void
desk_ticket_touch_age (DeskTicketTouch *self)
{
  gboolean old;
  g_autofree char *words = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (DESK_IS_TICKET_TOUCH (self));

  old = is_old (self);
  words = old ? desk_words_age (age_of (self)) : NULL;
  /* Translators: %s is the age of the bid and ask above. */
  text = old ? g_strdup_printf (_("stale, %s old"), words) : NULL;
  /* Its line stays: what is below must not move under the pointer. */
  gtk_label_set_text (GTK_LABEL (self->age), text != NULL ? text : "");
  gtk_widget_set_opacity (self->sides, old ? 0.5 : 1.0);
}

static char *
number_of (const DeskQuoteState *quote,
           const DeskPrice      *price)
{
  return quote != NULL && price->kind != DESK_PRICE_UNSET ? desk_price_format (&quote->grid, price) : NULL;
}

static void
show_side (GtkWidget  *button,
           const char *text,
           gboolean    known)
{
  GtkInscription *figure = GTK_INSCRIPTION (gtk_button_get_child (GTK_BUTTON (button)));

  if (g_strcmp0 (gtk_inscription_get_text (figure), text) != 0)
    {
      desk_figure_set (figure, text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    }
  gtk_widget_set_sensitive (button, known);
}

static void
show (DeskTicketTouch *self)
{
  const DeskQuoteState *quote = state_of (self);
  g_autofree char *bid = number_of (quote, quote != NULL ? &quote->bid : NULL);
  g_autofree char *ask = number_of (quote, quote != NULL ? &quote->ask : NULL);
  /* Translators: the best bid and the best ask, with their prices. */
  g_autofree char *bid_text = g_strdup_printf (_("Bid %s"), bid != NULL ? bid : "–");
  g_autofree char *ask_text = g_strdup_printf (_("Ask %s"), ask != NULL ? ask : "–");

  show_side (self->bid, bid_text, bid != NULL);
  show_side (self->ask, ask_text, ask != NULL);
  desk_ticket_touch_age (self);
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  DeskTicketTouch *self = DESK_TICKET_TOUCH (widget);

  self->tick_id = 0;
  show (self);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
quote_changed_cb (DeskTicketTouch *self)
{
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
take (DeskTicketTouch *self,
      const DeskPrice *price)
{
  if (price->kind != DESK_PRICE_UNSET)
    g_signal_emit (self, signals[TAKEN], 0, price);
}

static void
bid_clicked_cb (DeskTicketTouch *self)
{
  if (self->quote != NULL)
    take (self, &desk_quote_get_state (self->quote)->bid);
}

static void
ask_clicked_cb (DeskTicketTouch *self)
{
  if (self->quote != NULL)
    take (self, &desk_quote_get_state (self->quote)->ask);
}

static void
desk_ticket_touch_dispose (GObject *object)
{
  DeskTicketTouch *self = DESK_TICKET_TOUCH (object);

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  if (self->quote != NULL)
    g_clear_signal_handler (&self->quote_id, self->quote);
  g_clear_object (&self->quote);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_ticket_touch_parent_class)->dispose (object);
}

static void
desk_ticket_touch_class_init (DeskTicketTouchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_ticket_touch_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[TAKEN] = g_signal_new ("taken", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static GtkWidget *
add_side (DeskTicketTouch *self,
          GCallback        clicked)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *figure = desk_figure_new ();

  gtk_inscription_set_xalign (GTK_INSCRIPTION (figure), 0.5f);
  gtk_button_set_child (GTK_BUTTON (button), figure);
  gtk_widget_add_css_class (button, "text-button");
  gtk_widget_add_css_class (button, "touch");
  g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (self->sides), button);
  return button;
}

static void
desk_ticket_touch_init (DeskTicketTouch *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 5);
  self->sides = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_box_set_homogeneous (GTK_BOX (self->sides), TRUE);
  gtk_widget_add_css_class (self->sides, "linked");
  self->bid = add_side (self, G_CALLBACK (bid_clicked_cb));
  self->ask = add_side (self, G_CALLBACK (ask_clicked_cb));
  self->age = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->age, "quote-age");
  gtk_box_append (GTK_BOX (self->box), self->sides);
  gtk_box_append (GTK_BOX (self->box), self->age);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  show (self);
}

void
desk_ticket_touch_set_quote (DeskTicketTouch *self,
                             DeskQuote       *quote)
{
  g_return_if_fail (DESK_IS_TICKET_TOUCH (self));

  if (quote == self->quote)
    return;
  if (self->quote != NULL)
    g_clear_signal_handler (&self->quote_id, self->quote);
  g_set_object (&self->quote, quote);
  if (quote != NULL)
    self->quote_id = g_signal_connect_swapped (quote, "changed", G_CALLBACK (quote_changed_cb), self);
  show (self);
}

DeskQuote *
desk_ticket_touch_get_quote (DeskTicketTouch *self)
{
  g_return_val_if_fail (DESK_IS_TICKET_TOUCH (self), NULL);
  return self->quote;
}

void
desk_ticket_touch_set_live (DeskTicketTouch *self,
                            gboolean         live)
{
  g_return_if_fail (DESK_IS_TICKET_TOUCH (self));

  self->live = live;
  desk_ticket_touch_age (self);
}

double
desk_ticket_touch_market (DeskTicketTouch *self,
                          DeskSide         side)
{
  const DeskQuoteState *quote;
  const DeskPrice *price;

  g_return_val_if_fail (DESK_IS_TICKET_TOUCH (self), NAN);

  quote = state_of (self);
  if (quote == NULL || age_of (self) < 0 || is_old (self))
    return NAN;
  price = side == DESK_SIDE_BUY ? &quote->ask : &quote->bid;
  return price->kind != DESK_PRICE_UNSET ? price->display : NAN;
}
