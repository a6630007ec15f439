/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-check.h"

#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

double
desk_ticket_entry (const DeskTicket *ticket,
                   double            market)
{
  if (ticket->has_price2)
    return ticket->price2;
  return ticket->has_price ? ticket->price : market;
}

/* TRUE when @a is the better price for who sells, or the worse one for who buys. */
static gboolean
is_beyond (DeskSide side,
           double   a,
           double   b)
{
  return side == DESK_SIDE_BUY ? a > b : a < b;
}

static const char *
check_bracket (const DeskTicket *ticket,
               double            entry)
{
  const DeskTicketLeg *target = &ticket->leg[0];
  const DeskTicketLeg *stop = &ticket->leg[1];
  gboolean buys = ticket->side == DESK_SIDE_BUY;

  if (!target->has_price || !stop->has_price)
    return _("A bracket has both a target and a stop.");
  if (ticket->offsets)
    return target->price > 0.0 && stop->price > 0.0 ? NULL : _("The exits lie at least one tick from the entry.");
  if (!is_beyond (ticket->side, target->price, stop->price))
    return buys ? _("The target of a buy lies above its stop.") : _("The target of a sell lies below its stop.");
  if (isfinite (entry) && !is_beyond (ticket->side, target->price, entry))
    return buys ? _("The target of a buy lies above its entry.") : _("The target of a sell lies below its entry.");
  if (isfinite (entry) && !is_beyond (ticket->side, entry, stop->price))
    return buys ? _("The stop of a buy lies below its entry.") : _("The stop of a sell lies above its entry.");
  return NULL;
}

static const char *
check_pair (const DeskTicket *ticket)
{
  const DeskTicketLeg *a = &ticket->leg[0];
  const DeskTicketLeg *b = &ticket->leg[1];

  if (a->side == b->side && a->type == b->type && a->price == b->price)
    return _("The two orders of a pair are the same.");
  /* A limit to sell below the stop to sell: whatever the market does, one of them is hit at once. */
  if (a->side == b->side && (a->type == DESK_ORDER_TYPE_LIMIT) != (b->type == DESK_ORDER_TYPE_LIMIT))
    {
      const DeskTicketLeg *limit = a->type == DESK_ORDER_TYPE_LIMIT ? a : b;
      const DeskTicketLeg *stop = limit == a ? b : a;

      if (a->side == DESK_SIDE_SELL && limit->price <= stop->price)
        return _("The limit to sell lies above the stop to sell.");
      if (a->side == DESK_SIDE_BUY && limit->price >= stop->price)
        return _("The limit to buy lies below the stop to buy.");
    }
  return NULL;
}

static const char *
check_show (const DeskTicket *ticket)
{
  if (ticket->max_show == 0)
    return NULL;
  if (ticket->max_show > ticket->quantity)
    return _("What is shown cannot be more than the quantity.");
  if (!desk_words_has_limit (ticket->type))
    return _("Only an order with a limit can show less than it is.");
  if (ticket->tif == DESK_TIF_IOC || ticket->tif == DESK_TIF_FOK || ticket->tif == DESK_TIF_AON)
    return _("An order that fills at once or whole has nothing to hide.");
  return NULL;
}

const char *
desk_ticket_check (const DeskTicket *ticket,
                   double            market)
{
  const char *why = NULL;

  if (ticket->kind != DESK_TICKET_SINGLE && (ticket->tif == DESK_TIF_IOC || ticket->tif == DESK_TIF_FOK))
    why = _("Exits and pairs wait: choose Day, GTC or GTD.");
  if (why == NULL && ticket->kind == DESK_TICKET_BRACKET)
    why = check_bracket (ticket, desk_ticket_entry (ticket, market));
  if (why == NULL && ticket->kind == DESK_TICKET_OCO)
    why = check_pair (ticket);
  if (why == NULL && ticket->kind != DESK_TICKET_OCO)
    why = check_show (ticket);
  return why;
}

gboolean
desk_ticket_bracket_risk (const DeskTicket *ticket,
                          const DeskGrid   *grid,
                          double            market,
                          DeskBracketRisk  *risk)
{
  double entry = desk_ticket_entry (ticket, market);
  double reward;
  double loss;
  double value;

  if (ticket->kind != DESK_TICKET_BRACKET || grid == NULL || grid->tick <= 0.0)
    return FALSE;
  if (!ticket->offsets && !isfinite (entry))
    return FALSE;
  reward = ticket->offsets ? ticket->leg[0].price : fabs (ticket->leg[0].price - entry);
  loss = ticket->offsets ? ticket->leg[1].price : fabs (entry - ticket->leg[1].price);
  value = grid->tick_value > 0.0 ? grid->tick_value * (double) ticket->quantity : NAN;
  risk->reward_ticks = (gint64) llround (reward / grid->tick);
  risk->risk_ticks = (gint64) llround (loss / grid->tick);
  risk->reward = value * (double) risk->reward_ticks;
  risk->risk = value * (double) risk->risk_ticks;
  return TRUE;
}
