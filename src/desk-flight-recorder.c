/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-flight-recorder.h"

#include <stdatomic.h>
#include <string.h>

#include "desk-queue.h"
#include "desk-wakeup.h"

/* The window looks at most this often. */
#define LOOK_USEC (50 * 1000)
/* Messages that wait for a main thread that stands still; beyond that market data is left out. */
#define MAX_WAITING 50000

typedef struct
{
  DeskQueueNode queued;
  DeskLogEntry  entry;
  gsize         skipped; /* messages before this one that found no room */
  guint8        raw[];
} Node;

struct _DeskFlightRecorder
{
  GObject         parent_instance;

  DeskQueue       written;
  _Atomic (guint) n_waiting; /* in it */
  DeskWakeup     *wakeup;
  gsize           skipped;   /* the writing thread's */
  DeskLogStore   *store;
  gboolean        everything;
};

G_DEFINE_FINAL_TYPE (DeskFlightRecorder, desk_flight_recorder, G_TYPE_OBJECT)

static DeskQueueNode *
take_written (DeskFlightRecorder *self)
{
  atomic_store_explicit (&self->n_waiting, 0, memory_order_relaxed);
  return desk_queue_take (&self->written);
}

static void
look (gpointer user_data)
{
  DeskFlightRecorder *self = user_data;
  DeskQueueNode *next;

  g_object_ref (self);
  for (DeskQueueNode *queued = take_written (self); queued != NULL; queued = next)
    {
      Node *node = (Node *) queued;

      next = queued->next;
      for (gsize i = 0; i < node->skipped; i++)
        desk_log_store_skip (self->store, &node->entry);
      desk_log_store_append (self->store, &node->entry);
      g_free (node);
    }
  desk_log_store_flush (self->store);
  g_object_unref (self);
}

static void
desk_flight_recorder_finalize (GObject *object)
{
  DeskFlightRecorder *self = DESK_FLIGHT_RECORDER (object);
  DeskQueueNode *next;

  desk_wakeup_free (self->wakeup);
  for (DeskQueueNode *queued = take_written (self); queued != NULL; queued = next)
    {
      next = queued->next;
      g_free (queued);
    }
  g_object_unref (self->store);

  G_OBJECT_CLASS (desk_flight_recorder_parent_class)->finalize (object);
}

static void
desk_flight_recorder_class_init (DeskFlightRecorderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_flight_recorder_finalize;
}

static void
desk_flight_recorder_init (DeskFlightRecorder *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  desk_queue_init (&self->written);
  self->wakeup = desk_wakeup_new (context, G_PRIORITY_DEFAULT_IDLE, look, self);
  self->everything = dtc_debug_enabled ();
  self->store = desk_log_store_new (DESK_FLIGHT_RECORDER_MAX,
                                    self->everything ? DESK_FLIGHT_RECORDER_EVERYTHING : DESK_FLIGHT_RECORDER_CHATTER,
                                    DESK_FLIGHT_RECORDER_BYTES);
}

DeskFlightRecorder *
desk_flight_recorder_new (void)
{
  return g_object_new (DESK_TYPE_FLIGHT_RECORDER, NULL);
}

DeskLogStore *
desk_flight_recorder_get_store (DeskFlightRecorder *self)
{
  g_return_val_if_fail (DESK_IS_FLIGHT_RECORDER (self), NULL);

  return self->store;
}

void
desk_flight_recorder_set_everything (DeskFlightRecorder *self,
                                     gboolean            everything)
{
  g_return_if_fail (DESK_IS_FLIGHT_RECORDER (self));

  self->everything = everything;
  desk_log_store_set_max_chatter (self->store,
                                  everything ? DESK_FLIGHT_RECORDER_EVERYTHING : DESK_FLIGHT_RECORDER_CHATTER);
}

gboolean
desk_flight_recorder_get_everything (DeskFlightRecorder *self)
{
  g_return_val_if_fail (DESK_IS_FLIGHT_RECORDER (self), FALSE);

  return self->everything;
}

static void
push (DeskFlightRecorder *self,
      const DeskLogEntry *entry)
{
  Node *node = g_malloc (sizeof (Node) + entry->size);

  node->entry = *entry;
  node->entry.raw = node->raw;
  if (entry->size > 0)
    memcpy (node->raw, entry->raw, entry->size);
  node->skipped = self->skipped;
  self->skipped = 0;
  if (desk_queue_push (&self->written, &node->queued))
    desk_wakeup_in (self->wakeup, LOOK_USEC);
}

/* Asked only when there is no room. */
static gboolean
is_chatter (const DeskLogEntry *entry)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_codec_decode (&entry->codec, entry->direction == DTC_WIRE_SENT ? DTC_TO_SERVER : DTC_TO_CLIENT, entry->raw,
                    entry->size, &message, NULL);
  return desk_log_is_chatter (message.type);
}

void
desk_flight_recorder_wire (DeskFlightRecorder *self,
                           DtcWireDirection    direction,
                           const DtcCodec     *codec,
                           const guint8       *raw,
                           gsize               raw_len,
                           gsize               wire_len,
                           guint32             link,
                           gint64              utc,
                           gint64              mono)
{
  DeskLogEntry entry = { DESK_LOG_FRAME, utc, mono, link, direction, *codec, raw, raw_len, wire_len };
  guint16 type;
  gint32 encoding;

  /* The handshake is binary whatever is agreed. */
  if (raw_len == DTC_HANDSHAKE_SIZE && dtc_handshake_read (raw, raw_len, &type, &encoding))
    entry.codec = (DtcCodec) { DTC_ENCODING_BINARY, DTC_NUMBERING_DTC };
  if (atomic_fetch_add_explicit (&self->n_waiting, 1, memory_order_relaxed) >= MAX_WAITING && is_chatter (&entry))
    {
      self->skipped++;
      return;
    }
  push (self, &entry);
}

void
desk_flight_recorder_note (DeskFlightRecorder *self,
                           const char         *text,
                           guint32             link,
                           gint64              utc,
                           gint64              mono)
{
  DeskLogEntry entry = { DESK_LOG_NOTE, utc, mono, link, DTC_WIRE_RECEIVED, { 0 }, (const guint8 *) text, strlen (text) };

  push (self, &entry);
}
