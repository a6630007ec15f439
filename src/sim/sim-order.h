/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

#include "sim-account.h"
#include "sim-book.h"
#include "sim-instrument.h"

G_BEGIN_DECLS

/**
 * SimOrder:
 * @number: the order's own, for ever
 * @place: decides which of two orders at one price is older; a change that loses its place gets a new one
 * @server_id: ServerOrderID now
 * @previous_id: (nullable): what it was before the replace that is being told, else %NULL
 * @holder: the account's
 * @status: DTC_ORDER_STATUS_…, as published
 * @price1: ticks; limit, or trigger of a stop or an if-touched order; 0 of a market-limit order that has not traded
 * @price2: ticks; limit of a stop-limit, and of a limit-if-touched that has another limit than its trigger
 * @show: how many contracts are shown at a time, 0 for all
 * @value: sum of fill price × quantity, in ticks
 * @good_till: Unix seconds, as the client gave it, or 0
 * @expires: microseconds, or 0 for never
 * @triggered: a stop or if-touched order that has become a market or limit order
 * @is_parent: it came with IsParentOrder
 * @linked: (nullable): the other order of a pair of which one cancels the other
 * @parent: (nullable): the order that this exit waits for or belongs to
 * @exits: (nullable): a parent's two exits
 * @partial_fill: DTC_PARTIAL_FILL_HANDLING_… of a pair
 * @offset: an exit's distance from its parent's price in ticks, 0 when its price is its own
 * @covered: how much of the parent's filled quantity an exit's own quantity has taken account of
 * @entry: (nullable): where it rests in the book
 * @list: (nullable): where else it waits: among stops, all-or-none orders, or orders for the opening
 * @dirty: changed since the state was last written
 *
 * One order. Everything that describes the order in a message is here; times are microseconds of UTC.
 */
typedef struct _SimOrder SimOrder;

struct _SimOrder
{
  guint64              number;
  guint64              place;
  char                *server_id;
  char                *previous_id;
  char                *client_id;
  char                *account;
  char                *text;
  char                *username;
  SimAccount          *holder;
  const SimInstrument *instrument;
  int                  status;
  int                  type;
  int                  side;
  int                  tif;
  int                  open_or_close;
  gint64               price1;
  gint64               price2;
  gint64               quantity;
  gint64               show;
  gint64               filled;
  gint64               value;
  gint64               good_till;
  gint64               expires;
  gint64               received;
  gint64               changed;
  gboolean             triggered;
  gboolean             is_parent;
  SimOrder            *linked;
  SimOrder            *parent;
  SimOrder            *exits[2];
  int                  partial_fill;
  gint64               offset;
  gint64               covered;
  SimBookEntry        *entry;
  GPtrArray           *list;
  gboolean             dirty;
};

/* One execution of one order. */
typedef struct
{
  char                *execution_id;
  char                *server_id;
  char                *account;
  const SimInstrument *instrument;
  int                  side;
  gint64               price;
  gint64               quantity;
  gint64               time;
  char                *info; /* (nullable): of a correction */
} SimFill;

SimOrder *sim_order_new           (void);
void      sim_order_free          (SimOrder       *order);
void      sim_fill_free           (SimFill        *fill);

/* It may still trade: an exit that waits for its parent is among them. */
gboolean  sim_order_is_working    (const SimOrder *order);
/* It has a trigger and still waits for it. */
gboolean  sim_order_is_waiting    (const SimOrder *order);
gboolean  sim_order_has_price1    (const SimOrder *order);
gboolean  sim_order_has_price2    (const SimOrder *order);
/* The worst price at which it may trade now. */
gint64    sim_order_limit         (const SimOrder *order);

/**
 * sim_order_describe:
 * @order: an order
 * @reason: DTC's OrderUpdateReason
 * @info: (nullable): InfoText
 * @message: (inout): an initialised message; becomes an ORDER_UPDATE that stands alone
 */
void      sim_order_describe      (const SimOrder *order,
                                   int             reason,
                                   const char     *info,
                                   DtcMessage     *message);
/* Adds the LastFill fields to an ORDER_UPDATE. */
void      sim_fill_describe       (const SimFill  *fill,
                                   DtcMessage     *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimOrder, sim_order_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimFill, sim_fill_free)

G_END_DECLS
