/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The panels of one session in a dock. */

#define DESK_TYPE_WORKSPACE (desk_workspace_get_type ())
G_DECLARE_FINAL_TYPE (DeskWorkspace, desk_workspace, DESK, WORKSPACE, GtkWidget)

GtkWidget *desk_workspace_new   (DeskSession   *session);
/* The content of the panel with this id, or NULL. */
GtkWidget *desk_workspace_get   (DeskWorkspace *self,
                                 const char    *id);
/* Brings it to the front and moves the focus into it. */
void       desk_workspace_raise (DeskWorkspace *self,
                                 const char    *id);
/* From the side into the middle and back. */
void       desk_workspace_move_market (DeskWorkspace *self);
/* Gives the market at the side the width that its columns need; into the middle where there is not so much. */
void       desk_workspace_fit_market (DeskWorkspace *self);
/* The bottom takes the sides and most of the height, and gives them back. */
void       desk_workspace_enlarge_bottom (DeskWorkspace *self);
void       desk_workspace_save  (DeskWorkspace *self);

G_END_DECLS
