/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What the program knows about itself: the four things that must never happen, counted, the link, the journal, how long
 * orders took, and what it is built of. Renewed each second; all of it can be copied as text. */

#define DESK_TYPE_DIAGNOSTICS (desk_diagnostics_get_type ())
G_DECLARE_FINAL_TYPE (DeskDiagnostics, desk_diagnostics, DESK, DIAGNOSTICS, AdwWindow)

/* @since_utc: microseconds; latencies are of the orders made since. */
GtkWidget *desk_diagnostics_new      (GtkWindow       *parent, /* (nullable) */
                                      DeskSession     *session,
                                      gint64           since_utc);
/* What the button copies. (transfer full) */
char      *desk_diagnostics_dup_text (DeskDiagnostics *self);

G_END_DECLS
