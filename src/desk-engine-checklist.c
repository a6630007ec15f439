/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <string.h>

/* The checklist of a reconciliation, line by line, and the report at its end: what was true of each order when it
 * began, against what is true of it now. Nothing is decided here; it only tells. */

#define COUNTS_APART (100 * 1000) /* of two events that differ in nothing but counted rows */

static const DeskResyncStep step_lines[] = {
  DESK_RESYNC_ACCOUNTS, DESK_RESYNC_ORDERS, DESK_RESYNC_FILLS, DESK_RESYNC_POSITIONS, DESK_RESYNC_BALANCES,
};

static void
set_line (DeskEngine     *engine,
          DeskResyncStep  step,
          DeskResyncMark  mark,
          guint           count,
          guint           tries,
          const char     *text)
{
  DeskResyncLine *line = &engine->checklist->lines[step];

  if (text != NULL && *text == '\0')
    text = NULL;
  if (line->mark == mark && line->count == count && line->tries == tries && g_strcmp0 (line->text, text) == 0)
    return;
  if (line->mark != mark)
    {
      line->started = mark == DESK_RESYNC_WAITING ? 0 : line->started == 0 ? engine->now : line->started;
      line->ended = mark == DESK_RESYNC_WAITING || mark == DESK_RESYNC_RUNNING ? 0 : engine->now;
      line->mark = mark;
      engine->checklist_changed = TRUE;
    }
  engine->checklist_changed |= line->tries != tries;
  engine->checklist_counted = TRUE;
  line->count = count;
  line->tries = tries;
  if (g_strcmp0 (line->text, text) != 0)
    {
      g_clear_pointer (&line->text, g_ref_string_release);
      line->text = text != NULL ? g_ref_string_new (text) : NULL;
      engine->checklist_changed = TRUE;
    }
}

static void
begin (DeskEngine *engine,
       const char *trigger)
{
  g_clear_pointer (&engine->checklist, desk_resync_state_unref);
  engine->checklist = desk_resync_state_new (desk_truth_get_epoch (engine->truth), trigger);
  engine->checklist->started = engine->now;
  engine->checklist_changed = TRUE;
}

static void
publish (DeskEngine *engine)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_RESYNC);

  engine->checklist_changed = engine->checklist_counted = FALSE;
  engine->checklist_told = engine->now;
  engine->checklist->utc = engine->world.utc (engine->world_data);
  event->resync = desk_resync_state_copy (engine->checklist);
  engine_publish (engine, event, engine->checklist->ended ? engine->appended : 0);
}

/* ---- the link's own lines ---- */

void
engine_checklist_link (DeskEngine          *engine,
                       const DtcLinkChange *change)
{
  static const DeskResyncStep own[] = { DESK_RESYNC_SOCKET, DESK_RESYNC_ENCODING, DESK_RESYNC_LOGON };
  g_autofree char *where = NULL;
  const DtcLogonResponse *logon;
  guint i;

  if (change->state == DTC_LINK_CONNECTING)
    {
      begin (engine, "link");
      where = change->host != NULL ? g_strdup_printf ("%s:%u", change->host, change->port) : NULL;
      set_line (engine, DESK_RESYNC_SOCKET, DESK_RESYNC_RUNNING, 0, change->attempt, where);
      return;
    }
  if (engine->checklist == NULL || engine->checklist->ended || strcmp (engine->checklist->trigger, "link") != 0)
    return;
  switch (change->state)
    {
    case DTC_LINK_HANDSHAKE:
    case DTC_LINK_LOGON:
      set_line (engine, DESK_RESYNC_SOCKET, DESK_RESYNC_DONE, 0, engine->checklist->lines[DESK_RESYNC_SOCKET].tries,
                engine->checklist->lines[DESK_RESYNC_SOCKET].text);
      if (change->state == DTC_LINK_HANDSHAKE)
        {
          set_line (engine, DESK_RESYNC_ENCODING, DESK_RESYNC_RUNNING, 0, 1, NULL);
          break;
        }
      set_line (engine, DESK_RESYNC_ENCODING, change->previous == DTC_LINK_HANDSHAKE ? DESK_RESYNC_DONE : DESK_RESYNC_SKIPPED, 0,
                change->previous == DTC_LINK_HANDSHAKE, dtc_encoding_to_string (change->codec.encoding));
      set_line (engine, DESK_RESYNC_LOGON, DESK_RESYNC_RUNNING, 0, 1, NULL);
      break;
    case DTC_LINK_READY:
      logon = change->logon != NULL ? &change->logon->logon_response : NULL;
      set_line (engine, DESK_RESYNC_LOGON, DESK_RESYNC_DONE, 0, 1,
                logon == NULL ? NULL : *logon->result_text != '\0' ? logon->result_text : logon->server_name);
      if (logon != NULL)
        engine->checklist->supports = (logon->trading_is_supported ? DESK_RESYNC_TRADING : 0)
                                      | (logon->order_cancel_replace_supported ? DESK_RESYNC_CHANGES : 0)
                                      | (logon->oco_orders_supported ? DESK_RESYNC_OCO : 0)
                                      | (logon->bracket_orders_supported ? DESK_RESYNC_BRACKETS : 0)
                                      | (logon->market_data_supported ? DESK_RESYNC_QUOTES : 0)
                                      | (logon->market_depth_is_supported ? DESK_RESYNC_DEPTH : 0);
      break;
    case DTC_LINK_DOWN:
    case DTC_LINK_STOPPED:
      /* What was under way has failed; the questions are told where the round is given up. */
      for (i = 0; i < G_N_ELEMENTS (own); i++)
        if (engine->checklist->lines[own[i]].mark == DESK_RESYNC_RUNNING)
          set_line (engine, own[i], DESK_RESYNC_FAILED, 0, engine->checklist->lines[own[i]].tries, change->text);
      break;
    case DTC_LINK_CONNECTING:
    case DTC_LINK_LEAVING:
    default:
      break;
    }
}

/* ---- the questions ---- */

static void
look_at_symbols (DeskEngine *engine,
                 gboolean    ended)
{
  guint32 epoch = desk_truth_get_epoch (engine->truth);
  guint asked = 0, known = 0, refused = 0, i;
  g_autofree char *text = NULL;

  for (i = 0; i < engine->symbol_ids->len; i++)
    {
      const EngineSymbol *symbol = g_ptr_array_index (engine->symbol_ids, i);

      if (symbol->asked_epoch != epoch)
        continue;
      asked++;
      known += engine_symbol_known (engine, symbol);
      refused += symbol->reject != NULL;
    }
  if (known < asked)
    text = g_strdup_printf ("%u of %u definitions have come", known, asked);
  if (known + refused == asked)
    set_line (engine, DESK_RESYNC_SYMBOLS, DESK_RESYNC_DONE, known, 1, text);
  else
    set_line (engine, DESK_RESYNC_SYMBOLS, ended ? DESK_RESYNC_UNAVAILABLE : DESK_RESYNC_RUNNING, known, 1, text);
}

static guint
count_accounts (DeskEngine *engine)
{
  guint n = 0, i;

  for (i = 0; i < engine->accounts->len; i++)
    n += ((const EngineAccount *) g_ptr_array_index (engine->accounts, i))->listed_epoch == desk_truth_get_epoch (engine->truth);
  return n;
}

static void
look_at_step (DeskEngine *engine,
              EngineStep  step,
              gboolean    ended)
{
  guint asked = 0, failed = 0, waiting = 0, rows = 0, tries = 0, i;
  const char *text = NULL;
  gboolean needed = engine->round == ROUND_LINK && engine_step_is_needed (step);
  DeskResyncMark mark = DESK_RESYNC_DONE;

  for (i = 0; i < engine->questions->len; i++)
    {
      const EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      if (question->step != step)
        continue;
      asked++;
      tries = MAX (tries, question->tries);
      rows = step == STEP_FILLS ? rows + question->batch.n_seen : question->batch.n_seen;
      waiting += question->state == QUESTION_WAITING;
      failed += question->state == QUESTION_FAILED;
      if (question->state == QUESTION_FAILED && text == NULL)
        text = question->text;
    }
  /* Fills are asked for account by account. */
  if (ended && step == STEP_FILLS && (asked == 0 || asked < count_accounts (engine)))
    {
      mark = DESK_RESYNC_UNAVAILABLE;
      text = asked == 0 ? "the server has named no account" : "the server was not asked for it";
    }
  else if (asked == 0)
    mark = engine->round == ROUND_LINK ? DESK_RESYNC_WAITING : DESK_RESYNC_SKIPPED;
  else if (waiting + failed > 0 && needed && engine->waived[step])
    mark = DESK_RESYNC_WAIVED;
  else if (failed > 0)
    mark = needed ? DESK_RESYNC_FAILED : DESK_RESYNC_UNAVAILABLE;
  else if (waiting > 0)
    mark = DESK_RESYNC_RUNNING;
  set_line (engine, step_lines[step], mark, rows, tries, text);
}

static void
look (DeskEngine *engine,
      gboolean    ended)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (step_lines); i++)
    look_at_step (engine, (EngineStep) i, ended);
  if (engine->round == ROUND_LINK)
    look_at_symbols (engine, ended);
}

/* A round has begun: on a new link the checklist goes on, on a live one it is a new one. */
void
engine_checklist_round (DeskEngine *engine)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  guint i;

  if (engine->round != ROUND_LINK || engine->checklist == NULL || engine->checklist->ended)
    begin (engine, engine_round_nick (engine->round));
  engine->checklist->epoch = desk_truth_get_epoch (engine->truth);
  if (engine->round != ROUND_LINK)
    for (i = 0; i < DESK_RESYNC_ACCOUNTS; i++)
      set_line (engine, (DeskResyncStep) i, DESK_RESYNC_SKIPPED, 0, 0, NULL);
  if (engine->round != ROUND_LINK)
    set_line (engine, DESK_RESYNC_SYMBOLS, DESK_RESYNC_SKIPPED, 0, 0, NULL);
  g_array_set_size (engine->began, 0);
  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);
      EngineBegan began = { order->state.key, order->booked, order->state.status, order->state.certainty };

      g_array_append_val (engine->began, began);
    }
}

/* Called at the end of each entry: a round tells at most once what an entry has moved. Rounds that nobody asked for
 * tell only what they found. */
void
engine_checklist_look (DeskEngine *engine)
{
  if (engine->checklist == NULL || engine->checklist->ended)
    return;
  if (engine->round != ROUND_NONE)
    look (engine, FALSE);
  if ((engine->checklist_changed || (engine->checklist_counted && engine->now - engine->checklist_told >= COUNTS_APART))
      && (strcmp (engine->checklist->trigger, "link") == 0 || strcmp (engine->checklist->trigger, "verify") == 0))
    publish (engine);
}

void
engine_checklist_abort (DeskEngine *engine)
{
  guint i;

  if (engine->checklist == NULL || engine->checklist->ended || engine->round == ROUND_NONE)
    return;
  look (engine, FALSE);
  for (i = DESK_RESYNC_ACCOUNTS; i < DESK_N_RESYNC_LINES; i++)
    if (engine->checklist->lines[i].mark == DESK_RESYNC_RUNNING)
      set_line (engine, (DeskResyncStep) i, DESK_RESYNC_FAILED, engine->checklist->lines[i].count, engine->checklist->lines[i].tries,
                "the link was lost");
}

/* ---- the report ---- */

/* TRUE: this round has made something of it that was not so before. */
static gboolean
count_order (const DeskTruthOrder *order,
             const EngineBegan    *began,
             DeskResyncCounts     *counts)
{
  gboolean presumed = order->state.certainty == DESK_CERTAINTY_GONE || order->state.certainty == DESK_CERTAINTY_NO_TRACE;

  /* What is presumed to be gone was told when it was. */
  if (presumed && began->certainty == order->state.certainty && began->booked == order->booked)
    return FALSE;
  counts->orders++;
  if (order->base == DESK_STATUS_FILLED)
    counts->filled++;
  else if (desk_status_is_final (order->base))
    counts->ended++;
  else if (order->state.certainty == DESK_CERTAINTY_CONFLICT)
    counts->conflict++;
  else if (order->state.certainty == DESK_CERTAINTY_PROBABLE)
    counts->probable++;
  else if (presumed)
    counts->gone++;
  else if (order->state.certainty != DESK_CERTAINTY_FRESH && order->state.certainty != DESK_CERTAINTY_EXTERNAL)
    counts->unknown++;
  else if (order->booked > began->booked)
    counts->part_filled++;
  else
    counts->confirmed++;
  return order->state.status != began->status || order->state.certainty != began->certainty || order->booked != began->booked;
}

static void
count_positions (DeskEngine       *engine,
                 DeskResyncCounts *counts)
{
  const GPtrArray *positions = desk_truth_positions (engine->truth);
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint32 epoch = desk_truth_get_epoch (engine->truth);
  guint i;

  for (i = 0; i < positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (positions, i);

      if (!position->based || !position->stated || position->epoch != epoch)
        counts->not_provable++;
      else if (position->quantity != position->offset + position->booked)
        counts->position_mismatches++;
    }
  /* Without the server's list nothing is known of a symbol in which only orders work. */
  for (i = 0; !engine->positions_known && i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (order->state.status != DESK_STATUS_NOT_AT_SERVER
          && desk_truth_find_position (engine->truth, order->state.account, order->state.symbol) == NULL
          && g_hash_table_add (seen, g_strconcat (order->state.account, "\x1f", order->state.symbol, NULL)))
        counts->not_provable++;
    }
}

static gboolean
count_all (DeskEngine       *engine,
           DeskResyncCounts *counts)
{
  gboolean found = FALSE;
  guint i;

  for (i = 0; i < engine->began->len; i++)
    {
      const EngineBegan *began = &g_array_index (engine->began, EngineBegan, i);

      found |= count_order (desk_truth_find_key (engine->truth, began->key), began, counts);
    }
  for (i = engine->evidence.first_order; i < desk_truth_n_orders (engine->truth); i++)
    {
      const DeskTruthOrder *order = desk_truth_get_order (engine->truth, i);

      if (desk_status_is_final (order->base))
        continue;
      counts->external += !order->ours;
      /* What the round has brought to light is not verified for being new. */
      if (order->state.certainty == DESK_CERTAINTY_CONFLICT)
        counts->conflict++;
      else if (order->state.certainty == DESK_CERTAINTY_UNKNOWN)
        counts->unknown++;
      else
        continue;
      counts->orders++;
    }
  for (i = engine->evidence.first_fill; i < desk_truth_n_fills (engine->truth); i++)
    counts->fills += desk_truth_get_fill (engine->truth, i)->state.replaces == NULL;
  count_positions (engine, counts);
  return found || counts->external > 0 || counts->fills > 0;
}

static void
append_count (GString    *text,
              guint       n,
              const char *what)
{
  if (n > 0)
    g_string_append_printf (text, "%s%u %s", text->str[text->len - 1] == ':' ? " " : ", ", n, what);
}

/* Without this answer nothing is verified. */
static gboolean
is_missing (const DeskResyncLine *line,
            DeskResyncStep        step)
{
  return line->mark == DESK_RESYNC_WAIVED || line->mark == DESK_RESYNC_FAILED
         || (line->mark == DESK_RESYNC_UNAVAILABLE && step >= DESK_RESYNC_ACCOUNTS && step <= DESK_RESYNC_POSITIONS);
}

static char *
report_text (const DeskResyncState *state)
{
  const DeskResyncCounts *counts = &state->counts;
  const gboolean away = strcmp (state->trigger, "link") == 0; /* else the link stood, and no word came */
  GString *text = g_string_new (NULL);
  guint i;

  if (counts->orders == 0)
    g_string_append (text, "no open orders");
  else
    {
      g_string_append_printf (text, "%u %s:", counts->orders, counts->orders == 1 ? "order" : "orders");
      append_count (text, counts->confirmed, "confirmed");
      append_count (text, counts->filled, away ? "filled while away" : "found filled");
      append_count (text, counts->part_filled, away ? "part filled while away" : "found part filled");
      append_count (text, counts->ended, "ended");
      append_count (text, counts->gone, "not at the server");
      append_count (text, counts->probable, "probable");
      append_count (text, counts->conflict, "in conflict");
      append_count (text, counts->unknown, "unknown");
    }
  if (counts->external > 0)
    g_string_append_printf (text, "; %u of somebody else", counts->external);
  if (counts->fills > 0)
    g_string_append_printf (text, "; %u new %s", counts->fills, counts->fills == 1 ? "fill" : "fills");
  if (counts->position_mismatches > 0)
    g_string_append_printf (text, "; %u %s", counts->position_mismatches,
                            counts->position_mismatches == 1 ? "position differs" : "positions differ");
  if (counts->not_provable > 0)
    g_string_append_printf (text, "; %u %s not provable", counts->not_provable, counts->not_provable == 1 ? "position" : "positions");
  for (i = 0; i < DESK_N_RESYNC_LINES; i++)
    if (is_missing (&state->lines[i], (DeskResyncStep) i))
      g_string_append_printf (text, "; %s %s", desk_resync_step_nick ((DeskResyncStep) i), desk_resync_mark_nick (state->lines[i].mark));
  return g_string_free (text, FALSE);
}

void
engine_checklist_end (DeskEngine *engine)
{
  DeskResyncState *state = engine->checklist;
  g_autofree char *text = NULL;
  gboolean found, complete = TRUE;
  guint i;

  look (engine, TRUE);
  set_line (engine, DESK_RESYNC_RECONCILE, DESK_RESYNC_DONE, engine->began->len, 1, NULL);
  memset (&state->counts, 0, sizeof state->counts);
  found = count_all (engine, &state->counts);
  for (i = 0; i < DESK_N_RESYNC_LINES; i++)
    complete = complete && !is_missing (&state->lines[i], (DeskResyncStep) i);
  state->verified = complete && state->counts.unknown + state->counts.conflict + state->counts.probable == 0
                    && state->counts.position_mismatches + state->counts.not_provable == 0;
  state->ended = TRUE;
  state->finished = engine->now;
  text = report_text (state);
  g_clear_pointer (&state->text, g_ref_string_release);
  state->text = g_ref_string_new (text);
  if (found || engine->round == ROUND_LINK || engine->round == ROUND_VERIFY)
    publish (engine);
}
