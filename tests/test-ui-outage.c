/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "outage-fixture.h"

#include "desk-banner.h"
#include "desk-diagnostics.h"
#include "desk-header.h"
#include "desk-latency.h"
#include "desk-notice-bar.h"
#include "desk-resync-bar.h"

#include <libpanel.h>

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
  g_test_add_func ("/ui/outage/heights", test_heights);
  g_test_add_func ("/ui/outage/latency", test_latency);
  g_test_add_func ("/ui/outage/diagnostics", test_diagnostics);
  g_test_add_func ("/ui/outage/numbering", test_numbering_hint);
  add_report_tests ();
  add_settle_tests ();
  add_exit_tests ();
  add_power_tests ();
  return g_test_run ();
}
