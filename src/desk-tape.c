/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-tape.h"

struct _DeskTape
{
  GObject    parent_instance;

  DeskTrades prints;
  guint64    total;
  guint64    dropped;
};

G_DEFINE_FINAL_TYPE (DeskTape, desk_tape, G_TYPE_OBJECT)

static void
desk_tape_finalize (GObject *object)
{
  desk_trades_clear (&DESK_TAPE (object)->prints);

  G_OBJECT_CLASS (desk_tape_parent_class)->finalize (object);
}

static void
desk_tape_class_init (DeskTapeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_tape_finalize;
  g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
desk_tape_init (DeskTape *self)
{
}

/**
 * desk_tape_new:
 * @symbol: whose prints they are
 *
 * Returns: (transfer full): an empty tape
 */
DeskTape *
desk_tape_new (const char *symbol)
{
  DeskTape *self = g_object_new (DESK_TYPE_TAPE, NULL);

  g_strlcpy (self->prints.symbol, symbol, sizeof self->prints.symbol);
  return self;
}

/**
 * desk_tape_get_grid:
 * @self: a tape
 *
 * Returns: (transfer none): how its prices are written
 */
const DeskGrid *
desk_tape_get_grid (DeskTape *self)
{
  return &self->prints.grid;
}

/**
 * desk_tape_get_n:
 * @self: a tape
 *
 * Returns: how many prints it shows
 */
guint
desk_tape_get_n (DeskTape *self)
{
  return self->prints.n;
}

/**
 * desk_tape_get:
 * @self: a tape
 * @i: which print, 0: the newest
 *
 * Returns: (transfer none): the print
 */
const DeskPrint *
desk_tape_get (DeskTape *self,
               guint     i)
{
  g_return_val_if_fail (i < self->prints.n, NULL);

  return desk_trades_get (&self->prints, self->prints.n - 1 - i);
}

/**
 * desk_tape_get_total:
 * @self: a tape
 *
 * Returns: how many prints there ever were
 */
guint64
desk_tape_get_total (DeskTape *self)
{
  return self->total;
}

/**
 * desk_tape_get_dropped:
 * @self: a tape
 *
 * Returns: how many of them were never here
 */
guint64
desk_tape_get_dropped (DeskTape *self)
{
  return self->dropped;
}

/**
 * desk_tape_clear:
 * @self: a tape
 *
 * Makes it as it was when it was new: its symbol is not watched any more.
 */
void
desk_tape_clear (DeskTape *self)
{
  char symbol[DESK_SYMBOL_SIZE];

  g_strlcpy (symbol, self->prints.symbol, sizeof symbol);
  desk_trades_clear (&self->prints);
  g_strlcpy (self->prints.symbol, symbol, sizeof self->prints.symbol);
  self->total = self->dropped = 0;
}

/**
 * desk_tape_take:
 * @self: a tape
 * @trades: what traded since the last time
 */
void
desk_tape_take (DeskTape         *self,
                const DeskTrades *trades)
{
  guint i;

  self->prints.grid = trades->grid;
  self->total += trades->n + trades->dropped;
  self->dropped += trades->dropped;
  for (i = 0; i < trades->n; i++)
    desk_trades_add (&self->prints, desk_trades_get (trades, i));
}
