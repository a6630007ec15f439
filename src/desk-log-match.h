/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-query.h"
#include "desk-log-store.h"

G_BEGIN_DECLS

/* Which rows are shown. */

typedef enum
{
  DESK_LOG_CHIP_ORDERS    = 1 << 0,
  DESK_LOG_CHIP_FILLS     = 1 << 1,
  DESK_LOG_CHIP_POSITIONS = 1 << 2,
  DESK_LOG_CHIP_ACCOUNT   = 1 << 3,
  DESK_LOG_CHIP_MARKET    = 1 << 4,
  DESK_LOG_CHIP_SESSION   = 1 << 5,
  DESK_LOG_CHIP_ERRORS    = 1 << 6,
} DeskLogChip;

/**
 * DeskLogFilter:
 * @query: (nullable): what was typed
 * @chips: DeskLogChip, any of them; 0: all messages
 * @hide_heartbeats: heartbeats are left out
 * @link: messages of this connection only, 0: of all
 * @order: (nullable): an id: messages of that order only, by all ids it ever had
 * @marked: (nullable): numbers of rows, sorted (guint64): these only
 */
typedef struct
{
  DeskLogQuery *query;
  guint         chips;
  gboolean      hide_heartbeats;
  guint32       link;
  char         *order;
  GArray       *marked;
} DeskLogFilter;

DeskLogFilter  *desk_log_filter_copy     (const DeskLogFilter   *filter);
void            desk_log_filter_free     (DeskLogFilter         *filter);
/* TRUE when every row is shown. */
gboolean        desk_log_filter_is_open  (const DeskLogFilter   *filter);

/* The chips of a row; a fill is Orders and Fills. */
guint           desk_log_row_chips       (const DeskLogRow      *row);

/* A filter at work on a snapshot. One thread each. */
typedef struct _DeskLogMatcher DeskLogMatcher;

/* @filter must live as long. @ids: (array length=n_ids) (nullable): of @filter's order, see desk-log-chain.h. */
DeskLogMatcher *desk_log_matcher_new     (const DeskLogFilter   *filter,
                                          const DeskLogSnapshot *snapshot,
                                          const guint8          *ids,
                                          guint                  n_ids);
void            desk_log_matcher_free    (DeskLogMatcher        *self);
gboolean        desk_log_matcher_fits    (DeskLogMatcher        *self,
                                          const DeskLogRow      *row);
/* Rows whose regular expression was given up, since it took too long. */
guint           desk_log_matcher_given_up (DeskLogMatcher       *self);

/* The first place of @needle in @text in any case of ASCII letters, or NULL. @needle: not empty, lower case. */
const guint8   *desk_log_find_text       (const guint8          *text,
                                          gsize                  len,
                                          const char            *needle,
                                          gsize                  needle_len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLogMatcher, desk_log_matcher_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLogFilter, desk_log_filter_free)

G_END_DECLS
