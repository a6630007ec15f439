/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-verify-private.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const DeskLedgerPosition *book;
  const char               *account, *symbol;
  gboolean                  stated; /* in this connection */
  gint64                    server;
} Foot;

/* The connection has stood since the sum began: nothing can have happened untold. */
static gboolean
is_unbroken (Verify                   *verify,
             const DeskLedgerPosition *book)
{
  return book->based && book->base_epoch == verify->in->epoch;
}

static gboolean
is_moving (Verify                   *verify,
           const DeskLedgerPosition *book)
{
  return book->stirred_mono > 0 && book->stirred_epoch == verify->in->epoch && verify->in->now - book->stirred_mono < DESK_VERIFY_QUIET;
}

static void
take_base (Verify     *verify,
           const Foot *foot,
           GArray     *bases)
{
  DeskVerifyBase base = { .quantity = foot->server };

  g_strlcpy (base.account, foot->account, sizeof base.account);
  g_strlcpy (base.symbol, foot->symbol, sizeof base.symbol);
  g_array_append_val (bases, base);
}

static DeskVerdict
position (Verify                  *verify,
          const Foot              *foot,
          const DeskVerifyAccount *account,
          GArray                  *bases)
{
  const DeskLedgerPosition *book = foot->book;
  VerifyAbout about = { .account = foot->account, .symbol = foot->symbol, .records = { book->base_record, book->record } };
  g_autofree char *expected = book->based ? g_strdup_printf ("%" G_GINT64_FORMAT, book->base + book->sum) : NULL;
  g_autofree char *seen = foot->stated ? g_strdup_printf ("%" G_GINT64_FORMAT, foot->server) : NULL;
  gboolean fills = account != NULL && account->fills_complete;

  about.expected = expected;
  about.seen = seen;
  if (!foot->stated)
    return verify_say (verify, 8, DESK_VERDICT_NOT_PROVABLE, &about, "The server has not told the position of %s in %s: %s", foot->symbol,
                       foot->account, verify->in->positions_why != NULL ? verify->in->positions_why : "it was not asked");
  if (is_moving (verify, book))
    return verify_say (verify, 8, DESK_VERDICT_NOT_PROVABLE, &about, "%s in %s is still moving: its last fill is younger than 2 s", foot->symbol,
                       foot->account);
  if (!book->based)
    {
      if (fills && verify->in->evidence->positions_complete)
        take_base (verify, foot, bases);
      if (foot->server == 0 && book->sum == 0 && fills)
        return verify_say (verify, 8, DESK_VERDICT_MATCH, &about, NULL);
      return verify_say (verify, 8, DESK_VERDICT_NOT_PROVABLE, &about,
                         "There is no baseline of %s in %s yet: its position of now, %s, %s", foot->symbol, foot->account, seen,
                         !fills                ? "can only become one when the list of fills is available"
                         : verify->in->reader  ? "becomes one when a session that writes the journal verifies it"
                                               : "is taken as the start of the sum");
    }
  if (book->base + book->sum == foot->server)
    return verify_say (verify, 8, DESK_VERDICT_MATCH, &about, NULL);
  if (!fills && !is_unbroken (verify, book))
    return verify_say (verify, 8, DESK_VERDICT_NOT_PROVABLE, &about,
                       "%s in %s: the server's position is %s, the baseline and the known fills make %s, and fills while the link was lost cannot be "
                       "looked up: %s",
                       foot->symbol, foot->account, seen, expected,
                       account != NULL && account->fills_why != NULL ? account->fills_why : "the list of fills has not come");
  return verify_say (verify, 8, DESK_VERDICT_MISMATCH, &about,
                     "%s in %s: the server's position is %s, the baseline and the fills since make %s; the difference is %+" G_GINT64_FORMAT,
                     foot->symbol, foot->account, seen, expected, foot->server - book->base - book->sum);
}

/* V9: methods differ, so it is only shown. */
static void
averages (Verify     *verify,
          const Foot *foot)
{
  const DeskLedgerPosition *book = foot->book;
  VerifyAbout about = { .account = foot->account, .symbol = foot->symbol, .records = { book->record }, .information = TRUE };
  double theirs = verify_display (verify, book->grid, foot->symbol, book->average);
  double ours = book->average_sum != 0 ? book->cost / (double) book->average_sum : NAN;
  g_autofree char *expected = isnan (ours) ? NULL : verify_bare (ours);
  g_autofree char *seen = isnan (theirs) ? NULL : verify_bare (theirs);
  g_autofree char *expected_text = isnan (ours) ? NULL : verify_price (verify, book->grid, foot->symbol, ours);
  g_autofree char *seen_text = isnan (theirs) ? NULL : verify_price (verify, book->grid, foot->symbol, theirs);

  if (!foot->stated || foot->server == 0)
    return;
  about.seen = seen;
  about.seen_text = seen_text;
  if (book->average_sum != foot->server || isnan (ours) || isnan (theirs))
    {
      verify_say (verify, 9, DESK_VERDICT_NOT_PROVABLE, &about, "The average of %s in %s cannot be compared: %s", foot->symbol, foot->account,
                  isnan (theirs) ? "the server does not say it" : "not every fill of the position is known");
      return;
    }
  about.expected = expected;
  about.expected_text = expected_text;
  if (fabs (ours - theirs) <= verify_half_tick (verify, book->grid, foot->symbol))
    verify_say (verify, 9, DESK_VERDICT_MATCH, &about, NULL);
  else
    verify_say (verify, 9, DESK_VERDICT_MISMATCH, &about, "The server's average of %s in %s is %s, ours is %s; the methods may differ", foot->symbol,
                foot->account, seen_text, expected_text);
}

/* V12: without a rule that asks for a stop it is only shown. */
static void
exits (Verify     *verify,
       const Foot *foot)
{
  VerifyAbout about = { .account = foot->account, .symbol = foot->symbol, .information = TRUE };
  g_autofree char *seen = NULL;
  guint n = 0, i;

  if (!foot->stated)
    {
      verify_say (verify, 12, DESK_VERDICT_NOT_PROVABLE, &about,
                  "Whether exits of %s in %s work without a position is not known: the server has not told it", foot->symbol, foot->account);
      return;
    }
  if (foot->server != 0)
    return; /* no rule asks for a stop */
  for (i = 0; i < verify->orders->len; i++)
    {
      const DeskLedgerOrder *order = g_ptr_array_index (verify->orders, i);

      if (!order->exit || strcmp (order->symbol, foot->symbol) != 0 || strcmp (order->account, foot->account) != 0
          || (order->status != DTC_ORDER_STATUS_OPEN && order->status != DTC_ORDER_STATUS_PARTIALLY_FILLED))
        continue;
      if (n < G_N_ELEMENTS (about.records))
        about.records[n] = order->echo_record;
      n++;
    }
  seen = g_strdup_printf ("%u", n);
  about.expected = "0";
  about.seen = seen;
  if (n == 0)
    verify_say (verify, 12, DESK_VERDICT_MATCH, &about, NULL);
  else if (n == 1)
    verify_say (verify, 12, DESK_VERDICT_MISMATCH, &about, "%s in %s is flat, and one exit still works: it would open a position",
                foot->symbol, foot->account);
  else
    verify_say (verify, 12, DESK_VERDICT_MISMATCH, &about, "%s in %s is flat, and %u exits still work: they would open a position", foot->symbol,
                foot->account, n);
}

/* V15: what is told of a day's result, and what today's fills make of it, by average cost; commissions are in neither. */
static void
results (Verify                  *verify,
         const DeskVerifyAccount *account)
{
  VerifyAbout about = { .account = account->account, .information = TRUE };
  gint64 day = verify->in->utc / G_TIME_SPAN_DAY * G_TIME_SPAN_DAY;
  g_autoptr (GHashTable) held = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autofree char *expected = NULL;
  g_autofree char *seen = NULL;
  double profit = 0;
  guint i, first = desk_ledger_n_execs (verify->ledger);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (account->daily_profit))
    {
      verify_say (verify, 15, DESK_VERDICT_NOT_PROVABLE, &about, "The server does not say the day's result of %s", account->account);
      return;
    }
  while (first > 0 && desk_ledger_get_exec (verify->ledger, first - 1)->seen >= day)
    first--;
  for (i = first; i < desk_ledger_n_execs (verify->ledger); i++)
    {
      const DeskLedgerExec *exec = desk_ledger_get_exec (verify->ledger, i);
      DeskGrid grid = desk_ledger_grid (verify->ledger, isnan (exec->price) ? exec->h_grid : exec->grid, exec->symbol);
      double price = isnan (exec->price) ? verify_display (verify, exec->h_grid, exec->symbol, exec->h_price)
                                         : verify_display (verify, exec->grid, exec->symbol, exec->price);
      gint64 contracts = exec->n_live > 0 ? exec->quantity : exec->h_quantity;
      guint8 side = exec->side != DESK_SIDE_NONE ? exec->side : exec->h_side;
      struct { gint64 sum; double cost; } *position;
      gint64 closes;

      if (strcmp (exec->account, account->account) != 0)
        continue;
      if (side == DESK_SIDE_SELL)
        contracts = -contracts;
      position = g_hash_table_lookup (held, exec->symbol);
      if (position == NULL)
        {
          position = g_malloc0 (sizeof *position);
          g_hash_table_insert (held, (gpointer) exec->symbol, position);
        }
      closes = position->sum > 0 && contracts < 0   ? -MIN (position->sum, -contracts)
               : position->sum < 0 && contracts > 0 ? MIN (-position->sum, contracts)
                                                    : 0;
      if (closes != 0)
        {
          double mean = position->cost / (double) position->sum;

          profit += (mean - price) * (double) closes / grid.tick * grid.tick_value;
          position->cost += mean * (double) closes;
          position->sum += closes;
        }
      position->cost += price * (double) (contracts - closes);
      position->sum += contracts - closes;
    }
  seen = g_strdup (g_ascii_formatd (number, sizeof number, "%.2f", account->daily_profit));
  about.seen = seen;
  if (!isfinite (profit))
    {
      verify_say (verify, 15, DESK_VERDICT_NOT_PROVABLE, &about, "The day's result of %s cannot be compared: the value of a tick or a price is not known",
                  account->account);
      return;
    }
  expected = g_strdup (g_ascii_formatd (number, sizeof number, "%.2f", profit));
  about.expected = expected;
  if (fabs (profit - account->daily_profit) < 0.005)
    verify_say (verify, 15, DESK_VERDICT_MATCH, &about, NULL);
  else
    verify_say (verify, 15, DESK_VERDICT_MISMATCH, &about,
                "The server's result of the day in %s is %s, the closed fills of today make %s; commissions, open positions and the start of the day may differ",
                account->account, seen, expected);
}

static void
foot (Verify                   *verify,
      const DeskLedgerPosition *book,
      GArray                   *bases)
{
  const DeskEvidence *evidence = verify->in->evidence;
  const DeskVerifyAccount *account = verify_account (verify, book->account);
  g_autofree char *key = g_strconcat (book->account, "\x1f", book->symbol, NULL);
  Foot foot = { book, book->account, book->symbol, FALSE, book->quantity };
  DeskLedgerFoot row = { .based = book->based, .baseline = book->base_quantity, .computed = book->base + book->sum };
  guint first = verify->run->findings->len, i;

  if (evidence->positions_complete && !g_hash_table_contains (evidence->positions_named, key)
      && !(book->stated && book->epoch == verify->in->epoch && book->stated_mono >= verify->in->started))
    foot.server = 0; /* what its whole list does not name is flat */
  foot.stated = evidence->positions_complete || (book->stated && book->epoch == verify->in->epoch);

  g_strlcpy (row.account, book->account, sizeof row.account);
  g_strlcpy (row.symbol, book->symbol, sizeof row.symbol);
  row.fills = row.computed - row.baseline;
  row.stated = foot.stated;
  row.server = foot.server;
  row.verdict = position (verify, &foot, account, bases);
  for (i = first; i < verify->run->findings->len && row.verdict != DESK_VERDICT_MATCH; i++)
    row.why = g_ref_string_acquire (g_array_index (verify->run->findings, DeskFinding, i).text);
  averages (verify, &foot);
  exits (verify, &foot);
  g_array_append_val (verify->run->feet, row);
}

static gboolean
has_foot (Verify     *verify,
          const char *account)
{
  guint i;

  for (i = 0; i < verify->run->feet->len; i++)
    {
      if (strcmp (g_array_index (verify->run->feet, DeskLedgerFoot, i).account, account) == 0)
        return TRUE;
    }
  return FALSE;
}

void
verify_positions (Verify *verify,
                  GArray *bases)
{
  const GPtrArray *books = desk_ledger_positions (verify->ledger);
  const DeskEvidence *evidence = verify->in->evidence;
  guint i;

  for (i = 0; i < books->len; i++)
    foot (verify, g_ptr_array_index (books, i), bases);
  for (i = 0; i < verify->in->n_accounts; i++)
    {
      const DeskVerifyAccount *account = &verify->in->accounts[i];
      VerifyAbout about = { .account = account->account };

      if (!evidence->positions_complete && !has_foot (verify, account->account))
        verify_say (verify, 8, DESK_VERDICT_NOT_PROVABLE, &about, "The server has not told the positions of %s: %s", account->account,
                    verify->in->positions_why != NULL ? verify->in->positions_why : "it was not asked");
      else if (evidence->positions_complete && account->fills_complete && !desk_ledger_has_rest (verify->ledger, account->account))
        {
          DeskVerifyBase base = { .quantity = 0 };

          g_strlcpy (base.account, account->account, sizeof base.account);
          g_array_append_val (bases, base);
        }
      results (verify, account);
    }
}
