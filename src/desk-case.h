/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"

G_BEGIN_DECLS

/* An order whose fate nobody has stated, and everything that speaks for or against each end of it: what a person sees
 * before deciding, and what is recorded with the decision. One immutable, shared value that may cross threads. */

typedef enum
{
  DESK_DECISION_MINE,      /* the candidate order or fills are this order's: adopt them */
  DESK_DECISION_FILLED,    /* it filled: quantity and price as the person read them at the server; books nothing by itself */
  DESK_DECISION_CANCELLED, /* it does not work any more */
  DESK_DECISION_NEVER,     /* it never reached the market */
  DESK_DECISION_WORKING,   /* it works at the server, seen there by the person: stays listed, nothing is presumed */
} DeskDecision;

typedef enum
{
  DESK_CANDIDATE_ORDER,    /* an order at the server that names no order of ours */
  DESK_CANDIDATE_FILLS,    /* fills that name no order of ours */
} DeskCandidateKind;

typedef struct
{
  DeskCandidateKind kind;
  char              server_order_id[DESK_ID_SIZE];
  DeskSide          side;
  gint64            quantity;
  gint64            filled;      /* ORDER: cumulative; FILLS: their sum */
  DeskPrice         price;       /* ORDER: limit or stop; FILLS: unset */
  double            average;     /* FILLS: display, NAN: none */
  gint64            utc;         /* received by the server, or the first fill's time; 0: not said */
  gboolean          in_window;   /* between our write and the loss of the link, with its margins */
  gboolean          unique;      /* the only one for the only order in doubt that fits */
} DeskCandidate;

typedef struct
{
  DeskOrderState order;
  gboolean       written;        /* at least one byte may have left */
  gint64         sent_utc;
  gint64         lost_utc;       /* when the link went after it, 0: it did not */
  gboolean       orders_known;   /* the server's open orders came whole since */
  gint64         orders_utc;
  gboolean       listed;         /* and it is among them */
  guint          absent_rounds;  /* complete answers in a row without it */
  gboolean       fills_known;
  gint64         fills_utc;
  gboolean       position_known;
  gint64         position_base;  /* before it, with our booked fills */
  gint64         position_now;   /* the server's */
  guint          allowed;        /* bits 1 << DeskDecision that the evidence does not forbid */
  GArray        *candidates;     /* of DeskCandidate */
  GRefString    *text;           /* the verdict so far in one sentence, in English */
} DeskCase;

/* (transfer full): empty, to be filled in before it is shared. */
DeskCase   *desk_case_new      (void);
DeskCase   *desk_case_ref      (DeskCase    *self);
void        desk_case_unref    (DeskCase    *self);
/* "mine", "filled", "cancelled", "never", "working". */
const char *desk_decision_nick (DeskDecision decision);
gboolean    desk_decision_from_nick (const char   *nick,
                                     DeskDecision *decision);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskCase, desk_case_unref)

G_END_DECLS
