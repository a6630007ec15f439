/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-quick-quantities.h"

#include "desk-settings.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#define MAX_BUTTONS 6

static void
clicked_cb (GtkWidget     *button,
            GtkSpinButton *spin)
{
  int amount = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "desk-quantity"));
  GdkSeat *seat = gdk_display_get_default_seat (gtk_widget_get_display (button));
  GdkDevice *keyboard = seat != NULL ? gdk_seat_get_keyboard (seat) : NULL;
  GdkModifierType state = keyboard != NULL ? gdk_device_get_modifier_state (keyboard) : 0;
  int value = gtk_spin_button_get_value_as_int (spin);

  if ((state & GDK_CONTROL_MASK) != 0)
    value += amount;
  else if ((state & GDK_SHIFT_MASK) != 0)
    value -= amount;
  else
    value = amount;
  gtk_spin_button_set_value (spin, MAX (value, 1));
}

GtkWidget *
desk_quick_quantities_new (GtkSpinButton *spin)
{
  static const char *const usual[] = { "1", "2", "3", "5", "10", NULL };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_auto(GStrv) chosen = NULL;
  const char *const *amounts = usual;

  if (desk_settings_get () != NULL)
    chosen = g_settings_get_strv (desk_settings_get (), "quick-quantities");
  if (chosen != NULL && chosen[0] != NULL)
    amounts = (const char *const *) chosen;
  gtk_box_set_homogeneous (GTK_BOX (box), TRUE);
  gtk_widget_add_css_class (box, "linked");
  gtk_widget_add_css_class (box, "quick");
  for (guint i = 0; amounts[i] != NULL && i < MAX_BUTTONS; i++)
    {
      int amount = atoi (amounts[i]);
      g_autofree char *label = g_strdup_printf ("%d", amount);
      g_autofree char *name = g_strdup_printf (_("Set the quantity to %d"), amount);
      GtkWidget *button;

      if (amount < 1)
        continue;
      button = gtk_button_new_with_label (label);
      gtk_widget_set_hexpand (button, TRUE);
      g_object_set_data (G_OBJECT (button), "desk-quantity", GINT_TO_POINTER (amount));
      gtk_widget_set_tooltip_text (button, _("Click sets, Ctrl adds, Shift takes away"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), spin, 0);
      gtk_box_append (GTK_BOX (box), button);
    }
  return box;
}
