/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-types.h"

G_BEGIN_DECLS

/* Private to dtc/. Bytes that wait for the kernel, in two lanes; does no I/O. The urgent lane goes first, but never
 * into the middle of a buffer that was begun, and has room of its own when the other lane is full. */

typedef struct _DtcWriteQueue DtcWriteQueue;

typedef struct
{
  guint64 cookie;
  gsize   accepted;
  gsize   total;
} DtcWriteFate;

#define DTC_WRITE_QUEUE_URGENT_MAX (16 * 1024)

DtcWriteQueue *dtc_write_queue_new     (gsize          normal_max,
                                        gsize          urgent_max);
void           dtc_write_queue_free    (DtcWriteQueue *queue);
/* FALSE: the lane is full, nothing was taken. */
gboolean       dtc_write_queue_push    (DtcWriteQueue *queue,
                                        const guint8  *data,
                                        gsize          len,
                                        DtcLane        lane,
                                        guint64        cookie);
/* What to offer the kernel next, or NULL. */
const guint8  *dtc_write_queue_peek    (DtcWriteQueue *queue,
                                        gsize         *len);
/* The bytes peeked must be offered again as they are, whatever else is pushed: TLS demands it. */
void           dtc_write_queue_pin     (DtcWriteQueue *queue);
/* The kernel took @n of the bytes peeked. TRUE when a buffer with a cookie ended with it. */
gboolean       dtc_write_queue_advance (DtcWriteQueue *queue,
                                        gsize          n,
                                        DtcWriteFate  *fate);
/* The link is lost: drops buffers until one with a cookie is dropped. FALSE when none is left. */
gboolean       dtc_write_queue_fail    (DtcWriteQueue *queue,
                                        DtcWriteFate  *fate);
gsize          dtc_write_queue_size    (DtcWriteQueue *queue);

G_END_DECLS
