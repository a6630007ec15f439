/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-fixture.h"

static void
fixture_emit (gpointer          origin,
              const DtcMessage *message,
              gpointer          user_data)
{
  g_ptr_array_add (((Fixture *) user_data)->told, dtc_message_copy (message));
}

static void
fixture_trade (const SimMarket *market,
               gpointer         user_data)
{
}

void
fixture_init (Fixture     *f,
              DtcNumbering numbering)
{
  const SimSink sink = { .emit = fixture_emit, .trade = fixture_trade };

  *f = (Fixture) { .now = G_GINT64_CONSTANT (1793210400000000) };
  f->options = sim_options_new ();
  f->options->numbering = numbering;
  f->options->speed = 0;
  f->options->quiet = TRUE;
  f->told = g_ptr_array_new_with_free_func ((GDestroyNotify) dtc_message_free);
  f->exchange = sim_exchange_new (f->options, &sink, f, f->now);
}

void
fixture_clear (Fixture *f)
{
  sim_exchange_free (f->exchange);
  sim_options_free (f->options);
  g_ptr_array_unref (f->told);
}

void
fixture_set_up (Fixture      *f,
                gconstpointer data)
{
  fixture_init (f, DTC_NUMBERING_DTC);
  sim_exchange_open (f->exchange, f->now);
}

void
fixture_tear_down (Fixture      *f,
                   gconstpointer data)
{
  fixture_clear (f);
}

void
fixture_add (const char *path,
             void      (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down);
}

/* What every order has, under the next id of ours, which stays readable until the next order. */
static const char *
begin_submit (Fixture    *f,
              DtcMessage *m,
              const char *symbol,
              const char *account,
              int         type,
              int         side,
              double      quantity,
              double      price1,
              int         tif)
{
  static char id[32];

  g_snprintf (id, sizeof id, "T-%u", ++f->next_id);
  dtc_message_init (m, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
#define SET(set, field, value) dtc_message_set_##set (m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_##field, value)
  SET (string, SYMBOL, symbol);
  SET (string, TRADE_ACCOUNT, account);
  SET (string, CLIENT_ORDER_ID, id);
  SET (int, ORDER_TYPE, type);
  SET (int, BUY_SELL, side);
  SET (double, QUANTITY, quantity);
  if (price1 != 0)
    SET (double, PRICE1, price1);
  SET (int, TIME_IN_FORCE, tif);
#undef SET
  return id;
}

const char *
fixture_submit (Fixture    *f,
                const char *symbol,
                const char *account,
                int         type,
                int         side,
                double      quantity,
                double      price1,
                double      price2,
                int         tif,
                gint64      good_till)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;
  const char         *id = begin_submit (f, &m, symbol, account, type, side, quantity, price1, tif);

  if (price2 != 0)
    dtc_message_set_double (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2, price2);
  if (good_till)
    dtc_message_set_int (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_GOOD_TILL_DATE_TIME, good_till);
  sim_exchange_submit (f->exchange, NULL, &m, "tester", f->now);
  sim_exchange_finish (f->exchange, f->now);
  return id;
}

void
fixture_cancel (Fixture    *f,
                const char *server_id,
                const char *client_id,
                const char *account)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  dtc_message_init (&m, DTC_MSG_CANCEL_ORDER);
  dtc_message_set_string (&m, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID, server_id);
  dtc_message_set_string (&m, DTC_CANCEL_ORDER_F_CLIENT_ORDER_ID, client_id);
  dtc_message_set_string (&m, DTC_CANCEL_ORDER_F_TRADE_ACCOUNT, account);
  sim_exchange_cancel (f->exchange, NULL, &m, f->now);
  sim_exchange_finish (f->exchange, f->now);
}

void
fixture_replace (Fixture    *f,
                 const char *server_id,
                 double      price1,
                 double      price2,
                 double      quantity)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  dtc_message_init (&m, DTC_MSG_CANCEL_REPLACE_ORDER);
  dtc_message_set_string (&m, DTC_CANCEL_REPLACE_ORDER_F_SERVER_ORDER_ID, server_id);
  dtc_message_set_int (&m, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, price1 != 0);
  dtc_message_set_int (&m, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, price2 != 0);
  dtc_message_set_double (&m, DTC_CANCEL_REPLACE_ORDER_F_PRICE1, price1);
  dtc_message_set_double (&m, DTC_CANCEL_REPLACE_ORDER_F_PRICE2, price2);
  if (quantity != 0)
    dtc_message_set_double (&m, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY, quantity);
  sim_exchange_replace (f->exchange, NULL, &m, f->now);
  sim_exchange_finish (f->exchange, f->now);
}

void
fixture_flatten (Fixture    *f,
                 const char *symbol,
                 const char *account)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;
  char                id[32];

  g_snprintf (id, sizeof id, "T-%u", ++f->next_id);
  dtc_message_init (&m, DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER);
  dtc_message_set_string (&m, DTC_SUBMIT_FLATTEN_POSITION_ORDER_F_SYMBOL, symbol);
  dtc_message_set_string (&m, DTC_SUBMIT_FLATTEN_POSITION_ORDER_F_TRADE_ACCOUNT, account);
  dtc_message_set_string (&m, DTC_SUBMIT_FLATTEN_POSITION_ORDER_F_CLIENT_ORDER_ID, id);
  sim_exchange_flatten (f->exchange, NULL, &m, "tester", f->now);
  sim_exchange_finish (f->exchange, f->now);
}

void
fixture_submit_pair (Fixture           *f,
                     const FixturePair *pair)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;
  char                id[32];

  dtc_message_init (&m, DTC_MSG_SUBMIT_NEW_OCO_ORDER);
#define SET(set, field, value) dtc_message_set_##set (&m, DTC_SUBMIT_NEW_OCO_ORDER_F_##field, value)
  SET (string, SYMBOL, pair->symbol);
  SET (string, TRADE_ACCOUNT, pair->account);
  g_snprintf (id, sizeof id, "T-%u", ++f->next_id);
  SET (string, CLIENT_ORDER_ID_1, id);
  g_snprintf (id, sizeof id, "T-%u", ++f->next_id);
  SET (string, CLIENT_ORDER_ID_2, id);
  SET (int, ORDER_TYPE_1, pair->types[0]);
  SET (int, ORDER_TYPE_2, pair->types[1]);
  SET (int, BUY_SELL_1, pair->sides[0]);
  SET (int, BUY_SELL_2, pair->sides[1]);
  SET (double, QUANTITY_1, pair->quantities[0]);
  SET (double, QUANTITY_2, pair->quantities[1]);
  SET (double, PRICE1_1, pair->prices[0]);
  SET (double, PRICE1_2, pair->prices[1]);
  SET (int, TIME_IN_FORCE, pair->tif ? pair->tif : DTC_TIF_GOOD_TILL_CANCELED);
  if (pair->parent)
    SET (string, PARENT_TRIGGER_CLIENT_ORDER_ID, pair->parent);
  SET (int, PARTIAL_FILL_HANDLING, pair->partial_fill);
  SET (int, USE_OFFSETS, pair->offsets[0] != 0 || pair->offsets[1] != 0);
  SET (double, OFFSET_FROM_PARENT1, pair->offsets[0]);
  SET (double, OFFSET_FROM_PARENT2, pair->offsets[1]);
  SET (int, MAINTAIN_SAME_PRICES_ON_PARENT_FILL, pair->maintain);
#undef SET
  sim_exchange_perform (f->exchange, NULL, &m, "tester", f->now);
  sim_exchange_finish (f->exchange, f->now);
}

const char *
fixture_submit_special (Fixture    *f,
                        const char *symbol,
                        const char *account,
                        int         type,
                        int         side,
                        double      quantity,
                        double      price1,
                        double      show,
                        gboolean    parent)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;
  const char         *id = begin_submit (f, &m, symbol, account, type, side, quantity, price1, DTC_TIF_GOOD_TILL_CANCELED);

  dtc_message_set_double (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_MAX_SHOW_QUANTITY, show);
  dtc_message_set_int (&m, DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_PARENT_ORDER, parent);
  sim_exchange_perform (f->exchange, NULL, &m, "tester", f->now);
  sim_exchange_finish (f->exchange, f->now);
  return id;
}

SimOrder *
fixture_order (Fixture    *f,
               const char *client_id)
{
  SimOrder *order = g_hash_table_lookup (f->exchange->by_client, client_id);

  g_assert_nonnull (order);
  return order;
}

guint
fixture_n_updates (Fixture *f)
{
  guint i, n = 0;

  for (i = 0; i < f->told->len; i++)
    n += ((const DtcMessage *) g_ptr_array_index (f->told, i))->type == DTC_MSG_ORDER_UPDATE;
  return n;
}

const DtcOrderUpdate *
fixture_update (Fixture *f,
                guint    index)
{
  guint i;

  for (i = 0; i < f->told->len; i++)
    {
      const DtcMessage *message = g_ptr_array_index (f->told, i);

      if (message->type == DTC_MSG_ORDER_UPDATE && index-- == 0)
        return &message->order_update;
    }
  g_assert_not_reached ();
}

void
fixture_forget (Fixture *f)
{
  g_ptr_array_set_size (f->told, 0);
}

void
fixture_random_pair (Fixture    *f,
                     GRand      *rand,
                     const char *symbol,
                     const char *account,
                     gboolean    bracket)
{
  SimMarket  *market = sim_exchange_find_market (f->exchange, symbol);
  int         side = g_rand_int_range (rand, 1, 3);
  double      quantity = g_rand_int_range (rand, 1, 30);
  double      tick = market ? market->instrument->wire_tick : 1;
  double      middle = market ? sim_instrument_to_wire (market->instrument, (double) market->fair) : 100;
  double      away = g_rand_int_range (rand, 0, 8) * tick;
  FixturePair pair = {
    .symbol = symbol, .account = account, .sides = { side, side }, .quantities = { quantity, quantity },
    .types = { DTC_ORDER_TYPE_LIMIT, g_rand_boolean (rand) ? DTC_ORDER_TYPE_STOP : DTC_ORDER_TYPE_LIMIT },
    .partial_fill = g_rand_int_range (rand, 0, 3), .maintain = g_rand_boolean (rand),
  };

  pair.prices[0] = side == DTC_SELL ? middle + away + tick : middle - away - tick;
  pair.prices[1] = side == DTC_SELL ? middle - away - tick : middle + away + tick;
  if (pair.types[1] == DTC_ORDER_TYPE_LIMIT)
    pair.prices[1] = pair.prices[0] + (side == DTC_SELL ? tick : -tick);
  if (bracket)
    {
      pair.parent = fixture_submit_special (f, symbol, account,
                                            g_rand_boolean (rand) ? DTC_ORDER_TYPE_LIMIT : DTC_ORDER_TYPE_MARKET,
                                            3 - side, quantity, middle + (side == DTC_SELL ? -away : away) / 2,
                                            0, TRUE);
      if (g_rand_boolean (rand))
        pair.offsets[0] = pair.offsets[1] = away + tick;
      if (g_rand_int_range (rand, 0, 10) == 0)
        return; /* held for ever */
    }
  fixture_submit_pair (f, &pair);
}

void
fixture_random (Fixture *f,
                GRand   *rand)
{
  static const char *symbols[] = { "ESZ6", "CLZ6", "ZNZ6", "ESZ6", "ESZ6", "NOPE" };
  static const char *accounts[] = { "SIM1", "SIM2", "SIM1", "SIM2", "SIM1", "SIM2", "SIM3" };
  const char        *symbol = symbols[g_rand_int_range (rand, 0, G_N_ELEMENTS (symbols))];
  const char        *account = accounts[g_rand_int_range (rand, 0, G_N_ELEMENTS (accounts))];
  SimMarket         *market = sim_exchange_find_market (f->exchange, symbol);
  GPtrArray         *working = f->exchange->working;
  int                what = g_rand_int_range (rand, 0, 14);
  double             price1 = 1, price2 = 1;

  if (market)
    {
      price1 = sim_instrument_to_wire (market->instrument, (double) (market->fair + g_rand_int_range (rand, -12, 13)));
      price2 = sim_instrument_to_wire (market->instrument, (double) (market->fair + g_rand_int_range (rand, -12, 13)));
    }
  f->now += g_rand_int_range (rand, 1000, 5000000);
  if (what < 5)
    fixture_submit (f, symbol, account, g_rand_int_range (rand, 1, 8), g_rand_int_range (rand, 1, 3),
                    g_rand_int_range (rand, 0, 8) == 0 ? 100 : g_rand_int_range (rand, 1, 12), price1, price2,
                    g_rand_int_range (rand, 1, 7), f->now / G_USEC_PER_SEC + g_rand_int_range (rand, 1, 60));
  else if (what < 6 && working->len > 0)
    {
      const SimOrder *order = g_ptr_array_index (working, g_rand_int_range (rand, 0, (int) working->len));

      fixture_cancel (f, order->server_id, order->client_id, order->account);
    }
  else if (what < 8 && working->len > 0)
    {
      const SimOrder *order = g_ptr_array_index (working, g_rand_int_range (rand, 0, (int) working->len));
      SimMarket      *its = sim_exchange_find_market (f->exchange, order->instrument->symbol);
      gint64          to = its->fair + g_rand_int_range (rand, -12, 13);

      fixture_replace (f, order->server_id,
                       g_rand_boolean (rand) ? sim_instrument_to_wire (order->instrument, (double) to) : 0,
                       g_rand_boolean (rand) ? sim_instrument_to_wire (order->instrument, (double) to + 1) : 0,
                       order->linked ? 0 : g_rand_int_range (rand, 0, 14));
    }
  else if (what < 9)
    {
      sim_exchange_step (f->exchange, f->now);
      sim_exchange_expire (f->exchange, f->now);
      sim_exchange_finish (f->exchange, f->now);
    }
  else if (what < 10)
    fixture_flatten (f, symbol, account);
  else if (what < 12)
    fixture_random_pair (f, rand, symbol, account, what == 10);
  else if (what < 13)
    fixture_submit_special (f, symbol, account, DTC_ORDER_TYPE_LIMIT, g_rand_int_range (rand, 1, 3),
                            g_rand_int_range (rand, 20, 100), price1, g_rand_int_range (rand, 0, 9), FALSE);
  else
    {
      sim_exchange_external_act (f->exchange, f->now);
      if (working->len > 0)
        {
          const SimOrder *order = g_ptr_array_index (working, g_rand_int_range (rand, 0, (int) working->len));

          sim_exchange_fill (f->exchange, order->server_id, g_rand_int_range (rand, 1, 4), f->now);
        }
      sim_exchange_finish (f->exchange, f->now);
    }
}
