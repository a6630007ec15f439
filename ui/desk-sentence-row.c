/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-sentence-row.h"

GtkWidget *
desk_sentence_row_new (GtkWidget *sign,
                       GtkWidget *sentence,
                       GtkWidget *buttons,
                       int        spacing)
{
  GtkWidget *row = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (row), spacing);
  gtk_widget_set_hexpand (sentence, TRUE);
  /* All that the row has in height, and no more than that of the window. */
  gtk_widget_set_vexpand (sentence, TRUE);
  gtk_widget_set_vexpand (row, FALSE);
  if (sign != NULL)
    gtk_grid_attach (GTK_GRID (row), sign, 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (row), sentence, 1, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (row), buttons, 2, 0, 1, 1);
  return row;
}
