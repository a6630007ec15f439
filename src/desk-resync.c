/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-resync.h"

DeskResyncState *
desk_resync_state_new (guint32     epoch,
                       const char *trigger)
{
  DeskResyncState *self = g_atomic_rc_box_new0 (DeskResyncState);

  self->epoch = epoch;
  self->trigger = trigger;
  return self;
}

DeskResyncState *
desk_resync_state_copy (const DeskResyncState *self)
{
  DeskResyncState *copy = g_atomic_rc_box_new0 (DeskResyncState);
  guint i;

  *copy = *self;
  for (i = 0; i < DESK_N_RESYNC_LINES; i++)
    if (copy->lines[i].text != NULL)
      g_ref_string_acquire (copy->lines[i].text);
  if (copy->text != NULL)
    g_ref_string_acquire (copy->text);
  return copy;
}

DeskResyncState *
desk_resync_state_ref (DeskResyncState *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  DeskResyncState *self = data;
  guint i;

  for (i = 0; i < DESK_N_RESYNC_LINES; i++)
    g_clear_pointer (&self->lines[i].text, g_ref_string_release);
  g_clear_pointer (&self->text, g_ref_string_release);
}

void
desk_resync_state_unref (DeskResyncState *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
desk_resync_step_nick (DeskResyncStep step)
{
  static const char *const nicks[DESK_N_RESYNC_LINES] = { "socket", "encoding", "logon", "accounts", "open-orders",
                                                          "fills", "positions", "balances", "symbols", "reconcile" };

  return (guint) step < G_N_ELEMENTS (nicks) ? nicks[step] : NULL;
}

const char *
desk_resync_mark_nick (DeskResyncMark mark)
{
  static const char *const nicks[] = { "waiting", "running", "done", "failed", "unavailable", "waived", "skipped" };

  return (guint) mark < G_N_ELEMENTS (nicks) ? nicks[mark] : NULL;
}
