/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "desk-inbox.h"

/* Plain POSIX threads and C11 atomics only, so that a thread sanitizer understands every hand-over. */

typedef struct
{
  _Atomic (guint) now;
  _Atomic (guint) soon;
} Wakes;

static void
count_wake (DeskInboxUrgency urgency,
            gpointer         user_data)
{
  Wakes *wakes = user_data;

  atomic_fetch_add (urgency == DESK_INBOX_NOW ? &wakes->now : &wakes->soon, 1);
}

static DeskEvent *
order_event (guint64 key)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_ORDER);

  event->order.key = key;
  event->order.text = g_ref_string_new ("said by the server");
  return event;
}

static DeskEvent *
quote_event (const char *symbol,
             double      size)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_QUOTE);

  g_strlcpy (event->quote.symbol, symbol, sizeof (event->quote.symbol));
  event->quote.bid_size = size;
  return event;
}

static void
test_order (void)
{
  Wakes wakes = { 0 };
  g_autoptr (DeskInbox) inbox = desk_inbox_new (count_wake, &wakes);

  g_assert_null (desk_inbox_pop (inbox));
  for (guint64 i = 1; i <= 1000; i++)
    {
      desk_inbox_push (inbox, order_event (i));
      if (i % 7 == 0)
        {
          g_autoptr (DeskEvent) event = desk_inbox_pop (inbox);

          g_assert_cmpuint (event->order.key, ==, i / 7);
        }
    }
  g_assert_cmpuint (desk_inbox_depth (inbox), ==, 1000 - 142);
  for (guint64 i = 143; i <= 1000; i++)
    {
      g_autoptr (DeskEvent) event = desk_inbox_pop (inbox);

      g_assert_cmpuint (event->order.key, ==, i);
    }
  g_assert_null (desk_inbox_pop (inbox));
  g_assert_cmpuint (desk_inbox_depth (inbox), ==, 0);
  g_assert_cmpuint (wakes.now, ==, 1000);
  g_assert_cmpuint (wakes.soon, ==, 0);
}

static DeskEvent *
depth_event (const char *symbol,
             gint64      received)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_DEPTH);

  event->depth = desk_depth_state_new (symbol, 1, 1, 1);
  event->depth->received = received;
  return event;
}

static DeskEvent *
trade_event (const char *symbol,
             double      size)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_TRADES);
  DeskPrint print = { .size = size };

  g_strlcpy (event->trades.symbol, symbol, sizeof event->trades.symbol);
  desk_trades_add (&event->trades, &print);
  return event;
}

/* An hour in which nobody reads: one quote and one book for each symbol, every order, and of the trades what a tape can
 * show, with the others counted. */
static void
test_hour (void)
{
  static const char *const symbols[] = { "ESZ6", "CLZ6", "ZNZ6" };
  enum { ORDERS = 500, NEWS = 3 * (DESK_TRADES_MAX + 2000) };
  Wakes wakes = { 0 };
  g_autoptr (DeskInbox) inbox = desk_inbox_new (count_wake, &wakes);
  guint n[3][3] = { 0 };
  guint64 orders = 0;
  DeskEvent *event;

  for (guint i = 0; i < NEWS; i++)
    {
      const char *symbol = symbols[i % 3];

      desk_inbox_push (inbox, quote_event (symbol, i));
      desk_inbox_push (inbox, depth_event (symbol, i));
      desk_inbox_push (inbox, trade_event (symbol, i));
      if (i % (NEWS / ORDERS) == 0)
        desk_inbox_push (inbox, order_event (i / (NEWS / ORDERS) + 1));
    }
  g_assert_cmpuint (desk_inbox_depth (inbox), ==, ORDERS + 9);
  while ((event = desk_inbox_pop (inbox)) != NULL)
    {
      switch (event->kind)
        {
        case DESK_EVENT_ORDER:
          g_assert_cmpuint (event->order.key, ==, ++orders);
          break;
        case DESK_EVENT_QUOTE:
          for (guint k = 0; k < 3; k++)
            if (strcmp (event->quote.symbol, symbols[k]) == 0 && ++n[0][k] > 0)
              g_assert_cmpfloat (event->quote.bid_size, ==, NEWS - 3 + k);
          break;
        case DESK_EVENT_DEPTH:
          for (guint k = 0; k < 3; k++)
            if (strcmp (event->depth->symbol, symbols[k]) == 0 && ++n[1][k] > 0)
              g_assert_cmpint (event->depth->received, ==, NEWS - 3 + k);
          break;
        case DESK_EVENT_TRADES:
          for (guint k = 0; k < 3; k++)
            if (strcmp (event->trades.symbol, symbols[k]) == 0 && ++n[2][k] > 0)
              {
                g_assert_cmpuint (event->trades.n, ==, DESK_TRADES_MAX);
                g_assert_cmpuint (event->trades.dropped, ==, 2000);
                for (guint i = 0; i < event->trades.n; i++)
                  g_assert_cmpfloat (desk_trades_get (&event->trades, i)->size, ==, 3 * (i + 2000) + k);
              }
          break;
        default:
          g_assert_not_reached ();
        }
      desk_event_free (event);
    }
  g_assert_cmpuint (orders, ==, ORDERS);
  for (guint i = 0; i < 9; i++)
    g_assert_cmpuint (n[i / 3][i % 3], ==, 1);
}

#define RACE_TRADES 200000

typedef struct
{
  DeskInbox      *inbox;
  _Atomic (guint) done;
} Race;

static void *
race_thread (void *data)
{
  Race *race = data;

  for (guint i = 1; i <= RACE_TRADES; i++)
    desk_inbox_push (race->inbox, trade_event ("ESZ6", i));
  atomic_store (&race->done, 1);
  return NULL;
}

/* Whenever the reader looks, no print is lost, doubled or out of order. */
static void
test_trades_race (void)
{
  Wakes wakes = { 0 };
  g_autoptr (DeskInbox) inbox = desk_inbox_new (count_wake, &wakes);
  Race race = { inbox, 0 };
  guint64 seen = 0;
  guint done = 0;
  pthread_t thread;

  pthread_create (&thread, NULL, race_thread, &race);
  while (!done)
    {
      DeskEvent *event;

      done = atomic_load (&race.done);
      while ((event = desk_inbox_pop (inbox)) != NULL)
        {
          seen += event->trades.dropped;
          for (guint i = 0; i < event->trades.n; i++)
            g_assert_cmpfloat (desk_trades_get (&event->trades, i)->size, ==, (double) ++seen);
          desk_event_free (event);
        }
    }
  pthread_join (thread, NULL);
  g_assert_cmpuint (seen, ==, RACE_TRADES);
}

static void
test_merge (void)
{
  Wakes wakes = { 0 };
  g_autoptr (DeskInbox) inbox = desk_inbox_new (count_wake, &wakes);
  DeskEvent *event;

  desk_inbox_push (inbox, order_event (1));
  for (guint i = 1; i <= 100; i++)
    {
      desk_inbox_push (inbox, quote_event ("ESZ6", i));
      desk_inbox_push (inbox, quote_event ("ZNZ6", 1000 + i));
      desk_inbox_push (inbox, desk_event_new (DESK_EVENT_HEALTH));
    }
  desk_inbox_push (inbox, order_event (2));
  g_assert_cmpuint (desk_inbox_depth (inbox), ==, 5);

  event = desk_inbox_pop (inbox);
  g_assert_cmpuint (event->order.key, ==, 1);
  desk_event_free (event);
  event = desk_inbox_pop (inbox);
  g_assert_cmpstr (event->quote.symbol, ==, "ESZ6");
  g_assert_cmpfloat (event->quote.bid_size, ==, 100);
  desk_event_free (event);

  /* Taken: the next one of the symbol stands behind what is there, the other symbol still has its place. */
  desk_inbox_push (inbox, quote_event ("ESZ6", 101));
  desk_inbox_push (inbox, quote_event ("ZNZ6", 1101));
  event = desk_inbox_pop (inbox);
  g_assert_cmpstr (event->quote.symbol, ==, "ZNZ6");
  g_assert_cmpfloat (event->quote.bid_size, ==, 1101);
  desk_event_free (event);
  event = desk_inbox_pop (inbox);
  g_assert_cmpint (event->kind, ==, DESK_EVENT_HEALTH);
  desk_event_free (event);
  event = desk_inbox_pop (inbox);
  g_assert_cmpuint (event->order.key, ==, 2);
  desk_event_free (event);
  event = desk_inbox_pop (inbox);
  g_assert_cmpfloat (event->quote.bid_size, ==, 101);
  desk_event_free (event);
  g_assert_null (desk_inbox_pop (inbox));
}

/* Whatever is not read goes with the inbox; a leak checker sees the rest. */
static void
test_unread (void)
{
  Wakes wakes = { 0 };
  DeskInbox *inbox = desk_inbox_new (count_wake, &wakes);

  desk_inbox_push (inbox, order_event (1));
  desk_inbox_push (inbox, quote_event ("ESZ6", 1));
  desk_inbox_push (inbox, quote_event ("ESZ6", 2));
  desk_event_free (desk_inbox_pop (inbox));
  desk_inbox_push (inbox, order_event (2));
  desk_inbox_free (inbox);
  desk_inbox_free (NULL);
}

#define MANY 100000

typedef struct
{
  DeskInbox     *inbox;
  Wakes          wakes;
  _Atomic (gint) done;
} Flood;

static void *
flood_thread (void *data)
{
  static const char *const symbols[] = { "ESZ6", "ZNZ6", "CLZ6" };
  Flood *flood = data;

  for (guint64 i = 1; i <= MANY; i++)
    {
      desk_inbox_push (flood->inbox, order_event (i));
      desk_inbox_push (flood->inbox, quote_event (symbols[i % 3], (double) i));
    }
  atomic_store (&flood->done, 1);
  return NULL;
}

static void *
second_thread (void *data)
{
  Flood *flood = data;

  for (guint64 i = 1; i <= 1000; i++)
    {
      DeskEvent *event = desk_event_new (DESK_EVENT_NOTICE);

      event->tag = i;
      desk_inbox_push (flood->inbox, event);
    }
  return NULL;
}

/* 100 000 order events between a writer that never waits and a reader: all there, in order; quotes only newer. */
static void
test_threads (void)
{
  Flood flood = { 0 };
  guint64 last_order = 0, last_notice = 0;
  double last_quote[3] = { 0 };
  pthread_t thread, second;
  gboolean done;

  flood.inbox = desk_inbox_new (count_wake, &flood.wakes);
  g_assert_cmpint (pthread_create (&thread, NULL, flood_thread, &flood), ==, 0);
  g_assert_cmpint (pthread_create (&second, NULL, second_thread, &flood), ==, 0);
  do
    {
      DeskEvent *event;

      done = last_order == MANY && last_notice == 1000 && atomic_load (&flood.done) == 1;
      while ((event = desk_inbox_pop (flood.inbox)) != NULL)
        {
          double *last;

          switch (event->kind)
            {
            case DESK_EVENT_ORDER:
              g_assert_cmpuint (event->order.key, ==, last_order + 1);
              last_order++;
              break;
            case DESK_EVENT_NOTICE:
              g_assert_cmpuint (event->tag, ==, last_notice + 1);
              last_notice++;
              break;
            default:
              last = &last_quote[(guint64) event->quote.bid_size % 3];
              g_assert_cmpfloat (event->quote.bid_size, >, *last);
              *last = event->quote.bid_size;
              break;
            }
          desk_event_free (event);
        }
    }
  while (!done);
  pthread_join (thread, NULL);
  pthread_join (second, NULL);

  g_assert_null (desk_inbox_pop (flood.inbox));
  g_assert_cmpuint (flood.wakes.now, ==, MANY + 1000);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (last_quote[i], >, MANY - 3);
  desk_inbox_free (flood.inbox);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/inbox/order", test_order);
  g_test_add_func ("/core/inbox/merge", test_merge);
  g_test_add_func ("/core/inbox/unread", test_unread);
  g_test_add_func ("/core/inbox/threads", test_threads);
  g_test_add_func ("/core/inbox/hour", test_hour);
  g_test_add_func ("/core/inbox/trades-race", test_trades_race);
  return g_test_run ();
}
