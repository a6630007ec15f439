/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-history.h"

#include <math.h>
#include <string.h>

struct _DtcHistory
{
  DtcHistoryRequest  request;
  DtcHistoryDone     done;      /* NULL once it was called */
  gpointer           user_data;
  DtcSession        *session;
  DtcHistoryResult  *result;
  gint64             deadline;  /* of the answer's next byte, 0: not asked yet */
  gint64             last_time;
  gboolean           header;    /* the answer has begun */
};

#define REQUEST_ID 1 /* one on each connection */

void
dtc_history_result_free (DtcHistoryResult *result)
{
  if (result == NULL)
    return;

  g_clear_pointer (&result->bars, g_array_unref);
  g_clear_pointer (&result->ticks, g_array_unref);
  g_free (result);
}

DtcHistory *
dtc_history_new (const DtcHistoryRequest *request,
                 DtcHistoryDone           done,
                 gpointer                 user_data)
{
  DtcHistory *history = g_new0 (DtcHistory, 1);

  history->request = *request;
  history->request.symbol = g_strdup (request->symbol);
  history->done = done;
  history->user_data = user_data;
  history->result = g_new0 (DtcHistoryResult, 1);
  if (request->interval == 0)
    history->result->ticks = g_array_new (FALSE, FALSE, sizeof (DtcTick));
  else
    history->result->bars = g_array_new (FALSE, FALSE, sizeof (DtcBar));
  history->last_time = G_MININT64;

  return history;
}

void
dtc_history_free (DtcHistory *history)
{
  if (history == NULL)
    return;

  dtc_history_result_free (history->result);
  g_free ((char *) history->request.symbol);
  g_free (history);
}

void
dtc_history_attach (DtcHistory *history,
                    DtcSession *session)
{
  history->session = session;
}

static void
finish (DtcHistory *history)
{
  DtcHistoryDone done = history->done;

  history->done = NULL;
  history->deadline = 0;
  if (done != NULL)
    done (g_steal_pointer (&history->result), NULL, history->user_data);
}

static void fail (DtcHistory *history,
                  DtcError    code,
                  const char *format,
                  ...) G_GNUC_PRINTF (3, 4);

static void
fail (DtcHistory *history,
      DtcError    code,
      const char *format,
      ...)
{
  DtcHistoryDone     done = history->done;
  g_autoptr (GError) error = NULL;
  va_list            args;

  history->done = NULL;
  history->deadline = 0;
  if (done == NULL)
    return;
  va_start (args, format);
  error = g_error_new_valist (DTC_ERROR, code, format, args);
  va_end (args);
  done (NULL, error, history->user_data);
}

static void
ask (DtcHistory *history,
     gint64      now)
{
  const DtcHistoryRequest *request = &history->request;
  g_auto (DtcMessage)      message = DTC_MESSAGE_INIT;
  const DtcMessage        *messages[] = { &message };
  g_autoptr (GError)       error = NULL;

  dtc_message_init (&message, DTC_MSG_HISTORICAL_PRICE_DATA_REQUEST);
  dtc_message_set_int (&message, DTC_HISTORICAL_PRICE_DATA_REQUEST_F_REQUEST_ID, REQUEST_ID);
  dtc_message_set_string (&message, DTC_HISTORICAL_PRICE_DATA_REQUEST_F_SYMBOL, request->symbol);
  dtc_message_set_int (&message, DTC_HISTORICAL_PRICE_DATA_REQUEST_F_RECORD_INTERVAL, request->interval);
  dtc_message_set_int (&message, DTC_HISTORICAL_PRICE_DATA_REQUEST_F_START_DATE_TIME, request->start);
  dtc_message_set_int (&message, DTC_HISTORICAL_PRICE_DATA_REQUEST_F_END_DATE_TIME, request->end);
  dtc_message_set_int (&message, DTC_HISTORICAL_PRICE_DATA_REQUEST_F_MAX_DAYS_TO_RETURN, request->max_days);
  dtc_message_set_int (&message, DTC_HISTORICAL_PRICE_DATA_REQUEST_F_USE_Z_LIB_COMPRESSION, request->zlib ? 1 : 0);
  if (!dtc_session_write (history->session, messages, 1, DTC_LANE_NORMAL, 0, now, &error))
    fail (history, DTC_ERROR_UNSUPPORTED, "The request cannot be sent: %s", error->message);
  else
    history->deadline = now + DTC_HISTORY_PATIENCE;
}

/* Servers sent seconds, milliseconds and microseconds in the same field; the magnitude tells which. */
static gint64
normal_time (double value)
{
  if (!(value > 0.0) || value > 9e18)
    return 0;
  if (value > 1e14)
    return (gint64) value;
  if (value > 1e11)
    return (gint64) (value * 1e3);

  return (gint64) (value * 1e6 + 0.5);
}

/* FALSE: no more records are taken. */
static gboolean
note_record (DtcHistory *history,
             gint64      time)
{
  guint n = history->result->ticks != NULL ? history->result->ticks->len : history->result->bars->len;

  if (n >= DTC_HISTORY_MAX_RECORDS)
    {
      fail (history, DTC_ERROR_FRAME_TOO_LARGE, "The server sends more than %d records; ask for a shorter time",
            DTC_HISTORY_MAX_RECORDS);
      return FALSE;
    }
  history->result->unsorted += time < history->last_time;
  history->last_time = time;

  return TRUE;
}

static void
take_record (DtcHistory       *history,
             const DtcMessage *message)
{
  const DtcHistoricalPriceDataRecordResponse *row = &message->historical_price_data_record_response;
  gint64                                      time = normal_time ((double) row->start_date_time);

  /* A final record without a time is an end without a record. */
  if (time != 0 && note_record (history, time))
    {
      if (history->result->ticks != NULL)
        {
          /* Ticks as bars: High is the ask, Low the bid, Open 0 (DTC's documents of 803). */
          DtcTick tick = { time, row->last_price, row->volume, row->low_price, row->high_price, 0 };

          if (row->open_price != 0.0)
            tick.bid = tick.ask = NAN;
          else if (row->bid_volume > 0.0 && !(row->ask_volume > 0.0))
            tick.at = DTC_AT_BID;
          else if (row->ask_volume > 0.0 && !(row->bid_volume > 0.0))
            tick.at = DTC_AT_ASK;
          g_array_append_val (history->result->ticks, tick);
        }
      else
        {
          DtcBar bar = { time, row->open_price, row->high_price, row->low_price, row->last_price, row->volume,
                         row->bid_volume, row->ask_volume, (guint32) row->open_interest };

          g_array_append_val (history->result->bars, bar);
        }
    }
  if (row->is_final_record != 0)
    finish (history);
}

static void
take_tick (DtcHistory       *history,
           const DtcMessage *message)
{
  const DtcHistoricalPriceDataTickRecordResponse *row = &message->historical_price_data_tick_record_response;
  gint64                                          time = normal_time (row->date_time);

  if (time != 0 && history->result->ticks == NULL)
    {
      fail (history, DTC_ERROR_UNSUPPORTED, "The server answers with ticks; bars were asked for");
      return;
    }
  if (time != 0 && note_record (history, time))
    {
      DtcTick tick = { time, row->price, row->volume, NAN, NAN, row->at_bid_or_ask };

      g_array_append_val (history->result->ticks, tick);
    }
  if (row->is_final_record != 0)
    finish (history);
}

static void
take_reject (DtcHistory       *history,
             const DtcMessage *message)
{
  const DtcHistoricalPriceDataReject *row = &message->historical_price_data_reject;
  g_autofree char                    *retry = NULL;

  if (row->reject_reason_code == DTC_HPDR_UNABLE_TO_SERVE_DATA_RETRY_IN_SPECIFIED_SECONDS && row->retry_time_in_seconds > 0)
    retry = g_strdup_printf (" Try again in %d s.", (int) row->retry_time_in_seconds);
  fail (history, DTC_ERROR_REFUSED, "The server refuses the historical prices of %s: %s%s", history->request.symbol,
        *row->reject_text != '\0' ? row->reject_text : "it gives no reason", retry != NULL ? retry : "");
}

static void
sink_link (gpointer             user_data,
           const DtcLinkChange *change,
           gint64               now)
{
  DtcHistory *history = user_data;

  if (history->done == NULL)
    return;
  if (change->state == DTC_LINK_READY)
    ask (history, now);
  else if (change->state == DTC_LINK_DOWN || change->state == DTC_LINK_STOPPED)
    {
      if (history->deadline == 0)
        fail (history, DTC_ERROR_CLOSED, "%s", change->text);
      else
        fail (history, DTC_ERROR_CLOSED, "The connection ended before the answer did, so it is incomplete and left out. %s",
              change->text);
    }
}

static void
sink_message (gpointer          user_data,
              const DtcMessage *message,
              const DtcReceipt *receipt)
{
  DtcHistory *history = user_data;

  if (history->done == NULL || history->deadline == 0)
    return;
  history->deadline = receipt->received + DTC_HISTORY_PATIENCE;
  switch (message->type)
    {
    case DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_HEADER:
      if (history->header)
        break;
      history->header = TRUE;
      if (message->historical_price_data_response_header.no_records_to_return != 0)
        finish (history);
      else if (message->historical_price_data_response_header.use_z_lib_compression != 0)
        dtc_session_inflate (history->session);
      break;
    case DTC_MSG_HISTORICAL_PRICE_DATA_RECORD_RESPONSE:
      take_record (history, message);
      break;
    case DTC_MSG_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE:
      take_tick (history, message);
      break;
    case DTC_MSG_HISTORICAL_PRICE_DATA_REJECT:
      take_reject (history, message);
      break;
    case DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_TRAILER:
      finish (history);
      break;
    default:
      break;
    }
}

static void
sink_bad_frame (gpointer          user_data,
                const DtcMessage *partial,
                const DtcReceipt *receipt,
                const GError     *error)
{
  DtcHistory *history = user_data;

  /* A hole in the prices is worse than none. */
  if (history->deadline != 0)
    fail (history, DTC_ERROR_SYNTAX, "A record of the answer cannot be read: %s", error->message);
}

static gint64
sink_tick (gpointer user_data,
           gint64   now)
{
  DtcHistory *history = user_data;

  if (history->deadline == 0 || history->done == NULL)
    return G_MAXINT64;
  /* Half a message is a sign of life as well. */
  history->deadline = MAX (history->deadline, dtc_session_get_last_receive (history->session) + DTC_HISTORY_PATIENCE);
  if (now < history->deadline)
    return history->deadline;
  fail (history, DTC_ERROR_TIMEOUT, "The server does not go on with its answer: nothing came for %d s",
        (int) (DTC_HISTORY_PATIENCE / G_USEC_PER_SEC));

  return G_MAXINT64;
}

const DtcSink *
dtc_history_sink (void)
{
  static const DtcSink sink = { .link = sink_link, .message = sink_message, .bad_frame = sink_bad_frame,
                                .tick = sink_tick };

  return &sink;
}
