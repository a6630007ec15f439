/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-market-news.h"

#include <math.h>

static inline DeskWirePrice
price_of (const DtcMessage *message,
          guint             field,
          double            value,
          gboolean          single)
{
  DeskWirePrice price = { value, dtc_message_has (message, field), single };

  return price;
}

/* AtBidOrAskEnum of a trade: what traded at the bid was sold into it. */
static inline DeskSide
aggressor_of (int at)
{
  return at == DTC_AT_BID ? DESK_SIDE_SELL : at == DTC_AT_ASK ? DESK_SIDE_BUY : DESK_SIDE_NONE;
}

/* The same of a level: whose side it stands on. */
static inline DeskSide
side_of (int at)
{
  return at == DTC_AT_BID ? DESK_SIDE_BUY : at == DTC_AT_ASK ? DESK_SIDE_SELL : DESK_SIDE_NONE;
}

static inline DeskSide
order_side (int side)
{
  return side == DTC_BUY ? DESK_SIDE_BUY : side == DTC_SELL ? DESK_SIDE_SELL : DESK_SIDE_NONE;
}

static inline DeskBatchMark
mark_of (int mark)
{
  return mark == DTC_FINAL_UPDATE_TRUE    ? DESK_BATCH_END
         : mark == DTC_FINAL_UPDATE_UNSET ? DESK_BATCH_UNSAID
                                          : DESK_BATCH_INSIDE;
}

gint64
desk_market_time (double stated)
{
  if (!isfinite (stated) || stated <= 0 || stated > 1e17)
    return 0;
  if (stated > 1e14)
    return (gint64) stated;
  return (gint64) (stated > 1e11 ? stated * 1e3 : stated * 1e6);
}

#define TRADE(NAME, member, size_, single_, time_, at_, conditions_)                                                  \
  case DTC_MSG_##NAME:                                                                                                \
    {                                                                                                                 \
      const __typeof__ (message->body.member) *m = &message->body.member;                                             \
                                                                                                                      \
      news->kind = DESK_MARKET_TRADE;                                                                                 \
      news->symbol_id = m->symbol_id;                                                                                 \
      news->trade.price = price_of (message, DTC_##NAME##_F_PRICE, m->price, single_);                                \
      news->trade.size = (double) m->size_;                                                                           \
      news->trade.aggressor = aggressor_of (m->at_);                                                                  \
      news->trade.utc = desk_market_time ((double) (time_));                                                          \
      news->trade.conditions = (guint8) (conditions_);                                                                \
      return news->trade.price.set;                                                                                   \
    }

static gboolean
read_trade (const DtcMessage *message,
            DeskMarketNews   *news)
{
  switch (message->type)
    {
    TRADE (MARKET_DATA_UPDATE_TRADE, market_data_update_trade, volume, FALSE, m->date_time, at_bid_or_ask, 0)
    TRADE (MARKET_DATA_UPDATE_TRADE_COMPACT, market_data_update_trade_compact, volume, TRUE, m->date_time, at_bid_or_ask, 0)
    TRADE (MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR, market_data_update_trade_with_unbundled_indicator, volume, FALSE,
           m->date_time, at_bid_or_ask, m->trade_condition)
    TRADE (MARKET_DATA_UPDATE_TRADE_NO_TIMESTAMP, market_data_update_trade_no_timestamp, volume, TRUE, 0, at_bid_or_ask,
           m->trade_condition)
    TRADE (MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR_2, market_data_update_trade_with_unbundled_indicator_2, volume, TRUE,
           m->date_time, at_bid_or_ask, m->trade_condition)
    TRADE (MARKET_DATA_UPDATE_TRADE_V2, market_data_update_trade_v2, volume, FALSE, m->date_time, at_bid_or_ask,
           m->trade_condition)
    default:
      return FALSE;
    }
}

#undef TRADE

#define QUOTE(NAME, member, single_)                                                                                  \
  case DTC_MSG_##NAME:                                                                                                \
    {                                                                                                                 \
      const __typeof__ (message->body.member) *m = &message->body.member;                                             \
                                                                                                                      \
      news->kind = DESK_MARKET_QUOTE;                                                                                 \
      news->symbol_id = m->symbol_id;                                                                                 \
      news->quote.bid = price_of (message, DTC_##NAME##_F_BID_PRICE, m->bid_price, single_);                          \
      news->quote.ask = price_of (message, DTC_##NAME##_F_ASK_PRICE, m->ask_price, single_);                          \
      news->quote.bid_size = (double) m->bid_quantity;                                                                \
      news->quote.ask_size = (double) m->ask_quantity;                                                                \
      return TRUE;                                                                                                    \
    }

static gboolean
read_quote (const DtcMessage *message,
            DeskMarketNews   *news)
{
  switch (message->type)
    {
    QUOTE (MARKET_DATA_UPDATE_BID_ASK, market_data_update_bid_ask, FALSE)
    QUOTE (MARKET_DATA_UPDATE_BID_ASK_COMPACT, market_data_update_bid_ask_compact, TRUE)
    QUOTE (MARKET_DATA_UPDATE_BID_ASK_NO_TIMESTAMP, market_data_update_bid_ask_no_timestamp, TRUE)
    QUOTE (MARKET_DATA_UPDATE_BID_ASK_FLOAT_WITH_MICROSECONDS, market_data_update_bid_ask_float_with_microseconds, TRUE)
    QUOTE (MARKET_DATA_UPDATE_BID_ASK_DOUBLE_WITH_MICROSECONDS, market_data_update_bid_ask_double_with_microseconds, FALSE)
    default:
      return FALSE;
    }
}

#undef QUOTE

/* Before UpdateType 3 and 4 came, 1 was both of them; a level without a quantity is none. */
#define LEVEL(NAME, member, single_)                                                                                  \
  case DTC_MSG_##NAME:                                                                                                \
    {                                                                                                                 \
      const __typeof__ (message->body.member) *m = &message->body.member;                                             \
                                                                                                                      \
      news->kind = DESK_MARKET_DEPTH;                                                                                 \
      news->symbol_id = m->symbol_id;                                                                                 \
      news->depth.snapshot = news->depth.first = FALSE;                                                               \
      news->depth.gone = m->update_type == DTC_MARKET_DEPTH_DELETE_LEVEL                                              \
                         || (dtc_message_has (message, DTC_##NAME##_F_QUANTITY) && !(m->quantity > 0));               \
      news->depth.side = side_of (m->side);                                                                           \
      news->depth.price = price_of (message, DTC_##NAME##_F_PRICE, m->price, single_);                                \
      news->depth.quantity = (double) m->quantity;                                                                    \
      news->depth.orders = m->num_orders;                                                                             \
      news->depth.mark = mark_of (m->final_update_in_batch);                                                          \
      return TRUE;                                                                                                    \
    }

static gboolean
read_depth (const DtcMessage *message,
            DeskMarketNews   *news)
{
  switch (message->type)
    {
    LEVEL (MARKET_DEPTH_UPDATE_LEVEL, market_depth_update_level, FALSE)
    LEVEL (MARKET_DEPTH_UPDATE_LEVEL_V2, market_depth_update_level_v2, FALSE)
    LEVEL (MARKET_DEPTH_UPDATE_LEVEL_FLOAT_WITH_MILLISECONDS, market_depth_update_level_float_with_milliseconds, TRUE)
    LEVEL (MARKET_DEPTH_UPDATE_LEVEL_NO_TIMESTAMP, market_depth_update_level_no_timestamp, TRUE)

    case DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL:
      {
        const DtcMarketDepthSnapshotLevel *m = &message->body.market_depth_snapshot_level;

        news->symbol_id = m->symbol_id;
        news->depth.first = m->is_first_message_in_batch != 0;
        news->depth.side = side_of (m->side);
        news->depth.price = price_of (message, DTC_MARKET_DEPTH_SNAPSHOT_LEVEL_F_PRICE, m->price, FALSE);
        news->depth.quantity = m->quantity;
        news->depth.orders = m->num_orders;
        news->depth.mark = m->is_last_message_in_batch != 0 ? DESK_BATCH_END : DESK_BATCH_INSIDE;
        break;
      }
    case DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL_FLOAT:
      {
        const DtcMarketDepthSnapshotLevelFloat *m = &message->body.market_depth_snapshot_level_float;

        news->symbol_id = m->symbol_id;
        news->depth.first = m->final_update_in_batch == DTC_FINAL_UPDATE_BEGIN_BATCH;
        news->depth.side = side_of (m->side);
        news->depth.price = price_of (message, DTC_MARKET_DEPTH_SNAPSHOT_LEVEL_FLOAT_F_PRICE, m->price, TRUE);
        news->depth.quantity = m->quantity;
        news->depth.orders = m->num_orders;
        news->depth.mark = mark_of (m->final_update_in_batch);
        break;
      }
    default:
      return FALSE;
    }
  news->kind = DESK_MARKET_DEPTH;
  news->depth.snapshot = TRUE;
  news->depth.gone = !(news->depth.quantity > 0);
  return TRUE;
}

#undef LEVEL

#define SESSION(NAME, member, Kind)                                                                                   \
  case DTC_MSG_MARKET_DATA_UPDATE_##NAME:                                                                             \
    news->kind = DESK_MARKET_##Kind;                                                                                  \
    news->symbol_id = message->body.market_data_update_##member.symbol_id;

#define SESSION_PRICE(NAME, member, Kind, date_)                                                                      \
  SESSION (NAME, member, Kind)                                                                                        \
    news->session.price = price_of (message, DTC_MARKET_DATA_UPDATE_##NAME##_F_PRICE,                                 \
                                    message->body.market_data_update_##member.price, FALSE);                          \
    news->session.date = date_;                                                                                       \
    return news->session.price.set;

#define SESSION_NUMBER(NAME, member, Kind, FIELD, value_)                                                             \
  SESSION (NAME, member, Kind)                                                                                        \
    news->session.number = (double) message->body.market_data_update_##member.value_;                                 \
    news->session.date = message->body.market_data_update_##member.trading_session_date;                              \
    return dtc_message_has (message, DTC_MARKET_DATA_UPDATE_##NAME##_F_##FIELD);

static gboolean
read_session (const DtcMessage *message,
              DeskMarketNews   *news)
{
  switch (message->type)
    {
    SESSION_PRICE (SESSION_OPEN, session_open, OPEN, message->body.market_data_update_session_open.trading_session_date)
    SESSION_PRICE (SESSION_HIGH, session_high, HIGH, message->body.market_data_update_session_high.trading_session_date)
    SESSION_PRICE (SESSION_LOW, session_low, LOW, message->body.market_data_update_session_low.trading_session_date)
    SESSION_PRICE (SESSION_SETTLEMENT, session_settlement, SETTLEMENT, 0)
    SESSION_NUMBER (SESSION_VOLUME, session_volume, VOLUME, VOLUME, volume)
    SESSION_NUMBER (OPEN_INTEREST, open_interest, OPEN_INTEREST, OPEN_INTEREST, open_interest)
    SESSION_NUMBER (SESSION_NUM_TRADES, session_num_trades, N_TRADES, NUM_TRADES, num_trades)
    SESSION (TRADING_SESSION_DATE, trading_session_date, SESSION_DATE)
      news->session.date = message->body.market_data_update_trading_session_date.date;
      return news->session.date != 0;
    default:
      return FALSE;
    }
}

#undef SESSION_NUMBER
#undef SESSION_PRICE
#undef SESSION

#define ORDER(NAME, member, Step)                                                                                     \
  case DTC_MSG_MARKET_ORDERS_##NAME:                                                                                  \
    news->symbol_id = message->body.market_orders_##member.symbol_id;                                                 \
    news->order.step = DESK_QUEUE_##Step;                                                                             \
    news->order.side = order_side (message->body.market_orders_##member.side);                                        \
    news->order.price = price_of (message, DTC_MARKET_ORDERS_##NAME##_F_PRICE,                                        \
                                  message->body.market_orders_##member.price, FALSE);                                 \
    news->order.quantity = (double) message->body.market_orders_##member.quantity;                                    \
    news->order.id = message->body.market_orders_##member.order_id;

static gboolean
read_order (const DtcMessage *message,
            DeskMarketNews   *news)
{
  news->kind = DESK_MARKET_ORDERS;
  switch (message->type)
    {
    ORDER (ADD, add, ADD)
      return news->order.price.set && news->order.side != DESK_SIDE_NONE;
    ORDER (MODIFY, modify, MODIFY)
      news->order.prior_id = message->body.market_orders_modify.prior_order_id;
      if (news->order.prior_id == 0)
        news->order.prior_id = news->order.id;
      return news->order.price.set;
    ORDER (REMOVE, remove, REMOVE)
      return TRUE;
    case DTC_MSG_MARKET_ORDERS_SNAPSHOT_MESSAGE_BOUNDARY:
      news->symbol_id = message->body.market_orders_snapshot_message_boundary.symbol_id;
      news->order.step = DESK_QUEUE_BOUNDARY;
      return TRUE;
    default:
      return FALSE;
    }
}

#undef ORDER

static gboolean
read_reject (DeskMarketNews *news,
             DeskMarketKind  kind,
             guint32         symbol_id,
             const char     *text)
{
  news->kind = kind;
  news->symbol_id = symbol_id;
  news->text = text;
  return TRUE;
}

static gboolean
read_other (const DtcMessage *message,
            DeskMarketNews   *news)
{
  const DtcMessageBody *body = &message->body;

  switch (message->type)
    {
    case DTC_MSG_MARKET_DATA_SNAPSHOT:
      news->kind = DESK_MARKET_SNAPSHOT;
      news->symbol_id = body->market_data_snapshot.symbol_id;
      return TRUE;
    case DTC_MSG_MARKET_DATA_UPDATE_LAST_TRADE_SNAPSHOT:
      news->kind = DESK_MARKET_LAST;
      news->symbol_id = body->market_data_update_last_trade_snapshot.symbol_id;
      news->trade.price = price_of (message, DTC_MARKET_DATA_UPDATE_LAST_TRADE_SNAPSHOT_F_LAST_TRADE_PRICE,
                                    body->market_data_update_last_trade_snapshot.last_trade_price, FALSE);
      news->trade.size = body->market_data_update_last_trade_snapshot.last_trade_volume;
      news->trade.utc = desk_market_time (body->market_data_update_last_trade_snapshot.last_trade_date_time);
      return news->trade.price.set;
    case DTC_MSG_MARKET_DATA_FEED_STATUS:
      news->kind = DESK_MARKET_FEED;
      news->symbol_id = 0;
      news->status = body->market_data_feed_status.status;
      return TRUE;
    case DTC_MSG_MARKET_DATA_FEED_SYMBOL_STATUS:
      news->kind = DESK_MARKET_SYMBOL_FEED;
      news->symbol_id = body->market_data_feed_symbol_status.symbol_id;
      news->status = body->market_data_feed_symbol_status.status;
      return TRUE;
    case DTC_MSG_TRADING_SYMBOL_STATUS:
      news->kind = DESK_MARKET_TRADING;
      news->symbol_id = body->trading_symbol_status.symbol_id;
      news->status = body->trading_symbol_status.status;
      return TRUE;
    case DTC_MSG_MARKET_DATA_REJECT:
      return read_reject (news, DESK_MARKET_REJECT, body->market_data_reject.symbol_id, body->market_data_reject.reject_text);
    case DTC_MSG_MARKET_DEPTH_REJECT:
      return read_reject (news, DESK_MARKET_DEPTH_REJECT, body->market_depth_reject.symbol_id,
                          body->market_depth_reject.reject_text);
    case DTC_MSG_MARKET_ORDERS_REJECT:
      return read_reject (news, DESK_MARKET_ORDERS_REJECT, body->market_orders_reject.symbol_id,
                          body->market_orders_reject.reject_text);
    default:
      return FALSE;
    }
}

/**
 * desk_market_read:
 * @message: a message of the server
 * @news: (out): what it says; text lies in @message
 *
 * Prices and quantities are the wire's own. A price that was not given, or was DTC's "unset" number, is not set.
 *
 * Returns: %FALSE when it is no market data, or names no price where it is about one
 */
gboolean
desk_market_read (const DtcMessage *message,
                  DeskMarketNews   *news)
{
  return read_quote (message, news) || read_depth (message, news) || read_trade (message, news)
         || read_session (message, news) || read_other (message, news) || read_order (message, news);
}
