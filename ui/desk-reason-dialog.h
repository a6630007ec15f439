/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for a sentence that goes into the journal. */

typedef struct
{
  const char *heading;
  const char *body;
  const char *field;    /* what the entry is called */
  const char *text;     /* that stands in it at first; or NULL */
  const char *yes;      /* what the button that does it says */
  gboolean    optional; /* an empty sentence will do */
} DeskReasonQuestion;

typedef void (*DeskReasonAnswer) (const char *text,
                                  gpointer    user_data);

/* @answer: called once, when the trader says yes; @free: of the data, in any case. Strings are copied. */
void desk_reason_dialog_present (GtkWindow                *parent,
                                 const DeskReasonQuestion *question,
                                 DeskReasonAnswer          answer,
                                 gpointer                  user_data,
                                 GDestroyNotify            free);

G_END_DECLS
