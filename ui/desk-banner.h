/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The full-width banner of a link that is not live: what is known, what cannot be done, when the next try is. It
 * pushes the content down and covers nothing. */

#define DESK_TYPE_BANNER (desk_banner_get_type ())
G_DECLARE_FINAL_TYPE (DeskBanner, desk_banner, DESK, BANNER, GtkWidget)

void desk_banner_set_session (DeskBanner  *self,
                              DeskSession *session); /* (nullable) */

G_END_DECLS
