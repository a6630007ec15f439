/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-findings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One line for each account and symbol: baseline and signed fills, their sum, the server's position, the difference. */

#define DESK_TYPE_LEDGER_FEET (desk_ledger_feet_get_type ())
G_DECLARE_FINAL_TYPE (DeskLedgerFeet, desk_ledger_feet, DESK, LEDGER_FEET, GtkWidget)

GtkWidget *desk_ledger_feet_new  (void);
void       desk_ledger_feet_take (DeskLedgerFeet *self,
                                  DeskVerifyRun  *run);
/* "baseline 0, fills +2, sum +2 · server +3 · difference +1". (transfer full) */
char      *desk_ledger_feet_words (const DeskLedgerFoot *foot);

/* Activates "reconcile.baseline" (ss): account and symbol. */

G_END_DECLS
