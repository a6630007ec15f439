/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What stands in the place of rows when there are none: a sentence in the middle, through which clicks go to what is below.
 * Lies in an overlay; its text is set as a label's. (transfer floating) */
GtkWidget *desk_empty_new (void);

G_END_DECLS
