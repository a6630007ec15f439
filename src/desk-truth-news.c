/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include <math.h>
#include <string.h>

/* The questions that are asked every half minute bring back mostly what is known. Such rows need no record. */

static gboolean
same_price (const DeskGrid   *grid,
            const DtcMessage *message,
            guint             field,
            double            wire,
            const DeskPrice  *known)
{
  DeskPrice price;

  if (!dtc_message_has (message, field))
    return TRUE;
  price = desk_price_from_wire (grid, wire);
  return desk_price_equal (&price, known);
}

static gboolean
restated_as_known (const DeskTruthOrder *order,
                   const DeskGrid       *grid,
                   const DtcMessage     *message)
{
  const DtcOrderUpdate *update = &message->order_update;
  const DeskOrderState *state = &order->state;
  DeskStatus status = order->booked > 0 ? DESK_STATUS_PART_FILLED : DESK_STATUS_WORKING;

  if (update->order_status == DTC_ORDER_STATUS_PENDING_CHILD)
    status = DESK_STATUS_HELD_BY_PARENT;
  else if (update->order_status != DTC_ORDER_STATUS_OPEN && update->order_status != DTC_ORDER_STATUS_PENDING_OPEN
           && update->order_status != DTC_ORDER_STATUS_PARTIALLY_FILLED)
    return FALSE;
  if ((state->certainty != DESK_CERTAINTY_FRESH && state->certainty != DESK_CERTAINTY_EXTERNAL) || order->base != status
      || state->cancel != DESK_OVERLAY_NONE || state->change != DESK_OVERLAY_NONE || order->absent_rounds > 0
      || strcmp (state->server_order_id, update->server_order_id) != 0
      || (*update->client_order_id != '\0' && strcmp (state->client_order_id, update->client_order_id) != 0)
      || strcmp (state->symbol, update->symbol) != 0
      || (*update->trade_account != '\0' && strcmp (state->account, update->trade_account) != 0))
    return FALSE;
  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY) && update->order_quantity != (double) state->quantity)
    return FALSE;
  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY) && update->filled_quantity != (double) order->booked)
    return FALSE;
  return (state->type == DESK_ORDER_TYPE_MARKET
          || same_price (grid, message, DTC_ORDER_UPDATE_F_PRICE1, update->price1, &state->price))
         && ((state->type != DESK_ORDER_TYPE_STOP_LIMIT && state->type != DESK_ORDER_TYPE_LIT)
             || same_price (grid, message, DTC_ORDER_UPDATE_F_PRICE2, update->price2, &state->price2));
}

gboolean
desk_truth_is_senseless (const DtcMessage *message)
{
  gint64 quantity;

  if (message->type == DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE)
    {
      const DtcHistoricalOrderFillResponse *row = &message->historical_order_fill_response;

      return !row->no_order_fills
             && (!desk_truth_whole (row->quantity, &quantity) || quantity <= 0 || (row->buy_sell != DTC_BUY && row->buy_sell != DTC_SELL)
                 || *row->symbol == '\0' || !desk_truth_is_number (row->price));
    }
  if (message->type == DTC_MSG_POSITION_UPDATE)
    {
      const DtcPositionUpdate *row = &message->position_update;

      return !row->no_positions
             && (*row->symbol == '\0' || !dtc_message_has (message, DTC_POSITION_UPDATE_F_QUANTITY)
                 || !desk_truth_whole (row->quantity, &quantity));
    }
  return FALSE;
}

gboolean
desk_truth_is_news (DeskTruth        *truth,
                    const DtcMessage *message,
                    const DeskGrid   *grid)
{
  if (message->type == DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE)
    {
      const DtcHistoricalOrderFillResponse *row = &message->historical_order_fill_response;

      return row->no_order_fills == 0
             && (desk_truth_is_senseless (message) || *row->unique_execution_id == '\0'
                 || desk_truth_find_execution (truth, row->trade_account, row->unique_execution_id) == NULL);
    }
  if (message->type == DTC_MSG_POSITION_UPDATE)
    {
      const DtcPositionUpdate *row = &message->position_update;
      const DeskTruthPosition *position = desk_truth_find_position (truth, row->trade_account, row->symbol);
      double average = row->quantity != 0 ? desk_truth_display (grid, row->average_price) : NAN;

      if (row->no_positions)
        return FALSE;
      return desk_truth_is_senseless (message) || position == NULL || !position->stated || position->epoch != truth->epoch
             || row->quantity != (double) position->quantity
             || !(average == position->average || (isnan (average) && isnan (position->average)));
    }
  if (message->type == DTC_MSG_ORDER_UPDATE)
    {
      const DeskTruthOrder *order = desk_truth_find_message (truth, message);

      if (message->order_update.no_orders)
        return FALSE;
      return order == NULL || (message->flags & DTC_MESSAGE_BAD_STATUS) != 0 || !restated_as_known (order, grid, message);
    }
  return TRUE;
}
