/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc.h"

#include <glib/gstdio.h>
#include <string.h>

#include "tls-certificates.h"

/* The bridge over TLS, against a server in a thread of its own: whom it trusts, and what it says when it does not. */

#define DAY (24 * 3600)

typedef enum
{
  BEHAVE_STAY,     /* until the client leaves */
  BEHAVE_CUT,      /* after the logon: the socket ends without close_notify */
  BEHAVE_GOODBYE,  /* after the logon: closes as TLS wants it */
  BEHAVE_PLAIN,    /* no TLS at all: closes when it reads something that is no DTC */
} Behaviour;

typedef struct
{
  GSocketListener *listener;
  GCancellable    *cancellable;
  GThread         *thread;
  GTlsCertificate *certificate;
  Behaviour        behaviour;
  guint16          port;
  gint             n_logons;  /* atomic */
} Server;

static gssize
read_some (GIOStream *stream, GByteArray *bytes, GCancellable *cancellable)
{
  guint8 buffer[1024];
  gssize n = g_input_stream_read (g_io_stream_get_input_stream (stream), buffer, sizeof buffer, cancellable, NULL);

  if (n > 0)
    g_byte_array_append (bytes, buffer, n);

  return n;
}

static void
say (GIOStream *stream, const void *data, gsize len)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), data, len, NULL, NULL, NULL);
}

/* Serves one connection to its end. */
static void
serve (Server *server, GSocketConnection *connection)
{
  static const guint8 answer[16] = { 16, 0, 7, 0, 8, 0, 0, 0, 2, 0, 0, 0, 'D', 'T', 'C', 0 };
  static const char   welcome[] = "{\"Type\":2,\"ProtocolVersion\":8,\"Result\":1,\"ServerName\":\"Tls\"}";
  g_autoptr (GIOStream)  stream = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (server->behaviour == BEHAVE_PLAIN)
    {
      /* The client's hello is no DTC. */
      read_some (G_IO_STREAM (connection), bytes, server->cancellable);
      if (bytes->len >= 16 && bytes->data[0] == 16)
        {
          say (G_IO_STREAM (connection), answer, sizeof answer);
          while (read_some (G_IO_STREAM (connection), bytes, server->cancellable) > 0)
            if (memchr (bytes->data + 16, 0, bytes->len - 16) != NULL && g_atomic_int_add (&server->n_logons, 1) == 0)
              say (G_IO_STREAM (connection), welcome, sizeof welcome);
        }
      return;
    }

  stream = g_tls_server_connection_new (G_IO_STREAM (connection), server->certificate, NULL);
  if (stream == NULL || !g_tls_connection_handshake (G_TLS_CONNECTION (stream), server->cancellable, NULL))
    {
      /* Some say what they expected, as an alert of TLS does; others just go. */
      if (server->behaviour == BEHAVE_STAY)
        g_socket_send (g_socket_connection_get_socket (connection), "\x15\x03\x03\x00\x02\x02\x0a", 7, NULL, NULL);
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
      return;
    }
  while (bytes->len < 16)
    if (read_some (stream, bytes, server->cancellable) <= 0)
      return;
  say (stream, answer, sizeof answer);
  while (bytes->len == 16 || memchr (bytes->data + 16, 0, bytes->len - 16) == NULL)
    if (read_some (stream, bytes, server->cancellable) <= 0)
      return;
  g_atomic_int_inc (&server->n_logons);
  say (stream, welcome, sizeof welcome);
  if (server->behaviour == BEHAVE_GOODBYE)
    g_io_stream_close (stream, NULL, NULL);
  else if (server->behaviour == BEHAVE_STAY)
    while (read_some (stream, bytes, server->cancellable) > 0
           && memmem (bytes->data, bytes->len, "\"Type\":5", 8) == NULL)
      ;
  g_socket_close (g_socket_connection_get_socket (connection), NULL);
}

static gpointer
server_thread (gpointer data)
{
  Server *server = data;

  while (!g_cancellable_is_cancelled (server->cancellable))
    {
      g_autoptr (GSocketConnection) connection = g_socket_listener_accept (server->listener, NULL, server->cancellable,
                                                                           NULL);

      if (connection != NULL)
        serve (server, connection);
    }

  return NULL;
}

static Server *
server_new (GTlsCertificate *certificate, Behaviour behaviour)
{
  g_autoptr (GInetAddress)   loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GError)         error = NULL;
  Server                    *server = g_new0 (Server, 1);

  server->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  server->behaviour = behaviour;
  server->cancellable = g_cancellable_new ();
  server->listener = g_socket_listener_new ();
  g_socket_listener_add_address (server->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &local,
                                 &error);
  g_assert_no_error (error);
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  server->thread = g_thread_new ("tls server", server_thread, server);

  return server;
}

static void
server_free (Server *server)
{
  g_cancellable_cancel (server->cancellable);
  g_thread_join (server->thread);
  g_socket_listener_close (server->listener);
  g_object_unref (server->listener);
  g_object_unref (server->cancellable);
  g_clear_object (&server->certificate);
  g_free (server);
}

/* What the client saw. */
typedef struct
{
  GMutex        lock;
  DtcLinkState  state;
  DtcLinkReason reason;
  char         *text;
  char         *certificate;
  gboolean      changed;
  guint         n_ready;
  guint         n_down;
  gboolean      stopped;
} Client;

static void
sink_link (gpointer data, const DtcLinkChange *change, gint64 now)
{
  Client *client = data;

  g_mutex_lock (&client->lock);
  client->state = change->state;
  client->n_ready += change->state == DTC_LINK_READY;
  if (change->state == DTC_LINK_DOWN && client->n_down++ == 0)
    {
      client->reason = change->reason;
      client->text = g_strdup (change->text);
      client->certificate = g_strdup (change->certificate);
      client->changed = change->certificate_changed;
    }
  g_main_context_wakeup (NULL);
  g_mutex_unlock (&client->lock);
}

static gboolean
on_watchdog (gpointer data)
{
  g_error ("waited in vain");

  return G_SOURCE_REMOVE;
}

static gboolean
is_there (Client *client, gboolean ready)
{
  gboolean there;

  g_mutex_lock (&client->lock);
  there = client->stopped || (ready && client->n_ready > 0) || client->n_down > 0;
  g_mutex_unlock (&client->lock);

  return there;
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  Client *client = data;

  dtc_data_bridge_stop_finish (DTC_DATA_BRIDGE (source), result, NULL);
  g_mutex_lock (&client->lock);
  client->stopped = TRUE;
  g_mutex_unlock (&client->lock);
}

/* Connects until it is ready (or, with @to_the_end, until the first loss) or down, and leaves. */
static void
run_client (Client *client, guint16 port, gboolean use_tls, const char *pin, gboolean to_the_end)
{
  static const DtcSink         sink = { .link = sink_link };
  g_autoptr (DtcSessionConfig) config = dtc_session_config_new ();
  g_autoptr (DtcDataBridge)    bridge = NULL;
  guint                        watchdog = g_timeout_add_seconds (60, on_watchdog, NULL);

  g_mutex_init (&client->lock);
  config->port = port;
  config->use_tls = use_tls;
  config->tls_pin = g_strdup (pin);
  config->username = g_strdup ("trader");
  config->password = g_strdup ("s3cret!");
  bridge = dtc_data_bridge_new (config, &sink, client);
  dtc_data_bridge_start (bridge);
  while (!is_there (client, !to_the_end))
    g_main_context_iteration (NULL, TRUE);
  dtc_data_bridge_stop_async (bridge, NULL, on_stopped, client);
  for (;;)
    {
      gboolean stopped;

      g_mutex_lock (&client->lock);
      stopped = client->stopped;
      g_mutex_unlock (&client->lock);
      if (stopped)
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (watchdog);
}

static void
client_clear (Client *client)
{
  g_free (client->text);
  g_free (client->certificate);
  g_mutex_clear (&client->lock);
}

static TestAuthority *authority;

typedef enum { PIN_NONE, PIN_RIGHT, PIN_WRONG } Pin;

static void
test_trust (void)
{
  static const struct
  {
    const char *name;
    gboolean    signed_by_authority;
    const char *address;
    int         from, until; /* days from now */
    Pin         pin;
    gboolean    ready;
    const char *says;
    const char *says_too;
  } cases[] = {
    { "good", TRUE, "127.0.0.1", -1, 1, PIN_NONE, TRUE },
    { "good and pinned", TRUE, "127.0.0.1", -1, 1, PIN_RIGHT, TRUE },
    { "good, another pinned", TRUE, "127.0.0.1", -1, 1, PIN_WRONG, FALSE, "SHOWS ANOTHER CERTIFICATE", "Trusted: 11:11" },
    { "self-signed", FALSE, "127.0.0.1", -1, 1, PIN_NONE, FALSE, "no authority", "--tls-pin" },
    { "self-signed and pinned", FALSE, "127.0.0.1", -1, 1, PIN_RIGHT, TRUE },
    { "self-signed, another pinned", FALSE, "127.0.0.1", -1, 1, PIN_WRONG, FALSE, "SHOWS ANOTHER", "Nothing was sent" },
    { "expired", TRUE, "127.0.0.1", -3, -1, PIN_NONE, FALSE, "it has expired", "fingerprint" },
    { "expired and pinned", TRUE, "127.0.0.1", -3, -1, PIN_RIGHT, TRUE },
    { "not yet valid", TRUE, "127.0.0.1", 1, 3, PIN_NONE, FALSE, "not valid yet", "fingerprint" },
    { "wrong host", TRUE, "192.0.2.7", -1, 1, PIN_NONE, FALSE, "another host name", "fingerprint" },
    { "wrong host and pinned", TRUE, "192.0.2.7", -1, 1, PIN_RIGHT, TRUE },
    { "all wrong", FALSE, "192.0.2.7", -3, -1, PIN_NONE, FALSE, "no authority", "has expired" },
  };
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GTlsCertificate) certificate = NULL;
      g_autofree char            *fingerprint = NULL;
      Client                      client = { 0 };
      Server                     *server;

      g_test_message ("%s", cases[i].name);
      certificate = test_certificate_new (cases[i].signed_by_authority ? authority : NULL, cases[i].address,
                                          now + cases[i].from * DAY, now + cases[i].until * DAY);
      fingerprint = dtc_tls_fingerprint (certificate);
      server = server_new (certificate, BEHAVE_STAY);
      run_client (&client, server->port, TRUE,
                  cases[i].pin == PIN_NONE    ? NULL
                  : cases[i].pin == PIN_RIGHT ? fingerprint
                                              : "1111111111111111111111111111111111111111111111111111111111111111", FALSE);
      g_assert_true ((client.n_ready > 0) == cases[i].ready);
      /* Not one byte of a logon left for a stranger. */
      g_assert_cmpint (g_atomic_int_get (&server->n_logons), ==, cases[i].ready ? 1 : 0);
      if (!cases[i].ready)
        {
          g_autofree char *shown = dtc_tls_fingerprint_show (fingerprint);

          g_assert_cmpint (client.reason, ==, DTC_REASON_CERTIFICATE);
          g_assert_cmpstr (client.certificate, ==, fingerprint);
          g_assert_true (client.changed == (cases[i].pin == PIN_WRONG));
          g_assert_nonnull (strstr (client.text, cases[i].says));
          g_assert_nonnull (strstr (client.text, cases[i].says_too));
          g_assert_nonnull (strstr (client.text, shown));
        }
      server_free (server);
      client_clear (&client);
    }
}

static void
test_ends (void)
{
  static const struct { Behaviour behaviour; DtcLinkReason reason; const char *says; } cases[] = {
    { BEHAVE_CUT, DTC_REASON_IO, "is lost" },
    { BEHAVE_GOODBYE, DTC_REASON_CLOSED, "the server closed it" },
  };
  gint64                      now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GTlsCertificate) certificate = test_certificate_new (authority, "127.0.0.1", now - DAY, now + DAY);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Server *server = server_new (certificate, cases[i].behaviour);
      Client  client = { 0 };

      run_client (&client, server->port, TRUE, NULL, TRUE);
      g_assert_cmpuint (client.n_ready, ==, 1);
      g_assert_cmpint (client.reason, ==, cases[i].reason);
      g_assert_nonnull (strstr (client.text, cases[i].says));
      g_assert_null (client.certificate);
      server_free (server);
      client_clear (&client);
    }
}

static void
test_crossed (void)
{
  gint64                      now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GTlsCertificate) certificate = test_certificate_new (authority, "127.0.0.1", now - DAY, now + DAY);
  Server                     *plain = server_new (NULL, BEHAVE_PLAIN);
  Server                     *tls = server_new (certificate, BEHAVE_STAY);
  Server                     *terse = server_new (certificate, BEHAVE_CUT);
  Client                      asks_tls = { 0 };
  Client                      asks_plain = { 0 };
  Client                      asks_terse = { 0 };

  run_client (&asks_tls, plain->port, TRUE, NULL, TRUE);
  g_assert_cmpint (asks_tls.reason, ==, DTC_REASON_CONNECT_FAILED);
  g_assert_nonnull (strstr (asks_tls.text, "does not speak TLS: turn TLS on in the server, or off in the profile"));
  g_assert_cmpint (g_atomic_int_get (&plain->n_logons), ==, 0);

  run_client (&asks_plain, tls->port, FALSE, NULL, TRUE);
  g_assert_cmpint (asks_plain.reason, ==, DTC_REASON_NOT_DTC);
  g_assert_nonnull (strstr (asks_plain.text, "speaks TLS, and this profile does not"));
  g_assert_cmpint (g_atomic_int_get (&tls->n_logons), ==, 0);

  run_client (&asks_terse, terse->port, FALSE, NULL, TRUE);
  g_assert_nonnull (strstr (asks_terse.text, "whether it wants TLS"));
  g_assert_cmpint (g_atomic_int_get (&terse->n_logons), ==, 0);

  server_free (plain);
  server_free (tls);
  server_free (terse);
  client_clear (&asks_terse);
  client_clear (&asks_tls);
  client_clear (&asks_plain);
}

static void
test_fingerprints (void)
{
  static const char plain[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  static const char *const bad[] = { "", "00", "zz", "0011", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0",
                                     "00112233445566778899aabbccddeeff00112233445566778899aabbccddeefg", "sha256:00" };
  g_autofree char *shown = dtc_tls_fingerprint_show (plain);
  g_autofree char *back = dtc_tls_fingerprint_parse (shown);
  g_autofree char *nothing = dtc_tls_describe_flags (0);

  g_assert_true (g_str_has_prefix (shown, "00:11:22:"));
  g_assert_cmpuint (strlen (shown), ==, 95);
  g_assert_cmpstr (back, ==, plain);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (dtc_tls_fingerprint_parse (bad[i]));
  g_assert_cmpstr (nothing, ==, "it could not be checked");
}

int
main (int argc, char **argv)
{
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError)       error = NULL;
  g_autofree char         *path = NULL;
  int                      status;
  int                      fd;

  g_test_init (&argc, &argv, NULL);
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_print ("1..0 # SKIP glib-networking is not installed\n");
      return 0;
    }

  authority = test_authority_new ();
  fd = g_file_open_tmp ("dtc-tls-XXXXXX.pem", &path, &error);
  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, test_authority_get_pem (authority), -1, &error);
  g_assert_no_error (error);
  database = g_tls_file_database_new (path, &error);
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);

  g_test_add_func ("/dtc/tls/fingerprints", test_fingerprints);
  g_test_add_func ("/dtc/tls/trust", test_trust);
  g_test_add_func ("/dtc/tls/ends", test_ends);
  g_test_add_func ("/dtc/tls/crossed", test_crossed);
  status = g_test_run ();
  g_unlink (path);
  test_authority_free (authority);

  return status;
}
