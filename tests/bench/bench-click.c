/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "desk-clock.h"
#include "desk-order-line.h"
#include "desk-session.h"

/* From the click (desk_session_send) to the order's bytes at the other end of a loopback connection, with its intent
 * durable before the first byte; beside it one bare single-row commit with synchronous=FULL on the same disk. The
 * server is a dtc-sim; a relay between us and it looks at the clock. */

#define N_ORDERS 300

typedef struct
{
  int     listener;
  int     server_port;
  gint64  arrived[N_ORDERS];
  guint   n_arrived;
} Relay;

static int
connect_to (int port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((guint16) port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int one = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("the relay cannot reach the simulator: %s", g_strerror (errno));
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static gpointer
relay_thread (gpointer data)
{
  static const char mark[] = "{\"Type\":208,";
  Relay *relay = data;
  int client = accept (relay->listener, NULL, NULL);
  int server = connect_to (relay->server_port);
  struct pollfd ends[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
  int one = 1;

  setsockopt (client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  while (poll (ends, 2, -1) > 0)
    {
      char buffer[65536];

      for (guint i = 0; i < 2; i++)
        {
          ssize_t n;

          if (ends[i].revents == 0)
            continue;
          n = read (ends[i].fd, buffer, sizeof buffer);
          if (i == 0 && n > 0 && memmem (buffer, (size_t) n, mark, strlen (mark)) != NULL && relay->n_arrived < N_ORDERS)
            relay->arrived[relay->n_arrived++] = desk_clock_mono ();
          if (n <= 0 || write (ends[1 - i].fd, buffer, (size_t) n) != n)
            {
              close (client);
              close (server);
              return NULL;
            }
        }
    }
  return NULL;
}

static int
listen_anywhere (int *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t len = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (fd, (struct sockaddr *) &address, len) != 0 || listen (fd, 1) != 0
      || getsockname (fd, (struct sockaddr *) &address, &len) != 0)
    g_error ("no port to listen on: %s", g_strerror (errno));
  *port = ntohs (address.sin_port);
  return fd;
}

static int
compare (const void *a,
         const void *b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static gint64
report (const char *name,
        gint64     *samples)
{
  qsort (samples, N_ORDERS, sizeof samples[0], compare);
  g_print ("%-44s p50 %6" G_GINT64_FORMAT " us   p99 %6" G_GINT64_FORMAT " us\n", name, samples[N_ORDERS / 2],
           samples[N_ORDERS * 99 / 100]);
  return samples[N_ORDERS / 2];
}

static sqlite3 *
bare_open (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "bare.sqlite", NULL);
  sqlite3 *db = NULL;

  if (sqlite3_open (path, &db) != SQLITE_OK
      || sqlite3_exec (db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(a INTEGER PRIMARY KEY, "
                           "b TEXT);", NULL, NULL, NULL) != SQLITE_OK)
    g_error ("bare database: %s", sqlite3_errmsg (db));
  return db;
}

static gint64
bare_commit (sqlite3 *db)
{
  gint64 begin = desk_clock_mono ();

  if (sqlite3_exec (db, "INSERT INTO t(b) VALUES('one row of about the size that an intent has, and no more than that');",
                    NULL, NULL, NULL) != SQLITE_OK)
    g_error ("bare commit: %s", sqlite3_errmsg (db));
  return desk_clock_mono () - begin;
}

static gboolean
too_late_cb (gpointer user_data)
{
  g_error ("the session did not get there");
  return G_SOURCE_REMOVE;
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static DeskStatus
status_of (DeskSession *session,
           guint        position)
{
  g_autoptr (DeskOrder) row = g_list_model_get_item (desk_session_get_orders (session), position);

  return row != NULL ? desk_order_get_state (row)->status : DESK_STATUS_DRAFT;
}

static DeskProfile *
make_profile (int port)
{
  static const char limits[] =
    "{\"schema\":1,\"symbols\":[\"*\"],\"max_order_quantity\":100,\"max_position\":100000,\"max_order_value\":1e12,"
    "\"price_collar_percent\":50,\"max_open_orders_symbol\":10000,\"max_open_orders_account\":10000,"
    "\"orders_per_second\":100000,\"orders_burst\":100000,\"orders_per_second_symbol\":100000,"
    "\"duplicate_window_ms\":0}";
  const char *const watch[] = { "ESZ6", NULL };
  DeskProfile *profile = desk_profile_new ("Benchmark");

  g_free (profile->host);
  profile->host = g_strdup ("127.0.0.1");
  profile->port = (guint16) port;
  profile->numbering = DTC_NUMBERING_DTC;
  g_free (profile->account);
  profile->account = g_strdup ("SIM1");
  g_strfreev (profile->symbols);
  profile->symbols = g_strdupv ((char **) watch);
  desk_limits_free (profile->limits);
  profile->limits = desk_limits_parse (limits, -1, "benchmark", NULL);
  return profile;
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

int
main (int   argc,
      char *argv[])
{
  g_autofree char *here = g_path_get_dirname (argv[0]);
  g_autofree char *program = g_build_filename (here, "..", "..", "src", "sim", "dtc-sim", NULL);
  g_autofree char *folder = g_dir_make_tmp ("desk-click-XXXXXX", NULL);
  g_autofree char *state = g_build_filename (folder, "state.sqlite", NULL);
  g_autoptr (DeskProfile) profile = NULL;
  g_autoptr (DeskSession) session = NULL;
  g_autoptr (GSubprocess) sim = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  DeskSessionOptions options = { 0 };
  gint64 clicked[N_ORDERS], took[N_ORDERS], bare[N_ORDERS], p50, bare_p50;
  sqlite3 *db = bare_open (folder);
  Relay relay = { 0 };
  GThread *thread;
  const char *name;
  guint limit;
  int port;

  sim = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--quiet",
                          "--port", "0", "--exit-with-stdin", "--numbering", "dtc", "--speed", "0", NULL);
  if (sim == NULL)
    g_error ("%s", error->message);
  relay.server_port = sim_port (sim);
  relay.listener = listen_anywhere (&port);
  thread = g_thread_new ("relay", relay_thread, &relay);

  profile = make_profile (port);
  options.state_path = state;
  options.arm_at_live = TRUE;
  limit = g_timeout_add_seconds (120, too_late_cb, NULL);
  session = desk_session_new (profile, &options);
  desk_session_start_async (session, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!desk_session_start_finish (session, result, &error))
    g_error ("%s", error->message);
  while (desk_session_get_link (session)->state != DESK_LINK_LIVE)
    g_main_context_iteration (NULL, TRUE);

  for (guint i = 0; i < N_ORDERS; i++)
    {
      DeskCommand *command = desk_order_line_parse ("buy 1 ESZ6 limit 4000", NULL);

      command->ticket.source = DESK_SOURCE_CLICK;
      clicked[i] = desk_clock_mono ();
      desk_session_send (session, command);
      while (status_of (session, i) != DESK_STATUS_WORKING)
        g_main_context_iteration (NULL, TRUE);
      bare[i] = bare_commit (db);
    }
  for (guint i = 0; i < N_ORDERS; i++)
    took[i] = relay.arrived[i] - clicked[i];
  p50 = report ("click to durable to the other end", took);
  bare_p50 = report ("reference: one bare FULL commit", bare);
  g_print ("%-44s     %6.2f times the reference's p50 (expected: at most 2)\n", "", (double) p50 / (double) bare_p50);

  desk_session_stop_async (session, 1000, result_cb, &stopped);
  while (stopped == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
  g_thread_join (thread);
  close (relay.listener);
  g_subprocess_force_exit (sim);
  g_subprocess_wait (sim, NULL, NULL);
  sqlite3_close (db);
  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  return 0;
}
