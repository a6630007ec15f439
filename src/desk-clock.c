/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-clock.h"

#include <time.h>

gint64
desk_clock_mono (void)
{
  return g_get_monotonic_time ();
}

gint64
desk_clock_boot (void)
{
  struct timespec now;

  /* Kernels without it have no suspend to find either. */
  if (clock_gettime (CLOCK_BOOTTIME, &now) != 0)
    return g_get_monotonic_time ();
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gint64
desk_clock_utc (void)
{
  return g_get_real_time ();
}

gint64
desk_clock_local_midnight (gint64 utc)
{
  g_autoptr (GDateTime) now = NULL;
  g_autoptr (GDateTime) midnight = NULL;

  now = g_date_time_new_from_unix_local (utc / G_USEC_PER_SEC);
  if (now == NULL)
    return utc;
  midnight = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                                    g_date_time_get_day_of_month (now), 0, 0, 0);
  if (midnight == NULL)
    return utc;
  return g_date_time_to_unix (midnight) * G_USEC_PER_SEC;
}
