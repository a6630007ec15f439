/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-exchange.h"

G_BEGIN_DECLS

/* What the parts of the exchange ask of each other. */

/**
 * SimTicket:
 * @offset: an exit's distance from its parent's price, on the wire; 0 when it has a price of its own
 * @exit: an exit of a bracket, which takes no new risk
 *
 * An order as someone asks for it: prices and quantities as on the wire, nothing checked. Strings belong to others.
 */
typedef struct
{
  const char *symbol;
  const char *account;
  const char *client_id;
  const char *text;
  int         type;
  int         side;
  int         tif;
  gint64      good_till;
  double      quantity;
  double      price1;
  double      price2;
  double      show;
  double      offset;
  int         open_or_close;
  gboolean    exit;
} SimTicket;

/* A parent order that waits, unacknowledged, for the message with its exits. */
typedef struct
{
  gpointer    origin;
  DtcMessage *message;
  char       *username;
} SimHeld;

SimMarket  *sim_exchange_market_of   (SimExchange         *exchange,
                                      const SimInstrument *instrument);
/* Something happened in @market. */
void        sim_exchange_activate    (SimExchange         *exchange,
                                      SimMarket           *market);
void        sim_exchange_touch       (SimExchange         *exchange,
                                      SimOrder            *order,
                                      gint64               now);
/* A ServerOrderID that no remembered order has. */
char       *sim_exchange_new_id      (SimExchange         *exchange);
/* Keeps a refusal made up of parts until the next one. */
const char *sim_exchange_explain     (SimExchange         *exchange,
                                      const char          *format,
                                      ...) G_GNUC_PRINTF (2, 3);
double      sim_exchange_commission  (const SimExchange   *exchange,
                                      const SimInstrument *instrument);
/* Finished orders that are too old leave the memory; all of them with @all. */
void        sim_exchange_forget      (SimExchange         *exchange,
                                      gboolean             all);

/* sim-submit.c: reading and accepting. */

/* Why @client_id cannot name a new order, or NULL; then it is used up. */
const char *sim_exchange_take_id     (SimExchange         *exchange,
                                      const char          *client_id,
                                      gint64               now);
/* Fills @order from @ticket; returns why it cannot be, or NULL. */
const char *sim_exchange_read_ticket (SimExchange         *exchange,
                                      const SimTicket     *ticket,
                                      const char          *username,
                                      SimOrder            *order,
                                      gint64               now);
SimTicket   sim_ticket_of_submit     (const DtcMessage    *message);
/* FALSE when @wire is no price that can be traded. */
gboolean    sim_exchange_read_price  (const SimInstrument *instrument,
                                      double               wire,
                                      gint64              *ticks);
const char *sim_exchange_read_quantity (SimExchange       *exchange,
                                      const SimAccount    *account,
                                      double               wire,
                                      gint64              *quantity);
/* How long @order works; NULL, or why it cannot. */
const char *sim_exchange_read_time   (SimExchange         *exchange,
                                      int                  tif,
                                      gint64               good_till,
                                      SimOrder            *order,
                                      gint64               now);
void        sim_exchange_refuse_ticket (SimExchange       *exchange,
                                      gpointer             origin,
                                      const SimTicket     *ticket,
                                      const char          *info,
                                      gint64               now);
/* (transfer full): gives @order its ids and acknowledges it. */
void        sim_exchange_admit       (SimExchange         *exchange,
                                      SimOrder            *order,
                                      gint64               now);
/* What was admitted begins to work. */
void        sim_exchange_start       (SimExchange         *exchange,
                                      SimOrder            *order,
                                      gint64               now);
/* An order of nobody's connection: of the other trader, or of the exchange itself. */
const char *sim_exchange_place       (SimExchange         *exchange,
                                      const SimTicket     *ticket,
                                      const char          *username,
                                      gint64               now);
/* A market order that ends @account's position. */
void        sim_exchange_exit        (SimExchange         *exchange,
                                      SimAccount          *account,
                                      const SimInstrument *instrument,
                                      const char          *client_id,
                                      const char          *text,
                                      const char          *username,
                                      gint64               now);

/* sim-oco.c: parents that wait. */
void        sim_held_free            (SimHeld             *held);
/* (transfer none): a valid parent waits for its exits. */
void        sim_exchange_hold        (SimExchange         *exchange,
                                      gpointer             origin,
                                      const DtcMessage    *message,
                                      const char          *username,
                                      gint64               now);
/* A parent was refused: its exits will be. */
void        sim_exchange_spurn       (SimExchange         *exchange,
                                      const char          *client_id);
/* @message comes from @origin: a parent that insists on its exits coming next may be refused now. */
void        sim_exchange_end_holds   (SimExchange         *exchange,
                                      gpointer             origin,
                                      const DtcMessage    *message,
                                      gint64               now);

/* sim-matching.c: what an accepted order does. */
void        sim_exchange_work        (SimExchange         *exchange,
                                      SimOrder            *order,
                                      gint64               now);
/* Books an execution and tells it. */
void        sim_exchange_book        (SimExchange         *exchange,
                                      SimOrder            *order,
                                      gint64               price,
                                      gint64               quantity,
                                      gint64               now);
/* Exits learn of their parents' fills, touched stops become orders, orders that can now be filled whole are, until
 * nothing happens any more. */
void        sim_exchange_run         (SimExchange         *exchange,
                                      SimMarket           *market,
                                      gint64               now);
/* The last price counts as touched: what waits for a price that the market has passed starts at once. */
void        sim_exchange_look        (SimMarket           *market);
/* An order ends cancelled, and what hangs on it with it. */
void        sim_exchange_kill        (SimExchange         *exchange,
                                      SimOrder            *order,
                                      const char          *info,
                                      gint64               now);
/* An order ends cancelled, and nothing else. */
void        sim_exchange_drop        (SimExchange         *exchange,
                                      SimOrder            *order,
                                      const char          *info,
                                      gint64               now);
/* Takes it out of the book or the list in which it waits, still working. */
void        sim_exchange_lift        (SimExchange         *exchange,
                                      SimOrder            *order);
/* Into the book, or onto a list, without trading. */
void        sim_exchange_rest        (SimExchange         *exchange,
                                      SimOrder            *order);
/* The quantity has become smaller: it keeps its place. */
void        sim_exchange_shrink      (SimOrder            *order);
/* It works no longer, and nobody is told. */
void        sim_exchange_retire      (SimExchange         *exchange,
                                      SimOrder            *order,
                                      int                  status,
                                      gint64               now);
void        sim_exchange_tell        (SimExchange         *exchange,
                                      gpointer             origin,
                                      const SimOrder      *order,
                                      int                  reason,
                                      const char          *info);
/* The first order of @order's own account that it would trade with, or NULL. */
SimOrder   *sim_exchange_find_self   (SimExchange         *exchange,
                                      const SimOrder      *order);
/* The SimMarketFunc of every market; @user_data is the exchange. */
void        sim_exchange_on_trade    (SimMarket           *market,
                                      const SimBookEntry  *resting,
                                      gint64               price,
                                      gint64               quantity,
                                      gpointer             user_data);

/* sim-pairs.c: what one order's fate means for another. */
void        sim_exchange_after_fill  (SimExchange         *exchange,
                                      SimOrder            *order,
                                      gint64               quantity,
                                      gint64               now);
void        sim_exchange_after_kill  (SimExchange         *exchange,
                                      SimOrder            *order,
                                      gint64               now);
/* Tells the exits of one parent of its fills; FALSE when there is none. */
gboolean    sim_exchange_grow        (SimExchange         *exchange,
                                      gint64               now);
/* The price of @exit when its parent's is @base, both in ticks. */
gint64      sim_exchange_exit_price  (const SimOrder      *exit,
                                      gint64               base);
/* Moves @exit to @price; a limit behind its trigger keeps its distance. */
void        sim_exchange_move_exit   (SimOrder            *exit,
                                      gint64               price);
/* One of @order's relatives works. */
gboolean    sim_order_is_needed      (const SimOrder      *order);
/* Its relatives forget it. */
void        sim_order_part           (SimOrder            *order);

/* sim-risk.c: what an account may still do. */

/* Why @account may not trade @more contracts, or NULL. */
const char *sim_exchange_check_risk  (SimExchange         *exchange,
                                      SimAccount          *account,
                                      const SimInstrument *instrument,
                                      int                  side,
                                      gint64               more);
/* Looks at what @account is worth: margin call, daily loss limit. */
void        sim_exchange_watch       (SimExchange         *exchange,
                                      SimAccount          *account,
                                      gint64               now);

/* sim-auction.c */

/* Every order that can trade at one price does, and what has no price any more is cancelled. */
void        sim_exchange_uncross     (SimExchange         *exchange,
                                      SimMarket           *market,
                                      gint64               now);
/* What the timetable says, and a new session when one has ended. */
void        sim_exchange_keep_hours  (SimExchange         *exchange,
                                      gint64               now);

/* sim-people.c */
void        sim_exchange_correct     (SimExchange         *exchange,
                                      gpointer             origin,
                                      const DtcMessage    *message,
                                      gint64               now);
void        sim_exchange_adjust      (SimExchange         *exchange,
                                      gpointer             origin,
                                      const DtcMessage    *message,
                                      gint64               now);
/* The other trader, at the rate of the options; once a second. */
void        sim_exchange_other_trader (SimExchange        *exchange,
                                      gint64               now);

G_END_DECLS
