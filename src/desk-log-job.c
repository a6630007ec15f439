/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-job.h"

#include "desk-log-chain.h"

#define MAX_THREADS 4
#define PARTS_PER_THREAD 4
#define LOOK_UP_EVERY 256 /* rows, for a cancel */

typedef struct
{
  DeskLogJob *job;
  guint       from, to;
  GArray     *numbers;
  guint       given_up;
} Part;

struct _DeskLogJob
{
  gatomicrefcount  refs;
  DeskLogSnapshot *snapshot;
  DeskLogFilter   *filter;
  guint8          *ids;
  GMainContext    *context;
  DeskLogJobFunc   done;
  gpointer         user_data;
  Part            *parts;
  guint            n_parts;
  gint             open;      /* parts, atomic */
  gint             cancelled; /* atomic */
};

static guint
n_threads (void)
{
  return CLAMP (g_get_num_processors (), 1, MAX_THREADS);
}

static void
job_unref (gpointer data)
{
  DeskLogJob *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < self->n_parts; i++)
    g_clear_pointer (&self->parts[i].numbers, g_array_unref);
  g_free (self->parts);
  desk_log_snapshot_unref (self->snapshot);
  desk_log_filter_free (self->filter);
  g_free (self->ids);
  g_main_context_unref (self->context);
  g_free (self);
}

static GArray *
run (DeskLogJob          *job,
     const DeskLogFilter *filter,
     DeskLogSnapshot     *snapshot,
     const guint8        *ids,
     guint                from,
     guint                to,
     guint               *given_up)
{
  g_autoptr (DeskLogMatcher) matcher = desk_log_matcher_new (filter, snapshot, ids, desk_log_snapshot_n_strings (snapshot));
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint64));

  while (from < to)
    {
      guint n;
      const DeskLogRow *rows = desk_log_snapshot_get_run (snapshot, from, &n);

      n = MIN (n, to - from);
      for (guint i = 0; i < n; i++)
        {
          if (job != NULL && i % LOOK_UP_EVERY == 0 && g_atomic_int_get (&job->cancelled))
            return numbers;
          if (desk_log_matcher_fits (matcher, &rows[i]))
            g_array_append_val (numbers, rows[i].number);
        }
      from += n;
    }
  if (given_up != NULL)
    *given_up = desk_log_matcher_given_up (matcher);
  return numbers;
}

static gboolean
done_cb (gpointer data)
{
  DeskLogJob *self = data;

  if (!g_atomic_int_get (&self->cancelled))
    self->done (self, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
work (gpointer data,
      gpointer user_data)
{
  Part *part = data;
  DeskLogJob *job = part->job;

  part->numbers = run (job, job->filter, job->snapshot, job->ids, part->from, part->to, &part->given_up);
  if (g_atomic_int_dec_and_test (&job->open))
    {
      /* g_main_context_invoke() would run it here when nobody runs the context at this moment. */
      g_autoptr (GSource) source = g_idle_source_new ();

      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_atomic_ref_count_inc (&job->refs);
      g_source_set_callback (source, done_cb, job, job_unref);
      g_source_attach (source, job->context);
    }
  job_unref (job);
}

static GThreadPool *
workers (void)
{
  static GThreadPool *pool;
  static gsize done;

  if (g_once_init_enter (&done))
    {
      pool = g_thread_pool_new (work, NULL, (gint) n_threads (), FALSE, NULL);
      g_once_init_leave (&done, 1);
    }
  return pool;
}

static void
start_parts (DeskLogJob *self)
{
  guint n = desk_log_snapshot_get_n (self->snapshot);

  for (guint i = 0; i < self->n_parts; i++)
    {
      self->parts[i].job = self;
      self->parts[i].from = (guint) ((guint64) n * i / self->n_parts);
      self->parts[i].to = (guint) ((guint64) n * (i + 1) / self->n_parts);
      g_atomic_ref_count_inc (&self->refs);
      g_thread_pool_push (workers (), &self->parts[i], NULL);
    }
}

/* The ids are of the whole log and come first. */
static gpointer
chain_thread (gpointer data)
{
  DeskLogJob *self = data;

  self->ids = desk_log_chain_find (self->snapshot, self->filter->order);
  start_parts (self);
  job_unref (self);
  return NULL;
}

DeskLogJob *
desk_log_job_start (DeskLogSnapshot     *snapshot,
                    const DeskLogFilter *filter,
                    DeskLogJobFunc       done,
                    gpointer             user_data)
{
  DeskLogJob *self = g_new0 (DeskLogJob, 1);

  g_atomic_ref_count_init (&self->refs);
  self->snapshot = desk_log_snapshot_ref (snapshot);
  self->filter = desk_log_filter_copy (filter);
  self->context = g_main_context_ref_thread_default ();
  self->done = done;
  self->user_data = user_data;
  self->n_parts = n_threads () * PARTS_PER_THREAD;
  self->parts = g_new0 (Part, self->n_parts);
  self->open = (gint) self->n_parts;
  if (filter->order != NULL)
    {
      g_atomic_ref_count_inc (&self->refs);
      g_thread_unref (g_thread_new ("log chain", chain_thread, self));
    }
  else
    start_parts (self);
  return self;
}

void
desk_log_job_cancel (DeskLogJob *self)
{
  g_atomic_int_set (&self->cancelled, 1);
  job_unref (self);
}

DeskLogSnapshot *
desk_log_job_get_snapshot (DeskLogJob *self)
{
  return self->snapshot;
}

GArray *
desk_log_job_take_numbers (DeskLogJob *self)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < self->n_parts; i++)
    {
      if (self->parts[i].numbers->len > 0)
        g_array_append_vals (numbers, self->parts[i].numbers->data, self->parts[i].numbers->len);
      g_clear_pointer (&self->parts[i].numbers, g_array_unref);
    }
  return numbers;
}

const guint8 *
desk_log_job_get_ids (DeskLogJob *self,
                      guint      *n)
{
  *n = self->ids != NULL ? desk_log_snapshot_n_strings (self->snapshot) : 0;
  return self->ids;
}

guint
desk_log_job_get_given_up (DeskLogJob *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_parts; i++)
    n += self->parts[i].given_up;
  return n;
}

GArray *
desk_log_filter_run (const DeskLogFilter *filter,
                     DeskLogSnapshot     *snapshot)
{
  g_autofree guint8 *ids = filter->order != NULL ? desk_log_chain_find (snapshot, filter->order) : NULL;

  return run (NULL, filter, snapshot, ids, 0, desk_log_snapshot_get_n (snapshot), NULL);
}
