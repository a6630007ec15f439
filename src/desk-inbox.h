/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-event.h"

G_BEGIN_DECLS

/* The hop of events from dtc-io to the main thread: lock-free, in order, nothing lost. Quotes, books and health
 * reports, of which only the newest counts, are merged by symbol, and prints of a symbol are gathered, DESK_TRADES_MAX of
 * them: a main thread that stands still for an hour finds one quote and one book for each symbol, the prints that a
 * tape would show, and every order event. */

typedef struct _DeskInbox DeskInbox;

typedef enum
{
  DESK_INBOX_NOW,  /* an order, a link change, an answer: the reader should look at once */
  DESK_INBOX_SOON, /* a quote: within a frame is enough */
} DeskInboxUrgency;

/* Called by the pushing thread after the event is in; may be called more often than needed, never less. */
typedef void (*DeskInboxWake) (DeskInboxUrgency  urgency,
                               gpointer          user_data);

DeskInbox *desk_inbox_new   (DeskInboxWake    wake,
                             gpointer         user_data);
/* Frees what was not read, too. */
void       desk_inbox_free  (DeskInbox       *self);
/**
 * desk_inbox_push:
 * @event: (transfer full): what happened
 *
 * Any thread; what is merged (quotes, books, prints, health) from one thread only. Never blocks.
 */
void       desk_inbox_push  (DeskInbox       *self,
                             DeskEvent       *event);
/**
 * desk_inbox_pop:
 *
 * Reading thread only.
 *
 * Returns: (transfer full) (nullable): the oldest event; a merged one stands where the first of its kind stood
 */
DeskEvent *desk_inbox_pop   (DeskInbox       *self);
/* How many events wait; a merged one counts once. Any thread, approximate. */
guint      desk_inbox_depth (DeskInbox       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskInbox, desk_inbox_free)

G_END_DECLS
