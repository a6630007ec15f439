/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "market-fixture.h"

/* Books of depth: shown whole or not at all. */

/* ---- books ---- */

static void
level (World      *world,
       int         side,
       double      price,
       double      quantity,
       int         mark)
{
  char numbers[2][G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_dtostr (numbers[0], sizeof numbers[0], price);
  g_ascii_dtostr (numbers[1], sizeof numbers[1], quantity);
  say (world, "{\"Type\":109,\"SymbolID\":1,\"Side\":%d,\"Price\":%s,\"Quantity\":%s,\"UpdateType\":%d,\"FinalUpdateInBatch\":%d}", side, numbers[0],
       numbers[1], quantity > 0 ? 1 : 2, mark);
}

/* Every book that is shown is one that stood at the end of a batch, wherever the link is lost. A batch takes three levels
 * away and puts three others in: half of it has another number of them, or levels that do not belong together. */
static void
test_whole_batches (void)
{
  for (guint cut = 1; cut < 60; cut++)
    {
      World *world = watching ();
      guint told = 0;
      gboolean stale = FALSE;

      command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
      for (guint i = 0; i < 3; i++)
        say (world, "{\"Type\":122,\"SymbolID\":1,\"Side\":1,\"Price\":%u,\"Quantity\":1,\"Level\":%u,\"IsFirstMessageInBatch\":%d,\"IsLastMessageInBatch\":%d}",
             5000 - i, i + 1, i == 0, i == 2);
      for (guint step = 0; step < cut; step++)
        {
          guint batch = step / 6, of = step % 6;

          level (world, 1, 5000 + 10.0 * (of < 3 ? batch : batch + 1) - of % 3, of < 3 ? 0 : 1, of == 5 ? 1 : 2);
          world_pass (world, step % 5 == 0 ? 15 * 1000 : 1000);
        }
      world_cut (world);
      for (guint i = 0; i < world->events->len; i++)
        {
          const DeskEvent *event = g_ptr_array_index (world->events, i);

          if (event->kind != DESK_EVENT_DEPTH)
            continue;
          told++;
          stale = event->depth->stale;
          g_assert_cmpuint (event->depth->n_asks, ==, 0);
          g_assert_cmpuint (event->depth->n_bids, ==, 3);
          g_assert_cmpfloat (event->depth->bids[0].price.display - event->depth->bids[2].price.display, ==, 2);
          g_assert_cmpfloat (fmod (event->depth->bids[0].price.display, 10), ==, 0);
        }
      g_assert_cmpuint (told, >=, 2);
      g_assert_true (stale);
      world_free (world);
    }
}

/* As above, with batches whose halves can be told apart: quantities all equal. */
static void
test_half_batches (void)
{
  World *world = watching ();
  guint shown = 0;

  command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
  for (guint batch = 1; batch <= 200; batch++)
    {
      for (guint i = 0; i < 5; i++)
        {
          level (world, 1, 5000 - i, batch, i == 4 ? 1 : i == 0 ? 3 : 2);
          if (batch % 3 == 0)
            world_pass (world, 7 * 1000);
        }
      if (batch % 7 == 0)
        world_pass (world, 30 * 1000);
    }
  world_pass (world, 30 * 1000);
  for (guint i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind != DESK_EVENT_DEPTH)
        continue;
      shown++;
      g_assert_cmpuint (event->depth->n_bids, ==, 5);
      for (guint k = 1; k < 5; k++)
        g_assert_cmpfloat (event->depth->bids[k].quantity, ==, event->depth->bids[0].quantity);
    }
  g_assert_cmpfloat (world_last (world, DESK_EVENT_DEPTH)->depth->bids[0].quantity, ==, 200);
  g_assert_cmpuint (shown, >, 50);
  g_assert_cmpuint (shown, <, 200); /* not more often than needed */

  /* A batch whose end never comes: what is shown grows old, and is good again with the next whole one. */
  level (world, 1, 5000, 7, 2);
  world_pass (world, 2 * G_USEC_PER_SEC);
  g_assert_true (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  g_assert_cmpfloat (world_last (world, DESK_EVENT_DEPTH)->depth->bids[0].quantity, ==, 200);
  level (world, 1, 4999, 7, 1);
  world_pass (world, 30 * 1000);
  g_assert_false (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  g_assert_cmpfloat (world_last (world, DESK_EVENT_DEPTH)->depth->bids[0].quantity, ==, 7);

  /* No marks at all: shown when nothing follows. */
  level (world, 1, 5000, 8, 0);
  level (world, 1, 4999, 8, 0);
  shown = world_count (world, DESK_EVENT_DEPTH, NULL);
  world_pass (world, 50 * 1000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DEPTH, NULL), ==, shown + 1);
  g_assert_cmpfloat (world_last (world, DESK_EVENT_DEPTH)->depth->bids[1].quantity, ==, 8);

  command (world, DESK_COMMAND_UNWATCH_DEPTH, WORLD_SYMBOL);
  g_assert_cmpint (last_asked (world, DTC_MSG_MARKET_DEPTH_REQUEST)->body.market_depth_request.request_action, ==, DTC_UNSUBSCRIBE);
  world_free (world);
}

static void
test_best_from_depth (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);

  world->best_from_depth = TRUE;
  world_up (world);
  command (world, DESK_COMMAND_WATCH_SYMBOL, WORLD_SYMBOL);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DEPTH_REQUEST), ==, 1);
  level (world, 1, 5000, 3, 1);
  g_assert_cmpfloat (quote (world)->bid.display, ==, 5000);
  g_assert_cmpint (quote (world)->ask.kind, ==, DESK_PRICE_UNSET);
  level (world, 2, 5001, 4, 2);
  g_assert_cmpint (quote (world)->ask.kind, ==, DESK_PRICE_UNSET);
  level (world, 2, 5000.5, 5, 1);
  g_assert_cmpfloat (quote (world)->ask.display, ==, 5000.5);
  g_assert_cmpfloat (quote (world)->ask_size, ==, 5);
  g_assert_null (world_last (world, DESK_EVENT_DEPTH)); /* nobody looks at the book */
  command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
  world_pass (world, 50 * 1000);
  g_assert_cmpuint (world_last (world, DESK_EVENT_DEPTH)->depth->n_asks, ==, 2);
  command (world, DESK_COMMAND_UNWATCH_DEPTH, WORLD_SYMBOL);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DEPTH_REQUEST), ==, 1);
  /* Who comes back sees what is, not what was when he left. */
  g_assert_true (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  level (world, 1, 4990, 7, 1);
  level (world, 2, 5000.75, 1, 1);
  command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
  world_pass (world, 50 * 1000);
  g_assert_false (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  g_assert_cmpuint (world_last (world, DESK_EVENT_DEPTH)->depth->n_asks, ==, 3);
  world_free (world);
}

static void
test_queue (void)
{
  World *world = watching ();
  const DeskQueueState *state;

  command (world, DESK_COMMAND_WATCH_ORDERS, WORLD_SYMBOL);
  world_place (world, DESK_SIDE_BUY, 2, 5000);
  g_strlcpy (world_last_at_server (world)->server_id, "8842", DESK_ID_SIZE);
  server_say (world, server_update (world, world_last_at_server (world), DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  say (world, "{\"Type\":155,\"SymbolID\":1,\"MessageBoundary\":1}");
  say (world, "{\"Type\":152,\"SymbolID\":1,\"Side\":1,\"Quantity\":5,\"Price\":5000,\"OrderID\":8840}");
  world_pass (world, 100 * 1000);
  g_assert_null (world_last (world, DESK_EVENT_QUEUE));
  say (world, "{\"Type\":152,\"SymbolID\":1,\"Side\":1,\"Quantity\":4,\"Price\":5000,\"OrderID\":8841}");
  say (world, "{\"Type\":155,\"SymbolID\":1,\"MessageBoundary\":0}");
  say (world, "{\"Type\":152,\"SymbolID\":1,\"Side\":1,\"Quantity\":2,\"Price\":5000,\"OrderID\":8842}");
  say (world, "{\"Type\":153,\"SymbolID\":1,\"Side\":1,\"Quantity\":3,\"Price\":5000,\"OrderID\":8840,\"PriorPrice\":5000,\"PriorQuantity\":5,\"PriorOrderID\":8840}");
  world_pass (world, 100 * 1000);
  state = world_last (world, DESK_EVENT_QUEUE)->queue;
  g_assert_cmpuint (state->n_bids, ==, 3);
  g_assert_cmpuint (state->bids[0].id, ==, 8840);
  g_assert_false (state->bids[0].own);
  g_assert_true (state->bids[2].own);
  g_assert_cmpuint (state->bids[2].place, ==, 3);
  g_assert_cmpfloat (state->bids[2].ahead, ==, 7);
  say (world, "{\"Type\":154,\"SymbolID\":1,\"OrderID\":8840}");
  world_pass (world, 100 * 1000);
  g_assert_cmpfloat (world_last (world, DESK_EVENT_QUEUE)->queue->bids[1].ahead, ==, 4);
  world_cut (world);
  g_assert_true (world_last (world, DESK_EVENT_QUEUE)->queue->stale);
  world_free (world);
}

static void
test_link_lost (void)
{
  World *world = watching ();

  say (world, "{\"Type\":108,\"SymbolID\":1,\"BidPrice\":5000,\"AskPrice\":5001}");
  g_assert_false (quote (world)->stale);
  world_cut (world);
  g_assert_true (quote (world)->stale);
  g_assert_cmpfloat (quote (world)->bid.display, ==, 5000);
  world_connect (world);
  world_run (world);
  say (world, "{\"Type\":108,\"SymbolID\":1,\"BidPrice\":5002,\"AskPrice\":5003}");
  g_assert_false (quote (world)->stale);
  world_free (world);
}

/* A new bid does not make the last trade of an earlier connection one of now, nor its session that of today. */
static void
test_link_back (void)
{
  World *world = watching ();

  say (world, "{\"Type\":104,\"SymbolID\":1,\"BidPrice\":5000,\"AskPrice\":5001,\"LastTradePrice\":5000.5,\"SessionHighPrice\":5010,"
              "\"SessionVolume\":1000,\"LastTradeDateTime\":1790000000.5,\"BidAskDateTime\":1790000000.5,\"TradingStatus\":2}");
  g_assert_cmpfloat (quote (world)->last.display, ==, 5000.5);
  g_assert_cmpint (quote (world)->trading, ==, DESK_TRADING_OPEN);
  world_cut (world);
  g_assert_cmpfloat (quote (world)->last.display, ==, 5000.5);
  world_connect (world);
  world_run (world);
  g_assert_true (quote (world)->stale);
  /* What is no news of the market leaves the old one as it is: old. */
  say (world, "{\"Type\":138,\"SymbolID\":1,\"Status\":4}");
  g_assert_true (quote (world)->stale);
  say (world, "{\"Type\":108,\"SymbolID\":1,\"BidPrice\":4002,\"AskPrice\":4003}");
  g_assert_false (quote (world)->stale);
  g_assert_cmpfloat (quote (world)->bid.display, ==, 4002);
  g_assert_cmpint (quote (world)->last.kind, ==, DESK_PRICE_UNSET);
  g_assert_cmpint (quote (world)->high.kind, ==, DESK_PRICE_UNSET);
  g_assert_true (isnan (quote (world)->volume));
  g_assert_cmpint (quote (world)->traded, ==, 0);
  g_assert_cmpint (quote (world)->trading, ==, DESK_TRADING_HALT);
  g_assert_cmpuint (quote (world)->symbol_id, ==, 1);
  world_free (world);
}

/* After the server asked to subscribe again: the book that was emptied for it is not shown as an empty market. */
static void
test_emptied_book (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);
  guint n;

  world->resubscribe = TRUE;
  world_up (world);
  command (world, DESK_COMMAND_WATCH_SYMBOL, WORLD_SYMBOL);
  command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
  level (world, 1, 5000, 3, 1);
  world_pass (world, 500 * 1000);
  level (world, 1, 4999, 3, 0); /* will be shown soon */
  say (world, "{\"Type\":100,\"Status\":1}");
  say (world, "{\"Type\":100,\"Status\":2}");
  n = world_count (world, DESK_EVENT_DEPTH, NULL);
  world_pass (world, 500 * 1000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DEPTH, NULL), ==, n);
  g_assert_true (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  g_assert_cmpuint (world_last (world, DESK_EVENT_DEPTH)->depth->n_bids, >, 0);
  world_free (world);
}

/* A book that nobody keeps up to date does not look as if it were. */
static void
test_old_books (void)
{
  World *world = watching ();

  command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
  level (world, 1, 5000, 3, 1);
  world_pass (world, 50 * 1000);
  g_assert_false (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  say (world, "{\"Type\":100,\"Status\":1}");
  g_assert_true (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  say (world, "{\"Type\":100,\"Status\":2}");
  level (world, 1, 5000, 4, 1);
  world_pass (world, 50 * 1000);
  g_assert_false (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  g_assert_cmpfloat (world_last (world, DESK_EVENT_DEPTH)->depth->bids[0].quantity, ==, 4);
  say (world, "{\"Type\":116,\"SymbolID\":1,\"Status\":1}");
  g_assert_true (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  level (world, 1, 5000, 5, 1);
  world_pass (world, 50 * 1000);
  g_assert_true (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  say (world, "{\"Type\":116,\"SymbolID\":1,\"Status\":2}");
  level (world, 1, 5000, 6, 1);
  world_pass (world, 50 * 1000);
  g_assert_false (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  command (world, DESK_COMMAND_UNWATCH_DEPTH, WORLD_SYMBOL);
  g_assert_true (world_last (world, DESK_EVENT_DEPTH)->depth->stale);
  g_assert_cmpuint (world_last (world, DESK_EVENT_DEPTH)->depth->n_bids, ==, 1);
  world_free (world);
}

void
add_books_tests (void)
{
  g_test_add_func ("/core/market/whole-batches", test_whole_batches);
  g_test_add_func ("/core/market/half-batches", test_half_batches);
  g_test_add_func ("/core/market/best-from-depth", test_best_from_depth);
  g_test_add_func ("/core/market/queue", test_queue);
  g_test_add_func ("/core/market/link-lost", test_link_lost);
  g_test_add_func ("/core/market/link-back", test_link_back);
  g_test_add_func ("/core/market/old-books", test_old_books);
  g_test_add_func ("/core/market/emptied-book", test_emptied_book);
}
