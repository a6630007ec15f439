/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-signals.h"

#include <signal.h>

#include <glib-unix.h>

void
desk_signals_watch (GSourceFunc func,
                    gpointer    user_data,
                    guint       sources[DESK_SIGNALS])
{
  static const int numbers[DESK_SIGNALS] = { SIGTERM, SIGINT, SIGHUP };

  for (guint i = 0; i < DESK_SIGNALS; i++)
    {
      struct sigaction now;
      gboolean ignored = sigaction (numbers[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN;
      guint id = ignored ? 0 : g_unix_signal_add (numbers[i], func, user_data);

      if (sources != NULL)
        sources[i] = id;
    }
}
