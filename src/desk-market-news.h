/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-trades.h"

#include "dtc.h"

G_BEGIN_DECLS

/* What a market data message says, whichever of DTC's forms of it came: current, to be removed, or retired. Pure. */

typedef enum
{
  DESK_MARKET_TRADE,         /* 107, 112, 137, 142, 146, 147 */
  DESK_MARKET_LAST,          /* 134: the last trade as state, not a trade */
  DESK_MARKET_QUOTE,         /* 108, 117, 143, 144, 148 */
  DESK_MARKET_SNAPSHOT,      /* 104; its fields are read from the message itself */
  DESK_MARKET_OPEN,          /* 120 */
  DESK_MARKET_HIGH,          /* 114 */
  DESK_MARKET_LOW,           /* 115 */
  DESK_MARKET_SETTLEMENT,    /* 119 */
  DESK_MARKET_VOLUME,        /* 113 */
  DESK_MARKET_OPEN_INTEREST, /* 124 */
  DESK_MARKET_N_TRADES,      /* 135 */
  DESK_MARKET_SESSION_DATE,  /* 136 */
  DESK_MARKET_FEED,          /* 100 */
  DESK_MARKET_SYMBOL_FEED,   /* 116 */
  DESK_MARKET_TRADING,       /* 138 */
  DESK_MARKET_REJECT,        /* 103 */
  DESK_MARKET_DEPTH,         /* 122, 145, 106, 109, 140, 141 */
  DESK_MARKET_DEPTH_REJECT,  /* 121 */
  DESK_MARKET_ORDERS,        /* 152, 153, 154, 155 */
  DESK_MARKET_ORDERS_REJECT, /* 151 */
} DeskMarketKind;

typedef struct
{
  double   value;
  gboolean set;                /* FALSE: no such price */
  gboolean single;             /* came as a single-precision float */
} DeskWirePrice;

typedef enum
{
  DESK_BATCH_UNSAID,           /* the server does not say where batches end */
  DESK_BATCH_END,
  DESK_BATCH_INSIDE,
} DeskBatchMark;

/* One price level of a book. */
typedef struct
{
  gboolean      snapshot;      /* of a series that replaces the whole book */
  gboolean      first;         /* said to begin such a series */
  gboolean      gone;          /* the level is deleted */
  DeskSide      side;          /* NONE: it names no level (an empty book) */
  DeskWirePrice price;
  double        quantity;
  guint         orders;        /* 0: not said */
  DeskBatchMark mark;
} DeskDepthUpdate;

typedef enum
{
  DESK_QUEUE_ADD,
  DESK_QUEUE_MODIFY,
  DESK_QUEUE_REMOVE,
  DESK_QUEUE_BOUNDARY,         /* a snapshot begins or ends */
} DeskQueueStep;

/* One order of a book. */
typedef struct
{
  DeskQueueStep step;
  DeskSide      side;
  DeskWirePrice price;
  double        quantity;
  guint64       id;
  guint64       prior_id;      /* MODIFY: what it was called */
} DeskQueueUpdate;

typedef struct
{
  DeskMarketKind kind;
  guint32        symbol_id;    /* 0 for FEED */

  union
  {
    struct
    {
      DeskWirePrice price;
      double        size;
      DeskSide      aggressor;
      gint64        utc;       /* microseconds, 0: not said */
      guint8        conditions;
    } trade;                   /* TRADE, LAST */
    struct
    {
      DeskWirePrice bid, ask;
      double        bid_size, ask_size;
    } quote;
    struct
    {
      DeskWirePrice price;     /* OPEN, HIGH, LOW, SETTLEMENT */
      double        number;    /* VOLUME, OPEN_INTEREST, N_TRADES */
      gint64        date;      /* UTC seconds of the session's date, 0: not said */
    } session;
    int             status;    /* FEED, SYMBOL_FEED, TRADING: the published number */
    const char     *text;      /* the rejects; of the message */
    DeskDepthUpdate depth;
    DeskQueueUpdate order;
  };
} DeskMarketNews;

/* FALSE: no market data, or it lacks what it is about. */
gboolean desk_market_read       (const DtcMessage *message,
                                 DeskMarketNews   *news);
/* A DTC time in whatever unit the peer took for the right one: seconds, milliseconds, microseconds. Microseconds since
 * 1970, 0 for none. */
gint64   desk_market_time       (double            stated);

G_END_DECLS
