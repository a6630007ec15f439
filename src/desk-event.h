/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

#include "desk-case.h"
#include "desk-depth.h"
#include "desk-findings.h"
#include "desk-queue-state.h"
#include "desk-resync.h"
#include "desk-trades.h"

G_BEGIN_DECLS

/* What the engine tells the world, in order, each after the records it rests on are durable. dtcctl prints them as
 * JSON lines; the window's router feeds them to the stores. */

typedef enum
{
  DESK_EVENT_LINK,
  DESK_EVENT_ORDER,
  DESK_EVENT_FILL,
  DESK_EVENT_POSITION,
  DESK_EVENT_BALANCE,   /* account state changed */
  DESK_EVENT_ACCOUNT,   /* an account exists */
  DESK_EVENT_QUOTE,
  DESK_EVENT_INSTRUMENT,
  DESK_EVENT_UNWATCHED, /* instrument.symbol: its row, book and tape go */
  DESK_EVENT_DEPTH,
  DESK_EVENT_QUEUE,     /* a book order by order */
  DESK_EVENT_TRADES,    /* prints of one symbol, oldest first */
  DESK_EVENT_FOUND,     /* a search: it begins, one instrument, its end */
  DESK_EVENT_LISTED,    /* one row of a list the server keeps, or its end */
  DESK_EVENT_DENIED,
  DESK_EVENT_NOTICE,
  DESK_EVENT_ARM,       /* arm state, selected account, halted */
  DESK_EVENT_HEALTH,    /* ages and counts for the status bar, at most once a second */
  DESK_EVENT_FLATTEN,   /* one step of a running flatten */
  DESK_EVENT_RESYNC,    /* the checklist of a reconciliation moved on, or it ended with its report */
  DESK_EVENT_VERIFY,    /* one verification, whole */
  DESK_EVENT_CASE,      /* the evidence about an order in doubt: answers DESK_COMMAND_CASE */
  DESK_EVENT_PREVIEW,   /* a ticket was checked without being sent: not used on JSON lines */
} DeskEventKind;

typedef struct
{
  DeskLink    state;
  const char *reason;          /* nick, static */
  guint       attempt;
  gint64      retry_at;        /* monotonic, 0: none */
  char        server_name[64];
  gboolean    trading_supported;
  gboolean    oco_supported, bracket_supported, replace_supported; /* by the server's logon answer */
  guint       resync_done, resync_total; /* questions answered of asked, while RESYNC */
  char        step[32];        /* the question that is open */
  char        certificate[DTC_FINGERPRINT_SIZE]; /* one that was refused, "": none */
  GTlsCertificateFlags certificate_flags; /* why it is not trusted */
  gboolean    certificate_changed; /* the profile trusts another one */
} DeskLinkState;

typedef struct
{
  DeskArm arm;
  char    account[DESK_ID_SIZE];   /* the selected one, "": none yet */
  gboolean one_account;
} DeskArmState;

typedef struct
{
  gint64   link_since;         /* monotonic of live, 0: not live */
  gint64   last_receive;       /* monotonic, 0: never */
  gint64   last_heartbeat;     /* monotonic */
  gint64   last_ack_usec;      /* of the last acknowledged order, -1: none */
  gint64   p95_ack_usec;       /* -1: none */
  guint32  dropped;            /* NumDroppedMessages of the server, summed */
  guint    write_queue;        /* bytes that wait for the kernel; filled in by the link's adapter */
  guint64  journal_records;
  gint64   journal_commit_usec;/* of the last commit, -1: none */
  gboolean journal_ok;
  gboolean journal_waits;      /* not ok: the disk does not answer, */
  gboolean journal_aside;      /* and exits rest on what is kept aside */
  gboolean clock_known;        /* the server says its time; filled in by the link's adapter, as the next */
  gint64   clock_offset_usec;  /* its clock in the last heartbeat against ours; heartbeats say whole seconds */
  guint64  never_events[4];    /* blind resend, queued while down, false terminal, synthetic repair: four zeros */
} DeskHealth;

typedef enum
{
  DESK_FLATTEN_CANCEL_ENTRIES,
  DESK_FLATTEN_READ_POSITION,
  DESK_FLATTEN_EXIT,
  DESK_FLATTEN_CANCEL_PROTECTIONS,
  DESK_FLATTEN_VERIFY,
  DESK_FLATTEN_DONE,
  DESK_FLATTEN_FAILED,
} DeskFlattenStep;

typedef struct
{
  char            account[DESK_ID_SIZE];
  char            symbol[DESK_SYMBOL_SIZE];
  DeskFlattenStep step;
  gint64          position;    /* as the server last said it, signed; before READ_POSITION is over our own belief */
  gint64          over;        /* FAILED: what was closed too much, signed as the position it left; 0: nothing was */
  gboolean        reverses;    /* the other way round is entered once it is flat */
} DeskFlattenState;

/* What would happen if the ticket were sent now. */
typedef struct
{
  DeskDenial denial;           /* DESK_DENY_NONE: the gate would let it pass */
  guint      checks_passed, checks_total;
  gint64     worst_long, worst_short; /* position if everything working, unknown and this filled */
  gint64     position;
  gint64     distance_ticks;   /* to the touch, G_MAXINT64: no reference price */
  double     value;            /* of the order, NAN: unknown tick value or price */
  double     tick_risk;        /* money for one tick of the whole order, NAN: unknown */
  gboolean   no_reference;
  char       wire[1024];       /* what would be sent, without ids, one message a line */
} DeskPreview;

typedef enum
{
  DESK_ROW_BEGIN, /* what an earlier question brought is over */
  DESK_ROW_ITEM,
  DESK_ROW_END,
} DeskRowKind;

/* One step of a search's answer; the event's tag is the command's. */
typedef struct
{
  DeskRowKind         kind;
  DeskFindBy          by;
  DeskInstrumentState instrument; /* ITEM; of an exchange only exchange and description */
  guint               count;      /* END: how many were shown */
  guint               more;       /* END: how many more there are than are shown */
  gboolean            failed;     /* END: refused, or no answer: see the event's text */
} DeskFoundState;

/* One row of a list that the server keeps; the words are the event's text. */
typedef struct
{
  DeskRowKind kind;               /* never BEGIN */
  gboolean    balances;           /* else journal entries */
  gint64      utc;                /* microseconds, 0: not said */
  char        account[DESK_ID_SIZE];
  char        currency[8];
  double      cash;               /* NAN: none */
  char        transaction[65];
  guint       count;              /* END: how many there were */
  gboolean    failed;             /* END: refused, or no answer */
} DeskListedState;

typedef struct
{
  DeskEventKind kind;
  guint32       epoch;
  gint64        utc;           /* microseconds */
  guint64       tag;           /* of the command it answers, 0: none */
  gboolean      restored;      /* known from before: fills the tables, is no news */
  DeskLevel     level;         /* NOTICE */
  DeskDenial    denial;        /* DENIED */
  char          id[DESK_ID_SIZE]; /* NOTICE: of the order it is about, to offer its cancel; "": none */
  char          code[40];      /* NOTICE: stable code, DENIED: the denial's nick */
  GRefString   *text;          /* plain words; for LINK the server's or ours */
  GRefString   *input;         /* DENIED */

  union
  {
    DeskLinkState       link;
    DeskOrderState      order;
    DeskFillState       fill;
    DeskPositionState   position;
    DeskAccountState    account;
    DeskQuoteState      quote;
    DeskInstrumentState instrument;
    DeskDepthState     *depth;
    DeskQueueState     *queue;
    DeskTrades          trades;
    DeskFoundState      found;
    DeskListedState     listed;
    DeskArmState        arm;
    DeskHealth          health;
    DeskFlattenState    flatten;
    DeskResyncState    *resync;
    DeskVerifyRun      *verify;
    DeskCase           *doubt;
    DeskPreview         preview;
  };
} DeskEvent;

DeskEvent *desk_event_new  (DeskEventKind    kind);
DeskEvent *desk_event_copy (const DeskEvent *event);
void       desk_event_free (DeskEvent       *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskEvent, desk_event_free)

G_END_DECLS
