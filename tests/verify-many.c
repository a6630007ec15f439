/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-world.h"
#include "verify-many.h"

/* A server that has lost its books contradicts every order. What is listed of it stays readable, and nothing of it is
 * lost: the rest is counted, and is news when it grows. */

#define N_LISTED 1000
#define N_MORE   3

static const DeskVerifyRun *
compare (World *world)
{
  guint before = world_count (world, DESK_EVENT_VERIFY, NULL);
  guint i;

  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  for (i = 0; i < 40 && world_count (world, DESK_EVENT_VERIFY, NULL) == before; i++)
    world_pass (world, G_USEC_PER_SEC / 2);
  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_VERIFY)
        return event->verify;
    }
  g_error ("nothing was compared");
}

static void
trade (World *world)
{
  world->now += 20000;
  world_submit (world, world->orders->len % 2 == 0 ? DESK_SIDE_BUY : DESK_SIDE_SELL, 1, 5000);
  world_run (world);
  server_fill (world, world_last_at_server (world), 1, 5000);
  world_run (world);
}

static const DeskFinding *
last_of_v6 (const DeskVerifyRun *run,
            guint               *n)
{
  const DeskFinding *last = NULL;
  guint i;

  *n = 0;
  for (i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);

      if (finding->check != 6 || finding->verdict != DESK_VERDICT_MISMATCH)
        continue;
      (*n)++;
      last = finding;
    }
  return last;
}

/* All but @rest are listed; the last one counts those. */
static guint64
check_rest (const DeskVerifyRun *run,
            guint                rest,
            gboolean             accepted)
{
  guint n, i;
  const DeskFinding *last = last_of_v6 (run, &n);
  g_autofree char *count = g_strdup_printf ("%u", rest);
  const DeskLedgerRow *row = &g_array_index (run->rows, DeskLedgerRow, run->rows->len - 1);

  g_assert_cmpuint (run->n_mismatch[6], ==, N_LISTED + rest);
  g_assert_cmpuint (n, ==, N_LISTED + 1);
  g_assert_cmpuint (last->rest, ==, rest);
  g_assert_cmpstr (last->seen, ==, count);
  g_assert_cmpuint (last->records[0], >, 0);
  g_assert_cmpstr (last->client_order_id, ==, "");
  g_assert_cmpint (last->accepted, ==, accepted);
  g_assert_cmpuint (run->n_accepted, ==, accepted ? rest : 0);
  g_assert_nonnull (strstr (last->text, row->client_order_id));
  /* The newest order is not listed: its row says why all the same, and leads to the finding that counts it. */
  g_assert_cmpint (row->verdict, ==, DESK_VERDICT_MISMATCH);
  g_assert_nonnull (row->why);
  g_assert_nonnull (strstr (row->why, row->client_order_id));
  g_assert_cmpuint (row->finding, ==, last->number);
  for (i = 0; i < run->rows->len; i++)
    {
      row = &g_array_index (run->rows, DeskLedgerRow, i);
      g_assert_cmpint (row->finding > 0, ==, row->verdict == DESK_VERDICT_MISMATCH);
    }
  return last->number;
}

static gsize
longest_payload (World *world)
{
  gsize longest = 0;
  guint i;

  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      longest = MAX (longest, record->payload != NULL ? strlen (record->payload) : 0);
    }
  return longest;
}

static World *
start_again (World *world)
{
  World *again = world_new (DTC_NUMBERING_DTC);
  guint i;

  again->now = world->now;
  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      g_ptr_array_add (again->records, desk_record_copy (record));
      desk_engine_restore (again->engine, record);
    }
  again->appended = again->committed = world->appended;
  return again;
}

static void
test_many (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);
  g_autoptr (DeskCommand) accept = desk_command_new (DESK_COMMAND_ACCEPT);
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) found = NULL;
  const DeskVerifyRun *run;
  World *again;
  guint64 number;
  guint n, n_alarms, i;

  world_up (world);
  for (i = 0; i < N_LISTED + N_MORE; i++)
    trade (world);
  g_assert_true (world->engine->armed);
  while (world->fills->len > 0)
    g_ptr_array_add (lost, g_ptr_array_steal_index (world->fills, 0));
  world_pass (world, 6 * G_USEC_PER_SEC);
  number = check_rest (compare (world), N_MORE, FALSE);
  g_assert_false (world->engine->armed);
  g_assert_cmpuint (longest_payload (world), <, 1024 * 1024);

  /* Taken at its count; one more is news and disarms. */
  accept->quantity = (gint64) number;
  desk_engine_command (world->engine, accept, world->now);
  world_command (world, DESK_COMMAND_ARM, NULL);
  n_alarms = world_count (world, DESK_EVENT_NOTICE, "MISMATCH");
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_cmpuint (check_rest (compare (world), N_MORE, TRUE), ==, number);
  g_assert_true (world->engine->armed);
  trade (world);
  g_ptr_array_add (lost, g_ptr_array_steal_index (world->fills, 0));
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_cmpuint (check_rest (compare (world), N_MORE + 1, FALSE), ==, number);
  g_assert_false (world->engine->armed);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "MISMATCH"), ==, n_alarms + 1);

  /* Fewer is no news. Two of those that were listed are found, two of the rest take their places. */
  world_command (world, DESK_COMMAND_ARM, NULL);
  for (i = 0; i < 2; i++)
    g_ptr_array_add (world->fills, g_ptr_array_steal_index (lost, 0));
  world_pass (world, 6 * G_USEC_PER_SEC);
  run = compare (world);
  g_assert_cmpuint (check_rest (run, N_MORE - 1, FALSE), ==, number);
  /* And back again: that some are not listed does not mean that they are over. */
  for (i = 0; i < 2; i++)
    g_ptr_array_insert (lost, 0, g_ptr_array_steal_index (world->fills, world->fills->len - 1));
  world_pass (world, 6 * G_USEC_PER_SEC);
  run = compare (world);
  g_assert_cmpuint (check_rest (run, N_MORE + 1, FALSE), ==, number);
  for (i = 0; i < run->past->len; i++)
    g_assert_cmpuint (g_array_index (run->past, DeskFinding, i).check, !=, 6);

  /* It is so after a restart. */
  again = start_again (world);
  g_assert_cmpuint (desk_finding_book_find (again->engine->findings, number)->rest, ==, N_MORE + 1);
  world_free (again);

  /* All are found: all of it is over. */
  found = g_steal_pointer (&lost);
  g_ptr_array_set_free_func (found, NULL);
  for (i = 0; i < found->len; i++)
    g_ptr_array_add (world->fills, g_ptr_array_index (found, i));
  world_pass (world, 6 * G_USEC_PER_SEC);
  run = compare (world);
  g_assert_null (last_of_v6 (run, &n));
  g_assert_cmpuint (run->n_mismatch[6], ==, 0);
  g_assert_cmpint (run->verdict, ==, DESK_VERDICT_MATCH);
  g_assert_cmpuint (run->past->len, ==, 1000); /* the newest of them */
  world_free (world);
}

void
verify_many_tests (void)
{
  g_test_add_func ("/core/verify/many", test_many);
}
