/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <string.h>

/* Books are shown whole and at most every ENGINE_DEPTH_APART: what changed in between is in the next one. */

static void
show_depth (DeskEngine     *engine,
            EngineSymbol   *symbol,
            DeskDepthState *state)
{
  DeskEvent *event;

  desk_depth_state_unref (symbol->shown);
  symbol->shown = state;
  if (!symbol->depth.wanted)
    return;
  event = desk_event_new (DESK_EVENT_DEPTH);
  event->depth = desk_depth_state_ref (state);
  engine_publish (engine, event, 0);
}

static gboolean
feed_is_off (DeskEngine         *engine,
             const EngineSymbol *symbol)
{
  return engine->feed == DESK_FEED_UNAVAILABLE || symbol->quote.feed == DESK_FEED_UNAVAILABLE;
}

static void
show_book (DeskEngine   *engine,
           EngineSymbol *symbol)
{
  DeskDepthState *state;

  symbol->depth.show_at = 0;
  if (!symbol->depth.wanted)
    return;
  symbol->depth.not_before = engine->now + ENGINE_DEPTH_APART;
  state = desk_depth_book_snapshot (symbol->book, symbol->symbol, symbol->quote.symbol_id);
  state->received = symbol->depth.received;
  state->stale = feed_is_off (engine, symbol);
  show_depth (engine, symbol, state);
}

static void
show_queue (DeskEngine   *engine,
            EngineSymbol *symbol)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  g_autofree guint64 *own = g_new (guint64, MAX (open->len, 1));
  DeskQueueState *state;
  DeskEvent *event;
  guint n_own = 0, i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (strcmp (order->state.symbol, symbol->symbol) == 0
          && g_ascii_string_to_unsigned (order->state.server_order_id, 10, 1, G_MAXUINT64, &own[n_own], NULL))
        n_own++;
    }
  state = desk_queue_book_snapshot (symbol->queue, symbol->symbol, symbol->quote.symbol_id, own, n_own);
  state->received = symbol->by_order.received;
  state->stale = symbol->by_order.epoch == 0 || feed_is_off (engine, symbol);
  symbol->by_order.show_at = 0;
  symbol->by_order.not_before = engine->now + ENGINE_DEPTH_APART;
  event = desk_event_new (DESK_EVENT_QUEUE);
  event->queue = state;
  engine_publish (engine, event, 0);
}

static void
best_of (DeskEngine   *engine,
         EngineSymbol *symbol)
{
  DeskDepthLevel bid, ask;
  gboolean has_bid = desk_depth_book_best (symbol->book, DESK_SIDE_BUY, &bid);
  gboolean has_ask = desk_depth_book_best (symbol->book, DESK_SIDE_SELL, &ask);

  if (engine->best_from_depth && symbol->quote_epoch != 0)
    engine_quote_best (engine, symbol, has_bid ? &bid : NULL, has_ask ? &ask : NULL);
}

static void
grow_old (DeskEngine   *engine,
          EngineSymbol *symbol)
{
  if (symbol->shown != NULL && !symbol->shown->stale)
    show_depth (engine, symbol, desk_depth_state_as_stale (symbol->shown));
}

void
engine_depth_feed_off (DeskEngine   *engine,
                       EngineSymbol *symbol)
{
  grow_old (engine, symbol);
  if (symbol->queue != NULL && symbol->by_order.received != 0 && symbol->by_order.open_since == 0)
    show_queue (engine, symbol);
}

/* ---- subscriptions ---- */

static void
reject_depth (DeskEngine   *engine,
              EngineSymbol *symbol,
              const char   *text)
{
  DeskDepthState *state = desk_depth_state_new (symbol->symbol, symbol->quote.symbol_id, 0, 0);
  g_autofree char *why = desk_text_inside (text);

  state->grid = symbol->scale.grid;
  state->rejected = TRUE;
  state->text = g_ref_string_new (text);
  symbol->depth.show_at = symbol->depth.open_since = 0;
  desk_depth_book_reset (symbol->book);
  show_depth (engine, symbol, state);
  if (!symbol->depth.told_reject)
    engine_notice (engine, DESK_LEVEL_INFO, "NO_DEPTH", "The server gives no market depth of %s: %s. Orders in it work all the same",
                   symbol->symbol, why);
  symbol->depth.told_reject = TRUE;
}

static void
reject_queue (DeskEngine   *engine,
              EngineSymbol *symbol,
              const char   *text)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_QUEUE);

  event->queue = desk_queue_state_new (symbol->symbol, symbol->quote.symbol_id, 0, 0);
  event->queue->rejected = TRUE;
  event->queue->text = g_ref_string_new (text);
  symbol->by_order.show_at = 0;
  desk_queue_book_reset (symbol->queue);
  engine_publish (engine, event, 0);
  if (!symbol->by_order.told_reject)
    engine_notice (engine, DESK_LEVEL_INFO, "NO_ORDER_BOOK", "The server does not show the single orders of %s: %s", symbol->symbol, text);
  symbol->by_order.told_reject = TRUE;
}

static gboolean
wants_depth (DeskEngine         *engine,
             const EngineSymbol *symbol)
{
  return symbol->depth.wanted || (engine->best_from_depth && symbol->watched);
}

static const DeskGrid *
grid_of (const EngineSymbol *symbol)
{
  return symbol->scale.grid.tick > 0 ? &symbol->scale.grid : NULL;
}

/* A book that was just emptied is none: it is not shown before something comes. */
static void
nothing_came (EngineBookCare *care)
{
  care->show_at = care->open_since = care->received = care->not_before = 0;
}

void
engine_depth_ask (DeskEngine   *engine,
                  EngineSymbol *symbol)
{
  guint32 epoch = desk_truth_get_epoch (engine->truth);

  if (wants_depth (engine, symbol) && symbol->depth.epoch != epoch)
    {
      if (symbol->book == NULL)
        symbol->book = desk_depth_book_new ();
      desk_depth_book_reset (symbol->book);
      desk_depth_book_set_grid (symbol->book, grid_of (symbol));
      nothing_came (&symbol->depth);
      symbol->depth.epoch = epoch;
      if (engine->depth_supported)
        engine_subscribe (engine, DTC_MSG_MARKET_DEPTH_REQUEST, symbol, TRUE);
      else
        {
          symbol->depth.told_reject = TRUE; /* the book says it */
          reject_depth (engine, symbol, "it offers no market depth on this connection");
        }
    }
  if (symbol->by_order.wanted && symbol->by_order.epoch != epoch)
    {
      if (symbol->queue == NULL)
        symbol->queue = desk_queue_book_new ();
      desk_queue_book_reset (symbol->queue);
      desk_queue_book_set_grid (symbol->queue, grid_of (symbol));
      nothing_came (&symbol->by_order);
      symbol->by_order.epoch = epoch;
      engine_subscribe (engine, DTC_MSG_MARKET_ORDERS_REQUEST, symbol, TRUE);
    }
}

static void
leave (DeskEngine     *engine,
       EngineSymbol   *symbol,
       EngineBookCare *care,
       guint16         type)
{
  if (care->epoch != 0 && care->epoch == desk_truth_get_epoch (engine->truth))
    engine_subscribe (engine, type, symbol, FALSE);
  care->epoch = 0;
  care->show_at = care->open_since = 0;
}

static void
leave_depth (DeskEngine   *engine,
             EngineSymbol *symbol)
{
  leave (engine, symbol, &symbol->depth, DTC_MSG_MARKET_DEPTH_REQUEST);
  g_clear_pointer (&symbol->book, desk_depth_book_free);
  g_clear_pointer (&symbol->shown, desk_depth_state_unref);
}

static void
leave_queue (DeskEngine   *engine,
             EngineSymbol *symbol)
{
  leave (engine, symbol, &symbol->by_order, DTC_MSG_MARKET_ORDERS_REQUEST);
  g_clear_pointer (&symbol->queue, desk_queue_book_free);
}

void
engine_depth_leave (DeskEngine   *engine,
                    EngineSymbol *symbol)
{
  symbol->depth.wanted = symbol->by_order.wanted = FALSE;
  leave_depth (engine, symbol);
  leave_queue (engine, symbol);
}

void
engine_depth_command (DeskEngine        *engine,
                      const DeskCommand *command)
{
  EngineSymbol *symbol = engine_symbol (engine, command->ticket.symbol);

  switch (command->kind)
    {
    case DESK_COMMAND_WATCH_DEPTH:
      symbol->depth.wanted = TRUE;
      /* The best bid and ask may have been followed by depth already. */
      if (symbol->shown != NULL)
        show_depth (engine, symbol, desk_depth_state_ref (symbol->shown));
      else if (symbol->depth.epoch != 0 && symbol->depth.received != 0 && symbol->depth.show_at == 0)
        symbol->depth.show_at = engine->now;
      break;
    case DESK_COMMAND_WATCH_ORDERS:
      symbol->by_order.wanted = TRUE;
      break;
    case DESK_COMMAND_UNWATCH_DEPTH:
      grow_old (engine, symbol); /* nobody keeps up what was shown last */
      g_clear_pointer (&symbol->shown, desk_depth_state_unref);
      symbol->depth.wanted = FALSE;
      if (!wants_depth (engine, symbol))
        leave_depth (engine, symbol);
      return;
    case DESK_COMMAND_UNWATCH_ORDERS:
    default:
      symbol->by_order.wanted = FALSE;
      leave_queue (engine, symbol);
      return;
    }
  symbol->watched = TRUE;
  engine_symbol_ask (engine, symbol);
}

/* ---- what comes ---- */

void
engine_depth_regrid (DeskEngine   *engine,
                     EngineSymbol *symbol)
{
  if (symbol->book != NULL)
    {
      desk_depth_book_set_grid (symbol->book, grid_of (symbol));
      if (symbol->depth.received != 0 && symbol->depth.epoch != 0)
        symbol->depth.show_at = engine->now;
    }
  if (symbol->queue != NULL)
    {
      desk_queue_book_set_grid (symbol->queue, grid_of (symbol));
      if (symbol->by_order.received != 0 && symbol->by_order.epoch != 0)
        symbol->by_order.show_at = engine->now;
    }
}

static void
take_depth (DeskEngine            *engine,
            EngineSymbol          *symbol,
            const DeskDepthUpdate *update)
{
  EngineBookCare *care = &symbol->depth;

  care->received = engine->now;
  switch (desk_depth_book_take (symbol->book, update))
    {
    case DESK_DEPTH_OPEN:
      if (care->open_since == 0)
        care->open_since = engine->now;
      break;
    case DESK_DEPTH_WHOLE:
      care->open_since = 0;
      best_of (engine, symbol);
      if (engine->now >= care->not_before)
        show_book (engine, symbol);
      else
        care->show_at = care->not_before;
      break;
    case DESK_DEPTH_UNSAID:
    default:
      care->open_since = 0;
      if (care->show_at == 0)
        care->show_at = engine->now + ENGINE_DEPTH_SETTLE;
      break;
    }
}

static void
take_order (DeskEngine            *engine,
            EngineSymbol          *symbol,
            const DeskQueueUpdate *update)
{
  EngineBookCare *care = &symbol->by_order;

  care->received = engine->now;
  if (!desk_queue_book_take (symbol->queue, update))
    {
      care->open_since = engine->now;
      care->show_at = 0;
      return;
    }
  care->open_since = 0;
  if (care->show_at == 0)
    care->show_at = MAX (engine->now + ENGINE_DEPTH_SETTLE, care->not_before);
}

void
engine_depth_news (DeskEngine           *engine,
                   EngineSymbol         *symbol,
                   const DeskMarketNews *news)
{
  gboolean depth = symbol->book != NULL && symbol->depth.epoch != 0;
  gboolean queue = symbol->queue != NULL && symbol->by_order.epoch != 0;

  switch (news->kind)
    {
    case DESK_MARKET_DEPTH:
      if (depth)
        take_depth (engine, symbol, &news->depth);
      break;
    case DESK_MARKET_DEPTH_REJECT:
      if (depth)
        reject_depth (engine, symbol, engine_reject_text (news->text));
      break;
    case DESK_MARKET_ORDERS:
      if (queue)
        take_order (engine, symbol, &news->order);
      break;
    case DESK_MARKET_ORDERS_REJECT:
    default:
      if (queue)
        reject_queue (engine, symbol, engine_reject_text (news->text));
      break;
    }
}

/* A batch that does not end is not shown in halves: what is on the screen grows old, and says so. */
static gint64
tick_open (DeskEngine   *engine,
           EngineSymbol *symbol)
{
  EngineBookCare *care = &symbol->depth;

  if (engine->now < care->open_since + ENGINE_DEPTH_BATCH)
    return care->open_since + ENGINE_DEPTH_BATCH;
  grow_old (engine, symbol);
  return G_MAXINT64;
}

gint64
engine_depth_tick (DeskEngine   *engine,
                   EngineSymbol *symbol)
{
  gint64 next = G_MAXINT64;

  if (symbol->book != NULL && symbol->depth.open_since != 0)
    next = tick_open (engine, symbol);
  else if (symbol->book != NULL && symbol->depth.show_at != 0)
    {
      if (engine->now >= symbol->depth.show_at)
        {
          desk_depth_book_settle (symbol->book);
          best_of (engine, symbol);
          show_book (engine, symbol);
        }
      else
        next = symbol->depth.show_at;
    }
  if (symbol->queue != NULL && symbol->by_order.show_at != 0)
    {
      if (engine->now >= symbol->by_order.show_at)
        show_queue (engine, symbol);
      else
        next = MIN (next, symbol->by_order.show_at);
    }
  return next;
}

void
engine_depth_link_lost (DeskEngine   *engine,
                        EngineSymbol *symbol)
{
  symbol->depth.epoch = symbol->by_order.epoch = 0;
  nothing_came (&symbol->depth);
  grow_old (engine, symbol);
  if (symbol->book != NULL)
    desk_depth_book_reset (symbol->book);
  if (symbol->queue == NULL)
    return;
  if (symbol->by_order.open_since != 0)
    desk_queue_book_reset (symbol->queue);
  if (symbol->by_order.received != 0)
    show_queue (engine, symbol);
  desk_queue_book_reset (symbol->queue);
  nothing_came (&symbol->by_order);
}
