/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

#include <math.h>

/* A pair: what fills or cancels one order reduces or cancels the other. An exit: it follows its parent. Both may be
 * true of one order. */

static gboolean
works (const SimOrder *order)
{
  return order && sim_order_is_working (order);
}

/* @order loses what the other one of its pair got. */
static void
reduce (SimExchange *exchange,
        SimOrder    *order,
        gint64       quantity,
        gint64       now)
{
  if (order->quantity - quantity <= order->filled)
    {
      sim_exchange_drop (exchange, order, "The other order of the pair was filled", now);
      return;
    }
  order->quantity -= quantity;
  sim_exchange_shrink (order);
  sim_exchange_touch (exchange, order, now);
  sim_exchange_tell (exchange, NULL, order, DTC_GENERAL_ORDER_UPDATE,
                     "Reduced: the other order of the pair was filled in part");
}

void
sim_exchange_after_fill (SimExchange *exchange,
                         SimOrder    *order,
                         gint64       quantity,
                         gint64       now)
{
  gboolean whole = !sim_order_is_working (order);

  if (works (order->linked))
    {
      if (whole)
        sim_exchange_drop (exchange, order->linked, "The other order of the pair was filled", now);
      else if (order->partial_fill == DTC_PARTIAL_FILL_HANDLING_IMMEDIATE_CANCEL)
        sim_exchange_drop (exchange, order->linked, "The other order of the pair was filled in part", now);
      else
        reduce (exchange, order->linked, quantity, now);
    }
  /* What the entry got from now on would have no exit. */
  if (whole && works (order->parent))
    sim_exchange_drop (exchange, order->parent, "Its exit was filled whole before it was", now);
  if (works (order->exits[0]) || works (order->exits[1]))
    g_queue_push_tail (&exchange->grown, order);
}

void
sim_exchange_after_kill (SimExchange *exchange,
                         SimOrder    *order,
                         gint64       now)
{
  guint i;

  for (i = 0; i < 2; i++)
    if (works (order->exits[i]) && order->filled == 0)
      sim_exchange_drop (exchange, order->exits[i], "Its parent order was cancelled", now);
  if (works (order->linked) && !order->parent)
    sim_exchange_drop (exchange, order->linked, "The other order of the pair was cancelled", now);
}

gint64
sim_exchange_exit_price (const SimOrder *exit,
                         gint64          base)
{
  gboolean stop = exit->type == DTC_ORDER_TYPE_STOP || exit->type == DTC_ORDER_TYPE_STOP_LIMIT;
  gboolean above = (exit->side == DTC_SELL) != stop;

  return above ? base + exit->offset : base - exit->offset;
}

void
sim_exchange_move_exit (SimOrder *exit,
                        gint64    price)
{
  price = MAX (1, price);
  if (exit->price2 != 0)
    exit->price2 = MAX (1, exit->price2 + price - exit->price1);
  exit->price1 = price;
}

/* The exit takes account of @more contracts of its parent's. */
static void
grow (SimExchange    *exchange,
      SimOrder       *exit,
      const SimOrder *parent,
      gint64          more,
      gint64          now)
{
  const char *info = "Grown with its parent order";

  exit->covered += more;
  if (exit->status == DTC_ORDER_STATUS_PENDING_CHILD)
    {
      exit->status = DTC_ORDER_STATUS_OPEN;
      exit->quantity = more;
      if (exit->offset > 0)
        sim_exchange_move_exit (exit, sim_exchange_exit_price (exit, llround ((double) parent->value
                                                                              / (double) parent->filled)));
      info = "Its parent order was filled";
    }
  else
    {
      sim_exchange_lift (exchange, exit);
      exit->quantity += more;
    }
  exit->place = exchange->next_order++;
  sim_exchange_touch (exchange, exit, now);
  sim_exchange_tell (exchange, NULL, exit, DTC_GENERAL_ORDER_UPDATE, info);
}

gboolean
sim_exchange_grow (SimExchange *exchange,
                   gint64       now)
{
  SimOrder *parent = g_queue_pop_head (&exchange->grown);
  SimOrder *grown[2] = { NULL, NULL };
  guint     i;

  if (!parent)
    return FALSE;
  for (i = 0; i < 2; i++)
    if (works (parent->exits[i]) && parent->exits[i]->covered < parent->filled)
      {
        grown[i] = parent->exits[i];
        grow (exchange, grown[i], parent, parent->filled - grown[i]->covered, now);
      }
  sim_exchange_look (sim_exchange_market_of (exchange, parent->instrument));
  for (i = 0; i < 2; i++)
    if (works (grown[i]))
      sim_exchange_work (exchange, grown[i], now);
  return TRUE;
}

gboolean
sim_order_is_needed (const SimOrder *order)
{
  return works (order->linked) || works (order->parent) || works (order->exits[0]) || works (order->exits[1]);
}

void
sim_order_part (SimOrder *order)
{
  guint i;

  if (order->linked)
    order->linked->linked = NULL;
  for (i = 0; i < 2; i++)
    {
      if (order->exits[i])
        order->exits[i]->parent = NULL;
      if (order->parent && order->parent->exits[i] == order)
        order->parent->exits[i] = NULL;
    }
}
