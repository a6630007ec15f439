/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-queue-state.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The orders that wait at one price, first come first, and where among them the trader's own stand. */

#define DESK_TYPE_QUEUE_VIEW (desk_queue_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskQueueView, desk_queue_view, DESK, QUEUE_VIEW, GtkWidget)

GtkWidget *desk_queue_view_new       (void);
/* NULL: nothing is known. A reference is taken. */
void       desk_queue_view_set_state (DeskQueueView        *self,
                                      const DeskQueueState *state);
void       desk_queue_view_set_price (DeskQueueView        *self,
                                      gint64                ticks);
/* What it says above the orders. */
const char *desk_queue_view_get_words (DeskQueueView       *self);

G_END_DECLS
