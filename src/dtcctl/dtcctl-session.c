/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

#include "desk-clock.h"
#include "desk-line-reader.h"
#include "desk-order-line.h"

#define TOLD_OF_LONG_LINE   64
#define WAIT_SECONDS        15
#define WAIT_SECONDS_MAX    86400
#define LEAVE_MS            5000
#define LEAVE_SIGNAL_MS     2000
#define SETTLE_MS           250

/* A command that has shown no effect yet: leaving at the end of input waits for it. */
typedef struct
{
  guint64         tag;
  DeskCommandKind kind;
  char            id[DESK_ID_SIZE];
} Pending;

typedef struct
{
  DtcctlLive      live;
  GInputStream   *input;
  GCancellable   *reading;
  DeskLineReader *lines;        /* read and not done */
  char           *waiting;      /* the "wait live" that holds them up, or NULL */
  guint           wait_timer;
  gboolean        ended;        /* no further input */
  gboolean        automated;
  GArray         *pending;      /* Pending */
  gint64          end_deadline;
  gint64          last_command;
  guint           end_timer;
  char            chunk[4096];
} Session;

static void do_lines (Session *session);

static void
deny (Session    *session,
      DeskDenial  denial,
      const char *text,
      const char *input)
{
  dtcctl_output_denied (session->live.options, session->live.epoch, denial, text, input);
}

static gboolean
end_timer_cb (gpointer user_data)
{
  Session *session = user_data;
  gint64 now = desk_clock_mono ();
  gint64 left = session->end_deadline - now;

  if (left > 0 && (session->pending->len > 0 || now - session->last_command < SETTLE_MS * 1000))
    return G_SOURCE_CONTINUE;
  session->end_timer = 0;
  dtcctl_live_leave (&session->live, DTCCTL_EXIT_DONE, (guint) CLAMP (left / 1000, 0, LEAVE_MS));
  return G_SOURCE_REMOVE;
}

/* End of input and quit: the last lines still have to take effect before the link is left. */
static void
begin_end (Session *session)
{
  if (session->end_timer != 0 || session->live.leaving)
    return;
  g_cancellable_cancel (session->reading);
  session->end_deadline = desk_clock_mono () + LEAVE_MS * 1000;
  session->end_timer = g_timeout_add (20, end_timer_cb, session);
}

static void
end_wait (Session *session)
{
  g_clear_pointer (&session->waiting, g_free);
  g_clear_handle_id (&session->wait_timer, g_source_remove);
}

static void
fail_wait (Session    *session,
           const char *text)
{
  g_autofree char *line = g_steal_pointer (&session->waiting);

  end_wait (session);
  deny (session, DESK_DENY_LINK_DOWN, text, line);
  do_lines (session);
}

static gboolean
wait_timer_cb (gpointer user_data)
{
  Session *session = user_data;

  session->wait_timer = 0;
  fail_wait (session, "The connection has not become live in time");
  return G_SOURCE_REMOVE;
}

/* wait live [SECONDS] */
static gboolean
do_wait (Session    *session,
         char      **words,
         const char *line)
{
  guint64 seconds = WAIT_SECONDS;

  if (words[1] == NULL || g_ascii_strcasecmp (words[1], "live") != 0
      || (words[2] != NULL
          && (words[3] != NULL || !g_ascii_string_to_unsigned (words[2], 10, 0, WAIT_SECONDS_MAX, &seconds, NULL))))
    {
      deny (session, DESK_DENY_USAGE, "After wait stands live, and after that may stand a number of seconds", line);
      return TRUE;
    }
  if (session->live.link == DESK_LINK_LIVE)
    return TRUE;
  session->waiting = g_strdup (line);
  if (session->live.link == DESK_LINK_STOPPED)
    fail_wait (session, "The connection has ended for good; see why, and start again");
  else
    session->wait_timer = g_timeout_add ((guint) seconds * 1000, wait_timer_cb, session);
  return FALSE;
}

static const struct
{
  const char     *word;
  DeskCommandKind kind;
  const char     *argument; /* what must follow, or NULL */
} plain_commands[] = {
  { "arm", DESK_COMMAND_ARM, NULL },
  { "disarm", DESK_COMMAND_DISARM, NULL },
  { "halt", DESK_COMMAND_HALT, NULL },
  { "unhalt", DESK_COMMAND_UNHALT, "the word HALT" },
  { "waive", DESK_COMMAND_WAIVE, "the step that the server does not answer, as the link event names it" },
  { "verify", DESK_COMMAND_VERIFY, NULL },
};

static void
send_command (Session     *session,
              DeskCommand *command,
              const char  *line)
{
  Pending pending = { .kind = command->kind };

  if (command->input == NULL)
    command->input = g_strdup (line);
  command->clicked = desk_clock_mono ();
  command->ticket.source = session->automated ? DESK_SOURCE_SCRIPT : DESK_SOURCE_LINE;
  command->ticket.live = session->live.options->profile->live;
  g_strlcpy (pending.id, command->id, sizeof pending.id);
  pending.tag = desk_session_send (session->live.session, command);
  session->last_command = desk_clock_mono ();
  if (pending.kind == DESK_COMMAND_SUBMIT || pending.kind == DESK_COMMAND_CANCEL || pending.kind == DESK_COMMAND_MODIFY)
    g_array_append_val (session->pending, pending);
}

/* case ID, and resolve ID mine SERVERID|filled|cancelled|never|working [WORDS…] */
static gboolean
do_case (Session    *session,
         char      **words,
         const char *line)
{
  gboolean resolve = g_ascii_strcasecmp (words[0], "resolve") == 0;
  guint    rest = 3;
  DeskDecision decision;
  DeskCommand *command;

  if (!resolve && g_ascii_strcasecmp (words[0], "case") != 0)
    return FALSE;
  if (words[1] == NULL || (!resolve && words[2] != NULL))
    {
      deny (session, DESK_DENY_USAGE, resolve ? "After resolve stand an order's id and a decision" : "After case stands an order's id", line);
      return TRUE;
    }
  if (resolve
      && (words[2] == NULL || !desk_decision_from_nick (words[2], &decision)
          || (decision == DESK_DECISION_MINE && words[3] == NULL)))
    {
      deny (session, DESK_DENY_USAGE,
            "The decisions are mine and the server's id of what is meant, filled, cancelled, never and working; words may follow", line);
      return TRUE;
    }
  command = desk_command_new (resolve ? DESK_COMMAND_RESOLVE : DESK_COMMAND_CASE);
  g_strlcpy (command->id, words[1], sizeof command->id);
  if (resolve)
    {
      g_strlcpy (command->step, desk_decision_nick (decision), sizeof command->step);
      if (decision == DESK_DECISION_MINE)
        g_strlcpy (command->candidate, words[rest++], sizeof command->candidate);
      command->search = g_strjoinv (" ", words + rest);
    }
  send_command (session, command, line);
  return TRUE;
}

/* accept N [WORDS…], note N WORDS… and baseline SYMBOL */
static gboolean
do_finding (Session    *session,
            char      **words,
            const char *line)
{
  gboolean accept = g_ascii_strcasecmp (words[0], "accept") == 0;
  gboolean note = g_ascii_strcasecmp (words[0], "note") == 0;
  DeskCommand *command;
  guint64 number = 0;

  if (!accept && !note && g_ascii_strcasecmp (words[0], "baseline") != 0)
    return FALSE;
  if (accept || note)
    {
      const char *digits = words[1] != NULL && words[1][0] == '#' ? words[1] + 1 : words[1];

      if (digits == NULL || !g_ascii_string_to_unsigned (digits, 10, 1, G_MAXINT64, &number, NULL) || (note && words[2] == NULL))
        {
          deny (session, DESK_DENY_USAGE, accept ? "After accept stands a finding's number; words may follow" : "After note stand a finding's number and words",
                line);
          return TRUE;
        }
      command = desk_command_new (accept ? DESK_COMMAND_ACCEPT : DESK_COMMAND_NOTE);
      command->quantity = (gint64) number;
      command->search = g_strjoinv (" ", words + 2);
    }
  else
    {
      if (words[1] == NULL || words[2] != NULL)
        {
          deny (session, DESK_DENY_USAGE, "After baseline stands a symbol", line);
          return TRUE;
        }
      command = desk_command_new (DESK_COMMAND_BASELINE);
      g_strlcpy (command->ticket.symbol, words[1], sizeof command->ticket.symbol);
    }
  send_command (session, command, line);
  return TRUE;
}

/* Returns FALSE when @words are none of the session's own lines. */
static gboolean
do_plain (Session    *session,
          char      **words,
          const char *line)
{
  static const struct
  {
    const char   *word;
    DeskEventKind kind;
  } listings[] = {
    { "orders", DESK_EVENT_ORDER }, { "fills", DESK_EVENT_FILL }, { "positions", DESK_EVENT_POSITION },
  };

  for (guint i = 0; i < G_N_ELEMENTS (listings); i++)
    if (g_ascii_strcasecmp (words[0], listings[i].word) == 0)
      {
        if (words[1] != NULL)
          deny (session, DESK_DENY_USAGE, "Nothing stands after orders, fills or positions", line);
        else
          dtcctl_output_rows (&session->live, listings[i].kind, session->live.first_epoch, FALSE);
        return TRUE;
      }

  if (do_case (session, words, line) || do_finding (session, words, line))
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (plain_commands); i++)
    {
      DeskCommand *command;

      if (g_ascii_strcasecmp (words[0], plain_commands[i].word) != 0)
        continue;
      if ((plain_commands[i].argument == NULL) != (words[1] == NULL) || (words[1] != NULL && words[2] != NULL)
          || (plain_commands[i].kind == DESK_COMMAND_UNHALT && g_ascii_strcasecmp (words[1], "HALT") != 0))
        {
          g_autofree char *text = g_strdup_printf ("After %s stands %s", plain_commands[i].word,
                                                   plain_commands[i].argument != NULL ? plain_commands[i].argument
                                                                                      : "nothing");

          deny (session, DESK_DENY_USAGE, text, line);
          return TRUE;
        }
      command = desk_command_new (plain_commands[i].kind);
      if (plain_commands[i].kind == DESK_COMMAND_WAIVE)
        g_strlcpy (command->step, words[1], sizeof command->step);
      send_command (session, command, line);
      return TRUE;
    }

  return FALSE;
}

static char **
split_words (const char *line)
{
  g_auto (GStrv) split = g_strsplit_set (line, " \t\r\v\f", -1);
  GPtrArray *words = g_ptr_array_new ();

  for (guint i = 0; split[i] != NULL; i++)
    if (*split[i] != '\0')
      g_ptr_array_add (words, g_strdup (split[i]));
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}

static gboolean
is_quit (char **words)
{
  return g_ascii_strcasecmp (words[0], "quit") == 0 && words[1] == NULL;
}

/* Returns FALSE when later lines must wait. */
static gboolean
do_line (Session    *session,
         const char *line)
{
  g_auto (GStrv) words = split_words (line);
  g_autoptr (GError) error = NULL;
  DeskCommand *command;

  if (words[0] == NULL || words[0][0] == '#')
    return TRUE;
  if (strlen (line) > DESK_LINE_MAX_LENGTH)
    {
      g_autofree char *told = g_utf8_make_valid (line, TOLD_OF_LONG_LINE);

      deny (session, DESK_DENY_USAGE, "The line is too long", told);
      return TRUE;
    }
  if (is_quit (words))
    {
      session->ended = TRUE;
      desk_line_reader_free (session->lines);
      session->lines = desk_line_reader_new ();
      return TRUE;
    }
  if (g_ascii_strcasecmp (words[0], "wait") == 0)
    return do_wait (session, words, line);
  if (do_plain (session, words, line))
    return TRUE;

  command = desk_order_line_parse (line, &error);
  if (command != NULL)
    send_command (session, command, line);
  else
    deny (session, DESK_DENY_USAGE, error->message, line);
  return TRUE;
}

/* What stands behind the last newline is a line only where a person has ended the input: of a pipe that broke it may be the
 * half of one. */
static void
refuse_rest (Session *session)
{
  g_autofree char *rest = desk_line_reader_take_rest (session->lines);
  g_auto (GStrv) words = split_words (rest != NULL ? rest : "");

  /* To quit is what the end of input does anyway. */
  if (words[0] != NULL && words[0][0] != '#' && !is_quit (words))
    deny (session, DESK_DENY_USAGE, "The last line has no newline, so it may be cut off: it was not done, and nothing was sent", rest);
}

static void
do_lines (Session *session)
{
  while (session->live.started && session->waiting == NULL && !session->live.leaving && session->end_timer == 0
         && !desk_line_reader_is_empty (session->lines))
    {
      g_autofree char *line = desk_line_reader_next (session->lines);

      if (!do_line (session, line))
        return;
    }
  if (session->live.started && session->ended && session->waiting == NULL && desk_line_reader_is_empty (session->lines))
    {
      refuse_rest (session);
      begin_end (session);
    }
}

static void read_more (Session *session);

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Session *session = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (n > 0)
    {
      desk_line_reader_feed (session->lines, session->chunk, (gsize) n);
      do_lines (session);
      read_more (session);
      return;
    }
  /* A person at a terminal who ends the input behind a line means the line. */
  if (!session->automated)
    desk_line_reader_feed (session->lines, "\n", 1);
  session->ended = TRUE;
  do_lines (session);
}

static void
read_more (Session *session)
{
  if (!session->ended && !session->live.leaving)
    g_input_stream_read_async (session->input, session->chunk, sizeof session->chunk, G_PRIORITY_DEFAULT,
                               session->reading, read_cb, session);
}

static void
session_started (DtcctlLive *live)
{
  Session *session = (Session *) live;

  read_more (session);
  do_lines (session);
}

static gboolean
is_answered (const Pending   *pending,
             const DeskEvent *event)
{
  const DeskOrderState *order = &event->order;

  if (event->kind == DESK_EVENT_DENIED)
    return event->tag == pending->tag;
  if (event->kind != DESK_EVENT_ORDER)
    return FALSE;
  if (pending->kind == DESK_COMMAND_SUBMIT)
    return event->tag != 0 ? event->tag == pending->tag : order->status == DESK_STATUS_SENT;
  if (!g_str_equal (order->client_order_id, pending->id) && !g_str_equal (order->server_order_id, pending->id))
    return FALSE;
  if (desk_status_is_final (order->status))
    return TRUE;
  return pending->kind == DESK_COMMAND_CANCEL ? order->cancel > DESK_OVERLAY_INTENDED
                                              : order->change > DESK_OVERLAY_INTENDED;
}

static void
session_event (DtcctlLive      *live,
               const DeskEvent *event)
{
  Session *session = (Session *) live;

  if (event->restored)
    return;
  for (guint i = 0; i < session->pending->len; i++)
    if (is_answered (&g_array_index (session->pending, Pending, i), event))
      {
        g_array_remove_index (session->pending, i);
        break;
      }

  dtcctl_output_news (live, event);
  if (event->kind != DESK_EVENT_LINK || session->waiting == NULL)
    return;
  if (event->link.state == DESK_LINK_LIVE)
    {
      end_wait (session);
      do_lines (session);
    }
  else if (event->link.state == DESK_LINK_STOPPED)
    fail_wait (session, "The connection has ended for good; see why, and start again");
}

static void
session_interrupted (DtcctlLive *live)
{
  Session *session = (Session *) live;

  g_cancellable_cancel (session->reading);
  end_wait (session);
  g_clear_handle_id (&session->end_timer, g_source_remove);
  dtcctl_live_leave (live, dtcctl_output_open () ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED, LEAVE_SIGNAL_MS);
}

/* A reader that was slow has caught up: it is told the quotes that stand now. */
static void
drained (gpointer user_data)
{
  DtcctlLive *live = user_data;

  if (dtcctl_output_open ())
    dtcctl_output_rows (live, DESK_EVENT_QUOTE, live->first_epoch, FALSE);
  else if (!live->interrupted)
    dtcctl_live_interrupt (live);
}

static const DtcctlLiveClass session_class = { session_started, session_event, session_interrupted };

DtcctlExit
dtcctl_session_run (const DtcctlOptions *options)
{
  Session session = { 0 };
  DeskSessionOptions session_options = { 0 };
  DtcctlExit status;

  session.automated = !isatty (STDIN_FILENO);
  session_options.automated = session.automated;
  session.input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  session.reading = g_cancellable_new ();
  session.lines = desk_line_reader_new ();
  session.pending = g_array_new (FALSE, FALSE, sizeof (Pending));

  session_options.capture_path = options->capture;
  dtcctl_output_follow (drained, &session.live);
  status = dtcctl_live_run (&session.live, &session_class, options, &session_options);
  if (!dtcctl_output_end_follow (session.live.interrupted ? SETTLE_MS : -1) && status == DTCCTL_EXIT_DONE)
    status = DTCCTL_EXIT_FAILED;

  end_wait (&session);
  g_clear_handle_id (&session.end_timer, g_source_remove);
  g_cancellable_cancel (session.reading);
  while (g_input_stream_has_pending (session.input))
    g_main_context_iteration (NULL, TRUE); /* the read that was cancelled still points at us */
  g_array_unref (session.pending);
  desk_line_reader_free (session.lines);
  g_object_unref (session.reading);
  g_object_unref (session.input);
  return status;
}
