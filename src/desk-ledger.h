/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-record.h"
#include "desk-snapshot.h"

G_BEGIN_DECLS

/* The books of a verification: what was sent, what the server said, what it listed as fills, what it holds as position.
 * A second fold of the journal that shares nothing with the order book of truth and draws no conclusions: it only keeps
 * who said what in which record, so that both can be compared. Pure. */

typedef struct _DeskLedger DeskLedger;
typedef struct _DeskLedgerOrder DeskLedgerOrder;
typedef struct _DeskLedgerExec DeskLedgerExec;

/* What contradicts itself in what one side said of an order. */
typedef enum
{
  DESK_FAULT_TRANSITION,   /* a state that cannot follow the one before */
  DESK_FAULT_LATE_FILL,    /* more contracts after the end */
  DESK_FAULT_SHORT,        /* called filled with contracts left */
  DESK_FAULT_COUNT_BACK,   /* fewer contracts than said before */
  DESK_FAULT_REUSED,       /* one ClientOrderID, two orders */
  DESK_FAULT_TWO_ORDERS,   /* one message, two orders */
} DeskFaultKind;

typedef struct _DeskLedgerFault DeskLedgerFault;

struct _DeskLedgerFault
{
  DeskLedgerFault *next;
  DeskFaultKind    kind;
  gint64           expected, seen; /* OrderStatusEnum, contracts; -1: none */
  const char      *other;          /* the id of the other order, or NULL */
  guint64          records[2];
  gint64           utc;
};

/* The values of an order as one side has them; prices are the wire's. */
typedef struct
{
  double  price1, price2; /* NAN: not said */
  gint64  quantity;       /* -1: not said */
  guint8  side, type, tif; /* DeskSide, DeskOrderType, DeskTif; 0: not said */
  guint16 grid;           /* of the prices, see desk_ledger_grid(); 0: no definition had come on that connection */
} DeskLedgerTerms;

struct _DeskLedgerOrder
{
  const char      *client_id, *server_id, *account, *symbol; /* never NULL; server_id: the newest one */
  const char      *group;         /* of an exit that one message asked for with others: its id, or NULL */
  gint64           created;       /* UTC */
  gint64           touched;       /* UTC of the last word about it */
  gint64           touched_mono;  /* of the server's last word */
  guint32          touched_epoch;

  /* Sent. */
  DeskLedgerTerms  sent;          /* as intended, with every change that was answered */
  DeskLedgerTerms  asked;         /* of the change without an answer */
  gint64           sent_mono;     /* when the kernel took it, until then when it was recorded */
  guint32          sent_epoch;
  guint32          alive_epoch;   /* the connection in which it was first heard of */
  guint64          sent_record, change_record;

  /* The server's updates. */
  DeskLedgerTerms  echo;
  double           average;       /* wire; NAN: not said */
  guint16          average_grid;  /* as in echo */
  gint64           filled;        /* -1: not said, as the next */
  gint64           filled_most;
  gint64           remaining;
  gint64           answered_mono;
  guint32          answered_epoch; /* 0: not answered */
  gint64           received_time; /* OrderReceivedDateTime */
  guint64          answer_record, echo_record, status_record, filled_record;

  /* Fills. */
  DeskLedgerExec  *execs;         /* newest first */
  gint64           executed;      /* contracts of execs */
  gint64           counted;       /* contracts in the position's sum */
  DeskLedgerFault *faults;        /* newest first */

  guint8           status;        /* OrderStatusEnum, 0: not said */
  guint            ours : 1;
  guint            not_sent : 1;  /* not one byte of it left */
  guint            flatten : 1;   /* the server chooses side and quantity */
  guint            linked : 1;    /* a bracket's or an OCO's: the server may lower its quantity */
  guint            offsets : 1;   /* its prices hang on its entry's fill */
  guint            changing : 1;  /* asked is meant */
  guint            exit : 1;      /* a bracket's target or stop */
  guint            adopted : 1;   /* nobody's, until a person said that it is an order of ours */
};

struct _DeskLedgerExec
{
  const char      *id;            /* "": the server names none */
  const char      *account, *symbol, *server_id;
  DeskLedgerOrder *order;         /* NULL: of an order that nobody has told us of */
  DeskLedgerExec  *next;          /* of the same order */
  DeskLedgerExec  *namesake;      /* an older one with the same id, which servers give again */
  gint64           seen;          /* UTC when it was first heard of */
  guint64          seen_record;   /* 0: kept nowhere */
  guint32          seen_epoch;
  /* As reported when it happened. */
  gint64           quantity;      /* 0: not reported */
  double           price;         /* wire, NAN: not said */
  gint64           time;          /* UTC, 0: not said */
  gint64           mono;
  guint64          record, again_record;
  guint32          epoch;
  /* As listed afterwards. */
  gint64           h_quantity;    /* 0: never listed */
  double           h_price;
  gint64           h_time;
  guint64          h_record;
  guint32          h_round;       /* see desk_ledger_get_round() */
  gint32           h_request;
  guint16          n_live;        /* how often it was reported */
  guint16          n_history;     /* how often one answer listed it */
  guint16          grid, h_grid;
  guint8           side, h_side;
  gboolean         fresh;         /* it was listed before it was reported, and not in an earlier whole list of that connection */
};

typedef struct
{
  const char *account, *symbol;
  gint64      sum;           /* signed contracts of all fills */
  gboolean    based;
  gint64      base;          /* computed = base + sum */
  gint64      base_quantity; /* what the server had then */
  guint32     base_epoch;    /* in which that was */
  guint64     base_record;
  gboolean    stated;
  guint32     epoch;         /* in which it was last stated */
  gint64      quantity;      /* the server's */
  double      average;       /* wire, NAN: none */
  gint64      average_sum;   /* contracts and their cost since it was last flat, for our own average */
  double      cost;          /* display x contracts; NAN: a fill without a price */
  guint64     record;
  gint64      stated_mono;   /* of its last statement */
  gint64      stirred_mono;  /* when it last moved by itself: a fill, or a statement that nobody asked for */
  guint32     stirred_epoch;
  guint16     grid;
} DeskLedgerPosition;

DeskLedger *desk_ledger_new         (void);
void        desk_ledger_free        (DeskLedger           *self);
/**
 * desk_ledger_fold:
 * @record: a record; its seq is what findings will point at
 * @message: (nullable): its wire, decoded; %NULL: none, or it could not be read
 */
void        desk_ledger_fold        (DeskLedger           *self,
                                     const DeskRecord     *record,
                                     const DtcMessage     *message);
/**
 * desk_ledger_take:
 * @message: a 301, 304 or 306 that says nothing new and made no record
 * @grid: of its symbol
 * @account: (nullable): that was asked about
 * @utc: now
 * @mono: now
 */
void        desk_ledger_take        (DeskLedger           *self,
                                     const DtcMessage     *message,
                                     const DeskGrid       *grid,
                                     const char           *account,
                                     gint64                utc,
                                     gint64                mono);
/* Fills that are listed from now on belong to the next round of questions. */
void        desk_ledger_next_round  (DeskLedger           *self);
guint32     desk_ledger_get_round   (DeskLedger           *self);

guint       desk_ledger_n_orders    (DeskLedger           *self);
/* In the order in which they were heard of. */
const DeskLedgerOrder *desk_ledger_get_order (DeskLedger  *self,
                                     guint                 index);
const DeskLedgerOrder *desk_ledger_find (DeskLedger       *self,
                                     const char           *client_id,
                                     const char           *server_id);
guint       desk_ledger_n_execs     (DeskLedger           *self);
const DeskLedgerExec *desk_ledger_get_exec (DeskLedger    *self,
                                     guint                 index);
/* (element-type DeskLedgerPosition) */
const GPtrArray *desk_ledger_positions (DeskLedger        *self);
/* Everything of the account came whole once: a symbol that nobody has named since starts at nothing. */
gboolean    desk_ledger_has_rest    (DeskLedger           *self,
                                     const char           *account);
/* A place of terms or of an exec; of none that of @symbol, once its definition has come. */
DeskGrid    desk_ledger_grid        (DeskLedger           *self,
                                     guint                 grid,
                                     const char           *symbol);
/* When the server last said something about fills or positions, or we sent something; monotonic, 0: never. */
gint64      desk_ledger_last_stir   (DeskLedger           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLedger, desk_ledger_free)

G_END_DECLS
