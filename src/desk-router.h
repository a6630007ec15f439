/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-book.h"
#include "desk-keyed-store.h"
#include "desk-rows.h"
#include "desk-stats.h"
#include "desk-tape.h"

G_BEGIN_DECLS

/* Takes the engine's events into the stores. A batch is any number of takes and one flush: rows that are new join
 * their list in one splice, rows that changed say so once. Main thread. */

typedef struct _DeskRouter DeskRouter;

DeskRouter          *desk_router_new           (void);
void                 desk_router_free          (DeskRouter       *self);
void                 desk_router_take          (DeskRouter       *self,
                                                const DeskEvent  *event);
void                 desk_router_flush         (DeskRouter       *self);

const DeskLinkState *desk_router_get_link      (DeskRouter       *self);
const DeskArmState  *desk_router_get_arm       (DeskRouter       *self);
const DeskHealth    *desk_router_get_health    (DeskRouter       *self);
/* The last reconciliation and the last verification, NULL: none yet. (transfer none) */
DeskResyncState     *desk_router_get_resync    (DeskRouter       *self);
DeskVerifyRun       *desk_router_get_verify    (DeskRouter       *self);
/* Of @account ("": all) from @from_utc (microseconds) on. */
DeskStats            desk_router_get_stats     (DeskRouter       *self,
                                                const char       *account,
                                                gint64            from_utc);
DeskKeyedStore      *desk_router_get_orders    (DeskRouter       *self);
DeskKeyedStore      *desk_router_get_fills     (DeskRouter       *self);
DeskKeyedStore      *desk_router_get_positions (DeskRouter       *self);
DeskKeyedStore      *desk_router_get_accounts  (DeskRouter       *self);
DeskKeyedStore      *desk_router_get_quotes    (DeskRouter       *self);
/* (transfer none): made when it is first asked for, and empty until something comes for it. */
DeskBook            *desk_router_get_book      (DeskRouter       *self,
                                                const char       *symbol);
DeskTape            *desk_router_get_tape      (DeskRouter       *self,
                                                const char       *symbol);
/* DeskFound: what the last search has brought so far. */
GListStore          *desk_router_get_found     (DeskRouter       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskRouter, desk_router_free)

G_END_DECLS
