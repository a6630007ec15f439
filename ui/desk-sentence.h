/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Holds a label that wraps, or lines of them, in a row of a GtkBox, and takes what room the row has left.
 *
 * Asked how wide it is at a height, such a label makes a layout for each width it tries, and a GtkBox with less room than
 * one line needs asks so for sixteen heights, at every layout of the window; the answers differ by a pixel from the
 * smallest width, and GTK complains of it. This one is as wide as it gets. */
GtkWidget *desk_sentence_new (GtkWidget *label); /* (transfer floating) */

G_END_DECLS
