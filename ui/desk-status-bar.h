/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The line at the foot: the last news in words, ages of the link, journal, UTC. The news label has the role of a
 * status, so that screen readers speak it. */

#define DESK_TYPE_STATUS_BAR (desk_status_bar_get_type ())
G_DECLARE_FINAL_TYPE (DeskStatusBar, desk_status_bar, DESK, STATUS_BAR, GtkWidget)

void desk_status_bar_set_session (DeskStatusBar *self,
                                  DeskSession   *session); /* (nullable) */
void desk_status_bar_say         (DeskStatusBar *self,
                                  const char    *news);

G_END_DECLS
