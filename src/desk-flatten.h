/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-command.h"
#include "desk-event.h"
#include "desk-reconcile.h"

G_BEGIN_DECLS

/* The way out of one position, step by step, as a pure state machine: 1 cancel the entries, 2 read the position,
 * 3 one exit, 4 the exit accepted: cancel the protections, 5 verify flat. Whoever drives it does what it says and
 * tells it what became of that. It never tries anything twice by itself. */

#define DESK_FLATTEN_ENTRIES_WAIT (2 * G_USEC_PER_SEC)
#define DESK_FLATTEN_READ_WAIT    (5 * G_USEC_PER_SEC)
#define DESK_FLATTEN_EXIT_WAIT    (5 * G_USEC_PER_SEC)
#define DESK_FLATTEN_VERIFY_WAIT  (3 * G_USEC_PER_SEC)
#define DESK_FLATTEN_PUSH_WAIT    G_USEC_PER_SEC /* for the server to tell the position by itself once the exit has filled */

typedef enum
{
  DESK_FLATTEN_DO_NOTHING,
  DESK_FLATTEN_DO_READ_POSITION,
  DESK_FLATTEN_DO_CANCEL_ENTRIES,   /* of the position that is known only now */
  DESK_FLATTEN_DO_EXIT,             /* 209 */
  DESK_FLATTEN_DO_EXIT_AT_MARKET,   /* 208 for the server's quantity */
  DESK_FLATTEN_DO_CANCEL_PROTECTIONS,
  DESK_FLATTEN_DO_END,              /* see step: done or failed, with text */
} DeskFlattenAction;

typedef enum
{
  DESK_FLATTEN_EXIT_WAITS,
  DESK_FLATTEN_EXIT_ACCEPTED,  /* accepted, or filled already */
  DESK_FLATTEN_EXIT_REJECTED,
  DESK_FLATTEN_EXIT_UNKNOWN,
} DeskFlattenExit;

typedef struct
{
  char            account[DESK_ID_SIZE];
  char            symbol[DESK_SYMBOL_SIZE];
  DeskFlattenStep step;
  gint64          deadline;      /* of the step, monotonic */
  gint64          position;      /* as the server last said, signed */
  gboolean        blind;         /* nobody has said the position: what protects it cannot be told from what enters it */
  gboolean        at_market;     /* 209 was refused */
  guint64         tag;
  guint64         exit_key;      /* the driver's: the exit order */
  gint32          request;       /* the driver's: of the position question, 0: none */
  gint64          answer;        /* the driver's: the sum of its rows */
  gboolean        said_flat;     /* the driver's: the answer named no position there, and nothing else has since */
  gint64          booked;        /* the driver's: the sum of all fills there when it did */
  gint64          ask_at;        /* the driver's: the exit has filled, and then the position is asked for, 0: it is not */
  gboolean        told;          /* the driver's: the position has been told or asked for since the exit filled */
  DeskBatch       batch;         /* the driver's: the rows of its answer */
  DeskCommand    *reverse;       /* the driver's: enter the other way round once it is flat; or NULL */
  guint           group;         /* the driver's: one exit for several symbols of the account, 0: none */
  gboolean        waits;         /* the driver's: for the others of its group to come as far */
  gint64          was;           /* the driver's: the position that the exit was for, signed */
  gint64          over;          /* FAILED: what was closed too much, signed as the position it left */
  char           *text;          /* of the end */
} DeskFlatten;

DeskFlatten      *desk_flatten_new        (const char      *account,
                                           const char      *symbol,
                                           gint64           now);
void              desk_flatten_free       (DeskFlatten     *flatten);
/* How many entries still wait for their end. */
DeskFlattenAction desk_flatten_entries    (DeskFlatten     *flatten,
                                           guint            n_open,
                                           gint64           now);
/* @known FALSE: the server did not say. */
DeskFlattenAction desk_flatten_position   (DeskFlatten     *flatten,
                                           gboolean         known,
                                           gint64           quantity,
                                           gint64           now);
DeskFlattenAction desk_flatten_exit       (DeskFlatten     *flatten,
                                           DeskFlattenExit  state,
                                           const char      *text,
                                           gint64           now);
/* The position and what still works on the symbol, while verifying. */
DeskFlattenAction desk_flatten_verify     (DeskFlatten     *flatten,
                                           gint64           quantity,
                                           guint            n_open,
                                           gint64           now);
/* A deadline passed. */
DeskFlattenAction desk_flatten_tick       (DeskFlatten     *flatten,
                                           gint64           now);

/* Throttle: at most one in 5 s and three in a minute for a symbol; @times (gint64) are the earlier starts. */
gboolean          desk_flatten_allowed    (GArray          *times,
                                           gint64           now);

G_END_DECLS
