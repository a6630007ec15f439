/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-json-file.h"

#include <string.h>

#define MAX_SIZE  (64 * 1024)
#define MAX_DEPTH 4

gboolean
desk_json_file_fail (GError     **error,
                     const char  *name,
                     const char  *format,
                     ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, DESK_ERROR, DESK_ERROR_CONFIG, "%s: %s", name, what);
  return FALSE;
}

/* The length of true, false or null at @text; 0: none of them. */
static gsize
literal_length (const char *text,
                gsize       len)
{
  static const char *const literals[] = { "true", "false", "null" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (literals); i++)
    {
      gsize n = strlen (literals[i]);

      if (len >= n && memcmp (text, literals[i], n) == 0 && (len == n || !g_ascii_isalnum (text[n])))
        return n;
    }
  return 0;
}

/* What json-glib would let through: a look at the brackets and at what stands outside of texts. */
static gboolean
guard (const char  *text,
       gsize        len,
       const char  *name,
       const char  *kind,
       GError     **error)
{
  guint depth = 0;
  gboolean in_string = FALSE, ended = FALSE;
  gsize i, n;

  if (len > MAX_SIZE)
    return desk_json_file_fail (error, name, "this is too large for a %s; write one that begins with { \"schema\": 1", kind);
  if (!g_utf8_validate_len (text, len, NULL))
    return desk_json_file_fail (error, name, "this is not UTF-8 text; save the file as UTF-8");

  for (i = 0; i < len; i++)
    {
      if (in_string)
        {
          if (text[i] == '\\')
            i++;
          else if (text[i] == '"')
            in_string = FALSE;
          continue;
        }
      if (ended && !g_ascii_isspace (text[i]))
        return desk_json_file_fail (error, name, "something follows the closing }; remove it");
      if (depth == 0 && !g_ascii_isspace (text[i]) && text[i] != '{')
        return desk_json_file_fail (error, name, "a %s is one JSON object: { \"schema\": 1, ... }", kind);
      switch (text[i])
        {
        case '"':
          in_string = TRUE;
          break;
        case '{':
        case '[':
          if (++depth > MAX_DEPTH)
            return desk_json_file_fail (error, name, "brackets are nested too deep for a %s", kind);
          break;
        case '}':
        case ']':
          if (--depth == 0)
            ended = TRUE;
          break;
        case '0':
          if (i + 1 < len && g_ascii_isdigit (text[i + 1]) && i > 0 && strchr ("0123456789.", text[i - 1]) == NULL)
            return desk_json_file_fail (error, name, "a number begins with a needless 0; remove it");
          break;
        default:
          if (g_ascii_isspace (text[i]) || strchr ("123456789+-.eE:,", text[i]) != NULL)
            break;
          n = literal_length (text + i, len - i);
          if (n == 0)
            return desk_json_file_fail (error, name, "the character at byte %" G_GSIZE_FORMAT " has no place outside of a text; values "
                         "look like 5, \"text\", true or [ ... ]", i);
          i += n - 1;
          break;
        }
    }

  if (!ended)
    return desk_json_file_fail (error, name, "the file ends before its closing }; write one JSON object");
  return TRUE;
}

typedef struct
{
  GHashTable *seen;     /* "object key" */
  char       *repeated; /* the first key that stands twice in one object */
} Members;

/* json-glib lets the last of two equal keys win; nothing that money hangs on may depend on that. */
static void
note_member (JsonParser *parser,
             JsonObject *object,
             const char *member,
             Members    *members)
{
  char *key = g_strdup_printf ("%p %s", (void *) object, member);

  if (!g_hash_table_add (members->seen, key) && members->repeated == NULL)
    members->repeated = g_strdup (member);
}

JsonNode *
desk_json_file_parse (const char  *text,
                      gssize       len,
                      const char  *name,
                      const char  *kind,
                      GError     **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *repeated = NULL;
  Members members = { seen, NULL };
  gsize size = len < 0 ? strlen (text) : (gsize) len;

  if (!guard (text, size, name, kind, error))
    return NULL;
  g_signal_connect (parser, "object-member", G_CALLBACK (note_member), &members);
  if (!json_parser_load_from_data (parser, text, (gssize) size, &local_error))
    {
      g_free (members.repeated);
      desk_json_file_fail (error, name, "this is not JSON: %s", local_error->message);
      return NULL;
    }
  repeated = members.repeated;
  if (repeated != NULL)
    {
      desk_json_file_fail (error, name, "\"%s\" stands there twice; keep one of them", repeated);
      return NULL;
    }
  if (json_parser_get_root (parser) == NULL || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      desk_json_file_fail (error, name, "a %s is one JSON object: { \"schema\": 1, ... }", kind);
      return NULL;
    }
  return json_parser_steal_root (parser);
}
