/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui-fixture.h"

/* Verifications made by hand. */

static inline DeskLedgerRow *
run_add_row (DeskVerifyRun *run,
             guint64        key,
             DeskVerdict    verdict)
{
  DeskLedgerRow row = { .key = key, .sent = TRUE, .echoed = TRUE, .history_known = TRUE, .verdict = verdict };

  g_snprintf (row.client_order_id, sizeof row.client_order_id, "C-%" G_GUINT64_FORMAT, key);
  g_snprintf (row.server_order_id, sizeof row.server_order_id, "88%" G_GUINT64_FORMAT, key);
  g_strlcpy (row.account, "SIM1", sizeof row.account);
  g_strlcpy (row.symbol, "ESZ6", sizeof row.symbol);
  row.grid = ui_es;
  row.created = G_GINT64_CONSTANT (37865) * G_USEC_PER_SEC;
  row.sent_side = row.echo_side = DESK_SIDE_BUY;
  row.sent_type = row.echo_type = DESK_ORDER_TYPE_LIMIT;
  row.sent_tif = row.echo_tif = DESK_TIF_DAY;
  row.sent_quantity = row.echo_quantity = 3;
  row.sent_price = row.echo_price = desk_price_from_display (&ui_es, 5000.25);
  row.echo_filled = row.live_quantity = row.history_quantity = 2;
  row.live_average = row.history_average = 5000.25;
  g_array_append_val (run->rows, row);
  return &g_array_index (run->rows, DeskLedgerRow, run->rows->len - 1);
}

static inline DeskFinding *
run_add_finding (DeskVerifyRun *run,
                 guint64        number,
                 guint          check,
                 DeskVerdict    verdict,
                 const char    *text)
{
  DeskFinding finding = { .number = number, .check = check, .verdict = verdict };

  g_strlcpy (finding.account, "SIM1", sizeof finding.account);
  g_strlcpy (finding.symbol, "ESZ6", sizeof finding.symbol);
  finding.text = text != NULL ? g_ref_string_new (text) : NULL;
  finding.first_utc = G_GINT64_CONSTANT (37865) * G_USEC_PER_SEC;
  finding.utc = run->utc;
  if (verdict == DESK_VERDICT_MATCH)
    run->n_match[check]++;
  else if (verdict == DESK_VERDICT_MISMATCH)
    run->n_mismatch[check]++;
  else
    run->n_not_provable[check]++;
  g_array_append_val (run->findings, finding);
  return &g_array_index (run->findings, DeskFinding, run->findings->len - 1);
}

static inline DeskLedgerFoot *
run_add_foot (DeskVerifyRun *run,
              gint64         fills,
              gint64         server)
{
  DeskLedgerFoot foot = { .based = TRUE, .fills = fills, .computed = fills, .stated = TRUE, .server = server };

  g_strlcpy (foot.account, "SIM1", sizeof foot.account);
  g_strlcpy (foot.symbol, "ESZ6", sizeof foot.symbol);
  foot.verdict = fills == server ? DESK_VERDICT_MATCH : DESK_VERDICT_MISMATCH;
  g_array_append_val (run->feet, foot);
  return &g_array_index (run->feet, DeskLedgerFoot, run->feet->len - 1);
}

static inline DeskVerifyRun *
run_new (gint64 seconds)
{
  DeskVerifyRun *run = desk_verify_run_new ("verify");

  run->utc = seconds * G_USEC_PER_SEC;
  return run;
}

static inline void
run_emit (DeskSession   *session,
          DeskVerifyRun *run)
{
  g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_VERIFY);

  event->verify = desk_verify_run_ref (run);
  g_signal_emit_by_name (session, "event", event);
}
