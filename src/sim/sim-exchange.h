/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-account.h"
#include "sim-catalogue.h"
#include "sim-market.h"
#include "sim-options.h"
#include "sim-order.h"

G_BEGIN_DECLS

/* The simulator's truth: markets, orders, fills, accounts. No sockets, no files, no clock: @now is microseconds of
 * UTC and comes from outside. After each call that takes a command, call sim_exchange_finish(). */

typedef struct
{
  /* A message to tell; @origin is whom, or NULL for everyone. */
  void (*emit)  (gpointer          origin,
                 const DtcMessage *message,
                 gpointer          user_data);
  /* A trade to show; how much and where is market->last…, market->taker_side is who came. */
  void (*trade) (const SimMarket  *market,
                 gpointer          user_data);
  /* (nullable): market->phase or market->feed_down has changed; NULL: exchange->feed_down has. */
  void (*status) (const SimMarket *market,
                  gpointer         user_data);
  /* (nullable): told by sim_exchange_finish() when figures of the session, @what of SimSessionBits, have changed. */
  void (*session) (const SimMarket *market,
                   guint            what,
                   gpointer         user_data);
} SimSink;

/* A line of the trader's journal that the server keeps (703 to 706). */
typedef struct
{
  gint64 time; /* microseconds */
  char  *text;
} SimJournalEntry;

/**
 * SimExchange:
 * @tag: makes ids differ from those of every other run; kept in the state
 * @next_order: number of the next order
 * @next_id: of the next ServerOrderID
 * @catalogue: what is traded; market i trades instrument i
 * @orders: every order that is remembered, by ServerOrderID; owns them
 * @by_client: the newest order with a ClientOrderID
 * @working: (element-type SimOrder): those that work, oldest first
 * @done: (element-type SimOrder): the others, oldest first
 * @grown: (element-type SimOrder): parents that were filled and whose exits do not know it yet
 * @held: (element-type SimHeld): parents whose exits have not come
 * @refused_parents: ClientOrderIDs of parents that were refused: so are their exits
 * @fills: (element-type SimFill): owns them, oldest first
 * @used_ids: ClientOrderID → end of the session that used it, as a gint64 pointer
 * @markets: (element-type SimMarket): the hand-made ones first
 * @by_symbol: the same
 * @active: those in which something happened since sim_exchange_finish()
 * @feed_down: no market data at all is to be had
 * @journal: (element-type SimJournalEntry): oldest first
 * @reason: the last refusal that had to be made up of parts
 * @session: end of the session that the markets are in, microseconds
 * @phase: what the timetable last said, a DTC_TRADING_STATUS_…
 * @twin: the next replace leaves the old order working
 * @rewrite: the state is to be written anew, because something was forgotten
 * @new_fills: how many at the end of @fills have not been written
 * @new_journal: the same for @journal
 * @dirty_orders: those with their dirty flag set
 * @dirty_ids: (element-type utf8): used ids not written yet
 */
typedef struct
{
  const SimOptions *options;
  SimSink           sink;
  gpointer          sink_data;
  GRand            *rand;
  char             *tag;
  guint64           next_order;
  guint64           next_id;
  guint64           next_fill;
  SimCatalogue     *catalogue;
  GHashTable       *orders;
  GHashTable       *by_client;
  GPtrArray        *working;
  GQueue            done;
  GQueue            grown;
  GQueue            held;
  GHashTable       *refused_parents;
  GPtrArray        *fills;
  GHashTable       *used_ids;
  GPtrArray        *accounts;
  GPtrArray        *markets;
  GHashTable       *by_symbol;
  GPtrArray        *active;
  gboolean          feed_down;
  GPtrArray        *journal;
  char             *reason;
  gint64            session;
  int               phase;

  gboolean          twin;

  gboolean          rewrite;
  guint             new_fills;
  guint             new_journal;
  GPtrArray        *dirty_orders;
  GPtrArray        *dirty_ids;
} SimExchange;

/* @options must outlive the exchange. The markets are empty until sim_exchange_open(). */
SimExchange *sim_exchange_new          (const SimOptions *options,
                                        const SimSink    *sink,
                                        gpointer          sink_data,
                                        gint64            now);
void         sim_exchange_free         (SimExchange      *exchange);
/* Puts the orders of an earlier life back into their books, in their order, and quotes around them. */
void         sim_exchange_open         (SimExchange      *exchange,
                                        gint64            now);

/* Commands. Each message is of the type its name says, and may be anything a client can write. */
void         sim_exchange_submit       (SimExchange      *exchange,
                                        gpointer          origin,
                                        const DtcMessage *message,
                                        const char       *username,
                                        gint64            now);
/* Refuses what came as a submit, for a reason of the caller's. */
void         sim_exchange_refuse       (SimExchange      *exchange,
                                        gpointer          origin,
                                        const DtcMessage *message,
                                        const char       *info,
                                        gint64            now);
/* A pair of orders of which one cancels the other; when it names a parent order that waits for them, its exits. */
void         sim_exchange_submit_oco   (SimExchange      *exchange,
                                        gpointer          origin,
                                        const DtcMessage *message,
                                        const char       *username,
                                        gint64            now);
void         sim_exchange_flatten      (SimExchange      *exchange,
                                        gpointer          origin,
                                        const DtcMessage *message,
                                        const char       *username,
                                        gint64            now);
void         sim_exchange_flatten_account (SimExchange   *exchange,
                                        gpointer          origin,
                                        const DtcMessage *message,
                                        const char       *username,
                                        gint64            now);
void         sim_exchange_cancel       (SimExchange      *exchange,
                                        gpointer          origin,
                                        const DtcMessage *message,
                                        gint64            now);
void         sim_exchange_replace      (SimExchange      *exchange,
                                        gpointer          origin,
                                        const DtcMessage *message,
                                        gint64            now);
/* One market moves once: for whoever spreads the moves of many markets over time. */
void         sim_exchange_step_market  (SimExchange      *exchange,
                                        SimMarket        *market,
                                        gint64            now);
/* Every market moves once. */
void         sim_exchange_step         (SimExchange      *exchange,
                                        gint64            now);
/* Orders whose time is over. */
void         sim_exchange_expire       (SimExchange      *exchange,
                                        gint64            now);
/* Tells the positions and balances that changed; a frozen market refills. */
void         sim_exchange_finish       (SimExchange      *exchange,
                                        gint64            now);

/**
 * sim_exchange_perform:
 * @origin: who sent it
 * @message: any message of a client that is logged on
 * @username: whose name the orders bear
 * @now: microseconds
 *
 * Does what the message says when it is a command: 201, 203, 204, 208, 209, 210, 309, 607 or 703. It also ends the
 * wait of a parent order for its exits when the option to be strict about that is on, so give it every message.
 *
 * Returns: FALSE when it was no command
 */
gboolean     sim_exchange_perform      (SimExchange      *exchange,
                                        gpointer          origin,
                                        const DtcMessage *message,
                                        const char       *username,
                                        gint64            now);
/* @origin is gone: nothing is told to it any more. */
void         sim_exchange_forget_origin (SimExchange     *exchange,
                                         gpointer         origin);

/* Drills: what the person at the control socket or a fault script does to this exchange. Each returns NULL, or a
 * sentence that says why it cannot be done. Call sim_exchange_finish() after them, as after a command. */

/* @phase is a DTC_TRADING_STATUS_…; @symbol NULL is every market. To open from any other phase is an auction. */
const char  *sim_exchange_set_phase      (SimExchange    *exchange,
                                          const char     *symbol,
                                          int             phase,
                                          gint64          now);
/* Market data of @symbol (NULL: of all) stops or comes back. Trading goes on. */
const char  *sim_exchange_set_feed       (SimExchange    *exchange,
                                          const char     *symbol,
                                          gboolean        available);
/* The fair price jumps by @ticks and the makers trade their way there. */
const char  *sim_exchange_move           (SimExchange    *exchange,
                                          const char     *symbol,
                                          gint64          ticks,
                                          gint64          now);
/* Another trader on @account places an order; prices as on the wire, 0 where the type has none. */
const char  *sim_exchange_external_order (SimExchange    *exchange,
                                          const char     *account,
                                          const char     *symbol,
                                          int             type,
                                          int             side,
                                          double          quantity,
                                          double          price1,
                                          double          price2,
                                          gint64          now);
/* The other trader does one thing of its own choice: places, changes or cancels. */
void         sim_exchange_external_act   (SimExchange    *exchange,
                                          gint64          now);
/* As if someone had traded with the order at its price. */
const char  *sim_exchange_fill           (SimExchange    *exchange,
                                          const char     *server_id,
                                          gint64          quantity,
                                          gint64          now);
/* The order is cancelled; @info (nullable) is what its owner is told. */
const char  *sim_exchange_kill_order     (SimExchange    *exchange,
                                          const char     *server_id,
                                          const char     *info,
                                          gint64          now);
/* The order is gone and nobody is told. */
const char  *sim_exchange_lose_order     (SimExchange    *exchange,
                                          const char     *server_id,
                                          gint64          now);
/* As a server that forgot its past: finished orders are unknown and their ServerOrderIDs are given out again. */
void         sim_exchange_restart_ids    (SimExchange    *exchange);
/* The next completed replace leaves the old order working beside the new one. */
void         sim_exchange_twin           (SimExchange    *exchange);
/* Money in (positive) or out of @account. */
const char  *sim_exchange_adjust_balance (SimExchange    *exchange,
                                          const char     *account,
                                          double          amount,
                                          const char     *reason,
                                          gint64          now);
/* New risk is refused on @account, or allowed again. */
const char  *sim_exchange_set_trading    (SimExchange    *exchange,
                                          const char     *account,
                                          gboolean        allowed);
/* Limits of @account, 0 is none: contracts of one order and of one position, money lost in one session. */
const char  *sim_exchange_set_limits     (SimExchange    *exchange,
                                          const char     *account,
                                          gint64          max_quantity,
                                          gint64          max_position,
                                          double          daily_loss);
/* USER_MESSAGE (700), GENERAL_LOG_MESSAGE (701) and ALERT_MESSAGE (702; @account may be NULL) to everyone. */
void         sim_exchange_say            (SimExchange    *exchange,
                                          const char     *text,
                                          gboolean        popup);
void         sim_exchange_say_log        (SimExchange    *exchange,
                                          const char     *text);
void         sim_exchange_alert          (SimExchange    *exchange,
                                          const char     *text,
                                          const char     *account);

/* Looking. */
SimAccount  *sim_exchange_find_account (SimExchange      *exchange,
                                        const char       *name);
SimMarket   *sim_exchange_find_market  (SimExchange      *exchange,
                                        const char       *symbol);
double       sim_exchange_open_profit  (SimExchange      *exchange,
                                        const SimAccount *account);
/* The end of the session that @now lies in, microseconds; G_MAXINT64 when it never ends. */
gint64       sim_exchange_session_end  (const SimExchange *exchange,
                                        gint64             now);

/* For the state file. */
gboolean     sim_exchange_is_dirty     (SimExchange      *exchange);
void         sim_exchange_clear_dirty  (SimExchange      *exchange);
/* Takes @order, which works or not; an order that had its ServerOrderID before is forgotten. */
void         sim_exchange_adopt        (SimExchange      *exchange,
                                        SimOrder         *order);
void         sim_exchange_use_id       (SimExchange      *exchange,
                                        const char       *client_id,
                                        gint64            session_end);
void         sim_exchange_add_journal  (SimExchange      *exchange,
                                        const char       *text,
                                        gint64            now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimExchange, sim_exchange_free)

G_END_DECLS
