/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One to three markets side by side. */

#define DESK_TYPE_MARKET_VIEW (desk_market_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskMarketView, desk_market_view, DESK, MARKET_VIEW, GtkWidget)

GtkWidget *desk_market_view_new               (DeskSession    *session);
void       desk_market_view_set_ticket_symbol (DeskMarketView *self,
                                               const char     *symbol);
/* Shows the symbol in the first column that does not follow the ticket, else in the first. */
void       desk_market_view_show_symbol       (DeskMarketView *self,
                                               const char     *symbol);
guint      desk_market_view_get_n_columns     (DeskMarketView *self);

/* Activates "win.fit-market" when there are more columns or fewer. */

G_END_DECLS
