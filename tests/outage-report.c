/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "outage-fixture.h"
#include "ui-verify-fixture.h"

#include "desk-checklist.h"
#include "desk-drill-dialog.h"
#include "desk-drill-private.h"
#include "desk-header.h"
#include "desk-resync-bar.h"
#include "desk-words-outage.h"

/* What is said when the questions are answered, after an outage and after a drill. */

static void
take_health (DeskSession *session,
             gboolean     journal_waits)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_HEALTH);

  event->health.journal_ok = !journal_waits;
  event->health.journal_waits = journal_waits;
  desk_session_take (session, event);
}

static gboolean
any_has_class (GtkWidget  *root,
               const char *name)
{
  if (gtk_widget_has_css_class (root, name))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (any_has_class (child, name))
      return TRUE;
  return FALSE;
}

static void
take_verdict (DeskSession *session,
              const char  *trigger,
              DeskVerdict  verdict)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_VERIFY);

  event->verify = desk_verify_run_new (trigger);
  event->verify->epoch = event->epoch = 2;
  event->verify->utc = g_get_real_time ();
  event->verify->verdict = verdict;
  event->verify->n_accepted = verdict == DESK_VERDICT_ACCEPTED;
  desk_session_take (session, event);
}

/* All is well but what has no question. */
static void
take_unaskable (DeskSession *session,
                guint        n_accepted)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_VERIFY);
  DeskVerifyRun *run = event->verify = desk_verify_run_new ("verify");

  run->epoch = event->epoch = 2;
  run->utc = g_get_real_time ();
  run_add_finding (run, 0, 8, DESK_VERDICT_MATCH, NULL);
  run_add_finding (run, 4, 10, DESK_VERDICT_NOT_PROVABLE,
                   "The server has not listed its open orders: this numbering has no question for them; the server lists them once a "
                   "connection, after the logon")->unaskable = TRUE;
  run->verdict = DESK_VERDICT_NOT_PROVABLE;
  run->rest_unaskable = TRUE;
  run->n_accepted = n_accepted;
  desk_session_take (session, event);
}

/* The report stays until it is closed, the link's own beside a later one. */
static void
test_report (void)
{
  static const char text[] = "12 orders: 10 confirmed, 1 filled while away, 1 unknown.";
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *bar = ui_find (GTK_WIDGET (window), DESK_TYPE_RESYNC_BAR);
  GtkWidget *header = ui_find (GTK_WIDGET (window), DESK_TYPE_HEADER);
  DeskOrderState doubtful;
  DeskResyncState *later;

  take_link (session, DESK_LINK_RESYNC, 2);
  take_resync (session, ended ("link"));
  take_link (session, DESK_LINK_LIVE, 2);
  ui_spin (50);
  g_assert_true (says (bar, text));
  g_assert_true (says (bar, "Not all is verified."));
  g_assert_nonnull (find_button (bar, "win.show-unknown"));
  g_assert_true (says (header, "Not verified"));
  later = ended ("verify");
  later->verified = TRUE;
  later->counts = (DeskResyncCounts) { .orders = 11, .confirmed = 11 };
  take_resync (session, later);
  g_assert_true (says (bar, text));
  g_assert_true (says (bar, "11 orders: 11 confirmed."));
  g_assert_true (says (header, "Verified"));
  /* An order that is not at the server is presumed so: that is no tick. */
  later = ended ("verify");
  later->verified = TRUE;
  later->counts = (DeskResyncCounts) { .orders = 11, .confirmed = 10, .gone = 1 };
  take_resync (session, later);
  g_assert_true (says (bar, "11 orders: 10 confirmed, 1 not at the server. The rest is verified."));
  g_assert_false (says (bar, "✓"));
  /* What the checks find in the same answers is the report's verdict, too. */
  later = ended ("verify");
  later->verified = TRUE;
  later->counts = (DeskResyncCounts) { .orders = 11, .confirmed = 11 };
  take_resync (session, later);
  g_assert_true (says (bar, "11 orders: 11 confirmed. Verified."));
  take_verdict (session, "verify", DESK_VERDICT_NOT_PROVABLE);
  g_assert_true (says (bar, "11 orders: 11 confirmed. Not all is verified."));
  take_verdict (session, "doubt", DESK_VERDICT_MISMATCH);
  g_assert_true (says (bar, "11 orders: 11 confirmed. Mismatch."));
  g_assert_true (any_has_class (bar, "caution"));
  /* What a person has taken is no match, and nothing that cannot be asked is one. */
  take_verdict (session, "verify", DESK_VERDICT_ACCEPTED);
  g_assert_true (says (bar, "11 orders: 11 confirmed. What does not match was accepted."));
  g_assert_true (says (header, "Accepted"));
  g_assert_false (says (header, "Verified"));
  g_assert_false (any_has_class (header, "verified"));
  take_unaskable (session, 1);
  g_assert_true (says (bar, "11 orders: 11 confirmed. What does not match was accepted."));
  g_assert_true (says (header, "Accepted"));
  g_assert_false (says (header, "Verified"));
  take_unaskable (session, 0);
  g_assert_true (says (bar, "11 orders: 11 confirmed. Verified, as far as the numbering can ask."));
  g_assert_true (says (header, "Verified"));
  g_assert_true (says (header, "1 ok · 1 not provable"));
  g_assert_false (any_has_class (header, "verified"));
  g_assert_false (any_has_class (header, "mismatch"));
  take_verdict (session, "verify", DESK_VERDICT_MATCH);
  g_assert_true (says (bar, "11 orders: 11 confirmed. Verified."));
  g_assert_true (any_has_class (header, "verified"));
  /* While the disk hangs nothing new is shown: what is on the screen is neither live nor verified. */
  take_health (session, TRUE);
  g_assert_true (says (header, "Orders: not shown"));
  g_assert_false (says (header, "Orders: live"));
  g_assert_false (says (header, "Verified"));
  take_health (session, FALSE);
  g_assert_true (says (header, "Orders: live"));
  /* And one that came into doubt afterwards is not covered by what was verified. */
  g_assert_true (says (header, "Verified"));
  doubtful = ui_order (1, DESK_STATUS_UNKNOWN, DESK_CERTAINTY_UNKNOWN);
  doubtful.key = 2;
  ui_add_order (session, &doubtful);
  ui_emit_order (session, &doubtful);
  ui_spin (700);
  g_assert_false (says (header, "Verified"));
  look ();
  g_assert_false (any_has_class (bar, "stale"));
  take_link (session, DESK_LINK_DOWN, 2);
  g_assert_true (says (bar, text));
  g_assert_false (says (header, "Verified"));
  /* "Verified" without a link is nothing of now. */
  g_assert_true (any_has_class (bar, "stale"));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* A quiet first start has nothing to report; whatever was lost, found or is wrong has. */
static void
test_report_worth (void)
{
  DeskResyncState *state = desk_resync_state_new (1, "link");

  g_assert_false (desk_resync_bar_is_worth_saying (state, TRUE));
  state->ended = TRUE;
  g_assert_false (desk_resync_bar_is_worth_saying (state, FALSE));
  g_assert_true (desk_resync_bar_is_worth_saying (state, TRUE));
  state->counts.position_mismatches = 1;
  g_assert_true (desk_resync_bar_is_worth_saying (state, FALSE));
  state->counts = (DeskResyncCounts) { .orders = 1, .confirmed = 1 };
  g_assert_true (desk_resync_bar_is_worth_saying (state, FALSE));
  desk_resync_state_unref (state);
}

static void
test_report_words (void)
{
  static const struct { DeskResyncCounts counts; const char *words, *trigger; } cases[] = {
    { { 0 }, "No order was open." },
    { { .orders = 3, .filled = 2, .part_filled = 1 }, "3 orders: 2 found filled, 1 found part filled.", "fill" },
    { { .orders = 1, .confirmed = 1 }, "1 order: 1 confirmed." },
    { { .orders = 3, .gone = 1, .conflict = 2 }, "3 orders: 1 not at the server, 2 in conflict." },
    { { .orders = 2, .ended = 1, .part_filled = 1, .fills = 1, .external = 2 },
      "2 orders: 1 part filled while away, 1 ended at the server. 2 orders placed elsewhere are new. 1 fill is new." },
    { { .position_mismatches = 1, .not_provable = 2 },
      "No order was open. 1 position differs from our fills. 2 positions cannot be checked." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      DeskResyncState *state = desk_resync_state_new (1, cases[i].trigger != NULL ? cases[i].trigger : "link");
      g_autofree char *words = NULL;

      state->counts = cases[i].counts;
      words = desk_words_report (state);
      g_assert_cmpstr (words, ==, cases[i].words);
      desk_resync_state_unref (state);
    }
}

/* Whatever a drill says is known in the languages of the window. */
static void
test_drill_words (void)
{
  guint n;
  const DeskDrillInfo *drills = desk_drill_list (&n);

  for (guint i = 0; i < n; i++)
    {
      g_assert_true (desk_words_drill_knows (drills[i].title));
      g_assert_true (desk_words_drill_knows (drills[i].description));
      for (const DrillStep *step = drill_steps (&drills[i]); step->what != DRILL_END; step++)
        if (step->text != NULL && !desk_words_drill_knows (step->text))
          g_error ("a drill says \"%s\", which has no translation", step->text);
    }
}

/* Ends in the same checklist and report as a real outage, with what was meant against what arrived. */
static void
test_drill_report (void)
{
  guint n;
  DeskDrillReport report = { .drill = desk_drill_list (&n), .passed = TRUE };
  GtkWidget *dialog = desk_drill_dialog_new (NULL, DTC_NUMBERING_DTC);

  report.text = (char *) "The drill ended as it should, and nothing was sent twice";
  report.resync = ended ("link");
  report.intended[DESK_DRILL_ORDERS] = report.received[DESK_DRILL_ORDERS] = 3;
  gtk_window_present (GTK_WINDOW (dialog));
  g_assert_true (says (dialog, "It uses no account of yours"));
  g_assert_true (says (dialog, "Black hole"));
  desk_drill_dialog_show_report (DESK_DRILL_DIALOG (dialog), &report);
  look ();
  g_assert_true (says (dialog, "✓  The drill ended as it should, and nothing was sent twice"));
  g_assert_true (says (dialog, "12 orders: 10 confirmed, 1 filled while away, 1 unknown."));
  g_assert_true (says (dialog, "Reached the server"));
  g_assert_nonnull (ui_find (dialog, DESK_TYPE_CHECKLIST));
  desk_resync_state_unref (report.resync);
  gtk_window_destroy (GTK_WINDOW (dialog));
  ui_spin (20);
}

void
add_report_tests (void)
{
  g_test_add_func ("/ui/outage/report", test_report);
  g_test_add_func ("/ui/outage/report/worth", test_report_worth);
  g_test_add_func ("/ui/outage/report/words", test_report_words);
  g_test_add_func ("/ui/outage/drill/words", test_drill_words);
  g_test_add_func ("/ui/outage/drill/report", test_drill_report);
}
