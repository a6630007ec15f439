/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-table-columns.h"

G_BEGIN_DECLS

/* One row of a DeskTable with all its cells. GtkColumnView has a widget of its own for each cell, and measures every
 * cell of every row again when one row comes or goes; to a list such a row is one widget, measured when it changes. */

#define DESK_TYPE_TABLE_ROW (desk_table_row_get_type ())
G_DECLARE_FINAL_TYPE (DeskTableRow, desk_table_row, DESK, TABLE_ROW, GtkWidget)

/* What the rows of one table have in common; it outlives them. */
typedef struct
{
  DeskTableColumns *columns;
  const char     *(*row_style) (gpointer item);
  GString          *scratch;
  /* The item said "changed", for the first time since it was written. */
  void            (*changed)   (DeskTableRow *row,
                                gpointer      user_data);
  gpointer          user_data;
} DeskTableScene;

GtkWidget *desk_table_row_new            (DeskTableScene *scene);
/* Writes it, too. */
void       desk_table_row_bind           (DeskTableRow   *self,
                                          GObject        *item);
/* TRUE when it was waiting to be written. */
gboolean   desk_table_row_unbind         (DeskTableRow   *self);
gpointer   desk_table_row_get_item       (DeskTableRow   *self); /* (transfer none) (nullable) */
gboolean   desk_table_row_is_dirty       (DeskTableRow   *self);
void       desk_table_row_write          (DeskTableRow   *self);
/* Columns were shown or hidden. */
void       desk_table_row_update_columns (DeskTableRow   *self);
/* The text of the cell that @picked is or lies in, if there is no room for the whole of it; else NULL. */
const char *desk_table_row_get_cut_text  (DeskTableRow   *self,
                                          GtkWidget      *picked);

G_END_DECLS
