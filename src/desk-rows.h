/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-event.h"

G_BEGIN_DECLS

/* The main thread's rows: GObjects that hold the newest snapshot. Each emits "changed" (no arguments) after its
 * state was replaced, and only when something differs. Lists of them never replace a row to change it. */

#define DESK_TYPE_ORDER (desk_order_get_type ())
G_DECLARE_FINAL_TYPE (DeskOrder, desk_order, DESK, ORDER, GObject)
const DeskOrderState *desk_order_get_state (DeskOrder *self);

#define DESK_TYPE_FILL (desk_fill_get_type ())
G_DECLARE_FINAL_TYPE (DeskFill, desk_fill, DESK, FILL, GObject)
const DeskFillState *desk_fill_get_state (DeskFill *self);

#define DESK_TYPE_POSITION (desk_position_get_type ())
G_DECLARE_FINAL_TYPE (DeskPosition, desk_position, DESK, POSITION, GObject)
const DeskPositionState *desk_position_get_state (DeskPosition *self);

#define DESK_TYPE_ACCOUNT (desk_account_get_type ())
G_DECLARE_FINAL_TYPE (DeskAccount, desk_account, DESK, ACCOUNT, GObject)
const DeskAccountState *desk_account_get_state (DeskAccount *self);

#define DESK_TYPE_QUOTE (desk_quote_get_type ())
G_DECLARE_FINAL_TYPE (DeskQuote, desk_quote, DESK, QUOTE, GObject)
const DeskQuoteState      *desk_quote_get_state      (DeskQuote *self);
const DeskInstrumentState *desk_quote_get_instrument (DeskQuote *self); /* or NULL: no definition yet */

/* One line of a search's answer; it never changes. */
#define DESK_TYPE_FOUND (desk_found_get_type ())
G_DECLARE_FINAL_TYPE (DeskFound, desk_found, DESK, FOUND, GObject)
const DeskInstrumentState *desk_found_get_state (DeskFound *self);

G_END_DECLS
