/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-engine.h"

#include "dtc-fake-exchange.h"

G_BEGIN_DECLS

/* Session and engine in one process, on a clock that is a number, against a server that counts for itself. The link
 * can be cut after any byte, the program killed at any commit. A judge watches, who knows only what the exchange keeps,
 * what the journal has and what the client said: it shares no code with the client's truth. */

#define CORE_RIG_SECOND ((gint64) G_USEC_PER_SEC)
#define CORE_RIG_BASE   (1000 * CORE_RIG_SECOND)
#define CORE_RIG_UTC    (G_GINT64_CONSTANT (1793210400) * CORE_RIG_SECOND)

typedef enum
{
  CORE_CUT_NONE,
  CORE_CUT_TO_SERVER,   /* the kernel took all bytes; so many arrived */
  CORE_CUT_AT_KERNEL,   /* so many were taken, and they arrived */
  CORE_CUT_TO_CLIENT,
} CoreCut;

/* How the connection ends. */
typedef enum
{
  CORE_WAY_FIN,
  CORE_WAY_RST,
  CORE_WAY_SILENCE,     /* nothing comes or goes any more, and nobody says so */
} CoreWay;

/* The last that the client said of an order. */
typedef struct
{
  char          id[DESK_ID_SIZE + 1];      /* ClientOrderID, or "#" and the ServerOrderID */
  char          server_id[DESK_ID_SIZE];
  guint64       key;
  DeskOrderType type;
  DeskRole      role;
  DeskStatus    status;
  DeskCertainty certainty;
  DeskReason    reason;
  double        price;
  gint64        quantity, filled;
  gboolean      explained;               /* has a text */
  char          parent[DESK_ID_SIZE], sibling[DESK_ID_SIZE];
} CoreShown;

typedef struct _CoreRig CoreRig;

struct _CoreRig
{
  DtcFakeExchange  *exchange;
  DtcSessionConfig *config;
  DtcSession       *session;
  DeskEngineConfig  engine_config;
  DeskEngine       *engine;
  gint64            now;
  gint64            boot_extra, utc_extra;

  /* The wire. */
  gboolean    opening, open;
  guint       n_links;
  guint       refuse;          /* so many of the next tries to connect fail */
  GByteArray *to_server;
  GByteArray *to_client;
  gboolean    hold_up, hold_down; /* what is written does not arrive yet */
  gsize       written;         /* of this connection */
  gsize       arrived;         /* at the server, of this connection */
  gsize       received;        /* by us, of this connection */
  GArray     *writings;
  gboolean    kernel_is_wire;  /* the kernel takes only what arrives */
  gint64      next_beat;

  CoreCut  cut;
  gsize    cut_at;
  gboolean was_cut;
  CoreWay  way;
  gboolean hole;               /* the silence */

  /* The disk. */
  GPtrArray  *records;         /* (element-type DeskRecord): all, in order */
  guint64     committed;       /* the first so many are durable */
  gboolean    hold_commits;

  /* What the client said. */
  DeskLink    link;
  guint       n_live, n_denied;
  guint       n_flattened;     /* flattens that ended well */
  GHashTable *shown;           /* id -> CoreShown */
  GPtrArray  *shown_order;     /* the same, as they came */
  gboolean    position_shown, position_stale;
  gint64      position;
  GHashTable *notices;         /* code -> how often */

  /* What may happen when nothing else does. TRUE: something did. */
  gboolean (*next) (CoreRig *rig);
  gpointer   user_data;

  /* The judge. */
  GHashTable *intents;         /* exact bytes -> what became of them */
  GHashTable *executions;      /* execution id -> of this process's fill events */
  GHashTable *journal_fills;   /* execution ids of the journal */
  guint32     epoch;           /* as the journal says */
  guint16     early;           /* a message that left before the link was told to be live */
  gboolean    lenient;         /* the server has told untruths: what is not fresh needs only say so */
  gboolean    reordered;       /* the server has told the newer thing first, and seems to take back ends */
  gboolean    fills_untold;
  gboolean    ids_reused;      /* by a server that was started anew: an id and a side are all that a fill in its list
                                * has, and nobody can tell whose it is */
  char       *violation;       /* the first one, or NULL */

  gboolean    told;            /* every event is printed */
  gboolean    tracing;
  guint64     trace;           /* of every effect: bytes, records, events */
};

CoreRig         *core_rig_new      (DtcNumbering     numbering,
                                    DtcEncodingKind  encoding);
void             core_rig_start    (CoreRig         *rig);
void             core_rig_free     (CoreRig         *rig);

/* Everything that can happen now, in the order in which the bridge would do it. Returns when to look again. */
gint64           core_rig_settle   (CoreRig         *rig);
void             core_rig_run_for  (CoreRig         *rig,
                                    gint64           usec);
/* The first so many records become durable. */
void             core_rig_commit   (CoreRig         *rig,
                                    guint64          upto);
/* So many more bytes arrive at the server, or at the client. */
void             core_rig_carry_up   (CoreRig       *rig,
                                      gsize          len);
void             core_rig_carry_down (CoreRig       *rig,
                                      gsize          len);
/* The link ends now; what is on the way is lost. */
void             core_rig_cut      (CoreRig         *rig);
/* kill -9, and a new start from what is durable. */
void             core_rig_crash    (CoreRig         *rig);
/* A line as a person types it. */
void             core_rig_line     (CoreRig         *rig,
                                    const char      *line);
void             core_rig_command  (CoreRig         *rig,
                                    DeskCommandKind  kind,
                                    const char      *id);
const CoreShown *core_rig_shown    (CoreRig         *rig,
                                    const char      *id);
guint            core_rig_count_notices (CoreRig    *rig,
                                         const char *code);

/* The server is quiet and answers, the link was good for a while: is what is shown true, or said to be in doubt? */
void             core_rig_check    (CoreRig         *rig);
/* The same without a verdict: is everything shown as it is at the server? */
gboolean         core_rig_agrees   (CoreRig         *rig);
void             core_rig_violation (CoreRig        *rig,
                                     const char     *format,
                                     ...) G_GNUC_PRINTF (2, 3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CoreRig, core_rig_free)

G_END_DECLS
