/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-ticket.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The question beside the click: the order in words, its worst case, what to mind. Enter sends, Escape drops.
 *
 * One press sends one order: nothing counts for the first 300 ms, a key counts when it was pressed after that and
 * let go again, and the strip is closed before "send" is emitted. Its parent shows and hides it. */

#define DESK_TYPE_CONFIRM_STRIP (desk_confirm_strip_get_type ())
G_DECLARE_FINAL_TYPE (DeskConfirmStrip, desk_confirm_strip, DESK, CONFIRM_STRIP, GtkWidget)

#define DESK_CONFIRM_QUIET_MS 300

void     desk_confirm_strip_open    (DeskConfirmStrip *self,
                                     const DeskTicket *ticket,
                                     const char       *words,
                                     const char       *worst_case,
                                     const char       *warnings);  /* (nullable) */
/* TRUE if it was open. */
gboolean desk_confirm_strip_drop    (DeskConfirmStrip *self);
gboolean desk_confirm_strip_is_open (DeskConfirmStrip *self);
/* A key event of the ticket around it; TRUE: taken. @time is monotonic microseconds. */
gboolean desk_confirm_strip_key     (DeskConfirmStrip *self,
                                     guint             keyval,
                                     gboolean          pressed,
                                     gint64            now);

/* Signals: "send" (const DeskTicket *, pointer), "dropped" (). */

G_END_DECLS
