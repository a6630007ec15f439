/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-price.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a table column is made of. A column writes its text; the table shows it in a GtkInscription, and writes it
 * again, at most once a frame, after the row said "changed". */

typedef struct
{
  GString    *text;  /* empty at the call; append to it */
  const char *style; /* a static CSS class for this cell, or NULL: "buy", "sell", "warning", "dim-label" */
  guint       lines; /* how many it may take; 0: one */
} DeskCell;

typedef enum
{
  DESK_CELL_TEXT,
  DESK_CELL_NUMBER, /* right aligned, tabular digits */
  DESK_CELL_MARK,   /* centred sign */
} DeskCellKind;

/**
 * DeskColumn:
 * @id: stays the same in every language: names the column in the saved layout
 * @title: marked with N_(); shown translated
 * @kind: alignment
 * @chars: width in digits; the column is never narrower than its title
 * @expand: takes what is left over
 * @hidden: not shown until the trader chooses it
 * @always: the trader cannot hide it
 * @write: writes the cell of @item
 * @compare: order of two items, ascending; NULL: the texts are compared
 * @widest: the texts the column must hold, one by one until %NULL, where they depend on the language; or NULL
 * @tooltip: marked with N_(): what the column says, where its title is too short for that; or NULL
 */
typedef struct
{
  const char  *id;
  const char  *title;
  DeskCellKind kind;
  int          chars;
  gboolean     expand;
  gboolean     hidden;
  gboolean     always;
  void       (*write)   (gpointer      item,
                         DeskCell     *cell);
  int        (*compare) (gconstpointer a,
                         gconstpointer b);
  const char  *tooltip;
  const char *(*widest) (guint n);
} DeskColumn;

/* Writers for the usual contents. */
void desk_cell_price   (DeskCell        *cell,
                        const DeskGrid  *grid,
                        const DeskPrice *price);  /* NULL or unset: empty */
void desk_cell_average (DeskCell        *cell,
                        const DeskGrid  *grid,
                        double           display); /* NAN: empty */
void desk_cell_integer (DeskCell        *cell,
                        gint64           value);
void desk_cell_signed  (DeskCell        *cell,
                        gint64           value);   /* "+2", "-1", "0"; styled "gain", "loss" never: a sign is enough */
/* Money with two decimals and thousands separated as the locale has it; @sign: always with + or -. */
void desk_cell_money   (DeskCell        *cell,
                        double           value,
                        gboolean         sign);
/* What a tick is worth, to the last digit: 15.625 is not 15.62. */
void  desk_cell_tick_value (DeskCell         *cell,
                            double            value);
void desk_cell_time    (DeskCell        *cell,
                        gint64           utc_usec);
/* When the server last said so: a time, or "as of 10:31:05, not confirmed". 0: empty. */
void desk_cell_as_of   (DeskCell        *cell,
                        gint64           utc_usec,
                        gboolean         stale);
/* The same when what it says now waits for a disk that hangs: "as of 10:31:05, not shown since". */
void desk_cell_unshown (DeskCell        *cell,
                        gint64           utc_usec);
/* Microseconds as milliseconds: "0.4", "34". -1: empty. */
void desk_cell_millis  (DeskCell        *cell,
                        gint64           usec);

#define DESK_COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

G_END_DECLS
