/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "live.h"

#include "desk-clock.h"
#include "desk-window.h"

#include <adwaita.h>
#include <stdlib.h>

/* How long the window says what is no longer true: from a cut to the frame in which every live order is marked, to a
 * dead link being found, from a new connection to the report, from a lost message to its discovery. Beside it, in the
 * same run: the frame clock's own period, and a reconnect of an account without orders. */

#define N_WORKING   20
#define N_CUTS      20
#define N_OPEN      500
#define N_FILLS     5000
#define HEARTBEAT   5
#define UNSET       0

typedef struct
{
  Live        *live;
  DeskSession *session;
  guint        n_orders;
  guint        n_working, n_stale, n_filled, n_fills;
  gint64       all_stale;  /* the rows say so */
  gint64       painted;    /* and a frame with it has been painted */
  gint64       down, link_live, reported, corrected;
  GHashTable  *states;     /* key -> packed status and certainty */
  guint64      wrong_key;  /* of the order whose fill was lost */
} Watch;

static void
count (Watch *watch,
       guint  packed,
       int    by)
{
  guint status = packed >> 8, certainty = packed & 0xff;

  if (status == DESK_STATUS_WORKING + 1u)
    watch->n_working += (guint) by;
  if (status == DESK_STATUS_FILLED + 1u)
    watch->n_filled += (guint) by;
  if (status == DESK_STATUS_WORKING + 1u && certainty == DESK_CERTAINTY_STALE)
    watch->n_stale += (guint) by;
}

static void
take_order (Watch                *watch,
            const DeskOrderState *order)
{
  guint packed = ((guint) order->status + 1) << 8 | (guint) order->certainty;
  gpointer key = GUINT_TO_POINTER ((guint) order->key);

  count (watch, GPOINTER_TO_UINT (g_hash_table_lookup (watch->states, key)), -1);
  count (watch, packed, 1);
  g_hash_table_insert (watch->states, key, GUINT_TO_POINTER (packed));
  watch->n_orders = g_hash_table_size (watch->states);
  if (watch->n_working > 0 && watch->n_stale == watch->n_working && watch->all_stale == UNSET)
    watch->all_stale = desk_clock_mono ();
  if (order->key == watch->wrong_key && order->status == DESK_STATUS_FILLED && watch->corrected == UNSET)
    watch->corrected = desk_clock_mono ();
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          Watch           *watch)
{
  switch (event->kind)
    {
    case DESK_EVENT_ORDER:
      take_order (watch, &event->order);
      break;
    case DESK_EVENT_FILL:
      watch->n_fills++;
      break;
    case DESK_EVENT_LINK:
      if (event->link.state == DESK_LINK_DOWN && watch->down == UNSET)
        watch->down = desk_clock_mono ();
      if (event->link.state == DESK_LINK_LIVE && watch->link_live == UNSET)
        watch->link_live = desk_clock_mono ();
      break;
    case DESK_EVENT_RESYNC:
      if (event->resync->ended && watch->reported == UNSET && g_str_equal (event->resync->trigger, "link"))
        watch->reported = desk_clock_mono ();
      break;
    default:
      break;
    }
}

static void
painted_cb (GdkFrameClock *clock,
            Watch         *watch)
{
  if (watch->all_stale != UNSET && watch->painted == UNSET)
    watch->painted = desk_clock_mono ();
}

static void
forget (Watch *watch)
{
  watch->all_stale = watch->painted = watch->down = watch->link_live = watch->reported = watch->corrected = UNSET;
}

static gboolean
all_working (gpointer data)
{
  return ((Watch *) data)->n_working >= N_WORKING && ((Watch *) data)->n_stale == 0;
}

static gboolean
is_painted (gpointer data)
{
  return ((Watch *) data)->painted != UNSET;
}

static gboolean
is_down (gpointer data)
{
  return ((Watch *) data)->down != UNSET;
}

static gboolean
is_back (gpointer data)
{
  return ((Watch *) data)->link_live != UNSET && ((Watch *) data)->reported != UNSET;
}

static gboolean
is_corrected (gpointer data)
{
  return ((Watch *) data)->corrected != UNSET;
}

static gboolean
many_open (gpointer data)
{
  return ((Watch *) data)->n_working >= N_OPEN;
}

static gboolean
many_fills (gpointer data)
{
  return ((Watch *) data)->n_fills >= N_FILLS;
}

static int
compare (const void *a,
         const void *b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static void
print_row (const char *name,
           gint64     *samples,
           guint       n)
{
  qsort (samples, n, sizeof samples[0], compare);
  g_print ("%-58s n %2u   p50 %8.1f ms   worst %8.1f ms\n", name, n, (double) samples[n / 2] / 1e3,
           (double) samples[n - 1] / 1e3);
}

static void
come_back (Watch *watch)
{
  live_cut (watch->live, LIVE_PASS);
  desk_session_send (watch->session, desk_command_new (DESK_COMMAND_RECONNECT));
  live_until ("the way back", is_back, watch);
}

static void
measure_cuts (Watch      *watch,
              LiveCut     how,
              const char *name)
{
  gint64 rows[N_CUTS], frames[N_CUTS];
  g_autofree char *label = NULL;

  for (guint i = 0; i < N_CUTS; i++)
    {
      gint64 cut;

      live_until ("the orders to work", all_working, watch);
      forget (watch);
      cut = live_cut (watch->live, how);
      live_until ("a frame with every order marked", is_painted, watch);
      rows[i] = watch->all_stale - cut;
      frames[i] = watch->painted - cut;
      come_back (watch);
    }
  label = g_strdup_printf ("%s to every live row marked stale", name);
  print_row (label, rows, N_CUTS);
  g_free (label);
  label = g_strdup_printf ("%s to a painted frame of it (bound: 250 ms)", name);
  print_row (label, frames, N_CUTS);
}

static void
measure_silence (Watch *watch)
{
  gint64 found[2], painted[2];

  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    {
      live_until ("the orders to work", all_working, watch);
      forget (watch);
      live_cut (watch->live, LIVE_SILENCE);
      live_until ("the dead link to be found", is_down, watch);
      live_until ("a frame with every order marked", is_painted, watch);
      found[i] = watch->down - live_last_byte (watch->live);
      painted[i] = watch->painted - watch->down;
      come_back (watch);
    }
  print_row ("last byte to the black hole found (bound: 2 x 5 s + 1 s)", found, G_N_ELEMENTS (found));
  print_row ("black hole found to a painted frame of it", painted, G_N_ELEMENTS (painted));
}

static double
measure_way_back (Watch      *watch,
                  const char *name)
{
  gint64 live[3], report[3];
  g_autofree char *label = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (live); i++)
    {
      forget (watch);
      live_cut (watch->live, LIVE_FIN);
      live_until ("the cut", is_down, watch);
      forget (watch);
      come_back (watch);
      live[i] = watch->link_live - live_accepted (watch->live);
      report[i] = watch->reported - live_accepted (watch->live);
    }
  label = g_strdup_printf ("%s: new connection to live", name);
  print_row (label, live, G_N_ELEMENTS (live));
  g_free (label);
  label = g_strdup_printf ("%s: new connection to the report", name);
  print_row (label, report, G_N_ELEMENTS (report));
  return (double) report[G_N_ELEMENTS (report) / 2];
}

static void
place (Watch *watch,
       guint  from,
       guint  n)
{
  for (guint i = from; i < from + n; i++)
    {
      g_autofree char *line = g_strdup_printf ("buy 1 ESZ6 limit %.2f", 4990 - 0.25 * (i % 200));

      live_send (watch->live, line);
    }
}

static void
measure_lost_fill (Watch *watch)
{
  gint64 found[2];

  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    {
      gint64 sent;

      forget (watch);
      live_tell (watch->live, "fault lose type=301 OrderUpdateReason=4");
      watch->wrong_key = watch->n_orders + 1;
      sent = desk_clock_mono ();
      live_send (watch->live, "buy 1 ESZ6 market");
      live_until ("the lost fill to be found", is_corrected, watch);
      found[i] = watch->corrected - sent;
      watch->wrong_key = 0;
    }
  print_row ("a fill's only update lost to the order shown as filled", found, G_N_ELEMENTS (found));
}

int
main (int   argc,
      char *argv[])
{
  const char *const symbols[] = { "ESZ6", NULL };
  const char *const sim[] = { "--speed", "0", "--max-quantity", "0", NULL };
  const LiveOptions options = { sim, symbols, HEARTBEAT };
  g_autoptr (GtkApplication) application = NULL;
  Watch watch = { 0 };
  DeskWindow *window;
  double empty, full;

  adw_init ();
  application = g_object_new (ADW_TYPE_APPLICATION, "flags", G_APPLICATION_NON_UNIQUE, "resource-base-path",
                              "/org/dtcdesk/DtcDesk", NULL);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  watch.states = g_hash_table_new (NULL, NULL);
  watch.live = live_new (argv[0], &options);
  watch.session = live_get_session (watch.live);
  g_signal_connect (watch.session, "event", G_CALLBACK (event_cb), &watch);
  window = desk_window_new (application);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 720);
  desk_window_set_session (window, watch.session);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint", G_CALLBACK (painted_cb), &watch);
  live_start (watch.live);

  empty = measure_way_back (&watch, "no orders (reference)");
  place (&watch, 0, N_WORKING);
  live_until ("the orders to work", all_working, &watch);
  measure_cuts (&watch, LIVE_FIN, "FIN");
  measure_cuts (&watch, LIVE_RST, "RST");
  measure_silence (&watch);
  measure_lost_fill (&watch);

  place (&watch, N_WORKING, N_OPEN - N_WORKING);
  live_until ("500 orders to work", many_open, &watch);
  for (guint i = 0; i < N_FILLS; i++)
    {
      live_send (watch.live, i % 2 == 0 ? "sell 1 ESZ6 market" : "buy 1 ESZ6 market");
      while (i % 50 == 49 && watch.n_fills + 50 < i)
        g_main_context_iteration (NULL, TRUE);
    }
  live_until ("5000 fills", many_fills, &watch);
  full = measure_way_back (&watch, "500 open orders, 5000 fills");
  g_print ("%-58s %.1f times the reference\n", "", full / empty);

  live_stop (watch.live);
  desk_window_set_session (window, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  live_free (watch.live);
  g_hash_table_unref (watch.states);
  return EXIT_SUCCESS;
}
