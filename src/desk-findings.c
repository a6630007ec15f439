/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-findings.h"

guint
desk_finding_count (const DeskFinding *finding)
{
  return MAX (finding->rest, 1);
}

void
desk_finding_clear (DeskFinding *finding)
{
  g_clear_pointer (&finding->expected, g_ref_string_release);
  g_clear_pointer (&finding->seen, g_ref_string_release);
  g_clear_pointer (&finding->expected_text, g_ref_string_release);
  g_clear_pointer (&finding->seen_text, g_ref_string_release);
  g_clear_pointer (&finding->text, g_ref_string_release);
  g_clear_pointer (&finding->note, g_ref_string_release);
}

static GRefString *
acquire (GRefString *text)
{
  return text != NULL ? g_ref_string_acquire (text) : NULL;
}

void
desk_finding_copy (DeskFinding       *to,
                   const DeskFinding *from)
{
  *to = *from;
  acquire (to->expected);
  acquire (to->seen);
  acquire (to->expected_text);
  acquire (to->seen_text);
  acquire (to->text);
  acquire (to->note);
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
  self->past = g_array_new (FALSE, TRUE, sizeof (DeskFinding));
  g_array_set_clear_func (self->findings, (GDestroyNotify) desk_finding_clear);
  g_array_set_clear_func (self->past, (GDestroyNotify) desk_finding_clear);
  g_array_set_clear_func (self->rows, clear_row);
  g_array_set_clear_func (self->feet, clear_foot);
  return self;
}

static void
copy_findings (GArray       *to,
               const GArray *from)
{
  guint i;

  g_array_set_size (to, from->len);
  for (i = 0; i < from->len; i++)
    desk_finding_copy (&g_array_index (to, DeskFinding, i), &g_array_index (from, DeskFinding, i));
}

DeskVerifyRun *
desk_verify_run_copy (const DeskVerifyRun *self)
{
  DeskVerifyRun *copy = desk_verify_run_new (self->trigger);
  GArray *findings = copy->findings, *rows = copy->rows, *feet = copy->feet, *past = copy->past;
  guint i;

  *copy = *self;
  copy->findings = findings;
  copy->rows = rows;
  copy->feet = feet;
  copy->past = past;
  copy_findings (findings, self->findings);
  copy_findings (past, self->past);
  g_array_append_vals (rows, self->rows->data, self->rows->len);
  for (i = 0; i < rows->len; i++)
    acquire (g_array_index (rows, DeskLedgerRow, i).why);
  g_array_append_vals (feet, self->feet->data, self->feet->len);
  for (i = 0; i < feet->len; i++)
    acquire (g_array_index (feet, DeskLedgerFoot, i).why);
  return copy;
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
  g_array_unref (self->past);
}

void
desk_verify_run_unref (DeskVerifyRun *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
desk_finding_expected (const DeskFinding *finding)
{
  return finding->expected_text != NULL ? finding->expected_text : finding->expected;
}

const char *
desk_finding_seen (const DeskFinding *finding)
{
  return finding->seen_text != NULL ? finding->seen_text : finding->seen;
}

const char *
desk_verdict_nick (DeskVerdict verdict)
{
  static const char *const nicks[] = { "match", "mismatch", "not-provable", "accepted" };

  return (guint) verdict < G_N_ELEMENTS (nicks) ? nicks[verdict] : NULL;
}

const char *
desk_check_title (guint check)
{
  static const char *const titles[DESK_N_CHECKS + 1] = {
    NULL,
    "every order is answered within 5 s",
    "the server has what was sent",
    "the fills make up the filled quantity",
    "filled and remaining make up the quantity",
    "the fills make up the average price",
    "reported and listed fills are the same",
    "reported and listed fills say the same",
    "baseline and fills make up the position",
    "our average is the server's",
    "what works here works at the server",
    "no state follows that cannot follow",
    "no exit works without a position",
    "no fill and no id is counted twice",
    "what is not ours is listed as external",
    "the fills make up the day's result",
  };

  return check <= DESK_N_CHECKS ? titles[check] : NULL;
}
