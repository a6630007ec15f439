/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui-fixture.h"

#include "desk-session-private.h"
#include "desk-window.h"

#include <string.h>

/* What the files of test-ui-outage share. */

static inline void
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

/* A link whose fills were refused; the caller changes what it needs and hands it over. */
static inline DeskResyncState *
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

static inline DeskResyncState *
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

static inline void
take_resync (DeskSession     *session,
             DeskResyncState *state)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_RESYNC);

  event->resync = state;
  event->epoch = state->epoch;
  desk_session_take (session, event);
}

static inline void
take_arm (DeskSession *session,
          DeskArm      arm)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_ARM);

  event->arm.arm = arm;
  g_strlcpy (event->arm.account, "SIM1", sizeof event->arm.account);
  desk_session_take (session, event);
}

/* DESK_TEST_LOOK=seconds leaves the window on the screen. */
static inline void
look (void)
{
  const char *seconds = g_getenv ("DESK_TEST_LOOK");

  ui_spin (seconds != NULL ? (guint) atoi (seconds) * 1000 : 50);
}

static inline DeskWindow *
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

static inline GtkWidget *
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
static inline gboolean
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

void add_report_tests (void);
void add_settle_tests (void);
void add_exit_tests (void);
void add_power_tests (void);
