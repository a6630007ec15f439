/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <float.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "desk-json-line.h"

#define UTC ((gint64) 1796158800 * G_USEC_PER_SEC + 42)

#define HEAD(event) "{\"event\":\"" event "\",\"time\":\"2026-12-01T21:00:00.000042Z\",\"epoch\":7"

static const DeskGrid es = { 0.25, 0.01, 2, 12.5 };

/* A sentence ends once, also where it has the words of another in it. */
static void
test_inside (void)
{
  static const char *const cases[][2] = {
    { NULL, "" }, { "", "" }, { ".", "" }, { "no space left", "no space left" }, { "Start again.", "Start again" },
    { "Start again. \r\n", "Start again" }, { "wait...", "wait..." }, { "1.5", "1.5" }, { "Full. Free it.", "Full. Free it" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = desk_text_inside (cases[i][0]);

      g_assert_cmpstr (text, ==, cases[i][1]);
    }
}

static DeskEvent *
new_event (DeskEventKind kind)
{
  DeskEvent *event = desk_event_new (kind);

  event->utc = UTC;
  event->epoch = 7;
  return event;
}

/* Word for word, and JSON for a reader that is not ours; a copy says the same. */
static void
check_line (const DeskEvent *event,
            const char      *expected)
{
  g_autofree char *line = desk_json_line_event (event);
  g_autoptr (DeskEvent) copy = desk_event_copy (event);
  g_autofree char *again = desk_json_line_event (copy);
  g_autofree char *plain = desk_json_line_event_plain (event);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (line, ==, expected);
  g_assert_cmpstr (again, ==, expected);
  g_assert_null (strchr (line, '\n'));
  node = json_from_string (line, &error);
  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  g_assert_nonnull (plain);
  for (const char *p = plain; *p != '\0'; p++)
    g_assert_false (g_ascii_iscntrl (*p));
}

static void
test_link (void)
{
  g_autoptr (DeskEvent) event = new_event (DESK_EVENT_LINK);

  event->link.state = DESK_LINK_LIVE;
  check_line (event, HEAD ("link") ",\"state\":\"live\",\"reason\":null,\"text\":null}");
  event->link.state = DESK_LINK_DOWN;
  event->link.reason = "reset";
  event->text = g_ref_string_new ("gone\n\033[31m\"\\\001\177");
  check_line (event, HEAD ("link") ",\"state\":\"down\",\"reason\":\"reset\","
                                   "\"text\":\"gone\\n\\u001b[31m\\\"\\\\\\u0001\\u007f\"}");
  /* What a terminal obeys beyond ASCII: C1, the end of a line, reading turned round, a tag beyond the first plane. */
  g_ref_string_release (event->text);
  event->text = g_ref_string_new ("\302\233\342\200\250\342\200\256\303\251\363\240\200\201");
  check_line (event, HEAD ("link") ",\"state\":\"down\",\"reason\":\"reset\","
                                   "\"text\":\"\\u009b\\u2028\\u202e\303\251\\udb40\\udc01\"}");
}

static void
test_order (void)
{
  g_autoptr (DeskEvent) event = new_event (DESK_EVENT_ORDER);
  DeskOrderState *order = &event->order;

  /* Nothing known is null, never 0. */
  order->quantity = order->filled = order->remaining = -1;
  order->average_price = NAN;
  order->status = DESK_STATUS_UNKNOWN;
  order->certainty = DESK_CERTAINTY_UNKNOWN;
  check_line (event, HEAD ("order") ",\"client_order_id\":null,\"server_order_id\":null,\"account\":null,\"symbol\":null,"
                                    "\"side\":null,\"type\":null,\"price\":null,\"price2\":null,\"quantity\":null,"
                                    "\"filled\":null,\"remaining\":null,\"average_price\":null,\"status\":\"unknown\","
                                    "\"certainty\":\"unknown\",\"reason\":null,\"text\":null,\"role\":null,"
                                    "\"parent\":null,\"sibling\":null,\"max_show\":null,\"note\":null}");

  g_strlcpy (order->client_order_id, "T7K2QX4A-0001-00000012-5B", sizeof order->client_order_id);
  g_strlcpy (order->server_order_id, "8841", sizeof order->server_order_id);
  g_strlcpy (order->account, "SIM1", sizeof order->account);
  g_strlcpy (order->symbol, "ESZ6", sizeof order->symbol);
  order->side = DESK_SIDE_BUY;
  order->type = DESK_ORDER_TYPE_STOP_LIMIT;
  order->grid = es;
  order->price = desk_price_from_display (&es, 5000.25);
  order->price2 = desk_price_from_display (&es, 5001);
  order->quantity = 3;
  order->filled = 1;
  order->remaining = 2;
  order->average_price = 5000.1;
  order->status = DESK_STATUS_PART_FILLED;
  order->certainty = DESK_CERTAINTY_FRESH;
  order->reason = DESK_REASON_PART_FILLED;
  order->text = g_ref_string_new ("<b>a \303\251</b>");
  order->role = DESK_ROLE_STOP;
  g_strlcpy (order->parent, "8839", sizeof order->parent);
  g_strlcpy (order->sibling, "8840", sizeof order->sibling);
  order->max_show = 1;
  order->note = g_ref_string_new ("second \\ try");
  check_line (event, HEAD ("order") ",\"client_order_id\":\"T7K2QX4A-0001-00000012-5B\",\"server_order_id\":\"8841\","
                                    "\"account\":\"SIM1\",\"symbol\":\"ESZ6\",\"side\":\"buy\",\"type\":\"stoplimit\","
                                    "\"price\":5000.25,\"price2\":5001,\"quantity\":3,\"filled\":1,\"remaining\":2,"
                                    "\"average_price\":5000.1,\"status\":\"part-filled\",\"certainty\":\"fresh\","
                                    "\"reason\":\"part-filled\",\"text\":\"<b>a \303\251</b>\",\"role\":\"stop\","
                                    "\"parent\":\"8839\",\"sibling\":\"8840\",\"max_show\":1,\"note\":\"second \\\\ try\"}");

  /* A price off the grid is still said; a type we have no word for is not. */
  order->price = desk_price_from_display (&es, 5000.26);
  order->type = DESK_ORDER_TYPE_OTHER;
  order->filled = 0;
  {
    g_autofree char *line = desk_json_line_event (event);

    g_assert_nonnull (strstr (line, "\"type\":null,\"price\":5000.26,"));
    g_assert_nonnull (strstr (line, "\"filled\":0,"));
  }
}

static void
test_fill (void)
{
  g_autoptr (DeskEvent) event = new_event (DESK_EVENT_FILL);
  DeskFillState *fill = &event->fill;

  g_strlcpy (fill->execution_id, "E1", sizeof fill->execution_id);
  g_strlcpy (fill->server_order_id, "8841", sizeof fill->server_order_id);
  g_strlcpy (fill->account, "SIM1", sizeof fill->account);
  g_strlcpy (fill->symbol, "ESZ6", sizeof fill->symbol);
  fill->side = DESK_SIDE_SELL;
  fill->grid = es;
  fill->price = desk_price_from_display (&es, 5000.25);
  fill->quantity = 2;
  check_line (event, HEAD ("fill") ",\"execution_id\":\"E1\",\"client_order_id\":null,\"server_order_id\":\"8841\","
                                   "\"account\":\"SIM1\",\"symbol\":\"ESZ6\",\"side\":\"sell\",\"price\":5000.25,"
                                   "\"quantity\":2,\"source\":\"live\",\"replaces\":null}");
  fill->historical = TRUE;
  fill->replaces = g_strsplit ("syn:a,syn:\"b", ",", -1);
  check_line (event, HEAD ("fill") ",\"execution_id\":\"E1\",\"client_order_id\":null,\"server_order_id\":\"8841\","
                                   "\"account\":\"SIM1\",\"symbol\":\"ESZ6\",\"side\":\"sell\",\"price\":5000.25,"
                                   "\"quantity\":2,\"source\":\"history\",\"replaces\":[\"syn:a\",\"syn:\\\"b\"]}");
}

static void
test_others (void)
{
  g_autoptr (DeskEvent) position = new_event (DESK_EVENT_POSITION);
  g_autoptr (DeskEvent) balance = new_event (DESK_EVENT_BALANCE);
  g_autoptr (DeskEvent) account = new_event (DESK_EVENT_ACCOUNT);
  g_autoptr (DeskEvent) quote = new_event (DESK_EVENT_QUOTE);
  g_autoptr (DeskEvent) denied = new_event (DESK_EVENT_DENIED);
  g_autoptr (DeskEvent) notice = new_event (DESK_EVENT_NOTICE);
  static const DeskEventKind silent[] = { DESK_EVENT_INSTRUMENT, DESK_EVENT_UNWATCHED, DESK_EVENT_TRADES, DESK_EVENT_FOUND, DESK_EVENT_ARM, DESK_EVENT_HEALTH, DESK_EVENT_PREVIEW };

  g_strlcpy (position->position.account, "SIM1", 32);
  g_strlcpy (position->position.symbol, "ESZ6", 32);
  position->position.average_price = NAN;
  check_line (position, HEAD ("position") ",\"account\":\"SIM1\",\"symbol\":\"ESZ6\",\"quantity\":null,\"average_price\":null}");
  position->position.provable = TRUE;
  position->position.quantity = -2;
  position->position.average_price = 5000.125;
  check_line (position, HEAD ("position") ",\"account\":\"SIM1\",\"symbol\":\"ESZ6\",\"quantity\":-2,\"average_price\":5000.125}");

  g_strlcpy (balance->account.account, "SIM1", 32);
  balance->account.cash = 100000.5;
  balance->account.available = balance->account.margin = balance->account.open_profit = NAN;
  balance->account.daily_profit = balance->account.daily_loss_limit = DBL_MAX;
  balance->account.securities = INFINITY;
  check_line (balance, HEAD ("balance") ",\"account\":\"SIM1\",\"cash\":100000.5}");
  balance->account.available = 0;
  g_strlcpy (balance->account.currency, "USD", 8);
  check_line (balance, HEAD ("balance") ",\"account\":\"SIM1\",\"cash\":100000.5,\"currency\":\"USD\",\"available\":0}");

  g_strlcpy (account->account.account, "SIM1", 32);
  check_line (account, HEAD ("account") ",\"account\":\"SIM1\"}");

  g_strlcpy (quote->quote.symbol, "ESZ6", 32);
  quote->quote.bid = desk_price_from_display (&es, 5000.25);
  quote->quote.bid_size = 12;
  quote->quote.ask_size = 99;
  check_line (quote, HEAD ("quote") ",\"symbol\":\"ESZ6\",\"bid\":5000.25,\"bid_size\":12,\"ask\":null,\"ask_size\":null,"
                                    "\"last\":null,\"last_size\":null}");

  denied->denial = DESK_DENY_LINK_DOWN;
  denied->text = g_ref_string_new ("no link");
  denied->input = g_ref_string_new ("buy 1 \"ES\"");
  check_line (denied, HEAD ("denied") ",\"code\":\"LINK_DOWN\",\"text\":\"no link\",\"input\":\"buy 1 \\\"ES\\\"\"}");

  notice->level = DESK_LEVEL_ALARM;
  g_strlcpy (notice->code, "NUMBERING", sizeof notice->code);
  check_line (notice, HEAD ("notice") ",\"level\":\"alarm\",\"code\":\"NUMBERING\",\"text\":null}");

  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    {
      g_autoptr (DeskEvent) event = new_event (silent[i]);

      g_assert_null (desk_json_line_event (event));
      g_assert_null (desk_json_line_event_plain (event));
    }
}

static void
test_market (void)
{
  g_autoptr (DeskEvent) depth = new_event (DESK_EVENT_DEPTH);
  g_autoptr (DeskEvent) queue = new_event (DESK_EVENT_QUEUE);
  g_autoptr (DeskEvent) found = new_event (DESK_EVENT_FOUND);
  g_autoptr (DeskEvent) listed = new_event (DESK_EVENT_LISTED);
  g_autofree char *words = NULL;

  depth->depth = desk_depth_state_new ("ESZ6", 1, 2, 0);
  depth->depth->grid = es;
  depth->depth->bids[0] = (DeskDepthLevel) { desk_price_from_display (&es, 5000.25), 12, 3 };
  depth->depth->bids[1] = (DeskDepthLevel) { desk_price_from_display (&es, 5000.1), 1.5, 0 };
  check_line (depth, HEAD ("depth") ",\"symbol\":\"ESZ6\",\"bids\":[{\"price\":5000.25,\"quantity\":12,\"orders\":3},"
                                    "{\"price\":5000.1,\"quantity\":1.5}],\"asks\":[],\"stale\":false,\"text\":null}");
  words = desk_json_line_event_plain (depth);
  g_assert_true (g_str_has_suffix (words, " depth ESZ6 bids 5000.25 x 12 (3) 5000.10? x 1.5 asks none"));

  queue->queue = desk_queue_state_new ("ESZ6", 1, 0, 1);
  queue->queue->asks[0] = (DeskQueueOrder) { desk_price_from_display (&es, 5001), 4, G_MAXUINT64, 7, 2, TRUE };
  check_line (queue, HEAD ("depth") ",\"symbol\":\"ESZ6\",\"bids\":[],\"asks\":[{\"price\":5001,\"quantity\":4,\"order_id\":"
                                    "\"18446744073709551615\",\"place\":2,\"ahead\":7,\"own\":true}],\"more\":0,\"stale\":false,\"text\":null}");

  found->found.kind = DESK_ROW_ITEM;
  g_strlcpy (found->found.instrument.symbol, "ESZ6", 32);
  g_strlcpy (found->found.instrument.exchange, "CME", 8);
  found->found.instrument.type = DESK_SECURITY_FUTURE;
  found->found.instrument.known = TRUE;
  found->found.instrument.grid = es;
  check_line (found, HEAD ("report") ",\"report\":\"symbol\",\"symbol\":\"ESZ6\",\"exchange\":\"CME\",\"description\":null,"
                                     "\"underlying\":null,\"type\":\"future\",\"currency\":null,\"tick\":0.25,\"tick_value\":12.5,\"expires\":null}");
  found->found.kind = DESK_ROW_END;
  found->found.count = 2;
  found->found.more = 1;
  check_line (found, HEAD ("report") ",\"report\":\"found\",\"count\":2,\"more\":1,\"text\":null}");

  listed->listed.kind = DESK_ROW_ITEM;
  listed->listed.balances = TRUE;
  listed->listed.cash = 10.5;
  listed->listed.utc = 1;
  listed->text = g_ref_string_new ("fee");
  check_line (listed, HEAD ("report") ",\"report\":\"balance\",\"at\":\"1970-01-01T00:00:00.000001Z\",\"account\":null,\"cash\":10.5,"
                                      "\"currency\":null,\"transaction\":null,\"text\":\"fee\"}");
}

/* Every double reads back as itself, and in as few digits as it takes. */
static void
test_numbers (void)
{
  static const struct
  {
    double      value;
    const char *text;
  } cases[] = {
    { 0.1, "0.1" },         { 1.1, "1.1" },   { 5000, "5000" }, { -0.0, "0" },     { 1e300, "1e+300" },
    { 0.3, "0.3" },         { 1 / 3.0, "0.3333333333333333" },  { NAN, "null" },   { INFINITY, "null" },
    { -INFINITY, "null" },  { DBL_MAX, "null" }, { -DBL_MAX, "null" }, { 123456789, "123456789" },
    { 0.1 + 0.2, "0.30000000000000004" },
  };
  guint32 seed = 12345;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) line = g_string_new ("{");
      g_autofree char *expected = g_strdup_printf ("{\"x\":%s", cases[i].text);

      desk_json_line_double (line, "x", cases[i].value);
      g_assert_cmpstr (line->str, ==, expected);
    }

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) line = g_string_new ("{");
      double value;

      seed = seed * 1664525u + 1013904223u;
      value = ((double) seed - 2e9) / pow (10, seed % 17);
      desk_json_line_double (line, "x", value);
      g_assert_cmpfloat (g_ascii_strtod (line->str + 5, NULL), ==, value);
    }
}

static void
test_time (void)
{
  g_autofree char *zero = desk_json_line_time (0);
  g_autofree char *before = desk_json_line_time (-1);
  g_autofree char *far = desk_json_line_time (G_MAXINT64);

  g_assert_cmpstr (zero, ==, "1970-01-01T00:00:00.000000Z");
  g_assert_cmpstr (before, ==, "1969-12-31T23:59:59.999999Z");
  g_assert_nonnull (far);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/json-line/inside", test_inside);
  g_test_add_func ("/core/json-line/link", test_link);
  g_test_add_func ("/core/json-line/order", test_order);
  g_test_add_func ("/core/json-line/fill", test_fill);
  g_test_add_func ("/core/json-line/others", test_others);
  g_test_add_func ("/core/json-line/market", test_market);
  g_test_add_func ("/core/json-line/numbers", test_numbers);
  g_test_add_func ("/core/json-line/time", test_time);
  return g_test_run ();
}
