/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-json-line-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* What moves a terminal's cursor, ends its lines or turns the reading round; a line may be read on one. */
static gboolean
is_plain (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return !g_unichar_iscntrl (c) && type != G_UNICODE_FORMAT && type != G_UNICODE_LINE_SEPARATOR
         && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

static void
append_escaped (GString *line,
                gunichar c)
{
  if (c > 0xffff)
    {
      append_escaped (line, 0xd800 + ((c - 0x10000) >> 10));
      append_escaped (line, 0xdc00 + ((c - 0x10000) & 0x3ff));
      return;
    }
  g_string_append_printf (line, "\\u%04x", c);
}

static void
append_text (GString    *line,
             const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_string_append_c (line, '"');
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      switch (c)
        {
        case '"':
          g_string_append (line, "\\\"");
          break;
        case '\\':
          g_string_append (line, "\\\\");
          break;
        case '\n':
          g_string_append (line, "\\n");
          break;
        case '\r':
          g_string_append (line, "\\r");
          break;
        case '\t':
          g_string_append (line, "\\t");
          break;
        default:
          if (is_plain (c))
            g_string_append_unichar (line, c);
          else
            append_escaped (line, c);
          break;
        }
    }
  g_string_append_c (line, '"');
}

static void
append_name (GString    *line,
             const char *name)
{
  if (line->len > 1)
    g_string_append_c (line, ',');
  append_text (line, name);
  g_string_append_c (line, ':');
}

void
desk_json_line_append_double (GString *line,
                              double   value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (int digits = 15; digits <= 17; digits++)
    {
      char how[8];

      g_snprintf (how, sizeof how, "%%.%dg", digits);
      g_ascii_formatd (text, sizeof text, how, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  g_string_append (line, text);
}

char *
desk_json_line_time (gint64 utc)
{
  gint64 seconds = utc / G_USEC_PER_SEC;
  gint64 part = utc % G_USEC_PER_SEC;
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *text = NULL;

  if (part < 0)
    {
      part += G_USEC_PER_SEC;
      seconds--;
    }
  time = g_date_time_new_from_unix_utc (seconds);
  text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S") : g_strdup ("1970-01-01T00:00:00");
  return g_strdup_printf ("%s.%06dZ", text, (int) part);
}

char *
desk_json_line_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (clean, is_plain (c) ? c : '?');
    }
  return g_string_free (clean, FALSE);
}

void
desk_json_line_begin (GString    *line,
                      const char *event,
                      gint64      utc,
                      guint32     epoch)
{
  g_autofree char *time = desk_json_line_time (utc);

  g_string_append_c (line, '{');
  desk_json_line_string (line, "event", event);
  desk_json_line_string (line, "time", time);
  desk_json_line_int (line, "epoch", epoch);
}

void
desk_json_line_string (GString    *line,
                       const char *name,
                       const char *value)
{
  append_name (line, name);
  if (value != NULL)
    append_text (line, value);
  else
    g_string_append (line, "null");
}

void
desk_json_line_int (GString    *line,
                    const char *name,
                    gint64      value)
{
  append_name (line, name);
  g_string_append_printf (line, "%" G_GINT64_FORMAT, value);
}

void
desk_json_line_double (GString    *line,
                       const char *name,
                       double      value)
{
  append_name (line, name);
  if (isfinite (value) && fabs (value) < DBL_MAX)
    desk_json_line_append_double (line, value == 0 ? 0.0 : value);
  else
    g_string_append (line, "null");
}

void
desk_json_line_bool (GString    *line,
                     const char *name,
                     gboolean    value)
{
  append_name (line, name);
  g_string_append (line, value ? "true" : "false");
}

void
desk_json_line_raw (GString    *line,
                    const char *name,
                    const char *object)
{
  append_name (line, name);
  g_string_append (line, object != NULL ? object : "null");
}

void
desk_json_line_null (GString    *line,
                     const char *name)
{
  desk_json_line_string (line, name, NULL);
}

void
desk_json_line_end (GString *line)
{
  g_string_append_c (line, '}');
}

/* An empty text is one that was never set. */
static void
add_text (GString    *line,
          const char *name,
          const char *value)
{
  desk_json_line_string (line, name, value != NULL && *value != '\0' ? value : NULL);
}

static void
add_price (GString         *line,
           const char      *name,
           const DeskPrice *price)
{
  desk_json_line_double (line, name, price->kind != DESK_PRICE_UNSET ? price->display : NAN);
}

/* Contracts the server has not said are below zero. */
static void
add_count (GString    *line,
           const char *name,
           gint64      count)
{
  if (count >= 0)
    desk_json_line_int (line, name, count);
  else
    desk_json_line_null (line, name);
}

/* The types a line can send; of another one there is nothing to say. */
static const char *
type_nick (DeskOrderType type)
{
  return type == DESK_ORDER_TYPE_OTHER ? NULL : desk_order_type_nick (type);
}

static void
add_order (GString              *line,
           const DeskOrderState *order)
{
  add_text (line, "client_order_id", order->client_order_id);
  add_text (line, "server_order_id", order->server_order_id);
  add_text (line, "account", order->account);
  add_text (line, "symbol", order->symbol);
  add_text (line, "side", desk_side_nick (order->side));
  add_text (line, "type", type_nick (order->type));
  add_price (line, "price", &order->price);
  add_price (line, "price2", &order->price2);
  add_count (line, "quantity", order->quantity);
  add_count (line, "filled", order->filled);
  add_count (line, "remaining", order->remaining);
  desk_json_line_double (line, "average_price", order->average_price);
  add_text (line, "status", desk_status_nick (order->status));
  add_text (line, "certainty", desk_certainty_nick (order->certainty));
  add_text (line, "reason", desk_reason_nick (order->reason));
  add_text (line, "text", order->text);
  add_text (line, "role", desk_role_nick (order->role));
  add_text (line, "parent", order->parent);
  add_text (line, "sibling", order->sibling);
  if (order->max_show > 0)
    desk_json_line_int (line, "max_show", order->max_show);
  else
    desk_json_line_null (line, "max_show");
  add_text (line, "note", order->note);
}

static void
add_fill (GString             *line,
          const DeskFillState *fill)
{
  add_text (line, "execution_id", fill->execution_id);
  add_text (line, "client_order_id", fill->client_order_id);
  add_text (line, "server_order_id", fill->server_order_id);
  add_text (line, "account", fill->account);
  add_text (line, "symbol", fill->symbol);
  add_text (line, "side", desk_side_nick (fill->side));
  add_price (line, "price", &fill->price);
  add_count (line, "quantity", fill->quantity);
  desk_json_line_string (line, "source", fill->historical ? "history" : "live");
  append_name (line, "replaces");
  if (fill->replaces == NULL || fill->replaces[0] == NULL)
    {
      g_string_append (line, "null");
      return;
    }
  for (guint i = 0; fill->replaces[i] != NULL; i++)
    {
      g_string_append_c (line, i == 0 ? '[' : ',');
      append_text (line, fill->replaces[i]);
    }
  g_string_append_c (line, ']');
}

static void
add_position (GString                 *line,
              const DeskPositionState *position)
{
  add_text (line, "account", position->account);
  add_text (line, "symbol", position->symbol);
  if (position->provable)
    desk_json_line_int (line, "quantity", position->quantity);
  else
    desk_json_line_null (line, "quantity");
  desk_json_line_double (line, "average_price", position->provable ? position->average_price : NAN);
}

static void
add_given (GString    *line,
           const char *name,
           double      value)
{
  if (isfinite (value) && fabs (value) < DBL_MAX)
    desk_json_line_double (line, name, value);
}

static void
add_balance (GString                *line,
             const DeskAccountState *account)
{
  add_text (line, "account", account->account);
  desk_json_line_double (line, "cash", account->cash);
  if (account->currency[0] != '\0')
    desk_json_line_string (line, "currency", account->currency);
  add_given (line, "available", account->available);
  add_given (line, "margin", account->margin);
  add_given (line, "open_profit", account->open_profit);
  add_given (line, "daily_profit", account->daily_profit);
  add_given (line, "daily_loss_limit", account->daily_loss_limit);
  add_given (line, "securities", account->securities);
}

static void
add_quote_side (GString         *line,
                const char      *name,
                const char      *size_name,
                const DeskPrice *price,
                double           size)
{
  add_price (line, name, price);
  desk_json_line_double (line, size_name, price->kind != DESK_PRICE_UNSET ? size : NAN);
}

static void
add_quote (GString              *line,
           const DeskQuoteState *quote)
{
  add_text (line, "symbol", quote->symbol);
  add_quote_side (line, "bid", "bid_size", &quote->bid, quote->bid_size);
  add_quote_side (line, "ask", "ask_size", &quote->ask, quote->ask_size);
  add_quote_side (line, "last", "last_size", &quote->last, quote->last_size);
}

static const char *
flatten_step_text (DeskFlattenStep step)
{
  switch (step)
    {
    case DESK_FLATTEN_CANCEL_ENTRIES:
      return "cancelling the entries";
    case DESK_FLATTEN_READ_POSITION:
      return "reading the position";
    case DESK_FLATTEN_EXIT:
      return "sending one exit";
    case DESK_FLATTEN_CANCEL_PROTECTIONS:
      return "cancelling the protections";
    case DESK_FLATTEN_VERIFY:
      return "checking that it is flat";
    case DESK_FLATTEN_DONE:
      return "flat";
    case DESK_FLATTEN_FAILED:
    default:
      return "not flat";
    }
}

char *
desk_json_line_flatten_text (const DeskFlattenState *flatten)
{
  return g_strdup_printf ("Flatten %s in %s: %s", flatten->symbol, flatten->account, flatten_step_text (flatten->step));
}

/* A preview is the window's own; definitions and health are no facts of the market or of an order; a trade is told by the
 * quote it changes. */
gboolean
desk_json_line_has_line (const DeskEvent *event)
{
  switch (event->kind)
    {
    case DESK_EVENT_INSTRUMENT:
    case DESK_EVENT_UNWATCHED:
    case DESK_EVENT_TRADES:
    case DESK_EVENT_ARM:
    case DESK_EVENT_HEALTH:
    case DESK_EVENT_PREVIEW:
      return FALSE;
    case DESK_EVENT_RESYNC: /* the checklist is the window's; its report is news for all */
      return event->resync->ended;
    case DESK_EVENT_FOUND:
      return event->found.kind != DESK_ROW_BEGIN;
    default:
      return TRUE;
    }
}

const char *
desk_json_line_event_name (DeskEventKind kind)
{
  switch (kind)
    {
    case DESK_EVENT_LINK:
      return "link";
    case DESK_EVENT_ORDER:
      return "order";
    case DESK_EVENT_FILL:
      return "fill";
    case DESK_EVENT_POSITION:
      return "position";
    case DESK_EVENT_BALANCE:
      return "balance";
    case DESK_EVENT_ACCOUNT:
      return "account";
    case DESK_EVENT_QUOTE:
      return "quote";
    case DESK_EVENT_DEPTH:
    case DESK_EVENT_QUEUE:
      return "depth";
    case DESK_EVENT_FOUND:
    case DESK_EVENT_LISTED:
    case DESK_EVENT_RESYNC:
      return "report";
    case DESK_EVENT_VERIFY:
      return "verify";
    case DESK_EVENT_DENIED:
      return "denied";
    default:
      return "notice";
    }
}

char *
desk_json_line_event (const DeskEvent *event)
{
  GString *line;

  if (!desk_json_line_has_line (event))
    return NULL;
  if (event->kind == DESK_EVENT_VERIFY)
    return desk_json_line_verify (event);

  line = g_string_sized_new (512);
  desk_json_line_begin (line, desk_json_line_event_name (event->kind), event->utc, event->epoch);
  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      desk_json_line_string (line, "state", desk_link_nick (event->link.state));
      add_text (line, "reason", event->link.reason);
      add_text (line, "text", event->text);
      break;
    case DESK_EVENT_ORDER:
      add_order (line, &event->order);
      break;
    case DESK_EVENT_FILL:
      add_fill (line, &event->fill);
      break;
    case DESK_EVENT_POSITION:
      add_position (line, &event->position);
      break;
    case DESK_EVENT_BALANCE:
      add_balance (line, &event->account);
      break;
    case DESK_EVENT_ACCOUNT:
      add_text (line, "account", event->account.account);
      break;
    case DESK_EVENT_QUOTE:
      add_quote (line, &event->quote);
      break;
    case DESK_EVENT_DEPTH:
    case DESK_EVENT_QUEUE:
    case DESK_EVENT_FOUND:
    case DESK_EVENT_LISTED:
      desk_json_line_market (line, event);
      break;
    case DESK_EVENT_DENIED:
      add_text (line, "code", event->denial != DESK_DENY_NONE ? desk_denial_nick (event->denial) : event->code);
      add_text (line, "text", event->text);
      add_text (line, "input", event->input);
      break;
    case DESK_EVENT_FLATTEN:
      {
        g_autofree char *text = desk_json_line_flatten_text (&event->flatten);

        desk_json_line_string (line, "level", event->flatten.step == DESK_FLATTEN_FAILED ? "alarm" : "info");
        desk_json_line_string (line, "code", "FLATTEN");
        desk_json_line_string (line, "text", text);
        break;
      }
    case DESK_EVENT_RESYNC:
      desk_json_line_resync (line, event->resync);
      break;
    case DESK_EVENT_NOTICE:
    default:
      desk_json_line_string (line, "level", desk_level_nick (event->level));
      add_text (line, "code", event->code);
      add_text (line, "text", event->text);
      break;
    }
  desk_json_line_end (line);
  return g_string_free (line, FALSE);
}
