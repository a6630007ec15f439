/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "kill-life.h"

#include "desk-failpoint.h"
#include "desk-order-line.h"
#include "desk-session.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  DeskSession *session;
  GRand       *rand;
  LifeKind     kind;
  int          out;
  GPtrArray   *ids;  /* of orders that may be working */
  guint        n_sent;
  gboolean     live, stopping;
  GMainLoop   *loop;
} Child;

static void G_GNUC_PRINTF (2, 3)
tell (Child      *child,
      const char *format,
      ...)
{
  g_autofree char *text = NULL;
  gsize len, done = 0;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  len = strlen (text);
  text[len++] = '\n';
  while (done < len)
    {
      ssize_t n = write (child->out, text + done, len - done);

      if (n > 0)
        done += (gsize) n;
      else if (n < 0 && errno != EINTR)
        _exit (3);
    }
}

static void
send_line (Child      *child,
           const char *line)
{
  g_autoptr (GError) error = NULL;
  DeskCommand *command = desk_order_line_parse (line, &error);

  g_assert_no_error (error);
  desk_session_send (child->session, command);
}

static void
send_one (Child *child)
{
  g_autofree char *line = NULL;
  guint dice = (guint) g_rand_int_range (child->rand, 0, 100);
  const char *side = g_rand_boolean (child->rand) ? "buy" : "sell";
  double price = 5000 + (*side == 'b' ? -0.25 : 0.25) * g_rand_int_range (child->rand, 10, 400);
  char text[G_ASCII_DTOSTR_BUF_SIZE], target[G_ASCII_DTOSTR_BUF_SIZE], stop[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_dtostr (text, sizeof text, price);
  g_ascii_dtostr (target, sizeof target, price + (*side == 'b' ? 10 : -10));
  g_ascii_dtostr (stop, sizeof stop, price + (*side == 'b' ? -10 : 10));
  child->n_sent++;
  if (child->n_sent % 40 == 0)
    {
      desk_session_send (child->session, desk_command_new (DESK_COMMAND_VERIFY));
      return;
    }
  if (dice >= 98)
    line = g_strdup (dice == 98 ? "flatten ESZ6" : "cancel all ESZ6");
  else if (dice < 30)
    line = g_strdup_printf ("%s %d ESZ6 market", side, g_rand_int_range (child->rand, 1, 4));
  else if (dice < 60 || child->ids->len == 0)
    line = g_strdup_printf ("%s %d ESZ6 limit %s", side, g_rand_int_range (child->rand, 1, 9), text);
  else if (dice < 66)
    line = g_strdup_printf ("%s 1 ESZ6 limit %s target %s stop %s", side, text, target, stop);
  else
    {
      guint from = child->ids->len > 12 ? child->ids->len - 12 : 0;
      const char *id = g_ptr_array_index (child->ids, (guint) g_rand_int_range (child->rand, (gint32) from, (gint32) child->ids->len));

      line = dice < 88 ? g_strdup_printf ("cancel %s", id)
                       : g_strdup_printf ("modify %s qty %d", id, g_rand_int_range (child->rand, 1, 20));
    }
  send_line (child, line);
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Child *child = user_data;

  desk_session_stop_finish (child->session, result, NULL);
  tell (child, "closed");
  g_main_loop_quit (child->loop);
}

static gboolean
pause_over_cb (gpointer user_data);

static gboolean
load_cb (gpointer user_data)
{
  Child *child = user_data;
  guint n = (guint) g_rand_int_range (child->rand, 1, 6);

  while (n-- > 0)
    send_one (child);
  if (child->kind == LIFE_CLOSE && child->n_sent > 25 && !child->stopping)
    {
      child->stopping = TRUE;
      desk_session_stop_async (child->session, 100, stopped_cb, child);
      return G_SOURCE_REMOVE;
    }
  if (child->kind == LIFE_PAUSES && child->n_sent % 12 == 0)
    {
      g_timeout_add (70, pause_over_cb, child);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
pause_over_cb (gpointer user_data)
{
  Child *child = user_data;

  child->n_sent++;
  g_timeout_add (1, load_cb, child);
  return G_SOURCE_REMOVE;
}

static void
tell_all (Child *child)
{
  GListModel *orders = desk_session_get_orders (child->session);
  guint i;

  for (i = 0; i < g_list_model_get_n_items (orders); i++)
    {
      g_autoptr (DeskOrder) row = g_list_model_get_item (orders, i);
      const DeskOrderState *order = desk_order_get_state (row);

      tell (child, "row\t%s\t%s\t%s\t%" G_GINT64_FORMAT "\t%s", order->client_order_id, order->server_order_id,
            desk_status_nick (order->status), order->filled, desk_certainty_nick (order->certainty));
    }
  tell (child, "rows\t%u", g_list_model_get_n_items (orders));
}

static gboolean
quiet_cb (gpointer user_data)
{
  Child *child = user_data;

  tell_all (child);
  desk_session_stop_async (child->session, 100, stopped_cb, child);
  return G_SOURCE_REMOVE;
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          Child           *child)
{
  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      if (event->link.state == DESK_LINK_LIVE && !child->live)
        {
          child->live = TRUE;
          tell (child, "live");
          if (child->kind == LIFE_QUIET)
            g_idle_add (quiet_cb, child);
          else
            g_timeout_add (1, load_cb, child);
        }
      break;
    case DESK_EVENT_ORDER:
      if (event->order.status == DESK_STATUS_WORKING && child->live)
        g_ptr_array_add (child->ids, g_strdup (event->order.client_order_id[0] != '\0' ? event->order.client_order_id
                                                                                       : event->order.server_order_id));
      if (!event->restored)
        tell (child, "order\t%s\t%s\t%s\t%" G_GINT64_FORMAT, event->order.client_order_id, event->order.server_order_id,
              desk_status_nick (event->order.status), event->order.filled);
      break;
    case DESK_EVENT_DENIED:
      tell (child, "denied\t%s", event->code);
      break;
    case DESK_EVENT_NOTICE:
      if (strcmp (event->code, "EXIT_CUT") == 0)
        tell (child, "cut");
      break;
    case DESK_EVENT_FILL:
      tell (child, "fill\t%s", event->fill.execution_id);
      break;
    default:
      break;
    }
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!desk_session_start_finish (DESK_SESSION (source), result, &error))
    {
      tell (user_data, "refused\t%s", error->message);
      _exit (2);
    }
}

void
run_child (const LifePlan *plan,
           int             out)
{
  g_autoptr (DeskProfile) profile = desk_profile_new ("kill");
  DeskSessionOptions options = { 0 };
  Child child = { 0 };
  char *wrong = NULL;

#ifdef DESK_FAILPOINTS
  if (!desk_failpoint_set (plan->failpoint, &wrong))
    g_error ("%s", wrong);
#endif
  g_free (wrong);
  profile->builtin_simulator = FALSE;
  g_free (profile->host);
  profile->host = g_strdup ("127.0.0.1");
  profile->port = plan->port;
  profile->use_tls = FALSE;
  profile->numbering = plan->numbering;
  profile->encoding_auto = FALSE;
  profile->encoding = DTC_ENCODING_JSON;
  profile->handshake = DTC_HANDSHAKE_YES;
  g_strfreev (profile->limits->symbols);
  g_clear_pointer (&profile->limits, desk_limits_free);
  profile->limits = desk_limits_parse (
    "{\"schema\":1,\"symbols\":[\"*\"],\"max_order_quantity\":1000,\"max_position\":1000000,\"max_order_value\":1e12,"
    "\"price_collar_percent\":50,\"max_open_orders_symbol\":100000,\"max_open_orders_account\":100000,"
    "\"orders_per_second\":100000,\"orders_burst\":100000,\"orders_per_second_symbol\":100000,\"duplicate_window_ms\":0}",
    -1, "limits", NULL);
  g_assert_nonnull (profile->limits);

  child.kind = plan->kind;
  child.rand = g_rand_new_with_seed (plan->seed);
  child.out = out;
  child.ids = g_ptr_array_new_with_free_func (g_free);
  child.loop = g_main_loop_new (NULL, FALSE);
  options.state_path = plan->path;
  options.arm_at_live = TRUE;
  child.session = desk_session_new (profile, &options);
  g_signal_connect (child.session, "event", G_CALLBACK (event_cb), &child);
  desk_session_start_async (child.session, NULL, started_cb, &child);
  g_main_loop_run (child.loop);
  _exit (0);
}
