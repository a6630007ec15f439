/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-control.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_LINE        4096
#define MAX_CONNECTIONS 16

struct _SimControl
{
  SimServer      *server;
  char           *path;
  GSocketService *service;
  GCancellable   *cancellable;
  guint           n_connections;
};

/* One program that gives commands. */
typedef struct
{
  SimControl        *control;
  GCancellable      *cancellable;
  GSocketConnection *connection;
  GDataInputStream  *input;
  char              *answer;
} Commander;

static void read_line (Commander *commander);

static void
commander_free (Commander *commander)
{
  /* After a cancellation the control itself may be gone. */
  if (!g_cancellable_is_cancelled (commander->cancellable))
    commander->control->n_connections--;
  g_io_stream_close (G_IO_STREAM (commander->connection), NULL, NULL);
  g_object_unref (commander->cancellable);
  g_object_unref (commander->input);
  g_object_unref (commander->connection);
  g_free (commander->answer);
  g_free (commander);
}

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Commander *commander = user_data;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL)
      && !g_cancellable_is_cancelled (commander->cancellable))
    read_line (commander);
  else
    commander_free (commander);
}

static void
on_line (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Commander       *commander = user_data;
  gsize            len = 0;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, &len, NULL);
  g_autofree char *answer = NULL;

  if (!line || len > MAX_LINE || g_cancellable_is_cancelled (commander->cancellable))
    {
      commander_free (commander);
      return;
    }
  answer = sim_control_perform (commander->control->server, line);
  g_free (commander->answer);
  commander->answer = g_strconcat (answer, "\n", NULL);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (commander->connection)),
                                   commander->answer, strlen (commander->answer), G_PRIORITY_DEFAULT,
                                   commander->cancellable, on_written, commander);
}

static void
read_line (Commander *commander)
{
  g_data_input_stream_read_line_async (commander->input, G_PRIORITY_DEFAULT, commander->cancellable, on_line, commander);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  SimControl *control = user_data;
  Commander  *commander;

  if (control->n_connections >= MAX_CONNECTIONS)
    return TRUE;
  control->n_connections++;
  commander = g_new0 (Commander, 1);
  commander->control = control;
  commander->cancellable = g_object_ref (control->cancellable);
  commander->connection = g_object_ref (connection);
  commander->input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  read_line (commander);
  return TRUE;
}

/* A socket that a dead server left behind is in the way; one that answers is not ours to take. */
static gboolean
make_way (const char      *path,
          GSocketAddress  *address,
          GError         **error)
{
  g_autoptr (GSocket) probe = NULL;
  GStatBuf            info;

  if (g_lstat (path, &info) != 0)
    return TRUE;
  if (!S_ISSOCK (info.st_mode))
    {
      g_set_error (error, SIM_OPTIONS_ERROR, 0, "'%s' is there and is no socket: choose another path with --control.",
                   path);
      return FALSE;
    }
  probe = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  if (probe && g_socket_connect (probe, address, NULL, NULL))
    {
      g_set_error (error, SIM_OPTIONS_ERROR, 0, "Another simulator takes commands at '%s': choose another path with "
                   "--control.", path);
      return FALSE;
    }
  g_unlink (path);
  return TRUE;
}

SimControl *
sim_control_new (SimServer   *server,
                 const char  *path,
                 GError     **error)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError)         why = NULL;
  SimControl                *control;
  mode_t                     mask;
  gboolean                   bound;

  /* The longest name that the kernel takes. */
  if (strlen (path) > 107)
    {
      g_set_error (error, SIM_OPTIONS_ERROR, 0, "The path '%s' is too long for a socket.", path);
      return NULL;
    }
  address = g_unix_socket_address_new (path);
  if (!make_way (path, address, error))
    return NULL;
  control = g_new0 (SimControl, 1);
  control->server = server;
  control->cancellable = g_cancellable_new ();
  control->service = g_socket_service_new ();
  mask = umask (0177); /* the socket is made 0600 */
  bound = g_socket_listener_add_address (G_SOCKET_LISTENER (control->service), address, G_SOCKET_TYPE_STREAM,
                                         G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &why);
  umask (mask);
  if (!bound)
    {
      g_set_error (error, SIM_OPTIONS_ERROR, 0, "No commands can be taken at '%s': %s.", path, why->message);
      sim_control_free (control);
      return NULL;
    }
  control->path = g_strdup (path);
  g_signal_connect (control->service, "incoming", G_CALLBACK (on_incoming), control);
  g_socket_service_start (control->service);
  return control;
}

void
sim_control_free (SimControl *control)
{
  if (!control)
    return;
  g_cancellable_cancel (control->cancellable);
  g_signal_handlers_disconnect_by_data (control->service, control);
  g_socket_service_stop (control->service);
  g_socket_listener_close (G_SOCKET_LISTENER (control->service));
  g_object_unref (control->service);
  g_object_unref (control->cancellable);
  if (control->path)
    g_unlink (control->path);
  g_free (control->path);
  g_free (control);
}
