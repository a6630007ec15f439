/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define MIN_HEARTBEAT 5
#define MAX_HEARTBEAT 60
#define MAX_QUEUE     (16 * 1024 * 1024) /* bytes a client may leave unread before it is cut off */
#define DATA_QUEUE    (64 * 1024)        /* bytes unread beyond which market data is dropped */
#define LOGON_TIME    (30 * (gint64) G_USEC_PER_SEC)
#define MAX_PROBLEM   512                /* bytes of a decoder's complaint that are told */

struct _SimClient
{
  guint                 refs;
  guint                 number;
  GSocketConnection    *connection;
  GSocket              *socket;
  GSource              *input;
  GSource              *output;
  const SimOptions     *options;
  SimLog               *log;
  SimClientFuncs        funcs;
  gpointer              user_data;

  GByteArray           *head;      /* bytes seen before the encoding was known */
  DtcFramer            *framer;    /* NULL until then */
  DtcCodec              codec;
  DtcMessage            message;
  GByteArray           *queue;
  gsize                 sent;      /* bytes of queue that the kernel has */
  gboolean              logged_on;
  gboolean              closed;
  char                 *username;
  int                   heartbeat; /* seconds; 0 none */
  int                   patience;  /* seconds of silence we bear; 0 until logon */
  gint64                connected;
  gint64                last_input;
  gint64                last_beat;
  guint32               dropped;
  GPtrArray            *subscriptions;
};

static void
say (SimClient  *client,
     const char *event,
     const char *text)
{
  g_autofree char *safe = g_strescape (text, NULL);

  sim_log_event (client->log, client->number, event, text, g_get_real_time ());
  if (!client->options->quiet)
    g_printerr ("dtc-sim: client %u %s%s%s\n", client->number, event, *safe ? ": " : "", safe);
}

void
sim_client_close (SimClient  *client,
                  const char *why)
{
  if (client->closed)
    return;
  client->closed = TRUE;
  client->logged_on = FALSE;
  if (client->input)
    g_source_destroy (client->input);
  g_clear_pointer (&client->input, g_source_unref);
  if (client->output)
    g_source_destroy (client->output);
  g_clear_pointer (&client->output, g_source_unref);
  g_io_stream_close (G_IO_STREAM (client->connection), NULL, NULL);
  say (client, "closed", why);
  client->funcs.closed (client, client->user_data);
}

static gboolean
on_writable (GSocket     *socket,
             GIOCondition condition,
             gpointer     user_data)
{
  SimClient *client = user_data;

  g_source_unref (client->output);
  client->output = NULL;
  sim_client_flush (client);
  return G_SOURCE_REMOVE;
}

void
sim_client_flush (SimClient *client)
{
  while (!client->closed && !client->output && client->sent < client->queue->len)
    {
      g_autoptr (GError) error = NULL;
      gssize             n = g_socket_send (client->socket, (const char *) client->queue->data + client->sent,
                                            client->queue->len - client->sent, NULL, &error);

      if (n >= 0)
        client->sent += (gsize) n;
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          client->output = g_socket_create_source (client->socket, G_IO_OUT, NULL);
          g_source_set_callback (client->output, G_SOURCE_FUNC (on_writable), client, NULL);
          g_source_attach (client->output, g_main_context_get_thread_default ());
        }
      else
        {
          sim_client_close (client, error->message);
          return;
        }
    }
  if (client->sent == client->queue->len)
    {
      g_byte_array_set_size (client->queue, 0);
      client->sent = 0;
    }
}

static gboolean
is_market_data (guint type)
{
  return type >= 100 && type < 200;
}

void
sim_client_send (SimClient        *client,
                 const DtcMessage *message)
{
  g_autoptr (GError) error = NULL;
  gsize              waiting = client->queue->len - client->sent;

  if (client->closed)
    return;
  if (is_market_data (message->type) && waiting > DATA_QUEUE)
    {
      client->dropped++;
      return;
    }
  if (waiting > MAX_QUEUE)
    {
      sim_client_close (client, "it does not read what it is sent");
      return;
    }
  if (client->sent > MAX_QUEUE)
    {
      g_byte_array_remove_range (client->queue, 0, (guint) client->sent);
      client->sent = 0;
    }
  if (!dtc_codec_encode (&client->codec, DTC_TO_CLIENT, message, client->queue, &error))
    say (client, "cannot be told", error->message);
  else if (!is_market_data (message->type) && message->type != DTC_MSG_HEARTBEAT)
    sim_log_message (client->log, client->number, DTC_TO_CLIENT, message, NULL, g_get_real_time ());
}

/* Encoding. */

static DtcEncodingKind
agree (SimClient *client,
       gint32     wanted)
{
  DtcCodec codec = { (DtcEncodingKind) wanted, client->options->numbering };

  if (wanted < DTC_ENCODING_BINARY || wanted > DTC_ENCODING_JSON_COMPACT || !dtc_codec_usable (&codec, NULL))
    return DTC_ENCODING_JSON;
  return codec.encoding;
}

static void
use_encoding (SimClient      *client,
              DtcEncodingKind encoding)
{
  client->codec.encoding = encoding;
  if (client->framer)
    {
      dtc_framer_set_encoding (client->framer, encoding);
      return;
    }
  client->framer = dtc_framer_new (encoding, DTC_MAX_FRAME);
  dtc_framer_feed (client->framer, client->head->data, client->head->len);
  g_byte_array_set_size (client->head, 0);
}

/* Looks at the first bytes; FALSE when more are needed or the connection is closed. */
static gboolean
find_encoding (SimClient *client)
{
  const guint8 *data = client->head->data;
  gsize         len = client->head->len;
  guint16       type;
  gint32        wanted;

  if (client->options->fixed_encoding)
    {
      use_encoding (client, client->options->encoding);
      return TRUE;
    }
  if (len == 0)
    return FALSE;
  if (data[0] == '{' || g_ascii_isspace ((char) data[0]))
    {
      use_encoding (client, DTC_ENCODING_JSON);
      return TRUE;
    }
  if (len < 4)
    return FALSE;
  if (memcmp (data, "GET ", 4) == 0)
    sim_client_close (client, "it speaks HTTP or WebSocket, which this simulator does not");
  else if (data[0] == 0x16 && data[1] == 0x03)
    sim_client_close (client, "it speaks TLS, which this simulator does not");
  else if ((data[0] | data[1] << 8) == DTC_HANDSHAKE_SIZE && (data[2] | data[3] << 8) == DTC_MSG_ENCODING_REQUEST)
    {
      guint8          answer[DTC_HANDSHAKE_SIZE];
      DtcEncodingKind encoding;

      if (len < DTC_HANDSHAKE_SIZE)
        return FALSE;
      if (!dtc_handshake_read (data, DTC_HANDSHAKE_SIZE, &type, &wanted))
        {
          sim_client_close (client, "its encoding request cannot be read");
          return FALSE;
        }
      g_byte_array_remove_range (client->head, 0, DTC_HANDSHAKE_SIZE);
      if (client->options->ignore_handshake)
        return find_encoding (client);
      encoding = agree (client, wanted);
      dtc_handshake_write (DTC_MSG_ENCODING_RESPONSE, encoding, answer);
      g_byte_array_append (client->queue, answer, sizeof answer);
      use_encoding (client, encoding);
      return TRUE;
    }
  else if ((data[2] | data[3] << 8) == DTC_MSG_LOGON_REQUEST
           && dtc_codec_usable (&(DtcCodec) { DTC_ENCODING_BINARY, client->options->numbering }, NULL))
    {
      use_encoding (client, DTC_ENCODING_BINARY);
      return TRUE;
    }
  else
    sim_client_close (client, "its first bytes are in no encoding that this simulator speaks");
  return FALSE;
}

/* A later change of encoding, asked for as a message. */
static void
change_encoding (SimClient *client)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;
  DtcEncodingKind     encoding = agree (client, client->message.encoding_request.encoding);

  if (client->options->ignore_handshake)
    return;
  if (client->options->fixed_encoding)
    encoding = client->options->encoding;
  dtc_message_init (&answer, DTC_MSG_ENCODING_RESPONSE);
  dtc_message_set_int (&answer, DTC_ENCODING_RESPONSE_F_PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
  dtc_message_set_int (&answer, DTC_ENCODING_RESPONSE_F_ENCODING, encoding);
  dtc_message_set_string (&answer, DTC_ENCODING_RESPONSE_F_PROTOCOL_TYPE, "DTC");
  sim_client_send (client, &answer);
  use_encoding (client, encoding);
}

/* Logon. */

#define SET_INT(field, value) dtc_message_set_int (&answer, DTC_LOGON_RESPONSE_F_##field, value)
#define SET_STRING(field, value) dtc_message_set_string (&answer, DTC_LOGON_RESPONSE_F_##field, value)

static gboolean
same_secret (const char *expected,
             const char *given)
{
  return !expected || strcmp (expected, given) == 0;
}

static void
log_on (SimClient *client)
{
  const DtcLogonRequest *request = &client->message.logon_request;
  const SimOptions      *options = client->options;
  g_auto (DtcMessage)    answer = DTC_MESSAGE_INIT;
  const char            *wrong = NULL;

  if (request->protocol_version != DTC_PROTOCOL_VERSION)
    wrong = "This server speaks DTC protocol version 8";
  else if (!same_secret (options->username, request->username) || !same_secret (options->password, request->password))
    wrong = "The user name or password is wrong";
  else if (request->heartbeat_interval_in_seconds < MIN_HEARTBEAT
           || request->heartbeat_interval_in_seconds > MAX_HEARTBEAT)
    wrong = "HeartbeatIntervalInSeconds must be 5 to 60";

  dtc_message_init (&answer, DTC_MSG_LOGON_RESPONSE);
  SET_INT (PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
  SET_INT (RESULT, wrong ? DTC_LOGON_ERROR : DTC_LOGON_SUCCESS);
  SET_STRING (RESULT_TEXT, wrong ? wrong : "Simulated market, simulated money");
  SET_STRING (SERVER_NAME, options->server_name);
  SET_INT (MARKET_DEPTH_UPDATES_BEST_BID_AND_ASK, 0);
  SET_INT (TRADING_IS_SUPPORTED, !options->trading_off);
  SET_INT (OCO_ORDERS_SUPPORTED, !options->trading_off);
  SET_INT (ORDER_CANCEL_REPLACE_SUPPORTED, !options->trading_off);
  SET_INT (SECURITY_DEFINITIONS_SUPPORTED, 1);
  SET_INT (HISTORICAL_PRICE_DATA_SUPPORTED, 0);
  SET_INT (MARKET_DEPTH_IS_SUPPORTED, 1);
  SET_INT (BRACKET_ORDERS_SUPPORTED, !options->trading_off);
  SET_INT (MARKET_DATA_SUPPORTED, 1);
  sim_client_send (client, &answer);
  if (wrong)
    {
      sim_client_flush (client);
      sim_client_close (client, wrong);
      return;
    }
  client->logged_on = TRUE;
  g_free (client->username);
  client->username = g_strdup (request->username);
  client->patience = 2 * request->heartbeat_interval_in_seconds;
  client->heartbeat = options->heartbeat >= 0 ? options->heartbeat : request->heartbeat_interval_in_seconds;
  client->last_beat = g_get_monotonic_time ();
  say (client, "logged on", request->client_name);
  client->funcs.logged_on (client, client->user_data);
}

static void
take_frame (SimClient    *client,
            const guint8 *frame,
            gsize         len)
{
  g_autoptr (GError) error = NULL;
  DtcMessage        *message = &client->message;
  g_autofree char   *problem = NULL;

  if (!dtc_codec_decode (&client->codec, DTC_TO_SERVER, frame, len, message, &error))
    problem = g_strdup_printf ("%.*s", MAX_PROBLEM, error->message);
  if (message->type != DTC_MSG_HEARTBEAT || problem)
    sim_log_message (client->log, client->number, DTC_TO_SERVER, message, problem, g_get_real_time ());
  if (problem)
    say (client, "sent what cannot be read", problem);

  if (message->type == DTC_MSG_ENCODING_REQUEST && !problem)
    change_encoding (client);
  else if (message->type == DTC_MSG_LOGOFF)
    sim_client_close (client, "it logged off");
  else if (message->type == DTC_MSG_LOGON_REQUEST && !problem)
    {
      if (!client->logged_on)
        log_on (client);
    }
  else if (message->type != DTC_MSG_HEARTBEAT && client->logged_on)
    client->funcs.received (client, message, problem, client->user_data);
}

static void
take_frames (SimClient *client)
{
  g_autoptr (GError) error = NULL;
  const guint8      *frame;
  gsize              len;
  DtcFramerStatus    status = DTC_FRAMER_NEED_MORE;

  while (!client->closed && client->framer
         && (status = dtc_framer_pull (client->framer, &frame, &len, &error)) == DTC_FRAMER_FRAME)
    take_frame (client, frame, len);
  if (!client->closed && status == DTC_FRAMER_ERROR)
    sim_client_close (client, error->message);
}

static gboolean
on_readable (GSocket     *socket,
             GIOCondition condition,
             gpointer     user_data)
{
  g_autoptr (SimClient) client = sim_client_ref (user_data);
  g_autoptr (GError)    error = NULL;
  char                  buffer[65536];
  gssize                n = g_socket_receive (socket, buffer, sizeof buffer, NULL, &error);
  gpointer              user = client->user_data;

  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    sim_client_close (client, n < 0 ? error->message : "the connection ended");
  else
    {
      client->last_input = g_get_monotonic_time ();
      if (client->framer)
        dtc_framer_feed (client->framer, buffer, (gsize) n);
      else
        g_byte_array_append (client->head, (const guint8 *) buffer, (guint) n);
      if (client->framer || find_encoding (client))
        take_frames (client);
    }
  client->funcs.idle (user);
  return G_SOURCE_CONTINUE;
}

SimClient *
sim_client_new (guint                 number,
                GSocketConnection    *connection,
                const SimOptions     *options,
                SimLog               *log,
                const SimClientFuncs *funcs,
                gpointer              user_data)
{
  SimClient *client = g_new0 (SimClient, 1);

  client->refs = 1;
  client->number = number;
  client->connection = g_object_ref (connection);
  client->socket = g_socket_connection_get_socket (connection);
  client->options = options;
  client->log = log;
  client->funcs = *funcs;
  client->user_data = user_data;
  client->head = g_byte_array_new ();
  client->queue = g_byte_array_new ();
  client->codec = (DtcCodec) { DTC_ENCODING_JSON, options->numbering };
  client->subscriptions = g_ptr_array_new_with_free_func (g_free);
  client->connected = client->last_input = g_get_monotonic_time ();
  g_socket_set_blocking (client->socket, FALSE);
  g_socket_set_option (client->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  client->input = g_socket_create_source (client->socket, G_IO_IN, NULL);
  g_source_set_callback (client->input, G_SOURCE_FUNC (on_readable), client, NULL);
  g_source_attach (client->input, g_main_context_get_thread_default ());
  say (client, "connected", "");
  return client;
}

SimClient *
sim_client_ref (SimClient *client)
{
  client->refs++;
  return client;
}

void
sim_client_unref (SimClient *client)
{
  if (--client->refs > 0)
    return;
  g_clear_pointer (&client->framer, dtc_framer_free);
  dtc_message_clear (&client->message);
  g_byte_array_unref (client->head);
  g_byte_array_unref (client->queue);
  g_ptr_array_unref (client->subscriptions);
  g_object_unref (client->connection);
  g_free (client->username);
  g_free (client);
}

gboolean
sim_client_is_logged_on (SimClient *client)
{
  return client->logged_on;
}

const char *
sim_client_get_username (SimClient *client)
{
  return client->username ? client->username : "";
}

GPtrArray *
sim_client_get_subscriptions (SimClient *client)
{
  return client->subscriptions;
}

void
sim_client_tick (SimClient *client,
                 gint64     now)
{
  g_auto (DtcMessage) beat = DTC_MESSAGE_INIT;

  if (client->closed)
    return;
  if (!client->logged_on)
    {
      if (now - client->connected > LOGON_TIME)
        sim_client_close (client, "it did not log on");
      return;
    }
  /* After a long wait for the disk its bytes may be here and not read yet: then we were silent, not it. */
  if (now - client->last_input > client->patience * (gint64) G_USEC_PER_SEC
      && !(g_socket_condition_check (client->socket, G_IO_IN) & G_IO_IN))
    {
      sim_client_close (client, "nothing was heard for two heartbeats");
      return;
    }
  /* Ticks come once a second: half of one early is as good as half of one late. */
  if (client->heartbeat == 0 || now - client->last_beat < client->heartbeat * (gint64) G_USEC_PER_SEC - 500000)
    return;
  client->last_beat = now;
  dtc_message_init (&beat, DTC_MSG_HEARTBEAT);
  dtc_message_set_int (&beat, DTC_HEARTBEAT_F_NUM_DROPPED_MESSAGES, client->dropped);
  dtc_message_set_int (&beat, DTC_HEARTBEAT_F_CURRENT_DATE_TIME, g_get_real_time () / G_USEC_PER_SEC);
  sim_client_send (client, &beat);
  sim_client_flush (client);
}

void
sim_client_log_off (SimClient  *client,
                    const char *reason)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  if (client->logged_on)
    {
      dtc_message_init (&message, DTC_MSG_LOGOFF);
      dtc_message_set_string (&message, DTC_LOGOFF_F_REASON, reason);
      dtc_message_set_int (&message, DTC_LOGOFF_F_DO_NOT_RECONNECT, 0);
      sim_client_send (client, &message);
      sim_client_flush (client);
    }
  sim_client_close (client, reason);
}
