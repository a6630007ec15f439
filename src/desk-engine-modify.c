/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <string.h>

/* The order as it shall be: what the command leaves open stays. */
static void
changed_ticket (DeskEngine           *engine,
                const DeskTruthOrder *order,
                const DeskCommand    *command,
                DeskTicket           *ticket)
{
  const DeskOrderState *state = &order->state;

  *ticket = command->ticket;
  g_strlcpy (ticket->account, state->account, sizeof ticket->account);
  g_strlcpy (ticket->symbol, state->symbol, sizeof ticket->symbol);
  ticket->live = engine->config.live;
  ticket->side = state->side;
  ticket->type = state->type;
  if (command->ticket.tif == DESK_TIF_UNSET)
    {
      ticket->tif = state->tif;
      ticket->good_till = state->good_till;
    }
  ticket->quantity = command->quantity > 0 ? command->quantity : state->quantity;
  ticket->has_price = command->has_price || state->price.kind != DESK_PRICE_UNSET;
  ticket->price = command->has_price ? command->price : state->price.display;
  ticket->has_price2 = command->has_price2 || state->price2.kind != DESK_PRICE_UNSET;
  ticket->price2 = command->has_price2 ? command->price2 : state->price2.display;
}

void
engine_modify (DeskEngine        *engine,
               const DeskCommand *command)
{
  DeskTruthOrder *order = desk_truth_find (engine->truth, command->id);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  DeskTicket ticket = command->ticket;
  DeskGateChange change = { 0 };
  DeskGateVerdict verdict;
  DeskDenial denial;
  EngineIntent intent = { .intent = "change", .source = desk_source_nick (command->ticket.source), .lane = DTC_LANE_NORMAL, .message = &message, .bytes = bytes };

  if (command->prices_open && order != NULL && engine_grid (engine, order->state.symbol).tick > 0)
    {
      g_autoptr (DeskCommand) read = engine_read_prices (engine, command, &error);

      if (read != NULL)
        engine_modify (engine, read);
      else
        engine_deny (engine, DESK_DENY_USAGE, command->tag, command->input, error->message);
      return;
    }
  if (order != NULL && !desk_status_is_final (order->state.status) && (order->state.server_order_id[0] == '\0' || engine_owns_id (engine, order)))
    {
      const DeskOrderState *state = &order->state;

      change.found = TRUE;
      change.in_flight = state->change == DESK_OVERLAY_SENT || state->change == DESK_OVERLAY_UNKNOWN || !order->answered
                         || state->server_order_id[0] == '\0';
      change.quantity = state->quantity;
      change.filled = state->filled;
      change.price = state->price;
      change.price2 = state->price2;
      change.lasts_longer = command->ticket.tif != DESK_TIF_UNSET
                            && (command->ticket.tif != state->tif || command->ticket.good_till != state->good_till);
      changed_ticket (engine, order, command, &ticket);
    }
  ticket.live = engine->config.live;
  denial = engine_gate (engine, &ticket, order, &change, FALSE, &verdict);
  if (denial == DESK_DENY_NONE && command->prices_open)
    {
      denial = DESK_DENY_NO_DEFINITION;
      g_strlcpy (verdict.text, "The symbol's price format is not known on this connection yet", sizeof verdict.text);
    }
  if (denial == DESK_DENY_NONE && !command->has_price && !command->has_price2 && command->quantity <= 0
      && command->ticket.tif == DESK_TIF_UNSET)
    {
      denial = DESK_DENY_USAGE;
      g_strlcpy (verdict.text, "Say what to change: a price, a quantity or how long it works", sizeof verdict.text);
    }
  if (denial == DESK_DENY_NONE && command->ticket.offsets && (desk_truth_parent (engine->truth, order) == NULL || !command->has_price))
    {
      denial = DESK_DENY_USAGE;
      g_strlcpy (verdict.text, "Only the new price of a bracket's exit can become its distance from the entry", sizeof verdict.text);
    }
  if (denial != DESK_DENY_NONE)
    {
      engine_deny (engine, denial, command->tag, command->input, verdict.text);
      return;
    }

  dtc_message_init (&message, DTC_MSG_CANCEL_REPLACE_ORDER);
  dtc_message_set_string (&message, DTC_CANCEL_REPLACE_ORDER_F_SERVER_ORDER_ID, order->state.server_order_id);
  if (order->state.client_order_id[0] != '\0')
    dtc_message_set_string (&message, DTC_CANCEL_REPLACE_ORDER_F_CLIENT_ORDER_ID, order->state.client_order_id);
  dtc_message_set_string (&message, DTC_CANCEL_REPLACE_ORDER_F_TRADE_ACCOUNT, order->state.account);
  /* Their default is 1: left out, a change of the quantity alone would carry a price of 0. */
  dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, command->has_price ? 1 : 0);
  dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, command->has_price2 ? 1 : 0);
  if (command->has_price)
    dtc_message_set_double (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1, verdict.wire_price);
  if (command->has_price2)
    dtc_message_set_double (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2, verdict.wire_price2);
  if (command->quantity > 0)
    dtc_message_set_double (&message, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY, (double) command->quantity);
  if (command->ticket.tif != DESK_TIF_UNSET)
    dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_TIME_IN_FORCE, command->ticket.tif);
  if (command->ticket.tif == DESK_TIF_GTD)
    dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_GOOD_TILL_DATE_TIME, command->ticket.good_till);
  if (command->ticket.offsets)
    dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_UPDATE_PRICE1_OFFSET_TO_PARENT, 1);
  if (!engine_encode (engine, &message, bytes, &error))
    {
      engine_deny (engine, DESK_DENY_UNSUPPORTED_BY_SERVER, command->tag, command->input, error->message);
      return;
    }
  intent.automated = engine_is_automated (engine, &ticket);
  intent.exit = verdict.reduces;
  intent.key = order->state.key;
  intent.client_id = order->state.client_order_id;
  intent.server_id = order->state.server_order_id;
  intent.account = order->state.account;
  intent.symbol = order->state.symbol;
  intent.grid = engine_grid (engine, order->state.symbol);
  intent.clicked = command->clicked;
  intent.tag = command->tag;
  intent.input = command->input;
  engine_note_sent (engine, &ticket, order->state.account, &verdict, FALSE);
  engine_tell_warnings (engine, &ticket, &verdict, TRUE);
  engine_commit_intents (engine, NULL, &intent, 1);
}

