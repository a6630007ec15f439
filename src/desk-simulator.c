/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-simulator.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "desk-clock.h"
#include "desk-types.h"

#define RESTART_DELAY_MS 250
#define START_TIMEOUT_S  10
#define TELL_TIMEOUT_S   30

struct _DeskSimulator
{
  GObject           parent_instance;

  char             *slug;
  char             *state_path;
  char            **arguments;    /* more options, or NULL */
  DtcNumbering      numbering;
  GSubprocess      *process;
  GDataInputStream *output;
  GCancellable     *cancellable;  /* of what belongs to the running process */
  GTask            *starting;     /* until it has named its port */
  guint             timeout_id;
  guint             restart_id;
  guint16           port;
  guint16           history_port;
  gint64            restarts[DESK_SIMULATOR_RESTARTS]; /* monotonic, oldest first */
  gboolean          stopped;
};

enum
{
  SIGNAL_NOTICE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskSimulator, desk_simulator, G_TYPE_OBJECT)

static gboolean spawn (DeskSimulator *self, GError **error);

char *
desk_simulator_port_path (const char *slug)
{
  g_autofree char *name = g_strconcat (slug, ".port", NULL);
  const char *folder = g_get_user_state_dir ();

  /* Without a session of logind GLib would say the cache folder. */
  if (g_getenv ("XDG_RUNTIME_DIR") != NULL)
    folder = g_get_user_runtime_dir ();
  return g_build_filename (folder, "dtc-desk", name, NULL);
}

/* Ours alone: two programs may run a simulator for the same profile. */
static char *
make_control_path (DeskSimulator *self)
{
  g_autofree char *port_path = desk_simulator_port_path (self->slug);
  g_autofree char *folder = g_path_get_dirname (port_path);
  g_autofree char *name = g_strdup_printf ("%s-%d.control", self->slug, (int) getpid ());

  return g_build_filename (folder, name, NULL);
}

static gboolean
make_folder (const char  *path,
             const char  *what,
             GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int saved;

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  saved = errno;
  g_set_error (error, DESK_ERROR, DESK_ERROR_SIMULATOR, "cannot make the folder %s for the simulator's %s: %s", folder,
               what, g_strerror (saved));
  return FALSE;
}

static gboolean
write_port (DeskSimulator  *self,
            GError        **error)
{
  g_autofree char *path = desk_simulator_port_path (self->slug);
  g_autofree char *control = make_control_path (self);
  g_autofree char *text = NULL;

  text = g_strdup_printf ("%u\n%d\n%u\n%s\n", self->port, desk_simulator_get_pid (self), self->history_port, control);
  return make_folder (path, "port", error)
         && g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/* The lines of the port file; NULL when nothing runs. (transfer full) */
static char **
read_port (const char  *slug,
           GError     **error)
{
  g_autofree char *path = desk_simulator_port_path (slug);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint64 port = 0, pid = 0;

  if (g_file_get_contents (path, &text, NULL, NULL))
    lines = g_strsplit (text, "\n", -1);
  if (lines != NULL && g_strv_length (lines) >= 2)
    {
      port = g_ascii_strtoull (lines[0], NULL, 10);
      pid = g_ascii_strtoull (lines[1], NULL, 10);
    }
  if (port == 0 || port > G_MAXUINT16 || pid == 0 || pid > G_MAXINT32 || (kill ((int) pid, 0) != 0 && errno == ESRCH))
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_SIMULATOR,
                   "the built-in simulator is not running; start dtc-desk or use --start-simulator");
      return NULL;
    }
  return g_steal_pointer (&lines);
}

guint16
desk_simulator_find (const char  *slug,
                     GError     **error)
{
  g_auto (GStrv) lines = read_port (slug, error);

  return lines != NULL ? (guint16) g_ascii_strtoull (lines[0], NULL, 10) : 0;
}

guint16
desk_simulator_find_history (const char  *slug,
                             GError     **error)
{
  g_auto (GStrv) lines = read_port (slug, error);

  return lines != NULL && g_strv_length (lines) >= 3 ? (guint16) g_ascii_strtoull (lines[2], NULL, 10) : 0;
}

char *
desk_simulator_find_control (const char  *slug,
                             GError     **error)
{
  g_auto (GStrv) lines = read_port (slug, error);

  if (lines == NULL)
    return NULL;
  if (g_strv_length (lines) >= 4 && *lines[3] != '\0')
    return g_strdup (lines[3]);
  g_set_error (error, DESK_ERROR, DESK_ERROR_SIMULATOR, "the built-in simulator takes no commands");
  return NULL;
}

char *
desk_simulator_find_program (const char *name)
{
  static const char *const beside[] = { "", "%s", "../%s", "../src/%s", "../../src/%s" };
  gboolean simulator = g_str_equal (name, "dtc-sim");
  g_autofree char *self_path = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self_path != NULL ? g_path_get_dirname (self_path) : NULL;
  char *path;

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (beside); i++)
    {
      g_auto (GStrv) parts = g_strsplit (beside[i], "%s", 2);
      g_autofree char *home = g_strjoinv (simulator ? "sim" : "dtcctl", parts);

      path = g_build_filename (folder, home, name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test (path, G_FILE_TEST_IS_DIR))
        return path;
      g_free (path);
    }
  path = g_build_filename (simulator ? LIBEXECDIR : BINDIR, name, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return path;
  g_free (path);
  return NULL;
}

char *
desk_simulator_tell (const char  *control,
                     const char  *line,
                     GError     **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (control);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GDataInputStream) input = NULL;
  g_autofree char *whole = g_strconcat (line, "\n", NULL);
  char *answer;

  g_socket_client_set_timeout (client, TELL_TIMEOUT_S);
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, error);
  if (connection == NULL
      || !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), whole, strlen (whole), NULL,
                                     NULL, error))
    return NULL;
  input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  answer = g_data_input_stream_read_line_utf8 (input, NULL, NULL, error);
  if (answer == NULL && (error == NULL || *error == NULL))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "it gave no answer");
  return answer;
}

/* Another program may have started one since. */
static gboolean
is_our_port (DeskSimulator *self)
{
  g_autofree char *path = desk_simulator_port_path (self->slug);
  g_autofree char *control = make_control_path (self);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL))
    lines = g_strsplit (text, "\n", -1);
  return lines != NULL && g_strv_length (lines) >= 4 && g_str_equal (lines[3], control);
}

static void
let_go (DeskSimulator *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->output);
  if (self->process != NULL)
    g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_clear_object (&self->process);
}

static void
start_failed (DeskSimulator *self,
              const char    *why)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->starting);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (task != NULL)
    g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_SIMULATOR, "the built-in simulator did not start: %s", why);
}

/* Whatever it says after its port must be read, or it would block one day. */
static void
line_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (DeskSimulator) self = user_data;
  g_autofree char *line = NULL;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  if (line == NULL || self->output != G_DATA_INPUT_STREAM (source))
    return;

  if (g_str_has_prefix (line, "port "))
    self->port = (guint16) g_ascii_strtoull (line + strlen ("port "), NULL, 10);
  else if (g_str_has_prefix (line, "history-port ") && self->port != 0)
    {
      self->history_port = (guint16) g_ascii_strtoull (line + strlen ("history-port "), NULL, 10);
      g_clear_handle_id (&self->timeout_id, g_source_remove);
      task = g_steal_pointer (&self->starting);
      if (!write_port (self, &error))
        {
          if (task != NULL)
            g_task_return_error (task, g_steal_pointer (&error));
          desk_simulator_stop (self);
          return;
        }
      if (task != NULL)
        g_task_return_int (task, self->port);
    }
  if (self->output != NULL)
    g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, self->cancellable, line_read_cb,
                                         g_object_ref (self));
}

static gboolean
restart_cb (gpointer user_data)
{
  DeskSimulator *self = user_data;
  g_autoptr (GError) error = NULL;

  self->restart_id = 0;
  if (!spawn (self, &error))
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
  return G_SOURCE_REMOVE;
}

static void
process_ended_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (DeskSimulator) self = user_data;
  g_autofree char *text = NULL;
  gint64 now = desk_clock_mono ();

  if (!g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL) || self->process != G_SUBPROCESS (source))
    return;
  let_go (self);
  if (self->stopped)
    return;
  if (self->starting != NULL)
    {
      start_failed (self, "it ended at once; run dtc-sim in a terminal to see why");
      return;
    }

  if (self->restarts[0] != 0 && now - self->restarts[0] < 60 * G_USEC_PER_SEC)
    {
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0,
                     "the built-in simulator ended again and again and stays down; start the program anew");
      return;
    }
  memmove (&self->restarts[0], &self->restarts[1], sizeof (self->restarts) - sizeof (self->restarts[0]));
  self->restarts[DESK_SIMULATOR_RESTARTS - 1] = now;
  self->restart_id = g_timeout_add (RESTART_DELAY_MS, restart_cb, self);
  text = g_strdup_printf ("the built-in simulator ended by itself; it is started again on port %u", self->port);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text);
}

static void
own_group (gpointer user_data)
{
  setpgid (0, 0);
}

static gboolean
spawn (DeskSimulator  *self,
       GError        **error)
{
  g_autofree char *program = desk_simulator_find_program ("dtc-sim");
  g_autofree char *control = make_control_path (self);
  g_autofree char *port_text = g_strdup_printf ("%u", self->port); /* one that was restarted keeps its ports */
  g_autofree char *history_text = g_strdup_printf ("%u", self->history_port);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GStrvBuilder) words = NULL;
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) why = NULL;

  if (program == NULL)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_SIMULATOR,
                   "the built-in simulator is missing: dtc-sim lies neither beside this program nor in %s",
                   LIBEXECDIR);
      return FALSE;
    }
  if (!make_folder (self->state_path, "state", error) || !make_folder (control, "commands", error))
    return FALSE;
  /* Our log is ours alone, and Ctrl+C in the terminal is meant for us: the simulator leaves when we have left. */
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_unsetenv (launcher, "DEBUG_DTC");
  g_subprocess_launcher_set_child_setup (launcher, own_group, NULL, NULL);
  words = g_strv_builder_new ();
  g_strv_builder_add_many (words, program, "--quiet", "--port", port_text, "--history-port", history_text, "--control", control,
                           "--exit-with-stdin", "--state", self->state_path, "--numbering",
                           dtc_numbering_to_string (self->numbering), NULL);
  if (self->arguments != NULL)
    g_strv_builder_addv (words, (const char **) self->arguments);
  argv = g_strv_builder_end (words);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &why);
  if (self->process == NULL)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_SIMULATOR, "the built-in simulator did not start: %s", why->message);
      return FALSE;
    }
  self->cancellable = g_cancellable_new ();
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, self->cancellable, line_read_cb,
                                       g_object_ref (self));
  g_subprocess_wait_async (self->process, self->cancellable, process_ended_cb, g_object_ref (self));
  return TRUE;
}

static void
desk_simulator_dispose (GObject *object)
{
  desk_simulator_stop (DESK_SIMULATOR (object));
  G_OBJECT_CLASS (desk_simulator_parent_class)->dispose (object);
}

static void
desk_simulator_finalize (GObject *object)
{
  DeskSimulator *self = DESK_SIMULATOR (object);

  g_free (self->slug);
  g_free (self->state_path);
  g_strfreev (self->arguments);
  G_OBJECT_CLASS (desk_simulator_parent_class)->finalize (object);
}

static void
desk_simulator_class_init (DeskSimulatorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_simulator_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_simulator_finalize;
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
desk_simulator_init (DeskSimulator *self)
{
}

DeskSimulator *
desk_simulator_new (const char   *slug,
                    const char   *state_path,
                    DtcNumbering  numbering)
{
  DeskSimulator *self = g_object_new (DESK_TYPE_SIMULATOR, NULL);

  self->slug = g_strdup (slug);
  self->state_path = g_strdup (state_path);
  self->numbering = numbering;
  return self;
}

void
desk_simulator_set_arguments (DeskSimulator     *self,
                              const char *const *arguments)
{
  g_return_if_fail (DESK_IS_SIMULATOR (self));

  g_strfreev (self->arguments);
  self->arguments = g_strdupv ((char **) arguments);
}

static gboolean
start_timed_out_cb (gpointer user_data)
{
  DeskSimulator *self = user_data;

  self->timeout_id = 0;
  start_failed (self, "it named no port");
  desk_simulator_stop (self);
  return G_SOURCE_REMOVE;
}

void
desk_simulator_start_async (DeskSimulator       *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (DESK_IS_SIMULATOR (self));
  g_return_if_fail (self->process == NULL && self->starting == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, desk_simulator_start_async);
  if (!spawn (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->starting = g_steal_pointer (&task);
  self->timeout_id = g_timeout_add_seconds (START_TIMEOUT_S, start_timed_out_cb, self);
}

guint16
desk_simulator_start_finish (DeskSimulator  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  gssize port;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);

  port = g_task_propagate_int (G_TASK (result), error);
  return port > 0 ? (guint16) port : 0;
}

void
desk_simulator_stop (DeskSimulator *self)
{
  g_autofree char *path = NULL;
  g_autofree char *control = NULL;
  gboolean ours;

  g_return_if_fail (DESK_IS_SIMULATOR (self));

  if (self->stopped)
    return;
  self->stopped = TRUE;
  ours = self->port != 0 && is_our_port (self);
  start_failed (self, "it was stopped");
  g_clear_handle_id (&self->restart_id, g_source_remove);
  let_go (self);
  if (self->port != 0)
    {
      path = desk_simulator_port_path (self->slug);
      control = make_control_path (self);
      if (ours)
        g_unlink (path);
      g_unlink (control);
    }
}

void
desk_simulator_stop_now (DeskSimulator *self)
{
  g_autoptr (GSubprocess) process = NULL;

  g_return_if_fail (DESK_IS_SIMULATOR (self));

  g_set_object (&process, self->process);
  desk_simulator_stop (self);
  if (process != NULL)
    g_subprocess_force_exit (process);
}

void
desk_simulator_crash (DeskSimulator *self)
{
  g_return_if_fail (DESK_IS_SIMULATOR (self));

  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
}

guint16
desk_simulator_get_history_port (DeskSimulator *self)
{
  g_return_val_if_fail (DESK_IS_SIMULATOR (self), 0);

  return self->history_port;
}

int
desk_simulator_get_pid (DeskSimulator *self)
{
  const char *text;

  g_return_val_if_fail (DESK_IS_SIMULATOR (self), 0);

  text = self->process != NULL ? g_subprocess_get_identifier (self->process) : NULL;
  return text != NULL ? (int) g_ascii_strtoll (text, NULL, 10) : 0;
}
