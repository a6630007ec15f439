/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include "desk-case.h"

#include <string.h>

/* What a person decides about an order in doubt, and two rows that turn out to be one order. What the server says
 * later stands above it. */

/* @order is what the server has shown as @other: it takes its ids, values and fills, and @other is no order any more. */
void
desk_truth_adopt (DeskTruth        *truth,
                  DeskTruthOrder   *order,
                  DeskTruthOrder   *other,
                  const DeskRecord *record,
                  DeskTruthChanges *changes)
{
  DeskOrderState *to = &order->state;
  const DeskOrderState *from = &other->state;
  guint i;

  for (i = 0; i < other->server_ids->len; i++)
    {
      const char *id = g_ptr_array_index (other->server_ids, i);

      g_hash_table_replace (truth->by_server, g_strdup (id), order);
      if (!desk_truth_order_has_id (order, id))
        g_ptr_array_add (order->server_ids, g_strdup (id));
    }
  g_strlcpy (to->server_order_id, from->server_order_id, sizeof to->server_order_id);
  desk_truth_move_fills (truth, order, other, record, changes);

  to->price = from->price;
  to->price2 = from->price2;
  to->quantity = from->quantity;
  to->filled = from->filled;
  to->remaining = from->remaining;
  to->average_price = from->average_price;
  to->as_of = from->as_of;
  to->acked = to->acked != 0 ? to->acked : from->acked;
  to->certainty = from->certainty == DESK_CERTAINTY_EXTERNAL ? DESK_CERTAINTY_FRESH : from->certainty;
  if (from->grid.tick > 0)
    to->grid = from->grid;
  /* The server showed it and never said whether it works. */
  if (other->base == DESK_STATUS_UNKNOWN)
    to->certainty = DESK_CERTAINTY_UNKNOWN;
  else
    order->base = other->base;
  order->end_stated = other->end_stated;
  order->answered = TRUE;
  order->gridless = other->gridless;
  order->instance = other->instance;
  order->current_epoch = other->current_epoch;
  order->received_time = other->received_time;
  order->transaction_time = other->transaction_time;
  order->touched_mono = other->touched_mono;
  order->touched_epoch = other->touched_epoch;
  order->absent_rounds = other->absent_rounds;
  order->absent_mono = other->absent_mono;
  order->conflict = FALSE;

  other->taken_by = order->state.key;
  other->base = DESK_STATUS_NOT_AT_SERVER;
  other->state.certainty = DESK_CERTAINTY_GONE;
  g_ptr_array_set_size (other->server_ids, 0);
  {
    g_autofree char *text = g_strdup_printf ("This is our order %s", to->client_order_id);

    desk_truth_set_text (other, text);
  }
  desk_truth_settle (truth, other, record, changes);
  /* What showed it need not say anything that is applied. */
  desk_truth_settle (truth, order, record, changes);
}

/* A change of @named, whose outcome is open, may have become @shown: not heard of under its old id in this connection,
 * or the server says which id it took the place of. */
static gboolean
is_changed_to (const DeskTruth      *truth,
               const DeskTruthOrder *named,
               const DeskTruthOrder *shown,
               const char           *previous_id)
{
  return (named->state.change == DESK_OVERLAY_SENT || named->state.change == DESK_OVERLAY_UNKNOWN)
         && shown->state.key > named->change_after && desk_truth_has_asked (named, shown)
         && (named->current_epoch != truth->epoch || strcmp (previous_id, named->state.server_order_id) == 0);
}

/* An order that the server showed without a name is the one it names now: @named has no id of the server yet, or a
 * change is to give it another one, and nothing about them differs. */
gboolean
desk_truth_is_unnamed (const DeskTruth      *truth,
                       const DeskTruthOrder *named,
                       const DeskTruthOrder *shown,
                       const char           *previous_id)
{
  return named->ours && !shown->ours && shown->state.client_order_id[0] == '\0' && !shown->two_live && shown->taken_by == 0
         && (named->server_ids->len == 0 || is_changed_to (truth, named, shown, previous_id)) && shown->state.key > named->state.key
         && (named->state.side == DESK_SIDE_NONE || named->state.side == shown->state.side)
         && strcmp (named->state.symbol, shown->state.symbol) == 0 && strcmp (named->state.account, shown->state.account) == 0;
}

static void
take_fills (DeskTruth        *truth,
            DeskTruthOrder   *order,
            const char       *server_order_id,
            DeskTruthChanges *changes)
{
  if (*server_order_id != '\0')
    desk_truth_add_server_id (truth, order, server_order_id, changes);
  else
    desk_truth_attribute (truth, order, server_order_id, changes);
  order->answered = TRUE;
  if (order->booked >= order->state.quantity && order->state.quantity > 0)
    {
      order->base = DESK_STATUS_FILLED;
      order->state.reason = DESK_REASON_FILLED;
      order->state.certainty = DESK_CERTAINTY_FRESH;
    }
  else if (order->booked > 0)
    order->base = DESK_STATUS_PART_FILLED;
  order->state.filled = order->booked;
}

static void
close_by_hand (DeskTruthOrder *order,
               DeskDecision    decision)
{
  order->base = DESK_STATUS_NOT_AT_SERVER;
  order->state.certainty = decision == DESK_DECISION_NEVER ? DESK_CERTAINTY_NO_TRACE : DESK_CERTAINTY_GONE;
  order->conflict = FALSE;
}

void
desk_truth_resolve (DeskTruth        *truth,
                    DeskTruthOrder   *order,
                    const char       *decision_nick,
                    const char       *candidate,
                    const char       *words,
                    const DeskRecord *record,
                    DeskTruthChanges *changes)
{
  static const char *const said[] = { "Confirmed by hand as this order", "Closed by hand: it filled", "Closed by hand: it works no more",
                                      "Closed by hand: it never reached the market", "Seen working at the server by hand" };
  DeskTruthOrder *other;
  DeskDecision decision;
  g_autofree char *text = NULL;

  if (!desk_decision_from_nick (decision_nick, &decision) || desk_status_is_final (order->base))
    return;
  text = *words != '\0' ? g_strdup_printf ("%s: %s", said[decision], words) : g_strdup (said[decision]);
  switch (decision)
    {
    case DESK_DECISION_MINE:
      other = desk_truth_find_server (truth, candidate);
      if (other != NULL && (other == order || other->ours || other->taken_by != 0))
        return;
      if (other != NULL)
        desk_truth_adopt (truth, order, other, record, changes);
      else
        take_fills (truth, order, candidate, changes);
      break;
    case DESK_DECISION_FILLED:
    case DESK_DECISION_CANCELLED:
    case DESK_DECISION_NEVER:
      close_by_hand (order, decision);
      break;
    case DESK_DECISION_WORKING:
    default:
      order->by_hand = TRUE;
      order->absent_rounds = 0;
      order->state.certainty = DESK_CERTAINTY_UNKNOWN;
      break;
    }
  desk_truth_set_text (order, text);
  desk_truth_settle (truth, order, record, changes);
}
