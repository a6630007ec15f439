/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Keeps a press from what slid under the pointer: a bar that comes or goes above the panels moves all of them, and who
 * pressed at that moment meant what stood there before. A press is not taken for DESK_PRESS_GUARD_MS after such a move,
 * and its owner is told, to say so. Once a second at most: bars that come and go must not lock the way out.
 *
 * What the bars do not move stays pressable: it has the style class "stays". */

#define DESK_PRESS_GUARD_MS 250
#define DESK_PRESS_GUARD_REST_MS 1000

#define DESK_TYPE_PRESS_GUARD (desk_press_guard_get_type ())
G_DECLARE_FINAL_TYPE (DeskPressGuard, desk_press_guard, DESK, PRESS_GUARD, GObject)

/* Guards @panels until they are gone (transfer none): they own it. */
DeskPressGuard *desk_press_guard_new   (GtkWidget      *panels);
/* They stand at @top of the window now. @now and below: monotonic microseconds. */
void            desk_press_guard_place (DeskPressGuard *self,
                                        double          top,
                                        gint64          now);
/* Whether a press on @target is taken. */
gboolean        desk_press_guard_takes (DeskPressGuard *self,
                                        GtkWidget      *target,
                                        gint64          now);

/* Signal: "refused" (): a press was not taken. */

G_END_DECLS
