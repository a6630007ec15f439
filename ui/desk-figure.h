/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text that changes all the time. A GtkLabel has the whole window measured again for each; a figure keeps the room of the
 * longest text that it has shown, and is only drawn again. */

/* (transfer floating) */
GtkWidget *desk_figure_new (void);
void       desk_figure_set (GtkInscription *figure,
                            const char     *text);

/* Sets a tooltip only if it is another one: GTK asks the display where the pointer is each time. */
void       desk_set_tooltip (GtkWidget  *widget,
                             const char *text);

G_END_DECLS
