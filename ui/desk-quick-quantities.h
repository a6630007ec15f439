/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* (transfer full): a row of buttons that set the quantity in @spin; with Ctrl they add, with Shift they take away. */
GtkWidget *desk_quick_quantities_new (GtkSpinButton *spin);

G_END_DECLS
