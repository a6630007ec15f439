/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-client.h"

G_BEGIN_DECLS

/* Historical prices (800) and what answers them: what has traded since the start, and before it a past that the seed
 * makes up, so that there is always something to look at. */

typedef struct _SimHistory SimHistory;

#define SIM_HISTORY_DAYS 5 /* of the past before the start */

/* @exchange and @options must outlive the history. */
SimHistory *sim_history_new     (SimExchange      *exchange,
                                 const SimOptions *options,
                                 gint64            now);
void        sim_history_free    (SimHistory       *history);
/* The last trade of @market. */
void        sim_history_trade   (SimHistory       *history,
                                 const SimMarket  *market);
/* Answers a message of a client of the historical port. Some answers end the connection. */
void        sim_history_request (SimHistory       *history,
                                 SimClient        *client,
                                 const DtcMessage *message,
                                 gint64            now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimHistory, sim_history_free)

G_END_DECLS
