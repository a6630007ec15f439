/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The flight recorder on screen: every message both ways, decoded; what stands on DEBUG_DTC too. */

#define DESK_TYPE_LOG_VIEW (desk_log_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogView, desk_log_view, DESK, LOG_VIEW, GtkWidget)

GtkWidget *desk_log_view_new (DeskSession *session);

G_END_DECLS
