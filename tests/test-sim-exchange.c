/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "sim-fixture.h"

#define NOW_S(f) ((f)->now / G_USEC_PER_SEC)

static void
assert_update (Fixture *f,
               guint    index,
               int      reason,
               int      status,
               double   filled)
{
  const DtcOrderUpdate *update = fixture_update (f, index);

  g_assert_cmpint (update->order_update_reason, ==, reason);
  g_assert_cmpint (update->order_status, ==, status);
  g_assert_cmpfloat (update->filled_quantity, ==, filled);
}

static void
test_market_order (Fixture      *f,
                   gconstpointer data)
{
  const DtcOrderUpdate *update;
  SimMarket            *market = sim_exchange_find_market (f->exchange, "ESZ6");
  SimLevel              before[SIM_DEPTH], after[SIM_DEPTH];
  guint                 i;

  sim_book_depth (market->book, DTC_SELL, before, SIM_DEPTH);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 2, 0, 0, DTC_TIF_DAY, 0);
  assert_update (f, 0, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 0);
  assert_update (f, 1, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED, 2);
  update = fixture_update (f, 1);
  g_assert_cmpfloat (update->average_fill_price, ==, 5000.25);
  g_assert_cmpfloat (update->last_fill_price, ==, 5000.25);
  g_assert_cmpfloat (update->last_fill_quantity, ==, 2);
  g_assert_cmpstr (update->last_fill_execution_id, !=, "");
  g_assert_cmpstr (update->username, ==, "tester");
  g_assert_cmpuint (fixture_n_updates (f), ==, 2);
  /* Frozen: the makers show again what they showed. */
  sim_book_depth (market->book, DTC_SELL, after, SIM_DEPTH);
  for (i = 0; i < SIM_DEPTH; i++)
    {
      g_assert_cmpint (before[i].price, ==, after[i].price);
      g_assert_cmpint (before[i].quantity, ==, after[i].quantity);
    }
}

static void
test_walks_the_book (Fixture      *f,
                     gconstpointer data)
{
  SimMarket            *market = sim_exchange_find_market (f->exchange, "CLZ6");
  const DtcOrderUpdate *update;
  SimLevel              asks[SIM_DEPTH];
  double                filled = 0, value = 0;
  guint                 i;

  sim_book_depth (market->book, DTC_SELL, asks, SIM_DEPTH);
  fixture_submit (f, "CLZ6", "SIM1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 100, 0, 0, DTC_TIF_DAY, 0);
  for (i = 0; filled < 100; i++)
    {
      double take = MIN (100 - filled, (double) asks[i].quantity);

      filled += take;
      value += take * (double) asks[i].price;
      update = fixture_update (f, i + 1);
      g_assert_cmpfloat (update->last_fill_price, ==, (double) asks[i].price); /* cents on the wire */
      g_assert_cmpfloat (update->last_fill_quantity, ==, take);
      g_assert_cmpfloat_with_epsilon (update->average_fill_price, value / filled, 1e-9);
      assert_update (f, i + 1, filled < 100 ? DTC_ORDER_FILLED_PARTIALLY : DTC_ORDER_FILLED,
                     filled < 100 ? DTC_ORDER_STATUS_PARTIALLY_FILLED : DTC_ORDER_STATUS_FILLED, filled);
    }
  g_assert_cmpuint (i, >, 2);
  /* More than there is: the rest is cancelled, and what was filled stays. */
  fixture_forget (f);
  fixture_submit (f, "CLZ6", "SIM1", DTC_ORDER_TYPE_MARKET, DTC_SELL, 1000, 0, 0, DTC_TIF_DAY, 0);
  update = fixture_update (f, SIM_DEPTH + 1);
  g_assert_cmpint (update->order_status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpfloat (update->filled_quantity, >, 100);
}

static void
test_partial_rests (Fixture      *f,
                    gconstpointer data)
{
  SimMarket *market = sim_exchange_find_market (f->exchange, "ESZ6");
  SimOrder  *order;
  SimLevel   ask;
  gint64     bid;

  sim_book_depth (market->book, DTC_SELL, &ask, 1);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 100, 5000.25, 0, DTC_TIF_GOOD_TILL_CANCELED, 0);
  assert_update (f, 1, DTC_ORDER_FILLED_PARTIALLY, DTC_ORDER_STATUS_PARTIALLY_FILLED, (double) ask.quantity);
  order = g_ptr_array_index (f->exchange->working, 0);
  g_assert_cmpint (order->entry->quantity, ==, 100 - ask.quantity);
  /* The makers stay away from it while the market is frozen, and run into it when it moves up. */
  g_assert_true (sim_book_best (market->book, DTC_BUY, &bid));
  g_assert_cmpint (bid, ==, 20001);
  sim_exchange_finish (f->exchange, f->now);
  g_assert_cmpint (order->filled, ==, ask.quantity);
  while (order->status == DTC_ORDER_STATUS_PARTIALLY_FILLED)
    sim_exchange_step (f->exchange, f->now++);
  g_assert_cmpint (order->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpint (order->value, ==, 100 * 20001);
}

static void
test_time_in_force (Fixture      *f,
                    gconstpointer data)
{
  SimMarket *market = sim_exchange_find_market (f->exchange, "ESZ6");
  SimLevel   ask;

  sim_book_depth (market->book, DTC_SELL, &ask, 1);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, (double) ask.quantity + 1, 5000.25, 0,
                  DTC_TIF_IMMEDIATE_OR_CANCEL, 0);
  assert_update (f, 1, DTC_ORDER_FILLED_PARTIALLY, DTC_ORDER_STATUS_PARTIALLY_FILLED, (double) ask.quantity);
  assert_update (f, 2, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, (double) ask.quantity);
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, (double) ask.quantity + 1, 5000.25, 0,
                  DTC_TIF_FILL_OR_KILL, 0);
  assert_update (f, 0, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 0);
  assert_update (f, 1, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, 0);
  g_assert_cmpuint (fixture_n_updates (f), ==, 2);
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, (double) ask.quantity, 5000.25, 0,
                  DTC_TIF_FILL_OR_KILL, 0);
  assert_update (f, 1, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED, (double) ask.quantity);

  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990, 0, DTC_TIF_DAY, 0);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990, 0, DTC_TIF_GOOD_TILL_CANCELED, 0);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990, 0, DTC_TIF_GOOD_TILL_DATE_TIME,
                  NOW_S (f) + 10);
  g_assert_cmpuint (f->exchange->working->len, ==, 3);
  f->now += 9 * G_USEC_PER_SEC;
  sim_exchange_expire (f->exchange, f->now);
  g_assert_cmpuint (f->exchange->working->len, ==, 3);
  fixture_forget (f);
  f->now += G_USEC_PER_SEC;
  sim_exchange_expire (f->exchange, f->now);
  assert_update (f, 0, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, 0);
  g_assert_cmpstr (fixture_update (f, 0)->info_text, !=, "");
  fixture_forget (f);
  f->now = sim_exchange_session_end (f->exchange, f->now) - 1;
  sim_exchange_expire (f->exchange, f->now);
  g_assert_cmpuint (f->exchange->working->len, ==, 2);
  f->now++;
  sim_exchange_expire (f->exchange, f->now);
  g_assert_cmpuint (f->exchange->working->len, ==, 1);
  assert_update (f, 0, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, 0);
}

static void
test_stops (Fixture      *f,
            gconstpointer data)
{
  SimOrder *sell_stop, *stop_limit;

  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_STOP, DTC_SELL, 1, 4999, 0, DTC_TIF_DAY, 0);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_STOP_LIMIT, DTC_BUY, 1, 5000.75, 5000.5, DTC_TIF_DAY, 0);
  sell_stop = g_ptr_array_index (f->exchange->working, 0);
  stop_limit = g_ptr_array_index (f->exchange->working, 1);
  g_assert_null (sell_stop->entry);
  /* A sweep that trades at 5000.75 touches the stop-limit, whose limit is then below the market. */
  fixture_submit (f, "ESZ6", "SIM2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1000, 5000.75, 0, DTC_TIF_IMMEDIATE_OR_CANCEL, 0);
  g_assert_true (stop_limit->triggered);
  g_assert_cmpint (stop_limit->status, ==, DTC_ORDER_STATUS_OPEN);
  g_assert_nonnull (stop_limit->entry);
  g_assert_false (sell_stop->triggered);
  /* A sweep down to 4999 triggers the stop, which sells at the market. */
  fixture_submit (f, "ESZ6", "SIM2", DTC_ORDER_TYPE_LIMIT, DTC_SELL, 1000, 4999, 0, DTC_TIF_IMMEDIATE_OR_CANCEL, 0);
  g_assert_cmpint (sell_stop->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpint (sell_stop->value, <, 4999 * 4 + 1);
  /* One that the market has passed already starts at once. */
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_STOP, DTC_BUY, 1, 4000, 0, DTC_TIF_DAY, 0);
  assert_update (f, 0, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 0);
  assert_update (f, 1, DTC_GENERAL_ORDER_UPDATE, DTC_ORDER_STATUS_OPEN, 0);
  assert_update (f, 2, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED, 1);
}

typedef struct
{
  const char *symbol;
  const char *account;
  int         type;
  int         side;
  double      quantity;
  double      price1;
  double      price2;
  int         tif;
} Wrong;

static void
test_refusals (Fixture      *f,
               gconstpointer data)
{
  static const Wrong wrong[] = {
    { "NOPE", "SIM1", 1, 1, 1, 0, 0, 1 },
    { "", "SIM1", 1, 1, 1, 0, 0, 1 },
    { "ESZ6", "", 1, 1, 1, 0, 0, 1 },
    { "ESZ6", "SIM3", 1, 1, 1, 0, 0, 1 },
    { "ESZ6", "SIM1", 0, 1, 1, 0, 0, 1 },
    { "ESZ6", "SIM1", 5, 1, 1, 0, 0, 1 },
    { "ESZ6", "SIM1", 6, 1, 1, 5000, 5000.1, 1 },
    { "ESZ6", "SIM1", 99, 1, 1, 5000, 0, 1 },
    { "ESZ6", "SIM1", 1, 0, 1, 0, 0, 1 },
    { "ESZ6", "SIM1", 1, 3, 1, 0, 0, 1 },
    { "ESZ6", "SIM1", 1, 1, 0, 0, 0, 1 },
    { "ESZ6", "SIM1", 1, 1, -1, 0, 0, 1 },
    { "ESZ6", "SIM1", 1, 1, 1.5, 0, 0, 1 },
    { "ESZ6", "SIM1", 1, 1, 1001, 0, 0, 1 },
    { "ESZ6", "SIM1", 1, 1, 1e300, 0, 0, 1 },
    { "ESZ6", "SIM1", 2, 1, 1, 0, 0, 1 },
    { "ESZ6", "SIM1", 2, 1, 1, 5000.1, 0, 1 },
    { "ESZ6", "SIM1", 2, 1, 1, -5000, 0, 1 },
    { "ESZ6", "SIM1", 2, 1, 1, 1e300, 0, 1 },
    { "CLZ6", "SIM1", 2, 1, 1, 70.12, 0, 1 },
    { "ZNZ6", "SIM1", 2, 1, 1, 110.01, 0, 1 },
    { "ESZ6", "SIM1", 4, 1, 1, 5010, 0, 1 },
    { "ESZ6", "SIM1", 4, 1, 1, 0, 5010, 1 },
    { "ESZ6", "SIM1", 1, 1, 1, 0, 0, 9 },
    { "ESZ6", "SIM1", 2, 1, 1, 4990, 0, 3 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      const Wrong          *w = &wrong[i];
      const DtcOrderUpdate *update;
      const char           *id;

      fixture_forget (f);
      id = fixture_submit (f, w->symbol, w->account, w->type, w->side, w->quantity, w->price1, w->price2, w->tif, 0);
      assert_update (f, 0, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED, 0);
      update = fixture_update (f, 0);
      g_assert_cmpstr (update->client_order_id, ==, id);
      g_assert_cmpstr (update->server_order_id, ==, "");
      g_assert_cmpstr (update->info_text, !=, "");
      g_assert_cmpuint (fixture_n_updates (f), ==, 1);
      g_assert_cmpuint (g_hash_table_size (f->exchange->orders), ==, 0);
      /* Its id is used up all the same. */
      f->next_id--;
      fixture_forget (f);
      fixture_submit (f, "ESZ6", "SIM1", 1, 1, 1, 0, 0, 1, 0);
      assert_update (f, 0, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED, 0);
    }
  g_assert_cmpuint (f->exchange->fills->len, ==, 0);
  /* The next session may use it again. */
  f->now = sim_exchange_session_end (f->exchange, f->now);
  f->next_id--;
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", 1, 1, 1, 0, 0, 1, 0);
  assert_update (f, 0, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 0);
}

static void
test_reject_rate (Fixture      *f,
                  gconstpointer data)
{
  guint refused = 0;
  guint i;

  f->options->reject_rate = 0.25;
  for (i = 0; i < 400; i++)
    {
      fixture_forget (f);
      fixture_submit (f, "ESZ6", "SIM1", DTC_ORDER_TYPE_MARKET, i % 2 ? DTC_BUY : DTC_SELL, 1, 0, 0, DTC_TIF_DAY, 0);
      if (fixture_update (f, 0)->order_update_reason == DTC_NEW_ORDER_REJECTED)
        {
          refused++;
          g_assert_cmpstr (fixture_update (f, 0)->info_text, ==, f->options->reject_text);
        }
    }
  g_assert_cmpuint (refused, >, 60);
  g_assert_cmpuint (refused, <, 140);
}

static void
test_cancel (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *server_id = NULL;
  g_autofree char *client_id = NULL;

  client_id = g_strdup (fixture_submit (f, "ESZ6", "SIM1", 2, 1, 5, 4990, 0, 1, 0));
  server_id = g_strdup (fixture_update (f, 0)->server_order_id);
  fixture_forget (f);
  fixture_cancel (f, server_id, "OTHER", "SIM1");
  assert_update (f, 0, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_OPEN, 0);
  fixture_forget (f);
  fixture_cancel (f, server_id, client_id, "SIM2");
  assert_update (f, 0, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_OPEN, 0);
  fixture_forget (f);
  fixture_cancel (f, "nothing", client_id, "SIM1");
  assert_update (f, 0, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_REJECTED, 0);
  g_assert_cmpstr (fixture_update (f, 0)->server_order_id, ==, "");
  g_assert_cmpstr (fixture_update (f, 0)->client_order_id, ==, client_id);
  fixture_forget (f);
  fixture_cancel (f, "", client_id, "SIM1");
  assert_update (f, 0, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_REJECTED, 0);
  fixture_forget (f);
  fixture_cancel (f, server_id, client_id, "SIM1");
  assert_update (f, 0, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, 0);
  fixture_forget (f);
  fixture_cancel (f, server_id, client_id, "SIM1");
  assert_update (f, 0, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_CANCELED, 0);
  fixture_forget (f);
  fixture_submit (f, "ESZ6", "SIM1", 1, 1, 1, 0, 0, 1, 0);
  g_free (server_id);
  server_id = g_strdup (fixture_update (f, 0)->server_order_id);
  fixture_forget (f);
  fixture_cancel (f, server_id, "", "");
  assert_update (f, 0, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_FILLED, 1);
}

static void
test_replace (Fixture      *f,
              gconstpointer data)
{
  SimMarket       *market = sim_exchange_find_market (f->exchange, "ESZ6");
  g_autofree char *id = NULL;
  SimOrder        *order;
  SimLevel         ask;

  sim_book_depth (market->book, DTC_SELL, &ask, 1);
  fixture_submit (f, "ESZ6", "SIM1", 2, 1, (double) ask.quantity + 5, 5000.25, 0, 1, 0);
  order = g_ptr_array_index (f->exchange->working, 0);
  id = g_strdup (order->server_id);
  fixture_forget (f);
  fixture_replace (f, id, 0, 0, (double) ask.quantity); /* as much as is filled */
  assert_update (f, 0, DTC_ORDER_CANCEL_REPLACE_REJECTED, DTC_ORDER_STATUS_PARTIALLY_FILLED, (double) ask.quantity);
  fixture_forget (f);
  fixture_replace (f, id, 0, 0, (double) ask.quantity + 1); /* the total, what is filled included */
  assert_update (f, 0, DTC_ORDER_CANCEL_REPLACE_COMPLETE, DTC_ORDER_STATUS_PARTIALLY_FILLED, (double) ask.quantity);
  g_assert_cmpint (order->entry->quantity, ==, 1);
  g_assert_cmpint (order->price1, ==, 20001);
  fixture_forget (f);
  fixture_replace (f, id, 4990.1, 0, 0);
  assert_update (f, 0, DTC_ORDER_CANCEL_REPLACE_REJECTED, DTC_ORDER_STATUS_PARTIALLY_FILLED, (double) ask.quantity);
  fixture_replace (f, id, 4990, 0, 0);
  g_assert_cmpint (order->price1, ==, 4990 * 4);
  g_assert_cmpint (order->entry->quantity, ==, 1);
  fixture_forget (f);
  fixture_replace (f, id, 5001, 0, 0); /* through the market */
  assert_update (f, 0, DTC_ORDER_CANCEL_REPLACE_COMPLETE, DTC_ORDER_STATUS_PARTIALLY_FILLED, (double) ask.quantity);
  assert_update (f, 1, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED, (double) ask.quantity + 1);
  fixture_forget (f);
  fixture_replace (f, id, 5001, 0, 0);
  assert_update (f, 0, DTC_ORDER_CANCEL_REPLACE_REJECTED, DTC_ORDER_STATUS_FILLED, (double) ask.quantity + 1);
  fixture_forget (f);
  fixture_replace (f, "nothing", 5001, 0, 0);
  assert_update (f, 0, DTC_ORDER_CANCEL_REPLACE_REJECTED, DTC_ORDER_STATUS_REJECTED, 0);
}

/* In the published numbering an absent Price1IsSet is a 1, so an absent price is a price of 0. */
static void
test_replace_flags (Fixture      *f,
                    gconstpointer data)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;
  SimOrder           *order;

  fixture_submit (f, "ESZ6", "SIM1", 2, 1, 5, 4990, 0, 1, 0);
  order = g_ptr_array_index (f->exchange->working, 0);
  dtc_message_init (&m, DTC_MSG_CANCEL_REPLACE_ORDER);
  dtc_message_set_string (&m, DTC_CANCEL_REPLACE_ORDER_F_SERVER_ORDER_ID, order->server_id);
  dtc_message_set_double (&m, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY, 3);
  fixture_forget (f);
  sim_exchange_replace (f->exchange, NULL, &m, f->now);
  assert_update (f, 0, DTC_ORDER_CANCEL_REPLACE_REJECTED, DTC_ORDER_STATUS_OPEN, 0);
  f->options->numbering = DTC_NUMBERING_BRIEF;
  fixture_forget (f);
  sim_exchange_replace (f->exchange, NULL, &m, f->now);
  assert_update (f, 0, DTC_ORDER_CANCEL_REPLACE_COMPLETE, DTC_ORDER_STATUS_OPEN, 0);
  g_assert_cmpint (order->quantity, ==, 3);
  g_assert_cmpint (order->price1, ==, 4990 * 4);
}

static void
test_new_id (Fixture      *f,
             gconstpointer data)
{
  g_autofree char      *old = NULL;
  const DtcOrderUpdate *update;

  f->options->new_id_on_replace = TRUE;
  fixture_submit (f, "ESZ6", "SIM1", 2, 1, 5, 4990, 0, 1, 0);
  old = g_strdup (fixture_update (f, 0)->server_order_id);
  fixture_forget (f);
  fixture_replace (f, old, 4991, 0, 0);
  update = fixture_update (f, 0);
  g_assert_cmpstr (update->previous_server_order_id, ==, old);
  g_assert_cmpstr (update->server_order_id, !=, old);
  fixture_cancel (f, old, "", "");
  assert_update (f, 1, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_REJECTED, 0);
  fixture_cancel (f, update->server_order_id, "", "");
  assert_update (f, 2, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED, 0);
  g_assert_cmpstr (fixture_update (f, 2)->previous_server_order_id, ==, "");
}

static void
test_queue_place (Fixture      *f,
                  gconstpointer data)
{
  SimOrder *first, *second, *third;

  fixture_submit (f, "ESZ6", "SIM1", 2, 1, 5, 4980, 0, 1, 0);
  fixture_submit (f, "ESZ6", "SIM1", 2, 1, 5, 4980, 0, 1, 0);
  fixture_submit (f, "ESZ6", "SIM1", 2, 1, 5, 4980, 0, 1, 0);
  first = g_ptr_array_index (f->exchange->working, 0);
  second = g_ptr_array_index (f->exchange->working, 1);
  third = g_ptr_array_index (f->exchange->working, 2);
  fixture_replace (f, first->server_id, 0, 0, 6);  /* more: to the end */
  fixture_replace (f, second->server_id, 0, 0, 4); /* less: keeps its place */
  fixture_submit (f, "ESZ6", "SIM2", 2, 2, 1000, 4980, 0, DTC_TIF_IMMEDIATE_OR_CANCEL, 0);
  g_assert_cmpint (second->status, ==, DTC_ORDER_STATUS_FILLED);
  g_assert_true (g_queue_index (&f->exchange->done, second) < g_queue_index (&f->exchange->done, third));
  g_assert_true (g_queue_index (&f->exchange->done, third) < g_queue_index (&f->exchange->done, first));
}

static void
test_flatten (Fixture      *f,
              gconstpointer data)
{
  fixture_flatten (f, "ESZ6", "SIM1");
  assert_update (f, 0, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED, 0);
  fixture_submit (f, "ESZ6", "SIM1", 1, DTC_SELL, 3, 0, 0, 1, 0);
  fixture_submit (f, "ESZ6", "SIM1", 2, DTC_BUY, 1, 4990, 0, 1, 0);
  fixture_forget (f);
  fixture_flatten (f, "ESZ6", "SIM1");
  assert_update (f, 0, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN, 0);
  assert_update (f, 1, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED, 3);
  g_assert_cmpint (fixture_update (f, 0)->buy_sell, ==, DTC_BUY);
  g_assert_cmpuint (f->exchange->working->len, ==, 1);
}

static void
check_order (gpointer key,
             gpointer value,
             gpointer user_data)
{
  Fixture        *f = user_data;
  const SimOrder *order = value;
  gint64          filled = 0, money = 0;
  guint           i;

  g_assert_cmpstr (key, ==, order->server_id);
  for (i = 0; i < f->exchange->fills->len; i++)
    {
      const SimFill *fill = g_ptr_array_index (f->exchange->fills, i);

      if (strcmp (fill->server_id, order->server_id) != 0)
        continue;
      filled += fill->quantity;
      money += fill->quantity * fill->price;
      g_assert_cmpint (fill->side, ==, order->side);
      g_assert_cmpstr (fill->account, ==, order->account);
    }
  g_assert_cmpint (filled, ==, order->filled);
  g_assert_cmpint (money, ==, order->value);
  g_assert_cmpint (filled, <=, order->quantity);
  g_assert_cmpint (order->status == DTC_ORDER_STATUS_FILLED, ==, filled == order->quantity);
  if (!sim_order_is_working (order))
    {
      g_assert_null (order->entry);
      return;
    }
  g_assert_cmpint (order->status == DTC_ORDER_STATUS_PARTIALLY_FILLED, ==, filled > 0);
  if (order->status == DTC_ORDER_STATUS_PENDING_CHILD)
    g_assert_true (!order->entry && !order->list);
  else if (sim_order_is_waiting (order) || order->tif == DTC_TIF_ALL_OR_NONE)
    g_assert_true (!order->entry && order->list);
  else
    {
      g_assert_cmpint (order->entry->quantity + order->entry->hidden, ==, order->quantity - order->filled);
      g_assert_cmpint (order->entry->price, ==, sim_order_limit (order));
    }
}

/* Every fill is within its order's limit at that moment: looked at message by message. */
static void
check_told (Fixture *f)
{
  guint i;

  for (i = 0; i < f->told->len; i++)
    {
      const DtcMessage     *message = g_ptr_array_index (f->told, i);
      const DtcOrderUpdate *update = &message->order_update;
      double                limit;

      if (message->type != DTC_MSG_ORDER_UPDATE
          || (update->order_update_reason != DTC_ORDER_FILLED
              && update->order_update_reason != DTC_ORDER_FILLED_PARTIALLY)
          || (update->order_type != DTC_ORDER_TYPE_LIMIT && update->order_type != DTC_ORDER_TYPE_STOP_LIMIT))
        continue;
      limit = update->order_type == DTC_ORDER_TYPE_LIMIT ? update->price1 : update->price2;
      if (update->buy_sell == DTC_BUY)
        g_assert_cmpfloat (update->last_fill_price, <=, limit);
      else
        g_assert_cmpfloat (update->last_fill_price, >=, limit);
    }
}

/* Whatever was done: money and contracts are neither made nor lost. */
static void
test_conservation (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  guint             round, i, j, worked = 0;

  for (round = 0; round < 1500; round++)
    {
      fixture_random (f, rand);
      check_told (f);
      fixture_forget (f);
      worked += f->exchange->working->len;
    }
  g_assert_cmpuint (f->exchange->fills->len, >, 300);
  g_assert_cmpuint (worked, >, 1000);
  g_hash_table_foreach (f->exchange->orders, check_order, f);
  for (i = 0; i < f->exchange->markets->len; i++)
    {
      SimMarket *market = g_ptr_array_index (f->exchange->markets, i);
      gint64     bid, ask;

      if (sim_book_best (market->book, DTC_BUY, &bid) && sim_book_best (market->book, DTC_SELL, &ask))
        g_assert_cmpint (bid, <, ask);
    }
  for (i = 0; i < f->exchange->accounts->len; i++)
    {
      SimAccount *account = g_ptr_array_index (f->exchange->accounts, i);
      double      expected = 100000;

      for (j = 0; j < account->n_positions; j++)
        {
          const SimInstrument *instrument = account->positions[j].instrument;
          gint64               held = 0, paid = 0, traded = 0;
          guint                k;

          for (k = 0; k < f->exchange->fills->len; k++)
            {
              const SimFill *fill = g_ptr_array_index (f->exchange->fills, k);
              gint64         change = fill->side == DTC_BUY ? fill->quantity : -fill->quantity;

              if (fill->instrument != instrument || strcmp (fill->account, account->name) != 0)
                continue;
              held += change;
              paid += change * fill->price;
              traded += fill->quantity;
            }
          g_assert_cmpint (held, ==, account->positions[j].quantity);
          expected += (double) (held * sim_exchange_find_market (f->exchange, instrument->symbol)->last - paid)
                        * instrument->tick_value
                      - (double) traded * SIM_COMMISSION;
        }
      g_assert_cmpfloat_with_epsilon (account->cash + sim_exchange_open_profit (f->exchange, account), expected, 1e-4);
    }
}

/* The same commands make the same world. */
static void
test_repeats (void)
{
  Fixture           a, b;
  g_autoptr (GRand) first = g_rand_new_with_seed (5);
  g_autoptr (GRand) second = g_rand_new_with_seed (5);
  guint             i;

  fixture_init (&a, DTC_NUMBERING_BRIEF);
  fixture_init (&b, DTC_NUMBERING_BRIEF);
  sim_exchange_open (a.exchange, a.now);
  sim_exchange_open (b.exchange, b.now);
  for (i = 0; i < 500; i++)
    {
      fixture_random (&a, first);
      fixture_random (&b, second);
    }
  g_assert_cmpuint (a.told->len, ==, b.told->len);
  for (i = 0; i < a.told->len; i++)
    g_assert_true (dtc_message_equal (g_ptr_array_index (a.told, i), g_ptr_array_index (b.told, i)));
  fixture_clear (&a);
  fixture_clear (&b);
}

int
main (int    argc,
      char **argv)
{
  guint seed;

  g_test_init (&argc, &argv, NULL);
  fixture_add ("/sim/exchange/market-order", test_market_order);
  fixture_add ("/sim/exchange/walks-the-book", test_walks_the_book);
  fixture_add ("/sim/exchange/partial-rests", test_partial_rests);
  fixture_add ("/sim/exchange/time-in-force", test_time_in_force);
  fixture_add ("/sim/exchange/stops", test_stops);
  fixture_add ("/sim/exchange/refusals", test_refusals);
  fixture_add ("/sim/exchange/reject-rate", test_reject_rate);
  fixture_add ("/sim/exchange/cancel", test_cancel);
  fixture_add ("/sim/exchange/replace", test_replace);
  fixture_add ("/sim/exchange/replace-flags", test_replace_flags);
  fixture_add ("/sim/exchange/new-id", test_new_id);
  fixture_add ("/sim/exchange/queue-place", test_queue_place);
  fixture_add ("/sim/exchange/flatten", test_flatten);
  for (seed = 1; seed <= 8; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/sim/exchange/conservation/%u", seed);

      g_test_add (path, Fixture, GUINT_TO_POINTER (seed), fixture_set_up, test_conservation, fixture_tear_down);
    }
  g_test_add_func ("/sim/exchange/repeats", test_repeats);
  return g_test_run ();
}
