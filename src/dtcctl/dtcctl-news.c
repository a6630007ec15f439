/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <string.h>

/* The last of one order, position or of the link, as it was printed. */
typedef struct
{
  DeskEvent  shown;  /* only what a line says counts; texts are not owned */
  char      *text;
} Printed;

static void
printed_free (Printed *printed)
{
  g_free (printed->text);
  g_free (printed);
}

static char *
key_of (const DeskEvent *event)
{
  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      return g_strdup ("link");
    case DESK_EVENT_ORDER:
      return g_strdup_printf ("order %" G_GUINT64_FORMAT, event->order.key);
    case DESK_EVENT_POSITION:
      return g_strconcat (event->position.account, "\n", event->position.symbol, NULL);
    default:
      return NULL;
    }
}

static const char *
text_of (const DeskEvent *event)
{
  const char *text = event->kind == DESK_EVENT_ORDER ? event->order.text : event->text;

  return text != NULL ? text : "";
}

static gboolean
same_number (double a,
             double b)
{
  return a == b || (a != a && b != b);
}

/* The engine also tells of stamps and latencies, which the window shows and a line does not. When nothing at all has
 * changed it is a statement repeated on purpose, after a reconciliation. */
static gboolean
is_only_stamps (const DeskOrderState *a,
                const DeskOrderState *b)
{
  gboolean same = a->status == b->status && a->certainty == b->certainty && a->reason == b->reason && a->as_of == b->as_of
                  && a->side == b->side && a->type == b->type && a->quantity == b->quantity && a->filled == b->filled
                  && a->remaining == b->remaining && same_number (a->average_price, b->average_price)
                  && desk_price_equal (&a->price, &b->price) && desk_price_equal (&a->price2, &b->price2)
                  && g_str_equal (a->server_order_id, b->server_order_id) && g_str_equal (a->account, b->account)
                  && g_str_equal (a->symbol, b->symbol);

  return same
         && (a->changed != b->changed || a->sent != b->sent || a->acked != b->acked || a->ack_usec != b->ack_usec || a->journal_usec != b->journal_usec
             || a->wire_usec != b->wire_usec || a->fill_usec != b->fill_usec || a->cancel_usec != b->cancel_usec
             || a->cancel != b->cancel || a->change != b->change);
}

static gboolean
is_only_sums (const DeskPositionState *a,
              const DeskPositionState *b)
{
  gboolean same = a->provable == b->provable && a->quantity == b->quantity && a->as_of == b->as_of
                  && same_number (a->average_price, b->average_price);

  return same
         && (a->computed != b->computed || a->computed_known != b->computed_known || a->worst_long != b->worst_long
             || a->worst_short != b->worst_short || !same_number (a->computed_average, b->computed_average)
             || !same_number (a->open_profit, b->open_profit));
}

static gboolean
is_no_news (const Printed   *last,
            const DeskEvent *event)
{
  if (last->shown.epoch != event->epoch || !g_str_equal (last->text, text_of (event)))
    return FALSE;
  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      return last->shown.link.state == event->link.state && g_strcmp0 (last->shown.link.reason, event->link.reason) == 0;
    case DESK_EVENT_ORDER:
      return is_only_stamps (&last->shown.order, &event->order);
    case DESK_EVENT_POSITION:
      return is_only_sums (&last->shown.position, &event->position);
    default:
      return FALSE;
    }
}

void
dtcctl_output_news (DtcctlLive      *live,
                    const DeskEvent *event)
{
  g_autofree char *key = key_of (event);
  gboolean news = TRUE;

  if (key != NULL)
    {
      Printed *last;

      if (live->printed == NULL)
        live->printed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) printed_free);
      last = g_hash_table_lookup (live->printed, key);
      news = last == NULL || !is_no_news (last, event);
      if (event->kind == DESK_EVENT_ORDER && desk_status_is_final (event->order.status))
        g_hash_table_remove (live->printed, key);
      else
        {
          last = g_new0 (Printed, 1);
          last->shown = *event;
          last->text = g_strdup (text_of (event));
          g_hash_table_replace (live->printed, g_steal_pointer (&key), last);
        }
    }
  if (news)
    dtcctl_output_event (live->options, event);
}
