/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "reconcile-fixture.h"

/* What a reconciliation shows of itself, and its report. */

static void
assert_marks (const DeskResyncState *state,
              const char            *expected)
{
  static const char letters[] = "wrdfuxs"; /* by DeskResyncMark */
  char marks[DESK_N_RESYNC_LINES + 1] = "";
  guint i;

  for (i = 0; i < DESK_N_RESYNC_LINES; i++)
    marks[i] = letters[state->lines[i].mark];
  g_assert_cmpstr (marks, ==, expected);
}

/* Every line of a new link, in its order, each with its time. */
static void
test_new_link (gconstpointer data)
{
  World *world = world_new ((DtcNumbering) GPOINTER_TO_INT (data));
  const DeskResyncState *state;
  guint i, n = 0;

  desk_engine_restored (world->engine, world->now);
  g_assert_null (world_last_resync (world));
  world->linked = TRUE;
  world_link (world, DTC_LINK_CONNECTING, DTC_REASON_STARTED);
  assert_marks (world_last_resync (world), "rwwwwwwwww");
  g_assert_cmpstr (world_last_resync (world)->lines[DESK_RESYNC_SOCKET].text, ==, "127.0.0.1:1");
  world->now += 1000;
  world_link (world, DTC_LINK_HANDSHAKE, DTC_REASON_NONE);
  assert_marks (world_last_resync (world), "drwwwwwwww");
  world->now += 1000;
  world_link (world, DTC_LINK_LOGON, DTC_REASON_NONE);
  assert_marks (world_last_resync (world), "ddrwwwwwww");
  if (world->numbering == DTC_NUMBERING_BRIEF)
    server_restate (world, 0);
  world->now += 1000;
  world_link (world, DTC_LINK_READY, DTC_REASON_NONE);
  assert_marks (world_last_resync (world), "dddrrwwwdw");
  g_assert_cmpstr (world_last_resync (world)->lines[DESK_RESYNC_LOGON].text, ==, "fake");
  g_assert_cmpuint (world_last_resync (world)->supports, ==,
                    DESK_RESYNC_TRADING | DESK_RESYNC_CHANGES | DESK_RESYNC_OCO | DESK_RESYNC_BRACKETS | DESK_RESYNC_QUOTES
                      | DESK_RESYNC_DEPTH);
  while (world_read_one (world))
    ;
  world_run (world);
  state = world_last_resync (world);
  assert_marks (state, "dddddddddd");
  g_assert_true (state->ended);
  g_assert_true (state->verified);
  g_assert_cmpstr (state->trigger, ==, "link");
  g_assert_cmpstr (state->text, ==, "no open orders");
  g_assert_cmpuint (state->lines[DESK_RESYNC_ACCOUNTS].count, ==, 1);
  for (i = 0; i < DESK_N_RESYNC_LINES; i++)
    {
      g_assert_cmpint (state->lines[i].started, >, 0);
      g_assert_cmpint (state->lines[i].ended, >=, state->lines[i].started);
      g_assert_cmpuint (state->lines[i].tries, >=, 1);
    }
  for (i = 0; i < world->events->len; i++)
    n += ((DeskEvent *) g_ptr_array_index (world->events, i))->kind == DESK_EVENT_RESYNC
         && ((DeskEvent *) g_ptr_array_index (world->events, i))->resync->ended;
  g_assert_cmpuint (n, ==, 1);
  world_free (world);
}

/* A link that goes in each phase: the line that was under way has failed, and the next try begins anew. */
static void
test_lost (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);

  desk_engine_restored (world->engine, world->now);
  world_link (world, DTC_LINK_CONNECTING, DTC_REASON_STARTED);
  world_link (world, DTC_LINK_DOWN, DTC_REASON_CONNECT_FAILED);
  assert_marks (world_last_resync (world), "fwwwwwwwww");
  g_assert_cmpstr (world_last_resync (world)->lines[DESK_RESYNC_SOCKET].text, ==, "test");
  world_link (world, DTC_LINK_CONNECTING, DTC_REASON_STARTED);
  world_link (world, DTC_LINK_LOGON, DTC_REASON_NONE);
  assert_marks (world_last_resync (world), "dsrwwwwwww");
  world_link (world, DTC_LINK_DOWN, DTC_REASON_LOGON_REFUSED);
  assert_marks (world_last_resync (world), "dsfwwwwwww");
  world->no_fills = TRUE;
  world_connect (world);
  world_settle (world);
  while (world->engine->questions->len < 2 && world_read_one (world))
    ;
  world_cut (world);
  assert_marks (world_last_resync (world), "dsdffwwwdw");
  g_assert_cmpstr (world_last_resync (world)->lines[DESK_RESYNC_ORDERS].text, ==, "the link was lost");
  g_assert_false (world_last_resync (world)->ended);
  world_free (world);
}

/* A needed step that is refused, asked again, waived; one that is not needed. */
static void
test_failed_waived (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);
  g_autoptr (DeskCommand) waive = desk_command_new (DESK_COMMAND_WAIVE);

  world->no_fills = TRUE;
  world->no_positions = TRUE;
  desk_engine_restored (world->engine, world->now);
  world_connect (world);
  world_run (world);
  assert_marks (world_last_resync (world), "dsdddfuddw");
  g_assert_cmpstr (world_last_resync (world)->lines[DESK_RESYNC_FILLS].text, ==, "no history here");
  g_assert_cmpstr (world_last_resync (world)->lines[DESK_RESYNC_POSITIONS].text, ==, "no positions here");
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_last_resync (world)->lines[DESK_RESYNC_FILLS].tries, ==, 2);
  g_strlcpy (waive->step, "fills", sizeof waive->step);
  desk_engine_command (world->engine, waive, world->now);
  world_run (world);
  assert_marks (world_last_resync (world), "dsdddxuddd");
  g_assert_true (world_last_resync (world)->ended);
  g_assert_false (world_last_resync (world)->verified);
  g_assert_cmpstr (world_last_resync (world)->text, ==, "no open orders; fills waived; positions unavailable");
  world_free (world);
}

/* "12 orders: …": each end of an order is counted once, as what it is. */
static void
test_report (void)
{
  World *world = world_new_live (DTC_NUMBERING_DTC);
  const DeskResyncState *state;
  guint i;

  for (i = 0; i < 12; i++)
    world_place (world, DESK_SIDE_BUY, 2, 4900 + i);
  world->silent = world->deaf = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 4890);
  world_settle (world);
  world_cut (world);
  world_settle (world);
  world->silent = world->deaf = FALSE;
  server_fill (world, g_ptr_array_index (world->orders, 3), 2, 4903);
  server_fill (world, g_ptr_array_index (world->orders, 4), 1, 4904);
  ((FakeOrder *) g_ptr_array_index (world->orders, 5))->status = DTC_ORDER_STATUS_CANCELED;
  server_add_order (world, "X1", WORLD_OTHER, DTC_SELL, 1, 18000);
  g_queue_clear_full (&world->inbox, message_free);
  world_connect (world);
  world_run (world);
  state = world_last_resync (world);
  g_assert_true (state->ended);
  g_assert_false (state->verified);
  g_assert_cmpstr (state->text, ==,
                   "13 orders: 9 confirmed, 1 filled while away, 1 part filled while away, 2 unknown; 1 of somebody else; 2 new fills");
  /* The second look on the live link finds what became of the two. */
  world_pass (world, 25 * G_USEC_PER_SEC);
  state = world_last_resync (world);
  g_assert_cmpstr (state->trigger, ==, "doubt");
  g_assert_true (state->ended);
  g_assert_cmpuint (state->counts.gone, ==, 2);
  g_assert_cmpint (state->lines[DESK_RESYNC_SOCKET].mark, ==, DESK_RESYNC_SKIPPED);
  g_assert_cmpuint (state->counts.unknown, ==, 0);
  world_free (world);
}

/* Rounds of a live link say nothing while there is nothing to say, except to whoever asked. */
static void
test_quiet (void)
{
  World *world = world_new_live (DTC_NUMBERING_DTC);
  guint n;

  world_place (world, DESK_SIDE_BUY, 2, 4900);
  n = world_count (world, DESK_EVENT_RESYNC, NULL);
  world_pass (world, 100 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_RESYNC, NULL), ==, n);
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  assert_marks (world_last_resync (world), "ssssrrrrsw");
  world_run (world);
  assert_marks (world_last_resync (world), "ssssddddsd");
  g_assert_cmpstr (world_last_resync (world)->trigger, ==, "verify");
  g_assert_cmpstr (world_last_resync (world)->text, ==, "1 order: 1 confirmed");
  g_assert_true (world_last_resync (world)->verified);
  /* A fill that was never told is news, whoever asked. */
  server_fill (world, world_last_at_server (world), 2, 4900);
  g_queue_clear_full (&world->inbox, message_free);
  world_pass (world, 40 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpstr (world_last_resync (world)->trigger, ==, "timer");
  g_assert_cmpstr (world_last_resync (world)->text, ==, "1 order: 1 found filled; 1 new fill");
  world_free (world);
}

/* Thousands of rows do not make thousands of events. */
static void
test_many_rows (void)
{
  World *world = world_new_live (DTC_NUMBERING_DTC);
  FakeOrder *order;
  guint n, i;

  order = world_place (world, DESK_SIDE_BUY, 100, 4900);
  world_cut (world);
  for (i = 0; i < 99; i++)
    server_fill (world, order, 1, 4900);
  g_queue_clear_full (&world->inbox, message_free);
  n = world_count (world, DESK_EVENT_RESYNC, NULL);
  world_connect (world);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_RESYNC, NULL) - n, <, 20);
  g_assert_cmpuint (world_last_resync (world)->lines[DESK_RESYNC_FILLS].count, ==, 99);
  g_assert_cmpstr (world_last_resync (world)->text, ==, "1 order: 1 part filled while away; 99 new fills");
  world_free (world);
}

void
add_checklist_tests (void)
{
  g_test_add_data_func ("/core/checklist/new-link/dtc", GINT_TO_POINTER (DTC_NUMBERING_DTC), test_new_link);
  g_test_add_data_func ("/core/checklist/new-link/brief", GINT_TO_POINTER (DTC_NUMBERING_BRIEF), test_new_link);
  g_test_add_func ("/core/checklist/lost", test_lost);
  g_test_add_func ("/core/checklist/failed-waived", test_failed_waived);
  g_test_add_func ("/core/checklist/report", test_report);
  g_test_add_func ("/core/checklist/quiet", test_quiet);
  g_test_add_func ("/core/checklist/many-rows", test_many_rows);
}
