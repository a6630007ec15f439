/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"

G_BEGIN_DECLS

/* What a reconciliation asks and has been told, line by line, and what came of it: one immutable, shared value that
 * may cross threads. The checklist of a new link has every line; a round on a live link only those it asks about. */

typedef enum
{
  DESK_RESYNC_SOCKET,      /* TCP, and TLS where there is one */
  DESK_RESYNC_ENCODING,
  DESK_RESYNC_LOGON,       /* the server's words, and what it can do */
  DESK_RESYNC_ACCOUNTS,
  DESK_RESYNC_ORDERS,      /* of every account, twice where a second look is needed */
  DESK_RESYNC_FILLS,       /* of every account, from the last one we know, with overlap */
  DESK_RESYNC_POSITIONS,
  DESK_RESYNC_BALANCES,
  DESK_RESYNC_SYMBOLS,     /* definitions, quotes, depth */
  DESK_RESYNC_RECONCILE,   /* the answers are weighed */
  DESK_N_RESYNC_LINES
} DeskResyncStep;

typedef enum
{
  DESK_RESYNC_WAITING,     /* not asked yet */
  DESK_RESYNC_RUNNING,
  DESK_RESYNC_DONE,
  DESK_RESYNC_FAILED,      /* needed, and not there: asked again, or to be waived */
  DESK_RESYNC_UNAVAILABLE, /* not needed to go live; what it would prove is not provable */
  DESK_RESYNC_WAIVED,
  DESK_RESYNC_SKIPPED,     /* this round does not ask it */
} DeskResyncMark;

typedef struct
{
  DeskResyncMark mark;
  gint64         started, ended; /* monotonic, 0: not yet */
  guint          count;          /* rows of the answer: accounts, orders, fills, … */
  guint          tries;          /* how often it was asked */
  GRefString    *text;           /* the server's words, or why it failed; NULL: none */
} DeskResyncLine;

/* What the server says it can do: bits of DeskResyncState.supports. */
typedef enum
{
  DESK_RESYNC_TRADING  = 1 << 0,
  DESK_RESYNC_CHANGES  = 1 << 1,
  DESK_RESYNC_OCO      = 1 << 2,
  DESK_RESYNC_BRACKETS = 1 << 3,
  DESK_RESYNC_QUOTES   = 1 << 4,
  DESK_RESYNC_DEPTH    = 1 << 5,
} DeskResyncSupport;

/* What became of the orders that had not ended when it began, and what was found besides. */
typedef struct
{
  guint orders;       /* that had not ended */
  guint confirmed;    /* still working, and the server says so */
  guint filled;       /* while away */
  guint part_filled;
  guint ended;        /* cancelled, expired or rejected, by a statement of the server */
  guint gone;         /* presumed: not at the server any more, or never */
  guint unknown;
  guint probable;
  guint conflict;
  guint external;     /* orders of somebody else that are new to us */
  guint fills;        /* new to us */
  guint position_mismatches;
  guint not_provable; /* account and symbol pairs whose position cannot be checked */
} DeskResyncCounts;

typedef struct
{
  guint32          epoch;
  const char      *trigger;    /* "link", "timer", "doubt", "fill", "verify": static */
  gboolean         ended;      /* counts are the report */
  gboolean         verified;   /* ended, nothing waived, nothing unknown or in conflict, every position agrees */
  gint64           started, finished; /* monotonic */
  gint64           utc;        /* of the last change */
  DeskResyncLine   lines[DESK_N_RESYNC_LINES];
  guint            supports;   /* DeskResyncSupport, once the logon line is done; trigger "link" only */
  DeskResyncCounts counts;
  GRefString      *text;       /* ended: "12 orders: 10 confirmed, 1 filled while away, 1 unknown", in English */
} DeskResyncState;

/* (transfer full): everything waits; to be filled in before it is shared. */
DeskResyncState *desk_resync_state_new   (guint32                epoch,
                                          const char            *trigger);
/* (transfer full): one that can be changed; texts are shared. */
DeskResyncState *desk_resync_state_copy  (const DeskResyncState *self);
DeskResyncState *desk_resync_state_ref   (DeskResyncState       *self);
void             desk_resync_state_unref (DeskResyncState       *self);
/* "socket", "encoding", "logon", "accounts", "open-orders", …: what "waive" and JSON lines say. */
const char      *desk_resync_step_nick   (DeskResyncStep         step);
const char      *desk_resync_mark_nick   (DeskResyncMark         mark);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskResyncState, desk_resync_state_unref)

G_END_DECLS
