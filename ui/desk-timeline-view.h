/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The Timeline panel: one order from the click to its end, each mark with its message. */

#define DESK_TYPE_TIMELINE_VIEW (desk_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskTimelineView, desk_timeline_view, DESK, TIMELINE_VIEW, GtkWidget)

GtkWidget  *desk_timeline_view_new    (DeskSession      *session);
/* Shows the order with a client or server order id, and follows it. "": none. */
void        desk_timeline_view_show   (DeskTimelineView *self,
                                       const char       *id);
/* As it comes from the journal, for tests: @marks (transfer none) of DeskTimelineMark, or why there are none. */
void        desk_timeline_view_take   (DeskTimelineView *self,
                                       GPtrArray        *marks,
                                       const char       *error);

G_END_DECLS
