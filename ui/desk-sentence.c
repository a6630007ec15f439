/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-sentence.h"

static GtkSizeRequestMode
sentence_mode (GtkWidget *holder)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sentence_measure (GtkWidget      *holder,
                  GtkOrientation  orientation,
                  int             for_size,
                  int            *minimum,
                  int            *natural,
                  int            *minimum_baseline,
                  int            *natural_baseline)
{
  gtk_widget_measure (gtk_widget_get_first_child (holder), orientation,
                      orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size, minimum, natural, NULL, NULL);
}

static void
sentence_allocate (GtkWidget *holder,
                   int        width,
                   int        height,
                   int        baseline)
{
  gtk_widget_size_allocate (gtk_widget_get_first_child (holder), &(GtkAllocation) { 0, 0, width, height }, -1);
}

GtkWidget *
desk_sentence_new (GtkWidget *label)
{
  GtkWidget *holder = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_set_layout_manager (holder, gtk_custom_layout_new (sentence_mode, sentence_measure, sentence_allocate));
  gtk_widget_set_hexpand (holder, TRUE);
  gtk_box_append (GTK_BOX (holder), label);
  return holder;
}
