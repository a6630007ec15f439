/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-reconcile-view.h"

#include "desk-check-strip.h"
#include "desk-finding-list.h"
#include "desk-findings-view.h"
#include "desk-ledger-feet.h"
#include "desk-ledger-table.h"

G_BEGIN_DECLS

/* What is compared, in two files: what is shown of it (desk-reconcile-view.c), and what a person does about it
 * (desk-reconcile-actions.c). */

struct _DeskReconcileView
{
  GtkWidget         parent_instance;

  GtkWidget        *box;
  GtkWidget        *run_button;
  GtkWidget        *spinner;
  GtkWidget        *summary;
  GtkWidget        *age;
  GtkWidget        *said;          /* what became of an export */
  GtkWidget        *said_label;
  GtkWidget        *paned;
  GtkWidget        *rule_bar;      /* of the chosen check */
  GtkWidget        *rule;
  DeskCheckStrip   *strip;
  DeskLedgerTable  *ledger;
  DeskLedgerFeet   *feet;
  DeskFindingsView *findings;
  DeskFindingList  *list;

  DeskSession      *session;
  DeskVerifyRun    *run;           /* the last one, or NULL */
  GHashTable       *told;          /* numbers of mismatches that the trader was told of */
  char             *export_path;
  const char       *summary_style;
  guint64           run_tag;       /* of the question that runs, 0: none of ours */
  guint             turn_id;
  gboolean          running;
  gboolean          placed;        /* the two halves have their first sizes */
  gboolean          at_link;
  gboolean          on_fill;
};

/* desk-reconcile-view.c */
gboolean     reconcile_is_linked   (DeskReconcileView *self);
/* A command by click. (transfer full) */
DeskCommand *reconcile_command_new (DeskCommandKind    kind);
void         reconcile_set_running (DeskReconcileView *self,
                                    gboolean           running);

/* desk-reconcile-actions.c */
void reconcile_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
