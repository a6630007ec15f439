/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-pairs.h"

/* What names a question in its answer. */
typedef enum
{
  BY_NOTHING, /* one at a time */
  BY_REQUEST,
  BY_SYMBOL,  /* SymbolID */
  BY_ORDER,   /* an order's id, either one */
} Naming;

#define MAX_ANSWERS 5

/* What DTC's documentation of each request says comes back. */
static const struct
{
  guint16 asks;
  guint16 answers[MAX_ANSWERS];
  guint8  naming;
} table[] = {
  { DTC_MSG_ENCODING_REQUEST, { DTC_MSG_ENCODING_RESPONSE }, BY_NOTHING },
  { DTC_MSG_LOGON_REQUEST, { DTC_MSG_LOGON_RESPONSE }, BY_NOTHING },
  { DTC_MSG_MARKET_DATA_REQUEST, { DTC_MSG_MARKET_DATA_SNAPSHOT, DTC_MSG_MARKET_DATA_REJECT }, BY_SYMBOL },
  { DTC_MSG_MARKET_DEPTH_REQUEST, { DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL, DTC_MSG_MARKET_DEPTH_SNAPSHOT_LEVEL_FLOAT,
                                    DTC_MSG_MARKET_DEPTH_REJECT }, BY_SYMBOL },
  { DTC_MSG_SUBMIT_NEW_SINGLE_ORDER, { DTC_MSG_ORDER_UPDATE }, BY_ORDER },
  { DTC_MSG_SUBMIT_NEW_OCO_ORDER, { DTC_MSG_ORDER_UPDATE }, BY_ORDER },
  { DTC_MSG_CANCEL_ORDER, { DTC_MSG_ORDER_UPDATE }, BY_ORDER },
  { DTC_MSG_CANCEL_REPLACE_ORDER, { DTC_MSG_ORDER_UPDATE }, BY_ORDER },
  { DTC_MSG_OPEN_ORDERS_REQUEST, { DTC_MSG_ORDER_UPDATE, DTC_MSG_OPEN_ORDERS_REJECT }, BY_REQUEST },
  { DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST, { DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE,
                                              DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT }, BY_REQUEST },
  { DTC_MSG_CURRENT_POSITIONS_REQUEST, { DTC_MSG_POSITION_UPDATE, DTC_MSG_CURRENT_POSITIONS_REJECT }, BY_REQUEST },
  { DTC_MSG_TRADE_ACCOUNTS_REQUEST, { DTC_MSG_TRADE_ACCOUNT_RESPONSE }, BY_REQUEST },
  { DTC_MSG_EXCHANGE_LIST_REQUEST, { DTC_MSG_EXCHANGE_LIST_RESPONSE }, BY_REQUEST },
  { DTC_MSG_SYMBOLS_FOR_EXCHANGE_REQUEST, { DTC_MSG_SECURITY_DEFINITION_RESPONSE, DTC_MSG_SECURITY_DEFINITION_REJECT,
                                            DTC_MSG_SECURITY_DEFINITION_RESPONSE_V2 }, BY_REQUEST },
  { DTC_MSG_UNDERLYING_SYMBOLS_FOR_EXCHANGE_REQUEST, { DTC_MSG_SECURITY_DEFINITION_RESPONSE,
                                                       DTC_MSG_SECURITY_DEFINITION_REJECT,
                                                       DTC_MSG_SECURITY_DEFINITION_RESPONSE_V2 }, BY_REQUEST },
  { DTC_MSG_SYMBOLS_FOR_UNDERLYING_REQUEST, { DTC_MSG_SECURITY_DEFINITION_RESPONSE, DTC_MSG_SECURITY_DEFINITION_REJECT,
                                              DTC_MSG_SECURITY_DEFINITION_RESPONSE_V2 }, BY_REQUEST },
  { DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST, { DTC_MSG_SECURITY_DEFINITION_RESPONSE,
                                                      DTC_MSG_SECURITY_DEFINITION_REJECT,
                                                      DTC_MSG_SECURITY_DEFINITION_RESPONSE_V2 }, BY_REQUEST },
  { DTC_MSG_SYMBOL_SEARCH_REQUEST, { DTC_MSG_SECURITY_DEFINITION_RESPONSE, DTC_MSG_SECURITY_DEFINITION_REJECT,
                                     DTC_MSG_SECURITY_DEFINITION_RESPONSE_V2 }, BY_REQUEST },
  { DTC_MSG_ACCOUNT_BALANCE_REQUEST, { DTC_MSG_ACCOUNT_BALANCE_UPDATE, DTC_MSG_ACCOUNT_BALANCE_REJECT }, BY_REQUEST },
  { DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST, { DTC_MSG_HISTORICAL_ACCOUNT_BALANCE_RESPONSE,
                                                   DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REJECT }, BY_REQUEST },
  { DTC_MSG_JOURNAL_ENTRIES_REQUEST, { DTC_MSG_JOURNAL_ENTRY_RESPONSE, DTC_MSG_JOURNAL_ENTRIES_REJECT }, BY_REQUEST },
  { DTC_MSG_HISTORICAL_PRICE_DATA_REQUEST, { DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_HEADER,
                                             DTC_MSG_HISTORICAL_PRICE_DATA_REJECT,
                                             DTC_MSG_HISTORICAL_PRICE_DATA_RECORD_RESPONSE,
                                             DTC_MSG_HISTORICAL_PRICE_DATA_TICK_RECORD_RESPONSE,
                                             DTC_MSG_HISTORICAL_PRICE_DATA_RESPONSE_TRAILER }, BY_REQUEST },
};

typedef struct
{
  guint64  number;
  gboolean answered;
} Question;

/* Bounded: a peer that asks for ever and never answers. */
#define MAX_OPEN 65536

struct _DeskLogPairs
{
  GHashTable *open; /* key -> Question */
  guint8      asks[DTC_MAX_MESSAGE_TYPE + 1];    /* row of the table + 1 */
  gboolean    answers[DTC_MAX_MESSAGE_TYPE + 1];
  gboolean    is_first;
};

/* A key: the link, who asked, and its name. */
typedef struct
{
  guint32 link;
  guint32 row;
  guint32 name;
} Key;

static guint
key_hash (gconstpointer data)
{
  const Key *key = data;

  return (key->link * 31 + key->row) * 2654435761u ^ key->name * 40503u;
}

static gboolean
key_equal (gconstpointer a,
           gconstpointer b)
{
  const Key *one = a;
  const Key *two = b;

  return one->link == two->link && one->row == two->row && one->name == two->name;
}

DeskLogPairs *
desk_log_pairs_new (void)
{
  DeskLogPairs *self = g_new0 (DeskLogPairs, 1);

  self->open = g_hash_table_new_full (key_hash, key_equal, g_free, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      self->asks[table[i].asks] = (guint8) (i + 1);
      for (guint k = 0; k < MAX_ANSWERS; k++)
        self->answers[table[i].answers[k]] = TRUE;
    }
  self->answers[0] = FALSE;
  return self;
}

void
desk_log_pairs_free (DeskLogPairs *self)
{
  g_hash_table_unref (self->open);
  g_free (self);
}

gboolean
desk_log_pairs_is_first (DeskLogPairs *self)
{
  return self->is_first;
}

static gboolean
find_number (const DtcMessage *message,
             const char       *name,
             const char       *second,
             guint32          *value)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if ((g_str_equal (desc->fields[i].name, name) || g_strcmp0 (desc->fields[i].name, second) == 0)
        && dtc_message_has (message, i))
      {
        *value = (guint32) dtc_message_get_int (message, i);
        return *value != 0;
      }
  return FALSE;
}

static void
note (DeskLogPairs     *self,
      const DeskLogRow *row,
      guint             index,
      guint32           name)
{
  Key key = { row->link, index, name };
  Question *question;

  if (g_hash_table_size (self->open) >= MAX_OPEN)
    g_hash_table_remove_all (self->open);
  question = g_new0 (Question, 1);
  question->number = row->number;
  g_hash_table_replace (self->open, g_memdup2 (&key, sizeof key), question);
}

static void
ask (DeskLogPairs     *self,
     const DeskLogRow *row,
     const DtcMessage *message,
     guint             index,
     gboolean         *asks)
{
  guint32 name = 0;

  switch ((Naming) table[index].naming)
    {
    case BY_NOTHING:
      break;
    case BY_REQUEST:
      if (!find_number (message, "RequestID", NULL, &name))
        return;
      break;
    case BY_SYMBOL:
      /* A subscription has an answer, its end has none. */
      if (!find_number (message, "RequestAction", NULL, &name) || name == DTC_UNSUBSCRIBE
          || !find_number (message, "SymbolID", NULL, &name))
        return;
      break;
    case BY_ORDER:
      if (row->client == 0 && row->server == 0)
        return;
      *asks = TRUE;
      if (row->client != 0)
        note (self, row, index, row->client);
      if (row->server != 0 && row->server != row->client)
        note (self, row, index, row->server);
      if (row->type == DTC_MSG_SUBMIT_NEW_OCO_ORDER && row->other != 0)
        note (self, row, index, row->other);
      return;
    }
  *asks = TRUE;
  note (self, row, index, name);
}

static Question *
look_up (DeskLogPairs     *self,
         const DeskLogRow *row,
         guint             index,
         guint32           name)
{
  Key key = { row->link, index, name };

  return g_hash_table_lookup (self->open, &key);
}

static gboolean
is_answer_of (guint   index,
              guint16 type)
{
  for (guint k = 0; k < MAX_ANSWERS; k++)
    if (table[index].answers[k] == type && type != 0)
      return TRUE;
  return FALSE;
}

/* The oldest question about the order that has no answer yet; what comes later is news, no answer. */
static Question *
find_order_question (DeskLogPairs     *self,
                     const DeskLogRow *row,
                     guint             index)
{
  const guint32 names[] = { row->client, row->server, row->other, row->older };
  Question *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      Question *question = names[i] != 0 ? look_up (self, row, index, names[i]) : NULL;

      if (question != NULL && !question->answered && (found == NULL || question->number < found->number))
        found = question;
    }
  return found;
}

guint64
desk_log_pairs_take (DeskLogPairs     *self,
                     const DeskLogRow *row,
                     const DtcMessage *message,
                     gboolean         *asks)
{
  Question *answered = NULL;
  guint32 request = 0;
  gboolean by_request;

  *asks = FALSE;
  self->is_first = FALSE;
  if (row->type == 0 || row->type > DTC_MAX_MESSAGE_TYPE)
    return 0;
  if (self->asks[row->type] != 0)
    {
      ask (self, row, message, self->asks[row->type] - 1u, asks);
      return 0;
    }
  if (!self->answers[row->type])
    return 0;

  /* What has a RequestID answers that request; an update that comes by itself has none. */
  by_request = find_number (message, "RequestID", NULL, &request);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      Question *question = NULL;
      guint32 name = 0;

      if (!is_answer_of (i, row->type))
        continue;
      if (table[i].naming == BY_NOTHING)
        question = look_up (self, row, i, 0);
      else if (table[i].naming == BY_REQUEST && by_request)
        question = look_up (self, row, i, request);
      else if (table[i].naming == BY_SYMBOL && find_number (message, "SymbolID", "MarketDataSymbolID", &name))
        question = look_up (self, row, i, name);
      else if (table[i].naming == BY_ORDER && !by_request)
        question = find_order_question (self, row, i);
      if (question == NULL)
        continue;
      if (answered == NULL || (table[i].naming == BY_ORDER) == (question->number < answered->number))
        answered = question;
    }
  if (answered == NULL)
    return 0;
  self->is_first = !answered->answered;
  answered->answered = TRUE;
  return answered->number;
}
