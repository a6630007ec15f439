/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is asked after an outage while it is asked, and then what came of it, until somebody closes it. It pushes the
 * desk down and covers nothing. */

#define DESK_TYPE_RESYNC_BAR (desk_resync_bar_get_type ())
G_DECLARE_FINAL_TYPE (DeskResyncBar, desk_resync_bar, DESK, RESYNC_BAR, GtkWidget)

void     desk_resync_bar_set_session   (DeskResyncBar         *self,
                                        DeskSession           *session); /* (nullable) */
/* TRUE for a report that a trader must see: what an outage did, or what does not agree. */
gboolean desk_resync_bar_is_worth_saying (const DeskResyncState *state,
                                          gboolean               was_lost);

G_END_DECLS
