/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-text.h"

#include <string.h>

#include "dtc-message-private.h"

/* 0x80 to 0x9f; the five numbers Windows never assigned stand for themselves, so that no two texts become one. */
static const guint16 windows_1252_high[32] = {
  0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d,
  0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
  0x0153, 0x009d, 0x017e, 0x0178,
};

guint
dtc_text_from_windows_1252 (guint8  byte,
                            char   *to)
{
  return (guint) g_unichar_to_utf8 (byte >= 0x80 && byte < 0xa0 ? windows_1252_high[byte - 0x80] : byte, to);
}

gboolean
dtc_text_fit (DtcMessage       *message,
              const DtcWireKey *key,
              char             *text,
              gsize             len,
              gsize             raw_len)
{
  if (raw_len <= key->limit)
    return TRUE;
  if (!key->text)
    return FALSE;
  if (len > DTC_MAX_TEXT)
    {
      char *cut = text + DTC_MAX_TEXT;

      while ((*cut & 0xc0) == 0x80)
        cut--;
      *cut = '\0';
      message->flags |= DTC_MESSAGE_TEXT_CUT;
    }
  return TRUE;
}

gboolean
dtc_text_check_write (const DtcMessage  *message,
                      const DtcWireKey  *key,
                      gsize             *len,
                      GError           **error)
{
  const char *text = *(const char *const *) dtc_message_const_slot (message, key->desc);

  *len = strlen (text);
  if (*len > key->limit)
    {
      g_set_error (error, DTC_ERROR, DTC_ERROR_TOO_LONG, "%s: %" G_GSIZE_FORMAT " bytes, %u are possible",
                   key->name, *len, key->limit);
      return FALSE;
    }
  return TRUE;
}
