/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-store.h"

G_BEGIN_DECLS

/* An old log: a recording, a DEBUG_DTC log as far as its lines carry data, JSON messages, one a line, or a state file: the
 * record of each number of its journal is the row of that number. */

typedef struct
{
  DeskLogStore *store;
  char         *path;
  char         *remark; /* what is missing in it, one sentence; or NULL */
  gboolean      timed;  /* its messages have times */
} DeskLogFile;

/**
 * desk_log_file_load:
 * @path: see dtc_capture_load() for what is a recording
 * @numbering: of raw streams and JSON lines, which do not say it
 * @error: why nothing of it can be read, one sentence
 *
 * Takes as long as it takes: any thread, and nobody else has the store until it returns.
 *
 * Returns: (transfer full): what could be read
 */
DeskLogFile *desk_log_file_load        (const char           *path,
                                        DtcNumbering          numbering,
                                        GError              **error);
void         desk_log_file_load_async  (const char           *path,
                                        DtcNumbering          numbering,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
DeskLogFile *desk_log_file_load_finish (GAsyncResult         *result,
                                        GError              **error);
void         desk_log_file_free        (DeskLogFile          *self);
/* (transfer full): the rows of a recording that is in memory already. */
DeskLogStore *desk_log_store_new_from_capture (const DtcCapture *capture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLogFile, desk_log_file_free)

G_END_DECLS
