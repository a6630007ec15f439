/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-dtc.h"

/* One binary message with fixed strings. Its size is put right, since a wrong one is refused at once; the first byte says
 * whether that is done. */

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static const DtcCodec codec = { DTC_ENCODING_BINARY, DTC_NUMBERING_DTC };
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
