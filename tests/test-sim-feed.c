/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>

#include "sim-peer.h"

/* Market data in each of its forms and encodings: what a client that believes every message sees must be what is in
 * the market. */

#define STEPS 60

/* A client's picture of one market. */
typedef struct
{
  GHashTable *levels[2]; /* price in hundredths → quantity */
  GHashTable *orders;    /* OrderID → quantity and price, as text */
  double      best[2];
  double      last;
  double      volume;
  guint       n_trades;
  gboolean    complete;  /* the batch of levels has ended */
  GHashTable *types;     /* message numbers seen */
} Picture;

static void
picture_init (Picture *picture)
{
  *picture = (Picture) { 0 };
  picture->levels[0] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  picture->levels[1] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  picture->orders = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  picture->types = g_hash_table_new (NULL, NULL);
}

static void
picture_clear (Picture *picture)
{
  g_hash_table_unref (picture->levels[0]);
  g_hash_table_unref (picture->levels[1]);
  g_hash_table_unref (picture->orders);
  g_hash_table_unref (picture->types);
}

static gboolean
saw (const Picture *picture,
     guint          type)
{
  return g_hash_table_contains (picture->types, GUINT_TO_POINTER (type));
}

static gint64 *
key (double price)
{
  gint64 hundredths = llround (price * 100);

  return g_memdup2 (&hundredths, sizeof hundredths);
}

/* The value of a field by its name; -1 where the message has no such field, or has no value for it. */
static double
number (const DtcMessage *message,
        const char       *name)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  guint                 i;

  for (i = 0; i < desc->n_fields; i++)
    if (strcmp (desc->fields[i].name, name) == 0)
      {
        if (desc->fields[i].type == DTC_FIELD_DOUBLE || desc->fields[i].type == DTC_FIELD_FLOAT)
          return dtc_message_has (message, i) ? dtc_message_get_double (message, i) : -1;
        return (double) dtc_message_get_int (message, i);
      }
  return -1;
}

static void
set_level (Picture *picture,
           double   side,
           double   price,
           double   quantity,
           gboolean gone)
{
  GHashTable *levels = picture->levels[side == DTC_AT_BID ? 0 : 1];
  double      value = quantity;

  g_assert_true (side == DTC_AT_BID || side == DTC_AT_ASK);
  if (gone)
    {
      g_autofree gint64 *k = key (price);

      g_assert_true (g_hash_table_remove (levels, k));
    }
  else
    g_hash_table_replace (levels, key (price), g_memdup2 (&value, sizeof value));
}

static void
take_level (Picture          *picture,
            const DtcMessage *m)
{
  double            price = number (m, "Price");
  double            update = number (m, "UpdateType");
  g_autofree gint64 *k = key (price);
  gboolean          known = g_hash_table_contains (picture->levels[number (m, "Side") == DTC_AT_BID ? 0 : 1], k);

  if (update == DTC_MARKET_DEPTH_INSERT_LEVEL)
    g_assert_false (known);
  if (update == DTC_MARKET_DEPTH_UPDATE_LEVEL)
    g_assert_true (known);
  set_level (picture, number (m, "Side"), price, number (m, "Quantity"), update == DTC_MARKET_DEPTH_DELETE_LEVEL);
  picture->complete = number (m, "FinalUpdateInBatch") == DTC_FINAL_UPDATE_TRUE;
}

static void
take_order (Picture          *picture,
            const DtcMessage *m)
{
  gint64 id = (gint64) number (m, "OrderID");

  if (m->type == DTC_MSG_MARKET_ORDERS_REMOVE)
    g_assert_true (g_hash_table_remove (picture->orders, &id));
  else
    {
      g_assert_cmpint (g_hash_table_contains (picture->orders, &id), ==, m->type == DTC_MSG_MARKET_ORDERS_MODIFY);
      g_hash_table_replace (picture->orders, g_memdup2 (&id, sizeof id),
                            g_strdup_printf ("%.0f %.0f@%.2f", number (m, "Side"), number (m, "Quantity"),
                                             number (m, "Price")));
    }
}

static void
take (Picture          *picture,
      const DtcMessage *m)
{
  g_hash_table_add (picture->types, GUINT_TO_POINTER (m->type));
  switch (m->type)
    {
    case 107: case 112: case 137: case 142: case 146: case 147:
      picture->last = number (m, "Price");
      picture->volume += number (m, "Volume");
      picture->n_trades++;
      g_assert_true (number (m, "AtBidOrAsk") == DTC_AT_BID || number (m, "AtBidOrAsk") == DTC_AT_ASK);
      break;
    case 104: case 108: case 117: case 143: case 144: case 148:
      picture->best[0] = number (m, "BidPrice");
      picture->best[1] = number (m, "AskPrice");
      break;
    case 122: case 145:
      set_level (picture, number (m, "Side"), number (m, "Price"), number (m, "Quantity"), FALSE);
      picture->complete = m->type == 122 ? number (m, "IsLastMessageInBatch") == 1
                                         : number (m, "FinalUpdateInBatch") == DTC_FINAL_UPDATE_TRUE;
      break;
    case 106: case 109: case 140: case 141:
      take_level (picture, m);
      break;
    case 152: case 153: case 154:
      take_order (picture, m);
      break;
    default:
      break;
    }
}

static guint
count_orders (SimMarket *market);

static void
collect (gpointer data,
         gpointer user_data)
{
  const SimBookEntry *entry = data;
  SimMarket          *market = ((gpointer *) user_data)[0];
  Picture            *picture = ((gpointer *) user_data)[1];
  gint64              id = (gint64) entry->id;
  g_autofree char    *expected = g_strdup_printf ("%d %" G_GINT64_FORMAT "@%.2f",
                                                  entry->side == DTC_BUY ? DTC_AT_BID : DTC_AT_ASK, entry->quantity,
                                                  sim_instrument_to_wire (market->instrument, (double) entry->price));

  g_assert_cmpstr (g_hash_table_lookup (picture->orders, &id), ==, expected);
}

static void
count_one (gpointer data,
           gpointer user_data)
{
  ++*(guint *) user_data;
}

static guint
count_orders (SimMarket *market)
{
  guint n = 0;

  sim_book_foreach (market->book, DTC_BUY, count_one, &n);
  sim_book_foreach (market->book, DTC_SELL, count_one, &n);
  return n;
}

static void
assert_matches (Picture   *picture,
                SimMarket *market,
                gboolean   quotes,
                gboolean   orders)
{
  static const int sides[] = { DTC_BUY, DTC_SELL };
  guint            side, i;

  for (side = 0; side < 2; side++)
    {
      SimLevel levels[SIM_DEPTH];
      guint    n = sim_book_depth (market->book, sides[side], levels, SIM_DEPTH);

      g_assert_cmpuint (g_hash_table_size (picture->levels[side]), ==, n);
      for (i = 0; i < n; i++)
        {
          double             price = sim_instrument_to_wire (market->instrument, (double) levels[i].price);
          g_autofree gint64 *k = key (price);
          const double      *quantity = g_hash_table_lookup (picture->levels[side], k);

          g_assert_nonnull (quantity);
          g_assert_cmpfloat (*quantity, ==, (double) levels[i].quantity);
          if (i == 0 && quotes)
            g_assert_cmpfloat_with_epsilon (picture->best[side], price, 1e-3);
        }
    }
  if (picture->n_trades > 0)
    g_assert_cmpfloat_with_epsilon (picture->last, sim_instrument_to_wire (market->instrument, (double) market->last),
                                    1e-3);
  if (orders)
    {
      gpointer both[] = { market, picture };

      g_assert_cmpuint (g_hash_table_size (picture->orders), ==, count_orders (market));
      sim_book_foreach (market->book, DTC_BUY, collect, both);
      sim_book_foreach (market->book, DTC_SELL, collect, both);
    }
}

/* Reads all that was sent so far: a question of ours comes back behind it. */
static void
catch_up (Peer    *peer,
          Picture *picture)
{
  peer_ask (peer, DTC_MSG_TRADE_ACCOUNTS_REQUEST, 4711, NULL);
  do
    {
      g_assert_true (peer_next (peer));
      take (picture, &peer->message);
    }
  while (peer->message.type != DTC_MSG_TRADE_ACCOUNT_RESPONSE
         || peer->message.trade_account_response.message_number
            != peer->message.trade_account_response.total_number_messages);
}

typedef struct
{
  SimForms        forms;
  gint32          wishes;
  DtcEncodingKind encoding;
  guint16         types[6]; /* that must be seen */
} Way;

static void
test_way (gconstpointer data)
{
  const Way             *way = data;
  SimOptions            *options = sim_quiet_options (DTC_NUMBERING_DTC);
  g_autoptr (SimServer)  server = NULL;
  SimMarket             *market;
  Picture                picture, second;
  Peer                   peer, other;
  double                 volume;
  guint                  i;

  options->forms = way->forms;
  server = sim_start (options);
  market = sim_exchange_find_market (sim_server_get_exchange (server), "ESZ6");
  picture_init (&picture);
  picture_init (&second);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_open (&other, server, DTC_NUMBERING_DTC);
  peer_shake_hands (&peer, way->encoding, way->encoding);
  peer_shake_hands (&other, way->encoding, way->encoding);
  g_assert_cmpint (peer_log_on_wishing (&peer, "", "", way->wishes)->result, ==, DTC_LOGON_SUCCESS);
  g_assert_cmpint (peer_log_on_wishing (&other, "", "", way->wishes)->result, ==, DTC_LOGON_SUCCESS);
  for (i = 0; i < 10; i++)
    sim_server_step (server);
  volume = (double) market->volume;
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 7, "ESZ6");
  peer_subscribe (&peer, DTC_MSG_MARKET_DEPTH_REQUEST, 7, "ESZ6");
  peer_subscribe (&peer, DTC_MSG_MARKET_ORDERS_REQUEST, 7, "ESZ6");
  catch_up (&peer, &picture);
  g_assert_true (picture.complete);
  assert_matches (&picture, market, TRUE, TRUE);
  for (i = 0; i < STEPS; i++)
    {
      sim_server_step (server);
      if (i == STEPS / 2)
        {
          /* One who comes later, under the same SymbolID, sees the same from then on. */
          peer_subscribe (&other, DTC_MSG_MARKET_DATA_REQUEST, 7, "ESZ6");
          peer_subscribe (&other, DTC_MSG_MARKET_DEPTH_REQUEST, 7, "ESZ6");
          catch_up (&other, &second);
        }
      catch_up (&peer, &picture);
      g_assert_true (picture.complete);
      assert_matches (&picture, market, TRUE, TRUE);
    }
  catch_up (&other, &second);
  assert_matches (&second, market, TRUE, FALSE);
  g_assert_cmpfloat (picture.volume, ==, (double) market->volume - volume);
  g_assert_cmpuint (second.n_trades, <, picture.n_trades);
  for (i = 0; i < G_N_ELEMENTS (way->types) && way->types[i]; i++)
    g_assert_true (saw (&picture, way->types[i]));
  peer_close (&peer);
  peer_close (&other);
  picture_clear (&picture);
  picture_clear (&second);
}

static void
ask_data (Peer       *peer,
          int         action,
          guint       id,
          const char *symbol,
          guint       interval)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  dtc_message_init (&m, DTC_MSG_MARKET_DATA_REQUEST);
  dtc_message_set_int (&m, DTC_MARKET_DATA_REQUEST_F_REQUEST_ACTION, action);
  dtc_message_set_int (&m, DTC_MARKET_DATA_REQUEST_F_SYMBOL_ID, id);
  dtc_message_set_string (&m, DTC_MARKET_DATA_REQUEST_F_SYMBOL, symbol);
  dtc_message_set_int (&m, DTC_MARKET_DATA_REQUEST_F_INTERVAL_FOR_SNAPSHOT_UPDATES_IN_MILLISECONDS, interval);
  peer_send (peer, &m);
}

static guint
count_data (Peer  *peer,
            guint *n_snapshots)
{
  guint n = 0;

  *n_snapshots = 0;
  peer_ask (peer, DTC_MSG_TRADE_ACCOUNTS_REQUEST, 4711, NULL);
  while (peer_next (peer) && peer->message.type != DTC_MSG_TRADE_ACCOUNT_RESPONSE)
    if (peer->message.type == DTC_MSG_MARKET_DATA_SNAPSHOT)
      ++*n_snapshots;
    else if (peer->message.type >= 100 && peer->message.type < 200)
      n++;
  peer_expect (peer, DTC_MSG_TRADE_ACCOUNT_RESPONSE);
  return n;
}

/* Snapshots alone, snapshots now and then, and the end of a subscription. */
static void
test_actions (void)
{
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  guint                 n_snapshots, i;
  Peer                  peer;

  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_log_on (&peer, "", "");
  ask_data (&peer, DTC_SNAPSHOT, 1, "ESZ6", 0);
  g_assert_cmpuint (count_data (&peer, &n_snapshots), ==, 0);
  g_assert_cmpuint (n_snapshots, ==, 1);
  for (i = 0; i < 20; i++)
    sim_server_step (server);
  g_assert_cmpuint (count_data (&peer, &n_snapshots), ==, 0);
  g_assert_cmpuint (n_snapshots, ==, 0);

  /* An hour between two: there is one. */
  ask_data (&peer, DTC_SNAPSHOT_WITH_INTERVAL_UPDATES, 1, "ESZ6", 3600 * 1000);
  sim_run ();
  for (i = 0; i < 20; i++)
    sim_server_step (server);
  g_assert_cmpuint (count_data (&peer, &n_snapshots), ==, 0);
  g_assert_cmpuint (n_snapshots, ==, 1);
  /* A millisecond: they come, and nothing else does. */
  ask_data (&peer, DTC_SNAPSHOT_WITH_INTERVAL_UPDATES, 1, "ESZ6", 1);
  sim_run ();
  for (i = 0; i < 20; i++)
    {
      g_usleep (1500);
      sim_server_step (server);
    }
  g_assert_cmpuint (count_data (&peer, &n_snapshots), ==, 0);
  g_assert_cmpuint (n_snapshots, >, 2);

  ask_data (&peer, DTC_SUBSCRIBE, 1, "ESZ6", 0);
  sim_run ();
  for (i = 0; i < 20; i++)
    sim_server_step (server);
  g_assert_cmpuint (count_data (&peer, &n_snapshots), >, 5);
  ask_data (&peer, DTC_UNSUBSCRIBE, 1, "", 0);
  count_data (&peer, &n_snapshots);
  for (i = 0; i < 20; i++)
    sim_server_step (server);
  g_assert_cmpuint (count_data (&peer, &n_snapshots), ==, 0);
  /* The SymbolID is free again. */
  ask_data (&peer, DTC_SUBSCRIBE, 1, "CLZ6", 0);
  peer_expect (&peer, DTC_MSG_MARKET_DATA_SNAPSHOT);
  peer_close (&peer);
}

static void
test_refused_data (void)
{
  SimOptions           *options = sim_quiet_options (DTC_NUMBERING_DTC);
  g_autoptr (SimServer) server = NULL;
  Peer                  peer;

  options->refused_data = g_strsplit ("ESZ6,ZNZ6", ",", -1);
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_log_on (&peer, "", "");
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 1, "ESZ6");
  g_assert_cmpstr (peer_expect (&peer, DTC_MSG_MARKET_DATA_REJECT)->market_data_reject.reject_text, !=, "");
  peer_subscribe (&peer, DTC_MSG_MARKET_DEPTH_REQUEST, 1, "ESZ6");
  g_assert_cmpuint (peer_expect (&peer, DTC_MSG_MARKET_DEPTH_REJECT)->body.market_depth_reject.symbol_id, ==, 1);
  peer_subscribe (&peer, DTC_MSG_MARKET_ORDERS_REQUEST, 1, "ZNZ6");
  g_assert_cmpuint (peer_expect (&peer, DTC_MSG_MARKET_ORDERS_REJECT)->body.market_orders_reject.symbol_id, ==, 1);
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 1, "CLZ6");
  peer_expect (&peer, DTC_MSG_MARKET_DATA_SNAPSHOT);
  /* Trading goes on. */
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  peer_close (&peer);
}

static void
test_depth_is_best (void)
{
  SimOptions           *options = sim_quiet_options (DTC_NUMBERING_DTC);
  g_autoptr (SimServer) server = NULL;
  Picture               picture;
  Peer                  peer;
  guint                 i;

  options->depth_is_best = TRUE;
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_cmpint (peer_log_on (&peer, "", "")->market_depth_updates_best_bid_and_ask, ==, 1);
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 1, "ESZ6");
  peer_subscribe (&peer, DTC_MSG_MARKET_DEPTH_REQUEST, 1, "ESZ6");
  picture_init (&picture);
  catch_up (&peer, &picture);
  for (i = 0; i < 50; i++)
    sim_server_step (server);
  catch_up (&peer, &picture);
  assert_matches (&picture, sim_exchange_find_market (sim_server_get_exchange (server), "ESZ6"), FALSE, FALSE);
  g_assert_false (saw (&picture, DTC_MSG_MARKET_DATA_UPDATE_BID_ASK));
  g_assert_true (saw (&picture, DTC_MSG_MARKET_DATA_UPDATE_TRADE));
  peer_close (&peer);
  picture_clear (&picture);
}

/* A client of little bandwidth is told the last trade and no other. */
static void
test_low_bandwidth (void)
{
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  Picture               picture;
  Peer                  peer;
  guint                 i;

  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_log_on_wishing (&peer, "", "", 1);
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 1, "ESZ6");
  picture_init (&picture);
  catch_up (&peer, &picture);
  for (i = 0; i < 50; i++)
    sim_server_step (server);
  catch_up (&peer, &picture);
  g_assert_true (saw (&picture, DTC_MSG_MARKET_DATA_UPDATE_LAST_TRADE_SNAPSHOT));
  g_assert_cmpuint (picture.n_trades, ==, 0);
  peer_close (&peer);
  picture_clear (&picture);
}

/* Who does not read loses market data, is told how much, and gets every order message. */
static void
test_slow_reader (void)
{
  SimOptions           *options = sim_quiet_options (DTC_NUMBERING_DTC);
  g_autoptr (SimServer) server = NULL;
  Peer                  peer;
  guint                 i;

  options->heartbeat = 3;
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_log_on (&peer, "", "");
  peer_subscribe (&peer, DTC_MSG_MARKET_DEPTH_REQUEST, 1, "ESZ6");
  sim_run ();
  for (i = 0; i < 100000 && sim_client_get_dropped (sim_server_get_client (server, 0)) == 0; i++)
    sim_server_step (server);
  g_assert_cmpuint (sim_client_get_dropped (sim_server_get_client (server, 0)), >, 0);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  sim_run ();
  sim_client_tick (sim_server_get_client (server, 0), g_get_monotonic_time () + 5 * G_USEC_PER_SEC);
  peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  peer_expect_update (&peer, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpuint (peer_expect (&peer, DTC_MSG_HEARTBEAT)->heartbeat.num_dropped_messages, >, 0);
  peer_close (&peer);
}

int
main (int    argc,
      char **argv)
{
  static const Way ways[] = {
    { SIM_FORMS_CLASSIC, 0, DTC_ENCODING_JSON, { 107, 108, 122, 140, 152, 154 } },
    { SIM_FORMS_CLASSIC, 0x180800, DTC_ENCODING_JSON, { 146, 144, 145, 140 } },
    { SIM_FORMS_CLASSIC, 0, DTC_ENCODING_JSON_COMPACT, { 107, 108, 122, 140 } },
    { SIM_FORMS_CLASSIC, 0, DTC_ENCODING_BINARY, { 107, 108, 122, 140, 152, 154 } },
    { SIM_FORMS_CLASSIC, 0, DTC_ENCODING_BINARY_VLS, { 107, 108, 122, 140 } },
    { SIM_FORMS_SIERRA, 0, DTC_ENCODING_JSON, { 112, 117, 122, 106 } },
    { SIM_FORMS_SIERRA, 0x8, DTC_ENCODING_BINARY, { 107, 108, 122, 106 } },
    { SIM_FORMS_SIERRA, 0x180888, DTC_ENCODING_BINARY, { 146, 144, 145, 140 } },
    { SIM_FORMS_COMPACT, 0, DTC_ENCODING_JSON_COMPACT, { 112, 117, 122, 140 } },
    { SIM_FORMS_COMPACT, 0, DTC_ENCODING_BINARY, { 112, 117 } },
    { SIM_FORMS_V2, 0, DTC_ENCODING_JSON, { 147, 148, 109 } },
    { SIM_FORMS_V2, 0, DTC_ENCODING_BINARY, { 147, 148, 109, 122 } },
    { SIM_FORMS_RETIRED, 0, DTC_ENCODING_JSON, { 142, 143, 106 } },
    { SIM_FORMS_RETIRED, 0, DTC_ENCODING_BINARY, { 142, 143, 106 } },
    { SIM_FORMS_MIXED, 0, DTC_ENCODING_JSON, { 107, 112, 137, 142, 146, 147 } },
    { SIM_FORMS_MIXED, 0, DTC_ENCODING_JSON_COMPACT, { 108, 117, 143, 144, 148 } },
    { SIM_FORMS_MIXED, 0, DTC_ENCODING_BINARY, { 106, 109, 140, 141 } },
    { SIM_FORMS_MIXED, 0, DTC_ENCODING_BINARY_VLS, { 107, 112, 137, 142, 146, 147 } },
  };
  guint i;

  g_unsetenv ("DTC_SIM_USERNAME");
  g_unsetenv ("DTC_SIM_PASSWORD");
  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim/feed/%u/%s/%x", ways[i].forms,
                                               dtc_encoding_to_string (ways[i].encoding), (guint) ways[i].wishes);

      g_test_add_data_func (path, &ways[i], test_way);
    }
  g_test_add_func ("/sim/feed/actions", test_actions);
  g_test_add_func ("/sim/feed/refused-data", test_refused_data);
  g_test_add_func ("/sim/feed/depth-is-best", test_depth_is_best);
  g_test_add_func ("/sim/feed/low-bandwidth", test_low_bandwidth);
  g_test_add_func ("/sim/feed/slow-reader", test_slow_reader);
  return g_test_run ();
}
