/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-client.h"

G_BEGIN_DECLS

/* Market data: MARKET_DATA_REQUEST (101), MARKET_DEPTH_REQUEST (102) and what follows from them. */

void sim_feed_request       (SimExchange      *exchange,
                             SimClient        *client,
                             const DtcMessage *message,
                             gint64            now);
void sim_feed_depth_request (SimExchange      *exchange,
                             SimClient        *client,
                             const DtcMessage *message,
                             gint64            now);
/* Tells the client of quotes and levels that changed. */
void sim_feed_update        (SimClient        *client,
                             gint64            now);
/* The last trade of @market. */
void sim_feed_trade         (SimClient        *client,
                             const SimMarket  *market);

G_END_DECLS
