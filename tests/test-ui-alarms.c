/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui-fixture.h"

#include "desk-alarms.h"
#include "desk-exits.h"
#include "desk-session-private.h"
#include "desk-words.h"

/* The n-th button of the bar whose label is @text; NULL when there is none. */
static GtkWidget *
button (GtkWidget  *root,
        const char *text)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), text) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = button (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Rows in sight that say something, the one that counts the others left out. */
static guint
n_rows (GtkWidget *bar)
{
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (gtk_widget_get_first_child (bar)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    n += gtk_widget_get_visible (row) && g_object_get_data (G_OBJECT (row), "desk-subject") != NULL;
  return n;
}

/* Sentences make room for sentences; an alarm waits until it was seen. */
static void
test_alarm_stays (void)
{
  GtkWidget *bar = g_object_ref_sink (g_object_new (DESK_TYPE_NOTICE_BAR, NULL));

  desk_notice_bar_say (DESK_NOTICE_BAR (bar), DESK_LEVEL_ALARM, "Fire");
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *text = g_strdup_printf ("News %u", i);

      desk_notice_bar_say (DESK_NOTICE_BAR (bar), i % 2 == 0 ? DESK_LEVEL_INFO : DESK_LEVEL_WARNING, text);
    }
  g_assert_true (ui_shows (bar, "Fire"));
  g_assert_true (ui_shows (bar, "News 11"));
  g_assert_false (ui_shows (bar, "News 5"));
  g_assert_true (ui_shows (bar, "News 6"));
  /* Three rows leave the ticket its room; the others are a click away. */
  g_assert_cmpuint (n_rows (bar), ==, 3);
  g_assert_true (ui_shows (bar, "4 notices more."));
  g_signal_emit_by_name (button (bar, "Show all"), "clicked");
  g_assert_cmpuint (n_rows (bar), ==, 7);
  g_signal_emit_by_name (button (bar, "Show fewer"), "clicked");
  g_assert_cmpuint (n_rows (bar), ==, 3);
  g_signal_emit_by_name (button (bar, "Seen"), "clicked");
  g_assert_false (ui_shows (bar, "Fire"));
  g_assert_null (button (bar, "Seen"));

  /* A flood of them leaves the window usable, and none is lost. */
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *text = g_strdup_printf ("Alarm %u", i);

      desk_notice_bar_say (DESK_NOTICE_BAR (bar), DESK_LEVEL_ALARM, text);
    }
  g_assert_cmpuint (n_rows (bar), ==, 3);
  g_assert_true (ui_shows (bar, "3 alarms more wait to be seen. 6 notices more."));
  for (guint i = 0; i < 6; i++)
    {
      g_assert_nonnull (button (bar, "Seen"));
      g_signal_emit_by_name (button (bar, "Seen"), "clicked");
    }
  g_assert_null (button (bar, "Seen"));
  g_object_unref (bar);
}

static gboolean
say (GtkWidget   *bar,
     DeskSession *session,
     const char  *code,
     const char  *id,
     const char  *text)
{
  g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_NOTICE);

  event->level = DESK_LEVEL_ALARM;
  g_strlcpy (event->code, code, sizeof event->code);
  g_strlcpy (event->id, id, sizeof event->id);
  event->text = g_ref_string_new (text);
  return desk_alarms_say (DESK_NOTICE_BAR (bar), session, event, text);
}

/* Each trouble with what can be done about it, and each of that once. */
static void
test_answers (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *bar = g_object_ref_sink (g_object_new (DESK_TYPE_NOTICE_BAR, NULL));
  DeskOrderState filled = ui_order (1, DESK_STATUS_PART_FILLED, DESK_CERTAINTY_FRESH);
  DeskOrderState waits = ui_order (2, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);

  waits.filled = 0;
  ui_add_order (session, &filled);
  ui_add_order (session, &waits);
  g_assert_false (say (bar, session, "LATE_FILL", "C-1", "Late"));

  g_assert_true (say (bar, session, "SECOND_EXIT", "C-2", "Two exits"));
  g_assert_nonnull (button (bar, "Show the order"));
  g_assert_true (gtk_widget_get_sensitive (button (bar, "Cancel the other exit")));
  g_signal_emit_by_name (button (bar, "Cancel the other exit"), "clicked");
  g_assert_false (gtk_widget_get_sensitive (button (bar, "Cancel the other exit")));
  /* The newest sentence about the same trouble takes the place of the one before. */
  g_assert_true (say (bar, session, "SECOND_EXIT", "C-2", "Two exits still"));
  g_assert_false (ui_shows (bar, "Two exits"));
  g_assert_true (gtk_widget_get_sensitive (button (bar, "Cancel the other exit")));
  desk_notice_bar_clear (DESK_NOTICE_BAR (bar));

  /* Filled: the position wants out. Not filled: the entry must go. */
  g_assert_true (say (bar, session, "UNPROTECTED", "C-1", "Bare"));
  g_assert_nonnull (button (bar, "Flatten ESZ6"));
  g_assert_null (button (bar, "Cancel the entry"));
  desk_notice_bar_clear (DESK_NOTICE_BAR (bar));
  g_assert_true (say (bar, session, "UNPROTECTED", "C-2", "Bare"));
  g_assert_null (button (bar, "Flatten ESZ6"));
  g_assert_nonnull (button (bar, "Cancel the entry"));
  desk_notice_bar_clear (DESK_NOTICE_BAR (bar));

  /* Without an id the sentence names the order; without any the alarm stands alone. */
  g_assert_true (say (bar, session, "BRACKET_CUT", "", "The bracket of C-2 was cut"));
  g_assert_nonnull (button (bar, "Show the order"));
  desk_notice_bar_clear (DESK_NOTICE_BAR (bar));
  g_assert_true (say (bar, session, "BRACKET_CUT", "", "Cut"));
  g_assert_true (ui_shows (bar, "Cut"));
  g_assert_null (button (bar, "Show the order"));
  g_object_unref (bar);
}

/* About one order only the later of "slow" and "not answered" stands, and neither outlives the answer but the alarm. */
static void
test_no_answer (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *bar = g_object_ref_sink (g_object_new (DESK_TYPE_NOTICE_BAR, NULL));
  DeskOrderState one = ui_order (1, DESK_STATUS_SENT, DESK_CERTAINTY_FRESH);
  DeskOrderState two = ui_order (2, DESK_STATUS_SENT, DESK_CERTAINTY_FRESH);

  ui_add_order (session, &one);
  ui_add_order (session, &two);
  g_assert_true (say (bar, session, "SLOW_ANSWER", "", "The server has not answered the submit of C-1 for 2 s"));
  g_assert_true (say (bar, session, "SLOW_ANSWER", "", "The server has not answered the submit of C-2 for 2 s"));
  g_assert_true (ui_shows (bar, "The server has not answered the submit of C-1 for 2 s"));
  g_assert_true (say (bar, session, "NO_ANSWER", "", "Unknown: C-1"));
  g_assert_false (ui_shows (bar, "The server has not answered the submit of C-1 for 2 s"));
  g_assert_true (ui_shows (bar, "The server has not answered the submit of C-2 for 2 s"));
  g_assert_nonnull (button (bar, "Settle it…"));
  desk_alarms_order (DESK_NOTICE_BAR (bar), &two);
  g_assert_true (ui_shows (bar, "The server has not answered the submit of C-2 for 2 s"));
  two.status = DESK_STATUS_WORKING;
  desk_alarms_order (DESK_NOTICE_BAR (bar), &two);
  g_assert_false (ui_shows (bar, "The server has not answered the submit of C-2 for 2 s"));
  g_assert_true (ui_shows (bar, "Unknown: C-1"));

  /* As long as it is not known. After that the alarm would be wrong, and there is nothing to settle. */
  one.status = DESK_STATUS_UNKNOWN;
  one.certainty = DESK_CERTAINTY_UNKNOWN;
  desk_alarms_order (DESK_NOTICE_BAR (bar), &one);
  g_assert_nonnull (button (bar, "Settle it…"));
  one.status = DESK_STATUS_WORKING;
  one.certainty = DESK_CERTAINTY_FRESH;
  desk_alarms_order (DESK_NOTICE_BAR (bar), &one);
  g_assert_false (ui_shows (bar, "Unknown: C-1"));
  g_assert_null (button (bar, "Settle it…"));
  g_assert_true (ui_shows (bar, "C-1 was unknown for a while. It is known now: Part filled."));
  desk_notice_bar_clear (DESK_NOTICE_BAR (bar));
  g_object_unref (bar);
}

static void
test_exits_ask (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *bar = g_object_ref_sink (g_object_new (DESK_TYPE_NOTICE_BAR, NULL));
  GtkWidget *strip = g_object_ref_sink (g_object_new (DESK_TYPE_EXIT_STRIP, NULL));
  DeskExits *exits = desk_exits_new (DESK_NOTICE_BAR (bar), DESK_EXIT_STRIP (strip));
  DeskEvent *link;

  desk_exits_set_session (exits, session);
  /* Without a link there is nothing to ask. */
  desk_exits_ask_flatten (exits, "ESZ6", "SIM1");
  g_assert_null (button (bar, "Yes, flatten"));
  link = desk_event_new (DESK_EVENT_LINK);
  link->link.state = DESK_LINK_LIVE;
  desk_session_take (session, link);
  /* A reverse ends with new risk: disarmed it is not even asked. */
  desk_exits_ask_reverse (exits, "ESZ6", "SIM1");
  g_assert_true (ui_shows (bar, desk_words_denial (DESK_DENY_DISARMED)));
  g_assert_null (button (bar, "Yes, reverse"));
  /* A flatten is. */
  desk_exits_ask_flatten (exits, "ESZ6", "SIM1");
  g_assert_nonnull (button (bar, "Yes, flatten"));
  desk_exits_ask_account (exits, "SIM1");
  g_assert_null (button (bar, "Yes, flatten"));
  g_assert_nonnull (button (bar, "Yes, flatten the account"));
  desk_notice_bar_clear (DESK_NOTICE_BAR (bar));
  desk_exits_free (exits);
  g_object_unref (strip);
  g_object_unref (bar);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/alarms/stay", test_alarm_stays);
  g_test_add_func ("/ui/alarms/answers", test_answers);
  g_test_add_func ("/ui/alarms/no-answer", test_no_answer);
  g_test_add_func ("/ui/alarms/exits-ask", test_exits_ask);
  return g_test_run ();
}
