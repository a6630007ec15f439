/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The strip above the orders: fills, contracts, realised profit and win rate of the day. A fill refreshes it. */
GtkWidget *desk_metrics_new (DeskSession *session);

G_END_DECLS
