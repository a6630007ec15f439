/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One market: its symbol, last price, depth, queue and tape. What is not on screen is not asked for. */

#define DESK_TYPE_MARKET_COLUMN (desk_market_column_get_type ())
G_DECLARE_FINAL_TYPE (DeskMarketColumn, desk_market_column, DESK, MARKET_COLUMN, GtkWidget)

GtkWidget  *desk_market_column_new               (DeskSession      *session);
/* "": it follows the ticket. */
void        desk_market_column_set_symbol        (DeskMarketColumn *self,
                                                  const char       *symbol);
const char *desk_market_column_get_symbol        (DeskMarketColumn *self);
void        desk_market_column_set_ticket_symbol (DeskMarketColumn *self,
                                                  const char       *symbol);
/* Which one it shows, whoever chose it. */
const char *desk_market_column_get_shown         (DeskMarketColumn *self);

/* Signal "chosen" (): the trader has chosen another symbol. */

G_END_DECLS
