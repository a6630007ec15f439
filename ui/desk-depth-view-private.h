/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-depth-view.h"
#include "desk-drawn.h"

G_BEGIN_DECLS

/* How the depth view is drawn, apart from what it does. */

struct _DeskDepthView
{
  GtkWidget       parent_instance;

  GtkWidget      *words;       /* a sentence instead of the levels */
  DeskDrawn       drawn;

  char            symbol[DESK_SYMBOL_SIZE];
  DeskDepthState *state;
  DeskGrid        grid;
  DeskPrice       last;
  int             last_move;   /* of the last trade against the one before: -1, 0, 1 */
  DeskPrice       high, low;
  DeskOwnOrders  *own;
  char           *doubt;

  gboolean        placed;      /* top is meant */
  gint64          top;         /* ticks of the first row */
  guint           n_rows;
  gint64          cursor;      /* ticks */
  gint64          lost_at;     /* monotonic: since then the market is out of sight; 0: it is in sight */
  gboolean        pointer_in;
  char           *spoken;
  gint64          spoken_at;

  char          **prices;      /* of the rows, from prices_top down */
  gint64          prices_top;
  guint           n_prices;
};

int      desk_depth_view_row_height (DeskDepthView *self);
/* The levels of the rows in sight: sizes by row, 0: none. */
void     desk_depth_view_levels     (DeskDepthView *self,
                                     double        *bids,
                                     double        *asks);
void     desk_depth_view_paint      (DeskDepthView *self,
                                     GtkSnapshot   *snapshot);
void     desk_depth_view_drop_prices (DeskDepthView *self);
/* "3", "3?", "3… stop": what stands beside a price. */
void     desk_depth_view_own_text   (const DeskOwnAt *at,
                                     char          *text,
                                     gsize          length);

G_END_DECLS
