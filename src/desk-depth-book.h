/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-depth.h"
#include "desk-market-news.h"

G_BEGIN_DECLS

/* The levels a side that are kept; what lies deeper is left out, and said to be. */
#define DESK_DEPTH_LEVELS_MAX 1000

/* One symbol's book of price levels while it changes: pure, no time of its own. */
typedef struct _DeskDepthBook DeskDepthBook;

typedef enum
{
  DESK_DEPTH_OPEN,   /* inside of a batch: the book is half of something */
  DESK_DEPTH_WHOLE,  /* a batch has ended */
  DESK_DEPTH_UNSAID, /* it changed, and the server does not say whether more belongs to it */
} DeskDepthStep;

DeskDepthBook  *desk_depth_book_new      (void);
void            desk_depth_book_free     (DeskDepthBook         *self);
/* Prices are read anew: a definition has come or changed. */
void            desk_depth_book_set_grid (DeskDepthBook         *self,
                                          const DeskGrid        *grid);
/* A new connection: nothing is known. */
void            desk_depth_book_reset    (DeskDepthBook         *self);
DeskDepthStep   desk_depth_book_take     (DeskDepthBook         *self,
                                          const DeskDepthUpdate *update);
/* No more has come for a while after DESK_DEPTH_UNSAID: what there is, is whole. */
void            desk_depth_book_settle   (DeskDepthBook         *self);
gboolean        desk_depth_book_is_open  (DeskDepthBook         *self);
/* FALSE: nothing on that side. */
gboolean        desk_depth_book_best     (DeskDepthBook         *self,
                                          DeskSide               side,
                                          DeskDepthLevel        *level);
/* (transfer full) */
DeskDepthState *desk_depth_book_snapshot (DeskDepthBook         *self,
                                          const char            *symbol,
                                          guint32                symbol_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskDepthBook, desk_depth_book_free)

G_END_DECLS
