/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-client.h"

G_BEGIN_DECLS

/* Refuses a request of market data, history, orders, fills, positions, balances or symbols with the reject that DTC
 * has for it. FALSE when it has none for @message. */
gboolean sim_refuse (SimClient        *client,
                     const DtcMessage *message,
                     const char       *text);

G_END_DECLS
