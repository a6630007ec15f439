/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-replay.h"

#include <math.h>
#include <string.h>

#include "sim-exchange-private.h"
#include "sim-fields.h"

#define MAX_QUANTITY 1000000 /* contracts of one level or trade; more is not believed */

typedef enum
{
  NEWS_QUOTE,
  NEWS_TRADE,
  NEWS_LEVEL,
} NewsKind;

/* One thing that happened; prices in ticks. */
typedef struct
{
  gint64     time;
  SimMarket *market;
  NewsKind   kind;
  int        side;     /* LEVEL: whose; TRADE: who came */
  gint64     price;
  gint64     quantity; /* LEVEL: 0 is gone */
  gboolean   first;    /* LEVEL: of a snapshot: forgets what was */
  gboolean   last;     /* LEVEL: of a batch */
  SimLevel   best[2];  /* QUOTE: bids first; a quantity of 0: none */
} News;

/* Where one market stands in the recording; bids first. */
typedef struct
{
  SimLevel best[2];
  gboolean has_depth; /* then that says more than the quote */
  GArray  *levels[2]; /* SimLevel, the best first */
} Stand;

struct _SimReplay
{
  SimExchange *exchange;
  GArray      *news;
  guint        next;
  GHashTable  *stands; /* SimMarket → Stand */
};

/* While a recording is read. */
typedef struct
{
  SimReplay   *replay;
  GHashTable  *ids;     /* connection and SymbolID → SimMarket */
  GHashTable  *names;   /* what the recording calls a symbol → what we do */
  GHashTable  *unknown; /* symbols that we do not trade */
} Reading;

static void
stand_free (gpointer data)
{
  Stand *stand = data;

  g_array_unref (stand->levels[0]);
  g_array_unref (stand->levels[1]);
  g_free (stand);
}

/* Reading. */

static gint64 *
make_key (guint   connection,
          guint32 id)
{
  gint64 key = (gint64) connection << 32 | id;

  return g_memdup2 (&key, sizeof key);
}

static void
learn_symbol (Reading          *reading,
              guint             connection,
              const DtcMessage *message)
{
  const char *symbol = message->market_data_request.symbol; /* 101, 102 and 150 begin alike */
  const char *ours = g_hash_table_lookup (reading->names, symbol);
  SimMarket  *market = sim_exchange_find_market (reading->replay->exchange, ours ? ours : symbol);

  if (!*symbol)
    return;
  if (market)
    g_hash_table_replace (reading->ids, make_key (connection, message->market_data_request.symbol_id), market);
  else
    g_hash_table_add (reading->unknown, g_strdup (symbol));
}

/* A price on the market's grid; the nearest one when floats have shaken it. */
static gboolean
read_price (const SimMarket  *market,
            const DtcMessage *message,
            const char       *name,
            gint64           *ticks)
{
  double wire;

  if (!sim_field_number (message, name, &wire) || !isfinite (wire))
    return FALSE;
  wire = round (wire / market->instrument->wire_tick);
  if (!(wire >= 1 && wire < 1e12))
    return FALSE;
  *ticks = (gint64) wire;
  return TRUE;
}

static gint64
read_quantity (const DtcMessage *message,
               const char       *name)
{
  double value;

  if (!sim_field_number (message, name, &value) || !(value > 0))
    return 0;
  return (gint64) CLAMP (value, 1, MAX_QUANTITY);
}

static gboolean
is_set (const DtcMessage *message,
        const char       *name,
        double            wanted)
{
  double value;

  return sim_field_number (message, name, &value) && value == wanted;
}

static void
read_quote (News             *news,
            const DtcMessage *message)
{
  news->kind = NEWS_QUOTE;
  if (read_price (news->market, message, "BidPrice", &news->best[0].price))
    news->best[0].quantity = MAX (1, read_quantity (message, "BidQuantity"));
  if (read_price (news->market, message, "AskPrice", &news->best[1].price))
    news->best[1].quantity = MAX (1, read_quantity (message, "AskQuantity"));
}

static gboolean
read_level (News             *news,
            const DtcMessage *message)
{
  gboolean snapshot = message->type == DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL
                      || message->type == DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL_FLOAT;

  news->kind = NEWS_LEVEL;
  news->side = is_set (message, "Side", DTC_AT_BID) ? DTC_BUY : DTC_SELL;
  if (!is_set (message, "UpdateType", DTC_MARKET_DEPTH_DELETE_LEVEL))
    news->quantity = read_quantity (message, "Quantity");
  news->first = is_set (message, "IsFirstMessageInBatch", 1)
                || is_set (message, "FinalUpdateInBatch", DTC_FINAL_UPDATE_BEGIN_BATCH);
  news->last = snapshot ? is_set (message, "IsLastMessageInBatch", 1)
                          || is_set (message, "FinalUpdateInBatch", DTC_FINAL_UPDATE_TRUE)
                        : !is_set (message, "FinalUpdateInBatch", DTC_FINAL_UPDATE_FALSE);
  return read_price (news->market, message, "Price", &news->price);
}

/* FALSE when @message is no news of a market. */
static gboolean
read_news (News             *news,
           const DtcMessage *message)
{
  switch (message->type)
    {
    case DTC_MSG_MARKET_DATA_SNAPSHOT:
    case DTC_MSG_MARKET_DATA_UPDATE_BID_ASK:
    case DTC_MSG_MARKET_DATA_UPDATE_BID_ASK_COMPACT:
    case DTC_MSG_MARKET_DATA_UPDATE_BID_ASK_NO_TIMESTAMP:
    case DTC_MSG_MARKET_DATA_UPDATE_BID_ASK_FLOAT_WITH_MICROSECONDS:
    case DTC_MSG_MARKET_DATA_UPDATE_BID_ASK_DOUBLE_WITH_MICROSECONDS:
      read_quote (news, message);
      return TRUE;
    case DTC_MSG_MARKET_DATA_UPDATE_TRADE:
    case DTC_MSG_MARKET_DATA_UPDATE_TRADE_COMPACT:
    case DTC_MSG_MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR:
    case DTC_MSG_MARKET_DATA_UPDATE_TRADE_NO_TIMESTAMP:
    case DTC_MSG_MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR_2:
    case DTC_MSG_MARKET_DATA_UPDATE_TRADE_V2:
      news->kind = NEWS_TRADE;
      news->side = is_set (message, "AtBidOrAsk", DTC_AT_BID) ? DTC_SELL : DTC_BUY;
      news->quantity = read_quantity (message, "Volume");
      return news->quantity > 0 && read_price (news->market, message, "Price", &news->price);
    case DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL:
    case DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL_FLOAT:
    case DTC_MSG_MARKET_DEPTH_UPDATE_LEVEL:
    case DTC_MSG_MARKET_DEPTH_UPDATE_LEVEL_V2:
    case DTC_MSG_MARKET_DEPTH_UPDATE_LEVEL_FLOAT_WITH_MILLISECONDS:
    case DTC_MSG_MARKET_DEPTH_UPDATE_LEVEL_NO_TIMESTAMP:
      return read_level (news, message);
    default:
      return FALSE;
    }
}

static void
read_record (Reading                *reading,
             const DtcCaptureRecord *record,
             DtcMessage             *message)
{
  GArray            *all = reading->replay->news;
  News               news = { .time = record->time };
  g_autofree gint64 *key = NULL;
  double             id;
  gsize              len;
  const guint8      *data;

  if (record->kind != DTC_CAPTURE_FRAME)
    return;
  data = g_bytes_get_data (record->frame, &len);
  if (!dtc_codec_decode (&record->codec, record->direction, data, len, message, NULL))
    return; /* somebody else's bytes: what cannot be read is left out */
  if (record->direction == DTC_TO_SERVER)
    {
      if (message->type == DTC_MSG_MARKET_DATA_REQUEST || message->type == DTC_MSG_MARKET_DEPTH_REQUEST)
        learn_symbol (reading, record->connection, message);
      return;
    }
  if (!sim_field_number (message, "SymbolID", &id))
    return;
  key = make_key (record->connection, (guint32) id);
  news.market = g_hash_table_lookup (reading->ids, key);
  if (!news.market || !read_news (&news, message))
    return;
  if (all->len > 0)
    news.time = MAX (news.time, g_array_index (all, News, all->len - 1).time);
  g_array_append_val (all, news);
}

static gboolean
read_names (Reading  *reading,
            char    **names,
            GError  **error)
{
  guint i;

  for (i = 0; names && names[i]; i++)
    {
      const char *equals = strchr (names[i], '=');

      if (!equals || equals == names[i] || !sim_exchange_find_market (reading->replay->exchange, equals + 1))
        {
          g_set_error (error, SIM_OPTIONS_ERROR, 0, "'%s' is not RECORDED=OURS with a symbol that is traded here.",
                       names[i]);
          return FALSE;
        }
      g_hash_table_insert (reading->names, g_strndup (names[i], (gsize) (equals - names[i])), g_strdup (equals + 1));
    }
  return TRUE;
}

static void
complain (Reading    *reading,
          const char *path,
          GError    **error)
{
  g_autofree gpointer *unknown = g_hash_table_get_keys_as_array (reading->unknown, NULL);
  g_autofree char     *list = g_strjoinv (", ", (char **) unknown);

  if (*list)
    g_set_error (error, SIM_OPTIONS_ERROR, 0, "'%s' records symbols that are not traded here: %s. Name them with "
                 "--replay-symbol RECORDED=OURS.", path, list);
  else
    g_set_error (error, SIM_OPTIONS_ERROR, 0, "'%s' records no market data.", path);
}

SimReplay *
sim_replay_new (const char   *path,
                char        **names,
                SimExchange  *exchange,
                GError      **error)
{
  g_autoptr (GError)     why = NULL;
  g_autoptr (DtcCapture) capture = dtc_capture_load (path, exchange->options->numbering, &why);
  g_autoptr (SimReplay)  replay = g_new0 (SimReplay, 1);
  g_auto (DtcMessage)    message = DTC_MESSAGE_INIT;
  Reading                reading = { .replay = replay };
  gboolean               named;
  guint                  i;

  replay->exchange = exchange;
  replay->news = g_array_new (FALSE, FALSE, sizeof (News));
  replay->stands = g_hash_table_new_full (NULL, NULL, NULL, stand_free);
  if (!capture)
    {
      g_set_error (error, SIM_OPTIONS_ERROR, 0, "The recording '%s' cannot be read: %s.", path, why->message);
      return NULL;
    }
  reading.ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  reading.names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reading.unknown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  named = read_names (&reading, names, error);
  for (i = 0; named && i < capture->records->len; i++)
    read_record (&reading, g_ptr_array_index (capture->records, i), &message);
  if (named && replay->news->len == 0)
    complain (&reading, path, error);
  g_hash_table_unref (reading.ids);
  g_hash_table_unref (reading.names);
  g_hash_table_unref (reading.unknown);
  for (i = 0; i < replay->news->len; i++)
    g_array_index (replay->news, News, i).market->replayed = TRUE;
  return replay->news->len > 0 ? g_steal_pointer (&replay) : NULL;
}

void
sim_replay_free (SimReplay *replay)
{
  if (!replay)
    return;
  g_array_unref (replay->news);
  g_hash_table_unref (replay->stands);
  g_free (replay);
}

/* Playing. */

/* The makers leave one side of the book. */
static void
clear_makers (SimMarket *market,
              int        side)
{
  g_autoptr (GPtrArray) makers = g_ptr_array_new ();
  guint                 i;

  sim_book_makers (market->book, side, makers);
  for (i = 0; i < makers->len; i++)
    sim_book_remove (market->book, g_ptr_array_index (makers, i));
}

/* The makers show @levels, and trade with the orders that stand in their way. */
static void
show (SimMarket      *market,
      int             side,
      const SimLevel *levels,
      guint           n,
      gint64          now)
{
  guint i;

  for (i = 0; i < n; i++)
    {
      gint64 left = levels[i].quantity - sim_market_take (market, NULL, side, levels[i].price, levels[i].quantity, now);

      if (left > 0)
        sim_book_add (market->book, NULL, side, levels[i].price, left);
    }
}

static Stand *
get_stand (SimReplay *replay,
           SimMarket *market)
{
  Stand *stand = g_hash_table_lookup (replay->stands, market);

  if (!stand)
    {
      stand = g_new0 (Stand, 1);
      stand->levels[0] = g_array_new (FALSE, FALSE, sizeof (SimLevel));
      stand->levels[1] = g_array_new (FALSE, FALSE, sizeof (SimLevel));
      g_hash_table_insert (replay->stands, market, stand);
    }
  return stand;
}

/* What lies behind a recorded quote is not known: as much again on each tick. */
static guint
extend (const SimLevel *best,
        int             side,
        SimLevel       *levels)
{
  guint n = 0;

  while (best->quantity > 0 && n < SIM_DEPTH)
    {
      levels[n] = *best;
      levels[n].price += side == DTC_BUY ? -(gint64) n : (gint64) n;
      if (levels[n].price < 1)
        break;
      n++;
    }
  return n;
}

/* The makers stand where the recording has them. */
static void
arrange (const Stand *stand,
         SimMarket   *market,
         gint64       now)
{
  static const int sides[] = { DTC_BUY, DTC_SELL };
  SimLevel         levels[SIM_DEPTH];
  guint            i;

  clear_makers (market, DTC_BUY);
  clear_makers (market, DTC_SELL);
  for (i = 0; i < 2; i++)
    if (stand->has_depth)
      show (market, sides[i], (const SimLevel *) stand->levels[i]->data, MIN (stand->levels[i]->len, SIM_DEPTH), now);
    else
      show (market, sides[i], levels, extend (&stand->best[i], sides[i], levels), now);
}

static void
set_level (Stand      *stand,
           const News *news)
{
  GArray  *levels = stand->levels[news->side == DTC_BUY ? 0 : 1];
  SimLevel level = { news->price, news->quantity, 1 };
  guint    i;

  if (news->first)
    {
      g_array_set_size (stand->levels[0], 0);
      g_array_set_size (stand->levels[1], 0);
    }
  stand->has_depth = TRUE;
  for (i = 0; i < levels->len; i++)
    {
      const SimLevel *other = &g_array_index (levels, SimLevel, i);

      if (other->price == news->price)
        {
          g_array_remove_index (levels, i);
          break;
        }
      if (news->side == DTC_BUY ? other->price < news->price : other->price > news->price)
        break;
    }
  if (news->quantity > 0)
    g_array_insert_val (levels, i, level);
}

/* The recorded trade happens at its price. Orders that rest there or nearer trade first; the makers, who are taken to
 * have stood behind them, give the rest. */
static void
play_trade (const News *news,
            gint64      now)
{
  SimMarket *market = news->market;
  int        other = news->side == DTC_BUY ? DTC_SELL : DTC_BUY;
  gint64     there;

  clear_makers (market, other);
  there = sim_book_available (market->book, news->side, news->price, news->quantity);
  if (there < news->quantity)
    sim_book_add (market->book, NULL, other, news->price, news->quantity - there);
  sim_market_take (market, NULL, news->side, news->price, news->quantity, now);
}

static void
play (SimReplay  *replay,
      const News *news,
      gint64      now)
{
  Stand *stand = get_stand (replay, news->market);

  if (news->kind == NEWS_TRADE)
    play_trade (news, now);
  else if (news->kind == NEWS_LEVEL)
    set_level (stand, news);
  else
    memcpy (stand->best, news->best, sizeof stand->best);
  if (news->kind == NEWS_LEVEL ? news->last : news->kind == NEWS_TRADE || !stand->has_depth)
    arrange (stand, news->market, now);
  sim_exchange_run (replay->exchange, news->market, now);
  sim_exchange_activate (replay->exchange, news->market);
}

gint64
sim_replay_next (SimReplay *replay)
{
  if (replay->next >= replay->news->len)
    return -1;
  return g_array_index (replay->news, News, replay->next).time - g_array_index (replay->news, News, 0).time;
}

void
sim_replay_play (SimReplay *replay,
                 gint64     time,
                 gint64     now)
{
  gint64 next;

  while ((next = sim_replay_next (replay)) >= 0 && next <= time)
    play (replay, &g_array_index (replay->news, News, replay->next++), now);
}
