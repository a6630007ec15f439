/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-cells.h"

G_BEGIN_DECLS

/* The columns of a DeskTable: their titles in the view's header, their widths, and which of them are shown. */

typedef struct _DeskTableColumns DeskTableColumns;

/* @view: not owned, without a model yet; @columns: static */
DeskTableColumns    *desk_table_columns_new            (GtkColumnView    *view,
                                                        const DeskColumn *columns,
                                                        guint             n_columns,
                                                        const char       *layout_key);
void                 desk_table_columns_free           (DeskTableColumns *self);
guint                desk_table_columns_get_n          (DeskTableColumns *self);
const DeskColumn    *desk_table_columns_get            (DeskTableColumns *self,
                                                        guint             column);
GtkColumnViewColumn *desk_table_columns_get_view       (DeskTableColumns *self,
                                                        guint             column);
/* -1: there is none */
int                  desk_table_columns_find           (DeskTableColumns *self,
                                                        const char       *id);
gboolean             desk_table_columns_is_shown       (DeskTableColumns *self,
                                                        guint             column);
/* Where its title was laid out: the cells stand below it. */
void                 desk_table_columns_get_place      (DeskTableColumns *self,
                                                        guint             column,
                                                        int              *x,
                                                        int              *width);
/* Once, when the font is known. */
void                 desk_table_columns_measure        (DeskTableColumns *self);
void                 desk_table_columns_save           (DeskTableColumns *self);
/* (transfer floating) */
GtkWidget           *desk_table_columns_make_button    (DeskTableColumns *self);

G_END_DECLS
