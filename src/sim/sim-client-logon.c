/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-client-private.h"

#include <string.h>

#define MIN_HEARTBEAT 5
#define MAX_HEARTBEAT 60

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

gboolean
sim_client_find_encoding (SimClient *client)
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
    sim_client_close (client, "it speaks TLS, and this port is plain: turn TLS off in the client, or start the "
                      "simulator with --tls");
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
        return sim_client_find_encoding (client);
      encoding = agree (client, wanted);
      dtc_handshake_write (DTC_MSG_ENCODING_RESPONSE, encoding, answer);
      sim_client_send_bytes (client, answer, sizeof answer);
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

void
sim_client_change_encoding (SimClient *client)
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

#define SET_INT(field, value) dtc_message_set_int (&answer, DTC_LOGON_RESPONSE_F_##field, value)
#define SET_STRING(field, value) dtc_message_set_string (&answer, DTC_LOGON_RESPONSE_F_##field, value)

static gboolean
same_secret (const char *expected,
             const char *given)
{
  return !expected || strcmp (expected, given) == 0;
}

/* Why the logon is refused, or NULL. */
static const char *
find_objection (SimClient             *client,
                const DtcLogonRequest *request)
{
  if (request->protocol_version != DTC_PROTOCOL_VERSION)
    return "This server speaks DTC protocol version 8";
  if (!same_secret (client->options->username, request->username)
      || !same_secret (client->options->password, request->password))
    return "The user name or password is wrong";
  if (request->heartbeat_interval_in_seconds < MIN_HEARTBEAT
      || request->heartbeat_interval_in_seconds > MAX_HEARTBEAT)
    return "HeartbeatIntervalInSeconds must be 5 to 60";
  return NULL;
}

static void
answer_logon (SimClient  *client,
              const char *wrong)
{
  const SimOptions   *options = client->options;
  gboolean            history = client->setup->port == SIM_PORT_HISTORY;
  gboolean            trading = !history && !options->trading_off;
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_LOGON_RESPONSE);
  SET_INT (PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
  SET_INT (RESULT, wrong ? DTC_LOGON_ERROR : DTC_LOGON_SUCCESS);
  SET_STRING (RESULT_TEXT, wrong ? wrong : "Simulated market, simulated money");
  SET_STRING (SERVER_NAME, options->server_name);
  SET_INT (MARKET_DEPTH_UPDATES_BEST_BID_AND_ASK, !history && options->depth_is_best);
  SET_INT (TRADING_IS_SUPPORTED, trading);
  SET_INT (OCO_ORDERS_SUPPORTED, trading);
  SET_INT (ORDER_CANCEL_REPLACE_SUPPORTED, trading);
  SET_INT (SECURITY_DEFINITIONS_SUPPORTED, !history);
  SET_INT (HISTORICAL_PRICE_DATA_SUPPORTED, history);
  if (history)
    SET_INT (ONE_HISTORICAL_PRICE_DATA_REQUEST_PER_CONNECTION, options->one_history_request);
  SET_INT (MARKET_DEPTH_IS_SUPPORTED, !history);
  SET_INT (BRACKET_ORDERS_SUPPORTED, trading);
  SET_INT (MARKET_DATA_SUPPORTED, !history);
  sim_client_send (client, &answer);
}

void
sim_client_log_on (SimClient *client)
{
  const DtcLogonRequest *request = &client->message.logon_request;
  const SimOptions      *options = client->options;
  const char            *wrong = find_objection (client, request);

  answer_logon (client, wrong);
  /* A fault may have made another answer of it. */
  if (wrong || client->refused)
    {
      sim_client_finish (client, wrong ? wrong : "its logon was refused by a fault");
      return;
    }
  client->logged_on = TRUE;
  g_free (client->username);
  client->username = g_strdup (request->username);
  client->wishes = request->integer_1;
  client->patience = 2 * request->heartbeat_interval_in_seconds;
  client->heartbeat = options->heartbeat >= 0 ? options->heartbeat : request->heartbeat_interval_in_seconds;
  client->last_beat = g_get_monotonic_time ();
  sim_client_say (client, "logged on", request->client_name);
  client->setup->funcs.logged_on (client, client->setup->user_data);
}
