/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-codec.h"

#include <string.h>

#include "dtc-binary.h"
#include "dtc-json.h"

gboolean
dtc_codec_usable (const DtcCodec  *codec,
                  GError         **error)
{
  switch (codec->encoding)
    {
    case DTC_ENCODING_JSON:
    case DTC_ENCODING_JSON_COMPACT:
      return TRUE;
    case DTC_ENCODING_BINARY:
    case DTC_ENCODING_BINARY_VLS:
      if (codec->numbering == DTC_NUMBERING_DTC)
        return TRUE;
      g_set_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED,
                   "The numbering \"brief\" exists in JSON and JSON Compact only, not in the encoding \"%s\"",
                   dtc_encoding_to_string (codec->encoding));
      return FALSE;
    case DTC_ENCODING_PROTOBUF:
      break;
    }
  g_set_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED, "This program does not speak the encoding \"%s\"",
               dtc_encoding_to_string (codec->encoding));
  return FALSE;
}

/* Before JSON is agreed on, the handshake is in binary in every encoding and numbering. */
static gboolean
is_handshake (guint16 type)
{
  return type == DTC_MSG_ENCODING_REQUEST || type == DTC_MSG_ENCODING_RESPONSE;
}

static gboolean
decode_handshake (const DtcCodec  *codec,
                  const guint8    *frame,
                  gsize            len,
                  DtcMessage      *message,
                  GError         **error)
{
  gint32 encoding;
  guint16 type;

  if (dtc_handshake_read (frame, len, &type, &encoding))
    return dtc_binary_read (FALSE, frame, len, message, error);
  dtc_message_init (message, 0);
  return dtc_codec_usable (codec, error);
}

gboolean
dtc_codec_decode (const DtcCodec  *codec,
                  DtcDirection     direction,
                  const guint8    *frame,
                  gsize            len,
                  DtcMessage      *message,
                  GError         **error)
{
  switch (codec->encoding)
    {
    case DTC_ENCODING_JSON:
    case DTC_ENCODING_JSON_COMPACT: /* told apart by each message itself */
      return dtc_json_read (codec->numbering, direction, frame, len, message, error);
    case DTC_ENCODING_BINARY:
    case DTC_ENCODING_BINARY_VLS:
      if (codec->numbering == DTC_NUMBERING_DTC)
        return dtc_binary_read (codec->encoding == DTC_ENCODING_BINARY_VLS, frame, len, message, error);
      break;
    case DTC_ENCODING_PROTOBUF:
      break;
    }
  return decode_handshake (codec, frame, len, message, error);
}

gboolean
dtc_codec_encode (const DtcCodec    *codec,
                  DtcDirection       direction,
                  const DtcMessage  *message,
                  GByteArray        *out,
                  GError           **error)
{
  switch (codec->encoding)
    {
    case DTC_ENCODING_JSON:
    case DTC_ENCODING_JSON_COMPACT:
      return dtc_json_write (codec->numbering, direction, codec->encoding == DTC_ENCODING_JSON_COMPACT,
                             message, out, error);
    case DTC_ENCODING_BINARY:
    case DTC_ENCODING_BINARY_VLS:
    case DTC_ENCODING_PROTOBUF:
      break;
    }
  if (!is_handshake (message->type) && !dtc_codec_usable (codec, error))
    return FALSE;
  return dtc_binary_write (codec->encoding == DTC_ENCODING_BINARY_VLS, message, out, error);
}

static void
put_int32 (guint8 *to,
           gint32  value)
{
  for (int i = 0; i < 4; i++)
    to[i] = (guint8) ((guint32) value >> (8 * i));
}

/**
 * dtc_handshake_write:
 * @type: DTC_MSG_ENCODING_REQUEST or DTC_MSG_ENCODING_RESPONSE
 * @encoding: what is asked for, or what will be spoken
 * @out: (out): DTC_HANDSHAKE_SIZE bytes
 *
 * Layout as in DTCProtocol.h: size, type, version, encoding, "DTC"; little endian.
 */
void
dtc_handshake_write (guint16          type,
                     DtcEncodingKind  encoding,
                     guint8          *out)
{
  out[0] = DTC_HANDSHAKE_SIZE;
  out[1] = 0;
  out[2] = (guint8) type;
  out[3] = (guint8) (type >> 8);
  put_int32 (out + 4, DTC_PROTOCOL_VERSION);
  put_int32 (out + 8, (gint32) encoding);
  memcpy (out + 12, "DTC", 4);
}

/**
 * dtc_handshake_read:
 * @data: bytes from the peer
 * @len: how many
 * @type: (out): DTC_MSG_ENCODING_REQUEST or DTC_MSG_ENCODING_RESPONSE
 * @encoding: (out): the number that stood there, which may be none of DtcEncodingKind
 *
 * The version is not looked at: it does not move when the protocol does.
 *
 * Returns: %TRUE when the first 16 bytes are a handshake message
 */
gboolean
dtc_handshake_read (const guint8 *data,
                    gsize         len,
                    guint16      *type,
                    gint32       *encoding)
{
  guint16 found;

  if (len < DTC_HANDSHAKE_SIZE || data[0] != DTC_HANDSHAKE_SIZE || data[1] != 0 || memcmp (data + 12, "DTC", 4) != 0)
    return FALSE;
  found = (guint16) (data[2] | data[3] << 8);
  if (found != DTC_MSG_ENCODING_REQUEST && found != DTC_MSG_ENCODING_RESPONSE)
    return FALSE;
  *type = found;
  *encoding = (gint32) ((guint32) data[8] | (guint32) data[9] << 8 | (guint32) data[10] << 16 |
                        (guint32) data[11] << 24);
  return TRUE;
}
