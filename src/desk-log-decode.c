/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-decode.h"

#include <math.h>
#include <string.h>

#define HEX_ROW 16

static void
part_free (gpointer data)
{
  DeskLogPart *part = data;

  g_free (part->name);
  g_free (part->value);
  g_free (part->meaning);
  g_free (part);
}

void
desk_log_anatomy_free (DeskLogAnatomy *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->parts);
  g_free (self->refused);
  g_free (self);
}

static DeskLogPart *
add_part (DeskLogAnatomy     *self,
          const DtcFieldDesc *field,
          const char         *name)
{
  DeskLogPart *part = g_new0 (DeskLogPart, 1);

  part->field = field;
  part->name = g_strdup (name);
  part->value = g_strdup ("");
  part->state = DESK_LOG_PART_ABSENT;
  g_ptr_array_add (self->parts, part);
  return part;
}

static void
set_value (DeskLogPart *part,
           char        *value)
{
  g_free (part->value);
  part->value = value;
}

/* ---- meanings ---- */

char *
desk_log_time_text (const DtcFieldDesc *field,
                    double              value)
{
  static const double units[] = { [DTC_TIME_SECONDS] = 1.0, [DTC_TIME_MILLISECONDS] = 1e3,
                                  [DTC_TIME_MICROSECONDS] = 1e6, [DTC_TIME_SECONDS_FRACTION] = 1.0 };
  g_autoptr (GDateTime) time = NULL;
  double seconds;

  if (field->time == DTC_TIME_NONE || !(value > 0.0))
    return NULL;
  seconds = value / units[field->time];
  if (seconds > 1e11)
    return NULL;
  time = g_date_time_new_from_unix_utc ((gint64) seconds);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S UTC") : NULL;
}

/* What the message has in @index, once the codec has read it. */
static void
explain (DeskLogPart      *part,
         const DtcMessage *message,
         guint             index)
{
  const DtcFieldDesc *field = part->field;

  if (field->type == DTC_FIELD_STRING)
    return;
  if (field->type == DTC_FIELD_FLOAT || field->type == DTC_FIELD_DOUBLE)
    {
      part->meaning = desk_log_time_text (field, dtc_message_get_double (message, index));
      return;
    }
  if (message->type == DTC_MSG_ORDER_UPDATE && index == DTC_ORDER_UPDATE_F_ORDER_STATUS
      && (message->flags & DTC_MESSAGE_BAD_STATUS))
    {
      part->problems |= DESK_LOG_ILLEGAL_VALUE;
      return;
    }
  part->meaning = desk_log_time_text (field, (double) dtc_message_get_int (message, index));
  if (field->enumeration != NULL)
    {
      gint64 value = dtc_message_get_int (message, index);
      const char *name = value >= G_MININT32 && value <= G_MAXINT32 ? dtc_enum_name (field->enumeration, (gint32) value) : NULL;

      if (name != NULL)
        part->meaning = g_strdup (name);
      else
        part->problems |= DESK_LOG_ILLEGAL_VALUE;
    }
}

static char *
value_text (const DtcMessage   *message,
            const DtcFieldDesc *field,
            guint               index)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  switch ((DtcFieldType) field->type)
    {
    case DTC_FIELD_STRING:
      return g_strdup (dtc_message_get_string (message, index));
    case DTC_FIELD_FLOAT:
      return g_strdup (g_ascii_formatd (number, sizeof number, "%.9g", dtc_message_get_double (message, index)));
    case DTC_FIELD_DOUBLE:
      return g_strdup (g_ascii_formatd (number, sizeof number, "%.15g", dtc_message_get_double (message, index)));
    case DTC_FIELD_UINT64:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) dtc_message_get_int (message, index));
    default:
      return g_strdup_printf ("%" G_GINT64_FORMAT, dtc_message_get_int (message, index));
    }
}

/* ---- what must be there ---- */

/* By DTC's documentation of the messages; "a|b": one of them. An answer that says there is nothing needs none. */
static const struct
{
  guint16     type;
  const char *fields[6];
} needed[] = {
  { DTC_MSG_LOGON_REQUEST, { "ProtocolVersion" } },
  { DTC_MSG_LOGON_RESPONSE, { "Result" } },
  { DTC_MSG_ENCODING_REQUEST, { "ProtocolVersion", "Encoding" } },
  { DTC_MSG_ENCODING_RESPONSE, { "ProtocolVersion", "Encoding" } },
  { DTC_MSG_MARKET_DATA_REQUEST, { "RequestAction", "SymbolID" } },
  { DTC_MSG_SUBMIT_NEW_SINGLE_ORDER, { "Symbol", "ClientOrderID", "OrderType", "BuySell", "Quantity" } },
  { DTC_MSG_SUBMIT_NEW_OCO_ORDER, { "Symbol", "ClientOrderID_1", "ClientOrderID_2" } },
  { DTC_MSG_CANCEL_ORDER, { "ServerOrderID|ClientOrderID" } },
  { DTC_MSG_CANCEL_REPLACE_ORDER, { "ServerOrderID|ClientOrderID" } },
  { DTC_MSG_ORDER_UPDATE, { "OrderStatus", "ServerOrderID|ClientOrderID" } },
  { DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE, { "Symbol", "Quantity", "Price" } },
  { DTC_MSG_POSITION_UPDATE, { "Symbol", "Quantity" } },
  { DTC_MSG_TRADE_ACCOUNT_RESPONSE, { "TradeAccount" } },
};

static gboolean
says_nothing (const DeskLogAnatomy *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      const DeskLogPart *part = self->parts->pdata[i];

      if ((g_str_has_prefix (part->name, "No") && g_ascii_isupper (part->name[2])) && part->state == DESK_LOG_PART_SET
          && !g_str_equal (part->value, "0") && !g_str_equal (part->value, "false"))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_set (const DeskLogAnatomy *self,
        const char           *name,
        DeskLogPart         **first)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      DeskLogPart *part = self->parts->pdata[i];

      if (!g_str_equal (part->name, name))
        continue;
      if (*first == NULL)
        *first = part;
      if (part->state == DESK_LOG_PART_SET && (*part->value != '\0' || part->problems != 0))
        return TRUE;
    }
  return FALSE;
}

static void
check_needed (DeskLogAnatomy *self)
{
  if (self->desc == NULL || says_nothing (self))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    for (guint k = 0; needed[i].type == self->desc->type && k < G_N_ELEMENTS (needed[i].fields)
                      && needed[i].fields[k] != NULL; k++)
      {
        g_auto (GStrv) either = g_strsplit (needed[i].fields[k], "|", -1);
        DeskLogPart *first = NULL;
        gboolean there = FALSE;

        for (guint n = 0; either[n] != NULL; n++)
          there = is_set (self, either[n], &first) || there;
        if (!there && first != NULL)
          first->problems |= DESK_LOG_MISSING;
      }
}

/* ---- JSON ---- */

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
    part = add_part (self, index >= 0 ? &self->desc->fields[index] : NULL, name);
  if (index < 0 && self->desc != NULL)
    problems |= DESK_LOG_UNKNOWN_FIELD;
  reader->told = reader->at;
  part->at = begin;
  part->len = reader->at - begin;
  part->problems |= problems;
  part->state = value_len == 4 && memcmp (value, "null", 4) == 0 ? DESK_LOG_PART_NULL : DESK_LOG_PART_SET;
  set_value (part, plain_text (value, value_len));
  if (index >= 0 && part->state == DESK_LOG_PART_SET && problems == 0)
    {
      if (message->type == self->desc->type && dtc_message_has (message, (guint) index))
        explain (part, message, (guint) index);
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

static void
read_json (DeskLogAnatomy   *self,
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
    add_part (self, &self->desc->fields[i], self->desc->fields[i].name);
  if (!read_members (&reader, TRUE))
    {
      gsize from = MAX (reader.stop, reader.told);

      self->problems |= DESK_LOG_MALFORMED;
      /* A member that was read whole is told above; what follows it is the rest. */
      if (from < reader.len)
        {
          DeskLogPart *rest = add_part (self, NULL, "…");

          rest->at = from;
          rest->len = reader.len - from;
          rest->state = DESK_LOG_PART_SET;
          rest->problems = DESK_LOG_MALFORMED;
          set_value (rest, g_utf8_make_valid (text + from, (gssize) (reader.len - from)));
        }
    }
  guess_other (self);
  dtc_message_clear (&reader.message);
  dtc_message_clear (&reader.whole);
}

/* ---- binary ---- */

static guint64
load (const guint8 *p,
      guint         size)
{
  guint64 value = 0;

  for (guint i = 0; i < size; i++)
    value |= (guint64) p[i] << (8 * i);
  return value;
}

static guint
size_of (const DtcFieldDesc *field,
         gboolean            based)
{
  static const guint8 sizes[] = { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8 };

  return field->type != DTC_FIELD_STRING ? sizes[field->type] : based ? 4 : field->len;
}

static char *
raw_number (const DtcFieldDesc *field,
            guint64             bits,
            guint               size)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  union { guint32 bits; float value; } narrow;
  union { guint64 bits; double value; } wide;

  switch ((DtcFieldType) field->type)
    {
    case DTC_FIELD_FLOAT:
      narrow.bits = (guint32) bits;
      return g_strdup (g_ascii_formatd (number, sizeof number, "%.9g", (double) narrow.value));
    case DTC_FIELD_DOUBLE:
      wide.bits = bits;
      return g_strdup (g_ascii_formatd (number, sizeof number, "%.15g", wide.value));
    case DTC_FIELD_INT8:
    case DTC_FIELD_INT16:
    case DTC_FIELD_INT32:
    case DTC_FIELD_INT64:
      return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) (bits << (64 - 8 * size)) >> (64 - 8 * size));
    default:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, bits);
    }
}

static gboolean
is_number_of_none (const DtcFieldDesc *field,
                   guint64             bits)
{
  union { guint32 bits; float value; } narrow = { (guint32) bits };
  union { guint64 bits; double value; } wide = { bits };

  return (field->type == DTC_FIELD_FLOAT && !isfinite (narrow.value)) || (field->type == DTC_FIELD_DOUBLE && !isfinite (wide.value));
}

static void
read_text (DeskLogPart      *part,
           const DeskLogRow *row,
           gsize             at,
           gsize             size)
{
  gsize len = strnlen ((const char *) row->raw + at, size);

  if (len == size && size > 0)
    part->problems |= DESK_LOG_TOO_LONG;
  set_value (part, g_utf8_make_valid ((const char *) row->raw + at, (gssize) len));
  part->state = len > 0 ? DESK_LOG_PART_SET : DESK_LOG_PART_UNSET;
}

static void
read_binary (DeskLogAnatomy   *self,
             const DeskLogRow *row)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gboolean vls = row->encoding == DTC_ENCODING_BINARY_VLS;
  gboolean based;
  gsize base = row->size, known = 0;

  if (row->size < 4)
    {
      self->problems |= DESK_LOG_BAD_SIZE | DESK_LOG_NO_TYPE;
      self->said = row->size >= 2 ? load (row->raw, 2) : 0;
      return;
    }
  self->said = load (row->raw, 2);
  if (self->said != row->size)
    self->problems |= DESK_LOG_BAD_SIZE;
  self->wire_type = (guint) load (row->raw + 2, 2);
  self->desc = dtc_message_desc ((guint16) self->wire_type);
  desk_log_row_decode (row, &message, NULL);
  if (self->desc == NULL)
    return;
  based = vls && self->desc->vls_based;
  if (based)
    {
      base = row->size >= 6 ? load (row->raw + 4, 2) : 0;
      if (base > row->size || base < 6)
        {
          self->problems |= DESK_LOG_BAD_SIZE;
          self->said = base;
          base = MIN (base, row->size);
        }
    }
  for (guint i = 0; i < self->desc->n_fields; i++)
    {
      const DtcFieldDesc *field = &self->desc->fields[i];
      DeskLogPart *part = add_part (self, field, field->name);
      gsize at = vls ? field->vls_offset : field->wire_offset;
      guint size = size_of (field, based);

      if (at == DTC_NO_OFFSET)
        continue;
      known = MAX (known, at + size);
      if (at >= base)
        {
          self->problems |= DESK_LOG_SHORTER;
          continue;
        }
      part->at = at;
      part->len = MIN (size, base - at);
      if (at + size > base)
        {
          part->problems |= DESK_LOG_BAD_SIZE;
          self->problems |= DESK_LOG_BAD_SIZE;
          continue;
        }
      if (field->type != DTC_FIELD_STRING)
        {
          guint64 bits = load (row->raw + at, size);

          set_value (part, raw_number (field, bits, size));
          if (is_number_of_none (field, bits))
            part->problems |= DESK_LOG_OUT_OF_RANGE;
          part->state = message.type == self->desc->type && !dtc_message_has (&message, i) ? DESK_LOG_PART_UNSET
                                                                                           : DESK_LOG_PART_SET;
          if (message.type == self->desc->type && dtc_message_has (&message, i))
            explain (part, &message, i);
        }
      else if (!based)
        read_text (part, row, at, size);
      else
        {
          gsize offset = load (row->raw + at, 2), length = load (row->raw + at + 2, 2);

          if (length == 0)
            part->state = DESK_LOG_PART_UNSET;
          else if (offset < base || offset + length > row->size)
            {
              part->state = DESK_LOG_PART_SET;
              part->problems |= DESK_LOG_OUTSIDE;
            }
          else
            {
              read_text (part, row, offset, length);
              part->at = offset;
              part->len = length;
            }
        }
    }
  if (!based && base > known && known > 0 && base - known >= 8)
    self->problems |= DESK_LOG_LONGER;
}

/* ---- lines of a debug log ---- */

static void
read_line (DeskLogAnatomy   *self,
           const DeskLogRow *row)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  desk_log_row_decode (row, &message, NULL);
  self->wire_type = row->wire_type;
  self->desc = dtc_message_desc (message.type);
  for (guint i = 0; self->desc != NULL && i < self->desc->n_fields; i++)
    {
      const DtcFieldDesc *field = &self->desc->fields[i];
      DeskLogPart *part = add_part (self, field, field->name);
      g_autofree char *key = g_strconcat (" ", field->name, "=", NULL);
      const guint8 *place = memmem (row->raw, row->size, key, strlen (key));

      if (!dtc_message_has (&message, i))
        continue;
      part->state = DESK_LOG_PART_SET;
      set_value (part, field->type == DTC_FIELD_STRING || i != DTC_ORDER_UPDATE_F_ORDER_STATUS
                           || message.type != DTC_MSG_ORDER_UPDATE
                         ? value_text (&message, field, i) : g_strdup_printf ("%d", message.wire_status));
      explain (part, &message, i);
      if (place != NULL)
        {
          part->at = (gsize) (place - row->raw) + 1;
          part->len = strlen (key) - 1;
        }
    }
}

DeskLogAnatomy *
desk_log_anatomy_new (const DeskLogRow *row)
{
  DeskLogAnatomy *self = g_new0 (DeskLogAnatomy, 1);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  DtcDirection direction = row->direction == DTC_WIRE_SENT ? DTC_TO_SERVER : DTC_TO_CLIENT;

  self->parts = g_ptr_array_new_with_free_func (part_free);
  if (row->kind == DESK_LOG_NOTE)
    return self;
  if (row->kind == DESK_LOG_LINE)
    read_line (self, row);
  else if (desk_log_row_is_text (row))
    read_json (self, row);
  else
    read_binary (self, row);
  if (!desk_log_row_decode (row, &message, &error))
    self->refused = g_strdup (error->message);
  if (self->desc == NULL && self->wire_type != 0)
    self->problems |= DESK_LOG_UNKNOWN_TYPE;
  if (self->desc != NULL && !(self->desc->direction & direction))
    self->problems |= DESK_LOG_WRONG_WAY;
  check_needed (self);
  for (guint i = 0; i < self->parts->len; i++)
    self->n_bad += ((DeskLogPart *) self->parts->pdata[i])->problems & ~(guint) DESK_LOG_HARMLESS ? 1 : 0;
  return self;
}

void
desk_log_add_hex (GString      *out,
                  const char   *before,
                  const guint8 *raw,
                  gsize         size)
{
  for (gsize at = 0; at < size; at += HEX_ROW)
    {
      g_string_append_printf (out, "%s%04" G_GSIZE_MODIFIER "x ", before, at);
      for (gsize i = at; i < at + HEX_ROW; i++)
        if (i < size)
          g_string_append_printf (out, " %02x", raw[i]);
        else
          g_string_append (out, "   ");
      g_string_append (out, "  ");
      for (gsize i = at; i < MIN (at + HEX_ROW, size); i++)
        g_string_append_c (out, g_ascii_isprint (raw[i]) ? (char) raw[i] : '.');
      g_string_append_c (out, '\n');
    }
}
