/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-cutting-proxy.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

typedef struct
{
  DtcCuttingProxy   *proxy;
  DtcCableDirection  direction;
  GSocket           *from;
  GSource           *source;
} Strand;

struct _DtcCuttingProxy
{
  GSocket *listener;
  GSource *accepting;
  guint16  port;
  guint16  server_port;
  GSocket *client;
  GSocket *server;
  Strand   strands[2];
  gsize    passed[2];
  gboolean armed[2];
  gsize    left[2];
  gboolean reset;
  guint    n_cuts;
};

static void
unplug (DtcCuttingProxy *proxy, gboolean reset)
{
  struct linger linger = { 1, 0 };
  guint         i;

  for (i = 0; i < 2; i++)
    if (proxy->strands[i].source != NULL)
      {
        g_source_destroy (proxy->strands[i].source);
        g_clear_pointer (&proxy->strands[i].source, g_source_unref);
      }
  if (proxy->client != NULL)
    {
      if (reset)
        {
          setsockopt (g_socket_get_fd (proxy->client), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
          setsockopt (g_socket_get_fd (proxy->server), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        }
      g_socket_close (proxy->client, NULL);
      g_socket_close (proxy->server, NULL);
    }
  g_clear_object (&proxy->client);
  g_clear_object (&proxy->server);
}

void
dtc_cutting_proxy_cut_now (DtcCuttingProxy *proxy)
{
  proxy->n_cuts++;
  proxy->armed[0] = proxy->armed[1] = FALSE;
  unplug (proxy, proxy->reset);
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Strand          *strand = user_data;
  DtcCuttingProxy *proxy = strand->proxy;
  GSocket         *to = strand->direction == DTC_CABLE_TO_SERVER ? proxy->server : proxy->client;
  guint            d = strand->direction;
  char             buffer[16384];
  gsize            max = sizeof buffer;
  gssize           n;
  gssize           done;

  if (proxy->armed[d] && proxy->left[d] < max)
    max = MAX (proxy->left[d], 1);
  n = g_socket_receive_with_blocking (socket, buffer, max, FALSE, NULL, NULL);
  if (n <= 0)
    {
      unplug (proxy, FALSE);
      return G_SOURCE_REMOVE;
    }
  if (proxy->armed[d] && proxy->left[d] == 0)
    {
      dtc_cutting_proxy_cut_now (proxy);
      return G_SOURCE_REMOVE;
    }
  for (done = 0; done < n;)
    {
      gssize sent = g_socket_send_with_blocking (to, buffer + done, n - done, TRUE, NULL, NULL);

      if (sent <= 0)
        {
          unplug (proxy, FALSE);
          return G_SOURCE_REMOVE;
        }
      done += sent;
    }
  proxy->passed[d] += n;
  if (proxy->armed[d])
    {
      proxy->left[d] -= n;
      if (proxy->left[d] == 0)
        {
          dtc_cutting_proxy_cut_now (proxy);
          return G_SOURCE_REMOVE;
        }
    }

  return G_SOURCE_CONTINUE;
}

static void
watch (DtcCuttingProxy *proxy, DtcCableDirection direction, GSocket *from)
{
  Strand *strand = &proxy->strands[direction];

  strand->proxy = proxy;
  strand->direction = direction;
  strand->source = g_socket_create_source (from, G_IO_IN, NULL);
  g_source_set_callback (strand->source, G_SOURCE_FUNC (on_readable), strand, NULL);
  g_source_attach (strand->source, NULL);
}

static GSocketAddress *
loopback (guint16 port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, port);
}

static gboolean
on_accept (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  DtcCuttingProxy           *proxy = user_data;
  g_autoptr (GSocketAddress) address = loopback (proxy->server_port);
  GSocket                   *client = g_socket_accept (socket, NULL, NULL);
  GSocket                   *server;

  if (client == NULL)
    return G_SOURCE_CONTINUE;

  unplug (proxy, FALSE);
  server = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  if (!g_socket_connect (server, address, NULL, NULL))
    {
      g_socket_close (client, NULL);
      g_object_unref (client);
      g_object_unref (server);
      return G_SOURCE_CONTINUE;
    }
  g_socket_set_option (client, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_option (server, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  proxy->client = client;
  proxy->server = server;
  proxy->passed[0] = proxy->passed[1] = 0;
  watch (proxy, DTC_CABLE_TO_SERVER, client);
  watch (proxy, DTC_CABLE_TO_CLIENT, server);

  return G_SOURCE_CONTINUE;
}

DtcCuttingProxy *
dtc_cutting_proxy_new (guint16 server_port)
{
  DtcCuttingProxy           *proxy = g_new0 (DtcCuttingProxy, 1);
  g_autoptr (GSocketAddress) address = loopback (0);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GError)         error = NULL;

  proxy->server_port = server_port;
  proxy->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_bind (proxy->listener, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (proxy->listener, &error);
  g_assert_no_error (error);
  local = g_socket_get_local_address (proxy->listener, &error);
  g_assert_no_error (error);
  proxy->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  proxy->accepting = g_socket_create_source (proxy->listener, G_IO_IN, NULL);
  g_source_set_callback (proxy->accepting, G_SOURCE_FUNC (on_accept), proxy, NULL);
  g_source_attach (proxy->accepting, NULL);

  return proxy;
}

void
dtc_cutting_proxy_free (DtcCuttingProxy *proxy)
{
  unplug (proxy, FALSE);
  g_source_destroy (proxy->accepting);
  g_source_unref (proxy->accepting);
  g_socket_close (proxy->listener, NULL);
  g_object_unref (proxy->listener);
  g_free (proxy);
}

guint16
dtc_cutting_proxy_get_port (DtcCuttingProxy *proxy)
{
  return proxy->port;
}

void
dtc_cutting_proxy_cut_after (DtcCuttingProxy   *proxy,
                             DtcCableDirection  direction,
                             gsize              bytes,
                             gboolean           reset)
{
  proxy->armed[direction] = TRUE;
  proxy->left[direction] = bytes;
  proxy->reset = reset;
}

guint
dtc_cutting_proxy_n_cuts (DtcCuttingProxy *proxy)
{
  return proxy->n_cuts;
}

gsize
dtc_cutting_proxy_get_passed (DtcCuttingProxy   *proxy,
                              DtcCableDirection  direction)
{
  return proxy->passed[direction];
}
