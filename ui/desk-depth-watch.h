/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

G_BEGIN_DECLS

/* Depth costs the server and the line: a symbol's is asked for while at least one panel shows it. Order by order in the
 * same way. */

typedef enum
{
  DESK_WATCH_LEVELS,
  DESK_WATCH_ORDERS,
} DeskWatchKind;

void desk_depth_watch_add  (DeskSession   *session,
                            DeskWatchKind  kind,
                            const char    *symbol);
void desk_depth_watch_drop (DeskSession   *session,
                            DeskWatchKind  kind,
                            const char    *symbol);

G_END_DECLS
