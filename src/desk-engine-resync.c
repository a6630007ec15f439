/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include "desk-failpoint.h"

#include <string.h>

#define HISTORY_MARGIN (24 * 3600) /* seconds before the oldest thing we wonder about */
#define MAX_ACCOUNTS   64          /* asked for their fills, one question each */

static const char *const step_nicks[N_STEPS] = { "accounts", "open-orders", "fills", "positions", "balances", "order" };
static const char *const round_nicks[] = { "none", "link", "timer", "doubt", "fill", "verify" };

const char *
engine_step_nick (EngineStep step)
{
  return step_nicks[step];
}

const char *
engine_round_nick (EngineRound round)
{
  return round_nicks[round];
}

gint32
engine_next_request (DeskEngine *engine)
{
  engine->next_request = engine->next_request >= 100000000 ? 1 : engine->next_request + 1;
  return engine->next_request;
}

gboolean
engine_step_is_needed (EngineStep step)
{
  return step == STEP_ACCOUNTS || step == STEP_ORDERS || step == STEP_FILLS;
}

static gboolean
server_restates (DeskEngine *engine)
{
  /* The brief's numbering has no question for open orders: 300 would submit one. */
  return engine->config.numbering == DTC_NUMBERING_BRIEF;
}

/* Unix seconds: a day before the oldest order without an end and before the last fill we know, or, without one, before
 * the last time that we knew of every one. */
static gint64
history_start (DeskEngine *engine)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  gint64 oldest = engine->world.utc (engine->world_data);
  gint64 last_fill = desk_truth_get_last_fill (engine->truth);
  gint64 last_whole = desk_truth_get_last_whole (engine->truth);
  gboolean found = FALSE;
  guint i;

  for (i = 0; i < open->len && !found; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      /* What may never have been there for weeks asks for no weeks of fills. */
      found = order->state.status != DESK_STATUS_NOT_AT_SERVER || engine->now - order->absent_mono < DESK_RECONCILE_WATCH;
      if (found)
        oldest = MIN (oldest, order->state.created);
    }
  if (last_fill > 0)
    oldest = MIN (oldest, last_fill);
  else if (last_whole > 0)
    oldest = MIN (oldest, last_whole);
  return MAX (oldest / G_USEC_PER_SEC - HISTORY_MARGIN, 1);
}

static void
ask (DeskEngine     *engine,
     EngineQuestion *question)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  if (question->step == STEP_ORDERS && question->state == QUESTION_FAILED)
    desk_evidence_list_anew (&engine->evidence, engine->now);
  if (question->step == STEP_ORDERS)
    g_ptr_array_set_size (engine->evidence.waiting, 0);
  desk_batch_clear (&question->batch);
  desk_batch_init (&question->batch);
  question->state = QUESTION_WAITING;
  question->tries++;
  question->retry_at = 0;
  question->deadline = engine->now + ENGINE_STEP_LIMIT;
  g_clear_pointer (&question->text, g_free);
  if (question->step == STEP_ORDERS && server_restates (engine))
    {
      question->request = 0;
      return;
    }

  question->request = engine_next_request (engine);
  switch (question->step)
    {
    case STEP_ACCOUNTS:
      dtc_message_init (&message, DTC_MSG_TRADE_ACCOUNTS_REQUEST);
      dtc_message_set_int (&message, DTC_TRADE_ACCOUNTS_REQUEST_F_REQUEST_ID, question->request);
      break;
    case STEP_ORDERS:
      dtc_message_init (&message, DTC_MSG_OPEN_ORDERS_REQUEST);
      dtc_message_set_int (&message, DTC_OPEN_ORDERS_REQUEST_F_REQUEST_ID, question->request);
      dtc_message_set_int (&message, DTC_OPEN_ORDERS_REQUEST_F_REQUEST_ALL_ORDERS, 1);
      break;
    case STEP_FILLS:
      question->since = history_start (engine);
      dtc_message_init (&message, DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST);
      dtc_message_set_int (&message, DTC_HISTORICAL_ORDER_FILLS_REQUEST_F_REQUEST_ID, question->request);
      dtc_message_set_string (&message, DTC_HISTORICAL_ORDER_FILLS_REQUEST_F_TRADE_ACCOUNT, question->account);
      dtc_message_set_int (&message, DTC_HISTORICAL_ORDER_FILLS_REQUEST_F_START_DATE_TIME, question->since);
      break;
    case STEP_POSITIONS:
      dtc_message_init (&message, DTC_MSG_CURRENT_POSITIONS_REQUEST);
      dtc_message_set_int (&message, DTC_CURRENT_POSITIONS_REQUEST_F_REQUEST_ID, question->request);
      break;
    case STEP_ONE_ORDER:
      question->deadline = engine->now + ENGINE_ONE_LIMIT;
      dtc_message_init (&message, DTC_MSG_OPEN_ORDERS_REQUEST);
      dtc_message_set_int (&message, DTC_OPEN_ORDERS_REQUEST_F_REQUEST_ID, question->request);
      dtc_message_set_int (&message, DTC_OPEN_ORDERS_REQUEST_F_REQUEST_ALL_ORDERS, 0);
      dtc_message_set_string (&message, DTC_OPEN_ORDERS_REQUEST_F_SERVER_ORDER_ID, question->account);
      break;
    case STEP_BALANCES:
    case N_STEPS:
    default:
      dtc_message_init (&message, DTC_MSG_ACCOUNT_BALANCE_REQUEST);
      dtc_message_set_int (&message, DTC_ACCOUNT_BALANCE_REQUEST_F_REQUEST_ID, question->request);
      break;
    }
  if (!engine_ask (engine, &message))
    engine_question_fail (engine, question, "the question could not be sent");
}

static void
add_question (DeskEngine *engine,
              EngineStep  step,
              const char *account)
{
  EngineQuestion *question = g_new0 (EngineQuestion, 1);

  question->step = step;
  question->retry_wait = ENGINE_RETRY_FIRST;
  g_strlcpy (question->account, account, sizeof question->account);
  desk_batch_init (&question->batch);
  g_ptr_array_add (engine->questions, question);
  ask (engine, question);
}

static void
ask_about_accounts (DeskEngine *engine)
{
  guint32 epoch = desk_truth_get_epoch (engine->truth);
  gboolean any = FALSE;
  guint i;

  for (i = 0; i < engine->accounts->len && i < MAX_ACCOUNTS; i++)
    {
      const EngineAccount *account = g_ptr_array_index (engine->accounts, i);

      if (account->listed_epoch != epoch)
        continue;
      add_question (engine, STEP_FILLS, account->account);
      any = TRUE;
    }
  if (!any && engine->account[0] != '\0')
    add_question (engine, STEP_FILLS, engine->account);
  add_question (engine, STEP_POSITIONS, "");
  if (engine->round == ROUND_LINK || engine->round == ROUND_VERIFY)
    add_question (engine, STEP_BALANCES, "");
  engine->asked_accounts_epoch = epoch;
}

static void
open_round (DeskEngine *engine,
            EngineRound round)
{
  engine->round = round;
  g_ptr_array_set_size (engine->questions, 0);
  if (engine->evidence_open)
    desk_evidence_clear (&engine->evidence);
  desk_evidence_init (&engine->evidence);
  engine->evidence_open = TRUE;
  engine->round_deadline = engine->now + ENGINE_ROUND_LIMIT;
  engine->looks = 1;
  engine->repeats = 0;
  engine->evidence.started = engine->now;
  engine->evidence.utc = engine->world.utc (engine->world_data);
  engine->evidence.new_link = round == ROUND_LINK;
  engine->evidence.first_fill = desk_truth_n_fills (engine->truth);
  engine->evidence.first_order = desk_truth_n_orders (engine->truth);
  engine_checklist_round (engine);
}

void
engine_round_start (DeskEngine *engine,
                    EngineRound round)
{
  if (engine->link != DESK_LINK_RESYNC && engine->link != DESK_LINK_LIVE)
    return;
  if (engine->round != ROUND_NONE && round != ROUND_LINK)
    {
      engine->wanted = MAX (engine->wanted, round);
      return;
    }
  open_round (engine, round);
  if (round == ROUND_LINK)
    {
      engine->asked_accounts_epoch = 0;
      /* Definitions first: with them the prices that follow find their grid. */
      engine_symbols_ask_all (engine);
      add_question (engine, STEP_ACCOUNTS, "");
      add_question (engine, STEP_ORDERS, "");
      engine_publish_link (engine, NULL, NULL, 0, 0);
      return;
    }
  if (!server_restates (engine))
    add_question (engine, STEP_ORDERS, "");
  ask_about_accounts (engine);
}

/* Asked at once, and again when the answers can no longer have crossed what raised the doubt. */
void
engine_doubt (DeskEngine *engine)
{
  if (engine->doubted > 0 && engine->now - engine->doubted < ENGINE_DOUBT_APART)
    {
      /* Whatever a server sends us, it cannot make us ask without end. */
      engine->doubt_owed = TRUE;
      engine->doubt_at = engine->doubted + ENGINE_DOUBT_APART;
      return;
    }
  engine->doubted = engine->now;
  engine->doubt_at = engine->now + ENGINE_DOUBT_AGAIN;
  engine_round_start (engine, ROUND_DOUBT);
}

void
engine_doubt_answer (DeskEngine *engine)
{
  if (engine->again_at > engine->now)
    return;
  engine->unread_wait = CLAMP (2 * engine->unread_wait, ENGINE_DOUBT_APART, ENGINE_RETRY_MAX);
  engine->again_at = engine->now + engine->unread_wait;
}

void
engine_round_abort (DeskEngine *engine)
{
  engine_checklist_abort (engine);
  engine->round = ROUND_NONE;
  engine->wanted = ROUND_NONE;
  engine->timer_at = 0;
  engine->again_at = 0;
  engine->doubt_at = 0;
  engine->doubted = 0;
  engine->doubt_owed = FALSE;
  engine->unread_wait = 0;
  g_ptr_array_set_size (engine->questions, 0);
  if (engine->evidence_open)
    desk_evidence_clear (&engine->evidence);
  engine->evidence_open = FALSE;
}

EngineQuestion *
engine_question_find (DeskEngine *engine,
                      EngineStep  step,
                      gint32      request)
{
  guint i;

  for (i = 0; i < engine->questions->len; i++)
    {
      EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      if (question->step == step && question->request == request && question->state != QUESTION_DONE)
        return question;
    }
  return NULL;
}

void
engine_question_fail (DeskEngine     *engine,
                      EngineQuestion *question,
                      const char     *text)
{
  g_autofree char *why = desk_text_inside (text);

  question->state = QUESTION_FAILED;
  g_free (question->text);
  question->text = g_strdup (text);
  question->deadline = 0;
  if (engine->round == ROUND_LINK && engine_step_is_needed (question->step) && !engine->waived[question->step])
    {
      question->retry_at = engine->now + question->retry_wait;
      question->retry_wait = MIN (question->retry_wait * 2, ENGINE_RETRY_MAX);
      engine_notice (engine, DESK_LEVEL_WARNING, "RESYNC_STEP",
                     "The server has not told us the %s%s%s (%s); orders wait until it does or the step is waived (waive %s)",
                     step_nicks[question->step], question->account[0] != '\0' ? " of " : "", question->account, why,
                     step_nicks[question->step]);
      engine_publish_link (engine, NULL, text, 0, 0);
    }
  else if (engine->round == ROUND_LINK && question->step != STEP_ONE_ORDER)
    engine_notice (engine, DESK_LEVEL_WARNING, question->step == STEP_POSITIONS ? "NO_POSITIONS" : "NO_BALANCES",
                   "The server has not told us the %s (%s); they are not provable", step_nicks[question->step], why);
}

void
engine_question_row (DeskEngine     *engine,
                     EngineQuestion *question,
                     gint32          total,
                     gint32          number,
                     gboolean        none)
{
  DeskBatchResult result;

  if (question->state == QUESTION_FAILED && question->request != 0)
    return; /* an answer after its time; the next one is on its way */
  question->deadline = engine->now + ENGINE_STEP_LIMIT;
  result = desk_batch_add (&question->batch, total, number, none);
  if (result == DESK_BATCH_MORE)
    return;
  if (result == DESK_BATCH_BAD)
    {
      engine_question_fail (engine, question, "its answer has a hole, a repeat or a changing total");
      engine_round_check (engine);
      return;
    }
  question->state = QUESTION_DONE;
  question->deadline = 0;
  switch (question->step)
    {
    case STEP_ORDERS:
      engine->evidence.orders_complete = TRUE;
      engine->restated = TRUE;
      break;
    case STEP_FILLS:
      desk_evidence_fills (&engine->evidence, question->account, question->since);
      break;
    case STEP_POSITIONS:
      engine->evidence.positions_complete = TRUE;
      engine->positions_known = TRUE;
      g_hash_table_remove_all (engine->positions_doubted);
      break;
    case STEP_ACCOUNTS:
    case STEP_BALANCES:
    case STEP_ONE_ORDER:
    case N_STEPS:
    default:
      break;
    }
  engine_publish_link (engine, NULL, NULL, 0, 0);
  engine_round_check (engine);
}

static EngineQuestion *
orders_question (DeskEngine *engine)
{
  guint i;

  for (i = 0; i < engine->questions->len; i++)
    {
      EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      if (question->step == STEP_ORDERS)
        return question;
    }
  return NULL;
}

/* An order that was acknowledged and that the list lacks is asked about by its id, once: a server may tell how it ended. */
static void
ask_one_by_one (DeskEngine   *engine,
                const GArray *keys)
{
  guint n = 0, i;

  for (i = 0; i < keys->len && n < ENGINE_ONE_MAX; i++)
    {
      const DeskTruthOrder *order = desk_truth_find_key (engine->truth, g_array_index (keys, guint64, i));

      if (!order->answered || order->absent_rounds > 0 || order->state.server_order_id[0] == '\0')
        continue;
      add_question (engine, STEP_ONE_ORDER, order->state.server_order_id);
      n++;
    }
}

static void
ask_steps_again (DeskEngine *engine)
{
  guint i;

  for (i = 0; i < engine->questions->len; i++)
    {
      EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      if ((question->step == STEP_FILLS || question->step == STEP_POSITIONS) && question->state == QUESTION_DONE)
        ask (engine, question);
    }
}

static void
note_unsent (DeskEngine *engine)
{
  g_autoptr (GHashTable) writes = engine_being_written (engine);
  GHashTableIter iter;
  guint64 *key;
  EngineWrite *write;

  g_hash_table_remove_all (engine->evidence.unsent);
  g_hash_table_iter_init (&iter, writes);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, (gpointer *) &write))
    if (strcmp (write->intent, "submit") == 0 || strcmp (write->intent, "flatten") == 0)
      desk_evidence_unsent (&engine->evidence, *key);
}

/* DTC has no atomic snapshot. What the first list lacks must be missing from one behind the fills and positions too;
 * where the two contradict each other, everything is asked again, three times at most. TRUE: the round goes on. */
static gboolean
look_again (DeskEngine *engine)
{
  EngineQuestion *orders = orders_question (engine);
  g_autoptr (GArray) absent = NULL;

  if (server_restates (engine) || orders == NULL || orders->state != QUESTION_DONE || !engine->evidence.orders_complete)
    return FALSE;
  note_unsent (engine);
  if (engine->looks == 1)
    {
      absent = g_array_new (FALSE, FALSE, sizeof (guint64));
      desk_reconcile_absent (engine->truth, &engine->evidence, engine->now, absent);
      if ((absent->len == 0 && engine->repeats == 0) || engine->now >= engine->round_deadline)
        return FALSE;
      engine->looks = 2;
      desk_evidence_look_again (&engine->evidence);
      ask_one_by_one (engine, absent);
      ask (engine, orders);
      return TRUE;
    }
  if (desk_reconcile_compare (engine->truth, &engine->evidence, engine->now) == 0 || engine->repeats >= ENGINE_REPEATS_MAX
      || engine->now >= engine->round_deadline)
    return FALSE;
  engine->repeats++;
  engine->looks = 1;
  g_hash_table_remove_all (engine->evidence.unsettled);
  desk_evidence_repeat (&engine->evidence, engine->now);
  ask_steps_again (engine);
  return TRUE;
}

static gboolean
has_unknown_order (DeskEngine *engine)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  guint i;

  for (i = open->len; i > 0; i--)
    {
      if (((const DeskTruthOrder *) g_ptr_array_index (open, i - 1))->state.certainty == DESK_CERTAINTY_UNKNOWN)
        return TRUE;
    }
  return FALSE;
}

/* What is only presumed to be gone hurries nobody. */
static gboolean
has_live_order (DeskEngine *engine)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  guint i;

  for (i = open->len; i > 0; i--)
    {
      if (((const DeskTruthOrder *) g_ptr_array_index (open, i - 1))->state.status != DESK_STATUS_NOT_AT_SERVER)
        return TRUE;
    }
  return FALSE;
}

static void
look_at_positions (DeskEngine *engine)
{
  const GPtrArray *positions = desk_truth_positions (engine->truth);
  guint32 epoch = desk_truth_get_epoch (engine->truth);
  guint i;

  for (i = 0; i < positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (positions, i);
      gint64 computed = position->offset + position->booked;
      g_autofree char *key = g_strconcat (position->account, "\x1f", position->symbol, NULL);
      gint64 difference = position->quantity - computed;

      if (!position->based || !position->stated || position->epoch != epoch)
        continue;
      if (difference == 0)
        {
          g_hash_table_remove (engine->mismatches, key);
          continue;
        }
      if (GPOINTER_TO_INT (g_hash_table_lookup (engine->mismatches, key)) == (int) difference)
        continue;
      g_hash_table_insert (engine->mismatches, g_steal_pointer (&key), GINT_TO_POINTER ((int) difference));
      engine_notice (engine, DESK_LEVEL_ALARM, "POSITION_MISMATCH",
                     "%s in %s: the server says %" G_GINT64_FORMAT ", our own fills say %" G_GINT64_FORMAT "; nothing is repaired by itself",
                     position->symbol, position->account, position->quantity, computed);
      engine_verify_suspect (engine);
    }
}

/* What the round knows beside the answers, and what is kept of it for whoever asks about an order. */
static void
complete_evidence (DeskEngine *engine)
{
  const EngineAnswered now = { desk_truth_get_epoch (engine->truth), engine->now, engine->world.utc (engine->world_data) };
  GHashTableIter iter;
  gpointer account;
  guint i;

  for (i = 0; i < engine->symbol_ids->len; i++)
    {
      const EngineSymbol *symbol = g_ptr_array_index (engine->symbol_ids, i);

      if (symbol->quote.trading == DESK_TRADING_CLOSE && !symbol->quote.stale)
        g_hash_table_add (engine->evidence.closed, g_strdup (symbol->symbol));
    }
  if (engine->evidence.orders_complete)
    {
      engine->orders_answered = now;
      g_hash_table_unref (engine->listed);
      engine->listed = g_hash_table_ref (engine->evidence.listed);
    }
  g_hash_table_iter_init (&iter, engine->evidence.fills_complete);
  while (g_hash_table_iter_next (&iter, &account, NULL))
    g_hash_table_replace (engine->fills_answered, g_strdup (account), g_memdup2 (&now, sizeof now));
}

static gboolean
has_failed_question (DeskEngine *engine)
{
  guint i;

  for (i = 0; i < engine->questions->len; i++)
    if (((const EngineQuestion *) g_ptr_array_index (engine->questions, i))->state == QUESTION_FAILED)
      return TRUE;
  return FALSE;
}

static void
finish_round (DeskEngine *engine)
{
  EngineRound round = engine->round;
  g_autofree char *payload = NULL;
  g_autoptr (GPtrArray) open = NULL;
  gboolean again;
  guint i;

  complete_evidence (engine);
  note_unsent (engine);
  if (!has_failed_question (engine))
    engine->unread_wait = 0;
  payload = desk_reconcile_judge (engine->truth, &engine->evidence, engine->now, round_nicks[round], &again);
  DESK_FAILPOINT ("snapshot.judged");
  engine_commit (engine, engine_record (engine, DESK_RECORD_SNAPSHOT, payload), NULL, NULL, FALSE);
  DESK_FAILPOINT ("snapshot.appended");
  engine_verify_round_ended (engine, round, &engine->evidence);

  /* Everything once more: whoever reads only this stream knows where things stand. */
  open = g_ptr_array_copy ((GPtrArray *) desk_truth_open_orders (engine->truth), NULL, NULL);
  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      /* A presumed end is told when it is presumed, and at each new connection. */
      if (order->state.status != DESK_STATUS_NOT_AT_SERVER || round == ROUND_LINK || round == ROUND_VERIFY)
        engine_publish_order (engine, order, FALSE);
    }
  engine_publish_positions (engine, TELL_ALWAYS);
  look_at_positions (engine);
  engine_checklist_end (engine);
  engine_case_again (engine);

  engine->round = ROUND_NONE;
  if (round == ROUND_LINK)
    engine_publish_order_rows (engine);
  g_ptr_array_set_size (engine->questions, 0);
  engine->timer_at = engine->now + (has_live_order (engine) ? ENGINE_TIMER_BUSY : ENGINE_TIMER_IDLE);
  if (again && engine->again_at <= engine->now)
    engine->again_at = engine->now + DESK_RECONCILE_APART;
  else if (engine->again_at <= engine->now)
    engine->again_at = 0;
  if (round == ROUND_LINK)
    {
      engine_set_live (engine);
      engine_symbols_ask_all (engine);
    }
  if (engine->wanted != ROUND_NONE)
    {
      EngineRound wanted = engine->wanted;

      engine->wanted = ROUND_NONE;
      engine_round_start (engine, wanted);
    }
}

void
engine_round_check (DeskEngine *engine)
{
  guint i;

  if (engine->round == ROUND_NONE)
    return;
  for (i = 0; i < engine->questions->len; i++)
    {
      const EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      if (question->step == STEP_ACCOUNTS && engine->round == ROUND_LINK
          && engine->asked_accounts_epoch != desk_truth_get_epoch (engine->truth)
          && (question->state == QUESTION_DONE || engine->waived[STEP_ACCOUNTS]))
        {
          ask_about_accounts (engine);
          engine_symbols_ask_all (engine);
          break;
        }
    }
  for (i = 0; i < engine->questions->len; i++)
    {
      const EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      if (engine->round == ROUND_LINK && engine_step_is_needed (question->step) && engine->waived[question->step]
          && question->state != QUESTION_DONE)
        continue;
      if (question->state == QUESTION_WAITING)
        return;
      if (question->state == QUESTION_FAILED && engine->round == ROUND_LINK && engine_step_is_needed (question->step))
        return;
    }
  if (!look_again (engine))
    finish_round (engine);
}

gboolean
engine_round_is_stuck (DeskEngine *engine,
                       gboolean    trying)
{
  gboolean failed = FALSE;
  guint i;

  if (engine->round != ROUND_LINK || engine->questions->len == 0)
    return FALSE;
  for (i = 0; i < engine->questions->len; i++)
    {
      const EngineQuestion *question = g_ptr_array_index (engine->questions, i);
      gboolean again = trying && question->retry_wait > ENGINE_RETRY_FIRST;

      if (question->state == QUESTION_WAITING && !again)
        return FALSE;
      failed = failed || question->state == QUESTION_FAILED || again;
    }
  return failed;
}

gint64
engine_round_tick (DeskEngine *engine)
{
  gint64 next = G_MAXINT64;
  guint i;

  if (engine->link != DESK_LINK_RESYNC && engine->link != DESK_LINK_LIVE)
    return next;
  for (i = 0; engine->round != ROUND_NONE && i < engine->questions->len; i++)
    {
      EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      /* A needed answer that is still coming in may be long; everything else has its time. */
      if (question->state == QUESTION_WAITING && engine->now >= engine->round_deadline
          && !(engine->round == ROUND_LINK && engine_step_is_needed (question->step)))
        {
          engine_question_fail (engine, question, "no whole answer within the 15 s of the comparison");
          engine_round_check (engine);
          return engine->now;
        }
      if (question->state == QUESTION_WAITING && engine->now >= question->deadline)
        {
          engine_question_fail (engine, question, question->step == STEP_ONE_ORDER ? "no answer" : "no answer within 5 s");
          engine_round_check (engine);
          return engine->now;
        }
      if (question->state == QUESTION_FAILED && question->retry_at > 0 && engine->now >= question->retry_at)
        {
          if (question->step == STEP_ORDERS && server_restates (engine))
            question->retry_at = engine->now + question->retry_wait;
          else
            ask (engine, question);
        }
      next = MIN (next, question->state == QUESTION_WAITING ? question->deadline
                        : question->retry_at > 0            ? question->retry_at
                                                            : G_MAXINT64);
      if (question->state == QUESTION_WAITING && engine->now < engine->round_deadline)
        next = MIN (next, engine->round_deadline);
    }
  if (engine->round != ROUND_NONE)
    return next;
  if (engine->link == DESK_LINK_LIVE)
    {
      if (engine->again_at > 0 && engine->now >= engine->again_at)
        {
          engine->again_at = 0;
          engine_round_start (engine, ROUND_DOUBT);
          return engine->now;
        }
      if (engine->doubt_at > 0 && engine->now >= engine->doubt_at)
        {
          gboolean owed = engine->doubt_owed;

          engine->doubt_at = 0;
          engine->doubt_owed = FALSE;
          if (owed)
            engine_doubt (engine);
          else if (has_unknown_order (engine))
            engine_round_start (engine, ROUND_DOUBT);
          if (engine->round != ROUND_NONE)
            return engine->now;
        }
      if (engine->timer_at > 0 && has_live_order (engine))
        engine->timer_at = MIN (engine->timer_at, engine->now + ENGINE_TIMER_BUSY);
      if (engine->timer_at > 0 && engine->now >= engine->timer_at)
        {
          engine_round_start (engine, ROUND_TIMER);
          return engine->now;
        }
      next = MIN (next, engine->timer_at > 0 ? engine->timer_at : G_MAXINT64);
      next = MIN (next, engine->again_at > 0 ? engine->again_at : G_MAXINT64);
      next = MIN (next, engine->doubt_at > 0 ? engine->doubt_at : G_MAXINT64);
    }
  return next;
}

gboolean
engine_waive (DeskEngine *engine,
              const char *step)
{
  guint i;

  for (i = 0; i < STEP_ONE_ORDER; i++)
    {
      if (g_ascii_strcasecmp (step_nicks[i], step) != 0)
        continue;
      if (engine->link != DESK_LINK_RESYNC || !engine_step_is_needed ((EngineStep) i))
        return FALSE;
      engine->waived[i] = TRUE;
      engine_human (engine, "waive", step_nicks[i]);
      engine_notice (engine, DESK_LEVEL_WARNING, "WAIVED", "The step %s is waived for this connection", step_nicks[i]);
      engine_round_check (engine);
      return TRUE;
    }
  return FALSE;
}
