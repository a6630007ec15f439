/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <string.h>

#include "dtc-numbering.h"

G_BEGIN_DECLS

/* Strings of a peer, whatever encoding they came in. */

/* As g_utf8_validate_len(), and quick where all is ASCII; a zero byte is not looked for. */
static inline gboolean
dtc_text_is_utf8 (const char *text,
                  gsize       len)
{
  guint64 high = 0;
  gsize i = 0;

  for (; i + 8 <= len; i += 8)
    {
      guint64 word;

      memcpy (&word, text + i, 8);
      high |= word;
    }
  for (; i < len; i++)
    high |= (guchar) text[i];
  return (high & G_GUINT64_CONSTANT (0x8080808080808080)) == 0 || g_utf8_validate_len (text, len, NULL);
}

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
