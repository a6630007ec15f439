/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-exit-strip.h"
#include "desk-notice-bar.h"
#include "desk-session.h"

G_BEGIN_DECLS

/* The ways out of a position, asked for in the notice bar and followed in the strip step by step. */

typedef struct _DeskExits DeskExits;

DeskExits *desk_exits_new             (DeskNoticeBar          *notices,
                                       DeskExitStrip          *strip);
void       desk_exits_free            (DeskExits              *self);
void       desk_exits_set_session     (DeskExits              *self,
                                       DeskSession            *session); /* (nullable) */

/* One symbol: cancel its orders, close its position. */
void       desk_exits_ask_flatten     (DeskExits              *self,
                                       const char             *symbol,
                                       const char             *account);
/* The same, and the opposite position after it: two orders. Needs arming. */
void       desk_exits_ask_reverse     (DeskExits              *self,
                                       const char             *symbol,
                                       const char             *account);
/* One request to the server to close every position of the account. */
void       desk_exits_ask_account     (DeskExits              *self,
                                       const char             *account);
/* Symbol by symbol, with the orders first. */
void       desk_exits_ask_everything  (DeskExits              *self);
void       desk_exits_ask_halt        (DeskExits              *self);
/* A step of a running flatten, and when it came to it. */
void       desk_exits_show_step       (DeskExits              *self,
                                       const DeskFlattenState *flatten,
                                       gint64                  utc);
/* A question about a reverse goes when the position is not the one that it names. */
void       desk_exits_take_position   (DeskExits               *self,
                                       const DeskPositionState *position);

G_END_DECLS
