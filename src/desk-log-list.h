/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-job.h"

G_BEGIN_DECLS

/* The rows of a log that fit a filter, as a list: of a million rows there are objects only for those that somebody looks
 * at. Follows the log as it grows. Main thread. */

#define DESK_TYPE_LOG_ITEM (desk_log_item_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogItem, desk_log_item, DESK, LOG_ITEM, GObject)
/* The row's number; the row itself may be gone. */
guint64           desk_log_item_get_number   (DeskLogItem         *self);
/* (nullable), valid until the list changes. */
const DeskLogRow *desk_log_item_get_row      (DeskLogItem         *self);

#define DESK_TYPE_LOG_LIST (desk_log_list_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogList, desk_log_list, DESK, LOG_LIST, GObject)

/* A GListModel of DeskLogItem. Signal "settled" (): a filter has been applied to every row. */
DeskLogList      *desk_log_list_new          (DeskLogStore        *store);
void              desk_log_list_set_store    (DeskLogList         *self,
                                              DeskLogStore        *store);
/* @filter is copied. What is shown stays until the rows that fit are known. */
void              desk_log_list_set_filter   (DeskLogList         *self,
                                              const DeskLogFilter *filter);
gboolean          desk_log_list_is_busy      (DeskLogList         *self);
/* How many rows the last filter gave up. */
guint             desk_log_list_get_given_up (DeskLogList         *self);

/* Rows in sight of the list's own snapshot; (transfer none), valid until the list changes. */
DeskLogSnapshot  *desk_log_list_get_snapshot (DeskLogList         *self);
const DeskLogRow *desk_log_list_get_row      (DeskLogList         *self,
                                              guint                position);
guint64           desk_log_list_get_number   (DeskLogList         *self,
                                              guint                position);
/* NULL when the row is gone. */
const DeskLogRow *desk_log_list_find_row     (DeskLogList         *self,
                                              guint64              number);
/* FALSE when the row is not in the list; *position is then the one behind it. */
gboolean          desk_log_list_find         (DeskLogList         *self,
                                              guint64              number,
                                              guint               *position);

G_END_DECLS
