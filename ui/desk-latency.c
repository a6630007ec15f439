/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-latency.h"

static gint64
measure (const DeskOrderState *order,
         DeskLatencyKind       kind)
{
  switch (kind)
    {
    case DESK_LATENCY_JOURNAL:
      return order->journal_usec;
    case DESK_LATENCY_WIRE:
      return order->wire_usec;
    case DESK_LATENCY_ACK:
      return order->ack_usec;
    case DESK_LATENCY_FILL:
      return order->fill_usec;
    case DESK_LATENCY_CANCEL:
      return order->cancel_usec;
    case DESK_N_LATENCIES:
    default:
      return -1;
    }
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

/* The smallest of @sorted that @percent of them do not exceed. */
static gint64
percentile (const GArray *sorted,
            guint         percent)
{
  return g_array_index (sorted, gint64, (sorted->len * percent + 99) / 100 - 1);
}

void
desk_latency_measure (GListModel  *orders,
                      gint64       since_utc,
                      DeskLatency  out[DESK_N_LATENCIES])
{
  guint n = g_list_model_get_n_items (orders);

  for (guint kind = 0; kind < DESK_N_LATENCIES; kind++)
    {
      g_autoptr(GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

      for (guint i = 0; i < n; i++)
        {
          g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i);
          const DeskOrderState *state = desk_order_get_state (order);
          gint64 usec = measure (state, kind);

          if (usec >= 0 && state->source != DESK_SOURCE_EXTERNAL && state->created >= since_utc)
            g_array_append_val (times, usec);
        }
      out[kind] = (DeskLatency) { .n = times->len };
      if (times->len == 0)
        continue;
      g_array_sort (times, compare);
      out[kind].p50 = percentile (times, 50);
      out[kind].p95 = percentile (times, 95);
      out[kind].p99 = percentile (times, 99);
      out[kind].max = g_array_index (times, gint64, times->len - 1);
    }
}
