/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-server.h"

#include <string.h>

#include "sim-client.h"
#include "sim-feed.h"
#include "sim-log.h"
#include "sim-requests.h"
#include "sim-state.h"
#include "sim-symbols.h"

#define MAX_CLIENTS 256
#define STEP_MIN    200 /* milliseconds between two moves of the market at speed 1 */
#define STEP_MAX    500

/* A message on its way. */
typedef struct
{
  gint64      due; /* monotonic */
  SimClient  *client;
  DtcMessage *message;
} Delayed;

struct _SimServer
{
  SimOptions     *options;
  SimExchange    *exchange;
  SimState       *state;
  SimLog         *log;
  GSocketService *service;
  guint           port;
  GPtrArray      *clients;
  guint           next_client;
  GQueue          delayed;
  GSource        *delay_timer;
  GSource        *market_timer;
  GSource        *second_timer;
  GRand          *pace;
  GHashTable     *counts[SIM_COUNT_KINDS];
  guint           totals[SIM_COUNT_KINDS];
  gboolean        failed;
  void          (*failed_func) (const GError *, gpointer);
  gpointer        failed_data;
};

static void
say (SimServer  *server,
     const char *text)
{
  if (!server->options->quiet)
    g_printerr ("dtc-sim: %s\n", text);
}

/* Ends a turn: what happened becomes durable, then it is told. */
static void
end_turn (SimServer *server)
{
  g_autoptr (GError) error = NULL;
  gint64             now = g_get_real_time ();
  guint              i;

  if (server->failed)
    return;
  if (server->state && !sim_state_commit (server->state, server->exchange, &error))
    {
      server->failed = TRUE;
      sim_server_cut (server);
      if (server->failed_func)
        server->failed_func (error, server->failed_data);
      return;
    }
  if (!server->state)
    sim_exchange_clear_dirty (server->exchange);
  /* Backwards: a client that fails leaves the list. */
  for (i = server->clients->len; i > 0; i--)
    {
      g_autoptr (SimClient) client = sim_client_ref (g_ptr_array_index (server->clients, i - 1));

      if (sim_client_is_logged_on (client))
        sim_feed_update (client, now);
      sim_client_flush (client);
    }
}

static void
emit (gpointer          origin,
      const DtcMessage *message,
      gpointer          user_data)
{
  SimServer *server = user_data;
  guint      i;

  if (origin)
    {
      sim_client_send (origin, message);
      return;
    }
  for (i = server->clients->len; i > 0; i--)
    if (sim_client_is_logged_on (g_ptr_array_index (server->clients, i - 1)))
      sim_client_send (g_ptr_array_index (server->clients, i - 1), message);
}

static void
show_trade (const SimMarket *market,
            gpointer         user_data)
{
  SimServer *server = user_data;
  guint      i;

  for (i = server->clients->len; i > 0; i--)
    if (sim_client_is_logged_on (g_ptr_array_index (server->clients, i - 1)))
      sim_feed_trade (g_ptr_array_index (server->clients, i - 1), market);
}

/* Commands. */

static void
count (SimServer  *server,
       SimCount    kind,
       const char *client_id)
{
  guint so_far = GPOINTER_TO_UINT (g_hash_table_lookup (server->counts[kind], client_id));

  server->totals[kind]++;
  g_hash_table_replace (server->counts[kind], g_strdup (client_id), GUINT_TO_POINTER (so_far + 1));
}

static void
count_message (SimServer        *server,
               const DtcMessage *message)
{
  if (message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
    count (server, SIM_COUNT_SUBMIT, message->submit_new_single_order.client_order_id);
  else if (message->type == DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER)
    count (server, SIM_COUNT_SUBMIT, message->submit_flatten_position_order.client_order_id);
  else if (message->type == DTC_MSG_CANCEL_ORDER)
    count (server, SIM_COUNT_CANCEL, message->cancel_order.client_order_id);
  else if (message->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    count (server, SIM_COUNT_REPLACE, message->cancel_replace_order.client_order_id);
}

/* Under the published numbers 300 asks for open orders: someone who sends an order in it means the other ones. */
static void
hint_numbering (SimServer        *server,
                const DtcMessage *message)
{
  if (server->options->numbering != DTC_NUMBERING_DTC)
    return;
  if (message->type == DTC_MSG_OPEN_ORDERS_REQUEST && message->unknown
      && (strstr (message->unknown, "BuySell") || strstr (message->unknown, "Quantity")))
    say (server, "a client sent an order as message 300, which asks for the open orders here; start the simulator "
                 "with --numbering brief, or set the client to the published numbers");
  else if (message->type == DTC_MSG_OPEN_ORDERS_REJECT)
    say (server, "a client sent message 302, which only a server sends under the published numbers; nothing was "
                 "cancelled or changed");
}

static void
perform (SimServer        *server,
         SimClient        *client,
         const DtcMessage *message)
{
  SimExchange *exchange = server->exchange;
  const char  *username = sim_client_get_username (client);
  gint64       now = g_get_real_time ();

  if (sim_exchange_perform (exchange, client, message, username, now))
    {
      sim_exchange_finish (exchange, now);
      return;
    }
  switch (message->type)
    {
    case DTC_MSG_MARKET_DATA_REQUEST:
      if (message->market_data_request.request_action == DTC_SUBSCRIBE)
        sim_symbols_offer (exchange, client, message->market_data_request.symbol);
      sim_feed_request (exchange, client, message, now);
      break;
    case DTC_MSG_MARKET_DEPTH_REQUEST:
      sim_feed_depth_request (exchange, client, message, now);
      break;
    default:
      sim_requests_answer (exchange, client, message, now);
      break;
    }
}

static gboolean perform_delayed (gpointer user_data);

static void
arm_delay_timer (SimServer *server)
{
  const Delayed *first = g_queue_peek_head (&server->delayed);

  if (!first || server->delay_timer)
    return;
  server->delay_timer = g_timeout_source_new ((guint) (MAX (0, first->due - g_get_monotonic_time () + 999) / 1000));
  g_source_set_callback (server->delay_timer, perform_delayed, server, NULL);
  g_source_attach (server->delay_timer, g_main_context_get_thread_default ());
}

static void
delayed_free (Delayed *delayed)
{
  sim_client_unref (delayed->client);
  dtc_message_free (delayed->message);
  g_free (delayed);
}

static gboolean
perform_delayed (gpointer user_data)
{
  SimServer *server = user_data;
  gint64     now = g_get_monotonic_time ();

  g_clear_pointer (&server->delay_timer, g_source_unref);
  while (server->delayed.length > 0 && ((Delayed *) g_queue_peek_head (&server->delayed))->due <= now)
    {
      Delayed *delayed = g_queue_pop_head (&server->delayed);

      perform (server, delayed->client, delayed->message);
      delayed_free (delayed);
    }
  arm_delay_timer (server);
  end_turn (server);
  return G_SOURCE_REMOVE;
}

static void
on_received (SimClient        *client,
             const DtcMessage *message,
             const char       *problem,
             gpointer          user_data)
{
  SimServer *server = user_data;
  Delayed   *delayed;

  if (problem)
    {
      g_autofree char *text = g_strdup_printf ("The order cannot be read: %s", problem);

      /* Without a name there is nobody to refuse. */
      if (message->type != DTC_MSG_SUBMIT_NEW_SINGLE_ORDER || !*message->submit_new_single_order.client_order_id)
        return;
      count_message (server, message);
      sim_exchange_refuse (server->exchange, client, message, text, g_get_real_time ());
      return;
    }
  count_message (server, message);
  hint_numbering (server, message);
  if (server->options->latency == 0)
    {
      perform (server, client, message);
      return;
    }
  delayed = g_new0 (Delayed, 1);
  delayed->due = g_get_monotonic_time () + server->options->latency;
  delayed->client = sim_client_ref (client);
  delayed->message = dtc_message_copy (message);
  g_queue_push_tail (&server->delayed, delayed);
  arm_delay_timer (server);
}

static void
on_logged_on (SimClient *client,
              gpointer   user_data)
{
  SimServer *server = user_data;

  /* There is no question for open orders in this numbering: they are told unasked, once a connection. */
  if (server->options->numbering == DTC_NUMBERING_BRIEF)
    sim_requests_restate (server->exchange, client, 0, "", "");
}

static void
on_idle (gpointer user_data)
{
  end_turn (user_data);
}

static void
on_closed (SimClient *client,
           gpointer   user_data)
{
  SimServer *server = user_data;

  sim_exchange_forget_origin (server->exchange, client);
  g_ptr_array_remove (server->clients, client);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  static const SimClientFuncs funcs = { on_received, on_logged_on, on_idle, on_closed };
  SimServer                  *server = user_data;

  if (server->clients->len < MAX_CLIENTS && !server->failed)
    g_ptr_array_add (server->clients, sim_client_new (server->next_client++, connection, server->options, server->log,
                                                      &funcs, server));
  return TRUE;
}

/* Time. */

static gboolean move_market (gpointer user_data);

static void
arm_market_timer (SimServer *server)
{
  double wait = g_rand_double_range (server->pace, STEP_MIN, STEP_MAX) / server->options->speed;

  server->market_timer = g_timeout_source_new ((guint) CLAMP (wait, 1, 3600 * 1000));
  g_source_set_callback (server->market_timer, move_market, server, NULL);
  g_source_attach (server->market_timer, g_main_context_get_thread_default ());
}

void
sim_server_step (SimServer *server)
{
  gint64 now = g_get_real_time ();

  sim_exchange_step (server->exchange, now);
  sim_exchange_finish (server->exchange, now);
  end_turn (server);
}

static gboolean
move_market (gpointer user_data)
{
  SimServer *server = user_data;

  g_clear_pointer (&server->market_timer, g_source_unref);
  sim_server_step (server);
  arm_market_timer (server);
  return G_SOURCE_REMOVE;
}

static gboolean
on_second (gpointer user_data)
{
  SimServer *server = user_data;
  gint64     now = g_get_real_time ();
  guint      i;

  sim_exchange_expire (server->exchange, now);
  sim_exchange_finish (server->exchange, now);
  end_turn (server);
  for (i = server->clients->len; i > 0; i--)
    {
      g_autoptr (SimClient) client = sim_client_ref (g_ptr_array_index (server->clients, i - 1));

      sim_client_tick (client, g_get_monotonic_time ());
    }
  return G_SOURCE_CONTINUE;
}

/* Start and end. */

static gboolean
start_listening (SimServer *server,
                 GError   **error)
{
  const SimOptions          *options = server->options;
  g_autoptr (GInetAddress)   inet = g_inet_address_new_from_string (options->bind);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (inet, (guint16) options->port);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError)         local = NULL;

  server->service = g_socket_service_new ();
  g_signal_connect (server->service, "incoming", G_CALLBACK (on_incoming), server);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (server->service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &effective, &local))
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        g_set_error (error, SIM_OPTIONS_ERROR, 0,
                     "Port %u on %s is already in use: choose another one with --port, or 0 for any that is free.",
                     options->port, options->bind);
      else
        g_set_error (error, SIM_OPTIONS_ERROR, 0, "Port %u on %s cannot be listened on: %s.", options->port,
                     options->bind, local->message);
      return FALSE;
    }
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_socket_service_start (server->service);
  return TRUE;
}

static gboolean
open_files (SimServer *server,
            GError   **error)
{
  if (server->options->log_path && !(server->log = sim_log_open (server->options->log_path, error)))
    return FALSE;
  return !server->options->state_path
         || (server->state = sim_state_open (server->options->state_path, server->exchange, error)) != NULL;
}

SimServer *
sim_server_new (SimOptions *options,
                GError    **error)
{
  const SimSink sink = { .emit = emit, .trade = show_trade };
  SimServer    *server = g_new0 (SimServer, 1);
  gint64        now = g_get_real_time ();
  guint         i;

  server->options = options;
  server->exchange = sim_exchange_new (options, &sink, server, now);
  server->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_client_unref);
  server->next_client = 1;
  server->pace = g_rand_new_with_seed (options->seed);
  g_queue_init (&server->delayed);
  for (i = 0; i < SIM_COUNT_KINDS; i++)
    server->counts[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!open_files (server, error))
    {
      sim_server_free (server);
      return NULL;
    }
  sim_exchange_open (server->exchange, now);
  sim_exchange_finish (server->exchange, now);
  end_turn (server);
  if (server->failed || !start_listening (server, error))
    {
      if (server->failed)
        g_set_error_literal (error, SIM_OPTIONS_ERROR, 0, "The state file cannot be written.");
      sim_server_free (server);
      return NULL;
    }
  if (options->speed > 0)
    arm_market_timer (server);
  server->second_timer = g_timeout_source_new (1000);
  g_source_set_callback (server->second_timer, on_second, server, NULL);
  g_source_attach (server->second_timer, g_main_context_get_thread_default ());
  return server;
}

static void
clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
sim_server_cut (SimServer *server)
{
  while (server->clients->len > 0)
    {
      g_autoptr (SimClient) client = sim_client_ref (g_ptr_array_index (server->clients, 0));

      sim_client_close (client, "cut off");
    }
}

void
sim_server_log_off (SimServer *server)
{
  g_socket_service_stop (server->service);
  while (server->clients->len > 0)
    {
      g_autoptr (SimClient) client = sim_client_ref (g_ptr_array_index (server->clients, 0));

      sim_client_log_off (client, "The simulator stops");
    }
}

void
sim_server_free (SimServer *server)
{
  guint i;

  if (!server)
    return;
  clear_source (&server->delay_timer);
  clear_source (&server->market_timer);
  clear_source (&server->second_timer);
  if (server->service)
    {
      g_signal_handlers_disconnect_by_data (server->service, server);
      g_socket_service_stop (server->service);
      g_socket_listener_close (G_SOCKET_LISTENER (server->service));
      g_object_unref (server->service);
    }
  sim_server_cut (server);
  g_ptr_array_unref (server->clients);
  g_queue_clear_full (&server->delayed, (GDestroyNotify) delayed_free);
  sim_state_close (server->state);
  sim_exchange_free (server->exchange);
  sim_log_close (server->log);
  g_rand_free (server->pace);
  for (i = 0; i < SIM_COUNT_KINDS; i++)
    g_hash_table_unref (server->counts[i]);
  sim_options_free (server->options);
  g_free (server);
}

guint
sim_server_get_port (SimServer *server)
{
  return server->port;
}

SimExchange *
sim_server_get_exchange (SimServer *server)
{
  return server->exchange;
}

void
sim_server_set_failed (SimServer  *server,
                       void      (*func) (const GError *error, gpointer user_data),
                       gpointer    user_data)
{
  server->failed_func = func;
  server->failed_data = user_data;
}

guint
sim_server_count (SimServer  *server,
                  SimCount    kind,
                  const char *client_order_id)
{
  if (!client_order_id)
    return server->totals[kind];
  return GPOINTER_TO_UINT (g_hash_table_lookup (server->counts[kind], client_order_id));
}
