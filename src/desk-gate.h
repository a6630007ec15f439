/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-limits.h"
#include "desk-snapshot.h"
#include "desk-ticket.h"

G_BEGIN_DECLS

/* The last function before the wire: everything an order must pass, in one place, without a clock and without I/O.
 * The engine fills the input from what it knows at this moment; the same function answers the window's preview. */

/* A reference price older than this counts as none. */
#define DESK_GATE_REFERENCE_MAX_AGE (5 * G_USEC_PER_SEC)

/* An order of the account that is not final. */
typedef struct
{
  DeskSide      side;
  DeskOrderType type;
  gint64        remaining;   /* contracts it can still add to the worst case: see desk_truth_worst_quantity(); -1: not known */
  DeskPrice     price;       /* Price1 */
  DeskPrice     price2;
  gboolean      same_symbol;
  gboolean      ours;
  gboolean      unknown;     /* certainty unknown, conflict, probable or no-trace */
  gboolean      held;        /* it waits at the server for its parent's fill: nothing trades with it */
} DeskGateOrder;

/* An order of the same account and symbol that was let through not long ago. */
typedef struct
{
  gint64        when;        /* monotonic */
  DeskSide      side;
  DeskOrderType type;
  gint64        quantity;
  DeskPrice     price;
  DeskPrice     price2;
} DeskGateRecent;

/* A token bucket; all zero is a full one that was never used. */
typedef struct
{
  double tokens;
  gint64 when;               /* monotonic of the last take, 0: never */
} DeskGateBucket;

/* Of a modify: the order as it stands. The ticket holds the order as it shall be (quantity is the new total). */
typedef struct
{
  gboolean  found;           /* FALSE: no such order, or nothing is left of it */
  gboolean  in_flight;       /* a change of it waits for its answer, or the order itself does */
  gint64    quantity;
  gint64    filled;          /* -1: not known */
  DeskPrice price;
  DeskPrice price2;
  gboolean  lasts_longer;    /* its time in force changes too */
} DeskGateChange;

typedef struct
{
  const DeskTicket     *ticket;
  const DeskLimits     *limits;
  const DeskGateChange *change;           /* of a modify, else NULL */
  DeskRole              role;             /* of one order of a bracket or an OCO */
  gboolean              held;             /* an exit of a bracket that waits for its entry */
  const DeskTicket     *entry;            /* of a new one: the whole bracket; else NULL */
  double                entry_price;      /* of its entry: display, NAN: not known */
  guint                 beside;           /* orders of the same ticket before this one */
  gint64                now;              /* monotonic */
  gint64                utc;              /* microseconds, for a good-till date; 0: not checked */

  DeskLink              link;
  gboolean              numbering_ok;     /* no sign of the other numbering on this connection */
  gboolean              trading_supported;
  const char           *unconfirmed;      /* why a person must say first that all is right, or NULL */
  gboolean              live;             /* the profile's mode */
  gboolean              halted;
  gboolean              armed;
  gboolean              automated;        /* a pipe or the API decides */
  gboolean              storage_ok;
  gboolean              storage_waits;    /* not ok: the disk does not answer */
  const char           *unsupported;      /* what of this order the server's logon said it cannot do, or NULL */
  gboolean              unsaid;           /* the brief's numbering has no number for this order type */

  const char           *account;          /* the one it will carry; "" or NULL: none was chosen and there are several */
  gboolean              account_known;    /* the server listed it */
  gboolean              account_disabled; /* the server says trading is disabled for it */
  gboolean              definition_known; /* of the symbol, on this connection */
  const char           *definition_text;  /* the server's words when it has none, or NULL */
  DeskGrid              grid;

  DeskPrice             bid, ask, last;   /* UNSET: none */
  gint64                reference_age;    /* microseconds; ignored when all three are unset */
  gint64                position;         /* signed; the server's, else our own sum of fills */
  gboolean              position_known;   /* the server said it on this connection */

  const DeskGateOrder  *orders;           /* of the account, not final, without the one that is being changed */
  guint                 n_orders;
  const DeskGateRecent *recent;           /* of the account and symbol */
  guint                 n_recent;
  DeskGateBucket        account_bucket;
  DeskGateBucket        symbol_bucket;
} DeskGateInput;

/* Things the trader should see and that refuse nothing. */
typedef enum
{
  DESK_GATE_WARN_NONE             = 0,
  DESK_GATE_WARN_STOP_WRONG_SIDE  = 1 << 0, /* it would trigger at once */
  DESK_GATE_WARN_MARKETABLE_LIMIT = 1 << 1, /* it would fill at once */
  DESK_GATE_WARN_NO_REFERENCE     = 1 << 2, /* no price younger than 5 s to compare with */
  DESK_GATE_WARN_UNKNOWN          = 1 << 3, /* a person may go on, knowing the worst case */
} DeskGateWarnings;

typedef struct
{
  DeskDenial       denial;
  char             text[256];     /* plain English with the numbers; "" when nothing is denied */
  DeskGateWarnings warnings;
  gboolean         reduces;       /* it can only bring the position nearer to zero: needs no arming */
  guint            checks_passed;
  guint            checks_total;
  DeskPrice        price;         /* on the grid; UNSET where the type has none */
  DeskPrice        price2;
  double           wire_price;    /* NAN: none */
  double           wire_price2;
  gint64           position;
  gint64           worst_long;    /* with everything working and unknown and this filled */
  gint64           worst_short;
  gint64           distance_ticks; /* from the touch it would trade at, positive away from it; G_MAXINT64: unknown */
  double           value;         /* account currency; NAN: unknown */
  double           tick_risk;     /* money for one tick of the whole order; NAN: unknown */
} DeskGateVerdict;

/**
 * desk_gate_check:
 * @in: everything that is known
 * @out: (out caller-allocates): the verdict and what was worked out on the way
 *
 * Runs every check. The answer is the first that refuses, in the order of #DeskDenial. An order, or a change of one,
 * that only reduces the position passes disarmed, halted, without limits and with a failed disk.
 *
 * Returns: DESK_DENY_NONE when the order may be sent
 */
DeskDenial desk_gate_check      (const DeskGateInput *in,
                                 DeskGateVerdict     *out);

typedef enum
{
  DESK_GATE_EXIT_CANCEL,      /* of one order; also while a reconciliation runs */
  DESK_GATE_EXIT_CANCEL_ALL,
  DESK_GATE_EXIT_FLATTEN,
} DeskGateExit;

typedef struct
{
  DeskGateExit exit;
  DeskLink     link;
  gboolean     numbering_ok;
  const char  *account;       /* of CANCEL_ALL and FLATTEN; "" or NULL: none was chosen */
  gboolean     account_known;
  gboolean     found;         /* of CANCEL: the order is there and not final */
  gboolean     in_flight;     /* of CANCEL: one is on its way since less than a second; of FLATTEN: one is running */
  gboolean     told;          /* of FLATTEN before the link is live: the server has said what it will, only something else is missing */
  gboolean     flat;          /* of FLATTEN: no position, and nothing working or unknown on the symbol */
} DeskGateExitInput;

/**
 * desk_gate_check_exit:
 * @in: everything that is known
 * @text: (out caller-allocates): 256 bytes for the plain words; "" when nothing is denied
 *
 * The few checks of the ways out: they are never locked by arming, halting, limits or storage.
 */
DeskDenial desk_gate_check_exit (const DeskGateExitInput *in,
                                 char                     text[256]);

/* The price an order of @side would trade at, if it came to trade now: display, NAN: none younger than 5 s. */
double     desk_gate_reference   (DeskSide              side,
                                  const DeskPrice      *bid,
                                  const DeskPrice      *ask,
                                  const DeskPrice      *last,
                                  gint64                age);
/* What is in the bucket now, at most @burst; @rate is tokens a second. */
double     desk_gate_bucket_get  (const DeskGateBucket *bucket,
                                  double                rate,
                                  double                burst,
                                  gint64                now);
/* One order was let through. */
void       desk_gate_bucket_take (DeskGateBucket       *bucket,
                                  double                rate,
                                  double                burst,
                                  gint64                now);
/* The burst of a symbol's bucket: what one second allows, at least one. */
double     desk_gate_symbol_burst (const DeskLimits    *limits);

G_END_DECLS
