/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include "desk-clock.h"
#include "desk-json-line.h"
#include "desk-report.h"

/* It speaks of this very journal, and not with this installation's key: who changes a report can sign it anew. */
static gboolean
is_signed_anew (const DeskReportCheck *check)
{
  return check->ok && check->records > 0 && check->journal == DESK_JOURNAL_SAME && check->signer == DESK_SIGNER_OTHER;
}

static void
print_check (const DeskReportCheck *check)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *clean = NULL;

  if (!check->ok)
    g_string_append (line, check->text);
  else
    g_string_append_printf (line, "Unchanged since it was signed %s, with the verdict %s",
                            check->signer == DESK_SIGNER_OWN     ? "by this installation"
                            : check->signer == DESK_SIGNER_OTHER ? "with a key that is not this installation's"
                                                                 : "with the key below; this installation has none to compare it with",
                            check->verdict);
  if (check->ok && check->n_accepted > 0)
    g_string_append_printf (line, "; findings that do not match or are not provable and that a person has accepted: %" G_GINT64_FORMAT,
                            check->n_accepted);
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
                                                            : "there is no state file here that can be compared with it; name it with --state");
  g_free (clean);
  clean = desk_json_line_clean (line->str);
  dtcctl_output_line (clean);
  if (is_signed_anew (check))
    dtcctl_output_line ("Do not trust it: it speaks of this installation's journal and is not signed with its key. Somebody else has made "
                        "it, or the key was lost and made anew since");
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
  if (check->signer == DESK_SIGNER_UNKNOWN)
    desk_json_line_null (line, "own");
  else
    desk_json_line_bool (line, "own", check->signer == DESK_SIGNER_OWN);
  desk_json_line_string (line, "made", check->time);
  desk_json_line_string (line, "verdict", check->verdict);
  desk_json_line_int (line, "accepted", check->n_accepted);
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
  status = check.ok && check.journal != DESK_JOURNAL_OTHER && !is_signed_anew (&check) ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED;
  desk_report_check_clear (&check);
  return status;
}
