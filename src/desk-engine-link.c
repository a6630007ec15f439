/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <string.h>

/* A round of questions in a live connection is no new live: only what changed is told. */
static gboolean
is_news (DeskEngine          *engine,
         const DeskLinkState *link,
         const char          *text)
{
  const DeskLinkState *last = &engine->link_told;
  gboolean same = engine->link_told_epoch == desk_truth_get_epoch (engine->truth) && last->state == link->state
                  && g_strcmp0 (last->reason, link->reason) == 0 && g_strcmp0 (engine->link_told_text, text) == 0
                  && last->attempt == link->attempt && last->retry_at == link->retry_at
                  && last->trading_supported == link->trading_supported && last->oco_supported == link->oco_supported
                  && last->bracket_supported == link->bracket_supported && last->replace_supported == link->replace_supported && strcmp (last->server_name, link->server_name) == 0
                  && last->resync_done == link->resync_done && last->resync_total == link->resync_total
                  && strcmp (last->step, link->step) == 0;

  if (same)
    return FALSE;
  engine->link_told = *link;
  engine->link_told_epoch = desk_truth_get_epoch (engine->truth);
  g_free (engine->link_told_text);
  engine->link_told_text = g_strdup (text);
  return TRUE;
}

void
engine_publish_link (DeskEngine *engine,
                     const char *reason,
                     const char *text,
                     guint       attempt,
                     gint64      retry_at)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_LINK);
  guint i;

  event->link.state = engine->link;
  event->link.reason = reason;
  event->link.attempt = attempt;
  event->link.retry_at = retry_at;
  g_strlcpy (event->link.server_name, engine->server_name, sizeof event->link.server_name);
  event->link.trading_supported = engine->trading_supported;
  if (engine->change != NULL && engine->change->certificate != NULL)
    {
      g_strlcpy (event->link.certificate, engine->change->certificate, sizeof event->link.certificate);
      event->link.certificate_flags = engine->change->certificate_flags;
      event->link.certificate_changed = engine->change->certificate_changed;
    }
  event->link.oco_supported = engine->oco_supported;
  event->link.bracket_supported = engine->bracket_supported;
  event->link.replace_supported = engine->replace_supported;
  for (i = 0; engine->link == DESK_LINK_RESYNC && i < engine->questions->len; i++)
    {
      const EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      event->link.resync_total++;
      if (question->state == QUESTION_DONE)
        event->link.resync_done++;
      else if (event->link.step[0] == '\0')
        g_strlcpy (event->link.step, engine_step_nick (question->step), sizeof event->link.step);
    }
  if (!is_news (engine, &event->link, text))
    {
      desk_event_free (event);
      return;
    }
  if (text != NULL && *text != '\0')
    event->text = g_ref_string_new (text);
  engine_publish (engine, event, engine->link == DESK_LINK_LIVE ? engine->appended : 0);
}

void
engine_numbering_bad (DeskEngine *engine,
                      const char *text)
{
  if (engine->numbering_bad)
    return;
  engine->numbering_bad = TRUE;
  engine->armed = FALSE;
  engine_publish_arm (engine);
  engine_notice (engine, DESK_LEVEL_ALARM, "NUMBERING",
                 "%s This looks like the other numbering of orders: every command, exits too, is refused. Act at the server and choose the "
                 "other numbering in the profile",
                 text);
}

static void
link_begin (DeskEngine *engine)
{
  guint32 epoch = desk_truth_get_epoch (engine->truth) + 1;
  DeskRecord *record = engine_record (engine, DESK_RECORD_LINK, "{\"link\":\"begin\"}");

  record->epoch = epoch;
  engine->link_up = TRUE;
  engine->restated = FALSE;
  engine->positions_known = FALSE;
  g_hash_table_remove_all (engine->positions_doubted);
  engine->armed_once = FALSE;
  engine->told_named = FALSE;
  engine->positions_before = desk_truth_positions (engine->truth)->len;
  engine->dropped = 0;
  memset (engine->waived, 0, sizeof engine->waived);
  engine_commit (engine, record, NULL, NULL, FALSE);
}

static void
link_end (DeskEngine *engine)
{
  guint i;

  if (!engine->link_up)
    return;
  engine->link_up = FALSE;
  engine->positions_known = FALSE;
  engine->live_since = 0;
  engine->armed = FALSE;
  g_hash_table_remove_all (engine->warned);
  engine_round_abort (engine);
  engine_flatten_abort (engine);
  engine_links_lost (engine);
  engine_verify_link_lost (engine);
  engine_symbols_link_lost (engine);
  engine_commit (engine, engine_record (engine, DESK_RECORD_LINK, "{\"link\":\"end\"}"), NULL, NULL, FALSE);
  engine_publish_positions (engine, TELL_ROWS);
  for (i = 0; i < engine->accounts->len; i++)
    {
      EngineAccount *account = g_ptr_array_index (engine->accounts, i);

      account->state.stale = TRUE;
    }
  engine_publish_arm (engine);
  /* What waited for its commit in that connection is not sent in the next. */
  engine_release (engine);
}

static void
link_ready (DeskEngine          *engine,
            const DtcLinkChange *change)
{
  engine->trading_supported = TRUE;
  engine->replace_supported = TRUE;
  engine->oco_supported = engine->bracket_supported = FALSE;
  engine_market_logon (engine, change->logon != NULL ? &change->logon->logon_response : NULL);
  if (change->logon != NULL)
    {
      const DtcLogonResponse *logon = &change->logon->logon_response;

      g_strlcpy (engine->server_name, logon->server_name, sizeof engine->server_name);
      engine->trading_supported = logon->trading_is_supported != 0;
      engine->replace_supported = logon->order_cancel_replace_supported != 0;
      engine->oco_supported = logon->oco_orders_supported != 0;
      engine->bracket_supported = logon->bracket_orders_supported != 0;
    }
  g_strlcpy (engine->host, change->host != NULL ? change->host : "", sizeof engine->host);
  engine->link = DESK_LINK_RESYNC;
  if (change->reason == DTC_REASON_NUMBERING
      || (engine->config.numbering == DTC_NUMBERING_BRIEF && strcmp (engine->server_name, "SC DTC Server") == 0))
    engine_numbering_bad (engine, "The server calls itself SC DTC Server, which does not speak the brief's numbering.");
  if (!engine->trading_supported)
    engine_notice (engine, DESK_LEVEL_WARNING, "TRADING_OFF",
                   "The server does not support trading on this connection; in Sierra Chart, allow it under Global Settings, Server Settings");
  engine_round_start (engine, ROUND_LINK);
}

void
engine_set_live (DeskEngine *engine)
{
  engine->link = DESK_LINK_LIVE;
  engine->live_since = engine->now;
  engine_identity_live (engine);
  if (engine->config.arm_at_live && !engine->armed_once && !engine->config.read_only && !desk_truth_get_halted (engine->truth)
      && !engine->numbering_bad && !engine->storage_failed && engine->unconfirmed == NULL)
    {
      engine->armed_once = TRUE;
      engine->armed = TRUE;
      engine_human (engine, "arm", "at live");
      engine_publish_arm (engine);
    }
  engine_publish_link (engine, NULL, NULL, 0, 0);
  engine_cancel_wanted (engine);
  engine_links_live (engine);
  engine_exits_live (engine);
}

void
desk_engine_link (DeskEngine          *engine,
                  const DtcLinkChange *change,
                  gint64               now)
{
  const char *reason = change->reason != DTC_REASON_NONE ? dtc_link_reason_to_string (change->reason) : NULL;

  engine->now = now;
  engine->change = change;
  engine_checklist_link (engine, change);
  switch (change->state)
    {
    case DTC_LINK_DOWN:
    case DTC_LINK_CONNECTING:
    case DTC_LINK_STOPPED:
      engine->link = change->state == DTC_LINK_DOWN         ? DESK_LINK_DOWN
                     : change->state == DTC_LINK_CONNECTING ? DESK_LINK_CONNECTING
                                                            : DESK_LINK_STOPPED;
      engine_publish_link (engine, reason, change->text, change->attempt, change->retry_at);
      link_end (engine);
      break;
    case DTC_LINK_HANDSHAKE:
    case DTC_LINK_LOGON:
      if (!engine->link_up)
        link_begin (engine);
      engine->link = change->state == DTC_LINK_HANDSHAKE ? DESK_LINK_HANDSHAKE : DESK_LINK_LOGON;
      engine_publish_link (engine, reason, change->text, change->attempt, 0);
      break;
    case DTC_LINK_READY:
      if (!engine->link_up)
        link_begin (engine);
      link_ready (engine, change);
      break;
    case DTC_LINK_LEAVING:
    default:
      /* Nothing new may leave any more; the end itself is reported when it comes. */
      if (engine->link == DESK_LINK_LIVE || engine->link == DESK_LINK_RESYNC)
        engine->link = DESK_LINK_DOWN;
      break;
    }
  engine->change = NULL;
  engine_checklist_look (engine);
}

void
desk_engine_heartbeat (DeskEngine *engine,
                       guint32     num_dropped,
                       gint64      now)
{
  engine->now = now;
  engine->last_heartbeat = now;
  engine->last_receive = now;
  /* Whether it counts since the logon or since its last heartbeat is not documented. */
  if (num_dropped > 0 && num_dropped != engine->dropped)
    {
      guint n = num_dropped > engine->dropped ? num_dropped - engine->dropped : num_dropped;

      if (n == 1)
        engine_notice (engine, DESK_LEVEL_WARNING, "DROPPED_MESSAGES", "The server has dropped one message to us; everything is asked again");
      else
        engine_notice (engine, DESK_LEVEL_WARNING, "DROPPED_MESSAGES", "The server has dropped %u messages to us; everything is asked again", n);
      engine_doubt (engine);
    }
  engine->dropped = num_dropped;
  engine_checklist_look (engine);
}
