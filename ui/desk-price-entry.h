/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-price.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A price field that steps by the symbol's tick, takes a comma or a point, and never rounds what was typed. */

#define DESK_TYPE_PRICE_ENTRY (desk_price_entry_get_type ())
G_DECLARE_FINAL_TYPE (DeskPriceEntry, desk_price_entry, DESK, PRICE_ENTRY, GtkWidget)

typedef enum
{
  DESK_PRICE_ENTRY_EMPTY,
  DESK_PRICE_ENTRY_VALID,
  DESK_PRICE_ENTRY_INVALID,  /* not a price */
  DESK_PRICE_ENTRY_OFF_TICK, /* a price, and not on the symbol's grid */
} DeskPriceEntryState;

GtkWidget           *desk_price_entry_new      (const char     *label);
/* The accessible name of the field. */
void                 desk_price_entry_set_label (DeskPriceEntry *self,
                                                 const char     *label);
/* NULL or a grid without a tick: any number is taken, and nothing steps. The text stays. */
void                 desk_price_entry_set_grid (DeskPriceEntry *self,
                                                const DeskGrid *grid);
DeskPriceEntryState  desk_price_entry_get      (DeskPriceEntry *self,
                                                double         *display);
void                 desk_price_entry_set      (DeskPriceEntry *self,
                                                double          display);
void                 desk_price_entry_clear    (DeskPriceEntry *self);
/* Where stepping starts from while the field is empty; NAN: nowhere. */
void                 desk_price_entry_set_hint (DeskPriceEntry *self,
                                                double          display);
gboolean             desk_price_entry_is_empty (DeskPriceEntry *self);

/* Signals: "changed" (), "activate" (). */

G_END_DECLS
