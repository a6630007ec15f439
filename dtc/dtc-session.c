/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-session-private.h"

#include <string.h>

#include "dtc-peer.h"
#include "dtc-tls.h"

static gint64
silence_limit (DtcSession *session)
{
  return session->last_receive + 2 * session->interval + G_USEC_PER_SEC;
}

gboolean
dtc_session_is_open (DtcSession *session)
{
  return session->state == DTC_LINK_HANDSHAKE || session->state == DTC_LINK_LOGON
         || session->state == DTC_LINK_READY || session->state == DTC_LINK_LEAVING;
}

/* The last thing a function does, or it looks at turn afterwards: the sink may command us. */
void
dtc_session_report (DtcSession       *session,
                    DtcLinkState      previous,
                    DtcLinkReason     reason,
                    const char       *text,
                    const DtcMessage *logon,
                    gint64            now)
{
  DtcLinkChange change = {
    .state = session->state,
    .previous = previous,
    .reason = reason,
    .text = text,
    .attempt = session->attempt,
    .retry_at = session->state == DTC_LINK_DOWN ? session->retry_at : 0,
    .host = session->host,
    .port = session->port,
    .codec = session->codec,
    .logon = logon,
    .certificate = session->shown,
    .certificate_flags = session->shown_flags,
    .certificate_changed = session->shown_changed,
  };

  if (session->sink.link != NULL)
    session->sink.link (session->sink_data, &change, now);
}

static gint64
next_retry (DtcSession *session,
            gint64      now)
{
  gint64 spread;
  gint64 delay;

  if (session->ready_since != 0 && now - session->ready_since >= DTC_BACKOFF_RESET)
    session->backoff = DTC_BACKOFF_FIRST;

  spread = session->backoff / 5;
  delay = session->backoff - spread + session->world.random (session->world_data) % (2 * spread + 1);
  session->backoff = MIN (2 * session->backoff, DTC_BACKOFF_MAX);

  return now + MIN (delay, DTC_BACKOFF_MAX);
}

/* Ends this try. @state is DOWN or STOPPED; whatever ends the link of somebody who leaves, he has left. */
void
dtc_session_lose (DtcSession    *session,
                  DtcLinkState   state,
                  DtcLinkReason  reason,
                  const char    *text,
                  gboolean       immediately,
                  gint64         now)
{
  DtcLinkState previous = session->state;
  guint        turn;

  if (previous == DTC_LINK_LEAVING)
    {
      state = DTC_LINK_STOPPED;
      reason = DTC_REASON_USER;
    }
  session->state = state;
  session->turn++;
  turn = session->turn;
  if (session->ready_since != 0)
    session->attempt = 0;
  if (state == DTC_LINK_STOPPED)
    session->retry_at = 0;
  else
    session->retry_at = immediately ? now : next_retry (session, now);
  session->ready_since = 0;

  session->world.close (session->world_data);
  if (turn == session->turn)
    dtc_session_report (session, previous, reason, text, NULL, now);
}

void
dtc_session_connect (DtcSession    *session,
                     DtcLinkReason  reason,
                     const char    *text,
                     gint64         now)
{
  DtcLinkState previous = session->state;
  guint        turn;

  session->state = DTC_LINK_CONNECTING;
  session->turn++;
  turn = session->turn;
  session->retry_at = 0;
  session->ready_since = 0;
  session->last_receive = 0;
  session->last_heartbeat = 0;
  session->server_seconds = 0;
  session->deadline = now + DTC_CONNECT_TIMEOUT;
  session->codec.numbering = session->config->numbering;
  session->codec.encoding = session->wanted;

  dtc_session_report (session, previous, reason, text, NULL, now);
  if (turn == session->turn)
    session->world.open (session->world_data, session->host, session->port, session->config->use_tls);
}

void
dtc_session_set_target (DtcSession *session,
                        const char *host,
                        guint16     port,
                        gboolean    redirected)
{
  char *copy = g_strdup (host);

  g_free (session->host);
  session->host = copy;
  session->port = port;
  session->redirected = redirected;
}

DtcEncodingKind
dtc_session_wanted (DtcSession *session)
{
  return session->config->encoding_auto ? DTC_ENCODING_JSON : session->config->encoding;
}

/* How this connection begins: as it worked the last time, else as the profile says. */
static void
choose_way (DtcSession *session,
            gboolean    as_learned)
{
  const DtcSessionConfig *config = session->config;
  DtcCodec                last = { session->learned.encoding, config->numbering };

  session->hinted = as_learned && session->learned.known && config->handshake == DTC_HANDSHAKE_AUTO
                    && (config->encoding_auto || config->encoding == last.encoding) && dtc_codec_usable (&last, NULL);
  session->switched = FALSE;
  session->wanted = session->hinted ? last.encoding : dtc_session_wanted (session);
  session->asking = session->hinted ? session->learned.handshake : config->handshake != DTC_HANDSHAKE_NO;
}

gboolean
dtc_session_start_over (DtcSession *session,
                        gint64      now)
{
  if (!session->hinted || session->redirected)
    return FALSE;

  session->learned = (DtcLearned) { 0 };
  choose_way (session, FALSE);
  session->world.close (session->world_data);
  dtc_session_connect (session, DTC_REASON_HANDSHAKE_FAILED, "The server does not take any more what worked the last "
                       "time; connecting again with an encoding request.", now);

  return TRUE;
}

/* A try of its own: counted, from the profile's address. */
static void
begin_try (DtcSession    *session,
           DtcLinkReason  reason,
           gint64         now)
{
  g_autofree char *text = NULL;

  session->attempt++;
  dtc_session_set_target (session, session->config->host, session->config->port, FALSE);
  choose_way (session, TRUE);
  text = g_strdup_printf ("Connecting to %s:%u.", session->host, session->port);
  dtc_session_connect (session, reason, text, now);
}

static gboolean
is_text (DtcSession *session)
{
  return session->codec.encoding == DTC_ENCODING_JSON || session->codec.encoding == DTC_ENCODING_JSON_COMPACT;
}

/* Reads back what was sent, so that the log shows the wire's own numbers. @wire_len: of one message that was another one on
 * the wire, else 0. */
static void
tap_sent (DtcSession   *session,
          const guint8 *data,
          gsize         len,
          gsize         wire_len,
          gint64        now)
{
  gsize at = 0;

  if (session->sink.wire == NULL)
    return;

  while (at < len)
    {
      gsize frame;
      gsize step;

      if (is_text (session))
        {
          frame = strnlen ((const char *) data + at, len - at);
          step = frame + 1;
        }
      else
        {
          if (len - at < 4)
            break;
          frame = data[at] | data[at + 1] << 8;
          if (frame < 4 || frame > len - at)
            break;
          step = frame;
        }
      dtc_codec_decode (&session->codec, DTC_TO_SERVER, data + at, frame, &session->echo, NULL);
      session->sink.wire (session->sink_data, DTC_WIRE_SENT, &session->echo, data + at, frame, wire_len != 0 ? wire_len : frame, now);
      at += MIN (step, len - at);
    }
}

static gboolean
send_own (DtcSession       *session,
          const DtcMessage *message,
          gint64            now)
{
  g_byte_array_set_size (session->out, 0);
  if (!dtc_codec_encode (&session->codec, DTC_TO_SERVER, message, session->out, NULL))
    return FALSE;
  if (!session->world.write (session->world_data, session->out->data, session->out->len, DTC_LANE_NORMAL, 0))
    return FALSE;
  tap_sent (session, session->out->data, session->out->len, 0, now);

  return TRUE;
}

void
dtc_session_send_logon (DtcSession *session,
                        gint64      now)
{
  g_auto (DtcMessage)  message = DTC_MESSAGE_INIT;
  g_autoptr (GError)   error = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  DtcLinkState         previous = session->state;
  guint                turn = session->turn;
  gsize                wire_len;
  gboolean             sent;

  session->state = DTC_LINK_LOGON;
  session->deadline = now + DTC_LOGON_TIMEOUT;
  dtc_session_report (session, previous, DTC_REASON_NONE, "Connected; logging on.", NULL, now);
  if (turn != session->turn)
    return;

  dtc_message_init (&message, DTC_MSG_LOGON_REQUEST);
  dtc_message_set_int (&message, DTC_LOGON_REQUEST_F_PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
  if (session->config->username != NULL && *session->config->username != '\0')
    dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_USERNAME, session->config->username);
  if (session->config->password != NULL && *session->config->password != '\0')
    dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_PASSWORD, session->config->password);
  dtc_message_set_int (&message, DTC_LOGON_REQUEST_F_INTEGER_1, 0);
  dtc_message_set_int (&message, DTC_LOGON_REQUEST_F_HEARTBEAT_INTERVAL_IN_SECONDS, session->config->heartbeat_seconds);
  if (session->config->client_name != NULL)
    dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_CLIENT_NAME, session->config->client_name);

  bytes = g_byte_array_new ();
  if (!dtc_codec_encode (&session->codec, DTC_TO_SERVER, &message, bytes, &error))
    {
      g_autofree char *text = NULL;

      text = g_strdup_printf ("The logon cannot be written: %s. Check the name and the password in the profile.",
                              error->message);
      dtc_session_lose (session, DTC_LINK_STOPPED, DTC_REASON_LOGON_REFUSED, text, FALSE, now);
      return;
    }
  sent = session->world.write (session->world_data, bytes->data, bytes->len, DTC_LANE_NORMAL, 0);
  wire_len = bytes->len - (is_text (session) ? 1 : 0);
  explicit_bzero (bytes->data, bytes->len);
  if (!sent)
    {
      dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_IO, "The logon could not be sent.", FALSE, now);
      return;
    }

  /* The tap sees the same message with the secrets painted over. */
  if (dtc_message_has (&message, DTC_LOGON_REQUEST_F_USERNAME))
    dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_USERNAME, "****");
  if (dtc_message_has (&message, DTC_LOGON_REQUEST_F_PASSWORD))
    dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_PASSWORD, "****");
  g_byte_array_set_size (bytes, 0);
  if (dtc_codec_encode (&session->codec, DTC_TO_SERVER, &message, bytes, NULL))
    tap_sent (session, bytes->data, bytes->len, wire_len, now);
}

static gboolean
may_go_plain (DtcSession *session)
{
  return session->state == DTC_LINK_HANDSHAKE && session->config->handshake == DTC_HANDSHAKE_AUTO;
}

/**
 * dtc_session_new:
 * @config: where to and how; copied
 * @world: how to act; copied
 * @world_data: for @world
 * @sink: where to report; copied
 * @sink_data: for @sink
 *
 * Returns: (transfer full): a session that is down until dtc_session_start()
 */
DtcSession *
dtc_session_new (const DtcSessionConfig *config,
                 const DtcSessionWorld  *world,
                 gpointer                world_data,
                 const DtcSink          *sink,
                 gpointer                sink_data)
{
  DtcSession *session;

  session = g_new0 (DtcSession, 1);
  session->config = dtc_session_config_copy (config);
  session->config->heartbeat_seconds = CLAMP (config->heartbeat_seconds, 5, 60);
  session->interval = (gint64) session->config->heartbeat_seconds * G_USEC_PER_SEC;
  session->world = *world;
  session->world_data = world_data;
  if (sink != NULL)
    session->sink = *sink;
  session->sink_data = sink_data;
  session->framer = dtc_framer_new (DTC_ENCODING_JSON, DTC_MAX_FRAME);
  session->head = g_byte_array_new ();
  session->out = g_byte_array_new ();
  session->backoff = DTC_BACKOFF_FIRST;
  session->learned = config->learned;
  session->wanted = dtc_session_wanted (session);
  session->codec.encoding = DTC_ENCODING_JSON;
  session->codec.numbering = config->numbering;
  dtc_session_set_target (session, config->host, config->port, FALSE);

  return session;
}

void
dtc_session_free (DtcSession *session)
{
  if (session == NULL)
    return;

  dtc_message_clear (&session->incoming);
  dtc_message_clear (&session->echo);
  dtc_framer_free (session->framer);
  g_clear_object (&session->inflater);
  g_byte_array_unref (session->head);
  g_byte_array_unref (session->out);
  g_free (session->host);
  dtc_session_config_free (session->config);
  g_free (session);
}

/* Starts, or starts again after STOPPED, or stops waiting for the next try. */
void
dtc_session_start (DtcSession *session,
                   gint64      now)
{
  g_autoptr (GError) error = NULL;
  DtcCodec           wanted;

  if (session->state != DTC_LINK_DOWN && session->state != DTC_LINK_STOPPED)
    return;

  wanted.encoding = dtc_session_wanted (session);
  wanted.numbering = session->config->numbering;
  if (!dtc_codec_usable (&wanted, &error))
    {
      g_autofree char *text = NULL;

      text = g_strdup_printf ("This profile cannot be used: %s. Choose another encoding.", error->message);
      dtc_session_lose (session, DTC_LINK_STOPPED, DTC_REASON_HANDSHAKE_FAILED, text, FALSE, now);
      return;
    }

  if (session->state == DTC_LINK_STOPPED)
    {
      session->backoff = DTC_BACKOFF_FIRST;
      session->attempt = 0;
    }
  begin_try (session, DTC_REASON_STARTED, now);
}

void
dtc_session_stop (DtcSession *session,
                  gint64      now)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  if (session->state == DTC_LINK_STOPPED || session->state == DTC_LINK_LEAVING)
    return;

  if (session->state == DTC_LINK_READY)
    {
      dtc_message_init (&message, DTC_MSG_LOGOFF);
      dtc_message_set_string (&message, DTC_LOGOFF_F_REASON, "User logged off");
      if (send_own (session, &message, now))
        {
          session->state = DTC_LINK_LEAVING;
          session->deadline = now + DTC_LOGOFF_TIMEOUT;
          dtc_session_report (session, DTC_LINK_READY, DTC_REASON_USER, "Logging off.", NULL, now);
          return;
        }
    }

  dtc_session_lose (session, DTC_LINK_STOPPED, DTC_REASON_USER, "Disconnected.", FALSE, now);
}

void
dtc_session_drop (DtcSession    *session,
                  DtcLinkReason  reason,
                  const char    *text,
                  gboolean       immediately,
                  gint64         now)
{
  switch (session->state)
    {
    case DTC_LINK_STOPPED:
      break;
    case DTC_LINK_DOWN:
      if (immediately && session->retry_at != 0)
        session->retry_at = now;
      break;
    case DTC_LINK_LEAVING:
    case DTC_LINK_CONNECTING:
    case DTC_LINK_HANDSHAKE:
    case DTC_LINK_LOGON:
    case DTC_LINK_READY:
    default:
      dtc_session_lose (session, DTC_LINK_DOWN, reason, text, immediately, now);
      break;
    }
}

gboolean
dtc_session_encode (DtcSession       *session,
                    const DtcMessage *message,
                    GByteArray       *out,
                    GError          **error)
{
  return dtc_codec_encode (&session->codec, DTC_TO_SERVER, message, out, error);
}

gboolean
dtc_session_write_bytes (DtcSession    *session,
                         const guint8  *data,
                         gsize          len,
                         DtcLane        lane,
                         guint64        cookie,
                         gint64         now,
                         GError       **error)
{
  if (session->state != DTC_LINK_READY)
    {
      g_set_error (error, DTC_ERROR, DTC_ERROR_NOT_CONNECTED, "There is no logged-on connection to %s:%u",
                   session->host, session->port);
      return FALSE;
    }
  if (!session->world.write (session->world_data, data, len, lane, cookie))
    {
      g_set_error (error, DTC_ERROR, DTC_ERROR_QUEUE_FULL, "The server at %s:%u does not read what we send; nothing "
                   "more is queued", session->host, session->port);
      return FALSE;
    }
  tap_sent (session, data, len, 0, now);

  return TRUE;
}

gboolean
dtc_session_write (DtcSession              *session,
                   const DtcMessage *const *messages,
                   guint                    n_messages,
                   DtcLane                  lane,
                   guint64                  cookie,
                   gint64                   now,
                   GError                 **error)
{
  guint i;

  g_byte_array_set_size (session->out, 0);
  for (i = 0; i < n_messages; i++)
    if (!dtc_session_encode (session, messages[i], session->out, error))
      return FALSE;

  return dtc_session_write_bytes (session, session->out->data, session->out->len, lane, cookie, now, error);
}

void
dtc_session_opened (DtcSession *session,
                    gint64      now)
{
  guint8          request[DTC_HANDSHAKE_SIZE];
  DtcEncodingKind encoding = session->codec.encoding;
  guint           turn = session->turn;

  if (session->state != DTC_LINK_CONNECTING)
    return;

  /* Nothing of an earlier connection may be glued to this one. */
  dtc_framer_reset (session->framer, encoding);
  g_clear_object (&session->inflater);
  session->inflate = FALSE;
  g_byte_array_set_size (session->head, 0);
  session->in_frames = FALSE;

  if (!session->asking)
    {
      dtc_session_send_logon (session, now);
      return;
    }

  session->state = DTC_LINK_HANDSHAKE;
  session->step_since = now;
  session->deadline = now + (session->config->handshake == DTC_HANDSHAKE_YES ? DTC_HANDSHAKE_TIMEOUT
                                                                             : DTC_HANDSHAKE_SILENCE);
  dtc_session_report (session, DTC_LINK_CONNECTING, DTC_REASON_NONE, "Connected; asking for the encoding.", NULL, now);
  if (turn != session->turn)
    return;

  dtc_handshake_write (DTC_MSG_ENCODING_REQUEST, encoding, request);
  if (session->world.write (session->world_data, request, sizeof request, DTC_LANE_NORMAL, 0))
    dtc_session_tap_encoding (session, DTC_WIRE_SENT, request, encoding, now);
}

void
dtc_session_open_failed (DtcSession   *session,
                         const GError *error,
                         gint64        now)
{
  g_autofree char *text = NULL;

  if (session->state != DTC_LINK_CONNECTING)
    return;

  text = dtc_peer_connect_error (error, session->host, session->port);
  dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_CONNECT_FAILED, text, FALSE, now);
}

void
dtc_session_open_untrusted (DtcSession           *session,
                            const char           *fingerprint,
                            GTlsCertificateFlags  flags,
                            gboolean              changed,
                            gint64                now)
{
  g_autofree char *why = dtc_tls_describe_flags (flags);
  g_autofree char *shown = dtc_tls_fingerprint_show (fingerprint);
  g_autofree char *text = NULL;

  if (session->state != DTC_LINK_CONNECTING)
    return;

  if (!changed)
    text = g_strdup_printf ("The certificate of %s:%u is not trusted: %s. Nothing was sent. Its SHA-256 fingerprint is "
                            "%s. Compare it with the one at the server; only if it is the same, trust it: in the "
                            "window, as “tls_pin” in the profile, or with dtcctl --tls-pin.", session->host,
                            session->port, why, shown);
  else
    {
      g_autofree char *pinned = dtc_tls_fingerprint_show (session->config->tls_pin);

      text = g_strdup_printf ("%s:%u SHOWS ANOTHER CERTIFICATE than the one this profile trusts. Somebody may stand "
                              "between you and the server, or the server has a new one. Nothing was sent. Trusted: %s. "
                              "Shown: %s.", session->host, session->port, pinned, shown);
    }
  session->shown = fingerprint;
  session->shown_flags = flags;
  session->shown_changed = changed;
  dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_CERTIFICATE, text, FALSE, now);
  session->shown = NULL;
  session->shown_flags = 0;
  session->shown_changed = FALSE;
}

void
dtc_session_feed (DtcSession *session,
                  const void *data,
                  gsize       len,
                  gint64      now)
{
  if (!dtc_session_is_open (session) || len == 0)
    return;

  session->last_receive = now;
  if (session->in_frames)
    dtc_session_take (session, data, len, now);
  else
    {
      /* Something answers: it is slow, not silent. */
      if (session->state == DTC_LINK_HANDSHAKE)
        session->deadline = session->step_since + DTC_HANDSHAKE_TIMEOUT;
      g_byte_array_append (session->head, data, len);
      if (dtc_session_judge (session, FALSE, now))
        dtc_session_pump (session, now);
    }
}

void
dtc_session_closed (DtcSession   *session,
                    const GError *error,
                    gint64        now)
{
  DtcLinkReason    reason = error != NULL ? DTC_REASON_IO : DTC_REASON_CLOSED;
  const char      *what = error != NULL ? error->message : "the server closed it";
  guint            turn = session->turn;
  g_autofree char *text = NULL;

  if (!dtc_session_is_open (session))
    return;

  if (session->state == DTC_LINK_LEAVING)
    {
      dtc_session_lose (session, DTC_LINK_STOPPED, DTC_REASON_USER, "Logged off.", FALSE, now);
      return;
    }
  if (!session->in_frames && session->head->len > 0)
    {
      dtc_session_judge (session, TRUE, now);
      if (turn != session->turn)
        return;
    }
  if (may_go_plain (session))
    {
      dtc_session_connect_plain (session, dtc_session_wanted (session),
                                 "The server takes no encoding request; connecting again without one.", now);
      return;
    }
  if (session->state == DTC_LINK_LOGON && dtc_session_start_over (session, now))
    return;

  switch (session->state)
    {
    case DTC_LINK_HANDSHAKE:
      text = g_strdup_printf ("The connection to %s:%u ended before the encoding was agreed (%s): check the encoding "
                              "in the profile and in the server.", session->host, session->port, what);
      dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_HANDSHAKE_FAILED, text, FALSE, now);
      break;
    case DTC_LINK_LOGON:
      text = g_strdup_printf ("The connection to %s:%u ended before the logon was answered (%s). Check that the server "
                              "allows this computer's address, that the port is the trading port, and its encoding%s.",
                              session->host, session->port, what,
                              session->config->use_tls ? "" : ", and whether it wants TLS");
      dtc_session_lose (session, DTC_LINK_DOWN, reason, text, FALSE, now);
      break;
    default:
      text = g_strdup_printf ("The connection to %s:%u is lost (%s).", session->host, session->port, what);
      dtc_session_lose (session, DTC_LINK_DOWN, reason, text, FALSE, now);
      break;
    }
}

static void
step_overdue (DtcSession *session,
              gint64      now)
{
  g_autofree char *text = NULL;
  guint            turn = session->turn;

  switch (session->state)
    {
    case DTC_LINK_CONNECTING:
      text = g_strdup_printf (session->config->use_tls
                                ? "%s:%u does not answer, or does not speak TLS: check the host, the port, any "
                                  "firewall between, and that TLS is on in the server."
                                : "%s:%u does not answer: check the host, the port and any firewall between.",
                              session->host, session->port);
      dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_TIMEOUT, text, FALSE, now);
      break;

    case DTC_LINK_HANDSHAKE:
    case DTC_LINK_LOGON:
      if (!session->in_frames && session->head->len > 0)
        dtc_session_judge (session, TRUE, now);
      if (turn != session->turn)
        break;
      if (may_go_plain (session))
        {
          dtc_session_connect_plain (session, dtc_session_wanted (session), "The server does not answer the encoding "
                                     "request; connecting again without one.", now);
          break;
        }
      if (session->state == DTC_LINK_LOGON && dtc_session_start_over (session, now))
        break;
      text = g_strdup_printf ("The server at %s:%u accepts the connection and does not answer the %s: check its "
                              "encoding (Automatic, or the profile's), and that this is its trading port.",
                              session->host, session->port,
                              session->state == DTC_LINK_LOGON ? "logon" : "encoding request");
      dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_TIMEOUT, text, FALSE, now);
      break;

    case DTC_LINK_LEAVING:
      dtc_session_lose (session, DTC_LINK_STOPPED, DTC_REASON_USER, "Disconnected; the server did not close in time.",
                        FALSE, now);
      break;

    case DTC_LINK_DOWN:
    case DTC_LINK_READY:
    case DTC_LINK_STOPPED:
    default:
      break;
    }
}

static void
send_heartbeat (DtcSession *session,
                gint64      now)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_HEARTBEAT);
  dtc_message_set_int (&message, DTC_HEARTBEAT_F_NUM_DROPPED_MESSAGES, 0);
  send_own (session, &message, now);

  /* The beat keeps its time; what a stall swallowed is not made up for. */
  session->next_heartbeat += session->interval;
  if (session->next_heartbeat <= now)
    session->next_heartbeat = now + session->interval;
}

static gint64
next_deadline (DtcSession *session)
{
  switch (session->state)
    {
    case DTC_LINK_DOWN:
      return session->retry_at != 0 ? session->retry_at : G_MAXINT64;
    case DTC_LINK_CONNECTING:
    case DTC_LINK_HANDSHAKE:
    case DTC_LINK_LOGON:
    case DTC_LINK_LEAVING:
      return session->deadline;
    case DTC_LINK_READY:
      return MIN (session->next_heartbeat, silence_limit (session));
    case DTC_LINK_STOPPED:
    default:
      return G_MAXINT64;
    }
}

gint64
dtc_session_tick (DtcSession *session,
                  gint64      now)
{
  gint64 theirs = G_MAXINT64;
  gint64 ours;

  if (session->state == DTC_LINK_DOWN)
    {
      if (session->retry_at != 0 && now >= session->retry_at)
        begin_try (session, DTC_REASON_NONE, now);
    }
  else if (session->state == DTC_LINK_READY)
    {
      if (now >= silence_limit (session))
        {
          g_autofree char *text = NULL;

          text = g_strdup_printf ("Nothing was received from %s:%u for %" G_GINT64_FORMAT " s; the connection is taken "
                                  "as lost.", session->host, session->port,
                                  (now - session->last_receive) / G_USEC_PER_SEC);
          dtc_session_lose (session, DTC_LINK_DOWN, DTC_REASON_SILENT, text, FALSE, now);
        }
      else if (now >= session->next_heartbeat)
        send_heartbeat (session, now);
    }
  else if (session->state != DTC_LINK_STOPPED && now >= session->deadline)
    step_overdue (session, now);

  if (session->sink.tick != NULL)
    theirs = session->sink.tick (session->sink_data, now);
  ours = next_deadline (session);

  return MIN (ours, theirs);
}

DtcLinkState
dtc_session_get_state (DtcSession *session)
{
  return session->state;
}

DtcCodec
dtc_session_get_codec (DtcSession *session)
{
  return session->codec;
}

gint64
dtc_session_get_last_receive (DtcSession *session)
{
  return session->last_receive;
}

gint64
dtc_session_get_last_heartbeat (DtcSession *session)
{
  return session->last_heartbeat;
}

gint64
dtc_session_get_server_seconds (DtcSession *session)
{
  return session->server_seconds;
}

DtcLearned
dtc_session_get_learned (DtcSession *session)
{
  return session->learned;
}
