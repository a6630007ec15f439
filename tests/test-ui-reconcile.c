/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui-verify-fixture.h"

#include "desk-check-strip.h"
#include "desk-finding-list.h"
#include "desk-finding-row.h"
#include "desk-ledger-feet.h"
#include "desk-ledger-table.h"
#include "desk-reconcile-view.h"
#include "desk-timeline-axis.h"
#include "desk-timeline-view.h"
#include "desk-timeline-words.h"

#include <libpanel.h>

/* The numbers that a list shows, "3 5 -": a match has none; those that are gone in brackets. */
static void
assert_findings (DeskFindingList *list,
                 const char      *wanted)
{
  g_autoptr(GString) have = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr(DeskFindingItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      guint number = (guint) desk_finding_item_get (item)->number;
      g_autofree char *text = number != 0 ? g_strdup_printf ("%u", number) : g_strdup ("-");

      g_string_append_printf (have, desk_finding_item_get_gone (item) != 0 ? "%s(%s)" : "%s%s", i > 0 ? " " : "", text);
    }
  g_assert_cmpstr (have->str, ==, wanted);
}

static void
test_over_time (void)
{
  g_autoptr(DeskFindingList) list = desk_finding_list_new ();
  g_autoptr(DeskVerifyRun) first = run_new (100);
  g_autoptr(DeskVerifyRun) second = run_new (200);
  g_autoptr(DeskVerifyRun) third = run_new (300);
  DeskFindingItem *three;
  g_autofree char *times = NULL;

  run_add_finding (first, 3, 6, DESK_VERDICT_MISMATCH, "a");
  run_add_finding (first, 4, 8, DESK_VERDICT_MISMATCH, "b");
  run_add_finding (first, 5, 1, DESK_VERDICT_NOT_PROVABLE, "c");
  run_add_finding (first, 0, 8, DESK_VERDICT_MATCH, NULL);
  run_add_finding (second, 4, 8, DESK_VERDICT_MISMATCH, "b, later");
  run_add_finding (second, 7, 6, DESK_VERDICT_MISMATCH, "d");
  run_add_finding (third, 3, 6, DESK_VERDICT_MISMATCH, "a again");

  desk_finding_list_take (list, first);
  assert_findings (list, "3 4 5");
  three = desk_finding_list_find (list, 3);

  /* What is not found any more stays, behind what is, with the time since when. */
  desk_finding_list_take (list, second);
  assert_findings (list, "4 7 (3) (5)");
  g_assert_cmpint (desk_finding_item_get_gone (three), ==, 200 * G_USEC_PER_SEC);
  times = desk_finding_row_times (three);
  g_assert_nonnull (strstr (times, "no longer found since 00:03:20"));
  g_assert_cmpstr (desk_finding_item_get (desk_finding_list_find (list, 4))->text, ==, "b, later");

  /* It comes back under its own number, and is one row as before. */
  desk_finding_list_take (list, third);
  assert_findings (list, "3 (4) (7) (5)");
  g_assert_true (three == desk_finding_list_find (list, 3));
  g_assert_cmpint (desk_finding_item_get_gone (three), ==, 0);
  g_assert_cmpuint (desk_finding_list_count (list), ==, 4);

  /* One check, with its matches. */
  desk_finding_list_take (list, first);
  desk_finding_list_set_check (list, 8);
  assert_findings (list, "4 -");
  desk_finding_list_set_check (list, 0);
  assert_findings (list, "3 4 5 (7)");
}

static char *
cell (DeskLedgerTable *ledger,
      guint            row,
      const char      *column)
{
  return desk_table_dup_text (desk_ledger_table_get_table (ledger), row, column);
}

#define ASSERT_CELL(ledger, row, column, text) \
  G_STMT_START { g_autofree char *have = cell (ledger, row, column); g_assert_cmpstr (have, ==, text); } G_STMT_END

static void
test_ledger (void)
{
  GtkWidget *widget = g_object_ref_sink (desk_ledger_table_new ());
  DeskLedgerTable *ledger = DESK_LEDGER_TABLE (widget);
  g_autoptr(DeskVerifyRun) run = run_new (100);
  g_autoptr(DeskVerifyRun) next = run_new (200);
  DeskLedgerRow *row;

  run_add_row (run, 1, DESK_VERDICT_MATCH);
  row = run_add_row (run, 2, DESK_VERDICT_MISMATCH);
  row->finding = 7;
  row->echo_quantity = 2;
  row->echo_price = desk_price_from_display (&ui_es, 5000.50);
  row->echo_tif = DESK_TIF_GTC;
  row->live_quantity = 1;
  row = run_add_row (run, 3, DESK_VERDICT_NOT_PROVABLE);
  row->history_known = FALSE;
  row->live_quantity = row->echo_filled = 0;
  row->why = g_ref_string_new ("the server has not given its list of fills");
  row = run_add_row (run, 4, DESK_VERDICT_NOT_PROVABLE);
  row->sent = FALSE;
  row->external = TRUE;
  row->echoed = FALSE;
  desk_ledger_table_take (ledger, run);

  /* The worst first, of equals the newest. */
  ASSERT_CELL (ledger, 1, "sent", "ESZ6 · not placed here");
  ASSERT_CELL (ledger, 1, "echo", "no answer yet");
  ASSERT_CELL (ledger, 1, "filled", "");
  ASSERT_CELL (ledger, 2, "verdict", "? Not provable");
  ASSERT_CELL (ledger, 2, "history", "not given");
  ASSERT_CELL (ledger, 2, "live", "0");
  ASSERT_CELL (ledger, 2, "why", "the server has not given its list of fills");
  ASSERT_CELL (ledger, 0, "verdict", "≠ Mismatch #7");
  ASSERT_CELL (ledger, 0, "sent", "Buy 3 ESZ6 Limit 5000.25 Day");
  ASSERT_CELL (ledger, 0, "echo", "≠2 ≠5000.50 ≠GTC");
  ASSERT_CELL (ledger, 0, "live", "≠1 @ 5000.25");
  ASSERT_CELL (ledger, 0, "history", "≠2 @ 5000.25");
  ASSERT_CELL (ledger, 3, "verdict", "✓ Match");
  ASSERT_CELL (ledger, 3, "echo", "as sent");
  ASSERT_CELL (ledger, 3, "live", "2 @ 5000.25");

  /* The next run changes rows in their places, and what it does not have goes. */
  run_add_row (next, 2, DESK_VERDICT_MATCH);
  run_add_row (next, 9, DESK_VERDICT_MATCH);
  desk_ledger_table_take (ledger, next);
  g_assert_cmpuint (desk_table_get_n_rows (desk_ledger_table_get_table (ledger)), ==, 2);
  ASSERT_CELL (ledger, 0, "client-id", "C-9");
  ASSERT_CELL (ledger, 1, "client-id", "C-2");
  ASSERT_CELL (ledger, 1, "verdict", "✓ Match");

  /* A market order was sent without a price and comes back with one. */
  g_clear_pointer (&next, desk_verify_run_unref);
  next = run_new (300);
  row = run_add_row (next, 2, DESK_VERDICT_MATCH);
  row->sent_type = row->echo_type = DESK_ORDER_TYPE_MARKET;
  row->sent_price.kind = DESK_PRICE_UNSET;
  desk_ledger_table_take (ledger, next);
  ASSERT_CELL (ledger, 0, "echo", "as sent");
  g_object_unref (widget);
}

static void
test_feet (void)
{
  g_autoptr(DeskVerifyRun) run = run_new (100);
  DeskLedgerFoot *foot = run_add_foot (run, 2, 3);
  g_autofree char *differs = desk_ledger_feet_words (foot);
  g_autofree char *unsaid = NULL;
  g_autofree char *unbased = NULL;

  g_assert_cmpstr (differs, ==, "baseline 0, fills +2, sum +2 · server +3 · difference +1");
  foot->stated = FALSE;
  unsaid = desk_ledger_feet_words (foot);
  g_assert_cmpstr (unsaid, ==, "baseline 0, fills +2, sum +2 · server: not said");
  foot->stated = TRUE;
  foot->based = FALSE;
  unbased = desk_ledger_feet_words (foot);
  g_assert_cmpstr (unbased, ==, "no baseline, fills +2 · server +3");
}

static void
count_cb (gpointer  view,
          guint64   number,
          char     *words,
          guint64  *last)
{
  *last = number;
}

static void
settled_cb (gboolean *settled)
{
  *settled = TRUE;
}

/* The panel as the trader sees it from the first run to an accepted finding. */
static void
test_view (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = desk_reconcile_view_new (session);
  DeskCheckStrip *strip = DESK_CHECK_STRIP (ui_find (view, DESK_TYPE_CHECK_STRIP));
  g_autoptr(DeskVerifyRun) run = run_new (37900);
  g_autoptr(DeskVerifyRun) again = run_new (37960);
  g_autoptr(DeskVerifyRun) accepted = run_new (38020);
  DeskFinding *finding;
  guint64 told = 0;
  gboolean settled = FALSE;

  gtk_window_set_child (GTK_WINDOW (window), view);
  g_signal_connect (view, "found", G_CALLBACK (count_cb), &told);
  g_signal_connect_swapped (view, "settled", G_CALLBACK (settled_cb), &settled);
  g_assert_true (ui_shows (view, "Not compared yet"));
  g_assert_cmpstr (desk_check_strip_get_text (strip, 8), ==, "–");
  g_assert_true (ui_shows (view, "Nothing was compared yet. That begins when the link is there."));

  run->verdict = again->verdict = DESK_VERDICT_MISMATCH;
  accepted->verdict = DESK_VERDICT_ACCEPTED;
  accepted->n_accepted = 1;
  finding = run_add_finding (run, 3, 7, DESK_VERDICT_MISMATCH, "The fills make 2, the server says 3");
  finding->expected = g_ref_string_new ("2");
  finding->seen = g_ref_string_new ("3");
  run_add_finding (run, 4, 6, DESK_VERDICT_NOT_PROVABLE, "the server has not given its list of fills");
  /* What only informs counts nowhere. */
  run_add_finding (run, 5, 9, DESK_VERDICT_MISMATCH, "Averages differ")->information = TRUE;
  run_add_finding (run, 0, 1, DESK_VERDICT_MATCH, NULL);
  run_add_finding (run, 0, 1, DESK_VERDICT_MATCH, NULL);
  run_emit (session, run);
  g_assert_cmpuint (told, ==, 3);
  g_assert_true (ui_shows (view, "≠ 1 mismatch · 1 not provable"));
  /* Nothing is said to be so now while nobody can know. */
  g_assert_true (ui_shows (view, "as of 10:31:40; the link is down"));
  g_assert_cmpstr (desk_check_strip_get_text (strip, 7), ==, "≠ 1");
  g_assert_cmpstr (desk_check_strip_get_text (strip, 6), ==, "? 1");
  g_assert_cmpstr (desk_check_strip_get_text (strip, 9), ==, "i 1");
  g_assert_cmpstr (desk_check_strip_get_text (strip, 1), ==, "✓ 2");
  g_assert_cmpstr (desk_check_strip_get_text (strip, 2), ==, "–");

  /* Once for each, not with each run. */
  told = 0;
  run_add_finding (again, 3, 7, DESK_VERDICT_MISMATCH, "The fills make 2, the server says 3");
  run_emit (session, again);
  g_assert_cmpuint (told, ==, 0);
  g_assert_false (settled);

  run_add_finding (accepted, 3, 7, DESK_VERDICT_MISMATCH, "The fills make 2, the server says 3")->accepted = TRUE;
  run_emit (session, accepted);
  g_assert_true (settled);
  g_assert_true (ui_shows (view, "○ 1 accepted"));
  g_assert_false (ui_shows (view, "✓ Match"));

  /* Found by its number, whatever check is chosen. */
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (200);
  desk_check_strip_set (strip, 6);
  g_assert_true (desk_reconcile_view_show (DESK_RECONCILE_VIEW (view), 3));
  g_assert_cmpuint (desk_check_strip_get (strip), ==, 0);
  g_assert_false (desk_reconcile_view_show (DESK_RECONCILE_VIEW (view), 99));
  ui_spin (200);
  g_assert_true (ui_shows (view, "≠ Mismatch #3 · accepted"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A step is never shorter for more time, and ten minutes are not much longer than what they stand beside. */
static void
test_steps (void)
{
  for (gint64 usec = 1; usec < G_GINT64_CONSTANT (100000000000); usec *= 3)
    g_assert_cmpfloat (desk_timeline_axis_step (usec), <=, desk_timeline_axis_step (usec + 1));
  g_assert_cmpfloat (desk_timeline_axis_step (600 * G_USEC_PER_SEC), <, 4.0 * desk_timeline_axis_step (1000));
  g_assert_cmpfloat (desk_timeline_axis_step (-1), >, 0.0);
}

static void
mark_free (gpointer data)
{
  DeskTimelineMark *mark = data;

  g_free (mark->text);
  g_free (mark->raw);
  g_free (mark);
}

static void
add_mark (GPtrArray        *marks,
          DeskTimelineKind  kind,
          gint64            since,
          const char       *text)
{
  DeskTimelineMark *mark = g_new0 (DeskTimelineMark, 1);

  mark->utc = G_GINT64_CONSTANT (37865) * G_USEC_PER_SEC + marks->len;
  mark->kind = kind;
  mark->since_previous_usec = since;
  mark->record = 100 + marks->len;
  mark->text = g_strdup (text);
  mark->raw = g_strdup_printf ("{\"Type\":%u}", marks->len);
  g_ptr_array_add (marks, mark);
}

static char *
detail_text (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (ui_find (view, GTK_TYPE_TEXT_VIEW)));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
assert_label (DeskTimelineKind  kind,
              char              command,
              const char       *text,
              const char       *wanted)
{
  DeskTimelineMark mark = { .kind = kind, .command = command, .text = (char *) text };
  g_autofree char *label = desk_timeline_words_label (&mark);

  g_assert_cmpstr (label, ==, wanted);
}

/* Beside a mark stands what it is, without its details; those are in the text below. */
static void
test_labels (void)
{
  assert_label (DESK_TIMELINE_CLICK, 's', "Submit by click", "Click");
  assert_label (DESK_TIMELINE_CLICK, 'c', "Cancel by key", "Cancel");
  assert_label (DESK_TIMELINE_JOURNAL, 's', "Submit recorded", "Journal");
  assert_label (DESK_TIMELINE_UPDATE, 0, "Accepted, 0 of 3 filled", "Accepted");
  assert_label (DESK_TIMELINE_FILL, 0, "Filled 2 at 5000.25 (E-7), 2 of 3 filled", "Filled 2 at 5000.25");
  assert_label (DESK_TIMELINE_FINAL, 0, "Rejected: not enough margin", "Rejected");
  assert_label (DESK_TIMELINE_LINK, 0, "The link was lost", "The link was lost");
  assert_label (DESK_TIMELINE_UPDATE, 0, "", "");
}

static void
test_timeline (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  g_autoptr(GPtrArray) marks = g_ptr_array_new_with_free_func (mark_free);
  g_autoptr(GPtrArray) many = g_ptr_array_new_with_free_func (mark_free);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = desk_timeline_view_new (session);
  DeskTimelineAxis *axis = DESK_TIMELINE_AXIS (ui_find (view, DESK_TYPE_TIMELINE_AXIS));
  DeskOrderState order = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  g_autofree char *tooltip = NULL;
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  order.journal_usec = 812;
  order.wire_usec = 240;
  order.ack_usec = 12400;
  order.fill_usec = order.cancel_usec = -1;
  ui_add_order (session, &order);
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (100);
  g_assert_true (ui_shows (view, "Choose an order in the orders table: its course from the click to its end stands here."));

  desk_timeline_view_show (DESK_TIMELINE_VIEW (view), "C-1");
  add_mark (marks, DESK_TIMELINE_CLICK, -1, "Buy 3 ESZ6");
  add_mark (marks, DESK_TIMELINE_JOURNAL, 812, "");
  add_mark (marks, DESK_TIMELINE_SOCKET, 240, "");
  desk_timeline_view_take (DESK_TIMELINE_VIEW (view), marks, NULL);
  ui_spin (100);
  g_assert_true (ui_shows (view, "Buy 3 ESZ6 Limit 5000.25 · Part filled"));
  g_assert_true (ui_shows (view, "click → journal 812 µs · journal → socket 240 µs · socket → answer 12 ms"));
  /* The newest is shown as it comes, until another is chosen. */
  g_assert_cmpint (desk_timeline_axis_get_chosen (axis), ==, 2);
  add_mark (marks, DESK_TIMELINE_FILL, 12400, "1 at 5000.25");
  desk_timeline_view_take (DESK_TIMELINE_VIEW (view), marks, NULL);
  g_assert_cmpint (desk_timeline_axis_get_chosen (axis), ==, 3);
  last = detail_text (view);
  g_assert_cmpstr (last, ==, "1 at 5000.25\n\n{\"Type\":3}");
  desk_timeline_axis_choose (axis, 0);
  first = detail_text (view);
  g_assert_cmpstr (first, ==, "Buy 3 ESZ6\n\n{\"Type\":0}");
  add_mark (marks, DESK_TIMELINE_FINAL, 9, "Filled");
  desk_timeline_view_take (DESK_TIMELINE_VIEW (view), marks, NULL);
  g_assert_cmpint (desk_timeline_axis_get_chosen (axis), ==, 0);
  g_assert_cmpuint (desk_timeline_axis_get_n (axis), ==, 5);

  /* A read that fails takes nothing away. */
  desk_timeline_view_take (DESK_TIMELINE_VIEW (view), NULL, "The disk is gone");
  g_assert_cmpuint (desk_timeline_axis_get_n (axis), ==, 5);

  tooltip = desk_timeline_words_tooltip (&order, marks);
  g_assert_true (g_str_has_prefix (tooltip, "click → journal 812 µs · journal → socket 240 µs · socket → answer 12 ms\n"));
  g_assert_nonnull (strstr (tooltip, "1 at 5000.25 · 12 ms later"));

  /* Of a thousand updates the first and the last are drawn, and it says how many are not. */
  for (guint i = 0; i < 1000; i++)
    add_mark (many, DESK_TIMELINE_FILL, 10, "");
  desk_timeline_view_take (DESK_TIMELINE_VIEW (view), many, NULL);
  g_assert_cmpuint (desk_timeline_axis_get_n (axis), ==, 241);
  desk_timeline_axis_choose (axis, 240);
  g_clear_pointer (&last, g_free);
  last = detail_text (view);
  g_assert_cmpstr (last, ==, "{\"Type\":999}");
  desk_timeline_axis_choose (axis, 120);
  g_clear_pointer (&last, g_free);
  last = detail_text (view);
  g_assert_cmpstr (last, ==, "");
  desk_timeline_axis_choose (axis, 121);
  g_clear_pointer (&last, g_free);
  last = detail_text (view);
  g_assert_cmpstr (last, ==, "{\"Type\":880}");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  panel_init ();
  g_test_add_func ("/ui/reconcile/over-time", test_over_time);
  g_test_add_func ("/ui/reconcile/ledger", test_ledger);
  g_test_add_func ("/ui/reconcile/feet", test_feet);
  g_test_add_func ("/ui/reconcile/view", test_view);
  g_test_add_func ("/ui/timeline/steps", test_steps);
  g_test_add_func ("/ui/timeline/labels", test_labels);
  g_test_add_func ("/ui/timeline/view", test_timeline);
  return g_test_run ();
}
