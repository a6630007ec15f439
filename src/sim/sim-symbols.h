/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-client.h"

G_BEGIN_DECLS

/* Questions about symbols (500 to 509): exchanges, underlyings, definitions, search. */

/* FALSE when @message is none of them. */
gboolean sim_symbols_answer (SimExchange      *exchange,
                             SimClient        *client,
                             const DtcMessage *message);
/* The definition of @symbol, unasked, when the options want it so and there is such a symbol. */
void     sim_symbols_offer  (SimExchange      *exchange,
                             SimClient        *client,
                             const char       *symbol);

G_END_DECLS
