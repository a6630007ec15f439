/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

/* A server without a socket: bytes in, bytes out. It keeps its orders when a connection ends, counts for itself what
 * it was told, and knows one account, one symbol and one price. */

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
} DtcFakeOrder;

typedef struct _DtcFakeExchange DtcFakeExchange;

DtcFakeExchange    *dtc_fake_exchange_new       (DtcNumbering     numbering);
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
guint               dtc_fake_exchange_n_orders  (DtcFakeExchange *exchange);
const DtcFakeOrder *dtc_fake_exchange_get_order (DtcFakeExchange *exchange,
                                                 guint            index);
const DtcFakeOrder *dtc_fake_exchange_find      (DtcFakeExchange *exchange,
                                                 const char      *client_order_id);
/* Whole messages of a published type that came, over all connections. */
guint               dtc_fake_exchange_count     (DtcFakeExchange *exchange,
                                                 guint16          type);
guint               dtc_fake_exchange_n_fills   (DtcFakeExchange *exchange);
double              dtc_fake_exchange_position  (DtcFakeExchange *exchange);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcFakeExchange, dtc_fake_exchange_free)

G_END_DECLS
