/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <string.h>

#include "desk-log-file.h"
#include "desk-log-job.h"

/* capture record: a session that only looks. */

typedef struct
{
  DtcctlLive live;
  guint      timer;
  guint      seconds;   /* 0: until it is stopped */
} Recording;

static gboolean
timer_cb (gpointer user_data)
{
  Recording *recording = user_data;

  recording->timer = 0;
  dtcctl_live_leave (&recording->live, DTCCTL_EXIT_DONE, 0);
  return G_SOURCE_REMOVE;
}

static void
record_started (DtcctlLive *live)
{
  Recording *recording = (Recording *) live;

  if (recording->seconds > 0)
    recording->timer = g_timeout_add_seconds (recording->seconds, timer_cb, recording);
}

/* The link alone: what else happens is in the file. */
static void
record_event (DtcctlLive      *live,
              const DeskEvent *event)
{
  if (event->kind == DESK_EVENT_LINK)
    dtcctl_output_news (live, event);
  else if (event->kind == DESK_EVENT_NOTICE && g_str_equal (event->code, "CAPTURE"))
    dtcctl_complain ("%s", event->text);
}

static void
record_interrupted (DtcctlLive *live)
{
  dtcctl_live_leave (live, DTCCTL_EXIT_DONE, 0);
}

static const DtcctlLiveClass record_class = { record_started, record_event, record_interrupted };

static DtcctlExit
record (const DtcctlOptions *options,
        const char          *path)
{
  DeskSessionOptions session_options = { .read_only = TRUE, .capture_path = path };
  Recording recording = { 0 };
  guint64 seconds = 0;
  DtcctlExit status;

  if (options->seconds != NULL && !g_ascii_string_to_unsigned (options->seconds, 10, 1, 31 * 24 * 3600, &seconds, NULL))
    {
      dtcctl_complain ("After --seconds stands a whole number of seconds, such as 60");
      return DTCCTL_EXIT_USAGE;
    }
  recording.seconds = (guint) seconds;
  status = dtcctl_live_run (&recording.live, &record_class, options, &session_options);
  g_clear_handle_id (&recording.timer, g_source_remove);
  return status;
}

static DtcCapture *
load (const DtcctlOptions *options,
      const char          *path)
{
  g_autoptr (GError) error = NULL;
  DtcCapture *capture = dtc_capture_load (path, options->numbering_given ? options->profile->numbering : DTC_NUMBERING_DTC,
                                          &error);

  if (capture == NULL)
    {
      dtcctl_complain ("%s", error->message);
      return NULL;
    }
  if (capture->torn)
    dtcctl_complain ("The last line of %s has no end and is left out", path);
  if (capture->damaged > 0)
    dtcctl_complain ("%u lines of %s are no records and are left out", capture->damaged, path);
  return capture;
}

/* (transfer full): the numbers of the records that fit; NULL when the query cannot be read. */
static GArray *
filter (const DtcctlOptions *options,
        const DtcCapture    *capture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskLogStore) store = NULL;
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  DeskLogFilter wanted = { 0 };
  GArray *numbers;
  guint at = 0;

  wanted.query = desk_log_query_parse (options->filter, &at, &error);
  if (wanted.query == NULL)
    {
      dtcctl_complain ("%s (at \"%s\")", error->message, options->filter + at);
      return NULL;
    }
  store = desk_log_store_new_from_capture (capture);
  snapshot = desk_log_store_snapshot (store);
  numbers = desk_log_filter_run (&wanted, snapshot);
  desk_log_query_unref (wanted.query);
  return numbers;
}

static DtcctlExit
show (const DtcctlOptions *options,
      const char          *path,
      const char          *number)
{
  g_autoptr (DtcCapture) capture = NULL;
  g_autoptr (GArray) numbers = NULL;
  guint64 only = 0;

  if (number != NULL && !g_ascii_string_to_unsigned (number, 10, 1, G_MAXUINT32, &only, NULL))
    {
      dtcctl_complain ("\"%s\" is no number of a record; capture show without it lists them", number);
      return DTCCTL_EXIT_USAGE;
    }
  capture = load (options, path);
  if (capture == NULL)
    return DTCCTL_EXIT_FAILED;
  if (only > capture->records->len)
    {
      dtcctl_complain ("%s has %u records only", path, capture->records->len);
      return DTCCTL_EXIT_USAGE;
    }
  if (options->filter != NULL && (numbers = filter (options, capture)) == NULL)
    return DTCCTL_EXIT_USAGE;
  dtcctl_capture_print (options, capture, numbers, (guint) only);
  return DTCCTL_EXIT_DONE;
}

static DtcctlExit
replay (const DtcctlOptions *options,
        const char          *path)
{
  g_autoptr (DtcCapture) capture = NULL;
  gboolean to_client = g_strcmp0 (options->to, "client") == 0;

  if (!to_client && g_strcmp0 (options->to, "server") != 0)
    {
      dtcctl_complain ("Say whom to play it to: --to client or --to server");
      return DTCCTL_EXIT_USAGE;
    }
  capture = load (options, path);
  if (capture == NULL)
    return DTCCTL_EXIT_FAILED;
  return to_client ? dtcctl_capture_to_client (options, capture) : dtcctl_capture_to_server (options, capture);
}

DtcctlExit
dtcctl_capture_run (const DtcctlOptions *options)
{
  const char *what = options->words[1];
  const char *path = options->words[2];
  const char *number = options->words[3];

  if (g_str_equal (what, "show"))
    return show (options, path, number);
  if (number == NULL && g_str_equal (what, "record"))
    return record (options, path);
  if (number == NULL && g_str_equal (what, "replay"))
    return replay (options, path);
  dtcctl_complain ("After capture stands record FILE, show FILE [NUMBER] or replay FILE --to client|server");
  return DTCCTL_EXIT_USAGE;
}
