/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-case.h"
#include "desk-truth.h"

G_BEGIN_DECLS

/* What at the server may be an order of ours that it does not name: an order with the same side, size, prices and
 * time, or fills that such an order could have had. Never proof; a person decides. Pure. */

/* Before the write and behind the loss of the link a server's clock may stand so far off. */
#define DESK_CANDIDATE_MARGIN (60 * G_USEC_PER_SEC)

/* Nobody has stated what became of it: only such an order has candidates. */
gboolean        desk_candidates_wanted (const DeskTruthOrder *order);

/**
 * desk_candidates_find:
 * @truth: the book
 * @order: an order of ours
 * @out: (element-type DeskCandidate): candidates are appended, those within the time of the order first
 *
 * An order or a fill that was known before @order was written is none. `unique` is set where nothing else within its
 * time can be @order's, and no other order of ours in doubt can be it.
 *
 * Returns: how many of them lie within the time of @order
 */
guint           desk_candidates_find   (DeskTruth            *truth,
                                        const DeskTruthOrder *order,
                                        GArray               *out);

G_END_DECLS
