/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-flight-recorder.h"

#include <stdatomic.h>
#include <string.h>

#include "desk-queue.h"
#include "desk-wakeup.h"

/* The window looks at most this often. */
#define LOOK_USEC (50 * 1000)
/* Market data and heartbeats kept beside the trading messages; everything with DEBUG_DTC. Thrown away by halves,
 * since each such step is one splice over the whole stretch. */
#define CHATTER_MAX 10000

typedef struct
{
  DeskQueueNode   queued;
  DeskFlightEntry entry;
  DeskFlightRow  *row;     /* main: the row that shows it, while somebody holds it */
  guint           refs;    /* main: the recorder's and the row's */
  gboolean        chatter;
} Node;

struct _DeskFlightRow
{
  GObject parent_instance;
  Node   *node;
};

struct _DeskFlightRecorder
{
  GObject          parent_instance;

  DeskQueue        written;
  _Atomic (guint)  n_waiting; /* chatter in it: bounded, for a main thread that stands still */
  DeskWakeup      *wakeup;

  /* The writing thread's. */
  guint64          last_number;
  GString         *line;
  GHashTable      *names;     /* type -> GRefString */

  /* The main thread's. */
  Node           **ring;      /* a queue: n_nodes from first on, of a power of two of places */
  guint            size, first, n_nodes;
  guint            n_chatter, chatter_max;
};

static void
node_unref (Node *node)
{
  if (--node->refs > 0)
    return;
  g_clear_pointer (&node->entry.name, g_ref_string_release);
  g_clear_pointer (&node->entry.text, g_ref_string_release);
  g_clear_pointer (&node->entry.raw, g_ref_string_release);
  g_free (node);
}

G_DEFINE_FINAL_TYPE (DeskFlightRow, desk_flight_row, G_TYPE_OBJECT)

static void
desk_flight_row_finalize (GObject *object)
{
  DeskFlightRow *self = DESK_FLIGHT_ROW (object);

  self->node->row = NULL;
  node_unref (self->node);
  G_OBJECT_CLASS (desk_flight_row_parent_class)->finalize (object);
}

static void
desk_flight_row_class_init (DeskFlightRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_flight_row_finalize;
}

static void
desk_flight_row_init (DeskFlightRow *self)
{
}

const DeskFlightEntry *
desk_flight_row_get_entry (DeskFlightRow *self)
{
  g_return_val_if_fail (DESK_IS_FLIGHT_ROW (self), NULL);

  return &self->node->entry;
}

static Node **
place (DeskFlightRecorder *self,
       guint               position)
{
  return &self->ring[(self->first + position) & (self->size - 1)];
}

static GType
desk_flight_recorder_get_item_type (GListModel *model)
{
  return DESK_TYPE_FLIGHT_ROW;
}

static guint
desk_flight_recorder_get_n_items (GListModel *model)
{
  return DESK_FLIGHT_RECORDER (model)->n_nodes;
}

static gpointer
desk_flight_recorder_get_item (GListModel *model,
                               guint       position)
{
  DeskFlightRecorder *self = DESK_FLIGHT_RECORDER (model);
  Node *node;

  if (position >= self->n_nodes)
    return NULL;
  node = *place (self, position);
  if (node->row != NULL)
    return g_object_ref (node->row);
  node->row = g_object_new (DESK_TYPE_FLIGHT_ROW, NULL);
  node->row->node = node;
  node->refs++;
  return node->row;
}

static void
desk_flight_recorder_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = desk_flight_recorder_get_item_type;
  iface->get_n_items = desk_flight_recorder_get_n_items;
  iface->get_item = desk_flight_recorder_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DeskFlightRecorder, desk_flight_recorder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, desk_flight_recorder_list_model_init))

static void
ring_append (DeskFlightRecorder *self,
             Node               *node)
{
  Node **larger;

  if (self->n_nodes == self->size)
    {
      larger = g_new (Node *, (gsize) self->size * 2);
      for (guint i = 0; i < self->n_nodes; i++)
        larger[i] = *place (self, i);
      g_free (self->ring);
      self->ring = larger;
      self->first = 0;
      self->size *= 2;
    }
  self->n_nodes++;
  *place (self, self->n_nodes - 1) = node;
}

static Node *
ring_pop (DeskFlightRecorder *self)
{
  Node *node = *place (self, 0);

  self->first = (self->first + 1) & (self->size - 1);
  self->n_nodes--;
  return node;
}

/* Drops the older half of the chatter, wherever it stands, as one splice. */
static void
drop_chatter (DeskFlightRecorder *self)
{
  guint excess = self->n_chatter - self->chatter_max / 2;
  guint begin = G_MAXUINT, kept = 0, end;

  for (end = 0; excess > 0; end++)
    {
      Node *node = *place (self, end);

      if (node->chatter)
        {
          if (begin == G_MAXUINT)
            begin = end;
          excess--;
          self->n_chatter--;
          node_unref (node);
        }
      else if (begin != G_MAXUINT)
        *place (self, begin + kept++) = node;
    }
  for (guint i = end; i < self->n_nodes; i++)
    *place (self, begin + kept + i - end) = *place (self, i);
  self->n_nodes -= end - begin - kept;
  g_list_model_items_changed (G_LIST_MODEL (self), begin, end - begin, kept);
}

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
  guint before = self->n_nodes;
  guint n_trading, dropped = 0;

  g_object_ref (self);
  for (DeskQueueNode *queued = take_written (self); queued != NULL; queued = queued->next)
    {
      Node *node = (Node *) queued;

      if (node->chatter)
        self->n_chatter++;
      ring_append (self, node);
    }
  if (self->n_nodes > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->n_nodes - before);

  if (self->n_chatter > self->chatter_max)
    drop_chatter (self);
  n_trading = self->n_nodes - self->n_chatter;
  while (n_trading > DESK_FLIGHT_RECORDER_MAX)
    {
      Node *node = ring_pop (self);

      if (node->chatter)
        self->n_chatter--;
      else
        n_trading--;
      node_unref (node);
      dropped++;
    }
  if (dropped > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, dropped, 0);
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
      node_unref ((Node *) queued);
    }
  while (self->n_nodes > 0)
    node_unref (ring_pop (self));
  g_free (self->ring);
  g_string_free (self->line, TRUE);
  g_hash_table_unref (self->names);

  G_OBJECT_CLASS (desk_flight_recorder_parent_class)->finalize (object);
}

static void
desk_flight_recorder_class_init (DeskFlightRecorderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_flight_recorder_finalize;
}

static void
release_name (gpointer name)
{
  g_ref_string_release (name);
}

static void
desk_flight_recorder_init (DeskFlightRecorder *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  desk_queue_init (&self->written);
  self->wakeup = desk_wakeup_new (context, G_PRIORITY_DEFAULT_IDLE, look, self);
  self->line = g_string_new (NULL);
  self->names = g_hash_table_new_full (NULL, NULL, NULL, release_name);
  self->size = 1024;
  self->ring = g_new (Node *, self->size);
  self->chatter_max = dtc_debug_enabled () ? DESK_FLIGHT_RECORDER_MAX : CHATTER_MAX;
}

DeskFlightRecorder *
desk_flight_recorder_new (void)
{
  return g_object_new (DESK_TYPE_FLIGHT_RECORDER, NULL);
}

static GRefString *
name_of (DeskFlightRecorder *self,
         guint16             type)
{
  GRefString *name = g_hash_table_lookup (self->names, GUINT_TO_POINTER (type));
  const DtcMessageDesc *desc;

  if (name == NULL)
    {
      desc = dtc_message_desc (type);
      name = g_ref_string_new (desc != NULL ? desc->camel_name : "?");
      g_hash_table_insert (self->names, GUINT_TO_POINTER (type), name);
    }
  return g_ref_string_acquire (name);
}

/* Text of any peer as valid UTF-8; binary as hexadecimal digits. */
static GRefString *
readable (const guint8 *raw,
          gsize         len)
{
  static const char digits[] = "0123456789abcdef";
  g_autoptr (GString) hex = NULL;
  g_autofree char *valid = NULL;

  if (len > 0 && raw[len - 1] == '\0')
    len--;
  if (len > 0 && memchr (raw, '\0', len) == NULL)
    {
      if (g_utf8_validate_len ((const char *) raw, len, NULL))
        return g_ref_string_new_len ((const char *) raw, len);
      valid = g_utf8_make_valid ((const char *) raw, len);
      return g_ref_string_new (valid);
    }
  hex = g_string_sized_new (3 * len);
  for (gsize i = 0; i < len; i++)
    {
      if (i > 0)
        g_string_append_c (hex, ' ');
      g_string_append_c (hex, digits[raw[i] >> 4]);
      g_string_append_c (hex, digits[raw[i] & 15]);
    }
  return g_ref_string_new_len (hex->str, hex->len);
}

static void
push (DeskFlightRecorder *self,
      Node               *node)
{
  node->refs = 1;
  node->entry.number = ++self->last_number;
  if (desk_queue_push (&self->written, &node->queued))
    desk_wakeup_in (self->wakeup, LOOK_USEC);
}

void
desk_flight_recorder_wire (DeskFlightRecorder *self,
                           DtcWireDirection    direction,
                           const DtcMessage   *message,
                           const guint8       *raw,
                           gsize               raw_len,
                           guint32             epoch,
                           gint64              utc)
{
  gboolean chatter = message->type == DTC_MSG_HEARTBEAT || (message->type >= 100 && message->type < 200);
  Node *node;

  if (chatter
      && atomic_fetch_add_explicit (&self->n_waiting, 1, memory_order_relaxed) >= DESK_FLIGHT_RECORDER_MAX)
    return;

  node = g_new0 (Node, 1);
  node->chatter = chatter;
  node->entry.utc = utc;
  node->entry.direction = direction;
  node->entry.type = message->type;
  node->entry.size = MIN (raw_len, G_MAXUINT16);
  node->entry.epoch = epoch;
  node->entry.name = name_of (self, message->type);
  g_string_truncate (self->line, 0);
  dtc_message_describe (message, self->line);
  node->entry.text = g_ref_string_new_len (self->line->str, self->line->len);
  node->entry.raw = readable (raw, raw_len);
  push (self, node);
}

void
desk_flight_recorder_note (DeskFlightRecorder *self,
                           const char         *text,
                           guint32             epoch,
                           gint64              utc)
{
  Node *node = g_new0 (Node, 1);

  node->entry.utc = utc;
  node->entry.epoch = epoch;
  node->entry.name = g_ref_string_new_intern ("");
  node->entry.text = g_ref_string_new (text);
  node->entry.raw = g_ref_string_new_intern ("");
  push (self, node);
}
