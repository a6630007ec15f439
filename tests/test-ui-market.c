/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui-fixture.h"

#include "desk-depth-view.h"
#include "desk-market-column.h"
#include "desk-panels.h"
#include "desk-queue-view.h"
#include "desk-table.h"
#include "desk-settings.h"
#include "desk-tape-canvas.h"
#include "desk-watchlist.h"
#include "desk-words-market.h"

static const DeskGrid zn = { 0.015625, 1, 134, 15.625 };

static DeskDepthState *
make_book (const DeskGrid *grid,
           double          best_bid,
           guint           n,
           double          size)
{
  DeskDepthState *state = desk_depth_state_new ("ESZ6", 1, n, n);
  DeskPrice bid = desk_price_from_display (grid, best_bid);

  state->grid = *grid;
  state->received = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    {
      state->bids[i] = (DeskDepthLevel) { desk_price_from_ticks (grid, bid.ticks - (gint64) i), size + i, 0 };
      state->asks[i] = (DeskDepthLevel) { desk_price_from_ticks (grid, bid.ticks + 1 + (gint64) i), 2 * size + i, 0 };
    }
  return state;
}

static DeskQuote *
add_quote (DeskSession    *session,
           const char     *symbol,
           const DeskGrid *grid,
           double          last)
{
  DeskQuote *quote = desk_quote_new (symbol);
  DeskInstrumentState instrument = { 0 };
  DeskQuoteState state;

  g_strlcpy (instrument.symbol, symbol, sizeof instrument.symbol);
  instrument.known = TRUE;
  instrument.grid = *grid;
  desk_quote_set_instrument (quote, &instrument);
  desk_quote_state_init (&state, symbol);
  state.grid = *grid;
  state.last = desk_price_from_display (grid, last);
  state.received = g_get_monotonic_time ();
  desk_quote_set_state (quote, &state);
  desk_keyed_store_add (DESK_KEYED_STORE (desk_session_get_quotes (session)), quote);
  desk_keyed_store_flush (DESK_KEYED_STORE (desk_session_get_quotes (session)));
  return quote;
}

static GtkWidget *
show_in_window (GtkWidget *widget,
                int        width,
                int        height)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (200);
  return window;
}

static void
assert_row (DeskDepthView *view,
            const char    *expected)
{
  g_autofree char *text = desk_depth_view_dup_text (view);

  g_assert_cmpstr (text, ==, expected);
}

/* The keyboard as it arrives at the widget. */
static void
press (GtkWidget *widget,
       guint      keyval)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, 0, &handled);
    }
}

static void
test_depth_rows (void)
{
  GtkWidget *widget = desk_depth_view_new ();
  DeskDepthView *view = DESK_DEPTH_VIEW (widget);
  GtkWidget *window = show_in_window (widget, 300, 400);
  g_autoptr(DeskDepthState) book = make_book (&ui_es, 4999.75, 10, 5);
  g_autoptr(DeskDepthState) far = make_book (&ui_es, 5100.00, 10, 7);
  gint64 cursor;

  desk_depth_view_set_symbol (view, "ESZ6");
  g_assert_false (desk_depth_view_get_cursor (view, &cursor));
  desk_depth_view_set_words (view, "Waiting");
  assert_row (view, "Waiting");

  /* The first book brings the market into the middle. */
  desk_depth_view_set_state (view, book);
  g_assert_true (desk_depth_view_get_cursor (view, &cursor));
  assert_row (view, "4999.75, bid 5");
  press (widget, GDK_KEY_Up);
  assert_row (view, "5000.00, ask 10");
  press (widget, GDK_KEY_Up);
  assert_row (view, "5000.25, ask 11");
  press (widget, GDK_KEY_End);
  assert_row (view, "4999.75, bid 5");
  press (widget, GDK_KEY_Home);
  assert_row (view, "5000.00, ask 10");

  /* Prices stand still while the market moves, until it is brought back. */
  desk_depth_view_set_state (view, far);
  assert_row (view, "5000.00");
  press (widget, GDK_KEY_space);
  assert_row (view, "5100.00, bid 7");

  /* Out of sight for a while and nobody is there: it follows. */
  desk_depth_view_set_state (view, book);
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  desk_depth_view_follow (view, G_USEC_PER_SEC);
  desk_depth_view_follow (view, 3 * G_USEC_PER_SEC);
  assert_row (view, "5100.00");
  desk_depth_view_follow (view, 5 * G_USEC_PER_SEC);
  assert_row (view, "4999.75, bid 5");

  desk_depth_view_set_doubt (view, "STALE 4.2 s");
  assert_row (view, "4999.75, bid 5, STALE 4.2 s");
  gtk_test_accessible_assert_property (widget, GTK_ACCESSIBLE_PROPERTY_LABEL, "Depth of ESZ6");

  /* Another market knows nothing of the first one. */
  desk_depth_view_set_symbol (view, "NQZ6");
  g_assert_false (desk_depth_view_get_cursor (view, &cursor));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_depth_thirty_seconds (void)
{
  GtkWidget *widget = desk_depth_view_new ();
  GtkWidget *window = show_in_window (widget, 300, 400);
  g_autoptr(DeskDepthState) book = make_book (&zn, 110.515625, 3, 5);
  DeskQuoteState quote;

  desk_depth_view_set_symbol (DESK_DEPTH_VIEW (widget), "ZNZ6");
  desk_depth_view_set_state (DESK_DEPTH_VIEW (widget), book);
  assert_row (DESK_DEPTH_VIEW (widget), "110'16.5, bid 5");
  desk_quote_state_init (&quote, "ZNZ6");
  quote.grid = zn;
  quote.last = desk_price_from_display (&zn, 110.515625);
  desk_depth_view_set_quote (DESK_DEPTH_VIEW (widget), &quote);
  assert_row (DESK_DEPTH_VIEW (widget), "110'16.5, bid 5, last price");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Levels off the grid have no row, and none of them ends the program. */
static void
test_depth_odd_levels (void)
{
  GtkWidget *widget = desk_depth_view_new ();
  GtkWidget *window = show_in_window (widget, 300, 400);
  g_autoptr(DeskDepthState) book = desk_depth_state_new ("ESZ6", 1, 3, 0);
  g_autoptr(DeskDepthState) none = desk_depth_state_new ("ESZ6", 1, 2, 2);

  desk_depth_view_set_symbol (DESK_DEPTH_VIEW (widget), "ESZ6");
  /* No definition yet: nothing can be placed. */
  for (guint i = 0; i < 2; i++)
    none->bids[i].price = none->asks[i].price = (DeskPrice) { 0, 5000.1, DESK_PRICE_RAW };
  desk_depth_view_set_state (DESK_DEPTH_VIEW (widget), none);
  ui_spin (50);

  book->grid = ui_es;
  book->bids[0] = (DeskDepthLevel) { desk_price_from_display (&ui_es, 5000.10), 4, 0 };
  book->bids[1] = (DeskDepthLevel) { desk_price_from_display (&ui_es, 5000.00), 3, 0 };
  book->bids[2] = (DeskDepthLevel) { desk_price_from_ticks (&ui_es, G_MAXINT64 / 4), 2, 0 };
  desk_depth_view_set_state (DESK_DEPTH_VIEW (widget), book);
  assert_row (DESK_DEPTH_VIEW (widget), "5000.00, bid 3");
  ui_spin (50);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
count_cb (gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_own_orders (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskOrderState first = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  DeskOrderState other = ui_order (2, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  DeskOrderState done = ui_order (3, DESK_STATUS_FILLED, DESK_CERTAINTY_FRESH);
  guint changes = 0;
  DeskOwnOrders *own;
  DeskOwnAt at;
  gint64 ticks = first.price.ticks;

  g_strlcpy (other.symbol, "NQZ6", sizeof other.symbol);
  ui_add_order (session, &first);
  ui_add_order (session, &other);
  ui_add_order (session, &done);
  own = desk_own_orders_new (session, "ESZ6", count_cb, &changes);
  at = desk_own_orders_at (own, DESK_SIDE_BUY, ticks);
  g_assert_cmpint (at.quantity, ==, 2);
  g_assert_cmpint (at.doubt, ==, DESK_OWN_SURE);
  g_assert_false (at.stop);
  g_assert_cmpint (desk_own_orders_at (own, DESK_SIDE_SELL, ticks).quantity, ==, 0);

  /* A second one at the same price adds up, and the least certain one is what is shown. */
  done.status = DESK_STATUS_UNKNOWN;
  ui_emit_order (session, &done);
  g_assert_cmpuint (changes, ==, 1);
  at = desk_own_orders_at (own, DESK_SIDE_BUY, ticks);
  g_assert_cmpint (at.quantity, ==, 4);
  g_assert_cmpint (at.doubt, ==, DESK_OWN_DOUBTFUL);

  /* A link that is lost makes them doubtful, not gone. */
  done.status = DESK_STATUS_CANCELLED;
  ui_emit_order (session, &done);
  first.certainty = DESK_CERTAINTY_STALE;
  ui_emit_order (session, &first);
  at = desk_own_orders_at (own, DESK_SIDE_BUY, ticks);
  g_assert_cmpint (at.quantity, ==, 2);
  g_assert_cmpint (at.doubt, ==, DESK_OWN_DOUBTFUL);

  /* It moves with its price, and goes when it is filled. */
  first.certainty = DESK_CERTAINTY_FRESH;
  first.price = desk_price_from_ticks (&ui_es, ticks + 4);
  ui_emit_order (session, &first);
  g_assert_cmpint (desk_own_orders_at (own, DESK_SIDE_BUY, ticks).quantity, ==, 0);
  g_assert_cmpint (desk_own_orders_at (own, DESK_SIDE_BUY, ticks + 4).quantity, ==, 2);
  first.type = DESK_ORDER_TYPE_STOP;
  ui_emit_order (session, &first);
  g_assert_true (desk_own_orders_at (own, DESK_SIDE_BUY, ticks + 4).stop);
  first.status = DESK_STATUS_FILLED;
  ui_emit_order (session, &first);
  g_assert_cmpint (desk_own_orders_at (own, DESK_SIDE_BUY, ticks + 4).quantity, ==, 0);
  desk_own_orders_free (own);
}

static void
print (DeskTape *tape,
       double    price,
       double    size,
       DeskSide  side)
{
  DeskTrades trades = { .grid = ui_es };
  DeskPrint one = { desk_price_from_display (&ui_es, price), size, side, G_GINT64_CONSTANT (37865123000), 0 };

  desk_trades_add (&trades, &one);
  desk_tape_take (tape, &trades);
  desk_trades_clear (&trades);
  desk_row_changed (tape);
}

static void
assert_print (DeskTapeCanvas *canvas,
              guint           row,
              const char     *expected)
{
  g_autofree char *text = desk_tape_canvas_dup_row (canvas, row);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_tape (void)
{
  GtkWidget *widget = desk_tape_canvas_new ();
  DeskTapeCanvas *canvas = DESK_TAPE_CANVAS (widget);
  GtkWidget *window = show_in_window (widget, 320, 200);
  g_autoptr(DeskTape) tape = desk_tape_new ("ESZ6");
  guint scrolled = 0;

  g_signal_connect_swapped (canvas, "scrolled", G_CALLBACK (count_cb), &scrolled);
  desk_tape_canvas_set_tape (canvas, tape);
  assert_print (canvas, 0, NULL);
  for (int i = 1; i <= 20; i++)
    print (tape, 5000.0, i, i % 2 == 0 ? DESK_SIDE_BUY : DESK_SIDE_SELL);
  /* The newest on top; the time is local, and this machine's is UTC here. */
  assert_print (canvas, 0, "10:31:05.123 5000.00 20 Buy");
  assert_print (canvas, 1, "10:31:05.123 5000.00 19 Sell");
  print (tape, 5000.25, 3, DESK_SIDE_NONE);
  assert_print (canvas, 0, "10:31:05.123 5000.25 3");

  /* Small ones are left out. */
  desk_tape_canvas_set_minimum (canvas, 10);
  assert_print (canvas, 0, "10:31:05.123 5000.00 20 Buy");
  assert_print (canvas, 10, "10:31:05.123 5000.00 10 Buy");
  assert_print (canvas, 11, NULL);

  /* Scrolled it stands still, and counts what it would have shown. */
  desk_tape_canvas_scroll (canvas, 2);
  g_assert_true (desk_tape_canvas_is_paused (canvas));
  g_assert_cmpuint (scrolled, ==, 1);
  assert_print (canvas, 0, "10:31:05.123 5000.00 18 Buy");
  print (tape, 5000.5, 5, DESK_SIDE_BUY);
  print (tape, 5000.5, 50, DESK_SIDE_BUY);
  assert_print (canvas, 0, "10:31:05.123 5000.00 18 Buy");
  g_assert_cmpuint (desk_tape_canvas_count_new (canvas), ==, 3);
  desk_tape_canvas_scroll (canvas, -1);
  assert_print (canvas, 0, "10:31:05.123 5000.00 19 Sell");
  desk_tape_canvas_scroll (canvas, -10);
  g_assert_false (desk_tape_canvas_is_paused (canvas));
  assert_print (canvas, 0, "10:31:05.123 5000.50 50 Buy");

  /* As far back as there is something, and no further. */
  desk_tape_canvas_set_minimum (canvas, 0);
  desk_tape_canvas_scroll (canvas, G_MAXINT);
  assert_print (canvas, 0, "10:31:05.123 5000.00 1 Sell");
  press (widget, GDK_KEY_Home);
  g_assert_false (desk_tape_canvas_is_paused (canvas));
  g_assert_cmpuint (scrolled, ==, 5);
  ui_spin (50);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What it stands at is pushed out of the ring one day. */
static void
test_tape_overrun (void)
{
  GtkWidget *widget = desk_tape_canvas_new ();
  DeskTapeCanvas *canvas = DESK_TAPE_CANVAS (widget);
  GtkWidget *window = show_in_window (widget, 320, 200);
  g_autoptr(DeskTape) tape = desk_tape_new ("ESZ6");

  desk_tape_canvas_set_tape (canvas, tape);
  for (int i = 1; i <= 3; i++)
    print (tape, 5000.0, i, DESK_SIDE_BUY);
  desk_tape_canvas_scroll (canvas, 1);
  assert_print (canvas, 0, "10:31:05.123 5000.00 2 Buy");
  for (int i = 0; i < DESK_TRADES_MAX + 10; i++)
    print (tape, 5000.0, 100 + i, DESK_SIDE_BUY);
  assert_print (canvas, 0, "10:31:05.123 5000.00 110 Buy");
  g_assert_cmpuint (desk_tape_canvas_count_new (canvas), ==, DESK_TRADES_MAX - 1);
  ui_spin (50);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_queue (void)
{
  GtkWidget *widget = desk_queue_view_new ();
  DeskQueueView *view = DESK_QUEUE_VIEW (widget);
  GtkWidget *window = show_in_window (widget, 300, 100);
  g_autoptr(DeskQueueState) state = desk_queue_state_new ("ESZ6", 1, 3, 1);
  g_autoptr(DeskQueueState) refused = desk_queue_state_new ("ESZ6", 1, 0, 0);
  DeskPrice price = desk_price_from_display (&ui_es, 5000.25);

  g_assert_nonnull (strstr (desk_queue_view_get_words (view), "Waiting"));
  state->grid = ui_es;
  state->received = g_get_monotonic_time ();
  state->bids[0] = (DeskQueueOrder) { .price = price, .quantity = 5, .place = 1 };
  state->bids[1] = (DeskQueueOrder) { .price = price, .quantity = 2, .ahead = 5, .place = 2, .own = TRUE };
  state->bids[2] = (DeskQueueOrder) { .price = price, .quantity = 8, .ahead = 7, .place = 3 };
  state->asks[0] = (DeskQueueOrder) { .price = desk_price_from_ticks (&ui_es, price.ticks + 1), .quantity = 1, .place = 1 };
  desk_queue_view_set_state (view, state);
  desk_queue_view_set_price (view, price.ticks);
  g_assert_cmpstr (desk_queue_view_get_words (view), ==, "5000.25: 3 orders, 15 contracts. Yours is number 2, 5 ahead.");
  desk_queue_view_set_price (view, price.ticks + 1);
  g_assert_cmpstr (desk_queue_view_get_words (view), ==, "5000.50: 1 order, 1 contracts.");
  ui_spin (50);
  refused->rejected = TRUE;
  refused->text = g_ref_string_new ("<b>not</b> here");
  desk_queue_view_set_state (view, refused);
  g_assert_cmpstr (desk_queue_view_get_words (view), ==,
                   "The book is not shown order by order here: the server says “<b>not</b> here”.");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
assert_cell (DeskTable  *table,
             const char *column,
             const char *expected)
{
  g_autofree char *text = desk_table_dup_text (table, 0, column);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_watchlist (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *panel = g_object_ref_sink (desk_quotes_new (session));
  DeskTable *table = DESK_TABLE (ui_find (panel, DESK_TYPE_TABLE));
  DeskQuote *quote = add_quote (session, "ESZ6", &ui_es, 5000.25);
  DeskInstrumentState unknown = { .symbol = "ESZ6" };
  DeskQuoteState state = *desk_quote_get_state (quote);

  assert_cell (table, "symbol", "ESZ6");
  assert_cell (table, "last", "5000.25");
  assert_cell (table, "change", "");
  assert_cell (table, "status", "");
  assert_cell (table, "volume", "");

  /* An arrow, a sign and a word stand where others have a colour. */
  state.last = desk_price_from_display (&ui_es, 5000.50);
  state.settlement = desk_price_from_display (&ui_es, 4990);
  state.high = desk_price_from_display (&ui_es, 5005);
  state.volume = 1234;
  state.trading = DESK_TRADING_OPEN;
  desk_quote_set_state (quote, &state);
  assert_cell (table, "last", "▲ 5000.50");
  assert_cell (table, "last", "▲ 5000.50");
  assert_cell (table, "change", "+10.50");
  assert_cell (table, "high", "5005.00");
  assert_cell (table, "low", "");
  assert_cell (table, "volume", "1234");
  assert_cell (table, "status", "Open");
  state.last = desk_price_from_display (&ui_es, 4989.75);
  desk_quote_set_state (quote, &state);
  assert_cell (table, "last", "▼ 4989.75");
  assert_cell (table, "change", "-0.25");

  /* Old, and of a connection that has ended. */
  state.received = g_get_monotonic_time () - 5 * G_USEC_PER_SEC - 50000;
  desk_quote_set_state (quote, &state);
  assert_cell (table, "status", "Open, STALE 5.0 s");
  state.stale = TRUE;
  state.trading = DESK_TRADING_UNKNOWN;
  desk_quote_set_state (quote, &state);
  {
    g_autofree char *status = desk_table_dup_text (table, 0, "status");

    g_assert_true (g_str_has_prefix (status, "as of "));
  }

  /* Refused: said calmly, with the server's words as they came. */
  state.rejected = TRUE;
  state.text = g_ref_string_new ("No <i>CME</i> %s");
  desk_quote_set_state (quote, &state);
  assert_cell (table, "status", "No market data here: the server says “No <i>CME</i> %s”; orders work without quotes.");
  g_ref_string_release (state.text);
  desk_quote_set_instrument (quote, &unknown);
  assert_cell (table, "status", "The server does not know this symbol.");
  g_object_unref (panel);
}

static void
assert_followed (DeskSession *session,
                 const char  *expected)
{
  g_autoptr(GVariant) lists = g_settings_get_value (desk_settings_get (), "watchlists");
  g_auto(GStrv) symbols = NULL;
  g_autofree char *joined = NULL;

  g_assert_true (g_variant_lookup (lists, desk_session_get_profile (session)->slug, "^as", &symbols));
  joined = g_strjoinv (" ", symbols);
  g_assert_cmpstr (joined, ==, expected);
}

/* The list begins with the profile's own symbols and keeps what the trader makes of it; others' lists are their own. */
static void
test_watchlist_kept (void)
{
  g_autoptr(DeskProfile) profile = desk_profile_new ("Kept");
  DeskSessionOptions options = { .memory_only = TRUE };
  g_autoptr(DeskSession) session = NULL;
  g_autoptr(DeskSession) other = ui_session_new ();

  g_strfreev (profile->symbols);
  profile->symbols = g_strsplit ("ESZ6 ZNZ6", " ", -1);
  session = desk_session_new (profile, &options);
  desk_watchlist_remove (session, "ESZ6");
  assert_followed (session, "ZNZ6");
  desk_watchlist_add (session, "CLZ6");
  desk_watchlist_add (session, "CLZ6");
  assert_followed (session, "ZNZ6 CLZ6");
  desk_watchlist_add (other, "NQZ6");
  assert_followed (session, "ZNZ6 CLZ6");
  desk_watchlist_remove (session, "ZNZ6");
  desk_watchlist_remove (session, "CLZ6");
  assert_followed (session, "");
  desk_watchlist_restore (session);
}

/* A column shows a market while it is on screen, and says what it waits for. */
static void
test_column (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *widget = desk_market_column_new (session);
  DeskMarketColumn *column = DESK_MARKET_COLUMN (widget);
  g_autoptr(DeskDepthState) book = make_book (&ui_es, 4999.75, 10, 5);
  DeskDepthView *depth = DESK_DEPTH_VIEW (ui_find (widget, DESK_TYPE_DEPTH_VIEW));
  GtkWidget *window = show_in_window (widget, 320, 600);
  g_autofree char *text = NULL;

  g_assert_cmpstr (desk_market_column_get_shown (column), ==, "");
  g_assert_true (ui_shows (widget, "Choose a symbol above, or find one with Ctrl+F."));
  desk_market_column_set_ticket_symbol (column, "ESZ6");
  g_assert_cmpstr (desk_market_column_get_shown (column), ==, "ESZ6");
  g_assert_true (ui_shows (widget, "ESZ6 (ticket)"));

  /* It comes to the watchlist later. */
  add_quote (session, "ESZ6", &ui_es, 5000.25);
  add_quote (session, "ZNZ6", &zn, 110.515625);
  ui_spin (100);
  g_assert_true (ui_shows (widget, "5000.25"));
  desk_book_set_state (desk_session_get_book (session, "ESZ6"), book);
  desk_row_changed (desk_session_get_book (session, "ESZ6"));
  ui_spin (100);
  desk_depth_view_recenter (depth);
  text = desk_depth_view_dup_text (depth);
  /* This session has no link: what it shows is as old as it says. */
  g_assert_true (g_str_has_prefix (text, "4999.75, bid 5, as of "));

  /* Another market, chosen here: the ticket's does not matter any more. */
  desk_market_column_set_symbol (column, "ZNZ6");
  g_assert_cmpstr (desk_market_column_get_shown (column), ==, "ZNZ6");
  desk_market_column_set_ticket_symbol (column, "CLZ6");
  g_assert_cmpstr (desk_market_column_get_shown (column), ==, "ZNZ6");
  ui_spin (100);
  g_assert_true (ui_shows (widget, "110'16.5"));
  desk_market_column_set_symbol (column, "");
  g_assert_cmpstr (desk_market_column_get_shown (column), ==, "CLZ6");
  gtk_widget_set_visible (widget, FALSE);
  g_assert_cmpstr (desk_market_column_get_shown (column), ==, "");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_words (void)
{
  static const struct { DeskGrid grid; const char *words; } formats[] = {
    { { 0.25, 1, 2, 12.5 }, "decimals, e.g. 5000.25" },
    { { 0.015625, 1, 134, 15.625 }, "32nds and halves, e.g. 110'16.5" },
    { { 0.03125, 1, 132, 31.25 }, "32nds, e.g. 110'17" },
    { { 0.0078125, 1, 136, 7.8125 }, "32nds and quarters, e.g. 110'16.25" },
    { { 0.00390625, 1, 140, 3.90625 }, "32nds and eighths, e.g. 110'16.125" },
    { { 0.25, 1, 108, 12.5 }, "eighths, e.g. 110'6" },
    { { 0, 1, 2, 0 }, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *words = desk_words_price_format (&formats[i].grid);

      g_assert_cmpstr (words, ==, formats[i].words);
    }
  for (int i = DESK_TRADING_PRE_OPEN; i <= DESK_TRADING_HALT; i++)
    g_assert_cmpstr (desk_words_trading ((DeskTradingStatus) i), !=, "");
  for (int i = DESK_SECURITY_FUTURE; i <= DESK_SECURITY_FUND; i++)
    g_assert_cmpstr (desk_words_security_type ((DeskSecurityType) i), !=, "");
  {
    g_autofree char *theirs = desk_words_no_depth ("Not for %s");
    g_autofree char *ours = desk_words_no_depth ("it offers no market depth on this connection");

    g_assert_cmpstr (theirs, ==, "No depth here: the server says “Not for %s”; orders work without it.");
    g_assert_cmpstr (ours, ==, "No depth here; orders work without it.");
  }
  g_assert_null (desk_words_doubt (0, TRUE));
  g_assert_null (desk_words_doubt (g_get_monotonic_time (), FALSE));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/market/depth-rows", test_depth_rows);
  g_test_add_func ("/ui/market/depth-thirty-seconds", test_depth_thirty_seconds);
  g_test_add_func ("/ui/market/depth-odd-levels", test_depth_odd_levels);
  g_test_add_func ("/ui/market/own-orders", test_own_orders);
  g_test_add_func ("/ui/market/tape", test_tape);
  g_test_add_func ("/ui/market/tape-overrun", test_tape_overrun);
  g_test_add_func ("/ui/market/queue", test_queue);
  g_test_add_func ("/ui/market/watchlist", test_watchlist);
  g_test_add_func ("/ui/market/watchlist-kept", test_watchlist_kept);
  g_test_add_func ("/ui/market/column", test_column);
  g_test_add_func ("/ui/market/words", test_words);
  return g_test_run ();
}
