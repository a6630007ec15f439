/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-glyphs.h"

G_BEGIN_DECLS

/* Fonts and colours of a drawn panel, as the style sheet has them. Zero-filled at first. */

typedef struct
{
  DeskGlyphs *plain;
  DeskGlyphs *bold;
  GdkRGBA     text, dim, buy, sell, buy_bar, sell_bar, line, last, cursor;
  int         row;      /* height in pixels */
} DeskDrawn;

/* What a drawn panel does with keys and wheel. */
typedef struct
{
  gboolean (*key)    (GtkWidget *widget, /* without modifiers; TRUE when it is taken */
                      guint      keyval);
  void     (*scroll) (GtkWidget *widget, /* downwards */
                      int        rows);
  void     (*focus)  (GtkWidget *widget); /* it came or went */
} DeskDrawnInput;

/* @input: static */
void desk_drawn_add_input (GtkWidget            *widget,
                           const DeskDrawnInput *input);
void desk_drawn_take (DeskDrawn     *self,
                      GtkWidget     *widget);
/* When the style has changed, and at the end. */
void desk_drawn_drop (DeskDrawn     *self);
void desk_drawn_fill (GtkSnapshot   *snapshot,
                      const GdkRGBA *color,
                      double         x,
                      double         y,
                      double         width,
                      double         height);
void desk_drawn_frame (GtkSnapshot   *snapshot,
                       const GdkRGBA *color,
                       double         thick,
                       double         x,
                       double         y,
                       double         width,
                       double         height);
/* "12", "0.25": a number of contracts. */
void desk_drawn_size (double         size,
                      char          *text,
                      gsize          length);

G_END_DECLS
