/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include <glib/gstdio.h>

#include "desk-order-line.h"
#include "desk-session.h"
#include "desk-state-manager.h"

#include "dtc-cutting-proxy.h"
#include "wait-until.h"

/* The whole stack, over real sockets, through a cable that is cut a hundred times under each numbering: while it
 * logs on and asks, and while it trades, after any byte, either way. The server's own log is the witness.
 *
 * --samples N cuts so often under each numbering; --long is --samples 1000. */

#define SAMPLES 100

static guint n_samples = SAMPLES;

typedef struct
{
  DtcNumbering     numbering;
  char            *folder;
  char            *sim_log;
  char            *state_path;
  GSubprocess     *sim;
  guint16          sim_port;
  DtcCuttingProxy *proxy;
  DeskProfile     *profile;
  DeskSession     *session;
  guint            n_denied;
  guint            n_downs;
  guint            n_downs_seen;
  GHashTable      *executions;
  gint64           filled;      /* contracts, by the fills' own events */
} Desk;

static void
start_sim (Desk *desk)
{
  g_autofree char             *program = g_test_build_filename (G_TEST_BUILT, "..", "src", "sim", "dtc-sim", NULL);
  g_autofree char             *state = g_build_filename (desk->folder, "sim.json", NULL);
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError)           error = NULL;
  g_autofree char             *line = NULL;

  desk->sim = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program,
                                "--quiet", "--exit-with-stdin", "--port", "0", "--state", state, "--log", desk->sim_log,
                                "--numbering", dtc_numbering_to_string (desk->numbering), "--speed", "0",
                                "--session-end", "never", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (desk->sim));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (line != NULL && g_str_has_prefix (line, "port "));
  desk->sim_port = (guint16) g_ascii_strtoull (line + 5, NULL, 10);
}

static void
event_cb (DeskSession *session, const DeskEvent *event, Desk *desk)
{
  if (event->kind == DESK_EVENT_DENIED)
    desk->n_denied++;
  else if (event->kind == DESK_EVENT_LINK && event->link.state == DESK_LINK_DOWN)
    desk->n_downs++;
  else if (event->kind == DESK_EVENT_FILL)
    {
      guint i;

      g_assert_true (g_hash_table_add (desk->executions, g_strdup (event->fill.execution_id)));
      desk->filled += event->fill.quantity;
      for (i = 0; event->fill.replaces != NULL && event->fill.replaces[i] != NULL; i++)
        g_assert_true (g_hash_table_contains (desk->executions, event->fill.replaces[i]));
    }
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
is_live (Desk *desk)
{
  return desk_session_get_link (desk->session)->state == DESK_LINK_LIVE;
}

static void
say (Desk *desk, const char *line)
{
  g_autoptr (GError) error = NULL;
  DeskCommand       *command = desk_order_line_parse (line, &error);

  g_assert_no_error (error);
  command->ticket.source = DESK_SOURCE_LINE;
  desk_session_send (desk->session, command);
}

static GListModel *
orders (Desk *desk)
{
  return desk_session_get_orders (desk->session);
}

static const DeskOrderState *
last_order (Desk *desk, DeskOrderType type)
{
  guint i;

  for (i = g_list_model_get_n_items (orders (desk)); i > 0; i--)
    {
      g_autoptr (DeskOrder) row = g_list_model_get_item (orders (desk), i - 1);

      if (desk_order_get_state (row)->type == type)
        return desk_order_get_state (row);
    }

  return NULL;
}

static gboolean
last_is (Desk *desk, DeskOrderType type, guint beyond, DeskStatus status)
{
  const DeskOrderState *order = last_order (desk, type);

  return g_list_model_get_n_items (orders (desk)) > beyond && order != NULL && order->status == status;
}

/* A little trade; goes as far as the cable lets it. Returns FALSE when it was cut or denied on the way. */
static gboolean
trade (Desk *desk)
{
  guint            cuts = dtc_cutting_proxy_n_cuts (desk->proxy);
  guint            denied = desk->n_denied;
  guint            n = g_list_model_get_n_items (orders (desk));
  g_autofree char *modify = NULL;
  g_autofree char *cancel = NULL;

#define STOPPED (dtc_cutting_proxy_n_cuts (desk->proxy) != cuts || desk->n_denied != denied)
  say (desk, "buy 1 ESZ6 limit 4000");
  wait_until (STOPPED || last_is (desk, DESK_ORDER_TYPE_LIMIT, n, DESK_STATUS_WORKING));
  if (STOPPED)
    return FALSE;
  say (desk, "buy 1 ESZ6 market");
  wait_until (STOPPED || last_is (desk, DESK_ORDER_TYPE_MARKET, n + 1, DESK_STATUS_FILLED));
  if (STOPPED)
    return FALSE;
  modify = g_strdup_printf ("modify %s price 4001 qty 2", last_order (desk, DESK_ORDER_TYPE_LIMIT)->client_order_id);
  say (desk, modify);
  wait_until (STOPPED || last_order (desk, DESK_ORDER_TYPE_LIMIT)->quantity == 2);
  if (STOPPED)
    return FALSE;
  cancel = g_strdup_printf ("cancel %s", last_order (desk, DESK_ORDER_TYPE_LIMIT)->client_order_id);
  say (desk, cancel);
  wait_until (STOPPED || last_is (desk, DESK_ORDER_TYPE_LIMIT, n, DESK_STATUS_CANCELLED));

  return !STOPPED;
#undef STOPPED
}

/* Back at once, however often it takes, and live. A try that ends ends with "down"; only then the next is asked for. */
static void
come_back (Desk *desk)
{
  wait_until (desk->n_downs > desk->n_downs_seen);
  while (!is_live (desk))
    {
      guint downs = desk->n_downs;

      desk->n_downs_seen = downs;
      desk_session_send (desk->session, desk_command_new (DESK_COMMAND_RECONNECT));
      wait_until (is_live (desk) || desk->n_downs > downs);
    }
  desk->n_downs_seen = desk->n_downs;
}

static char *
field_of (const char *line, const char *name)
{
  g_autofree char *needle = g_strdup_printf ("\"%s\":\"", name);
  const char      *start = strstr (line, needle);
  const char      *end;

  if (start == NULL)
    return NULL;
  start += strlen (needle);
  end = strchr (start, '"');

  return end != NULL && end > start ? g_strndup (start, end - start) : NULL;
}

/* What the server says it saw. */
static void
check_witness (Desk *desk)
{
  g_autofree char        *text = NULL;
  g_auto (GStrv)          lines = NULL;
  g_autoptr (GHashTable)  submitted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable)  cancelled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable)  replaced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable)  executed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter          iter;
  gpointer                id;
  guint                   i;

  g_assert_true (g_file_get_contents (desk->sim_log, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (i = 0; lines[i] != NULL; i++)
    {
      if (strstr (lines[i], "\"dir\":\"in\",\"type\":208,") != NULL)
        g_assert_true (g_hash_table_add (submitted, field_of (lines[i], "ClientOrderID")));
      else if (strstr (lines[i], "\"dir\":\"in\",\"type\":203,") != NULL)
        g_assert_true (g_hash_table_add (cancelled, field_of (lines[i], "ServerOrderID")));
      else if (strstr (lines[i], "\"dir\":\"in\",\"type\":204,") != NULL)
        g_assert_true (g_hash_table_add (replaced, field_of (lines[i], "ServerOrderID")));
      else if (strstr (lines[i], "\"dir\":\"out\",\"type\":301,") != NULL)
        {
          char *execution = field_of (lines[i], "LastFillExecutionID");

          if (execution != NULL)
            g_hash_table_add (executed, execution);
        }
    }
  g_test_message ("the server saw %u submits, %u cancels, %u changes and made %u executions",
                  g_hash_table_size (submitted), g_hash_table_size (cancelled), g_hash_table_size (replaced),
                  g_hash_table_size (executed));
  g_assert_cmpuint (g_hash_table_size (submitted), >, n_samples / 2);

  /* Every order of the server is one of ours, and what it says is what the server says: nothing was lost, nothing
   * was made up. */
  g_hash_table_iter_init (&iter, submitted);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      gboolean found = FALSE;

      for (i = 0; i < g_list_model_get_n_items (orders (desk)) && !found; i++)
        {
          g_autoptr (DeskOrder) row = g_list_model_get_item (orders (desk), i);

          found = strcmp (desk_order_get_state (row)->client_order_id, id) == 0;
          if (found)
            {
              g_assert_cmpint (desk_order_get_state (row)->status, !=, DESK_STATUS_NOT_SENT);
              g_assert_cmpint (desk_order_get_state (row)->status, !=, DESK_STATUS_REJECTED);
            }
        }
      g_assert_true (found);
    }
  g_hash_table_iter_init (&iter, executed);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_assert_true (g_hash_table_contains (desk->executions, id));
}

static void
test_cut (Desk *desk, gconstpointer data)
{
  static const char        limits[] =
    "{\"schema\":1,\"symbols\":[\"*\"],\"max_order_quantity\":100,\"max_position\":100000,\"max_order_value\":1e9,"
    "\"price_collar_percent\":90,\"max_open_orders_symbol\":10000,\"max_open_orders_account\":10000,"
    "\"orders_per_second\":10000,\"orders_burst\":10000,\"orders_per_second_symbol\":10000,\"duplicate_window_ms\":0}";
  const char *const        watch[] = { "ESZ6", NULL };
  DeskSessionOptions       options = { .arm_at_live = TRUE };
  g_autoptr (GError)       error = NULL;
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  DeskJournalCheck         check = { 0 };
  gsize                    connect_bytes[2];
  gsize                    trade_bytes[2];
  guint                    i;

  start_sim (desk);
  desk->proxy = dtc_cutting_proxy_new (desk->sim_port);
  desk->profile->port = dtc_cutting_proxy_get_port (desk->proxy);
  desk->profile->symbols = g_strdupv ((char **) watch);
  desk_limits_free (desk->profile->limits);
  desk->profile->limits = desk_limits_parse (limits, -1, "test", &error);
  g_assert_no_error (error);
  options.state_path = desk->state_path;
  desk->session = desk_session_new (desk->profile, &options);
  g_signal_connect (desk->session, "event", G_CALLBACK (event_cb), desk);
  desk_session_start_async (desk->session, NULL, result_cb, &started);
  wait_until (started != NULL);
  g_assert_true (desk_session_start_finish (desk->session, started, &error));
  g_assert_no_error (error);
  wait_until (is_live (desk));

  /* How many bytes there are to cut at. */
  for (i = 0; i < 2; i++)
    connect_bytes[i] = dtc_cutting_proxy_get_passed (desk->proxy, (DtcCableDirection) i);
  g_assert_true (trade (desk));
  for (i = 0; i < 2; i++)
    trade_bytes[i] = dtc_cutting_proxy_get_passed (desk->proxy, (DtcCableDirection) i) - connect_bytes[i];

  for (i = 0; i < n_samples; i++)
    {
      DtcCableDirection direction = (DtcCableDirection) (i & 1);
      gboolean          connecting = (i >> 1) & 1;
      gsize             span = connecting ? connect_bytes[direction] : trade_bytes[direction];
      guint             before = dtc_cutting_proxy_n_cuts (desk->proxy);

      /* Spread over the whole span, and never twice the same byte. */
      if (connecting)
        dtc_cutting_proxy_cut_now (desk->proxy);
      dtc_cutting_proxy_cut_after (desk->proxy, direction, 1 + (i / 4 * span) / (n_samples / 4), (i >> 2) & 1);
      if (!connecting)
        trade (desk);
      /* A trade that ended early leaves the cable whole. */
      if (!connecting && dtc_cutting_proxy_n_cuts (desk->proxy) == before)
        dtc_cutting_proxy_cut_now (desk->proxy);
      come_back (desk);
    }

  /* And once more whole: what is known now is what a quiet connection says. */
  dtc_cutting_proxy_cut_now (desk->proxy);
  come_back (desk);
  check_witness (desk);

  desk_session_stop_async (desk->session, 5000, result_cb, &stopped);
  wait_until (stopped != NULL);
  g_assert_true (desk_session_stop_finish (desk->session, stopped, &error));
  g_assert_no_error (error);
  g_clear_object (&stopped);
  g_signal_handlers_disconnect_by_data (desk->session, desk);
  g_clear_object (&desk->session);

  desk_journal_check (desk->state_path, &check, &error);
  g_assert_no_error (error);
  g_assert_true (check.ok);
  g_free (check.text);
}

static void
set_up (Desk *desk, gconstpointer data)
{
  desk->numbering = GPOINTER_TO_INT (data);
  desk->folder = g_dir_make_tmp ("desk-cut-XXXXXX", NULL);
  desk->sim_log = g_build_filename (desk->folder, "sim.log", NULL);
  desk->state_path = g_build_filename (desk->folder, "state.sqlite", NULL);
  desk->executions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  desk->profile = desk_profile_new ("Cut test");
  g_free (desk->profile->host);
  desk->profile->host = g_strdup ("127.0.0.1");
  desk->profile->numbering = desk->numbering;
  g_free (desk->profile->account);
  desk->profile->account = g_strdup ("SIM1");
  g_clear_pointer (&desk->profile->symbols, g_strfreev);
}

static void
tear_down (Desk *desk, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char      *name;

  dtc_cutting_proxy_free (desk->proxy);
  g_subprocess_force_exit (desk->sim);
  g_subprocess_wait (desk->sim, NULL, NULL);
  g_object_unref (desk->sim);
  dir = g_dir_open (desk->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (desk->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_remove (desk->folder), ==, 0);
  g_hash_table_unref (desk->executions);
  desk_profile_free (desk->profile);
  g_free (desk->folder);
  g_free (desk->sim_log);
  g_free (desk->state_path);
}

int
main (int argc, char **argv)
{
  int i;

  g_test_init (&argc, &argv, NULL);
  for (i = 1; i < argc; i++)
    {
      if (strcmp (argv[i], "--long") == 0)
        n_samples = 1000;
      else if (strcmp (argv[i], "--samples") == 0 && i + 1 < argc)
        {
          n_samples = (guint) g_ascii_strtoull (argv[++i], NULL, 10);
          n_samples = MAX (n_samples, 4);
        }
    }

  g_test_add ("/core/cut-sockets/dtc", Desk, GINT_TO_POINTER (DTC_NUMBERING_DTC), set_up, test_cut, tear_down);
  g_test_add ("/core/cut-sockets/brief", Desk, GINT_TO_POINTER (DTC_NUMBERING_BRIEF), set_up, test_cut, tear_down);

  return g_test_run ();
}
