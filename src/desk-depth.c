/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-depth.h"

#include <string.h>

/**
 * desk_depth_state_new:
 * @symbol: its symbol
 * @symbol_id: its SymbolID
 * @n_bids: how many bids there are
 * @n_asks: how many asks
 *
 * Returns: (transfer full): a book whose levels are still zero
 */
DeskDepthState *
desk_depth_state_new (const char *symbol,
                      guint32     symbol_id,
                      guint       n_bids,
                      guint       n_asks)
{
  DeskDepthState *self = g_atomic_rc_box_alloc0 (sizeof *self + (n_bids + n_asks) * sizeof self->levels[0]);

  g_strlcpy (self->symbol, symbol, sizeof self->symbol);
  self->symbol_id = symbol_id;
  self->n_bids = n_bids;
  self->n_asks = n_asks;
  self->bids = self->levels;
  self->asks = self->levels + n_bids;
  return self;
}

/**
 * desk_depth_state_ref:
 * @self: a book
 *
 * Returns: (transfer full): the same book
 */
DeskDepthState *
desk_depth_state_ref (DeskDepthState *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
depth_state_clear (gpointer data)
{
  DeskDepthState *self = data;

  g_clear_pointer (&self->text, g_ref_string_release);
}

/**
 * desk_depth_state_unref:
 * @self: (nullable): a book
 */
void
desk_depth_state_unref (DeskDepthState *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, depth_state_clear);
}

/**
 * desk_depth_state_as_stale:
 * @self: a book
 *
 * Returns: (transfer full): what it held, no longer said to be so now
 */
DeskDepthState *
desk_depth_state_as_stale (const DeskDepthState *self)
{
  DeskDepthState *copy = desk_depth_state_new (self->symbol, self->symbol_id, self->n_bids, self->n_asks);

  copy->grid = self->grid;
  copy->received = self->received;
  copy->truncated = self->truncated;
  copy->rejected = self->rejected;
  copy->text = self->text != NULL ? g_ref_string_acquire (self->text) : NULL;
  copy->stale = TRUE;
  memcpy (copy->levels, self->levels, (self->n_bids + self->n_asks) * sizeof self->levels[0]);
  return copy;
}
