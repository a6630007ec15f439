/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-gate.h"

G_BEGIN_DECLS

/* The gate in two files: desk-gate.c works out what the order would do, desk-gate-checks.c judges it. */

/* What the checks share while they run. */
typedef struct
{
  const DeskGateInput *in;
  DeskGateVerdict     *out;
  gboolean             has_reference;
  double               reference;     /* display, the side this order would trade against */
  gboolean             reduces;
  gboolean             modify;
  gboolean             held_exit;     /* a bracket's: it adds nothing to the worst case, and trades with nothing yet */
  gint64               open_quantity; /* what of the order is not filled yet */
  gint64               orders_symbol;
  gint64               orders_account;
  gboolean             unknown_on_symbol;
} DeskGateCheck;

gboolean desk_gate_needs_price  (DeskOrderType        type);
gboolean desk_gate_needs_price2 (DeskOrderType        type);
gint64   desk_gate_add          (gint64               a,
                                 gint64               b);
/* Runs every check in the order of #DeskDenial and fills in the denial, its words and the counts. */
void     desk_gate_run_checks   (const DeskGateCheck *check);

G_END_DECLS
