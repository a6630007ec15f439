/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "desk-simulator.h"

#define PATIENCE_USEC (5 * G_USEC_PER_SEC)  /* for the other side's turn of handshake and logon */
#define LINGER_USEC   (G_USEC_PER_SEC / 2)  /* after the last word, for an answer */

/* What comes is taken off the socket all the time, so that nobody waits for us. */
typedef struct
{
  GSocket    *socket;
  GThread    *thread;
  GMutex      lock;
  GCond       cond;
  GByteArray *received;
  gboolean    ended;
} Peer;

static gpointer
reader_thread (gpointer data)
{
  Peer *peer = data;
  char buffer[16384];
  gssize n;

  do
    {
      n = g_socket_receive (peer->socket, buffer, sizeof buffer, NULL, NULL);
      g_mutex_lock (&peer->lock);
      if (n > 0 && peer->received->len < DTC_CAPTURE_MAX_BYTES)
        g_byte_array_append (peer->received, (const guint8 *) buffer, (guint) n);
      peer->ended = n <= 0;
      g_cond_broadcast (&peer->cond);
      g_mutex_unlock (&peer->lock);
    }
  while (n > 0);

  return NULL;
}

static Peer *
peer_new (GSocket *socket)
{
  Peer *peer = g_new0 (Peer, 1);

  peer->socket = g_object_ref (socket);
  peer->received = g_byte_array_new ();
  g_mutex_init (&peer->lock);
  g_cond_init (&peer->cond);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  peer->thread = g_thread_new ("replay reader", reader_thread, peer);
  return peer;
}

static void
peer_free (Peer *peer)
{
  g_socket_shutdown (peer->socket, TRUE, TRUE, NULL);
  g_thread_join (peer->thread);
  g_socket_close (peer->socket, NULL);
  g_object_unref (peer->socket);
  g_byte_array_unref (peer->received);
  g_mutex_clear (&peer->lock);
  g_cond_clear (&peer->cond);
  g_free (peer);
}

/* FALSE when the other side has left or says too little in time. */
static gboolean
wait_for (Peer  *peer,
          guint  bytes,
          gint64 usec)
{
  gint64 deadline = g_get_monotonic_time () + usec;
  gboolean there;

  g_mutex_lock (&peer->lock);
  while (peer->received->len < bytes && !peer->ended)
    if (!g_cond_wait_until (&peer->cond, &peer->lock, deadline))
      break;
  there = peer->received->len >= bytes;
  g_mutex_unlock (&peer->lock);
  return there;
}

static gboolean
send_frame (Peer                   *peer,
            const DtcCaptureRecord *record)
{
  gsize len;
  const char *data = g_bytes_get_data (record->frame, &len);
  gboolean text = record->codec.encoding == DTC_ENCODING_JSON || record->codec.encoding == DTC_ENCODING_JSON_COMPACT;
  g_autofree char *copy = g_malloc0 (len + 1); /* with the zero byte that ends JSON */

  memcpy (copy, data, len);
  for (gsize at = 0, all = len + (text ? 1 : 0); at < all;)
    {
      gssize n = g_socket_send (peer->socket, copy + at, all - at, NULL, NULL);

      if (n <= 0)
        return FALSE;
      at += (gsize) n;
    }
  return TRUE;
}

static guint16
type_of (const DtcCaptureRecord *record)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gsize len;
  const guint8 *data = g_bytes_get_data (record->frame, &len);

  dtc_codec_decode (&record->codec, record->direction, data, len, &message, NULL);
  return message.type;
}

/* Plays one side of one connection. The two steps of a beginning, handshake and logon, are taken in turns with whoever
 * is at the other end. Returns how many messages left. */
static guint
play (const DtcctlOptions *options,
      const DtcCapture    *capture,
      guint                connection,
      DtcDirection         direction,
      gboolean             orders,
      Peer                *peer,
      guint               *held_back)
{
  gint64 began = g_get_monotonic_time ();
  gint64 first = -1;
  guint expected = 0; /* bytes the other side must have sent before we go on */
  guint sent = 0;

  for (guint i = 0; i < capture->records->len; i++)
    {
      const DtcCaptureRecord *record = g_ptr_array_index (capture->records, i);
      guint16 type;

      if (record->kind != DTC_CAPTURE_FRAME || record->connection != connection)
        continue;
      type = type_of (record);
      if (first < 0)
        first = record->time;
      if (record->direction != direction)
        {
          if (type == DTC_MSG_ENCODING_REQUEST || type == DTC_MSG_ENCODING_RESPONSE)
            expected = DTC_HANDSHAKE_SIZE;
          else if (type == DTC_MSG_LOGON_REQUEST || type == DTC_MSG_LOGON_RESPONSE)
            expected++;
          continue;
        }
      if (!orders && dtc_capture_may_trade (record))
        {
          (*held_back)++;
          continue;
        }
      if (!options->fast)
        {
          gint64 due = began + record->time - first;
          gint64 now = g_get_monotonic_time ();

          if (due > now)
            g_usleep ((gulong) (due - now));
        }
      if (expected > 0)
        wait_for (peer, expected, PATIENCE_USEC);
      if (!send_frame (peer, record))
        break;
      sent++;
    }
  return sent;
}

static guint
count_connections (const DtcCapture *capture)
{
  guint most = 0;

  for (guint i = 0; i < capture->records->len; i++)
    most = MAX (most, ((DtcCaptureRecord *) g_ptr_array_index (capture->records, i))->connection);
  return most;
}

/* (transfer full): what a side said, decoded with what the other said. */
static DtcCapture *
answers (const DtcCapture *capture,
         guint             connection,
         Peer             *peer,
         DtcNumbering      numbering)
{
  g_autoptr (GByteArray) ours = g_byte_array_new ();
  g_autoptr (GBytes) to_server = NULL;
  g_autoptr (GBytes) to_client = NULL;
  DtcCapture *said;

  /* Only the handshake matters: it says what the answers are written in. */
  for (guint i = 0; i < capture->records->len; i++)
    {
      const DtcCaptureRecord *record = g_ptr_array_index (capture->records, i);

      if (record->kind == DTC_CAPTURE_FRAME && record->connection == connection && record->direction == DTC_TO_SERVER)
        {
          gsize len;
          const guint8 *data = g_bytes_get_data (record->frame, &len);

          if (type_of (record) == DTC_MSG_ENCODING_REQUEST && record->codec.encoding == DTC_ENCODING_BINARY)
            g_byte_array_append (ours, data, (guint) len);
          break;
        }
    }
  to_server = g_byte_array_free_to_bytes (g_steal_pointer (&ours));
  g_mutex_lock (&peer->lock);
  to_client = g_bytes_new (peer->received->data, peer->received->len);
  g_mutex_unlock (&peer->lock);
  said = dtc_capture_split (to_server, to_client, NULL, numbering);
  if (g_bytes_get_size (to_server) > 0)
    g_ptr_array_remove_index (said->records, 0);
  return said;
}

DtcctlExit
dtcctl_capture_to_client (const DtcctlOptions *options,
                          const DtcCapture    *capture)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  guint n = count_connections (capture);

  if (!g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &local, &error))
    {
      dtcctl_complain ("Nothing can listen on this computer: %s", error->message);
      return DTCCTL_EXIT_FAILED;
    }
  line = g_strdup_printf ("port %u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)));
  dtcctl_output_line (line);

  for (guint connection = 1; connection <= n; connection++)
    {
      g_autoptr (GSocketConnection) accepted = g_socket_listener_accept (listener, NULL, NULL, &error);
      g_autofree char *told = NULL;
      Peer *peer;
      guint held_back = 0;
      guint sent;

      if (accepted == NULL)
        {
          dtcctl_complain ("No client can be taken: %s", error->message);
          return DTCCTL_EXIT_FAILED;
        }
      peer = peer_new (g_socket_connection_get_socket (accepted));
      sent = play (options, capture, connection, DTC_TO_CLIENT, TRUE, peer, &held_back);
      wait_for (peer, G_MAXUINT, LINGER_USEC);
      told = g_strdup_printf ("connection %u: %u messages sent, %u bytes received", connection, sent, peer->received->len);
      dtcctl_output_line (told);
      peer_free (peer);
    }
  return DTCCTL_EXIT_DONE;
}

DtcctlExit
dtcctl_capture_to_server (const DtcctlOptions *options,
                          const DtcCapture    *capture)
{
  const DeskProfile *profile = options->profile;
  g_autoptr (GError) error = NULL;
  guint16 port = profile->port;
  const char *host = profile->builtin_simulator ? "127.0.0.1" : profile->host;
  gboolean here = dtc_host_is_loopback (host);
  guint n = count_connections (capture);

  if (!here && !options->remote)
    {
      dtcctl_complain ("%s is not this computer; write --remote if a recording shall be played to it, without its orders", host);
      return DTCCTL_EXIT_USAGE;
    }
  if (profile->use_tls)
    {
      dtcctl_complain ("A recording is not played over TLS; name a server that takes a plain connection");
      return DTCCTL_EXIT_USAGE;
    }
  if (profile->builtin_simulator && (port = desk_simulator_find (profile->slug, &error)) == 0)
    {
      dtcctl_complain ("%s", error->message);
      return DTCCTL_EXIT_NO_LINK;
    }

  for (guint connection = 1; connection <= n; connection++)
    {
      g_autoptr (GSocketClient) client = g_socket_client_new ();
      g_autoptr (GSocketConnection) opened = NULL;
      g_autoptr (DtcCapture) said = NULL;
      g_autofree char *told = NULL;
      guint held_back = 0;
      Peer *peer;
      guint sent;

      g_socket_client_set_enable_proxy (client, FALSE);
      g_socket_client_set_timeout (client, 10);
      opened = g_socket_client_connect_to_host (client, host, port, NULL, &error);
      if (opened == NULL)
        {
          dtcctl_complain ("%s:%u cannot be reached: %s", host, port, error->message);
          return DTCCTL_EXIT_NO_LINK;
        }
      g_socket_set_timeout (g_socket_connection_get_socket (opened), 0);
      peer = peer_new (g_socket_connection_get_socket (opened));
      sent = play (options, capture, connection, DTC_TO_SERVER, here, peer, &held_back);
      wait_for (peer, G_MAXUINT, LINGER_USEC);
      said = answers (capture, connection, peer, options->numbering_given ? profile->numbering : DTC_NUMBERING_DTC);
      told = g_strdup_printf ("connection %u: %u messages sent, %u answered%s", connection, sent, said->records->len,
                              held_back > 0 ? "; what could trade was held back" : "");
      dtcctl_output_line (told);
      dtcctl_capture_print (options, said, NULL, 0);
      peer_free (peer);
    }
  return DTCCTL_EXIT_DONE;
}
