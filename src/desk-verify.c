/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-verify-private.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#define MATCHES_MAX 20000
#define ROWS_MAX    10000

static GRefString *
text_of (const char *text)
{
  return text != NULL && *text != '\0' ? g_ref_string_new (text) : NULL;
}

static void
copy_text (char       *to,
           gsize       size,
           const char *text)
{
  if (text != NULL)
    g_strlcpy (to, text, size);
}

static VerifyMany *
many_of (Verify      *verify,
         guint        check,
         DeskVerdict  verdict,
         const char  *account)
{
  VerifyMany fresh = { .check = check, .verdict = verdict, .account = account };
  guint i;

  for (i = 0; i < verify->many->len; i++)
    {
      VerifyMany *many = &g_array_index (verify->many, VerifyMany, i);

      if (many->check == check && many->verdict == verdict && strcmp (many->account, account) == 0)
        return many;
    }
  g_array_append_val (verify->many, fresh);
  return &g_array_index (verify->many, VerifyMany, verify->many->len - 1);
}

/* A server that has lost its books contradicts every order of a history: it is said in words of which a person can read
 * all, and a journal, a window and a script can hold. */
static gboolean
is_listed (Verify            *verify,
           guint              check,
           DeskVerdict        verdict,
           const VerifyAbout *about)
{
  const char *account = about->order != NULL ? about->order->account : about->account != NULL ? about->account : "";
  VerifyMany *many = many_of (verify, check, verdict, account);
  guint i;

  if (++many->n <= VERIFY_LISTED_MAX)
    return TRUE;
  for (i = 0; i < G_N_ELEMENTS (about->records); i++)
    many->last = MAX (many->last, about->records[i]);
  if (many->n == VERIFY_LISTED_MAX + 1)
    many->first = many->last;
  many->newest = about->order;
  return FALSE;
}

DeskVerdict
verify_say (Verify            *verify,
            guint              check,
            DeskVerdict        verdict,
            const VerifyAbout *about,
            const char        *format,
            ...)
{
  DeskVerifyRun *run = verify->run;
  DeskFinding finding = { .check = check, .verdict = verdict, .information = about->information, .unaskable = about->unaskable };
  const DeskLedgerOrder *order = about->order;

  if (!about->information)
    (verdict == DESK_VERDICT_MATCH ? run->n_match : verdict == DESK_VERDICT_MISMATCH ? run->n_mismatch : run->n_not_provable)[check]++;
  if (verdict == DESK_VERDICT_MATCH && (!verify->in->matches || ++verify->n_matches > MATCHES_MAX))
    return verdict;
  if (format != NULL)
    {
      g_autofree char *text = NULL;
      va_list args;

      va_start (args, format);
      text = g_strdup_vprintf (format, args);
      va_end (args);
      finding.text = g_ref_string_new (text);
      if (!about->information && verify->why[verdict] == NULL)
        verify->why[verdict] = g_ref_string_acquire (finding.text);
    }
  if (verdict != DESK_VERDICT_MATCH && !about->information && !is_listed (verify, check, verdict, about))
    {
      desk_finding_clear (&finding);
      return verdict;
    }
  copy_text (finding.account, sizeof finding.account, about->account);
  copy_text (finding.symbol, sizeof finding.symbol, about->symbol);
  if (order != NULL)
    {
      const DeskTruthOrder *row = verify_truth (verify, order);

      copy_text (finding.account, sizeof finding.account, order->account);
      copy_text (finding.symbol, sizeof finding.symbol, order->symbol);
      copy_text (finding.client_order_id, sizeof finding.client_order_id, order->client_id);
      copy_text (finding.server_order_id, sizeof finding.server_order_id, order->server_id);
      finding.key = row != NULL ? row->state.key : 0;
    }
  if (about->exec != NULL)
    copy_text (finding.execution_id, sizeof finding.execution_id, about->exec->id);
  finding.expected = text_of (about->expected);
  finding.seen = text_of (about->seen);
  if (g_strcmp0 (about->expected_text, about->expected) != 0 || g_strcmp0 (about->seen_text, about->seen) != 0)
    {
      finding.expected_text = text_of (about->expected_text);
      finding.seen_text = text_of (about->seen_text);
    }
  memcpy (finding.records, about->records, sizeof finding.records);
  finding.first_utc = finding.utc = verify->in->utc;
  g_array_append_val (run->findings, finding);
  return verdict;
}

static void
say_rest (Verify           *verify,
          const VerifyMany *many)
{
  DeskFinding finding = { .check = many->check, .verdict = many->verdict, .rest = many->n - VERIFY_LISTED_MAX };
  g_autofree char *count = g_strdup_printf ("%u", finding.rest);
  g_autofree char *name = many->newest != NULL ? verify_name (many->newest) : g_strdup (many->account);
  g_autofree char *text = g_strdup_printf ("Not listed one by one: %s more like these; the newest is about %s", count, name);

  copy_text (finding.account, sizeof finding.account, many->account);
  finding.expected = text_of ("0");
  finding.seen = text_of (count);
  finding.text = text_of (text);
  finding.records[0] = many->first;
  finding.records[1] = many->last != many->first ? many->last : 0;
  finding.first_utc = finding.utc = verify->in->utc;
  g_array_append_val (verify->run->findings, finding);
}

gboolean
verify_counts (Verify  *verify,
               guint    check,
               gboolean match)
{
  if (!match || (verify->in->matches && verify->n_matches < MATCHES_MAX))
    return FALSE;
  verify->run->n_match[check]++;
  return TRUE;
}

DeskVerdict
verify_worse (DeskVerdict a,
              DeskVerdict b)
{
  if (a == DESK_VERDICT_MISMATCH || b == DESK_VERDICT_MISMATCH)
    return DESK_VERDICT_MISMATCH;
  return a == DESK_VERDICT_NOT_PROVABLE || b == DESK_VERDICT_NOT_PROVABLE ? DESK_VERDICT_NOT_PROVABLE : DESK_VERDICT_MATCH;
}

char *
verify_name (const DeskLedgerOrder *order)
{
  const DeskLedgerTerms *terms = order->echo.quantity >= 0 ? &order->echo : &order->sent;
  const char *id = *order->client_id != '\0' ? order->client_id : order->server_id;
  const char *side = desk_side_nick (terms->side);

  if (side == NULL || *side == '\0' || terms->quantity < 0)
    return g_strdup_printf ("%s (%s)", order->symbol, id);
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %s (%s)", side, terms->quantity, order->symbol, id);
}

double
verify_display (Verify     *verify,
                guint       grid,
                const char *symbol,
                double      wire)
{
  DeskGrid values = desk_ledger_grid (verify->ledger, grid, symbol);

  return isnan (wire) ? NAN : desk_price_wire_to_display (&values, wire);
}

char *
verify_bare (double display)
{
  return isnan (display) ? g_strdup ("?") : desk_price_format_double (NULL, display);
}

char *
verify_price (Verify     *verify,
              guint       grid,
              const char *symbol,
              double      display)
{
  DeskGrid values = desk_ledger_grid (verify->ledger, grid, symbol);

  return isnan (display) ? g_strdup ("?") : desk_price_format_double (&values, display);
}

gboolean
verify_is_readable (Verify     *verify,
                    guint       grid,
                    const char *symbol)
{
  return grid != 0 || verify->in->undefined == NULL || !g_hash_table_contains (verify->in->undefined, symbol);
}

double
verify_half_tick (Verify     *verify,
                  guint       grid,
                  const char *symbol)
{
  DeskGrid values = desk_ledger_grid (verify->ledger, grid, symbol);

  return values.tick > 0 ? values.tick / 2 * (1 + 1e-9) : 1e-6;
}

const DeskVerifyAccount *
verify_account (Verify     *verify,
                const char *account)
{
  guint i;

  for (i = 0; i < verify->in->n_accounts; i++)
    {
      if (strcmp (verify->in->accounts[i].account, account) == 0)
        return &verify->in->accounts[i];
    }
  return NULL;
}

DeskTruthOrder *
verify_truth (Verify                *verify,
              const DeskLedgerOrder *order)
{
  DeskTruthOrder *row = desk_truth_find_server (verify->truth, order->server_id);

  /* Ids of servers begin anew: ours do not. */
  if (*order->client_id != '\0'
      && (row == NULL || (row->state.client_order_id[0] != '\0' && strcmp (row->state.client_order_id, order->client_id) != 0)))
    row = desk_truth_find_client (verify->truth, order->client_id);
  return row;
}

gboolean
verify_is_final (int status)
{
  return status == DTC_ORDER_STATUS_FILLED || status == DTC_ORDER_STATUS_CANCELED || status == DTC_ORDER_STATUS_REJECTED;
}

/* ---- the grid of orders ---- */

static DeskPrice
price_of (const DeskGrid *grid,
          double          wire)
{
  DeskPrice none = DESK_PRICE_INIT;

  return isnan (wire) ? none : desk_price_from_wire (grid, wire);
}

static DeskStatus
status_of (const DeskLedgerOrder *order)
{
  switch (order->status)
    {
    case DTC_ORDER_STATUS_ORDER_SENT:
      return DESK_STATUS_SENT;
    case DTC_ORDER_STATUS_PENDING_CHILD:
      return DESK_STATUS_HELD_BY_PARENT;
    case DTC_ORDER_STATUS_PENDING_CANCEL_REPLACE:
      return DESK_STATUS_CHANGING;
    case DTC_ORDER_STATUS_PENDING_CANCEL:
      return DESK_STATUS_CANCELLING;
    case DTC_ORDER_STATUS_FILLED:
      return DESK_STATUS_FILLED;
    case DTC_ORDER_STATUS_CANCELED:
      return DESK_STATUS_CANCELLED;
    case DTC_ORDER_STATUS_REJECTED:
      return DESK_STATUS_REJECTED;
    case DTC_ORDER_STATUS_PARTIALLY_FILLED:
      return DESK_STATUS_PART_FILLED;
    case DTC_ORDER_STATUS_PENDING_OPEN:
    case DTC_ORDER_STATUS_OPEN:
      return order->filled > 0 ? DESK_STATUS_PART_FILLED : DESK_STATUS_WORKING;
    default:
      return order->not_sent ? DESK_STATUS_NOT_SENT : DESK_STATUS_UNKNOWN;
    }
}

static void
sum_fills (Verify                *verify,
           const DeskLedgerOrder *order,
           DeskLedgerRow         *row)
{
  const DeskLedgerExec *exec;
  double live = 0, listed = 0;

  for (exec = order->execs; exec != NULL; exec = exec->next)
    {
      if (exec->n_live > 0)
        {
          row->live_quantity += exec->quantity;
          live += verify_display (verify, exec->grid, exec->symbol, exec->price) * (double) exec->quantity;
        }
      if (exec->h_round == desk_ledger_get_round (verify->ledger))
        {
          row->history_quantity += exec->h_quantity;
          listed += verify_display (verify, exec->h_grid, exec->symbol, exec->h_price) * (double) exec->h_quantity;
        }
    }
  row->live_average = row->live_quantity > 0 ? live / (double) row->live_quantity : NAN;
  row->history_average = row->history_quantity > 0 ? listed / (double) row->history_quantity : NAN;
}

static void
add_row (Verify                *verify,
         const DeskLedgerOrder *order,
         DeskVerdict            verdict)
{
  const DeskVerifyAccount *account = verify_account (verify, order->account);
  const DeskTruthOrder *truth = verify_truth (verify, order);
  DeskGrid sent_grid = desk_ledger_grid (verify->ledger, order->sent.grid, order->symbol);
  DeskGrid echo_grid = desk_ledger_grid (verify->ledger, order->echo.grid, order->symbol);
  DeskLedgerRow row = { .verdict = verdict, .external = !order->ours, .created = order->created };

  row.key = truth != NULL ? truth->state.key : 0;
  g_strlcpy (row.client_order_id, order->client_id, sizeof row.client_order_id);
  g_strlcpy (row.server_order_id, order->server_id, sizeof row.server_order_id);
  g_strlcpy (row.account, order->account, sizeof row.account);
  g_strlcpy (row.symbol, order->symbol, sizeof row.symbol);
  row.sent = order->ours;
  row.sent_side = (DeskSide) order->sent.side;
  row.sent_type = (DeskOrderType) order->sent.type;
  row.sent_tif = (DeskTif) order->sent.tif;
  row.sent_quantity = order->sent.quantity;
  row.sent_price = price_of (&sent_grid, order->sent.price1);
  row.sent_price2 = price_of (&sent_grid, order->sent.price2);
  row.sent_record = order->sent_record;
  row.echoed = order->answered_epoch != 0;
  row.echo_side = (DeskSide) order->echo.side;
  row.echo_type = (DeskOrderType) order->echo.type;
  row.echo_tif = (DeskTif) order->echo.tif;
  row.echo_quantity = order->echo.quantity;
  row.echo_filled = order->filled;
  row.echo_price = price_of (&echo_grid, order->echo.price1);
  row.echo_price2 = price_of (&echo_grid, order->echo.price2);
  row.echo_status = status_of (order);
  row.echo_record = order->echo_record;
  row.grid = echo_grid.tick > 0 ? echo_grid : sent_grid;
  sum_fills (verify, order, &row);
  row.history_known = account != NULL && account->fills_complete;
  if (verify->why[verdict] != NULL)
    row.why = g_ref_string_acquire (verify->why[verdict]);
  g_array_append_val (verify->run->rows, row);
}

/* Of what is over, only what moved since the fills were asked for. */
static gboolean
is_in_scope (Verify                *verify,
             const DeskLedgerOrder *order)
{
  const DeskTruthOrder *row;

  if (order->touched >= verify->since)
    return TRUE;
  if (order->not_sent || verify_is_final (order->status))
    return FALSE;
  row = verify_truth (verify, order);
  return row != NULL && !desk_status_is_final (row->base) && row->state.status != DESK_STATUS_NOT_AT_SERVER;
}

static void
choose_orders (Verify *verify)
{
  guint i;

  verify->since = verify->in->utc - G_TIME_SPAN_DAY;
  for (i = 0; i < verify->in->n_accounts; i++)
    {
      if (verify->in->accounts[i].fills_since > 0)
        verify->since = MIN (verify->since, verify->in->accounts[i].fills_since);
    }
  for (i = 0; i < desk_ledger_n_orders (verify->ledger); i++)
    {
      const DeskLedgerOrder *order = desk_ledger_get_order (verify->ledger, i);

      if (is_in_scope (verify, order))
        g_ptr_array_add (verify->orders, (gpointer) order);
    }
}

static void
forget_why (Verify *verify)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (verify->why); i++)
    g_clear_pointer (&verify->why[i], g_ref_string_release);
}

static int
compare_findings (gconstpointer a,
                  gconstpointer b)
{
  static const int ranks[] = { 2, 0, 1 }; /* match, mismatch, not provable */
  const DeskFinding *x = a, *y = b;
  int by_rank = ranks[x->verdict] - ranks[y->verdict];

  return by_rank != 0 ? by_rank : x->check != y->check ? (int) x->check - (int) y->check : 0;
}

DeskVerifyRun *
desk_verify (DeskLedger            *ledger,
             DeskTruth             *truth,
             const DeskVerifyInput *input,
             GArray                *bases)
{
  Verify verify = { .ledger = ledger, .truth = truth, .in = input };
  DeskVerifyRun *run = verify.run = desk_verify_run_new (input->trigger);
  guint i;

  run->utc = input->utc;
  run->epoch = input->epoch;
  verify.orders = g_ptr_array_new ();
  verify.many = g_array_new (FALSE, TRUE, sizeof (VerifyMany));
  choose_orders (&verify);
  for (i = 0; i < verify.orders->len; i++)
    {
      const DeskLedgerOrder *order = g_ptr_array_index (verify.orders, i);
      DeskVerdict verdict;

      forget_why (&verify);
      verdict = verify_order (&verify, order);

      verdict = verify_worse (verdict, verify_fills (&verify, order));
      /* Of very many, the newest, and those that are wrong. */
      if (i + ROWS_MAX >= verify.orders->len || (verdict == DESK_VERDICT_MISMATCH && run->rows->len < ROWS_MAX))
        add_row (&verify, order, verdict);
    }
  verify_working (&verify);
  verify_accounts (&verify);
  verify_positions (&verify, bases);
  for (i = 0; i < verify.many->len; i++)
    {
      if (g_array_index (verify.many, VerifyMany, i).n > VERIFY_LISTED_MAX)
        say_rest (&verify, &g_array_index (verify.many, VerifyMany, i));
    }
  forget_why (&verify);
  g_array_unref (verify.many);
  g_ptr_array_unref (verify.orders);
  g_array_sort (run->findings, compare_findings);
  return run;
}
