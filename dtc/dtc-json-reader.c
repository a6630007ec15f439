/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-json-reader.h"

#include <string.h>

#include "dtc-json-plain.h"
#include "dtc-json.h"
#include "dtc-message-private.h"

/* The frame is copied once into the message's text and read there: strings stay where they are, lose their
 * escapes in place and end with a zero in place of their closing quote. */

/* The first eight bytes are compared by the caller. */
static inline gboolean
same_rest (const guint8     *p,
           const DtcWireKey *key)
{
  guint len = key->len;

  if (p[len] != '"')
    return FALSE;
  if (len <= 8)
    return TRUE;
  if (dtc_json_load (p + len - 8) != key->tail)
    return FALSE;
  for (guint i = 8; i + 8 < len; i += 8)
    if (dtc_json_load (p + i) != dtc_json_load ((const guint8 *) key->name + i))
      return FALSE;
  return TRUE;
}

static inline gboolean
is_key (const guint8     *p,
        guint64           word,
        const DtcWireKey *key)
{
  return (word & key->mask) == key->word && same_rest (p, key);
}

static G_NO_INLINE const DtcWireKey *
search_key (const DtcWireShape *shape,
            const guint8       *p,
            guint64             word,
            guint              *after)
{
  if (memcmp (p, "F\"", 2) == 0 || memcmp (p, "Type\"", 5) == 0) /* they are no fields */
    return NULL;
  for (guint i = 0; i < shape->n_names; i++)
    if (is_key (p, word, &shape->keys[i]))
      {
        __atomic_store_n (&shape->order[*after], (guint8) (i - *after), __ATOMIC_RELAXED);
        *after = i + 1;
        return &shape->keys[i];
      }
  return NULL;
}

/* A peer writes the keys of a message in the same order each time: the table's, its own, or sorted by name as Sierra
 * Chart does. So the key that followed the last time is tried first: shape->order holds for each key (0: the begin)
 * by how many places its follower is not the next one of the table. Only time hangs on what stands there. */
static inline const DtcWireKey *
find_key (const DtcWireShape *shape,
          const guint8       *p,
          guint              *after)
{
  guint64 word = dtc_json_load (p);
  guint place = (guint8) (*after + __atomic_load_n (&shape->order[*after], __ATOMIC_RELAXED));

  if (G_LIKELY (place < shape->n_names && is_key (p, word, &shape->keys[place])))
    {
      *after = place + 1;
      return &shape->keys[place];
    }
  return search_key (shape, p, word, after);
}

static const DtcWireKey *
find_field_key (const DtcWireShape *shape,
                guint               field)
{
  if (field < shape->n_names && shape->keys[field].field == field)
    return &shape->keys[field];
  for (guint i = 0; i < shape->n_names; i++)
    if (shape->keys[i].field == field)
      return &shape->keys[i];
  return NULL;
}

/* {"Type":n,"F":[…]}: the published fields in the order of the binary struct. */
static guint8 *
read_array_form (DtcJsonReader *reader,
                 guint8        *p)
{
  guint field = 0;

  reader->message->flags |= DTC_MESSAGE_ARRAY_FORM;
  p = dtc_json_skip_space (p + 1);
  if (*p == ']')
    return p + 1;
  for (;;)
    {
      const DtcWireKey *key = NULL;

      /* A newer peer may send more; a hostile one very many more. */
      if (field < reader->shape->desc->n_fields)
        key = find_field_key (reader->shape, field++);
      p = key != NULL ? dtc_json_read_value (reader, p, 2, key) : dtc_json_pass_value (reader, p, 2, "F");
      if (p == NULL)
        return NULL;
      p = dtc_json_skip_space (p);
      if (*p == ']')
        return p + 1;
      if (*p != ',')
        return dtc_json_malformed (reader, DTC_ERROR_SYNTAX, "F");
      p = dtc_json_skip_space (p + 1);
    }
}

static gboolean
names_price_or_quantity (const guint8 *name,
                         gsize         len)
{
  return memmem (name, len, "Price", 5) != NULL || memmem (name, len, "Quantity", 8) != NULL;
}

static gboolean
read_type_number (guint8 **p,
                  guint   *type)
{
  DtcJsonNumber number;
  guint64 magnitude = 0;
  guint8 *end = dtc_json_scan_digits (*p, &magnitude);

  if (**p >= '1' && **p <= '9' && end - *p <= 5 && *end == ',' && magnitude <= G_MAXUINT16)
    {
      *p = end;
      *type = (guint) magnitude;
      return TRUE;
    }
  if (!g_ascii_isdigit (**p))
    return FALSE;
  *p = dtc_json_scan_number (*p, &number);
  if (*p == NULL || !dtc_json_to_integer (&number, &magnitude) || magnitude > G_MAXUINT16)
    return FALSE;
  *type = (guint) magnitude;
  return TRUE;
}

static guint8 *
read_type_again (DtcJsonReader *reader,
                 guint8        *p)
{
  guint8 *value = p;
  guint type = 0;

  if (!read_type_number (&value, &type) || type != reader->message->wire_type)
    reader->type_unsure = TRUE;
  if (reader->type_seen)
    dtc_json_report (reader, DTC_ERROR_DUPLICATE_KEY, "Type stands there twice");
  else if (reader->type_unsure)
    dtc_json_report (reader, DTC_ERROR_NO_TYPE, "Type is no message number");
  reader->type_seen = TRUE;
  return dtc_json_pass_value (reader, p, 1, "Type");
}

/* A key that is not spelled as one of the table's: escaped, Type out of its place, F, or unknown. */
static guint8 *
read_other_member (DtcJsonReader *reader,
                   guint8        *p)
{
  const guint8 *name = p;
  const DtcWireKey *key = NULL;
  const guint8 *value;
  guint flags = 0;
  gsize len;

  p = dtc_json_scan_string (p, &flags);
  if (p == NULL)
    return dtc_json_malformed (reader, DTC_ERROR_SYNTAX, "a key");
  len = (gsize) (p - 1 - name);
  p = dtc_json_skip_space (p);
  if (*p != ':')
    return dtc_json_malformed (reader, DTC_ERROR_SYNTAX, "a key");
  p = dtc_json_skip_space (p + 1);
  if (!dtc_json_check_string (reader, flags, "a key"))
    return dtc_json_pass_value (reader, p, 1, "a key");
  if (flags & DTC_JSON_ESCAPES)
    {
      len = dtc_json_unescape (name, len, FALSE, (char *) name);
      for (guint i = 0; reader->shape != NULL && i < reader->shape->n_names && key == NULL; i++)
        if (reader->shape->keys[i].len == len && memcmp (reader->shape->keys[i].name, name, len) == 0)
          key = &reader->shape->keys[i];
      if (key != NULL)
        return dtc_json_read_value (reader, p, 1, key);
    }
  if (len == 4 && memcmp (name, "Type", 4) == 0)
    return read_type_again (reader, p);
  if (reader->shape != NULL && len == 1 && *name == 'F' && *p == '[')
    {
      if (!(reader->message->flags & DTC_MESSAGE_ARRAY_FORM))
        return read_array_form (reader, p);
      dtc_json_report (reader, DTC_ERROR_DUPLICATE_KEY, "F stands there twice");
      return dtc_json_pass_value (reader, p, 1, "F");
    }
  if (!dtc_json_note_unknown (reader, name, len))
    return NULL;
  if (names_price_or_quantity (name, len))
    reader->unsure_change = TRUE;
  value = p;
  p = dtc_json_pass_value (reader, p, 1, "an unknown key");
  if (p != NULL)
    dtc_json_append_unknown (reader, name, len, value, (gsize) (p - value));
  return p;
}

/* From behind the brace, or from behind a first Type, to the end of the frame. FALSE: malformed. */
static gboolean
read_members (DtcJsonReader *reader,
              guint8        *p,
              const guint8  *end,
              gboolean       after_member)
{
  guint after = 0;

  p = dtc_json_skip_space (p);
  if (!after_member)
    {
      if (*p == '}')
        goto last;
      goto member;
    }
  for (;;)
    {
      const DtcWireKey *key;

      if (G_LIKELY (memcmp (p, ",\"", 2) == 0))
        p++;
      else
        {
          p = dtc_json_skip_space (p);
          if (*p == '}')
            break;
          if (*p != ',')
            return dtc_json_malformed (reader, DTC_ERROR_SYNTAX, "the end of a value") != NULL;
          p = dtc_json_skip_space (p + 1);
        member:
          if (*p != '"')
            return dtc_json_malformed (reader, DTC_ERROR_SYNTAX, "the begin of a key") != NULL;
        }
      p++;
      key = reader->shape != NULL ? find_key (reader->shape, p, &after) : NULL;
      if (G_LIKELY (key != NULL))
        {
          p += key->len + 1;
          if (G_UNLIKELY (*p != ':'))
            p = dtc_json_skip_space (p);
          if (*p != ':')
            return dtc_json_malformed (reader, DTC_ERROR_SYNTAX, key->name) != NULL;
          p = dtc_json_read_value (reader, dtc_json_skip_space (p + 1), 1, key);
        }
      else if (p == reader->last_type)
        {
          reader->type_seen = TRUE;
          p = reader->last_type_end;
        }
      else if (memcmp (p, "F\":[", 4) == 0 && reader->shape != NULL && !(reader->message->flags & DTC_MESSAGE_ARRAY_FORM))
        p = read_array_form (reader, p + 3);
      else
        p = read_other_member (reader, p);
      if (p == NULL)
        return FALSE;
    }
last:
  p = dtc_json_skip_space (p + 1);
  if (p != end)
    return dtc_json_malformed (reader, DTC_ERROR_SYNTAX, "the end: something follows the object") != NULL;
  return TRUE;
}

/* Type as the very last member, where servers that sort their keys have it. In a well-formed object these bytes
 * can be nothing else: the quote behind a comma begins a key. */
static gboolean
find_last_type (DtcJsonReader *reader,
                guint8        *begin,
                guint8        *end,
                guint         *type)
{
  static const char name[] = "\"Type\":";
  guint8 *p = end;
  guint power = 1;

  while (p > begin && (p[-1] == '\n' || p[-1] == '\r'))
    p--;
  if (p - begin < 16 || *--p != '}')
    return FALSE;
  reader->last_type_end = p;
  *type = 0;
  for (; g_ascii_isdigit (p[-1]) && power < 100000; power *= 10)
    *type += power * (guint) (*--p - '0');
  if (power == 1 || *type > G_MAXUINT16 || (*p == '0' && power > 10))
    return FALSE;
  if (p[-1] == ' ')
    p--;
  p -= strlen (name);
  if (memcmp (p, name, strlen (name)) != 0 || !(p[-1] == ',' || (p[-1] == ' ' && p[-2] == ',')))
    return FALSE;
  reader->last_type = p + 1;
  return TRUE;
}

/* Looks for Type where it is neither the first key nor the last. */
static gboolean
find_type (DtcJsonReader *reader,
           guint8        *p,
           guint         *type)
{
  p = dtc_json_skip_space (p);
  while (*p == '"')
    {
      guint flags = 0;
      guint8 *name = p + 1;
      char plain[24];
      gsize len;
      DtcError code;

      p = dtc_json_scan_string (name, &flags);
      if (p == NULL)
        {
          dtc_json_malformed (reader, DTC_ERROR_SYNTAX, "a key");
          return FALSE;
        }
      len = (gsize) (p - 1 - name);
      if (len <= sizeof plain && !(flags & (DTC_JSON_NUL | DTC_JSON_SURROGATE)))
        len = dtc_json_unescape (name, len, FALSE, plain);
      p = dtc_json_skip_space (p);
      if (*p != ':')
        break;
      p = dtc_json_skip_space (p + 1);
      if (len == 4 && memcmp (plain, "Type", 4) == 0)
        {
          if (read_type_number (&p, type))
            return TRUE;
          dtc_json_report (reader, DTC_ERROR_NO_TYPE, "Type is no message number");
          return FALSE;
        }
      p = dtc_json_skip_value (p, 1, &flags, &code);
      if (p == NULL)
        {
          dtc_json_malformed (reader, code, "a value");
          return FALSE;
        }
      p = dtc_json_skip_space (p);
      if (*p == '}')
        {
          dtc_json_report (reader, DTC_ERROR_NO_TYPE, "There is no Type");
          return FALSE;
        }
      if (*p != ',')
        break;
      p = dtc_json_skip_space (p + 1);
    }
  if (*p == '}')
    dtc_json_report (reader, DTC_ERROR_NO_TYPE, "There is no Type");
  else
    dtc_json_malformed (reader, DTC_ERROR_SYNTAX, "a key");
  return FALSE;
}

static void
finish (DtcJsonReader *reader,
        gboolean       well_formed)
{
  DtcMessage *message = reader->message;

  dtc_json_finish_unknown (reader);
  if (message->type == DTC_MSG_ORDER_UPDATE)
    dtc_numbering_finish_status (reader->numbering, message,
                                 (reader->seen & DTC_FIELD_BIT (DTC_ORDER_UPDATE_F_ORDER_STATUS)) != 0);
  if (reader->numbering == DTC_NUMBERING_BRIEF && message->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    {
      /* What may have been meant as a change is never taken for a cancel. */
      if (!(reader->seen & DTC_CHANGE_FIELDS) && reader->unsure_change)
        dtc_json_report (reader, DTC_ERROR_UNSUPPORTED, "an unknown price or quantity");
      dtc_numbering_finish_change (message,
                                   well_formed && !reader->unsure_change ? reader->seen : DTC_CHANGE_FIELDS);
    }
  /* The published 300 asks for open orders and would be an order without content here. */
  if (reader->numbering == DTC_NUMBERING_BRIEF && message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER &&
      !(reader->seen & DTC_ORDER_FIELDS))
    {
      dtc_json_report (reader, DTC_ERROR_NUMBERING, "Message %u without symbol, side and quantity is no order",
                       message->wire_type);
      reader->type_unsure = TRUE;
    }
  if (reader->type_unsure)
    {
      guint16 wire_type = message->wire_type;

      message->flags &= (guint16) ~DTC_MESSAGE_BAD_STATUS;
      dtc_message_set_type (message, 0);
      message->wire_type = wire_type;
      message->present = message->nulls = 0;
    }
}

gboolean
dtc_json_read (DtcNumbering   numbering,
               DtcDirection   direction,
               const guint8  *frame,
               gsize          len,
               DtcMessage    *message,
               GError       **error)
{
  DtcJsonReader reader = { .message = message, .numbering = numbering, .error = error };
  guint type = 0;
  gboolean found;
  gboolean foreign;
  guint8 *begin, *p;

  dtc_message_begin (message);
  if (len > DTC_MAX_FRAME)
    {
      dtc_message_set_type (message, 0);
      dtc_json_report (&reader, DTC_ERROR_FRAME_TOO_LARGE, "A message of %" G_GSIZE_FORMAT " bytes is too long", len);
      return FALSE;
    }
  begin = (guint8 *) dtc_message_text_reserve (message, len + DTC_JSON_PADDING);
  dtc_message_text_take (message, len + DTC_JSON_PADDING);
  if (len > 0)
    memcpy (begin, frame, len);
  memset (begin + len, 0, DTC_JSON_PADDING);

  p = dtc_json_skip_space (begin);
  if (*p != '{')
    {
      dtc_message_set_type (message, 0);
      dtc_json_malformed (&reader, DTC_ERROR_SYNTAX, "the begin: no object");
      return FALSE;
    }
  p = dtc_json_skip_space (p + 1);
  if (G_LIKELY (memcmp (p, "\"Type\":", 7) == 0))
    {
      guint8 *value = dtc_json_skip_space (p + 7);

      reader.type_seen = found = read_type_number (&value, &type);
      if (found)
        p = value;
      else
        dtc_json_report (&reader, DTC_ERROR_NO_TYPE, "Type is no message number");
    }
  else
    found = find_last_type (&reader, p, begin + len, &type) || find_type (&reader, p, &type);
  if (!found)
    {
      dtc_message_set_type (message, 0);
      return FALSE;
    }
  reader.shape = dtc_numbering_read_shape (numbering, direction, type, &foreign);
  dtc_message_set_type (message, foreign ? 0 : reader.shape != NULL ? reader.shape->type : (guint16) type);
  message->wire_type = (guint16) type;
  if (foreign)
    {
      dtc_json_report (&reader, DTC_ERROR_NUMBERING, "Message %u belongs to the other numbering", type);
      return FALSE;
    }
  if (reader.shape == NULL)
    message->flags |= DTC_MESSAGE_UNKNOWN_TYPE;
  if (len > DTC_MAX_TRADING_FRAME && dtc_message_is_trading (message->type))
    {
      dtc_json_report (&reader, DTC_ERROR_FRAME_TOO_LARGE, "%" G_GSIZE_FORMAT " bytes are too many for an order",
                       len);
      return FALSE;
    }
  found = read_members (&reader, p, begin + len, reader.type_seen);
  finish (&reader, found);
  return !reader.failed;
}
