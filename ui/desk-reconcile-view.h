/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The Reconcile panel: sent against said against filled against position, check by check, and what was found. */

#define DESK_TYPE_RECONCILE_VIEW (desk_reconcile_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskReconcileView, desk_reconcile_view, DESK, RECONCILE_VIEW, GtkWidget)

GtkWidget *desk_reconcile_view_new  (DeskSession       *session);
/* Chooses a finding, whatever check is chosen. FALSE when this session knows none with the number. */
gboolean   desk_reconcile_view_show (DeskReconcileView *self,
                                     guint64            number);

/* Signals: "found" (guint64 number, char *words): a mismatch that this session had not told of, and that nobody has accepted; "settled" (): none
 * of those is left. Actions: "reconcile.run", "reconcile.export", "reconcile.at-link", "reconcile.on-fill", "reconcile.accept" and
 * "reconcile.note" (t), "reconcile.baseline" (ss), "reconcile.all-checks". */

G_END_DECLS
