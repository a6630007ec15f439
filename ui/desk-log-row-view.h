/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One row of the log, drawn: a dozen texts, and above it the bar that says what happened in between. */

typedef enum
{
  DESK_LOG_COLUMN_NUMBER,
  DESK_LOG_COLUMN_TIME,
  DESK_LOG_COLUMN_DELTA,
  DESK_LOG_COLUMN_DIRECTION,
  DESK_LOG_COLUMN_TYPE,
  DESK_LOG_COLUMN_LINK,
  DESK_LOG_COLUMN_ACCOUNT,
  DESK_LOG_COLUMN_SYMBOL,
  DESK_LOG_COLUMN_CLIENT,
  DESK_LOG_COLUMN_SERVER,
  DESK_LOG_COLUMN_SUMMARY,
  DESK_LOG_COLUMN_SIZE,
  DESK_LOG_N_COLUMNS,
} DeskLogColumn;

/* Where the columns lie; width 0: hidden. */
typedef struct
{
  double x[DESK_LOG_N_COLUMNS];
  double width[DESK_LOG_N_COLUMNS];
} DeskLogLayout;

/* What the rows of one table share. */
typedef struct
{
  DeskLogList  *list;
  DeskLogLayout layout;
  GHashTable   *marks;    /* number -> note of a bookmark */
  guint64       selected; /* number, 0: none */
  guint64       partner;  /* the row that asks what the selected one answers, or the other way */
  gint64        now;      /* the clock of the rows: beyond it nothing was waited for */
} DeskLogScene;

/* How long an answer is waited for. */
#define DESK_LOG_PATIENCE (5 * G_USEC_PER_SEC)
/* Silence that is worth a bar. */
#define DESK_LOG_QUIET_MS 15000

#define DESK_TYPE_LOG_ROW_VIEW (desk_log_row_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogRowView, desk_log_row_view, DESK, LOG_ROW_VIEW, GtkWidget)

/* @scene must live as long as the widget is bound. */
GtkWidget  *desk_log_row_view_new      (const DeskLogScene *scene);
void        desk_log_row_view_bind     (DeskLogRowView     *self,
                                        guint               position,
                                        guint64             number);
void        desk_log_row_view_unbind   (DeskLogRowView     *self);
/* A request without an answer: it looks different when one comes, and when none does. */
gboolean    desk_log_row_view_waits    (DeskLogRowView     *self);

/* What a column shows of a row, for copies and tests. */
void        desk_log_column_write      (const DeskLogScene *scene,
                                        DeskLogColumn       column,
                                        const DeskLogRow   *row,
                                        const DeskLogRow   *before,
                                        GString            *out);
/* The bar above the row at @position, "" for none. */
void        desk_log_bar_write         (const DeskLogScene *scene,
                                        guint               position,
                                        GString            *out);
const char *desk_log_column_title      (DeskLogColumn       column);
const char *desk_log_column_id         (DeskLogColumn       column);
/* TRUE when the row asks and nobody answered in time. */
gboolean    desk_log_row_is_unanswered (const DeskLogScene *scene,
                                        const DeskLogRow   *row);

G_END_DECLS
