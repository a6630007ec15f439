/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-findings.h"

static void
clear_finding (gpointer data)
{
  DeskFinding *finding = data;

  g_clear_pointer (&finding->expected, g_ref_string_release);
  g_clear_pointer (&finding->seen, g_ref_string_release);
  g_clear_pointer (&finding->text, g_ref_string_release);
  g_clear_pointer (&finding->note, g_ref_string_release);
}

static void
clear_row (gpointer data)
{
  g_clear_pointer (&((DeskLedgerRow *) data)->why, g_ref_string_release);
}

static void
clear_foot (gpointer data)
{
  g_clear_pointer (&((DeskLedgerFoot *) data)->why, g_ref_string_release);
}

DeskVerifyRun *
desk_verify_run_new (const char *trigger)
{
  DeskVerifyRun *self = g_atomic_rc_box_new0 (DeskVerifyRun);

  self->trigger = trigger;
  self->findings = g_array_new (FALSE, TRUE, sizeof (DeskFinding));
  self->rows = g_array_new (FALSE, TRUE, sizeof (DeskLedgerRow));
  self->feet = g_array_new (FALSE, TRUE, sizeof (DeskLedgerFoot));
  g_array_set_clear_func (self->findings, clear_finding);
  g_array_set_clear_func (self->rows, clear_row);
  g_array_set_clear_func (self->feet, clear_foot);
  return self;
}

DeskVerifyRun *
desk_verify_run_ref (DeskVerifyRun *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  DeskVerifyRun *self = data;

  g_array_unref (self->findings);
  g_array_unref (self->rows);
  g_array_unref (self->feet);
}

void
desk_verify_run_unref (DeskVerifyRun *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
desk_verdict_nick (DeskVerdict verdict)
{
  static const char *const nicks[] = { "match", "mismatch", "not-provable" };

  return (guint) verdict < G_N_ELEMENTS (nicks) ? nicks[verdict] : NULL;
}
