/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-state-manager.h"

#include "desk-emergency.h"
#include "desk-journal-row.h"
#include "desk-queue.h"
#include "desk-state-files.h"
#include "desk-state-head.h"

G_BEGIN_DECLS

/* Inside the state manager: its opening, its journal thread and its completions, each in a file of its own. */

#define DESK_RESTORE_BATCH 512

typedef enum
{
  DESK_JOB_APPEND,
  DESK_JOB_RESTORE,
  DESK_JOB_STOP,
} DeskJobKind;

typedef struct _DeskJob DeskJob;
struct _DeskJob
{
  DeskQueueNode  node;
  DeskJobKind        kind;
  DeskJob           *next; /* the journal thread's own lists */
  guint64        first;
  DeskRecord   **records;
  guint          n_records;
  gboolean       now;
  gatomicrefcount refs;    /* the journal thread's, and the list of what is not durable */
};

/* A part of the history on its way to the completion context. */
typedef struct
{
  DeskQueueNode node;
  DeskRecord   *records[DESK_RESTORE_BATCH];
  guint         n_records;
  gboolean      last;
  GError       *error;
} DeskBatch;

struct _DeskStateManager
{
  gatomicrefcount refs;
  DeskStateMode   mode;
  char           *path;
  int             lock_fd;
  gboolean        unclean;
  DeskStateId     id;            /* set while opening; then the journal thread's */
  char            install[7];    /* as they were when opened; never change */
  guint           generation;
  guint64         next_counter;
  guint64         lost;          /* records that were durable and are not there */

  DeskStateHead  *head;          /* NULL: none; the journal thread's */
  DeskEmergency  *emergency;     /* NULL: none; locks itself */

  /* What is kept while the disk hangs. Nobody holds the lock for longer than writing to memory takes. */
  GMutex          aside_lock;
  char           *aside_name;
  DeskEmergency  *aside;         /* NULL: no such place */
  DeskRecord     *anchor;        /* of this opening: to whom what is kept belongs */
  GQueue          tail;          /* of DeskJob: not seen to be durable, by seq */
  guint64         kept;          /* up to this record it is in the file, 0: the file is empty */
  gboolean        failing;       /* the journal thread takes no more; under the same lock */

  _Atomic guint64 next_seq;
  DeskQueue       jobs;          /* any thread -> journal */
  DeskWaker       waker;
  _Atomic int     stopping;
  GThread        *thread;

  /* The journal thread's. */
  sqlite3        *db;            /* NULL: a reader without a file */
  sqlite3_stmt   *insert, *begin, *commit;
  DeskHashChain  *chain;
  DeskRecord     *opening;       /* the INSTANCE record of this opening, until it is written */
  GPtrArray      *salvaged;      /* from the emergency file; written with it */
  gboolean        opened;
  guint64         expected;      /* the seq to be written next */
  DeskJob            *held;          /* arrived before their turn, by seq */
  DeskJob            *pending, **pending_end;
  guint           n_pending;
  gboolean        urgent;
  gint64          due;
  int             wal_pages;
  DeskRestored    restored;
  gpointer        restored_data;

  /* journal -> completion context. */
  _Atomic int     news;
  _Atomic guint64 durable;
  _Atomic gint64  commit_usec;
  _Atomic (GError *) failure;    /* set once, freed with us */
  DeskQueue       batches;
  _Atomic int     batches_ahead;

  /* The completion context's; set before the first append. */
  GMainContext   *context;
  GSource        *source;
  DeskCommitted   committed;
  gpointer        committed_data;
  guint64         reported;
  gboolean        failure_reported;
  DeskBatch          *waiting;
};


DeskJob *desk_job_new    (DeskJobKind       kind);
void     desk_job_unref  (DeskJob          *job);
void     desk_batch_free (DeskBatch        *batch);
/* From the journal thread: something changed that the completion context should hear of. */
void     desk_state_manager_post  (DeskStateManager *self);
gpointer desk_state_manager_run   (gpointer          data); /* the journal thread */
void     desk_state_manager_close_database (DeskStateManager *self);
gboolean desk_state_manager_prepare (DeskStateManager *self,
                                     GError          **error);

/* desk-state-manager-aside.c */
void     desk_state_manager_aside_open  (DeskStateManager *self);
void     desk_state_manager_aside_close (DeskStateManager *self);
/* What is in the file belongs to another life: it is moved out of the way. */
void     desk_state_manager_aside_set_by (DeskStateManager *self);
/* From the journal thread: up to @seq everything is durable. */
void     desk_state_manager_aside_durable (DeskStateManager *self,
                                           guint64           seq);

G_END_DECLS
