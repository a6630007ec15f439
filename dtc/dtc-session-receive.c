/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-session-private.h"

#include <gio/gio.h>
#include <string.h>

#include "dtc-peer.h"

/* What Sierra Chart calls itself; it speaks the published numbering only. */
#define SIERRA_SERVER_NAME "SC DTC Server"

void
dtc_session_tap_encoding (DtcSession       *session,
                          DtcWireDirection  direction,
                          const guint8     *bytes,
                          gint32            encoding,
                          gint64            now)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  if (session->sink.wire == NULL)
    return;

  if (direction == DTC_WIRE_SENT)
    {
      dtc_message_init (&message, DTC_MSG_ENCODING_REQUEST);
      dtc_message_set_int (&message, DTC_ENCODING_REQUEST_F_PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
      dtc_message_set_int (&message, DTC_ENCODING_REQUEST_F_ENCODING, encoding);
    }
  else
    {
      dtc_message_init (&message, DTC_MSG_ENCODING_RESPONSE);
      dtc_message_set_int (&message, DTC_ENCODING_RESPONSE_F_ENCODING, encoding);
    }
  message.wire_type = message.type;
  session->sink.wire (session->sink_data, direction, &message, bytes, DTC_HANDSHAKE_SIZE, DTC_HANDSHAKE_SIZE, now);
}

static void
take_encoding (DtcSession *session,
               gint32      encoding,
               gint64      now)
{
  g_autoptr (GError) error = NULL;
  DtcCodec           granted = { (DtcEncodingKind) encoding, session->config->numbering };

  if (encoding < DTC_ENCODING_BINARY || encoding > DTC_ENCODING_PROTOBUF || !dtc_codec_usable (&granted, &error))
    {
      g_autofree char *text = NULL;

      if (encoding == DTC_ENCODING_PROTOBUF)
        text = g_strdup ("The server grants Protocol Buffers only, which this program does not speak. Set the server's "
                         "encoding to Automatic or JSON.");
      else
        text = g_strdup_printf ("The server grants no encoding that this program can use with this profile%s%s. Set "
                                "the server's encoding to Automatic or JSON.", error != NULL ? ": " : "",
                                error != NULL ? error->message : "");
      dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_HANDSHAKE_FAILED, text, FALSE, now);
      return;
    }

  session->codec = granted;
  dtc_framer_set_encoding (session->framer, granted.encoding);
  dtc_session_send_logon (session, now);
}

void
dtc_session_connect_plain (DtcSession      *session,
                           DtcEncodingKind  encoding,
                           const char      *why,
                           gint64           now)
{
  session->asking = FALSE;
  session->hinted = FALSE;
  session->wanted = encoding;
  session->world.close (session->world_data);
  dtc_session_connect (session, DTC_REASON_HANDSHAKE_FAILED, why, now);
}

/* The server said no, or says it again later. */
static void
refused (DtcSession *session,
         gint64      now)
{
  const DtcLogonResponse *answer = &session->incoming.logon_response;
  gboolean                known = dtc_message_has (&session->incoming, DTC_LOGON_RESPONSE_F_RESULT);
  g_autofree char        *text = NULL;
  g_autofree char        *host = NULL;
  guint16                 port;

  if (known && answer->result == DTC_LOGON_RECONNECT_NEW_ADDRESS)
    {
      const char *why = NULL;

      if (session->redirected)
        why = "would be the second redirection in a row";
      else if (!dtc_peer_parse_address (answer->reconnect_address, session->port, &host, &port)
               || !dtc_peer_address_listed (session->config->allowed_addresses, session->config->port, host, port))
        why = "the profile does not list as an allowed address";
      else if (!session->config->use_tls && !session->config->allow_plain && !dtc_host_is_loopback (host))
        why = "is not this computer, and the profile does not allow to go there without TLS";
      if (why != NULL)
        {
          text = g_strdup_printf ("The server sends us to “%s”, which %s. Nothing was sent there.",
                                  answer->reconnect_address, why);
          dtc_session_lose (session, DTC_LINK_STOPPED, DTC_REASON_REDIRECT_REFUSED, text, FALSE, now);
          return;
        }

      text = g_strdup_printf ("The server sends us to %s:%u, which the profile allows.", host, port);
      session->world.close (session->world_data);
      dtc_session_set_target (session, host, port, TRUE);
      session->asking = session->config->handshake != DTC_HANDSHAKE_NO;
      session->hinted = FALSE;
      session->switched = FALSE;
      session->wanted = dtc_session_wanted (session);
      dtc_session_connect (session, DTC_REASON_REDIRECTED, text, now);
      return;
    }

  if (*answer->result_text != '\0')
    text = g_strdup_printf ("The server refused the logon: %s", answer->result_text);
  else if (!known)
    text = g_strdup ("The server answered the logon without saying whether it succeeded; taken as a refusal.");
  else
    text = g_strdup ("The server refused the logon without a reason: check user name, password and the server's "
                     "settings.");

  if (known && answer->result == DTC_LOGON_ERROR_NO_RECONNECT)
    dtc_session_lose (session, DTC_LINK_STOPPED, DTC_REASON_NO_RECONNECT, text, FALSE, now);
  else
    dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_LOGON_REFUSED, text, FALSE, now);
}

static void
on_logon_response (DtcSession *session,
                   gint64      now)
{
  const DtcLogonResponse *answer = &session->incoming.logon_response;
  DtcLinkReason           reason = DTC_REASON_NONE;
  g_autofree char        *text = NULL;

  /* Whatever the answer is, it shows how this server wants to be spoken to. */
  if (session->state == DTC_LINK_LOGON && session->config->handshake == DTC_HANDSHAKE_AUTO && !session->redirected)
    session->learned = (DtcLearned) { TRUE, session->asking, session->codec.encoding };

  if (!dtc_message_has (&session->incoming, DTC_LOGON_RESPONSE_F_RESULT) || answer->result != DTC_LOGON_SUCCESS)
    {
      if (session->state != DTC_LINK_LEAVING)
        refused (session, now);
      return;
    }
  if (session->state != DTC_LINK_LOGON)
    return;

  session->state = DTC_LINK_READY;
  session->ready_since = now;
  session->next_heartbeat = now + session->interval;
  if (session->config->numbering == DTC_NUMBERING_BRIEF && strcmp (answer->server_name, SIERRA_SERVER_NAME) == 0)
    {
      reason = DTC_REASON_NUMBERING;
      text = g_strdup ("This profile uses the brief's message numbering, and the server is a Sierra Chart, which uses "
                       "the published DTC numbering: trading is off. Change the profile's numbering to “dtc”; act "
                       "at the server until then.");
    }
  else
    text = g_strdup_printf ("Logged on to %s.%s%s", *answer->server_name != '\0' ? answer->server_name : "the server",
                            *answer->result_text != '\0' ? " " : "", answer->result_text);
  dtc_session_report (session, DTC_LINK_LOGON, reason, text, &session->incoming, now);
}

static void
on_logoff (DtcSession *session,
           gint64      now)
{
  const DtcLogoff *logoff = &session->incoming.logoff;
  gboolean         for_good = logoff->do_not_reconnect != 0;
  g_autofree char *text = NULL;

  if (session->state == DTC_LINK_LEAVING)
    {
      dtc_session_lose (session, DTC_LINK_STOPPED, DTC_REASON_USER, "Logged off.", FALSE, now);
      return;
    }

  text = g_strdup_printf ("The server logged us off%s%s%s", for_good ? " and asks us not to come back" : "",
                          *logoff->reason != '\0' ? ": " : ".", logoff->reason);
  dtc_session_lose (session, for_good ? DTC_LINK_STOPPED : DTC_LINK_DOWN,
                    for_good ? DTC_REASON_NO_RECONNECT : DTC_REASON_LOGOFF, text, FALSE, now);
}

/* A server that speaks before it grants anything: its first message says whether it answers our request or just
 * talks. Returns FALSE when the message needs no further look. */
static gboolean
first_frame (DtcSession *session,
             gint64      now)
{
  guint turn = session->turn;

  if (session->incoming.type == DTC_MSG_ENCODING_RESPONSE)
    {
      take_encoding (session, session->incoming.encoding_response.encoding, now);
      return FALSE;
    }
  if (session->config->handshake == DTC_HANDSHAKE_AUTO
      && (session->incoming.type == DTC_MSG_LOGOFF || session->incoming.type == DTC_MSG_LOGON_RESPONSE))
    {
      dtc_session_connect_plain (session, session->codec.encoding,
                                 "The server takes no encoding request; connecting again without one.", now);
      return FALSE;
    }
  dtc_session_send_logon (session, now);

  return turn == session->turn;
}

static void
on_frame (DtcSession   *session,
          const guint8 *frame,
          gsize         len,
          gint64        now)
{
  g_autoptr (GError) error = NULL;
  DtcReceipt         receipt = { frame, len, now, session->codec };
  guint              turn = session->turn;
  gboolean           good;

  good = dtc_codec_decode (&session->codec, DTC_TO_CLIENT, frame, len, &session->incoming, &error);
  if (session->sink.wire != NULL)
    session->sink.wire (session->sink_data, DTC_WIRE_RECEIVED, &session->incoming, frame, len, len, now);

  if (session->state == DTC_LINK_HANDSHAKE && !first_frame (session, now))
    return;

  if (!good)
    {
      /* The two binary encodings cannot be told apart by the first byte. */
      if (session->state == DTC_LINK_LOGON && dtc_session_start_over (session, now))
        return;
      if (session->sink.bad_frame != NULL)
        session->sink.bad_frame (session->sink_data, &session->incoming, &receipt, error);
      if (turn == session->turn && session->state == DTC_LINK_LOGON && session->incoming.type == DTC_MSG_LOGON_RESPONSE)
        {
          g_autofree char *text = NULL;

          text = g_strdup_printf ("The server's answer to the logon cannot be read: %s", error->message);
          dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_BAD_FRAME, text, FALSE, now);
        }
      return;
    }

  switch (session->incoming.type)
    {
    case DTC_MSG_LOGON_RESPONSE:
      on_logon_response (session, now);
      break;
    case DTC_MSG_HEARTBEAT:
      session->last_heartbeat = now;
      session->server_seconds = session->incoming.heartbeat.current_date_time;
      if (session->sink.heartbeat != NULL)
        session->sink.heartbeat (session->sink_data, session->incoming.heartbeat.num_dropped_messages, now);
      break;
    case DTC_MSG_LOGOFF:
      on_logoff (session, now);
      break;
    case DTC_MSG_ENCODING_REQUEST:
    case DTC_MSG_ENCODING_RESPONSE:
      break;
    default:
      if (session->sink.message != NULL)
        session->sink.message (session->sink_data, &session->incoming, &receipt);
      break;
    }
}

void
dtc_session_inflate (DtcSession *session)
{
  session->inflate = session->inflater == NULL;
}

/* What the framer has not cut yet belongs to the stream already. */
static void
begin_inflating (DtcSession *session,
                 gint64      now)
{
  gsize                  len;
  const guint8          *data = dtc_framer_peek (session->framer, &len);
  g_autofree guint8     *rest = g_memdup2 (data, len);

  session->inflate = FALSE;
  session->inflater = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  dtc_framer_reset (session->framer, session->codec.encoding);
  dtc_session_take (session, rest, len, now);
}

void
dtc_session_take (DtcSession   *session,
                  const guint8 *data,
                  gsize         len,
                  gint64        now)
{
  guint  turn = session->turn;
  guint8 out[16 * 1024];

  while (session->inflater != NULL && turn == session->turn)
    {
      g_autoptr (GError) error = NULL;
      GConverterResult   result;
      gsize              n_read = 0;
      gsize              n_written = 0;

      result = g_converter_convert (session->inflater, data, len, out, sizeof out, G_CONVERTER_NO_FLAGS, &n_read, &n_written,
                                    &error);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
        return;
      if (result == G_CONVERTER_ERROR)
        {
          g_autofree char *text = g_strdup_printf ("The server's compressed data are damaged: %s", error->message);

          dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_BAD_FRAME, text, FALSE, now);
          return;
        }
      data += n_read;
      len -= n_read;
      if (result == G_CONVERTER_FINISHED)
        g_clear_object (&session->inflater);
      dtc_framer_feed (session->framer, out, n_written);
      dtc_session_pump (session, now);
      if (n_read == 0 && n_written == 0)
        return;
    }

  if (turn == session->turn && len > 0)
    {
      dtc_framer_feed (session->framer, data, len);
      dtc_session_pump (session, now);
    }
}

void
dtc_session_pump (DtcSession *session,
                  gint64      now)
{
  guint turn = session->turn;

  while (turn == session->turn && dtc_session_is_open (session))
    {
      g_autoptr (GError) error = NULL;
      const guint8      *frame;
      gsize              len;
      g_autofree char   *text = NULL;

      switch (dtc_framer_pull (session->framer, &frame, &len, &error))
        {
        case DTC_FRAMER_FRAME:
          on_frame (session, frame, len, now);
          if (session->inflate && turn == session->turn)
            {
              begin_inflating (session, now);
              return;
            }
          break;
        case DTC_FRAMER_NEED_MORE:
          return;
        case DTC_FRAMER_ERROR:
        default:
          if (session->state == DTC_LINK_LOGON && dtc_session_start_over (session, now))
            return;
          text = g_strdup_printf ("The server's data cannot be cut into messages: %s",
                                  error != NULL ? error->message : "the stream is dead");
          dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_BAD_FRAME, text, FALSE, now);
          return;
        }
    }
}

static gboolean
is_json (DtcEncodingKind encoding)
{
  return encoding == DTC_ENCODING_JSON || encoding == DTC_ENCODING_JSON_COMPACT;
}

/* The rest goes to the framer, in what the server speaks. */
static void
take_frames (DtcSession      *session,
             DtcEncodingKind  encoding)
{
  session->codec.encoding = encoding;
  dtc_framer_set_encoding (session->framer, encoding);
  session->in_frames = TRUE;
  dtc_framer_feed (session->framer, session->head->data, session->head->len);
}

/* The server speaks, and not what we speak. Before the logon we follow it. After one without a request we come back
 * in its encoding, if the profile leaves the choice to us. Returns FALSE when neither is possible. */
static gboolean
follow (DtcSession      *session,
        DtcEncodingKind  spoken,
        gint64           now)
{
  const DtcSessionConfig *config = session->config;
  DtcCodec                codec = { spoken, config->numbering };
  gboolean                usable = dtc_codec_usable (&codec, NULL);

  if (session->state == DTC_LINK_HANDSHAKE && usable)
    {
      take_frames (session, spoken);
      return TRUE;
    }
  if (session->state == DTC_LINK_LOGON && dtc_session_start_over (session, now))
    return TRUE;
  if (session->state == DTC_LINK_LOGON && usable && !session->asking && !session->switched
      && config->handshake == DTC_HANDSHAKE_AUTO && config->encoding_auto)
    {
      session->switched = TRUE;
      dtc_session_connect_plain (session, spoken, "The server answers in another encoding; connecting again in that "
                                 "one.", now);
      return TRUE;
    }

  return FALSE;
}

/* Looks at the first bytes; returns TRUE when the rest goes to the framer. */
gboolean
dtc_session_judge (DtcSession *session,
                   gboolean    final,
                   gint64      now)
{
  gboolean         json = is_json (session->codec.encoding);
  DtcPeerKind      kind;
  g_autofree char *text = NULL;
  guint            turn = session->turn;
  guint            blanks;
  guint16          type;
  gint32           encoding;

  kind = dtc_peer_judge (session->head->data, session->head->len, session->state == DTC_LINK_HANDSHAKE, !json, final,
                         &blanks);
  if (blanks > 0)
    g_byte_array_remove_range (session->head, 0, blanks);
  switch (kind)
    {
    case DTC_PEER_UNDECIDED:
      return FALSE;

    case DTC_PEER_JSON:
      if (json)
        {
          take_frames (session, session->codec.encoding);
          return TRUE;
        }
      if (follow (session, DTC_ENCODING_JSON, now))
        return turn == session->turn;
      break;

    case DTC_PEER_BINARY:
      if (!json && session->state != DTC_LINK_HANDSHAKE)
        {
          take_frames (session, session->codec.encoding);
          return TRUE;
        }
      if (follow (session, DTC_ENCODING_BINARY, now))
        return turn == session->turn;
      break;

    case DTC_PEER_ENCODING:
      if (!dtc_handshake_read (session->head->data, DTC_HANDSHAKE_SIZE, &type, &encoding)
          || type != DTC_MSG_ENCODING_RESPONSE)
        break;
      dtc_session_tap_encoding (session, DTC_WIRE_RECEIVED, session->head->data, encoding, now);
      g_byte_array_remove_range (session->head, 0, DTC_HANDSHAKE_SIZE);
      take_encoding (session, encoding, now);
      if (turn != session->turn)
        return FALSE;
      /* What follows is judged as a first byte again: a server may say JSON and go on in binary. */
      return dtc_session_judge (session, final, now);

    case DTC_PEER_TLS:
    case DTC_PEER_HTTP:
    case DTC_PEER_SSH:
    case DTC_PEER_OTHER:
    default:
      break;
    }

  text = dtc_peer_describe (kind, session->codec.encoding, session->host, session->port);
  dtc_session_lose (session, DTC_LINK_DOWN,
                    kind == DTC_PEER_BINARY || kind == DTC_PEER_JSON ? DTC_REASON_HANDSHAKE_FAILED : DTC_REASON_NOT_DTC,
                    text, FALSE, now);

  return FALSE;
}
