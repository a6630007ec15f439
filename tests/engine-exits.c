/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-tests.h"

/* Ways out that the end of the program cuts, at every boundary of a record: what was begun and has no end in the journal
 * is told by the next start, with what the journal says of its exit, and nothing else is. What must be told is read off
 * the records here, by their bytes. */

static gboolean
payload_has (const DeskRecord *record,
             const char       *text)
{
  return record->payload != NULL && strstr (record->payload, text) != NULL;
}

static gboolean
is_about (const DeskRecord *record,
          const DeskRecord *begin)
{
  return g_strcmp0 (record->account, begin->account) == 0 && g_strcmp0 (record->symbol, begin->symbol) == 0;
}

static const char *
begun_kind (const DeskRecord *record)
{
  static const char *const kinds[] = { "flatten", "reverse", "flatten-all", "cancel-all" };

  for (guint i = 0; record->kind == DESK_RECORD_HUMAN && i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *member = g_strdup_printf ("\"action\":\"%s\"", kinds[i]);

      if (payload_has (record, member))
        return kinds[i];
    }
  return NULL;
}

static gboolean
has_end (World *world,
         guint  begin,
         guint  n_records)
{
  g_autofree char *member = g_strdup_printf ("\"transition\":\"exit-end\",\"exit\":\"%s\"",
                                             begun_kind (g_ptr_array_index (world->records, begin)));

  for (guint i = begin + 1; i < n_records; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      if (record->kind == DESK_RECORD_TRANSITION && payload_has (record, member)
          && is_about (record, g_ptr_array_index (world->records, begin)))
        return TRUE;
    }
  return FALSE;
}

/* What the journal says of its last exit order. */
static const char *
words_about_exit (World *world,
                  guint  begin,
                  guint  n_records)
{
  const char *words = "no exit order of it left";
  const char *id = NULL;

  for (guint i = begin + 1; i < n_records; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      if (record->kind == DESK_RECORD_INTENT && is_about (record, g_ptr_array_index (world->records, begin))
          && payload_has (record, "\"source\":\"flatten\"")
          && (payload_has (record, "\"intent\":\"flatten\"") || payload_has (record, "\"intent\":\"submit\"")))
        {
          id = record->client_order_id;
          words = "but not whether it left";
        }
      else if (id != NULL && record->kind != DESK_RECORD_FILL && (record->kind == DESK_RECORD_OUTCOME || record->kind == DESK_RECORD_EVENT)
               && g_strcmp0 (record->client_order_id, id) == 0)
        words = "By the journal its exit order";
    }
  return words;
}

static guint
count_told (World      *world,
            const char *first,
            const char *second,
            const char *words)
{
  guint n = 0;

  for (guint i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == DESK_EVENT_NOTICE && strcmp (event->code, "EXIT_CUT") == 0 && strstr (event->text, first) != NULL
          && strstr (event->text, second) != NULL && strstr (event->text, words) != NULL)
        n++;
    }
  return n;
}

static void
check_start (World *world,
             guint  n_records)
{
  World *next = world_start_again (world, n_records);
  guint n_cut = 0, n_ends = 0;

  next->hold = FALSE;
  world_settle (next);
  for (guint i = 0; i < n_records; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);
      const char *kind = begun_kind (record);
      const char *words = "";

      if (kind == NULL || has_end (world, i, n_records))
        continue;
      n_cut++;
      if (record->symbol != NULL && strcmp (kind, "cancel-all") != 0)
        words = words_about_exit (world, i, n_records);
      if (count_told (next, record->symbol != NULL && *words != '\0' ? record->symbol : "", record->account, words) == 0)
        g_test_message ("the %s at record %u is not told after %u: %s", kind, i + 1, n_records, words);
      g_assert_cmpuint (count_told (next, record->symbol != NULL && *words != '\0' ? record->symbol : "", record->account, words), >=, 1);
    }
  g_assert_cmpuint (world_count (next, DESK_EVENT_NOTICE, "EXIT_CUT"), ==, n_cut);
  g_assert_cmpuint (next->engine->exits->len, ==, n_cut);

  /* Compared with the server it is over, and the next start has nothing to tell. */
  world_connect (next);
  world_run (next);
  g_assert_true (next->engine->link == DESK_LINK_LIVE);
  g_assert_cmpuint (next->engine->exits->len, ==, 0);
  for (guint i = 0; i < next->records->len; i++)
    n_ends += payload_has (g_ptr_array_index (next->records, i), "\"transition\":\"exit-end\"");
  g_assert_cmpuint (n_ends, ==, n_cut);
  world_free (next);
}

/* Every start after a crash at one of the records from @first on. At the end of them all nothing is left open. */
static void
check_cuts (World *world,
            guint  first)
{
  guint n_begun = 0;

  /* The first that is durable of it says that it was begun. */
  g_assert_cmpuint (world->records->len, >, first);
  g_assert_nonnull (begun_kind (g_ptr_array_index (world->records, first)));
  for (guint i = first; i < world->records->len; i++)
    n_begun += begun_kind (g_ptr_array_index (world->records, i)) != NULL;
  g_assert_cmpuint (n_begun, >, 0);
  g_assert_cmpuint (world->engine->exits->len, ==, 0);
  for (guint i = first; i <= world->records->len; i++)
    check_start (world, i);
}

/* Long, with an entry that would add to it and a stop. */
static World *
protected_world (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  world_hold_two (world);
  world_place (world, DESK_SIDE_BUY, 1, 4900);
  world_place (world, DESK_SIDE_SELL, 2, 5100);
  return world;
}

static void
test_cut_flatten (gconstpointer data)
{
  guint how;

  for (how = 0; how < 6; how++)
    {
      World *world = protected_world (data);
      guint first = world->records->len;

      world->refuse_flatten = how == 1 || how == 2;
      world->auto_accept = how != 2;
      world->no_positions = how == 3;
      world->hold_kernel = how == 5;
      world_command (world, DESK_COMMAND_FLATTEN, NULL);
      if (how == 4)
        {
          world_settle (world);
          world_cut (world);
        }
      world_run (world);
      if (how == 1)
        server_fill (world, world_last_at_server (world), 2, 5000);
      if (how == 2)
        server_reject (world, world_last_at_server (world), "\"no\", and \"action\":\"flatten\"");
      if (how == 5)
        world_cut (world);
      world_pass (world, 10 * G_USEC_PER_SEC);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, how < 2 ? "FLATTEN_DONE" : "FLATTEN_FAILED"), ==, 1);
      world->hold_kernel = FALSE;
      world_settle (world);
      check_cuts (world, first);
      world_free (world);
    }
}

static void
test_cut_reverse (gconstpointer data)
{
  guint how;

  for (how = 0; how < 3; how++)
    {
      World *world = protected_world (data);
      guint first = world->records->len;

      world->no_positions = how == 2;
      world_line (world, "reverse ESZ6");
      if (how == 1)
        world_command (world, DESK_COMMAND_DISARM, NULL);
      world_run (world);
      world_pass (world, 10 * G_USEC_PER_SEC);
      if (how == 0)
        server_fill (world, world_last_at_server (world), 2, 5000);
      world_run (world);
      g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, how == 0 ? -2 : how == 1 ? 0 : 2);
      check_cuts (world, first);
      world_free (world);
    }
}

static void
test_cut_all (gconstpointer data)
{
  static const DeskCommandKind kinds[] = { DESK_COMMAND_CANCEL_ALL_AND_FLATTEN, DESK_COMMAND_CANCEL_ALL, DESK_COMMAND_HALT };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      World *world = protected_world (data);
      guint first;

      world_line (world, "buy 1 NQZ6 market");
      world_run (world);
      server_fill (world, world_last_at_server (world), 1, 18000);
      world_run (world);
      first = world->records->len;
      world_command (world, kinds[i], NULL);
      world_run (world);
      world_pass (world, 10 * G_USEC_PER_SEC);
      check_cuts (world, first + (kinds[i] == DESK_COMMAND_HALT ? 1 : 0));
      world_free (world);
    }
}

/* Nothing of it that was left open is told twice of one that was begun again, and a reader beside a running session says
 * nothing: it is not over. */
static void
test_cut_and_begun_again (gconstpointer data)
{
  World *world = protected_world (data);
  guint first = world->records->len, second;
  World *next;

  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_settle (world);
  second = world->records->len;
  g_assert_cmpuint (second, >, first + 1);
  next = world_start_again (world, second);
  next->hold = FALSE;
  world_settle (next);
  g_assert_cmpuint (count_told (next, WORLD_SYMBOL, "2026-10-28 18:16:40 UTC", "no exit order of it left"), ==, 1);
  next->config.read_only = TRUE;
  desk_engine_free (next->engine);
  next->engine = desk_engine_new (&next->config, fake_world (), next);
  g_ptr_array_set_size (next->events, 0);
  for (guint i = 0; i < second; i++)
    desk_engine_restore (next->engine, g_ptr_array_index (world->records, i));
  desk_engine_restored (next->engine, next->now);
  g_assert_cmpuint (world_count (next, DESK_EVENT_NOTICE, "EXIT_CUT"), ==, 0);
  world_free (next);

  world_cut (world);
  world_connect (world);
  world_run (world);
  world_pass (world, 10 * G_USEC_PER_SEC);
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  world_pass (world, 10 * G_USEC_PER_SEC);
  check_cuts (world, first);
  world_free (world);
}

/* It waits for no disk: neither one that hangs, where its exit is kept aside with the word that it was begun, nor one that
 * has failed. */
static void
test_begin_waits_for_nothing (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));
  guint first;

  world->aside = TRUE;
  world_up (world);
  world_hold_two (world);
  first = world->records->len;
  world->hold = TRUE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 1);
  world_pass (world, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpuint (world->kept, >, first + 1);
  check_start (world, (guint) world->kept);
  world->hold = FALSE;
  world_pass (world, 10 * G_USEC_PER_SEC);
  check_cuts (world, first);
  world_free (world);
}

void
add_exit_tests (AddTest add)
{
  add ("exits/cut-flatten", test_cut_flatten);
  add ("exits/cut-reverse", test_cut_reverse);
  add ("exits/cut-all", test_cut_all);
  add ("exits/cut-and-begun-again", test_cut_and_begun_again);
  add ("exits/begin-waits-for-nothing", test_begin_waits_for_nothing);
}
