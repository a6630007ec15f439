/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-ledger-private.h"

#include <math.h>
#include <string.h>

static gboolean
is_final (int status)
{
  return status == DTC_ORDER_STATUS_FILLED || status == DTC_ORDER_STATUS_CANCELED || status == DTC_ORDER_STATUS_REJECTED;
}

static DeskSide
side_of (gint32 buy_sell)
{
  return buy_sell == DTC_BUY ? DESK_SIDE_BUY : buy_sell == DTC_SELL ? DESK_SIDE_SELL : DESK_SIDE_NONE;
}

static gboolean
differ (const char *a,
        const char *b)
{
  return *a != '\0' && *b != '\0' && strcmp (a, b) != 0;
}

/* What can never change in an order: where it does, the id names another one. */
static gboolean
fits (const DeskLedgerOrder *order,
      const DtcOrderUpdate  *update)
{
  DeskSide side = side_of (update->buy_sell);
  DeskSide known = order->echo.side != DESK_SIDE_NONE ? order->echo.side : order->flatten ? DESK_SIDE_NONE : order->sent.side;

  return !differ (order->symbol, update->symbol) && !differ (order->account, update->trade_account)
         && (side == DESK_SIDE_NONE || known == DESK_SIDE_NONE || side == known);
}

/* The ids that servers give begin anew now and then. */
static gboolean
fits_by_server (const DeskLedgerOrder *order,
                const DtcOrderUpdate  *update)
{
  return fits (order, update)
         && (update->order_received_date_time <= 0 || order->received_time <= 0
             || update->order_received_date_time == order->received_time)
         && (order->group != NULL || !differ (order->client_id, update->client_order_id)
             || strcmp (order->client_id, update->previous_client_order_id) == 0);
}

/* Only we begin the free text with a ClientOrderID. */
static DeskLedgerOrder *
by_tag (DeskLedger *self,
        const char *text)
{
  char id[DESK_ID_SIZE];
  gsize len = strcspn (text, " ");
  DeskLedgerOrder *order;

  if (len == 0 || len >= sizeof id)
    return NULL;
  memcpy (id, text, len);
  id[len] = '\0';
  order = g_hash_table_lookup (self->by_client, id);
  return order != NULL && order->ours ? order : NULL;
}

/* Of orders that one message asked for the server names but one: the symbol tells which it is. */
static DeskLedgerOrder *
in_group (DeskLedger           *self,
          DeskLedgerOrder      *first,
          const DtcOrderUpdate *update)
{
  guint i;

  if (first == NULL || first->group == NULL || *update->symbol == '\0' || strcmp (first->symbol, update->symbol) == 0)
    return first;
  for (i = self->orders->len; i > 0; i--)
    {
      DeskLedgerOrder *order = g_ptr_array_index (self->orders, i - 1);

      if (order->group == first->group && strcmp (order->symbol, update->symbol) == 0)
        return order;
      if (order->ours && order->created < first->created)
        break;
    }
  return first;
}

static DeskLedgerOrder *
add_external (DeskLedger           *self,
              const DtcOrderUpdate *update,
              const LedgerStamp    *stamp)
{
  DeskLedgerOrder *order = ledger_new_order (self, stamp);

  order->client_id = ledger_text (self, update->client_order_id);
  if (*order->client_id != '\0' && g_hash_table_lookup (self->by_client, order->client_id) == NULL)
    g_hash_table_insert (self->by_client, (gpointer) order->client_id, order);
  return order;
}

/* A ClientOrderID that turns up with a second server's id: a change, a server that began anew, or used twice. */
static void
follow (DeskLedger           *self,
        DeskLedgerOrder      *order,
        const DtcOrderUpdate *update,
        const LedgerStamp    *stamp)
{
  gboolean chained = *update->previous_server_order_id != '\0' || order->changing
                     || update->order_update_reason == DTC_ORDER_CANCEL_REPLACE_COMPLETE || order->group != NULL;

  if (*order->server_id != '\0' && *update->server_order_id != '\0' && strcmp (order->server_id, update->server_order_id) != 0
      && g_hash_table_lookup (self->by_server, update->server_order_id) != order && !chained && order->touched_epoch == stamp->epoch)
    ledger_fault (self, order, DESK_FAULT_REUSED, 1, 2, update->server_order_id, order->echo_record, stamp);
  ledger_name_server (self, order, update->server_order_id);
}

static DeskLedgerOrder *
identify (DeskLedger           *self,
          const DtcOrderUpdate *update,
          const LedgerStamp    *stamp)
{
  DeskLedgerOrder *mine = NULL, *listed = NULL, *order;

  if (*update->client_order_id != '\0')
    mine = g_hash_table_lookup (self->by_client, update->client_order_id);
  else
    mine = by_tag (self, update->free_form_text);
  if (mine == NULL && *update->previous_client_order_id != '\0')
    mine = g_hash_table_lookup (self->by_client, update->previous_client_order_id);
  mine = in_group (self, mine != NULL ? mine : by_tag (self, update->free_form_text), update);
  if (*update->server_order_id != '\0')
    listed = g_hash_table_lookup (self->by_server, update->server_order_id);
  if (listed == NULL && *update->previous_server_order_id != '\0')
    listed = g_hash_table_lookup (self->by_server, update->previous_server_order_id);

  /* An id that was given again after a restart names an order of before; one that works now is another one. */
  if (mine != NULL && listed != NULL && mine != listed && listed->touched_epoch == stamp->epoch && !is_final (listed->status)
      && fits (listed, update))
    {
      ledger_fault (self, mine, DESK_FAULT_TWO_ORDERS, -1, -1, listed->server_id, 0, stamp);
      return NULL;
    }
  if (mine != NULL && fits (mine, update))
    {
      follow (self, mine, update, stamp);
      return mine;
    }
  if (mine != NULL)
    ledger_fault (self, mine, DESK_FAULT_REUSED, 1, 2, update->server_order_id, mine->sent_record, stamp);
  else if (listed != NULL && fits_by_server (listed, update))
    {
      ledger_name_server (self, listed, update->server_order_id);
      return listed;
    }
  if (*update->server_order_id == '\0' && *update->client_order_id == '\0')
    return NULL;
  order = add_external (self, update, stamp);
  ledger_name_server (self, order, update->server_order_id);
  return order;
}

/* ---- what it says ---- */

/* Whether the state can follow; in a new connection the server may have begun anew. */
static gboolean
may_follow (int      from,
            int      to,
            gboolean new_link,
            gboolean has_fills)
{
  gboolean works = from == DTC_ORDER_STATUS_OPEN || from == DTC_ORDER_STATUS_PARTIALLY_FILLED;

  if (from == to || from == DTC_ORDER_STATUS_UNSPECIFIED)
    return TRUE;
  if (is_final (from))
    return FALSE;
  switch (to)
    {
    case DTC_ORDER_STATUS_ORDER_SENT:
      return new_link;
    case DTC_ORDER_STATUS_PENDING_OPEN:
      return !works || new_link;
    case DTC_ORDER_STATUS_PENDING_CHILD:
      return !works && !has_fills;
    case DTC_ORDER_STATUS_REJECTED:
      return !has_fills;
    default:
      return TRUE;
    }
}

static double
number (const DtcMessage *message,
        guint             field,
        double            value,
        double            known)
{
  return dtc_message_has (message, field) && isfinite (value) && fabs (value) < 1e300 ? value : known;
}

static gint64
count (const DtcMessage *message,
       guint             field,
       double            value,
       gint64            known)
{
  gint64 whole;

  return dtc_message_has (message, field) && ledger_whole (value, &whole) ? whole : known;
}

static void
take_terms (DeskLedgerOrder      *order,
            const DtcOrderUpdate *update,
            const DtcMessage     *message,
            const LedgerStamp    *stamp)
{
  DeskLedgerTerms *echo = &order->echo;

  echo->price1 = number (message, DTC_ORDER_UPDATE_F_PRICE1, update->price1, echo->price1);
  echo->price2 = number (message, DTC_ORDER_UPDATE_F_PRICE2, update->price2, echo->price2);
  echo->quantity = count (message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY, update->order_quantity, echo->quantity);
  if (side_of (update->buy_sell) != DESK_SIDE_NONE)
    echo->side = (guint8) side_of (update->buy_sell);
  if (update->order_type > 0)
    echo->type = (guint8) MIN (update->order_type, DESK_ORDER_TYPE_OTHER);
  if (update->time_in_force > 0 && update->time_in_force <= DESK_TIF_FOK)
    echo->tif = (guint8) update->time_in_force;
  /* What a price is worth can be another on each connection: it is read with what stood beside it. */
  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_PRICE1) || dtc_message_has (message, DTC_ORDER_UPDATE_F_PRICE2))
    echo->grid = stamp->grid;
  if (stamp->seq != 0)
    order->echo_record = stamp->seq;
}

static gboolean
same_price (double asked,
            double echo)
{
  return isnan (asked) || (!isnan (echo) && fabs (asked - echo) <= 1e-9 * MAX (1.0, fabs (asked)));
}

static void
take_change (DeskLedgerOrder *order)
{
  const DeskLedgerTerms *asked = &order->asked;

  if (!isnan (asked->price1))
    order->sent.price1 = asked->price1;
  if (!isnan (asked->price2))
    order->sent.price2 = asked->price2;
  if (asked->quantity >= 0)
    order->sent.quantity = asked->quantity;
  if (asked->tif != DESK_TIF_UNSET)
    order->sent.tif = asked->tif;
  if (asked->grid != 0)
    order->sent.grid = asked->grid;
  order->changing = FALSE;
}

static void
answer_change (DeskLedgerOrder      *order,
               const DtcOrderUpdate *update)
{
  const DeskLedgerTerms *asked = &order->asked, *echo = &order->echo;

  if (!order->changing)
    return;
  if (update->order_update_reason == DTC_ORDER_CANCEL_REPLACE_REJECTED)
    order->changing = FALSE;
  else if (update->order_update_reason == DTC_ORDER_CANCEL_REPLACE_COMPLETE
           || (same_price (asked->price1, echo->price1) && same_price (asked->price2, echo->price2)
               && (asked->quantity < 0 || asked->quantity == echo->quantity)
               && (asked->tif == DESK_TIF_UNSET || asked->tif == echo->tif)))
    take_change (order);
}

static void
take_state (DeskLedger           *self,
            DeskLedgerOrder      *order,
            const DtcOrderUpdate *update,
            const DtcMessage     *message,
            const LedgerStamp    *stamp)
{
  gint64 filled = count (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, update->filled_quantity, -1);
  gint64 quantity = count (message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY, update->order_quantity, -1);
  gboolean more = order->filled_most >= 0 && filled > order->filled_most;
  int status = update->order_status;

  if (is_final (order->status) && more)
    ledger_fault (self, order, DESK_FAULT_LATE_FILL, order->filled_most, filled, NULL, order->status_record, stamp);
  else if (!may_follow (order->status, status, order->touched_epoch != stamp->epoch, MAX (order->filled_most, filled) > 0))
    ledger_fault (self, order, DESK_FAULT_TRANSITION, order->status, status, NULL, order->status_record, stamp);
  if (filled >= 0 && filled < order->filled)
    ledger_fault (self, order, DESK_FAULT_COUNT_BACK, order->filled, filled, NULL, order->filled_record, stamp);
  if (status == DTC_ORDER_STATUS_FILLED && filled >= 0 && quantity > filled)
    ledger_fault (self, order, DESK_FAULT_SHORT, quantity, filled, NULL, 0, stamp);
  if (order->status != status && stamp->seq != 0)
    order->status_record = stamp->seq;
  order->status = (guint8) status;
}

void
ledger_update (DeskLedger           *self,
               const DtcOrderUpdate *update,
               const DtcMessage     *message,
               const LedgerStamp    *stamp)
{
  int reason = update->order_update_reason;
  gboolean refused = reason == DTC_ORDER_CANCEL_REJECTED || reason == DTC_ORDER_CANCEL_REPLACE_REJECTED;
  /* A refusal with "rejected" or without a state says nothing about the order itself. */
  gboolean states = update->order_status > DTC_ORDER_STATUS_UNSPECIFIED && update->order_status <= DTC_ORDER_STATUS_PARTIALLY_FILLED
                    && !(refused && update->order_status == DTC_ORDER_STATUS_REJECTED);
  DeskLedgerOrder *order;
  gint64 filled_before, filled;

  if ((message->flags & DTC_MESSAGE_BAD_STATUS) != 0)
    return;
  order = identify (self, update, stamp);
  if (order == NULL)
    return;
  if (*order->account == '\0')
    order->account = ledger_word (self, update->trade_account);
  if (*order->symbol == '\0')
    order->symbol = ledger_word (self, update->symbol);
  if (update->order_received_date_time > 0 && order->received_time == 0)
    order->received_time = update->order_received_date_time;
  if (order->answered_epoch == 0)
    {
      order->answered_epoch = stamp->epoch;
      order->answered_mono = stamp->mono;
      order->answer_record = stamp->seq;
    }
  if (*update->parent_server_order_id != '\0' || *update->oco_linked_order_server_order_id != '\0')
    order->linked = TRUE;
  if (*update->parent_server_order_id != '\0')
    order->exit = TRUE;

  filled_before = order->filled;
  if (states)
    {
      take_state (self, order, update, message, stamp);
      take_terms (order, update, message, stamp);
      filled = count (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, update->filled_quantity, -1);
      if (filled >= 0)
        {
          if (filled != order->filled && filled > 0 && reason != DTC_OPEN_ORDERS_REQUEST_RESPONSE && *order->symbol != '\0')
            ledger_stir (self, ledger_position (self, order->account, order->symbol), stamp);
          if (filled != order->filled && stamp->seq != 0)
            order->filled_record = stamp->seq;
          order->filled = filled;
          order->filled_most = MAX (order->filled_most, filled);
        }
      order->remaining = count (message, DTC_ORDER_UPDATE_F_REMAINING_QUANTITY, update->remaining_quantity, -1);
      order->average = number (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, update->average_fill_price, NAN);
      order->average_grid = stamp->grid;
    }
  answer_change (order, update);
  ledger_live_fill (self, order, message, MAX (filled_before, 0), stamp);
  ledger_count (self, order, NAN, stamp);
  order->touched = stamp->utc;
  order->touched_mono = stamp->mono;
  order->touched_epoch = stamp->epoch;
}
