/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-price.h"

G_BEGIN_DECLS

/* What the engine knows, as immutable values that may cross threads: copied, never shared. Text is a GRefString
 * (or NULL), everything else lies inside. UTC times are microseconds since 1970, 0: not known. */

typedef struct
{
  guint64       key;                 /* of the row: stable while the state file lives */
  guint32       epoch;               /* of the last change */
  char          client_order_id[DESK_ID_SIZE];
  char          server_order_id[DESK_ID_SIZE];
  char          account[DESK_ID_SIZE];
  char          symbol[DESK_SYMBOL_SIZE];
  DeskSide      side;
  DeskOrderType type;
  DeskTif       tif;
  gint64        good_till;           /* UTC seconds, 0: none */
  DeskPrice     price;               /* Price1: limit or stop */
  DeskPrice     price2;              /* Price2: limit of a stop-limit */
  gint64        quantity;            /* contracts; -1: not known */
  gint64        filled;              /* cumulative; -1: not known */
  gint64        remaining;           /* -1: not known */
  double        average_price;       /* display; NAN: none */
  DeskStatus    status;
  DeskCertainty certainty;
  DeskReason    reason;
  GRefString   *text;                /* the server's words about it, or ours about what we do not know */
  DeskRole      role;
  char          parent[DESK_ID_SIZE];  /* ServerOrderID of the order whose fill wakes it, "": none or not said */
  char          sibling[DESK_ID_SIZE]; /* ServerOrderID of the order that cancels it by filling, "": none or not said */
  gint64        max_show;            /* contracts the book shows, 0: all */
  GRefString   *note;                /* the trader's, or NULL */
  DeskOverlay   cancel;
  DeskOverlay   change;
  DeskPrice     asked_price;         /* of the change on its way */
  DeskPrice     asked_price2;
  gint64        asked_quantity;      /* 0: unchanged */
  DeskSource    source;
  gboolean      automated;
  gboolean      held_here;           /* Where: TRUE "This PC", FALSE "Server" */
  gint64        created;             /* UTC of the click */
  gint64        sent;                /* UTC: all bytes in the kernel */
  gint64        acked;               /* UTC of the first answer */
  gint64        changed;             /* UTC of the last change */
  gint64        as_of;               /* UTC: when the server last said so */
  gboolean      unshown;             /* a row's: what it says now waits for a disk that does not answer */
  gint64        ack_usec;            /* socket to first answer; -1: none */
  gint64        journal_usec;        /* click to durable; -1: none */
  gint64        wire_usec;           /* durable to kernel; -1: none */
  gint64        fill_usec;           /* first answer to first fill; -1: none */
  gint64        cancel_usec;         /* cancel sent to confirmed; -1: none */
  DeskGrid      grid;                /* its prices were read with */
} DeskOrderState;

typedef struct
{
  guint64    key;
  guint32    epoch;
  char       execution_id[DESK_EXEC_ID_SIZE]; /* the server's, or "syn:…" until it names one */
  char       client_order_id[DESK_ID_SIZE];   /* "": unattributed */
  char       server_order_id[DESK_ID_SIZE];
  char       account[DESK_ID_SIZE];
  char       symbol[DESK_SYMBOL_SIZE];
  DeskSide   side;
  DeskPrice  price;
  gint64     quantity;
  gboolean   historical;             /* from 304, else live from 301 */
  gint64     server_time;            /* UTC */
  gint64     received;               /* UTC */
  char     **replaces;               /* synthetic ids it supersedes, NULL-terminated, or NULL */
  DeskGrid   grid;
} DeskFillState;

typedef struct
{
  char     account[DESK_ID_SIZE];
  char     symbol[DESK_SYMBOL_SIZE];
  gboolean provable;                 /* the server said it in this connection */
  gint64   quantity;                 /* the server's, signed */
  double   average_price;            /* the server's, display; NAN: none */
  gint64   computed;                 /* baseline + our own sum of fills */
  gboolean computed_known;           /* there is a baseline */
  double   computed_average;         /* NAN: none */
  double   open_profit;              /* NAN: none */
  gint64   worst_long;               /* position if every working and unknown buy filled */
  gint64   worst_short;
  gint64   working_buys;             /* contracts */
  gint64   working_sells;
  gboolean stale;
  gint64   as_of;                    /* UTC */
  gboolean unshown;                  /* a row's: what the server says now waits for a disk that does not answer */
  DeskGrid grid;
} DeskPositionState;

typedef struct
{
  char     account[DESK_ID_SIZE];
  char     currency[8];
  gboolean trading_disabled;
  double   cash;                     /* NAN where the server gave nothing */
  double   available;
  double   margin;
  double   open_profit;
  double   daily_profit;
  double   daily_loss_limit;
  double   securities;
  gboolean stale;
  gint64   as_of;                    /* UTC */
} DeskAccountState;

typedef struct
{
  char      symbol[DESK_SYMBOL_SIZE];
  guint32   symbol_id;
  DeskPrice bid, ask, last;          /* UNSET: no quote on that side */
  double    bid_size, ask_size, last_size;
  gint64    received;                /* monotonic, of the last bid, ask or trade; 0: none yet */
  gint64    traded;                  /* UTC of the last trade, 0: not said */
  DeskPrice open, high, low;         /* of the current trading session; UNSET: not said */
  DeskPrice settlement;
  double    volume;                  /* of the session; NAN: not said, as the next two */
  double    n_trades;
  double    open_interest;
  gint64    session_date;            /* UTC seconds of the trading session's date, 0: not said */
  DeskTradingStatus trading;
  DeskFeed  feed;                    /* of this symbol's data, or of all of it */
  gboolean  stale;                   /* of a connection that has ended */
  gboolean  rejected;                /* the server refuses market data for it: see text */
  GRefString *text;
  DeskGrid  grid;
} DeskQuoteState;

typedef struct
{
  char     symbol[DESK_SYMBOL_SIZE];
  char     description[64];
  char     currency[8];
  char     exchange[17];
  char     underlying[33];
  DeskSecurityType type;
  char     tick[24];                 /* one tick as text, "" without a definition */
  gboolean known;                    /* FALSE: asked, and the server has none */
  gboolean has_depth;                /* the server has market depth for it */
  gint64   expires;                  /* UTC seconds, 0: none */
  DeskGrid grid;
} DeskInstrumentState;

void desk_order_state_copy  (DeskOrderState       *to,
                             const DeskOrderState *from);
void desk_order_state_clear (DeskOrderState       *state);
void desk_fill_state_copy   (DeskFillState        *to,
                             const DeskFillState  *from);
void desk_fill_state_clear  (DeskFillState        *state);
/* Nothing said yet: every price unset, every number NAN. */
void desk_quote_state_init  (DeskQuoteState       *state,
                             const char           *symbol);
void desk_quote_state_copy  (DeskQuoteState       *to,
                             const DeskQuoteState *from);
void desk_quote_state_clear (DeskQuoteState       *state);

/* "2/3", "0/2": what the Filled column shows; "?" where the server has not said. (transfer full) */
char *desk_order_state_filled_text (const DeskOrderState *state);

G_END_DECLS
