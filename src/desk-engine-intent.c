/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include "desk-failpoint.h"
#include "desk-order-id.h"

#include <math.h>
#include <string.h>

gboolean
engine_is_automated (DeskEngine       *engine,
                     const DeskTicket *ticket)
{
  return engine->config.automated || ticket->source == DESK_SOURCE_SCRIPT || ticket->source == DESK_SOURCE_API;
}

gboolean
engine_take_ids (DeskEngine  *engine,
                 guint        n,
                 char         ids[][DESK_ID_SIZE],
                 DeskRecord **reserve)
{
  g_autofree char *payload = NULL;
  guint i;

  *reserve = NULL;
  for (i = 0; i < n; i++)
    {
      if (!desk_order_id_format (engine->config.install, engine->config.generation, engine->next_counter + i, ids[i]))
        return FALSE;
    }
  if (engine->next_counter + n > engine->high_water)
    {
      DESK_FAILPOINT ("ids.before-reserve");
      engine->high_water = engine->next_counter + DESK_ORDER_ID_BLOCK;
      payload = g_strdup_printf ("{\"install\":\"%s\",\"generation\":%u,\"high_water\":%" G_GUINT64_FORMAT "}", engine->config.install,
                                 engine->config.generation, engine->high_water);
      *reserve = engine_record (engine, DESK_RECORD_INSTANCE, payload);
    }
  engine->next_counter += n;
  return TRUE;
}

void
engine_drop_reserve (DeskEngine *engine,
                     DeskRecord *reserve)
{
  if (reserve != NULL)
    desk_record_free (reserve);
  engine->high_water = MIN (engine->high_water, engine->next_counter);
}

/* G18: the bytes that would leave, read back, must say what was meant. */
static gboolean
says_what_was_meant (DeskEngine       *engine,
                     const DtcMessage *meant,
                     const GByteArray *bytes)
{
  g_auto (DtcMessage) read = DTC_MESSAGE_INIT;
  gsize len = bytes->len;

  if (!engine->codec_known)
    return FALSE;
  if (engine->codec.encoding >= DTC_ENCODING_JSON && len > 0 && bytes->data[len - 1] == '\0')
    len--;
  if (!dtc_codec_decode (&engine->codec, DTC_TO_SERVER, bytes->data, len, &read, NULL) || read.type != meant->type)
    return FALSE;
  if (meant->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
    {
      const DtcSubmitNewSingleOrder *a = &meant->submit_new_single_order, *b = &read.submit_new_single_order;

      return strcmp (a->symbol, b->symbol) == 0 && strcmp (a->trade_account, b->trade_account) == 0
             && strcmp (a->client_order_id, b->client_order_id) == 0 && a->order_type == b->order_type && a->buy_sell == b->buy_sell
             && a->price1 == b->price1 && a->price2 == b->price2 && a->quantity == b->quantity && a->time_in_force == b->time_in_force
             && a->good_till_date_time == b->good_till_date_time && a->is_parent_order == b->is_parent_order
             && a->max_show_quantity == b->max_show_quantity && a->is_automated_order == b->is_automated_order;
    }
  if (meant->type == DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT)
    {
      const DtcFlattenPositionsForTradeAccount *a = &meant->flatten_positions_for_trade_account;
      const DtcFlattenPositionsForTradeAccount *b = &read.flatten_positions_for_trade_account;

      return strcmp (a->trade_account, b->trade_account) == 0 && strcmp (a->client_order_id, b->client_order_id) == 0;
    }
  if (meant->type == DTC_MSG_SUBMIT_NEW_OCO_ORDER)
    {
      const DtcSubmitNewOcoOrder *a = &meant->submit_new_oco_order, *b = &read.submit_new_oco_order;

      return strcmp (a->symbol, b->symbol) == 0 && strcmp (a->trade_account, b->trade_account) == 0
             && strcmp (a->client_order_id_1, b->client_order_id_1) == 0 && strcmp (a->client_order_id_2, b->client_order_id_2) == 0
             && strcmp (a->parent_trigger_client_order_id, b->parent_trigger_client_order_id) == 0
             && a->order_type_1 == b->order_type_1 && a->order_type_2 == b->order_type_2 && a->buy_sell_1 == b->buy_sell_1
             && a->buy_sell_2 == b->buy_sell_2 && a->price1_1 == b->price1_1 && a->price2_1 == b->price2_1
             && a->price1_2 == b->price1_2 && a->price2_2 == b->price2_2 && a->quantity_1 == b->quantity_1
             && a->quantity_2 == b->quantity_2 && a->time_in_force == b->time_in_force
             && a->good_till_date_time == b->good_till_date_time && a->use_offsets == b->use_offsets
             && a->offset_from_parent1 == b->offset_from_parent1 && a->offset_from_parent2 == b->offset_from_parent2
             && a->partial_fill_handling == b->partial_fill_handling && a->is_automated_order == b->is_automated_order;
    }
  if (meant->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    {
      const DtcCancelReplaceOrder *a = &meant->cancel_replace_order, *b = &read.cancel_replace_order;

      return strcmp (a->server_order_id, b->server_order_id) == 0 && a->price1_is_set == b->price1_is_set
             && a->price2_is_set == b->price2_is_set && (!a->price1_is_set || a->price1 == b->price1)
             && (!a->price2_is_set || a->price2 == b->price2) && a->quantity == b->quantity && a->time_in_force == b->time_in_force
             && a->good_till_date_time == b->good_till_date_time
             && a->update_price1_offset_to_parent == b->update_price1_offset_to_parent;
    }
  return TRUE;
}

gboolean
engine_encode (DeskEngine       *engine,
               const DtcMessage *message,
               GByteArray       *bytes,
               GError          **error)
{
  if (!engine->world.encode (engine->world_data, message, bytes, error))
    return FALSE;
  if (says_what_was_meant (engine, message, bytes))
    return TRUE;
  g_set_error_literal (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED, "The bytes would not say what was meant; nothing was sent");
  return FALSE;
}

static DeskRecord *
intent_record (DeskEngine         *engine,
               const EngineIntent *intent)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  GString *payload = g_string_new (NULL);
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, intent->bytes->data, intent->bytes->len);
  DeskRecord *record;

  g_string_append_printf (payload,
                          "{\"intent\":\"%s\",\"source\":\"%s\",\"automated\":%d,\"limits\":\"%s\",\"clicked\":%" G_GINT64_FORMAT
                          ",\"sha256\":\"%s\",\"format\":%d,\"tick_value\":%s",
                          intent->intent, intent->source, intent->automated ? 1 : 0, engine->config.limits->digest, intent->clicked, digest,
                          intent->grid.format, g_ascii_dtostr (number, sizeof number, intent->grid.tick_value));
  if (intent->key != 0)
    g_string_append_printf (payload, ",\"key\":%" G_GUINT64_FORMAT, intent->key);
  if (intent->extra != NULL)
    g_string_append (payload, intent->extra);
  g_string_append_c (payload, '}');
  record = engine_record (engine, DESK_RECORD_INTENT, NULL);
  record->payload = g_string_free (payload, FALSE);
  record->client_order_id = g_strdup (intent->client_id);
  record->server_order_id = *intent->server_id != '\0' ? g_strdup (intent->server_id) : NULL;
  record->account = g_strdup (intent->account);
  record->symbol = g_strdup (intent->symbol);
  record->tick = intent->grid.tick;
  record->multiplier = intent->grid.multiplier;
  record->wire = g_bytes_new (intent->bytes->data, intent->bytes->len);
  record->encoding = engine->codec.encoding;
  record->numbering = engine->codec.numbering;
  record->direction = DTC_TO_SERVER;
  return record;
}

guint64
engine_commit_intents (DeskEngine         *engine,
                       DeskRecord         *reserve,
                       const EngineIntent *intents,
                       guint               n_intents)
{
  DeskRecord *records[ENGINE_TOGETHER + 1];
  const DtcMessage *messages[ENGINE_TOGETHER + 1];
  EngineWrite *write = g_new0 (EngineWrite, 1);
  GByteArray *bytes = g_byte_array_new ();
  guint n = 0, i;
  guint64 key;

  if (reserve != NULL)
    {
      messages[n] = NULL;
      records[n++] = reserve;
    }
  for (i = 0; i < n_intents; i++)
    {
      messages[n] = intents[i].message;
      records[n++] = intent_record (engine, &intents[i]);
      if (i == 0 || intents[i].bytes != intents[i - 1].bytes)
        g_byte_array_append (bytes, intents[i].bytes->data, intents[i].bytes->len);
    }
  write->bytes = g_byte_array_free_to_bytes (bytes);
  g_strlcpy (write->intent, intents[0].intent, sizeof write->intent);
  write->lane = intents[0].lane;
  write->epoch = desk_truth_get_epoch (engine->truth);
  write->exit = intents[0].exit;
  write->tag = intents[0].tag;
  write->input = g_strdup (intents[0].input);
  write->clicked = intents[0].clicked;
  write->made = engine->now;
  write->n_keys = n_intents;
  key = desk_truth_n_orders (engine->truth);
  for (i = 0; i < n_intents; i++)
    write->keys[i] = intents[i].key != 0 ? intents[i].key : ++key;
  key = write->keys[0];
  write->seq = engine_commit_all (engine, records, messages, n, NULL, TRUE);
  engine_write (engine, write);
  return key;
}

void
engine_fill_in_submit (DtcMessage       *message,
                       const DeskTicket *ticket,
                       const char       *account,
                       const char       *id,
                       double            price,
                       double            price2,
                       gboolean          automated)
{
  g_autofree char *tag = ticket->note[0] != '\0' ? g_strconcat (id, " ", ticket->note, NULL) : g_strdup (id);

  dtc_message_init (message, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  dtc_message_set_string (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, ticket->symbol);
  dtc_message_set_string (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TRADE_ACCOUNT, account);
  dtc_message_set_string (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, id);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE, ticket->type);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL, ticket->side == DESK_SIDE_BUY ? DTC_BUY : DTC_SELL);
  if (isfinite (price))
    dtc_message_set_double (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, price);
  if (isfinite (price2))
    dtc_message_set_double (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2, price2);
  dtc_message_set_double (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY, (double) ticket->quantity);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TIME_IN_FORCE, ticket->tif != DESK_TIF_UNSET ? (int) ticket->tif : DTC_TIF_DAY);
  if (ticket->tif == DESK_TIF_GTD)
    dtc_message_set_int (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_GOOD_TILL_DATE_TIME, ticket->good_till);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_AUTOMATED_ORDER, automated ? 1 : 0);
  if (ticket->max_show > 0)
    dtc_message_set_double (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_MAX_SHOW_QUANTITY, (double) ticket->max_show);
  /* The server returns it: the one tag of ours that a restated order may still carry. */
  dtc_message_set_string (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_FREE_FORM_TEXT, tag);
}

guint64
engine_send_exit (DeskEngine *engine,
                  const char *account,
                  const char *symbol,
                  DeskSide    side,
                  gint64      quantity,
                  gboolean    market,
                  guint64     tag,
                  GError    **error)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  DeskRecord *reserve;
  char ids[1][DESK_ID_SIZE];
  const char *id = ids[0];
  g_autofree char *extra = g_strdup_printf (",\"side\":\"%s\",\"quantity\":%" G_GINT64_FORMAT, desk_side_nick (side), quantity);
  EngineIntent intent = {
    .intent = market ? "submit" : "flatten", .source = desk_source_nick (DESK_SOURCE_FLATTEN), .automated = engine->config.automated,
    .exit = TRUE, .lane = DTC_LANE_URGENT, .client_id = id, .server_id = "", .account = account, .symbol = symbol,
    .grid = engine_grid (engine, symbol), .clicked = engine->now, .tag = tag,
    .extra = extra, .message = &message, .bytes = bytes,
  };

  if (!engine_take_ids (engine, 1, ids, &reserve))
    {
      g_set_error_literal (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED, "The order numbers of this state file are used up");
      return 0;
    }
  if (market)
    {
      DeskTicket ticket = DESK_TICKET_INIT;

      g_strlcpy (ticket.symbol, symbol, sizeof ticket.symbol);
      ticket.side = side;
      ticket.type = DESK_ORDER_TYPE_MARKET;
      ticket.tif = DESK_TIF_DAY;
      ticket.quantity = quantity;
      engine_fill_in_submit (&message, &ticket, account, id, NAN, NAN, intent.automated);
    }
  else
    {
      dtc_message_init (&message, DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER);
      dtc_message_set_string (&message, DTC_SUBMIT_FLATTEN_POSITION_ORDER_F_SYMBOL, symbol);
      dtc_message_set_string (&message, DTC_SUBMIT_FLATTEN_POSITION_ORDER_F_TRADE_ACCOUNT, account);
      dtc_message_set_string (&message, DTC_SUBMIT_FLATTEN_POSITION_ORDER_F_CLIENT_ORDER_ID, id);
      dtc_message_set_string (&message, DTC_SUBMIT_FLATTEN_POSITION_ORDER_F_FREE_FORM_TEXT, id);
      dtc_message_set_int (&message, DTC_SUBMIT_FLATTEN_POSITION_ORDER_F_IS_AUTOMATED_ORDER, intent.automated ? 1 : 0);
    }
  if (!engine_encode (engine, &message, bytes, error))
    {
      engine_drop_reserve (engine, reserve);
      return 0;
    }
  return engine_commit_intents (engine, reserve, &intent, 1);
}

gboolean
engine_send_exit_all (DeskEngine         *engine,
                      DeskFlatten *const *flattens,
                      guint               n_flattens,
                      GError            **error)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  EngineIntent intents[ENGINE_TOGETHER] = { 0 };
  char *extra[ENGINE_TOGETHER] = { NULL };
  char ids[ENGINE_TOGETHER][DESK_ID_SIZE];
  DeskRecord *reserve;
  guint64 key;
  guint i;

  if (n_flattens > ENGINE_TOGETHER || !engine_take_ids (engine, n_flattens, ids, &reserve))
    {
      g_set_error_literal (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED, "Too many positions for one message");
      return FALSE;
    }
  dtc_message_init (&message, DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT);
  dtc_message_set_string (&message, DTC_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT_F_TRADE_ACCOUNT, flattens[0]->account);
  dtc_message_set_string (&message, DTC_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT_F_CLIENT_ORDER_ID, ids[0]);
  dtc_message_set_string (&message, DTC_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT_F_FREE_FORM_TEXT, ids[0]);
  dtc_message_set_int (&message, DTC_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT_F_IS_AUTOMATED_ORDER, engine->config.automated ? 1 : 0);
  if (!engine_encode (engine, &message, bytes, error))
    {
      engine_drop_reserve (engine, reserve);
      return FALSE;
    }
  /* The server makes an order of each position, and names but one of them; ours are told apart by their symbols. */
  for (i = 0; i < n_flattens; i++)
    {
      const DeskFlatten *flatten = flattens[i];

      extra[i] = g_strdup_printf (",\"side\":\"%s\",\"quantity\":%" G_GINT64_FORMAT ",\"group\":\"%s\"",
                                  desk_side_nick (flatten->position > 0 ? DESK_SIDE_SELL : DESK_SIDE_BUY), ABS (flatten->position), ids[0]);
      intents[i] = (EngineIntent) {
        .intent = "flatten", .source = desk_source_nick (DESK_SOURCE_FLATTEN), .automated = engine->config.automated, .exit = TRUE,
        .lane = DTC_LANE_URGENT, .client_id = ids[i], .server_id = "", .account = flatten->account, .symbol = flatten->symbol,
        .grid = engine_grid (engine, flatten->symbol), .clicked = engine->now, .tag = flatten->tag, .extra = extra[i],
        .message = &message, .bytes = bytes,
      };
    }
  key = desk_truth_n_orders (engine->truth);
  for (i = 0; i < n_flattens; i++)
    flattens[i]->exit_key = ++key;
  engine_commit_intents (engine, reserve, intents, n_flattens);
  for (i = 0; i < n_flattens; i++)
    g_free (extra[i]);
  return TRUE;
}

gboolean
engine_send_cancel (DeskEngine     *engine,
                    DeskTruthOrder *order,
                    guint64         tag,
                    gint64          clicked,
                    const char     *source,
                    GError        **error)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const DeskOrderState *state = &order->state;
  EngineIntent intent = {
    .intent = "cancel", .source = source, .automated = engine->config.automated, .exit = TRUE, .lane = DTC_LANE_URGENT, .key = state->key,
    .client_id = state->client_order_id, .server_id = state->server_order_id, .account = state->account, .symbol = state->symbol,
    .grid = state->grid, .clicked = clicked, .tag = tag, .message = &message, .bytes = bytes,
  };

  if (!engine_owns_id (engine, order))
    {
      g_set_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED, "The server has given the id %s to a different order", state->server_order_id);
      return FALSE;
    }
  dtc_message_init (&message, DTC_MSG_CANCEL_ORDER);
  dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID, state->server_order_id);
  if (state->client_order_id[0] != '\0')
    dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_CLIENT_ORDER_ID, state->client_order_id);
  if (state->account[0] != '\0')
    dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_TRADE_ACCOUNT, state->account);
  if (!engine_encode (engine, &message, bytes, error))
    return FALSE;
  engine_commit_intents (engine, NULL, &intent, 1);
  return TRUE;
}

