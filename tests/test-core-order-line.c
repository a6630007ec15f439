/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "order-line-format.h"

#include "desk-line-reader.h"

#include <string.h>

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
    "sell 1 ESZ6 mit 5010 day", "sell 1 ESZ6 lit 5010 5009.5 gtc", "buy 1 ESZ6 market-limit day",
    "buy 9 ESZ6 limit 5000 day show 2 note \"a b, c\"", "buy 1 ESZ6 limit 5000 gtc target 5010 stop 4995",
    "sell 1 ESZ6 market day note \"x\" offsets target 10 stop 5", "buy 1 ESZ6 stop 5000 day target 5010 stop 4995 4994.75",
    "oco sell 1 ESZ6 limit 5010 stop 4990 gtc", "oco 2 ESZ6 buy stop 5010 sell stoplimit 4990 4989 day note \"in\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (DeskCommand) command = parse (lines[i]);
      g_autofree char *line = order_line_format (&command->ticket);

      g_assert_cmpstr (line, ==, lines[i]);
    }
}

static DeskTicketLeg
random_leg (void)
{
  DeskTicketLeg leg = { 0 };

  leg.type = (DeskOrderType) g_test_rand_int_range (DESK_ORDER_TYPE_MARKET, DESK_ORDER_TYPE_OTHER);
  leg.has_price = leg.type != DESK_ORDER_TYPE_MARKET && leg.type != DESK_ORDER_TYPE_MARKET_LIMIT;
  leg.has_price2 = leg.type == DESK_ORDER_TYPE_STOP_LIMIT || leg.type == DESK_ORDER_TYPE_LIT;
  leg.price = leg.has_price ? g_test_rand_int_range (-4000, 40000) * 0.25 : 0;
  leg.price2 = leg.has_price2 ? g_test_rand_int_range (1, 40000) * 0.25 : 0;
  return leg;
}

static void
random_ticket (DeskTicket *ticket)
{
  static const char letters[] = "abcXYZ 0189 .,;:!?'()[]{}<>/|\\+-*=&%$#@~^_`";
  DeskTicketLeg leg = random_leg ();
  gint32 n, i;

  memset (ticket, 0, sizeof *ticket);
  ticket->kind = (DeskTicketKind) g_test_rand_int_range (DESK_TICKET_SINGLE, DESK_TICKET_OCO + 1);
  ticket->tif = (DeskTif) g_test_rand_int_range (DESK_TIF_DAY, DESK_TIF_FOK + 1);
  ticket->good_till = ticket->tif == DESK_TIF_GTD ? 1796158800 + g_test_rand_int_range (0, 100000) : 0;
  g_strlcpy (ticket->symbol, g_test_rand_bit () ? "ESZ6" : "F.US.MESM25", sizeof ticket->symbol);
  n = g_test_rand_int_range (0, DESK_NOTE_MAX + 1);
  for (i = 0; i < n; i++)
    ticket->note[i] = letters[g_test_rand_int_range (0, sizeof letters - 1)];
  ticket->source = DESK_SOURCE_LINE;
  if (ticket->kind == DESK_TICKET_OCO)
    {
      gint64 quantity = g_test_rand_int_range (1, 1000);

      for (i = 0; i < 2; i++)
        {
          ticket->leg[i] = random_leg ();
          ticket->leg[i].quantity = quantity;
          ticket->leg[i].side = g_test_rand_bit () ? DESK_SIDE_BUY : DESK_SIDE_SELL;
        }
      return;
    }
  ticket->side = g_test_rand_bit () ? DESK_SIDE_BUY : DESK_SIDE_SELL;
  ticket->quantity = g_test_rand_int_range (1, 1000);
  ticket->max_show = g_test_rand_bit () ? g_test_rand_int_range (1, 1000) : 0;
  ticket->type = leg.type;
  ticket->has_price = leg.has_price;
  ticket->price = leg.price;
  ticket->has_price2 = leg.has_price2;
  ticket->price2 = leg.price2;
  if (ticket->kind == DESK_TICKET_SINGLE)
    return;
  ticket->offsets = g_test_rand_bit ();
  ticket->leg[0].type = DESK_ORDER_TYPE_LIMIT;
  ticket->leg[1].type = g_test_rand_bit () ? DESK_ORDER_TYPE_STOP : DESK_ORDER_TYPE_STOP_LIMIT;
  ticket->leg[1].has_price2 = ticket->leg[1].type == DESK_ORDER_TYPE_STOP_LIMIT;
  ticket->leg[1].price2 = ticket->leg[1].has_price2 ? 4990.25 : 0;
  for (i = 0; i < 2; i++)
    {
      ticket->leg[i].has_price = TRUE;
      ticket->leg[i].price = g_test_rand_int_range (1, 40000) * 0.25;
    }
}

static void
assert_same_leg (const DeskTicketLeg *a,
                 const DeskTicketLeg *b)
{
  g_assert_cmpint (a->side, ==, b->side);
  g_assert_cmpint (a->type, ==, b->type);
  g_assert_cmpint (a->quantity, ==, b->quantity);
  g_assert_cmpint (a->has_price, ==, b->has_price);
  g_assert_cmpfloat (a->price, ==, b->price);
  g_assert_cmpint (a->has_price2, ==, b->has_price2);
  g_assert_cmpfloat (a->price2, ==, b->price2);
}

/* Whatever a ticket may be, the line that says it reads back as the same ticket. */
static void
test_round_trip (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      DeskTicket ticket;
      g_autofree char *line = NULL;
      g_autofree char *again = NULL;
      g_autoptr (DeskCommand) command = NULL;
      const DeskTicket *read;

      random_ticket (&ticket);
      line = order_line_format (&ticket);
      command = parse (line);
      read = &command->ticket;
      g_assert_cmpint (command->kind, ==, DESK_COMMAND_SUBMIT);
      g_assert_cmpint (read->kind, ==, ticket.kind);
      g_assert_cmpstr (read->symbol, ==, ticket.symbol);
      g_assert_cmpint (read->side, ==, ticket.side);
      g_assert_cmpint (read->quantity, ==, ticket.quantity);
      g_assert_cmpint (read->type, ==, ticket.type);
      g_assert_cmpint (read->has_price, ==, ticket.has_price);
      g_assert_cmpfloat (read->price, ==, ticket.price);
      g_assert_cmpint (read->has_price2, ==, ticket.has_price2);
      g_assert_cmpfloat (read->price2, ==, ticket.price2);
      g_assert_cmpint (read->tif, ==, ticket.tif);
      g_assert_cmpint (read->good_till, ==, ticket.good_till);
      g_assert_cmpint (read->max_show, ==, ticket.max_show);
      g_assert_cmpstr (read->note, ==, ticket.note);
      g_assert_cmpint (read->offsets, ==, ticket.offsets);
      assert_same_leg (&read->leg[0], &ticket.leg[0]);
      assert_same_leg (&read->leg[1], &ticket.leg[1]);
      again = order_line_format (read);
      g_assert_cmpstr (again, ==, line);
    }
}

static void
test_others (void)
{
  g_autoptr (DeskCommand) reverse = parse ("reverse ESZ6");
  g_autoptr (DeskCommand) everything = parse ("flatten ALL");
  g_autoptr (DeskCommand) longer = parse ("modify 8841 price 5001 offset gtd 2026-12-01T21:00:00Z");
  g_autoptr (DeskCommand) cancel = parse ("CANCEL T7K2QX4A-0001-00000012-5B");
  g_autoptr (DeskCommand) all = parse ("cancel ALL");
  g_autoptr (DeskCommand) all_of = parse ("cancel all ESZ6");
  g_autoptr (DeskCommand) modify = parse ("modify 8841 price 5001 qty 3");
  g_autoptr (DeskCommand) modify2 = parse ("Modify 8841 QTY 4 price2 -1,5");
  g_autoptr (DeskCommand) flatten = parse ("flatten ESZ6");

  g_assert_cmpint (reverse->kind, ==, DESK_COMMAND_REVERSE);
  g_assert_cmpstr (reverse->ticket.symbol, ==, "ESZ6");
  g_assert_cmpint (everything->kind, ==, DESK_COMMAND_FLATTEN);
  g_assert_cmpstr (everything->ticket.symbol, ==, "");
  g_assert_cmpint (longer->ticket.tif, ==, DESK_TIF_GTD);
  g_assert_cmpint (longer->ticket.good_till, ==, 1796158800);
  g_assert_true (longer->ticket.offsets);
  g_assert_true (longer->has_price);
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
    { "buy 1 ESZ6 limt 5000", "\"limt\"", "market, limit, stop, stoplimit, mit, lit or marketlimit" },
    { "buy 1 ESZ6 limit", "ends", "5000.25" },
    { "buy 1 ESZ6 limit 1e3", "\"1e3\"", "plain number" },
    { "buy 1 ESZ6 limit nan", "\"nan\"", "plain number" },
    { "buy 1 ESZ6 limit 5 000", "\"000\"", "gtc" },
    { "buy 1 ESZ6 stoplimit 5010", "ends", "5000.25" },
    { "buy 1 ESZ6 market 5000", "\"5000\"", "day" },
    { "buy 1 ESZ6 market tomorrow", "\"tomorrow\"", "gtd" },
    { "buy 1 ESZ6 market day gtc", "\"gtc\"", "twice" },
    { "buy 1 ESZ6 limit 5000 gtd", "ends", "2026-12-01T21:00:00Z" },
    { "buy 1 ESZ6 limit 5000 gtd 2026-12-01", "\"2026-12-01\"", "time zone" },
    { "buy 1 ESZ6 limit 5000 gtd 2026-12-01T21:00:00", "\"2026", "time zone" },
    { "buy 1 ESZ6 limit 5000 day stop 4995", "bracket", "name both" },
    { "buy 1 ESZ6 limit 5000 target 4995 gtc", "\"gtc\"", "before the target" },
    { "buy 1 ESZ6 limit 5000 offsets", "bracket", "name both" },
    { "buy 1 ESZ6 limit 5000 target 5010 target 5011 stop 4995", "\"target\"", "twice" },
    { "buy 1 ESZ6 limit 5000 target 5010 stop 4995 4994 4993", "\"4993\"", "target and stop" },
    { "buy 3 ESZ6 limit 5000 show", "ends", "whole number" },
    { "buy 3 ESZ6 limit 5000 show 0", "\"0\"", "at least 1" },
    { "buy 3 ESZ6 limit 5000 show 1 show 2", "\"show\"", "twice" },
    { "buy 1 ESZ6 market note", "ends", "quotes" },
    { "buy 1 ESZ6 market note \"\"", "note", "quotes" },
    { "buy 1 ESZ6 market note \"open", "quotation mark", "closed" },
    { "buy 1 ESZ6 market note \"123456789012345678901234\"", "note", "at most 23" },
    { "oco", "ends", "whole number" },
    { "oco sell 1 ESZ6 limit 5010", "ends", "stoplimit" },
    { "oco 1 ESZ6 limit 5010", "\"limit\"", "buy or sell" },
    { "oco 1 ESZ6 buy stop 5010", "ends", "buy or sell" },
    { "oco sell 1 ESZ6 limit 5010 stop 4990 show 1", "\"show\"", "note" },
    { "buy 1 ESZ6 limit 5000 target", "ends", "5000.25" },
    { "buy 1 ESZ6 limit 5000 target 5010 day", "\"day\"", "before the target" },
    { "reverse ESZ6 now", "\"now\"", "one symbol" },
    { "flatten all now", "\"now\"", "all" },
    { "modify 1 gtd", "ends", "2026" },
    { "modify 1 day gtc", "\"gtc\"", "twice" },
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
    "oco 2 ESZ6 buy stop 5010 sell stoplimit 4990 4989 day note \"in\"",
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
  g_assert_false (command->prices_open);
  g_assert_null (desk_order_line_parse_full ("sell 3 ZNZ6 limit 110'33", lookup, &notes, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_USAGE);
  g_clear_error (&error);
  g_clear_pointer (&command, desk_command_free);
  command = desk_order_line_parse_full ("sell 3 ZNZ6 limit 110.500", lookup, &notes, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (command->ticket.price, ==, 110.5);
  notes = (DeskGrid) { .tick = 0.25, .multiplier = 1, .format = 2, .tick_value = 12.5 };
  g_assert_null (desk_order_line_parse_full ("sell 3 ZNZ6 limit 5,000", lookup, &notes, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_USAGE);
}

/* Without a grid such a price is left for whoever learns it; what could be no price at all is refused at once. */
static void
test_open_prices (void)
{
  static const struct { const char *line; gboolean open; } lines[] = {
    { "sell 3 ZNZ6 limit 110'16.5", TRUE },
    { "sell 3 ZNZ6 limit 110-16+", TRUE },
    { "sell 3 ZNZ6 limit 110\342\200\2311", TRUE },
    { "buy 1 ZNZ6 limit -0'16", TRUE },
    { "buy 1 ZNZ6 limit 110 target 111'08 stop 109", TRUE },
    { "modify A-1 price 110'17", TRUE },
    { "buy 1 ZNZ6 limit 110 target 111 stop 109'08 109'07", TRUE },
    { "sell 3 ZNZ6 limit 110.515625", FALSE },
    /* Three decimals, or thousands. */
    { "sell 1 ESZ6 limit 5,000", TRUE },
    { "sell 1 ESZ6 limit -5.000", TRUE },
    { "buy 1 ESZ6 limit 4990 target 5010 stop 4980 4.979", TRUE },
    { "sell 1 ESZ6 limit 5000.000", FALSE },
    { "sell 1 ESZ6 limit 0.500", FALSE },
  };
  static const char *const wrong[] = { "buy 1 ZNZ6 limit 110'", "buy 1 ZNZ6 limit '16", "buy 1 ZNZ6 limit 110\"16",
                                       "buy 1 ZNZ6 limit x110'16", "buy 1 ZNZ6 limit 110-", "buy 1 ZNZ6 limit --110'16",
                                       "sell 1 ESZ6 limit 5,0000,1", "sell 1 ESZ6 limit 5,00a" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (DeskCommand) command = desk_order_line_parse (lines[i].line, &error);

      g_assert_no_error (error);
      g_assert_cmpint (command->prices_open, ==, lines[i].open);
      g_assert_cmpstr (command->input, ==, lines[i].line);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (desk_order_line_parse (wrong[i], &error));
      g_assert_error (error, DESK_ERROR, DESK_ERROR_USAGE);
    }
}

/* Input that is cut at any byte, and comes in pieces of any size: what comes out as a line is one of those that were
 * written, and what stands behind the last newline never does. */
static void
test_torn_input (void)
{
  static const char script[] = "wait live\nbuy 1 ESZ6 limit 5000.25\n\n  modify A price 5000.25 qty 12\r\ncancel all ESZ6\nflatten ESZ6";
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);

  for (gsize cut = 0; cut <= strlen (script); cut++)
    for (gsize piece = 1; piece <= 7; piece++)
      {
        g_autoptr (DeskLineReader) reader = desk_line_reader_new ();
        g_autofree char *rest = NULL;
        gsize begin = 0;
        guint n = 0;

        for (gsize at = 0; at < cut; at += piece)
          desk_line_reader_feed (reader, script + at, MIN (piece, cut - at));
        for (char *line; (line = desk_line_reader_next (reader)) != NULL; n++)
          {
            g_assert_cmpstr (line, ==, lines[n]);
            begin += strlen (line) + 1;
            g_free (line);
          }
        g_assert_cmpuint (begin, <=, cut);
        g_assert_null (memchr (script + begin, '\n', cut - begin));
        rest = desk_line_reader_take_rest (reader);
        if (cut > begin)
          g_assert_cmpmem (rest, strlen (rest), script + begin, cut - begin);
        else
          g_assert_null (rest);
        g_assert_true (desk_line_reader_is_empty (reader));
      }
}

/* A line without an end takes no memory without an end, and what is no text comes out as text. */
static void
test_odd_input (void)
{
  g_autoptr (DeskLineReader) reader = desk_line_reader_new ();
  g_autofree char *longest = g_strnfill (DESK_LINE_MAX_LENGTH, 'x');
  g_autofree char *line = NULL;
  g_autofree char *long_line = NULL;
  g_autofree char *odd = NULL;

  desk_line_reader_feed (reader, longest, DESK_LINE_MAX_LENGTH);
  desk_line_reader_feed (reader, "\n", 1);
  for (guint i = 0; i < 100; i++)
    desk_line_reader_feed (reader, longest, DESK_LINE_MAX_LENGTH);
  desk_line_reader_feed (reader, "\n\0\377a\n", 5);
  line = desk_line_reader_next (reader);
  g_assert_cmpstr (line, ==, longest);
  long_line = desk_line_reader_next (reader);
  g_assert_cmpuint (strlen (long_line), ==, DESK_LINE_MAX_LENGTH + 1);
  odd = desk_line_reader_next (reader);
  g_assert_cmpstr (odd, ==, " \357\277\275a");
  g_assert_null (desk_line_reader_take_rest (reader));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/order-line/orders", test_orders);
  g_test_add_func ("/core/order-line/format", test_format);
  g_test_add_func ("/core/order-line/round-trip", test_round_trip);
  g_test_add_func ("/core/order-line/others", test_others);
  g_test_add_func ("/core/order-line/fractions", test_fractions);
  g_test_add_func ("/core/order-line/open-prices", test_open_prices);
  g_test_add_func ("/core/order-line/errors", test_errors);
  g_test_add_func ("/core/order-line/cuts", test_cuts);
  g_test_add_func ("/core/order-line/torn-input", test_torn_input);
  g_test_add_func ("/core/order-line/odd-input", test_odd_input);
  return g_test_run ();
}
