/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-drill.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* An outage rehearsed: the list of drills, the story of one while it runs, and the report that a real outage ends with. It
 * uses a simulator and a state file of its own; the trader's connection stays as it is. */

#define DESK_TYPE_DRILL_DIALOG (desk_drill_dialog_get_type ())
G_DECLARE_FINAL_TYPE (DeskDrillDialog, desk_drill_dialog, DESK, DRILL_DIALOG, AdwWindow)

GtkWidget *desk_drill_dialog_new         (GtkWindow             *parent, /* (nullable) */
                                          DtcNumbering           numbering);
/* What a drill ends with; it is shown instead of the story's last line. */
void       desk_drill_dialog_show_report (DeskDrillDialog       *self,
                                          const DeskDrillReport *report);

G_END_DECLS
