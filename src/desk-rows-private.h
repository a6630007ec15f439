/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-keyed-store.h"
#include "desk-rows.h"

G_BEGIN_DECLS

/* For the router: making rows and replacing what they hold. Each setter copies the state and returns TRUE when it
 * differs from what the row held; the caller then owes the row a desk_row_changed(). */

DeskOrder    *desk_order_new             (const DeskOrderState      *state);
gboolean      desk_order_set_state       (DeskOrder                 *self,
                                          const DeskOrderState      *state);
DeskFill     *desk_fill_new              (const DeskFillState       *state);
gboolean      desk_fill_set_state        (DeskFill                  *self,
                                          const DeskFillState       *state);
DeskPosition *desk_position_new          (const DeskPositionState   *state);
gboolean      desk_position_set_state    (DeskPosition              *self,
                                          const DeskPositionState   *state);
DeskAccount  *desk_account_new           (const DeskAccountState    *state);
gboolean      desk_account_set_state     (DeskAccount               *self,
                                          const DeskAccountState    *state);
DeskQuote    *desk_quote_new             (const char                *symbol);
gboolean      desk_quote_set_state       (DeskQuote                 *self,
                                          const DeskQuoteState      *state);
gboolean      desk_quote_set_instrument  (DeskQuote                 *self,
                                          const DeskInstrumentState *instrument);

DeskFound    *desk_found_new             (const DeskInstrumentState *state);

void            desk_row_changed         (gpointer                   row);

/* Stores keyed by what names a row: DeskOrderState.key and DeskFillState.key (guint64), account and symbol (a
 * DeskPositionState with both set), account, symbol. */
DeskKeyedStore *desk_orders_store_new    (void);
DeskKeyedStore *desk_fills_store_new     (void);
DeskKeyedStore *desk_positions_store_new (void);
DeskKeyedStore *desk_accounts_store_new  (void);
DeskKeyedStore *desk_quotes_store_new    (void);

G_END_DECLS
