/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The button inside a GtkDropDown takes the focus and has no accessible name of its own: a screen reader would say
 * its class. Gives it @name. */
void desk_name_drop_down (GtkWidget  *drop_down,
                          const char *name);

/* Gives the buttons and the pages under @root that have a mnemonic the name without its mark, and each menu button that of its
 * label: GTK 4.8 would let a screen reader say "_New New". */
void desk_name_mnemonics (GtkWidget *root);

/* Gives the buttons under @root that have a sign and a tooltip only the tooltip's name: for widgets that are not ours. */
void desk_name_icon_buttons (GtkWidget *root);

/* Shows the chosen line of a drop-down of strings shortened where there is no room for it; the list shows it whole. */
void desk_narrow_drop_down (GtkDropDown *drop_down);

G_END_DECLS
