/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-json-line-private.h"

#include <math.h>

static void
say (GString    *line,
     const char *word)
{
  if (word == NULL || *word == '\0')
    return;
  g_string_append_c (line, ' ');
  g_string_append (line, word);
}

static void
say_price (GString         *line,
           const DeskGrid  *grid,
           const DeskPrice *price)
{
  g_autofree char *text = desk_price_format (grid, price);

  say (line, text);
}

static void
say_number (GString *line,
            double   number)
{
  if (!isfinite (number))
    {
      say (line, "?");
      return;
    }
  g_string_append_c (line, ' ');
  desk_json_line_append_double (line, number);
}

static void
say_words (GString    *line,
           const char *words)
{
  if (words != NULL && *words != '\0')
    g_string_append_printf (line, ": %s", words);
}

static void
say_order (GString              *line,
           const DeskOrderState *order)
{
  g_autofree char *filled = desk_order_state_filled_text (order);

  say (line, order->client_order_id[0] != '\0' ? order->client_order_id : order->server_order_id);
  say (line, order->account);
  say (line, desk_side_nick (order->side));
  if (order->quantity >= 0)
    g_string_append_printf (line, " %" G_GINT64_FORMAT, order->quantity);
  say (line, order->symbol);
  say (line, desk_order_type_nick (order->type));
  say_price (line, &order->grid, &order->price);
  say_price (line, &order->grid, &order->price2);
  if (order->max_show > 0)
    g_string_append_printf (line, " show %" G_GINT64_FORMAT, order->max_show);
  if (order->role != DESK_ROLE_NONE)
    g_string_append_printf (line, " [%s%s%s]", desk_role_nick (order->role), order->parent[0] != '\0' ? " of " : "", order->parent);
  say (line, "-");
  say (line, desk_status_nick (order->status));
  say (line, filled);
  if (isfinite (order->average_price) && order->filled > 0)
    {
      g_autofree char *average = desk_price_format_double (&order->grid, order->average_price);

      g_string_append_printf (line, " at %s", average);
    }
  if (order->certainty != DESK_CERTAINTY_FRESH)
    say (line, desk_certainty_nick (order->certainty));
  if (order->reason != DESK_REASON_NONE)
    g_string_append_printf (line, " (%s)", desk_reason_nick (order->reason));
  if (order->note != NULL)
    g_string_append_printf (line, " \"%s\"", order->note);
  say_words (line, order->text);
}

static void
say_fill (GString             *line,
          const DeskFillState *fill)
{
  say (line, fill->execution_id);
  say (line, fill->account);
  say (line, desk_side_nick (fill->side));
  g_string_append_printf (line, " %" G_GINT64_FORMAT, fill->quantity);
  say (line, fill->symbol);
  say (line, "at");
  say_price (line, &fill->grid, &fill->price);
  say (line, "of");
  say (line, fill->client_order_id[0] != '\0' ? fill->client_order_id : "no order of ours");
  if (fill->historical)
    say (line, "(history)");
}

static void
say_position (GString                 *line,
              const DeskPositionState *position)
{
  g_autofree char *average = desk_price_format_double (&position->grid, position->average_price);

  say (line, position->account);
  say (line, position->symbol);
  if (!position->provable)
    {
      say (line, "not provable");
      return;
    }
  g_string_append_printf (line, " %" G_GINT64_FORMAT, position->quantity);
  if (position->quantity != 0 && *average != '\0')
    g_string_append_printf (line, " at %s", average);
}

static void
say_quote (GString              *line,
           const DeskQuoteState *quote)
{
  say (line, quote->symbol);
  say (line, "bid");
  say_price (line, &quote->grid, &quote->bid);
  say (line, "ask");
  say_price (line, &quote->grid, &quote->ask);
  say (line, "last");
  say_price (line, &quote->grid, &quote->last);
}

char *
desk_json_line_event_plain (const DeskEvent *event)
{
  g_autoptr (GString) line = NULL;
  g_autofree char *time = NULL;

  if (!desk_json_line_has_line (event))
    return NULL;
  if (event->kind == DESK_EVENT_VERIFY)
    return desk_plain_line_verify (event);

  line = g_string_sized_new (256);
  time = desk_json_line_time (event->utc);
  g_string_append (line, time);
  say (line, desk_json_line_event_name (event->kind));
  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      say (line, desk_link_nick (event->link.state));
      if (event->link.reason != NULL && *event->link.reason != '\0')
        g_string_append_printf (line, " (%s)", event->link.reason);
      say_words (line, event->text);
      break;
    case DESK_EVENT_ORDER:
      say_order (line, &event->order);
      break;
    case DESK_EVENT_FILL:
      say_fill (line, &event->fill);
      break;
    case DESK_EVENT_POSITION:
      say_position (line, &event->position);
      break;
    case DESK_EVENT_BALANCE:
      say (line, event->account.account);
      say (line, "cash");
      say_number (line, event->account.cash);
      say (line, event->account.currency);
      break;
    case DESK_EVENT_ACCOUNT:
      say (line, event->account.account);
      break;
    case DESK_EVENT_QUOTE:
      say_quote (line, &event->quote);
      break;
    case DESK_EVENT_DEPTH:
    case DESK_EVENT_QUEUE:
    case DESK_EVENT_FOUND:
    case DESK_EVENT_LISTED:
      desk_plain_line_market (line, event);
      break;
    case DESK_EVENT_DENIED:
      say (line, event->denial != DESK_DENY_NONE ? desk_denial_nick (event->denial) : event->code);
      say_words (line, event->text);
      if (event->input != NULL && *event->input != '\0')
        g_string_append_printf (line, " [%s]", event->input);
      break;
    case DESK_EVENT_FLATTEN:
      {
        g_autofree char *text = desk_json_line_flatten_text (&event->flatten);

        say (line, event->flatten.step == DESK_FLATTEN_FAILED ? "alarm" : "info");
        say (line, "FLATTEN");
        say_words (line, text);
        break;
      }
    case DESK_EVENT_RESYNC:
      say (line, event->resync->trigger);
      say_words (line, event->resync->text);
      break;
    case DESK_EVENT_NOTICE:
    default:
      say (line, desk_level_nick (event->level));
      say (line, event->code);
      say_words (line, event->text);
      break;
    }
  return desk_json_line_clean (line->str);
}
