/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-preferences.h"

#include "desk-settings.h"

#include <glib/gi18n.h>

static const char *const theme_ids[] = { "system", "light", "dark" };
static const char *const theme_names[] = { N_("As the system"), N_("Light"), N_("Dark") };

/* Languages are named in themselves. */
static const char *const language_ids[] = { "", "en", "es", "fr" };
static const char *const language_names[] = { N_("As the system"), "English", "Español", "Français" };

void
desk_preferences_apply_theme (void)
{
  g_autofree char *theme = desk_settings_dup_string ("theme");
  AdwColorScheme scheme = ADW_COLOR_SCHEME_DEFAULT;

  if (g_str_equal (theme, "light"))
    scheme = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_str_equal (theme, "dark"))
    scheme = ADW_COLOR_SCHEME_FORCE_DARK;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
}

static void
theme_selected_cb (AdwComboRow *row)
{
  desk_settings_set_string ("theme", theme_ids[MIN (adw_combo_row_get_selected (row), G_N_ELEMENTS (theme_ids) - 1)]);
  desk_preferences_apply_theme ();
}

static void
language_selected_cb (AdwComboRow *row)
{
  desk_settings_set_string ("language",
                            language_ids[MIN (adw_combo_row_get_selected (row), G_N_ELEMENTS (language_ids) - 1)]);
}

static GtkWidget *
make_row (const char        *title,
          const char        *subtitle,
          const char *const *ids,
          const char *const *names,
          guint              n,
          const char        *key,
          GCallback          selected)
{
  GtkWidget *row = adw_combo_row_new ();
  GtkStringList *list = gtk_string_list_new (NULL);
  g_autofree char *current = desk_settings_dup_string (key);
  guint position = 0;

  for (guint i = 0; i < n; i++)
    {
      gtk_string_list_append (list, _(names[i]));
      if (g_str_equal (ids[i], current))
        position = i;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), position);
  g_signal_connect (row, "notify::selected", selected, NULL);
  g_object_unref (list);
  return row;
}

static void
reset_toggled_cb (GtkSwitch *toggle)
{
  desk_settings_set_boolean ("reset-quantity", gtk_switch_get_active (toggle));
}

static void
quantity_changed_cb (GtkSpinButton *spin)
{
  desk_settings_set_int ("default-quantity", gtk_spin_button_get_value_as_int (spin));
}

static GtkWidget *
make_action_row (const char *title,
                 const char *subtitle,
                 GtkWidget  *control)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
  return row;
}

static GtkWidget *
make_ticket_group (void)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *reset = gtk_switch_new ();
  GtkWidget *quantity = gtk_spin_button_new_with_range (1, 1000000, 1);

  gtk_switch_set_active (GTK_SWITCH (reset), desk_settings_get_boolean ("reset-quantity", TRUE));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (quantity), desk_settings_get_int ("default-quantity", 1));
  g_signal_connect (reset, "notify::active", G_CALLBACK (reset_toggled_cb), NULL);
  g_signal_connect (quantity, "value-changed", G_CALLBACK (quantity_changed_cb), NULL);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Order ticket"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             make_action_row (_("Quantity returns to the default"), _("After each order that was sent"),
                                              reset));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_action_row (_("Default quantity"), NULL, quantity));
  return group;
}

static void
lock_toggled_cb (GtkSwitch *toggle)
{
  desk_settings_set_boolean ("disarm-on-lock", gtk_switch_get_active (toggle));
}

static void
phone_changed_cb (GtkEditable *entry)
{
  desk_settings_set_string ("broker-phone", gtk_editable_get_text (entry));
}

static GtkWidget *
make_safety_group (void)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *lock = gtk_switch_new ();
  GtkWidget *phone = gtk_entry_new ();
  g_autofree char *number = desk_settings_dup_string ("broker-phone");

  gtk_switch_set_active (GTK_SWITCH (lock), desk_settings_get_boolean ("disarm-on-lock", TRUE));
  gtk_editable_set_text (GTK_EDITABLE (phone), number);
  gtk_editable_set_width_chars (GTK_EDITABLE (phone), 18);
  gtk_entry_set_max_length (GTK_ENTRY (phone), 60);
  gtk_entry_set_input_purpose (GTK_ENTRY (phone), GTK_INPUT_PURPOSE_PHONE);
  g_signal_connect (lock, "notify::active", G_CALLBACK (lock_toggled_cb), NULL);
  g_signal_connect (phone, "changed", G_CALLBACK (phone_changed_cb), NULL);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("When something goes wrong"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             make_action_row (_("Number of your broker's desk"), _("Shown while the link is lost"), phone));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             make_action_row (_("Disarm when the screen is locked"), _("Sleep always disarms"), lock));
  return group;
}

GtkWidget *
desk_preferences_new (GtkWindow *parent)
{
  GtkWidget *window = adw_preferences_window_new ();
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();

  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_default_size (GTK_WINDOW (window), 520, 620);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Appearance"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             make_row (_("Theme"), NULL, theme_ids, theme_names, G_N_ELEMENTS (theme_ids), "theme",
                                       G_CALLBACK (theme_selected_cb)));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             make_row (_("Language"), _("Taken at the next start"), language_ids, language_names,
                                       G_N_ELEMENTS (language_ids), "language", G_CALLBACK (language_selected_cb)));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (make_ticket_group ()));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (make_safety_group ()));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  return window;
}
