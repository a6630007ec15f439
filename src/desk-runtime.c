/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-runtime.h"

#include <string.h>

#include "desk-clock.h"
#include "desk-io.h"
#include "desk-learned.h"
#include "desk-secrets.h"
#include "desk-simulator.h"
#include "desk-wakeup.h"

/* Quotes wait for the next frame; after a full share of work the loop gets its turn. */
#define SOON_USEC       (16 * 1000)
#define AGAIN_USEC      (1 * 1000)
#define SETTLE_USEC     (2 * G_USEC_PER_SEC)

struct _DeskRuntime
{
  DeskProfile        *profile;
  DeskSessionOptions  options;   /* its texts are our own copies */
  GMainContext       *context;
  DeskFlightRecorder *recorder;
  DeskInbox          *inbox;
  DeskWakeup         *wakeup;
  DeskRuntimeReady    ready;
  gpointer            ready_data;

  DeskStateManager   *manager;
  DeskSimulator      *simulator;
  DtcSessionConfig   *config;
  DtcDataBridge      *bridge;
  DeskIo             *io;
  DtcCaptureWriter   *capture;   /* or NULL */

  gboolean            starting;
  gboolean            running;
  DeskRuntimeDone     start_done;
  gpointer            start_data;
  gboolean            stopping;
  guint               wait_ms;
  DeskRuntimeDone     stop_done;
  gpointer            stop_data;
};

static void leave (DeskRuntime *self);

/* From any thread to the main one. */
typedef struct
{
  DeskRuntime *self;
  void       (*func) (DeskRuntime *self, GError *error);
  GError      *error;
} Hop;

static gboolean
hop_cb (gpointer user_data)
{
  Hop *hop = user_data;

  hop->func (hop->self, hop->error);
  return G_SOURCE_REMOVE;
}

static void
hop_free (gpointer user_data)
{
  Hop *hop = user_data;

  g_clear_error (&hop->error);
  g_free (hop);
}

static void
hop_to_main (DeskRuntime  *self,
             void        (*func) (DeskRuntime *self, GError *error),
             const GError *error)
{
  Hop *hop = g_new0 (Hop, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  hop->self = self;
  hop->func = func;
  hop->error = error != NULL ? g_error_copy (error) : NULL;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, hop_cb, hop, hop_free);
  g_source_attach (source, self->context);
}

static void
inbox_wake (DeskInboxUrgency urgency,
            gpointer         user_data)
{
  DeskRuntime *self = user_data;

  desk_wakeup_in (self->wakeup, urgency == DESK_INBOX_NOW ? 0 : SOON_USEC);
}

static void
wakeup_cb (gpointer user_data)
{
  DeskRuntime *self = user_data;

  if (self->ready != NULL)
    self->ready (self->ready_data);
}

DeskRuntime *
desk_runtime_new (const DeskProfile        *profile,
                  const DeskSessionOptions *options,
                  DeskFlightRecorder       *recorder,
                  DeskRuntimeReady          ready,
                  gpointer                  user_data)
{
  DeskRuntime *self = g_new0 (DeskRuntime, 1);

  self->profile = desk_profile_copy (profile);
  self->options = *options;
  self->options.state_path = g_strdup (options->state_path);
  self->options.capture_path = g_strdup (options->capture_path);
  self->options.username = g_strdup (options->username);
  self->options.password = g_strdup (options->password);
  self->options.read_only = options->read_only || options->memory_only;
  self->context = g_main_context_ref_thread_default ();
  self->recorder = g_object_ref (recorder);
  self->ready = ready;
  self->ready_data = user_data;
  self->wakeup = desk_wakeup_new (self->context, G_PRIORITY_DEFAULT, wakeup_cb, self);
  self->inbox = desk_inbox_new (inbox_wake, self);
  return self;
}

static void
free_secret (const char *secret)
{
  char *text = (char *) secret;

  if (text != NULL)
    explicit_bzero (text, strlen (text));
  g_free (text);
}

static void
desk_runtime_free (DeskRuntime *self)
{
  g_clear_object (&self->bridge);
  g_clear_object (&self->simulator);
  g_clear_pointer (&self->config, dtc_session_config_free);
  desk_inbox_free (self->inbox);
  desk_wakeup_free (self->wakeup);
  g_object_unref (self->recorder);
  g_main_context_unref (self->context);
  desk_profile_free (self->profile);
  g_free ((char *) self->options.state_path);
  g_free ((char *) self->options.capture_path);
  g_free ((char *) self->options.username);
  free_secret (self->options.password);
  g_free (self);
}

void
desk_runtime_forget (DeskRuntime *self)
{
  self->ready = NULL;
}

/* Start: state file, password, simulator, fold, link. */

static void
notice (DeskRuntime *self,
        DeskLevel    level,
        const char  *code,
        const char  *text)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_NOTICE);

  event->utc = desk_clock_utc ();
  event->level = level;
  g_strlcpy (event->code, code, sizeof (event->code));
  event->text = g_ref_string_new (text);
  desk_inbox_push (self->inbox, event);
}

static void
simulator_notice_cb (DeskSimulator *simulator,
                     const char    *text,
                     gpointer       user_data)
{
  notice (user_data, DESK_LEVEL_WARNING, "SIMULATOR", text);
}

static void
start_ended (DeskRuntime  *self,
             const GError *error)
{
  gboolean stop = self->stopping; /* one that is asked for by the callback leaves by itself */

  self->starting = FALSE;
  self->running = error == NULL;
  self->start_done (error, self->start_data);
  if (stop)
    leave (self);
}

/* TRUE: somebody wants us to stop before we have started. */
static gboolean
given_up (DeskRuntime *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->stopping)
    return FALSE;
  error = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped while starting");
  start_ended (self, error);
  return TRUE;
}

static void
restored_main (DeskRuntime *self,
               GError      *error)
{
  if (error != NULL)
    {
      start_ended (self, error);
      return;
    }
  if (given_up (self))
    return;
  dtc_data_bridge_start (self->bridge);
  start_ended (self, NULL);
}

static void
restored_cb (const GError *error,
             gpointer      user_data)
{
  hop_to_main (user_data, restored_main, error);
}

typedef struct
{
  char       *host;
  guint16     port;
  DtcLearned  learned;
} Lesson;

static gboolean
learned_main (gpointer user_data)
{
  Lesson *lesson = user_data;

  desk_learned_set (lesson->host, lesson->port, &lesson->learned);
  return G_SOURCE_REMOVE;
}

static void
lesson_free (gpointer user_data)
{
  Lesson *lesson = user_data;

  g_free (lesson->host);
  g_free (lesson);
}

static void
learned_cb (const DtcLearned *learned,
            gpointer          user_data)
{
  DeskRuntime *self = user_data;
  Lesson *lesson = g_new0 (Lesson, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  lesson->host = g_strdup (self->profile->host);
  lesson->port = self->profile->port;
  lesson->learned = *learned;
  g_source_set_callback (source, learned_main, lesson, lesson_free);
  g_source_attach (source, self->context);
}

static void
connect_up (DeskRuntime *self)
{
  DeskEngineConfig config = { 0 };
  g_autoptr (GError) error = NULL;

  if (self->options.capture_path != NULL)
    {
      self->capture = dtc_capture_writer_new (self->options.capture_path, DTC_CAPTURE_MAX_BYTES, &error);
      if (self->capture == NULL)
        {
          start_ended (self, error);
          return;
        }
    }

  config.numbering = self->profile->numbering;
  config.live = self->profile->live;
  config.read_only = self->options.read_only;
  config.verify = self->options.verify;
  config.arm_at_live = self->options.arm_at_live;
  config.automated = self->options.automated;
  g_strlcpy (config.account, self->profile->account != NULL ? self->profile->account : "", sizeof (config.account));
  config.watch = self->profile->symbols;
  config.limits = self->profile->limits;
  if (self->manager != NULL)
    {
      guint64 lost = desk_state_manager_get_lost (self->manager);

      desk_state_manager_get_identity (self->manager, config.install, &config.generation, &config.next_counter);
      if (lost > 0)
        {
          g_autofree char *what = lost == 1 ? g_strdup ("record") : g_strdup_printf ("%" G_GUINT64_FORMAT " records", lost);
          g_autofree char *text = g_strdup_printf (
            "The state file has lost its last %s: it is an older copy, or its log was damaged. "
            "Orders of that time may be shown as another program's, or not at all. Compare with the server, then arm by hand", what);

          /* Nobody is armed by a habit of the command line. */
          config.arm_at_live = FALSE;
          notice (self, DESK_LEVEL_ALARM, "RECORDS_LOST", text);
        }
    }
  else
    {
      g_strlcpy (config.install, "READER", sizeof (config.install));
      config.generation = 1;
      config.next_counter = 1;
    }

  self->io = desk_io_new (&config, self->manager, self->inbox, self->recorder);
  desk_io_set_capture (self->io, self->capture);
  if (self->profile->handshake == DTC_HANDSHAKE_AUTO && !self->profile->builtin_simulator)
    desk_io_set_learned (self->io, &self->config->learned, learned_cb, self);
  self->bridge = dtc_data_bridge_new (self->config, desk_io_sink (), self->io);
  g_clear_pointer (&self->config, dtc_session_config_free);
  desk_io_attach (self->io, self->bridge);
  desk_io_restore (self->io, restored_cb, self);
}

static void
simulator_started_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  DeskRuntime *self = user_data;
  g_autoptr (GError) error = NULL;

  self->config->port = desk_simulator_start_finish (DESK_SIMULATOR (source), result, &error);
  if (error != NULL)
    start_ended (self, error);
  else if (!given_up (self))
    connect_up (self);
}

/* A state file of its own gets a simulator with a state of its own: two at a time never write the same one. */
static char *
simulator_state_path (DeskRuntime *self)
{
  g_autofree char *digest = NULL;
  g_autofree char *absolute = NULL;
  g_autofree char *name = NULL;

  if (self->options.state_path == NULL)
    return g_build_filename (g_get_user_state_dir (), "dtc-desk", "simulator.json", NULL);
  absolute = g_canonicalize_filename (self->options.state_path, NULL);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, absolute, -1);
  name = g_strdup_printf ("simulator-%.12s.json", digest);
  return g_build_filename (g_get_user_state_dir (), "dtc-desk", name, NULL);
}

static void
find_server (DeskRuntime *self)
{
  g_autofree char *state_path = NULL;
  g_autoptr (GError) error = NULL;

  if (!self->profile->builtin_simulator)
    {
      connect_up (self);
      return;
    }

  g_free (self->config->host);
  self->config->host = g_strdup ("127.0.0.1");
  self->config->use_tls = FALSE;
  if (self->options.start_simulator)
    {
      state_path = simulator_state_path (self);
      self->simulator = desk_simulator_new (self->profile->slug, state_path, self->profile->numbering);
      g_signal_connect (self->simulator, "notice", G_CALLBACK (simulator_notice_cb), self);
      desk_simulator_start_async (self->simulator, NULL, simulator_started_cb, self);
      return;
    }

  self->config->port = desk_simulator_find (self->profile->slug, &error);
  if (error != NULL)
    start_ended (self, error);
  else
    connect_up (self);
}

static void
password_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  DeskRuntime *self = user_data;
  g_autoptr (GError) error = NULL;
  char *password;

  password = desk_secrets_lookup_finish (result, &error);
  if (error != NULL)
    notice (self, DESK_LEVEL_WARNING, "SECRET", error->message);
  self->config->password = g_strdup (password);
  g_clear_pointer (&password, desk_secrets_free);
  if (!given_up (self))
    find_server (self);
}

static const char *
first_set (const char *a,
           const char *b)
{
  return a != NULL ? a : b;
}

DtcSessionConfig *
desk_runtime_config (const DeskProfile *profile)
{
  DtcSessionConfig *config = dtc_session_config_new ();

  g_free (config->host);
  config->host = g_strdup (profile->host);
  config->port = profile->port;
  config->use_tls = profile->use_tls;
  config->tls_pin = *profile->tls_pin != '\0' ? g_strdup (profile->tls_pin) : NULL;
  g_strfreev (config->allowed_addresses);
  config->allowed_addresses = g_strdupv (profile->allowed_addresses);
  config->numbering = profile->numbering;
  config->encoding_auto = profile->encoding_auto;
  config->encoding = profile->encoding;
  config->handshake = profile->handshake;
  config->allow_plain = profile->allow_plain;
  if (profile->handshake == DTC_HANDSHAKE_AUTO && !profile->builtin_simulator)
    config->learned = desk_learned_get (profile->host, profile->port);
  config->heartbeat_seconds = profile->heartbeat_seconds;
  g_free (config->client_name);
  config->client_name = g_strdup ("DTC Desk");

  config->username = g_strdup (first_set (g_getenv ("DTC_USERNAME"),
                                          profile->username[0] != '\0' ? profile->username : NULL));
  config->password = g_strdup (g_getenv ("DTC_PASSWORD"));
  return config;
}

static void
configure (DeskRuntime *self)
{
  const DeskProfile *profile = self->profile;
  DtcSessionConfig *config = desk_runtime_config (profile);

  self->config = config;
  if (self->options.username != NULL)
    {
      g_free (config->username);
      config->username = g_strdup (self->options.username);
    }
  if (self->options.password != NULL)
    {
      free_secret (config->password);
      config->password = g_strdup (self->options.password);
    }
  if (config->username != NULL && config->password == NULL && !profile->builtin_simulator)
    desk_secrets_lookup_async (profile->slug, NULL, password_cb, self);
  else
    find_server (self);
}

typedef struct
{
  char            *path;
  DeskStateMode    mode;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->path);
  g_free (opening);
}

static void
open_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Opening *opening = task_data;
  DeskStateManager *manager;
  GError *error = NULL;

  manager = desk_state_manager_open (opening->path, opening->mode, &error);
  if (manager != NULL)
    g_task_return_pointer (task, manager, (GDestroyNotify) desk_state_manager_close);
  else
    g_task_return_error (task, error);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  DeskRuntime *self = user_data;
  g_autoptr (GError) error = NULL;

  self->manager = g_task_propagate_pointer (G_TASK (result), &error);
  if (self->manager == NULL)
    start_ended (self, error);
  else if (!given_up (self))
    configure (self);
}

static gboolean
configure_cb (gpointer user_data)
{
  DeskRuntime *self = user_data;

  if (!given_up (self))
    configure (self);
  return G_SOURCE_REMOVE;
}

static void
configure_main (DeskRuntime *self,
                GError      *error)
{
  configure_cb (self);
}

void
desk_runtime_start (DeskRuntime     *self,
                    DeskRuntimeDone  done,
                    gpointer         user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *path = NULL;
  Opening *opening;

  g_return_if_fail (!self->starting && !self->running && !self->stopping);

  self->starting = TRUE;
  self->start_done = done;
  self->start_data = user_data;
  path = desk_runtime_dup_state_path (self);
  /* There is nothing to read before the first session has written something. */
  if (path == NULL || (self->options.read_only && !g_file_test (path, G_FILE_TEST_EXISTS)))
    {
      hop_to_main (self, configure_main, NULL);
      return;
    }

  opening = g_new0 (Opening, 1);
  opening->path = g_steal_pointer (&path);
  opening->mode = self->options.read_only ? DESK_STATE_READER : DESK_STATE_WRITER;
  task = g_task_new (NULL, NULL, opened_cb, self);
  g_task_set_source_tag (task, desk_runtime_start);
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, open_thread);
}

/* Stop: answers, logoff, state file, engine, simulator. */

static void
gone_main (DeskRuntime *self,
           GError      *unused)
{
  g_autoptr (GError) error = NULL;

  if (self->simulator != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->simulator, self);
      desk_simulator_stop (self->simulator);
    }
  g_clear_object (&self->bridge);
  if (self->capture != NULL && !dtc_capture_writer_close (g_steal_pointer (&self->capture), &error))
    notice (self, DESK_LEVEL_WARNING, "CAPTURE", error->message);
  while (self->ready != NULL && desk_inbox_depth (self->inbox) > 0)
    self->ready (self->ready_data);
  if (self->stop_done != NULL)
    self->stop_done (NULL, self->stop_data);
  desk_runtime_free (self);
}

static void
finished_cb (const GError *error,
             gpointer      user_data)
{
  hop_to_main (user_data, gone_main, NULL);
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  DeskRuntime *self = user_data;

  self->manager = NULL;
  if (self->io != NULL)
    desk_io_finish (g_steal_pointer (&self->io), finished_cb, self);
  else
    hop_to_main (self, gone_main, NULL);
}

static void
close_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  if (task_data != NULL)
    desk_state_manager_close (task_data);
  g_task_return_boolean (task, TRUE);
}

static void
close_main (DeskRuntime *self,
            GError      *error)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, closed_cb, self);

  g_task_set_source_tag (task, close_main);
  g_task_set_task_data (task, self->manager, NULL);
  g_task_run_in_thread (task, close_thread);
}

static void
settled_cb (const GError *error,
            gpointer      user_data)
{
  hop_to_main (user_data, close_main, NULL);
}

static void
bridge_stopped_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  DeskRuntime *self = user_data;

  dtc_data_bridge_stop_finish (DTC_DATA_BRIDGE (source), result, NULL);
  desk_io_settle (self->io, desk_clock_mono () + SETTLE_USEC, settled_cb, self);
}

static void
answered_main (DeskRuntime *self,
               GError      *error)
{
  self->running = FALSE;
  dtc_data_bridge_stop_async (self->bridge, NULL, bridge_stopped_cb, self);
}

static void
answered_cb (const GError *error,
             gpointer      user_data)
{
  hop_to_main (user_data, answered_main, NULL);
}

static void
leave (DeskRuntime *self)
{
  if (self->io != NULL)
    desk_io_drain (self->io, desk_clock_mono () + (gint64) self->wait_ms * 1000, answered_cb, self);
  else
    close_main (self, NULL);
}

void
desk_runtime_stop (DeskRuntime     *self,
                   guint            wait_ms,
                   DeskRuntimeDone  done,
                   gpointer         user_data)
{
  g_return_if_fail (!self->stopping);

  self->stopping = TRUE;
  self->wait_ms = wait_ms;
  self->stop_done = done;
  self->stop_data = user_data;
  if (!self->starting)
    leave (self);
}

gboolean
desk_runtime_takes (DeskRuntime     *self,
                    DeskCommandKind  kind)
{
  static const guint exits = 1u << DESK_COMMAND_CANCEL | 1u << DESK_COMMAND_CANCEL_ALL | 1u << DESK_COMMAND_FLATTEN
                             | 1u << DESK_COMMAND_CANCEL_ALL_AND_FLATTEN | 1u << DESK_COMMAND_DISARM
                             | 1u << DESK_COMMAND_HALT;

  return self->running && (!self->stopping || (exits >> kind & 1) != 0);
}

void
desk_runtime_command (DeskRuntime *self,
                      DeskCommand *command)
{
  desk_io_command (self->io, command);
}

char *
desk_runtime_dup_state_path (DeskRuntime *self)
{
  if (self->options.memory_only)
    return NULL;
  return self->options.state_path != NULL ? g_strdup (self->options.state_path) : desk_profile_state_path (self->profile);
}

DeskInbox *
desk_runtime_get_inbox (DeskRuntime *self)
{
  return self->inbox;
}

void
desk_runtime_again (DeskRuntime *self)
{
  desk_wakeup_in (self->wakeup, AGAIN_USEC);
}
