/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "desk-stats.h"

static const DeskGrid es = { 0.25, 1, 2, 12.5 };

static void
add (DeskStatsBook *book,
     const char    *id,
     const char    *account,
     const char    *symbol,
     gint64         quantity,
     double         price,
     gint64         utc,
     const char    *replaces)
{
  DeskFillState fill = { 0 };
  char *list[] = { (char *) replaces, NULL };

  g_strlcpy (fill.execution_id, id, sizeof fill.execution_id);
  g_strlcpy (fill.account, account, sizeof fill.account);
  g_strlcpy (fill.symbol, symbol, sizeof fill.symbol);
  fill.side = quantity > 0 ? DESK_SIDE_BUY : DESK_SIDE_SELL;
  fill.quantity = ABS (quantity);
  fill.grid = es;
  if (g_str_equal (symbol, "ODD"))
    fill.grid.tick_value = 0;
  fill.price = desk_price_from_display (&fill.grid, price);
  fill.server_time = utc;
  fill.replaces = replaces != NULL ? list : NULL;
  desk_stats_book_add (book, &fill);
}

static void
test_fifo (void)
{
  g_autoptr (DeskStatsBook) book = desk_stats_book_new ();
  DeskStats stats;

  stats = desk_stats_book_get (book, "", 0);
  g_assert_cmpuint (stats.fills, ==, 0);
  g_assert_cmpfloat (stats.realised, ==, 0);
  g_assert_true (isnan (stats.win_rate));

  add (book, "1", "A", "ES", 2, 5000, 10, NULL);
  add (book, "2", "A", "ES", 1, 5001, 20, NULL);
  stats = desk_stats_book_get (book, "A", 0);
  g_assert_cmpfloat (stats.realised, ==, 0);
  g_assert_cmpuint (stats.round_trips, ==, 0);

  /* The oldest go first: two at 5000, then one of 5001. */
  add (book, "3", "A", "ES", -2, 5002, 30, NULL);
  stats = desk_stats_book_get (book, "A", 0);
  g_assert_cmpfloat (stats.realised, ==, 2 * 2 * 50);
  g_assert_cmpuint (stats.round_trips, ==, 0);

  /* Through zero: one closes at a loss, one opens short. */
  add (book, "4", "A", "ES", -2, 5000.5, 40, NULL);
  stats = desk_stats_book_get (book, "A", 0);
  g_assert_cmpfloat (stats.realised, ==, 200 - 25);
  g_assert_cmpuint (stats.round_trips, ==, 1);
  g_assert_cmpuint (stats.winners, ==, 1);
  g_assert_cmpuint (stats.fills, ==, 4);
  g_assert_cmpint (stats.contracts, ==, 7);

  /* The short loses. */
  add (book, "5", "A", "ES", 1, 5001.5, 50, NULL);
  stats = desk_stats_book_get (book, "A", 0);
  g_assert_cmpfloat (stats.realised, ==, 175 - 50);
  g_assert_cmpuint (stats.round_trips, ==, 2);
  g_assert_cmpfloat (stats.win_rate, ==, 0.5);

  /* From the middle of it: what was opened before counts with its price. */
  stats = desk_stats_book_get (book, "A", 40);
  g_assert_cmpuint (stats.fills, ==, 2);
  g_assert_cmpfloat (stats.realised, ==, -25 - 50);
  g_assert_cmpuint (stats.round_trips, ==, 2);
}

static void
test_once (void)
{
  g_autoptr (DeskStatsBook) book = desk_stats_book_new ();
  DeskStats stats;

  add (book, "syn:1", "A", "ES", 1, 5000, 10, NULL);
  add (book, "syn:1", "A", "ES", 1, 5000, 10, NULL);
  g_assert_cmpuint (desk_stats_book_get (book, "", 0).fills, ==, 1);
  add (book, "E1", "A", "ES", 1, 5001, 10, "syn:1");
  add (book, "E1", "A", "ES", 1, 5001, 10, "syn:1");
  add (book, "E1", "B", "ES", 3, 5001, 10, NULL); /* another account's own numbers */
  stats = desk_stats_book_get (book, "A", 0);
  g_assert_cmpuint (stats.fills, ==, 1);
  g_assert_cmpint (stats.contracts, ==, 1);
  g_assert_cmpuint (desk_stats_book_get (book, "", 0).fills, ==, 2);

  add (book, "E2", "A", "ES", -1, 5002, 20, NULL);
  g_assert_cmpfloat (desk_stats_book_get (book, "A", 0).realised, ==, 50);
}

/* History arrives late and out of order: the figures do not depend on that. */
static void
test_order (void)
{
  static const struct
  {
    const char *id;
    gint64      quantity;
    double      price;
    gint64      utc;
  } fills[] = { { "1", 1, 5000, 10 }, { "2", 2, 5003, 20 }, { "3", -2, 5002, 30 }, { "4", -1, 5004, 40 } };
  int index[4];
  guint tried = 0;

  for (index[0] = 0; index[0] < 4; index[0]++)
    for (index[1] = 0; index[1] < 4; index[1]++)
      for (index[2] = 0; index[2] < 4; index[2]++)
        {
          g_autoptr (DeskStatsBook) book = NULL;
          DeskStats stats;

          if (index[0] == index[1] || index[0] == index[2] || index[1] == index[2])
            continue;
          index[3] = 6 - index[0] - index[1] - index[2];
          book = desk_stats_book_new ();
          for (guint i = 0; i < 4; i++)
            {
              add (book, fills[index[i]].id, "A", "ES", fills[index[i]].quantity, fills[index[i]].price,
                   fills[index[i]].utc, NULL);
              desk_stats_book_get (book, "", 0);
            }
          stats = desk_stats_book_get (book, "A", 0);
          g_assert_cmpfloat (stats.realised, ==, (2 - 1 + 1) * 50);
          g_assert_cmpuint (stats.round_trips, ==, 1);
          tried++;
        }
  g_assert_cmpuint (tried, ==, 24);
}

static void
test_unknown_value (void)
{
  g_autoptr (DeskStatsBook) book = desk_stats_book_new ();

  add (book, "1", "A", "ODD", 1, 5000, 10, NULL);
  g_assert_cmpfloat (desk_stats_book_get (book, "A", 0).realised, ==, 0);
  add (book, "2", "A", "ODD", -1, 5001, 20, NULL);
  g_assert_true (isnan (desk_stats_book_get (book, "A", 0).realised));
  g_assert_cmpfloat (desk_stats_book_get (book, "A", 21).realised, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/stats/fifo", test_fifo);
  g_test_add_func ("/core/stats/once", test_once);
  g_test_add_func ("/core/stats/order", test_order);
  g_test_add_func ("/core/stats/unknown-value", test_unknown_value);
  return g_test_run ();
}
