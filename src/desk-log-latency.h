/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-store.h"

G_BEGIN_DECLS

/* How long answers took: by kind of request, and by order. */

/**
 * DeskLogAnswers:
 * @type: the request
 * @n: how many were answered
 * @unanswered: how many were not
 * @least: microseconds, as @p50 and so on
 */
typedef struct
{
  guint16 type;
  guint   n;
  guint   unanswered;
  gint64  least, p50, p90, p95, p99, most;
} DeskLogAnswers;

/**
 * DeskLogOrderTimes:
 * @id: ClientOrderID
 * @symbol: of it
 * @number: the row of its submit
 * @ack: microseconds from the submit to the first update, -1: none
 * @fill: to the first fill
 * @cancel: from its first cancel or change to the answer
 */
typedef struct
{
  char   *id;
  char   *symbol;
  guint64 number;
  gint64  ack, fill, cancel;
} DeskLogOrderTimes;

typedef struct
{
  GArray    *answers; /* DeskLogAnswers, by type */
  GPtrArray *orders;  /* DeskLogOrderTimes, oldest first */
} DeskLogLatency;

DeskLogLatency *desk_log_latency_new  (DeskLogSnapshot *snapshot);
void            desk_log_latency_free (DeskLogLatency  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLogLatency, desk_log_latency_free)

G_END_DECLS
