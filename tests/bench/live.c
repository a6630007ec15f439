/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "live.h"

#include "desk-clock.h"
#include "desk-order-line.h"
#include "desk-simulator.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_S 300

struct _Live
{
  char        *folder, *state, *control;
  GSubprocess *sim;
  DeskProfile *profile;
  DeskSession *session;
  GThread     *thread;
  int          listener, server_port;
  int          wake[2];
  int          cut;        /* LiveCut that is wanted, atomic */
  gint64       acted;      /* when it was carried out, atomic as the next ones */
  gint64       accepted, last_byte;
  guint64      n_messages;
  gint64       submitted[LIVE_SUBMITS]; /* each atomic: 0 until it came */
  guint        n_submitted;             /* the relay's own */
};

static void
set (gint64 *to,
     gint64  value)
{
  __atomic_store_n (to, value, __ATOMIC_SEQ_CST);
}

static gint64
get (gint64 *from)
{
  return __atomic_load_n (from, __ATOMIC_SEQ_CST);
}

static void
no_delay (int fd)
{
  int one = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static int
connect_to (int port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((guint16) port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("the relay cannot reach the simulator: %s", g_strerror (errno));
  no_delay (fd);
  return fd;
}

static int
listen_anywhere (int *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t len = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (fd, (struct sockaddr *) &address, len) != 0 || listen (fd, 4) != 0
      || getsockname (fd, (struct sockaddr *) &address, &len) != 0)
    g_error ("no port to listen on: %s", g_strerror (errno));
  *port = ntohs (address.sin_port);
  return fd;
}

static void
count_messages (Live       *live,
                const char *data,
                ssize_t     len)
{
  guint64 n = 0;

  for (ssize_t i = 0; i < len; i++)
    n += data[i] == '\0';
  __atomic_add_fetch (&live->n_messages, n, __ATOMIC_SEQ_CST);
}

/* The wire is JSON: the desk asks for it and this simulator grants it. One order is in one read. */
static void
note_submit (Live       *live,
             const char *data,
             ssize_t     len)
{
  static const char mark[] = "{\"Type\":208,";

  if (live->n_submitted < LIVE_SUBMITS && memmem (data, (size_t) len, mark, strlen (mark)) != NULL)
    set (&live->submitted[live->n_submitted++], desk_clock_mono ());
}

/* One connection, until it ends or is cut. FALSE: the program leaves. */
static gboolean
relay_connection (Live *live,
                  int   client,
                  int   server)
{
  struct pollfd ends[3] = { { client, POLLIN, 0 }, { server, POLLIN, 0 }, { live->wake[0], POLLIN, 0 } };
  gboolean silent = FALSE;

  for (;;)
    {
      char buffer[65536];

      if (poll (silent ? &ends[2] : ends, silent ? 1 : 3, -1) < 0)
        g_error ("poll: %s", g_strerror (errno));
      if (ends[2].revents != 0)
        {
          const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
          LiveCut cut;
          char one;

          ends[2].revents = 0;
          if (read (live->wake[0], &one, 1) != 1 || one == 'q')
            return FALSE;
          cut = (LiveCut) __atomic_load_n (&live->cut, __ATOMIC_SEQ_CST);
          if (cut == LIVE_RST)
            setsockopt (client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
          if (cut == LIVE_SILENCE)
            silent = TRUE;
          set (&live->acted, desk_clock_mono ());
          if (cut != LIVE_SILENCE)
            return TRUE;
          continue;
        }
      for (guint i = 0; i < 2; i++)
        {
          ssize_t n;

          if (ends[i].revents == 0)
            continue;
          n = read (ends[i].fd, buffer, sizeof buffer);
          if (n <= 0)
            return TRUE;
          if (i == 0)
            note_submit (live, buffer, n);
          else
            {
              set (&live->last_byte, desk_clock_mono ());
              count_messages (live, buffer, n);
            }
          for (ssize_t done = 0; done < n;)
            {
              ssize_t put = write (ends[1 - i].fd, buffer + done, (size_t) (n - done));

              if (put <= 0)
                return TRUE;
              done += put;
            }
        }
    }
}

static gpointer
relay_thread (gpointer data)
{
  Live *live = data;
  gboolean goes_on = TRUE;

  while (goes_on)
    {
      struct pollfd waits[2] = { { live->listener, POLLIN, 0 }, { live->wake[0], POLLIN, 0 } };
      int client, server;

      if (poll (waits, 2, -1) < 0)
        g_error ("poll: %s", g_strerror (errno));
      if (waits[1].revents != 0)
        {
          char one;

          if (read (live->wake[0], &one, 1) != 1 || one == 'q')
            break;
          set (&live->acted, desk_clock_mono ());
          continue;
        }
      client = accept (live->listener, NULL, NULL);
      set (&live->accepted, desk_clock_mono ());
      no_delay (client);
      server = connect_to (live->server_port);
      goes_on = relay_connection (live, client, server);
      close (client);
      close (server);
    }
  return NULL;
}

static int
sim_port (GSubprocess *sim)
{
  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (sim));
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, NULL);

  if (line == NULL || !g_str_has_prefix (line, "port "))
    g_error ("the simulator named no port");
  return atoi (line + 5);
}

static DeskProfile *
make_profile (int                port,
              const LiveOptions *options)
{
  static const char limits[] =
    "{\"schema\":1,\"symbols\":[\"*\"],\"max_order_quantity\":100,\"max_position\":100000,\"max_order_value\":1e12,"
    "\"price_collar_percent\":50,\"max_open_orders_symbol\":10000,\"max_open_orders_account\":10000,"
    "\"orders_per_second\":100000,\"orders_burst\":100000,\"orders_per_second_symbol\":100000,"
    "\"duplicate_window_ms\":0}";
  DeskProfile *profile = desk_profile_new ("Benchmark");

  g_free (profile->host);
  profile->host = g_strdup ("127.0.0.1");
  profile->port = (guint16) port;
  profile->numbering = DTC_NUMBERING_DTC;
  if (options->heartbeat != 0)
    profile->heartbeat_seconds = options->heartbeat;
  g_free (profile->account);
  profile->account = g_strdup ("SIM1");
  g_strfreev (profile->symbols);
  profile->symbols = g_strdupv ((char **) options->symbols);
  desk_limits_free (profile->limits);
  profile->limits = desk_limits_parse (limits, -1, "benchmark", NULL);
  return profile;
}

Live *
live_new (const char        *argv0,
          const LiveOptions *options)
{
  Live *live = g_new0 (Live, 1);
  g_autofree char *here = g_path_get_dirname (argv0);
  g_autofree char *program = g_build_filename (here, "..", "..", "src", "sim", "dtc-sim", NULL);
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  DeskSessionOptions session = { .arm_at_live = TRUE };
  int port;

  live->folder = g_dir_make_tmp ("desk-live-XXXXXX", NULL);
  live->state = g_build_filename (live->folder, "state.sqlite", NULL);
  live->control = g_build_filename (live->folder, "control", NULL);
  g_ptr_array_add (args, program);
  for (const char *const *each = (const char *const[]) { "--quiet", "--port", "0", "--exit-with-stdin", "--numbering", "dtc",
                                                         "--control", live->control, NULL };
       *each != NULL; each++)
    g_ptr_array_add (args, (gpointer) *each);
  for (const char *const *each = options->sim_options; each != NULL && *each != NULL; each++)
    g_ptr_array_add (args, (gpointer) *each);
  g_ptr_array_add (args, NULL);
  live->sim = g_subprocess_newv ((const char *const *) args->pdata,
                                 G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  if (live->sim == NULL)
    g_error ("%s", error->message);
  live->server_port = sim_port (live->sim);
  live->listener = listen_anywhere (&port);
  if (!g_unix_open_pipe (live->wake, FD_CLOEXEC, &error))
    g_error ("%s", error->message);
  live->thread = g_thread_new ("relay", relay_thread, live);
  live->profile = make_profile (port, options);
  session.state_path = live->state;
  live->session = desk_session_new (live->profile, &session);
  return live;
}

static void
wake (Live *live,
      char  what)
{
  if (write (live->wake[1], &what, 1) != 1)
    g_error ("the relay does not hear");
}

void
live_free (Live *live)
{
  g_autoptr (GDir) dir = g_dir_open (live->folder, 0, NULL);
  const char *name;

  g_object_unref (live->session);
  wake (live, 'q');
  g_thread_join (live->thread);
  g_subprocess_force_exit (live->sim);
  g_subprocess_wait (live->sim, NULL, NULL);
  g_object_unref (live->sim);
  desk_profile_free (live->profile);
  close (live->listener);
  close (live->wake[0]);
  close (live->wake[1]);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (live->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (live->folder);
  g_free (live->folder);
  g_free (live->state);
  g_free (live->control);
  g_free (live);
}

DeskSession *
live_get_session (Live *live)
{
  return live->session;
}

const char *
live_get_state_path (Live *live)
{
  return live->state;
}

static gboolean
too_late_cb (gpointer user_data)
{
  g_error ("waited %d s for %s", PATIENCE_S, (const char *) user_data);
  return G_SOURCE_REMOVE;
}

void
live_until (const char *what,
            gboolean  (*done) (gpointer data),
            gpointer    data)
{
  guint limit = g_timeout_add_seconds (PATIENCE_S, too_late_cb, (gpointer) what);

  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
has_result (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

static gboolean
is_live (gpointer data)
{
  return desk_session_get_link (data)->state == DESK_LINK_LIVE;
}

void
live_start (Live *live)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  desk_session_start_async (live->session, NULL, result_cb, &result);
  live_until ("the start", has_result, &result);
  if (!desk_session_start_finish (live->session, result, &error))
    g_error ("%s", error->message);
  live_until ("the link", is_live, live->session);
}

void
live_stop (Live *live)
{
  g_autoptr (GAsyncResult) result = NULL;

  desk_session_stop_async (live->session, 2000, result_cb, &result);
  live_until ("the end", has_result, &result);
  desk_session_stop_finish (live->session, result, NULL);
}

gint64
live_cut (Live   *live,
          LiveCut how)
{
  gint64 begin = desk_clock_mono ();

  set (&live->acted, 0);
  __atomic_store_n (&live->cut, (int) how, __ATOMIC_SEQ_CST);
  wake (live, 'c');
  while (get (&live->acted) == 0)
    g_usleep (20);
  return begin;
}

gint64
live_accepted (Live *live)
{
  return get (&live->accepted);
}

gint64
live_last_byte (Live *live)
{
  return get (&live->last_byte);
}

guint64
live_n_messages (Live *live)
{
  return __atomic_load_n (&live->n_messages, __ATOMIC_SEQ_CST);
}

gint64
live_submitted (Live *live,
                guint n)
{
  return get (&live->submitted[n]);
}

void
live_tell (Live       *live,
           const char *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = desk_simulator_tell (live->control, command, &error);

  if (answer == NULL || strstr (answer, "\"ok\":true") == NULL)
    g_error ("the simulator says: %s", answer != NULL ? answer : error->message);
}

void
live_send (Live       *live,
           const char *line)
{
  g_autoptr (GError) error = NULL;
  DeskCommand *command = desk_order_line_parse (line, &error);

  if (command == NULL)
    g_error ("%s", error->message);
  command->ticket.source = DESK_SOURCE_CLICK;
  command->clicked = desk_clock_mono ();
  desk_session_send (live->session, command);
}
