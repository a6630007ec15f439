/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-tests.h"

/* A disk that takes its time: what a person clicked must not leave long after the click, and what has not left cannot
 * be missing at the server. */

#define MUCH_LATER (12 * G_USEC_PER_SEC)

/* A working order, so that the symbol's definition is known. */
static char *
work (World *world)
{
  world_place (world, DESK_SIDE_BUY, 2, 4990);
  return g_strdup (only_id (world));
}

static void
test_too_slow (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *first = NULL;
  g_autofree char *late = NULL;

  first = work (world);
  world->hold = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  late = g_strdup (only_id (world));
  world_modify (world, first, TRUE, 4995, 0);
  world_pass (world, 2 * G_USEC_PER_SEC - 1000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 0);
  world_pass (world, 1000);
  /* Told while the disk still hangs, and that it does. */
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE_SLOW"), ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 2);
  g_assert_nonnull (strstr (world_last_denied (world)->text, "within 2 s"));
  world_pass (world, MUCH_LATER);
  world->hold = FALSE;
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 2);
  g_assert_cmpint (world_shown (world, late)->status, ==, DESK_STATUS_NOT_SENT);
  g_assert_cmpint (world_shown (world, late)->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_nonnull (strstr (world_shown (world, late)->text, "within 2 s"));
  g_assert_cmpint (world_shown (world, first)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (world_shown (world, first)->change, ==, DESK_OVERLAY_NONE);
  g_assert_cmpfloat (world_shown (world, first)->price.display, ==, 4990);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_ANSWER"), ==, 0);
  /* The disk has come to itself, and so have we. */
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE_SLOW"), ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE_BACK"), ==, 1);
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
  world_free (world);
}

/* The commit and the end of its time come in one step: it does not leave. */
static void
test_too_late (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *first = NULL;

  first = work (world);
  world->hold = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  world->now += MUCH_LATER;
  world->hold = FALSE;
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 1);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_NOT_SENT);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 1);
  g_assert_cmpint (world_shown (world, first)->status, ==, DESK_STATUS_WORKING);
  world_free (world);
}

/* Nothing was clicked, and the server's word waits: the screen does not just stand still. */
static void
test_word_waits (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *first = NULL;

  first = work (world);
  world_pass (world, MUCH_LATER);
  world->hold = TRUE;
  server_fill (world, world_last_at_server (world), 2, 4990);
  world_pass (world, 2 * G_USEC_PER_SEC - 1000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE_SLOW"), ==, 0);
  world_pass (world, 1000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE_SLOW"), ==, 1);
  g_assert_cmpint (world_shown (world, first)->status, ==, DESK_STATUS_WORKING);
  world->hold = FALSE;
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE_BACK"), ==, 1);
  g_assert_cmpint (world_shown (world, first)->status, ==, DESK_STATUS_FILLED);
  world_free (world);
}

/* It is known that the disk hangs: an order is refused then and there, though the server's words queue for it. What
 * reduces the position is taken, and so is a cancel. */
static void
test_refused_at_once (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *first = NULL;
  guint n_orders, i;

  first = work (world);
  world_hold_two (world);
  world->hold = TRUE;
  server_fill (world, server_find (world, first), 1, 4990);
  world_pass (world, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE_SLOW"), ==, 1);
  n_orders = desk_truth_n_orders (world->engine->truth);
  for (i = 0; i < 3; i++)
    {
      world_submit (world, DESK_SIDE_BUY, 1, 4980 - i);
      g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, i + 1);
      g_assert_nonnull (strstr (world_last_denied (world)->text, "does not answer"));
    }
  world_modify (world, first, FALSE, 0, 5);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 4);
  world_line (world, "reverse ESZ6");
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 5);
  g_assert_cmpuint (desk_truth_n_orders (world->engine->truth), ==, n_orders);
  world_submit (world, DESK_SIDE_SELL, 1, 5100);
  g_assert_cmpuint (desk_truth_n_orders (world->engine->truth), ==, n_orders + 1);
  world_command (world, DESK_COMMAND_CANCEL, first);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 5);
  world->hold = FALSE;
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 5);
  g_assert_false (server_is_open (server_find (world, first)));
  /* And as soon as it answers, orders are taken again. */
  world_place (world, DESK_SIDE_BUY, 1, 4970);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
  world_free (world);
}

/* That it hangs, and that it is over, is told to the rows the moment that it is known; and a way out that begins meanwhile
 * is seen to begin. */
static void
test_hang_is_seen (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *first = NULL;
  guint n_steps;

  world_hold_two (world);
  first = work (world);
  world->hold = TRUE;
  server_fill (world, server_find (world, first), 1, 4990);
  world_pass (world, 2 * G_USEC_PER_SEC - 1000);
  g_assert_false (world_last (world, DESK_EVENT_HEALTH)->health.journal_waits);
  world_pass (world, 1000);
  g_assert_true (world_last (world, DESK_EVENT_HEALTH)->health.journal_waits);
  n_steps = world_count (world, DESK_EVENT_FLATTEN, NULL);
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  g_assert_cmpuint (world_count (world, DESK_EVENT_FLATTEN, NULL), ==, n_steps + 1);
  g_assert_cmpint (world_last (world, DESK_EVENT_FLATTEN)->flatten.step, ==, DESK_FLATTEN_CANCEL_ENTRIES);
  /* The rows hear that it is over before what has waited for it. */
  world->hold = FALSE;
  g_ptr_array_set_size (world->events, 0);
  world_commit (world, world->appended);
  for (guint i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      g_assert_cmpint (event->kind, !=, DESK_EVENT_ORDER);
      if (event->kind == DESK_EVENT_HEALTH)
        break;
    }
  g_assert_false (world_last (world, DESK_EVENT_HEALTH)->health.journal_waits);
  world_run (world);
  world_free (world);
}

/* A start writes, and until it has written has not waited yet. */
static void
test_start_is_not_slow (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  g_autofree char *first = NULL;
  World *next;

  world_up (world);
  first = work (world);
  next = world_start_again (world, world->records->len);
  world_run (next);
  world_connect (next);
  world_pass (next, 2 * G_USEC_PER_SEC - 1000);
  g_assert_cmpuint (world_count (next, DESK_EVENT_NOTICE, "STORAGE_SLOW"), ==, 0);
  world_pass (next, 1000);
  g_assert_cmpuint (world_count (next, DESK_EVENT_NOTICE, "STORAGE_SLOW"), ==, 1);
  world_free (next);
  world_free (world);
}

static void
test_cancel_waits (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *first = NULL;

  first = work (world);
  world->hold = TRUE;
  world_command (world, DESK_COMMAND_CANCEL, first);
  world_pass (world, MUCH_LATER);
  g_assert_cmpuint (world->written->len, ==, 1);
  world->hold = FALSE;
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpint (world_shown (world, first)->status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_ANSWER"), ==, 0);
  world_free (world);
}

/* An exit that has not left is judged by no list: it is not missing there. */
static void
test_unsent_is_not_missing (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint n_lists, i;

  world_hold_two (world);
  world->hold = TRUE;
  world_submit (world, DESK_SIDE_SELL, 2, 5100);
  n_lists = world->n_lists;
  for (i = 0; i < 4; i++)
    {
      world_pass (world, MUCH_LATER);
      world_command (world, DESK_COMMAND_VERIFY, NULL);
      world_run (world);
      g_assert_cmpint (state_of (world, only_id (world))->status, ==, DESK_STATUS_SENT);
      g_assert_cmpint (state_of (world, only_id (world))->certainty, ==, DESK_CERTAINTY_FRESH);
    }
  g_assert_true (NUMBERING (data) == DTC_NUMBERING_BRIEF || world->n_lists >= n_lists + 4);
  world->hold = FALSE;
  world->hold_kernel = TRUE;
  world_run (world);
  /* It has left us and not the computer. */
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  g_assert_cmpint (state_of (world, only_id (world))->certainty, ==, DESK_CERTAINTY_FRESH);
  world->hold_kernel = FALSE;
  world_run (world);
  g_assert_cmpint (world_shown (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (world_shown (world, only_id (world))->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_ANSWER"), ==, 0);
  world_free (world);
}

/* Sent to reduce a position: it still leaves where there is one, and would open one where there is none. */
static void
test_reduce_waits (gconstpointer data)
{
  gboolean gone;

  for (gone = FALSE; gone <= TRUE; gone++)
    {
      World *world = world_new_live (NUMBERING (data));

      world_hold_two (world);
      world_command (world, DESK_COMMAND_DISARM, NULL);
      world->hold = TRUE;
      world_submit (world, DESK_SIDE_SELL, 2, 4900);
      world_pass (world, MUCH_LATER);
      if (gone)
        {
          /* Somebody else was quicker. */
          FakeFill *fill = server_add_fill (world, "OTHER", DTC_SELL, 2, 4990);

          g_strlcpy (fill->server_id, "S999", sizeof fill->server_id);
          world_command (world, DESK_COMMAND_VERIFY, NULL);
        }
      world_run (world);
      world->hold = FALSE;
      world_run (world);
      if (gone)
        {
          g_assert_cmpint (state_of (world, only_id (world))->status, ==, DESK_STATUS_NOT_SENT);
          g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 1);
        }
      else
        {
          g_assert_cmpint (state_of (world, only_id (world))->status, ==, DESK_STATUS_WORKING);
          g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 0);
        }
      world_free (world);
    }
}

static void
test_flatten_waits (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  world_hold_two (world);
  world->hold = TRUE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_pass (world, MUCH_LATER);
  world->hold = FALSE;
  world_pass (world, G_USEC_PER_SEC);
  g_assert_cmpint (state_of (world, only_id (world))->source, ==, DESK_SOURCE_FLATTEN);
  g_assert_cmpint (state_of (world, only_id (world))->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 0);
  world_free (world);
}

/* A record of the state manager's own. */
static void
add_instance (World      *world,
              const char *event)
{
  DeskRecord *record = desk_record_new (DESK_RECORD_INSTANCE);

  record->seq = ++world->appended;
  record->utc = G_GINT64_CONSTANT (1793211400000000); /* as all that this world writes */
  record->payload = g_strdup_printf ("{\"event\":\"%s\",\"install\":\"ABCDEF\",\"generation\":1,\"high_water\":1}", event);
  g_ptr_array_add (world->records, record);
}

/* What the next start says of the session before it; "": nothing. */
static const char *
words_of_start (World *world)
{
  world_cut (world);
  world_settle (world);
  desk_engine_free (world->engine);
  world->engine = desk_engine_new (&world->config, fake_world (), world);
  g_ptr_array_set_size (world->events, 0);
  for (guint i = 0; i < world->records->len; i++)
    desk_engine_restore (world->engine, g_ptr_array_index (world->records, i));
  desk_engine_restored (world->engine, world->now);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNCLEAN_END"), <=, 1);
  for (guint i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == DESK_EVENT_NOTICE && strcmp (event->code, "UNCLEAN_END") == 0)
        {
          g_assert_cmpint (event->level, ==, DESK_LEVEL_WARNING);
          return event->text;
        }
    }
  return "";
}

#define ENDED "The last session was not closed properly: its last record is of 2026-10-28 18:16:40 UTC. "

static void
test_last_session (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));

  /* The first start has none before it. */
  g_assert_cmpstr (words_of_start (world), ==, "");
  add_instance (world, "create");
  g_assert_cmpstr (words_of_start (world), ==, ENDED "No order was live then");
  add_instance (world, "close");
  g_assert_cmpstr (words_of_start (world), ==, "");
  /* Killed, started once more and ended well: that is over. */
  add_instance (world, "open");
  add_instance (world, "open");
  add_instance (world, "close");
  g_assert_cmpstr (words_of_start (world), ==, "");
  world_connect (world);
  world_run (world);
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  world_run (world);
  add_instance (world, "open");
  g_assert_cmpstr (words_of_start (world), ==, ENDED "One order was live then; the server is asked about it as soon as there is a link");
  add_instance (world, "close");
  g_assert_cmpstr (words_of_start (world), ==, "");
  world_connect (world);
  world_run (world);
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  world_run (world);
  add_instance (world, "open");
  g_assert_cmpstr (words_of_start (world), ==, ENDED "2 orders were live then; the server is asked about them as soon as there is a link");
  world_free (world);
}

/* ---- a disk that hangs, and a place that it does not reach ---- */

static World *
hanging_world (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));

  world->aside = TRUE;
  world_up (world);
  return world;
}

static const char *
last_written (World *world)
{
  return g_bytes_get_data (g_ptr_array_index (world->written, world->written->len - 1), NULL);
}

/* It leaves when its commit has waited for 2 s, those after it at once, and none of them again when the disk is back. */
static void
test_exit_goes_aside (gconstpointer data)
{
  World *world = hanging_world (data);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  first = work (world);
  second = work (world);
  world->hold = TRUE;
  world_command (world, DESK_COMMAND_CANCEL, first);
  world_pass (world, 2 * G_USEC_PER_SEC - 1000);
  g_assert_cmpuint (world->written->len, ==, 2);
  world_pass (world, 1000);
  g_assert_cmpuint (world->written->len, ==, 3);
  g_assert_nonnull (strstr (last_written (world), first));
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE_SLOW"), ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "KEPT_ASIDE"), ==, 1);
  world_command (world, DESK_COMMAND_CANCEL, second);
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 4);
  g_assert_nonnull (strstr (last_written (world), second));
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "KEPT_ASIDE"), ==, 1);
  /* What the server says of it is no fact yet. */
  world_pass (world, MUCH_LATER);
  g_assert_cmpint (world_shown (world, first)->status, ==, DESK_STATUS_WORKING);
  world->hold = FALSE;
  world_run (world);
  g_assert_cmpint (world_shown (world, first)->status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (world_shown (world, second)->status, ==, DESK_STATUS_CANCELLED);
  world_pass (world, MUCH_LATER);
  g_assert_cmpuint (world->written->len, ==, 4);
  g_assert_cmpuint (world->n_early, ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_ANSWER"), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NOT_RECORDED"), ==, 0);
  /* The next hang is told of anew. */
  g_free (first);
  first = work (world);
  world->hold = TRUE;
  world_command (world, DESK_COMMAND_CANCEL, first);
  world_pass (world, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "KEPT_ASIDE"), ==, 2);
  world_free (world);
}

static void
test_flatten_goes_aside (gconstpointer data)
{
  World *world = hanging_world (data);
  g_autofree char *entry = NULL;

  world_hold_two (world);
  entry = work (world);
  world->hold = TRUE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_pass (world, 4 * G_USEC_PER_SEC);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  g_assert_false (server_is_open (server_find (world, entry)));
  g_assert_cmpuint (world->written->len, ==, 4);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "KEPT_ASIDE"), ==, 1);
  world->hold = FALSE;
  world_pass (world, MUCH_LATER);
  g_assert_cmpuint (world->written->len, ==, 4);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 1);
  g_assert_cmpuint (world->n_early, ==, 0);
  world_free (world);
}

/* An order rests on the disk alone, whatever is kept behind it. */
static void
test_order_waits_for_the_disk (gconstpointer data)
{
  World *world = hanging_world (data);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *late = NULL;

  first = work (world);
  second = work (world);
  world->hold = TRUE;
  world_command (world, DESK_COMMAND_CANCEL, first);
  world_pass (world, G_USEC_PER_SEC);
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  late = g_strdup (only_id (world));
  world_command (world, DESK_COMMAND_CANCEL, second);
  world_pass (world, G_USEC_PER_SEC);
  g_assert_cmpuint (world->written->len, ==, 4);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 0);
  world_pass (world, G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 1);
  world->hold = FALSE;
  world_pass (world, MUCH_LATER);
  g_assert_cmpuint (world->written->len, ==, 4);
  g_assert_cmpint (world_shown (world, late)->status, ==, DESK_STATUS_NOT_SENT);
  world_free (world);
}

/* It does not overtake a change of its own order: that is given up first. */
static void
test_aside_in_turn (gconstpointer data)
{
  World *world = hanging_world (data);
  g_autofree char *first = NULL;

  first = work (world);
  world->hold = TRUE;
  server_fill (world, world_last_at_server (world), 1, 4990);
  world_pass (world, G_USEC_PER_SEC);
  world_modify (world, first, TRUE, 4995, 0);
  world_command (world, DESK_COMMAND_CANCEL, first);
  world_pass (world, 3 * G_USEC_PER_SEC / 2);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "STORAGE_SLOW"), ==, 1);
  g_assert_cmpuint (world->written->len, ==, 1);
  world_pass (world, G_USEC_PER_SEC / 2);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_null (strstr (last_written (world), "Price1"));
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 1);
  world->hold = FALSE;
  world_pass (world, MUCH_LATER);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpint (world_shown (world, first)->status, ==, DESK_STATUS_CANCELLED);
  world_free (world);
}

/* Another connection, or none: it was meant for the one before. */
static void
test_aside_and_link_lost (gconstpointer data)
{
  gboolean back;

  for (back = FALSE; back <= TRUE; back++)
    {
      World *world = hanging_world (data);
      g_autofree char *first = NULL;

      first = work (world);
      world->hold = TRUE;
      world_command (world, DESK_COMMAND_CANCEL, first);
      world_pass (world, G_USEC_PER_SEC);
      world_cut (world);
      if (back)
        world_connect (world);
      world_pass (world, MUCH_LATER);
      g_assert_cmpuint (world->written->len, ==, 1);
      g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "LINK_DOWN"), ==, 1);
      world->hold = FALSE;
      world_pass (world, MUCH_LATER);
      g_assert_cmpuint (world->written->len, ==, 1);
      g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 1);
      g_assert_true (server_is_open (server_find (world, first)));
      world_free (world);
    }
}

/* No room there either: it is refused, and said, and does not leave later. */
static void
test_aside_full (gconstpointer data)
{
  World *world = hanging_world (data);
  g_autofree char *first = NULL;

  first = work (world);
  world->hold = TRUE;
  world->aside_full = TRUE;
  world_command (world, DESK_COMMAND_CANCEL, first);
  world_pass (world, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 1);
  g_assert_nonnull (strstr (world_last_denied (world)->text, "act at the server"));
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "KEPT_ASIDE"), ==, 0);
  world->hold = FALSE;
  world_pass (world, MUCH_LATER);
  g_assert_cmpuint (world->written->len, ==, 1);
  g_assert_cmpint (world_shown (world, first)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (world_shown (world, first)->cancel, ==, DESK_OVERLAY_NONE);
  world_free (world);
}

/* A way out that would be a way in by now is refused while the disk still hangs. */
static void
test_aside_still_reduces (gconstpointer data)
{
  gboolean gone;

  for (gone = FALSE; gone <= TRUE; gone++)
    {
      World *world = hanging_world (data);

      world_hold_two (world);
      world_command (world, DESK_COMMAND_DISARM, NULL);
      world->hold = TRUE;
      world_submit (world, DESK_SIDE_SELL, 2, 4900);
      world_pass (world, G_USEC_PER_SEC);
      if (gone)
        world_feed_text (world, "{\"Type\":306,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"Quantity\":0,\"AveragePrice\":0,\"Unsolicited\":1}");
      world_pass (world, G_USEC_PER_SEC);
      g_assert_cmpuint (world->written->len, ==, gone ? 1 : 2);
      g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, gone ? 1 : 0);
      world->hold = FALSE;
      world_pass (world, MUCH_LATER);
      g_assert_cmpuint (world->written->len, ==, gone ? 1 : 2);
      world_free (world);
    }
}

/* The program ends while the disk hangs. What was kept aside continues the journal, whether that has it by now or not:
 * a cancel that left is a cancel whose outcome nobody knows, before anything is asked, and it is not sent again. */
static void
test_aside_and_crash (gconstpointer data)
{
  gboolean taken;

  for (taken = FALSE; taken <= TRUE; taken++)
    {
      World *world = hanging_world (data);
      g_autofree char *first = NULL;
      World *next;

      first = work (world);
      world->hold = TRUE;
      if (taken)
        world->hold_kernel = TRUE;
      world_command (world, DESK_COMMAND_CANCEL, first);
      world_pass (world, 2 * G_USEC_PER_SEC);
      g_assert_cmpuint (world->written->len, ==, 2);
      next = world_start_again (world, (guint) world->kept);
      next->hold = FALSE;
      world_run (next);
      g_assert_cmpint (state_of (next, first)->cancel, ==, DESK_OVERLAY_UNKNOWN);
      world_connect (next);
      world_pass (next, MUCH_LATER);
      g_assert_cmpuint (next->written->len, ==, 0);
      if (taken)
        g_assert_cmpint (state_of (next, first)->status, ==, DESK_STATUS_WORKING);
      else
        g_assert_cmpint (state_of (next, first)->certainty, !=, DESK_CERTAINTY_FRESH);
      world->hold_kernel = FALSE;
      world_free (next);
      world_free (world);
    }
}

void
add_journal_tests (AddTest add)
{
  add ("journal/too-slow", test_too_slow);
  add ("journal/too-late", test_too_late);
  add ("journal/refused-at-once", test_refused_at_once);
  add ("journal/hang-is-seen", test_hang_is_seen);
  add ("journal/word-waits", test_word_waits);
  add ("journal/start-is-not-slow", test_start_is_not_slow);
  add ("journal/cancel-waits", test_cancel_waits);
  add ("journal/unsent-is-not-missing", test_unsent_is_not_missing);
  add ("journal/reduce-waits", test_reduce_waits);
  add ("journal/flatten-waits", test_flatten_waits);
  add ("journal/last-session", test_last_session);
  add ("journal/exit-goes-aside", test_exit_goes_aside);
  add ("journal/flatten-goes-aside", test_flatten_goes_aside);
  add ("journal/order-waits-for-the-disk", test_order_waits_for_the_disk);
  add ("journal/aside-in-turn", test_aside_in_turn);
  add ("journal/aside-and-link-lost", test_aside_and_link_lost);
  add ("journal/aside-full", test_aside_full);
  add ("journal/aside-still-reduces", test_aside_still_reduces);
  add ("journal/aside-and-crash", test_aside_and_crash);
}
