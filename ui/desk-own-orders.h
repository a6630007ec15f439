/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

G_BEGIN_DECLS

/* The trader's orders of one symbol that may still fill, by the price they wait at. Kept from order to order: the
 * table may hold a hundred thousand others. */

typedef struct _DeskOwnOrders DeskOwnOrders;

typedef enum
{
  DESK_OWN_SURE,
  DESK_OWN_ON_ITS_WAY, /* sent, changing, cancelling, held by its parent */
  DESK_OWN_DOUBTFUL,   /* nobody knows, or not since the link was lost */
} DeskOwnDoubt;

typedef struct
{
  gint64       quantity; /* contracts that are left, 0: no order; -1: an order of unknown size */
  gboolean     stop;     /* one of them waits for its stop price */
  DeskOwnDoubt doubt;    /* of the least certain one */
} DeskOwnAt;

/* @changed is called when an order of the symbol has changed. */
DeskOwnOrders *desk_own_orders_new  (DeskSession   *session,
                                     const char    *symbol,
                                     void         (*changed) (gpointer user_data),
                                     gpointer       user_data);
void           desk_own_orders_free (DeskOwnOrders *self);
DeskOwnAt      desk_own_orders_at   (DeskOwnOrders *self,
                                     DeskSide       side,
                                     gint64         ticks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskOwnOrders, desk_own_orders_free)

G_END_DECLS
