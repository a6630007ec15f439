/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Lets the main loop run until something is so; what never comes ends the test with its name. The bound is no measure: it
 * is far above what a slow machine needs. */

static inline gboolean
wait_too_long_cb (gpointer user_data)
{
  g_error ("waited too long for: %s", (const char *) user_data);
  return G_SOURCE_REMOVE;
}

#define wait_until(condition)                                                                                       \
  G_STMT_START                                                                                                      \
  {                                                                                                                 \
    guint wait_limit = g_timeout_add_seconds (90, wait_too_long_cb, (gpointer) #condition);                         \
    while (!(condition))                                                                                            \
      g_main_context_iteration (NULL, TRUE);                                                                        \
    g_source_remove (wait_limit);                                                                                   \
  }                                                                                                                 \
  G_STMT_END
