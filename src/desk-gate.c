/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-gate.h"

#include <math.h>
#include <string.h>

/* What the checks share while they run. */
typedef struct
{
  const DeskGateInput *in;
  DeskGateVerdict     *out;
  gboolean             has_reference;
  double               reference;     /* display, the side this order would trade against */
  gboolean             reduces;
  gboolean             modify;
  gint64               open_quantity; /* what of the order is not filled yet */
  gint64               orders_symbol;
  gint64               orders_account;
  gboolean             unknown_on_symbol;
} Check;

/* Returns TRUE when it denies, with the words in @text. */
typedef gboolean (*CheckFunc) (const Check *check,
                               GString     *text);

static gboolean
needs_price (DeskOrderType type)
{
  return type == DESK_ORDER_TYPE_LIMIT || type == DESK_ORDER_TYPE_STOP || type == DESK_ORDER_TYPE_STOP_LIMIT;
}

static gboolean
needs_price2 (DeskOrderType type)
{
  return type == DESK_ORDER_TYPE_STOP_LIMIT;
}

static gint64
add (gint64 a,
     gint64 b)
{
  gint64 sum;

  if (__builtin_add_overflow (a, b, &sum))
    return b > 0 ? G_MAXINT64 : G_MININT64;
  return sum;
}

static void
append_price (GString        *text,
              const DeskGrid *grid,
              double          display)
{
  g_autofree char *price = desk_price_format_double (grid, display);

  g_string_append (text, price);
}

/* Of a modify that names no order we have, only the connection can be judged. */
static gboolean
has_no_order (const Check *check)
{
  return check->modify && !check->in->change->found;
}

static gboolean
check_usage (const Check *check,
             GString     *text)
{
  const DeskTicket *ticket = check->in->ticket;

  if (has_no_order (check))
    return FALSE;
  if (ticket->side != DESK_SIDE_BUY && ticket->side != DESK_SIDE_SELL)
    g_string_append (text, "Say whether to buy or to sell");
  else if (ticket->symbol[0] == '\0')
    g_string_append (text, "Say which symbol");
  else if (ticket->type == DESK_ORDER_TYPE_UNSET)
    g_string_append (text, "Say which order type");
  else if (ticket->quantity <= 0)
    g_string_append (text, "The quantity must be at least 1");
  else if (needs_price (ticket->type) && !ticket->has_price)
    g_string_append_printf (text, "A %s order needs a price", desk_order_type_nick (ticket->type));
  else if (needs_price2 (ticket->type) && !ticket->has_price2)
    g_string_append (text, "A stoplimit order needs a stop price and a limit price");
  else if ((!needs_price (ticket->type) && ticket->has_price) || (!needs_price2 (ticket->type) && ticket->has_price2))
    g_string_append_printf (text, "A %s order takes no such price", desk_order_type_nick (ticket->type));
  else if (ticket->tif == DESK_TIF_GTD && ticket->good_till <= 0)
    g_string_append (text, "Good-till-date needs a date");
  else if (ticket->tif == DESK_TIF_GTD && check->in->utc > 0 && ticket->good_till <= check->in->utc / G_USEC_PER_SEC)
    g_string_append (text, "The good-till date is in the past");
  else if (check->modify && ticket->quantity <= check->in->change->filled)
    g_string_append_printf (text, "%" G_GINT64_FORMAT " are filled already; the new quantity must be more, or cancel the order",
                            check->in->change->filled);
  else if (ticket->live != check->in->live)
    g_string_append_printf (text, "This order was meant for %s and the connection is %s",
                            ticket->live ? "live trading" : "simulation", check->in->live ? "live" : "a simulation");
  return text->len > 0;
}

static gboolean
check_link (const Check *check,
            GString     *text)
{
  if (check->in->link == DESK_LINK_LIVE || check->in->link == DESK_LINK_RESYNC)
    return FALSE;
  g_string_append (text, "There is no live connection; nothing was sent and nothing is kept for later");
  return TRUE;
}

static gboolean
check_resync (const Check *check,
              GString     *text)
{
  if (check->in->link != DESK_LINK_RESYNC)
    return FALSE;
  g_string_append (text, "Orders, fills and positions are still being compared with the server; try again when that has ended");
  return TRUE;
}

static gboolean
check_numbering (const Check *check,
                 GString     *text)
{
  if (check->in->numbering_ok)
    return FALSE;
  g_string_append (text, "The server speaks the other numbering; change the profile, and act at the server until then");
  return TRUE;
}

static gboolean
check_trading (const Check *check,
               GString     *text)
{
  if (!check->in->trading_supported)
    g_string_append (text, "The server says that it does not support trading on this connection");
  else if (check->in->account_disabled)
    g_string_append_printf (text, "The server says that trading is disabled for account %s", check->in->account);
  return text->len > 0;
}

static gboolean
check_halted (const Check *check,
              GString     *text)
{
  if (check->reduces || !check->in->halted || has_no_order (check))
    return FALSE;
  g_string_append (text, "Trading is halted; release it with unhalt HALT");
  return TRUE;
}

static gboolean
check_armed (const Check *check,
             GString     *text)
{
  if (check->reduces || check->in->armed || has_no_order (check))
    return FALSE;
  g_string_append (text, "Trading is not armed; arm first (F9, arm or --arm)");
  return TRUE;
}

static gboolean
check_account (const Check *check,
               GString     *text)
{
  const char *account = check->in->account;

  if (has_no_order (check))
    return FALSE;
  if (account == NULL || *account == '\0')
    g_string_append (text, "There is more than one account, or none; say which one");
  else if (!check->in->account_known)
    g_string_append_printf (text, "The server has no account %s", account);
  return text->len > 0;
}

static gboolean
check_symbol (const Check *check,
              GString     *text)
{
  const DeskLimits *limits = check->in->limits;

  /* A missing list is LIMITS further down. */
  if (check->reduces || has_no_order (check) || limits == NULL || limits->symbols == NULL
      || desk_limits_allow_symbol (limits, check->in->ticket->symbol))
    return FALSE;
  g_string_append_printf (text, "%s is not among the symbols that the limits allow", check->in->ticket->symbol);
  return TRUE;
}

static gboolean
check_definition (const Check *check,
                  GString     *text)
{
  if (has_no_order (check) || (check->in->definition_known && check->in->grid.tick > 0))
    return FALSE;
  if (check->in->definition_text != NULL && *check->in->definition_text != '\0')
    g_string_append_printf (text, "The server has no definition of %s: %s", check->in->ticket->symbol,
                            check->in->definition_text);
  else
    g_string_append_printf (text, "The server has given no usable definition of %s", check->in->ticket->symbol);
  return TRUE;
}

static gboolean
check_limits (const Check *check,
              GString     *text)
{
  const char *missing;

  if (check->reduces || has_no_order (check))
    return FALSE;
  missing = check->in->limits == NULL ? "schema" : desk_limits_missing (check->in->limits);
  if (check->in->limits == NULL || !check->in->limits->loaded)
    g_string_append (text, "No limits are set for this profile; name a file with --limits or set them in the profile");
  else if (missing != NULL)
    g_string_append_printf (text, "The limits lack \"%s\"; add it to the limits file", missing);
  else if (check->in->definition_known && check->in->grid.tick > 0 && !(check->in->grid.tick_value > 0))
    g_string_append_printf (text, "The server does not say what one tick of %s is worth, so max_order_value cannot be checked",
                            check->in->ticket->symbol);
  return text->len > 0;
}

static gboolean
price_is_refused (const Check     *check,
                  const char      *name,
                  double           asked,
                  const DeskPrice *price,
                  double           wire,
                  GString         *text)
{
  const DeskGrid *grid = &check->in->grid;

  if (price->kind == DESK_PRICE_UNSET)
    g_string_append_printf (text, "The %s is not a number a price can be", name);
  else if (price->kind == DESK_PRICE_RAW)
    {
      g_string_append_printf (text, "The %s ", name);
      append_price (text, NULL, asked);
      g_string_append (text, " is not a whole number of ticks of ");
      append_price (text, NULL, grid->tick);
    }
  else if (isnan (wire))
    {
      g_string_append_printf (text, "The %s ", name);
      append_price (text, grid, price->display);
      g_string_append (text, " does not survive the server's price multiplier");
    }
  else if (price->ticks <= 0 && !(check->has_reference && check->reference <= 0))
    g_string_append_printf (text, "The %s must be above 0", name);
  return text->len > 0;
}

static gboolean
check_tick (const Check *check,
            GString     *text)
{
  const DeskTicket *ticket = check->in->ticket;
  const DeskGateVerdict *out = check->out;

  if (has_no_order (check) || !check->in->definition_known || !(check->in->grid.tick > 0))
    return FALSE;
  if (needs_price (ticket->type) && ticket->has_price
      && price_is_refused (check, "price", ticket->price, &out->price, out->wire_price, text))
    return TRUE;
  return needs_price2 (ticket->type) && ticket->has_price2
         && price_is_refused (check, "second price", ticket->price2, &out->price2, out->wire_price2, text);
}

/* Only a complete set of limits is compared with; an incomplete one has been refused by then. */
static const DeskLimits *
usable_limits (const Check *check)
{
  const DeskLimits *limits = check->in->limits;

  if (has_no_order (check) || limits == NULL || desk_limits_missing (limits) != NULL)
    return NULL;
  return limits;
}

static gboolean
check_quantity (const Check *check,
                GString     *text)
{
  const DeskLimits *limits = usable_limits (check);

  if (check->reduces || limits == NULL || check->in->ticket->quantity <= limits->max_order_quantity)
    return FALSE;
  g_string_append_printf (text, "Too many for one order: max %" G_GINT64_FORMAT ", asked %" G_GINT64_FORMAT,
                          limits->max_order_quantity, check->in->ticket->quantity);
  return TRUE;
}

static gboolean
check_value (const Check *check,
             GString     *text)
{
  const DeskLimits *limits = usable_limits (check);

  if (check->reduces || limits == NULL || isnan (check->out->value) || check->out->value <= limits->max_order_value)
    return FALSE;
  g_string_append (text, "The order is worth too much: max ");
  append_price (text, NULL, limits->max_order_value);
  g_string_append (text, ", asked ");
  append_price (text, NULL, check->out->value);
  return TRUE;
}

static gboolean
check_position (const Check *check,
                GString     *text)
{
  const DeskLimits *limits = usable_limits (check);
  gint64 worst;

  if (check->reduces || limits == NULL)
    return FALSE;
  worst = check->in->ticket->side == DESK_SIDE_BUY ? check->out->worst_long : check->out->worst_short;
  if (check->in->ticket->side == DESK_SIDE_BUY ? worst <= limits->max_position : worst >= -limits->max_position)
    return FALSE;
  g_string_append_printf (text, "The position could become too large with every working order filled: max %" G_GINT64_FORMAT
                          ", worst case %s %" G_GINT64_FORMAT,
                          limits->max_position, worst > 0 ? "long" : "short", worst > 0 ? worst : -worst);
  return TRUE;
}

static gboolean
outside_collar (const Check     *check,
                const DeskPrice *price,
                double           percent,
                GString         *text)
{
  double distance;

  if (price->kind != DESK_PRICE_TICKS)
    return FALSE;
  distance = fabs (price->display - check->reference);
  if (distance <= fabs (check->reference) * percent / 100)
    return FALSE;

  g_string_append (text, "The price ");
  append_price (text, &check->in->grid, price->display);
  g_string_append (text, " is too far from the market at ");
  append_price (text, &check->in->grid, check->reference);
  g_string_append (text, ": max ");
  append_price (text, NULL, percent);
  g_string_append (text, " %");
  if (check->reference != 0)
    {
      g_string_append (text, ", asked ");
      append_price (text, NULL, round (distance / fabs (check->reference) * 1e4) / 100);
      g_string_append (text, " %");
    }
  return TRUE;
}

static gboolean
check_collar (const Check *check,
              GString     *text)
{
  const DeskLimits *limits = usable_limits (check);

  if (limits == NULL || !check->has_reference)
    return FALSE;
  return outside_collar (check, &check->out->price, limits->price_collar_percent, text)
         || outside_collar (check, &check->out->price2, limits->price_collar_percent, text);
}

static gboolean
check_duplicate (const Check *check,
                 GString     *text)
{
  const DeskLimits *limits = usable_limits (check);
  const DeskTicket *ticket = check->in->ticket;

  if (limits == NULL || check->modify || ticket->override_duplicate)
    return FALSE;
  for (guint i = 0; i < check->in->n_recent; i++)
    {
      const DeskGateRecent *recent = &check->in->recent[i];

      if (recent->side == ticket->side && recent->type == ticket->type && recent->quantity == ticket->quantity
          && desk_price_equal (&recent->price, &check->out->price) && desk_price_equal (&recent->price2, &check->out->price2)
          && check->in->now - recent->when < limits->duplicate_window_ms * 1000)
        {
          g_string_append_printf (text, "The same order was sent %" G_GINT64_FORMAT " ms ago: wait %" G_GINT64_FORMAT
                                  " ms, or confirm that a second one is meant",
                                  (check->in->now - recent->when) / 1000, limits->duplicate_window_ms);
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
check_rate (const Check *check,
            GString     *text)
{
  const DeskLimits *limits = usable_limits (check);

  if (check->reduces || limits == NULL)
    return FALSE;
  if (desk_gate_bucket_get (&check->in->account_bucket, limits->orders_per_second, (double) limits->orders_burst,
                            check->in->now) < 1)
    {
      g_string_append (text, "Too many orders at once: max ");
      append_price (text, NULL, limits->orders_per_second);
      g_string_append_printf (text, " a second with a burst of %" G_GINT64_FORMAT, limits->orders_burst);
    }
  else if (desk_gate_bucket_get (&check->in->symbol_bucket, limits->orders_per_second_symbol,
                                 desk_gate_symbol_burst (limits), check->in->now) < 1)
    {
      g_string_append_printf (text, "Too many orders for %s at once: max ", check->in->ticket->symbol);
      append_price (text, NULL, limits->orders_per_second_symbol);
      g_string_append (text, " a second");
    }
  return text->len > 0;
}

static gboolean
check_working (const Check *check,
               GString     *text)
{
  const DeskLimits *limits = usable_limits (check);

  if (check->reduces || check->modify || limits == NULL)
    return FALSE;
  if (check->orders_symbol >= limits->max_open_orders_symbol)
    g_string_append_printf (text, "Too many open orders for %s: max %" G_GINT64_FORMAT ", open %" G_GINT64_FORMAT,
                            check->in->ticket->symbol, limits->max_open_orders_symbol, check->orders_symbol);
  else if (check->orders_account >= limits->max_open_orders_account)
    g_string_append_printf (text, "Too many open orders in the account: max %" G_GINT64_FORMAT ", open %" G_GINT64_FORMAT,
                            limits->max_open_orders_account, check->orders_account);
  return text->len > 0;
}

static gboolean
is_automated (const Check *check)
{
  return check->in->automated || check->in->ticket->source == DESK_SOURCE_SCRIPT
         || check->in->ticket->source == DESK_SOURCE_API;
}

static gboolean
check_unknown (const Check *check,
               GString     *text)
{
  if (check->reduces || has_no_order (check) || !check->unknown_on_symbol || !is_automated (check))
    return FALSE;
  g_string_append_printf (text, "An order for %s has an unknown outcome; a script may add no risk there until it is known",
                          check->in->ticket->symbol);
  return TRUE;
}

/* Would our order trade against one of our own that rests in the book? */
static gboolean
crosses (const Check         *check,
         const DeskGateOrder *order)
{
  const DeskTicket *ticket = check->in->ticket;
  const DeskPrice *limit = ticket->type == DESK_ORDER_TYPE_STOP_LIMIT ? &check->out->price2 : &check->out->price;
  double reach;

  if (!order->ours || !order->same_symbol || order->type != DESK_ORDER_TYPE_LIMIT || order->side == ticket->side
      || order->side == DESK_SIDE_NONE || order->price.kind == DESK_PRICE_UNSET)
    return FALSE;
  if (ticket->type == DESK_ORDER_TYPE_STOP)
    return FALSE; /* it rests outside of the book until the market is there */
  if (ticket->type == DESK_ORDER_TYPE_MARKET)
    {
      if (!check->has_reference)
        return FALSE;
      reach = check->reference;
    }
  else if (limit->kind == DESK_PRICE_TICKS)
    reach = limit->display;
  else
    return FALSE;
  return ticket->side == DESK_SIDE_BUY ? reach >= order->price.display : reach <= order->price.display;
}

static gboolean
check_self_match (const Check *check,
                  GString     *text)
{
  if (has_no_order (check))
    return FALSE;
  for (guint i = 0; i < check->in->n_orders; i++)
    if (crosses (check, &check->in->orders[i]))
      {
        g_string_append_printf (text, "It could trade with our own order to %s at ",
                                desk_side_nick (check->in->orders[i].side));
        append_price (text, &check->in->grid, check->in->orders[i].price.display);
        g_string_append (text, "; cancel that one first");
        return TRUE;
      }
  return FALSE;
}

static gboolean
check_unsupported (const Check *check,
                   GString     *text)
{
  if (has_no_order (check))
    return FALSE;
  if (check->in->ticket->type == DESK_ORDER_TYPE_OTHER)
    g_string_append (text, "This order type is shown, but not sent");
  else if (check->in->unsupported != NULL)
    g_string_append_printf (text, "The server says that it does not support %s", check->in->unsupported);
  return text->len > 0;
}

static gboolean
check_storage (const Check *check,
               GString     *text)
{
  if (check->reduces || check->in->storage_ok || has_no_order (check))
    return FALSE;
  g_string_append (text, "The state file cannot be written; orders that reduce the position and cancels still work");
  return TRUE;
}

static gboolean
check_found (const Check *check,
             GString     *text)
{
  if (!has_no_order (check))
    return FALSE;
  g_string_append (text, "There is no open order with this id");
  return TRUE;
}

static gboolean
check_in_flight (const Check *check,
                 GString     *text)
{
  if (!check->modify || has_no_order (check) || !check->in->change->in_flight)
    return FALSE;
  g_string_append (text, "The server has not answered the last request about this order; wait for its answer");
  return TRUE;
}

static const struct
{
  DeskDenial denial;
  CheckFunc  func;
} checks[] = {
  { DESK_DENY_USAGE, check_usage },
  { DESK_DENY_LINK_DOWN, check_link },
  { DESK_DENY_RESYNC_RUNNING, check_resync },
  { DESK_DENY_NUMBERING, check_numbering },
  { DESK_DENY_TRADING_OFF, check_trading },
  { DESK_DENY_HALTED, check_halted },
  { DESK_DENY_DISARMED, check_armed },
  { DESK_DENY_ACCOUNT, check_account },
  { DESK_DENY_SYMBOL, check_symbol },
  { DESK_DENY_NO_DEFINITION, check_definition },
  { DESK_DENY_LIMITS, check_limits },
  { DESK_DENY_PRICE_TICK, check_tick },
  { DESK_DENY_QTY_MAX, check_quantity },
  { DESK_DENY_ORDER_VALUE_MAX, check_value },
  { DESK_DENY_POSITION_MAX_WORST_CASE, check_position },
  { DESK_DENY_PRICE_COLLAR, check_collar },
  { DESK_DENY_DUPLICATE, check_duplicate },
  { DESK_DENY_RATE, check_rate },
  { DESK_DENY_WORKING_ORDERS_MAX, check_working },
  { DESK_DENY_UNKNOWN_ON_SYMBOL, check_unknown },
  { DESK_DENY_SELF_MATCH, check_self_match },
  { DESK_DENY_UNSUPPORTED_BY_SERVER, check_unsupported },
  { DESK_DENY_STORAGE, check_storage },
  { DESK_DENY_NO_SUCH_ORDER, check_found },
  { DESK_DENY_IN_FLIGHT, check_in_flight },
};

/* The price this order would trade at, if it came to trade now. */
static void
find_reference (Check *check)
{
  const DeskGateInput *in = check->in;
  const DeskPrice *first = in->ticket->side == DESK_SIDE_SELL ? &in->bid : &in->ask;
  const DeskPrice *last = in->ticket->side == DESK_SIDE_SELL ? &in->ask : &in->bid;
  const DeskPrice *found = first->kind != DESK_PRICE_UNSET      ? first
                           : in->last.kind != DESK_PRICE_UNSET  ? &in->last
                                                                : last;

  if (found->kind == DESK_PRICE_UNSET || in->reference_age < 0 || in->reference_age > DESK_GATE_REFERENCE_MAX_AGE)
    return;
  check->has_reference = TRUE;
  check->reference = found->display;
}

static void
place_prices (Check *check)
{
  const DeskGateInput *in = check->in;
  DeskGateVerdict *out = check->out;

  if (needs_price (in->ticket->type) && in->ticket->has_price)
    {
      out->price = desk_price_from_display (&in->grid, in->ticket->price);
      if (!desk_price_to_wire (&in->grid, &out->price, &out->wire_price))
        out->wire_price = NAN;
    }
  if (needs_price2 (in->ticket->type) && in->ticket->has_price2)
    {
      out->price2 = desk_price_from_display (&in->grid, in->ticket->price2);
      if (!desk_price_to_wire (&in->grid, &out->price2, &out->wire_price2))
        out->wire_price2 = NAN;
    }
}

/* The worst case counts every working and unknown order as filled, ours or not. */
static void
count_orders (Check *check)
{
  const DeskGateInput *in = check->in;
  DeskGateVerdict *out = check->out;
  gint64 same_side = 0;
  gboolean countable = TRUE;

  out->position = in->position;
  out->worst_long = in->position;
  out->worst_short = in->position;

  for (guint i = 0; i < in->n_orders; i++)
    {
      const DeskGateOrder *order = &in->orders[i];

      if (order->ours)
        check->orders_account++;
      if (!order->same_symbol)
        continue;
      if (order->ours)
        check->orders_symbol++;
      check->unknown_on_symbol = check->unknown_on_symbol || order->unknown;
      if (order->remaining < 0)
        {
          countable = countable && order->side != in->ticket->side;
          continue;
        }
      if (order->side == DESK_SIDE_BUY)
        out->worst_long = add (out->worst_long, order->remaining);
      else if (order->side == DESK_SIDE_SELL)
        out->worst_short = add (out->worst_short, -order->remaining);
      if (order->side == in->ticket->side)
        same_side = add (same_side, order->remaining);
    }

  check->open_quantity = MAX (in->ticket->quantity, 0);
  if (check->modify && in->change->filled > 0)
    check->open_quantity = MAX (check->open_quantity - in->change->filled, 0);
  if (in->ticket->side == DESK_SIDE_BUY)
    out->worst_long = add (out->worst_long, check->open_quantity);
  else if (in->ticket->side == DESK_SIDE_SELL)
    out->worst_short = add (out->worst_short, -check->open_quantity);

  /* It reduces when everything on its side together cannot carry the position through zero. */
  if (in->position_known && countable && in->ticket->side != DESK_SIDE_NONE && check->open_quantity > 0)
    {
      gint64 room = in->ticket->side == DESK_SIDE_SELL ? in->position : -in->position;

      check->reduces = room > 0 && add (same_side, check->open_quantity) <= room;
    }
}

/* A limit that moves away from the market, or a stop that does, is no more risk than before. */
static gboolean
moves_away (const DeskTicket *ticket,
            const DeskPrice  *before,
            const DeskPrice  *after)
{
  gboolean higher;

  if (desk_price_equal (before, after))
    return TRUE;
  if (before->kind == DESK_PRICE_UNSET || after->kind == DESK_PRICE_UNSET)
    return FALSE;
  higher = after->display > before->display;
  switch (ticket->type)
    {
    case DESK_ORDER_TYPE_LIMIT:
      return ticket->side == DESK_SIDE_BUY ? !higher : higher;
    case DESK_ORDER_TYPE_STOP:
      return ticket->side == DESK_SIDE_BUY ? higher : !higher;
    case DESK_ORDER_TYPE_UNSET:
    case DESK_ORDER_TYPE_MARKET:
    case DESK_ORDER_TYPE_STOP_LIMIT:
    case DESK_ORDER_TYPE_OTHER:
    default:
      return FALSE;
    }
}

static void
judge_change (Check *check)
{
  const DeskGateChange *change = check->in->change;

  if (change->found && check->in->ticket->quantity <= change->quantity
      && moves_away (check->in->ticket, &change->price, &check->out->price)
      && desk_price_equal (&change->price2, &check->out->price2))
    check->reduces = TRUE;
}

static void
work_out_figures (Check *check)
{
  const DeskGateInput *in = check->in;
  DeskGateVerdict *out = check->out;
  const DeskPrice *own = out->price2.kind == DESK_PRICE_TICKS
                             && fabs (out->price2.display) > fabs (out->price.display)
                           ? &out->price2
                           : &out->price;
  double price = NAN;

  if (!(in->grid.tick > 0))
    return;

  if (in->grid.tick_value > 0)
    {
      out->tick_risk = in->grid.tick_value * (double) check->open_quantity;
      if (own->kind != DESK_PRICE_UNSET)
        price = own->display;
      else if (check->has_reference)
        price = check->reference;
      out->value = fabs (price) / in->grid.tick * in->grid.tick_value * (double) check->open_quantity;
    }

  if (check->has_reference && out->price.kind == DESK_PRICE_TICKS)
    {
      double away = (check->reference - out->price.display) / in->grid.tick;
      gboolean below = (in->ticket->side == DESK_SIDE_BUY) == (in->ticket->type == DESK_ORDER_TYPE_LIMIT);

      if (fabs (away) < 1e15)
        out->distance_ticks = (gint64) round (below ? away : -away);
    }
}

static void
find_warnings (Check *check)
{
  DeskGateVerdict *out = check->out;
  DeskOrderType type = check->in->ticket->type;

  if (!check->has_reference)
    out->warnings |= DESK_GATE_WARN_NO_REFERENCE;
  else if (out->price.kind == DESK_PRICE_TICKS && out->distance_ticks <= 0)
    {
      if (type == DESK_ORDER_TYPE_LIMIT)
        out->warnings |= DESK_GATE_WARN_MARKETABLE_LIMIT;
      else if (type == DESK_ORDER_TYPE_STOP || type == DESK_ORDER_TYPE_STOP_LIMIT)
        out->warnings |= DESK_GATE_WARN_STOP_WRONG_SIDE;
    }
  if (check->unknown_on_symbol)
    out->warnings |= DESK_GATE_WARN_UNKNOWN;
}

DeskDenial
desk_gate_check (const DeskGateInput *in,
                 DeskGateVerdict     *out)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *end;
  Check check = { .in = in, .out = out, .modify = in->change != NULL };

  memset (out, 0, sizeof *out);
  out->wire_price = NAN;
  out->wire_price2 = NAN;
  out->value = NAN;
  out->tick_risk = NAN;
  out->distance_ticks = G_MAXINT64;

  find_reference (&check);
  place_prices (&check);
  count_orders (&check);
  if (check.modify)
    judge_change (&check);
  work_out_figures (&check);
  find_warnings (&check);
  out->reduces = check.reduces;

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      out->checks_total++;
      g_string_truncate (text, 0);
      if (!checks[i].func (&check, text))
        {
          out->checks_passed++;
          continue;
        }
      if (out->denial == DESK_DENY_NONE)
        {
          out->denial = checks[i].denial;
          g_strlcpy (out->text, text->str, sizeof out->text);
          g_utf8_validate (out->text, -1, &end); /* a cut may fall inside a character */
          *(char *) end = '\0';
        }
    }

  return out->denial;
}

static DeskDenial
deny (DeskDenial  denial,
      char       *text,
      const char *words)
{
  g_strlcpy (text, words, 256);
  return denial;
}

DeskDenial
desk_gate_check_exit (const DeskGateExitInput *in,
                      char                     text[256])
{
  text[0] = '\0';

  if (in->link != DESK_LINK_LIVE && in->link != DESK_LINK_RESYNC)
    return deny (DESK_DENY_LINK_DOWN, text,
                 "There is no live connection; nothing was sent and nothing is kept for later. Act at the server if it cannot wait");
  if (in->link == DESK_LINK_RESYNC && in->exit == DESK_GATE_EXIT_FLATTEN)
    return deny (DESK_DENY_RESYNC_RUNNING, text,
                 "The position is still being asked from the server; try again when that has ended");
  if (!in->numbering_ok)
    return deny (DESK_DENY_NUMBERING, text,
                 "The server speaks the other numbering, so a cancel could be taken for something else; act at the server");

  if (in->exit == DESK_GATE_EXIT_CANCEL)
    {
      if (!in->found)
        return deny (DESK_DENY_NO_SUCH_ORDER, text, "There is no open order with this id");
      if (in->in_flight)
        return deny (DESK_DENY_IN_FLIGHT, text, "A cancel of this order has just been sent; wait for its answer");
      return DESK_DENY_NONE;
    }

  if (in->account == NULL || *in->account == '\0')
    return deny (DESK_DENY_ACCOUNT, text, "There is more than one account, or none; say which one");
  if (!in->account_known)
    return deny (DESK_DENY_ACCOUNT, text, "The server has no such account");
  if (in->exit == DESK_GATE_EXIT_FLATTEN)
    {
      if (in->flat)
        return deny (DESK_DENY_FLAT, text, "There is no position to flatten");
      if (in->in_flight)
        return deny (DESK_DENY_IN_FLIGHT, text, "A flatten of this symbol is running; wait for its end");
    }
  return DESK_DENY_NONE;
}

double
desk_gate_bucket_get (const DeskGateBucket *bucket,
                      double                rate,
                      double                burst,
                      gint64                now)
{
  double passed;

  if (bucket->when == 0)
    return burst;
  passed = now > bucket->when ? (double) (now - bucket->when) / G_USEC_PER_SEC : 0;
  return fmin (burst, bucket->tokens + passed * rate);
}

void
desk_gate_bucket_take (DeskGateBucket *bucket,
                       double          rate,
                       double          burst,
                       gint64          now)
{
  bucket->tokens = fmax (desk_gate_bucket_get (bucket, rate, burst, now) - 1, 0);
  bucket->when = MAX (now, 1);
}

double
desk_gate_symbol_burst (const DeskLimits *limits)
{
  return fmax (ceil (limits->orders_per_second_symbol), 1);
}

const char *
desk_gate_warning_nick (DeskGateWarnings warning)
{
  switch (warning)
    {
    case DESK_GATE_WARN_STOP_WRONG_SIDE:
      return "STOP_WRONG_SIDE";
    case DESK_GATE_WARN_MARKETABLE_LIMIT:
      return "MARKETABLE_LIMIT";
    case DESK_GATE_WARN_NO_REFERENCE:
      return "NO_REFERENCE";
    case DESK_GATE_WARN_UNKNOWN:
      return "UNKNOWN_ON_SYMBOL";
    case DESK_GATE_WARN_NONE:
    default:
      return NULL;
    }
}
