/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "reconcile-fixture.h"

#include "desk-candidates.h"

/* An order that was written and never answered, and what may be it: guesses are labelled, and a person decides. */

/* One more order leaves, and the link goes before anything is heard of it; the server has it without its name. */
static void
lose_order (Fixture *f,
            gboolean anonymous)
{
  fixture_init (f);
  f->world->silent = TRUE;
  world_submit (f->world, DESK_SIDE_BUY, 2, 4980);
  world_settle (f->world);
  f->at_server = world_last_at_server (f->world);
  g_strlcpy (f->id, f->at_server->client_id, sizeof f->id);
  if (anonymous)
    f->at_server->client_id[0] = '\0';
  away (f);
  g_assert_cmpint (world_shown (f->world, f->id)->status, ==, DESK_STATUS_UNKNOWN);
}

static FakeOrder *
add_twin (Fixture    *f,
          const char *server_id)
{
  FakeOrder *twin = g_memdup2 (f->at_server, sizeof *twin);

  g_strlcpy (twin->server_id, server_id, sizeof twin->server_id);
  twin->client_id[0] = '\0';
  g_ptr_array_add (f->world->orders, twin);
  return twin;
}

static const DeskCase *
ask (Fixture *f)
{
  const DeskEvent *event;

  world_command (f->world, DESK_COMMAND_CASE, f->id);
  world_settle (f->world);
  event = world_last (f->world, DESK_EVENT_CASE);
  return event != NULL ? event->doubt : NULL;
}

static void
resolve (Fixture    *f,
         const char *decision,
         const char *candidate)
{
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_RESOLVE);

  g_strlcpy (command->id, f->id, sizeof command->id);
  g_strlcpy (command->step, decision, sizeof command->step);
  g_strlcpy (command->candidate, candidate, sizeof command->candidate);
  command->search = g_strdup ("seen in the \"DOM\"");
  desk_engine_command (f->world->engine, command, f->world->now);
  world_settle (f->world);
}

static gboolean
may (const DeskCase *evidence,
     DeskDecision    decision)
{
  return (evidence->allowed & 1u << decision) != 0;
}

/* R3: one order at the server fits and nothing else does. */
static void
test_probable_working (void)
{
  Fixture f;
  const DeskOrderState *order;
  const DeskCase *evidence;
  const DeskRecord *record = NULL;
  guint i;

  lose_order (&f, TRUE);
  order = back (&f);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_PROBABLE);
  g_assert_cmpint (order->status, ==, DESK_STATUS_UNKNOWN);
  g_assert_cmpuint (world_last_resync (f.world)->counts.probable, ==, 1);
  g_assert_cmpint (later (&f)->certainty, ==, DESK_CERTAINTY_PROBABLE);
  evidence = ask (&f);
  g_assert_cmpuint (evidence->candidates->len, ==, 1);
  g_assert_true (g_array_index (evidence->candidates, DeskCandidate, 0).unique);
  g_assert_true (evidence->written && evidence->orders_known && evidence->fills_known && evidence->position_known);
  g_assert_false (evidence->listed);
  g_assert_cmpint (evidence->lost_utc, >=, evidence->sent_utc);
  g_assert_true (may (evidence, DESK_DECISION_MINE));
  g_assert_true (may (evidence, DESK_DECISION_NEVER));
  resolve (&f, "mine", "");
  order = world_shown (f.world, f.id);
  g_assert_cmpint (order->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpstr (order->server_order_id, ==, f.at_server->server_id);
  g_assert_nonnull (strstr (order->text, "seen in the"));
  for (i = 0; i < f.world->records->len; i++)
    if (((DeskRecord *) g_ptr_array_index (f.world->records, i))->kind == DESK_RECORD_HUMAN
        && strstr (((DeskRecord *) g_ptr_array_index (f.world->records, i))->payload, "resolve") != NULL)
      record = g_ptr_array_index (f.world->records, i);
  g_assert_nonnull (record);
  g_assert_nonnull (strstr (record->payload, "not among the server's open orders"));
  g_assert_nonnull (strstr (record->payload, "candidate: order"));
  /* It is one order now: the updates of the server are its own, and it can be cancelled. */
  f.world->silent = FALSE;
  server_fill (f.world, f.at_server, 1, 4980);
  world_run (f.world);
  g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_PART_FILLED);
  world_command (f.world, DESK_COMMAND_CANCEL, f.id);
  world_run (f.world);
  g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpuint (desk_truth_open_orders (f.world->engine->truth)->len, ==, 1);
  world_free (f.world);
}

/* The server names it after all: nothing is left to decide. */
static void
test_named_later (void)
{
  Fixture f;

  lose_order (&f, TRUE);
  g_assert_cmpint (back (&f)->certainty, ==, DESK_CERTAINTY_PROBABLE);
  g_strlcpy (f.at_server->client_id, f.id, sizeof f.at_server->client_id);
  server_say (f.world, server_update (f.world, f.at_server, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (f.world);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_NOTICE, "ID_CONFLICT"), ==, 0);
  g_assert_cmpuint (desk_truth_open_orders (f.world->engine->truth)->len, ==, 2);
  world_free (f.world);
}

/* R4, and two orders of ours for one at the server: nobody is guessed, whichever it is. */
static void
test_several (void)
{
  Fixture f;
  const DeskCase *evidence;

  lose_order (&f, TRUE);
  add_twin (&f, "S98");
  g_assert_cmpint (back (&f)->certainty, ==, DESK_CERTAINTY_UNKNOWN);
  evidence = ask (&f);
  g_assert_cmpuint (evidence->candidates->len, ==, 2);
  g_assert_false (g_array_index (evidence->candidates, DeskCandidate, 0).unique);
  resolve (&f, "mine", "");
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_DENIED, "USAGE"), ==, 1);
  resolve (&f, "mine", "S98");
  g_assert_cmpstr (world_shown (f.world, f.id)->server_order_id, ==, "S98");
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (f.world);

  fixture_init (&f);
  f.world->silent = TRUE;
  world_submit (f.world, DESK_SIDE_BUY, 2, 4980);
  world_settle (f.world);
  world_last_at_server (f.world)->client_id[0] = '\0';
  world_submit (f.world, DESK_SIDE_BUY, 2, 4980);
  world_settle (f.world);
  g_strlcpy (f.id, world_last_at_server (f.world)->client_id, sizeof f.id);
  g_ptr_array_set_size (f.world->orders, (int) f.world->orders->len - 1);
  away (&f);
  g_assert_cmpint (back (&f)->certainty, ==, DESK_CERTAINTY_UNKNOWN);
  g_assert_cmpuint (ask (&f)->candidates->len, ==, 1);
  world_free (f.world);
}

/* INC-15: an order that was there before, or of another time, size, side or price is never taken for it. */
static void
test_unrelated (void)
{
  guint i;

  for (i = 0; i < 7; i++)
    {
      Fixture f;

      fixture_init (&f);
      if (i == 0)
        {
          f.at_server->price1 = 4980;
          f.at_server->quantity = 2;
          server_say (f.world, server_update (f.world, add_twin (&f, "S90"), DTC_GENERAL_ORDER_UPDATE, NULL));
          world_run (f.world);
        }
      f.world->silent = TRUE;
      world_submit (f.world, DESK_SIDE_BUY, 2, 4980);
      world_settle (f.world);
      f.at_server = world_last_at_server (f.world);
      g_strlcpy (f.id, f.at_server->client_id, sizeof f.id);
      f.at_server->client_id[0] = '\0';
      if (i == 0)
        f.at_server->status = DTC_ORDER_STATUS_CANCELED;
      f.at_server->price1 += i == 1 ? 0.25 : 0;
      f.at_server->quantity += i == 2;
      f.at_server->side = i == 3 ? DTC_SELL : DTC_BUY;
      f.at_server->received = WORLD_UTC / G_USEC_PER_SEC + 1000 + (i == 4 ? -3600 : i == 5 ? 3600 : 0);
      if (i == 6)
        f.at_server->tif = DTC_TIF_GOOD_TILL_CANCELED;
      away (&f);
      g_assert_cmpint (back (&f)->certainty, ==, DESK_CERTAINTY_UNKNOWN);
      /* It may be shown to a person as of another time, and is presumed of nothing. */
      g_assert_cmpuint (ask (&f)->candidates->len, ==, i == 4 || i == 5);
      world_free (f.world);
    }
}

/* R5: the hole. A fill that no order explains, and a position that agrees only with it. */
static void
test_probable_filled (void)
{
  Fixture f;
  const DeskOrderState *order;
  guint i;

  lose_order (&f, FALSE);
  server_fill (f.world, f.at_server, 2, 4979.75);
  order = back (&f);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_PROBABLE);
  g_assert_cmpint (order->status, ==, DESK_STATUS_UNKNOWN);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_FILL, NULL), ==, 1);
  g_assert_cmpint (ask (&f)->candidates->len, ==, 1);
  resolve (&f, "mine", "");
  order = world_shown (f.world, f.id);
  g_assert_cmpint (order->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (order->filled, ==, 2);
  g_assert_cmpuint (f.world->written->len, ==, 2);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_FILL, NULL), ==, 1);
  for (i = 0; i < desk_truth_n_fills (f.world->engine->truth); i++)
    g_assert_cmpstr (desk_truth_get_fill (f.world->engine->truth, i)->state.client_order_id, ==, f.id);
  world_free (f.world);
}

/* A worse price than the limit, more contracts, the other side, or no position to check by: not even probable. */
static void
test_fill_does_not_fit (void)
{
  guint i;

  for (i = 0; i < 4; i++)
    {
      Fixture f;

      lose_order (&f, FALSE);
      f.at_server->side = i == 2 ? DTC_SELL : DTC_BUY;
      server_fill (f.world, f.at_server, i == 1 ? 3 : 2, i == 0 ? 4980.25 : 4980);
      f.at_server->status = DTC_ORDER_STATUS_FILLED;
      f.world->no_positions = i == 3;
      g_assert_cmpint (back (&f)->certainty, !=, DESK_CERTAINTY_PROBABLE);
      g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_UNKNOWN);
      world_free (f.world);
    }
}

/* R8: nothing can be asked. It stays unknown, and a script may not add to the symbol. */
static void
test_nothing_known (void)
{
  Fixture f;
  g_autoptr (DeskCommand) waive = desk_command_new (DESK_COMMAND_WAIVE);

  lose_order (&f, FALSE);
  f.at_server->status = DTC_ORDER_STATUS_CANCELED;
  f.world->no_fills = f.world->no_positions = TRUE;
  f.world->engine->config.automated = TRUE;
  g_queue_clear_full (&f.world->inbox, message_free);
  world_connect (f.world);
  world_pass (f.world, G_USEC_PER_SEC);
  g_strlcpy (waive->step, "fills", sizeof waive->step);
  desk_engine_command (f.world->engine, waive, f.world->now);
  world_run (f.world);
  g_assert_true (f.world->live);
  g_assert_cmpint (later (&f)->certainty, ==, DESK_CERTAINTY_UNKNOWN);
  world_place (f.world, DESK_SIDE_BUY, 1, 4970);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_DENIED, "UNKNOWN_ON_SYMBOL"), ==, 1);
  world_free (f.world);
}

/* Each decision, and that the server's word stands above it. */
static void
test_decisions (void)
{
  static const struct { const char *nick; DeskStatus status; DeskCertainty certainty; } ends[] = {
    { "filled", DESK_STATUS_NOT_AT_SERVER, DESK_CERTAINTY_GONE },
    { "cancelled", DESK_STATUS_NOT_AT_SERVER, DESK_CERTAINTY_GONE },
    { "never", DESK_STATUS_NOT_AT_SERVER, DESK_CERTAINTY_NO_TRACE },
    { "working", DESK_STATUS_UNKNOWN, DESK_CERTAINTY_UNKNOWN },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      Fixture f;

      lose_order (&f, FALSE);
      f.at_server->status = DTC_ORDER_STATUS_PENDING_OPEN; /* there, and not listed yet */
      g_assert_cmpint (back (&f)->certainty, ==, DESK_CERTAINTY_UNKNOWN);
      resolve (&f, ends[i].nick, "");
      g_assert_cmpint (world_shown (f.world, f.id)->status, ==, ends[i].status);
      g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, ends[i].certainty);
      g_assert_nonnull (strstr (world_shown (f.world, f.id)->text, "hand"));
      g_assert_cmpint (later (&f)->status, ==, ends[i].status);
      g_assert_cmpuint (world_count (f.world, DESK_EVENT_FILL, NULL), ==, 0);
      f.world->silent = FALSE;
      server_accept (f.world, f.at_server);
      world_run (f.world);
      world_pass (f.world, 3 * G_USEC_PER_SEC);
      g_assert_cmpint (world_shown (f.world, f.id)->status, ==, DESK_STATUS_WORKING);
      g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_FRESH);
      g_assert_cmpuint (world_count (f.world, DESK_EVENT_NOTICE, "REOPENED"), ==, i < 3);
      g_assert_cmpuint (f.world->engine->never_events[NEVER_FALSE_END], ==, 0);
      world_free (f.world);
    }
}

/* What the server lists, or has spoken of, is not for a person to end. */
static void
test_forbidden (void)
{
  Fixture f;

  fixture_init (&f);
  resolve (&f, "cancelled", "");
  resolve (&f, "rejected", "");
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_DENIED, "USAGE"), ==, 2);
  g_strlcpy (f.id, "NOBODY", sizeof f.id);
  resolve (&f, "cancelled", "");
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_DENIED, "NO_SUCH_ORDER"), ==, 1);
  world_free (f.world);

  /* Acknowledged, and now nowhere: it was at the server. */
  fixture_init (&f);
  away (&f);
  f.at_server->status = DTC_ORDER_STATUS_CANCELED;
  back (&f);
  g_assert_false (may (ask (&f), DESK_DECISION_NEVER));
  g_assert_true (may (ask (&f), DESK_DECISION_CANCELLED));
  g_assert_false (may (ask (&f), DESK_DECISION_MINE));
  resolve (&f, "mine", "");
  resolve (&f, "never", "");
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_DENIED, "USAGE"), ==, 2);
  world_free (f.world);
}

/* R14, R18: what is presumed to be gone is watched for a day; a fill that comes then is an alarm. */
static void
test_watched_for_a_day (void)
{
  Fixture f;
  guint late;

  for (late = 0; late < 2; late++)
    {
      fixture_init (&f);
      away (&f);
      f.at_server->status = DTC_ORDER_STATUS_CANCELED;
      back (&f);
      g_assert_cmpint (later (&f)->certainty, ==, DESK_CERTAINTY_GONE);
      f.world->now += 23 * G_TIME_SPAN_HOUR + (late == 0 ? 2 * G_TIME_SPAN_HOUR : 0);
      if (late)
        {
          server_fill (f.world, f.at_server, 4, 4990);
          g_queue_clear_full (&f.world->inbox, message_free);
        }
      world_pass (f.world, 10 * G_USEC_PER_SEC);
      world_command (f.world, DESK_COMMAND_VERIFY, NULL);
      world_run (f.world);
      g_assert_cmpuint (desk_truth_open_orders (f.world->engine->truth)->len, ==, 0);
      g_assert_cmpuint (world_count (f.world, DESK_EVENT_NOTICE, "LATE_FILL"), ==, late);
      g_assert_cmpint (world_shown (f.world, f.id)->status, ==, late ? DESK_STATUS_FILLED : DESK_STATUS_NOT_AT_SERVER);
      world_free (f.world);
    }
}

/* R14: an order for the day is not cancelled when the day ends. */
static void
test_expired (void)
{
  Fixture f;

  fixture_init (&f);
  away (&f);
  f.at_server->status = DTC_ORDER_STATUS_CANCELED;
  f.world->now += 25 * (gint64) G_TIME_SPAN_HOUR;
  back (&f);
  g_assert_cmpint (later (&f)->certainty, ==, DESK_CERTAINTY_GONE);
  g_assert_nonnull (strstr (world_shown (f.world, f.id)->text, "expired: twice"));
  world_free (f.world);
}

void
add_case_tests (void)
{
  g_test_add_func ("/core/case/probable-working", test_probable_working);
  g_test_add_func ("/core/case/named-later", test_named_later);
  g_test_add_func ("/core/case/several", test_several);
  g_test_add_func ("/core/case/unrelated", test_unrelated);
  g_test_add_func ("/core/case/probable-filled", test_probable_filled);
  g_test_add_func ("/core/case/fill-does-not-fit", test_fill_does_not_fit);
  g_test_add_func ("/core/case/nothing-known", test_nothing_known);
  g_test_add_func ("/core/case/decisions", test_decisions);
  g_test_add_func ("/core/case/forbidden", test_forbidden);
  g_test_add_func ("/core/case/watched-for-a-day", test_watched_for_a_day);
  g_test_add_func ("/core/case/expired", test_expired);
}
