/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <math.h>

#include "sim-peer.h"

/* Every fault that has a name, at work. */

static SimServer *
start_with (const char *fault)
{
  g_autoptr (GError) error = NULL;
  SimOptions        *options = sim_quiet_options (DTC_NUMBERING_DTC);

  sim_faults_add (options->faults, fault, &error);
  g_assert_no_error (error);
  return sim_start (options);
}

static void
add (SimServer  *server,
     const char *fault)
{
  g_autoptr (GError) error = NULL;

  sim_faults_add (sim_server_get_faults (server), fault, &error);
  g_assert_no_error (error);
}

/* The fault struck so often. */
static void
assert_struck (SimServer *server,
               guint      times)
{
  g_assert_cmpuint (sim_fault_struck (sim_faults_get (sim_server_get_faults (server), 0)), ==, times);
}

static void
begin (Peer      *peer,
       SimServer *server)
{
  peer_open (peer, server, DTC_NUMBERING_DTC);
  g_assert_cmpint (peer_log_on (peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
}

static char *
submit_limit (Peer       *peer,
              const char *id)
{
  peer_submit (peer, id, DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  return g_strdup (peer_expect_update (peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN)->server_order_id);
}

static void
assert_accepted (Peer       *peer,
                 const char *id)
{
  g_assert_cmpstr (peer_expect_update (peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN)->client_order_id, ==, id);
}

static void
test_lose (void)
{
  g_autoptr (SimServer) server = start_with ("lose type=ORDER_UPDATE OrderUpdateReason=NEW_ORDER_ACCEPTED nth=2");
  Peer                  peer;

  begin (&peer, server);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  peer_submit (&peer, "A-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  peer_submit (&peer, "A-3", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  assert_accepted (&peer, "A-1");
  assert_accepted (&peer, "A-3");
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 3);
  assert_struck (server, 1);
  peer_close (&peer);
}

static void
test_delay (void)
{
  g_autoptr (SimServer) server = start_with ("delay type=301 OrderUpdateReason=2 ms=20");
  Peer                  peer;

  begin (&peer, server);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  peer_expect_update (&peer, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED);
  assert_accepted (&peer, "A-1");
  add (server, "delay dir=in type=208 ms=20");
  peer_submit (&peer, "A-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  peer_submit (&peer, "A-3", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  assert_accepted (&peer, "A-3");
  assert_accepted (&peer, "A-2");
  peer_close (&peer);
}

static void
test_duplicate (void)
{
  g_autoptr (SimServer) server = start_with ("duplicate type=301 OrderUpdateReason=2 times=all");
  Peer                  peer;
  guint                 i;

  begin (&peer, server);
  for (i = 0; i < 2; i++)
    {
      g_autofree char *id = g_strdup_printf ("A-%u", i);

      peer_submit (&peer, id, DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
      assert_accepted (&peer, id);
      assert_accepted (&peer, id);
    }
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 2);
  peer_close (&peer);
}

static void
test_reorder (void)
{
  g_autoptr (SimServer) server = start_with ("reorder type=301 OrderUpdateReason=2 after=2");
  Peer                  peer;

  begin (&peer, server);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  g_assert_true (peer_next (&peer));
  g_assert_cmpint (peer.message.type, ==, DTC_MSG_ORDER_UPDATE);
  g_assert_cmpint (peer.message.order_update.order_update_reason, ==, DTC_ORDER_FILLED);
  g_assert_true (peer_next (&peer));
  g_assert_cmpint (peer.message.type, !=, DTC_MSG_ORDER_UPDATE);
  assert_accepted (&peer, "A-1");
  peer_close (&peer);
}

static void
test_alter (void)
{
  g_autoptr (SimServer) server = start_with ("alter type=301 ClientOrderID=A-2 set:OrderQuantity=77 "
                                             "set:InfoText=\"two words\" unset:TradeAccount");
  const DtcOrderUpdate *update;
  Peer                  peer;

  begin (&peer, server);
  g_free (submit_limit (&peer, "A-1"));
  g_assert_cmpfloat (peer.message.order_update.order_quantity, ==, 1);
  g_free (submit_limit (&peer, "A-2"));
  update = &peer.message.order_update;
  g_assert_cmpfloat (update->order_quantity, ==, 77);
  g_assert_cmpstr (update->info_text, ==, "two words");
  g_assert_false (dtc_message_has (&peer.message, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT));
  peer_close (&peer);
}

static void
test_garbage (void)
{
  static const struct
  {
    const char *form;
    const char *bytes;
    gsize       len;
  } forms[] = {
    { "text", "nonsense", 9 }, { "half", "\"Symbol\":", 10 }, { "open", "301,{\"Type\":301", 15 },
    { "number", "NaN}", 5 }, { "utf8", "\xff\xfe", 2 }, { "unknown", "4711}", 6 }, { "short", "\x02\x00\x2d\x01", 4 },
    { "huge", "xxxxxxxx", 8 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char        *fault = g_strdup_printf ("garbage type=301 form=%s", forms[i].form);
      g_autoptr (SimServer)   server = start_with (fault);
      g_autoptr (GByteArray)  bytes = NULL;
      Peer                    peer;

      begin (&peer, server);
      peer_submit (&peer, "A-1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
      bytes = peer_read_raw (&peer);
      g_assert_nonnull (memmem (bytes->data, bytes->len, forms[i].bytes, forms[i].len));
      if (strcmp (forms[i].form, "huge") != 0) /* it fills the kernel's buffers */
        g_assert_nonnull (memmem (bytes->data, bytes->len, "\"A-1\"", 5));
      peer_close (&peer);
    }
}

/* The bytes that a server sends to a client that logs on and submits, up to where the fault lets it. */
static guint
talk_raw (const char *fault,
          gboolean   *ended,
          guint      *n_submits)
{
  g_autoptr (SimServer)  server = fault ? start_with (fault) : sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  g_autoptr (GByteArray) bytes = NULL;
  Peer                   peer;
  guint                  len;

  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_send_text (&peer, "{\"Type\":1,\"ProtocolVersion\":8,\"HeartbeatIntervalInSeconds\":60}");
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  bytes = peer_read_raw (&peer);
  len = bytes->len;
  *ended = peer.ended;
  *n_submits = sim_server_count (server, SIM_COUNT_SUBMIT, NULL);
  peer_close (&peer);
  return len;
}

static void
test_cut (void)
{
  gboolean ended;
  guint    n_submits;
  guint    whole = talk_raw (NULL, &ended, &n_submits);
  guint    at;

  g_assert_false (ended);
  g_assert_cmpuint (n_submits, ==, 1);
  /* Not to the last byte: how many digits a time has differs. */
  for (at = 0; at < whole - 16; at += 13)
    {
      g_autofree char *fin = g_strdup_printf ("cut byte=%u how=fin", at);
      g_autofree char *reset = g_strdup_printf ("cut byte=%u how=rst", at);
      g_autofree char *silence = g_strdup_printf ("cut byte=%u how=silence", at);

      g_assert_cmpuint (talk_raw (fin, &ended, &n_submits), ==, at);
      g_assert_true (ended);
      g_assert_cmpuint (talk_raw (reset, &ended, &n_submits), <=, at);
      g_assert_true (ended);
      g_assert_cmpuint (talk_raw (silence, &ended, &n_submits), ==, at);
      g_assert_false (ended);
    }
}

/* What a client sends is cut: a message that is not there whole has no effect. */
static void
test_cut_in (void)
{
  const gsize logon = strlen ("{\"Type\":1,\"ProtocolVersion\":8,\"HeartbeatIntervalInSeconds\":60}") + 1;
  gboolean    ended, silent_end;
  guint       n_submits, silent_submits;
  gboolean    arrived = FALSE;
  gsize       at;

  for (at = 0; at < logon + 400; at += 11)
    {
      g_autofree char *fin = g_strdup_printf ("cut dir=in byte=%u how=fin", (guint) at);
      g_autofree char *silence = g_strdup_printf ("cut dir=in byte=%u how=silence", (guint) at);

      talk_raw (fin, &ended, &n_submits);
      talk_raw (silence, &silent_end, &silent_submits);
      g_assert_cmpuint (n_submits, ==, silent_submits);
      g_assert_false (silent_end);
      if (at < logon)
        g_assert_cmpuint (n_submits, ==, 0);
      g_assert_true (n_submits == 1 || !arrived); /* once it is there it stays there */
      arrived = n_submits == 1;
    }
  g_assert_true (arrived);
}

static void
test_cut_message (void)
{
  g_autoptr (SimServer)  server = start_with ("cut type=301 OrderUpdateReason=2 ClientOrderID=A-2 byte=20");
  g_autoptr (GByteArray) bytes = NULL;
  Peer                   peer;

  begin (&peer, server);
  g_free (submit_limit (&peer, "A-1"));
  peer_submit (&peer, "A-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  bytes = peer_read_raw (&peer);
  g_assert_true (peer.ended);
  g_assert_cmpuint (bytes->len, ==, 20);
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 2);
  peer_close (&peer);

  /* The command arrives, and the connection ends before it takes effect. */
  add (server, "cut dir=in type=203");
  begin (&peer, server);
  peer_cancel (&peer, "x", "A-1");
  g_byte_array_unref (peer_read_raw (&peer));
  g_assert_true (peer.ended);
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 2);
  peer_close (&peer);
}

static void
test_deaf (void)
{
  g_autoptr (SimServer) server = start_with ("deaf type=301");
  g_autofree char      *id = NULL;
  Peer                  peer;

  begin (&peer, server);
  id = submit_limit (&peer, "A-1");
  peer_cancel (&peer, id, "A-1");
  sim_run ();
  g_assert_cmpuint (sim_server_count (server, SIM_COUNT_CANCEL, NULL), ==, 0);
  g_assert_cmpuint (sim_server_get_n_clients (server), ==, 1);
  peer_close (&peer);
}

static void
test_refuse_address (void)
{
  g_autoptr (SimServer)  server = start_with ("refuse-address");
  g_autoptr (GByteArray) bytes = NULL;
  Peer                   peer;

  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_false (peer_next (&peer));
  peer_close (&peer);
  /* Once is once. */
  begin (&peer, server);
  peer_close (&peer);
  add (server, "refuse-address how=silence");
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_send_text (&peer, "{\"Type\":1,\"ProtocolVersion\":8,\"HeartbeatIntervalInSeconds\":60}");
  bytes = peer_read_raw (&peer);
  g_assert_cmpuint (bytes->len, ==, 0);
  g_assert_false (peer.ended);
  peer_close (&peer);
}

static void
test_logon (void)
{
  static const struct
  {
    const char *fault;
    int         result;
  } rows[] = {
    { "logon-error", DTC_LOGON_ERROR },
    { "logon-final set:ResultText=\"No entry\"", DTC_LOGON_ERROR_NO_RECONNECT },
    { "redirect set:ReconnectAddress=127.0.0.1:4242", DTC_LOGON_RECONNECT_NEW_ADDRESS },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (SimServer) server = start_with (rows[i].fault);
      Peer                  peer;

      peer_open (&peer, server, DTC_NUMBERING_DTC);
      g_assert_cmpint (peer_log_on (&peer, "", "")->result, ==, rows[i].result);
      if (rows[i].result == DTC_LOGON_RECONNECT_NEW_ADDRESS)
        g_assert_cmpstr (peer.message.logon_response.reconnect_address, ==, "127.0.0.1:4242");
      g_assert_cmpstr (peer.message.logon_response.result_text, !=, "");
      g_assert_false (peer_next (&peer));
      peer_close (&peer);
      begin (&peer, server);
      peer_close (&peer);
    }
}

static void
test_silent_logon (void)
{
  g_autoptr (SimServer)  server = start_with ("silent-logon");
  g_autoptr (GByteArray) bytes = NULL;
  Peer                   peer;

  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_send_text (&peer, "{\"Type\":1,\"ProtocolVersion\":8,\"HeartbeatIntervalInSeconds\":60}");
  bytes = peer_read_raw (&peer);
  g_assert_cmpuint (bytes->len, ==, 0);
  g_assert_false (peer.ended);
  peer_close (&peer);
}

static void
test_never_acknowledge (void)
{
  g_autoptr (SimServer) server = start_with ("never-acknowledge");
  Peer                  peer;

  begin (&peer, server);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  g_free (submit_limit (&peer, "A-2"));
  g_assert_cmpstr (peer.message.order_update.client_order_id, ==, "A-2");
  /* It arrived, and that is all. */
  g_assert_cmpuint (sim_server_count (server, SIM_COUNT_SUBMIT, "A-1"), ==, 1);
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 1);
  peer_close (&peer);
}

static void
test_ack_lost (void)
{
  g_autoptr (SimServer) server = start_with ("ack-lost ClientOrderID=A-1");
  Peer                  peer;

  begin (&peer, server);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  g_assert_true (peer_next (&peer));
  g_assert_cmpint (peer.message.order_update.order_update_reason, ==, DTC_ORDER_FILLED);
  peer_close (&peer);
}

static void
test_ack_lost_filled (void)
{
  g_autoptr (SimServer) server = start_with ("ack-lost-filled");
  Peer                  peer;

  begin (&peer, server);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4990);
  do
    {
      g_assert_true (peer_next (&peer));
      g_assert_cmpint (peer.message.type, !=, DTC_MSG_ORDER_UPDATE);
    }
  while (peer.message.type != DTC_MSG_POSITION_UPDATE);
  g_assert_cmpfloat (peer.message.position_update.quantity, ==, 2);
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 0);
  /* The next order is told as always. */
  g_free (submit_limit (&peer, "A-2"));
  g_assert_cmpstr (peer.message.order_update.client_order_id, ==, "A-2");
  peer_close (&peer);
}

static void
test_fills (void)
{
  g_autoptr (SimServer) server = start_with ("fill-lost");
  g_autofree char      *execution = NULL;
  Peer                  peer;

  begin (&peer, server);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  assert_accepted (&peer, "A-1");
  g_assert_true (peer_next (&peer));
  g_assert_cmpint (peer.message.type, ==, DTC_MSG_POSITION_UPDATE);
  add (server, "duplicate-fill");
  peer_submit (&peer, "A-2", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  assert_accepted (&peer, "A-2");
  execution = g_strdup (peer_expect_update (&peer, DTC_ORDER_FILLED,
                                            DTC_ORDER_STATUS_FILLED)->last_fill_execution_id);
  g_assert_cmpstr (peer_expect_update (&peer, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED)->last_fill_execution_id, ==,
                   execution);
  peer_close (&peer);
}

static void
test_restatement (void)
{
  g_autoptr (SimServer) server = start_with ("anonymous-restatement");
  const DtcOrderUpdate *update;
  Peer                  peer;

  begin (&peer, server);
  g_free (submit_limit (&peer, "A-1"));
  g_free (submit_limit (&peer, "A-2"));
  peer_ask (&peer, DTC_MSG_OPEN_ORDERS_REQUEST, 5, NULL);
  update = peer_expect_update (&peer, DTC_OPEN_ORDERS_REQUEST_RESPONSE, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpstr (update->client_order_id, ==, "");
  g_assert_cmpstr (update->server_order_id, !=, "");
  peer_expect_update (&peer, DTC_OPEN_ORDERS_REQUEST_RESPONSE, DTC_ORDER_STATUS_OPEN);

  sim_faults_clear (sim_server_get_faults (server), 0);
  add (server, "wrong-total");
  peer_ask (&peer, DTC_MSG_OPEN_ORDERS_REQUEST, 6, NULL);
  update = peer_expect_update (&peer, DTC_OPEN_ORDERS_REQUEST_RESPONSE, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpint (update->total_num_messages, ==, 99);
  g_assert_cmpstr (update->client_order_id, ==, "A-1");
  peer_expect_update (&peer, DTC_OPEN_ORDERS_REQUEST_RESPONSE, DTC_ORDER_STATUS_OPEN);

  sim_faults_clear (sim_server_get_faults (server), 0);
  add (server, "short-batch");
  peer_ask (&peer, DTC_MSG_OPEN_ORDERS_REQUEST, 7, NULL);
  update = peer_expect_update (&peer, DTC_OPEN_ORDERS_REQUEST_RESPONSE, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpint (update->message_number, ==, 2);
  g_assert_cmpint (update->total_num_messages, ==, 2);

  add (server, "short-positions");
  peer_submit (&peer, "A-3", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  peer_expect (&peer, DTC_MSG_POSITION_UPDATE);
  peer_ask (&peer, DTC_MSG_CURRENT_POSITIONS_REQUEST, 8, NULL);
  peer_ask (&peer, DTC_MSG_CURRENT_POSITIONS_REQUEST, 9, NULL);
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_POSITION_UPDATE)->position_update.request_id, ==, 9);
  peer_close (&peer);
}

static void
test_rejected (void)
{
  g_autoptr (SimServer) server = start_with ("cancel-rejected");
  g_autofree char      *id = NULL;
  const DtcOrderUpdate *update;
  Peer                  peer;

  begin (&peer, server);
  add (server, "replace-rejected");
  id = submit_limit (&peer, "A-1");
  peer_cancel (&peer, id, "A-1");
  update = peer_expect_update (&peer, DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_STATUS_REJECTED);
  g_assert_cmpstr (update->server_order_id, ==, "");
  g_assert_cmpstr (update->client_order_id, ==, "A-1");
  peer_change_quantity (&peer, id, "A-1", 3);
  update = peer_expect_update (&peer, DTC_ORDER_CANCEL_REPLACE_REJECTED, DTC_ORDER_STATUS_REJECTED);
  g_assert_cmpstr (update->server_order_id, ==, "");
  /* It lives, and the next request is served. */
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 1);
  peer_change_quantity (&peer, id, "A-1", 3);
  peer_expect_update (&peer, DTC_ORDER_CANCEL_REPLACE_COMPLETE, DTC_ORDER_STATUS_OPEN);
  peer_cancel (&peer, id, "A-1");
  peer_expect_update (&peer, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED);
  peer_close (&peer);
}

static void
test_two_live (void)
{
  g_autoptr (SimServer) server = start_with ("two-live-orders");
  g_autofree char      *id = NULL;
  const DtcOrderUpdate *update;
  Peer                  peer;

  begin (&peer, server);
  id = submit_limit (&peer, "A-1");
  peer_change_quantity (&peer, id, "A-1", 3);
  update = peer_expect_update (&peer, DTC_ORDER_CANCEL_REPLACE_COMPLETE, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpfloat (update->order_quantity, ==, 3);
  g_assert_cmpstr (update->server_order_id, !=, id);
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 2);
  peer_close (&peer);
}

static void
test_ids_reused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *folder = g_dir_make_tmp ("sim-fault-XXXXXX", &error);
  g_autofree char   *path = g_build_filename (folder, "state", NULL);
  g_autofree char   *lock = g_strconcat (path, ".lock", NULL);
  g_autofree char   *first = NULL;
  g_autofree char   *second = NULL;
  guint              life;
  Peer               peer;

  g_assert_no_error (error);
  for (life = 0; life < 2; life++)
    {
      g_autofree char      *name = g_strdup_printf ("A-%u", life);
      SimOptions           *options = sim_quiet_options (DTC_NUMBERING_DTC);
      g_autoptr (SimServer) server = NULL;
      char                 *id;

      options->state_path = g_strdup (path);
      sim_faults_add (options->faults, "ids-reused", &error);
      g_assert_no_error (error);
      server = sim_start (options);
      begin (&peer, server);
      id = submit_limit (&peer, name);
      peer_cancel (&peer, id, name);
      peer_expect_update (&peer, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED);
      *(life == 0 ? &first : &second) = id;
      peer_close (&peer);
    }
  g_assert_cmpstr (first, ==, second);
  g_unlink (path);
  g_unlink (lock);
  g_rmdir (folder);
}

/* The server's clock says that a heartbeat is due; each time it is three seconds later. */
static void
beat (SimServer *server)
{
  static gint64 ahead;

  ahead += 3 * G_USEC_PER_SEC;
  sim_client_tick (sim_server_get_client (server, 0), g_get_monotonic_time () + ahead);
}

static void
test_heartbeats (void)
{
  SimOptions           *options = sim_quiet_options (DTC_NUMBERING_DTC);
  g_autoptr (SimServer) server = NULL;
  Peer                  peer;
  guint                 i;

  options->heartbeat = 3;
  server = sim_start (options);
  add (server, "no-heartbeats");
  begin (&peer, server);
  beat (server);
  beat (server);
  assert_struck (server, 2);
  sim_faults_clear (sim_server_get_faults (server), 0);
  beat (server);
  g_assert_cmpuint (peer_expect (&peer, DTC_MSG_HEARTBEAT)->heartbeat.num_dropped_messages, ==, 0);
  add (server, "claim-dropped set:NumDroppedMessages=7");
  beat (server);
  g_assert_cmpuint (peer_expect (&peer, DTC_MSG_HEARTBEAT)->heartbeat.num_dropped_messages, ==, 7);
  sim_faults_clear (sim_server_get_faults (server), 0);

  add (server, "drop-data times=3");
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 1, "ESZ6");
  sim_run ();
  for (i = 0; i < 100; i++)
    sim_server_step (server);
  assert_struck (server, 3);
  beat (server);
  g_assert_cmpuint (peer_expect (&peer, DTC_MSG_HEARTBEAT)->heartbeat.num_dropped_messages, ==, 3);
  peer_close (&peer);
}

/* Only the connection that is named, and only the numbers that are asked for. */
static void
test_choice (void)
{
  g_autoptr (SimServer) server = start_with ("lose type=trading client=2 times=all");
  Peer                  first, second;

  begin (&first, server);
  begin (&second, server);
  g_free (submit_limit (&first, "A-1"));
  peer_submit (&second, "A-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  assert_accepted (&first, "A-2");
  sim_faults_clear (sim_server_get_faults (server), 0);
  peer_submit (&second, "A-3", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  g_assert_true (peer_next (&second));
  g_assert_cmpstr (second.message.order_update.client_order_id, ==, "A-3");
  peer_close (&first);
  peer_close (&second);
}

static void
test_grammar (void)
{
  static const char *const wrong[] = {
    "", "  ", "nothing", "lose", "lose type=0", "lose type=4711", "lose type=NOPE", "lose type=301 Nope=1",
    "lose type=301 OrderUpdateReason=NOPE", "lose type=301 OrderQuantity=many", "lose type=301 nth=0",
    "lose type=301 times=0", "lose type=301 nth=x", "lose type=301 word", "lose type=301 speed=1", "cut how=loud",
    "garbage form=nice", "lose type=301 dir=up", "lose type=301 \"open", "cut byte=-1", "cut ClientOrderID=A",
    "reorder type=301 after=0", "alter type=301 set:Nope=1", "alter type=301 unset:Nope", "lose type=301 set:Price1=NaN",
  };
  g_autoptr (GError)    error = NULL;
  g_autoptr (SimFaults) faults = sim_faults_new ();
  g_autofree char      *folder = g_dir_make_tmp ("sim-fault-XXXXXX", &error);
  g_autofree char      *path = g_build_filename (folder, "script", NULL);
  guint                 i;

  g_assert_no_error (error);
  for (i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_cmpuint (sim_faults_add (faults, wrong[i], &error), ==, 0);
      g_assert_error (error, SIM_FAULT_ERROR, 0);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_clear_error (&error);
    }
  g_assert_true (sim_faults_is_empty (faults));
  g_assert_true (g_file_set_contents (path, "# a drill\n\n  ack-lost nth=2 \ncut byte=100 how=rst\n", -1, NULL));
  g_assert_true (sim_faults_load (faults, path, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sim_faults_length (faults), ==, 2);
  g_assert_cmpstr (sim_fault_text (sim_faults_get (faults, 0)), ==, "ack-lost nth=2");
  g_assert_true (sim_faults_clear (faults, 2));
  g_assert_false (sim_faults_clear (faults, 2));
  g_assert_true (g_file_set_contents (path, "ack-lost\nlsoe type=301\n", -1, NULL));
  g_assert_false (sim_faults_load (faults, path, &error));
  g_assert_nonnull (strstr (error->message, "line 2"));
  g_clear_error (&error);
  g_unlink (path);
  g_assert_false (sim_faults_load (faults, path, &error));
  g_rmdir (folder);
}

/* What --help-faults lists can be written, and there is a test for it here. */
static void
test_names (void)
{
  static const char *const tested[] = {
    "lose", "delay", "duplicate", "reorder", "alter", "garbage", "cut", "deaf", "refuse-address", "silent-logon",
    "logon-error", "logon-final", "redirect", "never-acknowledge", "ack-lost", "ack-lost-filled", "fill-lost",
    "duplicate-fill", "anonymous-restatement", "cancel-rejected", "replace-rejected", "two-live-orders", "ids-reused",
    "no-heartbeats", "claim-dropped", "drop-data", "wrong-total", "short-batch", "short-positions", NULL,
  };
  g_autofree char      *help = sim_faults_help ();
  g_auto (GStrv)        lines = g_strsplit (strstr (help, "as in\na shell") , "\n", -1);
  g_autoptr (SimFaults) faults = sim_faults_new ();
  guint                 n = 0;
  guint                 i;

  for (i = 0; lines[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv)     words = NULL;
      g_autofree char   *line = NULL;

      if (!g_str_has_prefix (lines[i], "  "))
        continue;
      words = g_strsplit (lines[i] + 2, " ", 2);
      g_assert_true (g_strv_contains (tested, words[0]));
      line = g_strconcat (words[0], strstr (lines[i], "type=") ? "" : " type=301", NULL);
      sim_faults_add (faults, line, &error);
      g_assert_no_error (error);
      n++;
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (tested) - 1);
}

int
main (int    argc,
      char **argv)
{
  g_unsetenv ("DTC_SIM_USERNAME");
  g_unsetenv ("DTC_SIM_PASSWORD");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/fault/lose", test_lose);
  g_test_add_func ("/sim/fault/delay", test_delay);
  g_test_add_func ("/sim/fault/duplicate", test_duplicate);
  g_test_add_func ("/sim/fault/reorder", test_reorder);
  g_test_add_func ("/sim/fault/alter", test_alter);
  g_test_add_func ("/sim/fault/garbage", test_garbage);
  g_test_add_func ("/sim/fault/cut", test_cut);
  g_test_add_func ("/sim/fault/cut-in", test_cut_in);
  g_test_add_func ("/sim/fault/cut-message", test_cut_message);
  g_test_add_func ("/sim/fault/deaf", test_deaf);
  g_test_add_func ("/sim/fault/refuse-address", test_refuse_address);
  g_test_add_func ("/sim/fault/logon", test_logon);
  g_test_add_func ("/sim/fault/silent-logon", test_silent_logon);
  g_test_add_func ("/sim/fault/never-acknowledge", test_never_acknowledge);
  g_test_add_func ("/sim/fault/ack-lost", test_ack_lost);
  g_test_add_func ("/sim/fault/ack-lost-filled", test_ack_lost_filled);
  g_test_add_func ("/sim/fault/fills", test_fills);
  g_test_add_func ("/sim/fault/restatement", test_restatement);
  g_test_add_func ("/sim/fault/rejected", test_rejected);
  g_test_add_func ("/sim/fault/two-live", test_two_live);
  g_test_add_func ("/sim/fault/ids-reused", test_ids_reused);
  g_test_add_func ("/sim/fault/heartbeats", test_heartbeats);
  g_test_add_func ("/sim/fault/choice", test_choice);
  g_test_add_func ("/sim/fault/grammar", test_grammar);
  g_test_add_func ("/sim/fault/names", test_names);
  return g_test_run ();
}
