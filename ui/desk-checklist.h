/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-resync.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a reconciliation asks, line by line, each with its mark, count, time and reason: as a strip of two rows that
 * leaves the desk its room, or as a list with everything that is known. Its button waives a needed step that failed
 * (action "win.waive" with the step's nick). */

typedef enum
{
  DESK_CHECKLIST_STRIP,
  DESK_CHECKLIST_LIST,
} DeskChecklistForm;

#define DESK_TYPE_CHECKLIST (desk_checklist_get_type ())
G_DECLARE_FINAL_TYPE (DeskChecklist, desk_checklist, DESK, CHECKLIST, GtkWidget)

GtkWidget *desk_checklist_new       (DeskChecklistForm  form);
/* @state: (nullable): nothing was asked yet. @running: FALSE where no line can move any more, as after a lost link. */
void       desk_checklist_set_state (DeskChecklist     *self,
                                     DeskResyncState   *state,
                                     gboolean           running);

G_END_DECLS
