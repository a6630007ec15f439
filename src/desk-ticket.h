/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-price.h"

G_BEGIN_DECLS

/* What the trader wants to send: a value, not yet checked against anything. */
typedef struct
{
  char          account[DESK_ID_SIZE];  /* "": the selected one */
  char          symbol[DESK_SYMBOL_SIZE];
  DeskSide      side;
  DeskOrderType type;
  DeskTif       tif;
  gint64        good_till;              /* UTC seconds, for DESK_TIF_GTD */
  gint64        quantity;
  gboolean      has_price, has_price2;
  double        price, price2;          /* display prices; the gate puts them on the grid or refuses */
  DeskSource    source;
  gboolean      live;                   /* the mode it was typed in: a later change of mode cannot redirect it */
  gboolean      override_duplicate;     /* the trader confirmed that the same order again is meant */
} DeskTicket;

#define DESK_TICKET_INIT { 0 }

G_END_DECLS
