/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-binary.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "dtc-binary-private.h"
#include "dtc-message-private.h"
#include "dtc-text.h"

typedef struct
{
  const DtcMessage *message;
  gboolean          vls;
  gboolean          based;
  GByteArray       *out;
  guint             begin; /* of the message in out */
  GError          **error;
} Writer;

static gboolean
refuse (Writer           *writer,
        DtcError          code,
        const DtcWireKey *key,
        const char       *why)
{
  g_set_error (writer->error, DTC_ERROR, (int) code, "%s: %s", key->name, why);
  return FALSE;
}

static gconstpointer
default_of (const DtcMessage *message,
            const DtcWireKey *key)
{
  return (const char *) dtc_message_desc (message->type)->defaults + key->desc->offset;
}

/* An unset number is written as the table's "unset" number, or as its default. */
static gconstpointer
number_of (const DtcMessage *message,
           const DtcWireKey *key)
{
  static const double unset_double = DBL_MAX;
  static const float unset_float = FLT_MAX;
  static const guint32 unset_uint32 = G_MAXUINT32;

  if (dtc_message_has (message, key->field))
    return dtc_message_const_slot (message, key->desc);
  switch ((DtcUnset) key->desc->unset)
    {
    case DTC_UNSET_DBL_MAX: return &unset_double;
    case DTC_UNSET_FLT_MAX: return &unset_float;
    case DTC_UNSET_UINT32_MAX: return &unset_uint32;
    case DTC_UNSET_NONE: break;
    }
  return default_of (message, key);
}

/* What is smaller than @least is refused by our own reader, see there. */
static gboolean
is_number (double value,
           double least)
{
  return isfinite (value) && (value == 0 || fabs (value) >= least);
}

static gboolean
write_number (Writer           *writer,
              const DtcWireKey *key,
              guint8           *p)
{
  gconstpointer slot = number_of (writer->message, key);
  union { guint32 bits; float value; } narrow;
  union { guint64 bits; double value; } wide;

  switch ((DtcFieldType) key->desc->type)
    {
    case DTC_FIELD_INT8:
    case DTC_FIELD_UINT8: *p = *(const guint8 *) slot; break;
    case DTC_FIELD_INT16:
    case DTC_FIELD_UINT16: dtc_binary_store (p, *(const guint16 *) slot, 2); break;
    case DTC_FIELD_INT32:
    case DTC_FIELD_UINT32: dtc_binary_store (p, *(const guint32 *) slot, 4); break;
    case DTC_FIELD_INT64:
    case DTC_FIELD_UINT64: dtc_binary_store (p, *(const guint64 *) slot, 8); break;
    case DTC_FIELD_FLOAT:
      narrow.value = *(const float *) slot;
      if (!is_number ((double) narrow.value, (double) FLT_MIN))
        return refuse (writer, DTC_ERROR_RANGE, key, "is no number");
      dtc_binary_store (p, narrow.bits, 4);
      break;
    case DTC_FIELD_DOUBLE:
      wide.value = *(const double *) slot;
      if (!is_number (wide.value, DBL_MIN))
        return refuse (writer, DTC_ERROR_RANGE, key, "is no number");
      dtc_binary_store (p, wide.bits, 8);
      break;
    case DTC_FIELD_STRING:
      break;
    }
  return TRUE;
}

static gboolean
write_text (Writer           *writer,
            const DtcWireKey *key,
            gsize             at)
{
  gboolean has = dtc_message_has (writer->message, key->field);
  const char *text = *(const char *const *) (has ? dtc_message_const_slot (writer->message, key->desc)
                                                 : default_of (writer->message, key));
  gsize len = strlen (text), end = writer->out->len - writer->begin;

  if (has && !dtc_text_check_write (writer->message, key, &len, writer->error))
    return FALSE;
  if (!dtc_text_is_utf8 (text, len))
    return refuse (writer, DTC_ERROR_UNSUPPORTED, key, "is not UTF-8");
  if (!writer->based)
    {
      memcpy (writer->out->data + writer->begin + at, text, len); /* its zero is there */
      return TRUE;
    }
  if (!has)
    return TRUE;
  /* Even with every string at its longest, no message comes near the 64 KiB that its size can say: a test. */
  g_byte_array_append (writer->out, (const guint8 *) text, (guint) len + 1);
  dtc_binary_store (writer->out->data + writer->begin + at, end, 2);
  dtc_binary_store (writer->out->data + writer->begin + at + 2, len + 1, 2);
  return TRUE;
}

static gboolean
write_fields (Writer             *writer,
              const DtcWireShape *shape)
{
  for (guint i = 0; i < shape->n_keys; i++)
    {
      const DtcWireKey *key = &shape->keys[i];
      gsize at = dtc_binary_offset (key->desc, writer->vls);

      if (key->desc->type == DTC_FIELD_STRING ? !write_text (writer, key, at)
                                              : !write_number (writer, key, writer->out->data + writer->begin + at))
        return FALSE;
    }
  return TRUE;
}

/* A struct has no "not there" for a price: a change that says neither price nor that it stays would move it to 0. */
static gboolean
check_change (const DtcMessage  *message,
              GError           **error)
{
  const DtcCancelReplaceOrder *change = &message->cancel_replace_order;

  if (message->type != DTC_MSG_CANCEL_REPLACE_ORDER ||
      ((change->price1_is_set == 0 || dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1)) &&
       (change->price2_is_set == 0 || dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2))))
    return TRUE;
  g_set_error_literal (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED,
                       "A change that sets a price has none: in binary it would become 0");
  return FALSE;
}

gboolean
dtc_binary_write (gboolean           vls,
                  const DtcMessage  *message,
                  GByteArray        *out,
                  GError           **error)
{
  const DtcWireShape *shape = dtc_numbering_write_shape (DTC_NUMBERING_DTC, DTC_TO_CLIENT, message->type);
  Writer writer = { .message = message, .vls = vls, .out = out, .begin = out->len, .error = error };
  gsize size;

  if (shape == NULL)
    {
      g_set_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED, "DTC has no message %u", message->type);
      return FALSE;
    }
  size = vls ? shape->desc->vls_size : shape->desc->wire_size;
  if (size == 0)
    {
      g_set_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED,
                   "%s does not exist in binary with fixed strings", shape->desc->name);
      return FALSE;
    }
  if (!check_change (message, error))
    return FALSE;
  writer.based = vls && shape->desc->vls_based;
  g_byte_array_set_size (out, writer.begin + (guint) size);
  memset (out->data + writer.begin, 0, size);
  if (!write_fields (&writer, shape))
    {
      g_byte_array_set_size (out, writer.begin);
      return FALSE;
    }
  dtc_binary_store (out->data + writer.begin, out->len - writer.begin, 2);
  dtc_binary_store (out->data + writer.begin + 2, message->type, 2);
  if (writer.based)
    dtc_binary_store (out->data + writer.begin + DTC_BINARY_HEADER_SIZE, size, 2);
  return TRUE;
}
