/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-figure.h"

GtkWidget *
desk_figure_new (void)
{
  return g_object_new (GTK_TYPE_INSCRIPTION, "min-chars", 0, "text-overflow", GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END, NULL);
}

void
desk_figure_set (GtkInscription *figure,
                 const char     *text)
{
  guint length = (guint) g_utf8_strlen (text, -1);

  if (length > gtk_inscription_get_min_chars (figure))
    gtk_inscription_set_min_chars (figure, length);
  gtk_inscription_set_text (figure, text);
}

void
desk_set_tooltip (GtkWidget  *widget,
                  const char *text)
{
  if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) != 0)
    gtk_widget_set_tooltip_text (widget, text);
}
