/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-exchange.h"

G_BEGIN_DECLS

/* The state file: one JSON object a line; the first ones are everything, each further one is what changed. A line
 * is on the disk before the answer that depends on it leaves, and a torn last line never was. When the lines have
 * grown the file is written anew beside itself and put in its place. */

typedef struct _SimState SimState;

#define SIM_STATE_ERROR (sim_state_error_quark ())
GQuark sim_state_error_quark (void);

/**
 * sim_state_open:
 * @path: the file; made, 0600, when it is not there
 * @exchange: a new exchange, filled from the file
 * @error: a sentence: it cannot be read or written, is no state file, or another simulator has it
 *
 * Returns: (transfer full): the open state, or %NULL
 */
SimState *sim_state_open   (const char  *path,
                            SimExchange *exchange,
                            GError     **error);
/* Makes what changed since the last time durable. */
gboolean  sim_state_commit (SimState    *state,
                            SimExchange *exchange,
                            GError     **error);
void      sim_state_close  (SimState    *state);

G_END_DECLS
