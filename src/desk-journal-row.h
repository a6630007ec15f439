/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-record.h"
#include "desk-sqlite.h"

G_BEGIN_DECLS

/* A record as a row of the journal table, and the hash that chains it to the row before. */

#define DESK_JOURNAL_APPLICATION_ID 0x44544344 /* "DTCD" */
#define DESK_JOURNAL_SCHEMA         1
#define DESK_HASH_SIZE              32

#define DESK_JOURNAL_COLUMNS \
  "seq, kind, epoch, utc, mono, boot, client_order_id, server_order_id, account, symbol, tick, multiplier, wire, " \
  "encoding, numbering, direction, payload, hash"

/* SHA-256 (hash of the row before || this row); thirty-two zeros stand before the first. Owned by one thread. */
typedef struct _DeskHashChain DeskHashChain;

DeskHashChain *desk_hash_chain_new  (void);
void           desk_hash_chain_free (DeskHashChain    *chain);
/* The hash that the next row builds on. */
void           desk_hash_chain_set  (DeskHashChain    *chain,
                                     const guint8      hash[DESK_HASH_SIZE]);
void           desk_hash_chain_get  (DeskHashChain    *chain,
                                     guint8            hash[DESK_HASH_SIZE]);
void           desk_hash_chain_next (DeskHashChain    *chain,
                                     const DeskRecord *record,
                                     guint8            hash[DESK_HASH_SIZE]);

/* (array length=n) */
const DeskMigration *desk_journal_migrations (guint *n);

/* Whole, ours and not newer, by its header alone: SQLite has not touched the file yet. */
gboolean      desk_journal_check_header (const char     *path,
                                         GError        **error);
/* Read-only, beside a writer or without one. @path: resolved. */
sqlite3      *desk_journal_open_reader (const char      *path,
                                        GError         **error);

/* Numbers that SQLite would not give back as they were (NaN, -0) become 0. */
void          desk_journal_row_normalise (DeskRecord    *record);
sqlite3_stmt *desk_journal_row_prepare_insert (sqlite3  *db,
                                               GError  **error);
/* One row, inside the caller's transaction. */
gboolean      desk_journal_row_insert  (sqlite3          *db,
                                        sqlite3_stmt     *insert,
                                        const DeskRecord *record,
                                        const guint8      hash[DESK_HASH_SIZE],
                                        GError          **error);
/* @stmt stands on a row of DESK_JOURNAL_COLUMNS. NULL when the row's hash is no hash. (transfer full) */
DeskRecord   *desk_journal_row_read    (sqlite3_stmt     *stmt,
                                        guint8            hash[DESK_HASH_SIZE]);

/* Walks a statement of DESK_JOURNAL_COLUMNS in the order of seq, row after row, and checks the chain. */
typedef struct
{
  DeskHashChain *chain;
  sqlite3_stmt  *stmt;
  guint64        seq;    /* of the last good row */
} DeskJournalWalk;

gboolean      desk_journal_walk_init  (DeskJournalWalk *walk,
                                       sqlite3         *db,
                                       GError         **error);
void          desk_journal_walk_clear (DeskJournalWalk *walk);
/* (transfer full): the next record; NULL at the end, or with @error (DESK_ERROR_CORRUPT names the first bad row). */
DeskRecord   *desk_journal_walk_next  (DeskJournalWalk *walk,
                                       GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskHashChain, desk_hash_chain_free)

G_END_DECLS
