/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-verify-private.h"

#include "desk-order-id.h"

#include <math.h>
#include <string.h>

/* ---- V1: every submit has a first answer within 5 s ---- */

static DeskVerdict
first_answer (Verify                *verify,
              const DeskLedgerOrder *order)
{
  VerifyAbout about = { .order = order, .expected = "5", .records = { order->sent_record, order->answer_record } };
  g_autofree char *name = NULL;
  g_autofree char *seen = NULL;
  gint64 took = MAX (order->answered_mono - order->sent_mono, 0);

  if (verify_counts (verify, 1, order->answered_epoch != 0 && order->answered_epoch == order->sent_epoch && took <= DESK_VERIFY_ANSWER))
    return DESK_VERDICT_MATCH;
  name = verify_name (order);
  if (order->answered_epoch == 0)
    {
      if (order->sent_epoch == verify->in->epoch)
        {
          if (verify->in->now - order->sent_mono <= DESK_VERIFY_ANSWER)
            return DESK_VERDICT_MATCH; /* its time is not up */
          return verify_say (verify, 1, DESK_VERDICT_MISMATCH, &about, "The server has not answered %s within 5 s", name);
        }
      about.expected = NULL;
      return verify_say (verify, 1, DESK_VERDICT_NOT_PROVABLE, &about,
                         "The link was lost before the server answered %s; what became of it is not known", name);
    }
  if (order->answered_epoch != order->sent_epoch)
    {
      about.expected = NULL;
      return verify_say (verify, 1, DESK_VERDICT_NOT_PROVABLE, &about,
                         "The link was lost before the server answered %s; it spoke of it on a later connection", name);
    }
  seen = g_strdup_printf ("%" G_GINT64_FORMAT ".%03" G_GINT64_FORMAT, took / G_USEC_PER_SEC, took % G_USEC_PER_SEC / 1000);
  about.seen = seen;
  if (took <= DESK_VERIFY_ANSWER)
    return verify_say (verify, 1, DESK_VERDICT_MATCH, &about, NULL);
  return verify_say (verify, 1, DESK_VERDICT_MISMATCH, &about, "The server's first answer to %s took %s s; 5 s are the limit", name, seen);
}

/* ---- V2: the echo equals the intent ---- */

typedef struct
{
  GString *expected, *seen, *names;
  GString *expected_text, *seen_text; /* prices as the symbol writes them */
  gboolean unread; /* a price differs, if it is worth what it was on the connection before */
} Differences;

static void
differs_as (Differences *found,
            const char  *name,
            const char  *expected,
            const char  *seen,
            const char  *expected_text,
            const char  *seen_text)
{
  const char *between = found->names->len > 0 ? ", " : "";

  g_string_append_printf (found->names, "%s%s", between, name);
  g_string_append_printf (found->expected, "%s%s", between, expected);
  g_string_append_printf (found->seen, "%s%s", between, seen);
  g_string_append_printf (found->expected_text, "%s%s", between, expected_text);
  g_string_append_printf (found->seen_text, "%s%s", between, seen_text);
}

static void
differs (Differences *found,
         const char  *name,
         const char  *expected,
         const char  *seen)
{
  differs_as (found, name, expected, seen, expected, seen);
}

static void
compare_price (Verify                *verify,
               const DeskLedgerOrder *order,
               Differences           *found,
               const char            *name,
               double                 sent,
               double                 echo)
{
  double a = verify_display (verify, order->sent.grid, order->symbol, sent);
  double b = verify_display (verify, order->echo.grid, order->symbol, echo);
  g_autofree char *expected = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *expected_text = NULL;
  g_autofree char *seen_text = NULL;

  if (isnan (a) || isnan (b) || fabs (a - b) <= 1e-9 * MAX (1.0, fabs (a)))
    return;
  if (!verify_is_readable (verify, order->echo.grid, order->symbol))
    {
      found->unread = TRUE;
      return;
    }
  expected = verify_bare (a);
  seen = verify_bare (b);
  expected_text = verify_price (verify, order->sent.grid, order->symbol, a);
  seen_text = verify_price (verify, order->echo.grid, order->symbol, b);
  differs_as (found, name, expected, seen, expected_text, seen_text);
}

static gboolean
has_second_price (const DeskLedgerTerms *terms)
{
  return terms->type == DESK_ORDER_TYPE_STOP_LIMIT || terms->type == DESK_ORDER_TYPE_LIT;
}

static void
compare_terms (Verify                *verify,
               const DeskLedgerOrder *order,
               Differences           *found)
{
  const DeskLedgerTerms *sent = &order->sent, *echo = &order->echo, *asked = &order->asked;
  gboolean limit = sent->type != DESK_ORDER_TYPE_MARKET;
  gboolean less = order->linked && echo->quantity < sent->quantity;

  if (sent->side != DESK_SIDE_NONE && echo->side != DESK_SIDE_NONE && sent->side != echo->side)
    differs (found, "side", desk_side_nick ((DeskSide) sent->side), desk_side_nick ((DeskSide) echo->side));
  if (sent->quantity >= 0 && echo->quantity >= 0 && sent->quantity != echo->quantity && !less
      && !(order->changing && asked->quantity == echo->quantity))
    {
      g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, sent->quantity);
      g_autofree char *seen = g_strdup_printf ("%" G_GINT64_FORMAT, echo->quantity);

      differs (found, "quantity", expected, seen);
    }
  if (order->flatten)
    return;
  if (sent->type != DESK_ORDER_TYPE_UNSET && echo->type != DESK_ORDER_TYPE_UNSET && sent->type != echo->type)
    {
      const char *seen = desk_order_type_nick ((DeskOrderType) echo->type);

      differs (found, "type", desk_order_type_nick ((DeskOrderType) sent->type), seen != NULL ? seen : "other");
    }
  if (limit && !order->offsets && !(order->changing && asked->price1 == echo->price1))
    compare_price (verify, order, found, "price", sent->price1, echo->price1);
  if (has_second_price (sent) && !order->offsets
      && !(order->changing && asked->price2 == echo->price2))
    compare_price (verify, order, found, "second price", sent->price2, echo->price2);
  if (sent->tif != DESK_TIF_UNSET && echo->tif != DESK_TIF_UNSET && sent->tif != echo->tif
      && !(order->changing && asked->tif == echo->tif))
    differs (found, "time in force", desk_tif_nick ((DeskTif) sent->tif), desk_tif_nick ((DeskTif) echo->tif));
}

static void
miss (GString    *unsaid,
      gboolean    missing,
      const char *name)
{
  if (missing)
    g_string_append_printf (unsaid, "%s%s", unsaid->len > 0 ? ", " : "", name);
}

/* What was sent and has no echo. */
static char *
list_unsaid (const DeskLedgerOrder *order)
{
  const DeskLedgerTerms *sent = &order->sent, *echo = &order->echo;
  GString *unsaid = g_string_new (NULL);
  gboolean prices = !order->flatten && !order->offsets;

  miss (unsaid, sent->side != DESK_SIDE_NONE && echo->side == DESK_SIDE_NONE, "side");
  miss (unsaid, sent->quantity >= 0 && echo->quantity < 0, "quantity");
  miss (unsaid, !order->flatten && sent->type != DESK_ORDER_TYPE_UNSET && echo->type == DESK_ORDER_TYPE_UNSET, "type");
  miss (unsaid, prices && sent->type != DESK_ORDER_TYPE_MARKET && !isnan (sent->price1) && isnan (echo->price1), "price");
  miss (unsaid, prices && has_second_price (sent) && !isnan (sent->price2) && isnan (echo->price2), "second price");
  miss (unsaid, !order->flatten && sent->tif != DESK_TIF_UNSET && echo->tif == DESK_TIF_UNSET, "time in force");
  return g_string_free (unsaid, FALSE);
}

static DeskVerdict
echo (Verify                *verify,
      const DeskLedgerOrder *order)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) expected_text = g_string_new (NULL);
  g_autoptr (GString) seen_text = g_string_new (NULL);
  g_autofree char *name = verify_name (order);
  g_autofree char *unsaid = NULL;
  Differences found = { expected, seen, names, expected_text, seen_text, FALSE };
  VerifyAbout about = { .order = order, .records = { order->sent_record, order->change_record, order->echo_record } };

  if (order->change_record == 0)
    {
      about.records[1] = order->echo_record;
      about.records[2] = 0;
    }
  if (order->echo.quantity < 0 && order->echo.side == DESK_SIDE_NONE && order->echo.type == DESK_ORDER_TYPE_UNSET)
    return verify_say (verify, 2, DESK_VERDICT_NOT_PROVABLE, &about, "The server has not said what it made of %s", name);
  compare_terms (verify, order, &found);
  unsaid = list_unsaid (order);
  if (names->len == 0 && *unsaid != '\0')
    return verify_say (verify, 2, DESK_VERDICT_NOT_PROVABLE, &about, "The server's echo of %s does not say: %s", name, unsaid);
  if (names->len == 0 && found.unread)
    return verify_say (verify, 2, DESK_VERDICT_NOT_PROVABLE, &about,
                       "The server's price of %s cannot be read: %s has no definition on this connection yet", name, order->symbol);
  if (names->len == 0)
    return verify_say (verify, 2, DESK_VERDICT_MATCH, &about, NULL);
  about.expected = expected->str;
  about.seen = seen->str;
  about.expected_text = expected_text->str;
  about.seen_text = seen_text->str;
  return verify_say (verify, 2, DESK_VERDICT_MISMATCH, &about, "%s stands at the server with another %s than was sent: %s instead of %s",
                     name, names->str, seen_text->str, expected_text->str);
}

/* ---- V4: filled + remaining = quantity, while it works ---- */

static DeskVerdict
remaining (Verify                *verify,
           const DeskLedgerOrder *order)
{
  VerifyAbout about = { .order = order, .records = { order->echo_record } };
  g_autofree char *expected = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *name = NULL;

  /* What was cancelled or is being changed may leave contracts out. */
  if (order->status == DTC_ORDER_STATUS_UNSPECIFIED || verify_is_final (order->status)
      || order->status == DTC_ORDER_STATUS_PENDING_CANCEL_REPLACE || order->status == DTC_ORDER_STATUS_PENDING_CANCEL)
    return DESK_VERDICT_MATCH;
  name = verify_name (order);
  if (order->filled < 0 || order->remaining < 0 || order->echo.quantity < 0)
    return verify_say (verify, 4, DESK_VERDICT_NOT_PROVABLE, &about, "The server does not say how many contracts of %s are %s", name,
                       order->echo.quantity < 0 ? "ordered" : order->filled < 0 ? "filled" : "left");
  expected = g_strdup_printf ("%" G_GINT64_FORMAT, order->echo.quantity);
  seen = g_strdup_printf ("%" G_GINT64_FORMAT, order->filled + order->remaining);
  about.expected = expected;
  about.seen = seen;
  if (order->filled + order->remaining == order->echo.quantity)
    return verify_say (verify, 4, DESK_VERDICT_MATCH, &about, NULL);
  return verify_say (verify, 4, DESK_VERDICT_MISMATCH, &about,
                     "%s: the server counts %" G_GINT64_FORMAT " filled and %" G_GINT64_FORMAT " left, which is not its quantity of %s", name,
                     order->filled, order->remaining, expected);
}

/* ---- V11, V13, V14: what the server said of it contradicts itself ---- */

static const char *
status_word (gint64 status)
{
  static const char *const words[] = { "unspecified",       "sent",           "pending open", "pending child", "open",
                                       "pending change",    "pending cancel", "filled",       "canceled",      "rejected",
                                       "partially filled" };

  return status >= 0 && status < (gint64) G_N_ELEMENTS (words) ? words[status] : "unknown";
}

static DeskVerdict
say_fault (Verify                *verify,
           const DeskLedgerOrder *order,
           const DeskLedgerFault *fault)
{
  VerifyAbout about = { .order = order, .records = { fault->records[0], fault->records[1] } };
  g_autofree char *name = verify_name (order);
  g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, fault->expected);
  g_autofree char *seen = g_strdup_printf ("%" G_GINT64_FORMAT, fault->seen);

  about.expected = expected;
  about.seen = seen;
  switch (fault->kind)
    {
    case DESK_FAULT_TRANSITION:
      about.expected = status_word (fault->expected);
      about.seen = status_word (fault->seen);
      return verify_say (verify, 11, DESK_VERDICT_MISMATCH, &about, "The server called %s %s after it had called it %s", name, about.seen,
                         about.expected);
    case DESK_FAULT_LATE_FILL:
      return verify_say (verify, 11, DESK_VERDICT_MISMATCH, &about,
                         "The server filled %s after its end: %s contracts, %s when it ended", name, seen, expected);
    case DESK_FAULT_SHORT:
      return verify_say (verify, 11, DESK_VERDICT_MISMATCH, &about, "The server called %s filled with %s of %s contracts", name, seen,
                         expected);
    case DESK_FAULT_COUNT_BACK:
      return verify_say (verify, 11, DESK_VERDICT_MISMATCH, &about,
                         "The server took contracts of %s back: %s filled, %s before", name, seen, expected);
    case DESK_FAULT_REUSED:
      return verify_say (verify, 13, DESK_VERDICT_MISMATCH, &about, "The ClientOrderID of %s stands for a second order at the server: %s", name,
                         fault->other != NULL && *fault->other != '\0' ? fault->other : "without an id");
    case DESK_FAULT_TWO_ORDERS:
    default:
      about.expected = *order->server_id != '\0' ? order->server_id : order->client_id;
      about.seen = fault->other;
      return verify_say (verify, 14, DESK_VERDICT_MISMATCH, &about, "One message of the server names %s and another order: %s", name,
                         fault->other != NULL ? fault->other : "");
    }
}

/* An order of nobody's with an id of ours: a copy of this installation trades, or its state file was restored. */
static gboolean
is_of_a_copy (Verify                *verify,
              const DeskLedgerOrder *order)
{
  char install[7];
  guint generation;
  guint64 counter;

  return !order->ours && verify->in->install != NULL && desk_order_id_parse (order->client_id, install, &generation, &counter)
         && strcmp (install, verify->in->install) == 0;
}

static DeskVerdict
contradictions (Verify                *verify,
                const DeskLedgerOrder *order)
{
  DeskVerdict verdict = DESK_VERDICT_MATCH;
  const DeskLedgerFault *fault;
  gboolean states = FALSE, ids = FALSE;
  VerifyAbout about = { .order = order, .records = { order->answer_record, order->echo_record } };

  for (fault = order->faults; fault != NULL; fault = fault->next)
    {
      verdict = say_fault (verify, order, fault);
      states = states || fault->kind <= DESK_FAULT_COUNT_BACK;
      ids = ids || fault->kind == DESK_FAULT_REUSED;
    }
  if (!states && order->answered_epoch != 0)
    {
      if (order->status == DTC_ORDER_STATUS_UNSPECIFIED)
        {
          g_autofree char *name = verify_name (order);

          verdict = verify_worse (verdict, verify_say (verify, 11, DESK_VERDICT_NOT_PROVABLE, &about,
                                                "The server has not said in which state %s is", name));
        }
      else
        verify_say (verify, 11, DESK_VERDICT_MATCH, &about, NULL);
    }
  if (!ids && *order->client_id != '\0')
    verify_say (verify, 13, DESK_VERDICT_MATCH, &about, NULL);
  if (is_of_a_copy (verify, order))
    {
      g_autofree char *name = verify_name (order);

      about.expected = "no such order";
      about.seen = order->client_id;
      verdict = verify_say (verify, 14, DESK_VERDICT_MISMATCH, &about,
                            "%s has an id of this installation and was not sent from here: a copy of it trades, or its state file was restored",
                            name);
    }
  else if (!order->ours)
    {
      const DeskTruthOrder *row = verify_truth (verify, order);

      if (row != NULL && row->ours && !order->adopted)
        {
          g_autofree char *name = verify_name (order);

          about.expected = "external";
          about.seen = row->state.client_order_id;
          verdict = verify_say (verify, 14, DESK_VERDICT_MISMATCH, &about, "%s is not ours and stands in the list as ours", name);
        }
      else
        verify_say (verify, 14, DESK_VERDICT_MATCH, &about, NULL);
    }
  return verdict;
}

DeskVerdict
verify_order (Verify                *verify,
              const DeskLedgerOrder *order)
{
  DeskVerdict verdict = DESK_VERDICT_MATCH;

  if (order->ours && !order->not_sent)
    {
      verdict = first_answer (verify, order);
      if (order->answered_epoch != 0 && order->status != DTC_ORDER_STATUS_REJECTED)
        verdict = verify_worse (verdict, echo (verify, order));
    }
  if (order->answered_epoch != 0)
    verdict = verify_worse (verdict, remaining (verify, order));
  return verify_worse (verdict, contradictions (verify, order));
}

/* ---- V10: what works here is what works there ---- */

static gboolean
works_here (const DeskTruthOrder *order)
{
  switch (order->state.status)
    {
    case DESK_STATUS_WORKING:
    case DESK_STATUS_HELD_BY_PARENT:
    case DESK_STATUS_CHANGING:
    case DESK_STATUS_CANCELLING:
    case DESK_STATUS_PART_FILLED:
      return TRUE;
    case DESK_STATUS_UNKNOWN:
      return order->answered; /* it was said to work; of what was never answered nobody claims it */
    case DESK_STATUS_DRAFT:
    case DESK_STATUS_BLOCKED:
    case DESK_STATUS_SENT:
    case DESK_STATUS_FILLED:
    case DESK_STATUS_CANCELLED:
    case DESK_STATUS_EXPIRED:
    case DESK_STATUS_REJECTED:
    case DESK_STATUS_NOT_AT_SERVER:
    case DESK_STATUS_NOT_SENT:
    default:
      return FALSE;
    }
}

/* The server spoke of it, or we did, after it was asked. */
static gboolean
is_moving (Verify               *verify,
           const DeskTruthOrder *order)
{
  guint32 epoch = verify->in->epoch;

  return (order->touched_epoch == epoch && order->touched_mono >= verify->in->started)
         || (order->intent_epoch == epoch && order->intent_mono >= verify->in->started - DESK_VERIFY_ANSWER);
}

static void
say_working (Verify               *verify,
             const DeskTruthOrder *order,
             DeskVerdict           verdict,
             const char           *expected,
             const char           *seen,
             const char           *format)
{
  const DeskLedgerOrder *book = desk_ledger_find (verify->ledger, order->state.client_order_id, order->state.server_order_id);
  g_autofree char *name = desk_truth_order_name (order);
  VerifyAbout about = { .order = book, .account = order->state.account, .symbol = order->state.symbol, .expected = expected, .seen = seen };

  if (book != NULL)
    about.records[0] = book->status_record != 0 ? book->status_record : book->sent_record;
  if (format == NULL)
    verify_say (verify, 10, verdict, &about, NULL);
  else
    verify_say (verify, 10, verdict, &about, "%s %s", name, format);
}

void
verify_working (Verify *verify)
{
  const DeskEvidence *evidence = verify->in->evidence;
  const GPtrArray *open = desk_truth_open_orders (verify->truth);
  guint n = 0, n_wrong = 0, n_moving = 0, i;
  VerifyAbout about = { 0 };
  GHashTableIter iter;
  gpointer key;

  if (!evidence->orders_complete)
    {
      about.unaskable = verify->in->orders_unaskable;
      verify_say (verify, 10, DESK_VERDICT_NOT_PROVABLE, &about, "The server has not listed its open orders: %s",
                  verify->in->orders_why != NULL ? verify->in->orders_why : "it was not asked");
      return;
    }
  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);
      gboolean listed = g_hash_table_contains (evidence->listed, &order->state.key);

      if (!listed && (is_moving (verify, order) || !works_here (order)))
        {
          n_moving += works_here (order);
          continue;
        }
      n++;
      if (listed)
        {
          say_working (verify, order, DESK_VERDICT_MATCH, "working", "working", NULL);
          continue;
        }
      n_wrong++;
      say_working (verify, order, DESK_VERDICT_MISMATCH, "working", "absent", "is not among the server's open orders, and nothing says why");
    }
  g_hash_table_iter_init (&iter, evidence->listed);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const DeskTruthOrder *order = desk_truth_find_key (verify->truth, *(const guint64 *) key);

      if (order == NULL || !desk_status_is_final (order->base) || is_moving (verify, order))
        continue;
      n_wrong++;
      say_working (verify, order, DESK_VERDICT_MISMATCH, desk_status_nick (order->base), "working",
                   "has ended here, and the server lists it as working");
    }
  if (n > 0 || n_wrong > 0 || n_moving > 0)
    return;
  about.expected = about.seen = "0";
  verify_say (verify, 10, DESK_VERDICT_MATCH, &about, NULL);
}
