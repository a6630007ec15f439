/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-depth-view-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define PAD 5.0

int
desk_depth_view_row_height (DeskDepthView *self)
{
  desk_drawn_take (&self->drawn, GTK_WIDGET (self));
  return self->drawn.row;
}

/* Where the columns begin, from left to right, and where the last one ends. */
typedef struct
{
  double x[6];
} Columns;

void
desk_depth_view_own_text (const DeskOwnAt *at,
                          char            *text,
                          gsize            length)
{
  char quantity[24] = "";

  if (at->quantity > 0)
    g_snprintf (quantity, sizeof quantity, "%" G_GINT64_FORMAT, at->quantity);
  g_snprintf (text, length, "%s%s%s", quantity,
              at->quantity < 0 || at->doubt == DESK_OWN_DOUBTFUL ? "?" : at->doubt == DESK_OWN_ON_ITS_WAY ? "…" : "",
              /* Translators: short for "stop order", at most four letters; begins with a blank. */
              at->stop ? C_("ladder", " stp") : "");
}

static void
take_levels (const DeskDepthLevel *levels,
             guint                 n,
             gint64                top,
             guint                 n_rows,
             double               *sizes)
{
  for (guint i = 0; i < n; i++)
    {
      gint64 row = top - levels[i].price.ticks;

      if (levels[i].price.kind == DESK_PRICE_TICKS && row >= 0 && row < (gint64) n_rows)
        sizes[row] += levels[i].quantity;
    }
}

void
desk_depth_view_levels (DeskDepthView *self,
                        double        *bids,
                        double        *asks)
{
  for (guint i = 0; i < self->n_rows; i++)
    bids[i] = asks[i] = 0.0;
  if (self->state == NULL)
    return;
  take_levels (self->state->bids, self->state->n_bids, self->top, self->n_rows, bids);
  take_levels (self->state->asks, self->state->n_asks, self->top, self->n_rows, asks);
}

void
desk_depth_view_drop_prices (DeskDepthView *self)
{
  for (guint i = 0; i < self->n_prices; i++)
    g_free (self->prices[i]);
  g_clear_pointer (&self->prices, g_free);
  self->n_prices = 0;
}

/* Rows keep their words while they stand still. */
static void
write_prices (DeskDepthView *self)
{
  char **old = self->prices;
  gint64 old_top = self->prices_top;
  guint n_old = self->n_prices;

  if (old != NULL && old_top == self->top && n_old == self->n_rows)
    return;
  self->prices = g_new0 (char *, self->n_rows);
  for (guint i = 0; i < self->n_rows; i++)
    {
      gint64 was = old_top - (self->top - (gint64) i);
      DeskPrice price;

      if (was >= 0 && was < (gint64) n_old)
        {
          self->prices[i] = g_steal_pointer (&old[was]);
          continue;
        }
      price = desk_price_from_ticks (&self->grid, self->top - (gint64) i);
      self->prices[i] = desk_price_format (&self->grid, &price);
    }
  for (guint i = 0; i < n_old; i++)
    g_free (old[i]);
  g_free (old);
  self->prices_top = self->top;
  self->n_prices = self->n_rows;
}

static Columns
lay_out (DeskDepthView *self)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double digit = desk_glyphs_get_digit (self->drawn.plain);
  double price = digit * 5;
  double own = MIN (digit * 6, width / 6);
  double side;
  Columns columns;

  for (guint i = 0; i < self->n_prices; i += MAX (1, self->n_prices - 1))
    price = MAX (price, desk_glyphs_measure (self->drawn.bold, self->prices[i]));
  price = ceil (price + 2 * PAD + 2 * digit);
  side = floor ((width - price - 2 * own) / 2);
  columns.x[0] = 0;
  columns.x[1] = own;
  columns.x[2] = own + side;
  columns.x[3] = width - own - side;
  columns.x[4] = width - own;
  columns.x[5] = width;
  return columns;
}

static void
paint_titles (DeskDepthView *self,
              GtkSnapshot   *snapshot,
              const Columns *columns,
              double         baseline)
{
  /* Translators: the column of the trader's own orders in a ladder, short. */
  const char *mine = C_("ladder", "Mine");
  const double *x = columns->x;

  desk_glyphs_append (self->drawn.plain, snapshot, mine, (x[0] + x[1]) / 2, baseline, 0.5, &self->drawn.dim);
  desk_glyphs_append (self->drawn.plain, snapshot, _("Bid"), x[2] - PAD, baseline, 1.0, &self->drawn.dim);
  desk_glyphs_append (self->drawn.plain, snapshot, _("Price"), (x[2] + x[3]) / 2, baseline, 0.5, &self->drawn.dim);
  desk_glyphs_append (self->drawn.plain, snapshot, _("Ask"), x[3] + PAD, baseline, 0.0, &self->drawn.dim);
  desk_glyphs_append (self->drawn.plain, snapshot, mine, (x[4] + x[5]) / 2, baseline, 0.5, &self->drawn.dim);
}

static double
total (const DeskDepthLevel *levels,
       guint                 n)
{
  double sum = 0.0;

  for (guint i = 0; i < n; i++)
    sum += levels[i].quantity;
  return sum;
}

/* All that is bid and asked, and between them what says that it is old. */
static void
paint_foot (DeskDepthView *self,
            GtkSnapshot   *snapshot,
            const Columns *columns,
            double         y,
            double         baseline)
{
  double width = columns->x[5];
  char text[32];

  desk_drawn_fill (snapshot, &self->drawn.line, 0, y, width, 1);
  if (self->doubt != NULL)
    {
      desk_glyphs_append (self->drawn.bold, snapshot, self->doubt, width / 2, baseline, 0.5, &self->drawn.text);
      return;
    }
  if (self->state == NULL || self->state->n_bids + self->state->n_asks == 0)
    return;
  desk_drawn_size (total (self->state->bids, self->state->n_bids), text, sizeof text);
  desk_glyphs_append (self->drawn.bold, snapshot, text, columns->x[2] - PAD, baseline, 1.0, &self->drawn.buy);
  /* Translators: what all levels of a book add up to; stands between the two sums. */
  desk_glyphs_append (self->drawn.plain, snapshot, C_("ladder", "Total"), (columns->x[2] + columns->x[3]) / 2, baseline, 0.5,
                      &self->drawn.dim);
  desk_drawn_size (total (self->state->asks, self->state->n_asks), text, sizeof text);
  desk_glyphs_append (self->drawn.bold, snapshot, text, columns->x[3] + PAD, baseline, 0.0, &self->drawn.sell);
}

static void
paint_own (DeskDepthView *self,
           GtkSnapshot   *snapshot,
           DeskSide       side,
           gint64         ticks,
           double         left,
           double         right,
           double         y,
           double         height,
           double         baseline)
{
  DeskOwnAt at = desk_own_orders_at (self->own, side, ticks);
  const GdkRGBA *color = side == DESK_SIDE_BUY ? &self->drawn.buy : &self->drawn.sell;
  char text[40];

  if (at.quantity == 0)
    return;
  desk_depth_view_own_text (&at, text, sizeof text);
  desk_drawn_frame (snapshot, color, 1, left + 1, y, right - left - 2, height - 1);
  desk_glyphs_append (self->drawn.bold, snapshot, text, (left + right) / 2, baseline, 0.5, color);
}

static void
paint_size (DeskDepthView *self,
            GtkSnapshot   *snapshot,
            gboolean       bid,
            double         size,
            double         most,
            double         left,
            double         right,
            double         y,
            double         height,
            double         baseline)
{
  const GdkRGBA *bar = bid ? &self->drawn.buy_bar : &self->drawn.sell_bar;
  const GdkRGBA *color = self->doubt != NULL ? &self->drawn.dim : &self->drawn.text;
  double width = round ((right - left - 1) * size / most);
  char text[32];

  if (size <= 0.0)
    return;
  if (self->doubt == NULL)
    desk_drawn_fill (snapshot, bar, bid ? right - width : left, y, width, height - 1);
  desk_drawn_size (size, text, sizeof text);
  desk_glyphs_append (self->drawn.plain, snapshot, text, bid ? right - PAD : left + PAD, baseline, bid ? 1.0 : 0.0, color);
}

static void
paint_price (DeskDepthView *self,
             GtkSnapshot   *snapshot,
             guint          row,
             gint64         ticks,
             double         left,
             double         right,
             double         y,
             double         height,
             double         baseline)
{
  gboolean last = self->last.kind == DESK_PRICE_TICKS && self->last.ticks == ticks;
  const char *mark = NULL;

  if (last)
    {
      if (self->doubt == NULL)
        desk_drawn_fill (snapshot, &self->drawn.last, left, y, right - left, height - 1);
      mark = self->last_move > 0 ? "▲" : self->last_move < 0 ? "▼" : "●";
    }
  else if (self->high.kind == DESK_PRICE_TICKS && self->high.ticks == ticks)
    /* Translators: marks the session's highest price in a ladder, one letter. */
    mark = C_("ladder", "H");
  else if (self->low.kind == DESK_PRICE_TICKS && self->low.ticks == ticks)
    /* Translators: marks the session's lowest price in a ladder, one letter. */
    mark = C_("ladder", "L");
  if (mark != NULL)
    desk_glyphs_append (self->drawn.plain, snapshot, mark, left + 3, baseline, 0.0, last ? &self->drawn.text
                                                                                : &self->drawn.dim);
  desk_glyphs_append (last ? self->drawn.bold : self->drawn.plain, snapshot, self->prices[row], right - PAD, baseline, 1.0,
                      &self->drawn.text);
}

static void
paint_rows (DeskDepthView *self,
            GtkSnapshot   *snapshot,
            const Columns *columns,
            double         top,
            double         height)
{
  g_autofree double *bids = g_new (double, self->n_rows);
  g_autofree double *asks = g_new (double, self->n_rows);
  const double *x = columns->x;
  double most = 1.0;

  desk_depth_view_levels (self, bids, asks);
  for (guint i = 0; i < self->n_rows; i++)
    most = MAX (most, MAX (bids[i], asks[i]));
  for (guint i = 0; i < self->n_rows; i++)
    {
      gint64 ticks = self->top - (gint64) i;
      double y = top + i * height;
      double baseline = y + 1 + desk_glyphs_get_ascent (self->drawn.plain);

      paint_size (self, snapshot, TRUE, bids[i], most, x[1], x[2], y, height, baseline);
      paint_size (self, snapshot, FALSE, asks[i], most, x[3], x[4], y, height, baseline);
      paint_price (self, snapshot, i, ticks, x[2], x[3], y, height, baseline);
      if (self->own != NULL)
        {
          paint_own (self, snapshot, DESK_SIDE_BUY, ticks, x[0], x[1], y, height, baseline);
          paint_own (self, snapshot, DESK_SIDE_SELL, ticks, x[4], x[5], y, height, baseline);
        }
      desk_drawn_fill (snapshot, &self->drawn.line, 0, y + height - 1, x[5], 1);
    }
}

/* Where the keyboard stands. */
static void
paint_cursor (DeskDepthView *self,
              GtkSnapshot   *snapshot,
              const Columns *columns,
              double         top,
              double         height)
{
  gint64 row = self->top - self->cursor;

  if (row < 0 || row >= (gint64) self->n_rows)
    return;
  desk_drawn_frame (snapshot, &self->drawn.cursor, 2, 0.5, top + (double) row * height, columns->x[5] - 1, height);
}

void
desk_depth_view_paint (DeskDepthView *self,
                       GtkSnapshot   *snapshot)
{
  double height = desk_depth_view_row_height (self);
  double bottom = gtk_widget_get_height (GTK_WIDGET (self)) - height;
  int ascent = desk_glyphs_get_ascent (self->drawn.plain);
  Columns columns;

  if (!self->placed || self->n_rows == 0 || gtk_widget_get_child_visible (self->words))
    {
      columns = lay_out (self);
      if (self->doubt != NULL)
        paint_foot (self, snapshot, &columns, bottom, bottom + 1 + ascent);
      return;
    }
  write_prices (self);
  columns = lay_out (self);
  paint_titles (self, snapshot, &columns, 1 + ascent);
  desk_drawn_fill (snapshot, &self->drawn.line, 0, height - 1, columns.x[5], 1);
  paint_rows (self, snapshot, &columns, height, height);
  if (gtk_widget_has_focus (GTK_WIDGET (self)))
    paint_cursor (self, snapshot, &columns, height, height);
  paint_foot (self, snapshot, &columns, bottom, bottom + 1 + ascent);
}
