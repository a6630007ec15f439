/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-decode-private.h"

#include <math.h>
#include <string.h>

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
  part_set_value (part, g_utf8_make_valid ((const char *) row->raw + at, (gssize) len));
  part->state = len > 0 ? DESK_LOG_PART_SET : DESK_LOG_PART_UNSET;
}

void
anatomy_read_binary (DeskLogAnatomy   *self,
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
      DeskLogPart *part = anatomy_add_part (self, field, field->name);
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

          part_set_value (part, raw_number (field, bits, size));
          if (is_number_of_none (field, bits))
            part->problems |= DESK_LOG_OUT_OF_RANGE;
          part->state = message.type == self->desc->type && !dtc_message_has (&message, i) ? DESK_LOG_PART_UNSET
                                                                                           : DESK_LOG_PART_SET;
          if (message.type == self->desc->type && dtc_message_has (&message, i))
            part_explain (part, &message, i);
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
