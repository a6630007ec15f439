/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "truth-book.h"

/* ---- permutations ---- */

static void
permute (guint          n,
         guint         *order,
         guint          depth,
         void         (*check) (const guint *order, guint n, gpointer data),
         gpointer       data)
{
  guint i;

  if (depth == n)
    {
      check (order, n, data);
      return;
    }
  for (i = depth; i < n; i++)
    {
      guint kept = order[depth];

      order[depth] = order[i];
      order[i] = kept;
      permute (n, order, depth + 1, check, data);
      kept = order[depth];
      order[depth] = order[i];
      order[i] = kept;
    }
}

typedef struct
{
  Update     updates[6];
  DeskStatus expected;
  gint64     booked;
  guint      n_certain; /* how many orders of arrival ended certain */
} Story;

static void
check_story (const guint *order,
             guint        n,
             gpointer     data)
{
  Story *story = data;
  Book book;
  guint i;

  start (&book, 4);
  for (i = 0; i < n; i++)
    update (&book, &story->updates[order[i]]);
  /* Either right, or visibly not certain: never wrong and certain. */
  if (ours (&book)->state.certainty == DESK_CERTAINTY_FRESH)
    {
      g_assert_cmpint (ours (&book)->state.status, ==, story->expected);
      g_assert_cmpint (ours (&book)->booked, ==, story->booked);
      story->n_certain++;
    }
  g_assert_cmpint (booked_fills (&book), ==, story->booked);
  g_assert_cmpint (ours (&book)->state.filled, ==, story->booked);
  book_clear (&book);
}

static void
test_permutations (void)
{
  static Story stories[] = {
    { { { CLIENT, "S1", NULL, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 4, 0, NULL, 0, 5000, 10 },
        { CLIENT, "S1", NULL, DTC_ORDER_FILLED_PARTIALLY, DTC_ORDER_STATUS_PARTIALLY_FILLED, 4, 1, "E1", 1, 5000, 11 },
        { CLIENT, "S1", NULL, DTC_ORDER_FILLED_PARTIALLY, DTC_ORDER_STATUS_PARTIALLY_FILLED, 4, 2, "E2", 1, 5000, 12 },
        { CLIENT, "S1", NULL, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED, 4, 4, "E3", 2, 5000, 13 },
        { CLIENT, "S1", NULL, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED, 4, 4, "E3", 2, 5000, 13 },
        { CLIENT, "S1", NULL, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_FILLED, 4, 4, NULL, 0, 5000, 14 } },
      DESK_STATUS_FILLED, 4, 0 },
    { { { CLIENT, "S1", NULL, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 4, 0, NULL, 0, 5000, 10 },
        { CLIENT, "S1", NULL, DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_OPEN, 4, 0, NULL, 0, 5000, 10.5 },
        { CLIENT, "S1", NULL, DTC_ORDER_FILLED_PARTIALLY, DTC_ORDER_STATUS_PARTIALLY_FILLED, 4, 1, "E1", 1, 5000, 11 },
        { CLIENT, "S1", NULL, DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_PENDING_CANCEL, 4, 1, NULL, 0, 5000, 12 },
        { CLIENT, "S1", NULL, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, 4, 1, NULL, 0, 5000, 13 },
        { CLIENT, "S1", NULL, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_CANCELED, 4, 1, NULL, 0, 5000, 14 } },
      DESK_STATUS_CANCELLED, 1, 0 },
  };
  guint s, i;

  for (s = 0; s < G_N_ELEMENTS (stories); s++)
    {
      guint order[6] = { 0, 1, 2, 3, 4, 5 };

      permute (6, order, 0, check_story, &stories[s]);
      /* As the server stamps its messages, every order of arrival can be told apart. */
      g_assert_cmpuint (stories[s].n_certain, ==, 720);
      /* Without stamps some cannot; they must not pretend. */
      for (i = 0; i < 6; i++)
        stories[s].updates[i].time = 0;
      permute (6, order, 0, check_story, &stories[s]);
    }
}

/* Filled 2 before; the link is lost; fills of 1 and 1; then the snapshot, the live update and the history in any order. */
static void
check_partial (const guint *order,
               guint        n,
               gpointer     data)
{
  Book book;
  guint i;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN));
  update (&book, UPDATE (.reason = DTC_ORDER_FILLED_PARTIALLY, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 2, .execution = "E1", .last = 2));
  local (&book, DESK_RECORD_LINK, "{\"link\":\"end\"}");
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_STALE);
  begin (&book);
  for (i = 0; i < n; i++)
    {
      if (order[i] == 0)
        update (&book, UPDATE (.reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_FILLED, .filled = 4));
      else if (order[i] == 1)
        update (&book, UPDATE (.reason = DTC_ORDER_FILLED, .status = DTC_ORDER_STATUS_FILLED, .filled = 4, .execution = "E3", .last = 1));
      else
        {
          history (&book, "S1", "E1", 2);
          history (&book, "S1", "E2", 1);
          history (&book, "S1", "E3", 1);
        }
    }
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (ours (&book)->booked, ==, 4);
  g_assert_cmpint (ours (&book)->synthetic, ==, 0);
  g_assert_cmpint (booked_fills (&book), ==, 4);
  g_assert_nonnull (desk_truth_find_execution (book.truth, ACCOUNT, "E2"));
  g_assert_nonnull (desk_truth_find_execution (book.truth, ACCOUNT, "E3"));
  g_assert_cmpfloat (ours (&book)->state.average_price, ==, 5000);
  book_clear (&book);
}

static void
test_partial_across_reconnect (void)
{
  guint order[3] = { 0, 1, 2 };

  permute (3, order, 0, check_partial, NULL);
}

/* ---- reason x status ---- */

static void
test_table (void)
{
  int reason, status;

  for (reason = -1; reason <= 12; reason++)
    {
      for (status = -1; status <= 12; status++)
        {
          gboolean refusal = reason == DTC_ORDER_CANCEL_REJECTED || reason == DTC_ORDER_CANCEL_REPLACE_REJECTED;
          gboolean outside = reason < 0 || reason > 10 || status < 0 || status > 10;
          const DeskOrderState *state;
          Book book;

          start (&book, 4);
          update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN));
          update (&book, UPDATE (.reason = reason, .status = status, .filled = status == DTC_ORDER_STATUS_FILLED ? 4 : status == DTC_ORDER_STATUS_PARTIALLY_FILLED ? 1 : 0));
          state = &ours (&book)->state;
          if (outside || status == DTC_ORDER_STATUS_UNSPECIFIED)
            {
              /* Filled by number is filled, whatever the reason is called. */
              g_assert_cmpint (state->certainty, ==, DESK_CERTAINTY_UNKNOWN);
              g_assert_cmpint (state->status, ==, DESK_STATUS_UNKNOWN);
              g_assert_true (book.changes.doubt);
            }
          else if (status == DTC_ORDER_STATUS_REJECTED)
            {
              /* A refused cancel or change never ends the order. */
              if (refusal || reason == DTC_ORDER_FILLED || reason == DTC_ORDER_FILLED_PARTIALLY || reason == DTC_ORDER_CANCELED
                  || reason == DTC_ORDER_CANCEL_REPLACE_COMPLETE)
                {
                  g_assert_cmpint (state->status, ==, DESK_STATUS_UNKNOWN);
                  g_assert_true (book.changes.doubt);
                }
              else
                g_assert_cmpint (state->status, ==, DESK_STATUS_REJECTED);
            }
          else if (reason == DTC_NEW_ORDER_REJECTED)
            g_assert_cmpint (state->certainty, ==, DESK_CERTAINTY_UNKNOWN);
          else if (status == DTC_ORDER_STATUS_FILLED)
            g_assert_cmpint (state->status, ==, DESK_STATUS_FILLED);
          else if (status == DTC_ORDER_STATUS_CANCELED)
            g_assert_cmpint (state->status, ==, DESK_STATUS_CANCELLED);
          else
            g_assert_false (desk_status_is_final (state->status));

          if (!outside && refusal)
            g_assert_cmpint (state->reason, ==, reason == DTC_ORDER_CANCEL_REJECTED ? DESK_REASON_CANCEL_REJECTED : DESK_REASON_CHANGE_REJECTED);
          if (status == DTC_ORDER_STATUS_PENDING_CANCEL && !outside && reason <= DTC_ORDER_FILLED_PARTIALLY)
            g_assert_cmpint (state->status, ==, DESK_STATUS_CANCELLING);
          if (status == DTC_ORDER_STATUS_PENDING_CANCEL_REPLACE && !outside && reason <= DTC_ORDER_FILLED_PARTIALLY)
            g_assert_cmpint (state->status, ==, DESK_STATUS_CHANGING);
          book_clear (&book);
        }
    }
}

static void
test_traps (void)
{
  Book book;

  /* Rejected without a ServerOrderID: the server does not know that id, the order may still work. */
  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN));
  update (&book, UPDATE (.reason = DTC_ORDER_CANCEL_REJECTED, .status = DTC_ORDER_STATUS_REJECTED, .server = ""));
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_UNKNOWN);
  g_assert_cmpint (ours (&book)->base, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (ours (&book)->state.cancel, ==, DESK_OVERLAY_REFUSED);
  book_clear (&book);

  /* Called filled with less than was ordered: the numbers win, and it shows. */
  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_FILLED, .status = DTC_ORDER_STATUS_FILLED, .filled = 3, .execution = "E1", .last = 3));
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_PART_FILLED);
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_true (book.changes.doubt);
  book_clear (&book);

  /* Cancelled with more filled than known: the fill first, then the end. */
  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_CANCELED, .status = DTC_ORDER_STATUS_CANCELED, .filled = 1));
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (ours (&book)->booked, ==, 1);
  g_assert_cmpuint (book.changes.fills->len, ==, 1);
  book_clear (&book);

  /* A fill after the end applies and alarms. */
  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_CANCELED, .status = DTC_ORDER_STATUS_CANCELED));
  update (&book, UPDATE (.reason = DTC_ORDER_FILLED, .status = DTC_ORDER_STATUS_FILLED, .filled = 4, .execution = "E1", .last = 4));
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (booked_fills (&book), ==, 4);
  g_assert_true (has_notice (&book, "END_CORRECTED"));
  book_clear (&book);

  /* Ended, and works again. */
  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_CANCELED, .status = DTC_ORDER_STATUS_CANCELED));
  update (&book, UPDATE (.reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_OPEN));
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_WORKING);
  g_assert_true (has_notice (&book, "RESURRECTED"));
  book_clear (&book);

  /* Less filled than before, and later: nothing is booked back. */
  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_FILLED_PARTIALLY, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 2, .execution = "E1", .last = 2, .time = 10));
  update (&book, UPDATE (.reason = DTC_GENERAL_ORDER_UPDATE, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 1, .time = 11));
  g_assert_cmpint (ours (&book)->booked, ==, 2);
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_true (book.changes.doubt);
  book_clear (&book);

  /* More filled than ordered: booked, with an alarm. */
  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_FILLED, .status = DTC_ORDER_STATUS_FILLED, .filled = 5, .execution = "E1", .last = 5));
  g_assert_cmpint (booked_fills (&book), ==, 5);
  g_assert_true (has_notice (&book, "OVERFILL"));
  book_clear (&book);

  /* Refused with fills. */
  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_FILLED_PARTIALLY, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 1, .execution = "E1", .last = 1));
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_REJECTED, .status = DTC_ORDER_STATUS_REJECTED, .filled = 1));
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  book_clear (&book);
}

/* ---- fills ---- */

static void
test_duplicates (void)
{
  Book book;
  guint i;

  start (&book, 4);
  for (i = 0; i < 1000; i++)
    update (&book, UPDATE (.reason = DTC_ORDER_FILLED_PARTIALLY, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 2, .execution = "E1", .last = 2));
  g_assert_cmpuint (desk_truth_n_fills (book.truth), ==, 1);
  /* The same execution again, and this time with the end: the end counts. */
  update (&book, UPDATE (.reason = DTC_ORDER_CANCELED, .status = DTC_ORDER_STATUS_CANCELED, .filled = 2, .execution = "E1", .last = 2));
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpuint (desk_truth_n_fills (book.truth), ==, 1);
  for (i = 0; i < 3; i++)
    history (&book, "S1", "E1", 2);
  g_assert_cmpuint (desk_truth_n_fills (book.truth), ==, 1);
  /* A known execution with a larger sum: the rest is booked under an id of its own. */
  update (&book, UPDATE (.reason = DTC_ORDER_FILLED_PARTIALLY, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 3, .execution = "E1", .last = 2));
  g_assert_cmpint (booked_fills (&book), ==, 3);
  g_assert_cmpint (ours (&book)->synthetic, ==, 1);
  book_clear (&book);
}

static void
test_synthetic (void)
{
  Book book;
  const DeskTruthFill *fill;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 3));
  g_assert_cmpint (ours (&book)->synthetic, ==, 3);
  fill = desk_truth_get_fill (book.truth, 0);
  g_assert_true (g_str_has_prefix (fill->state.execution_id, "syn:"));
  history (&book, "S1", "E1", 1);
  g_assert_true (fill->superseded);
  g_assert_cmpint (ours (&book)->synthetic, ==, 2);
  g_assert_cmpint (booked_fills (&book), ==, 3);
  g_assert_cmpuint (book.changes.fills->len, ==, 2);
  g_assert_cmpstr (((DeskTruthFill *) g_ptr_array_index (book.changes.fills, 0))->state.replaces[0], ==, fill->state.execution_id);
  history (&book, "S1", "E2", 2);
  g_assert_cmpint (ours (&book)->synthetic, ==, 0);
  g_assert_cmpint (booked_fills (&book), ==, 3);
  g_assert_cmpint (desk_truth_find_position (book.truth, ACCOUNT, SYMBOL)->booked, ==, 3);
  book_clear (&book);
}

static void
test_attribution_hole (void)
{
  Book book;

  /* The fill comes before anybody can say whose it is; a later message names the order. */
  start (&book, 4);
  history (&book, "S1", "E1", 1);
  g_assert_cmpint (ours (&book)->booked, ==, 0);
  g_assert_cmpint (desk_truth_find_position (book.truth, ACCOUNT, SYMBOL)->booked, ==, 1);
  update (&book, UPDATE (.reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 1));
  g_assert_cmpint (ours (&book)->booked, ==, 1);
  g_assert_cmpuint (desk_truth_n_fills (book.truth), ==, 1);
  g_assert_cmpuint (book.changes.attributed->len, ==, 1);
  g_assert_cmpint (desk_truth_find_position (book.truth, ACCOUNT, SYMBOL)->booked, ==, 1);
  book_clear (&book);
}

/* An exit by 209 has no side of its own until the server tells it: its fill may come first all the same. */
static void
test_flatten_fill_first (void)
{
  g_autoptr (DeskRecord) record = NULL;
  Book book;

  book_init (&book);
  begin (&book);
  record = record_new (&book, DESK_RECORD_INTENT, "{\"intent\":\"flatten\",\"source\":\"flatten\"}");
  record->client_order_id = g_strdup (CLIENT);
  record->account = g_strdup (ACCOUNT);
  record->symbol = g_strdup (SYMBOL);
  desk_truth_changes_reset (&book.changes);
  desk_truth_fold (book.truth, record, NULL, NULL, &book.changes);
  g_assert_cmpint (ours (&book)->state.side, ==, DESK_SIDE_NONE);
  history (&book, "S1", "E1", 4);
  update (&book, UPDATE (.reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_FILLED, .filled = 4));
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (ours (&book)->booked, ==, 4);
  g_assert_cmpint (booked_fills (&book), ==, 4);
  book_clear (&book);
}

/* ---- merging ---- */

static void
test_merge (void)
{
  Book book;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN, .price = 5001));
  update (&book, UPDATE (.reason = DTC_GENERAL_ORDER_UPDATE, .status = DTC_ORDER_STATUS_OPEN, .quantity = -1, .filled = -1));
  g_assert_cmpint (ours (&book)->state.quantity, ==, 4);
  g_assert_cmpint (ours (&book)->state.filled, ==, 0);
  g_assert_cmpfloat (ours (&book)->state.price.display, ==, 5001);
  /* The restated order may be anonymous but for our tag. */
  update (&book, UPDATE (.reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_OPEN, .client = "", .free_text = CLIENT));
  g_assert_cmpuint (desk_truth_n_orders (book.truth), ==, 1);
  /* Off the grid is kept as it came. */
  update (&book, UPDATE (.reason = DTC_GENERAL_ORDER_UPDATE, .status = DTC_ORDER_STATUS_OPEN, .price = 5000.1));
  g_assert_cmpint (ours (&book)->state.price.kind, ==, DESK_PRICE_RAW);
  g_assert_cmpfloat (ours (&book)->state.price.display, ==, 5000.1);
  book_clear (&book);
}

static void
test_bad_numbers (void)
{
  static const double bad[] = { 1.5, 1e10, -3, NAN, INFINITY };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      Book book;

      start (&book, 4);
      update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN));
      if (bad[i] >= 0 || isnan (bad[i]))
        {
          update (&book, UPDATE (.reason = DTC_ORDER_FILLED, .status = DTC_ORDER_STATUS_FILLED, .filled = bad[i]));
          g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_UNKNOWN);
          g_assert_cmpint (ours (&book)->booked, ==, 0);
          g_assert_true (book.changes.doubt);
        }
      book_clear (&book);
    }
}

/* A status that the numbering lacks: this order is unknown, the numbering is in doubt. */
static void
test_bad_status (void)
{
  Book book;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = 0, .flags = DTC_MESSAGE_BAD_STATUS));
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_UNKNOWN);
  g_assert_true (book.changes.bad_status);
  book_clear (&book);
}

/* ---- ids ---- */

static void
test_replace_new_id (void)
{
  Book book;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN, .price = 5000));
  change (&book, 1, 5002, 6);
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_CHANGING);
  update (&book, UPDATE (.reason = DTC_ORDER_CANCEL_REPLACE_COMPLETE, .status = DTC_ORDER_STATUS_OPEN, .server = "S2", .previous = "S1", .price = 5002, .quantity = 6));
  g_assert_cmpstr (ours (&book)->state.server_order_id, ==, "S2");
  g_assert_cmpint (ours (&book)->state.change, ==, DESK_OVERLAY_NONE);
  g_assert_cmpint (ours (&book)->state.quantity, ==, 6);
  g_assert_false (has_notice (&book, "CHANGE_DIFFERS"));
  /* Both ids find it, and a fill under the old one counts. */
  g_assert_true (desk_truth_find_server (book.truth, "S1") == ours (&book));
  g_assert_true (desk_truth_find_server (book.truth, "S2") == ours (&book));
  history (&book, "S1", "E1", 1);
  history (&book, "S2", "E2", 1);
  g_assert_cmpint (ours (&book)->booked, ==, 2);
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_FRESH);
  book_clear (&book);
}

static void
test_replace_differs (void)
{
  Book book;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN, .price = 5000));
  change (&book, 1, 5002, 0);
  update (&book, UPDATE (.reason = DTC_ORDER_CANCEL_REPLACE_COMPLETE, .status = DTC_ORDER_STATUS_OPEN, .price = 5001));
  g_assert_true (has_notice (&book, "CHANGE_DIFFERS"));
  g_assert_nonnull (strstr (ours (&book)->state.text, "5002"));
  g_assert_nonnull (strstr (ours (&book)->state.text, "5001"));
  g_assert_cmpint (ours (&book)->state.reason, ==, DESK_REASON_CHANGE_DONE);
  book_clear (&book);
}

static void
test_replace_refused (void)
{
  Book book;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN, .price = 5000));
  change (&book, 1, 5002, 0);
  update (&book, UPDATE (.reason = DTC_ORDER_CANCEL_REPLACE_REJECTED, .status = DTC_ORDER_STATUS_OPEN, .price = 5000));
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (ours (&book)->state.reason, ==, DESK_REASON_CHANGE_REJECTED);
  g_assert_cmpint (ours (&book)->state.change, ==, DESK_OVERLAY_REFUSED);
  book_clear (&book);
}

static void
test_two_live (void)
{
  Book book;
  DeskTruthOrder *other;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN));
  change (&book, 1, 5002, 0);
  update (&book, UPDATE (.reason = DTC_ORDER_CANCEL_REPLACE_COMPLETE, .status = DTC_ORDER_STATUS_OPEN, .server = "S2", .previous = "S1", .price = 5002));
  update (&book, UPDATE (.reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_OPEN, .server = "S1"));
  g_assert_true (has_notice (&book, "TWO_LIVE_ORDERS"));
  g_assert_cmpuint (desk_truth_n_orders (book.truth), ==, 2);
  other = desk_truth_find_server (book.truth, "S1");
  g_assert_true (other != ours (&book));
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_cmpint (other->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  /* It stays a conflict while both live, whatever is said of one of them. */
  update (&book, UPDATE (.reason = DTC_GENERAL_ORDER_UPDATE, .status = DTC_ORDER_STATUS_OPEN, .server = "S2", .price = 5002));
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  local (&book, DESK_RECORD_SNAPSHOT, "{\"verdicts\":[{\"key\":1,\"verdict\":\"change-applied\"}]}");
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_cmpstr (ours (&book)->state.text, ==, desk_truth_two_live_text);
  update (&book, UPDATE (.reason = DTC_ORDER_CANCELED, .status = DTC_ORDER_STATUS_CANCELED, .server = "S1"));
  g_assert_cmpint (other->state.status, ==, DESK_STATUS_CANCELLED);
  update (&book, UPDATE (.reason = DTC_GENERAL_ORDER_UPDATE, .status = DTC_ORDER_STATUS_OPEN, .server = "S2", .price = 5002));
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_FRESH);
  book_clear (&book);
}

static void
test_id_conflict (void)
{
  Book book;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN));
  update (&book, UPDATE (.client = "OTHER", .server = "S9", .reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN));
  update (&book, UPDATE (.client = CLIENT, .server = "S9", .reason = DTC_ORDER_FILLED, .status = DTC_ORDER_STATUS_FILLED, .filled = 4, .execution = "E1", .last = 4));
  g_assert_true (has_notice (&book, "ID_CONFLICT"));
  g_assert_cmpint (booked_fills (&book), ==, 0);
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_cmpint (desk_truth_find_server (book.truth, "S9")->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  book_clear (&book);
}

static void
test_id_reuse (void)
{
  Book book;
  DeskTruthOrder *mine, *other;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN, .received = 100));
  mine = ours (&book);
  local (&book, DESK_RECORD_LINK, "{\"link\":\"end\"}");
  begin (&book);
  update (&book, UPDATE (.client = "", .server = "S1", .symbol = "NQZ6", .side = DTC_SELL, .reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_OPEN));
  g_assert_true (has_notice (&book, "ID_REUSED"));
  other = desk_truth_find_server (book.truth, "S1");
  g_assert_true (other != mine);
  g_assert_cmpint (mine->state.certainty, ==, DESK_CERTAINTY_STALE);
  g_assert_cmpstr (other->state.symbol, ==, "NQZ6");
  book_clear (&book);
}

static void
test_external (void)
{
  Book book;
  DeskTruthOrder *order;

  book_init (&book);
  begin (&book);
  update (&book, UPDATE (.client = "THEIRS", .server = "S7", .reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_OPEN, .price = 5000));
  order = desk_truth_find (book.truth, "S7");
  g_assert_nonnull (order);
  g_assert_true (order == desk_truth_find (book.truth, "THEIRS"));
  g_assert_false (order->ours);
  g_assert_cmpint (order->state.certainty, ==, DESK_CERTAINTY_EXTERNAL);
  g_assert_cmpint (order->state.source, ==, DESK_SOURCE_EXTERNAL);
  g_assert_cmpint (order->state.key, ==, 1);
  book_clear (&book);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/truth/permutations", test_permutations);
  g_test_add_func ("/core/truth/partial-across-reconnect", test_partial_across_reconnect);
  g_test_add_func ("/core/truth/table", test_table);
  g_test_add_func ("/core/truth/traps", test_traps);
  g_test_add_func ("/core/truth/duplicates", test_duplicates);
  g_test_add_func ("/core/truth/synthetic", test_synthetic);
  g_test_add_func ("/core/truth/attribution-hole", test_attribution_hole);
  g_test_add_func ("/core/truth/flatten-fill-first", test_flatten_fill_first);
  g_test_add_func ("/core/truth/merge", test_merge);
  g_test_add_func ("/core/truth/bad-numbers", test_bad_numbers);
  g_test_add_func ("/core/truth/bad-status", test_bad_status);
  g_test_add_func ("/core/truth/replace/new-id", test_replace_new_id);
  g_test_add_func ("/core/truth/replace/differs", test_replace_differs);
  g_test_add_func ("/core/truth/replace/refused", test_replace_refused);
  g_test_add_func ("/core/truth/replace/two-live", test_two_live);
  g_test_add_func ("/core/truth/id-conflict", test_id_conflict);
  g_test_add_func ("/core/truth/id-reuse", test_id_reuse);
  g_test_add_func ("/core/truth/external", test_external);
  add_id_tests ();
  return g_test_run ();
}
