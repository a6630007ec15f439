/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-row-view.h"

G_BEGIN_DECLS

/* The rows of a log: a million of them scroll as ten do. Follows the end until somebody scrolls away from it, and says
 * then how many have come. */

#define DESK_TYPE_LOG_TABLE (desk_log_table_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogTable, desk_log_table, DESK, LOG_TABLE, GtkWidget)

/* Signals: "selection-changed" (), "following-changed" (), "row-activated" (). */

GtkWidget          *desk_log_table_new           (DeskLogList  *list);
/* Number of the selected row, 0: none. */
guint64             desk_log_table_get_selected  (DeskLogTable *self);
/* FALSE when the row is not in the list; nothing changes then. */
gboolean            desk_log_table_select        (DeskLogTable *self,
                                                  guint64       number);
void                desk_log_table_set_following (DeskLogTable *self,
                                                  gboolean      following);
gboolean            desk_log_table_get_following (DeskLogTable *self);
/* Rows that have come since somebody scrolled away. */
guint               desk_log_table_get_n_new     (DeskLogTable *self);
/* number -> note; the table's own. Call desk_log_table_refresh() after a change. */
GHashTable         *desk_log_table_get_marks     (DeskLogTable *self);
/* Draws the rows again: time has passed, marks or the log have changed. @live: time goes on. */
void                desk_log_table_refresh       (DeskLogTable *self,
                                                  gboolean      live);
void                desk_log_table_set_menu      (DeskLogTable *self,
                                                  GMenuModel   *menu);
gboolean            desk_log_table_get_column    (DeskLogTable *self,
                                                  DeskLogColumn column);
void                desk_log_table_set_column    (DeskLogTable *self,
                                                  DeskLogColumn column,
                                                  gboolean      shown);
const DeskLogScene *desk_log_table_get_scene     (DeskLogTable *self);
GtkWidget          *desk_log_table_get_view      (DeskLogTable *self);

G_END_DECLS
