/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-finding-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The findings one below the other; the chosen one with all that belongs to it. */

#define DESK_TYPE_FINDINGS_VIEW (desk_findings_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskFindingsView, desk_findings_view, DESK, FINDINGS_VIEW, GtkWidget)

GtkWidget       *desk_findings_view_new       (DeskFindingList  *list);
/* Chooses the finding and brings it into sight. FALSE when it is not listed. */
gboolean         desk_findings_view_show      (DeskFindingsView *self,
                                               guint64           number);
/* The first one, unless the trader has chosen. */
void             desk_findings_view_choose_first (DeskFindingsView *self);
/* Stands there while the list is empty. */
void             desk_findings_view_set_empty (DeskFindingsView *self,
                                               const char       *text);

G_END_DECLS
