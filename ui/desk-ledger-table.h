/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-findings.h"
#include "desk-table.h"

G_BEGIN_DECLS

/* One order a row: what was sent, what the server made of it, its fills as they came and as the server lists them. */

#define DESK_TYPE_LEDGER_ITEM (desk_ledger_item_get_type ())
G_DECLARE_FINAL_TYPE (DeskLedgerItem, desk_ledger_item, DESK, LEDGER_ITEM, GObject)

/* Valid until "changed". */
const DeskLedgerRow *desk_ledger_item_get   (DeskLedgerItem *self);
/* The order's ClientOrderID, else its ServerOrderID. */
const char          *desk_ledger_item_get_id (DeskLedgerItem *self);

#define DESK_TYPE_LEDGER_TABLE (desk_ledger_table_get_type ())
G_DECLARE_FINAL_TYPE (DeskLedgerTable, desk_ledger_table, DESK, LEDGER_TABLE, GtkWidget)

GtkWidget      *desk_ledger_table_new          (void);
void            desk_ledger_table_take         (DeskLedgerTable *self,
                                                DeskVerifyRun   *run);
/* (transfer none) (nullable) */
DeskLedgerItem *desk_ledger_table_get_selected (DeskLedgerTable *self);
DeskTable      *desk_ledger_table_get_table    (DeskLedgerTable *self);

/* Signal: "selected" (). The actions "ledger.messages", "ledger.order", "ledger.timeline" and "ledger.finding" are of the selected row. */

G_END_DECLS
