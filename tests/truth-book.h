/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-truth-private.h"

#include <math.h>
#include <string.h>

/* What the files of test-core-truth share: a book that is told what happened, record by record. */

#define CLIENT "TABCDEF-0001-00000001-5B"
#define SYMBOL "ESZ6"
#define ACCOUNT "SIM1"

typedef struct
{
  DeskTruth       *truth;
  DeskTruthChanges changes;
  gint64           now;
} Book;

static inline void
book_init (Book *book)
{
  memset (book, 0, sizeof *book);
  book->truth = desk_truth_new ();
  book->now = 1000000;
  desk_truth_changes_init (&book->changes);
}

static inline void
book_clear (Book *book)
{
  desk_truth_changes_clear (&book->changes);
  desk_truth_free (book->truth);
}

static inline DeskRecord *
record_new (Book          *book,
            DeskRecordKind kind,
            const char    *payload)
{
  DeskRecord *record = desk_record_new (kind);

  book->now += 1000;
  record->epoch = desk_truth_get_epoch (book->truth);
  record->mono = book->now;
  record->utc = book->now + 1793210400000000;
  record->tick = 0.25;
  record->multiplier = 1;
  record->payload = g_strdup (payload);
  return record;
}

static inline void
local (Book          *book,
       DeskRecordKind kind,
       const char    *payload)
{
  g_autoptr (DeskRecord) record = record_new (book, kind, payload);

  if (strstr (payload, "begin") != NULL)
    record->epoch++;
  desk_truth_changes_reset (&book->changes);
  desk_truth_fold (book->truth, record, NULL, NULL, &book->changes);
}

static inline void
begin (Book *book)
{
  local (book, DESK_RECORD_LINK, "{\"link\":\"begin\"}");
}

static inline void
submit_as (Book       *book,
           const char *client,
           gint64      quantity)
{
  g_autoptr (DeskRecord) record = record_new (book, DESK_RECORD_INTENT, "{\"intent\":\"submit\",\"source\":\"line\",\"automated\":0}");
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  record->client_order_id = g_strdup (client);
  record->account = g_strdup (ACCOUNT);
  record->symbol = g_strdup (SYMBOL);
  dtc_message_init (&message, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL, DTC_BUY);
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE, DTC_ORDER_TYPE_LIMIT);
  dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, 5000);
  dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY, (double) quantity);
  desk_truth_changes_reset (&book->changes);
  desk_truth_fold (book->truth, record, &message, NULL, &book->changes);
}

static inline void
submit (Book  *book,
        gint64 quantity)
{
  submit_as (book, CLIENT, quantity);
}

static inline void
change (Book  *book,
        guint64 key,
        double price,
        gint64 quantity)
{
  g_autofree char *payload = g_strdup_printf ("{\"intent\":\"change\",\"key\":%" G_GUINT64_FORMAT "}", key);
  g_autoptr (DeskRecord) record = record_new (book, DESK_RECORD_INTENT, payload);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_CANCEL_REPLACE_ORDER);
  if (price > 0)
    dtc_message_set_double (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1, price);
  if (quantity > 0)
    dtc_message_set_double (&message, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY, (double) quantity);
  desk_truth_changes_reset (&book->changes);
  desk_truth_fold (book->truth, record, &message, NULL, &book->changes);
}

/* One ORDER_UPDATE as a test writes it. What it does not say is our order, S1, of 4 with nothing filled; "" and -1
 * are left out of the message. */
typedef struct
{
  const char *client, *server, *previous;
  int         reason, status;
  double      quantity, filled;
  const char *execution;
  double      last;
  double      price;
  double      time;
  const char *symbol;
  int         side;
  gint64      received;
  const char *free_text;
  int         flags;
  DeskListMark list; /* where in a list of open orders it stands */
} Update;

#define UPDATE(...) (&(Update) { __VA_ARGS__ })

static inline void
update (Book         *book,
        const Update *said)
{
  g_autofree char *payload = said->list != DESK_LIST_NONE ? g_strdup_printf ("{\"list\":%d}", said->list) : NULL;
  g_autoptr (DeskRecord) record = record_new (book, DESK_RECORD_EVENT, payload);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_SYMBOL, said->symbol != NULL ? said->symbol : SYMBOL);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT, ACCOUNT);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, said->client == NULL ? CLIENT : *said->client != '\0' ? said->client : NULL);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, said->server == NULL ? "S1" : *said->server != '\0' ? said->server : NULL);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_PREVIOUS_SERVER_ORDER_ID, said->previous);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_FREE_FORM_TEXT, said->free_text);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_STATUS, said->status);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, said->reason);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_TYPE, DTC_ORDER_TYPE_LIMIT);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_BUY_SELL, said->side != 0 ? said->side : DTC_BUY);
  if (said->price > 0)
    dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_PRICE1, said->price);
  if (said->quantity >= 0)
    dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY, said->quantity > 0 ? said->quantity : 4);
  if (said->filled >= 0 || isnan (said->filled))
    dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, said->filled);
  if (said->execution != NULL)
    {
      dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_LAST_FILL_EXECUTION_ID, said->execution);
      dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, said->last);
      dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE, 5000);
    }
  if (said->time > 0)
    dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_LATEST_TRANSACTION_DATE_TIME, said->time);
  if (said->received > 0)
    dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_RECEIVED_DATE_TIME, said->received);
  message.flags = (guint16) said->flags;
  desk_truth_changes_reset (&book->changes);
  desk_truth_fold (book->truth, record, &message, NULL, &book->changes);
}

static inline void
history_of (Book       *book,
            const char *server,
            const char *execution,
            gint64      quantity,
            int         number,
            int         total)
{
  g_autoptr (DeskRecord) record = record_new (book, DESK_RECORD_EVENT, NULL);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  record->account = g_strdup (ACCOUNT);
  dtc_message_init (&message, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);
  dtc_message_set_int (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TOTAL_NUMBER_MESSAGES, total);
  dtc_message_set_int (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_MESSAGE_NUMBER, number);
  dtc_message_set_string (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SYMBOL, SYMBOL);
  dtc_message_set_string (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TRADE_ACCOUNT, ACCOUNT);
  dtc_message_set_string (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SERVER_ORDER_ID, server);
  dtc_message_set_string (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_UNIQUE_EXECUTION_ID, execution);
  dtc_message_set_int (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_BUY_SELL, DTC_BUY);
  dtc_message_set_int (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_DATE_TIME, 1793210400);
  dtc_message_set_double (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_PRICE, 5000);
  dtc_message_set_double (&message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_QUANTITY, (double) quantity);
  desk_truth_changes_reset (&book->changes);
  desk_truth_fold (book->truth, record, &message, NULL, &book->changes);
}

static inline void
history (Book       *book,
         const char *server,
         const char *execution,
         gint64      quantity)
{
  history_of (book, server, execution, quantity, 1, 1);
}

static inline DeskTruthOrder *
ours (Book *book)
{
  return desk_truth_find_client (book->truth, CLIENT);
}

static inline gint64
booked_fills (Book *book)
{
  gint64 sum = 0;
  guint i;

  for (i = 0; i < desk_truth_n_fills (book->truth); i++)
    {
      const DeskTruthFill *fill = desk_truth_get_fill (book->truth, i);

      if (!fill->superseded)
        sum += fill->state.quantity;
    }
  return sum;
}

static inline gboolean
has_notice (Book       *book,
            const char *code)
{
  guint i;

  for (i = 0; i < book->changes.notices->len; i++)
    {
      if (strcmp (((DeskTruthNotice *) g_ptr_array_index (book->changes.notices, i))->code, code) == 0)
        return TRUE;
    }
  return FALSE;
}

static inline void
start (Book  *book,
       gint64 quantity)
{
  book_init (book);
  begin (book);
  submit (book, quantity);
}

void add_id_tests (void);
