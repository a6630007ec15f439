/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-match.h"

G_BEGIN_DECLS

/* A filter over a whole log, by more than one thread, so that the main loop never waits for it. */

typedef struct _DeskLogJob DeskLogJob;

typedef void (*DeskLogJobFunc) (DeskLogJob *job,
                                gpointer    user_data);

/**
 * desk_log_job_start:
 * @snapshot: the log
 * @filter: copied
 * @done: called in the thread's default context, unless the job was cancelled
 * @user_data: for @done
 *
 * Returns: (transfer full): the job; it ends with desk_log_job_cancel(), before or after @done
 */
DeskLogJob           *desk_log_job_start        (DeskLogSnapshot     *snapshot,
                                                 const DeskLogFilter *filter,
                                                 DeskLogJobFunc       done,
                                                 gpointer             user_data);
/* Frees it, as soon as its threads let go of it; @done does not come any more. */
void                  desk_log_job_cancel       (DeskLogJob          *self);
DeskLogSnapshot      *desk_log_job_get_snapshot (DeskLogJob          *self);
/* In @done: (transfer full) the numbers of the rows that fit, guint64, sorted. Once. */
GArray               *desk_log_job_take_numbers (DeskLogJob          *self);
/* In @done: the ids of the filter's order, or NULL; as long as the job. */
const guint8         *desk_log_job_get_ids      (DeskLogJob          *self,
                                                 guint               *n);
guint                 desk_log_job_get_given_up (DeskLogJob          *self);

/* The same in one go, in the calling thread; (transfer full). */
GArray               *desk_log_filter_run       (const DeskLogFilter *filter,
                                                 DeskLogSnapshot     *snapshot);

G_END_DECLS
