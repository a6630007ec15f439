/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-client-private.h"

#include <string.h>

#define MAX_QUEUE  (16 * 1024 * 1024) /* bytes a client may leave unread before it is cut off */
#define DATA_QUEUE (64 * 1024)        /* bytes unread beyond which market data is dropped */
#define HUGE       (2 * 1024 * 1024)

/* A message that a fault keeps back. */
typedef struct
{
  SimClient  *client;
  DtcMessage *message;
  guint       after; /* leaves when so many others have; 0 waits for the timer */
  GSource    *timer;
} Held;

static void
held_free (gpointer data)
{
  Held *held = data;

  if (held->timer)
    g_source_destroy (held->timer);
  g_clear_pointer (&held->timer, g_source_unref);
  dtc_message_free (held->message);
  g_free (held);
}

GPtrArray *
sim_client_held_new (void)
{
  return g_ptr_array_new_with_free_func (held_free);
}

static gboolean
is_market_data (guint type)
{
  return type >= 100 && type < 200;
}

/* FALSE when the client does not read, and this must not be queued. */
static gboolean
has_room (SimClient *client,
          gboolean   market_data)
{
  gsize waiting = sim_wire_waiting (client->wire);

  if (client->closed || client->hopeless)
    return FALSE;
  if (market_data && waiting > DATA_QUEUE)
    {
      client->dropped++;
      return FALSE;
    }
  if (waiting > MAX_QUEUE)
    {
      client->hopeless = TRUE;
      return FALSE;
    }
  return TRUE;
}

static void
put (SimClient        *client,
     const DtcMessage *message)
{
  g_autoptr (GError) error = NULL;
  gboolean           market_data = is_market_data (message->type);

  if (!has_room (client, market_data))
    return;
  if (message->type == DTC_MSG_LOGON_RESPONSE)
    client->refused = message->logon_response.result != DTC_LOGON_SUCCESS;
  if (!dtc_codec_encode (&client->codec, DTC_TO_CLIENT, message, sim_wire_queue (client->wire), &error))
    sim_client_say (client, "cannot be told", error->message);
  else if (!market_data && message->type != DTC_MSG_HEARTBEAT && client->setup->port == SIM_PORT_TRADING)
    sim_log_message (client->setup->log, client->number, DTC_TO_CLIENT, message, NULL, g_get_real_time ());
}

/* One message has left: those that waited for it follow. */
static void
release (SimClient *client)
{
  guint i = 0;

  while (i < client->held->len)
    {
      Held *held = g_ptr_array_index (client->held, i);

      if (held->after == 0 || --held->after > 0)
        {
          i++;
          continue;
        }
      put (client, held->message);
      g_ptr_array_remove_index (client->held, i);
    }
}

static gboolean
on_delay_over (gpointer user_data)
{
  Held                 *held = user_data;
  g_autoptr (SimClient) client = sim_client_ref (held->client);

  put (client, held->message);
  g_ptr_array_remove (client->held, held);
  sim_client_flush (client);
  return G_SOURCE_REMOVE;
}

static void
hold (SimClient        *client,
      const DtcMessage *message,
      guint             after,
      guint             delay)
{
  Held *held = g_new0 (Held, 1);

  held->client = client;
  held->message = dtc_message_copy (message);
  held->after = after;
  if (after == 0)
    {
      held->timer = g_timeout_source_new (delay);
      g_source_set_callback (held->timer, on_delay_over, held, NULL);
      g_source_attach (held->timer, g_main_context_get_thread_default ());
    }
  g_ptr_array_add (client->held, held);
}

static void
put_garbage (SimClient *client,
             SimGarbage form)
{
  static const struct
  {
    const char *bytes;
    gsize       len;
  } pieces[] = {
    [SIM_GARBAGE_TEXT] = { "nonsense", 9 },
    [SIM_GARBAGE_HALF] = { "{\"Type\":301,\"Symbol\":", 22 },
    [SIM_GARBAGE_OPEN] = { "{\"Type\":301,", 12 },
    [SIM_GARBAGE_NUMBER] = { "{\"Type\":301,\"Price1\":NaN}", 26 },
    [SIM_GARBAGE_UTF8] = { "{\"Type\":700,\"UserMessage\":\"\xff\xfe\"}", 32 },
    [SIM_GARBAGE_UNKNOWN] = { "{\"Type\":4711}", 14 },
    [SIM_GARBAGE_SHORT] = { "\x02\x00\x2d\x01", 4 },
  };
  GByteArray *queue = sim_wire_queue (client->wire);
  gboolean    json = client->codec.encoding == DTC_ENCODING_JSON
                     || client->codec.encoding == DTC_ENCODING_JSON_COMPACT;

  if (form == SIM_GARBAGE_HUGE)
    {
      guint at = queue->len;

      g_byte_array_set_size (queue, at + HUGE);
      memset (queue->data + at, 'x', HUGE);
    }
  else if (form == SIM_GARBAGE_UNKNOWN && !json)
    g_byte_array_append (queue, (const guint8 *) "\x08\x00\x67\x12\x01\x02\x03\x04", 8);
  else
    g_byte_array_append (queue, (const guint8 *) pieces[form].bytes, (guint) pieces[form].len);
}

/* A fault is at work: its effects come in the order in which the faults were set. FALSE when nothing leaves now. */
static gboolean
send_with_faults (SimClient        *client,
                  const DtcMessage *message)
{
  g_autoptr (DtcMessage) altered = NULL;
  const SimFault        *fault = NULL;
  gboolean               lost = FALSE;
  guint                  copies = 1;
  guint                  after = 0;
  guint                  delay = 0;

  while ((fault = sim_faults_strike (client->options->faults, fault, client->number, DTC_TO_CLIENT, message)))
    {
      sim_log_event (client->setup->log, client->number, "fault", sim_fault_text (fault), g_get_real_time ());
      switch (sim_fault_action (fault))
        {
        case SIM_FAULT_LOSE:
          lost = TRUE;
          break;
        case SIM_FAULT_DROP:
          lost = TRUE;
          client->dropped++;
          break;
        case SIM_FAULT_DELAY:
          delay = sim_fault_delay (fault);
          break;
        case SIM_FAULT_DUPLICATE:
          copies++;
          break;
        case SIM_FAULT_HOLD:
          after = sim_fault_hold (fault);
          break;
        case SIM_FAULT_ALTER:
          if (!altered)
            altered = dtc_message_copy (message);
          sim_fault_alter (fault, altered);
          break;
        case SIM_FAULT_GARBAGE:
          put_garbage (client, sim_fault_garbage (fault));
          break;
        case SIM_FAULT_CUT:
          sim_wire_cut_at (client->wire, DTC_TO_CLIENT, sim_wire_sent_end (client->wire) + sim_fault_byte (fault),
                           sim_fault_how (fault));
          break;
        case SIM_FAULT_DEAF:
          sim_wire_deafen (client->wire);
          break;
        case SIM_FAULT_DENY:
        case SIM_FAULT_REJECT:
        case SIM_FAULT_TWO_LIVE:
        case SIM_FAULT_FILL:
        case SIM_FAULT_REUSE_IDS:
        default:
          break; /* of no meaning for what leaves */
        }
    }
  if (lost)
    return FALSE;
  if (after || delay)
    {
      hold (client, altered ? altered : message, after, delay);
      return FALSE;
    }
  while (copies-- > 0)
    put (client, altered ? altered : message);
  return TRUE;
}

void
sim_client_send (SimClient        *client,
                 const DtcMessage *message)
{
  if (client->closed)
    return;
  if (!sim_client_has_faults (client))
    put (client, message);
  else if (send_with_faults (client, message))
    release (client);
}

gboolean
sim_client_has_faults (SimClient *client)
{
  return !sim_faults_is_empty (client->options->faults) || client->held->len > 0;
}

void
sim_client_send_data (SimClient    *client,
                      const guint8 *frame,
                      gsize         len)
{
  if (has_room (client, TRUE))
    g_byte_array_append (sim_wire_queue (client->wire), frame, (guint) len);
}

void
sim_client_send_bytes (SimClient    *client,
                       const guint8 *data,
                       gsize         len)
{
  if (has_room (client, FALSE))
    g_byte_array_append (sim_wire_queue (client->wire), data, (guint) len);
}
