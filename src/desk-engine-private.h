/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-depth-book.h"
#include "desk-engine.h"
#include "desk-finding-book.h"
#include "desk-flatten.h"
#include "desk-gate.h"
#include "desk-ledger.h"
#include "desk-queue-book.h"
#include "desk-reconcile.h"
#include "desk-truth.h"

G_BEGIN_DECLS

/* One engine in several files: desk-engine (life, records, time), -start (what the journal tells), -outbox (durable before sent
 * and shown), -positions (what is shown of them), -link (connections), -resync (questions), -checklist (what a reconciliation shows), -case
 * (orders in doubt), -identity (of the server), -messages, -symbols (definitions), -market (quotes, trades), -depth
 * (books), -find (searches and lists), -commands, -submit, -flatten, -exits (begun and ended), -verify. */

#define ENGINE_ACK_WARN       (2 * G_USEC_PER_SEC)
#define ENGINE_ACK_LIMIT      (5 * G_USEC_PER_SEC)
#define ENGINE_WRITING_WAIT   (50 * 1000) /* until a command that waits for its commit is looked at again */
#define ENGINE_WRITING_LIMIT  (2 * G_USEC_PER_SEC) /* for that commit: whoever clicked did so at the price of then */
#define ENGINE_DEFINITION_WAIT (3 * G_USEC_PER_SEC)
#define ENGINE_FIND_WAIT      (10 * G_USEC_PER_SEC) /* for the next row of a search or a list */
#define ENGINE_FOUND_MAX      1000
#define ENGINE_LISTED_MAX     100000
#define ENGINE_DEPTH_APART    (10 * 1000) /* between two showings of one book */
#define ENGINE_DEPTH_SETTLE   (20 * 1000) /* a batch without an end is over when nothing follows for so long */
#define ENGINE_DEPTH_BATCH    G_USEC_PER_SEC /* a batch that lasts longer leaves an old book on the screen */
#define ENGINE_STEP_LIMIT     (5 * G_USEC_PER_SEC)
#define ENGINE_ONE_LIMIT      (2 * G_USEC_PER_SEC)  /* for one order by its id: some servers only know the whole list */
#define ENGINE_ONE_MAX        16
#define ENGINE_ROUND_LIMIT    (15 * G_USEC_PER_SEC)
#define ENGINE_REPEATS_MAX    3
#define ENGINE_DOUBT_AGAIN    (5 * G_USEC_PER_SEC)
#define ENGINE_DOUBT_APART    G_USEC_PER_SEC
#define ENGINE_RETRY_FIRST    (5 * G_USEC_PER_SEC)
#define ENGINE_RETRY_MAX      (30 * G_USEC_PER_SEC)
#define ENGINE_TIMER_BUSY     (30 * G_USEC_PER_SEC)
#define ENGINE_TIMER_IDLE     (300 * G_USEC_PER_SEC)
#define ENGINE_RESUME         (2 * G_USEC_PER_SEC)
#define ENGINE_LINKS_WAIT     (2 * G_USEC_PER_SEC)  /* until an exit must work, or have been cancelled */
#define ENGINE_ROWS_AT_ONCE   500 /* open orders up to which what works in a position is counted anew with each of them */
#define ENGINE_ROWS_APART     (50 * 1000) /* of more, between two counts */
#define ENGINE_NAMED_MAX      2000 /* accounts, symbols, positions of a server's own; orders, and what they fill, are all kept */
#define ENGINE_TOGETHER       16  /* orders that leave in one write, at most */
#define ENGINE_RECENT         (60 * G_USEC_PER_SEC)

/* What must never happen, and is counted should it all the same. */
enum
{
  NEVER_RESEND,    /* a second submit of one order */
  NEVER_QUEUED,    /* a command of an earlier connection */
  NEVER_FALSE_END, /* filled, cancelled or rejected without a statement of the server, or fills, that say so */
  NEVER_REPAIR,    /* a fill that no message of the server reported */
};

/* A command whose intent waits for its commit, or whose bytes wait for the kernel. */
typedef struct
{
  guint64   seq;
  guint64   cookie;       /* while the kernel has not taken it */
  guint64   keys[ENGINE_TOGETHER]; /* of the order, or of all that leave in one write */
  guint     n_keys;
  char      intent[8];    /* "submit", "cancel", "change", "flatten" */
  GBytes   *bytes;
  DtcLane   lane;
  guint32   epoch;
  gboolean  exit;         /* brings risk down: no arming, no limit holds it */
  guint64   tag;
  char     *input;
  gint64    clicked;      /* monotonic */
  gint64    made;         /* monotonic: since when it waits */
  gint64    released;     /* monotonic of the commit, 0: not yet */
} EngineWrite;

/* The prices of a quote as the wire said them: a definition that comes later reads them again. */
typedef struct
{
  DeskWirePrice bid, ask, last, open, high, low, settlement;
} EngineWirePrices;

/* Price levels, or order by order. */
typedef struct
{
  gboolean wanted;         /* a person looks at it */
  guint32  epoch;          /* subscribed in this connection */
  gint64   received;       /* monotonic, of the last message */
  gint64   show_at;        /* what is not shown yet is then, 0: all is */
  gint64   not_before;     /* the earliest next showing */
  gint64   open_since;     /* of the batch that has not ended, 0: none */
  gboolean told_reject;
} EngineBookCare;

typedef struct
{
  char                symbol[DESK_SYMBOL_SIZE];
  DeskInstrumentState definition;
  guint32             known_epoch;   /* of the connection that defined it, 0: none */
  guint32             asked_epoch;
  gint32              request;
  gint64              deadline;      /* of the definition, 0: not waiting */
  char               *reject;        /* the server's words when it has none */
  gboolean            watched;
  guint32             quote_epoch;   /* subscribed in this connection */
  DeskQuoteState      quote;
  EngineWirePrices    wire;
  DeskScale           scale;         /* of the definition of this connection */
  gboolean            volume_stated; /* the server counts the session's volume itself */
  gboolean            trades_stated; /* and its trades */
  gboolean            told_reject;
  EngineBookCare      depth;
  DeskDepthBook      *book;          /* NULL: not asked for */
  DeskDepthState     *shown;         /* as last published, or NULL */
  EngineBookCare      by_order;
  DeskQueueBook      *queue;         /* NULL: not asked for */
  GPtrArray          *waiting;       /* (element-type DeskCommand): orders that wait for the definition */
} EngineSymbol;

/* What a command puts on record before its first byte leaves. */
typedef struct
{
  const char *intent;            /* "submit", … */
  const char *source;
  gboolean    automated;
  gboolean    exit;
  DtcLane     lane;
  guint64     key;               /* of the order, 0: a new one */
  const char *client_id, *server_id, *account, *symbol;
  DeskGrid    grid;
  gint64      clicked;
  guint64     tag;
  const char *input;
  const char *extra;             /* reference prices and the like, as JSON members with a leading comma, or NULL */
  const DtcMessage *message;
  GByteArray *bytes;             /* two orders of one message have the same */
} EngineIntent;

/* What the gate says of a ticket: of each of its orders, and of the whole. */
typedef struct
{
  guint           n;
  DeskTicket      orders[DESK_TICKET_MAX_ORDERS];
  DeskRole        roles[DESK_TICKET_MAX_ORDERS];
  DeskGateVerdict verdicts[DESK_TICKET_MAX_ORDERS];
  DeskDenial      denial;        /* the first by precedence */
  guint           refused;       /* the order it is about */
  double          entry_price;   /* of a bracket: display, NAN: not known */
  DeskGrid        grid;
} EngineChecked;

/* A bracket or an OCO that is looked at again a little later: what had to follow may not have. */
typedef enum
{
  LINK_PROTECT, /* the entry has filled: do its exits work? */
  LINK_SECOND,  /* one of two has filled: does the other still work? */
} EngineLinkKind;

typedef struct
{
  EngineLinkKind kind;
  guint64        key;
  gint64         filled;    /* of the order, when it began */
  gint64         deadline;
} EngineLinkWatch;

/* Ways out of several steps: of one position, one and in again the other way round, all of an account, and its orders. */
typedef enum
{
  EXIT_FLATTEN,
  EXIT_REVERSE,
  EXIT_FLATTEN_ALL,
  EXIT_CANCEL_ALL,
} EngineExitKind;

/* When a question was last answered whole. */
typedef struct
{
  guint32 epoch;  /* 0: never */
  gint64  mono, utc;
} EngineAnswered;

/* An order that had not ended when a round began. */
typedef struct
{
  guint64       key;
  gint64        booked;
  DeskStatus    status;
  DeskCertainty certainty;
} EngineBegan;

typedef enum
{
  STEP_ACCOUNTS,
  STEP_ORDERS,
  STEP_FILLS,
  STEP_POSITIONS,
  STEP_BALANCES,
  STEP_ONE_ORDER, /* by its id, of one that the list lacks: no line of its own */
  N_STEPS
} EngineStep;

typedef enum
{
  QUESTION_WAITING,
  QUESTION_DONE,
  QUESTION_FAILED,
} EngineQuestionState;

typedef struct
{
  EngineStep          step;
  char                account[DESK_ID_SIZE]; /* or the order's id */
  gint32              request;    /* 0: the server speaks by itself */
  EngineQuestionState state;
  gint64              deadline;
  gint64              retry_at;   /* of a needed one that failed, 0: none */
  gint64              retry_wait;
  guint               tries;
  DeskBatch           batch;
  char               *text;       /* why it failed */
  gint64              since;      /* of fills: UTC seconds from when on they were asked for */
} EngineQuestion;

typedef enum
{
  ROUND_NONE,
  ROUND_LINK,
  ROUND_TIMER,
  ROUND_DOUBT,
  ROUND_FILL,     /* a fill has come, and what follows it is looked at */
  ROUND_VERIFY,
} EngineRound;

typedef struct
{
  char            account[DESK_ID_SIZE];
  DeskAccountState state;
  guint32         listed_epoch;
} EngineAccount;

/* When a position's row is news too. */
typedef enum
{
  TELL_ROWS,    /* never: it only keeps the tables right */
  TELL_CHANGE,  /* when the server's word about it is new */
  TELL_ALWAYS,  /* a reconciliation has ended */
} EngineTell;

typedef struct
{
  char           account[DESK_ID_SIZE];
  char           symbol[DESK_SYMBOL_SIZE];
  DeskGateBucket bucket;
} EngineBucket;

typedef struct
{
  char           account[DESK_ID_SIZE];
  char           symbol[DESK_SYMBOL_SIZE];
  DeskGateRecent recent;
} EngineRecent;

/* A question that is answered row by row: a search, or a list that the server keeps. */
typedef struct
{
  gint32     request;      /* 0: none runs */
  guint64    tag;
  DeskFindBy by;           /* of a search */
  guint      count, more;
  gint64     deadline;
} EngineInquiry;

struct _DeskEngine
{
  DeskEngineConfig config;
  DeskWorld        world;
  gpointer         world_data;
  DeskTruth       *truth;
  DeskTruthChanges changes;
  gint64           now;            /* of the call that is running */
  const DtcLinkChange *change;     /* the link is changing, else NULL */

  /* Outbox. */
  guint64     appended, committed;
  guint64     restored;            /* the newest record that was read from the journal */
  gint64      restored_utc;        /* its time */
  gboolean    restored_closes;     /* it ends its session */
  guint64     last_seq;            /* of the newest record, read or written */
  gint64      commit_usec;
  gint64      n_records;
  gboolean    storage_failed;
  gint64      commit_asked;        /* monotonic: since then what is appended and not durable waits */
  gboolean    stalled;             /* and that was said */
  guint64     kept;                /* up to this record exits rest on what is kept aside */
  gboolean    told_kept;           /* and that was said, in this hang */
  GQueue      events;              /* of EngineEvent */
  GQueue      writes;              /* of EngineWrite */
  GHashTable *cookies;             /* cookie -> EngineWrite */
  guint64     next_cookie;
  gboolean    releasing;

  /* Link. */
  DeskLink  link;
  gboolean  link_up;               /* a connection has begun and has not ended */
  DeskLinkState link_told;         /* of the last link event, with its text and epoch */
  char     *link_told_text;
  guint32   link_told_epoch;
  gboolean  codec_known;
  DtcCodec  codec;
  char      server_name[64];
  char      host[256];
  char     *unconfirmed;           /* why nothing new is risked before a person has said that it is right, or NULL */
  gboolean  trading_supported, replace_supported, oco_supported, bracket_supported;
  gboolean  numbering_bad;
  gboolean  armed;
  gboolean  armed_once;            /* --arm has had its turn in this connection */
  gint64    live_since;
  gint64    last_receive, last_heartbeat;
  guint32   dropped;
  gint64    ack_last;
  gint64    acks[64];
  guint     n_acks;
  gint64    boot_minus_mono;       /* of the last tick */
  gboolean  clocks_known;
  gint64    health_at;
  gint64    answers_at;      /* no answer is overdue before this */
  guint64   never_events[4];

  /* Identity. */
  guint64   next_counter, high_water;

  /* Accounts, symbols. */
  char        account[DESK_ID_SIZE];
  GPtrArray  *accounts;
  GHashTable *symbols;             /* symbol -> EngineSymbol */
  GPtrArray  *symbol_ids;          /* by SymbolID - 1 */
  gint32      next_request;
  DeskFeed    feed;                /* of all market data */
  gboolean    resubscribe;         /* the server forgets subscriptions when its feed goes */
  gboolean    quotes_supported, depth_supported;
  gboolean    told_no_market;      /* that they are not */
  gboolean    best_from_depth;     /* the server sends the best bid and ask as depth only */
  EngineInquiry find, balances, entries;

  /* Questions. */
  EngineRound  round;
  GPtrArray   *questions;
  DeskEvidence evidence;
  gboolean     evidence_open;
  gint64       round_deadline;
  guint        looks;              /* lists of open orders asked since fills and positions were */
  guint        repeats;            /* how often everything was asked again, because the answers contradict each other */
  gboolean     waived[N_STEPS];
  gboolean     restated;           /* the brief's restatement of this connection has come */
  gboolean     positions_known;    /* a whole positions answer came on this connection */
  gint64       bad_since;          /* since then so many messages could not be read */
  guint        bad_in_a_row;
  GHashTable  *positions_doubted;  /* symbols ("": all) of which a position came since that makes no sense */
  guint32      asked_accounts_epoch;
  EngineRound  wanted;             /* asked for while another runs */
  gint64       timer_at;           /* of the next timer round, 0: none */
  gint64       again_at;           /* a first absence is asked once more, 0: none */
  gint64       doubt_at;           /* an unknown order is asked about, 0: none */

  gint64       doubted;            /* when a doubt was last asked about at once */
  gboolean     told_named;         /* that the server names more than is kept */
  guint        positions_before;   /* known when this connection began: a long history is no reason to leave one out */
  gboolean     doubt_owed;         /* one that came too soon after it */
  gboolean     unread_answer;      /* what is being kept is a row of an answer of ours that says nothing */
  gint64       unread_wait;        /* until that is asked for again, 0: the last answers could be read */

  EngineAnswered orders_answered;  /* the last complete list of open orders */
  GHashTable  *listed;             /* (element-type guint64): keys of the orders it named */
  GHashTable  *fills_answered;     /* account -> EngineAnswered */
  guint64      case_key;           /* of the order in doubt that somebody looks at, 0: none */
  guint64      case_tag;
  DeskResyncState *checklist;      /* of the round that runs or ran last, NULL: none yet; not shared */
  gboolean     checklist_changed;  /* since it was last published */
  gboolean     checklist_counted;  /* a row came, and nothing else changed */
  gint64       checklist_told;     /* when it was last published */
  GArray      *began;              /* of EngineBegan: the orders when the round began */

  /* Verification. */
  DeskLedger  *ledger;
  DeskFindingBook *findings;
  DeskVerifyRun *verified;         /* the last one, or NULL */
  guint        verify_when;        /* bits of DeskVerifyWhen */
  const char  *verify_wanted;      /* trigger of one that waits for its round, or for quiet; NULL: none does */
  gint64       verify_since;       /* monotonic: how long it has waited */
  gint64       verify_at;          /* monotonic: when its round begins, 0: it runs or waits for the link's */
  gint64       verified_stir;      /* the last stir that a verification has seen */

  GPtrArray   *flattens;           /* of DeskFlatten */
  GPtrArray   *exits;              /* of EngineExit: begun, and no end of them on record */
  GQueue       reversals;          /* of DeskCommand: what reverses enter, now that it is flat */
  GArray      *link_watches;       /* of EngineLinkWatch */
  GHashTable  *link_alarms;        /* key -> contracts that were filled when the alarm was raised on this connection */
  gboolean     cancel_wanted;      /* an order's cancel may wait for the server's id */
  GHashTable  *sent;               /* keys of orders whose first message has left */
  gboolean     flattening;         /* they are being looked at */
  guint        flatten_group;      /* of those that are started now, 0: each for itself */
  guint        last_group, broken_group; /* the last one that was given, and one of which a member has failed */
  GHashTable  *flatten_times;      /* account and symbol -> GArray of monotonic times */
  GHashTable  *positions;          /* account and symbol -> DeskPositionState, as last published */
  GHashTable  *rows_wanted;        /* account and symbol of positions in which something works that is not counted yet */
  gint64       rows_at;            /* when it is, 0: there are none */
  GHashTable  *mismatches;         /* account and symbol -> the difference that was mentioned */
  GHashTable  *warned;             /* keys of orders whose silence was mentioned */
  GArray      *recents;            /* of EngineRecent */
  GArray      *buckets;            /* of EngineBucket; symbol "" is the account's */
};

/* desk-engine.c */
DeskRecord *engine_record        (DeskEngine        *engine,
                                  DeskRecordKind     kind,
                                  const char        *payload);
/* Folds @record, keeps it, and queues what it changed. (transfer full) */
guint64     engine_commit        (DeskEngine        *engine,
                                  DeskRecord        *record,
                                  const DtcMessage  *message,
                                  const GError      *bad,
                                  gboolean           at_once);
/* The same for the records of several orders, all or none of them durable. @messages has one for each, or %NULL. */
guint64     engine_commit_all    (DeskEngine        *engine,
                                  DeskRecord *const *records,
                                  const DtcMessage *const *messages,
                                  guint              n_records,
                                  const GError      *bad,
                                  gboolean           at_once);
/* As engine_notice(), about one order: the window can offer to cancel it. */
void        engine_notice_about  (DeskEngine        *engine,
                                  const DeskTruthOrder *order,
                                  DeskLevel          level,
                                  const char        *code,
                                  const char        *format,
                                  ...) G_GNUC_PRINTF (5, 6);
void        engine_notice        (DeskEngine        *engine,
                                  DeskLevel          level,
                                  const char        *code,
                                  const char        *format,
                                  ...) G_GNUC_PRINTF (4, 5);
void        engine_deny          (DeskEngine        *engine,
                                  DeskDenial         denial,
                                  guint64            tag,
                                  const char        *input,
                                  const char        *text);
/* The same, before what is not durable yet. */
void        engine_deny_now      (DeskEngine        *engine,
                                  DeskDenial         denial,
                                  guint64            tag,
                                  const char        *input,
                                  const char        *text);
void        engine_publish_order (DeskEngine        *engine,
                                  const DeskTruthOrder *order,
                                  gboolean           restored);
void        engine_publish_fill  (DeskEngine        *engine,
                                  const DeskTruthFill *fill,
                                  gboolean           restored);
void        engine_publish_arm   (DeskEngine        *engine);
void        engine_publish_health (DeskEngine       *engine);
void        engine_human         (DeskEngine        *engine,
                                  const char        *action,
                                  const char        *detail);
char       *engine_json          (const char        *first_name,
                                  ...) G_GNUC_NULL_TERMINATED;

/* desk-engine-positions.c */
gint64      engine_position      (DeskEngine        *engine,
                                  const char        *account,
                                  const char        *symbol,
                                  gboolean          *known);
void        engine_publish_position (DeskEngine     *engine,
                                  const char        *account,
                                  const char        *symbol,
                                  EngineTell         told);
void        engine_publish_positions (DeskEngine    *engine,
                                  EngineTell         told);
/* Those in which @orders work; of a long book a little later, together. */
void        engine_publish_rows  (DeskEngine        *engine,
                                  const GPtrArray   *orders);
void        engine_publish_order_rows (DeskEngine   *engine);
gint64      engine_rows_tick     (DeskEngine        *engine);

/* desk-engine-outbox.c */
/* (transfer full): shown once everything it rests on is durable, in order. */
void        engine_publish       (DeskEngine        *engine,
                                  DeskEvent         *event,
                                  guint64            seq);
/* (transfer full): shown at once: it rests on no record. */
void        engine_publish_now   (DeskEngine        *engine,
                                  DeskEvent         *event);
void        engine_write         (DeskEngine        *engine,
                                  EngineWrite       *write);
void        engine_release       (DeskEngine        *engine);
void        engine_write_free    (EngineWrite       *write);
/* A question: no record, no outcome. */
gboolean    engine_ask           (DeskEngine        *engine,
                                  const DtcMessage  *message);
/* Gives up orders that have waited for their commit too long, and says that the disk does not answer; monotonic time of the next that would, G_MAXINT64: none. */
gint64      engine_outbox_tick   (DeskEngine        *engine);
/* Key of an order -> its EngineWrite that has not left us: the one that waits for its commit, if there is one, else
 * the one that the kernel has not taken. (transfer container) */
GHashTable *engine_being_written (DeskEngine        *engine);
void        engine_outbox_clear  (DeskEngine        *engine);

/* desk-engine-link.c */
void        engine_publish_link  (DeskEngine        *engine,
                                  const char        *reason,
                                  const char        *text,
                                  guint              attempt,
                                  gint64             retry_at);
void        engine_set_live      (DeskEngine        *engine);
void        engine_numbering_bad (DeskEngine        *engine,
                                  const char        *text);

/* desk-engine-messages.c: tells how many more could not be read than were told one by one. */
void        engine_bad_tick      (DeskEngine        *engine);

/* desk-engine-resync.c */
void        engine_round_start   (DeskEngine        *engine,
                                  EngineRound        round);
void        engine_doubt         (DeskEngine        *engine);
/* An answer has come that could not be read: it is asked for again, each time later than the last. */
void        engine_doubt_answer  (DeskEngine        *engine);
void        engine_round_abort   (DeskEngine        *engine);
void        engine_round_check   (DeskEngine        *engine);
/* A new connection that cannot be reconciled, because the server does not answer a question that is needed; @trying:
 * also while it is asked once more. */
gboolean    engine_round_is_stuck (DeskEngine       *engine,
                                  gboolean           trying);
gint64      engine_round_tick    (DeskEngine        *engine);
EngineQuestion *engine_question_find (DeskEngine    *engine,
                                  EngineStep         step,
                                  gint32             request);
void        engine_question_row  (DeskEngine        *engine,
                                  EngineQuestion    *question,
                                  gint32             total,
                                  gint32             number,
                                  gboolean           none);
void        engine_question_fail (DeskEngine        *engine,
                                  EngineQuestion    *question,
                                  const char        *text);
const char *engine_step_nick     (EngineStep         step);
const char *engine_round_nick    (EngineRound        round);
/* Without it no connection becomes live. */
gboolean    engine_step_is_needed (EngineStep        step);
gboolean    engine_waive         (DeskEngine        *engine,
                                  const char        *step);
gint32      engine_next_request  (DeskEngine        *engine);

/* desk-engine-checklist.c */
void        engine_checklist_link (DeskEngine        *engine,
                                  const DtcLinkChange *change);
void        engine_checklist_round (DeskEngine       *engine);
void        engine_checklist_look (DeskEngine        *engine);
void        engine_checklist_abort (DeskEngine       *engine);
/* After the judge, while the round's questions are still there. */
void        engine_checklist_end (DeskEngine         *engine);

/* desk-engine-symbols.c */
EngineSymbol *engine_symbol      (DeskEngine        *engine,
                                  const char        *symbol);
/* The same for one that the server has named: NULL, and a word about it, when it has named too many. */
EngineSymbol *engine_symbol_named (DeskEngine       *engine,
                                  const char        *symbol);
/* FALSE: @n of a kind are there already; said once a connection. */
gboolean    engine_may_name      (DeskEngine        *engine,
                                  guint              n);
/* NULL: no such SymbolID. */
EngineSymbol *engine_symbol_of_id (DeskEngine       *engine,
                                  guint32            id);
DeskGrid    engine_grid          (DeskEngine        *engine,
                                  const char        *symbol);
gboolean    engine_symbol_known  (DeskEngine        *engine,
                                  const EngineSymbol *symbol);
/* Its definition, and every subscription that is wanted; what was asked in this connection is not asked again. */
void        engine_symbol_ask    (DeskEngine        *engine,
                                  EngineSymbol      *symbol);
void        engine_symbols_ask_all (DeskEngine      *engine);
void        engine_symbol_watch  (DeskEngine        *engine,
                                  const DeskCommand *command);
void        engine_symbol_unwatch (DeskEngine       *engine,
                                  const DeskCommand *command);
/* 507 and 510; FALSE: the message is neither. */
gboolean    engine_read_definition (const DtcMessage *message,
                                  DeskInstrumentState *definition,
                                  gint32            *request,
                                  gboolean          *final);
void        engine_definition    (DeskEngine        *engine,
                                  const DtcMessage  *message);
void        engine_symbol_free   (gpointer           data);
gint64      engine_symbols_tick  (DeskEngine        *engine);
void        engine_symbols_link_lost (DeskEngine    *engine);

/* desk-engine-market.c */
/* What the logon's answer says about market data. */
void        engine_market_logon  (DeskEngine        *engine,
                                  const DtcLogonResponse *logon);
void        engine_market_data   (DeskEngine        *engine,
                                  const DtcMessage  *message);
void        engine_market_ask    (DeskEngine        *engine,
                                  EngineSymbol      *symbol);
void        engine_market_leave  (DeskEngine        *engine,
                                  EngineSymbol      *symbol);
/* The symbol's definition is new: its prices are read again. */
void        engine_market_regrid (DeskEngine        *engine,
                                  EngineSymbol      *symbol);
void        engine_market_link_lost (DeskEngine     *engine,
                                  EngineSymbol      *symbol);
/* A subscription, or the end of one; FALSE: it could not be sent. */
gboolean    engine_subscribe     (DeskEngine        *engine,
                                  guint16            type,
                                  const EngineSymbol *symbol,
                                  gboolean           subscribe);
void        engine_quote_best    (DeskEngine        *engine,
                                  EngineSymbol      *symbol,
                                  const DeskDepthLevel *bid,
                                  const DeskDepthLevel *ask);
const char *engine_reject_text   (const char        *text);

/* desk-engine-depth.c */
void        engine_depth_command (DeskEngine        *engine,
                                  const DeskCommand *command);
void        engine_depth_ask     (DeskEngine        *engine,
                                  EngineSymbol      *symbol);
void        engine_depth_leave   (DeskEngine        *engine,
                                  EngineSymbol      *symbol);
void        engine_depth_regrid  (DeskEngine        *engine,
                                  EngineSymbol      *symbol);
void        engine_depth_news    (DeskEngine        *engine,
                                  EngineSymbol      *symbol,
                                  const DeskMarketNews *news);
gint64      engine_depth_tick    (DeskEngine        *engine,
                                  EngineSymbol      *symbol);
void        engine_depth_feed_off (DeskEngine       *engine,
                                  EngineSymbol      *symbol);
void        engine_depth_link_lost (DeskEngine      *engine,
                                  EngineSymbol      *symbol);

/* desk-engine-find.c */
void        engine_find          (DeskEngine        *engine,
                                  const DeskCommand *command);
void        engine_list          (DeskEngine        *engine,
                                  const DeskCommand *command);
/* TRUE: the message was a row of a search or of a list, or the end of one. */
gboolean    engine_find_message  (DeskEngine        *engine,
                                  const DtcMessage  *message);
gint64      engine_find_tick     (DeskEngine        *engine);
void        engine_find_link_lost (DeskEngine       *engine);

/* desk-engine-messages.c */
EngineAccount *engine_find_account (DeskEngine      *engine,
                                  const char        *account);

/* desk-engine-intent.c */
/* @n ClientOrderIDs that were never used, and the record that reserves their block (or %NULL), to go into the same
 * transaction. FALSE: the numbers are used up. */
gboolean    engine_take_ids      (DeskEngine        *engine,
                                  guint              n,
                                  char               ids[][DESK_ID_SIZE],
                                  DeskRecord       **reserve);
/* Nothing was committed with @reserve. (transfer full) */
void        engine_drop_reserve  (DeskEngine        *engine,
                                  DeskRecord        *reserve);
gboolean    engine_encode        (DeskEngine        *engine,
                                  const DtcMessage  *message,
                                  GByteArray        *bytes,
                                  GError           **error);
/* Intent before wire: the records are appended first, in one transaction; the bytes follow its commit in one write.
 * @reserve is (transfer full). The key of the first order. */
guint64     engine_commit_intents (DeskEngine       *engine,
                                  DeskRecord        *reserve,
                                  const EngineIntent *intents,
                                  guint              n_intents);
gboolean    engine_is_automated  (DeskEngine        *engine,
                                  const DeskTicket  *ticket);
void        engine_fill_in_submit (DtcMessage       *message,
                                  const DeskTicket  *ticket,
                                  const char        *account,
                                  const char        *id,
                                  double             price,
                                  double             price2,
                                  gboolean           automated);
/* A cancel that leaves as soon as its intent is durable. FALSE with @error: it cannot be said on this connection. */
gboolean    engine_send_cancel   (DeskEngine        *engine,
                                  DeskTruthOrder    *order,
                                  guint64            tag,
                                  gint64             clicked,
                                  const char        *source,
                                  GError           **error);
/* A new order of ours without any further check: an exit, by the server's flatten or at @market. Its key, or 0. */
guint64     engine_send_exit     (DeskEngine        *engine,
                                  const char        *account,
                                  const char        *symbol,
                                  DeskSide           side,
                                  gint64             quantity,
                                  gboolean           market,
                                  guint64            tag,
                                  GError           **error);

/* One 210 for several positions of an account: their keys, in order, are put into the flattens. FALSE with @error. */
gboolean    engine_send_exit_all (DeskEngine        *engine,
                                  DeskFlatten *const *flattens,
                                  guint              n_flattens,
                                  GError           **error);

/* desk-engine-submit.c */
/* What the gate says of one order; @bare: as if none of our own orders worked in the symbol and it were flat. */
DeskDenial  engine_gate          (DeskEngine        *engine,
                                  const DeskTicket  *ticket,
                                  const DeskTruthOrder *changed,
                                  const DeskGateChange *change,
                                  gboolean           bare,
                                  DeskGateVerdict   *verdict);
/* A command whose prices only the grid of its symbol or order can read, read again; NULL and why when it is not
 * known or the line means nothing with it. (transfer full) */
DeskCommand *engine_read_prices  (DeskEngine        *engine,
                                  const DeskCommand *command,
                                  GError           **error);
void        engine_submit        (DeskEngine        *engine,
                                  const DeskCommand *command,
                                  gboolean           may_wait);
void        engine_preview       (DeskEngine        *engine,
                                  const DeskCommand *command);
void        engine_note_sent     (DeskEngine        *engine,
                                  const DeskTicket  *ticket,
                                  const char        *account,
                                  const DeskGateVerdict *verdict,
                                  gboolean           is_new);
/* @first of the orders of one ticket: what is true of all is said once. */
void        engine_tell_warnings (DeskEngine        *engine,
                                  const DeskTicket  *ticket,
                                  const DeskGateVerdict *verdict,
                                  gboolean           first);
const char *engine_account_of    (DeskEngine        *engine,
                                  const char        *account);

/* desk-engine-modify.c */
void        engine_modify        (DeskEngine        *engine,
                                  const DeskCommand *command);

/* desk-engine-case.c */
void        engine_case          (DeskEngine        *engine,
                                  const DeskCommand *command);
void        engine_case_again    (DeskEngine        *engine);
void        engine_resolve       (DeskEngine        *engine,
                                  const DeskCommand *command);

/* desk-engine-identity.c */
/* Instead of the record of a live link: with whom, and whether that is still the same. */
void        engine_identity_live (DeskEngine         *engine);
/* A person has armed: it is right. */
void        engine_identity_confirm (DeskEngine      *engine);
gboolean    engine_is_copys_id   (DeskEngine         *engine,
                                  const char        *client_order_id);
void        engine_identity_copy (DeskEngine         *engine,
                                  const char        *client_order_id);

/* desk-engine-links.c */
/* An order has changed: may something about its relatives have to follow? */
void        engine_links_note    (DeskEngine        *engine,
                                  const DeskTruthOrder *order);
/* A connection has become live: every bracket that protects something is looked at. */
void        engine_links_live    (DeskEngine        *engine);
void        engine_links_lost    (DeskEngine        *engine);
gint64      engine_links_tick    (DeskEngine        *engine);

/* desk-engine-commands.c */
#define ENGINE_ID_GIVEN_AWAY "The server has given this order's id to a different order; nothing was sent. Look at the server"
void        engine_cancel_wanted (DeskEngine        *engine);
gboolean    engine_owns_id       (DeskEngine        *engine,
                                  const DeskTruthOrder *order);
void        engine_want_cancel   (DeskEngine        *engine,
                                  DeskTruthOrder    *order);
/* @left orders of others are not part of a way out: they may open the position again. */
void        engine_tell_left     (DeskEngine        *engine,
                                  guint              left);

/* desk-engine-verify.c */
/* A 301, 304 or 306 that made no record; @account: that was asked about, or %NULL. Those that made one are in the ledger
 * already. */
void        engine_verify_message (DeskEngine       *engine,
                                  const DtcMessage  *message,
                                  const char        *account);
/* A round of questions has ended and was judged; its questions are still there. */
void        engine_verify_round_ended (DeskEngine   *engine,
                                  EngineRound        round,
                                  const DeskEvidence *evidence);

/* A position does not agree with the fills: the proof follows, with a number. */
void        engine_verify_suspect (DeskEngine       *engine);
gint64      engine_verify_tick   (DeskEngine        *engine);
/* VERIFY, VERIFY_WHEN, ACCEPT, NOTE and BASELINE. */
void        engine_verify_command (DeskEngine       *engine,
                                  const DeskCommand *command);
void        engine_verify_link_lost (DeskEngine     *engine);

/* desk-engine-exits.c */
void        engine_exit_begin    (DeskEngine        *engine,
                                  EngineExitKind     kind,
                                  const DeskCommand *command,
                                  const char        *account,
                                  const char        *symbol);
void        engine_exit_end      (DeskEngine        *engine,
                                  EngineExitKind     kind,
                                  const char        *account,
                                  const char        *symbol,
                                  const char        *text);
void        engine_exits_fold    (DeskEngine        *engine,
                                  const DeskRecord  *record);
/* The journal is read: what was begun and has no end there is told. */
void        engine_exits_restored (DeskEngine       *engine);
/* Orders and positions have been compared with the server since: it need not be told again. */
void        engine_exits_live    (DeskEngine        *engine);

/* desk-engine-flatten.c */
void        engine_flatten       (DeskEngine        *engine,
                                  const DeskCommand *command,
                                  const char        *symbol);
void        engine_reverse       (DeskEngine        *engine,
                                  const DeskCommand *command);
/* Before @row is taken: a position that is told is news for a flatten that has asked for it. */
void        engine_flatten_told  (DeskEngine        *engine,
                                  const DtcPositionUpdate *row);
void        engine_flatten_position (DeskEngine     *engine,
                                  gint32             request,
                                  const DtcMessage  *message);
void        engine_flatten_changed (DeskEngine      *engine);
gint64      engine_flatten_tick  (DeskEngine        *engine);
void        engine_flatten_abort (DeskEngine        *engine);

G_END_DECLS
