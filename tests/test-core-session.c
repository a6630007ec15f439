/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <signal.h>
#include <string.h>

#include <glib/gstdio.h>

#include "desk-order-line.h"
#include "desk-session.h"
#include "desk-simulator.h"
#include "desk-state-manager.h"

#include "wait-until.h"

/* The whole stack without a window: state file, dtc-io, engine, inbox, router and stores, against a dtc-sim of its
 * own on loopback. Nothing here waits for a time, only for what must become true. */

typedef struct
{
  DtcNumbering      numbering;
  char             *folder;
  char             *sim_state;
  char             *sim_log;
  char             *state_path;
  GSubprocess      *sim;
  guint             port;
  DeskProfile      *profile;
  DeskSession      *session;
  GPtrArray        *events;
  GPtrArray        *extra;     /* options of the simulator */
} Desk;

/* The simulator. */

static void
sim_start (Desk *desk)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "..", "src", "sim", "dtc-sim", NULL);
  g_autofree char *port = g_strdup_printf ("%u", desk->port);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (char *) "--quiet");
  g_ptr_array_add (argv, (char *) "--exit-with-stdin");
  g_ptr_array_add (argv, (char *) "--port");
  g_ptr_array_add (argv, port);
  g_ptr_array_add (argv, (char *) "--state");
  g_ptr_array_add (argv, desk->sim_state);
  g_ptr_array_add (argv, (char *) "--log");
  g_ptr_array_add (argv, desk->sim_log);
  g_ptr_array_add (argv, (char *) "--numbering");
  g_ptr_array_add (argv, (char *) dtc_numbering_to_string (desk->numbering));
  g_ptr_array_add (argv, (char *) "--speed");
  g_ptr_array_add (argv, (char *) "0");
  g_ptr_array_add (argv, (char *) "--session-end");
  g_ptr_array_add (argv, (char *) "never");
  for (guint i = 0; i < desk->extra->len; i++)
    g_ptr_array_add (argv, g_ptr_array_index (desk->extra, i));
  g_ptr_array_add (argv, NULL);
  desk->sim = g_subprocess_newv ((const char *const *) argv->pdata,
                                 G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (desk->sim));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, "port "));
  desk->port = (guint) g_ascii_strtoull (line + 5, NULL, 10);
  g_assert_cmpuint (desk->port, >, 0);
}

static void
sim_kill (Desk *desk)
{
  g_subprocess_force_exit (desk->sim);
  g_assert_true (g_subprocess_wait (desk->sim, NULL, NULL));
  g_clear_object (&desk->sim);
}

/* How many messages of a published type the server has received, by its own log. */
static guint
sim_received (Desk    *desk,
              guint16  type)
{
  g_autofree char *text = NULL;
  g_autofree char *needle = g_strdup_printf ("\"dir\":\"in\",\"type\":%u,", type);
  guint count = 0;

  g_assert_true (g_file_get_contents (desk->sim_log, &text, NULL, NULL));
  for (const char *p = text; (p = strstr (p, needle)) != NULL; p++)
    count++;
  return count;
}

/* The session. */

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          Desk            *desk)
{
  /* The stores have taken it before anybody hears of it. */
  if (event->kind == DESK_EVENT_ORDER)
    {
      GListModel *orders = desk_session_get_orders (session);
      gboolean found = FALSE;

      for (guint i = 0; i < g_list_model_get_n_items (orders) && !found; i++)
        {
          g_autoptr (DeskOrder) row = g_list_model_get_item (orders, i);

          found = desk_order_get_state (row)->key == event->order.key;
        }
      g_assert_true (found);
    }
  if (g_test_verbose ())
    g_test_message ("event %d code %s text %s", event->kind, event->code, event->text != NULL ? event->text : "");
  g_ptr_array_add (desk->events, desk_event_copy (event));
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **out = user_data;

  *out = g_object_ref (result);
}

static void
session_new (Desk               *desk,
             DeskSessionOptions *options)
{
  DeskSessionOptions defaults = { 0 };

  if (options == NULL)
    options = &defaults;
  options->state_path = desk->state_path;
  desk->session = desk_session_new (desk->profile, options);
  g_signal_connect (desk->session, "event", G_CALLBACK (event_cb), desk);
}

static gboolean
session_start (Desk    *desk,
               GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  desk_session_start_async (desk->session, NULL, result_cb, &result);
  g_assert_null (result);
  wait_until (result != NULL);
  return desk_session_start_finish (desk->session, result, error);
}

static void
session_stop (Desk *desk)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  desk_session_stop_async (desk->session, 5000, result_cb, &result);
  g_assert_null (result);
  wait_until (result != NULL);
  g_assert_true (desk_session_stop_finish (desk->session, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  g_signal_handlers_disconnect_by_data (desk->session, desk);
  g_assert_finalize_object (desk->session);
  desk->session = NULL;
}

static gboolean
is_live (Desk *desk)
{
  return desk_session_get_link (desk->session)->state == DESK_LINK_LIVE;
}

static guint64
say (Desk       *desk,
     const char *line)
{
  g_autoptr (GError) error = NULL;
  DeskCommand *command = desk_order_line_parse (line, &error);

  g_assert_no_error (error);
  if (command->ticket.source == 0)
    command->ticket.source = DESK_SOURCE_LINE;
  return desk_session_send (desk->session, command);
}

static void
arm (Desk *desk)
{
  desk_session_send (desk->session, desk_command_new (DESK_COMMAND_ARM));
  wait_until (desk_session_get_arm (desk->session)->arm == DESK_ARM_CONFIRM);
}

static guint
n_orders (Desk *desk)
{
  return g_list_model_get_n_items (desk_session_get_orders (desk->session));
}

/* (transfer none): the store keeps it */
static const DeskOrderState *
order (Desk  *desk,
       guint  position)
{
  g_autoptr (DeskOrder) row = g_list_model_get_item (desk_session_get_orders (desk->session), position);

  return desk_order_get_state (row);
}

static gboolean
order_is (Desk          *desk,
          guint          position,
          DeskStatus     status,
          DeskCertainty  certainty)
{
  return n_orders (desk) > position && order (desk, position)->status == status
         && order (desk, position)->certainty == certainty;
}

static const DeskEvent *
find_event (Desk          *desk,
            DeskEventKind  kind,
            guint64        tag)
{
  for (guint i = 0; i < desk->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (desk->events, i);

      if (event->kind == kind && event->tag == tag)
        return event;
    }
  return NULL;
}

static DeskLink
last_link (Desk *desk)
{
  DeskLink last = DESK_LINK_DOWN;

  for (guint i = 0; i < desk->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (desk->events, i);

      if (event->kind == DESK_EVENT_LINK)
        last = event->link.state;
    }
  return last;
}

static gint64
position_of (Desk       *desk,
             const char *symbol)
{
  GListModel *positions = desk_session_get_positions (desk->session);

  for (guint i = 0; i < g_list_model_get_n_items (positions); i++)
    {
      g_autoptr (DeskPosition) row = g_list_model_get_item (positions, i);

      if (strcmp (desk_position_get_state (row)->symbol, symbol) == 0)
        return desk_position_get_state (row)->quantity;
    }
  return 0;
}

static void
set_up (Desk          *desk,
        gconstpointer  data)
{
  static const char limits[] =
    "{\"schema\":1,\"symbols\":[\"*\"],\"max_order_quantity\":100,\"max_position\":1000,\"max_order_value\":1e9,"
    "\"price_collar_percent\":50,\"max_open_orders_symbol\":100,\"max_open_orders_account\":100,"
    "\"orders_per_second\":1000,\"orders_burst\":1000,\"orders_per_second_symbol\":1000,\"duplicate_window_ms\":0}";
  const char *const watch[] = { "ESZ6", NULL };
  g_autoptr (GError) error = NULL;

  desk->numbering = GPOINTER_TO_INT (data);
  desk->folder = g_dir_make_tmp ("desk-session-XXXXXX", NULL);
  desk->sim_state = g_build_filename (desk->folder, "sim.json", NULL);
  desk->sim_log = g_build_filename (desk->folder, "sim.log", NULL);
  desk->state_path = g_build_filename (desk->folder, "state.sqlite", NULL);
  desk->events = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_event_free);
  desk->extra = g_ptr_array_new ();
  desk->profile = desk_profile_new ("Session test");
  g_free (desk->profile->host);
  desk->profile->host = g_strdup ("127.0.0.1");
  desk->profile->numbering = desk->numbering;
  g_free (desk->profile->account);
  desk->profile->account = g_strdup ("SIM1");
  g_strfreev (desk->profile->symbols);
  desk->profile->symbols = g_strdupv ((char **) watch);
  desk_limits_free (desk->profile->limits);
  desk->profile->limits = desk_limits_parse (limits, -1, "test", &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Desk          *desk,
           gconstpointer  data)
{
  if (desk->sim != NULL)
    sim_kill (desk);
  g_ptr_array_unref (desk->events);
  g_ptr_array_unref (desk->extra);
  desk_profile_free (desk->profile);
  remove_tree (desk->folder);
  g_free (desk->folder);
  g_free (desk->sim_state);
  g_free (desk->sim_log);
  g_free (desk->state_path);
}

static void
start_live (Desk               *desk,
            DeskSessionOptions *options)
{
  g_autoptr (GError) error = NULL;

  desk->profile->port = (guint16) desk->port;
  session_new (desk, options);
  session_start (desk, &error);
  g_assert_no_error (error);
  wait_until (is_live (desk));
}

static void
check_journal (Desk *desk)
{
  DeskJournalCheck check = { 0 };
  g_autoptr (GError) error = NULL;

  desk_journal_check (desk->state_path, &check, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (check.text, ==, NULL);
  g_assert_true (check.ok);
  g_free (check.text);
}

static void
test_orders (Desk          *desk,
             gconstpointer  data)
{
  g_autofree char *line = NULL;
  g_autofree char *modify = NULL;
  g_autofree char *cancel = NULL;
  DeskQuote *quote;
  double away;
  guint64 tag;

  sim_start (desk);
  start_live (desk, NULL);

  /* Starts disarmed. */
  tag = say (desk, "buy 2 ESZ6 market");
  wait_until (find_event (desk, DESK_EVENT_DENIED, tag) != NULL);
  g_assert_cmpstr (find_event (desk, DESK_EVENT_DENIED, tag)->code, ==, "DISARMED");
  g_assert_cmpuint (sim_received (desk, 208), ==, 0);

  arm (desk);
  say (desk, "buy 2 ESZ6 market");
  wait_until (order_is (desk, 0, DESK_STATUS_FILLED, DESK_CERTAINTY_FRESH));
  g_assert_cmpint (order (desk, 0)->filled, ==, 2);
  g_assert_false (isnan (order (desk, 0)->average_price));
  g_assert_cmpuint (g_list_model_get_n_items (desk_session_get_fills (desk->session)), >=, 1);
  wait_until (position_of (desk, "ESZ6") == 2);
  g_assert_cmpint (desk_session_get_stats (desk->session).contracts, ==, 2);

  wait_until ((quote = desk_session_find_quote (desk->session, "ESZ6")) != NULL
              && desk_quote_get_state (quote)->bid.kind == DESK_PRICE_TICKS);
  away = desk_quote_get_state (quote)->bid.display - 50;
  line = g_strdup_printf ("buy 1 ESZ6 limit %.2f", away);
  say (desk, line);
  wait_until (order_is (desk, 1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH));
  g_assert_cmpfloat (order (desk, 1)->price.display, ==, away);

  modify = g_strdup_printf ("modify %s price %.2f qty 3", order (desk, 1)->client_order_id, away - 1);
  say (desk, modify);
  wait_until (order_is (desk, 1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH) && order (desk, 1)->quantity == 3);
  g_assert_cmpfloat (order (desk, 1)->price.display, ==, away - 1);

  cancel = g_strdup_printf ("cancel %s", order (desk, 1)->client_order_id);
  say (desk, cancel);
  wait_until (order_is (desk, 1, DESK_STATUS_CANCELLED, DESK_CERTAINTY_FRESH));

  g_assert_cmpuint (sim_received (desk, 208), ==, 2);
  g_assert_cmpuint (sim_received (desk, 204), ==, 1);
  g_assert_cmpuint (sim_received (desk, 203), ==, 1);
  g_assert_cmpuint (n_orders (desk), ==, 2);

  /* The way out needs no arming. */
  desk_session_send (desk->session, desk_command_new (DESK_COMMAND_DISARM));
  say (desk, "flatten ESZ6");
  wait_until (position_of (desk, "ESZ6") == 0);
  session_stop (desk);
  g_assert_cmpuint (sim_received (desk, DTC_MSG_LOGOFF), ==, 1);
  g_assert_cmpint (last_link (desk), ==, DESK_LINK_STOPPED);
  check_journal (desk);
}

static void
test_rejected (Desk          *desk,
               gconstpointer  data)
{
  g_ptr_array_add (desk->extra, (char *) "--reject-rate");
  g_ptr_array_add (desk->extra, (char *) "1");
  g_ptr_array_add (desk->extra, (char *) "--reject-text");
  g_ptr_array_add (desk->extra, (char *) "Margin is not enough <b>today</b>");
  sim_start (desk);
  start_live (desk, NULL);
  arm (desk);
  say (desk, "buy 1 ESZ6 market");
  wait_until (order_is (desk, 0, DESK_STATUS_REJECTED, DESK_CERTAINTY_FRESH));
  g_assert_nonnull (strstr (order (desk, 0)->text, "Margin is not enough <b>today</b>"));
  session_stop (desk);
  check_journal (desk);
}

/* The server dies without a word while orders work, comes back with its state, and so do we. */
static void
test_pull_the_plug (Desk          *desk,
                    gconstpointer  data)
{
  DeskSessionOptions options = { 0 };
  GPtrArray *before;

  sim_start (desk);
  options.arm_at_live = TRUE;
  start_live (desk, &options);
  g_assert_cmpint (desk_session_get_arm (desk->session)->arm, ==, DESK_ARM_CONFIRM);
  say (desk, "buy 1 ESZ6 limit 4000");
  say (desk, "sell 2 ESZ6 limit 6000");
  wait_until (order_is (desk, 0, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH)
              && order_is (desk, 1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH));

  sim_kill (desk);
  wait_until (!is_live (desk));
  wait_until (order (desk, 0)->certainty == DESK_CERTAINTY_STALE && order (desk, 1)->certainty == DESK_CERTAINTY_STALE);
  g_assert_cmpuint (n_orders (desk), ==, 2);

  sim_start (desk);
  desk_session_send (desk->session, desk_command_new (DESK_COMMAND_RECONNECT));
  wait_until (is_live (desk));
  wait_until (order_is (desk, 0, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH)
              && order_is (desk, 1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH));
  g_assert_cmpuint (n_orders (desk), ==, 2);
  g_assert_cmpuint (sim_received (desk, 208), ==, 2);
  session_stop (desk);

  /* The same once more from the state file alone: rows are there before the link is. */
  before = desk->events;
  desk->events = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_event_free);
  g_ptr_array_unref (before);
  start_live (desk, &options);
  wait_until (order_is (desk, 0, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH)
              && order_is (desk, 1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH));
  for (guint i = 0; i < desk->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (desk->events, i);

      if (event->kind == DESK_EVENT_LINK && event->link.state == DESK_LINK_LIVE)
        g_assert_not_reached ();
      if (event->kind == DESK_EVENT_ORDER)
        break;
    }
  say (desk, "cancel all");
  wait_until (order_is (desk, 0, DESK_STATUS_CANCELLED, DESK_CERTAINTY_FRESH)
              && order_is (desk, 1, DESK_STATUS_CANCELLED, DESK_CERTAINTY_FRESH));
  g_assert_cmpuint (n_orders (desk), ==, 2);
  g_assert_cmpuint (sim_received (desk, 208), ==, 2);
  g_assert_cmpuint (sim_received (desk, 203), ==, 2);
  session_stop (desk);
  check_journal (desk);
}

static gboolean
count_fill (const DeskRecord *record,
            gpointer          user_data)
{
  guint *count = user_data;

  if (record->kind == DESK_RECORD_FILL)
    (*count)++;
  return TRUE;
}

/* A main thread that stands still: the order is sent, filled and kept all the same; only the row waits for it. */
static void
test_frozen (Desk          *desk,
             gconstpointer  data)
{
  DeskSessionOptions options = { 0 };
  guint n_fills = 0;

  sim_start (desk);
  options.arm_at_live = TRUE;
  start_live (desk, &options);
  say (desk, "buy 1 ESZ6 market");
  for (guint i = 0; n_fills == 0; i++)
    {
      g_assert_cmpuint (i, <, 6000);
      g_usleep (10000);
      desk_journal_foreach (desk->state_path, NULL, count_fill, &n_fills, NULL);
    }
  g_assert_cmpuint (sim_received (desk, 208), ==, 1);
  g_assert_cmpuint (n_orders (desk), ==, 0);
  wait_until (order_is (desk, 0, DESK_STATUS_FILLED, DESK_CERTAINTY_FRESH));
  session_stop (desk);
}

static void
test_locked (Desk          *desk,
             gconstpointer  data)
{
  Desk second = *desk;
  g_autoptr (GError) error = NULL;

  sim_start (desk);
  start_live (desk, NULL);
  second.profile->port = (guint16) desk->port;
  session_new (&second, NULL);
  g_assert_false (session_start (&second, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_LOCKED);
  session_stop (&second);
  g_assert_true (is_live (desk));
  session_stop (desk);
}

/* Listing commands read beside a running session, and without one. */
static void
test_reader (Desk          *desk,
             gconstpointer  data)
{
  Desk second;
  DeskSessionOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  guint64 tag;

  sim_start (desk);
  start_live (desk, NULL);
  arm (desk);
  say (desk, "buy 1 ESZ6 limit 4000");
  wait_until (order_is (desk, 0, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH));

  for (guint i = 0; i < 2; i++)
    {
      second = *desk;
      second.events = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_event_free);
      options.read_only = TRUE;
      options.memory_only = i == 1;
      session_new (&second, &options);
      session_start (&second, &error);
      g_assert_no_error (error);
      wait_until (is_live (&second));
      wait_until (n_orders (&second) == 1 && order (&second, 0)->status == DESK_STATUS_WORKING);
      tag = say (&second, "buy 1 ESZ6 market");
      wait_until (find_event (&second, DESK_EVENT_DENIED, tag) != NULL);
      session_stop (&second);
      g_ptr_array_unref (second.events);
    }
  g_assert_cmpuint (sim_received (desk, 208), ==, 1);
  session_stop (desk);
  check_journal (desk);
}

static void
test_before_and_after (Desk          *desk,
                       gconstpointer  data)
{
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  guint64 tag;

  sim_start (desk);
  desk->profile->port = (guint16) desk->port;

  /* Not started: what is asked is denied by name, and stopping is no trouble. */
  session_new (desk, NULL);
  tag = say (desk, "buy 1 ESZ6 market");
  wait_until (find_event (desk, DESK_EVENT_DENIED, tag) != NULL);
  g_assert_cmpstr (find_event (desk, DESK_EVENT_DENIED, tag)->code, ==, "LINK_DOWN");
  session_stop (desk);

  /* Asked to stop, twice, before it has started. */
  session_new (desk, NULL);
  desk_session_start_async (desk->session, NULL, result_cb, &started);
  desk_session_stop_async (desk->session, 0, result_cb, &first);
  desk_session_stop_async (desk->session, 0, result_cb, &second);
  wait_until (started != NULL && first != NULL && second != NULL);
  if (!desk_session_start_finish (desk->session, started, &error))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (desk_session_stop_finish (desk->session, first, NULL));
  g_assert_true (desk_session_stop_finish (desk->session, second, NULL));
  g_clear_error (&error);
  g_clear_object (&started);
  g_clear_object (&first);
  g_clear_object (&second);
  session_stop (desk);

  /* Dropped without a word: the state file becomes free all the same. */
  start_live (desk, NULL);
  g_assert_finalize_object (desk->session);
  do
    {
      session_new (desk, NULL);
      g_clear_error (&error);
      if (session_start (desk, &error))
        break;
      g_assert_error (error, DESK_ERROR, DESK_ERROR_LOCKED);
      session_stop (desk);
    }
  while (TRUE);
  wait_until (is_live (desk));
  session_stop (desk);

  /* Who listens from the answer on hears what the start had to say, too. */
  g_ptr_array_set_size (desk->events, 0);
  session_new (desk, NULL);
  g_signal_handlers_disconnect_by_data (desk->session, desk);
  session_start (desk, &error);
  g_assert_no_error (error);
  g_signal_connect (desk->session, "event", G_CALLBACK (event_cb), desk);
  wait_until (is_live (desk));
  g_assert_nonnull (find_event (desk, DESK_EVENT_ARM, 0));
  session_stop (desk);
  check_journal (desk);
}

static guint64
sim_pid (const char *slug)
{
  g_autofree char *path = desk_simulator_port_path (slug);
  g_autofree char *text = NULL;
  GStatBuf info;

  if (!g_file_get_contents (path, &text, NULL, NULL) || strchr (text, '\n') == NULL)
    return 0;
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  return g_ascii_strtoull (strchr (text, '\n'), NULL, 10);
}

/* The simulator we start ourselves: found by others, started again when it dies, gone when we go. */
static void
test_builtin (Desk          *desk,
              gconstpointer  data)
{
  DeskSessionOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *other = NULL;
  g_autofree char *path = NULL;
  const char *slug;
  guint64 pid;

  desk->profile->builtin_simulator = TRUE;
  slug = desk->profile->slug;
  session_new (desk, &options);
  g_assert_false (session_start (desk, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_SIMULATOR);
  g_assert_nonnull (strstr (error->message, "--start-simulator"));
  session_stop (desk);

  options.start_simulator = TRUE;
  options.arm_at_live = TRUE;
  start_live (desk, &options);
  g_assert_cmpuint (desk_simulator_find (slug, NULL), >, 0);
  say (desk, "buy 1 ESZ6 limit 4000 gtc");
  wait_until (order_is (desk, 0, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH));
  pid = sim_pid (slug);
  g_assert_cmpuint (pid, >, 0);
  g_assert_cmpint (kill ((pid_t) pid, SIGKILL), ==, 0);
  wait_until (!is_live (desk));
  wait_until (is_live (desk));
  wait_until (order_is (desk, 0, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH));
  g_assert_cmpuint (sim_pid (slug), !=, pid);
  say (desk, "cancel all");
  wait_until (order_is (desk, 0, DESK_STATUS_CANCELLED, DESK_CERTAINTY_FRESH));
  session_stop (desk);
  g_assert_cmpuint (desk_simulator_find (slug, NULL), ==, 0);

  /* Another desk's, which was started later, is its own to take away. */
  start_live (desk, &options);
  other = g_strdup_printf ("4711\n%d\n4712\n/somewhere/else.control\n", (int) getpid ());
  path = desk_simulator_port_path (slug);
  g_assert_true (g_file_set_contents (path, other, -1, NULL));
  session_stop (desk);
  g_assert_cmpuint (desk_simulator_find (slug, NULL), ==, 4711);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

static gboolean
refuse_cb (GSocketService    *service,
           GSocketConnection *connection,
           GObject           *source,
           GPtrArray         *connections)
{
  static const char answer[] = "{\"Type\":2,\"ProtocolVersion\":8,\"Result\":3,\"ResultText\":\"go away\"}";

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), answer, sizeof answer, NULL, NULL, NULL);
  g_ptr_array_add (connections, g_object_ref (connection));
  return TRUE;
}

/* What the server has sent away for good does not come back by itself, but when a person asks for it. */
static void
test_asked_back (Desk          *desk,
                 gconstpointer  data)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (address, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  g_socket_listener_add_address (G_SOCKET_LISTENER (service), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  g_signal_connect (service, "incoming", G_CALLBACK (refuse_cb), connections);
  desk->profile->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  session_new (desk, NULL);
  session_start (desk, &error);
  g_assert_no_error (error);
  wait_until (last_link (desk) == DESK_LINK_STOPPED);
  n = connections->len;
  desk_session_send (desk->session, desk_command_new (DESK_COMMAND_RECONNECT));
  wait_until (connections->len > n);
  wait_until (last_link (desk) == DESK_LINK_STOPPED);
  session_stop (desk);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

#define ADD(path, numbering, func)                                                                                  \
  g_test_add ("/core/session/" numbering "/" path, Desk,                                                            \
              GINT_TO_POINTER (strcmp (numbering, "brief") == 0 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC),          \
              set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  static const char *const folders[] = { "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR" };
  g_autofree char *home = g_dir_make_tmp ("desk-session-home-XXXXXX", NULL);
  int status;

  /* Not G_TEST_OPTION_ISOLATE_DIRS: it leaks, and does not reach the simulator. */
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_setenv (folders[i], home, TRUE);
  g_unsetenv ("DTC_USERNAME");
  g_unsetenv ("DTC_PASSWORD");
  g_test_init (&argc, &argv, NULL);
  ADD ("orders", "brief", test_orders);
  ADD ("orders", "dtc", test_orders);
  ADD ("rejected", "brief", test_rejected);
  ADD ("rejected", "dtc", test_rejected);
  ADD ("pull-the-plug", "brief", test_pull_the_plug);
  ADD ("pull-the-plug", "dtc", test_pull_the_plug);
  ADD ("frozen", "brief", test_frozen);
  ADD ("locked", "brief", test_locked);
  ADD ("reader", "brief", test_reader);
  ADD ("reader", "dtc", test_reader);
  ADD ("before-and-after", "dtc", test_before_and_after);
  ADD ("asked-back", "dtc", test_asked_back);
  ADD ("builtin", "brief", test_builtin);
  status = g_test_run ();
  remove_tree (home);
  return status;
}
