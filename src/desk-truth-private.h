/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-truth.h"

G_BEGIN_DECLS

struct _DeskTruth
{
  GPtrArray  *orders;        /* owned, by key - 1 */
  GPtrArray  *changing;      /* those of ours whose change is under way or in doubt */
  GPtrArray  *externals;     /* those that are not ours, by key */
  GPtrArray  *open;          /* those that are not final, by key */
  GHashTable *by_client;     /* id -> order */
  GHashTable *by_server;     /* id -> order, of the current server instance */
  GPtrArray  *fills;         /* owned */
  GHashTable *by_execution;  /* account and execution id -> fill */
  GHashTable *nobodys;       /* ServerOrderID -> GPtrArray of fills that were booked without a ClientOrderID */
  GPtrArray  *positions;     /* owned */
  GHashTable *by_position;   /* account and symbol -> position */
  GHashTable *flat_elsewhere; /* accounts whose every position and fill has come once: a symbol that nobody had named then began flat */
  guint32     epoch;
  DeskTruthIdentity identity;
  guint32     instance;
  guint32     reused_epoch;  /* the connection in which the server last gave a known id to another order, 0: never */
  GPtrArray  *waiting;       /* rows of a list of open orders that is still coming in, which only a bare id connects with an order */
  gboolean    halted;
  gint64      last_fill;
  gint64      last_whole;    /* UTC of the last answers with every position and fill of an account, 0: none */
  gint32      anonymous_request; /* the batch whose fills without an execution id are being counted */
  guint32     anonymous_epoch;
  GHashTable *anonymous;     /* fill text -> how many in this batch */
  DtcMessage  scratch;
};

/* What an ORDER_UPDATE's (reason, status) means for the order. */
typedef enum
{
  DESK_MEANING_TAKE,          /* the order is as stated */
  DESK_MEANING_KEEP,          /* says nothing about the order's state */
  DESK_MEANING_REFUSED,       /* our cancel or change was refused; the order is as stated */
  DESK_MEANING_REFUSED_DOUBT, /* refused, and the server does not know the order by that id */
  DESK_MEANING_DOUBT,         /* the server is unsure, or contradicts itself */
} DeskMeaning;

DeskMeaning     desk_truth_meaning       (int               reason,
                                          int               status);

DeskTruthOrder *desk_truth_add_order     (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          gboolean          ours);
void            desk_truth_add_server_id (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const char       *id,
                                          DeskTruthChanges *changes);
/* Works out what is shown of the order after a change, and says that it changed. */
void            desk_truth_settle        (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const DeskRecord *record,
                                          DeskTruthChanges *changes);
/* Brackets and OCO. */
/* What an intent's message says of linkage; leg 1 or 2 of a 201, 0 of a 208. */
void            desk_truth_link_intent   (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const DtcMessage *message,
                                          gint64            leg);
/* What an update says of it, and the ids that the order's relatives now have. */
void            desk_truth_link_update   (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const DeskRecord *record,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);
/* The link was lost with parts of a bracket unanswered. */
void            desk_truth_bracket_cut   (const DeskTruthOrder *entry,
                                          DeskTruthChanges *changes);
/* The ClientOrderID that leads a FreeFormText of ours; the note behind it, NULL: none. */
DeskTruthOrder *desk_truth_find_tag      (DeskTruth        *truth,
                                          const char       *free_form_text);
void            desk_truth_set_note      (DeskTruthOrder   *order,
                                          const char       *note);

void            desk_truth_set_text      (DeskTruthOrder   *order,
                                          const char       *text);
void            desk_truth_notice        (DeskTruthChanges *changes,
                                          DeskLevel         level,
                                          const char       *code,
                                          const char       *format,
                                          ...) G_GNUC_PRINTF (4, 5);
/* The same about one order that may still work. */
void            desk_truth_notice_about  (DeskTruthChanges *changes,
                                          const DeskTruthOrder *order,
                                          DeskLevel         level,
                                          const char       *code,
                                          const char       *format,
                                          ...) G_GNUC_PRINTF (5, 6);
/* A number of a payload that we wrote ourselves; @name with its quotes and colon. */
double          desk_truth_payload_number (const char      *payload,
                                          const char       *name,
                                          double            otherwise);
/* The grid a record was read with: tick and multiplier of its own, format and tick value of its payload. */
DeskGrid        desk_truth_record_grid   (const DeskRecord *record);
double          desk_truth_display       (const DeskGrid   *grid,
                                          double            wire);

/* The order that an ORDER_UPDATE is about, an external one where it is new. NULL: none, or none can be told. */
DeskTruthOrder *desk_truth_identify      (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);
/* @message has nothing but a server's id that says whose it is: an order's that this connection has not named yet. */
gboolean        desk_truth_is_bare       (DeskTruth        *truth,
                                          const DtcMessage *message);
/* It has the id of an order that it cannot be. */
gboolean        desk_truth_is_reuse      (DeskTruth        *truth,
                                          const DtcMessage *message);
/* The rows of one list that bare ids connect with orders are believed together, when the list is whole. TRUE: @message
 * waits for that, or has just been dealt with. */
gboolean        desk_truth_take_row      (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          const DeskGrid   *grid,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);
/* @message brings a doubt: about one order, or, where it names none that is known, about all. The rows that wait are the
 * older word, and end no doubt later. */
void            desk_truth_rows_before   (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);
void            desk_truth_forget_rows   (DeskTruth        *truth);
void            desk_truth_order_take    (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          const DeskGrid   *grid,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);
DeskSide        desk_truth_side          (gint32            buy_sell);
gboolean        desk_truth_status_is_live (int              status);
void            desk_truth_note_received (DeskTruthOrder   *order,
                                          const DtcMessage *message);
void            desk_truth_mark_unknown  (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const DeskRecord *record,
                                          DeskReason        reason,
                                          const char       *text,
                                          DeskTruthChanges *changes);
void            desk_truth_order_update  (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          const DeskGrid   *grid,
                                          const DtcMessage *message,
                                          const GError     *bad,
                                          DeskTruthChanges *changes);

/* Fills. */
void            desk_truth_book_update   (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const DeskRecord *record,
                                          const DeskGrid   *grid,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);
void            desk_truth_history_fill  (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          const DeskGrid   *grid,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);
/* @other has turned out to be @order: its fills are. A restated order counts all that was filled of it, so what was booked
 * for @other without an execution @order may have booked already, and is not counted twice. */
void            desk_truth_move_fills    (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          DeskTruthOrder   *other,
                                          const DeskRecord *record,
                                          DeskTruthChanges *changes);
void            desk_truth_attribute     (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const char       *server_order_id,
                                          DeskTruthChanges *changes);
DeskTruthFill  *desk_truth_find_execution (DeskTruth       *truth,
                                          const char       *account,
                                          const char       *execution_id);

/* Positions. */
DeskTruthPosition *desk_truth_get_position (DeskTruth      *truth,
                                          const char       *account,
                                          const char       *symbol);
void            desk_truth_position_fill (DeskTruth        *truth,
                                          const DeskTruthFill *fill,
                                          gint64            signed_quantity,
                                          DeskTruthChanges *changes);
void            desk_truth_position_update (DeskTruth      *truth,
                                          const DeskRecord *record,
                                          const DeskGrid   *grid,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);

/* Two live orders after a change. */
extern const char desk_truth_two_live_text[];
void            desk_truth_two_live_notice (const DeskTruthOrder *order,
                                            const DeskTruthOrder *other,
                                            DeskTruthChanges     *changes);
DeskTruthOrder *desk_truth_two_live      (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const DeskRecord *record,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);
/* One of them has ended: the other is an ordinary one again. */
void            desk_truth_end_two_live  (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const DeskRecord *record,
                                          DeskTruthChanges *changes);
/* @order has the values that @asked was to be changed to. */
gboolean        desk_truth_has_asked     (const DeskTruthOrder *asked,
                                          const DeskTruthOrder *order);
/* An order of nobody's with the values of the last change of @order, first seen behind it; or NULL. */
DeskTruthOrder *desk_truth_second_leg    (DeskTruth        *truth,
                                          const DeskTruthOrder *order);
void            desk_truth_check_twins   (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const DeskRecord *record,
                                          DeskTruthChanges *changes);
void            desk_truth_track_change  (DeskTruth        *truth,
                                          DeskTruthOrder   *order);

/* An order of the server that we did not send; @with_client_id: the name it bears is its own. */
DeskTruthOrder *desk_truth_add_external  (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          const DtcMessage *message,
                                          gboolean          with_client_id,
                                          DeskTruthChanges *changes);
void            desk_truth_mark_conflict (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const DeskRecord *record,
                                          const char       *text,
                                          DeskTruthChanges *changes);

/* UTC microseconds of a server's time in whatever unit it sends it; 0: not said. */
void            desk_truth_late_fill     (const DeskTruthOrder *order,
                                          DeskTruthChanges *changes);
gint64          desk_truth_server_time   (gint64            stated);

/* People's decisions, and two rows that are one order. */
void            desk_truth_adopt         (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          DeskTruthOrder   *other,
                                          const DeskRecord *record,
                                          DeskTruthChanges *changes);
gboolean        desk_truth_is_unnamed    (const DeskTruth  *truth,
                                          const DeskTruthOrder *named,
                                          const DeskTruthOrder *shown,
                                          const char       *previous_id);
void            desk_truth_resolve       (DeskTruth        *truth,
                                          DeskTruthOrder   *order,
                                          const char       *decision_nick,
                                          const char       *candidate,
                                          const char       *words,
                                          const DeskRecord *record,
                                          DeskTruthChanges *changes);

/* Records without a message. */
void            desk_truth_fold_local    (DeskTruth        *truth,
                                          const DeskRecord *record,
                                          const DtcMessage *message,
                                          DeskTruthChanges *changes);

gboolean        desk_truth_is_number     (double            value);

G_END_DECLS
