/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-state-json.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "sim-state.h"

#define VERSION   1
#define CHUNK     500 /* orders, fills and ids in one line of a whole state: a line is read as a tree in memory */
#define FEW_MARKETS 16 /* so many are written with each change, moved or not */
#define MAX_DEPTH 8 /* nesting of a line; json-glib has no limit of its own */

struct _SimStateReader
{
  SimExchange *exchange;
  GHashTable  *orders; /* SimOrder by number, which is inside it */
  GHashTable  *relatives;
  guint        lines;
};

/* Writing. */

static void
add_int (JsonBuilder *b,
         const char  *name,
         gint64       value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, value);
}

static void
add_double (JsonBuilder *b,
            const char  *name,
            double       value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_double_value (b, value);
}

static void
add_string (JsonBuilder *b,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, value ? value : "");
}

static void
write_order (JsonBuilder    *b,
             const SimOrder *order)
{
  json_builder_begin_object (b);
  add_int (b, "number", (gint64) order->number);
  add_int (b, "place", (gint64) order->place);
  add_string (b, "server_id", order->server_id);
  add_string (b, "client_id", order->client_id);
  add_string (b, "account", order->account);
  add_string (b, "text", order->text);
  add_string (b, "username", order->username);
  add_string (b, "symbol", order->instrument->symbol);
  add_int (b, "status", order->status);
  add_int (b, "type", order->type);
  add_int (b, "side", order->side);
  add_int (b, "tif", order->tif);
  add_int (b, "open_or_close", order->open_or_close);
  add_int (b, "price1", order->price1);
  add_int (b, "price2", order->price2);
  add_int (b, "quantity", order->quantity);
  add_int (b, "filled", order->filled);
  add_int (b, "value", order->value);
  add_int (b, "good_till", order->good_till);
  add_int (b, "expires", order->expires);
  add_int (b, "received", order->received);
  add_int (b, "changed", order->changed);
  add_int (b, "triggered", order->triggered);
  add_int (b, "show", order->show);
  add_int (b, "is_parent", order->is_parent);
  add_int (b, "linked", order->linked ? (gint64) order->linked->number : 0);
  add_int (b, "parent", order->parent ? (gint64) order->parent->number : 0);
  add_int (b, "partial_fill", order->partial_fill);
  add_int (b, "offset", order->offset);
  add_int (b, "covered", order->covered);
  json_builder_end_object (b);
}

static void
write_fill (JsonBuilder   *b,
            const SimFill *fill)
{
  json_builder_begin_object (b);
  add_string (b, "execution_id", fill->execution_id);
  add_string (b, "server_id", fill->server_id);
  add_string (b, "account", fill->account);
  add_string (b, "symbol", fill->instrument->symbol);
  add_int (b, "side", fill->side);
  add_int (b, "price", fill->price);
  add_int (b, "quantity", fill->quantity);
  add_int (b, "time", fill->time);
  if (fill->info)
    add_string (b, "info", fill->info);
  json_builder_end_object (b);
}

static void
write_account (JsonBuilder      *b,
               const SimAccount *account)
{
  guint i;

  json_builder_begin_object (b);
  add_string (b, "name", account->name);
  add_double (b, "cash", account->cash);
  add_double (b, "realized", account->realized);
  add_int (b, "session", account->session);
  add_int (b, "loss_reached", account->loss_reached);
  json_builder_set_member_name (b, "positions");
  json_builder_begin_array (b);
  for (i = 0; i < account->n_positions; i++)
    {
      /* Of hundreds of symbols few were ever traded; one that was may have to go back to nothing. */
      if (account->n_positions > FEW_MARKETS && account->positions[i].quantity == 0 && account->positions[i].opened == 0
          && !account->positions[i].used)
        continue;
      json_builder_begin_object (b);
      add_string (b, "symbol", account->positions[i].instrument->symbol);
      add_int (b, "quantity", account->positions[i].quantity);
      add_double (b, "cost", account->positions[i].cost);
      add_int (b, "opened", account->positions[i].opened);
      json_builder_end_object (b);
    }
  json_builder_end_array (b);
  json_builder_end_object (b);
}

static void
write_used_id (SimExchange *exchange,
               JsonBuilder *b,
               const char  *id)
{
  const gint64 *until = g_hash_table_lookup (exchange->used_ids, id);

  json_builder_begin_object (b);
  add_string (b, "id", id);
  add_int (b, "until", until ? *until : 0);
  json_builder_end_object (b);
}

static void
write_history (JsonBuilder      *b,
               const SimAccount *account,
               guint             first)
{
  for (; first < account->history->len; first++)
    {
      const SimBalance *balance = g_ptr_array_index (account->history, first);

      json_builder_begin_object (b);
      add_string (b, "account", account->name);
      add_int (b, "time", balance->time);
      add_double (b, "cash", balance->cash);
      add_string (b, "info", balance->info);
      add_string (b, "transaction", balance->transaction);
      json_builder_end_object (b);
    }
}

static void
write_market (JsonBuilder     *b,
              const SimMarket *market)
{
  json_builder_begin_object (b);
  add_string (b, "symbol", market->instrument->symbol);
  add_int (b, "fair", market->fair);
  add_int (b, "last", market->last);
  add_int (b, "open", market->open);
  add_int (b, "high", market->high);
  add_int (b, "low", market->low);
  add_int (b, "volume", market->volume);
  add_int (b, "n_trades", market->n_trades);
  add_int (b, "settlement", market->settlement);
  add_int (b, "settlement_time", market->settlement_time);
  add_int (b, "open_interest", market->open_interest);
  add_int (b, "session_date", market->session_date);
  json_builder_end_object (b);
}

/* What goes into one line. */
typedef struct
{
  gboolean   whole;
  gboolean   everything; /* accounts, their history, the journal and markets, and not only what has changed */
  GPtrArray *orders;
  GPtrArray *ids;
  guint      first_fill;
  guint      end_fill;
  guint      first;  /* of orders and ids */
  guint      length; /* of orders, fills and ids, at most */
  gboolean   rest;   /* a line after the first of a whole state: the former are written already */
} Part;

static void
write_line (SimExchange *exchange,
            const Part  *part,
            GString     *out)
{
  g_autoptr (JsonBuilder)   b = json_builder_new_immutable ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode)      root = NULL;
  guint                     end = part->first + part->length;
  guint                     i;

  json_builder_begin_object (b);
  add_int (b, "version", VERSION);
  add_int (b, "whole", part->whole);
  add_string (b, "tag", exchange->tag);
  add_int (b, "session", exchange->session);
  add_int (b, "next_order", (gint64) exchange->next_order);
  add_int (b, "next_id", (gint64) exchange->next_id);
  add_int (b, "next_fill", (gint64) exchange->next_fill);
  json_builder_set_member_name (b, "orders");
  json_builder_begin_array (b);
  for (i = part->first; i < MIN (end, part->orders->len); i++)
    write_order (b, g_ptr_array_index (part->orders, i));
  json_builder_end_array (b);
  json_builder_set_member_name (b, "fills");
  json_builder_begin_array (b);
  for (i = part->first_fill; i < MIN (part->first_fill + part->length, part->end_fill); i++)
    write_fill (b, g_ptr_array_index (exchange->fills, i));
  json_builder_end_array (b);
  json_builder_set_member_name (b, "used");
  json_builder_begin_array (b);
  for (i = part->first; i < MIN (end, part->ids->len); i++)
    write_used_id (exchange, b, g_ptr_array_index (part->ids, i));
  json_builder_end_array (b);
  json_builder_set_member_name (b, "accounts");
  json_builder_begin_array (b);
  for (i = 0; i < exchange->accounts->len && !part->rest; i++)
    if (part->everything || ((SimAccount *) g_ptr_array_index (exchange->accounts, i))->dirty)
      write_account (b, g_ptr_array_index (exchange->accounts, i));
  json_builder_end_array (b);
  json_builder_set_member_name (b, "balances");
  json_builder_begin_array (b);
  for (i = 0; i < exchange->accounts->len && !part->rest; i++)
    {
      const SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      write_history (b, account, part->everything ? 0 : account->history->len - account->new_history);
    }
  json_builder_end_array (b);
  json_builder_set_member_name (b, "journal");
  json_builder_begin_array (b);
  for (i = part->everything ? 0 : exchange->journal->len - exchange->new_journal;
       i < exchange->journal->len && !part->rest; i++)
    {
      const SimJournalEntry *entry = g_ptr_array_index (exchange->journal, i);

      json_builder_begin_object (b);
      add_int (b, "time", entry->time);
      add_string (b, "text", entry->text);
      json_builder_end_object (b);
    }
  json_builder_end_array (b);
  json_builder_set_member_name (b, "markets");
  json_builder_begin_array (b);
  for (i = 0; i < exchange->markets->len && !part->rest; i++)
    {
      SimMarket *market = g_ptr_array_index (exchange->markets, i);

      if (part->everything || market->dirty || exchange->markets->len <= FEW_MARKETS)
        write_market (b, market);
      market->dirty = FALSE;
    }
  json_builder_end_array (b);
  json_builder_end_object (b);

  root = json_builder_get_root (b);
  json_generator_set_root (generator, root);
  json_generator_to_gstring (generator, out);
  g_string_append_c (out, '\n');
}

void
sim_state_json_write_changes (SimExchange *exchange,
                              GString     *out)
{
  const Part part = { .orders = exchange->dirty_orders, .ids = exchange->dirty_ids,
                      .first_fill = exchange->fills->len - exchange->new_fills, .end_fill = exchange->fills->len,
                      .length = G_MAXINT32 };

  write_line (exchange, &part, out);
}

static void
add_pointer (gpointer data,
             gpointer user_data)
{
  g_ptr_array_add (user_data, data);
}

void
sim_state_json_write_all (SimExchange *exchange,
                          GString     *out)
{
  g_autoptr (GPtrArray) orders = g_ptr_array_new ();
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  Part                  part = { .whole = TRUE, .everything = TRUE, .orders = orders, .ids = ids,
                                 .end_fill = exchange->fills->len, .length = CHUNK };
  GHashTableIter        iter;
  gpointer              id;

  g_queue_foreach (&exchange->done, add_pointer, orders);
  g_ptr_array_foreach (exchange->working, add_pointer, orders);
  g_hash_table_iter_init (&iter, exchange->used_ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (ids, id);
  do
    {
      write_line (exchange, &part, out);
      part.whole = FALSE;
      part.rest = TRUE;
      part.first += CHUNK;
      part.first_fill += CHUNK;
    }
  while (part.first < MAX (orders->len, ids->len) || part.first_fill < part.end_fill);
}

/* Reading. A member of the wrong kind reads as absent. */

static gint64
get_int (JsonObject *object,
         const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
           ? json_node_get_int (node) : 0;
}

static double
get_double (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (!node || !JSON_NODE_HOLDS_VALUE (node))
    return 0;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return (double) json_node_get_int (node);
  return json_node_get_value_type (node) == G_TYPE_DOUBLE ? json_node_get_double (node) : 0;
}

static const char *
get_string (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node) : "";
}

static JsonArray *
get_array (JsonObject *object,
           const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
fail (GError    **error,
      const char *text)
{
  g_set_error_literal (error, SIM_STATE_ERROR, 0, text);
  return FALSE;
}

/* Relatives are numbers until all orders have been read. */
typedef struct
{
  guint64 number;
  guint64 linked;
  guint64 parent;
} Relatives;

static void
note_relatives (SimStateReader *reader,
                guint64         number,
                guint64         linked,
                guint64         parent)
{
  Relatives relatives = { number, linked, parent };

  if (linked != 0 || parent != 0)
    g_hash_table_replace (reader->relatives, g_memdup2 (&number, sizeof number),
                          g_memdup2 (&relatives, sizeof relatives));
}

static gboolean
read_order (SimStateReader *reader,
            JsonObject     *object,
            GError        **error)
{
  SimMarket           *market = sim_exchange_find_market (reader->exchange, get_string (object, "symbol"));
  g_autoptr (SimOrder) order = sim_order_new ();
  guint64              number = (guint64) get_int (object, "number");

  if (!market)
    return fail (error, "an order for a symbol that this simulator lacks; see --symbols");
  if (!sim_exchange_find_account (reader->exchange, get_string (object, "account")))
    return fail (error, "an order of an account that this simulator lacks; see --accounts");
  order->number = number;
  order->place = (guint64) get_int (object, "place");
  order->server_id = g_strdup (get_string (object, "server_id"));
  order->client_id = g_strdup (get_string (object, "client_id"));
  order->account = g_strdup (get_string (object, "account"));
  order->text = g_strdup (get_string (object, "text"));
  order->username = g_strdup (get_string (object, "username"));
  order->instrument = market->instrument;
  order->status = (int) get_int (object, "status");
  order->type = (int) get_int (object, "type");
  order->side = (int) get_int (object, "side");
  order->tif = (int) get_int (object, "tif");
  order->open_or_close = (int) get_int (object, "open_or_close");
  order->price1 = get_int (object, "price1");
  order->price2 = get_int (object, "price2");
  order->quantity = get_int (object, "quantity");
  order->filled = get_int (object, "filled");
  order->value = get_int (object, "value");
  order->good_till = get_int (object, "good_till");
  order->expires = get_int (object, "expires");
  order->received = get_int (object, "received");
  order->changed = get_int (object, "changed");
  order->triggered = get_int (object, "triggered") != 0;
  order->show = get_int (object, "show");
  order->is_parent = get_int (object, "is_parent") != 0;
  order->partial_fill = (int) get_int (object, "partial_fill");
  order->offset = get_int (object, "offset");
  order->covered = get_int (object, "covered");
  if (!number || !*order->server_id || (order->side != DTC_BUY && order->side != DTC_SELL)
      || order->quantity < order->filled || order->filled < 0 || order->show < 0
      || (sim_order_is_working (order) && order->quantity == order->filled))
    return fail (error, "an order that makes no sense");
  note_relatives (reader, number, (guint64) get_int (object, "linked"), (guint64) get_int (object, "parent"));
  g_hash_table_replace (reader->orders, &order->number, order);
  order = NULL;
  return TRUE;
}

static gboolean
read_fill (SimStateReader *reader,
           JsonObject     *object,
           GError        **error)
{
  SimMarket *market = sim_exchange_find_market (reader->exchange, get_string (object, "symbol"));
  SimFill   *fill;

  if (!market)
    return fail (error, "a fill for a symbol that this simulator lacks; see --symbols");
  fill = g_new0 (SimFill, 1);
  fill->execution_id = g_strdup (get_string (object, "execution_id"));
  fill->server_id = g_strdup (get_string (object, "server_id"));
  fill->account = g_strdup (get_string (object, "account"));
  fill->instrument = market->instrument;
  fill->side = (int) get_int (object, "side");
  fill->price = get_int (object, "price");
  fill->quantity = get_int (object, "quantity");
  fill->time = get_int (object, "time");
  if (*get_string (object, "info"))
    fill->info = g_strdup (get_string (object, "info"));
  g_ptr_array_add (reader->exchange->fills, fill);
  return TRUE;
}

static gboolean
read_used_id (SimStateReader *reader,
              JsonObject     *object,
              GError        **error)
{
  sim_exchange_use_id (reader->exchange, get_string (object, "id"), get_int (object, "until"));
  return TRUE;
}

static gboolean
read_account (SimStateReader *reader,
              JsonObject     *object,
              GError        **error)
{
  SimAccount *account = sim_exchange_find_account (reader->exchange, get_string (object, "name"));
  JsonArray  *positions = get_array (object, "positions");
  guint       i;

  if (!account)
    return fail (error, "an account that this simulator lacks; see --accounts");
  account->cash = get_double (object, "cash");
  account->realized = get_double (object, "realized");
  account->session = get_int (object, "session");
  account->loss_reached = get_int (object, "loss_reached") != 0;
  for (i = 0; positions && i < json_array_get_length (positions); i++)
    {
      JsonNode    *node = json_array_get_element (positions, i);
      JsonObject  *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      SimMarket   *market = entry ? sim_exchange_find_market (reader->exchange, get_string (entry, "symbol")) : NULL;
      SimPosition *position;

      if (!market && (!entry || get_int (entry, "quantity") != 0))
        return fail (error, "a position in a symbol that this simulator lacks; see --symbols");
      if (!market)
        continue;
      position = sim_account_get_position (account, market->instrument);
      position->used = TRUE;
      position->quantity = get_int (entry, "quantity");
      position->cost = get_double (entry, "cost");
      position->opened = get_int (entry, "opened");
    }
  return TRUE;
}

static gboolean
read_market (SimStateReader *reader,
             JsonObject     *object,
             GError        **error)
{
  SimMarket *market = sim_exchange_find_market (reader->exchange, get_string (object, "symbol"));

  if (market)
    {
      gint64 last = get_int (object, "last");

      market->fair = get_int (object, "fair");
      market->last = market->open = market->high = market->low = last;
      if (!json_object_has_member (object, "session_date"))
        return TRUE; /* of a simulator that kept no more */
      market->open = get_int (object, "open");
      market->high = get_int (object, "high");
      market->low = get_int (object, "low");
      market->volume = get_int (object, "volume");
      market->n_trades = (guint32) get_int (object, "n_trades");
      market->settlement = get_int (object, "settlement");
      market->settlement_time = get_int (object, "settlement_time");
      market->open_interest = (guint32) get_int (object, "open_interest");
      market->session_date = get_int (object, "session_date");
    }
  return TRUE;
}

static gboolean
read_balance (SimStateReader *reader,
              JsonObject     *object,
              GError        **error)
{
  SimAccount *account = sim_exchange_find_account (reader->exchange, get_string (object, "account"));

  if (account)
    sim_account_recall (account, get_int (object, "time"), get_double (object, "cash"), get_string (object, "info"),
                        get_string (object, "transaction"));
  return TRUE;
}

static gboolean
read_journal_entry (SimStateReader *reader,
                    JsonObject     *object,
                    GError        **error)
{
  sim_exchange_add_journal (reader->exchange, get_string (object, "text"), get_int (object, "time"));
  return TRUE;
}

static gboolean
read_each (SimStateReader *reader,
           JsonObject     *object,
           const char     *name,
           gboolean        needed,
           gboolean      (*func) (SimStateReader *, JsonObject *, GError **),
           GError        **error)
{
  JsonArray *array = get_array (object, name);
  guint      i;

  if (!array && needed)
    return fail (error, "a part of it is missing");
  for (i = 0; array && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return fail (error, "a list holds something else than objects");
      if (!func (reader, json_node_get_object (node), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_shallow (const char *line,
            gsize       len)
{
  gboolean in_string = FALSE;
  guint    depth = 0;
  gsize    i;

  for (i = 0; i < len; i++)
    if (in_string)
      {
        if (line[i] == '\\')
          i++;
        else if (line[i] == '"')
          in_string = FALSE;
      }
    else if (line[i] == '"')
      in_string = TRUE;
    else if ((line[i] == '{' || line[i] == '[') && ++depth > MAX_DEPTH)
      return FALSE;
    else if ((line[i] == '}' || line[i] == ']') && depth > 0)
      depth--;
  return TRUE;
}

SimStateReader *
sim_state_reader_new (SimExchange *exchange)
{
  SimStateReader *reader = g_new0 (SimStateReader, 1);

  reader->exchange = exchange;
  reader->orders = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) sim_order_free);
  reader->relatives = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  return reader;
}

void
sim_state_reader_free (SimStateReader *reader)
{
  if (!reader)
    return;
  g_hash_table_unref (reader->orders);
  g_hash_table_unref (reader->relatives);
  g_free (reader);
}

/* The file tells what the accounts held since they were opened. */
static void
forget_history (SimExchange *exchange)
{
  guint i;

  for (i = 0; i < exchange->accounts->len; i++)
    {
      SimAccount *account = g_ptr_array_index (exchange->accounts, i);

      g_ptr_array_set_size (account->history, 0);
      account->new_history = 0;
    }
}

gboolean
sim_state_reader_read (SimStateReader *reader,
                       const char     *line,
                       gsize           len,
                       GError        **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode              *root;
  JsonObject            *object;

  if (!g_utf8_validate_len (line, len, NULL) || !is_shallow (line, len))
    return fail (error, "it is not text of the expected form");
  if (!json_parser_load_from_data (parser, line, (gssize) len, error))
    return FALSE;
  root = json_parser_get_root (parser);
  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return fail (error, "it is no object");
  object = json_node_get_object (root);
  if (get_int (object, "version") != VERSION)
    return fail (error, "it has another version");
  if ((get_int (object, "whole") != 0) != (reader->lines == 0) || !*get_string (object, "tag"))
    return fail (error, "it does not begin with a whole state");
  reader->lines++;
  g_free (reader->exchange->tag);
  reader->exchange->tag = g_strdup (get_string (object, "tag"));
  reader->exchange->next_order = (guint64) get_int (object, "next_order");
  reader->exchange->next_fill = (guint64) get_int (object, "next_fill");
  /* Files of simulators that knew less lack these, and the balances and the journal below. */
  reader->exchange->next_id = (guint64) get_int (object, "next_id");
  if (reader->exchange->next_id == 0)
    reader->exchange->next_id = reader->exchange->next_order;
  if (get_int (object, "session") != 0)
    reader->exchange->session = get_int (object, "session");
  if (reader->lines == 1 && get_array (object, "balances"))
    forget_history (reader->exchange);
  return read_each (reader, object, "orders", TRUE, read_order, error)
         && read_each (reader, object, "fills", TRUE, read_fill, error)
         && read_each (reader, object, "used", TRUE, read_used_id, error)
         && read_each (reader, object, "accounts", TRUE, read_account, error)
         && read_each (reader, object, "balances", FALSE, read_balance, error)
         && read_each (reader, object, "journal", FALSE, read_journal_entry, error)
         && read_each (reader, object, "markets", TRUE, read_market, error);
}

static int
compare_place (gconstpointer a,
               gconstpointer b)
{
  const SimOrder *first = *(SimOrder *const *) a;
  const SimOrder *second = *(SimOrder *const *) b;

  return first->place < second->place ? -1 : first->place > second->place;
}

static void
join_relatives (SimStateReader *reader,
                SimOrder       *order)
{
  const Relatives *relatives = g_hash_table_lookup (reader->relatives, &order->number);

  if (!relatives)
    return;
  order->linked = g_hash_table_lookup (reader->orders, &relatives->linked);
  order->parent = g_hash_table_lookup (reader->orders, &relatives->parent);
  if (order->parent)
    order->parent->exits[order->parent->exits[0] ? 1 : 0] = order;
}

void
sim_state_reader_finish (SimStateReader *reader)
{
  g_autoptr (GPtrArray) orders = g_ptr_array_new ();
  GHashTableIter        iter;
  gpointer              order;
  guint                 i;

  g_hash_table_iter_init (&iter, reader->orders);
  while (g_hash_table_iter_next (&iter, NULL, &order))
    g_ptr_array_add (orders, order);
  g_ptr_array_sort (orders, compare_place);
  for (i = 0; i < orders->len; i++)
    join_relatives (reader, g_ptr_array_index (orders, i));
  g_hash_table_steal_all (reader->orders);
  for (i = 0; i < orders->len; i++)
    sim_exchange_adopt (reader->exchange, g_ptr_array_index (orders, i));
  reader->exchange->new_journal = 0;
}
