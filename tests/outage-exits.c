/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "outage-fixture.h"

#include "desk-exit-strip.h"
#include "desk-notice-bar.h"
#include "desk-words.h"

/* The way out, followed to its end. */

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
take_flatten_at (DeskSession     *session,
                 DeskFlattenStep  step,
                 gint64           utc)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_FLATTEN);

  g_strlcpy (event->flatten.account, "SIM1", sizeof event->flatten.account);
  g_strlcpy (event->flatten.symbol, "ESZ6", sizeof event->flatten.symbol);
  event->flatten.step = step;
  event->utc = utc;
  desk_session_take (session, event);
}

static void
take_flatten (DeskSession     *session,
              DeskFlattenStep  step)
{
  take_flatten_at (session, step, 0);
}

static void
take_waits (DeskSession *session,
            gboolean     waits)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_HEALTH);

  event->health.journal_waits = waits;
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

/* What a disk that hung has kept back is told with the time at which it was, not at which it is shown. */
static void
test_held_back (void)
{
  const gint64 began = G_GINT64_CONSTANT (1793210465) * G_USEC_PER_SEC;
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *strip = ui_find (GTK_WIDGET (window), DESK_TYPE_EXIT_STRIP);
  g_autoptr(GString) flat = g_string_new (NULL);

  take_link (session, DESK_LINK_LIVE, 2);
  take_position (session, 2);
  take_flatten_at (session, DESK_FLATTEN_CANCEL_ENTRIES, began);
  take_flatten_at (session, DESK_FLATTEN_EXIT, began + 250 * 1000);
  take_flatten_at (session, DESK_FLATTEN_VERIFY, began + 400 * 1000);
  take_flatten_at (session, DESK_FLATTEN_DONE, began + 750 * 1000);
  desk_words_time (flat, began + 750 * 1000, TRUE);
  g_assert_true (says (strip, flat->str));
  g_assert_true (says (strip, "after 750 ms"));
  g_assert_true (says (strip, "250 ms"));
  g_assert_true (says (strip, "400 ms"));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
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

/* While the disk hangs a way out that goes on says that its steps stand still; one that has ended does not. */
static void
test_unshown (void)
{
  static const char words[] = "The disk does not answer: what the server says of this is not shown until it does.";
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *strip = ui_find (GTK_WIDGET (window), DESK_TYPE_EXIT_STRIP);

  take_link (session, DESK_LINK_LIVE, 2);
  take_position (session, 2);
  take_flatten (session, DESK_FLATTEN_EXIT);
  g_assert_false (says (strip, words));
  take_waits (session, TRUE);
  g_assert_true (says (strip, words));
  look ();
  take_waits (session, FALSE);
  g_assert_false (says (strip, words));
  take_flatten (session, DESK_FLATTEN_DONE);
  take_waits (session, TRUE);
  g_assert_false (says (strip, words));
  /* One that begins meanwhile says it from the start, and so does a halt whose cancels are on their way. */
  take_flatten (session, DESK_FLATTEN_CANCEL_ENTRIES);
  g_assert_true (says (strip, words));
  take_flatten (session, DESK_FLATTEN_FAILED);
  g_assert_false (says (strip, words));
  take_arm (session, DESK_ARM_DISARMED);
  take_arm (session, DESK_ARM_HALTED);
  g_assert_true (says (strip, words));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

void
add_exit_tests (void)
{
  g_test_add_func ("/ui/outage/unshown", test_unshown);
  g_test_add_func ("/ui/outage/flatten", test_flatten);
  g_test_add_func ("/ui/outage/held-back", test_held_back);
  g_test_add_func ("/ui/outage/reverse", test_reverse);
  g_test_add_func ("/ui/outage/over-close", test_over_close);
  g_test_add_func ("/ui/outage/halt", test_halt);
}
