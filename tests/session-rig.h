/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

#include <string.h>

/* The rig of the session's tests. */

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

static inline void
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

static inline void
world_close (gpointer data)
{
  Rig *rig = data;

  rig->opening = FALSE;
  rig->open = FALSE;
  rig->n_closes++;
}

static inline gboolean
world_write (gpointer data, const guint8 *bytes, gsize len, DtcLane lane, guint64 cookie)
{
  Rig *rig = data;

  g_assert_true (rig->open);
  if (rig->full)
    return FALSE;
  g_byte_array_append (rig->sent, bytes, len);

  return TRUE;
}

static inline guint32
world_random (gpointer data)
{
  return ((Rig *) data)->random;
}

static inline void
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

static inline void
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

static inline void
sink_bad_frame (gpointer data, const DtcMessage *partial, const DtcReceipt *receipt, const GError *error)
{
  Rig *rig = data;

  g_assert_nonnull (error);
  rig->n_bad++;
  g_string_append_printf (rig->events, "bad %u %s\n", partial->type, error->message);
}

static inline void
sink_heartbeat (gpointer data, guint32 num_dropped, gint64 now)
{
  g_string_append_printf (((Rig *) data)->events, "heartbeat %u\n", num_dropped);
}

static inline void
sink_wire (gpointer data, DtcWireDirection direction, const DtcMessage *message, const guint8 *raw, gsize len,
           gsize wire_len, gint64 now)
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

static inline Rig *
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

static inline void
rig_start (Rig *rig)
{
  static const DtcSessionWorld world = { world_open, world_close, world_write, world_random };
  static const DtcSink         sink = { sink_link, sink_message, sink_bad_frame, sink_heartbeat, NULL, sink_wire,
                                        NULL };

  rig->session = dtc_session_new (rig->config, &world, rig, &sink, rig);
  g_assert_cmpint (dtc_session_tick (rig->session, rig->now), ==, G_MAXINT64);
  dtc_session_start (rig->session, rig->now);
}

static inline void
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

static inline void
rig_opened (Rig *rig)
{
  g_assert_true (rig->opening);
  rig->opening = FALSE;
  rig->open = TRUE;
  g_byte_array_set_size (rig->sent, 0);
  dtc_session_opened (rig->session, rig->now);
}

static inline void
rig_closed (Rig *rig)
{
  rig->open = FALSE;
  dtc_session_closed (rig->session, NULL, rig->now);
}

static inline void
rig_feed (Rig *rig, const void *data, gsize len)
{
  dtc_session_feed (rig->session, data, len, rig->now);
}

/* A JSON message with its zero byte. */
static inline void
rig_say (Rig *rig, const char *json)
{
  rig_feed (rig, json, strlen (json) + 1);
}

static inline gint64
rig_wait (Rig *rig, gint64 microseconds)
{
  rig->now += microseconds;

  return dtc_session_tick (rig->session, rig->now);
}

/* Lets time pass only as far as the session wants to be called. */
static inline void
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

static inline void
rig_log_on (Rig *rig)
{
  rig_opened (rig);
  if (rig->state == DTC_LINK_HANDSHAKE)
    rig_feed (rig, json_answer, sizeof json_answer);
  g_assert_cmpint (rig->state, ==, DTC_LINK_LOGON);
  rig_say (rig, LOGON_OK);
  g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
}

static inline guint
count (const char *haystack, const char *needle)
{
  guint n = 0;

  for (haystack = strstr (haystack, needle); haystack != NULL; haystack = strstr (haystack + 1, needle))
    n++;

  return n;
}

/* The messages in what we sent, the 16 bytes left out. */
static inline guint
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
