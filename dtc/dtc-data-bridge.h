/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-session.h"

G_BEGIN_DECLS

/* The GIO socket around a DtcSession, on the "dtc-io" thread. The handle belongs to the thread that made it. */

#define DTC_TYPE_DATA_BRIDGE (dtc_data_bridge_get_type ())
G_DECLARE_FINAL_TYPE (DtcDataBridge, dtc_data_bridge, DTC, DATA_BRIDGE, GObject)

#define DTC_WRITE_QUEUE_MAX (64 * 1024) /* bytes waiting for the kernel; beyond it nothing new is queued */

/**
 * dtc_data_bridge_new:
 * @config: where to and how; copied
 * @sink: where to report, called on the dtc-io thread; copied
 * @sink_data: for @sink; must outlive the bridge's stop
 *
 * Returns: (transfer full): a bridge that has not started
 */
DtcDataBridge *dtc_data_bridge_new          (const DtcSessionConfig *config,
                                             const DtcSink          *sink,
                                             gpointer                sink_data);
/* Starts the thread's share of the work: the first connection try, or the next one after STOPPED. */
void           dtc_data_bridge_start        (DtcDataBridge          *self);
/**
 * dtc_data_bridge_stop_async:
 *
 * Logs off (at most DTC_LOGOFF_TIMEOUT), closes, and lets nothing call the sink any more before it completes, in
 * the caller's thread-default context. Final: a stopped bridge does not start again.
 */
void           dtc_data_bridge_stop_async   (DtcDataBridge          *self,
                                             GCancellable           *cancellable,
                                             GAsyncReadyCallback     callback,
                                             gpointer                user_data);
gboolean       dtc_data_bridge_stop_finish  (DtcDataBridge          *self,
                                             GAsyncResult           *result,
                                             GError                **error);
/* Runs @func once on the dtc-io thread, whatever it returns, in the order of the calls. The session ticks and sends
 * after it. @destroy runs there too. Any thread. */
void           dtc_data_bridge_invoke       (DtcDataBridge          *self,
                                             GSourceFunc             func,
                                             gpointer                data,
                                             GDestroyNotify          destroy);
/* dtc-io thread only. */
DtcSession    *dtc_data_bridge_get_session  (DtcDataBridge          *self);
/* Bytes that wait for the kernel, of both lanes. dtc-io thread only. */
gsize          dtc_data_bridge_get_queued   (DtcDataBridge          *self);
/* The dtc-io thread's context, for completions that must run there. Any thread. */
GMainContext  *dtc_data_bridge_get_context  (DtcDataBridge          *self);

G_END_DECLS
