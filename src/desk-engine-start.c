/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <string.h>

/* The start: the journal is folded, and what it tells is shown. */

#define RESTORED_MAX 10000
#define DAY          (24 * G_TIME_SPAN_HOUR)

/* A session ends with a record of the state manager. One without was killed, crashed, or lost its power or its disk. */
static void
tell_unclean (DeskEngine *engine,
              guint       n_live)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (engine->restored_utc / G_USEC_PER_SEC);
  g_autofree char *when = seconds != NULL ? g_date_time_format (seconds, "%Y-%m-%d %H:%M:%S UTC") : g_strdup ("?");

  if (n_live == 0)
    engine_notice (engine, DESK_LEVEL_WARNING, "UNCLEAN_END",
                   "The last session was not closed properly: its last record is of %s. No order was live then", when);
  else if (n_live == 1)
    engine_notice (engine, DESK_LEVEL_WARNING, "UNCLEAN_END",
                   "The last session was not closed properly: its last record is of %s. One order was live then; the "
                   "server is asked about it as soon as there is a link", when);
  else
    engine_notice (engine, DESK_LEVEL_WARNING, "UNCLEAN_END",
                   "The last session was not closed properly: its last record is of %s. %u orders were live then; the "
                   "server is asked about them as soon as there is a link", when, n_live);
}

void
desk_engine_restore (DeskEngine       *engine,
                     const DeskRecord *record)
{
  desk_truth_changes_reset (&engine->changes);
  desk_ledger_fold (engine->ledger, record, desk_truth_replay (engine->truth, record, &engine->changes));
  desk_finding_book_fold (engine->findings, record);
  engine_exits_fold (engine, record);
  engine->n_records++;
  engine->last_seq = engine->restored = record->seq;
  engine->restored_utc = record->utc;
  engine->restored_closes = record->kind == DESK_RECORD_INSTANCE && record->payload != NULL
                            && strstr (record->payload, "\"event\":\"close\"") != NULL;
  if (record->kind == DESK_RECORD_INSTANCE && record->payload != NULL)
    {
      const char *found = strstr (record->payload, "\"high_water\":");
      guint generation = 0;
      const char *gen = strstr (record->payload, "\"generation\":");

      if (gen != NULL)
        generation = (guint) g_ascii_strtoull (gen + strlen ("\"generation\":"), NULL, 10);
      if (found != NULL && generation == engine->config.generation)
        engine->next_counter = MAX (engine->next_counter, g_ascii_strtoull (found + strlen ("\"high_water\":"), NULL, 10));
      engine->high_water = engine->next_counter;
    }
}

static void
publish_restored (DeskEngine *engine)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  gint64 utc = engine->world.utc (engine->world_data);
  guint i;

  for (i = desk_truth_n_orders (engine->truth); i > 0; i--)
    {
      DeskTruthOrder *order = desk_truth_get_order (engine->truth, i - 1);

      if (!desk_status_is_final (order->base) || chosen->len < RESTORED_MAX)
        g_ptr_array_add (chosen, order);
    }
  for (i = chosen->len; i > 0; i--)
    engine_publish_order (engine, g_ptr_array_index (chosen, i - 1), TRUE);
  for (i = 0; i < desk_truth_n_fills (engine->truth); i++)
    {
      const DeskTruthFill *fill = desk_truth_get_fill (engine->truth, i);

      if (!fill->superseded && MAX (fill->state.server_time, fill->state.received) + DAY >= utc)
        engine_publish_fill (engine, fill, TRUE);
    }
  engine_publish_positions (engine, TELL_ROWS);
}

void
desk_engine_restored (DeskEngine *engine,
                      gint64      now)
{
  guint n_live, i;

  engine->now = now;
  desk_truth_changes_reset (&engine->changes);
  n_live = desk_truth_open_orders (engine->truth)->len;
  if (n_live > 0)
    {
      DeskRecord *record = engine_record (engine, DESK_RECORD_LINK, "{\"link\":\"start\"}");

      desk_truth_fold (engine->truth, record, NULL, NULL, &engine->changes);
      desk_ledger_fold (engine->ledger, record, NULL);
      engine->n_records++;
      engine->commit_asked = now;
      engine->appended = engine->world.append (engine->world_data, &record, 1, FALSE);
      engine->last_seq = engine->appended;
    }
  /* The numbers of questions begin anew: what was listed to an earlier life is no part of an answer to this one. */
  if (!engine->config.read_only)
    desk_ledger_next_round (engine->ledger);
  publish_restored (engine);
  if (engine->restored > 0 && !engine->restored_closes && !engine->config.read_only)
    tell_unclean (engine, n_live);
  if (!engine->config.read_only)
    engine_exits_restored (engine);
  /* What the end of the program has cut: nobody was there to be told. */
  for (i = 0; i < engine->changes.notices->len; i++)
    {
      const DeskTruthNotice *notice = g_ptr_array_index (engine->changes.notices, i);

      engine_notice (engine, notice->level, notice->code, "%s", notice->text);
    }
  if (desk_truth_get_halted (engine->truth))
    engine_notice (engine, DESK_LEVEL_WARNING, "HALTED", "Trading was halted when the program ended and still is; release it with unhalt HALT");
  engine_publish_arm (engine);
}
