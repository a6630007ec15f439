/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-queue.h"

#define N_THREADS 4
#define N_NODES   20000

typedef struct
{
  DeskQueueNode node;
  guint         thread;
  guint         number;
} Item;

typedef struct
{
  DeskQueue *queue;
  DeskWaker *waker;
  Item      *items;
} Producer;

static void
test_order (void)
{
  DeskQueue queue;
  Item items[3] = { { { NULL }, 0, 0 }, { { NULL }, 0, 1 }, { { NULL }, 0, 2 } };
  DeskQueueNode *node;
  guint i;

  desk_queue_init (&queue);
  g_assert_null (desk_queue_take (&queue));
  g_assert_true (desk_queue_push (&queue, &items[0].node));
  g_assert_false (desk_queue_push (&queue, &items[1].node));
  g_assert_false (desk_queue_push (&queue, &items[2].node));
  for (i = 0, node = desk_queue_take (&queue); node != NULL; node = node->next, i++)
    g_assert_cmpuint (((Item *) node)->number, ==, i);
  g_assert_cmpuint (i, ==, 3);
  g_assert_null (desk_queue_take (&queue));
  g_assert_true (desk_queue_push (&queue, &items[0].node));
}

static gpointer
produce (gpointer data)
{
  Producer *producer = data;
  guint i;

  for (i = 0; i < N_NODES; i++)
    if (desk_queue_push (producer->queue, &producer->items[i].node))
      desk_waker_wake (producer->waker);
  return NULL;
}

/* Every node arrives once, each thread's in its order, and no wake-up is lost: a lost one would wait for ever. */
static void
test_threads (void)
{
  DeskQueue queue;
  DeskWaker waker;
  Producer producers[N_THREADS];
  GThread *threads[N_THREADS];
  guint next[N_THREADS] = { 0 };
  guint i, j, taken = 0;

  desk_queue_init (&queue);
  g_assert_true (desk_waker_init (&waker));
  for (i = 0; i < N_THREADS; i++)
    {
      producers[i] = (Producer) { &queue, &waker, g_new0 (Item, N_NODES) };
      for (j = 0; j < N_NODES; j++)
        {
          producers[i].items[j].thread = i;
          producers[i].items[j].number = j;
        }
    }
  for (i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("producer", produce, &producers[i]);

  while (taken < N_THREADS * N_NODES)
    {
      DeskQueueNode *node = desk_queue_take (&queue);

      if (node == NULL)
        desk_waker_wait (&waker, -1);
      for (; node != NULL; node = node->next, taken++)
        {
          Item *item = (Item *) node;

          g_assert_cmpuint (item->number, ==, next[item->thread]);
          next[item->thread]++;
        }
    }

  for (i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (i = 0; i < N_THREADS; i++)
    g_free (producers[i].items);
  g_assert_null (desk_queue_take (&queue));
  desk_waker_clear (&waker);
}

static void
test_wake_before_wait (void)
{
  DeskWaker waker;

  g_assert_true (desk_waker_init (&waker));
  desk_waker_wait (&waker, 0);
  desk_waker_wake (&waker);
  desk_waker_wake (&waker);
  desk_waker_wait (&waker, -1);
  desk_waker_wait (&waker, 1000);
  desk_waker_clear (&waker);
  g_assert_cmpint (waker.fd, ==, -1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/queue/order", test_order);
  g_test_add_func ("/core/queue/threads", test_threads);
  g_test_add_func ("/core/queue/wake-before-wait", test_wake_before_wait);
  return g_test_run ();
}
