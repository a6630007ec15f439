/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-json.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "dtc-json-scan.h"
#include "dtc-message-private.h"

/* The frame is copied once into the message's text and read there: strings stay where they are, lose their
 * escapes in place and end with a zero in place of their closing quote. */

#define BIT(field)       (G_GUINT64_CONSTANT (1) << (field))
#define MAX_UNKNOWN_TEXT 1024 /* bytes of unknown keys kept for the log */
#define MAX_SHOWN_KEY    48   /* bytes of a server's key in an error */

typedef struct
{
  guint         n;
  guint32       hashes[DTC_MAX_UNKNOWN_KEYS];
  const guint8 *names[DTC_MAX_UNKNOWN_KEYS];
  guint         lens[DTC_MAX_UNKNOWN_KEYS];
  GString      *text;
} UnknownKeys;

typedef struct
{
  DtcMessage         *message;
  const DtcWireShape *shape; /* NULL: a message DTC lacks */
  DtcNumbering        numbering;
  GError            **error;
  gboolean            failed;
  gboolean            type_seen;
  gboolean            type_unsure; /* another Type says something else, or it is not what this number means */
  gboolean            unsure_change;
  guint64             seen; /* fields whose key stood there, whatever its value */
  UnknownKeys        *unknown;
} Reader;

static const char *
shape_name (const Reader *reader)
{
  return reader->shape != NULL ? reader->shape->desc->name : "a message";
}

/* The first thing that is wrong is the one reported. */
static void G_GNUC_PRINTF (3, 4)
report (Reader     *reader,
        DtcError    code,
        const char *format,
        ...)
{
  va_list args;

  if (!reader->failed && reader->error != NULL)
    {
      va_start (args, format);
      *reader->error = g_error_new_valist (DTC_ERROR, (int) code, format, args);
      va_end (args);
    }
  reader->failed = TRUE;
}

static guint8 *
malformed (Reader     *reader,
           DtcError    code,
           const char *where)
{
  if (code == DTC_ERROR_DEPTH)
    report (reader, code, "%s: nested deeper than %d at %s", shape_name (reader), DTC_MAX_DEPTH, where);
  else
    report (reader, code, "%s: not well-formed JSON at %s", shape_name (reader), where);
  return NULL;
}

static gboolean
check_string_flags (Reader     *reader,
                    guint       flags,
                    const char *where)
{
  if (flags & DTC_JSON_NUL)
    report (reader, DTC_ERROR_NUL, "%s: a zero character in %s", shape_name (reader), where);
  else if (flags & DTC_JSON_SURROGATE)
    report (reader, DTC_ERROR_SYNTAX, "%s: half a surrogate pair in %s", shape_name (reader), where);
  return (flags & (DTC_JSON_NUL | DTC_JSON_SURROGATE)) == 0;
}

/* Reads a value that is only checked, not kept. */
static guint8 *
pass_value (Reader     *reader,
            guint8     *p,
            guint       depth,
            const char *where)
{
  guint flags = 0;
  DtcError code;

  p = dtc_json_skip_value (p, depth, &flags, &code);
  if (p == NULL)
    return malformed (reader, code, where);
  check_string_flags (reader, flags, where);
  return p;
}

/* @p stands behind the opening quote. *text is NULL when the string cannot be used; that has been reported.
 * *raw_len counts what the peer's encoding needed, where that was one byte a character. */
static guint8 *
read_string (Reader      *reader,
             guint8      *p,
             const char  *where,
             const char **text,
             gsize       *len,
             gsize       *raw_len)
{
  guint8 *end = dtc_json_plain_end (p);
  guint flags = 0;

  if (G_LIKELY (*end == '"'))
    {
      *end = '\0';
      *text = (const char *) p;
      *len = *raw_len = (gsize) (end - p);
      return end + 1;
    }
  end = dtc_json_scan_string (p, &flags);
  *text = NULL;
  if (end == NULL)
    return malformed (reader, DTC_ERROR_SYNTAX, where);
  if (!check_string_flags (reader, flags, where))
    return end;
  *raw_len = (gsize) (end - 1 - p);
  if (!(flags & DTC_JSON_HIGH) || g_utf8_validate_len ((const char *) p, *raw_len, NULL))
    {
      *len = dtc_json_unescape (p, *raw_len, FALSE, (char *) p);
      *raw_len = *len;
      *text = (const char *) p;
      p[*len] = '\0';
    }
  else
    {
      char *copy = dtc_message_text_reserve (reader->message, *raw_len * 3 + 1);

      *len = dtc_json_unescape (p, *raw_len, TRUE, copy);
      copy[*len] = '\0';
      dtc_message_text_take (reader->message, *len + 1);
      *text = copy;
      *raw_len = MIN (*raw_len, *len);
      reader->message->flags |= DTC_MESSAGE_TRANSCODED;
    }
  return end;
}

static void
wrong_type (Reader           *reader,
            const DtcWireKey *key)
{
  report (reader, DTC_ERROR_WRONG_TYPE, "%s: %s is no %s", shape_name (reader), key->name,
          key->desc->type == DTC_FIELD_STRING ? "text" : "number");
}

static guint8 *
read_text_value (Reader           *reader,
                 guint8           *p,
                 const DtcWireKey *key)
{
  DtcMessage *message = reader->message;
  const char *text;
  gsize len, raw_len;

  p = read_string (reader, p, key->name, &text, &len, &raw_len);
  if (p == NULL || text == NULL)
    return p;
  if (key->desc->type != DTC_FIELD_STRING)
    {
      for (guint i = 0; key->words != NULL && i < key->words->n_values; i++)
        if (strcmp (key->words->values[i].name, text) == 0)
          {
            *(gint32 *) dtc_message_slot (message, key->desc) = key->words->values[i].value;
            message->present |= BIT (key->field);
            return p;
          }
      wrong_type (reader, key);
      return p;
    }
  if (raw_len > key->limit)
    {
      if (!key->text)
        {
          report (reader, DTC_ERROR_TOO_LONG, "%s: %s has %" G_GSIZE_FORMAT " bytes, %u are possible",
                  shape_name (reader), key->name, raw_len, key->limit);
          return p;
        }
      if (len > DTC_MAX_TEXT)
        {
          char *cut = (char *) text + DTC_MAX_TEXT;

          while ((*cut & 0xc0) == 0x80)
            cut--;
          *cut = '\0';
          message->flags |= DTC_MESSAGE_TEXT_CUT;
        }
    }
  *(const char **) dtc_message_slot (message, key->desc) = text;
  message->present |= BIT (key->field);
  return p;
}

static void
out_of_range (Reader           *reader,
              const DtcWireKey *key)
{
  report (reader, DTC_ERROR_RANGE, "%s: the number in %s does not fit it", shape_name (reader), key->name);
}

/* Servers print the "unset" limits of C with all digits or with few. */
static gboolean
is_unset (double   value,
          gboolean single)
{
  return value >= 1.7976e308 || value == (double) FLT_MAX || (single && value >= 3.4028e38 && value < 3.4029e38);
}

static void
store_floating (Reader              *reader,
                const DtcWireKey    *key,
                const DtcJsonNumber *number)
{
  gboolean single = key->desc->type == DTC_FIELD_FLOAT;
  gpointer slot = dtc_message_slot (reader->message, key->desc);
  double value;

  if (!dtc_json_to_double (number, &value))
    {
      out_of_range (reader, key);
      return;
    }
  if (G_UNLIKELY (value >= 3.4028e38) && is_unset (value, single))
    return;
  if (!single)
    *(double *) slot = value;
  else if (fabs (value) > (double) FLT_MAX)
    {
      out_of_range (reader, key);
      return;
    }
  else
    *(float *) slot = (float) value;
  reader->message->present |= BIT (key->field);
}

/* Programs put the fraction of a second where the protocol has whole ones; a time may lose it, a quantity not. */
static gboolean
whole_time (const DtcWireKey    *key,
            const DtcJsonNumber *number,
            guint64             *magnitude)
{
  double value;

  if (key->desc->time == DTC_TIME_NONE || number->negative || !dtc_json_to_double (number, &value) || value >= 9.2e18)
    return FALSE;
  *magnitude = (guint64) value;
  return TRUE;
}

static void
store_integer (Reader              *reader,
               const DtcWireKey    *key,
               const DtcJsonNumber *number)
{
  static const struct
  {
    guint64 max;
    guint64 min; /* how far below 0 */
  } ranges[] = {
    [DTC_FIELD_INT8] = { G_MAXINT8, 1 + (guint64) G_MAXINT8 },
    [DTC_FIELD_UINT8] = { G_MAXUINT8, 0 },
    [DTC_FIELD_INT16] = { G_MAXINT16, 1 + (guint64) G_MAXINT16 },
    [DTC_FIELD_UINT16] = { G_MAXUINT16, 0 },
    [DTC_FIELD_INT32] = { G_MAXINT32, 1 + (guint64) G_MAXINT32 },
    [DTC_FIELD_UINT32] = { G_MAXUINT32, 0 },
    [DTC_FIELD_INT64] = { G_MAXINT64, 1 + (guint64) G_MAXINT64 },
    [DTC_FIELD_UINT64] = { G_MAXUINT64, 0 },
  };
  gpointer slot = dtc_message_slot (reader->message, key->desc);
  guint64 magnitude = number->mantissa;
  guint64 value;

  if ((number->exponent != 0 || !number->exact) && !dtc_json_to_integer (number, &magnitude) &&
      !whole_time (key, number, &magnitude))
    {
      out_of_range (reader, key);
      return;
    }
  if (magnitude > (number->negative ? ranges[key->desc->type].min : ranges[key->desc->type].max))
    {
      out_of_range (reader, key);
      return;
    }
  if (key->desc->unset == DTC_UNSET_UINT32_MAX && magnitude == G_MAXUINT32)
    return;
  value = number->negative ? 0 - magnitude : magnitude;
  switch ((DtcFieldType) key->desc->type)
    {
    case DTC_FIELD_INT8:
    case DTC_FIELD_UINT8: *(guint8 *) slot = (guint8) value; break;
    case DTC_FIELD_INT16:
    case DTC_FIELD_UINT16: *(guint16 *) slot = (guint16) value; break;
    case DTC_FIELD_INT32:
    case DTC_FIELD_UINT32: *(guint32 *) slot = (guint32) value; break;
    default: *(guint64 *) slot = value; break;
    }
  reader->message->present |= BIT (key->field);
}

static guint8 *
read_field (Reader           *reader,
            guint8           *p,
            guint             depth,
            const DtcWireKey *key)
{
  gboolean again = (reader->seen & BIT (key->field)) != 0;
  guint first = *p;

  reader->seen |= BIT (key->field);
  if (G_UNLIKELY (again))
    {
      /* Neither of two values is certain. */
      report (reader, DTC_ERROR_DUPLICATE_KEY, "%s: %s stands there twice", shape_name (reader), key->name);
      dtc_message_unset (reader->message, key->field);
      return pass_value (reader, p, depth, key->name);
    }
  if (first == '"')
    return read_text_value (reader, p + 1, key);
  if (key->desc->type != DTC_FIELD_STRING && (first == '-' || g_ascii_isdigit (first)))
    {
      DtcJsonNumber number;

      p = dtc_json_scan_number (p, &number);
      if (p == NULL)
        return malformed (reader, DTC_ERROR_SYNTAX, key->name);
      if (key->desc->type >= DTC_FIELD_FLOAT)
        store_floating (reader, key, &number);
      else
        store_integer (reader, key, &number);
      return p;
    }
  if (first == 'n' && memcmp (p, "null", 4) == 0)
    {
      reader->message->nulls |= BIT (key->field);
      return p + 4;
    }
  p = pass_value (reader, p, depth, key->name);
  if (p != NULL)
    wrong_type (reader, key);
  return p;
}

/* The first eight bytes are compared by the caller. */
static inline gboolean
same_rest (const guint8     *p,
           const DtcWireKey *key)
{
  guint len = key->len;

  if (p[len] != '"')
    return FALSE;
  for (guint i = 8; i < len; i += 8)
    {
      guint at = MIN (i, len - 8); /* the last eight bytes may overlap */

      if (dtc_json_load (p + at) != dtc_json_load ((const guint8 *) key->name + at))
        return FALSE;
    }
  return TRUE;
}

/* Which key is expected next. */
typedef struct
{
  guint    place;   /* in the table's order, which is that of the last hit plus one */
  gboolean by_name; /* this server sorts its keys */
} Guess;

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
            Guess              *guess)
{
  guint n = shape->n_names;
  guint near = MIN (4u, n);
  guint by_place = guess->place;
  guint by_rank = by_place > 0 ? shape->rank[by_place - 1u] + 1u : 0;

  /* A few in the order this server follows, since it leaves some out; then all in the other one. */
  for (guint i = 0; i < near + n; i++)
    {
      gboolean by_name = (i < near) == guess->by_name;
      guint at = (by_name ? by_rank : by_place) + (i < near ? i : i - near);
      guint place;

      if (at >= n)
        at -= n;
      place = by_name ? shape->sorted[at] : at;
      if (is_key (p, word, &shape->keys[place]))
        {
          guess->place = place + 1;
          guess->by_name = by_name;
          return &shape->keys[place];
        }
    }
  return NULL;
}

/* Servers write keys in the table's order, or sorted by name as Sierra Chart does. */
static inline const DtcWireKey *
find_key (const DtcWireShape *shape,
          const guint8       *p,
          Guess              *guess)
{
  guint64 word = dtc_json_load (p);

  if (!guess->by_name && guess->place < shape->n_names && is_key (p, word, &shape->keys[guess->place]))
    return &shape->keys[guess->place++];
  return shape->n_names > 0 ? search_key (shape, p, word, guess) : NULL;
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
read_array_form (Reader *reader,
                 guint8 *p)
{
  guint field = 0;

  reader->message->flags |= DTC_MESSAGE_ARRAY_FORM;
  p = dtc_json_skip_space (p + 1);
  if (*p == ']')
    return p + 1;
  for (;;)
    {
      const DtcWireKey *key = NULL;

      if (field < reader->shape->desc->n_fields)
        key = find_field_key (reader->shape, field++);
      p = key != NULL ? read_field (reader, p, 2, key) : pass_value (reader, p, 2, "F");
      if (p == NULL)
        return NULL;
      p = dtc_json_skip_space (p);
      if (*p == ']')
        return p + 1;
      if (*p != ',')
        return malformed (reader, DTC_ERROR_SYNTAX, "F");
      p = dtc_json_skip_space (p + 1);
    }
}

static char *
shown_key (const guint8 *name,
           gsize         len)
{
  char *valid = g_utf8_make_valid ((const char *) name, (gssize) MIN (len, MAX_SHOWN_KEY));
  char *shown = g_strescape (valid, NULL);

  g_free (valid);
  return shown;
}

static gboolean
note_unknown_key (Reader       *reader,
                  const guint8 *name,
                  gsize         len)
{
  UnknownKeys *unknown = reader->unknown;
  guint32 hash = 5381;

  if (unknown == NULL)
    {
      reader->unknown = unknown = g_malloc (sizeof *unknown);
      unknown->n = 0;
      unknown->text = g_string_new (NULL);
    }
  if (unknown->n == DTC_MAX_UNKNOWN_KEYS)
    {
      report (reader, DTC_ERROR_TOO_LONG, "%s: more than %d unknown keys", shape_name (reader), DTC_MAX_UNKNOWN_KEYS);
      return FALSE;
    }
  for (gsize i = 0; i < len; i++)
    hash = hash * 33 + name[i];
  for (guint i = 0; i < unknown->n; i++)
    if (unknown->hashes[i] == hash && unknown->lens[i] == len && memcmp (unknown->names[i], name, len) == 0)
      {
        char *shown = shown_key (name, len);

        report (reader, DTC_ERROR_DUPLICATE_KEY, "%s: %s stands there twice", shape_name (reader), shown);
        g_free (shown);
        break;
      }
  unknown->hashes[unknown->n] = hash;
  unknown->names[unknown->n] = name;
  unknown->lens[unknown->n] = (guint) len;
  unknown->n++;
  return TRUE;
}

static void
append_bounded (GString      *text,
                const guint8 *bytes,
                gsize         len)
{
  gsize room = MAX_UNKNOWN_TEXT - MIN (text->len, (gsize) MAX_UNKNOWN_TEXT);

  g_string_append_len (text, (const char *) bytes, (gssize) MIN (len, room));
}

static void
finish_unknown (Reader *reader)
{
  UnknownKeys *unknown = reader->unknown;

  if (unknown == NULL)
    return;
  if (reader->shape != NULL)
    {
      char *valid = g_utf8_make_valid (unknown->text->str, (gssize) unknown->text->len);
      gsize size = strlen (valid) + 1;
      char *copy = dtc_message_text_reserve (reader->message, size);

      memcpy (copy, valid, size);
      dtc_message_text_take (reader->message, size);
      reader->message->unknown = copy;
      reader->message->flags |= DTC_MESSAGE_UNKNOWN_KEYS;
      g_free (valid);
    }
  g_string_free (unknown->text, TRUE);
  g_free (unknown);
  reader->unknown = NULL;
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
  guint64 magnitude;

  if (!g_ascii_isdigit (**p))
    return FALSE;
  *p = dtc_json_scan_number (*p, &number);
  if (*p == NULL || !dtc_json_to_integer (&number, &magnitude) || magnitude > G_MAXUINT16)
    return FALSE;
  *type = (guint) magnitude;
  return TRUE;
}

static guint8 *
read_type_again (Reader *reader,
                 guint8 *p)
{
  guint8 *value = p;
  guint type = 0;

  if (!read_type_number (&value, &type) || type != reader->message->wire_type)
    reader->type_unsure = TRUE;
  if (reader->type_seen)
    report (reader, DTC_ERROR_DUPLICATE_KEY, "%s: Type stands there twice", shape_name (reader));
  else if (reader->type_unsure)
    report (reader, DTC_ERROR_NO_TYPE, "Type is no message number");
  reader->type_seen = TRUE;
  return pass_value (reader, p, 1, "Type");
}

/* A key that is not spelled as one of the table's: escaped, Type out of its place, F, or unknown. */
static guint8 *
read_other_member (Reader *reader,
                   guint8 *p)
{
  const guint8 *name = p;
  const DtcWireKey *key = NULL;
  const guint8 *value;
  guint flags = 0;
  gsize len;

  p = dtc_json_scan_string (p, &flags);
  if (p == NULL)
    return malformed (reader, DTC_ERROR_SYNTAX, "a key");
  len = (gsize) (p - 1 - name);
  p = dtc_json_skip_space (p);
  if (*p != ':')
    return malformed (reader, DTC_ERROR_SYNTAX, "a key");
  p = dtc_json_skip_space (p + 1);
  if (!check_string_flags (reader, flags, "a key"))
    return pass_value (reader, p, 1, "a key");
  if (flags & DTC_JSON_ESCAPES)
    {
      len = dtc_json_unescape (name, len, FALSE, (char *) name);
      for (guint i = 0; reader->shape != NULL && i < reader->shape->n_names && key == NULL; i++)
        if (reader->shape->keys[i].len == len && memcmp (reader->shape->keys[i].name, name, len) == 0)
          key = &reader->shape->keys[i];
      if (key != NULL)
        return read_field (reader, p, 1, key);
    }
  if (len == 4 && memcmp (name, "Type", 4) == 0)
    return read_type_again (reader, p);
  if (reader->shape != NULL && len == 1 && *name == 'F' && *p == '[')
    {
      if (!(reader->message->flags & DTC_MESSAGE_ARRAY_FORM))
        return read_array_form (reader, p);
      report (reader, DTC_ERROR_DUPLICATE_KEY, "%s: F stands there twice", shape_name (reader));
      return pass_value (reader, p, 1, "F");
    }
  if (!note_unknown_key (reader, name, len))
    return NULL;
  if (names_price_or_quantity (name, len))
    reader->unsure_change = TRUE;
  value = p;
  p = pass_value (reader, p, 1, "an unknown key");
  if (p != NULL)
    {
      GString *text = reader->unknown->text;

      append_bounded (text, (const guint8 *) " ", text->len > 0 ? 1 : 0);
      append_bounded (text, name, len);
      append_bounded (text, (const guint8 *) "=", 1);
      append_bounded (text, value, (gsize) (p - value));
    }
  return p;
}

/* From behind the brace, or from behind a first Type, to the end of the frame. FALSE: malformed. */
static gboolean
read_members (Reader       *reader,
              guint8       *p,
              const guint8 *end,
              gboolean      after_member)
{
  Guess guess = { 0 };

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

      p = dtc_json_skip_space (p);
      if (*p == '}')
        break;
      if (*p != ',')
        return malformed (reader, DTC_ERROR_SYNTAX, "the end of a value") != NULL;
      p = dtc_json_skip_space (p + 1);
    member:
      if (*p != '"')
        return malformed (reader, DTC_ERROR_SYNTAX, "the begin of a key") != NULL;
      p++;
      key = reader->shape != NULL ? find_key (reader->shape, p, &guess) : NULL;
      if (G_LIKELY (key != NULL))
        {
          p = dtc_json_skip_space (p + key->len + 1);
          if (*p != ':')
            return malformed (reader, DTC_ERROR_SYNTAX, key->name) != NULL;
          p = read_field (reader, dtc_json_skip_space (p + 1), 1, key);
        }
      else
        p = read_other_member (reader, p);
      if (p == NULL)
        return FALSE;
    }
last:
  p = dtc_json_skip_space (p + 1);
  if (p != end)
    return malformed (reader, DTC_ERROR_SYNTAX, "the end: something follows the object") != NULL;
  return TRUE;
}

/* Type as the very last member, where servers that sort their keys have it. The caller sees to it that what was
 * read here is met again as a key of the object. */
static gboolean
find_last_type (const guint8 *begin,
                const guint8 *end,
                guint        *type)
{
  static const char name[] = "\"Type\":";
  const guint8 *p = end;
  guint power = 1;

  while (p > begin && (p[-1] == '\n' || p[-1] == '\r'))
    p--;
  if (p - begin < 16 || *--p != '}')
    return FALSE;
  *type = 0;
  for (; g_ascii_isdigit (p[-1]) && power < 100000; power *= 10)
    *type += power * (guint) (*--p - '0');
  if (power == 1 || *type > G_MAXUINT16 || (p[0] == '0' && power > 10))
    return FALSE;
  if (p[-1] == ' ')
    p--;
  p -= strlen (name);
  return memcmp (p, name, strlen (name)) == 0 && (p[-1] == ',' || (p[-1] == ' ' && p[-2] == ','));
}

/* Looks for Type where it is neither the first key nor the last. */
static gboolean
find_type (Reader *reader,
           guint8 *p,
           guint  *type)
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
          malformed (reader, DTC_ERROR_SYNTAX, "a key");
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
          report (reader, DTC_ERROR_NO_TYPE, "Type is no message number");
          return FALSE;
        }
      p = dtc_json_skip_value (p, 1, &flags, &code);
      if (p == NULL)
        {
          malformed (reader, code, "a value");
          return FALSE;
        }
      p = dtc_json_skip_space (p);
      if (*p == '}')
        {
          report (reader, DTC_ERROR_NO_TYPE, "There is no Type");
          return FALSE;
        }
      if (*p != ',')
        break;
      p = dtc_json_skip_space (p + 1);
    }
  if (*p == '}')
    report (reader, DTC_ERROR_NO_TYPE, "There is no Type");
  else
    malformed (reader, DTC_ERROR_SYNTAX, "a key");
  return FALSE;
}

static void
finish_status (Reader *reader)
{
  DtcMessage *message = reader->message;
  DtcOrderUpdate *update = &message->order_update;
  gint32 status = 0;

  message->wire_status = update->order_status;
  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_ORDER_STATUS)
        ? !dtc_numbering_status_from_wire (reader->numbering, message->wire_status, &status)
        : (reader->seen & BIT (DTC_ORDER_UPDATE_F_ORDER_STATUS)) &&
            !dtc_message_is_null (message, DTC_ORDER_UPDATE_F_ORDER_STATUS))
    {
      status = 0;
      message->flags |= DTC_MESSAGE_BAD_STATUS;
    }
  update->order_status = status;
}

static void
finish (Reader   *reader,
        gboolean  well_formed)
{
  DtcMessage *message = reader->message;

  finish_unknown (reader);
  if (message->type == DTC_MSG_ORDER_UPDATE)
    finish_status (reader);
  if (reader->numbering == DTC_NUMBERING_BRIEF && message->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    {
      guint64 change = BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE1) | BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE2) |
                       BIT (DTC_CANCEL_REPLACE_ORDER_F_QUANTITY);

      /* What may have been meant as a change is never taken for a cancel. */
      if (!(reader->seen & change) && reader->unsure_change)
        report (reader, DTC_ERROR_UNSUPPORTED, "%s: an unknown price or quantity", shape_name (reader));
      dtc_numbering_finish_change (message, well_formed && !reader->unsure_change ? reader->seen : change);
    }
  /* The published 300 asks for open orders and would be an order without content here. */
  if (reader->numbering == DTC_NUMBERING_BRIEF && message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER &&
      !(reader->seen & (BIT (DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL) | BIT (DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL) |
                        BIT (DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY))))
    {
      report (reader, DTC_ERROR_NUMBERING, "Message %u without symbol, side and quantity is no order", message->wire_type);
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
  Reader reader = { .message = message, .numbering = numbering, .error = error };
  guint type = 0;
  gboolean found;
  gboolean foreign;
  guint8 *begin, *p;

  dtc_message_begin (message);
  if (len > DTC_MAX_FRAME)
    {
      dtc_message_set_type (message, 0);
      report (&reader, DTC_ERROR_FRAME_TOO_LARGE, "A message of %" G_GSIZE_FORMAT " bytes is too long", len);
      return FALSE;
    }
  begin = (guint8 *) dtc_message_text_reserve (message, len + DTC_JSON_PADDING);
  dtc_message_text_take (message, len + DTC_JSON_PADDING);
  memcpy (begin, frame, len);
  memset (begin + len, 0, DTC_JSON_PADDING);

  p = dtc_json_skip_space (begin);
  if (*p != '{')
    {
      dtc_message_set_type (message, 0);
      malformed (&reader, DTC_ERROR_SYNTAX, "the begin: no object");
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
        report (&reader, DTC_ERROR_NO_TYPE, "Type is no message number");
    }
  else
    found = find_last_type (p, begin + len, &type) || find_type (&reader, p, &type);
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
      report (&reader, DTC_ERROR_NUMBERING, "Message %u belongs to the other numbering", type);
      return FALSE;
    }
  if (reader.shape == NULL)
    message->flags |= DTC_MESSAGE_UNKNOWN_TYPE;
  if (len > DTC_MAX_TRADING_FRAME && dtc_message_is_trading (message->type))
    {
      report (&reader, DTC_ERROR_FRAME_TOO_LARGE, "%s: %" G_GSIZE_FORMAT " bytes are too long for a trading message",
              shape_name (&reader), len);
      return FALSE;
    }
  found = read_members (&reader, p, begin + len, reader.type_seen);
  if (found && !reader.type_seen)
    {
      report (&reader, DTC_ERROR_NO_TYPE, "There is no Type");
      reader.type_unsure = TRUE;
    }
  finish (&reader, found);
  return !reader.failed;
}
