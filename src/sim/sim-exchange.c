/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange.h"

#include <string.h>

#define MAX_DONE      20000                         /* finished orders that are remembered */
#define MAX_FILLS     100000                        /* fills that are remembered */
#define DAY           (24 * 3600 * (gint64) G_USEC_PER_SEC)
#define BALANCE_EVERY ((gint64) G_USEC_PER_SEC)     /* balances that only the market changed */

/* A short word that no other run has had: the milliseconds since 2020, in base 36. */
static char *
make_tag (gint64 now)
{
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  guint64           rest = (guint64) MAX (0, now / 1000 - G_GINT64_CONSTANT (1577836800000));
  char              text[16];
  guint             at = sizeof text - 1;

  text[at] = '\0';
  do
    {
      text[--at] = digits[rest % 36];
      rest /= 36;
    }
  while (rest > 0);
  return g_strdup (text + at);
}

SimExchange *
sim_exchange_new (const SimOptions *options,
                  const SimSink    *sink,
                  gpointer          sink_data,
                  gint64            now)
{
  SimExchange *exchange = g_new0 (SimExchange, 1);
  guint        i, j;

  exchange->options = options;
  exchange->sink = *sink;
  exchange->sink_data = sink_data;
  exchange->rand = g_rand_new_with_seed (options->seed);
  exchange->tag = make_tag (now);
  exchange->next_order = 1;
  exchange->next_fill = 1;
  exchange->orders = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) sim_order_free);
  exchange->working = g_ptr_array_new ();
  g_queue_init (&exchange->done);
  exchange->fills = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_fill_free);
  exchange->used_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  exchange->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_account_free);
  exchange->markets = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_market_free);
  exchange->dirty_orders = g_ptr_array_new ();
  exchange->dirty_ids = g_ptr_array_new_with_free_func (g_free);

  for (i = 0; options->symbols[i]; i++)
    g_ptr_array_add (exchange->markets, sim_market_new (sim_instrument_find (options->symbols[i]), options->seed,
                                                        sim_exchange_on_trade, exchange));
  for (i = 0; options->accounts[i]; i++)
    {
      SimAccount *account = sim_account_new (options->accounts[i]);

      for (j = 0; j < exchange->markets->len; j++)
        sim_account_add_instrument (account, ((SimMarket *) g_ptr_array_index (exchange->markets, j))->instrument);
      account->session = sim_exchange_session_end (exchange, now);
      account->dirty = TRUE;
      g_ptr_array_add (exchange->accounts, account);
    }
  return exchange;
}

void
sim_exchange_free (SimExchange *exchange)
{
  if (!exchange)
    return;
  g_rand_free (exchange->rand);
  g_free (exchange->tag);
  g_ptr_array_unref (exchange->dirty_orders);
  g_ptr_array_unref (exchange->dirty_ids);
  g_ptr_array_unref (exchange->working);
  g_queue_clear (&exchange->done);
  g_hash_table_unref (exchange->orders);
  g_ptr_array_unref (exchange->fills);
  g_hash_table_unref (exchange->used_ids);
  g_ptr_array_unref (exchange->accounts);
  g_ptr_array_unref (exchange->markets);
  g_free (exchange);
}

void
sim_exchange_open (SimExchange *exchange,
                   gint64       now)
{
  guint i;

  for (i = 0; i < exchange->working->len; i++)
    sim_exchange_rest (exchange, g_ptr_array_index (exchange->working, i));
  sim_exchange_expire (exchange, now);
  for (i = 0; i < exchange->markets->len; i++)
    sim_market_refill (g_ptr_array_index (exchange->markets, i), FALSE, now);
}

gint64
sim_exchange_session_end (const SimExchange *exchange,
                          gint64             now)
{
  gint64 end;

  if (exchange->options->session_end == SIM_SESSION_NEVER_ENDS)
    return G_MAXINT64;
  end = now / DAY * DAY + exchange->options->session_end * 60 * (gint64) G_USEC_PER_SEC;
  return end > now ? end : end + DAY;
}

SimAccount *
sim_exchange_find_account (SimExchange *exchange,
                           const char  *name)
{
  guint i;

  for (i = 0; i < exchange->accounts->len; i++)
    {
      SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      if (strcmp (account->name, name) == 0)
        return account;
    }
  return NULL;
}

SimMarket *
sim_exchange_find_market (SimExchange *exchange,
                          const char  *symbol)
{
  guint i;

  for (i = 0; i < exchange->markets->len; i++)
    {
      SimMarket *market = g_ptr_array_index (exchange->markets, i);

      if (strcmp (market->instrument->symbol, symbol) == 0)
        return market;
    }
  return NULL;
}

double
sim_exchange_open_profit (SimExchange      *exchange,
                          const SimAccount *account)
{
  double profit = 0;
  guint  i;

  for (i = 0; i < account->n_positions; i++)
    if (account->positions[i].quantity != 0)
      {
        const SimPosition *position = &account->positions[i];

        profit += sim_position_open_profit (position,
                                            sim_exchange_find_market (exchange, position->instrument->symbol)->last);
      }
  return profit;
}

void
sim_exchange_touch (SimExchange *exchange,
                    SimOrder    *order,
                    gint64       now)
{
  order->changed = now;
  if (!order->dirty)
    g_ptr_array_add (exchange->dirty_orders, order);
  order->dirty = TRUE;
}

void
sim_exchange_adopt (SimExchange *exchange,
                    SimOrder    *order)
{
  g_hash_table_insert (exchange->orders, order->server_id, order);
  if (sim_order_is_working (order))
    g_ptr_array_add (exchange->working, order);
  else
    g_queue_push_tail (&exchange->done, order);
}

void
sim_exchange_use_id (SimExchange *exchange,
                     const char  *client_id,
                     gint64       session_end)
{
  g_hash_table_replace (exchange->used_ids, g_strdup (client_id), g_memdup2 (&session_end, sizeof session_end));
}

gboolean
sim_exchange_is_dirty (SimExchange *exchange)
{
  guint i;

  if (exchange->dirty_orders->len > 0 || exchange->new_fills > 0 || exchange->dirty_ids->len > 0)
    return TRUE;
  for (i = 0; i < exchange->accounts->len; i++)
    if (((SimAccount *) g_ptr_array_index (exchange->accounts, i))->dirty)
      return TRUE;
  return FALSE;
}

/* What is too old to be asked about leaves the memory, once it has been written. */
static void
forget (SimExchange *exchange)
{
  while (exchange->done.length > MAX_DONE)
    {
      SimOrder *order = g_queue_pop_head (&exchange->done);

      g_hash_table_remove (exchange->orders, order->server_id);
    }
  if (exchange->fills->len > MAX_FILLS)
    g_ptr_array_remove_range (exchange->fills, 0, exchange->fills->len - MAX_FILLS / 2);
}

void
sim_exchange_clear_dirty (SimExchange *exchange)
{
  guint i;

  for (i = 0; i < exchange->dirty_orders->len; i++)
    ((SimOrder *) g_ptr_array_index (exchange->dirty_orders, i))->dirty = FALSE;
  g_ptr_array_set_size (exchange->dirty_orders, 0);
  g_ptr_array_set_size (exchange->dirty_ids, 0);
  exchange->new_fills = 0;
  for (i = 0; i < exchange->accounts->len; i++)
    ((SimAccount *) g_ptr_array_index (exchange->accounts, i))->dirty = FALSE;
  forget (exchange);
}

void
sim_exchange_step (SimExchange *exchange,
                   gint64       now)
{
  guint i;

  for (i = 0; i < exchange->markets->len; i++)
    {
      SimMarket *market = g_ptr_array_index (exchange->markets, i);

      sim_market_step (market, now);
      sim_exchange_run_stops (exchange, market, now);
    }
  for (i = 0; i < exchange->accounts->len; i++)
    {
      SimAccount *account = g_ptr_array_index (exchange->accounts, i);
      guint       j;

      for (j = 0; j < account->n_positions && now - account->told >= BALANCE_EVERY; j++)
        if (account->positions[j].quantity != 0)
          account->changed = TRUE;
    }
}

static gboolean
is_over (gpointer key,
         gpointer value,
         gpointer user_data)
{
  return *(gint64 *) value <= *(gint64 *) user_data;
}

void
sim_exchange_expire (SimExchange *exchange,
                     gint64       now)
{
  gint64 session = sim_exchange_session_end (exchange, now);
  guint  i;

  /* Backwards: an order that expires leaves the list. */
  for (i = exchange->working->len; i > 0; i--)
    {
      SimOrder *order = g_ptr_array_index (exchange->working, i - 1);

      if (order->expires && order->expires <= now)
        sim_exchange_kill (exchange, order,
                           order->tif == DTC_TIF_DAY ? "The day order expired at the end of the session"
                                                     : "The order's good-till time has passed", now);
    }
  for (i = 0; i < exchange->accounts->len; i++)
    {
      SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      if (account->session == session)
        continue;
      account->session = session;
      account->realized = 0;
      account->changed = account->dirty = TRUE;
      g_hash_table_foreach_remove (exchange->used_ids, is_over, &now);
    }
}

void
sim_exchange_finish (SimExchange *exchange,
                     gint64       now)
{
  guint i, j;

  if (exchange->options->speed <= 0)
    for (i = 0; i < exchange->markets->len; i++)
      sim_market_refill (g_ptr_array_index (exchange->markets, i), FALSE, now);
  for (i = 0; i < exchange->accounts->len; i++)
    {
      SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      if (!account->changed)
        continue;
      for (j = 0; j < account->n_positions; j++)
        {
          SimPosition        *position = &account->positions[j];
          g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

          if (!position->changed)
            continue;
          position->changed = FALSE;
          sim_position_describe (account, position,
                                 sim_exchange_find_market (exchange, position->instrument->symbol)->last, &message);
          exchange->sink.emit (NULL, &message, exchange->sink_data);
        }
      {
        g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

        account->changed = FALSE;
        account->told = now;
        sim_account_describe (account, sim_exchange_open_profit (exchange, account), now, &message);
        exchange->sink.emit (NULL, &message, exchange->sink_data);
      }
    }
}
