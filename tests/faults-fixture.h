/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine-world.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static inline World *
up (gconstpointer form)
{
  World *world = world_new_form (form);

  world_up (world);
  return world;
}

/* Ours, at the server, working; what is shown of it is in world_shown (world, order->client_id). */
static inline FakeOrder *
working (World   *world,
         DeskSide side,
         gint64   quantity)
{
  FakeOrder *order = world_place (world, side, quantity, side == DESK_SIDE_BUY ? 4990 : 5010);

  g_assert_cmpint (world_shown (world, order->client_id)->status, ==, DESK_STATUS_WORKING);
  return order;
}

static inline const DeskOrderState *
shown (World           *world,
       const FakeOrder *order)
{
  const DeskOrderState *state = world_shown (world, order->client_id);

  g_assert_nonnull (state);
  return state;
}

/* Contracts of all executions that were told for it, without those that others replaced. */
static inline gint64
booked (World           *world,
        const FakeOrder *order)
{
  g_autoptr (GHashTable) quantities = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value;
  gint64 sum = 0;
  guint i, k;

  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind != DESK_EVENT_FILL || event->restored || strcmp (event->fill.client_order_id, order->client_id) != 0)
        continue;
      g_assert_true (g_hash_table_insert (quantities, (gpointer) event->fill.execution_id, GINT_TO_POINTER ((int) event->fill.quantity)));
      for (k = 0; event->fill.replaces != NULL && event->fill.replaces[k] != NULL; k++)
        g_assert_true (g_hash_table_remove (quantities, event->fill.replaces[k]));
    }
  g_hash_table_iter_init (&iter, quantities);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sum += GPOINTER_TO_INT (value);
  return sum;
}

/* One statement of a fill, as the server's own, and of any values. */
static inline DtcMessage *
fill_of (World           *world,
         const FakeOrder *order,
         int              status,
         double           cumulative,
         double           last,
         const char      *execution)
{
  DtcMessage *message = server_update (world, order, status == DTC_ORDER_STATUS_FILLED ? DTC_ORDER_FILLED : DTC_ORDER_FILLED_PARTIALLY, NULL);

  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, status);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, cumulative);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_REMAINING_QUANTITY, MAX ((double) order->quantity - cumulative, 0));
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, order->price1);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE, order->price1);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, last);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_LAST_FILL_EXECUTION_ID, execution);
  return message;
}

static inline void
feed (World      *world,
      DtcMessage *message)
{
  world_feed (world, message);
  dtc_message_free (message);
  world_settle (world);
}

static inline gboolean
is_doubted (const DeskOrderState *state)
{
  return (state->certainty == DESK_CERTAINTY_UNKNOWN || state->certainty == DESK_CERTAINTY_PROBABLE
          || state->certainty == DESK_CERTAINTY_CONFLICT)
         && state->text != NULL && *state->text != '\0';
}

/* Away, and back at a server that may have changed. */
static inline void
reconnect (World *world)
{
  world_cut (world);
  world_pass (world, SECOND);
  g_queue_clear_full (&world->inbox, message_free);
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
}

static inline guint
n_submits (World *world)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, world->seen);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_assert_cmpuint (GPOINTER_TO_UINT (value), ==, 1);
      n++;
    }
  return n;
}

typedef struct
{
  const char   *name;
  GTestDataFunc func;
} FaultTest;

/* In test-core-faults.c: each in every form. */
void add_fault_tests (const FaultTest *tests, guint n);
void add_answers_tests (void);
