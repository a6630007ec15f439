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
  gboolean             changed; /* to be told */
} SimPosition;

/**
 * SimAccount:
 * @cash: settled money, profits and commissions included
 * @realized: of this session, commissions taken off
 * @session: end of the session that @realized belongs to, microseconds
 * @positions: one for each of the server's markets, in its order
 */
typedef struct
{
  char        *name;
  double       cash;
  double       realized;
  gint64       session;
  SimPosition *positions;
  guint        n_positions;
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
/* Books an execution: position, profit, commission. */
void         sim_account_book             (SimAccount          *account,
                                           const SimInstrument *instrument,
                                           int                  side,
                                           gint64               price,
                                           gint64               quantity,
                                           gint64               now);
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
