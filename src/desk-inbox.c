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

/* One kind of mergeable news. The writer puts its event in; whoever finds the place empty also queues the node, so
 * the node is in the queue exactly while the place is taken. */
struct _Slot
{
  Node                 node;
  _Atomic (DeskEvent *) newest;
};

struct _DeskInbox
{
  DeskQueue        pushed;
  _Atomic (guint)  depth;
  DeskQueueNode   *first;  /* reader: taken, oldest first */
  GHashTable      *quotes; /* pushing thread: symbol -> Slot */
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
  self->quotes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, slot_free);
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
  g_hash_table_unref (self->quotes);
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
slot_for (DeskInbox       *self,
          const DeskEvent *event)
{
  Slot *slot;

  if (event->kind == DESK_EVENT_HEALTH)
    return &self->health;
  slot = g_hash_table_lookup (self->quotes, event->quote.symbol);
  if (slot == NULL)
    {
      slot = g_new0 (Slot, 1);
      slot->node.slot = slot;
      g_hash_table_insert (self->quotes, g_strdup (event->quote.symbol), slot);
    }
  return slot;
}

void
desk_inbox_push (DeskInbox *self,
                 DeskEvent *event)
{
  DeskEvent *older;
  Slot *slot;
  Node *node;

  g_return_if_fail (self != NULL);
  g_return_if_fail (event != NULL);

  if (event->kind == DESK_EVENT_QUOTE || event->kind == DESK_EVENT_HEALTH)
    {
      slot = slot_for (self, event);
      older = atomic_exchange_explicit (&slot->newest, event, memory_order_acq_rel);
      if (older == NULL)
        push_node (self, &slot->node);
      else
        desk_event_free (older);
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

DeskEvent *
desk_inbox_pop (DeskInbox *self)
{
  DeskEvent *event;
  Node *node;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->first == NULL)
    self->first = desk_queue_take (&self->pushed);
  node = (Node *) self->first;
  if (node == NULL)
    return NULL;
  self->first = node->queued.next;
  atomic_fetch_sub_explicit (&self->depth, 1, memory_order_relaxed);

  /* After the exchange the pushing thread may use a slot's node again. */
  if (node->slot != NULL)
    return atomic_exchange_explicit (&node->slot->newest, NULL, memory_order_acq_rel);
  event = node->event;
  g_free (node);
  return event;
}

guint
desk_inbox_depth (DeskInbox *self)
{
  return atomic_load_explicit (&self->depth, memory_order_relaxed);
}
