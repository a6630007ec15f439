/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-session.h"

G_BEGIN_DECLS

/* One request for historical prices on a connection of its own, as DTC wants it: the server closes after it. */

#define DTC_HISTORY_MAX_RECORDS (20 * 1000 * 1000)
#define DTC_HISTORY_PATIENCE    (60 * G_USEC_PER_SEC) /* for the next byte of the answer */

/**
 * DtcHistoryRequest:
 * @symbol: as the server spells it
 * @interval: seconds of a bar, at most a day; 0: ticks
 * @start: Unix seconds, 0: from the first record there is
 * @end: Unix seconds, 0: to the last one; servers ignore it for bars of a day
 * @max_days: 0: all
 * @zlib: ask for a compressed answer; the server may answer plainly all the same
 */
typedef struct
{
  const char *symbol;
  gint32      interval;
  gint64      start;
  gint64      end;
  guint32     max_days;
  gboolean    zlib;
} DtcHistoryRequest;

/* @time: the beginning of the bar, microseconds since 1970. Prices in the scale of the trading service. */
typedef struct
{
  gint64  time;
  double  open, high, low, last;
  double  volume, bid_volume, ask_volume;
  guint32 num_trades;    /* or open interest, for bars of a day: one slot in DTC */
} DtcBar;

/* @bid, @ask: NAN where the server did not say. */
typedef struct
{
  gint64  time;
  double  price, volume;
  double  bid, ask;
  gint32  at;            /* DTC_AT_BID_OR_ASK…: which side was hit, 0: not said */
} DtcTick;

/* Sorted as they came: oldest first. @bars is NULL when @ticks is not. */
typedef struct
{
  GArray *bars;          /* DtcBar */
  GArray *ticks;         /* DtcTick */
  guint   unsorted;      /* records older than the one before them */
} DtcHistoryResult;

void dtc_history_result_free (DtcHistoryResult *result);

typedef struct _DtcHistory DtcHistory;

/* Called once: @result is (transfer full), or NULL with @error: DTC_ERROR_REFUSED with the server's words,
 * DTC_ERROR_CLOSED when the answer ended too early, DTC_ERROR_TIMEOUT. Nothing is a part of an answer. */
typedef void (*DtcHistoryDone) (DtcHistoryResult *result,
                                const GError     *error,
                                gpointer          user_data);

/* The request as a pure state machine: the sink of a DtcSession, which makes the connection. */
DtcHistory    *dtc_history_new          (const DtcHistoryRequest  *request,
                                         DtcHistoryDone            done,
                                         gpointer                  user_data);
void           dtc_history_free         (DtcHistory               *history);
/* What the session is made with; the DtcHistory is its data. */
const DtcSink *dtc_history_sink         (void);
/* Before the session starts. */
void           dtc_history_attach       (DtcHistory               *history,
                                         DtcSession               *session);

/**
 * dtc_history_fetch_async:
 * @config: where to: host, its port for historical data (Sierra Chart's default is 11098), TLS, credentials, encoding
 * @request: what; copied
 * @cancellable: (nullable): ends it
 * @callback: called in the caller's thread-default context
 * @user_data: for @callback
 *
 * The same over a socket, on the dtc-io thread.
 */
void              dtc_history_fetch_async  (const DtcSessionConfig  *config,
                                            const DtcHistoryRequest *request,
                                            GCancellable            *cancellable,
                                            GAsyncReadyCallback      callback,
                                            gpointer                 user_data);
/* (transfer full): errors as above, and G_IO_ERROR_CANCELLED. */
DtcHistoryResult *dtc_history_fetch_finish (GAsyncResult            *result,
                                            GError                 **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcHistory, dtc_history_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcHistoryResult, dtc_history_result_free)

G_END_DECLS
