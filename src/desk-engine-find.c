/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <math.h>
#include <string.h>

/* ---- searches ---- */

static void
tell_found (DeskEngine                *engine,
            DeskRowKind                kind,
            const DeskInstrumentState *instrument,
            const char                *failed)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_FOUND);

  event->tag = engine->find.tag;
  event->found.kind = kind;
  event->found.by = engine->find.by;
  if (instrument != NULL)
    event->found.instrument = *instrument;
  event->found.count = engine->find.count;
  event->found.more = engine->find.more;
  event->found.failed = failed != NULL;
  if (failed != NULL)
    event->text = g_ref_string_new (failed);
  engine_publish (engine, event, 0);
}

static void
end_find (DeskEngine *engine,
          const char *failed)
{
  if (engine->find.request == 0)
    return;
  tell_found (engine, DESK_ROW_END, NULL, failed);
  engine->find.request = 0;
}

static void
found (DeskEngine                *engine,
       const DeskInstrumentState *instrument,
       gboolean                   final)
{
  const char *name = engine->find.by == DESK_FIND_EXCHANGES                                         ? instrument->exchange
                     : engine->find.by == DESK_FIND_UNDERLYINGS && instrument->symbol[0] == '\0' ? instrument->underlying
                                                                                                   : instrument->symbol;

  engine->find.deadline = engine->now + ENGINE_FIND_WAIT;
  /* "None found" is one answer without a symbol. */
  if (*name != '\0')
    {
      if (engine->find.count < ENGINE_FOUND_MAX)
        {
          engine->find.count++;
          tell_found (engine, DESK_ROW_ITEM, instrument, NULL);
        }
      else
        engine->find.more++;
    }
  if (final)
    end_find (engine, NULL);
}

static void
ask_symbols (DeskEngine        *engine,
             const DeskCommand *command)
{
  const char *text = command->search != NULL ? command->search : "";
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  switch (command->find_by)
    {
    case DESK_FIND_EXCHANGE:
      dtc_message_init (&message, DTC_MSG_SYMBOLS_FOR_EXCHANGE_REQUEST);
      dtc_message_set_string (&message, DTC_SYMBOLS_FOR_EXCHANGE_REQUEST_F_EXCHANGE, command->step[0] != '\0' ? command->step : text);
      dtc_message_set_int (&message, DTC_SYMBOLS_FOR_EXCHANGE_REQUEST_F_REQUEST_ACTION, DTC_SUBSCRIBE);
      break;
    case DESK_FIND_UNDERLYINGS:
      dtc_message_init (&message, DTC_MSG_UNDERLYING_SYMBOLS_FOR_EXCHANGE_REQUEST);
      dtc_message_set_string (&message, DTC_UNDERLYING_SYMBOLS_FOR_EXCHANGE_REQUEST_F_EXCHANGE, command->step[0] != '\0' ? command->step : text);
      break;
    case DESK_FIND_UNDERLYING:
      dtc_message_init (&message, DTC_MSG_SYMBOLS_FOR_UNDERLYING_REQUEST);
      dtc_message_set_string (&message, DTC_SYMBOLS_FOR_UNDERLYING_REQUEST_F_UNDERLYING_SYMBOL, text);
      if (command->step[0] != '\0')
        dtc_message_set_string (&message, DTC_SYMBOLS_FOR_UNDERLYING_REQUEST_F_EXCHANGE, command->step);
      break;
    case DESK_FIND_EXCHANGES:
      dtc_message_init (&message, DTC_MSG_EXCHANGE_LIST_REQUEST);
      break;
    case DESK_FIND_SYMBOL:
    case DESK_FIND_DESCRIPTION:
    default:
      dtc_message_init (&message, DTC_MSG_SYMBOL_SEARCH_REQUEST);
      dtc_message_set_string (&message, DTC_SYMBOL_SEARCH_REQUEST_F_SEARCH_TEXT, text);
      if (command->step[0] != '\0')
        dtc_message_set_string (&message, DTC_SYMBOL_SEARCH_REQUEST_F_EXCHANGE, command->step);
      dtc_message_set_int (&message, DTC_SYMBOL_SEARCH_REQUEST_F_SEARCH_TYPE,
                           command->find_by == DESK_FIND_DESCRIPTION ? DTC_SEARCH_TYPE_BY_DESCRIPTION : DTC_SEARCH_TYPE_BY_SYMBOL);
      break;
    }
  /* All of them begin with the RequestID. */
  dtc_message_set_int (&message, DTC_SYMBOL_SEARCH_REQUEST_F_REQUEST_ID, engine->find.request);
  if (!engine_ask (engine, &message))
    end_find (engine, "the question could not be sent");
}

static gboolean
is_connected (DeskEngine *engine)
{
  return engine->link == DESK_LINK_RESYNC || engine->link == DESK_LINK_LIVE;
}

void
engine_find (DeskEngine        *engine,
             const DeskCommand *command)
{
  engine->find.request = engine_next_request (engine);
  engine->find.tag = command->tag;
  engine->find.by = command->find_by;
  engine->find.count = engine->find.more = 0;
  engine->find.deadline = engine->now + ENGINE_FIND_WAIT;
  tell_found (engine, DESK_ROW_BEGIN, NULL, NULL);
  if (is_connected (engine))
    ask_symbols (engine, command);
  else
    end_find (engine, "there is no connection to ask");
}

/* ---- lists that the server keeps ---- */

static void
tell_listed (DeskEngine    *engine,
             EngineInquiry *inquiry,
             DeskEvent     *event,
             const char    *text)
{
  event->tag = inquiry->tag;
  event->listed.balances = inquiry == &engine->balances;
  event->listed.count = inquiry->count;
  if (text != NULL && *text != '\0')
    event->text = g_ref_string_new (text);
  engine_publish (engine, event, 0);
}

static void
end_list (DeskEngine    *engine,
          EngineInquiry *inquiry,
          const char    *failed)
{
  DeskEvent *event;

  if (inquiry->request == 0)
    return;
  event = desk_event_new (DESK_EVENT_LISTED);
  event->listed.kind = DESK_ROW_END;
  event->listed.cash = NAN;
  event->listed.failed = failed != NULL;
  tell_listed (engine, inquiry, event, failed);
  inquiry->request = 0;
}

static DeskEvent *
new_row (DeskEngine    *engine,
         EngineInquiry *inquiry)
{
  DeskEvent *event;

  inquiry->deadline = engine->now + ENGINE_FIND_WAIT;
  if (++inquiry->count > ENGINE_LISTED_MAX)
    return NULL;
  event = desk_event_new (DESK_EVENT_LISTED);
  event->listed.kind = DESK_ROW_ITEM;
  event->listed.cash = NAN;
  return event;
}

static void
take_balance_row (DeskEngine       *engine,
                  const DtcMessage *message)
{
  const DtcHistoricalAccountBalanceResponse *row = &message->body.historical_account_balance_response;
  DeskEvent *event;

  if (engine->balances.request == 0 || row->request_id != engine->balances.request)
    return;
  /* "There are none", or an end that says nothing else. */
  if (!row->no_account_balances && row->date_time > 0)
    {
      event = new_row (engine, &engine->balances);
      if (event != NULL)
        {
          event->listed.utc = desk_market_time (row->date_time);
          event->listed.cash = dtc_message_has (message, DTC_HISTORICAL_ACCOUNT_BALANCE_RESPONSE_F_CASH_BALANCE) ? row->cash_balance : NAN;
          g_strlcpy (event->listed.account, row->trade_account, sizeof event->listed.account);
          g_strlcpy (event->listed.currency, row->account_currency, sizeof event->listed.currency);
          g_strlcpy (event->listed.transaction, row->transaction_id, sizeof event->listed.transaction);
          tell_listed (engine, &engine->balances, event, row->info_text);
        }
    }
  if (row->is_final_response || row->no_account_balances)
    end_list (engine, &engine->balances, NULL);
}

/* 706 has no RequestID: there is one such question at a time. */
static void
take_entry_row (DeskEngine       *engine,
                const DtcMessage *message)
{
  const DtcJournalEntryResponse *row = &message->body.journal_entry_response;
  DeskEvent *event;

  if (engine->entries.request == 0)
    return;
  if (*row->journal_entry != '\0')
    {
      event = new_row (engine, &engine->entries);
      if (event != NULL)
        {
          event->listed.utc = desk_market_time ((double) row->date_time);
          tell_listed (engine, &engine->entries, event, row->journal_entry);
        }
    }
  if (row->is_final_response)
    end_list (engine, &engine->entries, NULL);
}

static void
begin_list (DeskEngine        *engine,
            EngineInquiry     *inquiry,
            const DeskCommand *command)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  end_list (engine, inquiry, "another question took its place");
  inquiry->request = engine_next_request (engine);
  inquiry->tag = command->tag;
  inquiry->count = 0;
  inquiry->deadline = engine->now + ENGINE_FIND_WAIT;
  if (!is_connected (engine))
    {
      end_list (engine, inquiry, "there is no connection to ask");
      return;
    }
  if (inquiry == &engine->balances)
    {
      const char *account = engine_account_of (engine, command->ticket.account);

      dtc_message_init (&message, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST);
      if (*account != '\0')
        dtc_message_set_string (&message, DTC_HISTORICAL_ACCOUNT_BALANCES_REQUEST_F_TRADE_ACCOUNT, account);
    }
  else
    dtc_message_init (&message, DTC_MSG_JOURNAL_ENTRIES_REQUEST);
  /* Both begin with the RequestID; without a StartDateTime they mean all there is. */
  dtc_message_set_int (&message, DTC_HISTORICAL_ACCOUNT_BALANCES_REQUEST_F_REQUEST_ID, inquiry->request);
  if (!engine_ask (engine, &message))
    end_list (engine, inquiry, "the question could not be sent");
}

static void
add_entry (DeskEngine        *engine,
           const DeskCommand *command)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  const char *text = command->search != NULL ? command->search : "";

  if (*text == '\0' || strlen (text) > 255)
    {
      engine_deny (engine, DESK_DENY_USAGE, command->tag, command->input, "An entry of the server's journal has 1 to 255 bytes");
      return;
    }
  dtc_message_init (&message, DTC_MSG_JOURNAL_ENTRY_ADD);
  dtc_message_set_string (&message, DTC_JOURNAL_ENTRY_ADD_F_JOURNAL_ENTRY, text);
  dtc_message_set_int (&message, DTC_JOURNAL_ENTRY_ADD_F_DATE_TIME, engine->world.utc (engine->world_data) / G_USEC_PER_SEC);
  if (!is_connected (engine) || !engine_ask (engine, &message))
    engine_deny (engine, DESK_DENY_LINK_DOWN, command->tag, command->input, "There is no connection: the entry was not sent");
}

void
engine_list (DeskEngine        *engine,
             const DeskCommand *command)
{
  switch (command->kind)
    {
    case DESK_COMMAND_LIST_BALANCES:
      begin_list (engine, &engine->balances, command);
      break;
    case DESK_COMMAND_LIST_JOURNAL:
      begin_list (engine, &engine->entries, command);
      break;
    default:
      add_entry (engine, command);
      break;
    }
}

/* ---- answers ---- */

gboolean
engine_find_message (DeskEngine       *engine,
                     const DtcMessage *message)
{
  DeskInstrumentState instrument = { 0 };
  gboolean final;
  gint32 request;

  switch (message->type)
    {
    case DTC_MSG_EXCHANGE_LIST_RESPONSE:
      {
        const DtcExchangeListResponse *row = &message->body.exchange_list_response;

        if (engine->find.request != 0 && row->request_id == engine->find.request)
          {
            g_strlcpy (instrument.exchange, row->exchange, sizeof instrument.exchange);
            g_strlcpy (instrument.description, row->description, sizeof instrument.description);
            found (engine, &instrument, row->is_final_message != 0);
          }
        return TRUE;
      }
    case DTC_MSG_SECURITY_DEFINITION_REJECT:
      if (engine->find.request == 0 || message->security_definition_reject.request_id != engine->find.request)
        return FALSE;
      end_find (engine, engine_reject_text (message->security_definition_reject.reject_text));
      return TRUE;
    case DTC_MSG_HISTORICAL_ACCOUNT_BALANCE_RESPONSE:
      take_balance_row (engine, message);
      return TRUE;
    case DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REJECT:
      if (message->body.historical_account_balances_reject.request_id == engine->balances.request)
        end_list (engine, &engine->balances, engine_reject_text (message->body.historical_account_balances_reject.reject_text));
      return TRUE;
    case DTC_MSG_JOURNAL_ENTRY_RESPONSE:
      take_entry_row (engine, message);
      return TRUE;
    case DTC_MSG_JOURNAL_ENTRIES_REJECT:
      if (message->body.journal_entries_reject.request_id == engine->entries.request)
        end_list (engine, &engine->entries, engine_reject_text (message->body.journal_entries_reject.reject_text));
      return TRUE;
    default:
      if (!engine_read_definition (message, &instrument, &request, &final) || engine->find.request == 0
          || request != engine->find.request)
        return FALSE;
      found (engine, &instrument, final);
      return TRUE;
    }
}

gint64
engine_find_tick (DeskEngine *engine)
{
  static const char late[] = "no answer within 10 s";
  EngineInquiry *const all[] = { &engine->find, &engine->balances, &engine->entries };
  gint64 next = G_MAXINT64;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (all); i++)
    {
      if (all[i]->request == 0)
        continue;
      if (engine->now < all[i]->deadline)
        next = MIN (next, all[i]->deadline);
      else if (all[i] == &engine->find)
        end_find (engine, late);
      else
        end_list (engine, all[i], late);
    }
  return next;
}

void
engine_find_link_lost (DeskEngine *engine)
{
  static const char lost[] = "the connection was lost before the answer was complete";

  end_find (engine, lost);
  end_list (engine, &engine->balances, lost);
  end_list (engine, &engine->entries, lost);
}
