/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @text: what became of it, in the language; @path: of the report, NULL when there is none. */
typedef void (*DeskReconcileExported) (const char *text,
                                       const char *path,
                                       gpointer    user_data);

/* Asks for a folder and writes the signed report of the session into it, in a thread of its own. @done: called once, unless the trader
 * chooses no folder; @free: of the data, in any case. */
void desk_reconcile_export (GtkWindow             *parent,
                            DeskSession           *session,
                            DeskVerifyRun         *run,
                            DeskReconcileExported  done,
                            gpointer               user_data,
                            GDestroyNotify         free);

G_END_DECLS
