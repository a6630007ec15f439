/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-framer.h"

#include <string.h>

#define KEEP_BUFFER (512 * 1024) /* what an idle link may keep */

struct _DtcFramer
{
  DtcEncodingKind encoding;
  gsize           max_frame;
  guint8         *data;
  gsize           size;
  gsize           start; /* first byte not pulled yet */
  gsize           end;
  gsize           seen;  /* up to here there is no terminator: no byte is searched twice */
  GError         *error;
};

/**
 * dtc_framer_new:
 * @encoding: how the first bytes are framed
 * @max_frame: bytes; a longer message is an error
 *
 * Returns: (transfer full): a framer
 */
DtcFramer *
dtc_framer_new (DtcEncodingKind encoding,
                gsize           max_frame)
{
  DtcFramer *framer = g_new0 (DtcFramer, 1);

  framer->encoding = encoding;
  framer->max_frame = max_frame;
  return framer;
}

void
dtc_framer_free (DtcFramer *framer)
{
  if (framer == NULL)
    return;
  g_clear_error (&framer->error);
  g_free (framer->data);
  g_free (framer);
}

void
dtc_framer_reset (DtcFramer       *framer,
                  DtcEncodingKind  encoding)
{
  g_clear_error (&framer->error);
  g_clear_pointer (&framer->data, g_free);
  framer->size = framer->start = framer->end = framer->seen = 0;
  framer->encoding = encoding;
}

void
dtc_framer_set_encoding (DtcFramer       *framer,
                         DtcEncodingKind  encoding)
{
  framer->encoding = encoding;
}

/**
 * dtc_framer_feed:
 * @framer: a framer
 * @data: (array length=len): bytes from the peer
 * @len: how many
 *
 * Keeps a copy of @data. A dead framer drops it.
 */
void
dtc_framer_feed (DtcFramer  *framer,
                 const void *data,
                 gsize       len)
{
  gsize rest = framer->end - framer->start;

  if (framer->error != NULL || len == 0)
    return;
  if (framer->size - framer->end < len)
    {
      /* Moving at most once for as many bytes as are moved keeps one-byte feeds cheap. */
      if (framer->start > 0 && rest > 0)
        memmove (framer->data, framer->data + framer->start, rest);
      framer->seen -= framer->start;
      framer->start = 0;
      framer->end = rest;
      if (framer->size - rest < len || rest > framer->size / 2)
        {
          framer->size = MAX (rest + len, MAX (framer->size + framer->size / 2, 4096));
          framer->data = g_realloc (framer->data, framer->size);
        }
    }
  memcpy (framer->data + framer->end, data, len);
  framer->end += len;
}

static DtcFramerStatus
fail (DtcFramer   *framer,
      GError     **error,
      DtcError     code,
      const char  *what,
      gsize        number)
{
  framer->error = g_error_new (DTC_ERROR, code, "%s (%" G_GSIZE_FORMAT " bytes)", what, number);
  framer->start = framer->end = framer->seen = 0;
  g_propagate_error (error, g_error_copy (framer->error));
  return DTC_FRAMER_ERROR;
}

static DtcFramerStatus
pull_json (DtcFramer     *framer,
           const guint8 **frame,
           gsize         *len,
           GError       **error)
{
  while (framer->seen < framer->end)
    {
      guint8 *begin = framer->data + framer->start;
      guint8 *stop = memchr (framer->data + framer->seen, 0, framer->end - framer->seen);
      gsize found;

      if (stop == NULL)
        {
          framer->seen = framer->end;
          break;
        }
      found = (gsize) (stop - begin);
      if (found > framer->max_frame)
        return fail (framer, error, DTC_ERROR_FRAME_TOO_LARGE, "A message is too long", found);
      framer->start += found + 1;
      framer->seen = framer->start;
      while (found > 0 && (*begin == '\r' || *begin == '\n'))
        {
          begin++;
          found--;
        }
      while (found > 0 && (begin[found - 1] == '\r' || begin[found - 1] == '\n'))
        found--;
      if (found > 0)
        {
          *frame = begin;
          *len = found;
          return DTC_FRAMER_FRAME;
        }
    }
  if (framer->end - framer->start > framer->max_frame)
    return fail (framer, error, DTC_ERROR_FRAME_TOO_LARGE, "A message without end is too long",
                 framer->end - framer->start);
  return DTC_FRAMER_NEED_MORE;
}

static DtcFramerStatus
pull_binary (DtcFramer     *framer,
             const guint8 **frame,
             gsize         *len,
             GError       **error)
{
  const guint8 *begin = framer->data + framer->start;
  gsize rest = framer->end - framer->start;
  gsize size;

  if (rest < 2)
    return DTC_FRAMER_NEED_MORE;
  size = (gsize) begin[0] | (gsize) begin[1] << 8;
  if (size < 4)
    return fail (framer, error, DTC_ERROR_SYNTAX, "A binary message says it is shorter than its header", size);
  if (size > framer->max_frame)
    return fail (framer, error, DTC_ERROR_FRAME_TOO_LARGE, "A message is too long", size);
  if (rest < size)
    return DTC_FRAMER_NEED_MORE;
  framer->start += size;
  framer->seen = framer->start;
  *frame = begin;
  *len = size;
  return DTC_FRAMER_FRAME;
}

DtcFramerStatus
dtc_framer_pull (DtcFramer     *framer,
                 const guint8 **frame,
                 gsize         *len,
                 GError       **error)
{
  *frame = NULL;
  *len = 0;
  if (framer->error != NULL)
    {
      g_propagate_error (error, g_error_copy (framer->error));
      return DTC_FRAMER_ERROR;
    }
  if (framer->start == framer->end)
    {
      framer->start = framer->end = framer->seen = 0;
      if (framer->size > KEEP_BUFFER)
        {
          g_clear_pointer (&framer->data, g_free);
          framer->size = 0;
        }
      return DTC_FRAMER_NEED_MORE;
    }
  if (framer->encoding == DTC_ENCODING_JSON || framer->encoding == DTC_ENCODING_JSON_COMPACT)
    return pull_json (framer, frame, len, error);
  return pull_binary (framer, frame, len, error);
}

/**
 * dtc_framer_peek:
 * @framer: a framer
 * @len: (out): how many bytes there are
 *
 * Returns: (transfer none) (nullable): the bytes, valid until the next call
 */
const guint8 *
dtc_framer_peek (DtcFramer *framer,
                 gsize     *len)
{
  *len = framer->end - framer->start;
  return *len > 0 ? framer->data + framer->start : NULL;
}
