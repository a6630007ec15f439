/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-depth.h"
#include "desk-own-orders.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The depth of one market: a price column that stands still, what is bid and asked at each price, the trader's own
 * orders beside it. It shows and does not trade. Drawn once a frame at most. */

#define DESK_TYPE_DEPTH_VIEW (desk_depth_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskDepthView, desk_depth_view, DESK, DEPTH_VIEW, GtkWidget)

GtkWidget *desk_depth_view_new          (void);
/* Another market: forgets everything of the one before. */
void       desk_depth_view_set_symbol   (DeskDepthView        *self,
                                         const char           *symbol);
/* NULL: no book. A reference is taken. */
void       desk_depth_view_set_state    (DeskDepthView        *self,
                                         const DeskDepthState *state);
/* Where the last trade and the session's extremes are marked. */
void       desk_depth_view_set_quote    (DeskDepthView        *self,
                                         const DeskQuoteState *quote);
/* NULL: none. Not owned. */
void       desk_depth_view_set_own      (DeskDepthView        *self,
                                         DeskOwnOrders        *own);
/* A sentence in place of the levels while there are none; NULL: none. */
void       desk_depth_view_set_words    (DeskDepthView        *self,
                                         const char           *words);
/* What says that it is not of now, "STALE 4.2 s": the sizes are dimmed beside it. NULL: it is of now. */
void       desk_depth_view_set_doubt    (DeskDepthView        *self,
                                         const char           *doubt);
/* The middle of the market into the middle of the panel. */
void       desk_depth_view_recenter     (DeskDepthView        *self);
/* Looks whether the market has left the panel alone for too long; call it now and then. */
void       desk_depth_view_follow       (DeskDepthView        *self,
                                         gint64                now);
/* What a screen reader says of the row at the cursor. (transfer full) */
char      *desk_depth_view_dup_text     (DeskDepthView        *self);
/* The price of the row at the cursor in ticks; FALSE: there are no rows. */
gboolean   desk_depth_view_get_cursor   (DeskDepthView        *self,
                                         gint64               *ticks);

/* Signal "cursor-moved" (). */

G_END_DECLS
