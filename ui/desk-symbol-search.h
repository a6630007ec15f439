/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The dialog that asks the server for symbols: by name, description, exchange or underlying. What is found is added to
 * the watchlist or put into the ticket ("win.order-symbol" of the parent). */

#define DESK_TYPE_SYMBOL_SEARCH (desk_symbol_search_get_type ())
G_DECLARE_FINAL_TYPE (DeskSymbolSearch, desk_symbol_search, DESK, SYMBOL_SEARCH, AdwWindow)

GtkWidget *desk_symbol_search_new (GtkWindow   *parent,
                                   DeskSession *session);

G_END_DECLS
