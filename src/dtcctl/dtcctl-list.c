/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <string.h>

#define LINK_SECONDS   15
#define ANSWER_SECONDS 8 /* after the logon, for what the server answers late or never */

typedef struct
{
  DtcctlLive    live;
  DeskEventKind kind;
  guint         timer;
  gboolean      logged_on;
  gboolean      printed;
} List;

static void
print_and_leave (List *list)
{
  if (list->printed)
    return;
  list->printed = TRUE;
  g_clear_handle_id (&list->timer, g_source_remove);
  dtcctl_output_rows (&list->live, list->kind, 0, TRUE);
  dtcctl_live_leave (&list->live, dtcctl_output_open () ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED, 0);
}

static void
give_up (List *list)
{
  if (list->printed || list->live.leaving)
    return;
  g_clear_handle_id (&list->timer, g_source_remove);
  dtcctl_live_no_link (&list->live);
}

static gboolean
timer_cb (gpointer user_data)
{
  List *list = user_data;

  list->timer = 0;
  if (list->logged_on)
    {
      dtcctl_complain ("The server has not answered everything; this is what it has said");
      print_and_leave (list);
    }
  else
    give_up (list);
  return G_SOURCE_REMOVE;
}

static void
list_started (DtcctlLive *live)
{
  List *list = (List *) live;

  if (list->timer == 0 && !list->printed)
    list->timer = g_timeout_add_seconds (LINK_SECONDS, timer_cb, list);
}

static void
list_event (DtcctlLive      *live,
            const DeskEvent *event)
{
  List *list = (List *) live;

  if (event->kind != DESK_EVENT_LINK)
    return;
  if (event->link.state == DESK_LINK_LIVE)
    print_and_leave (list);
  else if (event->link.state == DESK_LINK_RESYNC && !list->logged_on)
    {
      list->logged_on = TRUE;
      g_clear_handle_id (&list->timer, g_source_remove);
      list->timer = g_timeout_add_seconds (ANSWER_SECONDS, timer_cb, list);
    }
  else if (dtcctl_live_is_hopeless (live))
    give_up (list);
}

static void
list_interrupted (DtcctlLive *live)
{
  dtcctl_live_leave (live, DTCCTL_EXIT_FAILED, 0);
}

static const DtcctlLiveClass list_class = { list_started, list_event, list_interrupted };

DtcctlExit
dtcctl_list_run (const DtcctlOptions *options)
{
  DeskSessionOptions session_options = { .read_only = TRUE };
  List list = { 0 };
  DtcctlExit status;

  list.kind = g_str_equal (options->words[0], "orders")      ? DESK_EVENT_ORDER
              : g_str_equal (options->words[0], "fills")     ? DESK_EVENT_FILL
              : g_str_equal (options->words[0], "positions") ? DESK_EVENT_POSITION
                                                             : DESK_EVENT_ACCOUNT;
  status = dtcctl_live_run (&list.live, &list_class, options, &session_options);
  g_clear_handle_id (&list.timer, g_source_remove);
  return status;
}

static void
watch_started (DtcctlLive *live)
{
}

static void
watch_event (DtcctlLive      *live,
             const DeskEvent *event)
{
  if (!event->restored)
    dtcctl_output_news (live, event);
}

static void
watch_interrupted (DtcctlLive *live)
{
  dtcctl_live_leave (live, dtcctl_output_open () ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED, 0);
}

static const DtcctlLiveClass watch_class = { watch_started, watch_event, watch_interrupted };

DtcctlExit
dtcctl_watch_run (const DtcctlOptions *options)
{
  DeskSessionOptions session_options = { .read_only = TRUE };
  DtcctlLive live = { 0 };

  if (options->words[1] != NULL)
    {
      g_strfreev (options->profile->symbols);
      options->profile->symbols = g_strdupv (options->words + 1);
    }
  return dtcctl_live_run (&live, &watch_class, options, &session_options);
}
