/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dtc-codec.h"
#include "dtc-framer.h"

/* What must hold for any bytes of a peer, for the fuzz targets of the codecs. */

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static inline void
fuzz_require (gboolean    holds,
              const char *what)
{
  if (!holds)
    {
      g_printerr ("broken: %s\n", what);
      abort (); /* g_error() ends in a trap, for which libFuzzer keeps no input */
    }
}

static inline gboolean
fuzz_is_json (const DtcCodec *codec)
{
  return codec->encoding == DTC_ENCODING_JSON || codec->encoding == DTC_ENCODING_JSON_COMPACT;
}

static inline void
fuzz_check_message (const DtcMessage *message,
                    GString          *line)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  fuzz_require ((message->present & message->nulls) == 0, "a field has a value and is null");
  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if (desc->fields[i].type == DTC_FIELD_STRING)
      fuzz_require (g_utf8_validate (dtc_message_get_string (message, i), -1, NULL), "a string is not UTF-8");
    else if (desc->fields[i].type >= DTC_FIELD_FLOAT)
      fuzz_require (isfinite (dtc_message_get_double (message, i)), "a number is not finite");
  if (message->type == DTC_MSG_ORDER_UPDATE)
    fuzz_require (message->order_update.order_status >= 0 && message->order_update.order_status <= 10, "a status of no numbering");
  g_string_truncate (line, 0);
  dtc_message_describe (message, line);
  fuzz_require (strpbrk (line->str, "\r\n\033") == NULL, "a line that ends early");
  dtc_message_free (dtc_message_copy (message));
}

/* What was read whole and can be written reads back the same. */
static inline void
fuzz_check_round_trip (const DtcCodec   *codec,
                       DtcDirection      direction,
                       const DtcMessage *message)
{
  GByteArray *out = g_byte_array_new ();
  DtcMessage again = DTC_MESSAGE_INIT;
  gsize end = fuzz_is_json (codec) ? 1 : 0; /* the terminator is no part of the frame */

  if (dtc_codec_encode (codec, direction, message, out, NULL))
    {
      GByteArray *second = g_byte_array_new ();

      if (end == 1)
        fuzz_require (memchr (out->data, 0, out->len) == out->data + out->len - 1, "the terminator");
      else
        fuzz_require ((out->data[0] | (guint) out->data[1] << 8) == out->len, "the size");
      fuzz_require (dtc_codec_decode (codec, direction, out->data, out->len - end, &again, NULL), "our own message is refused");
      fuzz_require (dtc_codec_encode (codec, direction, &again, second, NULL), "our own message is not written again");
      fuzz_require (out->len == second->len && memcmp (out->data, second->data, out->len) == 0, "it reads back otherwise");
      g_byte_array_unref (second);
    }
  dtc_message_clear (&again);
  g_byte_array_unref (out);
}

/* One frame, and what must hold of what comes out; the frame's end is the memory's, so that a sanitizer sees more. */
static inline gboolean
fuzz_decode (const DtcCodec *codec,
             DtcDirection    direction,
             const guint8   *frame,
             gsize           len,
             DtcMessage     *message)
{
  GString *line = g_string_new (NULL);
  GError *error = NULL;
  guint8 *exact = g_memdup2 (frame, len);
  gboolean ok = dtc_codec_decode (codec, direction, exact, len, message, &error);

  fuzz_require (ok == (error == NULL), "an error without being one");
  g_clear_error (&error);
  g_free (exact);
  fuzz_check_message (message, line);
  if (ok)
    fuzz_check_round_trip (codec, direction, message);
  g_string_free (line, TRUE);
  return ok;
}

/* One binary message. Its size is put right, since a wrong one is refused at once; the first byte says whether that is
 * done. */
static inline int
fuzz_struct (DtcEncodingKind  encoding,
             const uint8_t   *data,
             size_t           size)
{
  const DtcCodec codec = { encoding, DTC_NUMBERING_DTC };
  static DtcMessage message;
  guint8 *frame;

  if (size < 1 || size > G_MAXUINT16)
    return 0;
  frame = g_memdup2 (data + 1, size - 1);
  if (size >= 5 && !(data[0] & 1))
    {
      frame[0] = (guint8) (size - 1);
      frame[1] = (guint8) ((size - 1) >> 8);
    }
  fuzz_decode (&codec, DTC_TO_CLIENT, frame, size - 1, &message);
  g_free (frame);
  dtc_message_clear (&message);
  return 0;
}
