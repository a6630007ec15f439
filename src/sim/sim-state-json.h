/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-exchange.h"

G_BEGIN_DECLS

/* The lines of the state file. */

/* Appends everything, in as many lines as it needs. */
void             sim_state_json_write_all     (SimExchange    *exchange,
                                               GString        *out);
/* Appends one line: what is dirty. */
void             sim_state_json_write_changes (SimExchange    *exchange,
                                               GString        *out);

/* Puts the lines of a file together into a new exchange. */
typedef struct _SimStateReader SimStateReader;

SimStateReader  *sim_state_reader_new    (SimExchange    *exchange);
void             sim_state_reader_free   (SimStateReader *reader);
/* The first line must begin a whole state, the others must not. */
gboolean         sim_state_reader_read   (SimStateReader *reader,
                                          const char     *line,
                                          gsize           len,
                                          GError        **error);
/* After the last line. */
void             sim_state_reader_finish (SimStateReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimStateReader, sim_state_reader_free)

G_END_DECLS
