/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-wakeup.h"

#include <stdatomic.h>

#include "desk-clock.h"

struct _DeskWakeup
{
  GSource          *source;
  DeskWakeupFunc    func;
  gpointer          user_data;
  _Atomic (gint64)  due;      /* monotonic microseconds; G_MAXINT64: nobody asked */
};

static gboolean
desk_wakeup_dispatch (GSource     *source,
                      GSourceFunc  callback,
                      gpointer     user_data)
{
  DeskWakeup *self = user_data;

  /* In this order: whoever asks after the exchange sets the ready time again. */
  g_source_set_ready_time (source, -1);
  atomic_exchange (&self->due, G_MAXINT64);
  self->func (self->user_data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs desk_wakeup_funcs = { NULL, NULL, desk_wakeup_dispatch, NULL, NULL, NULL };

static gboolean
never_called (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

DeskWakeup *
desk_wakeup_new (GMainContext   *context,
                 int             priority,
                 DeskWakeupFunc  func,
                 gpointer        user_data)
{
  DeskWakeup *self = g_new0 (DeskWakeup, 1);

  self->func = func;
  self->user_data = user_data;
  atomic_init (&self->due, G_MAXINT64);
  self->source = g_source_new (&desk_wakeup_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "desk-wakeup");
  g_source_set_priority (self->source, priority);
  g_source_set_callback (self->source, never_called, self, NULL);
  g_source_set_ready_time (self->source, -1);
  g_source_attach (self->source, context);
  return self;
}

void
desk_wakeup_free (DeskWakeup *self)
{
  if (self == NULL)
    return;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_free (self);
}

void
desk_wakeup_in (DeskWakeup *self,
                gint64      usec)
{
  gint64 mine = desk_clock_mono () + usec;
  gint64 due = atomic_load (&self->due);

  do
    {
      if (due <= mine)
        return;
    }
  while (!atomic_compare_exchange_weak (&self->due, &due, mine));

  /* Two askers may get here in the wrong order; the earlier time has to stand in the end. */
  do
    {
      g_source_set_ready_time (self->source, mine);
      due = atomic_load (&self->due);
      if (due >= mine)
        break;
      mine = due;
    }
  while (TRUE);
}
