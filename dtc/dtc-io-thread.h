/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Private to dtc/. The one "dtc-io" thread and its main context; started at first use, lives as long as the process. */

GMainContext *dtc_io_thread_get_context (void);
/* Runs @func once on the thread, in the order of the calls. Any thread. */
void          dtc_io_thread_post        (void         (*func) (gpointer data),
                                         gpointer       data,
                                         GDestroyNotify destroy);

G_END_DECLS
