/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-state-manager-private.h"

#include "desk-failpoint.h"

#include <string.h>

#define GROUP_USEC      2000  /* how long an event may wait for company */
#define GROUP_RECORDS   64
#define RESTORE_AHEAD   8     /* batches read before the first of them has been taken */
#define CHECKPOINT_IDLE 1000  /* pages in the WAL: move them when nothing is to do */
#define CHECKPOINT_MUST 16000 /* … move them now */
#define IDLE_USEC       50000

static int
count_wal_pages (void       *data,
                 sqlite3    *db,
                 const char *name,
                 int         pages)
{
  ((DeskStateManager *) data)->wal_pages = pages;
  return SQLITE_OK;
}

static gboolean
failed (DeskStateManager *self)
{
  return atomic_load_explicit (&self->failure, memory_order_relaxed) != NULL;
}

static gboolean
step (DeskStateManager  *self,
      sqlite3_stmt      *stmt,
      const char        *doing,
      GError           **error)
{
  gboolean ok = sqlite3_step (stmt) == SQLITE_DONE || desk_sqlite_set_error (self->db, doing, error);

  sqlite3_reset (stmt);
  return ok;
}

static gboolean
insert_record (DeskStateManager  *self,
               DeskRecord        *record,
               gboolean          *instance,
               GError           **error)
{
  guint8 hash[DESK_HASH_SIZE];

  desk_hash_chain_next (self->chain, record, hash);
  if (!desk_journal_row_insert (self->db, self->insert, record, hash, error))
    return FALSE;
  if (record->kind == DESK_RECORD_INSTANCE && desk_state_id_parse (record->payload, &self->id))
    {
      self->id.seq = record->seq;
      memcpy (self->id.hash, hash, sizeof hash);
      *instance = TRUE;
    }
  return TRUE;
}

/* A failure is no harm: the database remains the truth, and an older FILE.id still fits it. */
static void
write_id (DeskStateManager *self)
{
  g_autoptr (GError) error = NULL;

  DESK_FAILPOINT ("id.before-write");
  if (!desk_state_files_write_id (self->path, &self->id, &error))
    g_debug ("%s", error->message);
  DESK_FAILPOINT ("id.after-write");
}

static void
drop_pending (DeskStateManager *self)
{
  while (self->pending != NULL)
    {
      DeskJob *job = self->pending;

      self->pending = job->next;
      desk_job_unref (job);
    }
  self->pending_end = &self->pending;
  self->n_pending = 0;
  self->urgent = FALSE;
}

/* The database takes no more: what was to be written goes where there is room. */
static void
keep_pending (DeskStateManager *self)
{
  DeskJob *job;

  for (job = self->pending; self->emergency != NULL && job != NULL; job = job->next)
    desk_emergency_append (self->emergency, job->records, job->n_records, job->next == NULL);
  drop_pending (self);
}

static void
add_pending (DeskStateManager *self,
             DeskJob              *job)
{
  if (self->pending == NULL)
    self->due = g_get_monotonic_time () + GROUP_USEC;
  job->next = NULL;
  *self->pending_end = job;
  self->pending_end = &job->next;
  self->n_pending += job->n_records;
  self->urgent |= job->now;
  self->expected = job->first + job->n_records;
}

/* Two threads may take their numbers in one order and arrive in the other. */
static void
take_append (DeskStateManager *self,
             DeskJob              *job)
{
  DeskJob **at = &self->held;

  while (*at != NULL && (*at)->first < job->first)
    at = &(*at)->next;
  job->next = *at;
  *at = job;

  while (self->held != NULL && self->held->first == self->expected)
    {
      job = self->held;
      self->held = job->next;
      add_pending (self, job);
    }
}

/* What was appended and has not been looked at yet. */
static void
take_waiting (DeskStateManager *self)
{
  DeskQueueNode *node = desk_queue_take (&self->jobs);

  while (node != NULL)
    {
      DeskJob *job = (DeskJob *) node;

      node = node->next;
      if (job->kind == DESK_JOB_APPEND)
        take_append (self, job);
      else
        desk_queue_push (&self->jobs, &job->node); /* the loop comes to it */
    }
}

/* For good: a later success would prove nothing about what was lost. Exits leave as soon as it is known, so all that they
 * rest on is kept first; what comes from now on is kept by whoever appends it. */
static void
fail (DeskStateManager *self,
      GError           *error)
{
  GError *none = NULL;

  g_mutex_lock (&self->aside_lock);
  self->failing = TRUE;
  g_mutex_unlock (&self->aside_lock);
  take_waiting (self);
  keep_pending (self);
  if (!atomic_compare_exchange_strong_explicit (&self->failure, &none, error,
                                                memory_order_release, memory_order_relaxed))
    g_error_free (error);
  desk_state_manager_post (self);
}

/* One transaction of everything that is pending. */
static void
commit_pending (DeskStateManager *self)
{
  GError *error = NULL;
  gint64 started = g_get_monotonic_time ();
  gboolean instance = FALSE, ok = TRUE;
  guint64 last = 0;
  DeskJob *job;
  guint i;

  if (!failed (self) && (self->pending != NULL || self->opening != NULL))
    {
      ok = step (self, self->begin, "begin", &error);
      DESK_FAILPOINT ("journal.begun");
      if (ok && self->opening != NULL)
        {
          ok = insert_record (self, self->opening, &instance, &error);
          last = self->opening->seq;
          for (i = 0; ok && self->salvaged != NULL && i < self->salvaged->len; i++)
            {
              DeskRecord *record = g_ptr_array_index (self->salvaged, i);

              ok = insert_record (self, record, &instance, &error);
              last = record->seq;
            }
        }
      for (job = self->pending; ok && job != NULL; job = job->next)
        for (i = 0; ok && i < job->n_records; i++)
          {
            ok = insert_record (self, job->records[i], &instance, &error);
            last = job->records[i]->seq;
          }
      /* The very first time FILE.id goes ahead: killed in between, an empty journal beside it is a new start. Later the
       * one before still fits. */
      if (ok && self->opening != NULL && self->opening->seq == 1)
        write_id (self);
      DESK_FAILPOINT ("journal.before-commit");
      if (ok && DESK_FAILPOINT_FAILS ("journal.commit"))
        {
          g_set_error_literal (&error, DESK_ERROR, DESK_ERROR_STORAGE, "failed on purpose");
          ok = FALSE;
        }
      if (ok)
        ok = step (self, self->commit, "commit", &error);
      DESK_FAILPOINT ("journal.after-commit");

      if (ok)
        {
          gint64 usec = g_get_monotonic_time () - started;
          guint8 hash[DESK_HASH_SIZE];

          /* The first completion says that FILE.id is there, too; later ones do not wait for it. */
          if (self->opening != NULL)
            {
              g_clear_pointer (&self->opening, desk_record_free);
              self->opened = TRUE;
              DESK_FAILPOINT ("open.committed");
              if (self->salvaged != NULL && self->emergency != NULL)
                desk_emergency_clear (self->emergency);
              if (self->salvaged != NULL && self->aside != NULL)
                desk_emergency_clear (self->aside);
              g_clear_pointer (&self->salvaged, g_ptr_array_unref);
              write_id (self);
              instance = FALSE;
            }
          if (self->head != NULL)
            {
              desk_hash_chain_get (self->chain, hash);
              desk_state_head_write (self->head, last, hash);
            }
          atomic_store_explicit (&self->commit_usec, usec, memory_order_relaxed);
          atomic_store_explicit (&self->durable, last, memory_order_release);
          desk_state_manager_aside_durable (self, last);
          desk_state_manager_post (self);
          DESK_FAILPOINT ("journal.told");
          if (instance)
            write_id (self);
        }
      else
        {
          if (!sqlite3_get_autocommit (self->db))
            sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
          fail (self, error);
        }
    }
  else
    {
      keep_pending (self);
    }
  drop_pending (self);
}

static void
send_batch (DeskStateManager *self,
            DeskBatch            *batch)
{
  atomic_fetch_add_explicit (&self->batches_ahead, 1, memory_order_relaxed);
  DESK_FAILPOINT ("restore.batch");
  desk_queue_push (&self->batches, &batch->node);
  desk_state_manager_post (self);
}

static gboolean
wait_for_room (DeskStateManager *self)
{
  while (atomic_load_explicit (&self->batches_ahead, memory_order_acquire) >= RESTORE_AHEAD)
    {
      if (atomic_load_explicit (&self->stopping, memory_order_relaxed))
        return FALSE;
      desk_waker_wait (&self->waker, -1);
    }
  return !atomic_load_explicit (&self->stopping, memory_order_relaxed);
}

static void
add_to_batch (DeskStateManager  *self,
              DeskBatch        **batch,
              DeskRecord        *record)
{
  (*batch)->records[(*batch)->n_records++] = record;
  if ((*batch)->n_records < DESK_RESTORE_BATCH)
    return;
  send_batch (self, *batch);
  *batch = g_new0 (DeskBatch, 1);
}

static gboolean
read_history (DeskStateManager  *self,
              DeskBatch            **batch,
              GError           **error)
{
  DeskJournalWalk walk;
  GError *local_error = NULL;
  DeskRecord *record;
  guint64 end = self->opening != NULL ? self->opening->seq : self->expected - self->n_pending;

  if (self->db == NULL)
    return TRUE;
  if (!desk_journal_walk_init (&walk, self->db, error))
    return FALSE;

  while ((record = desk_journal_walk_next (&walk, &local_error)) != NULL)
    {
      add_to_batch (self, batch, record);
      if ((*batch)->n_records == 0 && !wait_for_room (self))
        break;
    }
  if (local_error == NULL && record == NULL && self->mode == DESK_STATE_WRITER && walk.seq + 1 != end)
    desk_sqlite_set_damaged (&local_error, self->path, "the records after %" G_GUINT64_FORMAT " are missing", walk.seq);
  desk_journal_walk_clear (&walk);

  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  return TRUE;
}

static void
run_restore (DeskStateManager *self)
{
  DeskBatch *batch = g_new0 (DeskBatch, 1);
  GError *error = NULL;

  if (!read_history (self, &batch, &error))
    {
      if (self->mode == DESK_STATE_WRITER)
        fail (self, g_error_copy (error));
      batch->error = error;
    }
  else if (self->salvaged != NULL && self->salvaged->len > 0)
    {
      guint i;

      add_to_batch (self, &batch, desk_record_copy (self->opening));
      for (i = 0; i < self->salvaged->len; i++)
        add_to_batch (self, &batch, desk_record_copy (g_ptr_array_index (self->salvaged, i)));
    }
  batch->last = TRUE;
  send_batch (self, batch);
  /* Waiting for room may have taken the wake-up of a job that came meanwhile. */
  desk_waker_wake (&self->waker);
  if (self->opening != NULL)
    commit_pending (self);
}

static void
checkpoint (DeskStateManager *self)
{
  int rc;

  DESK_FAILPOINT ("checkpoint.before");
  rc = sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  DESK_FAILPOINT ("checkpoint.after");
  if (self->head != NULL)
    desk_state_head_sync (self->head);
  self->wal_pages = 0;
  if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY && (rc & 0xff) != SQLITE_LOCKED)
    {
      GError *error = NULL;

      desk_sqlite_set_error (self->db, "checkpoint", &error);
      fail (self, error);
    }
}

static void
write_close (DeskStateManager *self)
{
  DeskRecord *record;
  DeskJob *job;

  if (!self->opened || failed (self))
    return;

  DESK_FAILPOINT ("close.before");
  record = desk_record_new (DESK_RECORD_INSTANCE);
  record->seq = self->expected;
  record->utc = g_get_real_time ();
  record->mono = g_get_monotonic_time ();
  record->payload = desk_state_id_format (&self->id, "close", "");
  job = desk_job_new (DESK_JOB_APPEND);
  job->first = record->seq;
  job->records = g_new (DeskRecord *, 1);
  job->records[0] = record;
  job->n_records = 1;
  add_pending (self, job);
  commit_pending (self);
  if (self->head != NULL)
    desk_state_head_sync (self->head);
  DESK_FAILPOINT ("close.written");
}

void
desk_state_manager_close_database (DeskStateManager *self)
{
  g_clear_pointer (&self->insert, sqlite3_finalize);
  g_clear_pointer (&self->begin, sqlite3_finalize);
  g_clear_pointer (&self->commit, sqlite3_finalize);
  /* A damaged or refused file stays as it is. */
  if (self->db != NULL && !self->opened)
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  g_clear_pointer (&self->db, desk_sqlite_close);
}

/* How long to sleep; -1: until woken; 0: there is something to do now. */
static gint64
sleep_usec (DeskStateManager *self)
{
  if (self->pending != NULL)
    {
      if (self->urgent || self->n_pending >= GROUP_RECORDS || failed (self))
        return 0;
      return MAX (self->due - g_get_monotonic_time (), 0);
    }
  return self->wal_pages >= CHECKPOINT_IDLE && !failed (self) ? IDLE_USEC : -1;
}

gpointer
desk_state_manager_run (gpointer data)
{
  DeskStateManager *self = data;
  gboolean stop = FALSE;

  if (self->db != NULL)
    sqlite3_wal_hook (self->db, count_wal_pages, self);

  while (!stop)
    {
      DeskQueueNode *node = desk_queue_take (&self->jobs);
      gint64 usec;

      while (node != NULL)
        {
          DeskJob *job = (DeskJob *) node;

          node = node->next;
          switch (job->kind)
            {
            case DESK_JOB_APPEND:
              take_append (self, job);
              break;
            case DESK_JOB_RESTORE:
              run_restore (self);
              desk_job_unref (job);
              break;
            case DESK_JOB_STOP:
              stop = TRUE;
              desk_job_unref (job);
              break;
            }
        }

      if (stop)
        break;
      usec = sleep_usec (self);
      if (usec != 0)
        {
          gint64 slept_from = g_get_monotonic_time ();

          desk_waker_wait (&self->waker, usec);
          if (self->pending == NULL && usec > 0 && g_get_monotonic_time () - slept_from >= usec)
            checkpoint (self);
          continue;
        }
      commit_pending (self);
      if (self->wal_pages >= CHECKPOINT_MUST)
        checkpoint (self);
    }

  if (self->pending != NULL)
    commit_pending (self);
  write_close (self);
  desk_state_manager_close_database (self);
  DESK_FAILPOINT ("close.closed");
  return NULL;
}

