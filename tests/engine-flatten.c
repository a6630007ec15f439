/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-tests.h"

/* The ways out: flatten and cancel-all. */

static void
test_flatten (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *entry = NULL;
  g_autofree char *stop = NULL;
  const DeskOrderState *exit;

  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "FLAT"), ==, 1);
  world_hold_two (world);
  world_place (world, DESK_SIDE_BUY, 1, 4900);
  entry = g_strdup (only_id (world));
  world_place (world, DESK_SIDE_SELL, 2, 5100);
  stop = g_strdup (only_id (world));
  world_command (world, DESK_COMMAND_DISARM, NULL);
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  exit = state_of (world, only_id (world));
  g_assert_cmpint (exit->source, ==, DESK_SOURCE_FLATTEN);
  g_assert_cmpint (exit->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (exit->quantity, ==, 2);
  g_assert_cmpint (state_of (world, entry)->status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (state_of (world, stop)->status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 1);
  g_assert_cmpuint (world->engine->flattens->len, ==, 0);
  world_free (world);
}

/* A server that does not tell positions by itself is asked once, a second after the exit has filled. */
static void
test_flatten_asks (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint before;

  world_hold_two (world);
  world->no_pushes = TRUE;
  before = world->n_position_lists;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  world_pass (world, DESK_FLATTEN_PUSH_WAIT - 1000);
  g_assert_cmpuint (world->n_position_lists - before, ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 0);
  world_pass (world, 1000);
  world_run (world);
  g_assert_cmpuint (world->n_position_lists - before, ==, 2);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 1);
  world_free (world);
}

/* It says what it says: that something is left, or nothing at all. Nobody asks twice, and nothing is sent again. */
static void
test_flatten_asks_in_vain (gconstpointer data)
{
  gboolean silent;

  for (silent = FALSE; silent <= TRUE; silent++)
    {
      World *world = world_new_live (NUMBERING (data));
      guint before;

      world_hold_two (world);
      world->no_pushes = TRUE;
      before = world->n_position_lists;
      world_command (world, DESK_COMMAND_FLATTEN, NULL);
      world_run (world);
      if (silent)
        world->no_positions = TRUE;
      else
        world->position_extra = 1;
      world_pass (world, DESK_FLATTEN_VERIFY_WAIT - 1000);
      g_assert_cmpuint (world->n_position_lists - before, ==, 2);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 0);
      world_pass (world, 1000);
      g_assert_cmpuint (world->n_position_lists - before, ==, 2);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 1);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 0);
      g_assert_cmpuint (world->written->len, ==, 2);
      world_free (world);
    }
}

/* What the server tells after its answer counts, and an exit that fills late is asked about before its time is over. */
static void
test_flatten_told_late (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint before;

  world_hold_two (world);
  world->refuse_flatten = TRUE;
  world->auto_accept = FALSE;
  world->no_pushes = TRUE;
  before = world->n_position_lists;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  server_accept (world, world_last_at_server (world));
  world_pass (world, DESK_FLATTEN_VERIFY_WAIT - G_USEC_PER_SEC / 2);
  g_assert_cmpuint (world->n_position_lists - before, ==, 2);
  server_fill (world, world_last_at_server (world), 2, 5001);
  world_run (world);
  world_run (world);
  g_assert_cmpuint (world->n_position_lists - before, ==, 3);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 1);
  world_free (world);
}

/* The server has said that it is flat, and then it is not: because it says so, or because a fill says so. */
static void
test_flatten_flat_no_more (gconstpointer data)
{
  gboolean fills;

  for (fills = FALSE; fills <= TRUE; fills++)
    {
      World *world = world_new_live (NUMBERING (data));
      FakeOrder *stop;
      guint before;

      world_hold_two (world);
      stop = world_place (world, DESK_SIDE_SELL, 2, 5100);
      world->no_pushes = TRUE;
      before = world->n_position_lists;
      world_command (world, DESK_COMMAND_FLATTEN, NULL);
      while (world_last_at_server (world) == stop)
        {
          world_settle (world);
          world_read_one (world);
        }
      world->silent = TRUE; /* the stop works on */
      world_pass (world, DESK_FLATTEN_PUSH_WAIT + 1000);
      g_assert_cmpuint (world->n_position_lists - before, ==, 2);
      g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
      world->no_pushes = fills;
      server_fill (world, stop, 1, 5100);
      world_run (world);
      server_cancel (world, stop);
      world_run (world);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 0);
      world_pass (world, DESK_FLATTEN_VERIFY_WAIT);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 0);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 1);
      g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, -1);
      g_assert_cmpint (world_last (world, DESK_EVENT_FLATTEN)->flatten.over, ==, -1);
      world_free (world);
    }
}

static void
test_flatten_refused (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *stop = NULL;
  guint i;
  gboolean at_market = FALSE;

  world_hold_two (world);
  world_place (world, DESK_SIDE_SELL, 2, 5100);
  stop = g_strdup (only_id (world));
  world->refuse_flatten = TRUE;
  world->auto_accept = FALSE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  /* 209 is refused: one market order for the server's quantity, and the protection waits for its acceptance. */
  g_assert_cmpint (state_of (world, only_id (world))->quantity, ==, 2);
  g_assert_cmpint (state_of (world, only_id (world))->side, ==, DESK_SIDE_SELL);
  g_assert_cmpint (state_of (world, stop)->status, ==, DESK_STATUS_WORKING);
  server_reject (world, world_last_at_server (world), "position limit");
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 1);
  g_assert_cmpint (state_of (world, stop)->status, ==, DESK_STATUS_WORKING);
  world_pass (world, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (state_of (world, stop)->status, ==, DESK_STATUS_WORKING);
  for (i = 0; i < world->written->len; i++)
    at_market |= strstr (g_bytes_get_data (g_ptr_array_index (world->written, i), NULL), "\"OrderType\":1") != NULL;
  g_assert_true (at_market);
  /* buy, stop, 209, market: nothing was tried again. */
  g_assert_cmpuint (world->written->len, ==, 4);
  world_free (world);
}

static void
test_flatten_throttle (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint i;

  world_hold_two (world);
  world->no_positions = TRUE;
  for (i = 0; i < 3; i++)
    {
      world_command (world, DESK_COMMAND_FLATTEN, NULL);
      world_run (world);
      world_command (world, DESK_COMMAND_FLATTEN, NULL);
      g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "RATE"), ==, i + 1);
      world_pass (world, 6 * G_USEC_PER_SEC);
    }
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "RATE"), ==, 4);
  /* Without the server's position no exit was sent. */
  g_assert_cmpuint (world->written->len, ==, 1);
  world_free (world);
}

static void
test_cancel_all (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  FakeOrder *foreign;

  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  world_run (world);
  foreign = server_add_order (world, "X1", WORLD_SYMBOL, DTC_SELL, 1, 5100);
  server_say (world, server_update (world, foreign, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  world_command (world, DESK_COMMAND_CANCEL_ALL, NULL);
  world_run (world);
  g_assert_cmpint (foreign->status, ==, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpstr (world_last (world, DESK_EVENT_NOTICE)->text, ==,
                   "One order that is not ours was left alone; cancel it by its id");
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "EXTERNAL_LEFT"), ==, 1);
  g_assert_cmpuint (world->written->len, ==, 4);
  /* By its id it can be cancelled. */
  world_command (world, DESK_COMMAND_CANCEL, "X1");
  world_run (world);
  g_assert_cmpint (foreign->status, ==, DTC_ORDER_STATUS_CANCELED);
  world_free (world);
}

/* An exit that fills while the stop does too: what was closed too much is said, with its number, and nothing follows. */
static void
test_over_closed (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  const DeskFlattenState *last = NULL;
  FakeOrder *stop;
  guint i;

  world_hold_two (world);
  stop = world_place (world, DESK_SIDE_SELL, 2, 5100);
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  /* The exit is at the server and filled; before the cancel of the other is, one contract of it fills too. */
  while (world_last_at_server (world) == stop)
    {
      world_settle (world);
      world_read_one (world);
    }
  server_fill (world, stop, 1, 5100);
  world_pass (world, 4 * G_USEC_PER_SEC);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, -1);
  for (i = 0; i < world->events->len; i++)
    if (((DeskEvent *) g_ptr_array_index (world->events, i))->kind == DESK_EVENT_FLATTEN)
      last = &((DeskEvent *) g_ptr_array_index (world->events, i))->flatten;
  g_assert_nonnull (last);
  g_assert_cmpint (last->step, ==, DESK_FLATTEN_FAILED);
  g_assert_cmpint (last->over, ==, -1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 1);
  i = world->written->len;
  world_pass (world, 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (world->written->len, ==, i);
  /* [Close] is one more flatten, for one contract. */
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  world_free (world);
}

/* Halted, disarmed, and with a state file that cannot be written: the way out stays open. */
static void
test_way_out (gconstpointer data)
{
  guint how;

  for (how = 0; how < 3; how++)
    {
      World *world = world_new_live (NUMBERING (data));
      g_autoptr (GError) error = g_error_new_literal (DESK_ERROR, DESK_ERROR_STORAGE,
                                                       "The disk is full: make room and start again.");
      g_autofree char *entry = NULL;

      world_hold_two (world);
      world_place (world, DESK_SIDE_BUY, 1, 4900);
      entry = g_strdup (only_id (world));
      if (how == 0)
        world_command (world, DESK_COMMAND_HALT, NULL);
      else if (how == 1)
        world_command (world, DESK_COMMAND_DISARM, NULL);
      else
        {
          world->broken = TRUE;
          desk_engine_storage_failed (world->engine, error, world->now);
        }
      world_command (world, DESK_COMMAND_FLATTEN, NULL);
      world_run (world);
      g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
      g_assert_cmpint (state_of (world, entry)->status, ==, DESK_STATUS_CANCELLED);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 1);
      for (guint i = 0; i < world->events->len; i++)
        {
          const DeskEvent *event = g_ptr_array_index (world->events, i);

          g_assert_false (event->kind == DESK_EVENT_NOTICE && strstr (event->text, ".)") != NULL);
        }
      world_free (world);
    }
}

/* Without a connection it is refused at once, and nothing of it is kept for the next one. */
static void
test_flatten_down (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint n;

  world_hold_two (world);
  n = world->written->len;
  world_cut (world);
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_command (world, DESK_COMMAND_CANCEL_ALL, NULL);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "LINK_DOWN"), ==, 2);
  world_connect (world);
  world_pass (world, 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (world->written->len, ==, n);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 2);
  world_free (world);
}

/* One at a time for a symbol; and orders of others are counted at its end. */
static void
test_flatten_one_at_a_time (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  FakeOrder *foreign;

  world_hold_two (world);
  foreign = g_memdup2 (world_last_at_server (world), sizeof *foreign);
  g_strlcpy (foreign->server_id, "X1", sizeof foreign->server_id);
  foreign->client_id[0] = '\0';
  foreign->side = DTC_SELL;
  foreign->filled = 0;
  foreign->status = DTC_ORDER_STATUS_OPEN;
  g_ptr_array_add (world->orders, foreign);
  server_say (world, server_update (world, foreign, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  world->silent = TRUE;
  world->hold_kernel = TRUE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world->now += 6 * G_USEC_PER_SEC;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "IN_FLIGHT"), ==, 1);
  world->hold_kernel = FALSE;
  world->silent = FALSE;
  world_run (world);
  g_assert_cmpint (foreign->status, ==, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "EXTERNAL_LEFT"), ==, 1);
  world_free (world);
}

void
add_flatten_tests (AddTest add)
{
  add ("flatten", test_flatten);
  add ("flatten-asks", test_flatten_asks);
  add ("flatten-asks-in-vain", test_flatten_asks_in_vain);
  add ("flatten-told-late", test_flatten_told_late);
  add ("flatten-flat-no-more", test_flatten_flat_no_more);
  add ("flatten-refused", test_flatten_refused);
  add ("flatten-throttle", test_flatten_throttle);
  add ("cancel-all", test_cancel_all);
  add ("over-closed", test_over_closed);
  add ("way-out", test_way_out);
  add ("flatten-down", test_flatten_down);
  add ("flatten-one-at-a-time", test_flatten_one_at_a_time);
}
