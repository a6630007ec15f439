/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "desk-depth.h"

G_BEGIN_DECLS

/* The main thread's market depth of one symbol: the newest whole book. Emits "changed" (no arguments) after it was
 * replaced, at most once for each batch of events. */

#define DESK_TYPE_BOOK (desk_book_get_type ())
G_DECLARE_FINAL_TYPE (DeskBook, desk_book, DESK, BOOK, GObject)

DeskBook             *desk_book_new       (void);
/* (transfer none) (nullable): NULL until something was said about it, and after it is not watched any more. */
const DeskDepthState *desk_book_get_state (DeskBook       *self);
/* For the router; it owes the book a desk_row_changed(). */
void                  desk_book_set_state (DeskBook       *self,
                                           DeskDepthState *state);

G_END_DECLS
