/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

#include "sim-book.h"
#include "sim-instrument.h"

G_BEGIN_DECLS

/**
 * SimOrder:
 * @number: the order's own, for ever
 * @place: decides which of two orders at one price is older; a change that loses its place gets a new one
 * @server_id: ServerOrderID now
 * @previous_id: (nullable): what it was before the replace that is being told, else %NULL
 * @status: DTC_ORDER_STATUS_…, as published
 * @price1: ticks; limit, or trigger of a stop
 * @price2: ticks; limit of a stop-limit
 * @value: sum of fill price × quantity, in ticks
 * @good_till: Unix seconds, as the client gave it, or 0
 * @expires: microseconds, or 0 for never
 * @triggered: a stop that has become a market or limit order
 * @entry: (nullable): where it rests in the book
 * @dirty: changed since the state was last written
 *
 * One order. Everything that describes the order in a message is here; times are microseconds of UTC.
 */
typedef struct
{
  guint64              number;
  guint64              place;
  char                *server_id;
  char                *previous_id;
  char                *client_id;
  char                *account;
  char                *text;
  char                *username;
  const SimInstrument *instrument;
  int                  status;
  int                  type;
  int                  side;
  int                  tif;
  int                  open_or_close;
  gint64               price1;
  gint64               price2;
  gint64               quantity;
  gint64               filled;
  gint64               value;
  gint64               good_till;
  gint64               expires;
  gint64               received;
  gint64               changed;
  gboolean             triggered;
  SimBookEntry        *entry;
  gboolean             dirty;
} SimOrder;

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
} SimFill;

SimOrder *sim_order_new           (void);
void      sim_order_free          (SimOrder       *order);
void      sim_fill_free           (SimFill        *fill);

gboolean  sim_order_is_working    (const SimOrder *order);
/* A stop that still waits for its trigger. */
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
