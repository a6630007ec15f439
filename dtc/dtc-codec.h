/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-message.h"

G_BEGIN_DECLS

/**
 * DtcCodec:
 * @encoding: how messages are written
 * @numbering: which numbers they carry
 *
 * Turns frames into messages and back. Nothing above it knows that there are two numberings or several
 * encodings. A value; it keeps no state between messages.
 */
typedef struct
{
  DtcEncodingKind encoding;
  DtcNumbering    numbering;
} DtcCodec;

/**
 * dtc_codec_usable:
 * @codec: a codec
 * @error: why not
 *
 * The brief's numbering exists in JSON and JSON Compact only, and Protocol Buffers are not spoken at all. The two
 * messages of the handshake are read and written in binary all the same, since they come before any agreement.
 *
 * Returns: %TRUE when this program speaks the combination
 */
gboolean dtc_codec_usable (const DtcCodec   *codec,
                           GError          **error);

/**
 * dtc_codec_decode:
 * @codec: a codec
 * @direction: who wrote the frame: DTC_TO_CLIENT for a server's; 300 and 302 mean different things each way
 * @frame: one frame as the framer gave it
 * @len: its length in bytes
 * @message: (inout): an initialised message, overwritten
 * @error: the field and what was wrong with it
 *
 * On failure @message keeps what could be read with certainty (type, and the fields that were right) so that
 * the caller knows whom the bad message was about; of a binary struct that is laid out in another way than
 * DTCProtocol.h has it, that is the type alone. A type DTC lacks is no error: see DTC_MESSAGE_UNKNOWN_TYPE.
 * What counts as present in a struct is told in README.md.
 *
 * Returns: %TRUE when every known field of the message was read
 */
gboolean dtc_codec_decode (const DtcCodec   *codec,
                           DtcDirection      direction,
                           const guint8     *frame,
                           gsize             len,
                           DtcMessage       *message,
                           GError          **error);

/**
 * dtc_codec_encode:
 * @codec: a codec
 * @direction: DTC_TO_SERVER for what a client writes
 * @message: the message
 * @out: where to append the bytes, with the terminator
 * @error: why it cannot be said in this encoding or numbering
 *
 * Nothing is appended on failure. Numbers are written so that they read back the same.
 *
 * Returns: %TRUE when the message was appended
 */
gboolean dtc_codec_encode (const DtcCodec   *codec,
                           DtcDirection      direction,
                           const DtcMessage *message,
                           GByteArray       *out,
                           GError          **error);

/* The 16 bytes of ENCODING_REQUEST (6) and ENCODING_RESPONSE (7), always binary. */
#define DTC_HANDSHAKE_SIZE 16
void     dtc_handshake_write (guint16           type,
                              DtcEncodingKind   encoding,
                              guint8           *out);
gboolean dtc_handshake_read  (const guint8     *data,
                              gsize             len,
                              guint16          *type,
                              gint32           *encoding);

G_END_DECLS
