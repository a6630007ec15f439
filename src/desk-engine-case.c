/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include "desk-candidates.h"

#include <math.h>
#include <string.h>

/* An order in doubt before a person: the evidence, what it may be, and the decision, which is recorded with all that
 * was shown. */

static gboolean
in_doubt (const DeskTruthOrder *order)
{
  return !desk_status_is_final (order->base)
         && (order->state.certainty == DESK_CERTAINTY_UNKNOWN || order->state.certainty == DESK_CERTAINTY_PROBABLE
             || order->state.certainty == DESK_CERTAINTY_NO_TRACE || order->state.certainty == DESK_CERTAINTY_GONE
             || order->state.certainty == DESK_CERTAINTY_CONFLICT);
}

/* What a complete answer of this connection said after the order was written. */
static gboolean
is_known_since (DeskEngine           *engine,
                const DeskTruthOrder *order,
                const EngineAnswered *answered)
{
  return answered->epoch != 0 && answered->epoch == desk_truth_get_epoch (engine->truth)
         && (answered->epoch != order->intent_epoch || answered->mono >= order->intent_mono);
}

static guint
allowed (DeskEngine     *engine,
         const DeskTruthOrder *order,
         const DeskCase *evidence)
{
  guint bits = 0;

  if (!in_doubt (order))
    return 0;
  if (evidence->candidates->len > 0 && !order->two_live)
    bits |= 1u << DESK_DECISION_MINE;
  /* The server says that it works: only the server can say that it does no more. */
  if (!evidence->listed)
    bits |= 1u << DESK_DECISION_FILLED | 1u << DESK_DECISION_CANCELLED;
  if (!evidence->listed && !order->answered && order->booked == 0)
    bits |= 1u << DESK_DECISION_NEVER;
  return bits | 1u << DESK_DECISION_WORKING;
}

static const char *
verdict_text (const DeskTruthOrder *order)
{
  if (desk_status_is_final (order->base) || order->state.certainty == DESK_CERTAINTY_FRESH
      || order->state.certainty == DESK_CERTAINTY_EXTERNAL)
    return "The server has stated what became of it";
  if (order->state.certainty == DESK_CERTAINTY_STALE)
    return "Known as of the last connection; the server is asked when there is one";
  return order->state.text != NULL ? order->state.text : "Nobody has stated what became of it";
}

static DeskCase *
make_case (DeskEngine           *engine,
           const DeskTruthOrder *order)
{
  DeskCase *evidence = desk_case_new ();
  const DeskTruthPosition *position = desk_truth_find_position (engine->truth, order->state.account, order->state.symbol);
  const EngineAnswered *fills = g_hash_table_lookup (engine->fills_answered, order->state.account);
  gboolean known;

  desk_order_state_copy (&evidence->order, &order->state);
  evidence->written = order->base != DESK_STATUS_NOT_SENT;
  evidence->sent_utc = order->state.sent > 0 ? order->state.sent : order->state.created;
  evidence->lost_utc = order->lost_utc;
  evidence->orders_known = is_known_since (engine, order, &engine->orders_answered);
  evidence->orders_utc = engine->orders_answered.utc;
  evidence->listed = evidence->orders_known && g_hash_table_contains (engine->listed, &order->state.key);
  evidence->absent_rounds = order->absent_rounds;
  evidence->fills_known = fills != NULL && is_known_since (engine, order, fills);
  evidence->fills_utc = fills != NULL ? fills->utc : 0;
  evidence->position_now = engine_position (engine, order->state.account, order->state.symbol, &known);
  evidence->position_base = position != NULL ? position->offset + position->booked : 0;
  evidence->position_known = known && (position == NULL || position->based);
  desk_candidates_find (engine->truth, order, evidence->candidates);
  evidence->allowed = allowed (engine, order, evidence);
  evidence->text = g_ref_string_new (verdict_text (order));
  return evidence;
}

static void
append_time (GString    *out,
             const char *what,
             gint64      utc)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (utc / G_USEC_PER_SEC);
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("?");

  g_string_append_printf (out, "%s%s %s", out->len > 0 ? "; " : "", what, text);
}

/* What was on the screen, in words: it is kept with the decision. */
static char *
evidence_text (const DeskCase *evidence)
{
  GString *out = g_string_new (NULL);
  guint i;

  append_time (out, "sent", evidence->sent_utc);
  if (evidence->lost_utc > 0)
    append_time (out, "link lost", evidence->lost_utc);
  if (evidence->orders_known)
    {
      append_time (out, evidence->listed ? "listed among the server's open orders" : "not among the server's open orders", evidence->orders_utc);
      if (!evidence->listed)
        g_string_append_printf (out, " (%u times)", MAX (evidence->absent_rounds, 1));
    }
  else
    g_string_append (out, "; the server's open orders are not known");
  if (evidence->fills_known)
    append_time (out, "fills known", evidence->fills_utc);
  else
    g_string_append (out, "; fills are not known");
  if (evidence->position_known)
    g_string_append_printf (out, "; position by our fills %" G_GINT64_FORMAT ", at the server %" G_GINT64_FORMAT, evidence->position_base,
                            evidence->position_now);
  else
    g_string_append (out, "; the position cannot be checked");
  for (i = 0; i < evidence->candidates->len; i++)
    {
      const DeskCandidate *candidate = &g_array_index (evidence->candidates, DeskCandidate, i);

      g_string_append_printf (out, "; candidate: %s of %s, %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " filled%s%s",
                              candidate->kind == DESK_CANDIDATE_ORDER ? "order" : "fills", candidate->server_order_id,
                              candidate->filled, candidate->quantity, candidate->in_window ? "" : ", at another time",
                              candidate->unique ? ", the only one" : "");
    }
  return g_string_free (out, FALSE);
}

static void
publish_case (DeskEngine           *engine,
              const DeskTruthOrder *order,
              guint64               tag)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_CASE);
  g_autofree char *name = desk_truth_order_name (order);
  g_autofree char *shown = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint i;

  event->tag = tag;
  event->doubt = make_case (engine, order);
  /* Where there is only text, it is a notice. */
  shown = evidence_text (event->doubt);
  g_string_append_printf (text, "%s: %s. Evidence: %s", name, event->doubt->text, shown);
  for (i = 0; i <= DESK_DECISION_WORKING; i++)
    if (event->doubt->allowed & 1u << i)
      g_string_append_printf (text, "%s %s", strstr (text->str, ". Decisions:") == NULL ? ". Decisions:" : ",",
                              desk_decision_nick ((DeskDecision) i));
  event->level = DESK_LEVEL_INFO;
  g_strlcpy (event->code, "CASE", sizeof event->code);
  event->text = g_ref_string_new (text->str);
  engine_publish (engine, event, engine->appended);
}

void
engine_case (DeskEngine        *engine,
             const DeskCommand *command)
{
  const DeskTruthOrder *order = desk_truth_find (engine->truth, command->id);

  if (order == NULL)
    {
      engine_deny (engine, DESK_DENY_NO_SUCH_ORDER, command->tag, command->input, "There is no such order");
      return;
    }
  engine->case_key = order->state.key;
  engine->case_tag = command->tag;
  publish_case (engine, order, command->tag);
}

/* A round has ended: whoever looks at the case sees what it brought. */
void
engine_case_again (DeskEngine *engine)
{
  const DeskTruthOrder *order = desk_truth_find_key (engine->truth, engine->case_key);

  if (order == NULL)
    return;
  publish_case (engine, order, engine->case_tag);
  if (!in_doubt (order))
    engine->case_key = 0;
}

/* The candidate that is meant; NULL: it must be named. */
static const DeskCandidate *
find_candidate (const DeskCase    *evidence,
                const DeskCommand *command)
{
  guint i;

  for (i = 0; i < evidence->candidates->len; i++)
    {
      const DeskCandidate *candidate = &g_array_index (evidence->candidates, DeskCandidate, i);

      if (command->candidate[0] == '\0' ? evidence->candidates->len == 1 : strcmp (candidate->server_order_id, command->candidate) == 0)
        return candidate;
    }
  return NULL;
}

void
engine_resolve (DeskEngine        *engine,
                const DeskCommand *command)
{
  DeskTruthOrder *order = desk_truth_find (engine->truth, command->id);
  g_autoptr (DeskCase) evidence = NULL;
  const DeskCandidate *candidate = NULL;
  DeskDecision decision;
  g_autofree char *shown = NULL;
  g_autofree char *key = NULL;
  g_autofree char *payload = NULL;
  g_autofree char *name = NULL;
  DeskRecord *record;
  const char *refusal = NULL;

  if (order == NULL)
    {
      engine_deny (engine, DESK_DENY_NO_SUCH_ORDER, command->tag, command->input, "There is no such order");
      return;
    }
  evidence = make_case (engine, order);
  if (!desk_decision_from_nick (command->step, &decision))
    refusal = "An order is resolved as mine, filled, cancelled, never or working";
  else if (!in_doubt (order))
    refusal = "Nothing about this order is in doubt: the server has stated what became of it, or is asked at the next connection";
  else if (!(evidence->allowed & 1u << decision))
    refusal = decision == DESK_DECISION_MINE ? "Nothing at the server fits this order"
                                             : "The evidence forbids it: the server lists the order, or has spoken of it";
  else if (decision == DESK_DECISION_MINE && (candidate = find_candidate (evidence, command)) == NULL)
    refusal = "Name the order at the server that is meant: one of those that fit";
  if (refusal != NULL)
    {
      engine_deny (engine, DESK_DENY_USAGE, command->tag, command->input, refusal);
      return;
    }
  if (engine->storage_failed)
    {
      engine_deny (engine, DESK_DENY_STORAGE, command->tag, command->input, "The state file cannot be written, and a decision must be kept");
      return;
    }

  shown = evidence_text (evidence);
  key = g_strdup_printf ("%" G_GUINT64_FORMAT, order->state.key);
  payload = engine_json ("action", "resolve", "detail", desk_decision_nick (decision), "#key", key, "decision", desk_decision_nick (decision),
                         "candidate", candidate != NULL ? candidate->server_order_id : "", "words",
                         command->search != NULL ? command->search : "", "evidence", shown, NULL);
  record = engine_record (engine, DESK_RECORD_HUMAN, payload);
  record->client_order_id = g_strdup (order->state.client_order_id);
  record->server_order_id = g_strdup (candidate != NULL ? candidate->server_order_id : order->state.server_order_id);
  record->account = g_strdup (order->state.account);
  record->symbol = g_strdup (order->state.symbol);
  engine_commit (engine, record, NULL, NULL, FALSE);
  name = desk_truth_order_name (order);
  engine_notice_about (engine, order, DESK_LEVEL_INFO, "RESOLVED", "%s was decided by hand: %s", name, desk_decision_nick (decision));
  publish_case (engine, order, command->tag);
  engine_doubt (engine);
}
