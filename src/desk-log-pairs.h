/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-store.h"

G_BEGIN_DECLS

/* Which message answers which: by RequestID, by an order's id, by SymbolID, or because there is only one such question at a
 * time. One log, read from its begin. */

typedef struct _DeskLogPairs DeskLogPairs;

DeskLogPairs *desk_log_pairs_new      (void);
void          desk_log_pairs_free     (DeskLogPairs     *self);
/**
 * desk_log_pairs_take:
 * @self: the questions that are open
 * @row: the next row of the log, its strings numbered
 * @message: what it says
 * @asks: (out): it is a question
 *
 * Returns: the number of the row it answers, 0: none
 */
guint64       desk_log_pairs_take     (DeskLogPairs     *self,
                                       const DeskLogRow *row,
                                       const DtcMessage *message,
                                       gboolean         *asks);
/* What the last desk_log_pairs_take() found was the first answer. */
gboolean      desk_log_pairs_is_first (DeskLogPairs     *self);

G_END_DECLS
