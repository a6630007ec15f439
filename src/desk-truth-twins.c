/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include <string.h>

/* A change that made a new order at the server and left the old one: two live orders, until one of them has ended. */

const char desk_truth_two_live_text[] = "Two live orders after a change: the server lists both; cancel one of them";

void
desk_truth_two_live_notice (const DeskTruthOrder *order,
                            const DeskTruthOrder *other,
                            DeskTruthChanges     *changes)
{
  g_autofree char *name = desk_truth_order_name (order);

  desk_truth_notice_about (changes, order, DESK_LEVEL_ALARM, "TWO_LIVE_ORDERS",
                           "The change of %s left two live orders at the server: %s and %s. Cancel one of them", name,
                           order->state.server_order_id, other->state.server_order_id);
  desk_truth_notice_about (changes, other, DESK_LEVEL_ALARM, "TWO_LIVE_SECOND",
                           "%s is the second of the two live orders that the change of %s left. Cancel one of them",
                           other->state.server_order_id, name);
}

static void
pair (DeskTruthOrder *order,
      DeskTruthOrder *other)
{
  order->two_live = other->two_live = TRUE;
  order->twin = other->state.key;
  other->twin = order->state.key;
}

/* A second order of the server under the name of @order, which lives. */
DeskTruthOrder *
desk_truth_two_live (DeskTruth        *truth,
                     DeskTruthOrder   *order,
                     const DeskRecord *record,
                     const DtcMessage *message,
                     DeskTruthChanges *changes)
{
  DeskTruthOrder *other = desk_truth_add_external (truth, record, message, FALSE, changes);

  desk_truth_two_live_notice (order, other, changes);
  pair (order, other);
  desk_truth_mark_conflict (truth, order, record, desk_truth_two_live_text, changes);
  desk_truth_set_text (other, desk_truth_two_live_text);
  changes->doubt = TRUE;
  return other;
}

void
desk_truth_end_two_live (DeskTruth        *truth,
                         DeskTruthOrder   *order,
                         const DeskRecord *record,
                         DeskTruthChanges *changes)
{
  DeskTruthOrder *other = desk_truth_find_key (truth, order->twin);

  order->two_live = FALSE;
  order->twin = 0;
  if (other == NULL || !other->two_live)
    return;
  other->two_live = FALSE;
  other->twin = 0;
  if (desk_status_is_final (other->base) || other->state.certainty != DESK_CERTAINTY_CONFLICT)
    return;
  other->conflict = FALSE;
  other->state.certainty = other->ours ? DESK_CERTAINTY_FRESH : DESK_CERTAINTY_EXTERNAL;
  desk_truth_set_text (other, NULL);
  desk_truth_settle (truth, other, record, changes);
}

gboolean
desk_truth_has_asked (const DeskTruthOrder *asked,
                      const DeskTruthOrder *order)
{
  const DeskOrderState *values = &asked->state, *state = &order->state;

  return (values->asked_price.kind == DESK_PRICE_UNSET || desk_price_equal (&values->asked_price, &state->price))
         && (values->asked_price2.kind == DESK_PRICE_UNSET || desk_price_equal (&values->asked_price2, &state->price2))
         && (values->asked_quantity == 0 || values->asked_quantity == state->quantity);
}

static gboolean
is_live (const DeskTruthOrder *order)
{
  return order->base == DESK_STATUS_WORKING || order->base == DESK_STATUS_PART_FILLED || order->base == DESK_STATUS_HELD_BY_PARENT;
}

/* What nobody asked to change is as it was; a new order for what is left of a part-filled one has that quantity. */
static gboolean
kept_the_rest (const DeskTruthOrder *order,
               const DeskTruthOrder *other)
{
  const DeskOrderState *was = &order->state, *is = &other->state;

  return was->type == is->type
         && (was->asked_price.kind != DESK_PRICE_UNSET || desk_price_equal (&was->price, &is->price))
         && (was->asked_price2.kind != DESK_PRICE_UNSET || desk_price_equal (&was->price2, &is->price2))
         && (was->asked_quantity != 0 || was->quantity == is->quantity || was->quantity - MAX (was->filled, 0) == is->quantity);
}

/* A stranger's order at the price asked for is no second leg: one that is must be the order in all that was left alone. */
static gboolean
is_second_leg (const DeskTruthOrder *order,
               const DeskTruthOrder *other)
{
  return !other->two_live && other->taken_by == 0 && is_live (other) && other->state.client_order_id[0] == '\0'
         && other->state.side == order->state.side && strcmp (other->state.symbol, order->state.symbol) == 0
         && strcmp (other->state.account, order->state.account) == 0 && desk_truth_has_asked (order, other)
         && kept_the_rest (order, other);
}

DeskTruthOrder *
desk_truth_second_leg (DeskTruth            *truth,
                       const DeskTruthOrder *order)
{
  guint i;

  for (i = truth->externals->len; i > 0; i--)
    {
      DeskTruthOrder *other = g_ptr_array_index (truth->externals, i - 1);

      if (other->state.key <= order->change_after)
        break;
      if (is_second_leg (order, other))
        return other;
    }
  return NULL;
}

/* Of a change whose outcome nobody has stated: the old order lives in this connection, and so does one with the new
 * values. TRUE: they are a conflict now. */
static gboolean
check_second (DeskTruth        *truth,
              DeskTruthOrder   *order,
              const DeskRecord *record,
              DeskTruthChanges *changes)
{
  DeskTruthOrder *other;

  if (order->state.change != DESK_OVERLAY_UNKNOWN || order->two_live || !is_live (order)
      || order->state.certainty != DESK_CERTAINTY_FRESH || order->touched_epoch != truth->epoch || desk_truth_has_asked (order, order))
    return FALSE;
  other = desk_truth_second_leg (truth, order);
  if (other == NULL)
    return FALSE;
  desk_truth_two_live_notice (order, other, changes);
  pair (order, other);
  desk_truth_mark_conflict (truth, other, record, desk_truth_two_live_text, changes);
  desk_truth_mark_conflict (truth, order, record, desk_truth_two_live_text, changes);
  return TRUE;
}

/* Something about @order is new: is it one of two that a change left? */
void
desk_truth_check_twins (DeskTruth        *truth,
                        DeskTruthOrder   *order,
                        const DeskRecord *record,
                        DeskTruthChanges *changes)
{
  guint i;

  if (order->ours)
    {
      check_second (truth, order, record, changes);
      return;
    }
  for (i = truth->changing->len; i > 0; i--)
    {
      DeskTruthOrder *changing = g_ptr_array_index (truth->changing, i - 1);

      if (order->state.key > changing->change_after && is_second_leg (changing, order)
          && check_second (truth, changing, record, changes))
        return;
    }
}

/* Orders whose change is under way or in doubt are few: they are kept apart. */
void
desk_truth_track_change (DeskTruth      *truth,
                         DeskTruthOrder *order)
{
  gboolean changing = !desk_status_is_final (order->base) && order->ours
                      && (order->state.change == DESK_OVERLAY_SENT || order->state.change == DESK_OVERLAY_UNKNOWN);

  if (changing == order->changing)
    return;
  order->changing = changing;
  if (changing)
    g_ptr_array_add (truth->changing, order);
  else
    g_ptr_array_remove (truth->changing, order);
}
