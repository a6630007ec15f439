/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dtc-session.h"

/* A peer, a network and a user, all out of one file: the first byte chooses the profile, then each byte is an act,
 * some with bytes of their own. What must hold at every moment is checked after each. */

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

typedef struct
{
  DtcSession  *session;
  gint64       now;
  gboolean     opening;
  gboolean     open;
  gboolean     full;
  DtcLinkState state;
  guint        n_heartbeats; /* since time last moved */
  guint        n_logons;     /* of this connection */
  guint        n_asks;       /* encoding requests of this connection */
} World;

static void
require (gboolean    holds,
         const char *what)
{
  if (!holds)
    {
      g_printerr ("broken: %s\n", what);
      abort (); /* g_error() ends in a trap, for which libFuzzer keeps no input */
    }
}

static void
world_open (gpointer    data,
            const char *host,
            guint16     port,
            gboolean    use_tls)
{
  World *world = data;

  require (!world->open && !world->opening, "two connections");
  require (*host != '\0' && port != 0, "nowhere to go");
  require (use_tls, "TLS was dropped");
  world->opening = TRUE;
  world->n_logons = world->n_asks = 0;
}

static gboolean
is_binary (DtcEncodingKind encoding)
{
  return encoding == DTC_ENCODING_BINARY || encoding == DTC_ENCODING_BINARY_VLS;
}

/* Of what we say; the encoding request is binary whatever is agreed. */
static guint
type_of (World        *world,
         const guint8 *bytes,
         gsize         len)
{
  if (len == DTC_HANDSHAKE_SIZE && bytes[0] == DTC_HANDSHAKE_SIZE && bytes[2] == DTC_MSG_ENCODING_REQUEST)
    return DTC_MSG_ENCODING_REQUEST;
  if (is_binary (dtc_session_get_codec (world->session).encoding))
    {
      require (len >= 4 && (gsize) (bytes[0] | bytes[1] << 8) == len, "bytes that are no frame");
      return bytes[2] | (guint) bytes[3] << 8;
    }
  require (bytes[len - 1] == 0, "bytes without an end");

  return g_str_has_prefix ((const char *) bytes, "{\"Type\":") ? (guint) atoi ((const char *) bytes + strlen ("{\"Type\":")) : 0;
}

static void
world_close (gpointer data)
{
  World *world = data;

  world->open = world->opening = FALSE;
}

static gboolean
world_write (gpointer      data,
             const guint8 *bytes,
             gsize         len,
             DtcLane       lane,
             guint64       cookie)
{
  World *world = data;
  guint  type;

  require (world->open, "bytes for a closed connection");
  require (len > 0, "no bytes");
  type = type_of (world, bytes, len);
  require (cookie == 0 || world->state == DTC_LINK_READY, "a command before the logon");
  if (world->full)
    return FALSE;
  world->n_asks += type == DTC_MSG_ENCODING_REQUEST;
  world->n_logons += type == DTC_MSG_LOGON_REQUEST;
  world->n_heartbeats += type == DTC_MSG_HEARTBEAT;
  require (world->n_asks <= 1 && world->n_logons <= 1, "asked twice");
  require (world->n_heartbeats <= 1, "a burst of heartbeats");

  return TRUE;
}

static guint32
world_random (gpointer data)
{
  return (guint32) ((World *) data)->now * 2654435761u;
}

static void
sink_link (gpointer             data,
           const DtcLinkChange *change,
           gint64               now)
{
  World *world = data;

  require (change->previous == world->state, "a change from a state that was not told");
  require (change->text != NULL && g_utf8_validate (change->text, -1, NULL), "no text");
  require ((change->logon != NULL) == (change->state == DTC_LINK_READY), "a logon without one");
  require (change->state != DTC_LINK_DOWN || change->retry_at >= now, "a retry in the past");
  require (change->state != DTC_LINK_DOWN || change->retry_at <= now + DTC_BACKOFF_MAX, "a retry too late");
  require (change->state != DTC_LINK_READY || world->n_logons == 1, "ready without a logon");
  world->state = change->state;
}

static void
sink_message (gpointer          data,
              const DtcMessage *message,
              const DtcReceipt *receipt)
{
  World *world = data;

  require (world->open, "a message of a closed connection");
  require (is_binary (receipt->codec.encoding) || memchr (receipt->raw, 0, receipt->raw_len) == NULL, "two messages in one");
}

static void
check (World *world)
{
  require (dtc_session_get_state (world->session) == world->state, "a state that was not told");
  switch (world->state)
    {
    case DTC_LINK_DOWN:
    case DTC_LINK_STOPPED:
      require (!world->open && !world->opening, "down, and connected");
      break;
    case DTC_LINK_CONNECTING:
      require (world->opening, "connecting to nothing");
      break;
    case DTC_LINK_HANDSHAKE:
    case DTC_LINK_LOGON:
    case DTC_LINK_READY:
    case DTC_LINK_LEAVING:
    default:
      require (world->open, "talking to nobody");
      break;
    }
}

static void
write_one (World *world)
{
  DtcMessage        message = DTC_MESSAGE_INIT;
  const DtcMessage *messages[] = { &message };

  dtc_message_init (&message, DTC_MSG_CANCEL_ORDER);
  dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID, "1");
  if (dtc_session_write (world->session, messages, 1, DTC_LANE_URGENT, 1, world->now, NULL))
    require (world->state == DTC_LINK_READY, "written without a logon");
  dtc_message_clear (&message);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static const DtcSessionWorld functions = { world_open, world_close, world_write, world_random };
  static const DtcSink         sink = { .link = sink_link, .message = sink_message };
  DtcSessionConfig            *config;
  World                        world = { .now = G_USEC_PER_SEC, .state = DTC_LINK_DOWN };
  GError                      *failure = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refused");
  size_t                       at;

  if (size == 0)
    {
      g_error_free (failure);
      return 0;
    }

  config = dtc_session_config_new ();
  config->numbering = data[0] & 1 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC;
  config->handshake = (DtcHandshakePolicy) ((data[0] >> 1) % 3);
  config->learned = (DtcLearned) { data[0] >> 7, (data[0] >> 5) & 1, (DtcEncodingKind) ((data[0] >> 3) & 3) };
  config->use_tls = TRUE;
  config->allowed_addresses = g_strsplit ("a:1 b", " ", -1);
  world.session = dtc_session_new (config, &functions, &world, &sink, &world);
  dtc_session_start (world.session, world.now);

  for (at = 1; at < size;)
    {
      uint8_t act = data[at++];
      size_t  len;
      gint64  next;

      switch (act >> 5)
        {
        case 0: /* so many bytes arrive */
          len = MIN ((size_t) (act & 31) * 8 + 1, size - at);
          if (world.open)
            dtc_session_feed (world.session, data + at, len, world.now);
          at += len;
          break;
        case 1: /* a message arrives, up to its zero byte */
          len = strnlen ((const char *) data + at, size - at);
          len = MIN (len + 1, size - at);
          if (world.open)
            dtc_session_feed (world.session, data + at, len, world.now);
          at += len;
          break;
        case 2: /* time passes, a little or much */
          world.now += (gint64) 1 << (act & 31);
          world.n_heartbeats = 0;
          break;
        case 3: /* time passes as far as it is asked to */
          next = dtc_session_tick (world.session, world.now);
          if (next != G_MAXINT64 && next > world.now)
            {
              world.now = next;
              world.n_heartbeats = 0;
            }
          break;
        case 4:
          if (world.opening)
            {
              world.opening = FALSE;
              world.open = !(act & 1);
              if (act & 1)
                dtc_session_open_failed (world.session, failure, world.now);
              else
                dtc_session_opened (world.session, world.now);
            }
          break;
        case 5:
          if (world.open)
            {
              world.open = FALSE;
              dtc_session_closed (world.session, act & 1 ? failure : NULL, world.now);
            }
          break;
        case 6:
          if (act & 1)
            dtc_session_drop (world.session, DTC_REASON_RESUME, "resumed", act & 2, world.now);
          else if (act & 2)
            dtc_session_stop (world.session, world.now);
          else
            dtc_session_start (world.session, world.now);
          break;
        case 7:
        default:
          world.full = act & 1;
          write_one (&world);
          break;
        }
      check (&world);
      dtc_session_tick (world.session, world.now);
      check (&world);
    }

  dtc_session_free (world.session);
  dtc_session_config_free (config);
  g_error_free (failure);

  return 0;
}
