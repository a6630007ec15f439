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

/* The next start of the program at the same server, with the first @n_records of the journal. */
static World *
start_again (World *world,
             guint  n_records)
{
  World *next = world_new (world->numbering);
  guint i;

  next->borrowed = TRUE;
  next->now = world->now + G_USEC_PER_SEC;
  next->hold = TRUE;
  for (i = 0; i < n_records; i++)
    desk_engine_restore (next->engine, g_ptr_array_index (world->records, i));
  next->appended = n_records;
  g_clear_pointer (&next->orders, g_ptr_array_unref);
  next->orders = g_ptr_array_ref (world->orders);
  g_clear_pointer (&next->fills, g_ptr_array_unref);
  next->fills = g_ptr_array_ref (world->fills);
  next->next_id = world->next_id;
  next->next_execution = world->next_execution;
  desk_engine_restored (next->engine, next->now);
  return next;
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
  next = start_again (world, world->records->len);
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

#define ENDED "The last session ended without a good-bye; its last record is of 2026-10-28 18:16:40 UTC. "

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

void
add_journal_tests (AddTest add)
{
  add ("journal/too-slow", test_too_slow);
  add ("journal/too-late", test_too_late);
  add ("journal/word-waits", test_word_waits);
  add ("journal/start-is-not-slow", test_start_is_not_slow);
  add ("journal/cancel-waits", test_cancel_waits);
  add ("journal/unsent-is-not-missing", test_unsent_is_not_missing);
  add ("journal/reduce-waits", test_reduce_waits);
  add ("journal/flatten-waits", test_flatten_waits);
  add ("journal/last-session", test_last_session);
}
