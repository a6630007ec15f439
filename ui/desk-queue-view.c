/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-queue-view.h"

#include "desk-drawn.h"
#include "desk-words-market.h"

#include <glib/gi18n.h>

#define PAD 6

struct _DeskQueueView
{
  GtkWidget       parent_instance;

  GtkWidget      *words;
  DeskDrawn       drawn;
  DeskQueueState *state;
  gint64          ticks;
};

G_DEFINE_FINAL_TYPE (DeskQueueView, desk_queue_view, GTK_TYPE_WIDGET)

/* The orders at the price; they lie side by side. Bids and asks do not share a price, but a crossed book would. */
static const DeskQueueOrder *
at_price (DeskQueueView *self,
          gboolean      *bid,
          guint         *n)
{
  *n = 0;
  for (int side = 0; self->state != NULL && side < 2; side++)
    {
      const DeskQueueOrder *orders = side == 0 ? self->state->bids : self->state->asks;
      guint count = side == 0 ? self->state->n_bids : self->state->n_asks;
      const DeskQueueOrder *first = NULL;

      for (guint i = 0; i < count; i++)
        if (orders[i].price.kind == DESK_PRICE_TICKS && orders[i].price.ticks == self->ticks)
          {
            first = first != NULL ? first : &orders[i];
            (*n)++;
          }
      *bid = side == 0;
      if (first != NULL)
        return first;
    }
  return NULL;
}

/* (transfer full) */
static char *
words_text (DeskQueueView *self)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *price_text = NULL;
  const DeskQueueOrder *orders;
  DeskPrice price;
  gboolean bid;
  double sum = 0.0;
  char size[32];
  guint n;

  if (self->state == NULL)
    return g_strdup (_("Waiting for the orders of the book…"));
  if (self->state->rejected)
    return desk_words_no_queue (self->state->text);
  price = desk_price_from_ticks (&self->state->grid, self->ticks);
  price_text = desk_price_format (&self->state->grid, &price);
  orders = at_price (self, &bid, &n);
  for (guint i = 0; i < n; i++)
    sum += orders[i].quantity;
  desk_drawn_size (sum, size, sizeof size);
  if (self->state->stale)
    {
      g_autofree char *as_of = desk_words_as_of (self->state->received);

      g_string_append_printf (text, "%s. ", as_of);
    }
  /* Translators: a price, how many orders wait there and of how many contracts. */
  g_string_append_printf (text, ngettext ("%s: %u order, %s contracts.", "%s: %u orders, %s contracts.", n), price_text, n,
                          size);
  for (guint i = 0; i < n; i++)
    if (orders[i].own)
      {
        g_autofree char *own = NULL;
        char ahead[32];

        desk_drawn_size (orders[i].ahead, ahead, sizeof ahead);
        /* Translators: the place of the trader's own order in a queue, and the contracts before it. */
        own = g_strdup_printf (_("Yours is number %u, %s ahead."), orders[i].place, ahead);
        g_string_append_printf (text, " %s", own);
      }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show (DeskQueueView *self)
{
  g_autofree char *text = words_text (self);

  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->words)), text) != 0)
    {
      gtk_label_set_text (GTK_LABEL (self->words), text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
desk_queue_view_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  DeskQueueView *self = DESK_QUEUE_VIEW (widget);
  double width = gtk_widget_get_width (widget);
  const DeskQueueOrder *orders;
  gboolean bid;
  double x = PAD;
  double y;
  guint n;

  desk_drawn_take (&self->drawn, widget);
  y = gtk_widget_get_height (widget) - self->drawn.row - PAD;
  gtk_widget_snapshot_child (widget, self->words, snapshot);
  orders = at_price (self, &bid, &n);
  for (guint i = 0; i < n; i++)
    {
      const GdkRGBA *color = bid ? &self->drawn.buy : &self->drawn.sell;
      double box;
      char text[40];

      desk_drawn_size (orders[i].quantity, text, sizeof text);
      box = desk_glyphs_measure (orders[i].own ? self->drawn.bold : self->drawn.plain, text) + 10;
      if (x + box + 16 > width && i + 1 < n)
        {
          desk_glyphs_append (self->drawn.plain, snapshot, "…", x, y + 1 + desk_glyphs_get_ascent (self->drawn.plain), 0.0,
                              &self->drawn.dim);
          break;
        }
      if (orders[i].own)
        desk_drawn_fill (snapshot, bid ? &self->drawn.buy_bar : &self->drawn.sell_bar, x, y, box, self->drawn.row);
      desk_drawn_frame (snapshot, orders[i].own ? color : &self->drawn.line, orders[i].own ? 2 : 1, x, y, box,
                        self->drawn.row);
      desk_glyphs_append (orders[i].own ? self->drawn.bold : self->drawn.plain, snapshot, text, x + box / 2,
                          y + 1 + desk_glyphs_get_ascent (self->drawn.plain), 0.5, orders[i].own ? color
                                                                                                : &self->drawn.text);
      x += box + 3;
    }
}

static void
desk_queue_view_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  DeskQueueView *self = DESK_QUEUE_VIEW (widget);
  int for_words = for_size > 2 * PAD ? for_size - 2 * PAD : for_size;

  desk_drawn_take (&self->drawn, widget);
  gtk_widget_measure (self->words, orientation, orientation == GTK_ORIENTATION_VERTICAL ? for_words : -1, minimum, natural,
                      NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum += self->drawn.row + 3 * PAD;
      *natural += self->drawn.row + 3 * PAD;
    }
  else
    {
      *minimum += 2 * PAD;
      *natural += 2 * PAD;
    }
}

static void
desk_queue_view_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  DeskQueueView *self = DESK_QUEUE_VIEW (widget);

  gtk_widget_size_allocate (self->words, &(GtkAllocation) { PAD, PAD, MAX (width - 2 * PAD, 0),
                                                            MAX (height - self->drawn.row - 3 * PAD, 0) }, -1);
}

static GtkSizeRequestMode
desk_queue_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
desk_queue_view_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (desk_queue_view_parent_class)->css_changed (widget, change);
  desk_drawn_drop (&DESK_QUEUE_VIEW (widget)->drawn);
  gtk_widget_queue_resize (widget);
}

static void
desk_queue_view_dispose (GObject *object)
{
  g_clear_pointer (&DESK_QUEUE_VIEW (object)->words, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_queue_view_parent_class)->dispose (object);
}

static void
desk_queue_view_finalize (GObject *object)
{
  desk_drawn_drop (&DESK_QUEUE_VIEW (object)->drawn);
  g_clear_pointer (&DESK_QUEUE_VIEW (object)->state, desk_queue_state_unref);
  G_OBJECT_CLASS (desk_queue_view_parent_class)->finalize (object);
}

static void
desk_queue_view_class_init (DeskQueueViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_queue_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_queue_view_finalize;
  widget_class->snapshot = desk_queue_view_snapshot;
  widget_class->measure = desk_queue_view_measure;
  widget_class->size_allocate = desk_queue_view_size_allocate;
  widget_class->get_request_mode = desk_queue_view_get_request_mode;
  widget_class->css_changed = desk_queue_view_css_changed;
  gtk_widget_class_set_css_name (widget_class, "deskqueue");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
desk_queue_view_init (DeskQueueView *self)
{
  self->words = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->words), 0.0f);
  gtk_label_set_width_chars (GTK_LABEL (self->words), 20);
  gtk_widget_set_parent (self->words, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Queue"), -1);
  show (self);
}

GtkWidget *
desk_queue_view_new (void)
{
  return g_object_new (DESK_TYPE_QUEUE_VIEW, NULL);
}

void
desk_queue_view_set_state (DeskQueueView        *self,
                           const DeskQueueState *state)
{
  g_return_if_fail (DESK_IS_QUEUE_VIEW (self));

  if (state == self->state)
    return;
  g_clear_pointer (&self->state, desk_queue_state_unref);
  if (state != NULL)
    self->state = desk_queue_state_ref ((DeskQueueState *) state);
  show (self);
}

void
desk_queue_view_set_price (DeskQueueView *self,
                           gint64         ticks)
{
  g_return_if_fail (DESK_IS_QUEUE_VIEW (self));

  if (ticks == self->ticks)
    return;
  self->ticks = ticks;
  show (self);
}

const char *
desk_queue_view_get_words (DeskQueueView *self)
{
  g_return_val_if_fail (DESK_IS_QUEUE_VIEW (self), "");
  return gtk_label_get_text (GTK_LABEL (self->words));
}
