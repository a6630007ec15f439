/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define START  (1000 * SECOND)

static const guint8 json_request[16] = { 16, 0, 6, 0, 8, 0, 0, 0, 2, 0, 0, 0, 'D', 'T', 'C', 0 };
static const guint8 json_answer[16] = { 16, 0, 7, 0, 8, 0, 0, 0, 2, 0, 0, 0, 'D', 'T', 'C', 0 };

#define LOGON_OK "{\"Type\":2,\"ProtocolVersion\":8,\"Result\":1,\"ResultText\":\"Welcome\",\"ServerName\":\"Fake\"," \
                 "\"TradingIsSupported\":1}"

/* A world without sockets: what the session asks for is noted, time is a number. */
typedef struct
{
  DtcSessionConfig *config;
  DtcSession       *session;
  gint64            now;
  gboolean          opening;
  gboolean          open;
  guint             n_opens;
  guint             n_closes;
  char             *host;
  guint16           port;
  gboolean          tls;
  gboolean          full;
  guint32           random;
  GByteArray       *sent;   /* on this connection */
  GString          *events;
  GString          *wire;
  DtcLinkState      state;
  DtcLinkReason     reason;
  char             *text;
  guint             attempt;
  gint64            retry_at;
  guint             n_messages;
  guint             n_bad;
  guint             stop_at_message;
  guint             drop_at_message;
} Rig;

static void
world_open (gpointer data, const char *host, guint16 port, gboolean use_tls)
{
  Rig *rig = data;

  g_assert_false (rig->open);
  rig->opening = TRUE;
  rig->n_opens++;
  g_free (rig->host);
  rig->host = g_strdup (host);
  rig->port = port;
  rig->tls = use_tls;
}

static void
world_close (gpointer data)
{
  Rig *rig = data;

  rig->opening = FALSE;
  rig->open = FALSE;
  rig->n_closes++;
}

static gboolean
world_write (gpointer data, const guint8 *bytes, gsize len, DtcLane lane, guint64 cookie)
{
  Rig *rig = data;

  g_assert_true (rig->open);
  if (rig->full)
    return FALSE;
  g_byte_array_append (rig->sent, bytes, len);

  return TRUE;
}

static guint32
world_random (gpointer data)
{
  return ((Rig *) data)->random;
}

static void
sink_link (gpointer data, const DtcLinkChange *change, gint64 now)
{
  Rig *rig = data;

  g_assert_nonnull (change->text);
  g_assert_cmpint (change->previous, ==, rig->state);
  g_assert_true ((change->logon != NULL) == (change->state == DTC_LINK_READY));
  rig->state = change->state;
  rig->reason = change->reason;
  rig->attempt = change->attempt;
  rig->retry_at = change->retry_at;
  g_free (rig->text);
  rig->text = g_strdup (change->text);
  g_string_append_printf (rig->events, "link %s %s\n", dtc_link_state_to_string (change->state),
                          dtc_link_reason_to_string (change->reason));
}

static void
sink_message (gpointer data, const DtcMessage *message, const DtcReceipt *receipt)
{
  Rig                *rig = data;
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_true (receipt->raw_len > 0);
  dtc_message_describe (message, text);
  g_string_append_printf (rig->events, "message %u %.*s\n", message->wire_type, (int) receipt->raw_len, receipt->raw);
  rig->n_messages++;
  if (rig->stop_at_message == rig->n_messages)
    dtc_session_stop (rig->session, rig->now);
  if (rig->drop_at_message == rig->n_messages)
    dtc_session_drop (rig->session, DTC_REASON_RESUME, "test", TRUE, rig->now);
  /* Still there, whatever we commanded. */
  g_string_append_printf (rig->events, "still %.*s\n", (int) receipt->raw_len, receipt->raw);
}

static void
sink_bad_frame (gpointer data, const DtcMessage *partial, const DtcReceipt *receipt, const GError *error)
{
  Rig *rig = data;

  g_assert_nonnull (error);
  rig->n_bad++;
  g_string_append_printf (rig->events, "bad %u %s\n", partial->type, error->message);
}

static void
sink_heartbeat (gpointer data, guint32 num_dropped, gint64 now)
{
  g_string_append_printf (((Rig *) data)->events, "heartbeat %u\n", num_dropped);
}

static void
sink_wire (gpointer data, DtcWireDirection direction, const DtcMessage *message, const guint8 *raw, gsize len,
           gint64 now)
{
  Rig                *rig = data;
  g_autoptr (GString) text = g_string_new (NULL);
  guint               i;

  dtc_message_describe (message, text);
  g_string_append_printf (rig->wire, "%s %u ", direction == DTC_WIRE_SENT ? "send" : "recv", message->wire_type);
  for (i = 0; i < len; i++)
    g_string_append_c (rig->wire, g_ascii_isprint (raw[i]) ? (char) raw[i] : '.');
  g_string_append_printf (rig->wire, " %s\n", text->str);
}

static Rig *
rig_new (void)
{
  Rig *rig = g_new0 (Rig, 1);

  rig->config = dtc_session_config_new ();
  rig->config->heartbeat_seconds = 10;
  rig->now = START;
  rig->sent = g_byte_array_new ();
  rig->events = g_string_new (NULL);
  rig->wire = g_string_new (NULL);
  rig->state = DTC_LINK_DOWN;

  return rig;
}

static void
rig_start (Rig *rig)
{
  static const DtcSessionWorld world = { world_open, world_close, world_write, world_random };
  static const DtcSink         sink = { sink_link, sink_message, sink_bad_frame, sink_heartbeat, NULL, sink_wire,
                                        NULL };

  rig->session = dtc_session_new (rig->config, &world, rig, &sink, rig);
  g_assert_cmpint (dtc_session_tick (rig->session, rig->now), ==, G_MAXINT64);
  dtc_session_start (rig->session, rig->now);
}

static void
rig_free (Rig *rig)
{
  dtc_session_free (rig->session);
  dtc_session_config_free (rig->config);
  g_byte_array_unref (rig->sent);
  g_string_free (rig->events, TRUE);
  g_string_free (rig->wire, TRUE);
  g_free (rig->host);
  g_free (rig->text);
  g_free (rig);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)

static void
rig_opened (Rig *rig)
{
  g_assert_true (rig->opening);
  rig->opening = FALSE;
  rig->open = TRUE;
  g_byte_array_set_size (rig->sent, 0);
  dtc_session_opened (rig->session, rig->now);
}

static void
rig_closed (Rig *rig)
{
  rig->open = FALSE;
  dtc_session_closed (rig->session, NULL, rig->now);
}

static void
rig_feed (Rig *rig, const void *data, gsize len)
{
  dtc_session_feed (rig->session, data, len, rig->now);
}

/* A JSON message with its zero byte. */
static void
rig_say (Rig *rig, const char *json)
{
  rig_feed (rig, json, strlen (json) + 1);
}

static gint64
rig_wait (Rig *rig, gint64 microseconds)
{
  rig->now += microseconds;

  return dtc_session_tick (rig->session, rig->now);
}

/* Lets time pass only as far as the session wants to be called. */
static void
rig_run_until (Rig *rig, gint64 until)
{
  gint64 next = dtc_session_tick (rig->session, rig->now);

  while (next <= until)
    {
      rig->now = MAX (rig->now, next);
      next = dtc_session_tick (rig->session, rig->now);
      g_assert_cmpint (next, >, rig->now);
    }
  rig->now = until;
}

static void
rig_log_on (Rig *rig)
{
  rig_opened (rig);
  if (rig->state == DTC_LINK_HANDSHAKE)
    rig_feed (rig, json_answer, sizeof json_answer);
  g_assert_cmpint (rig->state, ==, DTC_LINK_LOGON);
  rig_say (rig, LOGON_OK);
  g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
}

static guint
count (const char *haystack, const char *needle)
{
  guint n = 0;

  for (haystack = strstr (haystack, needle); haystack != NULL; haystack = strstr (haystack + 1, needle))
    n++;

  return n;
}

/* The messages in what we sent, the 16 bytes left out. */
static guint
count_sent (Rig *rig, const char *needle)
{
  guint at = 0;
  guint n = 0;

  if (rig->sent->len >= 16 && memcmp (rig->sent->data, json_request, 16) == 0)
    at = 16;
  while (at < rig->sent->len)
    {
      const char *message = (const char *) rig->sent->data + at;

      g_assert_nonnull (memchr (message, 0, rig->sent->len - at));
      n += strstr (message, needle) != NULL;
      at += strlen (message) + 1;
    }

  return n;
}

static void
test_handshake_answered (void)
{
  g_autoptr (Rig)        rig = rig_new ();
  g_autoptr (GByteArray) segment = g_byte_array_new ();

  rig->config->username = g_strdup ("trader");
  rig->config->password = g_strdup ("s3cret!");
  rig_start (rig);
  g_assert_cmpstr (rig->host, ==, "127.0.0.1");
  g_assert_cmpuint (rig->port, ==, 11099);
  g_assert_cmpint (rig->state, ==, DTC_LINK_CONNECTING);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_STARTED);
  rig_opened (rig);
  g_assert_cmpint (rig->state, ==, DTC_LINK_HANDSHAKE);
  g_assert_cmpmem (rig->sent->data, rig->sent->len, json_request, 16);

  /* All in one segment: the answer, a server message before the logon's answer, the answer, an order. */
  g_byte_array_append (segment, json_answer, 16);
  g_byte_array_append (segment, (const guint8 *) "{\"Type\":701,\"MessageText\":\"hello\"}", 35);
  g_byte_array_append (segment, (const guint8 *) LOGON_OK, sizeof LOGON_OK);
  g_byte_array_append (segment, (const guint8 *) "{\"Type\":3}", 11);
  rig_feed (rig, segment->data, segment->len);

  g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
  g_assert_cmpuint (rig->n_messages, ==, 1);
  g_assert_cmpuint (rig->n_bad, ==, 0);
  g_assert_nonnull (strstr (rig->events->str, "heartbeat 0\n"));
  g_assert_cmpuint (count_sent (rig, "\"Type\":1,"), ==, 1);
  g_assert_cmpuint (count_sent (rig, "\"ProtocolVersion\":8"), ==, 1);
  g_assert_cmpuint (count_sent (rig, "\"HeartbeatIntervalInSeconds\":10"), ==, 1);
  g_assert_cmpuint (count_sent (rig, "\"Integer_1\":0"), ==, 1);
  g_assert_cmpuint (count_sent (rig, "\"Username\":\"trader\""), ==, 1);
  g_assert_cmpuint (count_sent (rig, "\"Password\":\"s3cret!\""), ==, 1);
  g_assert_cmpuint (count_sent (rig, "\"ClientName\":\"DTC Desk\""), ==, 1);
  g_assert_cmpint (dtc_session_get_codec (rig->session).encoding, ==, DTC_ENCODING_JSON);
  g_assert_false (dtc_session_get_learned_plain (rig->session));

  /* The tap saw everything, and no secret. */
  g_assert_nonnull (strstr (rig->wire->str, "send 6 "));
  g_assert_nonnull (strstr (rig->wire->str, "recv 7 "));
  g_assert_nonnull (strstr (rig->wire->str, "send 1 "));
  g_assert_nonnull (strstr (rig->wire->str, "recv 2 "));
  g_assert_null (strstr (rig->wire->str, "s3cret"));
  g_assert_null (strstr (rig->wire->str, "trader"));
}

static void
test_handshake_grants (void)
{
  static const struct { guint8 encoding; gboolean taken; } cases[] = {
    { 2, TRUE }, { 3, TRUE }, { 4, FALSE }, { 9, FALSE }
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Rig) rig = rig_new ();
      guint8          answer[16];

      memcpy (answer, json_answer, 16);
      answer[8] = cases[i].encoding;
      rig_start (rig);
      rig_opened (rig);
      rig_feed (rig, answer, 16);
      if (cases[i].taken)
        {
          g_assert_cmpint (rig->state, ==, DTC_LINK_LOGON);
          g_assert_cmpint (dtc_session_get_codec (rig->session).encoding, ==, cases[i].encoding);
          rig_say (rig, LOGON_OK);
          g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
        }
      else
        {
          g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
          g_assert_cmpint (rig->reason, ==, DTC_REASON_HANDSHAKE_FAILED);
          g_assert_false (rig->open);
          g_assert_cmpuint (count_sent (rig, "Type"), ==, 0);
        }
    }
}

static void
test_handshake_json_server (void)
{
  g_autoptr (Rig) asked = rig_new ();
  g_autoptr (Rig) talks = rig_new ();
  g_autoptr (Rig) objects = rig_new ();

  /* It understood the request, in JSON. */
  rig_start (asked);
  rig_opened (asked);
  rig_say (asked, "{\"Type\":7,\"ProtocolVersion\":8,\"Encoding\":3,\"ProtocolType\":\"DTC\"}");
  g_assert_cmpint (asked->state, ==, DTC_LINK_LOGON);
  g_assert_cmpint (dtc_session_get_codec (asked->session).encoding, ==, DTC_ENCODING_JSON_COMPACT);
  rig_say (asked, LOGON_OK);
  g_assert_cmpint (asked->state, ==, DTC_LINK_READY);

  /* It just begins to talk. */
  rig_start (talks);
  rig_opened (talks);
  rig_say (talks, "{\"Type\":700,\"UserMessage\":\"Maintenance at ten\"}");
  g_assert_cmpint (talks->state, ==, DTC_LINK_LOGON);
  g_assert_cmpuint (talks->n_messages, ==, 1);
  rig_say (talks, LOGON_OK);
  g_assert_cmpint (talks->state, ==, DTC_LINK_READY);

  /* It objects to the garbage: the same try goes on without. */
  rig_start (objects);
  rig_opened (objects);
  rig_say (objects, "{\"Type\":5,\"Reason\":\"what was that\"}");
  g_assert_cmpint (objects->state, ==, DTC_LINK_CONNECTING);
  rig_log_on (objects);
  g_assert_cmpuint (objects->attempt, ==, 1);
  g_assert_true (dtc_session_get_learned_plain (objects->session));
}

static void
test_handshake_silence (void)
{
  g_autoptr (Rig) rig = rig_new ();

  rig_start (rig);
  rig_opened (rig);
  rig_wait (rig, DTC_HANDSHAKE_SILENCE - 1);
  g_assert_cmpint (rig->state, ==, DTC_LINK_HANDSHAKE);
  rig_wait (rig, 1);
  g_assert_cmpint (rig->state, ==, DTC_LINK_CONNECTING);
  g_assert_cmpuint (rig->n_opens, ==, 2);
  g_assert_cmpuint (rig->attempt, ==, 1);
  rig_opened (rig);
  g_assert_cmpint (rig->state, ==, DTC_LINK_LOGON);
  g_assert_cmpuint (count_sent (rig, "\"Type\":1,"), ==, 1);
  g_assert_cmpint (rig->sent->data[0], ==, '{');
  rig_say (rig, LOGON_OK);
  g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
  g_assert_true (dtc_session_get_learned_plain (rig->session));

  /* Remembered. */
  rig_closed (rig);
  rig_run_until (rig, rig->retry_at);
  rig_opened (rig);
  g_assert_cmpint (rig->state, ==, DTC_LINK_LOGON);

  /* It no longer works: the next try asks again. */
  rig_wait (rig, DTC_LOGON_TIMEOUT);
  g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_TIMEOUT);
  rig_run_until (rig, rig->retry_at);
  rig_opened (rig);
  g_assert_cmpint (rig->state, ==, DTC_LINK_HANDSHAKE);

  /* Something slow is not silent. */
  rig_wait (rig, 4 * SECOND);
  rig_feed (rig, json_answer, 3);
  rig_wait (rig, 15 * SECOND);
  g_assert_cmpint (rig->state, ==, DTC_LINK_HANDSHAKE);
  rig_feed (rig, json_answer + 3, 13);
  g_assert_cmpint (rig->state, ==, DTC_LINK_LOGON);
}

static void
test_handshake_closed (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Rig) never = rig_new ();
  g_autoptr (Rig) known = rig_new ();
  guint           i;

  rig_start (rig);
  rig_opened (rig);
  rig_closed (rig);
  g_assert_cmpint (rig->state, ==, DTC_LINK_CONNECTING);
  rig_log_on (rig);
  g_assert_true (dtc_session_get_learned_plain (rig->session));

  /* A server that closes whatever we do gets two connections a try, with the waits growing between. */
  rig_start (never);
  for (i = 1; i <= 6; i++)
    {
      rig_opened (never);
      rig_closed (never);
      rig_opened (never);
      rig_closed (never);
      g_assert_cmpint (never->state, ==, DTC_LINK_DOWN);
      g_assert_cmpint (never->reason, ==, DTC_REASON_CLOSED);
      g_assert_cmpuint (never->attempt, ==, i);
      rig_run_until (never, never->retry_at);
    }
  g_assert_cmpint (never->now - START, >=, 20 * SECOND);

  known->config->plain_first = TRUE;
  rig_start (known);
  rig_opened (known);
  g_assert_cmpint (known->state, ==, DTC_LINK_LOGON);
}

static void
test_handshake_policies (void)
{
  g_autoptr (Rig) yes = rig_new ();
  g_autoptr (Rig) shut = rig_new ();
  g_autoptr (Rig) no = rig_new ();
  g_autoptr (Rig) compact = rig_new ();

  yes->config->handshake = DTC_HANDSHAKE_YES;
  rig_start (yes);
  rig_opened (yes);
  rig_wait (yes, DTC_HANDSHAKE_TIMEOUT - 1);
  g_assert_cmpint (yes->state, ==, DTC_LINK_HANDSHAKE);
  rig_wait (yes, 1);
  g_assert_cmpint (yes->state, ==, DTC_LINK_DOWN);
  g_assert_cmpint (yes->reason, ==, DTC_REASON_TIMEOUT);

  shut->config->handshake = DTC_HANDSHAKE_YES;
  rig_start (shut);
  rig_opened (shut);
  rig_closed (shut);
  g_assert_cmpint (shut->state, ==, DTC_LINK_DOWN);
  g_assert_cmpint (shut->reason, ==, DTC_REASON_HANDSHAKE_FAILED);

  no->config->handshake = DTC_HANDSHAKE_NO;
  rig_start (no);
  rig_opened (no);
  g_assert_cmpint (no->state, ==, DTC_LINK_LOGON);
  g_assert_cmpint (no->sent->data[0], ==, '{');
  g_assert_cmpint (no->sent->data[no->sent->len - 1], ==, '\0');
  rig_say (no, LOGON_OK);
  g_assert_cmpint (no->state, ==, DTC_LINK_READY);
  g_assert_false (dtc_session_get_learned_plain (no->session));

  compact->config->encoding_auto = FALSE;
  compact->config->encoding = DTC_ENCODING_JSON_COMPACT;
  rig_start (compact);
  rig_opened (compact);
  g_assert_cmpint (compact->sent->data[8], ==, DTC_ENCODING_JSON_COMPACT);
}

static void
test_unusable (void)
{
  g_autoptr (Rig) rig = rig_new ();

  rig->config->encoding_auto = FALSE;
  rig->config->encoding = DTC_ENCODING_BINARY;
  rig->config->numbering = DTC_NUMBERING_BRIEF;
  rig_start (rig);
  g_assert_cmpint (rig->state, ==, DTC_LINK_STOPPED);
  g_assert_cmpuint (rig->n_opens, ==, 0);
}

static void
test_not_dtc (void)
{
  static const struct { const char *bytes; gsize len; DtcLinkReason reason; const char *says; } cases[] = {
    { "HTTP/1.1 400 Bad Request\r\n\r\n", 28, DTC_REASON_NOT_DTC, "web server" },
    { "SSH-2.0-OpenSSH_9.2\r\n", 21, DTC_REASON_NOT_DTC, "SSH" },
    { "\x15\x03\x01\x00\x02\x02\x46", 7, DTC_REASON_NOT_DTC, "TLS" },
    { "\x16\x03\x03\x00\x7a\x02\x00\x00\x76", 9, DTC_REASON_NOT_DTC, "TLS" },
    { "220 mail ready\r\n", 16, DTC_REASON_NOT_DTC, "not a DTC server" },
    { "x", 1, DTC_REASON_NOT_DTC, "not a DTC server" },
    { "\x0c\x00\x05\x00" "abcdefgh", 12, DTC_REASON_HANDSHAKE_FAILED, "binary" },
    { "\xef\xbb\xbf{\"Type\":2}\0", 14, DTC_REASON_NOT_DTC, "not a DTC server" },
  };
  static const DtcHandshakePolicy policies[] = { DTC_HANDSHAKE_AUTO, DTC_HANDSHAKE_YES, DTC_HANDSHAKE_NO };
  guint                           i;
  guint                           p;
  gsize                           step;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    for (p = 0; p < G_N_ELEMENTS (policies); p++)
      for (step = 1; step <= cases[i].len; step += 3)
        {
          g_autoptr (Rig) rig = rig_new ();
          gsize           at;
          gint64          first_wait;

          rig->config->handshake = policies[p];
          rig_start (rig);
          rig_opened (rig);
          for (at = 0; at < cases[i].len && rig->open; at += step)
            rig_feed (rig, cases[i].bytes + at, MIN (step, cases[i].len - at));
          if (rig->open)
            rig_closed (rig);
          g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
          g_assert_cmpint (rig->reason, ==, cases[i].reason);
          g_assert_nonnull (strstr (rig->text, cases[i].says));
          g_assert_cmpuint (rig->n_opens, ==, 1);

          /* And no storm. */
          first_wait = rig->retry_at - rig->now;
          rig_run_until (rig, rig->retry_at);
          rig_opened (rig);
          rig_feed (rig, cases[i].bytes, cases[i].len);
          if (rig->open)
            rig_closed (rig);
          g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
          g_assert_cmpint (rig->retry_at - rig->now, >, first_wait);
        }
}

static void
test_logon_results (void)
{
  static const struct { const char *answer; DtcLinkState state; DtcLinkReason reason; const char *says; } cases[] = {
    { LOGON_OK, DTC_LINK_READY, DTC_REASON_NONE, "Welcome" },
    { "{\"Type\":2,\"Result\":2,\"ResultText\":\"bad word\"}", DTC_LINK_DOWN, DTC_REASON_LOGON_REFUSED, "bad word" },
    { "{\"Type\":2,\"Result\":2}", DTC_LINK_DOWN, DTC_REASON_LOGON_REFUSED, "without a reason" },
    { "{\"Type\":2,\"Result\":3,\"ResultText\":\"banned\"}", DTC_LINK_STOPPED, DTC_REASON_NO_RECONNECT, "banned" },
    { "{\"Type\":2,\"ServerName\":\"x\"}", DTC_LINK_DOWN, DTC_REASON_LOGON_REFUSED, "without saying" },
    { "{\"Type\":2,\"Result\":null}", DTC_LINK_DOWN, DTC_REASON_LOGON_REFUSED, "without saying" },
    { "{\"Type\":2,\"Result\":0}", DTC_LINK_DOWN, DTC_REASON_LOGON_REFUSED, "refused" },
    { "{\"Type\":2,\"Result\":77}", DTC_LINK_DOWN, DTC_REASON_LOGON_REFUSED, "refused" },
    { "{\"Type\":2,\"Result\":\"1\"}", DTC_LINK_DOWN, DTC_REASON_BAD_FRAME, "cannot be read" },
    { "{\"Type\":5,\"Reason\":\"full\"}", DTC_LINK_DOWN, DTC_REASON_LOGOFF, "full" },
    { "{\"Type\":5,\"Reason\":\"shoo\",\"DoNotReconnect\":1}", DTC_LINK_STOPPED, DTC_REASON_NO_RECONNECT, "shoo" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Rig) rig = rig_new ();

      rig_start (rig);
      rig_opened (rig);
      rig_feed (rig, json_answer, 16);
      rig_say (rig, cases[i].answer);
      g_assert_cmpint (rig->state, ==, cases[i].state);
      g_assert_cmpint (rig->reason, ==, cases[i].reason);
      g_assert_nonnull (strstr (rig->text, cases[i].says));
      g_assert_cmpuint (rig->attempt, ==, 1);
      g_assert_true (rig->open == (cases[i].state == DTC_LINK_READY));
      if (rig->state == DTC_LINK_STOPPED)
        g_assert_cmpint (rig_wait (rig, 3600 * SECOND), ==, G_MAXINT64);
      if (rig->state == DTC_LINK_DOWN)
        {
          rig_run_until (rig, rig->retry_at);
          g_assert_cmpuint (rig->n_opens, ==, 2);
          g_assert_cmpuint (rig->attempt, ==, 2);
        }
    }
}

static void
test_logon_numbering (void)
{
  static const char sierra[] = "{\"Type\":2,\"Result\":1,\"ServerName\":\"SC DTC Server\"}";
  g_autoptr (Rig)   brief = rig_new ();
  g_autoptr (Rig)   published = rig_new ();

  brief->config->numbering = DTC_NUMBERING_BRIEF;
  rig_start (brief);
  rig_opened (brief);
  rig_feed (brief, json_answer, 16);
  rig_say (brief, sierra);
  g_assert_cmpint (brief->state, ==, DTC_LINK_READY);
  g_assert_cmpint (brief->reason, ==, DTC_REASON_NUMBERING);
  g_assert_nonnull (strstr (brief->text, "numbering"));

  rig_start (published);
  rig_opened (published);
  rig_feed (published, json_answer, 16);
  rig_say (published, sierra);
  g_assert_cmpint (published->reason, ==, DTC_REASON_NONE);
}

static void
test_deadlines (void)
{
  g_autoptr (Rig)    rig = rig_new ();
  g_autoptr (GError) refused = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refused");

  rig_start (rig);
  g_assert_cmpint (dtc_session_tick (rig->session, rig->now), ==, rig->now + DTC_CONNECT_TIMEOUT);
  rig_wait (rig, DTC_CONNECT_TIMEOUT - 1);
  g_assert_cmpint (rig->state, ==, DTC_LINK_CONNECTING);
  rig_wait (rig, 1);
  g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_TIMEOUT);
  g_assert_false (rig->opening);

  /* A connection that comes too late is not taken. */
  dtc_session_opened (rig->session, rig->now);
  g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);

  rig_run_until (rig, rig->retry_at);
  rig_opened (rig);
  rig_feed (rig, json_answer, 16);
  rig_wait (rig, DTC_LOGON_TIMEOUT - 1);
  g_assert_cmpint (rig->state, ==, DTC_LINK_LOGON);
  /* Chatter does not extend it. */
  rig_say (rig, "{\"Type\":3}");
  rig_wait (rig, 1);
  g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_TIMEOUT);

  rig_run_until (rig, rig->retry_at);
  rig->opening = FALSE;
  dtc_session_open_failed (rig->session, refused, rig->now);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_CONNECT_FAILED);
  g_assert_cmpstr (rig->text, ==,
                   "Nothing listens on 127.0.0.1:11099. Is Sierra Chart running, with its DTC server enabled?");
}

static gint64
fail_once (Rig *rig)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refused");

  rig->opening = FALSE;
  dtc_session_open_failed (rig->session, error, rig->now);
  g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);

  return rig->retry_at - rig->now;
}

static void
test_backoff (void)
{
  static const gint64 base[] = { 1, 2, 4, 8, 16, 30, 30, 30 };
  guint32             random;
  guint               i;

  for (random = 0; random < 40000000; random += 999983)
    {
      g_autoptr (Rig) rig = rig_new ();

      rig->random = random;
      rig_start (rig);
      for (i = 0; i < G_N_ELEMENTS (base); i++)
        {
          gint64 delay = fail_once (rig);

          g_assert_cmpint (delay, >=, base[i] * SECOND * 8 / 10);
          g_assert_cmpint (delay, <=, MIN (base[i] * SECOND * 12 / 10, DTC_BACKOFF_MAX));
          g_assert_cmpuint (rig->attempt, ==, i + 1);
          rig_wait (rig, delay - 1);
          g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
          rig_wait (rig, 1);
          g_assert_cmpint (rig->state, ==, DTC_LINK_CONNECTING);
        }

      /* Ready for a moment only: the wait keeps growing. Ready for five seconds: it starts again. */
      rig_log_on (rig);
      rig_wait (rig, DTC_BACKOFF_RESET - 1);
      rig_closed (rig);
      g_assert_cmpint (rig->retry_at - rig->now, >=, 24 * SECOND);
      rig_run_until (rig, rig->retry_at);
      g_assert_cmpuint (rig->attempt, ==, 1);
      rig_log_on (rig);
      rig_wait (rig, DTC_BACKOFF_RESET);
      rig_closed (rig);
      g_assert_cmpint (rig->retry_at - rig->now, <=, SECOND * 12 / 10);
    }
}

static void
test_heartbeats (void)
{
  g_autoptr (Rig)   rig = rig_new ();
  const DtcMessage *messages[1];
  g_auto (DtcMessage) request = DTC_MESSAGE_INIT;
  guint             i;

  rig_start (rig);
  rig_log_on (rig);
  g_assert_cmpuint (count_sent (rig, "\"Type\":3,"), ==, 0);

  /* On time, whatever else is sent and received. */
  dtc_message_init (&request, DTC_MSG_OPEN_ORDERS_REQUEST);
  dtc_message_set_int (&request, DTC_OPEN_ORDERS_REQUEST_F_REQUEST_ID, 1);
  messages[0] = &request;
  for (i = 1; i <= 600; i++)
    {
      rig_run_until (rig, START + i * SECOND);
      g_assert_true (dtc_session_write (rig->session, messages, 1, DTC_LANE_NORMAL, i, rig->now, NULL));
      rig_say (rig, "{\"Type\":3}");
      g_assert_cmpuint (count_sent (rig, "\"Type\":3,"), ==, i / 10);
    }
  g_assert_cmpint (dtc_session_get_last_heartbeat (rig->session), ==, rig->now);
}

static void
test_heartbeat_stall (void)
{
  g_autoptr (Rig) rig = rig_new ();
  guint           before;

  rig_start (rig);
  rig_log_on (rig);

  /* We stood still for 95 s; the server's bytes waited in the socket. One heartbeat, then the rhythm. */
  rig->now += 95 * SECOND;
  rig_say (rig, "{\"Type\":3}");
  rig_wait (rig, 0);
  g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
  g_assert_cmpuint (count_sent (rig, "\"Type\":3,"), ==, 1);
  rig_wait (rig, 0);
  before = count_sent (rig, "\"Type\":3,");
  g_assert_cmpuint (before, ==, 1);
  rig_run_until (rig, rig->now + 20 * SECOND);
  g_assert_cmpuint (count_sent (rig, "\"Type\":3,"), ==, 3);

  /* A full queue swallows one, and harms nothing. */
  rig_say (rig, "{\"Type\":3}");
  rig->full = TRUE;
  rig_run_until (rig, rig->now + 10 * SECOND);
  rig->full = FALSE;
  g_assert_cmpuint (count_sent (rig, "\"Type\":3,"), ==, 3);
  g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
  rig_run_until (rig, rig->now + 10 * SECOND);
  g_assert_cmpuint (count_sent (rig, "\"Type\":3,"), ==, 4);
}

static void
test_silent_peer (void)
{
  guint seconds;

  for (seconds = 5; seconds <= 60; seconds += 11)
    {
      g_autoptr (Rig) rig = rig_new ();
      gint64          limit = (2 * (gint64) seconds + 1) * SECOND;

      rig->config->heartbeat_seconds = seconds;
      rig_start (rig);
      rig_log_on (rig);
      rig_run_until (rig, rig->now + limit - 1);
      g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
      /* Half a message is a sign of life as well. */
      rig_feed (rig, "{\"Ty", 4);
      rig_run_until (rig, rig->now + limit - 1);
      g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
      rig_run_until (rig, rig->now + 1);
      g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
      g_assert_cmpint (rig->reason, ==, DTC_REASON_SILENT);
      g_assert_false (rig->open);
    }
}

static void
test_redirect (void)
{
  static const char *const listed[] = { "b.example:12000", "[::1]:11099", "same.example", NULL };
  static const struct { const char *address; gboolean follow; const char *host; guint16 port; } cases[] = {
    { "b.example:12000", TRUE, "b.example", 12000 },
    { "B.Example:12000", TRUE, "B.Example", 12000 },
    { "[::1]:11099", TRUE, "::1", 11099 },
    { "same.example", TRUE, "same.example", 11099 },
    { "same.example:11099", TRUE, "same.example", 11099 },
    { "b.example", FALSE, NULL, 0 },
    { "b.example:12001", FALSE, NULL, 0 },
    { "evil.example:12000", FALSE, NULL, 0 },
    { "b.example:12000@evil.example:12000", FALSE, NULL, 0 },
    { "b.example:12000 ", FALSE, NULL, 0 },
    { "b.example:0", FALSE, NULL, 0 },
    { "b.example:99999", FALSE, NULL, 0 },
    { "", FALSE, NULL, 0 },
    { "127.0.0.1:11099", FALSE, NULL, 0 },
  };
  guint i;
  guint with_list;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    for (with_list = 0; with_list < 2; with_list++)
      {
        g_autoptr (Rig)  rig = rig_new ();
        g_autofree char *answer = NULL;
        guint            logons;

        answer = g_strdup_printf ("{\"Type\":2,\"Result\":4,\"ReconnectAddress\":\"%s\"}", cases[i].address);
        rig->config->use_tls = TRUE;
        rig->config->password = g_strdup ("s3cret!");
        if (with_list)
          rig->config->allowed_addresses = g_strdupv ((char **) listed);
        rig_start (rig);
        rig_opened (rig);
        rig_feed (rig, json_answer, 16);
        logons = count_sent (rig, "s3cret!");
        g_assert_cmpuint (logons, ==, 1);
        rig_say (rig, answer);
        if (!with_list || !cases[i].follow)
          {
            g_assert_cmpint (rig->state, ==, DTC_LINK_STOPPED);
            g_assert_cmpint (rig->reason, ==, DTC_REASON_REDIRECT_REFUSED);
            g_assert_cmpuint (rig->n_opens, ==, 1);
            g_assert_cmpint (rig_wait (rig, 3600 * SECOND), ==, G_MAXINT64);
            continue;
          }

        g_assert_cmpint (rig->state, ==, DTC_LINK_CONNECTING);
        g_assert_cmpint (rig->reason, ==, DTC_REASON_REDIRECTED);
        g_assert_cmpstr (rig->host, ==, cases[i].host);
        g_assert_cmpuint (rig->port, ==, cases[i].port);
        g_assert_true (rig->tls);
        rig_opened (rig);
        rig_feed (rig, json_answer, 16);

        /* One hop only. */
        if (i == 0)
          {
            rig_say (rig, answer);
            g_assert_cmpint (rig->state, ==, DTC_LINK_STOPPED);
            g_assert_cmpint (rig->reason, ==, DTC_REASON_REDIRECT_REFUSED);
            continue;
          }

        /* After a loss we begin at the profile's address again. */
        rig_say (rig, LOGON_OK);
        rig_closed (rig);
        rig_run_until (rig, rig->retry_at);
        g_assert_cmpstr (rig->host, ==, "127.0.0.1");
      }
}

static void
test_leaving (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Rig) stuck = rig_new ();
  g_autoptr (Rig) full = rig_new ();
  g_autoptr (Rig) early = rig_new ();

  rig_start (rig);
  rig_log_on (rig);
  dtc_session_stop (rig->session, rig->now);
  g_assert_cmpint (rig->state, ==, DTC_LINK_LEAVING);
  g_assert_cmpuint (count_sent (rig, "\"Type\":5"), ==, 1);
  /* What the server still says is heard. */
  rig_say (rig, "{\"Type\":301,\"OrderStatus\":7}");
  g_assert_cmpuint (rig->n_messages, ==, 1);
  rig_closed (rig);
  g_assert_cmpint (rig->state, ==, DTC_LINK_STOPPED);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_USER);
  /* And we may begin again. */
  dtc_session_start (rig->session, rig->now);
  rig_log_on (rig);
  g_assert_cmpuint (rig->attempt, ==, 1);

  rig_start (stuck);
  rig_log_on (stuck);
  dtc_session_stop (stuck->session, stuck->now);
  rig_wait (stuck, DTC_LOGOFF_TIMEOUT - 1);
  g_assert_cmpint (stuck->state, ==, DTC_LINK_LEAVING);
  rig_wait (stuck, 1);
  g_assert_cmpint (stuck->state, ==, DTC_LINK_STOPPED);
  g_assert_false (stuck->open);

  rig_start (full);
  rig_log_on (full);
  full->full = TRUE;
  dtc_session_stop (full->session, full->now);
  g_assert_cmpint (full->state, ==, DTC_LINK_STOPPED);

  rig_start (early);
  rig_opened (early);
  dtc_session_stop (early->session, early->now);
  g_assert_cmpint (early->state, ==, DTC_LINK_STOPPED);
  g_assert_cmpuint (early->sent->len, ==, 16);
}

static void
test_logged_off (void)
{
  g_autoptr (Rig) rig = rig_new ();

  rig_start (rig);
  rig_log_on (rig);
  rig_say (rig, "{\"Type\":5,\"Reason\":\"restart\",\"DoNotReconnect\":0}");
  g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_LOGOFF);
  g_assert_nonnull (strstr (rig->text, "restart"));
  rig_run_until (rig, rig->retry_at);
  rig_log_on (rig);
  rig_say (rig, "{\"Type\":5,\"Reason\":\"closing down\",\"DoNotReconnect\":1}");
  g_assert_cmpint (rig->state, ==, DTC_LINK_STOPPED);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_NO_RECONNECT);
  g_assert_nonnull (strstr (rig->text, "closing down"));
}

static void
test_drop (void)
{
  g_autoptr (Rig) rig = rig_new ();

  rig_start (rig);
  rig_log_on (rig);
  dtc_session_drop (rig->session, DTC_REASON_RESUME, "The computer slept.", TRUE, rig->now);
  g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_RESUME);
  g_assert_false (rig->open);
  g_assert_cmpint (rig->retry_at, ==, rig->now);
  rig_wait (rig, 0);
  rig_log_on (rig);
  dtc_session_drop (rig->session, DTC_REASON_IO, "x", FALSE, rig->now);
  g_assert_cmpint (rig->retry_at, >=, rig->now + SECOND / 2);
  dtc_session_drop (rig->session, DTC_REASON_RESUME, "x", TRUE, rig->now);
  rig_wait (rig, 0);
  g_assert_cmpint (rig->state, ==, DTC_LINK_CONNECTING);
}

static void
test_write (void)
{
  g_autoptr (Rig)     rig = rig_new ();
  g_autoptr (GError)  error = NULL;
  g_auto (DtcMessage) first = DTC_MESSAGE_INIT;
  g_auto (DtcMessage) second = DTC_MESSAGE_INIT;
  const DtcMessage   *both[] = { &first, &second };
  guint               before;

  dtc_message_init (&first, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  dtc_message_set_string (&first, DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, "ESZ6");
  dtc_message_set_string (&first, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, "A-1");
  dtc_message_init (&second, DTC_MSG_CANCEL_ORDER);
  dtc_message_set_string (&second, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID, "77");

  rig->config->numbering = DTC_NUMBERING_BRIEF;
  rig_start (rig);
  g_assert_false (dtc_session_write (rig->session, both, 2, DTC_LANE_NORMAL, 1, rig->now, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_NOT_CONNECTED);
  g_clear_error (&error);
  rig_opened (rig);
  g_assert_false (dtc_session_write (rig->session, both, 2, DTC_LANE_NORMAL, 1, rig->now, NULL));
  rig_feed (rig, json_answer, 16);
  g_assert_false (dtc_session_write (rig->session, both, 2, DTC_LANE_NORMAL, 1, rig->now, NULL));
  rig_say (rig, LOGON_OK);
  g_string_truncate (rig->wire, 0);
  g_assert_true (dtc_session_write (rig->session, both, 2, DTC_LANE_NORMAL, 1, rig->now, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_sent (rig, "\"Type\":300,"), ==, 1);
  g_assert_cmpuint (count_sent (rig, "\"Type\":302,"), ==, 1);
  g_assert_cmpuint (count (rig->wire->str, "send 300 "), ==, 1);
  g_assert_cmpuint (count (rig->wire->str, "send 302 "), ==, 1);

  rig->full = TRUE;
  before = rig->sent->len;
  g_assert_false (dtc_session_write (rig->session, both, 2, DTC_LANE_URGENT, 2, rig->now, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_QUEUE_FULL);
  g_clear_error (&error);
  rig->full = FALSE;

  /* What cannot be said is not said by half. */
  dtc_message_set_string (&second, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID, "1234567890123456789012345678901234567890");
  g_assert_false (dtc_session_write (rig->session, both, 2, DTC_LANE_URGENT, 3, rig->now, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (rig->sent->len, ==, before);

  dtc_session_stop (rig->session, rig->now);
  g_assert_false (dtc_session_write (rig->session, both, 1, DTC_LANE_NORMAL, 4, rig->now, NULL));
}

/* A day in a few messages, for the loops below. */
static GByteArray *
make_stream (DtcNumbering numbering)
{
  static const char *const lines[] = {
    "{\"Type\":701,\"MessageText\":\"caf\\u00e9 na\xc3\xafve \\u20ac\"}",
    LOGON_OK,
    "{\"Type\":3,\"NumDroppedMessages\":0,\"CurrentDateTime\":1793210400}",
    "{\"Type\":301,\"RequestID\":0,\"TotalNumMessages\":1,\"MessageNumber\":1,\"Symbol\":\"ESZ6\","
    "\"TradeAccount\":\"SIM1\","
    "\"OrderStatus\":%s,\"OrderUpdateReason\":2,\"OrderType\":2,\"Price1\":5000.25,\"ServerOrderID\":\"8841\","
    "\"ClientOrderID\":\"A-1\",\"InfoText\":\"quote \\\" and \\\\ and \\u0041\"}",
    "{\"Type\":301,\"OrderStatus\":\"broken\",\"ServerOrderID\":\"8842\"}",
    "\r\n{\"Type\":306,\"Symbol\":\"ESZ6\",\"Quantity\":-2,\"AveragePrice\":4999.75}\r\n",
    "{\"Type\":301}{\"Type\":301}",
    "",
    "{\"Type\":4711,\"What\":1}",
    "{\"Type\":301,\"OrderStatus\":3,\"ServerOrderID\":\"8841\",\"FilledQuantity\":1e0}",
    "{\"Type\":3}",
  };
  GByteArray *stream = g_byte_array_new ();
  guint       i;

  g_byte_array_append (stream, json_answer, 16);
  for (i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (GStrv)   parts = g_strsplit (lines[i], "%s", 2);
      g_autofree char *line = g_strjoinv (numbering == DTC_NUMBERING_BRIEF ? "1" : "4", parts);

      g_byte_array_append (stream, (const guint8 *) line, strlen (line) + 1);
    }

  return stream;
}

static void
rig_prepare (Rig *rig, DtcNumbering numbering)
{
  rig->config->numbering = numbering;
  rig_start (rig);
  rig_opened (rig);
  g_string_truncate (rig->events, 0);
}

static void
test_fragments (void)
{
  DtcNumbering numbering;

  for (numbering = DTC_NUMBERING_DTC; numbering <= DTC_NUMBERING_BRIEF; numbering++)
    {
      g_autoptr (GByteArray) stream = make_stream (numbering);
      g_autoptr (Rig)        whole = rig_new ();
      gsize                  step;

      rig_prepare (whole, numbering);
      rig_feed (whole, stream->data, stream->len);
      g_assert_cmpint (whole->state, ==, DTC_LINK_READY);
      g_assert_cmpuint (whole->n_bad, ==, 2);
      g_assert_cmpuint (whole->n_messages, ==, 5);

      for (step = 1; step <= 64; step++)
        {
          g_autoptr (Rig) rig = rig_new ();
          gsize           at;

          rig_prepare (rig, numbering);
          for (at = 0; at < stream->len; at += step)
            rig_feed (rig, stream->data + at, MIN (step, stream->len - at));
          g_assert_cmpstr (rig->events->str, ==, whole->events->str);
        }
    }
}

/* The link is cut after every byte of the server's stream; then the whole stream comes on the next connection.
 * What was complete counts once for each connection, what was not never does. */
static void
test_cut_everywhere (void)
{
  DtcNumbering numbering;

  for (numbering = DTC_NUMBERING_DTC; numbering <= DTC_NUMBERING_BRIEF; numbering++)
    {
      g_autoptr (GByteArray) stream = make_stream (numbering);
      g_autoptr (Rig)        whole = rig_new ();
      gsize                  cut;

      rig_prepare (whole, numbering);
      rig_feed (whole, stream->data, stream->len);

      for (cut = 0; cut <= stream->len; cut++)
        {
          g_autoptr (Rig)  rig = rig_new ();
          g_autofree char *before = NULL;
          gsize            complete = 0;
          gsize            i;

          rig->config->handshake = DTC_HANDSHAKE_YES;
          rig_prepare (rig, numbering);
          rig_feed (rig, stream->data, cut);
          before = g_strdup (rig->events->str);

          /* Exactly a prefix of what the whole stream says. */
          g_assert_true (g_str_has_prefix (whole->events->str, before));
          for (i = 16; i < cut; i++)
            if (stream->data[i] == 0 && stream->data[i - 1] != 0)
              complete++;
          g_assert_cmpuint (count (before, "\nstill ") + count (before, "\nbad ") + count (before, "\nheartbeat ")
                              + count (before, "link ready"), ==, complete);

          rig_closed (rig);
          g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
          rig_run_until (rig, rig->retry_at);
          rig_opened (rig);
          g_string_truncate (rig->events, 0);
          rig_feed (rig, stream->data, stream->len);
          g_assert_cmpstr (rig->events->str, ==, whole->events->str);
        }
    }
}

/* Any byte lost, doubled or with one bit wrong: no crash, and the link is what it was or down for a named reason. */
static void
test_damage_everywhere (void)
{
  g_autoptr (GByteArray) stream = make_stream (DTC_NUMBERING_DTC);
  gsize                  at;
  guint                  how;

  for (at = 0; at < stream->len; at++)
    for (how = 0; how < 10; how++)
      {
        g_autoptr (Rig)        rig = rig_new ();
        g_autoptr (GByteArray) damaged = g_byte_array_new ();

        g_byte_array_append (damaged, stream->data, stream->len);
        if (how < 8)
          damaged->data[at] ^= 1u << how;
        else if (how == 8)
          g_byte_array_remove_index (damaged, at);
        else
          {
            g_byte_array_set_size (damaged, at);
            g_byte_array_append (damaged, stream->data + at, 1);
            g_byte_array_append (damaged, stream->data + at, stream->len - at);
          }
        rig_prepare (rig, DTC_NUMBERING_DTC);
        rig_feed (rig, damaged->data, damaged->len);
        rig_wait (rig, 0);
        g_assert_cmpuint (rig->n_messages, <=, 7);
        if (rig->state == DTC_LINK_DOWN || rig->state == DTC_LINK_STOPPED)
          g_assert_cmpint (rig->reason, !=, DTC_REASON_NONE);
      }
}

/* Random strangers: bytes from a seed, cut anywhere. */
static void
test_garbage (void)
{
  guint32 seed;

  for (seed = 0; seed < 500; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (Rig)   rig = rig_new ();
      guint             round;

      rig->config->handshake = (DtcHandshakePolicy) (seed % 3);
      rig_start (rig);
      for (round = 0; round < 60; round++)
        {
          guint8 bytes[64];
          guint  len = g_rand_int_range (rand, 1, sizeof bytes);
          guint  i;

          for (i = 0; i < len; i++)
            bytes[i] = g_rand_int_range (rand, 0, 4) == 0 ? (guint8) "{}\0\"[]:,1"[g_rand_int_range (rand, 0, 9)]
                                                         : (guint8) g_rand_int (rand);
          if (rig->opening)
            rig_opened (rig);
          else if (rig->open && g_rand_int_range (rand, 0, 8) == 0)
            rig_closed (rig);
          else
            rig_feed (rig, bytes, len);
          rig_wait (rig, g_rand_int_range (rand, 0, 3 * SECOND));
        }
      g_assert_cmpint (rig->state, !=, DTC_LINK_READY);
      g_assert_cmpint (rig->n_opens, <=, 60);
    }
}

static void
test_too_long (void)
{
  g_autoptr (Rig)  rig = rig_new ();
  g_autofree char *block = g_malloc (DTC_MAX_FRAME / 4);
  guint            i;

  memset (block, ' ', DTC_MAX_FRAME / 4);
  rig_start (rig);
  rig_log_on (rig);
  rig_feed (rig, "{\"Type\":301,", 12);
  for (i = 0; i < 5 && rig->open; i++)
    rig_feed (rig, block, DTC_MAX_FRAME / 4);
  g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_BAD_FRAME);

  /* And the next connection is clean. */
  rig_run_until (rig, rig->retry_at);
  rig_log_on (rig);
}

static void
test_commands_inside (void)
{
  guint at;

  for (at = 1; at <= 5; at++)
    {
      g_autoptr (GByteArray) stream = make_stream (DTC_NUMBERING_DTC);
      g_autoptr (Rig)        stops = rig_new ();
      g_autoptr (Rig)        drops = rig_new ();

      stops->stop_at_message = at;
      rig_prepare (stops, DTC_NUMBERING_DTC);
      rig_feed (stops, stream->data, stream->len);
      g_assert_cmpint (stops->state, ==, at == 1 ? DTC_LINK_STOPPED : DTC_LINK_LEAVING);

      drops->drop_at_message = at;
      rig_prepare (drops, DTC_NUMBERING_DTC);
      rig_feed (drops, stream->data, stream->len);
      g_assert_cmpint (drops->state, ==, DTC_LINK_DOWN);
      g_assert_cmpuint (drops->n_messages, ==, at);
      rig_wait (drops, 0);
      rig_log_on (drops);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dtc/session/handshake/answered", test_handshake_answered);
  g_test_add_func ("/dtc/session/handshake/grants", test_handshake_grants);
  g_test_add_func ("/dtc/session/handshake/json-server", test_handshake_json_server);
  g_test_add_func ("/dtc/session/handshake/silence", test_handshake_silence);
  g_test_add_func ("/dtc/session/handshake/closed", test_handshake_closed);
  g_test_add_func ("/dtc/session/handshake/policies", test_handshake_policies);
  g_test_add_func ("/dtc/session/unusable", test_unusable);
  g_test_add_func ("/dtc/session/not-dtc", test_not_dtc);
  g_test_add_func ("/dtc/session/logon/results", test_logon_results);
  g_test_add_func ("/dtc/session/logon/numbering", test_logon_numbering);
  g_test_add_func ("/dtc/session/deadlines", test_deadlines);
  g_test_add_func ("/dtc/session/backoff", test_backoff);
  g_test_add_func ("/dtc/session/heartbeats", test_heartbeats);
  g_test_add_func ("/dtc/session/heartbeat-stall", test_heartbeat_stall);
  g_test_add_func ("/dtc/session/silent-peer", test_silent_peer);
  g_test_add_func ("/dtc/session/redirect", test_redirect);
  g_test_add_func ("/dtc/session/leaving", test_leaving);
  g_test_add_func ("/dtc/session/logged-off", test_logged_off);
  g_test_add_func ("/dtc/session/drop", test_drop);
  g_test_add_func ("/dtc/session/write", test_write);
  g_test_add_func ("/dtc/session/fragments", test_fragments);
  g_test_add_func ("/dtc/session/cut-everywhere", test_cut_everywhere);
  g_test_add_func ("/dtc/session/damage-everywhere", test_damage_everywhere);
  g_test_add_func ("/dtc/session/garbage", test_garbage);
  g_test_add_func ("/dtc/session/too-long", test_too_long);
  g_test_add_func ("/dtc/session/commands-inside", test_commands_inside);

  return g_test_run ();
}
