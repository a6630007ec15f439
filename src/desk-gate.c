/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-gate-private.h"

#include <math.h>
#include <string.h>

gboolean
desk_gate_needs_price (DeskOrderType type)
{
  return type != DESK_ORDER_TYPE_MARKET && type != DESK_ORDER_TYPE_MARKET_LIMIT && type > DESK_ORDER_TYPE_UNSET
         && type < DESK_ORDER_TYPE_OTHER;
}

gboolean
desk_gate_needs_price2 (DeskOrderType type)
{
  return type == DESK_ORDER_TYPE_STOP_LIMIT || type == DESK_ORDER_TYPE_LIT;
}

gint64
desk_gate_add (gint64 a,
               gint64 b)
{
  gint64 sum;

  if (__builtin_add_overflow (a, b, &sum))
    return b > 0 ? G_MAXINT64 : G_MININT64;
  return sum;
}

double
desk_gate_reference (DeskSide         side,
                     const DeskPrice *bid,
                     const DeskPrice *ask,
                     const DeskPrice *last,
                     gint64           age)
{
  const DeskPrice *first = side == DESK_SIDE_SELL ? bid : ask;
  const DeskPrice *found = first->kind != DESK_PRICE_UNSET  ? first
                           : last->kind != DESK_PRICE_UNSET ? last
                           : side == DESK_SIDE_SELL         ? ask
                                                            : bid;

  return found->kind != DESK_PRICE_UNSET && age >= 0 && age <= DESK_GATE_REFERENCE_MAX_AGE ? found->display : NAN;
}

static void
find_reference (DeskGateCheck *check)
{
  const DeskGateInput *in = check->in;
  double found = desk_gate_reference (in->ticket->side, &in->bid, &in->ask, &in->last, in->reference_age);

  check->has_reference = !isnan (found);
  check->reference = isnan (found) ? 0 : found;
}

static void
place_prices (DeskGateCheck *check)
{
  const DeskGateInput *in = check->in;
  DeskGateVerdict *out = check->out;

  if (desk_gate_needs_price (in->ticket->type) && in->ticket->has_price)
    {
      out->price = desk_price_from_display (&in->grid, in->ticket->price);
      if (!desk_price_to_wire (&in->grid, &out->price, &out->wire_price))
        out->wire_price = NAN;
    }
  if (desk_gate_needs_price2 (in->ticket->type) && in->ticket->has_price2)
    {
      out->price2 = desk_price_from_display (&in->grid, in->ticket->price2);
      if (!desk_price_to_wire (&in->grid, &out->price2, &out->wire_price2))
        out->wire_price2 = NAN;
    }
}

/* The worst case counts every working and unknown order as filled, ours or not. */
static void
count_orders (DeskGateCheck *check)
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
        out->worst_long = desk_gate_add (out->worst_long, order->remaining);
      else if (order->side == DESK_SIDE_SELL)
        out->worst_short = desk_gate_add (out->worst_short, -order->remaining);
      if (order->side == in->ticket->side)
        same_side = desk_gate_add (same_side, order->remaining);
    }

  check->orders_account += in->beside;
  check->orders_symbol += in->beside;
  check->open_quantity = MAX (in->ticket->quantity, 0);
  if (check->modify && in->change->filled > 0)
    check->open_quantity = MAX (check->open_quantity - in->change->filled, 0);
  if (check->held_exit)
    return;
  if (in->ticket->side == DESK_SIDE_BUY)
    out->worst_long = desk_gate_add (out->worst_long, check->open_quantity);
  else if (in->ticket->side == DESK_SIDE_SELL)
    out->worst_short = desk_gate_add (out->worst_short, -check->open_quantity);

  /* It reduces when everything on its side together cannot carry the position through zero. */
  if (in->role != DESK_ROLE_ENTRY && in->position_known && countable && in->ticket->side != DESK_SIDE_NONE && check->open_quantity > 0)
    {
      gint64 room = in->ticket->side == DESK_SIDE_SELL ? in->position : -in->position;

      check->reduces = room > 0 && desk_gate_add (same_side, check->open_quantity) <= room;
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
    case DESK_ORDER_TYPE_MIT:
      return ticket->side == DESK_SIDE_BUY ? !higher : higher;
    case DESK_ORDER_TYPE_STOP:
      return ticket->side == DESK_SIDE_BUY ? higher : !higher;
    case DESK_ORDER_TYPE_UNSET:
    case DESK_ORDER_TYPE_MARKET:
    case DESK_ORDER_TYPE_STOP_LIMIT:
    case DESK_ORDER_TYPE_LIT:
    case DESK_ORDER_TYPE_MARKET_LIMIT:
    case DESK_ORDER_TYPE_OTHER:
    default:
      return FALSE;
    }
}

static void
judge_change (DeskGateCheck *check)
{
  const DeskGateChange *change = check->in->change;

  if (change->found && check->in->ticket->quantity <= change->quantity
      && moves_away (check->in->ticket, &change->price, &check->out->price)
      && desk_price_equal (&change->price2, &check->out->price2) && !change->lasts_longer)
    check->reduces = TRUE;
}

static void
work_out_figures (DeskGateCheck *check)
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
      gboolean rests = in->ticket->type == DESK_ORDER_TYPE_LIMIT || in->ticket->type == DESK_ORDER_TYPE_MIT
                       || in->ticket->type == DESK_ORDER_TYPE_LIT;
      gboolean below = (in->ticket->side == DESK_SIDE_BUY) == rests;

      if (fabs (away) < 1e15)
        out->distance_ticks = (gint64) round (below ? away : -away);
    }
}

static void
find_warnings (DeskGateCheck *check)
{
  DeskGateVerdict *out = check->out;
  DeskOrderType type = check->in->ticket->type;

  if (!check->has_reference)
    out->warnings |= DESK_GATE_WARN_NO_REFERENCE;
  else if (out->price.kind == DESK_PRICE_TICKS && out->distance_ticks <= 0 && !check->held_exit)
    out->warnings |= type == DESK_ORDER_TYPE_LIMIT ? DESK_GATE_WARN_MARKETABLE_LIMIT : DESK_GATE_WARN_STOP_WRONG_SIDE;
  if (check->unknown_on_symbol)
    out->warnings |= DESK_GATE_WARN_UNKNOWN;
}

DeskDenial
desk_gate_check (const DeskGateInput *in,
                 DeskGateVerdict     *out)
{
  /* A waiting exit that grows beyond its entry would open a position the other way. */
  gboolean grows = in->change != NULL && in->ticket->quantity > in->change->quantity;
  DeskGateCheck check = { .in = in, .out = out, .modify = in->change != NULL, .held_exit = in->held && !grows };

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

  desk_gate_run_checks (&check);
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
  if (in->link == DESK_LINK_RESYNC && in->exit == DESK_GATE_EXIT_FLATTEN && !in->told)
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
