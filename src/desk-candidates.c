/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-candidates.h"

#include "desk-truth-private.h"

#include <math.h>
#include <string.h>

gboolean
desk_candidates_wanted (const DeskTruthOrder *order)
{
  return order->ours && !order->two_live && !desk_status_is_final (order->base) && order->state.quantity > 0
         && order->state.side != DESK_SIDE_NONE
         && (order->state.certainty == DESK_CERTAINTY_UNKNOWN || order->state.certainty == DESK_CERTAINTY_PROBABLE
             || order->state.certainty == DESK_CERTAINTY_NO_TRACE || order->state.certainty == DESK_CERTAINTY_GONE
             || order->state.certainty == DESK_CERTAINTY_CONFLICT);
}

static gboolean
same_price (const DeskPrice *a,
            const DeskPrice *b)
{
  if (a->kind == DESK_PRICE_UNSET || b->kind == DESK_PRICE_UNSET)
    return a->kind == b->kind;
  return desk_price_equal (a, b) || fabs (a->display - b->display) <= 1e-9 * fabs (a->display);
}

/* Between the write and the loss of the link, as the server's clock says; 0: the server does not say. */
static gboolean
is_in_time (const DeskTruthOrder *order,
            gint64                utc)
{
  gint64 lost = MAX (order->lost_utc, order->state.created);

  return utc == 0 || (utc >= order->state.created - DESK_CANDIDATE_MARGIN && utc <= lost + DESK_CANDIDATE_MARGIN);
}

static gboolean
fits_order (const DeskTruthOrder *order,
            const DeskTruthOrder *other)
{
  const DeskOrderState *a = &order->state, *b = &other->state;

  return !other->ours && !other->two_live && b->key > a->key && b->client_order_id[0] == '\0' && b->server_order_id[0] != '\0'
         && other->taken_by == 0 && a->side == b->side && a->type == b->type && a->quantity == b->quantity
         && (b->tif == DESK_TIF_UNSET || a->tif == b->tif) && strcmp (a->symbol, b->symbol) == 0
         && strcmp (a->account, b->account) == 0 && same_price (&a->price, &b->price) && same_price (&a->price2, &b->price2);
}

/* A fill that no order we know of explains, on the side this order may have filled, at a price it may have had. */
static gboolean
fits_fill (DeskTruth            *truth,
           const DeskTruthOrder *order,
           const DeskTruthFill  *fill)
{
  const DeskOrderState *a = &order->state;
  const DeskFillState *b = &fill->state;
  gboolean limited = a->price.kind != DESK_PRICE_UNSET && b->price.kind != DESK_PRICE_UNSET
                     && (a->type == DESK_ORDER_TYPE_LIMIT || a->type == DESK_ORDER_TYPE_LIT);
  double slack = limited ? 1e-9 * fabs (a->price.display) : 0;

  return !fill->superseded && b->client_order_id[0] == '\0' && a->side == b->side && strcmp (a->symbol, b->symbol) == 0
         && strcmp (a->account, b->account) == 0
         && (!limited || (a->side == DESK_SIDE_BUY ? b->price.display <= a->price.display + slack : b->price.display >= a->price.display - slack))
         && desk_truth_find_server (truth, b->server_order_id) == NULL;
}

/* The fills of one order at the server, by its id. */
static void
add_fills (DeskTruth            *truth,
           const DeskTruthOrder *order,
           GArray               *out)
{
  guint first = out->len, i, k;

  for (i = order->fills_before; i < desk_truth_n_fills (truth); i++)
    {
      const DeskTruthFill *fill = desk_truth_get_fill (truth, i);
      DeskCandidate *candidate = NULL;

      if (!fits_fill (truth, order, fill))
        continue;
      for (k = first; k < out->len && candidate == NULL; k++)
        if (strcmp (g_array_index (out, DeskCandidate, k).server_order_id, fill->state.server_order_id) == 0)
          candidate = &g_array_index (out, DeskCandidate, k);
      if (candidate == NULL)
        {
          DeskCandidate fresh = { .kind = DESK_CANDIDATE_FILLS, .side = fill->state.side, .price = DESK_PRICE_INIT,
                                  .utc = fill->state.server_time, .in_window = TRUE };

          g_strlcpy (fresh.server_order_id, fill->state.server_order_id, sizeof fresh.server_order_id);
          g_array_append_val (out, fresh);
          candidate = &g_array_index (out, DeskCandidate, out->len - 1);
        }
      /* The sum until the average is taken. */
      candidate->average += fill->state.price.display * (double) fill->state.quantity;
      candidate->filled += fill->state.quantity;
      candidate->quantity = candidate->filled;
      candidate->utc = MIN (candidate->utc, fill->state.server_time);
      candidate->in_window = candidate->in_window && is_in_time (order, fill->state.server_time);
    }
  for (i = out->len; i > first; i--)
    {
      DeskCandidate *candidate = &g_array_index (out, DeskCandidate, i - 1);

      if (candidate->filled > order->state.quantity - order->booked)
        g_array_remove_index (out, i - 1);
      else
        candidate->average /= (double) candidate->filled;
    }
}

static void
add_orders (DeskTruth            *truth,
            const DeskTruthOrder *order,
            GArray               *out)
{
  guint i;

  for (i = truth->externals->len; i > 0; i--)
    {
      const DeskTruthOrder *other = g_ptr_array_index (truth->externals, i - 1);
      DeskCandidate candidate = { .kind = DESK_CANDIDATE_ORDER };

      if (other->state.key < order->state.key)
        break;
      if (!fits_order (order, other))
        continue;
      g_strlcpy (candidate.server_order_id, other->state.server_order_id, sizeof candidate.server_order_id);
      candidate.side = other->state.side;
      candidate.quantity = other->state.quantity;
      candidate.filled = MAX (other->state.filled, 0);
      candidate.price = other->state.price;
      candidate.average = other->state.average_price;
      candidate.utc = desk_truth_server_time (other->received_time);
      candidate.in_window = is_in_time (order, candidate.utc);
      g_array_append_val (out, candidate);
    }
}

static int
compare_candidates (gconstpointer a,
                    gconstpointer b)
{
  const DeskCandidate *x = a, *y = b;

  if (x->in_window != y->in_window)
    return x->in_window ? -1 : 1;
  return strcmp (x->server_order_id, y->server_order_id);
}

static void
find (DeskTruth            *truth,
      const DeskTruthOrder *order,
      GArray               *out)
{
  add_orders (truth, order, out);
  add_fills (truth, order, out);
  g_array_sort (out, compare_candidates);
}

/* Another order of ours in doubt could be it as well. */
static gboolean
is_contested (DeskTruth            *truth,
              const DeskTruthOrder *order,
              const DeskCandidate  *candidate)
{
  const GPtrArray *open = desk_truth_open_orders (truth);
  guint i, k;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *other = g_ptr_array_index (open, i);
      g_autoptr (GArray) theirs = NULL;

      if (other == order || !desk_candidates_wanted (other) || other->state.side != order->state.side
          || strcmp (other->state.symbol, order->state.symbol) != 0 || strcmp (other->state.account, order->state.account) != 0)
        continue;
      theirs = g_array_new (FALSE, TRUE, sizeof (DeskCandidate));
      find (truth, other, theirs);
      for (k = 0; k < theirs->len; k++)
        {
          const DeskCandidate *their = &g_array_index (theirs, DeskCandidate, k);

          if (their->in_window && their->kind == candidate->kind && strcmp (their->server_order_id, candidate->server_order_id) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

guint
desk_candidates_find (DeskTruth            *truth,
                      const DeskTruthOrder *order,
                      GArray               *out)
{
  guint n = 0, i;

  if (!desk_candidates_wanted (order))
    return 0;
  find (truth, order, out);
  for (i = 0; i < out->len; i++)
    n += g_array_index (out, DeskCandidate, i).in_window;
  if (n == 1)
    {
      DeskCandidate *only = &g_array_index (out, DeskCandidate, 0);

      only->unique = !is_contested (truth, order, only);
    }
  return n;
}
