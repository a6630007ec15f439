/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-reconcile.h"

#include "desk-candidates.h"
#include "desk-truth-private.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

void
desk_batch_init (DeskBatch *batch)
{
  memset (batch, 0, sizeof *batch);
  batch->seen = g_byte_array_new ();
}

void
desk_batch_clear (DeskBatch *batch)
{
  g_clear_pointer (&batch->seen, g_byte_array_unref);
}

DeskBatchResult
desk_batch_add (DeskBatch *batch,
                gint32     total,
                gint32     number,
                gboolean   none)
{
  if (batch->ended)
    return DESK_BATCH_BAD;
  if (none)
    {
      batch->ended = TRUE;
      return batch->n_seen == 0 && total <= 1 ? DESK_BATCH_COMPLETE : DESK_BATCH_BAD;
    }
  if (total < 1 || total > DESK_BATCH_MAX || number < 1 || number > total || (batch->total != 0 && batch->total != total))
    {
      batch->ended = TRUE;
      return DESK_BATCH_BAD;
    }
  if (batch->total == 0)
    {
      batch->total = total;
      g_byte_array_set_size (batch->seen, (guint) total);
      memset (batch->seen->data, 0, (gsize) total);
    }
  if (batch->seen->data[number - 1])
    {
      batch->ended = TRUE;
      return DESK_BATCH_BAD;
    }
  batch->seen->data[number - 1] = 1;
  batch->n_seen++;
  if (batch->n_seen < (guint) total)
    return DESK_BATCH_MORE;
  batch->ended = TRUE;
  return DESK_BATCH_COMPLETE;
}

gboolean
desk_batch_ends_with (const DeskBatch *batch,
                      gint32           total,
                      gint32           number)
{
  if (total < 1 || total > DESK_BATCH_MAX || number < 1 || number > total || (batch->total != 0 && batch->total != total))
    return TRUE;
  return batch->total == 0 ? total == 1 : batch->seen->data[number - 1] || batch->n_seen + 1 == (guint) total;
}

void
desk_evidence_init (DeskEvidence *evidence)
{
  memset (evidence, 0, sizeof *evidence);
  evidence->listed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  evidence->positions_named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  evidence->fills_complete = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  evidence->moved = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  evidence->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  evidence->unsettled = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  evidence->closed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  evidence->waiting = g_ptr_array_new_with_free_func (g_free);
  evidence->unsent = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

void
desk_evidence_clear (DeskEvidence *evidence)
{
  g_clear_pointer (&evidence->listed, g_hash_table_unref);
  g_clear_pointer (&evidence->positions_named, g_hash_table_unref);
  g_clear_pointer (&evidence->fills_complete, g_hash_table_unref);
  g_clear_pointer (&evidence->closed, g_hash_table_unref);
  g_clear_pointer (&evidence->before, g_hash_table_unref);
  g_clear_pointer (&evidence->moved, g_hash_table_unref);
  g_clear_pointer (&evidence->touched, g_hash_table_unref);
  g_clear_pointer (&evidence->unsettled, g_hash_table_unref);
  g_clear_pointer (&evidence->waiting, g_ptr_array_unref);
  g_clear_pointer (&evidence->unsent, g_hash_table_unref);
}

void
desk_evidence_moved (DeskEvidence *evidence,
                     guint64       key,
                     const char   *account,
                     const char   *symbol)
{
  if (key != 0)
    g_hash_table_add (evidence->moved, g_memdup2 (&key, sizeof key));
  g_hash_table_add (evidence->touched, g_strconcat (account, "\x1f", symbol, NULL));
}

void
desk_evidence_look_again (DeskEvidence *evidence)
{
  g_clear_pointer (&evidence->before, g_hash_table_unref);
  evidence->before = evidence->listed;
  evidence->listed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  evidence->orders_complete = FALSE;
}

void
desk_evidence_repeat (DeskEvidence *evidence,
                      gint64        now)
{
  /* The later list is the first one of what is asked now. */
  g_clear_pointer (&evidence->before, g_hash_table_unref);
  g_hash_table_remove_all (evidence->positions_named);
  g_hash_table_remove_all (evidence->fills_complete);
  g_hash_table_remove_all (evidence->moved);
  g_hash_table_remove_all (evidence->touched);
  evidence->positions_complete = FALSE;
  evidence->started = now;
}

void
desk_evidence_listed (DeskEvidence *evidence,
                      guint64       key)
{
  g_hash_table_add (evidence->listed, g_memdup2 (&key, sizeof key));
}

void
desk_evidence_list_anew (DeskEvidence *evidence,
                         gint64        now)
{
  g_hash_table_remove_all (evidence->listed);
  evidence->listed_since = now;
}

void
desk_evidence_unsent (DeskEvidence *evidence,
                      guint64       key)
{
  g_hash_table_add (evidence->unsent, g_memdup2 (&key, sizeof key));
}

void
desk_evidence_position (DeskEvidence *evidence,
                        const char   *account,
                        const char   *symbol)
{
  g_hash_table_add (evidence->positions_named, g_strconcat (account, "\x1f", symbol, NULL));
}

void
desk_evidence_fills (DeskEvidence *evidence,
                     const char   *account,
                     gint64        since)
{
  g_hash_table_replace (evidence->fills_complete, g_strdup (account), g_memdup2 (&since, sizeof since));
}

typedef struct
{
  DeskTruth          *truth;
  const DeskEvidence *evidence;
  gint64              now;
  JsonBuilder        *out;
  gboolean            again;
} Judge;

typedef enum
{
  EQUATION_UNKNOWN,
  EQUATION_BALANCED,
  EQUATION_BROKEN,
} Equation;

/* The server's position against the last one that was confirmed plus every fill since. */
static Equation
position_equation (const Judge          *judge,
                   const DeskTruthOrder *order)
{
  const DeskTruthPosition *position;
  g_autofree char *key = NULL;
  gint64 stated;

  if (!judge->evidence->positions_complete)
    return EQUATION_UNKNOWN;
  position = desk_truth_find_position (judge->truth, order->state.account, order->state.symbol);
  if (position == NULL)
    return EQUATION_BALANCED; /* flat at the server, and never a fill of ours */
  if (!position->based)
    return EQUATION_UNKNOWN;
  key = g_strconcat (position->account, "\x1f", position->symbol, NULL);
  stated = g_hash_table_contains (judge->evidence->positions_named, key) ? position->quantity : 0;
  return stated == position->offset + position->booked ? EQUATION_BALANCED : EQUATION_BROKEN;
}

static void
verdict_with (Judge                *judge,
              const DeskTruthOrder *order,
              const char           *word,
              const char           *text,
              guint64               twin)
{
  json_builder_begin_object (judge->out);
  json_builder_set_member_name (judge->out, "key");
  json_builder_add_int_value (judge->out, (gint64) order->state.key);
  json_builder_set_member_name (judge->out, "id");
  json_builder_add_string_value (judge->out, order->state.client_order_id[0] != '\0' ? order->state.client_order_id
                                                                                     : order->state.server_order_id);
  json_builder_set_member_name (judge->out, "verdict");
  json_builder_add_string_value (judge->out, word);
  if (text != NULL)
    {
      json_builder_set_member_name (judge->out, "text");
      json_builder_add_string_value (judge->out, text);
    }
  if (twin != 0)
    {
      json_builder_set_member_name (judge->out, "twin");
      json_builder_add_int_value (judge->out, (gint64) twin);
    }
  json_builder_end_object (judge->out);
}

static void
verdict (Judge                *judge,
         const DeskTruthOrder *order,
         const char           *word,
         const char           *text)
{
  verdict_with (judge, order, word, text, 0);
}

/* The same verdict about the same order is not written again with every round. */
static void
verdict_once (Judge                *judge,
              const DeskTruthOrder *order,
              DeskCertainty         certainty,
              const char           *word,
              const char           *text)
{
  if (order->state.certainty != certainty || g_strcmp0 (order->state.text, text) != 0)
    verdict (judge, order, word, text);
}

/* What the server has may be this order, and nothing says so. TRUE: that is the verdict, or the lack of one. */
static gboolean
judge_candidates (Judge                *judge,
                  const DeskTruthOrder *order,
                  Equation              equation)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, TRUE, sizeof (DeskCandidate));
  const DeskCandidate *best;
  g_autofree char *text = NULL;
  guint n;

  n = desk_candidates_find (judge->truth, order, candidates);
  if (candidates->len == 0)
    return FALSE;
  best = &g_array_index (candidates, DeskCandidate, 0);
  if (n == 1 && best->unique && best->kind == DESK_CANDIDATE_ORDER)
    {
      text = g_strdup_printf ("Probably order %s at the server: same side, quantity, prices and time, but it names no order of ours. "
                              "Confirm it or not",
                              best->server_order_id);
      verdict_once (judge, order, DESK_CERTAINTY_PROBABLE, "probable", text);
      return TRUE;
    }
  if (n == 1 && best->unique && equation == EQUATION_BALANCED)
    {
      text = g_strdup_printf ("Probably filled: no known order explains a fill of %" G_GINT64_FORMAT ", and the position agrees only with it. "
                              "Confirm it or not",
                              best->filled);
      verdict_once (judge, order, DESK_CERTAINTY_PROBABLE, "probable", text);
      return TRUE;
    }
  /* An order of another time is nobody's candidate; fills come as late as the market brings them. */
  if (n == 0 && best->kind == DESK_CANDIDATE_ORDER && g_array_index (candidates, DeskCandidate, candidates->len - 1).kind == DESK_CANDIDATE_ORDER)
    return FALSE;
  text = n > 1 ? g_strdup_printf ("Not among the server's open orders by name; %u orders or fills there may be it and none says so. "
                                  "Choose by hand", n)
               : g_strdup ("Not among the server's open orders; fills that may be its own carry no id of ours. Check at the server");
  verdict_once (judge, order, DESK_CERTAINTY_UNKNOWN, "doubt", text);
  return TRUE;
}

/* A day's order does not outlive the session, nor one with a date its date. */
static gboolean
has_expired (const Judge          *judge,
             const DeskTruthOrder *order)
{
  if (order->state.tif == DESK_TIF_GTD)
    return order->state.good_till > 0 && judge->evidence->utc > order->state.good_till * G_USEC_PER_SEC;
  return order->state.tif == DESK_TIF_DAY
         && (judge->evidence->utc - order->state.created >= DESK_RECONCILE_WATCH
             || g_hash_table_contains (judge->evidence->closed, order->state.symbol));
}

static void
presume (Judge                *judge,
         const DeskTruthOrder *order)
{
  gboolean bracket = order->state.role == DESK_ROLE_ENTRY || order->parent_key != 0;

  if (!order->answered && bracket)
    verdict (judge, order, "no-trace",
             "Presumed never to have reached the market: for a minute not among the server's orders and no fill found. The server may "
             "still hold the entry of a bracket unlisted; its exits must not be sent after it");
  else if (!order->answered)
    verdict (judge, order, "no-trace", "Presumed never to have reached the market: twice not among the server's orders and no fill found");
  else if (order->state.cancel == DESK_OVERLAY_UNKNOWN)
    verdict (judge, order, "gone", "Presumed cancelled on our request: twice not among the server's open orders");
  else if (order->booked > 0 && order->booked >= order->state.quantity)
    verdict (judge, order, "gone", "Filled as far as we know what was ordered, which may have become more; presumed to have ended while away");
  else if (has_expired (judge, order))
    verdict (judge, order, "gone",
             order->booked > 0 ? "Part filled, then presumed expired: twice not among the server's open orders, and its time is over"
                               : "Presumed expired: twice not among the server's open orders, and its time is over");
  else if (order->booked > 0)
    verdict (judge, order, "gone", "Part filled, then presumed cancelled or expired while away: twice not among the server's open orders");
  else
    verdict (judge, order, "gone", "Presumed cancelled, expired or rejected while away: twice not among the server's open orders");
}

/* All that was ordered is filled, so nothing of it is open any more. */
static gboolean
judge_filled (Judge                *judge,
              const DeskTruthOrder *order)
{
  if (order->state.quantity <= 0 || order->booked != order->state.quantity || desk_truth_may_have_grown (judge->truth, order))
    return FALSE;
  verdict (judge, order, "filled", NULL);
  return TRUE;
}

static void
judge_absent (Judge                *judge,
              const DeskTruthOrder *order)
{
  gboolean fills = g_hash_table_contains (judge->evidence->fills_complete, order->state.account);
  Equation equation = position_equation (judge, order);
  gboolean bracket = order->state.role == DESK_ROLE_ENTRY || order->parent_key != 0;
  gint64 since = judge->now - order->absent_mono;

  if (!fills)
    {
      if (order->answered && equation == EQUATION_BROKEN)
        verdict_once (judge, order, DESK_CERTAINTY_CONFLICT, "conflict",
                      "Not among the server's open orders, its fills are not available and the position has changed; check at the server");
      else if (order->answered && order->state.certainty != DESK_CERTAINTY_UNKNOWN)
        verdict (judge, order, "doubt", "Not among the server's open orders, and its fills are not available");
      return;
    }
  if (judge_filled (judge, order))
    return;
  if (judge_candidates (judge, order, equation))
    return;
  if (equation == EQUATION_BROKEN)
    {
      verdict_once (judge, order, DESK_CERTAINTY_CONFLICT, "conflict",
                    "Not among the server's open orders, and the position does not agree with the fills; check at the server");
      return;
    }
  /* A person has seen it there: it is not ours to presume that it went. */
  if (order->by_hand)
    return;
  /* Of another boot the clock does not say how long ago that was: it counts from now. */
  if (order->absent_rounds == 0 || equation == EQUATION_UNKNOWN || since < 0)
    {
      verdict (judge, order, "absent", "Not among the server's open orders; a second list must agree before it is presumed gone");
      judge->again = judge->again || order->absent_rounds == 0;
      return;
    }
  if (since < (bracket && !order->answered ? DESK_RECONCILE_HELD : DESK_RECONCILE_APART))
    {
      judge->again = TRUE;
      return;
    }
  presume (judge, order);
}

/* Presumed to be gone, and long enough ago that nothing about it is to be expected: it leaves the list of open orders.
 * The server's word still brings it back. */
static void
judge_presumed (Judge                *judge,
                const DeskTruthOrder *order)
{
  gint64 since = judge->now - order->absent_mono;
  gboolean may_stay = order->state.certainty == DESK_CERTAINTY_NO_TRACE
                      && (order->state.tif == DESK_TIF_GTC || order->state.tif == DESK_TIF_GTD);

  if (since >= (may_stay ? DESK_RECONCILE_WATCH_GTC : DESK_RECONCILE_WATCH))
    verdict (judge, order, "closed", order->state.text);
}

static void
judge_listed (Judge                *judge,
              const DeskTruthOrder *order)
{
  const DeskTruthOrder *second;

  if (order->state.cancel == DESK_OVERLAY_UNKNOWN)
    verdict (judge, order, "cancel-not-effective", "The cancel had no effect: the server still lists the order as working");
  if (order->state.change != DESK_OVERLAY_UNKNOWN)
    return;
  if (desk_truth_has_asked (order, order))
    {
      verdict (judge, order, "change-applied", NULL);
      return;
    }
  second = desk_truth_second_leg (judge->truth, order);
  if (second != NULL && g_hash_table_contains (judge->evidence->listed, &second->state.key))
    {
      verdict_with (judge, order, "two-live", desk_truth_two_live_text, second->state.key);
      verdict_with (judge, second, "two-live", desk_truth_two_live_text, order->state.key);
    }
  else if (order->unchanged_rounds == 0)
    {
      verdict (judge, order, "change-not-yet", "The change is not in the server's list yet; it is asked once more");
      judge->again = TRUE;
    }
  else
    verdict (judge, order, "change-not-applied", "The change was not applied: the server still lists the old values");
}

/* The server spoke of it after the question, or it is too young to be in the answer, or has not even left us. */
static gboolean
is_left_alone (DeskTruth            *truth,
               const DeskEvidence   *evidence,
               const DeskTruthOrder *order,
               gint64                now)
{
  guint32 epoch = desk_truth_get_epoch (truth);
  gint64 asked = MAX (evidence->started, evidence->listed_since);

  return (order->touched_epoch == epoch && order->touched_mono >= asked)
         || (order->intent_epoch == epoch && (order->intent_mono >= asked || now - order->intent_mono < DESK_RECONCILE_YOUNG))
         || g_hash_table_contains (evidence->unsent, &order->state.key);
}

static gboolean
is_presumed (const DeskTruthOrder *order)
{
  return order->state.certainty == DESK_CERTAINTY_GONE || order->state.certainty == DESK_CERTAINTY_NO_TRACE;
}

void
desk_reconcile_absent (DeskTruth          *truth,
                       const DeskEvidence *evidence,
                       gint64              now,
                       GArray             *keys)
{
  const GPtrArray *open = desk_truth_open_orders (truth);
  guint i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (!g_hash_table_contains (evidence->listed, &order->state.key) && !is_presumed (order)
          && !is_left_alone (truth, evidence, order, now))
        g_array_append_val (keys, order->state.key);
    }
}

guint
desk_reconcile_compare (DeskTruth    *truth,
                        DeskEvidence *evidence,
                        gint64        now)
{
  const GPtrArray *open = desk_truth_open_orders (truth);
  guint i;

  g_hash_table_remove_all (evidence->unsettled);
  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);
      gboolean before = g_hash_table_contains (evidence->before, &order->state.key);
      gboolean after = g_hash_table_contains (evidence->listed, &order->state.key);
      gboolean unsettled = FALSE;

      if (before != after)
        unsettled = !g_hash_table_contains (evidence->moved, &order->state.key)
                    && (order->intent_epoch != desk_truth_get_epoch (truth) || now - order->intent_mono >= DESK_RECONCILE_YOUNG);
      else if (!after && !is_presumed (order) && !is_left_alone (truth, evidence, order, now))
        {
          g_autofree char *key = g_strconcat (order->state.account, "\x1f", order->state.symbol, NULL);

          unsettled = g_hash_table_contains (evidence->touched, key);
        }
      if (unsettled)
        g_hash_table_add (evidence->unsettled, g_memdup2 (&order->state.key, sizeof order->state.key));
    }
  return g_hash_table_size (evidence->unsettled);
}

static void
judge_orders (Judge *judge)
{
  const GPtrArray *open = desk_truth_open_orders (judge->truth);
  guint i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (!judge->evidence->orders_complete)
        {
          /* Fills are positive evidence without a list, too, where they do not contradict what the server has said of it. */
          if (order->state.certainty != DESK_CERTAINTY_CONFLICT
              && g_hash_table_contains (judge->evidence->fills_complete, order->state.account))
            judge_filled (judge, order);
        }
      else if (g_hash_table_contains (judge->evidence->unsettled, &order->state.key))
        verdict_once (judge, order, DESK_CERTAINTY_CONFLICT, "conflict",
                      "The server's answers about it contradict each other, asked three times over; check at the server");
      else if (g_hash_table_contains (judge->evidence->listed, &order->state.key))
        judge_listed (judge, order);
      else if (is_left_alone (judge->truth, judge->evidence, order, judge->now))
        continue;
      else if (is_presumed (order))
        judge_presumed (judge, order);
      else
        judge_absent (judge, order);
    }
}

static gboolean
filled_during (const Judge             *judge,
               const DeskTruthPosition *position)
{
  guint i;

  for (i = judge->evidence->first_fill; i < desk_truth_n_fills (judge->truth); i++)
    {
      const DeskTruthFill *fill = desk_truth_get_fill (judge->truth, i);

      if (!fill->state.historical && strcmp (fill->state.symbol, position->symbol) == 0
          && strcmp (fill->state.account, position->account) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
judge_positions (Judge *judge)
{
  const GPtrArray *positions = desk_truth_positions (judge->truth);
  guint32 epoch = desk_truth_get_epoch (judge->truth);
  guint i;

  if (!judge->evidence->positions_complete)
    return;
  for (i = 0; i < positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (positions, i);
      g_autofree char *key = g_strconcat (position->account, "\x1f", position->symbol, NULL);
      gboolean named = g_hash_table_contains (judge->evidence->positions_named, key);
      gboolean busy = filled_during (judge, position);
      gboolean flat = !named && !busy && position->quantity != 0;
      gboolean base = !position->based && !busy && g_hash_table_contains (judge->evidence->fills_complete, position->account);

      if (!flat && !base && position->stated && position->epoch == epoch)
        continue;
      if (!named && busy)
        {
          /* A fill came between question and answer: which of them is older only the next answer can tell. */
          judge->again = judge->again || !position->stated || position->epoch != epoch;
          continue;
        }
      json_builder_begin_object (judge->out);
      json_builder_set_member_name (judge->out, "account");
      json_builder_add_string_value (judge->out, position->account);
      json_builder_set_member_name (judge->out, "symbol");
      json_builder_add_string_value (judge->out, position->symbol);
      if (!named)
        {
          json_builder_set_member_name (judge->out, "flat");
          json_builder_add_int_value (judge->out, 1);
        }
      if (base)
        {
          json_builder_set_member_name (judge->out, "base");
          json_builder_add_int_value (judge->out, 1);
        }
      json_builder_end_object (judge->out);
    }
}

static int
compare_accounts (gconstpointer a,
                  gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Accounts whose fills came whole: what a later list of the same connection has beside them happened since. Where the
 * positions did too, a symbol that nobody has named yet is flat. Sorted, so that the same evidence always writes the
 * same record. */
static void
judge_whole_accounts (Judge *judge)
{
  g_autofree const char **accounts = NULL;
  guint n = 0;

  accounts = (const char **) g_hash_table_get_keys_as_array (judge->evidence->fills_complete, &n);
  if (n == 0)
    return;
  qsort (accounts, n, sizeof *accounts, compare_accounts);
  json_builder_set_member_name (judge->out, "fills");
  json_builder_begin_array (judge->out);
  for (guint i = 0; i < n; i++)
    {
      json_builder_begin_object (judge->out);
      json_builder_set_member_name (judge->out, "account");
      json_builder_add_string_value (judge->out, accounts[i]);
      json_builder_set_member_name (judge->out, "since");
      json_builder_add_int_value (judge->out, *(const gint64 *) g_hash_table_lookup (judge->evidence->fills_complete, accounts[i]));
      json_builder_end_object (judge->out);
    }
  json_builder_end_array (judge->out);
  if (!judge->evidence->positions_complete)
    return;
  json_builder_set_member_name (judge->out, "flat_elsewhere");
  json_builder_begin_array (judge->out);
  for (guint i = 0; i < n; i++)
    json_builder_add_string_value (judge->out, accounts[i]);
  json_builder_end_array (judge->out);
}

char *
desk_reconcile_judge (DeskTruth          *truth,
                      const DeskEvidence *evidence,
                      gint64              now,
                      const char         *trigger,
                      gboolean           *again)
{
  g_autoptr (JsonBuilder) out = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  Judge judge = { truth, evidence, now, out, FALSE };

  json_builder_begin_object (out);
  json_builder_set_member_name (out, "trigger");
  json_builder_add_string_value (out, trigger);
  json_builder_set_member_name (out, "orders");
  json_builder_add_string_value (out, evidence->orders_complete ? "complete" : "unavailable");
  json_builder_set_member_name (out, "positions_answer");
  json_builder_add_string_value (out, evidence->positions_complete ? "complete" : "unavailable");
  json_builder_set_member_name (out, "verdicts");
  json_builder_begin_array (out);
  judge_orders (&judge);
  json_builder_end_array (out);
  json_builder_set_member_name (out, "positions");
  json_builder_begin_array (out);
  judge_positions (&judge);
  json_builder_end_array (out);
  judge_whole_accounts (&judge);
  json_builder_end_object (out);
  root = json_builder_get_root (out);
  *again = judge.again;
  return json_to_string (root, FALSE);
}
