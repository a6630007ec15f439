/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-feed.h"

#include <string.h>

#define MAX_SUBSCRIPTIONS 256

static double
seconds (gint64 time)
{
  return (double) time / G_USEC_PER_SEC;
}

static SimSubscription *
find (SimClient *client,
      guint32    id)
{
  GPtrArray *subscriptions = sim_client_get_subscriptions (client);
  guint      i;

  for (i = 0; i < subscriptions->len; i++)
    if (((SimSubscription *) g_ptr_array_index (subscriptions, i))->id == id)
      return g_ptr_array_index (subscriptions, i);
  return NULL;
}

static void
reject (SimClient  *client,
        guint16     type,
        guint       id_field,
        guint       text_field,
        guint32     id,
        const char *text)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, type);
  dtc_message_set_int (&answer, id_field, id);
  dtc_message_set_string (&answer, text_field, text);
  sim_client_send (client, &answer);
}

/* The subscription with @id for @symbol, made when there is none; NULL and why when it cannot be. */
static SimSubscription *
subscribe (SimExchange *exchange,
           SimClient   *client,
           guint32      id,
           const char  *symbol,
           const char **wrong)
{
  GPtrArray       *subscriptions = sim_client_get_subscriptions (client);
  SimMarket       *market = sim_exchange_find_market (exchange, symbol);
  SimSubscription *subscription = find (client, id);
  guint            i;

  *wrong = NULL;
  if (!market)
    *wrong = "Unknown symbol";
  else if (subscription && subscription->market != market)
    *wrong = "This SymbolID is in use for another symbol";
  for (i = 0; !*wrong && i < subscriptions->len; i++)
    {
      const SimSubscription *other = g_ptr_array_index (subscriptions, i);

      if (other->market == market && other->id != id)
        *wrong = "This symbol is in use under another SymbolID";
    }
  if (!*wrong && !subscription && subscriptions->len >= MAX_SUBSCRIPTIONS)
    *wrong = "Too many subscriptions";
  if (*wrong)
    return NULL;
  if (!subscription)
    {
      subscription = g_new0 (SimSubscription, 1);
      subscription->id = id;
      subscription->market = market;
      g_ptr_array_add (subscriptions, subscription);
    }
  return subscription;
}

static void
unsubscribe (SimClient *client,
             guint32    id,
             gboolean   depth)
{
  SimSubscription *subscription = find (client, id);

  if (!subscription)
    return;
  if (depth)
    subscription->depth = FALSE;
  else
    subscription->quotes = FALSE;
  if (!subscription->depth && !subscription->quotes)
    g_ptr_array_remove (sim_client_get_subscriptions (client), subscription);
}

static void
read_best (SimMarket *market,
           SimLevel  *best)
{
  memset (best, 0, 2 * sizeof *best);
  sim_book_depth (market->book, DTC_BUY, &best[0], 1);
  sim_book_depth (market->book, DTC_SELL, &best[1], 1);
}

static double
to_wire (const SimMarket *market,
         gint64           ticks)
{
  return sim_instrument_to_wire (market->instrument, (double) ticks);
}

#define SET_INT(field, value) dtc_message_set_int (&answer, DTC_MARKET_DATA_SNAPSHOT_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (&answer, DTC_MARKET_DATA_SNAPSHOT_F_##field, value)

static void
send_snapshot (SimClient      *client,
               guint32         id,
               SimMarket      *market,
               const SimLevel *best,
               gint64          now)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_MARKET_DATA_SNAPSHOT);
  SET_INT (SYMBOL_ID, id);
  SET_DOUBLE (SESSION_OPEN_PRICE, to_wire (market, market->open));
  SET_DOUBLE (SESSION_HIGH_PRICE, to_wire (market, market->high));
  SET_DOUBLE (SESSION_LOW_PRICE, to_wire (market, market->low));
  SET_DOUBLE (SESSION_VOLUME, (double) market->volume);
  SET_INT (SESSION_NUM_TRADES, market->n_trades);
  if (best[0].quantity > 0)
    {
      SET_DOUBLE (BID_PRICE, to_wire (market, best[0].price));
      SET_DOUBLE (BID_QUANTITY, (double) best[0].quantity);
    }
  if (best[1].quantity > 0)
    {
      SET_DOUBLE (ASK_PRICE, to_wire (market, best[1].price));
      SET_DOUBLE (ASK_QUANTITY, (double) best[1].quantity);
    }
  SET_DOUBLE (LAST_TRADE_PRICE, to_wire (market, market->last));
  SET_DOUBLE (LAST_TRADE_VOLUME, (double) market->last_quantity);
  if (market->last_time)
    SET_DOUBLE (LAST_TRADE_DATE_TIME, seconds (market->last_time));
  SET_DOUBLE (BID_ASK_DATE_TIME, seconds (now));
  SET_INT (TRADING_STATUS, DTC_TRADING_STATUS_OPEN);
  sim_client_send (client, &answer);
}

#undef SET_INT
#undef SET_DOUBLE

void
sim_feed_request (SimExchange      *exchange,
                  SimClient        *client,
                  const DtcMessage *message,
                  gint64            now)
{
  const DtcMarketDataRequest *request = &message->market_data_request;
  SimSubscription            *subscription;
  SimLevel                    best[2];
  const char                 *wrong;

  if (request->request_action == DTC_UNSUBSCRIBE)
    {
      unsubscribe (client, request->symbol_id, FALSE);
      return;
    }
  if (request->request_action == DTC_SNAPSHOT)
    {
      SimMarket *market = sim_exchange_find_market (exchange, request->symbol);

      if (market)
        {
          read_best (market, best);
          send_snapshot (client, request->symbol_id, market, best, now);
          return;
        }
    }
  subscription = subscribe (exchange, client, request->symbol_id, request->symbol, &wrong);
  if (!subscription)
    {
      reject (client, DTC_MSG_MARKET_DATA_REJECT, DTC_MARKET_DATA_REJECT_F_SYMBOL_ID,
              DTC_MARKET_DATA_REJECT_F_REJECT_TEXT, request->symbol_id, wrong);
      return;
    }
  subscription->quotes = TRUE;
  read_best (subscription->market, subscription->best);
  send_snapshot (client, subscription->id, subscription->market, subscription->best, now);
}

#define SET_INT(field, value) dtc_message_set_int (&answer, DTC_MARKET_DEPTH_SNAPSHOT_LEVEL_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (&answer, DTC_MARKET_DEPTH_SNAPSHOT_LEVEL_F_##field, value)

static void
send_depth (SimClient       *client,
            SimSubscription *subscription,
            gint64           now)
{
  guint total = subscription->n_levels[0] + subscription->n_levels[1];
  guint sent = 0;
  guint side, i;

  for (side = 0; side < 2; side++)
    for (i = 0; i < subscription->n_levels[side]; i++)
      {
        const SimLevel     *level = &subscription->levels[side][i];
        g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

        dtc_message_init (&answer, DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL);
        SET_INT (SYMBOL_ID, subscription->id);
        SET_INT (SIDE, side == 0 ? DTC_AT_BID : DTC_AT_ASK);
        SET_DOUBLE (PRICE, to_wire (subscription->market, level->price));
        SET_DOUBLE (QUANTITY, (double) level->quantity);
        SET_INT (LEVEL, i + 1);
        SET_INT (IS_FIRST_MESSAGE_IN_BATCH, sent == 0);
        SET_INT (IS_LAST_MESSAGE_IN_BATCH, sent + 1 == total);
        SET_DOUBLE (DATE_TIME, seconds (now));
        SET_INT (NUM_ORDERS, level->orders);
        sim_client_send (client, &answer);
        sent++;
      }
  if (total == 0)
    {
      g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

      dtc_message_init (&answer, DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL);
      SET_INT (SYMBOL_ID, subscription->id);
      SET_INT (IS_FIRST_MESSAGE_IN_BATCH, 1);
      SET_INT (IS_LAST_MESSAGE_IN_BATCH, 1);
      sim_client_send (client, &answer);
    }
}

static void
read_depth (SimMarket *market,
            SimLevel   levels[2][SIM_DEPTH],
            guint     *n_levels)
{
  n_levels[0] = sim_book_depth (market->book, DTC_BUY, levels[0], SIM_DEPTH);
  n_levels[1] = sim_book_depth (market->book, DTC_SELL, levels[1], SIM_DEPTH);
}

void
sim_feed_depth_request (SimExchange      *exchange,
                        SimClient        *client,
                        const DtcMessage *message,
                        gint64            now)
{
  const DtcMarketDepthRequest *request = &message->body.market_depth_request;
  SimSubscription             *subscription;
  const char                  *wrong;

  if (request->request_action == DTC_UNSUBSCRIBE)
    {
      unsubscribe (client, request->symbol_id, TRUE);
      return;
    }
  subscription = subscribe (exchange, client, request->symbol_id, request->symbol, &wrong);
  if (!subscription)
    {
      reject (client, DTC_MSG_MARKET_DEPTH_REJECT, DTC_MARKET_DEPTH_REJECT_F_SYMBOL_ID,
              DTC_MARKET_DEPTH_REJECT_F_REJECT_TEXT, request->symbol_id, wrong);
      return;
    }
  read_depth (subscription->market, subscription->levels, subscription->n_levels);
  send_depth (client, subscription, now);
  if (request->request_action == DTC_SUBSCRIBE)
    subscription->depth = TRUE;
  else
    unsubscribe (client, request->symbol_id, TRUE);
}

#undef SET_INT
#undef SET_DOUBLE
#define SET_INT(field, value) dtc_message_set_int (&update, DTC_MARKET_DATA_UPDATE_BID_ASK_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (&update, DTC_MARKET_DATA_UPDATE_BID_ASK_F_##field, value)

static gboolean
same_level (const SimLevel *a,
            const SimLevel *b)
{
  return a->price == b->price && a->quantity == b->quantity;
}

static void
update_quotes (SimClient       *client,
               SimSubscription *subscription,
               gint64           now)
{
  g_auto (DtcMessage) update = DTC_MESSAGE_INIT;
  SimLevel            best[2];

  read_best (subscription->market, best);
  if (same_level (&best[0], &subscription->best[0]) && same_level (&best[1], &subscription->best[1]))
    return;
  memcpy (subscription->best, best, sizeof best);
  dtc_message_init (&update, DTC_MSG_MARKET_DATA_UPDATE_BID_ASK);
  SET_INT (SYMBOL_ID, subscription->id);
  if (best[0].quantity > 0)
    {
      SET_DOUBLE (BID_PRICE, to_wire (subscription->market, best[0].price));
      SET_DOUBLE (BID_QUANTITY, (double) best[0].quantity);
    }
  if (best[1].quantity > 0)
    {
      SET_DOUBLE (ASK_PRICE, to_wire (subscription->market, best[1].price));
      SET_DOUBLE (ASK_QUANTITY, (double) best[1].quantity);
    }
  SET_INT (DATE_TIME, now / G_USEC_PER_SEC);
  sim_client_send (client, &update);
}

#undef SET_INT
#undef SET_DOUBLE
#define SET_INT(field, value) \
  dtc_message_set_int (&update, DTC_MARKET_DEPTH_UPDATE_LEVEL_FLOAT_WITH_MILLISECONDS_F_##field, value)
#define SET_DOUBLE(field, value) \
  dtc_message_set_double (&update, DTC_MARKET_DEPTH_UPDATE_LEVEL_FLOAT_WITH_MILLISECONDS_F_##field, value)

static void
send_level (SimClient             *client,
            const SimSubscription *subscription,
            guint                  side,
            const SimLevel        *level,
            gboolean               gone,
            gboolean               last,
            gint64                 now)
{
  g_auto (DtcMessage) update = DTC_MESSAGE_INIT;

  dtc_message_init (&update, DTC_MSG_MARKET_DEPTH_UPDATE_LEVEL_FLOAT_WITH_MILLISECONDS);
  SET_INT (SYMBOL_ID, subscription->id);
  SET_INT (DATE_TIME, now / 1000);
  SET_DOUBLE (PRICE, to_wire (subscription->market, level->price));
  SET_DOUBLE (QUANTITY, gone ? 0 : (double) level->quantity);
  SET_INT (SIDE, side == 0 ? DTC_AT_BID : DTC_AT_ASK);
  SET_INT (UPDATE_TYPE, gone ? DTC_MARKET_DEPTH_DELETE_LEVEL : DTC_MARKET_DEPTH_INSERT_UPDATE_LEVEL);
  SET_INT (NUM_ORDERS, MIN (level->orders, G_MAXUINT16));
  SET_INT (FINAL_UPDATE_IN_BATCH, last ? DTC_FINAL_UPDATE_TRUE : DTC_FINAL_UPDATE_FALSE);
  sim_client_send (client, &update);
}

static const SimLevel *
find_price (const SimLevel *levels,
            guint           n,
            gint64          price)
{
  guint i;

  for (i = 0; i < n; i++)
    if (levels[i].price == price)
      return &levels[i];
  return NULL;
}

typedef struct
{
  SimLevel level;
  guint    side;
  gboolean gone;
} LevelChange;

static void
update_depth (SimClient       *client,
              SimSubscription *subscription,
              gint64           now)
{
  SimLevel    levels[2][SIM_DEPTH];
  guint       n_levels[2];
  LevelChange changes[4 * SIM_DEPTH];
  guint       n = 0;
  guint       side, i;

  read_depth (subscription->market, levels, n_levels);
  for (side = 0; side < 2; side++)
    {
      for (i = 0; i < subscription->n_levels[side]; i++)
        if (!find_price (levels[side], n_levels[side], subscription->levels[side][i].price))
          changes[n++] = (LevelChange) { subscription->levels[side][i], side, TRUE };
      for (i = 0; i < n_levels[side]; i++)
        {
          const SimLevel *old = find_price (subscription->levels[side], subscription->n_levels[side],
                                            levels[side][i].price);

          if (!old || !same_level (old, &levels[side][i]))
            changes[n++] = (LevelChange) { levels[side][i], side, FALSE };
        }
    }
  memcpy (subscription->levels, levels, sizeof levels);
  memcpy (subscription->n_levels, n_levels, sizeof n_levels);
  for (i = 0; i < n; i++)
    send_level (client, subscription, changes[i].side, &changes[i].level, changes[i].gone, i + 1 == n, now);
}

void
sim_feed_update (SimClient *client,
                 gint64     now)
{
  GPtrArray *subscriptions = sim_client_get_subscriptions (client);
  guint      i;

  for (i = 0; i < subscriptions->len; i++)
    {
      SimSubscription *subscription = g_ptr_array_index (subscriptions, i);

      if (subscription->quotes)
        update_quotes (client, subscription, now);
      if (subscription->depth)
        update_depth (client, subscription, now);
    }
}

#undef SET_INT
#undef SET_DOUBLE
#define SET_INT(field, value) dtc_message_set_int (&update, DTC_MARKET_DATA_UPDATE_TRADE_F_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (&update, DTC_MARKET_DATA_UPDATE_TRADE_F_##field, value)

void
sim_feed_trade (SimClient       *client,
                const SimMarket *market)
{
  GPtrArray *subscriptions = sim_client_get_subscriptions (client);
  guint      i;

  for (i = 0; i < subscriptions->len; i++)
    {
      const SimSubscription *subscription = g_ptr_array_index (subscriptions, i);
      g_auto (DtcMessage)    update = DTC_MESSAGE_INIT;

      if (!subscription->quotes || subscription->market != market)
        continue;
      dtc_message_init (&update, DTC_MSG_MARKET_DATA_UPDATE_TRADE);
      SET_INT (SYMBOL_ID, subscription->id);
      SET_INT (AT_BID_OR_ASK, market->taker_side == DTC_BUY ? DTC_AT_ASK : DTC_AT_BID);
      SET_DOUBLE (PRICE, to_wire (market, market->last));
      SET_DOUBLE (VOLUME, (double) market->last_quantity);
      SET_DOUBLE (DATE_TIME, seconds (market->last_time));
      sim_client_send (client, &update);
    }
}
