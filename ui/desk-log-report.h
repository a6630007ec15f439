/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is worked out from a log, each in a window of its own. */

/* How long answers took. */
void desk_log_report_latency (GtkWindow       *parent,
                              DeskLogSnapshot *snapshot);
/* Asks for another log, and shows both side by side, order by order. @path: where @snapshot is from, NULL: live. */
void desk_log_report_compare (GtkWindow       *parent,
                              DeskLogSnapshot *snapshot,
                              const char      *path,
                              DtcNumbering     numbering);
/* The same with the other log named. */
void desk_log_report_compare_with (GtkWindow       *parent,
                                   DeskLogSnapshot *left,
                                   const char      *left_name,
                                   DeskLogSnapshot *right,
                                   const char      *right_name);
/* Asks for a file, and writes what the list shows. */
void desk_log_report_export  (GtkWindow       *parent,
                              DeskLogList     *list);

G_END_DECLS
