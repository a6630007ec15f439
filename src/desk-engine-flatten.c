/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <string.h>

static gboolean
concerns (const DeskFlatten    *flatten,
          const DeskTruthOrder *order)
{
  return order->state.key != flatten->exit_key && order->state.status != DESK_STATUS_NOT_AT_SERVER
         && strcmp (order->state.symbol, flatten->symbol) == 0 && strcmp (order->state.account, flatten->account) == 0;
}

/* What would open or add to the position; the opposite side protects it. A bracket's entry brings exits of its own,
 * whichever way it goes. */
static gboolean
is_entry (const DeskTruthOrder *order,
          const DeskFlatten    *flatten)
{
  if (order->state.role == DESK_ROLE_ENTRY)
    return TRUE;
  return !flatten->blind && (flatten->position == 0 || (order->state.side == DESK_SIDE_BUY) == (flatten->position > 0));
}

/* It ends with its entry, and must not end before it. */
static gboolean
goes_with_entry (DeskEngine           *engine,
                 const DeskTruthOrder *order)
{
  const DeskTruthOrder *entry = desk_truth_parent (engine->truth, order);

  return entry != NULL && entry->ours && !desk_status_is_final (entry->base) && desk_truth_is_held (engine->truth, order);
}

static guint
count_open (DeskEngine        *engine,
            const DeskFlatten *flatten,
            gboolean           entries_only)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  guint n = 0, i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (order->ours && concerns (flatten, order) && (!entries_only || is_entry (order, flatten)))
        n++;
    }
  return n;
}

static void
cancel_orders (DeskEngine        *engine,
               const DeskFlatten *flatten,
               gboolean           entries_only)
{
  g_autoptr (GPtrArray) open = g_ptr_array_copy ((GPtrArray *) desk_truth_open_orders (engine->truth), NULL, NULL);
  guint i;

  for (i = 0; i < open->len; i++)
    {
      DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (!order->ours || !concerns (flatten, order) || (entries_only && !is_entry (order, flatten))
          || order->state.cancel == DESK_OVERLAY_SENT || order->cancel_when_known || goes_with_entry (engine, order))
        continue;
      if (order->state.server_order_id[0] == '\0')
        engine_want_cancel (engine, order);
      else
        engine_send_cancel (engine, order, flatten->tag, engine->now, desk_source_nick (DESK_SOURCE_FLATTEN), NULL);
    }
}

static void
publish_step (DeskEngine        *engine,
              const DeskFlatten *flatten,
              gboolean           begins)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_FLATTEN);

  event->tag = flatten->tag;
  g_strlcpy (event->flatten.account, flatten->account, sizeof event->flatten.account);
  g_strlcpy (event->flatten.symbol, flatten->symbol, sizeof event->flatten.symbol);
  event->flatten.step = flatten->step;
  event->flatten.position = flatten->position;
  event->flatten.over = flatten->over;
  event->flatten.reverses = flatten->reverse != NULL;
  if (flatten->text != NULL)
    event->text = g_ref_string_new (flatten->text);
  /* That it has begun is no word of the server's: it is shown though a disk that hangs holds those back. */
  if (begins && engine->stalled)
    engine_publish_now (engine, event);
  else
    engine_publish (engine, event, 0);
}

static DeskFlattenAction
send_exit (DeskEngine  *engine,
           DeskFlatten *flatten,
           gboolean     at_market)
{
  g_autoptr (GError) error = NULL;
  DeskSide side = flatten->position > 0 ? DESK_SIDE_SELL : DESK_SIDE_BUY;

  flatten->was = flatten->position;
  flatten->exit_key = engine_send_exit (engine, flatten->account, flatten->symbol, side, ABS (flatten->position), at_market,
                                        flatten->tag, &error);
  if (flatten->exit_key != 0)
    return DESK_FLATTEN_DO_NOTHING;
  return desk_flatten_exit (flatten, DESK_FLATTEN_EXIT_REJECTED, error->message, engine->now);
}

/* The sum of what has filled there. */
static gint64
booked (DeskEngine        *engine,
        const DeskFlatten *flatten)
{
  const DeskTruthPosition *position = desk_truth_find_position (engine->truth, flatten->account, flatten->symbol);

  return position != NULL ? position->booked : 0;
}

static gboolean
ask_position (DeskEngine  *engine,
              DeskFlatten *flatten)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  flatten->request = engine_next_request (engine);
  flatten->answer = 0;
  desk_batch_clear (&flatten->batch);
  desk_batch_init (&flatten->batch);
  dtc_message_init (&message, DTC_MSG_CURRENT_POSITIONS_REQUEST);
  dtc_message_set_int (&message, DTC_CURRENT_POSITIONS_REQUEST_F_REQUEST_ID, flatten->request);
  dtc_message_set_string (&message, DTC_CURRENT_POSITIONS_REQUEST_F_TRADE_ACCOUNT, flatten->account);
  return engine_ask (engine, &message);
}

static DeskFlattenAction
read_position (DeskEngine  *engine,
               DeskFlatten *flatten)
{
  flatten->position = 0;
  flatten->was = 0;
  flatten->exit_key = 0;
  flatten->ask_at = 0;
  flatten->told = FALSE;
  if (ask_position (engine, flatten))
    return DESK_FLATTEN_DO_NOTHING;
  return desk_flatten_position (flatten, FALSE, 0, engine->now);
}

/* Flat, and seen to be: now the second of the two orders may go, by way of the gate; only behind it is a reverse over.
 * That goes on record last: @flatten may be gone with it. */
static void
end_flatten (DeskEngine  *engine,
             DeskFlatten *flatten)
{
  DeskCommand *entry = g_steal_pointer (&flatten->reverse);
  EngineExitKind kind = entry != NULL ? EXIT_REVERSE : EXIT_FLATTEN;

  if (entry != NULL && flatten->step == DESK_FLATTEN_DONE && flatten->was != 0)
    {
      entry->ticket.side = flatten->was > 0 ? DESK_SIDE_SELL : DESK_SIDE_BUY;
      entry->ticket.quantity = ABS (flatten->was);
      g_queue_push_tail (&engine->reversals, entry);
      return;
    }
  if (entry != NULL)
    engine_notice (engine, DESK_LEVEL_ALARM, "REVERSE_STOPPED", "Reverse %s: %s, so nothing was entered", flatten->symbol,
                   flatten->step == DESK_FLATTEN_DONE ? "it was flat already" : "it was not made flat");
  desk_command_free (entry);
  engine_exit_end (engine, kind, flatten->account, flatten->symbol, flatten->text);
}

/* Somebody else's fill may make the position zero while our exit still works: that is not flat yet. */
static DeskFlattenAction
verify_flat (DeskEngine  *engine,
             DeskFlatten *flatten)
{
  const DeskTruthOrder *exit = desk_truth_find_key (engine->truth, flatten->exit_key);
  guint n_open = count_open (engine, flatten, FALSE) + (exit != NULL && !desk_status_is_final (exit->base));
  gboolean known;
  gint64 quantity = engine_position (engine, flatten->account, flatten->symbol, &known);

  /* A whole answer that does not name it says "flat", and there is no row of it; what fills after that is no part of it. */
  if (flatten->said_flat)
    quantity = booked (engine, flatten) - flatten->booked;
  else if (!known)
    quantity = flatten->position;
  return desk_flatten_verify (flatten, quantity, n_open, engine->now);
}

/* The exit has filled, and the server may never say by itself what is left: it is asked, once. */
static void
watch_exit (DeskEngine  *engine,
            DeskFlatten *flatten)
{
  const DeskTruthOrder *exit = desk_truth_find_key (engine->truth, flatten->exit_key);

  if (flatten->step != DESK_FLATTEN_VERIFY || flatten->told || exit == NULL || exit->base != DESK_STATUS_FILLED)
    return;
  if (flatten->ask_at == 0)
    flatten->ask_at = MIN (engine->now + DESK_FLATTEN_PUSH_WAIT, flatten->deadline - DESK_FLATTEN_PUSH_WAIT);
  if (engine->now < flatten->ask_at)
    return;
  flatten->told = TRUE;
  ask_position (engine, flatten);
}

/* Orders of somebody else may open the position again. */
static void
tell_left (DeskEngine        *engine,
           const DeskFlatten *flatten)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  guint left = 0, i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      left += !order->ours && concerns (flatten, order);
    }
  engine_tell_left (engine, left);
}

static void
carry_out (DeskEngine        *engine,
           DeskFlatten       *flatten,
           DeskFlattenAction  action)
{
  while (action != DESK_FLATTEN_DO_NOTHING)
    {
      publish_step (engine, flatten, FALSE);
      switch (action)
        {
        case DESK_FLATTEN_DO_READ_POSITION:
          action = read_position (engine, flatten);
          break;
        case DESK_FLATTEN_DO_CANCEL_ENTRIES:
          cancel_orders (engine, flatten, TRUE);
          action = desk_flatten_entries (flatten, count_open (engine, flatten, TRUE), engine->now);
          break;
        case DESK_FLATTEN_DO_EXIT:
          if (flatten->group != 0)
            {
              flatten->waits = TRUE;
              flatten->deadline = engine->now + 2 * (DESK_FLATTEN_ENTRIES_WAIT + DESK_FLATTEN_READ_WAIT) + DESK_FLATTEN_EXIT_WAIT;
              return;
            }
          action = send_exit (engine, flatten, FALSE);
          break;
        case DESK_FLATTEN_DO_EXIT_AT_MARKET:
          action = send_exit (engine, flatten, TRUE);
          break;
        case DESK_FLATTEN_DO_CANCEL_PROTECTIONS:
          cancel_orders (engine, flatten, FALSE);
          action = verify_flat (engine, flatten);
          break;
        case DESK_FLATTEN_DO_END:
          if (flatten->step == DESK_FLATTEN_FAILED && flatten->group != 0)
            engine->broken_group = flatten->group;
          if (flatten->step == DESK_FLATTEN_FAILED)
            engine_notice (engine, DESK_LEVEL_ALARM, "FLATTEN_FAILED", "Flatten %s in %s: %s", flatten->symbol, flatten->account, flatten->text);
          else
            engine_notice (engine, DESK_LEVEL_INFO, "FLATTEN_DONE", "%s in %s is flat", flatten->symbol, flatten->account);
          tell_left (engine, flatten);
          end_flatten (engine, flatten);
          return;
        case DESK_FLATTEN_DO_NOTHING:
        default:
          return;
        }
    }
}

/* Everybody of the group knows its position: one message takes them all out. Where one does not, or the connection
 * has no such message, each gets its own. */
static void
exit_group (DeskEngine *engine,
            guint       group)
{
  DeskFlatten *waiting[ENGINE_TOGETHER];
  guint n = 0, i;

  for (i = 0; i < engine->flattens->len; i++)
    {
      DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i);

      if (flatten->group != group)
        continue;
      if (flatten->step == DESK_FLATTEN_CANCEL_ENTRIES || flatten->step == DESK_FLATTEN_READ_POSITION)
        return;
      if (flatten->waits && n < ENGINE_TOGETHER)
        waiting[n++] = flatten;
    }
  for (i = 0; i < n; i++)
    {
      waiting[i]->waits = FALSE;
      waiting[i]->group = 0;
      waiting[i]->was = waiting[i]->position;
      waiting[i]->deadline = engine->now + DESK_FLATTEN_EXIT_WAIT;
    }
  if (n > 1 && engine->broken_group != group && engine_send_exit_all (engine, waiting, n, NULL))
    return;
  for (i = 0; i < n; i++)
    carry_out (engine, waiting[i], send_exit (engine, waiting[i], FALSE));
}

static void
exit_groups (DeskEngine *engine)
{
  guint i;

  for (i = 0; i < engine->flattens->len; i++)
    {
      const DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i);

      if (flatten->waits)
        exit_group (engine, flatten->group);
    }
}

static DeskFlatten *
find_running (DeskEngine *engine,
              const char *account,
              const char *symbol)
{
  guint i;

  for (i = 0; i < engine->flattens->len; i++)
    {
      DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i);

      if (strcmp (flatten->account, account) == 0 && strcmp (flatten->symbol, symbol) == 0)
        return flatten;
    }
  return NULL;
}

static GArray *
times_of (DeskEngine *engine,
          const char *account,
          const char *symbol)
{
  g_autofree char *key = g_strconcat (account, "\x1f", symbol, NULL);
  GArray *times = g_hash_table_lookup (engine->flatten_times, key);

  if (times == NULL)
    {
      times = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_insert (engine->flatten_times, g_steal_pointer (&key), times);
    }
  return times;
}

/* The market order that a reverse ends with. */
static DeskCommand *
reverse_entry (DeskEngine        *engine,
               const DeskCommand *command,
               gint64             position)
{
  DeskCommand *entry = desk_command_new (DESK_COMMAND_SUBMIT);

  entry->tag = command->tag;
  entry->input = g_strdup (command->input);
  entry->clicked = command->clicked;
  g_strlcpy (entry->ticket.account, engine_account_of (engine, command->ticket.account), sizeof entry->ticket.account);
  g_strlcpy (entry->ticket.symbol, command->ticket.symbol, sizeof entry->ticket.symbol);
  entry->ticket.live = command->ticket.live;
  entry->ticket.source = command->ticket.source;
  entry->ticket.type = DESK_ORDER_TYPE_MARKET;
  entry->ticket.tif = DESK_TIF_DAY;
  entry->ticket.side = position > 0 ? DESK_SIDE_SELL : DESK_SIDE_BUY;
  entry->ticket.quantity = ABS (position);
  return entry;
}

/* What the gate would say of the entry is known before the first step: who may not hold the other side is not made
 * flat for it. */
void
engine_reverse (DeskEngine        *engine,
                const DeskCommand *command)
{
  gboolean known;
  gint64 position = engine_position (engine, engine_account_of (engine, command->ticket.account), command->ticket.symbol, &known);
  g_autoptr (DeskCommand) entry = NULL;
  DeskGateVerdict verdict;
  DeskDenial denial;

  if (!known || position == 0)
    {
      engine_deny (engine, DESK_DENY_FLAT, command->tag, command->input, "The server has stated no position there, so there is nothing to reverse");
      return;
    }
  entry = reverse_entry (engine, command, position);
  denial = engine_gate (engine, &entry->ticket, NULL, NULL, TRUE, &verdict);
  if (denial != DESK_DENY_NONE)
    engine_deny (engine, denial, command->tag, command->input, verdict.text);
  else
    engine_flatten (engine, command, command->ticket.symbol);
}

void
engine_flatten (DeskEngine        *engine,
                const DeskCommand *command,
                const char        *symbol)
{
  const char *account = engine_account_of (engine, command->ticket.account);
  DeskFlatten *flatten = desk_flatten_new (account, symbol, engine->now);
  GArray *times = times_of (engine, account, symbol);
  gboolean known;
  char text[256];
  DeskGateExitInput in = {
    .exit = DESK_GATE_EXIT_FLATTEN, .link = engine->link, .numbering_ok = !engine->numbering_bad, .account = account,
    .account_known = engine_find_account (engine, account) != NULL || engine->waived[STEP_ACCOUNTS],
    .in_flight = find_running (engine, account, symbol) != NULL, .told = engine_round_is_stuck (engine, TRUE),
  };
  DeskDenial denial;

  flatten->position = engine_position (engine, account, symbol, &known);
  flatten->blind = !known && flatten->position == 0;
  flatten->tag = command->tag;
  flatten->group = engine->flatten_group;
  in.flat = known && flatten->position == 0 && count_open (engine, flatten, FALSE) == 0;
  denial = desk_gate_check_exit (&in, text);
  if (denial == DESK_DENY_NONE && !desk_flatten_allowed (times, engine->now))
    {
      denial = DESK_DENY_RATE;
      g_strlcpy (text, "This symbol was flattened a moment ago; once in 5 s and three times a minute are allowed", sizeof text);
    }
  if (denial != DESK_DENY_NONE)
    {
      /* One message for the account would reach this symbol too. */
      if (flatten->group != 0)
        engine->broken_group = flatten->group;
      engine_deny (engine, denial, command->tag, command->input, text);
      desk_flatten_free (flatten);
      return;
    }
  if (command->kind == DESK_COMMAND_REVERSE)
    flatten->reverse = reverse_entry (engine, command, flatten->position);
  g_array_append_val (times, engine->now);
  engine_exit_begin (engine, flatten->reverse != NULL ? EXIT_REVERSE : EXIT_FLATTEN, command, account, symbol);
  g_ptr_array_add (engine->flattens, flatten);
  publish_step (engine, flatten, TRUE);
  cancel_orders (engine, flatten, TRUE);
  carry_out (engine, flatten, desk_flatten_entries (flatten, count_open (engine, flatten, TRUE), engine->now));
  engine_flatten_changed (engine);
}

/* The server tells of the position by itself, or in answer to somebody else. */
void
engine_flatten_told (DeskEngine              *engine,
                     const DtcPositionUpdate *row)
{
  guint i;

  for (i = 0; i < engine->flattens->len; i++)
    {
      DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i);

      if (row->no_positions || (row->request_id != 0 && flatten->request == row->request_id)
          || strcmp (row->symbol, flatten->symbol) != 0 || strcmp (row->trade_account, flatten->account) != 0)
        continue;
      flatten->said_flat = FALSE;
      flatten->told = flatten->told || flatten->ask_at != 0;
    }
}

/* A row of the answer to our own question, or its rejection. */
static void
take_answer (DeskEngine       *engine,
             DeskFlatten      *flatten,
             const DtcMessage *message)
{
  const DtcPositionUpdate *row = &message->position_update;
  gboolean reads = flatten->step == DESK_FLATTEN_READ_POSITION;
  DeskBatchResult result = DESK_BATCH_BAD;
  gboolean known = message->type == DTC_MSG_POSITION_UPDATE;

  if (known && !row->no_positions && strcmp (row->symbol, flatten->symbol) == 0
      && (*row->trade_account == '\0' || strcmp (row->trade_account, flatten->account) == 0))
    {
      gint64 quantity = 0;

      known = desk_truth_whole (row->quantity, &quantity);
      flatten->answer += quantity;
    }
  /* With a row missing "flat" would only be a guess, and would take the protections away. */
  if (known)
    result = desk_batch_add (&flatten->batch, row->total_number_messages, row->message_number, row->no_positions != 0);
  if (result == DESK_BATCH_MORE)
    return;
  flatten->request = 0;
  flatten->said_flat = result != DESK_BATCH_BAD && flatten->answer == 0;
  flatten->booked = booked (engine, flatten);
  if (reads)
    carry_out (engine, flatten, desk_flatten_position (flatten, result != DESK_BATCH_BAD, flatten->answer, engine->now));
}

void
engine_flatten_position (DeskEngine       *engine,
                         gint32            request,
                         const DtcMessage *message)
{
  guint i;

  for (i = 0; request != 0 && i < engine->flattens->len; i++)
    {
      DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i);

      if (flatten->request != request
          || (flatten->step != DESK_FLATTEN_READ_POSITION && flatten->step != DESK_FLATTEN_VERIFY))
        continue;
      take_answer (engine, flatten, message);
      break;
    }
  engine_flatten_changed (engine);
}

static DeskFlattenExit
exit_state (DeskEngine        *engine,
            const DeskFlatten *flatten,
            const char       **text)
{
  const DeskTruthOrder *order = desk_truth_find_key (engine->truth, flatten->exit_key);

  *text = "";
  if (order == NULL)
    return DESK_FLATTEN_EXIT_WAITS;
  *text = order->state.text != NULL ? order->state.text : "";
  if (order->base == DESK_STATUS_REJECTED || order->base == DESK_STATUS_NOT_SENT)
    return DESK_FLATTEN_EXIT_REJECTED;
  if (order->state.certainty == DESK_CERTAINTY_UNKNOWN || order->state.certainty == DESK_CERTAINTY_CONFLICT)
    return DESK_FLATTEN_EXIT_UNKNOWN;
  return order->answered ? DESK_FLATTEN_EXIT_ACCEPTED : DESK_FLATTEN_EXIT_WAITS;
}

/* Something about orders or positions changed: does a running flatten go on? */
void
engine_flatten_changed (DeskEngine *engine)
{
  guint i;

  if (engine->flattening)
    return;
  engine->flattening = TRUE;
  for (i = 0; i < engine->flattens->len; i++)
    {
      DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i);
      const char *text;

      carry_out (engine, flatten, desk_flatten_entries (flatten, count_open (engine, flatten, TRUE), engine->now));
      if (flatten->step == DESK_FLATTEN_EXIT && !flatten->waits)
        {
          DeskFlattenExit state = exit_state (engine, flatten, &text);
          g_autofree char *words = g_strdup (text);

          carry_out (engine, flatten, desk_flatten_exit (flatten, state, words, engine->now));
        }
      if (flatten->step == DESK_FLATTEN_VERIFY)
        carry_out (engine, flatten, verify_flat (engine, flatten));
      watch_exit (engine, flatten);
    }
  exit_groups (engine);
  for (i = engine->flattens->len; i > 0; i--)
    {
      const DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i - 1);

      if (flatten->step == DESK_FLATTEN_DONE || flatten->step == DESK_FLATTEN_FAILED)
        g_ptr_array_remove_index (engine->flattens, i - 1);
    }
  engine->flattening = FALSE;
  while (!g_queue_is_empty (&engine->reversals))
    {
      g_autoptr (DeskCommand) entry = g_queue_pop_head (&engine->reversals);

      engine_submit (engine, entry, FALSE);
      engine_exit_end (engine, EXIT_REVERSE, entry->ticket.account, entry->ticket.symbol, "flat, and what follows was entered or refused");
    }
}

gint64
engine_flatten_tick (DeskEngine *engine)
{
  gint64 next = G_MAXINT64;
  guint i;

  for (i = 0; i < engine->flattens->len; i++)
    {
      DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i);

      carry_out (engine, flatten, desk_flatten_tick (flatten, engine->now));
    }
  engine_flatten_changed (engine);
  for (i = 0; i < engine->flattens->len; i++)
    {
      const DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i);

      next = MIN (next, flatten->ask_at != 0 && !flatten->told ? MIN (flatten->ask_at, flatten->deadline) : flatten->deadline);
    }
  return next;
}

void
engine_flatten_abort (DeskEngine *engine)
{
  g_autoptr (GPtrArray) lost = g_steal_pointer (&engine->flattens);
  DeskCommand *entry;
  guint i;

  engine->flattens = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_flatten_free);
  for (i = 0; i < lost->len; i++)
    {
      const DeskFlatten *flatten = g_ptr_array_index (lost, i);

      engine_notice (engine, DESK_LEVEL_ALARM, "FLATTEN_FAILED",
                     "Flatten %s in %s: the link was lost; what was sent may still work, nothing is tried again. Check at the server",
                     flatten->symbol, flatten->account);
      if (flatten->reverse != NULL)
        engine_notice (engine, DESK_LEVEL_ALARM, "REVERSE_STOPPED", "Reverse %s: %s, so nothing was entered", flatten->symbol,
                       "it was not made flat");
      engine_exit_end (engine, flatten->reverse != NULL ? EXIT_REVERSE : EXIT_FLATTEN, flatten->account, flatten->symbol, "the link was lost");
    }
  while ((entry = g_queue_pop_head (&engine->reversals)) != NULL)
    {
      engine_exit_end (engine, EXIT_REVERSE, entry->ticket.account, entry->ticket.symbol, "the link was lost");
      desk_command_free (entry);
    }
}
