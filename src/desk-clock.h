/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one place of the core that reads clocks. Everything below it takes the time as a parameter. Any thread. */

/* CLOCK_MONOTONIC in microseconds: intervals and deadlines; stands still while the machine sleeps. */
gint64 desk_clock_mono           (void);
/* CLOCK_BOOTTIME in microseconds: goes on while the machine sleeps; the difference to mono shows a resume. */
gint64 desk_clock_boot           (void);
/* Microseconds since 1970 in UTC: for display and for windows of time, never for intervals. */
gint64 desk_clock_utc            (void);
/* The UTC microsecond at which the local day of @utc began. */
gint64 desk_clock_local_midnight (gint64 utc);

G_END_DECLS
