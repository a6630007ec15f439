/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "core-judge.h"

#include <string.h>

#include "desk-order-line.h"

#define SECOND CORE_RIG_SECOND

typedef struct
{
  guint64 cookie;
  gsize   start;   /* in the bytes of this connection */
  gsize   total;
} Writing;

void
core_rig_violation (CoreRig *rig, const char *format, ...)
{
  va_list args;

  if (rig->violation != NULL)
    return;
  va_start (args, format);
  rig->violation = g_strdup_vprintf (format, args);
  va_end (args);
}

/* ---- the trace ---- */

static void
trace (CoreRig *rig, guint8 kind, gconstpointer data, gsize len)
{
  const guint8 *bytes = data;
  guint64       hash = rig->trace ^ (kind + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  guint64       word;

  if (!rig->tracing)
    return;
  for (; len >= sizeof word; bytes += sizeof word, len -= sizeof word)
    {
      memcpy (&word, bytes, sizeof word);
      hash = (hash ^ word) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
      hash ^= hash >> 32;
    }
  word = len;
  memcpy (&word, bytes, len);
  hash = (hash ^ word ^ (guint64) len << 56) * G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);
  rig->trace = hash ^ hash >> 29;
}

static void
trace_text (CoreRig *rig, const char *text)
{
  trace (rig, 1, text != NULL ? text : "", text != NULL ? strlen (text) : 0);
}

static void
trace_record (CoreRig *rig, const DeskRecord *record)
{
  g_autoptr (GByteArray) bytes = NULL;

  if (!rig->tracing)
    return;
  bytes = g_byte_array_new ();
  desk_record_serialise (record, bytes);
  trace (rig, 2, bytes->data, bytes->len);
}

static void
trace_event (CoreRig *rig, const DeskEvent *event)
{
  const gint64 head[] = { event->kind, event->epoch, event->utc, (gint64) event->tag, event->restored, event->level, event->denial };

  if (!rig->tracing)
    return;
  trace (rig, 3, head, sizeof head);
  trace_text (rig, event->id);
  trace_text (rig, event->code);
  trace_text (rig, event->text);
  if (event->kind == DESK_EVENT_ORDER)
    {
      const DeskOrderState *order = &event->order;
      const gint64          numbers[] = { (gint64) order->key, order->status, order->certainty, order->reason, order->quantity,
                                          order->filled, order->remaining, order->cancel, order->change, order->changed };

      trace (rig, 4, numbers, sizeof numbers);
      trace (rig, 4, &order->price.display, sizeof order->price.display);
      trace_text (rig, order->client_order_id);
      trace_text (rig, order->server_order_id);
      trace_text (rig, order->text);
    }
  else if (event->kind == DESK_EVENT_FILL)
    {
      trace_text (rig, event->fill.execution_id);
      trace (rig, 5, &event->fill.quantity, sizeof event->fill.quantity);
    }
  else if (event->kind == DESK_EVENT_POSITION)
    trace (rig, 6, &event->position.quantity, sizeof event->position.quantity);
  else if (event->kind == DESK_EVENT_LINK)
    trace_text (rig, desk_link_nick (event->link.state));
}

/* ---- the world of the session ---- */

static void
world_open (gpointer data, const char *host, guint16 port, gboolean use_tls)
{
  ((CoreRig *) data)->opening = TRUE;
}

static void
world_close (gpointer data)
{
  CoreRig *rig = data;
  guint    i;

  rig->opening = FALSE;
  rig->open = FALSE;
  g_byte_array_set_size (rig->to_server, 0);
  g_byte_array_set_size (rig->to_client, 0);
  for (i = 0; i < rig->writings->len; i++)
    {
      const Writing *writing = &g_array_index (rig->writings, Writing, i);
      gsize          accepted = rig->arrived > writing->start ? MIN (rig->arrived - writing->start, writing->total) : 0;

      if (!rig->kernel_is_wire)
        accepted = writing->total;
      desk_engine_written (rig->engine, writing->cookie, accepted, writing->total, rig->now);
    }
  g_array_set_size (rig->writings, 0);
  if (rig->hole)
    rig->cut = CORE_CUT_NONE;
  rig->hole = FALSE;
}

static gboolean
world_write (gpointer data, const guint8 *bytes, gsize len, DtcLane lane, guint64 cookie)
{
  CoreRig *rig = data;
  Writing  writing = { cookie, rig->written, len };

  if (!rig->open)
    return FALSE;
  trace (rig, 7, bytes, len);
  g_byte_array_append (rig->to_server, bytes, len);
  rig->written += len;
  if (cookie != 0)
    g_array_append_val (rig->writings, writing);

  return TRUE;
}

static guint32
world_random (gpointer data)
{
  return 4711;
}

/* ---- the world of the engine ---- */

static guint64
engine_append (gpointer data, DeskRecord **records, guint n_records, gboolean now)
{
  CoreRig *rig = data;
  guint    i;

  for (i = 0; i < n_records; i++)
    {
      g_ptr_array_add (rig->records, records[i]);
      records[i]->seq = rig->records->len;
      trace_record (rig, records[i]);
    }

  return rig->records->len;
}

static gboolean
engine_encode (gpointer data, const DtcMessage *message, GByteArray *out, GError **error)
{
  return dtc_session_encode (((CoreRig *) data)->session, message, out, error);
}

static gboolean
engine_write (gpointer data, const guint8 *bytes, gsize len, DtcLane lane, guint64 cookie, GError **error)
{
  CoreRig *rig = data;

  if (!dtc_session_write_bytes (rig->session, bytes, len, lane, cookie, rig->now, error))
    return FALSE;
  if (cookie != 0)
    core_judge_writing (rig, bytes, len);
  return TRUE;
}

/* For a person who looks into one run. */
static void
tell (CoreRig *rig, const DeskEvent *event)
{
  const char *text = event->text != NULL ? event->text : "";

  g_print ("#     ");
  if (event->kind == DESK_EVENT_LINK)
    g_print ("link %s %s", desk_link_nick (event->link.state), text);
  else if (event->kind == DESK_EVENT_ORDER)
    g_print ("order %s #%s %s/%s %s of %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " filled, cancel %d change %d: %s",
             event->order.client_order_id, event->order.server_order_id, desk_status_nick (event->order.status),
             desk_certainty_nick (event->order.certainty), desk_reason_nick (event->order.reason), event->order.quantity,
             event->order.filled, event->order.cancel, event->order.change, event->order.text != NULL ? event->order.text : "");
  else if (event->kind == DESK_EVENT_FILL)
    g_print ("fill %s of %s #%s: %" G_GINT64_FORMAT "%s", event->fill.execution_id, event->fill.client_order_id,
             event->fill.server_order_id, event->fill.quantity, event->restored ? ", known before" : "");
  else if (event->kind == DESK_EVENT_POSITION)
    g_print ("position %" G_GINT64_FORMAT ", computed %" G_GINT64_FORMAT "%s", event->position.quantity, event->position.computed,
             event->position.stale ? ", stale" : "");
  else
    g_print ("%d %s %s", event->kind, event->code, text);
  g_print ("%s\n", event->restored ? " (restored)" : "");
}

static void
engine_publish (gpointer data, DeskEvent *event)
{
  g_autoptr (DeskEvent) mine = event;
  CoreRig              *rig = data;
  guint                 i;

  trace_event (rig, event);
  if (rig->told)
    tell (rig, event);
  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      rig->n_live += event->link.state == DESK_LINK_LIVE && rig->link != DESK_LINK_LIVE;
      rig->link = event->link.state;
      break;
    case DESK_EVENT_ORDER:
      core_judge_order_shown (rig, &event->order);
      break;
    case DESK_EVENT_FILL:
      core_judge_fill (rig, &event->fill, event->restored);
      break;
    case DESK_EVENT_POSITION:
      rig->position_shown = TRUE;
      rig->position = event->position.quantity;
      rig->position_stale = event->position.stale;
      break;
    case DESK_EVENT_NOTICE:
      {
        guint n = GPOINTER_TO_UINT (g_hash_table_lookup (rig->notices, event->code));

        if (strcmp (event->code, "FLATTEN_DONE") == 0)
          rig->n_flattened++;
        g_hash_table_replace (rig->notices, g_strdup (event->code), GUINT_TO_POINTER (n + 1));
        break;
      }
    case DESK_EVENT_DENIED:
      rig->n_denied++;
      break;
    case DESK_EVENT_HEALTH:
      for (i = 0; i < G_N_ELEMENTS (event->health.never_events); i++)
        if (event->health.never_events[i] != 0)
          core_rig_violation (rig, "what must never happen has been counted: %u", i);
      break;
    default:
      break;
    }
}

static gint64
engine_utc (gpointer data)
{
  CoreRig *rig = data;

  return CORE_RIG_UTC + rig->utc_extra + rig->now - CORE_RIG_BASE;
}

static gint64
engine_boot (gpointer data)
{
  return ((CoreRig *) data)->now + ((CoreRig *) data)->boot_extra;
}

static void
engine_drop (gpointer data, DtcLinkReason reason, const char *text, gboolean immediately)
{
  CoreRig *rig = data;

  dtc_session_drop (rig->session, reason, text, immediately, rig->now);
}

/* ---- from the session to the engine ---- */

static void
sink_link (gpointer data, const DtcLinkChange *change, gint64 now)
{
  desk_engine_link (((CoreRig *) data)->engine, change, now);
}

static void
sink_message (gpointer data, const DtcMessage *message, const DtcReceipt *receipt)
{
  desk_engine_message (((CoreRig *) data)->engine, message, receipt);
}

static void
sink_bad_frame (gpointer data, const DtcMessage *partial, const DtcReceipt *receipt, const GError *error)
{
  desk_engine_bad_frame (((CoreRig *) data)->engine, partial, receipt, error);
}

static void
sink_heartbeat (gpointer data, guint32 num_dropped, gint64 now)
{
  desk_engine_heartbeat (((CoreRig *) data)->engine, num_dropped, now);
}

static gint64
sink_tick (gpointer data, gint64 now)
{
  return desk_engine_tick (((CoreRig *) data)->engine, now);
}

/* ---- its life ---- */

static void
start_client (CoreRig *rig)
{
  static const DtcSessionWorld world = { world_open, world_close, world_write, world_random };
  static const DeskWorld       desk_world = { engine_append, engine_encode, engine_write, engine_publish, engine_utc,
                                              engine_boot, engine_drop };
  static const DtcSink         sink = { sink_link, sink_message, sink_bad_frame, sink_heartbeat, NULL, NULL,
                                        sink_tick };
  guint i;

  rig->engine = desk_engine_new (&rig->engine_config, &desk_world, rig);
  rig->session = dtc_session_new (rig->config, &world, rig, &sink, rig);
  for (i = 0; i < rig->records->len; i++)
    desk_engine_restore (rig->engine, g_ptr_array_index (rig->records, i));
  desk_engine_restored (rig->engine, rig->now);
  dtc_session_start (rig->session, rig->now);
}

CoreRig *
core_rig_new (DtcNumbering numbering, DtcEncodingKind encoding)
{
  static const char limits[] =
    "{\"schema\":1,\"symbols\":[\"*\"],\"max_order_quantity\":100,\"max_position\":1000,\"max_order_value\":100000000,"
    "\"price_collar_percent\":90,\"max_open_orders_symbol\":100,\"max_open_orders_account\":100,"
    "\"orders_per_second\":1000,\"orders_burst\":1000,\"orders_per_second_symbol\":1000,\"duplicate_window_ms\":0}";
  static DeskLimits *parsed; /* the same for all */
  g_autoptr (GError) error = NULL;
  CoreRig           *rig = g_new0 (CoreRig, 1);

  if (parsed == NULL)
    parsed = desk_limits_parse (limits, -1, "test", &error);
  g_assert_no_error (error);
  rig->now = CORE_RIG_BASE;
  rig->exchange = dtc_fake_exchange_new (numbering);
  dtc_fake_exchange_set_encoding (rig->exchange, encoding);
  rig->to_server = g_byte_array_new ();
  rig->to_client = g_byte_array_new ();
  rig->writings = g_array_new (FALSE, FALSE, sizeof (Writing));
  rig->records = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free);
  rig->shown = g_hash_table_new (g_str_hash, g_str_equal);
  rig->shown_order = g_ptr_array_new_with_free_func (g_free);
  rig->notices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  rig->intents = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, g_free);
  rig->executions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  rig->journal_fills = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  rig->engine_config = (DeskEngineConfig) { .numbering = numbering, .arm_at_live = TRUE, .install = "CUTCUT", .generation = 1,
                                            .next_counter = 1, .limits = parsed };
  rig->config = dtc_session_config_new ();
  rig->config->numbering = numbering;
  rig->config->handshake = DTC_HANDSHAKE_YES;

  return rig;
}

void
core_rig_start (CoreRig *rig)
{
  start_client (rig);
}

void
core_rig_free (CoreRig *rig)
{
  dtc_session_free (rig->session);
  desk_engine_free (rig->engine);
  dtc_session_config_free (rig->config);
  dtc_fake_exchange_free (rig->exchange);
  g_byte_array_unref (rig->to_server);
  g_byte_array_unref (rig->to_client);
  g_array_unref (rig->writings);
  g_ptr_array_unref (rig->records);
  g_hash_table_unref (rig->shown);
  g_ptr_array_unref (rig->shown_order);
  g_hash_table_unref (rig->notices);
  g_hash_table_unref (rig->intents);
  g_hash_table_unref (rig->executions);
  g_hash_table_unref (rig->journal_fills);
  g_free (rig->violation);
  g_free (rig);
}

void
core_rig_commit (CoreRig *rig, guint64 upto)
{
  guint64 i;

  for (i = rig->committed; i < upto; i++)
    core_judge_durable (rig, g_ptr_array_index (rig->records, i));
  rig->committed = upto;
  rig->now += 100;
  desk_engine_committed (rig->engine, rig->committed, 100, rig->now);
  /* What became durable in one go leaves first and is told then. */
  if (rig->early != 0 && rig->link != DESK_LINK_LIVE)
    core_rig_violation (rig, "I7: message %u leaves while the link is %s", rig->early, desk_link_nick (rig->link));
  rig->early = 0;
}

static void
report_written (CoreRig *rig)
{
  guint i = 0;

  while (i < rig->writings->len)
    {
      Writing writing = g_array_index (rig->writings, Writing, i);

      if (rig->kernel_is_wire && rig->arrived < writing.start + writing.total)
        break;
      g_array_remove_index (rig->writings, i);
      desk_engine_written (rig->engine, writing.cookie, writing.total, writing.total, rig->now);
    }
}

void
core_rig_cut (CoreRig *rig)
{
  rig->was_cut = TRUE;
  rig->hold_up = rig->hold_down = FALSE;
  if (rig->way == CORE_WAY_SILENCE)
    rig->hole = TRUE;
  else
    {
      g_autoptr (GError) error = NULL;

      rig->open = FALSE;
      if (rig->way == CORE_WAY_RST)
        error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "Connection reset by peer");
      dtc_session_closed (rig->session, error, rig->now);
      rig->cut = CORE_CUT_NONE;
    }
}

void
core_rig_carry_up (CoreRig *rig, gsize len)
{
  g_autoptr (GByteArray) bytes = rig->to_server;
  gboolean               ends = FALSE;

  len = MIN (len, bytes->len);
  if ((rig->cut == CORE_CUT_TO_SERVER || rig->cut == CORE_CUT_AT_KERNEL) && rig->arrived + len >= rig->cut_at)
    {
      len = rig->cut_at - rig->arrived;
      ends = TRUE;
    }
  rig->to_server = g_byte_array_new ();
  g_byte_array_append (rig->to_server, bytes->data + len, bytes->len - len);
  dtc_fake_exchange_feed (rig->exchange, bytes->data, len, rig->to_client);
  rig->arrived += len;
  if (ends)
    core_rig_cut (rig);
}

void
core_rig_carry_down (CoreRig *rig, gsize len)
{
  g_autoptr (GByteArray) bytes = rig->to_client;
  gboolean               ends = FALSE;

  len = MIN (len, bytes->len);
  if (rig->cut == CORE_CUT_TO_CLIENT && rig->received + len >= rig->cut_at)
    {
      len = rig->cut_at - rig->received;
      ends = TRUE;
    }
  rig->to_client = g_byte_array_new ();
  g_byte_array_append (rig->to_client, bytes->data + len, bytes->len - len);
  rig->received += len;
  dtc_session_feed (rig->session, bytes->data, len, rig->now);
  if (ends && rig->open)
    core_rig_cut (rig);
}

static void
opened (CoreRig *rig)
{
  rig->opening = FALSE;
  if (rig->refuse > 0)
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "Connection refused");

      rig->refuse--;
      dtc_session_open_failed (rig->session, error, rig->now);
      return;
    }
  rig->open = TRUE;
  rig->n_links++;
  rig->written = rig->arrived = rig->received = 0;
  g_byte_array_set_size (rig->to_client, 0); /* what was said to nobody */
  rig->next_beat = rig->now + 10 * SECOND;
  dtc_fake_exchange_connected (rig->exchange);
  dtc_session_opened (rig->session, rig->now);
}

gint64
core_rig_settle (CoreRig *rig)
{
  gint64 next = 0;
  guint  rounds;

  dtc_fake_exchange_set_time (rig->exchange, (CORE_RIG_UTC + rig->now - CORE_RIG_BASE) / SECOND);
  for (rounds = 0; rounds < 2000; rounds++)
    {
      next = dtc_session_tick (rig->session, rig->now);
      if (rig->opening)
        opened (rig);
      else if (rig->committed < rig->records->len && !rig->hold_commits)
        core_rig_commit (rig, rig->records->len);
      else if (rig->hole)
        {
          /* The kernel takes what fits; nobody reads it. */
          if (!rig->kernel_is_wire)
            report_written (rig);
          g_byte_array_set_size (rig->to_server, 0);
          g_byte_array_set_size (rig->to_client, 0);
          if (next > rig->now)
            break;
        }
      else if (rig->open && rig->to_server->len > 0 && !rig->hold_up)
        {
          if (!rig->kernel_is_wire)
            report_written (rig);
          core_rig_carry_up (rig, G_MAXSIZE);
          report_written (rig);
        }
      else if (rig->open && rig->to_client->len > 0 && !rig->hold_down)
        core_rig_carry_down (rig, G_MAXSIZE);
      else if (rig->next != NULL && rig->next (rig))
        continue;
      else if (rig->open && rig->now >= rig->next_beat)
        {
          rig->next_beat += 10 * SECOND;
          dtc_fake_exchange_flush (rig->exchange, rig->to_client);
          dtc_fake_exchange_beat (rig->exchange, rig->to_client);
        }
      else if (next > rig->now)
        break;
    }
  /* A machine that never comes to rest would be a busy loop. */
  if (rounds == 2000)
    core_rig_violation (rig, "it never comes to rest");

  return rig->open && !rig->hole ? MIN (next, rig->next_beat) : next;
}

void
core_rig_run_for (CoreRig *rig, gint64 usec)
{
  gint64 end = rig->now + usec;

  while (rig->violation == NULL)
    {
      gint64 next = core_rig_settle (rig);

      if (next > end)
        break;
      rig->now = MAX (rig->now, next);
    }
  rig->now = MAX (rig->now, end);
}

void
core_rig_crash (CoreRig *rig)
{
  dtc_session_free (g_steal_pointer (&rig->session));
  desk_engine_free (g_steal_pointer (&rig->engine));
  rig->opening = rig->open = rig->hole = FALSE;
  rig->hold_up = rig->hold_down = rig->hold_commits = FALSE;
  rig->link = DESK_LINK_DOWN;
  g_byte_array_set_size (rig->to_server, 0);
  g_byte_array_set_size (rig->to_client, 0);
  g_array_set_size (rig->writings, 0);
  g_ptr_array_set_size (rig->records, (gint) rig->committed);
  /* Another process: it has told nothing yet. */
  g_hash_table_remove_all (rig->executions);
  g_hash_table_remove_all (rig->shown);
  g_ptr_array_set_size (rig->shown_order, 0);
  rig->position_shown = rig->position_stale = FALSE;
  /* A new process tells the fills of its last day, by its own calendar. */
  rig->fills_untold = rig->fills_untold || rig->utc_extra != 0;
  /* The ids that may be out are not used again, as the state manager has it. */
  rig->engine_config.next_counter += 1000;
  start_client (rig);
}

void
core_rig_line (CoreRig *rig, const char *line)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (DeskCommand) command = desk_order_line_parse (line, &error);

  g_assert_no_error (error);
  command->clicked = rig->now;
  command->ticket.source = DESK_SOURCE_LINE;
  desk_engine_command (rig->engine, command, rig->now);
}

void
core_rig_command (CoreRig *rig, DeskCommandKind kind, const char *id)
{
  g_autoptr (DeskCommand) command = desk_command_new (kind);

  command->clicked = rig->now;
  command->ticket.source = DESK_SOURCE_LINE;
  if (id != NULL)
    g_strlcpy (command->id, id, sizeof command->id);
  desk_engine_command (rig->engine, command, rig->now);
}

const CoreShown *
core_rig_shown (CoreRig *rig, const char *id)
{
  return g_hash_table_lookup (rig->shown, id);
}

guint
core_rig_count_notices (CoreRig *rig, const char *code)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (rig->notices, code));
}
