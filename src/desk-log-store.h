/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdatomic.h>

#include "dtc.h"

G_BEGIN_DECLS

/* The messages of a session or of a file, compactly: one small row each, the bytes beside them. The main thread writes;
 * whoever has a snapshot reads on any thread. */

/* How the bytes of a row are to be read. */
typedef enum
{
  DESK_LOG_FRAME, /* a frame of the wire in row->codec */
  DESK_LOG_LINE,  /* a line of a DEBUG_DTC log */
  DESK_LOG_NOTE,  /* words of ours: the link, a gap, a trouble */
} DeskLogKind;

typedef enum
{
  DESK_LOG_REFUSED    = 1 << 0, /* the codec does not take it */
  DESK_LOG_ODD        = 1 << 1, /* it does, with a type, key or status that DTC lacks */
  DESK_LOG_REJECT     = 1 << 2, /* it says no */
  DESK_LOG_ESCAPED    = 1 << 3, /* JSON with a backslash: the bytes are not the text */
  DESK_LOG_CHATTER    = 1 << 4, /* market data or a heartbeat: kept as long as there is room */
  DESK_LOG_ASKS       = 1 << 5, /* expects an answer */
} DeskLogFlags;

#define DESK_LOG_NO_STATUS   G_MAXUINT8
#define DESK_LOG_TOO_MANY    G_MAXUINT32 /* in place of a string's number: look into the message */

/**
 * DeskLogRow:
 * @utc: microseconds, 0: not known
 * @mono: microseconds of a clock that does not jump, for differences
 * @number: counts from 1 and up; some may be missing
 * @raw: the bytes, secrets masked
 * @size: of them
 * @wire_size: bytes of the message on the wire: more or fewer than @size where secrets are masked
 * @link: number of the connection, from 1
 * @symbol: number of a string, 0: none; also where the message has a SymbolID that was asked for by name
 * @account: the same
 * @client: ClientOrderID; of a pair the first
 * @server: ServerOrderID
 * @other: PreviousServerOrderID; of a pair the second ClientOrderID
 * @older: PreviousClientOrderID; of a pair the one it hangs on
 * @quiet: milliseconds without any message of this link before it
 * @type: published number, 0: unreadable or a note
 * @wire_type: the number that stood there
 * @status: OrderStatus, or DESK_LOG_NO_STATUS
 * @reason: OrderUpdateReason, or DESK_LOG_NO_STATUS
 * @direction: DtcWireDirection
 * @flags: DeskLogFlags
 * @kind: DeskLogKind
 * @encoding: DtcEncodingKind of a frame
 * @numbering: DtcNumbering
 * @pair: of a request how many numbers later its first answer came, of an answer minus how many before it was asked, 0: none
 */
typedef struct
{
  gint64          utc;
  gint64          mono;
  guint64         number;
  const guint8   *raw;
  guint32         size;
  guint32         wire_size;
  guint32         link;
  guint32         symbol;
  guint32         account;
  guint32         client;
  guint32         server;
  guint32         other;
  guint32         older;
  guint32         quiet;
  guint16         type;
  guint16         wire_type;
  guint8          status;
  guint8          reason;
  guint8          direction;
  guint8          flags;
  guint8          kind;
  guint8          encoding;
  guint8          numbering;
  _Atomic gint32  pair;
} DeskLogRow;

/* What is appended. @raw: masked here. @wire_size: its size before it was masked elsewhere, 0: it was not. */
typedef struct
{
  DeskLogKind       kind;
  gint64            utc;
  gint64            mono;
  guint32           link;
  DtcWireDirection  direction;
  DtcCodec          codec;
  const guint8     *raw;
  gsize             size;
  gsize             wire_size;
} DeskLogEntry;

/* A still picture: the rows and strings as they were. Any thread. */
typedef struct _DeskLogSnapshot DeskLogSnapshot;

DeskLogSnapshot  *desk_log_snapshot_ref      (DeskLogSnapshot       *self);
void              desk_log_snapshot_unref    (DeskLogSnapshot       *self);
guint             desk_log_snapshot_get_n    (const DeskLogSnapshot *self);
/* Valid while the snapshot is; @position < n. */
const DeskLogRow *desk_log_snapshot_get      (const DeskLogSnapshot *self,
                                              guint                  position);
/* A run of rows that lie one behind the other, from @position on; *@n of them. For reading all. */
const DeskLogRow *desk_log_snapshot_get_run  (const DeskLogSnapshot *self,
                                              guint                  position,
                                              guint                 *n);
/* FALSE when there is no row of that number; *@position is then where it would be. */
gboolean          desk_log_snapshot_find     (const DeskLogSnapshot *self,
                                              guint64                number,
                                              guint                 *position);
/* The text of row->symbol and so on; "" for 0 and DESK_LOG_TOO_MANY. */
const char       *desk_log_snapshot_string   (const DeskLogSnapshot *self,
                                              guint32                id);
guint             desk_log_snapshot_n_strings (const DeskLogSnapshot *self);

#define DESK_TYPE_LOG_STORE (desk_log_store_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogStore, desk_log_store, DESK, LOG_STORE, GObject)

/* Signals, each for many rows: "dropped" () rows here and there are gone; "appended" () there are new ones at the end. */

/* @max_trading and @max_chatter rows, @max_bytes of messages; 0: without bound. */
DeskLogStore     *desk_log_store_new         (guint               max_trading,
                                              guint               max_chatter,
                                              gsize               max_bytes);
void              desk_log_store_set_max_chatter (DeskLogStore   *self,
                                              guint               max_chatter);
/* Without signal, so that many can be told at once: call desk_log_store_flush() behind them. Returns its number. */
guint64           desk_log_store_append      (DeskLogStore       *self,
                                              const DeskLogEntry *entry);
/* A message that is not kept: it has a number, and the link was not quiet. */
void              desk_log_store_skip        (DeskLogStore       *self,
                                              const DeskLogEntry *entry);
void              desk_log_store_flush       (DeskLogStore       *self);
/* (transfer full) */
DeskLogSnapshot  *desk_log_store_snapshot    (DeskLogStore       *self);
guint             desk_log_store_get_n       (DeskLogStore       *self);
/* What the rows take: bytes of rows, messages and strings. */
gsize             desk_log_store_get_memory  (DeskLogStore       *self);

/* ---- rows ---- */

/**
 * desk_log_row_decode:
 * @row: a row that is no note
 * @message: (inout): an initialised message, overwritten
 * @error: why the codec refuses it
 *
 * Returns: %FALSE when it was refused; @message then has what was certain
 */
gboolean          desk_log_row_decode        (const DeskLogRow   *row,
                                              DtcMessage         *message,
                                              GError            **error);
/* TRUE when the row's bytes are the text of the message. */
gboolean          desk_log_row_is_text       (const DeskLogRow   *row);
/* "OrderUpdate"; "" for a note, "?" where DTC has no such number. Static. */
const char       *desk_log_row_name          (const DeskLogRow   *row);
static inline gint32
desk_log_row_pair (const DeskLogRow *row)
{
  return atomic_load_explicit (&((DeskLogRow *) row)->pair, memory_order_relaxed);
}

/* TRUE for market data and heartbeats. */
gboolean          desk_log_is_chatter        (guint16             type);
/* TRUE when user name or password may stand in it: such bytes are masked before they are kept. */
gboolean          desk_log_needs_mask        (const DtcCodec     *codec,
                                              DtcWireDirection    direction,
                                              const guint8       *raw,
                                              gsize               size);
/* (transfer full): the same message, user name and password replaced; where it cannot be read, nothing of it is kept. */
GBytes           *desk_log_mask              (const DtcCodec     *codec,
                                              const guint8       *raw,
                                              gsize               size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLogSnapshot, desk_log_snapshot_unref)

G_END_DECLS
