/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-date-entry.h"

#include "desk-words.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* The end of a trading day in Chicago, more or less: what a day without a time means. */
#define DEFAULT_HOUR 21

struct _DeskDateEntry
{
  GtkWidget  parent_instance;

  GtkWidget *entry;
  GtkWidget *popover;
};

G_DEFINE_FINAL_TYPE (DeskDateEntry, desk_date_entry, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  ACTIVATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

gint64
desk_date_entry_parse (const char *text)
{
  g_autoptr(GDateTime) when = NULL;
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = DEFAULT_HOUR;
  int minute = 0;
  char between = ' ';
  int n = sscanf (text, " %d-%d-%d%c%d:%d", &year, &month, &day, &between, &hour, &minute);

  if ((n != 3 && n != 6) || (n == 6 && between != ' ' && between != 'T'))
    return -1;
  if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23
      || minute < 0 || minute > 59)
    return -1;
  when = g_date_time_new_utc (year, month, day, hour, minute, 0);
  return when != NULL ? g_date_time_to_unix (when) : -1;
}

static void
changed_cb (DeskDateEntry *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  if (*text != '\0' && desk_date_entry_parse (text) < 0)
    gtk_widget_add_css_class (self->entry, "error");
  else
    gtk_widget_remove_css_class (self->entry, "error");
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
activate_cb (DeskDateEntry *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0);
}

static void
day_selected_cb (GtkCalendar   *calendar,
                 DeskDateEntry *self)
{
  g_autoptr(GDateTime) day = gtk_calendar_get_date (calendar);
  g_autofree char *text = g_strdup_printf ("%04d-%02d-%02d %02d:00", g_date_time_get_year (day),
                                           g_date_time_get_month (day), g_date_time_get_day_of_month (day),
                                           DEFAULT_HOUR);

  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
icon_cb (DeskDateEntry *self)
{
  if (self->popover == NULL)
    {
      GtkWidget *calendar = gtk_calendar_new ();

      self->popover = gtk_popover_new ();
      gtk_popover_set_child (GTK_POPOVER (self->popover), calendar);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
      g_signal_connect (calendar, "day-selected", G_CALLBACK (day_selected_cb), self);
    }
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static gboolean
desk_date_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (DESK_DATE_ENTRY (widget)->entry);
}

static void
desk_date_entry_dispose (GObject *object)
{
  DeskDateEntry *self = DESK_DATE_ENTRY (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->entry, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_date_entry_parent_class)->dispose (object);
}

static void
desk_date_entry_class_init (DeskDateEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_date_entry_dispose;
  widget_class->grab_focus = desk_date_entry_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[ACTIVATE] = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
}

static void
desk_date_entry_init (DeskDateEntry *self)
{
  self->entry = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 16);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), "2026-12-01 21:00");
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY, "x-office-calendar-symbolic");
  gtk_entry_set_icon_tooltip_text (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY, _("Choose a day"));
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_swapped (self->entry, "icon-release", G_CALLBACK (icon_cb), self);
}

void
desk_date_entry_set_label (DeskDateEntry *self,
                           const char    *label)
{
  g_return_if_fail (DESK_IS_DATE_ENTRY (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
desk_date_entry_set (DeskDateEntry *self,
                     gint64         utc_seconds)
{
  g_autofree char *text = desk_words_date (utc_seconds);

  g_return_if_fail (DESK_IS_DATE_ENTRY (self));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
}

gint64
desk_date_entry_get (DeskDateEntry *self)
{
  g_return_val_if_fail (DESK_IS_DATE_ENTRY (self), -1);
  return desk_date_entry_parse (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}
