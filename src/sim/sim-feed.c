/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-feed-private.h"

#include <string.h>

#define MAX_SUBSCRIPTIONS  1000
#define WISH_LOW_BANDWIDTH 0x1 /* Integer_1 of LOGON_REQUEST: the last trade now and then instead of each */

static double
seconds (gint64 time)
{
  return (double) time / G_USEC_PER_SEC;
}

/* Who looks at what. */

static void
tape_free (gpointer data)
{
  SimTape *tape = data;

  g_ptr_array_unref (tape->subscriptions);
  g_clear_pointer (&tape->orders, g_array_unref);
  g_free (tape);
}

static void
viewer_free (gpointer data)
{
  SimViewer *viewer = data;

  g_hash_table_unref (viewer->by_id);
  g_free (viewer);
}

static void
set_depth (SimSubscription *subscription,
           gboolean         depth)
{
  subscription->tape->n_depth += (guint) (depth - subscription->depth);
  subscription->depth = depth;
}

static void
set_orders (SimSubscription *subscription,
            gboolean         orders)
{
  SimTape *tape = subscription->tape;

  tape->n_orders += (guint) (orders - subscription->orders);
  subscription->orders = orders;
  if (tape->n_orders == 0)
    g_clear_pointer (&tape->orders, g_array_unref);
}

static void
subscription_free (gpointer data)
{
  SimSubscription *subscription = data;

  set_depth (subscription, FALSE);
  set_orders (subscription, FALSE);
  g_ptr_array_remove (subscription->tape->subscriptions, subscription);
  g_free (subscription);
}

static void
drop_if_idle (SimFeed *feed,
              SimTape *tape)
{
  if (tape->subscriptions->len == 0)
    g_ptr_array_remove (feed->active, tape);
}

SimFeed *
sim_feed_new (SimExchange      *exchange,
              const SimOptions *options)
{
  SimFeed *feed = g_new0 (SimFeed, 1);

  feed->exchange = exchange;
  feed->options = options;
  feed->tapes = g_hash_table_new_full (NULL, NULL, NULL, tape_free);
  feed->active = g_ptr_array_new ();
  feed->viewers = g_hash_table_new_full (NULL, NULL, NULL, viewer_free);
  feed->scratch = g_byte_array_new ();
  return feed;
}

void
sim_feed_free (SimFeed *feed)
{
  if (!feed)
    return;
  g_hash_table_unref (feed->viewers);
  g_hash_table_unref (feed->tapes);
  g_ptr_array_unref (feed->active);
  g_byte_array_unref (feed->scratch);
  dtc_message_clear (&feed->message);
  g_free (feed);
}

void
sim_feed_leave (SimFeed   *feed,
                SimClient *client)
{
  guint i;

  if (!g_hash_table_remove (feed->viewers, client))
    return;
  for (i = feed->active->len; i > 0; i--)
    drop_if_idle (feed, g_ptr_array_index (feed->active, i - 1));
}

static SimTape *
get_tape (SimFeed   *feed,
          SimMarket *market)
{
  SimTape *tape = g_hash_table_lookup (feed->tapes, market);

  if (!tape)
    {
      tape = g_new0 (SimTape, 1);
      tape->market = market;
      tape->subscriptions = g_ptr_array_new ();
      g_hash_table_insert (feed->tapes, market, tape);
    }
  return tape;
}

static SimViewer *
get_viewer (SimFeed   *feed,
            SimClient *client)
{
  SimViewer *viewer = g_hash_table_lookup (feed->viewers, client);

  if (!viewer)
    {
      viewer = g_new0 (SimViewer, 1);
      viewer->client = client;
      viewer->by_id = g_hash_table_new_full (NULL, NULL, NULL, subscription_free);
      g_hash_table_insert (feed->viewers, client, viewer);
    }
  return viewer;
}

static gboolean
is_refused (SimFeed    *feed,
            const char *symbol)
{
  char **refused = feed->options->refused_data;

  return refused && (g_strv_contains ((const char *const *) refused, symbol)
                     || g_strv_contains ((const char *const *) refused, "*"));
}

/* Why @client cannot look at @market under @id, or NULL. */
static const char *
find_objection (SimFeed    *feed,
                SimViewer  *viewer,
                guint32     id,
                SimMarket  *market)
{
  const SimSubscription *mine = g_hash_table_lookup (viewer->by_id, GUINT_TO_POINTER (id));
  const SimTape         *tape;
  guint                  i;

  if (!market)
    return "Unknown symbol";
  if (is_refused (feed, market->instrument->symbol))
    return "Market data of this symbol is not allowed through DTC";
  if (mine && mine->tape->market != market)
    return "This SymbolID is in use for another symbol";
  tape = get_tape (feed, market);
  for (i = 0; i < tape->subscriptions->len; i++)
    {
      const SimSubscription *other = g_ptr_array_index (tape->subscriptions, i);

      if (other->viewer == viewer && other->id != id)
        return "This symbol is in use under another SymbolID";
    }
  if (!mine && g_hash_table_size (viewer->by_id) >= MAX_SUBSCRIPTIONS)
    return "Too many subscriptions";
  return NULL;
}

/* Telling. */

void
sim_feed_begin (SimFeed *feed)
{
  g_byte_array_set_size (feed->scratch, 0);
  feed->n_cached = 0;
}

gboolean
sim_feed_send_cached (SimFeed               *feed,
                      const SimSubscription *subscription,
                      guint                  form)
{
  SimClient      *client = subscription->viewer->client;
  DtcEncodingKind encoding = sim_client_get_codec (client)->encoding;
  guint           i;

  if (feed->n_cached == 0 || sim_client_has_faults (client))
    return FALSE;
  for (i = 0; i < feed->n_cached; i++)
    if (feed->cached[i].id == subscription->id && feed->cached[i].form == form
        && feed->cached[i].encoding == encoding)
      {
        sim_client_send_data (client, feed->scratch->data + feed->cached[i].offset, feed->cached[i].len);
        return TRUE;
      }
  return FALSE;
}

void
sim_feed_send (SimFeed               *feed,
               const SimSubscription *subscription,
               guint                  form)
{
  SimClient      *client = subscription->viewer->client;
  const DtcCodec *codec = sim_client_get_codec (client);
  guint           offset = feed->scratch->len;

  if (sim_client_has_faults (client)
      || !dtc_codec_encode (codec, DTC_TO_CLIENT, &feed->message, feed->scratch, NULL))
    {
      sim_client_send (client, &feed->message);
      return;
    }
  if (feed->n_cached < SIM_MAX_CACHED)
    {
      feed->cached[feed->n_cached].encoding = codec->encoding;
      feed->cached[feed->n_cached].form = form;
      feed->cached[feed->n_cached].id = subscription->id;
      feed->cached[feed->n_cached].offset = offset;
      feed->cached[feed->n_cached].len = feed->scratch->len - offset;
      feed->n_cached++;
    }
  sim_client_send_data (client, feed->scratch->data + offset, feed->scratch->len - offset);
}

static gboolean
has_low_bandwidth (const SimSubscription *subscription)
{
  return (sim_client_get_wishes (subscription->viewer->client) & WISH_LOW_BANDWIDTH) != 0;
}

/* Whether @subscription is told @event at once. */
static gboolean
wants (SimFeed         *feed,
       SimSubscription *subscription,
       const SimEvent  *event)
{
  switch (event->kind)
    {
    case SIM_EVENT_LEVEL:
      return subscription->depth;
    case SIM_EVENT_TRADE:
      subscription->stale = TRUE;
      return subscription->quotes && !subscription->interval && !has_low_bandwidth (subscription);
    case SIM_EVENT_QUOTE:
      subscription->stale = TRUE;
      return subscription->quotes && !subscription->interval && !(subscription->depth && feed->options->depth_is_best);
    case SIM_EVENT_FIGURE:
      return subscription->quotes && (!subscription->interval || event->type == DTC_MSG_TRADING_SYMBOL_STATUS
                                      || event->type == DTC_MSG_MARKET_DATA_FEED_SYMBOL_STATUS);
    case SIM_EVENT_SNAPSHOT_LEVEL:
    case SIM_EVENT_KINDS:
    default:
      return FALSE;
    }
}

static void
tell (SimFeed        *feed,
      SimTape        *tape,
      const SimEvent *event)
{
  guint i;

  sim_feed_begin (feed);
  for (i = tape->subscriptions->len; i > 0; i--)
    {
      SimSubscription *subscription = g_ptr_array_index (tape->subscriptions, i - 1);
      guint            form;

      if (!wants (feed, subscription, event))
        continue;
      form = sim_forms_choose (feed->options->forms, sim_client_get_wishes (subscription->viewer->client), event->kind,
                               subscription->turn++);
      if (sim_feed_send_cached (feed, subscription, form))
        continue;
      sim_forms_build (event, form, subscription->id, &feed->message);
      sim_feed_send (feed, subscription, form);
    }
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
send_snapshot (SimClient     *client,
               guint32        id,
               const SimTape *tape,
               gint64         now)
{
  const SimMarket    *market = tape->market;
  const SimLevel     *best = tape->best;
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_MARKET_DATA_SNAPSHOT);
  SET_INT (SYMBOL_ID, id);
  if (market->settlement != 0)
    {
      SET_DOUBLE (SESSION_SETTLEMENT_PRICE, to_wire (market, market->settlement));
      SET_INT (SESSION_SETTLEMENT_DATE_TIME, market->settlement_time / G_USEC_PER_SEC);
    }
  SET_DOUBLE (SESSION_OPEN_PRICE, to_wire (market, market->open));
  SET_DOUBLE (SESSION_HIGH_PRICE, to_wire (market, market->high));
  SET_DOUBLE (SESSION_LOW_PRICE, to_wire (market, market->low));
  SET_DOUBLE (SESSION_VOLUME, (double) market->volume);
  SET_INT (SESSION_NUM_TRADES, market->n_trades);
  if (market->open_interest != 0)
    SET_INT (OPEN_INTEREST, market->open_interest);
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
  if (market->session_date != 0)
    SET_INT (TRADING_SESSION_DATE, market->session_date);
  SET_INT (TRADING_STATUS, market->phase);
  sim_client_send (client, &answer);
}

#undef SET_INT
#undef SET_DOUBLE
#define SET_INT(field, value) \
  dtc_message_set_int (&answer, DTC_MARKET_DATA_UPDATE_LAST_TRADE_SNAPSHOT_F_##field, value)
#define SET_DOUBLE(field, value) \
  dtc_message_set_double (&answer, DTC_MARKET_DATA_UPDATE_LAST_TRADE_SNAPSHOT_F_##field, value)

static void
send_last_trade (const SimSubscription *subscription)
{
  const SimMarket    *market = subscription->tape->market;
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_MARKET_DATA_UPDATE_LAST_TRADE_SNAPSHOT);
  SET_INT (SYMBOL_ID, subscription->id);
  SET_DOUBLE (LAST_TRADE_PRICE, to_wire (market, market->last));
  SET_DOUBLE (LAST_TRADE_VOLUME, (double) market->last_quantity);
  SET_DOUBLE (LAST_TRADE_DATE_TIME, seconds (market->last_time));
  sim_client_send (subscription->viewer->client, &answer);
}

#undef SET_INT
#undef SET_DOUBLE

static void
send_depth (SimFeed       *feed,
            SimClient     *client,
            guint32        id,
            const SimTape *tape,
            gint64         now)
{
  guint    form = sim_forms_choose (feed->options->forms, sim_client_get_wishes (client), SIM_EVENT_SNAPSHOT_LEVEL, 0);
  guint    total = tape->n_levels[0] + tape->n_levels[1];
  SimEvent event = { .kind = SIM_EVENT_SNAPSHOT_LEVEL, .market = tape->market, .time = now, .first = TRUE };
  guint    sent = 0;
  guint    side, i;

  for (side = 0; side < 2; side++)
    for (i = 0; i < tape->n_levels[side]; i++)
      {
        const SimLevel *level = &tape->levels[side][i];

        event.side = side == 0 ? DTC_BUY : DTC_SELL;
        event.price = level->price;
        event.quantity = level->quantity;
        event.orders = level->orders;
        event.level = i + 1;
        event.first = sent == 0;
        event.last = ++sent == total;
        sim_forms_build (&event, form, id, &feed->message);
        sim_client_send (client, &feed->message);
      }
  if (total > 0)
    return;
  event.last = TRUE;
  sim_forms_build (&event, form, id, &feed->message);
  sim_client_send (client, &feed->message);
}

static gboolean
same_level (const SimLevel *a,
            const SimLevel *b)
{
  return a->price == b->price && a->quantity == b->quantity;
}

static void
update_quotes (SimFeed *feed,
               SimTape *tape,
               gint64   now)
{
  SimLevel best[2];

  memset (best, 0, sizeof best);
  sim_book_depth (tape->market->book, DTC_BUY, &best[0], 1);
  sim_book_depth (tape->market->book, DTC_SELL, &best[1], 1);
  if (same_level (&best[0], &tape->best[0]) && same_level (&best[1], &tape->best[1]))
    return;
  memcpy (tape->best, best, sizeof best);
  tell (feed, tape, &(SimEvent) { .kind = SIM_EVENT_QUOTE, .market = tape->market, .time = now,
                                  .best = { best[0], best[1] } });
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

static SimEvent
level_event (const SimTape  *tape,
             guint           side,
             const SimLevel *level,
             gint64          now)
{
  return (SimEvent) { .kind = SIM_EVENT_LEVEL, .market = tape->market, .time = now, .price = level->price,
                      .quantity = level->quantity, .side = side == 0 ? DTC_BUY : DTC_SELL, .orders = level->orders };
}

static void
update_depth (SimFeed *feed,
              SimTape *tape,
              gint64   now)
{
  SimLevel levels[2][SIM_DEPTH];
  guint    n_levels[2];
  SimEvent changes[4 * SIM_DEPTH];
  guint    n = 0;
  guint    side, i;

  n_levels[0] = sim_book_depth (tape->market->book, DTC_BUY, levels[0], SIM_DEPTH);
  n_levels[1] = sim_book_depth (tape->market->book, DTC_SELL, levels[1], SIM_DEPTH);
  for (side = 0; side < 2; side++)
    {
      for (i = 0; i < tape->n_levels[side]; i++)
        if (!find_price (levels[side], n_levels[side], tape->levels[side][i].price))
          {
            changes[n] = level_event (tape, side, &tape->levels[side][i], now);
            changes[n++].gone = TRUE;
          }
      for (i = 0; i < n_levels[side]; i++)
        {
          const SimLevel *old = find_price (tape->levels[side], tape->n_levels[side], levels[side][i].price);

          if (old && same_level (old, &levels[side][i]))
            continue;
          changes[n] = level_event (tape, side, &levels[side][i], now);
          changes[n++].is_new = !old;
        }
    }
  memcpy (tape->levels, levels, sizeof levels);
  memcpy (tape->n_levels, n_levels, sizeof n_levels);
  for (i = 0; i < n; i++)
    {
      changes[i].last = i + 1 == n;
      tell (feed, tape, &changes[i]);
    }
}

static gboolean
is_down (const SimFeed *feed,
         const SimTape *tape)
{
  return feed->exchange->feed_down || tape->market->feed_down;
}

/* Those who are told now and then. */
static void
update_intervals (SimFeed *feed,
                  SimTape *tape,
                  gint64   now)
{
  guint i;

  for (i = tape->subscriptions->len; i > 0; i--)
    {
      SimSubscription *subscription = g_ptr_array_index (tape->subscriptions, i - 1);

      if (!subscription->quotes || !subscription->stale)
        continue;
      if (subscription->interval && now - subscription->told < subscription->interval)
        continue;
      subscription->stale = FALSE;
      subscription->told = now;
      if (subscription->interval)
        send_snapshot (subscription->viewer->client, subscription->id, tape, now);
      else if (has_low_bandwidth (subscription))
        send_last_trade (subscription);
    }
}

/* What was told becomes what is; everyone who looks learns the difference. */
static void
refresh (SimFeed *feed,
         SimTape *tape,
         gint64   now)
{
  if (is_down (feed, tape))
    return;
  update_quotes (feed, tape, now);
  if (tape->n_depth > 0)
    update_depth (feed, tape, now);
  if (tape->n_orders > 0)
    sim_feed_update_orders (feed, tape, now);
  update_intervals (feed, tape, now);
}

void
sim_feed_update (SimFeed *feed,
                 gint64   now)
{
  guint i;

  for (i = feed->active->len; i > 0; i--)
    {
      SimTape *tape = g_ptr_array_index (feed->active, i - 1);

      if (tape->touched)
        refresh (feed, tape, now);
      tape->touched = FALSE;
    }
}

void
sim_feed_touch (SimFeed         *feed,
                const SimMarket *market)
{
  SimTape *tape = g_hash_table_lookup (feed->tapes, market);

  if (tape)
    tape->touched = TRUE;
}

void
sim_feed_touch_all (SimFeed *feed)
{
  guint i;

  for (i = 0; i < feed->active->len; i++)
    ((SimTape *) g_ptr_array_index (feed->active, i))->touched = TRUE;
}

void
sim_feed_trade (SimFeed         *feed,
                const SimMarket *market)
{
  SimTape *tape = g_hash_table_lookup (feed->tapes, market);

  if (!tape || tape->subscriptions->len == 0 || is_down (feed, tape))
    return;
  tell (feed, tape, &(SimEvent) { .kind = SIM_EVENT_TRADE, .market = market, .time = market->last_time,
                                  .price = market->last, .quantity = market->last_quantity,
                                  .side = market->taker_side });
}

void
sim_feed_session (SimFeed         *feed,
                  const SimMarket *market,
                  guint            what)
{
  static const struct
  {
    guint   what;
    guint16 type;
  } figures[] = {
    { SIM_SESSION_DATE, DTC_MSG_MARKET_DATA_UPDATE_TRADING_SESSION_DATE },
    { SIM_SESSION_SETTLEMENT, DTC_MSG_MARKET_DATA_UPDATE_SESSION_SETTLEMENT },
    { SIM_SESSION_OPEN_INTEREST, DTC_MSG_MARKET_DATA_UPDATE_OPEN_INTEREST },
    { SIM_SESSION_OPEN, DTC_MSG_MARKET_DATA_UPDATE_SESSION_OPEN },
    { SIM_SESSION_HIGH, DTC_MSG_MARKET_DATA_UPDATE_SESSION_HIGH },
    { SIM_SESSION_LOW, DTC_MSG_MARKET_DATA_UPDATE_SESSION_LOW },
    { SIM_SESSION_VOLUME, DTC_MSG_MARKET_DATA_UPDATE_SESSION_VOLUME },
    { SIM_SESSION_VOLUME, DTC_MSG_MARKET_DATA_UPDATE_SESSION_NUM_TRADES },
  };
  SimTape *tape = g_hash_table_lookup (feed->tapes, market);
  guint    i;

  if (!tape || is_down (feed, tape))
    return;
  for (i = 0; i < G_N_ELEMENTS (figures); i++)
    if (what & figures[i].what)
      tell (feed, tape, &(SimEvent) { .kind = SIM_EVENT_FIGURE, .market = market, .type = figures[i].type });
}

/* After a gap: where everything is. */
static void
restate (SimFeed *feed,
         SimTape *tape,
         gint64   now)
{
  guint i;

  refresh (feed, tape, now);
  for (i = tape->subscriptions->len; i > 0; i--)
    {
      const SimSubscription *subscription = g_ptr_array_index (tape->subscriptions, i - 1);

      if (subscription->quotes)
        send_snapshot (subscription->viewer->client, subscription->id, tape, now);
    }
}

void
sim_feed_status (SimFeed         *feed,
                 const SimMarket *market,
                 gint64           now)
{
  SimTape *tape = g_hash_table_lookup (feed->tapes, market);

  if (!tape)
    return;
  tell (feed, tape, &(SimEvent) { .kind = SIM_EVENT_FIGURE, .market = market,
                                  .type = DTC_MSG_MARKET_DATA_FEED_SYMBOL_STATUS });
  tell (feed, tape, &(SimEvent) { .kind = SIM_EVENT_FIGURE, .market = market,
                                  .type = DTC_MSG_TRADING_SYMBOL_STATUS });
  if (!is_down (feed, tape))
    restate (feed, tape, now);
}

void
sim_feed_resume (SimFeed *feed,
                 gint64   now)
{
  guint i;

  for (i = feed->active->len; i > 0; i--)
    restate (feed, g_ptr_array_index (feed->active, i - 1), now);
}

/* Requests. 101, 102 and 150 begin with the same four fields. */

typedef enum
{
  LOOK_QUOTES,
  LOOK_DEPTH,
  LOOK_ORDERS,
} Look;

static void
reject (SimClient  *client,
        Look        look,
        guint32     id,
        const char *text)
{
  static const guint16 types[] = { DTC_MSG_MARKET_DATA_REJECT, DTC_MSG_MARKET_DEPTH_REJECT,
                                   DTC_MSG_MARKET_ORDERS_REJECT };
  g_auto (DtcMessage)  answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, types[look]);
  dtc_message_set_int (&answer, DTC_MARKET_DATA_REJECT_F_SYMBOL_ID, id);
  dtc_message_set_string (&answer, DTC_MARKET_DATA_REJECT_F_REJECT_TEXT, text);
  sim_client_send (client, &answer);
}

static void
unsubscribe (SimFeed   *feed,
             SimViewer *viewer,
             guint32    id,
             Look       look)
{
  SimSubscription *subscription = g_hash_table_lookup (viewer->by_id, GUINT_TO_POINTER (id));
  SimTape         *tape;

  if (!subscription)
    return;
  tape = subscription->tape;
  if (look == LOOK_QUOTES)
    subscription->quotes = FALSE;
  else if (look == LOOK_DEPTH)
    set_depth (subscription, FALSE);
  else
    set_orders (subscription, FALSE);
  if (!subscription->quotes && !subscription->depth && !subscription->orders)
    g_hash_table_remove (viewer->by_id, GUINT_TO_POINTER (id));
  drop_if_idle (feed, tape);
}

static SimSubscription *
subscribe (SimFeed   *feed,
           SimViewer *viewer,
           guint32    id,
           SimTape   *tape)
{
  SimSubscription *subscription = g_hash_table_lookup (viewer->by_id, GUINT_TO_POINTER (id));

  if (subscription)
    return subscription;
  subscription = g_new0 (SimSubscription, 1);
  subscription->viewer = viewer;
  subscription->tape = tape;
  subscription->id = id;
  if (tape->subscriptions->len == 0)
    g_ptr_array_add (feed->active, tape);
  g_ptr_array_add (tape->subscriptions, subscription);
  g_hash_table_insert (viewer->by_id, GUINT_TO_POINTER (id), subscription);
  return subscription;
}

static void
begin (SimFeed          *feed,
       SimSubscription  *subscription,
       Look              look,
       const DtcMessage *message,
       gint64            now)
{
  SimTape   *tape = subscription->tape;
  SimClient *client = subscription->viewer->client;

  if (look == LOOK_QUOTES)
    {
      const DtcMarketDataRequest *request = &message->market_data_request;

      subscription->quotes = TRUE;
      subscription->interval = request->request_action == DTC_SNAPSHOT_WITH_INTERVAL_UPDATES
                               ? MAX (1, request->interval_for_snapshot_updates_in_milliseconds) * (gint64) 1000 : 0;
      subscription->told = now;
      subscription->stale = FALSE;
      send_snapshot (client, subscription->id, tape, now);
    }
  else if (look == LOOK_DEPTH)
    {
      if (tape->n_depth == 0)
        update_depth (feed, tape, now);
      set_depth (subscription, TRUE);
      send_depth (feed, client, subscription->id, tape, now);
    }
  else
    {
      if (tape->n_orders == 0)
        sim_feed_update_orders (feed, tape, now);
      set_orders (subscription, TRUE);
      subscription->smallest = message->body.market_orders_request.send_quantities_greater_or_equal_to;
      sim_feed_send_orders (feed, subscription, now);
    }
}

/* An answer without a subscription; what others follow is brought up to date first, for they are told differences. */
static void
look_once (SimFeed   *feed,
           SimClient *client,
           guint32    id,
           Look       look,
           SimTape   *tape,
           gint64     now)
{
  refresh (feed, tape, now);
  if (look == LOOK_QUOTES)
    {
      send_snapshot (client, id, tape, now);
      return;
    }
  if (tape->n_depth == 0)
    update_depth (feed, tape, now);
  send_depth (feed, client, id, tape, now);
}

gboolean
sim_feed_request (SimFeed          *feed,
                  SimClient        *client,
                  const DtcMessage *message,
                  gint64            now)
{
  const DtcMarketDataRequest *request = &message->market_data_request;
  Look                        look = message->type == DTC_MSG_MARKET_DATA_REQUEST ? LOOK_QUOTES
                                     : message->type == DTC_MSG_MARKET_DEPTH_REQUEST ? LOOK_DEPTH : LOOK_ORDERS;
  SimViewer                  *viewer;
  SimMarket                  *market;
  SimSubscription            *subscription;
  const char                 *wrong;
  gboolean                    had_orders;

  if (look == LOOK_ORDERS && message->type != DTC_MSG_MARKET_ORDERS_REQUEST)
    return FALSE;
  viewer = get_viewer (feed, client);
  if (request->request_action == DTC_UNSUBSCRIBE)
    {
      unsubscribe (feed, viewer, request->symbol_id, look);
      return TRUE;
    }
  market = sim_exchange_find_market (feed->exchange, request->symbol);
  if (market && request->request_action == DTC_SNAPSHOT && look != LOOK_ORDERS
      && !is_refused (feed, request->symbol))
    {
      look_once (feed, client, request->symbol_id, look, get_tape (feed, market), now);
      return TRUE;
    }
  wrong = find_objection (feed, viewer, request->symbol_id, market);
  if (wrong)
    {
      reject (client, look, request->symbol_id, wrong);
      return TRUE;
    }
  subscription = subscribe (feed, viewer, request->symbol_id, get_tape (feed, market));
  had_orders = subscription->orders;
  refresh (feed, subscription->tape, now);
  begin (feed, subscription, look, message, now);
  if (request->request_action == DTC_SNAPSHOT && !had_orders)
    unsubscribe (feed, viewer, request->symbol_id, look);
  return TRUE;
}
