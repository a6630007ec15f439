/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bracket-fixture.h"

/* Reverse, and flatten of one and of all positions beside pairs and brackets. */

static void
test_reverse (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *entry;

  world_line (world, "reverse ESZ6");
  g_assert_cmpstr (world_last_denied (world)->code, ==, "FLAT");
  world_hold_two (world);
  world_line (world, "oco sell 2 ESZ6 limit 5010 stop 4990");
  world_run (world);
  g_ptr_array_set_size (world->written, 0);
  world_line (world, "reverse ESZ6");
  world_run (world);
  /* Flat by one exit, the protections gone, then one order the other way round. */
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER), ==, 1);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER), ==, 1);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_CANCEL_ORDER), ==, 2);
  entry = world_last_at_server (world);
  g_assert_cmpint (entry->side, ==, DTC_SELL);
  g_assert_cmpint (entry->quantity, ==, 2);
  g_assert_cmpint (entry->type, ==, DTC_ORDER_TYPE_MARKET);
  {
    DtcMessage *last = world_written (world, world->written->len - 1);

    g_assert_cmpint (last->type, ==, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
    dtc_message_free (last);
  }
  world_free (world);
}

static void
test_reverse_refused (gconstpointer data)
{
  World *world = live_world (data);
  guint n;

  world_hold_two (world);
  n = world->n_writes;

  world_command (world, DESK_COMMAND_DISARM, NULL);
  world_line (world, "reverse ESZ6");
  world_run (world);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "DISARMED");
  world_command (world, DESK_COMMAND_HALT, NULL);
  world_line (world, "reverse ESZ6");
  world_run (world);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "HALTED");
  g_assert_cmpuint (world->n_writes, ==, n);
  world_command (world, DESK_COMMAND_UNHALT, NULL);
  world_command (world, DESK_COMMAND_ARM, NULL);

  /* A limit that the other side would break is known before the first step. */
  world_line (world, "sell 100 ESZ6 limit 5000");
  world_run (world);
  world_command (world, DESK_COMMAND_CANCEL_ALL, NULL);
  world_run (world);
  n = world->n_writes;

  /* Disarmed between the exit and the entry: flat, and nothing more. */
  world->hold = TRUE;
  world_line (world, "reverse ESZ6");
  world->hold = FALSE;
  world_settle (world);
  world_command (world, DESK_COMMAND_DISARM, NULL);
  world_run (world);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER), ==, 1);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "DISARMED");
  g_assert_cmpuint (world->n_writes, ==, n + 1);
  world_free (world);
}

/* The exit is refused, or the link goes: nothing is entered. */
static void
test_reverse_stopped (gconstpointer data)
{
  World *world = live_world (data);
  guint n;

  world_hold_two (world);
  world->refuse_flatten = TRUE;
  world->refuse_market = TRUE;
  n = world->n_writes;
  world_line (world, "reverse ESZ6");
  world_pass (world, 30 * SECOND);
  /* 209, then once at market; both refused: the position stays, nothing is entered. */
  g_assert_cmpuint (world->n_writes, ==, n + 2);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 2);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "REVERSE_STOPPED"), ==, 1);
  world->refuse_market = FALSE;

  world->silent = TRUE;
  world->refuse_flatten = TRUE;
  world_line (world, "reverse ESZ6");
  world_run (world);
  world_cut (world);
  world->silent = FALSE;
  world->refuse_flatten = FALSE;
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "REVERSE_STOPPED"), ==, 2);
  world_connect (world);
  world_pass (world, 60 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "REVERSE_STOPPED"), ==, 2);
  world_free (world);
}

/* Two long ES and one long NQ, each with a stop. */
static World *
two_positions (gconstpointer data)
{
  World *world = live_world (data);

  world_hold_two (world);
  world_line (world, "buy 1 NQZ6 limit 5000");
  world_run (world);
  server_fill (world, world_last_at_server (world), 1, 5000);
  world_run (world);
  world_line (world, "sell 2 ESZ6 stop 4900");
  world_line (world, "sell 1 NQZ6 stop 4900");
  world_run (world);
  g_assert_cmpint (world_position (world, WORLD_OTHER), ==, 1);
  g_ptr_array_set_size (world->written, 0);
  return world;
}

static guint
count_open_at_server (World *world)
{
  guint n = 0, i;

  for (i = 0; i < world->orders->len; i++)
    n += server_is_open (g_ptr_array_index (world->orders, i));
  return n;
}

static void
test_flatten_all (gconstpointer data)
{
  World *world;
  guint n_mine = 0, i;

  if (world_forms[GPOINTER_TO_INT (data)].encoding == DTC_ENCODING_BINARY)
    return; /* there is no such struct */
  world = two_positions (data);
  world_line (world, "flatten all");
  world_run (world);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT), ==, 1);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER), ==, 0);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  g_assert_cmpint (world_position (world, WORLD_OTHER), ==, 0);
  g_assert_cmpuint (count_open_at_server (world), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 2);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "ID_REUSED"), ==, 0);
  /* Both exits are ours, and filled. */
  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind != DESK_EVENT_ORDER)
        continue;
      g_assert_cmpint (event->order.source, !=, DESK_SOURCE_EXTERNAL);
      n_mine += event->order.role == DESK_ROLE_FLATTEN && event->order.status == DESK_STATUS_FILLED;
    }
  g_assert_cmpuint (n_mine, ==, 2);
  world_free (world);
}

/* Refused as a whole, each position gets its own exit. */
static void
test_flatten_all_refused (gconstpointer data)
{
  World *world;
  guint i;

  if (world_forms[GPOINTER_TO_INT (data)].encoding == DTC_ENCODING_BINARY)
    return; /* there is no such struct */
  world = two_positions (data);
  world->refuse_all = TRUE;
  world_line (world, "flatten all");
  world_run (world);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT), ==, 1);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER), ==, 2);
  for (i = 1; i <= 2; i++)
    {
      FakeOrder *exit = g_ptr_array_index (world->orders, world->orders->len - i);

      g_assert_cmpint (exit->side, ==, DTC_SELL);
      server_fill (world, exit, exit->quantity, 5000);
    }
  world_run (world);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  g_assert_cmpint (world_position (world, WORLD_OTHER), ==, 0);
  g_assert_cmpuint (count_open_at_server (world), ==, 0);
  world_free (world);
}

/* Without an answer both are unknown, the stops stay, and nothing else is tried. */
static void
test_flatten_all_silent (gconstpointer data)
{
  World *world;

  if (world_forms[GPOINTER_TO_INT (data)].encoding == DTC_ENCODING_BINARY)
    return; /* there is no such struct */
  world = two_positions (data);
  world->silent = TRUE;
  world_line (world, "flatten all");
  world_pass (world, 30 * SECOND);
  g_assert_cmpuint (world->written->len, ==, 1);
  g_assert_cmpuint (count_open_at_server (world), ==, 2);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 2);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_ANSWER"), ==, 2);
  world_free (world);
}

/* A server that is not known to take it gets one exit for each symbol. */
static void
test_flatten_each (gconstpointer data)
{
  World *world;

  if (numbering_of (data) == DTC_NUMBERING_BRIEF)
    return; /* such a server speaks the other numbering */
  world = two_positions (data);
  world_cut (world);
  world->name = "SC DTC Server";
  world_connect (world);
  world_pass (world, 10 * SECOND);
  g_ptr_array_set_size (world->written, 0);
  world_line (world, "flatten all");
  world_run (world);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT), ==, 0);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER), ==, 2);
  g_assert_cmpint (world_position (world, WORLD_OTHER), ==, 0);
  g_assert_cmpuint (count_open_at_server (world), ==, 0);
  world_free (world);
}

void
add_reverse_tests (void)
{
  static const BracketTest tests[] = {
    { "reverse", test_reverse }, { "reverse-refused", test_reverse_refused }, { "reverse-stopped", test_reverse_stopped },
    { "flatten-all", test_flatten_all }, { "flatten-all-refused", test_flatten_all_refused },
    { "flatten-all-silent", test_flatten_all_silent }, { "flatten-each", test_flatten_each },
  };

  add_bracket_tests (tests, G_N_ELEMENTS (tests));
}
