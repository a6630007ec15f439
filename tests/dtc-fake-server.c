/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-fake-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

struct _DtcFakeServer
{
  gboolean    polite;
  GSocket    *listener;
  GSource    *accepting;
  GSocket    *peer;
  GSource    *reading;
  GByteArray *received;
  gsize       answered;  /* bytes of received that the polite one has looked at */
  guint16     port;
  guint       n_connections;
};

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
    }
}

void
dtc_fake_server_close (DtcFakeServer *server)
{
  clear_source (&server->reading);
  if (server->peer != NULL)
    g_socket_close (server->peer, NULL);
  g_clear_object (&server->peer);
}

void
dtc_fake_server_reset (DtcFakeServer *server)
{
  struct linger linger = { 1, 0 };

  if (server->peer != NULL)
    setsockopt (g_socket_get_fd (server->peer), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  dtc_fake_server_close (server);
}

void
dtc_fake_server_send (DtcFakeServer *server,
                      const void    *data,
                      gsize          len)
{
  const char *bytes = data;

  /* A peer that has gone is a case of its own, not a failure. */
  while (len > 0 && server->peer != NULL)
    {
      gssize n = g_socket_send_with_blocking (server->peer, bytes, len, TRUE, NULL, NULL);

      if (n <= 0)
        break;
      bytes += n;
      len -= n;
    }
}

void
dtc_fake_server_say (DtcFakeServer *server,
                     const char    *json)
{
  dtc_fake_server_send (server, json, strlen (json) + 1);
}

static void
be_polite (DtcFakeServer *server)
{
  static const guint8 request[12] = { 16, 0, 6, 0, 8, 0, 0, 0, 2, 0, 0, 0 };
  static const guint8 answer[16] = { 16, 0, 7, 0, 8, 0, 0, 0, 2, 0, 0, 0, 'D', 'T', 'C', 0 };
  const guint8       *data = server->received->data;

  if (server->answered == 0 && server->received->len >= 16 && memcmp (data, request, sizeof request) == 0)
    {
      server->answered = 16;
      dtc_fake_server_send (server, answer, sizeof answer);
    }

  while (server->peer != NULL && server->answered < server->received->len)
    {
      const char *message = (const char *) data + server->answered;
      const char *end = memchr (message, '\0', server->received->len - server->answered);

      if (end == NULL)
        break;
      server->answered = end + 1 - (const char *) data;
      if (g_str_has_prefix (message, "{\"Type\":1,"))
        dtc_fake_server_say (server, "{\"Type\":2,\"ProtocolVersion\":8,\"Result\":1,\"ServerName\":\"Fake\","
                                     "\"TradingIsSupported\":1}");
      else if (g_str_has_prefix (message, "{\"Type\":5,") || g_str_has_prefix (message, "{\"Type\":5}"))
        dtc_fake_server_close (server);
    }
}

static gboolean
on_readable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  DtcFakeServer *server = user_data;
  guint8         buffer[4096];
  gssize         n;

  n = g_socket_receive_with_blocking (socket, (char *) buffer, sizeof buffer, FALSE, NULL, NULL);
  if (n <= 0)
    {
      dtc_fake_server_close (server);
      return G_SOURCE_REMOVE;
    }
  g_byte_array_append (server->received, buffer, n);
  if (server->polite)
    be_polite (server);

  return G_SOURCE_CONTINUE;
}

void
dtc_fake_server_set_reading (DtcFakeServer *server,
                             gboolean       reading)
{
  clear_source (&server->reading);
  if (reading && server->peer != NULL)
    {
      server->reading = g_socket_create_source (server->peer, G_IO_IN, NULL);
      g_source_set_callback (server->reading, G_SOURCE_FUNC (on_readable), server, NULL);
      g_source_attach (server->reading, g_main_context_get_thread_default ());
    }
}

static gboolean
on_accept (GSocket      *socket,
           GIOCondition  condition,
           gpointer      user_data)
{
  DtcFakeServer *server = user_data;
  GSocket       *peer = g_socket_accept (socket, NULL, NULL);

  if (peer == NULL)
    return G_SOURCE_CONTINUE;

  dtc_fake_server_close (server);
  /* What is said before a reset must not lie about waiting for an acknowledgement. */
  g_socket_set_option (peer, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  server->peer = peer;
  server->n_connections++;
  server->answered = 0;
  g_byte_array_set_size (server->received, 0);
  dtc_fake_server_set_reading (server, TRUE);

  return G_SOURCE_CONTINUE;
}

DtcFakeServer *
dtc_fake_server_new (gboolean polite)
{
  g_autoptr (GInetAddress)   loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GError)         error = NULL;
  DtcFakeServer             *server = g_new0 (DtcFakeServer, 1);

  server->polite = polite;
  server->received = g_byte_array_new ();
  server->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  /* A small window, so that a server that does not read is soon felt. */
  g_socket_set_option (server->listener, SOL_SOCKET, SO_RCVBUF, 4096, NULL);
  g_socket_bind (server->listener, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (server->listener, &error);
  g_assert_no_error (error);
  local = g_socket_get_local_address (server->listener, &error);
  g_assert_no_error (error);
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));

  server->accepting = g_socket_create_source (server->listener, G_IO_IN, NULL);
  g_source_set_callback (server->accepting, G_SOURCE_FUNC (on_accept), server, NULL);
  g_source_attach (server->accepting, g_main_context_get_thread_default ());

  return server;
}

void
dtc_fake_server_stop_listening (DtcFakeServer *server)
{
  clear_source (&server->accepting);
  if (server->listener != NULL)
    g_socket_close (server->listener, NULL);
  g_clear_object (&server->listener);
}

void
dtc_fake_server_free (DtcFakeServer *server)
{
  dtc_fake_server_close (server);
  dtc_fake_server_stop_listening (server);
  g_byte_array_unref (server->received);
  g_free (server);
}

guint16
dtc_fake_server_get_port (DtcFakeServer *server)
{
  return server->port;
}

guint
dtc_fake_server_n_connections (DtcFakeServer *server)
{
  return server->n_connections;
}

gboolean
dtc_fake_server_is_connected (DtcFakeServer *server)
{
  return server->peer != NULL;
}

GByteArray *
dtc_fake_server_get_received (DtcFakeServer *server)
{
  return server->received;
}

guint
dtc_fake_server_count (DtcFakeServer *server,
                       const char    *needle)
{
  gsize at = server->received->len >= 16 && server->received->data[0] == 16 ? 16 : 0;
  guint n = 0;

  while (at < server->received->len)
    {
      const char *message = (const char *) server->received->data + at;
      const char *end = memchr (message, '\0', server->received->len - at);

      if (end == NULL)
        break;
      n += strstr (message, needle) != NULL;
      at = end + 1 - (const char *) server->received->data;
    }

  return n;
}

void
dtc_fake_server_shutdown_write (DtcFakeServer *server)
{
  if (server->peer != NULL)
    g_socket_shutdown (server->peer, FALSE, TRUE, NULL);
}
