/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-view.h"

#include "desk-log-detail.h"
#include "desk-log-file.h"
#include "desk-log-query-bar.h"
#include "desk-log-table.h"

G_BEGIN_DECLS

/* The log in two files: what is shown (desk-log-view.c), and what can be done with it (desk-log-view-actions.c). */

struct _DeskLogView
{
  GtkWidget        parent_instance;

  GtkWidget       *box;
  DeskLogQueryBar *bar;
  GtkWidget       *context;      /* what narrows the log, and where it comes from */
  GtkWidget       *paned;
  DeskLogTable    *table;
  DeskLogDetail   *detail;
  GtkWidget       *mark;         /* popover with the note of a bookmark */
  GtkWidget       *mark_entry;

  DeskSession     *session;
  DeskLogList     *list;
  DeskLogFile     *file;         /* NULL: live */
  DeskLogFilter    filter;
  GCancellable    *loading;
  guint            timer;
  guint            fit_id;
  guint64          wanted;       /* to be selected once the filter has settled */
  guint64          record;       /* of the journal, once that is open */
  gboolean         hide_heartbeats;
  gboolean         everything;
  gboolean         details;      /* wanted where there is room for both */
  gboolean         narrow;       /* there is none: they show when they are asked for */
  gboolean         asked;
  gboolean         follow;
};

/* desk-log-view.c */
/* After the filter has changed. */
void              log_view_apply        (DeskLogView *self);
/* Only the messages of the order @id. */
void              log_view_set_order    (DeskLogView *self,
                                         const char  *id);
/* Takes @file (transfer full); NULL: back to the live log. */
void              log_view_set_store    (DeskLogView *self,
                                         DeskLogFile *file);
const DeskLogRow *log_view_get_selected (DeskLogView *self);
void              log_view_say          (DeskLogView *self,
                                         const char  *text);

/* desk-log-view-actions.c */
void        log_view_install_actions   (GtkWidgetClass *widget_class);
GMenuModel *log_view_make_menu         (DeskLogView    *self);
GMenuModel *log_view_make_row_menu     (void);
GtkWidget  *log_view_make_mark_popover (DeskLogView    *self);

G_END_DECLS
