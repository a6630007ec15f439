/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <math.h>
#include <string.h>

static void
command_free (gpointer data)
{
  desk_command_free (data);
}

EngineSymbol *
engine_symbol (DeskEngine *engine,
               const char *name)
{
  EngineSymbol *symbol = g_hash_table_lookup (engine->symbols, name);

  if (symbol != NULL)
    return symbol;
  symbol = g_new0 (EngineSymbol, 1);
  g_strlcpy (symbol->symbol, name, sizeof symbol->symbol);
  g_strlcpy (symbol->definition.symbol, name, sizeof symbol->definition.symbol);
  symbol->definition.grid.format = DTC_PRICE_DISPLAY_FORMAT_UNSET;
  desk_quote_state_init (&symbol->quote, name);
  symbol->waiting = g_ptr_array_new_with_free_func (command_free);
  g_hash_table_insert (engine->symbols, symbol->symbol, symbol);
  g_ptr_array_add (engine->symbol_ids, symbol);
  symbol->quote.symbol_id = engine->symbol_ids->len;
  return symbol;
}

void
engine_symbol_free (gpointer data)
{
  EngineSymbol *symbol = data;

  desk_quote_state_clear (&symbol->quote);
  g_ptr_array_unref (symbol->waiting);
  g_free (symbol->reject);
  g_free (symbol);
}

gboolean
engine_symbol_known (DeskEngine         *engine,
                     const EngineSymbol *symbol)
{
  return symbol->known_epoch != 0 && symbol->known_epoch == desk_truth_get_epoch (engine->truth);
}

DeskGrid
engine_grid (DeskEngine *engine,
             const char *name)
{
  const EngineSymbol *symbol = g_hash_table_lookup (engine->symbols, name);
  DeskGrid none = { 0, 0, DTC_PRICE_DISPLAY_FORMAT_UNSET, 0 };

  /* A definition of an earlier connection may have changed: prices wait for the new one. */
  return symbol != NULL && engine_symbol_known (engine, symbol) ? symbol->definition.grid : none;
}

void
engine_symbol_ask (DeskEngine   *engine,
                   EngineSymbol *symbol)
{
  guint32 epoch = desk_truth_get_epoch (engine->truth);

  if (engine->link != DESK_LINK_RESYNC && engine->link != DESK_LINK_LIVE)
    return;
  if (!engine_symbol_known (engine, symbol) && (symbol->asked_epoch != epoch || symbol->deadline == 0))
    {
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

      symbol->request = engine_next_request (engine);
      symbol->asked_epoch = epoch;
      symbol->deadline = engine->now + ENGINE_DEFINITION_WAIT;
      g_clear_pointer (&symbol->reject, g_free);
      dtc_message_init (&message, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST);
      dtc_message_set_int (&message, DTC_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST_F_REQUEST_ID, symbol->request);
      dtc_message_set_string (&message, DTC_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST_F_SYMBOL, symbol->symbol);
      engine_ask (engine, &message);
    }
  if (symbol->quote_epoch != epoch)
    {
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

      symbol->quote_epoch = epoch;
      dtc_message_init (&message, DTC_MSG_MARKET_DATA_REQUEST);
      dtc_message_set_int (&message, DTC_MARKET_DATA_REQUEST_F_REQUEST_ACTION, DTC_SUBSCRIBE);
      dtc_message_set_int (&message, DTC_MARKET_DATA_REQUEST_F_SYMBOL_ID, symbol->quote.symbol_id);
      dtc_message_set_string (&message, DTC_MARKET_DATA_REQUEST_F_SYMBOL, symbol->symbol);
      engine_ask (engine, &message);
    }
}

/* Every symbol that is watched or in which something is held. */
void
engine_symbols_ask_all (DeskEngine *engine)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  const GPtrArray *positions = desk_truth_positions (engine->truth);
  guint i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (order->state.symbol[0] != '\0')
        engine_symbol (engine, order->state.symbol)->watched = TRUE;
    }
  for (i = 0; i < positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (positions, i);

      if (position->quantity != 0 || position->offset + position->booked != 0)
        engine_symbol (engine, position->symbol)->watched = TRUE;
    }
  for (i = 0; i < engine->symbol_ids->len; i++)
    {
      EngineSymbol *symbol = g_ptr_array_index (engine->symbol_ids, i);

      if (symbol->watched)
        engine_symbol_ask (engine, symbol);
    }
}

static void
publish_definition (DeskEngine         *engine,
                    const EngineSymbol *symbol)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_INSTRUMENT);

  event->instrument = symbol->definition;
  engine_publish (engine, event, 0);
}

static void
let_waiting_go (DeskEngine   *engine,
                EngineSymbol *symbol)
{
  g_autoptr (GPtrArray) waiting = symbol->waiting;
  guint i;

  symbol->deadline = 0;
  symbol->waiting = g_ptr_array_new_with_free_func (command_free);
  for (i = 0; i < waiting->len; i++)
    engine_submit (engine, g_ptr_array_index (waiting, i), FALSE);
}

static gboolean
anything_off_grid (DeskEngine *engine,
                   const char *symbol)
{
  guint i;

  for (i = desk_truth_n_orders (engine->truth); i > 0; i--)
    {
      const DeskTruthOrder *order = desk_truth_get_order (engine->truth, i - 1);

      if ((order->state.grid.tick <= 0 || order->gridless != 0) && strcmp (order->state.symbol, symbol) == 0)
        return TRUE;
      if (desk_truth_n_orders (engine->truth) - i > 1000)
        break;
    }
  for (i = desk_truth_n_fills (engine->truth); i > 0 && desk_truth_n_fills (engine->truth) - i < 1000; i--)
    {
      const DeskTruthFill *fill = desk_truth_get_fill (engine->truth, i - 1);

      if (fill->state.grid.tick <= 0 && strcmp (fill->state.symbol, symbol) == 0)
        return TRUE;
    }
  for (i = 0; i < desk_truth_positions (engine->truth)->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (desk_truth_positions (engine->truth), i);

      if ((position->grid.tick <= 0 || position->gridless) && strcmp (position->symbol, symbol) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
take_definition (DeskEngine   *engine,
                 EngineSymbol *symbol,
                 double        increment,
                 double        multiplier,
                 int           format,
                 double        value,
                 const char   *description,
                 const char   *currency,
                 guint32       expires)
{
  DeskInstrumentState *definition = &symbol->definition;

  definition->grid.tick = desk_grid_snap_tick (increment, format);
  definition->grid.multiplier = desk_grid_snap_multiplier (multiplier);
  definition->grid.format = format;
  definition->grid.tick_value = isfinite (value) && value > 0 ? value : 0;
  g_strlcpy (definition->description, description, sizeof definition->description);
  g_strlcpy (definition->currency, currency, sizeof definition->currency);
  definition->expires = expires;
  definition->known = definition->grid.tick > 0;
  symbol->known_epoch = definition->known ? desk_truth_get_epoch (engine->truth) : 0;
  symbol->quote.grid = definition->grid;
  if (!definition->known)
    {
      g_free (symbol->reject);
      symbol->reject = g_strdup ("its MinPriceIncrement is no tick");
    }
  publish_definition (engine, symbol);
  if (definition->known && anything_off_grid (engine, symbol->symbol))
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      g_autofree char *payload = g_strdup_printf ("{\"transition\":\"grid\",\"format\":%d,\"tick_value\":%s}", format,
                                                  g_ascii_dtostr (number, sizeof number, definition->grid.tick_value));
      DeskRecord *record = engine_record (engine, DESK_RECORD_TRANSITION, payload);

      record->symbol = g_strdup (symbol->symbol);
      record->tick = definition->grid.tick;
      record->multiplier = definition->grid.multiplier;
      engine_commit (engine, NULL, record, NULL, NULL, FALSE);
    }
  let_waiting_go (engine, symbol);
}

static EngineSymbol *
symbol_of_request (DeskEngine *engine,
                   gint32      request)
{
  guint i;

  for (i = 0; request > 0 && i < engine->symbol_ids->len; i++)
    {
      EngineSymbol *symbol = g_ptr_array_index (engine->symbol_ids, i);

      if (symbol->request == request)
        return symbol;
    }
  return NULL;
}

static void
no_definition (DeskEngine   *engine,
               EngineSymbol *symbol,
               const char   *text)
{
  g_free (symbol->reject);
  symbol->reject = g_strdup (text);
  symbol->known_epoch = 0;
  symbol->definition.known = FALSE;
  publish_definition (engine, symbol);
  let_waiting_go (engine, symbol);
}

void
engine_definition (DeskEngine       *engine,
                   const DtcMessage *message)
{
  EngineSymbol *symbol;

  if (message->type == DTC_MSG_SECURITY_DEFINITION_REJECT)
    {
      symbol = symbol_of_request (engine, message->security_definition_reject.request_id);
      if (symbol != NULL)
        no_definition (engine, symbol, message->security_definition_reject.reject_text);
    }
  else if (message->type == DTC_MSG_SECURITY_DEFINITION_RESPONSE)
    {
      const DtcSecurityDefinitionResponse *definition = &message->security_definition_response;

      if (*definition->symbol == '\0')
        {
          symbol = symbol_of_request (engine, definition->request_id);
          if (symbol != NULL)
            no_definition (engine, symbol, "it knows no such symbol");
          return;
        }
      take_definition (engine, engine_symbol (engine, definition->symbol), (double) definition->min_price_increment,
                       (double) definition->display_price_multiplier, definition->price_display_format,
                       (double) definition->currency_value_per_increment, definition->description, definition->currency,
                       definition->security_expiration_date);
    }
  else
    {
      const DtcSecurityDefinitionResponseV2 *definition = &message->security_definition_response_v2;

      if (*definition->symbol == '\0')
        {
          symbol = symbol_of_request (engine, definition->request_id);
          if (symbol != NULL)
            no_definition (engine, symbol, "it knows no such symbol");
          return;
        }
      take_definition (engine, engine_symbol (engine, definition->symbol), definition->min_price_increment,
                       definition->display_price_multiplier, definition->price_display_format,
                       definition->currency_value_per_increment, definition->description, definition->currency,
                       definition->security_expiration_date);
    }
}

gint64
engine_symbols_tick (DeskEngine *engine)
{
  gint64 next = G_MAXINT64;
  guint i;

  for (i = 0; i < engine->symbol_ids->len; i++)
    {
      EngineSymbol *symbol = g_ptr_array_index (engine->symbol_ids, i);

      if (symbol->deadline == 0)
        continue;
      if (engine->now >= symbol->deadline)
        {
          if (symbol->reject == NULL)
            symbol->reject = g_strdup ("no answer within 3 s");
          let_waiting_go (engine, symbol);
        }
      else
        next = MIN (next, symbol->deadline);
    }
  return next;
}

void
engine_symbols_link_lost (DeskEngine *engine)
{
  guint i;

  for (i = 0; i < engine->symbol_ids->len; i++)
    {
      EngineSymbol *symbol = g_ptr_array_index (engine->symbol_ids, i);

      if (symbol->waiting->len > 0)
        let_waiting_go (engine, symbol);
      symbol->deadline = 0;
    }
}

/* ---- quotes ---- */

static gboolean
is_price (double wire)
{
  return isfinite (wire) && fabs (wire) <= 1e9;
}

static EngineSymbol *
symbol_of_id (DeskEngine *engine,
              guint32     id)
{
  return id >= 1 && id <= engine->symbol_ids->len ? g_ptr_array_index (engine->symbol_ids, id - 1) : NULL;
}

static void
publish_quote (DeskEngine   *engine,
               EngineSymbol *symbol)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_QUOTE);

  symbol->quote.received = engine->now;
  symbol->quote.grid = engine_grid (engine, symbol->symbol);
  desk_quote_state_copy (&event->quote, &symbol->quote);
  engine_publish (engine, event, 0);
}

static void
take_bid_ask (DeskEngine       *engine,
              EngineSymbol     *symbol,
              const DtcMessage *message,
              guint             bid_field,
              double            bid,
              double            bid_size,
              guint             ask_field,
              double            ask,
              double            ask_size)
{
  DeskGrid grid = engine_grid (engine, symbol->symbol);
  DeskPrice none = DESK_PRICE_INIT;

  symbol->quote.bid = dtc_message_has (message, bid_field) && is_price (bid) ? desk_price_from_wire (&grid, bid) : none;
  symbol->quote.ask = dtc_message_has (message, ask_field) && is_price (ask) ? desk_price_from_wire (&grid, ask) : none;
  symbol->quote.bid_size = bid_size;
  symbol->quote.ask_size = ask_size;
  symbol->quote.rejected = FALSE;
  publish_quote (engine, symbol);
}

static void
take_trade (DeskEngine   *engine,
            EngineSymbol *symbol,
            double        price,
            double        volume)
{
  DeskGrid grid = engine_grid (engine, symbol->symbol);

  if (!is_price (price))
    return;
  symbol->quote.last = desk_price_from_wire (&grid, price);
  symbol->quote.last_size = volume;
  symbol->quote.rejected = FALSE;
  publish_quote (engine, symbol);
}

static void
take_snapshot (DeskEngine       *engine,
               EngineSymbol     *symbol,
               const DtcMessage *message)
{
  const DtcMarketDataSnapshot *snapshot = &message->market_data_snapshot;
  DeskGrid grid = engine_grid (engine, symbol->symbol);

  if (dtc_message_has (message, DTC_MARKET_DATA_SNAPSHOT_F_LAST_TRADE_PRICE) && is_price (snapshot->last_trade_price))
    {
      symbol->quote.last = desk_price_from_wire (&grid, snapshot->last_trade_price);
      symbol->quote.last_size = dtc_message_has (message, DTC_MARKET_DATA_SNAPSHOT_F_LAST_TRADE_VOLUME) ? snapshot->last_trade_volume : 0;
    }
  take_bid_ask (engine, symbol, message, DTC_MARKET_DATA_SNAPSHOT_F_BID_PRICE, snapshot->bid_price, snapshot->bid_quantity,
                DTC_MARKET_DATA_SNAPSHOT_F_ASK_PRICE, snapshot->ask_price, snapshot->ask_quantity);
}

static EngineSymbol *
generic_symbol (DeskEngine       *engine,
                const DtcMessage *message,
                guint             field)
{
  return symbol_of_id (engine, (guint32) dtc_message_get_int (message, field));
}

void
engine_market_data (DeskEngine       *engine,
                    const DtcMessage *message)
{
  EngineSymbol *symbol = NULL;

  switch (message->type)
    {
    case DTC_MSG_MARKET_DATA_REJECT:
      symbol = symbol_of_id (engine, message->market_data_reject.symbol_id);
      if (symbol == NULL)
        break;
      symbol->quote.rejected = TRUE;
      g_clear_pointer (&symbol->quote.text, g_ref_string_release);
      symbol->quote.text = g_ref_string_new (message->market_data_reject.reject_text);
      publish_quote (engine, symbol);
      break;
    case DTC_MSG_MARKET_DATA_SNAPSHOT:
      symbol = symbol_of_id (engine, message->market_data_snapshot.symbol_id);
      if (symbol != NULL)
        take_snapshot (engine, symbol, message);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_TRADE:
      symbol = symbol_of_id (engine, message->market_data_update_trade.symbol_id);
      if (symbol != NULL)
        take_trade (engine, symbol, message->market_data_update_trade.price, message->market_data_update_trade.volume);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_TRADE_COMPACT:
      symbol = generic_symbol (engine, message, DTC_MARKET_DATA_UPDATE_TRADE_COMPACT_F_SYMBOL_ID);
      if (symbol != NULL)
        take_trade (engine, symbol, dtc_message_get_double (message, DTC_MARKET_DATA_UPDATE_TRADE_COMPACT_F_PRICE),
                    dtc_message_get_double (message, DTC_MARKET_DATA_UPDATE_TRADE_COMPACT_F_VOLUME));
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_BID_ASK:
      symbol = symbol_of_id (engine, message->market_data_update_bid_ask.symbol_id);
      if (symbol != NULL)
        take_bid_ask (engine, symbol, message, DTC_MARKET_DATA_UPDATE_BID_ASK_F_BID_PRICE,
                      message->market_data_update_bid_ask.bid_price, message->market_data_update_bid_ask.bid_quantity,
                      DTC_MARKET_DATA_UPDATE_BID_ASK_F_ASK_PRICE, message->market_data_update_bid_ask.ask_price,
                      message->market_data_update_bid_ask.ask_quantity);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_BID_ASK_COMPACT:
      symbol = generic_symbol (engine, message, DTC_MARKET_DATA_UPDATE_BID_ASK_COMPACT_F_SYMBOL_ID);
      if (symbol != NULL)
        take_bid_ask (engine, symbol, message, DTC_MARKET_DATA_UPDATE_BID_ASK_COMPACT_F_BID_PRICE,
                      dtc_message_get_double (message, DTC_MARKET_DATA_UPDATE_BID_ASK_COMPACT_F_BID_PRICE),
                      dtc_message_get_double (message, DTC_MARKET_DATA_UPDATE_BID_ASK_COMPACT_F_BID_QUANTITY),
                      DTC_MARKET_DATA_UPDATE_BID_ASK_COMPACT_F_ASK_PRICE,
                      dtc_message_get_double (message, DTC_MARKET_DATA_UPDATE_BID_ASK_COMPACT_F_ASK_PRICE),
                      dtc_message_get_double (message, DTC_MARKET_DATA_UPDATE_BID_ASK_COMPACT_F_ASK_QUANTITY));
      break;
    default:
      break;
    }
}
