/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-tests.h"

/* What a clock or a strange answer must not do, and what must never happen at all. */

/* A cancel that is refused by a server that does not know the id: the order is as it was, and asked about where there is
 * a question for it. */
static void
test_cancel_of_unknown_id (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  FakeOrder nameless;
  const DeskOrderState *order;

  world_place (world, DESK_SIDE_BUY, 2, 4990);
  nameless = *world_last_at_server (world);
  nameless.server_id[0] = '\0';
  nameless.status = DTC_ORDER_STATUS_REJECTED;
  server_say (world, server_update (world, &nameless, DTC_ORDER_CANCEL_REJECTED, NULL));
  world_read_one (world);
  world_settle (world);
  order = state_of (world, only_id (world));
  g_assert_cmpint (order->status, ==, DESK_STATUS_UNKNOWN);
  g_assert_nonnull (strstr (order->text, NUMBERING (data) == DTC_NUMBERING_BRIEF ? "no question" : "asked again"));
  world_pass (world, 2 * G_USEC_PER_SEC);
  if (NUMBERING (data) == DTC_NUMBERING_BRIEF)
    {
      g_assert_cmpint (order->status, ==, DESK_STATUS_UNKNOWN);
      server_say (world, server_update (world, world_last_at_server (world), DTC_GENERAL_ORDER_UPDATE, NULL));
      world_run (world);
    }
  g_assert_cmpint (order->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (world);
}

/* Nobody is told that the server is asked where it cannot be. */
static void
test_words_of_no_answer (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  const char *text = NULL;
  guint i;

  world->silent = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  world_pass (world, 6 * G_USEC_PER_SEC);
  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == DESK_EVENT_NOTICE && strcmp (event->code, "NO_ANSWER") == 0)
        text = event->text;
    }
  g_assert_nonnull (text);
  g_assert_true ((strstr (text, "the server is asked") != NULL) == (NUMBERING (data) == DTC_NUMBERING_DTC));
  g_assert_nonnull (strstr (text, "Nothing is sent again"));
  world_free (world);
}

/* ---- clocks ---- */

/* The wall clock jumps by anything, at any time: it is for people to read, and decides nothing. */
static void
test_wall_clock (gconstpointer data)
{
  static const gint64 jumps[] = { 3600, -3600, 31536000, -31536000, -300, 86400, 1, -2000000000 };
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *working = NULL;
  FakeOrder *first;
  guint32 epoch;
  guint i;

  world_place (world, DESK_SIDE_BUY, 2, 4990);
  working = g_strdup (only_id (world));
  first = world_last_at_server (world);
  epoch = desk_truth_get_epoch (world->engine->truth);
  world->silent = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  world_settle (world);
  for (i = 0; i < 49; i++)
    {
      world->utc_extra += jumps[i % G_N_ELEMENTS (jumps)] * G_USEC_PER_SEC;
      world_pass (world, 100000);
      /* Five seconds are five seconds. */
      g_assert_cmpint (state_of (world, only_id (world))->status, ==, DESK_STATUS_SENT);
    }
  world_pass (world, 200000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_ANSWER"), ==, 1);
  world->silent = FALSE;
  for (i = 0; i < 200; i++)
    {
      world->utc_extra += jumps[i % G_N_ELEMENTS (jumps)] * G_USEC_PER_SEC;
      world_pass (world, 2 * G_USEC_PER_SEC);
    }
  g_assert_cmpint (state_of (world, working)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpuint (desk_truth_get_epoch (world->engine->truth), ==, epoch);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "RESUME"), ==, 0);
  /* Nor does a jump make two looks lie further apart than they do. */
  first->status = DTC_ORDER_STATUS_CANCELED;
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  world->utc_extra += 31536000 * (gint64) G_USEC_PER_SEC;
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  g_assert_cmpint (state_of (world, working)->status, !=, DESK_STATUS_NOT_AT_SERVER);
  world_free (world);
}

/* Sleep of any length ends the connection once; less than two seconds are no sleep. */
static void
test_sleep (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *id = NULL;

  world_place (world, DESK_SIDE_BUY, 2, 4990);
  id = g_strdup (only_id (world));
  world->boot_extra += 1900000;
  world_pass (world, 100000);
  g_assert_true (world->linked);
  world->boot_extra += 8 * (gint64) G_TIME_SPAN_HOUR;
  desk_engine_tick (world->engine, world->now);
  g_assert_false (world->linked);
  g_assert_false (world->engine->armed);
  world_settle (world);
  g_assert_cmpint (world_shown (world, id)->certainty, ==, DESK_CERTAINTY_STALE);
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "LINK_DOWN"), ==, 1);
  world_connect (world);
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "RESYNC_RUNNING"), ==, 1);
  world_run (world);
  g_assert_cmpint (world_shown (world, id)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_pass (world, 10 * G_USEC_PER_SEC);
  g_assert_true (world->linked);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "RESUME"), ==, 1);
  g_assert_cmpuint (world->written->len, ==, 1);
  world_free (world);
}

/* Stopped for a minute and then called many times over: what has come is read first, and nothing is asked twice. */
static void
test_stall (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint n, i;

  world_submit (world, DESK_SIDE_BUY, 2, 4990);
  world_settle (world);
  world->now += 60 * G_USEC_PER_SEC;
  world->boot_extra = 0;
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_ANSWER"), ==, 0);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
  g_assert_true (world->linked);
  n = world->n_lists;
  for (i = 0; i < 100; i++)
    desk_engine_tick (world->engine, world->now);
  world_run (world);
  g_assert_cmpuint (world->n_lists - n, <=, NUMBERING (data) == DTC_NUMBERING_DTC);
  g_assert_cmpuint (world->written->len, ==, 1);
  world_free (world);
}

/* What others have placed while we were away counts once the link is live, also where there is no position. */
static void
test_rows_of_a_new_link (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  const DeskPositionState *row = NULL;
  guint i;

  world_place (world, DESK_SIDE_BUY, 1, 4900);
  world_cut (world);
  world_settle (world);
  for (i = 0; i < 3; i++)
    {
      FakeOrder *foreign = g_memdup2 (world_last_at_server (world), sizeof *foreign);

      g_snprintf (foreign->server_id, sizeof foreign->server_id, "X%u", i);
      g_strlcpy (foreign->symbol, WORLD_OTHER, sizeof foreign->symbol);
      foreign->client_id[0] = '\0';
      foreign->quantity = 2;
      g_ptr_array_add (world->orders, foreign);
    }
  world->no_definitions = TRUE; /* which would bring the row by another way */
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == DESK_EVENT_POSITION && strcmp (event->position.symbol, WORLD_OTHER) == 0)
        row = &event->position;
    }
  g_assert_nonnull (row);
  g_assert_cmpint (row->working_buys, ==, 6);
  g_assert_cmpint (row->worst_long, ==, 6);
  world_free (world);
}

/* ---- what must never happen ---- */

static void
begin_anew (DeskEngine *engine)
{
  DeskTruthChanges changes;
  DeskRecord *record = desk_record_new (DESK_RECORD_LINK);

  record->epoch = desk_truth_get_epoch (engine->truth) + 1;
  record->payload = g_strdup ("{\"link\":\"begin\"}");
  desk_truth_changes_init (&changes);
  desk_truth_fold (engine->truth, record, NULL, NULL, &changes);
  desk_truth_changes_clear (&changes);
  desk_record_free (record);
}

static void
invent_fill (DeskEngine *engine)
{
  if (desk_truth_n_fills (engine->truth) > 0 && engine->changes.fills->len == 0)
    g_ptr_array_add (engine->changes.fills, desk_truth_get_fill (engine->truth, 0));
}

static void
end_order (DeskEngine *engine)
{
  DeskTruthOrder *order = desk_truth_get_order (engine->truth, desk_truth_n_orders (engine->truth) - 1);

  order->base = DESK_STATUS_CANCELLED;
}

/* Each of the four counters counts: the program's own checks are gone round by hand. */
static void
test_never_events (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autoptr (GError) error = g_error_new_literal (DESK_ERROR, DESK_ERROR_STORAGE, "no space left");
  const guint64 *counted = world->engine->never_events;
  guint64 key;
  guint i;

  world_hold_two (world);
  for (i = 0; i < 4; i++)
    g_assert_cmpuint (counted[i], ==, 0);

  /* The order has left before. */
  key = desk_truth_n_orders (world->engine->truth) + 1;
  g_hash_table_add (world->engine->sent, g_memdup2 (&key, sizeof key));
  world_place (world, DESK_SIDE_BUY, 1, 4990);
  g_assert_cmpuint (counted[NEVER_RESEND], ==, 1);
  g_assert_cmpuint (world->written->len, ==, 1);

  /* A decision of ours books a fill. */
  world->on_append = invent_fill;
  world_command (world, DESK_COMMAND_DISARM, NULL);
  world->on_append = NULL;
  g_assert_cmpuint (counted[NEVER_REPAIR], ==, 1);
  world_command (world, DESK_COMMAND_ARM, NULL);

  /* An order ends without a word of the server. */
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  world->on_append = end_order;
  world_command (world, DESK_COMMAND_CANCEL, only_id (world));
  world->on_append = NULL;
  g_assert_cmpuint (counted[NEVER_FALSE_END], ==, 1);
  world_run (world);

  /* The connection changes between the last check and the bytes. */
  world_place (world, DESK_SIDE_BUY, 1, 4970);
  i = world->written->len;
  world->broken = TRUE;
  desk_engine_storage_failed (world->engine, error, world->now);
  world->on_notice = begin_anew;
  world_command (world, DESK_COMMAND_CANCEL, only_id (world));
  world->on_notice = NULL;
  g_assert_cmpuint (counted[NEVER_QUEUED], ==, 1);
  g_assert_cmpuint (world->written->len, ==, i);
  world->borrowed = TRUE; /* its journal does not say what was done to it */
  world_free (world);
}

/* A server that takes an end back has contradicted itself: an alarm, and no lie of ours. */
static void
test_taken_back (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  FakeOrder *order;

  order = world_place (world, DESK_SIDE_BUY, 1, 4990);
  server_cancel (world, order);
  world_run (world);
  server_fill (world, order, 1, 4990);
  world_run (world);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "END_CORRECTED"), ==, 1);
  g_assert_cmpuint (world->engine->never_events[NEVER_FALSE_END], ==, 0);
  world_free (world);
}

/* The list of fills has more under its id than the list of orders says is filled: no round calls that filled, whether
 * there is a question for the order or not. */
static void
test_fills_at_odds (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  FakeFill *fill;

  world_place (world, DESK_SIDE_BUY, 2, 4990);
  world_cut (world);
  fill = server_add_fill (world, "OTHER", DTC_BUY, 2, 4990);
  g_strlcpy (fill->server_id, world_last_at_server (world)->server_id, sizeof fill->server_id);
  world_connect (world);
  world_run (world);
  g_assert_cmpint (world_shown (world, only_id (world))->certainty, ==, DESK_CERTAINTY_CONFLICT);
  world_pass (world, 60 * G_USEC_PER_SEC);
  g_assert_cmpint (world_shown (world, only_id (world))->status, !=, DESK_STATUS_FILLED);
  g_assert_cmpint (world_shown (world, only_id (world))->certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_nonnull (world_shown (world, only_id (world))->text);
  /* Said once, however often it is listed. */
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FILLS_TAKEN_BACK"), <=, 1);
  world_free (world);
}

void
add_doubt_tests (AddTest add)
{
  add ("cancel-of-unknown-id", test_cancel_of_unknown_id);
  add ("words-of-no-answer", test_words_of_no_answer);
  add ("wall-clock", test_wall_clock);
  add ("sleep", test_sleep);
  add ("stall", test_stall);
  add ("rows-of-a-new-link", test_rows_of_a_new_link);
  add ("never-events", test_never_events);
  add ("taken-back", test_taken_back);
  add ("fills-at-odds", test_fills_at_odds);
}
