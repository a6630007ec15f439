/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-types.h"

G_BEGIN_DECLS

/* Cuts a byte stream into messages; does no I/O. JSON ends with one zero byte, binary begins with its size. */

typedef struct _DtcFramer DtcFramer;

typedef enum
{
  DTC_FRAMER_FRAME,     /* *frame and *len are set, valid until the next call */
  DTC_FRAMER_NEED_MORE,
  DTC_FRAMER_ERROR,     /* sticky: the stream is dead until reset */
} DtcFramerStatus;

DtcFramer      *dtc_framer_new          (DtcEncodingKind   encoding,
                                         gsize             max_frame);
void            dtc_framer_free         (DtcFramer        *framer);
/* Forgets all bytes and the error. */
void            dtc_framer_reset        (DtcFramer        *framer,
                                         DtcEncodingKind   encoding);
/* Bytes not yet pulled are read in the new encoding. */
void            dtc_framer_set_encoding (DtcFramer        *framer,
                                         DtcEncodingKind   encoding);
void            dtc_framer_feed         (DtcFramer        *framer,
                                         const void       *data,
                                         gsize             len);
/**
 * dtc_framer_pull:
 * @framer: a framer
 * @frame: (out): the message without its zero byte (JSON) or with its header (binary)
 * @len: (out): its length in bytes
 * @error: where to say why the stream is dead
 *
 * Empty JSON segments and the CR/LF around one are skipped.
 */
DtcFramerStatus dtc_framer_pull         (DtcFramer        *framer,
                                         const guint8    **frame,
                                         gsize            *len,
                                         GError          **error);
/* Bytes fed and not pulled yet, without consuming them. */
const guint8   *dtc_framer_peek         (DtcFramer        *framer,
                                         gsize            *len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcFramer, dtc_framer_free)

G_END_DECLS
