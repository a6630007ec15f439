/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

#include "desk-types.h"

G_BEGIN_DECLS

/* One line of the journal. The journal is the state file: state is the fold of its records, in their order. */

typedef enum
{
  DESK_RECORD_INSTANCE = 1, /* install id, generation, high-water mark of the id counter */
  DESK_RECORD_LINK,         /* a connection began, became live or ended */
  DESK_RECORD_INTENT,       /* a command, committed before its first byte; wire: the exact bytes */
  DESK_RECORD_OUTCOME,      /* what the kernel took of it; may be lost */
  DESK_RECORD_EVENT,        /* a message of the server, committed before it is shown; wire: the raw frame */
  DESK_RECORD_FILL,         /* one booked execution, in the transaction of its event */
  DESK_RECORD_TRANSITION,   /* decided without a message: link lost, no answer, not sent */
  DESK_RECORD_SNAPSHOT,     /* a reconciliation ended: verdicts by order */
  DESK_RECORD_HUMAN,        /* arm, disarm, halt, unhalt, waive, … */
} DeskRecordKind;

typedef struct
{
  guint64        seq;             /* given by the state manager, from 1 */
  DeskRecordKind kind;
  guint32        epoch;
  gint64         utc;             /* microseconds */
  gint64         mono;
  gint64         boot;
  char          *client_order_id; /* each NULL where it does not apply */
  char          *server_order_id;
  char          *account;
  char          *symbol;
  double         tick, multiplier; /* the grid it was read with; 0: none */
  GBytes        *wire;            /* or NULL */
  int            encoding;        /* DtcEncodingKind of wire */
  int            numbering;       /* DtcNumbering of wire */
  int            direction;       /* DtcDirection of wire, 0: none */
  char          *payload;         /* a JSON object, or NULL */
} DeskRecord;

DeskRecord *desk_record_new  (DeskRecordKind    kind);
DeskRecord *desk_record_copy (const DeskRecord *record);
void        desk_record_free (DeskRecord       *record);
/* The one serialisation of a record: what the hash chain covers and what the emergency file holds. Appends to @out. */
void        desk_record_serialise   (const DeskRecord *record,
                                     GByteArray       *out);
/* (transfer full): NULL when @data is not exactly one record. */
DeskRecord *desk_record_deserialise (const guint8     *data,
                                     gsize             len);
const char *desk_record_kind_nick (DeskRecordKind kind);

/* What became of records that were to be kept where a disk that hangs does not reach. */
typedef enum
{
  DESK_KEPT_NOWHERE, /* there is no such place */
  DESK_KEPT_ASIDE,   /* they outlive this program, but no crash of the computer */
  DESK_KEPT_FAILED,  /* it takes no more */
} DeskKept;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskRecord, desk_record_free)

G_END_DECLS
