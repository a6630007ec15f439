/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Looks at a program from outside, as the X server sees it: when its first window has got its first picture, and how
 * long its main thread leaves a question of the window manager unanswered. */

typedef struct _FirstFrame FirstFrame;

FirstFrame *first_frame_new       (void);
void        first_frame_free      (FirstFrame *self);
/* Waits for the next window of at least 300x300 pixels that shows more than two colours. Returns the monotonic time
 * at which the X server told of the drawing, or 0 after @timeout_ms. */
gint64      first_frame_wait      (FirstFrame *self,
                                   guint       timeout_ms);
/* Asks the window again and again for @ms whether it is alive (_NET_WM_PING) and returns the longest time to its
 * answer, microseconds. A question asked before may still be open. */
gint64      first_frame_ping      (FirstFrame *self,
                                   guint       ms);
/* Forgets the window and what came of it. */
void        first_frame_reset     (FirstFrame *self);

G_END_DECLS
