/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <string.h>

#include "desk-signals.h"

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  DtcctlLive *live = user_data;
  g_autoptr (GError) error = NULL;

  if (!desk_session_stop_finish (DESK_SESSION (source), result, &error))
    {
      dtcctl_complain ("%s", error->message);
      if (live->status == DTCCTL_EXIT_DONE)
        live->status = DTCCTL_EXIT_FAILED;
    }
  g_main_loop_quit (live->loop);
}

void
dtcctl_live_leave (DtcctlLive *live,
                   DtcctlExit  status,
                   guint       wait_ms)
{
  if (live->leaving)
    return;
  live->leaving = TRUE;
  live->status = status;
  desk_session_stop_async (live->session, wait_ms, stopped_cb, live);
}

void
dtcctl_live_interrupt (DtcctlLive *live)
{
  if (live->interrupted)
    {
      g_main_loop_quit (live->loop); /* asked twice: do not wait for the end */
      return;
    }
  live->interrupted = TRUE;
  live->klass->interrupted (live);
}

static gboolean
signal_cb (gpointer user_data)
{
  dtcctl_live_interrupt (user_data);
  return G_SOURCE_CONTINUE;
}

/* A try that was refused, and the state that ends all tries. */
static void
note_link (DtcctlLive      *live,
           const DeskEvent *event)
{
  live->link = event->link.state;
  if ((event->link.state == DESK_LINK_DOWN || event->link.state == DESK_LINK_STOPPED) && event->text != NULL)
    {
      g_free (live->why);
      live->why = g_strdup (event->text);
    }
  switch (event->link.state)
    {
    case DESK_LINK_DOWN:
      if (event->link.reason != NULL
          && (g_str_equal (event->link.reason, dtc_link_reason_to_string (DTC_REASON_CONNECT_FAILED))
              || g_str_equal (event->link.reason, dtc_link_reason_to_string (DTC_REASON_LOGON_REFUSED))))
        live->refusals++;
      /* It shows the same one in a second, too. */
      if (*event->link.certificate != '\0')
        live->refusals = 2;
      break;
    case DESK_LINK_RESYNC:
    case DESK_LINK_LIVE:
      live->refusals = 0;
      if (live->first_epoch == 0)
        live->first_epoch = event->epoch;
      break;
    case DESK_LINK_CONNECTING:
    case DESK_LINK_HANDSHAKE:
    case DESK_LINK_LOGON:
    case DESK_LINK_STOPPED:
    default:
      break;
    }
}

void
dtcctl_live_no_link (DtcctlLive *live)
{
  if (live->why != NULL)
    dtcctl_complain ("There is no connection to the server: %s", live->why);
  else
    dtcctl_complain ("There is no connection to the server; look whether it runs, and where the profile says that it is");
  dtcctl_live_leave (live, DTCCTL_EXIT_NO_LINK, 0);
}

gboolean
dtcctl_live_is_hopeless (DtcctlLive *live)
{
  return live->link == DESK_LINK_STOPPED || live->refusals >= 2;
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DtcctlLive      *live)
{
  if (event->epoch > live->epoch)
    live->epoch = event->epoch;
  if (event->kind == DESK_EVENT_LINK)
    note_link (live, event);
  live->klass->event (live, event);
  if (!dtcctl_output_open () && !live->interrupted)
    dtcctl_live_interrupt (live);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  DtcctlLive *live = user_data;
  g_autoptr (GError) error = NULL;

  if (desk_session_start_finish (DESK_SESSION (source), result, &error))
    {
      live->started = TRUE;
      live->klass->started (live);
      return;
    }

  dtcctl_complain ("%s", error->message);
  if (g_error_matches (error, DESK_ERROR, DESK_ERROR_LOCKED))
    live->status = DTCCTL_EXIT_LOCKED;
  else if (g_error_matches (error, DESK_ERROR, DESK_ERROR_SIMULATOR))
    live->status = DTCCTL_EXIT_NO_LINK;
  else
    live->status = DTCCTL_EXIT_FAILED;
  dtcctl_live_leave (live, live->status, 0);
}

DtcctlExit
dtcctl_live_run (DtcctlLive               *live,
                 const DtcctlLiveClass    *klass,
                 const DtcctlOptions      *options,
                 const DeskSessionOptions *session_options)
{
  DeskSessionOptions all = *session_options;
  guint sources[DESK_SIGNALS];

  all.state_path = options->state_path;
  all.start_simulator = options->start_simulator;
  all.arm_at_live = options->arm;
  all.username = g_getenv ("DTC_USERNAME");
  all.password = g_getenv ("DTC_PASSWORD");

  live->klass = klass;
  live->options = options;
  live->link = DESK_LINK_DOWN;
  live->loop = g_main_loop_new (NULL, FALSE);
  live->session = desk_session_new (options->profile, &all);
  g_signal_connect (live->session, "event", G_CALLBACK (event_cb), live);
  desk_signals_watch (signal_cb, live, sources);

  desk_session_start_async (live->session, NULL, started_cb, live);
  g_main_loop_run (live->loop);

  for (guint i = 0; i < DESK_SIGNALS; i++)
    g_clear_handle_id (&sources[i], g_source_remove);
  g_signal_handlers_disconnect_by_data (live->session, live);
  g_clear_object (&live->session);
  g_clear_pointer (&live->printed, g_hash_table_unref);
  g_clear_pointer (&live->why, g_free);
  g_clear_pointer (&live->loop, g_main_loop_unref);
  return live->status;
}
