/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-queue-book.h"

#include <string.h>

typedef struct
{
  double    key;     /* the display price; of asks its negative: the best of either side has the greatest */
  DeskPrice price;
  GQueue    orders;  /* of Order: its own links */
} Level;

typedef struct
{
  guint64       id;
  DeskSide      side;
  DeskWirePrice wire;
  double        quantity;
  Level        *level;
  GList         link;
} Order;

struct _DeskQueueBook
{
  DeskScale   scale;
  GHashTable *orders;     /* id -> Order */
  GPtrArray  *levels[2];  /* of Level, worst first; bids, asks */
  gboolean    series;     /* a snapshot is coming in */
};

static void
level_free (gpointer data)
{
  g_free (data); /* the orders belong to the hash */
}

/**
 * desk_queue_book_new:
 *
 * Returns: (transfer full): an empty book without a grid
 */
DeskQueueBook *
desk_queue_book_new (void)
{
  DeskQueueBook *self = g_new0 (DeskQueueBook, 1);

  desk_scale_init (&self->scale, NULL);
  self->orders = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->levels[0] = g_ptr_array_new_with_free_func (level_free);
  self->levels[1] = g_ptr_array_new_with_free_func (level_free);
  return self;
}

/**
 * desk_queue_book_free:
 * @self: (nullable): a book
 */
void
desk_queue_book_free (DeskQueueBook *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->orders);
  g_ptr_array_unref (self->levels[0]);
  g_ptr_array_unref (self->levels[1]);
  g_free (self);
}

static GPtrArray *
side_levels (DeskQueueBook *self,
             DeskSide       side)
{
  return self->levels[side == DESK_SIDE_BUY ? 0 : 1];
}

/* The first level whose key is not below @key: keys ascend. */
static guint
lower_bound (const GPtrArray *levels,
             double           key)
{
  guint low = 0, high = levels->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (((const Level *) g_ptr_array_index (levels, middle))->key < key)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static Level *
level_at (DeskQueueBook   *self,
          DeskSide         side,
          const DeskPrice *price)
{
  GPtrArray *levels = side_levels (self, side);
  double key = side == DESK_SIDE_BUY ? price->display : -price->display;
  guint i = lower_bound (levels, key);
  Level *level;

  if (i < levels->len && ((Level *) g_ptr_array_index (levels, i))->key == key)
    return g_ptr_array_index (levels, i);
  level = g_new0 (Level, 1);
  level->key = key;
  level->price = *price;
  g_queue_init (&level->orders);
  g_ptr_array_insert (levels, (int) i, level);
  return level;
}

static void
leave_level (DeskQueueBook *self,
             Order         *order)
{
  Level *level = order->level;
  GPtrArray *levels = side_levels (self, order->side);

  g_queue_unlink (&level->orders, &order->link);
  if (level->orders.length == 0)
    g_ptr_array_remove_index (levels, lower_bound (levels, level->key));
  order->level = NULL;
}

/* At the end of its price. FALSE: its price is none. */
static gboolean
join_level (DeskQueueBook *self,
            Order         *order)
{
  DeskPrice price = desk_scale_price (&self->scale, order->wire.value, order->wire.single);

  if (price.kind == DESK_PRICE_UNSET)
    return FALSE;
  order->level = level_at (self, order->side, &price);
  order->link.data = order;
  g_queue_push_tail_link (&order->level->orders, &order->link);
  return TRUE;
}

static void
drop (DeskQueueBook *self,
      guint64        id)
{
  Order *order = g_hash_table_lookup (self->orders, &id);

  if (order == NULL)
    return;
  leave_level (self, order);
  g_hash_table_remove (self->orders, &id);
}

static void
add (DeskQueueBook         *self,
     const DeskQueueUpdate *update)
{
  Order *order;

  drop (self, update->id);
  if (update->side == DESK_SIDE_NONE || !(update->quantity > 0)
      || g_hash_table_size (self->orders) >= DESK_QUEUE_ORDERS_MAX)
    return;
  order = g_new0 (Order, 1);
  order->id = update->id;
  order->side = update->side;
  order->wire = update->price;
  order->quantity = update->quantity;
  if (join_level (self, order))
    g_hash_table_insert (self->orders, &order->id, order);
  else
    g_free (order);
}

/* Less of it at the same price under the same id keeps its place. */
static void
modify (DeskQueueBook         *self,
        const DeskQueueUpdate *update)
{
  Order *order = g_hash_table_lookup (self->orders, &update->prior_id);
  DeskQueueUpdate anew = *update;
  DeskPrice price = desk_scale_price (&self->scale, update->price.value, update->price.single);

  if (order != NULL && update->id == update->prior_id && update->quantity > 0 && update->quantity <= order->quantity
      && (update->side == DESK_SIDE_NONE || update->side == order->side) && desk_price_equal (&price, &order->level->price))
    {
      order->quantity = update->quantity;
      order->wire = update->price;
      return;
    }
  if (anew.side == DESK_SIDE_NONE && order != NULL)
    anew.side = order->side;
  drop (self, update->prior_id);
  add (self, &anew);
}

/**
 * desk_queue_book_set_grid:
 * @self: a book
 * @grid: (nullable): how its prices are read from now on
 */
void
desk_queue_book_set_grid (DeskQueueBook  *self,
                          const DeskGrid *grid)
{
  guint side, i;

  desk_scale_init (&self->scale, grid);
  for (side = 0; side < 2; side++)
    {
      g_autoptr (GPtrArray) old = self->levels[side];

      self->levels[side] = g_ptr_array_new_with_free_func (level_free);
      for (i = 0; i < old->len; i++)
        {
          Level *level = g_ptr_array_index (old, i);
          GList *link;

          while ((link = g_queue_pop_head_link (&level->orders)) != NULL)
            {
              Order *order = link->data;

              if (!join_level (self, order))
                g_hash_table_remove (self->orders, &order->id);
            }
        }
    }
}

/**
 * desk_queue_book_reset:
 * @self: a book
 *
 * Empties it and forgets the snapshot that was under way.
 */
void
desk_queue_book_reset (DeskQueueBook *self)
{
  g_ptr_array_set_size (self->levels[0], 0);
  g_ptr_array_set_size (self->levels[1], 0);
  g_hash_table_remove_all (self->orders);
  self->series = FALSE;
}

/**
 * desk_queue_book_take:
 * @self: a book
 * @update: one order of it, or the beginning or the end of a snapshot
 *
 * MARKET_ORDERS_SNAPSHOT_MESSAGE_BOUNDARY stands before and behind a snapshot; DTC does not publish the numbers that
 * tell the two apart, so the first one begins and the next one ends.
 *
 * Returns: %TRUE when the book may be shown
 */
gboolean
desk_queue_book_take (DeskQueueBook         *self,
                      const DeskQueueUpdate *update)
{
  switch (update->step)
    {
    case DESK_QUEUE_ADD:
      add (self, update);
      break;
    case DESK_QUEUE_MODIFY:
      modify (self, update);
      break;
    case DESK_QUEUE_REMOVE:
      drop (self, update->id);
      break;
    case DESK_QUEUE_BOUNDARY:
    default:
      if (self->series)
        self->series = FALSE;
      else
        {
          desk_queue_book_reset (self);
          self->series = TRUE;
        }
      break;
    }
  return !self->series;
}

static guint
count (const GPtrArray *levels)
{
  guint n = 0, i;

  for (i = 0; i < levels->len; i++)
    n += ((const Level *) g_ptr_array_index (levels, i))->orders.length;
  return n;
}

static gboolean
is_own (guint64        id,
        const guint64 *own,
        guint          n_own)
{
  guint i;

  for (i = 0; i < n_own; i++)
    if (own[i] == id)
      return TRUE;
  return FALSE;
}

static void
show (const GPtrArray *levels,
      DeskQueueOrder  *out,
      guint            n,
      const guint64   *own,
      guint            n_own)
{
  guint shown = 0, i;

  for (i = levels->len; i > 0; i--)
    {
      const Level *level = g_ptr_array_index (levels, i - 1);
      const GList *link;
      double ahead = 0;
      guint place = 1;

      for (link = level->orders.head; link != NULL; link = link->next, place++)
        {
          const Order *order = link->data;

          if (shown == n)
            return;
          out[shown].price = level->price;
          out[shown].quantity = order->quantity;
          out[shown].id = order->id;
          out[shown].ahead = ahead;
          out[shown].place = place;
          out[shown].own = is_own (order->id, own, n_own);
          ahead += order->quantity;
          shown++;
        }
    }
}

/**
 * desk_queue_book_snapshot:
 * @self: a book
 * @symbol: its symbol
 * @symbol_id: its SymbolID
 * @own: the OrderIDs that are ours
 * @n_own: how many
 *
 * Returns: (transfer full): what it holds now, %DESK_QUEUE_SHOWN_MAX orders of it at most
 */
DeskQueueState *
desk_queue_book_snapshot (DeskQueueBook *self,
                          const char    *symbol,
                          guint32        symbol_id,
                          const guint64 *own,
                          guint          n_own)
{
  guint n_bids = MIN (count (self->levels[0]), DESK_QUEUE_SHOWN_MAX / 2);
  guint n_asks = MIN (count (self->levels[1]), DESK_QUEUE_SHOWN_MAX / 2);
  DeskQueueState *state = desk_queue_state_new (symbol, symbol_id, n_bids, n_asks);

  state->grid = self->scale.grid;
  state->more = g_hash_table_size (self->orders) - n_bids - n_asks;
  show (self->levels[0], state->bids, n_bids, own, n_own);
  show (self->levels[1], state->asks, n_asks, own, n_own);
  return state;
}
