/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-exchange-private.h"

#include <math.h>
#include <string.h>

/* Other people: another trader on the same accounts, the broker's desk that corrects fills and balances, and who has
 * something to say. */

#define OTHER_TRADER "other desk"
#define MAX_OTHERS   8     /* orders of the other trader that work at a time */
#define MAX_AWAY     8     /* ticks from the fair price */
#define MAX_JOURNAL  10000
#define MAX_ENTRY    4096  /* bytes of a journal entry */
#define MAX_MONEY    1e12

/* The other trader. */

const char *
sim_exchange_external_order (SimExchange *exchange,
                             const char  *account,
                             const char  *symbol,
                             int          type,
                             int          side,
                             double       quantity,
                             double       price1,
                             double       price2,
                             gint64       now)
{
  g_autofree char *id = g_strdup_printf ("EXT-%s-%" G_GUINT64_FORMAT, exchange->tag, exchange->next_order);
  SimTicket        ticket = { .symbol = symbol, .account = account, .client_id = id, .text = "", .type = type,
                              .side = side, .tif = DTC_TIF_DAY, .quantity = quantity, .price1 = price1,
                              .price2 = price2 };

  /* A refused order leaves the number as it was, and its id used. */
  exchange->next_order++;
  return sim_exchange_place (exchange, &ticket, OTHER_TRADER, now);
}

static GPtrArray *
find_others (SimExchange *exchange)
{
  GPtrArray *others = g_ptr_array_new ();
  guint      i;

  for (i = 0; i < exchange->working->len; i++)
    if (g_strcmp0 (((SimOrder *) g_ptr_array_index (exchange->working, i))->username, OTHER_TRADER) == 0)
      g_ptr_array_add (others, g_ptr_array_index (exchange->working, i));
  return others;
}

static double
near_price (SimExchange     *exchange,
            const SimMarket *market)
{
  gint64 price = market->fair + g_rand_int_range (exchange->rand, -MAX_AWAY, MAX_AWAY + 1);

  return sim_instrument_to_wire (market->instrument, (double) MAX (1, price));
}

static void
change_other (SimExchange *exchange,
              SimOrder    *order,
              gint64       now)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  SimMarket          *market = sim_exchange_market_of (exchange, order->instrument);

  dtc_message_init (&message, DTC_MSG_CANCEL_REPLACE_ORDER);
  dtc_message_set_string (&message, DTC_CANCEL_REPLACE_ORDER_F_SERVER_ORDER_ID, order->server_id);
  dtc_message_set_double (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1, near_price (exchange, market));
  dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, 1);
  dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, 0);
  sim_exchange_replace (exchange, NULL, &message, now);
}

void
sim_exchange_external_act (SimExchange *exchange,
                           gint64       now)
{
  g_autoptr (GPtrArray) others = find_others (exchange);
  const SimAccount     *account = g_ptr_array_index (exchange->accounts, (guint) g_rand_int_range (
                            exchange->rand, 0, (int) exchange->accounts->len));
  const SimMarket      *market = g_ptr_array_index (exchange->markets, (guint) g_rand_int_range (
                         exchange->rand, 0, (int) exchange->markets->len));
  int                   side = g_rand_boolean (exchange->rand) ? DTC_BUY : DTC_SELL;
  int                   what = g_rand_int_range (exchange->rand, 0, 100);

  if (others->len > 0 && (what >= 50 || others->len >= MAX_OTHERS))
    {
      SimOrder *order = g_ptr_array_index (others, (guint) g_rand_int_range (exchange->rand, 0, (int) others->len));

      if (what % 2)
        change_other (exchange, order, now);
      else
        sim_exchange_kill (exchange, order, NULL, now);
      return;
    }
  sim_exchange_external_order (exchange, account->name, market->instrument->symbol,
                               what % 5 == 0 ? DTC_ORDER_TYPE_MARKET : DTC_ORDER_TYPE_LIMIT, side,
                               g_rand_int_range (exchange->rand, 1, 4), near_price (exchange, market), 0, now);
}

void
sim_exchange_other_trader (SimExchange *exchange,
                           gint64       now)
{
  if (exchange->options->external_rate > 0
      && g_rand_double (exchange->rand) < exchange->options->external_rate / 60)
    sim_exchange_external_act (exchange, now);
}

/* Corrections. */

static const char *
read_correction (SimExchange                     *exchange,
                 const DtcAddCorrectingOrderFill *correction,
                 SimAccount                     **account,
                 SimMarket                      **market,
                 gint64                          *price,
                 gint64                          *quantity)
{
  *market = sim_exchange_find_market (exchange, correction->symbol);
  *account = sim_exchange_find_account (exchange, correction->trade_account);
  if (!*market)
    return "Unknown symbol";
  if (!*account)
    return "Unknown trade account";
  if (correction->buy_sell != DTC_BUY && correction->buy_sell != DTC_SELL)
    return "BuySell is missing or has no meaning";
  if (!sim_exchange_read_price ((*market)->instrument, correction->fill_price, price))
    return "FillPrice is missing or not a multiple of the tick";
  if (!(correction->fill_quantity >= 1 && correction->fill_quantity <= 1e6)
      || correction->fill_quantity != floor (correction->fill_quantity))
    return "FillQuantity must be a whole number from 1 on";
  *quantity = (gint64) correction->fill_quantity;
  return NULL;
}

void
sim_exchange_correct (SimExchange      *exchange,
                      gpointer          origin,
                      const DtcMessage *message,
                      gint64            now)
{
  const DtcAddCorrectingOrderFill *correction = &message->body.add_correcting_order_fill;
  g_auto (DtcMessage)              answer = DTC_MESSAGE_INIT;
  SimAccount                      *account;
  SimMarket                       *market;
  gint64                           price, quantity;
  const char                      *wrong = read_correction (exchange, correction, &account, &market, &price, &quantity);

  if (!wrong)
    {
      SimFill *fill = g_new0 (SimFill, 1);

      *fill = (SimFill) {
        .execution_id = g_strdup_printf ("%s-E%" G_GUINT64_FORMAT, exchange->tag, exchange->next_fill++),
        .server_id = g_strdup (""), .account = g_strdup (account->name), .instrument = market->instrument,
        .side = correction->buy_sell, .price = price, .quantity = quantity, .time = now,
        .info = g_strdup (*correction->free_form_text ? correction->free_form_text : "Correcting fill"),
      };
      g_ptr_array_add (exchange->fills, fill);
      exchange->new_fills++;
      sim_account_book (account, market->instrument, correction->buy_sell, price, quantity, 0, now);
      sim_account_remember (account, fill->info, fill->execution_id, now);
    }
  dtc_message_init (&answer, DTC_MSG_CORRECTING_ORDER_FILL_RESPONSE);
  dtc_message_set_string (&answer, DTC_CORRECTING_ORDER_FILL_RESPONSE_F_CLIENT_ORDER_ID, correction->client_order_id);
  dtc_message_set_string (&answer, DTC_CORRECTING_ORDER_FILL_RESPONSE_F_RESULT_TEXT,
                          wrong ? wrong : "The fill was added");
  dtc_message_set_int (&answer, DTC_CORRECTING_ORDER_FILL_RESPONSE_F_IS_ERROR, wrong != NULL);
  exchange->sink.emit (origin, &answer, exchange->sink_data);
}

/* Balances. */

/* Why the money cannot be moved, or NULL and the number of the transaction. */
static const char *
move_money (SimExchange *exchange,
            const char  *name,
            double       amount,
            const char  *reason,
            gint64       now,
            guint64     *transaction)
{
  SimAccount      *account = sim_exchange_find_account (exchange, name);
  g_autofree char *id = NULL;

  if (!account)
    return "Unknown trade account";
  if (!(fabs (amount) >= 0.01 && fabs (amount) <= MAX_MONEY))
    return "Either CreditAmount or DebitAmount must be money";
  if (account->cash + amount < 0)
    return "The account does not hold so much";
  account->cash += amount;
  account->changed = account->dirty = TRUE;
  *transaction = exchange->next_fill++;
  id = g_strdup_printf ("%" G_GUINT64_FORMAT, *transaction);
  sim_account_remember (account, reason && *reason ? reason : "Balance adjustment", id, now);
  return NULL;
}

const char *
sim_exchange_adjust_balance (SimExchange *exchange,
                             const char  *account,
                             double       amount,
                             const char  *reason,
                             gint64       now)
{
  guint64 transaction;

  return move_money (exchange, account, amount, reason, now, &transaction);
}

void
sim_exchange_adjust (SimExchange      *exchange,
                     gpointer          origin,
                     const DtcMessage *message,
                     gint64            now)
{
  const DtcAccountBalanceAdjustment *adjustment = &message->body.account_balance_adjustment;
  g_auto (DtcMessage)                answer = DTC_MESSAGE_INIT;
  guint64                            transaction = 0;
  const char                        *wrong;
  SimAccount                        *account = sim_exchange_find_account (exchange, adjustment->trade_account);

  if (*adjustment->currency && strcmp (adjustment->currency, SIM_CURRENCY) != 0)
    wrong = "The accounts of this server are in " SIM_CURRENCY;
  else if (adjustment->credit_amount < 0 || adjustment->debit_amount < 0)
    wrong = "CreditAmount and DebitAmount are not negative";
  else
    wrong = move_money (exchange, adjustment->trade_account, adjustment->credit_amount - adjustment->debit_amount,
                        adjustment->reason, now, &transaction);
  if (wrong)
    {
      dtc_message_init (&answer, DTC_MSG_ACCOUNT_BALANCE_ADJUSTMENT_REJECT);
      dtc_message_set_int (&answer, DTC_ACCOUNT_BALANCE_ADJUSTMENT_REJECT_F_REQUEST_ID, adjustment->request_id);
      dtc_message_set_string (&answer, DTC_ACCOUNT_BALANCE_ADJUSTMENT_REJECT_F_REJECT_TEXT, wrong);
      dtc_message_set_string (&answer, DTC_ACCOUNT_BALANCE_ADJUSTMENT_REJECT_F_TRADE_ACCOUNT,
                              adjustment->trade_account);
    }
  else
    {
      if (adjustment->recalculate_daily_loss_limit)
        account->loss_reached = FALSE;
      dtc_message_init (&answer, DTC_MSG_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE);
      dtc_message_set_int (&answer, DTC_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE_F_REQUEST_ID, adjustment->request_id);
      dtc_message_set_int (&answer, DTC_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE_F_TRANSACTION_ID, (gint64) transaction);
      dtc_message_set_string (&answer, DTC_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE_F_TRADE_ACCOUNT, account->name);
      dtc_message_set_double (&answer, DTC_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE_F_NEW_BALANCE, account->cash);
    }
  exchange->sink.emit (origin, &answer, exchange->sink_data);
}

/* Words. */

void
sim_exchange_add_journal (SimExchange *exchange,
                          const char  *text,
                          gint64       now)
{
  SimJournalEntry *entry = g_new0 (SimJournalEntry, 1);

  *entry = (SimJournalEntry) { now, g_utf8_make_valid (text, (gssize) MIN (strlen (text), MAX_ENTRY)) };
  g_ptr_array_add (exchange->journal, entry);
  exchange->new_journal++;
  if (exchange->journal->len <= MAX_JOURNAL)
    return;
  g_ptr_array_remove_range (exchange->journal, 0, MAX_JOURNAL / 2);
  exchange->new_journal = MIN (exchange->new_journal, exchange->journal->len);
}

void
sim_exchange_say (SimExchange *exchange,
                  const char  *text,
                  gboolean     popup)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_USER_MESSAGE);
  dtc_message_set_string (&message, DTC_USER_MESSAGE_F_USER_MESSAGE, text);
  dtc_message_set_int (&message, DTC_USER_MESSAGE_F_IS_POPUP_MESSAGE, popup);
  exchange->sink.emit (NULL, &message, exchange->sink_data);
}

void
sim_exchange_say_log (SimExchange *exchange,
                      const char  *text)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_GENERAL_LOG_MESSAGE);
  dtc_message_set_string (&message, DTC_GENERAL_LOG_MESSAGE_F_MESSAGE_TEXT, text);
  exchange->sink.emit (NULL, &message, exchange->sink_data);
}

void
sim_exchange_alert (SimExchange *exchange,
                    const char  *text,
                    const char  *account)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_ALERT_MESSAGE);
  dtc_message_set_string (&message, DTC_ALERT_MESSAGE_F_MESSAGE_TEXT, text);
  if (account)
    dtc_message_set_string (&message, DTC_ALERT_MESSAGE_F_TRADE_ACCOUNT, account);
  exchange->sink.emit (NULL, &message, exchange->sink_data);
}
