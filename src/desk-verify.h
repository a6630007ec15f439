/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-findings.h"
#include "desk-ledger.h"
#include "desk-reconcile.h"
#include "desk-truth.h"

G_BEGIN_DECLS

/* The checks V1 to V15: what was sent against what the server said, against its fills live and listed, against its
 * position. Pure: books and answers in, verdicts out. Lack of data is never a match. */

#define DESK_VERIFY_QUIET  (2 * G_USEC_PER_SEC) /* nothing is judged that moved within this */
#define DESK_VERIFY_ANSWER (5 * G_USEC_PER_SEC) /* V1: a first answer takes no longer */

/* What the round has brought of one account. */
typedef struct
{
  char        account[DESK_ID_SIZE];
  gboolean    fills_complete;
  const char *fills_why;     /* not complete: the server's words or ours */
  gint64      fills_since;   /* UTC: from when on it was asked */
  double      daily_profit;  /* the server's, NAN: not said */
} DeskVerifyAccount;

typedef struct
{
  const char              *trigger;   /* static, see DeskVerifyRun */
  gint64                   now, utc;
  gint64                   started;   /* monotonic of the first question */
  guint32                  epoch;
  const DeskEvidence      *evidence;
  const char              *orders_why, *positions_why; /* why their answer is not complete */
  GHashTable              *undefined; /* (nullable) (element-type utf8): symbols without a definition on this connection */
  gboolean                 orders_unaskable; /* the server has listed its orders once, and the numbering has no question for them */
  const DeskVerifyAccount *accounts;
  guint                    n_accounts;
  const char              *install;   /* of our ClientOrderIDs; NULL for a reader: it does not know all of ours */
  gboolean                 reader;    /* beside a session that writes: nothing of it is kept */
  gboolean                 matches;   /* list what matches too, one a check and subject */
} DeskVerifyInput;

/* A position that the sum of an account and symbol may start at from now on. */
typedef struct
{
  char   account[DESK_ID_SIZE];
  char   symbol[DESK_SYMBOL_SIZE]; /* "": every symbol of the account that nobody has named starts at nothing */
  gint64 quantity;
} DeskVerifyBase;

/**
 * desk_verify:
 * @ledger: the books
 * @truth: its working orders for V10, its keys for the rows; nothing else of it is believed
 * @input: what the questions of a round have brought
 * @bases: (element-type DeskVerifyBase): starts of sums that were missing and can be taken now are added
 *
 * Returns: (transfer full): the run, its findings without numbers
 */
DeskVerifyRun *desk_verify (DeskLedger            *ledger,
                            DeskTruth             *truth,
                            const DeskVerifyInput *input,
                            GArray                *bases);

G_END_DECLS
