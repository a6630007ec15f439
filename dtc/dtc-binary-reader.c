/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-binary.h"

#include <math.h>
#include <string.h>

#include "dtc-binary-private.h"
#include "dtc-message-private.h"
#include "dtc-text.h"

typedef struct
{
  DtcMessage         *message;
  const DtcWireShape *shape;
  const guint8       *frame;
  gsize               len;
  gsize               base;   /* bytes of the struct, before strings of variable length */
  gsize               end;    /* of the struct and of all strings so far */
  char               *copy;   /* of the frame, in the message's text; NULL until a string needs it */
  GError            **error;
  gboolean            failed;
  gboolean            strange; /* the struct is laid out in another way */
} Reader;

/* What was wrong first is what is reported, with the message's name before it. */
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
      if (reader->shape != NULL)
        g_prefix_error (reader->error, "%s: ", reader->shape->desc->name);
    }
  reader->failed = TRUE;
}

/* ---- text ---- */

static void
store_text (Reader           *reader,
            const DtcWireKey *key,
            gsize             at,
            gsize             raw_len)
{
  const char *raw = (const char *) reader->frame + at;
  gsize len = raw_len;
  char *text;

  if (reader->copy == NULL)
    {
      reader->copy = dtc_message_text_reserve (reader->message, reader->len);
      dtc_message_text_take (reader->message, reader->len);
      memcpy (reader->copy, reader->frame, reader->len);
    }
  if (dtc_text_is_utf8 (raw, raw_len))
    text = reader->copy + at;
  else
    {
      text = dtc_message_text_reserve (reader->message, raw_len * 3 + 1);
      len = 0;
      for (gsize i = 0; i < raw_len; i++)
        len += dtc_text_from_windows_1252 ((guint8) raw[i], text + len);
      text[len] = '\0';
      dtc_message_text_take (reader->message, len + 1);
      reader->message->flags |= DTC_MESSAGE_TRANSCODED;
    }
  if (!dtc_text_fit (reader->message, key, text, len, raw_len))
    {
      report (reader, DTC_ERROR_TOO_LONG, "%s has %" G_GSIZE_FORMAT " bytes, %u are possible", key->name, raw_len,
              key->limit);
      return;
    }
  *(const char **) dtc_message_slot (reader->message, key->desc) = text;
  reader->message->present |= DTC_FIELD_BIT (key->field);
}

/* An array of char: what follows its zero is not looked at; an empty one is unset, where that is its default. */
static void
read_array (Reader           *reader,
            const DtcWireKey *key,
            gsize             at)
{
  const guint8 *zero = memchr (reader->frame + at, 0, key->desc->len);

  if (zero == NULL)
    report (reader, DTC_ERROR_TOO_LONG, "%s has no end", key->name);
  else if (zero > reader->frame + at || **(const char **) dtc_message_slot (reader->message, key->desc) != '\0')
    store_text (reader, key, at, (gsize) (zero - (reader->frame + at)));
}

/* An offset and a length with the zero; a length of 0 is unset. */
static void
read_vls (Reader           *reader,
          const DtcWireKey *key,
          gsize             at)
{
  gsize offset = dtc_binary_load16 (reader->frame + at);
  gsize size = dtc_binary_load16 (reader->frame + at + 2);
  gsize raw_len;

  if (size == 0)
    return;
  if (offset < reader->base || offset + size > reader->len)
    {
      report (reader, DTC_ERROR_SYNTAX, "%s lies outside the message", key->name);
      return;
    }
  raw_len = strnlen ((const char *) reader->frame + offset, size);
  if (raw_len == size)
    {
      report (reader, DTC_ERROR_TOO_LONG, "%s has no end", key->name);
      return;
    }
  for (gsize i = raw_len; i < size; i++)
    if (reader->frame[offset + i] != 0)
      {
        report (reader, DTC_ERROR_NUL, "a zero character in %s", key->name);
        return;
      }
  reader->end = MAX (reader->end, offset + size);
  store_text (reader, key, offset, raw_len);
}

/* ---- numbers ---- */

/* Nobody means such a number: it is what the halves of two fields make together. */
static gboolean
is_too_small (double   value,
              gboolean single)
{
  return value != 0 && fabs (value) < (single ? (double) FLT_MIN : DBL_MIN);
}

static void
store_floating (Reader           *reader,
                const DtcWireKey *key,
                double            value)
{
  gboolean single = key->desc->type == DTC_FIELD_FLOAT;
  gpointer slot = dtc_message_slot (reader->message, key->desc);

  if (!isfinite (value))
    {
      report (reader, DTC_ERROR_RANGE, "%s is no number", key->name);
      return;
    }
  if (is_too_small (value, single))
    {
      report (reader, DTC_ERROR_SYNTAX, "the number in %s shows that the struct is laid out in another way", key->name);
      reader->strange = TRUE;
      return;
    }
  if (dtc_is_unset_number (value, single))
    return;
  value += 0.0; /* -0 is 0 */
  if (single)
    *(float *) slot = (float) value;
  else
    *(double *) slot = value;
  if (value != 0 || key->desc->time == DTC_TIME_NONE)
    reader->message->present |= DTC_FIELD_BIT (key->field);
}

/* A number is always there, 0 too, unless the table has a number that says otherwise; a time of 0 is none. */
static void
read_number (Reader           *reader,
             const DtcWireKey *key,
             const guint8     *p)
{
  gpointer slot = dtc_message_slot (reader->message, key->desc);
  guint64 value = 0;
  union { guint32 bits; float value; } narrow;
  union { guint64 bits; double value; } wide;

  switch ((DtcFieldType) key->desc->type)
    {
    case DTC_FIELD_FLOAT:
      narrow.bits = dtc_binary_load32 (p);
      store_floating (reader, key, (double) narrow.value);
      return;
    case DTC_FIELD_DOUBLE:
      wide.bits = dtc_binary_load64 (p);
      store_floating (reader, key, wide.value);
      return;
    case DTC_FIELD_INT8:
    case DTC_FIELD_UINT8:
      value = *p;
      *(guint8 *) slot = *p;
      break;
    case DTC_FIELD_INT16:
    case DTC_FIELD_UINT16:
      value = dtc_binary_load16 (p);
      *(guint16 *) slot = (guint16) value;
      break;
    case DTC_FIELD_INT32:
    case DTC_FIELD_UINT32:
      value = dtc_binary_load32 (p);
      if (key->desc->unset == DTC_UNSET_UINT32_MAX && value == G_MAXUINT32)
        return;
      *(guint32 *) slot = (guint32) value;
      break;
    case DTC_FIELD_INT64:
    case DTC_FIELD_UINT64:
      value = dtc_binary_load64 (p);
      *(guint64 *) slot = value;
      break;
    case DTC_FIELD_STRING:
      break;
    }
  if (value != 0 || key->desc->time == DTC_TIME_NONE)
    reader->message->present |= DTC_FIELD_BIT (key->field);
}

/* ---- messages ---- */

static void
forget_zero_price (DtcMessage *message,
                   guint       field,
                   gboolean    used)
{
  if (!used && dtc_message_get_double (message, field) == 0)
    message->present &= ~DTC_FIELD_BIT (field);
}

static guint
prices_of_type (gint32 order_type)
{
  switch (order_type)
    {
    case DTC_ORDER_TYPE_UNSET:
    case DTC_ORDER_TYPE_MARKET:
    case DTC_ORDER_TYPE_MARKET_LIMIT:
      return 0;
    case DTC_ORDER_TYPE_STOP_LIMIT:
    case DTC_ORDER_TYPE_LIMIT_IF_TOUCHED:
      return 2;
    default:
      return 1;
    }
}

/* A struct cannot leave out the price of a market order, nor the one that a change does not touch: the 0 that
 * stands there is none, as the message itself says. */
static void
finish_prices (DtcMessage *message)
{
  const DtcSubmitNewSingleOrder *single = &message->submit_new_single_order;
  const DtcSubmitNewOcoOrder *oco = &message->submit_new_oco_order;
  const DtcCancelReplaceOrder *change = &message->cancel_replace_order;

  switch (message->type)
    {
    case DTC_MSG_SUBMIT_NEW_SINGLE_ORDER:
      forget_zero_price (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, prices_of_type (single->order_type) >= 1);
      forget_zero_price (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2, prices_of_type (single->order_type) >= 2);
      break;
    case DTC_MSG_SUBMIT_NEW_OCO_ORDER:
      /* With offsets the first prices stand nowhere. */
      forget_zero_price (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_1, !oco->use_offsets && prices_of_type (oco->order_type_1) >= 1);
      forget_zero_price (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_1, prices_of_type (oco->order_type_1) >= 2);
      forget_zero_price (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_2, !oco->use_offsets && prices_of_type (oco->order_type_2) >= 1);
      forget_zero_price (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_2, prices_of_type (oco->order_type_2) >= 2);
      break;
    case DTC_MSG_CANCEL_REPLACE_ORDER:
      forget_zero_price (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1, change->price1_is_set != 0);
      forget_zero_price (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2, change->price2_is_set != 0);
      break;
    default:
      break;
    }
}

/* How much of the struct there must be at least. Older peers leave out newer fields at its end, but some programs
 * lay the struct out in their own way; a snapshot as short as theirs would put quantities where we read prices. */
static gsize
shortest (const DtcMessageDesc *desc,
          gboolean              based)
{
  if (desc->type == DTC_MSG_MARKET_DATA_SNAPSHOT)
    return desc->fields[DTC_MARKET_DATA_SNAPSHOT_F_BID_ASK_DATE_TIME].wire_offset + sizeof (double);
  return based ? DTC_VLS_HEADER_SIZE : DTC_BINARY_HEADER_SIZE;
}

/* A struct that ends inside one of our fields is laid out in another way than ours: nothing in it is certain. */
static gboolean
check_base (Reader   *reader,
            gboolean  vls,
            gboolean  based)
{
  const DtcMessageDesc *desc = reader->shape->desc;

  if (reader->base < shortest (desc, based))
    {
      report (reader, DTC_ERROR_SYNTAX, "a struct of %" G_GSIZE_FORMAT " bytes is too short", reader->base);
      return FALSE;
    }
  for (guint i = 0; i < desc->n_fields && reader->base < (vls ? desc->vls_size : desc->wire_size); i++)
    {
      gsize at = dtc_binary_offset (&desc->fields[i], vls);

      if (at < reader->base && at + dtc_binary_size (&desc->fields[i], based) > reader->base)
        {
          report (reader, DTC_ERROR_SYNTAX, "a struct of %" G_GSIZE_FORMAT " bytes ends inside %s", reader->base,
                  desc->fields[i].name);
          return FALSE;
        }
    }
  return TRUE;
}

static void
read_fields (Reader   *reader,
             gboolean  vls,
             gboolean  based)
{
  const DtcWireShape *shape = reader->shape;

  for (guint i = 0; i < shape->desc->n_fields; i++)
    {
      const DtcWireKey *key = &shape->keys[i]; /* in the published shape key i is field i */
      gsize at = dtc_binary_offset (key->desc, vls);

      if (at >= reader->base)
        break;
      if (key->desc->type != DTC_FIELD_STRING)
        read_number (reader, key, reader->frame + at);
      else if (based)
        read_vls (reader, key, at);
      else
        read_array (reader, key, at);
    }
}

gboolean
dtc_binary_read (gboolean       vls,
                 const guint8  *frame,
                 gsize          len,
                 DtcMessage    *message,
                 GError       **error)
{
  Reader reader = { .message = message, .frame = frame, .len = len, .base = len, .error = error };
  gboolean based, foreign;
  guint16 type;

  dtc_message_init (message, 0);
  if (len < DTC_BINARY_HEADER_SIZE || dtc_binary_load16 (frame) != len)
    {
      report (&reader, DTC_ERROR_SYNTAX, "A binary message of %" G_GSIZE_FORMAT " bytes says it has %u", len,
              len >= 2 ? dtc_binary_load16 (frame) : 0);
      return FALSE;
    }
  type = dtc_binary_load16 (frame + 2);
  dtc_message_set_type (message, type);
  reader.shape = dtc_numbering_read_shape (DTC_NUMBERING_DTC, DTC_TO_CLIENT, type, &foreign);
  if (reader.shape == NULL)
    {
      message->flags |= DTC_MESSAGE_UNKNOWN_TYPE;
      return TRUE;
    }
  if (!vls && reader.shape->desc->wire_size == 0)
    {
      report (&reader, DTC_ERROR_UNSUPPORTED, "this message does not exist in binary with fixed strings");
      return FALSE;
    }
  based = vls && reader.shape->desc->vls_based;
  if (based)
    {
      reader.base = len >= DTC_VLS_HEADER_SIZE ? dtc_binary_load16 (frame + DTC_BINARY_HEADER_SIZE) : 0;
      if (reader.base > len)
        {
          report (&reader, DTC_ERROR_SYNTAX, "a struct of %" G_GSIZE_FORMAT " bytes does not fit into %" G_GSIZE_FORMAT,
                  reader.base, len);
          return FALSE;
        }
    }
  if (!check_base (&reader, vls, based))
    return FALSE;
  reader.end = reader.base;
  read_fields (&reader, vls, based);
  /* When we know all fields of the struct, what follows it is their strings, but for padding. A struct with fixed
   * strings, read by mistake, has much that is not. */
  if (based && reader.base <= reader.shape->desc->vls_size && len - reader.end >= sizeof (guint64))
    report (&reader, DTC_ERROR_SYNTAX, "%" G_GSIZE_FORMAT " bytes at the end belong to no field", len - reader.end);
  if (reader.strange)
    {
      dtc_message_set_type (message, type);
      message->present = 0;
    }
  if (type == DTC_MSG_ORDER_UPDATE)
    dtc_numbering_finish_status (DTC_NUMBERING_DTC, message, FALSE);
  finish_prices (message);
  return !reader.failed;
}
