/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdatomic.h>

#include <glib.h>

G_BEGIN_DECLS

/* An intrusive queue from many threads to one, of C11 atomics alone. Put a DeskQueueNode first in your struct. The
 * consumer takes everything at once, in the order in which it was pushed. */

typedef struct _DeskQueueNode DeskQueueNode;
struct _DeskQueueNode
{
  DeskQueueNode *next;
};

typedef struct
{
  _Atomic (DeskQueueNode *) newest;
} DeskQueue;

void           desk_queue_init (DeskQueue     *queue);
/* From any thread; the node belongs to the queue from here on. TRUE when the queue was empty: only then the consumer
 * has to be woken. */
gboolean       desk_queue_push (DeskQueue     *queue,
                                DeskQueueNode *node);
/* One consumer. Everything pushed so far, oldest first, linked by next; or NULL. */
DeskQueueNode *desk_queue_take (DeskQueue     *queue);

/* What a consumer without a main context sleeps on. A wake-up before the wait is not lost. */
typedef struct
{
  int fd; /* eventfd, non-blocking, close-on-exec */
} DeskWaker;

gboolean desk_waker_init  (DeskWaker *waker);
void     desk_waker_clear (DeskWaker *waker);
void     desk_waker_wake  (DeskWaker *waker);
/* Waits until woken, at most @usec microseconds (-1: for ever), and takes the wake-up. */
void     desk_waker_wait  (DeskWaker *waker,
                           gint64     usec);

G_END_DECLS
