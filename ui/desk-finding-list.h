/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-findings.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The findings of this session over time, as a GListModel: those of the last verification first, mismatches before what is not provable, then
 * those that it did not find any more. Matches are listed for one check only, when that is asked for. */

#define DESK_TYPE_FINDING_ITEM (desk_finding_item_get_type ())
G_DECLARE_FINAL_TYPE (DeskFindingItem, desk_finding_item, DESK, FINDING_ITEM, GObject)

/* As it was found last. Valid until "changed". */
const DeskFinding *desk_finding_item_get      (DeskFindingItem *self);
/* UTC of the first verification without it; 0: it still stands. */
gint64             desk_finding_item_get_gone (DeskFindingItem *self);
/* The ClientOrderID of the order it is about, else its ServerOrderID; "": none. */
const char        *desk_finding_item_get_order (DeskFindingItem *self);

/* Signal of an item: "changed" (). */

#define DESK_TYPE_FINDING_LIST (desk_finding_list_get_type ())
G_DECLARE_FINAL_TYPE (DeskFindingList, desk_finding_list, DESK, FINDING_LIST, GObject)

DeskFindingList *desk_finding_list_new       (void);
/* A run is taken whole: what it does not find is gone, and stays listed as such. */
void             desk_finding_list_take      (DeskFindingList *self,
                                              DeskVerifyRun   *run);
/* 0: of all checks, without matches. */
void             desk_finding_list_set_check (DeskFindingList *self,
                                              guint            check);
guint            desk_finding_list_get_check (DeskFindingList *self);
/* (transfer none) (nullable): listed or not. */
DeskFindingItem *desk_finding_list_find      (DeskFindingList *self,
                                              guint64          number);
/* How many are known, whatever the check. */
guint            desk_finding_list_count     (DeskFindingList *self);

G_END_DECLS
