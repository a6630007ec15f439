/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-server.h"

#include <string.h>

#include "sim-certificate.h"
#include "sim-control.h"
#include "sim-feed.h"
#include "sim-history.h"
#include "sim-log.h"
#include "sim-refusal.h"
#include "sim-replay.h"
#include "sim-requests.h"
#include "sim-state.h"
#include "sim-symbols.h"

#define MAX_CLIENTS 256
#define STEP_MIN    200 /* milliseconds between two moves of the market at speed 1 */
#define STEP_MAX    500
#define SLICE       20  /* markets that move in one turn when there are many: the load is even */

/* A message on its way. */
typedef struct
{
  gint64      due; /* monotonic */
  SimClient  *client;
  DtcMessage *message;
  SimMischief mischief;
} Delayed;

/* One port. */
typedef struct
{
  GSocketService *service;
  SimClientSetup  setup;
  guint           port;
} Listener;

struct _SimServer
{
  SimOptions     *options;
  SimExchange    *exchange;
  SimState       *state;
  SimLog         *log;
  SimFeed        *feed;
  SimHistory     *history;
  SimControl     *control;
  GTlsCertificate *certificate;
  Listener        listeners[2]; /* by SimPort */
  GPtrArray      *clients;
  guint           next_client;
  GQueue          delayed;
  GSource        *delay_timer;
  GSource        *market_timer;
  GSource        *second_timer;
  GRand          *pace;
  SimReplay      *replay;
  gint64          replay_began; /* monotonic */
  guint           slice;        /* whose turn it is */
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

/* What was begun in the exchange is done, and the feed learns where. */
static void
finish (SimServer *server,
        gint64     now)
{
  const GPtrArray *active = server->exchange->active;
  guint            i;

  for (i = 0; i < active->len; i++)
    sim_feed_touch (server->feed, g_ptr_array_index (active, i));
  sim_exchange_finish (server->exchange, now);
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
  sim_feed_update (server->feed, now);
  /* Backwards: a client that fails leaves the list. */
  for (i = server->clients->len; i > 0; i--)
    {
      g_autoptr (SimClient) client = sim_client_ref (g_ptr_array_index (server->clients, i - 1));

      sim_client_flush (client);
    }
}

static gboolean
is_told (SimClient *client)
{
  return sim_client_is_logged_on (client) && sim_client_get_port (client) == SIM_PORT_TRADING;
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
    if (is_told (g_ptr_array_index (server->clients, i - 1)))
      sim_client_send (g_ptr_array_index (server->clients, i - 1), message);
}

static void
show_trade (const SimMarket *market,
            gpointer         user_data)
{
  SimServer *server = user_data;

  sim_feed_trade (server->feed, market);
  sim_history_trade (server->history, market);
}

static void
show_session (const SimMarket *market,
              guint            what,
              gpointer         user_data)
{
  SimServer *server = user_data;

  sim_feed_session (server->feed, market, what);
}

static void
show_status (const SimMarket *market,
             gpointer         user_data)
{
  SimServer          *server = user_data;
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gint64              now = g_get_real_time ();

  if (market)
    {
      sim_feed_status (server->feed, market, now);
      return;
    }
  dtc_message_init (&message, DTC_MSG_MARKET_DATA_FEED_STATUS);
  dtc_message_set_int (&message, DTC_MARKET_DATA_FEED_STATUS_F_STATUS,
                       server->exchange->feed_down ? DTC_MARKET_DATA_FEED_UNAVAILABLE : DTC_MARKET_DATA_FEED_AVAILABLE);
  emit (NULL, &message, server);
  if (!server->exchange->feed_down)
    sim_feed_resume (server->feed, now);
}

static void
clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
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

/* What may come to this port is done elsewhere; this is what may not. */
static void
refuse_wrong_port (SimServer        *server,
                   SimClient        *client,
                   const DtcMessage *message)
{
  static const char text[] = "This port serves historical prices only";

  if (message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
    sim_exchange_refuse (server->exchange, client, message, text, g_get_real_time ());
  else
    sim_refuse (client, message, text);
}

/* Mischief: a cancel or replace is refused as one that the server does not know. */
static void
refuse_blindly (SimClient        *client,
                const DtcMessage *message)
{
  gboolean            cancel = message->type == DTC_MSG_CANCEL_ORDER;
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
  dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
  dtc_message_set_string (&answer, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID,
                          cancel ? message->cancel_order.client_order_id
                                 : message->cancel_replace_order.client_order_id);
  dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_REJECTED);
  dtc_message_set_int (&answer, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON,
                       cancel ? DTC_ORDER_CANCEL_REJECTED : DTC_ORDER_CANCEL_REPLACE_REJECTED);
  dtc_message_set_string (&answer, DTC_ORDER_UPDATE_F_INFO_TEXT, "There is no such order");
  sim_client_send (client, &answer);
}

/* Mischief: nothing that is said of the order arrives. */
static void
mute (SimServer  *server,
      const char *client_id)
{
  g_autofree char *quoted = g_shell_quote (client_id);
  g_autofree char *line = g_strdup_printf ("lose type=301 ClientOrderID=%s times=all", quoted);

  sim_faults_add (server->options->faults, line, NULL);
}

static void
fill_working (SimServer  *server,
              const char *client_id,
              gint64      now)
{
  GPtrArray *working = server->exchange->working;
  guint      i;

  for (i = 0; i < working->len; i++)
    {
      const SimOrder *order = g_ptr_array_index (working, i);

      if (strcmp (order->client_id, client_id) != 0)
        continue;
      sim_exchange_fill (server->exchange, order->server_id, order->quantity - order->filled, now);
      return;
    }
}

static void
perform (SimServer         *server,
         SimClient         *client,
         const DtcMessage  *message,
         const SimMischief *mischief)
{
  SimExchange *exchange = server->exchange;
  gint64       now = g_get_real_time ();

  if (sim_client_get_port (client) == SIM_PORT_HISTORY)
    {
      if (message->type == DTC_MSG_HISTORICAL_PRICE_DATA_REQUEST)
        sim_history_request (server->history, client, message, now);
      else
        refuse_wrong_port (server, client, message);
      return;
    }
  if (mischief->reject && (message->type == DTC_MSG_CANCEL_ORDER || message->type == DTC_MSG_CANCEL_REPLACE_ORDER))
    {
      refuse_blindly (client, message);
      return;
    }
  if (mischief->two_live)
    sim_exchange_twin (exchange);
  if (message->type == DTC_MSG_MARKET_DATA_REQUEST && message->market_data_request.request_action == DTC_SUBSCRIBE)
    sim_symbols_offer (exchange, client, message->market_data_request.symbol);
  if (mischief->fill && message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
    mute (server, message->submit_new_single_order.client_order_id);
  if (sim_exchange_perform (exchange, client, message, sim_client_get_username (client), now))
    {
      if (mischief->fill && message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
        fill_working (server, message->submit_new_single_order.client_order_id, now);
      finish (server, now);
    }
  else if (!sim_feed_request (server->feed, client, message, now)
           && !sim_requests_answer (exchange, client, message, now)
           && (message->type == DTC_MSG_HISTORICAL_PRICE_DATA_REQUEST
               || message->type == DTC_MSG_HISTORICAL_MARKET_DEPTH_DATA_REQUEST))
    sim_refuse (client, message, "This port serves no historical prices");
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

static void
forget_client (SimServer *server,
               SimClient *client)
{
  sim_exchange_forget_origin (server->exchange, client);
  sim_feed_leave (server->feed, client);
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

      perform (server, delayed->client, delayed->message, &delayed->mischief);
      /* It may have left in the meantime. */
      if (!g_ptr_array_find (server->clients, delayed->client, NULL))
        forget_client (server, delayed->client);
      delayed_free (delayed);
    }
  arm_delay_timer (server);
  end_turn (server);
  return G_SOURCE_REMOVE;
}

static int
compare_due (gconstpointer a,
             gconstpointer b,
             gpointer      user_data)
{
  gint64 first = ((const Delayed *) a)->due;
  gint64 second = ((const Delayed *) b)->due;

  return (first > second) - (first < second);
}

static void
delay (SimServer         *server,
       SimClient         *client,
       const DtcMessage  *message,
       const SimMischief *mischief)
{
  Delayed *delayed = g_new0 (Delayed, 1);

  delayed->due = g_get_monotonic_time () + server->options->latency + mischief->delay * (gint64) 1000;
  delayed->client = sim_client_ref (client);
  delayed->message = dtc_message_copy (message);
  delayed->mischief = *mischief;
  g_queue_insert_sorted (&server->delayed, delayed, compare_due, NULL);
  if (g_queue_peek_head (&server->delayed) == delayed)
    clear_source (&server->delay_timer);
  arm_delay_timer (server);
}

static void
on_received (SimClient         *client,
             const DtcMessage  *message,
             const char        *problem,
             const SimMischief *mischief,
             gpointer           user_data)
{
  SimServer *server = user_data;
  guint      i;

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
  if (mischief->lost)
    return;
  for (i = 0; i <= mischief->copies; i++)
    if (server->options->latency == 0 && mischief->delay == 0)
      perform (server, client, message, mischief);
    else
      delay (server, client, message, mischief);
}

static void
on_logged_on (SimClient *client,
              gpointer   user_data)
{
  SimServer *server = user_data;

  /* There is no question for open orders in this numbering: they are told unasked, once a connection. */
  if (server->options->numbering == DTC_NUMBERING_BRIEF && sim_client_get_port (client) == SIM_PORT_TRADING)
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

  forget_client (server, client);
  g_ptr_array_remove (server->clients, client);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  const SimClientSetup *setup = user_data;
  SimServer            *server = setup->user_data;
  SimClient            *client;

  if (server->clients->len >= MAX_CLIENTS || server->failed)
    return TRUE;
  client = sim_client_new (server->next_client++, connection, setup);
  g_ptr_array_add (server->clients, client);
  sim_client_begin (client);
  return TRUE;
}

/* Time. */

static gboolean move_market (gpointer user_data);

static guint
count_slices (SimServer *server)
{
  return (server->exchange->markets->len + SLICE - 1) / SLICE;
}

static void
arm_market_timer (SimServer *server)
{
  double wait = g_rand_double_range (server->pace, STEP_MIN, STEP_MAX) / server->options->speed
                / count_slices (server);

  server->market_timer = g_timeout_source_new ((guint) CLAMP (wait, 1, 3600 * 1000));
  g_source_set_callback (server->market_timer, move_market, server, NULL);
  g_source_attach (server->market_timer, g_main_context_get_thread_default ());
}

void
sim_server_step (SimServer *server)
{
  gint64 now = g_get_real_time ();

  if (server->replay)
    sim_replay_play (server->replay, sim_replay_next (server->replay), now);
  else
    sim_exchange_step (server->exchange, now);
  finish (server, now);
  end_turn (server);
}

void
sim_server_settle (SimServer *server)
{
  finish (server, g_get_real_time ());
  end_turn (server);
}

static gboolean play_on (gpointer user_data);

/* The recording at its own pace, times the speed. */
static void
arm_replay_timer (SimServer *server)
{
  gint64 next = sim_replay_next (server->replay);
  gint64 due;

  if (next < 0)
    {
      say (server, "the recording has ended: the market stands still");
      return;
    }
  due = server->replay_began + (gint64) ((double) next / server->options->speed);
  server->market_timer = g_timeout_source_new ((guint) CLAMP ((due - g_get_monotonic_time () + 999) / 1000, 0,
                                                               3600 * 1000));
  g_source_set_callback (server->market_timer, play_on, server, NULL);
  g_source_attach (server->market_timer, g_main_context_get_thread_default ());
}

static gboolean
play_on (gpointer user_data)
{
  SimServer *server = user_data;
  gint64     now = g_get_real_time ();
  gint64     played = g_get_monotonic_time () - server->replay_began;

  g_clear_pointer (&server->market_timer, g_source_unref);
  sim_replay_play (server->replay, (gint64) ((double) played * server->options->speed), now);
  finish (server, now);
  end_turn (server);
  arm_replay_timer (server);
  return G_SOURCE_REMOVE;
}

static gboolean
move_market (gpointer user_data)
{
  SimServer       *server = user_data;
  const GPtrArray *markets = server->exchange->markets;
  guint            n_slices = count_slices (server);
  gint64           now = g_get_real_time ();
  guint            i;

  g_clear_pointer (&server->market_timer, g_source_unref);
  for (i = server->slice; i < markets->len; i += n_slices)
    sim_exchange_step_market (server->exchange, g_ptr_array_index (markets, i), now);
  server->slice = (server->slice + 1) % n_slices;
  finish (server, now);
  end_turn (server);
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
  finish (server, now);
  sim_feed_touch_all (server->feed); /* snapshots that are due */
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
                 SimPort    which,
                 guint      port,
                 GError   **error)
{
  static const SimClientFuncs funcs = { on_received, on_logged_on, on_idle, on_closed };
  const SimOptions           *options = server->options;
  Listener                   *listener = &server->listeners[which];
  g_autoptr (GInetAddress)    inet = g_inet_address_new_from_string (options->bind);
  g_autoptr (GSocketAddress)  address = g_inet_socket_address_new (inet, (guint16) port);
  g_autoptr (GSocketAddress)  effective = NULL;
  g_autoptr (GError)          local = NULL;
  const char                 *option = which == SIM_PORT_HISTORY ? "--history-port" : "--port";

  listener->setup = (SimClientSetup) { which, options, server->certificate, server->log, funcs, server };
  listener->service = g_socket_service_new ();
  g_signal_connect (listener->service, "incoming", G_CALLBACK (on_incoming), &listener->setup);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (listener->service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &effective, &local))
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        g_set_error (error, SIM_OPTIONS_ERROR, 0,
                     "Port %u on %s is already in use: choose another one with %s, or 0 for any that is free.", port,
                     options->bind, option);
      else
        g_set_error (error, SIM_OPTIONS_ERROR, 0, "Port %u on %s cannot be listened on: %s.", port, options->bind,
                     local->message);
      return FALSE;
    }
  listener->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_socket_service_start (listener->service);
  return TRUE;
}

static void
stop_listening (SimServer *server)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (server->listeners); i++)
    if (server->listeners[i].service)
      {
        g_signal_handlers_disconnect_by_data (server->listeners[i].service, &server->listeners[i].setup);
        g_socket_service_stop (server->listeners[i].service);
        g_socket_listener_close (G_SOCKET_LISTENER (server->listeners[i].service));
        g_clear_object (&server->listeners[i].service);
      }
}

static gboolean
open_doors (SimServer *server,
            GError   **error)
{
  const SimOptions *options = server->options;
  g_autofree char  *own_path = sim_certificate_own_path (options->state_path);

  if (options->tls
      && !(server->certificate = sim_certificate_load (options->certificate_path, options->key_path, own_path, error)))
    return FALSE;
  if (!start_listening (server, SIM_PORT_TRADING, options->port, error))
    return FALSE;
  if (options->history_port != SIM_NO_HISTORY
      && !start_listening (server, SIM_PORT_HISTORY, (guint) options->history_port, error))
    return FALSE;
  return !options->control_path || (server->control = sim_control_new (server, options->control_path, error)) != NULL;
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
  const SimSink sink = { .emit = emit, .trade = show_trade, .status = show_status, .session = show_session };
  SimServer    *server = g_new0 (SimServer, 1);
  gint64        now = g_get_real_time ();
  guint         i;

  server->options = options;
  server->exchange = sim_exchange_new (options, &sink, server, now);
  server->feed = sim_feed_new (server->exchange, options);
  server->history = sim_history_new (server->exchange, options, now);
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
  if (options->replay_path
      && !(server->replay = sim_replay_new (options->replay_path, options->replay_names, server->exchange, error)))
    {
      sim_server_free (server);
      return NULL;
    }
  if (sim_faults_strike_start (options->faults, SIM_FAULT_REUSE_IDS))
    sim_exchange_restart_ids (server->exchange);
  sim_exchange_open (server->exchange, now);
  finish (server, now);
  end_turn (server);
  if (server->failed || !open_doors (server, error))
    {
      if (server->failed)
        g_set_error_literal (error, SIM_OPTIONS_ERROR, 0, "The state file cannot be written.");
      sim_server_free (server);
      return NULL;
    }
  server->replay_began = g_get_monotonic_time ();
  if (options->speed > 0 && server->replay)
    arm_replay_timer (server);
  else if (options->speed > 0)
    arm_market_timer (server);
  server->second_timer = g_timeout_source_new (1000);
  g_source_set_callback (server->second_timer, on_second, server, NULL);
  g_source_attach (server->second_timer, g_main_context_get_thread_default ());
  return server;
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

guint
sim_server_cut_clients (SimServer *server,
                        guint      number,
                        SimCut     how)
{
  guint n = 0;
  guint i;

  for (i = server->clients->len; i > 0; i--)
    {
      g_autoptr (SimClient) client = sim_client_ref (g_ptr_array_index (server->clients, i - 1));

      if (number != 0 && sim_client_get_number (client) != number)
        continue;
      sim_client_cut (client, how);
      n++;
    }
  return n;
}

guint
sim_server_log_off_clients (SimServer  *server,
                            const char *reason)
{
  guint n = server->clients->len;

  while (server->clients->len > 0)
    {
      g_autoptr (SimClient) client = sim_client_ref (g_ptr_array_index (server->clients, 0));

      sim_client_log_off (client, reason);
    }
  return n;
}

void
sim_server_log_off (SimServer *server)
{
  stop_listening (server);
  sim_server_log_off_clients (server, "The simulator stops");
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
  sim_control_free (server->control);
  stop_listening (server);
  sim_server_cut (server);
  g_ptr_array_unref (server->clients);
  g_queue_clear_full (&server->delayed, (GDestroyNotify) delayed_free);
  sim_replay_free (server->replay);
  sim_history_free (server->history);
  sim_feed_free (server->feed);
  g_clear_object (&server->certificate);
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
  return server->listeners[SIM_PORT_TRADING].port;
}

guint
sim_server_get_history_port (SimServer *server)
{
  return server->listeners[SIM_PORT_HISTORY].port;
}

char *
sim_server_get_fingerprint (SimServer *server)
{
  return server->certificate ? sim_certificate_fingerprint (server->certificate) : NULL;
}

SimFaults *
sim_server_get_faults (SimServer *server)
{
  return server->options->faults;
}

guint
sim_server_get_n_clients (SimServer *server)
{
  return server->clients->len;
}

SimClient *
sim_server_get_client (SimServer *server,
                       guint      index)
{
  return g_ptr_array_index (server->clients, index);
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
