/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-numbering.h"

G_BEGIN_DECLS

/* Strings of a peer, whatever encoding they came in. */

/* One byte of Windows-1252 as UTF-8, at most three bytes; returns how many. */
guint    dtc_text_from_windows_1252 (guint8             byte,
                                     char              *to);
/* @text has @len bytes and its zero; @raw_len is what the peer's encoding needed, where that was one byte a
 * character. Cuts a long text for people; FALSE when it is longer than its field and no such text. */
gboolean dtc_text_fit               (DtcMessage        *message,
                                     const DtcWireKey  *key,
                                     char              *text,
                                     gsize              len,
                                     gsize              raw_len);
/* FALSE when a string is longer than its field; *len gets its bytes without the zero. */
gboolean dtc_text_check_write       (const DtcMessage  *message,
                                     const DtcWireKey  *key,
                                     gsize             *len,
                                     GError           **error);

G_END_DECLS
