/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* What the frames of a window cost. */

typedef struct _Frames Frames;

Frames *frames_new         (GtkWidget  *window);
void    frames_free        (Frames     *self);
/* Forgets the frames so far. */
void    frames_reset       (Frames     *self);
guint   frames_get_n       (Frames     *self);
/* ", frame p50 … p99 … ms, its CPU p50 … p99 … ms"; nothing when there were none. */
void    frames_print       (Frames     *self);
/* Microseconds in which this thread had the processor. */
gint64  frames_thread_cpu  (void);
/* Seconds in which the process had it. */
double  frames_cpu_seconds (void);
