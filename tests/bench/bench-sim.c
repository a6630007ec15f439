/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim-exchange.h"

/* How much market data dtc-sim can tell: 200 clients that look at 25 of 500 symbols each. Says how many messages came
 * in a second, how much of one processor the server took for them, and how many it had to drop. The first argument is
 * dtc-sim. */

#define N_CLIENTS 200
#define N_SYMBOLS 500
#define N_WATCHED 25
#define WARM_UP   (1 * (gint64) G_USEC_PER_SEC)
#define DURATION  (5 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  GSocketConnection *connection;
  int                fd;
  gsize              skip;    /* binary: bytes of the message under way that are still to come */
  guint8             size[2]; /* binary: the first bytes of one */
  guint              n_size;
  guint64            messages;
  guint64            bytes;
} Client;

typedef struct
{
  const char     *name;
  DtcEncodingKind encoding;
  const char     *speed;
  gboolean        depth;
} Case;

static char **
list_symbols (void)
{
  const SimSink          sink = { 0 };
  g_autoptr (SimOptions) options = sim_options_new ();
  SimExchange           *exchange;
  char                 **symbols = g_new0 (char *, N_SYMBOLS + 1);
  guint                  i;

  options->n_symbols = N_SYMBOLS;
  exchange = sim_exchange_new (options, &sink, NULL, g_get_real_time ());
  for (i = 0; i < N_SYMBOLS; i++)
    symbols[i] = g_strdup (((SimMarket *) g_ptr_array_index (exchange->markets, i))->instrument->symbol);
  sim_exchange_free (exchange);
  return symbols;
}

static void
put (GByteArray       *bytes,
     DtcEncodingKind   encoding,
     const DtcMessage *message)
{
  const DtcCodec     codec = { encoding, DTC_NUMBERING_DTC };
  g_autoptr (GError) error = NULL;

  if (!dtc_codec_encode (&codec, DTC_TO_SERVER, message, bytes, &error))
    g_error ("%s", error->message);
}

/* All that a client ever says. */
static GByteArray *
make_speech (char          **symbols,
             guint           number,
             const Case     *way)
{
  GByteArray         *bytes = g_byte_array_new ();
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  guint8              handshake[DTC_HANDSHAKE_SIZE];
  guint               i;

  dtc_handshake_write (DTC_MSG_ENCODING_REQUEST, way->encoding, handshake);
  g_byte_array_append (bytes, handshake, sizeof handshake);
  dtc_message_init (&message, DTC_MSG_LOGON_REQUEST);
  dtc_message_set_int (&message, DTC_LOGON_REQUEST_F_PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
  dtc_message_set_int (&message, DTC_LOGON_REQUEST_F_HEARTBEAT_INTERVAL_IN_SECONDS, 60);
  put (bytes, way->encoding, &message);
  for (i = 0; i < N_WATCHED; i++)
    {
      /* 101 and 102 begin with the same fields. */
      dtc_message_init (&message, DTC_MSG_MARKET_DATA_REQUEST);
      dtc_message_set_int (&message, DTC_MARKET_DATA_REQUEST_F_REQUEST_ACTION, DTC_SUBSCRIBE);
      dtc_message_set_int (&message, DTC_MARKET_DATA_REQUEST_F_SYMBOL_ID, i + 1);
      dtc_message_set_string (&message, DTC_MARKET_DATA_REQUEST_F_SYMBOL, symbols[(number * 7 + i * 11) % N_SYMBOLS]);
      put (bytes, way->encoding, &message);
      if (!way->depth)
        continue;
      dtc_message_init (&message, DTC_MSG_MARKET_DEPTH_REQUEST);
      dtc_message_set_int (&message, DTC_MARKET_DEPTH_REQUEST_F_REQUEST_ACTION, DTC_SUBSCRIBE);
      dtc_message_set_int (&message, DTC_MARKET_DEPTH_REQUEST_F_SYMBOL_ID, i + 1);
      dtc_message_set_string (&message, DTC_MARKET_DEPTH_REQUEST_F_SYMBOL, symbols[(number * 7 + i * 11) % N_SYMBOLS]);
      put (bytes, way->encoding, &message);
    }
  return bytes;
}

/* Counts the messages in what came, as cheaply as can be: the reader's time is not what is measured. */
static void
count (Client         *client,
       DtcEncodingKind encoding,
       const guint8   *data,
       gsize           len)
{
  gsize i;

  client->bytes += len;
  if (encoding == DTC_ENCODING_JSON || encoding == DTC_ENCODING_JSON_COMPACT)
    {
      for (i = 0; i < len; i++)
        client->messages += data[i] == 0;
      return;
    }
  while (len > 0)
    {
      gsize step = MIN (client->skip, len);

      data += step;
      len -= step;
      client->skip -= step;
      while (client->skip == 0 && len > 0)
        {
          client->size[client->n_size++] = *data++;
          len--;
          if (client->n_size < 2)
            continue;
          client->skip = ((gsize) client->size[0] | (gsize) client->size[1] << 8) - 2;
          client->n_size = 0;
          client->messages++;
        }
    }
}

static void
read_until (Client         *clients,
            DtcEncodingKind encoding,
            gint64          end)
{
  static guint8 buffer[256 * 1024];
  struct pollfd fds[N_CLIENTS];
  guint         i;

  for (i = 0; i < N_CLIENTS; i++)
    fds[i] = (struct pollfd) { clients[i].fd, POLLIN, 0 };
  while (g_get_monotonic_time () < end)
    {
      poll (fds, N_CLIENTS, 10);
      for (i = 0; i < N_CLIENTS; i++)
        {
          gssize n;

          if (!fds[i].revents)
            continue;
          n = read (clients[i].fd, buffer, sizeof buffer);
          if (n <= 0 && errno != EAGAIN)
            g_error ("a connection ended");
          if (n > 0)
            count (&clients[i], encoding, buffer, (gsize) n);
        }
    }
}

/* Seconds of processor time that @pid has taken. */
static double
cpu_of (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", pid);
  g_autofree char *text = NULL;
  guint64          user = 0, kernel = 0;
  const char      *rest;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("the server is gone");
  rest = strrchr (text, ')'); /* the name may hold anything */
  if (sscanf (rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &user,
              &kernel) != 2)
    g_error ("%s cannot be read", path);
  return (double) (user + kernel) / (double) sysconf (_SC_CLK_TCK);
}

/* What the server dropped, as it tells at its control socket. */
static guint64
read_dropped (const char *control)
{
  g_autoptr (GSocketClient)     client = g_socket_client_new ();
  g_autoptr (GSocketAddress)    address = g_unix_socket_address_new (control);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GDataInputStream)  input = NULL;
  g_autofree char              *line = NULL;
  guint64                       dropped = 0;
  const char                   *at;

  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  if (!connection)
    g_error ("the control socket does not answer");
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), "status\n", 7, NULL, NULL, NULL);
  input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  line = g_data_input_stream_read_line (input, NULL, NULL, NULL);
  for (at = line; at && (at = strstr (at, "\"dropped\":")); at++)
    dropped += g_ascii_strtoull (at + strlen ("\"dropped\":"), NULL, 10);
  return dropped;
}

static void
run (const char *program,
     char      **symbols,
     const Case *way)
{
  g_autoptr (GError)           error = NULL;
  g_autofree char             *folder = g_dir_make_tmp ("bench-sim-XXXXXX", &error);
  g_autofree char             *control = g_build_filename (folder, "control", NULL);
  g_autofree char             *count_text = g_strdup_printf ("%d", N_SYMBOLS);
  g_autoptr (GSubprocess)      server = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char             *line = NULL;
  g_autofree Client           *clients = g_new0 (Client, N_CLIENTS);
  guint64                      messages = 0, bytes = 0, dropped;
  gint64                       begin, taken;
  double                       cpu;
  guint                        i;

  server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--quiet",
                             "--port", "0", "--exit-with-stdin", "--numbering", "dtc", "--symbols", count_text,
                             "--speed", way->speed, "--control", control, NULL);
  if (!server)
    g_error ("%s", error->message);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  line = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  if (!line || !g_str_has_prefix (line, "port "))
    g_error ("the server named no port");
  for (i = 0; i < N_CLIENTS; i++)
    {
      g_autoptr (GSocketClient) client = g_socket_client_new ();
      g_autoptr (GByteArray)    speech = make_speech (symbols, i, way);

      g_socket_client_set_enable_proxy (client, FALSE);
      clients[i].connection = g_socket_client_connect_to_host (client, "127.0.0.1",
                                                               (guint16) g_ascii_strtoull (line + 5, NULL, 10), NULL,
                                                               &error);
      if (!clients[i].connection
          || !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (clients[i].connection)),
                                         speech->data, speech->len, NULL, NULL, &error))
        g_error ("%s", error->message);
      clients[i].fd = g_socket_get_fd (g_socket_connection_get_socket (clients[i].connection));
      g_socket_set_blocking (g_socket_connection_get_socket (clients[i].connection), FALSE);
    }
  read_until (clients, way->encoding, g_get_monotonic_time () + WARM_UP);
  for (i = 0; i < N_CLIENTS; i++)
    clients[i].messages = clients[i].bytes = 0;
  dropped = read_dropped (control);
  begin = g_get_monotonic_time ();
  cpu = cpu_of (g_subprocess_get_identifier (server));
  read_until (clients, way->encoding, begin + DURATION);
  cpu = cpu_of (g_subprocess_get_identifier (server)) - cpu;
  taken = g_get_monotonic_time () - begin;
  dropped = read_dropped (control) - dropped;
  for (i = 0; i < N_CLIENTS; i++)
    {
      messages += clients[i].messages;
      bytes += clients[i].bytes;
      g_object_unref (clients[i].connection);
    }
  printf ("%-28s %8.0f messages/s  %6.1f MB/s  %5.2f s of processor a second  %6.2f us a message  %" G_GUINT64_FORMAT
          " dropped\n", way->name, (double) messages * G_USEC_PER_SEC / (double) taken,
          (double) bytes / (double) taken, cpu * G_USEC_PER_SEC / (double) taken, cpu * 1e6 / (double) MAX (1, messages),
          dropped);
  fflush (stdout);
  g_output_stream_close (g_subprocess_get_stdin_pipe (server), NULL, NULL);
  g_subprocess_wait (server, NULL, NULL);
  g_unlink (control);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  static const Case cases[] = {
    { "binary, quotes and trades", DTC_ENCODING_BINARY, "1", FALSE },
    { "JSON, quotes and trades", DTC_ENCODING_JSON, "1", FALSE },
    { "binary, with depth", DTC_ENCODING_BINARY, "1", TRUE },
    { "JSON, with depth", DTC_ENCODING_JSON, "1", TRUE },
    { "binary, with depth, x 5", DTC_ENCODING_BINARY, "5", TRUE },
    { "JSON, with depth, x 5", DTC_ENCODING_JSON, "5", TRUE },
  };
  g_auto (GStrv)    symbols = list_symbols ();
  guint             i;

  if (argc != 2)
    {
      g_printerr ("usage: bench-sim DTC_SIM\n");
      return 2;
    }
  printf ("%d clients, each looking at %d of %d symbols\n", N_CLIENTS, N_WATCHED, N_SYMBOLS);
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    run (argv[1], symbols, &cases[i]);
  return 0;
}
