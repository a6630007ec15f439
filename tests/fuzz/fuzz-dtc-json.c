/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-dtc.h"

/* A byte stream as a peer might send it. The first byte chooses numbering, direction, what is written back and how
 * the stream is cut. */

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static DtcMessage message;
  DtcCodec codec = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };
  DtcDirection direction;
  DtcFramer *framer;
  size_t step;

  if (size < 1)
    return 0;
  codec.numbering = data[0] & 1 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC;
  codec.encoding = data[0] & 2 ? DTC_ENCODING_JSON_COMPACT : DTC_ENCODING_JSON;
  direction = data[0] & 4 ? DTC_TO_SERVER : DTC_TO_CLIENT;
  step = data[0] & 8 ? 1 : data[0] & 16 ? 7 : size;
  data++;
  size--;
  framer = dtc_framer_new (codec.encoding, 4096);
  for (size_t at = 0; at <= size; at += step)
    {
      const guint8 *frame;
      gsize len;

      /* The end of the input ends the last message. */
      dtc_framer_feed (framer, at < size ? (const void *) (data + at) : "", at < size ? MIN (step, size - at) : 1);
      if (at + step > size && at < size)
        dtc_framer_feed (framer, "", 1);
      while (dtc_framer_pull (framer, &frame, &len, NULL) == DTC_FRAMER_FRAME)
        fuzz_decode (&codec, direction, frame, len, &message);
    }
  dtc_framer_free (framer);
  dtc_message_clear (&message);
  return 0;
}
