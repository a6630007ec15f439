/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A sign, a sentence that wraps or a box with one, and a box of buttons; @sign may be %NULL. The sentence takes the room
 * that the others leave. A GtkBox that has less than the sentence needs on one line tries sixteen heights, with a layout
 * of the sentence for each, whenever anything beside it changes; this asks for one. (transfer floating) */
GtkWidget *desk_sentence_row_new (GtkWidget *sign,
                                  GtkWidget *sentence,
                                  GtkWidget *buttons,
                                  int        spacing);

G_END_DECLS
