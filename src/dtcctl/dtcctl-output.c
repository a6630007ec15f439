/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "desk-clock.h"
#include "desk-json-line.h"

static gboolean output_closed;

gboolean
dtcctl_output_open (void)
{
  return !output_closed;
}

static void
write_all (int         fd,
           const char *data,
           gsize       len)
{
  while (len > 0)
    {
      gssize n = write (fd, data, len);

      if (n >= 0)
        {
          data += n;
          len -= (gsize) n;
        }
      else if (errno == EAGAIN)
        {
          struct pollfd waits = { .fd = fd, .events = POLLOUT };

          poll (&waits, 1, -1);
        }
      else if (errno != EINTR)
        {
          output_closed = output_closed || fd == STDOUT_FILENO;
          return;
        }
    }
}

void
dtcctl_output_line (const char *line)
{
  g_autofree char *whole = g_strconcat (line, "\n", NULL);

  if (!output_closed)
    write_all (STDOUT_FILENO, whole, strlen (whole));
}

void
dtcctl_complain (const char *format,
                 ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *whole = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  clean = desk_json_line_clean (text);
  whole = g_strconcat ("dtcctl: ", clean, "\n", NULL);
  write_all (STDERR_FILENO, whole, strlen (whole));
}

void
dtcctl_output_event (const DtcctlOptions *options,
                     const DeskEvent     *event)
{
  g_autofree char *line = options->json ? desk_json_line_event (event) : desk_json_line_event_plain (event);

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
