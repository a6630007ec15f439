/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-case-dialog.h"

#include "desk-order-links.h"
#include "desk-words-outage.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define N_DECISIONS (DESK_DECISION_WORKING + 1)

struct _DeskCaseDialog
{
  AdwWindow    parent_instance;

  GtkWidget   *message;
  GtkWidget   *content;
  GtkWidget   *order;
  GtkWidget   *ids;
  GtkWidget   *evidence;
  GtkWidget   *candidates;
  GtkWidget   *candidate_list;
  GtkWidget   *decision_list;
  GtkWidget   *words;
  GtkWidget   *age;
  GtkWidget   *again;
  GtkWidget   *record;
  GtkWidget   *decisions[N_DECISIONS]; /* check buttons */
  GtkWidget   *none[2];                /* never shown: what is chosen before anything is */
  GPtrArray   *choices;                /* check buttons of the candidates, not owned */

  DeskSession *session;
  char         id[DESK_ID_SIZE];
  guint64      key;
  DeskCase    *evidence_shown;         /* or NULL */
  guint64      asked;                  /* tags of our commands, 0: none */
  guint64      recorded;
  guint32      epoch;                  /* of the link that the evidence is of */
  gboolean     settled;                /* nothing is left to decide */
};

G_DEFINE_FINAL_TYPE (DeskCaseDialog, desk_case_dialog, ADW_TYPE_WINDOW)

static void
say (DeskCaseDialog *self,
     const char     *text)
{
  gtk_label_set_text (GTK_LABEL (self->message), text);
  gtk_widget_set_visible (self->message, *text != '\0');
}

static int
chosen_decision (DeskCaseDialog *self)
{
  for (int i = 0; i < N_DECISIONS; i++)
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->decisions[i])))
      return i;
  return -1;
}

static const DeskCandidate *
chosen_candidate (DeskCaseDialog *self)
{
  for (guint i = 0; i < self->choices->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (self->choices, i)))
      return &g_array_index (self->evidence_shown->candidates, DeskCandidate, i);
  return NULL;
}

static void
update_record (DeskCaseDialog *self)
{
  int decision = chosen_decision (self);
  gboolean ready = self->evidence_shown != NULL && !self->settled && self->recorded == 0 && decision >= 0;

  if (ready && decision == DESK_DECISION_MINE)
    ready = chosen_candidate (self) != NULL;
  gtk_widget_set_sensitive (self->record, ready);
  gtk_widget_set_tooltip_text (self->record, ready ? NULL : _("Choose what became of it first"));
}

/* Choosing a candidate says that it is ours; what is chosen below may say otherwise again. */
static void
candidate_toggled_cb (GtkCheckButton *button,
                      DeskCaseDialog *self)
{
  if (gtk_check_button_get_active (button) && (self->evidence_shown->allowed & 1u << DESK_DECISION_MINE) != 0)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (self->decisions[DESK_DECISION_MINE]), TRUE);
  update_record (self);
}

static void
clear_choice (DeskCaseDialog *self)
{
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->none[0]), TRUE);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->none[1]), TRUE);
  update_record (self);
}

static GtkWidget *
add_choice (GtkWidget  *list,
            GtkWidget  *group,
            const char *title,
            const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_check_button_new ();

  /* Titles are markup; what stands in them may be the server's. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (button), GTK_CHECK_BUTTON (group));
  /* Its row names it. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return button;
}

static void
clear (GtkWidget *parent)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (parent)) != NULL)
    if (GTK_IS_LIST_BOX (parent))
      gtk_list_box_remove (GTK_LIST_BOX (parent), child);
    else
      gtk_box_remove (GTK_BOX (parent), child);
}

static char *
candidate_why (const DeskCandidate *candidate)
{
  const char *time = candidate->in_window ? _("At the time this order may have arrived")
                                          : _("Not at the time this order should have arrived");

  return candidate->unique ? g_strdup_printf ("%s. %s.", time, _("The only one that fits, for the only order in doubt"))
                           : g_strdup_printf ("%s.", time);
}

static void
show_candidates (DeskCaseDialog *self,
                 const DeskCase *evidence)
{
  g_ptr_array_set_size (self->choices, 0);
  clear (self->candidate_list);
  for (guint i = 0; i < evidence->candidates->len; i++)
    {
      const DeskCandidate *candidate = &g_array_index (evidence->candidates, DeskCandidate, i);
      g_autofree char *title = desk_words_candidate (candidate, &evidence->order.grid);
      g_autofree char *why = candidate_why (candidate);
      GtkWidget *button = add_choice (self->candidate_list, self->none[0], title, why);

      g_signal_connect (button, "toggled", G_CALLBACK (candidate_toggled_cb), self);
      g_ptr_array_add (self->choices, button);
    }
  gtk_widget_set_visible (self->candidates, evidence->candidates->len > 0);
}

static void
show_evidence (DeskCaseDialog *self,
               const DeskCase *evidence)
{
  g_autoptr(GPtrArray) sentences = desk_words_evidence (evidence);
  g_autofree char *verdict = desk_words_core (evidence->text);

  if (*verdict != '\0')
    g_ptr_array_add (sentences, g_steal_pointer (&verdict));
  clear (self->evidence);
  for (guint i = 0; i < sentences->len; i++)
    {
      GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
      GtkWidget *dot = g_object_new (GTK_TYPE_LABEL, "label", "•", "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
      GtkWidget *label = gtk_label_new (g_ptr_array_index (sentences, i));

      gtk_widget_set_valign (dot, GTK_ALIGN_START);
      gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_widget_set_hexpand (label, TRUE);
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_box_append (GTK_BOX (line), dot);
      gtk_box_append (GTK_BOX (line), label);
      gtk_box_append (GTK_BOX (self->evidence), line);
    }
}

static void
show_order (DeskCaseDialog       *self,
            const DeskOrderState *order)
{
  const DeskPrice *price = desk_words_limit_price (order) != NULL ? desk_words_limit_price (order)
                                                                  : desk_words_stop_price (order);
  g_autofree char *at = price != NULL ? desk_price_format (&order->grid, price) : g_strdup ("");
  g_autofree char *what = g_strdup_printf ("%s %" G_GINT64_FORMAT " %s %s %s", desk_words_side (order->side), order->quantity,
                                           order->symbol, desk_words_type (order->type), at);
  g_autofree char *ids = g_strdup_printf ("%s · %s%s%s", order->account, order->client_order_id,
                                          *order->server_order_id != '\0' ? " · " : "", order->server_order_id);

  gtk_label_set_text (GTK_LABEL (self->order), what);
  gtk_label_set_text (GTK_LABEL (self->ids), ids);
}

static void
show_decisions (DeskCaseDialog *self,
                const DeskCase *evidence)
{
  for (guint i = 0; i < N_DECISIONS; i++)
    {
      gboolean allowed = (evidence->allowed & 1u << i) != 0;
      GtkWidget *row = gtk_widget_get_ancestor (self->decisions[i], ADW_TYPE_ACTION_ROW);

      gtk_widget_set_sensitive (row, allowed);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), allowed ? desk_words_decision_effect (i)
                                                                 : _("The evidence speaks against it."));
      gtk_widget_set_visible (row, i != DESK_DECISION_MINE || evidence->candidates->len > 0);
    }
}

/* Whether a choice made on the one would be made on the other. Times alone change nothing. */
static gboolean
same_evidence (const DeskCase *a,
               const DeskCase *b)
{
  if (a->allowed != b->allowed || a->candidates->len != b->candidates->len || a->listed != b->listed
      || a->orders_known != b->orders_known || a->fills_known != b->fills_known || a->position_known != b->position_known
      || a->position_base != b->position_base || a->position_now != b->position_now
      || a->order.status != b->order.status || a->order.certainty != b->order.certainty
      || a->order.filled != b->order.filled)
    return FALSE;
  for (guint i = 0; i < a->candidates->len; i++)
    {
      const DeskCandidate *one = &g_array_index (a->candidates, DeskCandidate, i);
      const DeskCandidate *other = &g_array_index (b->candidates, DeskCandidate, i);

      if (one->kind != other->kind || !g_str_equal (one->server_order_id, other->server_order_id)
          || one->quantity != other->quantity || one->filled != other->filled || one->unique != other->unique
          || one->utc != other->utc)
        return FALSE;
    }
  return TRUE;
}

static void
take_case (DeskCaseDialog *self,
           DeskCase       *evidence,
           guint32         epoch)
{
  gboolean first = self->evidence_shown == NULL;
  gboolean same = !first && self->epoch == epoch && same_evidence (self->evidence_shown, evidence);
  g_autoptr(GString) when = g_string_new (NULL);
  g_autofree char *age = NULL;
  gboolean had_choice = chosen_decision (self) >= 0;

  desk_case_ref (evidence);
  if (!same)
    clear_choice (self);
  g_clear_pointer (&self->evidence_shown, desk_case_unref);
  self->evidence_shown = evidence;
  self->epoch = epoch;
  self->key = evidence->order.key;
  show_order (self, &evidence->order);
  show_evidence (self, evidence);
  if (!same)
    {
      show_candidates (self, evidence);
      show_decisions (self, evidence);
      say (self, had_choice ? _("The evidence has changed: look again, and choose again.") : "");
    }
  desk_words_time (when, g_get_real_time (), FALSE);
  age = g_strdup_printf (_("As of %s; renewed after each answer of the server"), when->str);
  gtk_label_set_text (GTK_LABEL (self->age), age);
  gtk_widget_set_sensitive (self->content, TRUE);
  update_record (self);
}

/* What was said of another link is no ground for a decision. */
static void
make_void (DeskCaseDialog *self,
           const char     *why)
{
  g_clear_pointer (&self->evidence_shown, desk_case_unref);
  clear_choice (self);
  /* The entry would be left without having been told. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  gtk_widget_set_sensitive (self->content, FALSE);
  say (self, why);
  update_record (self);
}

static void
take_order (DeskCaseDialog       *self,
            const DeskOrderState *order)
{
  g_autofree char *text = NULL;

  if (self->recorded != 0)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  if (desk_words_in_doubt (order) || order->certainty == DESK_CERTAINTY_STALE)
    return;
  /* Translators: the state of an order. */
  text = g_strdup_printf (_("The server has said what became of it: %s. Nothing is left to decide."),
                          desk_words_order_state (order));
  self->settled = TRUE;
  make_void (self, text);
  gtk_widget_set_sensitive (self->again, FALSE);
}

static void
ask (DeskCaseDialog *self)
{
  DeskCommand *command = desk_command_new (DESK_COMMAND_CASE);

  g_strlcpy (command->id, self->id, sizeof command->id);
  self->asked = desk_session_send (self->session, command);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskCaseDialog  *self)
{
  switch (event->kind)
    {
    case DESK_EVENT_CASE:
      if (event->tag == self->asked || (self->key != 0 && event->doubt->order.key == self->key))
        take_case (self, event->doubt, event->epoch);
      break;
    case DESK_EVENT_LINK:
      if (!self->settled && self->evidence_shown != NULL
          && (event->epoch != self->epoch || (event->link.state != DESK_LINK_LIVE && event->link.state != DESK_LINK_RESYNC)))
        make_void (self, _("The link has changed: this evidence is void. It comes back when the server has been asked again."));
      break;
    case DESK_EVENT_ORDER:
      if (self->key != 0 && event->order.key == self->key)
        take_order (self, &event->order);
      break;
    case DESK_EVENT_DENIED:
      if (event->tag != 0 && (event->tag == self->asked || event->tag == self->recorded))
        {
          g_autofree char *why = desk_words_denial_text (event->denial, event->text);

          self->recorded = 0;
          say (self, why);
          update_record (self);
        }
      break;
    default:
      break;
    }
}

static void
again_clicked_cb (DeskCaseDialog *self)
{
  desk_session_send (self->session, desk_command_new (DESK_COMMAND_VERIFY));
  ask (self);
}

static void
record_clicked_cb (DeskCaseDialog *self)
{
  int decision = chosen_decision (self);
  const DeskCandidate *candidate = decision == DESK_DECISION_MINE ? chosen_candidate (self) : NULL;
  DeskCommand *command;

  if (decision < 0 || !gtk_widget_get_sensitive (self->record))
    return;
  command = desk_command_new (DESK_COMMAND_RESOLVE);
  command->clicked = g_get_monotonic_time ();
  g_strlcpy (command->id, self->id, sizeof command->id);
  g_strlcpy (command->step, desk_decision_nick (decision), sizeof command->step);
  if (candidate != NULL)
    g_strlcpy (command->candidate, candidate->server_order_id, sizeof command->candidate);
  command->search = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->words)));
  command->ticket.source = DESK_SOURCE_CLICK;
  self->recorded = desk_session_send (self->session, command);
  update_record (self);
}

static void
desk_case_dialog_dispose (GObject *object)
{
  DeskCaseDialog *self = DESK_CASE_DIALOG (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->evidence_shown, desk_case_unref);
  for (guint i = 0; i < G_N_ELEMENTS (self->none); i++)
    g_clear_object (&self->none[i]);
  G_OBJECT_CLASS (desk_case_dialog_parent_class)->dispose (object);
}

static void
desk_case_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (DESK_CASE_DIALOG (object)->choices);
  G_OBJECT_CLASS (desk_case_dialog_parent_class)->finalize (object);
}

static void
desk_case_dialog_class_init (DeskCaseDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_case_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_case_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-case-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, message);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, content);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, order);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, ids);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, evidence);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, candidates);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, candidate_list);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, decision_list);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, words);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, age);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, again);
  gtk_widget_class_bind_template_child (widget_class, DeskCaseDialog, record);
  gtk_widget_class_bind_template_callback (widget_class, again_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, record_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
desk_case_dialog_init (DeskCaseDialog *self)
{
  self->choices = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (self->none); i++)
    self->none[i] = g_object_ref_sink (gtk_check_button_new ());
  for (guint i = 0; i < N_DECISIONS; i++)
    {
      self->decisions[i] = add_choice (self->decision_list, self->none[1], desk_words_decision (i),
                                       desk_words_decision_effect (i));
      g_signal_connect_swapped (self->decisions[i], "toggled", G_CALLBACK (update_record), self);
    }
  gtk_widget_set_visible (self->candidates, FALSE);
  gtk_widget_set_sensitive (self->content, FALSE);
  clear_choice (self);
}

GtkWidget *
desk_case_dialog_new (GtkWindow   *parent,
                      DeskSession *session,
                      const char  *id)
{
  DeskCaseDialog *self = g_object_new (DESK_TYPE_CASE_DIALOG, "transient-for", parent, NULL);
  g_autoptr(DeskOrder) order = desk_order_links_find (desk_session_get_orders (session), NULL, id);

  self->session = g_object_ref (session);
  g_strlcpy (self->id, id, sizeof self->id);
  if (order != NULL)
    {
      self->key = desk_order_get_state (order)->key;
      show_order (self, desk_order_get_state (order));
    }
  gtk_label_set_text (GTK_LABEL (self->age), _("The evidence is being gathered…"));
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, 0);
  ask (self);
  return GTK_WIDGET (self);
}
