/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* First thing in main: a program that was started with standard input, output or error closed would give their numbers
 * to its next file or socket, and what is meant for a terminal would go into the state file or to the server. Reading
 * from what stands there now is at its end at once, and writing to it fails. */
void desk_standard_fds_hold (void);

G_END_DECLS
