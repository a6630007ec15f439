/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-json-line-private.h"

#include <string.h>

/* Ids stay text even where they look like numbers. */
static gboolean
is_number (const DeskFinding *finding,
           const char        *value)
{
  gboolean digits = FALSE, point = FALSE;

  if (finding->check == 6 || finding->check == 10 || finding->check == 14)
    return FALSE;
  for (const char *p = *value == '-' ? value + 1 : value; *p != '\0'; p++)
    {
      if (g_ascii_isdigit (*p))
        digits = TRUE;
      else if (*p != '.' || point || !digits)
        return FALSE;
      else
        point = TRUE;
    }
  return digits && !g_str_has_suffix (value, ".");
}

static void
add_value (GString           *line,
           const char        *name,
           const DeskFinding *finding,
           const char        *value)
{
  if (value != NULL && is_number (finding, value))
    desk_json_line_double (line, name, g_ascii_strtod (value, NULL));
  else
    desk_json_line_string (line, name, value);
}

static void
add_text (GString    *line,
          const char *name,
          const char *value)
{
  desk_json_line_string (line, name, value != NULL && *value != '\0' ? value : NULL);
}

static void
end_line (GString *out,
          GString *line)
{
  desk_json_line_end (line);
  if (out->len > 0)
    g_string_append_c (out, '\n');
  g_string_append_len (out, line->str, (gssize) line->len);
  g_string_truncate (line, 0);
}

/* Of a verification that ran by itself only what does not match is news. */
static gboolean
is_told (const DeskVerifyRun *run,
         const DeskFinding   *finding)
{
  return g_str_equal (run->trigger, "verify")
         || (finding->verdict == DESK_VERDICT_MISMATCH && !finding->information && !finding->accepted);
}

static void
begin_notice (GString         *line,
              const DeskEvent *event,
              DeskLevel        level,
              const char      *code)
{
  desk_json_line_begin (line, "notice", event->utc, event->epoch);
  desk_json_line_string (line, "level", desk_level_nick (level));
  desk_json_line_string (line, "code", code);
}

static guint
sum (const guint counts[DESK_N_CHECKS + 1])
{
  guint n = 0;

  for (guint i = 1; i <= DESK_N_CHECKS; i++)
    n += counts[i];
  return n;
}

char *
desk_verify_line_summary (const DeskVerifyRun *run)
{
  GString *text = g_string_new ("Verified: ");

  g_string_append_printf (text, "%u match, %u mismatch, %u not provable", sum (run->n_match), sum (run->n_mismatch), sum (run->n_not_provable));
  if (run->n_accepted > 0)
    g_string_append_printf (text, "; %u of them accepted", run->n_accepted);
  return g_string_free (text, FALSE);
}

static DeskLevel
level_of (const DeskVerifyRun *run)
{
  return run->verdict == DESK_VERDICT_MISMATCH       ? DESK_LEVEL_ALARM
         : run->verdict == DESK_VERDICT_NOT_PROVABLE ? DESK_LEVEL_WARNING
                                                     : DESK_LEVEL_INFO;
}

static void
append_finding (GString           *out,
                const DeskEvent   *event,
                const DeskFinding *finding)
{
  g_autoptr (GString) line = g_string_sized_new (512);
  g_autoptr (GString) seqs = g_string_new ("[");
  g_autofree char *check = g_strdup_printf ("V%u", finding->check);

  if (finding->information)
    {
      /* Shown, and no verdict; that it agrees is no news. */
      if (finding->verdict == DESK_VERDICT_MATCH)
        return;
      begin_notice (line, event, DESK_LEVEL_INFO, check);
      desk_json_line_string (line, "text", finding->text);
      end_line (out, line);
      return;
    }
  desk_json_line_begin (line, "verify", event->utc, event->epoch);
  desk_json_line_string (line, "check", check);
  desk_json_line_string (line, "verdict", desk_verdict_nick (finding->verdict));
  add_text (line, "account", finding->account);
  add_text (line, "symbol", finding->symbol);
  add_text (line, "client_order_id", finding->client_order_id);
  add_text (line, "server_order_id", finding->server_order_id);
  add_text (line, "execution_id", finding->execution_id);
  add_value (line, "expected", finding, finding->expected);
  add_value (line, "seen", finding, finding->seen);
  add_text (line, "text", finding->text);
  for (guint i = 0; i < G_N_ELEMENTS (finding->records); i++)
    {
      if (finding->records[i] != 0)
        g_string_append_printf (seqs, "%s%" G_GUINT64_FORMAT, seqs->len > 1 ? "," : "", finding->records[i]);
    }
  g_string_append_c (seqs, ']');
  /* Its number, for accept and note, and the records of the journal that show it. */
  if (finding->number > 0)
    desk_json_line_int (line, "finding", (gint64) finding->number);
  else
    desk_json_line_null (line, "finding");
  desk_json_line_bool (line, "accepted", finding->accepted);
  add_text (line, "note", finding->note);
  desk_json_line_raw (line, "seqs", seqs->str);
  end_line (out, line);
}

char *
desk_json_line_verify (const DeskEvent *event)
{
  const DeskVerifyRun *run = event->verify;
  GString *out = g_string_new (NULL);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *summary = desk_verify_line_summary (run);

  for (guint i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);

      if (is_told (run, finding))
        append_finding (out, event, finding);
    }
  if (out->len > 0 || g_str_equal (run->trigger, "verify"))
    {
      begin_notice (line, event, level_of (run), "VERIFIED");
      desk_json_line_string (line, "text", summary);
      end_line (out, line);
    }
  return g_string_free (out, out->len == 0);
}

static void
append_plain (GString    *out,
              const char *text)
{
  g_autofree char *clean = desk_json_line_clean (text);

  g_string_append_printf (out, "%s%s", out->len > 0 ? "\n" : "", clean);
}

char *
desk_plain_line_verify (const DeskEvent *event)
{
  const DeskVerifyRun *run = event->verify;
  GString *out = g_string_new (NULL);
  g_autofree char *time = desk_json_line_time (event->utc);
  g_autofree char *summary = desk_verify_line_summary (run);
  g_autofree char *last = NULL;

  for (guint i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);
      g_autofree char *number = finding->number > 0 ? g_strdup_printf (" #%" G_GUINT64_FORMAT, finding->number) : g_strdup ("");
      g_autofree char *text = NULL;

      if (!is_told (run, finding) || finding->verdict == DESK_VERDICT_MATCH)
        continue;
      text = g_strdup_printf ("%s verify V%u %s%s%s: %s", time, finding->check,
                              finding->information ? "information" : desk_verdict_nick (finding->verdict), number,
                              finding->accepted ? " (accepted)" : "", finding->text);
      append_plain (out, text);
    }
  if (out->len == 0 && !g_str_equal (run->trigger, "verify"))
    return g_string_free (out, TRUE);
  last = g_strdup_printf ("%s notice %s VERIFIED: %s", time, desk_level_nick (level_of (run)), summary);
  append_plain (out, last);
  return g_string_free (out, FALSE);
}

/* ---- the report of a reconciliation ---- */

void
desk_json_line_resync (GString               *line,
                       const DeskResyncState *state)
{
  const DeskResyncCounts *counts = &state->counts;
  const struct { const char *name; guint count; } members[] = {
    { "orders", counts->orders },     { "confirmed", counts->confirmed }, { "filled", counts->filled },
    { "part_filled", counts->part_filled }, { "ended", counts->ended },   { "gone", counts->gone },
    { "unknown", counts->unknown },   { "probable", counts->probable },   { "conflict", counts->conflict },
    { "external", counts->external }, { "fills", counts->fills },         { "position_mismatches", counts->position_mismatches },
    { "not_provable", counts->not_provable },
  };

  desk_json_line_string (line, "report", "reconciliation");
  desk_json_line_string (line, "trigger", state->trigger);
  desk_json_line_bool (line, "verified", state->verified);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    desk_json_line_int (line, members[i].name, members[i].count);
  for (guint i = 0; i < DESK_N_RESYNC_LINES; i++)
    {
      if (state->lines[i].mark != DESK_RESYNC_FAILED && state->lines[i].mark != DESK_RESYNC_UNAVAILABLE
          && state->lines[i].mark != DESK_RESYNC_WAIVED)
        continue;
      desk_json_line_string (line, desk_resync_step_nick ((DeskResyncStep) i),
                             state->lines[i].text != NULL ? state->lines[i].text : desk_resync_mark_nick (state->lines[i].mark));
    }
  add_text (line, "text", state->text);
}
