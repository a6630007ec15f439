/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Private to dtc/. Work for one thread from many, lock-free, in the order in which it was pushed. */

typedef struct _DtcJob DtcJob;

struct _DtcJob
{
  DtcJob         *next;
  void          (*func) (gpointer data);
  gpointer        data;
  GDestroyNotify  destroy;
};

typedef struct
{
  _Atomic (DtcJob *) newest;
} DtcJobQueue;

/* Any thread. TRUE when the queue was empty: then somebody must wake the consumer. */
gboolean  dtc_job_queue_push     (DtcJobQueue *queue,
                                  DtcJob      *job);
/* Any thread. */
gboolean  dtc_job_queue_is_empty (DtcJobQueue *queue);
/* The consumer only: everything there is, oldest first, linked by next. */
DtcJob   *dtc_job_queue_take_all (DtcJobQueue *queue);

G_END_DECLS
