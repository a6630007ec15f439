/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

#include "desk-types.h"

G_BEGIN_DECLS

/* The last messages both ways, for the log panel; always on. Filled on dtc-io, read on the main thread. */

#define DESK_FLIGHT_RECORDER_MAX 50000

#define DESK_TYPE_FLIGHT_RECORDER (desk_flight_recorder_get_type ())
G_DECLARE_FINAL_TYPE (DeskFlightRecorder, desk_flight_recorder, DESK, FLIGHT_RECORDER, GObject)

typedef struct
{
  guint64          number;
  gint64           utc;         /* microseconds */
  DtcWireDirection direction;
  guint16          type;        /* published; 0: an event of ours, text only */
  guint16          size;        /* bytes on the wire, saturated */
  guint32          epoch;
  GRefString      *name;        /* "OrderUpdate" */
  GRefString      *text;        /* decoded, in one line, secrets masked */
  GRefString      *raw;         /* as on the wire, secrets masked */
} DeskFlightEntry;

#define DESK_TYPE_FLIGHT_ROW (desk_flight_row_get_type ())
G_DECLARE_FINAL_TYPE (DeskFlightRow, desk_flight_row, DESK, FLIGHT_ROW, GObject)
const DeskFlightEntry *desk_flight_row_get_entry (DeskFlightRow *self);

/* A GListModel of DeskFlightRow, made when asked for; the recorder itself is the model. Main thread. */
DeskFlightRecorder *desk_flight_recorder_new (void);
/* Any one thread. */
void desk_flight_recorder_wire (DeskFlightRecorder *self,
                                DtcWireDirection    direction,
                                const DtcMessage   *message,
                                const guint8       *raw,
                                gsize               raw_len,
                                guint32             epoch,
                                gint64              utc);
void desk_flight_recorder_note (DeskFlightRecorder *self,
                                const char         *text,
                                guint32             epoch,
                                gint64              utc);

G_END_DECLS
