/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "sim-fixture.h"

/* Pairs of which one order cancels the other, and brackets. */

/* The order with the @back-th newest ClientOrderID. */
static SimOrder *
newest (Fixture *f,
        guint    back)
{
  g_autofree char *id = g_strdup_printf ("T-%u", f->next_id - back);

  return fixture_order (f, id);
}

static void
assert_update (Fixture *f,
               guint    index,
               int      reason,
               int      status,
               double   quantity)
{
  const DtcOrderUpdate *update = fixture_update (f, index);

  g_assert_cmpint (update->order_update_reason, ==, reason);
  g_assert_cmpint (update->order_status, ==, status);
  g_assert_cmpfloat (update->order_quantity, ==, quantity);
}

static FixturePair
exits (const char *parent,
       double      quantity)
{
  return (FixturePair) { .symbol = "ESZ6", .account = "SIM1", .parent = parent, .sides = { DTC_SELL, DTC_SELL },
                         .types = { DTC_ORDER_TYPE_LIMIT, DTC_ORDER_TYPE_STOP },
                         .quantities = { quantity, quantity }, .prices = { 5002, 4998 } };
}

static void
fill (Fixture        *f,
      const SimOrder *order,
      gint64          quantity)
{
  g_assert_null (sim_exchange_fill (f->exchange, order->server_id, quantity, f->now));
  sim_exchange_finish (f->exchange, f->now);
}

static void
cancel (Fixture        *f,
        const SimOrder *order)
{
  fixture_cancel (f, order->server_id, order->client_id, order->account);
}

static void
test_pair (Fixture      *f,
           gconstpointer data)
{
  FixturePair pair = exits (NULL, 5);
  SimOrder   *one, *two;

  fixture_submit_pair (f, &pair);
  one = newest (f, 1);
  two = newest (f, 0);
  assert_update (f, 0, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 5);
  assert_update (f, 1, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 5);
  g_assert_cmpstr (fixture_update (f, 0)->oco_linked_order_server_order_id, ==, two->server_id);
  g_assert_cmpstr (fixture_update (f, 1)->oco_linked_order_server_order_id, ==, one->server_id);
  g_assert_cmpstr (one->server_id, !=, two->server_id);
  /* Part of one takes as much off the other. */
  fixture_forget (f);
  fill (f, one, 2);
  assert_update (f, 0, DTC_ORDER_FILLED_PARTIALLY, DTC_ORDER_STATUS_PARTIALLY_FILLED, 5);
  assert_update (f, 1, DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_OPEN, 3);
  fixture_forget (f);
  fill (f, one, 3);
  assert_update (f, 0, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED, 5);
  assert_update (f, 1, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, 3);
  /* Cancelling one cancels the other. */
  fixture_submit_pair (f, &pair);
  fixture_forget (f);
  cancel (f, newest (f, 0));
  g_assert_cmpint (newest (f, 1)->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpuint (fixture_n_updates (f), ==, 2);
  /* Handling 2: part of one ends the other. */
  pair.partial_fill = DTC_PARTIAL_FILL_HANDLING_IMMEDIATE_CANCEL;
  fixture_submit_pair (f, &pair);
  fill (f, newest (f, 1), 1);
  g_assert_cmpint (newest (f, 0)->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (newest (f, 1)->status, ==, DTC_ORDER_STATUS_PARTIALLY_FILLED);
}

/* One leg is wrong: both are refused, in two updates. */
static void
test_refused_pair (Fixture      *f,
                   gconstpointer data)
{
  FixturePair wrong[5];
  guint       i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++)
    wrong[i] = exits (NULL, 5);
  wrong[0].prices[1] = 4998.1;
  wrong[1].quantities[0] = 0;
  wrong[2].types[1] = 9;
  wrong[3].partial_fill = 3;
  wrong[4].parent = "nobody";
  for (i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      fixture_forget (f);
      fixture_submit_pair (f, &wrong[i]);
      g_assert_cmpuint (fixture_n_updates (f), ==, 2);
      assert_update (f, 0, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED, wrong[i].quantities[0]);
      assert_update (f, 1, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED, wrong[i].quantities[1]);
      g_assert_cmpstr (fixture_update (f, 0)->client_order_id, !=, fixture_update (f, 1)->client_order_id);
      g_assert_cmpstr (fixture_update (f, 0)->info_text, !=, "");
      g_assert_cmpuint (f->exchange->working->len, ==, 0);
    }
}

static void
test_bracket (Fixture      *f,
              gconstpointer data)
{
  const char *parent_id = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 5, 4999.25, 0,
                                                  TRUE);
  FixturePair pair = exits (parent_id, 5);
  SimOrder   *parent, *target, *stop;

  /* It is held, and nobody is told of it. */
  g_assert_cmpuint (f->told->len, ==, 0);
  g_assert_cmpuint (f->exchange->working->len, ==, 0);
  fixture_submit_pair (f, &pair);
  parent = newest (f, 2);
  target = newest (f, 1);
  stop = newest (f, 0);
  assert_update (f, 0, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 5);
  assert_update (f, 1, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_PENDING_CHILD, 5);
  assert_update (f, 2, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_PENDING_CHILD, 5);
  g_assert_cmpstr (fixture_update (f, 1)->parent_server_order_id, ==, parent->server_id);
  g_assert_cmpstr (fixture_update (f, 2)->oco_linked_order_server_order_id, ==, target->server_id);
  /* The exits grow with it. */
  fixture_forget (f);
  fill (f, parent, 2);
  assert_update (f, 0, DTC_ORDER_FILLED_PARTIALLY, DTC_ORDER_STATUS_PARTIALLY_FILLED, 5);
  assert_update (f, 1, DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_OPEN, 2);
  assert_update (f, 2, DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_OPEN, 2);
  fill (f, target, 1);
  g_assert_cmpint (stop->quantity, ==, 1);
  fill (f, parent, 2);
  g_assert_cmpint (target->quantity, ==, 4);
  g_assert_cmpint (stop->quantity, ==, 3);
  fill (f, parent, 1);
  g_assert_cmpint (parent->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpint (target->quantity - target->filled, ==, 4);
  g_assert_cmpint (stop->quantity, ==, 4);
  /* One exit cancelled leaves the other; filled, it ends it. */
  fill (f, target, 4);
  g_assert_cmpint (stop->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (sim_account_get_position (parent->holder, parent->instrument)->quantity, ==, 0);
}

static void
test_bracket_ends (Fixture      *f,
                   gconstpointer data)
{
  FixturePair pair = exits (NULL, 2);

  /* Parent cancelled: so are the exits. */
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4999.25, 0, TRUE);
  fixture_submit_pair (f, &pair);
  cancel (f, newest (f, 2));
  g_assert_cmpint (newest (f, 0)->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (newest (f, 1)->status, ==, DTC_ORDER_STATUS_CANCELED);
  /* Partly filled and cancelled: the exits protect what was got. */
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4999.25, 0, TRUE);
  fixture_submit_pair (f, &pair);
  fill (f, newest (f, 2), 1);
  cancel (f, newest (f, 2));
  g_assert_cmpint (newest (f, 0)->status, ==, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpint (newest (f, 0)->quantity, ==, 1);
  /* One exit cancelled leaves the other. */
  cancel (f, newest (f, 1));
  g_assert_cmpint (newest (f, 0)->status, ==, DTC_ORDER_STATUS_OPEN);
  cancel (f, newest (f, 0));
  /* An exit filled whole ends an entry that would go on without one. */
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4999.25, 0, TRUE);
  fixture_submit_pair (f, &pair);
  fill (f, newest (f, 2), 1);
  fill (f, newest (f, 1), 1);
  g_assert_cmpint (newest (f, 2)->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (newest (f, 0)->status, ==, DTC_ORDER_STATUS_CANCELED);
  /* One refused, all refused, and told so. */
  fixture_forget (f);
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4999.25, 0, TRUE);
  pair.prices[0] = 5002.1;
  fixture_submit_pair (f, &pair);
  g_assert_cmpuint (fixture_n_updates (f), ==, 3);
  assert_update (f, 2, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED, 2);
  g_assert_cmpuint (f->exchange->working->len, ==, 0);
  /* A parent refused at once: exits that come later must not live without it. */
  fixture_forget (f);
  pair.prices[0] = 5002;
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4999.3, 0, TRUE);
  g_assert_cmpuint (fixture_n_updates (f), ==, 1);
  fixture_submit_pair (f, &pair);
  g_assert_cmpuint (fixture_n_updates (f), ==, 3);
  g_assert_cmpuint (f->exchange->working->len, ==, 0);
  /* Named without having been a parent: a free pair. */
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4999.25, 0, FALSE);
  fixture_submit_pair (f, &pair);
  g_assert_null (newest (f, 0)->parent);
  g_assert_cmpint (newest (f, 0)->status, ==, DTC_ORDER_STATUS_OPEN);
  cancel (f, newest (f, 0));
  g_assert_cmpint (newest (f, 1)->status, ==, DTC_ORDER_STATUS_CANCELED);
}

static void
test_offsets (Fixture      *f,
              gconstpointer data)
{
  FixturePair pair = exits (NULL, 2);

  pair.prices[0] = pair.prices[1] = 0;
  pair.offsets[0] = 2;
  pair.offsets[1] = 1.5;
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 2, 5000, 0, TRUE);
  fixture_submit_pair (f, &pair);
  assert_update (f, 1, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_PENDING_CHILD, 2);
  g_assert_cmpfloat (fixture_update (f, 1)->price1, ==, 5002);
  g_assert_cmpfloat (fixture_update (f, 2)->price1, ==, 4998.5);
  /* It was filled at 5000.25, and the exits are measured from there. */
  g_assert_cmpint (newest (f, 1)->price1, ==, 20009);
  g_assert_cmpint (newest (f, 0)->price1, ==, 19995);
  cancel (f, newest (f, 0));
  cancel (f, newest (f, 1));
  pair.maintain = TRUE;
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 2, 5000, 0, TRUE);
  fixture_submit_pair (f, &pair);
  g_assert_cmpint (newest (f, 1)->price1, ==, 20008);
  g_assert_cmpint (newest (f, 0)->price1, ==, 19994);
  cancel (f, newest (f, 0));
  cancel (f, newest (f, 1));
  fixture_forget (f);
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 2, 0, 0, TRUE);
  fixture_submit_pair (f, &pair); /* no price to measure from */
  g_assert_cmpuint (fixture_n_updates (f), ==, 3);
  assert_update (f, 0, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED, 2);
}

static void
test_changes (Fixture      *f,
              gconstpointer data)
{
  FixturePair pair = exits (NULL, 4);
  SimOrder   *parent, *target, *stop;

  f->options->move_exits = TRUE;
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 4, 4999.25, 0, TRUE);
  fixture_submit_pair (f, &pair);
  parent = newest (f, 2);
  target = newest (f, 1);
  stop = newest (f, 0);
  fixture_replace (f, parent->server_id, 5000, 0, 6);
  g_assert_cmpint (target->quantity, ==, 6);
  g_assert_cmpint (stop->quantity, ==, 6);
  g_assert_cmpint (target->price1, ==, 20011);
  g_assert_cmpint (stop->price1, ==, 19995);
  /* What an exit covers is not its own choice while it waits, and never more than there is. */
  fixture_replace (f, target->server_id, 0, 0, 5);
  g_assert_cmpint (target->quantity, ==, 6);
  fixture_replace (f, target->server_id, 5004, 0, 0);
  g_assert_cmpint (target->price1, ==, 5004 * 4);
  fill (f, parent, 3);
  fixture_replace (f, target->server_id, 0, 0, 4);
  g_assert_cmpint (target->quantity, ==, 3);
  fixture_replace (f, target->server_id, 0, 0, 2);
  g_assert_cmpint (target->quantity, ==, 2);
  g_assert_cmpint (stop->quantity, ==, 3);
}

static void
test_strict (Fixture      *f,
             gconstpointer data)
{
  FixturePair      pair = exits (NULL, 2);
  g_autofree char *parent = NULL;

  f->options->strict_brackets = TRUE;
  pair.parent = fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4990, 0, TRUE);
  fixture_submit_pair (f, &pair);
  g_assert_cmpuint (f->exchange->working->len, ==, 3);
  fixture_forget (f);
  parent = g_strdup (fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4990, 0, TRUE));
  pair.parent = parent;
  fixture_submit_special (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 7, 4990, 0, FALSE);
  assert_update (f, 0, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED, 2);
  assert_update (f, 1, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 7);
  fixture_submit_pair (f, &pair);
  g_assert_cmpuint (f->exchange->working->len, ==, 4);
}

/* Both orders of a pair rest in one sweep's way: it gets one of them only. */
static void
test_one_sweep (Fixture      *f,
                gconstpointer data)
{
  FixturePair pair = { .symbol = "ESZ6", .account = "SIM1", .sides = { DTC_BUY, DTC_BUY },
                       .types = { DTC_ORDER_TYPE_LIMIT, DTC_ORDER_TYPE_LIMIT }, .quantities = { 5, 5 },
                       .prices = { 4980, 4979.75 } };

  fixture_submit_pair (f, &pair);
  fixture_submit (f, "ESZ6", "SIM2", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 900, 4970, 0, DTC_TIF_IMMEDIATE_OR_CANCEL, 0);
  g_assert_cmpint (newest (f, 2)->filled, ==, 5);
  g_assert_cmpint (newest (f, 1)->filled, ==, 0);
  g_assert_cmpint (newest (f, 1)->status, ==, DTC_ORDER_STATUS_CANCELED);
}

static void
check_bracket (const SimOrder *parent)
{
  const SimOrder *one = parent->exits[0];
  const SimOrder *two = parent->exits[1];
  guint           i;

  if (!one || !two)
    return;
  g_assert_true (one->linked == two && two->linked == one);
  g_assert_cmpint (one->filled + two->filled, <=, parent->filled);
  for (i = 0; i < 2; i++)
    {
      const SimOrder *exit = parent->exits[i];

      g_assert_true (exit->parent == parent);
      if (exit->status == DTC_ORDER_STATUS_PENDING_CHILD)
        {
          g_assert_cmpint (parent->filled, ==, 0);
          g_assert_true (sim_order_is_working (parent)); /* no orphan */
          g_assert_cmpint (exit->quantity, ==, parent->quantity);
        }
      else if (sim_order_is_working (exit))
        g_assert_cmpint (exit->quantity, ==, parent->filled - exit->linked->filled);
      if (exit->status == DTC_ORDER_STATUS_FILLED)
        g_assert_false (sim_order_is_working (parent));
    }
}

static void
check_family (gpointer key,
              gpointer value,
              gpointer user_data)
{
  const SimOrder *order = value;
  GHashTable     *wanted = user_data;

  if (order->exits[0] || order->exits[1])
    check_bracket (order);
  if (!order->linked)
    return;
  if (order->status == DTC_ORDER_STATUS_FILLED)
    g_assert_false (sim_order_is_working (order->linked));
  /* Together they never get more than one of them wanted. */
  if (!order->parent && g_hash_table_contains (wanted, order))
    g_assert_cmpint (order->filled + order->linked->filled, <=,
                     GPOINTER_TO_INT (g_hash_table_lookup (wanted, order)));
}

/* Notes what the orders of a pair want at first. */
static void
note_pairs (Fixture    *f,
            GHashTable *wanted)
{
  guint i;

  for (i = 0; i < f->exchange->working->len; i++)
    {
      SimOrder *order = g_ptr_array_index (f->exchange->working, i);

      if (order->linked && !order->parent && order->filled == 0 && order->linked->filled == 0)
        g_hash_table_insert (wanted, order, GINT_TO_POINTER ((int) order->quantity));
    }
}

static void
test_random (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (GRand)      rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  guint             round, brackets = 0, grown = 0;
  GHashTableIter    iter;
  gpointer          value;

  for (round = 0; round < 1500; round++)
    {
      fixture_random (f, rand);
      fixture_forget (f);
      g_assert_cmpuint (f->exchange->grown.length, ==, 0);
      note_pairs (f, wanted);
      if (round % 5 == 0)
        g_hash_table_foreach (f->exchange->orders, check_family, wanted);
    }
  g_hash_table_iter_init (&iter, f->exchange->orders);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const SimOrder *order = value;

      brackets += order->is_parent;
      grown += order->parent && order->filled > 0;
    }
  g_assert_cmpuint (brackets, >, 30);
  g_assert_cmpuint (grown, >, 10);
}

int
main (int    argc,
      char **argv)
{
  guint seed;

  g_test_init (&argc, &argv, NULL);
  fixture_add ("/sim/pairs/pair", test_pair);
  fixture_add ("/sim/pairs/refused", test_refused_pair);
  fixture_add ("/sim/pairs/bracket", test_bracket);
  fixture_add ("/sim/pairs/bracket-ends", test_bracket_ends);
  fixture_add ("/sim/pairs/offsets", test_offsets);
  fixture_add ("/sim/pairs/changes", test_changes);
  fixture_add ("/sim/pairs/strict", test_strict);
  fixture_add ("/sim/pairs/one-sweep", test_one_sweep);
  for (seed = 1; seed <= 10; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/sim/pairs/random/%u", seed);

      g_test_add (path, Fixture, GUINT_TO_POINTER (seed), fixture_set_up, test_random, fixture_tear_down);
    }
  return g_test_run ();
}
