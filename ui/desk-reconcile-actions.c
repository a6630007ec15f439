/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-reconcile-view-private.h"

#include "desk-finding-row.h"
#include "desk-reason-dialog.h"
#include "desk-reconcile-export.h"
#include "desk-words.h"

#include <glib/gi18n.h>

static void
run_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (widget);

  if (!reconcile_is_linked (self))
    return;
  reconcile_set_running (self, TRUE);
  self->run_tag = desk_session_send (self->session, reconcile_command_new (DESK_COMMAND_VERIFY));
}

typedef struct
{
  DeskReconcileView *view; /* (transfer full) */
  DeskCommandKind    kind;
  guint64            number;
  char               account[DESK_ID_SIZE];
  char               symbol[DESK_SYMBOL_SIZE];
} Deed;

static void
deed_free (gpointer data)
{
  Deed *deed = data;

  g_object_unref (deed->view);
  g_free (deed);
}

static Deed *
deed_new (DeskReconcileView *self,
          DeskCommandKind    kind,
          guint64            number)
{
  Deed *deed = g_new0 (Deed, 1);

  deed->view = g_object_ref (self);
  deed->kind = kind;
  deed->number = number;
  return deed;
}

static void
answered_cb (const char *text,
             gpointer    user_data)
{
  Deed *deed = user_data;
  DeskCommand *command = reconcile_command_new (deed->kind);

  command->quantity = (gint64) deed->number;
  command->search = g_strdup (text);
  g_strlcpy (command->ticket.account, deed->account, sizeof command->ticket.account);
  g_strlcpy (command->ticket.symbol, deed->symbol, sizeof command->ticket.symbol);
  desk_session_send (deed->view->session, command);
}

static GtkWindow *
window_of (DeskReconcileView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
accept_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (widget);
  guint64 number = g_variant_get_uint64 (parameter);
  DeskFindingItem *item = desk_finding_list_find (self->list, number);
  g_autofree char *heading = NULL;
  g_autofree char *words = NULL;
  g_autofree char *body = NULL;

  if (item == NULL)
    return;
  heading = g_strdup_printf (_("Accept what the server says in finding #%d?"), (int) number);
  words = desk_words_core (desk_finding_item_get (item)->text);
  /* Translators: %s is the sentence of the finding. */
  body = g_strdup_printf (_("%s\n\nNothing is traded and nothing is repaired: no order is sent and no fill is made up. The "
                            "finding stays listed as accepted; your reason goes into the journal with the time."), words);
  desk_reason_dialog_present (window_of (self),
                              &(DeskReasonQuestion) { .heading = heading, .body = body, .field = _("Reason"),
                                                      .yes = _("Accept") },
                              answered_cb, deed_new (self, DESK_COMMAND_ACCEPT, number), deed_free);
}

static void
note_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (widget);
  guint64 number = g_variant_get_uint64 (parameter);
  DeskFindingItem *item = desk_finding_list_find (self->list, number);
  g_autofree char *heading = NULL;

  if (item == NULL)
    return;
  heading = g_strdup_printf (_("Note on finding #%d"), (int) number);
  desk_reason_dialog_present (window_of (self),
                              &(DeskReasonQuestion) { .heading = heading, .field = C_("finding", "Note"),
                                                      .body = _("It is kept in the journal with the time, and stands in "
                                                                "the session report."),
                                                      .text = desk_finding_item_get (item)->note,
                                                      .yes = _("Keep the note") },
                              answered_cb, deed_new (self, DESK_COMMAND_NOTE, number), deed_free);
}

static const DeskLedgerFoot *
find_foot (DeskReconcileView *self,
           const char        *account,
           const char        *symbol)
{
  for (guint i = 0; self->run != NULL && i < self->run->feet->len; i++)
    {
      const DeskLedgerFoot *foot = &g_array_index (self->run->feet, DeskLedgerFoot, i);

      if (g_str_equal (foot->account, account) && g_str_equal (foot->symbol, symbol))
        return foot;
    }
  return NULL;
}

static void
baseline_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (widget);
  const char *account;
  const char *symbol;
  const DeskLedgerFoot *foot;
  g_autofree char *heading = NULL;
  g_autofree char *sum = NULL;
  g_autofree char *body = NULL;
  Deed *deed;

  g_variant_get (parameter, "(&s&s)", &account, &symbol);
  foot = find_foot (self, account, symbol);
  if (foot == NULL)
    return;
  /* Translators: an account and a symbol. */
  heading = g_strdup_printf (_("Start the sum of %s · %s anew?"), account, symbol);
  sum = desk_ledger_feet_words (foot);
  /* Translators: %s is the sum as it stands. */
  body = g_strdup_printf (_("Now: %s.\n\nThe position that the server states becomes the baseline, and only fills from now "
                            "on are added to it. Nothing is traded. What came before is not proved by this: the journal "
                            "keeps the old sum, your reason and the time."), sum);
  deed = deed_new (self, DESK_COMMAND_BASELINE, 0);
  g_strlcpy (deed->account, account, sizeof deed->account);
  g_strlcpy (deed->symbol, symbol, sizeof deed->symbol);
  desk_reason_dialog_present (window_of (self),
                              &(DeskReasonQuestion) { .heading = heading, .body = body, .field = _("Reason"),
                                                      .yes = _("Mark the baseline") },
                              answered_cb, deed, deed_free);
}

static void
all_checks_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  desk_check_strip_set (DESK_RECONCILE_VIEW (widget)->strip, 0);
}

static void
exported_cb (const char *text,
             const char *path,
             gpointer    user_data)
{
  DeskReconcileView *self = user_data;

  if (self->box == NULL)
    return;
  g_free (self->export_path);
  self->export_path = g_strdup (path);
  gtk_label_set_text (GTK_LABEL (self->said_label), text);
  gtk_widget_set_tooltip_text (self->said_label, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "reconcile.open-folder", path != NULL);
  gtk_widget_set_visible (self->said, TRUE);
}

static void
export_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (widget);

  if (self->run != NULL)
    desk_reconcile_export (window_of (self), self->session, self->run, exported_cb, g_object_ref (self), g_object_unref);
}

static void
open_folder_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (widget);
  g_autofree char *folder = self->export_path != NULL ? g_path_get_dirname (self->export_path) : NULL;
  g_autofree char *uri = folder != NULL ? g_filename_to_uri (folder, NULL, NULL) : NULL;

  if (uri != NULL)
    gtk_show_uri (window_of (self), uri, GDK_CURRENT_TIME);
}

static void
close_said_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  gtk_widget_set_visible (DESK_RECONCILE_VIEW (widget)->said, FALSE);
}

void
reconcile_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "reconcile.run", NULL, run_action);
  gtk_widget_class_install_action (widget_class, "reconcile.accept", "t", accept_action);
  gtk_widget_class_install_action (widget_class, "reconcile.note", "t", note_action);
  gtk_widget_class_install_action (widget_class, "reconcile.baseline", "(ss)", baseline_action);
  gtk_widget_class_install_action (widget_class, "reconcile.all-checks", NULL, all_checks_action);
  gtk_widget_class_install_action (widget_class, "reconcile.export", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "reconcile.open-folder", NULL, open_folder_action);
  gtk_widget_class_install_action (widget_class, "reconcile.close-said", NULL, close_said_action);
}
