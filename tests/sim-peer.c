/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-peer.h"

gssize
peer_receive (Peer    *peer,
              char    *buffer,
              gsize    size,
              GError **error)
{
  if (peer->tls)
    return g_pollable_input_stream_read_nonblocking (
      G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (peer->tls)), buffer, size, NULL, error);
  return g_socket_receive (peer->socket, buffer, size, NULL, error);
}

void
peer_read_more (Peer *peer)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      char               buffer[4096];
      gssize             n = peer_receive (peer, buffer, sizeof buffer, &error);

      if (n > 0)
        dtc_framer_feed (peer->framer, buffer, (gsize) n);
      else if (n == 0 || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        peer->ended = TRUE;
      if (n >= 0 || peer->ended)
        return;
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
}

gboolean
peer_next (Peer *peer)
{
  g_autoptr (GError) error = NULL;
  const guint8      *frame;
  gsize              len;

  for (;;)
    switch (dtc_framer_pull (peer->framer, &frame, &len, &error))
      {
      case DTC_FRAMER_FRAME:
        dtc_codec_decode (&peer->codec, DTC_TO_CLIENT, frame, len, &peer->message, &error);
        g_assert_no_error (error);
        g_assert_false (peer->message.flags & (DTC_MESSAGE_UNKNOWN_TYPE | DTC_MESSAGE_UNKNOWN_KEYS
                                               | DTC_MESSAGE_BAD_STATUS));
        return TRUE;
      case DTC_FRAMER_NEED_MORE:
        if (peer->ended)
          return FALSE;
        peer_read_more (peer);
        break;
      case DTC_FRAMER_ERROR:
      default:
        g_error ("%s", error->message);
      }
}

const DtcMessage *
peer_expect (Peer *peer,
             int   type)
{
  do
    g_assert_true (peer_next (peer));
  while (peer->message.type != type);
  return &peer->message;
}

const DtcOrderUpdate *
peer_expect_update (Peer *peer,
                    int   reason,
                    int   status)
{
  const DtcOrderUpdate *update = &peer_expect (peer, DTC_MSG_ORDER_UPDATE)->order_update;

  g_assert_cmpint (update->order_update_reason, ==, reason);
  g_assert_cmpint (update->order_status, ==, status);
  return update;
}

void
peer_send_bytes (Peer       *peer,
                 const void *data,
                 gsize       len)
{
  g_autoptr (GError) error = NULL;
  gssize             n;

  if (peer->tls)
    n = g_pollable_output_stream_write_nonblocking (
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (peer->tls)), data, len, NULL, &error);
  else
    n = g_socket_send (peer->socket, data, len, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, (gssize) len);
}

void
peer_send_text (Peer       *peer,
                const char *text)
{
  peer_send_bytes (peer, text, strlen (text) + 1);
}

void
peer_send (Peer             *peer,
              const DtcMessage *message)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError)     error = NULL;

  dtc_codec_encode (&peer->codec, DTC_TO_SERVER, message, bytes, &error);
  g_assert_no_error (error);
  peer_send_bytes (peer, bytes->data, bytes->len);
}

void
peer_open_port (Peer        *peer,
                guint        port,
                DtcNumbering numbering)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError)        error = NULL;

  *peer = (Peer) { .codec = { DTC_ENCODING_JSON, numbering } };
  g_socket_client_set_enable_proxy (client, FALSE);
  peer->connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) port, NULL, &error);
  g_assert_no_error (error);
  peer->socket = g_socket_connection_get_socket (peer->connection);
  g_socket_set_blocking (peer->socket, FALSE);
  g_socket_set_option (peer->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  peer->framer = dtc_framer_new (DTC_ENCODING_JSON, DTC_MAX_FRAME);
}

void
peer_open (Peer        *peer,
           SimServer   *server,
           DtcNumbering numbering)
{
  peer_open_port (peer, sim_server_get_port (server), numbering);
}

void
peer_close (Peer *peer)
{
  g_io_stream_close (G_IO_STREAM (peer->connection), NULL, NULL);
  g_clear_object (&peer->tls);
  g_object_unref (peer->connection);
  dtc_framer_free (peer->framer);
  dtc_message_clear (&peer->message);
}

const DtcLogonResponse *
peer_log_on_wishing (Peer       *peer,
                     const char *username,
                     const char *password,
                     gint32      wishes)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  dtc_message_init (&m, DTC_MSG_LOGON_REQUEST);
  dtc_message_set_int (&m, DTC_LOGON_REQUEST_F_PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
  dtc_message_set_string (&m, DTC_LOGON_REQUEST_F_USERNAME, username);
  dtc_message_set_string (&m, DTC_LOGON_REQUEST_F_PASSWORD, password);
  dtc_message_set_int (&m, DTC_LOGON_REQUEST_F_HEARTBEAT_INTERVAL_IN_SECONDS, 10);
  dtc_message_set_int (&m, DTC_LOGON_REQUEST_F_INTEGER_1, wishes);
  dtc_message_set_string (&m, DTC_LOGON_REQUEST_F_CLIENT_NAME, "test");
  peer_send (peer, &m);
  return &peer_expect (peer, DTC_MSG_LOGON_RESPONSE)->logon_response;
}

const DtcLogonResponse *
peer_log_on (Peer       *peer,
             const char *username,
             const char *password)
{
  return peer_log_on_wishing (peer, username, password, 0);
}

void
peer_shake_hands (Peer           *peer,
                  DtcEncodingKind wanted,
                  DtcEncodingKind expected)
{
  guint8  request[DTC_HANDSHAKE_SIZE];
  guint16 type;
  gint32  encoding;
  gsize   len;

  dtc_handshake_write (DTC_MSG_ENCODING_REQUEST, wanted, request);
  /* In two halves: the server must wait for the second. */
  peer_send_bytes (peer, request, 7);
  g_main_context_iteration (NULL, FALSE);
  peer_send_bytes (peer, request + 7, sizeof request - 7);
  dtc_framer_set_encoding (peer->framer, DTC_ENCODING_BINARY);
  while (dtc_framer_peek (peer->framer, &len), len < DTC_HANDSHAKE_SIZE)
    peer_read_more (peer);
  g_assert_cmpuint (len, ==, DTC_HANDSHAKE_SIZE);
  g_assert_true (dtc_handshake_read (dtc_framer_peek (peer->framer, &len), len, &type, &encoding));
  g_assert_cmpint (type, ==, DTC_MSG_ENCODING_RESPONSE);
  g_assert_cmpint (encoding, ==, expected);
  dtc_framer_reset (peer->framer, expected);
  peer->codec.encoding = expected;
}

void
peer_submit (Peer       *peer,
             const char *id,
             int         type,
             int         side,
             double      quantity,
             double      price1)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  dtc_message_init (&m, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  dtc_message_set_string (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, "ESZ6");
  dtc_message_set_string (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TRADE_ACCOUNT, "SIM1");
  dtc_message_set_string (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, id);
  dtc_message_set_int (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE, type);
  dtc_message_set_int (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL, side);
  dtc_message_set_double (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY, quantity);
  if (price1 != 0)
    dtc_message_set_double (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, price1);
  dtc_message_set_int (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TIME_IN_FORCE, DTC_TIF_GOOD_TILL_CANCELED);
  peer_send (peer, &m);
}

void
peer_cancel (Peer       *peer,
             const char *server_id,
             const char *client_id)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  dtc_message_init (&m, DTC_MSG_CANCEL_ORDER);
  dtc_message_set_string (&m, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID, server_id);
  dtc_message_set_string (&m, DTC_CANCEL_ORDER_F_CLIENT_ORDER_ID, client_id);
  dtc_message_set_string (&m, DTC_CANCEL_ORDER_F_TRADE_ACCOUNT, "SIM1");
  peer_send (peer, &m);
}

void
peer_change_quantity (Peer       *peer,
                      const char *server_id,
                      const char *client_id,
                      double      quantity)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  dtc_message_init (&m, DTC_MSG_CANCEL_REPLACE_ORDER);
  dtc_message_set_string (&m, DTC_CANCEL_REPLACE_ORDER_F_SERVER_ORDER_ID, server_id);
  dtc_message_set_string (&m, DTC_CANCEL_REPLACE_ORDER_F_CLIENT_ORDER_ID, client_id);
  dtc_message_set_string (&m, DTC_CANCEL_REPLACE_ORDER_F_TRADE_ACCOUNT, "SIM1");
  dtc_message_set_double (&m, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY, quantity);
  dtc_message_set_int (&m, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, 0);
  dtc_message_set_int (&m, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, 0);
  peer_send (peer, &m);
}

void
peer_ask (Peer       *peer,
          guint16     type,
          int         request_id,
          const char *account)
{
  g_auto (DtcMessage)   m = DTC_MESSAGE_INIT;
  const DtcMessageDesc *desc = dtc_message_desc (type);
  guint                 i;

  dtc_message_init (&m, type);
  for (i = 0; i < desc->n_fields; i++)
    if (strcmp (desc->fields[i].name, "RequestID") == 0)
      dtc_message_set_int (&m, i, request_id);
    else if (account && strcmp (desc->fields[i].name, "TradeAccount") == 0)
      dtc_message_set_string (&m, i, account);
    else if (strcmp (desc->fields[i].name, "NumberOfDays") == 0)
      dtc_message_set_int (&m, i, 1);
  peer_send (peer, &m);
}

SimOptions *
sim_quiet_options (DtcNumbering numbering)
{
  SimOptions *options = sim_options_new ();

  options->port = 0;
  options->numbering = numbering;
  options->speed = 0;
  options->quiet = TRUE;
  return options;
}

SimServer *
sim_start (SimOptions *options)
{
  g_autoptr (GError) error = NULL;
  SimServer         *server = sim_server_new (options, &error);

  g_assert_no_error (error);
  return server;
}

void
peer_subscribe (Peer       *peer,
                guint16     type,
                guint       id,
                const char *symbol)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  /* 101 and 102 begin with the same fields. */
  dtc_message_init (&m, type);
  dtc_message_set_int (&m, DTC_MARKET_DATA_REQUEST_F_REQUEST_ACTION, DTC_SUBSCRIBE);
  dtc_message_set_int (&m, DTC_MARKET_DATA_REQUEST_F_SYMBOL_ID, id);
  dtc_message_set_string (&m, DTC_MARKET_DATA_REQUEST_F_SYMBOL, symbol);
  peer_send (peer, &m);
}

void
sim_run (void)
{
  guint i;

  for (i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
}

GByteArray *
peer_read_raw (Peer *peer)
{
  GByteArray *bytes = g_byte_array_new ();
  guint       idle = 0;

  while (!peer->ended && idle < 50)
    {
      g_autoptr (GError) error = NULL;
      guint8             buffer[4096];
      gssize             n = peer_receive (peer, (char *) buffer, sizeof buffer, &error);

      if (n > 0)
        g_byte_array_append (bytes, buffer, (guint) n);
      else if (n == 0 || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        peer->ended = TRUE;
      else
        idle++;
      g_main_context_iteration (NULL, FALSE);
    }
  return bytes;
}
