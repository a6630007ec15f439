/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-record.h"
#include "desk-snapshot.h"

G_BEGIN_DECLS

/* The order book of truth: orders, fills and positions as the fold of the journal's records. Pure: what it knows
 * comes from records alone, so that a restart ends where the running program was. */

typedef struct _DeskTruth DeskTruth;

typedef struct
{
  DeskFillState state;
  gboolean      superseded;   /* a synthetic booking whose real execution arrived */
  gint64        signed_quantity;
} DeskTruthFill;

/* Bits of DeskTruthOrder.gridless. */
typedef enum
{
  DESK_GRIDLESS_PRICE   = 1 << 0,
  DESK_GRIDLESS_PRICE2  = 1 << 1,
  DESK_GRIDLESS_AVERAGE = 1 << 2,
} DeskGridless;

typedef struct
{
  DeskOrderState state;
  DeskStatus     base;               /* what the server said of it, without overlays and doubt */
  gboolean       ours;
  gboolean       answered;           /* the server has spoken of it */
  gboolean       end_stated;         /* and its end is what it said, or what its fills make */
  gboolean       flatten;            /* an exit sent by 209: the server chooses side and quantity */
  guint64        group_key;          /* of an exit sent by 210: the first one of them; the server chooses the ids, the symbol tells */
  guint64        parent_key;         /* of a bracket's exit that we sent: its entry, else 0 */
  guint64        sibling_key;        /* of an OCO that we sent: its other order, else 0 */
  gboolean       cut;                /* of a bracket's entry: a link was lost while parts of it were unanswered */
  guint64        child_keys[2];      /* of a bracket's entry that we sent: its exits */
  gint64         linked_quantity;    /* of one of two that cancel each other: what they may fill together; 0: not known */
  guint32        instance;           /* of the server that gave the ids */
  GPtrArray     *server_ids;         /* (element-type utf8): oldest first, the last one is current */
  guint32        current_epoch;      /* in which the current id was last stated */
  guint32        bare_epoch;         /* in which nothing but a bare id, with other values than ours had, said that it is this one */
  guint32        listed_epoch;       /* in which a list of open orders last had it under the current id, … */
  gint32         listed_request;     /* … and which list that was */
  gint64         received_time;      /* OrderReceivedDateTime, 0: not known */
  double         transaction_time;   /* LatestTransactionDateTime, 0: not known */
  gint64         booked;             /* contracts of all fills */
  double         booked_value;       /* price x contracts */
  gint64         synthetic;          /* contracts of fills without an execution id */
  GPtrArray     *fills;              /* (element-type DeskTruthFill) */
  gboolean       lent_grid;          /* of its last statement: read with the definition of an earlier connection */
  guint          gridless;           /* DeskGridless: still the wire's number, its definition has not come */
  gboolean       conflict;
  gboolean       resurrected;        /* had ended and works again: a conflict until the server lists it twice */
  gboolean       two_live;           /* a replace left two orders: stays a conflict until one has ended */
  gboolean       changing;           /* it is among those whose change is not answered */
  guint64        twin;               /* key of the other one of the two */
  gboolean       server_cancel, server_change; /* the overlay is the server's own statement */
  guint          absent_rounds;      /* complete answers in a row that did not list it */
  gint64         absent_mono;        /* of the first of them */
  gboolean       by_hand;            /* a person has seen it work at the server: nothing is presumed until the server speaks */
  gint64         lost_utc;           /* when the link went while nothing had answered it, 0: it did not */
  guint          fills_before;       /* fills that were known when it was made: they are not its own */
  guint64        taken_by;           /* key of our order that it turned out to be, 0: it is an order of its own */
  guint64        change_after;       /* orders that were known when its last change was sent */
  DeskPrice      kept_price2;        /* when the last change was sent: a server may move it along */
  guint          unchanged_rounds;   /* rounds that showed the old values after a change without an answer */
  gint64         intent_mono, cancel_mono, change_mono, touched_mono;
  guint32        intent_epoch, cancel_epoch, change_epoch, touched_epoch;
  guint32        earlier_cancel_epoch; /* of a cancel without an answer before the last one, 0: none */
  gboolean       cancel_when_known;  /* wanted before the server gave an id */
  guint          change_index;       /* where it stands among the changes, if it stands there */
} DeskTruthOrder;

typedef struct
{
  char     account[DESK_ID_SIZE];
  char     symbol[DESK_SYMBOL_SIZE];
  gint64   quantity;      /* the server's */
  double   average;       /* display; NAN: none */
  double   open_profit;   /* NAN: none */
  gboolean stated;        /* the server has spoken of it */
  guint32  epoch;         /* in which it did */
  gint64   as_of;         /* UTC */
  gboolean based;         /* offset is known */
  gint64   offset;        /* server's quantity minus our fills when both were at rest */
  gint64   booked;        /* signed sum of all fills */
  double   computed_average;
  gboolean gridless;      /* the average is the wire's number, the definition has not come */
  DeskGrid grid;
} DeskTruthPosition;

typedef struct
{
  DeskLevel level;
  char      code[40];
  char      id[DESK_ID_SIZE]; /* of the order it is about, to offer its cancel; "": none */
  char     *text;
} DeskTruthNotice;

/* What one record changed; reused from record to record. */
typedef struct
{
  GPtrArray *orders;      /* (element-type DeskTruthOrder), each once */
  GPtrArray *fills;       /* (element-type DeskTruthFill): booked now, in order */
  GPtrArray *attributed;  /* (element-type DeskTruthFill): known before, now with an order */
  GPtrArray *positions;   /* (element-type DeskTruthPosition), each once */
  GPtrArray *notices;     /* (element-type DeskTruthNotice) */
  gboolean   doubt;       /* the server must be asked again */
  gboolean   bad_status;  /* a status that the numbering lacks */
} DeskTruthChanges;

void           desk_truth_changes_init   (DeskTruthChanges *changes);
void           desk_truth_changes_reset  (DeskTruthChanges *changes);
void           desk_truth_changes_clear  (DeskTruthChanges *changes);

DeskTruth     *desk_truth_new            (void);
void           desk_truth_free           (DeskTruth        *truth);

/**
 * desk_truth_fold:
 * @truth: the book
 * @record: what happened
 * @message: (nullable): @record's wire, decoded; %NULL where it has none
 * @bad: (nullable): why the wire did not decode; @message is then what was certain of it
 * @changes: (inout): what changed is added
 *
 * The only way in. ORDER_UPDATE is merged, never overwritten (an unset field changes nothing); fills are booked
 * once for each execution, by the cumulative quantity.
 */
void           desk_truth_fold           (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          const DtcMessage *message,
                                          const GError     *bad,
                                          DeskTruthChanges *changes);
/* The same for a record read back from the journal: decodes its wire. The message, until the next call; NULL: there is
 * none, or it could not be read. */
const DtcMessage *desk_truth_replay      (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          DeskTruthChanges *changes);
/* What a record's payload says of a row of a list of open orders: that more rows of the list are to come, or that it ends
 * with this one, whole or so that it cannot be whole any more. A record without it is a row for itself. */
typedef enum
{
  DESK_LIST_NONE,
  DESK_LIST_PART,
  DESK_LIST_END,
} DeskListMark;

/**
 * desk_truth_waits_for_list:
 * @truth: the book
 * @server_order_id: (nullable): of the row that came last; %NULL: any row
 *
 * Where a row of a list has nothing but a server's id to say which order of an earlier connection it is, the whole list is
 * looked at before it is believed: a server that counts its ids anew shows it in another row, wherever that stands.
 *
 * Returns: such a row waits for the end of its list
 */
gboolean       desk_truth_waits_for_list (DeskTruth        *truth,
                                          const char       *server_order_id);
/* A row of fills or a position that says nothing that could be counted. */
gboolean       desk_truth_is_senseless   (const DtcMessage *message);
/* FALSE: folding @message would change nothing that anybody needs to know. */
gboolean       desk_truth_is_news        (DeskTruth        *truth,
                                          const DtcMessage *message,
                                          const DeskGrid   *grid);

/* The server that a person, or the first connection, has accepted; members NULL before. */
typedef struct
{
  char *server, *host, *accounts;
} DeskTruthIdentity;

const DeskTruthIdentity *desk_truth_get_identity (DeskTruth *truth);
guint32        desk_truth_get_epoch      (DeskTruth        *truth);
gboolean       desk_truth_get_halted     (DeskTruth        *truth);
/* UTC microseconds of the last execution the server reported, 0: none. */
gint64         desk_truth_get_last_fill  (DeskTruth        *truth);
/* UTC microseconds of the last answers that had every position and every fill of an account, 0: none. */
gint64         desk_truth_get_last_whole (DeskTruth        *truth);

guint          desk_truth_n_orders       (DeskTruth        *truth);
DeskTruthOrder *desk_truth_get_order     (DeskTruth        *truth,
                                          guint             index);
/* Orders that are not final, oldest first; (transfer none), changes with the next fold. */
const GPtrArray *desk_truth_open_orders  (DeskTruth        *truth);
DeskTruthOrder *desk_truth_find_key      (DeskTruth        *truth,
                                          guint64           key);
DeskTruthOrder *desk_truth_find_client   (DeskTruth        *truth,
                                          const char       *client_order_id);
DeskTruthOrder *desk_truth_find_server   (DeskTruth        *truth,
                                          const char       *server_order_id);
/* "buy 2 ESZ6 (T…)" for notices. (transfer full) */
char          *desk_truth_order_name     (const DeskTruthOrder *order);
/* Brackets and OCO, whether we sent them or the server says so. NULL: none, or not known. */
DeskTruthOrder *desk_truth_parent        (DeskTruth        *truth,
                                          const DeskTruthOrder *order);
DeskTruthOrder *desk_truth_sibling       (DeskTruth        *truth,
                                          const DeskTruthOrder *order);
/* They cancel each other: a server's ids may name anybody, so both must say so, and be of one account and symbol. */
gboolean       desk_truth_are_pair      (DeskTruth        *truth,
                                          const DeskTruthOrder *order,
                                          const DeskTruthOrder *other);
DeskTruthOrder *desk_truth_child         (DeskTruth        *truth,
                                          const DeskTruthOrder *order,
                                          guint             index);
/* Its last statement came before the definition of its connection, which counts prices otherwise than the one before. */
gboolean       desk_truth_is_misread    (const DeskTruthOrder *order,
                                          const DeskGrid   *grid);
/* It may be larger by now than we know, so that its fills do not prove its end: a change to more contracts is on its way,
 * or its entry, which an exit grows with, has filled more than it. */
gboolean       desk_truth_may_have_grown (DeskTruth        *truth,
                                          const DeskTruthOrder *order);
/* It waits at the server for its parent's fill, and no doubt about that. */
gboolean       desk_truth_is_held        (DeskTruth        *truth,
                                          const DeskTruthOrder *order);
/**
 * desk_truth_worst_quantity:
 * @truth: the book
 * @order: an order that is not final
 *
 * What @order adds to the worst case of its side: of two orders that cancel each other the second counts only with
 * what it has more than the first, an exit that waits for its entry with nothing.
 *
 * Returns: contracts, -1: not known
 */
gint64         desk_truth_worst_quantity (DeskTruth        *truth,
                                          const DeskTruthOrder *order);
/* A ClientOrderID or, failing that, a ServerOrderID. */
DeskTruthOrder *desk_truth_find          (DeskTruth        *truth,
                                          const char       *id);
/* The order a message speaks of, for its symbol; NULL when it names none we know. */
DeskTruthOrder *desk_truth_find_message  (DeskTruth        *truth,
                                          const DtcMessage *message);
gboolean       desk_truth_order_has_id   (const DeskTruthOrder *order,
                                          const char       *server_order_id);
guint          desk_truth_n_fills        (DeskTruth        *truth);
DeskTruthFill *desk_truth_get_fill       (DeskTruth        *truth,
                                          guint             index);
const GPtrArray *desk_truth_positions    (DeskTruth        *truth);
DeskTruthPosition *desk_truth_find_position (DeskTruth     *truth,
                                          const char       *account,
                                          const char       *symbol);

/* Every fact in a stable order, as text: two books are equal when this is. */
void           desk_truth_describe       (DeskTruth        *truth,
                                          GString          *out);

/* A whole number that may be counted: finite, integer, at most 10^9. */
gboolean        desk_truth_whole         (double            value,
                                          gint64           *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskTruth, desk_truth_free)

G_END_DECLS
