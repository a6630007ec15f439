/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define READ_SIZE 65536
#define KEEP_SENT (1024 * 1024) /* bytes already sent that may stay at the front of the queue */

typedef struct
{
  gboolean armed;
  guint64  byte;
  SimCut   how;
} Cut;

struct _SimWire
{
  guint              refs;        /* the owner's, and one for each callback under way */
  GSocketConnection *connection;
  GSocket           *socket;
  GTlsCertificate   *certificate; /* NULL once TLS has begun, and for plain connections */
  GIOStream         *tls;
  SimWireFuncs       funcs;
  gpointer           user_data;
  GSource           *input;
  GSource           *output;
  GByteArray        *queue;
  gsize              sent;        /* bytes of queue that the kernel has */
  gsize              offered;     /* of a write that has to be repeated as it was; 0 none */
  guint64            n_sent;
  guint64            n_received;
  Cut                cut_out;
  Cut                cut_in;
  gboolean           silent;
  gboolean           closed;
};

static void
drop_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
sim_wire_close (SimWire *wire)
{
  if (wire->closed)
    return;
  wire->closed = TRUE;
  drop_source (&wire->input);
  drop_source (&wire->output);
  /* The TLS goodbye would wait for the peer; the socket is what ends. */
  g_io_stream_close (G_IO_STREAM (wire->connection), NULL, NULL);
}

void
sim_wire_cut (SimWire *wire,
              SimCut   how)
{
  const struct linger at_once = { 1, 0 };

  if (wire->closed)
    return;
  if (how == SIM_CUT_SILENCE)
    {
      wire->silent = TRUE;
      drop_source (&wire->input);
      drop_source (&wire->output);
      g_byte_array_set_size (wire->queue, 0);
      wire->sent = wire->offered = 0;
      return;
    }
  if (how == SIM_CUT_RESET)
    setsockopt (g_socket_get_fd (wire->socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  wire->funcs.ended (how == SIM_CUT_RESET ? "a fault reset it" : "a fault ended it", wire->user_data);
}

static void
unref (SimWire *wire)
{
  if (--wire->refs > 0)
    return;
  g_byte_array_unref (wire->queue);
  g_clear_object (&wire->certificate);
  g_clear_object (&wire->tls);
  g_object_unref (wire->connection);
  g_free (wire);
}

static gssize
write_some (SimWire *wire,
            gsize    len,
            GError **error)
{
  const guint8 *data = wire->queue->data + wire->sent;

  if (wire->tls)
    return g_pollable_output_stream_write_nonblocking (
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (wire->tls)), data, len, NULL, error);
  return g_socket_send (wire->socket, (const char *) data, len, NULL, error);
}

static gboolean
go_on (SimWire *wire)
{
  drop_source (&wire->output);
  wire->refs++;
  sim_wire_flush (wire);
  if (!wire->closed && !wire->output && wire->queue->len == 0)
    wire->funcs.drained (wire->user_data);
  unref (wire);
  return G_SOURCE_REMOVE;
}

static gboolean
on_writable (GSocket     *socket,
             GIOCondition condition,
             gpointer     user_data)
{
  return go_on (user_data);
}

static gboolean
on_stream_writable (GObject  *stream,
                    gpointer  user_data)
{
  return go_on (user_data);
}

static void
wait_for_room (SimWire *wire)
{
  if (wire->tls)
    {
      wire->output = g_pollable_output_stream_create_source (
        G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (wire->tls)), NULL);
      g_source_set_callback (wire->output, G_SOURCE_FUNC (on_stream_writable), wire, NULL);
    }
  else
    {
      wire->output = g_socket_create_source (wire->socket, G_IO_OUT, NULL);
      g_source_set_callback (wire->output, G_SOURCE_FUNC (on_writable), wire, NULL);
    }
  g_source_attach (wire->output, g_main_context_get_thread_default ());
}

void
sim_wire_flush (SimWire *wire)
{
  if (wire->silent)
    g_byte_array_set_size (wire->queue, 0);
  /* Before TLS has begun there is nothing to write on. */
  while (!wire->closed && !wire->silent && !wire->output && !wire->certificate && wire->sent < wire->queue->len)
    {
      g_autoptr (GError) error = NULL;
      gsize              len = wire->queue->len - wire->sent;
      gssize             n;

      if (wire->cut_out.armed)
        len = (gsize) MIN (len, wire->cut_out.byte - wire->n_sent);
      if (wire->offered)
        len = wire->offered;
      n = len > 0 ? write_some (wire, len, &error) : 0;
      if (n >= 0)
        {
          wire->sent += (gsize) n;
          wire->n_sent += (guint64) n;
          wire->offered = 0;
          if (wire->cut_out.armed && wire->n_sent >= wire->cut_out.byte)
            {
              sim_wire_cut (wire, wire->cut_out.how);
              return;
            }
        }
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          wire->offered = wire->tls ? len : 0;
          wait_for_room (wire);
        }
      else
        {
          wire->funcs.ended (error->message, wire->user_data);
          return;
        }
    }
  if (wire->sent == wire->queue->len)
    {
      g_byte_array_set_size (wire->queue, 0);
      wire->sent = 0;
    }
  else if (wire->sent > KEEP_SENT)
    {
      g_byte_array_remove_range (wire->queue, 0, (guint) wire->sent);
      wire->sent = 0;
    }
}

static void
take_input (SimWire      *wire,
            const guint8 *data,
            gssize        n,
            const GError *error)
{
  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return;
  if (n <= 0)
    {
      wire->funcs.ended (n < 0 ? error->message : "the connection ended", wire->user_data);
      return;
    }
  if (wire->cut_in.armed && wire->n_received + (guint64) n >= wire->cut_in.byte)
    {
      n = (gssize) (wire->cut_in.byte - MIN (wire->n_received, wire->cut_in.byte));
      wire->cut_in.armed = FALSE;
      wire->n_received += (guint64) n;
      wire->refs++;
      if (n > 0)
        wire->funcs.received (data, (gsize) n, wire->user_data);
      sim_wire_cut (wire, wire->cut_in.how);
      unref (wire);
      return;
    }
  wire->n_received += (guint64) n;
  wire->funcs.received (data, (gsize) n, wire->user_data);
}

static gboolean
on_readable (GSocket     *socket,
             GIOCondition condition,
             gpointer     user_data)
{
  g_autoptr (GError) error = NULL;
  guint8             buffer[READ_SIZE];
  gssize             n = g_socket_receive (socket, (char *) buffer, sizeof buffer, NULL, &error);

  take_input (user_data, buffer, n, error);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stream_readable (GObject  *stream,
                    gpointer  user_data)
{
  g_autoptr (GError) error = NULL;
  guint8             buffer[READ_SIZE];
  gssize             n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), buffer,
                                                                   sizeof buffer, NULL, &error);

  take_input (user_data, buffer, n, error);
  return G_SOURCE_CONTINUE;
}

static void
begin_tls (SimWire *wire)
{
  g_autoptr (GError)          error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_steal_pointer (&wire->certificate);

  drop_source (&wire->input);
  wire->tls = g_tls_server_connection_new (G_IO_STREAM (wire->connection), certificate, &error);
  if (!wire->tls)
    {
      wire->funcs.ended (error->message, wire->user_data);
      return;
    }
  wire->input = g_pollable_input_stream_create_source (
    G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (wire->tls)), NULL);
  g_source_set_callback (wire->input, G_SOURCE_FUNC (on_stream_readable), wire, NULL);
  g_source_attach (wire->input, g_main_context_get_thread_default ());
}

/* A TLS port looks at the first byte before it answers: who speaks plainly gets a reason, not an alert. */
static gboolean
on_first_byte (GSocket     *socket,
               GIOCondition condition,
               gpointer     user_data)
{
  SimWire *wire = user_data;
  guint8   first = 0;
  gssize   n = recv (g_socket_get_fd (socket), &first, 1, MSG_PEEK | MSG_DONTWAIT);

  if (n == 1 && first == 0x16)
    begin_tls (wire);
  else if (n == 1)
    wire->funcs.ended ("it speaks without TLS, and this port wants TLS: turn TLS on in the client, or start the "
                       "simulator without --tls", wire->user_data);
  else if (n == 0)
    wire->funcs.ended ("the connection ended", wire->user_data);
  return G_SOURCE_CONTINUE;
}

SimWire *
sim_wire_new (GSocketConnection  *connection,
              GTlsCertificate    *certificate,
              const SimWireFuncs *funcs,
              gpointer            user_data)
{
  SimWire *wire = g_new0 (SimWire, 1);

  wire->refs = 1;
  wire->connection = g_object_ref (connection);
  wire->socket = g_socket_connection_get_socket (connection);
  wire->certificate = certificate ? g_object_ref (certificate) : NULL;
  wire->funcs = *funcs;
  wire->user_data = user_data;
  wire->queue = g_byte_array_new ();
  g_socket_set_blocking (wire->socket, FALSE);
  g_socket_set_option (wire->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  wire->input = g_socket_create_source (wire->socket, G_IO_IN, NULL);
  g_source_set_callback (wire->input, G_SOURCE_FUNC (certificate ? on_first_byte : on_readable), wire, NULL);
  g_source_attach (wire->input, g_main_context_get_thread_default ());
  return wire;
}

void
sim_wire_free (SimWire *wire)
{
  sim_wire_close (wire);
  unref (wire);
}

GByteArray *
sim_wire_queue (SimWire *wire)
{
  return wire->queue;
}

gsize
sim_wire_waiting (SimWire *wire)
{
  return wire->queue->len - wire->sent;
}

gboolean
sim_wire_has_input (SimWire *wire)
{
  return (g_socket_condition_check (wire->socket, G_IO_IN) & G_IO_IN) != 0;
}

gboolean
sim_wire_is_silent (SimWire *wire)
{
  return wire->silent;
}

void
sim_wire_cut_at (SimWire      *wire,
                 DtcDirection  direction,
                 guint64       byte,
                 SimCut        how)
{
  if (direction == DTC_TO_CLIENT)
    wire->cut_out = (Cut) { TRUE, MAX (byte, wire->n_sent), how };
  else
    wire->cut_in = (Cut) { TRUE, MAX (byte, wire->n_received), how };
}

guint64
sim_wire_sent_end (SimWire *wire)
{
  return wire->n_sent + sim_wire_waiting (wire);
}

void
sim_wire_deafen (SimWire *wire)
{
  drop_source (&wire->input);
}
