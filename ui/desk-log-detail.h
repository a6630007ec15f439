/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-decode.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One message taken apart: its fields as a tree, the bytes beside it, and what is wrong with either. */

#define DESK_TYPE_LOG_DETAIL (desk_log_detail_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogDetail, desk_log_detail, DESK, LOG_DETAIL, GtkWidget)

GtkWidget *desk_log_detail_new      (void);
/* NULL: nothing is selected. */
void       desk_log_detail_show     (DeskLogDetail    *self,
                                     const DeskLogRow *row);
/* The message as text: its fields one a line, then its bytes. (transfer full) */
char      *desk_log_detail_dup_text (const DeskLogRow *row);
/* Tests: the tree as it is shown, one row a line. (transfer full) */
char      *desk_log_detail_dup_tree (DeskLogDetail    *self);

G_END_DECLS
