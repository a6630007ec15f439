/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-drill-private.h"

#include <json-glib/json-glib.h>

#include "desk-state-manager.h"

/* The kind of a published message type, and how many orders it brings. */
static guint
classify (int               type,
          DeskDrillCommand *command)
{
  switch (type)
    {
    case DTC_MSG_SUBMIT_NEW_SINGLE_ORDER:
      *command = DESK_DRILL_ORDERS;
      return 1;
    case DTC_MSG_SUBMIT_NEW_OCO_ORDER:
      *command = DESK_DRILL_ORDERS;
      return 2;
    case DTC_MSG_CANCEL_REPLACE_ORDER:
      *command = DESK_DRILL_CHANGES;
      return 1;
    case DTC_MSG_CANCEL_ORDER:
      *command = DESK_DRILL_CANCELS;
      return 1;
    case DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER:
    case DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT:
      *command = DESK_DRILL_FLATTENS;
      return 1;
    default:
      return 0;
    }
}

static gboolean
count_intent (const DeskRecord *record,
              gpointer          user_data)
{
  static const struct
  {
    const char      *intent;
    DeskDrillCommand command;
  } kinds[] = {
    { "submit", DESK_DRILL_ORDERS }, { "change", DESK_DRILL_CHANGES }, { "cancel", DESK_DRILL_CANCELS }, { "flatten", DESK_DRILL_FLATTENS },
  };
  DeskDrillReport *report = user_data;
  g_autoptr (JsonNode) payload = NULL;
  const char *intent;

  if (record->kind != DESK_RECORD_INTENT || record->payload == NULL)
    return TRUE;
  payload = json_from_string (record->payload, NULL);
  if (payload == NULL || !JSON_NODE_HOLDS_OBJECT (payload))
    return TRUE;
  intent = json_object_get_string_member_with_default (json_node_get_object (payload), "intent", "");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].intent, intent))
      report->intended[kinds[i].command]++;
  return TRUE;
}

/* TRUE when @id was there before. */
static gboolean
seen_before (GHashTable *seen,
             JsonObject *fields,
             const char *name)
{
  const char *id = json_object_get_string_member_with_default (fields, name, "");

  return *id != '\0' && !g_hash_table_add (seen, g_strdup (id));
}

gboolean
drill_count (const char       *state_path,
             const char       *log_path,
             DeskDrillReport  *report,
             GError          **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *log = NULL;
  g_auto (GStrv) lines = NULL;

  if (!desk_journal_foreach (state_path, NULL, count_intent, report, error) || !g_file_get_contents (log_path, &log, NULL, error))
    return FALSE;
  lines = g_strsplit (log, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonNode) node = *lines[i] != '\0' ? json_from_string (lines[i], NULL) : NULL;
      JsonObject *entry = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonObject *fields;
      DeskDrillCommand command;
      int type;
      guint n;

      if (entry == NULL || !g_str_equal (json_object_get_string_member_with_default (entry, "dir", ""), "in")
          || !json_object_has_member (entry, "fields"))
        continue;
      type = (int) json_object_get_int_member_with_default (entry, "type", 0);
      n = classify (type, &command);
      if (n == 0)
        continue;
      report->received[command] += n;
      fields = json_object_get_object_member (entry, "fields");
      if (command == DESK_DRILL_ORDERS)
        report->twice += n == 2 ? (guint) seen_before (seen, fields, "ClientOrderID_1") + (guint) seen_before (seen, fields, "ClientOrderID_2")
                                : (guint) seen_before (seen, fields, "ClientOrderID");
    }
  for (guint i = 0; i < DESK_N_DRILL_COMMANDS; i++)
    if (report->received[i] > report->intended[i])
      report->twice += report->received[i] - report->intended[i];
  return TRUE;
}
