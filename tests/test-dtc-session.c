/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session-rig.h"

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
  g_assert_true (dtc_session_get_learned (rig->session).handshake);

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
  g_assert_true (dtc_session_get_learned (objects->session).known);
  g_assert_false (dtc_session_get_learned (objects->session).handshake);
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
  g_assert_true (dtc_session_get_learned (rig->session).known);
  g_assert_false (dtc_session_get_learned (rig->session).handshake);

  /* Remembered. */
  rig_closed (rig);
  rig_run_until (rig, rig->retry_at);
  rig_opened (rig);
  g_assert_cmpint (rig->state, ==, DTC_LINK_LOGON);

  /* It no longer works: forgotten, and asked again in the same try. */
  rig_wait (rig, DTC_LOGON_TIMEOUT);
  g_assert_cmpint (rig->state, ==, DTC_LINK_CONNECTING);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_HANDSHAKE_FAILED);
  g_assert_cmpuint (rig->attempt, ==, 1);
  g_assert_false (dtc_session_get_learned (rig->session).known);
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
  g_assert_true (dtc_session_get_learned (rig->session).known);
  g_assert_false (dtc_session_get_learned (rig->session).handshake);

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

  known->config->learned = (DtcLearned) { TRUE, FALSE, DTC_ENCODING_JSON };
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
  g_assert_false (dtc_session_get_learned (no->session).known);

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
          /* Binary is no way out in the brief's numbering. */
          if (cases[i].reason == DTC_REASON_HANDSHAKE_FAILED)
            rig->config->numbering = DTC_NUMBERING_BRIEF;
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

/* Who leaves does not come back because of what is said behind him. */
static void
test_leaving_from_noise (void)
{
  static const struct
  {
    const char *words;
    gsize       len;
  } last_words[] = {
#define WORDS(text) { text, sizeof text }
    WORDS ("{\"Type\":301"), WORDS ("no json"), WORDS (LOGON_OK), WORDS ("{\"Type\":2,\"ProtocolVersion\":8,\"Result\":2}"),
    WORDS ("{\"Type\":5,\"Reason\":\"bye\",\"DoNotReconnect\":0}"),
#undef WORDS
  };
  g_autofree char *endless = g_strnfill (DTC_MAX_FRAME + 1, 'x');
  guint i;

  for (i = 0; i <= G_N_ELEMENTS (last_words); i++)
    {
      g_autoptr (Rig) rig = rig_new ();

      rig_start (rig);
      rig_log_on (rig);
      dtc_session_stop (rig->session, rig->now);
      if (i < G_N_ELEMENTS (last_words))
        rig_feed (rig, (const guint8 *) last_words[i].words, last_words[i].len);
      else
        rig_feed (rig, (const guint8 *) endless, DTC_MAX_FRAME + 1);
      rig_wait (rig, DTC_LOGOFF_TIMEOUT);
      g_assert_cmpint (rig->state, ==, DTC_LINK_STOPPED);
      g_assert_cmpint (rig->reason, ==, DTC_REASON_USER);
      rig_wait (rig, DTC_BACKOFF_MAX);
      g_assert_cmpuint (rig->n_opens, ==, 1);
    }
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
  g_test_add_func ("/dtc/session/leaving-from-noise", test_leaving_from_noise);
  g_test_add_func ("/dtc/session/logged-off", test_logged_off);
  g_test_add_func ("/dtc/session/drop", test_drop);
  g_test_add_func ("/dtc/session/write", test_write);

  return g_test_run ();
}
