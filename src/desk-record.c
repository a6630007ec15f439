/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-record.h"

#include <string.h>

DeskRecord *
desk_record_new (DeskRecordKind kind)
{
  DeskRecord *record = g_new0 (DeskRecord, 1);

  record->kind = kind;
  return record;
}

DeskRecord *
desk_record_copy (const DeskRecord *record)
{
  DeskRecord *copy;

  if (record == NULL)
    return NULL;

  copy = g_new (DeskRecord, 1);
  *copy = *record;
  copy->client_order_id = g_strdup (record->client_order_id);
  copy->server_order_id = g_strdup (record->server_order_id);
  copy->account = g_strdup (record->account);
  copy->symbol = g_strdup (record->symbol);
  copy->wire = record->wire != NULL ? g_bytes_ref (record->wire) : NULL;
  copy->payload = g_strdup (record->payload);
  return copy;
}

void
desk_record_free (DeskRecord *record)
{
  if (record == NULL)
    return;

  g_free (record->client_order_id);
  g_free (record->server_order_id);
  g_free (record->account);
  g_free (record->symbol);
  g_clear_pointer (&record->wire, g_bytes_unref);
  g_free (record->payload);
  g_free (record);
}

#define N_NUMBERS 11

static void
put_u64 (GByteArray *out,
         guint64     value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

/* Length first, so that no two records share a serialisation; a NULL has a length of its own. */
static void
put_bytes (GByteArray    *out,
           gconstpointer  data,
           gsize          len,
           gboolean       is_null)
{
  put_u64 (out, is_null ? G_MAXUINT64 : len);
  if (!is_null && len > 0)
    g_byte_array_append (out, data, (guint) len);
}

static void
put_text (GByteArray *out,
          const char *text)
{
  put_bytes (out, text, text != NULL ? strlen (text) : 0, text == NULL);
}

static guint64
bits_of (double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

void
desk_record_serialise (const DeskRecord *record,
                       GByteArray       *out)
{
  const guint64 numbers[N_NUMBERS] = {
    record->seq, record->kind, record->epoch, (guint64) record->utc, (guint64) record->mono, (guint64) record->boot,
    bits_of (record->tick), bits_of (record->multiplier), (guint64) (gint64) record->encoding,
    (guint64) (gint64) record->numbering, (guint64) (gint64) record->direction,
  };
  gconstpointer wire = NULL;
  gsize wire_len = 0;
  guint i;

  for (i = 0; i < N_NUMBERS; i++)
    put_u64 (out, numbers[i]);
  put_text (out, record->client_order_id);
  put_text (out, record->server_order_id);
  put_text (out, record->account);
  put_text (out, record->symbol);
  if (record->wire != NULL)
    wire = g_bytes_get_data (record->wire, &wire_len);
  put_bytes (out, wire, wire_len, record->wire == NULL);
  put_text (out, record->payload);
}

typedef struct
{
  const guint8 *at, *end;
  gboolean      bad;
} Reader;

static guint64
get_u64 (Reader *reader)
{
  guint64 value = 0;

  if (reader->bad || reader->end - reader->at < (gssize) sizeof value)
    {
      reader->bad = TRUE;
      return 0;
    }
  memcpy (&value, reader->at, sizeof value);
  reader->at += sizeof value;
  return GUINT64_FROM_LE (value);
}

static const guint8 *
get_bytes (Reader *reader,
           gsize  *len)
{
  guint64 said = get_u64 (reader);
  const guint8 *data = reader->at;

  *len = 0;
  if (reader->bad || said == G_MAXUINT64)
    return NULL;
  if (said > (guint64) (reader->end - reader->at))
    {
      reader->bad = TRUE;
      return NULL;
    }
  *len = (gsize) said;
  reader->at += said;
  return data;
}

static char *
get_text (Reader *reader)
{
  gsize len;
  const guint8 *data = get_bytes (reader, &len);

  if (data == NULL)
    return NULL;
  if (memchr (data, '\0', len) != NULL)
    reader->bad = TRUE;
  return g_strndup ((const char *) data, len);
}

DeskRecord *
desk_record_deserialise (const guint8 *data,
                         gsize         len)
{
  Reader reader = { data, data + len, FALSE };
  DeskRecord *record = desk_record_new ((DeskRecordKind) 0);
  const guint8 *wire;
  guint64 tick, multiplier;
  gsize wire_len;

  record->seq = get_u64 (&reader);
  record->kind = (DeskRecordKind) get_u64 (&reader);
  record->epoch = (guint32) get_u64 (&reader);
  record->utc = (gint64) get_u64 (&reader);
  record->mono = (gint64) get_u64 (&reader);
  record->boot = (gint64) get_u64 (&reader);
  tick = get_u64 (&reader);
  multiplier = get_u64 (&reader);
  memcpy (&record->tick, &tick, sizeof tick);
  memcpy (&record->multiplier, &multiplier, sizeof multiplier);
  record->encoding = (int) get_u64 (&reader);
  record->numbering = (int) get_u64 (&reader);
  record->direction = (int) get_u64 (&reader);
  record->client_order_id = get_text (&reader);
  record->server_order_id = get_text (&reader);
  record->account = get_text (&reader);
  record->symbol = get_text (&reader);
  wire = get_bytes (&reader, &wire_len);
  if (wire != NULL)
    record->wire = g_bytes_new (wire, wire_len);
  record->payload = get_text (&reader);
  if (reader.bad || reader.at != reader.end || desk_record_kind_nick (record->kind) == NULL)
    g_clear_pointer (&record, desk_record_free);
  return record;
}

/* NULL for a number outside. */
const char *
desk_record_kind_nick (DeskRecordKind kind)
{
  static const char *const nicks[] = {
    NULL, "instance", "link", "intent", "outcome", "event", "fill", "transition", "snapshot", "human",
  };

  return (guint) kind < G_N_ELEMENTS (nicks) ? nicks[kind] : NULL;
}
