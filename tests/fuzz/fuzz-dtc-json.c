/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "dtc-codec.h"
#include "dtc-framer.h"

/* A byte stream as a peer might send it. The first byte chooses numbering, direction and how the stream is cut. */

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static void
require (gboolean    holds,
         const char *what)
{
  if (!holds)
    g_error ("broken: %s", what);
}

static void
check_message (const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  require ((message->present & message->nulls) == 0, "a field has a value and is null");
  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if (desc->fields[i].type == DTC_FIELD_STRING)
      require (g_utf8_validate (dtc_message_get_string (message, i), -1, NULL), "a string is not UTF-8");
    else if (desc->fields[i].type >= DTC_FIELD_FLOAT)
      require (isfinite (dtc_message_get_double (message, i)), "a number is not finite");
  if (message->type == DTC_MSG_ORDER_UPDATE)
    require (message->order_update.order_status >= 0 && message->order_update.order_status <= 10, "a status of no numbering");
}

/* What was read whole and can be written reads back the same. */
static void
check_round_trip (const DtcCodec   *codec,
                  DtcDirection      direction,
                  const DtcMessage *message)
{
  GByteArray *out = g_byte_array_new ();
  DtcMessage again = DTC_MESSAGE_INIT;

  if (dtc_codec_encode (codec, direction, message, out, NULL))
    {
      GByteArray *second = g_byte_array_new ();

      require (out->data[out->len - 1] == 0 && memchr (out->data, 0, out->len) == out->data + out->len - 1, "the terminator");
      require (dtc_codec_decode (codec, direction, out->data, out->len - 1, &again, NULL), "our own message is refused");
      require (dtc_codec_encode (codec, direction, &again, second, NULL), "our own message is not written again");
      require (out->len == second->len && memcmp (out->data, second->data, out->len) == 0, "it reads back otherwise");
      g_byte_array_unref (second);
    }
  dtc_message_clear (&again);
  g_byte_array_unref (out);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static DtcMessage message;
  DtcCodec codec = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };
  DtcDirection direction;
  DtcFramer *framer;
  GString *line;
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
  line = g_string_new (NULL);
  for (size_t at = 0; at <= size; at += step)
    {
      const guint8 *frame;
      gsize len;

      /* The end of the input ends the last message. */
      dtc_framer_feed (framer, at < size ? (const void *) (data + at) : "", at < size ? MIN (step, size - at) : 1);
      if (at + step > size && at < size)
        dtc_framer_feed (framer, "", 1);
      while (dtc_framer_pull (framer, &frame, &len, NULL) == DTC_FRAMER_FRAME)
        {
          GError *error = NULL;
          gboolean ok = dtc_codec_decode (&codec, direction, frame, len, &message, &error);

          require (ok == (error == NULL), "an error without being one");
          g_clear_error (&error);
          check_message (&message);
          g_string_truncate (line, 0);
          dtc_message_describe (&message, line);
          require (strpbrk (line->str, "\r\n\033") == NULL, "a line that ends early");
          dtc_message_free (dtc_message_copy (&message));
          if (ok)
            check_round_trip (&codec, direction, &message);
        }
    }
  g_string_free (line, TRUE);
  dtc_framer_free (framer);
  dtc_message_clear (&message);
  return 0;
}
