/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"

G_BEGIN_DECLS

/* A book order by order (market by order), as one immutable, shared value that may cross threads. */

typedef struct
{
  DeskPrice price;
  double    quantity;
  guint64   id;                      /* the exchange's OrderID */
  double    ahead;                   /* quantity before it at its price */
  guint     place;                   /* 1: the first of its price */
  gboolean  own;                     /* its id is the ServerOrderID of one of our open orders */
} DeskQueueOrder;

typedef struct
{
  char            symbol[DESK_SYMBOL_SIZE];
  guint32         symbol_id;
  DeskGrid        grid;
  guint           n_bids, n_asks;
  DeskQueueOrder *bids, *asks;       /* best price first, then who was there first */
  guint           more;              /* orders beyond those that are shown */
  gint64          received;          /* monotonic */
  gboolean        stale;             /* of a connection that has ended */
  gboolean        rejected;          /* the server refuses it */
  GRefString     *text;              /* its words about that, or NULL */
  /*< private >*/
  DeskQueueOrder  orders[];
} DeskQueueState;

/* (transfer full): with room for so many orders, to be filled in before it is shared. */
DeskQueueState *desk_queue_state_new   (const char     *symbol,
                                        guint32         symbol_id,
                                        guint           n_bids,
                                        guint           n_asks);
DeskQueueState *desk_queue_state_ref   (DeskQueueState *self);
void            desk_queue_state_unref (DeskQueueState *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskQueueState, desk_queue_state_unref)

G_END_DECLS
