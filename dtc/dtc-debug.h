/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-session.h"

G_BEGIN_DECLS

/* The DEBUG_DTC log: one line an event on standard error, made for grep. */

/* TRUE when the environment has DEBUG_DTC set to something other than 0 or nothing; read once. */
gboolean dtc_debug_enabled (void);
/**
 * dtc_debug_line:
 * @area: what stands in the brackets: "debug", "panel3"
 * @format: printf format of the rest
 *
 * Writes "[area] rest" and a newline as one write. Control characters in the result are escaped, so a server
 * cannot forge a line. Does nothing when the log is off. Any thread.
 */
void     dtc_debug_line    (const char       *area,
                            const char       *format,
                            ...) G_GNUC_PRINTF (2, 3);
/* "[debug] dtc.recv type=301 OrderUpdate Symbol=… OrderStatus=…" with the wire's own numbers. */
void     dtc_debug_wire    (DtcWireDirection  direction,
                            const DtcMessage *message,
                            gsize             raw_len);

G_END_DECLS
