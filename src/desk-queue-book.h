/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-market-news.h"
#include "desk-queue-state.h"

G_BEGIN_DECLS

#define DESK_QUEUE_ORDERS_MAX 100000 /* that are kept */
#define DESK_QUEUE_SHOWN_MAX  2000   /* that a state shows, from the touch on, half of them a side */

/* One symbol's book order by order (market by order) while it changes: pure, no time of its own. Who comes first at a
 * price stays first; a new price or a greater quantity sends an order to the end. */
typedef struct _DeskQueueBook DeskQueueBook;

DeskQueueBook  *desk_queue_book_new      (void);
void            desk_queue_book_free     (DeskQueueBook         *self);
/* Prices are read anew: a definition has come or changed. */
void            desk_queue_book_set_grid (DeskQueueBook         *self,
                                          const DeskGrid        *grid);
/* A new connection: nothing is known. */
void            desk_queue_book_reset    (DeskQueueBook         *self);
/* FALSE: a snapshot is coming in, the book is half of it. */
gboolean        desk_queue_book_take     (DeskQueueBook         *self,
                                          const DeskQueueUpdate *update);
/* (transfer full); @own are the OrderIDs that are ours. */
DeskQueueState *desk_queue_book_snapshot (DeskQueueBook         *self,
                                          const char            *symbol,
                                          guint32                symbol_id,
                                          const guint64         *own,
                                          guint                  n_own);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskQueueBook, desk_queue_book_free)

G_END_DECLS
