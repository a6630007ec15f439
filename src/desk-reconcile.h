/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-truth.h"

G_BEGIN_DECLS

/* What answers of the server prove, and what they do not. Pure. */

typedef enum
{
  DESK_BATCH_MORE,
  DESK_BATCH_COMPLETE,
  DESK_BATCH_BAD,      /* a hole, a repeat, a changing total: unavailable, not shorter */
} DeskBatchResult;

/* One numbered answer: complete when every number from 1 to the total came exactly once. */
typedef struct
{
  gint32      total;    /* 0: nothing came yet */
  guint       n_seen;
  GByteArray *seen;     /* one byte a number */
  gboolean    ended;
} DeskBatch;

/* More rows than this are no answer of a server that means well. */
#define DESK_BATCH_MAX 1000000

void            desk_batch_init  (DeskBatch *batch);
void            desk_batch_clear (DeskBatch *batch);
/**
 * desk_batch_add:
 * @batch: a batch
 * @total: how many rows the row says there are
 * @number: which one it is, from 1
 * @none: the row says that there are none
 */
DeskBatchResult desk_batch_add   (DeskBatch *batch,
                                  gint32     total,
                                  gint32     number,
                                  gboolean   none);

/* With row @number of @total it ends: it is complete then, or cannot be any more. */
gboolean        desk_batch_ends_with (const DeskBatch *batch,
                                      gint32           total,
                                      gint32           number);

/* What one round of questions brought. */
typedef struct
{
  gint64      started;           /* monotonic of the first question */
  gint64      listed_since;      /* monotonic of the first list of open orders that came whole, if that was not the first asked for */
  gint64      utc;
  gboolean    new_link;          /* first round of a connection */
  gboolean    orders_complete;
  GHashTable *listed;            /* (element-type guint64*): keys of orders the open-orders answer named */
  gboolean    positions_complete;
  GHashTable *positions_named;   /* (element-type utf8): account and symbol, as desk_evidence_position() */
  GHashTable *fills_complete;    /* accounts whose fills came whole -> gint64*, from when on: Unix seconds of the server's clock */
  guint       first_fill;        /* fills known when it began */
  guint       first_order;       /* orders known when it began */
  GHashTable *before;            /* as listed, by an earlier list of the same round; NULL: there was none */
  GHashTable *moved;             /* (element-type guint64*): keys of orders the server spoke of by itself since the round began */
  GHashTable *touched;           /* as positions_named: what it spoke of by itself since fills and positions were asked */
  GHashTable *unsettled;         /* (element-type guint64*): keys of orders about which the answers contradict each other */
  GHashTable *closed;            /* (element-type utf8): symbols whose trading session has ended, as the server says */
  GPtrArray  *waiting;           /* (element-type utf8): ServerOrderIDs of rows that are believed when their list is whole */
  GHashTable *unsent;            /* (element-type guint64*): keys of orders that have not left us: no list can have them */
} DeskEvidence;

void     desk_evidence_init     (DeskEvidence *evidence);
void     desk_evidence_clear    (DeskEvidence *evidence);
void     desk_evidence_listed   (DeskEvidence *evidence,
                                 guint64       key);
/* The list so far has not come whole: what it named is asked for again, at @now. */
void     desk_evidence_list_anew (DeskEvidence *evidence,
                                 gint64        now);
void     desk_evidence_unsent   (DeskEvidence *evidence,
                                 guint64       key);
void     desk_evidence_position (DeskEvidence *evidence,
                                 const char   *account,
                                 const char   *symbol);
/* @since: what was asked for begins then, in Unix seconds of the server's clock. */
void     desk_evidence_fills    (DeskEvidence *evidence,
                                 const char   *account,
                                 gint64        since);

/* The server spoke of an order, or of a position (@key 0), by itself. */
void     desk_evidence_moved    (DeskEvidence *evidence,
                                 guint64       key,
                                 const char   *account,
                                 const char   *symbol);
/* The open orders are asked again: the list so far becomes the earlier one. */
void     desk_evidence_look_again (DeskEvidence *evidence);
/* And fills and positions too, at @now. */
void     desk_evidence_repeat   (DeskEvidence *evidence,
                                 gint64        now);

/**
 * desk_reconcile_absent:
 * @truth: the book
 * @evidence: a round with a complete list of open orders
 * @now: monotonic
 * @keys: (out) (element-type guint64): keys of orders that the list lacks and should have are appended
 *
 * DTC has no atomic snapshot: their absence counts only when a second list, behind the fills and positions, says so too.
 */
void     desk_reconcile_absent  (DeskTruth          *truth,
                                 const DeskEvidence *evidence,
                                 gint64              now,
                                 GArray             *keys);
/**
 * desk_reconcile_compare:
 * @truth: the book
 * @evidence: a round with two lists of open orders; its unsettled orders are set
 * @now: monotonic
 *
 * Returns: of how many orders the lists differ although the server has told nothing of them in between, or whose fills
 * and position may have changed while they were asked
 */
guint    desk_reconcile_compare (DeskTruth          *truth,
                                 DeskEvidence       *evidence,
                                 gint64              now);

/* Orders younger than this are left alone, and two rounds that call an order absent lie at least so far apart. */
#define DESK_RECONCILE_YOUNG (5 * G_USEC_PER_SEC)
#define DESK_RECONCILE_APART (10 * G_USEC_PER_SEC)
/* What is presumed to be gone is watched for late fills so long, one without a trace that may stay for weeks longer. */
#define DESK_RECONCILE_WATCH (24 * G_TIME_SPAN_HOUR)
#define DESK_RECONCILE_WATCH_GTC (90 * G_TIME_SPAN_DAY)
/* Of an entry that a server may hold unlisted until its exits come: later. */
#define DESK_RECONCILE_HELD  (60 * G_USEC_PER_SEC)

/**
 * desk_reconcile_judge:
 * @truth: the book
 * @evidence: a round that has ended
 * @now: monotonic
 * @trigger: why it was asked: "link", "timer", "doubt", "verify"
 * @again: (out): a first absence was seen: ask once more, %DESK_RECONCILE_APART later
 *
 * Weighs the answers against the book. Absence never ends an order: after two complete rounds it is called gone
 * or without a trace, as a presumption, and only when the position agrees.
 *
 * Returns: (transfer full): the payload of the SNAPSHOT record that says so
 */
char    *desk_reconcile_judge   (DeskTruth          *truth,
                                 const DeskEvidence *evidence,
                                 gint64              now,
                                 const char         *trigger,
                                 gboolean           *again);

G_END_DECLS
