/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The characters of one font, shaped once and put together to texts of a drawn panel: a frame of a ladder is some
 * hundred short numbers, and laying each out anew costs more than drawing it. Digits are all of one width. */

typedef struct _DeskGlyphs DeskGlyphs;

/* The widget's own font; make it anew when its style changes. */
DeskGlyphs *desk_glyphs_new          (GtkWidget          *widget,
                                      PangoWeight         weight);
void        desk_glyphs_free         (DeskGlyphs         *self);
/* Pixels above and below the baseline. */
int         desk_glyphs_get_ascent   (DeskGlyphs         *self);
int         desk_glyphs_get_descent  (DeskGlyphs         *self);
int         desk_glyphs_get_digit    (DeskGlyphs         *self);
/* In pixels. */
double      desk_glyphs_measure      (DeskGlyphs         *self,
                                      const char         *text);
/* @xalign 0: the text begins at @x, 1: it ends there, 0.5: it is centred. One font, no line breaks, no bidi. */
void        desk_glyphs_append       (DeskGlyphs         *self,
                                      GtkSnapshot        *snapshot,
                                      const char         *text,
                                      double              x,
                                      double              baseline,
                                      double              xalign,
                                      const GdkRGBA      *color);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskGlyphs, desk_glyphs_free)

G_END_DECLS
