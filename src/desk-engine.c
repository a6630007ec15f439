/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include "desk-order-id.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void
account_free (gpointer data)
{
  g_free (data);
}

static void
question_free (gpointer data)
{
  EngineQuestion *question = data;

  desk_batch_clear (&question->batch);
  g_free (question->text);
  g_free (question);
}

static void
times_free (gpointer data)
{
  g_array_unref (data);
}

DeskEngine *
desk_engine_new (const DeskEngineConfig *config,
                 const DeskWorld        *world,
                 gpointer                world_data)
{
  DeskEngine *engine = g_new0 (DeskEngine, 1);
  guint i;

  engine->config = *config;
  engine->config.watch = g_strdupv (config->watch);
  engine->config.limits = config->limits != NULL ? desk_limits_copy (config->limits) : desk_limits_new ();
  engine->world = *world;
  engine->world_data = world_data;
  engine->truth = desk_truth_new ();
  engine->ledger = desk_ledger_new ();
  engine->findings = desk_finding_book_new ();
  engine->verify_when = config->read_only ? 0 : DESK_VERIFY_AT_LINK;
  engine->verify_wanted = config->verify ? "verify" : NULL;
  desk_truth_changes_init (&engine->changes);
  g_queue_init (&engine->events);
  g_queue_init (&engine->writes);
  engine->cookies = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) engine_write_free);
  engine->link = DESK_LINK_DOWN;
  engine->ack_last = -1;
  engine->next_counter = MAX (config->next_counter, 1);
  engine->high_water = engine->next_counter;
  engine->accounts = g_ptr_array_new_with_free_func (account_free);
  engine->symbols = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, engine_symbol_free);
  engine->symbol_ids = g_ptr_array_new ();
  engine->questions = g_ptr_array_new_with_free_func (question_free);
  engine->listed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  engine->fills_answered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  engine->began = g_array_new (FALSE, FALSE, sizeof (EngineBegan));
  engine->exits = g_ptr_array_new_with_free_func (g_free);
  engine->flattens = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_flatten_free);
  engine->link_watches = g_array_new (FALSE, FALSE, sizeof (EngineLinkWatch));
  engine->link_alarms = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  engine->flatten_times = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, times_free);
  engine->positions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  engine->rows_wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  engine->mismatches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  engine->positions_doubted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  engine->sent = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  engine->warned = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  engine->recents = g_array_new (FALSE, FALSE, sizeof (EngineRecent));
  engine->buckets = g_array_new (FALSE, FALSE, sizeof (EngineBucket));
  g_strlcpy (engine->account, config->account, sizeof engine->account);
  for (i = 0; config->watch != NULL && config->watch[i] != NULL; i++)
    engine_symbol (engine, config->watch[i])->watched = TRUE;
  return engine;
}

void
desk_engine_free (DeskEngine *engine)
{
  if (engine == NULL)
    return;
  engine_outbox_clear (engine);
  g_hash_table_unref (engine->cookies);
  if (engine->evidence_open)
    desk_evidence_clear (&engine->evidence);
  g_array_unref (engine->buckets);
  g_array_unref (engine->recents);
  g_hash_table_unref (engine->warned);
  g_hash_table_unref (engine->sent);
  g_hash_table_unref (engine->positions_doubted);
  g_hash_table_unref (engine->mismatches);
  g_hash_table_unref (engine->rows_wanted);
  g_hash_table_unref (engine->positions);
  g_hash_table_unref (engine->flatten_times);
  g_ptr_array_unref (engine->flattens);
  g_ptr_array_unref (engine->exits);
  g_clear_pointer (&engine->checklist, desk_resync_state_unref);
  g_array_unref (engine->began);
  g_hash_table_unref (engine->listed);
  g_hash_table_unref (engine->fills_answered);
  g_queue_clear_full (&engine->reversals, (GDestroyNotify) desk_command_free);
  g_array_unref (engine->link_watches);
  g_hash_table_unref (engine->link_alarms);
  g_ptr_array_unref (engine->questions);
  g_ptr_array_unref (engine->symbol_ids);
  g_hash_table_unref (engine->symbols);
  g_ptr_array_unref (engine->accounts);
  desk_truth_changes_clear (&engine->changes);
  desk_truth_free (engine->truth);
  desk_ledger_free (engine->ledger);
  desk_finding_book_free (engine->findings);
  g_clear_pointer (&engine->verified, desk_verify_run_unref);
  g_free (engine->link_told_text);
  g_free (engine->unconfirmed);
  desk_limits_free (engine->config.limits);
  g_strfreev (engine->config.watch);
  g_free (engine);
}

/* ---- records ---- */

static void
append_json_text (GString    *out,
                  const char *text)
{
  const char *p;

  g_string_append_c (out, '"');
  for (p = text; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (out, "\\%c", *p);
      else if ((guchar) *p < 0x20)
        g_string_append_printf (out, "\\u%04x", (guchar) *p);
      else
        g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

/* Names and values in turn; a name that begins with '#' has a value that is a number already. */
char *
engine_json (const char *first_name,
             ...)
{
  GString *out = g_string_new ("{");
  const char *name;
  va_list args;

  va_start (args, first_name);
  for (name = first_name; name != NULL; name = va_arg (args, const char *))
    {
      const char *value = va_arg (args, const char *);

      if (value == NULL)
        continue;
      if (out->len > 1)
        g_string_append_c (out, ',');
      append_json_text (out, name[0] == '#' ? name + 1 : name);
      g_string_append_c (out, ':');
      if (name[0] == '#')
        g_string_append (out, value);
      else
        append_json_text (out, value);
    }
  va_end (args);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

DeskRecord *
engine_record (DeskEngine    *engine,
               DeskRecordKind kind,
               const char    *payload)
{
  DeskRecord *record = desk_record_new (kind);

  record->epoch = desk_truth_get_epoch (engine->truth);
  record->utc = engine->world.utc (engine->world_data);
  record->boot = engine->world.boot (engine->world_data);
  record->mono = engine->now;
  record->payload = g_strdup (payload);
  return record;
}

static DeskRecord *
fill_record (DeskEngine          *engine,
             const DeskTruthFill *fill)
{
  const DeskFillState *state = &fill->state;
  g_autofree char *quantity = g_strdup_printf ("%" G_GINT64_FORMAT, state->quantity);
  g_autofree char *replaces = state->replaces != NULL ? g_strjoinv (" ", state->replaces) : NULL;
  char price[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *payload = NULL;
  DeskRecord *record;

  payload = engine_json ("execution_id", state->execution_id, "side", desk_side_nick (state->side), "#quantity", quantity, "#price",
                         state->price.kind == DESK_PRICE_UNSET ? "null" : g_ascii_dtostr (price, sizeof price, state->price.display),
                         "source", state->historical ? "history" : "live", "replaces", replaces, NULL);
  record = engine_record (engine, DESK_RECORD_FILL, payload);
  record->client_order_id = state->client_order_id[0] != '\0' ? g_strdup (state->client_order_id) : NULL;
  record->server_order_id = g_strdup (state->server_order_id);
  record->account = g_strdup (state->account);
  record->symbol = g_strdup (state->symbol);
  record->tick = state->grid.tick;
  record->multiplier = state->grid.multiplier;
  return record;
}

static void
tell (DeskEngine *engine,
      const char *id,
      DeskLevel   level,
      const char *code,
      const char *text)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_NOTICE);

  g_strlcpy (event->id, id, sizeof event->id);
  event->level = level;
  g_strlcpy (event->code, code, sizeof event->code);
  event->text = g_ref_string_new (text);
  engine_publish (engine, event, 0);
}

static void G_GNUC_PRINTF (5, 0)
publish_notice (DeskEngine *engine,
                const char *id,
                DeskLevel   level,
                const char *code,
                const char *format,
                va_list     args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  tell (engine, id, level, code, text);
}

static void
note_ack (DeskEngine           *engine,
          const DeskTruthOrder *order)
{
  if (order->state.ack_usec < 0 || order->state.acked != order->state.changed)
    return;
  engine->ack_last = order->state.ack_usec;
  engine->acks[engine->n_acks++ % G_N_ELEMENTS (engine->acks)] = order->state.ack_usec;
}

static void
publish_changes (DeskEngine *engine,
                 guint64     seq)
{
  guint i;

  /* The fills first: whoever sees "filled" can look at what filled it. */
  for (i = 0; i < engine->changes.attributed->len; i++)
    engine_publish_fill (engine, g_ptr_array_index (engine->changes.attributed, i), TRUE);
  for (i = 0; i < engine->changes.fills->len; i++)
    engine_publish_fill (engine, g_ptr_array_index (engine->changes.fills, i), FALSE);
  for (i = 0; i < engine->changes.orders->len; i++)
    {
      DeskTruthOrder *order = g_ptr_array_index (engine->changes.orders, i);

      note_ack (engine, order);
      engine_publish_order (engine, order, FALSE);
    }
  for (i = 0; i < engine->changes.positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (engine->changes.positions, i);

      engine_publish_position (engine, position->account, position->symbol, TELL_CHANGE);
    }
  engine_publish_rows (engine, engine->changes.orders);
  for (i = 0; i < engine->changes.notices->len; i++)
    {
      const DeskTruthNotice *notice = g_ptr_array_index (engine->changes.notices, i);

      tell (engine, notice->id, notice->level, notice->code, notice->text);
    }
}

/* That nothing of it left, and what we presume, are told as such and are no end of the server's. */
static gboolean
is_false_end (const DeskTruthOrder *order)
{
  return !order->end_stated
         && (order->base == DESK_STATUS_FILLED || order->base == DESK_STATUS_CANCELLED || order->base == DESK_STATUS_EXPIRED
             || order->base == DESK_STATUS_REJECTED);
}

guint64
engine_commit_all (DeskEngine              *engine,
                   DeskRecord *const       *records,
                   const DtcMessage *const *messages,
                   guint                    n_records,
                   const GError            *bad,
                   gboolean                 at_once)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  const DeskRecord *last = records[n_records - 1];
  gboolean record_is_command = last->kind == DESK_RECORD_INTENT || last->kind == DESK_RECORD_OUTCOME;
  gboolean record_is_local = last->kind != DESK_RECORD_EVENT;
  gboolean doubt, bad_status;
  guint64 seq;
  guint i;

  desk_truth_changes_reset (&engine->changes);
  for (i = 0; i < n_records; i++)
    {
      desk_truth_fold (engine->truth, records[i], messages[i], bad, &engine->changes);
      /* A reader's records are kept nowhere: no finding can point at them. */
      records[i]->seq = engine->config.read_only ? 0 : engine->last_seq + 1 + i;
      desk_ledger_fold (engine->ledger, records[i], bad == NULL ? messages[i] : NULL);
      desk_finding_book_fold (engine->findings, records[i]);
      engine_exits_fold (engine, records[i]);
      g_ptr_array_add (all, records[i]);
    }
  for (i = 0; i < engine->changes.fills->len; i++)
    g_ptr_array_add (all, fill_record (engine, g_ptr_array_index (engine->changes.fills, i)));

  /* Also when the journal has failed: what leaves then is kept beside it. */
  engine->n_records += all->len;
  if (engine->committed >= engine->appended)
    engine->commit_asked = engine->now;
  seq = engine->world.append (engine->world_data, (DeskRecord **) all->pdata, all->len, at_once);
  engine->appended = seq;
  engine->last_seq = seq;

  if (record_is_command)
    engine->answers_at = 0;
  if (record_is_local && engine->changes.fills->len > 0)
    engine->never_events[NEVER_REPAIR]++;
  doubt = engine->changes.doubt;
  bad_status = engine->changes.bad_status;
  for (i = 0; i < engine->changes.orders->len; i++)
    engine->never_events[NEVER_FALSE_END] += is_false_end (g_ptr_array_index (engine->changes.orders, i));
  for (i = 0; i < engine->changes.orders->len; i++)
    engine_links_note (engine, g_ptr_array_index (engine->changes.orders, i));
  publish_changes (engine, seq);
  if (bad_status)
    engine_numbering_bad (engine, "The server sent an order status that this profile's numbering does not have.");
  if (doubt && engine->unread_answer)
    engine_doubt_answer (engine);
  else if (doubt)
    engine_doubt (engine);
  engine_flatten_changed (engine);
  return seq;
}

guint64
engine_commit (DeskEngine       *engine,
               DeskRecord       *record,
               const DtcMessage *message,
               const GError     *bad,
               gboolean          at_once)
{
  return engine_commit_all (engine, &record, &message, 1, bad, at_once);
}

void
engine_human (DeskEngine *engine,
              const char *action,
              const char *detail)
{
  g_autofree char *payload = engine_json ("action", action, "detail", detail, NULL);

  engine_commit (engine, engine_record (engine, DESK_RECORD_HUMAN, payload), NULL, NULL, FALSE);
}

/* ---- what is shown ---- */

void
engine_notice (DeskEngine *engine,
               DeskLevel   level,
               const char *code,
               const char *format,
               ...)
{
  va_list args;

  va_start (args, format);
  publish_notice (engine, "", level, code, format, args);
  va_end (args);
}

void
engine_notice_about (DeskEngine           *engine,
                     const DeskTruthOrder *order,
                     DeskLevel             level,
                     const char           *code,
                     const char           *format,
                     ...)
{
  va_list args;

  va_start (args, format);
  publish_notice (engine, order->state.client_order_id[0] != '\0' ? order->state.client_order_id : order->state.server_order_id, level,
                  code, format, args);
  va_end (args);
}

static DeskEvent *
make_denial (DeskDenial  denial,
             guint64     tag,
             const char *input,
             const char *text)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_DENIED);

  event->denial = denial;
  event->tag = tag;
  g_strlcpy (event->code, desk_denial_nick (denial), sizeof event->code);
  event->text = g_ref_string_new (text);
  if (input != NULL)
    event->input = g_ref_string_new (input);
  return event;
}

void
engine_deny (DeskEngine *engine,
             DeskDenial  denial,
             guint64     tag,
             const char *input,
             const char *text)
{
  /* It is no word of the server's: it does not queue behind those that wait for a disk that hangs. */
  if (engine->stalled)
    engine_publish_now (engine, make_denial (denial, tag, input, text));
  else
    engine_publish (engine, make_denial (denial, tag, input, text), 0);
}

void
engine_deny_now (DeskEngine *engine,
                 DeskDenial  denial,
                 guint64     tag,
                 const char *input,
                 const char *text)
{
  engine_publish_now (engine, make_denial (denial, tag, input, text));
}

void
engine_publish_order (DeskEngine           *engine,
                      const DeskTruthOrder *order,
                      gboolean              restored)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_ORDER);

  event->restored = restored;
  desk_order_state_copy (&event->order, &order->state);
  engine_publish (engine, event, engine->appended);
}

void
engine_publish_fill (DeskEngine          *engine,
                     const DeskTruthFill *fill,
                     gboolean             restored)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_FILL);

  event->restored = restored;
  desk_fill_state_copy (&event->fill, &fill->state);
  engine_publish (engine, event, engine->appended);
}

void
engine_publish_arm (DeskEngine *engine)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_ARM);

  event->arm.arm = desk_truth_get_halted (engine->truth) ? DESK_ARM_HALTED : engine->armed ? DESK_ARM_CONFIRM : DESK_ARM_DISARMED;
  g_strlcpy (event->arm.account, engine->account, sizeof event->arm.account);
  event->arm.one_account = engine->accounts->len == 1;
  engine_publish (engine, event, 0);
}

/* ---- time ---- */

static int
compare_usec (gconstpointer a,
              gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

void
engine_publish_health (DeskEngine *engine)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_HEALTH);
  gint64 sorted[G_N_ELEMENTS (engine->acks)];
  guint n = MIN (engine->n_acks, G_N_ELEMENTS (engine->acks));
  guint i;

  memcpy (sorted, engine->acks, sizeof sorted);
  qsort (sorted, n, sizeof *sorted, compare_usec);
  event->health.link_since = engine->link == DESK_LINK_LIVE ? engine->live_since : 0;
  event->health.last_receive = engine->last_receive;
  event->health.last_heartbeat = engine->last_heartbeat;
  event->health.last_ack_usec = engine->ack_last;
  event->health.p95_ack_usec = n > 0 ? sorted[(n * 95 + 99) / 100 - 1] : -1;
  event->health.dropped = engine->dropped;
  event->health.journal_records = engine->n_records;
  event->health.journal_commit_usec = engine->committed > 0 ? engine->commit_usec : -1;
  event->health.journal_ok = !engine->storage_failed && !engine->stalled;
  event->health.journal_waits = engine->stalled;
  event->health.journal_aside = engine->kept > engine->committed && !engine->storage_failed;
  for (i = 0; i < G_N_ELEMENTS (engine->never_events); i++)
    event->health.never_events[i] = engine->never_events[i];
  engine_publish (engine, event, 0);
}

static void
no_answer (DeskEngine           *engine,
           const DeskTruthOrder *order,
           const char           *intent)
{
  g_autofree char *payload = g_strdup_printf ("{\"transition\":\"no-answer\",\"key\":%" G_GUINT64_FORMAT ",\"intent\":\"%s\"}",
                                              order->state.key, intent);
  g_autofree char *name = g_strdup (order->state.client_order_id[0] != '\0' ? order->state.client_order_id
                                                                            : order->state.server_order_id);
  DeskRecord *record = engine_record (engine, DESK_RECORD_TRANSITION, payload);

  record->client_order_id = g_strdup (order->state.client_order_id);
  record->server_order_id = g_strdup (order->state.server_order_id);
  engine_commit (engine, record, NULL, NULL, FALSE);
  engine_notice (engine, DESK_LEVEL_ALARM, "NO_ANSWER",
                 engine->config.numbering == DTC_NUMBERING_BRIEF
                     ? "The server has not answered the %s of %s within 5 s; its outcome is unknown, and this numbering has no question for it: "
                       "look at the server, or connect anew. Nothing is sent again"
                     : "The server has not answered the %s of %s within 5 s; its outcome is unknown and the server is asked. Nothing is sent again",
                 intent, name);
  engine_doubt (engine);
}

/* Commands without an answer: a word at 2 s, unknown at 5 s. */
static gint64
answers_tick (DeskEngine *engine)
{
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GHashTable) writing = NULL;
  guint32 epoch = desk_truth_get_epoch (engine->truth);
  gint64 next = G_MAXINT64;
  guint i;

  if (!engine->link_up || desk_truth_open_orders (engine->truth)->len == 0)
    return next;
  /* Nothing that came since the last look can be due before the shortest of the limits: thousands of open orders
   * are not walked through for each message. */
  if (engine->now < engine->answers_at)
    return engine->answers_at;
  writing = engine_being_written (engine);
  open = g_ptr_array_copy ((GPtrArray *) desk_truth_open_orders (engine->truth), NULL, NULL);
  for (i = 0; i < open->len; i++)
    {
      DeskTruthOrder *order = g_ptr_array_index (open, i);
      const DeskOrderState *state = &order->state;
      struct { gboolean waits; gint64 since; const char *intent; } waits[] = {
        { !order->answered && state->certainty == DESK_CERTAINTY_FRESH && order->intent_epoch == epoch, order->intent_mono,
          order->flatten ? "flatten" : "submit" },
        { state->cancel == DESK_OVERLAY_SENT && !order->server_cancel && order->cancel_epoch == epoch, order->cancel_mono, "cancel" },
        { state->change == DESK_OVERLAY_SENT && !order->server_change && order->change_epoch == epoch, order->change_mono, "change" },
      };
      const EngineWrite *write;
      guint k;

      for (k = 0; k < G_N_ELEMENTS (waits); k++)
        {
          if (!waits[k].waits)
            continue;
          write = g_hash_table_lookup (writing, &state->key);
          if (write != NULL && write->released == 0)
            {
              next = MIN (next, engine->now + ENGINE_WRITING_WAIT);
              continue;
            }
          if (write != NULL)
            waits[k].since = MAX (waits[k].since, write->released);
          if (engine->now - waits[k].since >= ENGINE_ACK_LIMIT)
            no_answer (engine, order, waits[k].intent);
          else
            {
              next = MIN (next, waits[k].since + ENGINE_ACK_LIMIT);
              if (engine->now - waits[k].since < ENGINE_ACK_WARN)
                next = MIN (next, waits[k].since + ENGINE_ACK_WARN);
              else if (g_hash_table_add (engine->warned, g_memdup2 (&waits[k].since, sizeof waits[k].since)))
                engine_notice (engine, DESK_LEVEL_WARNING, "SLOW_ANSWER", "The server has not answered the %s of %s for 2 s",
                               waits[k].intent, state->client_order_id);
            }
        }
    }
  engine->answers_at = MIN (next, engine->now + ENGINE_ACK_WARN);
  return engine->answers_at;
}

/* CLOCK_MONOTONIC stops while the machine sleeps, CLOCK_BOOTTIME does not. */
static void
resume_tick (DeskEngine *engine)
{
  gint64 difference = engine->world.boot (engine->world_data) - engine->now;

  if (engine->clocks_known && ABS (difference - engine->boot_minus_mono) >= ENGINE_RESUME && engine->link_up)
    {
      engine->boot_minus_mono = difference;
      engine_notice (engine, DESK_LEVEL_WARNING, "RESUME", "The computer has slept; the connection is made anew and everything is asked again");
      engine->world.drop (engine->world_data, DTC_REASON_RESUME, "The computer has slept", TRUE);
    }
  engine->boot_minus_mono = difference;
  engine->clocks_known = TRUE;
}

gint64
desk_engine_tick (DeskEngine *engine,
                  gint64      now)
{
  gint64 next;

  engine->now = now;
  resume_tick (engine);
  engine_bad_tick (engine);
  next = engine_outbox_tick (engine);
  next = MIN (next, answers_tick (engine));
  next = MIN (next, engine_rows_tick (engine));
  next = MIN (next, engine_symbols_tick (engine));
  next = MIN (next, engine_round_tick (engine));
  next = MIN (next, engine_verify_tick (engine));
  next = MIN (next, engine_flatten_tick (engine));
  next = MIN (next, engine_links_tick (engine));
  engine_checklist_look (engine);
  if (now >= engine->health_at)
    {
      engine_publish_health (engine);
      engine->health_at = now + G_USEC_PER_SEC;
    }
  return MIN (next, engine->health_at);
}

guint
desk_engine_count_unanswered (DeskEngine *engine)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  guint n = 0, i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (!order->answered && order->state.certainty == DESK_CERTAINTY_FRESH)
        n++;
    }
  /* A way out that has begun ends by itself, and would be cut off halfway; and what was asked for first has to leave. */
  return n + engine->flattens->len + g_queue_get_length (&engine->writes) + g_hash_table_size (engine->cookies);
}

void
desk_engine_foreach_order (DeskEngine *engine,
                           void (*func) (const DeskOrderState *state, gpointer data),
                           gpointer    data)
{
  guint i;

  for (i = 0; i < desk_truth_n_orders (engine->truth); i++)
    func (&desk_truth_get_order (engine->truth, i)->state, data);
}

void
desk_engine_foreach_fill (DeskEngine *engine,
                          void (*func) (const DeskFillState *state, gpointer data),
                          gpointer    data)
{
  guint i;

  for (i = 0; i < desk_truth_n_fills (engine->truth); i++)
    {
      const DeskTruthFill *fill = desk_truth_get_fill (engine->truth, i);

      if (!fill->superseded)
        func (&fill->state, data);
    }
}
