/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-io-thread.h"

#include "dtc-job-queue.h"

typedef struct
{
  GMainContext *context;
  GThread      *thread;
  DtcJobQueue   jobs;
} DtcIoThread;

typedef struct
{
  GSource      source;
  DtcIoThread *io;
} JobSource;

static gboolean
jobs_prepare (GSource *source,
              int     *timeout)
{
  *timeout = -1;

  return !dtc_job_queue_is_empty (&((JobSource *) source)->io->jobs);
}

static gboolean
jobs_check (GSource *source)
{
  return !dtc_job_queue_is_empty (&((JobSource *) source)->io->jobs);
}

static gboolean
jobs_dispatch (GSource     *source,
               GSourceFunc  callback,
               gpointer     user_data)
{
  DtcJob *job = dtc_job_queue_take_all (&((JobSource *) source)->io->jobs);

  while (job != NULL)
    {
      DtcJob *next = job->next;

      job->func (job->data);
      if (job->destroy != NULL)
        job->destroy (job->data);
      g_free (job);
      job = next;
    }

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs job_source_funcs = { jobs_prepare, jobs_check, jobs_dispatch, NULL, NULL, NULL };

static gpointer
run (gpointer data)
{
  DtcIoThread          *io = data;
  g_autoptr (GMainLoop) loop = NULL;

  g_main_context_push_thread_default (io->context);
  loop = g_main_loop_new (io->context, FALSE);
  g_main_loop_run (loop);

  return NULL;
}

static DtcIoThread *
get_thread (void)
{
  static DtcIoThread  *the_thread;
  static gsize         once;

  if (g_once_init_enter (&once))
    {
      GSource *source;

      the_thread = g_new0 (DtcIoThread, 1);
      the_thread->context = g_main_context_new ();
      source = g_source_new (&job_source_funcs, sizeof (JobSource));
      ((JobSource *) source)->io = the_thread;
      g_source_set_static_name (source, "dtc-io jobs");
      g_source_attach (source, the_thread->context);
      g_source_unref (source);
      the_thread->thread = g_thread_new ("dtc-io", run, the_thread);
      g_once_init_leave (&once, 1);
    }

  return the_thread;
}

GMainContext *
dtc_io_thread_get_context (void)
{
  return get_thread ()->context;
}

void
dtc_io_thread_post (void         (*func) (gpointer data),
                    gpointer       data,
                    GDestroyNotify destroy)
{
  DtcIoThread *io = get_thread ();
  DtcJob      *job;

  job = g_new0 (DtcJob, 1);
  job->func = func;
  job->data = data;
  job->destroy = destroy;
  if (dtc_job_queue_push (&io->jobs, job))
    g_main_context_wakeup (io->context);
}
