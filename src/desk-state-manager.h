/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-record.h"

G_BEGIN_DECLS

/* The state file: one SQLite database for each profile, WAL, synchronous=EXTRA, append-only, with a hash chain.
 * Its "journal" thread is the only one that touches the sqlite3 handle. The functions below may be called from
 * any thread unless they say otherwise. */

typedef struct _DeskStateManager DeskStateManager;

typedef enum
{
  DESK_STATE_WRITER, /* takes the lock; DESK_ERROR_LOCKED when another process has it */
  DESK_STATE_READER, /* beside a running writer; appends are accepted, kept nowhere and complete at once */
} DeskStateMode;

typedef enum
{
  DESK_APPEND_GROUP, /* commit within 5 ms or 64 records */
  DESK_APPEND_NOW,   /* an intent: commit at once, alone if need be */
} DeskAppend;

/* Called in the context of desk_state_manager_set_completion(): every record up to @seq is durable. With @error
 * the journal has failed for good: nothing after @seq is durable, and no further call comes. */
typedef void (*DeskCommitted) (guint64       seq,
                               gint64        commit_usec,
                               const GError *error,
                               gpointer      user_data);
/* Called in the same context, in order, then once with @record NULL (and @error when the file is damaged). */
typedef void (*DeskRestored)  (const DeskRecord *record,
                               const GError     *error,
                               gpointer          user_data);

/**
 * desk_state_manager_open:
 * @path: the SQLite file; created 0600, with its folder 0700, when a writer finds none
 * @mode: writer or reader
 * @error: one sentence that says what to do
 *
 * Opens, locks, checks and migrates the file. Refuses a symbolic link, a newer schema and a damaged file; never
 * alters what it refuses.
 *
 * Returns: (transfer full): the open file
 */
DeskStateManager *desk_state_manager_open           (const char        *path,
                                                     DeskStateMode      mode,
                                                     GError           **error);
/* Commits what is queued, marks a clean shutdown, closes, releases the lock. Blocks. */
void              desk_state_manager_close          (DeskStateManager  *self);
void              desk_state_manager_set_completion (DeskStateManager  *self,
                                                     GMainContext      *context,
                                                     DeskCommitted      committed,
                                                     gpointer           user_data);
/* Reads every record back, in order, verifying each row's hash. Returns at once; see DeskRestored. */
void              desk_state_manager_restore        (DeskStateManager  *self,
                                                     DeskRestored       restored,
                                                     gpointer           user_data);
/**
 * desk_state_manager_append:
 * @records: (array length=n_records) (transfer full): records of one transaction, in order; their seq is set
 * @n_records: how many
 * @how: how soon
 *
 * Waits for no disk while the database works. Once it has failed the records go to the emergency file before this
 * returns (synced with DESK_APPEND_NOW), and the next writer takes them into the journal: so an exit keeps its intent.
 *
 * Returns: the last record's seq, by which DeskCommitted will report it
 */
guint64           desk_state_manager_append         (DeskStateManager  *self,
                                                     DeskRecord       **records,
                                                     guint              n_records,
                                                     DeskAppend         how);
/* Keeps what was appended up to @seq and is not durable yet in a file in memory, and waits for no disk: for an exit that
 * must not wait for one that hangs. The next writer takes it into the journal, unless the journal has it. @seq 0 only
 * asks whether there is such a place. */
DeskKept          desk_state_manager_keep_aside     (DeskStateManager  *self,
                                                     guint64            seq);
/* The identity of ORDER ids: install id (6 base32), generation, first free counter. Valid once opened. */
void              desk_state_manager_get_identity   (DeskStateManager  *self,
                                                     char               install[7],
                                                     guint             *generation,
                                                     guint64           *next_counter);
/* How many records a writer found missing that had been durable: the file is an older copy, or its log is damaged. It
 * goes on with a new generation of ids; who opened it tells the trader. 0: none that anybody knows of. */
guint64           desk_state_manager_get_lost       (DeskStateManager  *self);
/* TRUE when the last writer did not close the file. */
gboolean          desk_state_manager_was_unclean    (DeskStateManager  *self);

/* Reading beside a running session; no thread, no lock. @func returns FALSE to stop. @id: a ClientOrderID, a
 * ServerOrderID or NULL for all. */
typedef gboolean (*DeskRecordFunc) (const DeskRecord *record,
                                    gpointer          user_data);
gboolean desk_journal_foreach (const char      *path,
                               const char      *id,
                               DeskRecordFunc   func,
                               gpointer         user_data,
                               GError         **error);

/* The version of SQLite that is at work. */
const char *desk_state_manager_get_sqlite_version (void);

/* The same for the connections that began, went live or ended between two records. */
gboolean desk_journal_foreach_link (const char     *path,
                                    guint64         first,
                                    guint64         last,
                                    DeskRecordFunc  func,
                                    gpointer        user_data,
                                    GError        **error);

/* The hash of one record; @found FALSE: there is none. */
gboolean desk_journal_hash_at (const char     *path,
                               guint64         seq,
                               guint8          hash[32],
                               gboolean       *found,
                               GError        **error);

typedef struct
{
  gboolean ok;
  guint64  records;
  char    *text;   /* what is wrong, first finding first; or NULL */
} DeskJournalCheck;

/* Hash chain, row checksums, SQLite's own integrity, sequence without holes, booked fills against the fold. FALSE
 * with @error when the file cannot be read at all; else @check says what was found (free its text). */
gboolean desk_journal_check   (const char        *path,
                               DeskJournalCheck  *check,
                               GError           **error);

G_END_DECLS
