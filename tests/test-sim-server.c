/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>

#include "sim-peer.h"

typedef struct
{
  DtcNumbering    numbering;
  gboolean        handshake;
  DtcEncodingKind encoding;
} Way;

static void
test_conversation (gconstpointer data)
{
  const Way             *way = data;
  g_autoptr (SimServer)  server = sim_start (sim_quiet_options (way->numbering));
  g_autofree char       *id = NULL;
  const DtcOrderUpdate  *update;
  const DtcMessage      *m;
  Peer                   peer, other;

  peer_open (&peer, server, way->numbering);
  peer_open (&other, server, way->numbering);
  if (way->handshake)
    peer_shake_hands (&peer, way->encoding, way->encoding);
  g_assert_cmpint (peer_log_on (&peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
  g_assert_cmpint (peer.message.logon_response.trading_is_supported, ==, 1);
  g_assert_cmpint (peer.message.logon_response.order_cancel_replace_supported, ==, 1);
  g_assert_cmpint (peer_log_on (&other, "", "")->result, ==, DTC_LOGON_SUCCESS);
  if (way->numbering == DTC_NUMBERING_DTC)
    {
      peer_ask (&peer, DTC_MSG_OPEN_ORDERS_REQUEST, 5, NULL);
      update = &peer_expect (&peer, DTC_MSG_ORDER_UPDATE)->order_update;
      g_assert_cmpint (update->request_id, ==, 5);
    }
  else
    {
      g_assert_true (peer_next (&other));
      g_assert_cmpint (other.message.order_update.no_orders, ==, 1);
      update = &peer_expect (&peer, DTC_MSG_ORDER_UPDATE)->order_update;
      g_assert_cmpint (update->request_id, ==, 0);
      g_assert_cmpint (update->order_update_reason, ==, DTC_OPEN_ORDERS_REQUEST_RESPONSE);
    }
  g_assert_cmpint (update->no_orders, ==, 1);
  g_assert_cmpint (update->message_number, ==, update->total_num_messages);

  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 2, 0);
  peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  update = peer_expect_update (&peer, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpfloat (update->filled_quantity, ==, 2);
  g_assert_cmpfloat (update->average_fill_price, ==, 5000.25);
  g_assert_cmpfloat (peer_expect (&peer, DTC_MSG_POSITION_UPDATE)->position_update.quantity, ==, 2);
  g_assert_cmpfloat (peer_expect (&peer, DTC_MSG_ACCOUNT_BALANCE_UPDATE)->account_balance_update.cash_balance, ==,
                     99995.9);
  /* Everyone is told. */
  peer_expect_update (&other, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  peer_expect_update (&other, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED);
  peer_expect (&other, DTC_MSG_POSITION_UPDATE);
  peer_expect (&other, DTC_MSG_ACCOUNT_BALANCE_UPDATE);

  peer_submit (&peer, "A-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 5, 4990);
  id = g_strdup (peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN)->server_order_id);
  peer_change_quantity (&peer, id, "A-2", 7);
  update = peer_expect_update (&peer, DTC_ORDER_CANCEL_REPLACE_COMPLETE, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpfloat (update->order_quantity, ==, 7);
  g_assert_cmpfloat (update->price1, ==, 4990);
  peer_cancel (&peer, "no-such-order", "A-2");
  update = peer_expect_update (&peer, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_REJECTED);
  g_assert_cmpstr (update->server_order_id, ==, "");
  peer_cancel (&peer, id, "A-2");
  peer_expect_update (&peer, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED);
  peer_cancel (&peer, id, "A-2");
  peer_expect_update (&peer, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_CANCELED);
  peer_submit (&peer, "A-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 5, 4990);
  update = peer_expect_update (&peer, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED);
  g_assert_cmpstr (update->info_text, !=, "");
  g_assert_cmpstr (update->client_order_id, ==, "A-2");

  peer_ask (&peer, DTC_MSG_TRADE_ACCOUNTS_REQUEST, 11, NULL);
  m = peer_expect (&peer, DTC_MSG_TRADE_ACCOUNT_RESPONSE);
  g_assert_cmpstr (m->trade_account_response.trade_account, ==, "SIM1");
  m = peer_expect (&peer, DTC_MSG_TRADE_ACCOUNT_RESPONSE);
  g_assert_cmpint (m->trade_account_response.message_number, ==, 2);
  peer_ask (&peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST, 12, "SIM1");
  m = peer_expect (&peer, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);
  g_assert_cmpint (m->historical_order_fill_response.request_id, ==, 12);
  g_assert_cmpfloat (m->historical_order_fill_response.quantity, ==, 2);
  peer_ask (&peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST, 13, "SIM2");
  m = peer_expect (&peer, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);
  g_assert_cmpint (m->historical_order_fill_response.no_order_fills, ==, 1);
  peer_ask (&peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST, 14, NULL);
  peer_expect (&peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT);
  peer_ask (&peer, DTC_MSG_CURRENT_POSITIONS_REQUEST, 15, "SIM1");
  m = peer_expect (&peer, DTC_MSG_POSITION_UPDATE);
  g_assert_cmpint (m->position_update.request_id, ==, 15);
  g_assert_cmpfloat (m->position_update.quantity, ==, 2);
  peer_ask (&peer, DTC_MSG_CURRENT_POSITIONS_REQUEST, 16, "SIM2");
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_POSITION_UPDATE)->position_update.no_positions, ==, 1);
  peer_ask (&peer, DTC_MSG_ACCOUNT_BALANCE_REQUEST, 17, "SIM2");
  g_assert_cmpfloat (peer_expect (&peer, DTC_MSG_ACCOUNT_BALANCE_UPDATE)->account_balance_update.cash_balance, ==,
                     100000);
  peer_ask (&peer, DTC_MSG_ACCOUNT_BALANCE_REQUEST, 18, "SIM9");
  peer_expect (&peer, DTC_MSG_ACCOUNT_BALANCE_REJECT);

  g_assert_cmpuint (sim_server_count (server, SIM_COUNT_SUBMIT, NULL), ==, 3);
  g_assert_cmpuint (sim_server_count (server, SIM_COUNT_SUBMIT, "A-2"), ==, 2);
  g_assert_cmpuint (sim_server_count (server, SIM_COUNT_CANCEL, "A-2"), ==, 3);
  g_assert_cmpuint (sim_server_count (server, SIM_COUNT_REPLACE, "A-2"), ==, 1);
  g_assert_cmpuint (sim_server_count (server, SIM_COUNT_SUBMIT, "A-9"), ==, 0);

  /* What works is told to who comes later, as one numbered batch. */
  peer_submit (&peer, "A-3", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  peer_submit (&peer, "A-4", DTC_ORDER_TYPE_STOP, DTC_SELL, 1, 4980);
  peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  peer_close (&peer);
  peer_open (&peer, server, way->numbering);
  peer_log_on (&peer, "", "");
  if (way->numbering == DTC_NUMBERING_DTC)
    peer_ask (&peer, DTC_MSG_OPEN_ORDERS_REQUEST, 9, NULL);
  update = peer_expect_update (&peer, DTC_OPEN_ORDERS_REQUEST_RESPONSE, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpstr (update->client_order_id, ==, "A-3");
  g_assert_cmpint (update->total_num_messages, ==, 2);
  g_assert_cmpint (update->message_number, ==, 1);
  g_assert_cmpint (update->request_id, ==, way->numbering == DTC_NUMBERING_DTC ? 9 : 0);
  update = peer_expect_update (&peer, DTC_OPEN_ORDERS_REQUEST_RESPONSE, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpstr (update->client_order_id, ==, "A-4");
  g_assert_cmpint (update->message_number, ==, 2);

  sim_server_log_off (server);
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_LOGOFF)->logoff.do_not_reconnect, ==, 0);
  g_assert_false (peer_next (&peer));
  peer_close (&peer);
  peer_close (&other);
}

static void
ask_definition (Peer       *peer,
                int         request_id,
                const char *symbol)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  dtc_message_init (&m, DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST);
  dtc_message_set_int (&m, DTC_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST_F_REQUEST_ID, request_id);
  dtc_message_set_string (&m, DTC_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST_F_SYMBOL, symbol);
  peer_send (peer, &m);
}

static void
test_market_data (void)
{
  g_autoptr (SimServer)                server = sim_start (sim_quiet_options (DTC_NUMBERING_BRIEF));
  const DtcSecurityDefinitionResponse *definition;
  const DtcMarketDataSnapshot         *snapshot;
  const DtcMessage                    *m;
  gboolean                             trade = FALSE, quote = FALSE, depth = FALSE;
  guint                                levels = 0;
  Peer                                 peer;

  peer_open (&peer, server, DTC_NUMBERING_BRIEF);
  peer_log_on (&peer, "", "");
  ask_definition (&peer, 3, "CLZ6");
  definition = &peer_expect (&peer, DTC_MSG_SECURITY_DEFINITION_RESPONSE)->security_definition_response;
  g_assert_cmpstr (definition->symbol, ==, "CLZ6");
  g_assert_cmpfloat (definition->min_price_increment, ==, 0.01f);
  g_assert_cmpfloat (definition->display_price_multiplier, ==, 0.01f);
  g_assert_cmpint (definition->is_final_message, ==, 1);
  ask_definition (&peer, 4, "NOPE");
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_SECURITY_DEFINITION_REJECT)->security_definition_reject.request_id, ==,
                   4);

  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 7, "NOPE");
  g_assert_cmpuint (peer_expect (&peer, DTC_MSG_MARKET_DATA_REJECT)->market_data_reject.symbol_id, ==, 7);
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 7, "CLZ6");
  snapshot = &peer_expect (&peer, DTC_MSG_MARKET_DATA_SNAPSHOT)->market_data_snapshot;
  g_assert_cmpfloat (snapshot->bid_price, ==, 7000);
  g_assert_cmpfloat (snapshot->ask_price, ==, 7001);
  g_assert_cmpfloat (snapshot->bid_quantity, >, 0);
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 8, "CLZ6");
  peer_expect (&peer, DTC_MSG_MARKET_DATA_REJECT);
  peer_subscribe (&peer, DTC_MSG_MARKET_DEPTH_REQUEST, 7, "CLZ6");
  do
    {
      m = peer_expect (&peer, DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL);
      g_assert_cmpint (m->body.market_depth_snapshot_level.is_first_message_in_batch, ==, levels == 0);
      levels++;
    }
  while (!m->body.market_depth_snapshot_level.is_last_message_in_batch);
  g_assert_cmpuint (levels, ==, 2 * SIM_DEPTH);
  while (!trade || !quote || !depth)
    {
      sim_server_step (server);
      g_assert_true (peer_next (&peer));
      trade |= peer.message.type == DTC_MSG_MARKET_DATA_UPDATE_TRADE;
      quote |= peer.message.type == DTC_MSG_MARKET_DATA_UPDATE_BID_ASK;
      depth |= peer.message.type == DTC_MSG_MARKET_DEPTH_UPDATE_LEVEL_FLOAT_WITH_MILLISECONDS;
    }
  peer_close (&peer);
}

static void
test_secrets (void)
{
  SimOptions           *options = sim_quiet_options (DTC_NUMBERING_DTC);
  g_autoptr (SimServer) server = NULL;
  Peer                  peer;

  g_free (options->username);
  g_free (options->password);
  options->username = g_strdup ("joe");
  options->password = g_strdup ("right");
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_cmpint (peer_log_on (&peer, "joe", "wrong")->result, ==, DTC_LOGON_ERROR);
  g_assert_cmpstr (peer.message.logon_response.result_text, !=, "");
  g_assert_false (peer_next (&peer));
  peer_close (&peer);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_cmpint (peer_log_on (&peer, "joe", "right")->result, ==, DTC_LOGON_SUCCESS);
  peer_close (&peer);
}

/* What is no DTC is closed; what comes before the logon is ignored; what is broken hurts nobody else. */
static void
test_strangers (void)
{
  static const struct
  {
    const char *bytes;
    gsize       len;
  } strangers[] = {
    { "GET / HTTP/1.1\r\n\r\n", 18 },
    { "\x16\x03\x01\x02\x00\x01\x00", 7 },
    { "SSH-2.0-OpenSSH\r\n", 17 },
    { "\x10\x00\x07\x00\x08\x00\x00\x00\x02\x00\x00\x00" "DTC", 16 },
  };
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_BRIEF));
  Peer                  peer;
  guint                 i;

  for (i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      peer_open (&peer, server, DTC_NUMBERING_BRIEF);
      peer_send_bytes (&peer, strangers[i].bytes, strangers[i].len);
      g_assert_false (peer_next (&peer));
      peer_close (&peer);
    }
  peer_open (&peer, server, DTC_NUMBERING_BRIEF);
  peer_submit (&peer, "B-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  peer_log_on (&peer, "", "");
  g_assert_cmpuint (sim_server_count (server, SIM_COUNT_SUBMIT, NULL), ==, 0);
  peer_send_text (&peer, "{\"Type\":300,");
  peer_send_text (&peer, "nonsense");
  peer_send_text (&peer, "{\"Type\":4711}");
  /* One that can be read in part is refused, with the name it gave. */
  peer_send_text (&peer, "{\"Type\":300,\"ClientOrderID\":\"B-2\",\"Symbol\":\"ESZ6\",\"Quantity\":\"many\"}");
  peer_expect (&peer, DTC_MSG_ORDER_UPDATE); /* no orders */
  g_assert_cmpstr (peer_expect_update (&peer, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED)->client_order_id, ==,
                        "B-2");
  /* Someone of the published numbering asks for open orders: no order may come of it. */
  peer_send_text (&peer, "{\"Type\":300,\"RequestID\":5,\"RequestAllOrders\":1}");
  g_assert_cmpuint (g_hash_table_size (sim_server_get_exchange (server)->orders), ==, 0);
  peer_submit (&peer, "B-3", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  g_assert_cmpstr (peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN)->client_order_id, ==,
                   "B-3");
  g_assert_cmpuint (g_hash_table_size (sim_server_get_exchange (server)->orders), ==, 1);
  peer_close (&peer);
}

/* In the published numbering a client of the other one gets what a real server gives it: no order. */
static void
test_wrong_numbering (void)
{
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  const char           *order = "{\"Type\":300,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ClientOrderID\":\"C\","
                                "\"OrderType\":1,\"BuySell\":\"BUY\",\"Quantity\":1,\"TimeInForce\":\"DAY\"}";
  Peer                  peer;

  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_log_on (&peer, "", "");
  peer_send_text (&peer, order);
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_ORDER_UPDATE)->order_update.no_orders, ==, 1);
  g_assert_cmpuint (g_hash_table_size (sim_server_get_exchange (server)->orders), ==, 0);
  peer_close (&peer);
}

/* Kinds of servers that clients must cope with. */
static void
test_imitations (void)
{
  SimOptions *options = sim_quiet_options (DTC_NUMBERING_DTC);
  SimServer  *server;
  guint8      request[DTC_HANDSHAKE_SIZE];
  Peer        peer;

  /* Preset to JSON: the 16 bytes are rubbish to it, and a logon after them works. */
  options->fixed_encoding = TRUE;
  server = sim_start (options);
  dtc_handshake_write (DTC_MSG_ENCODING_REQUEST, DTC_ENCODING_JSON, request);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_send_bytes (&peer, request, sizeof request);
  g_assert_cmpint (peer_log_on (&peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
  peer_close (&peer);
  sim_server_free (server);

  /* Never answers a handshake. */
  options = sim_quiet_options (DTC_NUMBERING_BRIEF);
  options->ignore_handshake = TRUE;
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_BRIEF);
  peer_send_bytes (&peer, request, sizeof request);
  g_assert_cmpint (peer_log_on (&peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
  peer_close (&peer);
  sim_server_free (server);

  /* Binary is not spoken in this numbering: the answer says what will be. */
  server = sim_start (sim_quiet_options (DTC_NUMBERING_BRIEF));
  peer_open (&peer, server, DTC_NUMBERING_BRIEF);
  peer_shake_hands (&peer, DTC_ENCODING_BINARY, DTC_ENCODING_JSON);
  g_assert_cmpint (peer_log_on (&peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
  peer_close (&peer);
  sim_server_free (server);

  options = sim_quiet_options (DTC_NUMBERING_DTC);
  options->trading_off = TRUE;
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_cmpint (peer_log_on (&peer, "", "")->trading_is_supported, ==, 0);
  peer_submit (&peer, "D-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  peer_expect_update (&peer, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED);
  peer_close (&peer);
  sim_server_free (server);
}

/* With latency the answers come later, in the same order, and a client that left does no harm. */
static void
test_latency (void)
{
  SimOptions           *options = sim_quiet_options (DTC_NUMBERING_BRIEF);
  g_autoptr (SimServer) server = NULL;
  gint64                before;
  Peer                  peer, gone;
  guint                 i;

  options->latency = 20000;
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_BRIEF);
  peer_open (&gone, server, DTC_NUMBERING_BRIEF);
  peer_log_on (&peer, "", "");
  peer_log_on (&gone, "", "");
  peer_expect (&peer, DTC_MSG_ORDER_UPDATE);
  before = g_get_monotonic_time ();
  for (i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("E-%u", i);

      peer_submit (i == 7 ? &gone : &peer, id, DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
      if (i == 7)
        peer_close (&gone);
    }
  for (i = 0; i < 20; i++)
    peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpint (g_get_monotonic_time () - before, >=, options->latency);
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 20);
  peer_close (&peer);
}

/* Nothing that is done later for a client that left remembers it. */
static void
test_latency_gone (void)
{
  SimOptions           *options = sim_quiet_options (DTC_NUMBERING_DTC);
  g_autoptr (SimServer) server = NULL;
  g_auto (DtcMessage)   message = DTC_MESSAGE_INIT;
  Peer                  peer, gone;

  options->latency = 20000;
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_open (&gone, server, DTC_NUMBERING_DTC);
  peer_log_on (&peer, "", "");
  peer_log_on (&gone, "", "");
  dtc_message_init (&message, DTC_MSG_MARKET_DATA_REQUEST);
  dtc_message_set_int (&message, DTC_MARKET_DATA_REQUEST_F_REQUEST_ACTION, DTC_SUBSCRIBE);
  dtc_message_set_int (&message, DTC_MARKET_DATA_REQUEST_F_SYMBOL_ID, 1);
  dtc_message_set_string (&message, DTC_MARKET_DATA_REQUEST_F_SYMBOL, "ESZ6");
  peer_send (&gone, &message);
  /* An order whose exits never come. */
  dtc_message_init (&message, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, "ESZ6");
  dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TRADE_ACCOUNT, "SIM1");
  dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, "G-1");
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE, DTC_ORDER_TYPE_LIMIT);
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL, DTC_BUY);
  dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, 4990);
  dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY, 1);
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TIME_IN_FORCE, DTC_TIF_DAY);
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_PARENT_ORDER, 1);
  peer_send (&gone, &message);
  peer_close (&gone);

  while (sim_server_count (server, SIM_COUNT_SUBMIT, "G-1") == 0 || sim_server_get_n_clients (server) > 1)
    g_main_context_iteration (NULL, TRUE);
  peer_ask (&peer, DTC_MSG_TRADE_ACCOUNTS_REQUEST, 1, NULL);
  peer_expect (&peer, DTC_MSG_TRADE_ACCOUNT_RESPONSE);
  sim_server_step (server);
  peer_submit (&peer, "P-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  while (peer_expect (&peer, DTC_MSG_ORDER_UPDATE)->order_update.order_update_reason != DTC_ORDER_FILLED)
    ;
  peer_close (&peer);
}

static void
test_port_in_use (void)
{
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_BRIEF));
  g_autoptr (GError)    error = NULL;
  SimOptions           *options = sim_quiet_options (DTC_NUMBERING_BRIEF);

  options->port = sim_server_get_port (server);
  g_assert_null (sim_server_new (options, &error));
  g_assert_error (error, SIM_OPTIONS_ERROR, 0);
  g_assert_nonnull (strstr (error->message, "--port"));
}

/* What was answered is in the file, whenever the server dies. */
static void
test_state (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *folder = g_dir_make_tmp ("sim-server-XXXXXX", &error);
  g_autofree char   *path = g_build_filename (folder, "state", NULL);
  g_autofree char   *lock = g_strconcat (path, ".lock", NULL);
  g_autofree char   *copy = NULL;
  g_autofree char   *id = NULL;
  SimOptions        *options = sim_quiet_options (DTC_NUMBERING_BRIEF);
  SimServer         *server;
  gsize              len;
  Peer               peer;

  options->state_path = g_strdup (path);
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_BRIEF);
  peer_log_on (&peer, "", "");
  peer_expect (&peer, DTC_MSG_ORDER_UPDATE);
  peer_submit (&peer, "F-1", DTC_ORDER_TYPE_MARKET, DTC_SELL, 3, 0);
  peer_submit (&peer, "F-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 3, 4990);
  peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  peer_expect_update (&peer, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED);
  id = g_strdup (peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN)->server_order_id);
  g_assert_true (g_file_get_contents (path, &copy, &len, NULL)); /* as a crash would leave it */
  peer_close (&peer);
  sim_server_free (server);
  g_assert_true (g_file_set_contents (path, copy, (gssize) len, NULL));

  options = sim_quiet_options (DTC_NUMBERING_BRIEF);
  options->state_path = g_strdup (path);
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_BRIEF);
  peer_log_on (&peer, "", "");
  g_assert_cmpstr (peer_expect_update (&peer, DTC_OPEN_ORDERS_REQUEST_RESPONSE,
                                       DTC_ORDER_STATUS_OPEN)->server_order_id, ==,
                        id);
  peer_ask (&peer, DTC_MSG_CURRENT_POSITIONS_REQUEST, 1, NULL);
  g_assert_cmpfloat (peer_expect (&peer, DTC_MSG_POSITION_UPDATE)->position_update.quantity, ==, -3);
  peer_submit (&peer, "F-1", DTC_ORDER_TYPE_MARKET, DTC_SELL, 3, 0);
  peer_expect_update (&peer, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED);
  peer_cancel (&peer, id, "F-2");
  peer_expect_update (&peer, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED);
  peer_close (&peer);
  sim_server_free (server);
  g_unlink (path);
  g_unlink (lock);
  g_rmdir (folder);
}

static void
assert_option_fails (const char *first,
                     const char *second)
{
  g_autoptr (GError) error = NULL;
  const char        *words[] = { "dtc-sim", first, second, NULL };
  g_auto (GStrv)     argv = g_strdupv ((char **) words);
  gboolean           version;

  g_assert_null (sim_options_parse (&argv, &version, &error));
  g_assert_nonnull (error);
}

static void
test_options (void)
{
  g_autoptr (GError)     error = NULL;
  g_autoptr (SimOptions) options = NULL;
  const char            *words[] = { "dtc-sim", "--port", "0", "--numbering=dtc", "--accounts=A, B,C", "--symbols=ZNZ6",
                                     "--latency=1.5", "--session-end", "06:30", "--encoding=json-compact",
                                     "--reject-rate=0.5", NULL };
  g_auto (GStrv)         argv = g_strdupv ((char **) words);
  gboolean               version;

  options = sim_options_parse (&argv, &version, &error);
  g_assert_no_error (error);
  g_assert_false (version);
  g_assert_cmpuint (options->port, ==, 0);
  g_assert_cmpint (options->numbering, ==, DTC_NUMBERING_DTC);
  g_assert_cmpuint (g_strv_length (options->accounts), ==, 3);
  g_assert_cmpstr (options->accounts[1], ==, "B");
  g_assert_cmpuint (g_strv_length (options->symbols), ==, 1);
  g_assert_cmpint (options->latency, ==, 1500);
  g_assert_cmpint (options->session_end, ==, 6 * 60 + 30);
  g_assert_true (options->fixed_encoding);
  g_assert_cmpint (options->encoding, ==, DTC_ENCODING_JSON_COMPACT);

  assert_option_fails ("--port", "65536");
  assert_option_fails ("--port", "-1");
  assert_option_fails ("--port", "x");
  assert_option_fails ("--bind", "0.0.0.0");
  assert_option_fails ("--bind", "192.168.0.1");
  assert_option_fails ("--bind", "localhost.example");
  assert_option_fails ("--numbering", "both");
  assert_option_fails ("--encoding", "binary"); /* the numbering is the brief's */
  assert_option_fails ("--encoding", "protobuf");
  assert_option_fails ("--history-port", "65536");
  assert_option_fails ("--market-forms", "old");
  assert_option_fails ("--key", "file");
  assert_option_fails ("--fault", "nonsense");
  assert_option_fails ("--faults", "/nonexistent");
  assert_option_fails ("--accounts", "A,A");
  assert_option_fails ("--accounts", "A,");
  assert_option_fails ("--accounts", "");
  assert_option_fails ("--symbols", "MSFT");
  assert_option_fails ("--seed", "-1");
  assert_option_fails ("--speed", "-1");
  assert_option_fails ("--speed", "nan");
  assert_option_fails ("--latency", "-1");
  assert_option_fails ("--reject-rate", "2");
  assert_option_fails ("--reject-rate", "nan");
  assert_option_fails ("--session-end", "24:00");
  assert_option_fails ("--session-end", "7:00");
  assert_option_fails ("--password", "secret");
  assert_option_fails ("word", NULL);
}

int
main (int    argc,
      char **argv)
{
  static const Way ways[] = {
    { DTC_NUMBERING_BRIEF, FALSE, DTC_ENCODING_JSON },
    { DTC_NUMBERING_BRIEF, TRUE, DTC_ENCODING_JSON },
    { DTC_NUMBERING_BRIEF, TRUE, DTC_ENCODING_JSON_COMPACT },
    { DTC_NUMBERING_DTC, FALSE, DTC_ENCODING_JSON },
    { DTC_NUMBERING_DTC, TRUE, DTC_ENCODING_JSON },
    { DTC_NUMBERING_DTC, TRUE, DTC_ENCODING_JSON_COMPACT },
    { DTC_NUMBERING_DTC, TRUE, DTC_ENCODING_BINARY },
    { DTC_NUMBERING_DTC, TRUE, DTC_ENCODING_BINARY_VLS },
  };
  guint i;

  g_unsetenv ("DTC_SIM_USERNAME");
  g_unsetenv ("DTC_SIM_PASSWORD");
  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim/server/conversation/%s/%s%s",
                                               dtc_numbering_to_string (ways[i].numbering),
                                               dtc_encoding_to_string (ways[i].encoding),
                                               ways[i].handshake ? "/handshake" : "");

      g_test_add_data_func (path, &ways[i], test_conversation);
    }
  g_test_add_func ("/sim/server/market-data", test_market_data);
  g_test_add_func ("/sim/server/secrets", test_secrets);
  g_test_add_func ("/sim/server/strangers", test_strangers);
  g_test_add_func ("/sim/server/wrong-numbering", test_wrong_numbering);
  g_test_add_func ("/sim/server/imitations", test_imitations);
  g_test_add_func ("/sim/server/latency", test_latency);
  g_test_add_func ("/sim/server/latency-gone", test_latency_gone);
  g_test_add_func ("/sim/server/port-in-use", test_port_in_use);
  g_test_add_func ("/sim/server/state", test_state);
  g_test_add_func ("/sim/options", test_options);
  return g_test_run ();
}
