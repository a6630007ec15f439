/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "market-fixture.h"

/* The engine's market: every form of every message, sessions, books, subscriptions, refusals and searches. */

/* ---- forms ---- */

/* One trade in every form that DTC has, or had. */
static void
test_trades (void)
{
  static const struct
  {
    const char *json;
    gint64      utc;
    guint8      conditions;
  } forms[] = {
    { "{\"Type\":107,\"SymbolID\":1,\"AtBidOrAsk\":2,\"Price\":5000.25,\"Volume\":3,\"DateTime\":1790000000.5}", 1790000000500000, 0 },
    { "{\"Type\":112,\"SymbolID\":1,\"AtBidOrAsk\":2,\"Price\":5000.25,\"Volume\":3,\"DateTime\":1790000000}", 1790000000000000, 0 },
    { "{\"Type\":137,\"SymbolID\":1,\"AtBidOrAsk\":2,\"TradeCondition\":4,\"Price\":5000.25,\"Volume\":3,\"DateTime\":1790000000.5}", 1790000000500000, 4 },
    { "{\"Type\":142,\"SymbolID\":1,\"AtBidOrAsk\":2,\"TradeCondition\":1,\"Price\":5000.25,\"Volume\":3}", 0, 1 },
    { "{\"Type\":146,\"SymbolID\":1,\"AtBidOrAsk\":2,\"TradeCondition\":2,\"Price\":5000.25,\"Volume\":3,\"DateTime\":1790000000500001}", 1790000000500001, 2 },
    { "{\"Type\":147,\"SymbolID\":1,\"AtBidOrAsk\":2,\"TradeCondition\":7,\"Price\":5000.25,\"Volume\":3,\"DateTime\":1790000000500001}", 1790000000500001, 7 },
  };
  World *world = watching ();

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      const DeskEvent *trades;
      const DeskPrint *print;

      say (world, "%s", forms[i].json);
      trades = world_last (world, DESK_EVENT_TRADES);
      g_assert_nonnull (trades);
      g_assert_cmpstr (trades->trades.symbol, ==, WORLD_SYMBOL);
      g_assert_cmpuint (trades->trades.n, ==, 1);
      print = desk_trades_get (&trades->trades, 0);
      g_assert_cmpint (print->price.kind, ==, DESK_PRICE_TICKS);
      g_assert_cmpint (print->price.ticks, ==, 20001);
      g_assert_cmpfloat (print->size, ==, 3);
      g_assert_cmpint (print->aggressor, ==, DESK_SIDE_BUY);
      g_assert_cmpint (print->utc, ==, forms[i].utc);
      g_assert_cmpuint (print->conditions, ==, forms[i].conditions);
      g_assert_cmpint (quote (world)->last.ticks, ==, 20001);
      g_assert_cmpfloat (quote (world)->last_size, ==, 3);
      g_assert_cmpuint (world_count (world, DESK_EVENT_TRADES, NULL), ==, i + 1);
    }

  /* At the bid is sold; neither is not said. State is no trade, nor is what has no price. */
  say (world, "{\"Type\":147,\"SymbolID\":1,\"AtBidOrAsk\":1,\"Price\":5000,\"Volume\":1}");
  g_assert_cmpint (desk_trades_get (&world_last (world, DESK_EVENT_TRADES)->trades, 0)->aggressor, ==, DESK_SIDE_SELL);
  say (world, "{\"Type\":147,\"SymbolID\":1,\"Price\":5000,\"Volume\":1}");
  g_assert_cmpint (desk_trades_get (&world_last (world, DESK_EVENT_TRADES)->trades, 0)->aggressor, ==, DESK_SIDE_NONE);
  say (world, "{\"Type\":134,\"SymbolID\":1,\"LastTradePrice\":4999,\"LastTradeVolume\":8,\"LastTradeDateTime\":1790000001}");
  g_assert_cmpfloat (quote (world)->last.display, ==, 4999);
  g_assert_cmpfloat (quote (world)->last_size, ==, 8);
  say (world, "{\"Type\":104,\"SymbolID\":1,\"LastTradePrice\":4998,\"LastTradeVolume\":9}");
  g_assert_cmpfloat (quote (world)->last.display, ==, 4998);
  say (world, "{\"Type\":107,\"SymbolID\":1,\"Volume\":3}");
  g_assert_cmpfloat (quote (world)->last.display, ==, 4998);
  g_assert_cmpuint (world_count (world, DESK_EVENT_TRADES, NULL), ==, G_N_ELEMENTS (forms) + 2);
  world_free (world);
}

static void
test_quotes (void)
{
  static const int forms[] = { 108, 117, 143, 144, 148 };
  World *world = watching ();

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      say (world, "{\"Type\":%d,\"SymbolID\":1,\"BidPrice\":5000.25,\"BidQuantity\":3,\"AskPrice\":5000.5,\"AskQuantity\":4}", forms[i]);
      g_assert_cmpint (quote (world)->bid.ticks, ==, 20001);
      g_assert_cmpint (quote (world)->ask.ticks, ==, 20002);
      g_assert_cmpfloat (quote (world)->bid_size, ==, 3);
      g_assert_cmpfloat (quote (world)->ask_size, ==, 4);

      /* Unset: nobody quotes on that side. */
      say (world, "{\"Type\":%d,\"SymbolID\":1,\"AskPrice\":-0.25,\"AskQuantity\":4}", forms[i]);
      g_assert_cmpint (quote (world)->bid.kind, ==, DESK_PRICE_UNSET);
      g_assert_cmpint (quote (world)->ask.ticks, ==, -1);
    }
  world_free (world);
}

/* Every form of a level, and of a snapshot. */
static void
test_levels (void)
{
  static const int updates[] = { 106, 109, 140, 141 };
  World *world = watching ();

  command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DEPTH_REQUEST), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (updates); i++)
    for (guint type = 1; type <= 4; type++)
      {
        const DeskDepthState *state;

        say (world, "{\"Type\":122,\"SymbolID\":1,\"Side\":1,\"Price\":5000,\"Quantity\":5,\"Level\":1,\"IsFirstMessageInBatch\":1,\"IsLastMessageInBatch\":1}");
        say (world, "{\"Type\":%d,\"SymbolID\":1,\"Side\":1,\"Price\":%s,\"Quantity\":%d,\"UpdateType\":%u,\"NumOrders\":2,\"FinalUpdateInBatch\":1}",
             updates[i], type == 3 ? "4999.75" : "5000", type == 2 ? 0 : 7, type);
        world_pass (world, 50 * 1000);
        state = world_last (world, DESK_EVENT_DEPTH)->depth;
        g_assert_cmpuint (state->n_bids, ==, type == 2 ? 0 : type == 3 ? 2 : 1);
        if (type != 2)
          g_assert_cmpfloat (state->bids[type == 3 ? 1 : 0].quantity, ==, 7);
        if (type != 2)
          g_assert_cmpuint (state->bids[type == 3 ? 1 : 0].orders, ==, 2);
        g_assert_cmpuint (state->n_asks, ==, 0);
        g_assert_false (state->stale);
      }
  say (world, "{\"Type\":145,\"SymbolID\":1,\"Side\":1,\"Price\":5001,\"Quantity\":5,\"Level\":1,\"FinalUpdateInBatch\":3}");
  say (world, "{\"Type\":145,\"SymbolID\":1,\"Side\":2,\"Price\":5002,\"Quantity\":6,\"Level\":1,\"FinalUpdateInBatch\":1}");
  world_pass (world, 50 * 1000);
  g_assert_cmpuint (world_last (world, DESK_EVENT_DEPTH)->depth->n_bids, ==, 1);
  g_assert_cmpfloat (world_last (world, DESK_EVENT_DEPTH)->depth->bids[0].price.display, ==, 5001);
  g_assert_cmpfloat (world_last (world, DESK_EVENT_DEPTH)->depth->asks[0].price.display, ==, 5002);
  world_free (world);
}

/* ---- the session ---- */

static void
test_session (void)
{
  static const char day1[] = "1790000000", day2[] = "1790086400", day0[] = "1789913600";
  World *world = watching ();

  say (world, "{\"Type\":104,\"SymbolID\":1,\"SessionOpenPrice\":5000,\"SessionHighPrice\":5010,\"SessionLowPrice\":4990,\"SessionVolume\":100,"
              "\"SessionNumTrades\":10,\"OpenInterest\":7,\"SessionSettlementPrice\":4995,\"TradingSessionDate\":%s,\"TradingStatus\":2,"
              "\"BidPrice\":5000,\"AskPrice\":5001}", day1);
  g_assert_cmpfloat (quote (world)->open.display, ==, 5000);
  g_assert_cmpfloat (quote (world)->settlement.display, ==, 4995);
  g_assert_cmpfloat (quote (world)->volume, ==, 100);
  g_assert_cmpfloat (quote (world)->open_interest, ==, 7);
  g_assert_cmpint (quote (world)->trading, ==, DESK_TRADING_OPEN);

  /* Trades carry the figures on, until the server does so itself. */
  say (world, "{\"Type\":147,\"SymbolID\":1,\"Price\":5011,\"Volume\":5}");
  say (world, "{\"Type\":147,\"SymbolID\":1,\"Price\":4989,\"Volume\":1}");
  g_assert_cmpfloat (quote (world)->high.display, ==, 5011);
  g_assert_cmpfloat (quote (world)->low.display, ==, 4989);
  g_assert_cmpfloat (quote (world)->volume, ==, 106);
  g_assert_cmpfloat (quote (world)->n_trades, ==, 12);
  say (world, "{\"Type\":113,\"SymbolID\":1,\"Volume\":200,\"TradingSessionDate\":%s}", day1);
  say (world, "{\"Type\":135,\"SymbolID\":1,\"NumTrades\":20}");
  say (world, "{\"Type\":147,\"SymbolID\":1,\"Price\":5000,\"Volume\":5}");
  g_assert_cmpfloat (quote (world)->volume, ==, 200);
  g_assert_cmpfloat (quote (world)->n_trades, ==, 20);

  /* What comes about an earlier session alters nothing. */
  say (world, "{\"Type\":114,\"SymbolID\":1,\"Price\":6000,\"TradingSessionDate\":%s}", day0);
  say (world, "{\"Type\":115,\"SymbolID\":1,\"Price\":1,\"TradingSessionDate\":%s}", day0);
  say (world, "{\"Type\":113,\"SymbolID\":1,\"Volume\":1,\"TradingSessionDate\":%s}", day0);
  say (world, "{\"Type\":124,\"SymbolID\":1,\"OpenInterest\":1,\"TradingSessionDate\":%s}", day0);
  g_assert_cmpfloat (quote (world)->high.display, ==, 5011);
  g_assert_cmpfloat (quote (world)->low.display, ==, 4989);
  g_assert_cmpfloat (quote (world)->volume, ==, 200);
  g_assert_cmpfloat (quote (world)->open_interest, ==, 7);
  say (world, "{\"Type\":114,\"SymbolID\":1,\"Price\":5020,\"TradingSessionDate\":%s}", day1);
  say (world, "{\"Type\":115,\"SymbolID\":1,\"Price\":4980,\"TradingSessionDate\":%s}", day1);
  say (world, "{\"Type\":119,\"SymbolID\":1,\"Price\":4996,\"DateTime\":%s}", day1);
  say (world, "{\"Type\":124,\"SymbolID\":1,\"OpenInterest\":9,\"TradingSessionDate\":%s}", day1);
  g_assert_cmpfloat (quote (world)->high.display, ==, 5020);
  g_assert_cmpfloat (quote (world)->low.display, ==, 4980);
  g_assert_cmpfloat (quote (world)->settlement.display, ==, 4996);
  g_assert_cmpfloat (quote (world)->open_interest, ==, 9);

  /* A new session begins empty; the old settlement stays until there is a new one. */
  say (world, "{\"Type\":136,\"SymbolID\":1,\"Date\":%s}", day2);
  g_assert_cmpint (quote (world)->high.kind, ==, DESK_PRICE_UNSET);
  g_assert_true (isnan (quote (world)->volume));
  g_assert_cmpfloat (quote (world)->settlement.display, ==, 4996);
  say (world, "{\"Type\":120,\"SymbolID\":1,\"Price\":5005,\"TradingSessionDate\":%s}", day1);
  g_assert_cmpint (quote (world)->open.kind, ==, DESK_PRICE_UNSET);
  say (world, "{\"Type\":120,\"SymbolID\":1,\"Price\":5006,\"TradingSessionDate\":%s}", day2);
  g_assert_cmpfloat (quote (world)->open.display, ==, 5006);
  world_free (world);
}

static void
test_status (void)
{
  World *world = watching ();

  say (world, "{\"Type\":138,\"SymbolID\":1,\"Status\":4}");
  g_assert_cmpint (quote (world)->trading, ==, DESK_TRADING_HALT);
  say (world, "{\"Type\":138,\"SymbolID\":1,\"Status\":99}");
  g_assert_cmpint (quote (world)->trading, ==, DESK_TRADING_UNKNOWN);
  say (world, "{\"Type\":116,\"SymbolID\":1,\"Status\":1}");
  g_assert_cmpint (quote (world)->feed, ==, DESK_FEED_UNAVAILABLE);
  say (world, "{\"Type\":116,\"SymbolID\":1,\"Status\":2}");
  g_assert_cmpint (quote (world)->feed, ==, DESK_FEED_AVAILABLE);
  say (world, "{\"Type\":100,\"Status\":1}");
  say (world, "{\"Type\":100,\"Status\":1}");
  g_assert_cmpint (quote (world)->feed, ==, DESK_FEED_UNAVAILABLE);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FEED_OFF"), ==, 1);
  say (world, "{\"Type\":100,\"Status\":2}");
  g_assert_cmpint (quote (world)->feed, ==, DESK_FEED_AVAILABLE);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FEED_ON"), ==, 1);
  /* This server keeps subscriptions. */
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DATA_REQUEST), ==, 1);
  world_free (world);
}

/* ---- subscriptions ---- */

static void
test_resubscribe (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);

  world->resubscribe = TRUE;
  world_up (world);
  command (world, DESK_COMMAND_WATCH_SYMBOL, WORLD_SYMBOL);
  command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
  command (world, DESK_COMMAND_WATCH_SYMBOL, WORLD_SYMBOL);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DATA_REQUEST), ==, 1);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DEPTH_REQUEST), ==, 1);
  g_assert_cmpuint (count_asked (world, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST), ==, 1);

  say (world, "{\"Type\":100,\"Status\":1}");
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DATA_REQUEST), ==, 1);
  say (world, "{\"Type\":100,\"Status\":2}");
  say (world, "{\"Type\":100,\"Status\":2}");
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DATA_REQUEST), ==, 2);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DEPTH_REQUEST), ==, 2);
  g_assert_cmpuint (count_asked (world, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST), ==, 1);

  /* A new connection: once more of everything, under the same SymbolID. */
  world_cut (world);
  world_connect (world);
  world_run (world);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DATA_REQUEST), ==, 3);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DEPTH_REQUEST), ==, 3);
  g_assert_cmpuint (count_asked (world, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST), ==, 2);
  g_assert_cmpuint (last_asked (world, DTC_MSG_MARKET_DATA_REQUEST)->market_data_request.symbol_id, ==, 1);
  g_assert_cmpint (last_asked (world, DTC_MSG_MARKET_DATA_REQUEST)->market_data_request.request_action, ==, DTC_SUBSCRIBE);
  world_free (world);
}

/* A name that is being typed is looked up once, and neither followed nor listed; an order for it follows it. */
static void
test_typed (void)
{
  World *world = world_new_live (DTC_NUMBERING_DTC);
  g_autoptr (DeskCommand) preview = desk_command_new (DESK_COMMAND_PREVIEW);

  world->no_definitions = TRUE;
  preview->ticket.side = DESK_SIDE_BUY;
  preview->ticket.type = DESK_ORDER_TYPE_MARKET;
  preview->ticket.quantity = 1;
  g_strlcpy (preview->ticket.symbol, "ES", sizeof preview->ticket.symbol);
  for (guint i = 0; i < 5; i++)
    {
      desk_engine_command (world->engine, preview, world->now);
      world_run (world);
      if (i == 2)
        say (world, "{\"Type\":509,\"RequestID\":%d,\"RejectText\":\"unknown\"}",
             last_asked (world, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST)->security_definition_for_symbol_request.request_id);
    }
  g_assert_cmpuint (count_asked (world, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST), ==, 1);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DATA_REQUEST), ==, 0);
  g_assert_null (world_last (world, DESK_EVENT_INSTRUMENT));
  g_assert_null (world_last (world, DESK_EVENT_QUOTE));

  world->no_definitions = FALSE;
  world_place (world, DESK_SIDE_BUY, 1, 5000);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DATA_REQUEST), ==, 1);

  /* A person may ask again. */
  command (world, DESK_COMMAND_WATCH_SYMBOL, "ES");
  g_assert_cmpuint (count_asked (world, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST), ==, 3);
  world_free (world);
}

static void
test_unwatch (void)
{
  World *world = watching ();
  const DtcMessage *asked;
  guint n;

  command (world, DESK_COMMAND_WATCH_SYMBOL, "CLZ6");
  command (world, DESK_COMMAND_WATCH_DEPTH, "CLZ6");
  command (world, DESK_COMMAND_UNWATCH_SYMBOL, "CLZ6");
  asked = last_asked (world, DTC_MSG_MARKET_DATA_REQUEST);
  g_assert_cmpint (asked->market_data_request.request_action, ==, DTC_UNSUBSCRIBE);
  g_assert_cmpuint (asked->market_data_request.symbol_id, ==, 2);
  g_assert_false (dtc_message_has (asked, DTC_MARKET_DATA_REQUEST_F_SYMBOL));
  g_assert_cmpint (last_asked (world, DTC_MSG_MARKET_DEPTH_REQUEST)->body.market_depth_request.request_action, ==, DTC_UNSUBSCRIBE);
  g_assert_cmpstr (world_last (world, DESK_EVENT_UNWATCHED)->instrument.symbol, ==, "CLZ6");

  /* What is still on its way is nobody's. */
  n = world->events->len;
  say (world, "{\"Type\":108,\"SymbolID\":2,\"BidPrice\":70,\"AskPrice\":71}");
  say (world, "{\"Type\":106,\"SymbolID\":2,\"Side\":1,\"Price\":70,\"Quantity\":1,\"UpdateType\":1,\"FinalUpdateInBatch\":1}");
  say (world, "{\"Type\":108,\"SymbolID\":77,\"BidPrice\":70,\"AskPrice\":71}");
  say (world, "{\"Type\":108,\"BidPrice\":70,\"AskPrice\":71}");
  for (guint i = n; i < world->events->len; i++)
    g_assert_cmpint (((const DeskEvent *) g_ptr_array_index (world->events, i))->kind, ==, DESK_EVENT_HEALTH);

  /* A new connection does not follow it again. */
  world_cut (world);
  n = count_asked (world, DTC_MSG_MARKET_DATA_REQUEST);
  world_connect (world);
  world_run (world);
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DATA_REQUEST), ==, n + 1);

  /* Watched again: the same SymbolID. */
  command (world, DESK_COMMAND_WATCH_SYMBOL, "CLZ6");
  g_assert_cmpuint (last_asked (world, DTC_MSG_MARKET_DATA_REQUEST)->market_data_request.symbol_id, ==, 2);

  /* Where we hold something, it stays. */
  world_hold_two (world);
  command (world, DESK_COMMAND_UNWATCH_SYMBOL, WORLD_SYMBOL);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SYMBOL_HELD"), ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_UNWATCHED, NULL), ==, 1);
  world_free (world);
}

/* A refusal is one calm sentence, no loop, and orders go on. */
static void
test_rejects (void)
{
  World *world = watching ();
  guint n;

  command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
  command (world, DESK_COMMAND_WATCH_ORDERS, WORLD_SYMBOL);
  n = world->asked->len;
  for (guint i = 0; i < 3; i++)
    {
      say (world, "{\"Type\":103,\"SymbolID\":1,\"RejectText\":\"Not over DTC\"}");
      say (world, "{\"Type\":121,\"SymbolID\":1,\"RejectText\":\"\"}");
      say (world, "{\"Type\":151,\"SymbolID\":1,\"RejectText\":\"No\"}");
      world_pass (world, 20 * G_USEC_PER_SEC);
    }
  for (; n < world->asked->len; n++)
    g_assert_cmpuint (((const DtcMessage *) g_ptr_array_index (world->asked, n))->type, >=, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST);
  g_assert_true (quote (world)->rejected);
  g_assert_cmpstr (quote (world)->text, ==, "Not over DTC");
  g_assert_true (world_last (world, DESK_EVENT_DEPTH)->depth->rejected);
  g_assert_cmpstr (world_last (world, DESK_EVENT_DEPTH)->depth->text, ==, "the server gives no reason");
  g_assert_true (world_last (world, DESK_EVENT_QUEUE)->queue->rejected);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_QUOTES"), ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_DEPTH"), ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_ORDER_BOOK"), ==, 1);
  for (guint i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == DESK_EVENT_NOTICE && g_str_has_prefix (event->code, "NO_"))
        g_assert_cmpint (event->level, <=, DESK_LEVEL_WARNING);
    }
  world_place (world, DESK_SIDE_BUY, 1, 5000);
  g_assert_cmpint (world_last_order (world)->status, ==, DESK_STATUS_WORKING);

  /* Asked once more in a new connection, and said no more. */
  world_cut (world);
  world_connect (world);
  world_run (world);
  say (world, "{\"Type\":103,\"SymbolID\":1,\"RejectText\":\"Not over DTC\"}");
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_QUOTES"), ==, 1);
  world_free (world);
}

static void
test_unsupported (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);

  world->no_market_data = TRUE;
  world_up (world);
  command (world, DESK_COMMAND_WATCH_SYMBOL, WORLD_SYMBOL);
  command (world, DESK_COMMAND_WATCH_SYMBOL, "CLZ6");
  g_assert_cmpuint (count_asked (world, DTC_MSG_MARKET_DATA_REQUEST), ==, 0);
  g_assert_true (quote (world)->rejected);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_MARKET_DATA"), ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NO_QUOTES"), ==, 0);
  world_free (world);
}

/* ---- definitions ---- */

/* Prices that came before their definition are read again when it comes: with its multiplier. */
static void
test_late_definition (void)
{
  World *world = world_new (DTC_NUMBERING_DTC);

  world->no_definitions = TRUE;
  world_up (world);
  command (world, DESK_COMMAND_WATCH_DEPTH, WORLD_SYMBOL);
  say (world, "{\"Type\":104,\"SymbolID\":1,\"BidPrice\":500025,\"BidQuantity\":2,\"AskPrice\":500050,\"AskQuantity\":2,\"SessionHighPrice\":501000}");
  say (world, "{\"Type\":122,\"SymbolID\":1,\"Side\":1,\"Price\":500025,\"Quantity\":5,\"Level\":1,\"IsFirstMessageInBatch\":1,\"IsLastMessageInBatch\":1}");
  world_pass (world, 50 * 1000);
  g_assert_cmpint (quote (world)->bid.kind, ==, DESK_PRICE_RAW);
  say (world, "{\"Type\":507,\"RequestID\":110000000,\"Symbol\":\"ESZ6\",\"MinPriceIncrement\":0.25,\"PriceDisplayFormat\":2,\"DisplayPriceMultiplier\":0.01}");
  world_pass (world, 50 * 1000);
  g_assert_cmpint (quote (world)->bid.ticks, ==, 20001);
  g_assert_cmpfloat (quote (world)->high.display, ==, 5010);
  g_assert_cmpfloat (world_last (world, DESK_EVENT_DEPTH)->depth->bids[0].price.display, ==, 5000.25);
  g_assert_cmpfloat (world_last (world, DESK_EVENT_DEPTH)->depth->grid.tick, ==, 0.25);
  world_free (world);
}

/* 507 and 510 have another order and other types, and the same meaning. */
static void
test_definition_forms (void)
{
  static const char rest[] = "\"RequestID\":0,\"Symbol\":\"ESZ6\",\"Exchange\":\"CME\",\"SecurityType\":1,\"Description\":\"E-mini\",\"MinPriceIncrement\":0.25,"
                             "\"PriceDisplayFormat\":2,\"CurrencyValuePerIncrement\":12.5,\"IsFinalMessage\":1,\"UnderlyingSymbol\":\"ES\","
                             "\"HasMarketDepthData\":1,\"DisplayPriceMultiplier\":0.01,\"Currency\":\"USD\",\"SecurityExpirationDate\":1797638400}";

  for (int type = 507; type <= 510; type += 3)
    {
      World *world = world_new (DTC_NUMBERING_DTC);
      const DeskInstrumentState *state;

      world->no_definitions = TRUE;
      world_up (world);
      command (world, DESK_COMMAND_WATCH_SYMBOL, WORLD_SYMBOL);
      say (world, "{\"Type\":%d,%s", type, rest);
      state = &world_last (world, DESK_EVENT_INSTRUMENT)->instrument;
      g_assert_true (state->known);
      g_assert_cmpstr (state->exchange, ==, "CME");
      g_assert_cmpstr (state->underlying, ==, "ES");
      g_assert_cmpstr (state->description, ==, "E-mini");
      g_assert_cmpstr (state->currency, ==, "USD");
      g_assert_cmpstr (state->tick, ==, "0.25");
      g_assert_cmpint (state->type, ==, DESK_SECURITY_FUTURE);
      g_assert_cmpint (state->expires, ==, 1797638400);
      g_assert_cmpfloat (state->grid.multiplier, ==, 0.01);
      g_assert_cmpfloat (state->grid.tick_value, ==, 12.5);
      g_assert_true (state->has_depth);
      world_free (world);
    }
}

/* Definitions nobody asked for do not fill the memory; "none" is not stored. */
static void
test_unasked_definitions (void)
{
  World *world = watching ();
  guint n = world_count (world, DESK_EVENT_INSTRUMENT, NULL);

  for (guint i = 0; i < 1000; i++)
    say (world, "{\"Type\":507,\"RequestID\":%d,\"Symbol\":\"X%u\",\"MinPriceIncrement\":0.25}", i % 2 == 0 ? 0 : 110000000, i);
  say (world, "{\"Type\":507,\"RequestID\":0,\"IsFinalMessage\":1}");
  g_assert_cmpuint (world_count (world, DESK_EVENT_INSTRUMENT, NULL), ==, n);
  command (world, DESK_COMMAND_WATCH_SYMBOL, "NEXT");
  g_assert_cmpuint (last_asked (world, DTC_MSG_MARKET_DATA_REQUEST)->market_data_request.symbol_id, ==, 2);

  world->no_definitions = TRUE;
  command (world, DESK_COMMAND_WATCH_SYMBOL, "NONE");
  say (world, "{\"Type\":507,\"RequestID\":%d,\"IsFinalMessage\":1,\"DisplayPriceMultiplier\":1}",
       last_asked (world, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST)->security_definition_for_symbol_request.request_id);
  g_assert_false (world_last (world, DESK_EVENT_INSTRUMENT)->instrument.known);
  g_assert_cmpstr (world_last (world, DESK_EVENT_INSTRUMENT)->instrument.symbol, ==, "NONE");

  /* Another symbol than the one that was asked is no answer. */
  command (world, DESK_COMMAND_WATCH_SYMBOL, "ASKED");
  say (world, "{\"Type\":507,\"RequestID\":%d,\"Symbol\":\"OTHER\",\"MinPriceIncrement\":0.25,\"IsFinalMessage\":1}",
       last_asked (world, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST)->security_definition_for_symbol_request.request_id);
  g_assert_false (world_last (world, DESK_EVENT_INSTRUMENT)->instrument.known);
  g_assert_cmpstr (world_last (world, DESK_EVENT_INSTRUMENT)->instrument.symbol, ==, "ASKED");
  world_free (world);
}

static gboolean
in_order (const DeskDepthLevel *levels,
          guint                 n,
          int                   sign)
{
  for (guint i = 0; i < n; i++)
    {
      if (levels[i].price.kind == DESK_PRICE_UNSET || !isfinite (levels[i].price.display) || !(levels[i].quantity > 0))
        return FALSE;
      if (i > 0 && !(levels[i].price.display * sign > levels[i - 1].price.display * sign))
        return FALSE;
    }
  return n <= DESK_DEPTH_LEVELS_MAX;
}

static gboolean
is_sane (const DeskPrice *price)
{
  return price->kind == DESK_PRICE_UNSET || (isfinite (price->display) && fabs (price->display) <= 1e9);
}

/* Whatever legal messages come, in whatever order, with the link lost now and then: books stay sorted, prices are prices,
 * and nothing but events about what is followed comes out. */
static void
test_random (void)
{
  static const guint16 types[] = {
    100, 103, 104, 106, 107, 108, 109, 112, 113, 114, 115, 116, 117, 119, 120, 121, 122, 124, 134, 135, 136, 137, 138, 140, 141,
    142, 143, 144, 145, 146, 147, 148, 151, 152, 153, 154, 155, 501, 507, 509, 510, 604, 606, 705, 706,
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  World *world = world_new (DTC_NUMBERING_DTC);
  guint n_books = 0, n_queues = 0;

  world->resubscribe = world->best_from_depth = TRUE;
  world_up (world);
  for (guint i = 0; i < 20000; i++)
    {
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
      guint16 type = types[g_rand_int_range (random, 0, G_N_ELEMENTS (types))];
      const DtcMessageDesc *desc = dtc_message_desc (type);

      if (i % 1000 == 0)
        for (guint k = 0; k < 3; k++)
          {
            static const char *const names[] = { WORLD_SYMBOL, "CLZ6", "ZNZ6" };

            command (world, DESK_COMMAND_WATCH_DEPTH, names[k]);
            command (world, DESK_COMMAND_WATCH_ORDERS, names[k]);
            find (world, (DeskFindBy) k, "x", "", 1);
            command (world, DESK_COMMAND_LIST_BALANCES, "");
            command (world, DESK_COMMAND_LIST_JOURNAL, "");
          }
      test_random_message (random, &message, type, 2);
      for (guint k = 0; k < desc->n_fields; k++)
        {
          if (g_str_equal (desc->fields[k].name, "SymbolID"))
            dtc_message_set_int (&message, k, g_rand_int_range (random, 0, 5));
          else if (g_str_equal (desc->fields[k].name, "Price") && g_rand_boolean (random))
            dtc_message_set_double (&message, k, 5000 + g_rand_int_range (random, -20, 20) * 0.25);
          else if (g_str_equal (desc->fields[k].name, "RequestID") && g_rand_boolean (random))
            dtc_message_set_int (&message, k, g_rand_int_range (random, 0, 100));
        }
      world_feed (world, &message);
      if (i % 16 == 0)
        world_pass (world, g_rand_int_range (random, 0, 30 * 1000));
      if (i % 777 == 776)
        {
          world_cut (world);
          world_connect (world);
          world_run (world);
        }
      for (guint k = 0; k < world->events->len; k++)
        {
          const DeskEvent *event = g_ptr_array_index (world->events, k);

          if (event->kind == DESK_EVENT_DEPTH)
            {
              g_assert_true (in_order (event->depth->bids, event->depth->n_bids, -1));
              g_assert_true (in_order (event->depth->asks, event->depth->n_asks, 1));
              n_books++;
            }
          else if (event->kind == DESK_EVENT_QUEUE)
            n_queues++;
          else if (event->kind == DESK_EVENT_QUOTE)
            g_assert_true (is_sane (&event->quote.bid) && is_sane (&event->quote.ask) && is_sane (&event->quote.last)
                           && is_sane (&event->quote.high) && event->quote.symbol_id <= 3);
          else if (event->kind == DESK_EVENT_TRADES)
            g_assert_true (is_sane (&desk_trades_get (&event->trades, 0)->price));
        }
      g_ptr_array_set_size (world->events, 0);
    }
  g_assert_cmpuint (n_books, >, 100);
  g_assert_cmpuint (n_queues, >, 100);
  world_free (world);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/market/trades", test_trades);
  g_test_add_func ("/core/market/quotes", test_quotes);
  g_test_add_func ("/core/market/levels", test_levels);
  g_test_add_func ("/core/market/session", test_session);
  g_test_add_func ("/core/market/status", test_status);
  g_test_add_func ("/core/market/resubscribe", test_resubscribe);
  g_test_add_func ("/core/market/typed", test_typed);
  g_test_add_func ("/core/market/unwatch", test_unwatch);
  g_test_add_func ("/core/market/rejects", test_rejects);
  g_test_add_func ("/core/market/unsupported", test_unsupported);
  g_test_add_func ("/core/market/late-definition", test_late_definition);
  g_test_add_func ("/core/market/definition-forms", test_definition_forms);
  g_test_add_func ("/core/market/unasked-definitions", test_unasked_definitions);
  g_test_add_func ("/core/market/random", test_random);
  add_books_tests ();
  add_lists_tests ();
  return g_test_run ();
}
