/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

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

static void
journal_entry_free (SimJournalEntry *entry)
{
  g_free (entry->text);
  g_free (entry);
}

static void
add_market (SimExchange         *exchange,
            const SimInstrument *instrument,
            gint64               now)
{
  SimMarket *market = sim_market_new (instrument, exchange->options->seed, sim_exchange_on_trade, exchange);
  gint64     day = exchange->session == G_MAXINT64 ? now : exchange->session - 1;

  market->session_date = day / DAY * DAY / G_USEC_PER_SEC;
  g_ptr_array_add (exchange->markets, market);
  g_hash_table_insert (exchange->by_symbol, (gpointer) instrument->symbol, market);
}

static void
add_account (SimExchange *exchange,
             const char  *name,
             gint64       now)
{
  const SimOptions *options = exchange->options;
  SimAccount       *account = sim_account_new (name);
  guint             i;

  for (i = 0; i < exchange->markets->len; i++)
    sim_account_add_instrument (account, ((SimMarket *) g_ptr_array_index (exchange->markets, i))->instrument);
  account->session = exchange->session;
  account->max_quantity = options->max_quantity;
  account->max_position = options->max_position;
  account->loss_limit = options->daily_loss_limit;
  account->disabled = options->trading_off;
  sim_account_remember (account, "Opening balance", "", now);
  g_ptr_array_add (exchange->accounts, account);
}

SimExchange *
sim_exchange_new (const SimOptions *options,
                  const SimSink    *sink,
                  gpointer          sink_data,
                  gint64            now)
{
  SimExchange *exchange = g_new0 (SimExchange, 1);
  guint        i;

  exchange->options = options;
  exchange->sink = *sink;
  exchange->sink_data = sink_data;
  exchange->rand = g_rand_new_with_seed (options->seed);
  exchange->tag = make_tag (now);
  exchange->next_order = 1;
  exchange->next_id = 1;
  exchange->next_fill = 1;
  exchange->orders = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) sim_order_free);
  exchange->by_client = g_hash_table_new (g_str_hash, g_str_equal);
  exchange->refused_parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  exchange->working = g_ptr_array_new ();
  g_queue_init (&exchange->done);
  g_queue_init (&exchange->grown);
  g_queue_init (&exchange->held);
  exchange->fills = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_fill_free);
  exchange->used_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  exchange->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_account_free);
  exchange->markets = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_market_free);
  exchange->dirty_orders = g_ptr_array_new ();
  exchange->dirty_ids = g_ptr_array_new_with_free_func (g_free);

  exchange->by_symbol = g_hash_table_new (g_str_hash, g_str_equal);
  exchange->active = g_ptr_array_new ();
  exchange->journal = g_ptr_array_new_with_free_func ((GDestroyNotify) journal_entry_free);
  exchange->session = sim_exchange_session_end (exchange, now);
  exchange->phase = DTC_TRADING_STATUS_OPEN;

  exchange->catalogue = sim_catalogue_new (options->symbols, options->n_symbols);
  for (i = 0; i < exchange->catalogue->instruments->len; i++)
    add_market (exchange, g_ptr_array_index (exchange->catalogue->instruments, i), now);
  for (i = 0; options->accounts[i]; i++)
    add_account (exchange, options->accounts[i], now);
  return exchange;
}

void
sim_exchange_free (SimExchange *exchange)
{
  if (!exchange)
    return;
  g_rand_free (exchange->rand);
  g_free (exchange->tag);
  g_free (exchange->reason);
  g_queue_clear (&exchange->grown);
  g_queue_clear_full (&exchange->held, (GDestroyNotify) sim_held_free);
  g_hash_table_unref (exchange->refused_parents);
  g_hash_table_unref (exchange->by_client);
  g_hash_table_unref (exchange->by_symbol);
  g_ptr_array_unref (exchange->active);
  g_ptr_array_unref (exchange->journal);
  g_ptr_array_unref (exchange->dirty_orders);
  g_ptr_array_unref (exchange->dirty_ids);
  g_ptr_array_unref (exchange->working);
  g_queue_clear (&exchange->done);
  g_hash_table_unref (exchange->orders);
  g_ptr_array_unref (exchange->fills);
  g_hash_table_unref (exchange->used_ids);
  g_ptr_array_unref (exchange->accounts);
  g_ptr_array_unref (exchange->markets);
  sim_catalogue_free (exchange->catalogue);
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
    {
      SimMarket *market = g_ptr_array_index (exchange->markets, i);

      /* What waited for an opening in an earlier life. */
      if (market->phase == DTC_TRADING_STATUS_OPEN)
        sim_exchange_uncross (exchange, market, now);
      sim_market_refill (market, FALSE, now);
    }
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
  return g_hash_table_lookup (exchange->by_symbol, symbol);
}

SimMarket *
sim_exchange_market_of (SimExchange         *exchange,
                        const SimInstrument *instrument)
{
  return g_ptr_array_index (exchange->markets, instrument->index);
}

void
sim_exchange_activate (SimExchange *exchange,
                       SimMarket   *market)
{
  if (market->active)
    return;
  market->active = TRUE;
  g_ptr_array_add (exchange->active, market);
}

char *
sim_exchange_new_id (SimExchange *exchange)
{
  char *id = NULL;

  do
    {
      g_free (id);
      id = g_strdup_printf ("%s-%" G_GUINT64_FORMAT, exchange->tag, exchange->next_id++);
    }
  while (g_hash_table_contains (exchange->orders, id));
  return id;
}

const char *
sim_exchange_explain (SimExchange *exchange,
                      const char  *format,
                      ...)
{
  va_list args;

  va_start (args, format);
  g_free (exchange->reason);
  exchange->reason = g_strdup_vprintf (format, args);
  va_end (args);
  return exchange->reason;
}

/* A share costs a hundredth of what a contract does. */
double
sim_exchange_commission (const SimExchange   *exchange,
                         const SimInstrument *instrument)
{
  return instrument->type == DTC_SECURITY_TYPE_STOCK ? exchange->options->commission / 100
                                                     : exchange->options->commission;
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

        profit += sim_position_open_profit (position, sim_exchange_market_of (exchange, position->instrument)->last);
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
  sim_exchange_market_of (exchange, order->instrument)->dirty = TRUE;
}

/* It leaves the memory; it must not work. */
static void
forget_order (SimExchange *exchange,
              SimOrder    *order)
{
  sim_order_part (order);
  g_queue_remove (&exchange->grown, order);
  if (order->dirty)
    g_ptr_array_remove (exchange->dirty_orders, order);
  if (g_hash_table_lookup (exchange->by_client, order->client_id) == order)
    g_hash_table_remove (exchange->by_client, order->client_id);
  g_hash_table_remove (exchange->orders, order->server_id);
}

void
sim_exchange_adopt (SimExchange *exchange,
                    SimOrder    *order)
{
  SimOrder *before = g_hash_table_lookup (exchange->orders, order->server_id);

  if (before)
    {
      g_ptr_array_remove (exchange->working, before);
      g_queue_remove (&exchange->done, before);
      forget_order (exchange, before);
    }
  order->holder = sim_exchange_find_account (exchange, order->account);
  g_hash_table_insert (exchange->orders, order->server_id, order);
  g_hash_table_replace (exchange->by_client, order->client_id, order);
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

  if (exchange->dirty_orders->len > 0 || exchange->new_fills > 0 || exchange->dirty_ids->len > 0
      || exchange->new_journal > 0 || exchange->rewrite)
    return TRUE;
  for (i = 0; i < exchange->accounts->len; i++)
    if (((SimAccount *) g_ptr_array_index (exchange->accounts, i))->dirty)
      return TRUE;
  return FALSE;
}

void
sim_exchange_forget (SimExchange *exchange,
                     gboolean     all)
{
  guint n = exchange->done.length;

  for (; n > 0 && (all || exchange->done.length > MAX_DONE); n--)
    {
      SimOrder *order = g_queue_pop_head (&exchange->done);

      if (sim_order_is_needed (order))
        g_queue_push_tail (&exchange->done, order);
      else
        forget_order (exchange, order);
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
  exchange->new_journal = 0;
  exchange->rewrite = FALSE;
  for (i = 0; i < exchange->accounts->len; i++)
    {
      SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      account->dirty = FALSE;
      account->new_history = 0;
    }
  sim_exchange_forget (exchange, FALSE);
}

void
sim_exchange_step_market (SimExchange *exchange,
                          SimMarket   *market,
                          gint64       now)
{
  sim_market_step (market, now);
  sim_exchange_run (exchange, market, now);
  sim_exchange_activate (exchange, market);
}

/* Positions are worth something else now: told once in a while. */
static void
value_accounts (SimExchange *exchange,
                gint64       now)
{
  guint i, j;

  for (i = 0; i < exchange->accounts->len; i++)
    {
      SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      for (j = 0; j < account->n_positions && !account->changed && now - account->told >= BALANCE_EVERY; j++)
        if (account->positions[j].quantity != 0)
          account->changed = TRUE;
    }
}

void
sim_exchange_step (SimExchange *exchange,
                   gint64       now)
{
  guint i;

  for (i = 0; i < exchange->markets->len; i++)
    sim_exchange_step_market (exchange, g_ptr_array_index (exchange->markets, i), now);
  value_accounts (exchange, now);
}

void
sim_exchange_expire (SimExchange *exchange,
                     gint64       now)
{
  guint i;

  /* Backwards, and no further than the list still goes: an order that expires leaves it, sometimes with others. */
  for (i = exchange->working->len; i > 0; i = MIN (i - 1, exchange->working->len))
    {
      SimOrder *order = g_ptr_array_index (exchange->working, i - 1);

      if (order->expires && order->expires <= now)
        sim_exchange_kill (exchange, order, order->tif == DTC_TIF_GOOD_TILL_DATE_TIME
                                              ? "The order's good-till time has passed"
                                              : "The day order expired at the end of the session", now);
    }
  sim_exchange_keep_hours (exchange, now);
  sim_exchange_other_trader (exchange, now);
  value_accounts (exchange, now);
}

static void
finish_market (SimExchange *exchange,
               SimMarket   *market,
               gint64       now)
{
  guint changed = market->changed;

  market->active = FALSE;
  if (exchange->options->speed <= 0)
    sim_market_refill (market, FALSE, now);
  market->changed = 0;
  if (changed && exchange->sink.session)
    exchange->sink.session (market, changed, exchange->sink_data);
}

static void
tell_account (SimExchange *exchange,
              SimAccount  *account,
              gint64       now)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  guint               i;

  for (i = 0; i < account->n_positions; i++)
    {
      SimPosition *position = &account->positions[i];

      if (!position->changed)
        continue;
      position->changed = FALSE;
      sim_position_describe (account, position, sim_exchange_market_of (exchange, position->instrument)->last,
                             &message);
      exchange->sink.emit (NULL, &message, exchange->sink_data);
    }
  account->changed = FALSE;
  account->told = now;
  sim_account_describe (account, sim_exchange_open_profit (exchange, account), now, &message);
  exchange->sink.emit (NULL, &message, exchange->sink_data);
}

void
sim_exchange_finish (SimExchange *exchange,
                     gint64       now)
{
  guint i;

  for (i = 0; i < exchange->accounts->len; i++)
    if (((SimAccount *) g_ptr_array_index (exchange->accounts, i))->changed)
      sim_exchange_watch (exchange, g_ptr_array_index (exchange->accounts, i), now);
  for (i = 0; i < exchange->active->len; i++)
    finish_market (exchange, g_ptr_array_index (exchange->active, i), now);
  g_ptr_array_set_size (exchange->active, 0);
  for (i = 0; i < exchange->accounts->len; i++)
    if (((SimAccount *) g_ptr_array_index (exchange->accounts, i))->changed)
      tell_account (exchange, g_ptr_array_index (exchange->accounts, i), now);
}
