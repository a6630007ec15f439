/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

/* Contracts that the working orders of one account would still buy and sell in each market, and the order that is asked
 * for. */
typedef struct
{
  gint64 buys;
  gint64 sells;
} Exposure;

/* Of a pair only one can be filled: the larger one counts, once. Exits that wait take no risk. */
static gint64
exposure_of (const SimOrder *order)
{
  const SimOrder *other = order->linked;
  gint64          left = order->quantity - order->filled;

  if (order->status == DTC_ORDER_STATUS_PENDING_CHILD)
    return 0;
  if (!other || !sim_order_is_working (other) || other->side != order->side
      || other->status == DTC_ORDER_STATUS_PENDING_CHILD)
    return left;
  return order->number < other->number ? MAX (left, other->quantity - other->filled) : 0;
}

/* The most contracts that the position can come to. */
static gint64
worst (gint64          held,
       const Exposure *exposure)
{
  return MAX (ABS (held + exposure->buys), ABS (held - exposure->sells));
}

static Exposure *
add_up (SimExchange *exchange,
        SimAccount  *account)
{
  Exposure *exposures = g_new0 (Exposure, account->n_positions);
  guint     i;

  for (i = 0; i < exchange->working->len; i++)
    {
      const SimOrder *order = g_ptr_array_index (exchange->working, i);
      Exposure       *exposure = &exposures[order->instrument->index];

      if (order->holder != account)
        continue;
      if (order->side == DTC_BUY)
        exposure->buys += exposure_of (order);
      else
        exposure->sells += exposure_of (order);
    }
  return exposures;
}

static const char *
check_margin (SimExchange    *exchange,
              SimAccount     *account,
              const Exposure *exposures)
{
  double worth = account->cash + sim_exchange_open_profit (exchange, account);
  double needed = 0;
  guint  i;

  for (i = 0; i < account->n_positions; i++)
    needed += (double) worst (account->positions[i].quantity, &exposures[i]) * account->positions[i].instrument->margin;
  if (needed <= worth)
    return NULL;
  return sim_exchange_explain (exchange, "Not enough margin: %.2f %s are needed, the account is worth %.2f", needed,
                               SIM_CURRENCY, worth);
}

static gboolean
is_called (SimExchange      *exchange,
           const SimAccount *account)
{
  return exchange->options->check_margin
         && account->cash + sim_exchange_open_profit (exchange, account) < sim_account_maintenance (account);
}

static gboolean
has_lost (SimExchange      *exchange,
          const SimAccount *account)
{
  return account->loss_reached
         || (account->loss_limit > 0
             && account->realized + sim_exchange_open_profit (exchange, account) <= -account->loss_limit);
}

const char *
sim_exchange_check_risk (SimExchange         *exchange,
                         SimAccount          *account,
                         const SimInstrument *instrument,
                         int                  side,
                         gint64               more)
{
  gint64               held = sim_account_get_position (account, instrument)->quantity;
  g_autofree Exposure *exposures = NULL;
  Exposure            *exposure;
  gint64               before;

  if (!exchange->options->check_margin && account->max_position == 0 && account->loss_limit <= 0 && !account->disabled)
    return NULL;
  exposures = add_up (exchange, account);
  exposure = &exposures[instrument->index];
  before = worst (held, exposure);
  if (side == DTC_BUY)
    exposure->buys += more;
  else
    exposure->sells += more;
  /* What makes nothing worse is the way out, and that is never locked. */
  if (worst (held, exposure) <= before)
    return NULL;
  if (account->disabled)
    return "Trading is disabled for this account: only orders that reduce its position are accepted";
  if (has_lost (exchange, account))
    return "The daily loss limit of this account is reached: only orders that reduce its position are accepted";
  if (is_called (exchange, account))
    return "This account is under margin call: only orders that reduce its position are accepted";
  if (account->max_position > 0 && worst (held, exposure) > account->max_position)
    return sim_exchange_explain (exchange, "The position could come to %" G_GINT64_FORMAT " contracts; "
                                 "this account's limit is %" G_GINT64_FORMAT, worst (held, exposure),
                                 account->max_position);
  return exchange->options->check_margin ? check_margin (exchange, account, exposures) : NULL;
}

/* Working orders are cancelled, then each position is closed at the market. */
static void
liquidate (SimExchange *exchange,
           SimAccount  *account,
           gint64       now)
{
  guint i;

  for (i = exchange->working->len; i > 0; i = MIN (i - 1, exchange->working->len))
    {
      SimOrder *order = g_ptr_array_index (exchange->working, i - 1);

      if (order->holder == account)
        sim_exchange_kill (exchange, order, "The daily loss limit is reached", now);
    }
  for (i = 0; i < account->n_positions; i++)
    if (account->positions[i].quantity != 0)
      {
        g_autofree char *id = g_strdup_printf ("LIMIT-%" G_GUINT64_FORMAT, exchange->next_order);

        sim_exchange_exit (exchange, account, account->positions[i].instrument, id, "Daily loss limit",
                           "risk department", now);
      }
}

void
sim_exchange_watch (SimExchange *exchange,
                    SimAccount  *account,
                    gint64       now)
{
  gboolean called = is_called (exchange, account);

  if (called && !account->margin_call)
    sim_exchange_alert (exchange, "Margin call: the account is worth less than its positions must keep", account->name);
  account->margin_call = called;
  if (account->loss_reached || !has_lost (exchange, account))
    return;
  account->loss_reached = account->changed = account->dirty = TRUE;
  sim_exchange_alert (exchange, "The daily loss limit is reached", account->name);
  if (exchange->options->liquidate)
    liquidate (exchange, account, now);
}
