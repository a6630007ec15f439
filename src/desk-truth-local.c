/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include "desk-payload.h"

#include <math.h>
#include <string.h>

/* Records that are ours: links, intents, outcomes, decisions, people. Their payloads are read back from the same
 * JSON whether they were written a moment ago or a month ago. */

typedef struct
{
  DeskTruth         *truth;
  const DeskRecord  *record;
  const DeskPayload *payload;
  const DtcMessage  *message;
  DeskTruthChanges  *changes;
} Fold;

static DeskTruthOrder *
order_member (const Fold *fold)
{
  return desk_truth_find_key (fold->truth, (guint64) desk_payload_int (fold->payload, "key", 0));
}

/* The link is gone, or the program was: what was acknowledged is old news, what was not is anybody's guess. */
static void
lose_link (const Fold *fold)
{
  g_autoptr (GPtrArray) open = g_ptr_array_copy (fold->truth->open, NULL, NULL);
  g_autoptr (GPtrArray) cut = g_ptr_array_new ();
  guint i;

  for (i = 0; i < open->len; i++)
    {
      DeskTruthOrder *order = g_ptr_array_index (open, i);
      DeskTruthOrder *entry = order->state.role == DESK_ROLE_ENTRY ? order : desk_truth_find_key (fold->truth, order->parent_key);
      DeskOrderState *state = &order->state;

      if (state->certainty == DESK_CERTAINTY_GONE || state->certainty == DESK_CERTAINTY_NO_TRACE)
        continue;
      if (!order->answered)
        {
          if (order->lost_utc == 0)
            order->lost_utc = fold->record->utc;
          if (state->certainty == DESK_CERTAINTY_FRESH)
            desk_truth_set_text (order, "Sent, and the link was lost before the server answered");
          if (state->certainty == DESK_CERTAINTY_FRESH || state->certainty == DESK_CERTAINTY_STALE
              || state->certainty == DESK_CERTAINTY_PROBABLE)
            state->certainty = DESK_CERTAINTY_UNKNOWN;
          /* Also of one whose answer was overdue already: only now is it sure that none will come on this link. */
          if (entry != NULL && !entry->cut && (!desk_status_is_final (entry->base) || entry->booked > 0))
            {
              entry->cut = TRUE;
              g_ptr_array_add (cut, entry);
            }
        }
      else if (state->certainty == DESK_CERTAINTY_FRESH || state->certainty == DESK_CERTAINTY_EXTERNAL)
        state->certainty = DESK_CERTAINTY_STALE;
      state->reason = DESK_REASON_LINK_LOST;
      /* Absences are counted over connections: where a server lists its orders once a connection, no other way leads
       * to the second. */
      if (state->cancel == DESK_OVERLAY_SENT)
        state->cancel = DESK_OVERLAY_UNKNOWN;
      if (state->cancel == DESK_OVERLAY_INTENDED)
        {
          g_autofree char *name = desk_truth_order_name (order);

          state->cancel = DESK_OVERLAY_NONE;
          desk_truth_notice (fold->changes, DESK_LEVEL_ALARM, "CANCEL_DROPPED",
                             "The cancel of %s was waiting for the server's id when the link was lost; it was not sent and is not kept", name);
        }
      if (state->change == DESK_OVERLAY_SENT)
        state->change = DESK_OVERLAY_UNKNOWN;
      order->cancel_when_known = FALSE;
      order->server_cancel = FALSE;
      order->server_change = FALSE;
      desk_truth_settle (fold->truth, order, fold->record, fold->changes);
    }
  for (i = 0; i < cut->len; i++)
    desk_truth_bracket_cut (g_ptr_array_index (cut, i), fold->changes);
}

static void
take_member (const Fold *fold,
             const char *name,
             char      **to)
{
  const char *value = desk_payload_text (fold->payload, name);

  if (*value == '\0')
    return;
  g_free (*to);
  *to = g_strdup (value);
}

/* What a record does not say stays as it is: a server may have been asked less than everything. */
static void
take_identity (const Fold *fold)
{
  take_member (fold, "server", &fold->truth->identity.server);
  take_member (fold, "host", &fold->truth->identity.host);
  take_member (fold, "accounts", &fold->truth->identity.accounts);
}

static void
fold_link (const Fold *fold)
{
  const char *what = desk_payload_text (fold->payload, "link");

  if (strcmp (what, "begin") == 0)
    fold->truth->epoch = fold->record->epoch;
  if (strcmp (what, "live") != 0)
    {
      desk_truth_forget_rows (fold->truth);
      lose_link (fold);
    }
  else
    take_identity (fold);
}

static DeskSource
source_member (const DeskPayload *payload)
{
  const char *nick = desk_payload_text (payload, "source");
  int source;

  for (source = DESK_SOURCE_CLICK; source <= DESK_SOURCE_EXTERNAL; source++)
    {
      if (g_strcmp0 (desk_source_nick ((DeskSource) source), nick) == 0)
        return (DeskSource) source;
    }
  return DESK_SOURCE_LINE;
}

/* One order of a 201; its record says which. */
static void
take_leg (const Fold     *fold,
          DeskTruthOrder *order,
          const DeskGrid *grid)
{
  const DtcSubmitNewOcoOrder *oco = &fold->message->submit_new_oco_order;
  DeskOrderState *state = &order->state;
  gint64 leg = desk_payload_int (fold->payload, "leg", 1);
  gboolean second = leg == 2;
  DeskTruthOrder *parent;

  state->side = (second ? oco->buy_sell_2 : oco->buy_sell_1) == DTC_BUY ? DESK_SIDE_BUY : DESK_SIDE_SELL;
  state->type = (DeskOrderType) (second ? oco->order_type_2 : oco->order_type_1);
  state->tif = (DeskTif) oco->time_in_force;
  state->good_till = oco->good_till_date_time;
  desk_truth_whole (second ? oco->quantity_2 : oco->quantity_1, &state->quantity);
  if (dtc_message_has (fold->message, second ? DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_2 : DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_1))
    state->price = desk_price_from_wire (grid, second ? oco->price1_2 : oco->price1_1);
  if (dtc_message_has (fold->message, second ? DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_2 : DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_1))
    state->price2 = desk_price_from_wire (grid, second ? oco->price2_2 : oco->price2_1);
  desk_truth_link_intent (fold->truth, order, fold->message, leg);
  parent = desk_truth_parent (fold->truth, order);
  if (oco->use_offsets && parent != NULL && parent->state.price.kind != DESK_PRICE_UNSET)
    {
      double offset = desk_truth_display (grid, second ? oco->offset_from_parent2 : oco->offset_from_parent1);
      gboolean above = (parent->state.side == DESK_SIDE_BUY) == !second;

      state->price = desk_price_from_display (grid, parent->state.price.display + (above ? offset : -offset));
    }
}

static void
fold_new_order (const Fold *fold,
                gboolean    flatten)
{
  DeskTruthOrder *order = desk_truth_add_order (fold->truth, fold->record, TRUE);
  DeskOrderState *state = &order->state;
  DeskGrid grid = desk_truth_record_grid (fold->record);

  g_strlcpy (state->client_order_id, fold->record->client_order_id != NULL ? fold->record->client_order_id : "",
             sizeof state->client_order_id);
  g_strlcpy (state->account, fold->record->account != NULL ? fold->record->account : "", sizeof state->account);
  g_strlcpy (state->symbol, fold->record->symbol != NULL ? fold->record->symbol : "", sizeof state->symbol);
  state->source = source_member (fold->payload);
  state->automated = desk_payload_int (fold->payload, "automated", 0) != 0;
  desk_truth_set_note (order, desk_payload_text (fold->payload, "note"));
  if (state->source == DESK_SOURCE_FLATTEN)
    state->role = DESK_ROLE_FLATTEN;
  state->grid = grid;
  order->flatten = flatten;
  order->intent_mono = fold->record->mono;
  order->intent_epoch = fold->record->epoch;
  if (flatten)
    {
      /* The message names no side and no quantity: what was asked for, until the server says what it made of it. */
      const char *side = desk_payload_text (fold->payload, "side");

      const DeskTruthOrder *first = desk_truth_find_client (fold->truth, desk_payload_text (fold->payload, "group"));

      if (first != NULL)
        order->group_key = first->state.key;
      else if (strcmp (desk_payload_text (fold->payload, "group"), state->client_order_id) == 0)
        order->group_key = state->key;
      state->type = DESK_ORDER_TYPE_MARKET;
      state->side = strcmp (side, "buy") == 0 ? DESK_SIDE_BUY : strcmp (side, "sell") == 0 ? DESK_SIDE_SELL : DESK_SIDE_NONE;
      state->quantity = desk_payload_int (fold->payload, "quantity", -1);
    }
  else if (fold->message != NULL && fold->message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
    {
      const DtcSubmitNewSingleOrder *submit = &fold->message->submit_new_single_order;

      desk_truth_whole (submit->max_show_quantity, &state->max_show);

      state->side = submit->buy_sell == DTC_BUY ? DESK_SIDE_BUY : DESK_SIDE_SELL;
      state->type = (DeskOrderType) submit->order_type;
      state->tif = (DeskTif) submit->time_in_force;
      state->good_till = submit->good_till_date_time;
      if (dtc_message_has (fold->message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1) && state->type != DESK_ORDER_TYPE_MARKET)
        state->price = desk_price_from_wire (&grid, submit->price1);
      if (dtc_message_has (fold->message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2))
        state->price2 = desk_price_from_wire (&grid, submit->price2);
      desk_truth_whole (submit->quantity, &state->quantity);
      desk_truth_link_intent (fold->truth, order, fold->message, 0);
    }
  else if (fold->message != NULL && fold->message->type == DTC_MSG_SUBMIT_NEW_OCO_ORDER)
    take_leg (fold, order, &grid);
  g_hash_table_replace (fold->truth->by_client, state->client_order_id, order);
  desk_truth_settle (fold->truth, order, fold->record, fold->changes);
}

static void
fold_intent (const Fold *fold)
{
  const char *what = desk_payload_text (fold->payload, "intent");
  DeskTruthOrder *order;

  if (strcmp (what, "submit") == 0 || strcmp (what, "flatten") == 0)
    {
      fold_new_order (fold, strcmp (what, "flatten") == 0);
      return;
    }
  order = order_member (fold);
  if (order == NULL)
    return;
  if (strcmp (what, "cancel") == 0)
    {
      order->earlier_cancel_epoch = order->state.cancel == DESK_OVERLAY_SENT || order->state.cancel == DESK_OVERLAY_UNKNOWN ? order->cancel_epoch : 0;
      order->state.cancel = DESK_OVERLAY_SENT;
      order->cancel_mono = fold->record->mono;
      order->cancel_epoch = fold->record->epoch;
      order->cancel_when_known = FALSE;
      order->server_cancel = FALSE;
    }
  else if (strcmp (what, "change") == 0 && fold->message != NULL && fold->message->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    {
      const DtcCancelReplaceOrder *change = &fold->message->cancel_replace_order;
      DeskGrid grid = desk_truth_record_grid (fold->record);
      DeskPrice none = DESK_PRICE_INIT;

      order->state.change = DESK_OVERLAY_SENT;
      order->change_mono = fold->record->mono;
      order->change_epoch = fold->record->epoch;
      order->server_change = FALSE;
      order->unchanged_rounds = 0;
      order->change_after = fold->truth->orders->len;
      order->state.asked_price = dtc_message_has (fold->message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1)
                                     ? desk_price_from_wire (&grid, change->price1)
                                     : none;
      order->state.asked_price2 = dtc_message_has (fold->message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2)
                                      ? desk_price_from_wire (&grid, change->price2)
                                      : none;
      order->state.asked_quantity = 0;
      order->kept_price2 = order->state.price2;
      if (dtc_message_has (fold->message, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY))
        desk_truth_whole (change->quantity, &order->state.asked_quantity);
    }
  desk_truth_settle (fold->truth, order, fold->record, fold->changes);
}

/* Not one byte of it left: the one thing that proves that the server never saw it. */
static void
not_sent (const Fold     *fold,
          DeskTruthOrder *order,
          const char     *what,
          const char     *text)
{
  if (strcmp (what, "submit") == 0 || strcmp (what, "flatten") == 0)
    {
      if (order->answered)
        return;
      order->base = DESK_STATUS_NOT_SENT;
      order->state.certainty = DESK_CERTAINTY_FRESH;
      order->state.reason = DESK_REASON_NONE;
      desk_truth_set_text (order, text);
    }
  else if (strcmp (what, "cancel") == 0 && (order->state.cancel == DESK_OVERLAY_SENT || order->state.cancel == DESK_OVERLAY_UNKNOWN))
    {
      /* Of one before it nobody knows more for that; without one, an end of the order is not by our wish. */
      order->cancel_epoch = order->earlier_cancel_epoch;
      order->state.cancel = order->cancel_epoch != 0 ? DESK_OVERLAY_UNKNOWN : DESK_OVERLAY_NONE;
    }
  else if (strcmp (what, "change") == 0)
    order->state.change = DESK_OVERLAY_NONE;
  desk_truth_settle (fold->truth, order, fold->record, fold->changes);
}

static void
fold_outcome (const Fold *fold)
{
  DeskTruthOrder *order = order_member (fold);
  const char *what = desk_payload_text (fold->payload, "intent");
  gint64 accepted = desk_payload_int (fold->payload, "accepted", 0);
  gint64 total = desk_payload_int (fold->payload, "total", 0);

  if (order == NULL)
    return;
  if (accepted == 0)
    {
      not_sent (fold, order, what, "Not sent: the link was lost before the first byte");
      return;
    }
  if (strcmp (what, "submit") == 0 || strcmp (what, "flatten") == 0)
    {
      order->state.journal_usec = desk_payload_int (fold->payload, "journal_usec", -1);
      order->state.wire_usec = desk_payload_int (fold->payload, "wire_usec", -1);
      if (accepted == total)
        order->state.sent = fold->record->utc;
      if (!order->answered)
        order->intent_mono = fold->record->mono;
    }
  desk_truth_settle (fold->truth, order, fold->record, fold->changes);
}

static void
no_answer (const Fold     *fold,
           DeskTruthOrder *order,
           const char     *what)
{
  DeskOrderState *state = &order->state;

  if (strcmp (what, "cancel") == 0)
    {
      state->cancel = DESK_OVERLAY_UNKNOWN;
      desk_truth_set_text (order, "The cancel was sent, and the server has not answered it");
    }
  else if (strcmp (what, "change") == 0)
    {
      state->change = DESK_OVERLAY_UNKNOWN;
      desk_truth_set_text (order, "The change was sent, and the server has not answered it");
    }
  else if (!order->answered)
    {
      state->certainty = DESK_CERTAINTY_UNKNOWN;
      desk_truth_set_text (order, "Sent, and the server has not answered");
    }
  state->reason = DESK_REASON_NO_ANSWER;
  desk_truth_settle (fold->truth, order, fold->record, fold->changes);
  desk_truth_check_twins (fold->truth, order, fold->record, fold->changes);
}

static DeskPrice
read_again (const DeskPrice *price,
            double           multiplier,
            const DeskGrid  *grid)
{
  return price->kind == DESK_PRICE_UNSET ? *price : desk_price_from_wire (grid, price->display / multiplier);
}

/* Prices that came before their symbol's definition find their place on the grid. */
static void
regrid_order (DeskTruthOrder *order,
              const DeskGrid *grid)
{
  DeskOrderState *state = &order->state;
  double multiplier = state->grid.multiplier;
  guint i;

  if (order->gridless == 0 && desk_truth_is_misread (order, grid))
    {
      state->price = read_again (&state->price, multiplier, grid);
      state->price2 = read_again (&state->price2, multiplier, grid);
      state->average_price = desk_truth_display (grid, state->average_price / multiplier);
    }
  order->lent_grid = FALSE;

  if (order->gridless & DESK_GRIDLESS_PRICE)
    state->price = desk_price_from_wire (grid, state->price.display);
  if (order->gridless & DESK_GRIDLESS_PRICE2)
    state->price2 = desk_price_from_wire (grid, state->price2.display);
  if (order->gridless & DESK_GRIDLESS_AVERAGE)
    state->average_price = desk_truth_display (grid, state->average_price);
  order->gridless = 0;
  state->grid = *grid;
  order->booked_value = 0;
  for (i = 0; i < order->fills->len; i++)
    {
      const DeskTruthFill *fill = g_ptr_array_index (order->fills, i);

      if (!fill->superseded)
        order->booked_value += fill->state.price.display * (double) fill->state.quantity;
    }
}

static void
fold_grid (const Fold *fold)
{
  DeskGrid grid = desk_truth_record_grid (fold->record);
  guint i;

  if (fold->record->symbol == NULL || grid.tick <= 0)
    return;
  for (i = 0; i < fold->truth->fills->len; i++)
    {
      DeskTruthFill *fill = g_ptr_array_index (fold->truth->fills, i);

      if (fill->state.grid.tick > 0 || strcmp (fill->state.symbol, fold->record->symbol) != 0)
        continue;
      if (fill->state.price.kind == DESK_PRICE_RAW)
        fill->state.price = desk_price_from_wire (&grid, fill->state.price.display);
      fill->state.grid = grid;
      g_ptr_array_add (fold->changes->attributed, fill);
    }
  for (i = 0; i < fold->truth->orders->len; i++)
    {
      DeskTruthOrder *order = g_ptr_array_index (fold->truth->orders, i);

      if ((order->state.grid.tick > 0 && order->gridless == 0 && !desk_truth_is_misread (order, &grid)) || strcmp (order->state.symbol, fold->record->symbol) != 0)
        continue;
      regrid_order (order, &grid);
      desk_truth_settle (fold->truth, order, fold->record, fold->changes);
    }
  for (i = 0; i < fold->truth->positions->len; i++)
    {
      DeskTruthPosition *position = g_ptr_array_index (fold->truth->positions, i);

      if ((position->grid.tick > 0 && !position->gridless) || strcmp (position->symbol, fold->record->symbol) != 0)
        continue;
      if (position->gridless)
        position->average = desk_truth_display (&grid, position->average);
      if (position->grid.tick <= 0)
        position->computed_average = desk_truth_display (&grid, position->computed_average);
      position->gridless = FALSE;
      position->grid = grid;
      g_ptr_array_add (fold->changes->positions, position);
    }
}

static void
fold_transition (const Fold *fold)
{
  const char *what = desk_payload_text (fold->payload, "transition");
  DeskTruthOrder *order;

  if (strcmp (what, "grid") == 0)
    {
      fold_grid (fold);
      return;
    }
  order = order_member (fold);
  if (order == NULL)
    return;
  if (strcmp (what, "not-sent") == 0)
    not_sent (fold, order, desk_payload_text (fold->payload, "intent"), desk_payload_text (fold->payload, "text"));
  else if (strcmp (what, "no-answer") == 0)
    no_answer (fold, order, desk_payload_text (fold->payload, "intent"));
  else if (strcmp (what, "cancel-intended") == 0)
    {
      order->state.cancel = DESK_OVERLAY_INTENDED;
      order->cancel_when_known = TRUE;
      desk_truth_settle (fold->truth, order, fold->record, fold->changes);
    }
}

/* ---- what a reconciliation found ---- */

static void
verdict_absent (DeskTruthOrder   *order,
                const DeskRecord *record,
                const char       *text)
{
  if (order->absent_rounds == 0 || record->mono < order->absent_mono)
    order->absent_mono = record->mono;
  order->absent_rounds++;
  order->state.certainty = DESK_CERTAINTY_UNKNOWN;
  desk_truth_set_text (order, text);
}

static void
fold_verdict (const Fold *fold,
              JsonObject *row)
{
  DeskTruthOrder *order = desk_truth_find_key (fold->truth, (guint64) desk_payload_object_int (row, "key", 0));
  const char *verdict = desk_payload_object_text (row, "verdict");
  const char *text = desk_payload_object_text (row, "text");
  DeskOrderState *state;

  if (order == NULL)
    return;
  state = &order->state;
  if (strcmp (verdict, "absent") == 0)
    verdict_absent (order, fold->record, text);
  else if (strcmp (verdict, "doubt") == 0 || strcmp (verdict, "probable") == 0)
    {
      state->certainty = strcmp (verdict, "probable") == 0 ? DESK_CERTAINTY_PROBABLE : DESK_CERTAINTY_UNKNOWN;
      desk_truth_set_text (order, text);
    }
  else if (strcmp (verdict, "gone") == 0 || strcmp (verdict, "no-trace") == 0)
    {
      order->absent_rounds++;
      state->certainty = strcmp (verdict, "gone") == 0 ? DESK_CERTAINTY_GONE : DESK_CERTAINTY_NO_TRACE;
      desk_truth_set_text (order, text);
    }
  else if (strcmp (verdict, "closed") == 0)
    order->base = DESK_STATUS_NOT_AT_SERVER;
  else if (strcmp (verdict, "filled") == 0)
    {
      order->base = DESK_STATUS_FILLED;
      if (order->two_live)
        desk_truth_end_two_live (fold->truth, order, fold->record, fold->changes);
      state->certainty = order->ours ? DESK_CERTAINTY_FRESH : DESK_CERTAINTY_EXTERNAL;
      state->change = DESK_OVERLAY_NONE;
      order->conflict = FALSE;
      desk_truth_set_text (order, text);
    }
  else if (strcmp (verdict, "conflict") == 0)
    {
      order->conflict = TRUE;
      state->certainty = DESK_CERTAINTY_CONFLICT;
      desk_truth_set_text (order, text);
    }
  else if (strcmp (verdict, "two-live") == 0)
    {
      order->two_live = TRUE;
      order->twin = (guint64) desk_payload_object_int (row, "twin", 0);
      order->conflict = TRUE;
      if (order->ours && desk_truth_find_key (fold->truth, order->twin) != NULL)
        desk_truth_two_live_notice (order, desk_truth_find_key (fold->truth, order->twin), fold->changes);
      state->certainty = DESK_CERTAINTY_CONFLICT;
      desk_truth_set_text (order, text);
    }
  else if (strcmp (verdict, "cancel-not-effective") == 0)
    {
      state->cancel = DESK_OVERLAY_REFUSED;
      order->cancel_epoch = 0;
      desk_truth_set_text (order, text);
    }
  else if (strcmp (verdict, "change-applied") == 0)
    {
      state->change = DESK_OVERLAY_NONE;
      order->unchanged_rounds = 0;
      /* That ends no conflict, and takes no reason from it. */
      if (state->certainty != DESK_CERTAINTY_CONFLICT)
        desk_truth_set_text (order, text);
    }
  else if (strcmp (verdict, "change-not-yet") == 0)
    {
      order->unchanged_rounds++;
      desk_truth_set_text (order, text);
    }
  else if (strcmp (verdict, "change-not-applied") == 0)
    {
      state->change = DESK_OVERLAY_REFUSED;
      order->unchanged_rounds = 0;
      desk_truth_set_text (order, text);
    }
  state->reason = DESK_REASON_RECONCILED;
  desk_truth_settle (fold->truth, order, fold->record, fold->changes);
}

static void
fold_position (const Fold *fold,
               JsonObject *row)
{
  const char *account = desk_payload_object_text (row, "account");
  const char *symbol = desk_payload_object_text (row, "symbol");
  DeskTruthPosition *position;

  if (*symbol == '\0')
    return;
  position = desk_truth_get_position (fold->truth, account, symbol);
  if (desk_payload_object_int (row, "flat", 0) != 0)
    {
      position->quantity = 0;
      position->average = NAN;
      position->open_profit = NAN;
    }
  position->stated = TRUE;
  position->epoch = fold->truth->epoch;
  position->as_of = fold->record->utc;
  if (!position->based && desk_payload_object_int (row, "base", 0) != 0)
    {
      position->based = TRUE;
      position->offset = position->quantity - position->booked;
      position->computed_average = position->average;
    }
  if (!g_ptr_array_find (fold->changes->positions, position, NULL))
    g_ptr_array_add (fold->changes->positions, position);
}

/* A person says that the server's position of now is right, whatever the fills before it make. */
static void
fold_baseline (const Fold *fold)
{
  DeskTruthPosition *position;

  if (fold->record->account == NULL || fold->record->symbol == NULL)
    return;
  position = desk_truth_get_position (fold->truth, fold->record->account, fold->record->symbol);
  position->based = TRUE;
  position->offset = desk_payload_int (fold->payload, "quantity", 0) - position->booked;
  position->computed_average = position->average;
  if (!g_ptr_array_find (fold->changes->positions, position, NULL))
    g_ptr_array_add (fold->changes->positions, position);
}

static void
fold_snapshot (const Fold *fold)
{
  JsonObject *object = fold->payload->object;
  JsonNode *node;
  guint i;

  if (object == NULL)
    return;
  node = json_object_get_member (object, "verdicts");
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *rows = json_node_get_array (node);

      for (i = 0; i < json_array_get_length (rows); i++)
        if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (rows, i)))
          fold_verdict (fold, json_array_get_object_element (rows, i));
    }
  node = json_object_get_member (object, "positions");
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *rows = json_node_get_array (node);

      for (i = 0; i < json_array_get_length (rows); i++)
        if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (rows, i)))
          fold_position (fold, json_array_get_object_element (rows, i));
    }
  node = json_object_get_member (object, "flat_elsewhere");
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *accounts = json_node_get_array (node);

      fold->truth->last_whole = fold->record->utc;
      for (i = 0; i < json_array_get_length (accounts); i++)
        if (JSON_NODE_HOLDS_VALUE (json_array_get_element (accounts, i))
            && json_node_get_value_type (json_array_get_element (accounts, i)) == G_TYPE_STRING)
          g_hash_table_add (fold->truth->flat_elsewhere, g_strdup (json_array_get_string_element (accounts, i)));
    }
}

static void
fold_human (const Fold *fold)
{
  const char *action = desk_payload_text (fold->payload, "action");
  DeskTruthOrder *order;

  if (strcmp (action, "halt") == 0)
    fold->truth->halted = TRUE;
  else if (strcmp (action, "unhalt") == 0)
    fold->truth->halted = FALSE;
  else if (strcmp (action, "baseline") == 0)
    fold_baseline (fold);
  else if (strcmp (action, "identity") == 0)
    take_identity (fold);
  else if (strcmp (action, "resolve") == 0 && (order = order_member (fold)) != NULL)
    desk_truth_resolve (fold->truth, order, desk_payload_text (fold->payload, "decision"), desk_payload_text (fold->payload, "candidate"),
                        desk_payload_text (fold->payload, "words"), fold->record, fold->changes);
}

void
desk_truth_fold_local (DeskTruth        *truth,
                       const DeskRecord *record,
                       const DtcMessage *message,
                       DeskTruthChanges *changes)
{
  g_auto (DeskPayload) payload = { 0 };
  Fold fold = { truth, record, &payload, message, changes };

  /* A FILL repeats what its event says; INSTANCE is the state manager's. */
  if (record->kind == DESK_RECORD_FILL || record->kind == DESK_RECORD_INSTANCE)
    return;
  desk_payload_init (&payload, record->payload);
  switch (record->kind)
    {
    case DESK_RECORD_LINK:
      fold_link (&fold);
      break;
    case DESK_RECORD_INTENT:
      fold_intent (&fold);
      break;
    case DESK_RECORD_OUTCOME:
      fold_outcome (&fold);
      break;
    case DESK_RECORD_TRANSITION:
      fold_transition (&fold);
      break;
    case DESK_RECORD_SNAPSHOT:
      fold_snapshot (&fold);
      break;
    case DESK_RECORD_HUMAN:
      fold_human (&fold);
      break;
    case DESK_RECORD_INSTANCE:
    case DESK_RECORD_EVENT:
    case DESK_RECORD_FILL:
    default:
      break;
    }
}
