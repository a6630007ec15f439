/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-peer.h"

/* Historical prices: what answers 800, plain and compressed, in every encoding. */

typedef struct
{
  gint32   interval;
  gint64   from;
  gint64   to;
  guint32  days;
  gboolean compressed;
} Wish;

static SimServer *
start_history (gboolean ticks_as_bars)
{
  SimOptions *options = sim_quiet_options (DTC_NUMBERING_DTC);

  options->history_port = 0;
  options->ticks_as_bars = ticks_as_bars;
  return sim_start (options);
}

static void
begin (Peer           *peer,
       SimServer      *server,
       DtcEncodingKind encoding)
{
  peer_open_port (peer, sim_server_get_history_port (server), DTC_NUMBERING_DTC);
  peer_shake_hands (peer, encoding, encoding);
  g_assert_cmpint (peer_log_on (peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
  g_assert_cmpint (peer->message.logon_response.historical_price_data_supported, ==, 1);
  g_assert_cmpint (peer->message.logon_response.one_historical_price_data_request_per_connection, ==, 1);
  g_assert_cmpint (peer->message.logon_response.trading_is_supported, ==, 0);
}

#define SET(field, value) dtc_message_set_int (&m, DTC_HISTORICAL_PRICE_DATA_REQUEST_F_##field, value)

static void
request (Peer       *peer,
         const char *symbol,
         const Wish *wish)
{
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;

  dtc_message_init (&m, DTC_MSG_HISTORICAL_PRICE_DATA_REQUEST);
  SET (REQUEST_ID, 77);
  dtc_message_set_string (&m, DTC_HISTORICAL_PRICE_DATA_REQUEST_F_SYMBOL, symbol);
  SET (RECORD_INTERVAL, wish->interval);
  SET (START_DATE_TIME, wish->from);
  SET (END_DATE_TIME, wish->to);
  SET (MAX_DAYS_TO_RETURN, wish->days);
  SET (USE_Z_LIB_COMPRESSION, wish->compressed);
  peer_send (peer, &m);
}

/* Everything up to the end of the connection, unpacked. */
static GByteArray *
read_compressed (Peer *peer)
{
  g_autoptr (GByteArray)        bytes = g_byte_array_new ();
  g_autoptr (GZlibDecompressor) unzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GInputStream)      memory = NULL;
  g_autoptr (GInputStream)      stream = NULL;
  g_autoptr (GError)            error = NULL;
  GByteArray                   *plain = g_byte_array_new ();
  const guint8                 *rest;
  guint8                        buffer[4096];
  gsize                         len;
  gssize                        n;

  rest = dtc_framer_peek (peer->framer, &len);
  if (rest)
    g_byte_array_append (bytes, rest, (guint) len);
  dtc_framer_reset (peer->framer, peer->codec.encoding);
  while (!peer->ended)
    {
      g_autoptr (GByteArray) more = peer_read_raw (peer);

      g_byte_array_append (bytes, more->data, more->len);
    }
  g_assert_cmpuint (bytes->len, >, 2);
  g_assert_cmpuint (bytes->data[0], ==, 0x78); /* the header of a zlib stream */
  memory = g_memory_input_stream_new_from_data (bytes->data, bytes->len, NULL);
  stream = g_converter_input_stream_new (memory, G_CONVERTER (unzip));
  while ((n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, &error)) > 0)
    g_byte_array_append (plain, buffer, (guint) n);
  g_assert_no_error (error);
  return plain;
}

/* The records of one answer, as copies. */
static GPtrArray *
ask_records (SimServer      *server,
             DtcEncodingKind encoding,
             const char     *symbol,
             const Wish     *wish)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) dtc_message_free);
  gboolean   final = FALSE;
  Peer       peer;

  begin (&peer, server, encoding);
  request (&peer, symbol, wish);
  peer_expect (&peer, DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_HEADER);
  g_assert_cmpint (peer.message.body.historical_price_data_response_header.request_id, ==, 77);
  g_assert_cmpint (peer.message.body.historical_price_data_response_header.record_interval, ==, wish->interval);
  if (!peer.message.body.historical_price_data_response_header.no_records_to_return)
    {
      g_assert_cmpint (peer.message.body.historical_price_data_response_header.use_z_lib_compression, ==,
                       wish->compressed);
      if (wish->compressed)
        {
          g_autoptr (GByteArray) plain = read_compressed (&peer);

          dtc_framer_feed (peer.framer, plain->data, plain->len);
        }
      while (!final)
        {
          g_assert_true (peer_next (&peer));
          g_ptr_array_add (records, dtc_message_copy (&peer.message));
          final = peer.message.type == DTC_MSG_HISTORICAL_PRICE_DATA_RECORD_RESPONSE
                  ? peer.message.body.historical_price_data_record_response.is_final_record
                  : peer.message.body.historical_price_data_tick_record_response.is_final_record;
        }
    }
  /* One request, one connection. */
  g_assert_false (peer_next (&peer));
  peer_close (&peer);
  return records;
}

static const DtcHistoricalPriceDataRecordResponse *
bar (GPtrArray *records,
     guint      index)
{
  const DtcMessage *m = g_ptr_array_index (records, index);

  g_assert_cmpint (m->type, ==, DTC_MSG_HISTORICAL_PRICE_DATA_RECORD_RESPONSE);
  return &m->body.historical_price_data_record_response;
}

static void
test_bars (void)
{
  static const DtcEncodingKind encodings[] = { DTC_ENCODING_JSON, DTC_ENCODING_JSON_COMPACT, DTC_ENCODING_BINARY,
                                               DTC_ENCODING_BINARY_VLS };
  g_autoptr (SimServer)  server = start_history (FALSE);
  SimMarket             *market = sim_exchange_find_market (sim_server_get_exchange (server), "CLZ6");
  Wish                   wish = { .interval = 3600, .days = 2 };
  g_autoptr (GPtrArray)  first = NULL;
  double                 volume = 0;
  guint                  e, i;

  first = ask_records (server, DTC_ENCODING_JSON, "CLZ6", &wish);
  g_assert_cmpuint (first->len, >=, 48);
  for (i = 0; i < first->len; i++)
    {
      g_assert_cmpint (bar (first, i)->start_date_time % (3600 * (gint64) G_USEC_PER_SEC), ==, 0);
      g_assert_cmpfloat (bar (first, i)->high_price, >=, bar (first, i)->open_price);
      g_assert_cmpfloat (bar (first, i)->low_price, <=, bar (first, i)->last_price);
      g_assert_cmpfloat (bar (first, i)->volume, ==, bar (first, i)->bid_volume + bar (first, i)->ask_volume);
      g_assert_cmpint (bar (first, i)->is_final_record, ==, i + 1 == first->len);
      if (i > 0)
        {
          g_assert_cmpint (bar (first, i)->start_date_time, ==,
                           bar (first, i - 1)->start_date_time + 3600 * (gint64) G_USEC_PER_SEC);
          g_assert_cmpfloat (bar (first, i)->open_price, ==, bar (first, i - 1)->last_price);
        }
    }
  /* The past leads to where the market began. */
  g_assert_cmpfloat (bar (first, first->len - 1)->last_price, ==, 7000);
  /* The same in every encoding, compressed and not. */
  for (e = 0; e < 2 * G_N_ELEMENTS (encodings); e++)
    {
      Wish                  again = { .interval = 3600, .days = 2, .compressed = e % 2 };
      g_autoptr (GPtrArray) records = ask_records (server, encodings[e / 2], "CLZ6", &again);

      g_assert_cmpuint (records->len, ==, first->len);
      for (i = 0; i < first->len; i++)
        {
          g_assert_cmpint (bar (records, i)->start_date_time, ==, bar (first, i)->start_date_time);
          g_assert_cmpfloat (bar (records, i)->last_price, ==, bar (first, i)->last_price);
          g_assert_cmpfloat (bar (records, i)->volume, ==, bar (first, i)->volume);
        }
    }
  /* What trades now is in it. */
  for (i = 0; i < 50; i++)
    sim_server_step (server);
  wish = (Wish) { .interval = 60, .from = g_get_real_time () / G_USEC_PER_SEC - 60 * 60 };
  g_ptr_array_unref (g_steal_pointer (&first));
  first = ask_records (server, DTC_ENCODING_JSON, "CLZ6", &wish);
  for (i = 0; i < first->len; i++)
    volume += bar (first, i)->open_interest != 4 ? bar (first, i)->volume : 0; /* four trades are a made-up bar */
  g_assert_cmpfloat (bar (first, first->len - 1)->last_price, ==,
                     sim_instrument_to_wire (market->instrument, (double) market->last));
  g_assert_cmpfloat (volume, <=, (double) market->volume);
  g_assert_cmpfloat (volume, >, 0);
}

static void
test_ticks (void)
{
  g_autoptr (SimServer) server = start_history (FALSE);
  g_autoptr (SimServer) sierra = start_history (TRUE);
  SimMarket            *market = sim_exchange_find_market (sim_server_get_exchange (server), "ESZ6");
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) bars = NULL;
  Wish                  wish = { .interval = 0 };
  Wish                  seconds = { .interval = 15 };
  const DtcMessage     *m;
  guint                 n, i;

  records = ask_records (server, DTC_ENCODING_BINARY, "ESZ6", &wish);
  n = records->len;
  g_assert_cmpuint (n, >, 1000);
  for (i = 1; i < n; i++)
    {
      const DtcMessage *prior = g_ptr_array_index (records, i - 1);

      m = g_ptr_array_index (records, i);
      g_assert_cmpint (m->type, ==, DTC_MSG_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE);
      g_assert_cmpfloat (m->body.historical_price_data_tick_record_response.date_time, >,
                         prior->body.historical_price_data_tick_record_response.date_time);
    }
  /* Each trade since the start is one more. */
  for (i = 0; i < 50; i++)
    sim_server_step (server);
  g_ptr_array_unref (g_steal_pointer (&records));
  records = ask_records (server, DTC_ENCODING_JSON, "ESZ6", &wish);
  g_assert_cmpuint (records->len, ==, n + market->n_trades);
  m = g_ptr_array_index (records, records->len - 1);
  g_assert_cmpfloat (m->body.historical_price_data_tick_record_response.price, ==,
                     sim_instrument_to_wire (market->instrument, (double) market->last));
  /* Bars of seconds are made of them. */
  bars = ask_records (server, DTC_ENCODING_JSON, "ESZ6", &seconds);
  g_assert_cmpuint (bars->len, >=, n);
  g_ptr_array_unref (g_steal_pointer (&bars));

  bars = ask_records (sierra, DTC_ENCODING_JSON, "ESZ6", &wish);
  g_assert_cmpuint (bars->len, ==, n);
  for (i = 0; i < n; i++)
    {
      g_assert_cmpfloat (bar (bars, i)->open_price, ==, 0);
      g_assert_cmpint (bar (bars, i)->open_interest, ==, 1);
      g_assert_cmpfloat (bar (bars, i)->high_price, >, bar (bars, i)->low_price);
    }
}

static void
test_nothing (void)
{
  g_autoptr (SimServer) server = start_history (FALSE);
  Wish                  wish = { .interval = 60, .from = 1000, .to = 2000, .compressed = TRUE };
  g_autoptr (GPtrArray) records = ask_records (server, DTC_ENCODING_JSON, "ESZ6", &wish);

  g_assert_cmpuint (records->len, ==, 0);
}

static void
test_rejects (void)
{
  static const struct
  {
    const char *symbol;
    Wish        wish;
    int         code;
  } rows[] = {
    { "NOPE", { .interval = 60 }, 2 },
    { "ESZ6", { .interval = -1 }, 4 },
    { "ESZ6", { .interval = 86401 }, 4 },
    { "ESZ6", { .interval = 60, .from = 2000, .to = 1000 }, 3 },
  };
  g_autoptr (SimServer) server = start_history (FALSE);
  guint                 i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const DtcHistoricalPriceDataReject *reject;
      Peer                                peer;

      begin (&peer, server, DTC_ENCODING_JSON);
      request (&peer, rows[i].symbol, &rows[i].wish);
      reject = &peer_expect (&peer, DTC_MSG_HISTORICAL_PRICE_DATA_REJECT)->body.historical_price_data_reject;
      g_assert_cmpint (reject->request_id, ==, 77);
      g_assert_cmpint (reject->reject_reason_code, ==, rows[i].code);
      g_assert_cmpstr (reject->reject_text, !=, "");
      g_assert_false (peer_next (&peer));
      peer_close (&peer);
    }
}

/* Each port does its own work and refuses the other's. */
static void
test_wrong_port (void)
{
  g_autoptr (SimServer) server = start_history (FALSE);
  Wish                  wish = { .interval = 60 };
  Peer                  peer;

  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_cmpint (peer_log_on (&peer, "", "")->historical_price_data_supported, ==, 0);
  request (&peer, "ESZ6", &wish);
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_HISTORICAL_PRICE_DATA_REJECT)
                     ->body.historical_price_data_reject.reject_reason_code, ==, 2);
  peer_ask (&peer, DTC_MSG_HISTORICAL_MARKET_DEPTH_DATA_REQUEST, 3, NULL);
  peer_expect (&peer, DTC_MSG_HISTORICAL_MARKET_DEPTH_DATA_REJECT);
  peer_close (&peer);

  begin (&peer, server, DTC_ENCODING_JSON);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  peer_expect_update (&peer, DTC_NEW_ORDER_REJECTED, DTC_ORDER_STATUS_REJECTED);
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 1, "ESZ6");
  peer_expect (&peer, DTC_MSG_MARKET_DATA_REJECT);
  peer_subscribe (&peer, DTC_MSG_MARKET_DEPTH_REQUEST, 1, "ESZ6");
  peer_expect (&peer, DTC_MSG_MARKET_DEPTH_REJECT);
  peer_ask (&peer, DTC_MSG_OPEN_ORDERS_REQUEST, 5, NULL);
  g_assert_cmpint (peer_expect (&peer, DTC_MSG_OPEN_ORDERS_REJECT)->open_orders_reject.request_id, ==, 5);
  peer_ask (&peer, DTC_MSG_CURRENT_POSITIONS_REQUEST, 6, NULL);
  peer_expect (&peer, DTC_MSG_CURRENT_POSITIONS_REJECT);
  peer_ask (&peer, DTC_MSG_ACCOUNT_BALANCE_REQUEST, 7, NULL);
  peer_expect (&peer, DTC_MSG_ACCOUNT_BALANCE_REJECT);
  g_assert_cmpuint (g_hash_table_size (sim_server_get_exchange (server)->orders), ==, 0);
  request (&peer, "ESZ6", &wish);
  peer_expect (&peer, DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_HEADER);
  peer_close (&peer);
}

static void
test_many_requests (void)
{
  SimOptions           *options = sim_quiet_options (DTC_NUMBERING_DTC);
  g_autoptr (SimServer) server = NULL;
  Wish                  wish = { .interval = 86400 };
  Peer                  peer;
  guint                 i;

  options->history_port = 0;
  options->one_history_request = FALSE;
  server = sim_start (options);
  peer_open_port (&peer, sim_server_get_history_port (server), DTC_NUMBERING_DTC);
  g_assert_cmpint (peer_log_on (&peer, "", "")->one_historical_price_data_request_per_connection, ==, 0);
  for (i = 0; i < 3; i++)
    {
      request (&peer, "ESZ6", &wish);
      peer_expect (&peer, DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_HEADER);
      do
        peer_expect (&peer, DTC_MSG_HISTORICAL_PRICE_DATA_RECORD_RESPONSE);
      while (!peer.message.body.historical_price_data_record_response.is_final_record);
    }
  peer_close (&peer);
}

int
main (int    argc,
      char **argv)
{
  g_unsetenv ("DTC_SIM_USERNAME");
  g_unsetenv ("DTC_SIM_PASSWORD");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/history/bars", test_bars);
  g_test_add_func ("/sim/history/ticks", test_ticks);
  g_test_add_func ("/sim/history/nothing", test_nothing);
  g_test_add_func ("/sim/history/rejects", test_rejects);
  g_test_add_func ("/sim/history/wrong-port", test_wrong_port);
  g_test_add_func ("/sim/history/many-requests", test_many_requests);
  return g_test_run ();
}
