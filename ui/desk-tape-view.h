/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-tape.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Time and sales: the prints, the smallest size that is shown, and how many are new while they stand still. */

#define DESK_TYPE_TAPE_VIEW (desk_tape_view_get_type ())
G_DECLARE_FINAL_TYPE (DeskTapeView, desk_tape_view, DESK, TAPE_VIEW, GtkWidget)

/* @tape NULL: none. */
void       desk_tape_view_set_tape  (DeskTapeView *self,
                                     const char   *symbol,
                                     DeskTape     *tape);
void       desk_tape_view_set_doubt (DeskTapeView *self,
                                     gboolean      doubt);

G_END_DECLS
