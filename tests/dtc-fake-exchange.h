/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

/* A server without a socket: bytes in, bytes out. It keeps its orders when a connection ends, counts for itself what
 * it was told, and knows one account, one symbol and one price. Its manners can be bad. */

#define DTC_FAKE_ACCOUNT "SIM1"
#define DTC_FAKE_SYMBOL  "ESZ6"
#define DTC_FAKE_PRICE   5000.25

typedef struct
{
  char   server_order_id[32];
  char   client_order_id[32];
  gint32 type;
  gint32 side;
  double price;
  double quantity;
  double filled;
  gint32 status;    /* published */
  guint  n_submits; /* how often this ClientOrderID was submitted */
  gboolean is_parent; /* held, unlisted, until its exits come */
  char   parent[32];  /* ServerOrderIDs, or "" */
  char   sibling[32];
  gint64   received;  /* its own clock, Unix seconds */
  gboolean foreign;   /* of another client */
  gboolean requantified; /* by others, who need not have been heard */
  char     ids[512];   /* every ServerOrderID that it has had, a space after each */
  gboolean forgotten; /* by a restart: in no list any more */
} DtcFakeOrder;

typedef struct
{
  char   execution_id[32];
  char   server_order_id[32]; /* at that time */
  guint  order;
  double price;
  double quantity;
  gint64 seconds;
} DtcFakeFill;

/* What it does otherwise than it should. Truth is what it keeps, whatever it says. */
typedef struct
{
  gboolean deaf;           /* commands do not reach it */
  gboolean silent;         /* carries out commands and says nothing of them */
  gboolean anonymous;      /* lists open orders without their ClientOrderIDs */
  gboolean no_follow;      /* a fill or a cancel has no consequence for the order's pair or exits */
  gboolean refuse_orders;  /* refuses what increases risk */
  gboolean refuse_exits;   /* refuses 209 and 210 */
  gboolean new_ids;        /* a change gives the order another id */
  gboolean leaves_old;     /* and lets the old one work on, as a second order */
  gboolean reject_open_orders, reject_fills, reject_positions;
  gboolean mute_open_orders, mute_fills, mute_positions;
  guint    drop;           /* so many of the next statements about orders are not sent */
  guint    repeat;         /* so many are sent twice */
  guint    swap;           /* so many are sent behind the one that follows */
} DtcFakeManners;

typedef enum
{
  DTC_FAKE_RESTART_KEEPS,    /* everything */
  DTC_FAKE_RESTART_NEW_IDS,  /* open orders get new ids, from the start again: old ones come back for others */
  DTC_FAKE_RESTART_FORGETS,  /* open orders are gone, and so is the history of fills */
} DtcFakeRestart;

typedef struct _DtcFakeExchange DtcFakeExchange;

DtcFakeExchange    *dtc_fake_exchange_new       (DtcNumbering     numbering);
/* What it speaks after the handshake; JSON unless told otherwise. */
void                dtc_fake_exchange_set_encoding (DtcFakeExchange *exchange,
                                                    DtcEncodingKind  encoding);
/* Its clock, in Unix seconds. */
void                dtc_fake_exchange_set_time  (DtcFakeExchange *exchange,
                                                 gint64           seconds);
DtcFakeManners     *dtc_fake_exchange_manners   (DtcFakeExchange *exchange);
void                dtc_fake_exchange_free      (DtcFakeExchange *exchange);
/* A new connection: what was half received on the last one is forgotten. */
void                dtc_fake_exchange_connected (DtcFakeExchange *exchange);
void                dtc_fake_exchange_feed      (DtcFakeExchange *exchange,
                                                 const guint8    *data,
                                                 gsize            len,
                                                 GByteArray      *out);
/* A heartbeat of its own, when logged on. */
void                dtc_fake_exchange_beat      (DtcFakeExchange *exchange,
                                                 GByteArray      *out);
/* What happens there by itself. The answers to a client that is not there are lost. */
void                dtc_fake_exchange_fill      (DtcFakeExchange *exchange,
                                                 guint            index,
                                                 double           quantity,
                                                 GByteArray      *out);
void                dtc_fake_exchange_cancel    (DtcFakeExchange *exchange,
                                                 guint            index,
                                                 GByteArray      *out);
/* Price or quantity 0: unchanged. */
void                dtc_fake_exchange_change    (DtcFakeExchange *exchange,
                                                 guint            index,
                                                 double           price,
                                                 double           quantity,
                                                 GByteArray      *out);
void                dtc_fake_exchange_foreign   (DtcFakeExchange *exchange,
                                                 gint32           side,
                                                 double           quantity,
                                                 GByteArray      *out);
void                dtc_fake_exchange_restart   (DtcFakeExchange *exchange,
                                                 DtcFakeRestart   kind);
/* What a swap still holds back. */
void                dtc_fake_exchange_flush     (DtcFakeExchange *exchange,
                                                 GByteArray      *out);
void                dtc_fake_exchange_say_dropped (DtcFakeExchange *exchange,
                                                   guint            n_dropped,
                                                   GByteArray      *out);
gboolean            dtc_fake_order_is_live      (const DtcFakeOrder *order);
gboolean            dtc_fake_order_had_id       (const DtcFakeOrder *order,
                                                 const char         *server_order_id);
guint               dtc_fake_exchange_n_orders  (DtcFakeExchange *exchange);
const DtcFakeOrder *dtc_fake_exchange_get_order (DtcFakeExchange *exchange,
                                                 guint            index);
const DtcFakeOrder *dtc_fake_exchange_find      (DtcFakeExchange *exchange,
                                                 const char      *client_order_id);
/* Whole messages of a published type that came, over all connections. */
guint               dtc_fake_exchange_count     (DtcFakeExchange *exchange,
                                                 guint16          type);
guint               dtc_fake_exchange_n_fills   (DtcFakeExchange *exchange);
const DtcFakeFill  *dtc_fake_exchange_get_fill  (DtcFakeExchange *exchange,
                                                 guint            index);
double              dtc_fake_exchange_position  (DtcFakeExchange *exchange);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcFakeExchange, dtc_fake_exchange_free)

G_END_DECLS
