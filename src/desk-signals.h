/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define DESK_SIGNALS 3

/* Calls @func in the main thread for each SIGTERM, SIGINT and SIGHUP, except those that whoever started the program has
 * had ignored: "nohup" means that it stays when the terminal goes, and a shell's "&" that Ctrl+C is for others. The ids
 * of the sources go into @sources, 0 for one that is ignored; NULL: they stay for good. */
void desk_signals_watch (GSourceFunc func,
                         gpointer    user_data,
                         guint       sources[DESK_SIGNALS]);

G_END_DECLS
