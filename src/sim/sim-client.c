/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-client-private.h"

#define LOGON_TIME  (30 * (gint64) G_USEC_PER_SEC)
#define MAX_PROBLEM 512 /* bytes of a decoder's complaint that are told */

void
sim_client_say (SimClient  *client,
                const char *event,
                const char *text)
{
  g_autofree char *safe = g_strescape (text, NULL);

  sim_log_event (client->setup->log, client->number, event, text, g_get_real_time ());
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
  g_ptr_array_set_size (client->held, 0);
  sim_wire_close (client->wire);
  sim_client_say (client, "closed", why);
  client->setup->funcs.closed (client, client->setup->user_data);
}

/* What had to be sent before the end is sent. */
static void
end_if_done (SimClient *client)
{
  if (client->finish && !client->closed && sim_wire_waiting (client->wire) == 0)
    sim_client_close (client, client->finish);
}

void
sim_client_flush (SimClient *client)
{
  if (client->closed)
    return;
  if (client->hopeless)
    {
      sim_client_close (client, "it does not read what it is sent");
      return;
    }
  sim_wire_flush (client->wire);
  end_if_done (client);
}

void
sim_client_finish (SimClient  *client,
                   const char *why)
{
  if (client->closed || client->finish)
    return;
  client->finish = g_strdup (why);
  client->logged_on = FALSE;
}

void
sim_client_cut (SimClient *client,
                SimCut     how)
{
  if (!client->closed)
    sim_wire_cut (client->wire, how);
}

/* What faults make of the message that was just read; FALSE when the connection is no more. */
static gboolean
apply_faults (SimClient   *client,
              SimMischief *mischief)
{
  const SimFault *fault = NULL;

  while ((fault = sim_faults_strike (client->options->faults, fault, client->number, DTC_TO_SERVER, &client->message)))
    {
      sim_log_event (client->setup->log, client->number, "fault", sim_fault_text (fault), g_get_real_time ());
      switch (sim_fault_action (fault))
        {
        case SIM_FAULT_LOSE:
        case SIM_FAULT_DROP:
          mischief->lost = TRUE;
          break;
        case SIM_FAULT_DELAY:
          mischief->delay = sim_fault_delay (fault);
          break;
        case SIM_FAULT_DUPLICATE:
          mischief->copies++;
          break;
        case SIM_FAULT_ALTER:
          sim_fault_alter (fault, &client->message);
          break;
        case SIM_FAULT_CUT:
          mischief->lost = TRUE;
          sim_client_cut (client, sim_fault_how (fault));
          break;
        case SIM_FAULT_DEAF:
          sim_wire_deafen (client->wire);
          break;
        case SIM_FAULT_REJECT:
          mischief->reject = TRUE;
          break;
        case SIM_FAULT_TWO_LIVE:
          mischief->two_live = TRUE;
          break;
        case SIM_FAULT_FILL:
          mischief->fill = TRUE;
          break;
        case SIM_FAULT_HOLD:
        case SIM_FAULT_GARBAGE:
        case SIM_FAULT_DENY:
        case SIM_FAULT_REUSE_IDS:
        default:
          break; /* of no meaning for what comes in */
        }
    }
  return !client->closed;
}

static void
take_frame (SimClient    *client,
            const guint8 *frame,
            gsize         len)
{
  g_autoptr (GError) error = NULL;
  DtcMessage        *message = &client->message;
  g_autofree char   *problem = NULL;
  gboolean           logged_on = client->logged_on;
  SimMischief        mischief = { 0 };

  if (!dtc_codec_decode (&client->codec, DTC_TO_SERVER, frame, len, message, &error))
    problem = g_strdup_printf ("%.*s", MAX_PROBLEM, error->message);
  if (message->type != DTC_MSG_HEARTBEAT || problem)
    sim_log_message (client->setup->log, client->number, DTC_TO_SERVER, message, problem, g_get_real_time ());
  if (problem)
    sim_client_say (client, "sent what cannot be read", problem);
  if (!sim_faults_is_empty (client->options->faults))
    apply_faults (client, &mischief);

  if (message->type == DTC_MSG_HEARTBEAT)
    return;
  if (message->type != DTC_MSG_ENCODING_REQUEST && message->type != DTC_MSG_LOGOFF
      && message->type != DTC_MSG_LOGON_REQUEST)
    {
      /* Also what is lost: the server counts what arrived. */
      if (logged_on)
        client->setup->funcs.received (client, message, problem, &mischief, client->setup->user_data);
      return;
    }
  if (mischief.lost || client->closed)
    return;
  if (message->type == DTC_MSG_ENCODING_REQUEST && !problem)
    sim_client_change_encoding (client);
  else if (message->type == DTC_MSG_LOGOFF)
    sim_client_finish (client, "it logged off"); /* it may have asked before, and wait for the answers */
  else if (message->type == DTC_MSG_LOGON_REQUEST && !problem && !client->logged_on && !client->finish)
    sim_client_log_on (client);
}

static void
take_frames (SimClient *client)
{
  g_autoptr (GError) error = NULL;
  const guint8      *frame;
  gsize              len;
  DtcFramerStatus    status = DTC_FRAMER_NEED_MORE;

  /* Who is on its way out is not listened to. */
  while (!client->closed && !client->finish && client->framer
         && (status = dtc_framer_pull (client->framer, &frame, &len, &error)) == DTC_FRAMER_FRAME)
    take_frame (client, frame, len);
  if (!client->closed && !client->finish && status == DTC_FRAMER_ERROR)
    sim_client_close (client, error->message);
}

static void
on_received (const guint8 *data,
             gsize         len,
             gpointer      user_data)
{
  g_autoptr (SimClient)  client = sim_client_ref (user_data);
  const SimClientSetup  *setup = client->setup;

  client->last_input = g_get_monotonic_time ();
  if (client->framer)
    dtc_framer_feed (client->framer, data, len);
  else
    g_byte_array_append (client->head, data, (guint) len);
  if (client->framer || sim_client_find_encoding (client))
    take_frames (client);
  setup->funcs.idle (setup->user_data);
}

static void
on_drained (gpointer user_data)
{
  end_if_done (user_data);
}

static void
on_ended (const char *why,
          gpointer    user_data)
{
  sim_client_close (user_data, why);
}

SimClient *
sim_client_new (guint                 number,
                GSocketConnection    *connection,
                const SimClientSetup *setup)
{
  static const SimWireFuncs funcs = { on_received, on_drained, on_ended };
  SimClient                *client = g_new0 (SimClient, 1);

  client->refs = 1;
  client->number = number;
  client->setup = setup;
  client->options = setup->options;
  client->head = g_byte_array_new ();
  client->codec = (DtcCodec) { DTC_ENCODING_JSON, setup->options->numbering };
  client->held = sim_client_held_new ();
  client->connected = client->last_input = g_get_monotonic_time ();
  client->wire = sim_wire_new (connection, setup->certificate, &funcs, client);
  sim_client_say (client, "connected", "");
  return client;
}

void
sim_client_begin (SimClient *client)
{
  g_autoptr (SimClient) alive = sim_client_ref (client);
  const SimFault       *fault = NULL;

  while (!alive->closed
         && (fault = sim_faults_strike_connection (client->options->faults, fault, client->number)))
    if (sim_fault_action (fault) == SIM_FAULT_CUT)
      sim_wire_cut_at (client->wire, sim_fault_direction (fault), sim_fault_byte (fault), sim_fault_how (fault));
    else if (sim_fault_action (fault) == SIM_FAULT_DEAF)
      sim_wire_deafen (client->wire);
    else
      sim_client_cut (client, sim_fault_how (fault));
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
  g_ptr_array_unref (client->held);
  sim_wire_free (client->wire);
  g_free (client->finish);
  g_free (client->username);
  g_free (client);
}

guint
sim_client_get_number (SimClient *client)
{
  return client->number;
}

SimPort
sim_client_get_port (SimClient *client)
{
  return client->setup->port;
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

const DtcCodec *
sim_client_get_codec (SimClient *client)
{
  return &client->codec;
}

gint32
sim_client_get_wishes (SimClient *client)
{
  return client->wishes;
}

guint32
sim_client_get_dropped (SimClient *client)
{
  return client->dropped;
}

void
sim_client_tick (SimClient *client,
                 gint64     now)
{
  g_auto (DtcMessage) beat = DTC_MESSAGE_INIT;

  if (client->closed || sim_wire_is_silent (client->wire))
    return;
  if (!client->logged_on)
    {
      if (now - client->connected > LOGON_TIME && !client->finish)
        sim_client_close (client, "it did not log on");
      else
        end_if_done (client);
      return;
    }
  /* After a long wait for the disk its bytes may be here and not read yet: then we were silent, not it. */
  if (now - client->last_input > client->patience * (gint64) G_USEC_PER_SEC && !sim_wire_has_input (client->wire))
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
