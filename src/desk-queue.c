/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-queue.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

void
desk_queue_init (DeskQueue *queue)
{
  atomic_init (&queue->newest, NULL);
}

gboolean
desk_queue_push (DeskQueue     *queue,
                 DeskQueueNode *node)
{
  DeskQueueNode *newest = atomic_load_explicit (&queue->newest, memory_order_relaxed);

  /* Release: the consumer sees the node's content. A node is never taken off alone, so there is no ABA. */
  do
    node->next = newest;
  while (!atomic_compare_exchange_weak_explicit (&queue->newest, &newest, node,
                                                 memory_order_release, memory_order_relaxed));
  return newest == NULL;
}

DeskQueueNode *
desk_queue_take (DeskQueue *queue)
{
  DeskQueueNode *node = atomic_exchange_explicit (&queue->newest, NULL, memory_order_acquire);
  DeskQueueNode *oldest = NULL;

  while (node != NULL)
    {
      DeskQueueNode *next = node->next;

      node->next = oldest;
      oldest = node;
      node = next;
    }
  return oldest;
}

gboolean
desk_waker_init (DeskWaker *waker)
{
  waker->fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  return waker->fd >= 0;
}

void
desk_waker_clear (DeskWaker *waker)
{
  if (waker->fd >= 0)
    close (waker->fd);
  waker->fd = -1;
}

void
desk_waker_wake (DeskWaker *waker)
{
  const guint64 one = 1;

  while (write (waker->fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

void
desk_waker_wait (DeskWaker *waker,
                 gint64     usec)
{
  struct pollfd fd = { .fd = waker->fd, .events = POLLIN };
  struct timespec timeout = { .tv_sec = usec / G_USEC_PER_SEC, .tv_nsec = usec % G_USEC_PER_SEC * 1000 };
  guint64 count;

  if (ppoll (&fd, 1, usec < 0 ? NULL : &timeout, NULL) > 0 && read (waker->fd, &count, sizeof count) < 0)
    return;
}
