/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-store.h"

G_BEGIN_DECLS

/* The last messages both ways, for the log panel; always on. Filled on dtc-io, read on the main thread. */

#define DESK_FLIGHT_RECORDER_MAX 50000          /* trading messages */
#define DESK_FLIGHT_RECORDER_CHATTER 10000      /* market data and heartbeats beside them … */
#define DESK_FLIGHT_RECORDER_EVERYTHING 1000000 /* … and when everything is kept */
#define DESK_FLIGHT_RECORDER_BYTES (256 * 1024 * 1024)

#define DESK_TYPE_FLIGHT_RECORDER (desk_flight_recorder_get_type ())
G_DECLARE_FINAL_TYPE (DeskFlightRecorder, desk_flight_recorder, DESK, FLIGHT_RECORDER, GObject)

/* Main thread. With DEBUG_DTC everything is kept from the begin. */
DeskFlightRecorder *desk_flight_recorder_new            (void);
/* What it keeps; (transfer none). */
DeskLogStore       *desk_flight_recorder_get_store      (DeskFlightRecorder *self);
/* Market data too, as long as there is room. */
void                desk_flight_recorder_set_everything (DeskFlightRecorder *self,
                                                         gboolean            everything);
gboolean            desk_flight_recorder_get_everything (DeskFlightRecorder *self);

/**
 * desk_flight_recorder_wire:
 * @self: the recorder
 * @direction: who wrote it
 * @codec: what the session speaks at this moment
 * @raw: one frame, secrets masked; copied
 * @raw_len: its length
 * @wire_len: the length that it had on the wire, before secrets were masked
 * @link: number of the connection
 * @utc: microseconds
 * @mono: the same moment by the clock that does not jump
 *
 * Any one thread.
 */
void                desk_flight_recorder_wire           (DeskFlightRecorder *self,
                                                         DtcWireDirection    direction,
                                                         const DtcCodec     *codec,
                                                         const guint8       *raw,
                                                         gsize               raw_len,
                                                         gsize               wire_len,
                                                         guint32             link,
                                                         gint64              utc,
                                                         gint64              mono);
/* Words of ours between the messages. The same thread. */
void                desk_flight_recorder_note           (DeskFlightRecorder *self,
                                                         const char         *text,
                                                         guint32             link,
                                                         gint64              utc,
                                                         gint64              mono);

G_END_DECLS
