/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

/* The lines that dtc_debug_wire() writes, read back. */

/* TRUE when it is "[debug] dtc.send type=…" or "[debug] dtc.recv type=…". @direction and @named may be NULL; @named: the
 * message's name stands for another number than the wire's, as in the brief's numbering. */
gboolean desk_log_line_is_wire  (const char        *line,
                                 gsize              len,
                                 DtcWireDirection  *direction,
                                 gboolean          *renumbered);
/* "[word] …": any line of such a log. */
gboolean desk_log_line_is_debug (const char        *line,
                                 gsize              len);
/**
 * desk_log_line_decode:
 * @line: one line, without its end
 * @len: its length
 * @numbering: what the status in it means
 * @message: (inout): an initialised message, overwritten
 * @error: what in it is no field, or that it was cut
 *
 * Returns: %FALSE when something could not be read; @message has the rest
 */
gboolean desk_log_line_decode   (const char        *line,
                                 gsize              len,
                                 DtcNumbering       numbering,
                                 DtcMessage        *message,
                                 GError           **error);
/* (transfer full): the line with a user name or password masked. */
char    *desk_log_line_mask     (const char        *line,
                                 gsize              len);

G_END_DECLS
