/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-limits.h"

#include "desk-json-file.h"

#include <math.h>
#include <string.h>

#define LIMITS_SCHEMA     1
#define LIMITS_MAX_NUMBER 1e12

typedef enum
{
  KEY_COUNT,  /* gint64 */
  KEY_NUMBER, /* double */
} KeyKind;

typedef struct
{
  const char *name;
  KeyKind     kind;
  gsize       offset;
  double      least; /* the smallest sensible value */
} Key;

#define KEY(name, kind, least) { #name, kind, G_STRUCT_OFFSET (DeskLimits, name), least }

static const Key keys[] = {
  KEY (max_order_quantity, KEY_COUNT, 1),
  KEY (max_position, KEY_COUNT, 1),
  KEY (max_order_value, KEY_NUMBER, 0.01), /* of zero a market order without a reference price would slip through */
  KEY (price_collar_percent, KEY_NUMBER, 0.0001),
  KEY (max_open_orders_symbol, KEY_COUNT, 1),
  KEY (max_open_orders_account, KEY_COUNT, 1),
  KEY (orders_per_second, KEY_NUMBER, 0.001),
  KEY (orders_burst, KEY_COUNT, 1),
  KEY (orders_per_second_symbol, KEY_NUMBER, 0.001),
  KEY (duplicate_window_ms, KEY_COUNT, 0),
};

static double
key_get (const DeskLimits *limits,
         const Key        *key)
{
  if (key->kind == KEY_COUNT)
    return (double) G_STRUCT_MEMBER (gint64, limits, key->offset);
  return G_STRUCT_MEMBER (double, limits, key->offset);
}

static void
key_set (DeskLimits *limits,
         const Key  *key,
         double      value)
{
  if (key->kind == KEY_COUNT)
    G_STRUCT_MEMBER (gint64, limits, key->offset) = (gint64) value;
  else
    G_STRUCT_MEMBER (double, limits, key->offset) = value;
}

/**
 * desk_limits_new:
 *
 * Returns: (transfer full): limits with nothing loaded, which refuse new risk
 */
DeskLimits *
desk_limits_new (void)
{
  DeskLimits *limits = g_new0 (DeskLimits, 1);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    key_set (limits, &keys[i], -1);
  return limits;
}

/**
 * desk_limits_copy:
 * @limits: limits
 *
 * Returns: (transfer full): a copy
 */
DeskLimits *
desk_limits_copy (const DeskLimits *limits)
{
  DeskLimits *copy = g_memdup2 (limits, sizeof *limits);

  copy->symbols = g_strdupv (limits->symbols);
  return copy;
}

/**
 * desk_limits_free:
 * @limits: (nullable): limits
 */
void
desk_limits_free (DeskLimits *limits)
{
  if (limits == NULL)
    return;
  g_strfreev (limits->symbols);
  g_free (limits);
}

static gboolean
read_symbols (DeskLimits *limits,
              JsonNode   *node,
              const char *name,
              GError    **error)
{
  g_autoptr (GPtrArray) symbols = g_ptr_array_new_with_free_func (g_free);
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return desk_json_file_fail (error, name, "\"symbols\" must be a list such as [\"ESZ6\", \"NQZ6\"], or [\"*\"] for all");
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);
      const char *text;

      if (!JSON_NODE_HOLDS_VALUE (item) || json_node_get_value_type (item) != G_TYPE_STRING)
        return desk_json_file_fail (error, name, "\"symbols\" holds something that is not a text; write symbols as \"ESZ6\"");
      text = json_node_get_string (item);
      if (*text == '\0' || strlen (text) >= DESK_SYMBOL_SIZE)
        return desk_json_file_fail (error, name, "\"symbols\" holds \"%.80s\", which cannot be a symbol", text);
      g_ptr_array_add (symbols, g_strdup (text));
    }
  g_ptr_array_add (symbols, NULL);
  limits->symbols = (char **) g_ptr_array_free (g_steal_pointer (&symbols), FALSE);
  return TRUE;
}

static gboolean
read_number (DeskLimits *limits,
             const Key  *key,
             JsonNode   *node,
             const char *name,
             GError    **error)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  double value;

  if (type == G_TYPE_INT64)
    value = (double) json_node_get_int (node);
  else if (type == G_TYPE_DOUBLE)
    value = json_node_get_double (node);
  else
    return desk_json_file_fail (error, name, "\"%s\" must be a number without quotes, such as \"%s\": %g", key->name, key->name,
                 MAX (key->least, 1));

  if (key->kind == KEY_COUNT && (!isfinite (value) || value != floor (value)))
    return desk_json_file_fail (error, name, "\"%s\" must be a whole number", key->name);
  if (!isfinite (value) || value < key->least || value > LIMITS_MAX_NUMBER)
    return desk_json_file_fail (error, name, "\"%s\" is out of range; write a number from %g to %g", key->name, key->least,
                 LIMITS_MAX_NUMBER);
  key_set (limits, key, value);
  return TRUE;
}

static gboolean
read_member (DeskLimits *limits,
             const char *member,
             JsonNode   *node,
             const char *name,
             GError    **error)
{
  if (g_str_equal (member, "schema"))
    {
      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64
          || json_node_get_int (node) != LIMITS_SCHEMA)
        return desk_json_file_fail (error, name, "this version reads limits of \"schema\": %d only", LIMITS_SCHEMA);
      return TRUE;
    }
  if (g_str_equal (member, "symbols"))
    return read_symbols (limits, node, name, error);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (member, keys[i].name))
      return read_number (limits, &keys[i], node, name, error);

  return desk_json_file_fail (error, name, "\"%s\" is no limit this version knows; see \"max_order_quantity\" and its neighbours "
               "in the README", member);
}

/* Over the values in a fixed order, so that two files that mean the same have the same digest. */
static void
set_digest (DeskLimits *limits)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_ascii_dtostr (text, sizeof text, key_get (limits, &keys[i]));
      g_checksum_update (checksum, (const guchar *) text, (gssize) strlen (text) + 1);
    }
  for (guint i = 0; limits->symbols != NULL && limits->symbols[i] != NULL; i++)
    g_checksum_update (checksum, (const guchar *) limits->symbols[i], (gssize) strlen (limits->symbols[i]) + 1);
  g_strlcpy (limits->digest, g_checksum_get_string (checksum), sizeof limits->digest);
}

/**
 * desk_limits_parse:
 * @json: the text of a limits file
 * @len: its length in bytes, or -1
 * @name: what to call it in the error: a path
 * @error: DESK_ERROR_CONFIG with the file, the key and what to write instead
 *
 * A missing key is no error here: it refuses new risk when an order is checked. A wrong or unknown one is.
 *
 * Returns: (transfer full): the limits, or %NULL
 */
DeskLimits *
desk_limits_parse (const char *json,
                   gssize      len,
                   const char *name,
                   GError    **error)
{
  g_autoptr (DeskLimits) limits = desk_limits_new ();
  g_autoptr (JsonNode) root = desk_json_file_parse (json, len, name, "limits file", error);
  g_autoptr (GList) members = NULL;
  JsonObject *object;
  gboolean has_schema = FALSE;

  if (root == NULL)
    return NULL;

  object = json_node_get_object (root);
  members = json_object_get_members (object);
  for (GList *l = members; l != NULL; l = l->next)
    {
      has_schema = has_schema || g_str_equal (l->data, "schema");
      if (!read_member (limits, l->data, json_object_get_member (object, l->data), name, error))
        return NULL;
    }
  if (!has_schema)
    {
      desk_json_file_fail (error, name, "\"schema\" is missing; write \"schema\": %d", LIMITS_SCHEMA);
      return NULL;
    }

  limits->loaded = TRUE;
  set_digest (limits);
  return g_steal_pointer (&limits);
}

/**
 * desk_limits_load:
 * @path: a limits file
 * @error: DESK_ERROR_CONFIG with the file, the key and what to write instead
 *
 * Returns: (transfer full): the limits, or %NULL
 */
DeskLimits *
desk_limits_load (const char *path,
                  GError    **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  gsize len;

  if (!g_file_get_contents (path, &text, &len, &local))
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_CONFIG, "The limits file cannot be read: %s", local->message);
      return NULL;
    }
  return desk_limits_parse (text, (gssize) len, path, error);
}

/**
 * desk_limits_to_text:
 * @limits: limits
 *
 * Returns: (transfer full): the text of a limits file that says the same; a missing key stays missing
 */
char *
desk_limits_to_text (const DeskLimits *limits)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "schema");
  json_builder_add_int_value (builder, LIMITS_SCHEMA);
  if (limits->symbols != NULL)
    {
      json_builder_set_member_name (builder, "symbols");
      json_builder_begin_array (builder);
      for (guint i = 0; limits->symbols[i] != NULL; i++)
        json_builder_add_string_value (builder, limits->symbols[i]);
      json_builder_end_array (builder);
    }
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      double value = key_get (limits, &keys[i]);

      if (value < 0)
        continue;
      json_builder_set_member_name (builder, keys[i].name);
      if (value == floor (value))
        json_builder_add_int_value (builder, (gint64) value);
      else
        json_builder_add_double_value (builder, value);
    }
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, NULL);
}

/**
 * desk_limits_missing:
 * @limits: limits
 *
 * Returns: (nullable): the first key that is missing or senseless, or %NULL when new risk may be checked
 */
const char *
desk_limits_missing (const DeskLimits *limits)
{
  if (!limits->loaded)
    return "schema";
  if (limits->symbols == NULL)
    return "symbols";
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      double value = key_get (limits, &keys[i]);

      if (!isfinite (value) || value < keys[i].least)
        return keys[i].name;
    }
  return NULL;
}

/**
 * desk_limits_allow_symbol:
 * @limits: limits
 * @symbol: a symbol
 *
 * Returns: whether @symbol, or "*", is on the list
 */
gboolean
desk_limits_allow_symbol (const DeskLimits *limits,
                          const char       *symbol)
{
  for (guint i = 0; limits->symbols != NULL && limits->symbols[i] != NULL; i++)
    if (g_str_equal (limits->symbols[i], "*") || g_str_equal (limits->symbols[i], symbol))
      return TRUE;
  return FALSE;
}
