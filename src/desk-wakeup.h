/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Wakes a main loop from any thread, at once or a little later, with one wake-up pending however often it is
 * asked. */

typedef struct _DeskWakeup DeskWakeup;

typedef void (*DeskWakeupFunc) (gpointer user_data);

/**
 * desk_wakeup_new:
 * @context: (nullable): the loop to wake
 * @priority: of the source
 * @func: called in @context; may free the wakeup
 * @user_data: for @func
 *
 * Returns: (transfer full): a wakeup that nothing has asked for yet
 */
DeskWakeup *desk_wakeup_new  (GMainContext   *context,
                              int             priority,
                              DeskWakeupFunc  func,
                              gpointer        user_data);
/* Owner's thread; no other thread may ask any more. */
void        desk_wakeup_free (DeskWakeup     *self);
/* Calls the function within @usec microseconds; of several the earliest counts. Any thread. */
void        desk_wakeup_in   (DeskWakeup     *self,
                              gint64          usec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskWakeup, desk_wakeup_free)

G_END_DECLS
