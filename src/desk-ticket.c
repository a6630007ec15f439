/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-ticket.h"

#include <string.h>

static void
take_leg (DeskTicket          *order,
          const DeskTicketLeg *leg)
{
  order->side = leg->side;
  order->type = leg->type;
  order->quantity = leg->quantity;
  order->has_price = leg->has_price;
  order->price = leg->price;
  order->has_price2 = leg->has_price2;
  order->price2 = leg->price2;
}

/**
 * desk_ticket_split:
 * @ticket: what the trader wants
 * @entry_price: of a bracket: what distances are measured from; NAN: not known
 * @orders: (out caller-allocates): the orders it consists of, each a single ticket with display prices
 * @roles: (out caller-allocates): what each is there for
 *
 * A bracket is its entry, its target and its stop, in this order; an OCO its two orders.
 *
 * Returns: how many, 1 to 3
 */
guint
desk_ticket_split (const DeskTicket *ticket,
                   double            entry_price,
                   DeskTicket        orders[DESK_TICKET_MAX_ORDERS],
                   DeskRole          roles[DESK_TICKET_MAX_ORDERS])
{
  static const DeskRole exit_roles[] = { DESK_ROLE_TARGET, DESK_ROLE_STOP };
  gboolean bracket = ticket->kind == DESK_TICKET_BRACKET;
  guint n = 0, i;

  if (ticket->kind != DESK_TICKET_OCO)
    {
      orders[n] = *ticket;
      orders[n].kind = DESK_TICKET_SINGLE;
      roles[n++] = bracket ? DESK_ROLE_ENTRY : DESK_ROLE_NONE;
    }
  for (i = 0; ticket->kind != DESK_TICKET_SINGLE && i < G_N_ELEMENTS (ticket->leg); i++)
    {
      DeskTicket *order = &orders[n];

      *order = *ticket;
      order->kind = DESK_TICKET_SINGLE;
      order->max_show = 0;
      take_leg (order, &ticket->leg[i]);
      roles[n++] = bracket ? exit_roles[i] : DESK_ROLE_OCO;
      if (!bracket)
        continue;
      order->side = ticket->side == DESK_SIDE_BUY    ? DESK_SIDE_SELL
                    : ticket->side == DESK_SIDE_SELL ? DESK_SIDE_BUY
                                                     : DESK_SIDE_NONE;
      order->quantity = ticket->quantity;
      if (ticket->offsets && order->has_price)
        {
          gboolean above = (ticket->side == DESK_SIDE_BUY) == (exit_roles[i] == DESK_ROLE_TARGET);

          order->price = entry_price + (above ? order->price : -order->price);
        }
    }
  return n;
}
