/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

#include <string.h>

/* SUBMIT_NEW_OCO_ORDER (201), and parents that wait for theirs. A parent is acknowledged only together with its exits:
 * until they come nobody is told of it, and it does nothing. */

#define MAX_HELD    1000
#define MAX_SPURNED 10000

void
sim_held_free (SimHeld *held)
{
  dtc_message_free (held->message);
  g_free (held->username);
  g_free (held);
}

void
sim_exchange_hold (SimExchange      *exchange,
                   gpointer          origin,
                   const DtcMessage *message,
                   const char       *username,
                   gint64            now)
{
  SimHeld *held = g_new0 (SimHeld, 1);

  held->origin = origin;
  held->message = dtc_message_copy (message);
  held->username = g_strdup (username);
  g_queue_push_tail (&exchange->held, held);
  if (exchange->held.length > MAX_HELD)
    {
      held = g_queue_pop_head (&exchange->held);
      sim_exchange_refuse (exchange, NULL, held->message, "Too many parent orders wait for their exits", now);
      sim_held_free (held);
    }
}

void
sim_exchange_spurn (SimExchange *exchange,
                    const char  *client_id)
{
  if (g_hash_table_size (exchange->refused_parents) >= MAX_SPURNED)
    g_hash_table_remove_all (exchange->refused_parents);
  g_hash_table_add (exchange->refused_parents, g_strdup (client_id));
}

static gboolean
brings_exits (const DtcMessage *message,
              const SimHeld    *held)
{
  return message->type == DTC_MSG_SUBMIT_NEW_OCO_ORDER
         && strcmp (message->submit_new_oco_order.parent_trigger_client_order_id,
                    held->message->submit_new_single_order.client_order_id) == 0;
}

void
sim_exchange_end_holds (SimExchange      *exchange,
                        gpointer          origin,
                        const DtcMessage *message,
                        gint64            now)
{
  GList *link, *next;

  if (!exchange->options->strict_brackets)
    return;
  for (link = exchange->held.head; link; link = next)
    {
      SimHeld *held = link->data;

      next = link->next;
      if (held->origin != origin || brings_exits (message, held))
        continue;
      g_queue_delete_link (&exchange->held, link);
      sim_exchange_refuse (exchange, origin, held->message, "The message after a parent order must bring its exits",
                           now);
      sim_held_free (held);
    }
}

void
sim_exchange_forget_origin (SimExchange *exchange,
                            gpointer     origin)
{
  GList *link;

  for (link = exchange->held.head; link; link = link->next)
    if (((SimHeld *) link->data)->origin == origin)
      ((SimHeld *) link->data)->origin = NULL;
}

static SimHeld *
take_held (SimExchange *exchange,
           const char  *client_id)
{
  GList *link;

  for (link = exchange->held.head; link; link = link->next)
    {
      SimHeld *held = link->data;

      if (strcmp (held->message->submit_new_single_order.client_order_id, client_id) == 0)
        {
          g_queue_delete_link (&exchange->held, link);
          return held;
        }
    }
  return NULL;
}

static void
read_legs (const DtcSubmitNewOcoOrder *oco,
           SimTicket                  *legs)
{
  legs[0] = (SimTicket) {
    .symbol = oco->symbol, .account = oco->trade_account, .client_id = oco->client_order_id_1,
    .text = oco->free_form_text, .type = oco->order_type_1, .side = oco->buy_sell_1, .tif = oco->time_in_force,
    .good_till = oco->good_till_date_time, .quantity = oco->quantity_1, .price1 = oco->price1_1,
    .price2 = oco->price2_1, .open_or_close = oco->open_or_close,
  };
  legs[1] = (SimTicket) {
    .symbol = oco->symbol, .account = oco->trade_account, .client_id = oco->client_order_id_2,
    .text = oco->free_form_text, .type = oco->order_type_2, .side = oco->buy_sell_2, .tif = oco->time_in_force,
    .good_till = oco->good_till_date_time, .quantity = oco->quantity_2, .price1 = oco->price1_2,
    .price2 = oco->price2_2, .open_or_close = oco->open_or_close,
  };
}

/* What is asked of exits beyond what is asked of every order. */
static const char *
read_exit (const DtcSubmitNewOcoOrder *oco,
           const SimTicket            *parent,
           SimTicket                  *leg,
           double                      offset)
{
  leg->exit = TRUE;
  if (leg->quantity == 0)
    leg->quantity = parent->quantity;
  if (strcmp (leg->symbol, parent->symbol) != 0 || strcmp (leg->account, parent->account) != 0)
    return "Symbol and TradeAccount must be those of the parent order";
  if (leg->quantity != parent->quantity)
    return "Quantity must be that of the parent order";
  if (leg->side == parent->side)
    return "An exit is on the other side of its parent order";
  if (!oco->use_offsets)
    return NULL;
  if (!(offset > 0))
    return "UseOffsets is set and the offset is missing";
  if (!(parent->price1 > 0))
    return "UseOffsets needs Price1 of the parent order, also when it is a market order";
  leg->offset = offset;
  return NULL;
}

/* The first thing that is wrong with the pair; @guilty is the leg, or 2 for the parent. */
static const char *
read_pair (SimExchange                *exchange,
           const DtcSubmitNewOcoOrder *oco,
           const SimHeld              *held,
           const char                 *username,
           SimTicket                  *parent,
           SimTicket                  *legs,
           SimOrder                  **orders,
           guint                      *guilty,
           gint64                      now)
{
  const double offsets[2] = { oco->offset_from_parent1, oco->offset_from_parent2 };
  const char  *wrong = NULL;
  gint64       base = 0;
  guint        i;

  if (held)
    {
      *guilty = 2;
      orders[2]->is_parent = TRUE;
      wrong = sim_exchange_read_ticket (exchange, parent, held->username, orders[2], now);
      if (!wrong && oco->use_offsets && !sim_exchange_read_price (orders[2]->instrument, parent->price1, &base))
        wrong = "UseOffsets needs Price1 of the parent order, also when it is a market order";
    }
  for (i = 0; !wrong && i < 2; i++)
    {
      *guilty = i;
      wrong = sim_exchange_take_id (exchange, legs[i].client_id, now);
      if (!wrong && held)
        wrong = read_exit (oco, parent, &legs[i], offsets[i]);
      if (!wrong)
        wrong = sim_exchange_read_ticket (exchange, &legs[i], username, orders[i], now);
      if (wrong || orders[i]->offset == 0)
        continue;
      if (sim_exchange_exit_price (orders[i], base) <= 0)
        wrong = "The offset leaves no price above zero";
      orders[i]->price1 = sim_exchange_exit_price (orders[i], base);
      if (oco->maintain_same_prices_on_parent_fill)
        orders[i]->offset = 0;
    }
  if (!wrong && (oco->partial_fill_handling < 0
                 || oco->partial_fill_handling > DTC_PARTIAL_FILL_HANDLING_IMMEDIATE_CANCEL))
    {
      *guilty = 0;
      wrong = "PartialFillHandling has no meaning";
    }
  if (!wrong && exchange->options->reject_rate > 0
      && g_rand_double (exchange->rand) < exchange->options->reject_rate)
    wrong = exchange->options->reject_text;
  return wrong;
}

static void
refuse_pair (SimExchange     *exchange,
             gpointer         origin,
             const SimTicket *parent,
             const SimTicket *legs,
             const char      *wrong,
             guint            guilty,
             gint64           now)
{
  g_autofree char *own = g_strdup (wrong);
  g_autofree char *others = g_strdup_printf ("Refused together with another order: %s", wrong);
  guint            i;

  if (parent)
    {
      sim_exchange_spurn (exchange, parent->client_id);
      sim_exchange_refuse_ticket (exchange, origin, parent, guilty == 2 ? own : others, now);
    }
  for (i = 0; i < 2; i++)
    sim_exchange_refuse_ticket (exchange, origin, &legs[i], guilty == i ? own : others, now);
}

/* Why exits cannot hang on the order that is named; NULL also when there is no such hanging: that pair is free. */
static const char *
check_parent (SimExchange *exchange,
              const char  *client_id)
{
  const SimOrder *parent = g_hash_table_lookup (exchange->by_client, client_id);

  if (!*client_id)
    return NULL;
  if (g_hash_table_contains (exchange->refused_parents, client_id))
    return "The parent order was refused";
  if (!parent)
    return "There is no parent order with this ParentTriggerClientOrderID";
  if (parent->is_parent)
    return "The parent order has its exits already";
  return NULL;
}

void
sim_exchange_submit_oco (SimExchange      *exchange,
                         gpointer          origin,
                         const DtcMessage *message,
                         const char       *username,
                         gint64            now)
{
  const DtcSubmitNewOcoOrder *oco = &message->submit_new_oco_order;
  SimHeld                    *held = take_held (exchange, oco->parent_trigger_client_order_id);
  SimTicket                   parent = { 0 };
  SimTicket                   legs[2];
  SimOrder                   *orders[3] = { sim_order_new (), sim_order_new (), sim_order_new () };
  const char                 *wrong;
  guint                       guilty = 0;
  guint                       i;

  read_legs (oco, legs);
  if (held)
    parent = sim_ticket_of_submit (held->message);
  wrong = held ? NULL : check_parent (exchange, oco->parent_trigger_client_order_id);
  if (!wrong)
    wrong = read_pair (exchange, oco, held, username, &parent, legs, orders, &guilty, now);
  if (wrong)
    {
      refuse_pair (exchange, origin, held ? &parent : NULL, legs, wrong, guilty, now);
      for (i = 0; i < 3; i++)
        sim_order_free (orders[i]);
      g_clear_pointer (&held, sim_held_free);
      return;
    }
  for (i = 0; i < 2; i++)
    {
      orders[i]->linked = orders[1 - i];
      orders[i]->partial_fill = oco->partial_fill_handling;
      if (!held)
        continue;
      orders[i]->parent = orders[2];
      orders[i]->status = DTC_ORDER_STATUS_PENDING_CHILD;
      orders[2]->exits[i] = orders[i];
    }
  if (held)
    sim_exchange_admit (exchange, orders[2], now);
  else
    sim_order_free (orders[2]);
  /* Both have their ids before either is told of: each names the other. */
  for (i = 0; i < 2; i++)
    sim_exchange_admit (exchange, orders[i], now);
  if (held)
    sim_exchange_tell (exchange, NULL, orders[2], DTC_NEW_ORDER_ACCEPTED, NULL);
  for (i = 0; i < 2; i++)
    sim_exchange_tell (exchange, NULL, orders[i], DTC_NEW_ORDER_ACCEPTED, NULL);
  if (held)
    sim_exchange_start (exchange, orders[2], now);
  else
    for (i = 0; i < 2; i++)
      sim_exchange_start (exchange, orders[i], now);
  g_clear_pointer (&held, sim_held_free);
}
