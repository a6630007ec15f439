/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A day and a time, UTC, typed or taken from a calendar: "2026-12-01", "2026-12-01 21:00", "2026-12-01T21:00:00Z". */

#define DESK_TYPE_DATE_ENTRY (desk_date_entry_get_type ())
G_DECLARE_FINAL_TYPE (DeskDateEntry, desk_date_entry, DESK, DATE_ENTRY, GtkWidget)

void     desk_date_entry_set_label (DeskDateEntry *self,
                                    const char    *label);
/* UTC seconds; -1: nothing there, or no date. */
gint64   desk_date_entry_get       (DeskDateEntry *self);
void     desk_date_entry_set       (DeskDateEntry *self,
                                    gint64         utc_seconds);
gint64   desk_date_entry_parse     (const char    *text);

/* Signals: "changed" (), "activate" (). */

G_END_DECLS
