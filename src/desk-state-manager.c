/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-state-manager-private.h"

#include <string.h>
#include <unistd.h>

typedef struct
{
  GSource           source;
  DeskStateManager *self;
} NewsSource;

static void desk_state_manager_unref (DeskStateManager *self);

void
desk_batch_free (DeskBatch *batch)
{
  guint i;

  for (i = 0; i < batch->n_records; i++)
    desk_record_free (batch->records[i]);
  g_clear_error (&batch->error);
  g_free (batch);
}

void
desk_job_unref (DeskJob *job)
{
  guint i;

  if (!g_atomic_ref_count_dec (&job->refs))
    return;

  for (i = 0; i < job->n_records; i++)
    desk_record_free (job->records[i]);
  g_free (job->records);
  g_free (job);
}

DeskJob *
desk_job_new (DeskJobKind kind)
{
  DeskJob *job = g_new0 (DeskJob, 1);

  job->kind = kind;
  g_atomic_ref_count_init (&job->refs);
  return job;
}

static gboolean
news_ready (GSource *source)
{
  return atomic_load_explicit (&((NewsSource *) source)->self->news, memory_order_acquire) != 0;
}

static gboolean
news_prepare (GSource *source,
              int     *timeout)
{
  *timeout = -1;
  return news_ready (source);
}

static void
deliver_batch (DeskStateManager *self,
               GSource          *source)
{
  DeskBatch *batch;
  guint i;

  if (self->waiting == NULL)
    self->waiting = (DeskBatch *) desk_queue_take (&self->batches);
  batch = self->waiting;
  if (batch == NULL)
    return;

  self->waiting = (DeskBatch *) batch->node.next;
  for (i = 0; i < batch->n_records && !g_source_is_destroyed (source); i++)
    self->restored (batch->records[i], NULL, self->restored_data);
  if (batch->last && !g_source_is_destroyed (source))
    self->restored (NULL, batch->error, self->restored_data);
  desk_batch_free (batch);

  atomic_fetch_sub_explicit (&self->batches_ahead, 1, memory_order_release);
  desk_waker_wake (&self->waker);
  /* One batch a turn: the context has other work. Always once more: the news we took may have been of a batch that is
   * still in the queue behind those that were waiting. */
  atomic_store_explicit (&self->news, 1, memory_order_release);
}

static gboolean
news_dispatch (GSource     *source,
               GSourceFunc  callback,
               gpointer     user_data)
{
  DeskStateManager *self = ((NewsSource *) source)->self;
  GError *failure;
  guint64 durable;

  atomic_store_explicit (&self->news, 0, memory_order_seq_cst);
  deliver_batch (self, source);

  /* The failure first: what is durable then is final. */
  failure = atomic_load_explicit (&self->failure, memory_order_acquire);
  durable = atomic_load_explicit (&self->durable, memory_order_acquire);
  if (durable > self->reported && self->committed != NULL && !g_source_is_destroyed (source))
    {
      self->reported = durable;
      self->committed (durable, atomic_load_explicit (&self->commit_usec, memory_order_relaxed), NULL,
                       self->committed_data);
    }
  if (failure != NULL && !self->failure_reported && self->committed != NULL && !g_source_is_destroyed (source))
    {
      self->failure_reported = TRUE;
      self->committed (durable, -1, failure, self->committed_data);
    }
  return G_SOURCE_CONTINUE;
}

static void
news_finalize (GSource *source)
{
  desk_state_manager_unref (((NewsSource *) source)->self);
}

static GSourceFuncs news_funcs = { news_prepare, news_ready, news_dispatch, news_finalize, NULL, NULL };

void
desk_state_manager_post (DeskStateManager *self)
{
  if (atomic_exchange_explicit (&self->news, 1, memory_order_seq_cst) == 0 && self->source != NULL)
    g_main_context_wakeup (self->context);
}

static DeskStateManager *
desk_state_manager_new (DeskStateMode mode)
{
  DeskStateManager *self = g_new0 (DeskStateManager, 1);

  g_atomic_ref_count_init (&self->refs);
  self->mode = mode;
  self->lock_fd = -1;
  self->waker.fd = -1;
  self->pending_end = &self->pending;
  self->expected = 1;
  self->chain = desk_hash_chain_new ();
  desk_queue_init (&self->jobs);
  desk_queue_init (&self->batches);
  g_mutex_init (&self->aside_lock);
  g_queue_init (&self->tail);
  return self;
}

static void
free_jobs (DeskJob *job)
{
  while (job != NULL)
    {
      DeskJob *next = job->next;

      desk_job_unref (job);
      job = next;
    }
}

static void
desk_state_manager_unref (DeskStateManager *self)
{
  DeskQueueNode *node;
  GError *failure;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  desk_state_manager_close_database (self);
  free_jobs (self->held);
  for (node = desk_queue_take (&self->jobs); node != NULL;)
    {
      DeskJob *job = (DeskJob *) node;

      node = node->next;
      desk_job_unref (job);
    }
  for (node = desk_queue_take (&self->batches); node != NULL;)
    {
      DeskBatch *batch = (DeskBatch *) node;

      node = node->next;
      desk_batch_free (batch);
    }
  while (self->waiting != NULL)
    {
      DeskBatch *batch = self->waiting;

      self->waiting = (DeskBatch *) batch->node.next;
      desk_batch_free (batch);
    }
  desk_state_manager_aside_close (self);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  desk_waker_clear (&self->waker);
  g_clear_pointer (&self->opening, desk_record_free);
  g_clear_pointer (&self->salvaged, g_ptr_array_unref);
  g_clear_pointer (&self->emergency, desk_emergency_close);
  g_mutex_clear (&self->aside_lock);
  g_clear_pointer (&self->head, desk_state_head_close);
  failure = atomic_load_explicit (&self->failure, memory_order_acquire);
  g_clear_error (&failure);
  g_clear_pointer (&self->chain, desk_hash_chain_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->path);
  g_free (self);
}

DeskStateManager *
desk_state_manager_open (const char     *path,
                         DeskStateMode   mode,
                         GError        **error)
{
  DeskStateManager *self = desk_state_manager_new (mode);
  g_autofree char *folder = g_path_get_dirname (path);
  gboolean ok;

  if (mode == DESK_STATE_READER && !g_file_test (folder, G_FILE_TEST_EXISTS))
    self->path = g_strdup (path);
  else
    self->path = desk_state_files_resolve (path, mode == DESK_STATE_WRITER, error);
  ok = self->path != NULL && desk_state_manager_prepare (self, error);
  if (ok && !desk_waker_init (&self->waker))
    {
      g_set_error_literal (error, DESK_ERROR, DESK_ERROR_STORAGE,
                           "Too many files are open to work on the state file: close some programs and start again.");
      ok = FALSE;
    }
  if (!ok)
    {
      desk_state_manager_unref (self);
      return NULL;
    }

  memcpy (self->install, self->id.install, sizeof self->install);
  self->generation = self->id.generation;
  self->next_counter = self->id.high_water;
  atomic_init (&self->next_seq, self->expected);
  self->thread = g_thread_new ("journal", desk_state_manager_run, self);
  return self;
}

static void
push_job (DeskStateManager *self,
          DeskJob              *job)
{
  if (desk_queue_push (&self->jobs, &job->node))
    desk_waker_wake (&self->waker);
}

void
desk_state_manager_close (DeskStateManager *self)
{
  DeskJob *job;

  if (self == NULL)
    return;

  atomic_store_explicit (&self->stopping, 1, memory_order_relaxed);
  job = desk_job_new (DESK_JOB_STOP);
  push_job (self, job);
  desk_waker_wake (&self->waker);
  g_thread_join (g_steal_pointer (&self->thread));
  desk_state_manager_aside_close (self);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->lock_fd = -1;
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_clear_pointer (&self->source, g_source_unref);
    }
  desk_state_manager_unref (self);
}

void
desk_state_manager_set_completion (DeskStateManager *self,
                                   GMainContext     *context,
                                   DeskCommitted     committed,
                                   gpointer          user_data)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
      g_main_context_unref (self->context);
    }
  self->context = context != NULL ? g_main_context_ref (context) : g_main_context_ref (g_main_context_default ());
  self->committed = committed;
  self->committed_data = user_data;
  self->source = g_source_new (&news_funcs, sizeof (NewsSource));
  g_atomic_ref_count_inc (&self->refs);
  ((NewsSource *) self->source)->self = self;
  g_source_set_name (self->source, "journal");
  g_source_set_priority (self->source, G_PRIORITY_HIGH);
  g_source_attach (self->source, self->context);
}

void
desk_state_manager_restore (DeskStateManager *self,
                            DeskRestored      restored,
                            gpointer          user_data)
{
  DeskJob *job = desk_job_new (DESK_JOB_RESTORE);

  self->restored = restored;
  self->restored_data = user_data;
  push_job (self, job);
}

static void
number (DeskRecord **records,
        guint        n_records,
        guint64      first)
{
  guint i;

  for (i = 0; i < n_records; i++)
    {
      records[i]->seq = first + i;
      desk_journal_row_normalise (records[i]);
    }
}

/* Into the list of what is not durable, without what is by now. Under the lock: the list is in order. */
static void
note_tail (DeskStateManager *self,
           DeskJob          *job)
{
  guint64 durable = atomic_load_explicit (&self->durable, memory_order_relaxed);
  DeskJob *oldest;

  while ((oldest = g_queue_peek_head (&self->tail)) != NULL && oldest->first + oldest->n_records - 1 <= durable)
    desk_job_unref (g_queue_pop_head (&self->tail));
  g_atomic_ref_count_inc (&job->refs);
  g_queue_push_tail (&self->tail, job);
}

guint64
desk_state_manager_append (DeskStateManager  *self,
                           DeskRecord       **records,
                           guint              n_records,
                           DeskAppend         how)
{
  guint64 first, last;
  gboolean failing;
  DeskJob *job;
  guint i;

  if (self->mode == DESK_STATE_READER)
    {
      guint64 durable = atomic_load_explicit (&self->durable, memory_order_relaxed);

      first = atomic_fetch_add_explicit (&self->next_seq, n_records, memory_order_relaxed);
      last = first + n_records - 1;
      number (records, n_records, first);
      for (i = 0; i < n_records; i++)
        desk_record_free (records[i]);
      while (durable < last
             && !atomic_compare_exchange_weak_explicit (&self->durable, &durable, last,
                                                        memory_order_release, memory_order_relaxed))
        ;
      desk_state_manager_post (self);
      return last;
    }

  g_mutex_lock (&self->aside_lock);
  first = atomic_fetch_add_explicit (&self->next_seq, n_records, memory_order_relaxed);
  number (records, n_records, first);
  failing = self->failing;
  if (!failing)
    {
      job = desk_job_new (DESK_JOB_APPEND);
      job->records = g_memdup2 (records, n_records * sizeof *records);
      job->n_records = n_records;
      job->now = how == DESK_APPEND_NOW;
      job->first = first;
      if (self->aside != NULL)
        note_tail (self, job);
      push_job (self, job);
    }
  g_mutex_unlock (&self->aside_lock);
  if (!failing)
    return first + n_records - 1;

  /* The database has failed: once the caller knows, an exit may leave as soon as we are back. */
  if (self->emergency != NULL)
    desk_emergency_append (self->emergency, records, n_records, how == DESK_APPEND_NOW);
  for (i = 0; i < n_records; i++)
    desk_record_free (records[i]);
  return first + n_records - 1;
}

void
desk_state_manager_get_identity (DeskStateManager *self,
                                 char              install[7],
                                 guint            *generation,
                                 guint64          *next_counter)
{
  memcpy (install, self->install, sizeof self->install);
  *generation = self->generation;
  *next_counter = self->next_counter;
}

guint64
desk_state_manager_get_lost (DeskStateManager *self)
{
  return self->lost;
}

gboolean
desk_state_manager_was_unclean (DeskStateManager *self)
{
  return self->unclean;
}

const char *
desk_state_manager_get_sqlite_version (void)
{
  return sqlite3_libversion ();
}
