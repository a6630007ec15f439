/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The connection profiles: list at the left, the chosen one at the right; save, connect, new, delete. Passwords go to
 * the Secret Service. Connecting is app.open-profile. */

#define DESK_TYPE_CONNECTIONS (desk_connections_get_type ())
G_DECLARE_FINAL_TYPE (DeskConnections, desk_connections, DESK, CONNECTIONS, AdwWindow)

/* @current: name of the profile in use, or NULL */
GtkWidget *desk_connections_new (GtkWindow  *parent,
                                 const char *current);

G_END_DECLS
