/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "gate-fixture.h"

static char *something_else[] = { (char *) "NQZ6", NULL };

static void
break_usage (Scene *scene)
{
  scene->ticket.tif = DESK_TIF_GTD;
}

static void
break_link (Scene *scene)
{
  scene->in.link = DESK_LINK_DOWN;
}

static void
break_resync (Scene *scene)
{
  if (scene->in.link == DESK_LINK_LIVE)
    scene->in.link = DESK_LINK_RESYNC;
}

static void
break_numbering (Scene *scene)
{
  scene->in.numbering_ok = FALSE;
}

static void
break_trading (Scene *scene)
{
  scene->in.trading_supported = FALSE;
}

static void
break_halted (Scene *scene)
{
  scene->in.halted = TRUE;
}

static void
break_armed (Scene *scene)
{
  scene->in.armed = FALSE;
}

static void
break_account (Scene *scene)
{
  scene->in.account = "";
}

static void
break_symbol (Scene *scene)
{
  scene->limits.symbols = something_else;
}

static void
break_definition (Scene *scene)
{
  scene->in.definition_known = FALSE;
}

static void
break_limits (Scene *scene)
{
  scene->limits.orders_burst = -1;
}

static void
break_tick (Scene *scene)
{
  scene->ticket.price = 5000.1;
}

static void
break_quantity (Scene *scene)
{
  scene->limits.max_order_quantity = 1;
}

static void
break_value (Scene *scene)
{
  scene->limits.max_order_value = 1;
}

static void
break_position (Scene *scene)
{
  scene->limits.max_position = 1;
}

static void
break_collar (Scene *scene)
{
  scene->limits.price_collar_percent = 0.001;
}

static void
break_duplicate (Scene *scene)
{
  scene->recent.when = NOW - 1999999;
  scene->recent.side = DESK_SIDE_BUY;
  scene->recent.type = DESK_ORDER_TYPE_LIMIT;
  scene->recent.quantity = 2;
  scene->recent.price = desk_price_from_display (&scene->in.grid, 5000);
  scene->in.recent = &scene->recent;
  scene->in.n_recent = 1;
}

static void
break_rate (Scene *scene)
{
  scene->in.account_bucket.when = NOW;
}

static void
break_working (Scene *scene)
{
  scene->limits.max_open_orders_symbol = 1;
}

static void
break_unknown (Scene *scene)
{
  scene->orders[0].unknown = TRUE;
  scene->in.automated = TRUE;
}

static void
break_self_match (Scene *scene)
{
  scene->orders[0].price = desk_price_from_display (&scene->in.grid, 5000);
}

static void
break_unsupported (Scene *scene)
{
  scene->in.unsupported = "stop orders";
}

static void
break_storage (Scene *scene)
{
  scene->in.storage_ok = FALSE;
}

static void
break_found (Scene *scene)
{
  scene->in.change = &scene->change;
  scene->change.found = FALSE;
}

static void
break_in_flight (Scene *scene)
{
  scene->in.change = &scene->change;
  scene->change.in_flight = TRUE;
}

static const struct
{
  DeskDenial denial;
  void (*apply) (Scene *scene);
} breaks[] = {
  { DESK_DENY_USAGE, break_usage },
  { DESK_DENY_LINK_DOWN, break_link },
  { DESK_DENY_RESYNC_RUNNING, break_resync },
  { DESK_DENY_NUMBERING, break_numbering },
  { DESK_DENY_TRADING_OFF, break_trading },
  { DESK_DENY_HALTED, break_halted },
  { DESK_DENY_DISARMED, break_armed },
  { DESK_DENY_ACCOUNT, break_account },
  { DESK_DENY_SYMBOL, break_symbol },
  { DESK_DENY_NO_DEFINITION, break_definition },
  { DESK_DENY_LIMITS, break_limits },
  { DESK_DENY_PRICE_TICK, break_tick },
  { DESK_DENY_QTY_MAX, break_quantity },
  { DESK_DENY_ORDER_VALUE_MAX, break_value },
  { DESK_DENY_POSITION_MAX_WORST_CASE, break_position },
  { DESK_DENY_PRICE_COLLAR, break_collar },
  { DESK_DENY_DUPLICATE, break_duplicate },
  { DESK_DENY_RATE, break_rate },
  { DESK_DENY_WORKING_ORDERS_MAX, break_working },
  { DESK_DENY_UNKNOWN_ON_SYMBOL, break_unknown },
  { DESK_DENY_SELF_MATCH, break_self_match },
  { DESK_DENY_UNSUPPORTED_BY_SERVER, break_unsupported },
  { DESK_DENY_STORAGE, break_storage },
  { DESK_DENY_NO_SUCH_ORDER, break_found },
  { DESK_DENY_IN_FLIGHT, break_in_flight },
};

static void
test_each (void)
{
  Scene scene;
  DeskGateVerdict verdict;

  scene_init (&scene);
  g_assert_cmpint (desk_gate_check (&scene.in, &verdict), ==, DESK_DENY_NONE);
  g_assert_cmpuint (verdict.checks_total, ==, G_N_ELEMENTS (breaks));
  g_assert_cmpuint (verdict.checks_passed, ==, verdict.checks_total);

  for (guint i = 0; i < G_N_ELEMENTS (breaks); i++)
    {
      scene_init (&scene);
      breaks[i].apply (&scene);
      g_assert_cmpint (check (&scene), ==, breaks[i].denial);
    }
}

/* What a modify of an order that is not there is still judged by. */
static gboolean
applies_without_order (DeskDenial denial)
{
  return denial == DESK_DENY_LINK_DOWN || denial == DESK_DENY_RESYNC_RUNNING || denial == DESK_DENY_NUMBERING
         || denial == DESK_DENY_TRADING_OFF;
}

/* Of any two things that are wrong, the one that stands first is said. */
static void
test_precedence (void)
{
  for (guint a = 0; a < G_N_ELEMENTS (breaks); a++)
    for (guint b = a + 1; b < G_N_ELEMENTS (breaks); b++)
      {
        DeskDenial first = breaks[a].denial;
        DeskDenial second = breaks[b].denial;
        Scene scene;

        if (second == DESK_DENY_NO_SUCH_ORDER && !applies_without_order (first))
          first = second;
        if (first == DESK_DENY_NO_SUCH_ORDER && second == DESK_DENY_IN_FLIGHT)
          second = first;
        if (second == DESK_DENY_IN_FLIGHT && (first == DESK_DENY_DUPLICATE || first == DESK_DENY_WORKING_ORDERS_MAX))
          first = second; /* a change is no new order */

        scene_init (&scene);
        breaks[a].apply (&scene);
        breaks[b].apply (&scene);
        g_assert_cmpint (check (&scene), ==, first);

        scene_init (&scene);
        breaks[b].apply (&scene);
        breaks[a].apply (&scene);
        g_assert_cmpint (check (&scene), ==, first);
      }
}

static void
test_usage (void)
{
  Scene scene;

  scene_init (&scene);
  scene.ticket.side = DESK_SIDE_NONE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene_init (&scene);
  scene.ticket.quantity = 0;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene_init (&scene);
  scene.ticket.quantity = -5;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene_init (&scene);
  scene.ticket.has_price = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene_init (&scene);
  scene.ticket.type = DESK_ORDER_TYPE_STOP_LIMIT;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene_init (&scene);
  scene.ticket.type = DESK_ORDER_TYPE_MARKET;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene_init (&scene);
  scene.ticket.symbol[0] = '\0';
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene_init (&scene);
  scene.ticket.tif = DESK_TIF_GTD;
  scene.ticket.good_till = 1790000000;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene.ticket.good_till++;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene_init (&scene);
  scene.ticket.live = TRUE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene.in.live = TRUE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene_init (&scene);
  scene.ticket.type = DESK_ORDER_TYPE_OTHER;
  scene.ticket.has_price = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_UNSUPPORTED_BY_SERVER);
}

static void
test_link (void)
{
  for (int link = DESK_LINK_DOWN; link <= DESK_LINK_STOPPED; link++)
    {
      Scene scene;

      scene_init (&scene);
      scene.in.link = (DeskLink) link;
      g_assert_cmpint (check (&scene), ==,
                       link == DESK_LINK_LIVE     ? DESK_DENY_NONE
                       : link == DESK_LINK_RESYNC ? DESK_DENY_RESYNC_RUNNING
                                                  : DESK_DENY_LINK_DOWN);
    }
}

static void
test_account (void)
{
  Scene scene;

  scene_init (&scene);
  scene.in.account = NULL;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_ACCOUNT);
  scene_init (&scene);
  scene.in.account_known = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_ACCOUNT);
  scene_init (&scene);
  scene.in.account_disabled = TRUE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_TRADING_OFF);
}

static void
test_limits (void)
{
  Scene scene;

  scene_init (&scene);
  scene.in.limits = NULL;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_LIMITS);
  scene_init (&scene);
  scene.limits.loaded = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_LIMITS);
  scene_init (&scene);
  scene.limits.symbols = NULL;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_LIMITS);
  scene_init (&scene);
  scene.in.grid.tick_value = 0;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_LIMITS);
  scene_init (&scene);
  scene.in.grid.tick = 0;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NO_DEFINITION);
}

static void
test_price (void)
{
  static const double bad[] = { 5000.1, NAN, INFINITY, -INFINITY, DBL_MAX, 2e9, 0, -0.0, -5000 };
  Scene scene;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      scene_init (&scene);
      scene.ticket.price = bad[i];
      g_assert_cmpint (check (&scene), ==, DESK_DENY_PRICE_TICK);

      scene_init (&scene);
      scene.ticket.type = DESK_ORDER_TYPE_STOP_LIMIT;
      scene.ticket.has_price2 = TRUE;
      scene.ticket.price2 = bad[i];
      g_assert_cmpint (check (&scene), ==, DESK_DENY_PRICE_TICK);
    }

  /* A market below zero takes prices below zero. */
  scene_init (&scene);
  scene.in.bid = desk_price_from_display (&scene.in.grid, -37);
  scene.in.ask = desk_price_from_display (&scene.in.grid, -36.75);
  scene.ticket.price = -37.5;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
}

/* Every limit lets its own number pass and refuses the next. */
static void
test_edges (void)
{
  DeskGateVerdict verdict;
  Scene scene;

  scene_init (&scene);
  scene.ticket.quantity = 5;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.ticket.quantity = 10;
  desk_gate_check (&scene.in, &verdict);
  g_assert_cmpint (verdict.denial, ==, DESK_DENY_QTY_MAX);
  g_assert_nonnull (strstr (verdict.text, "max 5, asked 10"));

  scene_init (&scene);
  scene.limits.max_order_value = 5000 * 50 * 2;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.limits.max_order_value -= 0.01;
  desk_gate_check (&scene.in, &verdict);
  g_assert_cmpint (verdict.denial, ==, DESK_DENY_ORDER_VALUE_MAX);
  g_assert_nonnull (strstr (verdict.text, "max 499999.99, asked 500000"));

  /* Position, working, unknown, external: all of it counts. */
  scene_init (&scene);
  scene.in.position = 3;
  scene.orders[1] = scene.orders[0];
  scene.orders[1].side = DESK_SIDE_BUY;
  scene.orders[1].remaining = 2;
  scene.orders[1].unknown = TRUE;
  scene.orders[1].ours = FALSE;
  scene.in.n_orders = 2;
  scene.limits.max_position = 7;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.limits.max_position = 6;
  desk_gate_check (&scene.in, &verdict);
  g_assert_cmpint (verdict.denial, ==, DESK_DENY_POSITION_MAX_WORST_CASE);
  g_assert_nonnull (strstr (verdict.text, "max 6, worst case long 7"));
  g_assert_cmpint (verdict.worst_long, ==, 7);
  g_assert_cmpint (verdict.worst_short, ==, 2);

  scene_init (&scene);
  scene.ticket.side = DESK_SIDE_SELL;
  scene.ticket.price = 5001;
  scene.in.position = -7;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.in.position = -8;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_POSITION_MAX_WORST_CASE);

  scene_init (&scene);
  scene.in.position = G_MAXINT64;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_POSITION_MAX_WORST_CASE);

  /* 3 % of 5000.50 is 150.015. */
  scene_init (&scene);
  scene.ticket.price = 4850.5;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.ticket.price = 4850.25;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_PRICE_COLLAR);
  scene.in.reference_age = DESK_GATE_REFERENCE_MAX_AGE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_PRICE_COLLAR);
  scene.in.reference_age++;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);

  scene_init (&scene);
  break_duplicate (&scene);
  scene.recent.when--;
  scene.recent.when -= 1;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  break_duplicate (&scene);
  scene.ticket.override_duplicate = TRUE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.ticket.override_duplicate = FALSE;
  scene.limits.duplicate_window_ms = 0;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.limits.duplicate_window_ms = 2000;
  scene.recent.quantity = 3;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);

  scene_init (&scene);
  scene.limits.max_open_orders_symbol = 2;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.limits.max_open_orders_account = 1;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_WORKING_ORDERS_MAX);
}

static void
test_rate (void)
{
  DeskGateBucket bucket = { 0 };
  Scene scene;
  guint passed = 0;

  g_assert_cmpfloat (desk_gate_bucket_get (&bucket, 5, 10, NOW), ==, 10);
  for (guint i = 0; i < 20; i++)
    if (desk_gate_bucket_get (&bucket, 5, 10, NOW) >= 1)
      {
        desk_gate_bucket_take (&bucket, 5, 10, NOW);
        passed++;
      }
  g_assert_cmpuint (passed, ==, 10);
  g_assert_cmpfloat (desk_gate_bucket_get (&bucket, 5, 10, NOW - G_USEC_PER_SEC), ==, 0);
  g_assert_cmpfloat (desk_gate_bucket_get (&bucket, 5, 10, NOW + G_USEC_PER_SEC), ==, 5);
  g_assert_cmpfloat (desk_gate_bucket_get (&bucket, 5, 10, NOW + 100 * G_USEC_PER_SEC), ==, 10);

  scene_init (&scene);
  scene.in.symbol_bucket.when = NOW - G_USEC_PER_SEC / 4;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_RATE);
  scene.in.symbol_bucket.when = NOW - G_USEC_PER_SEC / 2;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
}

/* What can only bring the position nearer to zero passes whatever is broken about new risk. */
static void
test_reduce (void)
{
  static void (*const broken[]) (Scene *scene) = {
    break_halted, break_armed, break_symbol, break_limits,  break_quantity, break_value,
    break_position, break_rate, break_working, break_unknown, break_storage,
  };
  DeskGateVerdict verdict;
  Scene scene;

  scene_init (&scene);
  scene.ticket.side = DESK_SIDE_SELL;
  scene.ticket.price = 5001;
  scene.in.position = 3;
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    broken[i] (&scene);
  g_assert_cmpint (desk_gate_check (&scene.in, &verdict), ==, DESK_DENY_NONE);
  g_assert_true (verdict.reduces);

  /* One more would carry it through zero: two of ours and one that works already. */
  scene.in.position = 2;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_HALTED);
  scene.in.position = 3;
  scene.in.position_known = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_HALTED);
  scene.in.position_known = TRUE;
  scene.orders[0].remaining = -1;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_HALTED);
  scene.orders[0].remaining = 1;
  scene.in.position = -3;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_HALTED);
  scene.ticket.side = DESK_SIDE_BUY;
  scene.ticket.price = 5000;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.in.position = 0;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_HALTED);
  scene.in.position = G_MININT64 + 1;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
}

static void
test_self_match (void)
{
  Scene scene;

  scene_init (&scene);
  scene.orders[0].price = desk_price_from_display (&scene.in.grid, 5000.25);
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.ticket.price = 5000.25;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_SELF_MATCH);
  scene.orders[0].same_symbol = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.orders[0].same_symbol = TRUE;
  scene.orders[0].ours = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.orders[0].ours = TRUE;
  scene.orders[0].type = DESK_ORDER_TYPE_STOP;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);

  /* At market it reaches as far as the touch. */
  scene_init (&scene);
  scene.ticket.type = DESK_ORDER_TYPE_MARKET;
  scene.ticket.has_price = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.orders[0].price = scene.in.ask;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_SELF_MATCH);

  scene_init (&scene);
  scene.ticket.side = DESK_SIDE_SELL;
  scene.orders[0].side = DESK_SIDE_BUY;
  scene.orders[0].price = desk_price_from_display (&scene.in.grid, 5000);
  g_assert_cmpint (check (&scene), ==, DESK_DENY_SELF_MATCH);
  scene.ticket.price = 5000.25;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
}

static void
test_warnings (void)
{
  DeskGateVerdict verdict;
  Scene scene;

  scene_init (&scene);
  g_assert_cmpint (desk_gate_check (&scene.in, &verdict), ==, DESK_DENY_NONE);
  g_assert_cmpint (verdict.warnings, ==, DESK_GATE_WARN_NONE);
  g_assert_cmpint (verdict.distance_ticks, ==, 2);
  g_assert_cmpfloat (verdict.wire_price, ==, 500000);
  g_assert_cmpfloat (verdict.value, ==, 500000);
  g_assert_cmpfloat (verdict.tick_risk, ==, 25);
  g_assert_cmpint (verdict.worst_long, ==, 2);
  g_assert_cmpint (verdict.worst_short, ==, -1);

  scene.ticket.price = 5000.5;
  desk_gate_check (&scene.in, &verdict);
  g_assert_cmpint (verdict.warnings, ==, DESK_GATE_WARN_MARKETABLE_LIMIT);

  scene.ticket.type = DESK_ORDER_TYPE_STOP;
  desk_gate_check (&scene.in, &verdict);
  g_assert_cmpint (verdict.warnings, ==, DESK_GATE_WARN_STOP_WRONG_SIDE);
  scene.ticket.price = 5001;
  desk_gate_check (&scene.in, &verdict);
  g_assert_cmpint (verdict.warnings, ==, DESK_GATE_WARN_NONE);
  scene.ticket.side = DESK_SIDE_SELL;
  desk_gate_check (&scene.in, &verdict);
  g_assert_cmpint (verdict.warnings, ==, DESK_GATE_WARN_STOP_WRONG_SIDE);

  /* No reference: allowed, and said. */
  scene_init (&scene);
  scene.in.bid.kind = scene.in.ask.kind = DESK_PRICE_UNSET;
  g_assert_cmpint (desk_gate_check (&scene.in, &verdict), ==, DESK_DENY_NONE);
  g_assert_cmpint (verdict.warnings, ==, DESK_GATE_WARN_NO_REFERENCE);
  g_assert_cmpint (verdict.distance_ticks, ==, G_MAXINT64);
  g_assert_cmpfloat (verdict.value, ==, 500000);
  scene.ticket.type = DESK_ORDER_TYPE_MARKET;
  scene.ticket.has_price = FALSE;
  g_assert_cmpint (desk_gate_check (&scene.in, &verdict), ==, DESK_DENY_NONE);
  g_assert_true (isnan (verdict.value));

  /* A person may go on beside an unknown order; a script may not, wherever it says so. */
  scene_init (&scene);
  scene.orders[0].unknown = TRUE;
  g_assert_cmpint (desk_gate_check (&scene.in, &verdict), ==, DESK_DENY_NONE);
  g_assert_cmpint (verdict.warnings, ==, DESK_GATE_WARN_UNKNOWN);
  scene.ticket.source = DESK_SOURCE_SCRIPT;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_UNKNOWN_ON_SYMBOL);
  scene.ticket.source = DESK_SOURCE_API;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_UNKNOWN_ON_SYMBOL);
  scene.orders[0].same_symbol = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
}

static void
test_text (void)
{
  Scene scene;
  g_autoptr (GString) words = g_string_new (NULL);

  while (words->len < 600)
    g_string_append (words, "\303\251");
  scene_init (&scene);
  scene.in.definition_known = FALSE;
  scene.in.definition_text = words->str;
  for (guint i = 0; i < 4; i++)
    {
      scene.ticket.symbol[4 + i] = 'x';
      scene.ticket.symbol[5 + i] = '\0';
      g_assert_cmpint (check (&scene), ==, DESK_DENY_NO_DEFINITION);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/gate/each", test_each);
  g_test_add_func ("/core/gate/precedence", test_precedence);
  g_test_add_func ("/core/gate/usage", test_usage);
  g_test_add_func ("/core/gate/link", test_link);
  g_test_add_func ("/core/gate/account", test_account);
  g_test_add_func ("/core/gate/limits", test_limits);
  g_test_add_func ("/core/gate/price", test_price);
  g_test_add_func ("/core/gate/edges", test_edges);
  g_test_add_func ("/core/gate/rate", test_rate);
  g_test_add_func ("/core/gate/reduce", test_reduce);
  g_test_add_func ("/core/gate/self-match", test_self_match);
  g_test_add_func ("/core/gate/warnings", test_warnings);
  g_test_add_func ("/core/gate/text", test_text);
  add_kinds_tests ();
  return g_test_run ();
}
