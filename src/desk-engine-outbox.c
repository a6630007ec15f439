/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include "desk-failpoint.h"

#include <string.h>

typedef struct
{
  guint64    seq;
  DeskEvent *event;
} EngineEvent;

void
engine_write_free (EngineWrite *write)
{
  g_bytes_unref (write->bytes);
  g_free (write->input);
  g_free (write);
}

static gboolean
is_durable (DeskEngine *engine,
            guint64     seq)
{
  return engine->storage_failed || seq <= engine->committed;
}

static void
stamp (DeskEngine *engine,
       DeskEvent  *event)
{
  event->epoch = event->epoch != 0 ? event->epoch : desk_truth_get_epoch (engine->truth);
  event->utc = engine->world.utc (engine->world_data);
}

void
engine_publish_now (DeskEngine *engine,
                    DeskEvent  *event)
{
  stamp (engine, event);
  engine->world.publish (engine->world_data, event);
}

void
engine_publish (DeskEngine *engine,
                DeskEvent  *event,
                guint64     seq)
{
  EngineEvent *pending;

  stamp (engine, event);
  /* Quotes and ages are no facts about orders: they wait for nothing. */
  if (event->kind == DESK_EVENT_QUOTE || event->kind == DESK_EVENT_DEPTH || event->kind == DESK_EVENT_QUEUE
      || event->kind == DESK_EVENT_TRADES || event->kind == DESK_EVENT_HEALTH
      || (g_queue_is_empty (&engine->events) && is_durable (engine, seq)))
    {
      engine->world.publish (engine->world_data, event);
      return;
    }
  pending = g_new (EngineEvent, 1);
  pending->seq = seq;
  pending->event = event;
  g_queue_push_tail (&engine->events, pending);
}

gboolean
engine_ask (DeskEngine       *engine,
            const DtcMessage *message)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  return engine->world.encode (engine->world_data, message, bytes, NULL)
         && engine->world.write (engine->world_data, bytes->data, bytes->len, DTC_LANE_NORMAL, 0, NULL);
}

static void
order_not_sent (DeskEngine        *engine,
                const EngineWrite *write,
                guint64            number,
                DeskDenial         denial,
                const char        *text)
{
  const DeskTruthOrder *order = desk_truth_find_key (engine->truth, number);
  g_autofree char *key = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  g_autofree char *payload = engine_json ("transition", "not-sent", "#key", key, "intent", write->intent, "text", text,
                                          "code", desk_denial_nick (denial), NULL);
  DeskRecord *record = engine_record (engine, DESK_RECORD_TRANSITION, payload);

  if (order != NULL)
    record->client_order_id = g_strdup (order->state.client_order_id);
  engine_commit (engine, record, NULL, NULL, TRUE);
}

static void
orders_not_sent (DeskEngine        *engine,
                 const EngineWrite *write,
                 DeskDenial         denial,
                 const char        *text)
{
  guint i;

  for (i = 0; i < write->n_keys; i++)
    order_not_sent (engine, write, write->keys[i], denial, text);
}

static void
not_sent (DeskEngine        *engine,
          const EngineWrite *write,
          DeskDenial         denial,
          const char        *text)
{
  orders_not_sent (engine, write, denial, text);
  engine_deny (engine, denial, write->tag, write->input, text);
}

static gboolean
share_an_order (const EngineWrite *a,
                const EngineWrite *b)
{
  guint i, k;

  for (i = 0; i < a->n_keys; i++)
    for (k = 0; k < b->n_keys; k++)
      {
        if (a->keys[i] == b->keys[k])
          return TRUE;
      }
  return FALSE;
}

/* All that works on the side of @order together still cannot carry the position through zero. */
static gboolean
still_reduces (DeskEngine           *engine,
               const DeskTruthOrder *order)
{
  const DeskOrderState *state = &order->state;
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  gboolean known;
  gint64 position = engine_position (engine, state->account, state->symbol, &known);
  gint64 same_side = 0;
  guint i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *other = g_ptr_array_index (open, i);

      if (other->state.side == state->side && strcmp (other->state.symbol, state->symbol) == 0
          && strcmp (other->state.account, state->account) == 0)
        same_side += MAX (desk_truth_worst_quantity (engine->truth, other), 0);
    }
  return known && same_side <= (state->side == DESK_SIDE_SELL ? position : -position);
}

/* It has waited for its commit so long that the price and the position are not those it was given for. A cancel is
 * right whenever it comes, and so is a flatten, whose size the server knows. */
static gboolean
is_overdue (DeskEngine        *engine,
            const EngineWrite *write)
{
  guint i;

  if (engine->now - write->made < ENGINE_WRITING_LIMIT || strcmp (write->intent, "cancel") == 0 || strcmp (write->intent, "flatten") == 0)
    return FALSE;
  for (i = 0; write->exit && i < write->n_keys; i++)
    {
      const DeskTruthOrder *order = desk_truth_find_key (engine->truth, write->keys[i]);

      if (order == NULL || !still_reduces (engine, order))
        return TRUE;
    }
  return !write->exit;
}

/* The server has shown in the meantime that the id of the order, which stands in the bytes, is another order's. */
static gboolean
has_lost_its_id (DeskEngine        *engine,
                 const EngineWrite *write)
{
  const DeskTruthOrder *order = desk_truth_find_key (engine->truth, write->keys[0]);

  return order != NULL && (strcmp (write->intent, "cancel") == 0 || strcmp (write->intent, "change") == 0) && !engine_owns_id (engine, order);
}

/* What was true when the order was checked must still be, now that its intent is durable. */
static DeskDenial
still_allowed (DeskEngine        *engine,
               const EngineWrite *write,
               const char       **text)
{
  if (write->epoch != desk_truth_get_epoch (engine->truth) || !engine->link_up
      || (!write->exit && engine->link != DESK_LINK_LIVE))
    {
      *text = "Not sent: the link was lost before the first byte";
      return DESK_DENY_LINK_DOWN;
    }
  if (engine->numbering_bad)
    {
      *text = "Not sent: the server speaks the other numbering; act at the server";
      return DESK_DENY_NUMBERING;
    }
  if (has_lost_its_id (engine, write))
    {
      *text = ENGINE_ID_GIVEN_AWAY;
      return DESK_DENY_NO_SUCH_ORDER;
    }
  if (is_overdue (engine, write))
    {
      *text = "Not sent: it could not be kept in the state file within 2 s, and the market may have moved since";
      return DESK_DENY_STORAGE;
    }
  if (write->exit)
    return DESK_DENY_NONE;
  if (engine->storage_failed)
    {
      *text = "Not sent: the state file cannot be written";
      return DESK_DENY_STORAGE;
    }
  if (desk_truth_get_halted (engine->truth))
    {
      *text = "Not sent: trading was halted in the meantime";
      return DESK_DENY_HALTED;
    }
  if (!engine->armed)
    {
      *text = "Not sent: trading was disarmed in the meantime";
      return DESK_DENY_DISARMED;
    }
  return DESK_DENY_NONE;
}

/* An earlier command of the same order that the kernel has not taken yet: the next one must not overtake it. */
static gboolean
has_earlier (DeskEngine        *engine,
             const EngineWrite *write)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, engine->cookies);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (share_an_order (value, write))
        return TRUE;
    }
  return FALSE;
}

/* A second submit of one order never leaves. */
static gboolean
is_first_time (DeskEngine        *engine,
               const EngineWrite *write)
{
  gboolean first = TRUE;
  guint i;

  for (i = 0; i < write->n_keys; i++)
    first = g_hash_table_add (engine->sent, g_memdup2 (&write->keys[i], sizeof write->keys[i])) && first;
  return first;
}

static void
tell_now (DeskEngine *engine,
          DeskLevel   level,
          const char *code,
          const char *text)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_NOTICE);

  event->level = level;
  g_strlcpy (event->code, code, sizeof event->code);
  event->text = g_ref_string_new (text);
  engine_publish_now (engine, event);
}

static gboolean
can_keep_aside (DeskEngine *engine)
{
  return engine->world.keep_aside != NULL && engine->world.keep_aside (engine->world_data, 0) != DESK_KEPT_NOWHERE;
}

/* Once a hang. */
static void
tell_kept (DeskEngine        *engine,
           const EngineWrite *write)
{
  g_autofree char *text = NULL;

  if (engine->told_kept)
    return;
  engine->told_kept = TRUE;
  text = g_strdup_printf ("The disk of the state file does not answer; the %s goes out all the same, as do those after it. What they say is kept in the "
                          "runtime directory: that survives a crash of this program, but not of the computer. Until the disk answers, orders are refused, "
                          "and nothing new about them is shown",
                          write->intent);
  tell_now (engine, DESK_LEVEL_ALARM, "KEPT_ASIDE", text);
}

static void
send_write (DeskEngine  *engine,
            EngineWrite *write)
{
  g_autoptr (GError) error = NULL;
  const char *text = NULL;
  DeskDenial denial = still_allowed (engine, write, &text);
  DtcLane lane = write->lane;
  gsize len;
  const guint8 *data;

  if (denial != DESK_DENY_NONE)
    {
      not_sent (engine, write, denial, text);
      engine_write_free (write);
      return;
    }
  if (write->seq > engine->committed && !engine->storage_failed)
    tell_kept (engine, write);
  else if (write->seq > engine->committed)
    engine_notice (engine, DESK_LEVEL_ALARM, "NOT_RECORDED", "A %s goes out while the state file cannot be written; it is kept in the emergency file beside it as far as its room goes",
                   write->intent);
  if (lane == DTC_LANE_URGENT && has_earlier (engine, write))
    lane = DTC_LANE_NORMAL;
  /* The last look before the bytes: whatever a check above has missed does not leave, and is counted. */
  if (write->epoch != desk_truth_get_epoch (engine->truth) || !engine->link_up)
    {
      engine->never_events[NEVER_QUEUED]++;
      not_sent (engine, write, DESK_DENY_LINK_DOWN, "Not sent: the link was lost before the first byte");
      engine_write_free (write);
      return;
    }
  if ((strcmp (write->intent, "submit") == 0 || strcmp (write->intent, "flatten") == 0)
      && !is_first_time (engine, write))
    {
      engine->never_events[NEVER_RESEND]++;
      engine_write_free (write);
      return;
    }
  write->released = engine->now;
  write->cookie = ++engine->next_cookie;
  g_hash_table_insert (engine->cookies, &write->cookie, write);
  data = g_bytes_get_data (write->bytes, &len);
  DESK_FAILPOINT ("write.before");
  if (!DESK_FAILPOINT_FAILS ("write.refused")
      && engine->world.write (engine->world_data, data, len, lane, write->cookie, &error))
    {
      DESK_FAILPOINT ("write.queued");
      return;
    }
  {
    g_autofree char *words = g_strdup_printf ("Not sent: %s", error != NULL ? error->message : "the link takes nothing");

    g_hash_table_steal (engine->cookies, &write->cookie);
    not_sent (engine, write, DESK_DENY_LINK_DOWN, words);
    engine_write_free (write);
  }
}

/* An exit may rest on what is kept aside; nothing else does. */
static gboolean
may_leave (DeskEngine        *engine,
           const EngineWrite *write)
{
  return is_durable (engine, write->seq) || (write->exit && write->seq <= engine->kept);
}

/* The first that may leave and has no earlier one of its own order before it. */
static EngineWrite *
take_first (DeskEngine *engine,
            gboolean    urgent)
{
  GList *link, *earlier;

  for (link = engine->writes.head; link != NULL; link = link->next)
    {
      EngineWrite *write = link->data;
      gboolean first = TRUE;

      if (!may_leave (engine, write) || (urgent && write->lane != DTC_LANE_URGENT))
        continue;
      for (earlier = engine->writes.head; earlier != link && first; earlier = earlier->next)
        first = !share_an_order (earlier->data, write);
      if (first)
        {
          g_queue_delete_link (&engine->writes, link);
          return write;
        }
    }
  return NULL;
}

/* Cancels and exits overtake the commands of other orders, never an earlier one of their own. */
static EngineWrite *
take_write (DeskEngine *engine)
{
  EngineWrite *write = take_first (engine, TRUE);

  return write != NULL ? write : take_first (engine, FALSE);
}

/* What the server says of orders is shown once it is durable: a disk that stands still must not look like a quiet day. */
static gint64
watch_commit (DeskEngine *engine)
{
  if (engine->storage_failed || engine->stalled || engine->committed >= engine->appended)
    return G_MAXINT64;
  if (engine->now - engine->commit_asked < ENGINE_WRITING_LIMIT)
    return engine->commit_asked + ENGINE_WRITING_LIMIT;
  engine->stalled = TRUE;
  tell_now (engine, DESK_LEVEL_ALARM, "STORAGE_SLOW",
            can_keep_aside (engine)
                ? "The disk of the state file does not answer: until it does, nothing new about orders is shown, and orders are refused. "
                  "Cancels and exits go out, and what they say is kept in the runtime directory"
                : "The disk of the state file does not answer: until it does, nothing new about orders is shown, orders are refused, and cancels and exits wait. "
            "If you must get out now, do it at the server");
  engine_publish_health (engine);
  return G_MAXINT64;
}

/* What an exit rests on is kept aside when its commit has waited too long, or every commit does. FALSE: it must be given
 * up. */
static gboolean
keep_exit (DeskEngine  *engine,
           EngineWrite *write)
{
  const char *text;

  if (still_allowed (engine, write, &text) != DESK_DENY_NONE)
    return FALSE;
  if (engine->world.keep_aside (engine->world_data, write->seq) != DESK_KEPT_ASIDE)
    return FALSE;
  engine->kept = MAX (engine->kept, write->seq);
  return TRUE;
}

/* Orders that wait for their commit too long are given up while it is still not there: whoever clicked is told now, not
 * when the disk has come to itself. A way out leaves all the same when what it rests on can be kept where the disk does
 * not reach, and else goes on waiting. */
gint64
engine_outbox_tick (DeskEngine *engine)
{
  GQueue given_up = G_QUEUE_INIT;
  EngineWrite *write;
  gint64 next = watch_commit (engine);
  gboolean aside = !g_queue_is_empty (&engine->writes) && can_keep_aside (engine);
  GList *link, *after;

  for (link = engine->writes.head; link != NULL; link = after)
    {
      after = link->next;
      write = link->data;
      if (write->exit && (!aside || may_leave (engine, write)))
        continue;
      if (engine->now - write->made < ENGINE_WRITING_LIMIT && !(write->exit && engine->stalled))
        {
          next = MIN (next, write->made + ENGINE_WRITING_LIMIT);
          continue;
        }
      if (write->exit && keep_exit (engine, write))
        continue;
      g_queue_unlink (&engine->writes, link);
      g_queue_push_tail_link (&given_up, link);
    }
  while ((write = g_queue_pop_head (&given_up)) != NULL)
    {
      const char *text = NULL;
      DeskDenial denial = still_allowed (engine, write, &text);

      if (denial == DESK_DENY_NONE)
        {
          denial = DESK_DENY_STORAGE;
          text = "Not sent: the disk of the state file does not answer, and the runtime directory takes no more; act at the server";
        }
      engine_deny_now (engine, denial, write->tag, write->input, text);
      orders_not_sent (engine, write, denial, text);
      engine_write_free (write);
    }
  if (engine->kept > engine->committed)
    engine_release (engine);
  return next;
}

GHashTable *
engine_being_written (DeskEngine *engine)
{
  GHashTable *writes = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  EngineWrite *write;
  GList *link;
  guint i;

  g_hash_table_iter_init (&iter, engine->cookies);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &write))
    for (i = 0; i < write->n_keys; i++)
      {
        const EngineWrite *other = g_hash_table_lookup (writes, &write->keys[i]);

        if (other == NULL || other->cookie < write->cookie)
          g_hash_table_replace (writes, &write->keys[i], write);
      }
  for (link = engine->writes.head; link != NULL; link = link->next)
    {
      write = link->data;
      for (i = 0; i < write->n_keys; i++)
        g_hash_table_replace (writes, &write->keys[i], write);
    }
  return writes;
}

void
engine_release (DeskEngine *engine)
{
  EngineWrite *write;

  if (engine->releasing)
    return;
  engine->releasing = TRUE;
  while ((write = take_write (engine)) != NULL)
    send_write (engine, write);
  while (!g_queue_is_empty (&engine->events)
         && is_durable (engine, ((EngineEvent *) g_queue_peek_head (&engine->events))->seq))
    {
      EngineEvent *pending = g_queue_pop_head (&engine->events);

      DESK_FAILPOINT ("event.before-publish");
      engine->world.publish (engine->world_data, pending->event);
      DESK_FAILPOINT ("event.published");
      g_free (pending);
    }
  engine->releasing = FALSE;
}

void
engine_write (DeskEngine  *engine,
              EngineWrite *write)
{
  g_queue_push_tail (&engine->writes, write);
  if (is_durable (engine, write->seq))
    engine_release (engine);
}

void
desk_engine_committed (DeskEngine *engine,
                       guint64     seq,
                       gint64      commit_usec,
                       gint64      now)
{
  engine->now = now;
  if (engine->storage_failed)
    return;
  engine->committed = MAX (engine->committed, seq);
  engine->commit_usec = commit_usec;
  engine->commit_asked = now;
  if (engine->committed >= engine->kept)
    engine->told_kept = FALSE;
  if (engine->stalled)
    {
      engine->stalled = FALSE;
      tell_now (engine, DESK_LEVEL_INFO, "STORAGE_BACK", "The disk of the state file answers again");
      engine_publish_health (engine);
    }
  engine_release (engine);
}

void
desk_engine_storage_failed (DeskEngine   *engine,
                            const GError *error,
                            gint64        now)
{
  g_autofree char *why = desk_text_inside (error->message);

  engine->now = now;
  if (engine->storage_failed)
    return;
  DESK_FAILPOINT ("storage.failed");
  engine->storage_failed = TRUE;
  engine->stalled = FALSE;
  engine->armed = FALSE;
  engine_notice (engine, DESK_LEVEL_ALARM, "STORAGE",
                 "The state file cannot be written (%s). New orders are refused; cancels and exits still go out and are kept in the emergency file beside it as far as its room goes. "
                 "Free the disk or repair the file, then start again",
                 why);
  engine_publish_arm (engine);
  engine_publish_health (engine);
  engine_release (engine);
}

void
desk_engine_written (DeskEngine *engine,
                     guint64     cookie,
                     gsize       accepted,
                     gsize       total,
                     gint64      now)
{
  EngineWrite *write;
  guint i;

  engine->now = now;
  write = g_hash_table_lookup (engine->cookies, &cookie);
  if (write == NULL)
    return;
  DESK_FAILPOINT ("write.taken");
  g_hash_table_steal (engine->cookies, &cookie);
  /* Of a write that was cut nobody knows where the server stopped reading: each of its orders may be there. */
  for (i = 0; i < write->n_keys; i++)
    {
      const DeskTruthOrder *order = desk_truth_find_key (engine->truth, write->keys[i]);
      g_autofree char *payload = g_strdup_printf ("{\"key\":%" G_GUINT64_FORMAT ",\"intent\":\"%s\",\"accepted\":%" G_GSIZE_FORMAT
                                                  ",\"total\":%" G_GSIZE_FORMAT ",\"journal_usec\":%" G_GINT64_FORMAT
                                                  ",\"wire_usec\":%" G_GINT64_FORMAT "}",
                                                  write->keys[i], write->intent, accepted, total,
                                                  write->clicked > 0 ? write->released - write->clicked : -1, now - write->released);
      DeskRecord *record = engine_record (engine, DESK_RECORD_OUTCOME, payload);

      if (order != NULL)
        {
          record->client_order_id = g_strdup (order->state.client_order_id);
          record->server_order_id = g_strdup (order->state.server_order_id);
        }
      engine_commit (engine, record, NULL, NULL, FALSE);
    }
  engine_write_free (write);
}

void
engine_outbox_clear (DeskEngine *engine)
{
  EngineEvent *pending;
  EngineWrite *write;

  while ((pending = g_queue_pop_head (&engine->events)) != NULL)
    {
      desk_event_free (pending->event);
      g_free (pending);
    }
  while ((write = g_queue_pop_head (&engine->writes)) != NULL)
    engine_write_free (write);
}
