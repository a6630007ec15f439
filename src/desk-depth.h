/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"

G_BEGIN_DECLS

/* A book of price levels as one immutable, shared value that may cross threads. */

typedef struct
{
  DeskPrice price;                   /* raw: off the grid, or there is no definition yet */
  double    quantity;
  guint     orders;                  /* 0: not said */
} DeskDepthLevel;

typedef struct
{
  char            symbol[DESK_SYMBOL_SIZE];
  guint32         symbol_id;
  DeskGrid        grid;
  guint           n_bids, n_asks;
  DeskDepthLevel *bids, *asks;       /* best first */
  gint64          received;          /* monotonic, of the last update in it; 0: none yet */
  gboolean        stale;             /* of a connection that has ended, or of a batch whose end does not come */
  gboolean        truncated;         /* there are, or were, deeper levels than are kept */
  gboolean        rejected;          /* the server refuses market depth for it */
  GRefString     *text;              /* its words about that, or NULL */
  /*< private >*/
  DeskDepthLevel  levels[];
} DeskDepthState;

/* (transfer full): with room for so many levels, to be filled in before it is shared. */
DeskDepthState *desk_depth_state_new   (const char     *symbol,
                                        guint32         symbol_id,
                                        guint           n_bids,
                                        guint           n_asks);
DeskDepthState *desk_depth_state_ref   (DeskDepthState *self);
void            desk_depth_state_unref (DeskDepthState *self);
/* (transfer full): the same levels, said to be stale. */
DeskDepthState *desk_depth_state_as_stale (const DeskDepthState *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskDepthState, desk_depth_state_unref)

G_END_DECLS
