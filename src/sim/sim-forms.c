/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-forms.h"

/* Bits of Integer_1 in LOGON_REQUEST, as Sierra Chart documents them. */
#define WISH_NO_COMPACT     0x8
#define WISH_DEPTH_140      0x80
#define WISH_SNAPSHOT_145   0x800
#define WISH_TRADE_146      0x80000
#define WISH_QUOTE_144      0x100000

#define NONE G_MAXUINT8 /* the message has no such field */

typedef struct
{
  guint16 type;
  guint8  id, price, volume, time, at;
} TradeForm;

#define TRADE(name, time) \
  { DTC_MSG_##name, DTC_##name##_F_SYMBOL_ID, DTC_##name##_F_PRICE, DTC_##name##_F_VOLUME, time, \
    DTC_##name##_F_AT_BID_OR_ASK }

enum { TRADE_107, TRADE_112, TRADE_137, TRADE_142, TRADE_146, TRADE_147, N_TRADES };

static const TradeForm trades[] = {
  TRADE (MARKET_DATA_UPDATE_TRADE, DTC_MARKET_DATA_UPDATE_TRADE_F_DATE_TIME),
  TRADE (MARKET_DATA_UPDATE_TRADE_COMPACT, DTC_MARKET_DATA_UPDATE_TRADE_COMPACT_F_DATE_TIME),
  TRADE (MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR,
         DTC_MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR_F_DATE_TIME),
  TRADE (MARKET_DATA_UPDATE_TRADE_NO_TIMESTAMP, NONE),
  TRADE (MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR_2,
         DTC_MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR_2_F_DATE_TIME),
  TRADE (MARKET_DATA_UPDATE_TRADE_V2, DTC_MARKET_DATA_UPDATE_TRADE_V2_F_DATE_TIME),
};

typedef struct
{
  guint16 type;
  guint8  id, bid, bid_size, ask, ask_size, time;
} QuoteForm;

#define QUOTE(name, time) \
  { DTC_MSG_##name, DTC_##name##_F_SYMBOL_ID, DTC_##name##_F_BID_PRICE, DTC_##name##_F_BID_QUANTITY, \
    DTC_##name##_F_ASK_PRICE, DTC_##name##_F_ASK_QUANTITY, time }

enum { QUOTE_108, QUOTE_117, QUOTE_143, QUOTE_144, QUOTE_148, N_QUOTES };

static const QuoteForm quotes[] = {
  QUOTE (MARKET_DATA_UPDATE_BID_ASK, DTC_MARKET_DATA_UPDATE_BID_ASK_F_DATE_TIME),
  QUOTE (MARKET_DATA_UPDATE_BID_ASK_COMPACT, DTC_MARKET_DATA_UPDATE_BID_ASK_COMPACT_F_DATE_TIME),
  QUOTE (MARKET_DATA_UPDATE_BID_ASK_NO_TIMESTAMP, NONE),
  QUOTE (MARKET_DATA_UPDATE_BID_ASK_FLOAT_WITH_MICROSECONDS,
         DTC_MARKET_DATA_UPDATE_BID_ASK_FLOAT_WITH_MICROSECONDS_F_DATE_TIME),
  QUOTE (MARKET_DATA_UPDATE_BID_ASK_DOUBLE_WITH_MICROSECONDS,
         DTC_MARKET_DATA_UPDATE_BID_ASK_DOUBLE_WITH_MICROSECONDS_F_DATE_TIME),
};

typedef struct
{
  guint16  type;
  guint8   id, side, price, quantity, update, time, orders, final;
  gboolean splits; /* tells an insertion from a change */
} LevelForm;

#define LEVEL(name, time, splits) \
  { DTC_MSG_##name, DTC_##name##_F_SYMBOL_ID, DTC_##name##_F_SIDE, DTC_##name##_F_PRICE, DTC_##name##_F_QUANTITY, \
    DTC_##name##_F_UPDATE_TYPE, time, DTC_##name##_F_NUM_ORDERS, DTC_##name##_F_FINAL_UPDATE_IN_BATCH, splits }

enum { LEVEL_106, LEVEL_109, LEVEL_140, LEVEL_141, N_LEVELS };

static const LevelForm levels[] = {
  LEVEL (MARKET_DEPTH_UPDATE_LEVEL, DTC_MARKET_DEPTH_UPDATE_LEVEL_F_DATE_TIME, FALSE),
  LEVEL (MARKET_DEPTH_UPDATE_LEVEL_V2, DTC_MARKET_DEPTH_UPDATE_LEVEL_V2_F_DATE_TIME, TRUE),
  LEVEL (MARKET_DEPTH_UPDATE_LEVEL_FLOAT_WITH_MILLISECONDS,
         DTC_MARKET_DEPTH_UPDATE_LEVEL_FLOAT_WITH_MILLISECONDS_F_DATE_TIME, FALSE),
  LEVEL (MARKET_DEPTH_UPDATE_LEVEL_NO_TIMESTAMP, NONE, FALSE),
};

enum { SNAPSHOT_122, SNAPSHOT_145, N_SNAPSHOTS };

guint
sim_forms_count (SimEventKind kind)
{
  static const guint counts[SIM_EVENT_KINDS] = { N_TRADES, N_QUOTES, N_LEVELS, N_SNAPSHOTS, 1 };

  return counts[kind];
}

static guint
choose_wished (gint32       wishes,
               SimEventKind kind,
               gboolean     sierra)
{
  gboolean compact = sierra && !(wishes & WISH_NO_COMPACT);

  switch (kind)
    {
    case SIM_EVENT_TRADE:
      return wishes & WISH_TRADE_146 ? TRADE_146 : compact ? TRADE_112 : TRADE_107;
    case SIM_EVENT_QUOTE:
      return wishes & WISH_QUOTE_144 ? QUOTE_144 : compact ? QUOTE_117 : QUOTE_108;
    case SIM_EVENT_LEVEL:
      return sierra && !(wishes & WISH_DEPTH_140) ? LEVEL_106 : LEVEL_140;
    case SIM_EVENT_SNAPSHOT_LEVEL:
      return wishes & WISH_SNAPSHOT_145 ? SNAPSHOT_145 : SNAPSHOT_122;
    case SIM_EVENT_FIGURE:
    case SIM_EVENT_KINDS:
    default:
      return 0;
    }
}

guint
sim_forms_choose (SimForms     forms,
                  gint32       wishes,
                  SimEventKind kind,
                  guint        turn)
{
  static const guint compact[SIM_EVENT_KINDS] = { TRADE_112, QUOTE_117, LEVEL_140, SNAPSHOT_122, 0 };
  static const guint newest[SIM_EVENT_KINDS] = { TRADE_147, QUOTE_148, LEVEL_109, SNAPSHOT_122, 0 };
  static const guint retired[SIM_EVENT_KINDS] = { TRADE_142, QUOTE_143, LEVEL_106, SNAPSHOT_122, 0 };

  switch (forms)
    {
    case SIM_FORMS_COMPACT:
      return compact[kind];
    case SIM_FORMS_V2:
      return newest[kind];
    case SIM_FORMS_RETIRED:
      return retired[kind];
    case SIM_FORMS_MIXED:
      /* A batch of levels is told in one form: 145 marks its end otherwise than 122. */
      return kind == SIM_EVENT_SNAPSHOT_LEVEL ? SNAPSHOT_122 : turn % sim_forms_count (kind);
    case SIM_FORMS_SIERRA:
      return choose_wished (wishes, kind, TRUE);
    case SIM_FORMS_CLASSIC:
    default:
      return choose_wished (wishes, kind, FALSE);
    }
}

/* In the unit of the field. */
static void
set_time (DtcMessage *message,
          guint       field,
          gint64      time)
{
  if (field == NONE)
    return;
  switch ((DtcTimeUnit) dtc_message_desc (message->type)->fields[field].time)
    {
    case DTC_TIME_MILLISECONDS:
      dtc_message_set_int (message, field, time / 1000);
      break;
    case DTC_TIME_MICROSECONDS:
      dtc_message_set_int (message, field, time);
      break;
    case DTC_TIME_SECONDS_FRACTION:
      dtc_message_set_double (message, field, (double) time / G_USEC_PER_SEC);
      break;
    case DTC_TIME_SECONDS:
    case DTC_TIME_NONE:
    default:
      dtc_message_set_int (message, field, time / G_USEC_PER_SEC);
      break;
    }
}

static double
wire_price (const SimEvent *event,
            gint64          ticks)
{
  return sim_instrument_to_wire (event->market->instrument, (double) ticks);
}

static void
build_trade (const SimEvent  *event,
             const TradeForm *form,
             guint32          id,
             DtcMessage      *message)
{
  dtc_message_init (message, form->type);
  dtc_message_set_int (message, form->id, id);
  dtc_message_set_int (message, form->at, event->side == DTC_BUY ? DTC_AT_ASK : DTC_AT_BID);
  dtc_message_set_double (message, form->price, wire_price (event, event->price));
  dtc_message_set_double (message, form->volume, (double) event->quantity);
  set_time (message, form->time, event->time);
}

static void
build_quote (const SimEvent  *event,
             const QuoteForm *form,
             guint32          id,
             DtcMessage      *message)
{
  dtc_message_init (message, form->type);
  dtc_message_set_int (message, form->id, id);
  if (event->best[0].quantity > 0)
    {
      dtc_message_set_double (message, form->bid, wire_price (event, event->best[0].price));
      dtc_message_set_double (message, form->bid_size, (double) event->best[0].quantity);
    }
  if (event->best[1].quantity > 0)
    {
      dtc_message_set_double (message, form->ask, wire_price (event, event->best[1].price));
      dtc_message_set_double (message, form->ask_size, (double) event->best[1].quantity);
    }
  set_time (message, form->time, event->time);
}

static int
update_type (const SimEvent *event,
             gboolean        splits)
{
  if (event->gone)
    return DTC_MARKET_DEPTH_DELETE_LEVEL;
  if (!splits)
    return DTC_MARKET_DEPTH_INSERT_UPDATE_LEVEL;
  return event->is_new ? DTC_MARKET_DEPTH_INSERT_LEVEL : DTC_MARKET_DEPTH_UPDATE_LEVEL;
}

static void
build_level (const SimEvent  *event,
             const LevelForm *form,
             guint32          id,
             DtcMessage      *message)
{
  dtc_message_init (message, form->type);
  dtc_message_set_int (message, form->id, id);
  dtc_message_set_int (message, form->side, event->side == DTC_BUY ? DTC_AT_BID : DTC_AT_ASK);
  dtc_message_set_double (message, form->price, wire_price (event, event->price));
  dtc_message_set_double (message, form->quantity, event->gone ? 0 : (double) event->quantity);
  dtc_message_set_int (message, form->update, update_type (event, form->splits));
  dtc_message_set_int (message, form->orders, MIN (event->orders, G_MAXUINT16));
  dtc_message_set_int (message, form->final, event->last ? DTC_FINAL_UPDATE_TRUE : DTC_FINAL_UPDATE_FALSE);
  set_time (message, form->time, event->time);
}

#define SET_INT(field, value) dtc_message_set_int (message, DTC_MARKET_DEPTH_SNAPSHOT_LEVEL_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (message, DTC_MARKET_DEPTH_SNAPSHOT_LEVEL_F_##field, value)

static void
build_snapshot_level (const SimEvent *event,
                      guint32         id,
                      DtcMessage     *message)
{
  dtc_message_init (message, DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL);
  SET_INT (SYMBOL_ID, id);
  SET_INT (IS_FIRST_MESSAGE_IN_BATCH, event->first);
  SET_INT (IS_LAST_MESSAGE_IN_BATCH, event->last);
  if (event->level == 0)
    return; /* an empty book */
  SET_INT (SIDE, event->side == DTC_BUY ? DTC_AT_BID : DTC_AT_ASK);
  SET_DOUBLE (PRICE, wire_price (event, event->price));
  SET_DOUBLE (QUANTITY, (double) event->quantity);
  SET_INT (LEVEL, event->level);
  SET_DOUBLE (DATE_TIME, (double) event->time / G_USEC_PER_SEC);
  SET_INT (NUM_ORDERS, event->orders);
}

#undef SET_INT
#undef SET_DOUBLE
#define SET_INT(field, value) dtc_message_set_int (message, DTC_MARKET_DEPTH_SNAPSHOT_LEVEL_FLOAT_F_##field, value)
#define SET_DOUBLE(field, value) \
  dtc_message_set_double (message, DTC_MARKET_DEPTH_SNAPSHOT_LEVEL_FLOAT_F_##field, value)

static void
build_snapshot_level_float (const SimEvent *event,
                            guint32         id,
                            DtcMessage     *message)
{
  dtc_message_init (message, DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL_FLOAT);
  SET_INT (SYMBOL_ID, id);
  SET_INT (FINAL_UPDATE_IN_BATCH, event->last ? DTC_FINAL_UPDATE_TRUE
                                  : event->first ? DTC_FINAL_UPDATE_BEGIN_BATCH : DTC_FINAL_UPDATE_FALSE);
  if (event->level == 0)
    return;
  SET_INT (SIDE, event->side == DTC_BUY ? DTC_AT_BID : DTC_AT_ASK);
  SET_DOUBLE (PRICE, wire_price (event, event->price));
  SET_DOUBLE (QUANTITY, (double) event->quantity);
  SET_INT (LEVEL, event->level);
  SET_INT (NUM_ORDERS, event->orders);
}

#undef SET_INT
#undef SET_DOUBLE
#define SET_INT(name, field, value) dtc_message_set_int (message, DTC_MARKET_DATA_UPDATE_##name##_F_##field, value)
#define SET_PRICE(name, value) \
  dtc_message_set_double (message, DTC_MARKET_DATA_UPDATE_##name##_F_PRICE, wire_price (event, value))

static void
build_figure (const SimEvent *event,
              guint32         id,
              DtcMessage     *message)
{
  const SimMarket *market = event->market;

  dtc_message_init (message, event->type);
  /* Each begins with the SymbolID. */
  dtc_message_set_int (message, 0, id);
  switch (event->type)
    {
    case DTC_MSG_MARKET_DATA_UPDATE_SESSION_VOLUME:
      dtc_message_set_double (message, DTC_MARKET_DATA_UPDATE_SESSION_VOLUME_F_VOLUME, (double) market->volume);
      SET_INT (SESSION_VOLUME, TRADING_SESSION_DATE, market->session_date);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_SESSION_HIGH:
      SET_PRICE (SESSION_HIGH, market->high);
      SET_INT (SESSION_HIGH, TRADING_SESSION_DATE, market->session_date);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_SESSION_LOW:
      SET_PRICE (SESSION_LOW, market->low);
      SET_INT (SESSION_LOW, TRADING_SESSION_DATE, market->session_date);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_SESSION_OPEN:
      SET_PRICE (SESSION_OPEN, market->open);
      SET_INT (SESSION_OPEN, TRADING_SESSION_DATE, market->session_date);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_SESSION_SETTLEMENT:
      SET_PRICE (SESSION_SETTLEMENT, market->settlement);
      SET_INT (SESSION_SETTLEMENT, DATE_TIME, market->settlement_time / G_USEC_PER_SEC);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_OPEN_INTEREST:
      SET_INT (OPEN_INTEREST, OPEN_INTEREST, market->open_interest);
      SET_INT (OPEN_INTEREST, TRADING_SESSION_DATE, market->session_date);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_SESSION_NUM_TRADES:
      SET_INT (SESSION_NUM_TRADES, NUM_TRADES, market->n_trades);
      SET_INT (SESSION_NUM_TRADES, TRADING_SESSION_DATE, market->session_date);
      break;
    case DTC_MSG_MARKET_DATA_UPDATE_TRADING_SESSION_DATE:
      SET_INT (TRADING_SESSION_DATE, DATE, market->session_date);
      break;
    case DTC_MSG_MARKET_DATA_FEED_SYMBOL_STATUS:
      dtc_message_set_int (message, DTC_MARKET_DATA_FEED_SYMBOL_STATUS_F_STATUS,
                           market->feed_down ? DTC_MARKET_DATA_FEED_UNAVAILABLE : DTC_MARKET_DATA_FEED_AVAILABLE);
      break;
    case DTC_MSG_TRADING_SYMBOL_STATUS:
      dtc_message_set_int (message, DTC_TRADING_SYMBOL_STATUS_F_STATUS, market->phase);
      break;
    default:
      g_assert_not_reached ();
    }
}

void
sim_forms_build (const SimEvent *event,
                 guint           form,
                 guint32         id,
                 DtcMessage     *message)
{
  switch (event->kind)
    {
    case SIM_EVENT_TRADE:
      build_trade (event, &trades[form], id, message);
      break;
    case SIM_EVENT_QUOTE:
      build_quote (event, &quotes[form], id, message);
      break;
    case SIM_EVENT_LEVEL:
      build_level (event, &levels[form], id, message);
      break;
    case SIM_EVENT_SNAPSHOT_LEVEL:
      if (form == SNAPSHOT_145)
        build_snapshot_level_float (event, id, message);
      else
        build_snapshot_level (event, id, message);
      break;
    case SIM_EVENT_FIGURE:
    case SIM_EVENT_KINDS:
    default:
      build_figure (event, id, message);
      break;
    }
}
