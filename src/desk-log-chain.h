/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-store.h"

G_BEGIN_DECLS

/* All ids of one order: whatever stood with one of them in a message about one order, before and after a replace. */

/**
 * desk_log_chain_find:
 * @snapshot: the log
 * @id: a ClientOrderID or ServerOrderID
 *
 * Returns: (transfer full): one byte for each string of the snapshot, 1: it is an id of the order. All 0 when no message has @id
 */
guint8   *desk_log_chain_find    (const DeskLogSnapshot *snapshot,
                                  const char            *id);
/* The row has one of the ids, of which @n are known. */
gboolean  desk_log_chain_has     (const guint8          *ids,
                                  guint                  n,
                                  const DeskLogRow      *row);
/* The row has one of the ids, and another that is not among them yet: the chain is longer than it was. */
gboolean  desk_log_chain_grows   (const guint8          *ids,
                                  guint                  n,
                                  const DeskLogRow      *row);

G_END_DECLS
