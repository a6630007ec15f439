/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-tape.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The prints of a market, the newest on top, drawn once a frame at most however many there were. Scrolled away from
 * the newest it stands still, and counts what comes meanwhile. */

#define DESK_TYPE_TAPE_CANVAS (desk_tape_canvas_get_type ())
G_DECLARE_FINAL_TYPE (DeskTapeCanvas, desk_tape_canvas, DESK, TAPE_CANVAS, GtkWidget)

GtkWidget *desk_tape_canvas_new         (void);
/* NULL: none. A reference is taken. */
void       desk_tape_canvas_set_tape    (DeskTapeCanvas *self,
                                         DeskTape       *tape);
/* Prints of less are left out. */
void       desk_tape_canvas_set_minimum (DeskTapeCanvas *self,
                                         double          size);
/* It is not of now: dimmed. */
void       desk_tape_canvas_set_doubt   (DeskTapeCanvas *self,
                                         gboolean        doubt);
gboolean   desk_tape_canvas_is_paused   (DeskTapeCanvas *self);
/* How many have come above the first row while it stands still. */
guint      desk_tape_canvas_count_new   (DeskTapeCanvas *self);
/* By rows towards the older ones, negative: towards the newest. */
void       desk_tape_canvas_scroll      (DeskTapeCanvas *self,
                                         int             rows);
/* To the newest, and with it again. */
void       desk_tape_canvas_resume      (DeskTapeCanvas *self);
/* A row in words, 0: the first one in sight; NULL: there are not so many. (transfer full) */
char      *desk_tape_canvas_dup_row     (DeskTapeCanvas *self,
                                         guint           row);

/* Signal "scrolled" (): it stands still at another print, or goes on. */

G_END_DECLS
