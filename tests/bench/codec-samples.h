/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <time.h>

/* Messages as servers send them, and how long a call takes. */

#define SAMPLE_ORDER_UPDATE \
  "{\"Type\":301,\"RequestID\":0,\"TotalNumMessages\":1,\"MessageNumber\":1,\"Symbol\":\"ESZ6-CME\",\"Exchange\":\"\"," \
  "\"PreviousServerOrderID\":\"\",\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"T7K2QX4A-0001-00000012-5B\"," \
  "\"ExchangeOrderID\":\"9912345\",\"OrderStatus\":10,\"OrderUpdateReason\":5,\"OrderType\":2,\"BuySell\":1,\"Price1\":5000.25," \
  "\"TimeInForce\":1,\"OrderQuantity\":5,\"FilledQuantity\":2,\"RemainingQuantity\":3,\"AverageFillPrice\":5000.125," \
  "\"LastFillPrice\":5000.25,\"LastFillDateTime\":1793210400123,\"LastFillQuantity\":1,\"LastFillExecutionID\":\"x-20261021-000017\"," \
  "\"TradeAccount\":\"SIM1\",\"InfoText\":\"Partial fill\",\"LatestTransactionDateTime\":1793210400.125}"
/* As servers write it that sort their keys. */
#define SAMPLE_ORDER_UPDATE_SORTED \
  "{\"AverageFillPrice\":5000.125,\"BuySell\":1,\"ClientOrderID\":\"T7K2QX4A-0001-00000012-5B\",\"Exchange\":\"\"," \
  "\"ExchangeOrderID\":\"9912345\",\"FilledQuantity\":2,\"InfoText\":\"Partial fill\"," \
  "\"LastFillDateTime\":1793210400123,\"LastFillExecutionID\":\"x-20261021-000017\",\"LastFillPrice\":5000.25," \
  "\"LastFillQuantity\":1,\"LatestTransactionDateTime\":1793210400.125,\"MessageNumber\":1,\"OrderQuantity\":5," \
  "\"OrderStatus\":10,\"OrderType\":2,\"OrderUpdateReason\":5,\"PreviousServerOrderID\":\"\",\"Price1\":5000.25," \
  "\"RemainingQuantity\":3,\"RequestID\":0,\"ServerOrderID\":\"8841\",\"Symbol\":\"ESZ6-CME\",\"TimeInForce\":1," \
  "\"TotalNumMessages\":1,\"TradeAccount\":\"SIM1\",\"Type\":301}"
#define SAMPLE_QUOTE \
  "{\"Type\":108,\"SymbolID\":17,\"BidPrice\":5000.25,\"BidQuantity\":112,\"AskPrice\":5000.5,\"AskQuantity\":87,\"DateTime\":1793210400}"
#define SAMPLE_QUOTE_COMPACT "{\"Type\":108,\"F\":[17,5000.25,112,5000.5,87,1793210400]}"
#define SAMPLE_TRADE "{\"Type\":107,\"SymbolID\":17,\"AtBidOrAsk\":2,\"Price\":5000.25,\"Volume\":3,\"DateTime\":1793210400.125}"
#define SAMPLE_TRADE_COMPACT "{\"Type\":107,\"F\":[17,2,5000.25,3,1793210400.125]}"
#define SAMPLE_DEPTH \
  "{\"Type\":106,\"SymbolID\":17,\"Side\":1,\"Price\":5000.25,\"Quantity\":112,\"UpdateType\":1,\"DateTime\":1793210400.125,\"NumOrders\":31}"

typedef void (*SampleWork) (gpointer data);

#define SAMPLE_ROUNDS 250
#define SAMPLE_CALLS  2000

/* Of the processor, not of the clock: what other programs did meanwhile does not count. */
static inline double
sample_batch (SampleWork work,
              gpointer   data)
{
  struct timespec begin, end;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &begin);
  for (int i = 0; i < SAMPLE_CALLS; i++)
    work (data);
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &end);
  return ((double) (end.tv_sec - begin.tv_sec) * 1e9 + (double) (end.tv_nsec - begin.tv_nsec)) / SAMPLE_CALLS;
}

/* Nanoseconds of one call, the best of many short rounds: the others measure the machine's other work. */
static inline double
sample_measure (SampleWork work,
                gpointer   data)
{
  double best = G_MAXDOUBLE;

  for (int round = 0; round < SAMPLE_ROUNDS; round++)
    best = MIN (best, sample_batch (work, data));
  return best;
}

/* Two calls in turns, so that both meet the same machine. */
static inline void
sample_compare (SampleWork  work,
                gpointer    data,
                SampleWork  reference,
                gpointer    reference_data,
                double     *best,
                double     *reference_best)
{
  *best = *reference_best = G_MAXDOUBLE;
  for (int round = 0; round < SAMPLE_ROUNDS; round++)
    {
      *best = MIN (*best, sample_batch (work, data));
      *reference_best = MIN (*reference_best, sample_batch (reference, reference_data));
    }
}
