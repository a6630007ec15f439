/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "desk-order-line.h"

static DeskCommand *
parse (const char *line)
{
  g_autoptr (GError) error = NULL;
  DeskCommand *command = desk_order_line_parse (line, &error);

  g_assert_no_error (error);
  g_assert_nonnull (command);
  g_assert_cmpstr (command->input, ==, line);
  return command;
}

static void
test_orders (void)
{
  static const struct
  {
    const char   *line;
    DeskSide      side;
    gint64        quantity;
    const char   *symbol;
    DeskOrderType type;
    double        price, price2; /* 0: none */
    DeskTif       tif;
    gint64        good_till;
  } cases[] = {
    { "buy 2 ESZ6 limit 5000.25 day", DESK_SIDE_BUY, 2, "ESZ6", DESK_ORDER_TYPE_LIMIT, 5000.25, 0, DESK_TIF_DAY, 0 },
    { "sell 1 ESZ6 stop 4990", DESK_SIDE_SELL, 1, "ESZ6", DESK_ORDER_TYPE_STOP, 4990, 0, DESK_TIF_DAY, 0 },
    { "buy 1 ESZ6 stoplimit 5010 5010.50 gtc", DESK_SIDE_BUY, 1, "ESZ6", DESK_ORDER_TYPE_STOP_LIMIT, 5010, 5010.5,
      DESK_TIF_GTC, 0 },
    { "buy 1 ESZ6 market", DESK_SIDE_BUY, 1, "ESZ6", DESK_ORDER_TYPE_MARKET, 0, 0, DESK_TIF_DAY, 0 },
    { "sell 3 ESZ6 limit 5010 gtd 2026-12-01T21:00:00Z", DESK_SIDE_SELL, 3, "ESZ6", DESK_ORDER_TYPE_LIMIT, 5010, 0,
      DESK_TIF_GTD, 1796158800 },
    { "sell 3 ESZ6 limit 5010 gtd 2026-12-01t22:00:00+01:00", DESK_SIDE_SELL, 3, "ESZ6", DESK_ORDER_TYPE_LIMIT, 5010,
      0, DESK_TIF_GTD, 1796158800 },
    { "sell 3 ESZ6 limit 5010 ioc", DESK_SIDE_SELL, 3, "ESZ6", DESK_ORDER_TYPE_LIMIT, 5010, 0, DESK_TIF_IOC, 0 },
    { "SELL 3 esZ6_fut.CME LIMIT 5010 FOK", DESK_SIDE_SELL, 3, "esZ6_fut.CME", DESK_ORDER_TYPE_LIMIT, 5010, 0,
      DESK_TIF_FOK, 0 },
    { "  Buy\t1   ESZ6  Market \r\n", DESK_SIDE_BUY, 1, "ESZ6", DESK_ORDER_TYPE_MARKET, 0, 0, DESK_TIF_DAY, 0 },
    { "buy 1 ESZ6 limit 5000,25", DESK_SIDE_BUY, 1, "ESZ6", DESK_ORDER_TYPE_LIMIT, 5000.25, 0, DESK_TIF_DAY, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DeskCommand) command = parse (cases[i].line);
      const DeskTicket *ticket = &command->ticket;

      g_assert_cmpint (command->kind, ==, DESK_COMMAND_SUBMIT);
      g_assert_cmpint (ticket->side, ==, cases[i].side);
      g_assert_cmpint (ticket->quantity, ==, cases[i].quantity);
      g_assert_cmpstr (ticket->symbol, ==, cases[i].symbol);
      g_assert_cmpint (ticket->type, ==, cases[i].type);
      g_assert_cmpint (ticket->has_price, ==, cases[i].price != 0);
      g_assert_cmpfloat (ticket->price, ==, cases[i].price);
      g_assert_cmpint (ticket->has_price2, ==, cases[i].price2 != 0);
      g_assert_cmpfloat (ticket->price2, ==, cases[i].price2);
      g_assert_cmpint (ticket->tif, ==, cases[i].tif);
      g_assert_cmpint (ticket->good_till, ==, cases[i].good_till);
    }
}

/* The line of a ticket reads back as the ticket. */
static void
test_format (void)
{
  static const char *const lines[] = {
    "buy 2 ESZ6 limit 5000.25 day",      "sell 1 ESZ6 stop 4990 gtc",
    "buy 1 ESZ6 stoplimit 5010 5010.5 day", "buy 1 ESZ6 market ioc",
    "sell 3 ESZ6 limit 5010 gtd 2026-12-01T21:00:00Z", "buy 1 6E limit 0.00005 fok",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (DeskCommand) command = parse (lines[i]);
      g_autofree char *line = desk_order_line_format (&command->ticket);

      g_assert_cmpstr (line, ==, lines[i]);
    }
}

static void
test_others (void)
{
  g_autoptr (DeskCommand) cancel = parse ("CANCEL T7K2QX4A-0001-00000012-5B");
  g_autoptr (DeskCommand) all = parse ("cancel ALL");
  g_autoptr (DeskCommand) all_of = parse ("cancel all ESZ6");
  g_autoptr (DeskCommand) modify = parse ("modify 8841 price 5001 qty 3");
  g_autoptr (DeskCommand) modify2 = parse ("Modify 8841 QTY 4 price2 -1,5");
  g_autoptr (DeskCommand) flatten = parse ("flatten ESZ6");

  g_assert_cmpint (cancel->kind, ==, DESK_COMMAND_CANCEL);
  g_assert_cmpstr (cancel->id, ==, "T7K2QX4A-0001-00000012-5B");
  g_assert_cmpint (all->kind, ==, DESK_COMMAND_CANCEL_ALL);
  g_assert_cmpstr (all->ticket.symbol, ==, "");
  g_assert_cmpint (all_of->kind, ==, DESK_COMMAND_CANCEL_ALL);
  g_assert_cmpstr (all_of->ticket.symbol, ==, "ESZ6");
  g_assert_cmpint (modify->kind, ==, DESK_COMMAND_MODIFY);
  g_assert_cmpstr (modify->id, ==, "8841");
  g_assert_true (modify->has_price);
  g_assert_false (modify->has_price2);
  g_assert_cmpfloat (modify->price, ==, 5001);
  g_assert_cmpint (modify->quantity, ==, 3);
  g_assert_false (modify2->has_price);
  g_assert_true (modify2->has_price2);
  g_assert_cmpfloat (modify2->price2, ==, -1.5);
  g_assert_cmpint (modify2->quantity, ==, 4);
  g_assert_cmpint (flatten->kind, ==, DESK_COMMAND_FLATTEN);
  g_assert_cmpstr (flatten->ticket.symbol, ==, "ESZ6");
}

/* Each error names the word, or the end of the line, and what may stand there. */
static void
test_errors (void)
{
  static const struct
  {
    const char *line;
    const char *names;
    const char *offers;
  } cases[] = {
    { "", "ends", "buy, sell" },
    { "   ", "ends", "buy, sell" },
    { "bye 2 ESZ6 market", "\"bye\"", "buy, sell" },
    { "buy", "ends", "whole number" },
    { "buy two ESZ6 market", "\"two\"", "whole number" },
    { "buy 0 ESZ6 market", "\"0\"", "at least 1" },
    { "buy -1 ESZ6 market", "\"-1\"", "at least 1" },
    { "buy 1.5 ESZ6 market", "\"1.5\"", "whole number" },
    { "buy 1e3 ESZ6 market", "\"1e3\"", "whole number" },
    { "buy 99999999999999999999 ESZ6 market", "\"9999", "whole number" },
    { "buy 1", "ends", "ESZ6" },
    { "buy 1 ES\"Z6 market", "ES\"Z6", "ESZ6" },
    { "buy 1 ESZ6", "ends", "stoplimit" },
    { "buy 1 ESZ6 limt 5000", "\"limt\"", "market, limit, stop or stoplimit" },
    { "buy 1 ESZ6 limit", "ends", "5000.25" },
    { "buy 1 ESZ6 limit 1e3", "\"1e3\"", "plain number" },
    { "buy 1 ESZ6 limit nan", "\"nan\"", "plain number" },
    { "buy 1 ESZ6 limit 5 000", "\"000\"", "gtc" },
    { "buy 1 ESZ6 stoplimit 5010", "ends", "5000.25" },
    { "buy 1 ESZ6 market 5000", "\"5000\"", "day" },
    { "buy 1 ESZ6 market tomorrow", "\"tomorrow\"", "gtd" },
    { "buy 1 ESZ6 market day gtc", "\"gtc\"", "day" },
    { "buy 1 ESZ6 limit 5000 gtd", "ends", "2026-12-01T21:00:00Z" },
    { "buy 1 ESZ6 limit 5000 gtd 2026-12-01", "\"2026-12-01\"", "time zone" },
    { "buy 1 ESZ6 limit 5000 gtd 2026-12-01T21:00:00", "\"2026", "time zone" },
    { "buy 1 ESZ6 limit 5000 target 5010 stop 4995", "bracket", "orders of their own" },
    { "buy 1 ESZ6 limit 5000 day stop 4995", "bracket", "orders of their own" },
    { "buy 1 ESZ6 limit 5000 target", "ends", "5000.25" },
    { "buy 1 ESZ6 limit 5000 target 5010 day", "\"day\"", "bracket" },
    { "reverse ESZ6", "reverse", "flatten" },
    { "reverse", "ends", "ESZ6" },
    { "cancel", "ends", "id" },
    { "cancel 1 2", "\"2\"", "one id" },
    { "cancel all ESZ6 NQZ6", "\"NQZ6\"", "one symbol" },
    { "cancel 12345678901234567890123456789012", "\"1234", "31" },
    { "modify", "ends", "id" },
    { "modify 1", "ends", "price, price2 or qty" },
    { "modify 1 prize 5", "\"prize\"", "price, price2 or qty" },
    { "modify 1 price", "ends", "plain number" },
    { "modify 1 qty 0", "\"0\"", "at least 1" },
    { "modify 1 price 5 price 6", "\"price\"", "twice" },
    { "modify 1 qty 5 qty 6", "\"qty\"", "twice" },
    { "flatten", "ends", "ESZ6" },
    { "flatten ESZ6 now", "\"now\"", "one symbol" },
    { "b\377y 1 ESZ6 market", "\"b", "buy" },
  };
  g_autofree char *longest = g_strnfill (2000, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (DeskCommand) command = desk_order_line_parse (cases[i].line, &error);

      g_assert_null (command);
      g_assert_error (error, DESK_ERROR, DESK_ERROR_USAGE);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      if (strstr (error->message, cases[i].names) == NULL || strstr (error->message, cases[i].offers) == NULL)
        g_error ("%s: %s", cases[i].line, error->message);
    }

  {
    g_autoptr (GError) error = NULL;

    g_assert_null (desk_order_line_parse (longest, &error));
    g_assert_error (error, DESK_ERROR, DESK_ERROR_USAGE);
  }
}

/* A line cut anywhere either says something whole or is refused; never a crash. */
static void
test_cuts (void)
{
  static const char *const lines[] = {
    "buy 2 ESZ6 limit 5000.25 gtd 2026-12-01T21:00:00Z", "buy 1 ESZ6 limit 5000 target 5010 stop 4995",
    "modify T7K2QX4A-0001-00000012-5B price 5001 price2 5002 qty 3", "sell 1 \303\251S stoplimit 1,5 2.5 fok",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    for (gsize cut = 0; cut <= strlen (lines[i]); cut++)
      {
        g_autofree char *line = g_strndup (lines[i], cut);
        g_autoptr (GError) error = NULL;
        g_autoptr (DeskCommand) command = desk_order_line_parse (line, &error);

        g_assert_true ((command == NULL) == (error != NULL));
      }
}

static const DeskGrid *
lookup (const char *symbol,
        gpointer    user_data)
{
  return g_str_equal (symbol, "ZNZ6") ? user_data : NULL;
}

/* Who knows the symbol reads its prices as its market writes them. */
static void
test_fractions (void)
{
  DeskGrid notes = { .tick = 0.015625, .multiplier = 1, .format = 134, .tick_value = 15.625 };
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskCommand) command = NULL;

  command = desk_order_line_parse_full ("sell 3 ZNZ6 stoplimit 110'16.5 110'16 gtc", lookup, &notes, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (command->ticket.price, ==, 110.515625);
  g_assert_cmpfloat (command->ticket.price2, ==, 110.5);
  g_assert_cmpint (command->ticket.tif, ==, DESK_TIF_GTC);
  g_assert_null (desk_order_line_parse_full ("sell 3 ESZ6 limit 110'16.5", lookup, &notes, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (desk_order_line_parse ("sell 3 ZNZ6 limit 110'16.5", &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_USAGE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/order-line/orders", test_orders);
  g_test_add_func ("/core/order-line/format", test_format);
  g_test_add_func ("/core/order-line/others", test_others);
  g_test_add_func ("/core/order-line/fractions", test_fractions);
  g_test_add_func ("/core/order-line/errors", test_errors);
  g_test_add_func ("/core/order-line/cuts", test_cuts);
  return g_test_run ();
}
