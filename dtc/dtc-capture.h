/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-session.h"

G_BEGIN_DECLS

/* Recordings of a conversation: written while it goes on, read back whole.
 *
 * The file is text, one record a line, its fields separated by one space; README.md of this folder describes it. User
 * names and passwords never reach it: a session reports its logons masked. */

#define DTC_CAPTURE_MAX_BYTES (256 * 1024 * 1024) /* of a file, read or written */

typedef enum
{
  DTC_CAPTURE_FRAME,
  DTC_CAPTURE_LINK, /* the link changed: text says how */
  DTC_CAPTURE_NOTE, /* something is missing here: text says what */
} DtcCaptureKind;

/**
 * DtcCaptureRecord:
 * @kind: what it is
 * @time: microseconds since the recording began
 * @connection: counts from 1
 * @direction: FRAME: who wrote it
 * @codec: FRAME: what it is written in
 * @frame: FRAME: the message without its terminator, else %NULL
 * @text: LINK, NOTE: one line, else %NULL
 */
typedef struct
{
  DtcCaptureKind  kind;
  gint64          time;
  guint           connection;
  DtcDirection    direction;
  DtcCodec        codec;
  GBytes         *frame;
  char           *text;
} DtcCaptureRecord;

/**
 * DtcCapture:
 * @started: (nullable): when it began, RFC 3339
 * @records: (element-type DtcCaptureRecord): in the order of the file
 * @torn: the last line had no end and was left out
 * @damaged: lines that are no record, left out
 */
typedef struct
{
  char      *started;
  GPtrArray *records;
  gboolean   torn;
  guint      damaged;
} DtcCapture;

/**
 * dtc_capture_load:
 * @path: a recording; or one of a pair of raw streams, NAME.c2s.bin and NAME.s2c.bin, or NAME of both. With NAME.log
 *   ("SECONDS C>S off=N len=N …" a line) beside them the pieces come in its order and with its times
 * @numbering: of raw streams, which do not say it
 * @error: G_FILE_ERROR, or DTC_ERROR_SYNTAX when it is no recording
 *
 * Returns: (transfer full): what could be read
 */
DtcCapture       *dtc_capture_load         (const char          *path,
                                            DtcNumbering         numbering,
                                            GError             **error);
/* (transfer full): the messages of two raw streams, in turns as @log says or one after the other; @log may be NULL. */
DtcCapture       *dtc_capture_split        (GBytes              *to_server,
                                            GBytes              *to_client,
                                            const char          *log,
                                            DtcNumbering         numbering);
void              dtc_capture_free         (DtcCapture          *capture);
/* A frame that changes something at a server, or may: one that cannot be read in full is taken for an order. */
gboolean          dtc_capture_may_trade    (const DtcCaptureRecord *record);

typedef struct _DtcCaptureWriter DtcCaptureWriter;

/**
 * dtc_capture_writer_new:
 * @path: a file that does not exist yet; it is made 0600
 * @max_bytes: where to stop; at most DTC_CAPTURE_MAX_BYTES
 * @error: G_FILE_ERROR
 *
 * Returns: (transfer full): a writer with a thread of its own: recording never waits for the disk. When the disk is too
 * slow, records are left out and a note says how many
 */
DtcCaptureWriter *dtc_capture_writer_new   (const char          *path,
                                            gint64               max_bytes,
                                            GError             **error);
/* As DtcSink.link and DtcSink.wire report it, on their thread. @codec: what the session speaks at that moment. */
void              dtc_capture_writer_link  (DtcCaptureWriter    *writer,
                                            const DtcLinkChange *change,
                                            gint64               now);
void              dtc_capture_writer_wire  (DtcCaptureWriter    *writer,
                                            DtcWireDirection     direction,
                                            DtcCodec             codec,
                                            const guint8        *frame,
                                            gsize                len,
                                            gint64               now);
guint64           dtc_capture_writer_count (DtcCaptureWriter    *writer);
/* Writes what waits, closes and frees. FALSE: the first thing that went wrong. */
gboolean          dtc_capture_writer_close (DtcCaptureWriter    *writer,
                                            GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcCapture, dtc_capture_free)

G_END_DECLS
