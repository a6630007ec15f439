/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-server.h"

G_BEGIN_DECLS

/* Commands for a server that runs, at a socket that only this user can open: one a line, as text, and one line of
 * JSON as the answer to each. */

typedef struct _SimControl SimControl;

/**
 * sim_control_new:
 * @server: what is to be commanded; must outlive the control
 * @path: of the socket; one that nobody listens at any more is replaced
 * @error: a sentence for people
 */
SimControl *sim_control_new     (SimServer   *server,
                                 const char  *path,
                                 GError     **error);
/* Closes and removes the socket. */
void        sim_control_free    (SimControl  *control);
/* Does what @line says. (transfer full): the answer, one JSON object without a newline */
char       *sim_control_perform (SimServer   *server,
                                 const char  *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimControl, sim_control_free)

G_END_DECLS
