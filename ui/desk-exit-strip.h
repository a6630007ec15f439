/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The ways out while they are taken, and what came of them: a row for each position that is flattened, its five steps
 * with ticks and times, and a row for a halt with what became of the orders it cancels. A row stays until it is closed.
 * A position that came out on the other side is offered to be closed, and never closed by itself. */

#define DESK_TYPE_EXIT_STRIP (desk_exit_strip_get_type ())
G_DECLARE_FINAL_TYPE (DeskExitStrip, desk_exit_strip, DESK, EXIT_STRIP, GtkWidget)

void     desk_exit_strip_set_session (DeskExitStrip          *self,
                                      DeskSession            *session); /* (nullable): every row goes */
/* @utc: when it came to this step, which a disk that hangs may have kept back; @left_alone: what it leaves alone, a
 * sentence, or NULL. */
void     desk_exit_strip_show_step   (DeskExitStrip          *self,
                                      const DeskFlattenState *flatten,
                                      gint64                  utc,
                                      const char             *left_alone);
/* Why the flatten that the engine's sentence is about ended as it did; FALSE when there is no such row. */
gboolean desk_exit_strip_say         (DeskExitStrip          *self,
                                      const char             *sentence, /* as the engine wrote it */
                                      const char             *words);   /* in the language */
/* Trading was halted now. */
void     desk_exit_strip_show_halt   (DeskExitStrip          *self);

G_END_DECLS
