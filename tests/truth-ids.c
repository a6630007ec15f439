/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "truth-book.h"

/* Ids that a server gives again when it is started anew, names that it leaves out, and fills under them: nothing is
 * booked for an order that is not its own, and nothing twice. */

static gint64
position_booked (Book *book)
{
  return desk_truth_find_position (book->truth, ACCOUNT, SYMBOL)->booked;
}

static void
reconnect (Book *book)
{
  local (book, DESK_RECORD_LINK, "{\"link\":\"end\"}");
  begin (book);
}

/* A fill that was told before the order was sent is of an earlier order, which had the id before. */
static void
test_older_fill (void)
{
  Book book;

  book_init (&book);
  begin (&book);
  history (&book, "S1", "E1", 2);
  submit (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN));
  g_assert_cmpint (ours (&book)->booked, ==, 0);
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (position_booked (&book), ==, 2);
  book_clear (&book);
}

/* The very message that names the order says that it is younger than a fill under its id. */
static void
test_younger_than_fill (void)
{
  Book book;

  start (&book, 4);
  history (&book, "S1", "E1", 2);
  update (&book, UPDATE (.reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_OPEN, .received = 1793210400 + 60));
  g_assert_cmpint (ours (&book)->booked, ==, 0);
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_FRESH);
  book_clear (&book);
}

/* Listed without a name and with its fills; then the server gives the id to an order of ours: the fills stay where they
 * were. */
static void
test_fills_stay (void)
{
  Book book;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN));
  update (&book, UPDATE (.client = "", .server = "S2", .reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED,
                         .filled = 3));
  reconnect (&book);
  update (&book, UPDATE (.server = "S2", .reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 1));
  g_assert_cmpint (ours (&book)->booked, ==, 1);
  g_assert_cmpint (ours (&book)->state.filled, ==, 1);
  book_clear (&book);
}

/* A change gave it another id, under which it was listed without its name before the server named it. What is counted
 * there has been booked in part. */
static void
check_changed (gint64   first,
               gint64   then,
               gboolean by_hand)
{
  Book book;
  DeskTruthOrder *shown;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_FILLED_PARTIALLY, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .price = 5000, .filled = (double) first,
                         .execution = "E1", .last = (double) first));
  change (&book, 1, 5001, 5);
  reconnect (&book);
  update (&book, UPDATE (.client = "", .server = "S2", .reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED,
                         .price = 5001, .quantity = 5, .filled = (double) then));
  shown = desk_truth_find_server (book.truth, "S2");
  g_assert_true (shown != ours (&book));
  if (by_hand)
    {
      g_autoptr (DeskRecord) record = record_new (&book, DESK_RECORD_HUMAN, NULL);

      desk_truth_changes_reset (&book.changes);
      desk_truth_resolve (book.truth, ours (&book), "mine", "S2", "", record, &book.changes);
    }
  else
    {
      reconnect (&book);
      update (&book, UPDATE (.server = "S2", .reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED,
                             .price = 5001, .quantity = 5, .filled = (double) then));
      g_assert_false (has_notice (&book, "ID_CONFLICT"));
      g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_FRESH);
    }
  g_assert_cmpint (ours (&book)->booked, ==, then);
  g_assert_cmpint (ours (&book)->state.filled, ==, then);
  g_assert_cmpint (booked_fills (&book), ==, then);
  g_assert_cmpint (position_booked (&book), ==, then);
  g_assert_cmpstr (ours (&book)->state.server_order_id, ==, "S2");
  g_assert_cmpint (shown->taken_by, ==, ours (&book)->state.key);
  /* Whoever has heard of the bookings that are void is told. */
  if (by_hand)
    {
      const DeskTruthFill *fill = g_ptr_array_index (then > first ? book.changes.fills : book.changes.attributed, 0);

      g_assert_nonnull (fill->state.replaces);
      g_assert_true (g_str_has_prefix (fill->state.replaces[0], "syn:"));
    }
  /* Its executions come one by one and take the place of what was counted. */
  history (&book, "S1", "E1", first);
  if (then > first)
    history (&book, "S2", "E2", then - first);
  g_assert_cmpint (ours (&book)->booked, ==, then);
  g_assert_cmpint (ours (&book)->synthetic, ==, 0);
  g_assert_cmpint (position_booked (&book), ==, then);
  book_clear (&book);
}

static void
test_changed (void)
{
  check_changed (2, 3, FALSE);
  check_changed (2, 2, FALSE);
  check_changed (2, 3, TRUE);
  check_changed (2, 2, TRUE);
}

/* It had ended by the server's own word; what works under its id without its name, in a later connection, is another. */
static void
test_successor (void)
{
  Book book;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_CANCELED, .status = DTC_ORDER_STATUS_CANCELED));
  reconnect (&book);
  update (&book, UPDATE (.client = "", .server = "S1", .reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_PARTIALLY_FILLED,
                         .filled = 1));
  g_assert_true (has_notice (&book, "ID_REUSED"));
  g_assert_cmpint (ours (&book)->state.status, ==, DESK_STATUS_CANCELLED);
  g_assert_cmpint (ours (&book)->booked, ==, 0);
  g_assert_cmpint (desk_truth_find_server (book.truth, "S1")->state.certainty, ==, DESK_CERTAINTY_EXTERNAL);
  book_clear (&book);
}

/* The list of fills against what the server has said of the order: nobody is told that either is certain. */
static void
test_at_odds (void)
{
  const struct { int reason, status; gint64 filled, listed; } stories[] = {
    { DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, 0, 2 },
    { DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, 0, 4 },
    { DTC_OPEN_ORDERS_REQUEST_RESPONSE, DTC_ORDER_STATUS_OPEN, 0, 3 },
    { DTC_OPEN_ORDERS_REQUEST_RESPONSE, DTC_ORDER_STATUS_OPEN, 0, 4 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (stories); i++)
    {
      Book book;

      start (&book, 4);
      update (&book, UPDATE (.reason = stories[i].reason, .status = stories[i].status, .filled = (double) stories[i].filled));
      history (&book, "S1", "E1", stories[i].listed);
      g_assert_cmpint (ours (&book)->state.filled, ==, stories[i].filled + stories[i].listed);
      g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
      g_assert_cmpint (ours (&book)->state.status, !=, DESK_STATUS_FILLED);
      g_assert_nonnull (ours (&book)->state.text);
      g_assert_true (book.changes.doubt);
      /* The server's own count ends it. */
      update (&book, UPDATE (.reason = DTC_GENERAL_ORDER_UPDATE, .status = DTC_ORDER_STATUS_CANCELED,
                             .filled = (double) (stories[i].filled + stories[i].listed)));
      g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_FRESH);
      book_clear (&book);
    }
}

/* More than was ordered, and other rows of the answer follow. */
static void
test_overfill (void)
{
  Book book;

  start (&book, 4);
  update (&book, UPDATE (.reason = DTC_ORDER_FILLED, .status = DTC_ORDER_STATUS_FILLED, .filled = 4, .execution = "E1", .last = 4));
  history_of (&book, "S1", "E2", 2, 1, 3);
  g_assert_true (has_notice (&book, "OVERFILL"));
  g_assert_cmpint (ours (&book)->state.certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_cmpint (ours (&book)->state.filled, ==, 6);
  book_clear (&book);
}

/* Said to be filled before anybody knew of how many: once the quantity is known, the count decides. */
static void
test_filled_of_unknown (void)
{
  const struct { int reason, status; gint64 filled; } words[] = {
    { 0, 0, 0 },
    { 0, 0, 2 },
    { DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_UNSPECIFIED, 0 },
    { DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_REJECTED, 0 },
    { DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_FILLED, 0 },
    { DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_PENDING_CANCEL, 3 },
    { DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_ORDER_SENT, 0 },
    { DTC_GENERAL_ORDER_UPDATE, 99, 0 },
    { 99, DTC_ORDER_STATUS_FILLED, 0 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (words); i++)
    {
      Book book;
      DeskTruthOrder *order;

      book_init (&book);
      begin (&book);
      update (&book, UPDATE (.client = "", .server = "S7", .status = DTC_ORDER_STATUS_FILLED, .quantity = -1, .filled = -1));
      order = desk_truth_find_server (book.truth, "S7");
      g_assert_cmpint (order->state.status, ==, DESK_STATUS_FILLED);
      update (&book, UPDATE (.client = "", .server = "S7", .reason = words[i].reason, .status = words[i].status, .filled = (double) words[i].filled));
      g_assert_cmpint (order->state.quantity, ==, 4);
      g_assert_cmpint (order->state.filled, ==, words[i].filled);
      g_assert_cmpint (order->state.status, !=, DESK_STATUS_FILLED);
      g_assert_false (desk_status_is_final (order->state.status));
      g_assert_true (order->state.certainty == DESK_CERTAINTY_CONFLICT || order->state.certainty == DESK_CERTAINTY_UNKNOWN);
      g_assert_nonnull (order->state.text);
      g_assert_true (book.changes.doubt);
      /* The rest of its fills ends it. */
      update (&book, UPDATE (.client = "", .server = "S7", .reason = DTC_ORDER_FILLED, .status = DTC_ORDER_STATUS_FILLED, .filled = 4));
      g_assert_cmpint (order->state.status, ==, DESK_STATUS_FILLED);
      g_assert_cmpint (order->state.certainty, ==, DESK_CERTAINTY_EXTERNAL);
      book_clear (&book);
    }
}

/* What a restarted server may make of one of our orders in its list. */
typedef enum
{
  ROW_NAMED,
  ROW_BARE,          /* as it was, without our name */
  ROW_OTHER_SIDE,    /* its id is plainly somebody else's now */
  ROW_OTHER_QUANTITY,
  ROW_OTHER_PRICE,
  ROW_MOVED,         /* named, under the id of the next one */
  ROW_GONE,
  N_ROW_KINDS,
} RowKind;

#define ROWS_MAX 5

static void
say_row (Book        *book,
         guint        i,
         guint        n,
         RowKind      kind,
         DeskListMark mark)
{
  g_autofree char *client = g_strdup_printf ("T-%u", i);
  g_autofree char *server = g_strdup_printf ("S%u", kind == ROW_MOVED ? (i + 1) % n : i);

  update (book, UPDATE (.client = kind == ROW_NAMED || kind == ROW_MOVED ? client : "", .server = server, .list = mark,
                        .reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE, .status = DTC_ORDER_STATUS_OPEN,
                        .side = kind == ROW_OTHER_SIDE ? DTC_SELL : DTC_BUY, .quantity = kind == ROW_OTHER_QUANTITY ? 3 : 4,
                        .filled = kind == ROW_OTHER_QUANTITY ? 1 : 0, .price = kind == ROW_OTHER_PRICE ? 5001 : 5000));
}

static void
describe_one (GString              *out,
              const DeskTruthOrder *order)
{
  if (order == NULL)
    {
      g_string_append (out, "nobody; ");
      return;
    }
  g_string_append_printf (out, "%s/%s %d %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %d %g %" G_GINT64_FORMAT " %s; ", order->state.client_order_id,
                          order->state.server_order_id, order->state.status, order->state.certainty, order->state.quantity, order->state.filled,
                          order->base, order->state.side, order->state.price.display, order->booked, order->state.text);
}

/* A book that had @n orders of ours in its last connection, after a list with these rows in this order. */
static char *
after_list (const RowKind *kinds,
            const guint   *order,
            guint          n)
{
  GString *out = g_string_new (NULL);
  gboolean reused = FALSE;
  guint n_rows = 0, said = 0, i;
  Book book;

  book_init (&book);
  begin (&book);
  for (i = 0; i < n; i++)
    {
      g_autofree char *client = g_strdup_printf ("T-%u", i);
      g_autofree char *server = g_strdup_printf ("S%u", i);

      submit_as (&book, client, 4);
      update (&book, UPDATE (.client = client, .server = server, .reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN, .price = 5000));
      n_rows += kinds[i] != ROW_GONE;
      reused = reused || kinds[i] == ROW_OTHER_SIDE || (kinds[i] == ROW_MOVED && n > 1);
    }
  reconnect (&book);
  for (i = 0; i < n; i++)
    if (kinds[order[i]] != ROW_GONE)
      say_row (&book, order[i], n, kinds[order[i]], ++said == n_rows ? DESK_LIST_END : DESK_LIST_PART);
  g_assert_false (desk_truth_waits_for_list (book.truth, NULL));

  for (i = 0; i < n; i++)
    {
      g_autofree char *client = g_strdup_printf ("T-%u", i);
      g_autofree char *server = g_strdup_printf ("S%u", i);
      const DeskTruthOrder *mine = desk_truth_find_client (book.truth, client);
      const DeskTruthOrder *there = desk_truth_find_server (book.truth, server);

      describe_one (out, mine);
      describe_one (out, there);
      /* Where the ids of this connection say nothing, nothing can be sent to what is unlike ours. */
      if (reused && (kinds[i] == ROW_OTHER_QUANTITY || kinds[i] == ROW_OTHER_PRICE))
        g_assert_true (there != mine && mine->booked == 0 && mine->state.certainty != DESK_CERTAINTY_FRESH);
      if (kinds[i] == ROW_NAMED)
        g_assert_cmpint (mine->state.quantity, ==, 4);
    }
  if (desk_truth_find_position (book.truth, ACCOUNT, SYMBOL) != NULL)
    g_string_append_printf (out, "position %" G_GINT64_FORMAT, position_booked (&book));
  book_clear (&book);
  return g_string_free (out, FALSE);
}

static void
try_orders (const RowKind *kinds,
            guint         *order,
            guint          n,
            guint          depth,
            const char    *first)
{
  guint i;

  if (depth == n)
    {
      g_autofree char *then = after_list (kinds, order, n);

      g_assert_cmpstr (then, ==, first);
      return;
    }
  for (i = depth; i < n; i++)
    {
      guint kept = order[depth];

      order[depth] = order[i];
      order[i] = kept;
      try_orders (kinds, order, n, depth + 1, first);
      kept = order[depth];
      order[depth] = order[i];
      order[i] = kept;
    }
}

/* No list has one id twice. */
static gboolean
is_possible (const RowKind *kinds,
             guint          n)
{
  guint i;

  for (i = 0; i < n; i++)
    if (kinds[i] == ROW_MOVED && kinds[(i + 1) % n] != ROW_MOVED && kinds[(i + 1) % n] != ROW_GONE)
      return FALSE;
  return TRUE;
}

/* A server that was started anew may list its orders in any order: what is believed of them is the same. */
static void
test_list_order (void)
{
  RowKind kinds[ROWS_MAX];
  guint n, story, i;

  for (n = 1; n <= ROWS_MAX; n++)
    {
      guint n_stories = 1, step = n < 4 ? 1 : n == 4 ? 3 : 59;

      for (i = 0; i < n; i++)
        n_stories *= N_ROW_KINDS;
      for (story = 0; story < n_stories; story += step)
        {
          guint order[ROWS_MAX] = { 0, 1, 2, 3, 4 }, rest = story;
          g_autofree char *first = NULL;

          for (i = 0; i < n; i++, rest /= N_ROW_KINDS)
            kinds[i] = (RowKind) (rest % N_ROW_KINDS);
          if (!is_possible (kinds, n))
            continue;
          first = after_list (kinds, order, n);
          try_orders (kinds, order, n, 0, first);
        }
    }
}

/* Two orders of ours, told of without their names in a later connection. */
static void
start_two (Book *book)
{
  guint i;

  book_init (book);
  begin (book);
  for (i = 0; i < 2; i++)
    {
      g_autofree char *client = g_strdup_printf ("T-%u", i);
      g_autofree char *server = g_strdup_printf ("S%u", i);

      submit_as (book, client, 4);
      update (book, UPDATE (.client = client, .server = server, .reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN, .price = 5000));
    }
  reconnect (book);
}

/* The server speaks of an order by itself while its row waits for the end of the list: the row is the older word. */
static void
test_row_overtaken (void)
{
  gboolean named;

  for (named = FALSE; named <= TRUE; named++)
    {
      const DeskTruthOrder *order;
      Book book;

      start_two (&book);
      say_row (&book, 0, 2, ROW_BARE, DESK_LIST_PART);
      order = desk_truth_find_client (book.truth, "T-0");
      g_assert_true (desk_truth_waits_for_list (book.truth, "S0"));
      g_assert_cmpint (order->state.certainty, ==, DESK_CERTAINTY_STALE);
      update (&book, UPDATE (.client = named ? "T-0" : "", .server = "S0", .reason = DTC_ORDER_FILLED_PARTIALLY,
                             .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .filled = 1, .execution = "E1", .last = 1));
      g_assert_false (desk_truth_waits_for_list (book.truth, NULL));
      say_row (&book, 1, 2, ROW_BARE, DESK_LIST_END);
      g_assert_cmpint (order->state.certainty, ==, DESK_CERTAINTY_FRESH);
      g_assert_cmpint (order->booked, ==, 1);
      g_assert_cmpint (desk_truth_find_client (book.truth, "T-1")->state.certainty, ==, DESK_CERTAINTY_FRESH);
      book_clear (&book);
    }
}

/* What nobody can read is the later word too: the row that waited ends no doubt. */
static void
test_row_before_doubt (void)
{
  gboolean named;

  for (named = FALSE; named <= TRUE; named++)
    {
      g_autoptr (GError) bad = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it is cut off");
      g_autoptr (DeskRecord) record = NULL;
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
      Book book;

      start_two (&book);
      say_row (&book, 0, 2, ROW_BARE, DESK_LIST_PART);
      record = record_new (&book, DESK_RECORD_EVENT, "{\"bad\":\"it is cut off\"}");
      dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
      if (named)
        dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, "S0");
      desk_truth_fold (book.truth, record, &message, bad, &book.changes);
      say_row (&book, 1, 2, ROW_BARE, DESK_LIST_END);
      g_assert_cmpint (desk_truth_find_client (book.truth, "T-0")->state.certainty, ==, DESK_CERTAINTY_UNKNOWN);
      g_assert_cmpint (desk_truth_find_client (book.truth, "T-1")->state.certainty, ==, DESK_CERTAINTY_FRESH);
      book_clear (&book);
    }
}

/* Only after the list does the server show that it gives ids again: what was taken by its id, and is unlike ours, has none
 * that anything could be sent to. */
static void
test_shown_late (void)
{
  Book book;
  const DeskTruthOrder *changed;

  start_two (&book);
  say_row (&book, 0, 2, ROW_OTHER_QUANTITY, DESK_LIST_PART);
  say_row (&book, 1, 2, ROW_BARE, DESK_LIST_END);
  changed = desk_truth_find_client (book.truth, "T-0");
  g_assert_cmpint (changed->state.certainty, ==, DESK_CERTAINTY_FRESH);
  update (&book, UPDATE (.client = "", .server = "S1", .reason = DTC_NEW_ORDER_ACCEPTED, .status = DTC_ORDER_STATUS_OPEN, .side = DTC_SELL));
  g_assert_true (has_notice (&book, "ID_REUSED"));
  g_assert_cmpint (changed->state.certainty, ==, DESK_CERTAINTY_UNKNOWN);
  g_assert_cmpstr (changed->state.server_order_id, ==, "");
  g_assert_null (desk_truth_find_server (book.truth, "S0"));
  g_assert_true (book.changes.doubt);
  /* Its name ends the doubt. */
  update (&book, UPDATE (.client = "T-0", .server = "S0", .reason = DTC_OPEN_ORDERS_REQUEST_RESPONSE,
                         .status = DTC_ORDER_STATUS_PARTIALLY_FILLED, .quantity = 3, .filled = 1, .list = DESK_LIST_END));
  g_assert_cmpint (changed->state.certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpstr (changed->state.server_order_id, ==, "S0");
  book_clear (&book);
}

/* A list that breaks off, and the one that is asked for after it; and a link that is lost meanwhile. */
static void
test_list_broken_off (void)
{
  Book book;

  start_two (&book);
  say_row (&book, 0, 2, ROW_OTHER_SIDE, DESK_LIST_PART);
  reconnect (&book);
  g_assert_false (desk_truth_waits_for_list (book.truth, NULL));
  g_assert_cmpint (desk_truth_find_client (book.truth, "T-0")->state.certainty, ==, DESK_CERTAINTY_STALE);
  say_row (&book, 0, 2, ROW_BARE, DESK_LIST_PART);
  say_row (&book, 1, 2, ROW_BARE, DESK_LIST_END);
  g_assert_cmpint (desk_truth_find_client (book.truth, "T-0")->state.certainty, ==, DESK_CERTAINTY_FRESH);
  book_clear (&book);
}

void
add_id_tests (void)
{
  g_test_add_func ("/core/truth/ids/older-fill", test_older_fill);
  g_test_add_func ("/core/truth/ids/younger-than-fill", test_younger_than_fill);
  g_test_add_func ("/core/truth/ids/fills-stay", test_fills_stay);
  g_test_add_func ("/core/truth/ids/changed", test_changed);
  g_test_add_func ("/core/truth/ids/successor", test_successor);
  g_test_add_func ("/core/truth/ids/at-odds", test_at_odds);
  g_test_add_func ("/core/truth/ids/overfill", test_overfill);
  g_test_add_func ("/core/truth/ids/filled-of-unknown", test_filled_of_unknown);
  g_test_add_func ("/core/truth/ids/list-order", test_list_order);
  g_test_add_func ("/core/truth/ids/row-overtaken", test_row_overtaken);
  g_test_add_func ("/core/truth/ids/row-before-doubt", test_row_before_doubt);
  g_test_add_func ("/core/truth/ids/shown-late", test_shown_late);
  g_test_add_func ("/core/truth/ids/list-broken-off", test_list_broken_off);
}
