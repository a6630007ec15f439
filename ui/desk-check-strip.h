/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-findings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The fifteen checks side by side, each with its sign and how often; one of them can be chosen. */

#define DESK_TYPE_CHECK_STRIP (desk_check_strip_get_type ())
G_DECLARE_FINAL_TYPE (DeskCheckStrip, desk_check_strip, DESK, CHECK_STRIP, GtkWidget)

GtkWidget  *desk_check_strip_new      (void);
void        desk_check_strip_take     (DeskCheckStrip *self,
                                       DeskVerifyRun  *run);
guint       desk_check_strip_get      (DeskCheckStrip *self); /* 0: none is chosen */
void        desk_check_strip_set      (DeskCheckStrip *self,
                                       guint           check);
/* What its button says, for tests: "≠ 1". */
const char *desk_check_strip_get_text (DeskCheckStrip *self,
                                       guint           check);

/* Signal: "chosen" (). */

G_END_DECLS
