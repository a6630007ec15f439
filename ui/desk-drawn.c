/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-drawn.h"

#include <math.h>

static void
lookup (GtkStyleContext *context,
        const char      *name,
        const GdkRGBA   *fallback,
        GdkRGBA         *color)
{
  if (!gtk_style_context_lookup_color (context, name, color))
    *color = *fallback;
}

void
desk_drawn_take (DeskDrawn *self,
                 GtkWidget *widget)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (self->plain != NULL)
    return;
  self->plain = desk_glyphs_new (widget, PANGO_WEIGHT_NORMAL);
  self->bold = desk_glyphs_new (widget, PANGO_WEIGHT_BOLD);
  self->row = desk_glyphs_get_ascent (self->plain) + desk_glyphs_get_descent (self->plain) + 2;
  gtk_style_context_get_color (context, &self->text);
  lookup (context, "desk_dim", &self->text, &self->dim);
  lookup (context, "desk_buy", &self->text, &self->buy);
  lookup (context, "desk_sell", &self->text, &self->sell);
  lookup (context, "desk_buy_bar", &self->dim, &self->buy_bar);
  lookup (context, "desk_sell_bar", &self->dim, &self->sell_bar);
  lookup (context, "desk_grid", &self->dim, &self->line);
  lookup (context, "desk_last", &self->dim, &self->last);
  lookup (context, "accent_color", &self->text, &self->cursor);
}

void
desk_drawn_drop (DeskDrawn *self)
{
  g_clear_pointer (&self->plain, desk_glyphs_free);
  g_clear_pointer (&self->bold, desk_glyphs_free);
}

void
desk_drawn_fill (GtkSnapshot   *snapshot,
                 const GdkRGBA *color,
                 double         x,
                 double         y,
                 double         width,
                 double         height)
{
  if (width > 0.0)
    gtk_snapshot_append_color (snapshot, color,
                               &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

void
desk_drawn_frame (GtkSnapshot   *snapshot,
                  const GdkRGBA *color,
                  double         thick,
                  double         x,
                  double         y,
                  double         width,
                  double         height)
{
  float edge = (float) thick;
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height), 3);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { edge, edge, edge, edge },
                              (GdkRGBA[4]) { *color, *color, *color, *color });
}

void
desk_drawn_size (double size,
                 char  *text,
                 gsize  length)
{
  g_ascii_formatd (text, (int) length, size == floor (size) ? "%.0f" : "%.4g", size);
}
