/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-ledger-private.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static void
order_free (gpointer data)
{
  DeskLedgerOrder *order = data;

  while (order->faults != NULL)
    {
      DeskLedgerFault *next = order->faults->next;

      g_free (order->faults);
      order->faults = next;
    }
  g_free (order);
}

DeskLedger *
desk_ledger_new (void)
{
  DeskLedger *self = g_new0 (DeskLedger, 1);
  DeskGrid none = { 0, 1, 0, 0 };

  self->texts = g_string_chunk_new (16384);
  self->orders = g_ptr_array_new_with_free_func (order_free);
  self->by_client = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_server = g_hash_table_new (g_str_hash, g_str_equal);
  self->execs = g_ptr_array_new_with_free_func (g_free);
  self->by_exec = g_hash_table_new (g_str_hash, g_str_equal);
  self->nobodys = g_hash_table_new (g_str_hash, g_str_equal);
  self->positions = g_ptr_array_new_with_free_func (g_free);
  self->by_position = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->flat = g_hash_table_new (g_str_hash, g_str_equal);
  self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->symbol_grids = g_hash_table_new (g_str_hash, g_str_equal);
  self->grids = g_array_new (FALSE, TRUE, sizeof (DeskGrid));
  self->round = 1;
  g_array_append_val (self->grids, none);
  return self;
}

void
desk_ledger_free (DeskLedger *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->grids);
  g_hash_table_unref (self->symbol_grids);
  g_hash_table_unref (self->lists);
  g_hash_table_unref (self->flat);
  g_hash_table_unref (self->by_position);
  g_ptr_array_unref (self->positions);
  g_hash_table_unref (self->nobodys);
  g_hash_table_unref (self->by_exec);
  g_ptr_array_unref (self->execs);
  g_hash_table_unref (self->by_server);
  g_hash_table_unref (self->by_client);
  g_ptr_array_unref (self->orders);
  g_string_chunk_free (self->texts);
  g_free (self);
}

const char *
ledger_text (DeskLedger *self,
             const char *text)
{
  return text == NULL || *text == '\0' ? "" : g_string_chunk_insert (self->texts, text);
}

const char *
ledger_word (DeskLedger *self,
             const char *text)
{
  return text == NULL || *text == '\0' ? "" : g_string_chunk_insert_const (self->texts, text);
}

gboolean
ledger_whole (double  value,
              gint64 *out)
{
  if (!isfinite (value) || fabs (value) > 1e9 || value != floor (value))
    return FALSE;
  *out = (gint64) value;
  return TRUE;
}

/* ---- grids ---- */

static double
member (const char *payload,
        const char *name,
        double      otherwise)
{
  const char *found = payload != NULL ? strstr (payload, name) : NULL;

  return found != NULL ? g_ascii_strtod (found + strlen (name), NULL) : otherwise;
}

/* There are as many as definitions have come: hardly more than symbols. */
static guint16
keep_grid (DeskLedger     *self,
           const char     *symbol,
           const DeskGrid *grid)
{
  guint i;

  if (grid->tick <= 0)
    return 0;
  for (i = self->grids->len; i > 1; i--)
    {
      const DeskGrid *known = &g_array_index (self->grids, DeskGrid, i - 1);

      if (known->tick == grid->tick && known->multiplier == grid->multiplier && known->format == grid->format
          && known->tick_value == grid->tick_value)
        break;
    }
  if (i <= 1)
    {
      if (self->grids->len >= G_MAXUINT16)
        return 0;
      g_array_append_val (self->grids, *grid);
      i = self->grids->len;
    }
  if (symbol != NULL && *symbol != '\0')
    g_hash_table_insert (self->symbol_grids, (gpointer) ledger_word (self, symbol), GUINT_TO_POINTER (i - 1));
  return (guint16) (i - 1);
}

static guint16
record_grid (DeskLedger       *self,
             const DeskRecord *record)
{
  DeskGrid grid = { record->tick, record->multiplier, 0, 0 };
  guint known;

  if (record->tick <= 0 || record->symbol == NULL)
    return 0;
  /* A symbol's definition hardly ever changes: its payload is read when the numbers beside it do. */
  known = GPOINTER_TO_UINT (g_hash_table_lookup (self->symbol_grids, record->symbol));
  if (known > 0 && g_array_index (self->grids, DeskGrid, known).tick == record->tick
      && g_array_index (self->grids, DeskGrid, known).multiplier == record->multiplier)
    return (guint16) known;
  grid.format = (int) member (record->payload, "\"format\":", DTC_PRICE_DISPLAY_FORMAT_UNSET);
  grid.tick_value = member (record->payload, "\"tick_value\":", 0);
  return keep_grid (self, record->symbol, &grid);
}

DeskGrid
desk_ledger_grid (DeskLedger *self,
                  guint       grid,
                  const char *symbol)
{
  if (grid == 0 && symbol != NULL)
    grid = GPOINTER_TO_UINT (g_hash_table_lookup (self->symbol_grids, symbol));
  return g_array_index (self->grids, DeskGrid, grid < self->grids->len ? grid : 0);
}

/* ---- orders ---- */

static void
clear_terms (DeskLedgerTerms *terms)
{
  memset (terms, 0, sizeof *terms);
  terms->price1 = NAN;
  terms->price2 = NAN;
  terms->quantity = -1;
}

DeskLedgerOrder *
ledger_new_order (DeskLedger        *self,
                  const LedgerStamp *stamp)
{
  DeskLedgerOrder *order = g_new0 (DeskLedgerOrder, 1);

  order->client_id = order->server_id = order->account = order->symbol = "";
  order->created = order->touched = stamp->utc;
  order->alive_epoch = stamp->epoch;
  clear_terms (&order->sent);
  clear_terms (&order->asked);
  clear_terms (&order->echo);
  order->average = NAN;
  order->filled = order->filled_most = order->remaining = -1;
  g_ptr_array_add (self->orders, order);
  return order;
}

void
ledger_name_server (DeskLedger      *self,
                    DeskLedgerOrder *order,
                    const char      *id)
{
  if (*id == '\0' || (strcmp (order->server_id, id) == 0 && g_hash_table_lookup (self->by_server, id) == order))
    return;
  order->server_id = ledger_text (self, id);
  g_hash_table_replace (self->by_server, (gpointer) order->server_id, order);
  ledger_claim (self, order, id);
}

void
ledger_fault (DeskLedger        *self,
              DeskLedgerOrder   *order,
              DeskFaultKind      kind,
              gint64             expected,
              gint64             seen,
              const char        *other,
              guint64            before,
              const LedgerStamp *stamp)
{
  DeskLedgerFault *fault;

  /* A server that says the same wrong thing again makes one finding. */
  for (fault = order->faults; fault != NULL; fault = fault->next)
    {
      if (fault->kind == kind && fault->expected == expected && fault->seen == seen && g_strcmp0 (fault->other, other) == 0)
        return;
    }
  fault = g_new0 (DeskLedgerFault, 1);
  fault->kind = kind;
  fault->expected = expected;
  fault->seen = seen;
  fault->other = other != NULL ? ledger_text (self, other) : NULL;
  fault->records[0] = before != 0 ? before : stamp->seq;
  fault->records[1] = before != 0 ? stamp->seq : 0;
  fault->utc = stamp->utc;
  fault->next = order->faults;
  order->faults = fault;
}

/* ---- intents ---- */

static gboolean
says (const DeskRecord *record,
      const char       *words)
{
  return record->payload != NULL && strstr (record->payload, words) != NULL;
}

static double
price_of (const DtcMessage *message,
          guint             field,
          double            value)
{
  return dtc_message_has (message, field) && isfinite (value) && fabs (value) < 1e300 ? value : NAN;
}

/* A short text of a payload that we wrote ourselves. (transfer full) */
static char *
text_member (const DeskRecord *record,
             const char       *name)
{
  const char *found = record->payload != NULL ? strstr (record->payload, name) : NULL;

  if (found == NULL)
    return NULL;
  found += strlen (name);
  return g_strndup (found, strcspn (found, "\""));
}

static void
take_single (DeskLedgerOrder  *order,
             const DtcMessage *message)
{
  const DtcSubmitNewSingleOrder *submit = &message->submit_new_single_order;
  DeskLedgerTerms *terms = &order->sent;

  terms->side = submit->buy_sell == DTC_BUY ? DESK_SIDE_BUY : submit->buy_sell == DTC_SELL ? DESK_SIDE_SELL : DESK_SIDE_NONE;
  terms->type = (guint8) CLAMP (submit->order_type, 0, DESK_ORDER_TYPE_OTHER);
  terms->tif = (guint8) CLAMP (submit->time_in_force, 0, DESK_TIF_FOK);
  ledger_whole (submit->quantity, &terms->quantity);
  if (submit->order_type != DTC_ORDER_TYPE_MARKET)
    {
      terms->price1 = price_of (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, submit->price1);
      terms->price2 = price_of (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2, submit->price2);
    }
  order->linked = submit->is_parent_order != 0;
}

static void
take_leg (DeskLedgerOrder  *order,
          const DtcMessage *message,
          gboolean          second)
{
  const DtcSubmitNewOcoOrder *oco = &message->submit_new_oco_order;
  DeskLedgerTerms *terms = &order->sent;
  gint32 side = second ? oco->buy_sell_2 : oco->buy_sell_1;

  terms->side = side == DTC_BUY ? DESK_SIDE_BUY : side == DTC_SELL ? DESK_SIDE_SELL : DESK_SIDE_NONE;
  terms->type = (guint8) CLAMP (second ? oco->order_type_2 : oco->order_type_1, 0, DESK_ORDER_TYPE_OTHER);
  terms->tif = (guint8) CLAMP (oco->time_in_force, 0, DESK_TIF_FOK);
  ledger_whole (second ? oco->quantity_2 : oco->quantity_1, &terms->quantity);
  terms->price1 = second ? price_of (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_2, oco->price1_2)
                         : price_of (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_1, oco->price1_1);
  terms->price2 = second ? price_of (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_2, oco->price2_2)
                         : price_of (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_1, oco->price2_1);
  order->linked = TRUE;
  order->exit = *oco->parent_trigger_client_order_id != '\0';
  order->offsets = oco->use_offsets != 0;
}

static void
fold_submit (DeskLedger        *self,
             const DeskRecord  *record,
             const DtcMessage  *message,
             const LedgerStamp *stamp)
{
  DeskLedgerOrder *order = ledger_new_order (self, stamp);
  DeskLedgerOrder *before;
  g_autofree char *group = text_member (record, "\"group\":\"");

  order->ours = TRUE;
  order->client_id = ledger_text (self, record->client_order_id);
  order->account = ledger_word (self, record->account);
  order->symbol = ledger_word (self, record->symbol);
  order->sent_record = record->seq;
  order->sent_mono = record->mono;
  order->sent_epoch = record->epoch;
  order->sent.grid = stamp->grid;
  order->flatten = says (record, "\"intent\":\"flatten\"");
  if (group != NULL)
    order->group = ledger_word (self, group);
  if (order->flatten)
    {
      order->sent.type = DESK_ORDER_TYPE_MARKET;
      order->sent.side = says (record, "\"side\":\"buy\"") ? DESK_SIDE_BUY : says (record, "\"side\":\"sell\"") ? DESK_SIDE_SELL : 0;
      order->sent.quantity = (gint64) member (record->payload, "\"quantity\":", -1);
    }
  else if (message != NULL && message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
    take_single (order, message);
  else if (message != NULL && message->type == DTC_MSG_SUBMIT_NEW_OCO_ORDER)
    take_leg (order, message, says (record, "\"leg\":2"));
  before = g_hash_table_lookup (self->by_client, order->client_id);
  if (before != NULL)
    ledger_fault (self, order, DESK_FAULT_REUSED, 1, 2, before->server_id, before->sent_record, stamp);
  g_hash_table_replace (self->by_client, (gpointer) order->client_id, order);
}

static DeskLedgerOrder *
order_of (DeskLedger       *self,
          const DeskRecord *record)
{
  DeskLedgerOrder *order = NULL;

  if (record->client_order_id != NULL && *record->client_order_id != '\0')
    order = g_hash_table_lookup (self->by_client, record->client_order_id);
  if (order == NULL && record->server_order_id != NULL)
    order = g_hash_table_lookup (self->by_server, record->server_order_id);
  return order;
}

static void
fold_intent (DeskLedger        *self,
             const DeskRecord  *record,
             const DtcMessage  *message,
             const LedgerStamp *stamp)
{
  DeskLedgerOrder *order;

  if (says (record, "\"intent\":\"submit\"") || says (record, "\"intent\":\"flatten\""))
    {
      fold_submit (self, record, message, stamp);
      return;
    }
  order = order_of (self, record);
  if (order == NULL)
    return;
  order->touched = record->utc;
  if (message != NULL && message->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    {
      const DtcCancelReplaceOrder *change = &message->cancel_replace_order;

      clear_terms (&order->asked);
      order->asked.price1 = price_of (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1, change->price1);
      order->asked.price2 = price_of (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2, change->price2);
      if (!dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY) || !ledger_whole (change->quantity, &order->asked.quantity)
          || order->asked.quantity == 0)
        order->asked.quantity = -1;
      order->asked.tif = (guint8) CLAMP (change->time_in_force, 0, DESK_TIF_FOK);
      order->asked.grid = stamp->grid;
      order->changing = TRUE;
      order->change_record = record->seq;
    }
}

static void
fold_outcome (DeskLedger       *self,
              const DeskRecord *record)
{
  DeskLedgerOrder *order = order_of (self, record);
  gboolean submit = says (record, "\"intent\":\"submit\"") || says (record, "\"intent\":\"flatten\"");
  gboolean sent = member (record->payload, "\"accepted\":", 0) > 0;

  if (order == NULL)
    return;
  if (submit && order->answered_epoch == 0)
    {
      order->not_sent = !sent;
      order->sent_mono = record->mono;
    }
  else if (!sent && says (record, "\"intent\":\"change\""))
    order->changing = FALSE;
}

static void
fold_transition (DeskLedger       *self,
                 const DeskRecord *record)
{
  DeskLedgerOrder *order;

  if (says (record, "\"transition\":\"grid\""))
    {
      record_grid (self, record);
      return;
    }
  if (!says (record, "\"transition\":\"not-sent\""))
    return;
  order = order_of (self, record);
  if (order == NULL)
    return;
  if (says (record, "\"intent\":\"change\""))
    order->changing = FALSE;
  else if (!says (record, "\"intent\":\"cancel\"") && order->answered_epoch == 0)
    order->not_sent = TRUE;
}

static void
fold_resolve (DeskLedger       *self,
              const DeskRecord *record)
{
  g_autofree char *candidate = text_member (record, "\"candidate\":\"");
  DeskLedgerOrder *order = candidate != NULL ? g_hash_table_lookup (self->by_server, candidate) : NULL;

  if (order != NULL && says (record, "\"decision\":\"mine\""))
    order->adopted = TRUE;
}

/* ---- links ---- */

static void
fold_link (DeskLedger       *self,
           const DeskRecord *record)
{
  if (!says (record, "\"link\":\"begin\""))
    return;
  self->epoch = record->epoch;
  self->last_stir = 0;
}

/* ---- positions ---- */

static char *
position_key (const char *account,
              const char *symbol)
{
  return g_strconcat (account, "\x1f", symbol, NULL);
}

DeskLedgerPosition *
ledger_position (DeskLedger *self,
                 const char *account,
                 const char *symbol)
{
  g_autofree char *key = position_key (account, symbol);
  DeskLedgerPosition *position = g_hash_table_lookup (self->by_position, key);

  if (position != NULL)
    return position;
  position = g_new0 (DeskLedgerPosition, 1);
  position->account = ledger_word (self, account);
  position->symbol = ledger_word (self, symbol);
  position->average = NAN;
  position->based = g_hash_table_contains (self->flat, account);
  position->base_epoch = GPOINTER_TO_UINT (g_hash_table_lookup (self->flat, account));
  g_ptr_array_add (self->positions, position);
  g_hash_table_insert (self->by_position, g_steal_pointer (&key), position);
  return position;
}

void
ledger_stir (DeskLedger         *self,
             DeskLedgerPosition *position,
             const LedgerStamp  *stamp)
{
  position->stirred_mono = stamp->mono;
  position->stirred_epoch = stamp->epoch;
  self->last_stir = stamp->mono;
}

static void
set_base (DeskLedger       *self,
          const DeskRecord *record,
          const char       *account,
          const char       *symbol,
          gint64            quantity)
{
  DeskLedgerPosition *position;

  if (account == NULL || symbol == NULL || *symbol == '\0')
    return;
  position = ledger_position (self, account, symbol);
  position->based = TRUE;
  position->base = quantity - position->sum;
  position->base_quantity = quantity;
  position->base_epoch = record->epoch;
  position->base_record = record->seq;
}

static void
set_flat (DeskLedger *self,
          const char *account,
          guint32     epoch)
{
  if (account != NULL)
    g_hash_table_insert (self->flat, (gpointer) ledger_word (self, account), GUINT_TO_POINTER (epoch));
}

static JsonArray *
list_of (JsonParser *parser,
         const char *name)
{
  JsonNode *root = json_parser_get_root (parser);
  JsonNode *node = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_object_get_member (json_node_get_object (root), name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* What a round of questions has brought whole. */
static void
fold_lists (DeskLedger       *self,
            const DeskRecord *record)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonArray *rows = json_parser_load_from_data (parser, record->payload, -1, NULL) ? list_of (parser, "fills") : NULL;
  guint i;

  for (i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      JsonObject *row = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *account = row != NULL ? json_object_get_string_member_with_default (row, "account", NULL) : NULL;
      LedgerList list = { record->epoch, 0 };

      if (account == NULL)
        continue;
      list.since = json_object_get_int_member_with_default (row, "since", 0) * G_USEC_PER_SEC;
      g_hash_table_insert (self->lists, (gpointer) ledger_word (self, account), g_memdup2 (&list, sizeof list));
    }
}

/* What a verification took as the start of its sums. */
static void
fold_bases (DeskLedger       *self,
            const DeskRecord *record)
{
  g_autoptr (JsonParser) parser = NULL;
  JsonArray *rows;
  guint i;

  if (!says (record, "\"bases\":[") && !says (record, "\"flat\":["))
    return;
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, record->payload, -1, NULL))
    return;
  rows = list_of (parser, "bases");
  for (i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        set_base (self, record, json_object_get_string_member_with_default (json_node_get_object (node), "account", NULL),
                  json_object_get_string_member_with_default (json_node_get_object (node), "symbol", NULL),
                  json_object_get_int_member_with_default (json_node_get_object (node), "quantity", 0));
    }
  rows = list_of (parser, "flat");
  for (i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        set_flat (self, json_node_get_string (node), record->epoch);
    }
}

static void
take_position (DeskLedger        *self,
               const DtcMessage  *message,
               const LedgerStamp *stamp)
{
  const DtcPositionUpdate *row = &message->position_update;
  const char *account = *row->trade_account != '\0' ? row->trade_account : stamp->account != NULL ? stamp->account : "";
  DeskLedgerPosition *position;
  gint64 quantity;

  if (row->no_positions || *row->symbol == '\0' || !dtc_message_has (message, DTC_POSITION_UPDATE_F_QUANTITY)
      || !ledger_whole (row->quantity, &quantity))
    return;
  position = ledger_position (self, account, row->symbol);
  if (position->stated && position->epoch == stamp->epoch && position->quantity != quantity)
    ledger_stir (self, position, stamp);
  position->stated_mono = stamp->mono;
  position->quantity = quantity;
  position->average = quantity != 0 ? price_of (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, row->average_price) : NAN;
  position->stated = TRUE;
  position->epoch = stamp->epoch;
  if (stamp->grid != 0)
    position->grid = stamp->grid;
  if (stamp->seq != 0)
    position->record = stamp->seq;
}

/* ---- everything ---- */

static void
take (DeskLedger        *self,
      const DtcMessage  *message,
      const LedgerStamp *stamp)
{
  switch (message->type)
    {
    case DTC_MSG_ORDER_UPDATE:
      if (!message->order_update.no_orders)
        ledger_update (self, &message->order_update, message, stamp);
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE:
      if (!message->historical_order_fill_response.no_order_fills)
        ledger_listed_fill (self, message, stamp);
      break;
    case DTC_MSG_POSITION_UPDATE:
      take_position (self, message, stamp);
      break;
    default:
      break;
    }
}

void
desk_ledger_fold (DeskLedger       *self,
                  const DeskRecord *record,
                  const DtcMessage *message)
{
  LedgerStamp stamp = { record->seq, record->utc, record->mono, record->epoch, 0, record->account };

  switch (record->kind)
    {
    case DESK_RECORD_INTENT:
      stamp.grid = record_grid (self, record);
      fold_intent (self, record, message, &stamp);
      break;
    case DESK_RECORD_EVENT:
      stamp.grid = record_grid (self, record);
      if (message != NULL)
        take (self, message, &stamp);
      break;
    case DESK_RECORD_OUTCOME:
      fold_outcome (self, record);
      break;
    case DESK_RECORD_LINK:
      fold_link (self, record);
      break;
    case DESK_RECORD_TRANSITION:
      fold_transition (self, record);
      break;
    case DESK_RECORD_SNAPSHOT:
      if (says (record, "\"verify\":"))
        fold_bases (self, record);
      else if (says (record, "\"fills\":["))
        fold_lists (self, record);
      break;
    case DESK_RECORD_HUMAN:
      if (says (record, "\"action\":\"resolve\""))
        fold_resolve (self, record);
      else if (says (record, "\"action\":\"baseline\""))
        set_base (self, record, record->account, record->symbol, (gint64) member (record->payload, "\"quantity\":", 0));
      break;
    case DESK_RECORD_INSTANCE:
    case DESK_RECORD_FILL:
    default:
      break;
    }
}

void
desk_ledger_take (DeskLedger       *self,
                  const DtcMessage *message,
                  const DeskGrid   *grid,
                  const char       *account,
                  gint64            utc,
                  gint64            mono)
{
  LedgerStamp stamp = { 0, utc, mono, self->epoch, 0, account };

  stamp.grid = keep_grid (self, NULL, grid);
  take (self, message, &stamp);
}

void
desk_ledger_next_round (DeskLedger *self)
{
  self->round++;
}

guint32
desk_ledger_get_round (DeskLedger *self)
{
  return self->round;
}

guint
desk_ledger_n_orders (DeskLedger *self)
{
  return self->orders->len;
}

const DeskLedgerOrder *
desk_ledger_get_order (DeskLedger *self,
                       guint       index)
{
  return g_ptr_array_index (self->orders, index);
}

const DeskLedgerOrder *
desk_ledger_find (DeskLedger *self,
                  const char *client_id,
                  const char *server_id)
{
  const DeskLedgerOrder *order = client_id != NULL && *client_id != '\0' ? g_hash_table_lookup (self->by_client, client_id) : NULL;

  if (order == NULL && server_id != NULL && *server_id != '\0')
    order = g_hash_table_lookup (self->by_server, server_id);
  return order;
}

guint
desk_ledger_n_execs (DeskLedger *self)
{
  return self->execs->len;
}

const DeskLedgerExec *
desk_ledger_get_exec (DeskLedger *self,
                      guint       index)
{
  return g_ptr_array_index (self->execs, index);
}

const GPtrArray *
desk_ledger_positions (DeskLedger *self)
{
  return self->positions;
}

gboolean
desk_ledger_has_rest (DeskLedger *self,
                      const char *account)
{
  return g_hash_table_contains (self->flat, account);
}

gint64
desk_ledger_last_stir (DeskLedger *self)
{
  return self->last_stir;
}
