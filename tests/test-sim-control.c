/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "sim-control.h"
#include "sim-peer.h"

/* Commands to a server that runs, and what its clients see of them. */

/* Performs @line; the answer must say ok. */
static char *
command (SimServer  *server,
         const char *line)
{
  char *answer = sim_control_perform (server, line);

  if (!g_str_has_prefix (answer, "{\"ok\":true"))
    g_error ("%s: %s", line, answer);
  g_assert_null (strchr (answer, '\n'));
  return answer;
}

static void
do_command (SimServer  *server,
            const char *line)
{
  g_free (command (server, line));
}

static void
begin (Peer      *peer,
       SimServer *server)
{
  peer_open (peer, server, DTC_NUMBERING_DTC);
  g_assert_cmpint (peer_log_on (peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
}

static void
test_looking (void)
{
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  g_autofree char      *help = command (server, "help");
  g_autofree char      *status = NULL;
  g_autofree char      *orders = NULL;
  Peer                  peer;

  g_assert_nonnull (strstr (help, "\"phase pre-open|open|close|halt [SYMBOL]\""));
  begin (&peer, server);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4990);
  peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  status = command (server, "status");
  g_assert_nonnull (strstr (status, "\"submits\":1"));
  g_assert_nonnull (strstr (status, "\"working\":1"));
  g_assert_nonnull (strstr (status, "\"logged_on\":true"));
  orders = command (server, "orders");
  g_assert_nonnull (strstr (orders, "\"client_id\":\"A-1\""));
  g_assert_nonnull (strstr (orders, peer.message.order_update.server_order_id));
  peer_close (&peer);
}

static void
test_faults (void)
{
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  g_autofree char      *faults = NULL;
  Peer                  peer;

  begin (&peer, server);
  do_command (server, "fault ack-lost ClientOrderID=\"A 1\"");
  peer_submit (&peer, "A 1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  peer_submit (&peer, "A-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  g_assert_cmpstr (peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN)->client_order_id, ==,
                   "A-2");
  faults = command (server, "faults");
  g_assert_nonnull (strstr (faults, "\"struck\":1"));
  do_command (server, "clear 1");
  do_command (server, "fault no-heartbeats");
  do_command (server, "clear");
  g_assert_true (sim_faults_is_empty (sim_server_get_faults (server)));
  peer_close (&peer);
}

static void
test_market (void)
{
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  SimMarket            *market = sim_exchange_find_market (sim_server_get_exchange (server), "ESZ6");
  gint64                fair = market->fair;
  Peer                  peer;

  begin (&peer, server);
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 1, "ESZ6");
  peer_expect (&peer, DTC_MSG_MARKET_DATA_SNAPSHOT);
  do_command (server, "move ESZ6 -8");
  g_assert_cmpint (market->fair, ==, fair - 8);
  g_assert_cmpfloat (peer_expect (&peer, DTC_MSG_MARKET_DATA_UPDATE_BID_ASK)->market_data_update_bid_ask.bid_price, ==,
                     sim_instrument_to_wire (market->instrument, (double) fair - 8));
  do_command (server, "phase halt ESZ6");
  g_assert_cmpint (market->phase, ==, DTC_TRADING_STATUS_TRADING_HALT);
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_TRADING_SYMBOL_STATUS)->body.trading_symbol_status.status, ==,
                   DTC_TRADING_STATUS_TRADING_HALT);
  do_command (server, "phase open");
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_TRADING_SYMBOL_STATUS)->body.trading_symbol_status.status, ==,
                   DTC_TRADING_STATUS_OPEN);
  do_command (server, "feed down");
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_MARKET_DATA_FEED_STATUS)->body.market_data_feed_status.status, ==,
                   DTC_MARKET_DATA_FEED_UNAVAILABLE);
  do_command (server, "step 20");
  do_command (server, "feed up");
  /* Nothing in between, and then where the market is. */
  g_assert_true (peer_next (&peer));
  g_assert_cmpint (peer.message.type, ==, DTC_MSG_MARKET_DATA_FEED_STATUS);
  peer_expect (&peer, DTC_MSG_MARKET_DATA_SNAPSHOT);
  do_command (server, "feed down ESZ6");
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_MARKET_DATA_FEED_SYMBOL_STATUS)
                     ->body.market_data_feed_symbol_status.status, ==, DTC_MARKET_DATA_FEED_UNAVAILABLE);
  do_command (server, "feed up ESZ6");
  peer_expect (&peer, DTC_MSG_MARKET_DATA_SNAPSHOT);
  peer_close (&peer);
}

static void
test_orders (void)
{
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  g_autofree char      *id = NULL;
  g_autofree char      *line = NULL;
  const DtcOrderUpdate *update;
  Peer                  peer;

  begin (&peer, server);
  do_command (server, "order SIM1 ESZ6 buy 3 limit 4990");
  update = peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpfloat (update->order_quantity, ==, 3);
  id = g_strdup (update->server_order_id);
  line = g_strdup_printf ("fill %s 1", id);
  do_command (server, line);
  update = peer_expect_update (&peer, DTC_ORDER_FILLED_PARTIALLY, DTC_ORDER_STATUS_PARTIALLY_FILLED);
  g_assert_cmpfloat (update->filled_quantity, ==, 1);
  g_assert_cmpfloat (peer_expect (&peer, DTC_MSG_POSITION_UPDATE)->position_update.quantity, ==, 1);
  g_free (line);
  line = g_strdup_printf ("kill %s \"end of drill\"", id);
  do_command (server, line);
  update = peer_expect_update (&peer, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpstr (update->info_text, ==, "end of drill");
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  g_free (line);
  line = g_strdup_printf ("lose %s", peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED,
                                                         DTC_ORDER_STATUS_OPEN)->server_order_id);
  do_command (server, line);
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 0);
  do_command (server, "balance SIM2 -500 fee");
  g_assert_cmpfloat (peer_expect (&peer, DTC_MSG_ACCOUNT_BALANCE_UPDATE)->account_balance_update.cash_balance, ==,
                     99500);
  do_command (server, "trading SIM1 off");
  peer_submit (&peer, "A-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990);
  peer_expect_update (&peer, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED);
  do_command (server, "trading SIM1 on");
  do_command (server, "limits SIM1 2 0 0");
  peer_submit (&peer, "A-3", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 3, 4990);
  peer_expect_update (&peer, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED);
  do_command (server, "act 5");
  peer_close (&peer);
}

static void
test_people (void)
{
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  g_autofree char      *answer = NULL;
  Peer                  peer, other;

  begin (&peer, server);
  begin (&other, server);
  do_command (server, "say Lunch \"is <b>over</b>\"");
  g_assert_cmpstr (peer_expect (&peer, DTC_MSG_USER_MESSAGE)->user_message.user_message, ==, "Lunch is <b>over</b>");
  do_command (server, "log a line");
  g_assert_cmpstr (peer_expect (&peer, DTC_MSG_GENERAL_LOG_MESSAGE)->general_log_message.message_text, ==, "a line");
  do_command (server, "alert \"Wake up\" SIM1");
  g_assert_cmpstr (peer_expect (&peer, DTC_MSG_ALERT_MESSAGE)->alert_message.message_text, ==, "Wake up");
  answer = command (server, "cut 2 rst");
  g_assert_nonnull (strstr (answer, "\"cut\":1"));
  g_assert_false (peer_next (&other) && peer_next (&other) && peer_next (&other) && peer_next (&other));
  g_assert_cmpuint (sim_server_get_n_clients (server), ==, 1);
  do_command (server, "logoff good night");
  g_assert_cmpstr (peer_expect (&peer, DTC_MSG_LOGOFF)->logoff.reason, ==, "good night");
  g_assert_false (peer_next (&peer));
  peer_close (&peer);
  peer_close (&other);
  begin (&peer, server);
  peer_close (&peer);
}

static void
test_refusals (void)
{
  static const char *const lines[] = {
    "", "nothing", "status now", "fault", "fault nonsense", "clear 7", "clear x", "step 0", "move ESZ6", "move NOPE 1",
    "move ESZ6 1.5", "phase sideways", "phase halt NOPE", "feed gone", "order SIM1 ESZ6 buy 1", "order SIM1 ESZ6 hold 1 limit 1",
    "order SIM9 ESZ6 buy 1 market", "order SIM1 NOPE buy 1 market", "fill nobody", "kill nobody", "lose nobody",
    "balance SIM9 1", "balance SIM1 much", "trading SIM1 perhaps", "trading SIM9 on", "limits SIM9 1 1 1", "cut 1 loud",
    "say", "say \"open",
  };
  static const struct { const char *command; gsize room; } texts[] = { { "say", 255 }, { "log", 127 }, { "alert", 127 } };
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  guint                 i;

  for (i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *answer = sim_control_perform (server, lines[i]);

      if (!g_str_has_prefix (answer, "{\"ok\":false,\"error\":\""))
        g_error ("%s: %s", lines[i], answer);
    }
  for (i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *word = g_strnfill (texts[i].room + 1, 'x');
      g_autofree char *line = g_strconcat (texts[i].command, " ", word, NULL);
      g_autofree char *answer = sim_control_perform (server, line);

      g_assert_nonnull (strstr (answer, "longer"));
      line[strlen (line) - 1] = '\0';
      do_command (server, line);
    }
}

/* Through the socket, which is ours alone, and is gone afterwards. */
static void
test_socket (void)
{
  g_autoptr (GError)         error = NULL;
  g_autofree char           *folder = g_dir_make_tmp ("sim-control-XXXXXX", &error);
  g_autofree char           *path = g_build_filename (folder, "control", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket)        socket = NULL;
  g_autoptr (GSocket)        left = NULL;
  g_autoptr (GString)        seen = g_string_new (NULL);
  SimOptions                *options = sim_quiet_options (DTC_NUMBERING_DTC);
  SimServer                 *server;
  GStatBuf                   info;

  g_assert_no_error (error);
  /* What a dead server left is taken away. */
  left = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_true (g_socket_bind (left, address, FALSE, &error));
  g_socket_close (left, NULL);
  options->control_path = g_strdup (path);
  server = sim_start (options);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_true (S_ISSOCK (info.st_mode));
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  /* Another one does not take what a living one has. */
  options = sim_quiet_options (DTC_NUMBERING_DTC);
  options->control_path = g_strdup (path);
  g_assert_null (sim_server_new (options, &error));
  g_assert_error (error, SIM_OPTIONS_ERROR, 0);
  g_clear_error (&error);

  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_true (g_socket_connect (socket, address, NULL, &error));
  g_socket_set_blocking (socket, FALSE);
  g_assert_cmpint (g_socket_send (socket, "status\nnonsense\n", 16, NULL, NULL), ==, 16);
  while (!strstr (seen->str, "\"ok\":false"))
    {
      char   buffer[512];
      gssize n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);

      g_assert_cmpint (n, !=, 0);
      if (n > 0)
        g_string_append_len (seen, buffer, n);
      else
        g_main_context_iteration (NULL, TRUE);
    }
  g_assert_true (g_str_has_prefix (seen->str, "{\"ok\":true"));
  sim_server_free (server);
  sim_run ();
  g_assert_cmpint (g_stat (path, &info), !=, 0);
  /* What is no socket is left alone. */
  g_assert_true (g_file_set_contents (path, "mine", -1, NULL));
  options = sim_quiet_options (DTC_NUMBERING_DTC);
  options->control_path = g_strdup (path);
  g_assert_null (sim_server_new (options, &error));
  g_assert_error (error, SIM_OPTIONS_ERROR, 0);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_unsetenv ("DTC_SIM_USERNAME");
  g_unsetenv ("DTC_SIM_PASSWORD");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/control/looking", test_looking);
  g_test_add_func ("/sim/control/faults", test_faults);
  g_test_add_func ("/sim/control/market", test_market);
  g_test_add_func ("/sim/control/orders", test_orders);
  g_test_add_func ("/sim/control/people", test_people);
  g_test_add_func ("/sim/control/refusals", test_refusals);
  g_test_add_func ("/sim/control/socket", test_socket);
  return g_test_run ();
}
