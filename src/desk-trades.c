/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-trades.h"

#include <string.h>

static DeskPrint *
place (const DeskTrades *self,
       guint             i)
{
  return self->ring != NULL ? &self->ring[(self->first + i) % self->room] : (DeskPrint *) &self->one;
}

static void
grow (DeskTrades *self)
{
  guint room = CLAMP (self->room * 2, 16, DESK_TRADES_MAX);
  DeskPrint *ring = g_new (DeskPrint, room);
  guint i;

  for (i = 0; i < self->n; i++)
    ring[i] = *place (self, i);
  g_free (self->ring);
  self->ring = ring;
  self->room = room;
  self->first = 0;
}

/**
 * desk_trades_add:
 * @self: prints of a symbol
 * @print: the newest one
 *
 * When there are %DESK_TRADES_MAX the oldest makes room and is counted as dropped.
 */
void
desk_trades_add (DeskTrades      *self,
                 const DeskPrint *print)
{
  if (self->n == 0 && self->ring == NULL)
    {
      self->one = *print;
      self->n = 1;
      return;
    }
  if (self->n == DESK_TRADES_MAX)
    {
      self->first = (self->first + 1) % self->room;
      self->n--;
      self->dropped++;
    }
  else if (self->n >= self->room)
    grow (self);
  *place (self, self->n) = *print;
  self->n++;
}

/**
 * desk_trades_append:
 * @self: prints of a symbol
 * @from: later ones of the same symbol; empty afterwards
 */
void
desk_trades_append (DeskTrades *self,
                    DeskTrades *from)
{
  guint i;

  self->grid = from->grid;
  self->dropped += from->dropped;
  for (i = 0; i < from->n; i++)
    desk_trades_add (self, place (from, i));
  desk_trades_clear (from);
}

/**
 * desk_trades_get:
 * @self: prints of a symbol
 * @i: which one, 0: the oldest
 *
 * Returns: (transfer none): the print
 */
const DeskPrint *
desk_trades_get (const DeskTrades *self,
                 guint             i)
{
  g_return_val_if_fail (i < self->n, NULL);

  return place (self, i);
}

/**
 * desk_trades_copy:
 * @to: memory, whatever it holds
 * @from: prints of a symbol
 */
void
desk_trades_copy (DeskTrades       *to,
                  const DeskTrades *from)
{
  *to = *from;
  if (from->ring != NULL)
    to->ring = g_memdup2 (from->ring, from->room * sizeof from->ring[0]);
}

/**
 * desk_trades_clear:
 * @self: prints of a symbol
 *
 * Frees what @self holds and zeroes it.
 */
void
desk_trades_clear (DeskTrades *self)
{
  g_free (self->ring);
  memset (self, 0, sizeof *self);
}
