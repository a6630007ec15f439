/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-report-private.h"

#include "desk-json-line.h"

#include <math.h>

static void
say (GString    *out,
     const char *format,
     ...) G_GNUC_PRINTF (2, 3);

/* What a server said may be anything: control characters are shown as "?". */
static void
say (GString    *out,
     const char *format,
     ...)
{
  g_autofree char *line = NULL;
  g_autofree char *clean = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  clean = desk_json_line_clean (line);
  g_string_append (out, clean);
  g_string_append_c (out, '\n');
}

static void
say_head (GString               *out,
          const DeskReportFacts *facts)
{
  const DeskProfile *profile = facts->profile;
  g_autofree char *made = desk_json_line_time (facts->utc);
  g_autofree char *verified = desk_json_line_time (facts->run->utc);
  g_autofree char *summary = desk_verify_line_summary (facts->run);

  say (out, "DTC Desk - session report");
  say (out, " ");
  say (out, "Made        %s", made);
  say (out, "Verified    %s, connection %u, asked by: %s", verified, facts->run->epoch, facts->run->trigger);
  say (out, "Profile     %s (%s), %s:%u", profile->name, profile->live ? "live" : "simulated", profile->host != NULL ? profile->host : "",
       profile->port);
  say (out, "Verdict     %s", desk_verdict_nick (facts->run->verdict));
  say (out, "%s", summary);
}

static void
say_checks (GString             *out,
            const DeskVerifyRun *run)
{
  say (out, " ");
  say (out, "CHECKS                                            match  mismatch  not provable");
  for (guint i = 1; i <= DESK_N_CHECKS; i++)
    say (out, "V%-3u%-45s %5u %9u %13u", i, desk_check_title (i), run->n_match[i], run->n_mismatch[i], run->n_not_provable[i]);
}

static void
say_finding (GString           *out,
             const DeskFinding *finding)
{
  g_autofree char *first = desk_json_line_time (finding->first_utc);
  g_autofree char *last = desk_json_line_time (finding->utc);
  g_autofree char *number = finding->number > 0 ? g_strdup_printf ("#%" G_GUINT64_FORMAT " ", finding->number) : g_strdup ("");

  say (out, "%sV%u %s%s: %s", number, finding->check, finding->information ? "information" : desk_verdict_nick (finding->verdict),
       finding->accepted ? ", accepted by a person" : "", finding->text);
  if (finding->expected != NULL || finding->seen != NULL)
    say (out, "    expected %s, seen %s", finding->expected != NULL ? desk_finding_expected (finding) : "nothing",
         finding->seen != NULL ? desk_finding_seen (finding) : "nothing");
  if (finding->note != NULL)
    say (out, "    note: %s", finding->note);
  if (finding->number > 0)
    say (out, "    first %s, last %s", first, last);
  if (finding->records[0] != 0)
    {
      g_autoptr (GString) records = g_string_new (NULL);

      for (guint i = 0; i < G_N_ELEMENTS (finding->records) && finding->records[i] != 0; i++)
        g_string_append_printf (records, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", finding->records[i]);
      say (out, "    journal records %s", records->str);
    }
}

static void
say_findings (GString      *out,
              const char   *title,
              const GArray *findings)
{
  guint n = 0;

  say (out, " ");
  say (out, "%s", title);
  for (guint i = 0; i < findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (findings, DeskFinding, i);

      if (finding->verdict == DESK_VERDICT_MATCH)
        continue;
      n++;
      say_finding (out, finding);
    }
  if (n == 0)
    say (out, "none");
}

static void
say_orders (GString             *out,
            const DeskVerifyRun *run)
{
  say (out, " ");
  say (out, "ORDERS                             sent                     server's echo            live fills        listed fills      verdict");
  for (guint i = 0; i < run->rows->len; i++)
    {
      const DeskLedgerRow *row = &g_array_index (run->rows, DeskLedgerRow, i);
      g_autofree char *sent_price = desk_price_format (&row->grid, &row->sent_price);
      g_autofree char *echo_price = desk_price_format (&row->grid, &row->echo_price);
      g_autofree char *live = desk_price_format_double (&row->grid, row->live_average);
      g_autofree char *listed = desk_price_format_double (&row->grid, row->history_average);
      g_autofree char *sent = row->sent ? g_strdup_printf ("%s %" G_GINT64_FORMAT " %s %s", desk_side_nick (row->sent_side), row->sent_quantity,
                                                           row->symbol, sent_price)
                                        : g_strdup ("external");
      g_autofree char *echo = row->echoed ? g_strdup_printf ("%s %s", desk_status_nick (row->echo_status), echo_price)
                                          : g_strdup ("no answer");
      g_autofree char *fills = g_strdup_printf ("%" G_GINT64_FORMAT " %s %s", row->live_quantity, row->live_quantity > 0 ? "at" : "", live);
      g_autofree char *known = row->history_known ? g_strdup_printf ("%" G_GINT64_FORMAT " %s %s", row->history_quantity,
                                                                     row->history_quantity > 0 ? "at" : "", listed)
                                                  : g_strdup ("not available");

      say (out, "%-34s %-24s %-24s %-17s %-17s %s", row->client_order_id[0] != '\0' ? row->client_order_id : row->server_order_id, sent, echo,
           fills, known, desk_verdict_nick (row->verdict));
    }
  if (run->rows->len == 0)
    say (out, "none");
}

static void
say_positions (GString             *out,
               const DeskVerifyRun *run)
{
  say (out, " ");
  say (out, "POSITIONS                          baseline   + fills  = computed    server  verdict");
  for (guint i = 0; i < run->feet->len; i++)
    {
      const DeskLedgerFoot *foot = &g_array_index (run->feet, DeskLedgerFoot, i);
      g_autofree char *name = g_strdup_printf ("%s %s", foot->account, foot->symbol);
      g_autofree char *base = foot->based ? g_strdup_printf ("%" G_GINT64_FORMAT, foot->baseline) : g_strdup ("?");
      g_autofree char *fills = foot->based ? g_strdup_printf ("%+" G_GINT64_FORMAT, foot->fills) : g_strdup ("?");
      g_autofree char *sum = foot->based ? g_strdup_printf ("%" G_GINT64_FORMAT, foot->computed) : g_strdup ("?");
      g_autofree char *server = foot->stated ? g_strdup_printf ("%" G_GINT64_FORMAT, foot->server) : g_strdup ("?");

      say (out, "%-34s %8s %9s %11s %9s  %s", name, base, fills, sum, server, desk_verdict_nick (foot->verdict));
    }
  if (run->feet->len == 0)
    say (out, "none");
}

static void
say_proof (GString               *out,
           const DeskReportFacts *facts)
{
  say (out, " ");
  say (out, "WHAT THIS PROVES");
  say (out, "The JSON file beside this one is signed with the Ed25519 key of this installation, and names this text and the table by");
  say (out, "their SHA-256. \"dtcctl report check FILE\" tells whether all three are still what was signed. It proves that whoever holds");
  say (out, "that key made this report and that nobody has changed it since. It does not prove when it was made, nor that the computer it");
  say (out, "was made on can be trusted, nor anything about a server that errs in the same way everywhere.");
  if (facts->records > 0)
    {
      say (out, "It speaks of a journal of %" G_GUINT64_FORMAT " records, the last of which has the hash", facts->records);
      say (out, "  %s", facts->head);
      say (out, "Every record's hash covers the one before it: a journal that has this hash at this place is, up to there, the one that was");
      say (out, "verified. \"dtcctl journal check\" tells whether a journal is whole.");
    }
  else
    say (out, "There was no journal: it speaks of what the server said alone.");
  say (out, "Key         %s", facts->key);
}

char *
desk_report_text (const DeskReportFacts *facts)
{
  GString *out = g_string_new (NULL);

  say_head (out, facts);
  say_checks (out, facts->run);
  say_findings (out, "FINDINGS", facts->run->findings);
  say_findings (out, "FOUND BEFORE, AND NO MORE", facts->run->past);
  say_orders (out, facts->run);
  say_positions (out, facts->run);
  say_proof (out, facts);
  return g_string_free (out, FALSE);
}
