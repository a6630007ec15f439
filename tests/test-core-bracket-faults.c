/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-world.h"

/* Brackets, pairs and the ways out where the server, the market or the link does something at a bad moment. */

#define SECOND ((gint64) G_USEC_PER_SEC)
#define BRACKET "buy 2 ESZ6 limit 5000 gtc target 5010 stop 4995"

static World *
live_world (gconstpointer data)
{
  World *world = world_new (GPOINTER_TO_INT (data) == 1 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC);

  world_up (world);
  /* The definition is asked for once. */
  world_submit (world, DESK_SIDE_BUY, 1, 4000);
  world_run (world);
  world_command (world, DESK_COMMAND_CANCEL_ALL, NULL);
  world_run (world);
  g_ptr_array_set_size (world->written, 0);
  world->n_writes = 0;
  return world;
}

/* Entry, target, stop of the bracket that was sent last. */
static FakeOrder *
there (World *world,
       guint  which)
{
  return g_ptr_array_index (world->orders, world->orders->len - 3 + which);
}

static FakeOrder *
foreign (World      *world,
         const char *symbol,
         int         side,
         gint64      quantity)
{
  FakeOrder *order = g_new0 (FakeOrder, 1);

  g_snprintf (order->server_id, sizeof order->server_id, "F%u", ++world->next_id);
  g_strlcpy (order->symbol, symbol, sizeof order->symbol);
  order->side = side;
  order->type = DTC_ORDER_TYPE_LIMIT;
  order->price1 = 5100;
  order->tif = DTC_TIF_DAY;
  order->quantity = quantity;
  order->status = DTC_ORDER_STATUS_OPEN;
  g_ptr_array_add (world->orders, order);
  server_say (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  return order;
}

static const DeskPositionState *
position_of (World      *world,
             const char *symbol)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_POSITION && strcmp (event->position.symbol, symbol) == 0)
        return &event->position;
    }
  g_assert_not_reached ();
}

/* The entry was refused and the link goes before its exits are: there is nothing to be afraid of in the entry. */
static void
test_cut_refused (gconstpointer data)
{
  World *world = live_world (data);

  world->auto_accept = FALSE;
  world_line (world, BRACKET);
  world_run (world);
  server_reject (world, there (world, 0), "no");
  world_run (world);
  world_cut (world);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "BRACKET_CUT"), ==, 0);
  world_free (world);
}

/* ---- the worst case ---- */

/* One of a pair never reached the server, the other works: the worst case is what works. */
static void
test_worst_without_trace (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *first;

  if (world->numbering == DTC_NUMBERING_BRIEF)
    {
      world_free (world);
      return; /* there a connection lists the orders once */
    }
  world->silent = TRUE;
  world_line (world, "oco sell 3 ESZ6 limit 5010 stop 4990");
  world_run (world);
  first = g_ptr_array_index (world->orders, world->orders->len - 2);
  world_cut (world);
  first->status = DTC_ORDER_STATUS_CANCELED;
  world->silent = FALSE;
  world_connect (world);
  world_pass (world, 60 * SECOND);
  g_assert_cmpint (world_shown (world, first->client_id)->status, ==, DESK_STATUS_NOT_AT_SERVER);
  g_assert_cmpint (world_shown (world, world_last_at_server (world)->client_id)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (position_of (world, WORLD_SYMBOL)->worst_short, ==, -3);
  world_free (world);
}

/* A server may name any order as the other one of a pair: only two of one position that name each other are one. */
static void
test_worst_odd_pairs (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *other = foreign (world, WORLD_OTHER, DTC_SELL, 5);
  FakeOrder *a = foreign (world, WORLD_SYMBOL, DTC_SELL, 5), *b;

  g_strlcpy (a->sibling, other->server_id, sizeof a->sibling);
  server_say (world, server_update (world, a, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  g_assert_cmpint (position_of (world, WORLD_SYMBOL)->worst_short, ==, -5);

  b = foreign (world, WORLD_SYMBOL, DTC_SELL, 5);
  g_strlcpy (b->sibling, a->server_id, sizeof b->sibling);
  server_say (world, server_update (world, b, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  g_assert_cmpint (position_of (world, WORLD_SYMBOL)->worst_short, ==, -10);

  g_strlcpy (a->sibling, b->server_id, sizeof a->sibling);
  server_say (world, server_update (world, a, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  g_assert_cmpint (position_of (world, WORLD_SYMBOL)->worst_short, ==, -5);

  /* Itself. */
  g_strlcpy (b->sibling, b->server_id, sizeof b->sibling);
  g_strlcpy (b->parent, b->server_id, sizeof b->parent);
  server_say (world, server_update (world, b, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  g_assert_cmpint (position_of (world, WORLD_SYMBOL)->worst_short, ==, -10);
  world_free (world);
}

int
main (int   argc,
      char *argv[])
{
  static const struct { const char *name; GTestDataFunc func; } tests[] = {
    { "cut-refused", test_cut_refused }, { "worst-without-trace", test_worst_without_trace },
    { "worst-odd-pairs", test_worst_odd_pairs },
  };
  guint i;
  int brief;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (tests); i++)
    for (brief = 0; brief < 2; brief++)
      {
        g_autofree char *path = g_strdup_printf ("/core/bracket-faults/%s/%s", brief ? "brief" : "dtc", tests[i].name);

        g_test_add_data_func (path, GINT_TO_POINTER (brief), tests[i].func);
      }
  return g_test_run ();
}
