/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "sim-server.h"

/* Exit statuses. */
#define FAILED 1
#define USAGE  2

typedef struct
{
  GMainLoop *loop;
  int        status;
} Run;

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (((Run *) user_data)->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stdin (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  char    buffer[256];
  gssize  n = read (fd, buffer, sizeof buffer);

  if (n > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (((Run *) user_data)->loop);
  return G_SOURCE_REMOVE;
}

static void
on_failed (const GError *error,
           gpointer      user_data)
{
  Run *run = user_data;

  g_printerr ("dtc-sim: %s\n", error->message);
  run->status = FAILED;
  g_main_loop_quit (run->loop);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError)     error = NULL;
  g_autoptr (SimServer)  server = NULL;
  g_autoptr (GMainLoop)  loop = NULL;
  g_auto (GStrv)         words = g_strdupv (argv);
  g_autofree char       *fingerprint = NULL;
  SimOptions            *options;
  gboolean               show_version = FALSE;
  gboolean               exit_with_stdin;
  Run                    run = { 0 };

  signal (SIGPIPE, SIG_IGN); /* nobody may be reading what we say */
  signal (SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk, not our end */
  options = sim_options_parse (&words, &show_version, &error);
  if (!options)
    {
      g_printerr ("dtc-sim: %s\nTry 'dtc-sim --help'.\n", error->message);
      return USAGE;
    }
  if (show_version)
    {
      sim_options_free (options);
      puts ("dtc-sim " APP_VERSION);
      return 0;
    }
  exit_with_stdin = options->exit_with_stdin;
  server = sim_server_new (options, &error);
  if (!server)
    {
      g_printerr ("dtc-sim: %s\n", error->message);
      return FAILED;
    }
  run.loop = loop = g_main_loop_new (NULL, FALSE);
  sim_server_set_failed (server, on_failed, &run);
  g_unix_signal_add (SIGTERM, on_signal, &run);
  g_unix_signal_add (SIGINT, on_signal, &run);
  if (exit_with_stdin)
    g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, &run);
  printf ("port %u\n", sim_server_get_port (server));
  if (sim_server_get_history_port (server))
    printf ("history-port %u\n", sim_server_get_history_port (server));
  fingerprint = sim_server_get_fingerprint (server);
  if (fingerprint)
    printf ("certificate-sha256 %s\n", fingerprint);
  fflush (stdout);
  g_main_loop_run (loop);
  if (run.status == 0)
    sim_server_log_off (server);
  return run.status;
}
