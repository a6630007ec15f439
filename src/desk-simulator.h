/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "dtc.h"

G_BEGIN_DECLS

/* The built-in simulator: starts the dtc-sim that lies beside the running program, on loopback, keeps it alive, and
 * leaves its port where other programs of the same user find it. Main thread. */

#define DESK_TYPE_SIMULATOR (desk_simulator_get_type ())
G_DECLARE_FINAL_TYPE (DeskSimulator, desk_simulator, DESK, SIMULATOR, GObject)

#define DESK_SIMULATOR_RESTARTS 3 /* of a crashed one, within a minute */

/**
 * desk_simulator_new:
 * @slug: the profile's: names the port file
 * @state_path: where the simulator keeps its own state
 * @numbering: what it speaks
 *
 * Signal "notice" (const char *): one sentence for people: it crashed and came back, or did not.
 *
 * Returns: (transfer full): a simulator that does not run yet
 */
DeskSimulator *desk_simulator_new          (const char           *slug,
                                            const char           *state_path,
                                            DtcNumbering          numbering);
/* Options of dtc-sim besides, before it starts; NULL-terminated, copied. */
void           desk_simulator_set_arguments (DeskSimulator       *self,
                                             const char *const   *arguments);
/* Completes when the simulator has said on which port it listens; errors are DESK_ERROR_SIMULATOR. */
void           desk_simulator_start_async  (DeskSimulator        *self,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
guint16        desk_simulator_start_finish (DeskSimulator        *self,
                                            GAsyncResult         *result,
                                            GError              **error);
/* Closes its standard input, which ends it in good order, and removes the port file. Twice is harmless. */
void           desk_simulator_stop         (DeskSimulator        *self);
/* The same at once, without good order. */
void           desk_simulator_stop_now     (DeskSimulator        *self);
/* Its process dies, as in a crash; it is started again as after any crash. */
void           desk_simulator_crash        (DeskSimulator        *self);
/* The process, 0: none. */
int            desk_simulator_get_pid      (DeskSimulator        *self);

/* Where it serves historical prices, once it has started. */
guint16        desk_simulator_get_history_port (DeskSimulator   *self);

/* The file with its port, its process, its port for historical prices and its control socket, one a line, while it
 * runs. (transfer full) */
char          *desk_simulator_port_path    (const char           *slug);
/* Where the simulator of @slug listens, if another program of this user runs one. 0 with DESK_ERROR_SIMULATOR. */
guint16        desk_simulator_find         (const char           *slug,
                                            GError              **error);
/* The same for historical prices; also 0 when it serves none. */
guint16        desk_simulator_find_history (const char           *slug,
                                            GError              **error);
/* The path of the socket that takes commands. (transfer full) */
char          *desk_simulator_find_control (const char           *slug,
                                            GError              **error);
/**
 * desk_simulator_tell:
 * @control: the path of a simulator's control socket
 * @line: one command, as src/sim/README.md lists them; without a line end
 *
 * One command there and its answer back; waits for it. Any thread.
 *
 * Returns: (transfer full): the answer, one JSON object; G_IO_ERROR when nobody answers
 */
char          *desk_simulator_tell         (const char           *control,
                                            const char           *line,
                                            GError              **error);
/* Where another program of this project lies: "dtc-sim" or "dtcctl"; beside the running one, else where it was installed.
 * NULL: nowhere. (transfer full) */
char          *desk_simulator_find_program (const char           *name);

G_END_DECLS
