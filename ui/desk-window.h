/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The window: mode frame, header, banner, notices, workspace, status bar. */

#define DESK_TYPE_WINDOW (desk_window_get_type ())
G_DECLARE_FINAL_TYPE (DeskWindow, desk_window, DESK, WINDOW, AdwApplicationWindow)

DeskWindow *desk_window_new           (GtkApplication *application);
/* NULL between two sessions: the tables go, the failure or starting page stays. */
void        desk_window_set_session   (DeskWindow     *self,
                                       DeskSession    *session);
void        desk_window_show_starting (DeskWindow     *self);
void        desk_window_show_failure  (DeskWindow     *self,
                                       const char     *title,
                                       const char     *text,
                                       const char     *advice);
/* Size, maximised, dock. */
void        desk_window_save          (DeskWindow     *self);
/* TRUE when open orders made it ask first; the answer activates "app.leave". */
gboolean    desk_window_ask_close     (DeskWindow     *self);

/* Actions for panels: "win.say" (s) puts a sentence into the notices; "win.go-to" (s) raises a panel;
 * "win.order-symbol" (s) puts a symbol into the ticket. */
/* The computer goes to sleep, has woken, its screen was locked: disarms, drops what waits for a confirmation, warns of
 * open orders, and asks the server everything again. */
void        desk_window_sleep        (DeskWindow     *self);
void        desk_window_wake         (DeskWindow     *self);
void        desk_window_lock         (DeskWindow     *self);

G_END_DECLS
