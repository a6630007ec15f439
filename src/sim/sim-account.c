/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-account.h"

#include <math.h>

#define INITIAL_CASH 100000.0
#define MAX_HISTORY  20000 /* lines of an account's history that are remembered */

static void
balance_free (SimBalance *balance)
{
  g_free (balance->info);
  g_free (balance->transaction);
  g_free (balance);
}

SimAccount *
sim_account_new (const char *name)
{
  SimAccount *account = g_new0 (SimAccount, 1);

  account->name = g_strdup (name);
  account->cash = INITIAL_CASH;
  account->history = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_free);
  return account;
}

void
sim_account_free (SimAccount *account)
{
  if (!account)
    return;
  g_free (account->name);
  g_free (account->positions);
  g_ptr_array_unref (account->history);
  g_free (account);
}

void
sim_account_add_instrument (SimAccount          *account,
                            const SimInstrument *instrument)
{
  account->positions = g_renew (SimPosition, account->positions, account->n_positions + 1);
  account->positions[account->n_positions++] = (SimPosition) { .instrument = instrument };
}

SimPosition *
sim_account_get_position (SimAccount          *account,
                          const SimInstrument *instrument)
{
  return &account->positions[instrument->index];
}

void
sim_account_recall (SimAccount *account,
                    gint64      time,
                    double      cash,
                    const char *info,
                    const char *transaction)
{
  SimBalance *balance = g_new0 (SimBalance, 1);

  *balance = (SimBalance) { time, cash, g_strdup (info), g_strdup (transaction) };
  g_ptr_array_add (account->history, balance);
  if (account->history->len > MAX_HISTORY)
    g_ptr_array_remove_range (account->history, 0, MAX_HISTORY / 2);
}

void
sim_account_remember (SimAccount *account,
                      const char *info,
                      const char *transaction,
                      gint64      now)
{
  sim_account_recall (account, now, account->cash, info, transaction);
  account->new_history = MIN (account->new_history + 1, account->history->len);
  account->dirty = TRUE;
}

void
sim_account_book (SimAccount          *account,
                  const SimInstrument *instrument,
                  int                  side,
                  gint64               price,
                  gint64               quantity,
                  double               commission,
                  gint64               now)
{
  SimPosition *position = sim_account_get_position (account, instrument);
  gint64       change = side == DTC_BUY ? quantity : -quantity;
  double       gained = -commission * (double) quantity;

  if (position->quantity != 0 && (position->quantity > 0) != (change > 0))
    {
      gint64 closing = MIN (quantity, ABS (position->quantity));
      gint64 sign = position->quantity > 0 ? 1 : -1;
      double average = position->cost / (double) position->quantity;

      gained += (double) (closing * sign) * ((double) price - average) * instrument->tick_value;
      position->cost -= average * (double) (closing * sign);
      position->quantity -= closing * sign;
      change += closing * sign;
    }
  if (position->quantity == 0)
    {
      position->cost = 0;
      position->opened = change ? now : 0;
    }
  position->quantity += change;
  position->cost += (double) (price * change);
  position->used = position->changed = TRUE;
  account->cash += gained;
  account->realized += gained;
  account->changed = TRUE;
  account->dirty = TRUE;
}

double
sim_account_maintenance (const SimAccount *account)
{
  double money = 0;
  guint  i;

  for (i = 0; i < account->n_positions; i++)
    if (account->positions[i].quantity != 0)
      money += (double) ABS (account->positions[i].quantity) * account->positions[i].instrument->maintenance;
  return money;
}

double
sim_position_open_profit (const SimPosition *position,
                          gint64             last)
{
  return ((double) (last * position->quantity) - position->cost) * position->instrument->tick_value;
}

/* Money is told to a millionth, so that sums do not show how they were added up. */
static double
money (double value)
{
  return round (value * 1e6) / 1e6;
}

#define SET_INT(field, value) dtc_message_set_int (message, DTC_POSITION_UPDATE_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (message, DTC_POSITION_UPDATE_F_##field, value)
#define SET_STRING(field, value) dtc_message_set_string (message, DTC_POSITION_UPDATE_F_##field, value)

void
sim_position_describe (const SimAccount  *account,
                       const SimPosition *position,
                       gint64             last,
                       DtcMessage        *message)
{
  const SimInstrument *instrument = position->instrument;
  double               average = 0;

  if (position->quantity != 0)
    average = sim_instrument_to_wire (instrument, position->cost / (double) position->quantity);
  dtc_message_init (message, DTC_MSG_POSITION_UPDATE);
  SET_INT (REQUEST_ID, 0);
  SET_INT (TOTAL_NUMBER_MESSAGES, 1);
  SET_INT (MESSAGE_NUMBER, 1);
  SET_STRING (SYMBOL, instrument->symbol);
  SET_STRING (EXCHANGE, instrument->exchange);
  SET_DOUBLE (QUANTITY, (double) position->quantity);
  SET_DOUBLE (AVERAGE_PRICE, average);
  SET_STRING (TRADE_ACCOUNT, account->name);
  SET_INT (NO_POSITIONS, 0);
  SET_INT (UNSOLICITED, 1);
  SET_DOUBLE (MARGIN_REQUIREMENT, (double) ABS (position->quantity) * instrument->margin);
  if (position->opened)
    SET_INT (ENTRY_DATE_TIME, position->opened / G_USEC_PER_SEC);
  SET_DOUBLE (OPEN_PROFIT_LOSS, money (sim_position_open_profit (position, last)));
  if (account->max_position > 0)
    SET_DOUBLE (QUANTITY_LIMIT, (double) account->max_position);
}

#undef SET_INT
#undef SET_DOUBLE
#undef SET_STRING
#define SET_INT(field, value) dtc_message_set_int (message, DTC_ACCOUNT_BALANCE_UPDATE_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (message, DTC_ACCOUNT_BALANCE_UPDATE_F_##field, value)
#define SET_STRING(field, value) dtc_message_set_string (message, DTC_ACCOUNT_BALANCE_UPDATE_F_##field, value)

void
sim_account_describe (const SimAccount *account,
                      double            open_profit,
                      gint64            now,
                      DtcMessage       *message)
{
  double margin = 0;
  guint  i;

  for (i = 0; i < account->n_positions; i++)
    margin += (double) ABS (account->positions[i].quantity) * account->positions[i].instrument->margin;
  dtc_message_init (message, DTC_MSG_ACCOUNT_BALANCE_UPDATE);
  SET_INT (REQUEST_ID, 0);
  SET_DOUBLE (CASH_BALANCE, money (account->cash));
  SET_DOUBLE (BALANCE_AVAILABLE_FOR_NEW_POSITIONS, money (account->cash + open_profit - margin));
  SET_STRING (ACCOUNT_CURRENCY, SIM_CURRENCY);
  SET_STRING (TRADE_ACCOUNT, account->name);
  SET_DOUBLE (SECURITIES_VALUE, money (account->cash + open_profit));
  SET_DOUBLE (MARGIN_REQUIREMENT, margin);
  SET_INT (TOTAL_NUMBER_MESSAGES, 1);
  SET_INT (MESSAGE_NUMBER, 1);
  SET_INT (NO_ACCOUNT_BALANCES, 0);
  SET_INT (UNSOLICITED, 1);
  SET_DOUBLE (OPEN_POSITIONS_PROFIT_LOSS, money (open_profit));
  SET_DOUBLE (DAILY_PROFIT_LOSS, money (account->realized + open_profit));
  if (account->loss_limit > 0)
    {
      SET_DOUBLE (DAILY_NET_LOSS_LIMIT, account->loss_limit);
      SET_INT (DAILY_NET_LOSS_LIMIT_REACHED, account->loss_reached);
    }
  SET_INT (IS_UNDER_REQUIRED_MARGIN, account->cash + open_profit < sim_account_maintenance (account));
  SET_INT (TRADING_IS_DISABLED, account->disabled);
  SET_INT (TRANSACTION_DATE_TIME, now);
}
