/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-state-json.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "sim-state.h"

#define VERSION   1
#define CHUNK     500 /* orders, fills and ids in one line of a whole state: a line is read as a tree in memory */
#define MAX_DEPTH 8 /* nesting of a line; json-glib has no limit of its own */

struct _SimStateReader
{
  SimExchange *exchange;
  GHashTable  *orders; /* SimOrder by number, which is inside it */
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
  json_builder_set_member_name (b, "positions");
  json_builder_begin_array (b);
  for (i = 0; i < account->n_positions; i++)
    {
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

/* What goes into one line. */
typedef struct
{
  gboolean   whole;
  gboolean   all_accounts;
  GPtrArray *orders;
  GPtrArray *ids;
  guint      first_fill;
  guint      end_fill;
  guint      first;  /* of orders and ids */
  guint      length; /* of orders, fills and ids, at most */
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
  add_int (b, "next_order", (gint64) exchange->next_order);
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
  for (i = 0; i < exchange->accounts->len; i++)
    if (part->all_accounts || ((SimAccount *) g_ptr_array_index (exchange->accounts, i))->dirty)
      write_account (b, g_ptr_array_index (exchange->accounts, i));
  json_builder_end_array (b);
  json_builder_set_member_name (b, "markets");
  json_builder_begin_array (b);
  for (i = 0; i < exchange->markets->len; i++)
    {
      const SimMarket *market = g_ptr_array_index (exchange->markets, i);

      json_builder_begin_object (b);
      add_string (b, "symbol", market->instrument->symbol);
      add_int (b, "fair", market->fair);
      add_int (b, "last", market->last);
      json_builder_end_object (b);
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
  Part                  part = { .whole = TRUE, .all_accounts = TRUE, .orders = orders, .ids = ids,
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
      part.whole = part.all_accounts = FALSE;
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
  if (!number || !*order->server_id || (order->side != DTC_BUY && order->side != DTC_SELL)
      || order->quantity < order->filled || order->filled < 0
      || (sim_order_is_working (order) && order->quantity == order->filled))
    return fail (error, "an order that makes no sense");
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
      market->fair = get_int (object, "fair");
      market->last = market->open = market->high = market->low = get_int (object, "last");
    }
  return TRUE;
}

static gboolean
read_each (SimStateReader *reader,
           JsonObject     *object,
           const char     *name,
           gboolean      (*func) (SimStateReader *, JsonObject *, GError **),
           GError        **error)
{
  JsonArray *array = get_array (object, name);
  guint      i;

  if (!array)
    return fail (error, "a part of it is missing");
  for (i = 0; i < json_array_get_length (array); i++)
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
  return reader;
}

void
sim_state_reader_free (SimStateReader *reader)
{
  if (!reader)
    return;
  g_hash_table_unref (reader->orders);
  g_free (reader);
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
  return read_each (reader, object, "orders", read_order, error)
         && read_each (reader, object, "fills", read_fill, error)
         && read_each (reader, object, "used", read_used_id, error)
         && read_each (reader, object, "accounts", read_account, error)
         && read_each (reader, object, "markets", read_market, error);
}

static int
compare_place (gconstpointer a,
               gconstpointer b)
{
  const SimOrder *first = *(SimOrder *const *) a;
  const SimOrder *second = *(SimOrder *const *) b;

  return first->place < second->place ? -1 : first->place > second->place;
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
    {
      g_ptr_array_add (orders, order);
      g_hash_table_iter_steal (&iter);
    }
  g_ptr_array_sort (orders, compare_place);
  for (i = 0; i < orders->len; i++)
    sim_exchange_adopt (reader->exchange, g_ptr_array_index (orders, i));
}
