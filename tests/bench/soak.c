/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "live.h"

#include "desk-clock.h"
#include "desk-state-manager.h"
#include "desk-truth.h"
#include "desk-window.h"

#include <adwaita.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* soak [MINUTES] [SPEED]: the window over a fast market and a stream of orders. Tells how much memory it gains, how late its
 * main loop is, and whether the journal, read back, is the state that was on the screen. */

#define TICK_MS     10
#define ORDER_MS    100 /* one order and one cancel: two commands, two answers, so 20 events of orders a second */
#define KEEP        20  /* orders that work at a time */
#define SAMPLE_S    10
#define LATE_BUCKETS 100000 /* of 10 us */

/* Watched; the first three with their depth. */
static const char *const symbols[] = {
  "ESZ6", "ZNZ6", "CLZ6", "NQZ6", "ZFZ6", "ZTZ6", "ZBZ6", "6EZ6", "6JZ6", "YMZ6",
  "RTYZ6", "UBZ6", "TNZ6", "6BZ6", "GCZ6", "SIZ6", "HGZ6", "NGZ6", "RBZ6", "HOZ6", NULL
};

typedef struct
{
  Live        *live;
  DeskSession *session;
  gint64       begin, end;
  gint64       due;         /* of the next tick */
  guint        late[LATE_BUCKETS];
  guint        n_ticks;
  gint64       worst;
  guint        n_sent;
  guint64      n_order_events;
  guint64      first_messages;
  GArray      *minutes;     /* doubles: when memory was looked at */
  GArray      *mib;         /* doubles */
  GQueue       ids;         /* of orders that work */
  GHashTable  *seen;        /* ids that ever were in it: an order that is confirmed again is no new one */
} Soak;

static double
rss_mib (void)
{
  g_autofree char *text = NULL;
  unsigned long size = 0, resident = 0;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) || sscanf (text, "%lu %lu", &size, &resident) != 2)
    g_error ("no /proc/self/statm");
  return (double) resident * (double) sysconf (_SC_PAGESIZE) / 1048576.0;
}

static gboolean
tick_cb (gpointer user_data)
{
  Soak *soak = user_data;
  gint64 now = desk_clock_mono (), late = MAX (now - soak->due, 0);

  if (soak->due != 0)
    {
      soak->late[MIN (late / 10, LATE_BUCKETS - 1)]++;
      soak->n_ticks++;
      soak->worst = MAX (soak->worst, late);
    }
  soak->due = now + TICK_MS * 1000;
  return G_SOURCE_CONTINUE;
}

static gboolean
order_cb (gpointer user_data)
{
  Soak *soak = user_data;
  g_autofree char *line = g_strdup_printf ("buy 1 ESZ6 limit %.2f", 4000 + 0.25 * (soak->n_sent % 100));

  live_send (soak->live, line);
  soak->n_sent++;
  if (g_queue_get_length (&soak->ids) > KEEP)
    {
      g_autofree char *id = g_queue_pop_head (&soak->ids);
      g_autofree char *cancel = g_strdup_printf ("cancel %s", id);

      live_send (soak->live, cancel);
    }
  return G_SOURCE_CONTINUE;
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          Soak            *soak)
{
  if (event->kind != DESK_EVENT_ORDER)
    return;
  soak->n_order_events++;
  if (event->order.status == DESK_STATUS_WORKING && event->order.reason == DESK_REASON_ACCEPTED
      && g_hash_table_add (soak->seen, g_strdup (event->order.client_order_id)))
    g_queue_push_tail (&soak->ids, g_strdup (event->order.client_order_id));
}

static gboolean
sample_cb (gpointer user_data)
{
  Soak *soak = user_data;
  double minutes = (double) (desk_clock_mono () - soak->begin) / 60e6, mib = rss_mib ();

  g_array_append_val (soak->minutes, minutes);
  g_array_append_val (soak->mib, mib);
  if (soak->mib->len % 6 == 0)
    g_print ("# %5.1f min  %6.1f MiB  %8.0f messages/s  %7.1f order events/s  worst lag %5.1f ms\n", minutes, mib,
             (double) (live_n_messages (soak->live) - soak->first_messages) / (minutes * 60),
             (double) soak->n_order_events / (minutes * 60), (double) soak->worst / 1e3);
  return G_SOURCE_CONTINUE;
}

static double
late_ms (const Soak *soak,
         double      share)
{
  guint wanted = (guint) (soak->n_ticks * share), sum = 0;

  for (guint i = 0; i < LATE_BUCKETS; i++)
    {
      sum += soak->late[i];
      if (sum >= wanted)
        return (double) i / 100.0;
    }
  return INFINITY;
}

/* MiB an hour, by least squares over all but the first fifth, in which caches fill. */
static double
slope (const Soak *soak)
{
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;

  for (guint i = soak->mib->len / 5; i < soak->mib->len; i++)
    {
      double at = g_array_index (soak->minutes, double, i) / 60, value = g_array_index (soak->mib, double, i);

      n++;
      x += at;
      y += value;
      xx += at * at;
      xy += at * value;
    }
  return n < 2 ? NAN : (n * xy - x * y) / (n * xx - x * x);
}

static gboolean
is_over (gpointer data)
{
  return desk_clock_mono () >= ((Soak *) data)->end;
}

typedef struct
{
  DeskTruth       *truth;
  DeskTruthChanges changes;
} Replay;

static gboolean
replay_cb (const DeskRecord *record,
           gpointer          user_data)
{
  Replay *replay = user_data;

  desk_truth_changes_reset (&replay->changes);
  desk_truth_replay (replay->truth, record, &replay->changes);
  return TRUE;
}

/* The journal, folded anew, against the rows that the window showed. */
static guint
compare_with_replay (Soak  *soak,
                     guint *n_orders)
{
  GListModel *orders = desk_session_get_orders (soak->session);
  g_autoptr (GError) error = NULL;
  Replay replay = { desk_truth_new (), { 0 } };
  DeskJournalCheck check = { 0 };
  guint wrong = 0;

  desk_truth_changes_init (&replay.changes);
  if (!desk_journal_foreach (live_get_state_path (soak->live), NULL, replay_cb, &replay, &error)
      || !desk_journal_check (live_get_state_path (soak->live), &check, &error))
    g_error ("%s", error->message);
  if (!check.ok)
    {
      g_print ("journal check: %s\n", check.text);
      wrong++;
    }
  *n_orders = g_list_model_get_n_items (orders);
  if (*n_orders != desk_truth_n_orders (replay.truth))
    wrong++;
  for (guint i = 0; i < *n_orders; i++)
    {
      g_autoptr (DeskOrder) row = g_list_model_get_item (orders, i);
      const DeskOrderState *shown = desk_order_get_state (row);
      DeskTruthOrder *folded = desk_truth_find_key (replay.truth, shown->key);

      if (folded == NULL || folded->state.status != shown->status || folded->state.certainty != shown->certainty
          || folded->state.filled != shown->filled || folded->state.quantity != shown->quantity
          || strcmp (folded->state.server_order_id, shown->server_order_id) != 0)
        wrong++;
    }
  g_free (check.text);
  desk_truth_changes_clear (&replay.changes);
  desk_truth_free (replay.truth);
  return wrong;
}

int
main (int   argc,
      char *argv[])
{
  const double minutes = argc > 1 ? g_ascii_strtod (argv[1], NULL) : 30;
  const char *const sim[] = { "--symbols", "200", "--speed", argc > 2 ? argv[2] : "8", "--max-quantity", "0", NULL };
  g_autoptr (GtkApplication) application = NULL;
  Soak soak = { 0 };
  LiveOptions options = { sim, symbols, 10 };
  guint n_orders, wrong, timers[3];
  DeskWindow *window;
  double seconds;

  adw_init ();
  application = g_object_new (ADW_TYPE_APPLICATION, "flags", G_APPLICATION_NON_UNIQUE, "resource-base-path",
                              "/org/dtcdesk/DtcDesk", NULL);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  soak.live = live_new (argv[0], &options);
  soak.session = live_get_session (soak.live);
  soak.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  soak.minutes = g_array_new (FALSE, FALSE, sizeof (double));
  soak.mib = g_array_new (FALSE, FALSE, sizeof (double));
  g_signal_connect (soak.session, "event", G_CALLBACK (event_cb), &soak);
  window = desk_window_new (application);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 720);
  desk_window_set_session (window, soak.session);
  gtk_window_present (GTK_WINDOW (window));
  live_start (soak.live);
  for (guint i = 0; i < 3; i++)
    {
      DeskCommand *depth = desk_command_new (DESK_COMMAND_WATCH_DEPTH);

      g_strlcpy (depth->ticket.symbol, symbols[i], sizeof depth->ticket.symbol);
      desk_session_send (soak.session, depth);
    }

  soak.begin = desk_clock_mono ();
  soak.end = soak.begin + (gint64) (minutes * 60e6);
  soak.first_messages = live_n_messages (soak.live);
  timers[0] = g_timeout_add (TICK_MS, tick_cb, &soak);
  timers[1] = g_timeout_add (ORDER_MS, order_cb, &soak);
  timers[2] = g_timeout_add_seconds (SAMPLE_S, sample_cb, &soak);
  while (!is_over (&soak))
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (timers); i++)
    g_source_remove (timers[i]);
  seconds = (double) (desk_clock_mono () - soak.begin) / 1e6;

  g_print ("%.1f minutes, %.0f messages/s, %.1f order events/s, %u orders\n", seconds / 60,
           (double) (live_n_messages (soak.live) - soak.first_messages) / seconds, (double) soak.n_order_events / seconds,
           soak.n_sent);
  g_print ("main loop late: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, worst %.1f ms (n %u)\n", late_ms (&soak, 0.5),
           late_ms (&soak, 0.99), late_ms (&soak, 0.999), (double) soak.worst / 1e3, soak.n_ticks);
  g_print ("memory: %.1f MiB at the end, slope %.1f MiB/h, that is %.2f KiB for each new order\n", rss_mib (), slope (&soak),
           slope (&soak) * 1024 / ((double) soak.n_sent / seconds * 3600));
  live_stop (soak.live);
  wrong = compare_with_replay (&soak, &n_orders);
  g_print ("journal read back against the screen: %u orders, %u differ\n", n_orders, wrong);
  desk_window_set_session (window, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  live_free (soak.live);
  g_queue_clear_full (&soak.ids, g_free);
  g_hash_table_unref (soak.seen);
  g_array_unref (soak.minutes);
  g_array_unref (soak.mib);
  return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
