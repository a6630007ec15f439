/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-json-reader.h"

#include <string.h>

#include "dtc-message-private.h"

#define MAX_UNKNOWN_TEXT 1024 /* bytes of unknown keys kept for the log */
#define MAX_SHOWN_KEY    48   /* bytes of a server's key in an error */

static char *
shown_key (const guint8 *name,
           gsize         len)
{
  char *valid = g_utf8_make_valid ((const char *) name, (gssize) MIN (len, MAX_SHOWN_KEY));
  char *shown = g_strescape (valid, NULL);

  g_free (valid);
  return shown;
}

gboolean
dtc_json_note_unknown (DtcJsonReader *reader,
                       const guint8  *name,
                       gsize          len)
{
  DtcJsonUnknown *unknown = reader->unknown;
  guint32 hash = 5381;

  if (unknown == NULL)
    {
      reader->unknown = unknown = g_malloc (sizeof *unknown);
      unknown->n = 0;
      unknown->text = g_string_new (NULL);
    }
  if (unknown->n == DTC_MAX_UNKNOWN_KEYS)
    {
      dtc_json_report (reader, DTC_ERROR_TOO_LONG, "more than %d unknown keys", DTC_MAX_UNKNOWN_KEYS);
      return FALSE;
    }
  for (gsize i = 0; i < len; i++)
    hash = hash * 33 + name[i];
  for (guint i = 0; i < unknown->n; i++)
    if (unknown->hashes[i] == hash && unknown->lens[i] == len && memcmp (unknown->names[i], name, len) == 0)
      {
        char *shown = shown_key (name, len);

        dtc_json_report (reader, DTC_ERROR_DUPLICATE_KEY, "%s stands there twice", shown);
        g_free (shown);
        break;
      }
  unknown->hashes[unknown->n] = hash;
  unknown->names[unknown->n] = name;
  unknown->lens[unknown->n] = (guint) len;
  unknown->n++;
  return TRUE;
}

static void
append_bounded (GString      *text,
                const guint8 *bytes,
                gsize         len)
{
  gsize room = MAX_UNKNOWN_TEXT - MIN (text->len, (gsize) MAX_UNKNOWN_TEXT);

  g_string_append_len (text, (const char *) bytes, (gssize) MIN (len, room));
}

void
dtc_json_append_unknown (DtcJsonReader *reader,
                         const guint8  *name,
                         gsize          len,
                         const guint8  *value,
                         gsize          value_len)
{
  GString *text = reader->unknown->text;

  append_bounded (text, (const guint8 *) " ", text->len > 0 ? 1 : 0);
  append_bounded (text, name, len);
  append_bounded (text, (const guint8 *) "=", 1);
  append_bounded (text, value, value_len);
}

void
dtc_json_finish_unknown (DtcJsonReader *reader)
{
  DtcJsonUnknown *unknown = reader->unknown;

  if (unknown == NULL)
    return;
  if (reader->shape != NULL)
    {
      char *valid = g_utf8_make_valid (unknown->text->str, (gssize) unknown->text->len);
      gsize size = strlen (valid) + 1;
      char *copy = dtc_message_text_reserve (reader->message, size);

      memcpy (copy, valid, size);
      dtc_message_text_take (reader->message, size);
      reader->message->unknown = copy;
      reader->message->flags |= DTC_MESSAGE_UNKNOWN_KEYS;
      g_free (valid);
    }
  g_string_free (unknown->text, TRUE);
  g_free (unknown);
  reader->unknown = NULL;
}
