/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "gate-fixture.h"

/* What is no plain new order: changes, ways out, pairs and brackets. */

static void
test_modify (void)
{
  Scene scene;

  /* More contracts, or nearer to the market: the whole gate. */
  scene_init (&scene);
  scene.in.change = &scene.change;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.in.armed = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_DISARMED);
  scene.ticket.quantity = 1;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_DISARMED);

  /* Away from the market, or fewer: no arming. */
  scene.ticket.price = 4998;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.ticket.price = 4999;
  scene.change.quantity = 3;
  scene.ticket.quantity = 2;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.ticket.side = DESK_SIDE_SELL;
  scene.ticket.price = 5000;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.ticket.price = 4998;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_DISARMED);
  scene.ticket.type = DESK_ORDER_TYPE_STOP;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);

  /* Below what is filled there is nothing to ask for; what is filled is no risk of the change. */
  scene_init (&scene);
  scene.in.change = &scene.change;
  scene.change.quantity = 5;
  scene.change.filled = 2;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
  scene.ticket.quantity = 5;
  scene.ticket.price = 5000;
  scene.in.position = 2;
  scene.limits.max_position = 5;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.limits.max_position = 4;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_POSITION_MAX_WORST_CASE);
}

static void
test_exit (void)
{
  static const DeskGateExit exits[] = { DESK_GATE_EXIT_CANCEL, DESK_GATE_EXIT_CANCEL_ALL, DESK_GATE_EXIT_FLATTEN };
  char text[256];

  for (guint i = 0; i < G_N_ELEMENTS (exits); i++)
    {
      DeskGateExitInput good = { exits[i], DESK_LINK_LIVE, TRUE, "SIM1", TRUE, TRUE, FALSE, FALSE, FALSE };
      DeskGateExitInput in = good;

      g_assert_cmpint (desk_gate_check_exit (&in, text), ==, DESK_DENY_NONE);
      g_assert_cmpstr (text, ==, "");
      in.link = DESK_LINK_LOGON;
      in.numbering_ok = FALSE;
      in.found = FALSE;
      g_assert_cmpint (desk_gate_check_exit (&in, text), ==, DESK_DENY_LINK_DOWN);
      in.link = DESK_LINK_RESYNC;
      g_assert_cmpint (desk_gate_check_exit (&in, text), ==,
                       exits[i] == DESK_GATE_EXIT_FLATTEN ? DESK_DENY_RESYNC_RUNNING : DESK_DENY_NUMBERING);
      in = good;
      in.link = DESK_LINK_RESYNC;
      g_assert_cmpint (desk_gate_check_exit (&in, text), ==,
                       exits[i] == DESK_GATE_EXIT_FLATTEN ? DESK_DENY_RESYNC_RUNNING : DESK_DENY_NONE);
      in.told = TRUE;
      g_assert_cmpint (desk_gate_check_exit (&in, text), ==, DESK_DENY_NONE);
      in = good;
      in.account = "";
      g_assert_cmpint (desk_gate_check_exit (&in, text), ==,
                       exits[i] == DESK_GATE_EXIT_CANCEL ? DESK_DENY_NONE : DESK_DENY_ACCOUNT);
      in = good;
      in.account_known = FALSE;
      g_assert_cmpint (desk_gate_check_exit (&in, text), ==,
                       exits[i] == DESK_GATE_EXIT_CANCEL ? DESK_DENY_NONE : DESK_DENY_ACCOUNT);
      in = good;
      in.found = FALSE;
      in.in_flight = TRUE;
      in.flat = TRUE;
      g_assert_cmpint (desk_gate_check_exit (&in, text), ==,
                       exits[i] == DESK_GATE_EXIT_CANCEL    ? DESK_DENY_NO_SUCH_ORDER
                       : exits[i] == DESK_GATE_EXIT_FLATTEN ? DESK_DENY_FLAT
                                                            : DESK_DENY_NONE);
      in = good;
      in.in_flight = TRUE;
      g_assert_cmpint (desk_gate_check_exit (&in, text), ==,
                       exits[i] == DESK_GATE_EXIT_CANCEL_ALL ? DESK_DENY_NONE : DESK_DENY_IN_FLIGHT);
    }
}

/* One row for each thing that the newer kinds of orders may be refused for. */
static void
test_kinds (void)
{
  static const struct
  {
    const char   *what;
    DeskOrderType type;
    double        price, price2;   /* 0: none */
    gint64        max_show;
    const char   *note;
    DeskDenial    denial;
  } cases[] = {
    { "mit", DESK_ORDER_TYPE_MIT, 4999, 0, 0, "", DESK_DENY_NONE },
    { "mit without a price", DESK_ORDER_TYPE_MIT, 0, 0, 0, "", DESK_DENY_USAGE },
    { "mit with two prices", DESK_ORDER_TYPE_MIT, 4999, 4998, 0, "", DESK_DENY_USAGE },
    { "mit off the tick", DESK_ORDER_TYPE_MIT, 4999.1, 0, 0, "", DESK_DENY_PRICE_TICK },
    { "mit too far", DESK_ORDER_TYPE_MIT, 4000, 0, 0, "", DESK_DENY_PRICE_COLLAR },
    { "lit", DESK_ORDER_TYPE_LIT, 4999, 4998, 0, "", DESK_DENY_NONE },
    { "lit without its limit", DESK_ORDER_TYPE_LIT, 4999, 0, 0, "", DESK_DENY_USAGE },
    { "lit with its limit off the tick", DESK_ORDER_TYPE_LIT, 4999, 4998.1, 0, "", DESK_DENY_PRICE_TICK },
    { "lit with its limit too far", DESK_ORDER_TYPE_LIT, 4999, 5500, 0, "", DESK_DENY_PRICE_COLLAR },
    { "market-limit", DESK_ORDER_TYPE_MARKET_LIMIT, 0, 0, 0, "", DESK_DENY_NONE },
    { "market-limit with a price", DESK_ORDER_TYPE_MARKET_LIMIT, 5000, 0, 0, "", DESK_DENY_USAGE },
    { "iceberg", DESK_ORDER_TYPE_LIMIT, 5000, 0, 1, "", DESK_DENY_NONE },
    { "iceberg that shows all", DESK_ORDER_TYPE_LIMIT, 5000, 0, 2, "", DESK_DENY_NONE },
    { "iceberg that shows more", DESK_ORDER_TYPE_LIMIT, 5000, 0, 3, "", DESK_DENY_USAGE },
    { "iceberg that shows less than none", DESK_ORDER_TYPE_LIMIT, 5000, 0, -1, "", DESK_DENY_USAGE },
    { "iceberg at market", DESK_ORDER_TYPE_MARKET, 0, 0, 1, "", DESK_DENY_USAGE },
    { "iceberg behind a stop", DESK_ORDER_TYPE_STOP, 5010, 0, 1, "", DESK_DENY_USAGE },
    { "iceberg behind a stop-limit", DESK_ORDER_TYPE_STOP_LIMIT, 5010, 5011, 1, "", DESK_DENY_NONE },
    { "note", DESK_ORDER_TYPE_LIMIT, 5000, 0, 0, "12345678901234567890123", DESK_DENY_NONE },
    { "note that is too long", DESK_ORDER_TYPE_LIMIT, 5000, 0, 0, "123456789012345678901234", DESK_DENY_USAGE },
    { "note with a line", DESK_ORDER_TYPE_LIMIT, 5000, 0, 0, "a\nb", DESK_DENY_USAGE },
    { "note with a quotation mark", DESK_ORDER_TYPE_LIMIT, 5000, 0, 0, "a\"b", DESK_DENY_USAGE },
    { "note beyond ASCII", DESK_ORDER_TYPE_LIMIT, 5000, 0, 0, "a\303\251b", DESK_DENY_USAGE },
    { "type that DTC does not have", DESK_ORDER_TYPE_OTHER, 0, 0, 0, "", DESK_DENY_UNSUPPORTED_BY_SERVER },
  };
  Scene scene;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      scene_init (&scene);
      scene.ticket.type = cases[i].type;
      scene.ticket.has_price = cases[i].price != 0;
      scene.ticket.price = cases[i].price;
      scene.ticket.has_price2 = cases[i].price2 != 0;
      scene.ticket.price2 = cases[i].price2;
      scene.ticket.max_show = cases[i].max_show;
      g_strlcpy (scene.ticket.note, cases[i].note, sizeof scene.ticket.note);
      g_assert_cmpint (check (&scene), ==, cases[i].denial);
    }

  /* What the brief's numbering has no number for. */
  scene_init (&scene);
  scene.in.unsaid = TRUE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_UNSUPPORTED_BY_SERVER);
}

/* The exits of a bracket, against an entry on either side, at a price or at the market. */
static void
test_exits (void)
{
  static const struct
  {
    DeskSide   side;
    DeskRole   role;
    double     entry;     /* NAN: not known */
    double     exit;
    DeskDenial denial;
  } cases[] = {
    { DESK_SIDE_BUY, DESK_ROLE_TARGET, 5000, 5010, DESK_DENY_NONE },
    { DESK_SIDE_BUY, DESK_ROLE_TARGET, 5000, 5000, DESK_DENY_USAGE },
    { DESK_SIDE_BUY, DESK_ROLE_TARGET, 5000, 4990, DESK_DENY_USAGE },
    { DESK_SIDE_BUY, DESK_ROLE_STOP, 5000, 4990, DESK_DENY_NONE },
    { DESK_SIDE_BUY, DESK_ROLE_STOP, 5000, 5000, DESK_DENY_USAGE },
    { DESK_SIDE_BUY, DESK_ROLE_STOP, 5000, 5010, DESK_DENY_USAGE },
    { DESK_SIDE_SELL, DESK_ROLE_TARGET, 5000, 4990, DESK_DENY_NONE },
    { DESK_SIDE_SELL, DESK_ROLE_TARGET, 5000, 5010, DESK_DENY_USAGE },
    { DESK_SIDE_SELL, DESK_ROLE_STOP, 5000, 5010, DESK_DENY_NONE },
    { DESK_SIDE_SELL, DESK_ROLE_STOP, 5000, 4990, DESK_DENY_USAGE },
    { DESK_SIDE_BUY, DESK_ROLE_STOP, NAN, 4990, DESK_DENY_NONE },
    { DESK_SIDE_BUY, DESK_ROLE_STOP, NAN, 5010, DESK_DENY_USAGE },      /* not below its target */
    { DESK_SIDE_BUY, DESK_ROLE_TARGET, 5000, 5010.1, DESK_DENY_PRICE_TICK },
    { DESK_SIDE_BUY, DESK_ROLE_STOP, 5000, 4000, DESK_DENY_PRICE_COLLAR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean target = cases[i].role == DESK_ROLE_TARGET;
      DeskTicket bracket = { .kind = DESK_TICKET_BRACKET, .side = cases[i].side };
      Scene scene;

      g_test_message ("row %u", i);
      scene_init (&scene);
      bracket.leg[0].has_price = TRUE;
      bracket.leg[0].price = target ? cases[i].exit : 5005;
      scene.ticket.side = cases[i].side == DESK_SIDE_BUY ? DESK_SIDE_SELL : DESK_SIDE_BUY;
      scene.ticket.type = target ? DESK_ORDER_TYPE_LIMIT : DESK_ORDER_TYPE_STOP;
      scene.ticket.price = cases[i].exit;
      scene.in.role = cases[i].role;
      scene.in.held = TRUE;
      scene.in.entry = &bracket;
      scene.in.entry_price = cases[i].entry;
      g_assert_cmpint (check (&scene), ==, cases[i].denial);
      if (cases[i].denial != DESK_DENY_NONE)
        continue;

      /* It adds nothing to the position that the entry might not leave, and is as much an order as any other. */
      scene.in.position = scene.ticket.side == DESK_SIDE_BUY ? 10 : -10;
      scene.limits.max_position = 10;
      g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
      scene.limits.max_open_orders_symbol = 3;
      scene.in.beside = 1;
      g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
      scene.in.beside = 2;
      g_assert_cmpint (check (&scene), ==, DESK_DENY_WORKING_ORDERS_MAX);
      scene.in.beside = 1;
      scene.ticket.quantity = 6;
      g_assert_cmpint (check (&scene), ==, DESK_DENY_QTY_MAX);
      scene.ticket.quantity = 2;
      scene.ticket.type = DESK_ORDER_TYPE_MARKET;
      scene.ticket.has_price = FALSE;
      g_assert_cmpint (check (&scene), ==, DESK_DENY_USAGE);
    }
}

/* An entry with exits is never taken for one that only reduces. */
static void
test_entry_needs_arming (void)
{
  Scene scene;

  scene_init (&scene);
  scene.in.position = -5;
  scene.in.armed = FALSE;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_NONE);
  scene.in.role = DESK_ROLE_ENTRY;
  g_assert_cmpint (check (&scene), ==, DESK_DENY_DISARMED);
}

void
add_kinds_tests (void)
{
  g_test_add_func ("/core/gate/modify", test_modify);
  g_test_add_func ("/core/gate/exit", test_exit);
  g_test_add_func ("/core/gate/kinds", test_kinds);
  g_test_add_func ("/core/gate/exits", test_exits);
  g_test_add_func ("/core/gate/entry-needs-arming", test_entry_needs_arming);
}
