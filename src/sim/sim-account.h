/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

#include "sim-instrument.h"

G_BEGIN_DECLS

/**
 * SimPosition:
 * @quantity: signed
 * @cost: sum of entry price × signed quantity, in ticks; entries leave at the average
 * @opened: when it last left zero, microseconds
 */
typedef struct
{
  const SimInstrument *instrument;
  gint64               quantity;
  double               cost;
  gint64               opened;
  gboolean             used;    /* it was not always empty */
  gboolean             changed; /* to be told */
} SimPosition;

/* What an account held after something other than a trade, or at the end of a session. */
typedef struct
{
  gint64 time; /* microseconds */
  double cash;
  char  *info;
  char  *transaction;
} SimBalance;

/**
 * SimAccount:
 * @cash: settled money, profits and commissions included
 * @realized: of this session, commissions taken off
 * @session: end of the session that @realized belongs to, microseconds
 * @positions: one for each of the server's markets, in its order
 * @max_quantity: contracts of one order, 0 for no limit
 * @max_position: contracts of one position, working orders counted, 0 for no limit
 * @loss_limit: money that may be lost in a session, 0 for no limit
 * @loss_reached: it was lost: no new risk until the session ends
 * @margin_call: worth less than its positions must keep: no new risk until it is worth more
 * @disabled: trading is not allowed
 * @history: (element-type SimBalance): oldest first
 * @new_history: how many at its end have not been written
 */
typedef struct
{
  char        *name;
  double       cash;
  double       realized;
  gint64       session;
  SimPosition *positions;
  guint        n_positions;
  gint64       max_quantity;
  gint64       max_position;
  double       loss_limit;
  gboolean     loss_reached;
  gboolean     margin_call;
  gboolean     disabled;
  GPtrArray   *history;
  guint        new_history;
  gboolean     changed; /* to be told */
  gboolean     dirty;   /* to be written */
  gint64       told;    /* when its balance was last told, monotonic to its caller */
} SimAccount;

SimAccount  *sim_account_new              (const char          *name);
void         sim_account_free             (SimAccount          *account);
void         sim_account_add_instrument   (SimAccount          *account,
                                           const SimInstrument *instrument);
SimPosition *sim_account_get_position     (SimAccount          *account,
                                           const SimInstrument *instrument);
/* Adds what it holds now to its history. */
void         sim_account_remember         (SimAccount          *account,
                                           const char          *info,
                                           const char          *transaction,
                                           gint64               now);
/* Adds a line of an earlier life to its history. */
void         sim_account_recall           (SimAccount          *account,
                                           gint64               time,
                                           double               cash,
                                           const char          *info,
                                           const char          *transaction);
/* Books an execution: position, profit, and @commission for each contract. */
void         sim_account_book             (SimAccount          *account,
                                           const SimInstrument *instrument,
                                           int                  side,
                                           gint64               price,
                                           gint64               quantity,
                                           double               commission,
                                           gint64               now);
/* Money that its positions must keep. */
double       sim_account_maintenance      (const SimAccount    *account);
/* Money that @position would gain when closed at @last ticks. */
double       sim_position_open_profit     (const SimPosition   *position,
                                           gint64               last);
/* Becomes a POSITION_UPDATE that stands alone. */
void         sim_position_describe        (const SimAccount    *account,
                                           const SimPosition   *position,
                                           gint64               last,
                                           DtcMessage          *message);
/* Becomes an ACCOUNT_BALANCE_UPDATE that stands alone; @open_profit is of all positions. */
void         sim_account_describe         (const SimAccount    *account,
                                           double               open_profit,
                                           gint64               now,
                                           DtcMessage          *message);

G_END_DECLS
