/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-decode-private.h"

#include <string.h>

typedef struct
{
  DeskLogAnatomy *anatomy;
  const char     *text; /* ends with a zero */
  gsize           len;
  gsize           at;
  DtcCodec        codec;
  DtcDirection    direction;
  DtcMessage      message; /* one member alone */
  DtcMessage      whole;
  gsize           stop; /* where the member in hand begins */
  gsize           told; /* behind the last that was read whole */
} Reader;

static void
skip_space (Reader *reader)
{
  while (reader->at < reader->len && strchr (" \t\r\n", reader->text[reader->at]) != NULL)
    reader->at++;
}

/* Behind the closing quote, or FALSE. */
static gboolean
skip_string (Reader *reader)
{
  for (reader->at++; reader->at < reader->len; reader->at++)
    {
      if (reader->text[reader->at] == '\\')
        reader->at++;
      else if (reader->text[reader->at] == '"')
        {
          reader->at++;
          return TRUE;
        }
    }
  reader->at = MIN (reader->at, reader->len);
  return FALSE;
}

/* Any value, as far as it goes: what is nested in it only has to close. */
static gboolean
skip_value (Reader *reader)
{
  guint depth = 0;

  do
    {
      char c = reader->at < reader->len ? reader->text[reader->at] : '\0';

      if (c == '"')
        {
          if (!skip_string (reader))
            return FALSE;
        }
      else if (c == '{' || c == '[')
        {
          depth++;
          reader->at++;
        }
      else if (depth > 0 && (c == '}' || c == ']'))
        {
          depth--;
          reader->at++;
        }
      else if (depth > 0 && strchr (",: \t\r\n", c) != NULL && c != '\0')
        reader->at++;
      else
        {
          gsize from = reader->at;

          while (reader->at < reader->len && strchr (",:}] \t\r\n\"{[", reader->text[reader->at]) == NULL)
            reader->at++;
          if (reader->at == from)
            return FALSE;
        }
    }
  while (depth > 0);
  return TRUE;
}

static guint
problem_of (const GError *error)
{
  switch (error->code)
    {
    case DTC_ERROR_WRONG_TYPE:
      return DESK_LOG_WRONG_TYPE;
    case DTC_ERROR_RANGE:
      return DESK_LOG_OUT_OF_RANGE;
    case DTC_ERROR_TOO_LONG:
      return DESK_LOG_TOO_LONG;
    case DTC_ERROR_NUL:
      return DESK_LOG_BAD_TEXT;
    case DTC_ERROR_SYNTAX:
    case DTC_ERROR_DEPTH:
      return DESK_LOG_MALFORMED;
    default:
      return 0;
    }
}

/* One member alone, read by the codec itself: it says what it thinks of it. The index of the field, or -1. */
static int
ask_codec (Reader      *reader,
           const char  *key,
           gsize        key_len,
           const char  *value,
           gsize        value_len,
           guint       *problems)
{
  g_autoptr (GString) alone = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  DtcMessage *message = &reader->message;
  const DtcMessageDesc *desc = reader->anatomy->desc;

  g_string_append_printf (alone, "{\"Type\":%u,", reader->anatomy->wire_type);
  g_string_append_len (alone, key, (gssize) key_len);
  g_string_append_c (alone, ':');
  g_string_append_len (alone, value, (gssize) value_len);
  g_string_append_c (alone, '}');
  if (!dtc_codec_decode (&reader->codec, reader->direction, (const guint8 *) alone->str, alone->len, message, &error))
    *problems |= problem_of (error);
  if (message->flags & DTC_MESSAGE_UNKNOWN_KEYS)
    return -1;
  for (guint i = 0; i < desc->n_fields; i++)
    if (message->type == desc->type && (dtc_message_has (message, i) || dtc_message_is_null (message, i)))
      return (int) i;
  return -1;
}

static int
field_named (const DtcMessageDesc *desc,
             const char           *name)
{
  for (guint i = 0; i < desc->n_fields; i++)
    if (strcmp (desc->fields[i].name, name) == 0 || g_strcmp0 (desc->fields[i].alias, name) == 0)
      return (int) i;
  return -1;
}

/* A text between quotes, its escapes read; or as it stands. */
static char *
plain_text (const char *value,
            gsize       len)
{
  g_autofree char *inner = NULL;
  g_autoptr (GString) out = NULL;
  g_autofree char *valid = g_utf8_make_valid (value, (gssize) len);

  if (len < 2 || value[0] != '"' || value[len - 1] != '"')
    return g_steal_pointer (&valid);
  inner = g_strndup (valid + 1, strlen (valid) - 2);
  out = g_string_new (NULL);
  for (const char *p = inner; *p != '\0'; p++)
    {
      if (*p != '\\' || p[1] == '\0')
        {
          g_string_append_c (out, *p);
          continue;
        }
      p++;
      if (*p == 'u')
        {
          gunichar c = 0;
          guint n = 0;

          while (n < 4 && g_ascii_isxdigit (p[1]))
            {
              c = c * 16 + (gunichar) g_ascii_xdigit_value (*++p);
              n++;
            }
          if (c != 0 && g_unichar_validate (c))
            g_string_append_unichar (out, c);
          else
            g_string_append_printf (out, "\\u%04x", c);
        }
      else
        g_string_append_c (out, *p == 'n' ? '\n' : *p == 't' ? '\t' : *p == 'r' ? '\r' : *p);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
take_member (Reader     *reader,
             const char *name,
             const char *key,
             gsize       key_len,
             gsize       begin,
             const char *value,
             gsize       value_len)
{
  DeskLogAnatomy *self = reader->anatomy;
  guint problems = 0;
  const DtcMessage *message = &reader->message;
  DeskLogPart *part = NULL;
  int index = -1;

  if (self->desc != NULL)
    {
      index = ask_codec (reader, key, key_len, value, value_len, &problems);
      /* In the brief's numbering one member makes no order, and no change. */
      if (message->type != self->desc->type)
        message = &reader->whole;
      if (index < 0)
        index = field_named (self->desc, name);
    }
  for (guint i = 0; index >= 0 && i < self->parts->len; i++)
    {
      DeskLogPart *other = self->parts->pdata[i];

      if (other->field != &self->desc->fields[index])
        continue;
      if (other->len == 0)
        part = other;
      else
        problems |= DESK_LOG_TWICE;
    }
  if (part == NULL)
    part = anatomy_add_part (self, index >= 0 ? &self->desc->fields[index] : NULL, name);
  if (index < 0 && self->desc != NULL)
    problems |= DESK_LOG_UNKNOWN_FIELD;
  reader->told = reader->at;
  part->at = begin;
  part->len = reader->at - begin;
  part->problems |= problems;
  part->state = value_len == 4 && memcmp (value, "null", 4) == 0 ? DESK_LOG_PART_NULL : DESK_LOG_PART_SET;
  part_set_value (part, plain_text (value, value_len));
  if (index >= 0 && part->state == DESK_LOG_PART_SET && problems == 0)
    {
      if (message->type == self->desc->type && dtc_message_has (message, (guint) index))
        part_explain (part, message, (guint) index);
      else if (message->type == self->desc->type && part->field->type != DTC_FIELD_STRING)
        part->state = DESK_LOG_PART_UNSET;
    }
}

/* {"Type":n,"F":[…]}: the fields of the struct in their order. */
static gboolean
take_array (Reader *reader)
{
  guint index = 0;

  reader->at++;
  skip_space (reader);
  while (reader->at < reader->len && reader->text[reader->at] != ']')
    {
      gsize begin = reader->at;
      const char *name = index < reader->anatomy->desc->n_fields ? reader->anatomy->desc->fields[index].name : "F";
      g_autofree char *key = g_strdup_printf ("\"%s\"", name);

      if (!skip_value (reader))
        return FALSE;
      take_member (reader, name, key, strlen (key), begin, reader->text + begin, reader->at - begin);
      index++;
      skip_space (reader);
      if (reader->at < reader->len && reader->text[reader->at] == ',')
        reader->at++;
      skip_space (reader);
    }
  if (reader->at == reader->len)
    return FALSE;
  reader->at++;
  return TRUE;
}

/* Every member; with @fields FALSE only looks for the type. */
static gboolean
read_members (Reader   *reader,
              gboolean  fields)
{
  gboolean first = TRUE;

  reader->at = 0;
  skip_space (reader);
  if (reader->at == reader->len || reader->text[reader->at] != '{')
    return FALSE;
  reader->at++;
  for (;;)
    {
      g_autofree char *name = NULL;
      gsize begin, key_len, value;

      skip_space (reader);
      if (reader->at < reader->len && reader->text[reader->at] == '}')
        break;
      if (!first)
        {
          if (reader->at == reader->len || reader->text[reader->at] != ',')
            return FALSE;
          reader->at++;
          skip_space (reader);
        }
      first = FALSE;
      begin = reader->stop = reader->at;
      if (reader->at == reader->len || reader->text[reader->at] != '"' || !skip_string (reader))
        return FALSE;
      key_len = reader->at - begin;
      name = plain_text (reader->text + begin, key_len);
      skip_space (reader);
      if (reader->at == reader->len || reader->text[reader->at] != ':')
        return FALSE;
      reader->at++;
      skip_space (reader);
      value = reader->at;
      if (fields && reader->anatomy->desc != NULL && g_str_equal (name, "F") && reader->text[value] == '[')
        {
          if (!take_array (reader))
            return FALSE;
          continue;
        }
      if (!skip_value (reader))
        return FALSE;
      if (g_str_equal (name, "Type"))
        {
          guint64 number;
          g_autofree char *text = g_strndup (reader->text + value, reader->at - value);

          if (!fields && g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
            reader->anatomy->wire_type = (guint) number;
        }
      else if (fields)
        take_member (reader, name, reader->text + begin, key_len, begin, reader->text + value, reader->at - value);
    }
  reader->at++;
  skip_space (reader);
  return reader->at == reader->len;
}

/* The message that has all the names of these parts, where the one it says to be has few. */
static void
guess_other (DeskLogAnatomy *self)
{
  guint n = 0, known = 0, best = 0;

  for (guint i = 0; i < self->parts->len; i++)
    {
      const DeskLogPart *part = self->parts->pdata[i];

      if (part->len == 0)
        continue;
      n++;
      known += part->field != NULL ? 1 : 0;
    }
  if (n < 3 || known * 2 > n)
    return;
  for (guint k = 0; k < DTC_N_MESSAGES; k++)
    {
      guint fits = 0;

      for (guint i = 0; i < self->parts->len; i++)
        {
          const DeskLogPart *part = self->parts->pdata[i];

          if (part->len > 0 && field_named (&dtc_message_descs[k], part->name) >= 0)
            fits++;
        }
      if (fits > best)
        {
          best = fits;
          self->other = &dtc_message_descs[k];
        }
    }
  if (best == n && self->other != self->desc)
    self->problems |= DESK_LOG_TYPE_MISMATCH;
  else
    self->other = NULL;
}

void
anatomy_read_json (DeskLogAnatomy   *self,
                   const DeskLogRow *row)
{
  g_autofree char *text = g_strndup ((const char *) row->raw, row->size);
  Reader reader = { .anatomy = self, .text = text, .len = row->size };

  reader.codec = (DtcCodec) { (DtcEncodingKind) row->encoding, (DtcNumbering) row->numbering };
  reader.direction = row->direction == DTC_WIRE_SENT ? DTC_TO_SERVER : DTC_TO_CLIENT;
  desk_log_row_decode (row, &reader.whole, NULL);
  read_members (&reader, FALSE);
  if (self->wire_type == 0)
    self->problems |= DESK_LOG_NO_TYPE;
  /* The brief's numbers mean something else: the codec knows what. */
  self->desc = dtc_message_desc (row->type != 0 ? row->type : (guint16) self->wire_type);
  for (guint i = 0; self->desc != NULL && i < self->desc->n_fields; i++)
    anatomy_add_part (self, &self->desc->fields[i], self->desc->fields[i].name);
  if (!read_members (&reader, TRUE))
    {
      gsize from = MAX (reader.stop, reader.told);

      self->problems |= DESK_LOG_MALFORMED;
      /* A member that was read whole is told above; what follows it is the rest. */
      if (from < reader.len)
        {
          DeskLogPart *rest = anatomy_add_part (self, NULL, "…");

          rest->at = from;
          rest->len = reader.len - from;
          rest->state = DESK_LOG_PART_SET;
          rest->problems = DESK_LOG_MALFORMED;
          part_set_value (rest, g_utf8_make_valid (text + from, (gssize) (reader.len - from)));
        }
    }
  guess_other (self);
  dtc_message_clear (&reader.message);
  dtc_message_clear (&reader.whole);
}
