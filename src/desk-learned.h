/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

/* What was learned about a server and saves the next connection a wait: whether it takes the encoding handshake, and
 * what it spoke. A hint only; one small file under the state directory, 0600. Main thread. */

DtcLearned desk_learned_get (const char       *host,
                             guint16           port);
/* Remembers, or forgets what is not known; a disk that refuses costs no more than the wait. */
void       desk_learned_set (const char       *host,
                             guint16           port,
                             const DtcLearned *learned);

G_END_DECLS
