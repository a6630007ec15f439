/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <float.h>
#include <math.h>
#include <string.h>

#include "desk-price.h"

static void
test_snap_tick (void)
{
  static const struct
  {
    double increment;
    int    format;
    double tick;
  } cases[] = {
    { 0.25f, 2, 0.25 },
    { 0.01f, 2, 0.01 },
    { 0.0099999998, 2, 0.01 },
    { 0.01f, -1, 0.01 },
    { 0.1f, 1, 0.1 },
    { 0.1f, -1, 0.1 },
    { 0.005f, 2, 0.005 }, /* finer than what is shown */
    { 0.00005f, 5, 0.00005 },
    { 0.0000005f, 7, 0.0000005 },
    { 0.015625, 164, 1 / 64.0 },
    { 0.015625, -1, 1 / 64.0 },
    { 0.015625, 134, 1 / 64.0 },
    { 0.03125, 132, 1 / 32.0 },
    { 0.03125f, -1, 1 / 32.0 },
    { 0.0078125, 136, 1 / 128.0 },
    { 0.00390625, 356, 1 / 256.0 },
    { 0.00390625, 140, 1 / 256.0 },
    { 0.00390625, -1, 1 / 256.0 },
    { 0.33333334f, 103, 1 / 3.0 },
    { 1, 0, 1 },
    { 5, 0, 5 },
    { 2.5f, 1, 2.5 },
    { 0, 2, 0 },
    { -0.25, 2, 0 },
    { NAN, 2, 0 },
    { INFINITY, 2, 0 },
    { DBL_MAX, 2, 0 },
    { FLT_MAX, 2, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpfloat (desk_grid_snap_tick (cases[i].increment, cases[i].format), ==, cases[i].tick);

  /* Every tick that is a few of the last shown decimal comes back from its float. */
  for (int format = 0; format <= 6; format++)
    for (int n = 1; n <= 100; n++)
      {
        double meant = n / pow (10, format);

        g_assert_cmpfloat (desk_grid_snap_tick ((float) meant, format), ==, meant);
        g_assert_cmpfloat (desk_grid_snap_tick ((float) meant, -1), ==, meant);
      }
}

static void
test_snap_multiplier (void)
{
  g_assert_cmpfloat (desk_grid_snap_multiplier (0.01f), ==, 0.01);
  g_assert_cmpfloat (desk_grid_snap_multiplier (0.00999999977), ==, 0.01);
  g_assert_cmpfloat (desk_grid_snap_multiplier (0.001f), ==, 0.001);
  g_assert_cmpfloat (desk_grid_snap_multiplier (0.03125f), ==, 0.03125);
  g_assert_cmpfloat (desk_grid_snap_multiplier (0), ==, 1);
  g_assert_cmpfloat (desk_grid_snap_multiplier (-1), ==, 1);
  g_assert_cmpfloat (desk_grid_snap_multiplier (NAN), ==, 1);
  g_assert_cmpfloat (desk_grid_snap_multiplier (1), ==, 1);
  g_assert_cmpfloat (desk_grid_snap_multiplier (100), ==, 100);
  g_assert_cmpfloat (desk_grid_snap_multiplier (0.7), ==, 0.7);
}

static const struct
{
  float increment;
  int   format;
} ticks[] = {
  { 0.25f, 2 },       { 0.01f, 2 },  { 0.1f, 1 },      { 0.00005f, 5 },   { 0.0000005f, 7 }, { 1, 0 },
  { 1 / 32.0f, 132 }, { 1 / 64.0f, 134 }, { 1 / 256.0f, 140 }, { 1 / 8.0f, 108 }, { 0.005f, 3 },     { 2.5f, 1 },
};

static const float multipliers[] = { 1, 0.01f, 0.001f, 0.1f, 0.0001f, 100, 0.03125f, 0, 0.5f };

/* Whatever the tick and the multiplier: to the wire and back is the same tick, or it is refused. */
static void
test_round_trip (void)
{
  guint sent = 0;
  guint refused = 0;

  for (guint t = 0; t < G_N_ELEMENTS (ticks); t++)
    for (guint m = 0; m < G_N_ELEMENTS (multipliers); m++)
      {
        DeskGrid grid = { desk_grid_snap_tick (ticks[t].increment, ticks[t].format),
                          desk_grid_snap_multiplier (multipliers[m]), ticks[t].format, 1 };

        for (gint64 count = -300; count < 4000000; count = count < 300 ? count + 1 : count + 7919)
          {
            DeskPrice price = desk_price_from_ticks (&grid, count);
            DeskPrice back;
            double wire;

            if (price.kind == DESK_PRICE_UNSET)
              continue;
            back = desk_price_from_display (&grid, price.display);
            g_assert_cmpint (back.kind, ==, DESK_PRICE_TICKS);
            g_assert_cmpint (back.ticks, ==, count);

            if (!desk_price_to_wire (&grid, &price, &wire))
              {
                refused++;
                continue;
              }
            sent++;
            back = desk_price_from_wire (&grid, wire);
            g_assert_true (desk_price_equal (&back, &price));
            g_assert_cmpfloat (back.display, ==, price.display);
          }
      }

  g_assert_cmpuint (refused, ==, 0);
  g_assert_cmpuint (sent, >, 10000);
}

static void
test_wire (void)
{
  DeskGrid es = { 0.25, desk_grid_snap_multiplier (0.01f), 2, 12.5 };
  DeskGrid odd = { 0.25, 0.7, 2, 1 };
  DeskPrice price = desk_price_from_display (&es, 4000.50);
  double wire = 0;

  g_assert_true (desk_price_to_wire (&es, &price, &wire));
  g_assert_cmpfloat (wire, ==, 400050);
  price = desk_price_from_wire (&es, 400050);
  g_assert_cmpint (price.kind, ==, DESK_PRICE_TICKS);
  g_assert_cmpint (price.ticks, ==, 16002);
  g_assert_cmpfloat (price.display, ==, 4000.50);

  /* Off the grid: kept, marked, never sent. */
  price = desk_price_from_wire (&es, 400051);
  g_assert_cmpint (price.kind, ==, DESK_PRICE_RAW);
  g_assert_cmpfloat_with_epsilon (price.display, 4000.51, 1e-9);
  g_assert_false (desk_price_to_wire (&es, &price, &wire));
  price = desk_price_from_display (&es, 4000.26);
  g_assert_cmpint (price.kind, ==, DESK_PRICE_RAW);
  g_assert_false (desk_price_to_wire (&es, &price, &wire));

  price = desk_price_from_display (&es, 4000.2501);
  g_assert_cmpint (price.kind, ==, DESK_PRICE_RAW);
  price = desk_price_from_display (&es, 4000.25000001);
  g_assert_cmpint (price.kind, ==, DESK_PRICE_RAW);

  /* A price someone else rounded to a float still is that price. */
  es.tick = 0.01;
  es.multiplier = 1;
  price = desk_price_from_wire (&es, (float) 5000.37);
  g_assert_cmpint (price.kind, ==, DESK_PRICE_TICKS);
  g_assert_cmpfloat (price.display, ==, 5000.37);

  /* A multiplier that is no 1/n is divided by, and refused only where it does not come back. */
  price = desk_price_from_ticks (&odd, 3);
  if (desk_price_to_wire (&odd, &price, &wire))
    g_assert_cmpint (desk_price_from_wire (&odd, wire).ticks, ==, 3);
}

static void
test_refuse (void)
{
  DeskGrid grid = { 0.25, 1, 2, 12.5 };
  static const double bad[] = { NAN, INFINITY, -INFINITY, DBL_MAX, -DBL_MAX, 1.1e9, -1.1e9 };
  DeskPrice price;
  double wire;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_cmpint (desk_price_from_wire (&grid, bad[i]).kind, ==, DESK_PRICE_UNSET);
      g_assert_cmpint (desk_price_from_wire (NULL, bad[i]).kind, ==, DESK_PRICE_UNSET);
      g_assert_cmpint (desk_price_from_display (&grid, bad[i]).kind, ==, DESK_PRICE_UNSET);
    }
  g_assert_cmpint (desk_price_from_ticks (&grid, G_MAXINT64).kind, ==, DESK_PRICE_UNSET);
  g_assert_cmpint (desk_price_from_ticks (&grid, G_MININT64).kind, ==, DESK_PRICE_UNSET);

  price = desk_price_from_display (&grid, -0.0);
  g_assert_cmpint (price.kind, ==, DESK_PRICE_TICKS);
  g_assert_false (signbit (price.display));
  g_assert_true (desk_price_to_wire (&grid, &price, &wire));
  g_assert_false (signbit (wire));

  /* Without a definition: what the wire said, and nothing to send. */
  price = desk_price_from_wire (NULL, 400050);
  g_assert_cmpint (price.kind, ==, DESK_PRICE_RAW);
  g_assert_cmpfloat (price.display, ==, 400050);
  grid.tick = 0;
  g_assert_false (desk_price_to_wire (&grid, &price, &wire));
}

static void
check_parse (const DeskGrid *grid,
             const char     *text,
             double          display)
{
  DeskPrice price = DESK_PRICE_INIT;

  g_assert_true (desk_price_parse (grid, text, &price));
  g_assert_cmpfloat (price.display, ==, display);
}

static void
test_parse (void)
{
  DeskGrid es = { 0.25, 1, 2, 12.5 };
  DeskGrid zn = { 1 / 64.0, 1, 134, 15.625 };
  DeskGrid zt = { 1 / 256.0, 1, 140, 7.8125 };
  DeskGrid zc = { 0.25, 1, 108, 12.5 };
  DeskGrid euro = { 0.00005, 1, 5, 6.25 };
  static const char *const bad[] = {
    "",       "1 000",  "1e3",     "1E3",    "\357\274\221\357\274\222", "nan", "inf", "0x10", "1.2.3",  "1,000.25",
    "5000.25x", "--1",  "-",       ".",      "+",                        "1-",  "''",  "1'2",  "5000'", "\302\2401",
    "1\302\240000", "99999999999", "1.0000000000000000000000000000000000000001",
    "5,000", "-5,000", "+1,250", "12,000", "5.000", "5.250",
  };
  static const char *const bad_fraction[] = {
    "110'", "110'32", "110'-1", "110'16.5.5", "110.5'16", "110'164", "110'1e1", "110'165x",
    "110-32", "110-32+", "110+", "110-+", "110-16++", "110-16.5+", "110-165+", "110--16", "110-16-", "110.5-16", "110'+",
  };
  DeskPrice price;

  check_parse (&es, "5000.25", 5000.25);
  check_parse (&es, "5000,25", 5000.25);
  check_parse (&es, " 5000 ", 5000);
  check_parse (&es, "-5.5", -5.5);
  check_parse (&es, ".25", 0.25);
  check_parse (NULL, "5000,25", 5000.25);
  check_parse (&es, "5000,000", 5000);
  check_parse (&es, "0,250", 0.25);
  check_parse (&euro, "1,085", 1.085);
  check_parse (&euro, "1.085", 1.085);
  check_parse (&zn, "110'16.5", 110 + 16.5 / 32);
  check_parse (&zn, "110'165", 110 + 16.5 / 32);
  check_parse (&zn, "110'16", 110.5);
  check_parse (&zn, "110'16,5", 110 + 16.5 / 32);
  check_parse (&zn, "-1'16", -1.5);
  check_parse (&zn, "110.5", 110.5);
  check_parse (&zt, "110'161", 110 + 16.125 / 32);
  check_parse (&zt, "110'167", 110 + 16.75 / 32);
  check_parse (&zt, "110'16.375", 110 + 16.375 / 32);
  check_parse (&zc, "450'4", 450.5);
  check_parse (&zc, "450-4", 450.5);
  check_parse (&zn, "110-16", 110.5);
  check_parse (&zn, "110-16+", 110 + 16.5 / 32);
  check_parse (&zn, "110'16+", 110 + 16.5 / 32);
  check_parse (&zn, "110-165", 110 + 16.5 / 32);
  check_parse (&zn, "110\342\200\23116.5", 110 + 16.5 / 32);
  check_parse (&zn, "-1-16+", -1 - 16.5 / 32);
  check_parse (&zn, "-0'00.5", -0.5 / 32);
  check_parse (&zn, "110'00+", 110 + 0.5 / 32);
  check_parse (&zt, "110-31+", 110 + 31.5 / 32);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (desk_price_parse (&es, bad[i], &price));
      g_assert_false (desk_price_parse (NULL, bad[i], &price));
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad_fraction); i++)
    g_assert_false (desk_price_parse (&zn, bad_fraction[i], &price));
  g_assert_false (desk_price_parse (&es, "110'16", &price));
  g_assert_false (desk_price_parse (NULL, "110'16", &price));
  g_assert_false (desk_price_parse (&es, "110-16", &price));
  g_assert_false (desk_price_parse (&es, "5000+", &price));
  g_assert_false (desk_price_parse (&zc, "450'4+", &price));

  /* Halves are not quarters: what the format could say and the tick does not allow is off the grid. */
  g_assert_true (desk_price_parse (&zn, "110'16.25", &price));
  g_assert_cmpint (price.kind, ==, DESK_PRICE_RAW);
  g_assert_true (desk_price_parse (&zn, "110'162", &price));
  g_assert_cmpint (price.kind, ==, DESK_PRICE_RAW);

  g_assert_true (desk_price_parse (&es, "5000.26", &price));
  g_assert_cmpint (price.kind, ==, DESK_PRICE_RAW);
}

/* What is written reads back as the same tick, in every format. */
static void
test_format_round_trip (void)
{
  for (guint t = 0; t < G_N_ELEMENTS (ticks); t++)
    {
      DeskGrid grid = { desk_grid_snap_tick (ticks[t].increment, ticks[t].format), 1, ticks[t].format, 1 };

      for (gint64 count = -600; count < 1000000; count = count < 600 ? count + 1 : count + 4999)
        {
          DeskPrice price = desk_price_from_ticks (&grid, count);
          g_autofree char *text = desk_price_format (&grid, &price);
          DeskPrice back = DESK_PRICE_INIT;

          g_assert_true (desk_price_parse (&grid, text, &back));
          g_assert_cmpint (back.kind, ==, DESK_PRICE_TICKS);
          g_assert_cmpint (back.ticks, ==, count);
        }
    }
}

/* Whatever PriceDisplayFormat and tick: what is shown reads back as the same price, what lies between two ticks never
 * reads as one of them. */
static void
test_every_format (void)
{
  guint checked = 0;

  for (int format = -1; format <= 356; format++)
    {
      double units[8] = { 0.25, 0.01, 1 };
      guint n = 3;

      if (format > 9 && format < 102)
        continue;
      if (format >= 0 && format <= 9)
        {
          units[n++] = 1 / pow (10, format);
          units[n++] = 5 / pow (10, format);
        }
      else if (format == 134 || format == 136 || format == 140)
        {
          units[n++] = 1 / (32.0 * (format == 134 ? 2 : format == 136 ? 4 : 8));
          units[n++] = 1 / 32.0;
        }
      else if (format >= 102)
        {
          units[n++] = 1.0 / (format - 100);
          units[n++] = 2.0 / (format - 100);
        }

      for (guint u = 0; u < n; u++)
        {
          DeskGrid grid = { desk_grid_snap_tick ((float) units[u], format), 1, format, 1 };

          g_assert_cmpfloat (grid.tick, >, 0);
          for (gint64 count = -300; count < 200000; count = count < 300 ? count + 1 : count + 9973)
            {
              DeskPrice price = desk_price_from_ticks (&grid, count);
              g_autofree char *text = desk_price_format (&grid, &price);
              DeskPrice back = DESK_PRICE_INIT;
              g_autofree char *between = NULL;

              if (!desk_price_parse (&grid, text, &back) || back.kind != DESK_PRICE_TICKS || back.ticks != count)
                g_error ("format %d, tick %.17g: %s is not %" G_GINT64_FORMAT " ticks", format, grid.tick, text, count);
              g_assert_cmpfloat (back.display, ==, price.display);
              checked++;
              if (count % 7 != 0)
                continue;
              between = g_strdup_printf ("%.12f", price.display + grid.tick / 2);
              g_assert_true (desk_price_parse (&grid, between, &back));
              g_assert_cmpint (back.kind, ==, DESK_PRICE_RAW);
            }
        }
    }
  g_assert_cmpuint (checked, >, 500000);
}

/* Float messages: the nearest tick of a US bond, as DTC wants it, and still marked when it is nowhere near one. */
static void
test_single (void)
{
  DeskGrid zn = { 1 / 64.0, 1, 134, 15.625 };
  DeskGrid cents = { 0.01, 1, 2, 1 };
  DeskScale scale;
  DeskPrice price;

  desk_scale_init (&scale, &zn);
  for (gint64 count = 1; count < 20000; count++)
    {
      double exact = (double) count / 64;
      double rounded = round (exact * 1000) / 1000;

      price = desk_scale_price (&scale, (double) (float) rounded, TRUE);
      g_assert_cmpint (price.kind, ==, DESK_PRICE_TICKS);
      g_assert_cmpint (price.ticks, ==, count);
      g_assert_cmpfloat (price.display, ==, exact);
    }
  price = desk_scale_price (&scale, 110 + 0.4 / 64, TRUE);
  g_assert_cmpint (price.kind, ==, DESK_PRICE_RAW);

  /* Beyond what a float can count, the nearest is the best there is. */
  desk_scale_init (&scale, &cents);
  for (gint64 count = 9000000; count < 9100000; count += 17)
    {
      price = desk_scale_price (&scale, (double) (float) ((double) count / 100), TRUE);
      g_assert_cmpint (price.kind, ==, DESK_PRICE_TICKS);
      g_assert_cmpint (price.ticks, ==, count);
    }
}

static void
check_format (const DeskGrid *grid,
              double          display,
              const char     *expected)
{
  DeskPrice price = desk_price_from_display (grid, display);
  g_autofree char *text = desk_price_format (grid, &price);

  g_assert_cmpstr (text, ==, expected);
}

static void
check_format_double (const DeskGrid *grid,
                     double          display,
                     const char     *expected)
{
  g_autofree char *text = desk_price_format_double (grid, display);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_format (void)
{
  DeskGrid es = { 0.25, 1, 2, 12.5 };
  DeskGrid zn = { 1 / 64.0, 1, 134, 15.625 };
  DeskGrid zf = { 1 / 128.0, 1, 136, 7.8125 };
  DeskGrid zt = { 1 / 256.0, 1, 140, 7.8125 };
  DeskGrid zb = { 1 / 32.0, 1, 132, 31.25 };
  DeskGrid fine = { 0.005, 1, 2, 1 };
  DeskGrid none = { 0.25, 1, -1, 1 };
  DeskPrice unset = DESK_PRICE_INIT;
  g_autofree char *empty = desk_price_format (&es, &unset);

  check_format (&es, 5000.5, "5000.50");
  check_format (&es, 0, "0.00");
  check_format (&es, -3.25, "-3.25");
  check_format (&es, 5000.26, "5000.26?");
  check_format (&zn, 110 + 16.5 / 32, "110'16.5");
  check_format (&zn, 110, "110'00.0");
  check_format (&zf, 110 + 1.25 / 32, "110'01.25");
  check_format (&zt, 110 + 31.875 / 32, "110'31.875");
  check_format (&zb, 110 + 5 / 32.0, "110'05");
  check_format (&fine, 1.005, "1.005");
  check_format (&none, 5000.5, "5000.50");
  check_format (NULL, 400050, "400050?");
  g_assert_cmpstr (empty, ==, "");

  check_format_double (&es, 5000.125, "5000.125");
  check_format_double (&es, 5000, "5000.00");
  check_format_double (&es, NAN, "");
  check_format_double (&es, DBL_MAX, "");
  check_format_double (NULL, 0.1, "0.1");
  check_format_double (&zn, 110 + 16.3 / 32, "110.509375");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/price/snap-tick", test_snap_tick);
  g_test_add_func ("/core/price/snap-multiplier", test_snap_multiplier);
  g_test_add_func ("/core/price/round-trip", test_round_trip);
  g_test_add_func ("/core/price/wire", test_wire);
  g_test_add_func ("/core/price/refuse", test_refuse);
  g_test_add_func ("/core/price/parse", test_parse);
  g_test_add_func ("/core/price/format", test_format);
  g_test_add_func ("/core/price/format-round-trip", test_format_round_trip);
  g_test_add_func ("/core/price/every-format", test_every_format);
  g_test_add_func ("/core/price/single", test_single);
  return g_test_run ();
}
