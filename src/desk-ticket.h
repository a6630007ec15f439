/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-price.h"

G_BEGIN_DECLS

typedef enum
{
  DESK_TICKET_SINGLE,
  DESK_TICKET_BRACKET,   /* an entry whose two exits the server holds until it fills */
  DESK_TICKET_OCO,       /* two orders of which one cancels the other */
} DeskTicketKind;

/* One of the two orders that an OCO or the exits of a bracket consist of. */
typedef struct
{
  DeskSide      side;
  DeskOrderType type;
  gint64        quantity;
  gboolean      has_price, has_price2;
  double        price, price2;          /* display prices; of a bracket with offsets: distances from the entry, above 0 */
} DeskTicketLeg;

/* What the trader wants to send: a value, not yet checked against anything. */
typedef struct
{
  DeskTicketKind kind;
  char          account[DESK_ID_SIZE];  /* "": the selected one */
  char          symbol[DESK_SYMBOL_SIZE];
  DeskSide      side;
  DeskOrderType type;
  DeskTif       tif;
  gint64        good_till;              /* UTC seconds, for DESK_TIF_GTD */
  gint64        quantity;
  gboolean      has_price, has_price2;
  double        price, price2;          /* display prices; the gate puts them on the grid or refuses */
  gint64        max_show;               /* contracts of it that the book shows, 0: all */
  char          note[DESK_NOTE_SIZE];   /* of the trader, kept with the order; at most DESK_NOTE_MAX bytes */
  DeskTicketLeg leg[2];                 /* BRACKET: the target, then the stop: side and quantity are the entry's, turned round.
                                           OCO: the two orders; the side, type, quantity and prices above are then unused */
  gboolean      offsets;                /* BRACKET: the prices of the legs are distances from the entry's.
                                           Of a change of a bracket's exit: keep its distance when the entry moves */
  DeskSource    source;
  gboolean      live;                   /* the mode it was typed in: a later change of mode cannot redirect it */
  gboolean      override_duplicate;     /* the trader confirmed that the same order again is meant */
} DeskTicket;

#define DESK_TICKET_INIT       { 0 }
#define DESK_TICKET_MAX_ORDERS 3

guint desk_ticket_split (const DeskTicket *ticket,
                         double            entry_price,
                         DeskTicket        orders[DESK_TICKET_MAX_ORDERS],
                         DeskRole          roles[DESK_TICKET_MAX_ORDERS]);

G_END_DECLS
