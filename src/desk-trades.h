/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"

G_BEGIN_DECLS

/* How many prints of one symbol may wait to be read, and how many a tape shows. */
#define DESK_TRADES_MAX 10000

typedef struct
{
  DeskPrice price;
  double    size;
  DeskSide  aggressor;               /* who crossed the spread; NONE: not said */
  gint64    utc;                     /* microseconds; 0: not said */
  guint8    conditions;              /* TradeConditionFlags; 0: none */
} DeskPrint;

/* Prints of one symbol on their way: in order, all of them up to DESK_TRADES_MAX, then the oldest make room and are
 * counted. Zero-filled it is empty; one print needs no memory of its own. */
typedef struct
{
  char       symbol[DESK_SYMBOL_SIZE];
  DeskGrid   grid;
  guint      n;
  guint64    dropped;                /* older than those here, and not here any more */
  /*< private >*/
  guint      first, room;
  DeskPrint  one;
  DeskPrint *ring;
} DeskTrades;

void             desk_trades_add    (DeskTrades       *self,
                                     const DeskPrint  *print);
/* Puts what @from holds behind what is here; @from is empty then. */
void             desk_trades_append (DeskTrades       *self,
                                     DeskTrades       *from);
/* 0: the oldest. */
const DeskPrint *desk_trades_get    (const DeskTrades *self,
                                     guint             i);
void             desk_trades_copy   (DeskTrades       *to,
                                     const DeskTrades *from);
void             desk_trades_clear  (DeskTrades       *self);

G_END_DECLS
