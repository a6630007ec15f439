/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is shown of positions: the server's own word, beside it the sum of our fills, and what works in each. */

static gboolean
is_long_book (DeskEngine *engine)
{
  return desk_truth_open_orders (engine->truth)->len > ENGINE_ROWS_AT_ONCE;
}

static void
want_row (DeskEngine *engine,
          const char *account,
          const char *symbol)
{
  g_hash_table_add (engine->rows_wanted, g_strconcat (account, "\x1f", symbol, NULL));
  if (engine->rows_at == 0)
    engine->rows_at = engine->now + ENGINE_ROWS_APART;
}

/* The positions in which @orders work, each once: each walks through all that is open, so of a long book they are not
 * told with every order of it. While a new link restates its orders one by one they wait for the end of that. */
static void
publish_rows (DeskEngine      *engine,
              const GPtrArray *orders,
              gboolean         at_once)
{
  g_autoptr (GHashTable) told = NULL;
  guint i;

  if (orders->len == 0 || (engine->link == DESK_LINK_RESYNC && engine->round == ROUND_LINK))
    return;
  if (orders->len > 1)
    told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (i = 0; i < orders->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (orders, i);

      if (!at_once)
        want_row (engine, order->state.account, order->state.symbol);
      else if (told == NULL || g_hash_table_add (told, g_strconcat (order->state.account, "\x1f", order->state.symbol, NULL)))
        engine_publish_position (engine, order->state.account, order->state.symbol, TELL_ROWS);
    }
}

void
engine_publish_rows (DeskEngine      *engine,
                     const GPtrArray *orders)
{
  publish_rows (engine, orders, !is_long_book (engine));
}

/* All of them: a reconciliation has ended, and orders may work where there is no position. */
void
engine_publish_order_rows (DeskEngine *engine)
{
  publish_rows (engine, desk_truth_open_orders (engine->truth), TRUE);
}

gint64
engine_position (DeskEngine *engine,
                 const char *account,
                 const char *symbol,
                 gboolean   *known)
{
  const DeskTruthPosition *position = desk_truth_find_position (engine->truth, account, symbol);
  gboolean stated = position != NULL && position->stated && position->epoch == desk_truth_get_epoch (engine->truth);

  *known = engine->link_up && !g_hash_table_contains (engine->positions_doubted, symbol) && !g_hash_table_contains (engine->positions_doubted, "")
           && (stated || (engine->positions_known && (position == NULL || !position->stated)));
  if (position == NULL)
    return 0;
  if (stated || (*known && position->stated))
    return position->quantity;
  return position->based ? position->offset + position->booked : position->stated ? position->quantity : position->booked;
}

static void
count_working (DeskEngine        *engine,
               DeskPositionState *state)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  guint i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);
      gint64 left;

      if (strcmp (order->state.symbol, state->symbol) != 0 || strcmp (order->state.account, state->account) != 0
          || order->state.status == DESK_STATUS_NOT_AT_SERVER)
        continue;
      left = MAX (desk_truth_worst_quantity (engine->truth, order), 0);
      if (order->state.side == DESK_SIDE_BUY)
        state->working_buys += left;
      else if (order->state.side == DESK_SIDE_SELL)
        state->working_sells += left;
    }
}

static gboolean
same_number (double a,
             double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static gboolean
same_position (const DeskPositionState *a,
               const DeskPositionState *b)
{
  return a->provable == b->provable && a->quantity == b->quantity && same_number (a->average_price, b->average_price)
         && a->computed == b->computed && a->computed_known == b->computed_known
         && same_number (a->computed_average, b->computed_average) && same_number (a->open_profit, b->open_profit)
         && a->worst_long == b->worst_long && a->worst_short == b->worst_short && a->working_buys == b->working_buys
         && a->working_sells == b->working_sells && a->stale == b->stale;
}

/* Of the server's word alone; nothing told yet is "flat" once its whole list has come. */
static gboolean
is_news_of_server (DeskEngine              *engine,
                   const DeskPositionState *before,
                   const DeskPositionState *after)
{
  if (before == NULL)
    return !engine->positions_known || !after->provable || after->quantity != 0;
  return before->provable != after->provable || before->quantity != after->quantity
         || !same_number (before->average_price, after->average_price);
}

static void
warn_mismatch (DeskEngine              *engine,
               const DeskPositionState *before,
               const DeskPositionState *after)
{
  if (!after->provable || !after->computed_known || after->quantity == after->computed || engine->round != ROUND_NONE
      || (before != NULL && before->quantity == after->quantity && before->computed == after->computed && before->provable))
    return;
  /* A fill and the position it makes come one after the other; only what lasts is a mismatch, see the next round. */
  engine->again_at = engine->again_at > 0 ? engine->again_at : engine->now + ENGINE_STEP_LIMIT;
}

void
engine_publish_position (DeskEngine *engine,
                         const char *account,
                         const char *symbol,
                         EngineTell  told)
{
  const DeskTruthPosition *position = desk_truth_find_position (engine->truth, account, symbol);
  DeskPositionState state = { .average_price = NAN, .computed_average = NAN, .open_profit = NAN };
  g_autofree char *key = g_strconcat (account, "\x1f", symbol, NULL);
  DeskPositionState *before = g_hash_table_lookup (engine->positions, key);
  DeskEvent *event;
  gboolean news, known;
  gint64 base;

  if (*symbol == '\0')
    return;
  g_strlcpy (state.account, account, sizeof state.account);
  g_strlcpy (state.symbol, symbol, sizeof state.symbol);
  if (told == TELL_CHANGE && before != NULL && is_long_book (engine))
    {
      state.working_buys = before->working_buys;
      state.working_sells = before->working_sells;
      want_row (engine, account, symbol);
    }
  else
    count_working (engine, &state);
  if (position == NULL && state.working_buys == 0 && state.working_sells == 0 && before == NULL)
    return;
  /* What is told is the server's own word; the sum of our fills stands beside it and is never taken for it. */
  engine_position (engine, account, symbol, &state.provable);
  state.stale = !state.provable;
  if (position != NULL)
    {
      state.open_profit = position->open_profit;
      state.computed = position->offset + position->booked;
      state.computed_known = position->based;
      state.computed_average = position->computed_average;
      state.as_of = position->as_of;
      state.grid = position->grid;
      if (position->stated)
        {
          state.quantity = position->quantity;
          state.average_price = position->average;
        }
    }
  if (state.grid.tick <= 0)
    state.grid = engine_grid (engine, symbol);
  base = engine_position (engine, account, symbol, &known);
  state.worst_long = base + state.working_buys;
  state.worst_short = base - state.working_sells;
  if (before != NULL && same_position (before, &state) && told != TELL_ALWAYS)
    return;
  news = told == TELL_ALWAYS || (told == TELL_CHANGE && is_news_of_server (engine, before, &state));
  warn_mismatch (engine, before, &state);
  g_hash_table_replace (engine->positions, g_steal_pointer (&key), g_memdup2 (&state, sizeof state));
  event = desk_event_new (DESK_EVENT_POSITION);
  event->restored = !news;
  event->position = state;
  engine_publish (engine, event, engine->appended);
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Rows that are there for their working orders alone: the server has never named a position in them. */
static void
publish_rows_of_orders (DeskEngine *engine)
{
  guint n, i;
  g_autofree char **keys = (char **) g_hash_table_get_keys_as_array (engine->positions, &n);

  qsort (keys, n, sizeof *keys, compare_keys);
  for (i = 0; i < n; i++)
    {
      g_auto (GStrv) names = g_strsplit (keys[i], "\x1f", 2); /* the key itself goes when its row is replaced */

      if (desk_truth_find_position (engine->truth, names[0], names[1]) == NULL)
        engine_publish_position (engine, names[0], names[1], TELL_ROWS);
    }
}

gint64
engine_rows_tick (DeskEngine *engine)
{
  g_autofree char **keys = NULL;
  guint n, i;

  if (engine->rows_at == 0)
    return G_MAXINT64;
  if (engine->now < engine->rows_at)
    return engine->rows_at;
  keys = (char **) g_hash_table_get_keys_as_array (engine->rows_wanted, &n);
  qsort (keys, n, sizeof *keys, compare_keys);
  for (i = 0; i < n; i++)
    {
      g_auto (GStrv) names = g_strsplit (keys[i], "\x1f", 2);

      engine_publish_position (engine, names[0], names[1], TELL_ROWS);
    }
  g_hash_table_remove_all (engine->rows_wanted);
  engine->rows_at = 0;
  return G_MAXINT64;
}

void
engine_publish_positions (DeskEngine *engine,
                          EngineTell  told)
{
  const GPtrArray *positions = desk_truth_positions (engine->truth);
  guint i;

  for (i = 0; i < positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (positions, i);

      engine_publish_position (engine, position->account, position->symbol, told);
    }
  publish_rows_of_orders (engine);
}
