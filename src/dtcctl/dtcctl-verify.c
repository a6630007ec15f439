/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <string.h>

#include "desk-clock.h"
#include "desk-json-line.h"
#include "desk-report.h"

#define LINK_SECONDS   15
#define ANSWER_SECONDS 40 /* after the logon: every question has its own time, and what moves is waited for */

typedef struct
{
  DtcctlLive live;
  guint      timer;
  gboolean   logged_on;
} Verify;

static void
give_up (Verify *verify)
{
  if (verify->live.leaving)
    return;
  g_clear_handle_id (&verify->timer, g_source_remove);
  dtcctl_live_no_link (&verify->live);
}

static gboolean
timer_cb (gpointer user_data)
{
  Verify *verify = user_data;

  verify->timer = 0;
  if (!verify->logged_on)
    give_up (verify);
  else
    {
      dtcctl_complain ("The server has not answered in time; nothing is verified");
      dtcctl_live_leave (&verify->live, DTCCTL_EXIT_FAILED, 0);
    }
  return G_SOURCE_REMOVE;
}

static void
print_checks (const DeskVerifyRun *run)
{
  for (guint i = 1; i <= DESK_N_CHECKS; i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      gboolean any = run->n_match[i] + run->n_mismatch[i] + run->n_not_provable[i] > 0;
      gboolean information = i == 9 || i == 12 || i == 15;

      g_string_append_printf (line, "V%-3u%-45s", i, desk_check_title (i));
      if (run->n_mismatch[i] > 0)
        g_string_append_printf (line, " %u mismatch", run->n_mismatch[i]);
      if (run->n_not_provable[i] > 0)
        g_string_append_printf (line, " %u not provable", run->n_not_provable[i]);
      if (run->n_match[i] > 0)
        g_string_append_printf (line, " %u match", run->n_match[i]);
      if (!any)
        g_string_append (line, information ? " information only" : " nothing to check");
      dtcctl_output_line (line->str);
    }
}

static void
print_findings (const DeskVerifyRun *run)
{
  for (guint i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);
      g_autoptr (GString) line = g_string_new (NULL);
      g_autofree char *clean = NULL;

      if (finding->verdict == DESK_VERDICT_MATCH)
        continue;
      if (finding->number > 0)
        g_string_append_printf (line, "#%" G_GUINT64_FORMAT " ", finding->number);
      g_string_append_printf (line, "V%u %s", finding->check,
                              finding->information                            ? "information"
                              : finding->verdict == DESK_VERDICT_NOT_PROVABLE ? "not provable"
                                                                              : "MISMATCH");
      if (finding->accepted)
        g_string_append (line, ", accepted");
      g_string_append_printf (line, ": %s", finding->text);
      if (finding->note != NULL)
        g_string_append_printf (line, " [%s]", finding->note);
      for (guint k = 0; k < G_N_ELEMENTS (finding->records) && finding->records[k] != 0; k++)
        g_string_append_printf (line, "%s%" G_GUINT64_FORMAT, k == 0 ? " (records " : ", ", finding->records[k]);
      if (finding->records[0] != 0)
        g_string_append_c (line, ')');
      clean = desk_json_line_clean (line->str);
      dtcctl_output_line (clean);
    }
}

static void
print_feet (const DeskVerifyRun *run)
{
  if (run->feet->len > 0)
    dtcctl_output_line ("account          symbol            baseline    fills computed   server difference");
  for (guint i = 0; i < run->feet->len; i++)
    {
      const DeskLedgerFoot *foot = &g_array_index (run->feet, DeskLedgerFoot, i);
      g_autoptr (GString) line = g_string_new (NULL);
      g_autofree char *clean = NULL;

      g_string_append_printf (line, "%-16s %-16s ", foot->account, foot->symbol);
      if (foot->based)
        g_string_append_printf (line, "%9" G_GINT64_FORMAT " %+8" G_GINT64_FORMAT " %8" G_GINT64_FORMAT, foot->baseline, foot->fills,
                                foot->computed);
      else
        g_string_append_printf (line, "%9s %8s %8s", "?", "?", "?");
      if (foot->stated)
        g_string_append_printf (line, " %8" G_GINT64_FORMAT, foot->server);
      else
        g_string_append_printf (line, " %8s", "?");
      if (foot->based && foot->stated)
        g_string_append_printf (line, " %+10" G_GINT64_FORMAT, foot->server - foot->computed);
      clean = desk_json_line_clean (line->str);
      dtcctl_output_line (clean);
    }
}

static void
print_run (const DeskVerifyRun *run)
{
  g_autofree char *summary = desk_verify_line_summary (run);

  print_checks (run);
  print_findings (run);
  print_feet (run);
  dtcctl_output_line (summary);
}

static gboolean
write_report (const DtcctlOptions *options,
              const DeskVerifyRun *run)
{
  g_autofree char *state_path = dtcctl_options_state_path (options);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = desk_report_write (run, options->profile, state_path, options->report, &error);

  if (path == NULL)
    dtcctl_complain ("%s", error->message);
  else if (options->json)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      desk_json_line_begin (line, "report", desk_clock_utc (), run->epoch);
      desk_json_line_string (line, "report", "session");
      desk_json_line_string (line, "file", path);
      desk_json_line_end (line);
      dtcctl_output_line (line->str);
    }
  else
    {
      g_autofree char *line = g_strconcat ("Report: ", path, NULL);

      dtcctl_output_line (line);
    }
  return path != NULL;
}

/* What a person has accepted is still what was found. */
static DtcctlExit
exit_of (const DeskVerifyRun *run)
{
  DtcctlExit status = DTCCTL_EXIT_DONE;

  for (guint i = 1; i <= DESK_N_CHECKS; i++)
    {
      if (run->n_mismatch[i] > 0)
        return DTCCTL_EXIT_FAILED;
      if (run->n_not_provable[i] > 0)
        status = DTCCTL_EXIT_NOT_PROVABLE;
    }
  return status;
}

static void
verify_started (DtcctlLive *live)
{
  Verify *verify = (Verify *) live;

  if (verify->timer == 0)
    verify->timer = g_timeout_add_seconds (LINK_SECONDS, timer_cb, verify);
}

static void
verify_event (DtcctlLive      *live,
              const DeskEvent *event)
{
  Verify *verify = (Verify *) live;

  if (event->kind == DESK_EVENT_VERIFY && !live->leaving && g_str_equal (event->verify->trigger, "verify"))
    {
      g_clear_handle_id (&verify->timer, g_source_remove);
      if (live->options->json)
        dtcctl_output_event (live->options, event);
      else
        print_run (event->verify);
      if (live->options->report != NULL && !write_report (live->options, event->verify))
        dtcctl_live_leave (live, DTCCTL_EXIT_FAILED, 0);
      dtcctl_live_leave (live, dtcctl_output_open () ? exit_of (event->verify) : DTCCTL_EXIT_FAILED, 0);
      return;
    }
  if (event->kind != DESK_EVENT_LINK || live->leaving)
    return;
  /* A logon is enough: what a connection cannot be reconciled with is not provable. */
  if (!verify->logged_on && (event->link.state == DESK_LINK_RESYNC || event->link.state == DESK_LINK_LIVE))
    {
      verify->logged_on = TRUE;
      g_clear_handle_id (&verify->timer, g_source_remove);
      verify->timer = g_timeout_add_seconds (ANSWER_SECONDS, timer_cb, verify);
    }
  else if (dtcctl_live_is_hopeless (live))
    give_up (verify);
}

static void
verify_interrupted (DtcctlLive *live)
{
  if (!live->leaving && dtcctl_output_open ())
    dtcctl_complain ("Stopped before the server had answered; nothing is verified");
  dtcctl_live_leave (live, DTCCTL_EXIT_FAILED, 0);
}

static const DtcctlLiveClass verify_class = { verify_started, verify_event, verify_interrupted };

DtcctlExit
dtcctl_verify_run (const DtcctlOptions *options)
{
  DeskSessionOptions session_options = { .read_only = TRUE, .verify = TRUE };
  Verify verify = { 0 };
  DtcctlExit status;

  status = dtcctl_live_run (&verify.live, &verify_class, options, &session_options);
  g_clear_handle_id (&verify.timer, g_source_remove);
  return status;
}
