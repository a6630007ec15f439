/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-ledger.h"

G_BEGIN_DECLS

struct _DeskLedger
{
  GStringChunk *texts;
  GPtrArray    *orders;      /* owned */
  GHashTable   *by_client, *by_server; /* id -> order */
  GPtrArray    *execs;       /* owned */
  GHashTable   *by_exec;     /* account and id -> exec */
  GHashTable   *nobodys;     /* ServerOrderID -> the newest exec of no order; they are chained */
  GPtrArray    *positions;   /* owned */
  GHashTable   *by_position; /* account and symbol -> position */
  GHashTable   *flat;        /* accounts whose positions and fills once came whole, what is new there began at nothing -> epoch */
  GHashTable   *lists;       /* account -> LedgerList */
  GHashTable   *symbol_grids; /* symbol -> index of the grid that was last seen with it */
  GArray       *grids;       /* of DeskGrid; 0: none */
  guint32       epoch, round;
  gint64        last_stir;
};

/* The last list of an account's fills that came whole. */
typedef struct
{
  guint32 epoch;
  gint64  since; /* UTC of the server's clock: what it began at */
} LedgerList;

/* Where and when something was said. */
typedef struct
{
  guint64     seq;
  gint64      utc, mono;
  guint32     epoch;
  guint16     grid;
  const char *account; /* that was asked about, or NULL */
} LedgerStamp;

const char         *ledger_text       (DeskLedger           *self,
                                       const char           *text);
/* One copy for all: accounts and symbols. */
const char         *ledger_word       (DeskLedger           *self,
                                       const char           *text);
gboolean            ledger_whole      (double                value,
                                       gint64               *out);
DeskLedgerPosition *ledger_position   (DeskLedger           *self,
                                       const char           *account,
                                       const char           *symbol);
/* It moves: a verification waits until it is quiet. */
void                ledger_stir       (DeskLedger           *self,
                                       DeskLedgerPosition   *position,
                                       const LedgerStamp    *stamp);
DeskLedgerOrder    *ledger_new_order  (DeskLedger           *self,
                                       const LedgerStamp    *stamp);
void                ledger_name_server (DeskLedger          *self,
                                       DeskLedgerOrder      *order,
                                       const char           *id);
void                ledger_fault      (DeskLedger           *self,
                                       DeskLedgerOrder      *order,
                                       DeskFaultKind         kind,
                                       gint64                expected,
                                       gint64                seen,
                                       const char           *other,
                                       guint64               before,
                                       const LedgerStamp    *stamp);
/* Money follows fills: what the position's sum must have of @order, by its count or by its executions. */
void                ledger_count      (DeskLedger           *self,
                                       DeskLedgerOrder      *order,
                                       double                price,
                                       const LedgerStamp    *stamp);
void                ledger_update     (DeskLedger           *self,
                                       const DtcOrderUpdate *update,
                                       const DtcMessage     *message,
                                       const LedgerStamp    *stamp);
void                ledger_live_fill  (DeskLedger           *self,
                                       DeskLedgerOrder      *order,
                                       const DtcMessage     *message,
                                       gint64                filled_before,
                                       const LedgerStamp    *stamp);
void                ledger_listed_fill (DeskLedger          *self,
                                       const DtcMessage     *message,
                                       const LedgerStamp    *stamp);
/* Execs that were nobody's find their order. */
void                ledger_claim      (DeskLedger           *self,
                                       DeskLedgerOrder      *order,
                                       const char           *server_id);

G_END_DECLS
