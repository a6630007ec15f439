/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-queue-state.h"

/**
 * desk_queue_state_new:
 * @symbol: its symbol
 * @symbol_id: its SymbolID
 * @n_bids: how many orders buy
 * @n_asks: how many sell
 *
 * Returns: (transfer full): a book whose orders are still zero
 */
DeskQueueState *
desk_queue_state_new (const char *symbol,
                      guint32     symbol_id,
                      guint       n_bids,
                      guint       n_asks)
{
  DeskQueueState *self = g_atomic_rc_box_alloc0 (sizeof *self + (n_bids + n_asks) * sizeof self->orders[0]);

  g_strlcpy (self->symbol, symbol, sizeof self->symbol);
  self->symbol_id = symbol_id;
  self->n_bids = n_bids;
  self->n_asks = n_asks;
  self->bids = self->orders;
  self->asks = self->orders + n_bids;
  return self;
}

/**
 * desk_queue_state_ref:
 * @self: a book
 *
 * Returns: (transfer full): the same book
 */
DeskQueueState *
desk_queue_state_ref (DeskQueueState *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
queue_state_clear (gpointer data)
{
  DeskQueueState *self = data;

  g_clear_pointer (&self->text, g_ref_string_release);
}

/**
 * desk_queue_state_unref:
 * @self: (nullable): a book
 */
void
desk_queue_state_unref (DeskQueueState *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, queue_state_clear);
}
