/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-resync-bar.h"

#include "desk-checklist.h"
#include "desk-sentence.h"
#include "desk-words-outage.h"
#include "desk-words.h"

#include <glib/gi18n.h>

#define SAME_ROUND (3 * G_USEC_PER_SEC) /* checks that run so near a round run for what it found */

/* The report of the last new link stays beside what a later round has found: both are news until they are closed. */
typedef enum
{
  REPORT_LINK,
  REPORT_LATER,
  N_REPORTS,
} ReportKind;

typedef struct
{
  GtkWidget       *row;
  GtkWidget       *sign;
  GtkWidget       *text;
  GtkWidget       *unknown;
  GtkWidget       *reconcile;
  DeskResyncState *state;     /* what it tells; owned */
} Report;

struct _DeskResyncBar
{
  GtkWidget    parent_instance;

  GtkWidget   *box;
  GtkWidget   *checklist;
  GtkWidget   *numbering; /* a hint */
  Report       reports[N_REPORTS];

  DeskSession *session;
  gulong       event_id;
  gboolean     was_lost;  /* a live link has ended in this window */
  gboolean     was_live;
};

G_DEFINE_FINAL_TYPE (DeskResyncBar, desk_resync_bar, GTK_TYPE_WIDGET)

static void
update_place (DeskResyncBar *self)
{
  gboolean any = gtk_widget_get_visible (self->checklist) || gtk_widget_get_visible (self->numbering);

  for (guint i = 0; i < N_REPORTS; i++)
    any = any || gtk_widget_get_visible (self->reports[i].row);
  gtk_widget_set_visible (GTK_WIDGET (self), any);
}

gboolean
desk_resync_bar_is_worth_saying (const DeskResyncState *state,
                                 gboolean               was_lost)
{
  const DeskResyncCounts *counts = &state->counts;

  if (!state->ended)
    return FALSE;
  if (!g_str_equal (state->trigger, "link"))
    return TRUE;
  /* The first link of a quiet morning has nothing to report. */
  return was_lost || counts->orders > 0 || counts->fills > 0 || counts->external > 0 || counts->position_mismatches > 0;
}

typedef enum
{
  CHECKED_WELL,
  CHECKED_PARTLY,   /* all that there is a question for */
  CHECKED_ACCEPTED,
  CHECKED_NOT,
  CHECKED_MISMATCH,
} Checked;

/* What the checks made of the answers of the round, once they ran on them. */
static Checked
checked (DeskResyncBar         *self,
         const DeskResyncState *state)
{
  DeskVerifyRun *run = desk_session_get_verify (self->session);

  if (run == NULL || run->epoch != state->epoch || ABS (run->utc - state->utc) >= SAME_ROUND)
    return CHECKED_WELL;
  switch (run->verdict)
    {
    case DESK_VERDICT_MATCH:
      return CHECKED_WELL;
    case DESK_VERDICT_ACCEPTED:
      return CHECKED_ACCEPTED;
    case DESK_VERDICT_MISMATCH:
      return CHECKED_MISMATCH;
    case DESK_VERDICT_NOT_PROVABLE:
    default:
      return !run->rest_unaskable ? CHECKED_NOT : run->n_accepted > 0 ? CHECKED_ACCEPTED : CHECKED_PARTLY;
    }
}

static const char *
verdict_text (const DeskResyncState *state,
              Checked                checks)
{
  const DeskResyncCounts *counts = &state->counts;

  if (counts->position_mismatches > 0 || counts->conflict > 0 || checks == CHECKED_MISMATCH)
    return _("Mismatch.");
  if (!state->verified || checks == CHECKED_NOT)
    return _("Not all is verified.");
  if (checks == CHECKED_ACCEPTED)
    return _("What does not match was accepted.");
  if (checks == CHECKED_PARTLY)
    return _("Verified, as far as the numbering can ask.");
  return counts->gone > 0 ? _("The rest is verified.") : _("Verified.");
}

static char *
report_text (const DeskResyncState *state,
             Checked                checks)
{
  g_autofree char *counts = desk_words_report (state);
  g_autofree char *took = desk_words_took (state->finished - state->started);
  g_autoptr(GString) when = g_string_new (NULL);
  g_autoptr(GString) waived = g_string_new (NULL);

  desk_words_time (when, state->utc, FALSE);
  for (guint i = 0; i < DESK_N_RESYNC_LINES; i++)
    if (state->lines[i].mark == DESK_RESYNC_WAIVED)
      g_string_append_printf (waived, "%s%s", waived->len > 0 ? ", " : "", desk_words_resync_line (i));
  if (waived->len > 0)
    {
      g_string_prepend (waived, _("Waived: "));
      g_string_prepend_c (waived, ' ');
      g_string_append_c (waived, '.');
    }
  /* Translators: what became of the orders, the verdict, what was waived, time of day, how long it took. */
  return g_strdup_printf (_("%s %s%s Checked against the server at %s, in %s."), counts, verdict_text (state, checks), waived->str,
                          when->str, took);
}

static void
show_report (DeskResyncBar         *self,
             const DeskResyncState *state)
{
  Report *report = &self->reports[g_str_equal (state->trigger, "link") ? REPORT_LINK : REPORT_LATER];
  Checked checks = checked (self, state);
  g_autofree char *text = report_text (state, checks);
  gboolean verified = state->verified && checks == CHECKED_WELL;
  gboolean calm = state->verified && (checks == CHECKED_ACCEPTED || checks == CHECKED_PARTLY) && state->counts.gone == 0;
  /* That an order is not at the server is presumed, and is nothing to be passed over. */
  gboolean well = verified && state->counts.gone == 0;

  if (report->state != state)
    {
      g_clear_pointer (&report->state, desk_resync_state_unref);
      report->state = desk_resync_state_copy (state);
    }

  gtk_label_set_text (GTK_LABEL (report->text), text);
  gtk_label_set_text (GTK_LABEL (report->sign), well ? "✓" : calm ? "i" : "!");
  gtk_widget_remove_css_class (report->row, "verified");
  gtk_widget_remove_css_class (report->row, "caution");
  if (!calm)
    gtk_widget_add_css_class (report->row, well ? "verified" : "caution");
  gtk_widget_set_visible (report->unknown, state->counts.unknown + state->counts.probable + state->counts.gone > 0);
  gtk_widget_set_visible (report->reconcile, !verified);
  gtk_widget_set_visible (report->row, TRUE);
}

/* The newest report says no other verdict than the checks that ran on its answers. */
static void
check_reports (DeskResyncBar *self)
{
  const DeskResyncState *link = self->reports[REPORT_LINK].state;
  const DeskResyncState *later = self->reports[REPORT_LATER].state;
  const DeskResyncState *newest = link == NULL || (later != NULL && later->finished > link->finished) ? later : link;

  if (newest != NULL && gtk_widget_get_visible (self->reports[newest == later ? REPORT_LATER : REPORT_LINK].row))
    show_report (self, newest);
}

/* The brief's servers list their open orders by themselves, at once; another one waits for a question that the brief's
 * numbering does not have. */
static gboolean
may_be_other_numbering (DeskResyncBar         *self,
                        const DeskResyncState *state)
{
  const DeskResyncLine *line = &state->lines[DESK_RESYNC_ORDERS];

  return desk_session_get_profile (self->session)->numbering == DTC_NUMBERING_BRIEF
         && (line->mark == DESK_RESYNC_FAILED || (line->mark == DESK_RESYNC_RUNNING && line->tries > 1));
}

static void
update (DeskResyncBar *self)
{
  DeskResyncState *state = desk_session_get_resync (self->session);
  DeskLink link = desk_session_get_link (self->session)->state;
  gboolean shows = state != NULL && !state->ended && g_str_equal (state->trigger, "link")
                   && (link == DESK_LINK_HANDSHAKE || link == DESK_LINK_LOGON || link == DESK_LINK_RESYNC);

  /* What was found is as old as the link it was found on. */
  for (guint i = 0; i < N_REPORTS; i++)
    if (link == DESK_LINK_LIVE)
      gtk_widget_remove_css_class (self->reports[i].row, "stale");
    else
      gtk_widget_add_css_class (self->reports[i].row, "stale");
  desk_checklist_set_state (DESK_CHECKLIST (self->checklist), shows ? state : NULL, shows);
  gtk_widget_set_visible (self->checklist, shows);
  gtk_widget_set_visible (self->numbering, shows && may_be_other_numbering (self, state));
  update_place (self);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskResyncBar   *self)
{
  if (event->kind == DESK_EVENT_LINK)
    {
      self->was_lost = self->was_lost || (self->was_live && event->link.state != DESK_LINK_LIVE);
      self->was_live = event->link.state == DESK_LINK_LIVE;
      update (self);
    }
  else if (event->kind == DESK_EVENT_RESYNC)
    {
      if (!event->restored && desk_resync_bar_is_worth_saying (event->resync, self->was_lost))
        show_report (self, event->resync);
      update (self);
    }
  else if (event->kind == DESK_EVENT_VERIFY)
    check_reports (self);
}

static void
close_clicked_cb (GtkWidget     *button,
                  DeskResyncBar *self)
{
  gtk_widget_set_visible (gtk_widget_get_parent (gtk_widget_get_parent (button)), FALSE);
  update_place (self);
}

static GtkWidget *
add_button (GtkWidget  *row,
            const char *label,
            const char *action,
            const char *target)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "chip");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  if (target != NULL)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_box_append (GTK_BOX (row), button);
  return button;
}

static void
make_report (DeskResyncBar *self,
             Report        *report)
{
  /* In a box of their own, as in a notice: words and icons of buttons stand at different heights. */
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");

  report->row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class (report->row, "notice");
  gtk_widget_add_css_class (report->row, "report");
  report->sign = gtk_label_new (NULL);
  gtk_widget_add_css_class (report->sign, "check-sign");
  report->text = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (report->text), TRUE);
  gtk_label_set_xalign (GTK_LABEL (report->text), 0.0f);
  gtk_box_append (GTK_BOX (report->row), report->sign);
  gtk_box_append (GTK_BOX (report->row), desk_sentence_new (report->text));
  gtk_box_append (GTK_BOX (report->row), buttons);
  report->unknown = add_button (buttons, _("Show what is unknown"), "win.show-unknown", NULL);
  report->reconcile = add_button (buttons, _("Reconcile"), "win.go-to", "reconcile");
  add_button (buttons, _("Details"), "win.show-link", NULL);
  gtk_widget_add_css_class (close, "flat");
  gtk_widget_add_css_class (close, "circular");
  gtk_widget_set_valign (close, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (close, _("Close this report"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Close this report"), -1);
  g_signal_connect (close, "clicked", G_CALLBACK (close_clicked_cb), self);
  gtk_box_append (GTK_BOX (buttons), close);
  gtk_widget_set_visible (report->row, FALSE);
  gtk_box_append (GTK_BOX (self->box), report->row);
}

static void
make_numbering (DeskResyncBar *self)
{
  GtkWidget *text = gtk_label_new (_("No list of open orders has come: the server may speak the other numbering. Look at its "
                                     "messages, then choose the numbering in the connection."));

  self->numbering = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class (self->numbering, "notice");
  gtk_widget_add_css_class (self->numbering, "caution");
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_xalign (GTK_LABEL (text), 0.0f);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (self->numbering), text);
  add_button (self->numbering, _("Connections…"), "win.connections", NULL);
  gtk_widget_set_visible (self->numbering, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->numbering);
}

static void
drop_session (DeskResyncBar *self)
{
  if (self->session != NULL)
    g_clear_signal_handler (&self->event_id, self->session);
  g_clear_object (&self->session);
  for (guint i = 0; i < N_REPORTS; i++)
    g_clear_pointer (&self->reports[i].state, desk_resync_state_unref);
  self->was_lost = FALSE;
  self->was_live = FALSE;
}

static void
desk_resync_bar_dispose (GObject *object)
{
  DeskResyncBar *self = DESK_RESYNC_BAR (object);

  drop_session (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_resync_bar_parent_class)->dispose (object);
}

static void
desk_resync_bar_class_init (DeskResyncBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_resync_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
desk_resync_bar_init (DeskResyncBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->checklist = desk_checklist_new (DESK_CHECKLIST_STRIP);
  gtk_widget_set_visible (self->checklist, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->checklist);
  make_numbering (self);
  for (guint i = 0; i < N_REPORTS; i++)
    make_report (self, &self->reports[i]);
  update_place (self);
}

void
desk_resync_bar_set_session (DeskResyncBar *self,
                             DeskSession   *session)
{
  g_return_if_fail (DESK_IS_RESYNC_BAR (self));

  drop_session (self);
  for (guint i = 0; i < N_REPORTS; i++)
    gtk_widget_set_visible (self->reports[i].row, FALSE);
  gtk_widget_set_visible (self->checklist, FALSE);
  gtk_widget_set_visible (self->numbering, FALSE);
  update_place (self);
  if (session == NULL)
    return;
  self->session = g_object_ref (session);
  self->was_live = desk_session_get_link (session)->state == DESK_LINK_LIVE;
  self->event_id = g_signal_connect (session, "event", G_CALLBACK (event_cb), self);
  update (self);
}
