/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bracket-fixture.h"

#include "desk-truth.h"

/* Brackets, pairs and reverses: the engine against a small server, in both numberings, and as structs. */

static void
test_one_write (gconstpointer data)
{
  World *world = live_world (data);
  DtcMessage *submit, *oco;
  guint n_intents = 0, i;
  guint64 first = 0, last = 0;

  world->hold = TRUE;
  world_line (world, BRACKET);
  world_settle (world);
  /* Nothing leaves before all three are durable. */
  g_assert_cmpuint (world->n_writes, ==, 0);
  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      if (record->kind != DESK_RECORD_INTENT || record->seq <= world->committed)
        continue;
      n_intents++;
      first = first == 0 ? record->seq : first;
      last = record->seq;
    }
  g_assert_cmpuint (n_intents, ==, 3);
  g_assert_cmpuint (last - first, ==, 2);
  world_commit (world, first);
  g_assert_cmpuint (world->n_writes, ==, 0);
  world_commit (world, last - 1);
  g_assert_cmpuint (world->n_writes, ==, 0);
  world->hold = FALSE;
  world_run (world);

  g_assert_cmpuint (world->n_writes, ==, 1);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpuint (world->n_early, ==, 0);
  submit = world_written (world, 0);
  oco = world_written (world, 1);
  g_assert_cmpint (submit->type, ==, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  g_assert_cmpint (submit->submit_new_single_order.is_parent_order, ==, 1);
  g_assert_cmpint (submit->submit_new_single_order.time_in_force, ==, DTC_TIF_GOOD_TILL_CANCELED);
  g_assert_cmpint (submit->submit_new_single_order.open_or_close, ==, DTC_TRADE_UNSET);
  g_assert_cmpint (oco->type, ==, DTC_MSG_SUBMIT_NEW_OCO_ORDER);
  g_assert_cmpstr (oco->submit_new_oco_order.parent_trigger_client_order_id, ==, submit->submit_new_single_order.client_order_id);
  g_assert_cmpstr (oco->submit_new_oco_order.client_order_id_1, !=, oco->submit_new_oco_order.client_order_id_2);
  g_assert_cmpint (oco->submit_new_oco_order.order_type_1, ==, DTC_ORDER_TYPE_LIMIT);
  g_assert_cmpint (oco->submit_new_oco_order.order_type_2, ==, DTC_ORDER_TYPE_STOP);
  g_assert_cmpint (oco->submit_new_oco_order.buy_sell_1, ==, DTC_SELL);
  g_assert_cmpint (oco->submit_new_oco_order.buy_sell_2, ==, DTC_SELL);
  g_assert_cmpfloat (oco->submit_new_oco_order.price1_1, ==, 5010);
  g_assert_cmpfloat (oco->submit_new_oco_order.price1_2, ==, 4995);
  g_assert_cmpfloat (oco->submit_new_oco_order.quantity_1, ==, 2);
  g_assert_cmpfloat (oco->submit_new_oco_order.quantity_2, ==, 2);
  g_assert_cmpint (oco->submit_new_oco_order.time_in_force, ==, DTC_TIF_GOOD_TILL_CANCELED);
  g_assert_cmpint (oco->submit_new_oco_order.open_or_close, ==, DTC_TRADE_UNSET);
  dtc_message_free (submit);
  dtc_message_free (oco);

  g_assert_cmpint (part (world, 0)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (part (world, 1)->status, ==, DESK_STATUS_HELD_BY_PARENT);
  g_assert_cmpint (part (world, 2)->status, ==, DESK_STATUS_HELD_BY_PARENT);
  g_assert_cmpint (part (world, 0)->role, ==, DESK_ROLE_ENTRY);
  g_assert_cmpint (part (world, 1)->role, ==, DESK_ROLE_TARGET);
  g_assert_cmpint (part (world, 2)->role, ==, DESK_ROLE_STOP);
  g_assert_cmpstr (part (world, 1)->parent, ==, there (world, 0)->server_id);
  g_assert_cmpstr (part (world, 2)->parent, ==, there (world, 0)->server_id);
  g_assert_cmpstr (part (world, 1)->sibling, ==, there (world, 2)->server_id);
  g_assert_cmpstr (part (world, 2)->sibling, ==, there (world, 1)->server_id);
  world_free (world);
}

static gint64
position_worst (World   *world,
                gboolean is_short)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_POSITION)
        return is_short ? event->position.worst_short : event->position.worst_long;
    }
  return G_MININT64;
}

/* Entry filled in two parts, the exits grow; the target fills, the stop is cancelled. The worst case never counts an
 * exit on top of another, nor one that waits. */
static void
test_life (gconstpointer data)
{
  World *world = live_world (data);

  world_line (world, BRACKET);
  world_run (world);
  g_assert_cmpint (position_worst (world, FALSE), ==, 2);
  g_assert_cmpint (position_worst (world, TRUE), ==, 0);
  server_fill (world, there (world, 0), 1, 5000);
  world_run (world);
  g_assert_cmpint (part (world, 1)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (part (world, 1)->quantity, ==, 1);
  g_assert_cmpint (part (world, 2)->quantity, ==, 1);
  g_assert_cmpint (position_worst (world, FALSE), ==, 2);
  g_assert_cmpint (position_worst (world, TRUE), ==, 0);
  server_fill (world, there (world, 0), 1, 5000);
  world_run (world);
  g_assert_cmpint (part (world, 2)->quantity, ==, 2);
  g_assert_cmpint (position_worst (world, TRUE), ==, 0);
  world_pass (world, 5 * SECOND);
  server_fill (world, there (world, 1), 1, 5010);
  world_run (world);
  g_assert_cmpint (part (world, 2)->remaining, ==, 1);
  server_fill (world, there (world, 1), 1, 5010);
  world_run (world);
  g_assert_cmpint (part (world, 1)->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (part (world, 2)->status, ==, DESK_STATUS_CANCELLED);
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED"), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SECOND_EXIT"), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "CHANGED_ELSEWHERE"), ==, 0);
  world_free (world);
}

static void
test_alarms (gconstpointer data)
{
  World *world = live_world (data);
  guint i;

  /* The exits do not follow the fill: nothing for two seconds, then one alarm and no more. */
  world->careless = TRUE;
  world_line (world, BRACKET);
  world_run (world);
  server_fill (world, there (world, 0), 2, 5000);
  world_run (world);
  world_pass (world, 2 * SECOND - 10000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED"), ==, 0);
  world_pass (world, 20000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED"), ==, 1);
  world_pass (world, 60 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED"), ==, 1);

  /* And again on the next connection, since it is still so. */
  world_cut (world);
  world_connect (world);
  world_pass (world, 5 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED"), ==, 2);

  /* Now the exits work, one fills, and the other is not cancelled. */
  for (i = 1; i < 3; i++)
    {
      there (world, i)->status = DTC_ORDER_STATUS_OPEN;
      server_say (world, server_update (world, there (world, i), DTC_GENERAL_ORDER_UPDATE, NULL));
    }
  world_pass (world, 5 * SECOND);
  server_fill (world, there (world, 2), 2, 4995);
  world_pass (world, 2 * SECOND - 10000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SECOND_EXIT"), ==, 0);
  world_pass (world, 20000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SECOND_EXIT"), ==, 1);
  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind != DESK_EVENT_NOTICE || strcmp (event->code, "SECOND_EXIT") != 0)
        continue;
      g_assert_cmpint (event->level, ==, DESK_LEVEL_ALARM);
      /* What it offers to cancel. */
      g_assert_cmpstr (event->id, ==, there (world, 1)->client_id);
      break;
    }
  /* Nothing was sent by itself. */
  g_assert_cmpuint (world->n_writes, ==, 1);
  world_free (world);
}

/* A pair that is filled in part has to shrink. */
static void
test_second_in_part (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *target;

  world_line (world, "oco sell 3 ESZ6 limit 5010 stop 4990");
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 1);
  g_assert_cmpint (position_worst (world, TRUE), ==, -3);
  target = g_ptr_array_index (world->orders, world->orders->len - 2);
  server_fill (world, target, 1, 5010);
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SECOND_EXIT"), ==, 0);
  world->careless = TRUE;
  server_fill (world, target, 1, 5010);
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SECOND_EXIT"), ==, 1);
  world_free (world);
}

static void
test_cancels (gconstpointer data)
{
  World *world = live_world (data);
  const FakeOrder *one, *two;

  world_line (world, "oco 1 ESZ6 buy stop 5010 sell stop 4990");
  world_run (world);
  one = g_ptr_array_index (world->orders, world->orders->len - 2);
  two = g_ptr_array_index (world->orders, world->orders->len - 1);
  g_assert_cmpint (world_shown (world, one->client_id)->role, ==, DESK_ROLE_OCO);
  g_assert_cmpint (position_worst (world, FALSE), ==, 1);
  g_assert_cmpint (position_worst (world, TRUE), ==, -1);
  world_command (world, DESK_COMMAND_CANCEL, one->client_id);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "CANCELS_BOTH"), ==, 1);
  g_assert_cmpint (world_shown (world, two->client_id)->status, ==, DESK_STATUS_CANCELLED);

  world_line (world, BRACKET);
  world_run (world);
  world_command (world, DESK_COMMAND_CANCEL, there (world, 1)->client_id);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "EXIT_STAYS"), ==, 1);
  g_assert_cmpint (part (world, 1)->status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (part (world, 2)->status, ==, DESK_STATUS_HELD_BY_PARENT);
  world_command (world, DESK_COMMAND_CANCEL, there (world, 0)->client_id);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "CANCELS_EXITS"), ==, 1);
  g_assert_cmpint (part (world, 0)->status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (part (world, 2)->status, ==, DESK_STATUS_CANCELLED);
  world_free (world);
}

/* The whole is refused before a byte when one order of it is. */
static void
test_refusals (gconstpointer data)
{
  static const struct { const char *line; DeskDenial denial; } cases[] = {
    { "buy 1 ESZ6 limit 5000 target 4990 stop 4980", DESK_DENY_USAGE },
    { "buy 1 ESZ6 limit 5000 target 5000 stop 4980", DESK_DENY_USAGE },
    { "buy 1 ESZ6 limit 5000 target 5010 stop 5005", DESK_DENY_USAGE },
    { "sell 1 ESZ6 limit 5000 target 5010 stop 5005", DESK_DENY_USAGE },
    { "sell 1 ESZ6 limit 5000 target 4990 stop 4995", DESK_DENY_USAGE },
    { "buy 1 ESZ6 market target 5000 stop 5000.25", DESK_DENY_USAGE },
    { "buy 1 ESZ6 market offsets target 5 stop 5", DESK_DENY_USAGE },
    { "buy 1 ESZ6 limit 5000 offsets target 0 stop 5", DESK_DENY_USAGE },
    { "buy 1 ESZ6 limit 5000 offsets target 5 stop 5 6", DESK_DENY_USAGE },
    { "buy 1 ESZ6 limit 5000 target 5010.1 stop 4990", DESK_DENY_PRICE_TICK },
    { "buy 1 ESZ6 limit 5000 target 5010 stop 4990.1", DESK_DENY_PRICE_TICK },
    { "buy 1 ESZ6 limit 5000 offsets target 5.1 stop 5", DESK_DENY_PRICE_TICK },
    { "buy 101 ESZ6 limit 5000 target 5010 stop 4990", DESK_DENY_QTY_MAX },
    { "oco sell 101 ESZ6 limit 5010 stop 4990", DESK_DENY_QTY_MAX },
    { "oco sell 1 ESZ6 limit 5010 stop 4990.2", DESK_DENY_PRICE_TICK },
    { "buy 3 ESZ6 limit 5000 show 4", DESK_DENY_USAGE },
    { "buy 3 ESZ6 market show 1", DESK_DENY_USAGE },
    { "buy 3 ESZ6 stop 5000 show 1", DESK_DENY_USAGE },
  };
  World *world = live_world (data);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const DeskEvent *denied;
      guint n = world_count (world, DESK_EVENT_DENIED, NULL);

      g_test_message ("%s", cases[i].line);
      world_line (world, cases[i].line);
      world_run (world);
      g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, n + 1);
      denied = world_last_denied (world);
      g_assert_cmpstr (denied->code, ==, desk_denial_nick (cases[i].denial));
      g_assert_cmpuint (strlen (denied->text), >, 10);
    }
  g_assert_cmpuint (world->n_writes, ==, 0);

  world_command (world, DESK_COMMAND_DISARM, NULL);
  world_line (world, BRACKET);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "DISARMED");
  world_free (world);
}

/* What the logon or the numbering does not carry is refused by name. */
static void
test_unsupported (gconstpointer data)
{
  World *world = world_new_form (data);
  gboolean brief = numbering_of (data) == DTC_NUMBERING_BRIEF;

  world->no_bracket = TRUE;
  world_up (world);
  world_line (world, BRACKET);
  world_run (world);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "UNSUPPORTED_BY_SERVER");
  g_assert_nonnull (strstr (world_last_denied (world)->text, "BracketOrdersSupported"));
  world_line (world, "oco sell 1 ESZ6 limit 5010 stop 4990");
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, 1);
  world_cut (world);
  world->no_oco = TRUE;
  world_connect (world);
  world_pass (world, 5 * SECOND);
  world_line (world, "oco sell 1 ESZ6 limit 5011 stop 4991");
  g_assert_cmpstr (world_last_denied (world)->code, ==, "UNSUPPORTED_BY_SERVER");
  g_assert_nonnull (strstr (world_last_denied (world)->text, "OCOOrdersSupported"));
  g_assert_cmpuint (world->written->len, ==, 1);

  world_line (world, "buy 4 ESZ6 limit 4000 show 1 note \"a note\"");
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, brief ? 1 : 2);
  if (brief)
    {
      g_assert_nonnull (strstr (world_last_denied (world)->text, "MaxShowQuantity"));
      world_line (world, "buy 4 ESZ6 mit 4000");
      g_assert_cmpstr (world_last_denied (world)->code, ==, "UNSUPPORTED_BY_SERVER");
      world_line (world, "buy 4 ESZ6 limit 4000 note \"a note\"");
      world_run (world);
    }
  else
    {
      DtcMessage *message = world_written (world, 1);
      const DtcSubmitNewSingleOrder *submit = &message->submit_new_single_order;

      g_assert_cmpfloat (submit->max_show_quantity, ==, 1);
      g_assert_true (g_str_has_prefix (submit->free_form_text, submit->client_order_id));
      g_assert_true (g_str_has_suffix (submit->free_form_text, " a note"));
      g_assert_cmpint (world_last_order (world)->max_show, ==, 1);
      dtc_message_free (message);
      world_line (world, "buy 4 ESZ6 lit 4000 3999.75");
      world_run (world);
      g_assert_cmpuint (world->written->len, ==, 3);
      g_assert_cmpint (world_last_order (world)->type, ==, DESK_ORDER_TYPE_LIT);
      g_assert_cmpfloat (world_last_order (world)->price2.display, ==, 3999.75);
    }
  world_free (world);
}

static void
test_offsets (gconstpointer data)
{
  World *world = live_world (data);
  DtcMessage *oco;

  world_line (world, "sell 1 ESZ6 limit 5000 offsets target 10 stop 5");
  world_run (world);
  oco = world_written (world, 1);
  g_assert_cmpint (oco->submit_new_oco_order.use_offsets, ==, 1);
  g_assert_cmpfloat (oco->submit_new_oco_order.offset_from_parent1, ==, 10);
  g_assert_cmpfloat (oco->submit_new_oco_order.offset_from_parent2, ==, 5);
  g_assert_false (dtc_message_has (oco, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_1));
  g_assert_cmpfloat (part (world, 1)->price.display, ==, 4990);
  g_assert_cmpfloat (part (world, 2)->price.display, ==, 5005);
  dtc_message_free (oco);
  world_free (world);
}

/* The book says the same, whatever order the server's six statements come in. */
static void
test_permutations (gconstpointer data)
{
  g_autofree char *expected = NULL;
  guint order[6] = { 0, 1, 2, 3, 4, 5 }, n = 0;
  gboolean more = TRUE;

  while (more)
    {
      World *world = live_world (data);
      DtcMessage *messages[6];
      GString *text = g_string_new (NULL);
      guint i, k;

      world->auto_accept = FALSE;
      world_line (world, BRACKET);
      world_run (world);
      there (world, 0)->status = DTC_ORDER_STATUS_OPEN;
      for (i = 0; i < 3; i++)
        messages[i] = server_update (world, there (world, i), DTC_NEW_ORDER_ACCEPTED, NULL);
      /* The entry fills, its exits work. Each statement is older or newer than that order's other one by its time. */
      there (world, 0)->filled = 2;
      there (world, 0)->value = 10000;
      there (world, 0)->status = DTC_ORDER_STATUS_FILLED;
      messages[3] = server_update (world, there (world, 0), DTC_ORDER_FILLED, NULL);
      dtc_message_set_string (messages[3], DTC_ORDER_UPDATE_F_LAST_FILL_EXECUTION_ID, "EX1");
      dtc_message_set_double (messages[3], DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, 2);
      dtc_message_set_double (messages[3], DTC_ORDER_UPDATE_F_LAST_FILL_PRICE, 5000);
      for (i = 1; i < 3; i++)
        {
          there (world, i)->status = DTC_ORDER_STATUS_OPEN;
          messages[3 + i] = server_update (world, there (world, i), DTC_GENERAL_ORDER_UPDATE, NULL);
        }
      /* One order's own two statements keep their order: TCP does. */
      for (i = 0; i < 6; i++)
        for (k = i + 1; k < 6; k++)
          if (order[i] % 3 == order[k] % 3 && order[i] > order[k])
            goto next;
      for (i = 0; i < 6; i++)
        world_feed (world, messages[order[i]]);
      world_run (world);
      for (i = 0; i < 3; i++)
        {
          const DeskOrderState *state = part (world, i);

          g_string_append_printf (text, "%s %s %s %s %s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " left %" G_GINT64_FORMAT "\n",
                                  desk_status_nick (state->status), desk_certainty_nick (state->certainty),
                                  desk_role_nick (state->role), state->parent, state->sibling, state->filled, state->quantity,
                                  state->remaining);
        }
      if (expected == NULL)
        expected = g_strdup (text->str);
      g_assert_cmpstr (text->str, ==, expected);
      g_assert_cmpint (part (world, 0)->status, ==, DESK_STATUS_FILLED);
      g_assert_cmpint (part (world, 1)->status, ==, DESK_STATUS_WORKING);
      g_assert_cmpint (part (world, 2)->status, ==, DESK_STATUS_WORKING);
      g_assert_cmpint (position_worst (world, TRUE), ==, 0);
      world_pass (world, 3 * SECOND);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED"), ==, 0);
      n++;
next:
      for (i = 0; i < 6; i++)
        dtc_message_free (messages[i]);
      g_string_free (text, TRUE);
      world_free (world);

      /* The next permutation in lexical order. */
      more = FALSE;
      for (i = 5; i > 0 && !more; i--)
        {
          if (order[i - 1] >= order[i])
            continue;
          for (k = 5; order[k] <= order[i - 1]; k--)
            ;
          {
            guint swap = order[k];

            order[k] = order[i - 1];
            order[i - 1] = swap;
          }
          for (k = i; k < i + (6 - i) / 2; k++)
            {
              guint swap = order[k];

              order[k] = order[5 - (k - i)];
              order[5 - (k - i)] = swap;
            }
          more = TRUE;
        }
    }
  g_assert_cmpuint (n, ==, 90);
}

/* The write is cut after every byte, and after the whole of it: however much the server has, it is never completed,
 * and all three are unknown. */
static void
test_cut_write (gconstpointer data)
{
  gsize size = 0, at;

  for (at = 0; at == 0 || at <= size; at += at == 0 ? 1 : 7)
    {
      World *world = live_world (data);
      guint before = world->orders->len, alarms, i;

      world->silent = TRUE;
      world->hold_kernel = TRUE;
      world->cut_after = at;
      world_line (world, BRACKET);
      world_settle (world);
      size = ((const FakeCookie *) g_queue_peek_head (&world->cookies))->size;
      world_cut (world);
      world->hold_kernel = FALSE;
      world_settle (world);
      alarms = world_count (world, DESK_EVENT_NOTICE, "BRACKET_CUT");
      g_assert_cmpuint (alarms, ==, at == 0 ? 0 : 1);
      {
        guint seen = 0;

        for (i = world->events->len; i > 0 && seen < 3; i--)
          {
            const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

            if (event->kind != DESK_EVENT_ORDER || event->order.role == DESK_ROLE_NONE)
              continue;
            g_assert_cmpint (event->order.status, ==, at == 0 ? DESK_STATUS_NOT_SENT : DESK_STATUS_UNKNOWN);
            seen++;
          }
        g_assert_cmpuint (seen, ==, 3);
      }
      world->silent = FALSE;
      world_connect (world);
      world_pass (world, 120 * SECOND);
      /* One write in all, and no order there twice. */
      g_assert_cmpuint (world->n_writes, ==, 1);
      g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "BRACKET_CUT"), ==, alarms);
      for (i = before; i < world->orders->len; i++)
        g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (world->seen, ((FakeOrder *) g_ptr_array_index (world->orders, i))->client_id)), ==, 1);
      g_assert_true (world->orders->len == before || world->orders->len == before + 1 || world->orders->len == before + 3);
      if (world->orders->len == before + 3)
        g_assert_cmpint (part (world, 2)->status, ==, DESK_STATUS_HELD_BY_PARENT);
      world_free (world);
    }
}

/* R23: nothing of it is listed after the outage, and the server may hold the entry. It takes a minute to be called
 * without a trace, and nothing is sent after it. */
static void
test_held_entry (gconstpointer data)
{
  World *world = live_world (data);
  const FakeOrder *entry;

  world->drop_oco = TRUE;
  world_line (world, BRACKET);
  world_run (world);
  entry = world_last_at_server (world);
  world_cut (world);
  world_connect (world);
  if (numbering_of (data) == DTC_NUMBERING_DTC)
    {
      world_pass (world, 50 * SECOND);
      g_assert_cmpint (world_shown (world, entry->client_id)->status, ==, DESK_STATUS_UNKNOWN);
      world_pass (world, 60 * SECOND);
    }
  else
    {
      /* There a connection lists the orders once. */
      world_pass (world, 5 * SECOND);
      world_cut (world);
      world_connect (world);
      world_pass (world, 5 * SECOND);
      g_assert_cmpint (world_shown (world, entry->client_id)->status, ==, DESK_STATUS_UNKNOWN);
      world_pass (world, 60 * SECOND);
      world_cut (world);
      world_connect (world);
      world_pass (world, 5 * SECOND);
    }
  g_assert_cmpint (world_shown (world, entry->client_id)->status, ==, DESK_STATUS_NOT_AT_SERVER);
  g_assert_nonnull (strstr (world_shown (world, entry->client_id)->text, "must not be sent"));
  g_assert_cmpuint (world->n_writes, ==, 1);
  world_free (world);
}

/* R24: after the outage the server works the entry, and there are no exits. */
static void
test_without_exits (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *entry;

  world->drop_oco = TRUE;
  world_line (world, BRACKET);
  world_run (world);
  entry = world_last_at_server (world);
  world_cut (world);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "BRACKET_CUT"), ==, 1);
  entry->status = DTC_ORDER_STATUS_OPEN;
  world_connect (world);
  world_pass (world, 60 * SECOND);
  g_assert_cmpint (world_shown (world, entry->client_id)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED"), ==, 1);
  server_fill (world, entry, 2, 5000);
  world_pass (world, 60 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED"), ==, 2);
  g_assert_cmpuint (world->n_writes, ==, 1);
  world_free (world);
}

/* The journal of a bracket that was cut, read by the next start: unknown, with its alarm, and nothing leaves. */
static void
test_restart (gconstpointer data)
{
  World *world = live_world (data);
  World *next = world_new_form (data);
  g_autoptr (DeskTruth) truth = desk_truth_new ();
  DeskTruthChanges changes;
  guint n_unknown = 0, i;

  world->silent = TRUE;
  world_line (world, BRACKET);
  world_run (world);
  desk_truth_changes_init (&changes);
  next->borrowed = TRUE;
  for (i = 0; i < world->records->len; i++)
    {
      desk_engine_restore (next->engine, g_ptr_array_index (world->records, i));
      desk_truth_replay (truth, g_ptr_array_index (world->records, i), &changes);
    }
  g_assert_cmpuint (desk_truth_n_orders (truth), ==, 4);
  g_assert_cmpuint (desk_truth_get_order (truth, 2)->parent_key, ==, desk_truth_get_order (truth, 1)->state.key);
  g_assert_cmpuint (desk_truth_get_order (truth, 3)->sibling_key, ==, desk_truth_get_order (truth, 2)->state.key);
  g_assert_cmpuint (desk_truth_get_order (truth, 2)->sibling_key, ==, desk_truth_get_order (truth, 3)->state.key);
  desk_truth_changes_clear (&changes);

  desk_engine_restored (next->engine, next->now);
  world_settle (next);
  for (i = 0; i < next->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (next->events, i);

      n_unknown += event->kind == DESK_EVENT_ORDER && event->order.role != DESK_ROLE_NONE
                   && event->order.status == DESK_STATUS_UNKNOWN && event->restored;
    }
  g_assert_cmpuint (n_unknown, >=, 3);
  g_assert_cmpuint (world_count (next, DESK_EVENT_NOTICE, "BRACKET_CUT"), ==, 1);
  world_connect (next);
  world_pass (next, 30 * SECOND);
  g_assert_cmpuint (next->n_writes, ==, 0);
  world_free (next);
  world_free (world);
}

static void
test_change_flags (gconstpointer data)
{
  World *world = live_world (data);
  gboolean brief = numbering_of (data) == DTC_NUMBERING_BRIEF;
  g_autofree char *line = NULL;
  FakeOrder *order;
  DtcMessage *change;

  world_line (world, "buy 3 ESZ6 stoplimit 5010 5011");
  world_run (world);
  order = world_last_at_server (world);
  world_modify (world, order->client_id, FALSE, 0, 5);
  world_settle (world);
  change = world_written (world, world->written->len - 1);
  g_assert_cmpint (change->cancel_replace_order.price1_is_set, ==, 0);
  g_assert_cmpint (change->cancel_replace_order.price2_is_set, ==, 0);
  g_assert_cmpfloat (change->cancel_replace_order.quantity, ==, 5);
  dtc_message_free (change);
  /* One change at a time. */
  world_modify (world, order->client_id, FALSE, 0, 4);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "IN_FLIGHT");
  world_run (world);

  /* F14: the server moves the limit along with the stop. */
  order->price2 = 5012;
  world_modify (world, order->client_id, TRUE, 5011, 0);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "CHANGE_DIFFERS"), ==, 1);
  g_assert_nonnull (strstr (world_shown (world, order->client_id)->text, "was to stay at 5011"));

  line = g_strdup_printf ("modify %s gtc", order->client_id);
  world_line (world, line);
  world_run (world);
  if (brief)
    g_assert_cmpstr (world_last_denied (world)->code, ==, "UNSUPPORTED_BY_SERVER");
  else
    {
      change = world_written (world, world->written->len - 1);
      g_assert_cmpint (change->cancel_replace_order.time_in_force, ==, DTC_TIF_GOOD_TILL_CANCELED);
      g_assert_cmpint (change->cancel_replace_order.price1_is_set, ==, 0);
      dtc_message_free (change);
    }
  world_free (world);
}

/* An exit that can be tightened disarmed: of a pair that protects the whole position each counts alone. */
static void
test_tighten (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *stop;

  world_hold_two (world);
  world_line (world, "oco sell 2 ESZ6 limit 5010 stop 4990");
  world_run (world);
  stop = world_last_at_server (world);
  world_command (world, DESK_COMMAND_DISARM, NULL);
  world_modify (world, stop->client_id, TRUE, 4995, 0);
  world_run (world);
  g_assert_null (world_last_denied (world));
  g_assert_cmpfloat (stop->price1, ==, 4995);
  world_free (world);
}

void
add_bracket_tests (const BracketTest *tests,
                   guint              n)
{
  guint i, form;

  for (i = 0; i < n; i++)
    for (form = 0; form < G_N_ELEMENTS (world_forms); form++)
      {
        g_autofree char *path = g_strdup_printf ("/core/bracket/%s/%s", world_forms[form].name, tests[i].name);

        g_test_add_data_func (path, GUINT_TO_POINTER (form), tests[i].func);
      }
}

int
main (int   argc,
      char *argv[])
{
  static const BracketTest tests[] = {
    { "one-write", test_one_write }, { "life", test_life }, { "alarms", test_alarms }, { "second-in-part", test_second_in_part },
    { "cancels", test_cancels }, { "refusals", test_refusals }, { "unsupported", test_unsupported }, { "offsets", test_offsets },
    { "permutations", test_permutations }, { "cut-write", test_cut_write }, { "held-entry", test_held_entry },
    { "without-exits", test_without_exits }, { "restart", test_restart }, { "change-flags", test_change_flags },
    { "tighten", test_tighten },
  };

  g_test_init (&argc, &argv, NULL);
  add_bracket_tests (tests, G_N_ELEMENTS (tests));
  add_reverse_tests ();
  return g_test_run ();
}
