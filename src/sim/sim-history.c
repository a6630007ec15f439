/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-history.h"

#include <string.h>

#include "sim-fields.h"

#define MINUTE       (60 * (gint64) G_USEC_PER_SEC)
#define PAST_MINUTES (SIM_HISTORY_DAYS * 24 * 60)
#define TICK_MINUTES (6 * 60)    /* of the past whose single trades are known */
#define MAX_BARS     (3 * 24 * 60)
#define MAX_TICKS    20000
#define DAY_SECONDS  (24 * 60 * 60)
#define SALT         0x48495354u /* the past's chance is not the market's */

/* RejectReasonCode of 802. */
#define DO_NOT_RETRY  2
#define OUT_OF_BOUNDS 3
#define GENERAL       4

/* Trades of one stretch of time; prices in ticks. */
typedef struct
{
  gint64  time; /* microseconds, its begin */
  gint64  open;
  gint64  high;
  gint64  low;
  gint64  last;
  gint64  at_bid; /* contracts */
  gint64  at_ask;
  guint32 n_trades;
} Bar;

typedef struct
{
  gint64   time;
  gint64   price;
  gint64   quantity;
  gboolean at_ask;
} Tick;

/* One market since the start. */
typedef struct
{
  GArray *bars;  /* Bar, one a minute that had a trade */
  GArray *ticks; /* Tick */
} Record;

struct _SimHistory
{
  SimExchange      *exchange;
  const SimOptions *options;
  gint64            start; /* a whole minute: the made-up past ends here */
  GHashTable       *records; /* SimMarket → Record */
};

static void
record_free (gpointer data)
{
  Record *record = data;

  g_array_unref (record->bars);
  g_array_unref (record->ticks);
  g_free (record);
}

SimHistory *
sim_history_new (SimExchange      *exchange,
                 const SimOptions *options,
                 gint64            now)
{
  SimHistory *history = g_new0 (SimHistory, 1);

  history->exchange = exchange;
  history->options = options;
  history->start = now / MINUTE * MINUTE;
  history->records = g_hash_table_new_full (NULL, NULL, NULL, record_free);
  return history;
}

void
sim_history_free (SimHistory *history)
{
  if (!history)
    return;
  g_hash_table_unref (history->records);
  g_free (history);
}

/* Adds a trade to the bars of @length microseconds. */
static void
add_trade (GArray     *bars,
           gint64      length,
           const Tick *tick)
{
  gint64 time = tick->time / length * length;
  Bar   *bar = bars->len > 0 ? &g_array_index (bars, Bar, bars->len - 1) : NULL;

  if (!bar || bar->time != time)
    {
      Bar begun = { .time = time, .open = tick->price, .high = tick->price, .low = tick->price };

      g_array_append_val (bars, begun);
      bar = &g_array_index (bars, Bar, bars->len - 1);
    }
  bar->high = MAX (bar->high, tick->price);
  bar->low = MIN (bar->low, tick->price);
  bar->last = tick->price;
  *(tick->at_ask ? &bar->at_ask : &bar->at_bid) += tick->quantity;
  bar->n_trades++;
}

/* The same with a shorter bar. */
static void
add_bar (GArray    *bars,
         gint64     length,
         const Bar *part)
{
  gint64 time = part->time / length * length;
  Bar   *bar = bars->len > 0 ? &g_array_index (bars, Bar, bars->len - 1) : NULL;

  if (!bar || bar->time != time)
    {
      Bar begun = *part;

      begun.time = time;
      g_array_append_val (bars, begun);
      return;
    }
  bar->high = MAX (bar->high, part->high);
  bar->low = MIN (bar->low, part->low);
  bar->last = part->last;
  bar->at_bid += part->at_bid;
  bar->at_ask += part->at_ask;
  bar->n_trades += part->n_trades;
}

void
sim_history_trade (SimHistory      *history,
                   const SimMarket *market)
{
  Record *record = g_hash_table_lookup (history->records, market);
  Tick    tick = { market->last_time, market->last, market->last_quantity, market->taker_side == DTC_BUY };

  if (!record)
    {
      record = g_new0 (Record, 1);
      record->bars = g_array_new (FALSE, FALSE, sizeof (Bar));
      record->ticks = g_array_new (FALSE, FALSE, sizeof (Tick));
      g_hash_table_insert (history->records, (gpointer) market, record);
    }
  g_array_append_val (record->ticks, tick);
  add_trade (record->bars, MINUTE, &tick);
  if (record->ticks->len > MAX_TICKS)
    g_array_remove_range (record->ticks, 0, MAX_TICKS / 2);
  if (record->bars->len > MAX_BARS)
    g_array_remove_range (record->bars, 0, MAX_BARS / 2);
}

/* The minutes before the start, oldest first: a walk backwards from where the market began. The same seed and symbol
 * make the same past. */
static GArray *
make_past (SimHistory      *history,
           const SimMarket *market)
{
  GRand  *rand = g_rand_new_with_seed (history->options->seed ^ g_str_hash (market->instrument->symbol) ^ SALT);
  GArray *bars = g_array_sized_new (FALSE, FALSE, sizeof (Bar), PAST_MINUTES);
  gint64  price = market->instrument->start;
  guint   i;

  g_array_set_size (bars, PAST_MINUTES);
  for (i = PAST_MINUTES; i > 0; i--)
    {
      Bar *bar = &g_array_index (bars, Bar, i - 1);

      bar->time = history->start - (gint64) (PAST_MINUTES - i + 1) * MINUTE;
      bar->last = price;
      bar->open = MAX (10, price + g_rand_int_range (rand, -3, 4));
      bar->high = MAX (bar->open, bar->last) + g_rand_int_range (rand, 0, 3);
      bar->low = MIN (bar->open, bar->last) - g_rand_int_range (rand, 0, 3);
      bar->at_bid = g_rand_int_range (rand, 10, 200);
      bar->at_ask = g_rand_int_range (rand, 10, 200);
      bar->n_trades = 4;
      price = bar->open;
    }
  g_rand_free (rand);
  return bars;
}

/* The four trades of a made-up bar. */
static void
split_bar (const Bar *bar,
           GArray    *ticks)
{
  gboolean     up = bar->last >= bar->open;
  const gint64 prices[] = { bar->open, up ? bar->low : bar->high, up ? bar->high : bar->low, bar->last };
  guint        i;

  for (i = 0; i < 4; i++)
    {
      gboolean at_ask = i % 2 == (up ? 0 : 1);
      gint64   whole = at_ask ? bar->at_ask : bar->at_bid;
      Tick     tick = { bar->time + i * MINUTE / 4, prices[i], i < 2 ? whole / 2 : whole - whole / 2, at_ask };

      g_array_append_val (ticks, tick);
    }
}

static GArray *
collect_ticks (SimHistory      *history,
               const SimMarket *market)
{
  g_autoptr (GArray) past = make_past (history, market);
  const Record      *record = g_hash_table_lookup (history->records, market);
  GArray            *ticks = g_array_new (FALSE, FALSE, sizeof (Tick));
  guint              i;

  for (i = PAST_MINUTES - TICK_MINUTES; i < PAST_MINUTES; i++)
    split_bar (&g_array_index (past, Bar, i), ticks);
  if (record)
    g_array_append_vals (ticks, record->ticks->data, record->ticks->len);
  return ticks;
}

/* Bars of @length microseconds, oldest first. */
static GArray *
collect_bars (SimHistory      *history,
              const SimMarket *market,
              gint64           length)
{
  GArray *bars = g_array_new (FALSE, FALSE, sizeof (Bar));
  guint   i;

  if (length % MINUTE == 0)
    {
      g_autoptr (GArray) past = make_past (history, market);
      const Record      *record = g_hash_table_lookup (history->records, market);

      for (i = 0; i < past->len; i++)
        add_bar (bars, length, &g_array_index (past, Bar, i));
      for (i = 0; record && i < record->bars->len; i++)
        add_bar (bars, length, &g_array_index (record->bars, Bar, i));
    }
  else
    {
      g_autoptr (GArray) ticks = collect_ticks (history, market);

      for (i = 0; i < ticks->len; i++)
        add_trade (bars, length, &g_array_index (ticks, Tick, i));
    }
  return bars;
}

/* Answering. */

typedef struct
{
  SimClient       *client;
  const SimMarket *market;
  int              request_id;
  gint64           from; /* microseconds, both included */
  gint64           to;
  gint32           interval;
  gboolean         compressed;
  GByteArray      *records; /* what is to be compressed */
} Answer;

static void
send_record (Answer           *answer,
             const DtcMessage *message)
{
  if (answer->compressed)
    dtc_codec_encode (sim_client_get_codec (answer->client), DTC_TO_CLIENT, message, answer->records, NULL);
  else
    sim_client_send (answer->client, message);
}

static double
to_wire (const Answer *answer,
         gint64        ticks)
{
  return sim_instrument_to_wire (answer->market->instrument, (double) ticks);
}

#define SET_INT(field, value) dtc_message_set_int (&message, DTC_HISTORICAL_PRICE_DATA_##field, value)
#define SET_DOUBLE(field, value) dtc_message_set_double (&message, DTC_HISTORICAL_PRICE_DATA_##field, value)

static void
send_header (Answer  *answer,
             gboolean nothing)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_HEADER);
  SET_INT (RESPONSE_HEADER_F_REQUEST_ID, answer->request_id);
  SET_INT (RESPONSE_HEADER_F_RECORD_INTERVAL, answer->interval);
  SET_INT (RESPONSE_HEADER_F_USE_Z_LIB_COMPRESSION, answer->compressed && !nothing);
  SET_INT (RESPONSE_HEADER_F_NO_RECORDS_TO_RETURN, nothing);
  SET_DOUBLE (RESPONSE_HEADER_F_INT_TO_FLOAT_PRICE_DIVISOR, 1);
  sim_client_send (answer->client, &message);
}

static void
send_bar (Answer    *answer,
          const Bar *bar,
          gboolean   final)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_HISTORICAL_PRICE_DATA_RECORD_RESPONSE);
  SET_INT (RECORD_RESPONSE_F_REQUEST_ID, answer->request_id);
  SET_INT (RECORD_RESPONSE_F_START_DATE_TIME, bar->time);
  SET_DOUBLE (RECORD_RESPONSE_F_OPEN_PRICE, to_wire (answer, bar->open));
  SET_DOUBLE (RECORD_RESPONSE_F_HIGH_PRICE, to_wire (answer, bar->high));
  SET_DOUBLE (RECORD_RESPONSE_F_LOW_PRICE, to_wire (answer, bar->low));
  SET_DOUBLE (RECORD_RESPONSE_F_LAST_PRICE, to_wire (answer, bar->last));
  SET_DOUBLE (RECORD_RESPONSE_F_VOLUME, (double) (bar->at_bid + bar->at_ask));
  SET_INT (RECORD_RESPONSE_F_OPEN_INTEREST, bar->n_trades); /* a slot of two names: NumTrades */
  SET_DOUBLE (RECORD_RESPONSE_F_BID_VOLUME, (double) bar->at_bid);
  SET_DOUBLE (RECORD_RESPONSE_F_ASK_VOLUME, (double) bar->at_ask);
  SET_INT (RECORD_RESPONSE_F_IS_FINAL_RECORD, final);
  send_record (answer, &message);
}

static void
send_tick (Answer     *answer,
           const Tick *tick,
           gboolean    final)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE);
  SET_INT (TICK_RECORD_RESPONSE_F_REQUEST_ID, answer->request_id);
  SET_DOUBLE (TICK_RECORD_RESPONSE_F_DATE_TIME, (double) tick->time / G_USEC_PER_SEC);
  SET_INT (TICK_RECORD_RESPONSE_F_AT_BID_OR_ASK, tick->at_ask ? DTC_AT_ASK : DTC_AT_BID);
  SET_DOUBLE (TICK_RECORD_RESPONSE_F_PRICE, to_wire (answer, tick->price));
  SET_DOUBLE (TICK_RECORD_RESPONSE_F_VOLUME, (double) tick->quantity);
  SET_INT (TICK_RECORD_RESPONSE_F_IS_FINAL_RECORD, final);
  send_record (answer, &message);
}

/* As Sierra Chart sends a trade: a bar without an open, whose high is the ask and whose low is the bid. */
static void
send_tick_as_bar (Answer     *answer,
                  const Tick *tick,
                  gboolean    final)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_HISTORICAL_PRICE_DATA_RECORD_RESPONSE);
  SET_INT (RECORD_RESPONSE_F_REQUEST_ID, answer->request_id);
  SET_INT (RECORD_RESPONSE_F_START_DATE_TIME, tick->time);
  SET_DOUBLE (RECORD_RESPONSE_F_OPEN_PRICE, 0);
  SET_DOUBLE (RECORD_RESPONSE_F_HIGH_PRICE, to_wire (answer, tick->at_ask ? tick->price : tick->price + 1));
  SET_DOUBLE (RECORD_RESPONSE_F_LOW_PRICE, to_wire (answer, tick->at_ask ? tick->price - 1 : tick->price));
  SET_DOUBLE (RECORD_RESPONSE_F_LAST_PRICE, to_wire (answer, tick->price));
  SET_DOUBLE (RECORD_RESPONSE_F_VOLUME, (double) tick->quantity);
  SET_INT (RECORD_RESPONSE_F_OPEN_INTEREST, 1);
  SET_DOUBLE (RECORD_RESPONSE_F_BID_VOLUME, tick->at_ask ? 0 : (double) tick->quantity);
  SET_DOUBLE (RECORD_RESPONSE_F_ASK_VOLUME, tick->at_ask ? (double) tick->quantity : 0);
  SET_INT (RECORD_RESPONSE_F_IS_FINAL_RECORD, final);
  send_record (answer, &message);
}

#undef SET_INT
#undef SET_DOUBLE

/* The records as one zlib stream. */
static void
send_compressed (Answer *answer)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, -1);
  g_autoptr (GOutputStream)   memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream)   stream = g_converter_output_stream_new (memory, G_CONVERTER (compressor));

  /* Into memory: nothing can fail. */
  g_output_stream_write_all (stream, answer->records->data, answer->records->len, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  sim_client_send_bytes (answer->client, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
                         g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)));
}

/* The elements of @array, which begin with their time, that lie in the wanted stretch: [@first, @end). */
static void
find_range (const Answer *answer,
            const GArray *array,
            guint         size,
            guint        *first,
            guint        *end)
{
  for (*first = 0; *first < array->len; (*first)++)
    if (*(const gint64 *) (array->data + (gsize) *first * size) >= answer->from)
      break;
  for (*end = array->len; *end > *first; (*end)--)
    if (*(const gint64 *) (array->data + (gsize) (*end - 1) * size) <= answer->to)
      break;
}

static void
send_answer (SimHistory *history,
             Answer     *answer)
{
  gboolean           ticks = answer->interval == 0;
  g_autoptr (GArray) array = ticks ? collect_ticks (history, answer->market)
                                   : collect_bars (history, answer->market,
                                                   answer->interval * (gint64) G_USEC_PER_SEC);
  guint              first, end, i;

  find_range (answer, array, ticks ? sizeof (Tick) : sizeof (Bar), &first, &end);
  send_header (answer, first == end);
  if (first == end)
    return;
  answer->records = g_byte_array_new ();
  for (i = first; i < end; i++)
    if (!ticks)
      send_bar (answer, &g_array_index (array, Bar, i), i + 1 == end);
    else if (history->options->ticks_as_bars)
      send_tick_as_bar (answer, &g_array_index (array, Tick, i), i + 1 == end);
    else
      send_tick (answer, &g_array_index (array, Tick, i), i + 1 == end);
  if (answer->compressed)
    send_compressed (answer);
  g_byte_array_unref (answer->records);
}

static void
reject (SimClient  *client,
        int         request_id,
        int         code,
        const char *text)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_HISTORICAL_PRICE_DATA_REJECT);
  dtc_message_set_int (&message, DTC_HISTORICAL_PRICE_DATA_REJECT_F_REQUEST_ID, request_id);
  dtc_message_set_string (&message, DTC_HISTORICAL_PRICE_DATA_REJECT_F_REJECT_TEXT, text);
  dtc_message_set_int (&message, DTC_HISTORICAL_PRICE_DATA_REJECT_F_REJECT_REASON_CODE, code);
  sim_client_send (client, &message);
}

static gboolean
is_refused (SimHistory *history,
            const char *symbol)
{
  char **refused = history->options->refused_data;

  return refused && (g_strv_contains ((const char *const *) refused, symbol)
                     || g_strv_contains ((const char *const *) refused, "*"));
}

static void
answer_prices (SimHistory                          *history,
               SimClient                           *client,
               const DtcHistoricalPriceDataRequest *request,
               gint64                               now)
{
  Answer answer = { .client = client, .request_id = request->request_id, .interval = request->record_interval,
                    .from = sim_field_time (request->start_date_time), .to = sim_field_time (request->end_date_time),
                    .compressed = request->use_z_lib_compression != 0 };

  answer.market = sim_exchange_find_market (history->exchange, request->symbol);
  if (answer.to == 0)
    answer.to = now;
  if (request->max_days_to_return > 0)
    answer.from = MAX (answer.from, sim_days_before (answer.to, request->max_days_to_return));
  if (!answer.market)
    reject (client, request->request_id, DO_NOT_RETRY, "Unknown symbol");
  else if (is_refused (history, request->symbol))
    reject (client, request->request_id, DO_NOT_RETRY, "Historical data of this symbol is not allowed through DTC");
  else if (request->use_z_lib_ng_compression)
    reject (client, request->request_id, GENERAL, "UseZLibNGCompression is not supported");
  else if (answer.interval < 0 || answer.interval > DAY_SECONDS)
    reject (client, request->request_id, GENERAL, "RecordInterval must be 0 to 86400");
  else if (answer.from > answer.to)
    reject (client, request->request_id, OUT_OF_BOUNDS, "StartDateTime is after EndDateTime");
  else
    {
      send_answer (history, &answer);
      /* What follows a compressed stream could not be told from it. */
      if (answer.compressed)
        sim_client_finish (client, "its compressed stream is complete");
    }
  if (history->options->one_history_request)
    sim_client_finish (client, "its one request is answered");
}

void
sim_history_request (SimHistory       *history,
                     SimClient        *client,
                     const DtcMessage *message,
                     gint64            now)
{
  if (message->type == DTC_MSG_HISTORICAL_PRICE_DATA_REQUEST)
    answer_prices (history, client, &message->body.historical_price_data_request, now);
}
