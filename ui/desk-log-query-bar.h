/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-match.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Chips, the entry of a query with its complaint, saved queries, and the log's buttons. */

#define DESK_TYPE_LOG_QUERY_BAR (desk_log_query_bar_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogQueryBar, desk_log_query_bar, DESK, LOG_QUERY_BAR, GtkWidget)

/* Signal "changed" (): what is asked for has changed. */
GtkWidget    *desk_log_query_bar_new       (GMenuModel      *menu);
guint         desk_log_query_bar_get_chips (DeskLogQueryBar *self);
/* (transfer full) (nullable): of an entry that cannot be read the last one that could. */
DeskLogQuery *desk_log_query_bar_dup_query (DeskLogQueryBar *self);
void          desk_log_query_bar_set_count (DeskLogQueryBar *self,
                                            guint            shown,
                                            guint            all,
                                            guint            given_up);
void          desk_log_query_bar_focus     (DeskLogQueryBar *self);
/* No query and no chips. */
void          desk_log_query_bar_clear     (DeskLogQueryBar *self);

G_END_DECLS
