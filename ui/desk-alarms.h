/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-notice-bar.h"
#include "desk-session.h"

G_BEGIN_DECLS

/* The notices about orders that cannot wait, each with what can be done about it. They stay until they were seen. */

/* FALSE when @event is none of them. @words: its sentence, in the language. */
gboolean desk_alarms_say (DeskNoticeBar   *notices,
                          DeskSession     *session,
                          const DeskEvent *event,
                          const char      *words);
/* What was said about an order that was slow goes with its answer. */
void     desk_alarms_order (DeskNoticeBar        *notices,
                            const DeskOrderState *order);

G_END_DECLS
