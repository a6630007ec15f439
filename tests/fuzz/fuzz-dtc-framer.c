/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-dtc.h"

/* A stream in which the encoding changes after some frames, cut in two ways: both must give the same frames, and every
 * byte belongs to one of them, to what lies between, or waits. The first bytes choose encodings, limit and cuts. */

typedef struct
{
  GByteArray     *frames; /* one behind the other, each with its length before it */
  guint           n;
  gsize           waiting;
  DtcFramerStatus end;
} Result;

static void
run (const uint8_t   *data,
     size_t           size,
     size_t           step,
     DtcEncodingKind  first,
     DtcEncodingKind  then,
     guint            change_after,
     gsize            limit,
     Result          *result)
{
  DtcFramer *framer = dtc_framer_new (first, limit);
  GError *error = NULL;

  *result = (Result) { .frames = g_byte_array_new (), .end = DTC_FRAMER_NEED_MORE };
  for (size_t at = 0; at < size && result->end != DTC_FRAMER_ERROR; at += step)
    {
      const guint8 *frame;
      gsize len;

      dtc_framer_feed (framer, data + at, MIN (step, size - at));
      while ((result->end = dtc_framer_pull (framer, &frame, &len, &error)) == DTC_FRAMER_FRAME)
        {
          fuzz_require (len > 0 && len <= limit, "the length of a frame");
          g_byte_array_append (result->frames, (const guint8 *) &len, sizeof len);
          g_byte_array_append (result->frames, frame, (guint) len);
          if (++result->n == change_after)
            dtc_framer_set_encoding (framer, then);
        }
      fuzz_require ((result->end == DTC_FRAMER_ERROR) == (error != NULL), "an error without being one");
      if (result->end == DTC_FRAMER_ERROR)
        {
          /* It stays dead, whatever comes. */
          dtc_framer_feed (framer, "{}", 3);
          fuzz_require (dtc_framer_pull (framer, &frame, &len, NULL) == DTC_FRAMER_ERROR, "a dead stream speaks");
        }
      g_clear_error (&error);
    }
  dtc_framer_peek (framer, &result->waiting);
  dtc_framer_free (framer);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static const DtcEncodingKind encodings[] = { DTC_ENCODING_BINARY, DTC_ENCODING_JSON, DTC_ENCODING_BINARY_VLS, DTC_ENCODING_JSON_COMPACT };
  DtcEncodingKind first, then;
  Result whole, parts;
  gsize limit;

  if (size < 3)
    return 0;
  first = encodings[data[0] & 3];
  then = encodings[data[0] >> 2 & 3];
  limit = data[0] & 16 ? 64 : 4096;
  run (data + 3, size - 3, size, first, then, data[1] & 7, limit, &whole);
  run (data + 3, size - 3, 1 + data[2] % 40, first, then, data[1] & 7, limit, &parts);
  fuzz_require (whole.n == parts.n && whole.frames->len == parts.frames->len, "the number of frames hangs on how the stream is cut");
  if (whole.n > 0)
    fuzz_require (memcmp (whole.frames->data, parts.frames->data, whole.frames->len) == 0, "a frame hangs on how the stream is cut");
  /* A message without end dies earlier or later; what it is worth is the same. */
  fuzz_require (whole.end == parts.end && whole.waiting == parts.waiting, "the end hangs on how the stream is cut");
  g_byte_array_unref (whole.frames);
  g_byte_array_unref (parts.frames);
  return 0;
}
