/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-journal-row.h"

G_BEGIN_DECLS

/* FILE.head: how far the journal went, beside it. SQLite takes the log of a crash up to the first frame that does not
 * read, and calls the rest not there; whoever knows how far it went sees that something is missing. Written after each
 * commit, without a sync of its own: what stands here was durable before, so a head that is too old finds less, and
 * none ever finds too much. */
typedef struct _DeskStateHead DeskStateHead;

/* Creates it when there is none; NULL when that does not work: then nothing is compared. */
DeskStateHead *desk_state_head_open  (const char          *path);
void           desk_state_head_close (DeskStateHead       *self);
/* The record @seq with @hash is durable, and the last one. */
void           desk_state_head_write (DeskStateHead       *self,
                                      guint64              seq,
                                      const guint8         hash[DESK_HASH_SIZE]);
/* When there is time: it survives a power loss, too. */
void           desk_state_head_sync  (DeskStateHead       *self);
/* FALSE when there is none or it does not read. */
gboolean       desk_state_head_read  (const char          *path,
                                      guint64             *seq,
                                      guint8               hash[DESK_HASH_SIZE]);

G_END_DECLS
