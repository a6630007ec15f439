/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-record.h"

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

/* NULL for a number outside. */
const char *
desk_record_kind_nick (DeskRecordKind kind)
{
  static const char *const nicks[] = {
    NULL, "instance", "link", "intent", "outcome", "event", "fill", "transition", "snapshot", "human",
  };

  return (guint) kind < G_N_ELEMENTS (nicks) ? nicks[kind] : NULL;
}
