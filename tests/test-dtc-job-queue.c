/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-job-queue.h"

#define N_PRODUCERS 4
#define N_JOBS      20000

typedef struct
{
  DtcJob job;
  guint  producer;
  guint  number;
} Job;

static DtcJobQueue queue;
static Job         jobs[N_PRODUCERS][N_JOBS];

static gpointer
produce (gpointer data)
{
  guint producer = GPOINTER_TO_UINT (data);
  guint i;

  for (i = 0; i < N_JOBS; i++)
    {
      jobs[producer][i].producer = producer;
      jobs[producer][i].number = i;
      dtc_job_queue_push (&queue, &jobs[producer][i].job);
    }

  return NULL;
}

/* Nothing is lost, nothing comes twice, each producer's jobs come in its order. */
static void
test_threads (void)
{
  GThread *threads[N_PRODUCERS];
  guint    next[N_PRODUCERS] = { 0 };
  guint    n = 0;
  guint    i;

  for (i = 0; i < N_PRODUCERS; i++)
    threads[i] = g_thread_new ("producer", produce, GUINT_TO_POINTER (i));
  while (n < N_PRODUCERS * N_JOBS)
    {
      DtcJob *job = dtc_job_queue_take_all (&queue);

      if (job == NULL)
        g_thread_yield ();
      for (; job != NULL; job = job->next)
        {
          Job *mine = (Job *) job;

          g_assert_cmpuint (mine->number, ==, next[mine->producer]);
          next[mine->producer]++;
          n++;
        }
    }
  for (i = 0; i < N_PRODUCERS; i++)
    g_thread_join (threads[i]);
  g_assert_true (dtc_job_queue_is_empty (&queue));
}

static void
test_wake (void)
{
  DtcJobQueue mine = { NULL };
  DtcJob      a = { 0 };
  DtcJob      b = { 0 };

  g_assert_true (dtc_job_queue_push (&mine, &a));
  g_assert_false (dtc_job_queue_push (&mine, &b));
  g_assert_true (dtc_job_queue_take_all (&mine) == &a);
  g_assert_true (a.next == &b && b.next == NULL);
  g_assert_true (dtc_job_queue_push (&mine, &a));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dtc/job-queue/threads", test_threads);
  g_test_add_func ("/dtc/job-queue/wake", test_wake);

  return g_test_run ();
}
