/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-engine-private.h"
#include "desk-order-line.h"

#include <string.h>

/* A world around the engine for tests: a virtual clock, a journal that commits when told, a link that can be cut at
 * any point, and a small server with its own truth. It watches two laws by itself: no bytes of a command leave before
 * their intent is committed, and no command leaves twice. */

typedef struct
{
  char    server_id[DESK_ID_SIZE];
  char    client_id[DESK_ID_SIZE];
  char    symbol[DESK_SYMBOL_SIZE];
  int     side, type, tif, status;
  double  price1, price2;
  gint64  quantity, filled;
  double  value;
  char    text[DESK_NOTE_SIZE];    /* FreeFormText */
  gint64  received;                /* OrderReceivedDateTime, 0: not said */
  gboolean is_parent;              /* waits for its exits, then works */
  char     parent[DESK_ID_SIZE];   /* ServerOrderIDs, or "" */
  char     sibling[DESK_ID_SIZE];
} FakeOrder;

typedef struct
{
  char   execution_id[DESK_ID_SIZE];
  char   server_id[DESK_ID_SIZE];
  char   symbol[DESK_SYMBOL_SIZE];
  int    side;
  double price;
  gint64 quantity;
  gint64 when;
} FakeFill;

typedef struct
{
  DeskEngine      *engine;
  DeskEngineConfig config;
  DeskLimits      *limits;
  DtcNumbering     numbering;
  DtcEncodingKind  encoding;   /* of the connection; JSON unless the test says otherwise */
  gboolean         borrowed;   /* its book was read from another world's journal */
  gint64           now;
  gint64           boot_extra;
  gint64           utc_extra;
  gboolean         linked;
  DtcLinkState     last_link;
  gboolean         live;

  /* Journal. */
  GPtrArray *records;        /* (element-type DeskRecord), in order */
  guint64    appended, committed;
  gboolean   hold;           /* commits wait for world_commit() */
  gboolean   broken;
  gboolean   aside;          /* what a commit that hangs cannot keep can be kept, */
  gboolean   aside_full;     /* or could */
  guint64    kept;           /* up to this record */

  /* What left. */
  GPtrArray *written;        /* (element-type GBytes): commands only */
  GQueue     cookies;        /* of guint64*, with their sizes: waiting for world_kernel() */
  gboolean   hold_kernel;
  gsize      cut_after;      /* bytes of each held command that a cut still lets through */
  gboolean   write_fails;
  GPtrArray *events;         /* (element-type DeskEvent) */
  guint      n_early;        /* commands that left without a committed intent of this connection */

  /* The server. */
  GPtrArray *orders;         /* (element-type FakeOrder) */
  GPtrArray *fills;          /* (element-type FakeFill) */
  GQueue     inbox;          /* of DtcMessage: what the server has written and we have not read */
  GHashTable *seen;          /* ClientOrderID -> how many submits it got */
  guint      next_id, next_execution;
  gboolean   silent;         /* answers no command */
  gboolean   deaf;           /* does not even take commands */
  gboolean   auto_accept;
  gboolean   refuse_flatten;
  gboolean   no_positions;   /* answers 307 */
  gboolean   no_fills;       /* answers 308 */
  gboolean   no_orders_answer;
  gboolean   no_pushes;      /* a fill makes a position that it does not tell by itself */
  guint      n_fill_lists, n_position_lists; /* answers it has given */
  guint16    garbled;        /* type of messages that nobody can read, 0: none */
  gint64     position_extra; /* contracts of WORLD_SYMBOL that stand in no fill */
  guint      n_lists;        /* lists of open orders it has given */
  guint      hide_lists;     /* bit n: the n-th list lacks the last order */
  gboolean   uncounted;      /* rows of lists of open orders are not numbered */
  gboolean   lists_only;     /* asked for one order by its id, it says that there is none */
  gboolean   tells_ends;     /* asked for one order by its id, it says how that ended */
  gboolean   refuse_market;  /* market orders */
  gboolean   refuse_all;     /* 210 */
  const char *name;          /* of the server, or NULL */
  const char *second_account; /* or NULL */
  gboolean   no_oco, no_bracket, no_trading; /* the logon says so */
  gboolean   careless;       /* what should follow from a fill or a cancel does not */
  gboolean   drop_oco;       /* takes no 201 */
  guint      n_writes;       /* of commands */
  void     (*on_append) (DeskEngine *engine); /* a test's own hand between two steps of a commit */
  void     (*on_notice) (DeskEngine *engine);
  gboolean   no_definitions; /* does not answer 506 */
  GPtrArray *asked;          /* (element-type DtcMessage): the questions about market data, symbols and lists */
  gboolean   resubscribe, best_from_depth, no_market_data; /* of its logon's answer */
  double     multiplier;
} World;

#define WORLD_ACCOUNT "SIM1"
#define WORLD_SYMBOL  "ESZ6"
#define WORLD_OTHER   "NQZ6"
#define WORLD_THIRD   "YMZ6"
#define WORLD_BOND    "ZNZ6" /* in halves of 32nds */
#define WORLD_UTC     G_GINT64_CONSTANT (1793210400000000)

typedef struct
{
  guint64     cookie;
  gsize       size;
  GPtrArray  *messages;  /* (element-type DtcMessage): reach the server when the kernel takes their bytes */
  GArray     *ends;      /* (element-type gsize): where each ends */
} FakeCookie;

/* What a connection can speak. */
typedef struct
{
  const char     *name;
  DtcNumbering    numbering;
  DtcEncodingKind encoding;
} WorldForm;

extern const WorldForm world_forms[4];

/* ---- the server (engine-server.c) ---- */

void server_say (World *world, DtcMessage *message);
DtcMessage *server_update (World *world, const FakeOrder *order, int reason, const char *text);
FakeOrder *server_find (World *world, const char *id);
gboolean server_is_open (const FakeOrder *order);
void server_accept (World *world, FakeOrder *order);
void server_fill (World *world, FakeOrder *order, gint64 quantity, double price);
void server_cancel (World *world, FakeOrder *order);
void server_reject (World *world, FakeOrder *order, const char *text);
void server_restate (World *world, gint32 request);

/* A limit order and a fill of somebody else: in the server's books, nobody is told. */
FakeOrder *server_add_order (World *world, const char *server_id, const char *symbol, int side, gint64 quantity, double price);
FakeFill *server_add_fill (World *world, const char *execution_id, int side, gint64 quantity, double price);

/* What the server does with one message of ours. */
void server_take (World *world, const DtcMessage *message);

/* ---- the world the engine sees (engine-world.c) ---- */

DtcCodec world_codec (const World *world);

/* JSON is sent with a zero byte behind it. */
gsize world_terminator (const World *world);

gint64 world_position (World *world, const char *symbol);
void cookie_free (gpointer data);

/* The kernel takes the oldest command's bytes, all or @accepted of them. */
void world_kernel (World *world, gsize accepted);

void fake_publish (gpointer data, DeskEvent *event);
void message_free (gpointer data);
const DeskWorld *fake_world (void);
World *world_new (DtcNumbering numbering);
World *world_new_live (DtcNumbering numbering);
World *world_new_form (gconstpointer form);
void world_free (World *world);
/* The next start of the program at the same server, with the first @n_records of the journal; commits wait. */
World *world_start_again (World *world, guint n_records);
void world_commit (World *world, guint64 seq);

/* Commits and kernel answers that nobody holds back. */
void world_settle (World *world);

/* The engine reads one message of the server, through the bytes. */
void world_feed (World *world, const DtcMessage *message);

void world_feed_text (World *world, const char *json);

/* One message of the server is read. FALSE: there was none. */
gboolean world_read_one (World *world);

void world_run (World *world);
void world_pass (World *world, gint64 usec);
void world_link (World *world, DtcLinkState state, DtcLinkReason reason);
void world_connect (World *world);
void world_cut (World *world);
void world_up (World *world);
void world_command (World *world, DeskCommandKind kind, const char *id);
void world_submit (World *world, DeskSide side, gint64 quantity, double price);
void world_line (World *world, const char *line);

/* Submits, and lets all run that comes of it: what the server has of it. */
FakeOrder *world_place (World *world, DeskSide side, gint64 quantity, double price);

void world_modify (World *world, const char *id, gboolean has_price, double price, gint64 quantity);

/* The event of that kind that came last, or NULL. */
const DeskEvent *world_last (World *world, DeskEventKind kind);

const DeskEvent *world_last_denied (World *world);
const DeskOrderState *world_last_order (World *world);
const DeskPositionState *world_last_position (World *world, const char *symbol);
const DeskResyncState *world_last_resync (World *world);
const DeskOrderState *world_shown (World *world, const char *client_id);
guint world_count (World *world, DeskEventKind kind, const char *code);
FakeOrder *world_last_at_server (World *world);

/* The command that left as the @index-th (free with dtc_message_free()), and how many left of a type. */
DtcMessage *world_written (World *world, guint index);
guint world_count_written (World *world, guint16 type);

/* A position to flatten: two bought at 5000. */
void world_hold_two (World *world);
