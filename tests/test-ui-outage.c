/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui-verify-fixture.h"

#include "desk-banner.h"
#include "desk-case-dialog.h"
#include "desk-checklist.h"
#include "desk-diagnostics.h"
#include "desk-drill-dialog.h"
#include "desk-drill-private.h"
#include "desk-exit-strip.h"
#include "desk-header.h"
#include "desk-latency.h"
#include "desk-link-words.h"
#include "desk-notice-bar.h"
#include "desk-power.h"
#include "desk-orders.h"
#include "desk-resync-bar.h"
#include "desk-session-private.h"
#include "desk-window.h"
#include "desk-words-outage.h"
#include "desk-words.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <libpanel.h>
#include <sys/socket.h>
#include <unistd.h>

static void
take_link (DeskSession *session,
           DeskLink     state,
           guint32      epoch)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_LINK);

  event->link.state = state;
  event->link.attempt = 2;
  event->link.retry_at = state == DESK_LINK_DOWN ? g_get_monotonic_time () + 8 * G_USEC_PER_SEC : 0;
  event->link.reason = state == DESK_LINK_DOWN ? "closed" : NULL;
  event->epoch = epoch;
  if (state == DESK_LINK_DOWN)
    event->text = g_ref_string_new ("The server closed the connection.");
  desk_session_take (session, event);
}

static void
take_health (DeskSession *session,
             gboolean     journal_waits)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_HEALTH);

  event->health.journal_ok = !journal_waits;
  event->health.journal_waits = journal_waits;
  desk_session_take (session, event);
}

/* A link whose fills were refused; the caller changes what it needs and hands it over. */
static DeskResyncState *
half_way (void)
{
  DeskResyncState *state = desk_resync_state_new (2, "link");
  gint64 now = g_get_monotonic_time ();

  state->started = now - 400 * 1000;
  state->utc = g_get_real_time ();
  for (guint i = DESK_RESYNC_SOCKET; i <= DESK_RESYNC_ORDERS; i++)
    {
      state->lines[i].mark = DESK_RESYNC_DONE;
      state->lines[i].started = state->started + (gint64) i * 10000;
      state->lines[i].ended = state->lines[i].started + 7000 + (gint64) i * 3000;
      state->lines[i].tries = 1;
    }
  state->lines[DESK_RESYNC_SOCKET].text = g_ref_string_new ("127.0.0.1:11099, TLS");
  state->lines[DESK_RESYNC_ENCODING].text = g_ref_string_new ("JSON");
  state->lines[DESK_RESYNC_ACCOUNTS].count = 1;
  state->lines[DESK_RESYNC_ORDERS].count = 12;
  state->lines[DESK_RESYNC_FILLS].mark = DESK_RESYNC_FAILED;
  state->lines[DESK_RESYNC_FILLS].started = now - 200000;
  state->lines[DESK_RESYNC_FILLS].ended = now - 100000;
  state->lines[DESK_RESYNC_FILLS].tries = 2;
  state->lines[DESK_RESYNC_FILLS].text = g_ref_string_new ("Historical fills are not available");
  state->lines[DESK_RESYNC_POSITIONS].mark = DESK_RESYNC_RUNNING;
  state->lines[DESK_RESYNC_POSITIONS].started = now - 90000;
  state->lines[DESK_RESYNC_BALANCES].mark = DESK_RESYNC_RUNNING;
  state->lines[DESK_RESYNC_BALANCES].started = now - 90000;
  return state;
}

static void
take_resync (DeskSession     *session,
             DeskResyncState *state)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_RESYNC);

  event->resync = state;
  event->epoch = state->epoch;
  desk_session_take (session, event);
}

/* DESK_TEST_LOOK=seconds leaves the window on the screen. */
static void
look (void)
{
  const char *seconds = g_getenv ("DESK_TEST_LOOK");

  ui_spin (seconds != NULL ? (guint) atoi (seconds) * 1000 : 50);
}

static DeskWindow *
lost_window (DeskSession *session)
{
  DeskWindow *window = desk_window_new (ui_application ());
  DeskOrderState state = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_STALE);

  state.as_of = g_get_real_time ();
  ui_add_order (session, &state);
  desk_window_set_session (window, session);
  gtk_window_present (GTK_WINDOW (window));
  take_link (session, DESK_LINK_RESYNC, 1);
  take_link (session, DESK_LINK_LIVE, 1);
  take_link (session, DESK_LINK_DOWN, 1);
  return window;
}

static GtkWidget *
find_button (GtkWidget  *root,
             const char *action)
{
  if (GTK_IS_ACTIONABLE (root) && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (root)), action) == 0
      && gtk_widget_get_mapped (root))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, action);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* TRUE when something in sight under @root contains @text. */
static gboolean
says (GtkWidget  *root,
      const char *text)
{
  if (!gtk_widget_get_visible (root))
    return FALSE;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
}

/* The checklist is there while it is asked, with the reason and the way on, and goes with its link. */
static void
test_resync (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *banner = ui_find (GTK_WIDGET (window), DESK_TYPE_BANNER);
  GtkWidget *bar = ui_find (GTK_WIDGET (window), DESK_TYPE_RESYNC_BAR);
  GtkWidget *header = ui_find (GTK_WIDGET (window), DESK_TYPE_HEADER);
  GtkWidget *waive;
  const char *step;

  g_assert_false (gtk_widget_get_visible (bar));
  g_assert_true (says (banner, "Your orders may still be working at the server. Stops marked Server stay. "
                               "Stops marked This PC are not active."));
  g_assert_true (says (header, "Link lost"));
  g_assert_true (says (header, "try 3 in"));
  take_link (session, DESK_LINK_RESYNC, 2);
  take_resync (session, half_way ());
  ui_spin (50);
  g_assert_true (gtk_widget_get_visible (bar));
  g_assert_true (says (header, "Asking the server 5/9"));
  g_assert_true (says (bar, "12 orders"));
  g_assert_true (says (bar, "Fills: Historical fills are not available · asked 2 times"));
  waive = find_button (bar, "win.waive");
  g_assert_nonnull (waive);
  g_variant_get (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (waive)), "&s", &step);
  g_assert_cmpstr (step, ==, "fills");
  look ();
  take_link (session, DESK_LINK_DOWN, 2);
  g_assert_false (gtk_widget_get_visible (bar));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* A start without a server: what the journal has open may be working all the same, and the trader is told. */
static void
test_start_without_link (void)
{
  static const char promise[] = "Your orders may still be working at the server.";
  DeskOrderState order = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_STALE);

  for (guint n_open = 0; n_open < 2; n_open++)
    {
      g_autoptr(DeskSession) session = ui_session_new ();
      DeskWindow *window = desk_window_new (ui_application ());
      GtkWidget *banner = ui_find (GTK_WIDGET (window), DESK_TYPE_BANNER);

      if (n_open > 0)
        ui_add_order (session, &order);
      desk_window_set_session (window, session);
      take_link (session, DESK_LINK_CONNECTING, 1);
      take_link (session, DESK_LINK_DOWN, 1);
      g_assert_true (says (banner, "Not connected yet"));
      g_assert_true (says (banner, promise) == (n_open > 0));
      gtk_window_destroy (GTK_WINDOW (window));
      ui_spin (20);
    }
}

static DeskResyncState *
ended (const char *trigger)
{
  DeskResyncState *state = half_way ();

  state->trigger = trigger;
  for (guint i = DESK_RESYNC_FILLS; i < DESK_N_RESYNC_LINES; i++)
    {
      state->lines[i].mark = DESK_RESYNC_DONE;
      state->lines[i].started = state->lines[i].ended = g_get_monotonic_time ();
    }
  state->ended = TRUE;
  state->finished = state->started + 412 * 1000;
  state->counts.orders = 12;
  state->counts.confirmed = 10;
  state->counts.filled = 1;
  state->counts.unknown = 1;
  return state;
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

/* GTK finds fault with a row that wants more height when it is wide, at whatever size the text is set. */
static void
test_heights (void)
{
  static const char alarm[] = "An alarm with a long sentence, so that it takes two lines of the narrowest window that "
                              "there can be, and more than that where the letters are set to a larger size.";
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  DeskNoticeBar *notices = DESK_NOTICE_BAR (ui_find (GTK_WIDGET (window), DESK_TYPE_NOTICE_BAR));
  GtkSettings *settings = gtk_settings_get_default ();
  int usual;

  take_link (session, DESK_LINK_RESYNC, 2);
  take_resync (session, half_way ());
  take_resync (session, ended ("link"));
  take_resync (session, half_way ());
  for (guint level = DESK_LEVEL_INFO; level <= DESK_LEVEL_ALARM; level++)
    {
      g_autofree char *subject = g_strdup_printf ("%u", level);

      desk_notice_bar_say_about (notices, subject, level, alarm);
      desk_notice_bar_add_action (notices, subject, "Show the order", "win.show-order", "C-1");
    }
  desk_notice_bar_ask (notices, "Really?", "Yes", "word", NULL, NULL);
  g_object_get (settings, "gtk-xft-dpi", &usual, NULL);
  for (guint percent = 80; percent <= 200; percent += 20)
    {
      g_object_set (settings, "gtk-xft-dpi", usual * (int) percent / 100, NULL);
      ui_spin (20);
    }
  g_object_set (settings, "gtk-xft-dpi", usual, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (20);
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

static DeskCase *
doubtful_case (guint n_candidates)
{
  DeskCase *evidence = desk_case_new ();
  DeskOrderState order = ui_order (7, DESK_STATUS_UNKNOWN, DESK_CERTAINTY_UNKNOWN);

  desk_order_state_copy (&evidence->order, &order);
  evidence->written = TRUE;
  evidence->sent_utc = G_GINT64_CONSTANT (1793210399382000);
  evidence->lost_utc = evidence->sent_utc + 40 * 1000;
  evidence->orders_known = evidence->fills_known = evidence->position_known = TRUE;
  evidence->orders_utc = evidence->fills_utc = evidence->sent_utc + 65 * G_USEC_PER_SEC;
  evidence->absent_rounds = 1;
  evidence->position_base = 2;
  evidence->position_now = 5;
  evidence->allowed = 1u << DESK_DECISION_CANCELLED | 1u << DESK_DECISION_FILLED | 1u << DESK_DECISION_WORKING;
  for (guint i = 0; i < n_candidates; i++)
    {
      DeskCandidate candidate = { .kind = i == 0 ? DESK_CANDIDATE_FILLS : DESK_CANDIDATE_ORDER, .side = DESK_SIDE_BUY,
                                  .quantity = 3, .filled = 3, .average = 5000.25, .in_window = TRUE, .unique = i == 0 };

      g_snprintf (candidate.server_order_id, sizeof candidate.server_order_id, "88%u", 41 + i);
      candidate.utc = evidence->lost_utc + 20000;
      g_array_append_val (evidence->candidates, candidate);
      evidence->allowed |= 1u << DESK_DECISION_MINE;
    }
  evidence->text = g_ref_string_new ("Fills at the server fit it and name no order of ours; nothing is presumed");
  return evidence;
}

static void
take_case (DeskSession *session,
           DeskCase    *evidence,
           guint32      epoch)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_CASE);

  event->doubt = evidence;
  event->epoch = epoch;
  desk_session_take (session, event);
}

static GtkWidget *
find_check (GtkWidget  *root,
            const char *title)
{
  if (ADW_IS_ACTION_ROW (root) && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (root)), title) == 0)
    return adw_action_row_get_activatable_widget (ADW_ACTION_ROW (root));
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_check (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* The evidence is there in words; a decision rests on what is shown, and on this link only. */
static void
test_case (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  DeskOrderState order = ui_order (7, DESK_STATUS_UNKNOWN, DESK_CERTAINTY_UNKNOWN);
  GtkWidget *dialog;
  GtkWidget *record;
  GtkWidget *mine;

  ui_add_order (session, &order);
  take_link (session, DESK_LINK_LIVE, 2);
  dialog = desk_case_dialog_new (GTK_WINDOW (window), session, "C-7");
  gtk_window_present (GTK_WINDOW (dialog));
  record = (GtkWidget *) gtk_widget_get_template_child (dialog, DESK_TYPE_CASE_DIALOG, "record");
  g_assert_false (gtk_widget_get_sensitive (record));
  take_case (session, doubtful_case (2), 2);
  ui_spin (50);
  g_assert_true (says (dialog, "Buy 3 ESZ6 Limit 5000.25"));
  g_assert_true (says (dialog, "Nothing is sent to the server from here"));
  g_assert_true (says (dialog, "before the server answered"));
  g_assert_true (says (dialog, "1 complete list without it"));
  g_assert_true (says (dialog, "as if this order had filled whole besides"));
  g_assert_true (says (dialog, "The only one that fits"));
  /* What the evidence speaks against cannot be chosen. */
  g_assert_false (gtk_widget_is_sensitive (find_check (dialog, "It never reached the market")));
  g_assert_false (gtk_widget_get_sensitive (record));
  mine = find_check (dialog, "It is the one that is chosen there");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (mine), TRUE);
  g_assert_false (gtk_widget_get_sensitive (record));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_check (dialog, "It was filled")), TRUE);
  g_assert_true (gtk_widget_get_sensitive (record));
  look ();
  /* The same again keeps the choice, another one drops it. */
  take_case (session, doubtful_case (2), 2);
  g_assert_true (gtk_widget_get_sensitive (record));
  take_case (session, doubtful_case (1), 2);
  g_assert_false (gtk_widget_get_sensitive (record));
  g_assert_true (says (dialog, "The evidence has changed"));
  /* With the link goes all of it. */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_check (dialog, "It was filled")), TRUE);
  g_assert_true (gtk_widget_get_sensitive (record));
  take_link (session, DESK_LINK_DOWN, 2);
  g_assert_false (gtk_widget_get_sensitive (record));
  g_assert_true (says (dialog, "this evidence is void"));
  take_link (session, DESK_LINK_LIVE, 3);
  take_case (session, doubtful_case (1), 3);
  g_assert_false (gtk_widget_get_sensitive (record));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_check (dialog, "It was filled")), TRUE);
  g_assert_true (gtk_widget_get_sensitive (record));
  /* The server's own word ends it. */
  order.status = DESK_STATUS_FILLED;
  order.certainty = DESK_CERTAINTY_FRESH;
  ui_emit_order (session, &order);
  g_assert_false (gtk_widget_get_sensitive (record));
  g_assert_true (says (dialog, "The server has said what became of it: Filled."));
  gtk_window_destroy (GTK_WINDOW (dialog));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

static void
take_position (DeskSession *session,
               gint64       quantity)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_POSITION);

  g_strlcpy (event->position.account, "SIM1", sizeof event->position.account);
  g_strlcpy (event->position.symbol, "ESZ6", sizeof event->position.symbol);
  event->position.provable = TRUE;
  event->position.quantity = quantity;
  event->position.grid = ui_es;
  event->position.average_price = event->position.computed_average = event->position.open_profit = NAN;
  desk_session_take (session, event);
}

static void
take_flatten (DeskSession     *session,
              DeskFlattenStep  step)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_FLATTEN);

  g_strlcpy (event->flatten.account, "SIM1", sizeof event->flatten.account);
  g_strlcpy (event->flatten.symbol, "ESZ6", sizeof event->flatten.symbol);
  event->flatten.step = step;
  desk_session_take (session, event);
}

static void
take_notice (DeskSession *session,
             DeskLevel    level,
             const char  *code,
             const char  *text)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_NOTICE);

  event->level = level;
  g_strlcpy (event->code, code, sizeof event->code);
  event->text = g_ref_string_new (text);
  desk_session_take (session, event);
}

static void
take_arm (DeskSession *session,
          DeskArm      arm)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_ARM);

  event->arm.arm = arm;
  g_strlcpy (event->arm.account, "SIM1", sizeof event->arm.account);
  desk_session_take (session, event);
}

/* The steps, the end with its time, and the engine's own words for a bad one, once. */
static void
test_flatten (void)
{
  static const char failed[] = "Flatten ESZ6 in SIM1: the link was lost; what was sent may still work, nothing is tried "
                               "again. Check at the server";
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *strip = ui_find (GTK_WIDGET (window), DESK_TYPE_EXIT_STRIP);
  GtkWidget *notices = ui_find (GTK_WIDGET (window), DESK_TYPE_NOTICE_BAR);

  take_link (session, DESK_LINK_LIVE, 2);
  take_position (session, 2);
  g_assert_false (gtk_widget_get_visible (strip));
  take_flatten (session, DESK_FLATTEN_CANCEL_ENTRIES);
  take_flatten (session, DESK_FLATTEN_READ_POSITION);
  take_flatten (session, DESK_FLATTEN_EXIT);
  g_assert_true (gtk_widget_get_visible (strip));
  g_assert_true (says (strip, "Flatten ESZ6"));
  g_assert_true (says (strip, "Cancel protections"));
  g_assert_true (says (strip, "…"));
  look ();
  take_flatten (session, DESK_FLATTEN_VERIFY);
  take_position (session, 0);
  take_flatten (session, DESK_FLATTEN_DONE);
  take_notice (session, DESK_LEVEL_INFO, "FLATTEN_DONE", "ESZ6 in SIM1 is flat");
  g_assert_true (says (strip, "Flat at "));
  g_assert_false (says (strip, "…"));
  /* The next one of the same position takes its place. */
  take_position (session, 2);
  take_flatten (session, DESK_FLATTEN_CANCEL_ENTRIES);
  g_assert_false (says (strip, "Flat at "));
  take_flatten (session, DESK_FLATTEN_EXIT);
  take_flatten (session, DESK_FLATTEN_FAILED);
  take_notice (session, DESK_LEVEL_ALARM, "FLATTEN_FAILED", failed);
  g_assert_true (says (strip, "✗"));
  g_assert_true (says (strip, failed));
  g_assert_false (says (notices, failed));
  /* One that the link ended has no last step, only the sentence: it has failed all the same, and is not gone on with. */
  take_flatten (session, DESK_FLATTEN_CANCEL_ENTRIES);
  take_flatten (session, DESK_FLATTEN_EXIT);
  g_assert_true (says (strip, "…"));
  take_notice (session, DESK_LEVEL_ALARM, "FLATTEN_FAILED", failed);
  g_assert_true (says (strip, failed));
  g_assert_true (says (strip, "✗"));
  g_assert_false (says (strip, "…"));
  take_flatten (session, DESK_FLATTEN_CANCEL_ENTRIES);
  g_assert_false (says (strip, failed));
  g_assert_false (says (strip, "✓"));
  g_assert_false (says (strip, "✗"));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

static void
press (GtkWidget  *root,
       const char *label)
{
  GtkWidget *found = NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child))
      press (child, label);
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    found = root;
  if (found != NULL)
    g_signal_emit_by_name (found, "clicked");
}

/* The question names a side and a number: it goes when they are not true any more. And what is flattened is called
 * reversed only when the engine reverses it. */
static void
test_reverse (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *strip = ui_find (GTK_WIDGET (window), DESK_TYPE_EXIT_STRIP);
  GtkWidget *notices = ui_find (GTK_WIDGET (window), DESK_TYPE_NOTICE_BAR);
  DeskEvent *event;

  take_link (session, DESK_LINK_LIVE, 2);
  take_arm (session, DESK_ARM_CONFIRM);
  take_position (session, 2);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.reverse", "(ss)", "ESZ6", "SIM1");
  g_assert_true (says (notices, "2 sold at market; only when it is flat, 2 more are sold"));
  take_position (session, 2);
  g_assert_true (says (notices, "Yes, reverse"));
  take_position (session, -1);
  g_assert_false (says (notices, "Yes, reverse"));
  g_assert_true (says (notices, "The position of ESZ6 has changed"));

  /* One that was refused leaves nothing behind. */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.reverse", "(ss)", "ESZ6", "SIM1");
  g_assert_false (says (notices, "The position of ESZ6 has changed"));
  ui_spin (400);
  press (notices, "Yes, reverse");
  g_assert_false (says (notices, "Yes, reverse"));
  take_flatten (session, DESK_FLATTEN_CANCEL_ENTRIES);
  g_assert_true (says (strip, "Flatten ESZ6"));
  take_flatten (session, DESK_FLATTEN_DONE);
  g_assert_false (says (strip, "the other way round"));
  event = desk_event_new (DESK_EVENT_FLATTEN);
  g_strlcpy (event->flatten.account, "SIM1", sizeof event->flatten.account);
  g_strlcpy (event->flatten.symbol, "ESZ6", sizeof event->flatten.symbol);
  event->flatten.reverses = TRUE;
  desk_session_take (session, event);
  g_assert_true (says (strip, "Reverse ESZ6"));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* A position that came out on the other side is said and offered, once, and nothing is done by itself. */
static void
test_over_close (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *strip = ui_find (GTK_WIDGET (window), DESK_TYPE_EXIT_STRIP);

  take_link (session, DESK_LINK_LIVE, 2);
  take_position (session, 2);
  take_flatten (session, DESK_FLATTEN_EXIT);
  take_position (session, -1);
  g_assert_false (says (strip, "Now short 1 ESZ6."));
  take_flatten (session, DESK_FLATTEN_VERIFY);
  take_flatten (session, DESK_FLATTEN_FAILED);
  g_assert_true (says (strip, "Now short 1 ESZ6."));
  take_position (session, 1);
  g_assert_false (says (strip, "Now short 1 ESZ6."));
  g_assert_false (says (strip, "Now long 1 ESZ6."));
  take_position (session, -1);
  look ();
  g_assert_true (says (strip, "Close it"));
  g_assert_true (says (strip, "Keep it"));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* What a halt cancels is followed to its end; one of another day has no sheet. */
static void
test_halt (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *strip = ui_find (GTK_WIDGET (window), DESK_TYPE_EXIT_STRIP);
  DeskOrderState order = ui_order (1, DESK_STATUS_CANCELLED, DESK_CERTAINTY_FRESH);
  DeskEvent *event;

  take_arm (session, DESK_ARM_HALTED);
  g_assert_false (gtk_widget_get_visible (strip));
  take_arm (session, DESK_ARM_DISARMED);
  take_arm (session, DESK_ARM_HALTED);
  g_assert_true (says (strip, "1 order is being cancelled, it may still fill."));
  look ();
  event = desk_event_new (DESK_EVENT_ORDER);
  desk_order_state_copy (&event->order, &order);
  desk_session_take (session, event);
  g_assert_true (says (strip, "1 order is cancelled."));
  g_assert_true (says (strip, "Positions stay as they are."));
  g_assert_false (says (strip, "may still fill"));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* logind as far as it is needed, at the other end of a socket. */
static const char logind_xml[] =
  "<node><interface name='org.freedesktop.login1.Manager'>"
  "<method name='Inhibit'><arg type='s'/><arg type='s'/><arg type='s'/><arg type='s'/>"
  "<arg type='h' direction='out'/></method>"
  "<method name='GetSession'><arg type='s'/><arg type='o' direction='out'/></method>"
  "</interface></node>";

typedef struct
{
  GDBusConnection *ours, *theirs;
  int              inhibitor; /* our end of the one that was given out; -1: none */
  guint            n_inhibited;
  guint            n_sessions;
  guint            sleeping, awake, locked;
} Logind;

static void
logind_call_cb (GDBusConnection       *connection,
                const char            *sender,
                const char            *path,
                const char            *interface,
                const char            *method,
                GVariant              *parameters,
                GDBusMethodInvocation *invocation,
                gpointer               user_data)
{
  Logind *logind = user_data;
  const char *what, *who, *why, *mode;
  int ends[2];

  if (g_str_equal (method, "GetSession"))
    {
      logind->n_sessions++;
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/org/freedesktop/login1/session/_31"));
      return;
    }
  g_variant_get (parameters, "(&s&s&s&s)", &what, &who, &why, &mode);
  g_assert_cmpstr (what, ==, "sleep");
  g_assert_cmpstr (mode, ==, "delay");
  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (ends[0], TRUE, NULL));
  {
    g_autoptr(GUnixFDList) descriptors = g_unix_fd_list_new_from_array (&ends[1], 1);

    /* The list owns it; what is sent is a copy. */
    g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0), descriptors);
  }
  logind->inhibitor = ends[0];
  logind->n_inhibited++;
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GError) error = NULL;

  *(GDBusConnection **) user_data = g_dbus_connection_new_finish (result, &error);
  g_assert_no_error (error);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
logind_open (Logind *logind)
{
  static const GDBusInterfaceVTable calls = { logind_call_cb, NULL, NULL, { 0 } };
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (logind_xml, NULL);
  int ends[2];

  logind->inhibitor = -1;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GSocket) socket = g_socket_new_from_fd (ends[i], NULL);
      g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection (socket);

      g_dbus_connection_new (G_IO_STREAM (stream), i == 0 ? guid : NULL,
                             i == 0 ? G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER
                                    : G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                             NULL, NULL, connected_cb, i == 0 ? &logind->theirs : &logind->ours);
    }
  while (logind->ours == NULL || logind->theirs == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_dbus_connection_register_object (logind->theirs, "/org/freedesktop/login1", node->interfaces[0],
                                                       &calls, logind, NULL, NULL), >, 0);
}

static void
logind_say (Logind     *logind,
            const char *path,
            const char *interface,
            const char *name,
            GVariant   *parameters)
{
  g_assert_true (g_dbus_connection_emit_signal (logind->theirs, NULL, path, interface, name, parameters, NULL));
}

/* Waits until the counter has come as far. */
static void
wait_count (const guint *count,
            guint        wanted)
{
  while (*count < wanted)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (*count, ==, wanted);
}

/* Sleep is held up until we have stood down, and again the next time; a locked screen is told by either sign. */
static void
test_power (void)
{
  static const char session_path[] = "/org/freedesktop/login1/session/_31";
  Logind logind = { 0 };
  GVariantDict dict;
  DeskPower *power;
  char byte;

  logind_open (&logind);
  power = desk_power_new (logind.ours);
  g_signal_connect_swapped (power, "sleeping", G_CALLBACK (count_cb), &logind.sleeping);
  g_signal_connect_swapped (power, "awake", G_CALLBACK (count_cb), &logind.awake);
  g_signal_connect_swapped (power, "locked", G_CALLBACK (count_cb), &logind.locked);
  wait_count (&logind.n_inhibited, 1);
  wait_count (&logind.n_sessions, 1);
  logind_say (&logind, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
              g_variant_new ("(b)", TRUE));
  wait_count (&logind.sleeping, 1);
  /* Closing its end is what lets the computer go. */
  while (read (logind.inhibitor, &byte, 1) != 0)
    g_main_context_iteration (NULL, TRUE);
  close (logind.inhibitor);
  logind_say (&logind, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
              g_variant_new ("(b)", FALSE));
  wait_count (&logind.awake, 1);
  wait_count (&logind.n_inhibited, 2);
  logind_say (&logind, session_path, "org.freedesktop.login1.Session", "Lock", NULL);
  wait_count (&logind.locked, 1);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "LockedHint", "b", FALSE);
  logind_say (&logind, session_path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
              g_variant_new ("(s@a{sv}as)", "org.freedesktop.login1.Session", g_variant_dict_end (&dict), NULL));
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "LockedHint", "b", TRUE);
  logind_say (&logind, session_path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
              g_variant_new ("(s@a{sv}as)", "org.freedesktop.login1.Session", g_variant_dict_end (&dict), NULL));
  wait_count (&logind.locked, 2);
  g_object_unref (power);
  close (logind.inhibitor);
  g_dbus_connection_close_sync (logind.ours, NULL, NULL);
  g_object_unref (logind.ours);
  g_object_unref (logind.theirs);
}

/* What waited for a confirmation is gone, and the orders that stay are named. */
static void
test_sleep (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *notices = ui_find (GTK_WIDGET (window), DESK_TYPE_NOTICE_BAR);

  take_link (session, DESK_LINK_LIVE, 2);
  take_arm (session, DESK_ARM_DISARMED);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.halt", NULL);
  g_assert_true (says (notices, "Halt: refuse new risk"));
  desk_window_sleep (window);
  g_assert_false (says (notices, "Halt: refuse new risk"));
  g_assert_true (says (notices, "The computer has slept with 1 open order"));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.halt", NULL);
  desk_window_lock (window);
  g_assert_false (says (notices, "Halt: refuse new risk"));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* A hundred orders from 1 to 100 ms, one that was made before and one without an answer. */
static void
test_latency (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskLatency measured[DESK_N_LATENCIES];

  for (guint i = 0; i < 102; i++)
    {
      DeskOrderState order = ui_order (i + 1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);

      order.created = i == 100 ? 999 : 1000;
      order.journal_usec = order.wire_usec = order.fill_usec = order.cancel_usec = -1;
      order.ack_usec = i == 101 ? -1 : ((gint64) (i * 37) % 100 + 1) * 1000;
      ui_add_order (session, &order);
    }
  desk_latency_measure (desk_session_get_orders (session), 1000, measured);
  g_assert_cmpuint (measured[DESK_LATENCY_ACK].n, ==, 100);
  g_assert_cmpint (measured[DESK_LATENCY_ACK].p50, ==, 50000);
  g_assert_cmpint (measured[DESK_LATENCY_ACK].p95, ==, 95000);
  g_assert_cmpint (measured[DESK_LATENCY_ACK].p99, ==, 99000);
  g_assert_cmpint (measured[DESK_LATENCY_ACK].max, ==, 100000);
  g_assert_cmpuint (measured[DESK_LATENCY_FILL].n, ==, 0);
}

/* Four zeros that are counted, and all of it as text. */
static void
test_diagnostics (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskEvent *event = desk_event_new (DESK_EVENT_HEALTH);
  GtkWidget *dialog;
  g_autofree char *text = NULL;

  event->health.never_events[2] = 3;
  event->health.dropped = 7;
  event->health.journal_ok = TRUE;
  event->health.journal_commit_usec = 2500;
  event->health.clock_known = TRUE;
  event->health.clock_offset_usec = -1400000;
  desk_session_take (session, event);
  dialog = desk_diagnostics_new (NULL, session, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  look ();
  text = desk_diagnostics_dup_text (DESK_DIAGNOSTICS (dialog));
  g_assert_nonnull (strstr (text, "What must never happen\n"
                                  "  An order, a change or a cancel sent again by itself: 0\n"
                                  "  An order kept for later while the link was down: 0\n"
                                  "  An end of an order that the server did not state: 3\n"
                                  "  A fill or a position invented to make things agree: 0\n"));
  g_assert_nonnull (strstr (text, "Messages that the server dropped for us: 7\n"));
  g_assert_nonnull (strstr (text, "The server's clock against ours: -1.4 s, told in whole seconds\n"));
  g_assert_nonnull (strstr (text, "Last commit to disk: 2.5 ms\n"));
  g_assert_nonnull (strstr (text, "  SQLite: 3."));
  gtk_window_destroy (GTK_WINDOW (dialog));
  ui_spin (20);
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

/* A server that lists nothing by itself may speak the other numbering: said only where that can be. */
static void
test_numbering_hint (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(DeskProfile) profile = desk_profile_new ("Test");
      DeskSessionOptions options = { .memory_only = TRUE };
      g_autoptr(DeskSession) session = NULL;
      GtkWidget *bar = g_object_ref_sink (g_object_new (DESK_TYPE_RESYNC_BAR, NULL));
      DeskResyncState *state = half_way ();

      profile->numbering = i == 0 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC;
      session = desk_session_new (profile, &options);
      desk_resync_bar_set_session (DESK_RESYNC_BAR (bar), session);
      take_link (session, DESK_LINK_RESYNC, 1);
      state->lines[DESK_RESYNC_ORDERS].mark = DESK_RESYNC_RUNNING;
      state->lines[DESK_RESYNC_ORDERS].ended = 0;
      take_resync (session, desk_resync_state_copy (state));
      g_assert_false (says (bar, "the server may speak the other numbering"));
      state->lines[DESK_RESYNC_ORDERS].mark = DESK_RESYNC_FAILED;
      take_resync (session, state);
      g_assert_cmpint (says (bar, "the server may speak the other numbering"), ==, i == 0);
      desk_resync_bar_set_session (DESK_RESYNC_BAR (bar), NULL);
      g_object_unref (bar);
    }
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  panel_init ();
  g_test_add_func ("/ui/outage/resync", test_resync);
  g_test_add_func ("/ui/outage/start", test_start_without_link);
  g_test_add_func ("/ui/outage/report", test_report);
  g_test_add_func ("/ui/outage/heights", test_heights);
  g_test_add_func ("/ui/outage/report/worth", test_report_worth);
  g_test_add_func ("/ui/outage/report/words", test_report_words);
  g_test_add_func ("/ui/outage/case", test_case);
  g_test_add_func ("/ui/outage/flatten", test_flatten);
  g_test_add_func ("/ui/outage/reverse", test_reverse);
  g_test_add_func ("/ui/outage/over-close", test_over_close);
  g_test_add_func ("/ui/outage/halt", test_halt);
  g_test_add_func ("/ui/outage/power", test_power);
  g_test_add_func ("/ui/outage/sleep", test_sleep);
  g_test_add_func ("/ui/outage/latency", test_latency);
  g_test_add_func ("/ui/outage/diagnostics", test_diagnostics);
  g_test_add_func ("/ui/outage/drill/words", test_drill_words);
  g_test_add_func ("/ui/outage/drill/report", test_drill_report);
  g_test_add_func ("/ui/outage/numbering", test_numbering_hint);
  return g_test_run ();
}
