/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-job-queue.h"

/* A stack that only the producers push to and the consumer only takes whole, so there is no ABA. */

gboolean
dtc_job_queue_push (DtcJobQueue *queue,
                    DtcJob      *job)
{
  DtcJob *newest = atomic_load_explicit (&queue->newest, memory_order_relaxed);

  do
    job->next = newest;
  while (!atomic_compare_exchange_weak_explicit (&queue->newest, &newest, job, memory_order_release,
                                                 memory_order_relaxed));

  return newest == NULL;
}

gboolean
dtc_job_queue_is_empty (DtcJobQueue *queue)
{
  return atomic_load_explicit (&queue->newest, memory_order_acquire) == NULL;
}

DtcJob *
dtc_job_queue_take_all (DtcJobQueue *queue)
{
  DtcJob *job = atomic_exchange_explicit (&queue->newest, NULL, memory_order_acquire);
  DtcJob *oldest = NULL;

  while (job != NULL)
    {
      DtcJob *older = job->next;

      job->next = oldest;
      oldest = job;
      job = older;
    }

  return oldest;
}
