/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-feed-private.h"

#define SET_INT(name, field, value) dtc_message_set_int (&feed->message, DTC_MARKET_ORDERS_##name##_F_##field, value)
#define SET_DOUBLE(name, field, value) \
  dtc_message_set_double (&feed->message, DTC_MARKET_ORDERS_##name##_F_##field, value)

static int
wire_side (int side)
{
  return side == DTC_BUY ? DTC_AT_BID : DTC_AT_ASK;
}

static void
build_add (SimFeed         *feed,
           const SimMarket *market,
           const SimQueued *order,
           gint64           now)
{
  dtc_message_init (&feed->message, DTC_MSG_MARKET_ORDERS_ADD);
  SET_INT (ADD, SIDE, wire_side (order->side));
  SET_INT (ADD, QUANTITY, order->quantity);
  SET_DOUBLE (ADD, PRICE, sim_instrument_to_wire (market->instrument, (double) order->price));
  SET_INT (ADD, ORDER_ID, (gint64) order->id);
  SET_INT (ADD, DATE_TIME, now);
}

static void
build_modify (SimFeed         *feed,
              const SimMarket *market,
              const SimQueued *order,
              const SimQueued *prior,
              gint64           now)
{
  dtc_message_init (&feed->message, DTC_MSG_MARKET_ORDERS_MODIFY);
  SET_INT (MODIFY, SIDE, wire_side (order->side));
  SET_INT (MODIFY, QUANTITY, order->quantity);
  SET_DOUBLE (MODIFY, PRICE, sim_instrument_to_wire (market->instrument, (double) order->price));
  SET_INT (MODIFY, ORDER_ID, (gint64) order->id);
  SET_DOUBLE (MODIFY, PRIOR_PRICE, sim_instrument_to_wire (market->instrument, (double) prior->price));
  SET_INT (MODIFY, PRIOR_QUANTITY, prior->quantity);
  SET_INT (MODIFY, PRIOR_ORDER_ID, (gint64) prior->id);
  SET_INT (MODIFY, DATE_TIME, now);
}

static void
build_remove (SimFeed         *feed,
              const SimMarket *market,
              const SimQueued *order,
              gint64           now)
{
  dtc_message_init (&feed->message, DTC_MSG_MARKET_ORDERS_REMOVE);
  SET_INT (REMOVE, QUANTITY, order->quantity);
  SET_DOUBLE (REMOVE, PRICE, sim_instrument_to_wire (market->instrument, (double) order->price));
  SET_INT (REMOVE, ORDER_ID, (gint64) order->id);
  SET_INT (REMOVE, SIDE, wire_side (order->side));
  SET_INT (REMOVE, DATE_TIME, now);
}

/* Tells feed->message to who wants orders of @quantity. */
static void
tell (SimFeed *feed,
      SimTape *tape,
      gint64   quantity)
{
  guint i;

  sim_feed_begin (feed);
  for (i = tape->subscriptions->len; i > 0; i--)
    {
      const SimSubscription *subscription = g_ptr_array_index (tape->subscriptions, i - 1);

      if (!subscription->orders || quantity < subscription->smallest
          || sim_feed_send_cached (feed, subscription, 0))
        continue;
      /* Each of these messages begins with the SymbolID. */
      dtc_message_set_int (&feed->message, DTC_MARKET_ORDERS_ADD_F_SYMBOL_ID, subscription->id);
      sim_feed_send (feed, subscription, 0);
    }
}

static void
collect (gpointer data,
         gpointer user_data)
{
  const SimBookEntry *entry = data;
  SimQueued           order = { entry->id, entry->side, entry->price, entry->quantity };

  g_array_append_val ((GArray *) user_data, order);
}

static const SimQueued *
find (const GArray *orders,
      GHashTable   *index,
      guint64       id)
{
  gpointer place = g_hash_table_lookup (index, &id);

  return place ? &g_array_index (orders, SimQueued, GPOINTER_TO_UINT (place) - 1) : NULL;
}

static GHashTable *
index_orders (const GArray *orders)
{
  GHashTable *index = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint       i;

  for (i = 0; i < orders->len; i++)
    g_hash_table_insert (index, &g_array_index (orders, SimQueued, i).id, GUINT_TO_POINTER (i + 1));
  return index;
}

void
sim_feed_update_orders (SimFeed *feed,
                        SimTape *tape,
                        gint64   now)
{
  GArray                 *orders = g_array_new (FALSE, FALSE, sizeof (SimQueued));
  g_autoptr (GArray)      told = g_steal_pointer (&tape->orders);
  g_autoptr (GHashTable)  before = NULL;
  g_autoptr (GHashTable)  after = NULL;
  guint                   i;

  sim_book_foreach (tape->market->book, DTC_BUY, collect, orders);
  sim_book_foreach (tape->market->book, DTC_SELL, collect, orders);
  tape->orders = orders;
  if (!told)
    return;
  before = index_orders (told);
  after = index_orders (orders);
  for (i = 0; i < told->len; i++)
    {
      const SimQueued *order = &g_array_index (told, SimQueued, i);

      if (find (orders, after, order->id))
        continue;
      build_remove (feed, tape->market, order, now);
      tell (feed, tape, G_MAXINT64);
    }
  for (i = 0; i < orders->len; i++)
    {
      const SimQueued *order = &g_array_index (orders, SimQueued, i);
      const SimQueued *prior = find (told, before, order->id);

      if (prior && prior->price == order->price && prior->quantity == order->quantity)
        continue;
      if (prior)
        build_modify (feed, tape->market, order, prior, now);
      else
        build_add (feed, tape->market, order, now);
      tell (feed, tape, prior ? MAX (prior->quantity, order->quantity) : order->quantity);
    }
}

static void
send_boundary (SimFeed               *feed,
               const SimSubscription *subscription,
               int                    boundary)
{
  dtc_message_init (&feed->message, DTC_MSG_MARKET_ORDERS_SNAPSHOT_MESSAGE_BOUNDARY);
  SET_INT (SNAPSHOT_MESSAGE_BOUNDARY, SYMBOL_ID, subscription->id);
  SET_INT (SNAPSHOT_MESSAGE_BOUNDARY, MESSAGE_BOUNDARY, boundary);
  sim_client_send (subscription->viewer->client, &feed->message);
}

void
sim_feed_send_orders (SimFeed               *feed,
                      const SimSubscription *subscription,
                      gint64                 now)
{
  const SimTape *tape = subscription->tape;
  guint          i;

  send_boundary (feed, subscription, DTC_MESSAGE_SET_BOUNDARY_BEGIN);
  for (i = 0; i < tape->orders->len; i++)
    {
      const SimQueued *order = &g_array_index (tape->orders, SimQueued, i);

      if (order->quantity < subscription->smallest)
        continue;
      build_add (feed, tape->market, order, now);
      SET_INT (ADD, SYMBOL_ID, subscription->id);
      sim_client_send (subscription->viewer->client, &feed->message);
    }
  send_boundary (feed, subscription, DTC_MESSAGE_SET_BOUNDARY_END);
}
