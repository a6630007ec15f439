/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

/* What the server saw and said: one JSON object a line, written before a command takes effect. */

typedef struct _SimLog SimLog;

/* Appends to @path, made 0600 when it is not there. */
SimLog *sim_log_open    (const char       *path,
                         GError          **error);
void    sim_log_close   (SimLog           *log);
/**
 * sim_log_message:
 * @log: (nullable): nothing happens without one
 * @client: the number of the connection
 * @direction: DTC_TO_SERVER for what came in
 * @message: the message; user name and password are not written
 * @problem: (nullable): what was wrong with it
 * @now: microseconds of UTC
 */
void    sim_log_message (SimLog           *log,
                         guint             client,
                         DtcDirection      direction,
                         const DtcMessage *message,
                         const char       *problem,
                         gint64            now);
/* Something that is no message: "connected", "closed". */
void    sim_log_event   (SimLog           *log,
                         guint             client,
                         const char       *event,
                         const char       *text,
                         gint64            now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimLog, sim_log_close)

G_END_DECLS
