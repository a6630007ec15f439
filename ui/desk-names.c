/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-names.h"

void
desk_name_drop_down (GtkWidget  *drop_down,
                     const char *name)
{
  GtkWidget *button = gtk_widget_get_first_child (drop_down);

  if (button != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
