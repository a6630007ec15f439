/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-verify.h"

G_BEGIN_DECLS

/* Findings of one check, account and verdict; those beyond VERIFY_LISTED_MAX are one finding that counts them. */
typedef struct
{
  guint       check;
  DeskVerdict verdict;
  const char *account;
  guint       n;
  guint64     first;              /* record of the first one that is not listed */
  guint64     last;               /* and of the newest, … */
  const DeskLedgerOrder *newest;  /* … which is about this order, or NULL */
} VerifyMany;

#define VERIFY_LISTED_MAX 1000

/* One verification at work. */
typedef struct
{
  DeskLedger            *ledger;
  DeskTruth             *truth;
  const DeskVerifyInput *in;
  DeskVerifyRun         *run;
  GPtrArray             *orders;  /* (element-type DeskLedgerOrder): those that it is about */
  guint                  n_matches;
  GArray                *many;    /* (element-type VerifyMany) */
  GRefString            *why[3];  /* by verdict: the first thing that was said of the order at work */
  gint64                 since;   /* UTC: what is over and older is not looked at */
} Verify;

/* What a finding is about; any part may be missing. */
typedef struct
{
  const DeskLedgerOrder *order;
  const DeskLedgerExec  *exec;
  const char            *account, *symbol;
  const char            *expected, *seen;
  const char            *expected_text, *seen_text; /* of prices: as the symbol writes them */
  guint64                records[4];
  gboolean               information, unaskable;
} VerifyAbout;

/* Counts, and lists unless it is one match too many. @format: why, NULL for a match. The verdict comes back. */
DeskVerdict verify_say       (Verify                *verify,
                              guint                  check,
                              DeskVerdict            verdict,
                              const VerifyAbout     *about,
                              const char            *format,
                              ...) G_GNUC_PRINTF (5, 6);
DeskVerdict verify_worse     (DeskVerdict            a,
                              DeskVerdict            b);
/* It matches, and nobody wants to be told of it: counted, and no words are made. */
gboolean    verify_counts    (Verify                *verify,
                              guint                  check,
                              gboolean               match);
/* "buy 2 ESZ6 (T7K2QX4A-0001-00000012-5B)". (transfer full) */
char       *verify_name      (const DeskLedgerOrder *order);
/* As a bare number, "5000.25"; "?" when it is none. (transfer full) */
char       *verify_bare      (double                 display);
/* As the symbol writes it, "110'20.0"; "?" when it is none. (transfer full) */
char       *verify_price     (Verify                *verify,
                              guint                  grid,
                              const char            *symbol,
                              double                 display);
double      verify_display   (Verify                *verify,
                              guint                  grid,
                              const char            *symbol,
                              double                 wire);
/* FALSE where a wire price was told before a definition had come, and none has since: read as on the connection before, it
 * may agree, and proves nothing where it does not. */
gboolean    verify_is_readable (Verify              *verify,
                              guint                  grid,
                              const char            *symbol);
/* Half a tick, in display prices. */
double      verify_half_tick (Verify                *verify,
                              guint                  grid,
                              const char            *symbol);
/* NULL: nothing was asked about it. */
const DeskVerifyAccount *verify_account (Verify     *verify,
                              const char            *account);
DeskTruthOrder *verify_truth (Verify                *verify,
                              const DeskLedgerOrder *order);
gboolean    verify_is_final  (int                    status);

/* V1, V2, V4, V11, V13 and V14 of an order: the worst of them. */
DeskVerdict verify_order     (Verify                *verify,
                              const DeskLedgerOrder *order);
/* V3, V5, V6, V7 and V13 of its executions. */
DeskVerdict verify_fills     (Verify                *verify,
                              const DeskLedgerOrder *order);
/* V10. */
void        verify_working   (Verify                *verify);
/* What is true of an account as a whole: V6, V13, V14. */
void        verify_accounts  (Verify                *verify);
/* V8, V9, V12, V15 and the footer. */
void        verify_positions (Verify                *verify,
                              GArray                *bases);

G_END_DECLS
