/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "verify-world.h"

/* ---- what a mismatch does ---- */

/* Nothing new is risked on what does not agree with the server. Exits work, a person may arm again, and what was looked
 * at once does not disarm twice. */
static void
test_disarm (gconstpointer data)
{
  World *world = world_new_form (data);
  FakeOrder *order;
  FakeFill *lost;

  world_up (world);
  order = buy (world, 2, 5000);
  server_fill (world, order, 2, 5000);
  world_run (world);
  lost = g_ptr_array_steal_index (world->fills, 0);
  g_assert_true (world->engine->armed);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  g_assert_cmpuint (last_run (world)->n_mismatch[6], ==, 1);
  g_assert_false (world->engine->armed);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "MISMATCH"), ==, 1);
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "DISARMED"), ==, 1);

  world_command (world, DESK_COMMAND_ARM, NULL);
  world_pass (world, 60 * G_USEC_PER_SEC);
  verify (world);
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_MISMATCH);
  g_assert_true (world->engine->armed);
  buy (world, 1, 4990);
  /* It was over, and is there again. */
  g_ptr_array_add (world->fills, lost);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  g_assert_cmpuint (last_run (world)->n_mismatch[6], ==, 0);
  g_assert_true (world->engine->armed);
  g_ptr_array_steal_index (world->fills, 0);
  verify (world);
  g_assert_false (world->engine->armed);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "MISMATCH"), ==, 2);
  /* The way out is open. */
  world_command (world, DESK_COMMAND_CANCEL, world_last_order (world)->client_order_id);
  world_run (world);
  g_assert_cmpint (world_last_at_server (world)->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_free (lost);
  world_free (world);
}

/* A late answer, or a price that is counted otherwise, puts nothing at risk that is not known. */
static void
test_disarm_not (void)
{
  World *world = up (DTC_NUMBERING_DTC);

  world->auto_accept = FALSE;
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  world_pass (world, 6 * G_USEC_PER_SEC);
  server_accept (world, world_last_at_server (world));
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  g_assert_cmpuint (last_run (world)->n_mismatch[1], ==, 1);
  g_assert_true (world->engine->armed);
  world_free (world);
}

/* What a person has taken is no news however the fills go on. */
static void
test_disarm_accepted (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  const DeskFinding *finding;
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_ACCEPT);

  verify (world);
  server_fill (world, buy (world, 1, 5000), 1, 5000);
  world_run (world);
  /* A position of three more that no fill makes. */
  world->position_extra = 3;
  world_pass (world, 40 * G_USEC_PER_SEC);
  /* The alarm of the half minute is followed by the proof, and that disarms. */
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "POSITION_MISMATCH"), ==, 1);
  g_assert_cmpuint (last_run (world)->n_mismatch[8], ==, 1);
  g_assert_false (world->engine->armed);
  finding = expect (last_run (world), 8, DESK_VERDICT_MISMATCH, "1", "4");
  command->quantity = (gint64) finding->number;
  desk_engine_command (world->engine, command, world->now);
  world_command (world, DESK_COMMAND_ARM, NULL);
  server_fill (world, buy (world, 1, 5000), 1, 5000);
  world_pass (world, 40 * G_USEC_PER_SEC);
  verify (world);
  g_assert_true (world->engine->armed);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "MISMATCH"), ==, 1);
  world_free (world);
}

/* ---- numbers, acceptance, restart ---- */

static void
decide (World          *world,
        DeskCommandKind kind,
        guint64         number,
        const char     *words)
{
  g_autoptr (DeskCommand) command = desk_command_new (kind);

  command->quantity = (gint64) number;
  command->search = g_strdup (words);
  desk_engine_command (world->engine, command, world->now);
  world_run (world);
}

/* A second engine that reads the journal of the first; a reader writes none. */
static World *
read_again (World   *world,
            gboolean reader)
{
  World *again = world_new (world->numbering);
  guint i;

  again->engine->config.read_only = reader;
  again->borrowed = TRUE;
  again->now = world->now;
  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      desk_engine_restore (again->engine, record);
      again->appended = record->seq;
      g_ptr_array_add (again->records, desk_record_copy (record));
    }
  again->committed = again->appended;
  again->engine->next_counter = 1000;
  for (i = 0; i < world->orders->len; i++)
    g_ptr_array_add (again->orders, g_memdup2 (g_ptr_array_index (world->orders, i), sizeof (FakeOrder)));
  for (i = 0; i < world->fills->len; i++)
    g_ptr_array_add (again->fills, g_memdup2 (g_ptr_array_index (world->fills, i), sizeof (FakeFill)));
  world_up (again);
  return again;
}

static World *
restart (World *world)
{
  return read_again (world, FALSE);
}

/* Beside a session: what it finds has a number only where the journal gives one, and it speaks of what it has read. */
static void
test_reader (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  World *reader;
  guint64 number;

  order->price1 = 5001;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  reader = read_again (world, TRUE);
  g_assert_cmpuint (expect (verify (reader), 2, DESK_VERDICT_MISMATCH, "5000", "5001")->number, ==, 0);
  g_assert_cmpint (last_run (reader)->verdict, ==, DESK_VERDICT_MISMATCH);
  g_assert_cmpuint (last_run (reader)->records, ==, world->records->len);
  g_assert_cmpuint (reader->records->len, >, world->records->len);
  world_free (reader);

  number = expect (verify (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001")->number;
  g_assert_cmpuint (number, >, 0);
  /* It speaks of the record that has its findings, whatever they lead to. */
  g_assert_nonnull (strstr (record_of (world, last_run (world)->records)->payload, "\"verify\":"));
  reader = read_again (world, TRUE);
  g_assert_cmpuint (expect (verify (reader), 2, DESK_VERDICT_MISMATCH, "5000", "5001")->number, ==, number);
  g_assert_cmpuint (last_run (reader)->records, ==, world->records->len);
  world_free (reader);
  world_free (world);
}

/* It takes no position as a start: nobody would know of it the next time. */
static void
test_reader_baseline (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);
  FakeFill *fill = g_new0 (FakeFill, 1);
  guint i;

  g_strlcpy (fill->execution_id, "OLD", sizeof fill->execution_id);
  g_strlcpy (fill->server_id, "S900", sizeof fill->server_id);
  g_strlcpy (fill->symbol, WORLD_SYMBOL, sizeof fill->symbol);
  fill->side = DTC_BUY;
  fill->price = 4000;
  fill->quantity = 2;
  fill->when = WORLD_UTC / G_USEC_PER_SEC;
  g_ptr_array_add (world->fills, fill);
  world->engine->config.read_only = TRUE;
  world->engine->verify_when = 0;
  world_up (world);
  for (i = 0; i < 2; i++)
    {
      const DeskFinding *finding = expect (verify (world), 8, DESK_VERDICT_NOT_PROVABLE, NULL, "2");

      g_assert_null (strstr (finding->text, "is taken"));
      g_assert_nonnull (strstr (finding->text, "session"));
    }
  world_free (world);
}

static void
test_numbers (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order = buy (world, 2, 5000);
  World *again;
  const DeskFinding *finding;
  guint64 number;
  gint64 first;

  order->price1 = 5001;
  send (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 6 * G_USEC_PER_SEC);
  finding = expect (verify (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  number = finding->number;
  first = finding->first_utc;
  world_pass (world, G_USEC_PER_SEC);
  finding = expect (verify (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  g_assert_cmpuint (finding->number, ==, number);
  g_assert_cmpint (finding->first_utc, ==, first);
  g_assert_cmpint (finding->utc, >, first);

  decide (world, DESK_COMMAND_NOTE, number, "asked the broker \"why\"");
  finding = expect (last_run (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  g_assert_cmpstr (finding->note, ==, "asked the broker \"why\"");
  g_assert_false (finding->accepted);
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_MISMATCH);

  decide (world, DESK_COMMAND_ACCEPT, number, "the broker moved it");
  finding = expect (last_run (world), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  g_assert_true (finding->accepted);
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_ACCEPTED);
  g_assert_cmpuint (last_run (world)->n_accepted, ==, 1);
  g_assert_cmpuint (last_run (world)->n_mismatch[2], ==, 1);
  decide (world, DESK_COMMAND_ACCEPT, 99, NULL);
  g_assert_nonnull (strstr (world_last_denied (world)->text, "#99"));

  again = restart (world);
  world_pass (again, 6 * G_USEC_PER_SEC);
  finding = expect (verify (again), 2, DESK_VERDICT_MISMATCH, "5000", "5001");
  g_assert_cmpuint (finding->number, ==, number);
  g_assert_cmpint (finding->first_utc, ==, first);
  g_assert_true (finding->accepted);
  g_assert_cmpstr (finding->note, ==, "the broker moved it");
  g_assert_cmpint (last_run (again)->verdict, ==, DESK_VERDICT_ACCEPTED);

  /* Another value is another matter: it has the number, and nobody has taken it. */
  order = g_ptr_array_index (again->orders, 0);
  order->price1 = 5002;
  send (again, server_update (again, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (again, 6 * G_USEC_PER_SEC);
  finding = expect (verify (again), 2, DESK_VERDICT_MISMATCH, "5000", "5002");
  g_assert_cmpuint (finding->number, ==, number);
  g_assert_false (finding->accepted);
  g_assert_cmpint (last_run (again)->verdict, ==, DESK_VERDICT_MISMATCH);

  /* Over, and listed among the past ones. */
  order->price1 = 5000;
  send (again, server_update (again, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (again, 6 * G_USEC_PER_SEC);
  check_only (verify (again), 0, DESK_VERDICT_MATCH);
  g_assert_cmpuint (last_run (again)->past->len, ==, 1);
  g_assert_cmpuint (g_array_index (last_run (again)->past, DeskFinding, 0).number, ==, number);
  world_free (again);
  world_free (world);
}

/* What is not provable is no match for being accepted. */
static void
test_accept_unproved (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  guint i;

  server_fill (world, buy (world, 1, 5000), 1, 5000);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  world->no_fills = TRUE;
  g_assert_cmpint (verify (world)->verdict, ==, DESK_VERDICT_NOT_PROVABLE);
  g_assert_false (last_run (world)->rest_unaskable);
  for (i = 0; i < 3; i++)
    {
      static const guint checks[] = { 6, 7, 14 };

      g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_NOT_PROVABLE);
      decide (world, DESK_COMMAND_ACCEPT, find (last_run (world), checks[i], DESK_VERDICT_NOT_PROVABLE)->number, "this server has none");
    }
  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_ACCEPTED);
  g_assert_cmpint (verify (world)->verdict, ==, DESK_VERDICT_ACCEPTED);
  g_assert_cmpuint (last_run (world)->n_accepted, ==, 3);
  g_assert_cmpuint (last_run (world)->n_not_provable[6], ==, 1);
  /* Beside it, something else is wrong. */
  world->position_extra = 1;
  g_assert_cmpint (verify (world)->verdict, ==, DESK_VERDICT_MISMATCH);
  world->position_extra = 0;
  world->no_fills = FALSE;
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  world_free (world);
}

/* What the numbering has no question for is told from what went wrong. */
static void
test_unaskable (void)
{
  World *world = up (DTC_NUMBERING_BRIEF);

  g_assert_cmpint (last_run (world)->verdict, ==, DESK_VERDICT_MATCH);
  server_fill (world, buy (world, 1, 5000), 1, 5000);
  world_run (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 10, DESK_VERDICT_NOT_PROVABLE);
  g_assert_true (last_run (world)->rest_unaskable);
  world->no_fills = TRUE;
  g_assert_cmpint (verify (world)->verdict, ==, DESK_VERDICT_NOT_PROVABLE);
  g_assert_false (last_run (world)->rest_unaskable);
  world_free (world);

  /* A server that has not even listed them after the logon: that is no matter of the numbering. */
  world = world_new (DTC_NUMBERING_BRIEF);
  world->no_orders_answer = TRUE;
  world_connect (world);
  world_pass (world, 30 * G_USEC_PER_SEC);
  world_command (world, DESK_COMMAND_WAIVE, "open-orders");
  world_pass (world, 6 * G_USEC_PER_SEC);
  verify (world);
  expect (last_run (world), 10, DESK_VERDICT_NOT_PROVABLE, NULL, NULL);
  g_assert_false (last_run (world)->rest_unaskable);
  world_free (world);
}

/* What is verified after a restart is what was verified before it. */
static void
test_restart (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  FakeOrder *order;
  World *again;
  guint i;

  for (i = 0; i < 5; i++)
    {
      order = buy (world, 2, 5000 - i);
      server_fill (world, order, 1, 5000 - i);
      world_run (world);
      if (i % 2 == 0)
        server_fill (world, order, 1, 5000 - i);
      world_run (world);
    }
  world_pass (world, 6 * G_USEC_PER_SEC);
  check_only (verify (world), 0, DESK_VERDICT_MATCH);
  again = restart (world);
  world_pass (again, 6 * G_USEC_PER_SEC);
  check_only (verify (again), 0, DESK_VERDICT_MATCH);
  for (i = 1; i <= DESK_N_CHECKS; i++)
    g_assert_cmpuint (last_run (again)->n_match[i], ==, last_run (world)->n_match[i]);
  g_assert_cmpuint (last_run (again)->rows->len, ==, 5);
  g_assert_cmpuint (g_array_index (last_run (again)->rows, DeskLedgerRow, 0).sent_record, ==,
                    g_array_index (last_run (world)->rows, DeskLedgerRow, 0).sent_record);
  world_free (again);
  world_free (world);
}

static void
test_when (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_VERIFY_WHEN);
  FakeOrder *order;
  guint before = count_runs (world);

  g_assert_cmpuint (before, ==, 1);
  g_assert_cmpstr (last_run (world)->trigger, ==, "link");
  g_assert_null (find (last_run (world), 10, DESK_VERDICT_MATCH)); /* only a person is told what matches */
  order = buy (world, 3, 5000);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before);

  command->quantity = DESK_VERIFY_ON_FILL;
  desk_engine_command (world->engine, command, world->now);
  world_pass (world, 20 * G_USEC_PER_SEC);
  before = count_runs (world);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, G_USEC_PER_SEC);
  server_fill (world, order, 1, 5000);
  world_run (world);
  world_pass (world, G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before);
  world_pass (world, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before + 1);
  g_assert_cmpstr (last_run (world)->trigger, ==, "fill");
  world_pass (world, 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before + 1);
  world_cut (world);
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (world), ==, before + 1); /* not at the link any more */
  world_free (world);
}

static void
test_down (void)
{
  World *world = up (DTC_NUMBERING_DTC);

  world_cut (world);
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  g_assert_cmpint (world_last_denied (world)->denial, ==, DESK_DENY_LINK_DOWN);
  world_free (world);
}

void
add_finding_tests (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (world_forms); i++)
    {
      g_autofree char *path = g_strconcat ("/core/verify/disarm/", world_forms[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_disarm);
    }
  g_test_add_func ("/core/verify/disarm/not", test_disarm_not);
  g_test_add_func ("/core/verify/disarm/accepted", test_disarm_accepted);
  g_test_add_func ("/core/verify/reader", test_reader);
  g_test_add_func ("/core/verify/reader-baseline", test_reader_baseline);
  g_test_add_func ("/core/verify/numbers", test_numbers);
  g_test_add_func ("/core/verify/accept-unproved", test_accept_unproved);
  g_test_add_func ("/core/verify/unaskable", test_unaskable);
  g_test_add_func ("/core/verify/restart", test_restart);
  g_test_add_func ("/core/verify/when", test_when);
  g_test_add_func ("/core/verify/down", test_down);
}
