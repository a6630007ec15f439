/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <string.h>

#include "dtc-descriptor.h"

G_BEGIN_DECLS

/* Where things lie in the structs of DTCProtocol.h and DTCProtocolVLS.h; all numbers are little endian. */

#define DTC_BINARY_HEADER_SIZE 4 /* uint16 Size, uint16 Type */
#define DTC_VLS_HEADER_SIZE    6 /* and uint16 BaseSize, in messages with strings */

static inline guint16
dtc_binary_load16 (const guint8 *p)
{
  guint16 value;

  memcpy (&value, p, sizeof value);
  return GUINT16_FROM_LE (value);
}

static inline guint32
dtc_binary_load32 (const guint8 *p)
{
  guint32 value;

  memcpy (&value, p, sizeof value);
  return GUINT32_FROM_LE (value);
}

static inline guint64
dtc_binary_load64 (const guint8 *p)
{
  guint64 value;

  memcpy (&value, p, sizeof value);
  return GUINT64_FROM_LE (value);
}

/* The lowest @size bytes of @value. */
static inline void
dtc_binary_store (guint8  *p,
                  guint64  value,
                  gsize    size)
{
  value = GUINT64_TO_LE (value);
  memcpy (p, &value, size);
}

static inline gsize
dtc_binary_offset (const DtcFieldDesc *field,
                   gboolean            vls)
{
  return vls ? field->vls_offset : field->wire_offset;
}

/* @based: strings are an offset and a length. */
static inline gsize
dtc_binary_size (const DtcFieldDesc *field,
                 gboolean            based)
{
  static const guint8 sizes[] = { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8 };

  return field->type != DTC_FIELD_STRING ? sizes[field->type] : based ? 4 : field->len;
}

G_END_DECLS
