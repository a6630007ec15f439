/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-client.h"

G_BEGIN_DECLS

/* Market data: who looks at which market (101, 102, 150) and what they are told. What happens in a market is found
 * out once and encoded once for all who see it in the same way. */

typedef struct _SimFeed SimFeed;

/* @exchange and @options must outlive the feed. */
SimFeed *sim_feed_new     (SimExchange      *exchange,
                           const SimOptions *options);
void     sim_feed_free    (SimFeed          *feed);
/* FALSE when @message is no request for market data. */
gboolean sim_feed_request (SimFeed          *feed,
                           SimClient        *client,
                           const DtcMessage *message,
                           gint64            now);
/* @client is gone. */
void     sim_feed_leave   (SimFeed          *feed,
                           SimClient        *client);
/* The last trade of @market. */
void     sim_feed_trade   (SimFeed          *feed,
                           const SimMarket  *market);
/* Figures of the session have changed; @what are SimSessionBits. */
void     sim_feed_session (SimFeed          *feed,
                           const SimMarket  *market,
                           guint             what);
/* The phase of @market, or whether its data is to be had, has changed. */
void     sim_feed_status  (SimFeed          *feed,
                           const SimMarket  *market,
                           gint64            now);
/* All data is to be had again: everyone is told where the markets are. */
void     sim_feed_resume  (SimFeed          *feed,
                           gint64            now);
/* Something in @market may have changed. */
void     sim_feed_touch   (SimFeed          *feed,
                           const SimMarket  *market);
/* The same of every market that someone looks at. */
void     sim_feed_touch_all (SimFeed        *feed);
/* Tells of the quotes, levels and orders that changed in the markets that were touched. */
void     sim_feed_update  (SimFeed          *feed,
                           gint64            now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimFeed, sim_feed_free)

G_END_DECLS
