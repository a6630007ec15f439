/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-io.h"

#include "desk-failpoint.h"
#include "desk-clock.h"
#include "desk-payload-preview.h"

struct _DeskIo
{
  DeskEngine         *engine;    /* dtc-io, once attached */
  DeskStateManager   *manager;
  DeskInbox          *inbox;
  DeskFlightRecorder *recorder;
  DtcDataBridge      *bridge;
  DtcCaptureWriter   *capture;   /* or NULL */
  GSource            *timer;     /* dtc-io: the end of a wait */
  gboolean            kicked;    /* dtc-io: the bridge will look soon */
  guint32             n_links;   /* dtc-io: connections that came about, for the log panel */
  gboolean            clock_known; /* dtc-io: the server's heartbeats say its time, */
  gint64              clock_offset; /* so far from ours */
  guint64             appended;  /* dtc-io: seq of the last record, and of the last one on disk */
  guint64             durable;
  guint64             committed; /* of the durable ones: what the engine has been told */
  gint64              commit_usec;
  GError             *error;     /* why nothing more becomes durable */
  gboolean            keeps;     /* dtc-io: there is a state file, and it is open */
  gboolean            failed;

  DtcLearned          known;     /* dtc-io: what was last told */
  DeskIoLearned       learned;
  gpointer            learned_data;
  DeskIoFunc          restored;
  gpointer            restored_data;
  gboolean          (*wish) (DeskIo *self); /* dtc-io: what somebody waits for */
  gint64              wish_deadline;
  DeskIoFunc          granted;
  gpointer            granted_data;
};

static void step (DeskIo *self);

static gboolean
kicked_cb (gpointer user_data)
{
  DeskIo *self = user_data;

  self->kicked = FALSE;
  step (self);
  return G_SOURCE_REMOVE;
}

/* The bridge calls tick and hands bytes to the kernel after everything that went through it. What came another way
 * tells it so. */
static void
kick (DeskIo *self)
{
  if (self->kicked)
    return;
  self->kicked = TRUE;
  dtc_data_bridge_invoke (self->bridge, kicked_cb, self, NULL);
}

/* The world of the engine. */

/* A boundary before and one behind each kind of record. */
static void
pass_append (DeskRecordKind kind,
             gboolean       before)
{
#define PASS(name) \
  do \
    { \
      if (before) \
        DESK_FAILPOINT (name ".before-append"); \
      else \
        DESK_FAILPOINT (name ".appended"); \
    } \
  while (0)

  switch (kind)
    {
    case DESK_RECORD_LINK:
      PASS ("link");
      break;
    case DESK_RECORD_INTENT:
      PASS ("intent");
      break;
    case DESK_RECORD_OUTCOME:
      PASS ("outcome");
      break;
    case DESK_RECORD_EVENT:
      PASS ("event");
      break;
    case DESK_RECORD_TRANSITION:
      PASS ("transition");
      break;
    case DESK_RECORD_HUMAN:
      PASS ("human");
      break;
    case DESK_RECORD_INSTANCE:
    case DESK_RECORD_FILL:
    case DESK_RECORD_SNAPSHOT:
      break;
    }
#undef PASS
}

static guint64
world_append (gpointer     world,
              DeskRecord **records,
              guint        n_records,
              gboolean     now)
{
  DeskIo *self = world;

  if (self->keeps)
    {
      DeskRecordKind kind = records[n_records - 1]->kind;

      if (records[0]->kind == DESK_RECORD_EVENT)
        kind = DESK_RECORD_EVENT;
      pass_append (kind, TRUE);
      self->appended = desk_state_manager_append (self->manager, records, n_records,
                                                  now ? DESK_APPEND_NOW : DESK_APPEND_GROUP);
      pass_append (kind, FALSE);
      return self->appended;
    }

  for (guint i = 0; i < n_records; i++)
    {
      records[i]->seq = ++self->appended;
      desk_record_free (records[i]);
    }
  return self->appended;
}

static gboolean
world_encode (gpointer          world,
              const DtcMessage *message,
              GByteArray       *out,
              GError          **error)
{
  DeskIo *self = world;

  return dtc_session_encode (dtc_data_bridge_get_session (self->bridge), message, out, error);
}

static gboolean
world_write (gpointer      world,
             const guint8 *data,
             gsize         len,
             DtcLane       lane,
             guint64       cookie,
             GError      **error)
{
  DeskIo *self = world;

  return dtc_session_write_bytes (dtc_data_bridge_get_session (self->bridge), data, len, lane, cookie,
                                  desk_clock_mono (), error);
}

static void
world_publish (gpointer   world,
               DeskEvent *event)
{
  DeskIo *self = world;

  if (event->kind == DESK_EVENT_HEALTH && self->bridge != NULL)
    {
      event->health.write_queue = (guint) dtc_data_bridge_get_queued (self->bridge);
      event->health.clock_known = self->clock_known;
      event->health.clock_offset_usec = self->clock_offset;
    }
  desk_inbox_push (self->inbox, event);
}

static gint64
world_utc (gpointer world)
{
  return desk_clock_utc ();
}

static gint64
world_boot (gpointer world)
{
  return desk_clock_boot ();
}

static void
world_drop (gpointer      world,
            DtcLinkReason reason,
            const char   *text,
            gboolean      immediately)
{
  DeskIo *self = world;

  /* What has stopped for good does not try again by itself; a person may ask for it. */
  if (reason == DTC_REASON_USER && dtc_session_get_state (dtc_data_bridge_get_session (self->bridge)) == DTC_LINK_STOPPED)
    dtc_data_bridge_start (self->bridge);
  else
    dtc_session_drop (dtc_data_bridge_get_session (self->bridge), reason, text, immediately, desk_clock_mono ());
}

static void
world_rest (gpointer world)
{
  DeskIo *self = world;

  dtc_session_stop (dtc_data_bridge_get_session (self->bridge), desk_clock_mono ());
}

static DeskKept
world_keep_aside (gpointer world,
                  guint64  seq)
{
  DeskIo *self = world;

  return self->manager != NULL ? desk_state_manager_keep_aside (self->manager, seq) : DESK_KEPT_NOWHERE;
}

static const DeskWorld desk_io_world = {
  world_append,
  world_encode,
  world_write,
  world_publish,
  world_utc,
  world_boot,
  world_drop,
  world_rest,
  world_keep_aside,
};

/* The sink of the session. */

static void
tell_learned (DeskIo *self)
{
  DtcLearned learned = dtc_session_get_learned (dtc_data_bridge_get_session (self->bridge));

  if (learned.known == self->known.known && learned.handshake == self->known.handshake
      && learned.encoding == self->known.encoding)
    return;
  self->known = learned;
  self->learned (&learned, self->learned_data);
}

static gboolean
is_open (DtcLinkState state)
{
  return state != DTC_LINK_DOWN && state != DTC_LINK_CONNECTING && state != DTC_LINK_STOPPED;
}

/* The link's changes stand between its messages. */
static void
record_link (DeskIo              *self,
             const DtcLinkChange *change,
             gint64               now)
{
  g_autofree char *text = NULL;

  if (is_open (change->state) && !is_open (change->previous))
    text = g_strdup_printf ("link #%u opened to %s:%u", ++self->n_links, change->host, change->port);
  else if (!is_open (change->state) && is_open (change->previous))
    text = g_strdup_printf ("link #%u ended: %s", self->n_links, change->text);
  else if (change->previous == DTC_LINK_CONNECTING && change->state != DTC_LINK_CONNECTING)
    text = g_strdup_printf ("no connection: %s", change->text);
  if (text != NULL)
    desk_flight_recorder_note (self->recorder, text, self->n_links, desk_clock_utc (), desk_clock_mono ());
}

static void
sink_link (gpointer             user_data,
           const DtcLinkChange *change,
           gint64               now)
{
  DeskIo *self = user_data;

  if (self->learned != NULL)
    tell_learned (self);
  if (self->capture != NULL)
    dtc_capture_writer_link (self->capture, change, now);
  record_link (self, change, now);
  /* The next server's clock is another one. */
  if (!is_open (change->state))
    self->clock_known = FALSE;
  desk_engine_link (self->engine, change, now);
}

static void
sink_message (gpointer          user_data,
              const DtcMessage *message,
              const DtcReceipt *receipt)
{
  DeskIo *self = user_data;

  if (message->type == DTC_MSG_ORDER_UPDATE && dtc_debug_enabled ())
    {
      g_autofree char *preview = desk_payload_preview (message);

      dtc_debug_line ("debug", "router.order payload_preview=%s", preview);
    }
  desk_engine_message (self->engine, message, receipt);
}

static void
sink_bad_frame (gpointer          user_data,
                const DtcMessage *partial,
                const DtcReceipt *receipt,
                const GError     *error)
{
  DeskIo *self = user_data;
  g_autofree char *text = g_strdup_printf ("a message that does not decode: %s", error->message);

  desk_flight_recorder_note (self->recorder, text, self->n_links, desk_clock_utc (), desk_clock_mono ());
  desk_engine_bad_frame (self->engine, partial, receipt, error);
}

static void
sink_heartbeat (gpointer user_data,
                guint32  num_dropped,
                gint64   now)
{
  DeskIo *self = user_data;

  gint64 seconds = dtc_session_get_server_seconds (dtc_data_bridge_get_session (self->bridge));

  self->clock_known = seconds > 0 && seconds < G_MAXINT64 / G_USEC_PER_SEC;
  if (self->clock_known)
    self->clock_offset = seconds * G_USEC_PER_SEC - desk_clock_utc ();
  desk_engine_heartbeat (self->engine, num_dropped, now);
}

static void
sink_written (gpointer user_data,
              guint64  cookie,
              gsize    accepted,
              gsize    total,
              gint64   now)
{
  DeskIo *self = user_data;

  desk_engine_written (self->engine, cookie, accepted, total, now);
}

static void
sink_wire (gpointer          user_data,
           DtcWireDirection  direction,
           const DtcMessage *message,
           const guint8     *raw,
           gsize             raw_len,
           gsize             wire_len,
           gint64            now)
{
  DeskIo *self = user_data;
  DtcCodec codec = dtc_session_get_codec (dtc_data_bridge_get_session (self->bridge));

  if (self->capture != NULL)
    dtc_capture_writer_wire (self->capture, direction, codec, raw, raw_len, now);
  desk_flight_recorder_wire (self->recorder, direction, &codec, raw, raw_len, wire_len, self->n_links, desk_clock_utc (),
                             desk_clock_mono ());
}

static gboolean
all_answered (DeskIo *self)
{
  return desk_engine_count_unanswered (self->engine) == 0;
}

static gboolean
all_durable (DeskIo *self)
{
  return self->failed || self->committed >= self->appended;
}

static void
look_at_wish (DeskIo *self)
{
  if (self->wish == NULL || (!self->wish (self) && desk_clock_mono () < self->wish_deadline))
    return;
  if (self->wish == all_durable)
    self->keeps = FALSE;
  self->wish = NULL;
  self->granted (NULL, self->granted_data);
}

static gint64
sink_tick (gpointer user_data,
           gint64   now)
{
  DeskIo *self = user_data;
  gint64 next;

  /* Without a state file what was "kept" is done at once, but never inside the call that kept it. */
  while (self->manager == NULL && self->committed < self->appended)
    {
      self->committed = self->appended;
      desk_engine_committed (self->engine, self->committed, 0, now);
    }
  next = desk_engine_tick (self->engine, now);
  look_at_wish (self);
  return self->manager == NULL && self->committed < self->appended ? now : next;
}

static const DtcSink desk_io_sink_members = {
  sink_link,
  sink_message,
  sink_bad_frame,
  sink_heartbeat,
  sink_written,
  sink_wire,
  sink_tick,
};

const DtcSink *
desk_io_sink (void)
{
  return &desk_io_sink_members;
}

/* The journal's answers. One commit may release hundreds of orders; they go on by so many records at a time, so that
 * the kernel takes the first before the last is queued, and the bounded queue of the bridge does not overflow while
 * the server reads well. */

#define STEP_RECORDS 64

static void
step (DeskIo *self)
{
  gint64 now = desk_clock_mono ();

  if (self->committed < self->durable)
    {
      DESK_FAILPOINT ("commit.before-release");
      self->committed = MIN (self->durable, self->committed + STEP_RECORDS);
      desk_engine_committed (self->engine, self->committed, self->commit_usec, now);
      kick (self);
    }
  else if (self->error != NULL && !self->failed)
    {
      self->failed = TRUE;
      desk_engine_storage_failed (self->engine, self->error, now);
      kick (self);
    }
  look_at_wish (self);
}

static void
committed_cb (guint64       seq,
              gint64        commit_usec,
              const GError *error,
              gpointer      user_data)
{
  DeskIo *self = user_data;

  self->durable = MAX (self->durable, seq);
  self->commit_usec = commit_usec;
  if (error != NULL && self->error == NULL)
    self->error = g_error_copy (error);
  if (!self->kicked)
    step (self);
}

static void
restored_all (DeskIo       *self,
              const GError *error)
{
  DeskIoFunc func = self->restored;

  self->restored = NULL;
  if (func == NULL)
    return;
  if (error == NULL)
    desk_engine_restored (self->engine, desk_clock_mono ());
  func (error, self->restored_data);
}

static void
restored_cb (const DeskRecord *record,
             const GError     *error,
             gpointer          user_data)
{
  DeskIo *self = user_data;

  if (record != NULL)
    {
      self->appended = self->durable = self->committed = record->seq;
      desk_engine_restore (self->engine, record);
    }
  else
    restored_all (self, error);
}

static gboolean
nothing_to_restore_cb (gpointer user_data)
{
  restored_all (user_data, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  g_source_set_ready_time (source, -1);
  look_at_wish (user_data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = { NULL, NULL, timer_dispatch, NULL, NULL, NULL };

static gboolean
never_called (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

DeskIo *
desk_io_new (const DeskEngineConfig *config,
             DeskStateManager       *manager,
             DeskInbox              *inbox,
             DeskFlightRecorder     *recorder)
{
  DeskIo *self = g_new0 (DeskIo, 1);

  self->manager = manager;
  self->keeps = manager != NULL;
  self->inbox = inbox;
  self->recorder = recorder;
  self->engine = desk_engine_new (config, &desk_io_world, self);
  return self;
}

void
desk_io_set_learned (DeskIo           *self,
                     const DtcLearned *known,
                     DeskIoLearned     func,
                     gpointer          user_data)
{
  self->known = *known;
  self->learned = func;
  self->learned_data = user_data;
}

void
desk_io_set_capture (DeskIo           *self,
                     DtcCaptureWriter *writer)
{
  self->capture = writer;
}

void
desk_io_attach (DeskIo        *self,
                DtcDataBridge *bridge)
{
  GMainContext *context = dtc_data_bridge_get_context (bridge);

  self->bridge = bridge;
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "desk-io wait");
  g_source_set_callback (self->timer, never_called, self, NULL);
  g_source_set_ready_time (self->timer, -1);
  g_source_attach (self->timer, context);
  if (self->manager != NULL)
    desk_state_manager_set_completion (self->manager, context, committed_cb, self);
}

void
desk_io_restore (DeskIo     *self,
                 DeskIoFunc  func,
                 gpointer    user_data)
{
  self->restored = func;
  self->restored_data = user_data;
  if (self->manager != NULL)
    desk_state_manager_restore (self->manager, restored_cb, self);
  else
    dtc_data_bridge_invoke (self->bridge, nothing_to_restore_cb, self, NULL);
}

typedef struct
{
  DeskIo      *self;
  DeskCommand *command;
} Command;

static gboolean
command_cb (gpointer user_data)
{
  Command *closure = user_data;

  desk_engine_command (closure->self->engine, closure->command, desk_clock_mono ());
  return G_SOURCE_REMOVE;
}

static void
command_free (gpointer user_data)
{
  Command *closure = user_data;

  desk_command_free (closure->command);
  g_free (closure);
}

void
desk_io_command (DeskIo      *self,
                 DeskCommand *command)
{
  Command *closure = g_new (Command, 1);

  closure->self = self;
  closure->command = command;
  dtc_data_bridge_invoke (self->bridge, command_cb, closure, command_free);
}

typedef struct
{
  DeskIo     *self;
  gboolean  (*condition) (DeskIo *self);
  gint64      deadline;
  DeskIoFunc  func;
  gpointer    user_data;
} Wish;

static gboolean
wish_cb (gpointer user_data)
{
  Wish *wish = user_data;
  DeskIo *self = wish->self;

  self->wish = wish->condition;
  self->wish_deadline = wish->deadline;
  self->granted = wish->func;
  self->granted_data = wish->user_data;
  g_source_set_ready_time (self->timer, self->wish_deadline);
  look_at_wish (self);
  return G_SOURCE_REMOVE;
}

static void
wish_for (DeskIo     *self,
          gboolean  (*condition) (DeskIo *self),
          gint64      deadline,
          DeskIoFunc  func,
          gpointer    user_data)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->self = self;
  wish->condition = condition;
  wish->deadline = deadline;
  wish->func = func;
  wish->user_data = user_data;
  dtc_data_bridge_invoke (self->bridge, wish_cb, wish, g_free);
}

void
desk_io_drain (DeskIo     *self,
               gint64      deadline,
               DeskIoFunc  func,
               gpointer    user_data)
{
  wish_for (self, all_answered, deadline, func, user_data);
}

void
desk_io_settle (DeskIo     *self,
                gint64      deadline,
                DeskIoFunc  func,
                gpointer    user_data)
{
  wish_for (self, all_durable, deadline, func, user_data);
}

static gboolean
finish_cb (gpointer user_data)
{
  Wish *wish = user_data;
  DeskIo *self = wish->self;

  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  desk_engine_free (self->engine);
  g_clear_error (&self->error);
  g_free (self);
  wish->func (NULL, wish->user_data);
  return G_SOURCE_REMOVE;
}

void
desk_io_finish (DeskIo     *self,
                DeskIoFunc  func,
                gpointer    user_data)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->self = self;
  wish->func = func;
  wish->user_data = user_data;
  dtc_data_bridge_invoke (self->bridge, finish_cb, wish, g_free);
}
