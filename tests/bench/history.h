/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A state file with @n_orders finished orders, as a session would have left it: the engine trades against a small
 * server, and every record goes through the state manager. Most orders are filled, the account ends flat, one order in
 * ten is cancelled and one in fifty rejected. */
void history_write (const char *path,
                    guint       n_orders);

G_END_DECLS
