/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <math.h>
#include <string.h>

#define BAD_TOLD    10   /* unreadable messages, within a second */
#define DOUBTED_MAX 1000 /* symbols; beyond, all are in doubt */

EngineAccount *
engine_find_account (DeskEngine *engine,
                     const char *name)
{
  guint i;

  for (i = 0; i < engine->accounts->len; i++)
    {
      EngineAccount *account = g_ptr_array_index (engine->accounts, i);

      if (strcmp (account->account, name) == 0)
        return account;
    }
  return NULL;
}

/* NULL: the server has named too many. */
static EngineAccount *
get_account (DeskEngine *engine,
             const char *name)
{
  EngineAccount *account = engine_find_account (engine, name);

  if (account != NULL || !engine_may_name (engine, engine->accounts->len))
    return account;
  account = g_new0 (EngineAccount, 1);
  g_strlcpy (account->account, name, sizeof account->account);
  g_strlcpy (account->state.account, name, sizeof account->state.account);
  account->state.cash = NAN;
  account->state.available = NAN;
  account->state.margin = NAN;
  account->state.open_profit = NAN;
  account->state.daily_profit = NAN;
  account->state.daily_loss_limit = NAN;
  account->state.securities = NAN;
  g_ptr_array_add (engine->accounts, account);
  return account;
}

static void
publish_account (DeskEngine          *engine,
                 const EngineAccount *account,
                 DeskEventKind        kind)
{
  DeskEvent *event = desk_event_new (kind);

  event->account = account->state;
  engine_publish (engine, event, 0);
}

static void
take_account (DeskEngine       *engine,
              const DtcMessage *message)
{
  const DtcTradeAccountResponse *row = &message->trade_account_response;
  EngineQuestion *question = engine_question_find (engine, STEP_ACCOUNTS, row->request_id);

  EngineAccount *account = *row->trade_account != '\0' ? get_account (engine, row->trade_account) : NULL;

  if (account != NULL)
    {
      account->state.trading_disabled = row->trading_is_disabled != 0;
      account->listed_epoch = desk_truth_get_epoch (engine->truth);
      account->state.as_of = engine->world.utc (engine->world_data);
      publish_account (engine, account, DESK_EVENT_ACCOUNT);
    }
  if (question == NULL)
    return;
  engine_question_row (engine, question, row->total_number_messages, row->message_number, *row->trade_account == '\0');
  if (question->state == QUESTION_DONE && engine->account[0] == '\0' && engine->config.account[0] == '\0' && engine->accounts->len == 1)
    {
      g_strlcpy (engine->account, ((EngineAccount *) g_ptr_array_index (engine->accounts, 0))->account, sizeof engine->account);
      engine_publish_arm (engine);
    }
}

static double
money (const DtcMessage *message,
       guint             field,
       double            value,
       double            known)
{
  return dtc_message_has (message, field) && isfinite (value) && fabs (value) < 1e300 ? value : known;
}

static void
take_balance (DeskEngine       *engine,
              const DtcMessage *message)
{
  const DtcAccountBalanceUpdate *row = &message->account_balance_update;
  EngineQuestion *question = row->request_id != 0 ? engine_question_find (engine, STEP_BALANCES, row->request_id) : NULL;

  EngineAccount *account = !row->no_account_balances && *row->trade_account != '\0' ? get_account (engine, row->trade_account) : NULL;

  if (account != NULL)
    {
      DeskAccountState *state = &account->state;

      state->cash = money (message, DTC_ACCOUNT_BALANCE_UPDATE_F_CASH_BALANCE, row->cash_balance, state->cash);
      state->available = money (message, DTC_ACCOUNT_BALANCE_UPDATE_F_BALANCE_AVAILABLE_FOR_NEW_POSITIONS,
                                row->balance_available_for_new_positions, state->available);
      state->margin = money (message, DTC_ACCOUNT_BALANCE_UPDATE_F_MARGIN_REQUIREMENT, row->margin_requirement, state->margin);
      state->securities = money (message, DTC_ACCOUNT_BALANCE_UPDATE_F_SECURITIES_VALUE, row->securities_value, state->securities);
      state->open_profit = money (message, DTC_ACCOUNT_BALANCE_UPDATE_F_OPEN_POSITIONS_PROFIT_LOSS, row->open_positions_profit_loss,
                                  state->open_profit);
      state->daily_profit = money (message, DTC_ACCOUNT_BALANCE_UPDATE_F_DAILY_PROFIT_LOSS, row->daily_profit_loss, state->daily_profit);
      state->daily_loss_limit = money (message, DTC_ACCOUNT_BALANCE_UPDATE_F_DAILY_NET_LOSS_LIMIT, row->daily_net_loss_limit,
                                       state->daily_loss_limit);
      if (dtc_message_has (message, DTC_ACCOUNT_BALANCE_UPDATE_F_TRADING_IS_DISABLED))
        state->trading_disabled = row->trading_is_disabled != 0;
      if (*row->account_currency != '\0')
        g_strlcpy (state->currency, row->account_currency, sizeof state->currency);
      state->stale = FALSE;
      state->as_of = engine->world.utc (engine->world_data);
      publish_account (engine, account, DESK_EVENT_BALANCE);
    }
  if (question != NULL)
    engine_question_row (engine, question, row->total_number_messages, row->message_number, row->no_account_balances != 0);
}

/* An adjustment that somebody asked for is the balance. */
static void
take_adjustment (DeskEngine       *engine,
                 const DtcMessage *message)
{
  const DtcAccountBalanceAdjustmentComplete *row = &message->account_balance_adjustment_complete;
  EngineAccount *account = engine_find_account (engine, row->trade_account);

  if (account == NULL)
    return;
  account->state.cash = money (message, DTC_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE_F_NEW_BALANCE, row->new_balance, account->state.cash);
  account->state.as_of = engine->world.utc (engine->world_data);
  publish_account (engine, account, DESK_EVENT_BALANCE);
}

/* ---- messages that are kept ---- */

static const char *
symbol_of (DeskEngine       *engine,
           const DtcMessage *message)
{
  const DeskTruthOrder *order;
  const char *symbol = "";

  if (message->type == DTC_MSG_ORDER_UPDATE)
    symbol = message->order_update.symbol;
  else if (message->type == DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE)
    symbol = message->historical_order_fill_response.symbol;
  else if (message->type == DTC_MSG_POSITION_UPDATE)
    symbol = message->position_update.symbol;
  if (*symbol != '\0')
    return symbol;
  order = desk_truth_find_message (engine->truth, message);
  return order != NULL ? order->state.symbol : "";
}

static char *
event_payload (const DeskGrid *grid,
               const GError   *bad,
               DeskListMark    mark)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *format = g_strdup_printf ("%d", grid->format);
  gboolean known = grid->tick > 0 || bad != NULL;

  if (!known && mark == DESK_LIST_NONE)
    return NULL;
  return engine_json ("#format", known ? format : NULL,
                      "#tick_value", known ? g_ascii_dtostr (number, sizeof number, grid->tick_value) : NULL, "#list", mark == DESK_LIST_PART ? "1" : mark == DESK_LIST_END ? "2" : NULL,
                      "bad", bad != NULL ? bad->message : NULL, NULL);
}

static char *
text_or_null (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static guint
load16 (const guint8 *p)
{
  return p[0] | (guint) p[1] << 8;
}

/* The name of who logged on, in a struct. */
static void
paint_over_struct (guint8   *frame,
                   gsize     len,
                   gboolean  vls)
{
  const DtcFieldDesc *name = &dtc_message_desc (DTC_MSG_ORDER_UPDATE)->fields[DTC_ORDER_UPDATE_F_USERNAME];
  gsize at = name->wire_offset, size = name->len, i;

  if (vls)
    {
      /* An offset and a length, where the sender's struct is long enough to have them. */
      if (len < 6 || name->vls_offset + 4u > MIN (load16 (frame + 4), len))
        return;
      at = load16 (frame + name->vls_offset);
      size = load16 (frame + name->vls_offset + 2);
    }
  for (i = at; i < MIN (at + size, len) && frame[i] != '\0'; i++)
    frame[i] = '*';
}

/* A server may repeat who logged on with every order. What is kept is the frame byte for byte, and the name painted over:
 * it is read back by the same reader. Duplicate keys are refused, and inside a text the quotes of a key are escaped. */
static GBytes *
without_user_name (const DtcMessage *message,
                   const DtcReceipt *receipt)
{
  static const char key[] = "\"Username\"";
  gsize len = receipt->raw_len;
  guint8 *copy = g_memdup2 (receipt->raw, len);
  guint8 *end = copy + len;
  guint8 *p = copy;

  if (receipt->codec.encoding == DTC_ENCODING_BINARY || receipt->codec.encoding == DTC_ENCODING_BINARY_VLS)
    {
      if (message->type == DTC_MSG_ORDER_UPDATE)
        paint_over_struct (copy, len, receipt->codec.encoding == DTC_ENCODING_BINARY_VLS);
      return g_bytes_new_take (copy, len);
    }
  while ((p = memmem (p, (gsize) (end - p), key, strlen (key))) != NULL)
    {
      p += strlen (key);
      while (p < end && (g_ascii_isspace (*p) || *p == ':'))
        p++;
      if (p == end || *p != '"')
        continue;
      for (p++; p < end && *p != '"'; p++)
        {
          if (*p == '\\' && p + 1 < end)
            *p++ = '*';
          *p = '*';
        }
    }
  return g_bytes_new_take (copy, len);
}

static gboolean
is_waiting_for (DeskEngine *engine,
                EngineStep  step)
{
  guint i;

  for (i = 0; i < engine->questions->len; i++)
    {
      const EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      if (question->step == step && question->state != QUESTION_DONE)
        return TRUE;
    }
  return FALSE;
}

/* A row of an answer to us, as far as it can be told of one that does not read. */
static gboolean
is_answer (DeskEngine       *engine,
           const DtcMessage *message)
{
  switch (message->type)
    {
    case DTC_MSG_ORDER_UPDATE:
      return message->order_update.request_id != 0;
    case DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE:
      return TRUE;
    case DTC_MSG_POSITION_UPDATE:
      return message->position_update.request_id != 0
             || (!message->position_update.unsolicited && is_waiting_for (engine, STEP_POSITIONS));
    default:
      return FALSE;
    }
}

static void
keep (DeskEngine       *engine,
      const DtcMessage *message,
      const DtcReceipt *receipt,
      const GError     *bad,
      const char       *account,
      DeskListMark      mark)
{
  const char *symbol = symbol_of (engine, message);
  DeskGrid grid = engine_grid (engine, symbol);
  g_autofree char *payload = event_payload (&grid, bad, mark);
  DeskRecord *record = engine_record (engine, DESK_RECORD_EVENT, payload);

  record->mono = receipt->received;
  record->wire = without_user_name (message, receipt);
  record->encoding = receipt->codec.encoding;
  record->numbering = receipt->codec.numbering;
  record->direction = DTC_TO_CLIENT;
  record->tick = grid.tick;
  record->multiplier = grid.multiplier;
  record->symbol = text_or_null (symbol);
  record->account = text_or_null (account);
  if (message->type == DTC_MSG_ORDER_UPDATE)
    {
      record->client_order_id = text_or_null (message->order_update.client_order_id);
      record->server_order_id = text_or_null (message->order_update.server_order_id);
      g_free (record->account);
      record->account = text_or_null (message->order_update.trade_account);
    }
  else if (message->type == DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE)
    record->server_order_id = text_or_null (message->historical_order_fill_response.server_order_id);
  engine->unread_answer = (bad != NULL || desk_truth_is_senseless (message)) && is_answer (engine, message);
  engine_commit (engine, record, message, bad, FALSE);
  engine->unread_answer = FALSE;
}

/* The answer to a request of somebody's to put a fill right: what we know of fills and positions may be over. */
static void
take_correction (DeskEngine       *engine,
                 const DtcMessage *message,
                 const DtcReceipt *receipt)
{
  const DtcCorrectingOrderFillResponse *row = &message->correcting_order_fill_response;
  g_autofree char *why = desk_text_inside (engine_reject_text (row->result_text));

  keep (engine, message, receipt, NULL, NULL, DESK_LIST_NONE);
  if (row->is_error)
    return;
  engine_notice (engine, DESK_LEVEL_WARNING, "FILL_CORRECTED", "The server has corrected a fill (%s); everything is asked again", why);
  engine_doubt (engine);
}

/* The row of the open-orders answer this is, or NULL: a live update. */
static EngineQuestion *
orders_question (DeskEngine       *engine,
                 const DtcMessage *message)
{
  const DtcOrderUpdate *update = &message->order_update;

  if (update->request_id != 0)
    {
      EngineQuestion *question = engine_question_find (engine, STEP_ORDERS, update->request_id);

      return question != NULL ? question : engine_question_find (engine, STEP_ONE_ORDER, update->request_id);
    }
  /* In the brief's numbering the first batch after the logon is the restatement; a later one is not. */
  if (engine->config.numbering == DTC_NUMBERING_BRIEF && engine->round == ROUND_LINK && !engine->restated
      && (update->no_orders || update->order_update_reason == DTC_OPEN_ORDERS_REQUEST_RESPONSE))
    return engine_question_find (engine, STEP_ORDERS, 0);
  return NULL;
}

static void
note_new_order (DeskEngine           *engine,
                const DeskTruthOrder *order)
{
  if (order == NULL || order->state.symbol[0] == '\0')
    return;
  if (!desk_status_is_final (order->base) && engine->link == DESK_LINK_LIVE)
    {
      EngineSymbol *symbol = engine_symbol_named (engine, order->state.symbol);

      if (symbol == NULL)
        return;
      symbol->watched = TRUE;
      engine_symbol_ask (engine, symbol);
    }
}

static void
note_listed (DeskEngine           *engine,
             EngineQuestion       *question,
             const DeskTruthOrder *order)
{
  if (order != NULL && (question->step == STEP_ORDERS || !desk_status_is_final (order->base)))
    desk_evidence_listed (&engine->evidence, order->state.key);
}

/* The list has ended: the rows that waited for that have their orders now. */
static void
note_waiting (DeskEngine     *engine,
              EngineQuestion *question)
{
  guint i;

  for (i = 0; i < engine->evidence.waiting->len; i++)
    {
      const DeskTruthOrder *order = desk_truth_find_server (engine->truth, g_ptr_array_index (engine->evidence.waiting, i));

      note_listed (engine, question, order);
      note_new_order (engine, order);
    }
  g_ptr_array_set_size (engine->evidence.waiting, 0);
}

/* What is kept of a row says where in its list it stands. */
static DeskListMark
list_mark (const EngineQuestion *question,
           const DtcOrderUpdate *update)
{
  if (question == NULL || question->step != STEP_ORDERS || question->batch.ended || (question->state != QUESTION_WAITING && question->request != 0))
    return DESK_LIST_NONE;
  return desk_batch_ends_with (&question->batch, update->total_num_messages, update->message_number) ? DESK_LIST_END : DESK_LIST_PART;
}

static void
take_order (DeskEngine       *engine,
            const DtcMessage *message,
            const DtcReceipt *receipt)
{
  const DtcOrderUpdate *update = &message->order_update;
  EngineQuestion *question = orders_question (engine, message);
  gboolean none = update->no_orders != 0, copy;
  DeskListMark mark = list_mark (question, update);
  const DeskTruthOrder *order;
  DeskGrid grid = engine_grid (engine, symbol_of (engine, message));

  if (none && (*update->server_order_id != '\0' || *update->client_order_id != '\0'))
    {
      /* "There are no orders", about an order: neither can be believed. */
      if (question != NULL)
        {
          engine_question_fail (engine, question, "it says that there are no orders and names one");
          engine_round_check (engine);
        }
      return;
    }
  copy = !none && engine_is_copys_id (engine, update->client_order_id);
  if (!none && (question == NULL || (engine->round == ROUND_LINK && engine->looks < 2) || desk_truth_is_news (engine->truth, message, &grid)
                || (mark == DESK_LIST_END && desk_truth_waits_for_list (engine->truth, NULL))))
    keep (engine, message, receipt, NULL, NULL, mark);
  else if (!none)
    engine_verify_message (engine, message, NULL);
  order = none ? NULL : desk_truth_find_server (engine->truth, update->server_order_id);
  if (order == NULL && !none)
    order = desk_truth_find_message (engine->truth, message);
  if (mark == DESK_LIST_PART && !none && desk_truth_waits_for_list (engine->truth, update->server_order_id))
    {
      g_ptr_array_add (engine->evidence.waiting, g_strdup (update->server_order_id));
      order = NULL;
    }
  if (mark == DESK_LIST_END)
    note_waiting (engine, question);
  if (question != NULL && order != NULL)
    note_listed (engine, question, order);
  else if (order != NULL && engine->round != ROUND_NONE && update->request_id == 0)
    desk_evidence_moved (&engine->evidence, order->state.key, order->state.account, order->state.symbol);
  note_new_order (engine, order);
  if (copy && desk_truth_find_client (engine->truth, update->client_order_id) != NULL)
    engine_identity_copy (engine, update->client_order_id);
  if (question != NULL)
    engine_question_row (engine, question, update->total_num_messages, update->message_number, none);
  engine_cancel_wanted (engine);
}

/* Who counts the rest without it calls what it was about nothing. */
static void
row_without_sense (DeskEngine     *engine,
                   EngineQuestion *question)
{
  engine_question_fail (engine, question, "a row of its answer could not be read");
  engine_round_check (engine);
}

static void
take_fill (DeskEngine       *engine,
           const DtcMessage *message,
           const DtcReceipt *receipt)
{
  const DtcHistoricalOrderFillResponse *row = &message->historical_order_fill_response;
  EngineQuestion *question = engine_question_find (engine, STEP_FILLS, row->request_id);
  DeskGrid grid = engine_grid (engine, row->symbol);

  if (!row->no_order_fills && desk_truth_is_news (engine->truth, message, &grid))
    keep (engine, message, receipt, NULL, question != NULL ? question->account : NULL, DESK_LIST_NONE);
  else if (!row->no_order_fills)
    engine_verify_message (engine, message, question != NULL ? question->account : NULL);
  if (question == NULL)
    return;
  if (desk_truth_is_senseless (message))
    row_without_sense (engine, question);
  else
    engine_question_row (engine, question, row->total_number_messages, row->message_number, row->no_order_fills != 0);
}

/* One row of too many: nothing is known of what it says, so of no position may it be said that there is none. */
static gboolean
leave_position (DeskEngine              *engine,
                const DtcPositionUpdate *row,
                EngineQuestion          *question)
{
  if (row->no_positions || desk_truth_find_position (engine->truth, row->trade_account, row->symbol) != NULL
      || engine_may_name (engine, desk_truth_positions (engine->truth)->len - engine->positions_before))
    return FALSE;
  if (g_hash_table_add (engine->positions_doubted, g_strdup ("")))
    engine_publish_positions (engine, TELL_CHANGE);
  if (question != NULL && question->state == QUESTION_WAITING)
    {
      engine_question_fail (engine, question, "it names more positions than are kept");
      engine_round_check (engine);
    }
  return TRUE;
}

/* What the server said before of this position is not what it says now, whatever that is. */
static void
doubt_position (DeskEngine       *engine,
                const DtcMessage *message)
{
  const char *symbol = message->position_update.symbol;

  g_hash_table_add (engine->positions_doubted, g_strdup (g_hash_table_size (engine->positions_doubted) < DOUBTED_MAX ? symbol : ""));
  engine_publish_positions (engine, TELL_CHANGE);
}

static void
take_position (DeskEngine       *engine,
               const DtcMessage *message,
               const DtcReceipt *receipt)
{
  const DtcPositionUpdate *row = &message->position_update;
  EngineQuestion *question = row->request_id != 0 ? engine_question_find (engine, STEP_POSITIONS, row->request_id) : NULL;
  DeskGrid grid = engine_grid (engine, row->symbol);

  engine_flatten_told (engine, row);
  if (leave_position (engine, row, question))
    {
      engine_flatten_position (engine, row->request_id, message);
      return;
    }
  if (!row->no_positions && desk_truth_is_news (engine->truth, message, &grid))
    keep (engine, message, receipt, NULL, NULL, DESK_LIST_NONE);
  else if (!row->no_positions)
    engine_verify_message (engine, message, NULL);
  if (!row->no_positions && row->quantity != 0 && *row->symbol != '\0')
    {
      EngineSymbol *symbol = engine_symbol_named (engine, row->symbol);

      if (symbol != NULL)
        symbol->watched = TRUE;
    }
  if (!desk_truth_is_senseless (message) && *row->symbol != '\0' && g_hash_table_remove (engine->positions_doubted, row->symbol))
    engine_publish_position (engine, row->trade_account, row->symbol, TELL_CHANGE);
  if (desk_truth_is_senseless (message))
    {
      if (question != NULL)
        row_without_sense (engine, question);
      else if (row->request_id == 0)
        engine_doubt (engine);
      doubt_position (engine, message);
    }
  else if (question != NULL)
    {
      if (!row->no_positions)
        desk_evidence_position (&engine->evidence, row->trade_account, row->symbol);
      engine_question_row (engine, question, row->total_number_messages, row->message_number, row->no_positions != 0);
    }
  else if (engine->round != ROUND_NONE && row->request_id == 0)
    desk_evidence_moved (&engine->evidence, 0, row->trade_account, row->symbol);
  engine_flatten_position (engine, row->request_id, message);
}

static void
take_reject (DeskEngine       *engine,
             EngineStep        step,
             const DtcMessage *message,
             const DtcReceipt *receipt)
{
  /* 302, 307, 308 and 602 are all RequestID and RejectText. */
  gint32 request = message->open_orders_reject.request_id;
  const char *text = message->open_orders_reject.reject_text;
  EngineQuestion *question = engine_question_find (engine, step, request);

  if (question == NULL && step == STEP_ORDERS)
    question = engine_question_find (engine, STEP_ONE_ORDER, request);
  keep (engine, message, receipt, NULL, NULL, DESK_LIST_NONE);
  if (step == STEP_POSITIONS)
    engine_flatten_position (engine, request, message);
  if (question == NULL)
    return;
  engine_question_fail (engine, question, *text != '\0' ? text : "the server refused");
  engine_round_check (engine);
}

static void
take_words (DeskEngine *engine,
            DeskLevel   level,
            const char *code,
            const char *text)
{
  if (*text != '\0')
    engine_notice (engine, level, code, "%s", text);
}

void
desk_engine_message (DeskEngine       *engine,
                     const DtcMessage *message,
                     const DtcReceipt *receipt)
{
  engine->now = MAX (receipt->received, engine->now);
  engine->last_receive = receipt->received;
  engine->codec = receipt->codec;
  engine->codec_known = TRUE;
  if (!engine->link_up)
    return;
  switch (message->type)
    {
    case DTC_MSG_ORDER_UPDATE:
      take_order (engine, message, receipt);
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE:
      take_fill (engine, message, receipt);
      break;
    case DTC_MSG_POSITION_UPDATE:
      take_position (engine, message, receipt);
      break;
    case DTC_MSG_OPEN_ORDERS_REJECT:
      take_reject (engine, STEP_ORDERS, message, receipt);
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT:
      take_reject (engine, STEP_FILLS, message, receipt);
      break;
    case DTC_MSG_CURRENT_POSITIONS_REJECT:
      take_reject (engine, STEP_POSITIONS, message, receipt);
      break;
    case DTC_MSG_ACCOUNT_BALANCE_REJECT:
      take_reject (engine, STEP_BALANCES, message, receipt);
      break;
    case DTC_MSG_TRADE_ACCOUNT_RESPONSE:
      take_account (engine, message);
      break;
    case DTC_MSG_ACCOUNT_BALANCE_UPDATE:
      take_balance (engine, message);
      break;
    case DTC_MSG_CORRECTING_ORDER_FILL_RESPONSE:
      take_correction (engine, message, receipt);
      break;
    case DTC_MSG_ACCOUNT_BALANCE_ADJUSTMENT_COMPLETE:
      take_adjustment (engine, message);
      break;
    case DTC_MSG_SECURITY_DEFINITION_RESPONSE:
    case DTC_MSG_SECURITY_DEFINITION_RESPONSE_V2:
    case DTC_MSG_SECURITY_DEFINITION_REJECT:
      if (!engine_find_message (engine, message))
        engine_definition (engine, message);
      break;
    case DTC_MSG_USER_MESSAGE:
      /* Without a word about it, it is meant to pop up (DTCProtocol.h): it stays until it is read. */
      take_words (engine, message->user_message.is_popup_message != 0 ? DESK_LEVEL_WARNING : DESK_LEVEL_INFO,
                  "USER_MESSAGE", message->user_message.user_message);
      break;
    case DTC_MSG_GENERAL_LOG_MESSAGE: /* the log panel has it */
      break;
    case DTC_MSG_ALERT_MESSAGE:
      take_words (engine, DESK_LEVEL_ALARM, "ALERT", message->alert_message.message_text);
      break;
    case DTC_MSG_EXCHANGE_LIST_RESPONSE:
    case DTC_MSG_HISTORICAL_ACCOUNT_BALANCE_RESPONSE:
    case DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REJECT:
    case DTC_MSG_JOURNAL_ENTRY_RESPONSE:
    case DTC_MSG_JOURNAL_ENTRIES_REJECT:
      engine_find_message (engine, message);
      break;
    default:
      engine_market_data (engine, message);
      return;
    }
  engine_checklist_look (engine);
}

static EngineQuestion *
question_of (DeskEngine       *engine,
             const DtcMessage *partial)
{
  switch (partial->type)
    {
    case DTC_MSG_ORDER_UPDATE:
      return orders_question (engine, partial);
    case DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE:
      return engine_question_find (engine, STEP_FILLS, partial->historical_order_fill_response.request_id);
    case DTC_MSG_POSITION_UPDATE:
      return engine_question_find (engine, STEP_POSITIONS, partial->position_update.request_id);
    case DTC_MSG_TRADE_ACCOUNT_RESPONSE:
      return engine_question_find (engine, STEP_ACCOUNTS, partial->trade_account_response.request_id);
    case DTC_MSG_ACCOUNT_BALANCE_UPDATE:
      return engine_question_find (engine, STEP_BALANCES, partial->account_balance_update.request_id);
    default:
      return NULL;
    }
}

void
engine_bad_tick (DeskEngine *engine)
{
  guint more = engine->bad_in_a_row > BAD_TOLD ? engine->bad_in_a_row - BAD_TOLD : 0;

  if (engine->bad_in_a_row == 0 || engine->now - engine->bad_since < G_USEC_PER_SEC)
    return;
  engine->bad_in_a_row = 0;
  if (more > 0)
    engine_notice (engine, DESK_LEVEL_WARNING, "BAD_MESSAGE", "%u more messages of the server could not be read", more);
}

/* A server that sends nothing else must not fill a screen or a pipe with it: so many a second, and how many more. */
static void
tell_bad (DeskEngine   *engine,
          DeskLevel     level,
          const GError *error,
          const char   *then)
{
  engine_bad_tick (engine);
  if (engine->bad_in_a_row++ == 0)
    engine->bad_since = engine->now;
  if (engine->bad_in_a_row <= BAD_TOLD)
    engine_notice (engine, level, "BAD_MESSAGE", "A message of the server could not be read%s%s%s%s", then != NULL ? " (" : ": ", error->message,
                   then != NULL ? ")" : "", then != NULL ? then : "");
}

void
desk_engine_bad_frame (DeskEngine       *engine,
                       const DtcMessage *partial,
                       const DtcReceipt *receipt,
                       const GError     *error)
{
  EngineQuestion *question;

  engine->now = MAX (receipt->received, engine->now);
  engine->last_receive = receipt->received;
  if (!engine->link_up)
    return;
  if (g_error_matches (error, DTC_ERROR, DTC_ERROR_NUMBERING))
    {
      g_autofree char *why = desk_text_inside (error->message);
      g_autofree char *text = g_strdup_printf ("The server sent what it cannot mean in this profile's numbering: %s.", why);

      engine_numbering_bad (engine, text);
    }
  if (partial == NULL || partial->type == 0)
    {
      tell_bad (engine, DESK_LEVEL_WARNING, error, "; everything is asked again");
      engine_doubt (engine);
      return;
    }
  if (!dtc_message_is_trading (partial->type))
    {
      tell_bad (engine, DESK_LEVEL_INFO, error, NULL);
      return;
    }
  question = question_of (engine, partial);
  if (question != NULL)
    engine_question_fail (engine, question, "a row of its answer could not be read");
  keep (engine, partial, receipt, error, NULL, DESK_LIST_NONE);
  if (partial->type == DTC_MSG_POSITION_UPDATE)
    doubt_position (engine, partial);
  if (question != NULL)
    engine_round_check (engine);
  engine_checklist_look (engine);
}
