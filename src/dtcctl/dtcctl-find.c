/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <string.h>

#define LINK_SECONDS 15
#define GRACE_MS     500 /* for the refusal of an entry, which has no answer */

/* symbols, exchanges, balances and journal-entries: one question, and its rows as they come. */
typedef struct
{
  DtcctlLive      live;
  DeskCommandKind kind;
  guint           timer;
  guint64         tag;
  gboolean        asked;
} Find;

static void
leave (Find      *find,
       DtcctlExit status)
{
  g_clear_handle_id (&find->timer, g_source_remove);
  dtcctl_live_leave (&find->live, dtcctl_output_open () ? status : DTCCTL_EXIT_FAILED, 0);
}

static gboolean
timer_cb (gpointer user_data)
{
  Find *find = user_data;

  find->timer = 0;
  if (find->asked)
    leave (find, DTCCTL_EXIT_DONE);
  else
    dtcctl_live_no_link (&find->live);
  return G_SOURCE_REMOVE;
}

static void
find_started (DtcctlLive *live)
{
  Find *find = (Find *) live;

  if (!find->asked)
    find->timer = g_timeout_add_seconds (LINK_SECONDS, timer_cb, find);
}

static void
ask (Find *find)
{
  const DtcctlOptions *options = find->live.options;
  DeskCommand *command = desk_command_new (find->kind);

  find->asked = TRUE;
  g_clear_handle_id (&find->timer, g_source_remove);
  command->find_by = g_str_equal (options->words[0], "exchanges") ? DESK_FIND_EXCHANGES : options->find_by;
  if (options->exchange != NULL)
    g_strlcpy (command->step, options->exchange, sizeof command->step);
  if (find->kind == DESK_COMMAND_ADD_JOURNAL)
    {
      command->search = g_strdup (options->words[2]);
      find->timer = g_timeout_add (GRACE_MS, timer_cb, find);
    }
  else if (find->kind == DESK_COMMAND_FIND_SYMBOLS)
    command->search = g_strdup (options->words[1]);
  find->tag = desk_session_send (find->live.session, command);
}

static void
row (Find            *find,
     const DeskEvent *event,
     DeskRowKind      kind,
     gboolean         failed)
{
  if (event->tag != find->tag || find->live.leaving)
    return;
  dtcctl_output_event (find->live.options, event);
  if (kind == DESK_ROW_END)
    leave (find, failed ? DTCCTL_EXIT_FAILED : DTCCTL_EXIT_DONE);
}

static void
find_event (DtcctlLive      *live,
            const DeskEvent *event)
{
  Find *find = (Find *) live;

  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      if (event->link.state == DESK_LINK_LIVE && !find->asked)
        ask (find);
      else if (dtcctl_live_is_hopeless (live) && !live->leaving)
        {
          g_clear_handle_id (&find->timer, g_source_remove);
          dtcctl_live_no_link (live);
        }
      break;
    case DESK_EVENT_FOUND:
      row (find, event, event->found.kind, event->found.failed);
      break;
    case DESK_EVENT_LISTED:
      row (find, event, event->listed.kind, event->listed.failed);
      break;
    case DESK_EVENT_DENIED:
      if (event->tag != find->tag || !find->asked || live->leaving)
        break;
      dtcctl_output_event (live->options, event);
      leave (find, DTCCTL_EXIT_DENIED);
      break;
    default:
      break;
    }
}

static void
find_interrupted (DtcctlLive *live)
{
  leave ((Find *) live, DTCCTL_EXIT_FAILED);
}

static const DtcctlLiveClass find_class = { find_started, find_event, find_interrupted };

DtcctlExit
dtcctl_find_run (const DtcctlOptions *options)
{
  DeskSessionOptions session_options = { .read_only = TRUE };
  const char *name = options->words[0];
  Find find = { 0 };
  DtcctlExit status;

  find.kind = g_str_equal (name, "balances")                                 ? DESK_COMMAND_LIST_BALANCES
              : !g_str_equal (name, "journal-entries")                       ? DESK_COMMAND_FIND_SYMBOLS
              : options->words[1] == NULL                                    ? DESK_COMMAND_LIST_JOURNAL
                                                                             : DESK_COMMAND_ADD_JOURNAL;
  if (find.kind == DESK_COMMAND_ADD_JOURNAL && (!g_str_equal (options->words[1], "add") || options->words[2] == NULL))
    {
      dtcctl_complain ("After journal-entries stands nothing, or add and one text");
      return DTCCTL_EXIT_USAGE;
    }
  status = dtcctl_live_run (&find.live, &find_class, options, &session_options);
  g_clear_handle_id (&find.timer, g_source_remove);
  return status;
}
