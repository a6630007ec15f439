/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-own-orders.h"

#include "desk-words.h"

typedef struct
{
  guint64      key; /* of the order */
  DeskSide     side;
  gint64       ticks;
  gint64       left;
  gboolean     stop;
  DeskOwnDoubt doubt;
} Own;

struct _DeskOwnOrders
{
  DeskSession *session; /* not owned: it outlives the panels */
  char         symbol[DESK_SYMBOL_SIZE];
  GHashTable  *orders;  /* key -> Own */
  gulong       event_id;
  void       (*changed) (gpointer user_data);
  gpointer     user_data;
};

static DeskOwnDoubt
doubt_of (const DeskOrderState *order)
{
  if (order->status == DESK_STATUS_UNKNOWN
      || (order->certainty != DESK_CERTAINTY_FRESH && order->certainty != DESK_CERTAINTY_EXTERNAL))
    return DESK_OWN_DOUBTFUL;
  if (order->status == DESK_STATUS_WORKING || order->status == DESK_STATUS_PART_FILLED)
    return DESK_OWN_SURE;
  return DESK_OWN_ON_ITS_WAY;
}

static gint64
left_of (const DeskOrderState *order)
{
  if (order->remaining >= 0)
    return order->remaining;
  return order->quantity >= 0 ? order->quantity - MAX (order->filled, 0) : -1;
}

/* TRUE when it changes what is shown. */
static gboolean
take (DeskOwnOrders        *self,
      const DeskOrderState *order)
{
  const DeskPrice *stop = desk_words_stop_price (order);
  const DeskPrice *price = stop != NULL ? stop : desk_words_limit_price (order);
  Own *own;

  if (!g_str_equal (order->symbol, self->symbol))
    return FALSE;
  if (price == NULL || price->kind != DESK_PRICE_TICKS || desk_status_is_final (order->status)
      || order->status == DESK_STATUS_DRAFT || left_of (order) == 0)
    return g_hash_table_remove (self->orders, &order->key);

  own = g_new (Own, 1);
  *own = (Own) { order->key, order->side, price->ticks, left_of (order), stop != NULL, doubt_of (order) };
  g_hash_table_replace (self->orders, &own->key, own);
  return TRUE;
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskOwnOrders   *self)
{
  if (event->kind == DESK_EVENT_ORDER && take (self, &event->order))
    self->changed (self->user_data);
}

DeskOwnOrders *
desk_own_orders_new (DeskSession  *session,
                     const char   *symbol,
                     void        (*changed) (gpointer user_data),
                     gpointer      user_data)
{
  DeskOwnOrders *self = g_new0 (DeskOwnOrders, 1);
  GListModel *orders = desk_session_get_orders (session);
  guint n = g_list_model_get_n_items (orders);

  self->session = session;
  g_strlcpy (self->symbol, symbol, sizeof self->symbol);
  self->orders = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->changed = changed;
  self->user_data = user_data;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i);

      take (self, desk_order_get_state (order));
    }
  self->event_id = g_signal_connect (session, "event", G_CALLBACK (event_cb), self);
  return self;
}

void
desk_own_orders_free (DeskOwnOrders *self)
{
  if (self == NULL)
    return;
  g_signal_handler_disconnect (self->session, self->event_id);
  g_hash_table_unref (self->orders);
  g_free (self);
}

DeskOwnAt
desk_own_orders_at (DeskOwnOrders *self,
                    DeskSide       side,
                    gint64         ticks)
{
  DeskOwnAt at = { 0 };
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->orders);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Own *own = value;

      if (own->side != side || own->ticks != ticks)
        continue;
      at.quantity = own->left < 0 || at.quantity < 0 ? -1 : at.quantity + own->left;
      at.stop |= own->stop;
      at.doubt = MAX (at.doubt, own->doubt);
    }
  return at;
}
