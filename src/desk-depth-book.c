/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-depth-book.h"

#include <string.h>

/* A level, and the wire's word for it, from which it is read again with another grid. */
typedef struct
{
  double         key;      /* its display price; of asks its negative: the best of either side has the greatest */
  DeskDepthLevel level;
  DeskWirePrice  wire;
} Level;

/* Worst first: what changes most lies at the end and moves little. */
typedef struct
{
  Level *levels;
  guint  n, room;
} Side;

struct _DeskDepthBook
{
  DeskScale scale;
  Side      bids, asks;
  gboolean  series;        /* a snapshot is coming in */
  gboolean  open;          /* so is a batch */
  gboolean  truncated;
};

/**
 * desk_depth_book_new:
 *
 * Returns: (transfer full): an empty book without a grid
 */
DeskDepthBook *
desk_depth_book_new (void)
{
  DeskDepthBook *self = g_new0 (DeskDepthBook, 1);

  desk_scale_init (&self->scale, NULL);
  return self;
}

/**
 * desk_depth_book_free:
 * @self: (nullable): a book
 */
void
desk_depth_book_free (DeskDepthBook *self)
{
  if (self == NULL)
    return;
  g_free (self->bids.levels);
  g_free (self->asks.levels);
  g_free (self);
}

/* The first level whose key is not below @key: keys ascend. */
static guint
lower_bound (const Side *side,
             double      key)
{
  guint low = 0, high = side->n;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (side->levels[middle].key < key)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
remove_at (Side *side,
           guint i)
{
  memmove (&side->levels[i], &side->levels[i + 1], (side->n - i - 1) * sizeof side->levels[0]);
  side->n--;
}

static void
put (DeskDepthBook *self,
     Side          *side,
     const Level   *level)
{
  guint i = lower_bound (side, level->key);

  if (i < side->n && side->levels[i].key == level->key)
    {
      side->levels[i] = *level;
      return;
    }
  if (side->n == DESK_DEPTH_LEVELS_MAX)
    {
      self->truncated = TRUE;
      if (i == 0)
        return;
      remove_at (side, 0);
      i--;
    }
  if (side->n == side->room)
    {
      side->room = MAX (side->room * 2, 32);
      side->levels = g_renew (Level, side->levels, side->room);
    }
  memmove (&side->levels[i + 1], &side->levels[i], (side->n - i) * sizeof side->levels[0]);
  side->levels[i] = *level;
  side->n++;
}

static inline double
key_of (const DeskDepthBook *self,
        const Side          *side,
        const DeskPrice     *price)
{
  return side == &self->bids ? price->display : -price->display;
}

static void
apply (DeskDepthBook         *self,
       const DeskDepthUpdate *update)
{
  Side *side = update->side == DESK_SIDE_BUY ? &self->bids : &self->asks;
  Level level;
  guint i;

  if (update->side == DESK_SIDE_NONE || !update->price.set)
    return;
  level.level.price = desk_scale_price (&self->scale, update->price.value, update->price.single);
  if (level.level.price.kind == DESK_PRICE_UNSET)
    return;
  level.key = key_of (self, side, &level.level.price);
  if (!update->gone)
    {
      if (!(update->quantity > 0))
        return; /* neither a level nor the end of one */
      level.level.quantity = update->quantity;
      level.level.orders = update->orders;
      level.wire = update->price;
      put (self, side, &level);
      return;
    }
  i = lower_bound (side, level.key);
  if (i < side->n && side->levels[i].key == level.key)
    remove_at (side, i);
}

static void
read_again (DeskDepthBook *self,
            Side          *side)
{
  Side old = *side;
  guint i;

  memset (side, 0, sizeof *side);
  for (i = old.n; i > 0; i--)
    {
      Level level = old.levels[i - 1];

      level.level.price = desk_scale_price (&self->scale, level.wire.value, level.wire.single);
      level.key = key_of (self, side, &level.level.price);
      if (level.level.price.kind != DESK_PRICE_UNSET)
        put (self, side, &level);
    }
  g_free (old.levels);
}

/**
 * desk_depth_book_set_grid:
 * @self: a book
 * @grid: (nullable): how its prices are read from now on; %NULL: as the wire says them
 */
void
desk_depth_book_set_grid (DeskDepthBook  *self,
                          const DeskGrid *grid)
{
  desk_scale_init (&self->scale, grid);
  read_again (self, &self->bids);
  read_again (self, &self->asks);
}

static void
clear (DeskDepthBook *self)
{
  self->bids.n = self->asks.n = 0;
  self->truncated = FALSE;
}

/**
 * desk_depth_book_reset:
 * @self: a book
 *
 * Empties it and forgets the batch that was under way.
 */
void
desk_depth_book_reset (DeskDepthBook *self)
{
  clear (self);
  self->series = self->open = FALSE;
}

/**
 * desk_depth_book_take:
 * @self: a book
 * @update: one level of it
 *
 * A series of snapshot messages replaces the book; an update that comes between them ends no series.
 *
 * Returns: whether the book is whole now
 */
DeskDepthStep
desk_depth_book_take (DeskDepthBook         *self,
                      const DeskDepthUpdate *update)
{
  if (update->snapshot && (update->first || !self->series))
    {
      clear (self);
      self->series = TRUE;
    }
  apply (self, update);
  switch (update->mark)
    {
    case DESK_BATCH_END:
      if (self->series && !update->snapshot)
        break;
      self->series = self->open = FALSE;
      return DESK_DEPTH_WHOLE;
    case DESK_BATCH_INSIDE:
      self->open = TRUE;
      break;
    case DESK_BATCH_UNSAID:
    default:
      break;
    }
  return self->open ? DESK_DEPTH_OPEN : DESK_DEPTH_UNSAID;
}

/**
 * desk_depth_book_settle:
 * @self: a book
 *
 * A series of snapshot messages that does not mark its end is over too.
 */
void
desk_depth_book_settle (DeskDepthBook *self)
{
  if (!self->open)
    self->series = FALSE;
}

/**
 * desk_depth_book_is_open:
 * @self: a book
 *
 * Returns: %TRUE inside of a batch: nothing of it may be shown
 */
gboolean
desk_depth_book_is_open (DeskDepthBook *self)
{
  return self->open;
}

/**
 * desk_depth_book_best:
 * @self: a book
 * @side: buy for the bid, sell for the ask
 * @level: (out): its best level
 *
 * Returns: %FALSE when there is none
 */
gboolean
desk_depth_book_best (DeskDepthBook  *self,
                      DeskSide        side,
                      DeskDepthLevel *level)
{
  const Side *levels = side == DESK_SIDE_BUY ? &self->bids : &self->asks;

  if (levels->n == 0)
    return FALSE;
  *level = levels->levels[levels->n - 1].level;
  return TRUE;
}

/**
 * desk_depth_book_snapshot:
 * @self: a book
 * @symbol: its symbol
 * @symbol_id: its SymbolID
 *
 * Returns: (transfer full): what it holds now
 */
DeskDepthState *
desk_depth_book_snapshot (DeskDepthBook *self,
                          const char    *symbol,
                          guint32        symbol_id)
{
  DeskDepthState *state = desk_depth_state_new (symbol, symbol_id, self->bids.n, self->asks.n);
  guint i;

  state->grid = self->scale.grid;
  state->truncated = self->truncated;
  for (i = 0; i < self->bids.n; i++)
    state->bids[i] = self->bids.levels[self->bids.n - 1 - i].level;
  for (i = 0; i < self->asks.n; i++)
    state->asks[i] = self->asks.levels[self->asks.n - 1 - i].level;
  return state;
}
