/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"

G_BEGIN_DECLS

/* What was sent against what the server said, against fills live and historical, against the position: the outcome of
 * one verification as one immutable, shared value that may cross threads. */

#define DESK_N_CHECKS 15 /* V1 … V15 */

typedef enum
{
  DESK_VERDICT_MATCH,
  DESK_VERDICT_MISMATCH,
  DESK_VERDICT_NOT_PROVABLE,
  DESK_VERDICT_ACCEPTED, /* of a whole run alone: something does not match or is not provable, and a person has taken all of it */
} DeskVerdict;

typedef struct
{
  guint64     number;      /* #n: the same finding keeps its number while the state file lives; 0: a match has none */
  guint       check;       /* 1 … 15 */
  DeskVerdict verdict;
  guint       rest;        /* so many of the same check, account and verdict that are not listed one by one; 0: it is one */
  gboolean    information; /* V9, V15, V12 without a stop rule: shown, no verdict of the whole */
  gboolean    unaskable;   /* not provable, for the numbering has no question for it: nothing went wrong */
  char        account[DESK_ID_SIZE];
  char        symbol[DESK_SYMBOL_SIZE];
  guint64     key;         /* of the order, 0: none */
  char        client_order_id[DESK_ID_SIZE];
  char        server_order_id[DESK_ID_SIZE];
  char        execution_id[DESK_EXEC_ID_SIZE];
  GRefString *expected;    /* bare values, NULL: none */
  GRefString *seen;
  GRefString *expected_text; /* of prices that a symbol writes in its own way, as it does; NULL: as above */
  GRefString *seen_text;
  GRefString *text;        /* plain words, in English; never NULL but for a match */
  guint64     records[4];  /* journal records that show it, 0: no more */
  gint64      first_utc;   /* when it was first found */
  gint64      utc;         /* when it was last found */
  gboolean    accepted;    /* a person took the server's value: audited, still listed */
  GRefString *note;        /* a person's, or NULL */
} DeskFinding;

/* One order in the four ledgers. */
typedef struct
{
  guint64       key;       /* DeskOrderState.key */
  char          client_order_id[DESK_ID_SIZE];
  char          server_order_id[DESK_ID_SIZE];
  char          account[DESK_ID_SIZE];
  char          symbol[DESK_SYMBOL_SIZE];
  gboolean      external;
  gint64        created;   /* UTC */
  /* Sent: what our intent says. */
  gboolean      sent;
  DeskSide      sent_side;
  DeskOrderType sent_type;
  DeskTif       sent_tif;
  gint64        sent_quantity;
  DeskPrice     sent_price, sent_price2;
  guint64       sent_record;
  /* Echo: what the server's last update says. */
  gboolean      echoed;
  DeskSide      echo_side;
  DeskOrderType echo_type;
  DeskTif       echo_tif;
  gint64        echo_quantity, echo_filled; /* -1: not said */
  DeskPrice     echo_price, echo_price2;
  DeskStatus    echo_status;
  guint64       echo_record;
  /* Fills. */
  gint64        live_quantity;
  double        live_average;    /* display, NAN: none */
  gboolean      history_known;   /* the server's list of fills of this account came whole */
  gint64        history_quantity;
  double        history_average;
  DeskVerdict   verdict;
  guint64       finding;         /* the first one about it, 0: none */
  GRefString   *why;             /* not provable: the reason; or NULL */
  DeskGrid      grid;
} DeskLedgerRow;

/* An account and a symbol: baseline + signed fills = computed, against the server's position. */
typedef struct
{
  char        account[DESK_ID_SIZE];
  char        symbol[DESK_SYMBOL_SIZE];
  gboolean    based;          /* there is a baseline */
  gint64      baseline, fills, computed;
  gboolean    stated;         /* the server said it in this connection */
  gint64      server;
  DeskVerdict verdict;
  guint64     finding;
  GRefString *why;
} DeskLedgerFoot;

typedef struct
{
  gint64      utc;
  guint32     epoch;
  guint64     records;        /* of the journal that it speaks of: the number of the last one, 0: there is none */
  const char *trigger;        /* "verify", "link", "timer", "fill", "doubt", "journal": static */
  DeskVerdict verdict;        /* of the whole: the worst one that nobody has accepted */
  gboolean    rest_unaskable; /* not provable, and for nothing else than what has no question */
  guint       n_match[DESK_N_CHECKS + 1], n_mismatch[DESK_N_CHECKS + 1], n_not_provable[DESK_N_CHECKS + 1]; /* by check */
  guint       n_accepted;     /* mismatches and not provable ones that a person has taken */
  GArray     *findings;       /* of DeskFinding: mismatches first, then not provable, then matches one a check and subject; of
                                 thousands of one kind the oldest thousand, and one that counts the rest */
  GArray     *rows;           /* of DeskLedgerRow, newest last */
  GArray     *feet;           /* of DeskLedgerFoot */
  GArray     *past;           /* of DeskFinding: found before and no more, the newest first */
} DeskVerifyRun;

/* (transfer full): empty, to be filled in before it is shared. */
DeskVerifyRun *desk_verify_run_new   (const char    *trigger);
/* (transfer full): one that can be changed; texts are shared. */
DeskVerifyRun *desk_verify_run_copy  (const DeskVerifyRun *self);
DeskVerifyRun *desk_verify_run_ref   (DeskVerifyRun *self);
void           desk_verify_run_unref (DeskVerifyRun *self);
const char    *desk_verdict_nick     (DeskVerdict    verdict); /* "match", "mismatch", "not-provable", "accepted" */
/* What a check is about, in English: "fills live and listed are the same"; NULL for a number outside 1 … 15. */
const char    *desk_check_title      (guint          check);
/* (transfer none) (nullable): the values as people read them. */
const char    *desk_finding_expected (const DeskFinding *finding);
const char    *desk_finding_seen     (const DeskFinding *finding);
/* How many it stands for. */
guint          desk_finding_count    (const DeskFinding *finding);
/* (transfer none): with texts of its own. */
void           desk_finding_copy     (DeskFinding       *to,
                                      const DeskFinding *from);
void           desk_finding_clear    (DeskFinding       *finding);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskVerifyRun, desk_verify_run_unref)

G_END_DECLS
