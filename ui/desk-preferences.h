/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* (transfer full): the window of what belongs to the desktop alone: theme and language. */
GtkWidget *desk_preferences_new         (GtkWindow *parent);
/* Light, dark or as the system, as saved. */
void       desk_preferences_apply_theme (void);

G_END_DECLS
