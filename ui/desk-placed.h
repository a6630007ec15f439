/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"

G_BEGIN_DECLS

/* Who placed the orders of this session, by the names that fills give them. Kept from order to order: the first fill
 * of an order of somebody else comes before the order itself, and the rows of the table come later still. */

typedef struct _DeskPlaced DeskPlaced;

DeskPlaced *desk_placed_new  (void);
void        desk_placed_free (DeskPlaced           *self);
/* An order is new, or one of its ids is. */
void        desk_placed_note (DeskPlaced           *self,
                              const DeskOrderState *order);
/* What has to be said of a fill; NULL: it is of an order that was placed here. Static. */
const char *desk_placed_say  (DeskPlaced           *self,
                              const DeskFillState  *fill);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskPlaced, desk_placed_free)

G_END_DECLS
