/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* The program as others start it: its first line, its end, its exit status, and what a kill leaves behind. The
 * first argument is its path. */

static const char *program;

typedef struct
{
  GSubprocess      *process;
  GDataInputStream *output;
  guint             port;
} Sim;

static void
sim_start (Sim        *sim,
           const char *first,
           const char *second)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *line = NULL;
  const char        *words[] = { program, "--quiet", "--port", "0", "--speed", "0", "--exit-with-stdin", first, second,
                                 NULL };

  sim->process = g_subprocess_newv (words, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  sim->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (sim->process));
  line = g_data_input_stream_read_line (sim->output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, "port "));
  sim->port = (guint) g_ascii_strtoull (line + 5, NULL, 10);
  g_assert_cmpuint (sim->port, >, 0);
}

static int
sim_wait (Sim *sim)
{
  g_autoptr (GError) error = NULL;
  int                status = -1;

  g_subprocess_wait (sim->process, NULL, &error);
  g_assert_no_error (error);
  if (g_subprocess_get_if_exited (sim->process))
    status = g_subprocess_get_exit_status (sim->process);
  g_object_unref (sim->output);
  g_object_unref (sim->process);
  return status;
}

/* A client that is logged on, as plain text. */
static GSocketConnection *
client_open (guint port)
{
  static const char        logon[] = "{\"Type\":1,\"ProtocolVersion\":8,\"HeartbeatIntervalInSeconds\":60}";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError)        error = NULL;
  GSocketConnection        *connection;

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, 60);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) port, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_socket_send (g_socket_connection_get_socket (connection), logon, sizeof logon, NULL, NULL), ==,
                   sizeof logon);
  return connection;
}

static void
client_send (GSocketConnection *connection,
             const char        *text)
{
  GSocket *socket = g_socket_connection_get_socket (connection);

  g_assert_cmpint (g_socket_send (socket, text, strlen (text) + 1, NULL, NULL), ==, (gssize) strlen (text) + 1);
}

/* Reads until @text was seen; returns all that was read. */
static char *
client_read_until (GSocketConnection *connection,
                   const char        *text)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  GString *seen = g_string_new (NULL);

  while (!strstr (seen->str, text))
    {
      g_autoptr (GError) error = NULL;
      char               buffer[4096];
      gssize             n = g_socket_receive (socket, buffer, sizeof buffer, NULL, &error);
      gssize             i;

      g_assert_no_error (error);
      g_assert_cmpint (n, >, 0);
      for (i = 0; i < n; i++)
        g_string_append_c (seen, buffer[i] ? buffer[i] : '\n');
    }
  return g_string_free (seen, FALSE);
}

static void
client_close (GSocketConnection *connection)
{
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_object_unref (connection);
}

static void
test_stdin (void)
{
  Sim sim;

  sim_start (&sim, NULL, NULL);
  g_output_stream_close (g_subprocess_get_stdin_pipe (sim.process), NULL, NULL);
  g_assert_cmpint (sim_wait (&sim), ==, 0);
}

/* What is printed after the port, in this order. */
static void
test_lines (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *folder = g_dir_make_tmp ("sim-process-XXXXXX", &error);
  g_autofree char   *state = g_build_filename (folder, "state", NULL);
  g_autofree char   *lock = g_strconcat (state, ".lock", NULL);
  g_autofree char   *certificate = g_build_filename (folder, "simulator-certificate.pem", NULL);
  g_autofree char   *state_option = g_strconcat ("--state=", state, NULL);
  g_autofree char   *line = NULL;
  Sim                sim;

  g_assert_no_error (error);
  sim_start (&sim, "--history-port=0", NULL);
  line = g_data_input_stream_read_line (sim.output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "history-port "));
  g_assert_cmpuint (g_ascii_strtoull (line + strlen ("history-port "), NULL, 10), >, 0);
  g_output_stream_close (g_subprocess_get_stdin_pipe (sim.process), NULL, NULL);
  g_assert_cmpint (sim_wait (&sim), ==, 0);

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return;
  sim_start (&sim, "--tls", state_option);
  g_free (line);
  line = g_data_input_stream_read_line (sim.output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "certificate-sha256 "));
  g_assert_cmpuint (strlen (line), ==, strlen ("certificate-sha256 ") + 64);
  g_output_stream_close (g_subprocess_get_stdin_pipe (sim.process), NULL, NULL);
  g_assert_cmpint (sim_wait (&sim), ==, 0);
  g_unlink (state);
  g_unlink (lock);
  g_unlink (certificate);
  g_rmdir (folder);
}

static void
test_terminate (void)
{
  g_autofree char   *seen = NULL;
  GSocketConnection *client;
  Sim                sim;

  sim_start (&sim, NULL, NULL);
  client = client_open (sim.port);
  g_free (client_read_until (client, "\"NoOrders\":1"));
  g_subprocess_send_signal (sim.process, SIGTERM);
  seen = client_read_until (client, "\"Type\":5");
  g_assert_cmpint (sim_wait (&sim), ==, 0);
  client_close (client);
}

/* Runs the program with two words to its end; its standard error is one line that contains @text. */
static void
assert_fails (const char *first,
              const char *second,
              int         status,
              const char *text)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char        *out = NULL;
  g_autofree char        *err = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, program, first,
                              second, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, status);
  g_assert_cmpstr (out, ==, "");
  g_assert_true (g_str_has_prefix (err, "dtc-sim: "));
  g_assert_nonnull (strstr (err, text));
}

static void
test_failures (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *folder = g_dir_make_tmp ("sim-process-XXXXXX", &error);
  g_autofree char   *path = g_build_filename (folder, "state", NULL);
  g_autofree char   *lock = g_strconcat (path, ".lock", NULL);
  g_autofree char   *port = NULL;
  g_autofree char   *kept = NULL;
  Sim                sim;

  sim_start (&sim, NULL, NULL);
  port = g_strdup_printf ("%u", sim.port);
  assert_fails ("--port", port, 1, "already in use");
  g_output_stream_close (g_subprocess_get_stdin_pipe (sim.process), NULL, NULL);
  sim_wait (&sim);
  assert_fails ("--port", "many", 2, "--port");
  assert_fails ("--password", "x", 2, "--password");
  assert_fails ("--port=0", "--state=/nonexistent/folder/state", 1, "/nonexistent/folder/state");
  assert_fails ("--port=0", "--log=/nonexistent/folder/log", 1, "/nonexistent/folder/log");
  {
    g_autofree char *option = g_strconcat ("--state=", path, NULL);

    g_assert_true (g_file_set_contents (path, "not a state\n", -1, NULL));
    assert_fails ("--port=0", option, 1, "damaged");
    g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
    g_assert_cmpstr (kept, ==, "not a state\n");
  }
  g_unlink (path);
  g_unlink (lock);
  g_rmdir (folder);
}

/* Killed with orders at work, again and again: what was acknowledged is there, under the same id. */
static void
test_kill (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *folder = g_dir_make_tmp ("sim-process-XXXXXX", &error);
  g_autofree char   *path = g_build_filename (folder, "state", NULL);
  g_autofree char   *lock = g_strconcat (path, ".lock", NULL);
  g_autofree char   *half = g_strconcat (path, ".new", NULL);
  guint              life, i;

  for (life = 1; life <= 6; life++)
    {
      g_autofree char   *restated = NULL;
      g_autofree char   *total = g_strdup_printf ("\"TotalNumMessages\":%u,\"MessageNumber\":%u", 5 * (life - 1),
                                                  5 * (life - 1));
      GSocketConnection *client;
      Sim                sim;

      sim_start (&sim, "--state", path);
      client = client_open (sim.port);
      restated = client_read_until (client, life == 1 ? "\"NoOrders\":1" : total);
      for (i = 0; i < 5 * (life - 1); i++)
        {
          g_autofree char *id = g_strdup_printf ("\"ClientOrderID\":\"%u-%u\"", i / 5 + 1, i % 5);

          g_assert_nonnull (strstr (restated, id));
        }
      for (i = 0; i < 5; i++)
        {
          g_autofree char *order = g_strdup_printf ("{\"Type\":300,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\","
                                                    "\"ClientOrderID\":\"%u-%u\",\"OrderType\":2,\"BuySell\":\"BUY\","
                                                    "\"Quantity\":1,\"Price1\":4990,\"TimeInForce\":\"GTC\"}", life, i);

          client_send (client, order);
        }
      {
        g_autofree char *last = g_strdup_printf ("\"ClientOrderID\":\"%u-4\"", life);

        g_free (client_read_until (client, last));
      }
      g_subprocess_force_exit (sim.process);
      g_assert_cmpint (sim_wait (&sim), ==, -1);
      client_close (client);
    }
  g_unlink (path);
  g_unlink (half);
  g_unlink (lock);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  g_test_add_func ("/sim/process/stdin", test_stdin);
  g_test_add_func ("/sim/process/lines", test_lines);
  g_test_add_func ("/sim/process/terminate", test_terminate);
  g_test_add_func ("/sim/process/failures", test_failures);
  g_test_add_func ("/sim/process/kill", test_kill);
  return g_test_run ();
}
