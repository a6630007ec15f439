/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The panels that only show: each a table over one of the session's stores. */

GtkWidget *desk_fills_new     (DeskSession *session);
GtkWidget *desk_positions_new (DeskSession *session);
GtkWidget *desk_accounts_new  (DeskSession *session);
GtkWidget *desk_quotes_new    (DeskSession *session);

G_END_DECLS
