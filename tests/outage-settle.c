/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "outage-fixture.h"

#include "desk-case-dialog.h"

/* An order in doubt, settled by hand. */

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
  gtk_test_accessible_assert_property (gtk_widget_get_template_child (dialog, DESK_TYPE_CASE_DIALOG, "decision_list"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "What became of it");
  gtk_test_accessible_assert_property (gtk_widget_get_template_child (dialog, DESK_TYPE_CASE_DIALOG, "candidate_list"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "At the server, and naming no order of ours");
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
  gtk_widget_grab_focus ((GtkWidget *) gtk_widget_get_template_child (dialog, DESK_TYPE_CASE_DIALOG, "words"));
  g_assert_nonnull (gtk_window_get_focus (GTK_WINDOW (dialog)));
  take_link (session, DESK_LINK_DOWN, 2);
  /* Left before the evidence is void: GtkText complains of what it is not told. */
  g_assert_null (gtk_window_get_focus (GTK_WINDOW (dialog)));
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

void
add_settle_tests (void)
{
  g_test_add_func ("/ui/outage/case", test_case);
}
