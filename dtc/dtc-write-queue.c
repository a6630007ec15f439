/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-write-queue.h"

#include <string.h>

typedef struct
{
  guint64 cookie;
  gsize   len;
  gsize   done;
  guint8  data[];
} Chunk;

#define N_LANES 2

struct _DtcWriteQueue
{
  GQueue   lanes[N_LANES];
  gsize    waiting[N_LANES];
  gsize    max[N_LANES];
  DtcLane  current;  /* the lane of the chunk that was peeked */
  gboolean pinned;
};

static void
chunk_free (Chunk *chunk)
{
  /* It may have held a password. */
  explicit_bzero (chunk->data, chunk->len);
  g_free (chunk);
}

DtcWriteQueue *
dtc_write_queue_new (gsize normal_max,
                     gsize urgent_max)
{
  DtcWriteQueue *queue;

  queue = g_new0 (DtcWriteQueue, 1);
  queue->max[DTC_LANE_NORMAL] = normal_max;
  queue->max[DTC_LANE_URGENT] = urgent_max;

  return queue;
}

void
dtc_write_queue_free (DtcWriteQueue *queue)
{
  guint i;

  if (queue == NULL)
    return;

  for (i = 0; i < N_LANES; i++)
    g_queue_clear_full (&queue->lanes[i], (GDestroyNotify) chunk_free);
  g_free (queue);
}

gboolean
dtc_write_queue_push (DtcWriteQueue *queue,
                      const guint8  *data,
                      gsize          len,
                      DtcLane        lane,
                      guint64        cookie)
{
  Chunk *chunk;

  if (len > queue->max[lane] || queue->waiting[lane] > queue->max[lane] - len)
    return FALSE;

  chunk = g_malloc (sizeof (Chunk) + len);
  chunk->cookie = cookie;
  chunk->len = len;
  chunk->done = 0;
  memcpy (chunk->data, data, len);
  g_queue_push_tail (&queue->lanes[lane], chunk);
  queue->waiting[lane] += len;

  return TRUE;
}

const guint8 *
dtc_write_queue_peek (DtcWriteQueue *queue,
                      gsize         *len)
{
  Chunk *chunk = g_queue_peek_head (&queue->lanes[queue->current]);

  if (chunk == NULL || (chunk->done == 0 && !queue->pinned))
    {
      queue->current = g_queue_is_empty (&queue->lanes[DTC_LANE_URGENT]) ? DTC_LANE_NORMAL : DTC_LANE_URGENT;
      chunk = g_queue_peek_head (&queue->lanes[queue->current]);
    }
  if (chunk == NULL)
    return NULL;

  *len = chunk->len - chunk->done;

  return chunk->data + chunk->done;
}

void
dtc_write_queue_pin (DtcWriteQueue *queue)
{
  queue->pinned = TRUE;
}

static gboolean
drop_head (DtcWriteQueue *queue,
           DtcLane        lane,
           DtcWriteFate  *fate)
{
  Chunk *chunk = g_queue_pop_head (&queue->lanes[lane]);

  queue->waiting[lane] -= chunk->len - chunk->done;
  fate->cookie = chunk->cookie;
  fate->accepted = chunk->done;
  fate->total = chunk->len;
  chunk_free (chunk);

  return fate->cookie != 0;
}

gboolean
dtc_write_queue_advance (DtcWriteQueue *queue,
                         gsize          n,
                         DtcWriteFate  *fate)
{
  Chunk *chunk = g_queue_peek_head (&queue->lanes[queue->current]);

  g_return_val_if_fail (chunk != NULL && n <= chunk->len - chunk->done, FALSE);

  queue->pinned = FALSE;
  chunk->done += n;
  queue->waiting[queue->current] -= n;
  if (chunk->done < chunk->len)
    return FALSE;

  return drop_head (queue, queue->current, fate);
}

gboolean
dtc_write_queue_fail (DtcWriteQueue *queue,
                      DtcWriteFate  *fate)
{
  guint i;

  queue->pinned = FALSE;
  for (i = 0; i < N_LANES; i++)
    while (!g_queue_is_empty (&queue->lanes[i]))
      if (drop_head (queue, i, fate))
        return TRUE;

  return FALSE;
}

gsize
dtc_write_queue_size (DtcWriteQueue *queue)
{
  return queue->waiting[DTC_LANE_NORMAL] + queue->waiting[DTC_LANE_URGENT];
}
