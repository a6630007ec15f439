/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-command.h"
#include "desk-event.h"
#include "desk-limits.h"
#include "desk-record.h"

G_BEGIN_DECLS

/* The engine of order truth: plain C, no I/O, no clock, no thread of its own; it lives on dtc-io. Commands, messages
 * and time go in; records, bytes and events come out. Nothing leaves or is shown before the records it rests on
 * are committed. */

typedef struct _DeskEngine DeskEngine;

/* The world around the engine: the session's adapters, or a test. */
typedef struct
{
  /* Takes the records; returns the seq that desk_engine_committed() will name. */
  guint64  (*append)  (gpointer            world,
                       DeskRecord        **records,
                       guint               n_records,
                       gboolean            now);
  /* The exact bytes a message would leave as on this connection. */
  gboolean (*encode)  (gpointer            world,
                       const DtcMessage   *message,
                       GByteArray         *out,
                       GError            **error);
  /* FALSE: not one byte will leave. Cookie 0: a question, no outcome wanted. */
  gboolean (*write)   (gpointer            world,
                       const guint8       *data,
                       gsize               len,
                       DtcLane             lane,
                       guint64             cookie,
                       GError            **error);
  /* (transfer full) */
  void     (*publish) (gpointer            world,
                       DeskEvent          *event);
  gint64   (*utc)     (gpointer            world);  /* microseconds since 1970, for display and windows only */
  gint64   (*boot)    (gpointer            world);  /* CLOCK_BOOTTIME microseconds */
  /* Close the link and come back: a resume from sleep, a dead stream. */
  void     (*drop)    (gpointer            world,
                       DtcLinkReason       reason,
                       const char         *text,
                       gboolean            immediately);
  /* Stop trying to connect until a person asks for it again. */
  void     (*rest)    (gpointer            world);
  /* Keeps what was appended up to @seq, and is not durable yet, where a disk that hangs does not reach; waits for
   * nothing. @seq 0 only asks whether there is such a place. NULL: there is none. */
  DeskKept (*keep_aside) (gpointer world,
                          guint64  seq);
} DeskWorld;

typedef struct
{
  DtcNumbering numbering;
  gboolean     live;            /* the profile's mode: real money */
  gboolean     read_only;       /* a listing command: asks and shows, never trades */
  gboolean     verify;          /* as soon as a connection has been asked everything */
  gboolean     arm_at_live;     /* --arm: arms once a connection, just before the live event */
  gboolean     automated;       /* a pipe or the API decides: IsAutomatedOrder 1, UNKNOWN_ON_SYMBOL denies */
  char         account[DESK_ID_SIZE]; /* "": the only one there is */
  char       **watch;           /* symbols to follow from the start, or NULL */
  DeskLimits  *limits;          /* copied */
  char         install[7];      /* identity of ClientOrderIDs */
  guint        generation;
  guint64      next_counter;
} DeskEngineConfig;

DeskEngine *desk_engine_new       (const DeskEngineConfig *config,
                                   const DeskWorld        *world,
                                   gpointer                world_data);
void        desk_engine_free      (DeskEngine             *engine);

/* Start: fold the journal, record by record, then say that it is done. Nothing is published before. */
void        desk_engine_restore   (DeskEngine             *engine,
                                   const DeskRecord       *record);
void        desk_engine_restored  (DeskEngine             *engine,
                                   gint64                  now);

/* The journal's answers. */
void        desk_engine_committed (DeskEngine             *engine,
                                   guint64                 seq,
                                   gint64                  commit_usec,
                                   gint64                  now);
void        desk_engine_storage_failed (DeskEngine        *engine,
                                        const GError      *error,
                                        gint64             now);

/* What comes from the link; the members of DtcSink. */
void        desk_engine_link      (DeskEngine             *engine,
                                   const DtcLinkChange    *change,
                                   gint64                  now);
void        desk_engine_message   (DeskEngine             *engine,
                                   const DtcMessage       *message,
                                   const DtcReceipt       *receipt);
void        desk_engine_bad_frame (DeskEngine             *engine,
                                   const DtcMessage       *partial,
                                   const DtcReceipt       *receipt,
                                   const GError           *error);
void        desk_engine_heartbeat (DeskEngine             *engine,
                                   guint32                 num_dropped,
                                   gint64                  now);
void        desk_engine_written   (DeskEngine             *engine,
                                   guint64                 cookie,
                                   gsize                   accepted,
                                   gsize                   total,
                                   gint64                  now);
/* Time passed; returns when to call again, or G_MAXINT64. */
gint64      desk_engine_tick      (DeskEngine             *engine,
                                   gint64                  now);

/* What a person or a script asks. */
void        desk_engine_command   (DeskEngine             *engine,
                                   const DeskCommand      *command,
                                   gint64                  now);

/* Orders in "sent" that still wait for their first answer, commands that have not left yet, and flattens that run:
 * leaving waits for them. */
guint       desk_engine_count_unanswered (DeskEngine      *engine);

/* Tests and the fold of journal check: every order and fill in a stable order. */
void        desk_engine_foreach_order (DeskEngine *engine,
                                       void (*func) (const DeskOrderState *state, gpointer data),
                                       gpointer    data);
void        desk_engine_foreach_fill  (DeskEngine *engine,
                                       void (*func) (const DeskFillState *state, gpointer data),
                                       gpointer    data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskEngine, desk_engine_free)

G_END_DECLS
