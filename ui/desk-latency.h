/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-rows.h"

G_BEGIN_DECLS

/* How long the parts of an order's way took, over many orders. */

typedef enum
{
  DESK_LATENCY_JOURNAL, /* click to durable */
  DESK_LATENCY_WIRE,    /* durable to kernel */
  DESK_LATENCY_ACK,     /* kernel to first answer */
  DESK_LATENCY_FILL,    /* first answer to first fill */
  DESK_LATENCY_CANCEL,  /* cancel sent to confirmed */
  DESK_N_LATENCIES
} DeskLatencyKind;

typedef struct
{
  guint  n;
  gint64 p50, p95, p99, max; /* microseconds */
} DeskLatency;

/* Of the orders that were made at @since_utc (microseconds) or later. */
void desk_latency_measure (GListModel  *orders,
                           gint64       since_utc,
                           DeskLatency  out[DESK_N_LATENCIES]);

G_END_DECLS
