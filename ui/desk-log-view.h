/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The DTC log: the flight recorder or an old file, filtered, taken apart, compared. */

#define DESK_TYPE_LOG_VIEW (desk_log_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogView, desk_log_view, DESK, LOG_VIEW, GtkWidget)

GtkWidget *desk_log_view_new         (DeskSession *session);
/* The messages of one order only, by any of its ids. */
void       desk_log_view_show_order  (DeskLogView *self,
                                      const char  *id);
/* The message that a record of the journal keeps; the journal itself is opened where the log has it no more. */
void       desk_log_view_show_record (DeskLogView *self,
                                      guint64      seq);
/* Opens an old log in place of the live one. */
void       desk_log_view_open        (DeskLogView *self,
                                      const char  *path);

G_END_DECLS
