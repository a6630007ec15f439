/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-inbox.h"

#include <stdatomic.h>

#include "desk-queue.h"

typedef struct _Slot Slot;
typedef struct _Node Node;

struct _Node
{
  DeskQueueNode queued;
  DeskEvent    *event; /* NULL: the newest is in slot */
  Slot         *slot;
};

/* One kind of mergeable news. The writer merges what is there with its event and puts it back; while the node is in
 * the queue it is not queued again. The reader takes the node out before it takes the event, so that whatever is put
 * in afterwards queues the node anew: at worst a node finds an empty place. */
struct _Slot
{
  Node                  node;
  _Atomic (DeskEvent *) newest;
  atomic_bool           queued;
};

/* What is merged by symbol. */
enum
{
  MERGED_QUOTES,
  MERGED_BOOKS,
  MERGED_QUEUES,
  MERGED_TRADES,
  N_MERGED
};

struct _DeskInbox
{
  DeskQueue        pushed;
  _Atomic (guint)  depth;
  DeskQueueNode   *first;  /* reader: taken, oldest first */
  GHashTable      *slots[N_MERGED]; /* pushing thread: symbol -> Slot */
  Slot             health;
  DeskInboxWake    wake;
  gpointer         user_data;
};

static void
slot_free (gpointer data)
{
  Slot *slot = data;

  desk_event_free (atomic_load (&slot->newest));
  g_free (slot);
}

DeskInbox *
desk_inbox_new (DeskInboxWake wake,
                gpointer      user_data)
{
  DeskInbox *self = g_new0 (DeskInbox, 1);

  self->wake = wake;
  self->user_data = user_data;
  desk_queue_init (&self->pushed);
  for (guint i = 0; i < N_MERGED; i++)
    self->slots[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, slot_free);
  self->health.node.slot = &self->health;
  return self;
}

void
desk_inbox_free (DeskInbox *self)
{
  DeskEvent *event;

  if (self == NULL)
    return;
  while ((event = desk_inbox_pop (self)) != NULL)
    desk_event_free (event);
  for (guint i = 0; i < N_MERGED; i++)
    g_hash_table_unref (self->slots[i]);
  g_free (self);
}

static void
push_node (DeskInbox *self,
           Node      *node)
{
  atomic_fetch_add_explicit (&self->depth, 1, memory_order_relaxed);
  desk_queue_push (&self->pushed, &node->queued);
}

static Slot *
slot_of_symbol (GHashTable *slots,
                const char *symbol)
{
  Slot *slot = g_hash_table_lookup (slots, symbol);

  if (slot == NULL)
    {
      slot = g_new0 (Slot, 1);
      slot->node.slot = slot;
      g_hash_table_insert (slots, g_strdup (symbol), slot);
    }
  return slot;
}

/* NULL: every one of its kind counts. */
static Slot *
slot_for (DeskInbox       *self,
          const DeskEvent *event)
{
  switch (event->kind)
    {
    case DESK_EVENT_HEALTH:
      return &self->health;
    case DESK_EVENT_QUOTE:
      return slot_of_symbol (self->slots[MERGED_QUOTES], event->quote.symbol);
    case DESK_EVENT_DEPTH:
      return slot_of_symbol (self->slots[MERGED_BOOKS], event->depth->symbol);
    case DESK_EVENT_QUEUE:
      return slot_of_symbol (self->slots[MERGED_QUEUES], event->queue->symbol);
    case DESK_EVENT_TRADES:
      return slot_of_symbol (self->slots[MERGED_TRADES], event->trades.symbol);
    default:
      return NULL;
    }
}

static void
merge (Slot      *slot,
       DeskEvent *event)
{
  DeskEvent *older;

  if (event->kind != DESK_EVENT_TRADES)
    {
      desk_event_free (atomic_exchange (&slot->newest, event));
      return;
    }
  older = atomic_exchange (&slot->newest, NULL);
  if (older != NULL)
    {
      desk_trades_append (&older->trades, &event->trades);
      desk_event_free (event);
      event = older;
    }
  atomic_store (&slot->newest, event);
}

void
desk_inbox_push (DeskInbox *self,
                 DeskEvent *event)
{
  Slot *slot;
  Node *node;

  g_return_if_fail (self != NULL);
  g_return_if_fail (event != NULL);

  slot = slot_for (self, event);
  if (slot != NULL)
    {
      merge (slot, event);
      if (!atomic_exchange (&slot->queued, TRUE))
        push_node (self, &slot->node);
      self->wake (DESK_INBOX_SOON, self->user_data);
    }
  else
    {
      node = g_new (Node, 1);
      node->event = event;
      node->slot = NULL;
      push_node (self, node);
      self->wake (DESK_INBOX_NOW, self->user_data);
    }
}

/* FALSE: nothing waits. TRUE with NULL: the place of what was merged was empty already. */
static gboolean
pop_node (DeskInbox  *self,
          DeskEvent **event)
{
  Node *node;

  if (self->first == NULL)
    self->first = desk_queue_take (&self->pushed);
  node = (Node *) self->first;
  if (node == NULL)
    return FALSE;
  self->first = node->queued.next;
  atomic_fetch_sub_explicit (&self->depth, 1, memory_order_relaxed);

  if (node->slot != NULL)
    {
      /* From here on the pushing thread may use a slot's node again. */
      Slot *slot = node->slot;

      atomic_store (&slot->queued, FALSE);
      *event = atomic_exchange (&slot->newest, NULL);
      return TRUE;
    }
  *event = node->event;
  g_free (node);
  return TRUE;
}

DeskEvent *
desk_inbox_pop (DeskInbox *self)
{
  DeskEvent *event = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  while (event == NULL && pop_node (self, &event))
    ;
  return event;
}

guint
desk_inbox_depth (DeskInbox *self)
{
  return atomic_load_explicit (&self->depth, memory_order_relaxed);
}
