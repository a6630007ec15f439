/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include "desk-clock.h"
#include "desk-json-line.h"
#include "desk-report.h"

static void
print_check (const DeskReportCheck *check)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *clean = NULL;

  if (!check->ok)
    g_string_append (line, check->text);
  else
    g_string_append_printf (line, "Unchanged since it was signed %s, with the verdict %s", check->own ? "by this installation" : "by another installation",
                            check->verdict);
  clean = desk_json_line_clean (line->str);
  dtcctl_output_line (clean);
  if (!check->ok)
    return;
  g_string_printf (line, "Key %s, made %s", check->key, check->time);
  g_free (clean);
  clean = desk_json_line_clean (line->str);
  dtcctl_output_line (clean);
  if (check->records == 0)
    g_string_assign (line, "It speaks of no journal");
  else
    g_string_printf (line, "It speaks of a journal of %" G_GUINT64_FORMAT " records up to the hash %s: %s", check->records, check->head,
                     check->journal == DESK_JOURNAL_SAME    ? "this state file has that very record"
                     : check->journal == DESK_JOURNAL_OTHER ? "this state file does NOT have that record"
                                                            : "there is no state file to compare it with; name it with --state");
  g_free (clean);
  clean = desk_json_line_clean (line->str);
  dtcctl_output_line (clean);
}

static void
print_json (const DeskReportCheck *check)
{
  static const char *const journals[] = { "unknown", "same", "other" };
  g_autoptr (GString) line = g_string_new (NULL);

  desk_json_line_begin (line, "report", desk_clock_utc (), 0);
  desk_json_line_string (line, "report", "check");
  desk_json_line_bool (line, "ok", check->ok);
  desk_json_line_string (line, "text", check->text);
  desk_json_line_string (line, "key", check->key);
  desk_json_line_bool (line, "own", check->own);
  desk_json_line_string (line, "made", check->time);
  desk_json_line_string (line, "verdict", check->verdict);
  desk_json_line_int (line, "records", (gint64) check->records);
  desk_json_line_string (line, "head", check->head);
  desk_json_line_string (line, "journal", journals[check->journal]);
  desk_json_line_end (line);
  dtcctl_output_line (line->str);
}

DtcctlExit
dtcctl_report_run (const DtcctlOptions *options)
{
  g_autofree char *state_path = dtcctl_options_state_path (options);
  g_autoptr (GError) error = NULL;
  DeskReportCheck check;
  DtcctlExit status;

  if (!g_str_equal (options->words[1], "check"))
    {
      dtcctl_complain ("After report stands check and a report's file");
      return DTCCTL_EXIT_USAGE;
    }
  if (!desk_report_check (options->words[2], state_path, &check, &error))
    {
      dtcctl_complain ("%s", error->message);
      return DTCCTL_EXIT_FAILED;
    }
  if (options->json)
    print_json (&check);
  else
    print_check (&check);
  status = check.ok && check.journal != DESK_JOURNAL_OTHER ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED;
  desk_report_check_clear (&check);
  return status;
}
