/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-depth-view-private.h"

#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* So long the market may be out of sight before the panel follows it, unless the pointer is in the panel. */
#define LOST_USEC   (3 * G_USEC_PER_SEC)
/* A screen reader is not told more often what happens at the cursor. */
#define SPOKEN_USEC G_USEC_PER_SEC

G_DEFINE_FINAL_TYPE (DeskDepthView, desk_depth_view, GTK_TYPE_WIDGET)

enum
{
  CURSOR_MOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const DeskDepthLevel *
best (DeskDepthView *self,
      gboolean       bid)
{
  const DeskDepthLevel *levels;
  guint n;

  if (self->state == NULL)
    return NULL;
  levels = bid ? self->state->bids : self->state->asks;
  n = bid ? self->state->n_bids : self->state->n_asks;
  for (guint i = 0; i < n; i++)
    if (levels[i].price.kind == DESK_PRICE_TICKS)
      return &levels[i];
  return NULL;
}

/* FALSE: there is no market to be in the middle of. */
static gboolean
middle (DeskDepthView *self,
        gint64        *ticks)
{
  const DeskDepthLevel *bid = best (self, TRUE);
  const DeskDepthLevel *ask = best (self, FALSE);

  if (bid != NULL && ask != NULL)
    *ticks = ask->price.ticks - (ask->price.ticks - bid->price.ticks + 1) / 2;
  else if (bid != NULL || ask != NULL)
    *ticks = bid != NULL ? bid->price.ticks : ask->price.ticks;
  else if (self->last.kind == DESK_PRICE_TICKS)
    *ticks = self->last.ticks;
  else
    return FALSE;
  return TRUE;
}

static gboolean
in_sight (DeskDepthView *self,
          gint64         ticks)
{
  return ticks <= self->top && ticks > self->top - (gint64) self->n_rows;
}

/* With something of each side around it. */
static gboolean
well_in_sight (DeskDepthView *self,
               gint64         ticks)
{
  gint64 margin = (gint64) self->n_rows / 5;

  return in_sight (self, ticks + margin) && in_sight (self, ticks - margin);
}

static void
speak (DeskDepthView *self,
       gboolean       at_once)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *text = NULL;

  if (!at_once && now - self->spoken_at < SPOKEN_USEC)
    return;
  text = desk_depth_view_dup_text (self);
  self->spoken_at = now;
  if (g_strcmp0 (text, self->spoken) == 0)
    return;
  g_free (self->spoken);
  self->spoken = g_steal_pointer (&text);
  /* Screen readers of this GTK read the description of a drawn widget, later ones its value. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, self->spoken,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, self->spoken, -1);
}

static void
moved (DeskDepthView *self)
{
  speak (self, TRUE);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Shows the rows or the sentence. */
static void
show_what_there_is (DeskDepthView *self)
{
  gboolean levels = self->state != NULL && self->state->n_bids + self->state->n_asks > 0;

  gboolean words = !levels && *gtk_label_get_text (GTK_LABEL (self->words)) != '\0';

  if (words == gtk_widget_get_child_visible (self->words))
    return;
  gtk_widget_set_child_visible (self->words, words);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
place (DeskDepthView *self)
{
  gint64 ticks;

  if (self->placed || self->grid.tick <= 0.0 || self->n_rows == 0 || !middle (self, &ticks))
    return;
  self->placed = TRUE;
  self->top = ticks + (gint64) self->n_rows / 2;
  self->cursor = ticks;
  show_what_there_is (self);
  moved (self);
}

void
desk_depth_view_recenter (DeskDepthView *self)
{
  gint64 ticks;

  g_return_if_fail (DESK_IS_DEPTH_VIEW (self));

  self->lost_at = 0;
  if (!self->placed)
    {
      place (self);
      return;
    }
  if (!middle (self, &ticks))
    return;
  self->top = ticks + (gint64) self->n_rows / 2;
  self->cursor = ticks;
  g_signal_emit (self, signals[CURSOR_MOVED], 0);
  moved (self);
}

void
desk_depth_view_follow (DeskDepthView *self,
                        gint64         now)
{
  gint64 ticks;

  g_return_if_fail (DESK_IS_DEPTH_VIEW (self));

  speak (self, FALSE);
  if (!self->placed || !middle (self, &ticks) || well_in_sight (self, ticks) || self->pointer_in
      || gtk_widget_has_focus (GTK_WIDGET (self)))
    {
      self->lost_at = 0;
      return;
    }
  if (self->lost_at == 0)
    self->lost_at = now;
  else if (now - self->lost_at >= LOST_USEC)
    desk_depth_view_recenter (self);
}

/* Prices of a market are counted from the lowest there can be to the highest that a row can write. */
static void
scroll_rows (DeskDepthView *self,
             gint64         rows)
{
  if (!self->placed)
    return;
  self->top += rows;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
move_cursor (DeskDepthView *self,
             gint64         ticks)
{
  if (!self->placed)
    return;
  self->cursor += ticks;
  if (self->cursor > self->top)
    self->top = self->cursor;
  else if (!in_sight (self, self->cursor))
    self->top = self->cursor + (gint64) self->n_rows - 1;
  g_signal_emit (self, signals[CURSOR_MOVED], 0);
  moved (self);
}

static void
cursor_to (DeskDepthView *self,
           gboolean       bid)
{
  const DeskDepthLevel *level = best (self, bid);

  if (level != NULL)
    move_cursor (self, level->price.ticks - self->cursor);
}

static gboolean
take_key (GtkWidget *widget,
          guint      keyval)
{
  DeskDepthView *self = DESK_DEPTH_VIEW (widget);
  gint64 page = MAX ((gint64) self->n_rows - 1, 1);

  switch (keyval)
    {
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
      desk_depth_view_recenter (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move_cursor (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move_cursor (self, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      move_cursor (self, page);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      move_cursor (self, -page);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      cursor_to (self, FALSE);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      cursor_to (self, TRUE);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
take_scroll (GtkWidget *widget,
             int        rows)
{
  scroll_rows (DESK_DEPTH_VIEW (widget), -rows);
}

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            DeskDepthView   *self)
{
  int height = desk_depth_view_row_height (self);
  gint64 row = (gint64) floor (y / height) - 1;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) == GDK_BUTTON_MIDDLE)
    desk_depth_view_recenter (self);
  else if (self->placed && row >= 0 && row < (gint64) self->n_rows)
    move_cursor (self, self->top - row - self->cursor);
}

static void
enter_cb (DeskDepthView *self)
{
  self->pointer_in = TRUE;
}

static void
leave_cb (DeskDepthView *self)
{
  self->pointer_in = FALSE;
}

static void
take_focus (GtkWidget *widget)
{
  moved (DESK_DEPTH_VIEW (widget));
}

static void
desk_depth_view_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  DeskDepthView *self = DESK_DEPTH_VIEW (widget);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                                         (float) gtk_widget_get_height (widget)));
  desk_depth_view_paint (self, snapshot);
  gtk_snapshot_pop (snapshot);
  gtk_widget_snapshot_child (widget, self->words, snapshot);
}

static void
desk_depth_view_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  DeskDepthView *self = DESK_DEPTH_VIEW (widget);
  int height = desk_depth_view_row_height (self);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = height * 9;
      *natural = height * 22;
    }
  else
    {
      *minimum = desk_glyphs_get_digit (self->drawn.plain) * 26;
      *natural = desk_glyphs_get_digit (self->drawn.plain) * 38;
    }
}

static void
desk_depth_view_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  DeskDepthView *self = DESK_DEPTH_VIEW (widget);
  int row = desk_depth_view_row_height (self);
  guint n_rows = (guint) MAX (0, height / row - 2);
  int words = 0;

  /* What is in the middle stays there. */
  if (self->placed && n_rows != self->n_rows)
    self->top += (gint64) n_rows / 2 - (gint64) self->n_rows / 2;
  self->n_rows = n_rows;
  place (self);
  gtk_widget_measure (self->words, GTK_ORIENTATION_VERTICAL, width, &words, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->words, &(GtkAllocation) { 0, 0, width, MAX (height - row, words) }, -1);
}

static void
desk_depth_view_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (desk_depth_view_parent_class)->css_changed (widget, change);
  desk_drawn_drop (&DESK_DEPTH_VIEW (widget)->drawn);
  gtk_widget_queue_resize (widget);
}

static void
desk_depth_view_dispose (GObject *object)
{
  g_clear_pointer (&DESK_DEPTH_VIEW (object)->words, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_depth_view_parent_class)->dispose (object);
}

static void
desk_depth_view_finalize (GObject *object)
{
  DeskDepthView *self = DESK_DEPTH_VIEW (object);

  desk_drawn_drop (&self->drawn);
  desk_depth_view_drop_prices (self);
  g_clear_pointer (&self->state, desk_depth_state_unref);
  g_free (self->doubt);
  g_free (self->spoken);
  G_OBJECT_CLASS (desk_depth_view_parent_class)->finalize (object);
}

static void
desk_depth_view_class_init (DeskDepthViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = desk_depth_view_dispose;
  object_class->finalize = desk_depth_view_finalize;
  widget_class->snapshot = desk_depth_view_snapshot;
  widget_class->measure = desk_depth_view_measure;
  widget_class->size_allocate = desk_depth_view_size_allocate;
  widget_class->css_changed = desk_depth_view_css_changed;
  gtk_widget_class_set_css_name (widget_class, "deskdepth");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SPIN_BUTTON);
  signals[CURSOR_MOVED] = g_signal_new ("cursor-moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
desk_depth_view_init (DeskDepthView *self)
{
  static const DeskDrawnInput input = { take_key, take_scroll, take_focus };
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  desk_drawn_add_input (GTK_WIDGET (self), &input);
  self->words = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->words), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->words), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->words, "market-words");
  gtk_widget_set_child_visible (self->words, FALSE);
  gtk_widget_set_parent (self->words, GTK_WIDGET (self));

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
desk_depth_view_new (void)
{
  return g_object_new (DESK_TYPE_DEPTH_VIEW, NULL);
}

void
desk_depth_view_set_symbol (DeskDepthView *self,
                            const char    *symbol)
{
  g_autofree char *name = NULL;

  g_return_if_fail (DESK_IS_DEPTH_VIEW (self));

  g_strlcpy (self->symbol, symbol, sizeof self->symbol);
  self->placed = FALSE;
  self->last = self->high = self->low = (DeskPrice) DESK_PRICE_INIT;
  self->last_move = 0;
  self->grid = (DeskGrid) { 0 };
  self->own = NULL;
  desk_depth_view_drop_prices (self);
  g_clear_pointer (&self->state, desk_depth_state_unref);
  /* Translators: %s is a symbol. */
  name = *symbol != '\0' ? g_strdup_printf (_("Depth of %s"), symbol) : g_strdup (_("Depth"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  show_what_there_is (self);
  moved (self);
}

static void
take_grid (DeskDepthView  *self,
           const DeskGrid *grid)
{
  if (grid->tick == self->grid.tick && grid->format == self->grid.format && grid->multiplier == self->grid.multiplier)
    return;
  /* Ticks of one size mean nothing in another. */
  if (grid->tick != self->grid.tick)
    self->placed = FALSE;
  self->grid = *grid;
  desk_depth_view_drop_prices (self);
}

void
desk_depth_view_set_state (DeskDepthView        *self,
                           const DeskDepthState *state)
{
  g_return_if_fail (DESK_IS_DEPTH_VIEW (self));

  if (state == self->state)
    return;
  g_clear_pointer (&self->state, desk_depth_state_unref);
  if (state != NULL)
    {
      self->state = desk_depth_state_ref ((DeskDepthState *) state);
      take_grid (self, &state->grid);
    }
  place (self);
  show_what_there_is (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
desk_depth_view_set_quote (DeskDepthView        *self,
                           const DeskQuoteState *quote)
{
  g_return_if_fail (DESK_IS_DEPTH_VIEW (self));

  if (quote->last.kind == DESK_PRICE_TICKS && self->last.kind == DESK_PRICE_TICKS
      && quote->last.ticks != self->last.ticks)
    self->last_move = quote->last.ticks > self->last.ticks ? 1 : -1;
  self->last = quote->last;
  self->high = quote->high;
  self->low = quote->low;
  take_grid (self, &quote->grid);
  place (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
desk_depth_view_set_own (DeskDepthView *self,
                         DeskOwnOrders *own)
{
  g_return_if_fail (DESK_IS_DEPTH_VIEW (self));

  self->own = own;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
desk_depth_view_set_words (DeskDepthView *self,
                           const char    *words)
{
  g_return_if_fail (DESK_IS_DEPTH_VIEW (self));

  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->words)), words != NULL ? words : "") != 0)
    gtk_label_set_text (GTK_LABEL (self->words), words != NULL ? words : "");
  show_what_there_is (self);
}

void
desk_depth_view_set_doubt (DeskDepthView *self,
                           const char    *doubt)
{
  g_return_if_fail (DESK_IS_DEPTH_VIEW (self));

  if (g_strcmp0 (doubt, self->doubt) == 0)
    return;
  g_free (self->doubt);
  self->doubt = g_strdup (doubt);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
desk_depth_view_get_cursor (DeskDepthView *self,
                            gint64        *ticks)
{
  g_return_val_if_fail (DESK_IS_DEPTH_VIEW (self), FALSE);

  *ticks = self->cursor;
  return self->placed;
}

static double
size_at (const DeskDepthLevel *levels,
         guint                 n,
         gint64                ticks)
{
  double size = 0.0;

  for (guint i = 0; i < n; i++)
    if (levels[i].price.kind == DESK_PRICE_TICKS && levels[i].price.ticks == ticks)
      size += levels[i].quantity;
  return size;
}

/* FALSE: there is none. */
static gboolean
size_text (const DeskDepthLevel *levels,
           guint                 n,
           gint64                ticks,
           char                 *text,
           gsize                 length)
{
  double size = size_at (levels, n, ticks);

  desk_drawn_size (size, text, length);
  return size > 0.0;
}

static gboolean
own_text (DeskDepthView *self,
          DeskSide       side,
          char          *text,
          gsize          length)
{
  DeskOwnAt at;

  if (self->own == NULL)
    return FALSE;
  at = desk_own_orders_at (self->own, side, self->cursor);
  desk_depth_view_own_text (&at, text, length);
  return at.quantity != 0;
}

char *
desk_depth_view_dup_text (DeskDepthView *self)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *price_text = NULL;
  DeskPrice price;
  char what[40];

  g_return_val_if_fail (DESK_IS_DEPTH_VIEW (self), NULL);

  if (!self->placed)
    return g_strdup (gtk_label_get_text (GTK_LABEL (self->words)));
  price = desk_price_from_ticks (&self->grid, self->cursor);
  price_text = desk_price_format (&self->grid, &price);
  g_string_append (text, price_text);
  /* Translators: in these four %s is a number of contracts; each is added to what stands before it. */
  if (self->state != NULL && size_text (self->state->bids, self->state->n_bids, self->cursor, what, sizeof what))
    g_string_append_printf (text, _(", bid %s"), what);
  if (self->state != NULL && size_text (self->state->asks, self->state->n_asks, self->cursor, what, sizeof what))
    g_string_append_printf (text, _(", ask %s"), what);
  if (own_text (self, DESK_SIDE_BUY, what, sizeof what))
    g_string_append_printf (text, _(", yours to buy %s"), what);
  if (own_text (self, DESK_SIDE_SELL, what, sizeof what))
    g_string_append_printf (text, _(", yours to sell %s"), what);
  if (self->last.kind == DESK_PRICE_TICKS && self->last.ticks == self->cursor)
    g_string_append_printf (text, ", %s", _("last price"));
  if (self->doubt != NULL)
    g_string_append_printf (text, ", %s", self->doubt);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
