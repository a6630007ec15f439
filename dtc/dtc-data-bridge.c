/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-data-bridge.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "dtc-debug.h"
#include "dtc-io-thread.h"
#include "dtc-tls.h"
#include "dtc-write-queue.h"

#define READ_SIZE       (64 * 1024)
#define READS_A_TURN    16          /* then others on the thread get theirs */
#define LAST_TURNS      64          /* of reading what a peer that is gone has left behind */
#define SEND_BUFFER     (32 * 1024) /* small: what the kernel holds can no longer be overtaken by a cancel */

/* The thread's share. Everything in it is touched on dtc-io only. */
typedef struct
{
  gatomicrefcount ref_count;

  DtcSession    *session;
  DtcSink        sink;       /* the user's */
  gpointer       sink_data;
  guint          user_timeout; /* ms */

  char              *host;        /* the profile's, whose certificate may be pinned */
  char              *pin;         /* its fingerprint, or NULL */
  GCancellable      *cancellable; /* of the attempt under way */
  GSocketConnection *connection;
  GSource           *readable;
  GSource           *writable;    /* only while the kernel takes no more */
  DtcWriteQueue     *queue;
  gboolean           can_write;
  GSource           *timer;
  gint64             timer_at;

  GSList   *stops;     /* GTask of those who wait for the end */
  gboolean  settling;
  gboolean  finished;  /* nothing calls the sink any more */

  guint8 buffer[READ_SIZE];
} BridgeIo;

struct _DtcDataBridge
{
  GObject parent_instance;

  BridgeIo *io;
};

G_DEFINE_FINAL_TYPE (DtcDataBridge, dtc_data_bridge, G_TYPE_OBJECT)

static BridgeIo *
bridge_io_ref (BridgeIo *io)
{
  g_atomic_ref_count_inc (&io->ref_count);

  return io;
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
    }
}

static void
bridge_io_unref (gpointer data)
{
  BridgeIo *io = data;

  if (!g_atomic_ref_count_dec (&io->ref_count))
    return;

  clear_source (&io->timer);
  dtc_session_free (io->session);
  dtc_write_queue_free (io->queue);
  g_free (io->host);
  g_free (io->pin);
  explicit_bzero (io->buffer, sizeof io->buffer);
  g_free (io);
}

/* Gives up the socket and tells the fate of what was still waiting. */
static void
hang_up (BridgeIo *io)
{
  g_autoptr (GSocketConnection) connection = g_steal_pointer (&io->connection);
  DtcWriteFate                  fate;
  gint64                        now = g_get_monotonic_time ();

  clear_source (&io->readable);
  clear_source (&io->writable);
  io->can_write = FALSE;
  if (io->cancellable != NULL)
    {
      g_cancellable_cancel (io->cancellable);
      g_clear_object (&io->cancellable);
    }
  /* The socket itself: closing a TLS stream would wait for a peer that may be gone. */
  if (connection != NULL)
    g_socket_close (g_socket_connection_get_socket (connection), NULL);

  while (dtc_write_queue_fail (io->queue, &fate))
    if (!io->finished && io->sink.written != NULL)
      io->sink.written (io->sink_data, fate.cookie, fate.accepted, fate.total, now);
}

/* TRUE: the connection stands, and more may lie there. */
static gboolean
read_some (BridgeIo *io)
{
  GSocketConnection    *connection = io->connection;
  GPollableInputStream *stream;
  guint                 i;

  if (connection == NULL)
    return FALSE;

  stream = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  for (i = 0; i < READS_A_TURN && io->connection == connection; i++)
    {
      g_autoptr (GError) error = NULL;
      gssize             n;

      n = g_pollable_input_stream_read_nonblocking (stream, io->buffer, sizeof io->buffer, NULL, &error);
      if (n > 0)
        dtc_session_feed (io->session, io->buffer, n, g_get_monotonic_time ());
      else if (n == 0)
        {
          /* Half-closed counts as closed: nothing is sent to somebody who has stopped answering. */
          dtc_session_closed (io->session, NULL, g_get_monotonic_time ());
          return FALSE;
        }
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return FALSE;
      else
        {
          dtc_session_closed (io->session, error, g_get_monotonic_time ());
          return FALSE;
        }
    }

  return io->connection == connection;
}

static gboolean on_writable (GObject *stream,
                             gpointer user_data);

/* Hands the kernel what it takes. Returns TRUE when the sink was called. */
static gboolean
write_some (BridgeIo *io)
{
  gboolean called = FALSE;

  while (io->connection != NULL && io->can_write)
    {
      GSocketConnection     *connection = io->connection;
      GPollableOutputStream *stream;
      g_autoptr (GError)     error = NULL;
      const guint8          *data;
      DtcWriteFate           fate;
      gsize                  len;
      gssize                 n;
      guint                  i;

      data = dtc_write_queue_peek (io->queue, &len);
      if (data == NULL)
        break;

      stream = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (connection)));
      n = g_pollable_output_stream_write_nonblocking (stream, data, len, NULL, &error);
      if (n >= 0)
        {
          if (dtc_write_queue_advance (io->queue, n, &fate) && io->sink.written != NULL && !io->finished)
            {
              io->sink.written (io->sink_data, fate.cookie, fate.accepted, fate.total, g_get_monotonic_time ());
              called = TRUE;
            }
        }
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          if (G_IS_TLS_CONNECTION (connection) || G_IS_TCP_WRAPPER_CONNECTION (connection))
            dtc_write_queue_pin (io->queue);
          io->can_write = FALSE;
          clear_source (&io->writable);
          io->writable = g_pollable_output_stream_create_source (stream, NULL);
          g_source_set_callback (io->writable, G_SOURCE_FUNC (on_writable), io, NULL);
          g_source_attach (io->writable, dtc_io_thread_get_context ());
        }
      else
        {
          /* The server's last words may still lie in the socket, behind much else: they are heard first. */
          io->can_write = FALSE;
          for (i = 0; i < LAST_TURNS && read_some (io); i++)
            ;
          if (io->connection == connection)
            dtc_session_closed (io->session, error, g_get_monotonic_time ());
          called = TRUE;
        }
    }

  return called;
}

static void
finish (BridgeIo *io)
{
  GSList *stops = g_steal_pointer (&io->stops);
  GSList *l;

  hang_up (io);
  io->finished = TRUE;
  clear_source (&io->timer);
  for (l = stops; l != NULL; l = l->next)
    g_task_return_boolean (l->data, TRUE);
  g_slist_free_full (stops, g_object_unref);
}

/* After every event: time, then output, until both are quiet. */
static void
settle (BridgeIo *io)
{
  gint64 now;
  gint64 next;

  if (io->settling || io->finished)
    return;

  io->settling = TRUE;
  do
    {
      now = g_get_monotonic_time ();
      /* A deadline has passed: perhaps we slept. What waits in the socket is heard before anything is judged. */
      if (now >= io->timer_at)
        read_some (io);
      next = dtc_session_tick (io->session, g_get_monotonic_time ());
      io->timer_at = next;
    }
  while (write_some (io));
  io->settling = FALSE;

  if (io->stops != NULL && dtc_session_get_state (io->session) == DTC_LINK_STOPPED)
    {
      finish (io);
      return;
    }
  g_source_set_ready_time (io->timer, next == G_MAXINT64 ? -1 : next);
}

static gboolean
on_timer (gpointer user_data)
{
  BridgeIo *io = user_data;

  bridge_io_ref (io);
  g_source_set_ready_time (io->timer, -1);
  settle (io);
  bridge_io_unref (io);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_readable (GObject  *stream,
             gpointer  user_data)
{
  BridgeIo *io = user_data;

  bridge_io_ref (io);
  read_some (io);
  settle (io);
  bridge_io_unref (io);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_writable (GObject  *stream,
             gpointer  user_data)
{
  BridgeIo *io = user_data;

  bridge_io_ref (io);
  clear_source (&io->writable);
  io->can_write = TRUE;
  settle (io);
  bridge_io_unref (io);

  return G_SOURCE_REMOVE;
}

static void
set_socket_options (BridgeIo          *io,
                    GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);

  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, io->user_timeout, NULL);
  g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER, NULL);
}

typedef struct
{
  gatomicrefcount ref_count;
  BridgeIo     *io;
  GCancellable *cancellable;
  gboolean      pinned;      /* this host must show the pinned certificate, whoever vouches for another one */
  char         *fingerprint; /* of a certificate that was not taken */
  GTlsCertificateFlags flags;
} Attempt;

static void
attempt_unref (gpointer data)
{
  Attempt *attempt = data;

  if (!g_atomic_ref_count_dec (&attempt->ref_count))
    return;

  g_free (attempt->fingerprint);
  g_object_unref (attempt->cancellable);
  bridge_io_unref (attempt->io);
  g_free (attempt);
}

static void
attempt_closure_free (gpointer  data,
                      GClosure *closure)
{
  attempt_unref (data);
}

/* Nobody vouches for it: only a person's own word counts. */
static gboolean
on_accept_certificate (GTlsConnection       *connection,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  flags,
                       gpointer              user_data)
{
  Attempt *attempt = user_data;

  g_free (attempt->fingerprint);
  attempt->fingerprint = dtc_tls_fingerprint (certificate);
  attempt->flags = flags;

  return attempt->fingerprint != NULL && g_strcmp0 (attempt->fingerprint, attempt->io->pin) == 0;
}

static void
on_client_event (GSocketClient      *client,
                 GSocketClientEvent  event,
                 GSocketConnectable *connectable,
                 GIOStream          *connection,
                 gpointer            user_data)
{
  Attempt *attempt = user_data;

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING)
    return;

  g_atomic_ref_count_inc (&attempt->ref_count);
  g_signal_connect_data (connection, "accept-certificate", G_CALLBACK (on_accept_certificate), attempt,
                         attempt_closure_free, 0);
}

/* What a certificate authority says about another certificate does not stand above the pin. TRUE: go on. */
static gboolean
shows_pinned (Attempt           *attempt,
              GSocketConnection *connection)
{
  GTlsCertificate *certificate = NULL;
  GIOStream       *stream = G_IO_STREAM (connection);

  if (!attempt->pinned)
    return TRUE;

  if (G_IS_TCP_WRAPPER_CONNECTION (connection))
    stream = g_tcp_wrapper_connection_get_base_io_stream (G_TCP_WRAPPER_CONNECTION (connection));
  if (G_IS_TLS_CONNECTION (stream))
    certificate = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (stream));
  g_free (attempt->fingerprint);
  attempt->fingerprint = certificate != NULL ? dtc_tls_fingerprint (certificate) : NULL;

  return g_strcmp0 (attempt->fingerprint, attempt->io->pin) == 0;
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Attempt                      *attempt = user_data;
  BridgeIo                     *io = attempt->io;
  g_autoptr (GError)            error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  GInputStream                 *input;

  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (attempt->cancellable != io->cancellable)
    {
      /* Given up meanwhile. */
      if (connection != NULL)
        g_socket_close (g_socket_connection_get_socket (connection), NULL);
      attempt_unref (attempt);
      return;
    }
  g_clear_object (&io->cancellable);

  if (connection != NULL && !shows_pinned (attempt, connection))
    {
      g_socket_close (g_socket_connection_get_socket (connection), NULL);
      dtc_session_open_untrusted (io->session, attempt->fingerprint != NULL ? attempt->fingerprint : "", 0, TRUE,
                                  g_get_monotonic_time ());
    }
  else if (connection == NULL && attempt->fingerprint != NULL
           && g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    dtc_session_open_untrusted (io->session, attempt->fingerprint, attempt->flags, attempt->pinned,
                                g_get_monotonic_time ());
  else if (connection == NULL)
    dtc_session_open_failed (io->session, error, g_get_monotonic_time ());
  else
    {
      set_socket_options (io, connection);
      input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
      io->readable = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
      g_source_set_callback (io->readable, G_SOURCE_FUNC (on_readable), io, NULL);
      g_source_attach (io->readable, dtc_io_thread_get_context ());
      io->connection = g_steal_pointer (&connection);
      io->can_write = TRUE;
      dtc_session_opened (io->session, g_get_monotonic_time ());
    }
  settle (io);
  attempt_unref (attempt);
}

static void
world_open (gpointer    user_data,
            const char *host,
            guint16     port,
            gboolean    use_tls)
{
  BridgeIo                      *io = user_data;
  g_autoptr (GSocketConnectable) address = g_network_address_new (host, port);
  g_autoptr (GSocketClient)      client = g_socket_client_new ();
  Attempt                       *attempt;

  hang_up (io);
  io->cancellable = g_cancellable_new ();
  attempt = g_new0 (Attempt, 1);
  g_atomic_ref_count_init (&attempt->ref_count);
  attempt->io = bridge_io_ref (io);
  attempt->cancellable = g_object_ref (io->cancellable);
  attempt->pinned = use_tls && io->pin != NULL && g_ascii_strcasecmp (host, io->host) == 0;
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_tls (client, use_tls);
  if (use_tls)
    {
      g_atomic_ref_count_inc (&attempt->ref_count);
      g_signal_connect_data (client, "event", G_CALLBACK (on_client_event), attempt, attempt_closure_free, 0);
    }
  g_socket_client_connect_async (client, address, io->cancellable, on_connected, attempt);
}

static void
world_close (gpointer user_data)
{
  hang_up (user_data);
}

static gboolean
world_write (gpointer      user_data,
             const guint8 *data,
             gsize         len,
             DtcLane       lane,
             guint64       cookie)
{
  BridgeIo *io = user_data;

  return dtc_write_queue_push (io->queue, data, len, lane, cookie);
}

static guint32
world_random (gpointer user_data)
{
  return g_random_int ();
}

static void
sink_link (gpointer             user_data,
           const DtcLinkChange *change,
           gint64               now)
{
  BridgeIo *io = user_data;

  if (io->finished)
    return;

  if (dtc_debug_enabled ())
    dtc_debug_line ("debug", "dtc.link state=%s reason=%s server=%s:%u attempt=%u text=\"%s\"",
                    dtc_link_state_to_string (change->state), dtc_link_reason_to_string (change->reason),
                    change->host, change->port, change->attempt, change->text);
  if (io->sink.link != NULL)
    io->sink.link (io->sink_data, change, now);
}

static void
sink_message (gpointer          user_data,
              const DtcMessage *message,
              const DtcReceipt *receipt)
{
  BridgeIo *io = user_data;

  if (!io->finished && io->sink.message != NULL)
    io->sink.message (io->sink_data, message, receipt);
}

static void
sink_bad_frame (gpointer          user_data,
                const DtcMessage *partial,
                const DtcReceipt *receipt,
                const GError     *error)
{
  BridgeIo *io = user_data;

  if (io->finished)
    return;

  if (dtc_debug_enabled ())
    dtc_debug_line ("debug", "dtc.bad type=%u bytes=%" G_GSIZE_FORMAT " error=\"%s\"", partial->wire_type,
                    receipt->raw_len, error->message);
  if (io->sink.bad_frame != NULL)
    io->sink.bad_frame (io->sink_data, partial, receipt, error);
}

static void
sink_heartbeat (gpointer user_data,
                guint32  num_dropped,
                gint64   now)
{
  BridgeIo *io = user_data;

  if (!io->finished && io->sink.heartbeat != NULL)
    io->sink.heartbeat (io->sink_data, num_dropped, now);
}

static void
sink_wire (gpointer          user_data,
           DtcWireDirection  direction,
           const DtcMessage *message,
           const guint8     *raw,
           gsize             raw_len,
           gsize             wire_len,
           gint64            now)
{
  BridgeIo *io = user_data;

  if (io->finished)
    return;

  dtc_debug_wire (direction, message, wire_len);
  if (io->sink.wire != NULL)
    io->sink.wire (io->sink_data, direction, message, raw, raw_len, wire_len, now);
}

static gint64
sink_tick (gpointer user_data,
           gint64   now)
{
  BridgeIo *io = user_data;

  return !io->finished && io->sink.tick != NULL ? io->sink.tick (io->sink_data, now) : G_MAXINT64;
}

static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { NULL, NULL, timer_dispatch, NULL, NULL, NULL };

static BridgeIo *
bridge_io_new (const DtcSessionConfig *config,
               const DtcSink          *sink,
               gpointer                sink_data)
{
  static const DtcSessionWorld world = { world_open, world_close, world_write, world_random };
  /* Without a log nobody needs to read back what was sent. */
  DtcSink   inner = {
    .link = sink_link,
    .message = sink_message,
    .bad_frame = sink_bad_frame,
    .heartbeat = sink_heartbeat,
    .wire = sink->wire != NULL || dtc_debug_enabled () ? sink_wire : NULL,
    .tick = sink_tick,
  };
  BridgeIo *io;

  io = g_new0 (BridgeIo, 1);
  g_atomic_ref_count_init (&io->ref_count);
  io->sink = *sink;
  io->sink_data = sink_data;
  io->timer_at = G_MAXINT64;
  io->host = g_strdup (config->host);
  io->pin = g_strdup (config->tls_pin);
  io->user_timeout = (2 * CLAMP (config->heartbeat_seconds, 5, 60) + 1) * 1000;
  io->queue = dtc_write_queue_new (DTC_WRITE_QUEUE_MAX, DTC_WRITE_QUEUE_URGENT_MAX);
  io->session = dtc_session_new (config, &world, io, &inner, io);

  io->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_callback (io->timer, on_timer, io, NULL);
  g_source_set_static_name (io->timer, "dtc-data-bridge timer");
  g_source_attach (io->timer, dtc_io_thread_get_context ());

  return io;
}

static void
start_on_io (gpointer data)
{
  BridgeIo *io = data;

  if (io->finished)
    return;

  dtc_session_start (io->session, g_get_monotonic_time ());
  settle (io);
}

typedef struct
{
  BridgeIo *io;
  GTask    *task;
} StopJob;

static void
stop_on_io (gpointer data)
{
  StopJob *job = data;

  if (job->io->finished)
    {
      g_task_return_boolean (job->task, TRUE);
      g_clear_object (&job->task);
      return;
    }

  job->io->stops = g_slist_append (job->io->stops, g_steal_pointer (&job->task));
  dtc_session_stop (job->io->session, g_get_monotonic_time ());
  settle (job->io);
}

static void
stop_job_free (gpointer data)
{
  StopJob *job = data;

  g_clear_object (&job->task);
  bridge_io_unref (job->io);
  g_free (job);
}

static void
abandon_on_io (gpointer data)
{
  BridgeIo *io = data;

  if (!io->finished)
    {
      io->finished = TRUE;
      finish (io);
    }
}

typedef struct
{
  BridgeIo      *io;
  GSourceFunc    func;
  gpointer       data;
  GDestroyNotify destroy;
} InvokeJob;

static void
invoke_on_io (gpointer data)
{
  InvokeJob *job = data;

  job->func (job->data);
  settle (job->io);
}

static void
invoke_job_free (gpointer data)
{
  InvokeJob *job = data;

  if (job->destroy != NULL)
    job->destroy (job->data);
  bridge_io_unref (job->io);
  g_free (job);
}

static void
dtc_data_bridge_finalize (GObject *object)
{
  DtcDataBridge *self = DTC_DATA_BRIDGE (object);

  if (self->io != NULL)
    dtc_io_thread_post (abandon_on_io, self->io, bridge_io_unref);

  G_OBJECT_CLASS (dtc_data_bridge_parent_class)->finalize (object);
}

static void
dtc_data_bridge_class_init (DtcDataBridgeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dtc_data_bridge_finalize;
}

static void
dtc_data_bridge_init (DtcDataBridge *self)
{
}

DtcDataBridge *
dtc_data_bridge_new (const DtcSessionConfig *config,
                     const DtcSink          *sink,
                     gpointer                sink_data)
{
  DtcDataBridge *self;

  g_return_val_if_fail (config != NULL && sink != NULL, NULL);

  self = g_object_new (DTC_TYPE_DATA_BRIDGE, NULL);
  self->io = bridge_io_new (config, sink, sink_data);

  return self;
}

void
dtc_data_bridge_start (DtcDataBridge *self)
{
  g_return_if_fail (DTC_IS_DATA_BRIDGE (self));

  dtc_io_thread_post (start_on_io, bridge_io_ref (self->io), bridge_io_unref);
}

void
dtc_data_bridge_stop_async (DtcDataBridge       *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  StopJob *job;

  g_return_if_fail (DTC_IS_DATA_BRIDGE (self));

  job = g_new0 (StopJob, 1);
  job->io = bridge_io_ref (self->io);
  job->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (job->task, dtc_data_bridge_stop_async);
  dtc_io_thread_post (stop_on_io, job, stop_job_free);
}

gboolean
dtc_data_bridge_stop_finish (DtcDataBridge  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
dtc_data_bridge_invoke (DtcDataBridge  *self,
                        GSourceFunc     func,
                        gpointer        data,
                        GDestroyNotify  destroy)
{
  InvokeJob *job;

  g_return_if_fail (DTC_IS_DATA_BRIDGE (self) && func != NULL);

  job = g_new0 (InvokeJob, 1);
  job->io = bridge_io_ref (self->io);
  job->func = func;
  job->data = data;
  job->destroy = destroy;
  dtc_io_thread_post (invoke_on_io, job, invoke_job_free);
}

DtcSession *
dtc_data_bridge_get_session (DtcDataBridge *self)
{
  g_return_val_if_fail (DTC_IS_DATA_BRIDGE (self), NULL);

  return self->io->session;
}

gsize
dtc_data_bridge_get_queued (DtcDataBridge *self)
{
  g_return_val_if_fail (DTC_IS_DATA_BRIDGE (self), 0);

  return self->io->queue != NULL ? dtc_write_queue_size (self->io->queue) : 0;
}

GMainContext *
dtc_data_bridge_get_context (DtcDataBridge *self)
{
  g_return_val_if_fail (DTC_IS_DATA_BRIDGE (self), NULL);

  return dtc_io_thread_get_context ();
}
