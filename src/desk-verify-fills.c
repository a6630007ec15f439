/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-verify-private.h"

#include "desk-json-line.h"

#include <math.h>
#include <string.h>

#define CLOCKS_APART   (60 * G_USEC_PER_SEC) /* of two times that the server gives, at the edge of a list */
#define CLOCKS_STRANGE (12 * G_TIME_SPAN_HOUR) /* the server's and ours */
#define TIMES_APART    (5 * G_USEC_PER_SEC)  /* of one execution, as reported and as listed */

static const char *
no_fills (const DeskVerifyAccount *account)
{
  if (account == NULL)
    return "its account was not asked about";
  return account->fills_why != NULL ? account->fills_why : "its list of fills has not come whole";
}

static gboolean
is_listed (Verify               *verify,
           const DeskLedgerExec *exec)
{
  return exec->h_quantity > 0 && exec->h_round == desk_ledger_get_round (verify->ledger);
}

static gint64
time_of (const DeskLedgerExec *exec)
{
  return exec->time != 0 ? exec->time : exec->h_time != 0 ? exec->h_time : exec->seen;
}

/* It may have happened while nobody could tell us. When that was is no matter: two clocks prove nothing. But a list of
 * this connection had lacked it, or all of its order passed on the connection that it was first heard of. */
static gboolean
was_away (const DeskLedgerOrder *order,
          const DeskLedgerExec  *exec)
{
  return !exec->fresh && order->alive_epoch != exec->seen_epoch;
}

/* ---- V3 and V5: the executions make up what the server counts ---- */

static void
records_of (const DeskLedgerOrder *order,
            guint64                records[4])
{
  const DeskLedgerExec *exec = order->execs;
  guint n = 0;

  if (order->filled_record != 0)
    records[n++] = order->filled_record;
  for (; exec != NULL && n < 4; exec = exec->next)
    {
      guint64 record = exec->record != 0 ? exec->record : exec->h_record;

      if (record != 0 && (n == 0 || records[n - 1] != record))
        records[n++] = record;
    }
}

/* Its last word about a living order may be older than the fills: the one that counted them was lost or could not be
 * read, or came before one that is older. What is final, or was restated for this comparison, is none of that. */
static gboolean
count_is_old (Verify                *verify,
              const DeskLedgerOrder *order)
{
  const DeskLedgerExec *exec;

  if (verify_is_final (order->status) || (order->touched_epoch == verify->in->epoch && order->touched_mono >= verify->in->started))
    return FALSE;
  if (order->filled_most >= order->executed)
    return TRUE;
  for (exec = order->execs; exec != NULL; exec = exec->next)
    {
      if (exec->n_live == 0 && exec->seen > order->touched)
        return TRUE;
    }
  return FALSE;
}

static DeskVerdict
quantity (Verify                *verify,
          const DeskLedgerOrder *order)
{
  const DeskVerifyAccount *account = verify_account (verify, order->account);
  VerifyAbout about = { .order = order };
  g_autofree char *name = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *seen = NULL;
  gint64 missing = order->filled - order->executed;

  if (verify_counts (verify, 3, order->filled >= 0 && missing == 0))
    return DESK_VERDICT_MATCH;
  name = verify_name (order);
  seen = g_strdup_printf ("%" G_GINT64_FORMAT, order->executed);
  records_of (order, about.records);
  about.seen = seen;
  if (order->filled < 0)
    return verify_say (verify, 3, DESK_VERDICT_NOT_PROVABLE, &about, "The server does not say how many contracts of %s are filled", name);
  expected = g_strdup_printf ("%" G_GINT64_FORMAT, order->filled);
  about.expected = expected;
  if (missing == 0)
    return verify_say (verify, 3, DESK_VERDICT_MATCH, &about, NULL);
  if (missing < 0 && count_is_old (verify, order))
    return verify_say (verify, 3, DESK_VERDICT_NOT_PROVABLE, &about,
                       "%s: its fills add up to %s contracts; the server's last count, %s, is older than they are", name, seen, expected);
  if (missing < 0)
    return verify_say (verify, 3, DESK_VERDICT_MISMATCH, &about, "%s: its fills add up to %s contracts, the server counts %s", name, seen,
                       expected);
  if (account == NULL || !account->fills_complete)
    return verify_say (verify, 3, DESK_VERDICT_NOT_PROVABLE, &about,
                       "%s: %" G_GINT64_FORMAT " filled contracts were never reported one by one, and the server's list of fills is not available: %s",
                       name, missing, no_fills (account));
  if (account->fills_since > order->created)
    return verify_say (verify, 3, DESK_VERDICT_NOT_PROVABLE, &about,
                       "%s: %" G_GINT64_FORMAT " filled contracts are in no fill, and the list of fills begins after the order", name, missing);
  return verify_say (verify, 3, DESK_VERDICT_MISMATCH, &about,
                     "%s: the server counts %s contracts as filled, its fills add up to %s", name, expected, seen);
}

/* In display prices; NAN: none. */
static double
price_of (Verify               *verify,
          const DeskLedgerExec *exec)
{
  return isnan (exec->price) ? verify_display (verify, exec->h_grid, exec->symbol, exec->h_price)
                             : verify_display (verify, exec->grid, exec->symbol, exec->price);
}

static gboolean
is_readable (Verify               *verify,
             const DeskLedgerExec *exec)
{
  return verify_is_readable (verify, isnan (exec->price) ? exec->h_grid : exec->grid, exec->symbol);
}

static DeskVerdict
average (Verify                *verify,
         const DeskLedgerOrder *order)
{
  VerifyAbout about = { .order = order };
  g_autofree char *name = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *expected_text = NULL;
  g_autofree char *seen_text = NULL;
  const DeskLedgerExec *exec;
  double value = 0, stated = verify_display (verify, order->average_grid, order->symbol, order->average);
  gboolean match, readable = isnan (order->average) || verify_is_readable (verify, order->average_grid, order->symbol);

  for (exec = order->execs; exec != NULL; exec = exec->next)
    value += price_of (verify, exec)
             * (double) (exec->n_live > 0 ? exec->quantity : exec->h_quantity);
  for (exec = order->execs; exec != NULL; exec = exec->next)
    readable = readable && is_readable (verify, exec);
  value /= (double) MAX (order->executed, 1);
  match = order->filled == order->executed && order->executed > 0
          && fabs (value - stated) <= verify_half_tick (verify, order->average_grid, order->symbol);
  if (verify_counts (verify, 5, match))
    return DESK_VERDICT_MATCH;
  name = verify_name (order);
  records_of (order, about.records);
  if (order->filled < order->executed && count_is_old (verify, order))
    return verify_say (verify, 5, DESK_VERDICT_NOT_PROVABLE, &about, "The server does not say at which average %s was filled", name);
  if (order->filled != order->executed || order->executed == 0)
    return verify_say (verify, 5, DESK_VERDICT_NOT_PROVABLE, &about, "The average of %s cannot be checked: not every fill of it is known", name);
  if (!match && !readable)
    return verify_say (verify, 5, DESK_VERDICT_NOT_PROVABLE, &about,
                       "The server's price of %s cannot be read: %s has no definition on this connection yet", name, order->symbol);
  if (isnan (value))
    return verify_say (verify, 5, DESK_VERDICT_NOT_PROVABLE, &about, "The average of %s cannot be checked: a fill of it has no price", name);
  if (isnan (stated))
    return verify_say (verify, 5, DESK_VERDICT_NOT_PROVABLE, &about, "The server does not say at which average %s was filled", name);
  expected = verify_bare (value);
  seen = verify_bare (stated);
  about.expected = expected;
  about.seen = seen;
  about.expected_text = expected_text = verify_price (verify, order->average_grid, order->symbol, value);
  about.seen_text = seen_text = verify_price (verify, order->average_grid, order->symbol, stated);
  if (match)
    return verify_say (verify, 5, DESK_VERDICT_MATCH, &about, NULL);
  return verify_say (verify, 5, DESK_VERDICT_MISMATCH, &about, "%s: the server's average is %s, its fills make %s", name, seen_text,
                     expected_text);
}

/* ---- V6 and V7: each execution, as reported and as listed ---- */

static DeskVerdict
listing (Verify                *verify,
         const DeskLedgerOrder *order,
         const DeskLedgerExec  *exec)
{
  const DeskVerifyAccount *account = verify_account (verify, exec->account);
  VerifyAbout about = { .order = order, .exec = exec, .records = { exec->record, exec->h_record } };
  g_autofree char *name = NULL;

  if (account == NULL || !account->fills_complete)
    return DESK_VERDICT_NOT_PROVABLE; /* said once, of the account */
  if (exec->n_live > 0 && exec->epoch == verify->in->epoch && exec->mono >= verify->in->started)
    return DESK_VERDICT_MATCH; /* younger than the list */
  if (verify_counts (verify, 6, is_listed (verify, exec) && exec->n_live > 0))
    return DESK_VERDICT_MATCH;
  name = verify_name (order);
  if (is_listed (verify, exec) && (exec->n_live > 0 || was_away (order, exec) || !order->ours))
    return verify_say (verify, 6, DESK_VERDICT_MATCH, &about, NULL);
  if (is_listed (verify, exec))
    {
      if (*exec->id == '\0' && order->filled == order->executed - exec->h_quantity)
        return verify_say (verify, 6, DESK_VERDICT_NOT_PROVABLE, &about,
                           "The server's list of fills names no executions; a row of %s cannot be told from those that were reported", name);
      about.expected = "reported";
      about.seen = "not reported";
      return verify_say (verify, 6, DESK_VERDICT_MISMATCH, &about,
                         "Fill %s of %s is in the server's list and was not reported while the connection stood", exec->id, name);
    }
  /* Of one that bears no time only our clock has one, and the list begins by the server's. */
  if (time_of (exec) < account->fills_since + (exec->time != 0 || exec->h_time != 0 ? CLOCKS_APART : CLOCKS_STRANGE))
    {
      g_autofree char *since = desk_json_line_time (account->fills_since);

      return verify_say (verify, 6, DESK_VERDICT_NOT_PROVABLE, &about,
                         "Fill %s of %s is older than the list of fills that was asked for, which begins at %.19s", exec->id, name, since);
    }
  if (*exec->id == '\0')
    return verify_say (verify, 6, DESK_VERDICT_NOT_PROVABLE, &about,
                       "The server reported a fill of %s without an execution id; it cannot be looked up in its list", name);
  about.expected = exec->id;
  about.seen = "absent";
  return verify_say (verify, 6, DESK_VERDICT_MISMATCH, &about, "Fill %s of %s was reported and is missing from the server's list of fills", exec->id,
                     name);
}

static DeskVerdict
details (Verify                *verify,
         const DeskLedgerOrder *order,
         const DeskLedgerExec  *exec)
{
  VerifyAbout about = { .order = order, .exec = exec, .records = { exec->record, exec->h_record } };
  g_autofree char *name = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *expected_text = NULL;
  g_autofree char *seen_text = NULL;
  const char *what = NULL;
  double live = verify_display (verify, exec->grid, exec->symbol, exec->price);
  double listed = verify_display (verify, exec->h_grid, exec->symbol, exec->h_price);
  gboolean differs = fabs (live - listed) > 1e-9 * MAX (1.0, fabs (live));
  gboolean readable = verify_is_readable (verify, exec->grid, exec->symbol) && verify_is_readable (verify, exec->h_grid, exec->symbol);

  if (exec->n_live == 0 || exec->h_quantity == 0)
    return DESK_VERDICT_MATCH;
  name = verify_name (order);
  if (exec->side != DESK_SIDE_NONE && exec->side != exec->h_side)
    {
      what = "side";
      expected = g_strdup (desk_side_nick ((DeskSide) exec->side));
      seen = g_strdup (desk_side_nick ((DeskSide) exec->h_side));
    }
  else if (exec->quantity != exec->h_quantity)
    {
      what = "quantity";
      expected = g_strdup_printf ("%" G_GINT64_FORMAT, exec->quantity);
      seen = g_strdup_printf ("%" G_GINT64_FORMAT, exec->h_quantity);
    }
  else if (differs && readable)
    {
      what = "price";
      expected = verify_bare (live);
      seen = verify_bare (listed);
      expected_text = verify_price (verify, exec->grid, exec->symbol, live);
      seen_text = verify_price (verify, exec->h_grid, exec->symbol, listed);
    }
  else if (exec->time != 0 && exec->h_time != 0 && ABS (exec->time - exec->h_time) > TIMES_APART)
    {
      what = "time";
      expected = desk_json_line_time (exec->time);
      seen = desk_json_line_time (exec->h_time);
    }
  about.expected = expected;
  about.seen = seen;
  about.expected_text = expected_text;
  about.seen_text = seen_text;
  if (what == NULL)
    {
      if (isnan (exec->price) || isnan (exec->h_price))
        return verify_say (verify, 7, DESK_VERDICT_NOT_PROVABLE, &about, "Fill %s of %s %s without a price", exec->id, name,
                           isnan (exec->price) ? "was reported" : "is listed");
      if (differs)
        return verify_say (verify, 7, DESK_VERDICT_NOT_PROVABLE, &about,
                           "The server's price of %s cannot be read: %s has no definition on this connection yet", name, exec->symbol);
      return verify_say (verify, 7, DESK_VERDICT_MATCH, &about, NULL);
    }
  return verify_say (verify, 7, DESK_VERDICT_MISMATCH, &about, "Fill %s of %s: the %s was reported as %s and is listed as %s", exec->id, name, what,
                     expected_text != NULL ? expected_text : expected, seen_text != NULL ? seen_text : seen);
}

/* ---- V13: none is counted twice ---- */

static DeskVerdict
twice (Verify                *verify,
       const DeskLedgerOrder *order,
       const DeskLedgerExec  *exec)
{
  VerifyAbout about = { .order = order, .exec = exec, .expected = "1",
                        .records = { exec->record != 0 ? exec->record : exec->h_record, exec->again_record } };
  g_autofree char *seen = NULL;
  g_autofree char *name = NULL;

  if (verify_counts (verify, 13, exec->n_live <= 1 && exec->n_history <= 1))
    return DESK_VERDICT_MATCH;
  seen = g_strdup_printf ("%u", MAX (exec->n_live, exec->n_history));
  about.seen = seen;
  if (exec->n_live <= 1 && exec->n_history <= 1)
    return verify_say (verify, 13, DESK_VERDICT_MATCH, &about, NULL);
  name = order != NULL ? verify_name (order) : g_strdup (exec->symbol);
  if (exec->n_live > 1)
    return verify_say (verify, 13, DESK_VERDICT_MISMATCH, &about, "The server reported fill %s of %s %s times; it is counted once", exec->id,
                       name, seen);
  return verify_say (verify, 13, DESK_VERDICT_MISMATCH, &about, "The server's list has fill %s of %s %s times; it is counted once", exec->id, name,
                     seen);
}

DeskVerdict
verify_fills (Verify                *verify,
              const DeskLedgerOrder *order)
{
  DeskVerdict verdict = DESK_VERDICT_MATCH;
  const DeskLedgerExec *exec;

  if (order->execs == NULL && order->filled <= 0)
    return verdict;
  verdict = quantity (verify, order);
  verdict = verify_worse (verdict, average (verify, order));
  for (exec = order->execs; exec != NULL; exec = exec->next)
    {
      verdict = verify_worse (verdict, listing (verify, order, exec));
      verdict = verify_worse (verdict, details (verify, order, exec));
      verdict = verify_worse (verdict, twice (verify, order, exec));
    }
  return verdict;
}

/* ---- of the account as a whole ---- */

static guint
count_reported (Verify     *verify,
                const char *account)
{
  guint n = 0, i;

  for (i = 0; i < verify->orders->len; i++)
    {
      const DeskLedgerOrder *order = g_ptr_array_index (verify->orders, i);
      const DeskLedgerExec *exec;

      if (strcmp (order->account, account) != 0)
        continue;
      for (exec = order->execs; exec != NULL; exec = exec->next)
        n += exec->n_live > 0;
    }
  return n;
}

/* Fills of orders that nobody has told us of: somebody else's, and shown as such. */
static void
strangers (Verify                  *verify,
           const DeskVerifyAccount *account)
{
  VerifyAbout about = { .account = account->account };
  g_autofree char *count = NULL;
  guint n = 0, i;

  for (i = desk_ledger_n_execs (verify->ledger); i > 0; i--)
    {
      const DeskLedgerExec *exec = desk_ledger_get_exec (verify->ledger, i - 1);

      if (exec->seen < verify->since)
        break;
      if (exec->order != NULL || strcmp (exec->account, account->account) != 0)
        continue;
      n++;
      twice (verify, NULL, exec);
    }
  if (!account->fills_complete)
    {
      verify_say (verify, 14, DESK_VERDICT_NOT_PROVABLE, &about,
                  "Whether somebody else has traded in %s is not known: its list of fills is not available: %s", account->account,
                  no_fills (account));
      return;
    }
  count = g_strdup_printf ("%u", n);
  about.expected = about.seen = count;
  verify_say (verify, 14, DESK_VERDICT_MATCH, &about, NULL);
}

void
verify_accounts (Verify *verify)
{
  VerifyAbout nobody = { NULL };
  guint i;

  if (verify->in->n_accounts == 0)
    {
      verify_say (verify, 6, DESK_VERDICT_NOT_PROVABLE, &nobody, "The server has named no account; its fills cannot be asked for");
      verify_say (verify, 8, DESK_VERDICT_NOT_PROVABLE, &nobody, "The server has named no account; no position can be checked");
    }
  for (i = 0; i < verify->in->n_accounts; i++)
    {
      const DeskVerifyAccount *account = &verify->in->accounts[i];
      VerifyAbout about = { .account = account->account };

      if (!account->fills_complete)
        {
          g_autofree char *count = g_strdup_printf ("%u", count_reported (verify, account->account));

          about.expected = count;
          verify_say (verify, 6, DESK_VERDICT_NOT_PROVABLE, &about,
                      "The %s reported fills of %s cannot be compared with the server's list: %s", count, account->account, no_fills (account));
          verify_say (verify, 7, DESK_VERDICT_NOT_PROVABLE, &about,
                      "Side, quantity, price and time of the %s reported fills of %s cannot be compared with the server's list: %s", count,
                      account->account, no_fills (account));
        }
      strangers (verify, account);
    }
}
