/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-dtc.h"

/* One message in array form, which any type may have: the first two bytes are the type, the third chooses numbering
 * and direction, the rest is what stands between the brackets of F. */

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static DtcMessage message;
  DtcCodec codec = { DTC_ENCODING_JSON_COMPACT, DTC_NUMBERING_DTC };
  DtcDirection direction;
  GString *text;

  if (size < 3)
    return 0;
  codec.numbering = data[2] & 1 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC;
  direction = data[2] & 2 ? DTC_TO_SERVER : DTC_TO_CLIENT;
  text = g_string_new (NULL);
  g_string_printf (text, data[2] & 4 ? "{\"F\":[" : "{\"Type\":%u,\"F\":[", data[0] | (guint) data[1] << 8);
  g_string_append_len (text, (const char *) data + 3, (gssize) size - 3);
  g_string_append (text, "]");
  if (data[2] & 4)
    g_string_append_printf (text, ",\"Type\":%u", data[0] | (guint) data[1] << 8);
  g_string_append (text, "}");
  fuzz_decode (&codec, direction, (const guint8 *) text->str, text->len, &message);
  g_string_free (text, TRUE);
  dtc_message_clear (&message);
  return 0;
}
