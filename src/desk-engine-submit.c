/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include "desk-order-id.h"

#include <math.h>
#include <string.h>

const char *
engine_account_of (DeskEngine *engine,
                   const char *account)
{
  return *account != '\0' ? account : engine->account;
}

static void
fill_in_orders (DeskEngine           *engine,
                GArray               *orders,
                const char           *account,
                const char           *symbol,
                const DeskTruthOrder *without)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  guint i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);
      const DeskOrderState *state = &order->state;
      DeskGateOrder row = {
        .side = state->side, .type = state->type, .price = state->price, .price2 = state->price2,
        .remaining = state->remaining >= 0 ? state->remaining : state->quantity,
        .same_symbol = strcmp (state->symbol, symbol) == 0, .ours = order->ours,
        .unknown = state->certainty == DESK_CERTAINTY_UNKNOWN || state->certainty == DESK_CERTAINTY_CONFLICT
                   || state->certainty == DESK_CERTAINTY_PROBABLE || state->certainty == DESK_CERTAINTY_NO_TRACE,
      };

      if (order != without && strcmp (state->account, account) == 0 && state->certainty != DESK_CERTAINTY_GONE)
        g_array_append_val (orders, row);
    }
}

static void
fill_in_recents (DeskEngine *engine,
                 GArray     *recents,
                 const char *account,
                 const char *symbol)
{
  guint i;

  for (i = 0; i < engine->recents->len; i++)
    {
      const EngineRecent *recent = &g_array_index (engine->recents, EngineRecent, i);

      if (strcmp (recent->account, account) == 0 && strcmp (recent->symbol, symbol) == 0)
        g_array_append_val (recents, recent->recent);
    }
}

static EngineBucket *
bucket_of (DeskEngine *engine,
           const char *account,
           const char *symbol)
{
  EngineBucket bucket = { 0 };
  guint i;

  for (i = 0; i < engine->buckets->len; i++)
    {
      EngineBucket *known = &g_array_index (engine->buckets, EngineBucket, i);

      if (strcmp (known->account, account) == 0 && strcmp (known->symbol, symbol) == 0)
        return known;
    }
  g_strlcpy (bucket.account, account, sizeof bucket.account);
  g_strlcpy (bucket.symbol, symbol, sizeof bucket.symbol);
  g_array_append_val (engine->buckets, bucket);
  return &g_array_index (engine->buckets, EngineBucket, engine->buckets->len - 1);
}

static gboolean
is_automated (DeskEngine       *engine,
              const DeskTicket *ticket)
{
  return engine->config.automated || ticket->source == DESK_SOURCE_SCRIPT || ticket->source == DESK_SOURCE_API;
}

DeskDenial
engine_gate (DeskEngine           *engine,
             const DeskTicket     *ticket,
             const DeskTruthOrder *changed,
             const DeskGateChange *change,
             DeskGateVerdict      *verdict)
{
  g_autoptr (GArray) orders = g_array_new (FALSE, FALSE, sizeof (DeskGateOrder));
  g_autoptr (GArray) recents = g_array_new (FALSE, FALSE, sizeof (DeskGateRecent));
  const char *name = engine_account_of (engine, ticket->account);
  const EngineAccount *account = engine_find_account (engine, name);
  const EngineSymbol *symbol = ticket->symbol[0] != '\0' ? engine_symbol (engine, ticket->symbol) : NULL;
  DeskPrice none = DESK_PRICE_INIT;
  DeskGateInput in = {
    .ticket = ticket, .limits = engine->config.limits, .change = change, .now = engine->now,
    .utc = engine->world.utc (engine->world_data), .link = engine->link, .numbering_ok = !engine->numbering_bad,
    .trading_supported = engine->trading_supported && !engine->config.read_only, .live = engine->config.live,
    .halted = desk_truth_get_halted (engine->truth),
    /* What the failure of the state file has ended is refused in its name, not as if arming could help. */
    .armed = engine->armed || engine->storage_failed, .automated = is_automated (engine, ticket),
    .storage_ok = !engine->storage_failed, .account = name,
    .account_known = account != NULL && account->listed_epoch == desk_truth_get_epoch (engine->truth),
    .account_disabled = account != NULL && account->state.trading_disabled, .bid = none, .ask = none, .last = none,
  };

  /* A waived account list leaves the account to the person who waived it. */
  in.account_known = in.account_known || engine->waived[STEP_ACCOUNTS];
  if (symbol != NULL)
    {
      in.definition_known = engine_symbol_known (engine, symbol);
      in.definition_text = symbol->reject;
      in.grid = symbol->definition.grid;
      in.position = engine_position (engine, name, ticket->symbol, &in.position_known);
      if (!symbol->quote.rejected && symbol->quote.received > 0)
        {
          in.bid = symbol->quote.bid;
          in.ask = symbol->quote.ask;
          in.last = symbol->quote.last;
          in.reference_age = engine->now - symbol->quote.received;
        }
    }
  if (change != NULL && !engine->replace_supported)
    in.unsupported = "changing an order";
  fill_in_orders (engine, orders, name, ticket->symbol, changed);
  fill_in_recents (engine, recents, name, ticket->symbol);
  in.orders = (const DeskGateOrder *) (gconstpointer) orders->data;
  in.n_orders = orders->len;
  in.recent = (const DeskGateRecent *) (gconstpointer) recents->data;
  in.n_recent = recents->len;
  in.account_bucket = bucket_of (engine, name, "")->bucket;
  in.symbol_bucket = bucket_of (engine, name, ticket->symbol)->bucket;
  return desk_gate_check (&in, verdict);
}

static void
note_sent (DeskEngine            *engine,
           const DeskTicket      *ticket,
           const char            *account,
           const DeskGateVerdict *verdict,
           gboolean               is_new)
{
  const DeskLimits *limits = engine->config.limits;
  EngineRecent recent = { .recent = { engine->now, ticket->side, ticket->type, ticket->quantity, verdict->price, verdict->price2 } };

  if (limits->orders_per_second > 0)
    desk_gate_bucket_take (&bucket_of (engine, account, "")->bucket, limits->orders_per_second, (double) limits->orders_burst, engine->now);
  if (limits->orders_per_second_symbol > 0)
    desk_gate_bucket_take (&bucket_of (engine, account, ticket->symbol)->bucket, limits->orders_per_second_symbol,
                           desk_gate_symbol_burst (limits), engine->now);
  while (engine->recents->len > 0
         && engine->now - g_array_index (engine->recents, EngineRecent, 0).recent.when > ENGINE_RECENT)
    g_array_remove_index (engine->recents, 0);
  if (!is_new)
    return;
  g_strlcpy (recent.account, account, sizeof recent.account);
  g_strlcpy (recent.symbol, ticket->symbol, sizeof recent.symbol);
  g_array_append_val (engine->recents, recent);
}

static void
tell_warnings (DeskEngine            *engine,
               const DeskTicket      *ticket,
               const DeskGateVerdict *verdict)
{
  if (verdict->warnings & DESK_GATE_WARN_NO_REFERENCE)
    engine_notice (engine, DESK_LEVEL_INFO, "NO_REFERENCE", "%s has no price younger than 5 s to compare this order with", ticket->symbol);
  if (verdict->warnings & DESK_GATE_WARN_STOP_WRONG_SIDE)
    engine_notice (engine, DESK_LEVEL_WARNING, "STOP_WRONG_SIDE", "The stop in %s lies on the wrong side of the market and triggers at once", ticket->symbol);
  if (verdict->warnings & DESK_GATE_WARN_MARKETABLE_LIMIT)
    engine_notice (engine, DESK_LEVEL_INFO, "MARKETABLE_LIMIT", "The limit in %s can fill at once", ticket->symbol);
}

/* A ClientOrderID that was never used, and the record that reserves its block, to go into the same transaction. */
static gboolean
take_id (DeskEngine  *engine,
         char         id[DESK_ID_SIZE],
         DeskRecord **reserve)
{
  g_autofree char *payload = NULL;

  *reserve = NULL;
  if (!desk_order_id_format (engine->config.install, engine->config.generation, engine->next_counter, id))
    return FALSE;
  if (engine->next_counter >= engine->high_water)
    {
      engine->high_water = engine->next_counter + DESK_ORDER_ID_BLOCK;
      payload = g_strdup_printf ("{\"install\":\"%s\",\"generation\":%u,\"high_water\":%" G_GUINT64_FORMAT "}", engine->config.install,
                                 engine->config.generation, engine->high_water);
      *reserve = engine_record (engine, DESK_RECORD_INSTANCE, payload);
    }
  engine->next_counter++;
  return TRUE;
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
             && a->price1 == b->price1 && a->price2 == b->price2 && a->quantity == b->quantity && a->time_in_force == b->time_in_force;
    }
  if (meant->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    {
      const DtcCancelReplaceOrder *a = &meant->cancel_replace_order, *b = &read.cancel_replace_order;

      return strcmp (a->server_order_id, b->server_order_id) == 0 && a->price1 == b->price1 && a->price2 == b->price2
             && a->quantity == b->quantity;
    }
  return TRUE;
}

static gboolean
encode (DeskEngine       *engine,
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

typedef struct
{
  const char       *intent;
  const char       *source;
  gboolean          automated;
  gboolean          exit;
  DtcLane           lane;
  guint64           key;         /* of the order, 0: a new one */
  const char       *client_id, *server_id, *account, *symbol;
  DeskGrid          grid;
  gint64            clicked;
  guint64           tag;
  const char       *input;
  const char       *extra;       /* reference prices and the like, as JSON members with a leading comma */
  DeskRecord       *reserve;
} Intent;

/* Intent before wire: the record is appended first, the bytes follow its commit. */
static guint64
commit_intent (DeskEngine       *engine,
               const Intent     *intent,
               const DtcMessage *message,
               GByteArray       *bytes)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  EngineWrite *write = g_new0 (EngineWrite, 1);
  GString *payload = g_string_new (NULL);
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);
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
  record->wire = g_bytes_new (bytes->data, bytes->len);
  record->encoding = engine->codec.encoding;
  record->numbering = engine->codec.numbering;
  record->direction = DTC_TO_SERVER;

  write->bytes = g_bytes_ref (record->wire);
  g_strlcpy (write->intent, intent->intent, sizeof write->intent);
  write->lane = intent->lane;
  write->epoch = record->epoch;
  write->exit = intent->exit;
  write->tag = intent->tag;
  write->input = g_strdup (intent->input);
  write->clicked = intent->clicked;
  write->seq = engine_commit (engine, intent->reserve, record, message, NULL, TRUE);
  write->key = intent->key != 0 ? intent->key : desk_truth_n_orders (engine->truth);
  {
    guint64 key = write->key;

    engine_write (engine, write);
    return key;
  }
}

static void
fill_in_submit (DtcMessage       *message,
                const DeskTicket *ticket,
                const char       *account,
                const char       *id,
                double            price,
                double            price2,
                gboolean          automated)
{
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
  /* The server returns it: the one tag of ours that a restated order may still carry. */
  dtc_message_set_string (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_FREE_FORM_TEXT, id);
}

static char *
reference_members (DeskEngine *engine,
                   const char *name)
{
  const EngineSymbol *symbol = engine_symbol (engine, name);
  const DeskQuoteState *quote = &symbol->quote;
  const struct { const char *name; const DeskPrice *price; } prices[] = { { "bid", &quote->bid }, { "ask", &quote->ask }, { "last", &quote->last } };
  GString *out;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  guint i;

  if (quote->received == 0)
    return NULL;
  out = g_string_new (NULL);
  for (i = 0; i < G_N_ELEMENTS (prices); i++)
    {
      if (prices[i].price->kind != DESK_PRICE_UNSET)
        g_string_append_printf (out, ",\"%s\":%s", prices[i].name, g_ascii_dtostr (number, sizeof number, prices[i].price->display));
    }
  g_string_append_printf (out, ",\"reference_age_usec\":%" G_GINT64_FORMAT, engine->now - quote->received);
  return g_string_free (out, FALSE);
}

static void
send_submit (DeskEngine            *engine,
             const DeskCommand     *command,
             const char            *account,
             const DeskGateVerdict *verdict)
{
  const DeskTicket *ticket = &command->ticket;
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *reference = reference_members (engine, ticket->symbol);
  char id[DESK_ID_SIZE];
  Intent intent = {
    .intent = "submit", .source = desk_source_nick (ticket->source), .automated = is_automated (engine, ticket),
    .exit = verdict->reduces, .lane = DTC_LANE_NORMAL, .client_id = id, .server_id = "", .account = account, .symbol = ticket->symbol,
    .grid = engine_grid (engine, ticket->symbol), .clicked = command->clicked, .tag = command->tag, .input = command->input,
    .extra = reference,
  };

  if (!take_id (engine, id, &intent.reserve))
    {
      engine_deny (engine, DESK_DENY_STORAGE, command->tag, command->input, "The order numbers of this state file are used up; begin a new one");
      return;
    }
  fill_in_submit (&message, ticket, account, id, verdict->wire_price, verdict->wire_price2, intent.automated);
  if (!encode (engine, &message, bytes, &error))
    {
      g_clear_pointer (&intent.reserve, desk_record_free);
      engine->high_water = MIN (engine->high_water, engine->next_counter);
      engine_deny (engine, DESK_DENY_UNSUPPORTED_BY_SERVER, command->tag, command->input, error->message);
      return;
    }
  note_sent (engine, ticket, account, verdict, TRUE);
  tell_warnings (engine, ticket, verdict);
  commit_intent (engine, &intent, &message, bytes);
}

void
engine_submit (DeskEngine        *engine,
               const DeskCommand *command,
               gboolean           may_wait)
{
  const DeskTicket *ticket = &command->ticket;
  const char *account = engine_account_of (engine, ticket->account);
  DeskGateVerdict verdict;
  DeskDenial denial = engine_gate (engine, ticket, NULL, NULL, &verdict);

  if (denial == DESK_DENY_NO_DEFINITION && may_wait && ticket->symbol[0] != '\0')
    {
      EngineSymbol *symbol = engine_symbol (engine, ticket->symbol);
      DeskCommand *copy;

      if (symbol->reject == NULL || symbol->asked_epoch != desk_truth_get_epoch (engine->truth))
        {
          engine_symbol_ask (engine, symbol);
          copy = desk_command_new (command->kind);
          copy->tag = command->tag;
          copy->input = g_strdup (command->input);
          copy->clicked = command->clicked;
          copy->ticket = *ticket;
          g_ptr_array_add (symbol->waiting, copy);
          return;
        }
    }
  if (denial != DESK_DENY_NONE)
    {
      engine_deny (engine, denial, command->tag, command->input, verdict.text);
      return;
    }
  send_submit (engine, command, account, &verdict);
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
  char id[DESK_ID_SIZE];
  g_autofree char *extra = g_strdup_printf (",\"side\":\"%s\",\"quantity\":%" G_GINT64_FORMAT, desk_side_nick (side), quantity);
  Intent intent = {
    .intent = market ? "submit" : "flatten", .source = desk_source_nick (DESK_SOURCE_FLATTEN), .automated = engine->config.automated,
    .exit = TRUE, .lane = DTC_LANE_URGENT, .client_id = id, .server_id = "", .account = account, .symbol = symbol,
    .grid = engine_grid (engine, symbol), .clicked = engine->now, .tag = tag,
    .extra = extra,
  };

  if (!take_id (engine, id, &intent.reserve))
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
      fill_in_submit (&message, &ticket, account, id, NAN, NAN, intent.automated);
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
  if (!encode (engine, &message, bytes, error))
    {
      g_clear_pointer (&intent.reserve, desk_record_free);
      engine->high_water = MIN (engine->high_water, engine->next_counter);
      return 0;
    }
  return commit_intent (engine, &intent, &message, bytes);
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
  Intent intent = {
    .intent = "cancel", .source = source, .automated = engine->config.automated, .exit = TRUE, .lane = DTC_LANE_URGENT, .key = state->key,
    .client_id = state->client_order_id, .server_id = state->server_order_id, .account = state->account, .symbol = state->symbol,
    .grid = state->grid, .clicked = clicked, .tag = tag,
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
  if (!encode (engine, &message, bytes, error))
    return FALSE;
  commit_intent (engine, &intent, &message, bytes);
  return TRUE;
}

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
  ticket->tif = state->tif;
  ticket->good_till = state->good_till;
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
  Intent intent = { .intent = "change", .source = desk_source_nick (command->ticket.source), .lane = DTC_LANE_NORMAL };

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
      changed_ticket (engine, order, command, &ticket);
    }
  ticket.live = engine->config.live;
  denial = engine_gate (engine, &ticket, order, &change, &verdict);
  if (denial == DESK_DENY_NONE && !command->has_price && !command->has_price2 && command->quantity <= 0)
    {
      denial = DESK_DENY_USAGE;
      g_strlcpy (verdict.text, "Say what to change: a price or a quantity", sizeof verdict.text);
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
  if (!encode (engine, &message, bytes, &error))
    {
      engine_deny (engine, DESK_DENY_UNSUPPORTED_BY_SERVER, command->tag, command->input, error->message);
      return;
    }
  intent.automated = is_automated (engine, &ticket);
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
  note_sent (engine, &ticket, order->state.account, &verdict, FALSE);
  tell_warnings (engine, &ticket, &verdict);
  commit_intent (engine, &intent, &message, bytes);
}

void
engine_preview (DeskEngine        *engine,
                const DeskCommand *command)
{
  const char *account = engine_account_of (engine, command->ticket.account);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  DeskGateVerdict verdict;
  DeskEvent *event = desk_event_new (DESK_EVENT_PREVIEW);
  EngineSymbol *symbol;

  if (command->ticket.symbol[0] != '\0')
    {
      symbol = engine_symbol (engine, command->ticket.symbol);
      if (!engine_symbol_known (engine, symbol) && symbol->asked_epoch != desk_truth_get_epoch (engine->truth))
        engine_symbol_ask (engine, symbol);
    }
  event->tag = command->tag;
  event->preview.denial = engine_gate (engine, &command->ticket, NULL, NULL, &verdict);
  event->preview.checks_passed = verdict.checks_passed;
  event->preview.checks_total = verdict.checks_total;
  event->preview.worst_long = verdict.worst_long;
  event->preview.worst_short = verdict.worst_short;
  event->preview.position = verdict.position;
  event->preview.distance_ticks = verdict.distance_ticks;
  event->preview.value = verdict.value;
  event->preview.tick_risk = verdict.tick_risk;
  event->preview.no_reference = (verdict.warnings & DESK_GATE_WARN_NO_REFERENCE) != 0;
  if (verdict.text[0] != '\0')
    event->text = g_ref_string_new (verdict.text);
  fill_in_submit (&message, &command->ticket, account, "", verdict.wire_price, verdict.wire_price2, is_automated (engine, &command->ticket));
  dtc_message_unset (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID);
  dtc_message_unset (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_FREE_FORM_TEXT);
  if (engine->world.encode (engine->world_data, &message, bytes, NULL))
    {
      g_byte_array_append (bytes, (const guint8 *) "", 1);
      g_strlcpy (event->preview.wire, (const char *) bytes->data, sizeof event->preview.wire);
    }
  engine_publish (engine, event, 0);
}
