/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "desk-clock.h"
#include "desk-inbox.h"
#include "desk-router.h"
#include "desk-wakeup.h"

/* From the dtc-io thread's publish to the row in the list, with 10 000 orders in it; beside it the same work with
 * one idle source for each event. */

#define N_ORDERS  10000
#define N_BATCHES 500
#define BATCH     200

static DeskRouter *router;
static DeskInbox  *inbox;
static DeskWakeup *wakeup;
static guint       n_taken;

static DeskEvent *
order_event (guint64 key,
             gint64  filled)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_ORDER);

  event->order.key = key;
  event->order.status = DESK_STATUS_WORKING;
  event->order.filled = filled;
  event->order.remaining = 100 - filled;
  event->order.average_price = NAN;
  g_strlcpy (event->order.symbol, "ESZ6", sizeof (event->order.symbol));
  g_strlcpy (event->order.account, "SIM1", sizeof (event->order.account));
  return event;
}

static void
look (gpointer user_data)
{
  DeskEvent *event;

  while ((event = desk_inbox_pop (inbox)) != NULL)
    {
      desk_router_take (router, event);
      desk_event_free (event);
      n_taken++;
    }
  desk_router_flush (router);
}

static void
wake (DeskInboxUrgency urgency,
      gpointer         user_data)
{
  desk_wakeup_in (wakeup, 0);
}

static gboolean
take_one_cb (gpointer user_data)
{
  DeskEvent *event = user_data;

  desk_router_take (router, event);
  desk_router_flush (router);
  desk_event_free (event);
  n_taken++;
  return G_SOURCE_REMOVE;
}

typedef struct
{
  gboolean idle;
  GRand   *random;
  GMutex   lock;
  GCond    go;
  guint    wanted, given;
} Writer;

static gpointer
writer_thread (gpointer data)
{
  Writer *writer = data;

  for (guint batch = 0; batch < N_BATCHES; batch++)
    {
      g_mutex_lock (&writer->lock);
      while (writer->wanted <= batch)
        g_cond_wait (&writer->go, &writer->lock);
      g_mutex_unlock (&writer->lock);
      for (guint i = 0; i < BATCH; i++)
        {
          DeskEvent *event = order_event ((guint64) g_rand_int_range (writer->random, 1, N_ORDERS + 1), batch + 1);

          if (writer->idle)
            g_idle_add_full (G_PRIORITY_DEFAULT, take_one_cb, event, NULL);
          else
            desk_inbox_push (inbox, event);
        }
    }
  return NULL;
}

static int
compare (const void *a,
         const void *b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static void
row_changed_cb (DeskOrder *row,
                guint     *count)
{
  (*count)++;
}

static void
run (gboolean    idle,
     const char *name)
{
  Writer writer = { .idle = idle };
  gint64 took[N_BATCHES];
  GThread *thread;

  writer.random = g_rand_new_with_seed (1);
  g_mutex_init (&writer.lock);
  g_cond_init (&writer.go);
  thread = g_thread_new ("writer", writer_thread, &writer);
  n_taken = 0;
  for (guint batch = 0; batch < N_BATCHES; batch++)
    {
      gint64 begin = desk_clock_mono ();

      g_mutex_lock (&writer.lock);
      writer.wanted = batch + 1;
      g_cond_signal (&writer.go);
      g_mutex_unlock (&writer.lock);
      while (n_taken < (batch + 1) * BATCH)
        g_main_context_iteration (NULL, TRUE);
      took[batch] = desk_clock_mono () - begin;
    }
  g_thread_join (thread);
  g_rand_free (writer.random);
  qsort (took, N_BATCHES, sizeof took[0], compare);
  g_print ("%-44s %8.2f us/event p50 %8.2f us/event p99   (%d events a batch: p50 %" G_GINT64_FORMAT
           " us, p99 %" G_GINT64_FORMAT " us)\n",
           name, (double) took[N_BATCHES / 2] / BATCH, (double) took[N_BATCHES * 99 / 100] / BATCH, BATCH,
           took[N_BATCHES / 2], took[N_BATCHES * 99 / 100]);
}

int
main (int   argc,
      char *argv[])
{
  guint n_changed = 0;
  gint64 begin;

  wakeup = desk_wakeup_new (NULL, G_PRIORITY_DEFAULT, look, NULL);
  inbox = desk_inbox_new (wake, NULL);
  router = desk_router_new ();
  begin = desk_clock_mono ();
  for (guint64 key = 1; key <= N_ORDERS; key++)
    desk_inbox_push (inbox, order_event (key, 0));
  look (NULL);
  g_print ("%-44s %8.2f us/event\n", "10 000 new rows, one splice",
           (double) (desk_clock_mono () - begin) / N_ORDERS);
  for (guint i = 0; i < N_ORDERS; i++)
    {
      GListModel *orders = G_LIST_MODEL (desk_router_get_orders (router));
      g_autoptr (DeskOrder) row = g_list_model_get_item (orders, i);

      g_signal_connect (row, "changed", G_CALLBACK (row_changed_cb), &n_changed);
    }

  run (FALSE, "inbox to row, 10 000 orders");
  run (TRUE, "reference: one idle source for each event");
  desk_inbox_free (inbox);
  desk_wakeup_free (wakeup);
  desk_router_free (router);
  return n_changed > 0 ? 0 : 1;
}
