/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A drop-down of the symbols that are followed, and before them the one in the ticket, whichever that is. */

#define DESK_TYPE_SYMBOL_CHOOSER (desk_symbol_chooser_get_type ())
G_DECLARE_FINAL_TYPE (DeskSymbolChooser, desk_symbol_chooser, DESK, SYMBOL_CHOOSER, GtkWidget)

/* @quotes: DeskQuote rows */
void        desk_symbol_chooser_set_model         (DeskSymbolChooser *self,
                                                   GListModel        *quotes);
/* "": the ticket's. One that is not followed stays chosen: it may come. */
void        desk_symbol_chooser_set               (DeskSymbolChooser *self,
                                                   const char        *symbol);
const char *desk_symbol_chooser_get               (DeskSymbolChooser *self);
void        desk_symbol_chooser_set_ticket_symbol (DeskSymbolChooser *self,
                                                   const char        *symbol);

/* Signal "chosen" (): by the trader. */

G_END_DECLS
