/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <math.h>
#include <string.h>

const char *
engine_reject_text (const char *text)
{
  return *text != '\0' ? text : "the server gives no reason";
}

void
engine_market_logon (DeskEngine             *engine,
                     const DtcLogonResponse *logon)
{
  engine->feed = DESK_FEED_UNKNOWN;
  engine->quotes_supported = logon == NULL || logon->market_data_supported != 0;
  engine->depth_supported = logon == NULL || logon->market_depth_is_supported != 0;
  engine->best_from_depth = logon != NULL && logon->market_depth_updates_best_bid_and_ask != 0;
  engine->resubscribe = logon != NULL && logon->resubscribe_when_market_data_feed_available != 0;
}

gboolean
engine_subscribe (DeskEngine         *engine,
                  guint16             type,
                  const EngineSymbol *symbol,
                  gboolean            subscribe)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  /* 101, 102 and 150 begin alike: RequestAction, SymbolID, Symbol. Ending needs the SymbolID alone. */
  dtc_message_init (&message, type);
  dtc_message_set_int (&message, DTC_MARKET_DATA_REQUEST_F_REQUEST_ACTION, subscribe ? DTC_SUBSCRIBE : DTC_UNSUBSCRIBE);
  dtc_message_set_int (&message, DTC_MARKET_DATA_REQUEST_F_SYMBOL_ID, symbol->quote.symbol_id);
  if (subscribe)
    dtc_message_set_string (&message, DTC_MARKET_DATA_REQUEST_F_SYMBOL, symbol->symbol);
  return engine_ask (engine, &message);
}

static void
publish_quote (DeskEngine   *engine,
               EngineSymbol *symbol)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_QUOTE);

  desk_quote_state_copy (&event->quote, &symbol->quote);
  engine_publish (engine, event, 0);
}

/* A price of the market was said: now, and of this connection. */
static void
stamp (DeskEngine   *engine,
       EngineSymbol *symbol)
{
  symbol->quote.received = engine->now;
  symbol->quote.rejected = FALSE;
  symbol->quote.stale = FALSE;
}

static void
set_price (EngineSymbol  *symbol,
           DeskPrice     *price,
           DeskWirePrice *kept,
           DeskWirePrice  wire)
{
  DeskPrice none = DESK_PRICE_INIT;

  *price = wire.set ? desk_scale_price (&symbol->scale, wire.value, wire.single) : none;
  *kept = wire;
  kept->set = price->kind != DESK_PRICE_UNSET;
}

#define SET(member, wire_price) set_price (symbol, &symbol->quote.member, &symbol->wire.member, wire_price)

static void
reject_quotes (DeskEngine   *engine,
               EngineSymbol *symbol,
               const char   *text)
{
  g_autofree char *why = desk_text_inside (text);

  symbol->quote.rejected = TRUE;
  g_clear_pointer (&symbol->quote.text, g_ref_string_release);
  symbol->quote.text = g_ref_string_new (text);
  publish_quote (engine, symbol);
  if (!symbol->told_reject)
    engine_notice (engine, DESK_LEVEL_INFO, "NO_QUOTES", "The server gives no quotes of %s: %s. Orders in it work all the same",
                   symbol->symbol, why);
  symbol->told_reject = TRUE;
}

void
engine_market_ask (DeskEngine   *engine,
                   EngineSymbol *symbol)
{
  guint32 epoch = desk_truth_get_epoch (engine->truth);

  if (symbol->quote_epoch == epoch)
    return;
  symbol->quote_epoch = epoch;
  symbol->quote.feed = engine->feed;
  if (engine->quotes_supported)
    {
      engine_subscribe (engine, DTC_MSG_MARKET_DATA_REQUEST, symbol, TRUE);
      return;
    }
  if (!engine->told_no_market)
    engine_notice (engine, DESK_LEVEL_INFO, "NO_MARKET_DATA", "The server offers no market data on this connection. Orders work all the same");
  engine->told_no_market = symbol->told_reject = TRUE;
  reject_quotes (engine, symbol, "it offers no market data on this connection");
}

static void
forget_quote (EngineSymbol *symbol)
{
  guint32 id = symbol->quote.symbol_id;

  desk_quote_state_clear (&symbol->quote);
  desk_quote_state_init (&symbol->quote, symbol->symbol);
  symbol->quote.symbol_id = id;
  symbol->quote.grid = symbol->scale.grid;
  memset (&symbol->wire, 0, sizeof symbol->wire);
  symbol->volume_stated = symbol->trades_stated = FALSE;
}

/* What an earlier connection said stays, as old, until this one says something: then it goes, or a new bid would make an
 * old last trade look like one of now. */
static void
renew_quote (EngineSymbol *symbol)
{
  DeskFeed feed = symbol->quote.feed;
  DeskTradingStatus trading = symbol->quote.trading;

  if (!symbol->quote.stale)
    return;
  forget_quote (symbol);
  symbol->quote.feed = feed;
  symbol->quote.trading = trading;
}

void
engine_market_leave (DeskEngine   *engine,
                     EngineSymbol *symbol)
{
  if (symbol->quote_epoch != 0 && symbol->quote_epoch == desk_truth_get_epoch (engine->truth) && engine->quotes_supported)
    engine_subscribe (engine, DTC_MSG_MARKET_DATA_REQUEST, symbol, FALSE);
  symbol->quote_epoch = 0;
  forget_quote (symbol);
}

void
engine_market_regrid (DeskEngine   *engine,
                      EngineSymbol *symbol)
{
  desk_scale_init (&symbol->scale, symbol->definition.known ? &symbol->definition.grid : NULL);
  symbol->quote.grid = symbol->scale.grid;
  if (!engine->best_from_depth)
    {
      SET (bid, symbol->wire.bid);
      SET (ask, symbol->wire.ask);
    }
  SET (last, symbol->wire.last);
  SET (open, symbol->wire.open);
  SET (high, symbol->wire.high);
  SET (low, symbol->wire.low);
  SET (settlement, symbol->wire.settlement);
  if (symbol->quote.received != 0)
    publish_quote (engine, symbol);
}

void
engine_market_link_lost (DeskEngine   *engine,
                         EngineSymbol *symbol)
{
  symbol->quote_epoch = 0;
  symbol->volume_stated = symbol->trades_stated = FALSE;
  symbol->quote.trading = DESK_TRADING_UNKNOWN;
  desk_scale_init (&symbol->scale, NULL);
  if (symbol->quote.received == 0 || symbol->quote.stale)
    return;
  symbol->quote.stale = TRUE;
  publish_quote (engine, symbol);
}

/* ---- trades and quotes ---- */

/* The session's figures, where the server has begun them and does not carry them on itself. */
static void
count_trade (EngineSymbol *symbol,
             double        size)
{
  DeskQuoteState *quote = &symbol->quote;

  if (quote->high.kind != DESK_PRICE_UNSET && quote->last.display > quote->high.display)
    SET (high, symbol->wire.last);
  if (quote->low.kind != DESK_PRICE_UNSET && quote->last.display < quote->low.display)
    SET (low, symbol->wire.last);
  if (!symbol->volume_stated)
    quote->volume += size;
  if (!symbol->trades_stated)
    quote->n_trades += 1;
}

static void
take_trade (DeskEngine           *engine,
            EngineSymbol         *symbol,
            const DeskMarketNews *news)
{
  DeskPrice price = desk_scale_price (&symbol->scale, news->trade.price.value, news->trade.price.single);
  DeskEvent *event;
  DeskPrint print;

  if (price.kind == DESK_PRICE_UNSET)
    return;
  SET (last, news->trade.price);
  symbol->quote.last_size = news->trade.size;
  symbol->quote.traded = news->trade.utc;
  stamp (engine, symbol);
  if (news->kind == DESK_MARKET_TRADE)
    {
      count_trade (symbol, news->trade.size);
      print.price = price;
      print.size = news->trade.size;
      print.aggressor = news->trade.aggressor;
      print.utc = news->trade.utc;
      print.conditions = news->trade.conditions;
      event = desk_event_new (DESK_EVENT_TRADES);
      g_strlcpy (event->trades.symbol, symbol->symbol, sizeof event->trades.symbol);
      event->trades.grid = symbol->scale.grid;
      desk_trades_add (&event->trades, &print);
      engine_publish (engine, event, 0);
    }
  publish_quote (engine, symbol);
}

static void
take_quote (DeskEngine    *engine,
            EngineSymbol  *symbol,
            DeskWirePrice  bid,
            double         bid_size,
            DeskWirePrice  ask,
            double         ask_size)
{
  SET (bid, bid);
  SET (ask, ask);
  symbol->quote.bid_size = symbol->quote.bid.kind != DESK_PRICE_UNSET ? bid_size : 0;
  symbol->quote.ask_size = symbol->quote.ask.kind != DESK_PRICE_UNSET ? ask_size : 0;
  stamp (engine, symbol);
  publish_quote (engine, symbol);
}

void
engine_quote_best (DeskEngine           *engine,
                   EngineSymbol         *symbol,
                   const DeskDepthLevel *bid,
                   const DeskDepthLevel *ask)
{
  static const DeskDepthLevel none = { DESK_PRICE_INIT, 0, 0 };
  DeskQuoteState *quote = &symbol->quote;

  renew_quote (symbol);
  bid = bid != NULL ? bid : &none;
  ask = ask != NULL ? ask : &none;
  if (quote->received != 0 && desk_price_equal (&quote->bid, &bid->price) && desk_price_equal (&quote->ask, &ask->price)
      && quote->bid_size == bid->quantity && quote->ask_size == ask->quantity)
    {
      quote->received = engine->now;
      return;
    }
  /* The book itself is read again when a definition comes: there is no word of the wire to keep. */
  memset (&symbol->wire.bid, 0, sizeof symbol->wire.bid);
  memset (&symbol->wire.ask, 0, sizeof symbol->wire.ask);
  quote->bid = bid->price;
  quote->ask = ask->price;
  quote->bid_size = bid->quantity;
  quote->ask_size = ask->quantity;
  stamp (engine, symbol);
  publish_quote (engine, symbol);
}

/* ---- the session ---- */

static void
begin_session (EngineSymbol *symbol,
               gint64        date)
{
  DeskPrice none = DESK_PRICE_INIT;

  symbol->quote.session_date = date;
  symbol->quote.open = symbol->quote.high = symbol->quote.low = none;
  symbol->wire.open.set = symbol->wire.high.set = symbol->wire.low.set = FALSE;
  symbol->quote.volume = symbol->quote.n_trades = NAN;
  symbol->volume_stated = symbol->trades_stated = FALSE;
}

/* Figures of the current session alter the display. DTC does not say what a later date means before 136 has named it:
 * it is taken for a new session, and what comes about an earlier one is dropped. */
static gboolean
is_of_session (EngineSymbol *symbol,
               gint64        date)
{
  gint64 day = date / (24 * 3600), current = symbol->quote.session_date / (24 * 3600);

  if (date == 0 || day == current)
    return TRUE;
  if (current != 0 && day < current)
    return FALSE;
  if (current != 0)
    begin_session (symbol, date);
  symbol->quote.session_date = date;
  return TRUE;
}

static void
take_session (DeskEngine           *engine,
              EngineSymbol         *symbol,
              const DeskMarketNews *news)
{
  if (news->kind == DESK_MARKET_SESSION_DATE)
    {
      if (news->session.date / (24 * 3600) == symbol->quote.session_date / (24 * 3600))
        return;
      if (symbol->quote.session_date != 0)
        begin_session (symbol, news->session.date);
      symbol->quote.session_date = news->session.date;
      publish_quote (engine, symbol);
      return;
    }
  if (!is_of_session (symbol, news->session.date))
    return;
  switch (news->kind)
    {
    case DESK_MARKET_OPEN:
      SET (open, news->session.price);
      break;
    case DESK_MARKET_HIGH:
      SET (high, news->session.price);
      break;
    case DESK_MARKET_LOW:
      SET (low, news->session.price);
      break;
    case DESK_MARKET_SETTLEMENT:
      SET (settlement, news->session.price);
      break;
    case DESK_MARKET_VOLUME:
      symbol->quote.volume = news->session.number;
      symbol->volume_stated = TRUE;
      break;
    case DESK_MARKET_N_TRADES:
      symbol->quote.n_trades = news->session.number;
      symbol->trades_stated = TRUE;
      break;
    default:
      symbol->quote.open_interest = news->session.number;
      break;
    }
  publish_quote (engine, symbol);
}

static DeskTradingStatus
trading_status (int number)
{
  return desk_trading_status_nick ((DeskTradingStatus) number) != NULL ? (DeskTradingStatus) number : DESK_TRADING_UNKNOWN;
}

#define HAS(FIELD) dtc_message_has (message, DTC_MARKET_DATA_SNAPSHOT_F_##FIELD)
#define PRICE(FIELD, member) ((DeskWirePrice) { snapshot->member, HAS (FIELD), FALSE })
#define NUMBER(FIELD, member) (HAS (FIELD) ? (double) snapshot->member : NAN)

/* State, not news: what it leaves out is not known, but the last trade stays the last. */
static void
take_snapshot (DeskEngine       *engine,
               EngineSymbol     *symbol,
               const DtcMessage *message)
{
  const DtcMarketDataSnapshot *snapshot = &message->market_data_snapshot;
  DeskQuoteState *quote = &symbol->quote;

  if (HAS (LAST_TRADE_PRICE))
    {
      SET (last, PRICE (LAST_TRADE_PRICE, last_trade_price));
      quote->last_size = HAS (LAST_TRADE_VOLUME) ? snapshot->last_trade_volume : 0;
      quote->traded = desk_market_time (snapshot->last_trade_date_time);
    }
  SET (open, PRICE (SESSION_OPEN_PRICE, session_open_price));
  SET (high, PRICE (SESSION_HIGH_PRICE, session_high_price));
  SET (low, PRICE (SESSION_LOW_PRICE, session_low_price));
  SET (settlement, PRICE (SESSION_SETTLEMENT_PRICE, session_settlement_price));
  quote->volume = NUMBER (SESSION_VOLUME, session_volume);
  quote->n_trades = NUMBER (SESSION_NUM_TRADES, session_num_trades);
  quote->open_interest = NUMBER (OPEN_INTEREST, open_interest);
  if (snapshot->trading_session_date != 0)
    quote->session_date = snapshot->trading_session_date;
  if (HAS (TRADING_STATUS))
    quote->trading = trading_status (snapshot->trading_status);
  take_quote (engine, symbol, PRICE (BID_PRICE, bid_price), snapshot->bid_quantity, PRICE (ASK_PRICE, ask_price),
              snapshot->ask_quantity);
}

#undef NUMBER
#undef PRICE
#undef HAS

/* ---- states of the feed ---- */

static void
take_feed (DeskEngine *engine,
           int         status)
{
  DeskFeed feed = status == DTC_MARKET_DATA_FEED_AVAILABLE     ? DESK_FEED_AVAILABLE
                  : status == DTC_MARKET_DATA_FEED_UNAVAILABLE ? DESK_FEED_UNAVAILABLE
                                                               : DESK_FEED_UNKNOWN;
  DeskFeed before = engine->feed;
  guint i;

  if (feed == before)
    return;
  engine->feed = feed;
  if (feed == DESK_FEED_UNAVAILABLE)
    engine_notice (engine, DESK_LEVEL_WARNING, "FEED_OFF", "The server has no market data now: the quotes are old. Orders work all the same");
  else if (before == DESK_FEED_UNAVAILABLE && feed == DESK_FEED_AVAILABLE)
    engine_notice (engine, DESK_LEVEL_INFO, "FEED_ON", "The server has market data again");
  for (i = 0; i < engine->symbol_ids->len; i++)
    {
      EngineSymbol *symbol = g_ptr_array_index (engine->symbol_ids, i);

      if (feed == DESK_FEED_UNAVAILABLE)
        engine_depth_feed_off (engine, symbol);
      if (symbol->quote_epoch == 0)
        continue;
      symbol->quote.feed = feed;
      publish_quote (engine, symbol);
      if (feed == DESK_FEED_AVAILABLE && engine->resubscribe)
        {
          symbol->quote_epoch = 0;
          symbol->depth.epoch = symbol->by_order.epoch = 0;
          engine_symbol_ask (engine, symbol);
        }
    }
}

static void
take_state (DeskEngine           *engine,
            EngineSymbol         *symbol,
            const DeskMarketNews *news)
{
  if (news->kind == DESK_MARKET_SYMBOL_FEED)
    {
      symbol->quote.feed = desk_feed_nick ((DeskFeed) news->status) != NULL ? (DeskFeed) news->status : DESK_FEED_UNKNOWN;
      if (symbol->quote.feed == DESK_FEED_UNAVAILABLE)
        engine_depth_feed_off (engine, symbol);
    }
  else
    symbol->quote.trading = trading_status (news->status);
  publish_quote (engine, symbol);
}

void
engine_market_data (DeskEngine       *engine,
                    const DtcMessage *message)
{
  DeskMarketNews news;
  EngineSymbol *symbol;

  if (!desk_market_read (message, &news))
    return;
  if (news.kind == DESK_MARKET_FEED)
    {
      take_feed (engine, news.status);
      return;
    }
  symbol = engine_symbol_of_id (engine, news.symbol_id);
  if (symbol == NULL)
    return;
  switch (news.kind)
    {
    case DESK_MARKET_DEPTH:
    case DESK_MARKET_DEPTH_REJECT:
    case DESK_MARKET_ORDERS:
    case DESK_MARKET_ORDERS_REJECT:
      engine_depth_news (engine, symbol, &news);
      return;
    default:
      break;
    }
  /* What still comes of a subscription that has ended is nobody's. */
  if (symbol->quote_epoch == 0)
    return;
  if (news.kind != DESK_MARKET_SYMBOL_FEED && news.kind != DESK_MARKET_TRADING && news.kind != DESK_MARKET_REJECT)
    renew_quote (symbol);
  switch (news.kind)
    {
    case DESK_MARKET_QUOTE:
      take_quote (engine, symbol, news.quote.bid, news.quote.bid_size, news.quote.ask, news.quote.ask_size);
      break;
    case DESK_MARKET_TRADE:
    case DESK_MARKET_LAST:
      take_trade (engine, symbol, &news);
      break;
    case DESK_MARKET_SNAPSHOT:
      take_snapshot (engine, symbol, message);
      break;
    case DESK_MARKET_SYMBOL_FEED:
    case DESK_MARKET_TRADING:
      take_state (engine, symbol, &news);
      break;
    case DESK_MARKET_REJECT:
      reject_quotes (engine, symbol, engine_reject_text (news.text));
      break;
    default:
      take_session (engine, symbol, &news);
      break;
    }
}
