/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-cells.h"

G_BEGIN_DECLS

/* The columns of the orders table. (transfer none) */
const DeskColumn *desk_order_columns    (guint    *n_columns);
/* "stale", "unknown", "done" or NULL. */
const char       *desk_order_row_style  (gpointer  item);

/* The order of the rows of one group, whatever the table is sorted by: entry, target, stop. */
int               desk_order_compare_in_group (gconstpointer a,
                                               gconstpointer b);

G_END_DECLS
