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
  desk_scale_init (&symbol->scale, NULL);
  symbol->quote.feed = engine->feed;
  symbol->waiting = g_ptr_array_new_with_free_func (command_free);
  g_hash_table_insert (engine->symbols, symbol->symbol, symbol);
  g_ptr_array_add (engine->symbol_ids, symbol);
  symbol->quote.symbol_id = engine->symbol_ids->len;
  return symbol;
}

gboolean
engine_may_name (DeskEngine *engine,
                 guint       n)
{
  if (n < ENGINE_NAMED_MAX)
    return TRUE;
  if (!engine->told_named)
    engine_notice (engine, DESK_LEVEL_WARNING, "TOO_MANY_NAMES",
                   "The server names more accounts, symbols or positions than the %u that are kept of each; orders and their fills are all kept",
                   ENGINE_NAMED_MAX);
  engine->told_named = TRUE;
  return FALSE;
}

EngineSymbol *
engine_symbol_named (DeskEngine *engine,
                     const char *name)
{
  EngineSymbol *symbol = g_hash_table_lookup (engine->symbols, name);

  return symbol != NULL || !engine_may_name (engine, engine->symbol_ids->len) ? symbol : engine_symbol (engine, name);
}

static void
watch_named (DeskEngine *engine,
             const char *name)
{
  EngineSymbol *symbol = engine_symbol_named (engine, name);

  if (symbol != NULL)
    symbol->watched = TRUE;
}

void
engine_symbol_free (gpointer data)
{
  EngineSymbol *symbol = data;

  desk_quote_state_clear (&symbol->quote);
  desk_depth_book_free (symbol->book);
  desk_depth_state_unref (symbol->shown);
  desk_queue_book_free (symbol->queue);
  g_ptr_array_unref (symbol->waiting);
  g_free (symbol->reject);
  g_free (symbol);
}

EngineSymbol *
engine_symbol_of_id (DeskEngine *engine,
                     guint32     id)
{
  return id >= 1 && id <= engine->symbol_ids->len ? g_ptr_array_index (engine->symbol_ids, id - 1) : NULL;
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
  if (!engine_symbol_known (engine, symbol) && symbol->asked_epoch != epoch)
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
  /* A name that is being typed into a ticket is looked up, and nothing more. */
  if (!symbol->watched)
    return;
  engine_market_ask (engine, symbol);
  engine_depth_ask (engine, symbol);
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
        watch_named (engine, order->state.symbol);
    }
  for (i = 0; i < positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (positions, i);

      if (position->quantity != 0 || position->offset + position->booked != 0)
        watch_named (engine, position->symbol);
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
anything_off_grid (DeskEngine     *engine,
                   const char     *symbol,
                   const DeskGrid *grid)
{
  guint i;

  for (i = desk_truth_n_orders (engine->truth); i > 0; i--)
    {
      const DeskTruthOrder *order = desk_truth_get_order (engine->truth, i - 1);

      if ((order->state.grid.tick <= 0 || order->gridless != 0 || desk_truth_is_misread (order, grid)) && strcmp (order->state.symbol, symbol) == 0)
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
take_definition (DeskEngine                *engine,
                 EngineSymbol              *symbol,
                 const DeskInstrumentState *definition)
{
  symbol->definition = *definition;
  g_strlcpy (symbol->definition.symbol, symbol->symbol, sizeof symbol->definition.symbol);
  symbol->known_epoch = definition->known ? desk_truth_get_epoch (engine->truth) : 0;
  g_clear_pointer (&symbol->reject, g_free);
  if (!definition->known)
    symbol->reject = g_strdup ("its MinPriceIncrement is no tick");
  publish_definition (engine, symbol);
  engine_market_regrid (engine, symbol);
  engine_depth_regrid (engine, symbol);
  if (definition->known && anything_off_grid (engine, symbol->symbol, &symbol->definition.grid))
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      g_autofree char *payload = g_strdup_printf ("{\"transition\":\"grid\",\"format\":%d,\"tick_value\":%s}", definition->grid.format,
                                                  g_ascii_dtostr (number, sizeof number, definition->grid.tick_value));
      DeskRecord *record = engine_record (engine, DESK_RECORD_TRANSITION, payload);

      record->symbol = g_strdup (symbol->symbol);
      record->tick = definition->grid.tick;
      record->multiplier = definition->grid.multiplier;
      engine_commit (engine, record, NULL, NULL, FALSE);
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
  if (symbol->watched)
    publish_definition (engine, symbol);
  let_waiting_go (engine, symbol);
}

/* 507 and 510 say the same with other types and in another order. */
#define READ_DEFINITION(m)                                                                                            \
  do                                                                                                                  \
    {                                                                                                                 \
      *request = (m)->request_id;                                                                                     \
      *final = (m)->is_final_message != 0;                                                                            \
      g_strlcpy (definition->symbol, (m)->symbol, sizeof definition->symbol);                                         \
      g_strlcpy (definition->description, (m)->description, sizeof definition->description);                          \
      g_strlcpy (definition->currency, (m)->currency, sizeof definition->currency);                                   \
      g_strlcpy (definition->exchange, (m)->exchange, sizeof definition->exchange);                                   \
      g_strlcpy (definition->underlying, (m)->underlying_symbol, sizeof definition->underlying);                      \
      definition->type = (DeskSecurityType) (m)->security_type;                                                       \
      definition->has_depth = (m)->has_market_depth_data != 0;                                                        \
      definition->expires = (m)->security_expiration_date;                                                            \
      definition->grid.format = (m)->price_display_format;                                                            \
      definition->grid.tick = desk_grid_snap_tick ((double) (m)->min_price_increment, (m)->price_display_format);     \
      definition->grid.multiplier = desk_grid_snap_multiplier ((double) (m)->display_price_multiplier);               \
      definition->grid.tick_value = (double) (m)->currency_value_per_increment;                                       \
    }                                                                                                                 \
  while (0)

gboolean
engine_read_definition (const DtcMessage    *message,
                        DeskInstrumentState *definition,
                        gint32              *request,
                        gboolean            *final)
{
  memset (definition, 0, sizeof *definition);
  if (message->type == DTC_MSG_SECURITY_DEFINITION_RESPONSE)
    READ_DEFINITION (&message->security_definition_response);
  else if (message->type == DTC_MSG_SECURITY_DEFINITION_RESPONSE_V2)
    READ_DEFINITION (&message->security_definition_response_v2);
  else
    return FALSE;
  definition->grid.tick_value = isfinite (definition->grid.tick_value) && definition->grid.tick_value > 0 ? definition->grid.tick_value : 0;
  definition->known = definition->grid.tick > 0;
  if (definition->known)
    {
      DeskPrice tick = desk_price_from_ticks (&definition->grid, 1);
      g_autofree char *text = desk_price_format (&definition->grid, &tick);

      g_strlcpy (definition->tick, text, sizeof definition->tick);
    }
  return TRUE;
}

#undef READ_DEFINITION

/* Definitions come unasked too (RequestID 0, or 110000000 from Sierra Chart): those of symbols that we follow are
 * taken, others are not kept. */
void
engine_definition (DeskEngine       *engine,
                   const DtcMessage *message)
{
  DeskInstrumentState definition;
  EngineSymbol *asked, *named;
  gboolean final;
  gint32 request;

  if (message->type == DTC_MSG_SECURITY_DEFINITION_REJECT)
    {
      asked = symbol_of_request (engine, message->security_definition_reject.request_id);
      if (asked != NULL)
        no_definition (engine, asked, engine_reject_text (message->security_definition_reject.reject_text));
      return;
    }
  if (!engine_read_definition (message, &definition, &request, &final))
    return;
  asked = symbol_of_request (engine, request);
  named = definition.symbol[0] != '\0' ? g_hash_table_lookup (engine->symbols, definition.symbol) : NULL;
  if (named != NULL)
    take_definition (engine, named, &definition);
  if (asked == NULL || asked == named || !asked->deadline)
    return;
  if (definition.symbol[0] == '\0')
    no_definition (engine, asked, "it knows no such symbol");
  else
    {
      g_autofree char *text = g_strdup_printf ("it answered with another symbol, %s", definition.symbol);

      no_definition (engine, asked, text);
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

      if (symbol->book != NULL || symbol->queue != NULL)
        next = MIN (next, engine_depth_tick (engine, symbol));
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
  return MIN (next, engine_find_tick (engine));
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
      engine_market_link_lost (engine, symbol);
      engine_depth_link_lost (engine, symbol);
    }
  engine_find_link_lost (engine);
}

void
engine_symbol_watch (DeskEngine        *engine,
                     const DeskCommand *command)
{
  EngineSymbol *symbol;

  if (command->ticket.symbol[0] == '\0')
    return;
  symbol = engine_symbol (engine, command->ticket.symbol);
  symbol->watched = TRUE;
  /* A person may ask again for what the server did not know; nothing else does in one connection. */
  if (symbol->reject != NULL)
    symbol->asked_epoch = 0;
  engine_symbol_ask (engine, symbol);
}

/* The gate and the positions need its quotes. */
static gboolean
is_held (DeskEngine *engine,
         const char *symbol)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  const GPtrArray *positions = desk_truth_positions (engine->truth);
  guint i;

  for (i = 0; i < open->len; i++)
    if (strcmp (((const DeskTruthOrder *) g_ptr_array_index (open, i))->state.symbol, symbol) == 0)
      return TRUE;
  for (i = 0; i < positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (positions, i);

      if (strcmp (position->symbol, symbol) == 0 && (position->quantity != 0 || position->offset + position->booked != 0))
        return TRUE;
    }
  return FALSE;
}

void
engine_symbol_unwatch (DeskEngine        *engine,
                       const DeskCommand *command)
{
  EngineSymbol *symbol = g_hash_table_lookup (engine->symbols, command->ticket.symbol);
  DeskEvent *event;

  if (symbol == NULL)
    return;
  if (is_held (engine, symbol->symbol))
    {
      engine_notice (engine, DESK_LEVEL_INFO, "SYMBOL_HELD", "%s stays on the list: there is an order or a position in it", symbol->symbol);
      return;
    }
  symbol->watched = FALSE;
  engine_market_leave (engine, symbol);
  engine_depth_leave (engine, symbol);
  event = desk_event_new (DESK_EVENT_UNWATCHED);
  event->instrument = symbol->definition;
  engine_publish (engine, event, 0);
}
