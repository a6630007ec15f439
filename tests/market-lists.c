/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "market-fixture.h"

/* Searches for symbols, and the lists of exchanges and symbols. */

/* ---- searches ---- */

static gint32
request_of (World   *world,
            guint16  type)
{
  const DtcMessage *asked = last_asked (world, type);

  g_assert_nonnull (asked);
  return (gint32) dtc_message_get_int (asked, 0);
}

static const DeskFoundState *
found (World *world)
{
  return &world_last (world, DESK_EVENT_FOUND)->found;
}

static void
test_find (void)
{
  World *world = world_new_live (DTC_NUMBERING_DTC);
  gint32 first, second;

  find (world, DESK_FIND_SYMBOL, "ES", "", 21);
  g_assert_cmpint (found (world)->kind, ==, DESK_ROW_BEGIN);
  first = request_of (world, DTC_MSG_SYMBOL_SEARCH_REQUEST);
  g_assert_cmpint (last_asked (world, DTC_MSG_SYMBOL_SEARCH_REQUEST)->body.symbol_search_request.search_type, ==, DTC_SEARCH_TYPE_BY_SYMBOL);
  say (world, "{\"Type\":507,\"RequestID\":%d,\"Symbol\":\"ESZ6\",\"MinPriceIncrement\":0.25,\"Exchange\":\"CME\"}", first);
  g_assert_cmpstr (found (world)->instrument.symbol, ==, "ESZ6");

  /* A new search ends the display of the old one; late rows of it are nobody's. */
  find (world, DESK_FIND_DESCRIPTION, "mini", "CME", 22);
  second = request_of (world, DTC_MSG_SYMBOL_SEARCH_REQUEST);
  g_assert_cmpint (second, !=, first);
  g_assert_cmpstr (last_asked (world, DTC_MSG_SYMBOL_SEARCH_REQUEST)->body.symbol_search_request.exchange, ==, "CME");
  say (world, "{\"Type\":507,\"RequestID\":%d,\"Symbol\":\"OLD\",\"MinPriceIncrement\":0.25,\"IsFinalMessage\":1}", first);
  g_assert_cmpint (found (world)->kind, ==, DESK_ROW_BEGIN);
  say (world, "{\"Type\":510,\"RequestID\":%d,\"Symbol\":\"NQZ6\",\"MinPriceIncrement\":0.25,\"IsFinalMessage\":1}", second);
  g_assert_cmpint (found (world)->kind, ==, DESK_ROW_END);
  g_assert_cmpuint (found (world)->count, ==, 1);
  g_assert_cmpuint (world_last (world, DESK_EVENT_FOUND)->tag, ==, 22);
  g_assert_false (found (world)->failed);
  /* Nothing of it is watched. */
  g_assert_null (world_last (world, DESK_EVENT_INSTRUMENT));

  find (world, DESK_FIND_SYMBOL, "NOTHING", "", 23);
  say (world, "{\"Type\":507,\"RequestID\":%d,\"IsFinalMessage\":1}", request_of (world, DTC_MSG_SYMBOL_SEARCH_REQUEST));
  g_assert_cmpint (found (world)->kind, ==, DESK_ROW_END);
  g_assert_cmpuint (found (world)->count, ==, 0);

  find (world, DESK_FIND_UNDERLYING, "ES", "CME", 24);
  say (world, "{\"Type\":509,\"RequestID\":%d,\"RejectText\":\"not here\"}", request_of (world, DTC_MSG_SYMBOLS_FOR_UNDERLYING_REQUEST));
  g_assert_true (found (world)->failed);
  g_assert_cmpstr (world_last (world, DESK_EVENT_FOUND)->text, ==, "not here");

  find (world, DESK_FIND_EXCHANGES, "", "", 25);
  say (world, "{\"Type\":501,\"RequestID\":%d,\"Exchange\":\"CME\",\"Description\":\"Chicago\"}", request_of (world, DTC_MSG_EXCHANGE_LIST_REQUEST));
  g_assert_cmpstr (found (world)->instrument.exchange, ==, "CME");
  say (world, "{\"Type\":501,\"RequestID\":%d,\"Exchange\":\"CBOT\",\"IsFinalMessage\":1}", request_of (world, DTC_MSG_EXCHANGE_LIST_REQUEST));
  g_assert_cmpuint (found (world)->count, ==, 2);

  find (world, DESK_FIND_EXCHANGE, "CME", "", 26);
  g_assert_cmpstr (last_asked (world, DTC_MSG_SYMBOLS_FOR_EXCHANGE_REQUEST)->body.symbols_for_exchange_request.exchange, ==, "CME");
  find (world, DESK_FIND_UNDERLYINGS, "", "CME", 27);
  say (world, "{\"Type\":507,\"RequestID\":%d,\"UnderlyingSymbol\":\"ES\",\"IsFinalMessage\":1}",
       request_of (world, DTC_MSG_UNDERLYING_SYMBOLS_FOR_EXCHANGE_REQUEST));
  g_assert_cmpuint (found (world)->count, ==, 1);

  /* Silence ends, and so does the link. */
  find (world, DESK_FIND_SYMBOL, "ES", "", 28);
  world_pass (world, 9 * G_USEC_PER_SEC);
  say (world, "{\"Type\":507,\"RequestID\":%d,\"Symbol\":\"ESZ6\",\"MinPriceIncrement\":0.25}", request_of (world, DTC_MSG_SYMBOL_SEARCH_REQUEST));
  world_pass (world, 9 * G_USEC_PER_SEC);
  g_assert_cmpint (found (world)->kind, ==, DESK_ROW_ITEM);
  world_pass (world, 2 * G_USEC_PER_SEC);
  g_assert_true (found (world)->failed);
  find (world, DESK_FIND_SYMBOL, "ES", "", 29);
  world_cut (world);
  g_assert_true (found (world)->failed);
  find (world, DESK_FIND_SYMBOL, "ES", "", 30);
  g_assert_true (found (world)->failed);
  g_assert_cmpuint (world_last (world, DESK_EVENT_FOUND)->tag, ==, 30);
  world_free (world);
}

static void
test_find_many (void)
{
  World *world = world_new_live (DTC_NUMBERING_DTC);
  gint32 request;

  find (world, DESK_FIND_SYMBOL, "", "", 1);
  request = request_of (world, DTC_MSG_SYMBOL_SEARCH_REQUEST);
  for (guint i = 0; i < 1500; i++)
    say (world, "{\"Type\":507,\"RequestID\":%d,\"Symbol\":\"S%u\",\"MinPriceIncrement\":0.25,\"IsFinalMessage\":%d}", request, i, i == 1499);
  g_assert_cmpint (found (world)->kind, ==, DESK_ROW_END);
  g_assert_cmpuint (found (world)->count, ==, 1000);
  g_assert_cmpuint (found (world)->more, ==, 500);
  world_free (world);
}

/* ---- lists ---- */

static const DeskListedState *
listed (World *world)
{
  return &world_last (world, DESK_EVENT_LISTED)->listed;
}

static void
test_lists (void)
{
  World *world = world_new_live (DTC_NUMBERING_DTC);
  gint32 request;

  command (world, DESK_COMMAND_LIST_BALANCES, "");
  request = request_of (world, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST);
  g_assert_cmpstr (last_asked (world, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST)->body.historical_account_balances_request.trade_account, ==, WORLD_ACCOUNT);
  say (world, "{\"Type\":606,\"RequestID\":%d,\"DateTime\":1790000000.25,\"CashBalance\":100.5,\"AccountCurrency\":\"USD\",\"TradeAccount\":\"SIM1\",\"InfoText\":\"deposit\",\"TransactionId\":\"T1\"}", request);
  g_assert_cmpint (listed (world)->kind, ==, DESK_ROW_ITEM);
  g_assert_true (listed (world)->balances);
  g_assert_cmpfloat (listed (world)->cash, ==, 100.5);
  g_assert_cmpint (listed (world)->utc, ==, 1790000000250000);
  g_assert_cmpstr (world_last (world, DESK_EVENT_LISTED)->text, ==, "deposit");
  say (world, "{\"Type\":606,\"RequestID\":%d,\"DateTime\":1790000001,\"CashBalance\":99,\"IsFinalResponse\":1}", request);
  g_assert_cmpint (listed (world)->kind, ==, DESK_ROW_END);
  g_assert_cmpuint (listed (world)->count, ==, 2);
  command (world, DESK_COMMAND_LIST_BALANCES, "");
  say (world, "{\"Type\":606,\"RequestID\":%d,\"NoAccountBalances\":1,\"IsFinalResponse\":1}", request_of (world, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST));
  g_assert_cmpuint (listed (world)->count, ==, 0);
  g_assert_false (listed (world)->failed);
  command (world, DESK_COMMAND_LIST_BALANCES, "");
  say (world, "{\"Type\":604,\"RequestID\":%d,\"RejectText\":\"no\"}", request_of (world, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST));
  g_assert_true (listed (world)->failed);

  command (world, DESK_COMMAND_LIST_JOURNAL, "");
  say (world, "{\"Type\":706,\"JournalEntry\":\"hello\",\"DateTime\":1790000000}");
  g_assert_false (listed (world)->balances);
  g_assert_cmpstr (world_last (world, DESK_EVENT_LISTED)->text, ==, "hello");
  say (world, "{\"Type\":706,\"IsFinalResponse\":1}");
  g_assert_cmpuint (listed (world)->count, ==, 1);
  command (world, DESK_COMMAND_LIST_JOURNAL, "");
  say (world, "{\"Type\":705,\"RequestID\":%d,\"RejectText\":\"no journal\"}", request_of (world, DTC_MSG_JOURNAL_ENTRIES_REQUEST));
  g_assert_true (listed (world)->failed);
  command (world, DESK_COMMAND_LIST_JOURNAL, "");
  world_pass (world, 11 * G_USEC_PER_SEC);
  g_assert_true (listed (world)->failed);

  command (world, DESK_COMMAND_ADD_JOURNAL, "");
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, NULL), ==, 1);
  {
    g_autoptr (DeskCommand) add = desk_command_new (DESK_COMMAND_ADD_JOURNAL);

    add->search = g_strdup ("a note");
    desk_engine_command (world->engine, add, world->now);
  }
  g_assert_cmpstr (last_asked (world, DTC_MSG_JOURNAL_ENTRY_ADD)->body.journal_entry_add.journal_entry, ==, "a note");
  world_free (world);
}

void
add_lists_tests (void)
{
  g_test_add_func ("/core/market/find", test_find);
  g_test_add_func ("/core/market/find-many", test_find_many);
  g_test_add_func ("/core/market/lists", test_lists);
}
