/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-store.h"

G_BEGIN_DECLS

typedef enum
{
  DESK_LOG_EXPORT_CSV,  /* RFC 4180, one message a line, with the names of the columns first */
  DESK_LOG_EXPORT_TEXT, /* for reading and for grep */
} DeskLogExportForm;

/* One message and the end of its line. A cell that a spreadsheet would take for a formula gets an apostrophe. */
void     desk_log_export_row    (DeskLogSnapshot      *snapshot,
                                 const DeskLogRow     *row,
                                 DeskLogExportForm     form,
                                 GString              *out);
/**
 * desk_log_export_async:
 * @snapshot: the log
 * @numbers: (nullable): of the rows to write, guint64; %NULL: all
 * @file: is replaced, once everything has been written
 *
 * The result is TRUE, or the error of writing.
 */
void     desk_log_export_async  (DeskLogSnapshot      *snapshot,
                                 GArray               *numbers,
                                 DeskLogExportForm     form,
                                 GFile                *file,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
gboolean desk_log_export_finish (GAsyncResult         *result,
                                 GError              **error);

G_END_DECLS
