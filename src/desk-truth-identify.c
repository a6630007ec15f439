/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include <string.h>

#define HAS(m, FIELD) dtc_message_has ((m), DTC_ORDER_UPDATE_F_##FIELD)

/* Whom a message of the server is about, and which ids an order has. */

DeskSide
desk_truth_side (gint32 buy_sell)
{
  return buy_sell == DTC_BUY ? DESK_SIDE_BUY : buy_sell == DTC_SELL ? DESK_SIDE_SELL : DESK_SIDE_NONE;
}

gboolean
desk_truth_status_is_live (int status)
{
  return (status >= DTC_ORDER_STATUS_PENDING_OPEN && status <= DTC_ORDER_STATUS_PENDING_CANCEL)
         || status == DTC_ORDER_STATUS_PARTIALLY_FILLED;
}

void
desk_truth_note_received (DeskTruthOrder   *order,
                          const DtcMessage *message)
{
  const DtcOrderUpdate *update = &message->order_update;

  if (HAS (message, ORDER_RECEIVED_DATE_TIME) && update->order_received_date_time > 0 && order->received_time == 0)
    order->received_time = update->order_received_date_time;
}

void
desk_truth_mark_unknown (DeskTruth        *truth,
                         DeskTruthOrder   *order,
                         const DeskRecord *record,
                         DeskReason        reason,
                         const char       *text,
                         DeskTruthChanges *changes)
{
  if (!desk_status_is_final (order->base))
    {
      order->state.certainty = DESK_CERTAINTY_UNKNOWN;
      if (reason != DESK_REASON_NONE)
        order->state.reason = reason;
      desk_truth_set_text (order, text);
    }
  desk_truth_settle (truth, order, record, changes);
  changes->doubt = TRUE;
}

static gboolean
differs (const char *known,
         const char *said)
{
  return *known != '\0' && *said != '\0' && strcmp (known, said) != 0;
}

/* The server has said that it ended, in an earlier connection, and works under that id without its name: an order does
 * not come to life again, and ids are given again by a server that was started anew. */
static gboolean
is_successor (const DeskTruth      *truth,
              const DeskTruthOrder *order,
              const DtcOrderUpdate *update)
{
  return order->ours && order->touched_epoch != truth->epoch && *update->client_order_id == '\0' && desk_truth_status_is_live (update->order_status)
         && (order->base == DESK_STATUS_FILLED || order->base == DESK_STATUS_CANCELLED || order->base == DESK_STATUS_REJECTED
             || order->base == DESK_STATUS_EXPIRED);
}

static gboolean
is_other_price (const DeskTruthOrder *order,
                const DeskPrice      *known,
                const DeskPrice      *asked,
                double                wire)
{
  DeskPrice price = desk_price_from_wire (&order->state.grid, wire);

  return known->kind != DESK_PRICE_UNSET && !desk_price_equal (known, &price)
         && (asked->kind == DESK_PRICE_UNSET || !desk_price_equal (asked, &price));
}

/* What stands in @message is not what @order was when the last connection ended, nor what it was to become. */
static gboolean
is_unlike (const DeskTruthOrder *order,
           const DtcMessage     *message)
{
  const DtcOrderUpdate *update = &message->order_update;
  const DeskOrderState *state = &order->state;

  if (HAS (message, ORDER_QUANTITY) && state->quantity > 0 && update->order_quantity != (double) state->quantity
      && (state->asked_quantity == 0 || update->order_quantity != (double) state->asked_quantity))
    return TRUE;
  if (update->order_type != DTC_ORDER_TYPE_UNSET && state->type != DESK_ORDER_TYPE_UNSET && update->order_type != (gint32) state->type)
    return TRUE;
  return (HAS (message, PRICE1) && is_other_price (order, &state->price, &state->asked_price, update->price1))
         || (HAS (message, PRICE2) && is_other_price (order, &state->price2, &state->asked_price2, update->price2));
}

/* The server gives ids again in this connection, and what it calls by the id of @order without a name is unlike it: the id
 * alone says nothing any more. */
static gboolean
is_doubtful (const DeskTruth      *truth,
             const DeskTruthOrder *order,
             const DtcMessage     *message)
{
  return truth->reused_epoch == truth->epoch && order->current_epoch != truth->epoch
         && *message->order_update.client_order_id == '\0' && is_unlike (order, message);
}

/* What never changes in an order's life differs: another order got the same id. */
static gboolean
is_another_order (const DeskTruth      *truth,
                  const DeskTruthOrder *order,
                  const DtcMessage     *message,
                  gboolean              by_server_id)
{
  const DtcOrderUpdate *update = &message->order_update;
  DeskSide side = desk_truth_side (update->buy_sell);

  if (differs (order->state.symbol, update->symbol) || differs (order->state.account, update->trade_account))
    return TRUE;
  /* Of a flatten the side was our expectation only. */
  if (side != DESK_SIDE_NONE && order->state.side != DESK_SIDE_NONE && side != order->state.side
      && (!order->flatten || order->answered))
    return TRUE;
  if (!by_server_id)
    return FALSE;
  if (is_successor (truth, order, update) || is_doubtful (truth, order, message))
    return TRUE;
  if (update->order_received_date_time > 0 && order->received_time > 0
      && update->order_received_date_time != order->received_time)
    return TRUE;
  return order->group_key == 0 && differs (order->state.client_order_id, update->client_order_id)
         && strcmp (order->state.client_order_id, update->previous_client_order_id) != 0;
}

void
desk_truth_mark_conflict (DeskTruth        *truth,
                          DeskTruthOrder   *order,
                          const DeskRecord *record,
                          const char       *text,
                          DeskTruthChanges *changes)
{
  order->conflict = TRUE;
  order->state.certainty = DESK_CERTAINTY_CONFLICT;
  desk_truth_set_text (order, text);
  desk_truth_settle (truth, order, record, changes);
  changes->doubt = TRUE;
}

/* A second order of the server under a first one's name: kept apart, so that each can be cancelled. */
DeskTruthOrder *
desk_truth_add_external (DeskTruth        *truth,
                         const DeskRecord *record,
                         const DtcMessage *message,
                         gboolean          with_client_id,
                         DeskTruthChanges *changes)
{
  const DtcOrderUpdate *update = &message->order_update;
  DeskTruthOrder *order = desk_truth_add_order (truth, record, FALSE);

  g_strlcpy (order->state.account, update->trade_account, sizeof order->state.account);
  g_strlcpy (order->state.symbol, update->symbol, sizeof order->state.symbol);
  order->state.side = desk_truth_side (update->buy_sell);
  if (with_client_id && *update->client_order_id != '\0')
    {
      g_strlcpy (order->state.client_order_id, update->client_order_id, sizeof order->state.client_order_id);
      g_hash_table_replace (truth->by_client, order->state.client_order_id, order);
    }
  if (*update->server_order_id != '\0')
    desk_truth_add_server_id (truth, order, update->server_order_id, changes);
  return order;
}

/* One list of open orders has it under another id already: these are two orders, whatever was asked for. A list without
 * a number of its own may name the change that lies between two of its rows. */
static gboolean
is_second_row (const DeskTruth      *truth,
               const DeskTruthOrder *order,
               const DtcOrderUpdate *update)
{
  return update->order_update_reason == DTC_OPEN_ORDERS_REQUEST_RESPONSE && desk_truth_status_is_live (update->order_status)
         && !desk_status_is_final (order->base) && order->listed_epoch == truth->epoch
         && order->listed_request == update->request_id
         && (update->request_id != 0 || *update->previous_server_order_id == '\0');
}

/* With it come the fills that were reported under it, unless they are older than the order. */
static void
take_server_id (DeskTruth        *truth,
                DeskTruthOrder   *order,
                const DtcMessage *message,
                const char       *id,
                DeskTruthChanges *changes)
{
  desk_truth_note_received (order, message);
  desk_truth_add_server_id (truth, order, id, changes);
}

/* The server's id of an order we found by its ClientOrderID. NULL: the message is not for it. */
static DeskTruthOrder *
follow_server_id (DeskTruth        *truth,
                  DeskTruthOrder   *order,
                  const DeskRecord *record,
                  const DtcMessage *message,
                  DeskTruthChanges *changes)
{
  const DtcOrderUpdate *update = &message->order_update;
  const char *id = update->server_order_id;
  const char *previous = update->previous_server_order_id;
  gboolean live = desk_truth_status_is_live (update->order_status);
  gboolean request_refused = update->order_update_reason == DTC_ORDER_CANCEL_REJECTED
                             || update->order_update_reason == DTC_ORDER_CANCEL_REPLACE_REJECTED;

  if (*id == '\0')
    return order;
  if (*previous != '\0' && !desk_truth_order_has_id (order, previous)
      && desk_truth_find_server (truth, previous) == NULL && order->server_ids->len == 0)
    take_server_id (truth, order, message, previous, changes);

  if (!desk_truth_order_has_id (order, id))
    {
      gboolean replaced = (*previous != '\0' && desk_truth_order_has_id (order, previous))
                          || update->order_update_reason == DTC_ORDER_CANCEL_REPLACE_COMPLETE
                          || order->state.change == DESK_OVERLAY_SENT || order->state.change == DESK_OVERLAY_UNKNOWN
                          || order->current_epoch != truth->epoch;

      if (is_second_row (truth, order, update))
        return desk_truth_two_live (truth, order, record, message, changes);
      if (order->server_ids->len > 0 && !replaced)
        return live && !desk_status_is_final (order->base) ? desk_truth_two_live (truth, order, record, message, changes) : order;
      take_server_id (truth, order, message, id, changes);
      order->current_epoch = truth->epoch;
      return order;
    }

  if (strcmp (order->state.server_order_id, id) == 0)
    {
      order->current_epoch = truth->epoch;
      return order;
    }

  /* An id that a change has replaced. The end of the old leg is part of every change; its life is not. */
  if (request_refused)
    return order;
  if (order->current_epoch == truth->epoch && live && !desk_status_is_final (order->base)
      && update->order_update_reason != DTC_ORDER_FILLED && update->order_update_reason != DTC_ORDER_FILLED_PARTIALLY)
    return desk_truth_two_live (truth, order, record, message, changes);
  if (!live && update->order_status != DTC_ORDER_STATUS_FILLED)
    return NULL;
  if (order->current_epoch != truth->epoch && live)
    {
      /* After an outage the server says that the old id is the one: the change was not applied. */
      take_server_id (truth, order, message, id, changes);
      order->current_epoch = truth->epoch;
    }
  return order;
}

/* A flatten of the whole account has one name for several orders: the one of this symbol is meant. */
static DeskTruthOrder *
one_of_group (DeskTruth            *truth,
              DeskTruthOrder       *named,
              const DtcOrderUpdate *update)
{
  DeskTruthOrder *first = named != NULL ? named : desk_truth_find_tag (truth, update->free_form_text);
  guint64 key;

  if (first == NULL || first->group_key == 0)
    return named;
  for (key = first->group_key; *update->symbol != '\0'; key++)
    {
      DeskTruthOrder *order = desk_truth_find_key (truth, key);

      if (order == NULL || order->group_key != first->group_key)
        return named;
      if (strcmp (order->state.symbol, update->symbol) == 0)
        return order;
    }
  return first;
}

/* The id is another order's now: nothing that is meant for @order may be sent to it. */
static void
lose_server_id (DeskTruth        *truth,
                DeskTruthOrder   *order,
                const char       *id,
                const DeskRecord *record,
                DeskTruthChanges *changes)
{
  guint i;

  if (g_ptr_array_find_with_equal_func (order->server_ids, id, g_str_equal, &i))
    g_ptr_array_remove_index (order->server_ids, i);
  if (strcmp (order->state.server_order_id, id) != 0)
    return;
  order->state.server_order_id[0] = '\0';
  desk_truth_mark_unknown (truth, order, record, DESK_REASON_NONE, "The server has given its id to another order; it is asked again", changes);
  changes->doubt = TRUE;
}

static DeskTruthOrder *
find_by_server_ids (DeskTruth            *truth,
                    const DtcOrderUpdate *update)
{
  DeskTruthOrder *order = desk_truth_find_server (truth, update->server_order_id);

  return order != NULL ? order : desk_truth_find_server (truth, update->previous_server_order_id);
}

gboolean
desk_truth_is_bare (DeskTruth        *truth,
                    const DtcMessage *message)
{
  const DtcOrderUpdate *update = &message->order_update;
  const DeskTruthOrder *order = find_by_server_ids (truth, update);

  return order != NULL && order->current_epoch != truth->epoch && *update->client_order_id == '\0'
         && *update->previous_client_order_id == '\0' && desk_truth_find_tag (truth, update->free_form_text) == NULL;
}

gboolean
desk_truth_is_reuse (DeskTruth        *truth,
                     const DtcMessage *message)
{
  const DeskTruthOrder *order = find_by_server_ids (truth, &message->order_update);

  return order != NULL && is_another_order (truth, order, message, TRUE);
}

/* The server gives ids again in this connection. An order that has been taken for one of ours by its bare id, and is unlike
 * it, may be somebody else's: nothing may be sent to it. */
static void
note_reuse (DeskTruth        *truth,
            const DeskRecord *record,
            DeskTruthChanges *changes)
{
  g_autoptr (GPtrArray) open = NULL;
  guint i;

  if (truth->reused_epoch == truth->epoch)
    return;
  truth->reused_epoch = truth->epoch;
  open = g_ptr_array_copy (truth->open, NULL, NULL);
  for (i = 0; i < open->len; i++)
    {
      DeskTruthOrder *order = g_ptr_array_index (open, i);
      g_autofree char *id = g_strdup (order->state.server_order_id);

      if (!order->ours || order->bare_epoch != truth->epoch || desk_truth_find_server (truth, id) != order)
        continue;
      g_hash_table_remove (truth->by_server, id);
      order->current_epoch = order->listed_epoch = 0;
      lose_server_id (truth, order, id, record, changes);
    }
}

/* E1 our ClientOrderID (or our tag in FreeFormText), E2 a server id of ours with the same unchangeable fields. */
DeskTruthOrder *
desk_truth_identify (DeskTruth        *truth,
                     const DeskRecord *record,
                     const DtcMessage *message,
                     DeskTruthChanges *changes)
{
  const DtcOrderUpdate *update = &message->order_update;
  DeskTruthOrder *by_client = desk_truth_find_client (truth, update->client_order_id);
  DeskTruthOrder *by_server = find_by_server_ids (truth, update);
  int reason = update->order_update_reason;

  if (by_client == NULL && *update->client_order_id == '\0')
    by_client = desk_truth_find_tag (truth, update->free_form_text);
  if (by_client == NULL && *update->previous_client_order_id != '\0')
    by_client = desk_truth_find_client (truth, update->previous_client_order_id);
  if (by_client == NULL || by_client->group_key != 0)
    by_client = one_of_group (truth, by_client, update);

  /* Listed without a name before, it is named now. */
  if (by_client != NULL && by_server != NULL && by_client != by_server && !is_another_order (truth, by_client, message, FALSE)
      && desk_truth_is_unnamed (truth, by_client, by_server, update->previous_server_order_id))
    {
      desk_truth_adopt (truth, by_client, by_server, record, changes);
      by_server = by_client;
    }
  /* An id that its order has given up for another one, or has not been known by since the link was lost: a server that
   * was started anew gives it to the next. */
  if (by_client != NULL && by_server != NULL && by_client != by_server && *update->server_order_id != '\0'
      && (by_client->server_ids->len == 0 || by_client->current_epoch != truth->epoch) && !is_another_order (truth, by_client, message, FALSE)
      && (by_server->current_epoch != truth->epoch || strcmp (by_server->state.server_order_id, update->server_order_id) != 0))
    {
      lose_server_id (truth, by_server, update->server_order_id, record, changes);
      note_reuse (truth, record, changes);
      by_server = NULL;
    }
  if (by_client != NULL && by_server != NULL && by_client != by_server && !(by_server->two_live && !by_server->ours)
      && !is_another_order (truth, by_server, message, FALSE))
    {
      g_autofree char *one = desk_truth_order_name (by_client);
      g_autofree char *two = desk_truth_order_name (by_server);
      static const char text[] = "The server named two different orders in one message; it was applied to neither";

      desk_truth_notice (changes, DESK_LEVEL_ALARM, "ID_CONFLICT",
                         "One message of the server names %s and %s; it was applied to neither. Check both at the server", one, two);
      desk_truth_mark_conflict (truth, by_client, record, text, changes);
      desk_truth_mark_conflict (truth, by_server, record, text, changes);
      return NULL;
    }

  if (by_server != NULL && by_server->two_live && !by_server->ours)
    return by_server;
  if (by_client != NULL && !is_another_order (truth, by_client, message, FALSE))
    {
      by_client->bare_epoch = 0;
      return follow_server_id (truth, by_client, record, message, changes);
    }
  if (by_client == NULL && by_server != NULL && !is_another_order (truth, by_server, message, TRUE))
    {
      if (by_server->current_epoch != truth->epoch && is_unlike (by_server, message))
        by_server->bare_epoch = truth->epoch;
      return follow_server_id (truth, by_server, record, message, changes);
    }

  if (by_client != NULL || by_server != NULL)
    {
      DeskTruthOrder *known = by_client != NULL ? by_client : by_server;
      g_autofree char *name = desk_truth_order_name (known);

      /* A restarted server counts its ids from the start: this is a different order under a known id. */
      truth->instance++;
      note_reuse (truth, record, changes);
      desk_truth_notice (changes, DESK_LEVEL_ALARM, "ID_REUSED",
                         "The server uses the id of %s for a different order; they are kept apart", name);
      changes->doubt = TRUE;
      return desk_truth_add_external (truth, record, message, FALSE, changes);
    }

  if (*update->server_order_id == '\0'
      || ((reason == DTC_NEW_ORDER_REJECTED || reason == DTC_ORDER_CANCEL_REJECTED || reason == DTC_ORDER_CANCEL_REPLACE_REJECTED)
          && update->order_status == DTC_ORDER_STATUS_REJECTED))
    {
      desk_truth_notice (changes, DESK_LEVEL_WARNING, "FOREIGN_REJECT", "The server refused a request for an order that is not ours (%s): %s",
                         *update->client_order_id != '\0' ? update->client_order_id : update->server_order_id, update->info_text);
      return NULL;
    }
  return desk_truth_add_external (truth, record, message, TRUE, changes);
}
