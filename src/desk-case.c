/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-case.h"

static const char *const decision_nicks[] = { "mine", "filled", "cancelled", "never", "working" };

DeskCase *
desk_case_new (void)
{
  DeskCase *self = g_atomic_rc_box_new0 (DeskCase);

  self->candidates = g_array_new (FALSE, TRUE, sizeof (DeskCandidate));
  return self;
}

DeskCase *
desk_case_ref (DeskCase *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  DeskCase *self = data;

  desk_order_state_clear (&self->order);
  g_array_unref (self->candidates);
  g_clear_pointer (&self->text, g_ref_string_release);
}

void
desk_case_unref (DeskCase *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
desk_decision_nick (DeskDecision decision)
{
  return (guint) decision < G_N_ELEMENTS (decision_nicks) ? decision_nicks[decision] : NULL;
}

gboolean
desk_decision_from_nick (const char   *nick,
                         DeskDecision *decision)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (decision_nicks); i++)
    {
      if (g_ascii_strcasecmp (nick, decision_nicks[i]) != 0)
        continue;
      *decision = (DeskDecision) i;
      return TRUE;
    }
  return FALSE;
}
