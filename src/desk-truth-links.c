/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include <string.h>

/* Brackets and OCO: which order hangs on which. What we sent is known by our own keys from the intent on; what others
 * sent, by the ids in the server's updates. */

static DeskTruthOrder *
find_relative (DeskTruth  *truth,
               guint64     key,
               const char *server_order_id)
{
  return key != 0 ? desk_truth_find_key (truth, key) : desk_truth_find_server (truth, server_order_id);
}

DeskTruthOrder *
desk_truth_parent (DeskTruth            *truth,
                   const DeskTruthOrder *order)
{
  return find_relative (truth, order->parent_key, order->state.parent);
}

DeskTruthOrder *
desk_truth_sibling (DeskTruth            *truth,
                    const DeskTruthOrder *order)
{
  return find_relative (truth, order->sibling_key, order->state.sibling);
}

DeskTruthOrder *
desk_truth_child (DeskTruth            *truth,
                  const DeskTruthOrder *order,
                  guint                 index)
{
  return desk_truth_find_key (truth, order->child_keys[index]);
}

gboolean
desk_truth_may_have_grown (DeskTruth            *truth,
                           const DeskTruthOrder *order)
{
  gboolean changing = order->state.change == DESK_OVERLAY_SENT || order->state.change == DESK_OVERLAY_UNKNOWN;
  const DeskTruthOrder *entry = desk_truth_parent (truth, order);

  return (changing && order->state.asked_quantity > order->booked)
         || (entry != NULL && MAX (entry->booked, entry->state.filled) > order->booked);
}

gboolean
desk_truth_is_held (DeskTruth            *truth,
                    const DeskTruthOrder *order)
{
  const DeskTruthOrder *parent = desk_truth_parent (truth, order);

  /* Of an exit in doubt nobody knows whether the server took it as one of a bracket or as a free order. */
  if (parent == NULL || parent->booked > 0 || order->booked > 0
      || (order->state.certainty != DESK_CERTAINTY_FRESH && order->state.certainty != DESK_CERTAINTY_STALE
          && order->state.certainty != DESK_CERTAINTY_EXTERNAL))
    return FALSE;
  return order->base == DESK_STATUS_HELD_BY_PARENT || (order->base == DESK_STATUS_SENT && !desk_status_is_final (parent->base));
}

static gint64
remaining_of (const DeskTruthOrder *order)
{
  return order->state.remaining >= 0 ? order->state.remaining : order->state.quantity;
}

gboolean
desk_truth_are_pair (DeskTruth            *truth,
                     const DeskTruthOrder *order,
                     const DeskTruthOrder *other)
{
  return order != other && desk_truth_sibling (truth, order) == other && desk_truth_sibling (truth, other) == order
         && strcmp (order->state.symbol, other->state.symbol) == 0 && strcmp (order->state.account, other->state.account) == 0;
}

gint64
desk_truth_worst_quantity (DeskTruth            *truth,
                           const DeskTruthOrder *order)
{
  const DeskTruthOrder *sibling;
  gint64 remaining = remaining_of (order), other;

  if (desk_truth_is_held (truth, order))
    return 0;
  sibling = desk_truth_sibling (truth, order);
  if (remaining < 0 || sibling == NULL || sibling->state.key > order->state.key || !desk_truth_are_pair (truth, order, sibling)
      || sibling->state.side != order->state.side || desk_status_is_final (sibling->base)
      || sibling->state.certainty == DESK_CERTAINTY_GONE || sibling->state.certainty == DESK_CERTAINTY_NO_TRACE
      || desk_truth_is_held (truth, sibling))
    return remaining;
  other = remaining_of (sibling);
  return other < 0 ? remaining : MAX (remaining - other, 0);
}

void
desk_truth_link_intent (DeskTruth        *truth,
                        DeskTruthOrder   *order,
                        const DtcMessage *message,
                        gint64            leg)
{
  const DtcSubmitNewOcoOrder *oco = &message->submit_new_oco_order;
  DeskTruthOrder *parent, *sibling;

  if (message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
    {
      if (message->submit_new_single_order.is_parent_order)
        order->state.role = DESK_ROLE_ENTRY;
      return;
    }
  parent = desk_truth_find_client (truth, oco->parent_trigger_client_order_id);
  sibling = desk_truth_find_client (truth, leg == 1 ? oco->client_order_id_2 : oco->client_order_id_1);
  order->state.role = parent == NULL ? DESK_ROLE_OCO : leg == 1 ? DESK_ROLE_TARGET : DESK_ROLE_STOP;
  order->linked_quantity = order->state.quantity;
  if (parent != NULL)
    {
      order->parent_key = parent->state.key;
      parent->child_keys[leg == 1 ? 0 : 1] = order->state.key;
      g_strlcpy (order->state.parent, parent->state.server_order_id, sizeof order->state.parent);
    }
  if (sibling != NULL)
    {
      order->sibling_key = sibling->state.key;
      sibling->sibling_key = order->state.key;
    }
}

/* The server's id of @order, where it is written beside a relative. */
static void
tell_id (DeskTruth            *truth,
         const DeskTruthOrder *order,
         guint64               relative,
         gboolean              as_parent,
         const DeskRecord     *record,
         DeskTruthChanges     *changes)
{
  DeskTruthOrder *other = desk_truth_find_key (truth, relative);
  char *to;

  if (other == NULL)
    return;
  to = as_parent ? other->state.parent : other->state.sibling;
  if (strcmp (to, order->state.server_order_id) == 0)
    return;
  g_strlcpy (to, order->state.server_order_id, DESK_ID_SIZE);
  desk_truth_settle (truth, other, record, changes);
}

static DeskRole
role_by_ids (const DeskOrderState *state)
{
  if (state->parent[0] == '\0')
    return state->sibling[0] != '\0' ? DESK_ROLE_OCO : DESK_ROLE_NONE;
  return state->type == DESK_ORDER_TYPE_STOP || state->type == DESK_ORDER_TYPE_STOP_LIMIT ? DESK_ROLE_STOP : DESK_ROLE_TARGET;
}

void
desk_truth_link_update (DeskTruth        *truth,
                        DeskTruthOrder   *order,
                        const DeskRecord *record,
                        const DtcMessage *message,
                        DeskTruthChanges *changes)
{
  const DtcOrderUpdate *update = &message->order_update;
  DeskOrderState *state = &order->state;
  guint i;

  /* The keys of our own intents are surer than an id that a change may have replaced since. */
  if (order->parent_key == 0 && *update->parent_server_order_id != '\0')
    g_strlcpy (state->parent, update->parent_server_order_id, sizeof state->parent);
  if (order->sibling_key == 0 && *update->oco_linked_order_server_order_id != '\0')
    g_strlcpy (state->sibling, update->oco_linked_order_server_order_id, sizeof state->sibling);
  if (state->role == DESK_ROLE_NONE)
    state->role = role_by_ids (state);
  if (order->sibling_key != 0)
    tell_id (truth, order, order->sibling_key, FALSE, record, changes);
  for (i = 0; i < G_N_ELEMENTS (order->child_keys); i++)
    tell_id (truth, order, order->child_keys[i], TRUE, record, changes);
}

void
desk_truth_bracket_cut (const DeskTruthOrder *entry,
                        DeskTruthChanges     *changes)
{
  g_autofree char *name = desk_truth_order_name (entry);

  desk_truth_notice (changes, DESK_LEVEL_ALARM, "BRACKET_CUT",
                     "The link was lost while the bracket of %s was on its way: the server may hold or work the entry without its exits. "
                     "Neither is ever sent again by itself; look at the server",
                     name);
}

DeskTruthOrder *
desk_truth_find_tag (DeskTruth  *truth,
                     const char *free_form_text)
{
  char id[DESK_ID_SIZE];
  gsize len = strcspn (free_form_text, " ");
  DeskTruthOrder *order;

  if (len == 0 || len >= sizeof id)
    return NULL;
  memcpy (id, free_form_text, len);
  id[len] = '\0';
  order = desk_truth_find_client (truth, id);
  /* Others write what they like into it: only we begin it with an id. */
  return order != NULL && order->ours ? order : NULL;
}

void
desk_truth_set_note (DeskTruthOrder *order,
                     const char     *note)
{
  if (note == NULL || *note == '\0' || g_strcmp0 (order->state.note, note) == 0)
    return;
  g_clear_pointer (&order->state.note, g_ref_string_release);
  order->state.note = g_ref_string_new (note);
}
