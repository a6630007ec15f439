/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-report-private.h"

#include "desk-csv.h"

static const char header[] = "schema,row,time,account,symbol,client_order_id,server_order_id,execution_id,check,verdict,finding,accepted,expected,seen,"
                             "side,type,quantity,price,price2,echo_quantity,echo_price,filled,live_quantity,live_average,history_quantity,"
                             "history_average,baseline,fills,computed,server,text,note";

/* Empty cells between what a row has. */
static void
skip (GString *line,
      guint    n)
{
  while (n-- > 0)
    desk_csv_count (line, -1);
}

static GString *
begin (const char *row,
       gint64      utc,
       const char *account,
       const char *symbol)
{
  GString *line = g_string_new (NULL);

  desk_csv_signed (line, DESK_REPORT_SCHEMA);
  desk_csv_text (line, row);
  desk_csv_time (line, utc);
  desk_csv_text (line, account);
  desk_csv_text (line, symbol);
  return line;
}

static void
end (GString *out,
     GString *line)
{
  g_string_append_len (out, line->str, (gssize) line->len);
  g_string_append_c (out, '\n');
  g_string_free (line, TRUE);
}

static void
add_finding (GString           *out,
             const DeskFinding *finding,
             const char        *row)
{
  GString *line = begin (row, finding->first_utc, finding->account, finding->symbol);
  char check[8];

  g_snprintf (check, sizeof check, "V%u", finding->check);
  desk_csv_text (line, finding->client_order_id);
  desk_csv_text (line, finding->server_order_id);
  desk_csv_text (line, finding->execution_id);
  desk_csv_text (line, check);
  desk_csv_text (line, finding->information ? "information" : desk_verdict_nick (finding->verdict));
  desk_csv_count (line, finding->number > 0 ? (gint64) finding->number : -1);
  desk_csv_signed (line, finding->accepted);
  desk_csv_text (line, finding->expected);
  desk_csv_text (line, finding->seen);
  skip (line, 16);
  desk_csv_text (line, finding->text);
  desk_csv_text (line, finding->note);
  end (out, line);
}

static void
add_order (GString             *out,
           const DeskLedgerRow *row)
{
  GString *line = begin (row->external ? "external" : "order", row->created, row->account, row->symbol);

  desk_csv_text (line, row->client_order_id);
  desk_csv_text (line, row->server_order_id);
  desk_csv_text (line, NULL);
  desk_csv_text (line, NULL);
  desk_csv_text (line, desk_verdict_nick (row->verdict));
  desk_csv_count (line, row->finding > 0 ? (gint64) row->finding : -1);
  skip (line, 3);
  desk_csv_text (line, desk_side_nick (row->sent ? row->sent_side : row->echo_side));
  desk_csv_text (line, desk_order_type_nick (row->sent ? row->sent_type : row->echo_type));
  desk_csv_count (line, row->sent ? row->sent_quantity : -1);
  desk_csv_price (line, &row->sent_price);
  desk_csv_price (line, &row->sent_price2);
  desk_csv_count (line, row->echo_quantity);
  desk_csv_price (line, &row->echo_price);
  desk_csv_count (line, row->echo_filled);
  desk_csv_count (line, row->live_quantity);
  desk_csv_number (line, row->live_average);
  desk_csv_count (line, row->history_known ? row->history_quantity : -1);
  desk_csv_number (line, row->history_average);
  skip (line, 4);
  desk_csv_text (line, row->why);
  desk_csv_text (line, NULL);
  end (out, line);
}

static void
add_position (GString              *out,
              const DeskLedgerFoot *foot,
              gint64                utc)
{
  GString *line = begin ("position", utc, foot->account, foot->symbol);

  skip (line, 4);
  desk_csv_text (line, desk_verdict_nick (foot->verdict));
  desk_csv_count (line, foot->finding > 0 ? (gint64) foot->finding : -1);
  skip (line, 15);
  if (foot->based)
    {
      desk_csv_signed (line, foot->baseline);
      desk_csv_signed (line, foot->fills);
      desk_csv_signed (line, foot->computed);
    }
  else
    skip (line, 3);
  if (foot->stated)
    desk_csv_signed (line, foot->server);
  else
    skip (line, 1);
  desk_csv_text (line, foot->why);
  desk_csv_text (line, NULL);
  end (out, line);
}

char *
desk_report_csv (const DeskReportFacts *facts)
{
  const DeskVerifyRun *run = facts->run;
  GString *out = g_string_new (header);
  guint i;

  g_string_append_c (out, '\n');
  for (i = 0; i < run->findings->len; i++)
    add_finding (out, &g_array_index (run->findings, DeskFinding, i), "finding");
  for (i = 0; i < run->past->len; i++)
    add_finding (out, &g_array_index (run->past, DeskFinding, i), "past");
  for (i = 0; i < run->rows->len; i++)
    add_order (out, &g_array_index (run->rows, DeskLedgerRow, i));
  for (i = 0; i < run->feet->len; i++)
    add_position (out, &g_array_index (run->feet, DeskLedgerFoot, i), run->utc);
  return g_string_free (out, FALSE);
}
