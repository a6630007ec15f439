/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <errno.h>
#include <glib-unix.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "desk-clock.h"
#include "desk-json-line.h"

#define BACKLOG_MAX (1024 * 1024) /* bytes; beyond, quotes are left out */

static gboolean output_closed;

/* What a slow reader has not taken yet. While a session follows, it waits here and not in the thread that also reads the
 * commands: whoever does not read what we say may still cancel. */
static struct
{
  gboolean     on;
  GByteArray  *waiting;
  guint        source;
  gboolean     skipped; /* a quote */
  void       (*drained) (gpointer user_data);
  gpointer     user_data;
} backlog;

gboolean
dtcctl_output_open (void)
{
  return !output_closed;
}

/* Writes what is taken at once; FALSE: nobody takes any more. */
static gboolean
write_some (int     fd,
            guint8 *data,
            gsize   len,
            int     patience_ms,
            gsize  *written)
{
  *written = 0;
  while (*written < len)
    {
      struct pollfd waits = { .fd = fd, .events = POLLOUT };
      int ready = poll (&waits, 1, patience_ms);
      gssize n;

      if (ready == 0)
        return TRUE;
      if (ready < 0)
        continue;
      n = write (fd, data + *written, MIN (len - *written, PIPE_BUF));
      if (n >= 0)
        *written += (gsize) n;
      else if (errno != EINTR && errno != EAGAIN)
        return FALSE;
    }
  return TRUE;
}

static gboolean backlog_cb (int          fd,
                            GIOCondition condition,
                            gpointer     user_data);

static void
drain (int patience_ms)
{
  gsize written;

  if (!write_some (STDOUT_FILENO, backlog.waiting->data, backlog.waiting->len, patience_ms, &written))
    {
      output_closed = TRUE;
      written = backlog.waiting->len;
    }
  g_byte_array_remove_range (backlog.waiting, 0, (guint) written);
  if (backlog.waiting->len > 0 && backlog.source == 0)
    backlog.source = g_unix_fd_add (STDOUT_FILENO, G_IO_OUT, backlog_cb, NULL);
}

static gboolean
backlog_cb (int          fd,
            GIOCondition condition,
            gpointer     user_data)
{
  drain (0);
  if (backlog.waiting->len > 0)
    return G_SOURCE_CONTINUE;
  backlog.source = 0;
  if (backlog.skipped || output_closed)
    {
      backlog.skipped = FALSE;
      backlog.drained (backlog.user_data);
    }
  return G_SOURCE_REMOVE;
}

void
dtcctl_output_follow (void   (*drained) (gpointer user_data),
                      gpointer user_data)
{
  backlog.on = TRUE;
  backlog.waiting = g_byte_array_new ();
  backlog.drained = drained;
  backlog.user_data = user_data;
}

gboolean
dtcctl_output_end_follow (int patience_ms)
{
  gboolean all;

  drain (patience_ms);
  all = backlog.waiting->len == 0 && !output_closed;
  g_clear_handle_id (&backlog.source, g_source_remove);
  g_clear_pointer (&backlog.waiting, g_byte_array_unref);
  backlog.on = FALSE;
  return all;
}

void
dtcctl_output_line (const char *line)
{
  g_autofree char *whole = g_strconcat (line, "\n", NULL);
  gsize written;

  if (output_closed)
    return;
  if (backlog.on)
    {
      gboolean first = backlog.waiting->len == 0;

      g_byte_array_append (backlog.waiting, (const guint8 *) whole, (guint) strlen (whole));
      if (first)
        drain (0);
    }
  else if (!write_some (STDOUT_FILENO, (guint8 *) whole, strlen (whole), -1, &written))
    output_closed = TRUE;
}

void
dtcctl_complain (const char *format,
                 ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *whole = NULL;
  gsize written;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  clean = desk_json_line_clean (text);
  whole = g_strconcat ("dtcctl: ", clean, "\n", NULL);
  write_some (STDERR_FILENO, (guint8 *) whole, strlen (whole), -1, &written);
}

void
dtcctl_output_event (const DtcctlOptions *options,
                     const DeskEvent     *event)
{
  g_autofree char *line = NULL;

  if (event->kind == DESK_EVENT_QUOTE && backlog.on && backlog.waiting->len > BACKLOG_MAX)
    {
      backlog.skipped = TRUE;
      return;
    }
  line = options->json ? desk_json_line_event (event) : desk_json_line_event_plain (event);
  if (line != NULL)
    dtcctl_output_line (line);
}

void
dtcctl_output_print (const DtcctlOptions *options,
                     guint32              epoch,
                     gint64               received,
                     const DeskTrades    *trades,
                     guint                i)
{
  const DeskPrint *print = desk_trades_get (trades, i);
  gint64 utc = print->utc != 0 ? print->utc : received;
  const char *aggressor = desk_side_nick (print->aggressor);
  g_autoptr (GString) line = g_string_new (NULL);

  if (options->json)
    {
      static const char *const none[] = { "bid", "bid_size", "ask", "ask_size" };

      desk_json_line_begin (line, "quote", utc, epoch);
      desk_json_line_string (line, "symbol", trades->symbol);
      for (guint k = 0; k < G_N_ELEMENTS (none); k++)
        desk_json_line_null (line, none[k]);
      desk_json_line_double (line, "last", print->price.display);
      desk_json_line_double (line, "last_size", print->size);
      desk_json_line_string (line, "aggressor", aggressor);
      desk_json_line_end (line);
    }
  else
    {
      g_autofree char *time = desk_json_line_time (utc);
      g_autofree char *price = desk_price_format (&trades->grid, &print->price);
      g_autofree char *size = desk_price_format_double (NULL, print->size);

      g_string_append_printf (line, "%s trade %s %s x %s", time, trades->symbol, price, size);
      if (aggressor != NULL)
        g_string_append_printf (line, " %s", aggressor);
    }
  dtcctl_output_line (line->str);
}

void
dtcctl_output_denied (const DtcctlOptions *options,
                      guint32              epoch,
                      DeskDenial           denial,
                      const char          *text,
                      const char          *input)
{
  g_autoptr (DeskEvent) event = desk_event_new (DESK_EVENT_DENIED);

  event->utc = desk_clock_utc ();
  event->epoch = epoch;
  event->denial = denial;
  event->text = g_ref_string_new (text);
  event->input = g_ref_string_new (input);
  dtcctl_output_event (options, event);
}

static DeskEvent *
row_event (DeskEventKind kind,
           gpointer      row)
{
  DeskEvent *event = desk_event_new (kind);

  event->utc = desk_clock_utc ();
  switch (kind)
    {
    case DESK_EVENT_ORDER:
      desk_order_state_copy (&event->order, desk_order_get_state (row));
      event->epoch = event->order.epoch;
      break;
    case DESK_EVENT_FILL:
      desk_fill_state_copy (&event->fill, desk_fill_get_state (row));
      event->epoch = event->fill.epoch;
      break;
    case DESK_EVENT_POSITION:
      event->position = *desk_position_get_state (row);
      break;
    case DESK_EVENT_QUOTE:
      event->quote = *desk_quote_get_state (row);
      break;
    default:
      event->account = *desk_account_get_state (row);
      break;
    }
  return event;
}

static GListModel *
rows_of (DeskSession  *session,
         DeskEventKind kind)
{
  switch (kind)
    {
    case DESK_EVENT_ORDER:
      return desk_session_get_orders (session);
    case DESK_EVENT_FILL:
      return desk_session_get_fills (session);
    case DESK_EVENT_POSITION:
      return desk_session_get_positions (session);
    case DESK_EVENT_QUOTE:
      return desk_session_get_quotes (session);
    default:
      return desk_session_get_accounts (session);
    }
}

/* An account is two lines: that it is there, and what is in it where the server said so. */
static void
output_account (DtcctlLive *live,
                DeskEvent  *event)
{
  event->kind = DESK_EVENT_ACCOUNT;
  dtcctl_output_event (live->options, event);
  event->kind = DESK_EVENT_BALANCE;
  if (isfinite (event->account.cash))
    dtcctl_output_event (live->options, event);
}

void
dtcctl_output_rows (DtcctlLive   *live,
                    DeskEventKind kind,
                    guint32       since_epoch,
                    gboolean      open_only)
{
  GListModel *rows = rows_of (live->session, kind);
  guint n = g_list_model_get_n_items (rows);

  for (guint i = 0; i < n && dtcctl_output_open (); i++)
    {
      g_autoptr (GObject) row = g_list_model_get_item (rows, i);
      g_autoptr (DeskEvent) event = row_event (kind, row);

      switch (kind)
        {
        case DESK_EVENT_ORDER:
          if (!desk_status_is_final (event->order.status) || (!open_only && event->order.epoch >= since_epoch))
            dtcctl_output_event (live->options, event);
          break;
        case DESK_EVENT_FILL:
          if (event->fill.epoch >= since_epoch)
            dtcctl_output_event (live->options, event);
          break;
        case DESK_EVENT_POSITION:
        case DESK_EVENT_QUOTE:
          event->epoch = live->epoch;
          dtcctl_output_event (live->options, event);
          break;
        default:
          event->epoch = live->epoch;
          output_account (live, event);
          break;
        }
    }
}
