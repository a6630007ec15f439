/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-profile.h"

#include "desk-json-file.h"

#include <string.h>

#define PROFILE_SCHEMA 1
#define MAX_TEXT       253 /* the longest host name there can be */

static const char *const handshakes[] = { "auto", "yes", "no" };

/* One pass over the keys: where we are and what went wrong. */
typedef struct
{
  DeskProfile *profile;
  const char  *path;
  GError     **error;
} Reader;

static gboolean
read_bool (Reader     *reader,
           const char *key,
           JsonNode   *node,
           gboolean   *value)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return desk_json_file_fail (reader->error, reader->path, "\"%s\" must be true or false", key);
  *value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_number (Reader     *reader,
             const char *key,
             JsonNode   *node,
             gint64      least,
             gint64      most,
             gint64     *value)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64
      || json_node_get_int (node) < least || json_node_get_int (node) > most)
    return desk_json_file_fail (reader->error, reader->path,
                 "\"%s\" must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, key, least, most);
  *value = json_node_get_int (node);
  return TRUE;
}

/* NULL after an error. */
static const char *
get_text (Reader     *reader,
          const char *key,
          JsonNode   *node,
          gsize       max,
          const char *example)
{
  const char *text;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    {
      desk_json_file_fail (reader->error, reader->path, "\"%s\" must be a text in double quotes, such as %s", key, example);
      return NULL;
    }
  text = json_node_get_string (node);
  if (strlen (text) > max || strpbrk (text, "\n\r\t") != NULL)
    {
      desk_json_file_fail (reader->error, reader->path, "\"%s\" must be one line of at most %" G_GSIZE_FORMAT " bytes", key, max);
      return NULL;
    }
  return text;
}

static gboolean
read_text (Reader      *reader,
           const char  *key,
           JsonNode    *node,
           gsize        max,
           const char  *example,
           char       **value)
{
  const char *text = get_text (reader, key, node, max, example);

  if (text == NULL)
    return FALSE;
  g_free (*value);
  *value = g_strdup (text);
  return TRUE;
}

static gboolean
read_list (Reader       *reader,
           const char   *key,
           JsonNode     *node,
           gsize         max,
           const char   *example,
           char       ***value)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  JsonArray *array;
  guint i;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return desk_json_file_fail (reader->error, reader->path, "\"%s\" must be a list such as [%s]", key, example);
  array = json_node_get_array (node);
  for (i = 0; i < json_array_get_length (array); i++)
    {
      const char *text = get_text (reader, key, json_array_get_element (array, i), max, example);

      if (text == NULL)
        return FALSE;
      if (*text == '\0')
        return desk_json_file_fail (reader->error, reader->path, "\"%s\" holds an empty text; remove it", key);
      g_ptr_array_add (items, g_strdup (text));
    }
  g_ptr_array_add (items, NULL);
  g_strfreev (*value);
  *value = (char **) g_ptr_array_free (g_steal_pointer (&items), FALSE);
  return TRUE;
}

static gboolean
read_limits (Reader   *reader,
             JsonNode *node)
{
  g_autofree char *name = g_strdup_printf ("%s, \"limits\"", reader->path);
  g_autofree char *text = NULL;
  DeskLimits *limits;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return desk_json_file_fail (reader->error, reader->path, "\"limits\" must be an object: { \"schema\": 1, ... }");
  text = json_to_string (node, FALSE);
  limits = desk_limits_parse (text, -1, name, reader->error);
  if (limits == NULL)
    return FALSE;
  desk_limits_free (reader->profile->limits);
  reader->profile->limits = limits;
  return TRUE;
}

/* As a person copies it, with or without colons. */
static gboolean
read_pin (Reader     *reader,
          const char *key,
          JsonNode   *node)
{
  DeskProfile *profile = reader->profile;
  const char *text = get_text (reader, key, node, MAX_TEXT, "\"AB:CD:…\"");
  char *pin;

  if (text == NULL)
    return FALSE;
  pin = *text != '\0' ? dtc_tls_fingerprint_parse (text) : g_strdup ("");
  if (pin == NULL)
    return desk_json_file_fail (reader->error, reader->path, "\"tls_pin\" must be the SHA-256 fingerprint of the server's "
                                "certificate, 64 hexadecimal digits with or without colons, or empty");
  g_free (profile->tls_pin);
  profile->tls_pin = pin;
  return TRUE;
}

static gboolean
read_words (Reader     *reader,
            const char *key,
            JsonNode   *node)
{
  DeskProfile *profile = reader->profile;
  const char *text;
  guint i;

  text = get_text (reader, key, node, 32, "\"auto\"");
  if (text == NULL)
    return FALSE;

  if (strcmp (key, "numbering") == 0)
    return dtc_numbering_from_string (text, &profile->numbering)
           || desk_json_file_fail (reader->error, reader->path, "\"numbering\" must be \"dtc\" or \"brief\"");
  if (strcmp (key, "encoding") == 0)
    {
      profile->encoding_auto = strcmp (text, "auto") == 0;
      return profile->encoding_auto || dtc_encoding_from_string (text, &profile->encoding)
             || desk_json_file_fail (reader->error, reader->path,
                      "\"encoding\" must be \"auto\", \"json\", \"json-compact\", \"binary\" or \"vls\"");
    }
  for (i = 0; i < G_N_ELEMENTS (handshakes); i++)
    if (strcmp (text, handshakes[i]) == 0)
      {
        profile->handshake = (DtcHandshakePolicy) i;
        return TRUE;
      }
  return desk_json_file_fail (reader->error, reader->path, "\"handshake\" must be \"auto\", \"yes\" or \"no\"");
}

static gboolean
read_member (Reader     *reader,
             const char *key,
             JsonNode   *node)
{
  DeskProfile *profile = reader->profile;
  gint64 number = 0;

  if (strcmp (key, "schema") == 0)
    return read_number (reader, key, node, PROFILE_SCHEMA, PROFILE_SCHEMA, &number);
  if (strcmp (key, "name") == 0)
    return read_text (reader, key, node, 80, "\"My server\"", &profile->name);
  if (strcmp (key, "builtin_simulator") == 0)
    return read_bool (reader, key, node, &profile->builtin_simulator);
  if (strcmp (key, "live") == 0)
    return read_bool (reader, key, node, &profile->live);
  if (strcmp (key, "host") == 0)
    return read_text (reader, key, node, MAX_TEXT, "\"127.0.0.1\"", &profile->host);
  if (strcmp (key, "port") == 0)
    {
      if (!read_number (reader, key, node, 0, 65535, &number))
        return FALSE;
      profile->port = (guint16) number;
      return TRUE;
    }
  if (strcmp (key, "history_port") == 0)
    {
      if (!read_number (reader, key, node, 0, 65535, &number))
        return FALSE;
      profile->history_port = (guint16) number;
      return TRUE;
    }
  if (strcmp (key, "tls") == 0)
    return read_bool (reader, key, node, &profile->use_tls);
  if (strcmp (key, "tls_pin") == 0)
    return read_pin (reader, key, node);
  if (strcmp (key, "allow_plain") == 0)
    return read_bool (reader, key, node, &profile->allow_plain);
  if (strcmp (key, "allowed_addresses") == 0)
    return read_list (reader, key, node, MAX_TEXT + 6, "\"other.example:11099\"", &profile->allowed_addresses);
  if (strcmp (key, "numbering") == 0 || strcmp (key, "encoding") == 0 || strcmp (key, "handshake") == 0)
    return read_words (reader, key, node);
  if (strcmp (key, "heartbeat_seconds") == 0)
    {
      if (!read_number (reader, key, node, 5, 60, &number))
        return FALSE;
      profile->heartbeat_seconds = (guint) number;
      return TRUE;
    }
  if (strcmp (key, "account") == 0)
    return read_text (reader, key, node, DESK_ID_SIZE - 1, "\"SIM1\"", &profile->account);
  if (strcmp (key, "username") == 0)
    return read_text (reader, key, node, DESK_ID_SIZE - 1, "\"name\"", &profile->username);
  if (strcmp (key, "symbols") == 0)
    return read_list (reader, key, node, DESK_SYMBOL_SIZE - 1, "\"ESZ6\"", &profile->symbols);
  if (strcmp (key, "limits") == 0)
    return read_limits (reader, node);
  if (strstr (key, "passw") != NULL || strstr (key, "secret") != NULL)
    return desk_json_file_fail (reader->error, reader->path,
                 "\"%s\" has no place in a file; remove it: the password belongs in the connection dialog or in "
                 "DTC_PASSWORD", key);
  return desk_json_file_fail (reader->error, reader->path, "\"%s\" is no key this version knows; remove it or check its spelling", key);
}

/**
 * desk_profile_parse:
 * @text: the content of a profile
 * @len: its length in bytes, or -1
 * @path: what to call it in the error
 * @error: DESK_ERROR_CONFIG with the file, the key and what to write instead
 *
 * Returns: (transfer full): the profile, or %NULL
 */
DeskProfile *
desk_profile_parse (const char  *text,
                    gssize       len,
                    const char  *path,
                    GError     **error)
{
  static const char *const needed[][2] = {
    { "schema", "\"schema\": 1" },
    { "name", "\"name\": \"My server\"" },
    { "live", "\"live\": true for real money, false for a simulation" },
    { "numbering", "\"numbering\": \"dtc\" or \"brief\", as the server has it" },
  };
  g_autoptr (JsonNode) root = desk_json_file_parse (text, len, path, "profile", error);
  g_autoptr (DeskProfile) profile = NULL;
  g_autoptr (GList) members = NULL;
  Reader reader;
  JsonObject *object;
  GList *l;
  guint i;

  if (root == NULL)
    return NULL;

  object = json_node_get_object (root);
  for (i = 0; i < G_N_ELEMENTS (needed); i++)
    if (!json_object_has_member (object, needed[i][0]))
      {
        desk_json_file_fail (error, path, "\"%s\" is missing; write %s", needed[i][0], needed[i][1]);
        return NULL;
      }

  profile = desk_profile_new ("");
  reader = (Reader) { profile, path, error };
  members = json_object_get_members (object);
  for (l = members; l != NULL; l = l->next)
    if (!read_member (&reader, l->data, json_object_get_member (object, l->data)))
      return NULL;

  if (*profile->name == '\0')
    {
      desk_json_file_fail (error, path, "\"name\" is empty; write \"name\": \"My server\"");
      return NULL;
    }
  {
    DeskProfile *named = desk_profile_new (profile->name);

    g_free (profile->slug);
    profile->slug = g_steal_pointer (&named->slug);
    desk_profile_free (named);
  }
  if (!desk_profile_validate (profile, path, error))
    return NULL;
  return g_steal_pointer (&profile);
}

gboolean
desk_profile_validate (const DeskProfile  *profile,
                       const char         *where,
                       GError            **error)
{
  g_autofree char *name = where != NULL ? g_strdup (where) : g_strdup_printf ("Profile \"%s\"", profile->name);

  if (*profile->name == '\0')
    return desk_json_file_fail (error, name, "\"name\" is empty; give the profile a name");
  if (*profile->slug == '\0' || *profile->slug == '.' || strchr (profile->slug, '/') != NULL)
    return desk_json_file_fail (error, name, "\"%s\" cannot name a file; give the profile another name", profile->slug);
  if (profile->numbering == DTC_NUMBERING_BRIEF && !profile->encoding_auto && profile->encoding != DTC_ENCODING_JSON
      && profile->encoding != DTC_ENCODING_JSON_COMPACT)
    return desk_json_file_fail (error, name, "the numbering \"brief\" exists in \"json\" and \"json-compact\" only; change \"encoding\"");
  if (profile->builtin_simulator && profile->live)
    return desk_json_file_fail (error, name, "the built-in simulator is no real money; write \"live\": false");
  if (profile->heartbeat_seconds < 5 || profile->heartbeat_seconds > 60)
    return desk_json_file_fail (error, name, "\"heartbeat_seconds\" must be a whole number from 5 to 60");
  if (profile->builtin_simulator)
    return TRUE;

  if (*profile->host == '\0')
    return desk_json_file_fail (error, name, "\"host\" is missing; write the name or address of the computer with the DTC server");
  if (strpbrk (profile->host, " /") != NULL)
    return desk_json_file_fail (error, name, "\"host\" is \"%s\"; write a name or address alone, without spaces or slashes",
                 profile->host);
  if (profile->port == 0)
    return desk_json_file_fail (error, name, "\"port\" is missing; write the DTC server's port, such as \"port\": 11099");
  if (*profile->tls_pin != '\0' && !profile->use_tls)
    return desk_json_file_fail (error, name, "\"tls_pin\" names a certificate, and \"tls\" is false; write \"tls\": true or "
                                "remove the pin");
  if (!profile->use_tls && !profile->allow_plain && !dtc_host_is_loopback (profile->host))
    return desk_json_file_fail (error, name, "%s is not this computer, and without TLS everybody on the way can read and change orders; "
                 "write \"tls\": true, or \"allow_plain\": true where the way is safe", profile->host);
  return TRUE;
}

static void
add_text (JsonBuilder *builder,
          const char  *key,
          const char  *text)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, text);
}

static void
add_bool (JsonBuilder *builder,
          const char  *key,
          gboolean     value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, value);
}

static void
add_list (JsonBuilder  *builder,
          const char   *key,
          char        **items)
{
  guint i;

  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (i = 0; items != NULL && items[i] != NULL; i++)
    json_builder_add_string_value (builder, items[i]);
  json_builder_end_array (builder);
}

/**
 * desk_profile_to_text:
 * @profile: a profile
 *
 * Returns: (transfer full): the JSON text of its file
 */
char *
desk_profile_to_text (const DeskProfile *profile)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "schema");
  json_builder_add_int_value (builder, PROFILE_SCHEMA);
  add_text (builder, "name", profile->name);
  add_bool (builder, "builtin_simulator", profile->builtin_simulator);
  add_bool (builder, "live", profile->live);
  add_text (builder, "host", profile->host);
  json_builder_set_member_name (builder, "port");
  json_builder_add_int_value (builder, profile->port);
  json_builder_set_member_name (builder, "history_port");
  json_builder_add_int_value (builder, profile->history_port);
  add_bool (builder, "tls", profile->use_tls);
  add_text (builder, "tls_pin", profile->tls_pin);
  add_bool (builder, "allow_plain", profile->allow_plain);
  add_list (builder, "allowed_addresses", profile->allowed_addresses);
  add_text (builder, "numbering", dtc_numbering_to_string (profile->numbering));
  add_text (builder, "encoding", profile->encoding_auto ? "auto" : dtc_encoding_to_string (profile->encoding));
  add_text (builder, "handshake", handshakes[profile->handshake]);
  json_builder_set_member_name (builder, "heartbeat_seconds");
  json_builder_add_int_value (builder, profile->heartbeat_seconds);
  add_text (builder, "account", profile->account);
  add_text (builder, "username", profile->username);
  add_list (builder, "symbols", profile->symbols);
  if (profile->limits != NULL && profile->limits->loaded)
    {
      g_autofree char *limits = desk_limits_to_text (profile->limits);

      json_builder_set_member_name (builder, "limits");
      json_builder_add_value (builder, json_from_string (limits, NULL));
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  return g_strconcat (text, "\n", NULL);
}
