/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The definition of a symbol as a small table of facts, for a popover. NULL: there is none yet. (transfer floating) */
GtkWidget *desk_facts_new (const DeskInstrumentState *instrument);

G_END_DECLS
