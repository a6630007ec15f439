/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "reconcile-fixture.h"

/* DTC has no atomic snapshot: what a second list of open orders, behind the fills and positions, is for. */

/* Two orders work; the lists that follow lack the second one as @mask says. */
static void
two_orders (Fixture *f,
            guint    mask)
{
  fixture_init (f);
  f->at_server = world_place (f->world, DESK_SIDE_BUY, 2, 4980);
  g_strlcpy (f->id, f->at_server->client_id, sizeof f->id);
  away (f);
  f->world->n_lists = 0;
  f->world->hide_lists = mask;
}

/* Everything that is listed is listed once: nothing is asked twice without need. */
static void
test_one_list (void)
{
  Fixture f;

  two_orders (&f, 0);
  g_assert_cmpint (back (&f)->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpuint (f.world->n_lists, ==, 1);
  world_free (f.world);
}

/* Missing once, and there again: it is asked until two lists agree, and nobody is called absent. */
static void
test_flip (void)
{
  guint mask;

  for (mask = 2; mask < 16; mask++)
    {
      Fixture f;
      const DeskOrderState *order;

      two_orders (&f, mask / 2);
      f.world->lists_only = mask % 2 == 0;
      order = back (&f);
      /* Two lists without it are an absence, unless the server knows it by its id. */
      if ((mask & 7) == 6)
        g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_UNKNOWN);
      else
        g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
      g_assert_cmpint (desk_truth_get_order (f.world->engine->truth, 0)->state.certainty, ==, DESK_CERTAINTY_FRESH);
      if ((mask & 2) == 0)
        g_assert_cmpuint (f.world->n_lists, ==, 1);
      else
        g_assert_cmpuint (f.world->n_lists, <=, 2 + ENGINE_REPEATS_MAX);
      world_free (f.world);
    }
}

/* It never agrees with itself: a conflict, for that order alone. */
static void
test_contradiction (void)
{
  Fixture f;

  two_orders (&f, 0);
  /* Listed when the link comes up; from then on missing in the first list of each pass, and there in the second. */
  g_assert_cmpint (back (&f)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_pass (f.world, 6 * G_USEC_PER_SEC);
  f.world->n_lists = 0;
  f.world->lists_only = TRUE;
  f.world->hide_lists = 0x55555555;
  world_command (f.world, DESK_COMMAND_VERIFY, NULL);
  world_run (f.world);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_nonnull (strstr (world_shown (f.world, f.id)->text, "contradict"));
  g_assert_cmpint (desk_truth_get_order (f.world->engine->truth, 0)->state.certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpuint (f.world->n_lists, <=, 2 + 3);
  /* Once they agree, it is an ordinary order again. */
  f.world->hide_lists = 0;
  world_command (f.world, DESK_COMMAND_VERIFY, NULL);
  world_run (f.world);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (f.world);
}

/* R14: an order that the list lacks is asked about by its id, once, and the server may say how it ended. */
static void
test_asked_by_id (void)
{
  guint told;

  for (told = 0; told < 2; told++)
    {
      Fixture f;
      const DeskOrderState *order;

      two_orders (&f, 0);
      server_fill (f.world, f.at_server, 1, 4980);
      f.at_server->status = DTC_ORDER_STATUS_CANCELED;
      f.world->tells_ends = told;
      order = back (&f);
      g_assert_cmpint (order->status, ==, told ? DESK_STATUS_CANCELLED : DESK_STATUS_UNKNOWN);
      g_assert_cmpint (order->filled, ==, 1);
      if (told)
        g_assert_cmpuint (world_last_resync (f.world)->counts.ended, ==, 1);
      order = later (&f);
      g_assert_cmpint (order->status, ==, told ? DESK_STATUS_CANCELLED : DESK_STATUS_NOT_AT_SERVER);
      world_free (f.world);
    }
}

/* The position of a symbol moves while everything is asked: an absence in it is looked at again, in the end with care. */
static void
test_touched (void)
{
  Fixture f;
  guint i;

  two_orders (&f, 0);
  f.at_server->status = DTC_ORDER_STATUS_CANCELED;
  g_queue_clear_full (&f.world->inbox, message_free);
  world_connect (f.world);
  for (i = 0; i < 200 && !f.world->live; i++)
    {
      DtcMessage *message = dtc_message_new (DTC_MSG_POSITION_UPDATE);

      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_UNSOLICITED, 1);
      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1);
      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER, 1);
      dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, WORLD_SYMBOL);
      dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
      dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, i % 2);
      g_queue_push_head (&f.world->inbox, message);
      world_read_one (f.world);
      world_read_one (f.world);
      world_settle (f.world);
    }
  world_run (f.world);
  g_assert_true (f.world->live);
  g_assert_cmpuint (f.world->engine->repeats, ==, ENGINE_REPEATS_MAX);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_CONFLICT);
  world_free (f.world);
}

/* The whole of it has 15 s, however the rows trickle; a needed answer that still comes in on a new link may be long. */
static void
test_deadline (void)
{
  Fixture f;
  guint i;

  fixture_init (&f);
  world_pass (f.world, 6 * G_USEC_PER_SEC);
  f.world->deaf = TRUE;
  world_command (f.world, DESK_COMMAND_VERIFY, NULL);
  g_assert_cmpint (f.world->engine->round, ==, ROUND_VERIFY);
  for (i = 0; i < 7 && f.world->engine->round == ROUND_VERIFY; i++)
    {
      guint k;

      for (k = 0; k < f.world->engine->questions->len; k++)
        {
          EngineQuestion *question = g_ptr_array_index (f.world->engine->questions, k);

          if (question->state == QUESTION_WAITING)
            question->deadline = f.world->now + ENGINE_STEP_LIMIT; /* as a row does */
        }
      world_pass (f.world, 3 * G_USEC_PER_SEC);
    }
  g_assert_cmpint (f.world->engine->round, ==, ROUND_NONE);
  g_assert_cmpuint (i, <=, 6);
  g_assert_true (world_last_resync (f.world)->ended);
  g_assert_false (world_last_resync (f.world)->verified);
  g_assert_cmpint (world_shown (f.world, f.id)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (f.world);
}

/* Sent after the question: the answer cannot have it, however long it takes. */
static void
test_sent_after_question (void)
{
  const gint64 later = 12 * G_USEC_PER_SEC;
  g_autoptr (GArray) absent = g_array_new (FALSE, FALSE, sizeof (guint64));
  DeskEvidence evidence;
  Fixture f;

  fixture_init (&f);
  f.world->deaf = TRUE;
  world_place (f.world, DESK_SIDE_BUY, 1, 4970);
  desk_evidence_init (&evidence);
  desk_evidence_listed (&evidence, 1);
  evidence.started = f.world->now - 1;
  desk_reconcile_absent (f.world->engine->truth, &evidence, f.world->now + later, absent);
  g_assert_cmpuint (absent->len, ==, 0);
  evidence.started = f.world->now + later / 2;
  desk_reconcile_absent (f.world->engine->truth, &evidence, f.world->now + later, absent);
  g_assert_cmpuint (absent->len, ==, 1);
  desk_evidence_clear (&evidence);
  world_free (f.world);
}

void
add_look_tests (void)
{
  g_test_add_func ("/core/look/one-list", test_one_list);
  g_test_add_func ("/core/look/flip", test_flip);
  g_test_add_func ("/core/look/contradiction", test_contradiction);
  g_test_add_func ("/core/look/asked-by-id", test_asked_by_id);
  g_test_add_func ("/core/look/touched", test_touched);
  g_test_add_func ("/core/look/deadline", test_deadline);
  g_test_add_func ("/core/look/sent-after-question", test_sent_after_question);
}
