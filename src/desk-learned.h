/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What was learned about a server and saves the next connection a wait: that it wants JSON without the encoding
 * handshake. A hint only; one small file under the state directory, 0600. Main thread. */

gboolean desk_learned_is_plain  (const char *host,
                                 guint16     port);
/* Remembers or forgets; a disk that refuses costs no more than the wait. */
void     desk_learned_set_plain (const char *host,
                                 guint16     port,
                                 gboolean    plain);

G_END_DECLS
