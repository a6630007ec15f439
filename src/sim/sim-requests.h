/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-client.h"

G_BEGIN_DECLS

/* Questions: open orders, fills, positions, accounts, balances past and present, the journal, symbols. */

/* FALSE when @message is none of them. */
gboolean sim_requests_answer  (SimExchange      *exchange,
                               SimClient        *client,
                               const DtcMessage *message,
                               gint64            now);
/* The open orders as one numbered batch, or the one message that says there are none. */
void     sim_requests_restate (SimExchange      *exchange,
                               SimClient        *client,
                               int               request_id,
                               const char       *server_id,
                               const char       *account);

G_END_DECLS
