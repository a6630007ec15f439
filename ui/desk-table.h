/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-cells.h"

G_BEGIN_DECLS

/* A sortable table over a GListModel whose rows say "changed". */

#define DESK_TYPE_TABLE (desk_table_get_type ())
G_DECLARE_FINAL_TYPE (DeskTable, desk_table, DESK, TABLE, GtkWidget)

/**
 * desk_table_new:
 * @name: accessible name, translated
 * @columns: (array length=n_columns): static
 * @model: (transfer none): the rows; filter it before it is handed in
 * @layout_key: names the saved widths and choice of columns in the settings
 */
GtkWidget     *desk_table_new           (const char         *name,
                                         const DeskColumn   *columns,
                                         guint               n_columns,
                                         GListModel         *model,
                                         const char         *layout_key);
/* A CSS class for every cell of a row ("stale", "unknown"), or NULL. Static strings. */
void           desk_table_set_row_style (DeskTable          *self,
                                         const char       *(*row_style) (gpointer item));
/* Rows whose @leader is the same item stand together, wherever that one is sorted to, in the order of @within, and with
 * it at their head if @within says so. An item without a group is its own leader. */
void           desk_table_set_leader    (DeskTable          *self,
                                         gpointer          (*leader) (gpointer item,
                                                                      gpointer user_data),
                                         GCompareFunc        within,
                                         gpointer            user_data);
/* What the leaders are has changed: the rows are sorted anew, a little later. */
void           desk_table_queue_resort  (DeskTable          *self);
/* Sorted so until the trader clicks a title. */
void           desk_table_sort_by       (DeskTable          *self,
                                         const char         *column_id,
                                         GtkSortType         order);
gpointer       desk_table_get_selected  (DeskTable          *self); /* (transfer none) (nullable) */
void           desk_table_select        (DeskTable          *self,
                                         gpointer            item);
GtkColumnView *desk_table_get_view      (DeskTable          *self);
/* A popover menu for the row under the pointer and for the Menu key; the row is selected first. */
void           desk_table_set_menu      (DeskTable          *self,
                                         GMenuModel         *menu);
/* Where the row of @item is, in the table's coordinates; FALSE when it is not on screen. */
gboolean       desk_table_get_row_area  (DeskTable          *self,
                                         gpointer            item,
                                         GdkRectangle       *area);
/* A button with a menu of check items that show and hide columns. (transfer floating) */
GtkWidget     *desk_table_column_button (DeskTable          *self);
/* What the tooltip of a row says below a text that does not fit into its cell. @tooltip: (transfer full), NULL: nothing. */
void           desk_table_set_row_tooltip (DeskTable       *self,
                                         char            *(*tooltip) (gpointer item,
                                                                      gpointer user_data),
                                         gpointer           user_data);
/* Shown instead of the rows while there are none. */
void           desk_table_set_empty     (DeskTable          *self,
                                         const char         *text);
/* Writes the rows in sight although nothing says that they changed: ages do not. */
void           desk_table_refresh       (DeskTable          *self);
/* Writes what changed without waiting for the frame: tests. */
void           desk_table_flush         (DeskTable          *self);
/* The text of a cell as the column writes it, for tests and for copying. (transfer full) */
char          *desk_table_dup_text      (DeskTable          *self,
                                         guint               position,
                                         const char         *column_id);
guint          desk_table_get_n_rows    (DeskTable          *self);

/* Signals: "selection-changed" (), "row-activated" (gpointer item). */

G_END_DECLS
