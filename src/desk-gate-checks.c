/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-gate-private.h"

#include <math.h>
#include <string.h>

/* Returns TRUE when it denies, with the words in @text. */
typedef gboolean (*CheckFunc) (const DeskGateCheck *check,
                               GString             *text);

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
has_no_order (const DeskGateCheck *check)
{
  return check->modify && !check->in->change->found;
}

static gboolean
note_is_plain (const char *note)
{
  const char *p;

  for (p = note; *p != '\0'; p++)
    {
      if (!g_ascii_isprint (*p) || *p == '"')
        return FALSE;
    }
  return TRUE;
}

/* What an iceberg and a note may be. */
static gboolean
extras_are_refused (const DeskTicket *ticket,
                    GString          *text)
{
  if (ticket->max_show < 0 || ticket->max_show > ticket->quantity)
    g_string_append (text, "The part that is shown must be at least 1 and at most the quantity");
  else if (ticket->max_show > 0 && ticket->type != DESK_ORDER_TYPE_LIMIT && !desk_gate_needs_price2 (ticket->type))
    g_string_append (text, "Only an order with a limit price can show a part of its quantity");
  else if (strlen (ticket->note) > DESK_NOTE_MAX)
    g_string_append_printf (text, "The note is too long: at most %d characters", DESK_NOTE_MAX);
  else if (!note_is_plain (ticket->note))
    g_string_append (text, "The note may have plain letters, digits and signs only, no quotation marks");
  return text->len > 0;
}

/* A target lies where the entry has won, a stop where it has lost. */
static gboolean
exit_is_refused (const DeskGateCheck *check,
                 GString             *text)
{
  const DeskTicket *entry = check->in->entry, *exit = check->in->ticket;
  gboolean target = check->in->role == DESK_ROLE_TARGET;
  double price = check->in->entry_price;
  gboolean above = target == (entry->side == DESK_SIDE_BUY);

  if (target ? exit->type != DESK_ORDER_TYPE_LIMIT : exit->type != DESK_ORDER_TYPE_STOP && exit->type != DESK_ORDER_TYPE_STOP_LIMIT)
    g_string_append (text, "The target of a bracket is a limit order, its stop a stop or stoplimit order");
  else if (entry->offsets && exit->has_price2)
    g_string_append (text, "A stoplimit exit takes prices, not distances from the entry");
  else if (entry->offsets && isnan (price))
    g_string_append (text, "There is no price to measure the distances of the exits from; give the entry a price, or the exits prices");
  else if (!isnan (price) && (above ? exit->price <= price : exit->price >= price))
    {
      g_string_append (text, entry->side == DESK_SIDE_BUY ? (target ? "The target of a buy must lie above its entry at "
                                                                    : "The stop of a buy must lie below its entry at ")
                             : target ? "The target of a sell must lie below its entry at "
                                      : "The stop of a sell must lie above its entry at ");
      append_price (text, &check->in->grid, price);
    }
  else if (isnan (price) && !target && entry->leg[0].has_price
           && (entry->side == DESK_SIDE_BUY ? entry->leg[0].price <= exit->price : entry->leg[0].price >= exit->price))
    g_string_append (text, entry->side == DESK_SIDE_BUY ? "The stop of a buy must lie below its target"
                                                        : "The stop of a sell must lie above its target");
  return text->len > 0;
}

static gboolean
check_usage (const DeskGateCheck *check,
             GString             *text)
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
  else if (desk_gate_needs_price (ticket->type) && !ticket->has_price)
    g_string_append_printf (text, "A %s order needs a price", desk_order_type_nick (ticket->type));
  else if (desk_gate_needs_price2 (ticket->type) && !ticket->has_price2)
    g_string_append_printf (text, "A %s order needs %s price and a limit price", desk_order_type_nick (ticket->type),
                            ticket->type == DESK_ORDER_TYPE_LIT ? "a trigger" : "a stop");
  else if ((!desk_gate_needs_price (ticket->type) && ticket->has_price) || (!desk_gate_needs_price2 (ticket->type) && ticket->has_price2))
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
  else if (!extras_are_refused (ticket, text) && check->in->entry != NULL)
    exit_is_refused (check, text);
  return text->len > 0;
}

static gboolean
check_link (const DeskGateCheck *check,
            GString             *text)
{
  if (check->in->link == DESK_LINK_LIVE || check->in->link == DESK_LINK_RESYNC)
    return FALSE;
  g_string_append (text, "There is no live connection; nothing was sent and nothing is kept for later");
  return TRUE;
}

static gboolean
check_resync (const DeskGateCheck *check,
              GString             *text)
{
  if (check->in->link != DESK_LINK_RESYNC)
    return FALSE;
  g_string_append (text, "Orders, fills and positions are still being compared with the server; try again when that has ended");
  return TRUE;
}

static gboolean
check_numbering (const DeskGateCheck *check,
                 GString             *text)
{
  if (check->in->numbering_ok)
    return FALSE;
  g_string_append (text, "The server speaks the other numbering; change the profile, and act at the server until then");
  return TRUE;
}

static gboolean
check_trading (const DeskGateCheck *check,
               GString             *text)
{
  if (!check->in->trading_supported)
    g_string_append (text, "The server says that it does not support trading on this connection");
  else if (check->in->account_disabled)
    g_string_append_printf (text, "The server says that trading is disabled for account %s", check->in->account);
  else if (check->in->unconfirmed != NULL && !check->reduces && !has_no_order (check))
    g_string_append_printf (text, "%s. Look whether this is right, and arm", check->in->unconfirmed);
  return text->len > 0;
}

static gboolean
check_halted (const DeskGateCheck *check,
              GString             *text)
{
  if (check->reduces || !check->in->halted || has_no_order (check))
    return FALSE;
  g_string_append (text, "Trading is halted; release it with unhalt HALT");
  return TRUE;
}

static gboolean
check_armed (const DeskGateCheck *check,
             GString             *text)
{
  if (check->reduces || check->in->armed || has_no_order (check))
    return FALSE;
  g_string_append (text, "Trading is not armed; arm first (F9, arm or --arm)");
  return TRUE;
}

static gboolean
check_account (const DeskGateCheck *check,
               GString             *text)
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
check_symbol (const DeskGateCheck *check,
              GString             *text)
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
check_definition (const DeskGateCheck *check,
                  GString             *text)
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
check_limits (const DeskGateCheck *check,
              GString             *text)
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
price_is_refused (const DeskGateCheck *check,
                  const char          *name,
                  double               asked,
                  const DeskPrice     *price,
                  double               wire,
                  GString             *text)
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
check_tick (const DeskGateCheck *check,
            GString             *text)
{
  const DeskTicket *ticket = check->in->ticket;
  const DeskGateVerdict *out = check->out;

  if (has_no_order (check) || !check->in->definition_known || !(check->in->grid.tick > 0))
    return FALSE;
  if (desk_gate_needs_price (ticket->type) && ticket->has_price
      && price_is_refused (check, "price", ticket->price, &out->price, out->wire_price, text))
    return TRUE;
  return desk_gate_needs_price2 (ticket->type) && ticket->has_price2
         && price_is_refused (check, "second price", ticket->price2, &out->price2, out->wire_price2, text);
}

/* Only a complete set of limits is compared with; an incomplete one has been refused by then. */
static const DeskLimits *
usable_limits (const DeskGateCheck *check)
{
  const DeskLimits *limits = check->in->limits;

  if (has_no_order (check) || limits == NULL || desk_limits_missing (limits) != NULL)
    return NULL;
  return limits;
}

static gboolean
check_quantity (const DeskGateCheck *check,
                GString             *text)
{
  const DeskLimits *limits = usable_limits (check);

  if (check->reduces || limits == NULL || check->in->ticket->quantity <= limits->max_order_quantity)
    return FALSE;
  g_string_append_printf (text, "Too many for one order: max %" G_GINT64_FORMAT ", asked %" G_GINT64_FORMAT,
                          limits->max_order_quantity, check->in->ticket->quantity);
  return TRUE;
}

static gboolean
check_value (const DeskGateCheck *check,
             GString             *text)
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
check_position (const DeskGateCheck *check,
                GString             *text)
{
  const DeskLimits *limits = usable_limits (check);
  gint64 worst;

  if (check->reduces || check->held_exit || limits == NULL)
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
outside_collar (const DeskGateCheck *check,
                const DeskPrice     *price,
                double               percent,
                GString             *text)
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
check_collar (const DeskGateCheck *check,
              GString             *text)
{
  const DeskLimits *limits = usable_limits (check);

  if (limits == NULL || !check->has_reference)
    return FALSE;
  return outside_collar (check, &check->out->price, limits->price_collar_percent, text)
         || outside_collar (check, &check->out->price2, limits->price_collar_percent, text);
}

static gboolean
check_duplicate (const DeskGateCheck *check,
                 GString             *text)
{
  const DeskLimits *limits = usable_limits (check);
  const DeskTicket *ticket = check->in->ticket;

  if (limits == NULL || check->modify || check->held_exit || ticket->override_duplicate)
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
check_rate (const DeskGateCheck *check,
            GString             *text)
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
check_working (const DeskGateCheck *check,
               GString             *text)
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
is_automated (const DeskGateCheck *check)
{
  return check->in->automated || check->in->ticket->source == DESK_SOURCE_SCRIPT
         || check->in->ticket->source == DESK_SOURCE_API;
}

static gboolean
check_unknown (const DeskGateCheck *check,
               GString             *text)
{
  if (check->reduces || has_no_order (check) || !check->unknown_on_symbol || !is_automated (check))
    return FALSE;
  g_string_append_printf (text, "An order for %s has an unknown outcome; a script may add no risk there until it is known",
                          check->in->ticket->symbol);
  return TRUE;
}

/* Would our order trade against one of our own that rests in the book? */
static gboolean
crosses (const DeskGateCheck *check,
         const DeskGateOrder *order)
{
  const DeskTicket *ticket = check->in->ticket;
  const DeskPrice *limit = desk_gate_needs_price2 (ticket->type) ? &check->out->price2 : &check->out->price;
  double reach;

  if (!order->ours || !order->same_symbol || order->type != DESK_ORDER_TYPE_LIMIT || order->side == ticket->side
      || order->side == DESK_SIDE_NONE || order->price.kind == DESK_PRICE_UNSET || order->held || check->held_exit)
    return FALSE;
  if (ticket->type == DESK_ORDER_TYPE_STOP || ticket->type == DESK_ORDER_TYPE_MIT)
    return FALSE; /* it rests outside of the book until the market is there */
  if (!desk_gate_needs_price (ticket->type))
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
check_self_match (const DeskGateCheck *check,
                  GString             *text)
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
check_unsupported (const DeskGateCheck *check,
                   GString             *text)
{
  if (has_no_order (check))
    return FALSE;
  if (check->in->ticket->type == DESK_ORDER_TYPE_OTHER)
    g_string_append (text, "This order type is shown, but not sent");
  else if (check->in->unsaid)
    g_string_append_printf (text, "The brief's numbering has no %s orders", desk_order_type_nick (check->in->ticket->type));
  else if (check->in->unsupported != NULL)
    g_string_append_printf (text, "The server says that it does not support %s", check->in->unsupported);
  return text->len > 0;
}

static gboolean
check_storage (const DeskGateCheck *check,
               GString             *text)
{
  if (check->reduces || check->in->storage_ok || has_no_order (check))
    return FALSE;
  g_string_append (text, check->in->storage_waits
                             ? "The disk of the state file does not answer; orders that reduce the position and cancels still work"
                             : "The state file cannot be written; orders that reduce the position and cancels still work");
  return TRUE;
}

static gboolean
check_found (const DeskGateCheck *check,
             GString             *text)
{
  if (!has_no_order (check))
    return FALSE;
  g_string_append (text, "There is no open order with this id");
  return TRUE;
}

static gboolean
check_in_flight (const DeskGateCheck *check,
                 GString             *text)
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

void
desk_gate_run_checks (const DeskGateCheck *check)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *end;

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      check->out->checks_total++;
      g_string_truncate (text, 0);
      if (!checks[i].func (check, text))
        {
          check->out->checks_passed++;
          continue;
        }
      if (check->out->denial == DESK_DENY_NONE)
        {
          check->out->denial = checks[i].denial;
          g_strlcpy (check->out->text, text->str, sizeof check->out->text);
          g_utf8_validate (check->out->text, -1, &end); /* a cut may fall inside a character */
          *(char *) end = '\0';
        }
    }
}
