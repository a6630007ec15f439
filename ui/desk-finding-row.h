/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-finding-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A finding in words; the chosen one with what was expected and seen, and what can be done about it. */

#define DESK_TYPE_FINDING_ROW (desk_finding_row_get_type ())
G_DECLARE_FINAL_TYPE (DeskFindingRow, desk_finding_row, DESK, FINDING_ROW, GtkWidget)

GtkWidget *desk_finding_row_new        (void);
/* NULL: shows nothing. */
void       desk_finding_row_set_item   (DeskFindingRow  *self,
                                        DeskFindingItem *item);
/* The chosen one says more. */
void       desk_finding_row_set_chosen (DeskFindingRow  *self,
                                        gboolean         chosen);
/* What it is about: order, execution, account and symbol. (transfer full) */
char      *desk_finding_row_subject    (const DeskFinding *finding);
/* "found 10:31:05", "found 10:31:05 to 10:35:10", with "no longer found since 10:36:00". (transfer full) */
char      *desk_finding_row_times      (DeskFindingItem *item);

/* Activates "reconcile.note" and "reconcile.accept" (t), "win.show-messages", "win.show-order", "win.show-timeline" (s), "win.show-record" (t). */

G_END_DECLS
