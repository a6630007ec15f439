/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-payload.h"

#include <string.h>

#define DIGITS_MAX 18 /* of a number that fits in any case */

/* Each reads from @p and says where it ended; NULL: not plain, let json-glib look at it. Texts end with NUL from then on. */

static char *
read_text (char        *p,
           const char **text)
{
  if (*p != '"')
    return NULL;
  *text = ++p;
  while ((guchar) *p >= 0x20 && (guchar) *p < 0x7f && *p != '"' && *p != '\\')
    p++;
  if (*p != '"')
    return NULL;
  *p = '\0';
  return p + 1;
}

static char *
skip_digits (char *p)
{
  if (!g_ascii_isdigit (*p))
    return NULL;
  while (g_ascii_isdigit (*p))
    p++;
  return p;
}

static char *
read_number (char              *p,
             DeskPayloadMember *member)
{
  gboolean negative = *p == '-';
  char *digits = p + negative;
  char *end = skip_digits (digits);

  if (end == NULL || (*digits == '0' && end > digits + 1) || end - digits > DIGITS_MAX)
    return NULL;
  member->whole = TRUE;
  for (p = digits; p < end; p++)
    member->number = member->number * 10 + (*p - '0');
  if (negative)
    member->number = -member->number;
  if (*end == '.')
    {
      member->whole = FALSE;
      end = skip_digits (end + 1);
    }
  /* One with an exponent is left to whoever knows all about numbers. */
  return end != NULL && (*end == ',' || *end == '}') ? end : NULL;
}

static char *
read_member (char              *p,
             DeskPayloadMember *member)
{
  memset (member, 0, sizeof *member);
  p = read_text (p, &member->name);
  if (p == NULL || *p++ != ':')
    return NULL;
  return *p == '"' ? read_text (p, &member->text) : read_number (p, member);
}

static gboolean
read_plain (DeskPayload *self,
            const char  *json)
{
  char *p = self->buffer;

  if (g_strlcpy (self->buffer, json, sizeof self->buffer) >= sizeof self->buffer || *p++ != '{')
    return FALSE;
  do
    {
      if (self->n_members == DESK_PAYLOAD_MEMBERS)
        return FALSE;
      p = read_member (p, &self->members[self->n_members++]);
      if (p == NULL)
        return FALSE;
    }
  while (*p++ == ',');
  return p[-1] == '}' && *p == '\0';
}

void
desk_payload_init (DeskPayload *self,
                   const char  *json)
{
  JsonNode *root;

  self->n_members = 0;
  self->parser = NULL;
  self->object = NULL;
  if (json == NULL || read_plain (self, json))
    return;
  self->n_members = 0;
  self->parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (self->parser, json, -1, NULL))
    return;
  root = json_parser_get_root (self->parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    self->object = json_node_get_object (root);
}

void
desk_payload_clear (DeskPayload *self)
{
  self->object = NULL;
  g_clear_object (&self->parser);
}

/* Of two of one name the last one counts. */
static const DeskPayloadMember *
find (const DeskPayload *self,
      const char        *name)
{
  guint i;

  for (i = self->n_members; i > 0; i--)
    {
      if (strcmp (self->members[i - 1].name, name) == 0)
        return &self->members[i - 1];
    }
  return NULL;
}

const char *
desk_payload_text (const DeskPayload *self,
                   const char        *name)
{
  const DeskPayloadMember *member = find (self, name);

  if (self->object != NULL)
    return desk_payload_object_text (self->object, name);
  return member != NULL && member->text != NULL ? member->text : "";
}

gint64
desk_payload_int (const DeskPayload *self,
                  const char        *name,
                  gint64             otherwise)
{
  const DeskPayloadMember *member = find (self, name);

  if (self->object != NULL)
    return desk_payload_object_int (self->object, name, otherwise);
  return member != NULL && member->whole ? member->number : otherwise;
}

const char *
desk_payload_object_text (JsonObject *object,
                          const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

gint64
desk_payload_object_int (JsonObject *object,
                         const char *name,
                         gint64      otherwise)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
             ? json_node_get_int (node)
             : otherwise;
}
