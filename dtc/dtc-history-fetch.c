/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-history.h"

#include "dtc-data-bridge.h"

/* One request with its bridge. The answer is made on the dtc-io thread; everything else happens in the caller's
 * context, where the bridge belongs. */
typedef struct
{
  DtcHistory       *history;
  DtcDataBridge    *bridge;
  GMainContext     *context;
  GTask            *task;
  gulong            cancel_id;
  DtcHistoryResult *result;   /* what came, once there is an end */
  GError           *error;
  gboolean          stopping;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  if (fetch->cancel_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (fetch->task), fetch->cancel_id);
  g_clear_object (&fetch->bridge);
  dtc_history_free (fetch->history);
  dtc_history_result_free (fetch->result);
  g_clear_error (&fetch->error);
  g_main_context_unref (fetch->context);
  g_object_unref (fetch->task);
  g_free (fetch);
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Fetch *fetch = user_data;

  dtc_data_bridge_stop_finish (DTC_DATA_BRIDGE (source), result, NULL);
  if (g_task_return_error_if_cancelled (fetch->task))
    ;
  else if (fetch->error != NULL)
    g_task_return_error (fetch->task, g_steal_pointer (&fetch->error));
  else
    g_task_return_pointer (fetch->task, g_steal_pointer (&fetch->result), (GDestroyNotify) dtc_history_result_free);
  fetch_free (fetch);
}

static gboolean
stop_cb (gpointer user_data)
{
  Fetch *fetch = user_data;

  if (!fetch->stopping)
    {
      fetch->stopping = TRUE;
      dtc_data_bridge_stop_async (fetch->bridge, NULL, stopped_cb, fetch);
    }

  return G_SOURCE_REMOVE;
}

/* Any thread. */
static void
post_stop (Fetch *fetch)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, stop_cb, fetch, NULL);
  g_source_attach (source, fetch->context);
}

static void
done_cb (DtcHistoryResult *result,
         const GError     *error,
         gpointer          user_data)
{
  Fetch *fetch = user_data;

  fetch->result = result;
  fetch->error = error != NULL ? g_error_copy (error) : NULL;
  post_stop (fetch);
}

/* The pure part has one end only: a request that was given up ends there, on its own thread. The session outlives the
 * call, the rest of the fetch may not. */
static gboolean
cancel_on_io (gpointer user_data)
{
  dtc_session_stop (user_data, g_get_monotonic_time ());

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Fetch *fetch = user_data;

  dtc_data_bridge_invoke (fetch->bridge, cancel_on_io, dtc_data_bridge_get_session (fetch->bridge), NULL);
}

void
dtc_history_fetch_async (const DtcSessionConfig  *config,
                         const DtcHistoryRequest *request,
                         GCancellable            *cancellable,
                         GAsyncReadyCallback      callback,
                         gpointer                 user_data)
{
  g_autoptr (DtcSessionConfig) own = dtc_session_config_copy (config);
  Fetch                       *fetch = g_new0 (Fetch, 1);

  /* While compressed records stream there are no heartbeats: the longest patience that DTC has. */
  own->heartbeat_seconds = 60;
  fetch->context = g_main_context_ref_thread_default ();
  fetch->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (fetch->task, dtc_history_fetch_async);
  fetch->history = dtc_history_new (request, done_cb, fetch);
  fetch->bridge = dtc_data_bridge_new (own, dtc_history_sink (), fetch->history);
  dtc_history_attach (fetch->history, dtc_data_bridge_get_session (fetch->bridge));
  dtc_data_bridge_start (fetch->bridge);
  if (cancellable != NULL)
    fetch->cancel_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), fetch, NULL);
}

DtcHistoryResult *
dtc_history_fetch_finish (GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
