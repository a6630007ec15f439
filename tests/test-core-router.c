/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "desk-payload-preview.h"
#include "desk-router.h"

static void
count_cb (gpointer  instance,
          guint    *count)
{
  (*count)++;
}

static void
splice_cb (GListModel *model,
           guint       position,
           guint       removed,
           guint       added,
           GString    *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static void
take_order (DeskRouter *router,
            guint64     key,
            DeskStatus  status,
            gint64      filled)
{
  g_autoptr (DeskEvent) event = desk_event_new (DESK_EVENT_ORDER);

  event->order.key = key;
  event->order.status = status;
  event->order.filled = filled;
  event->order.average_price = NAN;
  desk_router_take (router, event);
}

/* A batch is one splice; a row that changes often in it says so once; one that does not change is silent. */
static void
test_batch (void)
{
  g_autoptr (DeskRouter) router = desk_router_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (DeskOrder) first = NULL;
  g_autoptr (DeskOrder) second = NULL;
  DeskKeyedStore *orders = desk_router_get_orders (router);
  guint first_changed = 0, second_changed = 0;

  g_signal_connect (orders, "items-changed", G_CALLBACK (splice_cb), log);
  for (guint64 key = 1; key <= 200; key++)
    take_order (router, key, DESK_STATUS_SENT, 0);
  take_order (router, 7, DESK_STATUS_WORKING, 0);
  g_assert_cmpstr (log->str, ==, "");
  desk_router_flush (router);
  g_assert_cmpstr (log->str, ==, "0-0+200 ");

  first = g_list_model_get_item (G_LIST_MODEL (orders), 0);
  second = g_list_model_get_item (G_LIST_MODEL (orders), 6);
  g_assert_cmpint (desk_order_get_state (second)->status, ==, DESK_STATUS_WORKING);
  g_signal_connect (first, "changed", G_CALLBACK (count_cb), &first_changed);
  g_signal_connect (second, "changed", G_CALLBACK (count_cb), &second_changed);
  take_order (router, 1, DESK_STATUS_SENT, 0);
  take_order (router, 7, DESK_STATUS_PART_FILLED, 1);
  take_order (router, 7, DESK_STATUS_FILLED, 2);
  take_order (router, 201, DESK_STATUS_SENT, 0);
  desk_router_flush (router);
  g_assert_cmpuint (first_changed, ==, 0);
  g_assert_cmpuint (second_changed, ==, 1);
  g_assert_cmpint (desk_order_get_state (second)->filled, ==, 2);
  g_assert_cmpstr (log->str, ==, "0-0+200 200-0+1 ");
  desk_router_flush (router);
  g_assert_cmpuint (second_changed, ==, 1);
}

static void
take_fill (DeskRouter  *router,
           guint64      key,
           const char  *execution_id,
           DeskSide     side,
           double       price,
           const char  *replaces)
{
  g_autoptr (DeskEvent) event = desk_event_new (DESK_EVENT_FILL);
  DeskFillState *fill = &event->fill;

  fill->key = key;
  g_strlcpy (fill->execution_id, execution_id, sizeof (fill->execution_id));
  g_strlcpy (fill->account, "SIM1", sizeof (fill->account));
  g_strlcpy (fill->symbol, "ESZ6", sizeof (fill->symbol));
  fill->side = side;
  fill->quantity = 1;
  fill->grid = (DeskGrid) { 0.25, 1, 2, 12.5 };
  fill->price = desk_price_from_display (&fill->grid, price);
  fill->received = 1000 + (gint64) key;
  fill->server_time = 1000 + (gint64) key;
  if (replaces != NULL)
    {
      const char *names[] = { replaces, NULL };

      fill->replaces = g_strdupv ((char **) names);
    }
  desk_router_take (router, event);
}

/* An execution that the server has named takes the place of the one we had to name; the day's sums see it once. */
static void
test_fills (void)
{
  g_autoptr (DeskRouter) router = desk_router_new ();
  DeskKeyedStore *fills = desk_router_get_fills (router);
  g_autoptr (DeskFill) row = NULL;
  DeskStats stats;

  take_fill (router, 1, "syn:8841:1", DESK_SIDE_BUY, 5000, NULL);
  take_fill (router, 2, "E-2", DESK_SIDE_SELL, 5001, NULL);
  desk_router_flush (router);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fills)), ==, 2);
  take_fill (router, 3, "E-1", DESK_SIDE_BUY, 5000, "syn:8841:1");
  desk_router_flush (router);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fills)), ==, 2);
  row = g_list_model_get_item (G_LIST_MODEL (fills), 1);
  g_assert_cmpstr (desk_fill_get_state (row)->execution_id, ==, "E-1");

  stats = desk_router_get_stats (router, "SIM1", 0);
  g_assert_cmpuint (stats.fills, ==, 2);
  g_assert_cmpint (stats.contracts, ==, 2);
  stats = desk_router_get_stats (router, "SIM2", 0);
  g_assert_cmpuint (stats.fills, ==, 0);
}

static void
test_states (void)
{
  g_autoptr (DeskRouter) router = desk_router_new ();
  g_autoptr (DeskEvent) link = desk_event_new (DESK_EVENT_LINK);
  g_autoptr (DeskEvent) arm = desk_event_new (DESK_EVENT_ARM);
  g_autoptr (DeskEvent) health = desk_event_new (DESK_EVENT_HEALTH);
  g_autoptr (DeskEvent) instrument = desk_event_new (DESK_EVENT_INSTRUMENT);
  g_autoptr (DeskEvent) quote = desk_event_new (DESK_EVENT_QUOTE);
  g_autoptr (DeskEvent) account = desk_event_new (DESK_EVENT_ACCOUNT);
  g_autoptr (DeskEvent) balance = desk_event_new (DESK_EVENT_BALANCE);
  DeskQuote *row;
  guint changed = 0;

  g_assert_cmpint (desk_router_get_link (router)->state, ==, DESK_LINK_DOWN);
  link->link.state = DESK_LINK_LIVE;
  arm->arm.arm = DESK_ARM_CONFIRM;
  health->health.write_queue = 7;
  desk_router_take (router, link);
  desk_router_take (router, arm);
  desk_router_take (router, health);
  g_assert_cmpint (desk_router_get_link (router)->state, ==, DESK_LINK_LIVE);
  g_assert_cmpint (desk_router_get_arm (router)->arm, ==, DESK_ARM_CONFIRM);
  g_assert_cmpuint (desk_router_get_health (router)->write_queue, ==, 7);

  g_strlcpy (instrument->instrument.symbol, "ESZ6", sizeof (instrument->instrument.symbol));
  instrument->instrument.known = TRUE;
  desk_router_take (router, instrument);
  desk_router_flush (router);
  row = desk_keyed_store_lookup (desk_router_get_quotes (router), "ESZ6");
  g_assert_nonnull (row);
  g_assert_true (desk_quote_get_instrument (row)->known);
  g_signal_connect (row, "changed", G_CALLBACK (count_cb), &changed);
  desk_router_take (router, instrument);
  desk_router_flush (router);
  g_assert_cmpuint (changed, ==, 0);
  g_strlcpy (quote->quote.symbol, "ESZ6", sizeof (quote->quote.symbol));
  quote->quote.bid_size = 12;
  quote->quote.text = g_ref_string_new ("delayed");
  desk_router_take (router, quote);
  desk_router_flush (router);
  g_assert_cmpuint (changed, ==, 1);
  g_assert_cmpstr (desk_quote_get_state (row)->text, ==, "delayed");
  g_assert_true (desk_quote_get_instrument (row)->known);

  g_strlcpy (account->account.account, "SIM1", sizeof (account->account.account));
  g_strlcpy (balance->account.account, "SIM1", sizeof (balance->account.account));
  balance->account.cash = 50000;
  desk_router_take (router, account);
  desk_router_take (router, balance);
  desk_router_flush (router);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (desk_router_get_accounts (router))), ==, 1);
}

static void
take_row (DeskRouter  *router,
          DeskRowKind  kind,
          const char  *symbol)
{
  g_autoptr (DeskEvent) event = desk_event_new (DESK_EVENT_FOUND);

  event->found.kind = kind;
  g_strlcpy (event->found.instrument.symbol, symbol, sizeof event->found.instrument.symbol);
  desk_router_take (router, event);
}

/* Books, tapes and searches: each tells at most once a batch; a symbol that is not watched any more is forgotten. */
static void
test_market (void)
{
  g_autoptr (DeskRouter) router = desk_router_new ();
  g_autoptr (DeskBook) book = g_object_ref (desk_router_get_book (router, "ESZ6"));
  g_autoptr (DeskTape) tape = g_object_ref (desk_router_get_tape (router, "ESZ6"));
  g_autoptr (DeskEvent) quote = desk_event_new (DESK_EVENT_QUOTE);
  g_autoptr (DeskEvent) unwatched = desk_event_new (DESK_EVENT_UNWATCHED);
  GListModel *found = G_LIST_MODEL (desk_router_get_found (router));
  guint books = 0, tapes = 0;

  g_signal_connect (book, "changed", G_CALLBACK (count_cb), &books);
  g_signal_connect (tape, "changed", G_CALLBACK (count_cb), &tapes);
  g_assert_null (desk_book_get_state (book));
  for (guint i = 1; i <= DESK_TRADES_MAX + 100; i++)
    {
      g_autoptr (DeskEvent) depth = desk_event_new (DESK_EVENT_DEPTH);
      g_autoptr (DeskEvent) trades = desk_event_new (DESK_EVENT_TRADES);
      DeskPrint print = { .size = i };

      depth->depth = desk_depth_state_new ("ESZ6", 1, 1, 0);
      depth->depth->received = i;
      g_strlcpy (trades->trades.symbol, "ESZ6", sizeof trades->trades.symbol);
      desk_trades_add (&trades->trades, &print);
      if (i == 1)
        trades->trades.dropped = 5;
      desk_router_take (router, depth);
      desk_router_take (router, trades);
    }
  g_assert_cmpuint (books + tapes, ==, 0);
  desk_router_flush (router);
  g_assert_cmpuint (books, ==, 1);
  g_assert_cmpuint (tapes, ==, 1);
  g_assert_cmpint (desk_book_get_state (book)->received, ==, DESK_TRADES_MAX + 100);
  g_assert_cmpuint (desk_tape_get_n (tape), ==, DESK_TRADES_MAX);
  g_assert_cmpuint (desk_tape_get_total (tape), ==, DESK_TRADES_MAX + 105);
  g_assert_cmpuint (desk_tape_get_dropped (tape), ==, 5);
  g_assert_cmpfloat (desk_tape_get (tape, 0)->size, ==, DESK_TRADES_MAX + 100);
  g_assert_cmpfloat (desk_tape_get (tape, DESK_TRADES_MAX - 1)->size, ==, 101);

  g_strlcpy (quote->quote.symbol, "ESZ6", sizeof quote->quote.symbol);
  g_strlcpy (unwatched->instrument.symbol, "ESZ6", sizeof unwatched->instrument.symbol);
  desk_router_take (router, quote);
  desk_router_flush (router);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (desk_router_get_quotes (router))), ==, 1);
  desk_router_take (router, unwatched);
  desk_router_flush (router);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (desk_router_get_quotes (router))), ==, 0);
  g_assert_null (desk_book_get_state (book));
  g_assert_cmpuint (desk_tape_get_n (tape), ==, 0);
  g_assert_cmpuint (desk_tape_get_total (tape), ==, 0);
  g_assert_cmpuint (books, ==, 2);
  g_assert_cmpuint (tapes, ==, 2);
  /* Whoever holds them sees the next of it, too. */
  g_assert_true (desk_router_get_book (router, "ESZ6") == book);
  g_assert_true (desk_router_get_tape (router, "ESZ6") == tape);

  take_row (router, DESK_ROW_BEGIN, "");
  take_row (router, DESK_ROW_ITEM, "A");
  take_row (router, DESK_ROW_ITEM, "B");
  desk_router_flush (router);
  take_row (router, DESK_ROW_ITEM, "C");
  desk_router_flush (router);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 3);
  take_row (router, DESK_ROW_ITEM, "late");
  take_row (router, DESK_ROW_BEGIN, "");
  take_row (router, DESK_ROW_ITEM, "D");
  take_row (router, DESK_ROW_END, "");
  desk_router_flush (router);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 1);
  {
    g_autoptr (DeskFound) row = g_list_model_get_item (found, 0);

    g_assert_cmpstr (desk_found_get_state (row)->symbol, ==, "D");
  }
}

static void
test_preview (void)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_SYMBOL, "ES");
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_STATUS, 7);
  dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, 1);
  message.wire_status = 3;
  first = desk_payload_preview (&message);
  g_assert_cmpstr (first, ==, "{'Symbol': 'ES', 'OrderStatus': 3, 'FilledQuantity': 1}");

  dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, 5000.25);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_INFO_TEXT, "it's \\ 'here'");
  second = desk_payload_preview (&message);
  g_assert_cmpstr (second, ==,
                   "{'Symbol': 'ES', 'OrderStatus': 3, 'FilledQuantity': 1, 'AverageFillPrice': 5000.25, "
                   "'InfoText': 'it\\'s \\\\ \\'here\\''}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/router/batch", test_batch);
  g_test_add_func ("/core/router/fills", test_fills);
  g_test_add_func ("/core/router/states", test_states);
  g_test_add_func ("/core/router/market", test_market);
  g_test_add_func ("/core/router/preview", test_preview);
  return g_test_run ();
}
