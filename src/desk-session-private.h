/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

G_BEGIN_DECLS

/* (transfer full) for @event: taken as if the engine had said it. For tests of what shows a session. */
void desk_session_take (DeskSession *self,
                        DeskEvent   *event);

G_END_DECLS
