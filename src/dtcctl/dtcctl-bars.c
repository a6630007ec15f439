/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "desk-runtime.h"
#include "desk-simulator.h"

#define DAY_SECONDS (24 * 3600)

static gboolean
read_number (const char *text,
             const char *option,
             guint64     most,
             guint64    *value)
{
  if (text == NULL || g_ascii_string_to_unsigned (text, 10, 1, most, value, NULL))
    return TRUE;
  dtcctl_complain ("After --%s stands a whole number from 1 to %" G_GUINT64_FORMAT, option, most);
  return FALSE;
}

static gboolean
read_time (const char *text,
           const char *option,
           gint64     *seconds)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *day = NULL;

  if (text == NULL)
    return TRUE;
  day = strchr (text, 'T') == NULL ? g_strconcat (text, "T00:00:00Z", NULL) : g_strdup (text);
  time = g_date_time_new_from_iso8601 (day, utc);
  if (time == NULL)
    {
      dtcctl_complain ("\"%s\" after --%s is no time; write 2026-12-01 or 2026-12-01T14:30:00Z", text, option);
      return FALSE;
    }
  *seconds = g_date_time_to_unix (time);
  return TRUE;
}

/* In UTC; microseconds only where there are some, except in JSON. */
static char *
time_text (gint64   time,
           gboolean always)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autofree char *text = seconds != NULL ? g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S") : g_strdup ("?");

  if (time % G_USEC_PER_SEC == 0 && !always)
    return g_strconcat (text, "Z", NULL);
  return g_strdup_printf ("%s.%06dZ", text, (int) (time % G_USEC_PER_SEC));
}

typedef struct
{
  const char *name;
  double      value;
} Column;

static void
print_row (const DtcctlOptions *options,
           const char          *kind,
           gint64               time,
           const Column        *columns,
           guint                n_columns)
{
  g_autofree char *when = time_text (time, options->json);
  g_autoptr (GString) line = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (options->json)
    g_string_append_printf (line, "{\"event\":\"report\",\"time\":\"%s\",\"epoch\":0,\"kind\":\"%s\"", when, kind);
  else
    g_string_append (line, when);
  for (guint i = 0; i < n_columns; i++)
    {
      gboolean known = isfinite (columns[i].value);

      g_ascii_formatd (number, sizeof number, "%.10g", columns[i].value);
      if (options->json)
        g_string_append_printf (line, ",\"%s\":%s", columns[i].name, known ? number : "null");
      else if (options->csv)
        g_string_append_printf (line, ",%s", known ? number : "");
      else
        g_string_append_printf (line, "  %s %s", columns[i].name, known ? number : "-");
    }
  if (options->json)
    g_string_append_c (line, '}');
  dtcctl_output_line (line->str);
}

static void
print_bar (const DtcctlOptions *options,
           const DtcBar        *bar)
{
  const Column columns[] = {
    { "open", bar->open }, { "high", bar->high }, { "low", bar->low }, { "last", bar->last }, { "volume", bar->volume },
    { "trades", bar->num_trades }, { "bid_volume", bar->bid_volume }, { "ask_volume", bar->ask_volume },
  };

  print_row (options, "bar", bar->time, columns, G_N_ELEMENTS (columns));
}

static void
print_tick (const DtcctlOptions *options,
            const DtcTick       *tick)
{
  const Column columns[] = {
    { "price", tick->price }, { "volume", tick->volume }, { "bid", tick->bid }, { "ask", tick->ask },
    { "at", tick->at == DTC_BID_ASK_UNSET ? NAN : tick->at },
  };

  print_row (options, "tick", tick->time, columns, G_N_ELEMENTS (columns));
}

static void
print_result (const DtcctlOptions    *options,
              const DtcHistoryResult *result)
{
  if (options->csv)
    dtcctl_output_line (result->ticks != NULL ? "time,price,volume,bid,ask,at"
                                              : "time,open,high,low,last,volume,trades,bid_volume,ask_volume");
  for (guint i = 0; result->bars != NULL && i < result->bars->len && dtcctl_output_open (); i++)
    print_bar (options, &g_array_index (result->bars, DtcBar, i));
  for (guint i = 0; result->ticks != NULL && i < result->ticks->len && dtcctl_output_open (); i++)
    print_tick (options, &g_array_index (result->ticks, DtcTick, i));
  if (result->unsorted > 0)
    dtcctl_complain ("%u records are older than the one before them; they stand as the server sent them", result->unsorted);
}

typedef struct
{
  const DtcctlOptions *options;
  DtcSessionConfig    *config;
  DtcHistoryRequest   *request;
  GCancellable        *cancellable;
  GMainLoop           *loop;
  DtcctlExit           status;
} Bars;

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Bars *bars = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (DtcHistoryResult) history = dtc_history_fetch_finish (result, &error);

  if (history != NULL)
    print_result (bars->options, history);
  else
    {
      dtcctl_complain ("%s", error->message);
      bars->status = g_error_matches (error, DTC_ERROR, DTC_ERROR_REFUSED)  ? DTCCTL_EXIT_REJECTED
                     : g_error_matches (error, DTC_ERROR, DTC_ERROR_CLOSED) ? DTCCTL_EXIT_NO_LINK
                                                                            : DTCCTL_EXIT_FAILED;
    }
  g_main_loop_quit (bars->loop);
}

static void
simulator_started_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  Bars *bars = user_data;
  g_autoptr (GError) error = NULL;

  desk_simulator_start_finish (DESK_SIMULATOR (source), result, &error);
  if (error != NULL)
    {
      dtcctl_complain ("%s", error->message);
      bars->status = DTCCTL_EXIT_NO_LINK;
      g_main_loop_quit (bars->loop);
      return;
    }
  bars->config->port = desk_simulator_get_history_port (DESK_SIMULATOR (source));
  dtc_history_fetch_async (bars->config, bars->request, bars->cancellable, fetched_cb, bars);
}

/* One that the desk runs is asked where there is one. Ours has its own place: it must not be mistaken for the desk's. */
static gboolean
find_simulator (Bars           *bars,
                DeskSimulator **started,
                char          **state_path)
{
  const DeskProfile *profile = bars->options->profile;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  g_free (bars->config->host);
  bars->config->host = g_strdup ("127.0.0.1");
  bars->config->port = desk_simulator_find_history (profile->slug, &error);
  if (error == NULL)
    return TRUE;
  if (!bars->options->start_simulator)
    {
      dtcctl_complain ("%s", error->message);
      bars->status = DTCCTL_EXIT_NO_LINK;
      return FALSE;
    }
  name = g_strdup_printf ("%s-bars-%d", profile->slug, (int) getpid ());
  *state_path = g_build_filename (g_get_user_runtime_dir (), "dtc-desk", name, NULL);
  *started = desk_simulator_new (name, *state_path, profile->numbering);
  desk_simulator_start_async (*started, bars->cancellable, simulator_started_cb, bars);
  return TRUE;
}

static void
stop_simulator (DeskSimulator *simulator,
                const char    *state_path)
{
  g_autofree char *lock = g_strconcat (state_path, ".lock", NULL);

  desk_simulator_stop (simulator);
  g_unlink (state_path);
  g_unlink (lock);
}

static gboolean
interrupted_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_CONTINUE;
}

DtcctlExit
dtcctl_bars_run (const DtcctlOptions *options)
{
  DtcHistoryRequest request = { .symbol = options->words[1], .zlib = options->zlib };
  g_autoptr (DtcSessionConfig) config = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (DeskSimulator) simulator = NULL;
  g_autofree char *state_path = NULL;
  Bars bars = { options, NULL, &request, cancellable, loop, DTCCTL_EXIT_DONE };
  guint64 interval = 0;
  guint64 days = 0;
  guint sources[2];

  if ((options->interval != NULL) == options->ticks)
    {
      dtcctl_complain ("Say what to fetch: --interval SECONDS, such as 60, or --ticks");
      return DTCCTL_EXIT_USAGE;
    }
  if (!read_number (options->interval, "interval", DAY_SECONDS, &interval) || !read_number (options->days, "days", 36500, &days)
      || !read_time (options->from, "from", &request.start) || !read_time (options->to, "to", &request.end))
    return DTCCTL_EXIT_USAGE;
  request.interval = (gint32) interval;
  request.max_days = (guint32) days;

  bars.config = config = desk_runtime_config (options->profile);
  config->port = options->profile->history_port;
  config->learned = (DtcLearned) { 0 }; /* that is about the other port */
  if (options->profile->builtin_simulator && !find_simulator (&bars, &simulator, &state_path))
    return bars.status;

  sources[0] = g_unix_signal_add (SIGINT, interrupted_cb, cancellable);
  sources[1] = g_unix_signal_add (SIGTERM, interrupted_cb, cancellable);
  if (simulator == NULL)
    dtc_history_fetch_async (config, &request, cancellable, fetched_cb, &bars);
  g_main_loop_run (loop);
  g_source_remove (sources[0]);
  g_source_remove (sources[1]);
  if (simulator != NULL)
    stop_simulator (simulator, state_path);
  return bars.status;
}
