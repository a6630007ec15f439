/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-types.h"

G_BEGIN_DECLS

/* ClientOrderIDs: "T" + install (6 of A-Z2-7) + "-" + generation (4 hex) + "-" + counter (8 hex) + "-" + check (2 hex).
 * No clock and no random number: a counter that is reserved on disk in blocks cannot come twice. */

#define DESK_ORDER_ID_BLOCK 100 /* counters reserved at once */

/**
 * desk_order_id_format:
 * @install: six characters that name this state file
 * @generation: how often the file was created, restored or copied
 * @counter: the order's number
 * @id: (out): the id, at most 31 characters of [A-Z0-9-]
 *
 * Returns: %FALSE when a part is out of range; the counter is then used up
 */
gboolean desk_order_id_format (const char *install,
                               guint       generation,
                               guint64     counter,
                               char        id[DESK_ID_SIZE]);
/**
 * desk_order_id_parse:
 * @id: a ClientOrderID from anywhere
 * @install: (out) (optional): the install part
 * @generation: (out) (optional):
 * @counter: (out) (optional):
 *
 * Returns: %TRUE when @id has our form and its check digits are right
 */
gboolean desk_order_id_parse  (const char *id,
                               char        install[7],
                               guint      *generation,
                               guint64    *counter);

G_END_DECLS
